"""Copies of a user's data as the user meets them: ask for one, look, fetch it.

The file is made in the background (`collecting`). A link to it is minted for each click and lives
for minutes; files of the user are linked the same way, because a link that is written into the
copy would be dead long before it is read.
"""

from datetime import UTC, datetime
from uuid import UUID

from chalicelib import db, pages
from chalicelib.actor import Actor
from chalicelib.clients import client
from chalicelib.db import Tx, queries
from chalicelib.domains.files.links import Download, link
from chalicelib.domains.idempotency.service import once
from chalicelib.domains.outbox import service as outbox
from chalicelib.domains.privacy.models import DataExport, NewExport
from chalicelib.domains.privacy.service import note
from chalicelib.errors import Conflict, NotFound, TooManyRequests
from chalicelib.pages import Page, PageQuery
from chalicelib.settings import settings

A_DAY = 3
"""Exports that may be asked for within 24 hours."""

sql = queries(__file__)


def request(actor: Actor, new: NewExport, key: str | None) -> DataExport:
    """Ask for a copy of all data.

    Raises `Conflict` while another is being made, `TooManyRequests` beyond three a day.
    """
    with once(actor, key, DataExport, "request_export", new) as (tx, first):
        if not first:
            return first.answer
        tx.one(sql["lock_user"], user_id=actor.user_id)
        asked = tx.one(sql["exports_today"])
        if asked["n"] >= A_DAY:
            wait = max(1, int((asked["next"] - datetime.now(UTC)).total_seconds()))
            raise TooManyRequests(
                f"A copy can be asked for {A_DAY} times a day.", headers={"Retry-After": str(wait)}
            )
        export = first.keep(DataExport.model_validate(tx.one(sql["new_export"])))
        note(tx, "export_requested", export.request_id)
        message = promise(tx, export.id, 0)
    outbox.announce([message])
    return export


def get(actor: Actor, export_id: UUID) -> DataExport:
    """One export. Raises `NotFound`."""
    with db.transaction(actor, read_only=True) as tx:
        return DataExport.model_validate(tx.one(sql["export"], id=export_id))


def list_page(actor: Actor, query: PageQuery) -> Page[DataExport]:
    """The user's exports, newest first."""
    with db.transaction(actor, read_only=True) as tx:
        return pages.read(tx, sql["exports"], query, DataExport)


def download(actor: Actor, export_id: UUID) -> Download:
    """A link to the file, good for some minutes and never longer than the file itself.

    Raises `NotFound`, and `Conflict` when the file is not ready or not there any more.
    """
    with db.transaction(actor.working()) as tx:
        found = tx.maybe(sql["fetch_export"], id=export_id)
        if found is None:
            export = DataExport.model_validate(tx.one(sql["export"], id=export_id))
            expired = export.status in ("completed", "expired")
            raise Conflict(
                "The file has expired." if expired else "The file is not ready.",
                hint="Ask for a new copy." if expired else None,
                state="expired" if expired else export.status,
            )
        note(tx, "export_downloaded", found["request_id"])
    return link(found["asset_path"], f"{found['request_id']}.zip", until=found["expires_at"])


def promise(tx: Tx, export_id: UUID, slice: int) -> UUID:
    """A slice of work on an export."""
    return outbox.put(
        tx,
        "privacy_export",
        {"export_id": str(export_id)},
        user_id=tx.actor.user_id,
        dedupe_key=f"export:{export_id}:{slice}",
    )


def file(actor: Actor, key: str) -> Download:
    """A link to any file of the user's own. Raises `NotFound` for all others."""
    s3 = client("s3")
    if not key.startswith(f"{actor.user_id}/"):
        raise NotFound
    try:
        s3.head_object(Bucket=settings().media_bucket, Key=key)
    except s3.exceptions.ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            raise NotFound from error
        raise
    return link(key, key.rsplit("/", 1)[1])
