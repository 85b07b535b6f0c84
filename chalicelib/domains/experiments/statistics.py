"""Tests of a difference, each for the data it is right for.

Every difference is `b - a`, with a 95 % interval and a two-sided p. Distributions are the standard
library's and mpmath's.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, variance

ALPHA = 0.05
Z = NormalDist().inv_cdf(1 - ALPHA / 2)
MANY = 1e4
"""Degrees of freedom from which on two terms tell Student's t from the normal, to 1e-11."""


@dataclass(frozen=True)
class Difference:
    """What lies between two arms: the estimate, its 95 % interval and p."""

    estimate: float
    low: float
    high: float
    p: float


def proportions(clicks_a: int, shown_a: int, clicks_b: int, shown_b: int) -> Difference:
    """Rates of arms that ran side by side.

    p of the pooled two-proportion z-test; interval by Newcombe's hybrid score (Newcombe 1998,
    Statistics in Medicine 17:873-890, method 10).
    """
    rate_a, rate_b = clicks_a / shown_a, clicks_b / shown_b
    pooled = (clicks_a + clicks_b) / (shown_a + shown_b)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / shown_a + 1 / shown_b))
    p = math.erfc(abs(rate_b - rate_a) / spread / math.sqrt(2)) if spread else 1.0
    low_a, high_a = wilson(clicks_a, shown_a)
    low_b, high_b = wilson(clicks_b, shown_b)
    estimate = rate_b - rate_a
    return Difference(
        estimate,
        estimate - math.hypot(rate_b - low_b, high_a - rate_a),
        estimate + math.hypot(high_b - rate_b, rate_a - low_a),
        p,
    )


def wilson(clicks: int, shown: int) -> tuple[float, float]:
    """The 95 % score interval of a rate (Wilson 1927)."""
    rate, scale = clicks / shown, 1 + Z**2 / shown
    middle = (rate + Z**2 / (2 * shown)) / scale
    reach = Z / scale * math.sqrt(rate * (1 - rate) / shown + Z**2 / (4 * shown**2))
    return middle - reach, middle + reach


def welch(a: Sequence[float], b: Sequence[float]) -> Difference:
    """Means of days that belong to one arm each (Welch 1947): arms may vary differently.

    Each needs two days at least.
    """
    share_a, share_b = variance(a) / len(a), variance(b) / len(b)
    estimate, error = fmean(b) - fmean(a), math.sqrt(share_a + share_b)
    if error == 0:
        return Difference(estimate, estimate, estimate, 1.0)
    freedom = (share_a + share_b) ** 2 / (share_a**2 / (len(a) - 1) + share_b**2 / (len(b) - 1))
    return _student(estimate, error, freedom)


def paired(differences: Sequence[float]) -> Difference:
    """The mean of daily differences between arms that shared their days: what moves a whole day
    moves neither. Needs two days at least."""
    estimate = fmean(differences)
    error = math.sqrt(variance(differences) / len(differences))
    if error == 0:
        return Difference(estimate, estimate, estimate, 1.0)
    return _student(estimate, error, len(differences) - 1)


def holm(ps: Sequence[float]) -> list[float]:
    """p of several comparisons, adjusted so that all of them together err as one (Holm 1979)."""
    adjusted = [0.0] * len(ps)
    least = 0.0
    for rank, place in enumerate(sorted(range(len(ps)), key=ps.__getitem__)):
        least = max(least, min(1.0, (len(ps) - rank) * ps[place]))
        adjusted[place] = least
    return adjusted


def sample_ratio(counts: Sequence[int]) -> float:
    """p of Pearson's test that two or three arms were shown equally often."""
    expected = sum(counts) / len(counts)
    squares = sum((count - expected) ** 2 for count in counts) / expected
    return math.erfc(math.sqrt(squares / 2)) if len(counts) == 2 else math.exp(-squares / 2)


def student_tail(t: float, freedom: float) -> float:
    """Two-sided p of Student's t, by the regularised incomplete beta function."""
    from mpmath import betainc

    return float(betainc(freedom / 2, 0.5, 0, freedom / (freedom + t * t), regularized=True))


def student_reach(freedom: float) -> float:
    """The t that 95 % lie within: where the tail is 5 %."""
    from mpmath import findroot

    near = Z + (Z**3 + Z) / (4 * freedom)  # Cornish and Fisher's first term, and the second
    if freedom >= MANY:
        return near + (5 * Z**5 + 16 * Z**3 + 3 * Z) / (96 * freedom**2)
    return float(findroot(lambda t: student_tail(float(t), freedom) - ALPHA, (near, near + 0.1)))


def _student(estimate: float, error: float, freedom: float) -> Difference:
    reach = student_reach(freedom) * error
    p = student_tail(estimate / error, freedom)
    return Difference(estimate, estimate - reach, estimate + reach, p)
