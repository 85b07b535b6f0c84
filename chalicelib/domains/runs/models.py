"""Runs, their stages, and what is promised of stages."""

from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from chalicelib.models import Model
from chalicelib.pages import Page

Breach = Literal["latency", "failures", "retries", "throttled"]


class StageRun(Model):
    """One try of one stage, or of one item of it."""

    id: UUID
    stage: str
    item: str = Field(description="Which of its items; empty when it has none.")
    status: Literal["success", "failure", "retry", "skipped"]
    attempt: int
    started_at: datetime | None
    finished_at: datetime | None
    latency_ms: int
    tokens: int
    cost_usd: Decimal = Field(description="What this try's own calls cost.")
    cache_hit: bool
    error_code: str | None
    error_summary: str | None
    created_at: datetime


class Totals(Model):
    """What a run came to so far."""

    succeeded: int = Field(description="Stages, or items of them, that went well.")
    failed: int
    retried: int
    skipped: int
    latency_ms: int = Field(description="Working time of all tries together.")
    tokens: int
    cost_usd: Decimal = Field(description="What was paid for the run.")


class Run(Model):
    """A job or an album as its log tells it."""

    run_id: UUID
    kind: Literal["job", "album"]
    status: str
    stage: str | None = Field(description="Where it is, or goes on when it is tried again.")
    attempt: int
    error_code: str | None
    error_message: str | None
    started_at: datetime | None
    finished_at: datetime | None
    totals: Totals
    timeline: Page[StageRun]


class RetryQuery(Model):
    """From where a run is tried again."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    stage: str | None = Field(
        None,
        alias="from",
        min_length=1,
        max_length=100,
        description="A stage that is done again with all that builds on it: the one where the run"
        " stands, or an earlier one. What was made before is kept. Without it, it goes on.",
    )


class SloQuery(Model):
    """How much is looked at."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: int = Field(7, ge=1, le=31, description="Up to now; as many before are held against it.")


class Rates(Model):
    """How the tries of some time went."""

    tries: int
    p95_latency_ms: int | None = Field(description="Of those that succeeded.")
    failure_rate: float
    retry_rate: float
    throttled_rate: float = Field(description="Tries that a provider put off (429).")


class StageRates(Model):
    """How a stage does, against what is promised."""

    stage: str | None = Field(description="Null for all stages together.")
    now: Rates
    before: Rates | None
    breached: list[Breach]
    alert: bool = Field(description="Something is breached that was breached before, too.")


class Targets(Model):
    """What is promised of every stage: below these."""

    p95_latency_ms: int = 600_000
    failure_rate: float = 0.02
    retry_rate: float = 0.05
    throttled_rate: float = 0.02


class Slo(Model):
    """How well stages do."""

    days: int
    targets: Targets
    stages: list[StageRates] = Field(description="All together first, then by name.")
    failed_publications: int
    alert: bool = Field(description="A stage alerts, or a publication failed.")
