"""A piece: its form, and what every part plays in each section."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from chalicelib.providers.music import melody
from chalicelib.providers.music.ending import close
from chalicelib.providers.music.harmony import Chord, pick, progression, voicing
from chalicelib.providers.music.instruments import INSTRUMENTS
from chalicelib.providers.music.notes import Drums, Note, Part
from chalicelib.providers.music.styles import store

if TYPE_CHECKING:
    from chalicelib.providers.music.brief import Brief

_ENDING = 3.0  # s; at least this long the last chord may ring
_LEVELS = {"lead": 1.0, "second": 0.42, "comp": 0.62, "pad": 0.5, "bass": 0.62}
_BASS_FLOOR = 33  # MIDI A1


@dataclass(frozen=True)
class Section:
    """Bars with one purpose. `energy` 0 … 1 says how loud, `plays` who."""

    name: str
    start: int
    bars: int
    energy: float
    plays: frozenset[str]


@dataclass
class Piece:
    """All notes of a piece, the bar after its last, and where its sections begin."""

    parts: dict[str, Part]
    drums: Drums
    bars: int
    sections: list[Section]

    def write(self, role: str, notes: list[Note], energy: float) -> None:
        """Give notes to a part, as loud as the section is."""
        self.parts[role].notes += [
            replace(note, loud=note.loud * (0.45 + 0.55 * energy)) for note in notes
        ]


_ALL = frozenset({"lead", "second", "comp", "pad", "bass", "drums"})
_BODY = (  # after the intro, for as long as there is room; it begins again at B
    ("A", 0.72, _ALL - {"second", "drums"}),
    ("A'", 0.8, _ALL - {"second"}),
    ("B", 0.92, _ALL),
    ("A", 0.82, _ALL - {"second"}),
    ("C", 0.62, _ALL - {"drums", "bass"}),
    ("A'", 0.9, _ALL),
)


def form(brief: Brief, seconds: float) -> list[Section]:
    """Intro, A, A', B, A, C … and an outro: as many whole bars as `seconds` hold, the last chord
    included, which rings on."""
    bars = max(1, int((seconds - _ENDING) / brief.bar))
    size = 8 if brief.bar > 2.1 else 16
    if bars < size + 2:
        return [Section("A", 0, bars, 0.75, _ALL - {"second"})]
    intro, outro = size // 2, size // 2
    while intro + outro + size > bars:
        intro, outro = max(1, intro // 2), max(1, outro // 2)
    body = bars - intro - outro
    count = max(1, round(body / size))
    sizes = [size] * count
    sizes[-1] += body - size * count  # the last section takes what does not divide
    opens = frozenset({"comp", "pad"} if brief.pad else {"comp", "bass"})
    sections = [Section("intro", 0, intro, 0.75, opens)]
    at = intro
    for n, length in enumerate(sizes):
        name, energy, plays = _BODY[n] if n < len(_BODY) else _BODY[2 + (n - 2) % 4]
        if n == count - 1 and count > 2:
            name, plays = "A'", _ALL - {"second"}
        sections.append(Section(name, at, length, energy, plays))
        at += length
    sections.append(Section("outro", at, outro, 0.6, _ALL - {"second", "drums"}))
    return sections


def compose(brief: Brief, seconds: float, rng: np.random.Generator) -> Piece:
    """Every part's notes."""
    sections = form(brief, seconds)
    last = sections[-1]
    piece = Piece(_parts(brief, rng), Drums(0.42 * brief.drums), last.start + last.bars, sections)
    lines = {"A": pick(rng, brief.style.chords)}
    lines["B"] = pick(rng, brief.style.chords, lines["A"])
    lines["C"] = pick(rng, brief.style.chords, lines["B"])
    themes = {
        letter: _Theme(melody.motif(brief, rng), melody.motif(brief, rng), int(rng.integers(2**32)))
        for letter in "ABC"
    }
    figures = [str(rng.choice(brief.style.figures)) for _ in range(2)]
    bass_line = str(rng.choice(brief.style.basses))
    before: tuple[int, ...] = ()
    for section in sections:
        letter = section.name[0] if section.name[0] in lines else "A"
        ending = "closed" if section.name in ("A'", "outro") else "open"
        chords = progression(brief, lines[letter], section.bars, ending=ending)
        _sing(piece, brief, section, chords, themes[letter], rng)
        before = _accompany(piece, brief, section, chords, figures[letter == "B"], before, rng)
        _lay(piece, brief, section, chords, bass_line, rng)
    close(brief, piece.parts, piece.bars * brief.beats, seconds, _BASS_FLOOR)
    return piece


@dataclass(frozen=True)
class _Theme:
    """A section's two motifs, and the seed that makes them the same melody every time."""

    first: melody.Motif
    reply: melody.Motif
    seed: int


def _parts(brief: Brief, rng: np.random.Generator) -> dict[str, Part]:
    """Who plays; the number is how much of a part the room answers."""
    others = [name for name in brief.style.lead if name != brief.lead]
    chosen = (
        ("lead", brief.lead, 0.8),
        ("second", str(rng.choice(others)), 1.0),
        ("comp", brief.comp, 0.7),
        ("pad", brief.pad, 0.8),
        ("bass", brief.bass, 0.15),
    )
    return {
        role: Part(name, _LEVELS[role] * INSTRUMENTS[name].level, brief.style.room * room)
        for role, name, room in chosen
        if name
    }


def _sing(
    piece: Piece, brief: Brief, section: Section, chords: list[Chord], theme: _Theme,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """The melody of a section, and a second voice under it; an outro only remembers its start."""
    if "lead" not in section.plays:
        return
    lift = {"B": 2, "C": -1}.get(section.name[0], 0)
    middle = _middle(brief, INSTRUMENTS[brief.lead].centre) + lift
    told = chords[:2] if section.name == "outro" else chords
    same = np.random.default_rng(theme.seed)
    tune = melody.section(brief, told, theme.first, theme.reply, middle, same)
    if section.name == "A'":
        tune = melody.varied(tune, chords, brief, rng)
    piece.write("lead", _from(section.start, tune, brief), section.energy)
    if "second" in section.plays:
        low = melody.second(tune, chords, brief)
        piece.write("second", _from(section.start, low, brief), section.energy)


def _accompany(
    piece: Piece, brief: Brief, section: Section, chords: list[Chord], figure: str,
    before: tuple[int, ...], rng: np.random.Generator,
) -> tuple[int, ...]:  # fmt: skip
    """Broken chords and held ones, each voiced near the one before; answers the last."""
    for bar, chord in enumerate(chords, section.start):
        before = voicing(chord, before)
        piece.write("comp", _figure(brief, figure, before, bar, rng), section.energy)
        if brief.pad:
            held = _pad(brief, piece.parts["pad"].instrument, before, bar)
            piece.write("pad", held, 0.5 + 0.5 * section.energy)
    return before


def _lay(
    piece: Piece, brief: Brief, section: Section, chords: list[Chord], line: str,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """Bass and drums."""
    for bar, (chord, after) in enumerate(zip(chords, [*chords[1:], chords[0]], strict=True)):
        whole = section.start + bar
        if "bass" in section.plays and brief.bass:
            piece.write("bass", _bass(brief, line, chord, after, whole, rng), section.energy)
        if "drums" in section.plays and brief.drums:
            _hit(brief, piece.drums, whole, section.energy, last=bar == section.bars - 1)


def _middle(brief: Brief, centre: int) -> int:
    """The scale step next to a MIDI note."""
    return min(range(-21, 22), key=lambda step: abs(brief.key.note(step) - centre))


def _from(bar: int, notes: list[Note], brief: Brief) -> list[Note]:
    """Notes counted from a section's beginning, counted from the piece's."""
    return [replace(note, start=note.start + bar * brief.beats) for note in notes]


def _figure(
    brief: Brief, name: str, voiced: tuple[int, ...], bar: int, rng: np.random.Generator
) -> list[Note]:
    """An accompaniment's bar: each sign of the figure sounds until the next."""
    figures = store().figures[brief.metre]
    signs = figures.get(name, figures["broken"]).split()
    step = brief.beats / len(signs)
    sounding = [n for n, sign in enumerate(signs) if sign != "-"]
    notes = []
    for n, place in enumerate(sounding):
        until = sounding[n + 1] if n + 1 < len(sounding) else len(signs)
        chosen = voiced if signs[place] == "c" else (_voice(voiced, int(signs[place])),)
        loud = (0.8 if place == 0 else 0.62) + float(rng.normal(0, 0.04))
        start = bar * brief.beats + place * step
        notes += [Note(start, (until - place) * step, midi, loud) for midi in chosen]
    return notes


def _voice(voiced: tuple[int, ...], index: int) -> int:
    return voiced[index % len(voiced)] + 12 * (index // len(voiced))


def _pad(brief: Brief, instrument: str, voiced: tuple[int, ...], bar: int) -> list[Note]:
    """The chord held for its bar; a drone holds tonic and fifth whatever the chord."""
    if instrument == "drone":
        tonic = brief.key.note(-7)
        voiced = (tonic, tonic + 7)
    return [Note(bar * brief.beats, brief.beats * 1.04, midi, 0.7) for midi in voiced]


def _bass(
    brief: Brief, name: str, chord: Chord, after: Chord, bar: int, rng: np.random.Generator
) -> list[Note]:
    basses = store().basses[brief.metre]
    signs = basses.get(name, basses["long"]).split()
    step = brief.beats / len(signs)
    root, goal = chord.low(_BASS_FLOOR), after.low(_BASS_FLOOR)
    fifth = root + (chord.classes[2] - root) % 12
    now, notes = root, []
    sounding = [n for n, sign in enumerate(signs) if sign != "-"]
    for n, place in enumerate(sounding):
        until = sounding[n + 1] if n + 1 < len(sounding) else len(signs)
        if signs[place] == "w":
            left = len(sounding) - n
            now = _walk(chord, now, goal, left, rng)
        else:
            now = {"1": root, "5": fifth, "8": root + 12}[signs[place]]
        loud = (0.85 if place == 0 else 0.7) + float(rng.normal(0, 0.03))
        notes.append(Note(bar * brief.beats + place * step, (until - place) * step, now, loud))
    return notes


def _walk(chord: Chord, now: int, goal: int, left: int, rng: np.random.Generator) -> int:
    """The next note of a walk that reaches `goal` after `left` steps: of the scale, at last from
    a half or whole step away."""
    if left == 1:
        return goal + int(rng.choice([-1, 1, -2]))
    scale = {chord.note(step) % 12 for step in range(7)}
    way = np.sign(goal - now) or int(rng.choice([-1, 1]))
    reach = rng.permutation([1, 2, 3, 4])
    return next(
        (now + int(way) * int(n) for n in reach if (now + int(way) * int(n)) % 12 in scale), goal
    )


def _hit(brief: Brief, drums: Drums, bar: int, energy: float, *, last: bool) -> None:
    kit = store().kits.get(brief.style.kit or "brush", {})
    grid = kit.get(brief.metre) or store().kits["brush"][brief.metre]
    for name, line in grid.items():
        hits = drums.hits.setdefault(name, [])
        for place, sign in enumerate(line):
            if sign == "." or (last and name == "kick" and place):
                continue
            start = (bar + place / len(line)) * brief.beats
            hits.append((start, int(sign) / 9 * (0.6 + 0.4 * energy)))
