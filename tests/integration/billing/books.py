"""Stripe is heard, and the books are read."""

import time
from typing import Any
from uuid import UUID

import psycopg

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.domains.billing import service as billing
from tests import factories
from tests.integration.billing.stripe_says import MONTH, Event, signed

Admin = psycopg.Connection[dict[str, Any]]
NEXT = int(time.time()) + MONTH


def hear(said: Event) -> str:
    """Stripe posts an event; answers what was done."""
    body, header = signed(said)
    return billing.receive(body, header, now=time.time()).did


def hear_all(*said: Event) -> list[str]:
    return [hear(one) for one in said]


def balance(user_id: UUID) -> int:
    """What the user can spend; the books are in order too."""
    assert factories.balanced(user_id)
    with db.transaction(Actor.user(user_id), read_only=True) as tx:
        found: int = tx.value("select get_credit_balance(auth.uid())")
        return found


def entries(user_id: UUID) -> list[tuple[str, int]]:
    with db.transaction(Actor.user(user_id), read_only=True) as tx:
        rows = tx.all("select type, amount from credit_ledger order by entry_no")
        return [(row["type"], row["amount"]) for row in rows]


def debts(user_id: UUID) -> list[int]:
    with db.transaction(Actor.user(user_id), read_only=True) as tx:
        return [row["amount"] for row in tx.all("select amount from credit_debts")]


def spend(user_id: UUID, credits: int) -> None:
    job_id = factories.job(user_id, reserve=credits)
    with db.transaction(Actor.worker(user_id)) as tx:
        tx.run("select settle_credits(%(id)s, %(credits)s)", id=job_id, credits=credits)
