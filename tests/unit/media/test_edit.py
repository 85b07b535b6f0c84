"""Editors get the cut as OpenTimelineIO itself would write it, and read it back as it was made."""

from typing import Any

import opentimelineio
import pytest
from opentimelineio.opentime import RationalTime, TimeRange
from opentimelineio.schema import (
    Clip,
    ExternalReference,
    Gap,
    Marker,
    MissingReference,
    Timeline,
    Track,
    Transition,
)

from chalicelib.media import album, album_package, edit, package, timeline
from chalicelib.media.album import RATE
from tests.unit.media import albums, material

TITLES = ("The deep sea", '"Quoted" \\ <b> / & \t\n\r\b\f\x7f', "深海 \u2028 \U0001f680", "")
VIDEOS = [
    pytest.param(material.timeline(material.TEXT, fps=24), id="one scene"),
    *(
        pytest.param(
            material.timeline(*[material.TEXT] * count, fps=fps, seed=seed, title=TITLES[seed]),
            id=f"{count} scenes at {fps}",
        )
        for count, fps, seed in ((3, 10, 0), (6, 25, 1), (12, 30, 2), (4, 60, 3))
    ),
]
ALBUMS = [
    pytest.param(albums.album(30.0, crossfade=0.0), id="one track"),
    pytest.param(albums.album(14.0, 13.5, 15.25), id="three tracks"),
    pytest.param(albums.album(14.0, 14.0, crossfade=0.0, fps=25), id="no crossfade"),
    pytest.param(albums.album(31.00001, 29.7, 33.3, crossfade=0.7001, fps=24), id="odd lengths"),
    pytest.param(albums.album(*[225.0] * 20, crossfade=2.0, title=TITLES[2]), id="whole album"),
]


@pytest.mark.parametrize("made", VIDEOS)
@pytest.mark.parametrize("beside", [True, False], ids=["files beside it", "files missing"])
def test_the_edit_of_a_video_is_what_the_library_writes(
    made: timeline.Timeline, beside: bool
) -> None:
    images = {scene.image: f"pictures/{scene.image}.png" for scene in made.scenes if beside}
    speech = {number: f"speech/{number}.wav" for number in range(len(made.scenes)) if beside}
    music = "music.wav" if beside else None
    text = package.otio(made, images=images, speech=speech, music=music)
    same(text, video_by_the_library(made, images, speech, music))


@pytest.mark.parametrize("made", ALBUMS)
@pytest.mark.parametrize("beside", [True, False], ids=["files beside it", "files missing"])
def test_the_edit_of_an_album_is_what_the_library_writes(made: album.Album, beside: bool) -> None:
    images = {one.order_index: f"pictures/{one.image}" for one in made.tracks if beside}
    same(album_package.otio(made, images=images), album_by_the_library(made, images))


@pytest.mark.parametrize("title", TITLES)
def test_names_and_values_of_all_kinds_are_written_alike(title: str) -> None:
    ours = edit.Track(title, "Audio", 24_000 / 1_001)
    ours.clip(title, title, 7, start=3, whole=100, showrunner={"list": [1, 0.1, None, True, title]})
    ours.transition(title, 1.5, dissolve=False)
    ours.gap(0)
    ours.mark(title, 2, 5)
    theirs = Track(title, kind="Audio")
    clip = clip_of(title, title, (3, 7), 100, 24_000 / 1_001)
    clip.metadata["showrunner"] = {"list": [1, 0.1, None, True, title]}
    half = RationalTime(1.5, 24_000 / 1_001)
    theirs.extend([clip, Transition(title, "Custom_Transition", half, half)])
    theirs.append(Gap(source_range=span(0, 0, 24_000 / 1_001)))
    theirs.markers.append(Marker(title, span(2, 5, 24_000 / 1_001)))
    whole = Timeline(title)
    whole.tracks.append(theirs)
    same(edit.otio(title, [ours]), whole)


def test_the_library_reads_a_videos_cut() -> None:
    made = material.timeline(*[" ".join([material.TEXT] * 2)] * 4, fps=30, seed=4)
    images = {"picture-1": "pictures/2.jpg"}
    read = opentimelineio.adapters.read_from_string(
        package.otio(made, images=images, speech={0: "speech/0.wav"}), "otio_json"
    )
    assert read.name == made.title
    pictures, voice, bed = read.tracks
    assert pictures.duration() == bed.duration() == RationalTime(made.frames, 30)
    clips = list(pictures.find_clips())
    assert [clip.name for clip in clips] == [scene.heading for scene in made.scenes]
    shown = [pictures.range_of_child(clip).start_time.value for clip in clips]
    assert shown == [scene.start for scene in made.scenes]
    assert [getattr(clip.media_reference, "target_url", None) for clip in clips] == [
        *(None, "pictures/2.jpg", None, None)
    ]
    assert [clip.media_reference.is_missing_reference for clip in clips] == [
        *(True, False, True, True)
    ]
    assert clips[2].metadata["showrunner"]["narration"] == made.scenes[2].narration
    spoken = [voice.range_of_child(clip).start_time.value for clip in voice.find_clips()]
    assert spoken == [round(scene.speech_start * 30) for scene in made.scenes]
    fades = [item for item in pictures if isinstance(item, Transition)]
    told = [scene for scene in made.scenes if scene.transition_frames]
    assert [fade.name for fade in fades] == [scene.transition for scene in told]
    assert [fade.duration().value for fade in fades] == [scene.transition_frames for scene in told]
    marks = [(mark.name, mark.marked_range.start_time.to_seconds()) for mark in pictures.markers]
    assert marks == [(one.title, pytest.approx(one.start)) for one in package.chapters(made)]
    assert len(marks) == 4


def test_the_library_reads_an_albums_cut() -> None:
    made = albums.album(14.0, 13.5, 15.25)
    text = album_package.otio(made, images={2: "pictures/02.png"})
    pictures, music = opentimelineio.adapters.read_from_string(text, "otio_json").tracks
    assert pictures.duration() == RationalTime(made.frames, made.fps)
    assert music.duration() == RationalTime(round(made.seconds * RATE), RATE)
    clips = list(music.find_clips())
    starts = [music.range_of_child(clip).start_time.value / RATE for clip in clips]
    assert starts == pytest.approx(list(made.starts), abs=1 / RATE)
    assert [clip.available_range().duration.to_seconds() for clip in clips] == [14, 13.5, 15.25]
    assert clips[1].source_range.start_time.value == RATE // 2
    handles = music.trimmed_range_of_child(clips[1]), clips[1].available_range()
    assert handles[1].duration - handles[0].duration == RationalTime(RATE, RATE)
    assert [mark.name for mark in pictures.markers] == ["Piece 1", "Piece 2", "Piece 3"]
    assert all(clip.media_reference.is_missing_reference for clip in clips)
    assert [clip.media_reference.is_missing_reference for clip in pictures.find_clips()] == [
        *(True, False, True)
    ]


def same(text: str, theirs: Timeline) -> None:
    """To the byte, and to the library."""
    assert text == theirs.to_json_string(indent=1)
    assert opentimelineio.adapters.read_from_string(text, "otio_json").is_equivalent_to(theirs)


def video_by_the_library(
    made: timeline.Timeline, images: dict[str, str], speech: dict[int, str], music: str | None
) -> Timeline:
    fps = float(made.fps)
    pictures, voice = Track("Pictures", kind="Video"), Track("Speech", kind="Audio")
    for number, scene in enumerate(made.scenes):
        if scene.transition_frames:
            half = RationalTime(scene.transition_frames / 2, fps)
            kind = "SMPTE_Dissolve" if scene.transition == "crossfade" else "Custom_Transition"
            pictures.append(Transition(scene.transition, kind, half, half))
        shown = clip_of(scene.heading, images.get(scene.image), (0, scene.frames), None, fps)
        shown.metadata["showrunner"] = {"move": scene.move, "narration": scene.narration}
        pictures.append(shown)
        pause = round(scene.speech_start * fps) - sum(item.duration().value for item in voice)
        voice.append(Gap(source_range=span(0, pause, fps)))
        length = round(scene.speech_seconds * fps)
        voice.append(clip_of(scene.heading, speech.get(number), (0, length), None, fps))
    bed = Track("Music", [clip_of("Music", music, (0, made.frames), None, fps)], kind="Audio")
    for one in package.chapters(made):
        start = round(one.start * fps)
        pictures.markers.append(Marker(one.title, span(start, round(one.end * fps) - start, fps)))
    whole = Timeline(made.title)
    whole.tracks.extend([pictures, voice, bed])
    return whole


def album_by_the_library(made: album.Album, images: dict[int, str]) -> Timeline:
    pictures, music = Track("Pictures", kind="Video"), Track("Music", kind="Audio")
    half = RationalTime(made.crossfade / 2 * RATE, RATE)
    cuts = [*(round(start * RATE) for start in made.starts), round(made.seconds * RATE)]
    for segment, one in zip(made.segments, made.tracks, strict=True):
        seen = images.get(one.order_index)
        pictures.append(clip_of(one.title, seen, (0, segment.frames), None, made.fps))
        pictures.markers.append(Marker(one.title, span(segment.start, segment.frames, made.fps)))
        if segment.index and made.crossfade:
            music.append(Transition("crossfade", "SMPTE_Dissolve", half, half))
        heard = (
            int(half.value) if segment.index else 0,
            cuts[segment.index + 1] - cuts[segment.index],
        )
        music.append(clip_of(one.title, None, heard, one.samples, RATE))
    whole = Timeline(made.title)
    whole.tracks.extend([pictures, music])
    return whole


def clip_of(
    name: str, file: str | None, used: tuple[int, int], whole: int | None, rate: float
) -> Any:
    there = span(0, used[1] if whole is None else whole, rate)
    reference = (
        MissingReference(available_range=there) if file is None else ExternalReference(file, there)
    )
    return Clip(name, reference, span(*used, rate))


def span(start: int, length: int, rate: float) -> TimeRange:
    return TimeRange(RationalTime(start, rate), RationalTime(length, rate))
