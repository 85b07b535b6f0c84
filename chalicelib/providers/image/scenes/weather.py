"""What falls or floats in front of a scene when the words say so: rain, snow, petals, fireflies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chalicelib.providers.image.canvas import Canvas, path
from chalicelib.providers.image.light import Light, colour, mix

if TYPE_CHECKING:
    from chalicelib.providers.image.canvas import Colour


def weather(canvas: Canvas, light: Light) -> None:
    """Whatever of it the prompt asks for."""
    if canvas.says("rain rainy raining drizzle downpour thunderstorm"):
        _rain(canvas, mix(light.haze, colour("ffffff"), 0.4))
    if canvas.says("snow snowy snowfall snowing blizzard flake"):
        _snow(canvas)
    if canvas.says("petal blossom sakura"):
        _drift(canvas, mix(colour("ffc2d4"), light.haze, 0.2), 70)
    elif canvas.says("leaf") and canvas.says("falling autumn drifting"):
        _drift(canvas, mix(colour("d9702f"), light.haze, 0.2), 46)
    if canvas.says("firefly fireflies"):
        for _ in range(60):
            x, y = canvas.rng.random() * canvas.width, canvas.rng.uniform(0.4, 1) * canvas.height
            canvas.glow(x, y, canvas.unit * canvas.rng.uniform(0.006, 0.016), colour("eaff8a"),
                        canvas.rng.uniform(0.4, 1))  # fmt: skip


def _rain(canvas: Canvas, tone: Colour) -> None:
    """Three sheets of slanting threads, the nearer the longer."""
    rng, unit = canvas.rng, canvas.unit
    slant = rng.uniform(-0.16, 0.16)
    for count, long, wide, alpha in ((520, 0.03, 0.0011, 0.14), (240, 0.06, 0.0016, 0.16),
                                     (70, 0.12, 0.0024, 0.14)):  # fmt: skip
        x, y = rng.uniform(-0.1, 1.1, count) * canvas.width, rng.random(count) * canvas.height
        reach = unit * long * rng.uniform(0.6, 1.3, count)
        lines = [path([a, a + slant * r], [b, b + r]) for a, b, r in zip(x, y, reach, strict=True)]
        canvas.strokes(lines, unit * wide, tone, alpha=alpha, light=True)


def _snow(canvas: Canvas) -> None:
    """Flakes: many small and far, a few large and out of focus."""
    rng, unit = canvas.rng, canvas.unit
    for count, size, blur, alpha in ((520, 0.0016, 0.0, 0.6), (190, 0.0032, 0.001, 0.6),
                                     (34, 0.009, 0.005, 0.32)):  # fmt: skip
        flakes = [(rng.random() * canvas.width, rng.random() * canvas.height, r, r)
                  for r in unit * size * rng.uniform(0.6, 1.4, count)]  # fmt: skip
        canvas.ellipses(flakes, colour("ffffff"), alpha=alpha, blur=blur * unit)


def _drift(canvas: Canvas, tone: Colour, count: int) -> None:
    """Petals or leaves in the air, each turned its own way."""
    rng = canvas.rng
    blade = np.array([(-1, 0), (-0.4, -0.42), (0.5, -0.36), (1, 0), (0.4, 0.34), (-0.5, 0.3)])
    shapes = []
    for _ in range(count):
        a, size = rng.uniform(0, 2 * np.pi), canvas.unit * rng.uniform(0.004, 0.01)
        turn = np.array([(np.cos(a), np.sin(a)), (-np.sin(a), np.cos(a))])
        place = (rng.random() * canvas.width, rng.random() * canvas.height)
        shapes.append((blade * (1, rng.uniform(0.4, 1))) @ turn * size + place)
    canvas.polygons(shapes, tone, alpha=0.85)
