"""What a music provider promises."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Music:
    """A piece of music: `pcm` is float32 (frames, 2) at 48 kHz in [-1, 1]; `tempo` in BPM."""

    pcm: NDArray[np.float32]
    key: str
    tempo: float
    mood: str


class Composer(Protocol):
    """Music beds. The same arguments give the same samples.

    Raises ProviderThrottled, ProviderUnavailable, ProviderRejected, ProviderGarbage, or
    InvalidInput when an argument breaks a rule.
    """

    name: str
    moods: tuple[str, ...]
    """Names `compose` takes; the first is "default"."""

    def compose(self, mood: str, *, seconds: float, seed: int) -> Music:
        """A bed of exactly `seconds`, fading in from and out to silence."""

    def price(self, seconds: float) -> Decimal:
        """USD for that much music, before the call."""
