"""Webhooks: addresses that are told what happens, signed by Standard Webhooks."""

from uuid import UUID

from chalice.app import Blueprint

from chalicelib.actor import Actor
from chalicelib.domains.idempotency.service import IdempotencyKey
from chalicelib.domains.notices import webhooks
from chalicelib.domains.notices.models import (
    EVENTS,
    Delivery,
    NewWebhook,
    Rotation,
    Webhook,
    WebhookPatch,
    WebhookWithSecret,
)
from chalicelib.errors import Conflict, IllegalMove
from chalicelib.http.endpoint import endpoint
from chalicelib.pages import Page, PageQuery

routes = Blueprint(__name__)


@routes.route("/v1/webhooks", methods=["POST"])
@endpoint(status=201, raises=[Conflict])
def create_webhook(actor: Actor, body: NewWebhook, key: IdempotencyKey | None) -> WebhookWithSecret:
    """Register an address to be told of events. The secret is shown in this answer alone."""
    return webhooks.create(actor, body, key)


@routes.route("/v1/webhooks", methods=["GET"])
@endpoint()
def list_webhooks(actor: Actor, query: PageQuery) -> Page[Webhook]:
    """My webhooks, newest first."""
    return webhooks.list_page(actor, query)


@routes.route("/v1/webhooks/event-types", methods=["GET"])
@endpoint()
def list_event_types(actor: Actor) -> dict[str, str]:
    """The events a webhook can ask for, and when each is sent."""
    return EVENTS


@routes.route("/v1/webhooks/{webhook_id}", methods=["GET"])
@endpoint()
def get_webhook(actor: Actor, webhook_id: UUID) -> Webhook:
    """One webhook."""
    return webhooks.get(actor, webhook_id)


@routes.route("/v1/webhooks/{webhook_id}", methods=["PATCH"])
@endpoint()
def change_webhook(actor: Actor, webhook_id: UUID, body: WebhookPatch) -> Webhook:
    """Change a webhook, or switch it on or off."""
    return webhooks.change(actor, webhook_id, body)


@routes.route("/v1/webhooks/{webhook_id}", methods=["DELETE"])
@endpoint(status=204)
def delete_webhook(actor: Actor, webhook_id: UUID) -> None:
    """Delete a webhook and its deliveries."""
    webhooks.delete(actor, webhook_id)


@routes.route("/v1/webhooks/{webhook_id}/rotate-secret", methods=["POST"])
@endpoint()
def rotate_webhook_secret(actor: Actor, webhook_id: UUID, body: Rotation) -> WebhookWithSecret:
    """Make a new secret, shown in this answer alone; the old one goes on signing for a while."""
    return webhooks.rotate(actor, webhook_id, body)


@routes.route("/v1/webhooks/{webhook_id}/test", methods=["POST"])
@endpoint(status=202)
def test_webhook(actor: Actor, webhook_id: UUID) -> Delivery:
    """Send a `webhook.test` event, once."""
    return webhooks.test(actor, webhook_id)


@routes.route("/v1/webhooks/{webhook_id}/deliveries", methods=["GET"])
@endpoint()
def list_deliveries(actor: Actor, webhook_id: UUID, query: PageQuery) -> Page[Delivery]:
    """What was sent to a webhook in the last 30 days, newest first."""
    return webhooks.deliveries(actor, webhook_id, query)


@routes.route("/v1/deliveries/{delivery_id}/replay", methods=["POST"])
@endpoint(status=202, raises=[IllegalMove])
def replay_delivery(actor: Actor, delivery_id: UUID) -> Delivery:
    """Send the same event once more, under the same `webhook-id`."""
    return webhooks.replay(actor, delivery_id)
