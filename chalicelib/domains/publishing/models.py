"""How an album is to be published, and how far it is."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import (
    AwareDatetime,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

from chalicelib.models import Day, Model
from chalicelib.providers.publisher.interface import Privacy

State = Literal["queued", "uploading", "finishing", "published", "failed", "cancelled"]
FURTHEST = timedelta(days=730)


class Publish(Model):
    """An album to publish; it is checked first. What is left out is as the album has it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    privacy: Privacy = Field("private", description="Who may watch it.")
    scheduled_at: AwareDatetime | None = Field(
        None, description="When it becomes public by itself; with `privacy` public alone."
    )
    title: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] | None = None
    description: Annotated[str, StringConstraints(max_length=10_000)] | None = None
    thumbnail: UUID | None = Field(
        None, description="An upload of yours: JPEG or PNG, at most 2 MB."
    )
    made_for_kids: bool = False

    @field_validator("scheduled_at")
    @classmethod
    def _public_and_ahead(cls, at: datetime | None, info: ValidationInfo) -> datetime | None:
        if at is not None:
            if info.data.get("privacy", "public") != "public":
                raise ValueError("goes with privacy public")
            now = datetime.now(UTC)
            if not now < at < now + FURTHEST:
                raise ValueError("lies ahead, by two years at most")
        return at


class Publication(Model):
    """An album on its way to the platform, or there."""

    id: UUID
    video_job_id: UUID
    platform: str
    state: State = Field(description="`finishing`: the video has arrived, its thumbnail not yet.")
    progress: int = Field(description="Percent of the video that has arrived.")
    attempt: int
    privacy: Privacy
    scheduled_at: datetime | None
    title: str
    description: str
    synthetic_content: bool = Field(description="Labelled as made by machine.")
    made_for_kids: bool
    sent_bytes: int
    size_bytes: int
    platform_video_id: str | None
    platform_url: str | None
    waits_until: datetime | None = Field(
        description="When it goes on, where the platform allows no more today."
    )
    error_code: str | None
    error_message: str | None
    note: str | None = Field(description="What is not as it should be, although it is published.")
    finished_at: datetime | None
    created_at: datetime
    updated_at: datetime


class FiguresQuery(Model):
    """Which days; all of them when neither is given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: Day | None = Field(None, description="First day, as the platform counts days.")
    until: Day | None = Field(None, description="Last day.")


class Figured(Model):
    """What a video came to."""

    views: int
    watch_time_hours: Decimal | None
    impressions: int | None = Field(description="Told by the platform some two days late.")
    ctr: Decimal | None = Field(description="Clicks per impression, 0 to 1.")
    avg_view_duration: Decimal | None = Field(description="Seconds watched per view.")


class FiguredDay(Figured):
    """What a video came to on a day."""

    snapshot_date: date


class Figures(Figured):
    """What a published album came to: in all, and day by day."""

    days: list[FiguredDay]
