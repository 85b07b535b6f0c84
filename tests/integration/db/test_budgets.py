"""Budgets: no cap is passed by callers that come at once; what is not used is given back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.errors import Forbidden, IllegalMove, InvalidInput
from tests import factories
from tests.integration.db import rows

pytestmark = pytest.mark.usefixtures("database")


def budget(user_id: UUID, cap: int, scope: str = "user", name: str = "", **columns: Any) -> UUID:
    given = {"scope": scope, "scope_id": name, "period": "day", "hard_cap_usd": cap}
    return rows.insert(Actor.worker(user_id), "channel_budgets", **(given | columns))


def reserve(user_id: UUID, estimate: int, key: str | None = None, **where: str) -> UUID | None:
    with db.transaction(Actor.worker(user_id)) as tx:
        return tx.value(
            "select reserve_budget(%(user)s, %(estimate)s, %(key)s, %(channel)s, %(provider)s,"
            " %(run)s)",
            user=user_id, estimate=estimate, key=key or str(uuid4()),
            **{"channel": None, "provider": None, "run": None, **where},
        )  # fmt: skip


def settle(user_id: UUID, reservation: UUID | None, actual: str) -> Decimal:
    with db.transaction(Actor.worker(user_id)) as tx:
        return tx.value(
            "select settle_budget(%(id)s, %(actual)s)", id=reservation, actual=Decimal(actual)
        )


def books(user_id: UUID, budget_id: UUID) -> tuple[Decimal, Decimal]:
    seen = rows.row(Actor.user(user_id), "channel_budgets", budget_id, "spent_usd,reserved_usd")
    return seen["spent_usd"], seen["reserved_usd"]


def test_callers_at_once_never_pass_a_cap() -> None:
    alice = factories.user()
    whole = budget(alice, 100)
    part = budget(alice, 60, "provider", "leonardo")
    with ThreadPoolExecutor(8) as threads:
        held = list(threads.map(lambda _: reserve(alice, 10, provider="leonardo"), range(24)))
    assert len([one for one in held if one]) == 6
    assert books(alice, whole) == (0, 60)
    assert books(alice, part) == (0, 60)


def test_reserving_and_settling_at_once_in_all_scopes_ends_balanced() -> None:
    alice = factories.user()
    budgets = [budget(alice, 50), budget(alice, 50, period="month")]
    budgets += [budget(alice, 50, "channel", "a"), budget(alice, 50, "provider", "p")]

    def call(number: int) -> bool:
        where = {"channel": "a"} if number % 2 else {"provider": "p"}
        held = reserve(alice, 2, **where)
        if held is None:
            return False
        settle(alice, held, "1")
        return True

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(call, range(40)))
    assert [books(alice, one) for one in budgets] == [(40, 0), (40, 0), (20, 0), (20, 0)]
    with db.transaction(Actor.user(alice)) as tx:
        assert tx.value("select sum(cost_usd) from channel_costs") == 40


def test_all_budgets_have_room_or_none_is_touched() -> None:
    alice = factories.user()
    whole = budget(alice, 100)
    budget(alice, 5, "channel", "c")
    assert reserve(alice, 10, channel="c") is None
    assert books(alice, whole) == (0, 0)
    with db.transaction(Actor.user(alice)) as tx:
        assert tx.all("select id from budget_reservations") == []


def test_a_key_is_kept_free_once_and_settled_once() -> None:
    alice = factories.user()
    whole = budget(alice, 100)
    with ThreadPoolExecutor(8) as threads:
        held = set(threads.map(lambda _: reserve(alice, 10, "call-1"), range(16)))
    assert len(held) == 1
    [reservation] = held
    assert books(alice, whole) == (0, 10)
    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(lambda _: settle(alice, reservation, "7"), range(8))) == {7}
    assert books(alice, whole) == (7, 0)
    with pytest.raises(InvalidInput):
        reserve(alice, 11, "call-1")
    with pytest.raises(IllegalMove):
        settle(alice, reservation, "9")
    assert books(alice, whole) == (7, 0)


def test_a_runs_own_cap_counts_each_run_by_itself() -> None:
    alice = factories.user()
    budget(alice, 10, period="run")
    assert reserve(alice, 8, run="r1")
    assert reserve(alice, 8, run="r1") is None
    assert reserve(alice, 8, run="r2")


def test_the_kill_switch_refuses_at_once() -> None:
    alice = factories.user()
    stopped = budget(alice, 100)
    rows.update(Actor.user(alice), "channel_budgets", stopped, kill_switch=True)
    assert reserve(alice, 1) is None


def test_a_kill_switch_tells_its_user_once_a_period_or_run(admin: psycopg.Connection) -> None:
    alice = factories.user()
    under_way = reserve(alice, 1)
    for period in ("day", "run"):
        budget(alice, 100, period=period, kill_switch=True)
    begin(admin, alice, "2100-01-01")
    settle(alice, under_way, "1")
    assert told(alice) == []
    for run in ("r1", "r1", "r2"):
        assert reserve(alice, 0, run=run) is None
    assert reserve(alice, 1) is None
    assert sorted(told(alice)) == [
        ("budget.stopped", "day", "r1"), ("budget.stopped", "run", "r1"),
        ("budget.stopped", "run", "r2"),
    ]  # fmt: skip
    begin(admin, alice, "2020-01-01")
    assert reserve(alice, 1) is None
    assert len(told(alice)) == 4


def begin(admin: psycopg.Connection, user_id: UUID, day: str) -> None:
    """The period that runs began then; one that begins ahead is not over while a test runs."""
    admin.execute("update channel_budgets set period_start = %s where user_id = %s", (day, user_id))


def told(user_id: UUID) -> list[tuple[str, str, str | None]]:
    """What the user was told of budgets: the event, the budget's period, the run."""
    with db.transaction(Actor.user(user_id)) as tx:
        found = tx.all("select event_type, payload -> 'data' as data from webhook_events")
    return [(row["event_type"], row["data"]["period"], row["data"]["run_id"]) for row in found]


def test_a_new_day_has_its_own_money(admin: psycopg.Connection) -> None:
    alice = factories.user()
    whole = budget(alice, 10)
    settle(alice, reserve(alice, 10), "10")
    assert reserve(alice, 1) is None
    admin.execute(
        "update channel_budgets set period_start = period_start - interval '1 day' where id = %s",
        (whole,),
    )
    assert reserve(alice, 1)
    assert books(alice, whole) == (0, 1)


@pytest.mark.parametrize("period", ["day", "month"])
def test_a_cap_counts_what_its_period_has_cost_before_it_was_set(
    admin: psycopg.Connection, period: str
) -> None:
    alice, bob = factories.user(), factories.user()
    settle(alice, reserve(alice, 5, provider="painter", channel="c"), "4")
    settle(alice, reserve(alice, 5, provider="composer"), "3")
    settle(bob, reserve(bob, 5, provider="painter"), "9")
    under_way = reserve(alice, 5, provider="painter")
    admin.execute(
        "update budget_reservations set closed_at = closed_at + interval '1 hour'"
        " where user_id = %s and status = 'settled'",
        (alice,),
    )
    whole = budget(alice, 20, period=period)
    part = budget(alice, 20, "provider", "painter", period=period)
    assert books(alice, whole) == (7, 5)
    assert books(alice, part) == (4, 5)
    assert books(alice, budget(alice, 20, "channel", "c", period=period)) == (4, 0)
    rows.delete(Actor.user(alice), "channel_budgets", whole)
    again = budget(alice, 20, period=period)
    begin(admin, alice, "2100-01-01")
    assert books(alice, again) == (7, 5)
    assert reserve(alice, 9) is None
    settle(alice, under_way, "2")
    assert (books(alice, again), books(alice, part)) == ((9, 0), (6, 0))


def test_a_call_counts_in_the_period_in_which_it_is_settled(admin: psycopg.Connection) -> None:
    alice = factories.user()
    whole = budget(alice, 10)
    settle(alice, reserve(alice, 3), "3")
    held = reserve(alice, 5)
    begin(admin, alice, "2020-01-01")
    settle(alice, held, "4")
    assert books(alice, whole) == (4, 0)


def test_what_is_under_way_while_caps_are_set_is_given_back_once() -> None:
    alice = factories.user()
    reserve(alice, 7)

    def call(number: int) -> None:
        if number % 4 == 2:
            budget(alice, 1_000, "provider", f"p{number}")
            budget(alice, 1_000, period="month" if number == 2 else "run")
        settle(alice, reserve(alice, 2, provider="p2"), "1")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(call, range(8)))
    with db.transaction(Actor.user(alice)) as tx:
        kept = tx.all(
            "select reserved_usd from channel_budgets where scope_id = '' order by period"
        )
    assert [row["reserved_usd"] for row in kept] == [7, 0]


def test_a_cap_does_not_count_what_an_earlier_period_cost(admin: psycopg.Connection) -> None:
    alice = factories.user()
    settle(alice, reserve(alice, 5), "4")
    admin.execute(
        "update budget_reservations set created_at = created_at - interval '40 days',"
        " closed_at = closed_at - interval '40 days' where user_id = %s",
        (alice,),
    )
    assert books(alice, budget(alice, 10, period="month")) == (0, 0)


def test_lost_workers_keep_nothing_and_may_still_settle() -> None:
    alice = factories.user()
    whole = budget(alice, 10)
    held = reserve(alice, 10)
    assert held is not None
    past = datetime.now(UTC) - timedelta(seconds=1)
    rows.update(Actor.worker(alice), "budget_reservations", held, expires_at=past)
    with db.transaction(Actor.worker(alice)) as tx:
        assert tx.value("select expire_budget_reservations()") == 1
    assert books(alice, whole) == (0, 0)
    settle(alice, held, "4")
    assert books(alice, whole) == (4, 0)


def test_what_is_released_is_given_back_once() -> None:
    alice = factories.user()
    whole = budget(alice, 10)
    held = reserve(alice, 10)
    release = "select release_budget(%(id)s)"
    with db.transaction(Actor.worker(alice)) as tx:
        assert [tx.value(release, id=held), tx.value(release, id=held)] == [True, False]
    assert books(alice, whole) == (0, 0)


def test_the_user_is_told_once_when_money_runs_short_and_once_when_it_is_gone() -> None:
    alice = factories.user()
    budget(alice, 10)
    for _ in range(3):
        reserve(alice, 8)
    with db.transaction(Actor.user(alice)) as tx:
        told = tx.all("select event_type from webhook_events order by created_at")
    assert [row["event_type"] for row in told] == ["budget.warning", "budget.exceeded"]


def test_users_set_caps_and_the_house_counts() -> None:
    alice = factories.user()
    whole = budget(alice, 10)
    with pytest.raises(Forbidden):
        rows.update(Actor.user(alice), "channel_budgets", whole, spent_usd=0)
    with pytest.raises(Forbidden):
        rows.insert(
            Actor.user(alice), "channel_budgets", scope="provider", scope_id="nobody",
            period="day", hard_cap_usd=1,
        )  # fmt: skip
    assert rows.update(Actor.user(alice), "channel_budgets", whole, hard_cap_usd=20) == 1
    with pytest.raises(InvalidInput):
        budget(alice, 1, "channel", "")


def test_an_experiment_is_the_sum_of_its_days() -> None:
    alice = factories.user()
    key = str(uuid4())
    variant = rows.insert(Actor.user(alice), "metadata_experiments", experiment_key=key)
    for day, clicks in (("2026-01-01", 5), ("2026-01-02", 15)):
        rows.insert(
            Actor.user(alice), "experiment_days", experiment_key=key, variant_key="a", day=day,
            impressions=100, clicks=clicks, views=10, watch_seconds=300,
        )  # fmt: skip
    seen = rows.row(Actor.user(alice), "metadata_experiments", variant, "impressions,ctr,avd")
    assert seen == {"impressions": 200, "ctr": Decimal("0.1"), "avd": Decimal(30)}


def test_a_run_adds_up_what_its_log_says() -> None:
    alice = factories.user()
    house = Actor.worker(alice)
    for stage, status in (("research", "success"), ("script", "failure")):
        rows.insert(
            house, "pipeline_runs", run_id="r", stage=stage, status=status,
            metrics={"tokens": 10, "cost_usd": 0.5, "latency_ms": 20},
        )  # fmt: skip
    with db.transaction(house) as tx:
        tx.run("select pipeline_refresh(%(user)s, 'r')", user=alice)
        seen = tx.one("select current_stage, stages_done, tokens, cost_usd, status from pipeline")
    assert seen == {
        "current_stage": "script", "stages_done": 1, "tokens": 20, "cost_usd": 1,
        "status": "pending",
    }  # fmt: skip


def test_a_stage_that_a_budget_skipped_is_not_done() -> None:
    alice = factories.user()
    house = Actor.worker(alice)
    rows.insert(
        house, "pipeline_runs", run_id="r", stage="image", status="skipped",
        error_code="BudgetExceeded", error_summary="budget_exceeded",
    )  # fmt: skip
    with db.transaction(house) as tx:
        tx.run("select pipeline_refresh(%(user)s, 'r')", user=alice)
        seen = tx.one("select current_stage, stages_done, error_code, error_summary from pipeline")
    assert seen == {
        "current_stage": "image", "stages_done": 0, "error_code": "BudgetExceeded",
        "error_summary": "budget_exceeded",
    }  # fmt: skip
