"""A prompt becomes a finished video, through the packaged application and nothing else."""

import io
import json
import wave
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from chalicelib.media.probe import probe
from infra.local.demo import EMAIL
from infra.local.stack import MAIL_FROM
from tests.e2e.conftest import NARRATION, PATIENCE, Studio

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("stack")]
Json = dict[str, Any]


def test_a_prompt_becomes_a_video(studio: Studio, tmp_path: Path) -> None:
    alice = studio.signed_in()
    before = alice.get("/v1/credits/balance")["available"]
    job = studio.order(alice, transcript_mode="auto", transcript_text=None, target_minutes=1)

    job = studio.finished(alice, job)

    assert job["progress"] == 100
    assert {step["state"] for step in job["steps"]} == {"succeeded"}
    assert job["cost_credits_final"] == 1
    assert alice.get("/v1/credits/balance")["available"] == before - 1
    files = studio.files(alice, job)
    assert {"video", "captions", "thumbnail", "zip", "manifest"} <= files.keys()
    (tmp_path / "video.mp4").write_bytes(files["video"])
    video = probe(tmp_path / "video.mp4")
    assert (video.width, video.height) == (320, 180)
    assert 30 < video.seconds < 90
    with zipfile.ZipFile(io.BytesIO(files["zip"])) as bundle:
        assert bundle.testzip() is None
    letter = studio.letter(job["id"])
    assert (letter["Source"], letter["To"]) == (MAIL_FROM, [EMAIL])


def test_someone_else_sees_nothing_of_it(studio: Studio) -> None:
    alice, mallory = studio.signed_in(), studio.signed_in()
    job = studio.order(alice)
    for path in ("", "/assets", "/events"):
        assert mallory.http.get(f"/v1/jobs/{job['id']}{path}").status_code == 404
    studio.finished(alice, job)


def test_a_killed_worker_costs_a_chunk_and_not_the_video(studio: Studio) -> None:
    alice = studio.signed_in()
    job = studio.order(alice)
    studio.wait(alice, job, lambda found: found["status"] == "RENDERING")

    for worker in studio.workers("MediaStep"):
        with suppress(psutil.NoSuchProcess):
            worker.kill()

    job = studio.finished(alice, job)
    assert job["attempt"] == 1
    assert alice.get("/v1/credits/balance")["available"] == 9


def test_a_voice_over_replaces_the_narration(studio: Studio) -> None:
    from chalicelib import providers

    alice = studio.signed_in()
    speech = providers.voice().speak(NARRATION)
    recording = io.BytesIO()
    with wave.open(recording, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes((speech.pcm * 32_000).astype("<i2").tobytes())
    prepared = alice.post(
        "/v1/uploads",
        {
            "purpose": "voice_over",
            "file_name": "me.wav",
            "content_type": "audio/wav",
            "size_bytes": len(recording.getvalue()),
        },
    )
    job = studio.order(alice, settings={"voice_over_upload_id": prepared["id"]})
    studio.wait(alice, job, lambda found: found["status"] == "VOICE_GEN")

    form = prepared["post"]
    sent = httpx.post(
        form["url"], data=form["fields"], files={"file": recording.getvalue()}, timeout=PATIENCE
    )
    assert sent.status_code == 204, sent.text

    studio.finished(alice, job)
    assert alice.get(f"/v1/uploads/{prepared['id']}")["state"] == "ready"


def test_rows_and_objects_survive_a_restart(studio: Studio) -> None:
    alice = studio.signed_in()
    job = studio.finished(alice, studio.order(alice))
    video = studio.files(alice, job)["video"]

    studio.stack.down()
    studio.stack.up(print)

    assert alice.get(f"/v1/jobs/{job['id']}")["status"] == "READY"
    assert studio.files(alice, job)["video"] == video
    studio.finished(alice, studio.order(alice))


def test_a_power_cut_loses_no_finished_video(studio: Studio) -> None:
    alice = studio.signed_in()
    job = studio.finished(alice, studio.order(alice))
    video = studio.files(alice, job)["video"]
    running = studio.stack.process()
    assert running is not None

    running.kill()
    studio.stack.up(print)

    assert studio.files(alice, job)["video"] == video


@pytest.mark.xdist_group("layers")
def test_the_real_layers_hold_everything_the_functions_need(layered_studio: Studio) -> None:
    alice = layered_studio.signed_in()
    job = layered_studio.finished(alice, layered_studio.order(alice))
    manifest = json.loads(layered_studio.files(alice, job)["manifest"])
    assert manifest["title"] == "Three hearts"
    (worker, *_) = layered_studio.workers("MediaStep")
    assert ".venv" not in " ".join(map(str, worker.cmdline()))
