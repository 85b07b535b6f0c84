"""Captions over frames: libass draws each look once, then it is laid over all its frames."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from chalicelib.media import captions, ffmpeg, typeset
from chalicelib.media.captions import State
from chalicelib.media.frames import Frame
from chalicelib.media.timeline import Chunk, Timeline

if TYPE_CHECKING:
    from chalicelib.media.frames import Bytes, Shorts

    Box = tuple[slice, slice]

BT709 = "setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709"
BLACK = (16, 128, 128)


class Overlay:
    """The captions of a chunk, laid over its frames in their order."""

    def __init__(self, timeline: Timeline, chunk: Chunk) -> None:
        after = chunk.start + chunk.frames
        looks = [
            state
            for state in captions.states(timeline)
            if state.first < after and state.after > chunk.start
        ]
        self._coming = iter(zip(looks, drawn(timeline, looks), strict=True))
        self._now = next(self._coming, None)

    def lay(self, number: int, frame: Frame) -> None:
        """Lay what frame `number` of the video says over it."""
        while self._now and self._now[0].after <= number:
            self._now = next(self._coming, None)
        if self._now and self._now[0].first <= number:
            self._now[1].lay(frame)


class Drawing:
    """One look of the captions: what it adds to each plane, and how much it lets through."""

    def __init__(self, planes: "Sequence[Bytes]", opacity: "Bytes", top: int) -> None:
        import numpy as np

        rows, columns = np.flatnonzero(opacity.any(axis=1)), np.flatnonzero(opacity.any(axis=0))
        self.parts: list[tuple[Box, Shorts, Shorts]] = []
        if not len(rows):
            return
        wide = opacity.astype(np.uint16)
        half = (wide[::2, ::2] + wide[1::2, ::2] + wide[::2, 1::2] + wide[1::2, 1::2]) >> 2
        first, last = (rows[0] // 2, columns[0] // 2), (rows[-1] // 2 + 1, columns[-1] // 2 + 1)
        for plane, opaque, black, size in zip(
            planes, (wide, half, half), BLACK, (2, 1, 1), strict=True
        ):
            down = slice(first[0] * size, last[0] * size)
            across = slice(first[1] * size, last[1] * size)
            cover = opaque[down, across]
            through: Shorts = 256 - (cover + (cover >> 7))
            drawn_on = through * black >> 8  # what was drawn on is not to be added
            added = np.maximum(plane[down, across], drawn_on) - drawn_on
            offset = top * size // 2
            place = (slice(down.start + offset, down.stop + offset), across)
            self.parts.append((place, through, added.astype(np.uint16)))

    def lay(self, frame: Frame, strength: int = 256) -> None:
        """Lay it over a frame; with less than 256 it is seen as much weaker."""
        import numpy as np

        for plane, (place, through, added) in zip(frame.planes, self.parts, strict=False):
            under = plane[place]
            if strength < 256:
                weaker = np.uint16(strength)
                through = (256 - ((256 - through) * weaker >> 8)).astype(np.uint16)
                added = (added * weaker >> 8).astype(np.uint16)
            mixed = under * through
            mixed += 128
            mixed >>= 8
            mixed += added
            under[:] = mixed


def drawn(timeline: Timeline, looks: Sequence[State]) -> Iterator[Drawing]:
    """Each look as libass draws it."""
    import numpy as np

    if not looks:
        return
    place = captions.strip(timeline)
    width, height = timeline.width, place.height
    luma, chroma = width * height, width * height // 4
    with TemporaryDirectory() as name:
        folder = Path(name)
        script = captions.sheet(timeline, looks)
        (folder / "sheet.ass").write_text(script, encoding="utf-8")
        (folder / "fonts").mkdir()
        for face in typeset.FACES:
            if face.family in script:  # libass reads all it finds
                (folder / "fonts" / face.file).symlink_to(ffmpeg.FONTS / face.file)
        canvas = f"color=c=black@0:s={width}x{height}:r=1,format=yuva420p,{BT709}"
        sheets = ffmpeg.decode(
            [
                *("-f", "lavfi", "-i", f"{canvas},ass=sheet.ass:fontsdir=fonts:alpha=1"),
                *("-frames:v", str(len(looks)), "-f", "rawvideo", "pipe:1"),
            ],
            piece=2 * luma + 2 * chroma,
            folder=folder,
        )
        for data in sheets:
            both = np.frombuffer(data, np.uint8)
            planes = (
                both[:luma].reshape(height, width),
                both[luma : luma + chroma].reshape(height // 2, width // 2),
                both[luma + chroma : luma + 2 * chroma].reshape(height // 2, width // 2),
            )
            yield Drawing(planes, both[luma + 2 * chroma :].reshape(height, width), place.top)
