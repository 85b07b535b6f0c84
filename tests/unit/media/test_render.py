"""Chunks are rendered alone, joined by copy, and never taken for done when they are not."""

import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import repeat
from pathlib import Path

import numpy as np
import pytest

from chalicelib.errors import Cancelled, EncoderMismatch, InvalidInput, RenderFailed
from chalicelib.media import aac, audio, chunk, ffmpeg, mp4, tracks
from chalicelib.media.chunk import render_chunk
from chalicelib.media.join import join
from chalicelib.media.package import Chapter
from chalicelib.media.probe import Probe, probe
from chalicelib.media.timeline import Chunk, Format, Timeline, chunks
from tests.unit.media.material import TEXT, music, pictures, speech, timeline

IDR = 5  # the kind of NAL unit with a picture after which nothing before it is looked at


def rendered(
    made: Timeline, folder: Path, cut: tuple[Chunk, ...], images: dict[str, Path]
) -> list[Path]:
    paths = []
    for part in cut:
        path = folder / f"{len(cut)}-{part.index}.mp4"
        render_chunk(made, part, images, path)
        paths.append(path)
    return paths


def planes(path: Path, made: Timeline) -> list[bytes]:
    return list(
        ffmpeg.decode(
            ["-i", path, "-f", "rawvideo", "pipe:1"], piece=made.width * made.height * 3 // 2
        )
    )


@pytest.fixture(scope="module")
def made() -> Timeline:
    return timeline("One two three.", "Four five six.", "Seven eight.")


@pytest.fixture(scope="module")
def images(made: Timeline, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return pictures(made, tmp_path_factory.mktemp("pictures"))


@pytest.fixture(scope="module")
def sound(made: Timeline, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    audio.mix(made, speech(made, folder), music(folder), folder / "sound.m4a")
    return folder / "sound.m4a"


def test_a_video_is_the_same_wherever_it_was_cut(
    made: Timeline, images: dict[str, Path], tmp_path: Path
) -> None:
    """Frames are the same before encoding; encoded, they may differ by what x264 leaves out."""
    whole = rendered(made, tmp_path, chunks(made, at_most=1), images)
    parts = rendered(made, tmp_path, chunks(made, seconds=1), images)
    assert len(parts) > 4
    one = planes(whole[0], made)
    other = [frame for part in parts for frame in planes(part, made)]
    assert len(one) == len(other) == made.frames
    for a, b in zip(one, other, strict=True):
        distance = np.frombuffer(a, np.uint8).astype(int) - np.frombuffer(b, np.uint8)
        assert np.abs(distance).mean() < 2


def test_the_same_chunk_has_the_same_bytes(
    made: Timeline, images: dict[str, Path], tmp_path: Path
) -> None:
    part = chunks(made, seconds=2)[1]
    first = render_chunk(made, part, images, tmp_path / "a.mp4")
    second = render_chunk(made, part, images, tmp_path / "b.mp4")
    assert first == second
    assert (first.frames, first.width, first.height) == (part.frames, 160, 90)
    assert first.seconds == pytest.approx(part.frames / made.fps)


def test_the_joined_video_is_whole_and_its_frames_untouched(
    made: Timeline, images: dict[str, Path], sound: Path, tmp_path: Path
) -> None:
    parts = rendered(made, tmp_path, chunks(made, seconds=1.5), images)
    chapters = [Chapter("One = 1; or so", 0, 2), Chapter("Two", 2, made.seconds)]
    found = join(parts, sound, tmp_path / "v.mp4", title="The deep; # sea", chapters=chapters)
    assert found.frames == made.frames
    assert found.seconds == pytest.approx(made.seconds)
    assert found.has_audio
    assert planes(tmp_path / "v.mp4", made) == [f for part in parts for f in planes(part, made)]
    again = join(parts, sound, tmp_path / "w.mp4", title="The deep; # sea", chapters=chapters)
    assert again == found
    log = ffmpeg.run(["-i", tmp_path / "v.mp4", "-c", "copy", "-f", "null", "-"])
    assert "yuv420p(tv, bt709" in log
    assert "title           : The deep; # sea" in log
    assert "title           : One = 1; or so" in log
    assert "start 0.000000, end 2.000000" in log


def test_the_index_comes_first_so_that_playing_starts_at_once(
    made: Timeline, images: dict[str, Path], sound: Path, tmp_path: Path
) -> None:
    join(rendered(made, tmp_path, chunks(made), images), sound, tmp_path / "v.mp4", title="x")
    data = (tmp_path / "v.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def units(sample: bytes) -> set[int]:
    """The kinds of NAL units in a sample."""
    kinds, at = set(), 0
    while at < len(sample):
        kinds.add(sample[at + 4] & 31)
        at += 4 + int.from_bytes(sample[at : at + 4])
    return kinds


def test_every_group_of_pictures_is_closed(
    made: Timeline, images: dict[str, Path], tmp_path: Path
) -> None:
    """Each begins with a frame that clears the decoder, and needs nothing before it."""
    group = chunk.KEY_FRAME_SECONDS * made.fps
    for cut in (chunks(made, at_most=1), chunks(made, seconds=1)):
        for part, path in zip(cut, rendered(made, tmp_path, cut, images), strict=True):
            _, samples = mp4.read(path)
            clearing = [
                number
                for number in range(part.frames)
                if IDR in units(samples.part(number, number + 1).data)
            ]
            assert clearing == list(range(0, part.frames, group))
    assert made.frames > 2 * group


@pytest.mark.parametrize(
    "settings",
    [
        {"QUALITY": 30},
        {"PRESET": "ultrafast"},
        {"CHOICES": "open-gop=0:scenecut=0:bframes=0"},
        {"KEY_FRAME_SECONDS": 7},
    ],
    ids=str,
)
def test_chunks_of_other_settings_are_refused(
    made: Timeline,
    images: dict[str, Path],
    sound: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: dict[str, object],
) -> None:
    first, second, *_ = chunks(made, seconds=2)
    render_chunk(made, first, images, tmp_path / "a.mp4")
    for name, value in settings.items():
        monkeypatch.setattr(chunk, name, value)
    render_chunk(made, second, images, tmp_path / "b.mp4")
    with pytest.raises(EncoderMismatch, match=r"b\.mp4 was encoded unlike a\.mp4"):
        join([tmp_path / "a.mp4", tmp_path / "b.mp4"], sound, tmp_path / "v.mp4", title="x")


def test_chunks_of_another_size_are_refused(
    made: Timeline, images: dict[str, Path], sound: Path, tmp_path: Path
) -> None:
    other = timeline("One two three.", format="1:1")
    render_chunk(made, chunks(made)[0], images, tmp_path / "a.mp4")
    render_chunk(other, chunks(other)[0], images, tmp_path / "b.mp4")
    with pytest.raises(EncoderMismatch):
        join([tmp_path / "a.mp4", tmp_path / "b.mp4"], sound, tmp_path / "v.mp4", title="x")


@pytest.mark.parametrize("kept", [0.0, 0.1, 0.5, 0.97, 0.999])
def test_a_half_written_file_is_never_taken_for_done(
    made: Timeline, images: dict[str, Path], sound: Path, tmp_path: Path, kept: float
) -> None:
    paths = rendered(made, tmp_path, chunks(made), images)
    join(paths, sound, tmp_path / "v.mp4", title="x")
    for name in (paths[0], tmp_path / "v.mp4"):
        data = name.read_bytes()
        (tmp_path / "cut.mp4").write_bytes(data[: int(len(data) * kept)])
        with pytest.raises(RenderFailed, match=r"cut\.mp4 is not a whole mp4"):
            probe(tmp_path / "cut.mp4")


@pytest.mark.parametrize("format", ["16:9", "9:16", "1:1"])
def test_every_format_is_rendered_in_its_size(format: Format, tmp_path: Path) -> None:
    made = timeline("One two three.", format=format)
    (part,) = chunks(made, at_most=1)
    found = render_chunk(made, part, pictures(made, tmp_path), tmp_path / "x.mp4")
    assert (found.width, found.height) == (made.width, made.height)


def test_progress_is_told_and_never_goes_back(images: dict[str, Path], tmp_path: Path) -> None:
    made = timeline(TEXT, TEXT, short_side=360)
    told: list[float] = []
    (part,) = chunks(made, at_most=1)
    render_chunk(made, part, images, tmp_path / "x.mp4", on_progress=told.append)
    assert told == sorted(told)
    assert all(0 < share <= 1 for share in told)
    assert told[-1] > 0.9


def test_a_render_stops_when_its_progress_is_not_wanted_any_more(
    images: dict[str, Path], tmp_path: Path
) -> None:
    made = timeline(TEXT, TEXT, short_side=360)

    def cancelled(share: float) -> None:
        raise Cancelled

    (part,) = chunks(made, at_most=1)
    with pytest.raises(Cancelled):
        render_chunk(made, part, images, tmp_path / "x.mp4", on_progress=cancelled)


def test_what_is_no_picture_is_refused(made: Timeline, tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n but no more")
    images = {placed.image: path for placed in made.scenes}
    with pytest.raises(InvalidInput, match="The file is no picture"):
        render_chunk(made, chunks(made)[0], images, tmp_path / "x.mp4")


def test_ffmpeg_fails_in_its_own_words(tmp_path: Path) -> None:
    with pytest.raises(RenderFailed, match="No such file") as failed:
        ffmpeg.run(["-i", tmp_path / "missing.mp4", "-f", "null", "-"])
    assert "missing.mp4" in failed.value.details
    with pytest.raises(RenderFailed, match="missing"):
        list(ffmpeg.decode(["-i", tmp_path / "missing.mp4", "-f", "null", "-"], piece=10))


QUICK, SLOW = ("-readrate_initial_burst", "5"), ("-readrate", "0.0001")
STALLED = [*SLOW, *QUICK, "-f", "lavfi", "-i", "anullsrc", "-f", "s16le", "pipe:1"]
"""Five seconds of sound at once, and hours before the next."""


@pytest.fixture
def stuck(tmp_path: Path) -> Iterator[Path]:
    """A file without an end: whoever opens it waits for more."""
    path = tmp_path / "stuck.wav"
    os.mkfifo(path)
    kept = os.open(path, os.O_RDWR)
    yield path
    os.close(kept)


def test_ffmpeg_has_a_time_limit(stuck: Path) -> None:
    with pytest.raises(RenderFailed, match="longer than 1 s"):
        ffmpeg.run(["-i", stuck, "-f", "null", "-"], time_limit=1)
    with pytest.raises(RenderFailed, match="longer than 1 s"):
        list(ffmpeg.decode(["-i", stuck, "-f", "s16le", "pipe:1"], piece=10, time_limit=1))
    with pytest.raises(RenderFailed, match="longer than 1 s"):
        list(ffmpeg.decode(STALLED, piece=1000, time_limit=1))


def test_who_reads_no_further_waits_for_nothing() -> None:
    made = ffmpeg.decode(STALLED, piece=10)
    assert len(next(made)) == 10
    made.close()


def test_ffmpeg_keeps_to_its_callers_deadline_in_every_thread(stuck: Path, tmp_path: Path) -> None:
    silence = np.zeros((48_000, 2), np.float32)
    with ffmpeg.within(1), ffmpeg.within(500):
        with pytest.raises(RenderFailed, match="took longer"):
            ffmpeg.run(["-i", stuck, "-f", "null", "-"])
        with pytest.raises(InvalidInput, match="no sound"):
            tracks.check_track(stuck)
        with pytest.raises(InvalidInput, match="not a readable sound"):
            tracks.master([stuck], tmp_path / "x.m4a")
        with pytest.raises(RenderFailed, match="took longer"):
            aac.encode([aac.Stretch(repeat(silence))], tmp_path / "x.aac")
    ffmpeg.run(["-f", "lavfi", "-i", "anullsrc", "-t", "1", "-f", "null", "-"])  # it is over


def test_names_are_never_read_as_options_or_by_a_shell(
    made: Timeline, images: dict[str, Path], sound: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "a b'c;$(touch x)"
    folder.mkdir()
    (path,) = rendered(made, folder, chunks(made, at_most=1), images)
    found = join([path], sound, folder / "-v.mp4", title="'; rm -rf")
    assert isinstance(found, Probe)
    assert replace(found, sha256="") == replace(probe(folder / "-v.mp4"), sha256="")
