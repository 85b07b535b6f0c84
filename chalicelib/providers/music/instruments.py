"""Instruments that play single notes of any pitch and length: struck, blown and bowed.

A tone is float32 (1 or 2, frames) at 48 kHz with a peak or RMS near 1, beginning and ending in
silence. Two rows are left and right; one row is placed by the mix.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from chalicelib.providers.music.synth import RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Tone = NDArray[np.floating[Any]]

_BLOCK = 512
_TABLE = 2**17  # frames of one bowed tone, 2.7 s
_HIGHEST = 11_000.0  # Hz; partials above would only hiss
_LEAST = 0.004  # s of the shortest edge of any tone


def hertz(midi: float) -> float:
    """The frequency of a MIDI note (69 = A4 = 440 Hz)."""
    return float(440.0 * 2 ** ((midi - 69) / 12))


def ring(freqs: Tone, levels: Tone, rates: Tone, frames: int) -> Tone:
    """A sum of dying sinusoids, `rates` per second, as one matrix product.

    A damped sinusoid is geometric: z^(bB+j) = z^(bB) z^j. So the sum over partials of
    blocks b and places j within them is (blocks, partials) @ (partials, B).
    """
    z = (-np.asarray(rates) + 2j * np.pi * np.asarray(freqs)) / RATE
    starts = np.exp(np.outer(np.arange(-(-frames // _BLOCK)) * _BLOCK, z)) * levels
    inner = np.exp(np.outer(z, np.arange(_BLOCK)))
    left = np.hstack([starts.imag, starts.real]).astype(np.float32)
    right = np.vstack([inner.real, inner.imag]).astype(np.float32)
    return (left @ right).ravel()[:frames]


def edges(tone: Tone, attack: float, release: float) -> Tone:
    """Fade a tone in and out, in place; seconds."""
    frames = tone.shape[-1]
    for span, view in ((attack, tone), (release, tone[..., ::-1])):
        n = min(int(max(span, _LEAST) * RATE), frames)
        view[..., :n] *= np.sin(np.linspace(0, np.pi / 2, n, dtype=np.float32)) ** 2
    return tone


@dataclass(frozen=True)
class Struck:
    """A string, bar or bell: partials that die away.

    `slope`: how fast they weaken; `place`: where a string is plucked (0 = anywhere); `decay`:
    seconds until middle C is at 1/e; `damp`: how much sooner each higher partial dies; `stretch`:
    stiffness; `ratios`: partials of bars and bells; `knock`: the noise of the hit; `course`:
    cents between two strings; `stopped`: whether a note ends when the player lets go.
    """

    slope: float
    decay: float
    damp: float = 0.25
    place: float = 0.0
    stretch: float = 0.0
    ratios: tuple[float, ...] = ()
    attack: float = 0.003
    knock: float = 0.0
    course: float = 0.0
    stopped: bool = False

    def __call__(self, midi: int, seconds: float, bright: float) -> Tone:
        base = hertz(midi)
        n = np.arange(1, 25, dtype=float)
        ratios = np.array(self.ratios) if self.ratios else n * np.sqrt(1 + self.stretch * n * n)
        freqs = base * ratios
        heard = freqs < _HIGHEST
        freqs, n = freqs[heard], n[: len(ratios)][heard]
        levels = n ** -(self.slope * (1.35 - 0.7 * bright))
        if self.place:
            levels = levels * np.abs(np.sin(np.pi * n * self.place))
        levels = levels / (1 + (freqs / (2_200 + 7_000 * bright)) ** 2)
        decay = self.decay * (262 / base) ** 0.45
        rates = (1 + self.damp * (n - 1)) / decay
        long = min(3.6 * decay, 4.0)
        frames = int((min(long, seconds + 0.12) if self.stopped else long) * RATE)
        strings = (-0.5, 0.5) if self.course else (0.0,)
        freqs = np.concatenate([freqs * 2 ** (self.course * side / 1200) for side in strings])
        levels, rates = np.tile(levels, len(strings)), np.tile(rates, len(strings))
        tone = ring(  # at first a quick fall, then a long one
            np.concatenate([freqs, freqs]),
            np.concatenate([0.6 * levels, 0.4 * levels]),
            np.concatenate([2.2 * rates, 0.6 * rates]),
            frames,
        )
        tone /= max(float(np.max(np.abs(tone))), 1e-6)
        if self.knock:
            hit = np.array([170.0, 310.0, 520.0])
            tone += self.knock * ring(hit, np.array([0.5, 0.3, 0.2]), np.full(3, 55.0), frames)
        return edges(tone[None], self.attack, 0.1 if self.stopped else 0.4)


@dataclass(frozen=True)
class Blown:
    """One steady voice with vibrato: `levels` of its overtones, `breath` noise in it."""

    levels: tuple[float, ...]
    attack: float = 0.06
    release: float = 0.12
    vibrato: float = 9.0  # cents
    breath: float = 0.0

    def __call__(self, midi: int, seconds: float, bright: float) -> Tone:
        frames = int((seconds + self.release) * RATE)
        t = np.arange(frames) / RATE
        base = hertz(midi)
        sway = 2 ** (self.vibrato / 1200) - 1
        swing = np.clip((t - 0.25) / 0.5, 0, 1) * sway
        turn = 2 * np.pi * base * t - swing * base / 5.2 * np.cos(2 * np.pi * 5.2 * t)
        now = np.sin(turn).astype(np.float32)
        double = (2 * np.cos(turn)).astype(np.float32)
        before = np.zeros_like(now)
        tone = np.zeros_like(now)
        for n, level in enumerate(self.levels, 1):  # sin nx = 2 cos x sin (n-1)x - sin (n-2)x
            if n * base > _HIGHEST:
                break
            tone += now * np.float32(level * (0.55 + 0.9 * bright) ** (0.5 * (n - 1)))
            before, now = now, double * now - before
        if self.breath:
            noise = np.random.default_rng(midi).standard_normal(frames).astype(np.float32)
            soft = np.convolve(noise, np.hanning(18) / 9, "same")
            tone += self.breath * soft
        tone *= (0.8 + 0.2 * np.exp(-3 * t)).astype(np.float32) / np.float32(sum(self.levels))
        return edges(tone[None], min(self.attack, seconds / 2), self.release + seconds * 0.15)


@dataclass(frozen=True)
class Bowed:
    """Many players at once: each overtone a narrow band of frequencies in random phase, `spread`
    cents wide; `vowel` peaks (Hz) and `octaves` mixed in; wide in stereo."""

    slope: float
    spread: float
    attack: float
    release: float
    vowel: tuple[float, ...] = ()
    octaves: tuple[float, ...] = (1.0,)
    odd: bool = False

    def __call__(self, midi: int, seconds: float, bright: float) -> Tone:
        frames = int((seconds + self.release) * RATE)
        table = _ensemble(self, midi, round(bright, 2))
        start = (midi * 7919) % _TABLE
        whole = np.tile(table, -(-(frames + start) // _TABLE))[:, start : start + frames].copy()
        attack = min(self.attack, 0.45 * seconds)
        return edges(whole, attack, self.release + min(0.2 * seconds, 0.4))


@lru_cache(48)
def _ensemble(voice: Bowed, midi: int, bright: float) -> Tone:
    """An endless tone of many players, `_TABLE` frames, itself a loop."""
    rng = np.random.default_rng(midi)
    width = RATE / _TABLE
    spectrum = np.zeros((2, _TABLE // 2 + 1), np.complex64)
    for octave in voice.octaves:
        for n in range(1, 40, 2 if voice.odd else 1):
            tone = hertz(midi) * octave * n
            if tone > 9_000:
                break
            level = n ** -(voice.slope * (1.3 - 0.6 * bright)) / (1 + (tone / 4_000) ** 2)
            if voice.vowel:
                level *= 0.12 + sum(np.exp(-(((tone - f) / (90 + 0.12 * f)) ** 2))
                                    for f in voice.vowel)  # fmt: skip
            half = max(tone * (2 ** (voice.spread / 1200) - 1) * n**0.4, 1.5 * width)
            bins = np.arange(max(1, int((tone - 3 * half) / width)),
                             int((tone + 3 * half) / width) + 1)  # fmt: skip
            shape = np.exp(-(((bins * width - tone) / half) ** 2)) / np.sqrt(half)
            phases = np.exp(2j * np.pi * rng.random((2, len(bins))))
            spectrum[:, bins] += level * shape * phases
    table = np.fft.irfft(spectrum, _TABLE, axis=1).astype(np.float32)
    return table / np.float32(max(float(np.sqrt(np.mean(table * table))), 1e-9))


@dataclass(frozen=True)
class Instrument:
    """A sound, the parts it can take, the note its melodies lie around, its level and place."""

    sound: Callable[[int, float, float], Tone]
    parts: tuple[str, ...]
    centre: int
    level: float = 1.0
    place: float = 0.5
    strum: float = 0.0  # seconds between the notes of a chord


_LEAD, _COMP, _PAD, _BASS = "lead", "comp", "pad", "bass"
_BELL = (1, 2.0, 2.99, 4.2, 5.4, 6.8)
_BAR = (1, 3.93, 9.2)

INSTRUMENTS: dict[str, Instrument] = {
    "piano": Instrument(Struck(1.05, 1.5, 0.22, 0.12, 0.0005, attack=0.002, knock=0.05, course=1.2),
                        (_LEAD, _COMP), 72, 1.0, 0.45, 0.006),
    "felt": Instrument(Struck(1.7, 1.2, 0.35, 0.12, 0.0004, attack=0.007, knock=0.13, course=0.8),
                       (_LEAD, _COMP), 70, 1.0, 0.5, 0.01),
    "rhodes": Instrument(Struck(1.5, 1.3, 0.9, ratios=(1, 2, 3, 7.1), attack=0.004, knock=0.03,
                                course=2.5, stopped=False), (_LEAD, _COMP), 69, 0.95, 0.42, 0.008),
    "harp": Instrument(Struck(1.25, 1.1, 0.35, 0.3, attack=0.003, knock=0.02),
                       (_LEAD, _COMP), 72, 0.95, 0.6, 0.03),
    "guitar": Instrument(Struck(1.0, 0.8, 0.4, 0.18, attack=0.003, knock=0.06),
                         (_LEAD, _COMP), 64, 0.95, 0.38, 0.016),
    "lute": Instrument(Struck(0.8, 0.6, 0.35, 0.14, attack=0.002, knock=0.05, course=5),
                       (_LEAD, _COMP), 65, 0.9, 0.4, 0.02),
    "lowpiano": Instrument(Struck(1.5, 1.5, 0.3, 0.12, 0.0004, attack=0.005, course=1),
                           (_BASS,), 41, 0.9, 0.45),
    "lowlute": Instrument(Struck(1.2, 0.9, 0.4, 0.2, attack=0.004), (_BASS,), 43, 1.0),
    "dulcimer": Instrument(Struck(0.75, 0.8, 0.3, 0.11, attack=0.002, knock=0.04, course=6),
                           (_LEAD, _COMP), 69, 0.85, 0.62, 0.018),
    "koto": Instrument(Struck(0.85, 0.9, 0.35, 0.1, 0.0003, attack=0.002, knock=0.05),
                       (_LEAD, _COMP), 67, 0.9, 0.45, 0.03),
    "pizzicato": Instrument(Struck(1.2, 0.32, 0.3, 0.2, attack=0.004, knock=0.05),
                            (_COMP,), 60, 1.0, 0.58),
    "pluck": Instrument(Struck(0.9, 0.3, 0.5, attack=0.003, course=9),
                        (_LEAD, _COMP), 67, 0.8, 0.6),
    "musicbox": Instrument(Struck(1.6, 0.9, 0.9, ratios=(1, 3.0, 6.3), attack=0.002, knock=0.02),
                           (_LEAD, _COMP), 84, 0.75, 0.55, 0.02),
    "celesta": Instrument(Struck(1.9, 0.8, 1.0, ratios=(1, 4.0, 8.1), attack=0.003),
                          (_LEAD,), 84, 0.8, 0.55),
    "kalimba": Instrument(Struck(1.8, 0.6, 1.4, ratios=(1, 5.4, 9.8), attack=0.003, knock=0.08),
                          (_LEAD, _COMP), 74, 0.9, 0.45),
    "marimba": Instrument(Struck(1.7, 0.4, 1.2, ratios=_BAR, attack=0.003, knock=0.1),
                          (_LEAD, _COMP), 67, 1.0, 0.55),
    "vibes": Instrument(Struck(1.9, 1.6, 0.9, ratios=_BAR, attack=0.004, course=2),
                        (_LEAD,), 72, 0.85, 0.56),
    "bells": Instrument(Struck(1.2, 2.0, 0.45, ratios=_BELL, attack=0.006, course=1.5),
                        (_LEAD, _COMP), 79, 0.6, 0.6, 0.05),
    "glass": Instrument(Blown((1, 0.22, 0.08, 0.16), 0.25, 0.9, 5),
                        (_LEAD, _COMP), 76, 0.7, 0.42),
    "flute": Instrument(Blown((1, 0.42, 0.16, 0.05), 0.07, 0.14, 12, 0.05),
                        (_LEAD,), 77, 0.85, 0.56),
    "recorder": Instrument(Blown((1, 0.12, 0.24, 0.03, 0.05), 0.035, 0.1, 6, 0.03),
                           (_LEAD,), 76, 0.8, 0.55),
    "clarinet": Instrument(Blown((1, 0.06, 0.55, 0.05, 0.28, 0.03, 0.12), 0.05, 0.1, 5, 0.012),
                           (_LEAD,), 67, 0.8, 0.57),
    "oboe": Instrument(Blown((0.6, 0.9, 1, 0.5, 0.3, 0.16, 0.1, 0.05), 0.05, 0.1, 10, 0.01),
                       (_LEAD,), 72, 0.65, 0.45),
    "violin": Instrument(Blown((1, 0.62, 0.5, 0.36, 0.3, 0.2, 0.13, 0.09, 0.06), 0.1, 0.16, 14,
                               0.012), (_LEAD,), 74, 0.75, 0.4),
    "cello": Instrument(Blown((1, 0.7, 0.55, 0.4, 0.22, 0.14, 0.09, 0.05), 0.11, 0.2, 11, 0.01),
                        (_LEAD, _BASS), 57, 0.85, 0.55),
    "horn": Instrument(Blown((1, 0.75, 0.45, 0.2, 0.09, 0.04), 0.1, 0.18, 5, 0.006),
                       (_LEAD,), 60, 0.85, 0.44),
    "lead": Instrument(Blown((1, 0.5, 0.34, 0.25, 0.2, 0.15, 0.1), 0.02, 0.16, 8),
                       (_LEAD, _COMP), 70, 0.6, 0.45),
    "strings": Instrument(Bowed(1.15, 14, 0.5, 0.7), (_PAD,), 67, 1.0),
    "choir": Instrument(Bowed(0.9, 18, 0.55, 0.9, (480, 850, 2_600)), (_PAD, _LEAD), 67, 1.0),
    "warm": Instrument(Bowed(1.7, 20, 0.9, 1.4, octaves=(1.0, 0.5)), (_PAD,), 64, 1.0),
    "organ": Instrument(Bowed(1.0, 2.5, 0.05, 0.25, octaves=(1.0, 2.0), odd=True),
                        (_PAD, _LEAD, _COMP), 67, 0.8),
    "drone": Instrument(Bowed(0.85, 4, 0.7, 0.9, octaves=(1.0, 0.5)), (_PAD,), 55, 0.6),
    "upright": Instrument(Struck(1.5, 0.55, 0.6, 0.25, attack=0.006, knock=0.1, stopped=True),
                          (_BASS,), 40),
    "electric": Instrument(Struck(1.8, 0.7, 0.5, attack=0.008, stopped=True), (_BASS,), 38),
    "synthbass": Instrument(Struck(1.0, 0.5, 0.7, attack=0.005, course=6, stopped=True),
                            (_BASS,), 36, 0.9),
    "sub": Instrument(Blown((1, 0.25, 0.06), 0.3, 0.5, 0), (_BASS,), 36, 0.9),
    "basses": Instrument(Bowed(1.2, 9, 0.4, 0.6), (_BASS,), 38, 0.9),
}  # fmt: skip
