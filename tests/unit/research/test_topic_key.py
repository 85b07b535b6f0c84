"""One topic has one key, however it is spelled; another topic has another."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domains.research.models import params_hash, topic_key


@pytest.mark.parametrize(
    "spellings",
    [
        ("The deep sea", "the deep sea", " THE  DEEP\tSEA ", "the, deep-sea!", "“The deep sea”"),
        ("Straße", "STRASSE", "strasse"),
        ("ﬁnance", "FINANCE", "finance"),  # a ligature
        ("\uff21\uff11", "a1"),  # full width
        ("café", "cafe\u0301", "CAFÉ"),  # composed or not
        ("हिन्दी वीडियो", "हिन्दी  वीडियो।"),
        ("don't", "DON\u2019T"),
    ],
)
def test_spellings_of_one_topic(spellings: tuple[str, ...]) -> None:
    assert len({topic_key(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("the sea", "thesea"), ("C++", "C"), ("1 + 1", "11"), ("?", "!"), ("हिन्दी", "हन्द")],
)
def test_different_topics(one: str, other: str) -> None:
    assert topic_key(one) != topic_key(other)


@given(st.text(min_size=1, max_size=50))
def test_a_key_is_its_own_key_and_case_does_not_matter(topic: str) -> None:
    key = topic_key(topic)
    assert topic_key(key) == key
    assert key == key.strip()
    assert topic_key(unicodedata.normalize("NFD", topic)) == key


def test_parameters_make_a_hash_whatever_their_order() -> None:
    assert params_hash(a="1", b="2") == params_hash(b="2", a="1")
    assert params_hash(a="1", b="2") != params_hash(a="1", b="3")
