"""Stripe's events become credits: each once, in any order, in the transaction that notes it.

A purchase gives its pack, a paid invoice begins a subscription period, a refund or dispute takes
back its share of what the payment bought. An event that needs a payment or customer we do not
know yet waits for it. When a subscription changes or ends nothing moves: the next invoice says
what the new period brings, and paid credits stay until their period ends.
"""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb
from pydantic import ValidationError

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.db import Tx, queries
from chalicelib.domains.billing.models import (
    Charge,
    Checkout,
    Dispute,
    Event,
    Invoice,
    Outcome,
    Receipt,
    StripeObject,
    Subscription,
)
from chalicelib.domains.billing.prices import PACKS, PLANS, Plan
from chalicelib.domains.billing.signature import verify
from chalicelib.errors import BadRequest, Unavailable
from chalicelib.observability import logger
from chalicelib.settings import settings

GRACE = 3 * 24 * 3600  # seconds that a period's credits outlive it: the next invoice may be late
PERIOD_STARTS = {"subscription_create", "subscription_cycle"}

sql = queries(__file__)


def receive(body: bytes, signature: str, *, now: float) -> Receipt:
    """Act on an event, unless it was acted on before. `now` is in seconds since 1970.

    Raises `BadRequest` when Stripe did not sign it lately or it is no event, `Unavailable` when
    this deployment knows no signing secret.
    """
    secret = settings().stripe_webhook_secret
    if secret is None:
        raise Unavailable("This deployment takes no payments.")
    verify(body, signature, secret.get_secret_value(), now=now)
    try:
        event = Event.model_validate_json(body)
        with db.transaction(Actor.service()) as tx:
            tx.run(sql["one_at_a_time"])
            if tx.run(sql["note_event"], id=event.id, type=event.type, created=event.created):
                did = _act(tx, event.id, event.type, event.data.object).did
            else:
                did = tx.value(sql["outcome_of"], id=event.id)["did"]
    except ValidationError as error:
        fields = sorted({".".join(map(str, found["loc"])) for found in error.errors()})
        logger.error("Stripe event not understood", extra={"fields": fields})
        raise BadRequest("The body is not an event we understand.", details=fields) from error
    return Receipt(event=event.id, did=did)


def _act(tx: Tx, event_id: str, kind: str, content: dict[str, Any]) -> Outcome:
    outcome = ACTIONS.get(kind, _ignore)(tx, content)
    if outcome.did == "nothing" and outcome.why and kind in ACTIONS:
        logger.warning("Stripe event without effect", extra={"event": event_id, "why": outcome.why})
    stored = outcome.model_dump(mode="json", exclude_none=True)
    tx.run(sql["note_outcome"], id=event_id, outcome=Jsonb(stored))
    for name in outcome.tells:
        for waiting in tx.all(sql["waiting_for"], name=name):
            _act(tx, waiting["event_id"], waiting["type"], waiting["object"])
    return outcome


Read = TypeVar("Read", bound=StripeObject)
Action = Callable[[Tx, dict[str, Any]], Outcome]


def _about(model: type[Read], act: Callable[[Tx, Read], Outcome]) -> Action:
    return lambda tx, content: act(tx, model.model_validate(content))


def _ignore(tx: Tx, content: dict[str, Any]) -> Outcome:
    return Outcome(did="nothing")


def _checked_out(tx: Tx, session: Checkout) -> Outcome:
    user_id = _user(tx, session.client_reference_id or session.metadata.user_id, session.customer)
    if user_id is None:
        return Outcome(did="nothing", why="the buyer is none of our users", payment=session.payment)
    customer = session.customer
    if customer:
        tx.run(sql["link_customer"], user_id=user_id, customer=customer)
    tells = (customer,) if customer else ()
    if session.mode != "payment" or session.payment_status == "unpaid":
        # the invoice, or the payment's success, follows
        return Outcome(did="noted", user_id=user_id, customer=customer, tells=tells)
    credits = session.metadata.credits or _pack(session)
    if credits is None:
        return Outcome(did="nothing", why="no pack has this price", payment=session.payment)
    tx.run(sql["add_purchase"], user_id=user_id, credits=credits, payment=session.payment)
    return Outcome(
        did="credited",
        user_id=user_id,
        customer=customer,
        payment=session.payment,
        credits=credits,
        tells=(*tells, session.payment),
    )


def _refunded(tx: Tx, charge: Charge) -> Outcome:
    payment = charge.payment_intent or charge.id
    bought = tx.maybe(sql["purchase"], payment=payment)
    if bought is None:
        return _waiting(payment, charge)
    # counted from all refunds so far: one that was overtaken by a later one takes nothing more
    share = bought["credits"] * charge.amount_refunded // charge.amount - bought["refunded"]
    return _revoke(tx, bought, payment, share, f"refund:{charge.id}:{charge.amount_refunded}")


def _disputed(tx: Tx, dispute: Dispute) -> Outcome:
    if dispute.status.startswith("warning_"):
        return Outcome(did="nothing")  # an inquiry: no money has moved
    bought = tx.maybe(sql["purchase"], payment=dispute.payment)
    if bought is None:
        return _waiting(dispute.payment, dispute)
    outcome = _revoke(tx, bought, dispute.payment, bought["credits"], f"dispute:{dispute.id}")
    return outcome.model_copy(update={"tells": (dispute.id,)})


def _revoke(tx: Tx, bought: DictRow, payment: str, share: int, key: str) -> Outcome:
    credits = min(share, bought["credits"] - bought["revoked"])
    if credits <= 0:
        return Outcome(did="nothing", user_id=bought["user_id"], payment=payment)
    tx.run(sql["revoke"], payment=payment, credits=credits, key=f"stripe:{key}")
    return Outcome(did="revoked", user_id=bought["user_id"], payment=payment, credits=-credits)


def _reinstated(tx: Tx, dispute: Dispute) -> Outcome:
    if dispute.status != "won":
        return Outcome(did="nothing")
    bought = tx.maybe(sql["purchase"], payment=dispute.payment)
    taken = bought and tx.value(
        sql["entry"], user_id=bought["user_id"], key=f"stripe:dispute:{dispute.id}"
    )
    if not (bought and taken):
        return _waiting(dispute.id, dispute)
    tx.run(
        sql["reinstate"],
        user_id=bought["user_id"],
        credits=-taken,
        key=f"stripe:reinstated:{dispute.id}",
    )
    return Outcome(
        did="reinstated", user_id=bought["user_id"], payment=dispute.payment, credits=-taken
    )


def _invoice_paid(tx: Tx, invoice: Invoice) -> Outcome:
    details, credits = invoice.details, invoice.credits
    if invoice.billing_reason not in PERIOD_STARTS or not details.subscription:
        return Outcome(did="nothing")
    if credits is None:
        return Outcome(did="nothing", why="its price names no credits", customer=invoice.customer)
    named = details.metadata.user_id if details.metadata else None
    user_id = _user(tx, named, invoice.customer)
    if user_id is None:
        return _waiting(invoice.customer, invoice)
    plan = PLANS.get(credits, Plan(credits, rollover=0))
    periods = f"stripe:sub:{details.subscription}:"
    this = {"user_id": user_id, "key": f"{periods}{invoice.ends}"}
    if tx.value(sql["entry"], **this):
        return Outcome(did="nothing", user_id=user_id)
    newest = tx.maybe(sql["newest_period"], user_id=user_id, periods=periods)
    if newest is None or newest["ends"] < invoice.ends:
        expires = invoice.ends + GRACE
        tx.run(sql["renew"], **this, credits=credits, rollover=plan.rollover, expires=expires)
    else:
        # overtaken by a later period: what would have gone along into it
        credits = min(credits, plan.rollover - newest["rolled_over"])
        if credits <= 0:
            return Outcome(did="nothing", user_id=user_id)
        expires = newest["ends"] + GRACE
        tx.run(sql["add_late_period"], **this, credits=credits, expires=expires)
    return Outcome(did="renewed", user_id=user_id, customer=invoice.customer, credits=credits)


def _subscription_changed(tx: Tx, subscription: Subscription) -> Outcome:
    user_id = _user(tx, None, subscription.customer)
    return Outcome(
        did="noted", why=subscription.status, user_id=user_id, customer=subscription.customer
    )


def _user(tx: Tx, named: UUID | None, customer: str | None) -> UUID | None:
    found: UUID | None = named and tx.value(sql["user"], id=named)
    if found is None and customer:
        found = tx.value(sql["user_of_customer"], customer=customer)
    return found


def _pack(session: Checkout) -> int | None:
    return PACKS.get(session.amount_total or 0) if session.currency == "usd" else None


def _waiting(name: str, about: StripeObject) -> Outcome:
    return Outcome(did="waiting", waits_for=name, object=about.model_dump(mode="json"))


ACTIONS: dict[str, Action] = {
    "checkout.session.completed": _about(Checkout, _checked_out),
    "checkout.session.async_payment_succeeded": _about(Checkout, _checked_out),
    "invoice.paid": _about(Invoice, _invoice_paid),
    "charge.refunded": _about(Charge, _refunded),
    "charge.dispute.created": _about(Dispute, _disputed),
    "charge.dispute.funds_withdrawn": _about(Dispute, _disputed),
    "charge.dispute.funds_reinstated": _about(Dispute, _reinstated),
    "charge.dispute.closed": _about(Dispute, _reinstated),
    "customer.subscription.updated": _about(Subscription, _subscription_changed),
    "customer.subscription.deleted": _about(Subscription, _subscription_changed),
}
"""What each kind of event does. Every other kind is acknowledged and does nothing."""
