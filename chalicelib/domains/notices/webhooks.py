"""A user's webhooks: made, changed, tested, their secrets rotated, their deliveries read."""

import secrets
from base64 import b64encode
from datetime import UTC, datetime
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.db import Tx, queries
from chalicelib.domains.idempotency.service import once
from chalicelib.domains.notices.models import (
    Delivery,
    NewWebhook,
    Rotation,
    Webhook,
    WebhookPatch,
    WebhookWithSecret,
)
from chalicelib.domains.outbox import service as outbox
from chalicelib.errors import Conflict, IllegalMove, NotFound
from chalicelib.outbound import checked_url
from chalicelib.pages import Page, PageQuery, read
from chalicelib.sealed import seal
from chalicelib.settings import settings

AT_MOST = 20
"""Webhooks of one user."""

sql = queries(__file__)


def create(actor: Actor, webhook: NewWebhook, key: str | None) -> WebhookWithSecret:
    """Make a webhook. Raises `InvalidInput` for an address we do not call, `Conflict` beyond 20.

    The secret is in this answer alone: a repeat with the same Idempotency-Key shows the webhook
    with an empty one.
    """
    checked_url(webhook.url, local=settings().outbound_local)
    webhook_id, secret = uuid4(), _new_secret()
    sealed = _seal(actor, webhook_id, secret)
    with once(actor, key, Webhook, "create_webhook", webhook) as (tx, first):
        if not first:
            return WebhookWithSecret(**first.answer.model_dump(), secret="")
        tx.run(sql["one_at_a_time"])
        row = tx.maybe(
            sql["create"],
            id=webhook_id,
            **webhook.model_dump(),
            secret_token=sealed,
            at_most=AT_MOST,
        )
        if row is None:
            raise Conflict(f"There can be {AT_MOST} webhooks at most.", hint="Delete one first.")
        made = first.keep(Webhook.model_validate(row))
    return WebhookWithSecret(**made.model_dump(), secret=secret)


def get(actor: Actor, webhook_id: UUID) -> Webhook:
    """One webhook. Raises `NotFound`."""
    with db.transaction(actor, read_only=True) as tx:
        return Webhook.model_validate(tx.one(sql["get"], id=webhook_id))


def list_page(actor: Actor, query: PageQuery) -> Page[Webhook]:
    """The user's webhooks, newest first."""
    with db.transaction(actor, read_only=True) as tx:
        return read(tx, sql["page"], query, Webhook)


def change(actor: Actor, webhook_id: UUID, patch: WebhookPatch) -> Webhook:
    """Change what the patch names. Raises `NotFound`, and `InvalidInput` as `create` does."""
    changes = patch.model_dump(mode="json", exclude_unset=True)
    if "url" in changes:
        checked_url(patch.url, local=settings().outbound_local)
    with db.transaction(actor.working()) as tx:
        return Webhook.model_validate(tx.one(sql["change"], id=webhook_id, changes=Jsonb(changes)))


def delete(actor: Actor, webhook_id: UUID) -> None:
    """Delete a webhook and its deliveries. Raises `NotFound`."""
    with db.transaction(actor.working()) as tx:
        if not tx.run(sql["delete"], id=webhook_id):
            raise NotFound


def rotate(actor: Actor, webhook_id: UUID, rotation: Rotation) -> WebhookWithSecret:
    """Give a webhook a new secret; the present one signs beside it for `overlap_hours`."""
    secret = _new_secret()
    sealed = _seal(actor, webhook_id, secret)
    with db.transaction(actor.working()) as tx:
        row = tx.one(
            sql["rotate"],
            id=webhook_id,
            secret_token=sealed,
            overlap_hours=rotation.overlap_hours,
        )
    return WebhookWithSecret.model_validate({**row, "secret": secret})


def test(actor: Actor, webhook_id: UUID) -> Delivery:
    """Send a `webhook.test` event, once, also to a webhook that is off. Raises `NotFound`."""
    payload = {
        "type": "webhook.test",
        "timestamp": datetime.now(UTC).isoformat(),
        "data": {"webhook_id": str(webhook_id)},
    }
    with db.transaction(actor.working()) as tx:
        row = tx.one(sql["test"], id=webhook_id, event_id=uuid4(), payload=Jsonb(payload))
        message = _promise(tx, row["id"])
    outbox.announce([message])
    return Delivery.model_validate(row)


def deliveries(actor: Actor, webhook_id: UUID, query: PageQuery) -> Page[Delivery]:
    """What was sent to a webhook, newest first, for 30 days. Raises `NotFound`."""
    with db.transaction(actor, read_only=True) as tx:
        tx.one(sql["get"], id=webhook_id)
        return read(tx, sql["deliveries"], query, Delivery, webhook_id=webhook_id)


def replay(actor: Actor, delivery_id: UUID) -> Delivery:
    """Send the same event once more, under its own `webhook-id`.

    Raises `NotFound`, and `IllegalMove` while it is still under way or its webhook is off.
    """
    with db.transaction(actor.working()) as tx:
        found = tx.one(sql["delivery_for_replay"], id=delivery_id)
        if found["status"] in ("pending", "delivering"):
            raise IllegalMove("This delivery is still under way.")
        if not found["is_active"]:
            raise IllegalMove("The webhook is off.", hint="Switch it on with `is_active: true`.")
        row = tx.one(sql["replay"], id=delivery_id)
        message = _promise(tx, row["id"])
    outbox.announce([message])
    return Delivery.model_validate(row)


def _promise(tx: Tx, delivery_id: UUID) -> UUID:
    return outbox.put(
        tx,
        "webhook",
        {"delivery_id": str(delivery_id)},
        user_id=tx.actor.user_id,
        dedupe_key=f"webhook:{delivery_id}",
    )


def _new_secret() -> str:
    return "whsec_" + b64encode(secrets.token_bytes(32)).decode()


def _seal(actor: Actor, webhook_id: UUID, secret: str) -> str:
    assert actor.user_id is not None
    return seal(secret, owner=actor.user_id, row=webhook_id, purpose="webhook")
