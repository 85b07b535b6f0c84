"""One chunk: its frames are made, captions and all, and encoded in the same pass."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from chalicelib.errors import RenderFailed
from chalicelib.media import ffmpeg
from chalicelib.media.frames import frames
from chalicelib.media.overlay import BT709, Overlay
from chalicelib.media.probe import Probe, probe
from chalicelib.media.timeline import Chunk, Timeline

PRESET = "veryfast"
QUALITY = 17
"""x264's constant rate factor: about the 8 Mbit/s that YouTube asks of 1080p uploads."""
CHOICES = (
    "open-gop=0:scenecut=0:b-adapt=0:weightp=0:me=dia:partitions=i4x4,i8x8"
    ":rc-lookahead=4:bframes=2:b-pyramid=none"
)
"""Slow camera moves over stills need no more search than this; few frames in flight keep a
worker below 300 MB."""
KEY_FRAME_SECONDS = 2


def render_chunk(
    timeline: Timeline,
    chunk: Chunk,
    images: Mapping[str, Path],
    out: Path,
    *,
    on_progress: Callable[[float], None] | None = None,
    threads: int = 1,
) -> Probe:
    """Render an interval alone into `out`, an mp4 without sound.

    `images` maps each scene's reference to a file. `on_progress` gets 0…1; when it raises, the
    render stops and the exception goes on. The same inputs give the same bytes.

    Raises `RenderFailed`, and `InvalidInput` when a picture cannot be read.
    """
    seconds = chunk.frames / timeline.fps
    ffmpeg.run(
        [*raw_input(timeline, "pipe:0"), *x264(timeline, threads), out.absolute()],
        feed=composed(timeline, chunk, images),
        on_progress=on_progress and (lambda done: on_progress(min(1.0, done / seconds))),
    )
    found = probe(out)
    if found.frames != chunk.frames:
        raise RenderFailed(f"{found.frames} frames were rendered, not {chunk.frames}.")
    return found


def composed(timeline: Timeline, chunk: Chunk, images: Mapping[str, Path]) -> Iterator[memoryview]:
    """The chunk's finished frames as raw yuv420p. The buffer is used again for each."""
    overlay = Overlay(timeline, chunk) if timeline.captions else None
    made = frames(timeline, chunk.start, chunk.frames, images)
    for number, frame in enumerate(made, chunk.start):
        if overlay:
            overlay.lay(number, frame)
        yield frame.buffer


def raw_input(timeline: Timeline, source: str) -> list[str]:
    """ffmpeg's arguments for reading raw frames of a timeline."""
    return [
        *("-thread_queue_size", "1"),
        *("-f", "rawvideo", "-pix_fmt", "yuv420p", "-framerate", str(timeline.fps)),
        *("-video_size", f"{timeline.width}x{timeline.height}", "-i", source),
    ]


def x264(timeline: Timeline, threads: int = 1) -> list[str]:
    """The encoder's settings, the same for every chunk: closed groups of pictures, BT.709."""
    key = KEY_FRAME_SECONDS * timeline.fps
    return [
        *("-vf", BT709),
        *("-c:v", "libx264", "-preset", PRESET, "-crf", str(QUALITY), "-pix_fmt", "yuv420p"),
        *("-profile:v", "high", "-g", str(key), "-keyint_min", str(key)),
        *("-x264-params", f"{CHOICES}:chromaloc=1"),
        *("-threads", str(threads), "-color_range", "tv", "-colorspace", "bt709"),
        *("-color_primaries", "bt709", "-color_trc", "bt709", "-an"),
        *("-video_track_timescale", str(timeline.fps * 512)),
        *("-fflags", "+bitexact", "-flags:v", "+bitexact", "-map_metadata", "-1"),
    ]
