"""Webhooks, their deliveries, and which notices a user wants."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from chalicelib.models import Model

EVENTS = {
    "job.completed": "A video is ready.",
    "job.failed": "A video could not be made.",
    "job.cancelled": "A job was cancelled.",
    "album.completed": "An album is ready for export.",
    "album.failed": "An album could not be made.",
    "album.cancelled": "The making of an album was cancelled.",
    "album.review": "An album waits for its user to listen and to look.",
    "album.published": "An album is at the platform, to be seen when it was scheduled.",
    "album.unpublished": "An album could not be published.",
    "export.completed": "A copy of your data is ready.",
    "budget.warning": "A budget for providers is nearly spent.",
    "budget.exceeded": "A call was refused because it would have passed a budget.",
    "budget.stopped": "A call was refused because a budget's kill switch is on.",
    "lead.warm": "A lead's score came to 50.",
    "lead.hot": "A lead's score came to 75.",
    "webhook.disabled": "A webhook was switched off because it failed.",
}
"""Event types a webhook can ask for, and when each is sent."""

EventType = Literal[
    "job.completed", "job.failed", "job.cancelled", "album.completed", "album.failed",
    "album.cancelled", "album.review", "album.published", "album.unpublished", "export.completed",
    "budget.warning", "budget.exceeded", "budget.stopped", "lead.warm", "lead.hot",
    "webhook.disabled",
]  # fmt: skip
DeliveryStatus = Literal["pending", "delivering", "succeeded", "failed", "exhausted", "cancelled"]

Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"\S")]
Address = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
Description = Annotated[str, StringConstraints(max_length=1_000)]
Events = Annotated[
    list[EventType],
    Field(max_length=len(EVENTS), description="Event types wanted; empty for all."),
    AfterValidator(lambda events: sorted(set(events))),
]


class Preferences(Model):
    """Which notices a user wants. Whatever is not plainly false is a yes."""

    model_config = ConfigDict(frozen=True)

    job_complete: bool = True
    job_failed: bool = True
    published: bool = True
    budget: bool = True
    email: bool = True
    webhook: bool = True

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "Preferences":
        """The preferences in an object of the user's own making."""
        return cls(**{name: stored.get(name) is not False for name in cls.model_fields})


class NewWebhook(Model):
    """An address to tell. It must be https and in the public internet."""

    model_config = ConfigDict(extra="forbid")

    name: Name = Field(examples=["Publishing"])
    url: Address = Field(examples=["https://example.com/hooks/showrunner"])
    description: Description | None = None
    events: Events = Field(default_factory=list)


class WebhookPatch(Model):
    """What is left out stays. `is_active: true` forgets failures."""

    model_config = ConfigDict(extra="forbid")

    # defaults are never used: only what was sent is written
    name: Name = Field(default_factory=str)
    url: Address = Field(default_factory=str)
    description: Description | None = None
    events: Events = Field(default_factory=list)
    is_active: bool = Field(default_factory=bool)


class Rotation(Model):
    """How long the present secret goes on signing beside the new one."""

    model_config = ConfigDict(extra="forbid")

    overlap_hours: int = Field(24, ge=0, le=168)


class Webhook(Model):
    """An address that is told."""

    id: UUID
    name: str
    url: str
    description: str | None
    events: list[str]
    is_active: bool
    last_triggered_at: datetime | None
    last_response_code: int | None
    retry_count: int = Field(description="Failures in a row.")
    first_failure_at: datetime | None
    disabled_at: datetime | None
    disabled_reason: str | None
    created_at: datetime
    updated_at: datetime


class WebhookWithSecret(Webhook):
    """A webhook with the secret that signs for it, shown this once."""

    secret: str = Field(description="`whsec_…`, to verify signatures with (Standard Webhooks).")


class Delivery(Model):
    """One event on its way to one webhook."""

    id: UUID
    webhook_id: UUID
    event_id: UUID = Field(description="Sent as `webhook-id`, the same on every attempt.")
    event_type: str
    payload: dict[str, Any]
    status: DeliveryStatus
    attempt: int
    next_attempt_at: datetime | None
    response_code: int | None
    response_excerpt: str | None
    duration_ms: int | None
    trigger: Literal["event", "retry", "replay", "test"]
    created_at: datetime
    updated_at: datetime
