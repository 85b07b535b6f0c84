"""What may be concluded from an experiment, and what not.

Gates first, then the primary metric, then the guardrail. Watch time per impression decides
unless the click rate was chosen, as at YouTube itself, so that no clickbait wins.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from chalicelib.domains.experiments import statistics
from chalicelib.domains.experiments.models import Assignment, Comparison, Metric, Outcome, Verdict
from chalicelib.domains.experiments.planner import FEWEST_DAYS
from chalicelib.domains.experiments.statistics import ALPHA, Difference

PREFERRED = 0.2
"""p up to which the better one is preferred, without having won."""
GUARDRAIL = -0.05
"""How far the seconds watched per view may fall, unless chance alone explains it (`PREFERRED`)."""
RATIO_ALPHA = 0.001
FEWEST_IMPRESSIONS = 1_000
"""Of each variant."""
SETTLING = timedelta(hours=48 + 8)
"""Reach figures come two days late, and a day of Pacific time ends 8 hours after UTC's."""

Compared = Literal["watch_per_impression", "ctr", "avd"]


@dataclass(frozen=True)
class Day:
    """One day of one variant."""

    day: date
    impressions: int
    clicks: int
    views: int
    watch_seconds: float


Arms = Mapping[str, Sequence[Day]]
"""variant_key → its days."""


def settled(arms: Mapping[str, Iterable[Day]], now: datetime) -> dict[str, list[Day]]:
    """Days whose figures are final and on which the variant was shown."""
    last = (now.astimezone(UTC) - SETTLING).date() - timedelta(days=1)
    return {
        key: sorted((d for d in days if d.day <= last and d.impressions), key=lambda d: d.day)
        for key, days in arms.items()
    }


def decide(arms: Arms, control: str, assignment: Assignment, metric: Metric) -> Verdict:
    """The verdict on settled days of every variant."""
    others = [key for key in arms if key != control]
    invalid = _gate(arms, assignment)
    if invalid:
        return _verdict("invalid", None, invalid, [], [])
    if assignment == "concurrent":
        arms = _shared(arms)
    metrics: list[Compared] = list(dict.fromkeys([metric, "watch_per_impression", "ctr", "avd"]))
    found = {name: _compared(arms, control, others, assignment, name) for name in metrics}
    every = [comparison for name in metrics for comparison in found[name]]
    warnings = _warnings(arms)
    if not found[metric]:
        reason = f"{control} has no {metric.replace('_', ' ')}: there is nothing to compare with."
        return _verdict("invalid", None, reason, every, warnings)
    best = max(found[metric], key=lambda c: c.lift)
    watched = {c.variant_key: c for c in found["avd"]}
    falls = watched.get(best.variant_key)
    if best.lift > 0 and best.p < PREFERRED and falls is not None and _too_short(falls):
        warnings.append(
            f"{best.variant_key} is watched {-falls.lift:.1%} shorter per view: it cannot win."
        )
        return _verdict("none", None, "The better one is watched too short.", every, warnings)
    if best.lift > 0 and best.p < ALPHA:
        return _verdict("winner", best.variant_key, _said(best), every, warnings)
    if all(c.lift < 0 and c.p < ALPHA for c in found[metric]):
        worst = max(found[metric], key=lambda c: c.p)
        return _verdict("winner", control, _said(worst), every, warnings)
    if best.lift > 0 and best.p < PREFERRED:
        return _verdict("preferred", best.variant_key, _said(best), every, warnings)
    return _verdict("none", None, "No difference can be told from chance.", every, warnings)


def _too_short(watched: Comparison) -> bool:
    return watched.lift < GUARDRAIL and watched.p < PREFERRED


def standing(days: Sequence[Day], metric: Compared) -> Difference | None:
    """A variant's mean day by a metric, with its interval; None before it has two."""
    measured = _measured(days, metric)
    return statistics.paired(measured) if len(measured) > 1 else None


def _gate(arms: Arms, assignment: Assignment) -> str | None:
    """Why nothing may be concluded at all; None when something may."""
    for key, days in arms.items():
        if len(days) < FEWEST_DAYS:
            return f"{key} has {len(days)} whole days; {FEWEST_DAYS} are needed."
        shown = sum(day.impressions for day in days)
        if shown < FEWEST_IMPRESSIONS:
            return f"{key} was shown {shown} times; {FEWEST_IMPRESSIONS} are needed."
    if assignment == "concurrent":
        together = _shared(arms)
        if any(len(days) < FEWEST_DAYS for days in together.values()):
            return f"The variants ran side by side on fewer than {FEWEST_DAYS} days."
        counts = [sum(day.impressions for day in days) for days in together.values()]
        p = statistics.sample_ratio(counts)
        if p < RATIO_ALPHA:
            shares = " to ".join(f"{count:,}" for count in counts)
            return f"The traffic was not split evenly ({shares}, p = {p:.2g}): something is broken."
    return None


def _shared(arms: Arms) -> dict[str, list[Day]]:
    """The days that every variant has."""
    common = set.intersection(*({day.day for day in days} for days in arms.values()))
    return {key: [day for day in days if day.day in common] for key, days in arms.items()}


def _compared(
    arms: Arms, control: str, others: Sequence[str], assignment: Assignment, metric: Compared
) -> list[Comparison]:
    """Every other variant against the control; none where days are missing the figure."""
    made: list[tuple[str, float, float, Difference, int, str]] = []
    for other in others:
        a, b = _measured(arms[control], metric), _measured(arms[other], metric)
        if min(len(a), len(b)) < 2 or (assignment == "concurrent" and len(a) != len(b)):
            continue
        value_a, value_b = _overall(arms[control], metric), _overall(arms[other], metric)
        if not value_a:
            continue
        if assignment == "rotation":
            difference, method = statistics.welch(a, b), "Welch's t on day means"
            value_a, value_b = sum(a) / len(a), sum(b) / len(b)
            n = len(a) + len(b)
        elif metric == "ctr":
            clicks, shown = _total(arms[control]), _total(arms[other])
            difference = statistics.proportions(*clicks, *shown)
            method, n = "pooled z, Newcombe's interval", clicks[1] + shown[1]
        else:
            difference = statistics.paired([y - x for x, y in zip(a, b, strict=True)])
            value_a, value_b = sum(a) / len(a), sum(b) / len(b)
            method, n = "paired t on days", len(a) + len(b)
        made.append((other, value_a, value_b, difference, n, method))
    adjusted = statistics.holm([difference.p for *_, difference, _, _ in made])
    several = "; Holm" if len(made) > 1 else ""
    return [
        Comparison(
            variant_key=other,
            metric=metric,
            control_value=value_a,
            value=value_b,
            lift=difference.estimate / value_a,
            low=difference.low / value_a,
            high=difference.high / value_a,
            p=p,
            n=n,
            method=method + several,
        )
        for (other, value_a, value_b, difference, n, method), p in zip(made, adjusted, strict=True)
    ]


_FIGURES: dict[Compared, Callable[[Day], tuple[float, int]]] = {
    "watch_per_impression": lambda day: (day.watch_seconds, day.impressions),
    "ctr": lambda day: (day.clicks, day.impressions),
    "avd": lambda day: (day.watch_seconds, day.views),
}
"""A metric of a day: what is divided by what."""


def _measured(days: Iterable[Day], metric: Compared) -> list[float]:
    pairs = (_FIGURES[metric](day) for day in days)
    return [above / below for above, below in pairs if below]


def _overall(days: Sequence[Day], metric: Compared) -> float:
    pairs = [_FIGURES[metric](day) for day in days]
    below = sum(pair[1] for pair in pairs)
    return sum(pair[0] for pair in pairs) / below if below else 0.0


def _total(days: Sequence[Day]) -> tuple[int, int]:
    return sum(day.clicks for day in days), sum(day.impressions for day in days)


def _warnings(arms: Arms) -> list[str]:
    days = {day.day for days in arms.values() for day in days}
    if len(days) % 7:
        return [f"{len(days)} days are not whole weeks: weekdays differ."]
    return []


def _said(comparison: Comparison) -> str:
    return (
        f"{comparison.variant_key}: {comparison.lift:+.1%} {comparison.metric.replace('_', ' ')} "
        f"({comparison.low:+.1%} to {comparison.high:+.1%}), p = {comparison.p:.3f}."
    )


def _verdict(
    outcome: Outcome,
    winner: str | None,
    reason: str,
    comparisons: list[Comparison],
    warnings: list[str],
) -> Verdict:
    return Verdict(
        outcome=outcome, winner=winner, reason=reason, comparisons=comparisons, warnings=warnings
    )
