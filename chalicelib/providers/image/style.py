"""Styles: how a painted scene is treated, as the prompt's words ask: oil, watercolour, ink …

A treatment takes RGB in [0, 1], float32 (height, width, 3), and answers the same, or an 8-bit
picture's worth of it. Sizes are relative to a frame 1080 pixels high. A 4K picture takes 100 MB, so
what is only a step on the way is worked on in place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageDraw

from chalicelib.providers.image.canvas import clouds, resize, shifted, smoothstep, wave
from chalicelib.providers.image.light import colour

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Plane = NDArray[np.floating[Any]]

_GREY = np.array([0.3, 0.59, 0.11], np.float32)
_LEVELS = 4096


def find(prompt: str) -> str:
    """The style that the prompt names, "" for none. Techniques ("oil painting") count more than
    worlds ("neon"); of several the last is meant, as in "a neon street, woodcut style"."""
    text = prompt[:5000].lower()
    for styles in (_TECHNIQUES, _WORLDS):
        said = {name: max((m.end() for m in re.finditer(rf"\b(?:{words})\b", text)), default=0)
                for name, words in styles.items()}  # fmt: skip
        last = max(said, key=lambda name: said[name])
        if said[last]:
            return last
    return ""


def without(prompt: str) -> str:
    """The prompt without the words of styles, which say nothing about what is to be seen."""
    return _SAID.sub(" ", prompt[:5000])


def treat(rgb: Plane, style: str, rng: np.random.Generator) -> Plane:
    """The scene in one of `STYLES`; `rgb` is not to be used again."""
    return _TREATMENTS[style](np.clip(rgb, 0, 1, out=rgb), rng)


_TECHNIQUES = {
    "oil": r"oil[- ]paint\w*|oil on canvas|in oils?|oil style|impasto|impressionis\w+|van gogh",
    "watercolour": r"watercolou?rs?|aquarelle|gouache",
    "ink": r"ink (?:style|wash|drawing|painting)|sumi-?e|in ink|(?:pencil|charcoal) drawing",
    "woodcut": r"wood[- ]?(?:cut|block)s?|linocut|engraving|ukiyo-?e|etching|screen ?print",
    "pixel": r"pixel[- ](?:art|style)|8-bit|16-bit|pixelated",
}
_WORLDS = {
    "lofi": r"lo-?fi|anime|ghibli|manga",
    "neon": r"neon|cyberpunk|synthwave|vaporwave|retrowave|outrun",
}
_SAID = re.compile(
    r"\b(?:16:9|background of|style|art|painterly|painting|"
    + "|".join([*_TECHNIQUES.values(), _WORLDS["lofi"]])
    + r")\b",
    re.IGNORECASE,
)


def _soft(rgb: Plane, radius: float) -> Plane:
    """Blur by making it smaller and larger again: cheap, and without steps in dark gradients."""
    height, width = rgb.shape[:2]
    small = max(2, round(width / radius)), max(2, round(height / radius))
    soft = np.empty(rgb.shape, np.float32)
    planes, done = np.atleast_3d(rgb), np.atleast_3d(soft)
    for c in range(planes.shape[2]):
        done[..., c] = resize(resize(planes[..., c], *small), width, height)
    return soft


def _graded(rgb: Plane, stops: str, part: float) -> Plane:
    """The colours drawn towards a ramp of colours from dark to light."""
    table = np.stack([colour(code) for code in stops.split()])
    places, levels = np.linspace(0, 1, len(table)), np.linspace(0, 1, _LEVELS)
    ramp = np.stack([np.interp(levels, places, table[:, c]) for c in range(3)], -1)
    mapped = (ramp * part).astype(np.float32)[_level(rgb @ _GREY)]
    mapped += rgb * np.float32(1 - part)
    return mapped


def _level(values: Plane) -> NDArray[np.int16]:
    """Where values of 0 … 1 stand in a table of `_LEVELS`."""
    return (np.clip(values, 0, 1) * (_LEVELS - 1)).astype(np.int16)


def _stepped(values: Plane, steps: float, edge: float, part: float) -> Plane:
    """Values drawn by `part` towards flat steps; `edge` 0 … 0.5 is how soft the steps are."""
    levels = np.linspace(0, 1, _LEVELS, dtype=np.float32)
    flat = (
        np.floor(levels * steps) + smoothstep(0.5 - edge, 0.5 + edge, levels * steps % 1)
    ) / steps
    table = ((1 - part) * levels + part * flat).astype(np.float32)
    return np.asarray(table[_level(values)])


def _vivid(rgb: Plane, amount: float) -> Plane:
    """More (or, below 1, less) saturated."""
    grey = (rgb @ _GREY)[..., None]
    vivid = rgb - grey
    vivid *= np.float32(amount)
    vivid += grey
    return np.clip(vivid, 0, 1, out=vivid)


def _bloom(rgb: Plane, above: float, radius: float, amount: float) -> Plane:
    """Light spills from what is bright."""
    bright = np.clip(rgb, above, 1)
    bright -= np.float32(above)
    bright /= np.float32(1 - above)
    scale = rgb.shape[0] / 1080
    spill = _soft(bright, radius * scale)
    spill *= np.float32(0.6 * amount)
    bright = _soft(bright, 4 * radius * scale)
    bright *= np.float32(0.4 * amount)
    spill += bright
    np.clip(spill, 0, 1, out=spill)
    spill *= 1 - rgb
    spill += rgb
    return spill


def _edges(grey: Plane, fine: float, coarse: float) -> Plane:
    """Difference of two blurs: negative just on the dark side of an edge."""
    return _soft(grey, fine) - _soft(grey, coarse)


def _paper(rng: np.random.Generator, width: int, height: int) -> Plane:
    """The grain of paper, about [-1, 1]: a tile of 512 pixels, repeated mirrored."""
    tile = clouds(rng, 512, 512, 90, octaves=3, roughness=0.7)
    both = np.concatenate([tile, tile[:, ::-1]], 1)
    whole = np.concatenate([both, both[::-1]], 0)
    return np.tile(whole, (-(-height // 1024), -(-width // 1024)))[:height, :width]


def _warped(rgb: Plane, rng: np.random.Generator, reach: float, cells: float) -> Plane:
    """Every outline moved a little, as by an unsteady hand; `reach` in pixels."""
    height, width = rgb.shape[:2]
    small = max(2, width // 4), max(2, height // 4)
    moves = [resize(clouds(rng, *small, cells, octaves=2), width, height) * reach for _ in "xy"]
    y = np.clip(np.arange(height)[:, None] + moves[0], 0, height - 1).astype(np.int32)
    x = np.clip(np.arange(width)[None, :] + moves[1], 0, width - 1).astype(np.int32)
    return rgb[y, x]


def _oil(rgb: Plane, rng: np.random.Generator) -> Plane:
    """Strokes along the forms, large ones first, small ones where there is detail; paint that
    stands up from the canvas."""
    height, width = rgb.shape[:2]
    scale = min(height, width) / 1080
    rgb = _vivid(_graded(rgb, "140d12 4a2c23 a8703a e3bd7a fff3d6", 0.16), 1.18)
    grey = rgb @ _GREY
    field = _soft(grey, max(2.0, 14 * scale))
    gy, gx = np.gradient(field)
    flow = clouds(rng, max(2, width // 8), max(2, height // 8), 3, octaves=2)
    angles = np.arctan2(gx, -gy) + 0.7 * resize(flow, width, height)
    detail = np.abs(grey - _soft(grey, max(2.0, 9 * scale)))
    under = np.clip(_soft(rgb, max(2.0, 30 * scale)), 0, 1)
    base = Image.fromarray((under * 255).astype(np.uint8))
    pen = ImageDraw.Draw(base)
    for gap, long, wide, least in ((26, 66, 24, 0.0), (13, 36, 11, 0.006), (7, 19, 5, 0.015),
                                   (5, 10, 2.8, 0.042)):  # fmt: skip
        gap, long, wide = max(2.0, gap * scale), long * scale, max(1.0, wide * scale)
        ys, xs = np.mgrid[0:height:gap, 0:width:gap]
        y = np.clip(ys + rng.uniform(-gap, gap, ys.shape) / 2, 0, height - 1).ravel().astype(int)
        x = np.clip(xs + rng.uniform(-gap, gap, xs.shape) / 2, 0, width - 1).ravel().astype(int)
        keep = detail[y, x] >= least
        x, y = x[keep], y[keep]
        order = rng.permutation(len(x))
        x, y = x[order], y[order]
        turn = angles[y, x] + rng.normal(0, 0.12, len(x))
        half = long / 2 * rng.uniform(0.6, 1.15, len(x))
        dx, dy = np.cos(turn) * half, np.sin(turn) * half
        tone = np.clip(rgb[y, x] * rng.normal(1, 0.035, (len(x), 1))
                       + rng.normal(0, 0.008, (len(x), 3)), 0, 1)  # fmt: skip
        inks = [tuple(ink) for ink in (tone * 255).astype(np.uint8).tolist()]
        ends = np.stack([x - dx, y - dy, x + dx, y + dy], -1).tolist()
        thick = max(1, round(wide))
        round_ends = thick > 6
        for end, ink in zip(ends, inks, strict=True):
            pen.line(end, fill=ink, width=thick)
            if round_ends:
                pen.circle(end[:2], thick / 2.1, fill=ink)
                pen.circle(end[2:], thick / 2.1, fill=ink)
    painted = np.asarray(base, np.float32) / 255
    painted = (painted + shifted(painted, 1, 0) + shifted(painted, 0, 1)) / 3
    relief = painted @ _GREY
    lit = np.clip(relief - shifted(relief, 2, 2), -0.08, 0.08)
    return np.clip(painted * (1 + 1.4 * lit)[..., None], 0, 1)


def _watercolour(rgb: Plane, rng: np.random.Generator) -> Plane:
    """Transparent washes with dark rims on rough paper, which stays white at the edges."""
    height, width = rgb.shape[:2]
    scale = min(height, width) / 1080
    wet = _warped(_soft(rgb, max(1.5, 4 * scale)), rng, 6 * scale, 14)
    wet = _vivid(1 - (1 - wet) * 0.86, 1.22)
    wet = _stepped(wet, 7, 0.2, 0.55)
    grey = wet @ _GREY
    rims = np.clip(-_edges(grey, max(1.5, 3 * scale), max(3.0, 14 * scale)) * 3.2, 0, 0.35)
    pools = resize(
        clouds(rng, max(2, width // 8), max(2, height // 8), 4, octaves=5), width, height
    )
    grain = _paper(rng, width, height)
    pigment = (1 - wet) * (1 + 0.22 * pools + 0.1 * grain * (1 - grey))[..., None]
    pigment += (rims * (1 - grey))[..., None]
    x, y = np.arange(width) / width, np.arange(height) / height
    ragged = [0.018 + 0.012 * wave(rng, n, 7, 5) for n in (width, width, height, height)]
    mask = np.minimum(
        np.minimum(smoothstep(0, 0.02, y[:, None] - ragged[0][None, :] * 1.7),
                   smoothstep(0, 0.02, 1 - y[:, None] - ragged[1][None, :] * 1.7)),
        np.minimum(smoothstep(0, 0.012, x[None, :] - ragged[2][:, None]),
                   smoothstep(0, 0.012, 1 - x[None, :] - ragged[3][:, None])))  # fmt: skip
    sheet = colour("faf6ec") * (1 + 0.012 * grain)[..., None]
    return np.asarray(np.clip(sheet * (1 - np.clip(pigment, 0, 0.96) * mask[..., None]), 0, 1))


def _ink(rgb: Plane, rng: np.random.Generator) -> Plane:
    """Brush washes in a few greys, lines where forms meet, a breath of colour, rice paper."""
    height, width = rgb.shape[:2]
    scale = min(height, width) / 1080
    grey = _warped(_soft(rgb @ _GREY, max(1.5, 3 * scale)), rng, 5 * scale, 34)
    low, high = np.percentile(grey[::8, ::8], (2, 98))
    grey = np.clip((grey - low) / max(high - low, 0.05), 0, 1)
    washes = 1 - _stepped(grey, 5, 0.15, 0.6)
    field = resize(
        clouds(rng, max(2, width // 6), max(2, height // 6), 5, octaves=5), width, height
    )
    edges = _edges(grey, max(1.2, 1.6 * scale), max(2.4, 5 * scale))
    lines = smoothstep(0.012, 0.05, -edges) * (0.7 + 0.3 * np.clip(field + 0.5, 0, 1))
    ink = np.clip(washes * (0.8 + 0.16 * field), 0, 1) ** 1.25 * 0.86
    ink = np.maximum(ink, 0.92 * lines)
    grain = _paper(rng, width, height)
    sheet = colour("f3ecdb") * (1 + 0.014 * grain + 0.02 * field)[..., None]
    stain = _vivid(_soft(rgb, max(2.0, 14 * scale)), 1.5)
    stain = stain / np.maximum(stain.max(-1, keepdims=True), 0.2)
    sheet = sheet * (1 - 0.28 * (1 - stain))
    return np.asarray(np.clip(sheet + (colour("17181d") - sheet) * ink[..., None], 0, 1))


def _woodcut(rgb: Plane, rng: np.random.Generator) -> Plane:
    """Four inks laid over each other and cut lines for the tones between, a dark key block."""
    height, width = rgb.shape[:2]
    scale = min(height, width) / 1080
    soft = _warped(_soft(rgb, max(1.5, 4 * scale)), rng, 3 * scale, 40)
    grey = soft @ _GREY
    low, high = np.percentile(grey[::8, ::8], (1, 99))
    grey = np.clip((grey - low) / max(high - low, 0.05), 0, 1)
    tones = np.stack([colour(code) for code in _INKS.split()])
    slow = resize(clouds(rng, max(2, width // 8), max(2, height // 8), 2, octaves=2), width, height)
    pitch = max(3.0, 9 * scale)
    across = np.arange(height, dtype=np.float32)[:, None] + 26 * scale * slow
    cut = 0.5 + 0.5 * np.sin(2 * np.pi * across / pitch)
    places = grey * (len(tones) - 1)
    whole = np.clip(places.astype(np.int32), 0, len(tones) - 2)
    places -= whole.astype(np.float32)
    share = smoothstep(-0.22, 0.22, places - (0.12 + 0.76 * cut))[..., None]
    out = tones[whole]
    _towards(out, tones[whole + 1], share)
    edges = _edges(grey, max(1.4, 2.2 * scale), max(3.0, 8 * scale))
    _towards(
        out, np.broadcast_to(tones[0] * 0.7, out.shape), smoothstep(0.02, 0.05, -edges)[..., None]
    )
    hue = _vivid(soft, 1.7)
    hue *= grey[..., None] + 0.2
    _towards(out, np.clip(hue, 0, 1, out=hue), np.float32(0.28))
    out *= (1 + 0.03 * _paper(rng, width, height))[..., None]
    return np.asarray(np.clip(out, 0, 1, out=out))


def _towards(rgb: Plane, other: Plane, share: Any) -> None:
    """Draw colours towards others, in place."""
    step = other - rgb
    step *= share
    rgb += step


_INKS = "14213d 355070 b56576 eaac8b fbf1d9"


def _lofi(rgb: Plane, rng: np.random.Generator) -> Plane:
    """A drawn film at dusk: clean fills, violet shadows, peach lights that bloom."""
    scale = min(rgb.shape[:2]) / 1080
    base = 0.35 * rgb + 0.65 * _soft(rgb, max(1.5, 2.4 * scale))
    base = _stepped(base, 14, 0.25, 0.5)
    base = _graded(base, "1d1836 3b2f66 7b558f d98a86 ffd6a5 fff4df", 0.42)
    base = 0.045 + 0.955 * _vivid(base, 1.22)
    grey = base @ _GREY
    lines = smoothstep(0.01, 0.05, -_edges(grey, max(1.2, 1.4 * scale), max(2.4, 4.5 * scale)))
    base = base * (1 - 0.4 * lines[..., None] * (1 - 0.5 * grey[..., None]))
    return _bloom(base, 0.62, 14, 0.8)


def _neon(rgb: Plane, rng: np.random.Generator) -> Plane:
    """Night in magenta and cyan: edges that glow, everything else in the dark."""
    height, width = rgb.shape[:2]
    scale = min(height, width) / 1080
    grey = rgb @ _GREY
    dark = _graded(rgb ** np.float32(1.7), "05030f 150a34 43147a c3288f ff7ac0 d8fbff", 0.72)
    edges = np.abs(_edges(grey, max(1.2, 1.8 * scale), max(3.0, 7 * scale)))
    line = smoothstep(0.02, 0.11, edges)
    across = np.linspace(0, 1, width, dtype=np.float32)[None, :]
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    turn = smoothstep(0.25, 0.75, 0.75 * across + 0.35 * down + 0.1 * float(rng.uniform(-1, 1)))
    tone = colour("26e8ff") + (colour("ff3fb4") - colour("26e8ff")) * turn[..., None]
    tone *= (0.75 * line)[..., None]
    tone *= 1 - dark
    dark += tone
    del tone
    return _bloom(_vivid(dark, 1.25), 0.5, 12, 0.7)


def _pixel(rgb: Plane, rng: np.random.Generator) -> Plane:
    """180 rows of pixels in 40 colours, laid in a pattern where two colours meet."""
    height, width = rgb.shape[:2]
    size = max(1, round(min(height, width) / 180))
    rows, columns = -(-height // size), -(-width // size)
    rgb = _vivid(_graded(rgb, "0f0b1e 2e2a5a 6b4b8a d0796b ffcf8f fff6e0", 0.15), 1.2)
    small = np.stack([resize(rgb[..., c], columns, rows) for c in range(3)], -1)
    bayer = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]]) / 16 - 0.47
    pattern = np.tile(bayer, (-(-rows // 4), -(-columns // 4)))[:rows, :columns, None]
    plain = Image.fromarray((np.clip(small, 0, 1) * 255).astype(np.uint8))
    palette = plain.quantize(40, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    laid = Image.fromarray((np.clip(small + 0.045 * pattern, 0, 1) * 255).astype(np.uint8))
    laid = laid.quantize(palette=palette, dither=Image.Dither.NONE).convert("RGB")
    whole = np.asarray(laid, np.float32).repeat(size, 0).repeat(size, 1)[:height, :width]
    return whole / 255


_TREATMENTS: dict[str, Callable[[Plane, np.random.Generator], Plane]] = {
    "oil": _oil,
    "watercolour": _watercolour,
    "ink": _ink,
    "woodcut": _woodcut,
    "pixel": _pixel,
    "lofi": _lofi,
    "neon": _neon,
}
STYLES = tuple(_TREATMENTS)
