"""What the tests of media are made of: small pictures, spoken tones, timelines."""

from itertools import product
from pathlib import Path

import numpy as np
from PIL import Image

from chalicelib.media import audio
from chalicelib.media.timeline import Format, SceneInput, Timeline, Word, build

TEXT = (
    "The ocean covers most of our planet. Yet we have seen almost none of it. "
    "In the dark, creatures make their own light."
)


def words(text: str, start: float = 0.05) -> tuple[Word, ...]:
    """The words of a text, each as long as it is, with short gaps between."""
    spoken = []
    for token in text.split():
        end = start + 0.08 + 0.03 * len(token)
        spoken.append(Word(text=token, start=start, end=end))
        start = end + (0.35 if token.endswith(".") else 0.03)
    return tuple(spoken)


def scene(number: int, text: str = TEXT) -> SceneInput:
    spoken = words(text)
    return SceneInput(
        heading=f"Part {number}",
        narration=text,
        image=f"picture-{number}",
        seconds=spoken[-1].end + 0.1,
        words=spoken,
    )


def timeline(
    *texts: str,
    format: Format = "16:9",
    short_side: int = 90,
    fps: int = 10,
    captions: bool = True,
    seed: int = 1,
    title: str = "The deep sea",
) -> Timeline:
    scenes = [scene(number, text) for number, text in enumerate(texts or (TEXT, TEXT))]
    return build(
        title,
        scenes,
        format=format,
        short_side=short_side,
        fps=fps,
        captions=captions,
        seed=seed,
    )


def picture(path: Path, seed: int, size: tuple[int, int] = (320, 180)) -> Path:
    """Coloured clouds with detail everywhere, nothing near black, nothing like the highlight."""
    random = np.random.default_rng(seed)
    coarse = Image.fromarray(random.integers(60, 220, (6, 10, 3), dtype=np.uint8))
    fine = Image.fromarray(random.integers(60, 220, (45, 80, 3), dtype=np.uint8))
    smooth = [layer.resize(size, Image.Resampling.BICUBIC) for layer in (coarse, fine)]
    mixed = np.asarray(Image.blend(*smooth, 0.5)).copy()
    mixed[..., 2] = np.maximum(mixed[..., 2], mixed[..., :2].max(axis=2))
    Image.fromarray(mixed).save(path)
    return path


def pictures(timeline: Timeline, folder: Path) -> dict[str, Path]:
    return {
        scene.image: picture(folder / f"{scene.image}.png", number)
        for number, scene in enumerate(timeline.scenes)
    }


def speech(timeline: Timeline, folder: Path, *, level: float = 0.3) -> list[Path]:
    """A tone for every word, as long as it lasts."""
    paths = []
    for number, scene in enumerate(timeline.scenes):
        pcm = np.zeros(round(scene.speech_seconds * audio.RATE), np.float32)
        for word in scene.words:
            start = round((word.start - scene.speech_start) * audio.RATE)
            times = np.arange(round((word.end - word.start) * audio.RATE)) / audio.RATE
            tone = np.sin(2 * np.pi * 180 * times) + 0.5 * np.sin(2 * np.pi * 2100 * times)
            pcm[start : start + len(times)] = level * np.hanning(len(times)) * tone
        path = folder / f"speech-{number}.wav"
        audio.write_wav(path, pcm)
        paths.append(path)
    return paths


def music(folder: Path, seconds: float = 5, pitch: float = 440) -> Path:
    """A steady chord, of one pitch that can be told from speech."""
    times = np.arange(round(seconds * audio.RATE)) / audio.RATE
    tone = 0.25 * np.sin(2 * np.pi * pitch * times)
    path = folder / "music.wav"
    audio.write_wav(path, np.stack([tone, tone], axis=1))
    return path


def lights(size: tuple[int, int]) -> Image.Image:
    """Lit windows with hard edges at dusk, and thin golden lines, at odd and at even places."""
    random = np.random.default_rng(2)
    made = np.empty((size[1], size[0], 3), np.uint8)
    made[:] = (50, 50, 85)
    for y, x in product(range(3, size[1], 11), range(2, size[0], 9)):
        if random.random() < 0.4:
            made[y : y + 6, x : x + 5] = random.choice([(200, 160, 100), (140, 120, 80)])
    made[5::23] = (220, 190, 100)
    return Image.fromarray(made)
