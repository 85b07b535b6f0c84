"""Captions: words gathered into cues that fit the screen; written as SRT, VTT, JSON, or drawn."""

import html
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from chalicelib.media import typeset
from chalicelib.media.timeline import Format, Scene, Timeline, Word

LINES = 2
HOLD = 0.4
"""Seconds a cue stays after its last word, when nothing follows."""
PAUSE = 0.7
"""Seconds of silence that end a cue."""
SENTENCE_ENDS = (".", "!", "?", "…", "。", "\uff01", "\uff1f")
LEAST_WORDS = 3
"""A sentence shorter than this does not end a cue: single words would flicker by."""
QUOTES = "\"'\u201d\u2019\u00bb)]"


@dataclass(frozen=True)
class Style:
    """Where captions may be and how large they are, in shares of the frame's width or height."""

    side: float
    bottom: float
    em: float


STYLES: dict[Format, Style] = {
    "16:9": Style(side=0.10, bottom=0.085, em=0.056),
    "9:16": Style(side=0.09, bottom=0.25, em=0.042),  # above what players lay over the picture
    "1:1": Style(side=0.08, bottom=0.10, em=0.060),
}
OUTLINE, SHADOW = 0.08, 0.035
"""In em."""


@dataclass(frozen=True)
class Piece:
    """A word, or a part of one too long for a line. Seconds from the video's start."""

    text: str
    start: float
    end: float
    joined: bool = False
    """Follows the piece before without a space."""


@dataclass(frozen=True)
class Cue:
    """What is on the screen at one time."""

    start: float
    end: float
    lines: tuple[tuple[Piece, ...], ...]

    @property
    def text(self) -> str:
        return "\n".join(line_text(line) for line in self.lines)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return tuple(piece for line in self.lines for piece in line)


def line_text(line: tuple[Piece, ...]) -> str:
    """A line as it reads."""
    return "".join(
        piece.text if piece.joined or i == 0 else f" {piece.text}" for i, piece in enumerate(line)
    )


def cues(timeline: Timeline) -> tuple[Cue, ...]:
    """All cues, in order, never two at a time and never over a scene's end of speech."""
    fit = _Fit(timeline)
    groups = [group for scene in timeline.scenes for group in fit.groups(scene)]
    starts = [group[0].start for group in groups[1:]] + [timeline.seconds]
    return tuple(
        Cue(group[0].start, max(group[-1].end, min(group[-1].end + HOLD, after)), fit.lines(group))
        for group, after in zip(groups, starts, strict=True)
    )


def srt(timeline: Timeline) -> str:
    """SubRip."""
    return "\n".join(
        f"{number}\n{_clock(cue.start, ',')} --> {_clock(cue.end, ',')}\n{cue.text}\n"
        for number, cue in enumerate(cues(timeline), 1)
    )


def vtt(timeline: Timeline) -> str:
    """WebVTT, with the time of every word inside its cue."""
    blocks = [
        f"{_clock(cue.start, '.')} --> {_clock(cue.end, '.')}\n" + "\n".join(_timed(cue))
        for cue in cues(timeline)
    ]
    return "\n\n".join(["WEBVTT", *blocks]) + "\n"


def words_json(timeline: Timeline) -> str:
    """Every word with its seconds, for players and editors."""
    words = [
        {"text": word.text, "start": round(word.start, 3), "end": round(word.end, 3)}
        for word in timeline.words
    ]
    return json.dumps({"seconds": timeline.seconds, "words": words}, ensure_ascii=False, indent=1)


@dataclass(frozen=True)
class State:
    """What captions look like from one frame until another: a cue with one word highlighted."""

    first: int
    after: int
    text: str


def states(timeline: Timeline) -> tuple[State, ...]:
    """Every look of the captions, in order, one at a time."""
    fps = timeline.fps
    found = []
    for cue in cues(timeline):
        pieces = cue.pieces
        edges = [cue.start, *(piece.start for piece in pieces[1:]), cue.end]
        for spoken, (start, end) in enumerate(pairwise(edges)):
            first, after = round(start * fps), round(end * fps)
            if first < after:
                found.append(State(first, after, _marked(cue, spoken)))
    return tuple(found)


@dataclass(frozen=True)
class Strip:
    """The part of the frame that captions may touch, in pixels. All even."""

    top: int
    height: int
    pad: int
    """Room below the last line for its outline."""


def strip(timeline: Timeline) -> Strip:
    """Where captions are drawn."""
    style = STYLES[timeline.format]
    em = style.em * timeline.height
    pad = _even_up(em * (OUTLINE + SHADOW) + 2)
    height = _even_up(LINES * em / typeset.FACES[0].em + 2 * pad)
    return Strip(timeline.height - _bottom(timeline) + pad - height, height, pad)


def sheet(timeline: Timeline, looks: Sequence[State]) -> str:
    """A script that shows each look for one second on a canvas of the strip's size: look 0 at
    second 0."""
    place = strip(timeline)
    events = [_event(max(0, at - 0.5), at + 0.5, look.text) for at, look in enumerate(looks)]
    return "\n".join([_ass_header(timeline, place.height, place.pad), *events, ""])


def _bottom(timeline: Timeline) -> int:
    """Pixels that stay free below captions."""
    return _even_up(STYLES[timeline.format].bottom * timeline.height)


def _even_up(length: float) -> int:
    """The next even number of pixels: colour planes have half the size."""
    return 2 * ceil(length / 2)


class _Fit:
    """Breaks words into cues and lines for one timeline."""

    def __init__(self, timeline: Timeline) -> None:
        style = STYLES[timeline.format]
        self.size = style.em * timeline.height
        self.room = timeline.width * (1 - 2 * style.side) - 2 * OUTLINE * self.size

    def groups(self, scene: Scene) -> Iterator[tuple[Piece, ...]]:
        """The pieces of each cue of a scene."""
        group: list[Piece] = []
        for word in scene.words:
            for piece in self.pieces(word):
                if group and (self._ended(group, piece) or not self._fits([*group, piece])):
                    yield tuple(group)
                    group = []
                group.append(piece)
        if group:
            yield tuple(group)

    def lines(self, group: tuple[Piece, ...]) -> tuple[tuple[Piece, ...], ...]:
        """One line when it fits; otherwise two as even as can be."""
        if self._width(group) <= self.room:
            return (group,)
        splits = [(group[:k], group[k:]) for k in range(1, len(group))]
        return min(splits, key=lambda pair: max(map(self._width, pair)))

    def pieces(self, word: Word) -> Iterator[Piece]:
        """The word, or parts of it that fit a line, each with its share of the time."""
        count = max(1, ceil(typeset.width(word.text, self.size) / (self.room * 0.95)))
        length = ceil(len(word.text) / count)
        parts = [word.text[k : k + length] for k in range(0, len(word.text), length)]
        if any(typeset.width(part, self.size) > self.room for part in parts):
            parts = list(word.text)
        seconds = (word.end - word.start) / len(word.text)
        done = 0
        for part in parts:
            start = word.start + done * seconds
            done += len(part)
            yield Piece(part, start, word.start + done * seconds, joined=done > len(part))

    def _ended(self, group: list[Piece], following: Piece) -> bool:
        sentence = group[-1].text.rstrip(QUOTES).endswith(SENTENCE_ENDS)
        pause = following.start - group[-1].end
        return pause >= PAUSE or (sentence and len(group) >= LEAST_WORDS)

    def _fits(self, group: list[Piece]) -> bool:
        return all(self._width(line) <= self.room for line in self.lines(tuple(group)))

    def _width(self, line: tuple[Piece, ...]) -> float:
        return typeset.width(line_text(line), self.size)


def _marked(cue: Cue, spoken: int) -> str:
    shown, number = [], 0
    for line in cue.lines:
        parts = []
        for place, piece in enumerate(line):
            text = _runs(piece.text)
            marked = f"{{\\rSpoken}}{text}{{\\rCaption}}" if number == spoken else text
            if text:  # no font has an emoji
                parts.append(marked if piece.joined or place == 0 else f" {marked}")
            number += 1
        shown.append("".join(parts))
    return "\\N".join(shown)


def _runs(text: str) -> str:
    first = typeset.FACES[0]
    return "".join(
        _escaped(run.text)
        if run.face is first
        else f"{{\\b1\\fn{run.face.family}}}{_escaped(run.text)}{{\\b0\\fn{first.family}}}"
        for run in typeset.runs(text)
    )


def _escaped(text: str) -> str:
    """Braces and backslashes command libass; what looks like them does not."""
    return text.replace("\\", "/").replace("{", "(").replace("}", ")")


def _ass_header(timeline: Timeline, height: int, bottom: int) -> str:
    style = STYLES[timeline.format]
    em = style.em * timeline.height
    face = typeset.FACES[0]
    size = em / face.em
    side = round(style.side * timeline.width)

    def line(name: str, colour: str) -> str:
        return (
            f"Style: {name},{face.family},{size:.2f},{colour},&H00FFFFFF,&H00141414,&H00141414,"
            f"0,0,0,0,100,100,0,0,1,{em * OUTLINE:.2f},{em * SHADOW:.2f},2,{side},{side},{bottom},1"
        )

    return "\n".join(
        [
            "[Script Info]",
            "ScriptType: v4.00+",
            f"PlayResX: {timeline.width}",
            f"PlayResY: {height}",
            "ScaledBorderAndShadow: yes",
            "WrapStyle: 2",
            "YCbCr Matrix: TV.709",
            "",
            "[V4+ Styles]",
            "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour,"
            " BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle,"
            " BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding",
            line("Caption", "&H00FFFFFF"),
            line("Spoken", "&H0000D7FF"),
            "",
            "[Events]",
            "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text",
        ]
    )


def _timed(cue: Cue) -> Iterator[str]:
    for line in cue.lines:
        parts = []
        for place, piece in enumerate(line):
            space = "" if piece.joined or place == 0 else " "
            parts.append(f"{space}<{_clock(piece.start, '.')}>{html.escape(piece.text, False)}")
        yield "".join(parts)


def _clock(seconds: float, point: str) -> str:
    millis = round(seconds * 1000)
    minutes, millis = divmod(millis, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{millis // 1000:02}{point}{millis % 1000:03}"


def _event(start: float, end: float, text: str) -> str:
    return f"Dialogue: 0,{_centi(start)},{_centi(end)},Caption,,0,0,0,,{text}"


def _centi(seconds: float) -> str:
    """A time in ASS's hundredths of a second."""
    centis = round(seconds * 100)
    return f"{centis // 360_000}:{centis // 6000 % 60:02}:{centis // 100 % 60:02}.{centis % 100:02}"
