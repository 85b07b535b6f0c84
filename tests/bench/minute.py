"""A narrated minute made by the local providers, and one process that works on it.

The process does one part of it and prints what that took.
"""

import argparse
import time
from pathlib import Path

from chalicelib.media.timeline import SceneInput, Timeline, Word, build, chunks
from tests.bench.taken import tell

PARTS = ("chunks", "sound", "join")
SENTENCES = (
    "Most of our planet lies under water, and almost all of that water lies in the dark.",
    "Mountains rise there that no one has climbed, and rivers of salt run over the ground.",
    "A city of lights drifts past, and every light is alive and looking for another one.",
    "Libraries have been filled with what we know, and yet the shelves are mostly empty.",
    "Deserts of mud stretch for thousands of miles, and footprints in them last for ages.",
    "Forests without leaves grow around hot springs, where nobody expected life at all.",
    "A machine that goes down there is crushed by the weight of a mountain of water.",
    "Each year the charts grow a little, and each year they show how much is missing.",
    "Harbours on the shore send out small boats, and some of them come back with wonders.",
    "Perhaps the strangest thing of all is that this world is as near as the next beach.",
)


def make(folder: Path, *, short_side: int = 1080, fps: int = 30) -> Timeline:
    """Write the minute's pictures, speech, music and timeline into `folder`."""
    from chalicelib import providers
    from chalicelib.media import audio

    scenes = []
    for number, text in enumerate(SENTENCES):
        spoken = providers.voice().speak(text)
        audio.write_wav(folder / f"speech-{number}.wav", spoken.pcm)
        words = tuple(Word(text=w.text, start=w.start, end=w.end) for w in spoken.words)
        scenes.append(
            SceneInput(
                heading=f"Part {number + 1}",
                narration=text,
                image=f"picture-{number}.jpg",
                seconds=spoken.seconds,
                words=words,
            )
        )
    timeline = build("The deep sea", scenes, short_side=short_side, fps=fps, seed=11)
    width, height = timeline.picture_size
    for number, text in enumerate(SENTENCES):
        drawn = providers.image().draw(text, width=width, height=height, seed=number)
        (folder / f"picture-{number}.jpg").write_bytes(drawn.data)
    bed = providers.music().compose("calm", seconds=60, seed=3)
    audio.write_wav(folder / "music.wav", bed.pcm)
    (folder / "timeline.json").write_text(timeline.model_dump_json())
    return timeline


def images(timeline: Timeline, folder: Path) -> dict[str, Path]:
    return {scene.image: folder / scene.image for scene in timeline.scenes}


def work(folder: Path, part: str, numbers: list[int]) -> None:
    """Do one part of the render in this process."""
    from chalicelib.media import audio
    from chalicelib.media.chunk import render_chunk
    from chalicelib.media.join import join
    from chalicelib.media.package import chapters

    timeline = Timeline.model_validate_json((folder / "timeline.json").read_text())
    cut = chunks(timeline)
    match part:
        case "chunks":
            for number in numbers:
                out = folder / f"chunk-{number}.mp4"
                render_chunk(timeline, cut[number], images(timeline, folder), out)
        case "sound":
            speech = [folder / f"speech-{number}.wav" for number in range(len(timeline.scenes))]
            audio.mix(timeline, speech, folder / "music.wav", folder / "sound.m4a")
        case "join":
            paths = [folder / f"chunk-{chunk.index}.mp4" for chunk in cut]
            sound, out = folder / "sound.m4a", folder / "video.mp4"
            join(paths, sound, out, title=timeline.title, chapters=chapters(timeline))


def main() -> None:
    began = time.perf_counter()
    parser = argparse.ArgumentParser(prog="python -m tests.bench.minute", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the minute's inputs are")
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("numbers", type=int, nargs="*", help="which chunks")
    options = parser.parse_args()
    work(options.folder, options.part, options.numbers)
    tell(began)


if __name__ == "__main__":
    main()
