"""A desk at a window, or the seat on its sill: a lamp, books, plants, the weather outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from chalicelib.providers.image.canvas import Canvas, clouds, path, ribbon, rounded, shifted
from chalicelib.providers.image.light import Light, colour, mix
from chalicelib.providers.image.scenes import heights, plains, streets, water
from chalicelib.providers.image.scenes.indoors import box, desk, lamplight
from chalicelib.providers.image.scenes.weather import weather

if TYPE_CHECKING:
    from chalicelib.providers.image.canvas import Colour

_VIEWS: tuple[tuple[str, Callable[[Canvas, Light], None]], ...] = (
    ("city skyline train rooftop balcony tower neon", streets.skyline),
    ("sea ocean beach harbour harbor seaside coast", water.ocean),
    ("forest tree wood autumn garden leaf pine", plains.forest),
    ("mountain snow winter alp valley northern frosted", heights.mountains),
    ("lake", heights.lake),
    ("meadow field spring village hill", plains.meadow),
)


def study(canvas: Canvas, light: Light) -> None:
    """A desk at a window: the weather outside, a lamp, books, plants, something warm to drink."""
    rng, unit, w, h = canvas.rng, canvas.unit, canvas.width, canvas.height
    dark = light.time in ("night", "dusk", "storm")
    wall = colour(str(rng.choice(["4b3f5c", "3d4a5c", "5c4a42", "44564f", "6a4b52"])))
    grain = canvas.soft(lambda a, b: clouds(rng, a, b, 5, octaves=5))
    canvas.rgb[:] = wall * (0.9 + 0.08 * grain)[..., None]
    if canvas.says("train carriage compartment"):
        _carriage(canvas, light, wall)
        return
    if canvas.says("seat sill cat") or rng.random() < 0.3:
        _window_seat(canvas, light, wall)
        return
    wide = min(unit * rng.uniform(0.66, 1.2), w * 0.74)
    tall = max(unit * rng.uniform(0.48, 0.58), h * 0.44)
    side = -1 if rng.random() < 0.5 else 1
    middle = w * (0.5 + side * rng.uniform(0.02, 0.13))
    left, top = middle - wide / 2, h * 0.09
    edge = h * rng.uniform(0.74, 0.79)
    _view(canvas, light, left, top, wide, tall)
    _panes(canvas, left, top, wide, tall, colour("d9c9b2") if not dark else colour("5a4a44"))
    _curtains(canvas, left, top, wide, tall, wall)
    far = left + wide + unit * 0.1 if side < 0 else left - unit * 0.1
    _shelves(canvas, far, side, edge)
    _bunting(canvas, top - unit * 0.03) if rng.random() < 0.55 else None
    lamp = (middle - side * wide * rng.uniform(0.42, 0.52), edge - unit * 0.005)
    lamps = [(lamp[0], lamp[1] - unit * 0.12, unit * 0.55, 1.15),
             (middle, top + tall * 0.6, unit * 0.6, 0.25 if dark else 0.85)]  # fmt: skip
    wood = colour(str(rng.choice(["7a5236", "8a6240", "5f4332"])))
    desk(canvas, edge, wood)
    glass = canvas.rgb[int(top) : int(top + tall), max(0, int(left)) : int(left + wide)].copy()
    lamplight(canvas, lamps, colour("ffd29a"), 0.34 if dark else 0.6)
    into = canvas.rgb[int(top) : int(top + tall), max(0, int(left)) : int(left + wide)]
    into[:] = 0.9 * glass + 0.1 * into
    _rain_on_glass(canvas, left, top, wide, tall) if canvas.says("rain rainy storm") else None
    _panes(canvas, left, top, wide, tall, mix(wall, colour("d9c9b2"), 0.3 if dark else 0.7))
    _sill(canvas, left, top + tall, wide, wall)
    _desk_things(canvas, edge, lamp, side, middle)


def _window_seat(canvas: Canvas, light: Light, wall: Colour) -> None:
    """The window close by, its sill wide enough to sit on: cushions, a cup, somebody asleep."""
    rng, unit, w, h = canvas.rng, canvas.unit, canvas.width, canvas.height
    left, top = w * rng.uniform(0.06, 0.16), h * rng.uniform(-0.06, 0.05)
    wide, tall = w * rng.uniform(0.7, 0.78), h * rng.uniform(0.72, 0.78) - top
    foot = top + tall
    _view(canvas, light, left, max(0.0, top), wide, foot - max(0.0, top))
    dark = light.time in ("night", "dusk", "storm")
    frame = mix(wall, colour("d9c9b2"), 0.25 if dark else 0.6)
    if canvas.says("rain rainy storm"):
        _rain_on_glass(canvas, left, max(0.0, top), wide, foot - max(0.0, top))
    glass = canvas.rgb[: int(foot), int(left) : int(left + wide)].copy()
    _curtains(canvas, left, top, wide, tall, wall)
    desk(canvas, foot, mix(wall, colour("c9b18c"), 0.45))
    lamp = w * rng.choice([0.08, 0.92])
    lamplight(canvas, [(lamp, h * 0.6, unit * 0.8, 0.9), (left + wide / 2, foot, unit * 0.8, 0.4)],
              colour("ffd29a"), 0.42 if dark else 0.7)  # fmt: skip
    into = canvas.rgb[: int(foot), int(left) : int(left + wide)]
    into[:] = 0.85 * glass + 0.15 * into
    _curtains(canvas, left, top, wide, tall, wall * (0.75 if dark else 0.95))
    _panes(canvas, left, top, wide, tall, frame)
    spots = list(rng.permutation(np.linspace(0.12, 0.88, 6)) * w)
    if canvas.says("cat") or rng.random() < 0.6:
        cat(canvas, spots.pop(), foot + unit * 0.05, unit * 0.17)
    for _ in range(2):
        plant(canvas, spots.pop(), foot + unit * 0.05, unit * rng.uniform(0.13, 0.2))
    _stack(canvas, spots.pop(), foot + unit * 0.1, unit * 0.17)
    _cup(canvas, spots.pop(), foot + unit * 0.12, unit * 0.11)
    tone = colour(str(rng.choice(["b5644a", "5f7a8c", "c99a4b", "7a5a7d"])))
    x = spots.pop()
    turn = np.linspace(0, 2 * np.pi, 60)
    corner = np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** 0.45
    side = np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** 0.45
    pillow = path(x + unit * 0.17 * corner, foot + unit * (0.01 + 0.12 * side))
    tone = tone * (0.6 if dark else 0.9)
    canvas.polygons([pillow], tone)
    seam = path(x + unit * 0.148 * corner, foot + unit * (0.01 + 0.1 * side))
    canvas.strokes([seam], unit * 0.003, tone * 0.8)
    _bunting(canvas, h * 0.07) if rng.random() < 0.5 else None


def _carriage(canvas: Canvas, light: Light, wall: Colour) -> None:
    """A compartment at the window: the land rushes by, a small table, seats to both sides."""
    rng, unit, w, h = canvas.rng, canvas.unit, canvas.width, canvas.height
    left, top, right, foot = w * 0.1, h * 0.1, w * 0.9, h * rng.uniform(0.66, 0.7)
    _view(canvas, light, left, top, right - left, foot - top)
    glass = canvas.rgb[int(top) : int(foot), int(left) : int(right)]
    rush = sum((shifted(glass, 0, int(unit * 0.006 * n)) for n in range(-3, 4)), 0 * glass) / 7
    down = np.linspace(0, 1, len(glass), dtype=np.float32)[:, None, None]
    glass += (rush - glass) * down**1.5
    if canvas.says("rain rainy storm wet"):
        _rain_on_glass(canvas, left, top, right - left, foot - top)
    seen = glass.copy()
    dark = light.time in ("night", "dusk", "storm")
    lamp = w * rng.uniform(0.35, 0.65)
    lamplight(canvas, [(lamp, h * 0.02, unit * 0.9, 0.8), (lamp, h * 0.8, unit * 0.7, 0.6)],
              colour("ffd29a"), 0.4 if dark else 0.7)  # fmt: skip
    glass[:] = 0.88 * seen + 0.12 * glass
    panel = wall * (0.5 if dark else 0.85)
    bend, r = np.linspace(0, np.pi / 2, 9), unit * 0.07
    for x, y, ox, oy in ((left, top, 1, 1), (right, top, -1, 1), (right, foot, -1, -1),
                         (left, foot, 1, -1)):  # fmt: skip
        arc = path(x + ox * r * (1 - np.sin(bend)), y + oy * r * (1 - np.cos(bend)))
        canvas.polygons([np.concatenate([np.array([(x - ox, y - oy)]), arc])], panel)
    turn = np.linspace(0, 2 * np.pi, 80)
    across = np.clip(np.cos(turn) * 1.6, -1, 1), np.clip(np.sin(turn) * 1.6, -1, 1)
    rim = path((left + right) / 2 + (right - left) / 2 * across[0],
               (top + foot) / 2 + (foot - top) / 2 * across[1])  # fmt: skip
    canvas.strokes([rounded(rim)], unit * 0.026, mix(panel, colour("c9bba6"), 0.35))
    canvas.strokes([path([left, right], [top + (foot - top) * 0.27] * 2)], unit * 0.009, panel)
    canvas.glow(lamp, h * 0.02, unit * 0.4, colour("ffdca6"), 0.5)
    cloth = colour(str(rng.choice(["8a3f3a", "3f5f74", "6a5a3f", "4d6a52"])))
    cloth = cloth * (0.55 if dark else 0.85)
    for side in (-1, 1):
        x = w * (0.5 + side * 0.5)
        for part, tone in ((1.0, cloth * 0.7), (0.88, cloth)):
            back = np.array([(0.05, 1.1), (0.05, 0.4), (-0.2, 0.34), (-0.29, 0.42), (-0.33, 1.1)])
            shape = back * (side * unit * 0.62 * part, h) + (x, h * 0.06 * (2 - 2 * part))
            canvas.polygons([rounded(shape)], tone)
    desk(canvas, h * 0.88, mix(wall, colour("a5794f"), 0.5) * (0.7 if dark else 1.0))
    _cup(canvas, w * rng.uniform(0.38, 0.46), h * 0.92, unit * 0.1)
    (_open_book if rng.random() < 0.5 else _stack)(canvas, w * 0.6, h * 0.95, unit * 0.15)


def _view(canvas: Canvas, light: Light, left: float, top: float, wide: float, tall: float) -> None:
    """What is seen through the window: a scene of its own."""
    asked = [paint for words, paint in _VIEWS if canvas.says(words)]
    usual = [*[streets.skyline] * 4, plains.meadow, heights.mountains, plains.forest]
    options = asked or usual
    paint = options[int(canvas.rng.integers(len(options)))]
    x0, y0 = max(0, int(left)), int(top)
    x1, y1 = min(canvas.width, int(left + wide)), min(canvas.height, int(top + tall))
    if x1 - x0 < 16 or y1 - y0 < 16:
        return
    outside = Canvas(x1 - x0, y1 - y0, canvas.rng, canvas.words)
    paint(outside, light)
    weather(outside, light)
    canvas.rgb[y0:y1, x0:x1] = np.clip(outside.rgb, 0, 1)


def _panes(canvas: Canvas, left: float, top: float, wide: float, tall: float, tone: Colour) -> None:
    unit = canvas.unit
    frame = box(left, top, left + wide, top + tall)
    canvas.strokes([np.concatenate([frame, frame[:1]])], unit * 0.022, tone)
    bars = [path([left + wide * t] * 2, [top, top + tall]) for t in (1 / 3, 2 / 3)]
    bars.append(path([left, left + wide], [top + tall * 0.34] * 2))
    canvas.strokes(bars, unit * 0.011, tone)


def _curtains(
    canvas: Canvas, left: float, top: float, wide: float, tall: float, wall: Colour
) -> None:
    """Cloth at both sides in soft folds."""
    rng, unit = canvas.rng, canvas.unit
    tone = mix(colour(str(rng.choice(["d8b48a", "a86a6a", "8a93b8", "7d9a84"]))), wall, 0.35)
    for edge, way in ((left, 1), (left + wide, -1)):
        for n in range(5):
            x = edge + way * unit * (0.012 + 0.026 * n) - way * unit * 0.05
            t = np.linspace(0, 1, 20)
            sway = unit * 0.012 * np.sin(t * 3 + n) + way * unit * 0.03 * (1 - t) ** 2
            half = unit * 0.018 * (0.9 + 0.3 * t)
            shade = tone * (0.72 + 0.09 * (n % 3))
            y = top - unit * 0.03 + (tall + unit * 0.13) * t
            canvas.polygons([ribbon(x + sway, y, half)], shade, alpha=0.96)
    canvas.strokes(
        [path([left - unit * 0.08, left + wide + unit * 0.08], [top - unit * 0.032] * 2)],
        unit * 0.008,
        colour("2b211c"),
    )


def _shelves(canvas: Canvas, start: float, side: int, edge: float) -> None:
    """Books on the wall, away from the window."""
    rng, unit = canvas.rng, canvas.unit
    far = canvas.width if side < 0 else 0.0
    low, high = sorted((start, far))
    if high - low < unit * 0.16:
        return
    for row in range(3):
        board = edge - unit * (0.2 + 0.17 * row)
        canvas.polygons([box(low, board, high, board + unit * 0.014)], colour("5b3d29"))
        x = low + unit * 0.012
        while x < high - unit * 0.03:
            thick, tall = unit * rng.uniform(0.011, 0.027), unit * rng.uniform(0.075, 0.125)
            tone = colour(str(rng.choice(["a4503f", "c98b4b", "4f6d7a", "77815c", "d8c7a3",
                                          "6a4c6d", "35505c"])))  # fmt: skip
            if rng.random() < 0.1:
                x += unit * 0.05
                continue
            canvas.polygons([box(x, board - tall, x + thick, board)], tone)
            canvas.polygons([box(x + thick * 0.2, board - tall * 0.85, x + thick * 0.8,
                                 board - tall * 0.78)], colour("f3e3c2"), alpha=0.6)  # fmt: skip
            x += thick + unit * 0.002


def _bunting(canvas: Canvas, y: float) -> None:
    """A string of small lights across the wall."""
    t = np.linspace(0, 1, 90)
    sag = canvas.unit * 0.05 * np.abs(np.sin(t * np.pi * 4))
    x = canvas.width * t
    canvas.strokes([path(x, y - canvas.unit * 0.01 + sag)], canvas.unit * 0.002, colour("1d1714"))
    for n in range(3, 90, 5):
        tone = colour(("ffd88a", "ffb38a", "ffe9c4")[n % 3])
        canvas.glow(float(x[n]), float(y + sag[n]), canvas.unit * 0.03, tone, 0.55)
        canvas.glow(float(x[n]), float(y + sag[n]), canvas.unit * 0.006, colour("ffffff"), 0.9)


def _sill(canvas: Canvas, left: float, y: float, wide: float, wall: Colour) -> None:
    """The sill with pots on it, perhaps a cat."""
    rng, unit = canvas.rng, canvas.unit
    board = mix(wall, colour("e7d8bf"), 0.35)
    canvas.polygons(
        [box(left - unit * 0.04, y, left + wide + unit * 0.04, y + unit * 0.028)], board
    )
    spots = list(rng.permutation(np.linspace(0.1, 0.9, 6)))
    if canvas.says("cat") or rng.random() < 0.4:
        cat(canvas, left + wide * spots.pop(), y, unit * 0.11)
    for _ in range(int(rng.integers(1, 4))):
        plant(canvas, left + wide * spots.pop(), y, unit * rng.uniform(0.07, 0.12))


def plant(canvas: Canvas, x: float, foot: float, size: float) -> None:
    """A pot with leaves of some kind."""
    rng = canvas.rng
    pot = colour(str(rng.choice(["b5643c", "d8cfc0", "6b7a86"])))
    leaf = colour(str(rng.choice(["3f6b45", "56804f", "2f5a4a"])))
    shape = np.array([(-0.34, -0.5), (0.34, -0.5), (0.25, 0), (-0.25, 0)]) * size + (x, foot)
    blades, count = [], int(rng.integers(7, 13))
    for turn in np.linspace(-1.25, 1.25, count):
        long, t = size * rng.uniform(0.7, 1.3), np.linspace(0, 1, 9)
        bend = turn * (0.5 + 0.7 * t)
        blades.append(
            ribbon(
                x + long * t * np.sin(bend),
                foot - size * 0.5 - long * t * np.cos(bend),
                size * 0.09 * np.sin(np.pi * np.clip(t, 0.03, 0.97)),
            )
        )
    canvas.polygons(blades, leaf)
    canvas.polygons(blades[::3], mix(leaf, colour("d8e8a8"), 0.3))
    canvas.polygons([shape], pot)


def _rain_on_glass(canvas: Canvas, left: float, top: float, wide: float, tall: float) -> None:
    """Drops that run down a window, each with a spark of light."""
    rng, unit = canvas.rng, canvas.unit
    tone = colour("dfe9f5")
    trails = []
    for _ in range(70):
        x, y = left + wide * rng.random(), top + tall * rng.random() * 0.9
        long = min(unit * rng.exponential(0.06), top + tall - y)
        t = np.linspace(0, 1, 8)
        trails.append(path(x + 0.05 * long * np.sin(t * 4 + x), y + long * t))
    canvas.strokes(trails, unit * 0.002, tone, alpha=0.3, light=True)
    drops = [(left + wide * rng.random(), top + tall * rng.random(), r, r * 1.3)
             for r in unit * rng.uniform(0.001, 0.0042, 420)]  # fmt: skip
    canvas.ellipses(drops, tone, alpha=0.34, light=True)


def _desk_things(
    canvas: Canvas, edge: float, lamp: tuple[float, float], side: int, middle: float
) -> None:
    """On the desk: a lamp that burns, an open book or a screen, a mug that steams, pencils."""
    rng, unit = canvas.rng, canvas.unit
    reach = min(unit, canvas.width * 0.66)  # how far things lie apart
    foot = edge + unit * 0.03
    _screen(canvas, middle + side * reach * 0.1, foot + unit * 0.05) if rng.random() < 0.45 else (
        _open_book(
            canvas, middle + side * reach * rng.uniform(0.0, 0.2), edge + unit * 0.11, unit * 0.16
        )
    )
    x = middle + side * reach * rng.uniform(0.34, 0.46)
    _stack(canvas, x, foot + unit * 0.02, unit * 0.12)
    mug = (middle - side * unit * rng.uniform(0.2, 0.26), foot + unit * 0.06)
    _cup(canvas, *mug, unit * 0.07)
    _desk_lamp(canvas, lamp[0], foot + unit * 0.02, unit * 0.27, side)
    if rng.random() < 0.5:
        plant(
            canvas, middle + side * reach * rng.uniform(0.52, 0.62), foot + unit * 0.04, unit * 0.12
        )


def _desk_lamp(canvas: Canvas, x: float, foot: float, tall: float, side: int) -> None:
    iron = colour("26211f")
    head = (x + side * tall * 0.22, foot - tall * 0.86)
    canvas.ellipses([(x, foot, tall * 0.2, tall * 0.05)], iron)
    arm = path([x, x - side * tall * 0.12, head[0]], [foot, foot - tall * 0.5, head[1]])
    canvas.strokes([arm], tall * 0.035, iron)
    for reach, alpha in ((1.25, 0.1), (0.9, 0.12), (0.55, 0.14)):
        cone = np.array([(-0.12, 0), (0.12, 0), (0.62 * reach, reach), (-0.62 * reach, reach)])
        canvas.polygons([cone * tall + head], colour("ffdca0"), alpha=alpha, light=True,
                        blur=tall * 0.07)  # fmt: skip
    shade = np.array([(-0.09, -0.14), (0.09, -0.14), (0.2, 0.05), (-0.2, 0.05)]) * tall + head
    canvas.polygons([shade], colour(str(canvas.rng.choice(["2f4a45", "7d3a2e", "3a3f55"]))))
    canvas.ellipses([(head[0], head[1] + tall * 0.05, tall * 0.19, tall * 0.03)], colour("fff2cf"))
    canvas.glow(head[0], head[1] + tall * 0.1, tall * 1.2, colour("ffcf8a"), 0.5)


def _open_book(canvas: Canvas, x: float, y: float, size: float) -> None:
    page = colour("f1e4c8")
    for way in (-1, 1):
        t = np.linspace(0, 1, 9)
        top = path(x + way * size * t, y - size * (0.2 + 0.12 * np.sin(t * np.pi)))
        low = path(x + way * size * 1.12 * t[::-1], y + size * 0.2 - size * 0.1 * np.sin(t * np.pi))
        canvas.polygons([np.concatenate([top, low])], page * (0.94 if way < 0 else 0.86))
        for n in range(5):
            f = 0.16 + n * 0.15
            line = path(
                x + way * size * np.array([0.14, 0.92]), [y - size * 0.2 + size * 0.4 * f] * 2
            )
            canvas.strokes([line], size * 0.012, colour("8a7a64"), alpha=0.6)


def _screen(canvas: Canvas, x: float, foot: float) -> None:
    unit = canvas.unit
    canvas.polygons([box(x - unit * 0.15, foot - unit * 0.19, x + unit * 0.15, foot - unit * 0.01)],
                    colour("15161c"))  # fmt: skip
    inner = box(x - unit * 0.14, foot - unit * 0.18, x + unit * 0.14, foot - unit * 0.02)
    canvas.polygons([inner], colour("2b4a6b"))
    canvas.glow(x, foot - unit * 0.1, unit * 0.32, colour("7fb4ff"), 0.22)
    for n in range(6):
        y = foot - unit * (0.16 - 0.022 * n)
        long = unit * canvas.rng.uniform(0.06, 0.22)
        canvas.strokes([path([x - unit * 0.12, x - unit * 0.12 + long], [y, y])], unit * 0.006,
                       colour(("9ad7ff", "ffcf8a", "c7f0b8")[n % 3]), alpha=0.8)  # fmt: skip
    base = np.array([(-0.17, -0.01), (0.17, -0.01), (0.21, 0.035), (-0.21, 0.035)]) * unit
    canvas.polygons([base + np.array([x, foot])], colour("3a3d48"))


def _stack(canvas: Canvas, x: float, foot: float, size: float) -> None:
    rng = canvas.rng
    for n in range(int(rng.integers(2, 5))):
        tone = colour(str(rng.choice(["8f3f36", "c48a4a", "40606e", "6d7a54", "d6c5a0"])))
        off, y = rng.normal(0, 0.06) * size, foot - n * size * 0.2
        canvas.polygons([box(x - size * 0.6 + off, y - size * 0.19, x + size * 0.6 + off, y)], tone)
        canvas.polygons([box(x - size * 0.58 + off, y - size * 0.15, x + size * 0.3 + off,
                             y - size * 0.05)], colour("efe3c8"), alpha=0.5)  # fmt: skip


def _cup(canvas: Canvas, x: float, foot: float, tall: float) -> None:
    tone = colour(str(canvas.rng.choice(["e8ddc8", "b5533c", "5b7a8c", "d9a441"])))
    half = tall * 0.42
    canvas.ellipses([(x, foot, half * 1.5, tall * 0.12)], tone * 0.45, alpha=0.6)
    canvas.strokes([path(x + half + tall * 0.24 * np.sin(np.linspace(0, np.pi, 10)),
                         foot - tall * np.linspace(0.2, 0.78, 10))], tall * 0.08, tone)  # fmt: skip
    canvas.polygons([rounded(box(x - half, foot - tall * 0.9, x + half, foot))], tone)
    canvas.ellipses([(x, foot - tall * 0.88, half, tall * 0.12)], colour("4a2c1c"))
    wisps = []
    for n in range(3):
        t = np.linspace(0, 1, 16)
        wisps.append(path(x + half * (n - 1) * 0.5 + tall * 0.16 * t * np.sin(t * 5 + n * 0.7),
                          foot - tall * (1 + 1.3 * t)))  # fmt: skip
    canvas.strokes(wisps, tall * 0.07, colour("ffffff"), alpha=0.22, blur=tall * 0.06, light=True)


_CAT = np.array([(-0.9, 0), (-0.92, -0.3), (-0.72, -0.62), (-0.3, -0.74), (0.1, -0.7), (0.3, -0.78),
                 (0.36, -1.02), (0.5, -0.88), (0.68, -0.9), (0.84, -1.02), (0.88, -0.74),
                 (0.86, -0.5), (0.7, -0.34), (0.72, 0)])  # fmt: skip


def cat(canvas: Canvas, x: float, foot: float, size: float) -> None:
    """A cat lying down, its tail hanging."""
    way = 1 if canvas.rng.random() < 0.5 else -1
    tone = colour(str(canvas.rng.choice(["1c1820", "4a3a30", "8a5a36"])))
    canvas.polygons([rounded(_CAT) * (size * way, size) + (x, foot)], tone)
    t = np.linspace(0, 1, 14)
    tail = ribbon(x - way * size * (0.85 + 0.2 * np.sin(t * 3)), foot - size * 0.1 + size * 0.8 * t,
                  size * 0.07 * (1.1 - 0.5 * t))  # fmt: skip
    canvas.polygons([tail], tone)
