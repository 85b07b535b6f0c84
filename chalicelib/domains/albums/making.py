"""An album as its makers meet it: every move of the flow, each in the transaction of its step.

The row of the album is locked first. A worker of an earlier attempt, or of an album nobody works
on any more, changes nothing. Lists of ids answered are outbox rows to announce after the commit.
"""

import hashlib
from typing import Any, Literal
from uuid import UUID

from psycopg.types.json import Jsonb

from chalicelib.db import Tx, queries
from chalicelib.domains.albums import places
from chalicelib.domains.albums.models import SLOTS, Kind
from chalicelib.domains.albums.places import KINDS, STAGE, locked, standing, to_make
from chalicelib.domains.albums.work import (
    BANDS,
    ENDED,
    STAGES,
    Held,
    Made,
    Making,
    Plan,
    PlannedTrack,
    PlannedVisual,
    Planning,
    Standing,
    Wish,
    Wishes,
)
from chalicelib.domains.notices import service as notices
from chalicelib.domains.outbox import service as outbox
from chalicelib.errors import Cancelled, StaleAttempt

LONGEST_TITLE = 100
PROVIDERS = {"local": "dummy"}
"""A provider's own name → what the enums of the database call it, where they differ."""

sql = queries(__file__)


def held(tx: Tx, job_id: UUID, attempt: int) -> Held:
    """An album that is worked on in this attempt, locked against everyone else until the commit.

    Raises `Cancelled`, `StaleAttempt` when it has ended, rests, or a newer attempt has taken
    over, and `NotFound`.
    """
    job = locked(tx, job_id)
    if job.status == "cancelled":
        raise Cancelled
    if job.attempt != attempt or job.goal is None:
        raise StaleAttempt
    return job


def begin(tx: Tx, job_id: UUID, attempt: int, execution: str | None) -> Held:
    """An execution takes the album up. Raises what `held` does."""
    job = held(tx, job_id, attempt)
    tx.run(sql["begin"], id=job_id, execution=execution, said=STAGES.get(job.status, "Planning"))
    return job


def beat(tx: Tx, job_id: UUID, attempt: int) -> None:
    """A sign of life. Raises what `held` does."""
    held(tx, job_id, attempt)
    tx.run(sql["beat"], id=job_id)


def unplanned(tx: Tx, job_id: UUID, attempt: int) -> Planning | None:
    """What is to be planned; None when every place has its prompt. Raises what `held` does.

    Prompts that are to be new are looked for in a plan by another seed, the same for the same
    album, so that whoever is killed on the way finds what was paid for.
    """
    job = held(tx, job_id, attempt)
    if job.prompts_json is None:
        seed = job.seed
    elif any(wish.anew for _, wish in places.owners(job.prompts_json)):
        seed = int(_hash(job.seed, job.prompts_json.stored())[:8], 16) % 2**31
    else:
        return None
    return Planning(
        niche=job.niche_label,
        mood=job.mood_keywords,
        style=job.style,
        minutes=job.target_duration_minutes,
        seed=seed,
    )


def planned(tx: Tx, job_id: UUID, attempt: int, plan: Any) -> None:
    """Keep a plan: all of it the first time, then only the prompts that are to be new.

    `plan` is the provider's `AlbumPlan` or the dictionary of one. Raises what `held` does, and
    ValidationError when it is not of twenty different prompts each.
    """
    job = held(tx, job_id, attempt)
    given = Plan.model_validate(plan)
    if job.prompts_json is None:
        wishes = Wishes(
            description=given.description,
            music_prompts=[_wish(n, one) for n, one in enumerate(given.music, 1)],
            visual_prompts=[_wish(n, one) for n, one in enumerate(given.visuals, 1)],
        )
    else:
        wishes = job.prompts_json
        _renew(wishes.music_prompts, given.music)
        _renew(wishes.visual_prompts, given.visuals)
    tx.run(
        sql["keep_plan"],
        id=job_id,
        prompts=Jsonb(wishes.stored()),
        title=clipped(given.title) or clipped(job.niche_label) or None,
        progress=BANDS["planned"][1],
    )


def plan_done(tx: Tx, job_id: UUID, attempt: int) -> Literal["stop", "make"]:
    """Whether the execution goes on: not when nothing but a plan was asked for."""
    job = held(tx, job_id, attempt)
    if job.goal == "video":
        return "make"
    tx.run(sql["rest"], id=job_id, said="Planned" if job.status == "planned" else "Ready")
    return "stop"


def moved(tx: Tx, job_id: UUID, attempt: int, status: str) -> None:
    """The album comes to a stage. It goes back to an earlier one only when there is work in it.

    Raises what `held` does, and `IllegalMove` from the database's own guard: rendering needs
    twenty pairs.
    """
    job = held(tx, job_id, attempt)
    order = list(STAGES)
    if order.index(status) <= order.index(job.status):
        kind = next((kind for kind in KINDS if STAGE[kind] == status), None)
        if status == job.status or kind is None or not to_make(job, standing(tx, job_id), kind):
            tx.run(sql["beat"], id=job_id)
            return
    said, (begins, _) = STAGES[status], BANDS[status]
    tx.run(sql["move"], id=job_id, status=status, said=said, progress=begins)


def missing_slots(tx: Tx, job_id: UUID, kind: Kind) -> list[Making]:
    """What is to be made now for the tracks or the pictures, in the order of their places."""
    return to_make(locked(tx, job_id), standing(tx, job_id), kind)


def slot(tx: Tx, job_id: UUID, kind: Kind, item: str) -> Making | None:
    """One of `missing_slots`; None when it is no longer wanted."""
    return next((one for one in missing_slots(tx, job_id, kind) if one.item == item), None)


def add_take(tx: Tx, job_id: UUID, attempt: int, making: Making, made: Made) -> UUID:
    """Keep what was made, once for each making, and let its place use it.

    A take whose place waits for something else by now is an alternative, unless the place has
    none. Raises what `held` does.
    """
    job = held(tx, job_id, attempt)
    now = standing(tx, job_id)
    name = making.item.partition("-")[2]
    added = tx.value(
        sql["add_track" if making.kind == "audio" else "add_picture"],
        id=job_id,
        order_index=making.order_index,
        making=name,
        prompt=making.prompt,
        title=making.title,
        upload_id=making.upload and making.upload.id,
        rights=making.upload and making.upload.rights,
        **made.model_dump(exclude={"provider"}),
        provider="upload" if making.upload else PROVIDERS.get(made.provider, made.provider),
    )
    take: UUID = added or tx.value(sql["take_of"], id=job_id, making=name, kind=making.kind)
    wish = places.wish_at(job.prompts_json, making.kind, making.order_index)
    wanted = _is_wanted(job, now, making, wish)
    if wanted or making.order_index not in now.of(making.kind):
        places.choose(tx, job_id, making.kind, making.order_index, take)
        now.of(making.kind).add(making.order_index)
    if wanted:
        wish.again, wish.upload_id = False, None
    stage, ready = STAGE[making.kind], len(now.of(making.kind))
    begins, ends = BANDS[stage]
    tx.run(
        sql["take_added"],
        id=job_id,
        prompts=places.stored(job),
        progress=begins + (ends - begins) * ready // SLOTS,
        said=f"{STAGES[stage]} ({ready} of {SLOTS})",
    )
    return take


def refuse_upload(
    tx: Tx, job_id: UUID, attempt: int, making: Making, why: str
) -> tuple[bool, list[UUID]]:
    """A file of the user's is unfit for its place, as the upload will say.

    Answers whether the album goes on, and the outbox rows to announce: it does when its user
    reviews it, or when the place has another take, and ends otherwise. Raises what `held` does.
    """
    job = held(tx, job_id, attempt)
    assert making.upload is not None
    tx.run(sql["refuse_upload"], id=making.upload.id, why=why)
    _forget_upload(tx, job, making.kind, making.order_index, making.upload.id)
    said = refusal(making.kind, making.order_index, why)
    tx.run(sql["tell"], id=job_id, said=said)
    if job.review or making.order_index in standing(tx, job_id).of(making.kind):
        return True, []
    return False, end(tx, job, "failed", "InvalidInput", said)


def refusal(kind: Kind, place: int, why: str) -> str:
    """What the user is told of a file that is unfit for its place."""
    return f"Your {'track' if kind == 'audio' else 'picture'} for place {place}: {why}"


def hold_place(tx: Tx, upload_id: UUID) -> None:
    """Lock the album a file is for, before the file's own row: always in this order."""
    tx.run(sql["lock_album_of"], id=upload_id)


def upload_ready(
    tx: Tx, upload_id: UUID, refused: str | None = None, *, gone: bool = False
) -> list[UUID]:
    """A file for a place has come to rest; the album that waits for it goes on.

    `refused` says what was wrong with it, `gone` that it never came. An album without review
    fails when the file of a place without a take is refused; a place whose file never came is
    filled by its prompt, unless the album is to be of its user's own files alone. To be called in
    the transaction that moves the upload's row.
    """
    upload = tx.maybe(sql["own_place"], id=upload_id)
    if upload is None:
        return []
    job, kind, place = locked(tx, upload["video_job_id"]), upload["kind"], upload["order_index"]
    mine = places.wish_at(job.prompts_json, kind, place).upload_id == upload_id
    if refused is not None and mine:
        _forget_upload(tx, job, kind, place, upload_id)
        said = refusal(kind, place, refused)
        tx.run(sql["tell"], id=job.id, said=said)
        filled = place in standing(tx, job.id).of(kind)
        to_be_made = gone and job.synthetic_content
        if not (to_be_made or filled or job.review or job.goal != "video"):
            return end(tx, job, "failed", "InvalidInput", said)
    if job.wait_token is None:
        return []
    return decide(tx, job)


def wait(tx: Tx, job_id: UUID, attempt: int, token: str) -> list[UUID]:
    """The album waits for its user, or goes on at once when there is nothing to wait for.

    The answer is `{"go": "make"}` when places can be filled and `{"go": "render"}` when all are.
    Raises what `held` does.
    """
    job = held(tx, job_id, attempt)
    said = "Waiting for your review" if job.review else "Waiting for your files"
    tx.run(sql["await"], id=job_id, token=token, said=said)
    rows = decide(tx, job.model_copy(update={"wait_token": token}))
    if job.review and not rows:
        rows = notices.album_came_to(tx, job.model_dump(), "review", round=_hash(token))
    return rows


def answer(tx: Tx, job: Held, go: Literal["make", "render"]) -> UUID:
    """Let the waiting execution of a locked album go on. Answers the outbox row."""
    tx.run(sql["go_on"], id=job.id, said="Going on")
    return _answer(tx, job, output={"go": go})


def give_up(tx: Tx, job_id: UUID, attempt: int, code: str, message: str) -> tuple[str, list[UUID]]:
    """End the album as failed unless it has ended, rests, or a newer attempt has taken over.

    An album that has its prompts is not lost for want of new ones: it rests as it was. Answers
    the status it has now and the outbox rows to announce.
    """
    job = locked(tx, job_id)
    if job.attempt != attempt or job.goal is None:
        return job.status, []
    if job.goal == "plan" and job.prompts_json is not None:
        for _, wish in places.owners(job.prompts_json):
            wish.anew = False
        said = "The prompts could not be planned anew"
        what = {"said": said, "code": code, "message": message}
        tx.run(sql["plan_failed"], id=job_id, prompts=places.stored(job), **what)
        return job.status, []
    return "failed", end(tx, job, "failed", code, message)


def end(tx: Tx, job: Held, status: str, code: str, message: str) -> list[UUID]:
    """End a locked album that has not ended, as failed or cancelled, and say why.

    Answers the outbox rows to announce after the commit.
    """
    assert job.status not in ENDED
    said = "Cancelled" if status == "cancelled" else f"Failed: {message}"
    tx.run(sql["end_album"], id=job.id, status=status, code=code, message=message, said=said)
    rows = [_answer(tx, job, error=code, cause=message)] if job.wait_token else []
    told = notices.album_came_to(
        tx, job.model_dump(), status, error_code=code, error_message=message
    )
    return [*rows, *told]


def decide(tx: Tx, job: Held) -> list[UUID]:
    """What a waiting album does next: make, render, or wait on."""
    now = standing(tx, job.id)
    if any(to_make(job, now, kind) for kind in KINDS) or any(
        wish.anew for _, wish in places.owners(job.prompts_json)
    ):
        return [answer(tx, job, "make")]
    if places.awaited(job, now) or (job.review and job.reviewed_at is None):
        return []
    return [answer(tx, job, "render")]


def _answer(tx: Tx, job: Held, **what: Any) -> UUID:
    return outbox.put(
        tx,
        "task_result",
        {"token": job.wait_token, **what},
        user_id=job.user_id,
        dedupe_key=f"album-{job.id}-{_hash(job.wait_token)[:32]}",
    )


def _is_wanted(job: Held, now: Standing, making: Making, wish: Wish) -> bool:
    """Whether this making is what its place waits for."""
    if making.upload is not None:
        return wish.upload_id == making.upload.id
    return wish.upload_id is None and any(
        one.item == making.item for one in to_make(job, now, making.kind)
    )


def _forget_upload(tx: Tx, job: Held, kind: Kind, place: int, upload_id: UUID) -> None:
    wish = places.wish_at(job.prompts_json, kind, place)
    if wish.upload_id == upload_id:
        wish.upload_id = None
        places.write(tx, job)


def _wish(place: int, one: PlannedTrack | PlannedVisual) -> Wish:
    if isinstance(one, PlannedVisual):
        return Wish(order_index=place, prompt=one.prompt.strip())
    return Wish(
        order_index=place,
        prompt=one.prompt.strip(),
        title=clipped(one.title) or f"Track {place}",
        duration_minutes=round(one.seconds / 60, 6),
    )


def _renew(wishes: list[Wish], plan: list[PlannedTrack] | list[PlannedVisual]) -> None:
    """New prompts for the places that ask for one: of the same place first, never one there is.

    No track gets a title that another one has.
    """
    present = {wish.prompt for wish in wishes}
    for wish in wishes:
        if not wish.anew:
            continue
        turned = [*plan[wish.order_index - 1 :], *plan[: wish.order_index - 1]]
        new = next((one for one in turned if one.prompt.strip() not in present), None)
        if new is not None:
            wish.prompt, wish.take = new.prompt.strip(), 1
            present.add(wish.prompt)
            if isinstance(new, PlannedTrack):
                taken = {other.title for other in wishes if other is not wish} | {""}
                names = [clipped(one.title) for one in (new, *turned)]
                wish.title = next((name for name in names if name not in taken), wish.title)
        wish.anew = False


def clipped(title: str) -> str:
    """A title as YouTube takes it: no angle brackets, at most 100 characters."""
    return " ".join(title.replace("<", " ").replace(">", " ").split())[:LONGEST_TITLE].strip()


def _hash(*what: object) -> str:
    return hashlib.sha256(repr(what).encode()).hexdigest()
