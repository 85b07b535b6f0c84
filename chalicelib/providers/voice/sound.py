"""From the engine's raw samples to narration: 48 kHz, warm, even, in a small room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chalicelib.providers.voice.interface import RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

_LEVEL = 0.12  # RMS of speech after levelling, about -18 dBFS
_CEILING = 0.89  # -1 dBFS
_ROOM_SECONDS = 0.18
_CORNERS_HZ = (0, 55, 95, 180, 400, 1_200, 2_800, 4_500, 6_500, 9_000, 11_025)
_TONE_DB = (-60, -36, -2, 1.5, 0, -0.5, 1, 0, -2.5, -4, -9)


def narration(pcm: NDArray[np.int16], rate: int) -> Samples:
    """`pcm` at `rate` as mono float32 at 48 kHz, equalised, levelled, with a little room."""
    if not len(pcm):
        return np.zeros(0, np.float32)
    dry = _level(_resample_and_tone((pcm / 32_768).astype(np.float32), rate))
    wet = dry + 0.1 * _reverberate(dry)
    peak = float(np.max(np.abs(wet)))
    return wet * np.float32(min(1.0, _CEILING / max(peak, 1e-9)))


def _resample_and_tone(pcm: Samples, rate: int) -> Samples:
    """Band-limited resampling: the spectrum, shaped by the tone curve, at a new length."""
    from math import gcd

    common = gcd(rate, RATE)
    up, down = RATE // common, rate // common
    blocks = _smooth(-(-len(pcm) // down) + rate // (20 * down))  # 50 ms so that ends don't wrap
    spectrum = np.fft.rfft(pcm, blocks * down)
    hertz = np.fft.rfftfreq(blocks * down, 1 / rate)
    spectrum *= 10 ** (np.interp(hertz, _CORNERS_HZ, _TONE_DB) / 20)
    whole = np.fft.irfft(spectrum, blocks * up) * (up / down)
    return whole[: len(pcm) * up // down].astype(np.float32)


def _level(pcm: Samples) -> Samples:
    """Compress gently (2:1 above the level, by 10 ms blocks, smoothed) and set the loudness."""
    block = RATE // 100
    power = np.add.reduceat(pcm * pcm, np.arange(0, len(pcm), block)) / block
    smooth = np.convolve(power, np.hanning(17) / 8, "same")
    loud = power > 0.02 * power.max()
    usual = np.sqrt(power[loud].mean()) if power.max() > 0 else 1.0
    over = np.sqrt(smooth) / usual
    gain = np.maximum(over, 1) ** -0.5 * (_LEVEL / usual)
    at = np.arange(len(power)) * block + block / 2
    return pcm * np.interp(np.arange(len(pcm)), at, gain).astype(np.float32)


def _reverberate(pcm: Samples) -> Samples:
    """Convolve with a small dark room: decaying noise, the same in every call."""
    length = int(_ROOM_SECONDS * RATE)
    seconds = np.arange(length) / RATE
    room = np.random.default_rng(7).standard_normal(length) * np.exp(-seconds * 32)
    room[: RATE // 125] = 0
    room = np.convolve(room, np.hanning(24), "same")
    room /= np.sqrt(np.sum(room * room))
    size = _smooth(len(pcm) + length)
    wet = np.fft.irfft(np.fft.rfft(pcm, size) * np.fft.rfft(room, size), size)
    return wet[: len(pcm)].astype(np.float32)


def _smooth(least: int) -> int:
    """The next length with no prime factor above 5, which an FFT likes."""
    best = 1 << (least - 1).bit_length()
    fives = 1
    while fives < best:
        threes = fives
        while threes < best:
            twos = threes
            while twos < least:
                twos *= 2
            best = min(best, twos)
            threes *= 3
        fives *= 5
    return best
