"""One chunk: frames made here, captions burned and everything encoded in a single ffmpeg pass."""

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from chalicelib.errors import RenderFailed
from chalicelib.media import captions, ffmpeg
from chalicelib.media.frames import frames
from chalicelib.media.probe import Probe, probe
from chalicelib.media.timeline import Chunk, Timeline

PRESET = "faster"
QUALITY = 21
"""x264's constant rate factor."""
KEY_FRAME_SECONDS = 2
LOOKAHEAD = 20
"""Frames x264 looks ahead: more costs memory and gains little on slow camera moves."""
TAGS = "setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709"


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
    with TemporaryDirectory() as folder:
        filters = [TAGS]
        if timeline.captions:
            (Path(folder) / "fonts").symlink_to(ffmpeg.FONTS)
            script = captions.ass(timeline, chunk)
            (Path(folder) / "captions.ass").write_text(script, encoding="utf-8")
            filters.append("ass=captions.ass:fontsdir=fonts")
        ffmpeg.run(
            [
                *raw_input(timeline, "pipe:0"),
                *("-vf", ",".join(filters), "-filter_threads", "1"),
                *x264(timeline, threads),
                out.absolute(),
            ],
            feed=frames(timeline, chunk.start, chunk.frames, images),
            on_progress=on_progress and (lambda done: on_progress(min(1.0, done / seconds))),
            folder=Path(folder),
        )
    found = probe(out)
    if found.frames != chunk.frames:
        raise RenderFailed(f"{found.frames} frames were rendered, not {chunk.frames}.")
    return found


def raw_input(timeline: Timeline, source: str) -> list[str]:
    """ffmpeg's arguments for reading raw frames of a timeline."""
    return [
        *("-f", "rawvideo", "-pix_fmt", "yuv420p", "-framerate", str(timeline.fps)),
        *("-video_size", f"{timeline.width}x{timeline.height}", "-i", source),
    ]


def x264(timeline: Timeline, threads: int = 1) -> list[str]:
    """The encoder's settings, the same for every chunk: closed groups of pictures, BT.709."""
    key = KEY_FRAME_SECONDS * timeline.fps
    params = f"open-gop=0:scenecut=0:rc-lookahead={LOOKAHEAD}:chromaloc=1"
    return [
        *("-c:v", "libx264", "-preset", PRESET, "-crf", str(QUALITY), "-pix_fmt", "yuv420p"),
        *("-profile:v", "high", "-g", str(key), "-keyint_min", str(key), "-x264-params", params),
        *("-threads", str(threads), "-color_range", "tv", "-colorspace", "bt709"),
        *("-color_primaries", "bt709", "-color_trc", "bt709", "-an"),
        *("-video_track_timescale", str(timeline.fps * 512)),
        *("-fflags", "+bitexact", "-flags:v", "+bitexact", "-map_metadata", "-1"),
    ]
