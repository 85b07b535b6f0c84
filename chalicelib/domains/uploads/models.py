"""What a user brings: announced first, then sent straight to the bucket."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from chalicelib.models import Model
from chalicelib.pages import PageQuery

Purpose = Literal[
    "voice_over", "knowledge", "image", "music", "album_track", "album_picture", "licence"
]
State = Literal["pending", "ready", "refused", "expired"]
FileName = Annotated[
    str, StringConstraints(min_length=1, max_length=255, pattern=r"^[^/\\\x00-\x1f\x7f]+$")
]
Rights = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000)]

MB = 1_000_000
SOUND = frozenset(
    f"audio/{kind}"
    for kind in ("wav", "x-wav", "mpeg", "mp4", "x-m4a", "aac", "ogg", "flac", "webm")
)
PICTURES = frozenset({"image/png", "image/jpeg", "image/webp"})
ACCEPTED: dict[Purpose, tuple[int, frozenset[str]]] = {
    "voice_over": (200 * MB, SOUND),
    "music": (100 * MB, SOUND),
    "image": (20 * MB, PICTURES),
    "album_track": (200 * MB, SOUND),
    "album_picture": (40 * MB, PICTURES),
    "licence": (25 * MB, frozenset({"application/pdf", "text/plain", "image/png", "image/jpeg"})),
    "knowledge": (25 * MB, frozenset({"application/pdf", "text/plain", "text/markdown"})),
}
"""Purpose → the largest file in bytes, and the media types."""
ALBUM: dict[Purpose, Literal["audio", "image"]] = {"album_track": "audio", "album_picture": "image"}
"""The purposes that fill a place of an album, and with what."""


class NewUpload(Model):
    """A file to be sent. What is sent must have exactly this size and type."""

    purpose: Purpose = Field(examples=["voice_over"])
    file_name: FileName = Field(examples=["narration.wav"])
    content_type: str = Field(max_length=100, examples=["audio/wav"])
    size_bytes: int = Field(ge=1, le=200 * MB, examples=[1_920_044])
    project_id: UUID | None = Field(None, description="The project it is for.")
    video_job_id: UUID | None = Field(None, description="The album a track or picture is for.")
    order_index: int | None = Field(None, ge=1, le=20, description="Its place in the album.")
    rights: Rights | None = Field(
        None,
        description="For an album: by what right you use it, kept in its licence record.",
        examples=["Recorded by myself in 2026"],
    )


class Upload(Model):
    """A file as the house knows it."""

    id: UUID
    project_id: UUID | None
    video_job_id: UUID | None
    order_index: int | None
    rights: str | None
    purpose: Purpose
    file_name: str
    declared_type: str = Field(description="The `content_type` it was announced with.")
    max_bytes: int = Field(description="Most bytes that may be sent.")
    state: State = Field(description="`ready` once it has arrived and was found good.")
    size_bytes: int | None = Field(description="Of what has come.")
    sniffed_type: str | None = Field(description="What its bytes say it is.")
    sha256: str | None
    seconds: Decimal | None = Field(description="Length, when it is sound.")
    refused_reason: str | None = Field(description="Why it was not taken.")
    expires_at: datetime = Field(description="When a file that has not come is given up.")
    created_at: datetime
    updated_at: datetime


class Form(Model):
    """A form to post as multipart/form-data: these fields first, the file last, as `file`."""

    url: str
    fields: dict[str, str]


class PreparedUpload(Upload):
    """An upload and where to send its file."""

    post: Form


class UploadsQuery(PageQuery):
    """Which uploads."""

    purpose: Purpose | None = None
    state: State | None = None
