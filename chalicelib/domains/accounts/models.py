"""What a user reads and may change of their own record."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from chalicelib.domains.notices.models import Preferences
from chalicelib.models import Model

WebAddress = Annotated[str, StringConstraints(pattern=r"^https://[^\s]+$", max_length=2000)]


class Me(Model):
    """The signed-in user."""

    id: UUID
    role: Literal["authenticated"] = "authenticated"
    email: str | None = Field(description="The address the token vouches for.")
    display_name: str | None
    avatar_url: str | None
    notification_prefs: Preferences
    created_at: datetime
    updated_at: datetime


class PreferencesPatch(Model):
    """What is left out stays."""

    # defaults are never used: only what was sent is written
    job_complete: bool = Field(default_factory=bool)
    job_failed: bool = Field(default_factory=bool)
    published: bool = Field(default_factory=bool)
    budget: bool = Field(default_factory=bool)
    email: bool = Field(default_factory=bool)
    webhook: bool = Field(default_factory=bool)


class MePatch(Model):
    """What is left out stays; null clears."""

    display_name: str | None = Field(None, max_length=200, examples=["Ada"])
    avatar_url: WebAddress | None = Field(None, examples=["https://example.com/ada.png"])
    notification_prefs: PreferencesPatch = Field(default_factory=PreferencesPatch)
