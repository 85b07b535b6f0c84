"""The same work on many things: one that fails keeps none of the others from being done."""

from collections.abc import Callable, Collection
from typing import TypeVar

from chalicelib.observability import logger

Thing = TypeVar("Thing")


def each(what: str, things: Collection[Thing], do: Callable[[Thing], object]) -> None:
    """Do it with every one of them. What failed is logged, and raised together in the end."""
    failures: list[Exception] = []
    for thing in things:
        try:
            do(thing)
        except Exception as error:
            logger.exception("part of a sweep failed", extra={"sweep": what})
            failures.append(error)
    if failures:
        raise ExceptionGroup(f"{what}: {len(failures)} of {len(things)} failed", failures)
