"""Budgets and costs, in US dollars."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from chalicelib.models import Day, Model
from chalicelib.pages import PageQuery

Scope = Literal["user", "channel", "provider"]
Period = Literal["day", "month", "run"]
Unit = Literal["token", "second", "image", "request"]
Group = Literal["provider", "day", "run", "video", "channel", "operation"]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"\S")]
Usd = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=4)]
LONGEST_DAYS = 366


class SetBudget(Model):
    """What may be spent in a period; setting it again changes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    scope: Scope = "user"
    scope_id: Name | None = Field(
        None,
        description="The provider's name, or the channel's id or the name of its profile; none"
        " for the user.",
    )
    period: Period = "month"
    hard_cap_usd: Usd = Field(examples=["25.00"])
    soft_pct: int = Field(80, ge=1, le=100, description="Percent at which you are warned, once.")
    on_hard_cap: Literal["block", "pause"] = Field(
        "pause", description="pause takes a stopped album up again when there is room."
    )
    kill_switch: bool = Field(False, description="Refuse every call.")

    @model_validator(mode="after")
    def _scope_is_named(self) -> "SetBudget":
        if (self.scope == "user") != (self.scope_id is None):
            raise ValueError("scope_id names the channel or provider, and is left out for the user")
        return self


class ChannelBudget(Model):
    """A channel's budget."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    period: Period = "month"
    hard_cap_usd: Usd = Field(examples=["25.00"])
    soft_pct: int = Field(80, ge=1, le=100)
    on_hard_cap: Literal["block", "pause"] = "pause"
    kill_switch: bool = False


class Budget(Model):
    """A budget and what of it is gone."""

    id: UUID
    scope: Scope
    scope_id: str | None
    period: Period
    hard_cap_usd: Decimal
    soft_pct: int
    on_hard_cap: str
    kill_switch: bool
    spent_usd: Decimal = Field(description="In the period that runs; 0 for a run's.")
    reserved_usd: Decimal = Field(description="Kept free for calls under way.")
    left_usd: Decimal
    period_start: datetime | None
    created_at: datetime
    updated_at: datetime


class BudgetsQuery(PageQuery):
    """Which budgets."""

    scope: Scope | None = None
    scope_id: Name | None = None


class NewCost(Model):
    """Something paid elsewhere; the same key is written once."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: Name = Field(description="Names the payment, so that it is written once.")
    provider: Name
    cost_usd: Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=6)]
    channel_id: Name | None = None
    run_id: Name | None = None
    operation: Name | None = None
    model_name: Name | None = None
    tokens: int | None = Field(None, ge=0, le=2**31 - 1)
    units: Decimal | None = Field(None, ge=0, max_digits=18, decimal_places=6)
    unit: Unit | None = None
    is_estimate: bool = False


class Written(Model):
    """Whether a cost was written now, or before."""

    written: bool


class CostsQuery(Model):
    """Which costs, and how they are added up."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    group: Group = Field(
        "provider",
        description="`run` and `video` name a job or album; a `video` of `none` sums up the rest.",
    )
    channel_id: Name | None = None
    since: Day | None = Field(None, description="First day, UTC; 30 days ago when left out.")
    until: Day | None = Field(None, description="Last day, UTC; today when left out.")


class Sum(Model):
    """What one group comes to."""

    group: str
    cost_usd: Decimal
    saved_usd: Decimal = Field(description="What the caches did not have to pay.")
    calls: int = Field(description="That were paid; not those a cache answered.")
    tokens: int
    estimated_usd: Decimal = Field(description="Of it, what is on no bill yet.")
    title: str | None = Field(None, description="Of a video or album.")
    produced_minutes: Decimal | None = Field(
        None, description="Of a video or album that is finished."
    )
    usd_per_minute: Decimal | None = Field(
        None, description="What was paid for it in those days by its minutes."
    )


class Costs(Model):
    """Costs of some days, added up, the dearest thousand first; days in order."""

    since: date
    until: date
    total_usd: Decimal = Field(description="Of all groups, whether they are listed or not.")
    produced_minutes: Decimal = Field(description="Of videos and albums finished in those days.")
    videos: int
    usd_per_video: Decimal | None
    usd_per_minute: Decimal | None
    albums_estimated_usd: Decimal = Field(
        description="What the albums finished in those days were expected to cost when they began."
    )
    albums_cost_usd: Decimal = Field(description="What the same albums did cost.")
    drift_pct: Decimal | None = Field(
        description="By how many percent they cost more than expected; less when below 0."
    )
    items: list[Sum]


class ForecastQuery(Model):
    """Whose month is looked at."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    channel_id: Name | None = None


class Forecast(Model):
    """Where the month is heading."""

    month: date
    spent_usd: Decimal
    daily_usd: Decimal = Field(description="The mean of the last 14 days, or as many as there are.")
    days_left: int
    forecast_usd: Decimal
    low_usd: Decimal = Field(description="Of the range that 8 months of 10 end in.")
    high_usd: Decimal
    cap_usd: Decimal | None = Field(description="The tightest monthly budget that applies.")
    passes_on: date | None = Field(description="The day the cap is reached at this pace.")
