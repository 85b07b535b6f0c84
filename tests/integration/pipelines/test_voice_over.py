"""A recording of the user's replaces the generated voice: the job waits for it and goes on."""

import time
from uuid import UUID

import pytest

from chalicelib import db, providers
from chalicelib.actor import Actor
from chalicelib.clients import client
from chalicelib.domains.jobs import service as jobs
from chalicelib.domains.jobs.models import Job
from chalicelib.events import uploads
from chalicelib.media import audio
from chalicelib.pipelines import prompt_video, watchdog
from tests import factories
from tests.integration.pipelines.studio import DEADLINE, TRANSCRIPT, Studio, balance, sound
from tests.integration.pipelines.test_faults import silence
from tests.integration.pipelines.test_uploads import EXE, announce, put, told


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The transcript as a person with another pace would read it."""
    path = tmp_path_factory.mktemp("voice") / "recording.wav"
    speech = providers.make("voice", "local").speak(TRANSCRIPT, speed=0.9)
    audio.write_wav(path, speech.pcm)
    return path.read_bytes()


def ordered(studio: Studio, user: UUID, data: bytes) -> tuple[Job, str]:
    """A job that waits for an upload, and the upload's key."""
    upload = announce(user, data, "voice_over", "audio/wav")
    job = studio.order(
        user, transcript_text=TRANSCRIPT, settings={"voice_over_upload_id": str(upload)}
    )
    return job, f"{user}/uploads/{upload}"


def asked(studio: Studio, user: UUID, data: bytes) -> tuple[Job, str]:
    """A job that has asked for its upload and has all its pictures, and the upload's key."""
    job, key = ordered(studio, user, data)
    studio.deliver()
    until = time.monotonic() + DEADLINE
    while True:
        seen = studio.look(job)
        pictures = next(step for step in seen.steps if step.step_name == "IMAGE_GEN")
        waiting = seen.status_message == "Waiting for your voice-over"
        if waiting and pictures.state == "succeeded":
            return job, key
        assert time.monotonic() < until, seen
        time.sleep(0.02)


def arrive(studio: Studio, key: str, data: bytes) -> None:
    """A file comes under a key, and its event."""
    put(studio, key, data)
    uploads.handle([told(studio, key)])


def finished(studio: Studio, job: Job) -> Job:
    """The job when its execution is over: what is in the outbox meanwhile is delivered."""
    until = time.monotonic() + DEADLINE
    while True:
        studio.deliver()
        if studio.status(job) != "RUNNING":
            studio.still()
            return studio.look(job)
        assert time.monotonic() < until
        time.sleep(0.05)


def recorded(studio: Studio, job: Job) -> bool:
    """Whether the voice is the user's: none was generated."""
    voice = next(step for step in job.steps if step.step_name == "VOICE_GEN")
    return voice.skipped and not any(line.startswith("('speak'") for line in studio.answers)


def test_the_job_waits_for_the_recording_and_is_made_with_it(
    studio: Studio, recording: bytes
) -> None:
    user = factories.user()
    job, key = asked(studio, user, recording)
    assert studio.look(job).status == "VOICE_GEN"
    assert studio.status(job) == "RUNNING"
    put(studio, key, recording)
    uploads.handle([told(studio, key)] * 3)
    made = studio.run(job)
    assert (made.status, made.error_message) == ("READY", None)
    assert recorded(studio, made)
    speech = studio.load(job, "alignment.json")
    assert [word for scene in speech for word, _, _ in scene["words"]] == TRANSCRIPT.split()
    spoken = sum(scene["seconds"] for scene in speech)
    assert spoken == pytest.approx((len(recording) - 44) / 2 / audio.RATE, abs=0.01)
    for scene in speech:
        times = [time for _, *word in scene["words"] for time in word]
        assert times == sorted(times)
        assert 0 <= times[0] <= times[-1] <= scene["seconds"]
    assert sound(user)


def test_a_recording_that_is_there_already_is_not_waited_for(
    studio: Studio, recording: bytes
) -> None:
    user = factories.user()
    job, key = ordered(studio, user, recording)
    arrive(studio, key, recording)
    made = finished(studio, job)
    assert made.status == "READY"
    assert recorded(studio, made)
    assert sound(user)


def test_a_bad_recording_fails_the_job_in_plain_words(studio: Studio, recording: bytes) -> None:
    user = factories.user()
    job, key = asked(studio, user, recording)
    arrive(studio, key, EXE)
    failed = studio.run(job)
    assert (failed.status, failed.failed_step) == ("FAILED", "VOICE_GEN")
    assert failed.error_message == "Your voice-over: The file is not a voice-over we can read."
    assert balance(user) == 10
    assert sound(user)


def test_a_retry_takes_the_recording_the_project_has_now(studio: Studio, recording: bytes) -> None:
    user = factories.user()
    job, key = asked(studio, user, recording)
    arrive(studio, key, EXE)
    studio.run(job)
    better = announce(user, recording, "voice_over", "audio/wav")
    arrive(studio, f"{user}/uploads/{better}", recording)
    with db.transaction(Actor.worker(user)) as tx:
        tx.run(
            "update projects set settings = settings ||"
            " jsonb_build_object('voice_over_upload_id', %(upload)s::text) where id = %(id)s",
            upload=better,
            id=job.project_id,
        )
    jobs.retry(Actor.user(user), job.id)
    made = finished(studio, job)
    assert made.status == "READY"
    assert recorded(studio, made)
    assert sound(user)


def test_a_retry_without_the_recording_is_spoken_by_the_generated_voice(
    studio: Studio, recording: bytes
) -> None:
    user = factories.user()
    job, key = asked(studio, user, recording)
    arrive(studio, key, recording)
    client("s3").put_object(Bucket=studio.bucket, Key=key, Body=EXE)
    assert studio.run(job).failed_step == "ALIGNMENT"
    with db.transaction(Actor.worker(user)) as tx:
        tx.run(
            "update projects set settings = settings - 'voice_over_upload_id' where id = %(id)s",
            id=job.project_id,
        )
    jobs.retry(Actor.user(user), job.id)
    made = studio.run(job)
    assert (made.status, made.error_message) == ("READY", None)
    spoken = next(step for step in made.steps if step.step_name == "VOICE_GEN")
    assert (spoken.skipped, spoken.item_done, spoken.item_total) == (False, 2, 2)
    assert sound(user)


def test_a_state_that_is_tried_again_is_answered_by_its_new_token(
    studio: Studio, recording: bytes
) -> None:
    """A worker that dies after its commit is followed by another, with a token of its own."""
    user = factories.user()
    job, key = ordered(studio, user, recording)
    arrive(studio, key, recording)
    tokens = ["of the first try", "of the second"]
    for token in tokens:
        with db.transaction(Actor.worker(user)) as tx:
            assert len(jobs.await_voice_over(tx, job.id, 1, token)) == 1
    with db.transaction(Actor.worker(user)) as tx:
        answers = tx.all(
            "select payload ->> 'token' as token from private.outbox"
            " where user_id = %(user)s and topic = 'task_result' order by created_at",
            user=user,
        )
    assert [answer["token"] for answer in answers] == tokens
    jobs.cancel(Actor.user(user), job.id)


def test_a_job_that_waits_is_not_asked_about_every_minute(studio: Studio, recording: bytes) -> None:
    user = factories.user()
    job, _ = asked(studio, user, recording)
    silence(job)
    watchdog.sweep()
    assert studio.look(job).status == "VOICE_GEN"
    with db.transaction(Actor.service()) as tx:
        silent = [row["id"] for row in tx.all(prompt_video.FLOW.sql("silent"))]
    assert job.id not in silent
    jobs.cancel(Actor.user(user), job.id)
    studio.run(job)


def test_a_waiting_job_can_be_cancelled(studio: Studio, recording: bytes) -> None:
    user = factories.user()
    job, key = asked(studio, user, recording)
    jobs.cancel(Actor.user(user), job.id)
    studio.deliver()
    assert studio.settle(job) == "SUCCEEDED"
    assert studio.look(job).status == "CANCELLED"
    arrive(studio, key, recording)
    studio.deliver()
    assert studio.look(job).status == "CANCELLED"
    assert sound(user)


def test_a_recording_replaced_after_its_check_is_refused(studio: Studio, recording: bytes) -> None:
    user = factories.user()
    job, key = asked(studio, user, recording)
    arrive(studio, key, recording)
    client("s3").put_object(Bucket=studio.bucket, Key=key, Body=EXE)
    failed = studio.run(job)
    assert (failed.status, failed.error_code) == ("FAILED", "InvalidInput")
    assert failed.failed_step == "ALIGNMENT"
    assert sound(user)
