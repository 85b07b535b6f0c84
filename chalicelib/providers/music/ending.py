"""How a piece ends: home, spread upwards and held, still sounding when the next piece comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chalicelib.providers.music.harmony import Chord, voicing
from chalicelib.providers.music.instruments import INSTRUMENTS
from chalicelib.providers.music.notes import Note

if TYPE_CHECKING:
    from chalicelib.providers.music.brief import Brief
    from chalicelib.providers.music.notes import Part

_OVER = 2.0  # s that held notes reach over the end, so that none lets go before it
_LAST = 0.8  # s before the end: nothing is struck later
_STRIKE = 0.4  # s from one note of the spread chord to the next, about
_TOP = 5  # voices that the chord climbs before it sinks back
_LOUD = 0.5


def close(brief: Brief, parts: dict[str, Part], start: float, seconds: float, floor: int) -> None:
    """The home chord from beat `start` to the end of a piece of so many seconds: pad and melody
    hold it, the accompaniment spreads it, the bass (at or above MIDI `floor`) renews its root."""
    home = Chord(brief.key, 0)
    voiced = voicing(home, ())
    until = (seconds + _OVER) * brief.tempo / 60
    last = max(start, (seconds - _LAST) * brief.tempo / 60)

    def held(role: str, at: float, midi: int, loud: float = _LOUD) -> None:
        if role in parts:
            parts[role].notes.append(Note(at, until - at, midi, loud))

    held("lead", start, _near(brief.key.note(0), INSTRUMENTS[brief.lead].centre))
    for midi in voiced:
        held("pad", start, midi)
    for n, at in enumerate(np.arange(start, last + 1e-6, _step(brief))):
        up = _TOP - abs(n % (2 * _TOP) - _TOP)
        octave, voice = divmod(up, len(voiced))
        held("comp", float(at), voiced[voice] + 12 * octave, _LOUD + 0.1 * (n == 0))
    for at in np.arange(start, max(last - brief.beats / 2, start) + 1e-6, brief.beats):
        held("bass", float(at), home.low(floor))


def _step(brief: Brief) -> float:
    """Beats from one note of the spread chord to the next."""
    beats = (1 / 3, 2 / 3, 1.0) if brief.metre == 6 else (0.5, 1.0, 2.0)
    return min(beats, key=lambda step: abs(step * 60 / brief.tempo - _STRIKE))


def _near(tonic: int, centre: int) -> int:
    return tonic + 12 * round((centre - tonic) / 12)
