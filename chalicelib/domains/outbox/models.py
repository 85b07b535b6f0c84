"""What the outbox carries, and how often a topic is tried."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import ConfigDict

from chalicelib.db import Tx
from chalicelib.models import Model


class Message(Model):
    """One row of the outbox, claimed.

    `attempts` counts this attempt too. `unconfirmed` says that the one before ended without a
    word, killed or cut off: what it did outside is unknown.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    user_id: UUID | None
    topic: str
    payload: Mapping[str, Any]
    attempts: int
    unconfirmed: bool
    created_at: datetime


def _nothing(tx: Tx, message: Message, delay: float | None) -> None:
    pass


class Topic(NamedTuple):
    """How one kind of message is delivered, and the seconds to wait before each further attempt.

    `failed` notes a failure elsewhere too, in the transaction that records it: `delay` is the
    seconds until the next attempt, None after the last. `ours` says that the other side is not one
    of the user's own, so that an operator is told when it cannot be reached to the end.
    """

    deliver: Callable[[Message], None]
    waits: tuple[float, ...]
    failed: Callable[[Tx, Message, float | None], None] = _nothing
    ours: bool = True


class Undelivered(Exception):
    """The other side did not take the message; try again, not before `retry_after` seconds."""

    def __init__(self, reason: str, retry_after: float = 0) -> None:
        self.retry_after = retry_after
        super().__init__(reason)


class Undeliverable(Exception):
    """The other side will never take the message."""
