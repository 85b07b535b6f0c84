"""Words become an album, through the packaged application and nothing else."""

import io
import json
import time
import zipfile
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from chalicelib.media.probe import probe
from infra.local import postgres
from infra.local.demo import Api
from tests.e2e.conftest import PATIENCE, Studio

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("stack")]
Json = dict[str, Any]

SECONDS = 13
SHORTEN = """
update video_jobs set prompts_json = jsonb_set(prompts_json, '{music_prompts}',
  (select jsonb_agg(p || jsonb_build_object('duration_minutes', %s / 60.0))
     from jsonb_array_elements(prompts_json -> 'music_prompts') p)) where id = %s
"""
"""Nobody waits for an hour of music here; the API asks for one."""


def test_words_become_an_album(studio: Studio, tmp_path: Path) -> None:
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
    files = {
        file["name"]: httpx.get(file["url"]).raise_for_status().content for file in export["files"]
    }
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
