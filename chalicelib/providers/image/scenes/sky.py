"""What is above every landscape: sky, clouds, stars, sun or moon, birds, mist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from chalicelib.providers.image.canvas import Canvas, clouds, path, resize, shifted, smoothstep
from chalicelib.providers.image.light import Light, colour, mix

if TYPE_CHECKING:
    from chalicelib.providers.image.canvas import Colour, Plane


@dataclass(frozen=True)
class Sun:
    """Where the sun or moon stands, in pixels, and its radius."""

    x: float
    y: float
    radius: float


def gradient(stops: tuple[Colour, ...], t: Plane) -> Plane:
    """RGB of `stops` spread evenly over t = 0 … 1."""
    places = np.linspace(0, 1, len(stops))
    table = np.stack(stops)
    return np.stack([np.interp(t, places, table[:, c]) for c in range(3)], -1).astype(np.float32)


def sky(
    canvas: Canvas, light: Light, horizon: float, *, x: float | None = None, disc: bool = True
) -> Sun:
    """Paint the whole canvas as sky down to `horizon` (a fraction), haze below it."""
    rng, unit = canvas.rng, canvas.unit
    at_x = rng.choice([rng.uniform(0.2, 0.4), rng.uniform(0.6, 0.8)]) if x is None else x
    at_y = horizon * (1 - light.height * rng.uniform(0.85, 1.1))
    radius = unit * (rng.uniform(0.03, 0.042) if light.moon else rng.uniform(0.036, 0.06))
    strength = 0.35 if light.moon else 0.85

    def paint(px: Plane, py: Plane) -> Plane:
        rgb = gradient(light.sky, np.clip(py / horizon, 0, 1) ** 1.15)
        dx = (px - at_x) * (canvas.width / unit)
        dy = (py - at_y) * (canvas.height / unit)
        far = np.sqrt(dx * dx + dy * dy)
        glow = strength * (0.55 * np.exp(-far * 3.2) + 0.5 * np.exp(-far * 11))
        rgb += (1 - rgb) * light.sun * glow[..., None]
        if light.clouds:
            _clouds(rgb, canvas, light, dx, dy, py / horizon)
        return rgb

    canvas.background(paint)
    if light.stars:
        stars(canvas, light.stars, horizon)
    sun = Sun(at_x * canvas.width, at_y * canvas.height, radius)
    if disc and light.time not in ("storm", "fog"):
        if light.moon:
            moon(canvas, sun, light)
        else:
            canvas.glow(sun.x, sun.y, radius * 3.2, light.sun, 0.6)
            canvas.disc(sun.x, sun.y, radius, mix(light.sun, colour("ffffff"), 0.35), 0.96)
    return sun


def _clouds(rgb: Plane, canvas: Canvas, light: Light, dx: Plane, dy: Plane, down: Plane) -> None:
    """Cumulus streaks: density from noise, their sunny side lit, thinner at the zenith."""
    height, width = rgb.shape[:2]
    field = clouds(canvas.rng, width, height, 3.2, stretch=3.4, octaves=6, roughness=0.55)
    lit = field - shifted(field, int(height * 0.03), int(np.sign(-dx.mean()) * width * 0.01))
    cover = 0.55 - 0.5 * light.clouds
    density = smoothstep(cover, cover + 0.65, field + 0.1) * smoothstep(1.12, 0.7, down)
    near = np.exp(-2.2 * np.sqrt(dx * dx + dy * dy))
    shade = gradient(
        (mix(light.sky[1], light.near, 0.18), light.haze, light.sun),
        np.clip(0.42 + lit * 0.9 + near * 0.5 - 0.25 * (light.clouds > 1), 0, 1),
    )
    rgb += (shade - rgb) * (density * np.float32(min(0.85, 0.3 + 0.4 * light.clouds)))[..., None]


def stars(canvas: Canvas, amount: float, horizon: float = 1.0) -> None:
    """Points of light, a few of them large, fewer towards the horizon."""
    rng = canvas.rng
    count = int(amount * 2200 * canvas.width * canvas.height * horizon / 3e6) + 20
    x = rng.integers(0, canvas.width, count)
    y = (rng.beta(1, 1.5, count) * canvas.height * horizon).astype(int)
    strength = rng.exponential(0.28, count).clip(0.03, 1) * amount
    tint = np.stack(
        [0.85 + 0.15 * rng.random(count), np.full(count, 0.93), 0.85 + 0.15 * rng.random(count)], -1
    )
    light = (strength[:, None] * tint).astype(np.float32)
    size = max(1, canvas.unit // 900)
    for oy in range(size):
        for ox in range(size):
            yy, xx = np.minimum(y + oy, canvas.height - 1), np.minimum(x + ox, canvas.width - 1)
            canvas.rgb[yy, xx] += (1 - canvas.rgb[yy, xx]) * light
    for index in np.argsort(strength)[-max(3, count // 40) :]:
        canvas.glow(
            float(x[index]),
            float(y[index]),
            canvas.unit * rng.uniform(0.003, 0.009),
            light[index] / max(float(light[index].max()), 0.1),
            0.9 * amount,
        )


def moon(canvas: Canvas, sun: Sun, light: Light) -> None:
    """A full moon with seas on it."""
    canvas.glow(sun.x, sun.y, sun.radius * 7, light.sun, 0.32, 3)
    canvas.disc(sun.x, sun.y, sun.radius, light.sun)
    side = int(sun.radius * 2)
    left, top = int(sun.x - side / 2), int(sun.y - side / 2)
    if left < 0 or top < 0 or left + side > canvas.width or top + side > canvas.height or side < 8:
        return
    seas = smoothstep(0.0, 0.7, resize(clouds(canvas.rng, 32, 32, 3), side, side))
    y, x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]
    inside = smoothstep(1.0, 0.8, np.sqrt(x * x + y * y).astype(np.float32))
    canvas.cover(mix(light.sun, light.sky[1], 0.4), seas * inside * np.float32(0.5), left, top)


def birds(canvas: Canvas, x: float, y: float, tone: Colour, count: int = 7) -> None:
    """A loose flock around a place."""
    rng, unit = canvas.rng, canvas.unit
    flock = []
    for _ in range(count):
        at_x, at_y = x + rng.normal(0, 0.09) * unit, y + rng.normal(0, 0.035) * unit
        span, lift = unit * rng.uniform(0.006, 0.014), rng.uniform(0.2, 0.6)
        flock.append(
            path(
                at_x + span * np.array([-1, -0.5, 0, 0.5, 1]),
                at_y - span * lift * np.array([0.35, 1, 0, 1, 0.35]),
            )
        )
    canvas.strokes(flock, unit * 0.0016, tone, alpha=0.9)


def mist(canvas: Canvas, top: float, bottom: float, tone: Colour, strength: float) -> None:
    """A drifting band of fog between two heights (fractions of the frame)."""
    first, last = int(max(0, top) * canvas.height), int(min(1, bottom) * canvas.height)
    if last - first < 4:
        return

    def paint(width: int, height: int) -> Plane:
        field = clouds(canvas.rng, width, height, 2, stretch=5, octaves=4)
        t = np.linspace(0, 1, height, dtype=np.float32)[:, None]
        band = np.sin(np.pi * t).clip(0) ** 1.3
        return np.asarray(band * np.clip(0.62 + 0.5 * field, 0, 1), np.float32)

    plane = canvas.soft(paint, first, last)
    canvas.cover(tone, np.clip(plane, 0, 1) * np.float32(strength), 0, first)


def rays(canvas: Canvas, x: float, y: float, tone: Colour, strength: float) -> None:
    """Shafts of light spreading from a place in pixels."""

    def paint(width: int, height: int) -> Plane:
        sx, sy = x / canvas.width * width, y / canvas.height * height
        py, px = np.mgrid[0:height, 0:width].astype(np.float32)
        angle = np.arctan2(py - sy, px - sx)
        far = np.hypot(px - sx, py - sy) / max(width, height)
        knots = canvas.rng.uniform(-1, 1, 160)
        beams = np.interp((angle + np.pi) / (2 * np.pi) * 159, np.arange(160), knots)
        return np.asarray(
            smoothstep(0.05, 0.8, beams.astype(np.float32))
            * np.exp(-far * 1.9)
            * smoothstep(0.0, 0.1, far),
            np.float32,
        )

    canvas.shine(tone, np.clip(canvas.soft(paint), 0, 1) * np.float32(strength))
