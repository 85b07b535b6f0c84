"""What is concluded, what is not, and how often chance is taken for a winner."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domains.experiments import planner, rotation
from chalicelib.domains.experiments.verdict import Day, decide, settled
from tests.unit.experiments.simulation import START, days

LENGTH = {"concurrent": 14, "rotation": 28}


@pytest.mark.parametrize("assignment", ["concurrent", "rotation"])
def test_a_much_better_variant_wins(assignment: str) -> None:
    arms = days(12, assignment, length=LENGTH[assignment], lifts={"a": 0, "b": 0.5})
    found = decide(arms, "a", assignment, "watch_per_impression")
    assert (found.outcome, found.winner) == ("winner", "b")
    clicks = next(c for c in found.comparisons if c.metric == "ctr")
    assert clicks.low < 0.5 < clicks.high
    assert clicks.low > 0
    assert found.warnings == []


@pytest.mark.parametrize("assignment", ["concurrent", "rotation"])
def test_a_much_worse_variant_leaves_the_control_as_winner(assignment: str) -> None:
    arms = days(2, assignment, length=LENGTH[assignment], lifts={"a": 0, "b": -0.4})
    found = decide(arms, "a", assignment, "watch_per_impression")
    assert (found.outcome, found.winner) == ("winner", "a")


def test_the_same_thing_twice_has_no_winner() -> None:
    arms = days(3, "concurrent", length=14, lifts={"a": 0, "b": 0})
    assert decide(arms, "a", "concurrent", "watch_per_impression").outcome == "none"


def test_clickbait_does_not_win() -> None:
    """Twice the clicks, each watched a tenth as long."""
    arms = days(4, "concurrent", length=14, lifts={"a": 0, "b": 1.0}, watch={"b": -0.9})
    found = decide(arms, "a", "concurrent", "watch_per_impression")
    assert (found.outcome, found.winner) == ("winner", "a")
    by_clicks = decide(arms, "a", "concurrent", "ctr")
    assert (by_clicks.outcome, by_clicks.winner) == ("none", None)
    assert any("shorter per view" in warning for warning in by_clicks.warnings)


def test_three_variants_share_the_error() -> None:
    arms = days(5, "concurrent", length=14, lifts={"a": 0, "b": 0.01, "c": 0.4})
    found = decide(arms, "a", "concurrent", "ctr")
    assert (found.outcome, found.winner) == ("winner", "c")
    assert all("Holm" in comparison.method for comparison in found.comparisons)


@pytest.mark.parametrize(
    ("length", "impressions", "says"),
    [(2, 10_000, "2 whole days"), (7, 200, "700 times")],
)
def test_too_little_is_not_judged(length: int, impressions: int, says: str) -> None:
    arms = days(6, "concurrent", length=length, lifts={"a": 0, "b": 9}, impressions=impressions)
    found = decide(arms, "a", "concurrent", "ctr")
    assert found.outcome == "invalid"
    assert says in found.reason
    assert found.comparisons == []


def test_traffic_that_was_not_split_evenly_is_not_judged() -> None:
    arms = days(7, "concurrent", length=14, lifts={"a": 0, "b": 0.5})
    arms["b"] = [Day(d.day, d.impressions * 11 // 10, d.clicks, d.views, d.watch_seconds)
                 for d in arms["b"]]  # fmt: skip
    found = decide(arms, "a", "concurrent", "ctr")
    assert found.outcome == "invalid"
    assert "not split evenly" in found.reason


@pytest.mark.parametrize("assignment", ["concurrent", "rotation"])
def test_nothing_is_compared_with_a_control_that_has_no_figure(assignment: str) -> None:
    """As where seconds watched were never reported."""
    arms = days(7, assignment, length=LENGTH[assignment], lifts={"a": 0, "b": 0.5})
    arms["a"] = [Day(d.day, d.impressions, d.clicks, d.views, 0.0) for d in arms["a"]]
    found = decide(arms, "a", assignment, "watch_per_impression")
    assert (found.outcome, found.winner) == ("invalid", None)
    assert "a has no watch per impression" in found.reason
    assert {c.metric for c in found.comparisons} == {"ctr"}


def test_weeks_that_are_not_whole_are_mentioned() -> None:
    arms = days(8, "concurrent", length=10, lifts={"a": 0, "b": 0})
    assert "whole weeks" in decide(arms, "a", "concurrent", "ctr").warnings[0]


def test_figures_settle_two_days_after_the_day_in_california() -> None:
    arms = days(9, "concurrent", length=5, lifts={"a": 0, "b": 0})
    midnight = datetime(2026, 1, 8, tzinfo=UTC)
    assert settled(arms, midnight + timedelta(hours=7))["a"] == []
    assert [d.day.day for d in settled(arms, midnight + timedelta(hours=8))["a"]] == [5]


@pytest.mark.parametrize("assignment", ["concurrent", "rotation"])
def test_chance_rarely_wins(assignment: str) -> None:
    """300 tests of a thing against itself: 24 false winners at 5 % are a chance of 1 in 50."""
    runs = [
        decide(
            days(seed, assignment, length=LENGTH[assignment], lifts={"a": 0, "b": 0}),
            "a",
            assignment,
            "watch_per_impression",
        )
        for seed in range(300)
    ]
    assert sum(found.outcome == "winner" for found in runs) < 24


@pytest.mark.parametrize(
    ("rate", "effect", "per_arm"), [(0.05, 0.1, 31_231), (0.05, 0.2, 8_155), (0.04, 0.25, 6_743)]
)
def test_sample_sizes_are_the_textbooks(rate: float, effect: float, per_arm: int) -> None:
    found = planner.plan("concurrent", rate=rate, effect=effect, daily_impressions=10_000)
    assert found.per_arm == per_arm
    assert found.feasible
    assert found.days % 7 == 0


@pytest.mark.parametrize("assignment", ["concurrent", "rotation"])
def test_a_plan_is_kept_by_its_test(assignment: str) -> None:
    """What was planned to be seen is seen in four tests of five."""
    plan = planner.plan(assignment, rate=0.05, effect=0.2, daily_impressions=10_000)
    assert plan.feasible
    seen = [
        decide(
            days(seed, assignment, length=plan.days, lifts={"a": 0, "b": 0.2}), "a",
            assignment, "ctr",
        ).winner == "b"
        for seed in range(100)
    ]  # fmt: skip
    assert sum(seen) >= 70


def test_a_test_that_cannot_finish_says_what_could_be_seen() -> None:
    found = planner.plan("concurrent", rate=0.05, effect=0.05, daily_impressions=300)
    assert not found.feasible
    assert found.days > planner.LONGEST["concurrent"]
    assert found.smallest_effect is not None
    again = planner.plan(
        "concurrent", rate=0.05, effect=found.smallest_effect, daily_impressions=300
    )
    assert again.feasible


@given(
    assignment=st.sampled_from(["concurrent", "rotation"]),
    rate=st.floats(0.0001, 0.15),
    effect=st.floats(0.01, 5),
    daily=st.integers(1, 10**9),
    variants=st.integers(2, 3),
    day_effect=st.floats(0, 2),
)
@example("rotation", 0.0001, 0.01, 1, 2, 0.0)
@example("rotation", 0.5, 0.01, 1, 3, 2.0)
def test_any_test_can_be_planned(
    assignment: planner.Assignment,
    rate: float,
    effect: float,
    daily: int,
    variants: int,
    day_effect: float,
) -> None:
    """And what is said to be the least that can be seen is planned to be."""
    about: dict[str, Any] = {
        "rate": rate, "daily_impressions": daily, "variants": variants, "day_effect": day_effect,
    }  # fmt: skip
    found = planner.plan(assignment, effect=effect, **about)
    assert found.feasible == (found.smallest_effect == effect)
    if found.smallest_effect is not None:
        assert planner.plan(assignment, effect=found.smallest_effect, **about).feasible


def test_every_variant_has_its_turn_in_every_block() -> None:
    keys = ["a", "b", "c"]
    shown = [rotation.on_air("k", keys, START, START + timedelta(n)) for n in range(30)]
    for block in range(10):
        assert set(shown[3 * block : 3 * block + 3]) == set(keys)
    assert len({tuple(shown[3 * block : 3 * block + 3]) for block in range(10)}) > 1
    assert rotation.on_air("k", keys, START, START - timedelta(1)) is None
