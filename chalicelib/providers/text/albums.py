"""Albums planned here, offline: a world chosen by the niche's words, its music, pictures, names."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from random import Random

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.providers.text import words
from chalicelib.providers.text.interface import CROSSFADE, SLOTS, MusicPrompt, VisualPrompt

LONGEST_TITLE = 100  # characters YouTube takes
_SHORTEST = 30  # s of a track
_LONGEST_NAME = 48
_ADDED = re.compile(r"\s+(?:ambien(?:ce|t)|music|playlist|background|beats)$", re.IGNORECASE)
_TIMED = re.compile(r"\b(?:night|evening|sunset|morning|dusk|dawn|moon\w*|stars|storm|sun)\b")
_STUTTER = re.compile(r"\b(\w+(?: \w+)*) \1\b", re.IGNORECASE)
"""A phrase twice in a row."""
_SMALL = {"a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"}


class World(BaseModel):
    """Where an album plays; albums.toml says what each field is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: str
    style: str
    moods: tuple[str, ...]
    forms: tuple[str, ...]
    with_: tuple[str, ...] = Field(alias="with")
    pulse: tuple[str, ...]
    around: tuple[str, ...]
    tempo: tuple[int, int]
    places: tuple[str, ...]
    touches: tuple[str, ...]
    lights: tuple[str, ...]
    qualities: tuple[str, ...]
    things: tuple[str, ...]
    titles: tuple[str, ...]


class Store(BaseModel):
    """All worlds by name, and what they share."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hours: tuple[str, ...]
    purposes: tuple[str, ...]
    candidates: tuple[str, ...]
    world: dict[str, World]


@lru_cache
def store() -> Store:
    """Every world the writer knows."""
    with Path(__file__).with_name("albums.toml").open("rb") as file:
        return Store.model_validate(tomllib.load(file))


def world(niche: str, mood: str) -> World:
    """The world that the niche's words, then the mood's, speak of most; "plain" for none."""
    worlds = store().world
    scores = {name: _speaks(worlds[name], niche, mood) for name in worlds}
    best = max(scores, key=lambda name: scores[name])
    return worlds[best if scores[best] else "plain"]


def _speaks(world: World, niche: str, mood: str) -> float:
    known = frozenset(world.words.split())
    score = 0.0
    for text, weight in ((niche, 1.0), (mood, 0.3)):
        said = re.findall(r"[a-z]+(?:-[a-z]+)*", text.lower())
        for at, word in enumerate(said):
            if {word, word.rstrip("s"), word.replace("-", "")} & known:
                score += weight / (1 + 0.1 * at)
    return score


def moods(mood: str, here: World) -> list[str]:
    """The mood's words, at most six, in lower case; the world's own where there are none."""
    said = [" ".join(part.lower().split()) for part in re.split(r"[,;/\n]|\band\b", mood)]
    kept = [word for word in said if re.fullmatch(r"[^\W\d_][\w' -]{1,23}", word)]
    return list(dict.fromkeys(kept))[:6] or list(here.moods)


def lengths(minutes: int, chance: Random) -> list[int]:
    """Whole seconds of 20 tracks, unlike each other, that make `minutes` when crossfaded."""
    total = minutes * 60 + round((SLOTS - 1) * CROSSFADE)
    mean = total / SLOTS
    spread = min(0.14 * mean, mean - _SHORTEST - 1)
    drawn = [mean + chance.uniform(-spread, spread) for _ in range(SLOTS)]
    shift = mean - sum(drawn) / SLOTS
    whole = [max(_SHORTEST, round(length + shift)) for length in drawn]
    at = 0
    while off := total - sum(whole):  # what rounding left, a second at a time
        if off > 0 or whole[at] > _SHORTEST:
            whole[at] += 1 if off > 0 else -1
        at = (at + 1) % SLOTS
    return whole


def music(
    here: World, about: str, mood: list[str], minutes: int, chance: Random
) -> tuple[MusicPrompt, ...]:
    """Twenty music prompts with the titles of what they ask for, all different."""
    names = _titles(here, chance)
    forms, spirits = _turns(here.forms, chance), _turns(mood, chance)
    said: set[str] = set()
    prompts = []
    for title, seconds in zip(names, lengths(minutes, chance), strict=True):
        form, spirit = next(forms), next(spirits)
        if form.startswith(spirit):
            spirit = chance.choice([other for other in here.moods if other not in form])
        while True:
            played = chance.sample(here.with_, chance.choice((2, 2, 3)))
            sounds = [*played, chance.choice(here.pulse)]
            if chance.random() < 0.35:
                sounds.append(chance.choice(here.around))
            tempo = chance.randrange(here.tempo[0], here.tempo[1] + 1, 2)
            asked = f"{words.capital(spirit)} {form} with {', '.join(sounds)}"
            if asked not in said:
                break
        said.add(asked)
        place = f"Setting: {about}. Tempo: {tempo} BPM. Duration: {_range(seconds)} minutes."
        prompts.append(MusicPrompt(title, f"{asked}. {place}", float(seconds)))
    return tuple(prompts)


def visuals(here: World, about: str, style: str, chance: Random) -> tuple[VisualPrompt, ...]:
    """Twenty picture prompts, all different: places, with something to notice, in some light."""
    places, touches = _turns(here.places, chance), _turns(here.touches, chance)
    lights = _turns(here.lights, chance)
    prompts: dict[str, None] = {}
    while len(prompts) < SLOTS:
        place = next(places).replace("{niche}", about)
        setting = "" if about.lower() in place.lower() else f", {about}"
        light = "" if _TIMED.search(place) else f", {next(lights)}"
        prompts[f"16:9 background of {place}, {next(touches)}{light}{setting}, {style} style"] = (
            None
        )
    return tuple(VisualPrompt(prompt) for prompt in prompts)


def titles(niche: str, mood: str, count: int, chance: Random) -> tuple[str, ...]:
    """Names for the album, the best first, each within what YouTube takes."""
    here = world(niche, mood)
    name, spirits = headline(niche), [_cased(word) for word in moods(mood, here)]
    own = len(_STUTTER.findall(name))  # of Bora Bora
    frames = _turns(store().candidates, chance)
    found: dict[str, None] = {}
    while len(found) < count:
        first, second = chance.sample([*spirits, *map(_cased, here.moods)], 2)
        title = next(frames).format(
            Niche=name,
            Mood=first,
            Mood2=second,
            purpose=chance.choice(store().purposes),
            thing=chance.choice(here.titles),
        )
        stutters = len(_STUTTER.findall(title)) > own
        if first != second and len(title) <= LONGEST_TITLE and not stutters:
            found[title] = None
    return tuple(found)


def description(first: str, niche: str, mood: list[str], minutes: int) -> str:
    """A few sentences above the chapters; `first` is the title of the first track."""
    return (
        f"{minutes} minutes of {', '.join(mood[:3])} music: {headline(niche)}.\n\n"
        f"Twenty pieces and twenty pictures, one for each, from “{first}” on. Put it on "
        "for reading, working, resting or falling asleep, and leave it running in the background.\n"
    )


def headline(niche: str) -> str:
    """The niche as it stands in a title, without the word that is added to it."""
    about = _ADDED.sub("", re.sub(r"[<>]", "", words.subject(niche)).strip())
    while len(about) > _LONGEST_NAME:
        about = about.rsplit(" ", 1)[0] if " " in about else about[:_LONGEST_NAME]
    return _cased(about or "Quiet Hours")


def _titles(here: World, chance: Random) -> list[str]:
    """Twenty track titles: most of them whole, the rest made of a quality and a thing."""
    names = chance.sample(here.titles, len(here.titles))
    qualities, things = _turns(here.qualities, chance), _turns(here.things, chance)
    hours = _turns(store().hours, chance)
    while len(names) < SLOTS:
        thing = next(things)
        made = chance.choice((f"{next(qualities)} {thing}", f"The {thing} {next(hours)}"))
        if made not in names:
            names.append(made)
    chance.shuffle(names)
    return names


def _turns(what: Iterable[str], chance: Random) -> Iterator[str]:
    """Each of them in a random order, then all again in another, for ever."""
    every = list(what)
    while True:
        yield from chance.sample(every, len(every))


def _range(seconds: int) -> str:
    """Whole minutes around a length: 3-4 for 210 seconds."""
    return f"{seconds // 60}-{seconds // 60 + 1}"


def _cased(text: str) -> str:
    """With capitals as in a title; names keep theirs."""
    parts = text.split()
    return " ".join(
        part if part.lower() in _SMALL and at else part[:1].upper() + part[1:]
        for at, part in enumerate(parts)
    )
