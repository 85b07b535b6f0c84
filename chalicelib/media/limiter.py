"""Holds a sound below a ceiling: turns down what stands out, in time, and touches nothing else."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from chalicelib.media.audio import RATE

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.float32]

REACH = RATE // 100
"""Samples before and after a peak for which its gain is kept; as many again to glide there."""


def limited(blocks: "Iterable[Samples]", ceiling: float) -> "Iterator[Samples]":
    """The same samples, (n, 2), in their places, none above `ceiling`. Both sides get one gain:
    what is in the middle stays there."""
    import numpy as np

    around: Samples = np.zeros((2 * REACH, 2), np.float32)
    for block in chain(blocks, [around]):
        around = np.concatenate((around, block))
        if len(around) > 4 * REACH:
            yield _held(around, ceiling)
            around = around[-4 * REACH :]


def _held(around: "Samples", ceiling: float) -> "Samples":
    """All but the first and the last `2 * REACH` samples, which are there to be seen."""
    import numpy as np

    sound = around[2 * REACH : -2 * REACH]
    if max(float(around.max()), -float(around.min())) <= ceiling:
        return sound
    size = np.abs(around)
    gain = ceiling / np.maximum(np.maximum(size[:, 0], size[:, 1]), ceiling)
    width = 2 * REACH + 1
    seen = 1
    while seen < width:  # the least of as many gains as are seen, of twice as many, …
        more = min(seen, width - seen)
        gain = np.minimum(gain[:-more], gain[more:])
        seen += more
    sums = np.concatenate(([0.0], gain.cumsum(dtype=np.float64)))
    means = (sums[width:] - sums[:-width]) / width
    return sound * means[:, None].astype(np.float32)
