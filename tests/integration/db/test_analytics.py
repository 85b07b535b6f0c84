"""Analytics and strategy: present values, events told twice, versions, what a framework holds."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.errors import Conflict, Forbidden, IllegalMove, InvalidInput
from tests import factories
from tests.integration.db import rows

pytestmark = pytest.mark.usefixtures("database")


def agree(user_id: UUID, **also: Any) -> None:
    with db.transaction(Actor.user(user_id)) as tx:
        tx.run("insert into user_privacy_settings (analytics_consent) values (true)")


def event(actor: Actor, **columns: Any) -> int:
    given = {
        "type": "field_error", "key": uuid4(), "at": datetime.now(UTC), **columns,
    }  # fmt: skip
    with db.transaction(actor) as tx:
        return tx.run(
            "insert into user_analytics_events (event_type, client_event_id, client_ts)"
            " values (%(type)s, %(key)s, %(at)s) on conflict do nothing",
            **given,
        )


def test_a_new_value_makes_the_old_one_the_value_before() -> None:
    alice = factories.user()
    thing = uuid4()
    seen = []
    for value in (0, 50, 75):
        with db.transaction(Actor.worker(alice)) as tx:
            seen.append(
                tx.one(
                    "select current_value, previous_value, change_percentage from"
                    " record_metric(%(user)s, 'campaign', %(thing)s, 'clicks', %(value)s)",
                    user=alice, thing=thing, value=value,
                )
            )  # fmt: skip
    assert [list(row.values()) for row in seen] == [[0, 0, None], [50, 0, None], [75, 50, 50]]


def test_what_users_do_is_noted_with_their_consent_alone() -> None:
    alice = factories.user()
    assert event(Actor.worker(alice)) == 0
    agree(alice)
    assert event(Actor.worker(alice)) == 1
    with pytest.raises(Forbidden):
        event(Actor.user(alice))


def test_an_event_told_twice_counts_once_even_over_the_turn_of_a_month() -> None:
    alice = factories.user()
    agree(alice)
    turn = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for at in (turn, turn - timedelta(seconds=1)):
        key = uuid4()
        assert [event(Actor.worker(alice), key=key, at=at) for _ in range(2)] == [1, 0]
    with db.transaction(Actor.user(alice)) as tx:
        assert tx.value("select count(distinct tableoid) from user_analytics_events") == 2


def test_an_event_of_long_ago_or_far_ahead_is_refused() -> None:
    alice = factories.user()
    agree(alice)
    for days in (-400, 400):
        with pytest.raises(InvalidInput):
            event(Actor.worker(alice), at=datetime.now(UTC) + timedelta(days=days))


def test_partitions_are_out_of_everyones_direct_reach(admin: psycopg.Connection) -> None:
    parts = admin.execute(
        "select inhrelid::regclass::text as part from pg_inherits join pg_class on oid = inhparent"
        " where relname = any ('{user_analytics_events,knowledge_access_logs}')"
        " and relkind = 'p'"
    ).fetchall()
    assert len(parts) >= 8
    for part in parts:
        for actor in (Actor.anonymous(), Actor.user(factories.user()), Actor.service()):
            with pytest.raises(Forbidden), db.transaction(actor) as tx:
                tx.connection.execute(f"select 1 from {part['part']}")


def test_months_are_made_ahead_and_retired_whole(fresh_database: str) -> None:
    with db.transaction(Actor.service()) as tx:
        old = tx.one("select * from private.tend_months(clock_timestamp() - interval '2 years')")
        now = tx.one("select * from private.tend_months()")
        again = tx.one("select * from private.tend_months()")
    assert any(name.startswith("user_analytics_events_") for name in old["made"])
    assert any(name.startswith("knowledge_access_logs_") for name in now["retired"])
    assert (again["made"], again["retired"]) == ([], [])


def test_a_rollup_is_written_once_and_stays() -> None:
    alice = factories.user()
    house = Actor.worker(alice)
    rollup = {
        "metric_type": "clicks", "metric_data": {"n": 1}, "time_period": "2026-01-01T00:00Z",
        "dimensions": {"channel": "mail"},
    }  # fmt: skip
    first = rows.insert(house, "performance_analytics", **rollup)
    with pytest.raises(Conflict):
        rows.insert(house, "performance_analytics", **rollup)
    rows.insert(house, "performance_analytics", **rollup | {"dimensions": {"channel": "ads"}})
    with pytest.raises(Forbidden):
        rows.update(house, "performance_analytics", first, metric_type="x")


def test_users_answer_insights_and_the_house_writes_them() -> None:
    alice = factories.user()
    insight = rows.insert(
        Actor.worker(alice), "ai_insights", insight_type="pacing", insight_data={},
        evidence={"z": 3.4}, dedupe_key="k",
    )  # fmt: skip
    rows.update(Actor.user(alice), "ai_insights", insight, status="dismissed")
    with pytest.raises(IllegalMove):
        rows.update(Actor.user(alice), "ai_insights", insight, status="acted")
    with pytest.raises(Forbidden):
        rows.update(Actor.user(alice), "ai_insights", insight, confidence_score=1)


def test_a_report_is_ready_with_its_time_and_its_schedule_is_ones_own() -> None:
    alice, bob = factories.user(), factories.user()
    schedule = rows.insert(
        Actor.user(alice), "report_schedules", title="Weekly", report_type="overview"
    )
    report = rows.insert(
        Actor.worker(alice), "analytics_reports", report_type="overview", schedule_id=schedule
    )
    with pytest.raises(Conflict):
        rows.insert(
            Actor.worker(bob), "analytics_reports", report_type="overview", schedule_id=schedule
        )
    for status in ("running", "ready"):
        rows.update(Actor.worker(alice), "analytics_reports", report, status=status)
    seen = rows.row(Actor.user(alice), "analytics_reports", report, "status,generated_at")
    assert seen["generated_at"] is not None
    with pytest.raises(Forbidden):
        rows.row(Actor.user(alice), "report_schedules", schedule, "unsubscribe_hash")


def test_a_keyword_is_looked_up_once_a_day() -> None:
    alice = factories.user()
    rows.insert(Actor.worker(alice), "keyword_research", query="desk lamp")
    with pytest.raises(Conflict):
        rows.insert(Actor.worker(alice), "keyword_research", query="desk lamp")
    rows.insert(Actor.worker(alice), "keyword_research", query="desk lamp", country="DE")


ANALYSES: dict[str, dict[str, Any]] = {
    "brand_positioning_analyses": {"positioning_statement": "The lamp that lasts"},
    "funnel_designs": {"business_type": "shop"},
    "competitive_gap_analyses": {"our_brand": "Lamps", "competitors": ["Bulbs"]},
    "performance_tracking_frameworks": {"campaign_name": "Spring", "channels": ["mail"]},
}


@pytest.mark.parametrize("table", ANALYSES)
def test_an_analysis_grows_in_versions_of_ones_own(table: str) -> None:
    alice, bob = factories.user(), factories.user()
    first = rows.insert(Actor.user(alice), table, **ANALYSES[table])
    second = rows.insert(Actor.user(alice), table, **ANALYSES[table], parent_id=first)
    seen = rows.row(Actor.user(alice), table, second, "version,parent_id")
    assert seen == {"version": 2, "parent_id": first}
    with pytest.raises(Conflict):
        rows.insert(Actor.user(bob), table, **ANALYSES[table], parent_id=first)
    rows.delete(Actor.user(alice), table, first)
    assert rows.row(Actor.user(alice), table, second, "parent_id") == {"parent_id": None}
    with pytest.raises(IllegalMove):
        rows.update(Actor.worker(alice), table, second, status="failed")


@pytest.mark.parametrize(
    ("table", "column", "whole"),
    [
        ("brand_positioning_analyses", "three_cs_analysis", "company customer competition"),
        ("funnel_designs", "funnel_structure", "awareness engagement conversion retention"),
        ("competitive_gap_analyses", "gap_analysis", "messaging channels audience content"),
    ],
)
def test_an_analysis_is_ready_when_it_is_whole(table: str, column: str, whole: str) -> None:
    alice = factories.user()
    analysis = rows.insert(Actor.user(alice), table, **ANALYSES[table])
    with pytest.raises(InvalidInput):
        rows.update(Actor.user(alice), table, analysis, status="ready")
    filled: dict[str, Any] = {column: {key: {} for key in whole.split()}}
    rows.update(Actor.user(alice), table, analysis, status="ready", **filled)


def test_everything_in_the_making_is_one_list_of_ones_own() -> None:
    alice, bob = factories.user(), factories.user()
    job = factories.job(alice)
    factories.job(bob)
    video = rows.insert(
        Actor.worker(alice), "ai_video_projects", goal="Show it", platform="Reels",
        cost_usd=Decimal("1.5"),
    )  # fmt: skip
    with db.transaction(Actor.user(alice)) as tx:
        seen = tx.all("select kind, id, title, status, progress, cost_usd from work_items")
    assert {(row["kind"], row["id"]) for row in seen} == {("job", job), ("ai_video", video)}
    assert {row["kind"]: row["cost_usd"] for row in seen} == {"job": 0, "ai_video": Decimal("1.5")}


def test_everything_noted_is_one_list_of_ones_own() -> None:
    alice, bob = factories.user(), factories.user()
    agree(alice)
    agree(bob)
    rows.insert(Actor.worker(alice), "knowledge_access_logs", query_text="sea")
    with db.transaction(Actor.user(alice)) as tx:
        seen = tx.all("select source, event, user_id from audit_trail")
    assert {(row["source"], row["event"]) for row in seen} == {
        ("privacy", "consent_changed"), ("knowledge", "searched"),
    }  # fmt: skip
    assert {row["user_id"] for row in seen} == {alice}
