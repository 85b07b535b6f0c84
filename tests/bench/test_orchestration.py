"""What a job costs beside its work: waiting between steps, and the database."""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.pipelines import run_step
from tests import factories
from tests.integration.pipelines.studio import TRANSCRIPT, Studio

MOST_DATABASE_SECONDS = 0.020
JOBS = 5
MAPS = {"SpeakScene": "SCRIPTING", "DrawScene": "SCRIPTING", "RenderChunk": "TIMELINE"}
STEPS = (
    *("QUEUED", "SCRIPTING", "SpeakScene", "ALIGNMENT", "VISUAL_PLAN", "DrawScene", "TIMELINE"),
    *("RenderChunk", "MixAudio", "JoinChunks", "PACKAGING", "CheckVideo", "READY"),
)


def test_waiting_between_steps(
    studio: Studio,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Wall time in which no step is at work, per step, with the real state machine in moto."""
    idle: list[float] = []
    user = factories.user()
    for _ in range(JOBS):
        began = time.time()
        job = studio.run(studio.order(user, transcript_text=TRANSCRIPT))
        wall = time.time() - began
        assert job.status == "READY"
        with db.transaction(Actor.worker(user), read_only=True) as tx:
            runs = tx.all(
                "select extract(epoch from started_at)::float as began,"
                " extract(epoch from finished_at)::float as ended"
                " from pipeline_runs where run_id = %(id)s",
                id=str(job.id),
            )
        idle.append((wall - _busy([(run["began"], run["ended"]) for run in runs])) / len(runs))
    with capsys.disabled():
        print(
            f"\norchestration: {statistics.median(idle) * 1000:.0f} ms of waiting per step,"
            " with a worker forked and connected for each"
        )


def test_database_time_of_a_step(
    studio: Studio,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Time in the database per step of a warm worker, against an empty transaction."""
    times: list[float] = []
    inner = db.transaction

    @contextmanager
    def timed(*args: Any, **kwargs: Any) -> Iterator[Any]:
        began = time.perf_counter()
        with inner(*args, **kwargs) as tx:
            yield tx
        times.append(time.perf_counter() - began)

    monkeypatch.setattr(db, "transaction", timed)
    user = factories.user()
    spent = [_walk(studio, user, times) for _ in range(JOBS)][1:]  # the first one warms up
    by_step = {step: min(row[step] for row in spent) for step in STEPS}  # others use the machine
    times.clear()
    for _ in range(50):
        with db.transaction(Actor.service()) as tx:
            tx.value("select 1")
    empty = statistics.median(times)
    worst = max(by_step, key=lambda step: by_step[step])
    with capsys.disabled():
        print(
            f"\ndatabase: {statistics.median(by_step.values()) * 1000:.1f} ms per step,"
            f" {statistics.median(by_step.values()) / empty:.1f} empty transactions;"
            f" most in {worst}: {by_step[worst] * 1000:.1f} ms"
        )
    assert by_step[worst] < MOST_DATABASE_SECONDS


def _walk(studio: Studio, user: Any, times: list[float]) -> dict[str, float]:
    """Do every step of a new job in this process; answers each one's seconds in the database."""
    job = studio.order(user, transcript_text=TRANSCRIPT)
    given = {"job_id": str(job.id), "user_id": str(user), "attempt": 1}
    results: dict[str, Any] = {}
    spent: dict[str, float] = {}
    for step in STEPS:
        planned = results.get(MAPS.get(step, ""), {})
        for item in planned.get("scenes", planned.get("chunks", [""])):
            times.clear()
            results[step] = run_step({"step": step, "input": {**given, "item": item}})
            spent[step] = sum(times)
    assert studio.look(job).status == "READY"
    return spent


def _busy(spans: list[tuple[float, float]]) -> float:
    """Seconds in which at least one span is under way."""
    total, until = 0.0, 0.0
    for began, ended in sorted(spans):
        total += max(0.0, ended - max(began, until))
        until = max(until, ended)
    return total
