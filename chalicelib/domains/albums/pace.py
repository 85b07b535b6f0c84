"""How long an album still takes, from how long the user's earlier ones took."""

from collections.abc import Mapping

from chalicelib.domains.albums.models import SLOTS

FIRST_GUESS = {"generating_music": 1.5, "generating_image": 1.0, "rendering": 3.0}
"""Seconds a stage takes for one minute of album, until the user's own albums say better."""


def seconds_left(
    status: str,
    minutes: int,
    *,
    tracks: int,
    pictures: int,
    rendered: int,
    pace: Mapping[str, float],
) -> int:
    """Seconds until an album that is worked on is ready.

    `tracks` and `pictures` are places filled, of 20; `rendered` is percent; `pace` are seconds
    per minute of album by stage.
    """
    done = {
        "generating_music": tracks / SLOTS,
        "generating_image": pictures / SLOTS,
        "rendering": rendered / 100 if status == "rendering" else 0.0,
    }
    per_minute = {**FIRST_GUESS, **pace}
    return round(sum(per_minute[stage] * minutes * (1 - part) for stage, part in done.items()))
