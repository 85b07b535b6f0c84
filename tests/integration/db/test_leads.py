"""Leads: legal moves, scores that follow from rules and explain themselves, an inbox in step."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
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


def lead(user_id: UUID, **columns: Any) -> UUID:
    given = {"first_name": "Ada", "last_name": "Byron", "source": "form", **columns}
    return rows.insert(Actor.user(user_id), "leads", **given)


def rule(user_id: UUID, conditions: Any, weight: int = 10, **columns: Any) -> UUID:
    rule_id = rows.insert(
        Actor.user(user_id), "lead_scoring_rules", rule_name=f"Rule {uuid4()}",
        conditions=conditions, score_weight=weight, **columns,
    )  # fmt: skip
    rescore(user_id)
    return rule_id


def rescore(user_id: UUID, now: datetime | None = None) -> None:
    with db.transaction(Actor.worker(user_id)) as tx:
        while tx.value("select leads_rescore_due(2, %(now)s)", now=now):
            pass


def act(user_id: UUID, lead_id: UUID, kind: str = "email_clicked", **columns: Any) -> UUID:
    return rows.insert(
        Actor.worker(user_id), "lead_activities",
        created_by=user_id, lead_id=lead_id, activity_type=kind, **columns,
    )  # fmt: skip


def score(user_id: UUID, lead_id: UUID) -> int:
    value = rows.row(Actor.user(user_id), "leads", lead_id, "lead_score")["lead_score"]
    assert isinstance(value, int)
    return value


def points(user_id: UUID, lead_id: UUID) -> list[int]:
    with db.transaction(Actor.user(user_id)) as tx:
        found = tx.all(
            "select delta from lead_score_events where lead_id = %(id)s order by created_at, id",
            id=lead_id,
        )
    return [row["delta"] for row in found]


def field(name: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"field": name, "op": op} | ({} if value is None else {"value": value})


def test_a_lead_goes_from_new_to_converted_and_every_step_is_an_activity() -> None:
    alice = factories.user()
    lead_id = lead(alice)
    for status in ("contacted", "qualified", "opportunity", "customer", "lost", "contacted"):
        rows.update(Actor.user(alice), "leads", lead_id, status=status)
    with pytest.raises(IllegalMove) as caught:
        rows.update(Actor.user(alice), "leads", lead_id, status="converted")
    assert caught.value.hint == "Allowed next: lost, qualified."
    with db.transaction(Actor.user(alice)) as tx:
        steps = tx.all(
            "select activity_data ->> 'to' step from lead_activities order by created_at"
        )
    path = ["contacted", "qualified", "opportunity", "converted", "lost", "contacted"]
    assert sorted(row["step"] for row in steps) == sorted(path)


def test_an_address_is_one_lead_however_it_is_written() -> None:
    alice = factories.user()
    lead_id = lead(alice, email=" Ada@Example.COM ")
    assert rows.row(Actor.user(alice), "leads", lead_id, "email") == {"email": "ada@example.com"}
    with pytest.raises(Conflict):
        lead(alice, email="ADA@example.com")
    lead(factories.user(), email="ada@example.com")
    rows.update(Actor.user(alice), "leads", lead_id, deleted_at=datetime.now(UTC))
    lead(alice, email="ada@example.com")


@pytest.mark.parametrize("column", ["lead_score", "score_breakdown", "merged_into_id"])
def test_users_do_not_write_scores(column: str) -> None:
    alice = factories.user()
    lead_id = lead(alice)
    with pytest.raises(Forbidden):
        rows.update(Actor.user(alice), "leads", lead_id, **{column: None})


@pytest.mark.parametrize(
    ("condition", "met"),
    [
        (field("company", "eq", "ACME"), True),
        (field("company", "ne", "Acme"), False),
        (field("phone", "ne", "1"), True),
        (field("phone", "exists"), False),
        (field("phone", "exists", False), True),
        (field("tags", "contains", "VIP"), True),
        (field("tags", "ne", "vip"), False),
        (field("country", "in", ["PT", "ES"]), True),
        (field("job_title", "contains", "head"), True),
        (field("annual_revenue", "gte", 1_000_000), True),
        (field("annual_revenue", "lt", 1_000_000), False),
        (field("company_size", "gt", 10), False),
        (field("email", "matches_domain", "acme.test"), True),
        (field("email", "matches_domain", "acme_test"), False),
        (field("enriched_data.funding.stage", "eq", "seed"), True),
        (field("enriched_data.staff", "gt", 40), True),
        ({"not": field("company", "eq", "acme")}, False),
        ({"all": [field("company", "eq", "acme"), field("phone", "exists")]}, False),
        ({"any": [field("company", "eq", "acme"), field("phone", "exists")]}, True),
        ({"not": {"activity": "email_clicked"}}, True),
        (field("company", "eq", "x' or true --"), False),
        (field("enriched_data.'); drop table leads; --", "exists"), False),
    ],
)
def test_conditions(condition: dict[str, Any], met: bool) -> None:
    alice = factories.user()
    lead_id = rows.insert(
        Actor.worker(alice), "leads", created_by=alice, source="form", company="Acme",
        email="ada@mail.acme.test", country="pt", tags=["vip"], job_title="Head of Engines",
        annual_revenue=1_000_000, company_size="11-50",
        enriched_data={"funding": {"stage": "Seed"}, "staff": 42},
    )  # fmt: skip
    rule(alice, condition, 20)
    assert score(alice, lead_id) == (20 if met else 0)


@pytest.mark.parametrize(
    "nonsense",
    [
        {},
        {"all": []},
        {"all": [{}]},
        {"field": "created_by", "op": "exists"},
        {"field": "company", "op": "regex", "value": "x"},
        {"field": "company", "op": "gt", "value": "x"},
        {"field": "company", "op": "eq"},
        {"field": "company", "op": "in", "value": "x"},
        {"field": "company", "op": "eq", "value": "x", "or": 1},
        {"activity": "email_clicked", "count_gte": "many"},
        {"activity": "email_clicked", "within_days": 0},
        {"activity": 1},
        {"any": [{"not": {"not": {"not": {"not": {"not": {"not": {"not": {}}}}}}}}]},
    ],
)
def test_conditions_that_cannot_be_answered_are_not_kept(nonsense: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        rule(factories.user(), nonsense)


def test_what_a_lead_does_is_scored_at_once_and_explained() -> None:
    alice = factories.user()
    lead_id = lead(alice, company="Acme")
    rule(alice, {"activity": "email_clicked", "count_gte": 2}, 30, is_active=True)
    rule(alice, field("company", "exists"), -5)
    assert score(alice, lead_id) == 0
    act(alice, lead_id)
    act(alice, lead_id, is_bot=True)
    assert score(alice, lead_id) == 0
    act(alice, lead_id)
    seen = rows.row(Actor.user(alice), "leads", lead_id)
    assert seen["lead_score"] == 25
    assert [part["points"] for part in seen["score_breakdown"]] == [30, -5]
    assert seen["last_activity_at"]
    assert points(alice, lead_id) == [-5, 30]


def test_scoring_again_changes_nothing() -> None:
    alice = factories.user()
    lead_id = lead(alice, company="Acme")
    rule(alice, field("company", "exists"), 40)
    with db.transaction(Actor.worker(alice)) as tx:
        assert tx.value("select leads_rescore(%(owner)s)", owner=alice) == 0
    assert points(alice, lead_id) == [40]


def test_leads_scored_by_many_at_once_are_scored_once() -> None:
    alice = factories.user()
    lead_id = lead(alice)
    rule(alice, {"activity": "page_view"}, 5, repeatable=True)
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda _: act(alice, lead_id, "page_view"), range(12)))
    assert score(alice, lead_id) == 60
    assert sum(points(alice, lead_id)) == 60


def test_a_repeatable_rule_stops_at_its_most() -> None:
    alice = factories.user()
    lead_id = lead(alice)
    rule(alice, {"activity": "page_view", "count_gte": 2}, 10, repeatable=True, max_per_lead=2)
    for expected in (0, 10, 10, 20, 20, 20):
        act(alice, lead_id, "page_view")
        assert score(alice, lead_id) == expected


def test_points_fade_with_their_activities() -> None:
    alice = factories.user()
    lead_id = lead(alice)
    rule(alice, {"activity": "email_clicked"}, 30, decay_days=14)
    act(alice, lead_id)
    assert score(alice, lead_id) == 30
    with db.transaction(Actor.worker(alice)) as tx:
        assert tx.value("select leads_decay()") == 1
    rescore(alice, datetime.now(UTC) + timedelta(days=15))
    assert score(alice, lead_id) == 0
    assert points(alice, lead_id) == [30, -30]


def test_a_changed_or_deleted_rule_rescores_every_lead_of_its_owner() -> None:
    alice, bob = factories.user(), factories.user()
    mine = [lead(alice, company="Acme") for _ in range(5)]
    other = lead(bob, company="Acme")
    rule_id = rule(alice, field("company", "exists"), 10)
    assert [score(alice, each) for each in mine] == [10] * 5
    rows.update(Actor.user(alice), "lead_scoring_rules", rule_id, score_weight=15)
    rescore(alice)
    assert [score(alice, each) for each in mine] == [15] * 5
    rows.delete(Actor.user(alice), "lead_scoring_rules", rule_id)
    rescore(alice)
    assert [score(alice, each) for each in mine] == [0] * 5
    assert points(alice, mine[0]) == [10, 5, -15]
    assert points(bob, other) == []


def test_a_changed_field_is_scored_at_once() -> None:
    alice = factories.user()
    lead_id = lead(alice)
    rule(alice, field("company", "eq", "acme"), 10)
    rows.update(Actor.user(alice), "leads", lead_id, company="ACME")
    assert score(alice, lead_id) == 10
    rows.update(Actor.user(alice), "leads", lead_id, company=None)
    assert score(alice, lead_id) == 0


def test_points_by_hand_count_until_they_expire_and_never_leave_the_range() -> None:
    alice = factories.user()
    me = Actor.user(alice)
    lead_id = lead(alice)
    soon = datetime.now(UTC) + timedelta(days=1)
    rows.insert(me, "lead_score_events", lead_id=lead_id, delta=70, reason="Met", expires_at=soon)
    rows.insert(me, "lead_score_events", lead_id=lead_id, delta=50, reason="Asked for an offer")
    assert score(alice, lead_id) == 100
    with db.transaction(Actor.worker(alice)) as tx:
        tx.run("select leads_rescore(%(o)s, null, %(t)s)", o=alice, t=soon + timedelta(1))
    assert score(alice, lead_id) == 50
    with pytest.raises(Forbidden):
        rows.insert(me, "lead_score_events", lead_id=lead_id, delta=5, reason="x", rule_id=uuid4())


def test_a_score_that_rises_past_75_is_told_once() -> None:
    alice = factories.user()
    lead_id = lead(alice)
    for delta in (60, 10, 10, 5):
        rows.insert(
            Actor.user(alice), "lead_score_events", lead_id=lead_id, delta=delta, reason="x"
        )
    with db.transaction(Actor.worker(alice)) as tx:
        told = tx.all("select event_type from webhook_events order by created_at")
    assert [row["event_type"] for row in told] == ["lead.warm", "lead.hot"]


def test_the_inbox_keeps_in_step_and_the_users_own_fields_stay() -> None:
    alice = factories.user()
    me = Actor.user(alice)
    lead_id = lead(alice, email="ada@acme.test")
    line = rows.insert(me, "autopilot_lead_inbox", lead_id=lead_id)
    rows.update(me, "autopilot_lead_inbox", line, status="contacted", notes="Call on Monday")
    rows.update(me, "leads", lead_id, last_name="Lovelace", company="Acme", status="contacted")
    rows.insert(me, "lead_score_events", lead_id=lead_id, delta=80, reason="Met")
    seen = rows.row(me, "autopilot_lead_inbox", line)
    assert (seen["full_name"], seen["company_name"]) == ("Ada Lovelace", "Acme")
    assert (seen["email"], seen["score"], seen["temperature"]) == ("ada@acme.test", 80, "hot")
    assert (seen["status"], seen["notes"]) == ("contacted", "Call on Monday")
    with pytest.raises(Forbidden):
        rows.update(me, "autopilot_lead_inbox", line, full_name="Someone else")


def test_children_never_point_at_a_strangers_lead() -> None:
    alice, mallory = factories.user(), factories.user()
    lead_id = lead(alice)
    for table, columns in [
        ("lead_activities", {"activity_type": "note"}),
        ("lead_score_events", {"delta": 5, "reason": "x"}),
        ("autopilot_lead_inbox", {}),
    ]:
        with pytest.raises(Conflict):
            rows.insert(Actor.user(mallory), table, lead_id=lead_id, **columns)
    with pytest.raises(Conflict):
        lead(
            mallory, campaign_id=rows.insert(Actor.user(alice), "campaigns", name="x", type="email")
        )


def test_an_activity_is_noted_once_and_for_good() -> None:
    alice = factories.user()
    lead_id = lead(alice)
    activity = act(alice, lead_id, dedupe_key="mail:1")
    with pytest.raises(Conflict):
        act(alice, lead_id, dedupe_key="mail:1")
    with pytest.raises(Forbidden):
        rows.update(Actor.worker(alice), "lead_activities", activity, activity_type="note")


def test_a_preview_says_what_a_rule_would_change_for_oneself_alone() -> None:
    alice, bob = factories.user(), factories.user()
    mine = lead(alice, company="Acme")
    lead(bob, company="Acme")
    preview = "select lead_id, new_score from lead_scoring_preview(%(conditions)s, 30)"
    with db.transaction(Actor.user(alice)) as tx:
        found = tx.all(preview, conditions=Jsonb(field("company", "exists")))
    assert found == [{"lead_id": mine, "new_score": 30}]
    assert score(alice, mine) == 0
    with pytest.raises(Forbidden), db.transaction(Actor.anonymous()) as tx:
        tx.all(preview, conditions=Jsonb(field("company", "exists")))
