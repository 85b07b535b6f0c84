"""What every voice promises: the text's own words, in order, within sound that can be mixed."""

from threading import Thread

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib import providers
from chalicelib.errors import InvalidInput
from chalicelib.providers.voice.interface import RATE, Speech, Voice

TEXTS = {
    "plain": "The deep sea keeps its own time. What lives there?",
    "numbers": "In 1984, about 25% of 1,234,567 people paid $5.00 on 3/4/2020.",
    "dashes": "well-known — really ― don't … stop - there !",
    "one word": "sea",
    "no word": "— … !",
    "emoji": "😀 hello 🚀🌕 there 👩‍🚀",
    "arabic": "مرحبا بالعالم كيف حالك",
    "chinese": "海洋的秘密 在 深处",
    "japanese": "これは 日本語 です",
    "mixed": "Hello мир and 世界 again",
    "control": "a\x00b \x01 c\x07 \ufffe d",
    "link": "see https://example.com/a?b=c&d=<e> or mail@example.com",
    "markup": "<speak>no &amp; [[h@loU]] {0} %s</speak>",
    "long": "It goes on and on without a stop " * 40,
}


def check(speech: Speech, text: str) -> None:
    assert [word.text for word in speech.words] == text.split()
    assert speech.pcm.dtype == np.float32
    assert speech.pcm.ndim == 1
    assert speech.seconds == pytest.approx(len(speech.pcm) / RATE)
    assert speech.seconds > 0
    assert np.all(np.isfinite(speech.pcm))
    assert np.max(np.abs(speech.pcm)) <= 1
    now = 0.0
    for word in speech.words:
        assert now <= word.start <= word.end <= speech.seconds
        now = word.end


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_words_are_the_texts_own_in_order(voice: Voice, text: str) -> None:
    check(voice.speak(text), text)


@settings(max_examples=40)
@given(text=st.text(max_size=60).filter(str.strip))
def test_any_text_can_be_spoken(text: str) -> None:
    check(providers.make("voice", "local").speak(text), text)


def test_the_same_text_gives_the_same_samples_whatever_was_said_before(voice: Voice) -> None:
    first = voice.speak(TEXTS["plain"])
    voice.speak(TEXTS["arabic"], voice=voice.voices[-1], speed=1.3)
    again = voice.speak(TEXTS["plain"])
    assert np.array_equal(first.pcm, again.pcm)
    assert first.words == again.words


def test_two_threads_do_not_mix_their_words(voice: Voice) -> None:
    alone = {name: voice.speak(TEXTS[name]) for name in ("plain", "numbers")}
    together: dict[str, Speech] = {}

    def speak(name: str) -> None:
        together[name] = voice.speak(TEXTS[name])

    threads = [Thread(target=speak, args=(name,)) for name in alone]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name, speech in alone.items():
        assert np.array_equal(speech.pcm, together[name].pcm)


def test_every_voice_speaks_and_differs_from_the_others(voice: Voice) -> None:
    assert voice.voices[0] == "default"
    sounds = set()
    for name in voice.voices:
        speech = voice.speak("Good morning, 25 friends.", voice=name)
        check(speech, "Good morning, 25 friends.")
        sounds.add(speech.pcm.tobytes())
    assert len(sounds) == len(voice.voices)


def test_speed_changes_the_length(voice: Voice) -> None:
    slow, usual, fast = (voice.speak(TEXTS["plain"], speed=s).seconds for s in (0.7, 1.0, 1.5))
    assert slow > 1.2 * usual
    assert fast < 0.85 * usual


def test_narration_runs_at_about_150_words_a_minute(voice: Voice) -> None:
    speech = voice.speak(TEXTS["plain"] * 6)
    assert 130 < len(speech.words) / speech.seconds * 60 < 185


def test_words_are_where_the_sound_is(voice: Voice) -> None:
    """Words carry nearly all the energy; the silence between sentences carries none."""
    speech = voice.speak("Listen. Now listen again. Then be quiet.")
    inside = np.zeros(len(speech.pcm), bool)
    for word in speech.words:
        inside[max(0, int((word.start - 0.02) * RATE)) : int((word.end + 0.06) * RATE)] = True
    energy = speech.pcm**2
    assert energy[inside].sum() > 0.98 * energy.sum()
    assert inside.mean() < 0.95


@pytest.mark.parametrize(
    ("text", "how", "named"),
    [
        ("", {}, "word"),
        ("  \n ", {}, "word"),
        ("hi", {"voice": "nobody"}, "voice"),
        ("hi", {"voice": "../../etc/passwd"}, "voice"),
        ("hi", {"speed": 0.1}, "speed"),
        ("hi", {"speed": float("nan")}, "speed"),
        ("a " * 60_000, {}, "longer"),
    ],
)
def test_bad_input_is_named(voice: Voice, text: str, how: dict[str, object], named: str) -> None:
    with pytest.raises(InvalidInput, match=named):
        voice.speak(text, **how)  # type: ignore[arg-type]


def test_the_price_is_known_before_the_call(voice: Voice) -> None:
    assert voice.price(TEXTS["plain"]) >= 0
