"""What a composition is made of until it sounds: notes, gathered in parts."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Note:
    """`start` and `beats` (its length) in beats from the first bar; `loud` 0 … 1."""

    start: float
    beats: float
    midi: int
    loud: float


@dataclass
class Part:
    """What one instrument plays, how loud in the mix, and how much of it the room answers."""

    instrument: str
    level: float
    room: float
    notes: list[Note] = field(default_factory=list)


@dataclass
class Drums:
    """Hits by drum: (start in beats, loudness 0 … 1)."""

    level: float
    hits: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
