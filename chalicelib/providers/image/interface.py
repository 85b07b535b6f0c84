"""What an image provider promises."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True)
class Picture:
    """An encoded picture: `data` is a file of type `mime`, `width` by `height` pixels."""

    data: bytes
    mime: str
    width: int
    height: int


class Image(Protocol):
    """Pictures from words. The same arguments give the same bytes.

    Raises ProviderThrottled, ProviderUnavailable, ProviderRejected, ProviderGarbage, or
    InvalidInput when an argument breaks a rule.
    """

    name: str

    def draw(self, prompt: str, *, width: int, height: int, seed: int) -> Picture:
        """A picture of `prompt`, exactly `width` by `height` pixels (16 … 4096 each)."""

    def price(self, width: int, height: int) -> Decimal:
        """USD for one picture of that size, before the call."""
