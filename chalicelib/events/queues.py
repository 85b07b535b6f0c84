"""The queue of the outbox: each record names a row that is ready to be delivered."""

from collections.abc import Iterable
from typing import Protocol
from uuid import UUID

from chalicelib.domains.outbox import service as outbox
from chalicelib.observability import logger


class Record(Protocol):
    """One SQS message."""

    body: str


def handle(records: Iterable[Record]) -> None:
    """Deliver every row named; a body that names none is logged and dropped.

    Raises the last error of a row that could not even be claimed or recorded, after trying
    the others, so that SQS hands the batch out again; what is delivered is not done twice.
    """
    failed: Exception | None = None
    for record in records:
        try:
            row_id = UUID(record.body)
        except ValueError:
            logger.error("queue record names no row", extra={"body": record.body[:100]})
            continue
        try:
            outbox.deliver(row_id)
        except Exception as error:
            logger.exception("outbox row not handled", extra={"row": str(row_id)})
            failed = error
    if failed is not None:
        raise failed
