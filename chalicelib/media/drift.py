"""A camera that floats over a picture, and that costs the encoder next to nothing.

Every `STEP` frames the camera stands on a whole pixel; between, it moves in quarters of one, and
pixels are interpolated as H.264 decoders do it (ITU-T H.264, 8.4.2.2). So what the encoder looks
for in its reference frames is there to the bit, and the grain of the picture travels with it.
"""

from math import cos, pi, sin
from typing import TYPE_CHECKING

from chalicelib.media.frames import Frame
from chalicelib.media.sharp import sharp_yuv

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PIL.Image import Image

    Bytes = npt.NDArray[np.uint8]
    Longs = npt.NDArray[np.int32]

STEP = 8
"""Frames from one whole pixel to the next; the encoder's reference frames stand so far apart."""
REACH = 0.035
"""How far the camera moves to each side, as a share of the frame's height."""
TALL = 0.45
"""Height of its path against the width."""


def margin(height: int) -> int:
    """Pixels of picture needed around the frame: even."""
    return 2 * max(2, round(REACH * height / 2) + 1)


class Drift:
    """Frames of a camera on a closed path over `image`, which is larger by the margin."""

    def __init__(self, image: "Image", width: int, height: int, period: int) -> None:
        self._margin = margin(height)
        self._reach = self._margin - 2
        self._period = period
        self._frame = Frame(width, height)
        luma, blue, red = sharp_yuv(image)
        self._luma = Quarters(luma)
        self._chroma = (Eighths(blue), Eighths(red))

    def draw(self, number: int) -> Frame:
        """Frame `number` of the loop; it is used again for the next one."""
        across, down = self.place(number)
        target, *halves = self._frame.planes
        target[:] = self._luma.window(across, down, target.shape)
        for plane, half in zip(self._chroma, halves, strict=True):
            half[:] = plane.window(across, down, half.shape)
        return self._frame

    def place(self, number: int) -> tuple[int, int]:
        """Where the frame's corner is in the picture, in quarters of a pixel."""
        k, past = divmod(number % self._period, STEP)
        here, there = self._whole(k * STEP), self._whole(k * STEP + STEP)
        x, y = (
            4 * a + ((b - a) * past * 4 + STEP // 2) // STEP
            for a, b in zip(here, there, strict=True)
        )
        return x, y

    def _whole(self, number: int) -> tuple[int, int]:
        """The whole pixel nearest to the path: an ellipse, run through at an even pace."""
        turn = 2 * pi * number / self._period
        across = self._margin + self._reach * sin(turn)
        down = self._margin + self._reach * TALL * cos(turn)
        return round(across), round(down)


class Quarters:
    """A luma plane between its pixels: the sixteen phases, each made when it is first seen."""

    def __init__(self, plane: "Bytes") -> None:
        import numpy as np

        across = _taps(plane.astype(np.int32), 1)
        self._phases: dict[tuple[int, int], Bytes] = {
            (0, 0): plane,
            (2, 0): _rounded(across, 5),
            (0, 2): _rounded(_taps(plane.astype(np.int32), 0), 5),
            (2, 2): _rounded(_taps(across, 0), 10),
        }

    def window(self, across: int, down: int, shape: tuple[int, ...]) -> "Bytes":
        """The part of the plane whose corner is at so many quarters of a pixel."""
        x, y = across // 4, down // 4
        phase = (across % 4, down % 4)
        if phase not in self._phases:
            self._phases[phase] = self._between(*phase)
        return self._phases[phase][y : y + shape[0], x : x + shape[1]]

    def _between(self, across: int, down: int) -> "Bytes":
        """A quarter is the mean of the two nearest halves (table 8-12 of the standard)."""
        pair: tuple[tuple[int, int], tuple[int, int]]
        if down % 2 == 0:
            pair = (across - 1, down), (across + 1, down)
        elif across % 2 == 0:
            pair = (across, down - 1), (across, down + 1)
        else:  # on a diagonal: the half above or below, and the half to the side
            pair = (2, 4 * (down // 2)), (4 * (across // 2), 2)
        first, second = (self._at(*place) for place in pair)
        return _mean(first, second)

    def _at(self, across: int, down: int) -> "Bytes":
        """A half phase; 4 is the next pixel's 0."""
        import numpy as np

        plane = self._phases[across % 4, down % 4]
        if across == 4:
            plane = np.concatenate((plane[:, 1:], plane[:, -1:]), axis=1)
        if down == 4:
            plane = np.concatenate((plane[1:], plane[-1:]))
        return plane


class Eighths:
    """A chroma plane between its pixels: a quarter of a luma pixel is an eighth of one of its own.
    Each of the 64 phases is made when it is first seen."""

    def __init__(self, plane: "Bytes") -> None:
        self._plane = plane
        self._phases: dict[tuple[int, int], Bytes] = {}

    def window(self, across: int, down: int, shape: tuple[int, ...]) -> "Bytes":
        """The part of the plane whose corner is at so many eighths of a pixel."""
        (x, right), (y, below) = divmod(across, 8), divmod(down, 8)
        if (right, below) not in self._phases:
            self._phases[right, below] = _blended(self._plane, right, below)
        return self._phases[right, below][y : y + shape[0], x : x + shape[1]]


def _taps(plane: "Longs", axis: int) -> "Longs":
    """The six-tap filter, 32 times too large, half a pixel on along `axis`."""
    import numpy as np

    padding = [(2, 3) if side == axis else (0, 0) for side in (0, 1)]
    padded = np.pad(plane, padding, mode="edge")
    a, b, c, d, e, f = (
        padded[k : k + plane.shape[0]] if axis == 0 else padded[:, k : k + plane.shape[1]]
        for k in range(6)
    )
    taps: Longs = a + f - 5 * (b + e) + 20 * (c + d)
    return taps


def _rounded(plane: "Longs", bits: int) -> "Bytes":
    import numpy as np

    rounded: Bytes = np.clip((plane + (1 << (bits - 1))) >> bits, 0, 255).astype(np.uint8)
    return rounded


def _mean(one: "Bytes", other: "Bytes") -> "Bytes":
    import numpy as np

    mean: Bytes = ((one.astype(np.uint16) + other + 1) >> 1).astype(np.uint8)
    return mean


def _blended(plane: "Bytes", right: int, below: int) -> "Bytes":
    """A chroma plane so many eighths of a pixel further on (8.4.2.2.2)."""
    import numpy as np

    part = plane.astype(np.uint16)
    upper = part[:, :-1] * (8 - right) + part[:, 1:] * right
    mixed: Bytes = ((upper[:-1] * (8 - below) + upper[1:] * below + 32) >> 6).astype(np.uint8)
    return mixed
