"""Loudness of stereo at 48 kHz by ITU-R BS.1770-5, of moments and of the whole."""

from typing import TYPE_CHECKING

from chalicelib.media.audio import RATE

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.float32]
    Levels = npt.NDArray[np.float64]

STEP = RATE // 10
"""Samples from one momentary loudness to the next."""
MOMENT, SHORT_TERM = 4, 30
"""Steps that a momentary and a short-term loudness are the mean of."""
OFFSET = -0.691
"""dB that the shelf lifts a tone of 997 Hz by: it is to be as loud as it is strong."""
ABSOLUTE, RELATIVE = -70.0, -10.0
"""LUFS, and LU against the mean, below which a moment does not count."""
RANGE_RELATIVE = -20.0
"""The same for the loudness range (EBU Tech 3342)."""
NOTHING = -120.0
"""LUFS of silence."""
SHELF = (
    *(1.53512485958697, -2.69169618940638, 1.19839281085285),
    *(-1.69065929318241, 0.73248077421585),
)
HIGH_PASS = (1.0, -2.0, 1.0, -1.99004745483398, 0.99007225036621)
"""Both filters of the K weighting: what they take of the last three samples, and of their own last
two results (BS.1770-5, tables 1 and 2)."""
PART = 48
"""Samples filtered by one matrix product. A step of them is small enough for one thread."""
FORGOTTEN = 1e-9


class Meter:
    """Hears a sound, and knows how loud every 100 ms of it are.

    The K weighting is recursive. Here it is a matrix that turns a part of the sound into what
    the filters make of it, had they been at rest, and another that adds what is left in them
    from the parts before: a quarter of the work of going from sample to sample.
    """

    def __init__(self) -> None:
        import numpy as np

        self._made, self._left, self._on, self._after = _matrices()
        self._state: Samples = np.zeros((2, self._after.shape[0]), np.float32)
        self._rest: Samples = np.zeros((0, 2), np.float32)
        self._powers: list[Levels] = []

    def hear(self, block: "Samples") -> None:
        """The next samples, (n, 2). Less than 100 ms in the end do not count."""
        import numpy as np

        if len(self._rest):
            block = np.concatenate((self._rest, block))
        steps = len(block) // STEP
        self._rest = block[steps * STEP :].copy()
        parts = np.ascontiguousarray(block[: steps * STEP].T).reshape(2, steps, STEP // PART, PART)
        with np.errstate(invalid="ignore", over="ignore"):  # a file may hold no numbers
            heard = parts @ self._made
            states = self._states(parts @ self._left).reshape(*parts.shape[:3], len(self._after))
            heard += states @ self._after
            whole = heard.reshape(2, steps, STEP)
            power = np.vecdot(whole, whole).sum(axis=0, dtype=np.float64) / STEP
        self._powers.append(np.nan_to_num(power, posinf=0.0))

    def _states(self, left: "Samples") -> "Samples":
        """What is left in the filters before each part, from what each leaves by itself."""
        import numpy as np

        left = left.reshape(2, left[0, ..., 0].size, left.shape[-1])
        states = np.concatenate((self._state[:, None], left), axis=1)
        for double, on in enumerate(self._on):
            states[:, 1 << double :] += states[:, : -(1 << double)] @ on
        self._state = states[:, -1]
        return states[:, :-1]

    @property
    def moments(self) -> "Levels":
        """LUFS of every 400 ms that are whole, 100 ms apart."""
        return self._levels(MOMENT)

    @property
    def range(self) -> float:
        """Loudness range in LU (EBU Tech 3342): from the quietest to the loudest three seconds,
        but for the lowest tenth and the highest twentieth."""
        import numpy as np

        levels = _heard(self._levels(SHORT_TERM), RANGE_RELATIVE)
        low, high = np.percentile(levels, (10, 95)) if len(levels) else (0.0, 0.0)
        return float(high - low)

    def _levels(self, steps: int) -> "Levels":
        import numpy as np

        sums = np.concatenate(([0.0], *self._powers)).cumsum()
        means = (sums[steps:] - sums[:-steps]) / steps
        levels: Levels = OFFSET + 10 * np.log10(np.maximum(means, 10 ** (NOTHING / 10)))
        return levels


def gated(moments: "Levels") -> float:
    """Integrated loudness in LUFS of momentary ones: first the silent moments are left out,
    then those 10 LU below the mean of the rest (annex 1)."""
    loud = _heard(moments, RELATIVE)
    return mean(loud) if len(loud) else NOTHING


def mean(levels: "Levels") -> float:
    """The loudness in LUFS whose power is the mean of theirs."""
    import numpy as np

    return float(10 * np.log10(np.mean(10 ** (levels / 10))))


def _heard(levels: "Levels", relative: float) -> "Levels":
    """What is neither silent nor so far below the mean of what is not."""
    heard = levels[levels > ABSOLUTE]
    return heard[heard > mean(heard) + relative] if len(heard) else heard


def _matrices() -> "tuple[Samples, Samples, list[Samples], Samples]":
    """What the filters make of a part, what it leaves in them, how much of that is left after
    1, 2, 4 … parts, and what they make of what is left in them."""
    import numpy as np

    turn, take, give, through = _filters()
    turns = [np.linalg.matrix_power(turn, number) for number in range(PART + 1)]
    answer = [through, *(give @ each @ take for each in turns[:-2])]
    made = np.array([[0.0] * row + answer[: PART - row] for row in range(PART)])
    left = np.stack([each @ take for each in turns[-2::-1]])
    after, upright = np.linalg.qr(np.stack([give @ each for each in turns[:-1]]))
    left = left @ upright.T  # in terms in which nothing is large, so that float32 will do
    on = (upright @ turns[-1] @ np.linalg.inv(upright)).T
    kept = []
    while np.abs(on).max() > FORGOTTEN:
        kept.append(on.astype(np.float32))
        on = on @ on
    return made.astype(np.float32), left.astype(np.float32), kept, after.T.astype(np.float32)


def _filters() -> "tuple[Levels, Levels, Levels, float]":
    """Both filters, one after the other, as one of four states: how the states follow from the
    last ones, and from a sample; what comes out of the states, and straight through."""
    import numpy as np

    (turn, take, give, through), then = (_filter(*each) for each in (SHELF, HIGH_PASS))
    both = np.block([[turn, np.zeros((2, 2))], [np.outer(then[1], give), then[0]]])
    return (
        both,
        np.concatenate((take, then[1] * through)),
        np.concatenate((then[3] * give, then[2])),
        through * then[3],
    )


def _filter(
    b0: float, b1: float, b2: float, a1: float, a2: float
) -> "tuple[Levels, Levels, Levels, float]":
    import numpy as np

    turn = np.array([[-a1, 1.0], [-a2, 0.0]])
    return turn, np.array([b1 - a1 * b0, b2 - a2 * b0]), np.array([1.0, 0.0]), b0
