"""Three hundred events of many users, each three times, shuffled, with forgeries in between.

The balances must be those of a quiet life in which everything came once and in order.
"""

import random
import time
from dataclasses import dataclass, field
from uuid import UUID

import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.domains.billing import service as billing
from chalicelib.errors import BadRequest
from tests import factories
from tests.integration.billing import stripe_says as stripe
from tests.integration.billing.stripe_says import MONTH, Event, new, signed

PACKS = {900: 10, 3_900: 50, 9_900: 150}
ROLLOVER = {30: 0, 100: 50, 300: 150}


@dataclass
class Life:
    """What one user does at Stripe, and what is left of it."""

    user_id: UUID
    balance: int = 0
    events: list[Event] = field(default_factory=list)

    def buys(self, chance: random.Random) -> None:
        cents, payment = chance.choice(list(PACKS)), new("pi")
        credits = PACKS[cents]
        self.events.append(stripe.purchase(self.user_id, cents, payment=payment))
        self.balance += credits
        match chance.randrange(7):
            case 0:  # a refund in parts
                parts = sorted(chance.sample(range(1, cents), 3))
                self.events += [stripe.refund(payment, cents, part) for part in parts]
                self.balance -= credits * parts[-1] // cents
            case 1:  # all of it back
                self.events.append(stripe.refund(payment, cents, cents))
                self.balance -= credits
            case 2:  # a dispute, lost
                self.events += [
                    stripe.dispute(payment),
                    stripe.dispute(payment, "funds_withdrawn"),
                    stripe.dispute(payment, "closed", "lost"),
                ]
                self.balance -= credits
            case 3:  # a dispute, won
                self.events += [
                    stripe.dispute(payment),
                    stripe.dispute(payment, "closed", "won"),
                    stripe.dispute(payment, "funds_reinstated", "won"),
                ]

            case 4:  # a dispute, won, and a refund after all
                part = chance.randrange(1, cents)
                self.events += [
                    stripe.dispute(payment),
                    stripe.dispute(payment, "closed", "won"),
                    stripe.refund(payment, cents, part),
                ]
                self.balance -= credits * part // cents

    def subscribes(self, chance: random.Random) -> None:
        credits, customer, subscription = chance.choice(list(ROLLOVER)), new("cus"), new("sub")
        self.events.append(stripe.subscribed(self.user_id, customer))
        unused = 0
        for period in range(1, chance.randint(1, 4) + 1):
            ends = int(time.time()) + period * MONTH
            paid = stripe.invoice(customer, subscription, credits, ends)
            payment = new("pi")
            self.events += stripe.paid_with(paid, payment, chance.choice(stripe.VERSIONS))
            unused = min(unused, ROLLOVER[credits]) + credits
        match chance.randrange(4):
            case 0:  # some of the last period back
                parts = sorted(chance.sample(range(1, 1_900), 2))
                self.events += [stripe.refund(payment, 1_900, part) for part in parts]
                unused -= credits * parts[-1] // 1_900
            case 1:  # a dispute about it, lost
                self.events += [stripe.dispute(payment), stripe.dispute(payment, "closed", "lost")]
                unused -= credits
            case 2:  # a dispute about it, won, and all of it back
                self.events += [
                    stripe.dispute(payment),
                    stripe.dispute(payment, "closed", "won"),
                    stripe.refund(payment, 1_900, 1_900),
                ]
                unused -= credits
        self.events.append(stripe.subscription(customer, chance.choice(["updated", "deleted"])))
        self.balance += unused


def lives(chance: random.Random) -> list[Life]:
    """Users with about three hundred events between them."""
    found = []
    while sum(len(life.events) for life in found) < 300:
        life = Life(factories.user(credits=0))
        for _ in range(chance.randint(1, 4)):
            life.buys(chance)
        if chance.random() < 0.6:
            life.subscribes(chance)
        found.append(life)
    return found


def forged(said: Event, chance: random.Random) -> tuple[bytes, str]:
    """The event as someone else would send it, or at another time."""
    body, header = signed(said)
    match chance.randrange(4):
        case 0:
            return body.replace(b'"created"', b'"Created"', 1), header
        case 1:
            return signed(said, secret="whsec_guessed")
        case 2:
            return signed(said, at=int(time.time()) - 400)
        case _:
            return signed(said, at=int(time.time()) + 400)


@pytest.mark.parametrize("seed", [1, 2])
def test_balances_are_exact_after_the_storm(database: str, seed: int) -> None:
    chance = random.Random(seed)
    users = lives(chance)
    said = [event for life in users for event in life.events] * 3
    chance.shuffle(said)
    refused = 0
    for event in said:
        if chance.random() < 0.2:
            refused += 1
            with pytest.raises(BadRequest):
                billing.receive(*forged(event, chance), now=time.time())
        body, header = signed(event)
        billing.receive(body, header, now=time.time())
    assert len(said) >= 900
    assert refused > 100
    for life in users:
        assert factories.balanced(life.user_id)
        with db.transaction(Actor.user(life.user_id), read_only=True) as tx:
            balance = tx.value("select get_credit_balance(auth.uid())")
        assert balance == life.balance, f"seed {seed}: {[e['type'] for e in life.events]}"
