"""What users are told when something happens: one event, for webhooks and the mailbox."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from chalicelib.db import Tx, queries
from chalicelib.domains.outbox import service as outbox
from chalicelib.settings import settings

LONGEST_REASON = 1_000

sql = queries(__file__)


def tell(
    tx: Tx,
    user_id: UUID,
    event: str,
    data: dict[str, Any],
    *,
    key: str,
    about: UUID,
    happened: datetime | None = None,
) -> list[UUID]:
    """Note what happened and promise it to whoever wants it, in the caller's transaction.

    The same `key` is the same event. Who wants it is the database's to say (`emit_event`), where
    events begin too. Answers the outbox rows to announce after the commit.
    """
    event_id = tx.value(
        sql["emit"],
        user_id=user_id,
        event=event,
        data=Jsonb(data),
        key=f"{event}:{key}",
        about=about,
        happened=happened,
    )
    return [row["id"] for row in tx.all(sql["promised"], event_id=event_id)]


def job_ended(tx: Tx, job: Mapping[str, Any]) -> list[UUID]:
    """Tell that a job is READY, FAILED or CANCELLED, each once per attempt.

    `job` is its row: id, user_id, project_id, status, attempt, failed_step, error_code,
    error_message, finished_at, cost_credits_final. Called in the transaction that ends it.
    """
    status = str(job["status"])
    event = {"READY": "job.completed", "FAILED": "job.failed"}.get(status, "job.cancelled")
    data = {
        "job_id": str(job["id"]),
        "project_id": str(job["project_id"]),
        "title": tx.value(sql["title"], project_id=job["project_id"]),
        "status": status,
        "attempt": job["attempt"],
        "credits": job["cost_credits_final"] or 0,
        "failed_step": job["failed_step"],
        "error_code": job["error_code"],
        "error_message": (job["error_message"] or "")[:LONGEST_REASON] or None,
        "url": f"{settings().api_url}/v1/jobs/{job['id']}",
    }
    key = f"{job['id']}:{job['attempt']}"
    happened = job["finished_at"]
    return tell(tx, job["user_id"], event, data, key=key, about=job["id"], happened=happened)


def album_came_to(
    tx: Tx, album: Mapping[str, Any], event: str, *, round: str = "", **why: str
) -> list[UUID]:
    """Tell of an album: `event` is completed, failed, cancelled or review.

    Each is told once per attempt, and per `round` where it happens more often. `album` has id,
    user_id, channel_id, attempt, video_title, niche_label; `why` are the error_code and
    error_message of a failure. Called in the transaction in which it happens.
    """
    data = {
        "album_id": str(album["id"]),
        "channel_id": str(album["channel_id"]),
        "title": album["video_title"] or album["niche_label"],
        "attempt": album["attempt"],
        "error_code": why.get("error_code"),
        "error_message": why.get("error_message", "")[:LONGEST_REASON] or None,
        "url": f"{settings().api_url}/v1/video-jobs/{album['id']}",
    }
    key = f"{album['id']}:{album['attempt']}:{round}"
    return tell(tx, album["user_id"], f"album.{event}", data, key=key, about=album["id"])


def export_ready(tx: Tx, export: Mapping[str, Any]) -> list[UUID]:
    """Tell that a copy of the user's data is ready; the letter was asked for.

    `export` is its row: id, request_id, size_bytes, sha256, completed_at, expires_at. Called in
    the transaction that completes it.
    """
    user_id = tx.actor.user_id
    assert user_id is not None
    data = {
        "export_id": str(export["id"]),
        "request_id": export["request_id"],
        "size_bytes": export["size_bytes"],
        "sha256": export["sha256"],
        "expires_at": export["expires_at"].isoformat(),
        "url": f"{settings().api_url}/v1/privacy/exports/{export['id']}/download",
    }
    key, happened = str(export["id"]), export["completed_at"]
    return tell(
        tx, user_id, "export.completed", data, key=key, about=export["id"], happened=happened
    )


def mail(tx: Tx, user_id: UUID, notice: str, data: dict[str, Any], *, key: str) -> UUID:
    """Promise a letter that is the user's alone and no event: `data` fills `notice` in."""
    return outbox.put(
        tx, "email", {"notice": notice, "data": data}, user_id=user_id, dedupe_key=key
    )
