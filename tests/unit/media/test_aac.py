"""Sound encoded in stretches is the sound encoded at once, also where they meet."""

from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from chalicelib.errors import RenderFailed
from chalicelib.media import aac, ffmpeg
from chalicelib.media.audio import RATE

Samples = npt.NDArray[np.float32]
FRAMES = 700


def music(seed: int) -> Samples:
    """Some seconds of chords, hiss and strokes; a stroke falls into every place of a frame."""
    random = np.random.default_rng(seed)
    times = np.arange(FRAMES * aac.FRAME) / RATE
    sound = sum(
        random.uniform(0.02, 0.1) * np.sin(2 * np.pi * pitch * times)
        for pitch in random.uniform(80, 3000, 8)
    )
    for start in random.uniform(0, times[-1], 100):
        since = np.clip(times - start, 0, None)
        sound = sound + (times >= start) * 0.3 * np.exp(-60 * since) * np.sin(1500 * since)
    both = np.stack([sound, 0.7 * sound], 1)
    return (both + random.normal(0, 0.004, both.shape)).astype(np.float32)


def blocks(sound: Samples, start: int = 0, end: int | None = None) -> Iterator[Samples]:
    for place in range(start, len(sound) if end is None else end, 5000):
        yield sound[place : min(place + 5000, len(sound) if end is None else end)]


def decoded(stream: Path) -> Samples:
    raw = ffmpeg.decode(["-f", "aac", "-i", stream, "-f", "f32le", "pipe:1"], piece=1 << 20)
    return np.frombuffer(b"".join(raw), np.float32).reshape(-1, 2)


def noise(sound: Samples, stream: Path) -> npt.NDArray[np.float64]:
    """How far every frame is from what was given."""
    found = decoded(stream)[aac.FRAME : aac.FRAME + len(sound)]
    error = (found - sound[: len(found)]).astype(np.float64)
    whole = len(error) // aac.FRAME * aac.FRAME
    return np.sqrt((error[:whole] ** 2).reshape(-1, 2 * aac.FRAME).mean(1))


@pytest.mark.parametrize("seed", range(6))
def test_where_stretches_meet_nothing_is_heard(tmp_path: Path, seed: int) -> None:
    sound = music(seed)
    aac.encode([aac.Stretch(blocks(sound))], tmp_path / "whole.aac")
    at_once = noise(sound, tmp_path / "whole.aac")
    for cut in np.random.default_rng(seed).integers(aac.WARM, FRAMES - 50, 4).tolist():
        warm, end = (cut - aac.WARM) * aac.FRAME, (cut + aac.AHEAD) * aac.FRAME
        halves = [
            aac.Stretch(blocks(sound, 0, end), last=cut),
            aac.Stretch(blocks(sound, warm), first=aac.WARM),
        ]
        aac.encode(halves, tmp_path / "halves.aac")
        found = noise(sound, tmp_path / "halves.aac")
        assert len(found) == len(at_once)
        near = slice(cut - 4, cut + 4)
        assert np.all(found[near] <= 1.5 * at_once[near] + 1e-4), (seed, cut)
        assert np.array_equal(found[: cut - 4], at_once[: cut - 4])


def test_progress_counts_all_stretches_and_stops_them(tmp_path: Path) -> None:
    class Enough(Exception):
        pass

    def stop(seconds: float) -> None:
        raise Enough

    silence = np.zeros((RATE, 2), np.float32)
    endless = [aac.Stretch(repeat(silence)), aac.Stretch(repeat(silence))]
    with pytest.raises(Enough):
        aac.encode(endless, tmp_path / "out.aac", on_progress=stop)


def test_what_the_sound_raises_goes_on(tmp_path: Path) -> None:
    def broken() -> Iterator[Samples]:
        yield np.zeros((RATE, 2), np.float32)
        raise ValueError("broken")

    sound = [aac.Stretch(blocks(music(0))), aac.Stretch(broken())]
    with pytest.raises(ValueError, match="broken"):
        aac.encode(sound, tmp_path / "out.aac")


def test_too_few_frames_are_told(tmp_path: Path) -> None:
    with pytest.raises(RenderFailed):
        aac.encode([aac.Stretch(blocks(music(0)), last=FRAMES * 2)], tmp_path / "out.aac")
