"""Plots as small SVG texts that can be read on light ground and on dark: no library, no script."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from math import ceil, floor, isfinite, log10

from chalicelib.errors import InvalidInput
from chalicelib.media.album import clock
from chalicelib.media.package import Chapter

WIDTH, HEIGHT = 960, 420
LEFT, RIGHT, TOP, FOOT = 76, 28, 64, 62
POINTS = 720
"""More points than this are not told apart on the screen."""
STYLE = (
    "text{font:14px system-ui,'DejaVu Sans',sans-serif;fill:#5b6676}"
    ".t{font-size:19px;font-weight:600}.t,.n{fill:#1b2330}.g{fill:#fff}"
    ".l{stroke:#dfe3ea}.a,.b,.c{fill:none;stroke-width:2}"
    ".a{stroke:#1f6feb}.b{stroke:#b35900;stroke-dasharray:6 5}.c{stroke:#c62828}"
    ".d{fill:#1f6feb}.s{fill:#1f6feb;fill-opacity:.16}"
    "@media(prefers-color-scheme:dark){text{fill:#9aa5b5}.t,.n{fill:#eef1f6}.g{fill:#0e1118}"
    ".l{stroke:#2a313d}.a{stroke:#6ea8ff}.b{stroke:#ffb454}.c{stroke:#ff7b72}"
    ".d,.s{fill:#6ea8ff}}"
)


@dataclass(frozen=True)
class Variant:
    """How one variant of a test did: a figure and the interval it lies in."""

    name: str
    value: float
    low: float
    high: float
    note: str = ""


@dataclass(frozen=True)
class Scale:
    """From figures to places: `least`…`most` over `start`…`end` pixels."""

    least: float
    most: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (value - self.least) / (self.most - self.least)
        return round(self.start + share * (self.end - self.start), 1)

    def ticks(self, about: int = 5) -> list[float]:
        """Round figures, about so many."""
        rough = (self.most - self.least) / about
        power = 10.0 ** floor(log10(rough))
        step = next(size * power for size in (1, 2, 5, 10) if size * power >= rough)
        first, last = ceil(self.least / step - 1e-9), floor(self.most / step + 1e-9)
        return [round(number * step, 10) for number in range(first, last + 1)]


def loudness(
    momentary: Sequence[float],
    *,
    title: str,
    target: float = -14.0,
    integrated: float | None = None,
    chapters: Sequence[Chapter] = (),
) -> str:
    """Loudness of every second in LUFS over time, with the target and where tracks begin."""
    _needed(momentary, "momentary")
    floor_at = max(-60.0, min(-30.0, *(value for value in momentary if value > -60), -30.0))
    across = Scale(0, max(1, len(momentary)), LEFT, WIDTH - RIGHT)
    down = Scale(floor_at, 0, HEIGHT - FOOT, TOP)
    told = "" if integrated is None else f" · {integrated:.1f} LUFS"
    parts = [*_frame(title + told, "Time", "Loudness in LUFS")]
    parts += _rows(down, "{:g}")
    parts += [_below(across(at), clock(at)) for at in _times(len(momentary))]
    parts += [
        _line("l", across(chapter.start), TOP, across(chapter.start), HEIGHT - FOOT)
        for chapter in chapters[1:]
        if chapter.start < len(momentary)
    ]
    parts.append(_curve("a", _thinned(momentary, across, down, floor_at)))
    parts.append(_line("b", LEFT, down(target), WIDTH - RIGHT, down(target)))
    parts.append(_text(WIDTH - RIGHT, 34, f"dashed: target {target:g} LUFS", "end"))
    return _svg(title, parts)


def variants(found: Sequence[Variant], *, title: str, measure: str, percent: bool = False) -> str:
    """Variants of a test under one another, each with its interval. `measure` names the axis;
    `percent` writes shares as per cent."""
    _needed(found, "variants")
    factor, unit = (100, "%") if percent else (1, "")
    low, high = min(one.low for one in found), max(one.high for one in found)
    room = max(high - low, abs(high) / 10, 1e-9) / 2
    least = factor * (max(0.0, low - room) if low >= 0 else low - room)
    most = factor * (high + room)
    left = LEFT + 120
    across = Scale(least, most, left, WIDTH - RIGHT)
    height = TOP + FOOT + 64 * len(found)
    parts = [*_frame(title, measure, "", height=height, left=left)]
    for tick in across.ticks():
        parts.append(_line("l", across(tick), TOP, across(tick), height - FOOT))
        parts.append(_below(across(tick), f"{tick:g}{unit}", height))
    for number, one in enumerate(found):
        start, value, end = (across(factor * figure) for figure in (one.low, one.value, one.high))
        y = TOP + 64 * number + 32
        parts.append(_text(left - 12, y + 5, _short(one.name, 22), "end", "n"))
        parts.append(
            f'<rect class="s" x="{start}" y="{y - 11}" width="{round(end - start, 1)}" '
            'height="22" rx="4"/>'
        )
        parts.append(_line("a", start, y, end, y))
        parts.append(f'<circle class="d" cx="{value}" cy="{y}" r="6"/>')
        told = f"{factor * one.value:.3g}{unit}" + (f" · {one.note}" if one.note else "")
        parts.append(_text(value, y - 17, told, "middle", "n"))
    return _svg(title, parts, height)


def blank(title: str, why: str) -> str:
    """What stands in for a drawing while there are no figures: its title, and why."""
    height = TOP + FOOT + 64
    heading = _text(24, 34, _short(title, 80), "start", "t")
    return _svg(title, [heading, _text(WIDTH / 2, height / 2 + 12, why, "middle", "n")], height)


def spend(
    days: Sequence[tuple[date, float]],
    *,
    title: str,
    cap: float | None,
    warn: float = 0.8,
    forecast: float | None = None,
    until: date | None = None,
) -> str:
    """Money spent so far, day by day in USD, against the cap (when there is one) and the share of
    it that warns. `forecast` is what `until` is expected to end with."""
    _needed(days, "days")
    total, sums = 0.0, []
    for _, amount in days:
        total += amount
        sums.append(total)
    last = max(until or days[-1][0], days[-1][0])
    first = days[0][0]
    across = Scale(0, max(1, (last - first).days), LEFT, WIDTH - RIGHT)
    down = Scale(0, max(cap or 0.0, total, forecast or 0.0, 0.01) * 1.08, HEIGHT - FOOT, TOP)
    parts = [*_frame(title, "Day", "Spent in USD")]
    parts += _rows(down, "{:g}")
    step = max(1, ceil((last - first).days / 8))
    parts += [
        _below(across(day), date.fromordinal(first.toordinal() + day).strftime("%d %b"))
        for day in range(0, (last - first).days + 1, step)
    ]
    places = [
        (across((day - first).days), down(value))
        for (day, _), value in zip(days, sums, strict=True)
    ]
    foot = down(0)
    area = [(places[0][0], foot), *places, (places[-1][0], foot)]
    parts.append(f'<polygon class="s" points="{_points(area)}"/>')
    parts.append(_curve("a", places))
    if forecast is not None:
        end = down(forecast)
        parts.append(_line("b", *places[-1], across((last - first).days), end))
        below = end + 22 if end + 22 < foot else end - 9  # the names of the days stand under it
        parts.append(_text(WIDTH - RIGHT, below, f"forecast {forecast:.2f}", "end", "n"))
    if cap is not None:
        for kind, value, name in (("c", cap, "cap"), ("b", cap * warn, "warning")):
            parts.append(_line(kind, LEFT, down(value), WIDTH - RIGHT, down(value)))
            parts.append(_text(LEFT + 8, down(value) - 7, f"{name} {value:g}", "start", "n"))
    return _svg(title, parts)


def _needed(figures: Sequence[object], field: str) -> None:
    if not figures:
        raise InvalidInput("There is nothing to plot.", field=field)


def _frame(
    title: str, across: str, down: str, *, height: int = HEIGHT, left: int = LEFT
) -> Iterator[str]:
    """Title and the names of both axes."""
    yield _text(LEFT if left == LEFT else 24, 34, _short(title, 80), "start", "t")
    yield _text((left + WIDTH - RIGHT) / 2, height - 16, across, "middle")
    if down:
        middle = (TOP + height - FOOT) / 2
        yield (
            f'<text transform="translate(20 {middle:g}) rotate(-90)" text-anchor="middle">'
            f"{escape(down)}</text>"
        )


def _rows(down: Scale, form: str) -> Iterator[str]:
    for tick in down.ticks():
        yield _line("l", LEFT, down(tick), WIDTH - RIGHT, down(tick))
        yield _text(LEFT - 10, down(tick) + 5, form.format(tick), "end")


def _times(seconds: int) -> list[int]:
    """Round times, at most about eight."""
    steps = (1, 5, 10, 30, 60, 300, 600, 900, 1800, 3600)
    step = next((step for step in steps if seconds / step <= 8), steps[-1])
    return list(range(0, seconds + 1, step))


def _thinned(
    values: Sequence[float], across: Scale, down: Scale, least: float
) -> list[tuple[float, float]]:
    """The curve in at most so many points, each the mean of its stretch."""
    width = max(1, ceil(len(values) / POINTS))
    places = []
    for start in range(0, len(values), width):
        part = [max(least, value) for value in values[start : start + width] if isfinite(value)]
        if part:
            places.append((across(start + len(part) / 2), down(min(0.0, sum(part) / len(part)))))
    return places


def _curve(kind: str, places: Sequence[tuple[float, float]]) -> str:
    return f'<polyline class="{kind}" points="{_points(places)}"/>'


def _points(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in places)


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{kind}" x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"/>'


def _below(x: float, text: str, height: int = HEIGHT) -> str:
    return _text(x, height - FOOT + 22, text, "middle")


def _text(x: float, y: float, text: str, anchor: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(text)}</text>'


def _short(text: str, most: int) -> str:
    """One line, with nothing that XML cannot hold."""
    line = " ".join("".join(char for char in text if char.isprintable() or char == " ").split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _svg(title: str, parts: Sequence[str], height: int = HEIGHT) -> str:
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" role="img" aria-label="{escape(_short(title, 80))}">\n'
        f"<style>{STYLE}</style>\n"
        f'<rect class="g" width="{WIDTH}" height="{height}"/>\n{body}\n</svg>\n'
    )
