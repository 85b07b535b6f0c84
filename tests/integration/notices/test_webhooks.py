"""Webhooks are signed, tried again on schedule, sent once, and never into the house."""

import datetime
import email.utils
import functools
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from standardwebhooks import WebhookVerificationError

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.domains.notices import deliveries, webhooks
from chalicelib.domains.notices.models import (
    Delivery,
    NewWebhook,
    Rotation,
    WebhookPatch,
    WebhookWithSecret,
)
from chalicelib.domains.outbox import service as outbox
from chalicelib.errors import Conflict, Forbidden, IllegalMove, InvalidInput, NotFound
from chalicelib.outbound import Outbound
from chalicelib.pages import PageQuery
from tests.aws import set_environment
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


@pytest.fixture(autouse=True)
def no_letters(alice: Actor, bob: Actor) -> None:
    """These tests are about webhooks; letters go where they are asked for."""
    prefer(alice, email=False)
    prefer(bob, email=False)


def only_delivery(actor: Actor, webhook: WebhookWithSecret) -> Delivery:
    (found,) = webhooks.deliveries(actor, webhook.id, PageQuery()).items
    return found


def test_a_finished_job_is_told_signed_and_once(
    alice: Actor, subscribe: Subscribe, receiver: Receiver, post: Post
) -> None:
    webhook = subscribe(alice)
    job = ended_job(alice)
    rows = end(alice, job)
    assert end(alice, job) == rows  # said twice, promised once
    post.deliver(alice)
    assert not any(outbox.deliver(row) for row in rows)  # the queue says it again
    (heard,) = receiver.heard
    told = heard.verified_by(webhook.secret)
    assert told["type"] == "job.completed"
    assert told["data"]["job_id"] == str(job["id"])
    assert told["data"]["title"] == "The <deep> sea"
    assert told["data"]["credits"] == 1
    assert told["data"]["url"] == f"https://api.showrunner.example/v1/jobs/{job['id']}"
    assert datetime.datetime.fromisoformat(told["timestamp"]).tzinfo is not None
    assert heard.headers["content-type"] == "application/json"
    assert abs(time.time() - int(heard.headers["webhook-timestamp"])) < 300
    found = only_delivery(alice, webhook)
    assert (found.status, found.attempt, found.response_code) == ("succeeded", 1, 200)
    assert str(found.event_id) == heard.id
    assert found.response_excerpt == "said  the endpoint"


def test_another_secret_does_not_verify(
    alice: Actor, bob: Actor, subscribe: Subscribe, receiver: Receiver, post: Post
) -> None:
    subscribe(alice)
    other = subscribe(bob)
    end(alice, ended_job(alice))
    post.deliver(alice)
    (heard,) = receiver.heard
    with pytest.raises(WebhookVerificationError):
        heard.verified_by(other.secret)


@pytest.mark.parametrize(
    ("status", "wanted", "told"),
    [
        ("READY", {}, "job.completed"),
        ("READY", {"job_failed": False}, "job.completed"),
        ("READY", {"job_complete": False}, None),
        ("READY", {"webhook": False}, None),
        ("FAILED", {"job_complete": False}, "job.failed"),
        ("FAILED", {"job_failed": False}, None),
        ("CANCELLED", {}, "job.cancelled"),
        ("READY", {"job_complete": "no", "surprise": [1]}, "job.completed"),
    ],
)
def test_preferences_decide(
    alice: Actor,
    subscribe: Subscribe,
    receiver: Receiver,
    post: Post,
    status: str,
    wanted: dict[str, Any],
    told: str | None,
) -> None:
    subscribe(alice)
    prefer(alice, **{"email": False, **wanted})
    end(alice, ended_job(alice, status))
    post.deliver(alice)
    assert [heard.json["type"] for heard in receiver.heard] == ([told] if told else [])


def test_only_webhooks_that_want_the_event_are_told(
    alice: Actor, bob: Actor, subscribe: Subscribe, receiver: Receiver, post: Post
) -> None:
    wanting = subscribe(alice, url=f"{receiver.url}/wanting", events=["job.failed"])
    subscribe(alice, url=f"{receiver.url}/other", events=["job.completed", "job.cancelled"])
    off = subscribe(alice, url=f"{receiver.url}/off")
    webhooks.change(alice, off.id, WebhookPatch(is_active=False))
    subscribe(bob, url=f"{receiver.url}/bob")
    end(alice, ended_job(alice, "FAILED"))
    post.deliver(alice)
    (heard,) = receiver.heard
    assert heard.path == "/in/wanting"
    assert heard.verified_by(wanting.secret)["data"]["error_code"] == "RenderFailed"


def test_each_attempt_of_a_job_is_told(
    alice: Actor, subscribe: Subscribe, receiver: Receiver, post: Post
) -> None:
    subscribe(alice)
    job = ended_job(alice, "FAILED")
    end(alice, job)
    end(alice, {**job, "attempt": 2})
    post.deliver(alice)
    assert len({heard.id for heard in receiver.heard}) == 2


def test_failures_follow_the_standard_schedule_under_one_id(
    alice: Actor, subscribe: Subscribe, receiver: Receiver, post: Post
) -> None:
    webhook = subscribe(alice)
    receiver.will_answer(*(500, 404, 301, 302, 307, 400, 304, 502, 504, 500))
    end(alice, ended_job(alice))
    post.deliver(alice)
    while post.rows(alice):
        found = only_delivery(alice, webhook)
        assert found.status == "pending"
        assert found.next_attempt_at is not None
        post.deliver(alice)
    in_between = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]
    assert post.delays == [*in_between, None]
    assert len(receiver.heard) == 10
    assert len({heard.id for heard in receiver.heard}) == 1
    assert all(heard.verified_by(webhook.secret) for heard in receiver.heard)
    found = only_delivery(alice, webhook)
    assert (found.status, found.attempt) == ("exhausted", 10)
    assert found.next_attempt_at is None
    assert webhooks.get(alice, webhook.id).retry_count == 10


def test_a_later_success_ends_the_run_of_failures(
    alice: Actor, subscribe: Subscribe, receiver: Receiver, post: Post
) -> None:
    webhook = subscribe(alice)
    receiver.will_answer(500, 500, 202)
    end(alice, ended_job(alice))
    post.deliver(alice, rounds=3)
    assert only_delivery(alice, webhook).status == "succeeded"
    found = webhooks.get(alice, webhook.id)
    assert (found.retry_count, found.first_failure_at) == (0, None)
    assert found.last_response_code == 202


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_honoured(
    alice: Actor, subscribe: Subscribe, receiver: Receiver, post: Post, status: int, form: str
) -> None:
    subscribe(alice)
    moment = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=1_000)
    asked = "1000" if form == "seconds" else email.utils.format_datetime(moment, usegmt=True)
    receiver.will_answer(status, retry_after=asked)
    end(alice, ended_job(alice))
    post.deliver(alice)
    (delay,) = post.delays
    assert delay is not None
    assert 900 < delay <= 1_000  # a date is a little nearer by the time it is read


@pytest.mark.parametrize(
    ("status", "asked", "seconds"),
    [
        (500, "1000", 5),  # not asked of a server error
        (503, "1", 5),  # never sooner than the schedule
        (503, "-1", 5),
        (503, "soon", 5),
        (503, "Thu, 01 Jan 1970 00:00:00 GMT", 5),
        (429, "99999999999999999999", 86_400),
        (429, "²", 5),
    ],
)
def test_an_odd_retry_after_is_not(
    alice: Actor,
    subscribe: Subscribe,
    receiver: Receiver,
    post: Post,
    status: int,
    asked: str,
    seconds: int,
) -> None:
    subscribe(alice)
    receiver.will_answer(status, retry_after=asked)
    end(alice, ended_job(alice))
    post.deliver(alice)
    assert post.delays == [seconds]


def test_gone_switches_off_at_once_and_tells_the_user(
    alice: Actor, subscribe: Subscribe, receiver: Receiver, post: Post
) -> None:
    webhook = subscribe(alice, name="Publishing")
    receiver.will_answer(410)
    end(alice, ended_job(alice))
    end(alice, ended_job(alice))
    prefer(alice)
    before = len(letters())
    post.deliver(alice, rounds=3)
    assert len(receiver.heard) == 1
    found = webhooks.get(alice, webhook.id)
    assert (found.is_active, found.disabled_reason) == (False, "The endpoint answered 410 Gone.")
    states = {d.status for d in webhooks.deliveries(alice, webhook.id, PageQuery()).items}
    assert states == {"failed", "cancelled"}
    (letter,) = letters()[before:]
    assert letter.subject == "Your webhook “Publishing” was switched off"
    on_again = webhooks.change(alice, webhook.id, WebhookPatch(is_active=True))
    assert (on_again.is_active, on_again.disabled_at, on_again.retry_count) == (True, None, 0)


def test_five_days_of_failures_switch_off(
    alice: Actor, subscribe: Subscribe, receiver: Receiver, post: Post, admin: Admin
) -> None:
    webhook = subscribe(alice)
    receiver.will_answer(500, 500)
    end(alice, ended_job(alice))
    post.deliver(alice)
    assert webhooks.get(alice, webhook.id).is_active
    admin.execute(
        "update webhooks set first_failure_at = now() - interval '5 days' where id = %s",
        (webhook.id,),
    )
    before = len(letters())
    post.deliver(alice, rounds=2)
    assert len(letters()) == before  # no letters, as this user wants it
    assert webhooks.get(alice, webhook.id).disabled_reason == "It has failed for five days."
    assert len(receiver.heard) == 2


def test_a_hanging_endpoint_costs_its_deadline_and_no_more(
    alice: Actor,
    subscribe: Subscribe,
    receiver: Receiver,
    post: Post,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(deliveries, "Outbound", functools.partial(Outbound, seconds=0.2))
    webhook = subscribe(alice)
    receiver.hangs = threading.Event()
    end(alice, ended_job(alice))
    post.deliver(alice)
    found = only_delivery(alice, webhook)
    assert (found.status, found.response_code) == ("pending", None)
    assert "Timeout" in (found.response_excerpt or "")


def test_nobody_listening_is_a_failure_like_any_other(
    alice: Actor, subscribe: Subscribe, post: Post
) -> None:
    webhook = subscribe(alice, url="http://127.0.0.1:9/")
    end(alice, ended_job(alice))
    post.deliver(alice)
    assert only_delivery(alice, webhook).status == "pending"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/hook",
        "https://10.0.0.1/",
        "https://169.254.169.254/",
        "https://user@example.com/",
        "ftp://example.com/",
        "javascript:alert(1)",
        "https://[::ffff:127.0.0.1]/",
    ],
)
def test_an_address_of_the_house_cannot_be_named(
    alice: Actor, subscribe: Subscribe, url: str
) -> None:
    set_environment({"OUTBOUND_LOCAL": "false"})
    with pytest.raises(InvalidInput):
        subscribe(alice, url=url)
    assert webhooks.list_page(alice, PageQuery()).items == []


def test_a_name_that_leads_into_the_house_is_never_called(
    alice: Actor, subscribe: Subscribe, receiver: Receiver, post: Post
) -> None:
    """The name was fine when the webhook was made; when it is called, it means this machine."""
    set_environment({"OUTBOUND_LOCAL": "false"})
    webhook = subscribe(alice, url=f"https://localhost:{receiver.port}/")
    end(alice, ended_job(alice))
    post.deliver(alice)
    found = only_delivery(alice, webhook)
    assert found.response_excerpt == "localhost leads to an address outside the public internet"
    assert receiver.heard == []


def test_during_a_rotation_both_secrets_verify(
    alice: Actor, subscribe: Subscribe, receiver: Receiver, post: Post, admin: Admin
) -> None:
    old = subscribe(alice)
    new = webhooks.rotate(alice, old.id, Rotation(overlap_hours=1))
    assert new.secret != old.secret
    end(alice, ended_job(alice))
    post.deliver(alice)
    heard = receiver.heard[-1]
    assert heard.headers["webhook-signature"].count("v1,") == 2
    assert heard.verified_by(old.secret) == heard.verified_by(new.secret)
    admin.execute(
        "update webhooks set previous_secret_until = clock_timestamp() where id = %s", (old.id,)
    )
    end(alice, ended_job(alice))
    post.deliver(alice)
    heard = receiver.heard[-1]
    heard.verified_by(new.secret)
    with pytest.raises(WebhookVerificationError):
        heard.verified_by(old.secret)


def test_a_rotation_without_overlap_ends_the_old_secret_at_once(
    alice: Actor, subscribe: Subscribe, receiver: Receiver, post: Post
) -> None:
    old = subscribe(alice)
    new = webhooks.rotate(alice, old.id, Rotation(overlap_hours=0))
    end(alice, ended_job(alice))
    post.deliver(alice)
    assert receiver.heard[0].headers["webhook-signature"].count("v1,") == 1
    receiver.heard[0].verified_by(new.secret)


def test_secrets_rest_sealed_and_users_cannot_even_read_that(
    alice: Actor, subscribe: Subscribe, admin: Admin
) -> None:
    webhook = subscribe(alice)
    webhooks.rotate(alice, webhook.id, Rotation())
    row = admin.execute("select * from webhooks where id = %s", (webhook.id,)).fetchone()
    assert row is not None
    assert not any("whsec_" in str(value) for value in row.values())
    assert webhook.secret.removeprefix("whsec_") not in str(row)
    with pytest.raises(Forbidden), db.transaction(alice) as tx:
        tx.all("select secret_token from webhooks")


def test_a_test_event_is_sent_once_even_when_the_webhook_is_off(
    alice: Actor, subscribe: Subscribe, receiver: Receiver, post: Post
) -> None:
    webhook = subscribe(alice)
    webhooks.change(alice, webhook.id, WebhookPatch(is_active=False))
    receiver.will_answer(500)
    sent = webhooks.test(alice, webhook.id)
    assert (sent.status, sent.trigger) == ("pending", "test")
    post.deliver(alice, rounds=3)
    (heard,) = receiver.heard
    assert heard.verified_by(webhook.secret)["type"] == "webhook.test"
    assert only_delivery(alice, webhook).status == "failed"


def test_a_replay_sends_the_same_event_again(
    alice: Actor, subscribe: Subscribe, receiver: Receiver, post: Post
) -> None:
    webhook = subscribe(alice)
    end(alice, ended_job(alice))
    first = only_delivery(alice, webhook)
    with pytest.raises(IllegalMove):
        webhooks.replay(alice, first.id)  # still under way
    post.deliver(alice)
    again = webhooks.replay(alice, first.id)
    assert (again.trigger, again.event_id) == ("replay", first.event_id)
    post.deliver(alice)
    one, two = receiver.heard
    assert (one.id, one.body) == (two.id, two.body)
    webhooks.change(alice, webhook.id, WebhookPatch(is_active=False))
    with pytest.raises(IllegalMove):
        webhooks.replay(alice, first.id)


def test_a_webhook_deleted_meanwhile_is_not_called(
    alice: Actor, subscribe: Subscribe, receiver: Receiver, post: Post
) -> None:
    webhook = subscribe(alice)
    end(alice, ended_job(alice))
    webhooks.delete(alice, webhook.id)
    post.deliver(alice)
    assert receiver.heard == []
    assert post.rows(alice) == []


def test_the_payload_stays_small_whatever_the_error_says(
    alice: Actor, subscribe: Subscribe, receiver: Receiver, post: Post
) -> None:
    subscribe(alice)
    end(alice, ended_job(alice, "FAILED", error_message="ü" * 100_000))
    post.deliver(alice)
    assert len(receiver.heard[0].body) < 20_000


def test_what_is_left_out_of_a_patch_stays(alice: Actor, subscribe: Subscribe) -> None:
    made = subscribe(alice, description="for the blog", events=["job.failed", "job.failed"])
    assert made.events == ["job.failed"]
    changed = webhooks.change(alice, made.id, WebhookPatch(name="Blog", description=None))
    assert (changed.name, changed.description) == ("Blog", None)
    assert (changed.url, changed.events, changed.is_active) == (made.url, ["job.failed"], True)


def test_a_webhook_belongs_to_its_user(
    alice: Actor, bob: Actor, subscribe: Subscribe, post: Post
) -> None:
    webhook = subscribe(alice)
    end(alice, ended_job(alice))
    post.deliver(alice)
    delivery = only_delivery(alice, webhook)
    attempts: list[Callable[[], Any]] = [
        lambda: webhooks.get(bob, webhook.id),
        lambda: webhooks.change(bob, webhook.id, WebhookPatch(name="Mine")),
        lambda: webhooks.delete(bob, webhook.id),
        lambda: webhooks.rotate(bob, webhook.id, Rotation()),
        lambda: webhooks.test(bob, webhook.id),
        lambda: webhooks.deliveries(bob, webhook.id, PageQuery()),
        lambda: webhooks.replay(bob, delivery.id),
        lambda: webhooks.get(bob, UUID(int=0)),
    ]
    for attempt in attempts:
        with pytest.raises(NotFound):
            attempt()
    assert webhooks.list_page(bob, PageQuery()).items == []
    assert webhooks.get(alice, webhook.id).name == webhook.name


def test_there_is_a_limit(alice: Actor, subscribe: Subscribe) -> None:
    for _ in range(webhooks.AT_MOST):
        subscribe(alice)
    with pytest.raises(Conflict):
        subscribe(alice)


def test_orders_at_the_same_time_do_not_pass_the_limit(alice: Actor, subscribe: Subscribe) -> None:
    for _ in range(webhooks.AT_MOST - 1):
        subscribe(alice)
    together = threading.Barrier(8)

    def order(_: int) -> bool:
        try:
            webhooks.get(alice, UUID(int=0))
        except NotFound:  # connected
            together.wait()
        try:
            subscribe(alice)
        except Conflict:
            return False
        finally:
            db.disconnect()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(order, range(8))) == 1
    assert len(webhooks.list_page(alice, PageQuery(limit=100)).items) == webhooks.AT_MOST


def test_a_repeated_order_makes_one_webhook_and_shows_its_secret_once(
    alice: Actor, receiver: Receiver
) -> None:
    wanted = NewWebhook(name="Hook", url=receiver.url)
    first = webhooks.create(alice, wanted, "key-1")
    again = webhooks.create(alice, wanted, "key-1")
    assert again.id == first.id
    assert first.secret.startswith("whsec_")
    assert again.secret == ""
    assert len(webhooks.list_page(alice, PageQuery()).items) == 1
