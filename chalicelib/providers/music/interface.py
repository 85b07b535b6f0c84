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
    """A piece of music: `pcm` is float32 (frames, 2) at 48 kHz in [-1, 1]; `tempo` in BPM.

    `reference` is the vendor's own id of it and `licence` the address of its licence document;
    both are "" where there is none.
    """

    pcm: NDArray[np.float32]
    key: str
    tempo: float
    mood: str
    reference: str = ""
    licence: str = ""


class Composer(Protocol):
    """Music beds and finished tracks. The same arguments give the same samples.

    Raises ProviderThrottled, ProviderUnavailable, ProviderRejected, ProviderGarbage, or
    InvalidInput when an argument breaks a rule.
    """

    name: str
    moods: tuple[str, ...]
    """Names `compose` takes; the first is "default"."""
    terms: str
    """Who may use what is made here, in one sentence."""

    def compose(self, mood: str, *, seconds: float, seed: int) -> Music:
        """A bed of exactly `seconds`, fading in from and out to silence."""

    def price(self, seconds: float) -> Decimal:
        """USD for that much of a bed, before the call."""

    def track(self, prompt: str, *, seconds: float, seed: int) -> Music:
        """A finished piece of exactly `seconds` (10 … 900) as the prompt's words ask: its style,
        instruments, tempo ("Tempo: 120 BPM"), metre and key.

        It peaks below -1 dBFS and ends softly, so that tracks can be crossfaded; `mood` of the
        answer is the style that was heard in the words.
        """

    def track_price(self, seconds: float) -> Decimal:
        """USD for a track of that length, before the call."""
