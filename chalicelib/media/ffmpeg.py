"""The one way to ffmpeg: a list of arguments, its progress, its own words when it fails."""

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from tempfile import TemporaryFile

from chalicelib.errors import RenderFailed

FONTS = Path(__file__).parent / "fonts"
NO_HOST_FONTS = Path(__file__).parent / "no_host_fonts.conf"
PIPE_BYTES = 1 << 20
TIME_LIMIT = 840.0
"""Seconds that ffmpeg may take, where there is no deadline before."""
TOLD = 2_000
"""Characters of ffmpeg's log that an error keeps: the last ones say why."""
KEEPING = {
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(256 << 20),
}
"""What keeps memory that is free: else the system clears every page of every frame anew. glibc
takes no threshold above 32 MB."""

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """However often ffmpeg is run inside, it is killed so many seconds from now. Threads keep to
    it when they run in a copy of the context (`contextvars.copy_context`)."""
    ends, before = time.monotonic() + seconds, _deadline.get()
    token = _deadline.set(ends if before is None else min(ends, before))
    try:
        yield
    finally:
        _deadline.reset(token)


@lru_cache
def executable() -> str:
    """The path of ffmpeg."""
    import imageio_ffmpeg

    path: str = imageio_ffmpeg.get_ffmpeg_exe()
    return path


def run(
    arguments: Sequence[str | Path],
    *,
    feed: Iterable[memoryview | bytes] | None = None,
    on_progress: Callable[[float], None] | None = None,
    time_limit: float = TIME_LIMIT,
    folder: Path | None = None,
    keeping: bool = False,
) -> str:
    """Run ffmpeg and return its log.

    `feed` is written to its standard input. `on_progress` gets the seconds of output made so
    far; when it raises, ffmpeg is killed and the exception goes on. `folder` is where relative
    names are looked up. `keeping` frames' memory for the next ones takes less time, and more of
    it.

    Raises `RenderFailed` with the end of ffmpeg's log when it fails or outlasts `time_limit`
    seconds, or the deadline of `within`.
    """
    command = [*_command(), "-progress", "pipe:1"]
    progress = _Progress()
    with (
        TemporaryFile() as log,
        Popen(
            [*command, *map(str, arguments)],
            stdin=DEVNULL if feed is None else PIPE,
            stdout=PIPE,
            stderr=log,
            cwd=folder,
            env=_environment() | (KEEPING if keeping else {}),
        ) as process,
        _Limit(process, time_limit) as limit,
    ):
        reader = threading.Thread(target=progress.read, args=(process,), daemon=True)
        reader.start()
        try:
            if feed is not None:
                _feed(process, feed, progress, on_progress)
            while reader.is_alive():
                reader.join(0.2)
                progress.tell(on_progress)
            process.wait()
        finally:
            process.kill()
            reader.join()
            if process.stdin is not None:
                with suppress(BrokenPipeError):  # what it did not take any more
                    process.stdin.close()
        log.seek(0)
        text = log.read().decode(errors="replace")
    if process.returncode != 0:
        limit.check(text)
        last = text.strip().rsplit("\n", 1)[-1]
        raise RenderFailed(f"ffmpeg failed: {last}", details=text[-TOLD:])
    return text


def decode(
    arguments: Sequence[str | Path],
    *,
    piece: int,
    folder: Path | None = None,
    time_limit: float = TIME_LIMIT,
) -> Iterator[bytes]:
    """Run ffmpeg with raw output on `pipe:1` and give it out in pieces of `piece` bytes.

    The last piece may be shorter. Raises `RenderFailed` when ffmpeg fails, or outlasts
    `time_limit` seconds or the deadline of `within`, the reader's own time counted in.
    """
    with (
        TemporaryFile() as log,
        Popen(
            [*_command(), "-v", "error", *map(str, arguments)],
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=log,
            cwd=folder,
            env=_environment(),
        ) as process,
        _Limit(process, time_limit) as limit,
    ):
        assert process.stdout is not None
        _widen(process.stdout.fileno())
        try:
            while data := process.stdout.read(piece):
                yield data
            process.wait()
        finally:
            process.stdout.close()
            process.kill()  # when nobody reads on
        log.seek(0)
        text = log.read().decode(errors="replace").strip()
    if process.returncode != 0:
        limit.check(text)
        raise RenderFailed(f"ffmpeg failed: {text[-200:]}", details=text[-TOLD:])


def _command() -> list[str]:
    return [executable(), "-hide_banner", "-nostats", "-y"]


def _environment() -> dict[str, str]:
    """Nothing of ours, no font of the host's, and memory that is given back when it is free."""
    return {
        "PATH": os.defpath,
        "FONTCONFIG_FILE": str(NO_HOST_FONTS),
        "MALLOC_MMAP_THRESHOLD_": str(128 << 10),
    }


class _Limit:
    """Kills a process when its time is over. ffmpeg starts no others."""

    def __init__(self, process: "Popen[bytes]", seconds: float) -> None:
        deadline = _deadline.get()
        if deadline is not None:
            seconds = min(seconds, max(0.0, deadline - time.monotonic()))
        self._process, self._seconds, self._over = process, seconds, False
        self._timer = threading.Timer(seconds, self._end)

    def __enter__(self) -> "_Limit":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def check(self, log: str) -> None:
        """Raises `RenderFailed` when it was killed."""
        if self._over:
            raise RenderFailed(
                f"ffmpeg took longer than {self._seconds:.0f} s.", details=log[-TOLD:]
            )

    def _end(self) -> None:
        self._over = True
        self._process.kill()


class _Progress:
    """How far ffmpeg says it is."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._told = 0.0

    def read(self, process: "Popen[bytes]") -> None:
        assert process.stdout is not None
        for line in process.stdout:
            key, _, value = line.partition(b"=")
            if key == b"out_time_us" and value.strip().isdigit():
                self.seconds = int(value) / 1e6

    def tell(self, on_progress: Callable[[float], None] | None) -> None:
        if on_progress is not None and self.seconds > self._told:
            self._told = self.seconds
            on_progress(self.seconds)


def _feed(
    process: "Popen[bytes]",
    feed: Iterable[memoryview | bytes],
    progress: _Progress,
    on_progress: Callable[[float], None] | None,
) -> None:
    assert process.stdin is not None
    _widen(process.stdin.fileno())
    try:
        for data in feed:
            process.stdin.write(data)
            progress.tell(on_progress)
        process.stdin.close()
    except BrokenPipeError:
        return  # ffmpeg ended early; its exit status and log say why


def _widen(pipe: int) -> None:
    """Ask for a larger pipe: fewer switches between the two processes."""
    import fcntl

    if hasattr(fcntl, "F_SETPIPE_SZ"):
        try:
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        except PermissionError:
            return
