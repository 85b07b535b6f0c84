"""What the tests of albums are made of: short tracks of known pitch, small pictures, albums."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from chalicelib.media import audio, loop
from chalicelib.media.album import RATE, Album, Living, Overlays, Track
from tests.unit.media.material import picture

PITCHES = (330.0, 523.25, 784.0, 440.0)
SILENT = Overlays(title_card=False, track_names=False)
"""Nothing is written over the visuals."""


def tone(seconds: float, pitch: float = 440, level: float = 0.2) -> npt.NDArray[np.float64]:
    """A steady stereo tone."""
    times = np.arange(round(seconds * RATE)) / RATE
    mono = level * np.sin(2 * np.pi * pitch * times)
    return np.stack([mono, mono], axis=1)


def track(folder: Path, number: int, seconds: float, level: float = 0.2) -> Path:
    path = folder / f"track-{number}.wav"
    audio.write_wav(path, tone(seconds, PITCHES[number % len(PITCHES)], level))
    return path


def album(
    *seconds: float, living: Living = "still", overlays: Overlays = SILENT, **more: Any
) -> Album:
    """An album of short tracks, 320x180."""
    settings = {"width": 320, "height": 180, "crossfade": 1.0, "title": "Rain on slate"} | more
    return Album(
        living=living,
        overlays=overlays,
        tracks=tuple(
            Track(
                order_index=number + 1,
                title=f"Piece {number + 1}",
                audio=f"track-{number}",
                image=f"picture-{number}",
                seconds=length,
            )
            for number, length in enumerate(seconds)
        ),
        **settings,
    )


def pieces(made: Album, folder: Path) -> tuple[list[Path], list[Path]]:
    """The pictures of an album, and the pieces rendered of them."""
    images, done = [], []
    for index in range(len(made.tracks)):
        images.append(picture(folder / f"{index}.png", index, (640, 360)))
        done.append(folder / f"{made.living}-{index}.mp4")
        loop.render(made, index, images[-1], done[-1])
    return images, done


def peak_pitch(pcm: Sequence[float] | npt.NDArray[np.float32]) -> float:
    """The loudest pitch in a stretch."""
    spectrum = np.abs(np.fft.rfft(np.asarray(pcm) * np.hanning(len(pcm))))
    return float(np.argmax(spectrum) * RATE / len(pcm))
