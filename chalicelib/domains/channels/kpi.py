"""The gate of a channel: from how a video does, publish more like it, hold, or rework.

A video is judged by its clicks per impression and by the part of it that is watched. Targets are
the channel's own (`channel_configs.kpi_targets`), or those of its type. Beside it stands what the
whole channel is held to: how often it publishes, and what a thousand views earn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean
from typing import Any, Literal

Decision = Literal["publish", "hold", "rework"]

PROMOTED_AFTER = 2
"""Days in a row that meet the targets."""
PACING = -0.10
"""Change of the part watched, week on week, that asks for a look at the pacing."""
HOLD_SHARE = 0.8
"""Where a channel says only what is good, this much of it still holds."""


@dataclass(frozen=True)
class Target:
    """From `publish` on it is good; below `hold` it is not."""

    publish: float
    hold: float


MOST = 24 * 3600
"""What a target is at the most: seconds watched of a day."""

Targets = Mapping[str, Target]
"""`ctr` (clicks per impression) and `avd` (part of the length that is watched), each 0 to 1."""

BY_TYPE: dict[str, Targets] = {
    "finance": {"ctr": Target(0.05, 0.04), "avd": Target(0.40, 0.35)},
    "education": {"ctr": Target(0.04, 0.032), "avd": Target(0.45, 0.38)},
    "news": {"ctr": Target(0.055, 0.045), "avd": Target(0.35, 0.30)},
}


@dataclass(frozen=True)
class Snapshot:
    """A day: clicks per impression, and the part of the length that a view lasted."""

    day: date
    ctr: float
    avd: float


@dataclass(frozen=True)
class Gate:
    """What to do, why, and what to look into."""

    decision: Decision
    promote: bool
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Measure:
    """What a channel is held to, and what it comes to; None while that is not known."""

    name: Literal["cadence", "rpm"]
    target: float
    value: float | None

    @property
    def verdict(self) -> Literal["meets", "below", "unknown"]:
        if self.value is None:
            return "unknown"
        return "meets" if self.value >= self.target else "below"


def measures(
    own: Mapping[str, Any], *, cadence: float | None, rpm: float | None
) -> tuple[Measure, ...]:
    """A channel's own targets for videos a week and USD a thousand views, where it has any."""
    found: list[Measure] = []
    if (wanted := _figure(own.get("cadence"))) is not None:
        found.append(Measure("cadence", wanted, cadence))
    if (wanted := _figure(own.get("rpm"))) is not None:
        found.append(Measure("rpm", wanted, rpm))
    return tuple(found)


def targets(channel_type: str, own: Mapping[str, Any], seconds: float = 1) -> dict[str, Target]:
    """A channel's targets for a video of so many seconds.

    `{"ctr": 0.05}` or `{"ctr": {"publish": 0.05, "hold": 0.04}}` goes before its type's; an
    `avd` above 1 is in seconds watched.
    """
    found = dict(BY_TYPE.get(channel_type, {}))
    for name in ("ctr", "avd"):
        said = own.get(name)
        given = said if isinstance(said, Mapping) else {"publish": said}
        good, enough = _figure(given.get("publish")), _figure(given.get("hold"))
        if good is None:
            continue
        whole = seconds if name == "avd" and good > 1 else 1
        held = good * HOLD_SHARE if enough is None else enough
        found[name] = Target(good / whole, held / whole)
    return found


def _figure(said: Any) -> float | None:
    """A number that a target may be; None for anything else that a profile may hold."""
    number = isinstance(said, int | float) and not isinstance(said, bool)
    return float(said) if number and 0 <= said <= MOST else None


def gate(wanted: Targets, days: Sequence[Snapshot]) -> Gate:
    """Judge a video by its latest day; `days` in order."""
    if not wanted:
        return Gate("hold", False, ("The channel has no targets: set kpi_targets.",), ())
    if not days:
        return Gate("hold", False, ("There are no figures yet.",), ())
    latest = _judged(wanted, days[-1])
    good = [_judged(wanted, day)[0] == "publish" for day in days[-PROMOTED_AFTER:]]
    promote = len(good) == PROMOTED_AFTER and all(good)
    return Gate(latest[0], promote, latest[1], tuple(_trends(days)))


def _judged(wanted: Targets, day: Snapshot) -> tuple[Decision, tuple[str, ...]]:
    decision: Decision = "publish"
    reasons = []
    for name, target in wanted.items():
        value = getattr(day, name)
        if value < target.hold:
            decision = "rework"
            reasons.append(f"{name} {value:.1%} is below {target.hold:.1%}.")
        elif value < target.publish:
            decision = "hold" if decision == "publish" else decision
            reasons.append(f"{name} {value:.1%} is below {target.publish:.1%}.")
        else:
            reasons.append(f"{name} {value:.1%} meets {target.publish:.1%}.")
    return decision, tuple(reasons)


def _trends(days: Sequence[Snapshot]) -> list[str]:
    """What two or three weeks in a row tell."""
    last = days[-1].day
    weeks = [
        [day for day in days if last - timedelta(7 * (n + 1)) < day.day <= last - timedelta(7 * n)]
        for n in range(3)
    ]
    said = []
    if all(weeks):
        now, before, earlier = (fmean(day.ctr for day in week) for week in weeks)
        if now < before < earlier:
            said.append("ctr has fallen two weeks in a row: investigate.")
    if weeks[0] and weeks[1]:
        now, before = (fmean(day.avd for day in week) for week in weeks[:2])
        if before and now / before - 1 <= PACING:
            said.append(f"avd fell {1 - now / before:.0%} in a week: look at the pacing.")
    return said
