"""Waiting for a job: one answer when something happens, instead of many that say nothing did."""

import time
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from pydantic import ConfigDict, Field

from chalicelib.actor import Actor
from chalicelib.domains.jobs import service
from chalicelib.domains.jobs.models import Job
from chalicelib.models import Model

PAUSE = 1.0  # seconds between two looks

Seen = TypeVar("Seen")


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

    Raises `NotFound`.
    """
    return until_changed(
        lambda: service.get(actor, job_id),
        lambda job: None if job.status in service.ENDED else (job.status, job.progress),
        wait,
        clock=clock,
        sleep=sleep,
    )


def until_changed(
    look: Callable[[], Seen],
    state: Callable[[Seen], object],
    wait: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Seen:
    """What `look` answers, as soon as its `state` is another one or None (nothing will follow).

    Nothing is held while it waits at most `wait` seconds: every look is a short transaction.
    """
    until = clock() + wait
    seen = look()
    first = state(seen)
    while (now := state(seen)) is not None and now == first and (left := until - clock()) > 0:
        sleep(min(PAUSE, left))
        seen = look()
    return seen
