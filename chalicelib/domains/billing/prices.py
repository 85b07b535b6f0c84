"""What is sold: packs of credits, and plans that renew every period."""

from typing import NamedTuple


class Plan(NamedTuple):
    """Credits of one period, and how many unused ones of earlier periods go along."""

    credits: int
    rollover: int


PACKS = {900: 10, 3_900: 50, 9_900: 150}
"""US cents → credits."""

PLANS = {plan.credits: plan for plan in (Plan(30, 0), Plan(100, 50), Plan(300, 150))}
"""Credits of one period → the plan. A price names its plan in its metadata, `credits`."""
