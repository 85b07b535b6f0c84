"""Great halls, seen down their length: a ballroom under chandeliers, a cathedral by candlelight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from chalicelib.providers.image.canvas import Canvas, clouds, path, ribbon
from chalicelib.providers.image.light import Light, colour, mix
from chalicelib.providers.image.scenes import heights, plains
from chalicelib.providers.image.scenes.indoors import (
    box,
    candle,
    desk,
    flame,
    lamplight,
    out_of_focus,
)
from chalicelib.providers.image.scenes.sky import rays

if TYPE_CHECKING:
    from chalicelib.providers.image.canvas import Colour, Points


@dataclass(frozen=True)
class _Hall:
    """A long room in one-point perspective: x and y in half widths at depth 1, depth z ≥ 1."""

    canvas: Canvas
    vx: float
    vy: float
    wide: float
    tall: float
    low: float
    end: float

    def at(self, x: float, y: float, z: float) -> tuple[float, float]:
        """Pixels of a point: x -1 … 1 across, y 0 (floor) … 1 (ceiling)."""
        return (self.vx + x * self.wide / z,
                self.vy + (self.low - y * (self.low + self.tall)) / z)  # fmt: skip

    def quad(self, *corners: tuple[float, float, float]) -> Points:
        return np.array([self.at(*corner) for corner in corners])

    def opening(
        self, x: float, bottom: float, top: float, near: float, far: float, *, pointed: bool
    ) -> Points:
        """An arched opening in a side wall between two depths."""
        t = np.linspace(0, 1, 17)
        depth = near + (far - near) * t
        swing = np.abs(2 * t - 1)
        rise = (1 - swing**1.6) if pointed else np.sqrt(np.clip(1 - swing**2, 0, 1))
        spring = bottom + (top - bottom) * (0.55 if pointed else 0.7)
        arch = zip(rise, depth, strict=True)
        crown = [self.at(x, spring + (top - spring) * r, z) for r, z in arch]
        return np.array([self.at(x, bottom, near), *crown, self.at(x, bottom, far)])


def _hall(canvas: Canvas) -> _Hall:
    rng, unit = canvas.rng, canvas.unit
    least = canvas.height * 0.44  # ceiling and floor reach the edges of an upright frame, too
    return _Hall(
        canvas,
        canvas.width * rng.uniform(0.28, 0.72),
        canvas.height * rng.uniform(0.38, 0.62),
        canvas.width * rng.uniform(0.5, 0.66),
        max(least, unit * rng.uniform(0.52, 0.7)),
        max(least, unit * rng.uniform(0.44, 0.6)),
        rng.uniform(4.2, 8.5),
    )


def _shell(hall: _Hall, wall: Colour, ceiling: Colour, floor: tuple[Colour, Colour]) -> None:
    """Walls, ceiling, far end, and a floor of two kinds of stone."""
    canvas, end = hall.canvas, hall.end
    canvas.rgb[:] = wall * 0.8
    grain = canvas.soft(lambda w, h: clouds(canvas.rng, w, h, 9, octaves=5))
    canvas.rgb *= (1 + 0.08 * grain)[..., None]
    near = 0.75
    canvas.polygons([hall.quad((-1, 1, near), (1, 1, near), (1, 1, end), (-1, 1, end))], ceiling)
    canvas.polygons([hall.quad((-1, 0, near), (1, 0, near), (1, 0, end), (-1, 0, end))], floor[0])
    depths = 1 / np.linspace(1 / near, 1 / end, 15)
    lanes = np.linspace(-1, 1, 11)
    tiles = [
        hall.quad((lanes[i], 0, depths[k]), (lanes[i + 1], 0, depths[k]),
                  (lanes[i + 1], 0, depths[k + 1]), (lanes[i], 0, depths[k + 1]))
        for i in range(10) for k in range(14) if (i + k) % 2
    ]  # fmt: skip
    canvas.polygons(tiles, floor[1])
    back = hall.quad((-1, 0, end), (-1, 1, end), (1, 1, end), (1, 0, end))
    canvas.polygons([back], wall * 0.9)


def _polished(hall: _Hall, strength: float) -> None:
    """The floor mirrors the hall a little."""
    _mirror(hall.canvas, int(hall.at(0, 0, hall.end)[1]), strength)


def _mirror(canvas: Canvas, first: int, strength: float) -> None:
    """Rows from `first` down mirror what is above them."""
    rows = min(canvas.height - first, first)
    if rows < 4:
        return
    mirror = canvas.rgb[first - rows : first][::-1]
    fade = np.linspace(1, 0.25, rows, dtype=np.float32)[:, None, None] * np.float32(strength)
    canvas.rgb[first : first + rows] += (mirror - canvas.rgb[first : first + rows]) * fade


def ballroom(canvas: Canvas, light: Light) -> None:
    """A hall of a palace: down its length, along its windows, or behind a candelabrum."""
    rng = canvas.rng
    seen = str(rng.choice(["length", "windows", "candles"], p=[0.5, 0.3, 0.2]))
    for name, words in (("candles", "candlelight candle candlelit mask"),
                        ("windows", "window corridor gallery")):  # fmt: skip
        seen = name if canvas.says(words) and rng.random() < 0.5 else seen
    if seen == "windows":
        _along_windows(canvas, light)
        return
    _down_the_hall(canvas, light)
    if seen == "candles":
        _candelabrum(canvas)


def _scheme(canvas: Canvas) -> list[Colour]:
    """Wall, ceiling, gold and cloth that go together."""
    schemes = ("d9b98a ead0a0 b8863a 8a2f35", "b9b6c2 d6d3da c09a4e 2f4a8b",
               "c08f68 d9b48a a86b2c 6a2440", "a9b8a6 cfd8c4 b0904a 2f5a4a")  # fmt: skip
    return [colour(code) for code in str(canvas.rng.choice(schemes)).split()]


def _along_windows(canvas: Canvas, light: Light) -> None:
    """The long side: arched windows with the park behind them, their light on the floor."""
    rng, unit, w, h = canvas.rng, canvas.unit, canvas.width, canvas.height
    wall, ceiling, gold, cloth = _scheme(canvas)
    floor, cornice = h * rng.uniform(0.7, 0.84), h * rng.uniform(0.06, 0.14)
    grain = canvas.soft(lambda a, b: clouds(rng, a, b, 8, octaves=5))
    canvas.rgb[:] = wall * (0.9 + 0.06 * grain)[..., None]
    outside = Canvas(w, int(floor), rng, canvas.words)
    views = (heights.lake, plains.meadow, heights.mountains, plains.pines)
    views[int(rng.integers(len(views)))](outside, light)
    count = int(rng.integers(3, 6))
    gap = w / count
    half, top = gap * rng.uniform(0.24, 0.33), h * rng.uniform(0.18, 0.28)
    first = gap * rng.uniform(-1, 0)  # the frame cuts the row of windows anywhere
    middles = [first + gap * (n + 0.5) for n in range(count + 1)]
    day = light.time in ("day", "dawn", "sunset", "fog")
    checks = (mix(wall, colour("6a5a48"), 0.35), mix(wall, colour("3a2c24"), 0.62))
    _checks(canvas, floor, checks)
    for n in range(count + 2):
        _pilaster(canvas, first + gap * n, cornice, floor, gap * 0.085, wall, gold)
    canvas.polygons([box(0, 0, w, cornice)], ceiling)
    for y, thick, tone in ((cornice, 0.014, gold), (cornice - unit * 0.04, 0.006, gold),
                           (floor - unit * 0.03, 0.03, wall * 0.75)):  # fmt: skip
        canvas.polygons([box(0, y, w, y + unit * thick)], tone)
    lamps = [(x, h * 0.45, unit * 0.42, 0.55 if day else 0.12) for x in middles]
    hung = [w * at for at in ((0.5,), (0.27, 0.73))[int(rng.integers(2))]]
    lamps += [(x, h * 0.26, unit * 0.62, 0.75) for x in hung]
    dark = 0.5 if day else 0.3
    lamplight(canvas, lamps, mix(colour("ffd79a"), light.sun, 0.4 if day else 0.1), dark)
    _arches(canvas, outside, middles, half, top, floor - unit * 0.05, gold, wall * (0.4 + dark))
    for x in middles:
        _drapes(canvas, x, half, top, floor, cloth * (0.35 + dark), gold)
    if day:
        pools = [np.array([(x - half * 0.8, floor), (x + half * 0.8, floor), (x + half * 1.5, h),
                           (x - half * 0.6, h)]) for x in middles]  # fmt: skip
        canvas.polygons(pools, light.sun, alpha=0.22, blur=unit * 0.012, light=True)
    _mirror(canvas, int(floor), 0.22)
    for x in hung:
        _lustre(canvas, x, h * 0.27, unit * rng.uniform(0.15, 0.2), 0.0, gold)


def _arches(
    canvas: Canvas, outside: Canvas, middles: list[float], half: float, top: float, foot: float,
    gold: Colour, wall: Colour,
) -> None:  # fmt: skip
    """Round-headed windows through which another canvas is seen."""
    unit = canvas.unit
    y = np.arange(int(foot), dtype=np.float32)[:, None]
    for x in middles:
        dx = np.abs(canvas.x[None, :] - x)
        head = np.sqrt(np.clip(half**2 - dx**2, 0, None))
        inside = np.clip(y - (top + half - head) + 0.5, 0, 1) * np.clip(half - dx + 0.5, 0, 1)
        canvas.cover(outside.rgb[: int(foot)], inside.astype(np.float32))
        turn = np.linspace(np.pi, 0, 30)
        arch = path(x + half * np.cos(turn), top + half - half * np.sin(turn))
        rim = np.concatenate([[(x - half, foot)], arch, [(x + half, foot)]])
        canvas.strokes([rim], unit * 0.02, gold)
        bars = [path([x + half * t] * 2, [top + half * (0.06 if t == 0 else 0.2), foot])
                for t in (-0.4, 0.0, 0.4)]  # fmt: skip
        bars += [path([x - half, x + half], [v, v]) for v in np.linspace(top + half, foot, 5)]
        canvas.strokes(bars, unit * 0.007, wall * 0.8)


def _checks(canvas: Canvas, floor: float, tones: tuple[Colour, Colour]) -> None:
    """A floor of two kinds of stone, laid towards the eye."""
    first = int(floor)
    down = np.arange(1, canvas.height - first + 1, dtype=np.float32)[:, None] / canvas.unit
    deep = 0.16 / (down + 0.05)
    across = (canvas.x[None, :] - canvas.width / 2) / canvas.unit * deep * 4
    odd = ((np.floor(across) + np.floor(deep * 7)) % 2)[..., None]
    canvas.rgb[first:] = tones[0] * odd + tones[1] * (1 - odd)


def _pilaster(
    canvas: Canvas, x: float, top: float, foot: float, half: float, wall: Colour, gold: Colour
) -> None:
    for n in range(9):
        x0, x1 = x - half + 2 * half * n / 9, x - half + 2 * half * (n + 1) / 9
        shade = 0.74 + 0.36 * np.sin(np.pi * (n + 0.5) / 9) - 0.07 * (n % 2)
        canvas.polygons([box(x0, top, x1, foot)], np.clip(wall * shade, 0, 1))
    for y, tall in ((top, 0.05), (foot - canvas.unit * 0.05, 0.05)):
        canvas.polygons([box(x - half * 1.25, y, x + half * 1.25, y + canvas.unit * tall)], gold)


def _drapes(
    canvas: Canvas, x: float, half: float, top: float, foot: float, cloth: Colour, gold: Colour
) -> None:
    """Curtains gathered to both sides of a window."""
    unit = canvas.unit
    t = np.linspace(0, 1, 30)
    for way in (-1, 1):
        pinch = np.exp(-(((t - 0.62) / 0.16) ** 2))
        for n in range(5):
            out = x + way * half * (1.12 - 0.1 * n * (1 - 0.75 * pinch))
            down = top - unit * 0.04 + (foot - top) * t
            thick = half * 0.075 * (1 - 0.45 * pinch)
            fold = ribbon(out + unit * 0.004 * np.sin(t * 5 + n), down, thick)
            canvas.polygons([fold], cloth * (0.72 + 0.13 * (n % 3)))
        y, near, far = (
            top - unit * 0.04 + (foot - top) * 0.62,
            x + way * half,
            x + way * half * 1.17,
        )
        canvas.polygons([box(near, y - unit * 0.008, far, y + unit * 0.008)], gold)
    s = np.linspace(-1, 1, 40)
    swag = path(x + half * 1.15 * s, top - unit * 0.02 + unit * 0.07 * (1 - s * s))
    crown = path(x + half * 1.15 * s[::-1], np.full(40, top - unit * 0.06))
    canvas.polygons([np.concatenate([swag, crown])], cloth)
    canvas.strokes([swag], unit * 0.006, gold)


def _candelabrum(canvas: Canvas) -> None:
    """The hall out of focus behind candles, glasses and a letter on a table."""
    rng, unit, w, h = canvas.rng, canvas.unit, canvas.width, canvas.height
    out_of_focus(canvas)
    top = h * rng.uniform(0.66, 0.84)
    desk(canvas, top, colour(str(rng.choice(["5a2f24", "e0d6c4", "3a2a30"]))))
    gold = colour("c79a45")
    x, foot, tall = w * rng.uniform(0.2, 0.8), top + unit * 0.08, unit * rng.uniform(0.32, 0.52)
    lamplight(canvas, [(x, foot - tall, unit * 0.9, 0.5)], colour("ffd79a"), 0.5)
    canvas.ellipses([(x, foot, tall * 0.2, tall * 0.05)], gold * 0.7)
    stem = ribbon([x] * 30, np.linspace(foot, foot - tall * 0.72, 30),
                  tall * (0.018 + 0.016 * np.sin(np.linspace(0, 4 * np.pi, 30)) ** 2))  # fmt: skip
    canvas.polygons([stem], gold)
    t = np.linspace(0, 1, 20)
    for reach in (-0.42, -0.22, 0.0, 0.22, 0.42):
        dip = 0.16 * np.sin(np.pi * t) * abs(reach) / 0.42
        lift = foot - tall * (0.62 + 0.1 * t - dip)
        canvas.strokes([path(x + tall * reach * t, lift)], tall * 0.022, gold)
        cup = x + tall * reach
        canvas.polygons(
            [box(cup - tall * 0.04, foot - tall * 0.76, cup + tall * 0.04, foot - tall * 0.71)],
            gold,
        )
        candle(canvas, cup, foot - tall * 0.75, tall * rng.uniform(0.2, 0.26), colour("f3e8d0"))
    page = np.array([(-0.2, 0.02), (0.12, -0.03), (0.2, 0.07), (-0.14, 0.13)]) * unit
    place = (x + unit * rng.choice([-0.42, 0.42]), top + unit * 0.1)
    canvas.polygons([page + place], colour("efe2c6"))
    canvas.disc(place[0], place[1] + unit * 0.05, unit * 0.02, colour("8f2430"))
    for _ in range(int(rng.integers(1, 4))):
        _goblet(canvas, x + unit * rng.uniform(-0.6, 0.6), top + unit * rng.uniform(0.06, 0.16),
                unit * 0.15)  # fmt: skip


def _goblet(canvas: Canvas, x: float, foot: float, tall: float) -> None:
    glass = colour("f4efe4")
    bowl = np.array([(-0.2, -1), (-0.24, -0.72), (-0.12, -0.5), (0, -0.46), (0.12, -0.5),
                     (0.24, -0.72), (0.2, -1)]) * tall + (x, foot)  # fmt: skip
    wine = np.array([(-0.225, -0.78), (-0.12, -0.52), (0, -0.48), (0.12, -0.52), (0.225, -0.78)])
    canvas.polygons([wine * tall + (x, foot)], colour("7a1f33"), alpha=0.9)
    canvas.polygons([bowl], glass, alpha=0.16, light=True)
    canvas.strokes([bowl, path([x, x], [foot - tall * 0.46, foot])], tall * 0.02, glass, alpha=0.7)
    canvas.ellipses([(x, foot, tall * 0.17, tall * 0.035)], glass, alpha=0.5, light=True)


def _down_the_hall(canvas: Canvas, light: Light) -> None:
    """Columns and tall windows to both sides, chandeliers, a floor that shines."""
    rng, unit = canvas.rng, canvas.unit
    hall = _hall(canvas)
    wall, ceiling, gold, cloth = _scheme(canvas)
    stones = (mix(wall, colour("6a5a48"), 0.25), mix(wall, colour("3a2c24"), 0.62))
    _shell(hall, wall, ceiling * 0.92, stones)
    if rng.random() < 0.55:
        strip = hall.quad((-0.2, 0, 0.75), (0.2, 0, 0.75), (0.2, 0, hall.end), (-0.2, 0, hall.end))
        canvas.polygons([strip], cloth)
        edge = [hall.quad((x, 0, 0.75), (x, 0, hall.end)) for x in (-0.185, 0.185)]
        canvas.strokes(edge, unit * 0.004, gold)
    bays = 1 / np.linspace(1 / 0.95, 1 / hall.end, 6)
    for k in range(4, -1, -1):
        for side in (-1, 1):
            _bay(hall, side, float(bays[k]), float(bays[k + 1]), wall, gold, cloth, light)
    _far_end(hall, light, gold, pointed=False)
    coffers = [hall.quad((-1, 1, z), (1, 1, z)) for z in bays]
    coffers += [hall.quad((x, 1, 0.75), (x, 1, hall.end)) for x in (-0.6, -0.2, 0.2, 0.6)]
    canvas.strokes(coffers, unit * 0.006, gold * 0.85, alpha=0.8)
    hung = [z for z in (1.5, 2.4, 3.8) if z < hall.end][: int(rng.integers(1, 4))]
    lamps = [(*hall.at(0, 0.68, z), unit * 0.62 / z**0.6, 0.62) for z in hung]
    day = light.time in ("day", "dawn", "sunset")
    lamps += [(*hall.at(side, 0.55, 2.2), unit * 0.6, 0.36 if day else 0.1) for side in (-1, 1)]
    tone = mix(colour("ffd79a"), light.sun, 0.4 if day else 0.1)
    lamplight(canvas, lamps, tone, 0.5 if day else 0.3)
    _polished(hall, 0.3)
    for z in reversed(hung):
        _chandelier(hall, z, gold)
    if day:
        rays(canvas, *hall.at(float(rng.choice([-1, 1])), 0.85, 1.6), light.sun, 0.12)


def _bay(
    hall: _Hall, side: int, near: float, far: float, wall: Colour, gold: Colour, cloth: Colour,
    light: Light,
) -> None:  # fmt: skip
    """A window with curtains between two columns."""
    canvas, unit = hall.canvas, hall.canvas.unit
    a, b = near + (far - near) * 0.26, near + (far - near) * 0.84
    pane = hall.opening(side, 0.1, 0.86, a, b, pointed=False)
    canvas.polygons([pane], mix(light.sky[-1], light.sky[-2], 0.35))
    canvas.polygons([hall.opening(side, 0.1, 0.4, a, b, pointed=False)], light.depth(0.35),
                    alpha=0.45)  # fmt: skip
    bars = [hall.quad((side, 0.1, a + (b - a) * t), (side, 0.82, a + (b - a) * t))
            for t in (0.33, 0.66)]  # fmt: skip
    bars += [hall.quad((side, y, a), (side, y, b)) for y in (0.3, 0.5, 0.68)]
    canvas.strokes(bars, unit * 0.007 / near, wall * 0.75)
    canvas.strokes([np.concatenate([pane, pane[:1]])], unit * 0.012 / near, gold)
    for z, way in ((a, 1), (b, -1)):
        drape = hall.quad(
            (side, 0.9, z),
            (side, 0.9, z + way * (b - a) * 0.3),
            (side, 0.45, z + way * (b - a) * 0.06),
            (side, 0.06, z + way * (b - a) * 0.12),
            (side, 0.06, z),
        )
        canvas.polygons([drape], cloth, alpha=0.95)
    z = near
    left, right = sorted((hall.at(side * 0.985, 0, z)[0], hall.at(side * 0.9, 0, z * 1.02)[0]))
    top, foot = hall.at(side, 0.94, z)[1], hall.at(side, 0, z)[1]
    for n in range(7):
        x0, x1 = left + (right - left) * n / 7, left + (right - left) * (n + 1) / 7
        shade = 0.66 + 0.42 * np.sin(np.pi * (n + 0.5) / 7)
        canvas.polygons([np.array([(x0, top), (x1, top), (x1, foot), (x0, foot)])],
                        np.clip(wall * shade, 0, 1))  # fmt: skip
    for y, tall in ((top, 0.05), (foot, -0.04)):
        deep = (right - left) * 0.22
        end = y + tall * unit / z
        cap = np.array(
            [(left - deep, y), (right + deep, y), (right + deep, end), (left - deep, end)]
        )
        canvas.polygons([cap], gold)


def _far_end(hall: _Hall, light: Light, gold: Colour, *, pointed: bool) -> None:
    """The far wall: three windows, the middle one the tallest, or a door under a round window."""
    canvas, end = hall.canvas, hall.end
    for x, top in ((-0.55, 0.72), (0.55, 0.72), (0.0, 0.56 if pointed else 0.86)):
        t = np.linspace(0, 1, 15)
        swing = np.abs(2 * t - 1)
        rise = (1 - swing**1.6) if pointed else np.sqrt(np.clip(1 - swing**2, 0, 1))
        half = 0.2
        spring = top - 0.2
        crown = [hall.at(x - half + 2 * half * a, spring + (top - spring) * r, end)
                 for a, r in zip(t, rise, strict=True)]  # fmt: skip
        shape = np.array([hall.at(x - half, 0.12, end), *crown, hall.at(x + half, 0.12, end)])
        canvas.polygons([shape], mix(light.sky[-1], light.sky[1], 0.35))
        canvas.strokes([np.concatenate([shape, shape[:1]])], canvas.unit * 0.006, gold)
    x, y = hall.at(0, 0.5, end)
    canvas.glow(x, y, canvas.unit * 0.2, light.sun, 0.14)


def _chandelier(hall: _Hall, z: float, gold: Colour) -> None:
    """Tiers of candles and drops of glass on a chain."""
    x, y = hall.at(0, 0.66, z)
    _lustre(hall.canvas, x, y, hall.canvas.unit * 0.16 / z**0.85, hall.at(0, 1, z)[1], gold)


def _lustre(canvas: Canvas, x: float, y: float, size: float, top: float, gold: Colour) -> None:
    canvas.strokes([path([x, x], [top, y - size * 0.7])], size * 0.03, gold * 0.6)
    canvas.glow(x, y, size * 4.2, colour("ffcf8a"), 0.5)
    for wide, height in ((1.0, 0.12), (0.66, -0.22), (0.34, -0.52)):
        turn = np.linspace(0, 2 * np.pi, 40)
        canvas.strokes(
            [path(x + size * wide * np.cos(turn), y + size * (height + 0.1 * wide * np.sin(turn)))],
            size * 0.035,
            gold,
        )
        drops = [(x + size * wide * np.cos(a), y + size * (height + 0.13 + 0.1 * wide * np.sin(a)),
                  size * 0.022, size * 0.05) for a in np.linspace(0, 2 * np.pi, 22)]  # fmt: skip
        canvas.ellipses(drops, colour("fff4dc"), alpha=0.6, light=True)
        for a in np.linspace(0.2, 2 * np.pi + 0.2, int(5 + 8 * wide), endpoint=False):
            cx, cy = x + size * wide * np.cos(a), y + size * (height + 0.1 * wide * np.sin(a))
            flame(canvas, float(cx), float(cy - size * 0.1), size * 0.1, 0.7)
    strings = [path(x + size * way * np.array([0.0, 0.34, 1.0]) * 1.0,
                    y + size * np.array([-0.72, -0.5, 0.1])) for way in (-1, 1)]  # fmt: skip
    canvas.strokes(strings, size * 0.025, gold)


def cathedral(canvas: Canvas, light: Light) -> None:
    """A nave, or candles in front of it."""
    _nave(canvas, light)
    if canvas.rng.random() < (0.6 if canvas.says("candlelit crypt candlelight") else 0.15):
        _candelabrum(canvas)


def _nave(canvas: Canvas, light: Light) -> None:
    """A nave of grey stone: pointed arches, coloured glass, rows of candles, a shaft of light."""
    rng, unit = canvas.rng, canvas.unit
    hall = _hall(canvas)
    stone = mix(colour("8f8a84"), mix(light.haze, light.sky[1], 0.5), 0.35)
    _shell(hall, stone * 0.8, stone * 0.35, (stone * 0.5, stone * 0.62))
    bays = 1 / np.linspace(1 / 0.95, 1 / hall.end, 6)
    glass = [colour(c) for c in ("3f6fd1", "c23b4a", "e0a23a", "3f9a6a", "7a4fc2")]
    for k in range(4, -1, -1):
        near, far = float(bays[k]), float(bays[k + 1])
        for side in (-1, 1):
            a, b = near + (far - near) * 0.2, near + (far - near) * 0.86
            arch = hall.opening(side, 0.0, 0.62, a, b, pointed=True)
            canvas.polygons([arch], stone * 0.22)
            a2, b2 = near + (far - near) * 0.3, near + (far - near) * 0.74
            pane = hall.opening(side, 0.66, 0.95, a2, b2, pointed=True)
            canvas.polygons([pane], mix(light.sky[-1], light.sun, 0.3))
            for n, tone in enumerate(rng.permutation(len(glass))[:4]):
                z0, z1 = (a2 + (b2 - a2) * (n + s) / 4 for s in (0.08, 0.92))
                canvas.polygons([hall.quad((side, 0.68, z0), (side, 0.82, z0), (side, 0.82, z1),
                                           (side, 0.68, z1))], glass[tone], alpha=0.75)  # fmt: skip
            canvas.strokes([np.concatenate([arch, arch[:1]])], unit * 0.012 / near, stone * 1.15)
            _pier(hall, side, near, stone)
    for z in bays:  # ribs of the vault
        t = np.linspace(-1, 1, 31)
        rib = np.array([hall.at(x, 0.78 + 0.34 * (1 - abs(x) ** 1.5), z) for x in t])
        canvas.strokes([rib], unit * 0.022 / z, stone * 0.75)
    _far_end(hall, light, stone * 0.5, pointed=True)
    _rose(hall, light, glass)
    lamps = [(*hall.at(side * 0.7, 0.1, z), unit * 0.32 / z, 0.5) for z in (1.3, 2.2, 3.6)
             for side in (-1, 1)]  # fmt: skip
    lamps.append((*hall.at(0, 0.5, hall.end), unit * 0.75, 0.95))
    lamplight(canvas, lamps, mix(colour("ffcf90"), light.sun, 0.4), 0.42)
    _polished(hall, 0.2)
    rays(canvas, *hall.at(float(rng.choice([-1, 1])), 0.95, 1.5), light.sun, 0.14)
    for z in (3.6, 2.6, 1.9, 1.4):
        for side in (-1, 1):
            x, foot = hall.at(side * 0.5, 0, z)
            for n in (-1, 0, 1):
                high = unit * (0.17 + 0.03 * (n == 0)) / z
                canvas.strokes([path([x + n * unit * 0.02 / z] * 2, [foot, foot - high])],
                               unit * 0.004 / z, colour("241d18"))  # fmt: skip
                candle(canvas, x + n * unit * 0.02 / z, foot - high, unit * 0.04 / z,
                       colour("efe4cb"))  # fmt: skip


def _pier(hall: _Hall, side: int, z: float, stone: Colour) -> None:
    """A bundle of shafts between two arches."""
    canvas = hall.canvas
    left, right = sorted((hall.at(side * 1.0, 0, z)[0], hall.at(side * 0.9, 0, z)[0]))
    top, foot = hall.at(side, 1, z)[1], hall.at(side, 0, z)[1]
    for n in range(5):
        x0, x1 = left + (right - left) * n / 5, left + (right - left) * (n + 1) / 5
        canvas.polygons([np.array([(x0, top), (x1, top), (x1, foot), (x0, foot)])],
                        stone * (0.62 + 0.5 * np.sin(np.pi * ((n * 0.7) % 1 + 0.15))))  # fmt: skip


def _rose(hall: _Hall, light: Light, glass: list[Colour]) -> None:
    """A round window of coloured glass over the far wall."""
    canvas = hall.canvas
    x, y = hall.at(0, 0.9, hall.end)
    size = canvas.unit * 0.42 / hall.end
    canvas.glow(x, y, size * 4, light.sun, 0.4)
    canvas.disc(x, y, size, mix(light.sun, light.sky[-1], 0.5))
    for ring, count in ((0.75, 12), (0.4, 8)):
        for n in range(count):
            a = 2 * np.pi * n / count
            canvas.ellipses(
                [
                    (
                        x + size * ring * np.cos(a),
                        y + size * ring * np.sin(a),
                        size * 0.15,
                        size * 0.15,
                    )
                ],
                glass[n % len(glass)],
                alpha=0.8,
            )
