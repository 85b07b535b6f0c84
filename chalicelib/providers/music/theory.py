"""Moods as music: scale, tempo, chords, and which instruments play."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

NAMES = ("C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
SCALES = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
}


@dataclass(frozen=True)
class Mood:
    """How a mood sounds. `chords` are scale degrees (0 = tonic); both halves end alike, so that
    either may follow the other. `bright` 0 … 1 opens the sound; the rest are levels 0 … 1."""

    scale: str
    tempo: tuple[float, float]
    chords: tuple[tuple[int, ...], ...]
    bright: float
    pluck: float
    bell: float
    bass: float
    wind: float
    steps: int = 2  # notes of the arpeggio per beat


MOODS: dict[str, Mood] = {
    "default": Mood("major", (66, 74), ((0, 4, 5, 3), (0, 2, 5, 3)), 0.5, 0.6, 0.35, 0.6, 0.35),
    "calm": Mood(
        "major", (56, 64), ((0, 3, 5, 4), (0, 2, 3, 4)), 0.35, 0.4, 0.35, 0.5, 0.6, steps=1
    ),
    "hopeful": Mood("major", (72, 80), ((0, 4, 5, 3), (5, 3, 0, 3)), 0.65, 0.75, 0.4, 0.7, 0.25),
    "curious": Mood("dorian", (76, 86), ((0, 3, 0, 3), (0, 6, 2, 3)), 0.5, 0.9, 0.5, 0.5, 0.15),
    "serious": Mood("minor", (58, 66), ((0, 5, 2, 6), (0, 3, 5, 6)), 0.3, 0.35, 0.25, 0.9, 0.5),
    "dreamy": Mood("lydian", (60, 68), ((0, 1, 0, 4), (5, 1, 0, 4)), 0.6, 0.5, 0.9, 0.4, 0.45),
    "dark": Mood("minor", (52, 60), ((0, 5, 0, 3), (0, 1, 5, 3)), 0.2, 0.2, 0.3, 1.0, 0.8, steps=1),
    "bright": Mood("mixolydian", (84, 94), ((0, 6, 3, 0), (0, 3, 6, 0)), 0.8, 1.0, 0.4, 0.6, 0.1),
}


@dataclass(frozen=True)
class Key:
    """A tonic (0 = C) in a scale."""

    tonic: int
    scale: str

    @property
    def title(self) -> str:
        return f"{NAMES[self.tonic]} {self.scale}"

    def pitch(self, degree: int, octave: int) -> float:
        """Hertz of a scale degree; degrees run on beyond the octave."""
        steps = SCALES[self.scale]
        note = 12 * (octave + degree // 7) + self.tonic + steps[degree % 7]
        return float(440.0 * 2 ** ((note - 57) / 12))

    def note(self, degree: int) -> int:
        """MIDI note of a scale degree; 0 is the tonic at or next to middle C."""
        low = 60 + self.tonic - (12 if self.tonic > 6 else 0)
        return low + 12 * (degree // 7) + SCALES[self.scale][degree % 7]


def choose_key(mood: Mood, rng: np.random.Generator) -> Key:
    """A key whose tonic lies well for the pads."""
    return Key(int(rng.choice([0, 2, 3, 4, 5, 7, 9, 10])), mood.scale)
