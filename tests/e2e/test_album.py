"""Words become an album, through the packaged application and nothing else."""

import io
import json
import time
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from chalicelib import pacific
from chalicelib.media.probe import probe
from infra.local import postgres
from infra.local.demo import Api
from tests.e2e.conftest import PATIENCE, Studio, fetched

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("stack")]
Json = dict[str, Any]

SECONDS = 13
SHORTEN = """
update video_jobs set prompts_json = jsonb_set(prompts_json, '{music_prompts}',
  (select jsonb_agg(p || jsonb_build_object('duration_minutes', %s / 60.0))
     from jsonb_array_elements(prompts_json -> 'music_prompts') p)) where id = %s
"""
"""Nobody waits for an hour of music here; the API asks for one."""


def test_words_become_an_album_that_is_published(studio: Studio, tmp_path: Path) -> None:
    alice = studio.signed_in()
    channel = alice.post("/v1/channels", {"name": "Quiet Halls", "brand_niche": "Ambience"})
    order = {"niche_label": "Royal court", "mood_keywords": "calm", "style": "oil painting"}
    album = alice.post("/v1/video-jobs", {**order, "channel_id": channel["id"]})
    where = f"/v1/video-jobs/{album['id']}"
    alice.post(f"{where}/plan", {})
    planned = wait(studio, alice, where, lambda found: found["goal"] is None)
    assert len(planned["prompts"]["music_prompts"]) == 20
    alice.post(f"{where}/start", {})
    alice.post(f"{where}/cancel", {})
    shorten(studio, album["id"])
    alice.post(f"{where}/retry", {})

    ready = wait(studio, alice, where, lambda found: found["status"] == "ready_for_export")

    assert (ready["tracks_ready"], ready["pictures_ready"], ready["progress"]) == (20, 20, 100)
    export = alice.get(f"{where}/export")
    files = {file["name"]: fetched(file["url"]) for file in export["files"]}
    (tmp_path / "album.mp4").write_bytes(files["video"])
    video = probe(tmp_path / "album.mp4")
    assert (video.width, video.height) == (320, 180)
    assert video.seconds == pytest.approx(20 * SECONDS - 38, abs=0.2)
    assert "0:00 " in export["video_description"]
    assert len(json.loads(files["provenance"])) == 40
    with zipfile.ZipFile(io.BytesIO(files["zip"])) as box:
        assert box.testzip() is None
    mallory = studio.signed_in()
    assert mallory.http.get(f"{where}/export").status_code == 404

    video_id = published(studio, alice, channel["id"], where)
    assert mallory.http.get(f"{where}/publication").status_code == 404
    measured(studio, alice, album["id"], video_id)


def published(studio: Studio, alice: Api, channel: str, where: str) -> str:
    """Connect the channel and publish the album in three days; answers the video's id."""
    refused = alice.http.post(f"{where}/publish", json={"privacy": "public"})
    assert (refused.status_code, refused.json()["hint"]) == (
        409,
        "Connect it: POST /v1/oauth/youtube.",
    )
    alice.post("/v1/oauth/youtube", {"channel_id": channel})
    refused = alice.http.post(f"{where}/publish", json={"scheduled_at": "2031-01-01"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "scheduled_at")
    out = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)
    order = {"privacy": "public", "scheduled_at": out.isoformat()}
    assert alice.post(f"{where}/publish", order)["state"] == "queued"
    done = until(studio, lambda: alice.get(f"{where}/publication"), "state", "published")
    assert (done["progress"], datetime.fromisoformat(done["scheduled_at"])) == (100, out)
    album = alice.get(where)
    assert (album["status"], album["youtube_url"]) == ("completed", done["platform_url"])
    there = platform(studio, done["platform_video_id"])
    assert (there["privacy"], there["contains_synthetic_media"]) == ("private", True)
    assert datetime.fromisoformat(there["publish_at"]) == out
    video_id: str = done["platform_video_id"]
    return video_id


def measured(studio: Studio, alice: Api, album_id: str, video_id: str) -> None:
    """The figures of the days it has been out for come with the daily schedule, once."""
    first = pacific.begin(pacific.day_of(datetime.now(UTC)) - timedelta(days=6))
    began = (first + timedelta(hours=12)).astimezone(UTC).isoformat()
    key, there = _place(studio, video_id), platform(studio, video_id)
    there["shown"][0]["from"] = began
    studio.client("s3").put_object(
        Bucket=studio.bucket, Key=key, Body=json.dumps({**there, "publish_at": began}).encode()
    )
    mine = {"video_job_id": f"eq.{album_id}", "select": "snapshot_date,views,impressions"}

    def figures() -> Json:
        days = len(alice.get("/rest/v1/video_analytics", **mine))
        return {"days": days, "are told": days in (5, 6)}  # midnight may pass

    for _ in range(2):
        studio.tick("Daily")
        until(studio, figures, "are told", True)  # the last two days are not yet
    assert all(day["views"] > 0 for day in alice.get("/rest/v1/video_analytics", **mine))


def platform(studio: Studio, video_id: str) -> Json:
    """What the platform knows of a video."""
    found = studio.client("s3").get_object(Bucket=studio.bucket, Key=_place(studio, video_id))
    said: Json = json.loads(found["Body"].read())
    return said


def _place(studio: Studio, video_id: str) -> str:
    pages = studio.client("s3").get_paginator("list_objects_v2").paginate(Bucket=studio.bucket)
    (key,) = [
        file["Key"]
        for page in pages
        for file in page.get("Contents", [])
        if file["Key"].endswith(f"/published/{video_id}/video.json")
    ]
    return str(key)


def until(studio: Studio, look: Any, name: str, wanted: Any) -> Json:
    """What is seen as soon as it is as wanted."""
    deadline = time.monotonic() + PATIENCE
    found: Json = {}
    while time.monotonic() < deadline:
        found = look()
        if found[name] == wanted:
            return found
        time.sleep(0.2)
    pytest.fail(f"it is {found}; {studio.log()[-3000:]}")


def shorten(studio: Studio, album_id: str) -> None:
    server = postgres.start(studio.stack.folder / "postgres")
    with psycopg.connect(server.login("postgres"), autocommit=True) as connection:
        connection.execute(SHORTEN, (SECONDS, album_id))


def wait(studio: Studio, api: Api, where: str, until: Any) -> Json:
    """The album as soon as it is as wanted; fails when it ends otherwise or takes too long."""
    deadline = time.monotonic() + PATIENCE
    found: Json = {}
    while time.monotonic() < deadline:
        found = api.get(where)
        if until(found):
            return found
        if found["status"] in ("failed", "cancelled"):
            break
        time.sleep(0.2)
    pytest.fail(f"the album is {found}; {studio.log()[-3000:]}")
