"""What people build: a city by the water, a library, a laboratory, people on a hill."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chalicelib.providers.image.canvas import Canvas, clouds, rounded, smoothstep
from chalicelib.providers.image.light import Light, colour, mix
from chalicelib.providers.image.scenes.sky import birds, gradient, mist, sky
from chalicelib.providers.image.scenes.terrain import figure, grass, hills, peaks
from chalicelib.providers.image.scenes.water import reflect

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from chalicelib.providers.image.canvas import Colour, Plane, Points


def city(canvas: Canvas, light: Light) -> None:
    """A skyline in layers of haze, lit windows, mirrored in a river."""
    rng, unit = canvas.rng, canvas.unit
    horizon = rng.uniform(0.66, 0.74)
    sun = sky(canvas, light, horizon)
    dark = bool(light.stars) or light.time in ("storm", "sunset")
    layers = 4
    for n in range(layers):
        near = (n + 0.5) / layers
        tone = light.depth(0.16 + 0.8 * near)
        foot = canvas.height * horizon
        tall = canvas.height * horizon * (0.62 - 0.09 * n)
        x = -unit * 0.05
        while x < canvas.width:
            wide = unit * rng.uniform(0.04, 0.085) * (0.65 + 0.5 * near)
            middle = abs((x + wide / 2) / canvas.width - 0.5 - 0.2 * np.sin(n * 2.1))
            rise = rng.beta(1.6, 2.6) * np.exp(-2.4 * middle) + 0.1
            _tower(canvas, x, wide, foot - tall * min(rise * 1.35, 1.05), foot, tone, light,
                   near, dark)  # fmt: skip
            x += wide * rng.uniform(0.8, 1.5 - 0.35 * near)
        mist(canvas, horizon - 0.2, horizon + 0.06, light.haze, 0.42 * (1 - near) + 0.04)
    if dark:
        _street_lights(canvas, horizon)
    reflect(canvas, horizon, light, sun, calm=0.55)


def _tower(
    canvas: Canvas,
    x: float,
    wide: float,
    top: float,
    foot: float,
    tone: Colour,
    light: Light,
    near: float,
    dark: bool,
) -> None:
    """One building with setbacks, perhaps a mast, and its windows."""
    rng = canvas.rng
    blocks = [(x, top, x + wide, foot)]
    if rng.random() < 0.45:
        inset, crown = wide * rng.uniform(0.14, 0.3), wide * rng.uniform(0.4, 1.4)
        blocks.append((x + inset, top - crown, x + wide - inset, top))
        if rng.random() < 0.5:
            inset, above = wide * 0.38, top - crown
            blocks.append((x + inset, above - crown * 0.5, x + wide - inset, above))
    shapes = [np.array([(a, b), (c, b), (c, d + 1), (a, d + 1)], float) for a, b, c, d in blocks]
    peak = min(block[1] for block in blocks)
    if rng.random() < 0.3:
        mast = wide * 0.03 + canvas.unit * 0.0006
        shapes.append(
            np.array([(x + wide / 2 - mast, peak + 2), (x + wide / 2, peak - wide * 0.9),
                      (x + wide / 2 + mast, peak + 2)])
        )  # fmt: skip
    canvas.polygons(shapes, tone)
    lit_share = rng.uniform(0.25, 0.6) if dark else 0.9
    glow = colour(str(rng.choice(["ffd58a", "ffc46b", "fff0cc", "bfe3ff"])))
    tint = glow if dark else mix(light.haze, light.sky[1], 0.4)
    for left, upper, right, lower in blocks:
        _windows(
            canvas, left, upper, right, lower, tint, lit_share,
            (0.35 + 0.6 * near) if dark else 0.16 + 0.2 * near
        )  # fmt: skip


def _windows(
    canvas: Canvas,
    left: float,
    top: float,
    right: float,
    bottom: float,
    tint: Colour,
    share: float,
    strength: float,
) -> None:
    cell = max(3.0, canvas.unit * 0.0072)
    x0, x1 = int(max(0, left + cell * 0.5)), int(min(canvas.width, right - cell * 0.5))
    y0, y1 = int(max(0, top + cell * 0.8)), int(min(canvas.height, bottom - cell))
    if x1 - x0 < cell or y1 - y0 < cell:
        return
    columns, across = panes(x1 - x0, cell, 0.62)
    rows, down = panes(y1 - y0, cell * 1.35, 0.55)
    lit = canvas.rng.random((int(rows[-1]) + 1, int(columns[-1]) + 1)) < share
    bright = lit * canvas.rng.uniform(0.3, 1, lit.shape)
    amount = down[:, None] * across[None, :] * bright[rows[:, None], columns[None, :]]
    canvas.cover(tint, (amount * strength).astype(np.float32), x0, y0)


def panes(count: int, cell: float, share: float) -> tuple[NDArray[np.intp], Plane]:
    """Of each of so many pixels in a row of windows: which window it may show (the last pixel:
    the one it begins in), and how much of the pixel that covers. Windows fill the first `share`
    of their cells; the gaps between them are a pixel at least."""
    edges = np.arange(count + 1) / cell
    covered = np.floor(edges) * share + np.minimum(edges % 1, share)
    window = np.minimum(edges[1:], edges[-2]).astype(np.intp)
    return window, np.asarray(np.diff(covered) * cell, np.float32)


def _street_lights(canvas: Canvas, horizon: float) -> None:
    rng, unit = canvas.rng, canvas.unit
    y = canvas.height * horizon
    for _ in range(46):
        tone = colour(str(rng.choice(["ffc46b", "ffd9a0", "ff9f6b", "cfe8ff"])))
        canvas.glow(rng.uniform(0, canvas.width), y - unit * rng.uniform(0.002, 0.02),
                    unit * rng.uniform(0.008, 0.026), tone, rng.uniform(0.4, 0.9))  # fmt: skip
    band = np.exp(-((np.arange(canvas.height, dtype=np.float32) - y) ** 2) / (unit * 0.05) ** 2)
    whole = np.broadcast_to(band[:, None], (canvas.height, canvas.width))
    canvas.shine(colour("ffb066"), (whole * np.float32(0.22)).astype(np.float32))


def library(canvas: Canvas, light: Light) -> None:
    """Shelves of old books in a pool of warm light."""
    rng, unit = canvas.rng, canvas.unit
    warm = light.time not in ("night", "storm", "fog")
    wood = colour("2a1a12") if warm else colour("151a22")
    canvas.rgb[:] = wood
    hues = ("7c2d2d 8a5a2b 2f4a3f 26415e 5b3a58 a98a5a 3d2b24 6b705c b08968 1f3a3a"
            if warm else "27405a 3a4f6b 2e5160 45506e 1f3347 566b85 3b3f5c 2a4a4a")  # fmt: skip
    covers = [colour(code) for code in hues.split()]
    shelf = unit * rng.uniform(0.24, 0.3)
    board = shelf * 0.075
    y = -rng.uniform(0, 0.7) * shelf
    while y < canvas.height:
        _shelf(canvas, y, shelf - board, covers)
        first, last = int(max(0, y + shelf - board)), int(min(canvas.height, y + shelf))
        if last > first:
            grain = canvas.soft(lambda w, h: clouds(rng, w, max(2, h), 2, stretch=30), first, last)
            canvas.rgb[first:last] = wood * 2.1
            canvas.rgb[first:last] *= (1 + 0.25 * grain)[..., None]
            canvas.rgb[first : first + max(1, int(board * 0.14))] += np.float32(0.12)
            below = np.linspace(0.75, 0, int(board * 2.4), dtype=np.float32)[:, None]
            shade = np.broadcast_to(below, (len(below), canvas.width))[: canvas.height - last]
            canvas.cover(wood * 0.3, shade, top=last)
        y += shelf
    lamp = (canvas.width * rng.uniform(0.3, 0.7), canvas.height * rng.uniform(0.3, 0.55))
    pool = colour("ffcf8a") if warm else colour("a9d3ff")
    dy, dx = np.mgrid[0 : canvas.height, 0 : canvas.width].astype(np.float32)
    far = np.hypot((dx - lamp[0]) / canvas.width, (dy - lamp[1]) / canvas.height)
    canvas.rgb *= (0.14 + 1.5 * np.exp(-5.5 * far * far))[..., None] * (0.45 + 0.55 * pool)
    canvas.glow(lamp[0], lamp[1], unit * 0.75, pool, 0.3)
    for _ in range(60):
        canvas.glow(lamp[0] + rng.normal(0, 0.25) * canvas.width, rng.uniform(0, canvas.height),
                    unit * rng.uniform(0.0015, 0.006), pool, rng.uniform(0.1, 0.5))  # fmt: skip


def _shelf(canvas: Canvas, top: float, tall: float, covers: list[Colour]) -> None:
    """One row of books: round spines, gilded bands, some gaps and leaning volumes."""
    rng = canvas.rng
    x = -rng.uniform(0, 0.05) * canvas.unit
    gold = colour("e8c170")
    while x < canvas.width:
        wide = tall * rng.uniform(0.09, 0.24)
        high = tall * rng.uniform(0.62, 0.95)
        if rng.random() < 0.04:
            x += tall * rng.uniform(0.1, 0.3)
            continue
        x0, x1 = int(max(0, x)), int(min(canvas.width, x + wide))
        y0, y1 = int(max(0, top + tall - high)), int(min(canvas.height, top + tall))
        if x1 > x0 and y1 > y0:
            across = np.linspace(-1, 1, x1 - x0, dtype=np.float32)
            spine = (1 - 0.75 * across**2) * (1 - 0.22 * across)
            tone = covers[int(rng.integers(len(covers)))] * np.float32(rng.uniform(0.7, 1.25))
            canvas.rgb[y0:y1, x0:x1] = np.clip(tone * spine[:, None], 0, 1)[None]
            for at in rng.choice([0.1, 0.16, 0.24, 0.5, 0.78, 0.86], 3, replace=False):
                line = int(top + tall - high * (1 - at))
                thick = max(1, int(tall * 0.008))
                if y0 <= line < y1 - thick:
                    band = np.clip(spine, 0, 1)[None, :, None] * gold * 0.9
                    canvas.rgb[line : line + thick, x0:x1] = band
        x += wide + tall * 0.006


_FLASKS = {
    "erlenmeyer": ((-0.13, -1), (-0.13, -0.62), (-0.48, -0.06), (-0.44, 0), (0.44, 0),
                   (0.48, -0.06), (0.13, -0.62), (0.13, -1)),
    "beaker": ((-0.36, -0.8), (-0.34, -0.03), (-0.3, 0), (0.3, 0), (0.34, -0.03), (0.36, -0.8)),
    "tube": ((-0.1, -0.95), (-0.1, -0.1), (-0.06, -0.02), (0, 0), (0.06, -0.02), (0.1, -0.1),
             (0.1, -0.95)),
    "round": ((-0.1, -1.05), (-0.1, -0.72), (-0.27, -0.62), (-0.39, -0.42), (-0.39, -0.24),
              (-0.27, -0.06), (-0.12, 0), (0.12, 0), (0.27, -0.06), (0.39, -0.24), (0.39, -0.42),
              (0.27, -0.62), (0.1, -0.72), (0.1, -1.05)),
}  # fmt: skip


_ROOMS = ("04141f 0b3242 14596a", "0d0a24 241a52 46358c", "0a1a16 0f3d33 1c6b57")


def laboratory(canvas: Canvas, light: Light) -> None:
    """Glassware with glowing liquids on a mirroring bench, lights out of focus behind."""
    rng, unit = canvas.rng, canvas.unit
    back = tuple(colour(code) for code in str(rng.choice(_ROOMS)).split())
    bench = rng.uniform(0.72, 0.78)

    def paint(px: Plane, py: Plane) -> Plane:
        field = clouds(rng, px.shape[1], px.shape[0], 2, octaves=3)
        return gradient(back, np.clip(py / bench * 0.9 + 0.16 * field, 0, 1))

    canvas.background(paint)
    liquids = [colour(c) for c in ("4ef0c2", "5bc8ff", "ff6fae", "ffd166", "a78bfa", "7dff8a")]
    bokeh = [(rng.uniform(0, canvas.width), rng.uniform(0, canvas.height * bench),
              unit * rng.uniform(0.015, 0.06)) for _ in range(26)]  # fmt: skip
    for x, y, r in bokeh:
        tone = liquids[int(rng.integers(len(liquids)))]
        canvas.ellipses([(x, y, r, r)], mix(tone, colour("ffffff"), 0.2), alpha=0.12, light=True)
        canvas.ellipses([(x, y, r * 0.82, r * 0.82)], tone, alpha=0.08, light=True)
    floor = canvas.height * bench
    for row, (size, strength) in enumerate(((0.3, 0.45), (0.46, 1.0))):
        x = canvas.width * rng.uniform(0.02, 0.12)
        while x < canvas.width * 0.98:
            kind = str(rng.choice(list(_FLASKS), p=(0.34, 0.14, 0.24, 0.28)))
            tall = unit * size * rng.uniform(0.75, 1.1)
            tone = liquids[int(rng.integers(len(liquids)))]
            _glass(canvas, np.array(_FLASKS[kind]) * tall, x, floor - (1 - row) * unit * 0.012,
                   tall, tone, strength)  # fmt: skip
            x += tall * (0.34 if kind == "tube" else rng.uniform(0.85, 1.35))
    reflect(canvas, bench, light, None, calm=1.15)
    canvas.cover(back[0], np.broadcast_to(
        smoothstep(floor, canvas.height * 1.1, np.arange(canvas.height, dtype=np.float32))[:, None],
        (canvas.height, canvas.width)).astype(np.float32) * np.float32(0.75))  # fmt: skip


def _glass(
    canvas: Canvas,
    outline: Points,
    x: float,
    foot: float,
    tall: float,
    tone: Colour,
    strength: float,
) -> None:
    rng = canvas.rng
    whole = rounded(outline) + np.array([x, foot])
    level = foot - tall * rng.uniform(0.25, 0.5)
    below = whole[whole[:, 1] > level]
    left = np.interp(level, whole[: len(whole) // 2, 1], whole[: len(whole) // 2, 0])
    right = np.interp(-level, -whole[len(whole) // 2 :, 1], whole[len(whole) // 2 :, 0])
    liquid = np.concatenate([[(left, level)], below, [(right, level)]])
    canvas.glow(x, foot - tall * 0.2, tall * 0.9, tone, 0.34 * strength)
    canvas.polygons([whole], colour("ffffff"), alpha=0.05 * strength, light=True)
    canvas.polygons([liquid], tone, alpha=0.72 * strength)
    canvas.ellipses([(x, level, (right - left) / 2, tall * 0.018)],
                    mix(tone, colour("ffffff"), 0.55), alpha=0.8 * strength)  # fmt: skip
    canvas.glow(x, foot - tall * 0.08, tall * 0.34, colour("ffffff"), 0.34 * strength)
    bubbles = [(x + rng.normal(0, 0.1) * tall, foot - rng.uniform(0.03, 0.24) * tall)
               for _ in range(9)]  # fmt: skip
    canvas.ellipses([(a, b, tall * 0.009, tall * 0.009) for a, b in bubbles], colour("ffffff"),
                    alpha=0.5 * strength, light=True)  # fmt: skip
    canvas.strokes([whole], max(1.2, tall * 0.006), colour("e8fbff"), alpha=0.75 * strength)
    rim = whole[0], whole[-1]
    canvas.ellipses([(x, float(rim[0][1]), abs(float(rim[1][0] - rim[0][0])) / 2, tall * 0.016)],
                    colour("e8fbff"), alpha=0.5 * strength)  # fmt: skip
    shine = whole[: len(whole) // 2] * (0.82, 1) + (x * 0.18, 0)
    canvas.strokes([shine[1:]], max(1.0, tall * 0.01), colour("ffffff"), alpha=0.35 * strength)


def gathering(canvas: Canvas, light: Light) -> None:
    """People together on a hill, looking at the light."""
    rng, unit = canvas.rng, canvas.unit
    horizon = rng.uniform(0.6, 0.66)
    sun = sky(canvas, light, horizon, x=rng.uniform(0.4, 0.6))
    for n in range(2):
        profile = peaks(canvas, horizon + 0.03 + 0.06 * n, 0.16, 2.6 + n)
        tone = light.depth(0.25 + 0.25 * n)
        canvas.ridge(profile, tone, mix(tone, light.haze, 0.65), canvas.height * 0.2)
        mist(canvas, horizon - 0.08, horizon + 0.14, light.haze, 0.45)
    dome = canvas.height * (0.8 + 0.16 * ((canvas.x / canvas.width - 0.5) * 2) ** 2)
    ground = np.asarray(dome + 0.3 * (hills(canvas, 0.0, 0.03, 3)), np.float32)
    count = int(rng.integers(5, 10))
    places = np.linspace(0.28, 0.72, count) + rng.normal(0, 0.012, count)
    for place in places:
        x = float(np.clip(place, 0.02, 0.98)) * canvas.width
        size = unit * 0.15 * rng.choice([0.62, 0.86, 0.95, 1.0, 1.05])
        figure(canvas, x, float(ground[int(x)]), size, light.near)
    canvas.ridge(ground, light.near)
    grass(canvas, ground, unit * 0.025, light.near)
    canvas.glow(sun.x, sun.y, unit * 0.5, light.sun, 0.25)
    birds(canvas, canvas.width * 0.3, canvas.height * 0.25, light.depth(0.8), 6)
