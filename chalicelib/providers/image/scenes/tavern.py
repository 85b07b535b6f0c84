"""A tavern: its hearth and tables, its bar, or a seat at one of the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chalicelib.providers.image.canvas import Canvas, clouds, path, ribbon, rounded, smoothstep
from chalicelib.providers.image.light import Light, colour, mix
from chalicelib.providers.image.scenes.indoors import box, candle, desk, lamplight, out_of_focus

if TYPE_CHECKING:
    from chalicelib.providers.image.canvas import Colour, Points

_FIRE = "ff9a3c"


def tavern(canvas: Canvas, light: Light) -> None:
    """A timbered room: a fire in the hearth, candles on the tables, barrels, dusk outside; seen
    whole, from the bar, or from a seat at a table."""
    rng = canvas.rng
    seats = ["room", "room", "bar", "table"]
    seat = str(rng.choice(seats))
    for name, words in (("table", "table candlelit mug tankard"), ("bar", "bar cellar barrel")):
        seat = name if canvas.says(words) and rng.random() < 0.8 else seat
    if seat == "bar":
        _bar(canvas, light)
        return
    _taproom(canvas, light)
    if seat == "table":
        _seat(canvas)


def _seat(canvas: Canvas) -> None:
    """The room out of focus behind a table close by."""
    rng, unit, w, h = canvas.rng, canvas.unit, canvas.width, canvas.height
    out_of_focus(canvas)
    top = h * rng.uniform(0.66, 0.74)
    desk(canvas, top, colour("6b4223"))
    spots = list(rng.permutation(np.linspace(0.12, 0.88, 7)))
    lamps = [(w * at, top - unit * 0.1, unit * 0.5, 0.9) for at in spots[:2]]
    lamplight(canvas, lamps, colour("ffc987"), 0.5)
    for at in spots[2:5]:
        _mug(canvas, w * at, top + unit * rng.uniform(0.07, 0.15), unit * rng.uniform(0.15, 0.19))
    _loaf(canvas, w * spots[5], top + unit * 0.15, unit * 0.16)
    for at in spots[:2]:
        foot, tall = top + unit * rng.uniform(0.05, 0.14), unit * rng.uniform(0.1, 0.2)
        canvas.ellipses([(w * at, foot, tall * 0.42, tall * 0.1)], colour("5a4a3a"))
        candle(canvas, w * at, foot, tall, colour("ead9b4"))
    canvas.glow(w * spots[0], top, unit * 0.7, colour("ffb861"), 0.16)


def _loaf(canvas: Canvas, x: float, foot: float, size: float) -> None:
    """Bread on a board."""
    canvas.ellipses([(x, foot, size * 1.15, size * 0.2)], colour("4a2d18"))
    canvas.ellipses([(x, foot - size * 0.04, size * 1.1, size * 0.18)], colour("87582f"))
    canvas.ellipses([(x, foot - size * 0.26, size * 0.85, size * 0.32)], colour("b97a3c"))
    canvas.ellipses([(x - size * 0.1, foot - size * 0.36, size * 0.6, size * 0.18)],
                    colour("dba05c"), alpha=0.7, blur=size * 0.06)  # fmt: skip
    cuts = [path(x + size * (t + np.array([-0.07, 0.07])), foot - size * np.array([0.28, 0.5]))
            for t in (-0.35, 0.0, 0.35)]  # fmt: skip
    canvas.strokes(cuts, size * 0.05, colour("f0cf98"))


def _bar(canvas: Canvas, light: Light) -> None:
    """Along the counter: casks in the wall, shelves above, hanging mugs and lanterns."""
    rng, unit, w, h = canvas.rng, canvas.unit, canvas.width, canvas.height
    wood = colour("3a2415")
    counter = h * rng.uniform(0.66, 0.72)
    _wall(canvas, mix(colour("8d6c48"), colour("6f6258"), rng.random()), counter)
    rows = rng.permutation(["casks", "bottles", "bottles"])[:2]
    for n, kind in enumerate(rows):
        y = counter - unit * (0.12 + 0.27 * n)
        if kind == "casks":
            size = unit * rng.uniform(0.1, 0.125)
            for x in np.arange(size * 0.4, w, size * 2.15):
                _cask(canvas, x, y - size * 0.55, size)
            canvas.polygons([box(0, y, w, y + unit * 0.03)], wood)
        else:
            for x in np.arange(0.14, 1.0, 0.24) * w:
                _bottles(canvas, x, y - unit * 0.12, w * 0.105, wood)
    _beams(canvas, wood)
    for x in np.linspace(0.06, 0.94, int(rng.integers(9, 15))) * w:
        _mug(canvas, x + rng.normal(0, 0.008) * unit, h * 0.1 + unit * 0.11, unit * 0.06)
    desk(canvas, counter, colour("6b4223"))
    front = counter + unit * 0.075
    canvas.polygons([box(0, front, w, h)], colour("4a2d18"))
    boards = [path([x, x], [front, h]) for x in np.arange(0, w, unit * 0.12)]
    canvas.strokes(boards, unit * 0.005, wood * 0.6)
    hanging = [(w * at, h * rng.uniform(0.24, 0.34)) for at in rng.uniform(0.1, 0.9, 3)]
    lamps = [(x, y, unit * 0.55, 0.85) for x, y in hanging]
    lamps += [(w * at, counter - unit * 0.06, unit * 0.34, 0.6) for at in (0.2, 0.55, 0.83)]
    lamplight(canvas, lamps, mix(colour("ffc07a"), light.sun, 0.15), 0.24)
    for x, y in hanging:
        _lantern(canvas, x, y, unit * 0.04)
    for at in (0.2, 0.55, 0.83):
        x = w * (at + rng.uniform(-0.04, 0.04))
        candle(canvas, x, counter + unit * 0.03, unit * 0.08, colour("ead9b4"))
        for _ in range(int(rng.integers(1, 4))):
            _mug(canvas, x + unit * rng.uniform(-0.26, 0.26), counter + unit * 0.05, unit * 0.09)
    for x in np.arange(0.08, 1, 0.21) * w:
        canvas.ellipses([(x, h * 0.93, unit * 0.085, unit * 0.022)], wood * 1.6)
        canvas.polygons([box(x - unit * 0.012, h * 0.93, x + unit * 0.012, h)], wood)


def _taproom(canvas: Canvas, light: Light) -> None:
    """The whole room."""
    rng, unit, w, h = canvas.rng, canvas.unit, canvas.width, canvas.height
    floor = h * rng.uniform(0.68, 0.74)
    wood, plaster = colour("3a2415"), mix(colour("b98f5f"), colour("8f7a66"), rng.random())
    _wall(canvas, plaster, floor)
    _planks(canvas, floor, colour("6a4527"))
    side = -1 if rng.random() < 0.5 else 1
    hearth = w * (0.5 + side * rng.uniform(0.2, 0.29))
    window = w * (0.5 - side * rng.uniform(0.12, 0.3))
    posts = [x for x in np.linspace(0.04, 0.96, 7) * w
             if abs(x - hearth) > unit * 0.36 and abs(x - window) > unit * 0.2]  # fmt: skip
    canvas.polygons([box(x - unit * 0.018, 0, x + unit * 0.018, floor) for x in posts], wood)
    canvas.polygons([box(0, floor - unit * 0.2, w, floor - unit * 0.175)], wood)
    _lattice(canvas, window, floor - unit * 0.46, unit * 0.15, unit * 0.26, light, wood)
    room = abs(hearth - window) - unit * 0.52  # between hearth and window
    if room > unit * 0.16:
        middle = (hearth - side * unit * 0.3 + window + side * unit * 0.19) / 2
        _bottles(canvas, middle, floor - unit * 0.42, min(room / 2, unit * 0.3), wood)
    _hearth(canvas, hearth, floor, unit)
    _beams(canvas, wood)
    lamps = [(hearth, floor - unit * 0.08, unit * 0.62, 1.5), (window, floor - unit * 0.4,
             unit * 0.3, 0.35)]  # fmt: skip
    corner = w * (0.5 - side * 0.42)
    if rng.random() < 0.75:
        _barrels(canvas, corner, floor + unit * 0.06, unit * rng.uniform(0.11, 0.14))
    tables = [(w * (0.5 + off), floor + unit * depth, size) for off, depth, size in (
        (-side * rng.uniform(0.02, 0.12), 0.1, 0.2), (side * rng.uniform(0.16, 0.26), 0.2, 0.26),
        (-side * rng.uniform(0.24, 0.34), 0.24, 0.3))]  # fmt: skip
    lamps += [(x, y - unit * size * 0.62, unit * 0.4, 0.5) for x, y, size in tables]
    hanging = [(w * at, h * rng.uniform(0.2, 0.3)) for at in rng.uniform(0.15, 0.85, 2)]
    lamps += [(x, y, unit * 0.5, 0.55) for x, y in hanging]
    lamplight(canvas, lamps, colour("ffc07a"), 0.2)
    _fire(canvas, hearth, floor - unit * 0.012, unit * 0.15)
    for x, y in hanging:
        _lantern(canvas, x, y, unit * 0.035)
    for x, y, size in tables:
        _table(canvas, x, y, unit * size)
    embers(canvas, hearth, floor - unit * 0.1, 36)


def _wall(canvas: Canvas, tone: Colour, floor: float) -> None:
    grain = canvas.soft(lambda w, h: clouds(canvas.rng, w, h, 7, octaves=6, roughness=0.62))
    canvas.rgb[:] = tone * (0.82 + 0.16 * grain)[..., None]
    below = np.clip(np.arange(canvas.height) - floor + 0.5, 0, 1).astype(np.float32)
    canvas.cover(tone * 0.4, np.broadcast_to(below[:, None], canvas.rgb.shape[:2]))


def _planks(canvas: Canvas, floor: float, tone: Colour) -> None:
    """Boards that run away from the eye."""
    rng, w, h = canvas.rng, canvas.width, canvas.height
    first = int(floor)
    rows = h - first
    grain = canvas.soft(lambda a, b: clouds(rng, a, b, 3, stretch=2, octaves=4), first)
    down = (np.arange(rows, dtype=np.float32)[:, None] + 1) / rows
    across = (canvas.x[None, :] - w / 2) / (0.5 + 1.4 * down) / (canvas.unit * 0.085)
    board = np.floor(across)
    tint = 0.72 + 0.28 * (np.sin(board * 12.9898) * 43758.5453 % 1)
    seam = smoothstep(0.0, 0.06, np.abs(across - board - 0.5) * -1 + 0.5)
    shade = tint * (0.45 + 0.55 * seam) * (0.75 + 0.3 * grain)
    canvas.rgb[first:] = tone * np.clip(shade, 0, 1.3)[..., None]


def _beams(canvas: Canvas, wood: Colour) -> None:
    """A ceiling: a board across, and beams that come towards the eye."""
    w, h, unit = canvas.width, canvas.height, canvas.unit
    deep = h * 0.1
    canvas.polygons([box(0, 0, w, deep)], wood * 0.7)
    parts = []
    for x in np.linspace(-0.1, 1.1, 9) * w:
        out = w / 2 + (x - w / 2) * 1.35
        parts.append(np.array([(out - unit * 0.03, 0), (out + unit * 0.03, 0),
                               (x + unit * 0.018, deep), (x - unit * 0.018, deep)]))  # fmt: skip
    canvas.polygons(parts, wood * 1.25)
    canvas.polygons([box(0, deep - unit * 0.008, w, deep + unit * 0.03)], wood)
    canvas.polygons([box(0, deep + unit * 0.03, w, deep + unit * 0.06)], wood * 0.2, alpha=0.35,
                    blur=unit * 0.012)  # fmt: skip


def _lattice(
    canvas: Canvas, x: float, y: float, half: float, tall: float, light: Light, wood: Colour
) -> None:
    """A window of small panes with the weather behind it; `x` its middle, `y` its top."""
    pane = box(x - half, y, x + half, y + tall)
    canvas.polygons([pane], mix(light.sky[-1], light.sky[-2], 0.5))
    canvas.glow(x, y + tall * 0.7, half * 1.5, light.haze, 0.3)
    bars = [path([x + half * t] * 2, [y, y + tall]) for t in (-0.5, 0, 0.5)]
    bars += [path([x - half, x + half], [y + tall * t] * 2) for t in (0.25, 0.5, 0.75)]
    canvas.strokes(bars, canvas.unit * 0.006, wood * 0.6)
    frame = [np.concatenate([pane, pane[:1]])]
    canvas.strokes(frame, canvas.unit * 0.022, wood)
    canvas.polygons([box(x - half * 1.25, y + tall, x + half * 1.25, y + tall * 1.07)], wood * 1.2)


def _hearth(canvas: Canvas, x: float, floor: float, unit: float) -> None:
    """Stones around a dark mouth, a mantel above."""
    rng = canvas.rng
    half, tall = unit * 0.27, unit * 0.42
    stones: dict[int, list[Points]] = {0: [], 1: [], 2: []}
    rows = 9
    for row in range(rows):
        top = floor - tall + row * tall / rows
        left = x - half + (row % 2) * unit * -0.02
        while left < x + half - unit * 0.02:
            wide = unit * rng.uniform(0.05, 0.09)
            right = min(left + wide, x + half + unit * 0.015)
            gap = unit * 0.003
            shape = box(left + gap, top + gap, right - gap, top + tall / rows - gap)
            stones[int(rng.integers(3))].append(rounded(np.concatenate([shape, shape[:1]])))
            left += wide
    canvas.polygons([box(x - half, floor - tall, x + half, floor)], colour("3b332c"))
    chimney = np.array([(x - half * 0.72, 0), (x + half * 0.72, 0), (x + half * 0.86, floor - tall),
                        (x - half * 0.86, floor - tall)])  # fmt: skip
    canvas.polygons([chimney], colour("75685a"))
    for n, shapes in stones.items():
        canvas.polygons(shapes, colour(("8d7f70", "9c8f80", "7c6f62")[n]))
    mouth = [(np.cos(a) * 0.62, -0.36 - 0.32 * np.sin(a)) for a in np.linspace(np.pi, 0, 22)]
    shape = np.array([(-0.62, 0), *mouth, (0.62, 0)]) * (half, half * 1.3) + (x, floor)
    canvas.polygons([shape], colour("140b07"))
    canvas.polygons([box(x - half * 1.2, floor - tall - unit * 0.04, x + half * 1.2, floor - tall)],
                    colour("4a2d19"))  # fmt: skip
    logs = [box(x - half * 0.4, floor - unit * 0.035, x + half * 0.42, floor - unit * 0.012)]
    canvas.polygons(logs, colour("2b1810"))


def _fire(canvas: Canvas, x: float, foot: float, size: float) -> None:
    """Tongues of flame, from a red skirt to a white heart."""
    rng = canvas.rng
    canvas.glow(x, foot - size * 0.6, size * 4.2, colour(_FIRE), 0.5)
    for tone, count, wide, tall in (
        ("d1410c", 11, 0.9, 1.0),
        ("ff8a1f", 9, 0.72, 0.8),
        ("ffd15c", 7, 0.5, 0.58),
        ("fff4cf", 4, 0.28, 0.34),
    ):
        tongues = []
        for at in np.linspace(-1, 1, count):
            high = size * tall * (1 - 0.55 * at * at) * rng.uniform(0.65, 1.15)
            lean, t = rng.normal(0, 0.12) * size, np.linspace(0, 1, 9)
            half = size * 0.17 * np.sin(np.pi * np.clip(0.22 + 0.78 * t, 0, 1)) * (1 - t * 0.5)
            sway = x + at * size * wide + lean * t * t + 0.04 * size * np.sin(t * 6 + at * 9)
            tongues.append(ribbon(sway, foot - high * t, half))
        canvas.polygons(tongues, colour(tone), alpha=0.75, blur=size * 0.02, light=True)
    canvas.glow(x, foot - size * 0.25, size * 1.1, colour("ffe2a0"), 0.5)


def embers(canvas: Canvas, x: float, y: float, count: int) -> None:
    """Sparks and lit dust around a fire."""
    rng, unit = canvas.rng, canvas.unit
    for _ in range(count):
        canvas.glow(x + rng.normal(0, 0.22) * unit, y - rng.exponential(0.14) * unit,
                    unit * rng.uniform(0.0025, 0.006), colour("ffc27a"),
                    rng.uniform(0.3, 0.9))  # fmt: skip


def _bottles(canvas: Canvas, x: float, y: float, half: float, wood: Colour) -> None:
    """Two boards of bottles, jars and mugs."""
    rng, unit = canvas.rng, canvas.unit
    for row in range(2):
        board = y + row * unit * 0.12
        canvas.polygons([box(x - half, board, x + half, board + unit * 0.014)], wood * 1.2)
        at = x - half * 0.94
        while at < x + half * 0.94:
            tall, wide = unit * rng.uniform(0.035, 0.085), unit * rng.uniform(0.012, 0.024)
            tone = colour(str(rng.choice(["3f5a3a", "6b3b22", "8a6a35", "556b6b", "a8906a"])))
            body = np.array([(-1, 0), (-1, -0.6), (-0.4, -0.75), (-0.4, -1), (0.4, -1),
                             (0.4, -0.75), (1, -0.6), (1, 0)])  # fmt: skip
            canvas.polygons([body * (wide, tall) + (at + wide, board)], tone)
            canvas.polygons([box(at + wide * 0.5, board - tall * 0.55, at + wide * 0.75,
                                 board - tall * 0.1)], colour("fff0d0"), alpha=0.25)  # fmt: skip
            at += wide * 2 + unit * rng.uniform(0.006, 0.03)


def _barrels(canvas: Canvas, x: float, foot: float, size: float) -> None:
    for ox, oy in ((-0.62, 0), (0.62, 0), (0, -1.06)):
        _cask(canvas, x + ox * size, foot - size * 0.55 + oy * size, size)


def _cask(canvas: Canvas, x: float, y: float, size: float) -> None:
    """The head of a barrel."""
    canvas.ellipses([(x, y, size * 0.56, size * 0.56)], colour("3b2313"))
    canvas.ellipses([(x, y, size * 0.5, size * 0.5)], colour("8a5d33"))
    staves = [path([x + size * t] * 2, [y - size * s, y + size * s])
              for t in np.linspace(-0.36, 0.36, 5)
              for s in [float(np.sqrt(0.24 - t * t))]]  # fmt: skip
    canvas.strokes(staves, size * 0.015, colour("4c2f18"))
    canvas.ellipses([(x, y + size * 0.2, size * 0.05, size * 0.05)], colour("2a170c"))


def _lantern(canvas: Canvas, x: float, y: float, size: float) -> None:
    iron = colour("1b120c")
    canvas.strokes([path([x, x], [0, y - size])], size * 0.09, iron)
    canvas.glow(x, y, size * 8, colour("ffb861"), 0.4)
    canvas.polygons([box(x - size * 0.55, y - size * 0.8, x + size * 0.55, y + size * 0.9)],
                    colour("ffdf9e"), light=True, alpha=0.85)  # fmt: skip
    bars = [path([x + size * t] * 2, [y - size * 0.85, y + size * 0.95]) for t in (-0.58, 0, 0.58)]
    canvas.strokes(bars, size * 0.11, iron)
    cap = np.array([(-0.75, -0.8), (0, -1.35), (0.75, -0.8)]) * size + (x, y)
    canvas.polygons(
        [cap, box(x - size * 0.7, y + size * 0.9, x + size * 0.7, y + size * 1.1)], iron
    )


def _table(canvas: Canvas, x: float, foot: float, size: float) -> None:
    """A heavy table with mugs and a candle on it, dark against the light, and two stools."""
    rng = canvas.rng
    dark, top = colour("1d100a"), colour("59381d")
    high = foot - size * 0.5
    slab = np.array([(-0.92, 0), (0.92, 0), (1.05, 0.13), (-1.05, 0.13)]) * size + (x, high)
    legs = [box(x + size * t - size * 0.05, high, x + size * t + size * 0.05, foot + size * 0.06)
            for t in (-0.8, 0.8)]  # fmt: skip
    seats = [(x - size * 0.5, foot + size * 0.18), (x + size * 0.55, foot + size * 0.14)]
    canvas.ellipses([(x, foot + size * 0.06, size * 1.15, size * 0.09)], dark, alpha=0.55,
                    blur=size * 0.05)  # fmt: skip
    canvas.polygons(legs, dark)
    canvas.polygons([slab], top)
    edge = np.array([(-1.05, 0.13), (1.05, 0.13), (1.05, 0.2), (-1.05, 0.2)]) * size + (x, high)
    canvas.polygons([edge], dark * 1.4)
    for at in rng.uniform(-0.75, 0.75, int(rng.integers(2, 5))):
        _mug(canvas, x + size * at, high + size * rng.uniform(0.03, 0.08), size * 0.17)
    candle(canvas, x + size * rng.uniform(-0.3, 0.3), high + size * 0.05, size * 0.16,
           colour("e9d9b5"))  # fmt: skip
    for sx, sy in seats:
        canvas.polygons([box(sx - size * 0.2, sy - size * 0.22, sx + size * 0.2, sy - size * 0.16)],
                        dark * 1.6)  # fmt: skip
        canvas.polygons([box(sx + t * size - size * 0.025, sy - size * 0.18,
                             sx + t * size + size * 0.025, sy + size * 0.1)
                         for t in (-0.15, 0.15)], dark)  # fmt: skip


def _mug(canvas: Canvas, x: float, foot: float, tall: float) -> None:
    pewter = colour(str(canvas.rng.choice(["6f675e", "7a5a34", "57504a"])))
    half = tall * 0.36
    canvas.strokes(
        [
            path(
                x + half + tall * 0.2 * np.sin(np.linspace(0, np.pi, 9)),
                foot - tall * np.linspace(0.25, 0.8, 9),
            )
        ],
        tall * 0.09,
        pewter,
    )
    canvas.polygons([box(x - half, foot - tall, x + half, foot)], pewter)
    canvas.ellipses([(x, foot - tall, half, tall * 0.13)], colour("e8d6ae"))
    canvas.polygons([box(x - half * 0.7, foot - tall * 0.8, x - half * 0.4, foot - tall * 0.15)],
                    colour("fff0d0"), alpha=0.3)  # fmt: skip
