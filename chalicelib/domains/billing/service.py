"""Stripe's events become credits: each once, in any order, in the transaction that notes it.

A purchase gives its pack, a paid invoice begins a subscription period, a refund or dispute takes
back its share of what the payment bought; what a subscription's period has lost by itself counts as
taken. An event that needs a payment or customer we do not know yet waits for it. When a
subscription changes or ends nothing moves: the next invoice says what the new period brings, and
paid credits stay until their period ends.
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
    InvoicePayment,
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
    bought = _bought(tx, charge.payment, charge.invoice)
    if isinstance(bought, str):
        return _waiting(bought, charge)
    # counted from all refunds so far: one that was overtaken by a later one takes nothing more
    target = bought["credits"] * charge.amount_refunded // charge.amount
    share = target - bought["lost"] - bought["refunded"]
    if share > 0 and _left(bought) <= 0:  # a dispute has it all: should it be won, it comes back
        return _waiting(f"won:{bought['payment']}", charge)
    return _revoke(tx, bought, share, f"refund:{charge.id}:{charge.amount_refunded}")


def _disputed(tx: Tx, dispute: Dispute) -> Outcome:
    if dispute.status.startswith("warning_"):
        return Outcome(did="nothing")  # an inquiry: no money has moved
    bought = _bought(tx, dispute.payment)
    if isinstance(bought, str):
        return _waiting(bought, dispute)
    outcome = _revoke(tx, bought, _left(bought), f"dispute:{dispute.id}")
    return outcome.model_copy(update={"tells": (dispute.id,)})


def _bought(tx: Tx, payment: str, invoice: str | None = None) -> DictRow | str:
    """What a payment bought; or the name to wait for, while that is not known."""
    invoice = invoice or tx.value(sql["invoice_of"], payment=payment)
    bought = tx.maybe(sql["purchase"], payment=invoice or payment)
    return bought or invoice or payment


def _left(bought: DictRow) -> int:
    """What can still be taken back: spent or not, but neither taken already nor lost."""
    left: int = bought["credits"] - bought["lost"] - bought["revoked"]
    return left


def _revoke(tx: Tx, bought: DictRow, share: int, key: str) -> Outcome:
    credits, payment = min(share, _left(bought)), bought["payment"]
    if credits <= 0:
        return Outcome(did="nothing", user_id=bought["user_id"], payment=payment)
    tx.run(sql["revoke"], payment=payment, credits=credits, key=f"stripe:{key}")
    return Outcome(did="revoked", user_id=bought["user_id"], payment=payment, credits=-credits)


def _reinstated(tx: Tx, dispute: Dispute) -> Outcome:
    if dispute.status != "won":
        return Outcome(did="nothing")
    bought = _bought(tx, dispute.payment)
    if isinstance(bought, str):
        return _waiting(dispute.id, dispute)
    revoked = f"stripe:dispute:{dispute.id}"
    taken = tx.value(sql["entry"], user_id=bought["user_id"], key=revoked)
    if not taken:
        return _waiting(dispute.id, dispute)
    payment = bought["payment"]
    tx.run(
        sql["reinstate"],
        payment=payment,
        revoked=revoked,
        key=f"stripe:reinstated:{dispute.id}",
        expires=bought["ends"] and bought["ends"] + GRACE,
    )
    return Outcome(
        did="reinstated",
        user_id=bought["user_id"],
        payment=payment,
        credits=-taken,
        tells=(f"won:{payment}",),
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
    outcome = Outcome(
        did="nothing",
        user_id=user_id,
        payment=invoice.payment,
        invoice=invoice.id,
        bought=credits,
        tells=tuple(filter(None, (invoice.id, invoice.payment))),
    )
    if tx.value(sql["entry"], **this):
        return outcome
    this["invoice"] = invoice.id
    newest = tx.maybe(sql["newest_period"], user_id=user_id, periods=periods)
    if newest is None or newest["ends"] < invoice.ends:
        expires = invoice.ends + GRACE
        tx.run(sql["renew"], **this, credits=credits, rollover=plan.rollover, expires=expires)
    else:
        # overtaken by a later period: what would have gone along into it
        credits = min(credits, plan.rollover - newest["rolled_over"])
        if credits <= 0:
            return outcome
        expires = newest["ends"] + GRACE
        tx.run(sql["add_late_period"], **this, credits=credits, expires=expires)
    renewed = {"did": "renewed", "customer": invoice.customer, "credits": credits}
    return outcome.model_copy(update=renewed)


def _invoice_payment(tx: Tx, paid: InvoicePayment) -> Outcome:
    payment = paid.payment.payment_intent or paid.payment.charge
    return Outcome(
        did="noted", payment=payment, invoice=paid.invoice, tells=(payment,) if payment else ()
    )


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
    "invoice_payment.paid": _about(InvoicePayment, _invoice_payment),
    "charge.refunded": _about(Charge, _refunded),
    "charge.dispute.created": _about(Dispute, _disputed),
    "charge.dispute.funds_withdrawn": _about(Dispute, _disputed),
    "charge.dispute.funds_reinstated": _about(Dispute, _reinstated),
    "charge.dispute.closed": _about(Dispute, _reinstated),
    "customer.subscription.updated": _about(Subscription, _subscription_changed),
    "customer.subscription.deleted": _about(Subscription, _subscription_changed),
}
"""What each kind of event does. Every other kind is acknowledged and does nothing."""
