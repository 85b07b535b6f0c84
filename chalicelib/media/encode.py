"""The visuals of an album through x264: raw frames in, samples out, all encoded alike.

Quantizers are fixed: nothing that is encoded depends on what was encoded before it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from chalicelib.errors import RenderFailed
from chalicelib.media import ffmpeg, mp4
from chalicelib.media.album import Album, Living
from chalicelib.media.drift import STEP
from chalicelib.media.mp4 import Samples
from chalicelib.media.overlay import BT709

FINE, MOVING = (16, 21), (20, 25)
"""Quantizers of key frames and of those that follow. A still's key frames are rare, so they may
be large: above 46 dB for painted pictures with grain, above 42 where something moves."""
CHOICES = (
    "open-gop=0:scenecut=0:b-adapt=0:b-pyramid=none:weightp=0:rc-lookahead=0:direct=temporal"
    ":pbratio=2:stitchable=1:chromaloc=1:me=dia:partitions=i4x4,i8x8"
)
"""What moves is where it was or close by, and never a part of a block: there is little to look
for."""
SUBPIXELS: dict[Living, int] = {"still": 0, "drift": 2, "rain": 1, "embers": 1, "glow": 1}
"""How hard x264 looks between pixels: not at all where nothing moves, twice as hard as elsewhere
where the camera does."""
COLOUR = -3
"""Quantizers by which a still's colour is finer: in R, G and B its errors weigh as much as those
of luma."""
TICKS = 512
"""Per frame."""


@dataclass(frozen=True)
class Encoded:
    """Samples in the order they are decoded, what they are, and how they were made."""

    kind: mp4.Kind
    samples: Samples
    argv: tuple[str, ...]


def encode(
    album: Album,
    frames: Iterable[memoryview],
    count: int,
    starts: Sequence[int] = (),
    on_progress: Callable[[float], None] | None = None,
) -> Encoded:
    """Encode `count` raw frames, the first one and those at `starts` as key frames.

    `on_progress` gets 0…1; when it raises, the work stops and the exception goes on. Raises
    `RenderFailed`.
    """
    argv = _argv(album, starts)
    seconds = count / album.fps
    with TemporaryDirectory() as name:
        out = Path(name) / "encoded.mp4"
        ffmpeg.run(
            [*argv, out],
            feed=frames,
            on_progress=on_progress and (lambda done: on_progress(min(1.0, done / seconds))),
            keeping=True,
        )
        kind, samples = mp4.read(out)
    if len(samples) != count:
        raise RenderFailed(f"{len(samples)} frames were encoded, not {count}.")
    return Encoded(kind, samples, (ffmpeg.executable(), *argv, out.name))


def quantizers(style: Living) -> tuple[int, int]:
    """Of key frames, and of the frames that follow."""
    return FINE if style == "still" else MOVING


def _argv(album: Album, starts: Sequence[int]) -> list[str]:
    """ffmpeg's arguments: raw frames in, key frames at `starts`."""
    key, following = quantizers(album.living)
    ratio = 2 ** ((following - key) / 6)
    keys = ",".join(f"{(start - 0.5) / album.fps:.6f}" for start in starts)
    still = album.living == "still"
    colour = COLOUR if still else 0
    search = f"{CHOICES}:subme={SUBPIXELS[album.living]}:chroma-qp-offset={colour}"
    return [
        *("-f", "rawvideo", "-pix_fmt", "yuv420p", "-framerate", str(album.fps)),
        *("-video_size", f"{album.width}x{album.height}", "-i", "pipe:0"),
        *("-vf", BT709, "-c:v", "libx264", "-preset", "veryfast", "-qp", str(following)),
        *("-profile:v", "high", "-pix_fmt", "yuv420p"),
        *("-bf", "0" if still else str(STEP - 1), "-g", "1000000"),
        *("-x264-params", f"{search}:ipratio={ratio:.5f}"),
        *(("-forced-idr", "1", "-force_key_frames", keys) if starts else ()),
        *("-threads", "1", "-color_range", "tv", "-colorspace", "bt709"),
        *("-color_primaries", "bt709", "-color_trc", "bt709", "-an"),
        *("-video_track_timescale", str(album.fps * TICKS), "-write_btrt", "0"),
        *("-fflags", "+bitexact", "-flags:v", "+bitexact", "-map_metadata", "-1"),
    ]
