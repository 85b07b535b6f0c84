"""The bundled fonts: what they can show, how wide it is, and how text is set in them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from chalicelib.media.ffmpeg import FONTS

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

    Ink = str | tuple[int, int, int]

MEASURED = 100
LEADING = 1.12
"""From line to line, in ems."""
NEVER = "\U0010ffff"
"""A character no font has: it is drawn as the sign for a missing one."""


@dataclass(frozen=True)
class Face:
    """A font file. `em` is the part of a libass font size that one em takes."""

    family: str
    file: str
    em: float


FACES = (
    Face("Inter Extra Bold", "Inter-ExtraBold.otf", 2816 / 3408),
    Face("Droid Sans Fallback", "DroidSansFallback.ttf", 256 / 335),
)
"""In the order of preference: Latin, Greek, Cyrillic; then Chinese, Japanese, Korean."""


@dataclass(frozen=True)
class Run:
    """A piece of text that one face can show."""

    face: Face
    text: str


@lru_cache(maxsize=64)
def font(face: Face, size: int) -> "FreeTypeFont":
    """A face at `size` pixels per em."""
    from PIL import ImageFont

    return ImageFont.truetype(str(FONTS / face.file), size, layout_engine=ImageFont.Layout.BASIC)


def runs(text: str) -> tuple[Run, ...]:
    """What can be shown of a text, cut where the face changes. The rest is left out."""
    faced = [(face, char) for char in text if (face := _face(char)) is not None]
    return tuple(
        Run(face, "".join(char for _, char in group))
        for face, group in groupby(faced, key=lambda pair: pair[0])
    )


def width(text: str, size: float) -> float:
    """How wide a text is at `size` pixels per em."""
    words = text.split(" ")
    return (sum(map(_advance, words)) + (len(words) - 1) * _advance(" ")) * size / MEASURED


def fit(
    text: str, room: float, *, sizes: Sequence[int], at_most: int, height: float
) -> tuple[int, list[str]]:
    """The first of `sizes` in which a text fits, and its lines; what fits in none is cut off.

    It fits in lines of `room` pixels, no more than `at_most` of them, no higher than `height`.
    """
    words = text.split()
    for em in sizes:
        lines = list(_broken(words, em, room))
        fits = all(width(line, em) <= room for line in lines)
        if fits and len(lines) <= at_most and len(lines) * em * LEADING <= height:
            return em, lines
    em = sizes[-1]
    return em, [cut(line, em, room) for line in _broken(words, em, room)][:at_most]


def cut(line: str, em: int, room: float) -> str:
    """A line, shortened until it fits."""
    while line.strip("…") and width(line, em) > room:
        line = line[:-2] + "…"
    return line


def write(
    draw: "ImageDraw", line: str, at: tuple[float, float], em: int, ink: "Ink" = "white"
) -> float:
    """Draw a line from the left end of its baseline, and say where it ends."""
    x, y = at
    for run in runs(line):
        face = font(run.face, em)
        draw.text((x, y), run.text, font=face, fill=ink, anchor="ls")
        x += face.getlength(run.text)
    return x


def _broken(words: Sequence[str], em: int, room: float) -> Iterator[str]:
    """Lines; where a stroke would divide what the line's end divides already, it is left out."""
    line = ""
    for word in words:
        longer = f"{line} {word}".strip()
        if line and width(longer, em) > room:
            yield line.removesuffix(" |")
            longer = word
        line = longer
    if line:
        yield line


@lru_cache(maxsize=8192)
def _advance(word: str) -> float:
    """How wide a word is at `MEASURED` pixels per em."""
    return sum(font(run.face, MEASURED).getlength(run.text) for run in runs(word))


@lru_cache(maxsize=8192)
def _face(char: str) -> Face | None:
    if char == " ":
        return FACES[0]
    return next((face for face in FACES if char.isprintable() and _has(face, char)), None)


def _has(face: Face, char: str) -> bool:
    return _drawn(face, char) != _drawn(face, NEVER)


@lru_cache(maxsize=8192)
def _drawn(face: Face, char: str) -> tuple[tuple[int, int], bytes]:
    mask = font(face, 24).getmask(char)
    return mask.size, bytes(mask)
