"""Autopilot, models, videos and learning: what is live, what is once, what is whose."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.types.json import Jsonb

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.errors import Conflict, Forbidden, IllegalMove, InvalidInput
from tests import factories
from tests.integration.db import rows

pytestmark = pytest.mark.usefixtures("database")


def config(user_id: UUID, **columns: Any) -> UUID:
    given = {"business_description": "We sell lamps", "monthly_budget": 300}
    return rows.insert(Actor.user(user_id), "marketing_autopilot_config", **(given | columns))


def stats(actor: Actor, user_id: UUID) -> dict[str, Any]:
    with db.transaction(actor) as tx:
        answer = tx.value("select * from get_autopilot_dashboard_stats(%(user)s)", user=user_id)
    assert isinstance(answer, dict)
    return answer


def test_the_dashboard_counts_the_week_that_runs() -> None:
    alice = factories.user()
    today = datetime.now(UTC).date()
    monday = today - timedelta(days=today.weekday())
    rows.insert(Actor.user(alice), "leads", source="form", email="a@b.example")
    campaign = rows.insert(Actor.user(alice), "campaigns", name="c", type="email", total_budget=100)
    for metric, value in (("spend", 40), ("revenue", 60)):
        rows.insert(
            Actor.user(alice), "campaign_metrics", campaign_id=campaign, metric_type=metric,
            metric_value=value, metric_date=today,
        )  # fmt: skip
    assert stats(Actor.user(alice), alice) == {
        "week_start": monday.isoformat(), "this_week_leads": 1, "total_leads": 1,
        "this_week_spend": 40, "this_week_roi": 0.5,
    }  # fmt: skip


def test_the_dashboard_is_ones_own_and_has_no_return_before_any_spend() -> None:
    alice, bob = factories.user(), factories.user()
    with pytest.raises(Forbidden):
        stats(Actor.user(bob), alice)
    seen = stats(Actor.user(bob), bob)
    assert (seen["this_week_spend"], seen["this_week_roi"]) == (0, None)


def test_one_autopilot_each_whose_channels_share_one_budget() -> None:
    alice = factories.user()
    autopilot = config(alice)
    with pytest.raises(Conflict):
        config(alice)
    shares = {"channels": [{"name": "mail", "budgetPercentage": 60}] * 2}
    with pytest.raises(InvalidInput, match="120 percent"):
        rows.update(
            Actor.worker(alice), "marketing_autopilot_config", autopilot, ai_strategy=shares
        )
    with pytest.raises(Forbidden):
        rows.update(Actor.user(alice), "marketing_autopilot_config", autopilot, ai_strategy={})


def test_each_active_autopilot_is_promised_its_run_once_a_day(fresh_database: str) -> None:
    users = [factories.user() for _ in range(4)]
    configs = [config(user) for user in users]
    rows.update(Actor.user(users[1]), "marketing_autopilot_config", configs[1], kill_switch=True)
    rows.update(Actor.user(users[2]), "marketing_autopilot_config", configs[2], mode="off")
    with db.transaction(Actor.service()) as tx:
        daily, weekly = (
            "select trigger_autopilot_orchestration()",
            "select trigger_weekly_report_generation()",
        )
        assert [tx.value(daily), tx.value(daily)] == [2, 0]
        assert [tx.value(weekly), tx.value(weekly)] == [4, 0]
        week = tx.value(
            "select payload ->> 'week_start_date' from private.outbox"
            " where topic = 'autopilot_report' limit 1"
        )
    start = date.fromisoformat(week)
    assert start.weekday() == 0
    assert start + timedelta(days=6) < datetime.now(UTC).date()


def test_what_it_did_is_logged_for_good() -> None:
    alice = factories.user()
    with db.transaction(Actor.worker(alice)) as tx:
        log = tx.value(
            "select log_autopilot_activity(%(user)s, null, 'budget_adjusted', 'Less for mail',"
            " 'campaign', gen_random_uuid(), '{\"by\": -20}')",
            user=alice,
        )
    with db.transaction(Actor.user(alice)) as tx:
        recent = tx.all(
            "select * from autopilot_activity_log where user_id = auth.uid()"
            " order by created_at desc limit 20"
        )
    assert [row["id"] for row in recent] == [log]
    with pytest.raises(Forbidden):
        rows.update(Actor.worker(alice), "autopilot_activity_log", log, activity_type="x")
    with pytest.raises(Forbidden), db.transaction(Actor.user(alice)) as tx:
        tx.run(
            "select log_autopilot_activity(%(user)s, null, 'x', 'x', null, null, '{}')", user=alice
        )


def test_an_action_is_proposed_once_and_done_in_order() -> None:
    alice = factories.user()
    house = Actor.worker(alice)
    action = rows.insert(house, "autopilot_actions", rule="lower", dedupe_key="k")
    with pytest.raises(Conflict):
        rows.insert(house, "autopilot_actions", rule="lower", dedupe_key="k")
    with pytest.raises(IllegalMove):
        rows.update(house, "autopilot_actions", action, status="executed")
    for status in ("approved", "executing", "executed", "reverted"):
        rows.update(house, "autopilot_actions", action, status=status)
    seen = rows.row(Actor.user(alice), "autopilot_actions", action, "executed_at,reverted_at")
    assert None not in seen.values()


def test_a_report_is_of_one_week() -> None:
    alice = factories.user()
    house = Actor.worker(alice)
    report = {"week_start_date": "2026-01-05", "week_end_date": "2026-01-11"}
    rows.insert(house, "autopilot_weekly_reports", **report)
    with pytest.raises(Conflict):
        rows.insert(house, "autopilot_weekly_reports", **report)
    for wrong in (
        {"week_start_date": "2026-01-06", "week_end_date": "2026-01-12"},
        {"week_start_date": "2026-01-12", "week_end_date": "2026-01-19"},
        {"week_start_date": "2026-01-12", "week_end_date": "2026-01-18", "roi": 1},
    ):
        with pytest.raises(InvalidInput):
            rows.insert(house, "autopilot_weekly_reports", **wrong)


def test_the_monitor_says_when_each_schedule_ran_and_will(fresh_database: str) -> None:
    with db.transaction(Actor.service()) as tx:
        tx.run(
            "insert into private.cron_runs (name, slot, done_at) values"
            " ('daily', now(), clock_timestamp()), ('hourly', now(), null)"
        )
        asked = datetime.now(UTC)
        seen = {row["jobname"]: row for row in tx.all("select * from autopilot_cron_monitor")}
    assert seen["daily"]["last_status"] == "succeeded"
    assert seen["daily"]["last_duration_ms"] >= 0
    assert seen["hourly"]["last_status"] == "running"
    assert seen["autopilot_weekly"]["last_status"] is None
    assert {"jobid", "schedule", "command", "nodename", "nodeport", "database", "username",
            "active"} <= set(seen["daily"])  # fmt: skip
    weekly = seen["autopilot_weekly"]["next_run_at"].astimezone(UTC)
    assert (weekly.weekday(), weekly.hour) == (0, 9)
    assert all(row["next_run_at"] > asked for row in seen.values())
    with pytest.raises(Forbidden), db.transaction(Actor.user(factories.user())) as tx:
        tx.all("select jobid from autopilot_cron_monitor")


def video(user_id: UUID, **columns: Any) -> UUID:
    given = {"goal": "Show the lamp", "platform": "TikTok"}
    return rows.insert(Actor.worker(user_id), "ai_video_projects", **(given | columns))


def test_videos_are_counted_for_their_maker_alone() -> None:
    alice = factories.user()
    done = video(alice, cost_usd=2, auto_generated=True)
    video(alice)
    video(factories.user())
    for status in ("generating_images", "generating_video", "completed"):
        rows.update(Actor.worker(alice), "ai_video_projects", done, status=status)
    with db.transaction(Actor.user(alice)) as tx:
        [seen] = tx.all("select * from ai_video_stats")
    assert seen.pop("last_video_created") is not None
    assert seen == {
        "user_id": alice, "total_videos": 2, "autopilot_videos": 1, "manual_videos": 1,
        "completed_videos": 1, "failed_videos": 0, "total_cost_usd": 2,
        "avg_cost_per_video": Decimal("2.0000"),
    }  # fmt: skip


def test_a_scene_is_made_once_unless_it_failed() -> None:
    alice = factories.user()
    house = Actor.worker(alice)
    scene = {"project_id": video(alice), "job_type": "image_generation", "scene_index": 0}
    job = rows.insert(house, "ai_video_jobs", **scene)
    with pytest.raises(Conflict):
        rows.insert(house, "ai_video_jobs", **scene)
    rows.update(house, "ai_video_jobs", job, status="failed")
    rows.insert(house, "ai_video_jobs", **scene, attempt=2)
    with pytest.raises(Conflict):
        rows.insert(Actor.worker(factories.user()), "ai_video_jobs", **scene, attempt=3)


def model(name: str, **columns: Any) -> UUID:
    given = {"provider": "openai", "model_type": "flagship"}
    return rows.insert(Actor.service(), "ai_model_configs", **(given | columns), model_name=name)


def default(model_type: str, provider: str = "openai") -> dict[str, Any] | None:
    with db.transaction(Actor.user(factories.user())) as tx:
        return tx.maybe(
            "select model_name, fallback from get_default_model(%(provider)s, %(type)s)",
            provider=provider, type=model_type,
        )  # fmt: skip


def test_the_default_falls_back_and_says_so(fresh_database: str) -> None:
    assert default("flagship") is None
    model("gpt-4.1", model_type="legacy")
    assert default("fast") == {"model_name": "gpt-4.1", "fallback": True}
    model("gpt-5", is_default=True)
    assert default("fast") == {"model_name": "gpt-5", "fallback": True}
    model("gpt-5-mini", model_type="fast", is_default=True)
    assert default("fast") == {"model_name": "gpt-5-mini", "fallback": False}
    assert default("flagship") == {"model_name": "gpt-5", "fallback": False}
    with pytest.raises(Conflict):
        model("gpt-6", is_default=True)


def test_the_documents_own_question_for_a_default(fresh_database: str) -> None:
    model("gpt-5", is_default=True, context_window=400_000)
    with db.transaction(Actor.user(factories.user())) as tx:
        seen = tx.one("SELECT * FROM get_default_model('openai', 'flagship')")
    assert (seen["model_name"], seen["context_window"]) == ("gpt-5", 400_000)


def test_a_default_that_goes_leaves_its_replacement_in_its_place(fresh_database: str) -> None:
    old = model("gpt-5", is_default=True, replacement_model="gpt-5.1")
    model("gpt-5.1")
    model("gpt-6")
    rows.update(Actor.service(), "ai_model_configs", old, is_active=False)
    assert default("flagship") == {"model_name": "gpt-5.1", "fallback": False}


def test_models_are_everyones_to_read_and_nobodys_to_write() -> None:
    alice = factories.user()
    with db.transaction(Actor.user(alice)) as tx:
        tx.all("select model_name from ai_model_configs")
    with pytest.raises(Forbidden), db.transaction(Actor.user(alice)) as tx:
        tx.run("update ai_model_configs set is_active = true")
    with pytest.raises(Forbidden), db.transaction(Actor.anonymous()) as tx:
        tx.all("select model_name from ai_model_configs")


def test_a_users_patterns_learn_from_that_user_alone() -> None:
    alice, bob = factories.user(), factories.user()
    pattern = {"agent_type": "content", "pattern_key": "short", "pattern_data": {"words": 8}}
    own = rows.insert(Actor.worker(alice), "agent_learning_data", **pattern)
    shared = rows.insert(
        Actor.service(), "agent_learning_data", **pattern | {"pattern_key": str(uuid4())}
    )
    said = {
        "interaction_type": "approve", "original_suggestion": {"a": 1}, "context_data": {},
        "pattern_ids": [own, shared],
    }  # fmt: skip
    rows.insert(Actor.user(alice), "ai_interaction_feedback", **said)
    rows.insert(Actor.user(bob), "ai_interaction_feedback", **said)
    seen = rows.row(
        Actor.user(alice), "agent_learning_data", own, "usage_count,success_rate,confidence_score"
    )
    assert seen["usage_count"] == 1
    assert seen["success_rate"] == pytest.approx(2 / 3)
    assert rows.row(Actor.service(), "agent_learning_data", shared, "usage_count") == {
        "usage_count": 0
    }
    with db.transaction(Actor.user(bob)) as tx:
        assert tx.all("select id from agent_learning_data") == []


def test_a_copilot_session_counts_its_changes() -> None:
    alice = factories.user()
    session = rows.insert(Actor.user(alice), "campaign_copilot_sessions", brief_data={"a": 1})
    rows.update(Actor.user(alice), "campaign_copilot_sessions", session, status="saved")
    seen = rows.row(Actor.user(alice), "campaign_copilot_sessions", session, "version,status")
    assert seen == {"version": 2, "status": "saved"}
    with pytest.raises(Forbidden):
        rows.update(
            Actor.user(alice), "campaign_copilot_sessions", session,
            interaction_history=Jsonb([]),
        )  # fmt: skip
