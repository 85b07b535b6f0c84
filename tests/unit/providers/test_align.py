"""A voice-over's words are found: other voice, pace and pitch, pauses, silence, noise, room."""

import numpy as np
import pytest
from numpy.typing import NDArray

from chalicelib import providers
from chalicelib.errors import InvalidInput
from chalicelib.media.align import align
from chalicelib.providers.voice.interface import RATE, SpokenWord

TEXT = (
    "The deep sea keeps its own time. Nothing hurries there, and nothing is lit, except by the "
    "animals that carry their own lamps. In 1934 two men went down in a steel ball; what they saw "
    "through a small window was new to everyone — and it was brief. What lives below us?"
)
Samples = NDArray[np.float32]
voice = providers.make("voice", "local")
reference = voice.speak(TEXT)


def found_in(pcm: Samples) -> tuple[SpokenWord, ...]:
    """The words, which are all there, in order, and within the recording."""
    words = align(pcm.astype(np.float32), reference)
    assert [word.text for word in words] == TEXT.split()
    now = 0.0
    for word in words:
        assert now <= word.start <= word.end <= len(pcm) / RATE
        now = word.end
    return words


def errors_ms(pcm: Samples, truth: list[tuple[float, float]]) -> NDArray[np.float64]:
    pairs = zip(found_in(pcm), truth, strict=True)
    return 1000 * np.array([(abs(w.start - a), abs(w.end - b)) for w, (a, b) in pairs])


def recording(name: str, speed: float) -> tuple[Samples, list[tuple[float, float]]]:
    speech = voice.speak(TEXT, voice=name, speed=speed)
    return speech.pcm, [(word.start, word.end) for word in speech.words]


@pytest.mark.parametrize("name", ["bright", "deep", "british"])
@pytest.mark.parametrize("speed", [0.8, 1.0, 1.25])
def test_another_voice_at_another_pace(name: str, speed: float) -> None:
    pcm, truth = recording(name, speed)
    missed = errors_ms(pcm, truth)
    assert np.median(missed) <= 30
    assert np.percentile(missed, 95) <= 80


@pytest.mark.parametrize("noise", [0.0, 0.005, 0.02])
def test_silence_around_and_noise_over_all(noise: float) -> None:
    pcm, truth = recording("bright", 0.9)
    padded = np.concatenate([np.zeros(3 * RATE), pcm, np.zeros(4 * RATE)])
    padded += np.random.default_rng(1).normal(0, noise, len(padded)) if noise else 0
    missed = errors_ms(padded, [(a + 3, b + 3) for a, b in truth])
    assert np.median(missed) <= 40
    assert np.percentile(missed, 95) <= 120


@pytest.mark.parametrize("stretch", [0.87, 1.15])
def test_pitch_and_pace_changed_together(stretch: float) -> None:
    pcm, truth = recording("deep", 1.0)
    frames = int(len(pcm) * stretch)
    slower = np.interp(np.arange(frames) / stretch, np.arange(len(pcm)), pcm)
    missed = errors_ms(slower, [(a * stretch, b * stretch) for a, b in truth])
    assert np.median(missed) <= 40


def test_long_pauses_between_words() -> None:
    pcm, truth = recording("bright", 1.0)
    cuts, pause = (7, 20, 38), 1.5
    pieces: list[Samples] = []
    last = 0
    for cut in cuts:
        at = int(truth[cut][0] * RATE)
        pieces += [pcm[last:at], np.zeros(int(pause * RATE), np.float32)]
        last = at
    apart = np.concatenate([*pieces, pcm[last:]])
    moved = [pause * sum(n >= cut for cut in cuts) for n in range(len(truth))]
    missed = errors_ms(apart, [(a + m, b + m) for (a, b), m in zip(truth, moved, strict=True)])
    assert np.median(missed) <= 40
    assert np.percentile(missed, 90) <= 120


def test_a_muffled_recording_in_a_room() -> None:
    pcm, truth = recording("british", 0.95)
    echo = np.random.default_rng(3).normal(0, 1, RATE // 4) * np.exp(-np.arange(RATE // 4) / 1500)
    size = len(pcm) + len(echo)
    spectrum = np.fft.rfft(pcm, size) * (1 + 0.04 * np.fft.rfft(echo, size))
    spectrum[np.fft.rfftfreq(size, 1 / RATE) > 3400] = 0
    far = np.fft.irfft(spectrum, size)[: len(pcm)] * 0.2
    missed = errors_ms(far, truth)
    assert np.median(missed) <= 60


def test_a_recording_of_other_words_still_gives_times_in_order() -> None:
    other = voice.speak("Something else entirely, said by someone in a hurry.", speed=1.4)
    words = found_in(other.pcm)
    assert words[-1].end > 0


@pytest.mark.parametrize("pcm", [np.zeros(0), np.zeros(RATE), np.zeros(100)], ids=len)
def test_silence_is_refused(pcm: Samples) -> None:
    with pytest.raises(InvalidInput, match="sound"):
        align(pcm.astype(np.float32), reference)
