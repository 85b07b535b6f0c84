"""Music made here, offline: a slow ambient bed in a key and tempo by mood."""

from __future__ import annotations

from decimal import Decimal
from hashlib import sha256

from chalicelib.errors import InvalidInput
from chalicelib.providers.music.interface import Music
from chalicelib.providers.music.theory import MOODS, choose_key

_RATE = 48_000
_SHORTEST, _LONGEST = 0.1, 3600.0


class LocalComposer:
    """Generated ambient music; the same mood, length and seed always give the same samples."""

    name = "local"
    moods = tuple(MOODS)

    def compose(self, mood: str, *, seconds: float, seed: int) -> Music:
        import numpy as np

        from chalicelib.providers.music.score import arrange, fade

        if mood not in MOODS:
            raise InvalidInput(f"mood must be one of: {', '.join(MOODS)}.")
        if not _SHORTEST <= seconds <= _LONGEST:
            raise InvalidInput(f"seconds must be {_SHORTEST} … {_LONGEST:.0f}.")
        plan = MOODS[mood]
        rng = np.random.default_rng(list(sha256(f"{mood}\n{seed}".encode()).digest()))
        key, beat = choose_key(plan, rng), _beat(float(rng.uniform(*plan.tempo)))
        pcm = arrange(plan, key, beat, round(seconds * _RATE), rng)
        fade(pcm, seconds)
        return Music(pcm, key.title, round(60 * _RATE / beat, 1), mood)

    def price(self, seconds: float) -> Decimal:
        return Decimal(0)


def _beat(tempo: float) -> int:
    """Frames of a beat, a multiple of 750: loops of such lengths transform fast."""
    return round(60 / tempo * _RATE / 750) * 750
