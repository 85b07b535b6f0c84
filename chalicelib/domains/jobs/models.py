"""What a job is: its order, its stages, and what its user is shown."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from chalicelib.domains.projects.models import Format
from chalicelib.models import Model
from chalicelib.pages import PageQuery

Status = Literal[
    "PENDING", "QUEUED", "SCRIPTING", "VOICE_GEN", "ALIGNMENT", "VISUAL_PLAN", "IMAGE_GEN",
    "TIMELINE", "RENDERING", "PACKAGING", "READY", "FAILED", "CANCELLED",
]  # fmt: skip

STAGES = {
    "SCRIPTING": "Writing the script",
    "VOICE_GEN": "Speaking the narration",
    "ALIGNMENT": "Timing every word",
    "VISUAL_PLAN": "Planning the pictures",
    "IMAGE_GEN": "Drawing the pictures",
    "TIMELINE": "Laying out the timeline",
    "RENDERING": "Rendering the video",
    "PACKAGING": "Packing and checking the files",
}
"""The stages of work in order, each with what it is called while it runs."""

BANDS = (5, 15, 25, 40, 50, 70, 75, 95, 100)
"""Where the stages lie on the way from 0 to 100: the nth begins at the nth number."""


class StartJob(Model):
    """An order for a video of a project. What is left out is taken from the project."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    minutes: int | None = Field(None, ge=1, le=10, description="Length to aim at.")
    seed: int | None = Field(
        None, ge=0, lt=2**31, description="The same seed makes the same video of the same project."
    )


class Order(Model):
    """The order as it stood when the job began. `transcript` is narrated word for word."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    title: str
    prompt: str
    niche: str
    minutes: int
    seed: int
    format: Format = "16:9"
    voice: str = "default"
    music_mood: str | None = None
    captions: bool = True
    transcript: str | None = None
    voice_over_upload_id: UUID | None = None


class JobStep(Model):
    """How far one stage is. `item_total` is null until it is known."""

    step_name: str
    state: Literal["pending", "started", "succeeded", "failed"]
    progress_pct: int
    error_message: str | None
    attempts: int
    duration_ms: int = Field(description="Working time of all its workers together.")
    cost_usd: Decimal
    skipped: bool
    item_total: int | None
    item_done: int
    started_at: datetime | None
    finished_at: datetime | None


class JobSummary(Model):
    """A job in a list."""

    id: UUID
    project_id: UUID
    status: Status
    progress: int = Field(description="0 to 100; never goes back.")
    status_message: str | None = Field(description="What is going on, for people.")
    cost_credits_reserved: int
    cost_credits_final: int | None
    failed_step: str | None
    error_code: str | None
    error_message: str | None
    attempt: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class Job(JobSummary):
    """A job with its steps. `seconds_left` is an estimate from the user's earlier videos."""

    settings: dict[str, Any]
    manifest_json: dict[str, Any] | None
    steps: list[JobStep]
    seconds_left: int | None


class JobsQuery(PageQuery):
    """Filters of the list of jobs."""

    status: Status | None = Field(None, description="Jobs in this state alone.")
    project_id: UUID | None = Field(None, description="Jobs of this project alone.")


class JobEvent(Model):
    """Something that happened in a job."""

    id: UUID
    seq: int
    level: Literal["debug", "info", "warning", "error"]
    stage: str | None
    message: str
    meta: dict[str, Any]
    created_at: datetime


class Asset(Model):
    """A file a job made. `download` in the API gives a link to it."""

    id: UUID
    job_id: UUID
    type: str
    storage_path: str
    size_bytes: int | None
    mime_type: str | None
    sha256: str | None
    metadata_json: dict[str, Any]
    expires_at: datetime | None
    created_at: datetime
