"""Melodies: a motif, said again higher or lower, answered, varied, and brought home."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from chalicelib.providers.music.notes import Note

if TYPE_CHECKING:
    from chalicelib.providers.music.brief import Brief
    from chalicelib.providers.music.harmony import Chord

_CELLS = {
    3: "4 2|2 2 2|3 1 2|6|2 1 1 2|2 4|-2 2 2|1 1 2 2|4 1 1|-2 4",
    4: "4 4|2 2 4|3 1 4|6 2|8|2 1 1 4|3 3 2|2 2 2 2|-2 2 4|-4 4|4 2 2|-2 2 2 2|1 1 2 4|3 1 2 2",
    6: "3 3|2 1 3|2 1 2 1|1 1 1 3|6|3 2 1|3 1 1 1|-3 3|5 1",
}
"""Rhythms of a bar in eighths, by metre; a negative length is a rest."""

_MOVES = {-4: 0.02, -3: 0.05, -2: 0.13, -1: 0.3, 0: 0.06, 1: 0.27, 2: 0.11, 3: 0.04, 4: 0.02}
_REACH = 6  # scale steps a melody may leave its middle


@dataclass(frozen=True)
class Motif:
    """Two bars of rhythm (start and length in bars from its beginning) and the shape over them in
    scale steps from the first note."""

    times: tuple[tuple[float, float], ...]
    shape: tuple[int, ...]


def motif(brief: Brief, rng: np.random.Generator) -> Motif:
    """A new motif, as busy as the brief asks for."""
    cells = [tuple(map(int, cell.split())) for cell in _CELLS[brief.metre].split("|")]
    wanted = brief.lively * brief.bar
    counts = np.array([sum(length > 0 for length in cell) for cell in cells])
    weights = np.exp(-((counts - wanted) ** 2) / 1.2)
    times: list[tuple[float, float]] = []
    for bar in range(2):
        cell = cells[int(rng.choice(len(cells), p=weights / weights.sum()))]
        total, now = sum(map(abs, cell)), 0
        for length in cell:
            if length > 0:
                times.append((bar + now / total, length / total))
            now += abs(length)
    shape, at = [0], 0
    moves, odds = np.array(list(_MOVES)), np.array(list(_MOVES.values()))
    for _ in times[1:]:
        pull = np.exp(-np.abs(at + moves) / 4) * odds  # not too far from where it began
        at += int(rng.choice(moves, p=pull / pull.sum()))
        shape.append(at)
    return Motif(tuple(times), tuple(shape))


def section(
    brief: Brief, chords: list[Chord], theme: Motif, reply: Motif, middle: int,
    rng: np.random.Generator,
) -> list[Note]:  # fmt: skip
    """A melody over the bars of a section: phrases of four bars, theme then reply; `middle` is the
    scale step it lies around."""
    notes: list[Note] = []
    lift = rng.permutation([0, 2, 3, -2])
    bars = len(chords)
    for bar in range(0, bars, 2):
        phrase, closing = bar // 4, bar + 2 >= bars
        said = theme if bar % 4 == 0 else reply
        arc = int(lift[phrase % 4])
        notes += _statement(
            brief, chords, said, bar, middle + arc, rng,
            cadence=bar % 4 == 2, home=closing,
        )  # fmt: skip
    return notes


def _statement(
    brief: Brief, chords: list[Chord], said: Motif, bar: int, middle: int,
    rng: np.random.Generator, *, cadence: bool, home: bool,
) -> list[Note]:  # fmt: skip
    """A motif from `bar` on: it begins on a chord's note, strong beats stay in the chord; a
    cadence ends it on one long note."""
    first = _nearest(middle, chords[bar].steps)
    allowed = tuple(map(int, brief.style.steps.split()))
    notes: list[Note] = []
    times = [time for time in said.times if not (cadence and time[0] >= 1.5)]
    for n, (at, length) in enumerate(times):
        here = min(bar + int(at), len(chords) - 1)
        if bar + at >= len(chords):
            break
        step = first + said.shape[n]
        step = middle + _folded(step - middle)
        last = n == len(times) - 1
        strong = at % 1 in (0.0, 0.5) or length >= 0.5
        if last and home:
            step = _nearest(step, (chords[here].degree % 7, chords[here].steps[1]))
        elif strong or (last and cadence):
            step = _nearest(step, chords[here].steps)
        elif step % 7 not in allowed:
            step = _nearest(step, allowed)
        if len(notes) > 1 and {chords[here].note(step)} == {note.midi for note in notes[-2:]}:
            step = _nearest(step + int(rng.choice([-2, 2])), chords[here].steps)
        if last and cadence:
            length = max(length, 0.9 * (2 - at))
        loud = 0.72 + 0.2 * (at % 1 == 0) + 0.08 * np.sin(np.pi * at / 2) + rng.normal(0, 0.03)
        notes.append(
            Note((bar + at) * brief.beats, length * brief.beats, chords[here].note(step),
                 float(loud))
        )  # fmt: skip
    return notes


def varied(
    notes: list[Note], chords: list[Chord], brief: Brief, rng: np.random.Generator
) -> list[Note]:
    """The same melody told again: long notes get a neighbour, some notes are left out."""
    told: list[Note] = []
    for note in notes:
        chance = rng.random()
        if note.beats >= 1 and chance < 0.22:
            chord = chords[min(int(note.start / brief.beats), len(chords) - 1)]
            side = _beside(note.midi, chord, int(rng.choice([-1, 1])))
            half = note.beats / 2
            told += [
                replace(note, beats=half),
                Note(note.start + half, half / 2, side, note.loud * 0.8),
                Note(note.start + 1.5 * half, half / 2, note.midi, note.loud * 0.85),
            ]
        elif chance > 0.07:
            told.append(note)
    return told


def second(notes: list[Note], chords: list[Chord], brief: Brief) -> list[Note]:
    """A lower voice under the melody's long notes: the chord's next note below it."""
    told = []
    for note in notes:
        if note.beats < 1:
            continue
        bar = min(int(note.start / brief.beats), len(chords) - 1)
        classes = chords[bar].classes
        below = next(m for m in range(note.midi - 3, note.midi - 16, -1) if m % 12 in classes)
        told.append(replace(note, midi=below, loud=note.loud * 0.75))
    return told


def _nearest(step: int, wanted: tuple[int, ...]) -> int:
    """The scale step closest to `step` that is one of `wanted` in some octave."""
    octaves = range(step // 7 - 1, step // 7 + 2)
    found = [octave * 7 + each % 7 for each in wanted for octave in octaves]
    return min(found, key=lambda one: (abs(one - step), one))


def _folded(off: int) -> int:
    """A distance from the middle, brought back by octaves when it is too far."""
    while off > _REACH:
        off -= 7
    while off < -_REACH:
        off += 7
    return off


def _beside(midi: int, chord: Chord, way: int) -> int:
    """The next note of the key above (1) or below (-1)."""
    scale = {chord.note(step) % 12 for step in range(7)}
    return next(midi + way * n for n in range(1, 4) if (midi + way * n) % 12 in scale)
