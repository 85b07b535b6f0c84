"""What the makers of an album are told, and what they hand back."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from chalicelib.domains.albums.models import (
    LONGEST,
    SHORTEST,
    SLOTS,
    Kind,
    Living,
    Overlays,
    Status,
)
from chalicelib.models import Model

ENDED = ("completed", "failed", "cancelled")
STAGES: dict[str, str] = {
    "planned": "Planning the album",
    "generating_music": "Making the music",
    "generating_image": "Drawing the pictures",
    "rendering": "Rendering the video",
}
"""The stages of work in order, each with what it is called while it runs."""
BANDS = {"planned": (0, 5), "generating_music": (5, 35), "generating_image": (35, 60),
         "rendering": (60, 99)}  # fmt: skip
"""Where a stage lies on the way from 0 to 100."""
SHORTEST_SIDE = 360
"""Pixels of a drawn picture's height, at least."""


class Wish(Model):
    """A place's prompt as it is stored, with what the place waits for."""

    model_config = ConfigDict(extra="ignore")

    order_index: int
    prompt: str
    title: str | None = None
    duration_minutes: float | None = None
    take: int = 1
    """Counts the makings of this prompt that were asked for."""
    again: bool = False
    """Another take is wanted, though there is one."""
    anew: bool = False
    """The prompt itself is to be planned anew."""
    upload_id: UUID | None = None
    """The file of the user's that was ordered last for the place."""


class Wishes(Model):
    """All prompts of an album as they are stored, and what the planner says of it."""

    model_config = ConfigDict(extra="ignore")

    description: str = ""
    music_prompts: list[Wish]
    visual_prompts: list[Wish]

    def of(self, kind: Kind) -> list[Wish]:
        return self.music_prompts if kind == "audio" else self.visual_prompts

    def at(self, kind: Kind, place: int) -> Wish:
        return next(wish for wish in self.of(kind) if wish.order_index == place)

    def stored(self) -> dict[str, Any]:
        """For `prompts_json`: places in order, without what says nothing."""
        self.music_prompts.sort(key=lambda wish: wish.order_index)
        self.visual_prompts.sort(key=lambda wish: wish.order_index)
        return self.model_dump(mode="json", exclude_defaults=True)


class PlannedTrack(Model):
    """What a text provider proposes for one track; `seconds` of sound."""

    model_config = ConfigDict(from_attributes=True)

    title: str
    prompt: str
    seconds: float = Field(ge=60 * SHORTEST, le=60 * LONGEST, allow_inf_nan=False)


class PlannedVisual(Model):
    """What a text provider proposes for one picture."""

    model_config = ConfigDict(from_attributes=True)

    prompt: str


class Plan(Model):
    """What a text provider proposes for an album."""

    model_config = ConfigDict(from_attributes=True)

    title: str
    description: str
    music: list[PlannedTrack] = Field(min_length=SLOTS, max_length=SLOTS)
    visuals: list[PlannedVisual] = Field(min_length=SLOTS, max_length=SLOTS)

    @model_validator(mode="after")
    def _all_different(self) -> Self:
        for prompts in (self.music, self.visuals):
            if len({one.prompt.strip() for one in prompts} - {""}) != SLOTS:
                raise ValueError("the prompts are not twenty different ones")
        return self


class Planning(Model):
    """What is to be planned: the arguments of `Text.plan_album`."""

    model_config = ConfigDict(frozen=True)

    niche: str
    mood: str
    style: str
    minutes: int
    seed: int


class OwnFile(Model):
    """A file of the user's for a place: `pending` until it was found good at a glance."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    kind: Kind
    order_index: int
    state: Literal["pending", "ready"]
    key: str
    sha256: str | None
    content_type: str
    rights: str


class Standing(Model):
    """Which places have a take, and the user's files that have not become one."""

    audio: set[int]
    image: set[int]
    files: list[OwnFile]

    def of(self, kind: Kind) -> set[int]:
        return self.audio if kind == "audio" else self.image


class Making(Model):
    """What is to be made for a place: by its prompt, or out of the user's `upload`.

    `item` names this making in the job for ever, also when the place moves.
    """

    model_config = ConfigDict(frozen=True)

    kind: Kind
    item: str
    order_index: int
    prompt: str
    title: str | None
    seconds: float | None
    seed: int
    upload: OwnFile | None = None


class Made(Model):
    """A take that was made or taken in; `frames` of sound at 48 kHz."""

    model_config = ConfigDict(frozen=True)

    provider: str
    key: str
    sha256: str
    size_bytes: int
    cost_usd: Decimal = Decimal(0)
    frames: int | None = None
    resolution: str | None = None
    upscaled: bool = False
    reference: str = ""
    licence: str = ""
    terms: str = ""
    version: str | None = None


class File(Model):
    """A file in the media bucket."""

    model_config = ConfigDict(frozen=True)

    key: str
    content_type: str
    size_bytes: int
    sha256: str


class Document(Model):
    """A licence document of the user's."""

    model_config = ConfigDict(frozen=True)

    key: str
    sha256: str
    content_type: str


class Source(Model):
    """Where a take comes from and on what terms: a line of the licence record."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    key: str
    sha256: str
    provider: str
    reference: str | None
    licence: str | None
    terms: str | None
    rights: str | None
    prompt: str
    cost_usd: Decimal
    original_resolution: str | None = None
    upscaled: bool = False
    version: str | None = None
    making: str | None = None
    made_at: datetime | None = None
    proof: Document | None = None


class Pair(Model):
    """A place as it is rendered. `seconds` is the length of the sound, to the sample."""

    model_config = ConfigDict(frozen=True)

    order_index: int
    title: str
    seconds: float
    frames: int
    audio: Source
    image: Source


class Ordered(Model):
    """What of an album decides what its places still lack."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    status: Status
    goal: Literal["plan", "video"] | None
    attempt: int
    target_duration_minutes: int
    seed: int
    synthetic_content: bool
    prompts_json: Wishes | None


class Held(Ordered):
    """An album as its makers see it."""

    id: UUID
    user_id: UUID
    channel_id: UUID
    channel_name: str
    channel_active: bool
    niche_label: str
    mood_keywords: str
    style: str
    living: Living
    overlays: Overlays
    review: bool
    resolution: str
    video_title: str | None
    video_description: str | None
    wait_token: str | None
    publishing: bool
    failed_step: Status | None
    resume_from: Status | None
    reviewed_at: datetime | None
    cost_usd: Decimal

    @property
    def drawn_size(self) -> tuple[int, int]:
        """Width and height that its pictures are drawn in: small videos are made of larger ones."""
        times = -(-SHORTEST_SIDE // self.height)
        return times * self.width, times * self.height

    @property
    def width(self) -> int:
        return int(self.resolution.split("x")[0])

    @property
    def height(self) -> int:
        return int(self.resolution.split("x")[1])
