"""What moves in a visual, made so that the frame after the last one is the first one again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil, cos, sin, tau
from random import Random
from typing import TYPE_CHECKING, Protocol

from chalicelib.media import drift
from chalicelib.media.album import Living
from chalicelib.media.frames import BAND, Frame
from chalicelib.media.sharp import sharp_yuv

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PIL.Image import Image

    Bytes = npt.NDArray[np.uint8]
    Shorts = npt.NDArray[np.uint16]
    Cover = npt.NDArray[np.floating]
    Region = tuple[slice, slice]

Course = Callable[[float], tuple[float, float, float]]
"""How a mote moves: its middle in pixels and its strength 0…1, at a share 0…1 of the loop."""

WHITE = 235
"""The brightest luma that is allowed."""
LOOP_SECONDS = 14
"""About how long a loop is: long enough to be forgotten, short enough to be encoded quickly."""


class Scene(Protocol):
    """A visual that can be drawn at any frame of its loop."""

    def draw(self, number: int) -> Frame:
        """Frame `number`, counted round and round. It is used again for the next one."""


def period(fps: int) -> int:
    """Frames of a loop: whole steps from one reference frame to the next, and the first one."""
    return drift.STEP * ceil(LOOP_SECONDS * fps / drift.STEP) + 1


def canvas(living: Living, width: int, height: int) -> tuple[int, int]:
    """How large the picture must be for frames of this size."""
    around = 2 * drift.margin(height) if living == "drift" else 0
    return width + around, height + around


def scene(image: "Image", living: Living, width: int, height: int, fps: int, seed: int) -> Scene:
    """A picture of the canvas's size, brought to life."""
    frames = period(fps)
    match living:
        case "still":
            return Still(image)
        case "drift":
            return drift.Drift(image, width, height, frames)
        case "rain":
            return Floating(image, frames, list(_drops(height, width, frames, fps, seed)))
        case "embers":
            return Floating(image, frames, list(_embers(height, width, frames, seed)))
        case "glow":
            return Glow(image, frames)


class Still:
    """A picture that stays as it is."""

    def __init__(self, image: "Image") -> None:
        self._frame = Frame(*image.size)
        for plane, made in zip(self._frame.planes, sharp_yuv(image), strict=True):
            plane[:] = made

    def draw(self, number: int) -> Frame:
        return self._frame


@dataclass(frozen=True)
class Mote:
    """Something small that floats: what it looks like, and where it is when."""

    shape: "Shape"
    course: Course


class Floating:
    """Motes over a picture. Only what they touch is drawn again."""

    def __init__(self, image: "Image", period: int, motes: list[Mote]) -> None:
        self._period = period
        self._motes = motes
        self._under = sharp_yuv(image)
        self._frame = Frame(*image.size)
        for plane, under in zip(self._frame.planes, self._under, strict=True):
            plane[:] = under
        self._touched: list[tuple[Region, Region]] = []

    def draw(self, number: int) -> Frame:
        for region, half in self._touched:
            for plane, under, place in zip(
                self._frame.planes, self._under, (region, half, half), strict=True
            ):
                plane[place] = under[place]
        self._touched = []
        at = number % self._period / self._period
        for mote in self._motes:
            x, y, strength = mote.course(at)
            if strength > 0.02 and (touched := mote.shape.lay(self._frame, x, y, strength)):
                self._touched.append(touched)
        return self._frame


class Shape:
    """A soft shape of one colour, drawn at sub-pixel places."""

    def __init__(self, cover: "Cover", colour: tuple[int, int, int]) -> None:
        """`cover` is how much of what lies under it the shape hides, four times as large as it
        is shown, its sides multiples of eight."""
        self._cover = cover
        self._colour = colour
        self._masks: dict[tuple[int, int], tuple[Shorts, Shorts]] = {}

    def lay(
        self, frame: Frame, x: float, y: float, strength: float
    ) -> "tuple[Region, Region] | None":
        """Draw it with its middle at x, y. Gives the touched regions of luma and chroma."""
        import numpy as np

        height, width = frame.planes[0].shape
        left = round(4 * x) - self._cover.shape[1] // 2
        top = round(4 * y) - self._cover.shape[0] // 2
        column, row = left // 8, top // 8  # in pixels of chroma
        masks = self._mask(left % 8, top % 8)
        rows = slice(max(0, row), min(height // 2, row + masks[1].shape[0]))
        columns = slice(max(0, column), min(width // 2, column + masks[1].shape[1]))
        if rows.start >= rows.stop or columns.start >= columns.stop:
            return None
        full = np.uint16(round(256 * strength))
        region: Region = (
            slice(2 * rows.start, 2 * rows.stop),
            slice(2 * columns.start, 2 * columns.stop),
        )
        half: Region = (rows, columns)
        for plane, place, mask, tone, size in zip(
            frame.planes,
            (region, half, half),
            (masks[0], masks[1], masks[1]),
            self._colour,
            (2, 1, 1),
            strict=True,
        ):
            from_row, from_column = place[0].start - size * row, place[1].start - size * column
            under = plane[place]
            part = mask[
                from_row : from_row + under.shape[0], from_column : from_column + under.shape[1]
            ]
            cover = part * full >> 8
            under[:] = (under * (256 - cover) + cover * tone + 128) >> 8
        return region, half

    def _mask(self, right: int, down: int) -> "tuple[Shorts, Shorts]":
        """Cover of luma and of chroma pixels, 0…256, with the shape moved by quarter pixels."""
        import numpy as np

        if (right, down) not in self._masks:
            height, width = self._cover.shape
            wide = np.zeros((height + 8, width + 8), np.float32)
            wide[down : down + height, right : right + width] = self._cover
            masks = [
                wide.reshape(wide.shape[0] // k, k, wide.shape[1] // k, k).mean(axis=(1, 3))
                for k in (4, 8)
            ]
            luma, chroma = (np.rint(mask * 256).astype(np.uint16) for mask in masks)
            self._masks[right, down] = luma, chroma
        return self._masks[right, down]


class Glow:
    """The lights of a picture breathe: each grows and fades in its own time."""

    WAVES = ((1, 0.0), (1, 0.5), (2, 0.25))
    """Breaths per loop, and where in a breath each begins."""
    STRENGTH = 46
    """Levels of luma that the brightest light gains."""

    def __init__(self, image: "Image", period: int) -> None:
        import numpy as np

        self._period = period
        self._frame = Frame(*image.size)
        for plane, made in zip(self._frame.planes, sharp_yuv(image), strict=True):
            plane[:] = made
        self._under = self._frame.planes[0].copy()
        self._room = np.maximum(self._under, WHITE) - self._under
        self._total = np.empty((BAND, image.width), np.uint16)
        self._lights: list[tuple[Shorts, slice]] = []
        for light in _lights(image, len(self.WAVES)):
            lit = np.flatnonzero(light.any(axis=0))
            columns = slice(int(lit[0]), int(lit[-1]) + 1) if len(lit) else slice(0, 0)
            levels = np.rint(light[:, columns] * (self.STRENGTH * 4 / 255)).astype(np.uint16)
            self._lights.append((levels, columns))

    def draw(self, number: int) -> Frame:
        import numpy as np

        at = number % self._period / self._period
        levels = [
            np.uint16(round(127.5 * (1 - cos(tau * (breaths * at + begins)))))
            for breaths, begins in self.WAVES
        ]
        luma = self._frame.planes[0]
        for top in range(0, len(luma), BAND):
            rows = slice(top, top + BAND)
            total = self._total[: len(luma[rows])]
            total.fill(512)
            for (light, columns), level in zip(self._lights, levels, strict=True):
                total[:, columns] += light[rows] * level
            total >>= 10
            gained = total.astype(np.uint8)
            np.minimum(gained, self._room[rows], out=gained)
            np.add(self._under[rows], gained, out=luma[rows])
        return self._frame


def _lights(image: "Image", groups: int) -> "Iterator[Bytes]":
    """Where the picture's light comes from, softened, in as many groups side by side."""
    import numpy as np
    from PIL import Image, ImageFilter

    small = image.convert("L").resize((image.width // 8 or 1, image.height // 8 or 1))
    levels = np.asarray(small, np.float32)
    floor, top = np.percentile(levels, (80, 99.7))
    bright = np.clip((levels - floor) / max(8.0, top - floor), 0, 1)
    across = np.linspace(0, groups, bright.shape[1], dtype=np.float32)
    for group in range(groups):
        near = np.clip(1 - np.abs(across - (group + 0.5)), 0, 1)
        light = Image.fromarray((bright * near * 255).astype(np.uint8))
        soft = Image.blend(
            light.filter(ImageFilter.GaussianBlur(image.height / 8 / 40)),
            light.filter(ImageFilter.GaussianBlur(image.height / 8 / 10)),
            0.6,
        )
        yield np.asarray(soft.resize(image.size, Image.Resampling.BICUBIC))


def _drops(height: int, width: int, frames: int, fps: int, seed: int) -> "Iterator[Mote]":
    """Rain in three depths: the nearer, the faster, longer and clearer."""
    random = Random(f"rain:{seed}")  # noqa: S311 -- taste, not secrecy
    for count, length, thick, seconds, clear in (
        (15, 0.045, 1.5, 1.1, 0.30),
        (9, 0.075, 2.0, 0.85, 0.36),
        (5, 0.12, 2.6, 0.65, 0.40),
    ):
        shape = _streak(length * height, thick * height / 1080, clear)
        falls = max(1, round(frames / fps / seconds))
        for _ in range(count):
            yield Mote(shape, _fall(random, width, height, length * height, falls))


def _fall(random: Random, width: int, height: int, length: float, falls: int) -> Course:
    """Fall after fall, each somewhere else, slightly slanted."""
    begins = random.random()
    columns = [random.uniform(-0.05, 1.1) * width for _ in range(falls)]

    def at(share: float) -> tuple[float, float, float]:
        fall, down = divmod(share * falls + begins, 1)
        y = down * (height + 2 * length) - length
        return columns[int(fall) % falls] - SLANT * y, y, 1.0

    return at


SLANT = 0.09
"""How far rain is blown sideways while it falls."""


def _streak(length: float, thick: float, clear: float) -> Shape:
    """A falling drop as the eye sees it: a line, clearest at its lower end."""
    import numpy as np

    rows, columns = _grid(length, SLANT * length + 4 * thick)
    along = rows / length + 0.5
    off = (columns + SLANT * rows) / thick
    cover = (
        clear * np.exp(-2 * off**2) * np.clip(along, 0, 1) ** 1.5 * np.clip((1 - along) * 12, 0, 1)
    )
    return Shape(cover.astype(np.float32), (214, 132, 124))


def _embers(height: int, width: int, frames: int, seed: int) -> "Iterator[Mote]":
    """Sparks that rise, sway, flicker and go out."""
    random = Random(f"embers:{seed}")  # noqa: S311 -- taste, not secrecy
    shapes = [
        _spark(radius * height / 1080, colour)
        for radius in (3.2, 4.6, 7.0)
        for colour in ((196, 70, 176), (168, 66, 200), (214, 84, 158))
    ]
    for number in range(40):
        yield Mote(random.choice(shapes), _rise(random, width, height, 1 + number % 2))


def _rise(random: Random, width: int, height: int, lives: int) -> Course:
    begins, sway, phase = random.random(), random.uniform(0.01, 0.035) * height, random.random()
    flicker, swings = random.randint(4, 9), random.randint(1, 2)
    column, foot, way = (
        random.random() * width,
        random.uniform(0.55, 1.05),
        random.uniform(0.35, 0.8),
    )

    def at(share: float) -> tuple[float, float, float]:
        age = (share * lives + begins) % 1
        x = column + sway * sin(tau * (swings * share + phase)) + 0.04 * height * (age - 0.5)
        y = height * (foot - way * age)
        strength = min(1.0, 6 * age) * min(1.0, 2.5 * (1 - age))
        return x, y, strength * (0.78 + 0.22 * sin(tau * (flicker * share + phase)))

    return at


def _spark(radius: float, colour: tuple[int, int, int]) -> Shape:
    """A bright heart in a soft halo."""
    import numpy as np

    rows, columns = _grid(7 * radius, 7 * radius)
    far = (rows**2 + columns**2) / radius**2
    cover = 0.85 * np.exp(-2.2 * far) + 0.18 * np.exp(-0.35 * far)
    edge = np.clip(1 - np.sqrt(far) / 3.4, 0, 1)
    return Shape((cover * edge**0.5).astype(np.float32), colour)


def _grid(height: float, width: float) -> "tuple[Cover, Cover]":
    """Rows and columns from the middle of a shape, in quarters of a pixel."""
    import numpy as np

    tall, wide = (8 * (int(side * 4) // 8 + 1) for side in (height, width))
    rows = (np.arange(tall, dtype=np.float32) - (tall - 1) / 2) / 4
    columns = (np.arange(wide, dtype=np.float32) - (wide - 1) / 2) / 4
    grid: tuple[Cover, Cover] = rows[:, None], columns[None, :]
    return grid
