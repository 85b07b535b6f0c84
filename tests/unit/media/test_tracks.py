"""Tracks come in any shape, and go out at one loudness, melted to the sample, encoded once."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from chalicelib.errors import Cancelled, InvalidInput
from chalicelib.media import audio, boxes, ffmpeg, tracks
from chalicelib.media.album import RATE, reachable
from chalicelib.media.peaks import TruePeak
from tests.unit.media.albums import PITCHES, peak_pitch, tone, track

Sound = npt.NDArray[np.float32]
ID3 = b"ID3\x03\x00\x00\x00\x00\x00\x0a" + bytes(10)
"""What makes any file begin as an mp3 does."""


def decoded(path: Path) -> Sound:
    """The left channel."""
    data = b"".join(ffmpeg.decode(["-i", path, "-f", "f32le", "-ac", "2", "pipe:1"], piece=1 << 20))
    return np.frombuffer(data, np.float32).reshape(-1, 2)[:, 0]


def level(sound: Sound, pitch: float, start: float, seconds: float) -> float:
    """Amplitude of one pitch in a stretch."""
    part = sound[round(start * RATE) : round((start + seconds) * RATE)]
    times = np.arange(len(part)) / RATE
    window = np.hanning(len(part))
    return float(
        2 * np.abs((part * np.exp(-2j * np.pi * pitch * times) * window).sum()) / window.sum()
    )


@pytest.fixture(scope="module")
def mastered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tracks.MasterFacts]:
    folder = tmp_path_factory.mktemp("tracks")
    paths = [
        track(folder, 0, 5.0, 0.02),
        track(folder, 1, 6.00001, 0.2),
        track(folder, 2, 5.5, 0.7),
    ]
    out = folder / "album.m4a"
    return out, tracks.master(paths, out, crossfade=1.0)


def test_every_track_is_as_loud_as_the_others(
    mastered: tuple[Path, tracks.MasterFacts],
) -> None:
    out, made = mastered
    assert [round(one.before, 1) for one in made.tracks] == pytest.approx(
        [-34.7, -14.5, -3.6], abs=0.6
    )
    for one in made.tracks:
        assert one.before + one.gain == pytest.approx(-14, abs=0.2)
        assert one.after == pytest.approx(-14, abs=0.5)
    measured = audio.measure(["-i", out])
    assert made.loudness.integrated == pytest.approx(measured.integrated, abs=0.15)
    assert made.loudness.true_peak == pytest.approx(measured.true_peak, abs=0.2)
    assert made.loudness.range == pytest.approx(measured.range, abs=0.15)
    assert measured.true_peak <= -1
    assert len(made.momentary) == pytest.approx(made.seconds, abs=1)


def test_crossfades_stand_to_the_sample_and_keep_the_power(
    mastered: tuple[Path, tracks.MasterFacts],
) -> None:
    out, made = mastered
    assert made.seconds == pytest.approx(reachable([5.0, 6.00001, 5.5], 1.0), abs=0.5 / RATE)
    sound = decoded(out)
    full = level(sound, PITCHES[0], 1.0, 2.0)
    for start, going, coming in ((4.0, 0, 1), (9.0, 1, 2)):
        middle = [level(sound, PITCHES[k], start + 0.4, 0.2) for k in (going, coming)]
        assert middle[0] == pytest.approx(middle[1], rel=0.06)  # equally loud in the middle
        assert sum(m**2 for m in middle) == pytest.approx(full**2, rel=0.1)
        assert level(sound, PITCHES[coming], start - 0.5, 0.4) < full / 300
        assert level(sound, PITCHES[going], start + 1.1, 0.4) < full / 300


def test_sound_stands_in_its_place_without_an_edit_list(tmp_path: Path) -> None:
    """A click is found at the very sample where the track has it."""
    clicks = [0.5, 1.25, 3.0]
    pcm = tone(4, 200, 0.001)
    for click in clicks:
        pcm[round(click * RATE)] = 0.5
    audio.write_wav(tmp_path / "x.wav", pcm)
    out = tmp_path / "x.m4a"
    tracks.master([tmp_path / "x.wav"], out)
    sound = np.abs(decoded(out))
    for click in clicks:
        near = round(click * RATE) - 2000
        assert near + int(sound[near : near + 4000].argmax()) == round(click * RATE)
    with out.open("rb") as file:
        top = list(boxes.boxes(file, 0, out.stat().st_size))
        (found,) = boxes.tracks(file, top)
    assert b"elst" not in found.boxes


def test_no_join_makes_a_click(mastered: tuple[Path, tracks.MasterFacts]) -> None:
    sound = decoded(mastered[0])
    jumps = np.abs(np.diff(sound))
    calm = jumps[RATE : 3 * RATE].max(), jumps[round(6.5 * RATE) : 8 * RATE].max()
    loud = jumps[round(11.5 * RATE) : 14 * RATE].max()
    for start, most in ((3.9, max(calm)), (8.9, max(calm[1], loud))):
        around = jumps[round(start * RATE) : round((start + 1.2) * RATE)]
        assert around.max() <= 1.6 * most  # two tones at once may rise together


def test_peaks_are_held_below_the_limit(tmp_path: Path) -> None:
    noise = np.random.default_rng(4).standard_t(3, (8 * RATE, 2))
    noise = np.stack([np.convolve(side, np.hanning(16), "same") for side in noise.T], axis=1)
    noise /= np.abs(noise).max()
    audio.write_wav(tmp_path / "x.wav", noise)
    made = tracks.master([tmp_path / "x.wav"], tmp_path / "x.m4a")
    found = audio.measure(["-i", tmp_path / "x.m4a"])
    assert found.true_peak <= -1
    assert found.integrated == pytest.approx(-14, abs=0.5)
    assert made.tracks[0].after == pytest.approx(found.integrated, abs=0.3)


@pytest.mark.parametrize("name", ["mono.wav", "phone.wav", "cd.mp3", "film.flac"])
def test_any_sound_is_taken(tmp_path: Path, name: str) -> None:
    """Mono, 8 kHz, 44.1 kHz mp3, six channels: all become 48 kHz stereo, and equally loud."""
    audio.write_wav(tmp_path / "x.wav", tone(31, 300))
    how = {
        "mono.wav": ["-ac", "1"],
        "phone.wav": ["-ac", "1", "-ar", "8000"],
        "cd.mp3": ["-ar", "44100"],
        "film.flac": ["-af", "pan=5.1|FL=FL|FR=FR"],
    }
    ffmpeg.run(["-i", tmp_path / "x.wav", *how[name], tmp_path / name])
    found = tracks.check_track(tmp_path / name)
    assert found.seconds == pytest.approx(31, abs=0.06)
    expected = -17.8 if found.channels == "mono" else -15.2
    assert found.integrated == pytest.approx(expected, abs=0.5)
    assert (found.channels, found.rate) == {
        "mono.wav": ("mono", 48_000),
        "phone.wav": ("mono", 8_000),
        "cd.mp3": ("stereo", 44_100),
        "film.flac": ("5.1", 48_000),
    }[name]
    made = tracks.master([tmp_path / name, tmp_path / name], tmp_path / "album.m4a")
    assert made.samples == 2 * found.samples - 2 * RATE
    assert made.loudness.integrated == pytest.approx(-14, abs=0.5)
    assert peak_pitch(decoded(tmp_path / "album.m4a")[RATE : 3 * RATE]) == pytest.approx(300, abs=1)


def test_a_cover_that_is_no_picture_spoils_no_track(tmp_path: Path) -> None:
    audio.write_wav(tmp_path / "x.wav", tone(31))
    ffmpeg.run(["-i", tmp_path / "x.wav", "-id3v2_version", "0", tmp_path / "bare.mp3"])
    cover = b"\0image/jpeg\0\3\0" + b"\xff\xd8" + b"\xaa" * 5_000_000
    frame = b"APIC" + len(cover).to_bytes(4) + b"\0\0" + cover
    size = bytes(len(frame) >> place & 127 for place in (21, 14, 7, 0))
    tagged = b"ID3\3\0\0" + size + frame + (tmp_path / "bare.mp3").read_bytes()
    (tmp_path / "x.mp3").write_bytes(tagged)
    assert tracks.check_track(tmp_path / "x.mp3") == tracks.check_track(tmp_path / "bare.mp3")


def test_what_a_track_is_called_says_nothing_of_what_it_is(tmp_path: Path) -> None:
    audio.write_wav(tmp_path / "x.wav", tone(31))
    called = "title=Stream #0:0: Audio: pcm, 5 Hz, quad\n  Stream #0:0: Audio: pcm, 6 Hz, quad"
    ffmpeg.run(["-i", tmp_path / "x.wav", "-metadata", called, tmp_path / "x.flac"])
    found = tracks.check_track(tmp_path / "x.flac")
    assert (found.rate, found.channels) == (RATE, "stereo")


def spoilt(kind: str, folder: Path) -> Path:
    """A file that is no good track."""
    path = folder / "x.wav"
    match kind:
        case "picture":
            ffmpeg.run(["-f", "lavfi", "-i", "testsrc=d=1", "-frames:v", "1", folder / "x.png"])
            return folder / "x.png"
        case "text":
            path.write_text("this is no sound at all")
        case "empty":
            path.write_bytes(b"")
        case "truncated":
            audio.write_wav(folder / "whole.wav", tone(31))
            ffmpeg.run(["-i", folder / "whole.wav", folder / "whole.m4a"])
            whole = (folder / "whole.m4a").read_bytes()
            path.write_bytes(whole[: len(whole) // 2])
        case "silent":
            audio.write_wav(path, np.zeros((31 * RATE, 2)))
        case "3 seconds":
            audio.write_wav(path, tone(3))
        case "40 minutes":
            audio.write_wav(path, np.tile(tone(1)[::6], (2400, 1)), rate=8000)
        case "nan" | "inf":
            pcm = tone(31).astype(np.float32)
            pcm[20 * RATE] = float(kind)
            (folder / "x.f32").write_bytes(pcm.tobytes())
            raw = ["-f", "f32le", "-ar", str(RATE), "-ac", "2", "-i", folder / "x.f32"]
            ffmpeg.run([*raw, "-c:a", "pcm_f32le", path])
        case "list of files":
            audio.write_wav(folder / "another.wav", tone(31))
            path = folder / "x.mp3"
            path.write_bytes(ID3 + b"ffconcat version 1.0\nfile another.wav\n")
        case "playlist":
            audio.write_wav(folder / "whole.wav", tone(31))
            ffmpeg.run(["-i", folder / "whole.wav", folder / "another.aac"])
            path = folder / "x.m3u8"
            path.write_bytes(ID3 + b"#EXTM3U\n#EXTINF:31,\nanother.aac\n#EXT-X-ENDLIST\n")
    return path


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("picture", "unreadable"),
        ("text", "unreadable"),
        ("empty", "unreadable"),
        ("truncated", "unreadable"),
        ("silent", "silent"),
        ("3 seconds", "too_short"),
        ("40 minutes", "too_long"),
        ("nan", "unreadable"),
        ("inf", "unreadable"),
        ("list of files", "unreadable"),
        ("playlist", "unreadable"),
    ],
)
def test_what_is_no_good_track_is_refused(tmp_path: Path, kind: str, rule: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        tracks.check_track(spoilt(kind, tmp_path))
    (told,) = refused.value.members["errors"]
    assert (told["field"], told["rule"]) == ("track", rule)


def test_of_a_track_that_is_too_long_no_more_is_heard_than_shows_it(tmp_path: Path) -> None:
    """Sixteen minutes, and then what would be refused for another reason."""
    pcm = np.tile(tone(1)[::6, :1], (960, 1)).astype(np.float32)
    (tmp_path / "x.f32").write_bytes(pcm.tobytes() + np.full(8000, np.nan, "<f4").tobytes())
    raw = ["-f", "f32le", "-ar", "8000", "-ac", "1", "-i", tmp_path / "x.f32"]
    ffmpeg.run([*raw, "-c:a", "pcm_f32le", tmp_path / "x.wav"])
    with pytest.raises(InvalidInput, match="at most 15 minutes"):
        tracks.check_track(tmp_path / "x.wav")


@pytest.mark.parametrize("kind", ["text", "nan"])
def test_mastering_names_the_file_that_spoils_it(tmp_path: Path, kind: str) -> None:
    good = track(tmp_path, 0, 4)
    bad = spoilt(kind, tmp_path)
    with pytest.raises(InvalidInput, match=r"x\.wav is not a readable sound file"):
        tracks.master([good, bad, good], tmp_path / "album.m4a")
    short = track(tmp_path, 1, 1.0)
    with pytest.raises(InvalidInput, match="shorter than its crossfades"):
        tracks.master([good, short, good], tmp_path / "album.m4a")


def test_a_cancelled_master_stops(tmp_path: Path) -> None:
    def stop(_: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        tracks.master([track(tmp_path, 0, 60)] * 3, tmp_path / "album.m4a", on_progress=stop)


def test_the_same_tracks_give_the_same_bytes(tmp_path: Path) -> None:
    paths = [track(tmp_path, number, 3.0) for number in range(2)]
    for name in ("a.m4a", "b.m4a"):
        tracks.master(paths, tmp_path / name)
    assert (tmp_path / "a.m4a").read_bytes() == (tmp_path / "b.m4a").read_bytes()


def test_the_shape_of_a_track_is_seen_in_its_waveform(tmp_path: Path) -> None:
    pcm = tone(12) * np.repeat([0.1, 1.0, 0.4], 4 * RATE)[:, None]
    audio.write_wav(tmp_path / "x.wav", pcm)
    bars = tracks.waveform(tmp_path / "x.wav", bars=12)
    assert len(bars) == 12
    assert max(bars) == 1
    assert bars[1] < bars[9] < bars[6]


@pytest.mark.parametrize(
    "shape",
    [
        lambda t: 0.5 * np.sin(2 * np.pi * 12_000 * t + np.pi / 4),
        lambda t: 0.7 * np.sin(2 * np.pi * 997 * t),
        lambda t: 0.4 * np.sin(2 * np.pi * 15_000 * t) * np.sin(2 * np.pi * 3 * t),
    ],
    ids=["between samples", "tone", "beat"],
)
def test_the_true_peak_is_found_between_samples(
    tmp_path: Path, shape: Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]]
) -> None:
    times = np.arange(2 * RATE) / RATE
    mono = shape(times) * np.minimum(1, 20 * np.minimum(times, 2 - times))
    pcm = np.stack([mono, mono], axis=1).astype(np.float32)
    audio.write_wav(tmp_path / "x.wav", pcm)
    found = TruePeak()
    for start in range(0, len(pcm), 10_000):
        found.hear(pcm[start : start + 10_000])
    assert found.decibels == pytest.approx(
        audio.measure(["-i", tmp_path / "x.wav"]).true_peak, abs=0.15
    )
