"""What every composer promises: a bed of exact length that fades, never clips, and is in a key."""

import re

import numpy as np
import pytest

from chalicelib.errors import InvalidInput
from chalicelib.providers.music.interface import Composer
from chalicelib.providers.voice.interface import RATE


def test_every_mood_gives_music_that_can_be_mixed(composer: Composer) -> None:
    assert composer.moods[0] == "default"
    for mood in composer.moods:
        music = composer.compose(mood, seconds=12.345, seed=2)
        assert music.mood == mood
        assert music.pcm.dtype == np.float32
        assert music.pcm.shape == (round(12.345 * RATE), 2)
        assert np.all(np.isfinite(music.pcm))
        assert 0.2 < np.max(np.abs(music.pcm)) <= 0.9
        assert re.fullmatch(r"[A-G][♭♯]? \w+", music.key)
        assert 40 <= music.tempo <= 140


@pytest.mark.parametrize("seconds", [0.1, 1.0, 40.0])
def test_it_fades_in_from_and_out_to_silence(composer: Composer, seconds: float) -> None:
    pcm = composer.compose("calm", seconds=seconds, seed=1).pcm
    assert np.max(np.abs(pcm[[0, -1]])) < 1e-3
    middle = np.sqrt(np.mean(pcm[len(pcm) // 3 : 2 * len(pcm) // 3] ** 2))
    tenth = max(1, min(len(pcm) // 10, RATE))
    assert np.sqrt(np.mean(pcm[-tenth:] ** 2)) < middle


def test_a_bed_neither_clicks_nor_falls_silent(composer: Composer) -> None:
    pcm = composer.compose("dreamy", seconds=70, seed=4).pcm
    assert np.max(np.abs(np.diff(pcm, axis=0))) < 0.2
    seconds = pcm[5 * RATE : 64 * RATE].reshape(-1, RATE, 2)
    loudness = np.sqrt(np.mean(seconds**2, axis=(1, 2)))
    assert loudness.min() > 0.3 * loudness.mean()


def test_it_is_stereo_and_survives_mono(composer: Composer) -> None:
    pcm = composer.compose("hopeful", seconds=20, seed=1).pcm
    assert not np.array_equal(pcm[:, 0], pcm[:, 1])
    assert np.sqrt(np.mean(pcm.mean(1) ** 2)) > 0.4 * np.sqrt(np.mean(pcm**2))


def test_the_same_seed_gives_the_same_samples(composer: Composer) -> None:
    def played(mood: str, seed: int) -> bytes:
        return composer.compose(mood, seconds=3, seed=seed).pcm.tobytes()

    assert played("calm", 1) == played("calm", 1)
    assert len({played("calm", 1), played("calm", 2), played("dark", 1)}) == 3


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), 10**6])
def test_lengths_out_of_reason_are_refused(composer: Composer, seconds: float) -> None:
    with pytest.raises(InvalidInput, match="seconds"):
        composer.compose("calm", seconds=seconds, seed=1)


def test_an_unknown_mood_is_refused(composer: Composer) -> None:
    with pytest.raises(InvalidInput, match="mood"):
        composer.compose("polka", seconds=1, seed=1)
