"""How often chance is taken for a winner: tests of a thing against itself, by seed."""

import pytest

from chalicelib.domains.experiments.verdict import decide
from tests.unit.experiments.simulation import days

RUNS = 2_000
LENGTH = {"concurrent": 14, "rotation": 28}
NOMINAL = 0.05
ERROR = (NOMINAL * (1 - NOMINAL) / RUNS) ** 0.5


@pytest.mark.parametrize("assignment", ["concurrent", "rotation"])
def test_false_winners(assignment: str) -> None:
    winners = [
        decide(
            days(seed, assignment, length=LENGTH[assignment], lifts={"a": 0, "b": 0}),
            "a",
            assignment,
            "watch_per_impression",
        )
        for seed in range(RUNS)
    ]
    found = [verdict.winner for verdict in winners if verdict.outcome == "winner"]
    changes, all_ = found.count("b") / RUNS, len(found) / RUNS
    print(
        f"\n{assignment}: {all_:.2%} of {RUNS} tests without a difference had a winner,"
        f" {changes:.2%} one that is not the control (5 % is the aim, {ERROR:.2%} its error)"
    )
    assert changes <= NOMINAL
    assert all_ <= NOMINAL + 2 * ERROR
