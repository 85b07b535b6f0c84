"""What users are told when a job ends, by their preferences: a signed webhook and an e-mail."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from chalicelib.db import Tx, queries
from chalicelib.domains.notices import webhooks
from chalicelib.domains.notices.models import Preferences
from chalicelib.domains.outbox import service as outbox
from chalicelib.settings import settings

LONGEST_REASON = 1_000

sql = queries(__file__)


def job_ended(tx: Tx, job: Mapping[str, Any]) -> list[UUID]:
    """Promise the notices of a job that is READY, FAILED or CANCELLED, each once per attempt.

    `job` is its row: id, user_id, project_id, status, attempt, failed_step, error_code,
    error_message, finished_at, cost_credits_final. Called in the transaction that ends it;
    answers the outbox rows to announce after the commit.
    """
    told = tx.one(sql["whom_to_tell"], user_id=job["user_id"], project_id=job["project_id"])
    wanted = Preferences.of(told["prefs"])
    status = str(job["status"])
    if not (wanted.job_complete if status == "READY" else wanted.job_failed):
        return []
    event = {"READY": "job.completed", "FAILED": "job.failed"}.get(status, "job.cancelled")
    event_id = uuid5(job["id"], f"{event}:{job['attempt']}")
    data = {
        "job_id": str(job["id"]),
        "project_id": str(job["project_id"]),
        "title": told["title"],
        "status": status,
        "attempt": job["attempt"],
        "credits": job["cost_credits_final"] or 0,
        "failed_step": job["failed_step"],
        "error_code": job["error_code"],
        "error_message": (job["error_message"] or "")[:LONGEST_REASON] or None,
        "url": f"{settings().api_url}/v1/jobs/{job['id']}",
    }
    rows = []
    if wanted.webhook:
        happened = job["finished_at"] or datetime.now(UTC)
        rows += webhooks.tell(tx, job["user_id"], event_id, event, data, happened)
    if wanted.email and status != "CANCELLED":  # who cancels a job knows
        rows.append(mail(tx, job["user_id"], event, data, key=f"email:{event_id}"))
    return rows


def mail(tx: Tx, user_id: UUID, notice: str, data: dict[str, Any], *, key: str) -> UUID:
    """Promise an e-mail: `notice` names the letter, `data` fills it in."""
    return outbox.put(
        tx, "email", {"notice": notice, "data": data}, user_id=user_id, dedupe_key=key
    )
