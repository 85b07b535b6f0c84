"""What is delivered beside the video: chapters, manifest, OpenTimelineIO and the zip."""

import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from chalicelib.media import edit
from chalicelib.media.audio import Loudness
from chalicelib.media.chunk import PRESET, QUALITY
from chalicelib.media.probe import Probe, sha256
from chalicelib.media.timeline import Timeline

LEAST_CHAPTERS = 3
SHORTEST_CHAPTER = 10.0
"""Seconds. Players show chapters from three of ten seconds on; shorter scenes are put together."""
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the zip: the same files give the same zip."""


@dataclass(frozen=True)
class Chapter:
    """A named stretch. Seconds from the video's start."""

    title: str
    start: float
    end: float


def chapters(timeline: Timeline) -> list[Chapter]:
    """A chapter starts with a scene, at the middle of its transition. Scenes too short for one, or
    under the same heading, join the scene before. None when there would be fewer than three."""
    starts: list[tuple[float, str]] = []
    for scene in timeline.scenes:
        start = scene.start / timeline.fps
        if not starts or (
            start - starts[-1][0] >= SHORTEST_CHAPTER and scene.heading != starts[-1][1]
        ):
            starts.append((start, scene.heading))
    if len(starts) > 1 and timeline.seconds - starts[-1][0] < SHORTEST_CHAPTER:
        starts.pop()
    if len(starts) < LEAST_CHAPTERS:
        return []
    ends = [start for start, _ in starts[1:]] + [timeline.seconds]
    return [Chapter(title, start, end) for (start, title), end in zip(starts, ends, strict=True)]


def chapter_lines(timeline: Timeline) -> str:
    """Chapters as lines for a video's description: `0:00 The deep`."""
    return "".join(
        f"{int(chapter.start) // 60}:{int(chapter.start) % 60:02} {chapter.title}\n"
        for chapter in chapters(timeline)
    )


def manifest(
    timeline: Timeline,
    video: Probe,
    loudness: Loudness,
    files: Mapping[str, Path],
    *,
    checks: Mapping[str, Any] | None = None,
    made_by: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What was made, of what, and how it measures. `made_by` says who wrote, spoke, drew and
    composed."""
    return {
        "version": 1,
        "title": timeline.title,
        "format": timeline.format,
        "seed": timeline.seed,
        "video": {
            "seconds": round(video.seconds, 3),
            "frames": video.frames,
            "width": video.width,
            "height": video.height,
            "fps": timeline.fps,
            "codec": "h264",
            "preset": PRESET,
            "crf": QUALITY,
            "colour": "bt709",
            "burned_captions": timeline.captions,
        },
        "loudness": asdict(loudness),
        "chapters": [asdict(chapter) for chapter in chapters(timeline)],
        "scenes": [
            {
                "heading": scene.heading,
                "narration": scene.narration,
                "image": scene.image,
                "start": round(scene.start / timeline.fps, 3),
                "seconds": round(scene.frames / timeline.fps, 3),
                "move": scene.move,
                "transition": scene.transition,
            }
            for scene in timeline.scenes
        ],
        "files": {
            name: {"sha256": sha256(path), "size_bytes": path.stat().st_size}
            for name, path in sorted(files.items())
        },
        "checks": dict(checks or {}),
        "made_by": dict(made_by or {}),
    }


def otio(
    timeline: Timeline,
    *,
    images: Mapping[str, str],
    speech: Mapping[int, str],
    music: str | None = None,
) -> str:
    """The edit as OpenTimelineIO JSON: pictures with their transitions, speech, music, chapters.

    `images`, `speech` (by scene's number) and `music` name the files that lie beside it; the
    others are marked missing.
    """
    fps = timeline.fps
    pictures = edit.Track("Pictures", "Video", fps)
    voice = edit.Track("Speech", "Audio", fps)
    bed = edit.Track("Music", "Audio", fps)
    bed.clip("Music", music, timeline.frames)
    for number, scene in enumerate(timeline.scenes):
        if scene.transition_frames:
            half, dissolve = scene.transition_frames / 2, scene.transition == "crossfade"
            pictures.transition(scene.transition, half, dissolve=dissolve)
        said = {"move": scene.move, "narration": scene.narration}
        pictures.clip(scene.heading, images.get(scene.image), scene.frames, showrunner=said)
        voice.gap(round(scene.speech_start * fps) - voice.length)
        voice.clip(scene.heading, speech.get(number), round(scene.speech_seconds * fps))
    for chapter in chapters(timeline):
        start, end = round(chapter.start * fps), round(chapter.end * fps)
        pictures.mark(chapter.title, start, end - start)
    return edit.otio(timeline.title, [pictures, voice, bed])


def bundle(files: Mapping[str, Path], out: Path) -> None:
    """Everything in one zip, by name. The same files give the same bytes."""
    with zipfile.ZipFile(out, "w") as archive:
        for name, path in sorted(files.items()):
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.external_attr = 0o644 << 16
            packed = path.suffix in {".json", ".srt", ".vtt", ".txt", ".otio"}
            entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
            entry.file_size = path.stat().st_size
            with path.open("rb") as source, archive.open(entry, "w") as target:
                while piece := source.read(1 << 20):
                    target.write(piece)


def manifest_json(facts: Mapping[str, Any]) -> str:
    """A manifest as it is written to a file."""
    return json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True)
