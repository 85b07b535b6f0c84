"""RGB to yuv420p for pictures that are seen pixel by pixel: what is shown comes closest to them.

Colour is stored at half the size, so thin saturated lines turn grey where it is merely averaged.
Here it is what gives the least squared error once a player has enlarged it again, and luma takes
back what that leaves of it in R, G and B alike. libwebp's "sharp YUV" (its folder sharpyuv) finds
the same step by step; for an interpolation without clipping both have a closed form. Samples of
colour lie in the middle of their four pixels, as `chromaloc=1` tells the player.

Every product and every sum is rounded by itself, so every machine makes the same bytes.
"""

from typing import TYPE_CHECKING

from chalicelib.media.frames import BAND, BT709

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PIL.Image import Image

    Bytes = npt.NDArray[np.uint8]
    Share = npt.NDArray[np.float32]

ENLARGED = (0.871875, 0.240625, -0.084375, -0.028125)
"""Cubic interpolation (a = -0.6, swscale's) a quarter of a sample off: the share of the nearest
sample, of the one on that side, of the one on the other side, and of the next one on that side."""
HALVED = (0.53101, 0.05010, -0.13972, 0.00473, 0.05388)
"""The least squares inverse of `ENLARGED`: shares of the two pixels nearest to a sample, of the
two around those, and so on, as far as they matter; they add up to a half."""
REACH = len(HALVED) - 1
"""Pixels beyond its own four that a sample of colour is made of."""
BLUE, RED = 0.543679, 0.360658
"""What a step of Cb or Cr that is missing takes from R, G and B on average, in steps of luma."""


def sharp_yuv(image: "Image") -> "tuple[Bytes, Bytes, Bytes]":
    """The planes of an RGB picture with even sides."""
    import numpy as np

    luma, *colours = (np.asarray(part) for part in image.convert("RGB", BT709).split())
    blue, red = (_halved(colour) for colour in colours)
    made = np.empty_like(luma)
    around = [np.pad(half, 2, "edge") for half in (blue, red)]
    for top in range(0, len(luma), BAND):
        rows = slice(top, min(top + BAND, len(luma)))
        near = slice(rows.start // 2, rows.stop // 2 + 4)
        total = luma[rows].astype(np.float32)
        for colour, half, step in zip(colours, around, (BLUE, RED), strict=True):
            missing: Share = colour[rows] - _doubled(half[near])
            missing *= step
            total += missing
        made[rows] = _bytes(total, 235)
    return made, blue, red


def _halved(colour: "Bytes") -> "Bytes":
    """A plane of colour at half the size."""
    import numpy as np

    half = np.empty((colour.shape[0] // 2, colour.shape[1] // 2), np.uint8)
    around = np.pad(colour, REACH, "edge")
    for top in range(0, len(colour), BAND):
        after = min(top + BAND, len(colour))
        part = around[top : after + 2 * REACH].astype(np.float32)
        half[top // 2 : after // 2] = _bytes(_fewer(_fewer(part).T).T, 240)
    return half


def _doubled(half: "Bytes") -> "Share":
    """Colour as a player enlarges it; two rows and columns around it are used up."""
    import numpy as np

    return _more(_more(half.astype(np.float32).T).T)


def _fewer(rows: "Share") -> "Share":
    """Half as many rows; `REACH` at each end are used up."""
    last = len(rows) - 2 * REACH

    def both(far: int) -> "Share":
        """The rows so far above and below the middle of each pair, weighed."""
        above, below = REACH - far, REACH + 1 + far
        pair: Share = rows[above : above + last : 2] + rows[below : below + last : 2]
        pair *= HALVED[far]
        return pair

    total = both(0)
    for far in range(1, len(HALVED)):
        total += both(far)
    return total


def _more(rows: "Share") -> "Share":
    """Twice as many rows; two at each end are used up."""
    import numpy as np

    count = len(rows) - 4
    first, before, here, after, last = (rows[start : start + count] for start in range(5))
    own, beside, across, beyond = ENLARGED
    made = np.empty((2 * count, rows.shape[1]), np.float32)
    same = here * own
    made[0::2] = same + before * beside + after * across + first * beyond
    made[1::2] = same + after * beside + before * across + last * beyond
    return made


def _bytes(levels: "Share", most: int) -> "Bytes":
    """Whole levels of the limited range."""
    import numpy as np

    levels += 0.5
    return np.clip(levels, 16, most + 0.5, out=levels).astype(np.uint8)
