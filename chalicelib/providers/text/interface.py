"""What a text provider promises."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

WORDS_PER_MINUTE = 150
SLOTS = 20
"""Tracks and pictures of an album."""
CROSSFADE = 2.0
"""Seconds that two tracks of an album sound together."""


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


@dataclass(frozen=True)
class MusicPrompt:
    """What one track of an album is called, sounds like, and how long it is."""

    title: str
    prompt: str
    seconds: float


@dataclass(frozen=True)
class VisualPrompt:
    """What one picture of an album shows."""

    prompt: str


@dataclass(frozen=True)
class AlbumPlan:
    """An album in words: 20 tracks and the 20 pictures that belong to them, in order."""

    title: str
    description: str
    music: tuple[MusicPrompt, ...]
    visuals: tuple[VisualPrompt, ...]
    tokens: int


@dataclass(frozen=True)
class Titles:
    """Names an album could have, the best first."""

    candidates: tuple[str, ...]
    tokens: int


class Text(Protocol):
    """Research, scripts and albums in words. The same arguments give the same text.

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

    def plan_album(
        self, niche: str, mood: str, *, style: str, minutes: int, seed: int
    ) -> AlbumPlan:
        """An album of `minutes` (12 … 120, ± 3 s when its 20 tracks are crossfaded) for a niche
        ("Royal Court Ambience") in a mood ("elegant, serene"): prompts that all differ, titles
        that all differ, pictures in one `style` ("" = one that suits the niche)."""

    def plan_price(self) -> Decimal:
        """USD for planning an album, before the call."""

    def titles(self, niche: str, mood: str, *, count: int = 5, seed: int) -> Titles:
        """`count` (1 … 10) names for an album's video, each at most 100 characters without < or
        >, as YouTube wants them. Costs `price(15 * count)`."""
