"""The painter's tools: a float canvas, soft noise, silhouettes, glows, shapes and a finish."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Plane = NDArray[np.floating[Any]]
    Colour = NDArray[np.floating[Any]]
    Points = NDArray[np.float64]

_BACK = 4  # the soft background is painted this many times smaller, then enlarged
_SHARP = 2  # shapes are drawn this many times larger, then reduced


def resize(plane: Plane, width: int, height: int) -> Plane:
    """A plane of another size, bicubic."""
    image = Image.fromarray(np.ascontiguousarray(plane, np.float32), "F")
    return np.asarray(image.resize((width, height), Image.Resampling.BICUBIC))


def smoothstep(low: float, high: float, x: Plane) -> Plane:
    """0 below `low`, 1 above `high`, smooth between."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def shifted(plane: Plane, down: int, right: int) -> Plane:
    """The plane moved by whole pixels, its edges repeated."""
    rows = np.clip(np.arange(plane.shape[0]) - down, 0, plane.shape[0] - 1)
    columns = np.clip(np.arange(plane.shape[1]) - right, 0, plane.shape[1] - 1)
    return plane[rows[:, None], columns[None, :]]


def sampled(rgb: Plane, y: Plane, x: Plane) -> Plane:
    """The colours at places between pixels, bilinear; beyond the edges they are repeated."""
    bottom, right = rgb.shape[0] - 1, rgb.shape[1] - 1
    y, x = np.clip(y, 0, bottom), np.clip(x, 0, right)
    row, column = y.astype(int), x.astype(int)
    down, across = ((at % 1).astype(np.float32)[..., None] for at in (y, x))
    beside = np.minimum(column + 1, right)
    upper, lower = (
        rgb[line, column] + (rgb[line, beside] - rgb[line, column]) * across
        for line in (row, np.minimum(row + 1, bottom))
    )
    return np.asarray(upper + (lower - upper) * down, np.float32)


def wave(
    rng: np.random.Generator, width: int, cells: float, octaves: int = 5, roughness: float = 0.5
) -> Plane:
    """A line of soft noise in about [-1, 1]; `cells` hills across, finer octaves on top."""
    total = np.zeros(width, np.float32)
    strength, norm = 1.0, 0.0
    for _ in range(octaves):
        knots = rng.uniform(-1, 1, int(np.ceil(cells)) + 4)
        at = np.linspace(0, cells, width) + rng.uniform(0, 1)
        whole = at.astype(int)
        t = at - whole
        a, b, c, d = (knots[whole + i] for i in range(4))
        total += strength * (
            b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
        )
        norm += strength
        strength *= roughness
        cells *= 2
    return (total / norm * 1.6).astype(np.float32)


def clouds(
    rng: np.random.Generator,
    width: int,
    height: int,
    cells: float,
    *,
    stretch: float = 1,
    octaves: int = 5,
    roughness: float = 0.5,
) -> Plane:
    """A field of soft noise in about [-1, 1]; `cells` per height, `stretch`ed sideways."""
    total = np.zeros((height, width), np.float32)
    strength, norm = 1.0, 0.0
    for _ in range(octaves):
        rows = max(2, int(np.ceil(cells)) + 1)
        columns = max(2, int(np.ceil(cells * width / height / stretch)) + 1)
        knots = rng.uniform(-1, 1, (min(rows, height), min(columns, width))).astype(np.float32)
        total += np.float32(strength) * resize(knots, width, height)
        norm += strength
        strength *= roughness
        cells *= 2
    return total * np.float32(1.8 / norm)


def path(x: Any, y: Any) -> Points:
    """Points (n, 2) from two equally long sequences."""
    return np.stack([np.asarray(x, float), np.asarray(y, float)], -1)


def ribbon(x: Any, y: Any, half: Any) -> Points:
    """The outline of a band along a path, `half` as wide to each side (a number per point)."""
    line = path(x, y)
    along = np.gradient(line, axis=0)
    along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-6)[:, None]
    across = np.stack([-along[:, 1], along[:, 0]], -1) * np.reshape(half, (-1, 1))
    return np.concatenate([line + across, (line - across)[::-1]])


def rounded(outline: Points) -> Points:
    """The outline with its corners cut three times, so that it looks drawn in curves."""
    for _ in range(3):
        a, b = outline[:-1], outline[1:]
        cut = np.stack([a * 0.75 + b * 0.25, a * 0.25 + b * 0.75], 1).reshape(-1, 2)
        outline = np.concatenate([outline[:1], cut, outline[-1:]])
    return outline


class Canvas:
    """RGB in [0, 1], float32, `height` x `width`.

    Places are in pixels; `unit` is the shorter side, for sizes that fit any aspect ratio. `words`
    are the prompt's, for painters who can show what they say.
    """

    def __init__(
        self, width: int, height: int, rng: np.random.Generator, words: Iterable[str] = ()
    ) -> None:
        self.width, self.height, self.rng, self.words = width, height, rng, frozenset(words)
        self.unit = min(width, height)
        self.rgb = np.zeros((height, width, 3), np.float32)
        self.x = np.arange(width, dtype=np.float32)

    def says(self, words: str) -> bool:
        """Whether the prompt says one of these words."""
        return not self.words.isdisjoint(words.split())

    def background(self, paint: Callable[[Plane, Plane], Plane]) -> None:
        """Fill the canvas with something soft: `paint(x, y)` gets fractions of the frame as
        planes (small) and returns small RGB."""
        w, h = max(2, self.width // _BACK), max(2, self.height // _BACK)
        y, x = np.mgrid[0:h, 0:w].astype(np.float32)
        small = paint((x + 0.5) / w, (y + 0.5) / h)
        for channel in range(3):
            self.rgb[..., channel] = resize(small[..., channel], self.width, self.height)

    def soft(
        self, paint: Callable[[int, int], Plane], top: int = 0, bottom: int | None = None
    ) -> Plane:
        """A full-size plane of rows `top` … `bottom`, painted small by `paint(width, height)`."""
        bottom = self.height if bottom is None else bottom
        rows = max(1, bottom - top)
        plane = paint(max(2, self.width // _BACK), max(2, rows // _BACK))
        return resize(plane, self.width, rows)

    def cover(self, colour: Colour, alpha: Plane, left: int = 0, top: int = 0) -> None:
        """Lay `colour` (one, or one per row or pixel) over the canvas where `alpha` says."""
        region = self.rgb[top : top + alpha.shape[0], left : left + alpha.shape[1]]
        region += (colour - region) * alpha[..., None]

    def shine(self, colour: Colour, amount: Plane, left: int = 0, top: int = 0) -> None:
        """Add light of `colour`, never beyond white."""
        region = self.rgb[top : top + amount.shape[0], left : left + amount.shape[1]]
        region += (1 - region) * (colour * amount[..., None])

    def ridge(
        self, profile: Plane, colour: Colour, foot: Colour | None = None, fade: float | None = None
    ) -> None:
        """Everything below `profile` (y by column): `colour` at its crest fading to `foot` within
        `fade` pixels below."""
        top = int(max(0, np.floor(profile.min()) - 1))
        if top >= self.height:
            return
        y = np.arange(top, self.height, dtype=np.float32)[:, None]
        alpha = np.clip(y - profile[None, :] + 0.5, 0, 1)
        if foot is None:
            self.cover(colour, alpha, top=top)
            return
        down = smoothstep(0, fade or (self.height - top), y - np.float32(top))
        self.cover(colour + (foot - colour) * down[..., None], alpha, top=top)

    def polygons(self, shapes: Sequence[Points], tone: Colour, **how: Any) -> None:
        """Filled outlines, each an array (n, 2) of x and y."""
        self._draw(shapes, lambda pen, xy: pen.polygon(xy, fill=255), tone, **how)

    def strokes(self, lines: Sequence[Points], width: float, tone: Colour, **how: Any) -> None:
        """Lines of one width, each an array (n, 2) of x and y."""
        thick = max(1, round(width * _SHARP))
        self._draw(
            lines,
            lambda pen, xy: pen.line(xy, fill=255, width=thick, joint="curve"),
            tone,
            margin=width,
            **how,
        )

    def ellipses(self, shapes: Sequence[tuple[float, ...]], tone: Colour, **how: Any) -> None:
        """Filled ellipses, each (x, y, radius across, radius down)."""
        boxes = [np.array([(x - a, y - b), (x + a, y + b)]) for x, y, a, b in shapes]
        self._draw(boxes, lambda pen, xy: pen.ellipse(xy, fill=255), tone, **how)

    def _draw(
        self,
        shapes: Sequence[Points],
        put: Callable[[ImageDraw.ImageDraw, list[float]], None],
        tone: Colour,
        *,
        alpha: float = 1.0,
        blur: float = 0.0,
        light: bool = False,
        margin: float = 0.0,
    ) -> None:
        """Draw shapes with Pillow on a mask that is `_SHARP` times larger, then lay `tone` over
        the canvas, or let it shine, where the mask is."""
        if not shapes:
            return
        every = np.concatenate(shapes)
        edge = margin + 3 * blur + 2
        left, top = np.maximum(np.floor(every.min(0) - edge), 0).astype(int).tolist()
        right, bottom = np.ceil(every.max(0) + edge).astype(int).tolist()
        right, bottom = min(self.width, right), min(self.height, bottom)
        if right <= left or bottom <= top:
            return
        mask = Image.new("L", ((right - left) * _SHARP, (bottom - top) * _SHARP))
        pen = ImageDraw.Draw(mask)
        for shape in shapes:
            put(pen, ((shape - (left, top)) * _SHARP).ravel().tolist())
        mask = mask.reduce(_SHARP)
        if blur:
            mask = _soften(mask, blur)
        plane = np.asarray(mask, np.float32) * np.float32(alpha / 255)
        (self.shine if light else self.cover)(tone, plane, left, top)

    def glow(
        self,
        x: float,
        y: float,
        radius: float,
        colour: Colour,
        strength: float = 1.0,
        power: float = 2.0,
    ) -> None:
        """A soft round light."""
        left, right = int(max(0, x - radius)), int(min(self.width, x + radius + 1))
        top, bottom = int(max(0, y - radius)), int(min(self.height, y + radius + 1))
        if right <= left or bottom <= top:
            return
        dx = (np.arange(left, right, dtype=np.float32) - x) / radius
        dy = (np.arange(top, bottom, dtype=np.float32) - y) / radius
        far = np.sqrt(dx[None, :] ** 2 + dy[:, None] ** 2)
        self.shine(colour, np.clip(1 - far, 0, 1) ** power * np.float32(strength), left, top)

    def disc(self, x: float, y: float, radius: float, colour: Colour, alpha: float = 1.0) -> None:
        """A sharp round shape with smooth edges."""
        left, right = int(max(0, x - radius - 1)), int(min(self.width, x + radius + 2))
        top, bottom = int(max(0, y - radius - 1)), int(min(self.height, y + radius + 2))
        if right <= left or bottom <= top:
            return
        dx = np.arange(left, right, dtype=np.float32) - x
        dy = np.arange(top, bottom, dtype=np.float32) - y
        far = np.sqrt(dx[None, :] ** 2 + dy[:, None] ** 2)
        self.cover(colour, np.clip(radius - far + 0.5, 0, 1) * np.float32(alpha), left, top)

    def finish(
        self, *, grain: float = 0.0016, vignette: float = 0.32, contrast: float = 0.12
    ) -> Image.Image:
        """The painted picture: contrast, dark corners, 8 bits. The grain is below one step of
        them: it breaks up bands in gradients and costs a video encoder nothing."""
        rgb = self.rgb
        np.clip(rgb, 0, 1, out=rgb)
        if contrast:
            rgb += np.float32(contrast) * (rgb * rgb * (3 - 2 * rgb) - rgb)
        dx = (self.x / self.width - 0.5) ** 2
        dy = (np.arange(self.height, dtype=np.float32) / self.height - 0.5) ** 2
        rgb *= (1 - np.float32(vignette) * smoothstep(0.12, 0.62, dx[None, :] + dy[:, None]))[
            ..., None
        ]
        noise = self.rng.standard_normal((self.height, self.width), np.float32)
        rgb += (noise * np.float32(grain))[..., None]
        rgb *= 255
        np.clip(rgb, 0, 255, out=rgb)
        return Image.fromarray(rgb.astype(np.uint8))


def _soften(mask: Image.Image, radius: float) -> Image.Image:
    """Blur, at a smaller size when the radius is large: it looks the same and costs less."""
    shrink = max(1, int(radius / 4))
    if shrink == 1:
        return mask.filter(ImageFilter.GaussianBlur(radius))
    small = mask.reduce(shrink).filter(ImageFilter.GaussianBlur(radius / shrink))
    return small.resize(mask.size, Image.Resampling.BICUBIC)
