"""A channel: its name, what it is about, and how many albums it has."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from chalicelib.models import Model
from chalicelib.pages import PageQuery

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]
YouTubeId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,100}$")]


class NewChannel(Model):
    """A channel to make albums for."""

    name: Name = Field(examples=["Quiet Halls"])
    brand_niche: Name = Field(examples=["Medieval fantasy ambience"])
    youtube_channel_id: YouTubeId | None = Field(
        None, description="The channel at YouTube, when there is one."
    )


class ChannelPatch(Model):
    """What changes; what is left out stays."""

    # defaults are never used: only what was sent is written
    name: Name = Field(default_factory=str)
    brand_niche: Name = Field(default_factory=str)
    youtube_channel_id: YouTubeId | None = None
    is_active: bool = Field(
        default_factory=bool, description="A channel that is not in use starts no albums."
    )


class Channel(Model):
    """A channel with its albums counted; those thrown away do not count."""

    id: UUID
    name: str
    brand_niche: str
    youtube_channel_id: str | None
    is_active: bool
    total_jobs: int
    active_jobs: int = Field(description="Albums somebody works on now.")
    completed_jobs: int
    created_at: datetime
    updated_at: datetime


class ChannelsQuery(PageQuery):
    """Which channels."""

    is_active: bool | None = Field(None, description="Those in use, or those that are not.")


class Measure(Model):
    """What the whole channel is held to, by its `kpi_targets`."""

    name: Literal["cadence", "rpm"] = Field(
        description="Videos a week that the public could see, or USD for a thousand views; both of"
        " the last 28 days."
    )
    target: float
    value: float | None = Field(description="None while nothing is known, as of revenue.")
    verdict: Literal["meets", "below", "unknown"]


class Gate(Model):
    """What a video's figures say to do with more like it."""

    decision: Literal["publish", "hold", "rework"]
    promote: bool = Field(description="It met its targets on the last two days.")
    reasons: list[str]
    warnings: list[str]
    days: int = Field(description="Days it is judged by; those without views are none.")
    channel: list[Measure] = Field(
        description="What its channel is held to besides; it does not decide about the video."
    )
