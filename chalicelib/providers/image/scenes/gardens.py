"""Gardens: a pagoda by a pond, and a formal park before a palace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chalicelib.providers.image.canvas import Canvas, path, ribbon, rounded, wave
from chalicelib.providers.image.light import Light, colour, mix
from chalicelib.providers.image.scenes.indoors import box
from chalicelib.providers.image.scenes.sky import birds, mist, sky
from chalicelib.providers.image.scenes.terrain import conifers, hills, peaks
from chalicelib.providers.image.scenes.water import reflect

if TYPE_CHECKING:
    from chalicelib.providers.image.canvas import Points
    from chalicelib.providers.image.light import Colour

_GLOW = "ffcf7d"


def garden(canvas: Canvas, light: Light) -> None:
    """A pagoda or a gate by a pond, hills in mist, a blossoming branch."""
    rng, unit, w, h = canvas.rng, canvas.unit, canvas.width, canvas.height
    horizon = rng.uniform(0.5, 0.68)
    side = -1 if rng.random() < 0.5 else 1
    sun = sky(canvas, light, horizon, x=0.5 - side * rng.uniform(0.12, 0.28))
    for n in range(3):
        profile = peaks(canvas, horizon - 0.02 + 0.01 * n, 0.3 - 0.09 * n, 1.8 + n)
        profile = np.minimum(profile, np.float32(h * horizon - unit * 0.012))
        tone = light.depth(0.14 + 0.17 * n)
        canvas.ridge(profile, tone, mix(tone, light.haze, 0.8), h * 0.25)
        mist(canvas, horizon - 0.2 + 0.05 * n, horizon + 0.02, light.haze, 0.5)
    shore = np.minimum(hills(canvas, horizon - 0.012, 0.012, 3), np.float32(h * horizon))
    conifers(canvas, shore, 0.06, light.depth(0.66), count=70)
    place = w * (0.5 + side * rng.uniform(0.02, 0.3))
    foot = h * horizon - unit * 0.004
    gate = canvas.says("gate shrine torii") or (not canvas.says("pagoda") and rng.random() < 0.35)
    if gate:
        _torii(canvas, place, foot + unit * 0.02, unit * rng.uniform(0.24, 0.4), light)
    else:
        _pagoda(canvas, place, foot, unit * rng.uniform(0.3, 0.52), light)
    reflect(canvas, horizon, light, sun, calm=0.9)
    if canvas.says("bridge") or rng.random() < 0.45:
        _bridge(canvas, w * (0.5 - side * 0.16), h * (horizon + 0.1), unit * 0.3, light)
    _stones(canvas, light)
    for _ in range(7):
        x, y = rng.uniform(0, w), h * rng.uniform(horizon + 0.08, 0.97)
        size = unit * 0.012 * (1 + 3 * (y / h - horizon))
        canvas.ellipses([(x + size * 2 * k, y + size * rng.normal(0, 0.3), size, size * 0.32)
                         for k in range(int(rng.integers(2, 5)))],
                        mix(colour("4f7a4a"), light.near, 0.35))  # fmt: skip
    if rng.random() < 0.75:
        autumn = canvas.says("maple autumn") or (not canvas.says("cherry blossom petal") and
                                                 rng.random() < 0.3)  # fmt: skip
        red, pink = ("c8442f", "e0703a", "a8322c"), ("ffd3e0", "ffb3c8", "fff0f4")
        _branch(canvas, side, light, red if autumn else pink)


def park(canvas: Canvas, light: Light) -> None:
    """A formal garden: a walk that leads to a palace, or a pavilion by the water."""
    water = canvas.says("pavilion pond rotunda gazebo swan")
    if water or (not canvas.says("fountain") and canvas.rng.random() < 0.4):
        _by_water(canvas, light)
    else:
        _walk(canvas, light)
    if canvas.rng.random() < 0.6:
        side = -1 if canvas.rng.random() < 0.5 else 1
        _branch(canvas, side, light, ("2f4a2b", "40603a", "55784a"))


def _by_water(canvas: Canvas, light: Light) -> None:
    """A round temple on a pond's bank, the palace far behind, roses and cypresses close by."""
    rng, unit, w, h = canvas.rng, canvas.unit, canvas.width, canvas.height
    horizon = rng.uniform(0.5, 0.7)
    side = -1 if rng.random() < 0.5 else 1
    dim = light.time in ("night", "dusk", "storm")
    sun = sky(canvas, light, horizon, x=0.5 - side * rng.uniform(0.05, 0.3))
    for n in range(2):
        wood = h * (horizon - 0.05 + 0.03 * n) - unit * 0.05 * wave(rng, w, 7 + 3 * n, 5)
        tone = light.depth(0.3 + 0.22 * n)
        canvas.ridge(wood.astype(np.float32), tone, mix(tone, light.haze, 0.5), h * 0.2)
    far = w * (0.5 - side * rng.uniform(0.0, 0.34))
    _palace(canvas, far, h * (horizon - 0.02), unit * rng.uniform(0.24, 0.34), light)
    lawn = mix(mix(colour("6f9a48"), light.haze, 0.15), light.near, 0.55 if dim else 0.05)
    bank = h * (horizon - 0.025) + unit * 0.008 * wave(rng, w, 3, 3)
    canvas.ridge(bank.astype(np.float32), mix(lawn, light.haze, 0.3), lawn * 0.7, h * 0.04)
    foot, tall = h * horizon - unit * 0.008, unit * rng.uniform(0.28, 0.46)
    for x in np.linspace(0, w, 13) + rng.uniform(-0.03, 0.03, 13) * w:
        _cypress(canvas, x, foot, unit * rng.uniform(0.05, 0.12), light.depth(0.72))
    _rotunda(canvas, w * (0.5 + side * rng.uniform(0.06, 0.34)), foot, tall, light)
    reflect(canvas, horizon, light, sun, calm=0.92)
    near = w * (0.5 - side * rng.uniform(0.38, 0.47))
    for n in range(int(rng.integers(0, 4))):
        x = near + side * n * unit * 0.16
        _cypress(canvas, x, h * 0.99, unit * (0.72 - 0.16 * n), mix(light.near, lawn, 0.12))
    _roses(canvas, light, dim=dim)
    mist(canvas, horizon - 0.08, horizon + 0.04, light.haze, 0.35)


def _cypress(canvas: Canvas, x: float, foot: float, tall: float, tone: Colour) -> None:
    """A slender dark tree, ragged at its edge."""
    t = np.linspace(0, 1, 60)
    ragged = 1 + 0.16 * wave(canvas.rng, 60, 14, 3, 0.7)
    half = tall * 0.15 * t**0.4 * (1 - t) ** 0.75 * ragged
    canvas.polygons([ribbon(np.full(60, x), foot - tall * t, np.maximum(half, 0.4))], tone)


def _roses(canvas: Canvas, light: Light, *, dim: bool) -> None:
    """A hedge in bloom along the lower edge, close enough to be dark."""
    rng, unit, w, h = canvas.rng, canvas.unit, canvas.width, canvas.height
    crest = h * 0.95 - unit * 0.05 * wave(rng, w, 4, 4, 0.6)
    leaf = mix(colour("27402a"), light.near, 0.6 if dim else 0.3)
    canvas.ridge(crest.astype(np.float32), leaf, leaf * 0.6, h * 0.06)
    for code in ("e8607a", "f3c5d0", "fff3e0"):
        x = rng.integers(0, w, 26)
        r = unit * rng.uniform(0.004, 0.011, 26)
        y = crest[x] + unit * rng.uniform(0, 0.07, 26)
        heads = [(*one, one[2] * 0.85) for one in zip(x.tolist(), y, r, strict=True)]
        tone = mix(colour(code), light.near, 0.45 if dim else 0.05)
        canvas.ellipses(heads, tone)
        canvas.ellipses([(a, b, c * 0.5, d * 0.4) for a, b, c, d in heads], tone * 0.8)


def _rotunda(canvas: Canvas, x: float, foot: float, tall: float, light: Light) -> None:
    """Columns in a ring under a dome, on steps; a lamp burns in it after sunset."""
    stone = mix(mix(colour("ece2cd"), light.haze, 0.3), light.near, 0.45 if light.stars else 0.08)
    shade = mix(stone, light.near, 0.45)
    half, base, top = tall * 0.3, foot - tall * 0.1, foot - tall * 0.6
    canvas.polygons([box(x - half, top, x + half, base)], mix(shade, light.haze, 0.25), alpha=0.55)
    if light.time in ("night", "dusk", "sunset", "storm"):
        canvas.glow(x, foot - tall * 0.32, tall * 0.6, colour("ffb85c"), 0.65)
    for n in range(2):
        wide = half * (1.35 - 0.16 * n)
        low = foot - tall * 0.05 * n
        canvas.polygons([box(x - wide, low - tall * 0.05, x + wide, low)], stone * (0.82 + 0.1 * n))
    for turn in np.linspace(np.pi, 0, 7):
        at, thick = x + half * 0.92 * np.cos(turn), tall * (0.014 + 0.01 * np.sin(turn))
        canvas.polygons([box(at - thick, top, at + thick, base)], stone)
        canvas.polygons([box(at, top, at + thick, base)], shade, alpha=0.55)
    canvas.polygons([box(x - half * 1.1, top - tall * 0.07, x + half * 1.1, top)], stone)
    canvas.polygons([box(x - half * 1.1, top - tall * 0.012, x + half * 1.1, top)], shade)
    arc = np.linspace(np.pi, 0, 30)
    crown = top - tall * 0.07
    dome = path(x + half * np.cos(arc), crown - half * 0.85 * np.sin(arc))
    canvas.polygons([dome], mix(stone, light.sky[0], 0.5))
    lit = path(x - half * 0.3 + half * 0.55 * np.cos(arc), crown - half * 0.8 * np.sin(arc))
    canvas.polygons([lit], stone, alpha=0.22, blur=half * 0.12)
    peak = crown - half * 0.85
    canvas.strokes([path([x, x], [peak, peak - tall * 0.07])], tall * 0.018, stone)


def _walk(canvas: Canvas, light: Light) -> None:
    """Hedges and clipped trees along a walk, a fountain, a palace at its end."""
    rng, unit, w, h = canvas.rng, canvas.unit, canvas.width, canvas.height
    horizon = rng.uniform(0.42, 0.58)
    vx = w * rng.uniform(0.3, 0.7)
    stand = w * 0.5 + 0.3 * (vx - w * 0.5)

    def middle(y: float) -> float:
        return float(vx + (stand - vx) * (y / h - horizon) / (1 - horizon))

    sky(canvas, light, horizon)
    wood = np.asarray(h * (horizon - 0.03) - unit * 0.03 * wave(rng, w, 9, 5), np.float32)
    canvas.ridge(wood, light.depth(0.4), light.haze)
    dim = light.time in ("night", "dusk", "storm")
    _palace(canvas, vx, h * horizon, unit * rng.uniform(0.5, 0.66), light)
    lawn = mix(mix(colour("6f9a48"), light.haze, 0.15), light.near, 0.6 if dim else 0.05)
    ground = np.full(w, h * horizon, np.float32)
    canvas.ridge(ground, mix(lawn, light.haze, 0.4), mix(lawn, light.near, 0.2), h * 0.3)
    gravel = mix(mix(colour("d9c7a4"), light.haze, 0.3), light.near, 0.5 if dim else 0.0)
    walk = np.array([(vx - unit * 0.05, h * horizon), (vx + unit * 0.05, h * horizon),
                     (stand + unit * 0.62, h), (stand - unit * 0.62, h)])  # fmt: skip
    canvas.polygons([walk], gravel)
    hedge = mix(mix(colour("33592f"), light.near, 0.6 if dim else 0.25), light.haze, 0.08)
    for z in (6.5, 4.6, 3.3, 2.35, 1.7, 1.2):
        close = 1 / z
        tone = mix(light.haze, hedge, 0.35 + 0.65 * min(1.0, close * 1.5))
        for side in (-1, 1):
            y = h * horizon + unit * 0.5 * close
            x = middle(y) + side * unit * 0.86 * close
            low = unit * 0.13 * close
            canvas.polygons([box(x, y - low, x + side * unit * 0.62 * close, y)], tone)
            if rng.random() < 0.5:
                canvas.ellipses([(x, y - low * 2, low * 1.05, low * 1.2)], tone * 0.9)
            else:
                cone = np.array([(-0.1, 0), (0, -0.46), (0.1, 0)]) * (unit * close * 1.1)
                canvas.polygons([cone + np.array([x, y - low * 0.8])], tone * 0.9)
            petal = unit * 0.009 * close
            heads = [
                (
                    x + side * unit * rng.uniform(0, 0.6) * close,
                    y - low * rng.uniform(0.9, 1.2),
                    petal,
                    petal * 0.9,
                )
                for _ in range(16)
            ]
            bloom = colour(str(rng.choice(["e8607a", "f3c5d0", "fff3e0"])))
            canvas.ellipses(heads, mix(bloom, light.near, 0.4 if dim else 0.0))
    y = h * (horizon + rng.uniform(0.14, 0.2))
    _fountain(canvas, middle(y), y, unit * rng.uniform(0.24, 0.34), light)
    mist(canvas, horizon - 0.1, horizon + 0.1, light.haze, 0.3)
    birds(canvas, w * rng.uniform(0.3, 0.7), h * horizon * 0.4, light.depth(0.8), 6)


def _palace(canvas: Canvas, x: float, foot: float, wide: float, light: Light) -> None:
    """A long front with a dome, rows of windows, wings to both sides."""
    stone = mix(mix(colour("e6d6b6"), light.haze, 0.4), light.near, 0.5 if light.stars else 0.1)
    roof = mix(stone, light.sky[0], 0.6)
    tall = wide * 0.2
    canvas.polygons([box(x - wide, foot - tall, x + wide, foot)], stone)
    canvas.polygons([box(x - wide, foot - tall * 1.18, x + wide, foot - tall)], roof)
    for way in (-1, 0, 1):
        half = wide * (0.16 if way == 0 else 0.12)
        cx, high = x + way * (wide - half), tall * (1.45 if way == 0 else 1.25)
        canvas.polygons([box(cx - half, foot - high, cx + half, foot)], stone * 1.04)
        dome = np.linspace(np.pi, 0, 24)
        canvas.polygons([path(cx + half * 0.9 * np.cos(dome), foot - high - half * 0.9
                              * np.sin(dome))], roof)  # fmt: skip
        canvas.strokes([path([cx, cx], [foot - high - half * 0.85, foot - high - half * 1.3])],
                       wide * 0.008, roof)  # fmt: skip
    lit = light.time in ("night", "dusk", "sunset", "storm")
    panes = [box(px, foot - tall * b, px + wide * 0.022, foot - tall * a)
             for px in np.arange(x - wide * 0.96, x + wide * 0.96, wide * 0.06)
             for a, b in ((0.16, 0.45), (0.58, 0.85))]  # fmt: skip
    canvas.polygons(panes, colour(_GLOW) if lit else mix(stone, light.sky[0], 0.6))
    if lit:
        canvas.glow(x, foot - tall * 0.5, wide * 0.9, colour("ffb85c"), 0.2)


def _fountain(canvas: Canvas, x: float, y: float, size: float, light: Light) -> None:
    stone = mix(mix(colour("c9c0b0"), light.haze, 0.3), light.near, 0.4 if light.stars else 0.12)
    canvas.ellipses([(x, y + size * 0.1, size * 0.95, size * 0.2)], light.near, alpha=0.4,
                    blur=size * 0.05)  # fmt: skip
    for cy, half in ((0.0, 0.8), (-0.42, 0.4), (-0.72, 0.2)):
        canvas.ellipses(
            [(x, y + cy * size + half * size * 0.05, half * size, half * size * 0.2)], stone * 0.7
        )
        canvas.ellipses([(x, y + cy * size, half * size, half * size * 0.17)], stone)
        canvas.ellipses([(x, y + cy * size, half * size * 0.88, half * size * 0.13)],
                        mix(light.sky[-1], light.sky[0], 0.35))  # fmt: skip
        if cy < 0:
            canvas.polygons(
                [box(x - size * 0.05, y + cy * size, x + size * 0.05, y + (cy + 0.3) * size)],
                stone * 0.85,
            )
    t = np.linspace(0, 1, 14)
    jets = [path(x + size * r * t, y - size * (0.75 + 1.1 * t * (1 - t) * 1.6 - 0.55 * t))
            for r in (-0.5, -0.3, -0.14, 0.14, 0.3, 0.5)]  # fmt: skip
    canvas.strokes(
        jets, size * 0.016, mix(colour("ffffff"), light.haze, 0.3), alpha=0.55, light=True
    )


def _roof(x: float, y: float, half: float, tall: float) -> Points:
    """A curved roof whose corners turn up."""
    t = np.linspace(-1, 1, 25)
    eave = y - tall * (0.1 + 0.32 * np.abs(t) ** 3)
    top = y - tall * (0.62 + 0.5 * (1 - np.abs(t)) ** 0.8)
    return np.concatenate([path(x + half * t, eave), path(x + half * 0.62 * t[::-1], top[::-1])])


def _pagoda(canvas: Canvas, x: float, foot: float, tall: float, light: Light) -> None:
    """Storey upon storey, each roof smaller."""
    storeys = int(canvas.rng.integers(3, 6))
    wood = mix(colour("8f3a2c"), light.near, 0.35)
    dark = mix(colour("2b2a30"), light.near, 0.4)
    step = tall / (storeys + 0.7)
    for n in range(storeys):
        part = 1 - 0.13 * n
        y, half = foot - n * step, tall * 0.22 * part
        canvas.polygons([box(x - half * 0.72, y - step * 0.75, x + half * 0.72, y)], wood)
        posts = [
            path([x + half * 0.72 * t] * 2, [y, y - step * 0.7]) for t in (-1, -0.5, 0, 0.5, 1)
        ]
        canvas.strokes(posts, tall * 0.008, dark)
        if light.time in ("night", "dusk", "sunset", "storm"):
            panes = [box(x + half * a, y - step * 0.52, x + half * (a + 0.24), y - step * 0.14)
                     for a in (-0.6, -0.12, 0.36)]  # fmt: skip
            canvas.polygons(panes, colour(_GLOW))
            canvas.glow(x, y - step * 0.35, half * 1.4, colour("ffb85c"), 0.35)
        canvas.polygons([_roof(x, y - step * 0.62, half * 1.42, step * 0.75)], dark)
    peak = foot - storeys * step
    canvas.strokes([path([x, x], [peak - step * 0.1, peak - step * 0.95])], tall * 0.012, dark)


def _torii(canvas: Canvas, x: float, foot: float, tall: float, light: Light) -> None:
    """A red gate that stands in the water."""
    red = mix(colour("c8402f"), light.near, 0.25)
    dark = mix(colour("2b1d1d"), light.near, 0.3)
    for way in (-1, 1):
        leg = np.array([(0.42, 0), (0.385, -0.95), (0.45, -0.95), (0.5, 0)]) * (way * tall, tall)
        canvas.polygons([leg + np.array([x, foot])], red)
    canvas.polygons(
        [box(x - tall * 0.52, foot - tall * 0.74, x + tall * 0.52, foot - tall * 0.67)], red
    )
    t = np.linspace(-1, 1, 21)
    lift = 0.09 * np.abs(t) ** 2.4
    for thick, low, tone in ((0.07, 0.95, red), (0.045, 1.0, dark)):
        top = path(x + tall * 0.72 * t, foot - tall * (low + thick + lift))
        under = path(x + tall * 0.7 * t[::-1], foot - tall * (low + lift[::-1]))
        canvas.polygons([np.concatenate([top, under])], tone)


def _bridge(canvas: Canvas, x: float, y: float, wide: float, light: Light) -> None:
    red = mix(colour("b93a2c"), light.near, 0.3)
    t = np.linspace(-1, 1, 31)
    arc = y - wide * 0.26 * (1 - t * t)
    canvas.polygons([ribbon(x + wide * t, arc, wide * 0.03)], red * 0.7)
    canvas.strokes([path(x + wide * t, arc - wide * 0.17)], wide * 0.022, red)
    posts = [
        path([x + wide * a] * 2, [b, b - wide * 0.2]) for a, b in zip(t[::3], arc[::3], strict=True)
    ]
    canvas.strokes(posts, wide * 0.02, red)
    shade = path(x + wide * t, 2 * y - arc + wide * 0.1)
    canvas.strokes([shade], wide * 0.06, red * 0.5, alpha=0.35, blur=wide * 0.02)


def _stones(canvas: Canvas, light: Light) -> None:
    """Rocks at the near shore, a stone lantern."""
    rng, unit, w, h = canvas.rng, canvas.unit, canvas.width, canvas.height
    shapes = []
    for _ in range(9):
        x = w * rng.choice([rng.uniform(-0.02, 0.26), rng.uniform(0.74, 1.02)])
        y, size = h * rng.uniform(0.9, 1.02), unit * rng.uniform(0.04, 0.1)
        turn = np.linspace(0, 2 * np.pi, 11)
        lumps = size * rng.uniform(0.75, 1.1, 11)
        lumps[-1] = lumps[0]
        shapes.append(rounded(path(x + 1.3 * lumps * np.cos(turn), y + 0.6 * lumps * np.sin(turn))))
    canvas.polygons(shapes, mix(light.near, light.haze, 0.12))
    x, foot, s = w * rng.choice([0.13, 0.87]), h * 0.93, unit * 0.17
    stone = mix(light.near, light.haze, 0.2)
    parts = [(-0.08, 0, 0.08, -0.5), (-0.2, -0.5, 0.2, -0.56), (-0.14, -0.56, 0.14, -0.78),
             (-0.16, 0.02, 0.16, -0.05)]  # fmt: skip
    canvas.polygons(
        [box(x + a * s, foot + d * s, x + c * s, foot + b * s) for a, b, c, d in parts], stone
    )
    canvas.polygons([_roof(x, foot - s * 0.74, s * 0.3, s * 0.24)], stone)
    if light.time in ("night", "dusk", "sunset", "fog", "storm"):
        canvas.polygons(
            [box(x - s * 0.07, foot - s * 0.74, x + s * 0.07, foot - s * 0.6)], colour(_GLOW)
        )
        canvas.glow(x, foot - s * 0.67, s * 1.4, colour("ffb85c"), 0.5)


def _branch(canvas: Canvas, side: int, light: Light, codes: tuple[str, ...]) -> None:
    """A branch that comes in from an upper corner, its leaves or blossoms in some colours."""
    rng, unit, w, h = canvas.rng, canvas.unit, canvas.width, canvas.height
    t = np.linspace(0, 1, 26)
    start = w * (0.5 - side * 0.53)
    tips: list[tuple[float, float]] = []
    wood = []
    for _ in range(5):
        reach, fall = unit * rng.uniform(0.3, 0.75), h * rng.uniform(0.02, 0.3)
        y0 = h * rng.uniform(-0.04, 0.16)
        along = start + side * reach * t
        down = y0 + fall * t**1.4 + unit * 0.018 * np.sin(t * 9 + rng.uniform(0, 6))
        wood.append(ribbon(along, down, unit * 0.012 * (1.08 - t)))
        tips += [(float(a), float(b)) for a, b in zip(along[6:], down[6:], strict=True)]
    canvas.polygons(wood, light.near)
    for n, code in enumerate(codes):
        tone = mix(colour(code), light.haze, 0.2)
        tone = mix(tone, light.near, 0.3 if light.stars else 0.0)
        heads = []
        for x, y in tips[n::2]:
            for dx, dy in rng.normal(0, 0.021 * unit, (6, 2)):
                r = unit * rng.uniform(0.004, 0.011)
                heads.append((x + dx, y + dy, r, r * 0.85))
        canvas.ellipses(heads, tone, alpha=0.92)
