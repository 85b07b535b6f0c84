"""Days of an experiment made up by seed: days differ, and so do clicks and minutes watched."""

from datetime import date, timedelta
from random import Random

from chalicelib.domains.experiments.rotation import on_air
from chalicelib.domains.experiments.verdict import Day

START = date(2026, 1, 5)


def days(
    seed: int,
    assignment: str,
    *,
    length: int,
    lifts: dict[str, float],
    watch: dict[str, float] | None = None,
    impressions: int = 10_000,
    rate: float = 0.05,
    day_effect: float = 0.10,
) -> dict[str, list[Day]]:
    """Each variant's days: clicks move by its lift, seconds per view by its `watch`."""
    chance = Random(seed)
    arms: dict[str, list[Day]] = {key: [] for key in lifts}
    for passed in range(length):
        day = START + timedelta(passed)
        clicking, watching = (max(0.2, chance.gauss(1, day_effect)) for _ in range(2))
        shown = list(lifts) if assignment == "concurrent" else [
            str(on_air(str(seed), sorted(lifts), START, day))
        ]  # fmt: skip
        for key in shown:
            each = impressions // len(shown)
            p = rate * clicking * (1 + lifts[key])
            clicks = max(0, round(chance.gauss(each * p, (each * p * (1 - p)) ** 0.5)))
            longer = 1 + (watch or {}).get(key, 0)
            seconds = 0.0
            if clicks:  # the mean of many skewed views
                seconds = clicks * 120 * watching * longer * chance.gauss(1, 0.9 / clicks**0.5)
            arms[key].append(Day(day, each, clicks, clicks, max(0.0, seconds)))
    return arms
