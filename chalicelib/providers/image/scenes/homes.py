"""Where people live and dream of: a cottage with lit windows, a castle, a beach."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chalicelib.providers.image.canvas import (
    Canvas,
    clouds,
    ribbon,
    smoothstep,
    wave,
)
from chalicelib.providers.image.light import Light, colour, mix
from chalicelib.providers.image.scenes.sky import birds, mist, sky
from chalicelib.providers.image.scenes.terrain import conifers, grass, hills, peaks, road, rock
from chalicelib.providers.image.scenes.water import glitter, ripples

if TYPE_CHECKING:
    from chalicelib.providers.image.canvas import Colour, Points

_GLOW = "ffcf7d"


def cottage(canvas: Canvas, light: Light) -> None:
    """A house among trees, its windows lit, smoke from its chimney; in snow if the words say so."""
    rng, unit, w, h = canvas.rng, canvas.unit, canvas.width, canvas.height
    snowy = canvas.says("snow snowy winter christmas frost frozen blizzard northern")
    horizon = rng.uniform(0.5, 0.58)
    sun = sky(canvas, light, horizon)
    far = peaks(canvas, horizon + 0.02, rng.uniform(0.2, 0.34), 2.2)
    canvas.ridge(far, light.depth(0.35), light.haze, h * 0.3)
    rock(canvas, far, light, sun, 0.16 if snowy else 0.05, 0.4)
    mist(canvas, horizon - 0.14, horizon + 0.06, light.haze, 0.45)
    green = mix(mix(colour("55703a"), light.haze, 0.15), light.near, 0.35)
    white = mix(mix(light.haze, colour("ffffff"), 0.6), light.sky[1], 0.2)
    ground = white if snowy else green
    dim = light.time in ("night", "dusk", "storm")
    ground = mix(ground, light.near, (0.2 if snowy else 0.45) if dim else 0.0)
    side = -1 if sun.x > w / 2 else 1
    place = w * (0.5 + side * rng.uniform(0.04, 0.2))
    for n in range(3):
        profile = hills(canvas, horizon + 0.05 + 0.12 * n, 0.035, 1.6)
        tone = mix(light.haze, ground, 0.55 + 0.2 * n)
        trees = light.depth(0.5 + 0.18 * n)
        conifers(canvas, profile, 0.05 + 0.045 * n, trees, count=60 - 14 * n)
        canvas.ridge(profile, mix(tone, light.sun, 0.1), mix(tone, light.near, 0.3), h * 0.25)
        mist(canvas, horizon + 0.1 * n, horizon + 0.12 + 0.1 * n, light.haze, 0.25 - 0.07 * n)
        if n == 1:
            foot = float(profile[int(place)]) + unit * 0.05
            _house(canvas, place, foot, unit * rng.uniform(0.2, 0.27), light, snowy=snowy)
            road(canvas, foot / h, place, mix(ground, light.near if snowy else light.sun, 0.3))
    front = hills(canvas, 0.95, 0.02, 2)
    if rng.random() < 0.7:
        conifers(canvas, front, 0.34, light.near, count=5)
    canvas.ridge(front, mix(ground, light.near, 0.35 if snowy else 0.6))
    if not snowy:
        grass(canvas, front, unit * 0.05, mix(green, light.near, 0.6))


def _house(
    canvas: Canvas, x: float, foot: float, size: float, light: Light, *, snowy: bool
) -> None:
    """Gable, roof and chimney of a timber house; `size` its width."""
    rng = canvas.rng
    way = 1 if rng.random() < 0.5 else -1
    wood = mix(colour(str(rng.choice(["6e4a30", "7d6a55", "5a4436", "8a7f73"]))), light.near, 0.4)
    roof = mix(colour(str(rng.choice(["4a2f2a", "3a4048", "6b3f2c"]))), light.near, 0.35)

    def shape(*points: tuple[float, float]) -> Points:
        return np.array(points) * (size * way, size) + (x, foot)

    canvas.ellipses([(x, foot, size * 0.9, size * 0.07)], light.near, alpha=0.4, blur=size * 0.05)
    chimney = shape((0.3, -0.72), (0.3, -1.06), (0.42, -1.06), (0.42, -0.6))
    _smoke(canvas, float(chimney[1][0]) + size * 0.06 * way, float(chimney[1][1]), size, light)
    canvas.polygons([chimney], mix(colour("7a6a60"), light.near, 0.4))
    canvas.polygons([shape((-0.55, 0), (-0.55, -0.4), (-0.28, -0.78), (0.0, -0.4), (0.0, 0))], wood)
    canvas.polygons([shape((0.0, 0), (0.0, -0.4), (0.62, -0.4), (0.62, 0))], wood * 0.8)
    boards = [shape((-0.55, y), (0.62, y)) for y in np.linspace(-0.36, -0.04, 6)]
    canvas.strokes(boards, size * 0.006, wood * 0.55, alpha=0.7)
    canvas.polygons([shape((-0.28, -0.82), (0.42, -0.82), (0.7, -0.37), (-0.02, -0.37))], roof)
    canvas.strokes([shape((-0.62, -0.34), (-0.28, -0.82), (0.02, -0.36))], size * 0.05, roof * 0.8)
    if snowy:
        snow = mix(colour("ffffff"), light.haze, 0.3)
        canvas.polygons([shape((-0.26, -0.86), (0.42, -0.86), (0.69, -0.42), (0.0, -0.42))], snow)
        canvas.strokes([shape((-0.62, -0.36), (-0.28, -0.85), (0.0, -0.42))], size * 0.055, snow)
    lit = [
        shape((a, -b), (a + 0.13, -b), (a + 0.13, -b + 0.15), (a, -b + 0.15))
        for a, b in ((-0.46, 0.3), (-0.2, 0.3), (0.1, 0.28), (0.42, 0.28), (-0.34, 0.57))
    ]
    lit.append(shape((0.27, 0), (0.27, -0.25), (0.38, -0.25), (0.38, 0)))
    bright = light.time != "day"
    canvas.polygons(lit[:5], colour(_GLOW) if bright else light.sky[0])
    canvas.polygons(lit[5:], mix(colour("5a3320"), colour(_GLOW), 0.3 if bright else 0.0))
    crosses = [np.array([(p[0] + p[1]) / 2, (p[2] + p[3]) / 2]) for p in lit[:5]]
    canvas.strokes(crosses, size * 0.014, wood * 0.5)
    if bright:
        for pane in lit[:5]:
            middle = pane.mean(0)
            canvas.glow(float(middle[0]), float(middle[1]), size * 0.34, colour("ffb85c"), 0.4)
        canvas.glow(x, foot, size * 1.1, colour("ffb85c"), 0.16)


def _smoke(canvas: Canvas, x: float, y: float, size: float, light: Light) -> None:
    t = np.linspace(0, 1, 20)
    drift = size * (0.5 * t**1.5 + 0.05 * np.sin(t * 9))
    tone = mix(light.haze, colour("ffffff"), 0.3)
    for part, alpha in ((1.0, 0.16), (0.6, 0.2)):
        body = ribbon(x + drift * part, y - size * 1.1 * part * t, size * (0.015 + 0.09 * t))
        canvas.polygons([body], tone, alpha=alpha, blur=size * 0.05)


def castle(canvas: Canvas, light: Light) -> None:
    """Towers on a crag, some windows lit, mist and ranges around."""
    rng, unit, w, h = canvas.rng, canvas.unit, canvas.width, canvas.height
    horizon = rng.uniform(0.64, 0.72)
    place = w * rng.choice([rng.uniform(0.28, 0.42), rng.uniform(0.58, 0.72)])
    sun = sky(
        canvas, light, horizon, x=float(np.clip(1 - place / w + rng.uniform(-0.1, 0.1), 0.15, 0.85))
    )
    for n in range(3):
        profile = peaks(canvas, horizon + 0.04 * n, 0.32 - 0.08 * n, 2 + n)
        tone = light.depth(0.2 + 0.18 * n)
        canvas.ridge(profile, tone, mix(tone, light.haze, 0.7), h * 0.3)
        if n == 0:
            rock(canvas, profile, light, sun, 0.08, 0.25)
        mist(canvas, horizon - 0.12 + 0.05 * n, horizon + 0.12 + 0.04 * n, light.haze, 0.45)
    off = np.abs(canvas.x - place) / unit
    rough = 0.035 * wave(rng, w, 12, 6, 0.55)
    top = rng.uniform(0.56, 0.62)
    crag = np.asarray(h * top + unit * (1.5 * np.clip(off - 0.2, 0, None) ** 1.15 + rough
                                        * smoothstep(0.1, 0.3, off)), np.float32)  # fmt: skip
    tone = light.depth(0.78)
    _towers(canvas, place, h * top + unit * 0.03, unit * rng.uniform(0.3, 0.38), tone, light)
    canvas.ridge(crag, tone, mix(tone, light.near, 0.7), h * 0.3)
    rock(canvas, crag, light, sun, 0.0, 0.8)
    mist(canvas, 0.74, 0.98, light.haze, 0.4)
    conifers(canvas, hills(canvas, 0.98, 0.03, 2.2), 0.09, light.near, count=90)
    birds(canvas, place + unit * 0.3, h * (top - 0.34), light.depth(0.85), 8)


def _towers(canvas: Canvas, x: float, foot: float, size: float, tone: Colour, light: Light) -> None:
    """A keep and its towers: roofs of cones, battlements, flags."""
    rng = canvas.rng
    parts: list[Points] = []
    roofs: list[Points] = []
    panes: list[Points] = []
    flags: list[Points] = []
    plan = [(-0.52, 0.13, 0.55), (0.5, 0.14, 0.62), (-0.26, 0.11, 0.85), (0.24, 0.1, 0.78),
            (0.0, 0.15, 1.0), (-0.4, 0.05, 0.74), (0.38, 0.05, 0.9)]  # fmt: skip
    parts.append(np.array([(-0.56, 0.1), (-0.56, -0.34), (0.56, -0.34), (0.56, 0.1)]))
    teeth = np.linspace(-0.56, 0.53, 19)
    parts += [
        np.array([(t, -0.34), (t, -0.38), (t + 0.03, -0.38), (t + 0.03, -0.34)]) for t in teeth
    ]
    for at, half, tall in plan:
        tall *= rng.uniform(0.88, 1.12)
        half *= 0.62
        parts.append(
            np.array([(at - half, 0.1), (at - half, -tall), (at + half, -tall), (at + half, 0.1)])
        )
        parts.append(
            np.array(
                [
                    (at - half * 1.25, -tall),
                    (at - half * 1.25, -tall - 0.05),
                    (at + half * 1.25, -tall - 0.05),
                    (at + half * 1.25, -tall),
                ]
            )
        )
        peak = tall + 0.05 + half * rng.uniform(2.4, 3.4)
        roofs.append(np.array([(at - half * 1.35, -tall - 0.04), (at, -peak), (at + half * 1.35,
                               -tall - 0.04)]))  # fmt: skip
        if rng.random() < 0.5:
            flags.append(
                np.array([(at, -peak - 0.09), (at + 0.08, -peak - 0.065), (at, -peak - 0.04)])
            )
        for y in np.arange(0.16, tall, 0.15):
            if rng.random() < 0.7:
                a = at + rng.choice([-0.3, 0.0, 0.3]) * half
                panes.append(np.array([(a - 0.011, -y), (a - 0.011, -y - 0.035), (a, -y - 0.05),
                                       (a + 0.011, -y - 0.035), (a + 0.011, -y)]))  # fmt: skip
    place = np.array([x, foot])
    canvas.polygons([p * size + place for p in parts], tone)
    sunny = mix(tone, light.haze, 0.3)
    edge = [np.array([(at - half * 0.6, 0.05), (at - half * 0.6, -tall * 0.9)]) * size + place
            for at, half, tall in plan]  # fmt: skip
    canvas.strokes(edge, size * 0.018, sunny, alpha=0.5)
    canvas.polygons([p * size + place for p in roofs], mix(tone, colour("5a2a3a"), 0.35))
    canvas.polygons([p * size + place for p in flags], mix(colour("c2413a"), tone, 0.3))
    if light.time in ("night", "dusk", "storm", "sunset", "fog", "dawn"):
        canvas.polygons([p * size + place for p in panes], colour(_GLOW))
        for pane in panes[::2]:
            spot = pane.mean(0) * size + place
            canvas.glow(float(spot[0]), float(spot[1]), size * 0.08, colour("ffb85c"), 0.5)


def beach(canvas: Canvas, light: Light) -> None:
    """Sand, foam and palms, the sun's way on the sea."""
    rng, unit, w, h = canvas.rng, canvas.unit, canvas.width, canvas.height
    horizon = rng.uniform(0.44, 0.52)
    sun = sky(canvas, light, horizon)
    first = int(h * horizon)
    rows = h - first
    ripple = ripples(canvas, first, 0.8)
    down = np.arange(rows, dtype=np.float32)[:, None] / rows
    deep = mix(colour("0f6a84"), light.sky[0], 0.5)
    near = mix(mix(colour("5cc8c0"), light.haze, 0.3), light.near, 0.5 if light.stars else 0.1)
    sea = (
        mix(light.sky[-1], deep, 0.5)
        + (deep - mix(light.sky[-1], deep, 0.5)) * smoothstep(0, 0.3, down)[..., None]
    )
    sea = sea + (near - sea) * smoothstep(0.2, 0.6, down)[..., None]
    canvas.rgb[first:] = np.clip(sea * (1 + 0.2 * ripple * (0.3 + down))[..., None], 0, 1)
    if light.time not in ("storm", "fog"):
        glitter(canvas, first, ripple, sun, light)
    if rng.random() < 0.6:
        island = np.asarray(
            first
            - unit
            * 0.07
            * np.clip(
                wave(rng, w, 2, 4) + 0.1 - 2.4 * np.abs(canvas.x / w - rng.uniform(0.2, 0.8)) + 0.5,
                0,
                None,
            ),
            np.float32,
        )
        y = np.arange(first, dtype=np.float32)[:, None]
        canvas.cover(
            light.depth(0.4),
            np.clip(y - island[None, :] + 0.5, 0, 1) * (island < first - 1)[None, :],
        )
    side = -1 if rng.random() < 0.5 else 1
    t = canvas.x / w if side > 0 else 1 - canvas.x / w
    edge = h * (0.97 - 0.3 * t**1.4) + unit * 0.012 * wave(rng, w, 5, 4)
    sand = mix(mix(colour("e3c08a"), light.haze, 0.35), light.near, 0.55 if light.stars else 0.08)
    for n, (off, alpha) in enumerate(((-0.075, 0.45), (-0.03, 0.7), (0.0, 0.95))):
        line = np.asarray(edge + unit * off + unit * 0.008 * wave(rng, w, 9 + 4 * n, 4), np.float32)
        foam = ribbon(canvas.x[::6], line[::6], unit * (0.003 + 0.002 * n))
        canvas.polygons([foam], mix(colour("ffffff"), light.haze, 0.25), alpha=alpha)
    wet = np.asarray(edge, np.float32)
    canvas.ridge(wet, mix(sand, light.sky[-1], 0.3) * 0.82, sand, unit * 0.12)
    top = int(max(0, wet.min()))
    grain = canvas.soft(lambda a, b: clouds(rng, a, b, 14, stretch=3, octaves=4), top)
    inside = np.clip(np.arange(top, h)[:, None] - wet[None, :] - unit * 0.03, 0, 1)
    canvas.cover(light.near, inside * smoothstep(0.3, 1.0, grain) * np.float32(0.12), top=top)
    shells = [
        (w * rng.random(), h * rng.uniform(0.93, 1), unit * 0.004, unit * 0.003) for _ in range(26)
    ]
    canvas.ellipses(shells, mix(sand, colour("ffffff"), 0.5))
    for _ in range(int(rng.integers(1, 4))):
        x = w * (0.5 + side * rng.uniform(0.24, 0.5))
        _palm(canvas, x, h * rng.uniform(0.82, 1.04), unit * rng.uniform(0.5, 0.78), side, light)
    birds(canvas, w * rng.uniform(0.3, 0.7), h * horizon * 0.5, light.depth(0.8), 5)


def _palm(canvas: Canvas, x: float, foot: float, tall: float, side: int, light: Light) -> None:
    """A leaning palm, dark against the sky."""
    rng = canvas.rng
    t = np.linspace(0, 1, 24)
    lean = -side * tall * rng.uniform(0.08, 0.34)
    trunk = ribbon(x + lean * t**1.7, foot - tall * t, tall * (0.024 - 0.011 * t))
    tone = mix(light.near, colour("3a2c1c"), 0.3)
    canvas.polygons([trunk], tone)
    cx, cy = x + lean, foot - tall
    leaf = mix(light.near, colour("2f5a3a"), 0.4)
    fronds = []
    for turn in np.concatenate([np.linspace(-0.35, np.pi + 0.35, 10), rng.uniform(0, np.pi, 3)]):
        long = tall * rng.uniform(0.34, 0.48)
        s = np.linspace(0, 1, 20)
        px = cx + long * s * np.cos(turn)
        py = cy - long * (0.62 * s * np.sin(turn) - 0.62 * s * s)
        fronds.append(ribbon(px, py, tall * 0.006 * (1.1 - s)))
        for k in range(3, 20):
            for way in (-1, 1):
                size = tall * 0.075 * np.sin(np.pi * (0.12 + 0.8 * s[k]))
                tip = (
                    px[k] + size * 0.55 * np.cos(turn) + way * size * 0.18,
                    py[k] + size * (0.62 + 0.1 * way),
                )
                fronds.append(np.array([(px[k - 1], py[k - 1]), tip, (px[k], py[k])]))
    canvas.polygons(fronds, leaf)
    nuts = [
        (cx + tall * 0.018 * n, cy + tall * 0.025, tall * 0.014, tall * 0.016) for n in (-1, 0, 1)
    ]
    canvas.ellipses(nuts, tone)
