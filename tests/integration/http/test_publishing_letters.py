"""Whoever wants it is told by mail that an album is published, or could not be; once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from chalicelib import providers
from chalicelib.domains.albums import making
from chalicelib.domains.notices import emails
from chalicelib.providers.publisher.local import LocalPublisher
from tests.albums import Maker
from tests.integration.http.conftest import Api
from tests.integration.http.test_albums import do, order, sent
from tests.publishing import channel, connect, ready, work
from tests.youtube import YouTubeTwin, refusal


@pytest.fixture(autouse=True)
def publisher(environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    local = LocalPublisher()
    monkeypatch.setattr(providers, "publisher", lambda: local)
    boto3.client("ses").verify_email_identity(EmailAddress="studio@showrunner.example")


def letters(admin: Any, api: Api) -> list[Any]:
    return [said for said in sent(admin, api, "email") if "publish" in said["notice"]]


def shown(letter: Any) -> tuple[str, str]:
    """Subject and text."""
    written = emails.content(letter["notice"], letter["data"])
    return written["Subject"]["Data"], written["Body"]["Text"]["Data"]


def test_a_published_album_is_announced_once_with_its_address(alice: Api, admin: Any) -> None:
    where = channel(alice)
    connect(alice, where)
    path = ready(alice, where, title="Waltzes & more")
    out = datetime.now(UTC).replace(microsecond=0, second=0) + timedelta(days=3)
    said = alice.post(f"{path}/publish", {"privacy": "public", "scheduled_at": out.isoformat()})
    assert said.status == 202, said.body
    assert letters(admin, alice) == []
    work(alice)
    admin.execute(
        "update private.outbox set delivered_at = null, next_attempt_at = clock_timestamp()"
        " where user_id = %s and topic = 'publish'",
        [alice.user_id],
    )
    work(alice)  # told of it twice
    (letter,) = letters(admin, alice)
    subject, text = shown(letter)
    done = alice.get(f"{path}/publication").body
    assert subject == "Your album “Waltzes & more” is published"
    assert f"It is public, from {out:%Y-%m-%d %H:%M} UTC on." in text
    assert done["platform_url"] in text
    assert "(`published`)" in text
    assert work(alice, "email") >= 1
    assert work(alice, "email") == 0


def test_an_album_that_could_not_be_published_says_why(
    alice: Api, admin: Any, twin: YouTubeTwin
) -> None:
    where = channel(alice)
    connect(alice, where, twin)
    path = ready(alice, where)
    twin.refusing = refusal(400, "invalidDescription")
    alice.post(f"{path}/publish", {})
    work(alice)
    (letter,) = letters(admin, alice)
    failed = alice.get(f"{path}/publication").body
    subject, text = shown(letter)
    assert subject == "Your album “Waltzes by candlelight” could not be published"
    assert failed["error_message"] in text
    assert f"{path}/publication" in text
    twin.refusing = None
    alice.post(f"{path}/publish", {"description": "Better."})
    work(alice)
    assert [one["notice"] for one in letters(admin, alice)] == [
        "album.unpublished",
        "album.published",
    ]


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({"job_complete": False}, 1),
        ({"published": False}, 0),
        ({"email": False}, 0),
        ({"webhook": False}, 1),
    ],
)
def test_preferences_decide(alice: Api, admin: Any, wanted: dict[str, bool], count: int) -> None:
    said = alice.patch("/v1/me", {"notification_prefs": wanted})
    assert said.status == 200, said.body
    where = channel(alice)
    connect(alice, where)
    path = ready(alice, where)
    alice.post(f"{path}/publish", {})
    work(alice)
    assert alice.get(f"{path}/publication").body["state"] == "published"
    assert len(letters(admin, alice)) == count


@pytest.mark.parametrize(
    ("prefs", "failed"), [({}, 1), ({"job_failed": False}, 0), ({"email": False}, 0)]
)
def test_an_album_that_fails_is_told_by_preference_and_once(
    alice: Api, admin: Any, prefs: dict[str, bool], failed: int
) -> None:
    alice.patch("/v1/me", {"notification_prefs": prefs})
    maker = Maker(alice.user_id, do(alice, order(alice), "start"))
    for _ in range(2):
        maker.call(making.give_up, "ProviderRejected", "This content is refused.")
    told = [said for said in sent(admin, alice, "email") if said["notice"] == "album.failed"]
    assert len(told) == failed
    for letter in told:
        assert "This content is refused." in shown(letter)[1]


def test_a_preference_that_is_none_is_refused_by_its_field(alice: Api) -> None:
    refused = alice.patch("/v1/me", {"notification_prefs": {"published": "perhaps"}})
    assert refused.status == 422
    assert refused.body["errors"][0]["field"] == "notification_prefs.published"
