"""A publication on its way: uploaded piece by piece, its thumbnail set, the album completed.

A worker has some seconds; what it has sent by then is written down, and the next one goes on. One
that dies is followed by another, which asks the platform how much has arrived. So one publication
becomes one video, however often it breaks off.
"""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from chalicelib import db, providers
from chalicelib.actor import Actor
from chalicelib.clients import client
from chalicelib.db import Tx, queries
from chalicelib.domains.connections import service as connections
from chalicelib.domains.notices import service as notices
from chalicelib.domains.outbox import service as outbox
from chalicelib.domains.outbox.models import Message
from chalicelib.domains.publishing.platform import judged
from chalicelib.errors import ProviderRejected, QuotaExhausted, StepError, UploadLost
from chalicelib.providers.publisher.interface import CHUNK, Publisher, Sent, Video
from chalicelib.sealed import seal, unseal
from chalicelib.settings import settings

SECONDS = 20.0
"""How long a worker sends before it hands on: its function may run for a minute."""
SESSION = "upload session"

Row = Mapping[str, Any]
Clock = Callable[[], float]

sql = queries(__file__)


def promise(tx: Tx, publication_id: UUID, attempt: int, turn: int = 0) -> UUID:
    """A turn of work on a publication. Answers the outbox row to announce."""
    return outbox.put(
        tx,
        "publish",
        {"publication_id": str(publication_id), "attempt": attempt, "turn": turn},
        user_id=tx.actor.user_id,
        dedupe_key=f"publish:{publication_id}:{attempt}:{turn}",
    )


def deliver(message: Message, *, seconds: float = SECONDS, clock: Clock = time.monotonic) -> None:
    """Work on a publication for about `seconds`; nothing when it is over or asked for anew.

    Raises `Undelivered` and `Undeliverable` as `judged` does.
    """
    assert message.user_id is not None
    about = message.payload
    with db.transaction(Actor.worker(message.user_id)) as tx:
        row = tx.maybe(sql["take_up"], id=UUID(about["publication_id"]), attempt=about["attempt"])
    if row is None:
        return
    with judged(message.user_id, row["oauth_connection_id"]):
        try:
            _work(Sending(row, clock() + seconds, clock), about["turn"])
        except StepError as error:
            _note(row, error)
            raise


def failed(tx: Tx, message: Message, delay: float | None) -> None:
    """A publication that was tried too often, or in vain, is shown as failed."""
    if delay is not None:
        return
    about = message.payload
    row = tx.maybe(sql["give_up"], id=UUID(about["publication_id"]), attempt=about["attempt"])
    if row is not None:
        _tell(tx, row, "unpublished")


class Sending:
    """One worker's turn at a publication."""

    def __init__(self, row: Row, deadline: float, clock: Clock) -> None:
        self.row, self.deadline, self.clock = row, deadline, clock
        self.actor = Actor.worker(row["user_id"])
        self.publisher: Publisher = providers.publisher()
        self.access = connections.access(row["user_id"], row["oauth_connection_id"])
        self.size: int = row["size_bytes"]

    @property
    def is_over(self) -> bool:
        return self.clock() >= self.deadline

    def keep(self, what: str, **values: Any) -> bool:
        """Write down what has come to pass; False when this work is not wanted any more."""
        with db.transaction(self.actor) as tx:
            fence = {"id": self.row["id"], "attempt": self.row["attempt"]}
            return bool(tx.run(sql[what], **fence, **values))

    def upload(self) -> str | None:
        """The video's id, or None when it is not all there yet, but one piece more at least."""
        session, sent = self._session()
        before = sent.size
        while sent.video_id is None:
            if session is None or not self.keep("sent", sent=sent.size):
                return None
            if sent.size > before and self.is_over:
                return None
            piece = _read(self.row["video_key"], sent.size, CHUNK)
            sent = self.publisher.send(self.access, session, piece, start=sent.size, size=self.size)
        return sent.video_id

    def _session(self) -> tuple[str | None, Sent]:
        """Where the video is sent to, and how much of it has arrived.

        A session that is lost is replaced, unless all had arrived before it was.
        """
        sealed = self.row["session_encrypted"]
        if sealed is not None:
            session = unseal(sealed, owner=self.row["user_id"], row=self.row["id"], purpose=SESSION)
            try:
                return session, self.publisher.sent(self.access, session, self.size)
            except UploadLost:
                pass
        if sealed is not None or self.row["attempt"] > 1:
            found = self.publisher.find(self.access, str(self.row["id"]))
            if found is not None:
                self.publisher.retitle(self.access, found, self.row["title"])
                return None, Sent(self.size, found)
        session = self.publisher.begin(self.access, _video(self.row), self.size)
        sealed = seal(session, owner=self.row["user_id"], row=self.row["id"], purpose=SESSION)
        wanted = self.keep("begun", session=sealed)
        return session if wanted else None, Sent(0)

    def finish(self, video_id: str) -> None:
        """Set the thumbnail and complete the album. A refused thumbnail is noted, and no more."""
        note = None
        if self.row["thumbnail_key"]:
            picture = _read(self.row["thumbnail_key"])
            kind = self.row["thumbnail_type"]
            try:
                self.publisher.thumbnail(self.access, video_id, picture, kind)
            except ProviderRejected as error:
                note = f"The thumbnail was not taken. {error.message}"
        rows: list[UUID] = []
        with db.transaction(self.actor) as tx:
            fence = {"id": self.row["id"], "attempt": self.row["attempt"]}
            if tx.run(sql["published"], **fence, note=note):
                tx.run(sql["complete"], id=self.row["id"])
                url = self.publisher.address(video_id)
                told = {**self.row, "platform_video_id": video_id, "platform_url": url}
                rows = _tell(tx, told, "published")
        outbox.announce(rows)


def _work(turn: Sending, number: int) -> None:
    """Upload, then finish; or hand on when the time is over."""
    video_id = turn.row["platform_video_id"]
    if video_id is None:
        video_id = turn.upload()
        if video_id is None:
            _hand_on(turn, number)
            return
    if turn.row["state"] == "queued":
        turn.keep("go_on")
    url = turn.publisher.address(video_id)
    if turn.keep("uploaded", video=video_id, url=url) or turn.row["state"] == "finishing":
        turn.finish(video_id)


def _hand_on(turn: Sending, number: int) -> None:
    with db.transaction(turn.actor) as tx:
        message = promise(tx, turn.row["id"], turn.row["attempt"], number + 1)
    outbox.announce([message])


def _note(row: Row, error: StepError) -> None:
    """Show what went wrong, and until when nothing is tried."""
    until = error.until if isinstance(error, QuotaExhausted) else None
    with db.transaction(Actor.worker(row["user_id"])) as tx:
        tx.run(
            sql["trouble"],
            id=row["id"],
            attempt=row["attempt"],
            code=error.code,
            message=error.message,
            until=until,
        )


def _tell(tx: Tx, row: Row, event: str) -> list[UUID]:
    out, seen = event == "published", row["scheduled_at"] or datetime.now(UTC)
    data = {
        "album_id": str(row["video_job_id"]),
        "title": row["title"],
        "video_id": row["platform_video_id"],
        "video_url": row["platform_url"] if out else None,
        "privacy": row["privacy"],
        "scheduled_at": row["scheduled_at"] and row["scheduled_at"].isoformat(),
        "seen_from": f"{seen.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if out else None,
        "error_code": None if out else row["error_code"],
        "error_message": None if out else row["error_message"],
        "url": f"{settings().api_url}/v1/video-jobs/{row['video_job_id']}/publication",
    }
    key = f"{row['id']}:{row['attempt']}"
    about = row["video_job_id"]
    return notices.tell(tx, row["user_id"], f"album.{event}", data, key=key, about=about)


def _video(row: Row) -> Video:
    return Video(
        key=str(row["id"]),
        title=row["title"],
        description=row["description"],
        privacy=row["privacy"],
        synthetic=row["synthetic_content"],
        publish_at=row["scheduled_at"],
        made_for_kids=row["made_for_kids"],
    )


def _read(key: str, start: int | None = None, size: int = 0) -> bytes:
    """A file of the media bucket, or `size` bytes of it."""
    wanted = {} if start is None else {"Range": f"bytes={start}-{start + size - 1}"}
    found = client("s3").get_object(Bucket=settings().media_bucket, Key=key, **wanted)
    data: bytes = found["Body"].read()
    return data
