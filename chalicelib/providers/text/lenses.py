"""The local writer's store of ways to look at a topic, read from lenses.toml."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Lens(_Frozen):
    """One chapter: what it is called, what is shown, and what may be said, in this order."""

    heading: str
    pictures: tuple[str, ...]
    lines: tuple[str, ...]


class Niche(_Frozen):
    """How scripts of a niche are titled, begin and end, and the lenses only they use."""

    titles: tuple[str, ...]
    opening: tuple[str, ...]
    closing: tuple[str, ...]
    lenses: tuple[Lens, ...]


class Store(_Frozen):
    shared: tuple[Lens, ...]
    niche: dict[str, Niche]


@lru_cache
def store() -> Store:
    """Everything the writer can say."""
    with Path(__file__).with_name("lenses.toml").open("rb") as file:
        return Store.model_validate(tomllib.load(file))
