"""Sweeps: what fails with one thing is told, and keeps no other from its turn."""

import pytest

from chalicelib.sweeps import each


def test_one_that_fails_keeps_no_other_from_its_turn() -> None:
    done: list[int] = []

    def do(number: int) -> None:
        if number % 2:
            raise ValueError(number)
        done.append(number)

    with pytest.raises(ExceptionGroup, match="numbers: 2 of 5 failed") as told:
        each("numbers", range(5), do)
    assert done == [0, 2, 4]
    assert [error.args for error in told.value.exceptions] == [(1,), (3,)]


def test_nothing_is_told_where_nothing_fails() -> None:
    done: list[str] = []
    each("words", ["a", "b"], done.append)
    each("words", [], done.append)
    assert done == ["a", "b"]
