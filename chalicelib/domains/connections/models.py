"""An account at a platform, and how it comes to be connected."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from chalicelib.models import Model

Platform = Literal["youtube"]
Said = Annotated[str, StringConstraints(min_length=1, max_length=2_000, pattern=r"^[\x21-\x7e]+$")]


class Connect(Model):
    """Which of your channels is to publish with the account."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    channel_id: UUID


class Consent(Model):
    """What the platform sent along when the user came back from it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    state: Said
    code: Said | None = Field(None, description="The consent.")
    error: Said | None = Field(None, description="Or why there is none.")

    @model_validator(mode="after")
    def _one_of_them(self) -> "Consent":
        if (self.code is None) == (self.error is None):
            raise ValueError("either code or error is given")
        return self


class Connection(Model):
    """An account, without its tokens."""

    id: UUID
    platform_name: str
    platform_user_id: str | None = Field(description="The channel's id there.")
    platform_username: str | None
    connection_status: Literal["connected", "expired", "revoked", "error"] = Field(
        description="`revoked`: connect it again."
    )
    scopes: list[str]
    token_expires_at: datetime | None
    last_refresh_at: datetime | None
    last_refresh_error: str | None
    channels: list[UUID] = Field(description="Your channels that publish with it.")
    created_at: datetime
    updated_at: datetime


class Connecting(Model):
    """Where consent is given; or the account, where nobody has to be asked."""

    authorization_url: str | None = Field(
        description="Send the user there, within ten minutes; it comes back with state and code."
    )
    connection: Connection | None
