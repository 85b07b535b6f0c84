"""The time left shrinks as stages finish and follows the user's earlier videos."""

from typing import Any

from chalicelib.domains.jobs.models import STAGES
from chalicelib.domains.jobs.pace import FIRST_GUESS, seconds_left


def job(minutes: int = 1, pace: dict[str, float] | None = None, **steps: Any) -> dict[str, Any]:
    empty = {"state": "pending", "item_done": 0, "item_total": None, "seconds": None}
    rows = [{**empty, "step_name": name, **steps.get(name, {})} for name in STAGES]
    return {
        "status": "QUEUED",
        "settings": {"minutes": minutes},
        "pace": pace or {},
        "steps": rows,
    }


def test_a_new_job_takes_every_stage_with_sound_and_pictures_side_by_side() -> None:
    sound, pictures = (
        FIRST_GUESS["VOICE_GEN"] + FIRST_GUESS["ALIGNMENT"],
        FIRST_GUESS["VISUAL_PLAN"] + FIRST_GUESS["IMAGE_GEN"],
    )
    assert seconds_left(job()) == round(sum(FIRST_GUESS.values()) - min(sound, pictures))


def test_it_scales_with_the_minutes() -> None:
    assert seconds_left(job(4)) == 4 * (seconds_left(job(1)) or 0)


def test_earlier_videos_are_believed_over_the_first_guess() -> None:
    assert seconds_left(job(pace=dict.fromkeys(STAGES, 1.0))) == 6


def test_finished_stages_and_items_no_longer_count() -> None:
    done = {name: {"state": "succeeded"} for name in list(STAGES)[:6]}
    half = {"state": "started", "item_done": 5, "item_total": 10, "seconds": 0.0}
    left = seconds_left(job(pace=dict.fromkeys(STAGES, 10.0), **done, RENDERING=half))
    assert left == 15


def test_a_slow_stage_is_nearly_done_but_never_done() -> None:
    done = {name: {"state": "succeeded"} for name in list(STAGES)[:7]}
    slow = {"state": "started", "seconds": 1e6}
    left = seconds_left(job(pace=dict.fromkeys(STAGES, 100.0), **done, PACKAGING=slow))
    assert left == 5


def test_an_ended_job_has_no_time_left() -> None:
    assert seconds_left({**job(), "status": "FAILED"}) is None
