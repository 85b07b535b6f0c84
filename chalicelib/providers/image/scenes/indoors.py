"""What rooms share: lamplight, candles, a table top, a background out of focus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from chalicelib.providers.image.canvas import Canvas, clouds, resize, rounded
from chalicelib.providers.image.light import colour

if TYPE_CHECKING:
    from chalicelib.providers.image.canvas import Colour, Plane, Points


def box(left: float, top: float, right: float, bottom: float) -> Points:
    """The four corners of an upright rectangle."""
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], float)


def lamplight(
    canvas: Canvas, lamps: Sequence[tuple[float, float, float, float]], tone: Colour, dark: float
) -> None:
    """Darken the room to `dark`, then let lamps (x, y, reach, strength) light it."""

    def paint(width: int, height: int) -> Plane:
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        x, y = x / width * canvas.width, y / height * canvas.height
        total = np.zeros((height, width), np.float32)
        for lx, ly, reach, strength in lamps:
            far = ((x - lx) ** 2 + (y - ly) ** 2) / np.float32(reach * reach)
            total += (np.float32(strength) / (1 + 2.6 * far) * np.exp(-0.35 * far)) ** 2
        return np.asarray(np.sqrt(total))

    pool = canvas.soft(paint)[..., None]
    canvas.rgb *= np.float32(dark) + pool * (0.35 + 0.65 * tone)
    np.clip(canvas.rgb, 0, 1, out=canvas.rgb)


def flame(canvas: Canvas, x: float, foot: float, tall: float, strength: float = 1.0) -> None:
    """A candle's flame and its halo."""
    canvas.glow(x, foot - tall * 0.5, tall * 9, colour("ffb45a"), 0.32 * strength)
    canvas.glow(x, foot - tall * 0.5, tall * 2.4, colour("ffd79a"), 0.8 * strength)
    drop = np.array([(0, -1.1), (0.2, -0.45), (0.16, -0.1), (0, 0), (-0.16, -0.1), (-0.2, -0.45)])
    canvas.polygons([rounded(drop) * tall + (x, foot)], colour("fff3cf"), light=True)


def candle(canvas: Canvas, x: float, foot: float, tall: float, wax: Colour) -> None:
    """A candle with its flame."""
    half = tall * 0.17
    canvas.polygons([box(x - half, foot - tall, x + half, foot)], wax)
    flame(canvas, x, foot - tall, tall * 0.55)


def desk(canvas: Canvas, y: float, wood: Colour) -> None:
    """A table top from `y` down."""
    first = int(y)
    grain = canvas.soft(lambda a, b: clouds(canvas.rng, a, b, 2, stretch=14, octaves=5), first)
    down = np.linspace(0, 1, canvas.height - first, dtype=np.float32)[:, None]
    shade = (0.95 + 0.2 * grain) * (1.08 - 0.45 * down)
    canvas.rgb[first:] = np.clip(wood * shade[..., None], 0, 1)
    rim = max(1, int(canvas.unit * 0.006))
    canvas.rgb[first : first + rim] = np.clip(wood * 1.5, 0, 1)


def out_of_focus(canvas: Canvas) -> None:
    """What has been painted so far becomes a soft background with discs of light."""
    rng, w, h = canvas.rng, canvas.width, canvas.height
    small = max(2, w // 16), max(2, h // 16)
    for c in range(3):
        canvas.rgb[..., c] = resize(resize(canvas.rgb[..., c], *small), w, h)
    for _ in range(16):
        r = canvas.unit * rng.uniform(0.012, 0.04)
        disc = (w * rng.random(), h * rng.uniform(0.05, 0.6), r, r)
        canvas.ellipses([disc], colour("ffc47a"), alpha=0.16, light=True)
