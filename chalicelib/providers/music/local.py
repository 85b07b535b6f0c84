"""Music made here, offline: beds by mood, and whole pieces by the words of a prompt."""

from __future__ import annotations

from decimal import Decimal
from hashlib import sha256

from chalicelib.errors import InvalidInput
from chalicelib.providers.music.interface import Music
from chalicelib.providers.music.theory import MOODS, choose_key

_RATE = 48_000
_SHORTEST, _LONGEST = 0.1, 3600.0
_SHORTEST_TRACK, _LONGEST_TRACK = 10.0, 900.0


class LocalComposer:
    """Generated music; the same words, length and seed always give the same samples."""

    name = "local"
    moods = tuple(MOODS)
    terms = "Composed and played by Showrunner itself from no recording; free for any use."

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

    def track(self, prompt: str, *, seconds: float, seed: int) -> Music:
        import numpy as np

        from chalicelib.providers.music.brief import read
        from chalicelib.providers.music.mix import perform
        from chalicelib.providers.music.piece import compose

        if not _SHORTEST_TRACK <= seconds <= _LONGEST_TRACK:
            raise InvalidInput(
                f"seconds must be {_SHORTEST_TRACK:.0f} … {_LONGEST_TRACK:.0f} for a track."
            )
        digest = sha256(f"track\n{prompt}\n{seed}".encode(errors="replace")).digest()
        rng = np.random.default_rng(list(digest))
        brief = read(prompt, rng)
        sound = perform(compose(brief, seconds, rng), brief, round(seconds * _RATE), rng)
        return Music(sound.T, brief.key.title, brief.tempo, brief.name)

    def track_price(self, seconds: float) -> Decimal:
        return Decimal(0)


def _beat(tempo: float) -> int:
    """Frames of a beat, a multiple of 750: loops of such lengths transform fast."""
    return round(60 / tempo * _RATE / 750) * 750
