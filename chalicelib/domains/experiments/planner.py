"""How long a test takes, before it is begun: one that cannot finish is refused."""

import math
from bisect import bisect_left
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

from chalicelib.domains.experiments.statistics import ALPHA, student_reach

POWER = 0.8
FEWEST_DAYS = 3
"""Of each variant."""
LONGEST = {"concurrent": 14, "rotation": 56}
"""Days: YouTube's own tests end after two weeks; a rotation gives each variant its days in turn."""
DAY_EFFECT = 0.10
"""By how much of itself a rate varies from day to day, where a channel's own is not known."""

Assignment = Literal["concurrent", "rotation"]


@dataclass(frozen=True)
class Plan:
    """What it takes to see an effect: `days` in all, `per_arm` of `unit` for each variant."""

    assignment: Assignment
    days: int
    per_arm: int
    unit: Literal["impressions", "days"]
    feasible: bool
    smallest_effect: float | None
    """The least relative effect that could be seen within the longest test; null when none."""


def plan(
    assignment: Assignment,
    *,
    rate: float,
    effect: float,
    daily_impressions: int,
    variants: int = 2,
    day_effect: float = DAY_EFFECT,
) -> Plan:
    """Plan a test of a click rate.

    `rate` is the control's clicks per impression, `effect` the relative change worth knowing
    of, `daily_impressions` those of the whole video. Comparisons with the control share the
    5 % (Bonferroni), so that the plan holds for Holm's verdict.
    """

    def needed(seen: float) -> tuple[int, int]:
        return _needed(assignment, rate, seen, daily_impressions, variants, day_effect)

    def finishes(seen: float) -> bool:
        return needed(seen)[0] <= LONGEST[assignment]

    days, per_arm = needed(effect)
    larger = [effect * (1 + steps / 20) for steps in range(301)]
    possible = [seen for seen in larger if rate * (1 + seen) < 1]
    place = bisect_left(possible, True, key=finishes)  # the larger, the sooner
    smallest = None
    if place < len(possible):  # shown with six digits, and never as less than can be seen
        smallest = math.ceil(possible[place] * 1e6) / 1e6 if place else effect
    unit: Literal["impressions", "days"] = "impressions" if assignment == "concurrent" else "days"
    return Plan(assignment, days, per_arm, unit, place == 0, smallest)


def _needed(
    assignment: Assignment,
    rate: float,
    effect: float,
    daily_impressions: int,
    variants: int,
    day_effect: float,
) -> tuple[int, int]:
    """Days in all, and impressions or days of each variant."""
    other = rate * (1 + effect)
    gap = (other - rate) ** 2
    size = _size(variants - 1)
    if assignment == "concurrent":
        per_arm = math.ceil(size * (rate * (1 - rate) + other * (1 - other)) / gap)
        days = math.ceil(per_arm * variants / daily_impressions)
        return _whole_weeks(max(days, FEWEST_DAYS), LONGEST[assignment]), per_arm
    spread = sum(
        (day_effect * mean) ** 2 + mean * (1 - mean) / daily_impressions for mean in (rate, other)
    )
    of_each = max(math.ceil(size * spread / gap), FEWEST_DAYS)
    heavier = student_reach(2 * of_each - 2) / student_reach(1e6)  # few days have heavier tails
    of_each = max(math.ceil(of_each * heavier**2), FEWEST_DAYS)
    return _whole_weeks(of_each * variants, LONGEST[assignment]), of_each


def _size(comparisons: int) -> float:
    """The squared sum of quantiles that a sample size grows with."""
    alpha = ALPHA / comparisons
    return (NormalDist().inv_cdf(1 - alpha / 2) + NormalDist().inv_cdf(POWER)) ** 2


def _whole_weeks(days: int, longest: int) -> int:
    """Weekdays differ: rounded up to weeks, unless that alone made a test too long."""
    weeks = math.ceil(days / 7) * 7
    return weeks if weeks <= longest or days > longest else days
