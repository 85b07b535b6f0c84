"""The packaged application on the laptop's stack, on free ports in folders of its own."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import httpx
import psutil
import psycopg
import pytest

from infra.local.demo import Api
from infra.local.postgres import DATABASE
from infra.local.stack import Stack
from tests.clients.service import Service
from tests.integration.rest.harness import LIBRARY
from tests.ports import free_port
from tests.youtube import YouTubeTwin

SETTINGS = {
    "RenderHeight": "180",
    "AlbumHeight": "180",
    "RenderFps": "10",
    "RestSchemas": "public,library,annex",
    "RestAggregates": "true",
    "RestPlans": "true",
    "RestRollback": "true",
}
"""Small pictures, and all that the data API can do, for the library beside the studio's tables."""
PATIENCE = 1800
"""Seconds after which a test gives up on what hangs; a busy machine is slow."""
NARRATION = (
    "Octopuses have three hearts. Two of them serve the gills, and one serves everything else. "
    "When an octopus swims, the third heart stops, which is why it would rather crawl."
)
Json = dict[str, Any]


class Studio:
    """A running stack and what a test does with it."""

    def __init__(self, stack: Stack, cleaning: ExitStack) -> None:
        self.stack = stack
        self._cleaning = cleaning

    def signed_in(self) -> Api:
        """The API as a user nobody has seen before."""
        return self._cleaning.enter_context(Api(self.stack, uuid4()))

    def order(self, api: Api, **project: Any) -> Json:
        """Start the video of a short text, or of what `project` says instead."""
        wanted: Json = {
            "title": "Three hearts",
            "prompt_text": "Why octopuses have three hearts",
            "niche_preset": "science",
            "transcript_mode": "manual",
            "transcript_text": NARRATION,
            **project,
        }
        made = api.post("/v1/projects", wanted)
        job: Json = api.post(f"/v1/projects/{made['id']}/jobs", {})
        return job

    def wait(self, api: Api, job: Json, until: Callable[[Json], bool]) -> Json:
        """The job as soon as it is as wanted; fails when it ends otherwise or takes too long."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found: Json = api.get(f"/v1/jobs/{job['id']}")
            if until(found):
                return found
            if found["status"] in ("READY", "FAILED", "CANCELLED"):
                break
            time.sleep(0.1)
        pytest.fail(
            f"the job is {found['status']} ({found['failed_step']}: {found['error_message']}); "
            f"{self.log()[-3000:]}"
        )

    def finished(self, api: Api, job: Json) -> Json:
        """The job, READY."""
        return self.wait(api, job, lambda found: found["status"] == "READY")

    def files(self, api: Api, job: Json) -> dict[str, bytes]:
        """What the job made, by type, fetched through its links."""
        files = {}
        for asset in api.get(f"/v1/jobs/{job['id']}/assets"):
            link = api.get(f"/v1/assets/{asset['id']}/download")["url"]
            files[asset["type"]] = fetched(link)
        return files

    def letter(self, about: str) -> Json:
        """The first letter that names something; fails when none comes."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            sent = json.loads(fetched(f"{self.stack.endpoint}/_ministack/ses/messages"))["messages"]
            for letter in (letter for account in sent.values() for letter in account):
                if about in letter["BodyText"]:
                    found: Json = letter
                    return found
            time.sleep(0.1)
        pytest.fail(f"no letter names {about}; {self.log()[-3000:]}")

    def workers(self, function: str) -> list[psutil.Process]:
        """The processes that serve one function now."""
        root = self.stack.process()
        assert root is not None
        found = []
        for child in root.children(recursive=True):
            try:
                name = child.environ().get("AWS_LAMBDA_FUNCTION_NAME", "")
                if name.startswith(f"showrunner-{function}-") and child.ppid() == root.pid:
                    found.append(child)
            except psutil.NoSuchProcess:
                continue
        return found

    def client(self, name: str) -> Any:
        """boto3's client of this stack."""
        return self.stack.session().client(name)

    def function(self, name: str) -> Json:
        """The configuration of one of the functions."""
        pages = self.client("lambda").get_paginator("list_functions").paginate()
        return next(
            found
            for page in pages
            for found in page["Functions"]
            if found["FunctionName"].startswith(f"showrunner-{name}-")
        )

    @property
    def bucket(self) -> str:
        """The media bucket."""
        said: str = self.function("Daily")["Environment"]["Variables"]["MEDIA_BUCKET"]
        return said

    def ring(self, message: str) -> None:
        """The bell of the queue rings for a row of the outbox."""
        where = self.function("Daily")["Environment"]["Variables"]["QUEUE_URL"]
        self.client("sqs").send_message(QueueUrl=where, MessageBody=message)

    def tick(self, schedule: str) -> None:
        """The clock strikes: a schedule is run, whatever the time, and done."""
        event = {
            "version": "0",
            "id": str(uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": "000000000000",
            "time": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "region": "us-east-1",
            "resources": [],
            "detail": {},
        }
        done = self.client("lambda").invoke(
            FunctionName=self.function(schedule)["FunctionName"], Payload=json.dumps(event)
        )
        assert "FunctionError" not in done, done["Payload"].read()

    def log(self) -> str:
        return (self.stack.folder / "logs" / "functions.log").read_text(errors="replace")


def fetched(url: str) -> bytes:
    return httpx.get(url, timeout=PATIENCE).raise_for_status().content


@pytest.fixture(scope="session")
def studio() -> Iterator[Studio]:
    """The stack with the virtual environment's packages, as `make demo` starts it."""
    yield from _running(real_layers=False)


@pytest.fixture(scope="session")
def service(studio: Studio) -> Service:
    """The stack's data API, with the library in its database."""
    url = studio.stack.database.login("postgres", DATABASE)
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(LIBRARY.read_bytes())
    return Service(studio.stack.api_url, studio.stack.secret("jwt"))


@pytest.fixture(scope="session")
def youtube() -> Iterator[YouTubeTwin]:
    """What `layered_studio` takes for YouTube."""
    with YouTubeTwin() as twin:
        yield twin


@pytest.fixture(scope="session")
def layered_studio(youtube: YouTubeTwin) -> Iterator[Studio]:
    """The stack whose functions see the real layers and nothing of the virtual environment.

    It publishes at YouTube.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YOUTUBE_ADDRESS", youtube.root)
        yield from _running(real_layers=True, PublisherProvider="youtube")


def _running(*, real_layers: bool, **settings: str) -> Iterator[Studio]:
    with ExitStack() as cleaning:
        # Not pytest's own: that is closed to the user that Postgres runs as when root starts it.
        folder = Path(cleaning.enter_context(TemporaryDirectory(prefix="showrunner-")))
        settings = {**SETTINGS, **settings}
        stack = Stack(folder=folder, port=free_port(), real_layers=real_layers, settings=settings)
        cleaning.callback(stack.down)
        stack.up(print)
        yield Studio(stack, cleaning)
