"""Frames as raw yuv420p: pictures sampled with sub-pixel precision, and mixed at junctions.

All arithmetic is on integers, so every machine makes the same bytes. Work goes in bands of
rows small enough to stay in the processor's cache.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import hypot
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.media import motion
from chalicelib.media.picture import load
from chalicelib.media.timeline import Scene, Timeline, Transition

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PIL.Image import Image

    Bytes = npt.NDArray[np.uint8]
    Shorts = npt.NDArray[np.uint16]
    Share = npt.NDArray[np.float32]

BAND = 64
"""Rows worked on at once."""

LOADED = 128
"""Rows of a picture converted at once: even, and few, to save memory."""

BT709 = (
    *(0.182586, 0.614231, 0.062007, 16.0),
    *(-0.100644, -0.338572, 0.439216, 128.0),
    *(0.439216, -0.398942, -0.040274, 128.0),
)
"""RGB → limited-range Y, U, V."""

SOFT = 0.08
"""Width of a soft edge, as a share of the frame."""


def frames(
    timeline: Timeline, start: int, count: int, images: Mapping[str, Path]
) -> Iterator["Frame"]:
    """Frames `start` to `start + count`.

    The frame is used again: take what you need before asking for the next frame. Pictures
    are loaded when they are first seen and let go when they are no more.
    """
    frame, other = Frame(timeline.width, timeline.height), Frame(timeline.width, timeline.height)
    pictures: dict[str, Picture] = {}
    for number in range(start, start + count):
        seen = [scene for scene in timeline.scenes if _shows(timeline, scene, number)]
        wanted = {scene.image for scene in seen}
        for reference in pictures.keys() - wanted:
            del pictures[reference]
        for reference in wanted - pictures.keys():
            pictures[reference] = Picture(images[reference], timeline.picture_size)
        for scene, target in zip(seen, (frame, other), strict=False):
            pictures[scene.image].draw(motion.window(timeline, scene, number), target)
        if len(seen) == 2:
            begins = seen[1].start - seen[1].transition_frames // 2
            at = motion.ease((number - begins + 0.5) / seen[1].transition_frames)
            frame.blend(other, mask(seen[1].transition, at, timeline.width, timeline.height))
        yield frame


def _shows(timeline: Timeline, scene: Scene, number: int) -> bool:
    first, after = motion.span(timeline, scene)
    return first <= number < after


class Frame:
    """One yuv420p frame: a buffer and its three planes."""

    def __init__(self, width: int, height: int) -> None:
        import numpy as np

        data: Bytes = np.zeros(width * height * 3 // 2, np.uint8)
        luma, chroma = width * height, width * height // 4
        half = (height // 2, width // 2)
        self.buffer = data.data
        self.planes = (
            data[:luma].reshape(height, width),
            data[luma : luma + chroma].reshape(half),
            data[luma + chroma :].reshape(half),
        )

    def blend(self, other: "Frame", mask: "Shorts") -> None:
        """Let `other` shine through: 0 keeps this frame, 256 takes the other."""
        for mine, theirs, step in zip(self.planes, other.planes, (1, 2, 2), strict=True):
            part = mask[:: step if len(mask) > 1 else 1, :: step if mask.shape[1] > 1 else 1]
            for top in range(0, len(mine), BAND):
                rows = slice(top, top + BAND)
                m = part[rows] if len(part) > 1 else part
                mine[rows] = (mine[rows] * (256 - m) + theirs[rows] * m + 128) >> 8


def mask(transition: Transition, at: float, width: int, height: int) -> "Shorts":
    """How much of the new scene each pixel shows (0…256), `at` 0…1 through the transition.

    One row, one column or one number stands for all of them.
    """
    import numpy as np

    across, down = _places(width), _places(height)
    match transition:
        case "wipe_right":
            shown = _edge(at, across[None, :])
        case "wipe_down":
            shown = _edge(at, down[:, None])
        case "iris":
            x, y = (across - np.float32(0.5)) * width, (down - np.float32(0.5)) * height
            far = np.hypot(x[None, :], y[:, None])
            far /= np.float32(hypot(width / 2, height / 2))
            shown = _edge(at, far)
        case _:
            shown = np.full((1, 1), at, np.float32)
    shown *= 256
    shown += 0.5
    return shown.astype(np.uint16)


def _places(count: int) -> "Share":
    """The middles of pixels, 0…1 along a side."""
    import numpy as np

    places: Share = (np.arange(count, dtype=np.float32) + np.float32(0.5)) / np.float32(count)
    return places


def _edge(at: float, place: "Share") -> "Share":
    """A soft edge that has wholly passed `place` 0…1 at the end, and not begun at the start."""
    import numpy as np

    shown: Share = np.float32(at * (1 + SOFT)) - place
    shown /= np.float32(SOFT)
    return np.clip(shown, 0, 1, out=shown)


def yuv(image: "Image") -> "tuple[Bytes, Bytes, Bytes]":
    """The planes of an RGB picture with even sides, converted in bands to save memory."""
    import numpy as np

    width, height = image.size
    luma = np.empty((height, width), np.uint8)
    blue, red = (np.empty((height // 2, width // 2), np.uint8) for _ in range(2))
    for top in range(0, height, LOADED):
        part = image.crop((0, top, width, min(top + LOADED, height))).convert("RGB", BT709)
        rows, half = slice(top, top + part.height), slice(top // 2, (top + part.height) // 2)
        luma[rows] = np.asarray(part.getchannel(0))
        blue[half] = np.asarray(part.getchannel(1).reduce(2))
        red[half] = np.asarray(part.getchannel(2).reduce(2))
    return luma, blue, red


class Picture:
    """A picture, cropped to fill, ready to be sampled."""

    def __init__(self, path: Path, size: tuple[int, int]) -> None:
        """Load `path` at `size`, cut to its shape. Raises `InvalidInput` when it is no picture."""
        self.size = size
        luma, blue, red = yuv(load(path, size))
        self.planes = (Plane(luma), Plane(blue), Plane(red))

    def draw(self, window: motion.Window, frame: Frame) -> None:
        """Fill `frame` with what `window` shows."""
        for plane, target in zip(self.planes, frame.planes, strict=True):
            share = plane.width / self.size[0]
            plane.sample(motion.Window(*(share * side for side in window)), target)


class Plane:
    """One plane of a picture. Each element holds a pixel and its right neighbour, so that one
    look-up fetches both."""

    def __init__(self, pixels: "Bytes") -> None:
        import numpy as np

        self.height, self.width = pixels.shape
        self.pairs: Shorts = pixels.astype(np.uint16)
        self.pairs[:, :-1] |= self.pairs[:, 1:] << 8
        self.pairs[:, -1] *= 257

    def sample(self, window: motion.Window, out: "Bytes") -> None:
        """Scale `window` to the size of `out`, bilinearly: 1/256 pixel across, 1/128 down.

        Differences may wrap around in 16 bits; the sums they end in never leave them.
        """
        import numpy as np

        height, width = out.shape
        across = _taps(window.x, window.width, width, self.width, 256)
        down = _taps(window.y, window.height, height, self.height, 128)
        for top in range(0, height, BAND):
            band = slice(top, min(top + BAND, height))
            first, last = down.first(top), down.first(band.stop - 1)
            pairs = across.of(self.pairs[first : last + 2])
            near: Shorts = pairs & np.uint16(255)
            far: Shorts = pairs >> np.uint16(8)
            far -= near
            far *= across.past
            near <<= 8
            near += far
            near >>= 7  # 9 bits: half a level finer than what comes out
            upper, change = down.rows(near, band)
            upper <<= 7
            upper += change
            upper += 192  # half a level, and what the shift above cut off on average
            upper >>= 8
            out[band] = upper


@dataclass(frozen=True)
class Shift:
    """Taps of a window that is not scaled: neighbours stay neighbours, all as far past."""

    start: int
    count: int
    past: int

    def first(self, place: int) -> int:
        return self.start + place

    def of(self, rows: "Shorts") -> "Shorts":
        """The columns that are looked up."""
        return rows[:, self.start : self.start + self.count]

    def rows(self, near: "Shorts", band: slice) -> "tuple[Shorts, Shorts]":
        """For each row of the band: the one above it, and its weighted change to the next."""
        change = near[1:] - near[:-1]
        change *= self.past
        return near[:-1], change


@dataclass(frozen=True)
class Scale:
    """Taps of a scaled window: for each place the pixel before it, and how far past that."""

    index: "npt.NDArray[np.intp]"
    past: "Shorts"

    def first(self, place: int) -> int:
        return int(self.index[place])

    def of(self, rows: "Shorts") -> "Shorts":
        import numpy as np

        return np.take(rows, self.index, axis=1, mode="clip")

    def rows(self, near: "Shorts", band: slice) -> "tuple[Shorts, Shorts]":
        import numpy as np

        index = self.index[band] - self.index[band.start]
        upper = np.take(near, index, axis=0, mode="clip")
        index += 1
        change = np.take(near, index, axis=0, mode="clip")
        change -= upper
        change *= self.past[band, None]
        return upper, change


def _taps(start: float, length: float, count: int, limit: int, precision: int) -> Shift | Scale:
    """For each of `count` pixels over `length`: which of the `limit` source pixels lies before
    it, and how far past that it is, in 1/`precision`."""
    import numpy as np

    if length == count:
        whole, past = divmod(round(start * precision), precision)
        fits = limit - count - 1
        return Shift(whole, count, past) if whole <= fits else Shift(fits, count, precision)
    centres = start + (np.arange(count) + 0.5) * (length / count) - 0.5
    fixed = np.clip(np.rint(centres * precision), 0, (limit - 1) * precision).astype(np.intp)
    return Scale(fixed // precision, (fixed % precision).astype(np.uint16))
