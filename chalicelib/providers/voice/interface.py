"""What a voice provider promises."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RATE = 48_000
"""Samples per second of all speech and music."""


@dataclass(frozen=True)
class SpokenWord:
    """One word and when it is heard, in seconds from the start of its speech."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class Speech:
    """Spoken text.

    `pcm` is mono float32 at 48 kHz in [-1, 1]. `words` are exactly the text's
    whitespace-separated tokens, in order; times never go back and lie in [0, `seconds`].
    A token that is not spoken (a dash) holds the silence at its place, possibly of no length.
    """

    pcm: NDArray[np.float32]
    words: tuple[SpokenWord, ...]
    seconds: float


class Voice(Protocol):
    """Text to speech with word times. The same arguments give the same samples.

    Raises ProviderThrottled, ProviderUnavailable, ProviderRejected, ProviderGarbage, or
    InvalidInput when an argument breaks a rule.
    """

    name: str
    voices: tuple[str, ...]
    """Names `speak` takes; the first is "default"."""

    def speak(self, text: str, *, voice: str = "default", speed: float = 1.0) -> Speech:
        """`text` spoken; `speed` 0.5 … 2 multiplies the usual pace."""

    def price(self, text: str) -> Decimal:
        """USD for speaking `text`, before the call."""
