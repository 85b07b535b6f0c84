"""Asking the platform in a message's delivery: what its refusals mean for the message."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

from chalicelib.domains.connections import service as connections
from chalicelib.domains.outbox.models import Undeliverable, Undelivered
from chalicelib.errors import (
    ProviderThrottled,
    ProviderUnavailable,
    QuotaExhausted,
    ReconnectNeeded,
    StepError,
    UploadLost,
)

WAITS = (5, 15, 60, 300, 900, 3_600, 3_600, 7_200, 14_400, 43_200, 86_400)
"""Seconds before each further attempt, unless the platform says when: two days in all."""


@contextmanager
def judged(user_id: UUID, connection_id: UUID | None) -> Iterator[None]:
    """Raises `Undelivered` for what may go better later, `Undeliverable` for the rest.

    A token that was refused before its time is renewed; only consent that is gone is final.
    """
    try:
        yield
    except QuotaExhausted as error:
        wait = (error.until - datetime.now(UTC)).total_seconds()
        raise Undelivered(said(error), max(0.0, wait)) from error
    except (ProviderThrottled, ProviderUnavailable, UploadLost) as error:
        raise Undelivered(said(error)) from error
    except ReconnectNeeded as error:
        try:
            connections.access(user_id, connection_id, anew=True)
        except ReconnectNeeded:
            raise Undeliverable(said(error)) from error
        except StepError as other:
            raise Undelivered(said(other)) from other
        raise Undelivered(said(error)) from error
    except StepError as error:
        raise Undeliverable(said(error)) from error


def said(error: StepError) -> str:
    """Code and words."""
    return f"{error.code}: {error.message}"
