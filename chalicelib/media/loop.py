"""A visual, encoded once: its beginning with what is written over it, and a loop without a seam.

The loop is a closed group of pictures, to be repeated by copying for as long as the track lasts.
All pieces of an album are encoded alike.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from chalicelib.errors import RenderFailed
from chalicelib.media import living, mp4, still, titles
from chalicelib.media.album import Album
from chalicelib.media.drift import STEP
from chalicelib.media.encode import Encoded, encode
from chalicelib.media.frames import Frame
from chalicelib.media.living import Scene
from chalicelib.media.mp4 import Samples
from chalicelib.media.picture import load
from chalicelib.media.probe import probe


@dataclass(frozen=True)
class Piece:
    """An encoded visual: so many frames of beginning, then so many of loop."""

    head: int
    loop: int
    size_bytes: int
    sha256: str
    encoder: str
    argv: tuple[str, ...]


def render(
    album: Album,
    index: int,
    image: Path,
    out: Path,
    *,
    waveform: Sequence[float] | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> Piece:
    """Encode the visual of track `index` into `out`, a small mp4 without sound.

    `waveform` are levels 0…1 of the track, shown when the album's overlays want them.
    `on_progress` gets 0…1; when it raises, the work stops and the exception goes on. The same
    inputs give the same bytes. Raises `InvalidInput` for a bad picture, and `RenderFailed`.
    """
    size = living.canvas(album.living, album.width, album.height)
    scene = living.scene(
        load(image, size), album.living, album.width, album.height, album.fps, album.seed + index
    )
    frames = album.segments[index].frames
    if album.living == "still":
        shows = titles.shows(album, index, waveform, start=still.LEAD)
        made, head = still.render(album, scene.draw(0), shows, frames, on_progress)
    else:
        shows = titles.shows(album, index, waveform)
        made, head = _moving(album, scene, shows, frames, on_progress)
    mp4.write(out, mp4.Line(made.kind, [made.samples]))
    found = probe(out)
    return Piece(
        head=head,
        loop=found.frames - head,
        size_bytes=found.size_bytes,
        sha256=found.sha256,
        encoder=found.encoder,
        argv=made.argv,
    )


def repeated(samples: Samples, frames: int, tick: int) -> list[Samples]:
    """A piece's samples, its loop again and again, for exactly so many frames.

    Raises `RenderFailed` when the piece cannot be cut to that length.
    """
    head = max(number for number, key in enumerate(samples.keys) if key)
    loop = samples.part(head, len(samples))
    times, rest = divmod(frames - head, len(loop))
    cut = loop.part(0, rest)
    if frames < head or rest != _shown(cut, tick):
        raise RenderFailed(f"A piece of {len(samples)} frames cannot be cut to {frames}.")
    return [samples.part(0, head), *[loop] * times, cut]


def _shown(samples: Samples, tick: int) -> int:
    """How many frames from the first on are there without a gap."""
    times = {number * tick + shift for number, shift in enumerate(samples.shifts)}
    return next(number for number in range(len(times) + 1) if number * tick not in times)


def _moving(
    album: Album,
    scene: Scene,
    shows: Sequence[titles.Show],
    frames: int,
    on_progress: Callable[[float], None] | None,
) -> tuple[Encoded, int]:
    """A segment of so many frames: beginning, if `shows` are written over it, then loop. Also
    says how long the beginning is.

    Where frames refer to later ones, a loop can only be cut after whole steps, and reference
    frames should stand where the camera is on a whole pixel. So the beginning is whole steps
    and one, and what is left over comes first, as a few frames of its own.
    """
    head = max((show.start + show.frames for show in shows), default=0)
    period = living.period(album.fps)
    if head:
        head = min(frames, STEP * -(-(head - 1) // STEP) + 1)
    loop = min(period, frames - head)
    odd = ((frames - head) % period - 1) % STEP if (frames - head) % period else 0
    if loop < period:
        loop -= odd
    groups = [length for length in (odd, head, loop) if length]
    starts = [sum(groups[:number]) for number in range(1, len(groups))]
    first = -odd - head
    made = encode(
        album,
        _drawn(album, scene, shows, range(first, loop)),
        sum(groups),
        starts,
        on_progress,
    )
    return made, sum(groups[:-1])


def _drawn(
    album: Album, scene: Scene, shows: Sequence[titles.Show], numbers: range
) -> Iterator[memoryview]:
    """Frames of the loop, counted from its first one, with what is written before it. The
    buffer is used again for each."""
    under = Frame(album.width, album.height)
    for number in numbers:
        frame = scene.draw(number)
        seen = [show for show in shows if number < 0 and show.strength(number - numbers.start)]
        if seen:
            under.buffer[:] = frame.buffer
            frame = under
            for show in seen:
                show.lay(frame, number - numbers.start)
        yield frame.buffer
