"""Open country: forests, wooded slopes, deserts, meadows, ruins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chalicelib.providers.image.canvas import Canvas, clouds, path, smoothstep, wave
from chalicelib.providers.image.light import Light, colour, mix
from chalicelib.providers.image.scenes.sky import birds, mist, rays, sky
from chalicelib.providers.image.scenes.terrain import (
    caravan,
    conifers,
    grass,
    hills,
    peaks,
    road,
    tree,
    trunks,
)

if TYPE_CHECKING:
    from chalicelib.providers.image.canvas import Colour, Plane, Points


def forest(canvas: Canvas, light: Light) -> None:
    """Tall trunks fading into fog, light falling between them."""
    unit = canvas.unit
    sun = sky(canvas, light, 0.8, disc=False)
    everywhere = np.full((canvas.height, canvas.width), 0.35, np.float32)
    canvas.cover(mix(light.haze, light.sky[1], 0.2), everywhere)
    canvas.glow(sun.x, canvas.height * 0.35, unit * 1.0, light.sun, 0.6)
    layers = 5
    for n in range(layers):
        near = (n + 0.5) / layers
        tone = light.depth(0.08 + 0.92 * near**1.2)
        ground = hills(canvas, 0.7 + 0.07 * n, 0.03, 3)
        count = int((26, 20, 14, 8, 4)[n] * canvas.width / unit / 1.6) + 2
        thick = unit * (0.006, 0.011, 0.02, 0.036, 0.062)[n]
        trunks(canvas, ground, count, thick, tone, near)
        canvas.ridge(ground, tone, mix(tone, light.haze, 0.4 * (1 - near)), canvas.height * 0.15)
        grass(canvas, ground, unit * 0.045 * (0.3 + near), tone)
        if n < layers - 1:
            mist(canvas, 0.35 + 0.07 * n, 0.95, light.haze, 0.5 * (1 - near) + 0.1)
        if n == 2:
            rays(canvas, sun.x, -canvas.height * 0.15, light.sun, 0.5)


def pines(canvas: Canvas, light: Light) -> None:
    """Wooded slopes, ridge after ridge, rising out of the mist."""
    rng = canvas.rng
    horizon = rng.uniform(0.45, 0.55)
    sky(canvas, light, horizon + 0.1)
    layers = 5
    for n in range(layers):
        near = (n + 0.7) / layers
        base = horizon + 0.12 * n
        tone = light.depth(0.15 + 0.85 * near)
        ground = hills(canvas, base, 0.09 * (1 - 0.1 * n), 1.4 + 0.3 * n)
        conifers(
            canvas, ground, 0.022 + 0.036 * n * (0.6 + 0.4 * near), tone,
            count=int(300 / (1 + 0.7 * n)), foot=mix(tone, light.haze, 0.8 - 0.65 * near)
        )  # fmt: skip
        mist(canvas, base + 0.02, base + 0.2, light.haze, 0.6 * (1 - near) + 0.08)
    birds(canvas, canvas.width * rng.uniform(0.25, 0.75), canvas.height * horizon * 0.6,
          light.depth(0.9))  # fmt: skip


def desert(canvas: Canvas, light: Light) -> None:
    """Dunes with a sunny and a shady side, ripples, perhaps a caravan."""
    rng = canvas.rng
    horizon = rng.uniform(0.46, 0.54)
    sun = sky(canvas, light, horizon)
    sand = mix(mix(colour("e0a15e"), light.haze, 0.45), light.sun, 0.1)
    dark = mix(mix(colour("7a3f2c"), light.near, 0.5), light.haze, 0.12)
    if light.moon:
        sand, dark = mix(sand, light.haze, 0.75), mix(dark, light.near, 0.6)
    side = 1 if sun.x < canvas.width / 2 else -1
    layers = 5
    for n in range(layers):
        near = (n + 1) / layers
        base = horizon + 0.03 + 0.42 * (n / layers) ** 1.25
        crest = _dune(canvas, base, 0.05 + 0.1 * near, 2.6 - 1.5 * near)
        tone, shade = mix(light.haze, sand, 0.3 + 0.7 * near), mix(light.haze, dark, near)
        canvas.ridge(crest, tone, mix(tone, shade, 0.45), canvas.height * 0.3)
        _lee(canvas, crest, shade, side, near)
        if n == 2 and rng.random() < 0.6:
            caravan(canvas, crest, mix(dark, light.near, 0.6))
        if n < 3:
            mist(canvas, base - 0.05, base + 0.1, light.haze, 0.3 * (1 - near))


def _dune(canvas: Canvas, base: float, height: float, cells: float) -> Plane:
    body = wave(canvas.rng, canvas.width, cells, 2, 0.35)
    sharp = np.abs(wave(canvas.rng, canvas.width, cells * 1.3, 1)) - 0.4
    return np.asarray(canvas.height * (base - height * (0.55 * body - 0.6 * sharp)), np.float32)


def _lee(canvas: Canvas, crest: Plane, shade: Colour, side: int, near: float) -> None:
    """The shady side: where the crest falls away from the sun, its shadow runs down aslant."""
    top = int(max(0, crest.min()))
    y = np.arange(top, canvas.height, dtype=np.float32)[:, None]
    depth = y - crest[None, :]
    soft = np.hanning(canvas.unit // 24 * 2 + 1)
    slope = np.convolve(np.gradient(crest) * side, soft / soft.sum(), "same")
    falling = smoothstep(0.02, 0.16, np.asarray(slope, np.float32))
    wide = np.hanning(canvas.unit // 5 * 2 + 1)
    reach = np.convolve(falling, wide / wide.sum(), "same") * canvas.unit * (0.12 + 0.5 * near) + 1
    aslant = np.clip(canvas.x[None, :] - side * np.clip(depth, 0, None) * 0.9, 0, canvas.width - 1)
    shadow = falling[aslant.astype(int)] * smoothstep(1, 0.1, depth / reach[None, :])
    bend = 9 * wave(canvas.rng, canvas.width, 6, 3)[None, :]
    ripple = np.sin(depth / canvas.unit * (260 - 150 * near) + bend)
    inside = np.clip(depth + 0.5, 0, 1)
    canvas.cover(shade, inside * np.clip(shadow * 0.8 + 0.05 * near * ripple, 0, 1), top=top)


def meadow(canvas: Canvas, light: Light) -> None:
    """Rolling fields, a winding road that leads to the light, a lone tree."""
    rng, unit = canvas.rng, canvas.unit
    horizon = rng.uniform(0.5, 0.58)
    sun = sky(canvas, light, horizon)
    green = mix(colour("5f8436"), light.haze, 0.2)
    if light.moon or light.time in ("dusk", "storm"):
        green = mix(green, light.near, 0.6)
    far = peaks(canvas, horizon + 0.02, 0.14, 2.5)
    canvas.ridge(far, light.depth(0.35), light.haze, canvas.height * 0.12)
    mist(canvas, horizon - 0.1, horizon + 0.08, light.haze, 0.5)
    tree_x = canvas.width * (rng.uniform(0.16, 0.3) if sun.x > canvas.width / 2
                             else rng.uniform(0.7, 0.84))  # fmt: skip
    ground = far
    for n in range(4):
        near = (n + 0.5) / 4
        ground = hills(canvas, horizon + 0.03 + 0.11 * n, 0.05, 1.5)
        tone = mix(light.haze, mix(green, light.near, 0.1 + 0.35 * near), 0.4 + 0.6 * near)
        if n < 3:
            conifers(canvas, ground, 0.014 + 0.012 * n, mix(tone, light.near, 0.5), count=70)
        canvas.ridge(
            ground, mix(tone, light.sun, 0.16), mix(tone, light.near, 0.35), canvas.height * 0.2
        )
        _furrows(canvas, ground, mix(tone, light.near, 0.5), light.sun, near)
        if n == 2:
            tree(canvas, tree_x, ground, unit * 0.3, mix(light.near, green, 0.12))
        mist(canvas, horizon + 0.11 * n, horizon + 0.11 * n + 0.1, light.haze, 0.22 * (1 - near))
    road(canvas, float(ground[int(sun.x)]) / canvas.height, sun.x, mix(light.sun, light.haze, 0.5))
    low = np.full(canvas.width, float(canvas.height), np.float32)
    grass(canvas, low, unit * 0.13, mix(light.near, green, 0.25))
    if light.time in ("day", "dawn", "sunset"):
        _flowers(canvas, light)
    birds(canvas, sun.x, canvas.height * horizon * 0.5, light.depth(0.8), 6)


def _furrows(canvas: Canvas, ground: Plane, dark: Colour, bright: Colour, near: float) -> None:
    """The grain of a field, following its slope."""
    top = int(max(0, ground.min()))
    y = np.arange(top, canvas.height, dtype=np.float32)[:, None]
    depth = y - ground[None, :]
    grain = canvas.soft(
        lambda w, h: clouds(canvas.rng, w, h, 10, stretch=7, octaves=4, roughness=0.7), top
    )
    inside = np.clip(depth + 0.5, 0, 1)
    canvas.cover(dark, inside * smoothstep(0.0, 0.9, grain) * np.float32(0.3 + 0.2 * near), top=top)
    edge = np.exp(-depth / (canvas.unit * 0.03))
    canvas.shine(bright, inside * edge * smoothstep(0.3, -0.9, grain) * np.float32(0.1), top=top)


def _flowers(canvas: Canvas, light: Light) -> None:
    rng, unit = canvas.rng, canvas.unit
    for code in rng.choice(["e84855", "f9dc5c", "f4f1ff", "b388eb", "ff9f1c"], 2, replace=False):
        heads = []
        for _ in range(70):
            down = rng.beta(1.2, 1.6)
            size = unit * (0.0025 + 0.006 * down) * rng.uniform(0.6, 1.2)
            x, y = rng.uniform(0, canvas.width), canvas.height * (0.88 + 0.12 * down)
            heads.append((x, y, size, size * 0.75))
        canvas.ellipses(heads, mix(colour(str(code)), light.haze, 0.2), alpha=0.9)


def ruins(canvas: Canvas, light: Light) -> None:
    """Broken columns and an arch on a hill, grass between the stones."""
    rng, unit = canvas.rng, canvas.unit
    horizon = rng.uniform(0.62, 0.7)
    sun = sky(canvas, light, horizon)
    for n in range(2):
        profile = peaks(canvas, horizon + 0.03 + 0.05 * n, 0.16 - 0.05 * n, 2.5 + n)
        tone = light.depth(0.25 + 0.22 * n)
        canvas.ridge(profile, tone, mix(tone, light.haze, 0.6), canvas.height * 0.2)
        mist(canvas, horizon - 0.08 + 0.05 * n, horizon + 0.1, light.haze, 0.45)
    back = hills(canvas, 0.8, 0.03, 2)
    _temple(canvas, back, rng.uniform(0.2, 0.36), unit * 0.24, light, 0.62)
    canvas.ridge(back, light.depth(0.66), light.depth(0.85), canvas.height * 0.15)
    mist(canvas, 0.7, 0.9, light.haze, 0.3)
    front = hills(canvas, 0.88, 0.035, 1.6)
    _temple(canvas, front, rng.uniform(0.6, 0.72), unit * 0.46, light, 0.95)
    canvas.ridge(front, light.near)
    grass(canvas, front, unit * 0.035, light.near)
    if not light.moon:
        rays(canvas, sun.x, sun.y, light.sun, 0.12)
    birds(canvas, canvas.width * 0.5, canvas.height * 0.28, light.depth(0.9), 8)


def _temple(
    canvas: Canvas, ground: Plane, where: float, tall: float, light: Light, near: float
) -> None:
    """A row of columns, some broken, some still carrying their beam; a sunlit edge on each."""
    rng = canvas.rng
    tone, edge = light.depth(near), mix(light.depth(near), light.sun, 0.4)
    gap, wide = tall * 0.34, tall * 0.085
    columns = int(rng.integers(5, 8))
    start = where * canvas.width - gap * columns / 2
    foot = float(ground[int(np.clip(where * canvas.width, 0, canvas.width - 1))]) + tall * 0.06
    whole = [rng.random() < 0.62 for _ in range(columns)]
    whole[1] = whole[2] = True
    stones: list[Points] = []
    edges: list[Points] = []
    for n in range(columns):
        x = start + n * gap
        top = foot - tall * (1 if whole[n] else rng.uniform(0.25, 0.8))
        crown = [(x + wide * a, top + (0 if whole[n] else wide * rng.uniform(-0.5, 0.7)))
                 for a in np.linspace(-0.85, 0.85, 6)]  # fmt: skip
        stones.append(np.array([(x - wide, foot), *crown, (x + wide, foot)]))
        stones.append(_block(x, foot - wide * 0.5, wide * 1.35, wide * 0.5))
        if whole[n]:
            stones.append(_block(x, top, wide * 1.4, wide * 0.55))
        for flute in (-0.62, -0.2, 0.22):
            edges.append(path([x + wide * flute] * 2, [top + wide * 0.7, foot - wide * 0.6]))
        if n and whole[n] and whole[n - 1]:
            stones.append(
                np.array([(x - gap - wide * 1.5, top - wide * 0.9), (x + wide * 1.5, top
                          - wide * 0.9), (x + wide * 1.5, top - wide * 0.2), (x - gap - wide * 1.5,
                          top - wide * 0.2)])
            )  # fmt: skip
    stones.append(
        _block(start + gap * (columns - 1) / 2, foot + wide * 0.3, gap * columns * 0.56, wide * 0.6)
    )
    for _ in range(9):
        x, size = start + rng.uniform(-0.5, columns) * gap, wide * rng.uniform(0.4, 1.1)
        turn = rng.uniform(0, 3)
        angles = turn + np.array([0, 1.3, 2.9, 4.4])
        stones.append(path(x + size * np.cos(angles), foot + size * 0.7 * np.sin(angles)))
    canvas.polygons(stones, tone)
    canvas.strokes(edges, wide * 0.12, edge, alpha=0.5)


def _block(x: float, y: float, half: float, tall: float) -> Points:
    return np.array([(x - half, y), (x + half, y), (x + half, y + tall), (x - half, y + tall)])
