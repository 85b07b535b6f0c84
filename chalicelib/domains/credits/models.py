"""What is shown of credits: the balance, its history, lots, and what a video would cost."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from chalicelib.models import Model
from chalicelib.pages import PageQuery

EntryType = Literal["purchase", "usage", "refund", "grant", "expire", "reserve", "subscription"]


class Expiring(Model):
    """Credits that will be lost if they are not spent."""

    amount: int
    at: datetime


class Balance(Model):
    """What the user has now."""

    balance: int = Field(description="Available and reserved together.")
    reserved: int = Field(description="Held for jobs that run.")
    available: int = Field(description="Free to spend.")
    expiring: list[Expiring] = Field(description="What is lost within 30 days, soonest first.")


class ExpiringQuery(Model):
    """How far ahead to look."""

    model_config = ConfigDict(extra="forbid")

    days: int = Field(30, ge=1, le=366)


class HistoryQuery(PageQuery):
    """Which entries."""

    raw: bool = Field(False, description="Every ledger entry instead of one line per job.")


class HistoryLine(Model):
    """One line of the account: an entry, or all that one job's hold did."""

    id: UUID
    type: Literal["job", "purchase", "refund", "grant", "expire", "subscription", "usage"]
    amount: int = Field(
        description="Change of the balance so far; a running job counts with what is held for it."
    )
    note: str | None
    job_id: UUID | None
    status: Literal["open", "settled", "voided", "timed_out"] | None = Field(
        description="Of a job's hold: open while it runs, settled when it was charged."
    )
    reserved: int | None = Field(description="Of a job: what was held for it.")
    entry_no: int
    created_at: datetime


class LedgerEntry(Model):
    """One entry of the ledger, as it was written."""

    id: UUID
    entry_no: int
    type: EntryType
    amount: int
    balance_after: int
    held_after: int
    note: str | None
    reason: str | None
    job_id: UUID | None
    hold_id: UUID | None
    lot_id: UUID | None
    reverses_id: UUID | None
    created_at: datetime


class Lot(Model):
    """Credits that came in together."""

    id: UUID
    kind: Literal["purchase", "grant", "subscription", "refund"]
    amount: int
    remaining: int = Field(description="Without those held for jobs that run.")
    priority: int = Field(description="Smaller is spent first.")
    expires_at: datetime | None
    created_at: datetime


class LotsQuery(PageQuery):
    """Which lots."""

    spent: bool | None = Field(
        None, description="true: only lots that are used up; false: only lots with credits left."
    )


class EstimateOrder(Model):
    """A video you might make."""

    minutes: int = Field(ge=1, le=10, examples=[2])


class Estimate(Model):
    """What a video would cost now."""

    minutes: int
    credits: int = Field(description="Held when the job starts; unused ones come back.")
    available: int = Field(description="Credits the user may spend now.")
    enough: bool
