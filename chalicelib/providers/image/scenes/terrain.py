"""The parts landscapes are made of: profiles, rock and snow, trees, grass, people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chalicelib.providers.image.canvas import (
    Canvas,
    clouds,
    path,
    ribbon,
    shifted,
    smoothstep,
    wave,
)
from chalicelib.providers.image.light import Light, mix
from chalicelib.providers.image.scenes.sky import Sun

if TYPE_CHECKING:
    from chalicelib.providers.image.canvas import Colour, Plane


def peaks(canvas: Canvas, base: float, height: float, cells: float) -> Plane:
    """A mountain profile (y by column): sharp crests, rough flanks. Fractions of the frame."""
    rough = wave(canvas.rng, canvas.width, cells * 2, 7, 0.52)
    sharp = 1 - np.abs(wave(canvas.rng, canvas.width, cells, 3, 0.45)) * 1.5
    body = wave(canvas.rng, canvas.width, cells * 0.5, 2)
    return np.asarray(
        canvas.height * (base - height * (0.5 * sharp + 0.3 * body + 0.22 * rough)), np.float32
    )


def hills(canvas: Canvas, base: float, height: float, cells: float) -> Plane:
    """A soft rolling profile."""
    soft = wave(canvas.rng, canvas.width, cells, 4, 0.38)
    return np.asarray(canvas.height * (base - height * soft), np.float32)


def rock(canvas: Canvas, profile: Plane, light: Light, sun: Sun, snow: float, near: float) -> None:
    """Light and shadow on a mountain's flanks, and snow down to `snow` below its crest."""
    top = int(max(0, profile.min()))
    bottom = min(canvas.height, int(profile.max() + canvas.unit * 0.35))
    if bottom - top < 8:
        return
    y = np.arange(top, bottom, dtype=np.float32)[:, None]
    depth = (y - profile[None, :]) / canvas.unit
    inside = np.clip(y - profile[None, :] + 0.5, 0, 1)
    field = canvas.soft(
        lambda w, h: clouds(canvas.rng, w, h, 6, stretch=0.7, octaves=6, roughness=0.62),
        top,
        bottom,
    )
    step = max(1, canvas.unit // 220)
    relief = shifted(field, 0, step) - shifted(field, 0, -step)
    lit = smoothstep(-0.25, 0.35, relief * np.sign(sun.x - canvas.width / 2) + 0.06)
    fade = np.exp(-depth * 5)
    shade = mix(light.depth(near), light.near, 0.35)
    canvas.cover(shade, inside * (1 - lit) * fade * np.float32(0.5), top=top)
    canvas.shine(light.sun, inside * lit * fade * np.float32(0.24 if light.moon else 0.3), top=top)
    if snow:
        line = smoothstep(0.02, -0.03, depth - snow * (0.6 + 0.7 * field))
        white = mix(light.sun, light.haze, 0.25)
        canvas.cover(white, inside * line * (0.35 + 0.6 * lit) * np.float32(0.8), top=top)


def conifers(
    canvas: Canvas,
    ground: Plane,
    size: float,
    tone: Colour,
    *,
    count: int = 110,
    foot: Colour | None = None,
) -> None:
    """A row of conifers on a profile; `size` of the tallest as a fraction of the frame."""
    rng = canvas.rng
    profile = ground.copy()
    for _ in range(int(count * max(1.0, canvas.width / canvas.height / 1.2))):
        x = rng.uniform(-0.02, 1.02) * canvas.width
        tall = canvas.height * size * rng.uniform(0.5, 1.25)
        wide = tall * rng.uniform(0.16, 0.22)
        left, right = int(max(0, x - wide)), int(min(canvas.width, x + wide + 1))
        if right <= left:
            continue
        off = np.abs(canvas.x[left:right] - x) / wide
        notches = 0.16 * np.abs(((off * 6 + rng.random()) % 1.0) - 0.3)
        crown = tall * np.clip(1 - off**0.85 - notches, 0, 1)
        root = ground[int(np.clip(x, 0, canvas.width - 1))]
        profile[left:right] = np.minimum(profile[left:right], root - crown)
    canvas.ridge(profile, tone, foot, canvas.height * 0.16)


def grass(canvas: Canvas, profile: Plane, height: float, tone: Colour) -> None:
    """A fringe of blades along a profile, `height` in pixels."""
    rng = canvas.rng
    blades = []
    for x in rng.uniform(0, canvas.width, int(canvas.width / max(2.0, height / 14))):
        foot = float(profile[int(x)]) + 2
        tall, lean = height * rng.uniform(0.25, 1.0), height * rng.normal(0, 0.25)
        t = np.linspace(0, 1, 5)
        blades.append(ribbon(x + lean * t * t, foot - tall * t, height * 0.022 * (1.05 - t)))
    canvas.polygons(blades, tone)


def trunks(
    canvas: Canvas, ground: Plane, count: int, thick: float, tone: Colour, near: float
) -> None:
    """Straight old trees that leave the frame at the top, dead twigs on them."""
    rng, height = canvas.rng, canvas.height
    parts = []
    for x in rng.uniform(0, canvas.width, count):
        wide, lean = thick * rng.uniform(0.6, 1.3), rng.normal(0, 0.012) * height
        foot = float(ground[int(x)]) + 4
        y = np.linspace(foot, -5, 12)
        up = (foot - y) / foot
        half = wide * (0.62 - 0.3 * up + 0.35 * np.exp(-up * 22))
        bark = wide * 0.05 * rng.normal(0, 1, 12)
        parts.append(ribbon(x + lean * up + bark, y, half))
        for _ in range(int(rng.integers(4, 9))):
            where, side = rng.uniform(0.05, 0.6), rng.choice([-1, 1])
            reach = side * rng.uniform(0.4, 1.0) * height * (0.05 + 0.1 * near)
            t = np.linspace(0, 1, 8)
            sag = abs(reach) * (rng.uniform(-0.25, 0.3) * t + 0.3 * t * t)
            parts.append(
                ribbon(
                    x + lean * (1 - where) + reach * t, foot * where - sag, wide * 0.11 * (1.05 - t)
                )
            )
    canvas.polygons(parts, tone)


def tree(canvas: Canvas, x: float, ground: Plane, size: float, tone: Colour) -> None:
    """A broad-leaved tree: a forked trunk under a crown of leaf tufts."""
    rng = canvas.rng
    foot = float(ground[int(np.clip(x, 0, canvas.width - 1))]) + size * 0.03
    trunk = np.array(
        [(-0.04, 0), (-0.02, -0.3), (-0.14, -0.62), (0, -0.42), (0.16, -0.66), (0.024, -0.3),
         (0.045, 0)]
    )  # fmt: skip
    canvas.polygons([trunk * size + (x, foot)], tone)
    centres = [(rng.normal(0, 0.2), -0.68 + rng.normal(0, 0.1), rng.uniform(0.1, 0.17))
               for _ in range(9)]  # fmt: skip
    leaves = []
    for cx, cy, spread in centres:
        for _ in range(90):
            angle, far = rng.uniform(0, 2 * np.pi), spread * np.sqrt(rng.random())
            radius = size * rng.uniform(0.006, 0.022)
            leaves.append(
                (
                    x + size * (cx + far * np.cos(angle)),
                    foot + size * (cy + 0.8 * far * np.sin(angle)),
                    radius,
                    radius * rng.uniform(0.6, 1),
                )
            )
    canvas.ellipses(leaves, tone)


def reeds(canvas: Canvas, tone: Colour) -> None:
    """Tall grass in one lower corner."""
    rng, unit = canvas.rng, canvas.unit
    mirrored = rng.random() < 0.5
    blades = []
    for _ in range(110):
        x = rng.beta(1, 3.2) * canvas.width * 0.5
        x = canvas.width - x if mirrored else x
        tall, lean = unit * rng.uniform(0.04, 0.2), rng.normal(0, 0.05) * unit
        t = np.linspace(0, 1, 7)
        blades.append(
            ribbon(x + lean * t * t, canvas.height + 3 - tall * t, unit * 0.0022 * (1.1 - t))
        )
    canvas.polygons(blades, tone)


_BODY = np.array(
    [(-0.12, 0.03), (-0.085, -0.42), (-0.12, -0.5), (-0.16, -0.72), (-0.1, -0.82), (-0.03, -0.85),
     (0.03, -0.85), (0.1, -0.82), (0.16, -0.72), (0.12, -0.5), (0.085, -0.42), (0.13, 0.03),
     (0.05, 0.03), (0.0, -0.36), (-0.04, 0.03)]
)  # fmt: skip


def figure(canvas: Canvas, x: float, foot: float, size: float, tone: Colour) -> None:
    """A standing person, seen from behind."""
    canvas.polygons([_BODY * size + (x, foot)], tone)
    canvas.ellipses([(x, foot - 0.925 * size, 0.068 * size, 0.08 * size)], tone)


_CAMEL = np.array(
    [(-0.6, 0), (-0.55, -0.5), (-0.3, -0.62), (-0.1, -0.95), (0.12, -0.62), (0.4, -0.6),
     (0.62, -0.95), (0.85, -0.92), (0.82, -0.82), (0.68, -0.8), (0.5, -0.42), (0.45, 0),
     (0.36, 0), (0.34, -0.35), (-0.42, -0.35), (-0.5, 0)]
)  # fmt: skip


def caravan(canvas: Canvas, crest: Plane, tone: Colour) -> None:
    """Some riders on a crest, far away."""
    rng, size = canvas.rng, canvas.unit * 0.022
    start = rng.uniform(0.25, 0.6) * canvas.width
    riders = []
    for n in range(int(rng.integers(3, 6))):
        x = start + n * size * rng.uniform(1.7, 2.0)
        foot = float(crest[int(np.clip(x, 0, canvas.width - 1))]) + 1
        riders.append(_CAMEL * size + (x, foot))
    canvas.polygons(riders, tone)


def road(canvas: Canvas, far: float, towards: float, tone: Colour) -> None:
    """A track that winds from the lower edge (fraction `far` at its end) to `towards`."""
    t = np.linspace(0, 1, 80)
    y = canvas.height * (far + (1.03 - far) * t**1.7)
    x = towards + (canvas.width * 0.5 - towards) * t + canvas.unit * 0.16 * t * np.sin(t * 8)
    half = canvas.unit * (0.003 + 0.12 * t**2.3)
    canvas.polygons([np.concatenate([path(x - half, y), path(x + half, y)[::-1]])], tone, alpha=0.6)
