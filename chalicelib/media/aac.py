"""Sound as AAC: stretches of it encoded side by side, and joined between two frames.

Each frame of AAC is decoded with half of the one before. So an encoder begins some frames before
the first that is kept, and hears some beyond the last: by then it decides as one that encoded the
whole would.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import TYPE_CHECKING, BinaryIO

from chalicelib.errors import RenderFailed
from chalicelib.media import ffmpeg
from chalicelib.media.audio import RATE

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.float32]

FRAME = 1024
"""Samples of a frame, and samples that the encoder puts before the first."""
WARM, AHEAD = 256, 4
"""Frames that are encoded before the first that is kept, for the control of the rate to settle, and
after the last."""
KBITS = 192


@dataclass(frozen=True)
class Stretch:
    """Sound at 48 kHz, (n, 2), and which of its frames are kept."""

    sound: "Iterable[Samples]"
    first: int = 0
    last: int | None = None


def encode(
    stretches: Sequence[Stretch], out: Path, *, on_progress: Callable[[float], None] | None = None
) -> tuple[list[str], str]:
    """Encode stretches at once, each on a core of its own, into one ADTS stream.

    `on_progress` gets the seconds encoded; when it raises, the work stops and the exception goes
    on, as what the sound raises does. Answers ffmpeg's arguments and log, the last stretch's.
    """
    stopped, seconds = Event(), [0.0] * len(stretches)
    with TemporaryDirectory() as name, ThreadPoolExecutor(len(stretches)) as encoders:
        files = [Path(name) / f"{number}.aac" for number in range(len(stretches))]
        running = [
            encoders.submit(
                copy_context().run,
                ffmpeg.run,
                _argv(file),
                feed=_until(stopped, stretch.sound),
                on_progress=partial(seconds.__setitem__, number),
            )
            for number, (stretch, file) in enumerate(zip(stretches, files, strict=True))
        ]
        try:
            while (state := wait(running, timeout=0.2, return_when=FIRST_EXCEPTION)).not_done:
                for ended in state.done:
                    ended.result()
                if on_progress is not None:
                    on_progress(sum(seconds))
            logs = [one.result() for one in running]
        finally:
            stopped.set()
        with out.open("wb") as joined:
            for stretch, file in zip(stretches, files, strict=True):
                joined.writelines(_kept(file, stretch))
    return [ffmpeg.executable(), *map(str, _argv(Path(files[-1].name)))], logs[-1]


def wrap(stream: Path, out: Path) -> None:
    """Put an ADTS stream into `out`, an m4a without an edit list."""
    ffmpeg.run(
        [
            *("-f", "aac", "-i", stream, "-map", "0:a", "-c", "copy", "-bsf:a", "aac_adtstoasc"),
            *("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact"),
            *("-f", "mp4", "-use_editlist", "0", "-write_btrt", "0", out),
        ]
    )


def _argv(out: Path) -> list[str | Path]:
    return [
        *("-f", "f32le", "-ar", str(RATE), "-ac", "2", "-i", "pipe:0"),
        *("-c:a", "aac", "-aac_coder", "fast", "-b:a", f"{KBITS}k"),
        *("-flags:a", "+bitexact", "-f", "adts", out),
    ]


def _until(stopped: Event, sound: "Iterable[Samples]") -> Iterator[memoryview]:
    for block in sound:
        if stopped.is_set():
            return
        yield block.data


def _kept(file: Path, stretch: Stretch) -> Iterator[bytes]:
    """The frames of a stretch that are kept. Raises `RenderFailed` when some are missing."""
    with file.open("rb") as stream:
        for _ in range(stretch.first):
            _frame(stream)
        if stretch.last is None:
            while piece := stream.read(1 << 20):
                yield piece
            return
        for _ in range(stretch.first, stretch.last):
            yield _frame(stream)


def _frame(stream: BinaryIO) -> bytes:
    """The next frame: its header says how long it is (ISO/IEC 13818-7, 6.2)."""
    head = stream.read(7)
    if len(head) < 7 or head[0] != 0xFF:
        raise RenderFailed("The encoder made fewer frames than it was given.")
    size = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    return head + stream.read(size - 7)
