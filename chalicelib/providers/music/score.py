"""A bed's score: loops of pads, bass, broken chords, bells and air, and how they come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from chalicelib.providers.music.synth import (
    RATE,
    bass,
    bell,
    hold,
    pad,
    pluck,
    room,
    strike,
    wind,
)
from chalicelib.providers.music.theory import Key, Mood

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Loop = NDArray[np.floating[Any]]

_CHORD = 8  # beats of a chord; four chords make a loop
_LEVEL, _PEAK = 0.1, 0.7  # RMS about -20 dBFS; peak below -3 dBFS
_FADE_IN, _FADE_OUT = 2.5, 5.0


def layers(
    mood: Mood, key: Key, chords: tuple[int, ...], beat: int, rng: np.random.Generator
) -> dict[str, Loop]:
    """One loop per layer of sound, at its level."""
    frames = len(chords) * _CHORD * beat
    plays = (
        ("pad", _pads, 0.0, 1.0),
        ("bass", _basses, 0.0, 0.55 * mood.bass),
        ("pluck", _arpeggio, 0.55, 0.5 * mood.pluck),
        ("bell", _bells, 0.9, 0.4 * mood.bell),
    )
    loops: dict[str, Loop] = {"wind": wind(frames, rng) * np.float32(0.22 * mood.wind)}
    for name, play, wet, level in plays:
        loop = np.zeros((2, frames), np.float32)
        play(loop, mood, key, chords, beat, rng)
        loop /= max(float(np.sqrt(np.mean(loop * loop))), 1e-9)
        loops[name] = (room(loop, 3.2, wet, rng) if wet else loop) * np.float32(level)
    return loops


def _pads(
    loop: Loop, mood: Mood, key: Key, chords: tuple[int, ...], beat: int, rng: np.random.Generator
) -> None:
    """Open voicings: fifth below, third and ninth above, near to each other from chord to chord."""
    for n, degree in enumerate(chords):
        inner = degree if degree < 4 else degree - 7
        degrees = [degree - 7 if degree > 3 else degree, inner + 4, inner + 7, inner + 9]
        if rng.random() < 0.5:
            degrees.append(inner + 8)
        hertz = [key.pitch(step, 3) for step in degrees]
        hold(loop, pad(hertz, mood.bright, rng), n * _CHORD * beat, _CHORD * beat, int(2.5 * beat))


def _basses(
    loop: Loop, mood: Mood, key: Key, chords: tuple[int, ...], beat: int, rng: np.random.Generator
) -> None:
    for n, degree in enumerate(chords):
        low = degree if degree < 4 else degree - 7
        note = bass(key.pitch(low, 2), _CHORD * beat)[0]
        strike(loop, note, n * _CHORD * beat, 1.0, 0.5)
        if rng.random() < 0.5:
            strike(loop, note[: 3 * beat] * 1, n * _CHORD * beat + 5 * beat, 0.3, 0.5)


def _arpeggio(
    loop: Loop, mood: Mood, key: Key, chords: tuple[int, ...], beat: int, rng: np.random.Generator
) -> None:
    """Broken chords in a pattern that is kept for all chords, with gaps and soft echoes."""
    steps = _CHORD * mood.steps
    pattern = rng.choice([0, 2, 4, 7, 9, 11], steps)
    rests = rng.random(steps) < 0.25
    accents = 0.45 + 0.55 * rng.random(steps)
    notes: dict[int, Any] = {}
    for n, degree in enumerate(chords):
        for step in range(steps):
            if rests[step] and step:
                continue
            pitch = (degree if degree < 4 else degree - 7) + int(pattern[step])
            if pitch not in notes:
                notes[pitch] = pluck(key.pitch(pitch, 4), mood.bright)
            at = n * _CHORD * beat + step * beat // mood.steps + int(rng.normal(0, 0.008) * RATE)
            place = 0.5 + 0.3 * (-1) ** step
            for echo, level in enumerate((1.0, 0.35, 0.14)):
                strike(loop, notes[pitch], at + echo * beat * 3 // 4, accents[step] * level,
                       place if echo % 2 == 0 else 1 - place)  # fmt: skip


def _bells(
    loop: Loop, mood: Mood, key: Key, chords: tuple[int, ...], beat: int, rng: np.random.Generator
) -> None:
    for n, degree in enumerate(chords):
        low = degree if degree < 4 else degree - 7
        for _ in range(int(rng.integers(1, 3))):
            pitch = key.pitch(low + int(rng.choice([4, 7, 9, 11])), 5)
            at = n * _CHORD * beat + int(rng.integers(0, 12)) * beat // 2
            strike(loop, bell(pitch), at, rng.uniform(0.4, 1.0), rng.uniform(0.15, 0.85))


def arrange(
    mood: Mood, key: Key, beat: int, frames: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Half after half; layers come and go slowly, so that long beds never just repeat."""
    needed = -(-frames // (_CHORD * beat))  # a short bed never gets to the later chords
    halves = {n: (chords[:needed], rng.spawn(1)[0]) for n, chords in enumerate(mood.chords)}
    played: dict[int, dict[str, Loop]] = {}
    out = np.zeros((frames, 2), np.float32)
    gains = {"pad": 1.0, "bass": 0.0, "pluck": 0.0, "bell": 0.4, "wind": 1.0}
    length = len(halves[0][0]) * _CHORD * beat
    ramp = np.clip(np.arange(length, dtype=np.float32) / (_CHORD * beat), 0, 1)
    for section, start in enumerate(range(0, frames, length)):
        number = int(rng.random() < 0.4) if section % 4 else 0
        if number not in played:
            chords, chance = halves[number]
            played[number] = layers(mood, key, chords, beat, chance)
        wanted = {
            "pad": 1.0,
            "bass": 1.0 if section or rng.random() < 0.7 else 0.5,
            "pluck": float(rng.choice([0.0, 0.5, 1.0], p=[0.2, 0.3, 0.5])) if section else 0.8,
            "bell": float(rng.choice([0.3, 1.0])),
            "wind": float(rng.choice([0.5, 1.0])),
        }
        part = out[start : start + length].T
        for name, loop in played[number].items():
            gain = gains[name] + (wanted[name] - gains[name]) * ramp[: part.shape[1]]
            part += loop[:, : part.shape[1]] * gain
        gains = wanted
    level = float(np.sqrt(np.mean(out * out)))
    out *= np.float32(_LEVEL / max(level, 1e-9))
    peak = float(np.max(np.abs(out)))
    if peak > _PEAK:
        out *= np.float32(_PEAK / peak)
    return out


def fade(pcm: NDArray[np.float32], seconds: float) -> None:
    """In from and out to silence, in place."""
    for span, edge in ((_FADE_IN, pcm), (_FADE_OUT, pcm[::-1])):
        frames = int(min(span, seconds / 3) * RATE)
        curve = np.sin(np.linspace(0, np.pi / 2, frames, dtype=np.float32)) ** 2
        edge[:frames] *= curve[:, None]
