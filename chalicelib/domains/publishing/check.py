"""Is it a video of its own? What platforms call inauthentic is found before anything is sent.

YouTube takes channels off its partner programme for mass-produced or repetitive content. A video
passes here when its pictures and its prompts differ from each other and its title from others.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

LONGEST_TITLE = 100
LONGEST_DESCRIPTION = 5_000  # bytes
ALIKE = 4
"""Bits of 64 in which the fingerprints of two pictures that look the same may differ."""
DIFFERENT = 15
"""Of twenty pictures or prompts, so many are unlike all the others, at least."""
SHOUTED = 8
"""Letters from which on a title without a small one is shouting."""


class Problem(NamedTuple):
    """What is wrong: `rule` is for programs, `message` for people."""

    field: str
    rule: str
    message: str


def title(said: str, earlier: Sequence[str]) -> list[Problem]:
    """What is wrong with a title; `earlier` are those of the channel's other videos."""
    found = []
    if not said.strip():
        found.append(Problem("title", "missing", "A title is needed."))
    if len(said) > LONGEST_TITLE:
        found.append(Problem("title", "length", f"It has at most {LONGEST_TITLE} characters."))
    if "<" in said or ">" in said:
        found.append(Problem("title", "brackets", "It has no < and no >."))
    letters = [char for char in said if char.isalpha()]
    shouts = len(letters) >= SHOUTED and not any(char.islower() for char in letters)
    if shouts and said != said.lower():  # where a script has no capitals, both are the same
        found.append(Problem("title", "capitals", "It is not all in capitals."))
    if plain(said) and plain(said) in {plain(other) for other in earlier}:
        found.append(Problem("title", "repeated", "Another video of the channel is called so."))
    return found


def description(said: str) -> list[Problem]:
    """What is wrong with a description."""
    found = []
    if len(said.encode()) > LONGEST_DESCRIPTION:
        rule = f"It has at most {LONGEST_DESCRIPTION:,} bytes."
        found.append(Problem("description", "length", rule))
    if "<" in said or ">" in said:
        found.append(Problem("description", "brackets", "It has no < and no >."))
    return found


def prompts(field: str, said: Sequence[str]) -> list[Problem]:
    """Whether prompts are more than one with changing numbers."""
    different = len({plain(prompt) for prompt in said})
    if different >= min(DIFFERENT, len(said)):
        return []
    rule = f"Only {different} of {len(said)} differ by more than numbers and signs."
    return [Problem(field, "repeated", rule)]


def pictures(fingerprints: Sequence[str]) -> list[Problem]:
    """Whether an album's pictures look different; `fingerprints` are 64 bits each, in hex."""
    if not fingerprints:
        message = "Nobody has compared the pictures of this video: render it again."
        return [Problem("pictures", "unknown", message)]
    kinds: list[int] = []
    for fingerprint in (int(one, 16) for one in fingerprints):
        if all((fingerprint ^ kind).bit_count() > ALIKE for kind in kinds):
            kinds.append(fingerprint)
    if len(kinds) >= min(DIFFERENT, len(fingerprints)):
        return []
    rule = f"Only {len(kinds)} of {len(fingerprints)} pictures look different."
    return [Problem("pictures", "variety", rule)]


def plain(words: str) -> str:
    """Words alone: no case, numbers or signs."""
    return " ".join(re.sub(r"[\W\d_]+", " ", words.casefold()).split())
