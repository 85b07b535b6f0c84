"""Waiting for a job: one answer when something happens, instead of many that say nothing did."""

import time
from collections.abc import Callable
from uuid import UUID

from pydantic import ConfigDict, Field

from chalicelib.actor import Actor
from chalicelib.domains.jobs import service
from chalicelib.domains.jobs.models import Job
from chalicelib.models import Model

PAUSE = 1.0  # seconds between two looks


class WatchQuery(Model):
    """How long to wait for news."""

    model_config = ConfigDict(extra="forbid")

    wait: int = Field(
        0, ge=0, le=25, description="Seconds to wait for a change of status or progress."
    )


def watch(
    actor: Actor,
    job_id: UUID,
    wait: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Job:
    """The job, as soon as it moves or has ended, at the latest after `wait` seconds.

    Nothing is held while it waits: every look is a short transaction. Raises `NotFound`.
    """
    until = clock() + wait
    job = first = service.get(actor, job_id)
    while (
        job.status not in service.ENDED
        and (job.status, job.progress) == (first.status, first.progress)
        and (left := until - clock()) > 0
    ):
        sleep(min(PAUSE, left))
        job = service.get(actor, job_id)
    return job
