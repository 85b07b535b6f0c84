"""The places of an album: which are to be made now, by prompt or out of the user's own files.

Whoever asks holds the album's row.
"""

import hashlib
from collections.abc import Iterator
from uuid import UUID

from psycopg.types.json import Jsonb

from chalicelib.db import Tx, queries
from chalicelib.domains.albums.models import SLOTS, Kind
from chalicelib.domains.albums.work import Held, Making, Ordered, OwnFile, Standing, Wish, Wishes
from chalicelib.errors import NotFound

KINDS: tuple[Kind, Kind] = ("audio", "image")
CROSSFADES = 2.0 * (SLOTS - 1)
"""Seconds of an album that are heard twice: each track melts into the next one."""
STAGE: dict[Kind, str] = {"audio": "generating_music", "image": "generating_image"}

sql = queries(__file__)


def locked(tx: Tx, job_id: UUID) -> Held:
    """The album, locked until the transaction is over. Raises `NotFound`."""
    return Held.model_validate(tx.one(sql["album_for_update"], id=job_id))


def standing(tx: Tx, job_id: UUID) -> Standing:
    """How the places stand."""
    return Standing.model_validate(tx.one(sql["standing"], id=job_id))


def to_make(job: Ordered, now: Standing, kind: Kind) -> list[Making]:
    """What is to be made now for the tracks or the pictures, in the order of their places.

    A place whose user has announced a file waits for it; a file that has come is taken in even
    when another one was announced later: it becomes an alternative. In an album that is not
    labelled as made by machine nothing is made by prompt.
    """
    if job.prompts_json is None:
        return []
    wishes = {wish.order_index: wish for wish in job.prompts_json.of(kind)}
    files = [file for file in now.files if file.kind == kind]
    expected = {file.id for file in files}
    by_prompt = [
        _by_prompt(job, kind, wish)
        for wish in wishes.values()
        if job.synthetic_content
        and wish.upload_id not in expected
        and (wish.again or wish.order_index not in now.of(kind))
    ]
    own = [_own(wishes[file.order_index], file) for file in files if file.state == "ready"]
    return sorted([*by_prompt, *own], key=lambda making: (making.order_index, making.item))


def awaited(job: Held, now: Standing) -> list[OwnFile]:
    """Files that were announced for a place and have not come."""
    return [
        file
        for file in now.files
        if file.state == "pending"
        and job.prompts_json is not None
        and job.prompts_json.at(file.kind, file.order_index).upload_id == file.id
    ]


def first_stage(job: Ordered, now: Standing) -> str:
    """The first stage of work in which there is something to do."""
    if job.prompts_json is None:
        return "planned"
    for kind in KINDS:
        if to_make(job, now, kind) or len(now.of(kind)) < SLOTS:
            return STAGE[kind]
    return "rendering"


def choose(tx: Tx, job_id: UUID, kind: Kind, place: int, take_id: UUID) -> None:
    """Let a place use this take, and no other."""
    name = "choose_track" if kind == "audio" else "choose_picture"
    tx.run(sql[name], id=job_id, order_index=place, take=take_id)


def write(tx: Tx, job: Held) -> None:
    """Store the prompts with what their places wait for."""
    tx.run(sql["write_prompts"], id=job.id, prompts=stored(job))


def stored(job: Held) -> Jsonb | None:
    """The prompts as they are stored."""
    return None if job.prompts_json is None else Jsonb(job.prompts_json.stored())


def wish_at(wishes: Wishes | None, kind: Kind, place: int) -> Wish:
    """What a place is to be. Raises `NotFound` while nothing is planned."""
    if wishes is None:
        raise NotFound("The album is not planned yet.")
    return wishes.at(kind, place)


def owners(wishes: Wishes | None) -> Iterator[tuple[Kind, Wish]]:
    """Every place's wish with its kind."""
    for kind in KINDS:
        for wish in wishes.of(kind) if wishes else []:
            yield kind, wish


def seed_of(making: str) -> int:
    """The seed by which a making of a prompt is made."""
    return int(making, 16) % 2**31


def usual_seconds(job: Ordered) -> float:
    """How long a track is when all are equally long."""
    return (job.target_duration_minutes * 60 + CROSSFADES) / SLOTS


def _by_prompt(job: Ordered, kind: Kind, wish: Wish) -> Making:
    name = _named(kind, wish.prompt, wish.duration_minutes, wish.take, job.seed)
    seconds = wish.duration_minutes * 60 if wish.duration_minutes else usual_seconds(job)
    return Making(
        kind=kind,
        item=f"{wish.order_index:02}-{name}",
        order_index=wish.order_index,
        prompt=wish.prompt,
        title=wish.title,
        seconds=round(seconds, 3) if kind == "audio" else None,
        seed=seed_of(name),
    )


def _own(wish: Wish, file: OwnFile) -> Making:
    return Making(
        kind=file.kind,
        item=f"{file.order_index:02}-u{file.id.hex[:15]}",
        order_index=file.order_index,
        prompt=wish.prompt,
        title=wish.title,
        seconds=None,
        seed=0,
        upload=file,
    )


def _named(*what: object) -> str:
    """Sixteen hexadecimal digits that stand for one making."""
    return hashlib.sha256(repr(what).encode()).hexdigest()[:16]
