"""Consents, exports, erasures, the log of them, and what the house holds of a user."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from chalicelib.models import Model
from chalicelib.pages import PageQuery

ExportStatus = Literal["pending", "processing", "completed", "failed", "expired"]
DeletionStatus = Literal[
    "pending", "confirmed", "scheduled", "processing", "completed", "failed", "cancelled"
]
Scope = Literal["account", "data_only"]
Mode = Literal["grace", "immediate"]
PolicyVersion = Annotated[
    str, StringConstraints(pattern=r"^v?[0-9]{1,8}([.-][0-9]{1,8}){0,3}$", max_length=40)
]


class Consents(Model):
    """What a user agrees to. Nothing is agreed to unless it was said."""

    model_config = ConfigDict(extra="forbid")

    data_processing_consent: bool = False
    marketing_consent: bool = False
    analytics_consent: bool = False
    third_party_consent: bool = False
    data_retention_days: int = Field(
        730, ge=30, le=3650, description="Days that what grows with use is kept at most."
    )
    policy_version: PolicyVersion | None = Field(
        None, description="The policy that was agreed to.", examples=["2026-05"]
    )


class PrivacySettings(Consents):
    """What a user agreed to, and since when."""

    model_config = ConfigDict(extra="ignore")

    right_to_be_deleted_requested: bool = Field(False, description="An erasure is coming.")
    consented_at: datetime | None = None


class NewExport(Model):
    """A copy of all data; there is nothing to choose."""

    model_config = ConfigDict(extra="forbid")


class DataExport(Model):
    """A request for a copy of one's data."""

    id: UUID
    request_id: str = Field(description="What people call it by.", examples=["DSR-2026-000001"])
    status: ExportStatus
    sha256: str | None = Field(description="Hash of the file, in hex, once it is ready.")
    size_bytes: int | None
    row_counts: dict[str, int] = Field(description="Rows in the file, by table.")
    error_code: str | None
    download_count: int
    downloaded_at: datetime | None
    requested_at: datetime
    completed_at: datetime | None
    expires_at: datetime | None = Field(description="When the file is deleted: after seven days.")
    created_at: datetime


class FileQuery(Model):
    """Which file."""

    model_config = ConfigDict(extra="forbid")

    key: str = Field(max_length=1024, description="As the export's `files.ndjson` names it.")


class NewDeletion(Model):
    """What is to be erased, and how soon."""

    model_config = ConfigDict(extra="forbid")

    scope: Scope = Field("account", description="`data_only` keeps the account and its credits.")
    mode: Mode = Field("grace", description="`grace` waits thirty days; `immediate` does not.")


class Confirmation(Model):
    """The code of the letter."""

    model_config = ConfigDict(extra="forbid")

    token: str = Field(min_length=1, max_length=200)


class Deletion(Model):
    """A request to be forgotten."""

    id: UUID
    request_id: str = Field(description="What people call it by.", examples=["DSR-2026-000002"])
    status: DeletionStatus
    scope: Scope
    mode: Mode
    confirmation_required: bool = Field(description="Whether the code of a letter must come back.")
    report: dict[str, Any] = Field(description="What was done so far: rows by table.")
    error_code: str | None
    requested_at: datetime
    due_at: datetime = Field(description="When it must be done by law.")
    confirmed_at: datetime | None
    scheduled_for: datetime | None = Field(description="Until then it can be cancelled.")
    cancelled_at: datetime | None
    completed_at: datetime | None
    last_export_at: datetime | None = Field(
        description="When the last copy of the data was made; null says that there is none."
    )


class AuditEntry(Model):
    """What was done about a user's data. Each entry carries the hash of the one before."""

    id: UUID
    seq: int
    event_type: str
    details: dict[str, Any]
    request_id: str | None
    timestamp: datetime
    prev_hash: str
    row_hash: str


class HeldColumn(Model):
    """One column."""

    name: str
    what: str
    exported: bool
    after_erasure: Literal["gone", "pseudonym", "nothing", "itself"]
    why: str | None = Field(description="Why it stays itself.")


class HeldTable(Model):
    """What the house holds in one table, and what becomes of it."""

    table: str
    what: str
    export: Literal["full", "redacted", "none"]
    unexported: str | None = Field(description="Why an export holds nothing of it.")
    erase: Literal["delete", "cascade", "account", "anonymise", "keep_legal"]
    kept: str | None = Field(description="Why it outlives an erasure.")
    retention: str | None = Field(description="How long rows stay at most.")
    columns: list[HeldColumn]


class DataMap(Model):
    """Everything the house holds of a user."""

    tables: list[HeldTable]


class AuditQuery(PageQuery):
    """Which page of the log."""
