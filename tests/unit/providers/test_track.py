"""What every composer promises of a finished track: exact, clean, in its tempo, one of a kind."""

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from chalicelib import providers
from chalicelib.errors import InvalidInput
from chalicelib.providers.music.interface import Composer
from chalicelib.providers.voice.interface import RATE
from tests.faults import Faulty

WALTZ = (
    "Elegant waltz with strings, piano, light percussion. Tempo: 120 BPM. Duration: 3-4 minutes."
)
PROMPTS = (
    WALTZ,
    "Lo-fi study beat with electric piano, vinyl crackle and rain. Tempo: 75 BPM.",
    "Medieval tavern dance with lute and recorder, fire and murmur. Tempo: 104 BPM.",
    "Deep space drone with choir",
    "",
)
Samples = NDArray[np.float32]


def loudness(pcm: Samples, seconds: float = 1.0) -> NDArray[np.float64]:
    """RMS of each stretch of that many seconds."""
    size = int(seconds * RATE)
    blocks = pcm[: len(pcm) // size * size].reshape(-1, size * 2)
    return np.asarray(np.sqrt(np.mean(blocks.astype(float) ** 2, axis=1)))


def onsets(pcm: Samples) -> NDArray[np.float64]:
    """How much louder it gets, 100 times a second, over 20 bands of frequency."""
    hop = RATE // 100
    mono = pcm.mean(1)
    frames = np.lib.stride_tricks.sliding_window_view(mono, 2048)[::hop] * np.hanning(2048)
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    edges = np.geomspace(2, 400, 21).astype(int)
    bands = np.log1p(1e3 * np.add.reduceat(power, edges, axis=1)[:, :-1])
    return np.asarray(np.clip(np.diff(bands, axis=0), 0, None).sum(1), float)


def fingerprint(pcm: Samples) -> NDArray[np.float64]:
    """Chroma (12), balance of eight octaves (8) and onsets by lag (40), each part of length 1."""
    mono = pcm.mean(1)
    power = np.abs(np.fft.rfft(mono)) ** 2
    hertz = np.fft.rfftfreq(len(mono), 1 / RATE)
    heard = (hertz > 110) & (hertz < 2_000)
    classes = np.round(12 * np.log2(hertz[heard] / 440)).astype(int) % 12
    chroma = np.sqrt(np.bincount(classes, power[heard], 12))
    octaves = [np.sqrt(power[(hertz >= 40 * 2**n) & (hertz < 80 * 2**n)].sum()) for n in range(8)]
    beat = onsets(pcm) - onsets(pcm).mean()
    rhythm = [max(0.0, float(beat[lag:] @ beat[:-lag])) for lag in range(20, 180, 4)]
    parts = [np.array(part) for part in (chroma, octaves, rhythm)]
    return np.concatenate([part / max(np.linalg.norm(part), 1e-9) for part in parts])


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt[:16] or "no words")
def test_a_track_is_exact_clean_and_never_falls_silent(composer: Composer, prompt: str) -> None:
    track = composer.track(prompt, seconds=61.234, seed=1)
    pcm = track.pcm
    assert pcm.dtype == np.float32
    assert pcm.shape == (round(61.234 * RATE), 2)
    assert np.all(np.isfinite(pcm))
    assert 0.3 < np.max(np.abs(pcm)) <= 10 ** (-1 / 20)
    assert np.max(np.abs(pcm.mean(0))) < 1e-3
    assert not np.array_equal(pcm[:, 0], pcm[:, 1])
    assert np.sqrt(np.mean(pcm.mean(1) ** 2)) > 0.4 * np.sqrt(np.mean(pcm**2))
    level = loudness(pcm)
    assert level[2:-4].min() > 0.12 * np.median(level)
    assert np.max(np.abs(pcm[[0, -1]])) < 1e-3
    assert loudness(pcm[-RATE // 20 :], 0.05)[0] < 0.3 * level[-4]


@pytest.mark.parametrize("prompt", PROMPTS[:4], ids=lambda prompt: prompt[:16])
def test_no_sample_jumps_away_from_its_neighbours(composer: Composer, prompt: str) -> None:
    """A click is a step that dwarfs every step around it."""
    pcm = composer.track(prompt, seconds=30, seed=3).pcm
    steps = np.abs(np.diff(pcm, axis=0))[: 29 * RATE]
    near = RATE // 500
    peaks = steps.reshape(-1, near, 2).max(1)
    around = np.maximum(peaks[:-2], peaks[2:])
    loud = peaks[1:-1] > 0.01
    assert np.all(peaks[1:-1][loud] < 25 * np.maximum(around[loud], 1e-3))


@pytest.mark.parametrize(
    ("tempo", "words"),
    [(120, WALTZ), (76, "lofi beat, drums, 76 bpm"), (100, "Synthwave, drums. Tempo: 100 BPM")],
)
def test_the_tempo_that_is_asked_for_is_played(composer: Composer, tempo: int, words: str) -> None:
    track = composer.track(words, seconds=60, seed=2)
    assert track.tempo == pytest.approx(tempo, abs=0.5)
    beat = onsets(track.pcm)[1000:5500]
    beat = beat - beat.mean()
    padded = np.fft.rfft(beat, 16_384)
    alike = np.fft.irfft(np.abs(padded) ** 2)[:2000]

    def strength(bpm: float) -> float:
        """How alike the music is to itself four, eight and twelve beats later."""
        lags = [round(6000 / bpm * beats) for beats in (4, 8, 12)]
        return float(sum(alike[lag - 2 : lag + 3].max() for lag in lags))

    others = [strength(tempo * off) for off in (0.94, 0.97, 1.03, 1.06)]
    assert strength(tempo) > 1.2 * max(others)


def test_twenty_tracks_of_one_mood_are_twenty_pieces(composer: Composer) -> None:
    prints = [
        fingerprint(composer.track("Calm, cozy guitar music", seconds=20, seed=seed).pcm)
        for seed in range(20)
    ]
    apart = [np.linalg.norm(a - b) for a, b in itertools.combinations(prints, 2)]
    assert min(apart) > 0.15
    assert np.median(apart) > 0.6


def test_the_same_arguments_give_the_same_samples(composer: Composer) -> None:
    def played(prompt: str, seed: int) -> bytes:
        return composer.track(prompt, seconds=12, seed=seed).pcm.tobytes()

    assert played("harp", 1) == played("harp", 1)
    assert len({played("harp", 1), played("harp", 2), played("piano", 1)}) == 3


@pytest.mark.parametrize("seconds", [0, 9.9, -1, float("nan"), 901, 10**6])
def test_lengths_out_of_reason_are_refused(composer: Composer, seconds: float) -> None:
    with pytest.raises(InvalidInput, match="seconds"):
        composer.track("piano", seconds=seconds, seed=1)


def test_terms_and_price_are_known_before_the_call(composer: Composer) -> None:
    assert composer.terms.endswith(".")
    assert composer.track_price(240) >= 0


def test_a_broken_vendor_sends_no_samples() -> None:
    broken = Faulty(providers.make("music", "local"), "garbage")
    assert len(broken.track("piano", seconds=10, seed=1).pcm) == 0


class TestTheLocalComposer:
    """Promises of the generated music alone."""

    composer = providers.make("music", "local")

    @pytest.mark.parametrize(
        ("prompt", "style", "key", "tempo"),
        [
            (WALTZ, "waltz", None, 120),
            ("chillhop in D dorian, 72.5 BPM", "lofi", "D dorian", 72.5),
            ("Nocturne for solo piano in B♭ minor", "piano", "B♭ minor", None),
            ("Nocturne for solo piano in f sharp major", "piano", "F♯ major", None),
            ("Guitar. Key of E minor, tempo of 84 bpm", "guitar", "E minor", 84),
            ("a 3 BPM drone under the sea, tempo: 10 bpm", "ambient", None, 30),
        ],
    )
    def test_words_are_heeded(
        self, prompt: str, style: str, key: str | None, tempo: float | None
    ) -> None:
        track = self.composer.track(prompt, seconds=10, seed=1)
        assert track.mood == style
        assert key is None or track.key == key
        assert tempo is None or track.tempo == tempo

    @pytest.mark.parametrize("seconds", [10, 11.7, 35, 240])
    def test_any_length_has_a_form_that_fits(self, seconds: float) -> None:
        from chalicelib.providers.music.brief import read
        from chalicelib.providers.music.piece import form

        for prompt in (*PROMPTS, "jig 6/8, 200 bpm", "zen, 30 bpm"):
            brief = read(prompt, np.random.default_rng(1))
            sections = form(brief, seconds)
            assert all(section.bars > 0 for section in sections)
            ends = [section.start + section.bars for section in sections]
            assert [section.start for section in sections] == [0, *ends[:-1]]
            assert ends[-1] * brief.bar <= max(seconds, brief.bar)
