"""Whatever breaks, a job ends or can go on, nothing is made or paid twice, nothing stays held.

Every fault is planned by step and run, so that a failing test says how to repeat it.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.clients import client
from chalicelib.domains.jobs import service as jobs
from chalicelib.domains.jobs.models import Job, Order
from chalicelib.domains.outbox import service as outbox
from chalicelib.errors import (
    Cancelled,
    CreditsExhausted,
    IllegalMove,
    JobAlreadyRunning,
    StaleAttempt,
)
from chalicelib.pipelines import prompt_video
from chalicelib.pipelines.context import StepContext
from chalicelib.settings import settings
from tests import factories
from tests.integration.pipelines.studio import (
    DEADLINE,
    Plan,
    Planner,
    Studio,
    balance,
    sound,
)
from tests.integration.pipelines.worker import POINTS

pytestmark = pytest.mark.xdist_group("faults")  # they share an undisturbed video

PAID = ("SpeakScene", "DrawScene", "MixAudio")
ANSWERS = 3  # one scene spoken and drawn, one piece of music
BEARERS = ("VOICE_GEN", "IMAGE_GEN", "RENDERING")  # the stages they are for
PRICE = Decimal("0.01")
STEPS = (
    *("QUEUED", "SCRIPTING", "SpeakScene", "ALIGNMENT", "VISUAL_PLAN", "DrawScene", "TIMELINE"),
    *("RenderChunk", "MixAudio", "JoinChunks", "PACKAGING", "CheckVideo", "READY"),
)


@pytest.fixture(scope="module")
def video(studio_up: Studio) -> str:
    """The hash of the video that an undisturbed job makes."""
    studio_up.reset()
    job = studio_up.run(studio_up.order(factories.user()))
    assert job.status == "READY", job.error_message
    return sha256(job)


@pytest.fixture(scope="module")
def regular(studio_up: Studio, video: str) -> UUID:
    """A user whose providers have answered already, so that jobs are quick; with many credits."""
    user = factories.user(credits=1000)
    studio_up.reset()
    assert studio_up.run(studio_up.order(user)).status == "READY"
    return user


def sha256(job: Job) -> str:
    assert job.manifest_json is not None
    found: str = job.manifest_json["files"]["video.mp4"]["sha256"]
    return found


def first(run_of: str | None = None, **plan: object) -> Planner:
    """The plan for the first run of every step, or of the one named."""

    def planned(step: str, item: str, run: int) -> Plan:
        return plan if run == 0 and run_of in (None, step) else None

    return planned


def made_once(job: Job, user: UUID) -> bool:
    """Whether every step of the job has stored its result once."""
    with db.transaction(Actor.worker(user), read_only=True) as tx:
        return not tx.all(
            "select stage from pipeline_runs where run_id = %(id)s and status = 'success'"
            " group by stage having count(*) > 1",
            id=str(job.id),
        )


def costs(job: Job, user: UUID) -> tuple[dict[str, Decimal], Decimal]:
    """What the job cost: by stage, as it says, and in all, as its user's books say."""
    with db.transaction(Actor.user(user), read_only=True) as tx:
        books = tx.value(
            "select sum(cost_usd) from channel_costs where run_id = %(id)s", id=str(job.id)
        )
    return {step.step_name: step.cost_usd for step in job.steps if step.cost_usd}, books


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_at_this_point_of_every_step(
    studio: Studio, video: str, point: str
) -> None:
    user = factories.user()
    studio.plan, studio.env = first(at=point, do="kill"), {"PRICE": str(PRICE)}
    job = studio.run(studio.order(user))
    assert (job.status, job.error_message) == ("READY", None)
    hit = {"published": PAID, "after_effect": STEPS[1:]}.get(point, STEPS)
    assert studio.deaths >= len(hit)
    again = {step: runs for (step, _), runs in studio.runs.items() if step in hit}
    assert set(again.values()) == {2}, (again, studio.errors)
    assert len(studio.answers) == len(set(studio.answers)) == ANSWERS
    assert sha256(job) == video
    assert costs(job, user) == (dict.fromkeys(BEARERS, PRICE), ANSWERS * PRICE)
    assert made_once(job, user)
    assert sound(user)
    assert balance(user) == 9


@pytest.mark.parametrize("point", ["after_claim", "after_effect", "before_commit"])
def test_postgres_lost_at_this_point_of_every_step(
    studio: Studio, regular: UUID, video: str, point: str
) -> None:
    studio.plan = first(at=point, do="lose_database")
    job = studio.run(studio.order(regular))
    assert (job.status, job.error_message) == ("READY", None)
    assert {error for _, _, error, _ in studio.errors} <= {"DatabaseUnavailable"}
    assert sha256(job) == video
    assert made_once(job, regular)
    assert sound(regular)


@pytest.mark.parametrize("step", STEPS)
def test_a_job_cancelled_when_this_step_begins(studio: Studio, regular: UUID, step: str) -> None:
    before = balance(regular)
    job = studio.order(regular)
    cancelled = threading.Event()

    def cancel(begun: str, item: str) -> None:
        if begun == step and not cancelled.is_set():
            cancelled.set()
            jobs.cancel(Actor.user(regular), job.id)

    studio.watch = cancel
    ended = studio.run(job)
    assert ended.status == "CANCELLED"
    assert studio.status(job) == "SUCCEEDED"
    assert balance(regular) == before
    assert sound(regular)
    assert jobs.cancel(Actor.user(regular), job.id).status == "CANCELLED"
    with pytest.raises(IllegalMove):
        jobs.retry(Actor.user(regular), job.id)


def test_a_job_cancelled_before_it_begins(studio: Studio, regular: UUID) -> None:
    before = balance(regular)
    job = studio.order(regular)
    jobs.cancel(Actor.user(regular), job.id)
    assert studio.run(job).status == "CANCELLED"
    assert set(studio.runs) == {("QUEUED", ""), ("Release", "")}
    assert balance(regular) == before
    assert sound(regular)


@pytest.mark.parametrize("outcome", ["throttled", "timeout", "unavailable"])
def test_a_provider_that_does_not_answer_is_asked_again(
    studio: Studio, video: str, outcome: str
) -> None:
    user = factories.user()
    studio.plan = first(provider=outcome)
    job = studio.run(studio.order(user))
    assert (job.status, job.error_message) == ("READY", None)
    assert len(studio.errors) == ANSWERS
    assert len(studio.answers) == ANSWERS
    assert sha256(job) == video
    assert sound(user)


@pytest.mark.parametrize(
    ("step", "outcome", "code", "stage"),
    [
        ("SpeakScene", "garbage", "ProviderGarbage", "VOICE_GEN"),
        ("SpeakScene", "rejected", "ProviderRejected", "VOICE_GEN"),
        ("DrawScene", "garbage", "ProviderGarbage", "IMAGE_GEN"),
        ("MixAudio", "garbage", "ProviderGarbage", "RENDERING"),
        ("MixAudio", "throttled " * 9, "ProviderThrottled", "RENDERING"),
    ],
)
def test_a_provider_that_fails_for_good_fails_the_job_and_a_retry_goes_on_from_there(
    studio: Studio, video: str, step: str, outcome: str, code: str, stage: str
) -> None:
    user = factories.user()
    studio.plan = lambda begun, item, run: {"provider": outcome} if begun == step else None
    failed = studio.run(studio.order(user))
    assert (failed.status, failed.error_code, failed.failed_step) == ("FAILED", code, stage)
    assert failed.error_message
    assert balance(user) == 10
    assert sound(user)
    done = set(finished(failed, user))

    studio.reset()
    jobs.retry(Actor.user(user), failed.id)
    again = studio.run(failed)
    assert (again.status, again.attempt, again.failed_step) == ("READY", 2, None)
    assert sha256(again) == video
    assert len(set(studio.answers)) == len(studio.answers) <= ANSWERS
    assert done <= set(finished(again, user))
    assert made_once(again, user)
    assert sound(user)
    assert balance(user) == 9


@pytest.mark.parametrize("outcome", ["garbage", "ok garbage", "rejected", "ok rejected"])
def test_a_writer_that_fails_for_good_fails_the_job_before_anything_is_made(
    studio: Studio, outcome: str
) -> None:
    user = factories.user()
    studio.plan = first("SCRIPTING", provider=outcome)
    failed = studio.run(studio.order(user, transcript_mode="auto", transcript_text=None))
    code = {"garbage": "ProviderGarbage", "rejected": "ProviderRejected"}[outcome.split()[-1]]
    assert (failed.status, failed.error_code, failed.failed_step) == ("FAILED", code, "SCRIPTING")
    assert set(studio.runs) == {("QUEUED", ""), ("SCRIPTING", ""), ("Release", "")}
    assert balance(user) == 10
    assert sound(user)


@contextmanager
def no_database() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", "postgresql://nobody@/none?host=/nowhere")
        settings.cache_clear()
        db.disconnect()
        yield
    settings.cache_clear()


def test_a_long_step_notices_that_its_job_has_ended(studio: Studio, regular: UUID) -> None:
    times = iter(range(0, 1000, 20))
    job = studio.order(regular)
    ctx = StepContext(
        flow=prompt_video.FLOW,
        actor=Actor.worker(regular),
        job_id=job.id,
        attempt=1,
        item="",
        order=Order.model_validate(job.settings),
        results={},
        clock=lambda: float(next(times)),
    )
    ctx.beat(0.1)
    with no_database():
        ctx.beat(0.15)  # its work may outlast that
    with db.transaction(Actor.worker(regular)) as tx:
        jobs.give_up(tx, job.id, 1, "States.Timeout", "It took too long.")
    with pytest.raises(StaleAttempt):
        ctx.beat(0.2)
    jobs.retry(Actor.user(regular), job.id)
    with pytest.raises(StaleAttempt):
        ctx.beat(0.3)
    jobs.cancel(Actor.user(regular), job.id)
    with pytest.raises(Cancelled):
        ctx.beat(0.4)
    assert sound(regular)


def finished(job: Job, user: UUID) -> Iterator[tuple[str, str]]:
    with db.transaction(Actor.worker(user), read_only=True) as tx:
        rows = tx.all(
            "select step, item, done_at from private.step_results"
            " where job_id = %(id)s and state = 'done'",
            id=job.id,
        )
    return ((row["step"] + row["item"], str(row["done_at"])) for row in rows)


def test_a_failed_job_is_not_retried_without_credits(studio: Studio) -> None:
    user = factories.user(credits=1)
    studio.plan = lambda step, item, run: {"provider": "rejected"}
    failed = studio.run(studio.order(user))
    assert failed.status == "FAILED"
    other = factories.job(user, reserve=1, status="FAILED")
    with pytest.raises(CreditsExhausted):
        jobs.retry(Actor.user(user), failed.id)
    assert studio.look(failed).status == "FAILED"
    with db.transaction(Actor.worker(user)) as tx:
        tx.run("select release_credits(%(id)s)", id=other)
    assert jobs.retry(Actor.user(user), failed.id).status == "QUEUED"
    jobs.cancel(Actor.user(user), failed.id)
    assert sound(user)


def test_one_of_32_starts_at_the_same_time_wins(studio: Studio) -> None:
    user = factories.user()
    project = factories.project(user)
    outcomes: list[str] = []

    def start() -> None:
        try:
            jobs.start(Actor.user(user), project, jobs.StartJob(), None)
            outcomes.append("started")
        except JobAlreadyRunning:
            outcomes.append("refused")
        finally:
            db.disconnect()

    together(start, 32)
    assert sorted(outcomes) == ["refused"] * 31 + ["started"]
    assert balance(user) == 9
    (job,) = jobs.list_page(Actor.user(user), jobs.JobsQuery()).items
    jobs.cancel(Actor.user(user), job.id)
    assert balance(user) == 10
    assert sound(user)


def test_32_reservations_for_10_slots(studio: Studio) -> None:
    user = factories.user()
    waiting = [factories.job(user, status="FAILED") for _ in range(32)]
    slots: list[bool] = []

    def reserve() -> None:
        with db.transaction(Actor.worker(user)) as tx:
            slots.append(
                tx.value(
                    "select reserve_credits(%(user)s, %(job)s, 1)", user=user, job=waiting.pop()
                )
            )
        db.disconnect()

    together(reserve, 32)
    assert slots.count(True) == 10
    assert factories.balanced(user)
    assert balance(user) == 0


def test_a_start_delivered_twice_is_one_execution(studio: Studio, regular: UUID) -> None:
    job = studio.order(regular)
    with db.transaction(Actor.worker(regular)) as tx:
        rows = tx.all(
            "select id from private.outbox where dedupe_key = %(key)s", key=f"job-{job.id}-1"
        )
    assert outbox.deliver(rows[0]["id"])
    with db.transaction(Actor.service()) as tx:
        tx.run(
            "update private.outbox set delivered_at = null, lease_until = null,"
            " next_attempt_at = clock_timestamp() where id = %(id)s",
            id=rows[0]["id"],
        )
    assert outbox.deliver(rows[0]["id"])
    studio.settle(job)
    assert studio.look(job).status == "READY"
    assert set(studio.runs.values()) == {1}
    assert sound(regular)


def test_every_step_asked_for_twice_at_once_is_done_once(studio: Studio, video: str) -> None:
    user = factories.user()
    with studio.invoking_twice():
        job = studio.run(studio.order(user))
    assert (job.status, job.error_message) == ("READY", None)
    assert len(studio.answers) == ANSWERS
    assert sha256(job) == video
    assert made_once(job, user)
    assert sound(user)


def test_a_worker_of_an_earlier_attempt_stores_nothing(
    studio: Studio, regular: UUID, tmp_path: Path
) -> None:
    job = studio.order(regular)
    event = {
        "step": "SCRIPTING",
        "input": {"job_id": str(job.id), "user_id": str(regular), "attempt": 1},
    }
    studio.plan = first("SCRIPTING", at="after_effect", do="wait", gate=str(tmp_path))
    answers: list[dict[str, object]] = []
    zombie = threading.Thread(target=lambda: answers.append(studio.invoke(event)))
    zombie.start()
    try:
        until = time.monotonic() + DEADLINE
        while not (tmp_path / "reached").exists():
            assert time.monotonic() < until
            time.sleep(0.01)
        with db.transaction(Actor.worker(regular)) as tx:
            jobs.give_up(tx, job.id, 1, "States.Timeout", "It took too long.")
        jobs.retry(Actor.user(regular), job.id)
    finally:
        (tmp_path / "open").touch()
        zombie.join()
    assert answers[0]["errorType"] == "StaleAttempt"
    with db.transaction(Actor.worker(regular)) as tx:
        states = tx.all("select state from private.step_results where job_id = %(id)s", id=job.id)
    assert not any(row["state"] == "done" for row in states)
    assert studio.run(job).status == "READY"
    assert made_once(job, regular)
    assert sound(regular)


def test_an_execution_that_died_is_found_by_the_watchdog(studio: Studio, regular: UUID) -> None:
    from chalicelib.pipelines import watchdog

    before = balance(regular)
    job = studio.order(regular)
    client("stepfunctions").start_execution(  # as good as one that breaks down at once
        stateMachineArn=studio.machine, name=f"job-{job.id}-1", input="{}"
    )
    studio.settle(job)
    with db.transaction(Actor.worker(regular)) as tx:
        tx.run("delete from private.outbox where dedupe_key = %(key)s", key=f"job-{job.id}-1")
    watchdog.sweep()
    assert studio.look(job).status == "QUEUED"  # silent for too short a time to be asked about
    silence(job)
    watchdog.sweep()
    ended = studio.look(job)
    assert (ended.status, ended.error_code) == ("FAILED", "ExecutionDied")
    assert balance(regular) == before
    assert sound(regular)
    jobs.retry(Actor.user(regular), job.id)
    assert studio.run(job).status == "READY"


def test_an_execution_that_never_began_is_found_by_the_watchdog(
    studio: Studio, regular: UUID
) -> None:
    from chalicelib.pipelines import watchdog

    job = studio.order(regular)
    silence(job)
    watchdog.sweep()
    assert studio.look(job).status == "QUEUED"  # the outbox is still at it
    with db.transaction(Actor.worker(regular)) as tx:
        tx.run(
            "update private.outbox set dead_at = clock_timestamp() where dedupe_key = %(key)s",
            key=f"job-{job.id}-1",
        )
    watchdog.sweep()
    assert studio.look(job).error_code == "NotStarted"
    assert sound(regular)


def silence(job: Job) -> None:
    with db.transaction(Actor.service()) as tx:
        tx.run(
            "update jobs set heartbeat_at = now() - interval '1 hour' where id = %(id)s",
            id=job.id,
        )


def together(do: object, times: int) -> None:
    assert callable(do)
    threads = [threading.Thread(target=do) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
