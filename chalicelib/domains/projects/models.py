"""A video as its user configured it."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from chalicelib.models import Model
from chalicelib.pages import PageQuery

Niche = Literal["motivation", "explainer", "facts", "history", "finance", "science"]
Format = Literal["16:9", "9:16", "1:1"]
TranscriptMode = Literal["auto", "manual"]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Prompt = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Minutes = Annotated[int, Field(ge=1, le=10)]


class ProjectSettings(Model):
    """How the video looks and sounds."""

    format: Format = "16:9"
    voice: str = Field("default", max_length=100, description="Voice of the narration.")
    music_mood: str | None = Field(None, max_length=50, description="null leaves it to the niche.")
    captions: bool = Field(True, description="Burn the spoken words into the picture.")
    seed: int = Field(0, ge=0, le=2**31 - 1, description="Same seed, same video.")
    voice_over_upload_id: UUID | None = Field(
        None, description="An upload of purpose `voice_over` that replaces the narration."
    )


class NewProject(Model):
    """A video to configure."""

    title: Title = Field(examples=["Three hearts"])
    prompt_text: Prompt = Field(examples=["Why octopuses have three hearts"])
    niche_preset: Niche = Field(examples=["science"])
    target_minutes: Minutes = 1
    voice_profile_id: UUID | None = None
    transcript_mode: TranscriptMode = Field(
        "auto", description="`manual` narrates `transcript_text` word for word."
    )
    transcript_text: str | None = Field(None, max_length=100_000)
    settings: ProjectSettings = Field(default_factory=ProjectSettings)
    draft_id: UUID | None = Field(None, description="The claimed draft it grew from.")


class ProjectPatch(Model):
    """What changes; what is left out stays. `settings` are merged."""

    # defaults are never used: only what was sent is written
    version: int | None = Field(
        None,
        ge=1,
        description="The version you read, as in If-Match; without it any version is changed.",
    )
    title: Title = Field(default_factory=str)
    prompt_text: Prompt = Field(default_factory=str)
    niche_preset: Niche = Field(default_factory=lambda: "explainer")
    target_minutes: Minutes = Field(default_factory=int)
    voice_profile_id: UUID | None = None
    transcript_mode: TranscriptMode = Field(default_factory=lambda: "auto")
    transcript_text: str | None = Field(None, max_length=100_000)
    settings: ProjectSettings = Field(default_factory=ProjectSettings)


class Project(Model):
    """A project as it stands."""

    id: UUID
    title: str
    prompt_text: str
    niche_preset: Niche
    target_minutes: int
    voice_profile_id: UUID | None
    transcript_mode: TranscriptMode
    transcript_text: str | None
    settings: dict[str, Any] = Field(description="As in the request that made or changed it.")
    draft_id: UUID | None
    version: int = Field(description="Counts changes; ETag says the same.")
    created_at: datetime
    updated_at: datetime


class ProjectsQuery(PageQuery):
    """Which projects."""

    niche_preset: Niche | None = None
