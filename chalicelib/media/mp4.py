"""An mp4 put together from samples that are there already: nothing is decoded, nothing is guessed.

ffmpeg's own joiner takes thirty times as long for an hour of short loops and is a frame off
wherever one is cut. Here times are whole ticks, the index stands in front, and there is no edit
list. Boxes by ISO/IEC 14496-12 and 14496-15.
"""

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby, pairwise
from math import ceil
from pathlib import Path
from typing import BinaryIO

from chalicelib.errors import RenderFailed
from chalicelib.media.boxes import Track, boxes, tracks
from chalicelib.media.package import Chapter

MOVIE_SCALE = 1000
"""Ticks per second of the lengths in the movie's headers."""
UNDETERMINED = 0x55C4
"""No language, as mp4 packs it."""
UNITY = struct.pack(">9i", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
LONGEST_TITLE = 255
"""Bytes of a chapter's title."""
LARGEST = 1 << 32
SHORT = 3
"""Samples of sound, each a fiftieth of a second, that may be missing at the end."""


@dataclass(frozen=True)
class Samples:
    """Samples in the order they are decoded: their bytes, and what the index says of each."""

    data: bytes
    sizes: tuple[int, ...]
    shifts: tuple[int, ...]
    """Ticks from decoding to showing, 0 for the earliest."""
    keys: tuple[bool, ...]

    def __len__(self) -> int:
        return len(self.sizes)

    def part(self, start: int, end: int) -> "Samples":
        """Samples `start` to `end`."""
        first, cut = sum(self.sizes[:start]), slice(start, end)
        length = sum(self.sizes[cut])
        data = self.data[first : first + length]
        return Samples(data, self.sizes[cut], self.shifts[cut], self.keys[cut])


def joined(parts: Sequence[Samples]) -> Samples:
    """Samples one after another."""
    return Samples(
        b"".join(part.data for part in parts),
        tuple(size for part in parts for size in part.sizes),
        tuple(shift for part in parts for shift in part.shifts),
        tuple(key for part in parts for key in part.keys),
    )


@dataclass(frozen=True)
class Kind:
    """What the samples of a track are, for a decoder."""

    description: bytes
    timescale: int
    tick: int
    """Ticks that each sample lasts."""
    size: tuple[int, int] = (0, 0)
    """Width and height of pictures."""


@dataclass(frozen=True)
class Line:
    """A whole track: runs of samples, one after another. The same run may come many times."""

    kind: Kind
    runs: Sequence[Samples]

    @property
    def samples(self) -> int:
        return sum(map(len, self.runs))

    @property
    def seconds(self) -> float:
        return self.samples * self.kind.tick / self.kind.timescale


def read(path: Path, kind: bytes = b"vide") -> tuple[Kind, Samples]:
    """The video (or `b"soun"`) track of a small mp4, in memory. Raises `RenderFailed`."""
    try:
        with path.open("rb") as file:
            track = _track(file, path, kind)
            parts = []
            for place, size in zip(track.places, track.sizes, strict=True):
                file.seek(place)
                parts.append(file.read(size))
        if any(len(part) != size for part, size in zip(parts, track.sizes, strict=True)):
            raise ValueError("samples are missing")
        shifts = track.shifts
        tick = _tick(track)
        first = min((number * tick + shift for number, shift in enumerate(shifts)), default=0)
        keys = track.keys
        return _kind(track), Samples(
            b"".join(parts),
            track.sizes,
            tuple(shift - first for shift in shifts),
            tuple(number in keys for number in range(track.samples)),
        )
    except (OSError, ValueError, LookupError, StopIteration, struct.error) as error:
        raise RenderFailed(f"{path.name} is not a whole mp4: {error}") from error


def write(
    out: Path,
    video: Line,
    sound: Path | None = None,
    *,
    title: str = "",
    chapters: Sequence[Chapter] = (),
    on_progress: Callable[[float], None] | None = None,
) -> None:
    """Write an mp4 that starts at once: index first, then a second of picture and a second of
    sound in turns. The sound is copied from an m4a, as far as there are pictures.

    `on_progress` gets 0…1. The same input gives the same bytes. Raises `RenderFailed` when the
    sound's file is not whole, or ends before the pictures do.
    """
    with out.open("wb") as file:
        if sound is None:
            _write(file, [_Lane.of(video)], title, chapters, on_progress)
            return
        with sound.open("rb") as source:
            try:
                heard = _Lane.copied(source, _track(source, sound, b"soun"), video.seconds)
            except (ValueError, LookupError, StopIteration, struct.error) as error:
                raise RenderFailed(f"{sound.name} is not a whole mp4: {error}") from error
            _write(file, [_Lane.of(video), heard], title, chapters, on_progress)


@dataclass
class _Lane:
    """A track on its way into the file: its index, and its bytes second by second."""

    kind: Kind
    picture: bool
    sizes: list[int]
    shifts: list[int]
    keys: list[int]
    chunks: list[int]
    """Samples in each second."""
    bytes: Iterator[Iterable[memoryview | bytes]]
    """What each second holds."""
    places: list[int] = field(default_factory=list)
    """Where in the file each second begins."""

    @property
    def seconds(self) -> float:
        return len(self.sizes) * self.kind.tick / self.kind.timescale

    @classmethod
    def of(cls, line: Line) -> "_Lane":
        sizes = [size for run in line.runs for size in run.sizes]
        keys = chain.from_iterable(run.keys for run in line.runs)
        chunks = _seconds(len(sizes), line.kind)
        return cls(
            kind=line.kind,
            picture=True,
            sizes=sizes,
            shifts=[shift for run in line.runs for shift in run.shifts],
            keys=[number for number, key in enumerate(keys, 1) if key],
            chunks=chunks,
            bytes=_pieces([run.data for run in line.runs], _lengths(sizes, chunks)),
        )

    @classmethod
    def copied(cls, source: BinaryIO, track: Track, seconds: float) -> "_Lane":
        kind = _kind(track)
        needed = ceil(seconds * kind.timescale / kind.tick)
        sizes, places = list(track.sizes[:needed]), track.places[:needed]
        if len(sizes) < needed - SHORT:
            raise ValueError("it is too short")
        if any(b - a != size for (a, b), size in zip(pairwise(places), sizes, strict=False)):
            raise ValueError("its samples are scattered")
        chunks = _seconds(len(sizes), kind)
        lengths = _lengths(sizes, chunks)
        return cls(kind, False, sizes, [], [], chunks, _read(source, places[0], lengths))


def _write(
    file: BinaryIO,
    lanes: list[_Lane],
    title: str,
    chapters: Sequence[Chapter],
    on_progress: Callable[[float], None] | None,
) -> None:
    lengths = [_lengths(lane.sizes, lane.chunks) for lane in lanes]
    total = sum(map(sum, lengths))
    kind = _box(b"ftyp", b"isom", struct.pack(">I", 512), b"isomiso4avc1mp41")
    wide = total >= LARGEST - (1 << 28)
    for lane in lanes:
        lane.places = [0] * len(lane.chunks)
    front = len(kind) + len(_index(lanes, title, chapters, wide)) + (16 if wide else 8)
    place = front
    for second in range(max(len(lane.chunks) for lane in lanes)):
        for lane, length in zip(lanes, lengths, strict=True):
            if second < len(length):
                lane.places[second] = place
                place += length[second]
    file.write(kind)
    file.write(_index(lanes, title, chapters, wide))
    if wide:
        file.write(struct.pack(">I4sQ", 1, b"mdat", total + 16))
    else:
        file.write(struct.pack(">I4s", total + 8, b"mdat"))
    longest = max(len(lane.chunks) for lane in lanes)
    for second in range(longest):
        for lane in lanes:
            if second < len(lane.chunks):
                for piece in next(lane.bytes):
                    file.write(piece)
        if on_progress is not None and second % 60 == 0:
            on_progress(second / longest)
    if file.tell() != front + total:
        raise RenderFailed("The samples are not as long as their index says.")


def _track(file: BinaryIO, path: Path, kind: bytes) -> Track:
    found = tracks(file, list(boxes(file, 0, path.stat().st_size)))
    return next(track for track in found if track.kind == kind)


def _kind(track: Track) -> Kind:
    size = track.size if track.kind == b"vide" else (0, 0)
    return Kind(track.boxes[b"stsd"], track.timescale, _tick(track), size)


def _tick(track: Track) -> int:
    """How long each sample lasts: as the first, whatever ffmpeg says of the last."""
    return track.lengths[0][1]


def _seconds(samples: int, kind: Kind) -> list[int]:
    """How many samples begin in each second."""
    starts = [
        -(-second * kind.timescale // kind.tick)
        for second in range(-(-samples * kind.tick // kind.timescale) + 1)
    ]
    edges = [min(start, samples) for start in starts]
    return [b - a for a, b in pairwise(edges) if b > a]


def _lengths(sizes: Sequence[int], chunks: Sequence[int]) -> list[int]:
    """Bytes of each second."""
    lengths, start = [], 0
    for count in chunks:
        lengths.append(sum(sizes[start : start + count]))
        start += count
    return lengths


def _pieces(runs: Sequence[bytes], lengths: Sequence[int]) -> Iterator[list[memoryview]]:
    """The bytes of all runs, cut at other places, without copying."""
    coming = iter(runs)
    rest = memoryview(b"")
    for length in lengths:
        pieces = []
        while length:
            if not rest:
                rest = memoryview(next(coming))
            pieces.append(rest[:length])
            length, rest = length - len(pieces[-1]), rest[length:]
        yield pieces


def _read(source: BinaryIO, place: int, lengths: Sequence[int]) -> Iterator[list[bytes]]:
    source.seek(place)
    for length in lengths:
        yield [source.read(length)]


def _index(lanes: list[_Lane], title: str, chapters: Sequence[Chapter], wide: bool) -> bytes:
    length = round(max(lane.seconds for lane in lanes) * MOVIE_SCALE)
    header = struct.pack(">IIII", 0, 0, MOVIE_SCALE, length)
    after = struct.pack(">IHHQ", 1 << 16, 1 << 8, 0, 0) + UNITY + bytes(24)
    after += struct.pack(">I", len(lanes) + 1)
    parts = [_full(b"mvhd", 0, 0, header, after)]
    parts += [_trak(number, lane, wide) for number, lane in enumerate(lanes, 1)]
    told = [_named(title)] if title else []
    told += [_marked(chapters)] if chapters else []
    if told:
        parts.append(_box(b"udta", *told))
    return _box(b"moov", *parts)


def _trak(number: int, lane: _Lane, wide: bool) -> bytes:
    kind, samples = lane.kind, len(lane.sizes)
    ticks = samples * kind.tick
    head = struct.pack(">IIIII", 0, 0, number, 0, round(lane.seconds * MOVIE_SCALE))
    head += struct.pack(">QHHHH", 0, 0, 0, 0 if lane.picture else 1 << 8, 0) + UNITY
    head += struct.pack(">II", kind.size[0] << 16, kind.size[1] << 16)
    media = struct.pack(">IIIIHH", 0, 0, kind.timescale, ticks, UNDETERMINED, 0)
    name = b"vide" if lane.picture else b"soun"
    handler = struct.pack(">I4s12x", 0, name) + b"\0"
    form = _full(b"vmhd", 0, 1, bytes(8)) if lane.picture else _full(b"smhd", 0, 0, bytes(4))
    here = _box(b"dinf", _full(b"dref", 0, 0, struct.pack(">I", 1), _full(b"url ", 0, 1)))
    table = [
        _box(b"stsd", kind.description),
        _full(b"stts", 0, 0, struct.pack(">III", 1, samples, kind.tick)),
    ]
    if any(lane.shifts):
        runs = [(len(list(same)), shift) for shift, same in groupby(lane.shifts)]
        table.append(_full(b"ctts", 1, 0, _listed(">Ii", runs)))
    if lane.picture:
        table.append(_full(b"stss", 0, 0, _listed(">I", [(key,) for key in lane.keys])))
    table += [
        _full(b"stsc", 0, 0, _listed(">III", _changes(lane.chunks))),
        _full(b"stsz", 0, 0, struct.pack(">I", 0), _listed(">I", [(s,) for s in lane.sizes])),
        _full(b"co64", 0, 0, _listed(">Q", [(place,) for place in lane.places]))
        if wide
        else _full(b"stco", 0, 0, _listed(">I", [(place,) for place in lane.places])),
    ]
    return _box(
        b"trak",
        _full(b"tkhd", 0, 3, head),
        _box(
            b"mdia",
            _full(b"mdhd", 0, 0, media),
            _full(b"hdlr", 0, 0, handler),
            _box(b"minf", form, here, _box(b"stbl", *table)),
        ),
    )


def _changes(chunks: Sequence[int]) -> list[tuple[int, int, int]]:
    """(number of the first chunk, samples in it and in those that follow, description)."""
    return [
        (number, count, 1)
        for number, count in enumerate(chunks, 1)
        if number == 1 or count != chunks[number - 2]
    ]


def _named(title: str) -> bytes:
    """The title, where players look for it."""
    text = _box(b"data", struct.pack(">II", 1, 0), " ".join(title.split()).encode())
    handler = struct.pack(">I4s12x", 0, b"mdir") + b"\0"
    listed = _box(b"ilst", _box(b"\xa9nam", text))
    return _full(b"meta", 0, 0, _full(b"hdlr", 0, 0, handler), listed)


def _marked(chapters: Sequence[Chapter]) -> bytes:
    """Chapters as Nero's list, which players and ffmpeg read: tenths of microseconds, titles."""
    marks = []
    for chapter in chapters[:255]:
        text = " ".join(chapter.title.split()).encode()[:LONGEST_TITLE]
        text = text.decode(errors="ignore").encode()  # no half of a character
        marks.append(struct.pack(">QB", round(chapter.start * 10_000_000), len(text)) + text)
    return _full(b"chpl", 1, 0, struct.pack(">IB", 0, len(marks)), *marks)


def _listed(layout: str, rows: Sequence[tuple[int, ...]]) -> bytes:
    return struct.pack(">I", len(rows)) + b"".join(struct.pack(layout, *row) for row in rows)


def _full(name: bytes, version: int, flags: int, *content: bytes) -> bytes:
    return _box(name, struct.pack(">I", version << 24 | flags), *content)


def _box(name: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", len(body) + 8, name) + body
