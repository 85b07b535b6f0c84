"""Chords: which ones follow each other in a section, and how they are voiced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.providers.music.theory import Key

if TYPE_CHECKING:
    import numpy as np

    from chalicelib.providers.music.brief import Brief

_LOWEST, _CENTRE = 52, 61  # MIDI: where the accompaniment lies


@dataclass(frozen=True)
class Chord:
    """A chord on a scale degree (0 = tonic) of a key; `raised` lifts the key's seventh step, as
    the dominant in minor does; `size` 3 or 4 different notes."""

    key: Key
    degree: int
    size: int = 3
    raised: bool = False

    @property
    def steps(self) -> tuple[int, ...]:
        """Its notes as scale steps 0 … 6."""
        return tuple((self.degree + 2 * n) % 7 for n in range(self.size))

    def note(self, step: int) -> int:
        """MIDI note of a scale step while this chord sounds."""
        return self.key.note(step) + (self.raised and step % 7 == 6)

    @property
    def classes(self) -> tuple[int, ...]:
        """Its notes as pitch classes, the root first."""
        return tuple(self.note(step) % 12 for step in self.steps)

    def low(self, floor: int) -> int:
        """Its root, the lowest at or above a MIDI note."""
        return floor + (self.classes[0] - floor) % 12


def progression(brief: Brief, line: str, bars: int, *, ending: str) -> list[Chord]:
    """One chord per bar from degrees in `line` ("1 6 4 5"), ending "open" (on the way home),
    "closed" (home), or as the line says."""
    degrees = [int(digit) - 1 for digit in line.split()]
    told = [degrees[bar // brief.style.pace % len(degrees)] for bar in range(bars)]
    if ending == "closed":
        told[-1] = 0
        if bars > 2 and told[-2] == 0:
            told[-2] = _home(brief.key)
    elif ending == "open" and bars > 2 and told[-1] == 0:
        told[-1] = _home(brief.key)
    size = 4 if brief.style.sevenths else 3
    return [_chord(brief.key, degree, size) for degree in told]


def _home(key: Key) -> int:
    """The degree that leads to the tonic: the dominant, or the step below in modal keys."""
    return 6 if key.scale in ("dorian", "mixolydian") else 4


def _chord(key: Key, degree: int, size: int) -> Chord:
    return Chord(key, degree, size, raised=key.scale == "minor" and degree == 4)


def voicing(chord: Chord, before: tuple[int, ...]) -> tuple[int, ...]:
    """The chord's inversion near middle C that moves least from the one before."""
    classes = chord.classes[1:] if chord.size > 3 else chord.classes  # the bass has the root
    inversions = []
    for low in range(_LOWEST, _LOWEST + 12):
        if low % 12 in classes:
            inversions.append(tuple(sorted(low + (each - low) % 12 for each in classes)))
    if before:
        return min(
            inversions,
            key=lambda v: sum(abs(a - b) for a, b in zip(v, before, strict=False)),
        )
    return min(inversions, key=lambda v: abs(sum(v) / len(v) - _CENTRE))


def pick(rng: np.random.Generator, lines: tuple[str, ...], without: str = "") -> str:
    """One of the progressions, another than `without` where there is one."""
    left = [line for line in lines if line != without] or list(lines)
    return str(left[int(rng.integers(len(left)))])
