"""What is written over an album: its title card, and each track's name when it comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.media import typeset
from chalicelib.media.album import Album, clock
from chalicelib.media.frames import Frame, yuv
from chalicelib.media.overlay import Drawing
from chalicelib.media.typeset import LEADING

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

CARD_SECONDS, NAME_SECONDS = 6.0, 5.0
FADE_SECONDS = 0.5
MARGIN = 0.075
"""Of the frame's height, from its edges."""
INK, FAINT, ACCENT = (255, 255, 255), (214, 222, 232), (255, 215, 0)
CLEAR = 0.05
"""Of the frame's height, above what is darkened: tall words reach into it."""
SHADE = 150
"""How dark the ground under the words gets, of 255."""


@dataclass(frozen=True)
class Show:
    """A drawing and the frames in which it is seen: it fades in, stays, and fades out."""

    drawing: Drawing
    start: int
    frames: int
    fade: int

    def lay(self, frame: Frame, number: int) -> None:
        """Lay it over frame `number`."""
        strength = self.strength(number)
        if strength:
            self.drawing.lay(frame, strength)

    def strength(self, number: int) -> int:
        """0…256: how much of it is seen."""
        at = number - self.start
        if not 0 <= at < self.frames:
            return 0
        edge = min(at + 1, self.frames - at) / (self.fade + 1)
        eased = min(1.0, edge)
        return round(256 * eased * eased * (3 - 2 * eased))


def shows(
    album: Album, index: int, waveform: Sequence[float] | None, *, start: int = 0
) -> list[Show]:
    """What is written over the beginning of a segment, one after another, from `start` on."""
    texts: list[tuple[Sheet, float]] = []
    if index == 0 and album.overlays.title_card:
        texts.append((_card(album), CARD_SECONDS))
    bars = waveform if album.overlays.waveform else None
    if album.overlays.track_names or bars:
        texts.append((_track(album, index, bars), NAME_SECONDS))
    fade = round(FADE_SECONDS * album.fps)
    made: list[Show] = []
    room = album.segments[index].frames
    for sheet, seconds in texts:
        frames = min(round(seconds * album.fps), room - start)
        if frames > 2 * fade + 1:
            made.append(Show(sheet.drawing(), start, frames, fade))
            start += frames
    return made


def _card(album: Album) -> "Sheet":
    """The title, large, over how much there is to hear."""
    sheet = Sheet(album, 0.46)
    draw, unit = sheet.draw, album.height
    foot = unit * (1 - MARGIN) - sheet.top
    em, lines = typeset.fit(
        album.title,
        album.width * 0.78,
        sizes=range(max(8, round(unit * 0.11)), max(7, round(unit * 0.05)), -1),
        at_most=3,
        height=unit * 0.32,
    )
    top = foot - unit * 0.055 - len(lines) * em * LEADING
    left = unit * MARGIN
    draw.rectangle((left, top - unit * 0.03, left + em * 1.5, top - unit * 0.022), fill=ACCENT)
    for row, line in enumerate(lines):
        typeset.write(draw, line, (left, top + (row + 0.8) * em * LEADING), em, INK)
    told = f"{len(album.tracks)} pieces  ·  {clock(album.seconds)}"
    typeset.write(draw, told, (left, foot), round(unit * 0.03), FAINT)
    return sheet


def _track(album: Album, index: int, waveform: Sequence[float] | None) -> "Sheet":
    """Number and name of a track, the shape of its sound under them, or one of both."""
    sheet = Sheet(album, 0.26)
    unit, left = album.height, album.height * MARGIN
    base = unit * (1 - MARGIN) - sheet.top
    if waveform:
        _bars(sheet.draw, waveform, (left, base - unit * 0.05, unit * 0.62, unit * 0.05))
        base -= unit * 0.075
    if album.overlays.track_names:
        _name(sheet.draw, album, index, (left, base))
    return sheet


def _name(draw: "ImageDraw", album: Album, index: int, at: tuple[float, float]) -> None:
    left, base = at
    track = album.tracks[index]
    em = round(album.height * 0.046)
    number = f"{track.order_index:02}"
    small = round(em * 0.62)
    typeset.write(draw, number, (left, base), small, ACCENT)
    room = album.width - 2 * left - 2.2 * small
    title = typeset.cut(" ".join(track.title.split()), em, room)
    typeset.write(draw, title, (left + 2.2 * small, base), em, INK)


class Sheet:
    """The foot of a frame, darkening downwards so that words can be read on it."""

    def __init__(self, album: Album, share: float) -> None:
        from PIL import Image, ImageDraw

        shade = round(album.height * (1 - share))
        self.top = 2 * round(album.height * (1 - share - CLEAR) / 2)
        """Where in the frame it begins: all places on it are counted from here."""
        height = album.height - self.top
        ramp = Image.new("L", (1, height))
        for row in range(shade - self.top, height):
            at = (self.top + row - shade) / (album.height - shade)
            ramp.putpixel((0, row), round(SHADE * at * at * (3 - 2 * at)))
        self.image = Image.new("RGBA", (album.width, height))
        self.image.putalpha(ramp.resize(self.image.size))
        self.draw = ImageDraw.Draw(self.image)

    def drawing(self) -> Drawing:
        """What it adds to a frame and what it hides: it was drawn over black."""
        import numpy as np
        from PIL import Image

        opacity = self.image.getchannel("A")
        black = Image.new("RGB", self.image.size)
        black.paste(self.image, mask=opacity)
        return Drawing(yuv(black), np.asarray(opacity), self.top)


def _bars(
    draw: "ImageDraw", levels: Sequence[float], box: tuple[float, float, float, float]
) -> None:
    """Levels 0…1 as bars around a middle line. The box is left, top, width, height."""
    left, top, width, height = box
    pitch = width / len(levels)
    for number, level in enumerate(levels):
        x, tall = left + number * pitch, max(0.06, min(1.0, level)) * height / 2
        middle = top + height / 2
        draw.rectangle((x, middle - tall, x + pitch * 0.55, middle + tall), fill=FAINT)
