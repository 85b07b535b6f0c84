"""The timeline: everything needed to render any interval of a video alone."""

from collections.abc import Sequence
from itertools import pairwise
from math import ceil
from random import Random
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chalicelib.errors import InvalidInput

Format = Literal["16:9", "9:16", "1:1"]
Transition = Literal["cut", "crossfade", "wipe_right", "wipe_down", "iris"]
Move = Literal["zoom_in", "zoom_out", "pan_left", "pan_right", "drift_up", "drift_down"]

FIRST_LEAD, LEAD, TAIL, LAST_TAIL = 0.5, 0.3, 0.4, 1.2
"""Seconds of picture before and after a scene's speech."""
SHORTEST_SCENE = 1.0
CLOSEST = 9 / 8
"""How much of a picture's width the closest zoom shows, inverted."""
TRANSITION_SECONDS = 0.6
TRANSITIONS: tuple[Transition, ...] = ("crossfade", "wipe_right", "wipe_down", "iris")
TRANSITION_WEIGHTS = (6, 2, 1, 1)
MOVES: tuple[Move, ...] = (
    "zoom_in",
    "zoom_out",
    "pan_left",
    "pan_right",
    "drift_up",
    "drift_down",
)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Word(_Frozen):
    """A spoken word. Seconds: from the video's start in a timeline, from the speech's start
    in a `SceneInput`."""

    text: str = Field(min_length=1)
    start: float = Field(ge=0)
    end: float

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.end < self.start:
            raise ValueError(f"the word {self.text!r} ends before it starts")
        return self


class SceneInput(_Frozen):
    """A scene to be laid out: its speech lasts `seconds`, and `image` is any reference."""

    heading: str
    narration: str
    image: str
    seconds: float = Field(ge=0)
    words: tuple[Word, ...] = ()


class Scene(_Frozen):
    """A scene in its place. Transitions straddle the junction of two scenes."""

    heading: str
    narration: str
    image: str
    start: int = Field(ge=0, description="First frame.")
    frames: int = Field(ge=1)
    speech_start: float = Field(ge=0, description="Seconds from the video's start.")
    speech_seconds: float = Field(ge=0)
    words: tuple[Word, ...]
    move: Move
    transition: Transition = Field(description="How this scene comes in.")
    transition_frames: int = Field(ge=0, multiple_of=2)

    @property
    def end(self) -> int:
        """The frame after the last one."""
        return self.start + self.frames


class Timeline(_Frozen):
    """A whole video. The same timeline and pictures give the same bytes, whatever the interval."""

    version: Literal[1] = 1
    title: str
    format: Format
    width: int = Field(ge=2, multiple_of=2)
    height: int = Field(ge=2, multiple_of=2)
    fps: int = Field(ge=1, le=60)
    captions: bool
    seed: int
    scenes: tuple[Scene, ...] = Field(min_length=1)

    @property
    def frames(self) -> int:
        return self.scenes[-1].end

    @property
    def seconds(self) -> float:
        return self.frames / self.fps

    @property
    def words(self) -> tuple[Word, ...]:
        """Every word, in order, in seconds from the video's start."""
        return tuple(word for scene in self.scenes for word in scene.words)

    @property
    def picture_size(self) -> tuple[int, int]:
        """Width and height that pictures are scaled to, so that the closest zoom stays sharp.

        Pictures drawn at this size need no scaling at all.
        """
        return 2 * ceil(self.width * CLOSEST / 2), 2 * ceil(self.height * CLOSEST / 2)


class Chunk(_Frozen):
    """An interval of frames that is rendered alone."""

    index: int = Field(ge=0)
    start: int = Field(ge=0)
    frames: int = Field(ge=1)


def build(
    title: str,
    scenes: Sequence[SceneInput],
    *,
    format: Format = "16:9",
    short_side: int = 1080,
    fps: int = 30,
    captions: bool = True,
    seed: int = 0,
) -> Timeline:
    """Lay scenes out one after another, with room to breathe around each speech.

    Raises `InvalidInput` when there is no scene.
    """
    if not scenes:
        raise InvalidInput("A video needs at least one scene.", field="scenes")
    width, height = _size(format, short_side)
    random = Random(f"showrunner:{seed}")  # noqa: S311 -- taste, not secrecy
    placed: list[Scene] = []
    for index, scene in enumerate(scenes):
        first, last = index == 0, index == len(scenes) - 1
        lead = FIRST_LEAD if first else LEAD
        seconds = max(SHORTEST_SCENE, lead + scene.seconds + (LAST_TAIL if last else TAIL))
        start = placed[-1].end if placed else 0
        speech_start = start / fps + lead
        frames = ceil(round(seconds * fps, 6))
        shortest = min(frames, placed[-1].frames) if placed else 0
        transition = random.choices(TRANSITIONS, TRANSITION_WEIGHTS)[0]
        move = random.choice([m for m in MOVES if not placed or m != placed[-1].move])
        placed.append(
            Scene(
                heading=scene.heading,
                narration=scene.narration,
                image=scene.image,
                start=start,
                frames=frames,
                speech_start=speech_start,
                speech_seconds=scene.seconds,
                words=tuple(_at(speech_start, word) for word in scene.words),
                move=move,
                transition="cut" if first else transition,
                transition_frames=2 * round(min(TRANSITION_SECONDS * fps, shortest / 2) / 2),
            )
        )
    return Timeline(
        title=title,
        format=format,
        width=width,
        height=height,
        fps=fps,
        captions=captions,
        seed=seed,
        scenes=tuple(placed),
    )


def chunks(timeline: Timeline, *, at_most: int = 40, seconds: float = 6) -> tuple[Chunk, ...]:
    """Cut a timeline into intervals of about `seconds`, `at_most` of them.

    A cut moves to the end of a near transition: fewer pictures are loaded, and the new
    scene starts on a key frame.
    """
    total = timeline.frames
    count = max(1, min(at_most, total, round(timeline.seconds / seconds)))
    length = total / count
    calm = [scene.start + scene.transition_frames // 2 for scene in timeline.scenes[1:]]
    cuts = [0]
    for k in range(1, count):
        ideal = round(k * length)
        near = [c for c in calm if abs(c - ideal) <= length / 6 and cuts[-1] < c < total]
        cuts.append(min(near, key=lambda c: abs(c - ideal), default=ideal))
    edges = [*cuts, total]
    return tuple(Chunk(index=i, start=a, frames=b - a) for i, (a, b) in enumerate(pairwise(edges)))


def _at(offset: float, word: Word) -> Word:
    return Word(text=word.text, start=offset + word.start, end=offset + word.end)


def _size(format: Format, short_side: int) -> tuple[int, int]:
    long_side = _even(short_side * 16 / 9)
    match format:
        case "16:9":
            return long_side, short_side
        case "9:16":
            return short_side, long_side
        case "1:1":
            return short_side, short_side


def _even(length: float) -> int:
    return 2 * round(length / 2)
