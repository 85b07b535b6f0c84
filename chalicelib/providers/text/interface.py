"""What a text provider promises."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

WORDS_PER_MINUTE = 150


@dataclass(frozen=True)
class ScriptScene:
    """One picture and what is said over it. `picture` says in words what the image shows."""

    heading: str
    narration: str
    picture: str


@dataclass(frozen=True)
class Script:
    """A video's words. `tokens` is what the provider counts for its price."""

    title: str
    scenes: tuple[ScriptScene, ...]
    tokens: int


@dataclass(frozen=True)
class Research:
    """A note about a topic, saying where it comes from."""

    content: str
    tokens: int


class Text(Protocol):
    """Research and script writing. The same arguments give the same text.

    Every method raises ProviderThrottled, ProviderUnavailable, ProviderRejected,
    ProviderGarbage, or InvalidInput when an argument breaks a rule.
    """

    name: str

    def research(self, topic: str, niche: str, seed: int) -> Research:
        """A note on `topic` for a writer of that niche."""

    def write(self, prompt: str, *, niche: str, minutes: int, research: str, seed: int) -> Script:
        """A script of `minutes` times 150 narrated words (± 10 %) in at most 40 scenes."""

    def price(self, words: int) -> Decimal:
        """USD for writing that many words, before the call."""
