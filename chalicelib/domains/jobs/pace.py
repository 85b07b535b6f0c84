"""How long a job still takes, from how long the user's earlier videos took."""

from collections.abc import Mapping
from typing import Any

FIRST_GUESS = {
    "SCRIPTING": 2.0,
    "VOICE_GEN": 10.0,
    "ALIGNMENT": 2.0,
    "VISUAL_PLAN": 1.0,
    "IMAGE_GEN": 20.0,
    "TIMELINE": 2.0,
    "RENDERING": 45.0,
    "PACKAGING": 10.0,
}
"""Seconds a stage takes for one minute of video, until the user's own videos say better."""

SOUND, PICTURES = ("VOICE_GEN", "ALIGNMENT"), ("VISUAL_PLAN", "IMAGE_GEN")
NEARLY = 0.95  # a stage that takes longer than ever before is nearly done, never done


def seconds_left(job: Mapping[str, Any]) -> int | None:
    """Seconds until a job is ready; None when it has ended.

    `job` has `status`, `settings.minutes`, `pace` (seconds per minute of video by stage) and
    `steps`. Sound and pictures are made side by side: the longer of the two counts.
    """
    if job["status"] in ("READY", "FAILED", "CANCELLED"):
        return None
    pace = {**FIRST_GUESS, **job["pace"]}
    left = {
        step["step_name"]: _left(step, pace[step["step_name"]] * job["settings"]["minutes"])
        for step in job["steps"]
    }
    side_by_side = max(sum(left[s] for s in SOUND), sum(left[s] for s in PICTURES))
    rest = sum(seconds for stage, seconds in left.items() if stage not in SOUND + PICTURES)
    return round(side_by_side + rest)


def _left(step: Mapping[str, Any], expected: float) -> float:
    if step["state"] == "succeeded":
        return 0.0
    if step["state"] != "started":
        return expected
    by_items: float = step["item_done"] / max(1, step["item_total"] or 1)
    by_clock: float = (step["seconds"] or 0.0) / max(expected, 0.001)
    return expected * (1 - max(by_items, min(by_clock, NEARLY)))
