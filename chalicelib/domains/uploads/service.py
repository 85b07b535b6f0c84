"""Uploads: the row first, then a form for S3 that fits that one file and nothing else."""

from datetime import UTC, datetime
from uuid import UUID

from chalicelib import db, pages
from chalicelib.actor import Actor
from chalicelib.clients import client
from chalicelib.domains.albums import slots
from chalicelib.domains.idempotency.service import once
from chalicelib.domains.uploads.models import (
    ACCEPTED,
    ALBUM,
    Form,
    NewUpload,
    PreparedUpload,
    Upload,
    UploadsQuery,
)
from chalicelib.errors import Conflict, InvalidInput
from chalicelib.settings import settings

LONGEST_FORM = 900  # seconds a form may be good for

sql = db.queries(__file__)


def create(actor: Actor, upload: NewUpload, key: str | None) -> PreparedUpload:
    """Announce a file and say where to send it.

    The form is signed anew for every answer and never stored. A track or picture of an album
    names its place, which waits for it from now on. Raises `InvalidInput` for a size or type its
    purpose does not take and for a project that is not there, and `Conflict` for a repeated request
    whose time is over.
    """
    largest, types = ACCEPTED[upload.purpose]
    if upload.content_type not in types:
        rule = f"For {upload.purpose} it is one of {', '.join(sorted(types))}."
        raise InvalidInput.of("content_type", "media_type", rule)
    if upload.size_bytes > largest:
        rule = f"For {upload.purpose} it is at most {largest}."
        raise InvalidInput.of("size_bytes", "less_than_equal", rule)
    _check_place(upload)
    with once(actor, key, Upload, "create_upload", upload) as (tx, first):
        if first:
            if upload.project_id and not tx.maybe(sql["project"], id=upload.project_id):
                raise InvalidInput.of("project_id", "exists", "There is no such project of yours.")
            made = Upload.model_validate(tx.one(sql["create"], **upload.model_dump(mode="json")))
            if made.video_job_id is not None and made.order_index is not None:
                slots.expect(tx, made.video_job_id, ALBUM[made.purpose], made.order_index, made.id)
            first.keep(made)
        else:
            made = first.answer
    return PreparedUpload(**made.model_dump(), post=_form(actor, made))


def get(actor: Actor, upload_id: UUID) -> Upload:
    """One upload. Raises `NotFound`."""
    with db.transaction(actor, read_only=True) as tx:
        return Upload.model_validate(tx.one(sql["get"], id=upload_id))


def list_page(actor: Actor, query: UploadsQuery) -> pages.Page[Upload]:
    """The user's uploads, newest first."""
    with db.transaction(actor, read_only=True) as tx:
        return pages.read(tx, sql["page"], query, Upload, purpose=query.purpose, state=query.state)


def _check_place(upload: NewUpload) -> None:
    """Raises `InvalidInput` unless a file for an album, and no other, says where it goes."""
    for field in ("video_job_id", "order_index", "rights"):
        given = getattr(upload, field) is not None
        if upload.purpose in ALBUM and not given:
            raise InvalidInput.of(field, "missing", f"Is needed for {upload.purpose}.")
        if given and upload.purpose not in ALBUM:
            rule = f"Is for {' and '.join(ALBUM)} alone."
            raise InvalidInput.of(field, "forbidden", rule)


def _form(actor: Actor, upload: Upload) -> Form:
    left = int((upload.expires_at - datetime.now(UTC)).total_seconds())
    if left <= 0:
        raise Conflict("The time to send this file is over.", hint="Announce it again.")
    kind = {"Content-Type": upload.declared_type}
    made = client("s3").generate_presigned_post(
        settings().media_bucket,
        f"{actor.user_id}/uploads/{upload.id}",
        Fields=dict(kind),
        Conditions=[kind, ["content-length-range", upload.max_bytes, upload.max_bytes]],
        ExpiresIn=min(left, LONGEST_FORM),
    )
    return Form.model_validate(made)
