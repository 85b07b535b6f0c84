"""A script, and the changes since a client last looked."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from chalicelib.models import Model

Content = Annotated[str, StringConstraints(min_length=1, max_length=200_000, pattern=r"\S")]


class NewScript(Model):
    """A script to keep."""

    content: Content = Field(examples=["An octopus has three hearts. Two of them ..."])
    title: str | None = Field(None, max_length=200)
    channel_id: str | None = Field(None, max_length=200)
    session_id: str | None = Field(None, max_length=200, description="The session that wrote it.")
    parent_id: UUID | None = Field(None, description="The script it rewrites.")


class Script(Model):
    """A script as it is kept."""

    id: UUID
    content: str
    title: str | None
    topic_key: str | None
    run_id: str | None
    channel_id: str | None
    version: int
    parent_id: UUID | None
    content_hash: str | None
    word_count: int | None
    status: Literal["draft", "approved", "rejected"]
    session_id: str | None
    created_at: datetime
    updated_at: datetime


class ScriptsQuery(Model):
    """From where on."""

    model_config = ConfigDict(extra="forbid")

    since: str | None = Field(
        None, max_length=500, description="`since` of the answer before; none from the beginning."
    )
    limit: int = Field(100, ge=1, le=100, description="How many changes at most.")


class Changes(Model):
    """Scripts that changed, oldest change first.

    A change of the last seconds may come twice, so take it in by `id`; none is left out.
    """

    items: list[Script]
    since: str | None = Field(description="To ask for what changes after this; always good.")
    more: bool = Field(description="Whether to ask again at once.")
