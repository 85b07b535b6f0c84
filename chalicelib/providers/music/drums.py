"""Drums: skins, noise and wood, each hit the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from chalicelib.providers.music.instruments import edges, hertz, ring
from chalicelib.providers.music.synth import RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Tone = NDArray[np.floating[Any]]


def _noise(low: float, high: float, seconds: float, decay: float, seed: int) -> Tone:
    """A burst of noise between two frequencies that dies at `decay` per second."""
    frames = int(seconds * RATE)
    size = 2 ** (frames - 1).bit_length()
    at = np.fft.rfftfreq(size, 1 / RATE)
    shape = 1 / (1 + (low / np.maximum(at, 1)) ** 4) / (1 + (at / high) ** 4)
    phase = np.exp(2j * np.pi * np.random.default_rng(seed).random(len(at)))
    burst = np.fft.irfft(shape * phase, size)[:frames]
    burst *= np.exp(-decay * np.arange(frames) / RATE)
    return np.asarray(burst / np.max(np.abs(burst)), np.float32)


def _skin(freqs: tuple[float, ...], rates: tuple[float, ...], fall: float, knock: float) -> Tone:
    """A drum head whose pitch falls by `fall` octaves in its first moments."""
    frames = int(0.7 * RATE)
    t = np.arange(frames) / RATE
    warp = t + fall * 0.03 * (1 - np.exp(-t / 0.03))
    tone = sum(np.sin(2 * np.pi * f * warp) * np.exp(-r * t) / (n + 1)
               for n, (f, r) in enumerate(zip(freqs, rates, strict=True)))  # fmt: skip
    tone = np.asarray(tone, np.float32)
    if knock:
        tone[: int(0.1 * RATE)] += knock * _noise(300, 2_500, 0.1, 60, 3)
    return tone


def _snare() -> Tone:
    return 0.55 * _noise(900, 5_200, 0.7, 17, 5) + 0.4 * _skin((185, 330), (24, 30), 0.3, 0)


def _swept(low: float, high: float, seconds: float, attack: float) -> Tone:
    """A brush or a shaker: noise that swells first."""
    return edges(_noise(low, high, seconds, 3 / seconds, 8), attack, seconds / 2)


def _tapped(freqs: tuple[float, ...], rate: float) -> Tone:
    """Wood or a rim: two short pitches."""
    levels, rates = 0.7 / np.arange(1, len(freqs) + 1), np.full(len(freqs), rate)
    return ring(np.array(freqs), levels, rates, int(0.2 * RATE))


_DRUMS: dict[str, tuple[Callable[[], Tone], float, float]] = {
    "kick": (partial(_skin, (52, 98), (9, 22), 1.6, 0.06), 1.0, 0.5),
    "snare": (_snare, 0.55, 0.48),
    "hat": (partial(_noise, 5_500, 9_500, 0.12, 48, 6), 0.2, 0.64),
    "ride": (partial(_noise, 4_500, 9_000, 0.7, 9, 7), 0.16, 0.66),
    "brush": (partial(_swept, 1_200, 5_500, 0.3, 0.04), 0.32, 0.42),
    "shaker": (partial(_swept, 4_000, 8_500, 0.12, 0.025), 0.22, 0.36),
    "rim": (partial(_tapped, (820.0, 1_650.0), 62.0), 0.3, 0.6),
    "tick": (partial(_tapped, (1_900.0, 3_300.0), 80.0), 0.2, 0.66),
    "frame": (partial(_skin, (88, 143, 205), (10, 15, 20), 0.5, 0.16), 0.8, 0.46),
}  # fmt: skip
_LOWEST = 41  # MIDI F2, the lowest note of a kettledrum here


def _kettle(tonic: int) -> Tone:
    """A kettledrum, tuned to the key; `tonic` is a pitch class."""
    base = hertz(_LOWEST + (tonic - _LOWEST) % 12)
    return _skin((base, 1.5 * base, 2 * base), (4, 6, 8), 0.03, 0.05)


def drum(name: str, tonic: int) -> tuple[Tone, float, float]:
    """A drum's hit (1, frames), its level and its place; kettledrums are tuned to `tonic`."""
    if name == "timpani":
        return _hit(_kettle(tonic)), 0.8, 0.54
    make, level, place = _DRUMS[name]
    return _hit(make()), level, place


def _hit(tone: Tone) -> Tone:
    return edges(tone[None].astype(np.float32), 0.002, 0.05)
