"""Jobs whose execution has died without a word: Step Functions is asked, and the job ended."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.clients import client
from chalicelib.domains.outbox import service as outbox
from chalicelib.observability import logger
from chalicelib.pipelines import album, prompt_video
from chalicelib.pipelines.flow import Flow
from chalicelib.sweeps import each

FLOWS: tuple[Flow[Any], ...] = (prompt_video.FLOW, album.FLOW)

DIED = "The work stopped without saying why."
NEVER_BEGAN = "The work could not be started."


def sweep() -> None:
    """End every job that has been silent for minutes and whose execution is over, or never was."""
    for flow in FLOWS:
        with db.transaction(Actor.service(), read_only=True) as tx:
            silent = tx.all(flow.sql("silent"))
        each(f"silent {flow.name}", silent, partial(_look_after, flow))


def _look_after(flow: Flow[Any], job: Mapping[str, Any]) -> None:
    status = _status(flow.execution(job["id"], job["attempt"]))
    if status is None and job["start_pending"]:
        return  # still to be started by the outbox
    if status == "RUNNING":  # at work, or waiting for its user
        with db.transaction(Actor.worker(job["user_id"])) as tx:
            tx.run(flow.sql("seen"), job_id=job["id"], attempt=job["attempt"])
        return
    code, message = ("NotStarted", NEVER_BEGAN) if status is None else ("ExecutionDied", DIED)
    logger.error("a job's execution is over", extra={"job": str(job["id"]), "status": status})
    with db.transaction(Actor.worker(job["user_id"])) as tx:
        _, rows = flow.give_up(tx, job["id"], job["attempt"], code, message)
    outbox.announce(rows)


def _status(execution: str) -> str | None:
    """How an execution stands; None when there is none."""
    states = client("stepfunctions")
    try:
        found = states.describe_execution(executionArn=execution)
    except states.exceptions.ExecutionDoesNotExist:
        return None
    status: str = found["status"]
    return status
