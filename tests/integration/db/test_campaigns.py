"""Campaigns: legal moves, the launch gate, a budget nobody passes, figures that follow days."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.errors import Conflict, Forbidden, IllegalMove, InvalidInput, NotFound
from tests import factories
from tests.integration.db import rows

pytestmark = pytest.mark.usefixtures("database")


def campaign(user_id: UUID, **columns: Any) -> UUID:
    given = {"name": f"Spring {uuid4()}", "type": "email", "channel": "mail", "total_budget": 100}
    return rows.insert(Actor.user(user_id), "campaigns", **(given | columns))


def move(user_id: UUID, campaign_id: UUID, *path: str) -> None:
    for status in path:
        rows.update(Actor.user(user_id), "campaigns", campaign_id, status=status)


def spend(user_id: UUID, campaign_id: UUID, amount: int, key: str | None = None) -> bool:
    with db.transaction(Actor.worker(user_id)) as tx:
        return tx.value(
            "select campaign_spend(%(id)s, %(amount)s, %(key)s)",
            id=campaign_id, amount=amount, key=key or str(uuid4()),
        )  # fmt: skip


def test_a_campaign_lives_from_draft_to_archive_and_knows_when() -> None:
    alice = factories.user()
    campaign_id = campaign(alice)
    move(alice, campaign_id, "active", "paused")
    paused = rows.row(Actor.user(alice), "campaigns", campaign_id)
    assert paused["launched_at"]
    assert paused["paused_at"]
    move(alice, campaign_id, "active", "completed")
    done = rows.row(Actor.user(alice), "campaigns", campaign_id)
    assert done["launched_at"] == paused["launched_at"]
    assert done["paused_at"] is None
    move(alice, campaign_id, "archived")
    kept = rows.row(Actor.user(alice), "campaigns", campaign_id)
    assert kept["completed_at"] == done["completed_at"]
    assert kept["archived_at"]


def test_an_illegal_move_says_what_is_allowed() -> None:
    alice = factories.user()
    campaign_id = campaign(alice)
    with pytest.raises(IllegalMove) as caught:
        move(alice, campaign_id, "completed")
    assert caught.value.hint == "Allowed next: active, archived, scheduled."
    move(alice, campaign_id, "archived")
    with pytest.raises(IllegalMove, match="archived to draft") as caught:
        move(alice, campaign_id, "draft")
    assert caught.value.hint == "Nothing follows; it has ended."


def test_a_campaign_begins_as_a_draft() -> None:
    alice = factories.user()
    with pytest.raises(IllegalMove) as caught:
        rows.insert(
            Actor.worker(alice), "campaigns", created_by=alice, name="x", type="email",
            status="active", launched_at=datetime.now(UTC),
        )  # fmt: skip
    assert caught.value.hint == "It begins as: draft."


def test_the_launch_gate_tells_all_gaps_at_once() -> None:
    alice = factories.user()
    campaign_id = campaign(alice, channel=None, budget_allocated=200)
    with pytest.raises(InvalidInput, match="channels, start_date, budget_allocated"):
        move(alice, campaign_id, "scheduled")
    assert rows.row(Actor.user(alice), "campaigns", campaign_id, "status") == {"status": "draft"}


def test_a_transition_refuses_who_saw_an_older_version() -> None:
    alice = factories.user()
    campaign_id = campaign(alice)
    rows.update(Actor.user(alice), "campaigns", campaign_id, description="New words")
    transition = "select (campaign_transition(%(id)s, 'active', %(version)s)).version"
    with db.transaction(Actor.user(alice)) as tx, pytest.raises(psycopg.Error, match="changed"):
        tx.value(transition, id=campaign_id, version=1)
    with db.transaction(Actor.user(alice)) as tx:
        assert tx.value(transition, id=campaign_id, version=2) == 3
    with pytest.raises(NotFound), db.transaction(Actor.user(factories.user())) as tx:
        tx.value(transition, id=campaign_id, version=3)


@pytest.mark.parametrize("column", ["budget_spent", "metrics", "version", "launched_at"])
def test_what_the_house_computes_users_do_not_write(column: str) -> None:
    alice = factories.user()
    campaign_id = campaign(alice)
    with pytest.raises(Forbidden):
        rows.update(Actor.user(alice), "campaigns", campaign_id, **{column: None})


def test_spends_race_for_a_budget_and_never_pass_it() -> None:
    alice = factories.user()
    campaign_id = campaign(alice, total_budget=100)
    with ThreadPoolExecutor(8) as threads:
        granted = list(threads.map(lambda _: spend(alice, campaign_id, 15), range(24)))
    assert granted.count(True) == 6
    seen = rows.row(Actor.user(alice), "campaigns", campaign_id, "budget_spent,version")
    assert seen == {"budget_spent": Decimal(90), "version": 1}
    with db.transaction(Actor.user(alice)) as tx:
        assert tx.value("select sum(amount) from campaign_spends") == 90


def test_one_key_is_spent_once_however_many_ask() -> None:
    alice = factories.user()
    campaign_id = campaign(alice, total_budget=100)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: spend(alice, campaign_id, 40, "once"), range(16)))
    assert answers == [True] * 16
    assert rows.row(Actor.user(alice), "campaigns", campaign_id, "budget_spent") == {
        "budget_spent": Decimal(40)
    }
    with pytest.raises(Conflict):
        spend(alice, campaign_id, 41, "once")


def test_a_refused_spend_leaves_its_key_free() -> None:
    alice = factories.user()
    campaign_id = campaign(alice, total_budget=10)
    assert not spend(alice, campaign_id, 20, "ad")
    rows.update(Actor.user(alice), "campaigns", campaign_id, total_budget=30)
    assert spend(alice, campaign_id, 20, "ad")
    with pytest.raises(InvalidInput):
        rows.update(Actor.user(alice), "campaigns", campaign_id, total_budget=5)


def test_nobody_spends_from_a_stranger() -> None:
    alice, mallory = factories.user(), factories.user()
    campaign_id = campaign(alice)
    with pytest.raises(NotFound):
        spend(mallory, campaign_id, 1)
    with pytest.raises(Forbidden), db.transaction(Actor.user(alice)) as tx:
        tx.value("select campaign_spend(%(id)s, 1, 'mine')", id=campaign_id)


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("campaign_tasks", {"title": "x"}),
        (
            "campaign_metrics",
            {"metric_type": "x", "metric_value": 1, "metric_date": date(2026, 1, 1)},
        ),
        ("generated_content_pieces", {"content_type": "post", "title": "x", "content": "y"}),
    ],
)
def test_a_child_never_points_at_a_strangers_campaign(table: str, columns: dict[str, Any]) -> None:
    alice, mallory = factories.user(), factories.user()
    campaign_id = campaign(alice)
    with pytest.raises(Conflict):
        rows.insert(Actor.user(mallory), table, campaign_id=campaign_id, **columns)
    with pytest.raises(Forbidden):
        rows.insert(
            Actor.user(mallory), table, campaign_id=campaign_id, created_by=alice, **columns
        )


def test_a_task_done_has_its_time_and_loses_it_when_reopened() -> None:
    alice = factories.user()
    me = Actor.user(alice)
    task = rows.insert(me, "campaign_tasks", campaign_id=campaign(alice), title="Write the mail")
    rows.update(me, "campaign_tasks", task, status="completed")
    assert rows.row(me, "campaign_tasks", task)["completed_at"]
    rows.update(me, "campaign_tasks", task, status="in_progress")
    assert rows.row(me, "campaign_tasks", task)["completed_at"] is None
    rows.update(me, "campaign_tasks", task, completed_at=datetime.now(UTC))
    assert rows.row(me, "campaign_tasks", task)["completed_at"] is None


def test_figures_follow_their_days_and_an_import_replaces() -> None:
    alice = factories.user()
    campaign_id = campaign(alice)
    upsert = (
        "insert into campaign_metrics (campaign_id, metric_type, metric_value, metric_date, source)"
        " values (%(id)s, 'clicks', %(value)s, %(day)s, 'ads')"
        " on conflict (created_by, campaign_id, metric_date, metric_type, channel, source)"
        " do update set metric_value = excluded.metric_value"
    )
    for day, value in [(1, 5), (2, 7), (2, 9)]:
        with db.transaction(Actor.user(alice)) as tx:
            tx.run(upsert, id=campaign_id, value=value, day=date(2026, 1, day))
    seen = rows.row(Actor.user(alice), "campaigns", campaign_id, "metrics,version")
    assert seen == {"metrics": {"clicks": {"total": 14, "days": 2, "latest": 9}}, "version": 1}
    with db.transaction(Actor.user(alice)) as tx:
        tx.run("delete from campaign_metrics")
    assert rows.row(Actor.user(alice), "campaigns", campaign_id, "metrics") == {"metrics": {}}


def test_samples_become_days_once_however_often_they_are_rolled() -> None:
    alice = factories.user()
    house = Actor.worker(alice)
    campaign_id = campaign(alice)
    for value in (3, 4):
        rows.insert(
            house, "campaign_performance_metrics",
            created_by=alice, campaign_id=campaign_id, metric_name="views", metric_value=value,
        )  # fmt: skip
    with db.transaction(house) as tx:
        assert tx.value("select campaign_samples_roll()") == 1
        assert tx.value("select campaign_samples_roll()") == 0
    figures = rows.row(Actor.user(alice), "campaigns", campaign_id, "metrics")["metrics"]
    assert figures["views"]["total"] == 7


def test_a_snapshot_scores_a_channel_against_its_targets() -> None:
    alice = factories.user()
    campaign_id = campaign(alice, kpi_targets={"clicks": 100, "note": "rising"})
    move(alice, campaign_id, "active")
    rows.insert(
        Actor.user(alice), "campaign_metrics", campaign_id=campaign_id, metric_type="clicks",
        metric_value=25, metric_date=datetime.now(UTC).date(), channel="mail",
    )  # fmt: skip
    with db.transaction(Actor.worker(alice)) as tx:
        assert tx.value("select campaign_monitor_measure()") == 1
        snapshot = tx.one(
            "select channel, metrics, performance_score from campaign_performance_monitor"
        )
    assert snapshot == {"channel": "mail", "metrics": {"clicks": 25}, "performance_score": 25}


def test_a_prediction_is_judged_once_when_it_is_due(admin: psycopg.Connection[Any]) -> None:
    alice = factories.user()
    house = Actor.worker(alice)
    campaign_id = campaign(alice)
    made, due = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 8, tzinfo=UTC)
    prediction = rows.insert(
        house, "campaign_predictions", created_by=alice, campaign_id=campaign_id,
        prediction_type="kpi_forecast", confidence_score=0.7, due_at=due, created_at=made,
        prediction_data={"metric": "clicks", "value": 80, "low": 60, "high": 120},
    )  # fmt: skip
    rows.insert(
        house, "campaign_metrics", created_by=alice, campaign_id=campaign_id,
        metric_type="clicks", metric_value=100, metric_date=date(2026, 1, 3),
    )  # fmt: skip
    judge = "select campaign_predictions_score(%(now)s)"
    with db.transaction(house) as tx:
        assert tx.value(judge, now=due - timedelta(1)) == 0
        assert tx.value(judge, now=due) == 1
        assert tx.value(judge, now=due) == 0
    seen = rows.row(Actor.user(alice), "campaign_predictions", prediction)
    assert seen["actual_outcome"] == {"value": 100, "within": True}
    assert seen["accuracy_score"] == pytest.approx(0.8)


def test_due_campaigns_start_and_end_without_anyone_present() -> None:
    alice = factories.user()
    start = datetime(2026, 3, 1, tzinfo=UTC)
    ready = campaign(alice, start_date=start, end_date=start + timedelta(7))
    gap = campaign(alice, start_date=start)
    move(alice, ready, "scheduled")
    move(alice, gap, "scheduled")
    rows.update(Actor.user(alice), "campaigns", gap, channel=None)
    tend = "select started, completed from campaigns_tend(%(now)s)"
    with db.transaction(Actor.worker(alice)) as tx:
        assert tx.one(tend, now=start - timedelta(1)) == {"started": 0, "completed": 0}
        assert tx.one(tend, now=start) == {"started": 1, "completed": 0}
        assert tx.one(tend, now=start + timedelta(7)) == {"started": 0, "completed": 1}
    assert rows.row(Actor.user(alice), "campaigns", gap, "status") == {"status": "scheduled"}
    assert rows.row(Actor.user(alice), "campaigns", ready, "status") == {"status": "completed"}


def test_a_piece_is_reviewed_and_sent_back() -> None:
    alice = factories.user()
    me = Actor.user(alice)
    piece = rows.insert(
        me, "generated_content_pieces", content_type="post", title="Hello", content="World"
    )
    rows.update(me, "generated_content_pieces", piece, approval_status="approved")
    assert rows.row(me, "generated_content_pieces", piece)["reviewed_at"]
    with pytest.raises(IllegalMove):
        rows.update(me, "generated_content_pieces", piece, approval_status="pending")
    rows.update(me, "generated_content_pieces", piece, approval_status="needs_revision")
    rows.update(me, "generated_content_pieces", piece, approval_status="pending")
    assert rows.row(me, "generated_content_pieces", piece)["reviewed_at"] is None


def test_a_run_ends_with_its_time() -> None:
    alice = factories.user()
    house = Actor.worker(alice)
    run = rows.insert(house, "workflow_executions", created_by=alice, workflow_id="launch")
    rows.update(house, "workflow_executions", run, status="running")
    rows.update(house, "workflow_executions", run, status="failed", error_code="timeout")
    seen = rows.row(Actor.user(alice), "workflow_executions", run)
    assert seen["started_at"]
    assert seen["completed_at"] >= seen["started_at"]
    with pytest.raises(Forbidden):
        rows.update(Actor.user(alice), "workflow_executions", run, status="pending")


def test_months_are_not_reachable_by_themselves(admin: psycopg.Connection[Any]) -> None:
    alice = factories.user()
    found = admin.execute(
        "select relname from pg_class where relnamespace = 'months'::regnamespace"
    )
    partitions = [row["relname"] for row in found if row["relname"].endswith(tuple("0123456789"))]
    assert any(name.startswith("campaign_performance_metrics_") for name in partitions)
    for actor in (Actor.user(alice), Actor.worker(alice), Actor.service()):
        with pytest.raises(Forbidden), db.transaction(actor) as tx:
            tx.connection.execute(f"select from months.{partitions[0]}")  # type: ignore[arg-type]


def test_deleting_a_campaign_takes_what_hangs_on_it() -> None:
    alice = factories.user()
    campaign_id = campaign(alice)
    spend(alice, campaign_id, 5)
    rows.insert(Actor.user(alice), "campaign_tasks", campaign_id=campaign_id, title="x")
    rows.insert(
        Actor.worker(alice), "campaign_performance_metrics", created_by=alice,
        campaign_id=campaign_id, metric_name="views", metric_value=1,
    )  # fmt: skip
    assert rows.delete(Actor.user(alice), "campaigns", campaign_id) == 1
    with db.transaction(Actor.user(alice)) as tx:
        assert tx.all("select id from campaign_spends") == []
        assert tx.all("select id from campaign_performance_metrics") == []


def test_the_seeds_query_for_recent_campaigns() -> None:
    alice = factories.user()
    made = [campaign(alice) for _ in range(3)]
    campaign(factories.user())
    with db.transaction(Actor.user(alice)) as tx:
        found = tx.all(
            "SELECT * FROM campaigns WHERE created_by = auth.uid()"
            " ORDER BY created_at DESC LIMIT 10"
        )
    assert [row["id"] for row in found] == made[::-1]
