"""The bundled fonts: what they can show, and how wide it is."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from chalicelib.media.ffmpeg import FONTS

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

MEASURED = 100
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
