"""The gate: publish, hold or rework, promoted after two days, warned of trends."""

from datetime import date, timedelta

import pytest

from chalicelib.domains.channels.kpi import Snapshot, gate, measures, targets

TODAY = date(2026, 3, 20)


def days(*figures: tuple[float, float]) -> list[Snapshot]:
    """Days up to today."""
    first = TODAY - timedelta(len(figures) - 1)
    return [Snapshot(first + timedelta(n), ctr, avd) for n, (ctr, avd) in enumerate(figures)]


@pytest.mark.parametrize(
    ("kind", "ctr", "avd", "decision"),
    [
        ("finance", 0.050, 0.40, "publish"),
        ("finance", 0.049, 0.40, "hold"),
        ("finance", 0.040, 0.35, "hold"),
        ("finance", 0.039, 0.50, "rework"),
        ("finance", 0.060, 0.34, "rework"),
        ("education", 0.040, 0.45, "publish"),
        ("education", 0.032, 0.38, "hold"),
        ("education", 0.031, 0.45, "rework"),
        ("news", 0.055, 0.35, "publish"),
        ("news", 0.045, 0.30, "hold"),
        ("news", 0.044, 0.35, "rework"),
    ],
)
def test_each_type_has_its_bounds(kind: str, ctr: float, avd: float, decision: str) -> None:
    assert gate(targets(kind, {}), days((ctr, avd))).decision == decision


def test_a_channels_own_targets_go_first() -> None:
    own = targets("finance", {"ctr": 0.02, "avd": {"publish": 0.2, "hold": 0.1}, "rpm": 3})
    assert gate(own, days((0.02, 0.2))).decision == "publish"
    assert gate(own, days((0.017, 0.15))).decision == "hold"
    assert gate(own, days((0.015, 0.2))).decision == "rework"


def test_a_target_may_be_in_seconds() -> None:
    own = targets("ambience", {"avd": 1_800}, seconds=3_600)
    assert gate(own, days((0.01, 0.5))).decision == "publish"
    assert gate(own, days((0.01, 0.41))).decision == "hold"
    assert targets("other", {"ctr": "much", "avd": True}) == {}
    assert targets("other", {"ctr": 10**400, "avd": {"publish": -1}}) == {}
    held = targets("other", {"ctr": {"publish": 0.05, "hold": 10**400}})
    assert held == targets("other", {"ctr": 0.05})


def test_two_good_days_promote() -> None:
    wanted = targets("finance", {})
    assert not gate(wanted, days((0.06, 0.5))).promote
    assert gate(wanted, days((0.06, 0.5), (0.06, 0.5))).promote
    assert not gate(wanted, days((0.06, 0.5), (0.06, 0.5), (0.045, 0.5))).promote


def test_without_targets_or_figures_nothing_is_decided() -> None:
    assert gate(targets("ambience", {}), days((0.5, 0.5))).decision == "hold"
    assert "no figures" in gate(targets("news", {}), []).reasons[0]


def test_falling_weeks_are_noticed() -> None:
    falling = days(*[(0.06, 0.5)] * 7, *[(0.055, 0.5)] * 7, *[(0.05, 0.44)] * 7)
    found = gate(targets("finance", {}), falling)
    assert found.decision == "publish"
    assert len(found.warnings) == 2
    assert "investigate" in found.warnings[0]
    assert "12%" in found.warnings[1]
    assert gate(targets("finance", {}), falling[:14]).warnings == ()
    up_and_down = days(*[(0.05, 0.5)] * 7, *[(0.06, 0.5)] * 7, *[(0.055, 0.5)] * 7)
    assert gate(targets("finance", {}), up_and_down).warnings == ()


def test_a_channel_is_held_to_what_it_says_alone() -> None:
    own = {"ctr": 0.05, "cadence": 2, "rpm": 3}
    found = [(one.name, one.verdict) for one in measures(own, cadence=2.0, rpm=None)]
    assert found == [("cadence", "meets"), ("rpm", "unknown")]
    (slow,) = measures({"cadence": 2, "rpm": None}, cadence=1.9, rpm=9.0)
    assert (slow.name, slow.verdict) == ("cadence", "below")
    assert measures({"ctr": 0.05}, cadence=1.0, rpm=1.0) == ()
