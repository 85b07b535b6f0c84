"""All visuals of an album on one picture, each with its number, name and time."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.errors import InvalidInput
from chalicelib.media import typeset
from chalicelib.media.album import Album, clock
from chalicelib.media.picture import load

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

COLUMNS = 5
CELL = 384
"""Pixels across each visual."""
GAP, EDGE, HEAD = 16, 36, 104
"""Pixels between visuals, around them, and above them."""
NAME, TIME, TITLE = 19, 16, 38
"""Pixels per em."""
CAPTION = 62
"""Pixels under each visual for its words."""
GROUND, INK, FAINT, ACCENT = (14, 17, 24), (240, 243, 248), (150, 160, 176), (255, 215, 0)


def draw(album: Album, images: Sequence[Path], out: Path) -> None:
    """Draw the sheet into `out`, PNG or JPEG by its suffix. The same album gives the same bytes.

    Raises `InvalidInput` when the number of pictures is not that of tracks, or one is none.
    """
    from PIL import Image, ImageDraw

    if len(images) != len(album.tracks):
        raise InvalidInput("Every track needs one picture.", field="images")
    height = 2 * round(CELL * album.height / album.width / 2)
    columns = min(COLUMNS, len(images))
    rows = -(-len(images) // columns)
    width = 2 * EDGE + columns * CELL + (columns - 1) * GAP
    tall = HEAD + rows * (height + CAPTION) + EDGE
    sheet = Image.new("RGB", (width, tall), GROUND)
    pen = ImageDraw.Draw(sheet)
    _headline(pen, album, width)
    for number, (image, track, start) in enumerate(
        zip(images, album.tracks, album.starts, strict=True)
    ):
        left = EDGE + number % columns * (CELL + GAP)
        top = HEAD + number // columns * (height + CAPTION)
        sheet.paste(load(image, (CELL, height)), (left, top))
        _caption(pen, f"{track.order_index:02}", track.title, clock(start), (left, top + height))
    if out.suffix.lower() in {".jpg", ".jpeg"}:
        sheet.save(out, "JPEG", quality=88, optimize=True)
    else:
        sheet.save(out, "PNG", optimize=True)


def _headline(pen: "ImageDraw", album: Album, width: int) -> None:
    told = f"{len(album.tracks)} pieces  ·  {clock(album.seconds)}"
    room = width - 2 * EDGE - typeset.width(told, TIME) - 2 * GAP
    title = typeset.cut(" ".join(album.title.split()), TITLE, room)
    base = HEAD - 34
    typeset.write(pen, title, (EDGE, base), TITLE, INK)
    typeset.write(pen, told, (width - EDGE - typeset.width(told, TIME), base), TIME, FAINT)


def _caption(pen: "ImageDraw", number: str, title: str, time: str, at: tuple[int, int]) -> None:
    left, base = at[0], at[1] + 28
    after = typeset.write(pen, number, (left, base), TIME, ACCENT) + 8
    ending = left + CELL - typeset.width(time, TIME)
    typeset.write(pen, time, (ending, base), TIME, FAINT)
    name = typeset.cut(" ".join(title.split()), NAME, ending - after - GAP)
    typeset.write(pen, name, (after, base), NAME, INK)
