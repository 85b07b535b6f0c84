"""High places: mountains, a mirrored lake, a summit, the polar night."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chalicelib.providers.image.canvas import Canvas, smoothstep, wave
from chalicelib.providers.image.light import Light, colour, mix
from chalicelib.providers.image.scenes.sky import birds, mist, sky
from chalicelib.providers.image.scenes.terrain import conifers, figure, hills, peaks, reeds, rock
from chalicelib.providers.image.scenes.water import reflect

if TYPE_CHECKING:
    from chalicelib.providers.image.canvas import Colour, Plane


def mountains(canvas: Canvas, light: Light) -> None:
    """Ranges behind ranges, fog in the valleys, conifers in front."""
    rng = canvas.rng
    horizon = rng.uniform(0.6, 0.68)
    sun = sky(canvas, light, horizon)
    layers = int(rng.integers(4, 6))
    snowy = rng.random() < 0.65
    for n in range(layers):
        near = (n + 0.6) / (layers + 0.4)
        base = horizon + 0.02 + 0.3 * (n / layers) ** 1.2
        height = (0.42, 0.3, 0.2, 0.16, 0.13)[n] * rng.uniform(0.85, 1.15)
        profile = peaks(canvas, base, height, rng.uniform(1.6, 2.4) + n * 0.8)
        tone = light.depth(0.2 + 0.7 * near)
        canvas.ridge(profile, tone, mix(tone, light.haze, 0.7 - 0.55 * near), canvas.height * 0.32)
        if n < 2:
            rock(canvas, profile, light, sun, 0.11 if snowy and n == 0 else 0.0, near)
        mist(canvas, base - 0.16, base + 0.2, light.haze, 0.5 - 0.34 * near)
    conifers(canvas, hills(canvas, 0.97, 0.03, 2.2), 0.075, light.near, count=130)
    birds(
        canvas, canvas.width * rng.uniform(0.3, 0.7), canvas.height * horizon * 0.55,
        light.depth(0.8)
    )  # fmt: skip


def lake(canvas: Canvas, light: Light) -> None:
    """A range mirrored in still water."""
    rng = canvas.rng
    horizon = rng.uniform(0.5, 0.58)
    shore = np.float32(canvas.height * horizon)
    sun = sky(canvas, light, horizon)
    for height, near in ((0.42, 0.3), (0.24, 0.62)):
        profile = peaks(canvas, horizon - 0.06, height, 2.2 + near)
        profile = np.minimum(profile, shore - canvas.unit * 0.012)
        tone = light.depth(near)
        canvas.ridge(profile, tone, mix(tone, light.haze, 0.5), canvas.height * height)
        rock(canvas, profile, light, sun, 0.1 if near < 0.5 else 0.0, near)
        mist(canvas, horizon - 0.12, horizon + 0.03, light.haze, 0.4)
    conifers(canvas, hills(canvas, horizon, 0.012, 3), 0.05, light.depth(0.9), count=190)
    reflect(canvas, horizon, light, sun, calm=0.85)
    reeds(canvas, light.near)


def summit(canvas: Canvas, light: Light) -> None:
    """A small figure on a peak, facing the light."""
    rng, unit = canvas.rng, canvas.unit
    horizon = rng.uniform(0.68, 0.74)
    where = rng.uniform(0.34, 0.66)
    sun = sky(canvas, light, horizon, x=float(np.clip(where + rng.uniform(-0.1, 0.1), 0.2, 0.8)))
    for n in range(3):
        near = (n + 0.4) / 3.6
        profile = peaks(canvas, horizon + 0.06 * n, 0.24 - 0.05 * n, 2.4 + n)
        tone = light.depth(0.2 + 0.5 * near)
        canvas.ridge(profile, tone, mix(tone, light.haze, 0.7), canvas.height * 0.25)
        if n == 0:
            rock(canvas, profile, light, sun, 0.08, near)
        mist(canvas, horizon - 0.1 + 0.06 * n, horizon + 0.16 + 0.06 * n, light.haze, 0.5)
    off = np.abs(canvas.x / canvas.width - where) * canvas.width / unit
    rough = 0.05 * wave(rng, canvas.width, 14, 6, 0.55) * smoothstep(0.012, 0.1, off)
    slope = 0.66 * off - 0.12 * off * off
    crag = np.asarray(canvas.height * 0.72 + unit * (slope + rough), np.float32)
    canvas.ridge(crag, light.near, mix(light.near, light.depth(0.6), 0.2))
    rock(canvas, crag, light, sun, 0.0, 1.0)
    x = where * canvas.width
    figure(canvas, x, float(crag[int(x)]), unit * 0.08, light.near)
    birds(canvas, sun.x + unit * 0.25, canvas.height * 0.3, light.depth(0.8), 5)


def polar(canvas: Canvas, light: Light) -> None:
    """Snow, a frozen lake and, in the dark, the northern lights."""
    rng = canvas.rng
    horizon = rng.uniform(0.56, 0.63)
    shore = np.float32(canvas.height * horizon - canvas.unit * 0.01)
    sun = sky(canvas, light, horizon, disc=not light.moon)
    if light.stars:
        tones = rng.choice(["5dffb0", "6affd8", "b08cff", "8dffa0", "ff8fd0"], 4, replace=False)
        for n, tone in enumerate(tones):
            _aurora(canvas, 0.22 + 0.09 * n + rng.uniform(-0.03, 0.03), colour(str(tone)))
    profile = np.minimum(peaks(canvas, horizon - 0.06, 0.3, 2.4), shore)
    canvas.ridge(profile, light.depth(0.45), light.haze, canvas.height * 0.3)
    rock(canvas, profile, light, sun, 0.22, 0.45)
    mist(canvas, horizon - 0.1, horizon + 0.05, light.haze, 0.4)
    conifers(canvas, hills(canvas, horizon, 0.01, 3), 0.045, light.depth(0.92), count=170)
    reflect(canvas, horizon, light, sun, calm=0.6)
    snow = mix(mix(light.haze, colour("ffffff"), 0.55), light.sky[1], 0.25)
    bank = hills(canvas, 0.9, 0.035, 1.6)
    canvas.ridge(bank, snow, mix(snow, light.sky[0], 0.45), canvas.height * 0.12)
    conifers(canvas, hills(canvas, 1.0, 0.04, 2), 0.15, light.near, count=18)


def _aurora(canvas: Canvas, base: float, tone: Colour) -> None:
    """One curtain: a bright lower edge in folds, rays upwards."""
    rng = canvas.rng

    def paint(width: int, height: int) -> Plane:
        edge = base + 0.07 * wave(rng, width, 3.2, 3, 0.5)
        folds = np.clip(0.45 + 0.9 * wave(rng, width, 34, 4, 0.7), 0, 1)
        reach = 0.14 + 0.12 * np.clip(wave(rng, width, 6, 3), -0.6, 1)
        y = np.linspace(0, 1, height, dtype=np.float32)[:, None]
        up = (edge[None, :] - y) / reach[None, :]
        glow = np.exp(-np.clip(up, 0, None) * 2.0) * smoothstep(-0.22, 0.1, up)
        bright = np.clip(0.5 + wave(rng, width, 2.5, 2), 0, 1)
        return np.asarray(glow * (0.3 + 0.7 * folds) * bright, np.float32)

    canvas.shine(tone, np.clip(canvas.soft(paint), 0, 1) * np.float32(0.55))
