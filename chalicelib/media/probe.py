"""Facts about an mp4, read from its own index: what is missing or cut off is refused."""

import hashlib
import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from chalicelib.errors import RenderFailed
from chalicelib.media.boxes import Track, boxes, tracks

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


def probe(path: Path) -> Probe:
    """Read a finished mp4. Raises `RenderFailed` when it is none, or not whole."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            top = list(boxes(file, 0, size))
            found = tracks(file, top)
            media = sum(end - start for name, start, end in top if name == b"mdat")
            video = next(track for track in found if track.kind == b"vide")
            if sum(track.payload for track in found) > media:
                raise ValueError("samples are missing")
            width, height = video.size
            return Probe(
                seconds=video.ticks / video.timescale,
                frames=video.samples,
                width=width,
                height=height,
                sha256=sha256(path),
                size_bytes=size,
                encoder=_encoder(video, file),
                has_audio=any(track.kind == b"soun" for track in found),
            )
    except (OSError, ValueError, LookupError, StopIteration, struct.error) as error:
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
