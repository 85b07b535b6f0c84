"""A user's own text, divided into scenes word for word."""

import re
from math import ceil

from chalicelib.providers.text.interface import ScriptScene

MOST_SCENES = 40
WORDS_PER_SCENE = 40
HEADING_WORDS = 6

SENTENCE_END = re.compile(r"[.!?…]+[\"'”\u2019)\]]*$")


def divide(text: str, *, words: int = WORDS_PER_SCENE, at_most: int = MOST_SCENES) -> list[str]:
    """The text in pieces of about `words` words, cut after sentences or paragraphs if possible.

    Every word is kept as it is and in its place: the pieces joined by spaces are the text but
    for its white space. Answers no more than `at_most` pieces.
    """
    total = len(text.split())
    least = max(ceil(total / at_most), 1)
    wanted = max(words, least)
    pieces: list[list[str]] = [[]]
    for paragraph in re.split(r"\n\s*\n", text):
        if len(pieces[-1]) >= max(least, wanted // 2):
            pieces.append([])
        for word in paragraph.split():
            full = len(pieces[-1]) >= wanted
            if full and (_ends_sentence(pieces[-1]) or len(pieces[-1]) >= 2 * wanted):
                pieces.append([])
            pieces[-1].append(word)
    return [" ".join(piece) for piece in pieces if piece]


def scenes(text: str, prompt: str) -> tuple[ScriptScene, ...]:
    """The user's text as a script: each piece is a scene, shown by what it says."""
    return tuple(
        ScriptScene(heading=_heading(piece), narration=piece, picture=f"{prompt}: {piece}"[:500])
        for piece in divide(text)
    )


def _heading(piece: str) -> str:
    words = piece.split()
    said = " ".join(words[:HEADING_WORDS]).rstrip(".,;:!?…")
    return said if len(words) <= HEADING_WORDS else f"{said} …"


def _ends_sentence(words: list[str]) -> bool:
    return SENTENCE_END.search(words[-1]) is not None
