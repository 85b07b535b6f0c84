"""Streets: a lane in the rain with its lamps and signs, and the city seen from a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chalicelib.providers.image.canvas import Canvas, clouds, path, resize, smoothstep
from chalicelib.providers.image.light import Light, colour, mix
from chalicelib.providers.image.scenes.sky import mist, sky
from chalicelib.providers.image.scenes.terrain import figure

if TYPE_CHECKING:
    from chalicelib.providers.image.canvas import Colour, Points

_SIGNS = ("ff5fa2", "5fe3ff", "ffd166", "7dffb0", "c792ff", "ff8a5c")


def skyline(canvas: Canvas, light: Light) -> None:
    """Roofs and towers with lit windows, layer behind layer."""
    rng, w, h, unit = canvas.rng, canvas.width, canvas.height, canvas.unit
    sky(canvas, light, 0.85)
    for n in range(3):
        near = (n + 1) / 3
        tone = light.depth(0.3 + 0.62 * near)
        x, base = -unit * 0.05, h * (1.02 + 0.0 * n)
        blocks: list[Points] = []
        panes: list[Points] = []
        while x < w:
            wide = unit * rng.uniform(0.1, 0.2) * (0.7 + 0.5 * near)
            top = h * (rng.uniform(0.34, 0.66) + 0.17 * n - 0.06)
            blocks.append(np.array([(x, base), (x, top), (x + wide, top), (x + wide, base)]))
            cell = unit * (0.022 + 0.012 * near)
            for cx in np.arange(x + cell * 0.5, x + wide - cell * 0.8, cell * 1.3):
                for cy in np.arange(top + cell * 0.6, h, cell * 1.6):
                    if rng.random() < 0.34:
                        panes.append(np.array([(cx, cy), (cx + cell * 0.7, cy),
                                               (cx + cell * 0.7, cy + cell * 0.9),
                                               (cx, cy + cell * 0.9)]))  # fmt: skip
            x += wide * rng.uniform(0.85, 1.1)
        canvas.polygons(blocks, tone)
        if light.time not in ("day", "dawn", "fog"):
            half = len(panes) // 2
            canvas.polygons(panes[:half], colour("ffd78f"), alpha=0.45 + 0.4 * near)
            canvas.polygons(panes[half:], colour("ffb36b"), alpha=0.3 + 0.3 * near)
        else:
            canvas.polygons(panes, light.sky[-1], alpha=0.35)
        mist(canvas, 0.6 + 0.05 * n, 1.0, light.haze, 0.35 * (1 - near))


def street(canvas: Canvas, light: Light) -> None:
    """A lane between houses, its lamps and shop signs mirrored by the wet ground."""
    rng, unit, w, h = canvas.rng, canvas.unit, canvas.width, canvas.height
    old = canvas.says("cobbled medieval village old gothic crooked victorian bistro tavern")
    night = light.time in ("night", "dusk", "storm", "sunset", "fog")
    vx, vy = w * rng.uniform(0.4, 0.6), h * rng.uniform(0.52, 0.58)
    sky(canvas, light, vy / h + 0.12, x=vx / w, disc=False)
    canvas.glow(vx, vy, unit * 0.55, mix(light.haze, colour("ffcf9a"), 0.5), 0.55)
    lit: list[tuple[float, float, float, Colour]] = []
    for side in (-1, 1):
        houses = sorted(_houses(canvas), reverse=True)  # the farthest first
        for far, near, tall in houses:
            _house(canvas, light, (vx, vy), side, (far, near), tall, lit, old=old, night=night)
    ground = vy + (h - vy) * 0.04
    _pavement(canvas, (vx, vy), ground, light, old=old)
    _people(canvas, (vx, vy), light.near)
    _wires(canvas, light.near) if not old and rng.random() < 0.6 else None
    _wet(canvas, ground, 0.62 if night else 0.4)
    for x, y, size, tone in lit:
        canvas.glow(x, y, size * 5, tone, 0.35)
    mist(canvas, vy / h - 0.1, vy / h + 0.12, light.haze, 0.3)


def _houses(canvas: Canvas) -> list[tuple[float, float, float]]:
    """Depths (far and near end) and heights of a row of houses."""
    rng, at = canvas.rng, canvas.rng.uniform(0.4, 0.55)
    row = []
    while at < 9:
        long = at * rng.uniform(0.35, 0.6)
        row.append((at + long, at, float(rng.uniform(0.55, 1.0))))
        at += long
    return row


def _house(
    canvas: Canvas, light: Light, vanish: tuple[float, float], side: int,
    depth: tuple[float, float], tall: float, lit: list[tuple[float, float, float, Colour]],
    *, old: bool, night: bool,
) -> None:  # fmt: skip
    """One house front that runs towards the vanishing point."""
    rng, unit = canvas.rng, canvas.unit
    vx, vy = vanish
    half, low, high = canvas.width * 0.36, unit * 0.42, unit * 0.72 * tall

    def at(z: float, up: float) -> tuple[float, float]:
        return vx + side * half / z, vy + (low - up * (low + high)) / z

    far, near = depth
    close = float(np.clip(1.25 / near, 0, 1))
    hues = ("6a5644 7b6a58 5a4a48 806652" if old else "3a3f52 4a3f4a 39484f 54464a").split()
    wall = mix(mix(light.haze, colour(str(rng.choice(hues))), 0.55 + 0.35 * close),
               light.near, (0.62 if night else 0.25) * close)  # fmt: skip
    front = np.array([at(far, 0), at(far, 1), at(near, 1), at(near, 0)])
    canvas.polygons([front], wall)
    if old:
        peak = at((far + near) / 2, 1.34)
        canvas.polygons([np.array([at(far, 0.99), peak, at(near, 0.99)])], wall * 0.62)
        timbers = [np.array([at(far, u), at(near, u)]) for u in (0.42, 0.7, 0.98)]
        timbers += [np.array([at(z, 0.42), at(z, 0.98)]) for z in np.linspace(far, near, 4)]
        canvas.strokes(timbers, unit * 0.012 * close, light.near, alpha=0.7)
    else:
        canvas.strokes([np.array([at(far, 1), at(near, 1)])], unit * 0.012 * close, wall * 0.6)
    rows, columns = (3, 3) if old else (5, 4)
    glow = colour("ffcf87")
    dark: list[Points] = []
    bright: list[Points] = []
    for row in range(1, rows):
        for column in range(columns):
            z0 = far + (near - far) * (column + 0.25) / columns
            z1 = far + (near - far) * (column + 0.72) / columns
            u0, u1 = (row + 0.2) / rows, (row + 0.75) / rows
            pane = np.array([at(z0, u0), at(z0, u1), at(z1, u1), at(z1, u0)])
            (bright if night and rng.random() < 0.45 else dark).append(pane)
    canvas.polygons(dark, mix(wall, light.sky[1], 0.4) * 0.75)
    canvas.polygons(bright, glow, alpha=0.9)
    shop = np.array([at(far * 0.98 + near * 0.02, 0.02), at(far * 0.98 + near * 0.02, 0.2),
                     at(near * 1.06, 0.2), at(near * 1.06, 0.02)])  # fmt: skip
    warm = colour(str(rng.choice(["ffd9a0", "ffc27a", "ffe6bf"])))
    canvas.polygons([shop], warm if night else mix(wall, colour("2a2a33"), 0.5), alpha=0.88)
    bars = [np.array([at(z, 0.02), at(z, 0.2)]) for z in np.linspace(far, near * 1.06, 5)]
    canvas.strokes(bars, unit * 0.006 * close, light.near, alpha=0.8)
    awning = np.array([at(far, 0.29), at(near, 0.29), (at(near, 0.2)[0] - side * unit * 0.07 / near,
                       at(near, 0.2)[1]), (at(far, 0.2)[0] - side * unit * 0.07 / far,
                       at(far, 0.2)[1])])  # fmt: skip
    canvas.polygons([awning], mix(colour(str(rng.choice(["7d2f35", "2f5a55", "8a6a2f", "3a3f6b"]))),
                                  light.near, 0.35 if night else 0.1))  # fmt: skip
    middle = (far + near) / 2
    if night:
        lit.append((*at(middle, 0.1), unit * 0.07 / middle, warm))
    if old:
        x, y = at(near * 1.05, 0.4)
        size = unit * 0.035 / near
        canvas.glow(x, y, size * 4, colour("ffbf6b"), 0.7)
        canvas.ellipses([(x, y, size * 0.4, size * 0.55)], colour("fff0c9"))
        lit.append((x, y, size, colour("ffbf6b")))
    elif rng.random() < 0.75:
        _sign(canvas, at(middle * 0.96, rng.uniform(0.42, 0.6)), unit * 0.1 / middle, side, lit,
              night=night)  # fmt: skip


def _sign(
    canvas: Canvas, place: tuple[float, float], size: float, side: int,
    lit: list[tuple[float, float, float, Colour]], *, night: bool,
) -> None:  # fmt: skip
    """An upright sign with strokes that look like writing."""
    rng = canvas.rng
    tone = colour(str(rng.choice(_SIGNS)))
    x, y = place[0] - side * size * 0.5, place[1]
    board = np.array([(-0.3, -1.1), (0.3, -1.1), (0.3, 1.1), (-0.3, 1.1)]) * size + (x, y)
    canvas.polygons([board], colour("15121f") if night else mix(tone, colour("ffffff"), 0.55))
    marks = []
    for row in np.linspace(-0.85, 0.85, 4):
        for _ in range(3):
            a, b = rng.uniform(-0.18, 0.18, 2), rng.uniform(-0.16, 0.16, 2)
            marks.append(path(x + size * a, y + size * (row + b)))
    canvas.strokes(marks, size * 0.07, tone, light=night)
    canvas.strokes([np.concatenate([board, board[:1]])], size * 0.05, tone, light=night, alpha=0.9)
    if night:
        canvas.glow(x, y, size * 3.2, tone, 0.5)
        lit.append((x, y, size * 0.6, tone))


def _pavement(
    canvas: Canvas, vanish: tuple[float, float], ground: float, light: Light, *, old: bool
) -> None:
    """The lane itself: stones or asphalt, drawn together in the distance."""
    rng, unit = canvas.rng, canvas.unit
    vx, vy = vanish
    first = int(ground)
    rows = canvas.height - first
    z = unit * 0.42 / np.maximum(np.arange(first, canvas.height, dtype=np.float32) - vy, 1)
    inside = np.abs(canvas.x[None, :] - vx) < (canvas.width * 0.36 / z)[:, None] + 1
    tone = mix(light.near, light.haze, 0.28)
    far = mix(light.haze, light.near, 0.35)
    down = np.linspace(0, 1, rows, dtype=np.float32)[:, None, None]
    surface = far + (tone - far) * smoothstep(0, 0.7, down)
    surface = np.broadcast_to(surface, (rows, canvas.width, 3)).copy()
    if old:
        across = (canvas.x[None, :] - vx) * z[:, None] / unit * 16
        along = (6 * np.log(np.maximum(z, 0.05)) * -2.2)[:, None]
        odd = np.floor(along) % 2 * 0.5
        joint = np.minimum(np.abs((across + odd) % 1 - 0.5), np.abs(along % 1 - 0.5))
        stones = smoothstep(0.48, 0.4, 0.5 - joint + 0.0 * across)
        pebble = 0.8 + 0.35 * ((np.sin(np.floor(across + odd) * 12.9 + np.floor(along) * 78.2)
                                * 43758.5) % 1)  # fmt: skip
        surface *= (0.6 + 0.4 * stones)[..., None] * pebble[..., None]
    else:
        grain = canvas.soft(lambda a, b: clouds(rng, a, b, 6, stretch=4, octaves=5), first)
        surface *= (1 + 0.22 * grain)[..., None]
    canvas.rgb[first:][inside] = np.clip(surface, 0, 1)[inside]


def _people(canvas: Canvas, vanish: tuple[float, float], tone: Colour) -> None:
    """A few passers-by with umbrellas or without."""
    rng, unit = canvas.rng, canvas.unit
    vx, vy = vanish
    for _ in range(int(rng.integers(1, 4))):
        z = rng.uniform(1.5, 4)
        x = vx + rng.uniform(-0.2, 0.2) * canvas.width / z
        foot, size = vy + unit * 0.42 / z, unit * 0.36 / z
        figure(canvas, x, foot, size, tone)
        if canvas.says("rain rainy storm") or rng.random() < 0.5:
            turn = np.linspace(np.pi, 0, 20)
            dome = path(np.cos(turn) * 0.34, -1.0 - 0.26 * np.sin(turn))
            canvas.polygons([dome * size + (x, foot)],
                            mix(tone, colour(str(rng.choice(_SIGNS))), 0.35))  # fmt: skip


def _wires(canvas: Canvas, tone: Colour) -> None:
    rng, w, h = canvas.rng, canvas.width, canvas.height
    t = np.linspace(0, 1, 24)
    lines = []
    for _ in range(5):
        a, b = h * rng.uniform(0.02, 0.3), h * rng.uniform(0.02, 0.3)
        lines.append(path(w * t, a + (b - a) * t + h * 0.06 * np.sin(np.pi * t)))
    canvas.strokes(lines, canvas.unit * 0.0018, tone, alpha=0.7)


def _wet(canvas: Canvas, ground: float, strength: float) -> None:
    """The lane mirrors what stands above it, drawn out downwards."""
    first = int(ground)
    rows = min(canvas.height - first, first)
    if rows < 4:
        return
    mirror = canvas.rgb[first - rows : first][::-1]
    small = max(2, canvas.width // 6), max(2, rows // 40)
    long = np.stack([resize(resize(mirror[..., c], *small), canvas.width, rows) for c in range(3)],
                    -1)  # fmt: skip
    puddle = smoothstep(
        -0.5,
        0.7,
        canvas.soft(
            lambda a, b: clouds(canvas.rng, a, b, 3, stretch=5, octaves=4), first, first + rows
        ),
    )
    bright = np.clip(long.max(-1), 0, 1)
    canvas.rgb[first : first + rows] += (
        (1 - canvas.rgb[first : first + rows])
        * long * (puddle * np.float32(strength) * (0.35 + 0.65 * bright))[..., None]
    )  # fmt: skip
