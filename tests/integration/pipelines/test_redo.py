"""A run that goes back to an earlier stage: what builds on it is done again, and nothing else."""

import threading
from collections import Counter
from decimal import Decimal
from uuid import UUID

import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.domains.albums import orders
from chalicelib.domains.files import clearing
from chalicelib.domains.jobs import service as jobs
from chalicelib.domains.jobs.models import STAGES, Job
from chalicelib.domains.runs.models import RetryQuery
from chalicelib.errors import CreditsExhausted, IllegalMove, StaleAttempt
from chalicelib.pipelines import prompt_video, redo, run_step
from tests import albums as story
from tests import factories
from tests.integration.pipelines.albums import Albums
from tests.integration.pipelines.studio import (
    DEADLINE,
    TRANSCRIPT,
    Plan,
    Planner,
    Studio,
    balance,
    sound,
)
from tests.integration.pipelines.test_faults import costs
from tests.integration.pipelines.test_uploads import announce
from tests.integration.pipelines.test_voice_over import arrive, finished, recorded, recording

pytestmark = pytest.mark.xdist_group("redo")

PRICE = Decimal("0.01")
PAID = {"speak", "draw", "compose"}
__all__ = ["recording"]


def broken(step: str) -> Planner:
    """The worker of this step dies before it begins, however often."""

    def planned(begun: str, item: str, run: int) -> Plan:
        return {"at": "before_claim", "do": "kill"} if begun == step else None

    return planned


def again(user: UUID, run_id: UUID, stage: str | None, key: str | None = None) -> None:
    redo.retry(Actor.user(user), run_id, RetryQuery.model_validate({"from": stage}), key)


def worked(studio: Studio) -> set[str]:
    """The steps that workers did themselves."""
    return {step for (step, _), times in studio.worked.items() if times}


def successes(user: UUID, run_id: UUID) -> Counter[str]:
    """How often the log says of a step that it, or an item of it, went well: each try once."""
    with db.transaction(Actor.user(user), read_only=True) as tx:
        rows = tx.all(
            "select split_part(stage, '/', 1) as step, count(*) as times,"
            " count(distinct attempts) as tries from pipeline_runs"
            " where run_id = %(id)s and status = 'success' group by stage",
            id=str(run_id),
        )
    assert all(row["times"] == row["tries"] for row in rows)
    return Counter({row["step"]: row["times"] for row in rows})


def failed(studio: Studio, user: UUID, **columns: object) -> Job:
    """A job that has failed when all but its check was done."""
    studio.plan, studio.env = broken("CheckVideo"), {"PRICE": str(PRICE)}
    job = studio.run(studio.order(user, **columns))
    assert (job.status, job.failed_step) == ("FAILED", "PACKAGING"), job.error_message
    return job


# ── jobs ─────────────────────────────────────────────────────────────────────────────────────


def test_a_job_goes_back_stage_by_stage_and_nothing_is_paid_twice(studio: Studio) -> None:
    user = factories.user()
    job = failed(studio, user)
    asked = {line.split("'")[1] for line in studio.answers}
    assert asked == PAID
    paid, log, video = costs(job, user), successes(user, job.id), joined(user, job.id, "JoinChunks")
    assert set(log.values()) == {1}
    for stage in ("PACKAGING", "RENDERING", "IMAGE_GEN", "ALIGNMENT", "VOICE_GEN", "SCRIPTING"):
        studio.reset()
        if stage != "SCRIPTING":
            studio.plan = broken("CheckVideo")
        again(user, job.id, stage)
        begun = studio.look(job)
        assert (begun.status, begun.progress) == (
            "QUEUED",
            prompt_video.BANDS[list(STAGES).index(stage)],
        )
        expected = set(prompt_video.FLOW.again(stage).steps)
        ended = studio.run(job)
        if stage != "SCRIPTING":
            assert (ended.status, ended.failed_step) == ("FAILED", "PACKAGING"), stage
            assert balance(user) == 10
            expected -= {"CheckVideo", "READY"}
        assert worked(studio) == expected, stage
        assert studio.answers == [], stage  # they were answered before
        log.update(expected)
    assert (ended.status, ended.attempt, ended.progress) == ("READY", 7, 100)
    assert ended.manifest_json is not None
    assert successes(user, job.id) == log
    assert joined(user, job.id, "JoinChunks") == video
    steps = {step.step_name: (step.state, step.progress_pct) for step in ended.steps}
    assert steps == dict.fromkeys(STAGES, ("succeeded", 100))
    assert costs(ended, user) == paid
    with db.transaction(Actor.user(user), read_only=True) as tx:
        assert tx.value("select count(*) from scripts where run_id = %(id)s", id=str(job.id)) == 1
    assert balance(user) == 9
    assert sound(user)
    with pytest.raises(IllegalMove, match="Only a failed job"):
        again(user, job.id, "PACKAGING")


def test_providers_are_asked_only_for_what_is_done_again(studio: Studio) -> None:
    """Even when what they had answered is cleared away, which has it asked and paid anew."""
    user = factories.user()
    job = failed(studio, user)
    with db.transaction(Actor.worker(user)) as tx:
        tx.run("delete from private.paid_calls where user_id = %(user)s", user=user)
    studio.reset()
    again(user, job.id, "IMAGE_GEN")
    ready = studio.run(job)
    assert ready.status == "READY"
    assert {line.split("'")[1] for line in studio.answers} == {"draw", "compose"}
    assert sound(user)


def test_what_was_paid_for_is_kept_for_a_job_that_goes_back(studio: Studio) -> None:
    user = factories.user()
    job = failed(studio, user)
    studio.plan = broken("QUEUED")
    again(user, job.id, "SCRIPTING")
    assert studio.run(job).status == "FAILED"
    with db.transaction(Actor.worker(user)) as tx:
        tx.run("update private.paid_calls set done_at = now() - interval '1 year'")
    clearing.sweep()
    with db.transaction(Actor.worker(user), read_only=True) as tx:
        calls = tx.all("select kind, state from private.paid_calls where user_id = auth.uid()")
    kept = {(call["kind"], call["state"]) for call in calls}
    assert kept == {("voice", "done"), ("image", "done"), ("music", "done")}


def test_a_job_that_goes_back_takes_the_recording_its_project_has_now(
    studio: Studio, recording: bytes
) -> None:
    user = factories.user()
    job = failed(studio, user, transcript_text=TRANSCRIPT)
    pictures = {name for name in studio.files(job) if name.startswith("pictures")}
    upload = announce(user, recording, "voice_over", "audio/wav")
    arrive(studio, f"{user}/uploads/{upload}", recording)
    with db.transaction(Actor.worker(user)) as tx:
        tx.run(
            "update projects set settings = settings ||"
            " jsonb_build_object('voice_over_upload_id', %(upload)s::text) where id = %(id)s",
            upload=upload,
            id=job.project_id,
        )
    studio.reset()
    again(user, job.id, "ALIGNMENT")
    made = finished(studio, job)
    assert (made.status, made.error_message) == ("READY", None)
    assert recorded(studio, made)
    assert worked(studio) == set(prompt_video.FLOW.again("ALIGNMENT").steps)
    assert {name for name in studio.files(job) if name.startswith("pictures")} == pictures
    assert sound(user)


def test_a_worker_of_before_stores_nothing_in_a_job_that_went_back(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = factories.user()
    job = studio.order(user)
    given = {"job_id": str(job.id), "user_id": str(user), "attempt": 1}
    for step in ("QUEUED", "SCRIPTING"):
        run_step({"step": step, "input": given})
    at_work, go_on, build = threading.Event(), threading.Event(), prompt_video.build
    raised: list[Exception] = []

    def slow(*args: object, **kwargs: object) -> object:
        at_work.set()
        assert go_on.wait(DEADLINE)
        return build(*args, **kwargs)  # type: ignore[arg-type]

    def work() -> None:
        try:
            run_step({"step": "VISUAL_PLAN", "input": given})
        except StaleAttempt as error:
            raised.append(error)
        finally:
            db.disconnect()

    monkeypatch.setattr(prompt_video, "build", slow)
    worker = threading.Thread(target=work)
    worker.start()
    assert at_work.wait(DEADLINE)
    with db.transaction(Actor.worker(user)) as tx:
        jobs.give_up(tx, job.id, 1, "States.Timeout", "It took too long.")
    again(user, job.id, "SCRIPTING")
    go_on.set()
    worker.join()
    assert len(raised) == 1
    with db.transaction(Actor.worker(user), read_only=True) as tx:
        states = tx.all(
            "select step, state from private.step_results where job_id = %(id)s", id=job.id
        )
    assert {(row["step"], row["state"]) for row in states} == {
        ("SCRIPTING", "claimed"),
        ("VISUAL_PLAN", "claimed"),
    }
    monkeypatch.undo()
    assert studio.run(job).status == "READY"
    assert sound(user)


def test_a_refused_way_back_changes_nothing(studio: Studio) -> None:
    user = factories.user(credits=1)
    job = failed(studio, user)
    other = factories.job(user, reserve=1, status="FAILED")
    before = stored(user, job.id)
    with pytest.raises(CreditsExhausted):
        again(user, job.id, "SCRIPTING")
    assert stored(user, job.id) == before
    assert studio.look(job).status == "FAILED"
    with db.transaction(Actor.worker(user)) as tx:
        tx.run("select release_credits(%(id)s)", id=other)
    studio.reset()
    again(user, job.id, "PACKAGING")
    assert studio.run(job).status == "READY"
    assert sound(user)


def stored(user: UUID, run_id: UUID) -> list[tuple[object, ...]]:
    with db.transaction(Actor.worker(user), read_only=True) as tx:
        rows = tx.all(
            "select step, item, state, attempt, runs from private.step_results"
            " where job_id = %(id)s order by step, item",
            id=run_id,
        )
    return [tuple(row.values()) for row in rows]


# ── albums ───────────────────────────────────────────────────────────────────────────────────


def test_an_album_goes_back_and_keeps_every_take(studio: Studio) -> None:
    albums, user = Albums(studio), factories.user()
    cancelled = threading.Event()
    album = albums.start(user)

    def cancel(step: str, item: str) -> None:
        if step == "CheckAlbum" and not cancelled.is_set():
            cancelled.set()
            orders.cancel(Actor.user(user), album.id)

    studio.watch = cancel
    stopped = albums.run(album, user)
    assert (stopped.status, stopped.failed_step) == ("cancelled", "rendering")
    other = story.take(user, album.id, place=3, selected=False)
    takes, paid, video = chosen(user, album.id), albums.costs(album, user), joined(user, album.id)
    assert (other, False) in takes
    with pytest.raises(IllegalMove, match="Its prompts are there and stay"):
        again(user, album.id, "planned")

    studio.reset()
    albums = Albums(studio)
    again(user, album.id, "generating_image")
    assert albums.look(album, user).status == "generating_image"
    ready = albums.run(albums.look(album, user), user)
    assert (ready.status, ready.attempt, ready.error_message) == ("ready_for_export", 2, None)
    assert worked(studio) == {
        *("RenderSegment", "JoinAlbum", "CheckAlbum", "PackAlbum", "READY_FOR_EXPORT")
    }  # every place has its picture, and the sound is as it was
    assert studio.answers == []
    assert joined(user, album.id) == video
    assert chosen(user, album.id) == takes
    assert albums.costs(ready, user) == paid
    log = successes(user, album.id)
    assert {step: log[step] for step in ("MasterTracks", "RenderSegment", "CheckAlbum")} == {
        "MasterTracks": 1,
        "RenderSegment": 2,
        "CheckAlbum": 1,
    }
    with pytest.raises(IllegalMove, match="ready for export"):
        again(user, album.id, "rendering")


def test_a_place_without_a_take_is_made_by_an_album_that_goes_back(studio: Studio) -> None:
    """Though a worker had said of it once that it was not wanted."""
    albums, user = Albums(studio), factories.user()
    studio.plan = broken("DrawVisual")
    album = albums.run(albums.start(user), user)
    assert (album.status, album.failed_step) == ("failed", "generating_image")
    with db.transaction(Actor.worker(user)) as tx:
        tx.run(
            "delete from audio_tracks where video_job_id = %(id)s and order_index = 7",
            id=album.id,
        )
    with pytest.raises(IllegalMove, match="It goes on from generating_music"):
        again(user, album.id, "generating_image")
    studio.reset()
    albums = Albums(studio)
    studio.plan = broken("MasterTracks")
    again(user, album.id, "generating_music")
    ended = albums.run(albums.look(album, user), user)
    assert (ended.status, ended.failed_step, ended.tracks_ready) == ("failed", "rendering", 20)
    made = [
        item for (step, item), times in studio.worked.items() if step == "ComposeTrack" and times
    ]
    assert [item[:2] for item in made] == ["07"]
    assert {line.split("'")[1] for line in studio.answers} == {"draw"}  # the track was paid for


def chosen(user: UUID, album_id: UUID) -> set[tuple[UUID, bool]]:
    """Every take of an album, and whether it is used."""
    with db.transaction(Actor.worker(user), read_only=True) as tx:
        rows = tx.all(
            "select id, is_selected from audio_tracks where video_job_id = %(id)s"
            " union all select id, is_selected from images where video_job_id = %(id)s",
            id=album_id,
        )
    return {(row["id"], row["is_selected"]) for row in rows}


def joined(user: UUID, run_id: UUID, step: str = "JoinAlbum") -> str:
    """The hash of a run's video, as this step joined it."""
    with db.transaction(Actor.worker(user), read_only=True) as tx:
        found: str = tx.value(
            "select coalesce(result ->> 'sha256', result -> 'video' ->> 'sha256')"
            " from private.step_results where job_id = %(id)s and step = %(step)s",
            id=run_id,
            step=step,
        )
    return found
