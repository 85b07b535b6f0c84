"""A finished album, looked at and listened to at places, never decoded as a whole."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.errors import RenderFailed
from chalicelib.media import ffmpeg
from chalicelib.media.album import RATE, Album
from chalicelib.media.check import BLACK_LEVEL, BLACK_SHARE, SILENT_LEVEL, Report, clips, loud
from chalicelib.media.package import SHORTEST_CHAPTER
from chalicelib.media.probe import probe
from chalicelib.media.tracks import MasterFacts

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Sound = npt.NDArray[np.float32]

CHAPTER = re.compile(r"^ *Chapter #0:\d+: start (\d+\.\d+)", re.MULTILINE)
"""What ffmpeg says of a chapter, at the beginning of a line: titles may hold anything."""
CHAPTER_SLACK = 0.1
"""Seconds that a chapter may be off where its track is heard to begin."""
SMALL = (64, 36)
"""Pixels that a frame is looked at in."""
LISTENED = 3.0
"""Seconds of sound at each place."""


def check_album(video: Path, album: Album, sound: MasterFacts) -> Report:
    """Compare an album with its plan and with what was mastered.

    Looks at every visual in its middle and listens from every join on and in every middle: black,
    silence, clipping; then length, loudness, and chapters against where each track is heard to
    begin. Raises `RenderFailed` when the video cannot be decoded.
    """
    facts = probe(video)
    figures: dict[str, Any] = {
        "frames": facts.frames,
        "width": facts.width,
        "height": facts.height,
        "places": 2 * len(album.tracks) - 1,
    }
    problems = []
    if (facts.width, facts.height) != (album.width, album.height):
        problems.append(f"The picture is {facts.width}x{facts.height}.")
    if abs(facts.frames - album.seconds * album.fps) > 1:
        problems.append(
            f"The length is wrong: {facts.seconds:.2f} s of picture, {album.seconds:.2f} s planned."
        )
    if not facts.has_audio:
        return Report((*problems, "There is no sound."), figures)
    problems += _chaptered(video, album, sound, figures)
    problems += loud(sound.loudness, figures)
    for start, end in pairwise([*album.starts, album.seconds]):
        middle = (start + end) / 2
        if _black(video, middle):
            problems.append(f"The picture is black at {middle:.1f} s.")
        for place in (start - album.crossfade / 2, middle):
            problems += _heard(video, min(place, album.seconds - LISTENED), figures)
    return Report(tuple(dict.fromkeys(problems)), figures)


def _chaptered(
    video: Path, album: Album, sound: MasterFacts, figures: dict[str, Any]
) -> Iterator[str]:
    """Do the chapters in the file stand where the mastered tracks are heard to begin?"""
    found = [float(start) for start in CHAPTER.findall(_told(video))]
    begins = list(_begins(sound, album.crossfade))
    if len(found) != len(begins):
        yield f"The video has {len(found)} chapters for {len(begins)} tracks."
        return
    off = [abs(chapter - heard) for chapter, heard in zip(found, begins, strict=True)]
    figures["chapters_off_by"] = round(max(off), 3)
    for number, seconds in enumerate(off, 1):
        if seconds > CHAPTER_SLACK:
            yield f"Chapter {number} is {seconds:.2f} s off its track."
    for number, (start, end) in enumerate(pairwise([*found, album.seconds]), 1):
        if end - start < SHORTEST_CHAPTER:
            yield f"Chapter {number} is shorter than {SHORTEST_CHAPTER:.0f} s."


def _begins(sound: MasterFacts, crossfade: float) -> Iterator[float]:
    entry = 0.0
    for number, track in enumerate(sound.tracks):
        yield entry + crossfade / 2 if number else 0.0
        entry += track.samples / RATE - crossfade


def _told(video: Path) -> str:
    """What ffmpeg says about a file without decoding any of it."""
    copied = ["-map", "0:a", "-c", "copy", "-t", "0", "-f", "null", "-"]
    return ffmpeg.run(["-i", video.absolute(), *copied]).partition("\nOutput #0")[0]


def _black(video: Path, at: float) -> bool:
    """Is the frame that is shown then black? Edges are not smoothed, which takes a quarter of
    the time of getting there and makes nothing black."""
    import numpy as np

    width, height = SMALL
    quick: list[str | Path] = ["-skip_loop_filter", "all", "-ss", f"{at:.3f}"]
    seek = [*quick, "-i", video.absolute(), "-frames:v", "1"]
    form = ["-an", "-vf", f"scale={width}:{height}", "-pix_fmt", "yuv420p"]
    raw = ffmpeg.decode([*seek, *form, "-f", "rawvideo", "pipe:1"], piece=width * height * 2)
    luma = b"".join(raw)[: width * height]
    if len(luma) < width * height:
        raise RenderFailed(f"There is no picture at {at:.1f} s.")
    return float((np.frombuffer(luma, np.uint8) <= BLACK_LEVEL).mean()) >= BLACK_SHARE


def _heard(video: Path, at: float, figures: dict[str, Any]) -> Iterator[str]:
    """Silence and clipping in the seconds from `at` on."""
    import numpy as np

    start = max(0.0, at)
    seek: list[str | Path] = ["-ss", f"{start:.3f}", "-i", video.absolute(), "-t", str(LISTENED)]
    form = ["-vn", "-f", "f32le", "-ac", "2", "-ar", str(RATE), "pipe:1"]
    data = b"".join(ffmpeg.decode([*seek, *form], piece=1 << 20))
    sound = np.frombuffer(data[: len(data) // 8 * 8], np.float32)
    if not len(sound) or float(np.sqrt(np.mean(np.square(sound, dtype=np.float64)))) < SILENT_LEVEL:
        yield f"Silence at {start:.1f} s."
        return
    figures["highest_sample"] = round(
        max(figures.get("highest_sample", 0.0), float(np.abs(sound).max())), 3
    )
    for side in (sound[::2], sound[1::2]):
        if (clipped := clips(side)) is not None:
            yield f"The sound clips at {start + clipped:.2f} s."
