"""What the first schema promised: its queries, functions and triggers, with its defects mended."""

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from chalicelib import db, errors
from chalicelib.actor import Actor
from chalicelib.errors import Forbidden
from tests import factories

pytestmark = pytest.mark.usefixtures("database")

DASHBOARD = """
    select p.*, j.status, j.progress
    from projects p
    left join lateral (
      select status, progress from jobs where project_id = p.id order by created_at desc limit 1
    ) j on true
    where p.user_id = %(user)s
    order by p.created_at desc
    limit 20
"""
STAGES = [
    "PENDING", "QUEUED", "SCRIPTING", "VOICE_GEN", "ALIGNMENT", "VISUAL_PLAN", "IMAGE_GEN",
    "TIMELINE", "RENDERING", "PACKAGING", "READY",
]  # fmt: skip


def move(user: UUID, **columns: Any) -> dict[str, Any]:
    """Change a user's one job."""
    with db.transaction(Actor.worker(user)) as tx:
        changes = ", ".join(f"{name} = %({name})s" for name in columns)
        return tx.one(f"update jobs set {changes} returning *", **columns)  # type: ignore[arg-type]


def new_token() -> str:
    return f"session-{uuid4().hex}"


def save_draft(token: str, prompt: str = "Tell me of the moon", ip: str | None = None) -> Any:
    with db.transaction(Actor.service()) as tx:
        return tx.value(
            "select save_draft_prompt(%(token)s, %(prompt)s, null, '{}', %(ip)s)",
            token=token, prompt=prompt, ip=ip,
        )  # fmt: skip


def claim(user: UUID, token: str) -> Any:
    with db.transaction(Actor.user(user)) as tx:
        return tx.value("select claim_draft_prompt(%(token)s, %(user)s)", token=token, user=user)


def test_the_dashboard_shows_each_project_with_its_latest_job() -> None:
    alice, bob = factories.user(), factories.user()
    first, second = factories.project(alice), factories.project(alice)
    factories.project(bob)
    factories.job(alice, first, status="FAILED")
    factories.job(alice, first, status="RENDERING")
    with db.transaction(Actor.user(alice), read_only=True) as tx:
        rows = tx.all(DASHBOARD, user=alice)
        assert tx.all(DASHBOARD, user=bob) == []
    assert [(row["id"], row["status"]) for row in rows] == [(second, None), (first, "RENDERING")]


def test_a_new_user_has_a_profile_and_ten_credits(admin: psycopg.Connection) -> None:
    user = uuid4()
    admin.execute(
        'insert into auth.users (id, raw_user_meta_data) values (%s, \'{"name": "Ann"}\')', (user,)
    )
    with db.transaction(Actor.user(user)) as tx:
        assert tx.value("select display_name from profiles") == "Ann"
        assert tx.value("select get_credit_balance(%(user)s)", user=user) == 10
        assert tx.value("select notification_prefs from profiles") == {
            "job_complete": True,
            "job_failed": True,
        }


def test_nothing_keeps_a_user_from_signing_up_and_what_failed_is_mended(
    admin: psycopg.Connection,
) -> None:
    user = uuid4()
    with admin.transaction():
        admin.execute("set local showrunner.welcome_credits = 'broken'")
        admin.execute("insert into auth.users (id) values (%s)", (user,))
    with db.transaction(Actor.worker(user)) as tx:
        assert tx.maybe("select from profiles") is None
        for _ in range(2):
            tx.run("select ensure_profile(%(user)s, 'ann@example.com', 'Ann')", user=user)
        assert tx.value("select display_name from profiles") == "Ann"
        assert tx.value("select get_credit_balance(%(user)s)", user=user) == 10


def test_changed_rows_know_when_and_how_often() -> None:
    alice = factories.user()
    project = factories.project(alice)
    with db.transaction(Actor.user(alice)) as tx:
        before = tx.one("select updated_at, version from projects where id = %(id)s", id=project)
    with db.transaction(Actor.user(alice)) as tx:
        after = tx.one("update projects set title = 'New' returning updated_at, version")
    assert after["updated_at"] > before["updated_at"]
    assert (before["version"], after["version"]) == (1, 2)


def test_a_job_goes_through_the_stages_in_order() -> None:
    alice = factories.user()
    factories.job(alice)
    for number, status in enumerate(STAGES[1:]):
        row = move(alice, status=status, progress=number * 10)
        assert row["status"] == status
    assert row["started_at"] is not None
    assert row["finished_at"] is not None
    assert move(alice, progress=5)["progress"] == 90


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        ("RENDERING", "SCRIPTING"),
        ("QUEUED", "PENDING"),
        ("READY", "FAILED"),
        ("READY", "QUEUED"),
        ("CANCELLED", "QUEUED"),
        ("FAILED", "SCRIPTING"),
        ("FAILED", "CANCELLED"),
    ],
)
def test_a_job_makes_no_other_move(held: str, wanted: str) -> None:
    alice = factories.user()
    factories.job(alice, status=held)
    with pytest.raises(errors.IllegalMove):
        move(alice, status=wanted)


@pytest.mark.parametrize("stage", STAGES[:-1])
def test_a_job_may_fail_or_be_cancelled_at_every_stage(stage: str) -> None:
    for end in ("FAILED", "CANCELLED"):
        alice = factories.user()
        factories.job(alice, status=stage)
        assert move(alice, status=end)["finished_at"] is not None


def test_a_failed_job_may_be_tried_again_and_begins_anew() -> None:
    alice = factories.user()
    factories.job(alice, status="RENDERING")
    move(alice, progress=80)
    move(alice, status="FAILED")
    again = move(alice, status="QUEUED", progress=50, attempt=2)
    assert again["progress"] == 50
    assert again["finished_at"] is None
    assert move(alice, progress=40)["progress"] == 50


def test_one_job_at_a_time() -> None:
    alice = factories.user()
    project = factories.project(alice)
    factories.job(alice, project, status="CANCELLED")
    factories.job(alice, project, status="QUEUED")
    with pytest.raises(errors.JobAlreadyRunning):
        factories.job(alice, project)


def test_a_running_job_cannot_be_deleted() -> None:
    alice = factories.user()
    project = factories.project(alice)
    factories.job(alice, project, status="RENDERING")
    with pytest.raises(errors.IllegalMove), db.transaction(Actor.user(alice)) as tx:
        tx.run("delete from projects where id = %(id)s", id=project)


def test_a_draft_is_claimed_by_whoever_brings_the_token_once() -> None:
    token, alice, bob = new_token(), factories.user(), factories.user()
    draft = save_draft(token)
    assert claim(alice, new_token()) is None
    assert claim(alice, token) == draft
    assert claim(bob, token) is None
    with db.transaction(Actor.user(alice)) as tx:
        assert tx.value("select claimed_at from draft_prompts") is not None
    with pytest.raises(Forbidden), db.transaction(Actor.user(alice)) as tx:
        tx.one("select session_token from draft_prompts")
    with db.transaction(Actor.user(bob)) as tx:
        assert tx.all("select from draft_prompts") == []


def test_a_session_has_one_open_draft_and_the_latest_wins() -> None:
    token, alice = new_token(), factories.user()
    assert save_draft(token, "The first idea") == save_draft(token, "The second idea")
    claim(alice, token)
    with db.transaction(Actor.user(alice)) as tx:
        assert tx.value("select prompt_text from draft_prompts") == "The second idea"
    assert save_draft(token, "After the claim") is not None


def test_an_expired_draft_is_not_claimed(admin: psycopg.Connection) -> None:
    token = new_token()
    draft = save_draft(token)
    admin.execute("update draft_prompts set expires_at = now() where id = %s", (draft,))
    assert claim(factories.user(), token) is None


def test_a_draft_is_claimed_for_oneself() -> None:
    token, alice, bob = new_token(), factories.user(), factories.user()
    save_draft(token)
    with pytest.raises(errors.Forbidden), db.transaction(Actor.user(bob)) as tx:
        tx.run("select claim_draft_prompt(%(token)s, %(alice)s)", token=token, alice=alice)


def test_an_address_leaves_ten_drafts_an_hour() -> None:
    ip = uuid4().hex
    for _ in range(10):
        save_draft(new_token(), ip=ip)
    with pytest.raises(errors.TooManyRequests):
        save_draft(new_token(), ip=ip)
    save_draft(new_token(), ip=uuid4().hex)


def test_open_drafts_are_nobodys_to_read() -> None:
    save_draft(new_token())
    with db.transaction(Actor.user(factories.user())) as tx:
        assert tx.all("select from draft_prompts") == []
    with pytest.raises(errors.Forbidden), db.transaction(Actor.anonymous()) as tx:
        tx.all("select from draft_prompts")


@pytest.mark.parametrize("whose", ["service", "worker"])
def test_the_boot_log_goes_in_as_documented(whose: str) -> None:
    actor = Actor.service() if whose == "service" else Actor.worker(factories.user())
    with db.transaction(actor) as tx:
        row = tx.one("insert into research_cache (content) values ('System Boot') returning *")
    assert (row["topic"], row["kind"], row["expires_at"]) == ("system", "system", None)


def test_research_is_one_per_topic_and_ages_from_when_it_was_researched() -> None:
    alice = factories.user()
    insert = "insert into research_cache (topic, content) values (%(topic)s, 'x') returning *"
    with db.transaction(Actor.worker(alice)) as tx:
        made = tx.one(insert, topic="  The Deep-Sea! ")
    assert made["topic_key"] == "the deep sea"
    assert (made["expires_at"] - made["updated_at"]).days == 7
    with pytest.raises(errors.Conflict), db.transaction(Actor.worker(alice)) as tx:
        tx.one(insert, topic="the deep sea")
    with db.transaction(Actor.worker(alice)) as tx:
        found = tx.one("update research_cache set hit_count = hit_count + 1 returning *")
    assert found["updated_at"] == made["updated_at"], "being found keeps nothing fresh"
    with db.transaction(Actor.worker(alice)) as tx:
        renewed = tx.one("update research_cache set content = 'x' returning *")
    assert renewed["expires_at"] > made["expires_at"]


def test_a_stage_log_always_has_its_metrics() -> None:
    with db.transaction(Actor.worker(factories.user())) as tx:
        row = tx.one(
            "insert into pipeline_runs (run_id, stage, status, metrics)"
            " values ('job:1', 'SCRIPTING', 'success', '{\"tokens\": 7}') returning metrics"
        )
    assert row["metrics"] == {
        "latency_ms": 0, "tokens": 7, "cost_usd": 0, "cache_hit": False, "retry_count": 0
    }  # fmt: skip
