"""Space: nebulae, stars, planets with rings, a world from orbit, a spiral galaxy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chalicelib.providers.image.canvas import Canvas, clouds, path, resize, ribbon, smoothstep
from chalicelib.providers.image.light import Light, colour, mix
from chalicelib.providers.image.scenes.sky import gradient, stars

if TYPE_CHECKING:
    from chalicelib.providers.image.canvas import Colour, Plane

_NEBULAE = (
    "03040c 0a1030 2b1a5e 8a2f8f f2799c ffe3c4",
    "02060d 06203a 0d4f6b 1f9a98 9be8c8 fff6d8",
    "060309 2a0d2e 6b1d3f c2503a f7a64a fff0c9",
    "020410 0b1747 233f9a 5a7fe0 b8c9ff ffffff",
)
_WORLDS = (
    "2b1d14 7a4a2a c58b55 e9cfa1 8c5a3c",
    "0a2a43 15577a 3f8f8c cfe0c3 f4f1e4",
    "3a1411 8c3320 cf6a3d f0b27a 6b2a20",
    "1d1538 4a3a8c 8f7fd1 e0d7ff 5d4aa8",
    "0f2e2a 2d6b57 86b38a e8e6c1 3f7d70",
)


def space(canvas: Canvas, _light: Light) -> None:
    """A nebula and one of: a planet, a world seen from orbit, a galaxy, a comet, nothing else."""
    rng = canvas.rng
    subjects = (
        (_planets, "planet moon saturn jupiter ringed asteroid mars"),
        (_orbit, "orbit earth blue station edge rising world"),
        (_galaxy, "galaxy spiral universe hole"),
        (_comet, "comet meteor shooting asteroid"),
        (_cluster, "nebula star milky constellation dying newborn"),
    )
    asked = [subject for subject, words in subjects if canvas.says(words)]
    usual = [_planets, _planets, _orbit, _orbit, _galaxy, _comet, _cluster]
    options = asked or usual
    subject = options[int(rng.integers(len(options)))]
    tones = [colour(code) for code in str(rng.choice(_NEBULAE)).split()]
    _nebula(canvas, tones, 0.7 if subject is _galaxy else 1.0)
    stars(canvas, 1.0)
    stars(canvas, 0.8)
    subject(canvas)


def _nebula(canvas: Canvas, tones: list[Colour], strength: float) -> None:
    rng = canvas.rng
    tilt = rng.uniform(-0.7, 0.7)

    def paint(px: Plane, py: Plane) -> Plane:
        height, width = px.shape
        wide, tall = width * 4 // 3, height * 4 // 3
        veil = clouds(rng, wide, tall, 4, octaves=7, roughness=0.58)
        down, right = (clouds(rng, width, height, 2, octaves=3).clip(-1.2, 1.2) for _ in range(2))
        rows = (np.arange(height)[:, None] + tall / 8 + down * tall * 0.1).astype(int)
        columns = (np.arange(width)[None, :] + wide / 8 + right * wide * 0.1).astype(int)
        dark = veil[rows - tall // 12, columns - wide // 12]
        veil = veil[rows, columns]
        band = np.exp(-(((py - 0.5) - tilt * (px - 0.5)) ** 2) * 9)
        density = np.clip(0.06 + 0.55 * band * (0.55 + veil) + 0.16 * veil, 0, 1)
        dust = smoothstep(0.1, 0.8, dark) * band
        return gradient(tuple(tones), density * (1 - 0.55 * dust) * np.float32(strength))

    canvas.background(paint)


def _sphere(
    canvas: Canvas, x: float, y: float, radius: float, tones: list[Colour], sun: tuple[float, float]
) -> None:
    """A lit globe: banded or mottled, darkness on one side, a thin glowing air."""
    rng = canvas.rng
    left, top = int(max(0, x - radius - 2)), int(max(0, y - radius - 2))
    right, bottom = int(min(canvas.width, x + radius + 2)), int(min(canvas.height, y + radius + 2))
    if right <= left or bottom <= top:
        return
    dy = (np.arange(top, bottom, dtype=np.float32)[:, None] - y) / radius
    dx = (np.arange(left, right, dtype=np.float32)[None, :] - x) / radius
    flat = dx * dx + dy * dy
    inside = np.clip((1 - np.sqrt(flat)) * radius + 0.5, 0, 1)
    up = np.sqrt(np.clip(1 - flat, 0, 1))
    side = 512
    if rng.random() < 0.5:
        skin = clouds(rng, side, side, 9, stretch=9, octaves=5)
        skin = 0.7 * skin + 0.5 * np.sin(np.linspace(0, 26, side))[:, None]
    else:
        skin = clouds(rng, side, side, 4, octaves=7, roughness=0.6)
    turn = np.arcsin(np.clip(dx / np.sqrt(np.clip(1 - dy * dy, 1e-4, 1)), -1, 1))
    tilt = 0.35
    rows = ((dy * np.cos(tilt) + dx * np.sin(tilt)) * 0.42 + 0.5) * side
    columns = (turn / np.pi * 0.8 + 0.5) * side
    texture = skin[
        np.clip(rows, 0, side - 1).astype(int), np.clip(columns, 0, side - 1).astype(int)
    ]
    surface = gradient(tuple(tones), np.clip(0.5 + 0.5 * texture, 0, 1))
    lx, ly = sun
    lz = np.sqrt(max(0.05, 1 - lx * lx - ly * ly))
    day = smoothstep(-0.12, 0.75, np.asarray(dx * lx + dy * ly + up * lz, np.float32))
    air = (1 - up) ** 3
    surface = surface * (0.015 + 1.05 * day)[..., None]
    glow = mix(tones[-2], colour("bfe0ff"), 0.6)
    surface += (1 - surface) * glow * (air * day * 0.9)[..., None]
    canvas.cover(surface.astype(np.float32), inside.astype(np.float32), left, top)


def _ring(canvas: Canvas, x: float, y: float, radius: float, tone: Colour, front: bool) -> None:
    """Half of a ring system, seen at a slant."""
    rng = np.random.default_rng(int(radius * 7))
    left, right = int(max(0, x - radius * 2.4)), int(min(canvas.width, x + radius * 2.4))
    top, bottom = int(max(0, y - radius)), int(min(canvas.height, y + radius))
    if right <= left or bottom <= top:
        return
    dy = (np.arange(top, bottom, dtype=np.float32)[:, None] - y) / radius
    dx = (np.arange(left, right, dtype=np.float32)[None, :] - x) / radius
    tilt = 0.32
    a = dx * np.cos(tilt) + dy * np.sin(tilt)
    b = (dy * np.cos(tilt) - dx * np.sin(tilt)) / 0.24
    far = np.sqrt(a * a + b * b)
    grooves = np.interp(far, np.linspace(1.35, 2.25, 60), np.clip(rng.normal(0.5, 0.28, 60), 0, 1))
    edge = smoothstep(1.33, 1.4, far) * smoothstep(2.28, 2.18, far)
    half = (b > 0) if front else (b <= 0)
    canvas.cover(tone, (grooves * edge * half * 0.8).astype(np.float32), left, top)


def _planets(canvas: Canvas) -> None:
    rng, unit = canvas.rng, canvas.unit
    side = rng.choice([-1, 1])
    x = canvas.width * (0.5 + side * rng.uniform(0.08, 0.2))
    y, radius = canvas.height * rng.uniform(0.42, 0.58), unit * rng.uniform(0.2, 0.3)
    sun = (-side * 0.75, -0.45)
    tones = [colour(code) for code in str(rng.choice(_WORLDS)).split()]
    ringed = rng.random() < 0.55
    dust = mix(tones[3], colour("d9c7a3"), 0.4)
    canvas.glow(x, y, radius * 1.5, mix(tones[2], colour("9fc6ff"), 0.5), 0.28)
    if ringed:
        _ring(canvas, x, y, radius, dust, front=False)
    _sphere(canvas, x, y, radius, tones, sun)
    if ringed:
        _ring(canvas, x, y, radius, dust, front=True)
    moons = [colour(code) for code in ("3a3a40", "77757a", "b0aca8", "d8d4cc", "8a8680")]
    _sphere(canvas, x - side * unit * rng.uniform(0.42, 0.55), y - unit * rng.uniform(0.1, 0.26),
            unit * rng.uniform(0.03, 0.06), moons, sun)  # fmt: skip


def _orbit(canvas: Canvas) -> None:
    """A great curved horizon, its air glowing, a sun behind it."""
    rng, unit = canvas.rng, canvas.unit
    radius = max(canvas.width, canvas.height) * rng.uniform(0.85, 1.1)
    x = canvas.width * rng.uniform(0.35, 0.65)
    y = canvas.height * rng.uniform(0.6, 0.7) + radius
    tones = [colour(code) for code in str(rng.choice(_WORLDS)).split()]
    air = mix(tones[2], colour("8fd0ff"), 0.65)
    yy = np.arange(canvas.height, dtype=np.float32)[:, None] - y
    above = np.sqrt((canvas.x[None, :] - x) ** 2 + yy * yy) - radius
    canvas.shine(air, np.exp(-np.clip(above, 0, None) / (unit * 0.05)) * np.float32(0.75))
    lean = rng.choice([-0.5, 0.5])
    _sphere(canvas, x, y, radius, tones, (lean, -0.72))
    rim = np.exp(-np.abs(above) / (unit * 0.006)).astype(np.float32)
    canvas.shine(mix(air, colour("ffffff"), 0.5), rim * np.float32(0.7))
    sun_x = x + radius * lean * 0.42
    sun_y = y - np.sqrt(max(1.0, radius**2 - (sun_x - x) ** 2))
    for size, strength in ((0.5, 0.4), (0.16, 0.8), (0.05, 1.0)):
        canvas.glow(sun_x, sun_y, unit * size, colour("fff4dc"), strength)


def _galaxy(canvas: Canvas) -> None:
    """Two arms of stars and dust around a bright heart."""
    rng, unit = canvas.rng, canvas.unit
    cx, cy = canvas.width * rng.uniform(0.42, 0.58), canvas.height * rng.uniform(0.44, 0.56)
    tilt, squash, wind = rng.uniform(-0.6, 0.6), rng.uniform(0.42, 0.7), rng.uniform(3.2, 4.2)
    warm = colour("ffe2b8")
    pairs = ["5f9bff ff6fa8", "7fd8ff c77dff", "b49bff ff9a6b", "6ff0d0 ff7f9f"]
    cool, rose = (colour(code) for code in str(rng.choice(pairs)).split())
    size = unit * 0.62

    def disc(width: int, height: int) -> tuple[Plane, Plane]:
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        x = (x / width * canvas.width - cx) / size
        y = (y / height * canvas.height - cy) / size
        a = x * np.cos(tilt) + y * np.sin(tilt)
        b = (y * np.cos(tilt) - x * np.sin(tilt)) / squash
        far = np.sqrt(a * a + b * b)
        swirl = np.cos(2 * (np.arctan2(b, a) - wind * np.log(far + 0.12)))
        knots = clouds(rng, width, height, 9, octaves=5, roughness=0.65)
        arms = smoothstep(-0.5, 1.0, swirl + 0.55 * knots) * np.exp(-2.0 * far)
        return np.asarray(arms, np.float32), np.asarray(np.exp(-far * far * 30), np.float32)

    arms, heart = disc(max(2, canvas.width // 2), max(2, canvas.height // 2))
    spread = resize(arms, canvas.width, canvas.height)
    canvas.shine(cool, np.clip(spread * 1.25, 0, 1))
    buds = canvas.soft(lambda w, h: clouds(rng, w, h, 22, octaves=3, roughness=0.7))
    canvas.shine(rose, np.clip(spread * smoothstep(0.25, 0.8, buds) * 1.1, 0, 1))
    canvas.shine(
        warm, np.clip(resize(heart + 0.4 * arms * arms, canvas.width, canvas.height), 0, 1)
    )
    count = 2600
    far = rng.exponential(0.34, count)
    turn = (
        wind * np.log(far + 0.12) + rng.integers(0, 2, count) * np.pi + rng.normal(0, 0.28, count)
    )
    a, b = far * np.cos(turn), far * np.sin(turn) * squash
    x = (cx + size * (a * np.cos(tilt) - b * np.sin(tilt))).astype(int)
    y = (cy + size * (a * np.sin(tilt) + b * np.cos(tilt))).astype(int)
    kept = (x >= 0) & (x < canvas.width) & (y >= 0) & (y < canvas.height)
    spark = rng.exponential(0.3, count).clip(0, 1)[kept, None].astype(np.float32)
    spot = canvas.rgb[y[kept], x[kept]]
    canvas.rgb[y[kept], x[kept]] = spot + (1 - spot) * spark


def _comet(canvas: Canvas) -> None:
    """A bright head that drags its tail across the sky, a few sparks beside it."""
    rng, unit = canvas.rng, canvas.unit
    x, y = canvas.width * rng.uniform(0.24, 0.42), canvas.height * rng.uniform(0.5, 0.7)
    turn = rng.uniform(0.35, 0.75)
    for reach, wide, alpha in ((1.15, 0.085, 0.1), (0.95, 0.05, 0.14), (0.7, 0.026, 0.2),
                               (0.45, 0.012, 0.3)):  # fmt: skip
        t = np.linspace(0, 1, 24)
        px, py = x + unit * reach * t * np.cos(turn), y - unit * reach * t * np.sin(turn)
        tail = ribbon(px, py, unit * wide * (0.08 + t))
        canvas.polygons([tail], colour("a9dcff"), alpha=alpha, light=True, blur=unit * 0.02)
    for size, strength in ((0.2, 0.5), (0.07, 0.8), (0.022, 1.0)):
        canvas.glow(x, y, unit * size, colour("e9f7ff"), strength)
    if rng.random() < 0.6:
        _moon(
            canvas, canvas.width * rng.uniform(0.68, 0.85), canvas.height * rng.uniform(0.6, 0.75)
        )


def _moon(canvas: Canvas, x: float, y: float) -> None:
    tones = [colour(code) for code in str(canvas.rng.choice(_WORLDS)).split()]
    _sphere(canvas, x, y, canvas.unit * canvas.rng.uniform(0.1, 0.2), tones, (-0.7, -0.4))


def _cluster(canvas: Canvas) -> None:
    """Young stars with crossed rays in the heart of a nebula."""
    rng, unit = canvas.rng, canvas.unit
    cx, cy = canvas.width * rng.uniform(0.35, 0.65), canvas.height * rng.uniform(0.4, 0.6)
    canvas.glow(
        cx, cy, unit * 0.75, colour(str(rng.choice(["ff8fb8", "7fc8ff", "ffc07a"]))), 0.4, 3
    )
    for n in range(int(rng.integers(9, 20))):
        x, y = cx + rng.normal(0, 0.24) * unit, cy + rng.normal(0, 0.17) * unit
        size = unit * (rng.uniform(0.05, 0.08) if n < 2 else rng.exponential(0.012) + 0.006)
        tone = colour(str(rng.choice(["dff1ff", "fff1d6", "cfd8ff"])))
        canvas.glow(x, y, size, tone, 0.9)
        canvas.glow(x, y, size * 0.2, colour("ffffff"), 1.0)
        if size > unit * 0.02:
            arms = [path([x - size * a, x + size * a], [y - size * b, y + size * b])
                    for a, b in ((1.6, 0), (0, 1.6))]  # fmt: skip
            canvas.strokes(arms, size * 0.03, tone, alpha=0.6, light=True, blur=size * 0.02)
