"""An album: tracks that melt into each other, a visual for each, and where everything starts."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chalicelib.media.package import Chapter

SLOTS = 20
"""Places of a whole album: a track and a visual each."""
CROSSFADE = 2.0
"""Seconds in which one track goes and the next one comes."""
RATE = 48_000
"""Samples of sound per second."""
FPS = 30
LONGEST_DESCRIPTION = 5_000
"""Bytes that YouTube takes."""
Living = Literal["still", "drift", "rain", "embers", "glow"]
LIVING: tuple[Living, ...] = get_args(Living)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Track(_Frozen):
    """One place of the album: what is heard, and what is seen meanwhile."""

    order_index: int = Field(ge=1)
    title: str = Field(min_length=1)
    audio: str = Field(description="Any reference to the sound file.")
    image: str = Field(description="Any reference to the picture.")
    seconds: float = Field(gt=0, description="Length of the sound, to the sample.")

    @property
    def samples(self) -> int:
        return round(self.seconds * RATE)


class Overlays(_Frozen):
    """What is written over the visuals."""

    title_card: bool = Field(True, description="The album's title over its first seconds.")
    track_names: bool = Field(True, description="Each track's name when it comes.")
    waveform: bool = Field(False, description="The shape of the track's sound beside its name.")


class Segment(_Frozen):
    """The frames in which one track's visual is seen."""

    index: int = Field(ge=0, description="Place in `Album.tracks`.")
    start: int = Field(ge=0, description="First frame.")
    frames: int = Field(ge=1)


class Album(_Frozen):
    """A whole album video. The same album, sound and pictures give the same bytes."""

    version: Literal[1] = 1
    title: str = Field(min_length=1)
    width: int = Field(ge=16, multiple_of=2)
    height: int = Field(ge=16, multiple_of=2)
    fps: int = Field(FPS, ge=1, le=60)
    crossfade: float = Field(CROSSFADE, ge=0)
    living: Living = "still"
    overlays: Overlays = Overlays()
    seed: int = 0
    tracks: tuple[Track, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        """Places count from one, and no track is shorter than the crossfades at its two ends."""
        if [track.order_index for track in self.tracks] != list(range(1, len(self.tracks) + 1)):
            raise ValueError("order_index counts 1, 2, 3 …")
        if len(self.tracks) > 1 and min(t.seconds for t in self.tracks) < 2 * self.crossfade:
            raise ValueError("a track is shorter than its two crossfades")
        return self

    @property
    def seconds(self) -> float:
        """How long the album sounds."""
        return reachable([track.seconds for track in self.tracks], self.crossfade)

    @property
    def frames(self) -> int:
        """How many frames are seen: within half of one as long as the album sounds."""
        return round(self.seconds * self.fps)

    @property
    def starts(self) -> tuple[float, ...]:
        """Seconds at which each track is heard to begin: the middle of the crossfade that
        brings it, where it gets as loud as the one that goes. The first begins at 0."""
        entries = [0.0]
        for track in self.tracks[:-1]:
            entries.append(entries[-1] + track.samples / RATE - self.crossfade)
        return (0.0, *(entry + self.crossfade / 2 for entry in entries[1:]))

    @property
    def segments(self) -> tuple[Segment, ...]:
        """Each visual changes at the frame nearest to where its track is heard to begin."""
        cuts = [*(round(start * self.fps) for start in self.starts), self.frames]
        return tuple(
            Segment(index=index, start=start, frames=end - start)
            for index, (start, end) in enumerate(pairwise(cuts))
        )


def reachable(track_seconds: Sequence[float], crossfade: float = CROSSFADE) -> float:
    """Seconds of album that tracks of these lengths make: each crossfade is heard once."""
    samples = sum(round(seconds * RATE) for seconds in track_seconds)
    fades = max(0, len(track_seconds) - 1) * round(crossfade * RATE)
    return (samples - fades) / RATE


def chapters(album: Album) -> list[Chapter]:
    """A chapter for each track, from where it is heard to begin to where the next one is."""
    ends = [*album.starts[1:], album.seconds]
    return [
        Chapter(track.title, start, end)
        for track, start, end in zip(album.tracks, album.starts, ends, strict=True)
    ]


def chapter_lines(album: Album) -> str:
    """Chapters as lines for a video's description: `0:00 Rain on slate`, `1:02:07 Last ferry`.

    Whole seconds, the nearest: with two seconds of crossfade always inside of it.
    """
    return "".join(
        f"{clock(chapter.start)} {' '.join(chapter.title.split())}\n" for chapter in chapters(album)
    )


def description(album: Album, intro: str, after: str = "") -> str:
    """A video's description: `intro`, the chapters, `after`. The intro is cut where YouTube
    would refuse the length; it takes no < and > either, so they become brackets."""
    rest = "\n\n".join(filter(None, [chapter_lines(album).strip(), after.strip()]))
    room = max(0, LONGEST_DESCRIPTION - len(rest.encode()) - 2)
    begin = intro.strip().encode()[:room].decode(errors="ignore").rstrip()
    text = "\n\n".join(filter(None, [begin, rest]))
    return text.replace("<", "[").replace(">", "]")


def clock(seconds: float) -> str:
    """The nearest whole second as M:SS, and as H:MM:SS from one hour on."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
