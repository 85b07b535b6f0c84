"""Things one cannot photograph: charts, networks, flow, old maps, cells, a helix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chalicelib.providers.image.canvas import Canvas, clouds, path, resize, smoothstep, wave
from chalicelib.providers.image.light import Light, colour, mix
from chalicelib.providers.image.scenes.sky import gradient

if TYPE_CHECKING:
    from chalicelib.providers.image.canvas import Colour, Plane

_MOODS = (  # from the dark of the background to the brightest accent
    "060a18 10214a 1f5fa8 4fd1ff e9fbff",
    "0b0616 2a1150 6d2fb0 ff6ec7 ffe9f6",
    "04130f 0a3b33 138a6b 6ff2b4 f0fff6",
    "140807 4a1712 b0432b ffb25e fff3df",
    "0a0f1f 27304f 5b6b9e f4c36b fff7e6",
)


def _mood(canvas: Canvas) -> list[Colour]:
    return [colour(code) for code in str(canvas.rng.choice(_MOODS)).split()]


def _backdrop(canvas: Canvas, tones: list[Colour], x: float, y: float) -> None:
    """A dark room with one soft light in it."""

    def paint(px: Plane, py: Plane) -> Plane:
        far = np.hypot(px - x, (py - y) * 0.8)
        field = clouds(canvas.rng, px.shape[1], px.shape[0], 2, octaves=3)
        return gradient((tones[0], tones[1], mix(tones[1], tones[2], 0.45)),
                        np.clip(1 - far * 1.25 + 0.12 * field, 0, 1))  # fmt: skip

    canvas.background(paint)


def chart(canvas: Canvas, _light: Light) -> None:
    """A glowing line that climbs over bars and a grid."""
    rng, unit = canvas.rng, canvas.unit
    tones = _mood(canvas)
    _backdrop(canvas, tones, 0.62, 0.3)
    floor = canvas.height * 0.8
    grid = [path([0, canvas.width], [y, y]) for y in np.linspace(canvas.height * 0.12, floor, 8)]
    columns = np.linspace(0, canvas.width, int(9.4 * canvas.width / unit))
    grid += [path([x, x], [canvas.height * 0.1, floor]) for x in columns]
    canvas.strokes(grid, unit * 0.0012, tones[2], alpha=0.28, light=True)
    vanish = (canvas.width * 0.55, floor - unit * 0.02)
    rays = [path([vanish[0] + (x - vanish[0]) * 0.5, x], [floor, canvas.height * 1.02])
            for x in np.linspace(-canvas.width, canvas.width * 2, 46)]  # fmt: skip
    rays += [path([0, canvas.width], [y, y])
             for y in floor + (canvas.height - floor) * np.linspace(0, 1, 7) ** 1.8]  # fmt: skip
    canvas.strokes(rays, unit * 0.0014, tones[3], alpha=0.22, light=True)

    count = int(np.clip(26 * canvas.width / unit / 1.7, 10, 60))
    trend = np.linspace(0, 1, count) ** rng.uniform(1.1, 1.7)
    values = np.clip(0.1 + 0.72 * trend + 0.09 * wave(rng, count, 6, 4, 0.6), 0.04, 0.97)
    x = (np.arange(count) + 0.5) / count * canvas.width * 1.02
    top = floor - values * (floor - canvas.height * 0.14)
    half = canvas.width / count * 0.3
    bars = []
    for cx, v in zip(x, values * rng.uniform(0.45, 0.8, count), strict=True):
        high = floor - v * (floor - canvas.height * 0.14)
        bars.append(path([cx - half, cx + half, cx + half, cx - half], [high, high, floor, floor]))
    canvas.polygons(bars, tones[2], alpha=0.55)
    canvas.polygons([b * (1, -0.5) + (0, floor * 1.5) for b in bars], tones[2], alpha=0.14)
    caps = [path(b[:2, 0], b[:2, 1]) for b in bars]
    canvas.strokes(caps, unit * 0.004, tones[3], alpha=0.7, light=True)

    line = path(x, top)
    area = np.concatenate([line, [(x[-1], floor), (x[0], floor)]])
    canvas.polygons([area], tones[3], alpha=0.13, light=True)
    canvas.strokes([line], unit * 0.03, tones[3], alpha=0.5, blur=unit * 0.02, light=True)
    canvas.strokes([line], unit * 0.0075, tones[3], alpha=1.0, light=True)
    canvas.strokes([line], unit * 0.0032, tones[4], alpha=1.0)
    for cx, cy in line[:: max(1, count // 9)]:
        canvas.glow(cx, cy, unit * 0.03, tones[4], 0.7)
        canvas.disc(cx, cy, unit * 0.0065, tones[4])
    canvas.glow(float(x[-2]), float(top[-2]), unit * 0.22, tones[4], 0.6)
    _motes(canvas, tones[3], 40)


def network(canvas: Canvas, _light: Light) -> None:
    """Points of light and the threads between them, near ones sharp, far ones soft."""
    rng, unit = canvas.rng, canvas.unit
    tones = _mood(canvas)
    cx, cy = rng.uniform(0.35, 0.65), rng.uniform(0.4, 0.6)
    _backdrop(canvas, tones, cx, cy)
    for depth, (count, reach, strength) in enumerate(((60, 0.16, 0.25), (70, 0.2, 0.8))):
        spread = rng.normal((cx, cy), 0.24 + 0.04 * depth, (count, 2))
        points = np.clip(spread, -0.1, 1.1) * (canvas.width, canvas.height)
        gaps = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
        pairs = np.argwhere((gaps < unit * reach) & (np.arange(count)[:, None] < np.arange(count)))
        threads = [points[pair] for pair in pairs]
        blur = unit * 0.004 if depth == 0 else 0.0
        canvas.strokes(threads, unit * 0.0017, tones[3], alpha=0.4 * strength + 0.1, blur=blur,
                       light=True)  # fmt: skip
        degree = (gaps < unit * reach).sum(0)
        for (x, y), busy in zip(points, degree, strict=True):
            size = unit * (0.004 + 0.0011 * busy) * rng.uniform(0.7, 1.2)
            canvas.glow(x, y, size * 6, tones[3], 0.5 * strength)
            if depth:
                canvas.disc(x, y, size, mix(tones[3], tones[4], 0.6))
    _motes(canvas, tones[4], 60)


def flow(canvas: Canvas, _light: Light) -> None:
    """Silk: bands of fine lines that fold over each other."""
    rng, unit = canvas.rng, canvas.unit
    tones = _mood(canvas)
    _backdrop(canvas, tones, rng.uniform(0.3, 0.7), rng.uniform(0.3, 0.7))
    t = np.linspace(-0.05, 1.05, 160)
    for band in range(4):
        middle = rng.uniform(0.25, 0.75)
        phase, turns = rng.uniform(0, 6, 3), rng.uniform(0.6, 1.7, 3)
        swell = rng.uniform(0.08, 0.2)
        tone = mix(tones[2], tones[4], band / 3.4) if band % 2 else mix(tones[3], tones[2], 0.3)
        lines, veil = [], []
        for strand in np.linspace(-1, 1, 34):
            y = (middle + swell * np.sin(turns[0] * 2 * np.pi * t + phase[0] + 0.5 * strand)
                 + strand * 0.13 * np.sin(turns[1] * np.pi * t + phase[1])
                 + 0.05 * np.sin(turns[2] * 4 * t + phase[2] + 2 * strand))  # fmt: skip
            lines.append(path(t * canvas.width, y * canvas.height))
        for upper, lower in zip(lines[::4], lines[4::4], strict=False):
            veil.append(np.concatenate([upper, lower[::-1]]))
        for piece in veil:
            canvas.polygons([piece], tone, alpha=0.05, light=True)
        canvas.strokes(lines, unit * 0.0013, tone, alpha=0.5, light=True)
        canvas.strokes(lines[::11], unit * 0.012, tone, alpha=0.3, blur=unit * 0.012, light=True)
    _motes(canvas, tones[4], 70)


def old_map(canvas: Canvas, light: Light) -> None:
    """An old sea chart: coasts, contour lines, a compass rose, a dotted route."""
    rng, unit = canvas.rng, canvas.unit
    aged = light.time not in ("night", "storm", "dusk")
    codes = "e9d3a3 cfae73 5a3a20 8a9a86" if aged else "1d2a3a 142030 d8c08a 22465a"
    paper, land, ink, water = (colour(code) for code in codes.split())

    w, h = max(2, canvas.width // 2), max(2, canvas.height // 2)
    height = clouds(rng, w, h, 2.4, octaves=7, roughness=0.5) + 0.05
    full = resize(height, canvas.width, canvas.height)
    stain = canvas.soft(lambda a, b: clouds(rng, a, b, 3, octaves=5, roughness=0.65))
    canvas.rgb[:] = paper
    canvas.rgb *= (1 + 0.09 * stain)[..., None]
    sea = smoothstep(0.015, -0.015, full)
    canvas.cover(water, sea * np.float32(0.4))
    canvas.cover(land, (1 - sea) * smoothstep(0, 0.8, full) * np.float32(0.75))
    slope = np.hypot(*np.gradient(full)) + np.float32(1e-5)
    coast = np.clip(1.6 - np.abs(full) / slope * (900 / unit), 0, 1)
    canvas.cover(ink, coast * np.float32(0.85))
    lines = np.abs(((full * 9) % 1) - 0.5) / (slope * 9)
    canvas.cover(ink, np.clip(1.1 - lines * (900 / unit), 0, 1) * (1 - sea) * np.float32(0.32))
    shore = np.abs(((full * 26) % 1) - 0.5) / (slope * 26)
    near = sea * smoothstep(-0.2, 0.0, full)
    canvas.cover(ink, np.clip(0.9 - shore * (900 / unit), 0, 1) * near * np.float32(0.3))

    rose = (canvas.width * rng.choice([0.17, 0.83]), canvas.height * rng.choice([0.24, 0.76]))
    reach = float(max(canvas.width, canvas.height)) * 1.2
    angles = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    rhumbs = [path([rose[0], rose[0] + reach * np.cos(a)], [rose[1], rose[1] + reach * np.sin(a)])
              for a in angles]  # fmt: skip
    canvas.strokes(rhumbs, unit * 0.001, ink, alpha=0.2)
    _rose(canvas, rose, unit * 0.1, ink, paper)
    _route(canvas, colour("a63a2a") if aged else colour("ff8f6b"))
    frame = []
    for inset in (0.022, 0.032):
        a, b = unit * inset, unit * inset
        frame.append(path([a, canvas.width - a, canvas.width - a, a, a],
                          [b, b, canvas.height - b, canvas.height - b, b]))  # fmt: skip
    canvas.strokes(frame, unit * 0.0022, ink, alpha=0.7)


def _rose(
    canvas: Canvas, place: tuple[float, float], size: float, ink: Colour, paper: Colour
) -> None:
    for ring in (1.0, 0.94, 0.55):
        turn = np.linspace(0, 2 * np.pi, 90)
        canvas.strokes([path(place[0] + size * ring * np.cos(turn),
                             place[1] + size * ring * np.sin(turn))],
                       size * 0.014, ink, alpha=0.7)  # fmt: skip
    for length, offset in ((0.72, np.pi / 4), (1.12, 0.0)):
        for n in range(4):
            a = offset + n * np.pi / 2
            tip = (np.cos(a) * length, np.sin(a) * length)
            for side, tone in ((-1, ink), (1, paper)):
                b = a + side * np.pi / 4
                base = (np.cos(b) * 0.17, np.sin(b) * 0.17)
                canvas.polygons([np.array([tip, base, (0, 0)]) * size + place], tone, alpha=0.9)
            canvas.strokes([np.array([(0, 0), tip]) * size + place], size * 0.012, ink, alpha=0.6)


def _route(canvas: Canvas, tone: Colour) -> None:
    rng, unit = canvas.rng, canvas.unit
    t = np.linspace(0.1, 0.9, 400)
    x = canvas.width * t
    y = canvas.height * (0.5 + 0.24 * wave(rng, 400, 2.2, 2))
    walked = np.concatenate([[0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
    dash = unit * 0.024
    dashes = []
    for start in np.arange(0, walked[-1], dash * 1.8):
        part = np.linspace(start, min(start + dash, walked[-1]), 6)
        dashes.append(path(np.interp(part, walked, x), np.interp(part, walked, y)))
    canvas.strokes(dashes, unit * 0.0052, tone, alpha=0.9)
    cross = np.array([(-1, -1), (1, 1)]) * unit * 0.016
    end = (x[-1], y[-1])
    canvas.strokes([cross + end, cross * (1, -1) + end], unit * 0.007, tone)


def cells(canvas: Canvas, _light: Light) -> None:
    """Living tissue under a microscope: membranes, nuclei, drifting grains."""
    rng, unit = canvas.rng, canvas.unit
    tones = _mood(canvas)
    w, h = max(2, canvas.width // 3), max(2, canvas.height // 3)
    scale = min(w, h)
    side = scale / 5.2
    grid = np.mgrid[-1 : w / side + 1, -1 : h / side + 1].reshape(2, -1).T
    seeds = (grid + rng.uniform(0.12, 0.88, grid.shape)) * side
    count = len(seeds)
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    x = x + clouds(rng, w, h, 5, octaves=3) * scale * 0.03
    y = y + clouds(rng, w, h, 5, octaves=3) * scale * 0.03
    first = np.full((h, w), 1e9, np.float32)
    second = first.copy()
    owner = np.zeros((h, w), np.int16)
    for n, (sx, sy) in enumerate(seeds):
        far = np.hypot(x - np.float32(sx), y - np.float32(sy))
        closer = far < first
        second = np.where(closer, first, np.minimum(second, far))
        owner[closer] = n
        first = np.minimum(first, far)
    wall = (second - first) / scale
    body = smoothstep(0.012, 0.09, wall)
    core = smoothstep(0.055, 0.035, first / scale * rng.uniform(0.8, 1.3, count)[owner])
    tint = rng.uniform(0.25, 0.75, count).astype(np.float32)[owner]
    grain = clouds(rng, w, h, 22, octaves=3)
    shade = np.clip(0.16 + 0.5 * tint * (1 - 0.55 * body) + 0.1 * grain * body, 0, 1)
    small = gradient((tones[0], tones[1], tones[2], tones[3]), shade)
    small += (tones[4] - small) * (np.exp(-((wall / 0.012) ** 2)) * 0.55)[..., None]
    small += (mix(tones[3], tones[4], 0.3) - small) * (core * 0.75)[..., None]
    for channel in range(3):
        canvas.rgb[..., channel] = resize(
            np.asarray(small[..., channel], np.float32), canvas.width, canvas.height
        )
    canvas.glow(
        canvas.width * rng.uniform(0.3, 0.7), canvas.height * 0.4, unit * 0.8, tones[4], 0.25
    )
    _motes(canvas, tones[4], 80)


def helix(canvas: Canvas, _light: Light) -> None:
    """A double helix turning through dark water."""
    rng, unit = canvas.rng, canvas.unit
    tones = _mood(canvas)
    _backdrop(canvas, tones, 0.5, 0.5)
    tilt = rng.uniform(-0.5, 0.5) + (np.pi / 2 if canvas.height > canvas.width else 0)
    along, across = np.array([np.cos(tilt), np.sin(tilt)]), np.array([-np.sin(tilt), np.cos(tilt)])
    centre = np.array([canvas.width / 2, canvas.height / 2])
    reach = float(np.hypot(canvas.width, canvas.height))
    steps = int(reach / unit * 34)
    for depth, (radius, strength) in enumerate(((0.1, 0.3), (0.2, 1.0))):
        shift = across * unit * (rng.uniform(-0.5, 0.5) if depth == 0 else 0)
        t = np.linspace(-0.55, 0.55, steps)
        turn = t * reach / unit * 7.5 + rng.uniform(0, 6)
        spots: list[tuple[float, float, float, float]] = []
        for way in (0.0, np.pi):
            side, front = np.sin(turn + way), np.cos(turn + way)
            for place, s, z in zip(t, side, front, strict=True):
                at = centre + shift + along * place * reach + across * s * radius * unit
                spots.append((float(z), float(at[0]), float(at[1]), 0.016 + 0.007 * float(z)))
        side = np.sin(turn)[:, None] * across * radius * unit
        axis = centre + shift + along * t[:, None] * reach
        rungs = [np.stack([a + s, a - s]) for a, s in zip(axis, side, strict=True)][::2]
        blur = unit * 0.006 if depth == 0 else 0.0
        canvas.strokes(rungs, unit * 0.004, tones[2], alpha=0.7 * strength, blur=blur)
        for z, x, y, size in sorted(spots):
            lit = (z + 1) / 2
            tone = mix(mix(tones[1], tones[2], 0.6), mix(tones[3], tones[4], 0.3), lit)
            if depth:
                canvas.disc(x, y, unit * size, tone, 0.95)
                canvas.glow(x - unit * size * 0.3, y - unit * size * 0.3, unit * size * 0.8,
                            tones[4], 0.5 * lit)  # fmt: skip
            else:
                canvas.glow(x, y, unit * size * 1.6, tone, 0.35)
    _motes(canvas, tones[3], 70)


def _motes(canvas: Canvas, tone: Colour, count: int) -> None:
    """Bright dust in the air."""
    rng, unit = canvas.rng, canvas.unit
    for _ in range(count):
        canvas.glow(rng.uniform(0, canvas.width), rng.uniform(0, canvas.height),
                    unit * rng.exponential(0.004) + 1.5, tone, rng.uniform(0.15, 0.7))  # fmt: skip
