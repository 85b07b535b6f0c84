"""Jobs as their user meets them: order, look, cancel, try again, fetch the files.

A job's end (READY, FAILED, CANCELLED) and what it means for the credits are one transaction.
"""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from pydantic import ValidationError

from chalicelib import db, pages
from chalicelib.actor import Actor
from chalicelib.db import Tx, queries
from chalicelib.domains.files.links import Download, signed
from chalicelib.domains.idempotency.service import once
from chalicelib.domains.jobs import pace
from chalicelib.domains.jobs.models import (
    BANDS,
    STAGES,
    Asset,
    Job,
    JobEvent,
    JobsQuery,
    JobSummary,
    Order,
    StartJob,
)
from chalicelib.domains.jobs.pricing import minutes_of, price
from chalicelib.domains.notices import service as notices
from chalicelib.domains.outbox import service as outbox
from chalicelib.domains.runs.again import Again
from chalicelib.errors import Cancelled, CreditsExhausted, IllegalMove, InvalidInput, StaleAttempt
from chalicelib.pages import Page, PageQuery

ENDED = ("READY", "FAILED", "CANCELLED")

sql = queries(__file__)


def start(actor: Actor, project_id: UUID, order: StartJob, key: str | None) -> Job:
    """Hold the credits and queue the project's video.

    Raises `CreditsExhausted`, `JobAlreadyRunning`, `NotFound`, and `InvalidInput` when the
    project's transcript is too long.
    """
    with once(actor, key, Job, "start_job", project_id, order) as (tx, first):
        if not first:
            return first.answer
        terms = _terms(tx.one(sql["project"], id=project_id), order)
        job_id = tx.value(
            sql["add_job"],
            project_id=project_id,
            user_id=actor.user_id,
            settings=Jsonb(terms.model_dump(mode="json")),
            price=price(terms.minutes),
            stages=list(STAGES),
        )
        message = _queue(tx, job_id, price(terms.minutes), "The video is ordered")
        job = first.keep(_shown(tx, job_id))
    outbox.announce([message])
    return job


def get(actor: Actor, job_id: UUID) -> Job:
    """One job with its steps, progress and an estimate of the time left. Raises `NotFound`."""
    with db.transaction(actor, read_only=True) as tx:
        return _shown(tx, job_id)


def list_page(actor: Actor, query: JobsQuery) -> Page[JobSummary]:
    """A page of the user's jobs, newest first."""
    with db.transaction(actor, read_only=True) as tx:
        return pages.read(
            tx, sql["jobs"], query, JobSummary, status=query.status, project_id=query.project_id
        )


def events(actor: Actor, job_id: UUID, query: PageQuery) -> Page[JobEvent]:
    """A page of what happened in a job, newest first. Raises `NotFound`."""
    with db.transaction(actor, read_only=True) as tx:
        tx.one(sql["exists"], id=job_id)
        return pages.read(tx, sql["events"], query, JobEvent, by=("seq", "id"), job_id=job_id)


def assets(actor: Actor, job_id: UUID) -> list[Asset]:
    """The files a job made. Raises `NotFound`."""
    with db.transaction(actor, read_only=True) as tx:
        tx.one(sql["exists"], id=job_id)
        return [Asset.model_validate(row) for row in tx.all(sql["assets"], job_id=job_id)]


def download(actor: Actor, asset_id: UUID) -> Download:
    """A link to a file, named after its video, good for some minutes. Raises `NotFound`."""
    with db.transaction(actor, read_only=True) as tx:
        asset = tx.one(sql["asset"], id=asset_id)
    return signed(asset["storage_path"], asset["mime_type"], title=asset["title"])


def cancel(actor: Actor, job_id: UUID) -> Job:
    """Stop a job and give its credits back; its workers stop at their next step.

    Cancelling twice is cancelling once. Raises `IllegalMove` when it has ended otherwise.
    """
    with db.transaction(actor.working()) as tx:
        job = tx.one(sql["job_for_update"], id=job_id)
        messages = []
        if job["status"] != "CANCELLED":
            if job["status"] in ENDED:
                raise IllegalMove("The job has ended already.", state=job["status"])
            messages = end(tx, job, "CANCELLED", "Cancelled", "You cancelled this job.")
        shown = _shown(tx, job_id)
    outbox.announce(messages)
    return shown


def retry(actor: Actor, job_id: UUID, key: str | None = None, again: Again | None = None) -> Job:
    """Try a failed job again from the step that failed, holding its credits anew.

    `again` says from which stage on it is done again, though some of it was done. Raises
    `CreditsExhausted`, `IllegalMove` when it has not failed, `JobAlreadyRunning`.
    """
    asked = (job_id, again.stage) if again else (job_id,)
    with once(actor, key, Job, "retry_job", *asked) as (tx, first):
        if not first:
            return first.answer
        job = tx.one(sql["job_for_update"], id=job_id)
        if job["status"] != "FAILED":
            raise IllegalMove("Only a failed job can be tried again.", state=job["status"])
        if tx.value(sql["is_thrown_away"], id=job_id):
            raise IllegalMove("Its project was thrown away.", state=job["status"])
        said, begins = "Trying again", BANDS[-1]
        if again is not None:
            again.forget(tx, job_id, stands=tx.value(sql["stands"], id=job_id), state=job["status"])
            tx.run(sql["forget_stages"], id=job_id, stages=list(again.stages))
            said, begins = f"Trying again from {again.stage}", BANDS[again.order.index(again.stage)]
        tx.run(sql["retry_job"], id=job_id, begins=begins)
        message = _queue(tx, job_id, job["cost_credits_reserved"], said)
        shown = first.keep(_shown(tx, job_id))
    outbox.announce([message])
    return shown


def end(tx: Tx, job: Mapping[str, Any], status: str, code: str, message: str) -> list[UUID]:
    """End a locked, unfinished job as FAILED or CANCELLED: say why, give the credits back.

    Answers the outbox rows to announce after the commit.
    """
    said = "Cancelled" if status == "CANCELLED" else f"Failed: {message}"
    ended = tx.one(
        sql["end_job"], id=job["id"], status=status, code=code, message=message, said=said
    )
    tx.run(sql["release"], id=job["id"])
    messages = notices.job_ended(tx, ended)
    if job["wait_token"]:
        messages = [*messages, _answer_token(tx, job, error=code, cause=message)]
    return messages


def deliver(
    tx: Tx, job_id: UUID, *, minutes: int, output_url: str, manifest: dict[str, Any]
) -> list[UUID]:
    """End a job as READY and charge the minutes it came to, never more than was held.

    Answers the outbox rows to announce after the commit.
    """
    job = tx.one(sql["job_for_update"], id=job_id)
    final = min(price(minutes), job["cost_credits_reserved"])
    ended = tx.one(
        sql["deliver_job"],
        id=job_id,
        output_url=output_url,
        manifest=Jsonb(manifest),
        price=final,
    )
    tx.run(sql["settle"], id=job_id, price=final)
    return notices.job_ended(tx, ended)


def held(tx: Tx, job_id: UUID, attempt: int) -> Mapping[str, Any]:
    """A job that is under way in this attempt, locked against everyone else until the commit.

    Raises `Cancelled`, `StaleAttempt` when it has ended or a newer attempt has taken over, and
    `NotFound`.
    """
    job = tx.one(sql["job_for_update"], id=job_id)
    if job["status"] == "CANCELLED":
        raise Cancelled
    if job["attempt"] != attempt or job["status"] in ENDED:
        raise StaleAttempt
    return job


def begin(tx: Tx, job_id: UUID, attempt: int, execution: str | None) -> Order:
    """An execution takes the job up. Raises what `held` does."""
    held(tx, job_id, attempt)
    return Order.model_validate(tx.value(sql["begin_job"], id=job_id, execution=execution))


def give_up(tx: Tx, job_id: UUID, attempt: int, code: str, message: str) -> tuple[str, list[UUID]]:
    """End the job as FAILED unless it has ended or a newer attempt has taken over.

    Answers the status it has now and the outbox rows to announce after the commit.
    """
    job = tx.one(sql["job_for_update"], id=job_id)
    if job["attempt"] != attempt or job["status"] in ENDED:
        return job["status"], []
    return "FAILED", end(tx, job, "FAILED", code, message)


def await_voice_over(tx: Tx, job_id: UUID, attempt: int, token: str) -> list[UUID]:
    """The job waits for its user's recording, which may be there already.

    Answers the outbox rows to announce after the commit. Raises what `held` does.
    """
    job = held(tx, job_id, attempt)
    upload_id = UUID(job["settings"]["voice_over_upload_id"])
    upload = tx.maybe(sql["voice_over"], id=upload_id)
    tx.run(sql["await_voice_over"], id=job_id, token=token)
    if upload is not None and upload["state"] == "pending":
        return []
    refused = None
    if upload is None or upload["state"] != "ready":
        refused = (upload and upload["refused_reason"]) or "it was never uploaded."
    return voice_over_ready(tx, upload_id, refused)


def voice_over_ready(tx: Tx, upload_id: UUID, refused: str | None = None) -> list[UUID]:
    """A recording has come to rest: the jobs that wait for it go on, or end when it is `refused`.

    To be called in the transaction that moves the upload's row. Answers the outbox rows to
    announce after the commit.
    """
    messages: list[UUID] = []
    for job in tx.all(sql["jobs_waiting_for"], upload_id=str(upload_id)):
        if refused is None:
            tx.run(sql["voice_over_there"], id=job["id"])
            messages.append(_answer_token(tx, job, output={}))
        else:
            messages += end(tx, job, "FAILED", "InvalidInput", f"Your voice-over: {refused}")
    return messages


def _terms(project: Mapping[str, Any], order: StartJob) -> Order:
    """The order, fixed for the length of the job."""
    text = project["transcript_text"] if project["transcript_mode"] == "manual" else None
    asked = {k: v for k, v in project["settings"].items() if v is not None}
    terms = {
        "seed": project["id"].int % 2**31,
        **asked,
        **order.model_dump(exclude_none=True),
        "title": project["title"],
        "prompt": project["prompt_text"],
        "niche": project["niche_preset"],
        "transcript": text,
        "minutes": minutes_of(text, order.minutes or project["target_minutes"]),
    }
    try:
        return Order.model_validate(terms)
    except ValidationError as error:  # settings are the user's own object, also past this API
        raise InvalidInput.of_all(error, "settings") from error


def _queue(tx: Tx, job_id: UUID, credits: int, said: str) -> UUID:
    """Hold the credits and promise an execution for the job's attempt."""
    user_id = tx.actor.user_id
    held = credits == 0 or tx.value(sql["reserve"], user_id=user_id, job_id=job_id, amount=credits)
    if not held:
        available = tx.value(sql["available"], user_id=user_id)
        raise CreditsExhausted(
            f"This takes {credits} credits and you have {available}.",
            needed=credits,
            available=available,
        )
    job = tx.one(sql["queue_job"], id=job_id, said=said)
    name = f"job-{job_id}-{job['attempt']}"
    return outbox.put(
        tx,
        "start_execution",
        {
            "pipeline": "prompt_video",
            "name": name,
            "input": {
                "job_id": str(job_id),
                "user_id": str(user_id),
                "attempt": job["attempt"],
            },
        },
        user_id=user_id,
        dedupe_key=name,
    )


def _answer_token(tx: Tx, job: Mapping[str, Any], **answer: Any) -> UUID:
    """Every token has one answer; a state that is tried again has another token."""
    token = hashlib.sha256(job["wait_token"].encode()).hexdigest()[:32]
    return outbox.put(
        tx,
        "task_result",
        {"token": job["wait_token"], **answer},
        user_id=job["user_id"],
        dedupe_key=f"voice-over-{job['id']}-{token}",
    )


def _shown(tx: Tx, job_id: UUID) -> Job:
    row = tx.one(sql["job"], id=job_id)
    return Job.model_validate({**row, "seconds_left": pace.seconds_left(row)})
