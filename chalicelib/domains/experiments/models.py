"""Experiments: their variants, what each came to, and what may be concluded."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

from chalicelib.models import Day as CalendarDay
from chalicelib.models import Model
from chalicelib.pages import PageQuery

Kind = Literal["title", "thumbnail", "pinned_comment_conversion", "other"]
Assignment = Literal["concurrent", "rotation"]
Metric = Literal["watch_per_impression", "ctr"]
Status = Literal["draft", "running", "stopped", "decided", "inconclusive"]
Outcome = Literal["winner", "preferred", "none", "invalid"]
Key = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[\w.:-]+$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"\S")]
Title = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^<>]+$")
]
MOST_VARIANTS = 3
"""As many as YouTube's own test takes."""


class NewVariant(Model):
    """One thing to try. What it changes is in `title` or `thumbnail`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    variant_key: Key
    is_control: bool = False
    title: Title | None = Field(None, description="The title, as YouTube takes it.")
    thumbnail: Text | None = Field(None, description="An upload's id, or a label.")
    notes: Annotated[str, StringConstraints(max_length=5_000)] | None = None


class Aim(Model):
    """What a test is to find out, and how much there is to find it out with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    assignment: Assignment = Field(
        "rotation", description="concurrent splits the traffic, rotation changes by day."
    )
    rate: float = Field(ge=0.0001, lt=1, description="Clicks per impression of the control: 0.05.")
    effect: float = Field(
        0.1,
        ge=0.01,
        le=5,
        validate_default=True,
        description="Relative change worth knowing of: 0.1 is a tenth.",
    )
    daily_impressions: int = Field(ge=1, le=10**9, description="Of the whole video.")
    day_effect: float = Field(
        0.1, ge=0, le=2, description="By how much of itself the rate varies from day to day."
    )

    @field_validator("effect")
    @classmethod
    def _the_better_rate_is_one(cls, effect: float, info: ValidationInfo) -> float:
        if info.data.get("rate", 0) * (1 + effect) >= 1:
            raise ValueError("the rate with it stays below 1")
        return effect


class PlanQuery(Aim):
    """A test to plan."""

    variants: int = Field(2, ge=2, le=MOST_VARIANTS)


class Planned(Model):
    """How long a test takes."""

    assignment: Assignment
    days: int = Field(description="In all.")
    per_arm: int = Field(description="Impressions or days of each variant; see unit.")
    unit: Literal["impressions", "days"] = Field(description="What `per_arm` counts.")
    feasible: bool = Field(description="False: such a test cannot finish, and is not begun.")
    smallest_effect: float | None = Field(
        description="The least change that could be seen within the longest test."
    )


class NewExperiment(Model):
    """A test to set up; it begins with `start`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    experiment_key: Key | None = Field(None, description="Made up when left out.")
    video_id: Text | None = Field(None, description="The video at YouTube.")
    experiment_type: Kind = Field(
        "thumbnail",
        description="Titles and thumbnails are rotated at the platform for you; of other tests you"
        " show the variants and send the days, a comment's readers and clicks as `impressions` and"
        " `clicks`. An `analytics_snapshot` is no test: it is a row of `metadata_experiments`.",
    )
    metric: Metric = Field(
        "watch_per_impression",
        description="What decides: seconds watched per impression, so that no clickbait wins.",
    )
    aim: Aim
    variants: list[NewVariant] = Field(min_length=2, max_length=MOST_VARIANTS)

    @field_validator("variants")
    @classmethod
    def _one_control(cls, variants: list[NewVariant]) -> list[NewVariant]:
        if sum(variant.is_control for variant in variants) != 1:
            raise ValueError("exactly one variant is the control")
        if len({variant.variant_key for variant in variants}) != len(variants):
            raise ValueError("each variant_key is used once")
        return variants

    @field_validator("variants")
    @classmethod
    def _variants_differ(cls, variants: list[NewVariant], info: ValidationInfo) -> list[NewVariant]:
        """The control may leave open what is tried: then it is what the video has."""
        tried = info.data.get("experiment_type", "other")
        if tried not in ("title", "thumbnail"):
            return variants
        said = [getattr(one, tried) for one in variants]
        if any(
            word is None and not one.is_control for word, one in zip(said, variants, strict=True)
        ):
            raise ValueError(f"each variant but the control has a {tried}")
        if len(set(said)) != len(said):
            raise ValueError(f"each variant has another {tried}")
        return variants


class Variant(Model):
    """One variant and what it came to so far."""

    variant_key: str
    is_control: bool
    title: str | None
    thumbnail: str | None
    impressions: int | None
    clicks: int | None
    views: int | None
    watch_seconds: float | None = Field(description="Seconds watched by all viewers.")
    ctr: float | None = Field(description="Clicks per impression, 0 to 1.")
    avd: float | None = Field(description="Seconds watched per view.")


class Summary(Model):
    """A test and its variants, the control first."""

    experiment_key: str
    video_id: str | None
    experiment_type: str
    assignment: Assignment
    metric: Metric
    status: Status
    plan: Annotated[Planned | None, BeforeValidator(lambda said: said or None)] = Field(
        description="Null for an experiment that was made over the data API."
    )
    start_date: datetime | None
    end_date: datetime | None
    decided_at: datetime | None
    variants: list[Variant]
    created_at: datetime


class Experiment(Summary):
    """A test, its variants, and what is shown now."""

    on_air: str | None = Field(description="The variant to show today, in a rotation.")


class ExperimentsQuery(PageQuery):
    """Which experiments are asked for."""

    status: Status | None = None
    video_id: str | None = Field(None, max_length=500)


class Day(Model):
    """What a variant came to on a day; sending a day again replaces it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    variant_key: Key
    day: CalendarDay = Field(description="As the platform counts days; YouTube's are Pacific time.")
    impressions: int = Field(ge=0, le=10**12)
    clicks: int = Field(ge=0, le=10**12)
    views: int = Field(0, ge=0, le=10**12)
    watch_seconds: float = Field(0, ge=0, le=1e15)

    @field_validator("clicks")
    @classmethod
    def _were_shown(cls, clicks: int, info: ValidationInfo) -> int:
        if clicks > info.data.get("impressions", clicks):
            raise ValueError("are at most the impressions")
        return clicks


class Observations(Model):
    """Days of one experiment."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: list[Day] = Field(min_length=1, max_length=1_000)


class Noted(Model):
    """What became of observations."""

    new: int
    replaced: int
    unchanged: int


class PlotQuery(Model):
    """What of the variants is drawn."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    metric: Literal["watch_per_impression", "ctr", "avd"] = "ctr"


class Comparison(Model):
    """A variant against the control by one metric."""

    variant_key: str
    metric: Literal["watch_per_impression", "ctr", "avd"]
    control_value: float
    value: float
    lift: float = Field(description="Relative: 0.1 is a tenth more.")
    low: float = Field(description="Of the 95 % interval of the lift.")
    high: float = Field(description="Of the same interval.")
    p: float = Field(description="Two-sided; adjusted by Holm when there are more variants.")
    n: int = Field(description="Impressions, or days, of both together.")
    method: str = Field(description="The test that was used.")


class Verdict(Model):
    """What may be concluded."""

    outcome: Outcome = Field(
        description="`preferred`: better, but that may be chance. `none`: no difference to be told."
        " `invalid`: nothing can be said; see the reason."
    )
    winner: str | None = Field(description="The variant that won or is preferred.")
    reason: str = Field(description="Why, for people.")
    comparisons: list[Comparison]
    warnings: list[str]


class Result(Model):
    """How a test stands. There is no verdict before its horizon: looking early finds winners that
    are none."""

    experiment: Experiment
    settled_days: int = Field(description="Days whose figures are final.")
    days_left: int | None = Field(description="Until it can be decided; null before it began.")
    verdict: Verdict | None = Field(description="Null until it is decided.")
