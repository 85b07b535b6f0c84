"""A studio to test with: the real state machine, real steps in processes that may be killed.

moto interprets the state machines and keeps S3, SQS and SES; Postgres is real. Only what
would be Lambda is ours: an invocation forks a worker (`worker.py`). Waits between retries are
cut short.
"""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.clients import client
from chalicelib.domains.jobs import service as jobs
from chalicelib.domains.jobs.models import Job, StartJob
from chalicelib.domains.outbox import service as outbox
from tests import factories

FLOWS = Path("infra/pipelines")
SENTENCE = "The sea is deep."
"""One scene, one chunk."""
TRANSCRIPT = (
    "The sea is deep. No light is found below. Yet small fish make their own light there,"
    " and hunt by it.\n\nThey also hide by it."
)
"""Two scenes, two chunks."""
SETTINGS = {"format": "1:1", "seed": 7}
DEADLINE = 900.0
"""Seconds after which a test gives up on what hangs; a busy machine is slow."""

Plan = Mapping[str, Any] | None
Planner = Callable[[str, str, int], Plan]


def nothing(step: str, item: str, run: int) -> Plan:
    """Nothing goes wrong."""
    return None


class Hurried:
    """`time` for moto's retries: no wait is longer than `longest` seconds."""

    longest = 0.05

    def sleep(self, seconds: float) -> None:
        time.sleep(min(seconds, self.longest))


class Studio:
    """A running studio. `plan(step, item, run)` says what happens to the nth run of a step."""

    def __init__(self, folder: Path, machine: str, bucket: str) -> None:
        self.folder = folder
        self.machine = machine
        self.bucket = bucket
        self.log = folder / "provider-answers.log"
        self.graves = folder / "killed.log"
        self.socket = folder / "worker.sock"
        self.lock = threading.Lock()
        self.left = threading.Condition(self.lock)
        self.working = 0
        self.begun, self.over = set[str](), set[str]()
        self.reset()
        self.server = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.pipelines.worker", self.socket, self.log],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.server.stdout is not None
        assert self.server.stdout.readline() == "ready\n"

    def close(self) -> None:
        self.server.kill()
        self.server.communicate()

    def reset(self) -> None:
        """Begin anew: states of executions so far that are still to be tried again do nothing."""
        self.still()
        with self.lock:
            self.over, self.begun = self.over | self.begun, set()
        self.since = datetime.now(UTC)
        self.plan: Planner = nothing
        self.env: dict[str, str] = {}
        self.watch: Callable[[str, str], None] = lambda step, item: None
        self.runs: Counter[tuple[str, str]] = Counter()
        self.cpu: Counter[tuple[str, str]] = Counter()
        self.worked: Counter[tuple[str, str]] = Counter()
        self.deaths = 0
        self.errors: list[tuple[str, str, str, str]] = []
        self.log.write_text("")
        self.graves.write_text("")

    def still(self) -> None:
        """Wait until no worker is at work: those of an execution that ended finish their calls."""
        with self.left:
            assert self.left.wait_for(lambda: self.working == 0, DEADLINE), "a worker hangs"

    def invoke(self, event: dict[str, Any]) -> dict[str, Any]:
        """Run a step in a worker of its own; answers as Lambda answers."""
        execution = event.get("execution", {}).get("id", "")
        with self.lock:
            if execution in self.over:
                return {"errorType": "StaleAttempt", "errorMessage": "of a test that is over"}
            if execution:
                self.begun.add(execution)
            self.working += 1
        try:
            return self._work(event)
        finally:
            with self.left:
                self.working -= 1
                self.left.notify_all()

    @contextmanager
    def invoking_twice(self) -> Iterator[None]:
        """Ask for every step twice at once, as Lambda may; the state machine hears one answer."""
        invoke, doubles = self.invoke, list[threading.Thread]()

        def twice(event: dict[str, Any]) -> dict[str, Any]:
            double = threading.Thread(target=invoke, args=(event,))
            doubles.append(double)
            double.start()
            answer = invoke(event)
            if answer.get("errorType") == "PaidCallInFlight":
                double.join()  # the next try finds what it paid for, however long that took
            return answer

        self.env["PAID_CALL_LEASE_SECONDS"] = "3600"
        self.invoke = twice  # type: ignore[method-assign]
        try:
            yield
        finally:
            del self.invoke
            for double in doubles:
                double.join()

    def _work(self, event: dict[str, Any]) -> dict[str, Any]:
        step, item = event["step"], str(event["input"].get("item", ""))
        self.watch(step, item)
        with self.lock:
            run = self.runs[step, item]
            self.runs[step, item] += 1
        own = {"step": step, "item": item, "log": str(self.graves)}
        plan = {**(self.plan(step, item, run) or {}), **own}
        request = {
            "event": event,
            "plan": plan,
            "env": {"DATABASE_URL": os.environ["DATABASE_URL"], **self.env},
        }
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self.socket))
            with connection.makefile("rw") as stream:
                stream.write(json.dumps(request) + "\n")
                stream.flush()
                try:
                    answer = stream.readline()
                except ConnectionResetError:
                    answer = ""
        if not answer:
            with self.lock:
                self.deaths += 1
            return {"errorType": "Runtime.ExitError", "errorMessage": "signal: killed"}
        said: dict[str, Any] = json.loads(answer)
        with self.lock:
            self.cpu[step, item] += said.pop("cpu")
            self.worked[step, item] += said.pop("worked")
        if "errorType" in said:
            self.errors.append((step, item, said["errorType"], said["errorMessage"]))
        return said

    def order(self, user: UUID, *, key: str | None = None, **columns: Any) -> Job:
        """Order the video of a new project: one sentence unless `columns` say otherwise."""
        row = {"transcript_mode": "manual", "transcript_text": SENTENCE, **columns}
        row["settings"] = {**SETTINGS, **columns.get("settings", {})}
        project = factories.project(user, **row)
        return jobs.start(Actor.user(user), project, StartJob(), key)

    def deliver(self) -> None:
        """Deliver what this test put into the outbox and concerns state machines."""
        with db.transaction(Actor.service()) as tx:
            rows = tx.all(
                "select id from private.outbox where delivered_at is null and dead_at is null"
                " and topic in ('start_execution', 'task_result') and created_at >= %(since)s"
                " order by created_at",
                since=self.since,
            )
        for row in rows:
            outbox.deliver(row["id"])

    def run(self, job: Job) -> Job:
        """Let the job run to its end, or as far as it goes by itself."""
        self.deliver()
        self.settle(job)
        return self.look(job)

    def settle(self, job: Job) -> str:
        """Wait until the execution of the job's attempt is over; answers how it ended."""
        until = time.monotonic() + DEADLINE
        while (status := self.status(job)) == "RUNNING":
            assert time.monotonic() < until, f"still running: {self.look(job)}"
            time.sleep(0.02)
        self.still()
        return status

    def status(self, job: Job) -> str:
        name = f"job-{job.id}-{self.look(job).attempt}"
        arn = f"{self.machine.replace(':stateMachine:', ':execution:')}:{name}"
        answer: str = client("stepfunctions").describe_execution(executionArn=arn)["status"]
        return answer

    def look(self, job: Job) -> Job:
        with db.transaction(Actor.service(), read_only=True) as tx:
            owner = tx.value("select user_id from jobs where id = %(id)s", id=job.id)
        return jobs.get(Actor.user(owner), job.id)

    @property
    def killed(self) -> list[tuple[str, str, float]]:
        """Every killed worker's step and item, and the seconds of CPU lost with it."""
        lines = map(json.loads, self.graves.read_text().splitlines())
        return [(line["step"], line["item"], line["cpu"]) for line in lines]

    @property
    def answers(self) -> list[str]:
        """Every answer a provider gave."""
        return self.log.read_text().splitlines()

    def files(self, job: Job) -> dict[str, str]:
        """The job's published files: name → ETag."""
        with db.transaction(Actor.service(), read_only=True) as tx:
            owner = tx.value("select user_id from jobs where id = %(id)s", id=job.id)
        prefix = f"{owner}/jobs/{job.id}/"
        listed = client("s3").list_objects_v2(Bucket=self.bucket, Prefix=prefix)
        return {o["Key"].removeprefix(prefix): o["ETag"] for o in listed.get("Contents", [])}

    def read(self, job: Job, name: str) -> bytes:
        """One of the job's published files."""
        with db.transaction(Actor.service(), read_only=True) as tx:
            owner = tx.value("select user_id from jobs where id = %(id)s", id=job.id)
        key = f"{owner}/jobs/{job.id}/{name}"
        data: bytes = client("s3").get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return data

    def load(self, job: Job, name: str) -> Any:
        return json.loads(self.read(job, name))


def balance(user: UUID) -> int:
    """Credits a user can spend."""
    with db.transaction(Actor.worker(user), read_only=True) as tx:
        credits: int = tx.value("select get_credit_balance(%(id)s)", id=user)
    return credits


def held(user: UUID) -> int:
    """Credits a user's jobs hold."""
    with db.transaction(Actor.worker(user), read_only=True) as tx:
        credits: int = tx.value("select held from credit_accounts where user_id = %(id)s", id=user)
    return credits


def sound(user: UUID) -> bool:
    """Whether the user's books are in order, with nothing left held."""
    return factories.balanced(user) and held(user) == 0
