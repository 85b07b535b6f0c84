"""What stands out is turned down to the ceiling; all else is left as it is, in its place."""

import numpy as np
import numpy.typing as npt
import pytest

from chalicelib.media.album import RATE
from chalicelib.media.limiter import REACH, limited
from tests.unit.media.albums import tone

Sound = npt.NDArray[np.float32]
CEILING = 0.5


def held(pcm: npt.NDArray[np.floating], *, piece: int = RATE) -> Sound:
    sound = pcm.astype(np.float32)
    pieces = [sound[start : start + piece] for start in range(0, len(sound), piece)]
    return np.concatenate(list(limited(pieces, CEILING)))


def test_what_stays_below_is_untouched() -> None:
    pcm = tone(3, 440, CEILING).astype(np.float32)
    assert np.array_equal(held(pcm), pcm)


@pytest.mark.parametrize("piece", [1, 700, RATE, 1 << 30])
def test_nothing_is_above_the_ceiling_however_it_comes(piece: int) -> None:
    random = np.random.default_rng(2)
    pcm = 0.3 * random.standard_t(3, (RATE // 4 if piece == 1 else 3 * RATE, 2))
    found = held(pcm, piece=piece)
    assert len(found) == len(pcm)
    assert np.abs(found).max() <= CEILING * (1 + 1e-6)
    assert np.abs(found - held(pcm)).max() < 1e-6


@pytest.mark.parametrize("place", [0, 5, RATE - 1, RATE, 2 * RATE - 1])
def test_a_peak_is_turned_down_and_only_what_is_near_it(place: int) -> None:
    pcm = tone(2, 440, 0.1).astype(np.float32)
    pcm[place, 0] = -1.0
    found = held(pcm)
    assert found[place, 0] == pytest.approx(-CEILING)
    assert found[place, 1] == pytest.approx(pcm[place, 1] * CEILING, abs=1e-6)
    near = slice(max(0, place - 2 * REACH), place + 2 * REACH + 1)
    changed = np.flatnonzero((found != pcm).any(axis=1))
    assert near.start <= changed[0] <= changed[-1] < near.stop


def test_the_gain_glides() -> None:
    pcm = np.full((RATE, 2), 0.4, np.float32)
    pcm[RATE // 2] = 1.0
    gain = held(pcm)[:, 1] / pcm[:, 1]
    assert np.abs(np.diff(gain)).max() <= 1.01 * (1 - CEILING) / (2 * REACH + 1)
