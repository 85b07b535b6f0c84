"""A prompt becomes a video: the whole way, as the state machine goes it."""

import io
import json
import re
import threading
import zipfile
from typing import Any

import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.domains.jobs import service as jobs
from chalicelib.domains.jobs.models import BANDS, STAGES, Job
from chalicelib.pages import PageQuery
from tests import factories
from tests.integration.pipelines.studio import TRANSCRIPT, Studio, balance, sound

pytestmark = pytest.mark.xdist_group("video")  # most look at the same one


@pytest.fixture(scope="module")
def made(studio_up: Studio) -> tuple[Job, list[Job], list[str]]:
    """A finished job, how it looked whenever a step began, and what its providers answered."""
    studio_up.reset()
    seen: list[Job] = []
    lock = threading.Lock()
    job = studio_up.order(factories.user(), transcript_text=TRANSCRIPT)

    def look(step: str, item: str) -> None:
        with lock:  # whoever looked first is noted first
            seen.append(studio_up.look(job))

    studio_up.watch = look
    return studio_up.run(job), seen, studio_up.answers


def owner(job: Job) -> Any:
    with db.transaction(Actor.service(), read_only=True) as tx:
        return tx.value("select user_id from jobs where id = %(id)s", id=job.id)


def test_the_video_is_ready_and_paid_for(made: tuple[Job, list[Job], list[str]]) -> None:
    job, _, _ = made
    assert (job.status, job.progress, job.error_message) == ("READY", 100, None)
    assert (job.cost_credits_reserved, job.cost_credits_final) == (1, 1)
    assert balance(owner(job)) == 9
    assert sound(owner(job))
    assert [step.state for step in job.steps] == ["succeeded"] * len(STAGES)


def test_everything_beside_the_video_is_there(
    made: tuple[Job, list[Job], list[str]], studio: Studio
) -> None:
    job, _, _ = made
    assets = jobs.assets(Actor.user(owner(job)), job.id)
    names = {asset.storage_path.rsplit("/", 1)[1]: asset for asset in assets}
    assert set(names) == {
        *("video.mp4", "sound.m4a", "video.zip", "manifest.json", "timeline.otio", "licences.txt"),
        *("captions.srt", "captions.vtt", "words.json", "thumbnail.jpg", "chapters.txt"),
    }
    assert all(asset.size_bytes and asset.sha256 for asset in assets if asset.type != "chapters")
    assert job.manifest_json is not None
    assert job.manifest_json["files"]["video.mp4"]["sha256"] == names["video.mp4"].sha256
    assert not any("unfinished" in name for name in studio.files(job))
    with zipfile.ZipFile(io.BytesIO(studio.read(job, "video.zip"))) as box:
        cut = box.read("timeline.otio").decode()
        named = re.findall(r'"target_url": "(.*)"', cut)
        assert sorted(named) == [
            n for n in box.namelist() if n.startswith(("pictures/", "speech/"))
        ]
    assert cut.count('"MissingReference.1"') == 1  # the music bed


def test_the_users_words_are_narrated_word_for_word(
    made: tuple[Job, list[Job], list[str]], studio: Studio
) -> None:
    job, _, _ = made
    words = json.loads(studio.read(job, "words.json"))
    found = [word["text"] for word in (words["words"] if isinstance(words, dict) else words)]
    assert found == TRANSCRIPT.split()
    with db.transaction(Actor.user(owner(job)), read_only=True) as tx:
        script = tx.one(
            "select content, word_count from scripts where run_id = %(id)s", id=str(job.id)
        )
    assert script["content"].split() == TRANSCRIPT.split()
    assert script["word_count"] == len(TRANSCRIPT.split())


def test_status_is_the_earliest_unfinished_stage_and_progress_stays_in_its_band(
    made: tuple[Job, list[Job], list[str]],
) -> None:
    job, seen, _ = made
    order = ["QUEUED", *STAGES, "READY"]
    places = [order.index(look.status) for look in seen]
    assert places == sorted(places)
    progress = [look.progress for look in seen]
    assert progress == sorted(progress)
    for look in seen:
        if look.status in STAGES:
            stage = list(STAGES).index(look.status)
            unfinished = [step.step_name for step in look.steps if step.state != "succeeded"]
            assert not unfinished or unfinished[0] == look.status
            assert BANDS[stage] <= look.progress <= BANDS[stage + 1]
    assert all(look.seconds_left is not None for look in seen)
    assert job.seconds_left is None


def test_every_step_is_logged_once_with_its_five_figures(
    made: tuple[Job, list[Job], list[str]],
) -> None:
    job, _, _ = made
    with db.transaction(Actor.user(owner(job)), read_only=True) as tx:
        rows = tx.all("select * from pipeline_runs where run_id = %(id)s", id=str(job.id))
    assert {row["status"] for row in rows} == {"success"}
    assert len({row["stage"] for row in rows}) == len(rows)
    assert {"SCRIPTING", "SpeakScene/0", "RenderChunk/0", "JoinChunks", "READY"} <= {
        row["stage"] for row in rows
    }
    figures = {"latency_ms", "tokens", "cost_usd", "cache_hit", "retry_count"}
    assert all(row["metrics"].keys() == figures for row in rows)


def test_what_happened_is_told_in_order(made: tuple[Job, list[Job], list[str]]) -> None:
    job, _, _ = made
    page = jobs.events(Actor.user(owner(job)), job.id, PageQuery(limit=100))
    told = [event.stage for event in reversed(page.items)]
    assert told[0] == "QUEUED"
    assert told[-1] == "READY"
    assert set(told) == {"QUEUED", *STAGES, "READY"}


def test_the_same_again_costs_credits_but_no_provider(
    made: tuple[Job, list[Job], list[str]], studio: Studio
) -> None:
    first, _, answers = made
    assert len(answers) == len(set(answers)) > 0
    user = owner(first)
    again = studio.run(studio.order(user, transcript_text=TRANSCRIPT))
    assert again.status == "READY"
    assert studio.answers == []
    assert studio.files(again)["video.mp4"] == studio.files(first)["video.mp4"]
    assert balance(user) == 8


def test_a_prompt_alone_is_researched_written_and_narrated(studio: Studio) -> None:
    user = factories.user()
    job = studio.run(studio.order(user, transcript_mode="auto", transcript_text=None))
    assert (job.status, job.error_message) == ("READY", None)
    asked = [line.split("'")[1] for line in studio.answers]
    assert asked.count("research") == asked.count("write") == asked.count("compose") == 1
    assert (
        100
        <= sum(len(s["narration"].split()) for s in studio.load(job, "script.json")["scenes"])
        <= 200
    )
    with db.transaction(Actor.user(user), read_only=True) as tx:
        assert tx.value("select count(*) from research_cache where user_id = %(id)s", id=user) == 1
    assert sound(user)
