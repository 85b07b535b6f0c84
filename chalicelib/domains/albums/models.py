"""What an album is to its user: its order, its prompts, its places with their takes, its files."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from chalicelib.domains.files.links import Download
from chalicelib.models import Model
from chalicelib.pages import PageQuery

SLOTS = 20

Status = Literal[
    "planned", "generating_music", "generating_image", "rendering", "ready_for_export", "completed",
    "failed", "cancelled",
]  # fmt: skip
Kind = Literal["audio", "image"]
Place = Annotated[int, Field(ge=1, le=SLOTS, description="Place in the album, 1 to 20.")]
Living = Literal["still", "drift", "rain", "embers", "glow"]
Resolution = Literal["1920x1080", "2560x1440", "3840x2160"]
Minutes = Annotated[int, Field(ge=60, le=90)]
Niche = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]
Mood = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000)]
Style = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Prompt = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
TrackTitle = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^<>]+$")
]
VideoTitle = TrackTitle
"""As YouTube takes it: at most 100 characters, without angle brackets."""
Description = Annotated[str, StringConstraints(max_length=5_000, pattern=r"^[^<>]*$")]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]
SHORTEST, LONGEST = 0.5, 15
"""Minutes of a track."""
TrackMinutes = Annotated[float, Field(ge=SHORTEST, le=LONGEST)]


class Overlays(Model):
    """What is written over the pictures."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title_card: bool = Field(True, description="The album's title over its first seconds.")
    track_names: bool = Field(True, description="Each track's name when it comes.")
    waveform: bool = Field(False, description="The shape of the track's sound beside its name.")


class NewAlbum(Model):
    """An album to plan. Nothing is made, and nothing costs, before it is planned or started."""

    channel_id: UUID = Field(description="The channel it is for.")
    niche_label: Niche = Field(examples=["Royal court ambience"])
    mood_keywords: Mood = Field(examples=["elegant, classical, serene"])
    target_duration_minutes: Minutes = 60
    style: Style = Field("", description="How the pictures look.", examples=["oil painting"])
    living: Living = Field("drift", description="How the pictures move.")
    overlays: Overlays = Field(default_factory=Overlays)
    resolution: Resolution | None = Field(None, description="null takes the deployment's own.")
    review: bool = Field(False, description="Stop before the rendering, to listen and to look.")
    seed: Seed | None = Field(None, description="The same seed makes the same album.")


class AlbumPatch(Model):
    """What changes; what is left out stays."""

    # defaults are never used: only what was sent is written
    niche_label: Niche = Field(default_factory=str)
    mood_keywords: Mood = Field(default_factory=str)
    target_duration_minutes: Minutes = Field(default_factory=int)
    style: Style = Field(default_factory=str)
    living: Living = Field(default_factory=lambda: "drift")
    overlays: Overlays = Field(default_factory=Overlays)
    resolution: Resolution = Field(default_factory=lambda: "1920x1080")
    review: bool = Field(default_factory=bool)
    seed: Seed = Field(default_factory=int)
    video_title: VideoTitle | None = None
    video_description: Description | None = None
    synthetic_content: bool = Field(
        default_factory=bool,
        description="Labelled as made by machine; false for nothing but your own files.",
    )


class MusicPrompt(Model):
    """What one track is to be."""

    order_index: Place
    prompt: Prompt = Field(examples=["Elegant waltz with strings and piano, 120 BPM"])
    title: TrackTitle = Field(examples=["The candlelit waltz"])
    duration_minutes: TrackMinutes = Field(examples=[3.5])


class VisualPrompt(Model):
    """What one picture is to be."""

    order_index: Place
    prompt: Prompt = Field(examples=["A grand ballroom with chandeliers, warm light"])


class PromptsPatch(Model):
    """Twenty prompts for the tracks, for the pictures, or for both; what is left out stays."""

    music_prompts: list[MusicPrompt] = Field(
        default_factory=list, min_length=SLOTS, max_length=SLOTS
    )
    visual_prompts: list[VisualPrompt] = Field(
        default_factory=list, min_length=SLOTS, max_length=SLOTS
    )


class StoredVisual(Model):
    """A picture's prompt as it is kept."""

    order_index: int
    prompt: str


class StoredMusic(StoredVisual):
    """A track's prompt as it is kept."""

    title: str | None = None
    duration_minutes: float | None = None


class Prompts(Model):
    """Twenty prompts for tracks and twenty for pictures, as `PATCH …/prompts` takes them."""

    music_prompts: list[StoredMusic]
    visual_prompts: list[StoredVisual]


class Pairing(Model):
    """The track and the picture of one place, named by the places where they are now."""

    track: Place
    picture: Place


class Arrangement(Model):
    """What comes to places 1 to 20, in this order. Every track and every picture once."""

    pairs: list[Pairing] = Field(min_length=SLOTS, max_length=SLOTS)


class ChosenTake(Model):
    """Which take a place uses."""

    take_id: UUID


class Licence(Model):
    """The document that shows by what right a take is used."""

    upload_id: UUID | None = Field(
        description="A file of yours with the purpose `licence`; null takes it back."
    )


class Take(Model):
    """One making of a place's track or picture."""

    id: UUID
    kind: Kind
    order_index: int
    provider: str = Field(description="Who made it: `upload` is you, `dummy` the local provider.")
    prompt: str
    title: str | None
    is_selected: bool
    seconds: Decimal | None = Field(description="Length of a track.")
    original_resolution: str | None = Field(description="Size of a picture as it came.")
    upscaled: bool = Field(description="It came smaller than the album and was enlarged.")
    license_document_url: str | None = Field(description="Where its vendor keeps the licence.")
    terms: str | None = Field(description="Who may use it, in its maker's words.")
    rights: str | None = Field(description="What you said of your right to use it.")
    proof_upload_id: UUID | None = Field(description="The licence document you sent for it.")
    sha256: str | None
    upload_id: UUID | None = Field(description="The file of yours that it is.")
    cost_usd: Decimal
    created_at: datetime


PlaceState = Literal["empty", "waiting", "running", "ready", "failed"]
"""`empty`: nothing yet. `waiting`: a take is ordered or on its way. `running`: it is being made."""


class PlaceProgress(Model):
    """How far one place is."""

    order_index: int
    audio: PlaceState
    image: PlaceState


class HalfSlot(Model):
    """The track or the picture of a place: what it is to be and which takes there are."""

    prompt: str | None
    title: str | None = None
    duration_minutes: float | None = None
    state: PlaceState = Field(
        description="`empty`: nothing yet. `waiting`: a take is ordered or on its way. `running`:"
        " it is being made. `failed`: it could not be, and the album ended of it."
    )
    error: str | None = Field(None, description="Why it could not be made.")
    selected: UUID | None = Field(description="The take in use.")
    upload_id: UUID | None = Field(None, description="The file of yours it waits for.")
    takes: list[Take]


class Slot(Model):
    """One place of the album: a track and a picture that belong together."""

    order_index: int
    audio: HalfSlot
    image: HalfSlot


class AlbumSummary(Model):
    """An album in a list."""

    id: UUID
    channel_id: UUID
    status: Status
    goal: Literal["plan", "video"] | None = Field(
        description="What is being worked at; null while nobody works on it."
    )
    progress: int = Field(description="0 to 100; never goes back within an attempt.")
    status_message: str | None = Field(description="What is going on, for people.")
    niche_label: str
    mood_keywords: str
    target_duration_minutes: int
    video_title: str | None
    failed_step: str | None = Field(description="The status it failed or was cancelled in.")
    error_code: str | None = Field(description="Why it failed, for programs.")
    error_message: str | None = Field(description="Why it failed, for people.")
    attempt: int = Field(description="Counts how often work was begun; 0 before.")
    cost_usd: Decimal = Field(description="What it cost so far, in dollars.")
    estimated_cost_usd: Decimal | None = Field(
        description="What it was expected to cost when its making was started; null before."
    )
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None


class Album(AlbumSummary):
    """An album as it stands."""

    style: str
    living: Living
    overlays: Overlays
    resolution: str
    review: bool
    in_review: bool = Field(description="It waits for you: listen, look, then render.")
    allowed: list[str] = Field(description="What can be asked of it now.", examples=[["start"]])
    seed: int = Field(description="The same seed makes the same album of the same order.")
    synthetic_content: bool = Field(description="Labelled as made by machine.")
    video_description: str | None
    prompts: Prompts | None = Field(description="null until it is planned.")
    tracks_ready: int = Field(description="Places with a track, of 20.")
    pictures_ready: int = Field(description="Places with a picture, of 20.")
    places: list[PlaceProgress] = Field(description="How far each of the 20 places is.")
    planned_seconds: float | None = Field(
        description="How long the album will be by what is known, its crossfades counted once."
    )
    seconds_left: int | None = Field(
        description="Until it is done, by your earlier albums; null while nobody works on it."
    )
    youtube_url: str | None
    files: list[str] = Field(description="What there is to fetch; `export` gives the links.")
    manifest_json: dict[str, Any] | None = Field(
        description="What was made: lengths, loudness, checks, hashes, cost; null before."
    )
    started_at: datetime | None = Field(description="When the present attempt was taken up.")


class PlacePrice(Model):
    """What the provider asks for one place's track or picture."""

    kind: Kind
    order_index: int
    provider: str
    cost_usd: Decimal


class Estimate(Model):
    """What the making of an album will cost, in dollars; what was paid for before is not again."""

    spent_usd: Decimal = Field(description="What it cost so far.")
    planning_usd: Decimal = Field(description="For its prompts; 0 when all are there.")
    places: list[PlacePrice] = Field(description="Every track and picture still to be made.")
    total_usd: Decimal = Field(description="Still to come: the planning and all places.")
    expected_usd: Decimal = Field(description="In the end: spent so far and still to come.")


class AlbumsQuery(PageQuery):
    """Which albums."""

    status: Status | None = Field(None, description="Albums in this state alone.")
    channel_id: UUID | None = Field(None, description="Albums of this channel alone.")


class SuggestTitles(Model):
    """How many titles; another `seed` gives others."""

    count: int = Field(5, ge=1, le=10)
    seed: Seed | None = None


class Titles(Model):
    """Titles to choose from."""

    candidates: list[str]


class Described(Model):
    """A description with chapters."""

    video_title: str | None
    video_description: str


class ExportedFile(Download):
    """One file of an album."""

    name: str
    content_type: str
    size_bytes: int
    sha256: str


class Export(Model):
    """All there is to publish an album with."""

    video_title: str | None
    video_description: str | None
    synthetic_content: bool = Field(description="To be disclosed as made by machine.")
    seconds: float | None
    resolution: str
    files: list[ExportedFile]
