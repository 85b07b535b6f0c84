"""Whatever breaks on its way, an album becomes one video, or says why not and can go on.

Workers are killed by SIGKILL at every point of a publication; YouTube is its twin, Postgres real.
"""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import boto3
import psycopg
import pytest
from psycopg.rows import DictRow

from chalicelib import db, providers
from chalicelib.domains.outbox import service as outbox
from chalicelib.domains.publishing import sending
from chalicelib.events import uploads
from chalicelib.providers.publisher.youtube import YouTube
from tests.integration.http.albums import sent
from tests.integration.http.conftest import Api
from tests.killing import killed
from tests.publishing import BUCKET, channel, connect, pending, ready, work
from tests.youtube import YouTubeTwin, refusal

Admin = psycopg.Connection[DictRow]

PIECE = 256 * 1024
SHORT = bytes(range(256)) * (2 * 1024 + 7)  # three pieces
BEGIN = "/upload/youtube/v3/videos"
THUMBNAIL = "/upload/youtube/v3/thumbnails/set"
BY_ITSELF = [(401, "authError"), (429, "rateLimitExceeded"), (403, "userRateLimitExceeded"),
             (500, "backendError"), (503, "backendError")]  # fmt: skip
FOR_GOOD = [(403, "forbidden"), (400, "badRequest")]


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "CHUNK", PIECE)


class Outing:
    """An album with a short film, published as often as it takes."""

    def __init__(self, api: Api, admin: Admin, twin: YouTubeTwin) -> None:
        self.api, self.admin, self.twin = api, admin, twin
        self.channel = channel(api)
        self.connection = connect(api, self.channel, twin)
        self.path = ready(api, self.channel)
        key = f"{api.user_id}/albums/{self.path[-36:]}/video.mp4"
        boto3.client("s3").put_object(Bucket=BUCKET, Key=key, Body=SHORT)
        admin.execute(
            "update video_jobs set files = jsonb_set(files, '{video,size_bytes}', %s)"
            " where id = %s",
            (json.dumps(len(SHORT)), self.path[-36:]),
        )

    def publish(self, status: int = 202, **order: Any) -> Any:
        said = self.api.post(f"{self.path}/publish", order)
        assert said.status == status, said.body
        return said.body

    def picture(self, data: bytes) -> str:
        """A thumbnail of the user's own; answers its upload's id."""
        asked = {"purpose": "image", "file_name": "t.png", "content_type": "image/png"}
        made = self.api.post("/v1/uploads", {**asked, "size_bytes": len(data)}).body
        key = made["post"]["fields"]["key"]
        boto3.client("s3").put_object(Bucket=BUCKET, Key=key, Body=data)
        uploads.arrive(key)
        said: str = made["id"]
        return said

    def look(self) -> Any:
        return self.api.get(f"{self.path}/publication").body

    def is_out(self) -> bool:
        """Whether one video, and one alone, is what the album has become."""
        (video,) = self.twin.videos.values()
        done, album = self.look(), self.api.get(self.path).body
        return (
            (done["state"], done["error_code"], album["status"]) == ("published", None, "completed")
            and album["youtube_url"] == done["platform_url"]
            and video["data"] == SHORT
            and "thumbnail" in video
        )

    def deliver(self) -> None:
        """The worker of the first message that waits."""
        outbox.deliver(pending(self.api)[0]["id"])

    def take_back(self) -> None:
        """As it was before anybody published it, here and there."""
        self.twin.videos.clear()
        self.twin.sessions.clear()
        with self.admin.transaction():
            self.admin.execute("set local session_replication_role = replica")
            self.admin.execute(
                "delete from publications where video_job_id = %s", (self.path[-36:],)
            )
            self.admin.execute(
                "update video_jobs set status = 'ready_for_export', finished_at = null,"
                " youtube_url = null, youtube_video_id = null, published_at = null where id = %s",
                (self.path[-36:],),
            )


@pytest.fixture
def outing(alice: Api, admin: Admin, twin: YouTubeTwin) -> Outing:
    return Outing(alice, admin, twin)


def test_a_worker_killed_at_any_point_is_followed_by_one_that_goes_on(
    outing: Outing, twin: YouTubeTwin
) -> None:
    youtube = providers.publisher()
    assert isinstance(youtube, YouTube)
    for point in count():
        outing.publish(privacy="public")
        died = killed(point, outing.deliver, youtube)
        outing.admin.execute(
            "update private.outbox set lease_until = now() where user_id = %s"
            " and topic = 'publish' and delivered_at is null",
            (outing.api.user_id,),
        )
        work(outing.api)
        assert outing.is_out(), point
        if not died:
            break
        outing.take_back()
    assert point > 30
    told = [one["notice"] for one in sent(outing.admin, outing.api, "email")]
    assert told.count("album.published") == point + 1


def test_one_message_that_comes_to_many_workers_at_once_is_one_video(outing: Outing) -> None:
    outing.publish()
    (row,) = pending(outing.api)

    def deliver(_: int) -> bool:
        try:
            return outbox.deliver(row["id"])
        finally:
            db.disconnect()

    with ThreadPoolExecutor(8) as workers:
        assert sum(workers.map(deliver, range(8))) == 1
    assert outing.is_out()
    assert len(outing.twin.sessions) == 1


@pytest.mark.parametrize("place", ["begin", "piece", "thumbnail"])
def test_what_may_pass_is_tried_again_by_itself(outing: Outing, place: str) -> None:
    for status, reason in BY_ITSELF:
        refuse(outing.twin, place, status, reason)
        outing.publish()
        work(outing.api, most=1)
        (waiting,) = pending(outing.api)
        assert waiting["dead_at"] is None, (status, reason)
        assert outing.look()["error_code"] in waiting["last_error"]
        work(outing.api)
        assert outing.is_out(), (status, reason)
        assert len(outing.twin.sessions) == 1
        outing.take_back()


@pytest.mark.parametrize("place", ["begin", "piece"])
def test_what_is_refused_for_good_fails_and_goes_on_when_asked_again(
    outing: Outing, place: str
) -> None:
    for status, reason in FOR_GOOD:
        refuse(outing.twin, place, status, reason)
        outing.publish()
        work(outing.api)
        failed = outing.look()
        assert (failed["state"], failed["error_code"]) == ("failed", "ProviderRejected")
        assert f"answered {status}" in failed["error_message"]
        assert outing.api.get(outing.path).body["status"] == "ready_for_export"
        outing.publish()
        work(outing.api)
        assert outing.is_out(), (status, reason)
        assert len(outing.twin.sessions) == 1
        outing.take_back()


def refuse(twin: YouTubeTwin, place: str, status: int, reason: str) -> None:
    """Have the next request of this kind refused; of pieces the second."""
    if place == "piece":
        twin.faults += ["", f"{status} {reason}"]
    else:
        twin.refusing_at[BEGIN if place == "begin" else THUMBNAIL] = refusal(status, reason)


def test_an_upload_under_way_is_not_called_off_and_goes_on(outing: Outing) -> None:
    outing.publish()
    outing.twin.faults += ["", "503"]
    work(outing.api, most=1)
    refused = outing.api.post(f"{outing.path}/publication/cancel")
    assert (refused.status, refused.body["code"]) == (409, "IllegalMove")
    assert refused.body["message"] == "The publication is uploading: it cannot be called off."
    work(outing.api)
    assert outing.is_out()


def test_called_off_while_the_upload_begins_nothing_is_sent(
    outing: Outing, monkeypatch: pytest.MonkeyPatch
) -> None:
    youtube = providers.publisher()
    begin = youtube.begin

    def beginning(*asked: Any) -> str:
        session = begin(*asked)
        said = outing.api.post(f"{outing.path}/publication/cancel")
        assert said.body["state"] == "cancelled"
        return session

    with monkeypatch.context() as patched:
        patched.setattr(youtube, "begin", beginning)
        outing.publish()
        work(outing.api)
    assert outing.look()["state"] == "cancelled"
    assert [len(session["data"]) for session in outing.twin.sessions.values()] == [0]
    outing.publish()
    work(outing.api)
    assert outing.is_out()


def lose_account(outing: Outing) -> None:
    """The user takes consent back at YouTube's."""
    outing.twin.consented = False


def give_account_up(outing: Outing) -> None:
    """The user takes it back here: the account is forgotten."""
    assert outing.api.delete(f"/v1/connections/{outing.connection['id']}").status == 204


@pytest.mark.parametrize("lose", [lose_account, give_account_up])
@pytest.mark.parametrize("place", ["piece", "thumbnail"])
def test_consent_that_ends_halfway_is_one_video_once_it_is_given_anew(
    outing: Outing, lose: Callable[[Outing], None], place: str
) -> None:
    refuse(outing.twin, place, 503, "backendError")
    outing.publish()
    work(outing.api, most=1)
    half = outing.look()
    assert half["state"] == {"piece": "uploading", "thumbnail": "finishing"}[place]
    lose(outing)
    work(outing.api)
    lost = outing.look()
    assert (lost["state"], lost["error_code"]) == ("failed", "ReconnectNeeded")
    assert outing.publish(409)["code"] == "Conflict"
    outing.twin.consented = True
    connect(outing.api, outing.channel, outing.twin)
    outing.publish()
    work(outing.api)
    assert outing.is_out()
    assert len(outing.twin.sessions) == 1


def test_a_time_that_passes_while_it_has_failed_keeps_nothing_from_going_on(
    outing: Outing,
) -> None:
    out = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    picture = outing.picture(b"\x89PNG\r\n\x1a\n of the user's own")
    outing.publish(privacy="public", scheduled_at=out.isoformat(), thumbnail=picture)
    refuse(outing.twin, "thumbnail", 503, "backendError")
    work(outing.api, most=1)
    lose_account(outing)
    work(outing.api)
    outing.admin.execute(
        "update publications set scheduled_at = now() - interval '1 hour' where video_job_id = %s",
        (outing.path[-36:],),
    )
    outing.twin.consented = True
    connect(outing.api, outing.channel, outing.twin)
    changed = outing.publish(409, privacy="private")
    assert changed["detail"] == "Its upload has begun with another privacy."
    again = outing.publish()
    assert (again["privacy"], again["attempt"]) == ("public", 2)
    assert datetime.fromisoformat(again["scheduled_at"]) < datetime.now(UTC)
    work(outing.api)
    assert outing.is_out()
    (video,) = outing.twin.videos.values()
    assert video["thumbnail"] == b"\x89PNG\r\n\x1a\n of the user's own"
