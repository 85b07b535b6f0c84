"""The finished video, looked at and listened to: is it fit to publish?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.media import captions, ffmpeg
from chalicelib.media.audio import PEAK, RATE, TARGET, Loudness, measure, read_audio
from chalicelib.media.probe import probe
from chalicelib.media.timeline import Timeline, Word

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Curve = npt.NDArray[np.float64]
    Flags = npt.NDArray[np.bool_]

BLACK_LEVEL, BLACK_SHARE, BLACK_SECONDS = 20, 0.96, 0.2
"""Luma up to this, in so much of the frame, for so long, is black. Captions may be on it."""
ROWS = 36
"""Rows of luma that are looked at."""
SILENT_LEVEL, SILENT_SECONDS = 10 ** (-50 / 20), 2.5
"""Below -50 dBFS for so long is a silence."""
SECONDS_SLACK = 0.1
"""Seconds that the sound may differ from the plan."""
LOUDNESS_SLACK = 0.5
"""LU around the target."""
FULL_SCALE, CLIPPED_RUN = 0.999, 4
"""So many samples in a row this close to full scale: a flat top, which can be heard."""
LAG_LIMIT, LAG_RANGE = 0.12, 1.0
"""Seconds that captions may be off the words, and seconds of shift that are tried."""
SURE = 0.25
"""Correlation from which a shift is believed."""
STEPS = 100
"""Steps per second of sound curves."""
LEAST_WORDS = 5
"""With fewer words there is nothing to compare."""
LEAST_HEIGHT = 180
"""Below so many pixels the colour of a word is lost in the encoding."""
SPOKEN_BLUE = 110
"""Blue difference below which a pixel may belong to the highlighted word."""

SRT_TIME = re.compile(r"(\d+):(\d\d):(\d\d),(\d{3}) --> (\d+):(\d\d):(\d\d),(\d{3})")


@dataclass(frozen=True)
class Report:
    """What is wrong, in sentences, and what was measured. No problems: fit to publish."""

    problems: tuple[str, ...]
    figures: dict[str, Any] = field(default_factory=dict)


def check(
    video: Path, timeline: Timeline, loudness: Loudness | None = None, *, srt: str | None = None
) -> Report:
    """Decode the whole video and compare it with its plan.

    Looks for black frames, silence, clipping, a wrong loudness or length, and captions off the
    words: the delivered `srt` against the plan, the plan against the sound, and burned captions
    against the plan. `loudness` is what the mix was measured at; without it the video's own
    sound is measured. Raises `RenderFailed` when the video cannot be decoded.
    """
    facts = probe(video)
    if (facts.width, facts.height) != (timeline.width, timeline.height):
        return Report((f"The picture is {facts.width}x{facts.height}.",))
    shares, blues = _looked(video, timeline)
    figures: dict[str, Any] = {"frames": len(shares), "width": facts.width, "height": facts.height}
    problems = []
    if len(shares) != timeline.frames:
        problems.append(f"The length is wrong: {len(shares)} frames, not {timeline.frames}.")
    black = _stretches(shares >= BLACK_SHARE, timeline.fps, BLACK_SECONDS)
    problems += [f"Black from {start:.2f} to {end:.2f} s." for start, end in black]
    if facts.has_audio:
        sound = read_audio(video)
        problems += _heard(sound, timeline, figures)
        problems += loud(loudness or measure(["-i", video]), figures)
        problems += _spoken(sound, timeline, figures)
    else:
        problems.append("There is no sound.")
    if srt is not None:
        problems += _written(srt, timeline.words)
    if timeline.captions:
        problems += _burned(blues, timeline, figures)
    return Report(tuple(problems), figures)


def _looked(video: Path, timeline: Timeline) -> "tuple[Curve, Curve]":
    """For each frame: the share of it that is black, and how much of the captions' strip has
    the colour of the highlighted word and changed since the frame before."""
    import numpy as np

    place = captions.strip(timeline)
    width, height = timeline.width // 2, place.height // 2
    pick = (
        "[0:v]split[whole][strip];"
        f"[whole]extractplanes=y,scale={width}:{ROWS}:flags=neighbor[luma];"
        f"[strip]crop={timeline.width}:{place.height}:0:{place.top},extractplanes=u[blue];"
        "[luma][blue]vstack[out]"
    )
    pieces = ffmpeg.decode(
        ["-i", video.absolute(), "-filter_complex", pick, "-map", "[out]", "-f", "rawvideo", "-"],
        piece=width * (ROWS + height),
    )
    shares, changes = [], []
    before: npt.NDArray[np.int16] | None = None
    for piece in pieces:
        both = np.frombuffer(piece, np.uint8).reshape(-1, width)
        shares.append(float((both[:ROWS] <= BLACK_LEVEL).mean()))
        now = np.maximum(SPOKEN_BLUE - both[ROWS:].astype(np.int16), 0)
        changes.append(0.0 if before is None else float(np.abs(now - before).sum()))
        before = now
    return np.array(shares), np.array(changes)


def _heard(
    sound: "npt.NDArray[np.float32]", timeline: Timeline, figures: dict[str, Any]
) -> list[str]:
    """Wrong length, silence, clipping."""
    seconds = len(sound) / RATE
    figures["sound_seconds"] = round(seconds, 3)
    problems = []
    if abs(seconds - timeline.seconds) > SECONDS_SLACK:
        problems.append(f"The sound lasts {seconds:.2f} s, not {timeline.seconds:.2f} s.")
    quiet = _stretches(_levels(sound) < SILENT_LEVEL, STEPS, SILENT_SECONDS)
    problems += [f"Silence from {start:.2f} to {end:.2f} s." for start, end in quiet]
    figures["clipped_samples"] = int(((sound >= FULL_SCALE) | (sound <= -FULL_SCALE)).sum())
    if (clipped := clips(sound)) is not None:
        problems.append(f"The sound clips at {clipped:.2f} s.")
    return problems


def clips(sound: "npt.NDArray[np.float32]") -> float | None:
    """Seconds at which the sound stays at full scale for a while, if it does."""
    full = (sound >= FULL_SCALE) | (sound <= -FULL_SCALE)
    starts = len(sound) - CLIPPED_RUN + 1
    if starts < 1:
        return None
    flat = full[:starts]
    for later in range(1, CLIPPED_RUN):
        flat = flat & full[later : later + starts]
    return int(flat.argmax()) / RATE if flat.any() else None


def loud(loudness: Loudness, figures: dict[str, Any]) -> list[str]:
    """Is the sound as loud as it should be? Its figures are kept in `figures`."""
    figures["lufs"], figures["true_peak"] = loudness.integrated, loudness.true_peak
    problems = []
    if abs(loudness.integrated - TARGET) > LOUDNESS_SLACK:
        problems.append(f"The loudness is {loudness.integrated} LUFS, not {TARGET}.")
    if loudness.true_peak > PEAK:
        problems.append(f"The true peak is {loudness.true_peak} dBTP, above {PEAK}.")
    return problems


def _spoken(
    sound: "npt.NDArray[np.float32]", timeline: Timeline, figures: dict[str, Any]
) -> list[str]:
    """Do words stand where somebody speaks?"""
    import numpy as np

    if len(timeline.words) < LEAST_WORDS:
        return []
    planned = np.zeros(round(timeline.seconds * STEPS))
    for word in timeline.words:
        planned[round(word.start * STEPS) : round(word.end * STEPS)] = 1
    lag, sure = _lag(_levels(sound), planned, round(LAG_RANGE * STEPS))
    figures["words_off_by"] = round(lag / STEPS, 3)
    if sure >= SURE and abs(lag / STEPS) > LAG_LIMIT:
        return [f"Captions are off the words: speech is {_by(lag / STEPS)}."]
    return []


def _burned(changes: "Curve", timeline: Timeline, figures: dict[str, Any]) -> list[str]:
    """Does the highlight move when the next word is spoken?"""
    import numpy as np

    words = timeline.words
    if len(words) < LEAST_WORDS or timeline.height < LEAST_HEIGHT:
        return []
    planned = np.zeros(timeline.frames)
    for word in words:
        planned[min(round(word.start * timeline.fps), timeline.frames - 1)] = 1
    kernel = np.array([0.5, 1, 0.5])  # a frame off is no fault
    planned = np.convolve(planned, kernel, "same")
    lag, sure = _lag(np.sqrt(changes), planned, round(LAG_RANGE * timeline.fps))
    figures["highlight_off_by"] = round(lag / timeline.fps, 3)
    if sure < SURE:
        return ["Captions are off the words: no highlight moves with them."]
    if abs(lag / timeline.fps) > LAG_LIMIT:
        return [f"Captions are off the words: they are {_by(lag / timeline.fps)}."]
    return []


def _by(lag: float) -> str:
    return f"{abs(lag):.2f} s {'late' if lag > 0 else 'early'}"


def _written(srt: str, words: Sequence[Word]) -> list[str]:
    """Does the caption file hold every word, in its time?"""
    held: list[tuple[str, float, float]] = []
    for block in re.split(r"\n\s*\n", srt.strip()):
        if (found := SRT_TIME.search(block)) is None:
            continue
        start, end = (_seconds(found.groups()[k : k + 4]) for k in (0, 4))
        held += [(char, start, end) for char in block[found.end() :] if not char.isspace()]
    spoken = [(char, word) for word in words for char in word.text if not char.isspace()]
    if [char for char, _, _ in held] != [char for char, _ in spoken]:
        return ["Captions are off the words: they do not say the same."]
    late = [
        word
        for (_, start, end), (_, word) in zip(held, spoken, strict=True)
        if word.end < start - LAG_LIMIT or word.start > end + LAG_LIMIT
    ]
    return [f"Captions are off the words: {late[0].text!r} is not in its cue."] if late else []


def _seconds(parts: Sequence[str]) -> float:
    hours, minutes, seconds, millis = map(int, parts)
    return hours * 3600 + minutes * 60 + seconds + millis / 1000


def _levels(sound: "npt.NDArray[np.float32]") -> "Curve":
    """Root mean square of each step."""
    import numpy as np

    step = RATE // STEPS
    whole = sound[: len(sound) // step * step].reshape(-1, step)
    power = np.einsum("ij,ij->i", whole, whole, dtype=np.float64) / step
    levels: Curve = np.sqrt(power)
    return levels


def _lag(measured: "Curve", planned: "Curve", reach: int) -> tuple[int, float]:
    """By how many steps `measured` comes after `planned`, and their correlation there."""
    import numpy as np

    length = min(len(measured), len(planned))
    a, b = measured[:length] - measured[:length].mean(), planned[:length] - planned[:length].mean()
    scale = float(np.sqrt((a**2).sum() * (b**2).sum())) or 1.0
    shifts = range(-min(reach, length - 1), min(reach, length - 1) + 1)
    fits = [
        float(a[max(0, s) : length + min(0, s)] @ b[max(0, -s) : length - max(0, s)]) / scale
        for s in shifts
    ]
    best = int(np.argmax(fits))
    return shifts[best], fits[best]


def _stretches(flags: "Flags", rate: float, least: float) -> list[tuple[float, float]]:
    """(start, end) in seconds of runs that last at least so long."""
    import numpy as np

    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return [
        (start / rate, end / rate)
        for start, end in list(pairwise(edges.tolist()))[::2]
        if (end - start) / rate >= least
    ]
