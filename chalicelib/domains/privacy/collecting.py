"""Making a copy of a user's data: every table the registry exports, as NDJSON in one zip.

The rows are read with the user's own rights, page by page along an index, and written to a zip on
this machine's disk, so memory stays flat. A worker has some seconds: what it has by then is put
into the bucket as a slice, and the next worker goes on from there. A worker that dies repeats its
slice; of two that do the same slice only one is believed.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4
from zipfile import ZIP_DEFLATED, ZipFile

from psycopg.types.json import Jsonb
from pydantic import Field

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.clients import client
from chalicelib.db import Tx, queries
from chalicelib.domains.notices import service as notices
from chalicelib.domains.outbox import service as outbox
from chalicelib.domains.outbox.models import Message
from chalicelib.domains.privacy.exports import promise
from chalicelib.domains.privacy.service import note
from chalicelib.models import Model
from chalicelib.settings import settings
from chalicelib.sweeps import each

SECONDS = 25.0
"""How long a worker reads before it hands on: its function may run for a minute."""

ROWS = 1_000
BYTES = 4_000_000
"""A page of a table, at most; one row may be larger."""

WORK = "kind=work"  # the bucket lets such files expire after a month, whatever happens here

Clock = Callable[[], float]

sql = queries(__file__)


class Progress(Model):
    """What an interrupted export goes on from.

    `slice` counts the times it was put away, `archive` is where, `table` is being read, `after` is
    the key of its last row, `part` counts the files it has in the zip. `counts` are rows by table.
    """

    slice: int = 0
    archive: str | None = None
    table: str | None = None
    after: list[Any] | None = None
    part: int = 0
    counts: dict[str, int] = Field(default_factory=dict)


def deliver(message: Message) -> None:
    """Work on an export for a while; nothing when it is over."""
    assert message.user_id is not None
    collect(message.user_id, UUID(message.payload["export_id"]))


def failed(tx: Tx, message: Message, delay: float | None) -> None:
    """An export that was tried too often is shown as failed."""
    if delay is None:
        found = tx.maybe(sql["fail_export"], id=UUID(message.payload["export_id"]))
        if found is not None:
            note(tx, "export_failed", found["request_id"], found["user_id"])


def collect(
    user_id: UUID, export_id: UUID, *, seconds: float = SECONDS, clock: Clock = time.monotonic
) -> bool:
    """Read for about `seconds`; answers whether the file is ready now."""
    actor = Actor.worker(user_id)
    with db.transaction(actor) as tx:
        row = tx.maybe(sql["begin_export"], id=export_id)
        tables = tx.all(sql["tables_to_export"])
    if row is None:
        return False
    progress = Progress(**row["progress"], counts=row["row_counts"])
    folder = f"{user_id}/exports/{export_id}"
    with TemporaryDirectory() as directory:
        path = Path(directory, "export.zip")
        if progress.archive:
            client("s3").download_file(settings().media_bucket, progress.archive, str(path))
        deadline = clock() + seconds
        with ZipFile(path, "a", ZIP_DEFLATED) as archive:
            whole = _fill(archive, actor, tables, progress, lambda: clock() >= deadline)
            if whole:
                _conclude(archive, actor, row["request_id"], tables, progress)
        if whole:
            return _hand_over(actor, export_id, path, f"{folder}/{uuid4()}.zip", progress)
        _put_away(actor, export_id, path, f"{folder}/slice-{uuid4()}.zip", progress)
        return False


def expire() -> None:
    """Delete the files whose time is over. Run by the daily schedule."""
    with db.transaction(Actor.service(), read_only=True) as tx:
        due = tx.all(sql["exports_to_expire"])
    each("expired exports", due, _expire)


def _expire(export: Mapping[str, Any]) -> None:
    if export["asset_path"]:
        _delete(export["asset_path"])
    with db.transaction(Actor.worker(export["user_id"])) as tx:
        found = tx.maybe(sql["expire_export"], id=export["id"])
        if found is not None:
            note(tx, "export_expired", found["request_id"])


def _fill(
    archive: ZipFile,
    actor: Actor,
    tables: list[dict[str, Any]],
    progress: Progress,
    is_over: Callable[[], bool],
) -> bool:
    """Write tables from where `progress` stands, which moves along; answers whether it is all."""
    names = [table["name"] for table in tables if table["export"] != "none"]
    start = names.index(progress.table) if progress.table else 0
    for name in names[start:]:
        if name != progress.table:
            progress.table, progress.after, progress.part = name, None, 0
        if not _write(archive, actor, progress, is_over):
            return False
    return True


def _write(archive: ZipFile, actor: Actor, progress: Progress, is_over: Callable[[], bool]) -> bool:
    """Write rows of `progress.table` to a file of the archive; answers whether it is the last."""
    assert progress.table is not None
    table, done = progress.table, 0
    progress.counts.setdefault(table, 0)
    page = _page(actor, progress)
    if not page:
        return True
    progress.part += 1
    suffix = f".{progress.part}" if progress.part > 1 else ""
    with archive.open(f"tables/{table}{suffix}.ndjson", "w", force_zip64=True) as file:
        while page:
            file.write("".join(f"{row['line']}\n" for row in page).encode())
            done += len(page)
            progress.after = page[-1]["key"]
            if is_over():
                break
            page = _page(actor, progress)
    progress.counts[table] += done
    return not page


def _page(actor: Actor, progress: Progress) -> list[dict[str, Any]]:
    with db.transaction(actor, read_only=True) as tx:
        after = None if progress.after is None else Jsonb(progress.after)
        return tx.all(
            sql["export_page"], table=progress.table, after=after, limit=ROWS, bytes=BYTES
        )


def _conclude(
    archive: ZipFile,
    actor: Actor,
    request_id: str,
    tables: list[dict[str, Any]],
    progress: Progress,
) -> None:
    """Add the list of files and the index: what each table is, and what is left out and why."""
    count = 0
    with archive.open("files.ndjson", "w", force_zip64=True) as listing:
        for file in _files(actor):
            listing.write(f"{json.dumps(file)}\n".encode())
            count += 1
    inside = archive.namelist()
    index = {
        "request_id": request_id,
        "made_at": datetime.now(UTC).isoformat(),
        "tables": {
            table["name"]: {
                "what": table["what"],
                "rows": progress.counts[table["name"]],
                "files": [
                    name
                    for name in inside
                    if name.startswith(f"tables/{table['name']}.") and name.endswith(".ndjson")
                ],
                "columns": table["columns"],
                "left_out": table["left_out"] or {},
            }
            for table in tables
            if table["export"] != "none"
        },
        "tables_left_out": {
            table["name"]: {"what": table["what"], "why": table["unexported"]}
            for table in tables
            if table["export"] == "none"
        },
        "files": {"listed_in": "files.ndjson", "count": count},
    }
    archive.writestr("index.json", json.dumps(index, indent=2))


def _files(actor: Actor) -> Iterator[dict[str, Any]]:
    """The files in the user's folder, but for copies like this one and unfinished ones."""
    from urllib.parse import quote

    pages = client("s3").get_paginator("list_objects_v2")
    for page in pages.paginate(Bucket=settings().media_bucket, Prefix=f"{actor.user_id}/"):
        found = [
            file
            for file in page.get("Contents", [])
            if not file["Key"].startswith(f"{actor.user_id}/exports/")
            and "/unfinished/" not in file["Key"]
        ]
        with db.transaction(actor, read_only=True) as tx:
            known = tx.all(sql["known_files"], keys=[file["Key"] for file in found])
        hashes = {row["path"]: row["sha256"] for row in known}
        for file in found:
            yield {
                "key": file["Key"],
                "size_bytes": file["Size"],
                "modified_at": file["LastModified"].isoformat(),
                "sha256": hashes.get(file["Key"]),
                "etag": file["ETag"].strip('"'),
                "link": f"{settings().api_url}/v1/privacy/files?key={quote(file['Key'], safe='')}",
            }


def _put_away(actor: Actor, export_id: UUID, path: Path, key: str, progress: Progress) -> None:
    """Keep what there is so far for the next worker, and call one."""
    was, before = progress.slice, progress.archive
    progress.slice, progress.archive = was + 1, key
    _upload(path, key)
    with db.transaction(actor) as tx:
        mine = tx.maybe(
            sql["go_on_export"],
            id=export_id,
            progress=Jsonb(progress.model_dump(exclude={"counts"})),
            row_counts=Jsonb(progress.counts),
            was=was,
        )
        messages = [promise(tx, export_id, progress.slice)] if mine else []
    if not mine:  # another worker was faster, or the user is gone
        _delete(key)
        return
    outbox.announce(messages)
    if before:
        _delete(before)


def _hand_over(actor: Actor, export_id: UUID, path: Path, key: str, progress: Progress) -> bool:
    """The file is ready: put it where it can be fetched for a week, and tell the user."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    _upload(path, key)
    with db.transaction(actor) as tx:
        done = tx.maybe(
            sql["complete_export"],
            id=export_id,
            key=key,
            sha256=sha256,
            size=path.stat().st_size,
            row_counts=Jsonb(progress.counts),
            was=progress.slice,
        )
        if done is not None:
            note(tx, "export_completed", done["request_id"], rows=sum(progress.counts.values()))
            messages = notices.export_ready(tx, done)
    if done is None:  # another worker was faster, or the user is gone
        _delete(key)
        return False
    outbox.announce(messages)
    if progress.archive:
        _delete(progress.archive)
    return True


def _upload(path: Path, key: str) -> None:
    kind = {"ContentType": "application/zip", "Tagging": WORK}
    client("s3").upload_file(str(path), settings().media_bucket, key, ExtraArgs=kind)


def _delete(key: str) -> None:
    client("s3").delete_object(Bucket=settings().media_bucket, Key=key)
