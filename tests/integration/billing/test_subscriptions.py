"""A paid invoice begins its period once; unused credits roll over; what is paid back goes."""

import itertools
from typing import Any
from uuid import UUID

import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.domains.billing import service as billing
from tests import factories
from tests.integration.billing import stripe_says as stripe
from tests.integration.billing.books import (
    NEXT,
    Admin,
    balance,
    debts,
    hear,
    hear_all,
    spend,
)
from tests.integration.billing.stripe_says import MONTH, Event, new


@pytest.mark.parametrize(
    ("credits", "after"), [(30, (30, 30, 30)), (100, (100, 150, 150)), (300, (300, 450, 450))]
)
def test_unused_credits_roll_over_up_to_the_plans_cap(
    user_id: UUID, credits: int, after: tuple[int, ...]
) -> None:
    customer, subscription = new("cus"), new("sub")
    hear(stripe.subscribed(user_id, customer))
    for period, expected in enumerate(after):
        paid = stripe.invoice(customer, subscription, credits, NEXT + period * MONTH)
        assert hear_all(paid, paid) == ["renewed"] * 2
        assert balance(user_id) == expected


class TestPeriodsThatArePaidBack:
    """A subscription of 100 a month, of which 50 roll over."""

    @pytest.fixture
    def periods(self, user_id: UUID) -> list[list[Event]]:
        """Two periods, each the events that tell of it, paid with `pi_<invoice>`."""
        return self.paid(user_id)

    def paid(self, user_id: UUID, version: str = "payments") -> list[list[Event]]:
        customer, subscription = new("cus"), new("sub")
        hear(stripe.subscribed(user_id, customer))
        invoices = [stripe.invoice(customer, subscription, 100, NEXT + n * MONTH) for n in range(2)]
        return [stripe.paid_with(one, self.payment(one), version) for one in invoices]

    def payment(self, invoice: Event) -> str:
        return f"pi_{invoice['data']['object']['id']}"

    def refund(self, period: list[Event], so_far: int, **also: Any) -> Event:
        return stripe.refund(self.payment(period[0]), 1_900, so_far, **also)

    @pytest.mark.parametrize("version", stripe.VERSIONS)
    def test_a_refund_takes_its_share(self, user_id: UUID, version: str) -> None:
        period = self.paid(user_id, version)[0]
        hear_all(*reversed(period))
        back = self.refund(period, 950)
        assert hear_all(back, back) == ["revoked"] * 2
        assert balance(user_id) == 50
        hear(self.refund(period, 1_900))
        assert (balance(user_id), debts(user_id)) == (0, [])

    def test_a_charge_may_name_the_invoice_itself(self, user_id: UUID) -> None:
        period = self.paid(user_id, "nowhere")[0]
        back = self.refund(period, 950, invoice=period[0]["data"]["object"]["id"])
        assert hear(back) == "waiting"
        hear_all(*period)
        assert balance(user_id) == 50

    def test_what_was_spent_is_owed_and_what_was_lost_is_not(
        self, user_id: UUID, periods: list[list[Event]]
    ) -> None:
        hear_all(*periods[0])
        spend(user_id, 30)
        hear_all(*periods[1])  # of 70 left 20 are lost
        assert balance(user_id) == 150
        hear(self.refund(periods[0], 1_900))
        assert (balance(user_id), debts(user_id)) == (100, [30])

    def test_a_held_credit_is_not_given_back_by_its_job(
        self, user_id: UUID, periods: list[list[Event]]
    ) -> None:
        hear_all(*periods[0])
        job_id = factories.job(user_id, reserve=40)
        hear(self.refund(periods[0], 1_900))
        assert (balance(user_id), debts(user_id)) == (0, [40])
        with db.transaction(Actor.worker(user_id)) as tx:
            tx.run("select release_credits(%(id)s)", id=job_id)
        assert balance(user_id) == 0

    def test_refunds_of_two_periods_come_to_the_same_in_any_order(self) -> None:
        for order in itertools.permutations(range(4)):
            user_id = factories.user(credits=0)
            first, second = self.paid(user_id)
            said = [*first, *second, self.refund(first, 950), self.refund(second, 950)]
            hear_all(*[said[n] for n in order] * 2)
            assert (balance(user_id), debts(user_id)) == (100, []), order

    def test_a_won_dispute_gives_the_period_again_until_it_ends(
        self, user_id: UUID, periods: list[list[Event]], admin: Admin
    ) -> None:
        payment = self.payment(periods[0][0])
        hear(stripe.dispute(payment))
        hear_all(*periods[0])
        assert balance(user_id) == 0
        hear(stripe.dispute(payment, "closed", "won"))
        assert balance(user_id) == 100
        found = admin.execute(
            "select extract(epoch from expires_at)::bigint as ends from credit_lots"
            " where user_id = %s and remaining > 0",
            (user_id,),
        ).fetchone()
        assert found == {"ends": NEXT + billing.GRACE}
        hear(self.refund(periods[0], 1_900))
        assert (balance(user_id), debts(user_id)) == (0, [])


def test_a_period_ends_with_some_days_of_grace(user_id: UUID, admin: Admin) -> None:
    customer = new("cus")
    hear(stripe.subscribed(user_id, customer))
    hear(stripe.invoice(customer, new("sub"), 30, NEXT))
    found = admin.execute(
        "select extract(epoch from expires_at)::bigint as ends from credit_lots where user_id = %s",
        (user_id,),
    ).fetchone()
    assert found == {"ends": NEXT + billing.GRACE}


def test_an_invoice_overtaken_by_the_next_one_adds_what_would_have_rolled_over(
    user_id: UUID,
) -> None:
    customer, subscription = new("cus"), new("sub")
    hear(stripe.subscribed(user_id, customer))
    first, second, third = (
        stripe.invoice(customer, subscription, 100, NEXT + n * MONTH) for n in range(3)
    )
    assert hear_all(third, first, second) == ["renewed", "renewed", "nothing"]
    assert balance(user_id) == 150


def test_an_invoice_before_its_customer_is_known_waits(user_id: UUID) -> None:
    customer, subscription = new("cus"), new("sub")
    invoices = [stripe.invoice(customer, subscription, 100, NEXT + n * MONTH) for n in range(2)]
    assert hear_all(*reversed(invoices)) == ["waiting", "waiting"]
    assert hear(stripe.subscribed(user_id, customer)) == "noted"
    assert balance(user_id) == 150


@pytest.mark.parametrize(
    "change",
    [
        {"subscription": "sub_old", "subscription_details": {"metadata": {"credits": "30"}}},
        {"subscription": "sub_old", "price": {"metadata": {"credits": "30"}}},
        {"subscription": "sub_old", "line": {"credits": "30"}},
    ],
    ids=["details", "price", "line"],
)
def test_older_api_versions_say_the_same_elsewhere(user_id: UUID, change: Any) -> None:
    customer = new("cus")
    hear(stripe.subscribed(user_id, customer))
    said = stripe.invoice(customer, "", 30, NEXT)
    content = said["data"]["object"]
    del content["parent"]
    content["subscription"] = f"{change['subscription']}_{customer}"
    content["subscription_details"] = change.get("subscription_details")
    content["lines"]["data"][0] |= {
        "price": change.get("price"),
        "metadata": change.get("line", {}),
    }
    assert hear(said) == "renewed"
    assert balance(user_id) == 30


@pytest.mark.parametrize(
    "reason", ["subscription_update", "manual", "subscription_threshold", None]
)
def test_other_invoices_begin_no_period(user_id: UUID, reason: Any) -> None:
    customer = new("cus")
    hear(stripe.subscribed(user_id, customer))
    assert hear(stripe.invoice(customer, new("sub"), 30, NEXT, reason)) == "nothing"
    assert balance(user_id) == 0


def test_a_subscription_that_ends_leaves_what_was_paid_for(user_id: UUID) -> None:
    customer, subscription = new("cus"), new("sub")
    hear(stripe.subscribed(user_id, customer))
    hear(stripe.invoice(customer, subscription, 30, NEXT))
    hear(stripe.subscription(customer, "updated", "past_due"))
    assert hear(stripe.subscription(customer, "deleted", "canceled")) == "noted"
    assert balance(user_id) == 30
