"""What is delivered beside the video: chapters, manifest, OpenTimelineIO and the zip."""

import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

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
    images: Mapping[str, str] | None = None,
    speech: Mapping[int, str] | None = None,
    music: str | None = None,
) -> str:
    """The edit as OpenTimelineIO JSON: pictures with their transitions, speech, music, chapters.

    `images`, `speech` (by scene's number) and `music` give the addresses written into it;
    pictures without one keep their reference.
    """
    import opentimelineio as editing

    schema, opentime = editing.schema, editing.opentime
    fps = float(timeline.fps)

    def stretch(start: float, seconds: float) -> Any:
        return opentime.TimeRange(
            opentime.RationalTime(round(start * fps), fps),
            opentime.RationalTime(round(seconds * fps), fps),
        )

    def clip(name: str, address: str, seconds: float) -> Any:
        reference = schema.ExternalReference(address, stretch(0, seconds))
        return schema.Clip(name, reference, stretch(0, seconds))

    pictures = schema.Track("Pictures", kind=schema.TrackKind.Video)
    voice = schema.Track("Speech", kind=schema.TrackKind.Audio)
    for number, scene in enumerate(timeline.scenes):
        if scene.transition_frames:
            half = opentime.RationalTime(scene.transition_frames / 2, fps)
            kind = "SMPTE_Dissolve" if scene.transition == "crossfade" else "Custom_Transition"
            pictures.append(schema.Transition(scene.transition, kind, half, half))
        address = (images or {}).get(scene.image, scene.image)
        shown = clip(scene.heading, address, scene.frames / fps)
        shown.metadata["showrunner"] = {"move": scene.move, "narration": scene.narration}
        pictures.append(shown)
        said_until = sum(item.duration().value for item in voice) / fps
        voice.append(schema.Gap(source_range=stretch(0, scene.speech_start - said_until)))
        voice.append(clip(scene.heading, (speech or {}).get(number, ""), scene.speech_seconds))
    tracks = [pictures, voice]
    if music is not None:
        bed = schema.Track("Music", kind=schema.TrackKind.Audio)
        bed.append(clip("Music", music, timeline.seconds))
        tracks.append(bed)
    for chapter in chapters(timeline):
        length = chapter.end - chapter.start
        pictures.markers.append(schema.Marker(chapter.title, stretch(chapter.start, length)))
    whole = schema.Timeline(timeline.title)
    whole.tracks.extend(tracks)
    text: str = whole.to_json_string(indent=1)
    return text


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
