"""Letters go to the user who wants them, once, and never twice for fear of not at all."""

import re
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.clients import client
from chalicelib.domains.notices import emails
from chalicelib.domains.outbox import service as outbox
from tests.integration.notices.story import Admin, Post, end, ended_job, letters, prefer


@pytest.fixture
def sent(aws: None) -> int:
    """How many letters there were before the test."""
    return len(letters())


def test_a_ready_video_is_announced_with_a_link(alice: Actor, sent: int, post: Post) -> None:
    job = ended_job(alice)
    rows = end(alice, job)
    assert end(alice, job) == rows  # the same letter, promised once
    post.deliver(alice)
    assert not any(outbox.deliver(row) for row in rows)
    (letter,) = letters()[sent:]
    assert letter.destinations["ToAddresses"] == [f"{alice.user_id}@users.example"]
    assert letter.source == "studio@showrunner.example"
    assert letter.subject == "Your video “The <deep> sea” is ready"
    assert "The &lt;deep&gt; sea" in letter.body
    assert f'href="https://api.showrunner.example/v1/jobs/{job["id"]}"' in letter.body
    assert "job_complete" in letter.body


def test_a_failed_video_says_why_and_that_credits_are_back(
    alice: Actor, sent: int, post: Post
) -> None:
    end(alice, ended_job(alice, "FAILED", error_message="<b>no</b> {title} frames"))
    post.deliver(alice)
    (letter,) = letters()[sent:]
    assert "&lt;b&gt;no&lt;/b&gt; {title} frames" in letter.body
    assert "credits were given back" in letter.body


@pytest.mark.parametrize(
    ("status", "wanted", "count"),
    [
        ("READY", {}, 1),
        ("READY", {"job_failed": False, "webhook": False}, 1),
        ("READY", {"job_complete": False}, 0),
        ("READY", {"email": False}, 0),
        ("FAILED", {"job_complete": False}, 1),
        ("FAILED", {"job_failed": False}, 0),
        ("CANCELLED", {}, 0),
    ],
)
def test_preferences_decide(
    alice: Actor, sent: int, post: Post, status: str, wanted: dict[str, Any], count: int
) -> None:
    prefer(alice, **wanted)
    end(alice, ended_job(alice, status))
    post.deliver(alice)
    assert len(letters()) - sent == count


def test_a_user_without_an_address_gets_no_letter(aws: None, sent: int, post: Post) -> None:
    nobody = Actor.user(uuid4())
    with db.transaction(nobody.working()) as tx:
        tx.run("select ensure_profile(%(id)s)", id=nobody.user_id)
    end(nobody, ended_job(nobody))
    post.deliver(nobody)
    assert post.rows(nobody) == []
    assert len(letters()) == sent


class FailingSes:
    """SES as it fails: the letter may have gone out (`after`) or surely has not."""

    def __init__(self, error: Exception, *, after: bool) -> None:
        self.real, self.error, self.after = client("sesv2"), error, after

    def send_email(self, **letter: Any) -> None:
        if self.after:
            self.real.send_email(**letter)
        raise self.error


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "SendEmail")


@pytest.mark.parametrize(
    "error",
    [refused("TooManyRequestsException"), EndpointConnectionError(endpoint_url="https://ses")],
    ids=["throttled", "unreachable"],
)
def test_what_was_surely_not_sent_is_tried_again(
    alice: Actor, sent: int, post: Post, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    failing = FailingSes(error, after=False)
    end(alice, ended_job(alice))
    with monkeypatch.context() as patched:
        patched.setattr(emails, "client", lambda name: failing)
        post.deliver(alice)
        assert post.delays == [30]
    post.deliver(alice)
    assert len(letters()) - sent == 1


def test_what_may_have_been_sent_is_not_sent_again(
    alice: Actor, sent: int, post: Post, admin: Admin, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost_answer = FailingSes(ReadTimeoutError(endpoint_url="https://ses"), after=True)
    (row,) = end(alice, ended_job(alice))
    with monkeypatch.context() as patched:
        patched.setattr(emails, "client", lambda name: lost_answer)
        post.deliver(alice)
    post.deliver(alice, rounds=3)
    assert len(letters()) - sent == 1
    found = admin.execute("select * from private.outbox where id = %s", (row,)).fetchone()
    assert found is not None
    assert found["last_error"] == "SES did not answer: the letter may have been sent"


def test_a_worker_killed_while_sending_does_not_send_twice(
    alice: Actor, sent: int, post: Post, admin: Admin, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """As SIGKILL: nothing after it runs."""

    killed = FailingSes(Killed(), after=True)  # type: ignore[arg-type]
    (row,) = end(alice, ended_job(alice))
    with monkeypatch.context() as patched:
        patched.setattr(emails, "client", lambda name: killed)
        with pytest.raises(Killed):
            outbox.deliver(row)
    admin.execute("update private.outbox set lease_until = clock_timestamp() where id = %s", (row,))
    post.deliver(alice, rounds=2)
    assert len(letters()) - sent == 1


def test_a_letter_ses_refuses_is_given_up(
    alice: Actor, sent: int, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = FailingSes(refused("MessageRejected"), after=False)
    end(alice, ended_job(alice))
    monkeypatch.setattr(emails, "client", lambda name: failing)
    post.deliver(alice)
    assert post.rows(alice) == []


def test_the_client_itself_does_not_repeat_a_letter(aws: None) -> None:
    assert client("sesv2").meta.config.retries["total_max_attempts"] == 1
    assert client("sqs").meta.config.retries["total_max_attempts"] == 3


@pytest.mark.parametrize("notice", emails.LETTERS)
def test_every_letter_is_whole_in_text_and_html(aws: None, notice: str) -> None:
    letter = emails.LETTERS[notice]
    told = re.findall(r"{(\w+)}", letter.subject + letter.text + letter.link)
    content = emails.content(notice, dict.fromkeys(told, "line one\r\nBcc: x"))
    assert "\n" not in content["Subject"]["Data"]
    assert "\r" not in content["Body"]["Text"]["Data"]
    for body in content["Body"].values():
        assert "line one Bcc: x" in body["Data"]
        named = "PATCH https://api.showrunner.example/v1/me" in body["Data"]
        assert named == letter.wanted
        assert "{" not in body["Data"]
