"""Email: who may be written to, one mail per recipient, counts that go up by one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.errors import Conflict, Forbidden, IllegalMove
from tests import factories
from tests.integration.db import rows

pytestmark = pytest.mark.usefixtures("database")

PAST = datetime(2026, 1, 1, tzinfo=UTC)


def contact(user_id: UUID, **columns: Any) -> UUID:
    given = {"email": f"{uuid4()}@people.test", **columns}
    return rows.insert(Actor.user(user_id), "email_contacts", **given)


def mailing(user_id: UUID, **columns: Any) -> UUID:
    """A mailing under way."""
    mailing_id = rows.insert(
        Actor.user(user_id), "email_campaigns", name="News", scheduled_for=PAST, **columns
    )
    rows.update(Actor.user(user_id), "email_campaigns", mailing_id, status="scheduled")
    with db.transaction(Actor.worker(user_id)) as tx:
        assert tx.value("select email_campaigns_tend()") == mailing_id
    return mailing_id


def batch(user_id: UUID, mailing_id: UUID, limit: int = 500) -> int:
    with db.transaction(Actor.worker(user_id)) as tx:
        value = tx.value("select email_campaign_batch(%(id)s, %(n)s)", id=mailing_id, n=limit)
    assert isinstance(value, int)
    return value


def messages(user_id: UUID, status: str) -> list[UUID]:
    with db.transaction(Actor.user(user_id)) as tx:
        found = tx.all("select id from email_messages where status = %(s)s order by id", s=status)
    return [row["id"] for row in found]


def sent(user_id: UUID) -> tuple[UUID, UUID, UUID]:
    """A mailing, its one contact and its one mail, sent."""
    contact_id = contact(user_id)
    mailing_id = mailing(user_id)
    batch(user_id, mailing_id)
    (message,) = messages(user_id, "queued")
    for status in ("sending", "sent"):
        rows.update(Actor.worker(user_id), "email_messages", message, status=status)
    return mailing_id, contact_id, message


def event(user_id: UUID, message: UUID, kind: str, **columns: Any) -> UUID:
    return rows.insert(
        Actor.worker(user_id), "email_events",
        user_id=user_id, message_id=message, event_type=kind, **columns,
    )  # fmt: skip


def test_a_mailing_reaches_everyone_once_whoever_sends_and_however_often() -> None:
    alice = factories.user()
    for _ in range(7):
        contact(alice)
    mailing_id = mailing(alice)
    with ThreadPoolExecutor(4) as threads:
        reached = list(threads.map(lambda _: batch(alice, mailing_id, 2), range(6)))
    assert sum(reached) == 7
    assert len(messages(alice, "queued")) == 7
    assert batch(alice, mailing_id) == 0


def test_a_paused_mailing_goes_on_where_it_stopped() -> None:
    alice = factories.user()
    for _ in range(3):
        contact(alice)
    mailing_id = mailing(alice)
    assert batch(alice, mailing_id, 2) == 2
    rows.update(Actor.user(alice), "email_campaigns", mailing_id, status="paused")
    assert batch(alice, mailing_id, 2) == 0
    rows.update(Actor.user(alice), "email_campaigns", mailing_id, status="sending")
    assert batch(alice, mailing_id, 2) == 1


def test_whoever_may_not_be_written_to_is_skipped_and_counted() -> None:
    alice = factories.user()
    contact(alice)
    gone = contact(alice)
    rows.update(Actor.user(alice), "email_contacts", gone, subscription_status="unsubscribed")
    mailing_id = mailing(alice)
    batch(alice, mailing_id)
    assert len(messages(alice, "queued")) == len(messages(alice, "skipped")) == 1
    assert rows.row(Actor.user(alice), "email_campaigns", mailing_id)["total_skipped"] == 1


def test_an_erased_person_comes_back_unsubscribed() -> None:
    alice = factories.user()
    contact_id = contact(alice, email="Bob@People.Test")
    rows.update(Actor.user(alice), "email_contacts", contact_id, subscription_status="unsubscribed")
    rows.delete(Actor.user(alice), "email_contacts", contact_id)
    again = contact(alice, email="bob@people.test")
    seen = rows.row(Actor.user(alice), "email_contacts", again)
    assert (seen["subscribed"], seen["subscription_status"]) == (False, "unsubscribed")
    assert seen["unsubscribed_at"]
    other = factories.user()
    assert rows.row(Actor.user(other), "email_contacts", contact(other, email="bob@people.test"))[
        "subscribed"
    ]


def test_whoever_left_comes_back_only_by_confirming_and_a_complaint_is_final() -> None:
    alice = factories.user()
    me = Actor.user(alice)
    contact_id = contact(alice)
    rows.update(me, "email_contacts", contact_id, subscription_status="unsubscribed")
    with pytest.raises(IllegalMove):
        rows.update(me, "email_contacts", contact_id, subscription_status="subscribed")
    rows.update(me, "email_contacts", contact_id, subscription_status="unconfirmed")
    rows.update(me, "email_contacts", contact_id, subscription_status="subscribed")
    with db.transaction(me) as tx:
        assert tx.all("select id from email_suppressions") == []
    rows.update(me, "email_contacts", contact_id, subscription_status="complained")
    with pytest.raises(IllegalMove) as caught:
        rows.update(me, "email_contacts", contact_id, subscription_status="unconfirmed")
    assert caught.value.hint == "Nothing follows; it has ended."


def test_opens_and_clicks_are_counted_by_people_and_apart_from_machines() -> None:
    alice = factories.user()
    mailing_id, contact_id, message = sent(alice)
    assert rows.row(Actor.user(alice), "email_campaigns", mailing_id)["open_rate"] is None
    event(alice, message, "delivered")
    event(alice, message, "open", is_machine=True)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: event(alice, message, "open"), range(8)))
    event(alice, message, "click")
    mail = rows.row(Actor.user(alice), "email_messages", message, "open_count,machine_open_count")
    assert mail == {"open_count": 8, "machine_open_count": 1}
    seen = rows.row(Actor.user(alice), "email_campaigns", mailing_id)
    totals = (seen["total_sent"], seen["total_delivered"], seen["total_opened"])
    assert totals == (1, 1, 1)
    assert (seen["open_rate"], seen["click_rate"]) == (Decimal(1), Decimal(1))
    assert rows.row(Actor.user(alice), "email_contacts", contact_id)["last_activity"]


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("bounce_hard", "bounced"),
        ("complaint", "complained"),
        ("unsubscribe", "unsubscribed"),
        ("bounce_soft", "subscribed"),
    ],
)
def test_what_comes_back_decides_who_is_written_to_again(kind: str, status: str) -> None:
    alice = factories.user()
    _, contact_id, message = sent(alice)
    event(alice, message, kind)
    seen = rows.row(Actor.user(alice), "email_contacts", contact_id)
    assert seen["subscription_status"] == status
    with db.transaction(Actor.user(alice)) as tx:
        reasons = [row["reason"] for row in tx.all("select reason from email_suppressions")]
    assert reasons == ([] if status == "subscribed" else [status])


def test_a_providers_event_is_noted_once() -> None:
    alice = factories.user()
    _, _, message = sent(alice)
    event(alice, message, "open", provider_id="evt_1")
    with pytest.raises(Conflict):
        event(alice, message, "open", provider_id="evt_1")
    mail = rows.row(Actor.user(alice), "email_messages", message, "open_count")
    assert mail == {"open_count": 1}


def test_the_link_token_and_the_counts_are_not_the_users() -> None:
    alice = factories.user()
    mailing_id, _, message = sent(alice)
    for column in ("token_hash", "provider_message_id"):
        with pytest.raises(Forbidden):
            rows.row(Actor.user(alice), "email_messages", message, column)
    with pytest.raises(Forbidden):
        rows.update(Actor.user(alice), "email_campaigns", mailing_id, total_opened=1000)
    with pytest.raises(Forbidden):
        rows.insert(Actor.user(alice), "email_events", message_id=message, event_type="open")


def test_nothing_points_at_a_strangers_mail() -> None:
    alice, mallory = factories.user(), factories.user()
    _, contact_id, message = sent(alice)
    with pytest.raises(Conflict):
        event(mallory, message, "open")
    template = rows.insert(
        Actor.user(alice), "email_templates", name="x", subject_line="x", html_content="x"
    )
    with pytest.raises(Conflict):
        rows.insert(Actor.user(mallory), "email_campaigns", name="x", template_id=template)
    rule = rows.insert(
        Actor.user(mallory), "email_automation_rules",
        rule_name="x", trigger_type="contact_added", action_type="add_tag",
    )  # fmt: skip
    with pytest.raises(Conflict):
        rows.insert(
            Actor.worker(mallory), "email_automation_runs",
            user_id=mallory, rule_id=rule, contact_id=contact_id,
        )  # fmt: skip


def test_a_rule_happens_to_a_contact_once() -> None:
    alice = factories.user()
    run = {
        "user_id": alice,
        "contact_id": contact(alice),
        "rule_id": rows.insert(
            Actor.user(alice), "email_automation_rules",
            rule_name="Welcome", trigger_type="contact_added", action_type="send_email",
        ),
    }  # fmt: skip
    run_id = rows.insert(Actor.worker(alice), "email_automation_runs", **run)
    with pytest.raises(Conflict):
        rows.insert(Actor.worker(alice), "email_automation_runs", **run)
    rows.update(Actor.worker(alice), "email_automation_runs", run_id, status="running")
    rows.update(Actor.worker(alice), "email_automation_runs", run_id, status="done")
    assert rows.row(Actor.user(alice), "email_automation_runs", run_id)["done_at"]


def test_a_template_in_use_stays_and_its_text_is_taken_when_sending_begins() -> None:
    alice = factories.user()
    me = Actor.user(alice)
    template = rows.insert(
        me, "email_templates", name="News", subject_line="Old", html_content="<p>Old</p>"
    )
    mailing_id = mailing(alice, template_id=template)
    rows.update(me, "email_templates", template, subject_line="New")
    assert rows.row(me, "email_campaigns", mailing_id)["subject_line"] == "Old"
    with pytest.raises(IllegalMove):
        rows.delete(me, "email_templates", template)
