"""Captions say every word in its time, on two lines, where players leave room for them."""

import json
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from chalicelib.media import captions, ffmpeg
from chalicelib.media.frames import Frame
from chalicelib.media.overlay import BT709, Overlay
from chalicelib.media.timeline import Chunk, Format, Timeline
from tests.unit.media.material import TEXT, timeline

HARD = [
    TEXT,
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft, indeed.",
    "深海に住む生き物たちは自分で光を作り出すことができると言われていますがまだ多くの謎があります。",
    "Rockets \U0001f680 fly \U0001f468\u200d\U0001f469 and {\\b1}braces\\N do nothing.",
    "W" * 300,
    "\U0001f680 \U0001f41f",
    "שלום עולם, ∑ ≠ ∞ Привет κόσμε — “quoted” a&b <i>tags</i>",
]
FORMATS: list[Format] = ["16:9", "9:16", "1:1"]


def burned(made: Timeline, number: int) -> npt.NDArray[np.uint8]:
    """The luma of frame `number` over plain black."""
    frame = Frame(made.width, made.height)
    for plane, level in zip(frame.planes, (16, 128, 128), strict=True):
        plane[:] = level
    Overlay(made, Chunk(index=0, start=number, frames=1)).lay(number, frame)
    return frame.planes[0]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("text", HARD, ids=range(len(HARD)))
def test_captions_keep_to_two_lines_inside_the_safe_area(format: Format, text: str) -> None:
    made = timeline(text, format=format, short_side=360)
    style = captions.STYLES[format]
    left, right = made.width * style.side, made.width * (1 - style.side)
    top, bottom = captions.strip(made).top, made.height * (1 - style.bottom) + 3
    shades = captions.OUTLINE * style.em * made.height + 1
    for cue in captions.cues(made):
        assert len(cue.lines) <= 2
        seen = burned(made, round(cue.start * made.fps)) > 20
        rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
        if not len(rows):
            continue
        assert left - shades <= columns[0] <= columns[-1] <= right + shades
        assert top <= rows[0] <= rows[-1] <= bottom + shades


@pytest.mark.parametrize("text", HARD[:4] + HARD[6:], ids=range(5))
def test_every_word_is_said_once_and_in_order(text: str) -> None:
    made = timeline(text, "And more.", format="9:16")
    said = "".join(piece.text for cue in captions.cues(made) for piece in cue.pieces)
    assert said == "".join(word.text for word in made.words)
    for one, other in pairwise(captions.cues(made)):
        assert one.start < one.end <= other.start < other.end <= made.seconds


def test_what_fits_one_line_stays_there_and_two_lines_are_even() -> None:
    short, long = captions.cues(timeline("A few words.", TEXT.split(".")[0], format="9:16"))[:2]
    assert len(short.lines) == 1
    assert len(long.lines) == 2
    one, other = (len(captions.line_text(line)) for line in long.lines)
    assert abs(one - other) < 8


def test_the_spoken_word_alone_is_highlighted() -> None:
    made = timeline("One two three.", short_side=360, fps=30)
    blues = []
    for word in made.words:
        number = round((word.start + word.end) / 2 * made.fps)
        frame = Frame(made.width, made.height)
        for plane in frame.planes:
            plane[:] = 128
        Overlay(made, Chunk(index=0, start=number, frames=1)).lay(number, frame)
        yellow = np.flatnonzero((frame.planes[1] < 80).any(axis=0))
        blues.append((yellow[0], yellow[-1]))
    assert [a < b for (_, a), (b, _) in pairwise(blues)] == [True, True]


@pytest.mark.parametrize("fps", [10, 30])
def test_a_cue_is_seen_from_its_first_frame_to_its_last(fps: int) -> None:
    made = timeline(TEXT, "A b c, d e f: I am as I am.", fps=fps)
    looks = [number for look in captions.states(made) for number in range(look.first, look.after)]
    assert looks == [
        number
        for cue in captions.cues(made)
        for number in range(round(cue.start * fps), round(cue.end * fps))
    ]


def test_a_frame_looks_the_same_in_whichever_chunk_it_is() -> None:
    made = timeline(TEXT, short_side=180)
    whole = Overlay(made, Chunk(index=0, start=0, frames=made.frames))
    for number in range(made.frames):
        frame = Frame(made.width, made.height)
        for plane, level in zip(frame.planes, (16, 128, 128), strict=True):
            plane[:] = level
        whole.lay(number, frame)
        if number % 7 == 0:
            assert np.array_equal(frame.planes[0], burned(made, number))


def script(made: Timeline) -> str:
    """The captions of a whole video for ffmpeg's own filter, half a frame before each change: its
    times are hundredths of a second, and rounding must not make one late."""
    header = captions._ass_header(made, made.height, captions._bottom(made))
    return "\n".join(
        [
            header,
            *(
                captions._event(*(max(0, at - 0.5) / made.fps for at in (s.first, s.after)), s.text)
                for s in captions.states(made)
            ),
            "",
        ]
    )


def test_the_overlay_is_what_ffmpeg_would_burn(tmp_path: Path) -> None:
    """The same captions through ffmpeg's own `ass` filter differ by rounding alone."""
    made = timeline(TEXT, short_side=360)
    number = round(made.words[3].start * made.fps) + 1
    (tmp_path / "all.ass").write_text(script(made), encoding="utf-8")
    (tmp_path / "fonts").symlink_to(ffmpeg.FONTS)
    source = f"color=c=gray:s={made.width}x{made.height}:r={made.fps},format=yuv420p"
    graph = f"{source},{BT709},ass=all.ass:fontsdir=fonts,extractplanes=y"
    reference = b"".join(
        ffmpeg.decode(
            [
                *("-f", "lavfi", "-i", f"{graph},trim=start_frame={number}:end_frame={number + 1}"),
                *("-f", "rawvideo", "pipe:1"),
            ],
            piece=made.width * made.height,
            folder=tmp_path,
        )
    )
    theirs = np.frombuffer(reference, np.uint8).reshape(made.height, made.width).astype(int)
    frame = Frame(made.width, made.height)
    for plane, level in zip(frame.planes, (int(theirs[0, 0]), 128, 128), strict=True):
        plane[:] = level
    Overlay(made, Chunk(index=0, start=number, frames=1)).lay(number, frame)
    assert np.abs(frame.planes[0].astype(int) - theirs).max() <= 3


def test_srt_and_vtt_say_the_same_at_the_same_time() -> None:
    made = timeline(TEXT, TEXT)
    srt, vtt = captions.srt(made), captions.vtt(made)
    clocks = re.findall(r"(\d\d:\d\d:\d\d),(\d{3}) --> (\d\d:\d\d:\d\d),(\d{3})", srt)
    assert [f"{a}.{b} --> {c}.{d}" for a, b, c, d in clocks] == re.findall(r".* --> .*", vtt)
    assert srt.startswith("1\n00:00:00,550 --> ")
    assert vtt.startswith("WEBVTT\n\n00:00:00.550 --> ")
    assert vtt.count("<00:") == len(made.words)


def test_vtt_escapes_what_would_be_markup() -> None:
    assert "a&amp;b" in captions.vtt(timeline(HARD[6]))
    assert "&lt;i&gt;tags&lt;/i&gt;" in captions.vtt(timeline(HARD[6]))


def test_words_json_is_for_programs() -> None:
    made = timeline(HARD[3])
    facts = json.loads(captions.words_json(made))
    assert [word["text"] for word in facts["words"]] == HARD[3].split()
    assert facts["words"][0] == {"text": "Rockets", "start": 0.55, "end": 0.84}


def test_what_looks_like_a_command_to_libass_is_only_text() -> None:
    text = "".join(look.text for look in captions.states(timeline(HARD[3])))
    assert "{\\b1}braces" not in text
    assert "(/b1)braces/N" in text
