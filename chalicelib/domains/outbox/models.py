"""What the outbox carries, and how often a topic is tried."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Message(BaseModel):
    """One row of the outbox, claimed: `attempts` counts this attempt too."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    user_id: UUID | None
    topic: str
    payload: Mapping[str, Any]
    attempts: int
    created_at: datetime


class Topic(NamedTuple):
    """How one kind of message is delivered, and the seconds to wait before each further attempt."""

    deliver: Callable[[Message], None]
    waits: tuple[float, ...]


class Undelivered(Exception):
    """The other side did not take the message; try again, not before `retry_after` seconds."""

    def __init__(self, reason: str, retry_after: float = 0) -> None:
        self.retry_after = retry_after
        super().__init__(reason)


class Undeliverable(Exception):
    """The other side will never take the message."""
