"""Text is set in lines that fit, broken where it reads well, and cut where nothing else helps."""

import pytest

from chalicelib.media import typeset

TITLE = "Medieval Tavern Ambience | Gentle Music for Unwinding"


def fitted(text: str, room: float, *sizes: int, at_most: int = 3, height: float = 400) -> list[str]:
    em, lines = typeset.fit(text, room, sizes=sizes, at_most=at_most, height=height)
    assert em in sizes
    assert all(typeset.width(line, em) <= room for line in lines)
    return lines


def test_a_stroke_stands_between_words_and_never_at_a_line_end() -> None:
    assert fitted(TITLE, 1100, 30) == [TITLE]
    room = typeset.width("Medieval Tavern Ambience |", 60) + 1
    assert fitted(TITLE, room, 60) == ["Medieval Tavern Ambience", "Gentle Music for Unwinding"]


def test_the_largest_size_that_fits_is_taken() -> None:
    for sizes in ((90, 60, 30), (60, 30)):
        em, _ = typeset.fit(TITLE, 900, sizes=sizes, at_most=2, height=400)
        assert em == 60
    em, _ = typeset.fit(TITLE, 900, sizes=(60, 30), at_most=2, height=100)
    assert em == 30


@pytest.mark.parametrize("text", ["W" * 200, "深海の生き物" * 20, "long and longer " * 30])
def test_what_fits_in_no_size_is_cut_to_its_room(text: str) -> None:
    lines = fitted(text, 300, 40, 20, at_most=2)
    assert 0 < len(lines) <= 2
    assert "…" in lines[0] or text.startswith(lines[0])


def test_what_no_font_can_show_is_left_out() -> None:
    assert [run.text for run in typeset.runs("a\U0001f680b深")] == ["ab", "深"]
    assert typeset.runs("\U0001f680") == ()
    assert typeset.width("\U0001f680", 40) == 0
