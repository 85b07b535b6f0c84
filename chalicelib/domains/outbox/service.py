"""The outbox: a message is written in the business transaction and sent after it commits.

The row is the truth, the queue only a doorbell: a row that nobody rang for is found by
`sweep`, a row rung for twice is claimed once.
"""

import random
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.clients import client
from chalicelib.db import Tx, queries
from chalicelib.domains.outbox.models import Message, Topic, Undeliverable, Undelivered
from chalicelib.observability import count, logger
from chalicelib.settings import settings

LEASE_SECONDS = 120  # longer than any delivery may take
LONGEST_DELAY = 900  # what SQS can hold a message back; the sweep finds later ones
SWEEP_AT_MOST = 1_000

sql = queries(__file__)


def put(
    tx: Tx, topic: str, payload: dict[str, Any], *, user_id: UUID | None, dedupe_key: str
) -> UUID:
    """Promise a message in the caller's transaction; answers the row's id, to `announce` later.

    The same `dedupe_key` again is the same message: its first row stays as it is.
    The transaction must be the house's own (`service_role`).
    """
    row: UUID = tx.value(
        sql["put"], topic=topic, payload=Jsonb(payload), user_id=user_id, dedupe_key=dedupe_key
    )
    return row


def announce(ids: Sequence[UUID], delay: float = 0) -> None:
    """Ring for committed rows, `delay` seconds from now. Never raises: the sweep rings again."""
    if not settings().queue_url or delay > LONGEST_DELAY:
        return
    for start in range(0, len(ids), 10):  # as many as SQS takes at once
        entries = [
            {"Id": str(n), "MessageBody": str(row), "DelaySeconds": int(delay)}
            for n, row in enumerate(ids[start : start + 10])
        ]
        try:
            answer = client("sqs").send_message_batch(
                QueueUrl=settings().queue_url, Entries=entries
            )
        except Exception:
            logger.warning("outbox rows not announced", exc_info=True, extra={"rows": len(entries)})
        else:
            if failed := answer.get("Failed"):
                logger.warning("outbox rows not announced", extra={"rows": len(failed)})


def deliver(row_id: UUID, *, chance: Callable[[], float] = random.random) -> bool:
    """Claim a row and hand its message over; answers whether it was delivered now.

    A row that is not due, held by another worker, delivered or dead is left alone. What fails
    is tried again by its topic's schedule (each wait stretched by up to a tenth, so that
    messages that failed together do not return together) and dead after the last attempt.
    """
    from chalicelib.domains.outbox.topics import TOPICS, UNKNOWN  # they lead back to `put`

    with db.transaction(Actor.service()) as tx:
        row = tx.maybe(sql["claim"], id=row_id, lease=LEASE_SECONDS)
    if row is None:
        return False
    message = Message.model_validate(row)
    topic = TOPICS.get(message.topic, UNKNOWN)
    try:
        topic.deliver(message)
    except Exception as error:
        _failed(message, topic, error, chance)
        return False
    with db.transaction(Actor.service()) as tx:
        tx.run(sql["delivered"], id=message.id, attempts=message.attempts)
    return True


def sweep() -> int:
    """Ring for every row whose time has come; answers how many. Run by the minute schedule."""
    with db.transaction(Actor.service()) as tx:
        due = [row["id"] for row in tx.all(sql["due"], limit=SWEEP_AT_MOST)]
    announce(due)
    return len(due)


def _failed(message: Message, topic: Topic, error: Exception, chance: Callable[[], float]) -> None:
    told = isinstance(error, Undelivered | Undeliverable)
    reason = (str(error) if told else f"{type(error).__name__}: {error}")[:500]
    about = {"row": str(message.id), "topic": message.topic, "reason": reason}
    fence = {"id": message.id, "attempts": message.attempts, "error": reason}
    delay = None
    if message.attempts <= len(topic.waits) and not isinstance(error, Undeliverable):
        asked = error.retry_after if isinstance(error, Undelivered) else 0
        delay = max(topic.waits[message.attempts - 1], asked) * (1 + chance() / 10)
    with db.transaction(Actor.service()) as tx:
        if delay is None:
            mine = tx.run(sql["dead"], **fence)
        else:
            mine = tx.run(sql["again"], **fence, delay=delay)
        if mine:
            topic.failed(tx, message, delay)
    if delay is None:
        logger.error("outbox row dead", exc_info=not told, extra=about)
        if topic.ours and not isinstance(error, Undeliverable):
            count("DeadMessages")
    else:
        logger.info("outbox delivery failed", exc_info=not told, extra={**about, "again": delay})
        announce([message.id], delay + 1)
