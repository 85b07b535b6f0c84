"""Support: notes no user sees, clocks that follow what is said, tickets without an account."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.errors import Forbidden, IllegalMove, InvalidInput
from tests import factories
from tests.integration.db import rows

pytestmark = pytest.mark.usefixtures("database")


def ticket(actor: Actor, **columns: Any) -> UUID:
    given = {
        "email": "ann@users.example", "name": "Ann", "subject": "No sound", "message": "Why?",
    }  # fmt: skip
    return rows.insert(actor, "support_tickets", **(given | columns))


def say(ticket_id: UUID, author: str, *, private: bool = False, actor: Actor | None = None) -> UUID:
    return rows.insert(
        actor or Actor.service(), "support_ticket_messages", ticket_id=ticket_id, author=author,
        body="Hello", is_private=private,
    )  # fmt: skip


def seen(user_id: UUID, ticket_id: UUID, *columns: str) -> dict[str, Any]:
    return rows.row(Actor.user(user_id), "support_tickets", ticket_id, ",".join(columns))


@pytest.mark.parametrize("column", ["admin_notes", "access_token_hash", "assigned_to"])
def test_what_agents_keep_no_user_reads(column: str) -> None:
    alice = factories.user()
    ticket_id = ticket(Actor.worker(alice), admin_notes="difficult")
    with pytest.raises(Forbidden):
        seen(alice, ticket_id, column)
    with pytest.raises(Forbidden), db.transaction(Actor.user(alice)) as tx:
        tx.all("select * from support_tickets")


def test_private_messages_are_for_agents() -> None:
    alice = factories.user()
    ticket_id = ticket(Actor.worker(alice))
    say(ticket_id, "agent", private=True)
    public = say(ticket_id, "agent")
    with db.transaction(Actor.user(alice)) as tx:
        assert [row["id"] for row in tx.all("select id from support_ticket_messages")] == [public]


def test_answers_stop_the_clock_and_replies_start_it() -> None:
    alice = factories.user()
    ticket_id = ticket(Actor.worker(alice))
    assert seen(alice, ticket_id, "waiting_since")["waiting_since"] is not None
    say(ticket_id, "agent", private=True)
    assert seen(alice, ticket_id, "status", "first_response_at") == {
        "status": "open", "first_response_at": None,
    }  # fmt: skip
    say(ticket_id, "agent")
    now = seen(alice, ticket_id, "status", "first_response_at", "waiting_since")
    assert (now["status"], now["waiting_since"]) == ("in_progress", None)
    first = now["first_response_at"]
    say(ticket_id, "requester", actor=Actor.worker(alice))
    say(ticket_id, "agent")
    assert seen(alice, ticket_id, "first_response_at")["first_response_at"] == first


def test_a_reply_opens_what_was_resolved_but_not_what_is_closed() -> None:
    alice = factories.user()
    ticket_id = ticket(Actor.worker(alice))
    rows.update(Actor.service(), "support_tickets", ticket_id, status="resolved")
    assert seen(alice, ticket_id, "resolved_at")["resolved_at"] is not None
    say(ticket_id, "requester", actor=Actor.worker(alice))
    assert seen(alice, ticket_id, "status", "reopened_count", "resolved_at") == {
        "status": "open", "reopened_count": 1, "resolved_at": None,
    }  # fmt: skip
    for status in ("resolved", "closed"):
        rows.update(Actor.service(), "support_tickets", ticket_id, status=status)
    with pytest.raises(IllegalMove, match="closed"):
        say(ticket_id, "requester", actor=Actor.worker(alice))
    with pytest.raises(IllegalMove) as caught:
        rows.update(Actor.service(), "support_tickets", ticket_id, status="open")
    assert caught.value.hint == "Nothing follows; it has ended."


def test_what_stays_resolved_is_closed(fresh_database: str) -> None:
    alice = factories.user()
    old, new = ticket(Actor.worker(alice)), ticket(Actor.worker(alice))
    for ticket_id in (old, new):
        rows.update(Actor.service(), "support_tickets", ticket_id, status="resolved")
    week = datetime.now(UTC) - timedelta(days=8)
    rows.update(Actor.service(), "support_tickets", old, resolved_at=week)
    with db.transaction(Actor.service()) as tx:
        assert tx.value("select close_resolved_tickets()") == 1
    assert seen(alice, old, "status") == {"status": "closed"}
    assert seen(alice, new, "status") == {"status": "resolved"}


def test_a_ticket_without_an_account_is_seen_by_no_account() -> None:
    alice = factories.user()
    ticket_id = ticket(Actor.service())
    with db.transaction(Actor.user(alice)) as tx:
        assert tx.all("select id from support_tickets") == []
    with db.transaction(Actor.worker(alice)) as tx:
        assert tx.all("select id from support_tickets") == []
    with pytest.raises(Forbidden), db.transaction(Actor.anonymous()) as tx:
        tx.all("select id from support_tickets")
    with pytest.raises(Forbidden):
        say(ticket_id, "requester", actor=Actor.worker(alice))


def test_users_rate_and_do_no_more() -> None:
    alice = factories.user()
    ticket_id = ticket(Actor.worker(alice))
    rows.update(Actor.user(alice), "support_tickets", ticket_id, satisfaction=5)
    with pytest.raises(InvalidInput):
        rows.update(Actor.user(alice), "support_tickets", ticket_id, satisfaction=6)
    with pytest.raises(Forbidden):
        rows.update(Actor.user(alice), "support_tickets", ticket_id, priority="urgent")
