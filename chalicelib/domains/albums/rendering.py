"""An album from its pairs to its files: what is rendered, how far it is, what is delivered."""

import shlex
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from psycopg.types.json import Jsonb

from chalicelib.db import Tx, queries
from chalicelib.domains.albums.making import held
from chalicelib.domains.albums.models import SLOTS
from chalicelib.domains.albums.places import locked
from chalicelib.domains.albums.work import BANDS, File, Held, Pair
from chalicelib.domains.notices import service as notices
from chalicelib.errors import IllegalMove

if TYPE_CHECKING:
    from chalicelib.media.album import Album

RATE = 48_000
LONGEST_COMMAND = 20_000  # characters of it that are shown
LOG_TAIL = 10_000

sql = queries(__file__)


def pairs(tx: Tx, job_id: UUID) -> list[Pair]:
    """The twenty selected pairs in their order. Raises `IllegalMove` while one is missing."""
    job = locked(tx, job_id)
    rows = tx.all(sql["pairs"], id=job_id)
    if len(rows) != SLOTS or job.prompts_json is None:
        raise IllegalMove("Not every place has a track and a picture.", complete=len(rows))
    titles = {wish.order_index: wish.title for wish in job.prompts_json.music_prompts}
    return [
        Pair(
            order_index=row["order_index"],
            title=titles[row["order_index"]] or row["title"] or f"Track {row['order_index']}",
            frames=(frames := row["frames"] or round(row["duration_seconds"] * RATE)),
            seconds=frames / RATE,
            audio=row["audio"],
            image=row["image"],
        )
        for row in rows
    ]


def laid_out(job: Held, pairs: Sequence[Pair], **how: Any) -> "Album":
    """The pairs on one time axis; `how` says what of the album is seen."""
    from chalicelib.media.album import Album, Track  # few requests need them

    return Album(
        title=job.video_title or job.niche_label,
        width=job.width,
        height=job.height,
        tracks=tuple(
            Track(
                order_index=pair.order_index,
                title=pair.title,
                audio=pair.audio.key,
                image=pair.image.key,
                seconds=pair.seconds,
            )
            for pair in pairs
        ),
        **how,
    )


def begin_render(tx: Tx, job_id: UUID, attempt: int) -> UUID:
    """Write down, once, that this attempt renders."""
    job = held(tx, job_id, attempt)
    task: UUID = tx.value(
        sql["begin_render"], id=job_id, attempt=attempt, resolution=job.resolution
    )
    return task


def render_progress(tx: Tx, job_id: UUID, attempt: int, percent: int) -> None:
    """How far the rendering is, 0 to 100; it never goes back."""
    held(tx, job_id, attempt)
    begins, ends = BANDS["rendering"]
    tx.run(
        sql["render_progress"],
        id=job_id,
        attempt=attempt,
        percent=percent,
        progress=begins + (ends - begins) * percent // 100,
    )


def end_render(
    tx: Tx,
    job_id: UUID,
    attempt: int,
    *,
    key: str,
    seconds: float,
    sha256: str,
    argv: Sequence[Sequence[str]],
    log_tail: str,
) -> None:
    """The rendering is done: where the video lies, its length, by which commands it was made.

    `log_tail` is the end of the encoder's log.
    """
    held(tx, job_id, attempt)
    tx.run(
        sql["end_render"],
        id=job_id,
        attempt=attempt,
        key=key,
        seconds=Decimal(str(seconds)),
        sha256=sha256,
        shown="\n".join(map(shlex.join, argv))[:LONGEST_COMMAND],
        metadata=Jsonb({"argv": [list(command) for command in argv]}),
        log_tail=log_tail[-LOG_TAIL:],
    )


def deliver(
    tx: Tx,
    job_id: UUID,
    attempt: int,
    *,
    files: Mapping[str, File],
    seconds: float,
    manifest: Mapping[str, Any],
    description: str,
) -> list[UUID]:
    """The album is ready for export; `files` has a "video". Answers outbox rows to announce.

    Raises what `held` does, and `IllegalMove` from the database's own guard: a take without its
    licence, or made by machine and not to be disclosed.
    """
    job = held(tx, job_id, attempt)
    tx.run(
        sql["deliver"],
        id=job_id,
        video=files["video"].key,
        files=Jsonb({name: file.model_dump() for name, file in files.items()}),
        manifest=Jsonb({**manifest, "seconds": seconds, "description": description}),
        description=description,
    )
    return notices.album_came_to(tx, job.model_dump(), "completed")
