"""A visual, encoded once: its beginning with what is written over it, and a loop without a seam.

The loop is a closed group of pictures, to be repeated by copying for as long as the track lasts.
All pieces of an album are encoded alike. Quantizers are fixed: nothing that is encoded depends
on what was encoded before it, and a frame that shows nothing new is a few bytes of "the same".
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from chalicelib.errors import RenderFailed
from chalicelib.media import ffmpeg, living, mp4, titles
from chalicelib.media.album import Album, Living
from chalicelib.media.drift import STEP
from chalicelib.media.frames import Frame
from chalicelib.media.living import Scene
from chalicelib.media.mp4 import Samples
from chalicelib.media.overlay import BT709
from chalicelib.media.picture import load
from chalicelib.media.probe import probe

FINE, MOVING = (16, 21), (20, 25)
"""Quantizers of key frames and of those that follow. A still's key frames are rare, so they may
be large: above 46 dB for painted pictures with grain, above 42 where something moves."""
CHOICES = (
    "open-gop=0:scenecut=0:b-adapt=0:b-pyramid=none:weightp=0:rc-lookahead=0:direct=temporal"
    ":pbratio=2:stitchable=1:chromaloc=1"
)
CALM = ":subme=0:me=dia"
"""Where nothing moves there is no need to look between pixels."""
TICKS = 512
"""Per frame."""
TURN = 16
"""Frames after which H.264 counts from the beginning again: two turns in which nothing moves are
the same bytes, so one of them can stand for any number."""
SETTLED, SETTLE = 8, 24
"""Frames in which the encoder may still improve what stands still: after a key frame, and after
something moved."""
RATE = 45_000
"""Bytes per second that a still's key frames may take: the larger they are, the rarer."""
SHORTEST, LONGEST = 4, 30
"""Seconds of a still's loop."""


@dataclass(frozen=True)
class Piece:
    """An encoded visual: so many frames of beginning, then so many of loop."""

    head: int
    loop: int
    size_bytes: int
    sha256: str
    encoder: str
    argv: tuple[str, ...]


@dataclass(frozen=True)
class Stretch:
    """Frames of a segment, counted from its loop's first one; `calm` when they are all equal."""

    start: int
    frames: int
    calm: bool = False


Group = tuple[Stretch, ...]
"""A group of pictures: it begins with a key frame."""


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
    shows = titles.shows(album, index, waveform)
    groups = _groups(album, index, shows)
    with TemporaryDirectory() as name:
        encoded = Path(name) / "encoded.mp4"
        kind, samples, argv = _encoded(album, scene, shows, groups, encoded, on_progress)
    head = sum(stretch.frames for group in groups[:-1] for stretch in group)
    if album.living == "still":
        samples = _worth(samples, album)
    mp4.write(out, mp4.Line(kind, [samples]))
    found = probe(out)
    return Piece(
        head=head,
        loop=found.frames - head,
        size_bytes=found.size_bytes,
        sha256=found.sha256,
        encoder=found.encoder,
        argv=tuple(argv),
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


def _groups(album: Album, index: int, shows: Sequence[titles.Show]) -> list[Group]:
    """What to encode: beginning, then loop.

    Where frames refer to later ones, a loop can only be cut after whole steps, and reference
    frames should stand where the camera is on a whole pixel. So the beginning is whole steps
    and one, and what is left over comes first, as a few frames of its own.
    """
    frames = album.segments[index].frames
    head = max((show.start + show.frames for show in shows), default=0)
    if album.living == "still":
        beginning = _calm_between(shows, head)
        loop = min(frames - head, LONGEST * album.fps)
        return [*([beginning] if beginning else []), (Stretch(0, loop, calm=True),)]
    period = living.period(album.living, album.fps)
    if head:
        head = min(frames, STEP * -(-(head - 1) // STEP) + 1)
    loop = min(period, frames - head)
    odd = ((frames - head) % period - 1) % STEP if (frames - head) % period else 0
    if loop < period:
        loop -= odd
    parts = [Stretch(-head - odd, odd), Stretch(-head, head), Stretch(0, loop)]
    return [(part,) for part in parts if part.frames]


def _calm_between(shows: Sequence[titles.Show], head: int) -> Group:
    """The beginning of a still: it changes only while something fades in or out."""
    stretches = []
    for show in shows:
        start, calm = show.start - head, show.frames - 2 * show.fade
        stretches.append(Stretch(start, show.fade))
        stretches.append(Stretch(start + show.fade, calm, calm=True))
        stretches.append(Stretch(start + show.fade + calm, show.fade))
    return tuple(stretches)


def _encoded(
    album: Album,
    scene: Scene,
    shows: Sequence[titles.Show],
    groups: Sequence[Group],
    out: Path,
    on_progress: Callable[[float], None] | None,
) -> tuple[mp4.Kind, Samples, list[str]]:
    """Encode with calm stretches cut short, then give them their length by repeating a turn.

    Should the encoder not repeat itself, everything is encoded in full.
    """
    for short in (True, False):
        fed = [
            [
                _fed(stretch, first=stretch is group[0]) if short else stretch.frames
                for stretch in group
            ]
            for group in groups
        ]
        total = sum(map(sum, fed))
        starts = [sum(map(sum, fed[:number])) for number in range(1, len(fed))]
        argv = _argv(album, starts)
        ffmpeg.run(
            [*argv, out],
            feed=_drawn(album, scene, shows, groups, fed),
            on_progress=on_progress and _share(on_progress, total / album.fps),
        )
        kind, samples = mp4.read(out)
        if len(samples) != total:
            raise RenderFailed(f"{len(samples)} frames were encoded, not {total}.")
        if (whole := _stretched(samples, groups, fed)) is not None:
            return kind, whole, [ffmpeg.executable(), *argv, out.name]
    raise RenderFailed("The frames were not encoded as they were given.")


def _share(on_progress: Callable[[float], None], seconds: float) -> Callable[[float], None]:
    return lambda done: on_progress(min(1.0, done / seconds))


def _fed(stretch: Stretch, *, first: bool) -> int:
    """How many frames of a stretch are really encoded."""
    least = (SETTLED if first else SETTLE) + 2 * TURN
    if not stretch.calm or stretch.frames <= least + TURN:
        return stretch.frames
    return least + (stretch.frames - least) % TURN


def _stretched(
    samples: Samples, groups: Sequence[Group], fed: Sequence[Sequence[int]]
) -> Samples | None:
    """The samples with every calm stretch as long as it should be. None when two turns differ."""
    parts, place = [], 0
    for group, counts in zip(groups, fed, strict=True):
        for stretch, count in zip(group, counts, strict=True):
            part = samples.part(place, place + count)
            place += count
            parts.append(part)
            if missing := stretch.frames - count:
                turn = part.part(count - TURN, count)
                if not _alike(part.part(count - 2 * TURN, count - TURN), turn):
                    return None
                parts += [turn] * (missing // TURN)
    return _joined(parts)


def _alike(one: Samples, other: Samples) -> bool:
    """Do two turns say the same? The last byte of each frame is left out: x264 ends it with a
    bit of its own, behind all that is decoded."""
    return one.sizes == other.sizes and all(
        one.part(number, number + 1).data[:-1] == other.part(number, number + 1).data[:-1]
        for number in range(len(one))
    )


def _worth(samples: Samples, album: Album) -> Samples:
    """A still's piece with a loop no longer than its key frame is worth."""
    head = max(number for number, key in enumerate(samples.keys) if key)
    seconds = max(SHORTEST, samples.sizes[head] / RATE)
    return samples.part(0, head + round(seconds * album.fps))


def _joined(parts: Sequence[Samples]) -> Samples:
    return Samples(
        b"".join(part.data for part in parts),
        tuple(size for part in parts for size in part.sizes),
        tuple(shift for part in parts for shift in part.shifts),
        tuple(key for part in parts for key in part.keys),
    )


def _drawn(
    album: Album,
    scene: Scene,
    shows: Sequence[titles.Show],
    groups: Sequence[Group],
    fed: Sequence[Sequence[int]],
) -> Iterator[memoryview]:
    """The frames that are encoded, in order. The buffer is used again for each."""
    under = Frame(album.width, album.height)
    first = -sum(stretch.frames for group in groups[:-1] for stretch in group)
    for group, counts in zip(groups, fed, strict=True):
        for stretch, count in zip(group, counts, strict=True):
            for number in range(stretch.start, stretch.start + count):
                frame = scene.draw(number)
                seen = [show for show in shows if number < 0 and show.strength(number - first)]
                if seen:
                    under.buffer[:] = frame.buffer
                    frame = under
                    for show in seen:
                        show.lay(frame, number - first)
                yield frame.buffer


def quantizers(style: Living) -> tuple[int, int]:
    """Of key frames, and of the frames that follow."""
    return FINE if style == "still" else MOVING


def _argv(album: Album, starts: Sequence[int]) -> list[str]:
    """ffmpeg's arguments: raw frames in, key frames at `starts`."""
    key, following = quantizers(album.living)
    ratio = 2 ** ((following - key) / 6)
    keys = ",".join(f"{(start - 0.5) / album.fps:.6f}" for start in starts)
    still = album.living == "still"
    return [
        *("-f", "rawvideo", "-pix_fmt", "yuv420p", "-framerate", str(album.fps)),
        *("-video_size", f"{album.width}x{album.height}", "-i", "pipe:0"),
        *("-vf", BT709, "-c:v", "libx264", "-preset", "veryfast", "-qp", str(following)),
        *(
            "-profile:v",
            "high",
            "-pix_fmt",
            "yuv420p",
            "-bf",
            "0" if still else str(STEP - 1),
            "-g",
            "1000000",
        ),
        *("-x264-params", f"{CHOICES}{CALM * still}:ipratio={ratio:.5f}"),
        *(("-forced-idr", "1", "-force_key_frames", keys) if starts else ()),
        *("-threads", "1", "-color_range", "tv", "-colorspace", "bt709"),
        *("-color_primaries", "bt709", "-color_trc", "bt709", "-an"),
        *("-video_track_timescale", str(album.fps * TICKS), "-write_btrt", "0"),
        *("-fflags", "+bitexact", "-flags:v", "+bitexact", "-map_metadata", "-1"),
    ]
