"""What an album at 1080p30 takes, against the usual recipe and against encoding its sound alone.

Sound is mastered in one process, visuals are rendered in another, then a third joins them. Ratios
are taken within one run: before and after the album, its sound is encoded by ffmpeg alone.
"""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from chalicelib.media import ffmpeg
from chalicelib.media.album import LIVING, RATE, SLOTS, Album, Living, Overlays
from chalicelib.media.frames import yuv
from chalicelib.media.picture import load
from chalicelib.media.probe import probe
from tests.bench import album as parts

ROOT = Path(__file__).resolve().parents[2]
USUAL_SECONDS = 12.0
"""Of a pair that the usual recipe renders; its time per second hardly varies."""
BARE = Overlays(title_card=False, track_names=False)
Sound = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Taken:
    """Seconds of CPU and of wall, and the most memory of one process and its ffmpeg, in MB."""

    cpu: float
    wall: float
    peak_mb: float


@dataclass(frozen=True)
class Made:
    """An album made in `folder`, and what it took."""

    album: Album
    folder: Path
    taken: dict[str, Taken]
    wall: float

    @property
    def cpu(self) -> float:
        return sum(part.cpu for part in self.taken.values())

    @property
    def peak_mb(self) -> float:
        return max(part.peak_mb for part in self.taken.values())

    @property
    def video(self) -> Path:
        return self.folder / "album.mp4"


class Studio:
    """Makes albums of the same pictures, with tracks as long as they need to be."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._sounds: dict[float, Path] = {}
        parts.make_pictures(folder)

    def make(self, minutes: float, *, sound: bool = True, **settings: Any) -> Made:
        planned = parts.planned(minutes, **settings)
        folder = self._folder(planned)
        (folder / "album.json").write_text(planned.model_dump_json())
        began = time.perf_counter()
        both = [self._start(folder, "pieces")]
        both += [self._start(folder, "master")] if sound else []
        done = {"pieces": self._done(both[0])}
        if sound:
            done["master"] = self._done(both[1])
        done["join"] = self._done(self._start(folder, "join"))
        wall = time.perf_counter() - began
        done["check"] = self._done(self._start(folder, "check"))
        return Made(planned, folder, done, wall)

    def alone(self, made: Made) -> float:
        """Seconds to encode the album's sound once, and do nothing else."""
        if not (made.folder / "sound.wav").exists():
            ffmpeg.run(["-i", made.folder / "sound.m4a", made.folder / "sound.wav"])
        began = time.perf_counter()
        ffmpeg.run(
            [
                *("-i", made.folder / "sound.wav", "-c:a", "aac", "-aac_coder", "fast"),
                *("-b:a", "192k", made.folder / "alone.m4a"),
            ]
        )
        return time.perf_counter() - began

    def usual(self, made: Made) -> float:
        """Seconds that the usual recipe takes per second of video, from three pairs."""
        began = time.perf_counter()
        for number in range(3):
            short, out = made.folder / "short.wav", made.folder / f"usual-{number}.mp4"
            ffmpeg.run(["-t", str(USUAL_SECONDS), "-i", made.folder / f"track-{number}.wav", short])
            ffmpeg.run(
                [
                    *("-loop", "1", "-i", made.folder / f"picture-{number}.jpg", "-i", short),
                    *("-c:v", "libx264", "-tune", "stillimage", "-c:a", "aac", "-b:a", "192k"),
                    *("-pix_fmt", "yuv420p", "-shortest", out),
                ]
            )
        return (time.perf_counter() - began) / (3 * USUAL_SECONDS)

    def _folder(self, planned: Album) -> Path:
        """Where an album of this length is made; tracks are written when they are first wanted."""
        seconds = planned.tracks[0].seconds
        if seconds not in self._sounds:
            folder = self._sounds[seconds] = self.folder / f"{seconds:.0f}"
            folder.mkdir()
            parts.make_tracks(folder, seconds)
            for number in range(SLOTS):
                name = f"picture-{number}.jpg"
                (folder / name).symlink_to(self.folder / name)
        return self._sounds[seconds]

    def _start(self, folder: Path, part: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "tests.bench.album", str(folder), part]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)

    def _done(self, process: "subprocess.Popen[str]") -> Taken:
        said, _ = process.communicate()
        assert process.returncode == 0
        return Taken(**json.loads(said))


@pytest.fixture(scope="module")
def maker(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    return Studio(tmp_path_factory.mktemp("albums"))


@pytest.fixture(scope="module")
def hour(maker: Studio) -> Made:
    return maker.make(60)


def told(made: Made) -> None:
    minutes = made.album.seconds / 60
    size = made.video.stat().st_size / 1e6
    print(
        f"\n{made.album.living:7} {minutes:.0f} min: wall {made.wall:.1f} s, "
        f"CPU {made.cpu:.1f} s, {size:.0f} MB, memory {made.peak_mb:.0f} MB;",
        ", ".join(f"{name} {part.cpu:.1f} s" for name, part in made.taken.items()),
    )


def test_an_hour(maker: Studio, hour: Made) -> None:
    """Turn about, and the quicker of each: one core may be slower for a while than the other."""
    made, bare, alone = [hour], [], [maker.alone(hour)]
    for again in (True, False):
        bare.append(maker.make(60, overlays=BARE))
        alone.append(maker.alone(hour))
        if again:
            made.append(maker.make(60))
    for one in (*made, *bare):
        told(one)
    quickest, plain = (min(one.wall for one in kind) for kind in (made, bare))
    usual = maker.usual(hour) * hour.album.seconds
    print("the same sound encoded alone:", ", ".join(f"{seconds:.1f} s" for seconds in alone))
    print(f"the usual recipe: {usual:.0f} s; {usual / quickest:.0f}x faster")
    print(f"against the sound alone: {quickest / min(alone):.2f}x, {plain / min(alone):.2f}x bare")
    assert usual / quickest >= 60
    assert quickest <= 1.3 * min(alone)


@pytest.mark.parametrize("living", LIVING)
def test_seventy_minutes_keep_to_their_budget(maker: Studio, living: Living) -> None:
    made = maker.make(70, living=living)
    told(made)
    assert made.cpu <= 220
    assert made.video.stat().st_size <= 350e6
    assert made.peak_mb <= 1000
    found = probe(made.video)
    assert found.frames == made.album.frames
    assert found.seconds == found.frames / 30


def test_time_grows_with_length_and_memory_does_not(maker: Studio) -> None:
    found = {minutes: maker.make(minutes, overlays=BARE) for minutes in (20, 60, 90)}
    wall = {minutes: made.wall / minutes for minutes, made in found.items()}
    memory = {minutes: round(made.peak_mb) for minutes, made in found.items()}
    print("\nseconds per minute:", {minutes: round(one, 3) for minutes, one in wall.items()})
    print("CPU seconds:", {minutes: round(made.cpu, 1) for minutes, made in found.items()})
    print("MB of memory:", memory)
    assert max(wall.values()) <= 1.2 * min(wall.values())
    assert found[90].peak_mb <= 1.2 * found[20].peak_mb


def test_the_picture_is_the_visual(hour: Made) -> None:
    worst = [200.0, 200.0]
    for segment, track in zip(hour.album.segments, hour.album.tracks, strict=True):
        image = load(hour.folder / track.image, (1920, 1080))
        want = np.concatenate([plane.ravel() for plane in yuv(image)]).astype(np.float32)
        for share in (0.2, 0.6, 0.97):
            at = (segment.start + segment.frames * share) / hour.album.fps
            for number, (form, wanted) in enumerate(
                (("yuv420p", want), ("rgb24", np.asarray(image, np.float32).ravel()))
            ):
                raw = ffmpeg.decode(
                    [
                        *("-ss", f"{at:.3f}", "-i", hour.video, "-frames:v", "1", "-an"),
                        *("-pix_fmt", form),
                        *("-sws_flags", "bicubic+accurate_rnd+full_chroma_int"),
                        *("-f", "rawvideo", "pipe:1"),
                    ],
                    piece=1 << 24,
                )
                seen = np.frombuffer(b"".join(raw), np.uint8).astype(np.float32)
                error = float(np.mean((seen - wanted) ** 2))
                worst[number] = min(worst[number], 10 * np.log10(255**2 / error))
    print(f"\n60 frames: PSNR at least {worst[0]:.1f} dB as YUV, {worst[1]:.1f} dB as RGB")
    assert min(worst) >= 40


def test_length_joins_and_chapters(hour: Made) -> None:
    album = hour.album
    assert abs(probe(hour.video).seconds - album.seconds) <= 1 / album.fps
    chapters = marks(hour.video)
    assert len(chapters) == SLOTS
    off, rises = [], []
    for number, (before, start) in enumerate(pairwise(album.starts), 1):
        first = start - 4
        sound = heard(hour.video, first, 8.0)
        off.append(chapters[number] - first - change(sound, number - 1, number))
        jumps = np.abs(np.diff(sound))
        calm = max(jumps[: 2 * RATE].max(), jumps[-2 * RATE :].max())
        rises.append(float(jumps[2 * RATE : -2 * RATE].max() / calm))
        assert before < start
    print(f"\nchapters: at most {1000 * max(map(abs, off)):.0f} ms off the audible change")
    print(f"largest step between samples in a join: {max(rises):.2f}x of that beside it")
    assert max(map(abs, off)) <= 0.1
    assert max(rises) <= 1.5


def marks(video: Path) -> list[float]:
    """Where the chapters in the file begin."""
    log = ffmpeg.run(["-i", video, "-map", "0:a", "-c", "copy", "-t", "0", "-f", "null", "-"])
    lines = log.partition("Output #0")[0].splitlines()
    return [float(line.split("start ")[1].split(",")[0]) for line in lines if "Chapter #" in line]


def heard(video: Path, start: float, seconds: float) -> Sound:
    """The left channel of a stretch."""
    seek = ["-ss", f"{start:.6f}", "-i", str(video), "-t", str(seconds), "-vn"]
    raw = ffmpeg.decode([*seek, "-f", "f32le", "-ac", "2", "pipe:1"], piece=1 << 20)
    return np.frombuffer(b"".join(raw), np.float32)[::2]


def change(sound: Sound, going: int, coming: int) -> float:
    """Seconds at which one track's own pitch gets as strong as the other's, each measured by
    how strong it is where it sounds alone."""
    levels = [envelope(sound, parts.signature(number)) for number in (going, coming)]
    edge = len(levels[0]) // 4
    share = levels[1] / levels[1][-edge:].mean() - levels[0] / levels[0][:edge].mean()
    return float(np.interp(0, share[edge:-edge], np.arange(edge, len(share) - edge)) * 0.01)


def envelope(sound: Sound, pitch: float) -> npt.NDArray[np.float64]:
    """How strong one pitch is, every 10 ms."""
    times = np.arange(len(sound)) / RATE
    turned = sound * np.exp(-2j * np.pi * pitch * times)
    window = np.hanning(RATE // 5)
    smooth = np.convolve(turned, window / window.sum(), "same")
    return np.abs(smooth)[:: RATE // 100]
