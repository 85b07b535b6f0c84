"""Tracks of the local composer melt into each other: no hole where one goes and another comes."""

import re
import wave
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from chalicelib import providers
from chalicelib.media import ffmpeg, tracks
from chalicelib.providers.music.styles import store
from chalicelib.providers.voice.interface import RATE

PROMPTS = {name: style.words.split()[0] for name, style in store().style.items()}
EACH = 2  # tracks of a style, so that it meets itself and the next style
SECONDS = 40.0
STEP = 10  # moments a second
BESIDE = 10 * STEP
"""Moments that say how loud it is beside a join."""


def written(folder: Path, number: int, pcm: NDArray[np.float32]) -> Path:
    path = folder / f"{number}.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((pcm * 32_767).astype("<i2").tobytes())
    return path


def momentary(sound: Path, folder: Path) -> NDArray[np.float64]:
    """Loudness of 400 ms from every tenth of a second on, in LUFS (EBU R128)."""
    found = folder / "moments.txt"
    ffmpeg.run(
        ["-i", sound, "-f", "null", "-af",
         f"ebur128=framelog=quiet:metadata=1,ametadata=mode=print:key=lavfi.r128.M:file={found}",
         "-"]
    )  # fmt: skip
    return np.array(re.findall(r"lavfi\.r128\.M=(\S+)", found.read_text())[3:], float)


@pytest.fixture(scope="module")
def dips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    """An album of every style, mastered as albums are: by join, how far the quietest moment is
    below what is usual in the ten seconds to either side."""
    folder = tmp_path_factory.mktemp("album")
    composer = providers.make("music", "local")
    names, paths, starts, at = [], [], [], 0.0
    for name, word in PROMPTS.items():
        for number in range(EACH):
            pcm = composer.track(word, seconds=SECONDS + number, seed=number).pcm
            paths.append(written(folder, len(paths), pcm))
            names.append(f"{name} {number + 1}")
            starts.append(at)
            at += len(pcm) / RATE - tracks.CROSSFADE
    tracks.master(paths, folder / "album.m4a")
    loud = momentary(folder / "album.m4a", folder)
    found = {}
    for join, going, coming in zip(starts[1:], names, names[1:], strict=False):
        begin, end = round(join * STEP), round((join + tracks.CROSSFADE) * STEP)
        beside = np.concatenate([loud[begin - BESIDE : begin - 4], loud[end : end + BESIDE - 4]])
        found[f"{going} to {coming}"] = float(np.median(beside) - loud[begin:end].min())
    return found


def test_no_join_falls_into_a_hole(dips: dict[str, float]) -> None:
    """Beats and rests make single moments of any music quieter than most; a fade is more."""
    assert len(dips) == len(PROMPTS) * EACH - 1
    assert {join: dip for join, dip in dips.items() if dip > 3.5} == {}
    assert np.percentile(list(dips.values()), 90) < 2.5
    assert np.median(list(dips.values())) < 1.5
