"""The places of an album as its user sees them: prompts, takes, files of one's own, their order."""

from collections.abc import Sequence
from uuid import UUID

from psycopg.types.json import Jsonb

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.db import Tx, queries
from chalicelib.domains.albums import estimate, making, orders, places, progress
from chalicelib.domains.albums.models import (
    SLOTS,
    Album,
    Arrangement,
    HalfSlot,
    Kind,
    MusicPrompt,
    PromptsPatch,
    Slot,
    Take,
    VisualPrompt,
)
from chalicelib.domains.albums.places import locked, standing
from chalicelib.domains.albums.rules import check_editable, check_length
from chalicelib.domains.albums.work import Held, Wish, Wishes
from chalicelib.domains.files.links import Download, signed
from chalicelib.domains.idempotency.service import once
from chalicelib.domains.outbox import service as outbox
from chalicelib.errors import IllegalMove, InvalidInput, NotFound

sql = queries(__file__)


def list_all(actor: Actor, job_id: UUID) -> list[Slot]:
    """All twenty places with their takes. Raises `NotFound`."""
    with db.transaction(actor.working()) as tx:
        return _shown(tx, locked(tx, job_id))


def take_link(actor: Actor, take_id: UUID) -> Download:
    """A link to listen to a track or look at a picture. Raises `NotFound`."""
    with db.transaction(actor, read_only=True) as tx:
        take = tx.one(sql["take_file"], id=take_id)
    return signed(
        take["key"], None, title=f"place {take['order_index']} {take['kind']}", shown=True
    )


def change_prompts(actor: Actor, job_id: UUID, patch: PromptsPatch) -> Album:
    """Replace the prompts of the tracks, of the pictures, or both.

    Takes there are stay until their places are asked for another one. Raises `IllegalMove` while
    the album is being made, and `InvalidInput` naming a prompt or place that comes twice; once it
    was started also for tracks that do not make the length asked for.
    """
    with db.transaction(actor.working()) as tx:
        job = locked(tx, job_id)
        check_editable(job)
        before = job.prompts_json or Wishes(music_prompts=[], visual_prompts=[])
        for name, given in (("music_prompts", patch.music_prompts),
                            ("visual_prompts", patch.visual_prompts)):  # fmt: skip
            if name in patch.model_fields_set:
                _check_different(name, given)
                setattr(before, name, _replaced(getattr(before, name), given))
            elif not getattr(before, name):
                raise InvalidInput.of(name, "missing", "The album has none yet: give all twenty.")
        if job.status != "planned":
            check_length(before, job.target_duration_minutes)
        tx.run(sql["write_prompts"], id=job_id, prompts=Jsonb(before.stored()))
        return orders.shown(tx, job_id)


def renew_prompt(actor: Actor, job_id: UUID, kind: Kind, place: int, key: str | None) -> Album:
    """Have one prompt proposed anew. Raises `IllegalMove`."""
    with once(actor, key, Album, "renew_prompt", job_id, kind, place) as (tx, first):
        if not first:
            return first.answer
        job = _planned(tx, job_id)
        if job.goal is None and job.status not in ("planned", "ready_for_export"):
            raise IllegalMove(
                f"The album {job.status}.", hint="Allowed next: retry.", state=job.status
            )
        places.wish_at(job.prompts_json, kind, place).anew = True
        places.write(tx, job)
        if job.wait_token is not None:
            estimate.keep(tx, job)
            message = making.answer(tx, job, "make")
        else:
            message = orders.queue(tx, job, "plan", job.status)
        album = first.keep(orders.shown(tx, job_id))
    outbox.announce([message])
    return album


def regenerate(actor: Actor, job_id: UUID, kind: Kind, place: int, key: str | None) -> Slot:
    """Ask for another take of a place: made at once in a review, else when the album is made.

    The take there is stays in use until then. Raises `IllegalMove` while the album is being made,
    and `InvalidInput` when it is not labelled as made by machine.
    """
    messages: list[UUID] = []
    with once(actor, key, Slot, "regenerate_take", job_id, kind, place) as (tx, first):
        if not first:
            return first.answer
        job = _planned(tx, job_id)
        if not job.synthetic_content:
            raise orders.undisclosed()
        wish = places.wish_at(job.prompts_json, kind, place)
        wish.upload_id = None
        if place in standing(tx, job_id).of(kind) and not wish.again:
            wish.again, wish.take = True, wish.take + 1
        places.write(tx, job)
        if job.wait_token is not None:
            estimate.keep(tx, job)
            messages = [making.answer(tx, job, "make")]
        slot = first.keep(_shown(tx, locked(tx, job_id))[place - 1])
    outbox.announce(messages)
    return slot


def select(actor: Actor, job_id: UUID, kind: Kind, place: int, take_id: UUID) -> Slot:
    """Let a place use one of its takes; an album that waits for nothing else goes on.

    Raises `IllegalMove`, and `InvalidInput` for another's take, and for a machine's in an album
    that is not labelled so.
    """
    messages: list[UUID] = []
    with db.transaction(actor.working()) as tx:
        job = locked(tx, job_id)
        check_editable(job)
        mine = {
            take.id: take.provider
            for take in _takes(tx, job_id)
            if (take.kind, take.order_index) == (kind, place)
        }
        if take_id not in mine:
            raise InvalidInput.of("take_id", "exists", f"Place {place} has no such {kind} take.")
        if mine[take_id] != "upload" and not job.synthetic_content:
            raise orders.undisclosed()
        places.choose(tx, job_id, kind, place, take_id)
        if job.prompts_json is not None:
            wish = places.wish_at(job.prompts_json, kind, place)
            wish.again, wish.upload_id = False, None
            places.write(tx, job)
        if job.wait_token is not None:
            messages = making.decide(tx, job)
        slot = _shown(tx, locked(tx, job_id))[place - 1]
    outbox.announce(messages)
    return slot


def prove(actor: Actor, take_id: UUID, upload_id: UUID | None) -> Slot:
    """Keep the document that shows by what right a take is used; None takes it back.

    Raises `NotFound`, `IllegalMove` while the album is being made or when it is published, and
    `InvalidInput` for what is no licence document of the user's.
    """
    with db.transaction(actor.working()) as tx:
        job = locked(tx, tx.one(sql["album_of_take"], id=take_id)["video_job_id"])
        check_editable(job)
        if upload_id is not None and tx.maybe(sql["licence_document"], id=upload_id) is None:
            rule = "There is no such licence document of yours, or it has not come yet."
            raise InvalidInput.of("upload_id", "exists", rule)
        take = next(take for take in _takes(tx, job.id) if take.id == take_id)
        name = "prove_track" if take.kind == "audio" else "prove_picture"
        tx.run(sql[name], id=take_id, upload_id=upload_id)
        return _shown(tx, job)[take.order_index - 1]


def arrange(actor: Actor, job_id: UUID, order: Arrangement) -> list[Slot]:
    """Put the pairs into another order, or pair tracks and pictures anew, with all their takes.

    Raises `IllegalMove` while the album is being made, and `InvalidInput` naming what comes twice.
    """
    tracks = _places("track", [pair.track for pair in order.pairs])
    pictures = _places("picture", [pair.picture for pair in order.pairs])
    with db.transaction(actor.working()) as tx:
        job = locked(tx, job_id)
        check_editable(job)
        moves: tuple[tuple[Kind, dict[int, int]], ...] = (("audio", tracks), ("image", pictures))
        for kind, to in moves:
            for wish in job.prompts_json.of(kind) if job.prompts_json else []:
                wish.order_index = to[wish.order_index]
        places.write(tx, job)
        tx.run(sql["rearrange_tracks"], id=job_id, places=Jsonb(tracks))
        tx.run(sql["rearrange_pictures"], id=job_id, places=Jsonb(pictures))
        tx.run(sql["rearrange_uploads"], id=job_id, tracks=Jsonb(tracks), pictures=Jsonb(pictures))
        return _shown(tx, job)


def expect(tx: Tx, job_id: UUID, kind: Kind, place: int, upload_id: UUID) -> None:
    """A file of the user's was announced for a place, which waits for it from now on.

    A file announced earlier becomes an alternative. Raises `InvalidInput` for an album that was
    thrown away, and `IllegalMove` for one that has no plan yet, is published or being published.
    """
    try:
        job = locked(tx, job_id)
    except NotFound as error:
        rule = "There is no such album of yours."
        raise InvalidInput.of("video_job_id", "exists", rule) from error
    if job.status == "completed" or job.publishing:
        check_editable(job)
    if job.prompts_json is None:
        raise IllegalMove("The album is not planned yet.", hint="Plan it first.", state=job.status)
    wish = places.wish_at(job.prompts_json, kind, place)
    wish.upload_id, wish.again = upload_id, False
    places.write(tx, job)


def _planned(tx: Tx, job_id: UUID) -> Held:
    """The album, locked, when it has its prompts and may change. Raises `IllegalMove`."""
    job = locked(tx, job_id)
    check_editable(job)
    if job.prompts_json is None:
        raise IllegalMove("The album is not planned yet.", hint="Plan it first.", state=job.status)
    return job


def _takes(tx: Tx, job_id: UUID) -> list[Take]:
    return [Take.model_validate(row) for row in tx.all(sql["takes"], id=job_id)]


def _shown(tx: Tx, job: Held) -> list[Slot]:
    takes, now = _takes(tx, job.id), standing(tx, job.id)
    stands = progress.halves(tx, job.id, job, now)
    expected = {file.id for file in now.files}

    def half(kind: Kind, place: int) -> HalfSlot:
        return _half(job, kind, place, stands[kind, place], expected, takes)

    return [
        Slot(order_index=place, audio=half("audio", place), image=half("image", place))
        for place in progress.PLACES
    ]


def _half(
    job: Held,
    kind: Kind,
    place: int,
    stands: progress.Half,
    expected: set[UUID],
    takes: Sequence[Take],
) -> HalfSlot:
    mine = [take for take in takes if (take.kind, take.order_index) == (kind, place)]
    wish = places.wish_at(job.prompts_json, kind, place) if job.prompts_json else None
    return HalfSlot(
        prompt=wish.prompt if wish else None,
        title=wish.title if wish else None,
        duration_minutes=wish.duration_minutes if wish else None,
        state=stands.state,
        error=stands.error,
        selected=next((take.id for take in mine if take.is_selected), None),
        upload_id=wish.upload_id if wish and wish.upload_id in expected else None,
        takes=mine,
    )


def _check_different(name: str, given: Sequence[MusicPrompt | VisualPrompt]) -> None:
    seen: dict[str, int] = {}
    for n, one in enumerate(given):
        if one.order_index in [other.order_index for other in given[:n]]:
            rule = f"Place {one.order_index} comes twice; each of 1 to {SLOTS} comes once."
            raise InvalidInput.of(f"{name}.{n}.order_index", "unique", rule)
        words = " ".join(one.prompt.casefold().split())
        if words in seen:
            rule = f"The same as that of place {seen[words]}; all twenty are different."
            raise InvalidInput.of(f"{name}.{n}.prompt", "unique", rule)
        seen[words] = one.order_index


def _replaced(before: list[Wish], given: Sequence[MusicPrompt | VisualPrompt]) -> list[Wish]:
    """New prompts; what a place waits for stays with the place."""
    kept = {wish.order_index: wish for wish in before}
    return [
        Wish.model_validate(
            {
                **(kept[one.order_index].model_dump() if one.order_index in kept else {}),
                **one.model_dump(),
                "anew": False,
            }
        )
        for one in given
    ]


def _places(what: str, order: Sequence[int]) -> dict[int, int]:
    """Where each place's half goes. Raises `InvalidInput` when one comes twice."""
    for n, place in enumerate(order):
        if place in order[:n]:
            rule = f"Comes twice; each {what} comes once."
            raise InvalidInput.of(f"pairs.{n}.{what}", "unique", rule)
    return {place: n for n, place in enumerate(order, 1)}
