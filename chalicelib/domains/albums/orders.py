"""Albums as their user orders them: make, change, plan, start, render, cancel, try again."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from chalicelib import db, pages, providers
from chalicelib.actor import Actor
from chalicelib.db import Tx, queries
from chalicelib.domains.albums import estimate, making, pace, places, progress
from chalicelib.domains.albums.models import (
    Album,
    AlbumPatch,
    AlbumsQuery,
    AlbumSummary,
    NewAlbum,
)
from chalicelib.domains.albums.places import KINDS, locked, standing
from chalicelib.domains.albums.rules import (
    allowed,
    check_allowed,
    check_editable,
    check_length,
    planned_seconds,
)
from chalicelib.domains.albums.work import ENDED, Held, Ordered, Standing
from chalicelib.domains.idempotency.service import once
from chalicelib.domains.outbox import service as outbox
from chalicelib.domains.runs.again import Again, forget
from chalicelib.errors import Conflict, IllegalMove, InvalidInput, NotFound
from chalicelib.observability import logger
from chalicelib.pages import Page
from chalicelib.settings import settings
from chalicelib.sweeps import each

WORDS = {"video_title", "video_description", "synthetic_content"}
"""What may change while somebody works on the album: nothing is made of it."""

sql = queries(__file__)


def create(actor: Actor, order: NewAlbum, key: str | None) -> Album:
    """Order an album, still to be planned. Raises `InvalidInput` for another's channel."""
    with once(actor, key, Album, "create_album", order) as (tx, first):
        if not first:
            return first.answer
        if tx.maybe(sql["channel"], id=order.channel_id) is None:
            raise InvalidInput.of("channel_id", "exists", "There is no such channel of yours.")
        columns = order.model_dump(mode="json")
        columns["overlays"] = Jsonb(columns["overlays"])
        columns["resolution"] = order.resolution or _house_resolution()
        return first.keep(shown(tx, tx.value(sql["add_album"], **columns)))


def get(actor: Actor, job_id: UUID) -> Album:
    """One album with its prompts, progress and an estimate of the time left. Raises `NotFound`."""
    with db.transaction(actor.working(), read_only=True) as tx:
        return shown(tx, job_id)


def list_page(actor: Actor, query: AlbumsQuery) -> Page[AlbumSummary]:
    """A page of the user's albums, newest first."""
    with db.transaction(actor, read_only=True) as tx:
        return pages.read(
            tx, sql["albums"], query, AlbumSummary, status=query.status, channel_id=query.channel_id
        )


def change(actor: Actor, job_id: UUID, patch: AlbumPatch) -> Album:
    """Change what the patch names. Raises `IllegalMove` while the album is being made.

    Its words may change at any time. Raises `InvalidInput` when takes made by machine would go
    out unlabelled.
    """
    changes = patch.model_dump(mode="json", exclude_unset=True)
    with db.transaction(actor.working()) as tx:
        job = locked(tx, job_id)
        if changes.keys() - WORDS:
            check_editable(job)
        if changes.get("synthetic_content") is False:
            made = tx.value(sql["machine_takes"], id=job_id)
            if made or (job.goal == "video" and _needs_machines(tx, job)):
                raise undisclosed()
        tx.run(sql["change"], id=job_id, changes=Jsonb(changes))
        return shown(tx, job_id)


def delete(actor: Actor, job_id: UUID) -> None:
    """Throw an album away. Raises `NotFound`, and `Conflict` while somebody works on it."""
    with db.transaction(actor.working()) as tx:
        if locked(tx, job_id).goal is not None:
            raise Conflict("The album is being made.", hint="Cancel it first.")
        tx.run(sql["delete"], id=job_id)


def plan(actor: Actor, job_id: UUID, key: str | None) -> Album:
    """Have titles and prompts proposed. Raises `IllegalMove` once something was made of them."""
    with once(actor, key, Album, "plan_album", job_id) as (tx, first):
        if not first:
            return first.answer
        job = locked(tx, job_id)
        check_allowed(job, "plan")
        now = standing(tx, job_id)
        if now.audio or now.image or now.files:
            raise IllegalMove(
                "There are takes of this plan already.",
                hint="Ask for single prompts anew, or order another album.",
                state=job.status,
            )
        fresh = job.model_copy(update={"prompts_json": None})
        places.write(tx, fresh)
        forget(tx, job_id, ["PLANNED"])  # the same plan would be found done, and not kept
        message = queue(tx, fresh, "plan", job.status)
        album = first.keep(shown(tx, job_id))
    outbox.announce([message])
    return album


def start(actor: Actor, job_id: UUID, key: str | None) -> Album:
    """Have the album made. Raises `IllegalMove`, and `InvalidInput` for an unreachable length."""
    with once(actor, key, Album, "start_album", job_id) as (tx, first):
        if not first:
            return first.answer
        job = locked(tx, job_id)
        check_allowed(job, "start")
        check_length(job.prompts_json, job.target_duration_minutes)
        message = queue(tx, job, "video", job.status)
        album = first.keep(shown(tx, job_id))
    outbox.announce([message])
    return album


def render(actor: Actor, job_id: UUID, key: str | None) -> Album:
    """End the review, or make a ready album anew with what changed.

    Raises `IllegalMove`, and what `queue` does.
    """
    with once(actor, key, Album, "render_album", job_id) as (tx, first):
        if not first:
            return first.answer
        job = locked(tx, job_id)
        check_allowed(job, "render")
        now = standing(tx, job_id)
        if coming := places.awaited(job, now):
            where = ", ".join(str(file.order_index) for file in coming)
            raise IllegalMove(f"Files for these places have not come yet: {where}.")
        tx.run(sql["reviewed"], id=job_id)
        if job.wait_token is not None:
            message = making.answer(tx, job, "render")
        else:
            message = queue(tx, job, "video", places.first_stage(job, now))
        album = first.keep(shown(tx, job_id))
    outbox.announce([message])
    return album


def cancel(actor: Actor, job_id: UUID) -> Album:
    """Stop an album; its workers stop at their next step. Cancelling twice is cancelling once.

    New prompts for an album that has some are merely not made. Raises `IllegalMove` when it has
    ended otherwise, or is ready.
    """
    with db.transaction(actor.working()) as tx:
        job = locked(tx, job_id)
        messages: list[UUID] = []
        if job.goal == "plan" and job.prompts_json is not None:
            making.give_up(tx, job_id, job.attempt, "Cancelled", "You cancelled this.")
        elif job.status != "cancelled":
            check_allowed(job, "cancel")
            messages = making.end(tx, job, "cancelled", "Cancelled", "You cancelled this album.")
        album = shown(tx, job_id)
    outbox.announce(messages)
    return album


def retry(actor: Actor, job_id: UUID, key: str | None, again: Again | None = None) -> Album:
    """Go on with an album that failed or was cancelled: only what is missing is made.

    One that was never started is planned, and then waits for its start. `again` says from which
    stage on it is done again; a place keeps its prompt and its takes all the same: they are its
    user's to change. Raises `IllegalMove`, and what `queue` does.
    """
    asked = (job_id, again.stage) if again else (job_id,)
    with once(actor, key, Album, "retry_album", *asked) as (tx, first):
        if not first:
            return first.answer
        job = locked(tx, job_id)
        check_allowed(job, "retry")
        goal = "plan" if job.resume_from == "planned" else "video"
        stands = stage = _stands(job.resume_from, job, standing(tx, job_id))
        if again is not None:
            stage = again.stage
            if stage == "planned" != stands:
                raise IllegalMove(
                    "Its prompts are there and stay.",
                    hint="Have single prompts proposed anew, or name generating_music.",
                    state=job.status,
                )
            again.forget(tx, job_id, stands=stands, state=job.status)
        message = queue(tx, job, goal, stage)
        album = first.keep(shown(tx, job_id))
    outbox.announce([message])
    return album


def stands(tx: Tx, job_id: UUID, resume_from: str) -> str:
    """The stage at which an album that has ended goes on when it is tried again."""
    job = Ordered.model_validate(tx.one(sql["album"], id=job_id))
    return _stands(resume_from, job, standing(tx, job_id))


def resume_paused() -> None:
    """Take up the albums that a budget stopped and that have room again."""
    asked = [maker().name for maker in (providers.text, providers.music, providers.image)]
    with db.transaction(Actor.service(), read_only=True) as tx:
        paused = tx.all(sql["paused"], providers=asked)
    each("paused albums", paused, _resume)


def _resume(row: Mapping[str, Any]) -> None:
    try:
        retry(Actor.worker(row["user_id"]), row["id"], None)
    except (Conflict, InvalidInput, NotFound) as error:  # its user was quicker, or it cannot go on
        logger.info("a paused album stays", extra={"id": str(row["id"]), "why": error.message})


def queue(tx: Tx, job: Held, goal: str, status: str) -> UUID:
    """Promise an execution for the album's next attempt. Answers the outbox row.

    Raises `Conflict` when its channel is switched off, and `InvalidInput` when what machines are
    to make would go out unlabelled.
    """
    if not job.channel_active:
        raise Conflict("The channel is switched off.", hint="Switch it on first.")
    if goal == "video":
        if not job.synthetic_content and _needs_machines(tx, job):
            raise undisclosed()
        estimate.keep(tx, job)
    attempt = tx.value(
        sql["queue"],
        id=job.id,
        goal=goal,
        status=status,
        progress=100 if status == "ready_for_export" else 0,
    )
    name = f"album-{job.id}-{attempt}"
    given = {"job_id": str(job.id), "user_id": str(job.user_id), "attempt": attempt}
    return outbox.put(
        tx,
        "start_execution",
        {"pipeline": "album", "name": name, "input": {**given, "pipeline": "album"}},
        user_id=job.user_id,
        dedupe_key=name,
    )


def shown(tx: Tx, job_id: UUID) -> Album:
    """The album as its user sees it. Raises `NotFound`."""
    row = tx.one(sql["album"], id=job_id)
    job, now = Ordered.model_validate(row), standing(tx, job_id)
    tracks, pictures = len(now.audio), len(now.image)
    at_work = row["goal"] == "video" and not row["waiting"]
    return Album.model_validate(
        {
            **row,
            "files": sorted(row["files"]),
            "prompts": row["prompts_json"],
            "in_review": row["waiting"] and row["review"],
            "allowed": allowed(
                row["status"],
                row["goal"],
                waiting=row["waiting"],
                publishing=row["publishing"],
            ),
            "tracks_ready": tracks,
            "pictures_ready": pictures,
            "places": progress.shown(progress.halves(tx, job_id, job, now)),
            "planned_seconds": planned_seconds(job.prompts_json, row["track_seconds"]),
            "seconds_left": pace.seconds_left(
                row["status"],
                row["target_duration_minutes"],
                tracks=tracks,
                pictures=pictures,
                rendered=row["rendered"] or 0,
                pace=row["pace"],
            )
            if at_work
            else None,
        }
    )


def at_rest(album: Album) -> bool:
    """Whether nothing will change by itself."""
    return album.goal is None or album.in_review or album.status in ENDED


def _stands(resume_from: str | None, job: Ordered, now: Standing) -> str:
    return "planned" if resume_from == "planned" else places.first_stage(job, now)


def _needs_machines(tx: Tx, job: Held) -> bool:
    """Whether anything in the album is or will be made by machine."""
    if job.prompts_json is None or tx.value(sql["machine_takes"], id=job.id):
        return True
    now, labelled = standing(tx, job.id), job.model_copy(update={"synthetic_content": True})
    return any(one.upload is None for kind in KINDS for one in places.to_make(labelled, now, kind))


def undisclosed() -> InvalidInput:
    rule = "An album with tracks or pictures made by machine is labelled so."
    return InvalidInput.of("synthetic_content", "disclosure", rule)


def _house_resolution() -> str:
    """16:9 at the deployment's height, in whole pairs of pixels."""
    height = settings().album_height
    return f"{height * 8 // 9 * 2}x{height}"
