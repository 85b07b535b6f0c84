"""Events as Stripe posts them, and the header that signs them."""

import hashlib
import hmac
import itertools
import json
import random
import time
from typing import Any
from uuid import UUID

SECRET = "whsec_of_the_tests"
MONTH = 30 * 24 * 3600

Event = dict[str, Any]

_counter = itertools.count(random.SystemRandom().randrange(10**12))


def new(prefix: str) -> str:
    """An id nobody has used before."""
    return f"{prefix}_{next(_counter)}"


def event(kind: str, content: dict[str, Any], **also: Any) -> Event:
    return {
        "id": new("evt"),
        "object": "event",
        "type": kind,
        "created": int(time.time()),
        "livemode": False,
        "data": {"object": content},
        **also,
    }


def signed(
    said: Event | bytes, *, at: int | None = None, secret: str = SECRET
) -> tuple[bytes, str]:
    """The body of an event and its Stripe-Signature."""
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    moment = int(time.time()) if at is None else at
    mac = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return body, f"t={moment},v1={mac},v0={'0' * 64}"


def purchase(
    user_id: UUID | None, cents: int = 900, *, payment: str | None = None, **also: Any
) -> Event:
    """A pack was paid for."""
    session = {
        "id": new("cs"),
        "object": "checkout.session",
        "mode": "payment",
        "payment_status": "paid",
        "amount_total": cents,
        "currency": "usd",
        "customer": None,
        "payment_intent": payment or new("pi"),
        "client_reference_id": str(user_id) if user_id else None,
        "metadata": {},
        "customer_details": {"email": "someone@example.com"},
        **also,
    }
    return event("checkout.session.completed", session)


def subscribed(user_id: UUID, customer: str) -> Event:
    """A subscription was ordered; its first invoice comes by itself."""
    return purchase(user_id, 1_900, mode="subscription", customer=customer, payment_intent=None)


def invoice(
    customer: str,
    subscription: str,
    credits: int,
    ends: int,
    reason: str = "subscription_cycle",
    **also: Any,
) -> Event:
    """A period of a subscription was paid for."""
    line = {"period": {"start": ends - MONTH, "end": ends}, "metadata": {}}
    content = {
        "id": new("in"),
        "object": "invoice",
        "customer": customer,
        "billing_reason": reason,
        "lines": {"data": [line]},
        "parent": {
            "subscription_details": {
                "subscription": subscription,
                "metadata": {"credits": str(credits)},
            }
        },
        **also,
    }
    return event("invoice.paid", content)


def paid_with(paid: Event, payment: str, version: str) -> list[Event]:
    """An invoice's event and how Stripe's API, in several versions, says what paid it."""
    content = paid["data"]["object"]
    about = {
        "id": new("inpay"),
        "object": "invoice_payment",
        "invoice": content["id"],
        "payment": {"type": "payment_intent", "payment_intent": payment},
    }
    match version:
        case "payment_intent":
            content["payment_intent"] = payment
        case "payments":
            content["payments"] = {"object": "list", "data": [about]}
        case "invoice_payment":
            return [paid, event("invoice_payment.paid", about)]
    return [paid]


VERSIONS = ("payment_intent", "payments", "invoice_payment")


def refund(payment: str, amount: int, so_far: int, **also: Any) -> Event:
    """Some of a payment went back; `so_far` counts all refunds of it."""
    charge = {
        "id": f"ch_of_{payment}",
        "object": "charge",
        "payment_intent": payment,
        "amount": amount,
        "amount_refunded": so_far,
        "refunded": so_far == amount,
        **also,
    }
    return event("charge.refunded", charge)


def dispute(payment: str, kind: str = "created", status: str = "needs_response") -> Event:
    """The payer contests a payment."""
    content = {
        "id": f"dp_of_{payment}",
        "object": "dispute",
        "payment_intent": payment,
        "charge": f"ch_of_{payment}",
        "status": status,
    }
    return event(f"charge.dispute.{kind}", content)


def subscription(customer: str, kind: str = "updated", status: str = "active") -> Event:
    """A subscription changed or ended."""
    content = {"id": new("sub"), "object": "subscription", "customer": customer, "status": status}
    return event(f"customer.subscription.{kind}", content)
