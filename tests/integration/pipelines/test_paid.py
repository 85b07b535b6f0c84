"""A paid call asks every budget first, and what it cost is written down once."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.domains.costs import service as costs
from chalicelib.domains.costs.models import BudgetsQuery, SetBudget
from chalicelib.errors import BudgetExceeded, PaidCallInFlight, ProviderUnavailable
from chalicelib.pipelines import artifacts, paid
from chalicelib.pipelines.paid import Made, Paid
from tests import factories

Admin = psycopg.Connection[DictRow]
PRICE = Decimal("0.40")

pytestmark = pytest.mark.usefixtures("studio")


@pytest.fixture
def alice() -> UUID:
    return factories.user()


def ask(
    user: UUID, what: str, make: Callable[[], Made] | None = None, run: UUID | None = None
) -> Any:
    def answer() -> Made:
        return Made(b"picture", ".png", "image/png", {"of": what}, PRICE, 7)

    return paid.once(
        Actor.worker(user), "image", "painter", (what,), make or answer,
        price=PRICE, run_id=run or UUID(int=1),
    )  # fmt: skip


def cap(user: UUID, usd: str, **also: Any) -> None:
    costs.set_budget(Actor.user(user), SetBudget(hard_cap_usd=Decimal(usd), **also))


def spent(user: UUID) -> tuple[Decimal, Decimal]:
    (budget,) = costs.budgets(Actor.user(user), BudgetsQuery()).items
    return budget.spent_usd, budget.reserved_usd


def bills(user: UUID) -> list[Any]:
    with db.transaction(Actor.user(user), read_only=True) as tx:
        return tx.all(
            "select provider, operation, cost_usd, tokens, run_id from channel_costs"
            " order by created_at"
        )


def test_what_is_paid_is_counted_and_written_down_once(alice: UUID) -> None:
    cap(alice, "1")
    run = uuid4()
    first = ask(alice, "a", run=run)
    again = ask(alice, "a", run=run)
    assert (first.found, again.found, first.facts) == (False, True, again.facts)
    assert spent(alice) == (PRICE, 0)
    (bill,) = bills(alice)
    assert bill == {
        "provider": "painter", "operation": "image", "cost_usd": PRICE, "tokens": 7,
        "run_id": str(run),
    }  # fmt: skip


def test_what_another_job_paid_for_is_saved_once_for_each_that_finds_it(alice: UUID) -> None:
    cap(alice, "9")
    ask(alice, "a")
    for run in (UUID(int=1), UUID(int=2), UUID(int=2), UUID(int=3)):
        assert ask(alice, "a", run=run).found
    with db.transaction(Actor.user(alice), read_only=True) as tx:
        saved = tx.all(
            "select run_id, provider, operation, cost_usd, saved_usd, ref_id from channel_costs"
            " where cached order by run_id"
        )
    assert saved == [
        {
            "run_id": str(run), "provider": "painter", "operation": "image", "cost_usd": 0,
            "saved_usd": PRICE, "ref_id": run,
        }
        for run in (UUID(int=2), UUID(int=3))
    ]  # fmt: skip
    assert spent(alice) == (PRICE, 0)


@pytest.mark.parametrize("dies", [False, True])
def test_a_bill_says_how_much_was_used(
    alice: UUID, admin: Admin, monkeypatch: pytest.MonkeyPatch, dies: bool
) -> None:
    cap(alice, "9")

    def track() -> Made:
        return Made(b"la", ".flac", "audio/flac", {}, PRICE, units=61.25, unit="second")

    if dies:
        die(alice, admin, monkeypatch, lambda: ask(alice, "a", track), stored=True)
    ask(alice, "a", track)
    ask(alice, "b")  # seven tokens
    with db.transaction(Actor.user(alice), read_only=True) as tx:
        bills = tx.all("select units, unit, tokens from channel_costs order by unit")
    assert bills == [
        {"units": Decimal("61.25"), "unit": "second", "tokens": 0},
        {"units": 7, "unit": "token", "tokens": 7},
    ]


def test_a_call_without_room_is_not_made(alice: UUID, admin: Admin) -> None:
    cap(alice, "0.9")
    ask(alice, "a")
    ask(alice, "b")

    def never() -> Made:
        pytest.fail("the provider was asked")

    with pytest.raises(BudgetExceeded):
        ask(alice, "c", never)
    assert spent(alice) == (2 * PRICE, 0)
    told = admin.execute(
        "select event_type from webhook_events where user_id = %s", (alice,)
    ).fetchall()
    assert "budget.exceeded" in {row["event_type"] for row in told}
    cap(alice, "2")
    assert ask(alice, "c").found is False


def test_a_call_that_fails_gives_its_money_back(alice: UUID) -> None:
    cap(alice, "0.5")

    def down() -> Made:
        raise ProviderUnavailable

    for _ in range(3):
        with pytest.raises(ProviderUnavailable):
            ask(alice, "a", down)
    assert spent(alice) == (0, 0)
    assert bills(alice) == []
    ask(alice, "a")
    assert spent(alice) == (PRICE, 0)


def die(
    user: UUID,
    admin: Admin,
    monkeypatch: pytest.MonkeyPatch,
    call: Callable[[], object],
    *,
    stored: bool,
) -> None:
    """A worker is killed before or after what it paid for is stored, and its lease runs out."""

    class Killed(BaseException):
        pass

    publish = artifacts.publish

    def dying(source: Any, key: str, *rest: Any, **also: Any) -> Any:
        if stored and not key.endswith("facts.json"):
            return publish(source, key, *rest, **also)
        if stored:
            publish(source, key, *rest, **also)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(artifacts, "publish", dying)
        with pytest.raises(Killed):
            call()
    admin.execute(
        "update private.paid_calls set created_at = created_at - interval '1 hour'"
        " where user_id = %s", (user,),
    )  # fmt: skip


@pytest.mark.parametrize("expired", [False, True], ids=["kept", "expired"])
def test_what_a_dead_worker_paid_for_needs_no_room(
    alice: UUID, admin: Admin, monkeypatch: pytest.MonkeyPatch, expired: bool
) -> None:
    cap(alice, "0.5")
    die(alice, admin, monkeypatch, lambda: ask(alice, "a"), stored=True)
    assert spent(alice) == (0, PRICE)
    cap(alice, "0.1")
    if expired:
        admin.execute(
            "update budget_reservations set expires_at = clock_timestamp() where user_id = %s",
            (alice,),
        )
        with db.transaction(Actor.service()) as tx:
            tx.run("select expire_budget_reservations()")

    def never() -> Made:
        pytest.fail("the provider was asked again")

    assert ask(alice, "a", never).cost_usd == PRICE
    assert spent(alice) == (PRICE, 0)
    assert [bill["cost_usd"] for bill in bills(alice)] == [PRICE]


def test_a_worker_that_was_believed_dead_is_not_followed_by_a_second_payment(
    alice: UUID, admin: Admin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It finishes after the next one has looked for what it left, and before that one pays."""
    cap(alice, "5")
    die(alice, admin, monkeypatch, lambda: ask(alice, "a"), stored=False)
    left = paid._left

    def late(folder: str) -> Paid | None:
        found = left(folder)
        with db.transaction(Actor.worker(alice)) as tx:
            tx.run(
                paid.sql["finish_paid_call"], key=folder.rpartition("/")[2], artifact_key="key",
                result=Jsonb({}), cost_usd=PRICE, tokens=0, units=None, unit=None,
            )  # fmt: skip
        return found

    def never() -> Made:
        pytest.fail("the provider was asked again")

    with monkeypatch.context() as patched:
        patched.setattr(paid, "_left", late)
        with pytest.raises(PaidCallInFlight):
            ask(alice, "a", never)
    assert ask(alice, "a", never).key == "key"
    assert spent(alice) == (PRICE, 0)
    assert [bill["cost_usd"] for bill in bills(alice)] == [PRICE]


def test_a_dead_worker_that_paid_nothing_is_followed_by_none_without_room(
    alice: UUID, admin: Admin, monkeypatch: pytest.MonkeyPatch
) -> None:
    cap(alice, "0.5")
    die(alice, admin, monkeypatch, lambda: ask(alice, "a"), stored=False)
    assert spent(alice) == (0, PRICE)
    cap(alice, "0.1")
    with pytest.raises(BudgetExceeded):
        ask(alice, "a")
    assert spent(alice) == (0, 0)
    cap(alice, "0.5")
    assert ask(alice, "a").cost_usd == PRICE


@pytest.mark.parametrize("stored", [False, True], ids=["before", "after"])
def test_a_worker_that_dies_around_the_storage_is_charged_once(
    alice: UUID, admin: Admin, monkeypatch: pytest.MonkeyPatch, stored: bool
) -> None:
    """The next one gives back what the dead one kept free, and counts what was paid."""
    cap(alice, "0.5")
    die(alice, admin, monkeypatch, lambda: ask(alice, "a"), stored=stored)
    assert spent(alice) == (0, PRICE)
    made = ask(alice, "a")
    assert made.cost_usd == PRICE
    assert spent(alice) == (PRICE, 0)
    assert [bill["cost_usd"] for bill in bills(alice)] == [PRICE]


def test_a_kill_switch_stops_calls_that_cost_nothing_too(alice: UUID) -> None:
    cap(alice, "5", kill_switch=True)
    with pytest.raises(BudgetExceeded):
        ask(alice, "a")
