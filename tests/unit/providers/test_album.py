"""What every writer promises of an album's plan: 20 and 20, all different, of the right length."""

import re

import pytest

from chalicelib import providers
from chalicelib.errors import InvalidInput
from chalicelib.providers.text.interface import CROSSFADE, SLOTS, Text
from chalicelib.providers.text.local import LocalText
from tests.faults import Faulty

NICHES = {
    "court": ("Royal Court Ambience", "elegant, classical, serene"),
    "tavern": ("Medieval Fantasy Ambience", "warm, cozy"),
    "lofi": ("Lo-Fi Study Beats", "rainy and mellow"),
    "ocean": ("Deep Ocean", ""),
    "unknown": ("Alpaca farm in Peru", "hopeful"),
    "emoji": ("🚀", "🌕, 🌕"),
    "twice": ("Bora Bora beach", "calm"),
    "chinese": ("海洋的秘密", "平静"),
    "marks": ("<script>{niche} {0} %s", "a;b;<c>"),
    "long": ("the unbelievably extraordinarily long niche of " * 30, "calm " * 900),
}


@pytest.mark.parametrize("minutes", [12, 60, 75, 90])
@pytest.mark.parametrize(("niche", "mood"), NICHES.values(), ids=NICHES)
def test_a_plan_is_whole_and_every_prompt_its_own(
    text: Text, niche: str, mood: str, minutes: int
) -> None:
    plan = text.plan_album(niche, mood, style="", minutes=minutes, seed=4)
    assert len(plan.music) == len(plan.visuals) == SLOTS
    assert len({track.prompt for track in plan.music}) == SLOTS
    assert len({picture.prompt for picture in plan.visuals}) == SLOTS
    assert len({track.title.lower() for track in plan.music}) == SLOTS
    length = sum(track.seconds for track in plan.music) - (SLOTS - 1) * CROSSFADE
    assert length == pytest.approx(60 * minutes, abs=3)
    assert min(track.seconds for track in plan.music) >= 30
    for track in plan.music:
        assert 3 <= len(track.title) <= 60
        assert re.search(r"Tempo: \d+ BPM\. Duration: \d+-\d+ minutes\.$", track.prompt)
        low, high = map(int, re.findall(r"(\d+)-(\d+) minutes", track.prompt)[0])
        assert 60 * low <= track.seconds <= 60 * high
    assert len({track.seconds for track in plan.music}) > 3
    assert 0 < len(plan.title) <= 100
    assert plan.description.strip()
    assert plan.tokens > 0


def test_a_plan_is_about_its_niche_in_its_style(text: Text) -> None:
    plan = text.plan_album("Alpaca farm", "hopeful", style="woodcut", minutes=60, seed=1)
    assert "Alpaca Farm" in plan.title or "Alpaca Farm" in plan.description
    prompts = [part.prompt for part in plan.music] + [part.prompt for part in plan.visuals]
    assert all("alpaca farm" in prompt.lower() for prompt in prompts)
    assert all("woodcut style" in picture.prompt for picture in plan.visuals)
    assert any(track.prompt.lower().startswith("hopeful") for track in plan.music)


def test_the_same_arguments_give_the_same_plan(text: Text) -> None:
    def planned(seed: int) -> object:
        return text.plan_album("Deep Ocean", "calm", style="", minutes=60, seed=seed)

    assert planned(1) == planned(1)
    assert planned(1) != planned(2)


@pytest.mark.parametrize(("niche", "mood"), NICHES.values(), ids=NICHES)
def test_titles_are_what_youtube_takes(text: Text, niche: str, mood: str) -> None:
    found = text.titles(niche, mood, count=10, seed=3)
    assert len(set(found.candidates)) == 10
    for title in found.candidates:
        assert 0 < len(title) <= 100
        assert not set("<>\n") & set(title)
    assert found == text.titles(niche, mood, count=10, seed=3)
    assert found.tokens > 0


@pytest.mark.parametrize("how", [{"niche": " "}, {"minutes": 11}, {"minutes": 121}])
def test_a_plan_that_cannot_be_is_refused(text: Text, how: dict[str, object]) -> None:
    asked = {"niche": "sea", "mood": "", "style": "", "minutes": 60, "seed": 1} | how
    with pytest.raises(InvalidInput):
        text.plan_album(asked.pop("niche"), asked.pop("mood"), **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(("niche", "count"), [("", 5), ("sea", 0), ("sea", 11)])
def test_titles_that_cannot_be_are_refused(text: Text, niche: str, count: int) -> None:
    with pytest.raises(InvalidInput):
        text.titles(niche, "", count=count, seed=1)


def test_prices_are_known_before_the_call(text: Text) -> None:
    assert text.plan_price() >= 0


def test_a_broken_vendor_plans_nothing() -> None:
    broken = Faulty(providers.make("text", "local"), "garbage garbage")
    assert broken.plan_album("sea", "", style="", minutes=60, seed=1).music == ()
    assert broken.titles("sea", "", seed=1).candidates == ()


class TestTheTemplateWriter:
    """Promises of the local writer alone."""

    text = providers.make("text", "local")

    @pytest.mark.parametrize("world", [name for name in NICHES if name in ("court", "lofi")])
    def test_its_composer_plays_what_it_asks_for(self, world: str) -> None:
        """Most prompts of a world are heard by the local composer as that world's music."""
        import numpy as np

        from chalicelib.providers.music.brief import read

        plan = self.text.plan_album(*NICHES[world], style="", minutes=60, seed=1)
        heard = [read(track.prompt, np.random.default_rng(1)) for track in plan.music]
        wanted = {"court": {"waltz", "strings", "piano"}, "lofi": {"lofi", "jazz"}}[world]
        assert sum(brief.name in wanted for brief in heard) >= 16
        for track, brief in zip(plan.music, heard, strict=True):
            assert f"Tempo: {brief.tempo:.0f} BPM" in track.prompt
            assert brief.drums == 0 or "no percussion" not in track.prompt

    @pytest.mark.parametrize("niche", ["Gothic cathedral", "Deep ocean", "Royal court"])
    def test_no_word_is_said_twice_in_a_row(self, niche: str) -> None:
        """Their worlds have moods that some of their forms begin with: `sacred organ prelude`."""
        for seed in range(20):
            plan = self.text.plan_album(niche, "", style="", minutes=60, seed=seed)
            for track in plan.music:
                assert not re.search(r"\b(\w+) \1\b", track.prompt.lower())


def test_a_niche_that_says_night_is_not_titled_so_twice() -> None:
    text = LocalText()
    for seed in range(60):
        for title in text.titles("Rainy harbour town at night", "calm", seed=seed).candidates:
            assert "night at night" not in title.lower()


def test_a_description_names_the_track_it_begins_with() -> None:
    planned = LocalText().plan_album("Royal court", "elegant", style="", minutes=60, seed=1)
    assert f"from “{planned.music[0].title}” on" in planned.description
