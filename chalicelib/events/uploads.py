"""Files that arrive: each is checked against the row that was made before it was sent.

Events may come twice, late, in any order, or not at all: a row moves once, and a sweep looks for
files whose event was lost. What is not announced, or is not what was announced, is taken away.
"""

import hashlib
import io
import json
import re
import wave
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.clients import client
from chalicelib.db import queries
from chalicelib.domains.albums import making as albums
from chalicelib.domains.jobs import service as jobs
from chalicelib.domains.outbox import service as outbox
from chalicelib.domains.uploads.models import ACCEPTED
from chalicelib.observability import logger
from chalicelib.settings import settings
from chalicelib.sweeps import each

KEY = re.compile(r"(?P<user>[0-9a-f-]{36})/uploads/[0-9a-f-]{36}")
HEAD_BYTES = 8192
PIECE = 1 << 20
LONGEST_SOUND = 24 * 3600  # seconds

SAME = {
    "audio/x-wav": "audio/wav",
    "audio/x-flac": "audio/flac",
    "audio/x-m4a": "audio/mp4",
    "video/mp4": "audio/mp4",
    "video/webm": "audio/webm",
    "application/ogg": "audio/ogg",
    "text/markdown": "text/plain",
}
"""Other names of a type. A container does not say whether there are pictures in it."""

sql = queries(__file__)


class Record(Protocol):
    """One SQS message."""

    body: str


class Found(NamedTuple):
    """What lies in the bucket."""

    size: int
    sha256: str
    type: str | None
    seconds: Decimal | None


def handle(records: Iterable[Record]) -> None:
    """Take in every file the records tell of. Raises, so that SQS tells again, when S3 or the
    database does not answer."""
    for record in records:
        event = json.loads(record.body)
        if event.get("detail-type") != "Object Created":
            continue
        if event["detail"]["bucket"]["name"] == settings().media_bucket:
            arrive(event["detail"]["object"]["key"])


def arrive(key: str) -> None:
    """Check the file under `key` and let go on what waited for it; harmless to repeat."""
    parts = KEY.fullmatch(key)
    if parts is None:
        if "/uploads/" in key:
            _take_away(key, "its key is not one of ours")
        return
    worker = Actor.worker(UUID(parts["user"]))
    with db.transaction(worker, read_only=True) as tx:
        upload = tx.maybe(sql["pending_upload"], key=key)
    if upload is None:
        _take_away(key, "nobody announced it")
        return
    if upload["state"] != "pending":
        if upload["state"] != "ready":
            _take_away(key, f"its upload is {upload['state']}")
        return
    found = _look(key)
    if found is None:
        return
    refused = _refusal(upload, found)
    _settle(worker, upload["id"], "refused" if refused else "ready", found, refused)
    if refused:
        _take_away(key, refused)


def sweep() -> None:
    """Look for files whose event was lost, and give up those that were never sent."""
    with db.transaction(Actor.service(), read_only=True) as tx:
        waiting = tx.all(sql["uploads_to_look_for"])
    each("uploads", waiting, _look_for)


def _look_for(upload: Mapping[str, Any]) -> None:
    arrive(upload["key"])
    if upload["over"]:
        _settle(Actor.worker(upload["user_id"]), upload["id"], "expired", None, None)


def _settle(
    worker: Actor, upload_id: UUID, state: str, found: Found | None, refused: str | None
) -> None:
    """Move a pending upload's row, and with it what waited; nothing when it has moved already."""
    rows: list[UUID] = []
    with db.transaction(worker) as tx:
        albums.hold_place(tx, upload_id)
        moved = tx.maybe(
            sql["settle_upload"],
            id=upload_id,
            state=state,
            size_bytes=found and found.size,
            sniffed_type=found and found.type,
            sha256=found and found.sha256,
            seconds=found and found.seconds,
            refused_reason=refused,
        )
        if moved is not None:
            why = refused or ("it was never uploaded." if state == "expired" else None)
            rows = jobs.voice_over_ready(tx, upload_id, why)
            rows += albums.upload_ready(tx, upload_id, why, gone=state == "expired")
    outbox.announce(rows)


def _look(key: str) -> Found | None:
    """Size, hash, type and (of plain WAV) length of a file; None when it is not there any more."""
    s3 = client("s3")
    try:
        body = s3.get_object(Bucket=settings().media_bucket, Key=key)["Body"]
    except s3.exceptions.NoSuchKey:
        return None
    head, size, digest = b"", 0, hashlib.sha256()
    for piece in body.iter_chunks(PIECE):
        head += piece[: HEAD_BYTES - len(head)]
        size += len(piece)
        digest.update(piece)
    return Found(size, digest.hexdigest(), sniff(head), _seconds(head, size))


def sniff(head: bytes) -> str | None:
    """The media type a file's first bytes show; None when they show none."""
    import filetype

    known: str | None = filetype.guess_mime(head)
    if known is not None:
        return SAME.get(known, known)
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:  # not merely cut in the middle of a character
            return None
        text = head[: error.start].decode()
    printable = all(char.isprintable() or char in "\t\n\r\f" for char in text)
    return "text/plain" if text.strip() and printable else None


def _seconds(head: bytes, size: int) -> Decimal | None:
    """The length of a plain WAV file, from its header; None when that tells of more than there is,
    or of more than anybody would listen to."""
    try:
        with wave.open(io.BytesIO(head)) as file:
            frames, rate = file.getnframes(), file.getframerate()
            sound = frames * file.getnchannels() * file.getsampwidth()
            seconds = Decimal(frames * 1000 // rate) / 1000
    except (wave.Error, EOFError, ZeroDivisionError):
        return None
    return seconds if sound <= size and seconds <= LONGEST_SOUND else None


def _refusal(upload: Mapping[str, Any], found: Found) -> str | None:
    """Why a file is not what was announced, for people; None when it is."""
    declared = SAME.get(upload["declared_type"], upload["declared_type"])
    if found.size == 0:
        return "The file is empty."
    if found.size > upload["max_bytes"]:
        return f"The file has {found.size} bytes; {upload['max_bytes']} were announced."
    accepted = {SAME.get(kind, kind) for kind in ACCEPTED[upload["purpose"]][1]}
    if found.type is None or found.type not in accepted:
        kind = upload["purpose"].removeprefix("album_").replace("_", "-")
        return f"The file is not a {kind} we can read."
    if found.type != declared:
        return f"The file is {found.type}, not {upload['declared_type']} as announced."
    return None


def _take_away(key: str, why: str) -> None:
    logger.warning("an upload is taken away", extra={"key": key, "why": why})
    client("s3").delete_object(Bucket=settings().media_bucket, Key=key)
