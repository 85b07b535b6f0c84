"""Sounds around the music: rain, vinyl, a fire, the sea, wind, birds, a murmuring room.

A texture is float32 (2, frames), RMS 1 over the loop, and loops without a seam: noise is made in
the spectrum of the loop itself, and what rings over its end sounds on at its beginning.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from chalicelib.providers.music.synth import RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Loop = NDArray[np.floating[Any]]

_FRAMES = 2**20  # 21.8 s


def texture(name: str, rng: np.random.Generator) -> tuple[Loop, float]:
    """A loop and the level it has under music."""
    make, level = _TEXTURES[name]
    loop = make(rng)
    loop -= loop.mean(axis=1, keepdims=True)
    return loop / np.float32(max(float(np.sqrt(np.mean(loop * loop))), 1e-9)), level


def _noise(low: float, high: float, rng: np.random.Generator, tilt: float = 0.0) -> Loop:
    """Noise between two frequencies, `tilt` dB per octave; a quarter of the loop, repeated with
    its channels swapped."""
    size = _FRAMES // 4
    at = np.fft.rfftfreq(size, 1 / RATE).astype(np.float32)
    at[0] = 1
    shape = 1 / (1 + (low / at) ** 4) / (1 + (at / high) ** 4) * (at / 1_000) ** (tilt / 6.02)
    shape[0] = 0
    spectrum = shape * np.exp(2j * np.pi * rng.random((2, len(at)))).astype(np.complex64)
    quarter = np.fft.irfft(spectrum, size, axis=1).astype(np.float32)
    quarter /= np.float32(np.sqrt(np.mean(quarter * quarter)))
    return np.tile(np.concatenate([quarter, quarter[::-1]], axis=1), 2)


def _swell(cycles: int, depth: float, rng: np.random.Generator, power: float = 1.0) -> Loop:
    """A slow coming and going, whole `cycles` per loop."""
    t = np.arange(_FRAMES // 256, dtype=np.float32) / (_FRAMES // 256)
    wave = 0.5 + 0.5 * np.sin(2 * np.pi * (cycles * t + rng.random()))
    wave = wave**power * (0.85 + 0.15 * np.sin(2 * np.pi * (t * (cycles + 2) + rng.random())))
    whole = np.interp(np.arange(_FRAMES) / 256, np.arange(len(wave) + 1), [*wave, wave[0]])
    return np.asarray(1 - depth + depth * whole, np.float32)


def _scatter(
    loop: Loop, sounds: list[Loop], count: int, level: tuple[float, float],
    rng: np.random.Generator,
) -> Loop:  # fmt: skip
    """Short sounds strewn over a loop at random places, sides and levels."""
    for start, which in zip(
        rng.integers(0, _FRAMES, count), rng.integers(0, len(sounds), count), strict=True
    ):
        sound, place = sounds[which], rng.uniform(0.1, 0.9)
        loud = level[0] * (level[1] / level[0]) ** rng.random()
        where = (start + np.arange(len(sound))) % _FRAMES
        loop[0, where] += sound * np.float32(loud * np.cos(np.pi / 2 * place))
        loop[1, where] += sound * np.float32(loud * np.sin(np.pi / 2 * place))
    return loop


def _drop(freq: float, rate: float, rise: float = 0.0) -> Loop:
    """A short soft ping."""
    t = np.arange(int(5 / rate * RATE)) / RATE
    tone = np.sin(2 * np.pi * freq * t * (1 + rise * t)) * np.exp(-rate * t)
    tone *= np.clip(t / 0.0015, 0, 1) * np.clip((t[-1] - t) / 0.002, 0, 1)
    return tone.astype(np.float32)


def _pops(low: float, high: float, rng: np.random.Generator, rate: float = 500) -> list[Loop]:
    return [_drop(float(f), rate * rng.uniform(0.6, 1.6)) for f in np.geomspace(low, high, 12)]


def _rain(rng: np.random.Generator) -> Loop:
    bed = _noise(500, 6_500, rng, -2.5) * _swell(2, 0.25, rng)
    bed += 0.5 * _noise(150, 900, rng, -4)
    return _scatter(bed, _pops(900, 4_200, rng, 260), 1_500, (0.25, 2.0), rng)


def _storm(rng: np.random.Generator) -> Loop:
    rumble = _noise(40, 140, rng, -3) * _swell(1, 0.95, rng, 5)
    return _rain(rng) + 1.3 * rumble


def _vinyl(rng: np.random.Generator) -> Loop:
    bed = 0.7 * _noise(900, 7_000, rng, -1.5) + 0.3 * _noise(45, 160, rng)
    return _scatter(bed, _pops(1_200, 4_500, rng, 700), 420, (0.8, 6.0), rng)


def _fire(rng: np.random.Generator) -> Loop:
    bed = _noise(60, 420, rng, -4) * _swell(5, 0.5, rng) + 0.16 * _noise(900, 5_000, rng, -3)
    return _scatter(bed, _pops(700, 3_600, rng, 380), 330, (0.4, 5.0), rng)


def _sea(rng: np.random.Generator) -> Loop:
    wash = _noise(250, 5_000, rng, -4) * _swell(2, 0.85, rng, 1.6)
    return np.asarray(wash + 0.8 * _noise(60, 420, rng, -4) * _swell(3, 0.5, rng), np.float32)


def _wind(rng: np.random.Generator) -> Loop:
    low = _noise(120, 420, rng, -4) * _swell(2, 0.7, rng)
    return np.asarray(low + 0.4 * _noise(420, 1_100, rng, -5) * _swell(3, 0.9, rng, 2), np.float32)


def _stream(rng: np.random.Generator) -> Loop:
    bed = _noise(350, 3_800, rng, -3.5) * _swell(7, 0.2, rng)
    return _scatter(bed, [_drop(float(f), 60, 3) for f in np.geomspace(420, 1_500, 14)], 700,
                    (0.2, 1.4), rng)  # fmt: skip


def _birds(rng: np.random.Generator) -> Loop:
    bed = 0.35 * _noise(200, 2_500, rng, -5)
    songs = []
    for _ in range(5):
        parts = []
        for _ in range(int(rng.integers(2, 6))):
            t = np.arange(int(rng.uniform(0.06, 0.16) * RATE)) / RATE
            base, bend = rng.uniform(2_400, 4_300), rng.uniform(-4_000, 4_000)
            call = np.sin(2 * np.pi * (base * t + bend * t * t)) * np.sin(np.pi * t / t[-1]) ** 2
            parts += [call.astype(np.float32), np.zeros(int(rng.uniform(1_500, 4_800)))]
        songs.append(np.concatenate(parts).astype(np.float32))
    return _scatter(bed, songs, 22, (0.4, 2.4), rng)


def _crickets(rng: np.random.Generator) -> Loop:
    bed = 0.6 * _noise(150, 1_800, rng, -5)
    t = np.arange(int(0.32 * RATE)) / RATE
    chirps = [
        (
            np.sin(2 * np.pi * f * t) * np.sin(np.pi * 3 * t / 0.32) ** 2 * np.sin(np.pi * t / 0.32)
        ).astype(np.float32)
        for f in (3_900, 4_150, 4_400)
    ]
    return _scatter(bed, chirps, 46, (0.25, 1.1), rng)


def _murmur(rng: np.random.Generator) -> Loop:
    """Many voices too far away to be understood."""
    total = np.zeros((2, _FRAMES), np.float32)
    for low, high in ((160, 420), (380, 900), (800, 1_900)):
        talk = np.clip(rng.normal(0.5, 0.5, (2, 120)), 0, None)
        talk = np.concatenate([talk, talk[:, :1]], axis=1)
        at = np.arange(_FRAMES) / _FRAMES * 120
        band = _noise(low, high, rng, -4)
        for side in range(2):
            total[side] += band[side] * np.interp(at, np.arange(121), talk[side]).astype(np.float32)
    return total


def _depths(rng: np.random.Generator) -> Loop:
    bed = _noise(45, 260, rng, -5) * _swell(3, 0.5, rng)
    return _scatter(bed, [_drop(float(f), 26, 2.2) for f in np.geomspace(240, 800, 10)], 60,
                    (0.2, 1.2), rng)  # fmt: skip


_TEXTURES: dict[str, tuple[Callable[[np.random.Generator], Loop], float]] = {
    "rain": (_rain, 0.16), "storm": (_storm, 0.16), "vinyl": (_vinyl, 0.05), "fire": (_fire, 0.13),
    "sea": (_sea, 0.17), "wind": (_wind, 0.13), "stream": (_stream, 0.13), "birds": (_birds, 0.09),
    "crickets": (_crickets, 0.08), "murmur": (_murmur, 0.1), "depths": (_depths, 0.14),
}  # fmt: skip
"""How each sounds, and its level against music at RMS 1."""
