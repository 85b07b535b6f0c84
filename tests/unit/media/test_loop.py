"""A visual is encoded once, repeated without a seam, cut to the frame, and joined by copying."""

import struct
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from chalicelib.errors import Cancelled, EncoderMismatch, InvalidInput, RenderFailed
from chalicelib.media import boxes, drift, encode, ffmpeg, living, loop, mp4, still, titles, tracks
from chalicelib.media.album import LIVING, Album, Living, Overlays
from chalicelib.media.frames import Frame
from chalicelib.media.join import join_album
from chalicelib.media.picture import load
from tests.unit.media.albums import album, pieces, track
from tests.unit.media.material import lights, picture

MOVING = [name for name in LIVING if name != "still"]
Luma = npt.NDArray[np.float32]


def frames(path: Path, made: Album) -> list[Luma]:
    """The luma of every frame that a player shows."""
    size = made.width * made.height
    raw = ffmpeg.decode(
        ["-i", path, "-f", "rawvideo", "-pix_fmt", "yuv420p", "-fps_mode", "passthrough", "pipe:1"],
        piece=size * 3 // 2,
    )
    return [np.frombuffer(data[:size], np.uint8).astype(np.float32) for data in raw]


def drawn(made: Album, index: int, image: Path, count: int) -> list[Luma]:
    """The luma of the loop's first frames, never encoded."""
    size = living.canvas(made.living, made.width, made.height)
    scene = living.scene(
        load(image, size), made.living, made.width, made.height, made.fps, made.seed + index
    )
    return [scene.draw(number).planes[0].astype(np.float32).ravel() for number in range(count)]


def psnr(one: Luma, other: Luma) -> float:
    return float(10 * np.log10(255**2 / max(1e-9, np.mean((one - other) ** 2))))


def far(one: Luma, other: Luma) -> float:
    return float(np.abs(one - other).mean())


def whole(made: Album, folder: Path) -> tuple[Path, list[Path], list[Path]]:
    """An album from beginning to end: the video, its pictures, its pieces."""
    images, done = pieces(made, folder)
    sounds = [track(folder, number, one.seconds) for number, one in enumerate(made.tracks)]
    tracks.master(sounds, folder / "sound.m4a", crossfade=made.crossfade)
    out = folder / f"{made.living}.mp4"
    join_album(made, done, folder / "sound.m4a", out)
    return out, images, done


@pytest.mark.parametrize("style", LIVING)
def test_an_album_has_the_frames_of_its_plan(tmp_path: Path, style: Living) -> None:
    made = album(5.003, 4.401, 4.75, living=style)
    out, images, _ = whole(made, tmp_path)
    shown = frames(out, made)
    assert len(shown) == made.frames
    assert abs(len(shown) / made.fps - made.seconds) <= 1 / made.fps
    for segment, image in zip(made.segments, images, strict=True):
        loop_frames = drawn(made, segment.index, image, min(segment.frames, 40))
        best = [
            max(psnr(frame, want) for want in loop_frames)
            for frame in shown[segment.start : segment.start + segment.frames : 37][:-1]
        ]
        if style == "still":
            assert min(best) >= 40
        first = shown[segment.start + 8 : segment.start + segment.frames]
        closest = [max(psnr(want, frame) for frame in first[:24]) for want in loop_frames[8:24:8]]
        assert min(closest) >= 38


@pytest.mark.parametrize("count", [31, 249])
def test_an_album_may_have_any_number_of_frames(tmp_path: Path, count: int) -> None:
    """Of these, dividing by the frame rate and multiplying again leaves something else."""
    made = album(count / 30)
    assert made.frames == count != count / 30 * 30
    out, _, _ = whole(made, tmp_path)
    assert len(frames(out, made)) == count


@pytest.mark.parametrize("style", LIVING)
def test_times_are_whole_frames_and_nothing_is_hidden(tmp_path: Path, style: Living) -> None:
    made = album(3.0, 3.5, living=style)
    out, _, _ = whole(made, tmp_path)
    with out.open("rb") as file:
        top = list(boxes.boxes(file, 0, out.stat().st_size))
        video, sound = boxes.tracks(file, top)
    assert [name for name, _, _ in top] == [b"ftyp", b"moov", b"mdat"]  # index first
    assert b"elst" not in {**video.boxes, **sound.boxes}
    assert video.lengths == [(made.frames, encode.TICKS)]
    shown = sorted(n * encode.TICKS + shift for n, shift in enumerate(video.shifts))
    assert shown == [n * encode.TICKS for n in range(made.frames)]
    assert sound.ticks / sound.timescale == pytest.approx(made.seconds, abs=1 / made.fps)
    starts = {segment.start for segment in made.segments}
    assert starts <= video.keys
    log = ffmpeg.run(["-i", out, "-map", "0:v", "-c", "copy", "-f", "null", "-"])
    assert "yuv420p(tv, bt709" in log
    assert "start: 0.000000" in log
    assert "Piece 2" in log


@pytest.mark.parametrize("style", MOVING)
def test_a_loop_has_no_seam(tmp_path: Path, style: Living) -> None:
    """From the last frame to the first it moves as it does everywhere, before and behind the
    encoder."""
    fps = 10
    made = album(60.0, living=style, fps=fps)
    period = living.period(fps)
    image = picture(tmp_path / "x.png", 3, (640, 360))
    loop.render(made, 0, image, tmp_path / "x.mp4")
    kind, samples = mp4.read(tmp_path / "x.mp4")
    runs = loop.repeated(samples, made.frames, kind.tick)
    mp4.write(tmp_path / "long.mp4", mp4.Line(kind, runs))
    shown = frames(tmp_path / "long.mp4", made)
    assert len(shown) == made.frames
    head = max(number for number, key in enumerate(samples.keys) if key)
    steps = [far(a, b) for a, b in pairwise(shown)]
    seams = [steps[head + period * turn - 1] for turn in (1, 2)]
    usual = sorted(steps)
    assert usual[len(usual) // 2] > 0  # it lives
    assert max(seams) <= max(0.5, 1.25 * usual[-8])  # half a level: a new key frame, unseen
    raw = drawn(made, 0, image, period + 2)
    assert far(raw[0], raw[period]) == 0
    moves = [far(a, b) for a, b in pairwise(raw[: period + 1])]
    assert moves[-1] <= 1.25 * max(moves[:-1])


@pytest.mark.parametrize("style", LIVING)
def test_frames_survive_the_encoder(tmp_path: Path, style: Living) -> None:
    made = album(6.0, living=style, width=640, height=360)
    image = picture(tmp_path / "x.png", 5, (1280, 720))
    loop.render(made, 0, image, tmp_path / "x.mp4")
    _, samples = mp4.read(tmp_path / "x.mp4")
    head = max(number for number, key in enumerate(samples.keys) if key)
    shown = frames(tmp_path / "x.mp4", made)[head:]
    want = drawn(made, 0, image, len(shown))
    assert min(psnr(a, b) for a, b in zip(shown, want, strict=True)) >= 40


def test_the_camera_stands_on_whole_pixels_at_every_step(tmp_path: Path) -> None:
    image = load(picture(tmp_path / "x.png", 1, (640, 360)), (340, 200))
    camera = drift.Drift(image, 320, 180, 8 * 20 + 1)
    places = [camera.place(number) for number in range(8 * 20 + 1)]
    assert all(x % 4 == 0 and y % 4 == 0 for x, y in places[::8])
    assert max(max(abs(a - c), abs(b - d)) for (a, b), (c, d) in pairwise(places)) <= 2
    assert camera.place(161) == places[0]


def test_quarters_of_a_pixel_are_those_of_h264(tmp_path: Path) -> None:
    """What the encoder predicts from one frame is the next one: hardly a byte is left to say."""
    made = album(6.0, living="drift", width=640, height=360)
    image = picture(tmp_path / "x.png", 5, (1280, 720))
    loop.render(made, 0, image, tmp_path / "x.mp4")
    _, samples = mp4.read(tmp_path / "x.mp4")
    key = samples.sizes[0]
    rest = sorted(samples.sizes)[:-2]
    assert sum(rest) / len(rest) < key / 50


@pytest.mark.parametrize("style", ["still", "drift"])
def test_words_come_and_go_and_the_visual_is_bare_again(tmp_path: Path, style: Living) -> None:
    said = Overlays(title_card=True, track_names=True, waveform=True)
    made = album(20.0, 20.0, living=style, overlays=said, width=640, height=360)
    images = [picture(tmp_path / f"{k}.png", k, (640, 360)) for k in range(2)]
    for index, (card, image) in enumerate(zip((True, False), images, strict=True)):
        out = tmp_path / f"{index}.mp4"
        bars = [0.5] * 96
        found = loop.render(made, index, image, out, waveform=bars)
        segment = made.segments[index]
        kind, samples = mp4.read(out)
        runs = loop.repeated(samples, segment.frames, kind.tick)
        mp4.write(tmp_path / "long.mp4", mp4.Line(kind, runs))
        shown = frames(tmp_path / "long.mp4", made)
        assert len(shown) == segment.frames
        bright = [float((frame[-640 * 120 :] > 225).sum()) for frame in shown]
        base = bright[found.head + 5]
        seconds = 11 if card else 5
        assert found.head / made.fps == pytest.approx(seconds, abs=0.6)
        assert bright[0] <= base + 40
        assert bright[round(2.5 * made.fps)] > base + 120
        assert bright[found.head - 9] < base + 120
        if card:
            assert bright[round(8.5 * made.fps)] > base + 120
        if style == "still":
            (want,) = drawn(made, index, image, 1)
            assert psnr(shown[found.head + 30], want) >= 40
            assert psnr(shown[found.head - 1], want) >= 36


@pytest.mark.parametrize(
    ("names", "shape", "heights"),
    [(False, False, 0), (True, False, 1), (False, True, 1), (True, True, 2)],
)
def test_name_and_waveform_are_written_when_asked_for_and_not_otherwise(
    names: bool, shape: bool, heights: int
) -> None:
    said = Overlays(title_card=False, track_names=names, waveform=shape)
    made = album(20.0, 20.0, overlays=said, width=640, height=360)
    shows = titles.shows(made, 1, [0.5] * 96)
    assert len(shows) == bool(heights)
    if shows:
        frame = Frame(640, 360)
        frame.planes[1][:] = 128
        shows[0].lay(frame, shows[0].fade)
        written = (frame.planes[0] > 120).any(axis=1)
        assert np.diff(written.astype(int)).clip(0).sum() == heights
        coloured = (frame.planes[1] < 100).any()  # a track's number is golden
        assert coloured == names


def test_what_stands_still_is_encoded_for_a_moment_only(tmp_path: Path) -> None:
    made = album(200.0)
    image = picture(tmp_path / "x.png", 1, (640, 360))
    loop.render(made, 0, image, tmp_path / "x.mp4")
    kind, samples = mp4.read(tmp_path / "x.mp4")
    assert len(samples) == still.SHORTEST * made.fps
    assert max(samples.sizes[1:]) < samples.sizes[0] / 20
    shown = frames(tmp_path / "x.mp4", made)
    assert len(shown) == len(samples)
    assert max(far(shown[30], frame) for frame in shown[30:]) == 0
    assert [len(run) for run in loop.repeated(samples, 301, kind.tick)] == [0, 120, 120, 61]


@pytest.mark.parametrize("lead", [3, still.LEAD])
def test_every_frame_of_a_still_is_as_it_was_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lead: int
) -> None:
    """Frames that were copied and those that were encoded, with words and without; also when
    the encoder has something left to say where there is usually nothing."""
    monkeypatch.setattr(still, "LEAD", lead)
    made = album(20.0, overlays=Overlays(), width=640, height=360)
    image = tmp_path / "x.png"
    lights((640, 360)).save(image)
    found = loop.render(made, 0, image, tmp_path / "x.mp4")
    _, samples = mp4.read(tmp_path / "x.mp4")
    assert found.head == lead + 11 * made.fps
    assert samples.sizes[1] > min(samples.sizes)
    assert still.numbered(samples) == samples
    loop_again = samples.part(found.head, found.head + lead)
    assert loop_again == samples.part(0, lead)
    log = ffmpeg.run(["-xerror", "-i", tmp_path / "x.mp4", "-f", "null", "-"])
    assert "frame num" not in log
    bare = living.scene(load(image, (640, 360)), "still", 640, 360, made.fps, 0).draw(0)
    shows = titles.shows(made, 0, None, start=lead)
    for number, frame in enumerate(frames(tmp_path / "x.mp4", made)):
        want = Frame(640, 360)
        want.buffer[:] = bare.buffer
        for show in shows:
            show.lay(want, number)
        assert psnr(frame, want.planes[0].astype(np.float32).ravel()) >= 42


def test_nothing_new_is_said_alike_over_every_picture(tmp_path: Path) -> None:
    made = album(6.0)
    last = []
    for number in range(2):
        image = picture(tmp_path / f"{number}.png", number, (640, 360))
        loop.render(made, 0, image, tmp_path / "x.mp4")
        _, samples = mp4.read(tmp_path / "x.mp4")
        last.append(samples.part(60, 61).data[:-1])
    assert last[0] == last[1]


def test_the_same_visual_gives_the_same_bytes(tmp_path: Path) -> None:
    made = album(4.0, living="embers", overlays=Overlays())
    image = picture(tmp_path / "x.png", 1, (640, 360))
    one = loop.render(made, 0, image, tmp_path / "a.mp4")
    assert one == loop.render(made, 0, image, tmp_path / "b.mp4")
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_pieces_that_were_encoded_otherwise_are_not_joined(tmp_path: Path) -> None:
    made = album(3.0, 3.0)
    out, images, done = whole(made, tmp_path)
    other = album(3.0, 3.0, living="drift")
    loop.render(other, 1, images[1], done[1])
    with pytest.raises(EncoderMismatch, match="still-1"):
        join_album(made, done, tmp_path / "sound.m4a", out)
    larger = album(3.0, 3.0, width=640, height=360)
    loop.render(larger, 1, images[1], done[1])
    with pytest.raises(EncoderMismatch):
        join_album(made, done, tmp_path / "sound.m4a", out)


def test_what_is_not_whole_is_not_joined(tmp_path: Path) -> None:
    made = album(3.0, 3.0)
    out, _, done = whole(made, tmp_path)
    sound = tmp_path / "sound.m4a"
    with pytest.raises(InvalidInput, match="one visual"):
        join_album(made, done[:1], sound, out)
    data = done[1].read_bytes()
    done[1].write_bytes(data[: len(data) // 2])
    with pytest.raises(RenderFailed, match="not a whole mp4"):
        join_album(made, done, sound, out)
    done[1].write_bytes(data)
    whole_sound = sound.read_bytes()
    for broken in (whole_sound[: len(whole_sound) // 2], b"", b"nothing like an mp4"):
        sound.write_bytes(broken)
        with pytest.raises(RenderFailed):
            join_album(made, done, sound, out)


def test_sound_that_ends_too_soon_is_not_taken(tmp_path: Path) -> None:
    made = album(3.0, 3.0)
    _, done = pieces(made, tmp_path)
    tracks.master([track(tmp_path, 0, 4.5)], tmp_path / "short.m4a")
    with pytest.raises(RenderFailed, match="too short"):
        join_album(made, done, tmp_path / "short.m4a", tmp_path / "x.mp4")
    tracks.master([track(tmp_path, 0, 9.0)], tmp_path / "long.m4a")
    join_album(made, done, tmp_path / "long.m4a", tmp_path / "x.mp4")
    log = ffmpeg.run(["-i", tmp_path / "x.mp4", "-map", "0:a", "-f", "null", "-"])
    assert "Duration: 00:00:05.0" in log


def test_a_loop_of_moving_frames_is_cut_only_where_it_can_be(tmp_path: Path) -> None:
    made = album(4.0, living="drift")
    loop.render(made, 0, picture(tmp_path / "x.png", 1, (640, 360)), tmp_path / "x.mp4")
    kind, samples = mp4.read(tmp_path / "x.mp4")
    with pytest.raises(RenderFailed, match="cannot be cut"):
        loop.repeated(samples, len(samples) - 3, kind.tick)


def test_a_cancelled_render_stops(tmp_path: Path) -> None:
    def stop(_: float) -> None:
        raise Cancelled

    image = picture(tmp_path / "x.png", 1, (1280, 720))
    made = album(60.0, living="rain", width=1280, height=720)
    with pytest.raises(Cancelled):
        loop.render(made, 0, image, tmp_path / "x.mp4", on_progress=stop)


def test_a_long_file_gets_wide_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = album(3.0)
    out, _, done = whole(made, tmp_path)
    narrow = frames(out, made)
    monkeypatch.setattr(mp4, "LARGEST", 1 << 28)
    join_album(made, done, tmp_path / "sound.m4a", out)
    with out.open("rb") as file:
        video, sound = boxes.tracks(file, list(boxes.boxes(file, 0, out.stat().st_size)))
    assert b"co64" in video.boxes
    assert b"co64" in sound.boxes
    assert struct.unpack(">I", video.boxes[b"co64"][4:8])[0] == len(video.chunks)
    assert all(far(a, b) == 0 for a, b in zip(narrow, frames(out, made), strict=True))
