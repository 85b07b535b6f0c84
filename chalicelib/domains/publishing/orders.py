"""Publications as their user meets them: asked for, looked at, cancelled, asked for again."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.db import Tx, queries
from chalicelib.domains.idempotency.service import once
from chalicelib.domains.outbox import service as outbox
from chalicelib.domains.publishing import check, sending
from chalicelib.domains.publishing.models import Publication, Publish
from chalicelib.errors import Conflict, IllegalMove, InvalidInput, NotFound

PLATFORM = "youtube"
AT_WORK = ("queued", "uploading", "finishing")
TOLD = ("privacy", "scheduled_at", "title", "description", "made_for_kids")
"""What the platform was told when the upload began."""

sql = queries(__file__)


def publish(actor: Actor, job_id: UUID, order: Publish, key: str | None) -> Publication:
    """Have a ready album published; one that failed goes on from where it stood.

    Raises `NotFound`, `IllegalMove`, `Conflict` while its channel has no account, and
    `InvalidInput` with every problem of its content.
    """
    with once(actor, key, Publication, "publish_album", job_id, order) as (tx, first):
        if not first:
            return first.answer
        album = tx.one(sql["album"], id=job_id)
        _check_ready(album)
        wanted = _wanted(tx, album, order)
        before = tx.maybe(sql["publication_for_update"], id=job_id)
        if before is not None:
            wanted = _going_on(before, wanted, order)
        _check_content(tx, album, wanted)
        row = tx.one(sql["order"], **wanted)
        message = sending.promise(tx, row["id"], row["attempt"])
        made = first.keep(_shown(tx, job_id))
    outbox.announce([message])
    return made


def get(actor: Actor, job_id: UUID) -> Publication:
    """How the publication of an album stands. Raises `NotFound` while there is none."""
    with db.transaction(actor.working(), read_only=True) as tx:
        return _shown(tx, job_id)


def cancel(actor: Actor, job_id: UUID) -> Publication:
    """Call a publication off, before its upload begins or after it failed.

    Raises `NotFound` and `IllegalMove`. Cancelling twice is cancelling once.
    """
    with db.transaction(actor.working()) as tx:
        row = tx.maybe(sql["publication_for_update"], id=job_id)
        if row is None:
            raise _unasked()
        if row["platform_video_id"] or row["state"] not in ("queued", "failed", "cancelled"):
            raise IllegalMove(
                f"The publication is {row['state']}: it cannot be called off.", state=row["state"]
            )
        if row["state"] != "cancelled":
            tx.run(sql["cancel"], id=row["id"])
        return _shown(tx, job_id)


def _check_ready(album: Mapping[str, Any]) -> None:
    if album["status"] != "ready_for_export":
        status = album["status"].replace("_", " ")
        hint = "It is published." if status == "completed" else "Publish it when it is ready."
        raise IllegalMove(f"The album is {status}.", hint=hint, state=album["status"])
    if "video" not in album["files"]:
        raise IllegalMove(
            "The album has no video.", hint="Have it made: POST …/render.", state=album["status"]
        )
    if album["oauth_connection_id"] is None or album["connection_status"] == "revoked":
        raise Conflict(
            "The channel is connected to no account.", hint="Connect it: POST /v1/oauth/youtube."
        )


def _wanted(tx: Tx, album: Mapping[str, Any], order: Publish) -> dict[str, Any]:
    """What is to be published, with what the order leaves to the album."""
    video, own = album["files"]["video"], album["files"].get("thumbnail")
    picture: Mapping[str, Any] | None = own
    if order.thumbnail is not None:
        picture = tx.maybe(sql["picture"], id=order.thumbnail)
        if picture is None:
            rule = "It is an upload of yours that is ready: JPEG or PNG, at most 2 MB."
            raise InvalidInput.of("thumbnail", "picture", rule)
    title = album["video_title"] or "" if order.title is None else order.title
    description = order.description
    if description is None:
        description = album["video_description"] or ""
    return {
        "video_job_id": album["id"],
        "oauth_connection_id": album["oauth_connection_id"],
        "platform": PLATFORM,
        "privacy": order.privacy,
        "scheduled_at": order.scheduled_at,
        "title": title,
        "description": description,
        "synthetic_content": album["synthetic_content"],
        "made_for_kids": order.made_for_kids,
        "video_key": video["key"],
        "size_bytes": video["size_bytes"],
        "thumbnail_key": picture and picture["key"],
        "thumbnail_type": picture and picture["content_type"],
    }


def _check_content(tx: Tx, album: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Raises `InvalidInput` with everything that looks inauthentic or breaks a rule."""
    earlier = tx.all(sql["earlier_titles"], id=album["id"], channel_id=album["channel_id"])
    said = album["prompts_json"] or {}
    problems = [
        *check.title(wanted["title"], [row["title"] for row in earlier]),
        *check.description(wanted["description"]),
        *check.pictures(album["fingerprints"]),
    ]
    for field in ("music_prompts", "visual_prompts"):
        problems += check.prompts(field, [one["prompt"] for one in said.get(field, [])])
    if problems:
        first = problems[0]
        more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
        errors = [problem._asdict() for problem in problems]
        raise InvalidInput(f"{first.field}: {first.message}{more}", errors=errors)


def _going_on(
    before: Mapping[str, Any], wanted: Mapping[str, Any], order: Publish
) -> dict[str, Any]:
    """What is wanted after an earlier try: an upload that has begun goes on as it was ordered.

    The account may have been given up and connected anew meanwhile. Raises `IllegalMove` while it
    is under way, and when a begun upload would be another.
    """
    if before["state"] in AT_WORK:
        raise IllegalMove("The album is being published.", state=before["state"])
    if before["session_encrypted"] is None and before["platform_video_id"] is None:
        return dict(wanted)
    kept = [name for name in TOLD if name not in order.model_fields_set]
    if "thumbnail" not in order.model_fields_set:
        kept += ["thumbnail_key", "thumbnail_type"]
    found = {**wanted, **{name: before[name] for name in kept}}
    changed = [name for name in TOLD if found[name] != before[name]]
    if before["oauth_connection_id"] not in (None, found["oauth_connection_id"]):
        changed.append("account")
    if changed:
        raise IllegalMove(
            f"Its upload has begun with another {changed[0]}.",
            hint="Ask again without changes; change it at the platform afterwards.",
        )
    return found


def _shown(tx: Tx, job_id: UUID) -> Publication:
    row = tx.maybe(sql["publication"], id=job_id)
    if row is None:
        raise _unasked()
    return Publication.model_validate(row)


def _unasked() -> NotFound:
    return NotFound("Nobody has asked for this album to be published.")
