"""Speech is heard where it belongs, music makes way for it, and the loudness is right."""

import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from chalicelib.errors import InvalidInput
from chalicelib.media import audio, ffmpeg
from tests.unit.media.material import TEXT, music, speech, timeline


def decoded(path: Path) -> npt.NDArray[np.float32]:
    return audio.read_audio(path)


def level(pcm: npt.NDArray[np.float32], pitch: float) -> float:
    """How loud one pitch is in a stretch, in dB."""
    times = np.arange(len(pcm)) / audio.RATE
    turned = pcm * np.exp(-2j * np.pi * pitch * times) * np.hanning(len(pcm))
    return float(20 * np.log10(np.abs(turned.sum()) / len(pcm) + 1e-9))


@pytest.mark.parametrize("loud", [0.003, 0.05, 0.6])
def test_the_mix_meets_the_target_whatever_comes_in(tmp_path: Path, loud: float) -> None:
    made = timeline(TEXT, TEXT)
    out = tmp_path / "mix.m4a"
    found = audio.mix(made, speech(made, tmp_path, level=loud), music(tmp_path), out)
    assert found.integrated == pytest.approx(-14, abs=0.5)
    assert found.true_peak <= -1
    assert audio.measure(["-i", out]) == found
    assert len(decoded(out)) / audio.RATE == pytest.approx(made.seconds, abs=0.05)


def test_peaks_are_held_below_the_limit(tmp_path: Path) -> None:
    """Sound with a high crest: gain alone would put its peaks far above 0 dB."""
    made = timeline(TEXT)
    samples = round(made.scenes[0].speech_seconds * audio.RATE)
    noise = np.random.default_rng(4).standard_t(3, samples)
    pcm = np.convolve(noise, np.hanning(16), "same")
    pcm /= np.abs(pcm).max()
    assert np.sqrt(np.mean(pcm**2)) < 0.06
    audio.write_wav(tmp_path / "peaks.wav", pcm)
    found = audio.mix(made, [tmp_path / "peaks.wav"], None, tmp_path / "mix.m4a")
    assert found.true_peak <= -1
    assert found.integrated == pytest.approx(-14, abs=0.5)


def test_music_goes_down_under_speech_and_comes_back(tmp_path: Path) -> None:
    made = timeline(TEXT, "Then a word.")
    gap = 4.0
    second = made.scenes[1].model_copy(
        update={
            "speech_start": made.scenes[1].speech_start + gap,
            "frames": made.scenes[1].frames + round(gap * made.fps),
            "words": (),
        }
    )
    made = made.model_copy(update={"scenes": (made.scenes[0], second)})
    out = tmp_path / "mix.m4a"
    audio.mix(made, speech(made, tmp_path), music(tmp_path, pitch=440), out)
    sound = decoded(out)

    def at(start: float, seconds: float) -> float:
        return level(sound[round(start * audio.RATE) : round((start + seconds) * audio.RATE)], 440)

    under, between = at(2.0, 1.0), at(made.scenes[0].end / made.fps + 1.5, 1.0)
    assert 9 < between - under < 13
    assert at(made.seconds - 0.3, 0.3) < between - 10


def test_speech_stands_at_its_scene(tmp_path: Path) -> None:
    made = timeline("One.", "Two.", "Three.")
    out = tmp_path / "mix.m4a"
    audio.mix(made, speech(made, tmp_path), None, out)
    loud = np.abs(decoded(out)) > 0.1
    for word in made.words:
        begins = loud[round((word.start - 0.2) * audio.RATE) :].argmax() / audio.RATE - 0.2
        assert begins == pytest.approx(0, abs=0.06)


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    made = timeline(TEXT)
    said, bed = speech(made, tmp_path), music(tmp_path)
    for name in ("a.m4a", "b.m4a"):
        audio.mix(made, said, bed, tmp_path / name)
    assert (tmp_path / "a.m4a").read_bytes() == (tmp_path / "b.m4a").read_bytes()


def test_silence_stays_silence(tmp_path: Path) -> None:
    made = timeline("One two.")
    audio.write_wav(tmp_path / "nothing.wav", np.zeros(audio.RATE))
    found = audio.mix(made, [tmp_path / "nothing.wav"], None, tmp_path / "mix.m4a")
    assert found.integrated < -60


def test_any_sound_file_is_read_as_mono_48k(tmp_path: Path) -> None:
    times = np.arange(44_100) / 44_100
    tone = 0.5 * np.sin(2 * np.pi * 300 * times)
    audio.write_wav(tmp_path / "in.wav", np.stack([tone, tone], axis=1), rate=44_100)
    ffmpeg.run(["-i", tmp_path / "in.wav", tmp_path / "in.mp3"])
    for name in ("in.wav", "in.mp3"):
        pcm = audio.read_audio(tmp_path / name)
        assert pcm.dtype == np.float32
        assert len(pcm) == pytest.approx(48_000, abs=2500)
        assert np.abs(pcm).max() == pytest.approx(0.5, abs=0.05)


def test_wav_goes_out_and_comes_back(tmp_path: Path) -> None:
    pcm = np.linspace(-1.2, 1.2, 1000).astype(np.float32)
    audio.write_wav(tmp_path / "x.wav", pcm)
    with wave.open(str(tmp_path / "x.wav")) as file:
        assert (file.getnchannels(), file.getframerate(), file.getnframes()) == (1, 48_000, 1000)
    assert np.abs(audio.read_audio(tmp_path / "x.wav") - np.clip(pcm, -1, 1)).max() < 1e-4


def test_what_is_no_sound_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.wav").write_bytes(b"this is no sound at all")
    with pytest.raises(InvalidInput, match=r"x\.wav is not a readable sound file"):
        audio.read_audio(tmp_path / "x.wav")
    made = timeline("One two.")
    with pytest.raises(InvalidInput):
        audio.mix(made, speech(made, tmp_path), tmp_path / "x.wav", tmp_path / "mix.m4a")
    with pytest.raises(InvalidInput, match="one speech"):
        audio.mix(made, [], None, tmp_path / "mix.m4a")


def test_a_recording_that_is_cut_off_anywhere_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    audio.write_wav(tmp_path / "x.wav", np.full(1000, 0.5))
    whole = (tmp_path / "x.wav").read_bytes()
    for missing in (1, 2, 3):
        (tmp_path / "x.wav").write_bytes(whole[:-missing])
        assert len(audio.read_audio(tmp_path / "x.wav")) == 1000 - (missing + 1) // 2


def test_a_header_may_tell_of_more_sound_than_there_is(tmp_path: Path) -> None:
    """As of a recording that was written while it was made."""
    audio.write_wav(tmp_path / "x.wav", np.full(1000, 0.5))
    data = bytearray((tmp_path / "x.wav").read_bytes())
    data[4:8] = data[40:44] = b"\xff\xff\xff\x7f"
    (tmp_path / "x.wav").write_bytes(data)
    assert len(audio.read_audio(tmp_path / "x.wav")) == 1000


@pytest.mark.parametrize("name", ["x.wav", "x.flac"])
def test_no_more_is_read_than_can_be_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(audio, "LONGEST", 60.0)
    for seconds, fits in ((60, True), (60.01, False)):
        audio.write_wav(tmp_path / "x.wav", np.full(round(seconds * audio.RATE), 0.1))
        if name != "x.wav":
            ffmpeg.run(["-i", tmp_path / "x.wav", tmp_path / name])
        if fits:
            assert len(audio.read_audio(tmp_path / name)) == seconds * audio.RATE
        else:
            with pytest.raises(InvalidInput, match="longer than 1 minutes"):
                audio.read_audio(tmp_path / name)


def test_what_holds_no_numbers_is_refused(tmp_path: Path) -> None:
    pcm = np.full(audio.RATE, 0.1, np.float32)
    pcm[100] = np.nan
    (tmp_path / "x.f32").write_bytes(pcm.tobytes())
    raw = ["-f", "f32le", "-ar", str(audio.RATE), "-ac", "1", "-i", tmp_path / "x.f32"]
    ffmpeg.run([*raw, "-c:a", "pcm_f32le", tmp_path / "x.wav"])
    with pytest.raises(InvalidInput, match="no numbers"):
        audio.read_audio(tmp_path / "x.wav")
