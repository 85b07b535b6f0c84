"""Water: reflections, the open sea, and what is under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chalicelib.providers.image.canvas import (
    Canvas,
    clouds,
    path,
    ribbon,
    rounded,
    sampled,
    smoothstep,
    wave,
)
from chalicelib.providers.image.light import Light, colour, mix
from chalicelib.providers.image.scenes.sky import Sun, birds, mist, sky

if TYPE_CHECKING:
    from chalicelib.providers.image.canvas import Colour, Plane


def ripples(canvas: Canvas, first: int, fine: float) -> Plane:
    """Noise seen in perspective on a plane from row `first` (its horizon) to the lower edge."""
    side = 1024
    tile = clouds(canvas.rng, side, side, 24, stretch=2.6, octaves=4, roughness=0.6)
    down = np.arange(1, canvas.height - first + 1, dtype=np.float32) / canvas.unit
    away = 1 / (down + 0.012)
    across = (canvas.x[None, :] - canvas.width / 2) / canvas.unit * away[:, None]
    total = np.zeros((len(down), canvas.width), np.float32)
    for scale, strength in ((1.0, 0.62), (3.7, 0.38)):  # swell, and the small waves on it
        rows = (away * fine * scale * 76).astype(int) % side
        columns = (across * fine * scale * 42 + 512).astype(int) % side
        total += np.float32(strength) * tile[rows[:, None], columns]
    return total


def reflect(
    canvas: Canvas, horizon: float, light: Light, sun: Sun | None, *, calm: float = 0.7
) -> None:
    """Everything above `horizon` mirrored below it, broken by ripples, with the sun's path."""
    first = int(canvas.height * horizon)
    rows = canvas.height - first
    if rows < 4 or first < 4:
        return
    ripple = ripples(canvas, first, 1.0)
    down = np.arange(rows, dtype=np.float32) / canvas.unit
    push = ripple * (canvas.unit * (0.004 + 0.055 * down[:, None]) * (1.25 - calm))
    above = np.arange(first - 1, first - 1 - rows, -1, dtype=np.float32)[:, None]
    mirror = sampled(canvas.rgb[:first], above + push * 1.2, canvas.x + push * 0.5)
    deep = mix(light.sky[0], light.near, 0.5)
    tint = np.clip(0.1 + 0.75 * down, 0, 0.6)[:, None, None]
    mirror += (deep - mirror) * tint
    canvas.rgb[first:] = mirror
    crest = smoothstep(0.15, 0.9, ripple) * np.clip(0.1 + 0.3 * down, 0, 0.3)[:, None]
    canvas.shine(light.haze, crest * np.float32(1.1 - calm), top=first)
    if sun is not None and light.time not in ("storm", "fog"):
        glitter(canvas, first, ripple, sun, light)
    canvas.cover(
        mix(light.haze, light.sun, 0.4),
        np.broadcast_to(np.exp(-down * 90)[:, None] * 0.55, (rows, canvas.width)).astype(
            np.float32
        ),
        top=first,
    )


def glitter(canvas: Canvas, first: int, ripple: Plane, sun: Sun, light: Light) -> None:
    """The path of light on water under the sun."""
    down = np.arange(canvas.height - first, dtype=np.float32)[:, None] / canvas.unit
    wide = 0.035 + 0.3 * down
    off = np.abs(canvas.x[None, :] - sun.x) / canvas.unit / wide
    path = np.exp(-off * off * 1.5) * np.exp(-down * 1.4)
    sparks = smoothstep(0.0, 0.5, ripple + 0.55 * path)
    canvas.shine(
        light.sun,
        path * (0.22 + 0.85 * sparks) * np.float32(0.5 if light.moon else 0.85),
        top=first,
    )


def ocean(canvas: Canvas, light: Light) -> None:
    """The open sea to the horizon, the sun's path, perhaps a sail or a coast."""
    rng = canvas.rng
    horizon = rng.choice([rng.uniform(0.36, 0.46), rng.uniform(0.5, 0.58), rng.uniform(0.62, 0.7)])
    sun = sky(canvas, light, horizon)
    first = int(canvas.height * horizon)
    rows = canvas.height - first
    ripple = ripples(canvas, first, 0.75)
    swell = ripples(canvas, first, 0.22)
    down = np.arange(rows, dtype=np.float32)[:, None] / (canvas.height - first)
    body = mix(mix(light.sky[0], colour("0b4a5a"), 0.45), light.near, 0.25)
    far = mix(light.sky[-1], light.sky[min(1, len(light.sky) - 2)], 0.5)
    sea = far + (body - far) * (smoothstep(0, 0.7, down)[..., None])
    relief = 0.6 * ripple + 0.7 * swell
    sea = sea * (1 + 0.32 * relief * np.clip(0.3 + down, 0, 1))[..., None]
    canvas.rgb[first:] = np.clip(sea, 0, 1)
    canvas.shine(
        light.haze,
        smoothstep(0.35, 1.1, relief) * np.float32(0.4) * np.clip(0.25 + down, 0, 1),
        top=first,
    )
    if light.time not in ("storm", "fog"):
        glitter(canvas, first, ripple + 0.4 * swell, sun, light)
    else:
        foam = smoothstep(0.62, 1.1, relief) * smoothstep(0.05, 0.5, down)
        canvas.shine(colour("ffffff"), foam * np.float32(0.5), top=first)
    if rng.random() < 0.6:
        _coast(canvas, first, light)
    if rng.random() < 0.5:
        _sail(canvas, first, light)
    mist(canvas, horizon - 0.05, horizon + 0.04, light.haze, 0.55)
    birds(canvas, canvas.width * rng.uniform(0.2, 0.8), first * 0.6, light.depth(0.8), 6)


def _coast(canvas: Canvas, first: int, light: Light) -> None:
    """Land on one side, perhaps with a lighthouse on its near cape."""
    rng = canvas.rng
    right, tower = rng.random() < 0.5, rng.random() < 0.55
    t = canvas.x / canvas.width
    t = t if right else 1 - t
    for near, reach, tall in ((0.35, 0.6, 0.07), (0.68, 0.38, 0.1)):
        rough = 1 + 0.35 * wave(rng, canvas.width, 5, 6, 0.55)
        rise = smoothstep(1 - reach, 1.05, t) * rough
        profile = np.asarray(first - canvas.height * tall * rise, np.float32)
        tone = light.depth(near)
        if near > 0.5 and tower:
            column = int(np.argmin(np.abs(t - rng.uniform(0.74, 0.86))))
            _lighthouse(canvas, column, float(profile[column]), tone, light, away=not right)
        top = int(max(0, profile.min() - 1))
        y = np.arange(top, first, dtype=np.float32)[:, None]
        if first > top:
            canvas.cover(tone, np.clip(y - profile[None, :] + 0.5, 0, 1), top=top)


_TOWER = np.array([(-0.11, 0.1), (-0.07, -0.78), (0.07, -0.78), (0.11, 0.1)])
_LANTERN = np.array([(-0.1, -0.78), (-0.1, -0.82), (-0.05, -0.82), (-0.05, -0.93), (-0.06, -0.94),
                     (0, -1.02), (0.06, -0.94), (0.05, -0.93), (0.05, -0.82), (0.1, -0.82),
                     (0.1, -0.78)])  # fmt: skip


def _lighthouse(
    canvas: Canvas, x: float, foot: float, tone: Colour, light: Light, *, away: bool
) -> None:
    """A banded tower; its lamp burns and sweeps the sea when it is not day."""
    size = canvas.unit * canvas.rng.uniform(0.13, 0.19)
    place = np.array([x, foot])
    lamp = place - (0, size * 0.875)
    if light.time not in ("day", "sunset"):
        way = 1.0 if away else -1.0
        for reach in (2.0, 3.2, 4.8, 7.0):  # longer is fainter: the beam loses itself in the dark
            beam = np.array([(0, 0), (way * reach, -0.11 * reach), (way * reach, -0.05 * reach)])
            canvas.polygons(
                [beam * size + lamp], light.sun, alpha=0.09, blur=size * 0.05 * reach, light=True
            )
    canvas.polygons([_TOWER * size + place], mix(tone, light.sun, 0.35))
    for band in (-0.62, -0.3, 0.02):
        half = 0.075 + 0.045 * (band + 0.78)
        stripe = np.array([(-half, band), (half, band), (half, band - 0.14), (-half, band - 0.14)])
        canvas.polygons([stripe * size + place], mix(tone, colour("8a2b2b"), 0.35))
    canvas.polygons([_LANTERN * size + place], mix(tone, light.near, 0.5))
    if light.time not in ("day", "sunset"):
        canvas.glow(lamp[0], lamp[1], size * 0.7, light.sun, 0.7)
        canvas.glow(lamp[0], lamp[1], size * 0.12, colour("ffffff"), 1.0)


_HULL = np.array([(-0.5, -0.02), (0.55, -0.02), (0.4, 0.14), (-0.38, 0.14)])
_SAILS = (
    np.array([(-0.02, -1.3), (-0.02, -0.1), (-0.5, -0.1)]),
    np.array([(0.04, -1.15), (0.04, -0.1), (0.46, -0.1)]),
)


def _sail(canvas: Canvas, first: int, light: Light) -> None:
    rng = canvas.rng
    place = (rng.uniform(0.25, 0.75) * canvas.width, first + canvas.height * 0.012)
    size = canvas.unit * rng.uniform(0.03, 0.055)
    canvas.polygons([sail * size + place for sail in _SAILS], mix(light.sun, light.near, 0.25))
    canvas.polygons([_HULL * size + place], light.near)


_SHALLOWS = ("8fe3dc 2ea3b4 0b5f82 052c4d", "a8ecc9 3fb08f 136b6b 07343f",
             "b3d9ff 4f93d6 1f559c 0b2656", "c9d4ff 7a8fd6 3d4f9c 171f52")  # fmt: skip
_DEEPS = ("0b5f77 06405a 03233b 020e1c", "1f4f8f 12316b 0a1c47 040a20",
          "3f3a8a 262463 151540 07081f", "0f5f57 0a4245 052930 021217")  # fmt: skip


def underwater(canvas: Canvas, light: Light) -> None:
    """Below the surface: shafts of light, fish, kelp, a far sea floor."""
    rng, unit = canvas.rng, canvas.unit
    deep = light.time in ("night", "storm", "dusk")
    stops = str(rng.choice(_DEEPS if deep else _SHALLOWS)).split()
    tones = tuple(colour(code) for code in stops)
    source = rng.uniform(0.15, 0.85)

    def paint(px: Plane, py: Plane) -> Plane:
        from chalicelib.providers.image.scenes.sky import gradient

        field = clouds(rng, px.shape[1], px.shape[0], 2.5, octaves=4)
        bright = np.exp(-((px - source) ** 2) * 5) * (1 - py)
        t = np.clip(py * 1.05 - 0.22 * bright + 0.05 * field, 0, 1)
        return gradient(tones, t)

    canvas.background(paint)
    _shafts(canvas, source, tones[0], 0.42 if deep else 0.5)
    whales, reef = canvas.says("whale"), canvas.says("coral reef garden sunken")
    forest = canvas.says("kelp")
    open_water = whales or (not reef and not forest and rng.random() < 0.35)
    if whales or (open_water and rng.random() < 0.6):
        _whale(canvas, mix(tones[2], tones[3], 0.45 if deep else 0.3))
    for n in range(1 if open_water else 3):
        near = (n + 1) / 3
        tone = mix(tones[2], tones[3], 0.15 + 0.75 * near)
        rough = wave(rng, canvas.width, 3 + 2 * n, 6, 0.5)
        floor = np.asarray(
            canvas.height * (0.82 + 0.055 * n + 0.14 * open_water - 0.05 * rough), np.float32
        )
        canvas.ridge(floor, tone, mix(tone, tones[3], 0.6), canvas.height * 0.2)
        tall = unit * (0.1 + 0.11 * n) * (2.6 if forest else 1)
        _kelp(canvas, floor, int(5 + 7 * n), tall, mix(tone, tones[3], 0.25))
        if not open_water and n and (reef or rng.random() < 0.4):
            _coral(canvas, floor, unit * (0.05 + 0.06 * n), tones[3], 0.6 - 0.25 * n + 0.2 * deep)
    for _ in range(int(rng.integers(2, 4))):
        _school(canvas, mix(tones[2], tones[3], rng.uniform(0.2, 0.9)))
    if canvas.says("jellyfish") or (not whales and rng.random() < (0.6 if deep else 0.25)):
        for _ in range(int(rng.integers(2, 5))):
            _jelly(canvas, colour(str(rng.choice(["ff9ecb", "9ad7ff", "c7a6ff", "8dfff0"]))))
    for _ in range(70):
        canvas.glow(
            rng.uniform(0, canvas.width),
            rng.uniform(0, canvas.height),
            unit * rng.uniform(0.002, 0.008),
            tones[0],
            rng.uniform(0.1, 0.5),
            1.5,
        )


def _shafts(canvas: Canvas, source: float, tone: Colour, strength: float) -> None:
    def paint(width: int, height: int) -> Plane:
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        slope = (x / width - source) / (y / height + 0.45)
        knots = canvas.rng.uniform(-1, 1, 90)
        beams = np.interp(slope * 22 + 45, np.arange(90), knots).astype(np.float32)
        fine = np.interp(slope * 61 + 45, np.arange(90), knots[::-1]).astype(np.float32)
        fade = np.exp(-2.2 * y / height) * np.exp(-(slope**2) * 2.2)
        return np.asarray(smoothstep(-0.1, 1.2, beams + 0.45 * fine) * fade, np.float32)

    canvas.shine(tone, np.clip(canvas.soft(paint), 0, 1) * np.float32(strength))


def _kelp(canvas: Canvas, floor: Plane, count: int, tall: float, tone: Colour) -> None:
    rng, unit = canvas.rng, canvas.unit
    parts = []
    for _ in range(count):
        root, high = rng.uniform(0, canvas.width), tall * rng.uniform(0.4, 1.2)
        t = np.linspace(0, 1, 22)
        x = root + unit * rng.uniform(0.02, 0.05) * np.sin(t * 5 + rng.uniform(0, 6)) * t
        y = float(floor[int(root)]) + 4 - high * t
        thick = 0.5 + 0.5 * tall / (unit * 0.3)
        parts.append(ribbon(x, y, unit * 0.006 * thick * (1.05 - t)))
        for n in range(3, 21, 2):
            way, size = (1 if n % 4 == 1 else -1), unit * 0.02 * thick * (1.1 - t[n])
            leaf = np.array([(0, 0), (way, -0.7), (way * 0.5, -1.1)])
            parts.append(leaf * size + (x[n], y[n]))
    canvas.polygons(parts, tone)


def _coral(canvas: Canvas, floor: Plane, size: float, dark: Colour, haze: float) -> None:
    """Fans, tubes and domes in many colours, the farther the bluer."""
    rng = canvas.rng
    for _ in range(int(rng.integers(7, 13))):
        x = rng.uniform(0, canvas.width)
        foot, tall = float(floor[int(x)]) + size * 0.1, size * rng.uniform(0.6, 1.3)
        code = rng.choice(["ff7a6b", "ffb35c", "e86fb0", "b48bff", "ffd56b", "5fd6b8"])
        tone = mix(colour(str(code)), dark, haze)
        kind = rng.random()
        if kind < 0.4:
            twigs = []
            for turn in np.linspace(-0.9, 0.9, 9):
                t = np.linspace(0, 1, 12)
                bend = turn * (0.4 + 0.6 * t)
                twigs.append(ribbon(x + tall * t * np.sin(bend), foot - tall * t * np.cos(bend),
                                    tall * 0.035 * (1.1 - 0.6 * t)))  # fmt: skip
            canvas.polygons(twigs, tone)
        elif kind < 0.7:
            for off in rng.uniform(-0.4, 0.4, 5):
                high, half = tall * rng.uniform(0.4, 1), tall * rng.uniform(0.06, 0.1)
                column = path([x + off * tall] * 8, np.linspace(foot, foot - high, 8))
                canvas.strokes([column], half * 2, tone)
                top = (x + off * tall, foot - high, half, half * 0.5)
                canvas.ellipses([top], mix(tone, dark, 0.5))
        else:
            domes = [(x + o * tall, foot, tall * r, tall * r * 0.8)
                     for o, r in ((-0.3, 0.28), (0.25, 0.34), (0.0, 0.42))]  # fmt: skip
            canvas.ellipses(domes, tone)
            dots = [(x + rng.normal(0, 0.25) * tall, foot - rng.uniform(0, 0.3) * tall, tall * 0.02,
                     tall * 0.02) for _ in range(24)]  # fmt: skip
            canvas.ellipses(dots, mix(tone, colour("ffffff"), 0.4), alpha=0.7)


_WHALE = np.array(
    [(1.0, 0.02), (0.96, -0.1), (0.7, -0.2), (0.3, -0.24), (-0.1, -0.17), (-0.18, -0.24),
     (-0.24, -0.15), (-0.6, -0.06), (-0.82, -0.05), (-0.98, -0.2), (-1.14, -0.24), (-1.04, -0.08),
     (-0.94, 0.0), (-1.02, 0.12), (-1.1, 0.22), (-0.94, 0.16), (-0.8, 0.03), (-0.5, 0.06),
     (0.0, 0.14), (0.22, 0.17), (0.12, 0.34), (-0.02, 0.46), (0.3, 0.36), (0.42, 0.18), (0.8, 0.13),
     (1.0, 0.02)]
)  # fmt: skip


def _whale(canvas: Canvas, tone: Colour) -> None:
    """A great shape that glides by, lit from above."""
    rng, unit = canvas.rng, canvas.unit
    size, way, tilt = unit * rng.uniform(0.2, 0.34), rng.choice([-1, 1]), rng.uniform(-0.2, 0.3)
    turn = np.array([(np.cos(tilt), -np.sin(tilt)), (np.sin(tilt), np.cos(tilt))])
    place = (rng.uniform(0.3, 0.7) * canvas.width, rng.uniform(0.3, 0.52) * canvas.height)
    body = (rounded(_WHALE) @ turn) * (way * size, size) + place
    canvas.polygons([body], tone, alpha=0.92)
    back = body[: len(body) // 3]
    canvas.strokes([back], size * 0.03, colour("bff4f0"), alpha=0.35, blur=size * 0.03, light=True)


def _school(canvas: Canvas, tone: Colour) -> None:
    rng, unit = canvas.rng, canvas.unit
    cx, cy = rng.uniform(0.15, 0.85) * canvas.width, rng.uniform(0.25, 0.7) * canvas.height
    way = rng.choice([-1, 1])
    size = unit * rng.uniform(0.008, 0.02)
    turn = np.linspace(0, 2 * np.pi, 18)
    body = path(way * np.cos(turn), 0.36 * np.sin(turn))
    tail = path(way * np.array([-0.8, -1.6, -1.35, -1.6]), [0, -0.42, 0, 0.42])
    shapes = []
    for _ in range(int(rng.integers(14, 34))):
        place = (cx + rng.normal(0, 0.12) * unit, cy + rng.normal(0, 0.05) * unit)
        scale = size * rng.uniform(0.7, 1.3)
        shapes += [body * scale + place, tail * scale + place]
    canvas.polygons(shapes, tone, alpha=0.85)


def _jelly(canvas: Canvas, tone: Colour) -> None:
    rng, unit = canvas.rng, canvas.unit
    x, y = rng.uniform(0.1, 0.9) * canvas.width, rng.uniform(0.2, 0.65) * canvas.height
    size = unit * rng.uniform(0.03, 0.075)
    canvas.glow(x, y, size * 3.2, tone, 0.35)
    half = np.linspace(0, np.pi, 30)
    bell = np.concatenate(
        [
            path(x + size * np.cos(half), y - size * 0.85 * np.sin(half)),
            path(x - size * np.cos(half), y + size * 0.1 * np.sin(half * 6)),
        ]
    )
    arms = []
    for n, phase in enumerate(rng.uniform(0, 6, 9)):
        t = np.linspace(0, 1, 26)
        away = size * (n - 4) * 0.2 * (1 - 0.3 * t) + size * 0.22 * np.sin(t * 7 + phase) * t
        arms.append(path(x + away, y + size * 2.6 * t * (0.7 + 0.3 * np.sin(phase))))
    canvas.strokes(arms, size * 0.03, tone, light=True, alpha=0.4)
    canvas.polygons([bell], tone, light=True, alpha=0.55)
    canvas.glow(x, y - size * 0.35, size * 0.8, colour("ffffff"), 0.5)
