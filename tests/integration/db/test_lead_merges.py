"""Leads that turn out to be one: found, merged without losing anything, and taken apart again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.types.json import Jsonb

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.errors import (
    Conflict,
    Forbidden,
    IllegalMove,
    InvalidInput,
    NotFound,
    ShowrunnerError,
)
from infra.local.postgres import Server
from tests import factories
from tests.integration.db import rows
from tests.integration.db.test_leads import act, field, lead, points, rule, score
from tests.integration.rest import harness

pytestmark = pytest.mark.usefixtures("database")


def merge(user_id: UUID, into: UUID, *leads: UUID, fields: dict[str, Any] | None = None) -> UUID:
    """Merge leads; answers the last merge."""
    with db.transaction(Actor.user(user_id)) as tx:
        made = tx.all(
            "select id from merge_leads(%(into)s, %(leads)s, %(fields)s)",
            into=into, leads=list(leads), fields=Jsonb(fields or {}),
        )  # fmt: skip
    merge_id = made[-1]["id"]
    assert isinstance(merge_id, UUID)
    return merge_id


def unmerge(user_id: UUID, merge_id: UUID) -> None:
    with db.transaction(Actor.user(user_id)) as tx:
        tx.run("select unmerge_lead(%(id)s)", id=merge_id)


def seen(user_id: UUID, lead_id: UUID) -> dict[str, Any]:
    return rows.row(Actor.user(user_id), "leads", lead_id)


def activities(user_id: UUID, lead_id: UUID) -> list[str]:
    with db.transaction(Actor.user(user_id)) as tx:
        found = tx.all(
            "select activity_type as type from lead_activities where lead_id = %(id)s"
            " order by created_at, id",
            id=lead_id,
        )
    return [row["type"] for row in found]


def test_the_one_that_stays_keeps_its_own_and_is_given_what_it_does_not_say() -> None:
    alice = factories.user()
    stays = lead(alice, email="ada@acme.test", company="Acme", tags=["vip"])
    goes = lead(
        alice, first_name="A.", email="ada@home.test", company="ACME Ltd", phone="+351 912 345 678",
        tags=["fair", "vip"],
    )  # fmt: skip
    house = Actor.worker(alice)
    rows.update(house, "leads", stays, enriched_data={"staff": 5}, consent={"mail": "yes"})
    rows.update(house, "leads", goes, enriched_data={"staff": 9, "city": "Porto"})
    merge(alice, stays, goes)
    lead_after = seen(alice, stays)
    assert (lead_after["first_name"], lead_after["email"]) == ("Ada", "ada@acme.test")
    assert (lead_after["company"], lead_after["phone"]) == ("Acme", "+351 912 345 678")
    assert lead_after["tags"] == ["vip", "fair"]
    assert lead_after["enriched_data"] == {"staff": 5, "city": "Porto"}
    gone = seen(alice, goes)
    assert (gone["merged_into_id"], gone["deleted_at"] is None) == (stays, False)
    assert (gone["email"], gone["lead_score"]) == ("ada@home.test", 0)


def test_a_value_of_another_counts_where_it_is_chosen() -> None:
    alice = factories.user()
    stays = lead(alice, email="old@acme.test", company="Acme")
    goes = lead(alice, email="new@acme.test", company="ACME Ltd")
    merge(alice, stays, goes, fields={"email": str(goes)})
    assert seen(alice, stays)["email"] == "new@acme.test"
    assert seen(alice, stays)["company"] == "Acme"


def test_what_they_did_and_their_points_come_together_and_nothing_counts_twice() -> None:
    alice = factories.user()
    rule(alice, {"activity": "email_clicked"}, 10, repeatable=True, max_per_lead=3)
    rule(alice, field("company", "exists"), 5)
    stays, goes = lead(alice, company="Acme"), lead(alice, company="Acme")
    for one in (stays, goes, goes):
        act(alice, one)
    rows.insert(Actor.user(alice), "lead_score_events", lead_id=goes, delta=7, reason="Met")
    assert (score(alice, stays), score(alice, goes)) == (15, 32)
    contact = rows.insert(Actor.user(alice), "email_contacts", email="a@b.test", lead_id=goes)
    merge(alice, stays, goes)
    assert (score(alice, stays), score(alice, goes)) == (42, 0)
    assert sum(points(alice, stays)) == 42
    assert points(alice, goes) == []
    assert sorted(activities(alice, stays)) == ["email_clicked"] * 3 + ["merged"]
    linked = rows.row(Actor.user(alice), "email_contacts", contact, "lead_id")
    assert linked == {"lead_id": stays}
    with db.transaction(Actor.worker(alice)) as tx:
        assert tx.value("select leads_rescore(%(owner)s)", owner=alice) == 0


def test_the_inbox_has_one_line_with_the_notes_of_both() -> None:
    alice = factories.user()
    me = Actor.user(alice)
    stays, goes = lead(alice, company="Acme"), lead(alice)
    kept = rows.insert(me, "autopilot_lead_inbox", lead_id=stays, notes="Likes engines")
    rows.insert(
        me, "autopilot_lead_inbox", lead_id=goes, notes="Call on Monday", status="contacted"
    )
    undo = merge(alice, stays, goes)
    with db.transaction(me) as tx:
        lines = tx.all("select id, notes, status from autopilot_lead_inbox")
    assert lines == [{"id": kept, "notes": "Likes engines\nCall on Monday", "status": "new"}]
    unmerge(alice, undo)
    with db.transaction(me) as tx:
        lines = tx.all("select lead_id, notes, status from autopilot_lead_inbox order by notes")
    assert lines == [
        {"lead_id": goes, "notes": "Call on Monday", "status": "contacted"},
        {"lead_id": stays, "notes": "Likes engines", "status": "new"},
    ]


def test_the_only_line_of_the_inbox_moves_and_says_what_the_lead_says() -> None:
    alice = factories.user()
    me = Actor.user(alice)
    stays, goes = lead(alice, company="Acme"), lead(alice)
    line = rows.insert(me, "autopilot_lead_inbox", lead_id=goes)
    undo = merge(alice, stays, goes)
    said = rows.row(me, "autopilot_lead_inbox", line, "lead_id,company_name")
    assert said == {"lead_id": stays, "company_name": "Acme"}
    unmerge(alice, undo)
    said = rows.row(me, "autopilot_lead_inbox", line, "lead_id,company_name")
    assert said == {"lead_id": goes, "company_name": None}


def test_an_undone_merge_leaves_both_as_they_were_but_for_what_was_changed_since() -> None:
    alice = factories.user()
    rule(alice, {"activity": "email_clicked"}, 10, repeatable=True)
    rule(alice, field("phone", "exists"), 5)
    stays = lead(alice, tags=["vip"])
    goes = lead(alice, email="ada@acme.test", phone="912 345 678", country="pt", tags=["fair"])
    for one in (stays, goes, goes):
        act(alice, one)
    said = "email,phone,country,tags,lead_score,last_activity_at"
    before = [rows.row(Actor.user(alice), "leads", one, said) for one in (stays, goes)]
    undo = merge(alice, stays, goes)
    assert seen(alice, stays)["email"] == "ada@acme.test"
    rows.update(Actor.user(alice), "leads", stays, country="es")
    act(alice, stays, "page_view", is_bot=True)
    unmerge(alice, undo)
    after = [rows.row(Actor.user(alice), "leads", one, said) for one in (stays, goes)]
    assert after == [{**before[0], "country": "es"}, before[1]]
    assert seen(alice, goes)["merged_into_id"] is None
    assert sorted(activities(alice, goes)) == ["email_clicked"] * 2 + ["merge_undone"]
    assert (sum(points(alice, stays)), sum(points(alice, goes))) == (10, 25)


def test_many_become_one_and_a_merged_leads_clicks_count_for_it() -> None:
    alice = factories.user()
    stays, *others = (lead(alice) for _ in range(4))
    merge(alice, stays, *others)
    act(alice, others[0])
    assert activities(alice, stays).count("merged") == 3
    assert "email_clicked" in activities(alice, stays)
    assert activities(alice, others[0]) == []


def test_a_merge_that_makes_no_sense_changes_nothing() -> None:
    alice, mallory = factories.user(), factories.user()
    one, two, far, gone = (lead(alice) for _ in range(4))
    rows.update(Actor.user(alice), "leads", far, status="contacted")
    rows.update(Actor.user(alice), "leads", gone, deleted_at=datetime.now(UTC))
    wrong: list[tuple[type[ShowrunnerError], UUID, tuple[UUID, ...], dict[str, Any]]] = [
        (InvalidInput, one, (), {}),
        (InvalidInput, one, (one,), {}),
        (InvalidInput, one, (two,), {"lead_score": str(two)}),
        (InvalidInput, one, (two,), {"email": str(far)}),
        (InvalidInput, one, (two,), {"email": None}),
        (NotFound, one, (uuid4(),), {}),
        (NotFound, one, (lead(mallory),), {}),
        (IllegalMove, one, (gone,), {}),
        (IllegalMove, gone, (one,), {}),
        (IllegalMove, one, (two, far), {}),
    ]
    for error, into, leads, fields in wrong:
        with pytest.raises(error):
            merge(alice, into, *leads, fields=fields)
    with pytest.raises(NotFound):
        merge(mallory, one, two)
    with db.transaction(Actor.user(alice)) as tx:
        assert tx.all("select from lead_merges") == []
        assert tx.all("select from lead_activities where activity_type = 'merged'") == []


def test_a_merged_lead_stays_gone_until_the_merge_is_undone() -> None:
    alice = factories.user()
    one, two, three = (lead(alice) for _ in range(3))
    first = merge(alice, two, one)
    with pytest.raises(InvalidInput, match="deleted_at"):
        rows.update(Actor.user(alice), "leads", one, deleted_at=None)
    with pytest.raises(IllegalMove) as caught:
        merge(alice, three, one)
    assert caught.value.hint == f"It is part of {two} now."
    second = merge(alice, three, two)
    with pytest.raises(IllegalMove):
        unmerge(alice, first)
    for undo in (second, first):
        unmerge(alice, undo)
    with pytest.raises(IllegalMove):
        unmerge(alice, first)
    with pytest.raises(NotFound):
        unmerge(factories.user(), second)
    assert [seen(alice, each)["merged_into_id"] for each in (one, two, three)] == [None] * 3


def test_an_address_that_was_taken_meanwhile_keeps_a_merge_from_being_undone() -> None:
    alice = factories.user()
    stays, goes = lead(alice, email="a@acme.test"), lead(alice, email="b@acme.test")
    undo = merge(alice, stays, goes)
    lead(alice, email="b@acme.test")
    with pytest.raises(Conflict):
        unmerge(alice, undo)
    assert seen(alice, goes)["merged_into_id"] == stays


def test_two_who_merge_crosswise_at_once_merge_once() -> None:
    alice = factories.user()
    one, two = lead(alice), lead(alice)

    def crosswise(pair: tuple[UUID, UUID]) -> bool:
        try:
            merge(alice, *pair)
        except IllegalMove:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        done = list(threads.map(crosswise, [(one, two), (two, one)] * 4))
    assert sum(done) == 1
    assert [seen(alice, each)["deleted_at"] is None for each in (one, two)].count(True) == 1


def test_history_is_not_moved_by_hand() -> None:
    alice = factories.user()
    one, two = lead(alice), lead(alice)
    activity = act(alice, one)
    with pytest.raises(Forbidden):
        rows.update(Actor.worker(alice), "lead_activities", activity, lead_id=two)


def test_leads_that_look_like_one_are_found_with_the_one_to_keep_first() -> None:
    alice = factories.user()
    lead(factories.user(), phone="00351912345678")
    old = lead(alice, phone="+351 912 345 678", email="ada+fair@acme.test")
    far = lead(alice, phone="912345678", first_name="Grace", email="ada@acme.test")
    rows.update(Actor.user(alice), "leads", far, status="contacted")
    twins = [lead(alice, first_name=" Joan", last_name="Clarke ", company="Hut 8")]
    twins += [lead(alice, first_name="joan", last_name="CLARKE", company="hut 8")]
    with db.transaction(Actor.user(alice), read_only=True) as tx:
        found = {
            row["reason"]: (row["value"], row["lead_ids"])
            for row in tx.all("select * from duplicate_leads()")
        }
    assert found == {
        "phone": ("912345678", [far, old]),
        "email": ("ada@acme.test", [far, old]),
        "name and company": ("joan clarke, hut 8", twins),
    }


def test_leads_are_merged_over_the_data_api(database: str, postgres_server: Server) -> None:
    alice = factories.user()
    one, two = lead(alice, phone="912345678"), lead(alice, phone="912 345 678")
    with harness.connected(postgres_server, database, REST_SCHEMAS="public"):
        api = harness.signed_in(alice)
        [group] = api.rows("/rpc/duplicate_leads")
        assert group["lead_ids"] == [str(one), str(two)]
        [made] = api.call("merge_leads", {"p_into": str(one), "p_leads": [str(two)]}).json
        again = api.call("merge_leads", {"p_into": str(one), "p_leads": [str(two)]})
        assert again.refusal == (409, "55000")
        unknown = api.call("unmerge_lead", {"p_merge_id": str(uuid4())})
        assert unknown.refusal == (404, "PT404")
        assert api.call("unmerge_lead", {"p_merge_id": made["id"]}).json["undone_at"]
