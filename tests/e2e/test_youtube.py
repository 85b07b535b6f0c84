"""The packaged application publishes at YouTube, whose quota of the day is spent halfway."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from chalicelib import pacific
from infra.local.demo import Api
from infra.local.postgres import DATABASE
from tests.e2e.conftest import Studio
from tests.e2e.test_album import until
from tests.publishing import DISTINCT, FILM, PROMPTS, file
from tests.youtube import YouTubeTwin

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("layers")]

READY = """
update video_jobs set status = 'ready_for_export', video_title = 'Waltzes by candlelight',
  files = jsonb_build_object('video', %(video)s::jsonb), manifest_json = %(manifest)s
 where id = %(id)s
returning id::text
"""
TOMORROW = """
update private.outbox set next_attempt_at = now()
 where topic = 'publish' and payload ->> 'publication_id' = %(publication)s and delivered_at is null
returning id::text
"""


def test_a_spent_quota_is_waited_for_and_nothing_is_sent_twice(
    layered_studio: Studio, youtube: YouTubeTwin
) -> None:
    alice = layered_studio.signed_in()
    where = ready(layered_studio, alice, connected(alice, youtube))
    youtube.faults += ["", "quota"]

    midnight = pacific.next_midnight(datetime.now(UTC))
    alice.post(f"{where}/publish", {})

    def publication() -> Any:
        return alice.get(f"{where}/publication")

    waiting = until(layered_studio, publication, "error_code", "QuotaExhausted")
    assert waiting["error_message"] == "YouTube's quota of the day is used up."
    goes_on = datetime.fromisoformat(waiting["waits_until"])
    assert goes_on in (midnight, pacific.next_midnight(datetime.now(UTC)))
    assert (waiting["state"], 0 < waiting["progress"] < 100) == ("uploading", True)
    (promised,) = as_owner(layered_studio, TOMORROW, publication=waiting["id"])
    layered_studio.ring(promised)

    done = until(layered_studio, publication, "state", "published")
    assert (done["waits_until"], done["error_code"], done["attempt"]) == (None, None, 1)
    assert [bytes(video["data"]) for video in youtube.videos.values()] == [FILM]
    sent = [path for method, path in youtube.asked if method == "PUT"]
    pieces = 3
    asked_where_it_stood = refused = 1
    assert sent == ["/session/0"] * (pieces + refused + asked_where_it_stood)


def connected(alice: Api, youtube: YouTubeTwin) -> str:
    """A channel whose owner gave consent at YouTube; answers its id."""
    channel: str = alice.post("/v1/channels", {"name": "Halls", "brand_niche": "Ambience"})["id"]
    said = alice.post("/v1/oauth/youtube", {"channel_id": channel})
    (state,) = parse_qs(urlsplit(said["authorization_url"]).query)["state"]
    alice.post("/v1/oauth/youtube/callback", {"state": state, "code": youtube.code})
    return channel


def ready(studio: Studio, alice: Api, channel: str) -> str:
    """An album that nobody had to make: where it is. Its film has three pieces."""
    order = {"niche_label": "Waltzes", "mood_keywords": "calm", "target_duration_minutes": 60}
    album = alice.post("/v1/video-jobs", {**order, "channel_id": channel})
    where = f"/v1/video-jobs/{album['id']}"
    alice.http.patch(f"{where}/prompts", json=PROMPTS).raise_for_status()
    video = file(f"{alice.get('/v1/me')['id']}/albums/{album['id']}/video.mp4", "video/mp4", 0)
    studio.client("s3").put_object(Bucket=studio.bucket, Key=video["key"], Body=FILM)
    as_owner(
        studio,
        READY,
        id=album["id"],
        video=json.dumps({**video, "size_bytes": len(FILM)}),
        manifest=json.dumps({"fingerprints": DISTINCT}),
    )
    return where


def as_owner(studio: Studio, statement: str, **values: str) -> list[str]:
    """One statement that no rule of moving from state to state holds back; answers its ids."""
    url = studio.stack.database.login("postgres", DATABASE)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")
        return [row for (row,) in connection.execute(statement, values)]
