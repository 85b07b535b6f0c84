"""Facts about an mp4, read from its own index: what is missing or cut off is refused."""

import hashlib
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from chalicelib.errors import RenderFailed

CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts"}
SETTINGS_BYTES = 2048
X264_SETTINGS = re.compile(rb"x264 - core [\x20-\x7e]+")


@dataclass(frozen=True)
class Probe:
    """A whole video file.

    `encoder` is the hash of everything that must be equal for two videos to be joined by
    copying: codec, profile, parameter sets, size, colour, time base, and the settings that x264
    writes into its first frame.
    """

    seconds: float
    frames: int
    width: int
    height: int
    sha256: str
    size_bytes: int
    encoder: str
    has_audio: bool = False


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
    def first(self) -> int:
        """Where in the file the first sample is."""
        if b"co64" in self.boxes:
            return int.from_bytes(self.boxes[b"co64"][8:16])
        return int.from_bytes(self.boxes[b"stco"][8:12])

    @property
    def payload(self) -> int:
        """Bytes of all samples."""
        table = self.boxes[b"stsz"]
        same = int.from_bytes(table[4:8])
        sizes = struct.unpack_from(f">{self.samples}I", table, 12) if not same else ()
        return same * self.samples if same else sum(sizes)

    @property
    def ticks(self) -> int:
        """Length in units of the time scale: the sum of all samples' lengths."""
        table = self.boxes[b"stts"]
        count = int.from_bytes(table[4:8])
        runs = struct.iter_unpack(">II", table[8 : 8 + 8 * count])
        return sum(samples * length for samples, length in runs)


def probe(path: Path) -> Probe:
    """Read a finished mp4. Raises `RenderFailed` when it is none, or not whole."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            boxes = list(_boxes(file, 0, size))
            tracks = _tracks(file, boxes)
            media = sum(end - start for name, start, end in boxes if name == b"mdat")
            video = next(track for track in tracks if track.kind == b"vide")
            if sum(track.payload for track in tracks) > media:
                raise ValueError("samples are missing")
            description = video.boxes[b"stsd"]
            width, height = struct.unpack_from(">HH", description, 40)
            return Probe(
                seconds=video.ticks / video.timescale,
                frames=video.samples,
                width=width,
                height=height,
                sha256=sha256(path),
                size_bytes=size,
                encoder=_encoder(video, file),
                has_audio=any(track.kind == b"soun" for track in tracks),
            )
    except (OSError, ValueError, KeyError, StopIteration, struct.error) as error:
        raise RenderFailed(f"{path.name} is not a whole mp4: {error}") from error


def sha256(path: Path) -> str:
    """The hex digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _encoder(video: Track, file: BinaryIO) -> str:
    description = video.boxes[b"stsd"]
    start = description.find(b"btrt")
    if start >= 0:  # how many bits it took, not how they were made
        description = description[: start + 4] + description[start + 16 :]
    file.seek(video.first)
    settings = X264_SETTINGS.search(file.read(SETTINGS_BYTES))
    said = settings[0] if settings else b""
    return hashlib.sha256(description + video.timescale.to_bytes(4) + said).hexdigest()


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(name, content's start, content's end) of the boxes in a stretch of the file."""
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


def _tracks(file: BinaryIO, boxes: list[tuple[bytes, int, int]]) -> list[Track]:
    movie = next(((start, end) for name, start, end in boxes if name == b"moov"), None)
    if movie is None:
        raise ValueError("it has no index")
    return [
        Track(dict(_leaves(file, start, end)))
        for name, start, end in _boxes(file, *movie)
        if name == b"trak"
    ]


def _leaves(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, bytes]]:
    for name, first, after in _boxes(file, start, end):
        if name in CONTAINERS:
            yield from _leaves(file, first, after)
        else:
            file.seek(first)
            yield name, file.read(after - first)
