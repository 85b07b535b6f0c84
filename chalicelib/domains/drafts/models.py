"""A prompt kept before its writer signs in."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from chalicelib.models import Model

SessionToken = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
"""256 random bits, as the first draft's answer gave them."""


class SaveDraft(Model):
    """The prompt so far. With a session token (or its cookie) the session's draft is replaced."""

    prompt_text: str = Field(
        min_length=10, max_length=20_000, examples=["Why octopuses have three hearts"]
    )
    template_id: str | None = Field(None, max_length=100)
    options: dict[str, Any] = Field(
        default_factory=dict,
        max_length=50,
        description="Choices made before signing in.",
        examples=[{"minutes": 1, "niche": "science"}],
    )
    session_token: SessionToken | None = Field(
        None, description="From the first answer, where cookies are not kept."
    )


class ClaimDraft(Model):
    """Which session's draft; the cookie says it where there is one."""

    session_token: SessionToken | None = None


class SavedDraft(Model):
    """Where the draft is kept."""

    id: UUID
    session_token: str | None = Field(
        description="Shown once, with the session's first draft. Whoever has it may claim it."
    )
    expires_at: datetime


class Draft(Model):
    """A claimed draft."""

    id: UUID
    prompt_text: str
    template_id: str | None
    options: dict[str, Any]
    claimed_at: datetime
    created_at: datetime
