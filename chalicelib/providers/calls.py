"""The paid call that is being made: vendors that honour idempotency keys are told its key.

A worker can be killed between a vendor's answer and its storage. The next worker asks the same
again, under the same key: a vendor that keeps answers by key gives the first one and bills once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_key: ContextVar[str | None] = ContextVar("call_key", default=None)


@contextmanager
def keyed(key: str) -> Iterator[None]:
    """Every provider asked inside, in this thread, is asked under this key."""
    token = _key.set(key)
    try:
        yield
    finally:
        _key.reset(token)


def call_key() -> str | None:
    """What to send as the vendor's idempotency key; None outside of a paid call."""
    return _key.get()
