"""What an image provider promises."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

SMALLEST, LARGEST = 16, 4096
"""Pixels that the sides of a picture may have."""


def drawable(width: int, height: int) -> tuple[int, int]:
    """A size that every provider draws: this one, or as much of it as `LARGEST` lets it be."""
    share = min(1.0, LARGEST / max(width, height))
    return round(width * share), round(height * share)


@dataclass(frozen=True)
class Picture:
    """An encoded picture: `data` is a file of type `mime`, `width` by `height` pixels.

    `reference` is the vendor's own id of it and `licence` the address of its licence document;
    both are "" where there is none.
    """

    data: bytes
    mime: str
    width: int
    height: int
    reference: str = ""
    licence: str = ""


class Image(Protocol):
    """Pictures from words. The same arguments give the same bytes.

    Raises ProviderThrottled, ProviderUnavailable, ProviderRejected, ProviderGarbage, or
    InvalidInput when an argument breaks a rule.
    """

    name: str
    terms: str
    """Who may use what is made here, in one sentence."""

    def draw(self, prompt: str, *, width: int, height: int, seed: int) -> Picture:
        """A picture of `prompt`, exactly `width` by `height` pixels, `SMALLEST` … `LARGEST` each.
        A style is words of the prompt ("oil painting style"): prompts in one style make a series.
        """

    def price(self, width: int, height: int) -> Decimal:
        """USD for one picture of that size, before the call."""
