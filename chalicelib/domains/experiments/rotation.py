"""Which variant is shown on a day of a rotation."""

import hashlib
from collections.abc import Sequence
from datetime import date


def on_air(experiment_key: str, variants: Sequence[str], start: date, day: date) -> str | None:
    """The variant of `day`, the same whoever asks; None before the start.

    Each block of as many days as there are variants shows every one once, in an order drawn from
    the experiment's key, so that no variant always has the Monday.
    """
    passed = (day - start).days
    if passed < 0:
        return None
    block, place = divmod(passed, len(variants))

    def drawn(variant: str) -> bytes:
        return hashlib.sha256(f"{experiment_key}\n{block}\n{variant}".encode()).digest()

    return sorted(variants, key=drawn)[place]
