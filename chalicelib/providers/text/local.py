"""Words written here, offline: a template writer that asks about a topic and asserts nothing.

Whatever a script says about its subject is quoted from the prompt or the research note.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from itertools import chain, zip_longest
from random import Random

from chalicelib.errors import InvalidInput
from chalicelib.providers.text import albums, words
from chalicelib.providers.text.interface import (
    WORDS_PER_MINUTE,
    AlbumPlan,
    Research,
    Script,
    ScriptScene,
    Titles,
)
from chalicelib.providers.text.lenses import Lens, Niche, store

MOST_SCENES = 40
_SCENES_PER_MINUTE = 8
_SHORTEST = 8  # words; a chapter of fewer would flash by
_FEWEST_MINUTES, _MOST_MINUTES, _MOST_TITLES = 12, 120, 10
_ORIGIN = "Origin: written by a template from the prompt's own words; nothing was looked up."
_FIRST = ("the wide view at first light", "an open horizon in the morning")
_LAST = ("the road ahead in the evening glow", "a figure on a summit", "stars over calm water")
_QUOTED = (
    "The brief puts it like this: “{quote}”",
    "In the words of the brief: “{quote}”",
    "Here is how it was asked: “{quote}”",
    "The brief goes on: “{quote}”",
)
_NOTED = (
    "The research note says: “{quote}”",
    "From the research note: “{quote}”",
    "The note adds: “{quote}”",
)
_AFTER_QUOTE = (
    "[Hold that thought|Keep that sentence], and ask how one would check it.",
    "Which word in it carries the weight?",
    "What would someone reply who sees it [differently|the other way round]?",
    "What does it leave [out|for us to find]?",
)


@dataclass
class _Section:
    """A chapter being written."""

    heading: str
    pictures: tuple[str, ...]
    lines: list[str] = field(default_factory=list)

    @property
    def length(self) -> int:
        return sum(len(line.split()) for line in self.lines)


class LocalText:
    """A template writer; the same arguments always give the same words."""

    name = "local"

    def research(self, topic: str, niche: str, seed: int) -> Research:
        chance, plan = _chance("research", topic, niche, seed), _niche(niche)
        _must_say_something(topic)
        about = words.subject(topic)
        lenses = chance.sample([*plan.lenses, *store().shared], 6)
        asked = [
            _spoken(line, about, about, chance)
            for lens in lenses
            for line in [line for line in lens.lines if line.endswith("?")][:2]
        ]
        content = "\n".join(
            [
                f"Topic: {about}",
                _ORIGIN,
                f"Key words: {', '.join(words.key_words(topic))}",
                "From the prompt:",
                *(f"- {sentence}" for sentence in words.sentences(topic)[:12]),
                "Open questions:",
                *(f"- {question}" for question in asked),
            ]
        )
        return Research(content, len(content.split()))

    def write(self, prompt: str, *, niche: str, minutes: int, research: str, seed: int) -> Script:
        chance, plan = _chance("write", prompt, niche, minutes, research, seed), _niche(niche)
        _must_say_something(prompt)
        if not 1 <= minutes <= 60:
            raise InvalidInput("minutes must be between 1 and 60.")
        about = words.subject(prompt)
        terms = words.key_words(f"{prompt}\n{'' if _ORIGIN in research else research}")
        sections = _compose(plan, about, terms, _quotes(prompt, research, chance),
                            minutes * WORDS_PER_MINUTE, chance)  # fmt: skip
        scenes = _scenes(sections, about, min(MOST_SCENES, _SCENES_PER_MINUTE * minutes))
        named = words.title(about)
        title = named if named.endswith("?") else chance.choice(plan.titles).format(
            topic=about, Topic=named
        )  # fmt: skip
        spoken = sum(len(scene.narration.split()) for scene in scenes)
        return Script(words.capital(title), scenes, spoken + len(prompt.split()))

    def price(self, words: int) -> Decimal:
        return Decimal(0)

    def plan_album(
        self, niche: str, mood: str, *, style: str, minutes: int, seed: int
    ) -> AlbumPlan:
        chance = _chance("album", niche, mood, style, minutes, seed)
        _must_say_something(niche, "niche")
        if not _FEWEST_MINUTES <= minutes <= _MOST_MINUTES:
            raise InvalidInput(f"minutes must be {_FEWEST_MINUTES} … {_MOST_MINUTES} for an album.")
        here = albums.world(niche, mood)
        about, spirits = words.subject(niche), albums.moods(mood, here)
        look = " ".join(style.split())[:60] or here.style
        music = albums.music(here, about, spirits, minutes, chance)
        visuals = albums.visuals(here, about, look, chance)
        title = albums.titles(niche, mood, 1, chance)[0]
        description = albums.description(music[0].title, niche, spirits, minutes)
        said = [title, description, *(f"{m.title} {m.prompt}" for m in music),
                *(v.prompt for v in visuals)]  # fmt: skip
        return AlbumPlan(title, description, music, visuals, len(" ".join(said).split()))

    def plan_price(self) -> Decimal:
        return Decimal(0)

    def titles(self, niche: str, mood: str, *, count: int = 5, seed: int) -> Titles:
        chance = _chance("titles", niche, mood, seed)
        _must_say_something(niche, "niche")
        if not 1 <= count <= _MOST_TITLES:
            raise InvalidInput(f"count must be 1 … {_MOST_TITLES}.")
        found = albums.titles(niche, mood, count, chance)
        return Titles(found, len(" ".join(found).split()))


def _chance(*what: object) -> Random:
    """Randomness that depends on the arguments alone."""
    return Random(sha256(repr(what).encode(errors="replace")).digest())  # noqa: S311


def _niche(name: str) -> Niche:
    known = store().niche
    if name not in known:
        raise InvalidInput(f"niche must be one of: {', '.join(known)}.")
    return known[name]


def _must_say_something(text: str, name: str = "prompt") -> None:
    if not text.strip():
        raise InvalidInput(f"The {name} is empty.")


def _quotes(prompt: str, research: str, chance: Random) -> list[list[str]]:
    """Groups of lines that quote the prompt, when it is more than a title, and the research."""
    asked = words.sentences(prompt) if len(prompt) > 80 else []
    noted = [] if _ORIGIN in research else words.sentences(research)
    groups = []
    for frames, found in ((_QUOTED, asked), (_NOTED, noted)):
        for at in range(0, len(found), 2):
            lines = [
                frames[min(at + n, len(frames) - 1)].format(quote=quote)
                for n, quote in enumerate(found[at : at + 2])
            ]
            groups.append([*lines, _spoken(chance.choice(_AFTER_QUOTE), "", "", chance)])
    return groups


def _compose(
    plan: Niche,
    about: str,
    terms: list[str],
    quotes: list[list[str]],
    target: int,
    chance: Random,
) -> list[_Section]:
    """Opening, chapters and closing, together about `target` words."""
    opening = _Section("Opening", _FIRST)
    opening.lines = [_spoken(line, about, about, chance) for line in plan.opening]
    closing = _Section("To take with you", _LAST)
    closing.lines = [_spoken(line, about, about, chance) for line in plan.closing]
    room = target - opening.length - closing.length
    body: list[_Section] = []
    quoted = 0
    depth = 3 if target <= 2 * WORDS_PER_MINUTE else 5
    left = {lens.heading: list(lens.lines) for lens in (*plan.lenses, *store().shared)}
    while room > 0.03 * target:
        lenses = _order(plan, chance)
        before = room
        for lens in lenses:
            section = _Section(lens.heading, lens.pictures)
            if quotes and quoted < 0.45 * target:
                group = quotes.pop(0)
                quoted += sum(len(line.split()) for line in group)
                heading = "In the brief" if group[0].startswith(_QUOTED_STARTS) else "In the notes"
                room -= _fill(body, _Section(heading, lens.pictures), group, room, target)
            lines, left[lens.heading] = left[lens.heading][:depth], left[lens.heading][depth:]
            told = [_spoken(line, about, chance.choice(terms), chance) for line in lines]
            room -= _fill(body, section, told, room, target)
            if room <= 0.03 * target:
                break
        if room == before:  # all has been said once: say it again with other words in its place
            about = chance.choice([words.subject(terms[0]), *terms])
            left = {lens.heading: list(lens.lines) for lens in lenses}
    return [opening, *body, closing]


_QUOTED_STARTS = tuple(frame.split("{")[0] for frame in _QUOTED)


def _fill(body: list[_Section], section: _Section, lines: list[str], room: int, target: int) -> int:
    """Add lines as long as there is room; answers the words used."""
    used = 0
    for line in lines:
        length = len(line.split())
        if used + length > room + 0.04 * target:
            break
        section.lines.append(line)
        used += length
    if used < _SHORTEST:
        return 0
    body.append(section)
    return used


def _order(plan: Niche, chance: Random) -> list[Lens]:
    """The niche's lenses and the shared ones, each shuffled, taking turns."""
    own = chance.sample(plan.lenses, len(plan.lenses))
    shared = chance.sample(store().shared, len(store().shared))
    return [lens for lens in chain.from_iterable(zip_longest(own, shared)) if lens]


def _spoken(line: str, about: str, term: str, chance: Random) -> str:
    """A line with its choices made and its places filled."""
    chosen = re.sub(r"\[([^]]+)]", lambda match: chance.choice(match[1].split("|")), line)
    filled = chosen.replace("{topic}", about).replace("{term}", f"“{term}”")
    return words.capital(filled)


def _scenes(sections: list[_Section], about: str, wanted: int) -> tuple[ScriptScene, ...]:
    """Cut chapters into scenes of like length, at most `wanted`, never inside a sentence."""
    total = sum(section.length for section in sections)
    size = total / wanted
    while sum(max(1, round(section.length / size)) for section in sections) > wanted:
        if size > total:
            return _scenes(_joined(sections), about, wanted)
        size *= 1.05
    scenes: list[ScriptScene] = []
    for section in sections:
        parts = max(1, round(section.length / size))
        groups: list[list[str]] = [[] for _ in range(parts)]
        said = 0
        for line in section.lines:
            middle = said + len(line.split()) / 2
            groups[min(parts - 1, int(middle / section.length * parts))].append(line)
            said += len(line.split())
        for group in filter(None, groups):
            picture = section.pictures[len(scenes) % len(section.pictures)]
            scenes.append(ScriptScene(section.heading, " ".join(group), f"{about}: {picture}"))
    return tuple(scenes)


def _joined(sections: list[_Section]) -> list[_Section]:
    """Neighbouring chapters in pairs, when there are more chapters than scenes."""
    pairs = zip_longest(sections[::2], sections[1::2])
    return [_Section(a.heading, a.pictures, a.lines + (b.lines if b else [])) for a, b in pairs]
