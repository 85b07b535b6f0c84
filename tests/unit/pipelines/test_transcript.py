"""A user's own text is divided word for word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.pipelines.transcript import divide, scenes

SENTENCE = "The sea is deep and nobody has seen all of it yet, not even today."


@given(st.text(alphabet=st.sampled_from("ab.!? \n\t—é"), max_size=3000), st.integers(1, 50))
def test_no_word_is_lost_changed_or_moved(text: str, words: int) -> None:
    assert " ".join(divide(text, words=words)).split() == text.split()


@given(st.integers(0, 5000), st.sampled_from([" ", ". ", "\n\n"]), st.integers(1, 50))
def test_there_are_never_too_many_pieces(count: int, gap: str, words: int) -> None:
    assert len(divide(gap.join(["word"] * count), words=words)) <= 40


def test_pieces_end_with_sentences() -> None:
    pieces = divide(" ".join([SENTENCE] * 12))
    assert [piece[-1] for piece in pieces] == ["."] * len(pieces)
    assert all(40 <= len(piece.split()) < 60 for piece in pieces[:-1])


def test_a_paragraph_that_is_long_enough_begins_a_piece() -> None:
    assert divide(f"{SENTENCE} {SENTENCE}\n\n{SENTENCE}") == [f"{SENTENCE} {SENTENCE}", SENTENCE]


def test_text_without_sentences_is_cut_all_the_same() -> None:
    assert [len(piece.split()) for piece in divide("word " * 200)] == [80, 80, 40]


@pytest.mark.parametrize(
    ("text", "heading"),
    [("Deep.", "Deep"), ("One two three four five six seven.", "One two three four five six …")],
)
def test_a_scene_is_headed_by_its_first_words(text: str, heading: str) -> None:
    (scene,) = scenes(text, "the sea")
    assert (scene.heading, scene.narration) == (heading, text)
    assert scene.picture.startswith("the sea: ")
