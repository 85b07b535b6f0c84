"""A picture that stands still, encoded for a moment: as it is, and while words come and go.

A frame that shows nothing new says so in a few bytes, the same over every picture but for the
number that H.264 gives each frame. So it is encoded once, copied for as long as nothing changes,
and numbered again. The beginning and the loop share the bare picture's frames, too.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from chalicelib.errors import RenderFailed
from chalicelib.media.album import Album
from chalicelib.media.encode import Encoded, encode
from chalicelib.media.frames import Frame
from chalicelib.media.mp4 import Samples, joined
from chalicelib.media.titles import Show

LEAD = 4
"""Frames of the bare picture, before anything is written over it: the encoder has something to
add in the second one, seldom in the third."""
HOLD = 3
"""Frames in which the encoder may improve words that have come."""
RATE = 45_000
"""Bytes per second that key frames may take: the larger they are, the rarer."""
SHORTEST, LONGEST = 4, 30
"""Seconds of a loop."""
TURN = 16
"""Frames after which H.264 counts from the beginning again."""
PREDICTED = 0b1001101
"""How the slice of every frame but a key frame begins (7.3.3): first block, kind of slice,
parameter set. The number of the frame comes next, in four bits."""


@dataclass(frozen=True)
class Moment:
    """Equal frames: what is written over them as at `number`, how many are encoded, and how many
    are seen."""

    number: int
    encoded: int
    seen: int


def render(
    album: Album,
    picture: Frame,
    shows: Sequence[Show],
    frames: int,
    on_progress: Callable[[float], None] | None = None,
) -> tuple[Encoded, int]:
    """A segment of so many frames: a beginning over which `shows` are written after `LEAD`
    frames, none without them, and a loop. Also says how long the beginning is.

    Raises `RenderFailed`.
    """
    moments = [Moment(0, LEAD, LEAD), *_moments(shows)]
    count = sum(moment.encoded for moment in moments)
    made = encode(album, _drawn(picture, shows, moments), count, on_progress=on_progress)
    bare = made.samples.part(0, LEAD)
    same = _same(bare) or _same(_empty(album).samples)
    if same is None or numbered(made.samples) != made.samples:
        raise RenderFailed("The frames of a still were not encoded as they should be.")
    beginning, place = [], 0
    for moment in moments:
        beginning.append(made.samples.part(place, place + moment.encoded))
        beginning += [same] * (moment.seen - moment.encoded)
        place += moment.encoded
    head = numbered(joined(beginning)) if shows else made.samples.part(0, 0)
    seconds = min(LONGEST, max(SHORTEST, bare.sizes[0] / RATE))
    length = min(frames - len(head), round(seconds * album.fps))
    loop = numbered(joined([bare, *[same] * (length - LEAD)])).part(0, length)
    return Encoded(made.kind, joined([head, loop]), made.argv), len(head)


def _moments(shows: Sequence[Show]) -> Iterator[Moment]:
    """What is written changes only while it fades in or out."""
    for show in shows:
        calm, after = show.start + show.fade, show.start + show.frames
        seen = show.frames - 2 * show.fade
        yield from (Moment(number, 1, 1) for number in range(show.start, calm))
        yield Moment(calm, min(HOLD, seen), seen)
        yield from (Moment(number, 1, 1) for number in range(after - show.fade, after))


def _drawn(
    picture: Frame, shows: Sequence[Show], moments: Sequence[Moment]
) -> Iterator[memoryview]:
    """The frames that are encoded. The buffer is used again for each."""
    frame = Frame(*reversed(picture.planes[0].shape))
    for moment in moments:
        frame.buffer[:] = picture.buffer
        for show in shows:
            show.lay(frame, moment.number)
        for _ in range(moment.encoded):
            yield frame.buffer


def _empty(album: Album) -> Encoded:
    """A picture with nothing in it, where nothing is ever left to say."""
    frame = Frame(album.width, album.height)
    return encode(album, [frame.buffer] * LEAD, LEAD)


def _same(bare: Samples) -> Samples | None:
    """The frame that says nothing new: the last one, if the one before it says the same. Their
    last bytes are left out: x264 ends a frame with a bit of its own, behind all that is decoded.
    """
    before, last = (_renumbered(bare.part(n, n + 1), 0) for n in (LEAD - 2, LEAD - 1))
    return last if before.data[:-1] == last.data[:-1] else None


def numbered(samples: Samples) -> Samples:
    """Frames with the numbers of their places, counted from the last key frame."""
    parts, key = [], 0
    for place, is_key in enumerate(samples.keys):
        key = place if is_key else key
        part = samples.part(place, place + 1)
        parts.append(part if is_key else _renumbered(part, place - key))
    return joined(parts)


def _renumbered(sample: Samples, number: int) -> Samples:
    """A predicted frame with another number. Behind its length and the unit's own first byte:
    seven bits that never change, the number's four, and more."""
    data = bytearray(sample.data)
    if data[5] >> 1 != PREDICTED:
        raise RenderFailed("A frame of a still does not begin as it should.")
    high, low = divmod(number % TURN, 8)
    data[5] = PREDICTED << 1 | high
    data[6] = low << 5 | data[6] & 0b11111
    return Samples(bytes(data), sample.sizes, sample.shifts, sample.keys)
