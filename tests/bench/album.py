"""The inputs of an album, and one process that works on a part of it.

The process does that part and prints what it took.
"""

import argparse
import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from chalicelib.media.album import RATE, SLOTS, Album, Track
from chalicelib.media.audio import Loudness
from tests.bench.taken import tell

PARTS = ("master", "pieces", "join", "check")
NAMES = (
    *("Rain on slate", "The last ferry home", "Under paper lanterns", "Snow over the harbour"),
    *("Slow river", "Night train", "Glass garden", "First light", "Old town in fog", "Low tide"),
    *("Paper moon", "Embers", "The quiet hour", "Far lighthouse", "Winter window", "Moss"),
    *("Copper leaves", "Blue hour", "Cloud harbour", "Until morning"),
)
SCENES = (
    "a misty lake at dawn",
    "a city at night",
    "mountains under stars",
    "a library by lamplight",
)


def signature(number: int) -> float:
    """The pitch that is heard in track `number` alone."""
    return 1500.0 + 110 * number


def make_pictures(folder: Path) -> None:
    """Twenty visuals at 1080p, by the local painter: with its fine grain, as they come."""
    from chalicelib import providers

    for number in range(SLOTS):
        words = f"{SCENES[number % len(SCENES)]}, {NAMES[number]}"
        drawn = providers.image().draw(words, width=1920, height=1080, seed=number)
        (folder / f"picture-{number}.jpg").write_bytes(drawn.data)


def make_tracks(folder: Path, seconds: float) -> None:
    """Twenty tracks: chords that change, a beat, noise, each with its own pitch and level."""
    import numpy as np

    from chalicelib.media import audio

    bars = round(seconds * RATE)
    for number in range(SLOTS):
        random = np.random.default_rng(number)
        times = np.arange(4 * RATE, dtype=np.float32) / RATE
        phrase = np.zeros((4 * RATE, 2), np.float32)
        for pitch in 110 * 2 ** (random.choice([0, 3, 5, 7, 10, 12, 15, 19], 5) / 12):
            pitch = round(pitch * 4) / 4  # whole turns in a phrase: no click where it repeats
            wave = np.sin(2 * np.pi * pitch * times) * (0.6 + 0.4 * np.cos(np.pi * times / 2))
            phrase += 0.07 * wave[:, None] * random.uniform(0.5, 1, 2).astype(np.float32)
        beat = np.exp(-10 * (times % 0.5)) * np.sin(2 * np.pi * 56 * (times % 0.5))
        phrase += (0.12 * beat)[:, None]
        phrase += 0.05 * np.sin(2 * np.pi * signature(number) * times)[:, None]
        phrase += 0.01 * random.standard_normal(phrase.shape).astype(np.float32)
        phrase *= random.uniform(0.3, 1.2)
        audio.write_wav(folder / f"track-{number}.wav", np.resize(phrase, (bars, 2)))


def planned(minutes: float, **settings: Any) -> Album:
    """An album of twenty equally long tracks at 1080p."""
    seconds = round((minutes * 60 + 2.0 * (SLOTS - 1)) / SLOTS * RATE) / RATE
    return Album(
        title="Night trains through quiet cities",
        width=1920,
        height=1080,
        tracks=tuple(
            Track(
                order_index=number + 1,
                title=NAMES[number],
                audio=f"track-{number}.wav",
                image=f"picture-{number}.jpg",
                seconds=seconds,
            )
            for number in range(SLOTS)
        ),
        **settings,
    )


def work(folder: Path, part: str) -> None:
    """Do one part of the album in this process."""
    from chalicelib.media import loop, tracks
    from chalicelib.media.album_check import check_album
    from chalicelib.media.join import join_album

    album = Album.model_validate_json((folder / "album.json").read_text())
    pieces = [folder / f"piece-{index}.mp4" for index in range(SLOTS)]
    match part:
        case "master":
            paths = [folder / track.audio for track in album.tracks]
            made = tracks.master(paths, folder / "sound.m4a", crossfade=album.crossfade)
            (folder / "sound.json").write_text(json.dumps(asdict(made)))
        case "pieces":
            for index, track in enumerate(album.tracks):
                loop.render(album, index, folder / track.image, pieces[index])
        case "join":
            join_album(album, pieces, folder / "sound.m4a", folder / "album.mp4")
        case "check":
            report = check_album(folder / "album.mp4", album, mastered(folder))
            assert report.problems == (), report.problems


def mastered(folder: Path) -> Any:
    """What `master` said."""
    from chalicelib.media.tracks import MasterFacts, TrackLevels

    told = json.loads((folder / "sound.json").read_text())
    return MasterFacts(
        samples=told["samples"],
        loudness=Loudness(**told["loudness"]),
        tracks=tuple(TrackLevels(**level) for level in told["tracks"]),
        momentary=tuple(told["momentary"]),
        argv=tuple(told["argv"]),
    )


def main() -> None:
    began = time.perf_counter()
    parser = argparse.ArgumentParser(prog="python -m tests.bench.album", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the album's inputs are")
    parser.add_argument("part", choices=PARTS)
    options = parser.parse_args()
    work(options.folder, options.part)
    tell(began)


if __name__ == "__main__":
    main()
