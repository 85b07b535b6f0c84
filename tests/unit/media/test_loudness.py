"""Loudness is what the standard says, and what ffmpeg's own meter finds, however it is heard."""

import re
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from chalicelib.media import audio, ffmpeg
from chalicelib.media.album import RATE
from chalicelib.media.loudness import Meter, gated
from tests.unit.media.albums import tone

Sound = npt.NDArray[np.float32]


def heard(pcm: npt.NDArray[np.floating], *, piece: int = RATE) -> Meter:
    meter = Meter()
    sound = pcm.astype(np.float32)
    for start in range(0, len(sound), piece):
        meter.hear(sound[start : start + piece])
    return meter


def music(seconds: float = 20.0) -> Sound:
    """Noise, a bass and a hum, in swells, beside the middle: wide in pitch and level."""
    random = np.random.default_rng(8)
    times = np.arange(round(seconds * RATE)) / RATE
    swell = 10 ** (-2 + 1.7 * np.sin(2 * np.pi * times / 9) ** 2)
    bass = np.sin(2 * np.pi * 31 * times) + np.sin(2 * np.pi * 440 * times)
    sides = [swell * (0.2 * random.standard_normal(len(times)) + 0.2 * bass) for _ in range(2)]
    sides[1] *= 0.5
    return (np.stack(sides, axis=1) + 0.05).astype(np.float32)


@pytest.fixture(scope="module")
def moments(tmp_path_factory: pytest.TempPathFactory) -> npt.NDArray[np.float64]:
    """What ffmpeg's meter says of `music`, every 100 ms."""
    folder = tmp_path_factory.mktemp("loudness")
    music().tofile(folder / "x.f32")
    measure = "ebur128=framelog=quiet:metadata=1,ametadata=mode=print:key=lavfi.r128.M:file=m.txt"
    source = ["-f", "f32le", "-ar", str(RATE), "-ac", "2", "-i", "x.f32", "-af", measure]
    ffmpeg.run([*source, "-f", "null", "-"], folder=folder)
    told = re.findall(r"lavfi\.r128\.M=(\S+)", (folder / "m.txt").read_text())
    return np.array(told[3:], np.float64)  # the first three begin before the sound does


@pytest.mark.parametrize("piece", [977, 4800, RATE, 1 << 30])
def test_moments_are_those_of_another_meter(moments: npt.NDArray[np.float64], piece: int) -> None:
    found = heard(music(), piece=piece).moments
    assert len(found) == len(moments)
    assert np.abs(found - moments).max() < 0.005


def test_the_whole_and_its_range_are_those_of_another_meter(tmp_path: Path) -> None:
    music(60).tofile(tmp_path / "x.f32")
    raw = ["-f", "f32le", "-ar", str(RATE), "-ac", "2", "-i", tmp_path / "x.f32"]
    told, meter = audio.measure(raw), heard(music(60))
    assert gated(meter.moments) == pytest.approx(told.integrated, abs=0.06)
    assert meter.range == pytest.approx(told.range, abs=0.15)


def test_a_tone_on_one_side_is_as_loud_as_the_standard_says() -> None:
    """997 Hz at full scale on one side: -3.01 LKFS (BS.1770-5)."""
    pcm = tone(5, 997, 1.0)
    pcm[:, 1] = 0
    assert gated(heard(pcm).moments) == pytest.approx(-3.01, abs=0.01)


def test_silence_does_not_make_a_sound_quieter() -> None:
    loud = tone(10, 997, 0.1)
    pauses = np.concatenate((loud, np.zeros((10 * RATE, 2)), loud, loud / 100))
    assert gated(heard(pauses).moments) == pytest.approx(gated(heard(loud).moments), abs=0.1)


@pytest.mark.parametrize("seconds", [0, 0.05, 0.35, 0.45, 2.9])
def test_short_sounds_have_the_moments_they_have_time_for(seconds: float) -> None:
    meter = heard(tone(seconds, 997, 1.0))
    assert len(meter.moments) == max(0, int(seconds * 10 + 1e-9) - 3)
    assert meter.range == 0
    assert gated(meter.moments) == pytest.approx(0.0 if seconds > 0.4 else -120, abs=0.05)


def test_silence_and_what_is_no_number_are_not_loud() -> None:
    assert gated(heard(np.zeros((RATE, 2))).moments) == -120
    for wrong in (np.nan, np.inf):
        assert gated(heard(np.full((RATE, 2), wrong)).moments) == -120
