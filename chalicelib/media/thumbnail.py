"""The still that sells the video: its best picture with the title on it."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.errors import InvalidInput
from chalicelib.media import typeset
from chalicelib.media.timeline import Format, Timeline

if TYPE_CHECKING:
    from PIL.Image import Image as Picture
    from PIL.ImageDraw import ImageDraw as Draw

SIZES: dict[Format, tuple[int, int]] = {
    "16:9": (1280, 720),
    "9:16": (720, 1280),
    "1:1": (1080, 1080),
}
MARGIN = 0.06
"""Of the shorter side."""
LINES = 4
LARGEST, SMALLEST = 0.17, 0.05
"""Of the shorter side, per em."""
LEADING = 1.12
SHADE = 210
"""How dark the picture gets under the title, of 255."""
ACCENT = (255, 215, 0)


def thumbnail(timeline: Timeline, image: Path, out: Path) -> None:
    """Write a JPEG with the title as large as it fits, over the darkened foot of `image`.

    1280x720, 720x1280 or 1080x1080 by the timeline's format. Raises `InvalidInput` when the
    picture cannot be read.
    """
    from PIL import Image, ImageDraw, ImageEnhance, ImageOps, UnidentifiedImageError

    size = SIZES[timeline.format]
    try:
        with Image.open(image) as opened:
            picture = ImageOps.fit(opened.convert("RGB"), size, Image.Resampling.LANCZOS)
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise InvalidInput(f"{image.name} is not a readable picture.") from error
    picture = ImageEnhance.Color(picture).enhance(1.25)
    picture = ImageEnhance.Contrast(picture).enhance(1.08)
    short = min(size)
    margin = round(MARGIN * short)
    em, lines = _fit(" ".join(timeline.title.split()), size[0] - 2 * margin, short)
    height = round(len(lines) * em * LEADING)
    rule = max(4, short // 90)
    top = size[1] - margin - height - rule * 3
    picture = _shaded(picture, top)
    draw = ImageDraw.Draw(picture)
    if lines:
        draw.rectangle((margin, top, margin + em * 1.6, top + rule - 1), fill=ACCENT)
    for row, line in enumerate(lines):
        _write(draw, line, (margin, top + rule * 3 + round((row + 0.82) * em * LEADING)), em)
    picture.save(out, "JPEG", quality=90, optimize=True)


def _fit(title: str, room: int, short: int) -> tuple[int, list[str]]:
    """The largest type that fits the title, and its lines. What never fits is cut off."""
    words = title.split()
    for em in range(round(LARGEST * short), round(SMALLEST * short), -2):
        lines = list(_broken(words, em, room))
        fits = all(typeset.width(line, em) <= room for line in lines)
        if fits and len(lines) <= LINES and len(lines) * em * LEADING <= short * 0.5:
            return em, lines
    em = round(SMALLEST * short)
    return em, [_cut(line, em, room) for line in _broken(words, em, room)][:LINES]


def _broken(words: list[str], em: int, room: int) -> Iterator[str]:
    line = ""
    for word in words:
        longer = f"{line} {word}".strip()
        if line and typeset.width(longer, em) > room:
            yield line
            longer = word
        line = longer
    if line:
        yield line


def _cut(line: str, em: int, room: int) -> str:
    while typeset.width(line, em) > room:
        line = line[:-2] + "…"
    return line


def _shaded(picture: "Picture", top: int) -> "Picture":
    """The picture darkening towards its foot, from above the title on."""
    from PIL import Image

    width, height = picture.size
    start = max(0, top - (height - top) // 2)
    ramp = Image.new("L", (1, height))
    for y in range(start, height):
        ramp.putpixel((0, y), round(SHADE * min(1.0, (y - start) / ((height - start) * 0.6))))
    return Image.composite(
        Image.new("RGB", picture.size, (6, 8, 16)), picture, ramp.resize((width, height))
    )


def _write(draw: "Draw", line: str, at: tuple[int, int], em: int) -> None:
    x, y = float(at[0]), at[1]
    for run in typeset.runs(line):
        face = typeset.font(run.face, em)
        draw.text((x, y), run.text, font=face, fill="white", anchor="ls")
        x += face.getlength(run.text)
