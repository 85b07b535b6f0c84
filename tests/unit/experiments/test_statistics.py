"""Every figure against scipy's, or against the paper it comes from."""

import random

import pytest
from scipy import stats

from chalicelib.domains.experiments import statistics

SEEDS = range(25)


def close(value: float) -> object:
    return pytest.approx(value, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_welch_is_scipys(seed: int) -> None:
    chance = random.Random(seed)
    a = [chance.gauss(5, 1) for _ in range(chance.randint(2, 20))]
    b = [chance.gauss(5.5, 3) for _ in range(chance.randint(2, 20))]
    ours, theirs = statistics.welch(a, b), stats.ttest_ind(b, a, equal_var=False)
    interval = theirs.confidence_interval(0.95)
    assert (ours.p, ours.low, ours.high) == (
        close(theirs.pvalue), close(interval.low), close(interval.high)
    )  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_paired_is_scipys(seed: int) -> None:
    chance = random.Random(seed)
    differences = [chance.gauss(0.3, 1) for _ in range(chance.randint(2, 30))]
    ours, theirs = statistics.paired(differences), stats.ttest_1samp(differences, 0)
    interval = theirs.confidence_interval(0.95)
    assert (ours.p, ours.low, ours.high) == (
        close(theirs.pvalue), close(interval.low), close(interval.high)
    )  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_the_pooled_z_is_pearsons_test_of_a_table(seed: int) -> None:
    chance = random.Random(seed)
    shown_a, shown_b = chance.randint(50, 9_000), chance.randint(50, 9_000)
    clicks_a, clicks_b = chance.randint(1, shown_a // 4), chance.randint(1, shown_b // 4)
    table = [[clicks_a, shown_a - clicks_a], [clicks_b, shown_b - clicks_b]]
    theirs = stats.chi2_contingency(table, correction=False)
    assert statistics.proportions(clicks_a, shown_a, clicks_b, shown_b).p == close(theirs.pvalue)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_interval_of_a_rate_is_scipys(seed: int) -> None:
    chance = random.Random(seed)
    shown = chance.randint(5, 9_000)
    clicks = chance.randint(0, shown)
    theirs = stats.binomtest(clicks, shown).proportion_ci(0.95, "wilson")
    assert statistics.wilson(clicks, shown) == (close(theirs.low), close(theirs.high))


def test_the_interval_of_a_difference_is_newcombes() -> None:
    """His example (a): 56 of 70 against 48 of 80, 0.0524 to 0.3339 by method 10."""
    found = statistics.proportions(48, 80, 56, 70)
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)


def test_sample_ratios_are_pearsons() -> None:
    for counts in ([5_000, 5_200], [900, 1_000, 1_100], [10_000, 10_000]):
        assert statistics.sample_ratio(counts) == close(stats.chisquare(counts).pvalue)


def test_holm_takes_the_steps_of_his_paper() -> None:
    assert statistics.holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert statistics.holm([0.5, 0.9]) == pytest.approx([1.0, 1.0])
    assert statistics.holm([]) == []


def test_no_spread_tells_nothing() -> None:
    assert statistics.welch([1, 1], [2, 2]).p == 1
    assert statistics.paired([0.5, 0.5, 0.5]).p == 1
    assert statistics.proportions(0, 100, 0, 100).p == 1
