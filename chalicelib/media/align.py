"""Word times of a recorded voice-over: its sound warped onto speech of the same text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from chalicelib.errors import InvalidInput
from chalicelib.providers.voice.interface import RATE, Speech, SpokenWord

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]
    Ints = NDArray[np.int64]

HOP = RATE // 100
_WINDOW = RATE // 40
_BANDS, _CEPSTRA = 28, 13
_LEVELS = ((16, None), (4, 38), (1, 45))  # frames averaged, and how far the path may stray
_STRAY = 0.12  # what a step that is not diagonal costs more than its frames' distance
_PAUSE = 0.06  # cost of such a step through silence: a speaker may pause anywhere
_SKIP = 0.55  # cost of a sounding frame before the first or after the last word
_BREATH = 30  # frames; a longer silence is not within a word
_DIAGONAL, _DOWN, _RIGHT = 0, 1, 2


def align(pcm: Floats, reference: Speech) -> tuple[SpokenWord, ...]:
    """When each word of `reference` is heard in `pcm`, a recording of the same text.

    `pcm` is mono at 48 kHz; silence, breath or noise may surround and interrupt the speech. Cepstra
    of both are matched by dynamic time warping from coarse to fine: ten minutes take about 6 s.
    Times never go back and lie within the recording. Raises InvalidInput when `pcm` holds no sound.
    """
    seconds = len(pcm) / RATE
    if seconds < 0.1 or float(np.max(np.abs(pcm))) < 1e-4:
        raise InvalidInput("The recording holds no sound.")
    recorded, loud = _features(pcm)
    first, last = _match(*_features(reference.pcm), recorded, loud)

    words: list[SpokenWord] = []
    now = 0.0
    for word in reference.words:
        begin = first[_frame(word.start, len(first))]
        end = max(begin, last[_frame(word.end - 0.01, len(last))])
        voiced = np.flatnonzero(loud[begin : end + 1])
        if len(voiced) and word.end > word.start:
            pieces = np.split(voiced, np.flatnonzero(np.diff(voiced) > _BREATH) + 1)
            longest = max(pieces, key=len)
            begin, end = begin + int(longest[0]), begin + int(longest[-1])
        start = min(max(now, begin / 100), seconds)
        now = min(max(start, (end + 1) / 100), seconds)
        words.append(SpokenWord(word.text, start, now))
    return tuple(words)


def _frame(second: float, count: int) -> int:
    return min(max(round(second * 100), 0), count - 1)


def _features(pcm: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """A row of normalised cepstra and their slopes every 10 ms, and whether there is sound."""
    sound = np.concatenate([np.asarray(pcm, np.float32), np.zeros(_WINDOW, np.float32)])
    sound[1:] -= 0.97 * sound[:-1]
    frames = np.lib.stride_tricks.sliding_window_view(sound, _WINDOW)[::HOP]
    window = np.hanning(_WINDOW).astype(np.float32)
    size = 2048
    bands = _mel_bands(size)
    energy = np.concatenate(
        [
            np.abs(np.fft.rfft(frames[at : at + 2000] * window, size)) ** 2 @ bands
            for at in range(0, len(frames), 2000)  # in pieces: ten minutes are 60,000 frames
        ]
    )
    floor = np.percentile(energy, 8, axis=0) + 1e-9
    log = np.log(energy / floor + 1)
    level = log.mean(1)
    loud = level > 0.3 * np.percentile(level, 92)
    turn = np.arange(_CEPSTRA)[:, None] * (np.arange(_BANDS) + 0.5) * np.pi / _BANDS
    cepstra = log @ np.cos(turn).T
    centre, spread = cepstra[loud].mean(0), cepstra[loud].std(0) + 1e-6
    static = (cepstra - centre) / spread
    padded = np.pad(static, ((3, 3), (0, 0)), "edge")
    slope = (padded[6:] - padded[:-6] + 2 * (padded[5:-1] - padded[1:-5])) / 4
    return np.concatenate([static, 0.7 * slope], 1).astype(np.float32), loud


def _mel_bands(size: int) -> Floats:
    """Triangular bands, evenly spaced as the ear hears, 90 … 6,500 Hz."""
    edges = 700 * (
        10 ** np.linspace(np.log10(1 + 90 / 700), np.log10(1 + 6500 / 700), _BANDS + 2) - 1
    )
    hertz = np.fft.rfftfreq(size, 1 / RATE)[:, None]
    rising = (hertz - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - hertz) / (edges[2:] - edges[1:-1])
    return np.clip(np.minimum(rising, falling), 0, None).astype(np.float32)


def _match(
    spoken: Floats, spoken_loud: NDArray[np.bool_], recorded: Floats, loud: NDArray[np.bool_]
) -> tuple[Ints, Ints]:
    """The first and the last recorded frame that belong to each spoken frame."""
    first = last = np.zeros(0, np.int64)
    coarser = 0
    for step, stray in _LEVELS:
        a, b = _thin(spoken, step), _thin(recorded, step)
        quiet_a, quiet_b = 1 - _thin(spoken_loud, step), 1 - _thin(loud, step)
        if stray is None:
            middle, radius = np.zeros(len(a)), len(b)
        else:
            ratio = coarser // step
            at = np.arange(len(first)) * ratio + (ratio - 1) / 2
            middle = np.interp(np.arange(len(a)), at, (first + last) / 2 * ratio + (ratio - 1) / 2)
            radius = stray
        first, last = _warp(a, quiet_a, b, quiet_b, middle, radius)
        coarser = step
    return first, last


def _thin(features: NDArray[Any], step: int) -> Floats:
    """The mean of every `step` frames."""
    starts = np.arange(0, len(features), step)
    counts = np.diff(np.append(starts, len(features)))
    sums = np.add.reduceat(features.astype(np.float32), starts)
    return np.asarray(sums / counts.reshape(-1, *[1] * (features.ndim - 1)), np.float32)


def _warp(
    a: Floats, quiet_a: Floats, b: Floats, quiet_b: Floats, middle: Floats, radius: int
) -> tuple[Ints, Ints]:
    """The cheapest monotonic path of all rows of `a` through `b` within `radius` of `middle`.

    Row by row; steps within a row are a running minimum over costs summed along it, so that a
    whole row is a few vector operations.
    """
    width = min(len(b), 2 * radius + 1)
    low = np.clip(np.round(middle).astype(np.int64) - radius, 0, len(b) - width)
    low = np.maximum.accumulate(low)
    skipped = np.concatenate([[0], np.cumsum(_PAUSE * quiet_b + _SKIP * (1 - quiet_b))])
    moves = np.empty((len(a), width), np.uint8)
    wall = np.full(width + 1, np.inf)
    before = np.empty(0)
    for row in range(len(a)):
        left = int(low[row])
        here = slice(left, left + width)
        cost = np.sqrt(np.mean((b[here] - a[row]) ** 2, 1)).astype(np.float64)
        if row == 0:
            reached = skipped[here] + cost
            moves[row] = _DIAGONAL
        else:
            moved = min(left - int(low[row - 1]), width)
            known = np.concatenate([wall[:1], before, wall])
            slanted = known[moved : moved + width] + cost
            still = float(quiet_a[row])
            above = known[moved + 1 :][:width] + still * _PAUSE + (1 - still) * (cost + _STRAY)
            reached = np.minimum(slanted, above)
            moves[row] = np.where(slanted <= above, _DIAGONAL, _DOWN)
        along = np.cumsum(quiet_b[here] * _PAUSE + (1 - quiet_b[here]) * (cost + _STRAY))
        before = along + np.minimum.accumulate(reached - along)
        moves[row, before < reached - 1e-6] = _RIGHT
    leave = before + skipped[-1] - skipped[low[-1] + 1 : low[-1] + width + 1]
    return _walk_back(moves, low, int(np.argmin(leave)) + int(low[-1]))


def _walk_back(moves: NDArray[np.uint8], low: Ints, column: int) -> tuple[Ints, Ints]:
    """Follow the moves from the last row's `column` to the first row."""
    rows = len(moves)
    first, last = np.zeros(rows, np.int64), np.zeros(rows, np.int64)
    for row in range(rows - 1, -1, -1):
        last[row] = column
        while moves[row, column - low[row]] == _RIGHT:
            column -= 1
        first[row] = column
        if moves[row, column - low[row]] == _DIAGONAL:
            column = max(column - 1, 0)
    return first, last
