"""Topics, what is known about them, and how a lookup came by it."""

import hashlib
import json
import re
import unicodedata
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from chalicelib.domains.projects.models import Niche
from chalicelib.models import Model
from chalicelib.pages import PageQuery

Outcome = Literal["hit", "miss", "stale", "coalesced", "bypass"]
"""hit: found fresh · miss: researched now · bypass: researched now although a fresh entry was
there · coalesced: another caller's research of this moment · stale: older than seven days,
because the provider does not answer."""


TopicText = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"\S")]

GAPS = re.compile(r"\s+")


def topic_key(topic: str) -> str:
    """What a topic is called in the cache: NFKC, case folded, space and punctuation collapsed.

    A topic of nothing but punctuation keeps it.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", topic).casefold())
    words = "".join(" " if unicodedata.category(c)[0] in "ZPC" else c for c in folded)
    return GAPS.sub(" ", words).strip() or GAPS.sub(" ", folded).strip()


def params_hash(**params: str) -> str:
    """SHA-256 of what else shapes the research."""
    return hashlib.sha256(json.dumps(params, sort_keys=True).encode()).hexdigest()


class ResearchQuery(PageQuery):
    """Which entries are asked for."""

    topic: TopicText | None = Field(None, description="What they are about, in any spelling.")


class AskResearch(Model):
    """A topic to look up."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    topic: TopicText
    niche: Niche = "explainer"
    channel_id: UUID | None = Field(
        None, description="The channel that it is for: its budgets count what is paid."
    )
    force: bool = Field(False, description="Research anew although a fresh entry is there.")
    stale_ok: bool = Field(False, description="Take an older entry when the provider is down.")


class Cached(Model):
    """Research about a topic, and how it was come by."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    topic: str
    content: str
    outcome: Outcome
    provider: str
    tokens: int
    cost_usd: Decimal = Field(description="What the research cost when it was done.")
    saved_usd: Decimal = Field(description="What this lookup did not have to pay.")
    updated_at: datetime


class Entry(Model):
    """One entry of the cache."""

    id: UUID
    topic: str
    content: str
    provider: str
    tokens: int
    cost_usd: Decimal
    fresh: bool = Field(description="Not older than seven days.")
    hit_count: int
    last_hit_at: datetime | None
    created_at: datetime
    updated_at: datetime
    expires_at: datetime


class StatsQuery(Model):
    """Whose lookups are counted, and how."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    channel_id: UUID | None = Field(None, description="Of one channel; all lookups without it.")
    group: Literal["day", "channel"] = "day"


class Rate(Model):
    """The lookups of a day or a channel."""

    group: str = Field(description="The day, UTC, or the channel; `none` for lookups without one.")
    lookups: int
    hit_rate: float = Field(description="Of them, those that paid nothing; aim at more than half.")
    cost_saved_usd: Decimal


class Stats(Model):
    """How well the cache serves. Entries are shared by all channels."""

    entries: int = Field(description="Topics in the cache.")
    fresh: int = Field(description="Of them, those not older than seven days.")
    hit: int = Field(description="Lookups that found a fresh entry.")
    miss: int = Field(description="Lookups that had to research.")
    stale: int = Field(description="Lookups that took an old entry while the provider was down.")
    coalesced: int = Field(description="Lookups that waited for another one's research.")
    bypass: int = Field(description="Lookups that asked for new research with `force`.")
    hit_rate: float | None = Field(description="Lookups that paid nothing; null before any.")
    cost_saved_usd: Decimal
    items: list[Rate] = Field(description="By group: the latest 366 days, or as many channels.")
