"""Jobs whose execution has died without a word: Step Functions is asked, and the job ended."""

from collections.abc import Mapping
from typing import Any

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.clients import client
from chalicelib.db import queries
from chalicelib.domains.jobs import service as jobs
from chalicelib.domains.outbox import service as outbox
from chalicelib.observability import logger
from chalicelib.settings import settings

sql = queries(__file__)

DIED = "The work stopped without saying why."
NEVER_BEGAN = "The work could not be started."


def sweep() -> None:
    """End every job that has been silent for minutes and whose execution is over, or never was."""
    with db.transaction(Actor.service(), read_only=True) as tx:
        silent = tx.all(sql["silent_jobs"])
    for job in silent:
        status = _status(job)
        if status == "RUNNING" or (status is None and job["start_pending"]):
            continue  # at work, or still to be started by the outbox
        code, message = ("NotStarted", NEVER_BEGAN) if status is None else ("ExecutionDied", DIED)
        logger.error("a job's execution is over", extra={"job": str(job["id"]), "status": status})
        with db.transaction(Actor.worker(job["user_id"])) as tx:
            _, rows = jobs.give_up(tx, job["id"], job["attempt"], code, message)
        outbox.announce(rows)


def _status(job: Mapping[str, Any]) -> str | None:
    """How the execution of the job's attempt stands; None when there is none."""
    states = client("stepfunctions")
    machine = settings().prompt_video_arn.replace(":stateMachine:", ":execution:", 1)
    try:
        found = states.describe_execution(
            executionArn=f"{machine}:job-{job['id']}-{job['attempt']}"
        )
    except states.exceptions.ExecutionDoesNotExist:
        return None
    status: str = found["status"]
    return status
