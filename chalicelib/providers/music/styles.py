"""The composer's store of styles, figures and kits, read from styles.toml."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict


class Style(BaseModel):
    """A way of playing; styles.toml says what each field means."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: str
    tempo: tuple[float, float]
    metre: tuple[int, ...]
    scales: tuple[str, ...]
    chords: tuple[str, ...]
    lead: tuple[str, ...]
    comp: tuple[str, ...]
    pad: tuple[str, ...]
    bass: tuple[str, ...]
    figures: tuple[str, ...]
    basses: tuple[str, ...]
    lively: float
    bright: float
    room: float
    kit: str = ""
    pace: int = 1
    swing: float = 0.5
    sevenths: bool = False
    steps: str = "0 1 2 3 4 5 6"
    textures: tuple[str, ...] = ()


class Store(BaseModel):
    """Styles by name; figures and bass lines by metre and name; kits by name and metre."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    style: dict[str, Style]
    figures: dict[int, dict[str, str]]
    basses: dict[int, dict[str, str]]
    kits: dict[str, dict[int, dict[str, str]]]


@lru_cache
def store() -> Store:
    """Everything the composer knows how to play."""
    with Path(__file__).with_name("styles.toml").open("rb") as file:
        return Store.model_validate(tomllib.load(file))
