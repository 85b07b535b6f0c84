"""What a narrated minute at 1080p30 takes, against MoviePy and against encoding alone.

A worker is one Python process with its ffmpeg. Ratios are taken within one run: after every few
chunks that are rendered, their finished frames are encoded from a file by ffmpeg alone.
"""

import json
import os
import resource
import subprocess
import sys
import time
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest

from chalicelib.media import captions, chunk, ffmpeg
from chalicelib.media.audio import measure
from chalicelib.media.check import check
from chalicelib.media.timeline import Timeline, chunks
from tests.bench import minute

ROOT = Path(__file__).resolve().parents[2]
TOGETHER = 3
"""Chunks that a worker renders before it ends."""
MOVIEPY_SECONDS = 4
"""MoviePy does this many seconds around a junction; its time per second hardly varies."""


@dataclass(frozen=True)
class Taken:
    """Seconds of CPU and of wall, and the most memory held in MB."""

    cpu: float
    wall: float
    peak_mb: float = 0.0

    def __add__(self, other: "Taken") -> "Taken":
        peak = max(self.peak_mb, other.peak_mb)
        return Taken(self.cpu + other.cpu, self.wall + other.wall, peak)


@dataclass(frozen=True)
class Minute:
    folder: Path
    timeline: Timeline

    def start(self, *arguments: str | int, core: int | None = None) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "tests.bench.minute", self.folder, *arguments]
        return subprocess.Popen(
            [str(part) for part in command],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            preexec_fn=None if core is None else lambda: os.sched_setaffinity(0, {core}),
        )

    def do(self, *arguments: str | int, core: int | None = None) -> Taken:
        with self.start(*arguments, core=core) as process:
            said, _ = process.communicate()
        assert process.returncode == 0
        return Taken(**json.loads(said))

    def pair(self, numbers: list[int], cores: tuple[int | None, ...] = (None, None)) -> float:
        """Seconds that two workers take for these chunks, side by side."""
        began = time.perf_counter()
        workers = [self.start("chunks", *numbers[k::2], core=core) for k, core in enumerate(cores)]
        for worker in workers:
            worker.communicate()
            assert worker.returncode == 0
        return time.perf_counter() - began

    def encode(self, number: int) -> Taken:
        """ffmpeg alone over the finished frames of a chunk, from a file."""
        part = chunks(self.timeline)[number]
        raw = self.folder / "frames.yuv"
        with raw.open("wb") as file:
            for frame in chunk.composed(
                self.timeline, part, minute.images(self.timeline, self.folder)
            ):
                file.write(frame)
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        ffmpeg.run(
            [
                *chunk.raw_input(self.timeline, str(raw)),
                *chunk.x264(self.timeline),
                self.folder / f"alone-{number}.mp4",
            ]
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        raw.unlink()
        return Taken(cpu, time.perf_counter() - began)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Minute:
    folder = tmp_path_factory.mktemp("minute")
    return Minute(folder, minute.make(folder))


@pytest.fixture(scope="module")
def moviepy(film: Minute) -> Taken:
    """MoviePy over some seconds around the second junction, per second of video."""
    home = ROOT / "build" / "bench" / "moviepy"
    python = home / "bin" / "python"
    if not (home / "ready").exists():
        venv.create(home, with_pip=True, clear=True)
        pins = ROOT / "requirements-bench.txt"
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", pins], check=True)
        (home / "ready").touch()
    (film.folder / "spec.json").write_text(json.dumps(moviepy_spec(film)))
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    driver = Path(__file__).with_name("moviepy_driver.py")
    subprocess.run([python, driver, film.folder / "spec.json"], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Taken(cpu / MOVIEPY_SECONDS, (time.perf_counter() - began) / MOVIEPY_SECONDS)


def moviepy_spec(film: Minute) -> dict[str, object]:
    made = film.timeline
    begin = made.scenes[2].start / made.fps - MOVIEPY_SECONDS / 2
    end = begin + MOVIEPY_SECONDS
    scenes = [
        {
            "image": str(film.folder / scene.image),
            "start": scene.start / made.fps,
            "end": scene.end / made.fps,
            "fade": scene.transition_frames / made.fps,
        }
        for scene in made.scenes
        if scene.start / made.fps < end and scene.end / made.fps > begin
    ]
    looks = [
        {"text": cue.text, "spoken": piece.text, "start": piece.start, "end": piece.end}
        for cue in captions.cues(made)
        for piece in cue.pieces
        if piece.start >= begin and piece.end <= end
    ]
    return {
        "size": [made.width, made.height],
        "fps": made.fps,
        "begin": begin,
        "seconds": MOVIEPY_SECONDS,
        "scenes": scenes,
        "looks": looks,
        "font": str(ffmpeg.FONTS / "Inter-ExtraBold.otf"),
        "font_size": 60,
        "preset": chunk.PRESET,
        "params": ["-crf", str(chunk.QUALITY), "-x264-params", chunk.CHOICES],
        "out": str(film.folder / "moviepy.mp4"),
    }


def test_a_narrated_minute(film: Minute, moviepy: Taken) -> None:
    seconds = film.timeline.seconds
    ours, alone = Taken(0, 0), Taken(0, 0)
    numbers = [part.index for part in chunks(film.timeline)]
    for first in range(0, len(numbers), TOGETHER):
        ours += film.do("chunks", *numbers[first : first + TOGETHER])
        for number in numbers[first : first + TOGETHER]:
            alone += film.encode(number)
    pair = film.pair(numbers)
    sound, joined = film.do("sound"), film.do("join")
    whole = ours + sound + joined
    print(f"\n\n{seconds:.1f} s of video, 1080p30, {len(numbers)} chunks")
    print(f"{'per second of video':24}{'CPU s':>8}{'wall s':>8}")
    for name, taken in {
        "chunks": ours,
        "sound": sound,
        "join": joined,
        "whole": whole,
        "same frames, ffmpeg alone": alone,
    }.items():
        print(f"{name:26}{taken.cpu / seconds:6.3f}{taken.wall / seconds:8.3f}")
    print(f"{f'MoviePy (of {MOVIEPY_SECONDS} s)':26}{moviepy.cpu:6.3f}{moviepy.wall:8.3f}")
    print(f"{'chunks by two workers':26}{'':6}{pair / seconds:8.3f}")
    faster = moviepy.wall * seconds / (pair + sound.wall + joined.wall)
    print(f"against MoviePy: {faster:.1f}x faster with two workers,", end=" ")
    print(f"{moviepy.wall * seconds / whole.wall:.1f}x with one")
    print("against ffmpeg alone:", end=" ")
    print(f"{whole.wall / alone.wall:.2f}x wall, {whole.cpu / alone.cpu:.2f}x CPU")
    print(f"most memory: chunk worker {ours.peak_mb:.0f} MB, mix {sound.peak_mb:.0f} MB")
    loudness = measure(["-i", film.folder / "video.mp4"])
    report = check(film.folder / "video.mp4", film.timeline, srt=captions.srt(film.timeline))
    print(f"{loudness.integrated} LUFS, {loudness.true_peak} dBTP; {report.figures}")
    assert report.problems == ()
    assert abs(loudness.integrated + 14) <= 0.5
    assert loudness.true_peak <= -1
    assert faster >= 8
    assert whole.wall <= 1.4 * alone.wall
    assert whole.cpu / seconds <= 0.9
    assert max(ours.peak_mb, sound.peak_mb) <= 300


def test_two_workers_on_two_cores(film: Minute) -> None:
    """Each worker has one core for itself and its ffmpeg, as in a function of one vCPU."""
    numbers = [part.index for part in chunks(film.timeline)][:6]
    cores = sorted(os.sched_getaffinity(0))[:2]
    one = film.do("chunks", *numbers, core=cores[0])
    both = film.pair(numbers, tuple(cores))
    print(f"\n{len(numbers)} chunks: one worker {one.wall:.1f} s, two {both:.1f} s:", end=" ")
    print(f"{one.wall / both:.2f}x")
    assert one.wall / both >= 1.8
