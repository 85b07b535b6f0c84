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


def wait_until_asked(studio: Studio, job: Job) -> None:
    studio.deliver()
    until = time.monotonic() + DEADLINE
    while True:
        seen = studio.look(job)
        pictures = next(step for step in seen.steps if step.step_name == "IMAGE_GEN")
        asked = seen.status_message == "Waiting for your voice-over"
        if asked and pictures.state == "succeeded":
            return
        assert time.monotonic() < until, seen
        time.sleep(0.02)


def test_the_job_waits_for_the_recording_and_is_made_with_it(
    studio: Studio, recording: bytes
) -> None:
    user = factories.user()
    job, key = ordered(studio, user, recording)
    wait_until_asked(studio, job)
    assert studio.look(job).status == "VOICE_GEN"
    assert studio.status(job) == "RUNNING"
    put(studio, key, recording)
    uploads.handle([told(studio, key)] * 3)
    studio.deliver()
    studio.settle(job)
    made = studio.look(job)
    assert (made.status, made.error_message) == ("READY", None)
    assert next(step for step in made.steps if step.step_name == "VOICE_GEN").skipped
    assert not any(line.startswith("('speak'") for line in studio.answers)
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
    put(studio, key, recording)
    uploads.handle([told(studio, key)])
    studio.watch = lambda step, item: None
    studio.deliver()
    until = time.monotonic() + DEADLINE
    while studio.status(job) == "RUNNING":
        studio.deliver()  # as the queue would: the token's answer is in the outbox
        assert time.monotonic() < until
        time.sleep(0.05)
    assert studio.look(job).status == "READY"
    assert sound(user)


def test_a_bad_recording_fails_the_job_in_plain_words(studio: Studio, recording: bytes) -> None:
    user = factories.user()
    job, key = ordered(studio, user, recording)
    wait_until_asked(studio, job)
    put(studio, key, EXE)
    uploads.handle([told(studio, key)])
    studio.deliver()
    studio.settle(job)
    failed = studio.look(job)
    assert (failed.status, failed.failed_step) == ("FAILED", "VOICE_GEN")
    assert failed.error_message == "Your voice-over: The file is not a voice-over we can read."
    assert balance(user) == 10
    assert sound(user)


def test_a_retry_takes_the_recording_the_project_has_now(studio: Studio, recording: bytes) -> None:
    user = factories.user()
    job, key = ordered(studio, user, recording)
    wait_until_asked(studio, job)
    put(studio, key, EXE)
    uploads.handle([told(studio, key)])
    studio.deliver()
    studio.settle(job)
    better = announce(user, recording, "voice_over", "audio/wav")
    put(studio, f"{user}/uploads/{better}", recording)
    uploads.handle([told(studio, f"{user}/uploads/{better}")])
    with db.transaction(Actor.worker(user)) as tx:
        tx.run(
            "update projects set settings = settings ||"
            " jsonb_build_object('voice_over_upload_id', %(upload)s::text) where id = %(id)s",
            upload=better,
            id=job.project_id,
        )
    jobs.retry(Actor.user(user), job.id)
    studio.deliver()
    until = time.monotonic() + DEADLINE
    while studio.status(job) == "RUNNING":
        studio.deliver()
        assert time.monotonic() < until
        time.sleep(0.05)
    assert studio.look(job).status == "READY"
    assert sound(user)


def test_a_retry_without_the_recording_is_spoken_by_the_generated_voice(
    studio: Studio, recording: bytes
) -> None:
    user = factories.user()
    job, key = ordered(studio, user, recording)
    wait_until_asked(studio, job)
    put(studio, key, recording)
    uploads.handle([told(studio, key)])
    client("s3").put_object(Bucket=studio.bucket, Key=key, Body=EXE)
    studio.deliver()
    studio.settle(job)
    assert studio.look(job).failed_step == "ALIGNMENT"
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
    put(studio, key, recording)
    uploads.handle([told(studio, key)])
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
    job, _ = ordered(studio, user, recording)
    wait_until_asked(studio, job)
    silence(job)
    watchdog.sweep()
    assert studio.look(job).status == "VOICE_GEN"
    with db.transaction(Actor.service()) as tx:
        silent = [row["id"] for row in tx.all(prompt_video.FLOW.sql("silent"))]
    assert job.id not in silent
    jobs.cancel(Actor.user(user), job.id)
    studio.deliver()
    studio.settle(job)


def test_a_waiting_job_can_be_cancelled(studio: Studio, recording: bytes) -> None:
    user = factories.user()
    job, key = ordered(studio, user, recording)
    wait_until_asked(studio, job)
    jobs.cancel(Actor.user(user), job.id)
    studio.deliver()
    assert studio.settle(job) == "SUCCEEDED"
    assert studio.look(job).status == "CANCELLED"
    put(studio, key, recording)
    uploads.handle([told(studio, key)])
    studio.deliver()
    assert studio.look(job).status == "CANCELLED"
    assert sound(user)


def test_a_recording_replaced_after_its_check_is_refused(studio: Studio, recording: bytes) -> None:
    user = factories.user()
    job, key = ordered(studio, user, recording)
    wait_until_asked(studio, job)
    put(studio, key, recording)
    uploads.handle([told(studio, key)])
    client("s3").put_object(Bucket=studio.bucket, Key=key, Body=EXE)
    studio.deliver()
    studio.settle(job)
    failed = studio.look(job)
    assert (failed.status, failed.error_code) == ("FAILED", "InvalidInput")
    assert failed.failed_step == "ALIGNMENT"
    assert sound(user)
