"""The boxes of an mp4: its tracks, and where in the file their samples are (ISO/IEC 14496-12)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts"}


@dataclass(frozen=True)
class Track:
    """One track's boxes: name → content."""

    boxes: dict[bytes, bytes]

    @property
    def kind(self) -> bytes:
        return self.boxes[b"hdlr"][8:12]

    @property
    def timescale(self) -> int:
        return int.from_bytes(self.boxes[b"mdhd"][12:16])

    @property
    def samples(self) -> int:
        return int.from_bytes(self.boxes[b"stsz"][8:12])

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of a picture track."""
        width, height = struct.unpack_from(">HH", self.boxes[b"stsd"], 40)
        return width, height

    @property
    def first(self) -> int:
        """Where in the file the first sample is."""
        return self.chunks[0]

    @property
    def chunks(self) -> tuple[int, ...]:
        """Where in the file each chunk of samples begins."""
        wide = b"co64" in self.boxes
        table = self.boxes[b"co64" if wide else b"stco"]
        count = int.from_bytes(table[4:8])
        return struct.unpack_from(f">{count}{'Q' if wide else 'I'}", table, 8)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Bytes of each sample."""
        table = self.boxes[b"stsz"]
        if same := int.from_bytes(table[4:8]):
            return (same,) * self.samples
        return struct.unpack_from(f">{self.samples}I", table, 12)

    @property
    def places(self) -> list[int]:
        """Where in the file each sample begins."""
        chunks, sizes = self.chunks, self.sizes
        runs = list(struct.iter_unpack(">III", self.boxes[b"stsc"][8:]))
        places: list[int] = []
        for number, (first, together, _) in enumerate(runs):
            after = runs[number + 1][0] if number + 1 < len(runs) else len(chunks) + 1
            for chunk in chunks[first - 1 : after - 1]:
                place = chunk
                for size in sizes[len(places) : len(places) + together]:
                    places.append(place)
                    place += size
        if len(places) != len(sizes):
            raise ValueError("samples are in no chunk")
        return places

    @property
    def keys(self) -> frozenset[int]:
        """Numbers of the samples that need no other one, from 0."""
        if (table := self.boxes.get(b"stss")) is None:
            return frozenset(range(self.samples))
        count = int.from_bytes(table[4:8])
        return frozenset(number - 1 for number in struct.unpack_from(f">{count}I", table, 8))

    @property
    def shifts(self) -> list[int]:
        """How many ticks later than decoded each sample is shown."""
        if (table := self.boxes.get(b"ctts")) is None:
            return [0] * self.samples
        count = int.from_bytes(table[4:8])
        runs = struct.iter_unpack(">Ii", table[8 : 8 + 8 * count])
        return [shift for samples, shift in runs for _ in range(samples)]

    @property
    def payload(self) -> int:
        """Bytes of all samples."""
        return sum(self.sizes)

    @property
    def lengths(self) -> list[tuple[int, int]]:
        """Runs of samples that last equally long: (samples, ticks of each)."""
        table = self.boxes[b"stts"]
        count = int.from_bytes(table[4:8])
        return list(struct.iter_unpack(">II", table[8 : 8 + 8 * count]))

    @property
    def ticks(self) -> int:
        """Length in units of the time scale: the sum of all samples' lengths."""
        return sum(samples * length for samples, length in self.lengths)


def boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(name, content's start, content's end) of the boxes in a stretch of the file.

    Raises ValueError when one reaches beyond it.
    """
    while start < end:
        file.seek(start)
        header = file.read(8)
        length, name = int.from_bytes(header[:4]), header[4:]
        content = start + 8
        if length == 1:
            length, content = int.from_bytes(file.read(8)), start + 16
        if len(name) < 4 or length < 8 or start + length > end:
            raise ValueError("it is cut off")
        yield name, content, start + length
        start += length


def tracks(file: BinaryIO, top: list[tuple[bytes, int, int]]) -> list[Track]:
    """The tracks of a file whose outermost boxes are `top`. Raises ValueError without an index."""
    movie = next(((start, end) for name, start, end in top if name == b"moov"), None)
    if movie is None:
        raise ValueError("it has no index")
    return [
        Track(dict(_leaves(file, start, end)))
        for name, start, end in boxes(file, *movie)
        if name == b"trak"
    ]


def _leaves(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, bytes]]:
    for name, first, after in boxes(file, start, end):
        if name in CONTAINERS:
            yield from _leaves(file, first, after)
        else:
            file.seek(first)
            yield name, file.read(after - first)
