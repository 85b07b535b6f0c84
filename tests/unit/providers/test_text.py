"""What every writer promises: a script of the right length about the prompt, whatever it is."""

import re

import pytest

from chalicelib import providers
from chalicelib.errors import InvalidInput
from chalicelib.providers.text.interface import WORDS_PER_MINUTE, Script, Text
from chalicelib.providers.text.words import subject

NICHES = ("motivation", "explainer", "facts", "history", "finance", "science")
LONG = (
    "Please make a video about the lighthouse at Alexandria. It stood on an island. "
    "Sailors saw its fire from far away; some wrote that it looked like a star. "
    + "We want to know why it fell, and which stones remain under the water today. "
    * 60
)[:5000]
PROMPTS = {
    "one word": "sea",
    "question": "Why do cats purr?",
    "order": "Explain inflation to me like I'm five",
    "long": LONG,
    "emoji": "🚀🌕",
    "arabic": "أسرار البحر",
    "chinese": "海洋的秘密",
    "chinese, long": "海洋很深。" * 1000,
    "marks alone": "?!?!",
    "link": "https://example.com/some/page",
    "control": "the\x00 moon\x1b[2J",
    "template marks": "{topic} [a|b] {0} %s “quoted”",
}


def narration(script: Script) -> str:
    return " ".join(scene.narration for scene in script.scenes)


@pytest.mark.parametrize("minutes", [1, 2, 5, 10])
@pytest.mark.parametrize("niche", NICHES)
@pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS)
def test_a_script_has_the_length_that_was_asked_for(
    text: Text, prompt: str, niche: str, minutes: int
) -> None:
    note = text.research(prompt, niche, 3)
    script = text.write(prompt, niche=niche, minutes=minutes, research=note.content, seed=3)
    spoken = len(narration(script).split())
    assert spoken == pytest.approx(minutes * WORDS_PER_MINUTE, rel=0.1)
    assert 4 * minutes <= len(script.scenes) <= 40 or len(script.scenes) >= 30
    assert script.title.strip()
    assert len(script.title) <= 120
    assert script.tokens > 0
    for scene in script.scenes:
        assert scene.heading.strip()
        assert scene.narration.strip()
        assert scene.picture.strip()


def test_the_same_arguments_give_the_same_script(text: Text) -> None:
    def written(seed: int) -> Script:
        return text.write("the sea", niche="science", minutes=2, research="", seed=seed)

    assert written(1) == written(1)
    assert written(1) != written(2)


def test_a_script_is_about_its_prompt(text: Text) -> None:
    for niche in NICHES:
        script = text.write("volcanoes", niche=niche, minutes=1, research="", seed=1)
        assert "volcanoes" in script.title.lower()
        assert narration(script).lower().count("volcanoes") >= 3
        assert any("volcanoes" in scene.picture.lower() for scene in script.scenes)


def test_pictures_and_sentences_vary(text: Text) -> None:
    script = text.write("the sea", niche="facts", minutes=5, research="", seed=1)
    sentences = re.findall(r"[^.!?]+[.!?]", narration(script))
    assert len(set(sentences)) > 0.95 * len(sentences)
    assert len({scene.picture for scene in script.scenes}) > 0.5 * len(script.scenes)


def test_a_note_says_where_it_comes_from(text: Text) -> None:
    note = text.research("the deep sea", "science", 1)
    assert "deep sea" in note.content
    assert "Origin:" in note.content
    assert note == text.research("the deep sea", "science", 1)


@pytest.mark.parametrize(
    "how", [{"niche": "gossip"}, {"minutes": 0}, {"minutes": -1}, {"prompt": " \n"}]
)
def test_bad_input_is_refused(text: Text, how: dict[str, object]) -> None:
    asked = {"prompt": "sea", "niche": "facts", "minutes": 1, "research": "", "seed": 1} | how
    with pytest.raises(InvalidInput):
        text.write(asked.pop("prompt"), **asked)  # type: ignore[arg-type]


class TestTheTemplateWriter:
    """Promises of the local writer alone."""

    text = providers.make("text", "local")

    def test_it_asserts_nothing_about_the_topic(self) -> None:
        """A made-up subject gets the same sentences: none knows anything about it."""
        for niche in NICHES:
            real, made_up = (
                narration(self.text.write(about, niche=niche, minutes=3, research="", seed=5))
                for about in ("gravity", "blorptax")
            )
            digits = re.compile(r"\d")
            assert not digits.search(real)
            assert not digits.search(made_up)

    def test_what_it_says_about_a_topic_is_quoted_from_prompt_or_note(self) -> None:
        research = "The lighthouse was built of pale stone. It stood near the harbour."
        script = self.text.write(LONG, niche="history", minutes=3, research=research, seed=1)
        said = narration(script)
        assert "“It stood on an island.”" in said
        assert "“The lighthouse was built of pale stone.”" in said
        assert "Please make a video" not in said

    def test_its_own_note_is_not_quoted_as_a_source(self) -> None:
        note = self.text.research(LONG, "history", 1)
        script = self.text.write(LONG, niche="history", minutes=2, research=note.content, seed=1)
        assert "research note" not in narration(script).lower()

    @pytest.mark.parametrize(
        ("prompt", "about"),
        [
            ("The deep sea", "the deep sea"),
            ("Please make a 3 minute video about the history of tea.", "tea"),
            ("Explain inflation to me like I'm five", "inflation"),
            ("What is gravity?", "gravity"),
            ("Why do cats purr?", "why cats purr"),
            ("How does a rocket land?", "the question “How does a rocket land?”"),
            ("tell me about Ada Lovelace, who wrote programs", "Ada Lovelace"),
            ("https://www.example.com/x?y=1", "example.com"),
            ("!!!", "this subject"),
            ("海洋的秘密", "海洋的秘密"),
        ],
    )
    def test_it_finds_what_a_prompt_is_about(self, prompt: str, about: str) -> None:
        assert subject(prompt) == about
