"""The sound of an album: tracks looked at, brought to -14 LUFS, melted together, encoded once."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field
from math import isfinite, log10
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from chalicelib.errors import InvalidInput, RenderFailed
from chalicelib.media import aac, ffmpeg
from chalicelib.media.album import CROSSFADE, RATE
from chalicelib.media.audio import CEILING, PEAK, SILENT, TARGET, Loudness, opened
from chalicelib.media.limiter import limited
from chalicelib.media.loudness import MOMENT, STEP, Meter, gated, mean
from chalicelib.media.peaks import TruePeak

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.float32]
    Levels = npt.NDArray[np.float64]

SHORTEST, LONGEST = 30.0, 900.0
"""Seconds that a track may last."""
NEAR = 0.1
"""LU that a track may be off the target behind the limiter."""
EASY = 3.0
"""dB that the limiter takes from the highest peaks without a change that could be measured."""
MOST_GAIN = 36.0
"""dB: what is quieter has nothing to say but its noise."""
ATTEMPTS = 6
PRIMING = aac.FRAME
"""Samples that the encoder puts before the first. The sound is begun as much later, so that
everything else stands where it should without an edit list."""
BLOCK = RATE
"""Samples worked on at once."""
AT_ONCE = 8192
"""Samples that ffmpeg gives out at once."""
STEREO = f"aformat=sample_fmts=flt:sample_rates={RATE}:channel_layouts=stereo"
SOURCE = re.compile(r"^ *Stream #0:\d.*?: Audio: .*?, (\d+) Hz, ([^,\n]+)", re.MULTILINE)


@dataclass(frozen=True)
class TrackFacts:
    """A sound file as it came, decoded to its end. `samples` are counted at
    48 kHz; `channels` is the layout, as ffmpeg calls it."""

    samples: int
    channels: str
    rate: int
    integrated: float

    @property
    def seconds(self) -> float:
        return self.samples / RATE


@dataclass(frozen=True)
class TrackLevels:
    """What was done to a track: LUFS before, gain in dB, LUFS in the album."""

    before: float
    gain: float
    after: float
    samples: int


@dataclass(frozen=True)
class MasterFacts:
    """An album's sound. `momentary` is the loudness of every second, in LUFS; `log` what the
    encoder said in the end."""

    samples: int
    loudness: Loudness
    tracks: tuple[TrackLevels, ...]
    momentary: tuple[float, ...]
    argv: tuple[str, ...]
    log: str = field(default="", compare=False)

    @property
    def seconds(self) -> float:
        return self.samples / RATE


def check_track(path: Path) -> TrackFacts:
    """Decode a track wholly, and say what it is. Any format, rate and number of channels.

    Raises `InvalidInput` when it cannot be read (`unreadable`), is shorter than 30 seconds
    (`too_short`), longer than 15 minutes (`too_long`) or silent (`silent`). Of what is too long
    no more is decoded than it takes to see that.
    """
    try:
        log = ffmpeg.run([*opened(path), "-map", "0:a:0", "-t", "0", "-f", "null", "-"])
        heard = _listened(_cut(_decoded(path), 0, round(LONGEST * RATE) + 1))
    except RenderFailed as error:
        message = "The file is no sound, or not a whole one."
        raise InvalidInput.of("track", "unreadable", message) from error
    found = SOURCE.search(log)
    seconds = heard.samples / RATE
    if found is None or not heard.samples:
        raise InvalidInput.of("track", "unreadable", "The file holds no sound.")
    if seconds < SHORTEST:
        message = f"A track lasts at least {SHORTEST:.0f} seconds, not {seconds:.1f}."
        raise InvalidInput.of("track", "too_short", message)
    if seconds > LONGEST:
        message = f"A track lasts at most {LONGEST / 60:.0f} minutes."
        raise InvalidInput.of("track", "too_long", message)
    integrated = gated(heard.moments)
    if integrated <= SILENT:
        raise InvalidInput.of("track", "silent", "Nothing can be heard in this track.")
    return TrackFacts(heard.samples, found[2].strip(), int(found[1]), round(integrated, 2))


def waveform(path: Path, bars: int = 96) -> list[float]:
    """The shape of a track: its loudness in so many stretches, 0…1. Raises `RenderFailed`."""
    import numpy as np

    power = 10 ** (_listened(_decoded(path)).moments / 20)
    levels = [float(part.mean()) if len(part) else 0.0 for part in np.array_split(power, bars)]
    most = max(levels) or 1.0
    return [level / most for level in levels]


def master(
    paths: Sequence[Path],
    out: Path,
    *,
    crossfade: float = CROSSFADE,
    on_progress: Callable[[float], None] | None = None,
) -> MasterFacts:
    """Bring every track to -14 LUFS, melt each into the next, and encode the whole into `out`,
    AAC in m4a without an edit list.

    A track gets one gain for all of it; a limiter holds what would then be too high. It is
    measured again in the encoded album. `crossfade` is in seconds.
    `on_progress` gets 0…1; when it raises, the work stops and the exception goes on. Memory
    does not grow with the tracks. The same tracks give the same bytes.

    Raises `InvalidInput` when a file is no sound, or shorter than its crossfades, `RenderFailed`
    when the true peak stays above -1 dBTP.
    """
    fade = round(crossfade * RATE)
    ceiling = CEILING
    with ThreadPoolExecutor(1) as listener:  # ahead of the encoder, which takes longer
        levels = [listener.submit(copy_context().run, _level, path, ceiling) for path in paths]
        try:
            for _ in range(ATTEMPTS):
                made = _made(paths, levels, out, fade, ceiling, on_progress)
                if made.loudness.true_peak <= PEAK:
                    return made
                ceiling -= made.loudness.true_peak - PEAK + 0.2
        finally:
            listener.shutdown(cancel_futures=True)
    raise RenderFailed(f"The true peak stays at {made.loudness.true_peak} dBTP.")


@dataclass(frozen=True)
class _Level:
    """What a track needs, and how long it is."""

    before: float
    gain: float
    samples: int


@dataclass(frozen=True)
class _Heard:
    """What listening to a sound gives: its length, its highest sample, and its loudness every
    100 ms."""

    samples: int
    peak: float
    moments: "Levels"


def _listened(blocks: "Iterable[Samples]") -> _Heard:
    """Raises `RenderFailed` where a sample is no number: no encoder takes that."""
    samples, peak, meter = 0, 0.0, Meter()
    for block in blocks:
        high, low = float(block.max(initial=0)), float(block.min(initial=0))
        if not isfinite(high - low):
            raise RenderFailed("The sound holds what is no number.")
        samples += len(block)
        peak = max(peak, high, -low)
        meter.hear(block)
    return _Heard(samples, peak, meter.moments)


def _level(path: Path, ceiling: float) -> _Level:
    """Listen to a track, and find the gain that brings it to the target behind the limiter."""
    with _naming(path):
        heard = _listened(_decoded(path))
        before = gated(heard.moments)
        if before <= SILENT:
            return _Level(before, 0.0, heard.samples)
        gain = min(MOST_GAIN, TARGET - before)
        for _ in range(ATTEMPTS):
            if 20 * log10(max(heard.peak, 1e-6)) + gain <= ceiling + EASY:
                break
            held = limited(_decoded(path, gain), _amplitude(ceiling))
            off = TARGET - gated(_listened(held).moments)
            if abs(off) <= NEAR:
                break
            gain = min(MOST_GAIN, gain + off)
        return _Level(before, gain, heard.samples)


def _made(
    paths: Sequence[Path],
    levels: "Sequence[Future[_Level]]",
    out: Path,
    fade: int,
    ceiling: float,
    on_progress: Callable[[float], None] | None,
) -> MasterFacts:
    """Encode the album, and listen to what came out."""

    def told(seconds: float) -> None:
        if on_progress is not None:
            known = [level.result().samples for level in levels if level.done()]
            mean = sum(known) / max(1, len(known)) - fade
            on_progress(min(1.0, seconds * RATE / max(1.0, mean * len(levels) + fade)))

    with TemporaryDirectory() as name, ThreadPoolExecutor(1) as listener:
        encoded = Path(name) / "encoded.aac"
        halves = _halves(paths, levels, fade, _amplitude(ceiling))
        argv, log = aac.encode(halves, encoded, on_progress=told)
        heard = listener.submit(copy_context().run, _audited, encoded)
        aac.wrap(encoded, out)
        loudness, moments = heard.result()
    return _facts([level.result() for level in levels], fade, loudness, moments, argv, log)


def _halves(
    paths: Sequence[Path], levels: "Sequence[Future[_Level]]", fade: int, ceiling: float
) -> list[aac.Stretch]:
    """What two cores encode at once: cut where the middle track is heard alone, by whole frames.
    It is one stretch where no track is heard alone for long enough."""

    def sound(tracks: slice, start: int, end: int | None = None) -> "Iterator[Samples]":
        return _cut(limited(_melted(paths[tracks], levels[tracks], fade), ceiling), start, end)

    middle = (len(paths) - 1) // 2
    lengths = [level.result().samples for level in levels[: middle + 1]]
    entry = sum(lengths[:-1]) - fade * middle
    cut = (entry + lengths[-1] - fade) // aac.FRAME - aac.AHEAD
    warm = (cut - aac.WARM) * aac.FRAME
    if len(paths) == 1 or warm < entry + fade:
        return [aac.Stretch(sound(slice(None), PRIMING))]
    end = (cut + aac.AHEAD) * aac.FRAME
    return [
        aac.Stretch(sound(slice(middle + 1), PRIMING, end), last=cut),
        aac.Stretch(sound(slice(middle, None), warm + PRIMING - entry), first=aac.WARM),
    ]


def _audited(stream: Path) -> "tuple[Loudness, Levels]":
    """Decode what the encoder made: how loud it is in the end, and every 100 ms.

    The decoder is run as a filter's source, whose thread does all of it. As an input it would
    hand every packet of 21 ms through five threads, which takes longer than decoding.
    """
    import numpy as np

    true_peak, meter = TruePeak(), Meter()
    source = f"amovie={stream.name}:format_name=aac,asetnsamples={AT_ONCE}:pad=0"
    arguments = ["-f", "lavfi", "-i", source, "-c", "copy", "-f", "f32le", "pipe:1"]
    for data in ffmpeg.decode(arguments, piece=BLOCK * 8, folder=stream.parent):
        block = np.frombuffer(data, np.float32).reshape(-1, 2)
        true_peak.hear(block)
        meter.hear(block)
    moments = meter.moments
    return (
        Loudness(
            integrated=round(gated(moments), 2),
            true_peak=round(true_peak.decibels, 2),
            range=round(meter.range, 2),
        ),
        moments,
    )


def _melted(
    paths: Sequence[Path], levels: "Sequence[Future[_Level]]", fade: int
) -> "Iterator[Samples]":
    """The whole album, block by block. Crossfades follow a quarter of a sine and of a cosine:
    tracks have nothing to do with each other, so their powers add up, and the sum of the two
    squares is one."""
    import numpy as np

    turn = (np.arange(fade, dtype=np.float32)[:, None] + 0.5) * np.float32(np.pi / 2 / max(1, fade))
    going, coming = np.cos(turn), np.sin(turn)
    tail: Samples = np.zeros((0, 2), np.float32)
    for number, (path, measured) in enumerate(zip(paths, levels, strict=True), 1):
        level = measured.result()
        if level.samples < fade and len(paths) > 1:
            raise InvalidInput(f"{path.name} is shorter than its crossfades.")
        place, end = 0, level.samples - fade * (number < len(paths))
        kept: list[Samples] = []
        for block in _decoded(path, level.gain):
            both = slice(place, min(place + len(block), len(tail)))
            fading = tail[both]
            block[: len(fading)] *= coming[both]
            block[: len(fading)] += fading * going[both]
            alone = min(max(0, end - place), len(block))
            if alone:
                yield block[:alone]
            if alone < len(block):
                kept.append(block[alone:])
            place += len(block)
        tail = np.concatenate(kept) if kept else tail[:0]


def _decoded(path: Path, gain: float = 0.0) -> "Iterator[Samples]":
    """A sound as stereo at 48 kHz, so many dB louder, block by block. Raises `RenderFailed`."""
    import numpy as np

    factor = np.float32(_amplitude(gain))
    source = [*opened(path), "-map", "0:a:0", "-af", STEREO]
    for data in ffmpeg.decode([*source, "-f", "f32le", "pipe:1"], piece=BLOCK * 8):
        yield np.frombuffer(data, np.float32).reshape(-1, 2) * factor


def _amplitude(decibels: float) -> float:
    return float(10 ** (decibels / 20))


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """What goes wrong here is the fault of this file."""
    try:
        yield
    except RenderFailed as error:
        raise InvalidInput(f"{path.name} is not a readable sound file.") from error


def _cut(blocks: "Iterator[Samples]", start: int, end: int | None) -> "Iterator[Samples]":
    """Samples `start` to `end`."""
    place = 0
    for block in blocks:
        skipped = max(0, start - place)
        left = len(block) if end is None else max(0, end - place)
        place += len(block)
        if skipped < min(left, len(block)):
            yield block[skipped:left]
        if left < len(block):
            return


def _facts(
    levels: Sequence[_Level],
    fade: int,
    loudness: Loudness,
    moments: "Levels",
    argv: Sequence[str],
    log: str,
) -> MasterFacts:
    import numpy as np

    tracks, start = [], 0
    for level in levels:
        end = start + level.samples
        alone = moments[(start + fade) // STEP : (end - fade) // STEP + 1 - MOMENT]
        after = gated(alone if len(alone) else moments[start // STEP : end // STEP])
        tracks.append(
            TrackLevels(
                round(level.before, 2), round(level.gain, 2), round(after, 2), level.samples
            )
        )
        start = end - fade
    seconds = np.array_split(moments, max(1, round(len(moments) / 10)))
    return MasterFacts(
        samples=start + fade,
        loudness=loudness,
        tracks=tuple(tracks),
        momentary=tuple(round(mean(part), 1) for part in seconds if len(part)),
        argv=tuple(argv),
        log=log[-ffmpeg.TOLD :],
    )
