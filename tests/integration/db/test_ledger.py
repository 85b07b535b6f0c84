"""The ledger under contention, over time, and against hands that should stay off it."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from chalicelib import db, errors
from chalicelib.actor import Actor
from tests import factories

pytestmark = pytest.mark.usefixtures("database")


def reserve(user: UUID, job: UUID, amount: int) -> Any:
    with db.transaction(Actor.worker(user)) as tx:
        return tx.value(
            "select reserve_credits(%(user)s, %(job)s, %(amount)s)",
            user=user,
            job=job,
            amount=amount,
        )


def settle(user: UUID, job: UUID, final: int) -> Any:
    with db.transaction(Actor.worker(user)) as tx:
        return tx.value("select settle_credits(%(job)s, %(final)s)", job=job, final=final)


def release(user: UUID, job: UUID) -> Any:
    with db.transaction(Actor.worker(user)) as tx:
        return tx.value("select release_credits(%(job)s)", job=job)


def balance(user: UUID) -> Any:
    with db.transaction(Actor.user(user)) as tx:
        return tx.value("select get_credit_balance(%(user)s)", user=user)


def entries(user: UUID) -> list[tuple[Any, ...]]:
    with db.transaction(Actor.user(user)) as tx:
        rows = tx.all("select type, amount, reason from credit_ledger order by entry_no")
        return [tuple(row.values()) for row in rows]


def ended_jobs(user: UUID, count: int) -> list[UUID]:
    project = factories.project(user)
    return [factories.job(user, project, status="READY") for _ in range(count)]


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """What `count` threads get that all begin at the same moment; a refusal counts as its class."""
    gate = threading.Barrier(count)

    def one(number: int) -> Any:
        gate.wait()
        try:
            return work(number)
        except errors.ShowrunnerError as refusal:
            return type(refusal)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_a_job_is_paid_by_its_owner_alone() -> None:
    alice, bob = factories.user(), factories.user()
    job = factories.job(alice)
    with pytest.raises(errors.Forbidden):
        reserve(bob, job, 1)
    assert reserve(alice, job, 1)
    with pytest.raises(errors.Forbidden):
        reserve(bob, job, 1)
    assert balance(bob) == 10


def test_ten_slots_for_thirty_two() -> None:
    alice = factories.user(credits=100)
    jobs = ended_jobs(alice, 32)
    won = at_once(32, lambda n: reserve(alice, jobs[n], 10))
    assert sorted(won) == [False] * 22 + [True] * 10
    assert balance(alice) == 0
    assert factories.balanced(alice)


def test_sixteen_settle_one_hold_and_it_is_charged_once() -> None:
    alice = factories.user()
    [job] = ended_jobs(alice, 1)
    reserve(alice, job, 8)
    assert at_once(16, lambda _: settle(alice, job, 5)) == [5] * 16
    assert [entry for entry in entries(alice) if entry[0] == "usage"] == [("usage", -5, None)]
    assert balance(alice) == 5
    assert factories.balanced(alice)


def test_settling_and_releasing_at_once_resolves_once() -> None:
    alice = factories.user()
    for job in ended_jobs(alice, 5):
        before = balance(alice)
        reserve(alice, job, 2)
        answers = at_once(
            8, lambda n, job=job: settle(alice, job, 1) if n % 2 else release(alice, job)
        )
        assert set(answers) in ({1, errors.IllegalMove}, {0, errors.IllegalMove})
        assert balance(alice) == before - (1 if 1 in answers else 0)
    assert factories.balanced(alice)


def test_sixteen_additions_with_one_key_are_one() -> None:
    alice = factories.user(credits=0)
    made = at_once(16, lambda _: factories.credits(alice, 7, key="same"))
    assert len(set(made)) == 1
    assert balance(alice) == 7


def test_sixteen_first_requests_make_one_user() -> None:
    user = uuid4()

    def first_request(_: int) -> None:
        with db.transaction(Actor.worker(user)) as tx:
            tx.run("select ensure_profile(%(user)s)", user=user)

    assert at_once(16, first_request) == [None] * 16
    assert entries(user) == [("grant", 10, None)]


def test_the_same_key_for_something_else_is_refused() -> None:
    alice = factories.user()
    factories.credits(alice, 7, key="once")
    with pytest.raises(errors.InvalidInput):
        factories.credits(alice, 8, key="once")
    assert balance(alice) == 17


def test_one_payment_buys_once_whoever_claims_it() -> None:
    payment = f"pi_{uuid4().hex}"
    factories.credits(factories.user(), 50, kind="purchase", stripe=payment)
    bob = factories.user()
    with pytest.raises(errors.Conflict):
        factories.credits(bob, 50, kind="purchase", stripe=payment)
    assert balance(bob) == 10


def test_nobody_books_for_someone_else() -> None:
    alice, bob = factories.user(), factories.user()
    [job] = ended_jobs(alice, 1)
    with pytest.raises(errors.Forbidden), db.transaction(Actor.worker(bob)) as tx:
        tx.value("select reserve_credits(%(user)s, %(job)s, 1)", user=alice, job=job)
    reserve(alice, job, 1)
    with pytest.raises(errors.Forbidden):
        settle(bob, job, 1)
    with pytest.raises(errors.Forbidden), db.transaction(Actor.user(alice)) as tx:
        tx.value("select settle_credits(%(job)s, 0)", job=job)
    assert balance(alice) == 9


def test_a_job_never_costs_more_than_it_held() -> None:
    alice = factories.user()
    [job] = ended_jobs(alice, 1)
    reserve(alice, job, 4)
    assert settle(alice, job, 9) == 4
    assert entries(alice)[-1] == ("usage", -4, "overrun")
    assert balance(alice) == 6


def test_a_settled_job_is_never_charged_again_and_a_released_one_may_be_held_anew() -> None:
    alice = factories.user()
    settled, released = ended_jobs(alice, 2)
    reserve(alice, settled, 2)
    settle(alice, settled, 2)
    with pytest.raises(errors.IllegalMove):
        reserve(alice, settled, 2)
    reserve(alice, released, 2)
    assert release(alice, released) == release(alice, released) == 0
    assert reserve(alice, released, 3)
    assert factories.balanced(alice)


def test_what_returns_to_a_lot_that_is_due_expires_at_once(admin: psycopg.Connection) -> None:
    alice = factories.user(credits=0)
    factories.credits(alice, 10, expires=datetime.now(UTC) + timedelta(hours=1))
    [job] = ended_jobs(alice, 1)
    reserve(alice, job, 6)
    admin.execute(
        "update credit_lots set expires_at = now() - interval '1 s' where user_id = %s", (alice,)
    )
    admin.execute("update credit_accounts set next_expiry = now() where user_id = %s", (alice,))
    assert settle(alice, job, 2) == 2
    assert balance(alice) == 0
    happened = [f"{kind} {amount}" for kind, amount, _ in entries(alice)]
    assert happened == (
        ["grant 10", "reserve -6", "expire -4", "reserve 6", "usage -2", "expire -4"]
    )
    assert factories.balanced(alice)


def test_a_refund_lasts_as_long_as_what_was_used_and_at_least_thirty_days() -> None:
    now = datetime.now(UTC)
    for lasts, refund_lasts in ((2, 30), (90, 90), (None, None)):
        alice = factories.user(credits=0)
        factories.credits(alice, 5, expires=lasts and now + timedelta(days=lasts))
        [job] = ended_jobs(alice, 1)
        reserve(alice, job, 5)
        settle(alice, job, 5)
        with db.transaction(Actor.worker(alice)) as tx:
            tx.run("select refund_credits(%(job)s, 3, 'r', 'sorry')", job=job)
            expires = tx.value("select expires_at from credit_lots where kind = 'refund'")
        days = None if expires is None else round((expires - now).total_seconds() / 86400)
        assert days == refund_lasts


def test_a_disputed_payment_leaves_a_debt_and_a_flag() -> None:
    alice = factories.user(credits=0)
    payment = f"pi_{uuid4().hex}"
    factories.credits(alice, 10, kind="purchase", stripe=payment)
    [job] = ended_jobs(alice, 1)
    reserve(alice, job, 7)
    with db.transaction(Actor.worker(alice)) as tx:
        for _ in range(2):
            taken = tx.value("select revoke_purchase(%(p)s, 10, 'dispute')", p=payment)
            assert taken == 3
        assert tx.one("select amount, note from credit_debts") == {
            "amount": 7,
            "note": "7 of 10 refunded credits were already used",
        }
        assert tx.value("select flagged_reason from credit_accounts") == "purchase_refunded"
    release(alice, job)
    assert balance(alice) == 0, "what the hold gave back was bought with the refunded payment"
    assert factories.balanced(alice)


def test_what_was_taken_back_is_given_again_once_and_can_be_taken_again() -> None:
    alice, mallory = factories.user(credits=0), factories.user()
    payment = f"pi_{uuid4().hex}"
    factories.credits(alice, 10, kind="purchase", stripe=payment)
    again = "select reinstate_purchase(%(p)s, 'dispute', 'won')"
    with db.transaction(Actor.worker(alice)) as tx:
        tx.run("select revoke_purchase(%(p)s, 10, 'dispute')", p=payment)
        assert [tx.value(again, p=payment) for _ in range(2)] == [10, 10]
    assert balance(alice) == 10
    with db.transaction(Actor.worker(alice)) as tx:
        assert tx.value("select revoke_purchase(%(p)s, 4, 'refund')", p=payment) == 4
    with pytest.raises(errors.InvalidInput), db.transaction(Actor.worker(alice)) as tx:
        tx.run("select revoke_purchase(%(p)s, 7, 'more')", p=payment)
    with pytest.raises(errors.NotFound), db.transaction(Actor.worker(alice)) as tx:
        tx.run("select reinstate_purchase(%(p)s, 'nothing', 'won')", p=payment)
    with pytest.raises(errors.Forbidden), db.transaction(Actor.worker(mallory)) as tx:
        tx.run(again, p=payment)
    assert balance(alice) == 6
    assert factories.balanced(alice)


def test_a_hold_times_out_unless_its_job_runs(
    fresh_database: str, admin: psycopg.Connection
) -> None:
    dead, alive, waiting = (factories.user() for _ in range(3))
    for user in (dead, alive, waiting):
        factories.job(user, reserve=4, status="RENDERING")
    admin.execute(
        "update jobs set lease_until = now() + interval '1 hour' where user_id = %s", (alive,)
    )
    admin.execute("update jobs set wait_token = 'token' where user_id = %s", (waiting,))
    admin.execute("update credit_holds set expires_at = now() - interval '1 s'")
    with db.transaction(Actor.service()) as tx:
        assert tx.value("select time_out_holds()") == 1
        assert tx.value("select time_out_holds()") == 0
    assert (balance(dead), balance(alive), balance(waiting)) == (10, 6, 6)
    assert entries(dead)[-1] == ("reserve", 4, "timed_out")
    assert factories.balanced()


def test_a_heartbeat_keeps_the_hold(admin: psycopg.Connection) -> None:
    alice = factories.user()
    job = factories.job(alice, reserve=4, status="RENDERING")
    admin.execute(
        "update credit_holds set expires_at = now() + interval '1 h' where job_id = %s", (job,)
    )
    with db.transaction(Actor.worker(alice)) as tx:
        tx.run("update jobs set heartbeat_at = now() where id = %(job)s", job=job)
        left = tx.value(
            "select expires_at - now() from credit_holds where job_id = %(job)s", job=job
        )
    assert left > timedelta(hours=23)


def test_the_sweep_expires_what_is_due_for_everyone(
    fresh_database: str, admin: psycopg.Connection
) -> None:
    users = [factories.user(credits=0) for _ in range(5)]
    for user in users:
        factories.credits(user, 3, expires=datetime.now(UTC) + timedelta(hours=1))
        factories.credits(user, 2)
    admin.execute("update credit_lots set expires_at = now() where expires_at is not null")
    admin.execute("update credit_accounts set next_expiry = now()")
    with db.transaction(Actor.service()) as tx:
        assert tx.value("select expire_credits()") == 15
        assert tx.value("select expire_credits()") == 0
    assert {balance(user) for user in users} == {2}
    assert factories.balanced()


def test_entries_are_never_changed(admin: psycopg.Connection) -> None:
    alice = factories.user()
    for statement in (
        "update credit_ledger set note = 'x' where user_id = %s",
        "delete from credit_ledger where user_id = %s",
        "delete from auth.users where id = %s",
    ):
        with pytest.raises(psycopg.errors.RestrictViolation):
            admin.execute(statement, (alice,))
    for actor in (Actor.user(alice), Actor.worker(alice), Actor.service()):
        for statement in (
            "insert into credit_ledger default values",
            "update credit_accounts set available = 100",
            "delete from credit_ledger",
            "truncate credit_ledger",
        ):
            with pytest.raises(errors.Forbidden), db.transaction(actor) as tx:
                tx.run(statement)


def test_a_billed_project_can_be_deleted_and_its_entries_stay() -> None:
    alice = factories.user()
    project = factories.project(alice)
    job = factories.job(alice, project, reserve=2, status="PACKAGING")
    settle(alice, job, 2)
    with db.transaction(Actor.worker(alice)) as tx:
        tx.run("update jobs set status = 'READY'")
    with db.transaction(Actor.user(alice)) as tx:
        assert tx.run("delete from projects where id = %(id)s", id=project) == 1
    assert [entry[0] for entry in entries(alice)] == ["grant", "reserve", "reserve", "usage"]
    assert factories.balanced(alice)
