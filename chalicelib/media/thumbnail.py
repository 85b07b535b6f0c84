"""The still that sells the video: its best picture with the title on it."""

from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.media import typeset
from chalicelib.media.picture import load
from chalicelib.media.timeline import Format
from chalicelib.media.typeset import LEADING

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

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
SHADE = 210
"""How dark the picture gets under the title, of 255."""
ACCENT = (255, 215, 0)


def thumbnail(title: str, image: Path, out: Path, *, format: Format = "16:9") -> None:
    """Write a JPEG with the title as large as it fits, over the darkened foot of `image`.

    1280x720, 720x1280 or 1080x1080 by the format. Raises `InvalidInput` when the
    picture cannot be read.
    """
    from PIL import ImageDraw, ImageEnhance

    size = SIZES[format]
    picture = ImageEnhance.Color(load(image, size)).enhance(1.25)
    picture = ImageEnhance.Contrast(picture).enhance(1.08)
    short = min(size)
    margin = round(MARGIN * short)
    em, lines = typeset.fit(
        title,
        size[0] - 2 * margin,
        sizes=range(round(LARGEST * short), round(SMALLEST * short), -2),
        at_most=LINES,
        height=short * 0.5,
    )
    height = round(len(lines) * em * LEADING)
    rule = max(4, short // 90)
    top = size[1] - margin - height - rule * 3
    picture = _shaded(picture, top)
    draw = ImageDraw.Draw(picture)
    if lines:
        draw.rectangle((margin, top, margin + em * 1.6, top + rule - 1), fill=ACCENT)
    for row, line in enumerate(lines):
        baseline = top + rule * 3 + round((row + 0.82) * em * LEADING)
        typeset.write(draw, line, (margin, baseline), em)
    picture.save(out, "JPEG", quality=90, optimize=True)


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
