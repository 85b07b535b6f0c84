"""The true peak of a sound, between its samples, found by looking only where it can be."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.float32]

OVERSAMPLED = 4
"""Places per sample, as ITU-R BS.1770-5 annex 2 asks for."""
REACH = 12
"""Samples to each side that a place between two of them is made of."""
RISE = 2.0
"""A sound does not rise to more than so many times its two nearest samples between them."""
AT_ONCE = 2048
"""Places worked on in one matrix product: few enough for one thread."""


class TruePeak:
    """The highest true peak of all that was heard so far: |amplitude|, 1 is full scale.

    Everything is compared with the highest yet, so nearly all of a sound is passed over: a
    hundredth of the work of oversampling it, and the same result.
    """

    def __init__(self) -> None:
        import numpy as np

        self.highest = 0.0
        places = np.arange(1, OVERSAMPLED) / OVERSAMPLED
        off = places[:, None] - np.arange(1 - REACH, REACH + 1)[None, :]
        window = np.i0(9 * np.sqrt(np.clip(1 - (off / (REACH + 0.5)) ** 2, 0, 1))) / np.i0(9.0)
        self._taps: Samples = (np.sinc(off) * window).astype(np.float32)
        self._before: Samples | None = None

    @property
    def decibels(self) -> float:
        """dBTP, at least -120."""
        from math import log10

        return 20 * log10(max(self.highest, 1e-6))

    def hear(self, block: "Samples") -> None:
        """The next samples, (n, channels)."""
        import numpy as np

        channels = block.shape[1]
        if self._before is None:
            self._before = np.zeros(2 * REACH * channels, np.float32)
        joined = np.concatenate((self._before, block.ravel()))
        self._before = joined[-2 * REACH * channels :]
        size = np.abs(joined)
        self.highest = max(self.highest, float(size.max()))
        high = size[(REACH - 1) * channels : -REACH * channels] > self.highest / RISE
        places = np.flatnonzero(high[:-channels] | high[channels:])  # and the sample after each
        if not len(places):
            return
        side = np.lib.stride_tricks.sliding_window_view(joined, (2 * REACH - 1) * channels + 1)
        for start in range(0, len(places), AT_ONCE):
            between = side[places[start : start + AT_ONCE], ::channels] @ self._taps.T
            self.highest = max(self.highest, float(between.max()), -float(between.min()))
