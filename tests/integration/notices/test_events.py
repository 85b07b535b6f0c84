"""Events: whatever happens is told in one way, wherever it begins."""

from collections.abc import Callable
from typing import Any, get_args
from uuid import uuid4

import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.domains.notices import emails, webhooks
from chalicelib.domains.notices.models import EVENTS, EventType, Preferences, WebhookWithSecret
from tests.integration.db import rows
from tests.integration.notices.story import (
    Admin,
    Post,
    Receiver,
    end,
    ended_job,
    letters,
    prefer,
)

Subscribe = Callable[..., WebhookWithSecret]


def reserve(actor: Actor, estimate: int) -> Any:
    assert actor.user_id is not None
    with db.transaction(Actor.worker(actor.user_id)) as tx:
        return tx.value(
            "select reserve_budget(%(user)s, %(usd)s, %(key)s)",
            user=actor.user_id, usd=estimate, key=str(uuid4()),
        )  # fmt: skip


def budget(actor: Actor) -> None:
    """Ten dollars a day, with a warning at eight."""
    cap = {"scope": "user", "scope_id": "", "period": "day", "hard_cap_usd": 10}
    rows.insert(actor.working(), "channel_budgets", **cap)


def noted(actor: Actor) -> list[str]:
    with db.transaction(actor) as tx:
        found = tx.all("select event_type from webhook_events order by created_at")
    return [row["event_type"] for row in found]


def test_a_budget_that_runs_out_is_told_by_webhook_and_by_letter_once_each(
    alice: Actor, subscribe: Subscribe, receiver: Receiver, post: Post
) -> None:
    webhook = subscribe(alice)
    budget(alice)
    before = len(letters())
    assert reserve(alice, 9)
    assert [reserve(alice, 5), reserve(alice, 5)] == [None, None]
    post.deliver(alice)
    told = [heard.verified_by(webhook.secret) for heard in receiver.heard]
    assert {event["type"] for event in told} == {"budget.warning", "budget.exceeded"}
    assert told[0]["data"]["hard_cap_usd"] == 10
    assert noted(alice) == ["budget.warning", "budget.exceeded"]
    subjects = [letter.subject for letter in letters()[before:]]
    assert sorted(subjects) == [
        "Your day budget for providers is nearly spent",
        "Your day budget for providers is spent",
    ]


@pytest.mark.parametrize(
    ("wanted", "webhook", "letter"),
    [
        ({}, True, True),
        ({"budget": False}, False, False),
        ({"email": False}, True, False),
        ({"webhook": False}, False, True),
        ({"budget": None, "email": "no", "webhook": 0}, True, True),
    ],
)
def test_preferences_decide_for_events_that_begin_in_the_database_too(
    alice: Actor,
    subscribe: Subscribe,
    receiver: Receiver,
    post: Post,
    wanted: dict[str, Any],
    webhook: bool,
    letter: bool,
) -> None:
    subscribe(alice)
    prefer(alice, **wanted)
    budget(alice)
    before = len(letters())
    reserve(alice, 9)
    post.deliver(alice)
    assert (len(receiver.heard), len(letters()) - before) == (int(webhook), int(letter))
    assert noted(alice) == ["budget.warning"], "what nobody wants to hear is noted all the same"


def test_a_job_that_ended_is_noted_with_what_was_told(alice: Actor, post: Post) -> None:
    job = ended_job(alice, "FAILED")
    end(alice, job)
    with db.transaction(alice) as tx:
        event = tx.one("select event_type, subject_id, payload from webhook_events")
    assert (event["event_type"], event["subject_id"]) == ("job.failed", job["id"])
    assert event["payload"]["data"]["error_code"] == "RenderFailed"


def test_a_webhook_that_is_switched_off_is_told_to_the_others(
    alice: Actor, subscribe: Subscribe, receiver: Receiver, post: Post
) -> None:
    gone = subscribe(alice, events=["job.completed"])
    subscribe(alice, url=f"{receiver.url}/other", events=["webhook.disabled"])
    receiver.will_answer(410)
    end(alice, ended_job(alice))
    post.deliver(alice, rounds=2)
    assert not webhooks.get(alice, gone.id).is_active
    (heard,) = (heard for heard in receiver.heard if heard.path.endswith("/other"))
    assert heard.json["data"]["webhook_id"] == str(gone.id)


def test_what_is_listed_is_what_the_database_knows(admin: Admin) -> None:
    """Types, letters and preferences stand in the database and in the API's description alike."""
    kinds = {row["event_type"]: row for row in admin.execute("select * from private.event_kinds")}
    assert set(kinds) == set(EVENTS) == set(get_args(EventType))
    written = {kind: emails.LETTERS.get(kind) for kind in kinds}
    assert {kind: row["letter"] for kind, row in kinds.items()} == {
        kind: "never" if letter is None else "wanted" if letter.wanted else "always"
        for kind, letter in written.items()
    }
    asked = {row["preference"] for row in kinds.values()} - {None}
    assert asked == set(Preferences.model_fields) - {"email", "webhook"}
