"""What users are told when a job ends, by their preferences: a signed webhook and an e-mail."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from chalicelib.db import Tx, queries
from chalicelib.domains.notices import emails, webhooks
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
    happened = job["finished_at"] or datetime.now(UTC)
    return _told(tx, wanted, job["user_id"], event_id, event, data, happened)


def album_came_to(
    tx: Tx, album: Mapping[str, Any], event: str, *, round: str = "", **why: str
) -> list[UUID]:
    """Promise the notices of an album: `event` is completed, failed, cancelled or review.

    Each is sent once per attempt, and per `round` where it happens more often. `album` has id,
    user_id, channel_id, attempt, video_title, niche_label; `why` are the error_code and
    error_message of a failure. Called in the transaction in which it happens; answers the outbox
    rows to announce after the commit.
    """
    user_id: UUID = album["user_id"]
    wanted = Preferences.of(tx.one(sql["whom_to_tell"], user_id=user_id, project_id=None)["prefs"])
    if not (wanted.job_complete if event in ("completed", "review") else wanted.job_failed):
        return []
    data = {
        "album_id": str(album["id"]),
        "channel_id": str(album["channel_id"]),
        "title": album["video_title"] or album["niche_label"],
        "attempt": album["attempt"],
        "error_code": why.get("error_code"),
        "error_message": why.get("error_message", "")[:LONGEST_REASON] or None,
        "url": f"{settings().api_url}/v1/video-jobs/{album['id']}",
    }
    event_id = uuid5(album["id"], f"album.{event}:{album['attempt']}:{round}")
    return _told(tx, wanted, user_id, event_id, f"album.{event}", data, datetime.now(UTC))


def _told(
    tx: Tx,
    wanted: Preferences,
    user_id: UUID,
    event_id: UUID,
    event: str,
    data: dict[str, Any],
    happened: datetime,
) -> list[UUID]:
    rows: list[UUID] = []
    if wanted.webhook:
        rows += webhooks.tell(tx, user_id, event_id, event, data, happened)
    if wanted.email and event in emails.LETTERS:  # who cancels a job knows
        rows.append(mail(tx, user_id, event, data, key=f"email:{event_id}"))
    return rows


def export_ready(tx: Tx, export: Mapping[str, Any]) -> list[UUID]:
    """Promise the notices of a copy of the user's data that is ready; the letter was asked for.

    `export` is its row: id, request_id, size_bytes, sha256, completed_at, expires_at. Called in
    the transaction that completes it; answers the outbox rows to announce after the commit.
    """
    user_id = tx.actor.user_id
    assert user_id is not None
    event = "export.completed"
    event_id = uuid5(export["id"], event)
    data = {
        "export_id": str(export["id"]),
        "request_id": export["request_id"],
        "size_bytes": export["size_bytes"],
        "sha256": export["sha256"],
        "expires_at": export["expires_at"].isoformat(),
        "url": f"{settings().api_url}/v1/privacy/exports/{export['id']}/download",
    }
    told = tx.one(sql["whom_to_tell"], user_id=user_id, project_id=None)
    rows = [mail(tx, user_id, event, data, key=f"email:{event_id}")]
    if Preferences.of(told["prefs"]).webhook:
        rows += webhooks.tell(tx, user_id, event_id, event, data, export["completed_at"])
    return rows


def mail(tx: Tx, user_id: UUID, notice: str, data: dict[str, Any], *, key: str) -> UUID:
    """Promise an e-mail: `notice` names the letter, `data` fills it in."""
    return outbox.put(
        tx, "email", {"notice": notice, "data": data}, user_id=user_id, dedupe_key=key
    )
