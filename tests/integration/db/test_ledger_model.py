"""Hypothesis drives the ledger and its plain-Python model; after every step they agree."""

import copy
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.errors import ShowrunnerError
from chalicelib.settings import settings as product_settings
from tests import factories
from tests.integration.db.ledger_model import Account, Entry

AMOUNTS = st.integers(1, 12)
HOURS = st.sampled_from([None, 1, 5, 24, 24 * 40])
KEYS = st.sampled_from([f"key-{n}" for n in range(6)])
PAYMENTS = st.sampled_from([f"payment-{n}" for n in range(3)])

ADD = (
    "select add_credits(%(user)s, %(kind)s, %(amount)s, %(key)s,"
    " clock_timestamp() + %(hours)s * interval '1 hour', %(priority)s, %(payment)s)"
)
RENEW = (
    "select renew_subscription(%(user)s, %(amount)s, %(cap)s, %(key)s,"
    " clock_timestamp() + %(hours)s * interval '1 hour')"
)
ENTRIES = "select type, amount, balance_after, held_after from credit_ledger order by entry_no"
PASS = (
    "update credit_lots set expires_at = expires_at - %(hours)s * interval '1 hour'"
    " where user_id = %(user)s",
    "update credit_holds set expires_at = expires_at - %(hours)s * interval '1 hour'"
    " where user_id = %(user)s",
    "update credit_accounts set next_expiry = next_expiry - %(hours)s * interval '1 hour'"
    " where user_id = %(user)s",
)


class Ledger(RuleBasedStateMachine):
    """One user's account and jobs."""

    jobs = Bundle("jobs")

    def __init__(self) -> None:
        super().__init__()
        self.user = factories.user(credits=0)
        self.project = factories.project(self.user)
        self.model = Account()
        self.tag = uuid4().hex
        url = product_settings().database_url.get_secret_value()
        self.admin = psycopg.connect(
            url.replace("//authenticator@", "//postgres@"), autocommit=True
        )

    def teardown(self) -> None:
        self.admin.close()

    def both(self, sql: str, model: Callable[[Account], Any], **params: Any) -> None:
        """Do it here and there: the same answer, or the same refusal that changed nothing."""
        self.model.step += 1
        before = copy.deepcopy(self.model)
        try:
            expected: Any = model(self.model)
        except ShowrunnerError as refusal:
            self.model = before
            expected = type(refusal)
        try:
            with db.transaction(Actor.worker(self.user)) as tx:
                answer = tx.value(sql, user=self.user, **params)  # type: ignore[arg-type]
        except ShowrunnerError as refusal:
            answer = type(refusal)
        if isinstance(answer, UUID):
            answer = None  # the id of an entry, which the model does not know
        assert answer == expected

    @rule(target=jobs, count=st.integers(1, 2))
    def order(self, count: int) -> Any:
        made = [str(factories.job(self.user, self.project, status="READY")) for _ in range(count)]
        return multiple(*made)

    @rule(
        kind=st.sampled_from(["grant", "subscription"]),
        amount=AMOUNTS,
        key=KEYS,
        hours=HOURS,
        priority=st.sampled_from([0, 50]),
    )
    def add(self, kind: str, amount: int, key: str, hours: int | None, priority: int) -> None:
        self.both(
            ADD,
            lambda model: model.add(kind, amount, key, hours, priority),
            kind=kind, amount=amount, key=key, hours=hours, priority=priority, payment=None,
        )  # fmt: skip

    @rule(payment=PAYMENTS, amount=AMOUNTS, hours=HOURS)
    def buy(self, payment: str, amount: int, hours: int | None) -> None:
        payment = f"{payment}-{self.tag}"
        self.both(
            ADD,
            lambda model: model.add("purchase", amount, f"stripe:{payment}", hours, 50, payment),
            kind="purchase", amount=amount, key=f"stripe:{payment}", hours=hours, priority=50,
            payment=payment,
        )  # fmt: skip

    @rule(job=jobs, amount=st.integers(0, 12))
    def reserve(self, job: str, amount: int) -> None:
        self.both(
            "select reserve_credits(%(user)s, %(job)s, %(amount)s)",
            lambda model: model.reserve(job, amount),
            job=job, amount=amount,
        )  # fmt: skip

    @rule(job=jobs, final=st.integers(-1, 14))
    def settle(self, job: str, final: int) -> None:
        self.both(
            "select settle_credits(%(job)s, %(final)s)",
            lambda model: model.resolve(job, "settled", final),
            job=job, final=final,
        )  # fmt: skip

    @rule(job=jobs)
    def release(self, job: str) -> None:
        self.both(
            "select release_credits(%(job)s)",
            lambda model: model.resolve(job, "voided", 0),
            job=job,
        )

    @rule(job=jobs, amount=AMOUNTS, key=KEYS)
    def refund(self, job: str, amount: int, key: str) -> None:
        key = f"refund-{key}"
        self.both(
            "select refund_credits(%(job)s, %(amount)s, %(key)s, 'test')",
            lambda model: model.refund(job, amount, key),
            job=job, amount=amount, key=key,
        )  # fmt: skip

    @rule(payment=PAYMENTS, amount=st.integers(0, 12), key=KEYS)
    def claw_back(self, payment: str, amount: int, key: str) -> None:
        payment, key = f"{payment}-{self.tag}", f"dispute-{payment}-{key}"
        self.both(
            "select revoke_purchase(%(payment)s, %(amount)s, %(key)s)",
            lambda model: model.revoke(payment, amount, key),
            payment=payment, amount=amount, key=key,
        )  # fmt: skip

    @rule(
        amount=AMOUNTS, cap=st.sampled_from([0, 5, 50]), key=KEYS, hours=st.sampled_from([5, 720])
    )
    def renew(self, amount: int, cap: int, key: str, hours: int) -> None:
        key = f"sub-{key}"
        self.both(
            RENEW,
            lambda model: model.renew(amount, cap, key, hours),
            amount=amount, cap=cap, key=key, hours=hours,
        )  # fmt: skip

    @rule()
    def expire(self) -> None:
        self.both("select expire_credits()", Account.expire)

    @rule()
    def time_out(self) -> None:
        self.both("select time_out_holds()", Account.time_out)

    @rule(hours=st.sampled_from([1, 4, 24, 24 * 31]))
    def time_passes(self, hours: int) -> None:
        self.model.hour += hours
        for statement in PASS:
            self.admin.execute(statement, {"hours": hours, "user": self.user})

    @invariant()
    def both_agree(self) -> None:
        with db.transaction(Actor.worker(self.user), read_only=True) as tx:
            entries = tx.all(ENTRIES)
            lots = tx.all("select kind, amount, remaining from credit_lots order by created_at")
            holds = tx.all("select status, settled_amount from credit_holds order by created_at")
            debts = tx.all("select amount from credit_debts order by created_at")
            balance = tx.value("select get_credit_balance(%(user)s)", user=self.user)
            check = tx.maybe("select * from credit_check")
        model = self.model
        assert [Entry(**entry) for entry in entries] == model.entries
        assert [tuple(lot.values()) for lot in lots] == [
            (lot.kind, lot.amount, lot.remaining) for lot in model.lots
        ]
        assert sorted(tuple(hold.values()) for hold in holds) == sorted(
            ((hold.status, hold.settled) for of_job in model.holds.values() for hold in of_job),
        )
        assert [debt["amount"] for debt in debts] == model.debts
        assert balance == model.available
        assert check is None or all(value for key, value in check.items() if key != "user_id")


@pytest.mark.usefixtures("database")
def test_the_ledger_agrees_with_its_model() -> None:
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            suppress_health_check=list(HealthCheck),
        ),
    )
