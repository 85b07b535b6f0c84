"""One attempt to deliver a webhook (Standard Webhooks): signed, bounded, judged by its status."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import UUID

from psycopg.rows import DictRow

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.db import Tx, queries
from chalicelib.domains.notices import service as notices
from chalicelib.domains.outbox import service as outbox
from chalicelib.domains.outbox.models import Message, Undeliverable, Undelivered
from chalicelib.errors import InvalidInput
from chalicelib.outbound import Answer, Failed, Outbound, Refused
from chalicelib.sealed import unseal
from chalicelib.settings import settings

WAITS = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds before each further attempt: three days in all."""

LONGEST_RETRY_AFTER = 86_400
EXCERPT = 1_024

sql = queries(__file__)


def _now() -> datetime:
    return datetime.now(UTC)


def deliver(message: Message, *, now: Callable[[], datetime] = _now) -> None:
    """Post a delivery to its webhook. 2xx is success, 410 switches the webhook off.

    Raises `Undelivered` for anything else, with the `Retry-After` of a 429 or 503, and
    `Undeliverable` when there is no use in trying again.
    """
    assert message.user_id is not None
    actor = Actor.worker(message.user_id)
    delivery_id = UUID(message.payload["delivery_id"])
    with db.transaction(actor) as tx:
        sending = tx.maybe(sql["begin_delivery"], id=delivery_id)
        if sending is None:  # switched off or deleted meanwhile
            tx.run(sql["call_off"], id=delivery_id)
            return
    started = time.monotonic()
    answer: Answer | None
    try:
        answer = _post(message.user_id, sending, now())
        reason = f"the endpoint answered {answer.status}"
    except (InvalidInput, Refused, Failed) as error:
        answer, reason = None, str(error)
    took = round((time.monotonic() - started) * 1_000)
    with db.transaction(actor) as tx:
        rows = _note(tx, message.user_id, delivery_id, sending, answer, reason, took)
    outbox.announce(rows)
    if _well(answer):
        return
    if _is_last(sending, answer):
        raise Undeliverable(reason)
    raise Undelivered(reason, _retry_after(answer, now()))


def failed(tx: Tx, message: Message, delay: float | None) -> None:
    """Show on the delivery when it is tried again, or that it is exhausted."""
    tx.run(sql["next_attempt"], id=UUID(message.payload["delivery_id"]), delay=delay)


def _post(user_id: UUID, sending: DictRow, now: datetime) -> Answer:
    from standardwebhooks import Webhook

    body = json.dumps(sending["payload"], ensure_ascii=False, separators=(",", ":"))
    event_id = str(sending["event_id"])
    signatures = [
        Webhook(unseal(sealed, owner=user_id, row=sending["webhook_id"], purpose="webhook")).sign(
            event_id, now, body
        )
        for sealed in (sending["secret_token"], sending["previous_secret"])
        if sealed is not None
    ]
    headers = {
        "content-type": "application/json",
        "user-agent": "Showrunner-Webhooks/1",
        "webhook-id": event_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
    return Outbound(local=settings().outbound_local).post(sending["url"], body.encode(), headers)


def _note(
    tx: Tx,
    user_id: UUID,
    delivery_id: UUID,
    sending: DictRow,
    answer: Answer | None,
    reason: str,
    took: int,
) -> list[UUID]:
    """Log the attempt; answers outbox rows to announce when the webhook had to be switched off."""
    code = answer.status if answer else None
    status = "delivering"
    if _well(answer):
        status = "succeeded"
    elif _is_last(sending, answer):
        status = "failed"
    said = answer.body.decode("utf-8", "replace").replace("\0", "") if answer else reason
    tx.run(
        sql["answered"],
        id=delivery_id,
        status=status,
        code=code,
        excerpt=said[:EXCERPT],
        took=took,
    )
    webhook: dict[str, Any] = {"webhook_id": sending["webhook_id"]}
    if _well(answer):
        tx.run(sql["endpoint_well"], **webhook, code=code)
        return []
    worn_out = tx.value(sql["endpoint_ill"], **webhook, code=code)
    if code != 410 and not worn_out:
        return []
    why = "The endpoint answered 410 Gone." if code == 410 else "It has failed for five days."
    off = tx.maybe(sql["switch_off"], **webhook, reason=why)
    if off is None:
        return []
    webhook_id = sending["webhook_id"]
    told = {"webhook_id": str(webhook_id), "name": off["name"], "url": off["url"], "reason": why}
    key = str(delivery_id)
    return notices.tell(tx, user_id, "webhook.disabled", told, key=key, about=webhook_id)


def _well(answer: Answer | None) -> bool:
    return answer is not None and 200 <= answer.status < 300


def _is_last(sending: DictRow, answer: Answer | None) -> bool:
    return sending["trigger"] == "test" or (answer is not None and answer.status == 410)


def _retry_after(answer: Answer | None, now: datetime) -> float:
    """Seconds the endpoint asks us to stay away, at most a day."""
    if answer is None or answer.status not in (429, 503):
        return 0
    asked = answer.headers.get("retry-after", "").strip()
    try:
        if asked.isascii() and asked.isdecimal():
            seconds = float(asked)
        else:
            seconds = (parsedate_to_datetime(asked) - now).total_seconds()
    except (TypeError, ValueError):
        return 0
    return min(max(seconds, 0), LONGEST_RETRY_AFTER)
