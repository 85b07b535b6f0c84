"""Sound: speech in its places, music ducked under it, brought to -14 LUFS and below -1 dBTP."""

import re
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from chalicelib.errors import InvalidInput, RenderFailed
from chalicelib.media import ffmpeg
from chalicelib.media.timeline import Timeline

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.float32]

RATE = 48_000
TARGET = -14.0
"""LUFS, integrated."""
NEAR = 0.15
"""LU that the mastered mix may be off before encoding."""
PEAK = -1.0
"""dBTP that the encoded sound stays below."""
CEILING = -2.2
"""dB that the limiter starts from: encoding and the curve between samples add some."""
SILENT = -60.0
"""LUFS below which there is nothing to bring up."""
ATTEMPTS = 12
LONGEST = 1800.0
"""Seconds that a sound may last that is held in memory."""
FORMATS = "wav,mp3,mov,aac,ogg,flac,matroska"
"""What is looked for in a file of sound: never a list of other files."""

MONO = "aresample=ochl=mono:rematrix_maxval=1"
"""The mean of all channels: without the limit ffmpeg adds 3 dB to what is in both."""

STEP = RATE // 100
"""Samples per step of the ducking curve: 10 ms."""
BED = -11.0
"""dB of music against speech, where nobody speaks."""
DUCK = -11.0
"""dB more where somebody does."""
AHEAD, HOLD, GLIDE = 0.20, 0.45, 0.30
"""Seconds: duck so long before speech, stay so long after, move so long between."""
FADE_IN, FADE_OUT = 0.8, 2.0


@dataclass(frozen=True)
class Loudness:
    """EBU R128: integrated loudness in LUFS, true peak in dBTP, loudness range in LU."""

    integrated: float
    true_peak: float
    range: float


def write_wav(path: Path, pcm: "npt.NDArray[np.floating]", rate: int = RATE) -> None:
    """Write float samples in [-1, 1], (n,) or (n, channels), as 16-bit wav."""
    import numpy as np

    data = np.rint(np.clip(pcm, -1, 1) * 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1 if data.ndim == 1 else data.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(data.tobytes())


def write_flac(path: Path, pcm: "npt.NDArray[np.floating]") -> None:
    """Write float samples in [-1, 1], (n,) or (n, channels) at 48 kHz, as 16-bit FLAC: the samples
    of a wav in about half its bytes."""
    import numpy as np

    channels = 1 if pcm.ndim == 1 else pcm.shape[1]
    pieces = (pcm[start : start + RATE] for start in range(0, len(pcm), RATE))
    ffmpeg.run(
        [
            *("-f", "s16le", "-ar", str(RATE), "-ac", str(channels), "-i", "pipe:0"),
            *("-c:a", "flac", "-fflags", "+bitexact", "-flags:a", "+bitexact", path),
        ],
        feed=(np.rint(np.clip(piece, -1, 1) * 32767).astype("<i2").tobytes() for piece in pieces),
    )


def opened(path: Path) -> list[str | Path]:
    """ffmpeg's arguments for reading a file of sound from anywhere."""
    return ["-protocol_whitelist", "file", "-format_whitelist", FORMATS, "-i", path.absolute()]


def read_audio(path: Path) -> "Samples":
    """Any sound file as mono float32 at 48 kHz.

    Raises `InvalidInput` when it is none, holds what is no number, or lasts too long.
    """
    import numpy as np

    if (plain := _read_plain(path)) is not None:
        return plain
    data = bytearray()
    try:
        for piece in ffmpeg.decode([*opened(path), "-af", MONO, *_raw(1), "pipe:1"], piece=1 << 20):
            data += piece
            _held(len(data) // 4, path)
    except RenderFailed as error:
        raise InvalidInput(f"{path.name} is not a readable sound file.") from error
    pcm = np.frombuffer(data, np.float32)
    if not np.isfinite(pcm).all():
        raise InvalidInput(f"{path.name} is not a readable sound file: it holds no numbers.")
    return pcm


def _held(samples: int, path: Path) -> None:
    """Raises `InvalidInput` when so many samples are too many to be held."""
    if samples > LONGEST * RATE:
        raise InvalidInput(f"{path.name} lasts longer than {LONGEST / 60:.0f} minutes.")


def mix(timeline: Timeline, speech: Sequence[Path], music: Path | None, out: Path) -> Loudness:
    """Mix and encode the sound of a whole video into `out`, AAC in m4a, and say how loud it is.

    `speech[i]` is what is spoken in scene i, and sounds from its `speech_start`. Music is
    repeated as often as needed.

    Raises `RenderFailed` when the loudness cannot be reached, `InvalidInput` when a file is no
    sound or the number of files is not that of scenes.
    """
    if len(speech) != len(timeline.scenes):
        raise InvalidInput("Every scene needs one speech.", field="speech")
    with TemporaryDirectory() as name:
        mixed = Path(name) / "mix.f32"
        with mixed.open("wb") as file:
            for block in _mixed(_spoken(timeline, speech), _bed(music, Path(name))):
                file.write(block.data)
        return _master(mixed, out)


def measure(source: Sequence[str | Path], filters: str = "", *, peak: bool = True) -> Loudness:
    """Loudness of what ffmpeg reads by the arguments `source`, after `filters`."""
    chain = ",".join(filter(None, [filters, f"ebur128=framelog=quiet{':peak=true' * peak}"]))
    log = ffmpeg.run([*source, "-vn", "-af", chain, "-f", "null", "-"])
    summary = log[log.rindex("Summary:") :]
    return Loudness(
        integrated=_figure(r"I:\s+(\S+) LUFS", summary),
        true_peak=_figure(r"Peak:\s+(\S+) dBFS", summary) if peak else 0.0,
        range=_figure(r"LRA:\s+(\S+) LU", summary),
    )


def limiter(ceiling: float) -> str:
    """ffmpeg's filter that keeps samples below `ceiling` dB, and moves nothing in time."""
    return f"alimiter=limit={10 ** (ceiling / 20):.4f}:attack=4:release=60:level=false:latency=true"


def _master(mixed: Path, out: Path) -> Loudness:
    """Static gain and a limiter until the encoded sound meets the target."""
    source: list[str | Path] = [*_raw(2), "-i", mixed]
    aim, ceiling = TARGET, CEILING
    found = measure(source, peak=False)
    audible = found.integrated > SILENT
    gain = aim - found.integrated if audible else 0.0
    for _ in range(ATTEMPTS):
        chain = f"volume={gain:.2f}dB,{limiter(ceiling)}"
        found = measure(source, chain, peak=False)
        if audible and abs(found.integrated - aim) > NEAR:
            gain += aim - found.integrated
            continue
        _encode(source, chain, out)
        found = measure(["-i", out])
        off = found.integrated - TARGET if audible else 0.0
        if found.true_peak <= PEAK and abs(off) <= 2 * NEAR:
            return found
        aim -= off  # what the encoder takes away
        gain -= off
        ceiling -= max(0.0, found.true_peak - PEAK + 0.2)
    raise RenderFailed(f"The sound stays at {found.integrated} LUFS, {found.true_peak} dBTP.")


def _encode(source: Sequence[str | Path], chain: str, out: Path) -> None:
    ffmpeg.run(
        [
            *(*source, "-af", chain, "-ar", str(RATE)),
            *("-c:a", "aac", "-aac_coder", "fast", "-b:a", "192k"),
            *("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact"),
            *("-f", "mp4", out),
        ]
    )


def _spoken(timeline: Timeline, speech: Sequence[Path]) -> "Samples":
    import numpy as np

    bus: Samples = np.zeros(round(timeline.seconds * RATE), np.float32)
    for scene, path in zip(timeline.scenes, speech, strict=True):
        start = round(scene.speech_start * RATE)
        said = read_audio(path)[: len(bus) - start]
        bus[start : start + len(said)] += said
    return bus


def _bed(music: Path | None, folder: Path) -> "Samples | None":
    """The music as stereo samples kept on disk, or None when there is none of it."""
    import numpy as np

    if music is None:
        return None
    decoded = folder / "music.f32"
    try:
        ffmpeg.run([*opened(music), *_raw(2), decoded])
    except RenderFailed as error:
        raise InvalidInput(f"{music.name} is not a readable sound file.") from error
    if decoded.stat().st_size == 0:
        return None
    bed: Samples = np.memmap(decoded, np.float32, mode="r").reshape(-1, 2)
    return bed


def _mixed(speech: "Samples", bed: "Samples | None") -> "Iterator[Samples]":
    """Stereo blocks of one second."""
    import numpy as np

    levels = _levels(speech)
    curve = _curve(speech, levels, bed)
    times = np.arange(len(curve)) * STEP
    for start in range(0, len(speech), RATE):
        said = speech[start : start + RATE]
        both = np.repeat(said[:, None], 2, axis=1)
        if bed is not None:
            place = np.arange(start, start + len(said))
            gain = np.interp(place, times, curve).astype(np.float32)
            both += bed[place % len(bed)] * gain[:, None]
        yield both


def _levels(speech: "Samples") -> "Samples":
    """Root mean square of every step."""
    import numpy as np

    steps = -(-len(speech) // STEP)
    padded = np.zeros(steps * STEP, np.float32)
    padded[: len(speech)] = speech
    levels: Samples = np.sqrt(np.mean(padded.reshape(steps, STEP) ** 2, axis=1))
    return levels


def _curve(
    speech: "Samples", levels: "Samples", bed: "Samples | None"
) -> "npt.NDArray[np.float64]":
    """The bed's gain at every step: down before speech starts, up again after it."""
    import numpy as np

    steps = len(levels)
    if bed is None:
        return np.zeros(steps)
    loud = levels[levels > 0.1 * levels.max()] if levels.max() > 0 else levels
    against = float(np.sqrt(np.mean(loud**2))) or 0.1
    sample = bed[: 60 * RATE]
    own = float(np.sqrt(np.mean(np.square(sample, dtype=np.float64)))) or 1.0
    spoken = np.flatnonzero(levels > 0.05 * against)
    edges = np.zeros(steps + 1)
    np.add.at(edges, np.maximum(0, spoken - round(AHEAD * 100)), 1)
    np.add.at(edges, np.minimum(steps, spoken + round(HOLD * 100)), -1)
    ducked = (np.cumsum(edges)[:steps] > 0) * DUCK
    width = round(GLIDE * 100)
    shape = np.hanning(width + 2)[1:-1]
    smooth = np.convolve(np.pad(ducked, width, mode="edge"), shape / shape.sum(), mode="same")
    gain = 10 ** ((BED + smooth[width:-width]) / 20) * against / own
    seconds = (np.arange(steps) + 0.5) / 100
    fade: npt.NDArray[np.float64] = np.clip(seconds / FADE_IN, 0, 1) * np.clip(
        (steps / 100 - seconds) / FADE_OUT, 0, 1
    )
    return gain * fade


def _read_plain(path: Path) -> "Samples | None":
    """Our own kind of wav, read without ffmpeg."""
    import numpy as np

    try:
        with wave.open(str(path), "rb") as file:
            if (file.getnchannels(), file.getsampwidth(), file.getframerate()) != (1, 2, RATE):
                return None
            frames = file.readframes(int(LONGEST * RATE) + 1)
    except (wave.Error, EOFError):
        return None
    whole = np.frombuffer(frames, "<i2", count=len(frames) // 2)  # it may be cut off anywhere
    _held(len(whole), path)
    plain: Samples = whole.astype(np.float32) / np.float32(32767)
    return plain


def _raw(channels: int) -> list[str]:
    return ["-f", "f32le", "-ar", str(RATE), "-ac", str(channels)]


def _figure(pattern: str, log: str) -> float:
    found = re.search(pattern, log)
    if found is None:
        raise RenderFailed("ffmpeg did not say how loud it is.", details=log[-500:])
    return float(found[1].replace("-inf", "-120").replace("nan", "-120"))
