"""Each of Stripe's events has its effect once, whenever, however often and in whatever order."""

import itertools
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from chalicelib import db
from chalicelib.domains.billing import service as billing
from chalicelib.errors import BadRequest, Unavailable
from tests import factories
from tests.aws import set_environment
from tests.integration.billing import stripe_says as stripe
from tests.integration.billing.books import (
    Admin,
    balance,
    debts,
    entries,
    hear,
    hear_all,
    spend,
)
from tests.integration.billing.stripe_says import new, signed


@pytest.mark.parametrize(("cents", "credits"), [(900, 10), (3_900, 50), (9_900, 150)])
def test_a_pack_gives_its_credits_once(user_id: UUID, cents: int, credits: int) -> None:
    bought = stripe.purchase(user_id, cents)
    assert hear_all(bought, bought, bought) == ["credited"] * 3
    assert entries(user_id) == [("purchase", credits)]


def test_two_events_of_one_payment_give_its_credits_once(user_id: UUID) -> None:
    bought = stripe.purchase(user_id)
    session = bought["data"]["object"]
    hear_all(bought, stripe.event("checkout.session.async_payment_succeeded", session))
    assert balance(user_id) == 10


def test_metadata_names_the_credits_of_a_price_of_ones_own(user_id: UUID) -> None:
    hear(stripe.purchase(user_id, 1, metadata={"credits": "7"}))
    assert balance(user_id) == 7


def test_the_user_may_be_named_by_metadata_or_known_by_customer(user_id: UUID) -> None:
    customer = new("cus")
    hear(stripe.purchase(None, customer=customer, metadata={"user_id": str(user_id)}))
    hear(stripe.purchase(None, customer=customer))
    assert balance(user_id) == 20


def test_a_user_may_have_several_customers(user_id: UUID) -> None:
    first, second = new("cus"), new("cus")
    hear_all(stripe.purchase(user_id, customer=first), stripe.purchase(user_id, customer=second))
    hear_all(stripe.purchase(None, customer=first), stripe.purchase(None, customer=second))
    assert balance(user_id) == 40


@pytest.mark.parametrize(
    "change",
    [
        {"payment_status": "unpaid"},
        {"mode": "setup"},
        {"amount_total": 901},
        {"currency": "eur"},
        {"client_reference_id": None},
        {"client_reference_id": "not-a-uuid"},
        {"client_reference_id": "a0a0a0a0-0000-4000-8000-000000000001"},
        {"amount_total": None, "metadata": {"credits": "-5"}},
        {"amount_total": None, "metadata": {"credits": "1e3"}},
        {"amount_total": None, "metadata": {"credits": "99999999"}},
        {"amount_total": None, "metadata": {"credits": ["x"]}},
    ],
    ids=str,
)
def test_what_is_no_paid_pack_of_a_user_gives_nothing(user_id: UUID, change: Any) -> None:
    assert hear(stripe.purchase(user_id, **change)) in ("nothing", "noted")
    assert balance(user_id) == 0


def test_a_payment_that_succeeds_later_gives_its_credits_then(user_id: UUID) -> None:
    later = stripe.purchase(user_id, payment_status="unpaid")
    assert hear(later) == "noted"
    session = {**later["data"]["object"], "payment_status": "paid"}
    assert hear(stripe.event("checkout.session.async_payment_succeeded", session)) == "credited"
    assert balance(user_id) == 10


def test_a_refund_takes_the_pack_back_and_no_more(user_id: UUID) -> None:
    factories.credits(user_id, 5)
    payment = new("pi")
    hear(stripe.purchase(user_id, payment=payment))
    back = stripe.refund(payment, 900, 900)
    assert hear_all(back, back) == ["revoked"] * 2
    assert balance(user_id) == 5


def test_refunds_in_parts_add_up_in_any_order(user_id: UUID) -> None:
    payment = new("pi")
    hear(stripe.purchase(user_id, 3_900, payment=payment))
    third, two_thirds, whole = (stripe.refund(payment, 3_900, n) for n in (1_300, 2_600, 3_900))
    hear(two_thirds)
    assert balance(user_id) == 17  # a third of fifty, in favour of the user
    hear(third)
    assert balance(user_id) == 17
    hear(whole)
    assert balance(user_id) == 0


def test_spent_credits_are_owed_and_the_balance_never_goes_below_zero(
    user_id: UUID, admin: Admin
) -> None:
    payment = new("pi")
    hear(stripe.purchase(user_id, payment=payment))
    spend(user_id, 7)
    hear(stripe.refund(payment, 900, 900))
    assert balance(user_id) == 0
    owed = admin.execute(
        "select amount from credit_debts where user_id = %s", (user_id,)
    ).fetchone()
    flag = admin.execute(
        "select flagged_reason from credit_accounts where user_id = %s", (user_id,)
    ).fetchone()
    assert (owed, flag) == ({"amount": 7}, {"flagged_reason": "purchase_refunded"})


def test_a_refund_that_comes_before_its_purchase_waits_for_it(user_id: UUID) -> None:
    payment = new("pi")
    assert hear(stripe.refund(payment, 900, 900)) == "waiting"
    assert hear(stripe.purchase(user_id, payment=payment)) == "credited"
    assert entries(user_id) == [("purchase", 10), ("expire", -10)]


def test_a_dispute_takes_back_and_a_won_one_gives_again(user_id: UUID) -> None:
    payment = new("pi")
    hear(stripe.purchase(user_id, payment=payment))
    hear_all(stripe.dispute(payment), stripe.dispute(payment, "funds_withdrawn"))
    assert balance(user_id) == 0
    hear(stripe.dispute(payment, "closed", "won"))
    hear(stripe.dispute(payment, "funds_reinstated", "won"))
    assert balance(user_id) == 10


def test_a_lost_dispute_and_an_inquiry_move_nothing(user_id: UUID) -> None:
    payment, other = new("pi"), new("pi")
    hear(stripe.purchase(user_id, payment=payment))
    hear(stripe.purchase(user_id, payment=other))
    hear_all(stripe.dispute(payment), stripe.dispute(payment, "closed", "lost"))
    hear(stripe.dispute(other, "created", "warning_needs_response"))
    assert balance(user_id) == 10


def test_a_won_dispute_heard_of_before_it_began_is_even(user_id: UUID) -> None:
    payment = new("pi")
    assert hear(stripe.dispute(payment, "closed", "won")) == "waiting"
    assert hear(stripe.dispute(payment)) == "waiting"
    hear(stripe.purchase(user_id, payment=payment))
    assert balance(user_id) == 10
    assert [kind for kind, _ in entries(user_id)] == ["purchase", "expire", "grant"]


@pytest.mark.parametrize("part", [450, 900])
def test_a_refund_after_a_won_dispute_takes_what_came_back(user_id: UUID, part: int) -> None:
    payment = new("pi")
    hear(stripe.purchase(user_id, payment=payment))
    hear_all(stripe.dispute(payment), stripe.dispute(payment, "closed", "won"))
    assert hear_all(stripe.refund(payment, 900, 450), stripe.refund(payment, 900, part)) == [
        "revoked",
        "nothing" if part == 450 else "revoked",
    ]
    assert balance(user_id) == 10 - 10 * part // 900
    assert debts(user_id) == []


def test_purchase_dispute_win_and_refund_come_to_the_same_in_any_order() -> None:
    for order in itertools.permutations(range(4)):
        user_id, payment = factories.user(credits=0), new("pi")
        said = [
            stripe.purchase(user_id, payment=payment),
            stripe.dispute(payment),
            stripe.dispute(payment, "closed", "won"),
            stripe.refund(payment, 900, 450),
        ]
        hear_all(*[said[n] for n in order] * 2)
        assert balance(user_id) == 5, order


def test_a_refund_of_what_is_contested_waits_for_the_verdict(user_id: UUID) -> None:
    payment = new("pi")
    hear_all(stripe.purchase(user_id, payment=payment), stripe.dispute(payment))
    assert hear(stripe.refund(payment, 900, 450)) == "waiting"
    assert hear(stripe.dispute(payment, "closed", "lost")) == "nothing"
    assert balance(user_id) == 0


def test_what_was_spent_before_a_won_dispute_is_owed_once(user_id: UUID) -> None:
    payment = new("pi")
    hear(stripe.purchase(user_id, payment=payment))
    spend(user_id, 7)
    hear_all(stripe.dispute(payment), stripe.dispute(payment, "closed", "won"))
    assert balance(user_id) == 3
    hear(stripe.refund(payment, 900, 900))
    assert (balance(user_id), debts(user_id)) == (0, [7])


def test_events_of_other_kinds_are_acknowledged() -> None:
    assert hear(stripe.event("payment_method.attached", {"id": "pm_1"})) == "nothing"
    assert hear(stripe.event("future.thing", {})) == "nothing"


def test_nothing_personal_is_kept_of_an_event(user_id: UUID, admin: Admin) -> None:
    payment = new("pi")
    bought = stripe.purchase(user_id, payment=payment)
    waiting = stripe.refund(new("pi"), 900, 900)
    waiting["data"]["object"]["billing_details"] = {"email": "someone@example.com"}
    hear_all(bought, waiting)
    for said in (bought, waiting):
        row = admin.execute(
            "select * from private.stripe_events where event_id = %s", (said["id"],)
        ).fetchone()
        assert row is not None
        assert "someone" not in str(row)


@pytest.mark.parametrize(
    ("shift", "heard"), [(0, True), (-299, True), (299, True), (-301, False), (301, False)]
)
def test_only_events_signed_lately_are_heard(user_id: UUID, shift: int, heard: bool) -> None:
    now = time.time()
    body, header = signed(stripe.purchase(user_id), at=int(now) + shift)
    if heard:
        assert billing.receive(body, header, now=int(now)).did == "credited"
    else:
        with pytest.raises(BadRequest):
            billing.receive(body, header, now=int(now))
    assert balance(user_id) == (10 if heard else 0)


def test_a_tampered_event_changes_nothing(user_id: UUID, admin: Admin) -> None:
    said = stripe.purchase(user_id)
    body, header = signed(said)
    for wrong in (
        (body.replace(b"900", b"9900"), header),
        (body, signed(said, secret="whsec_other")[1]),
        (body, ""),
        (body + b"\n", header),
        (body[:-1], header),
    ):
        with pytest.raises(BadRequest):
            billing.receive(*wrong, now=time.time())
    assert balance(user_id) == 0
    found = admin.execute(
        "select from private.stripe_events where event_id = %s", (said["id"],)
    ).fetchone()
    assert found is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"not json",
        b'{"id": "evt_1", "object": "v2.core.event", "type": "v1.thing"}',
        b'{"id": "evt_1", "type": "invoice.paid", "created": 1, "data": {"object": []}}',
        b'{"id": "evt_1", "type": "invoice.paid", "created": 1, "data": {"object": {"id": 1}}}',
        b'{"id": "", "type": "x", "created": 1, "data": {"object": {}}}',
        b"\xff\xfe",
    ],
)
def test_a_signed_body_that_is_no_event_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequest):
        billing.receive(*signed(body), now=time.time())


def test_a_deployment_without_a_secret_takes_no_payments(user_id: UUID) -> None:
    set_environment({"STRIPE_WEBHOOK_SECRET": None})
    body, header = signed(stripe.purchase(user_id))
    with pytest.raises(Unavailable):
        billing.receive(body, header, now=time.time())


def test_an_effect_that_fails_leaves_no_trace_and_can_be_repeated(
    user_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies between the credits and the commit."""

    class Killed(BaseException):
        """As SIGKILL: nothing after it runs."""

    def die(*_: object, **__: object) -> None:
        raise Killed

    bought = stripe.purchase(user_id)
    with monkeypatch.context() as patched:
        patched.setattr(billing, "Jsonb", die)  # the credits are booked, the outcome is not
        with pytest.raises(Killed):
            hear(bought)
    assert balance(user_id) == 0
    assert hear(bought) == "credited"
    assert balance(user_id) == 10


def test_one_event_heard_by_eight_at_once_counts_once(user_id: UUID) -> None:
    bought = stripe.purchase(user_id)
    together = threading.Barrier(8)

    def work(_: int) -> str:
        together.wait()
        try:
            return hear(bought)
        finally:
            db.disconnect()

    with ThreadPoolExecutor(8) as workers:
        assert set(workers.map(work, range(8))) == {"credited"}
    assert entries(user_id) == [("purchase", 10)]
