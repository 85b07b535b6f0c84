"""Instruments that fill endless loops: pad, bass, pluck, bell, wind, and the room they share.

A loop is float32 (2, frames); whatever rings over its end sounds on at its beginning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Loop = NDArray[np.floating[Any]]

RATE = 48_000
_TABLE = 2**19  # frames of one pad chord, about 11 s


def pad(hertz: list[float], bright: float, rng: np.random.Generator) -> Loop:
    """A chord that swells and shimmers, `_TABLE` frames, itself a loop.

    Each overtone is a narrow band of frequencies in random phase instead of a line, wider the
    higher it is: many detuned players at once.
    """
    out = np.empty((2, _TABLE), np.float32)
    width_hz = RATE / _TABLE
    for side in range(2):
        spectrum = np.zeros(_TABLE // 2 + 1, np.complex128)
        for base in hertz:
            for overtone in range(1, 9):
                tone = base * overtone
                if tone > 7_000:
                    break
                level = overtone ** (-2.6 + 1.5 * bright) / (1 + (tone / 2_600) ** 2)
                spread = max(tone * 0.0032 * (1 + 0.35 * overtone), 2 * width_hz)
                low, high = int((tone - 3 * spread) / width_hz), int((tone + 3 * spread) / width_hz)
                bins = np.arange(max(low, 1), high + 1)
                shape = np.exp(-(((bins * width_hz - tone) / spread) ** 2))
                phase = np.exp(2j * np.pi * rng.random(len(bins)))
                spectrum[bins] += level * shape * phase / np.sqrt(spread * base / 200)
        out[side] = np.fft.irfft(spectrum, _TABLE)
    return out / np.float32(max(float(np.sqrt(np.mean(out * out))), 1e-9))


def hold(loop: Loop, chord: Loop, start: int, length: int, fade: int) -> None:
    """Let a pad chord sound from `start` for `length` frames, crossfading with its neighbours."""
    total = length + fade
    t = np.arange(total, dtype=np.float32)
    rise, fall = np.clip(t / fade, 0, 1), np.clip((total - t) / fade, 0, 1)
    envelope = np.sin(np.pi / 2 * np.minimum(rise, fall)).astype(np.float32)
    repeats = -(-total // chord.shape[1])
    _add(loop, np.tile(chord, repeats)[:, :total] * envelope, start)


def bass(hertz: float, frames: int) -> Loop:
    """A round low note that breathes in and dies away."""
    t = np.arange(frames, dtype=np.float32) / RATE
    turn = 2 * np.pi * np.float32(hertz) * t
    envelope = np.clip(t / 0.25, 0, 1) * np.exp(-t * 0.28) * np.clip((t[-1] - t) / 0.4, 0, 1)
    tone = (np.sin(turn) + 0.35 * np.sin(2 * turn) + 0.12 * np.sin(3 * turn)) * envelope
    return np.stack([tone, tone]).astype(np.float32)


def pluck(hertz: float, bright: float) -> NDArray[np.float32]:
    """A soft mallet, one channel, 2.4 s."""
    t = np.arange(int(2.4 * RATE), dtype=np.float32) / RATE
    turn = 2 * np.pi * np.float32(hertz) * t
    bite = (0.5 + 1.4 * bright) * np.exp(-t * 9)
    tone = np.sin(turn + bite * np.sin(2 * turn)) + 0.16 * np.sin(4 * turn) * np.exp(-t * 14)
    envelope = np.clip(t / 0.006, 0, 1) * np.exp(-t * (1.9 + hertz / 700)) * (1 - t / 2.4)
    return np.asarray(tone * envelope, np.float32)


def bell(hertz: float) -> NDArray[np.float32]:
    """A glassy far-away tone, one channel, 5 s."""
    t = np.arange(5 * RATE, dtype=np.float32) / RATE
    tone = np.zeros_like(t)
    for ratio, level, decay in ((1, 1, 0.9), (2.01, 0.4, 1.5), (3.98, 0.16, 2.6), (5.4, 0.07, 4)):
        tone += level * np.sin(2 * np.pi * np.float32(hertz * ratio) * t) * np.exp(-t * decay)
    return np.asarray(tone * np.clip(t / 0.02, 0, 1) * (1 - t / 5), np.float32)


def strike(loop: Loop, note: NDArray[np.float32], start: int, level: float, place: float) -> None:
    """Play a one-channel note at `place` between left (0) and right (1)."""
    angle = np.pi / 2 * place
    _add(loop, note * np.array([[np.cos(angle)], [np.sin(angle)]], np.float32) * level, start)


def wind(frames: int, rng: np.random.Generator) -> Loop:
    """Air: noise that is darker the softer it is, swelling a few times per loop."""
    hertz = np.fft.rfftfreq(frames, 1 / RATE)
    shape = 1 / (1 + (hertz / 420) ** 1.6) * (hertz > 60)
    out = np.empty((2, frames), np.float32)
    for side in range(2):
        phase = np.exp(2j * np.pi * rng.random(len(hertz)))
        out[side] = np.fft.irfft(shape * phase, frames)
    swell = 0.6 + 0.4 * np.sin(2 * np.pi * (3 * np.arange(frames) / frames + rng.random()))
    return out / np.float32(np.sqrt(np.mean(out * out))) * swell.astype(np.float32)


def room(loop: Loop, seconds: float, wet: float, rng: np.random.Generator) -> Loop:
    """The loop in a large soft room: convolution around the loop, so that its end rings on into
    its beginning."""
    frames = loop.shape[1]
    length = min(int(seconds * RATE), frames)
    t = np.arange(length) / RATE
    out = np.empty_like(loop)
    dark = wet / (1 + (np.fft.rfftfreq(frames, 1 / RATE) / 2_800) ** 2)
    for side in range(2):
        echo = rng.standard_normal(length) * np.exp(-t * 6.9 / seconds) * np.clip(t / 0.03, 0, 1)
        spectrum = np.fft.rfft(echo / np.sqrt(np.sum(echo * echo)), frames) * dark
        out[side] = loop[side] + np.fft.irfft(np.fft.rfft(loop[side]) * spectrum, frames)
    return out


def _add(loop: Loop, sound: Loop, start: int) -> None:
    """Add a sound to a loop, around its end."""
    frames = loop.shape[1]
    at = start % frames
    while sound.shape[1]:
        part = min(sound.shape[1], frames - at)
        loop[:, at : at + part] += sound[:, :part]
        sound, at = sound[:, part:], 0
