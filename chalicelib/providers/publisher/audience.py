"""An invented audience: the same video, looks and day give the same figures.

It finds a video within days and slowly forgets it, has more time at weekends, and clicks more on
one title or picture than on another, by a little.
"""

from __future__ import annotations

import hashlib
import math
import random
from datetime import date
from typing import NamedTuple

from chalicelib.providers.publisher.interface import Day

WEEK = (0.93, 0.91, 0.94, 0.97, 1.04, 1.16, 1.12)
"""Monday to Sunday: how much of the usual there is to see and to watch."""
FOUND_AFTER = 4
"""Days of growth."""
FORGOTTEN_BY = 45.0
"""Days in which what decays falls to a third; a fifth of the audience stays."""
FINAL_AFTER = 4
"""Days until a day is not corrected any more."""
CORRECTED = 0.2
"""Share of the days that are counted too high at first."""
LOOKS_CTR, LOOKS_WATCH = 0.15, 0.05
"""By how much of itself title and picture change the clicks, and the time watched."""


class Shown(NamedTuple):
    """What people saw of a video before they clicked."""

    title: str
    thumbnail: str


def figures(
    video_id: str,
    shown: Shown,
    age: int,
    day: date,
    today: date,
    *,
    share: float = 1,
    arm: str = "",
) -> Day:
    """What a video came to on a day, `age` days after it came out, as it is told `today`.

    `share` is the part of the audience that saw it in this way (`arm`).
    """
    video = random.Random(video_id)  # noqa: S311 -- figures, not secrets
    reach, ctr = video.uniform(4_000, 16_000), video.uniform(0.035, 0.065)
    length, browsing = video.uniform(900, 1_800), video.uniform(0.2, 0.4)
    chance = random.Random(f"{video_id} {day} {arm}")  # noqa: S311
    level = min(1.0, (age + 1) / FOUND_AFTER) * (0.2 + 0.8 * math.exp(-age / FORGOTTEN_BY))
    level *= WEEK[day.weekday()] * random.Random(f"{video_id} {day}").gauss(1, 0.08)  # noqa: S311
    impressions = max(0, round(reach * level * share * chance.gauss(1, 0.01)))
    rate = ctr * (1 + LOOKS_CTR * _liking(shown, "ctr")) * chance.gauss(1, 0.04)
    clicks = min(impressions, max(0, round(impressions * rate)))
    seconds = length * (1 + LOOKS_WATCH * _liking(shown, "watch")) * chance.gauss(1, 0.03)
    if chance.random() < CORRECTED and (today - day).days < FINAL_AFTER:
        impressions, clicks = round(impressions * 1.06), round(clicks * 1.04)
    views = round(clicks * (1 + browsing))
    return Day(
        video_id=video_id,
        day=day,
        views=views,
        watch_seconds=round(views * seconds, 1),
        average_seconds=round(seconds, 1) if views else 0.0,
        impressions=impressions,
        ctr=clicks / impressions if impressions else 0.0,
    )


def _liking(shown: Shown, what: str) -> float:
    """How much a title and a picture please, -1 to 1."""
    digest = hashlib.sha256(f"{what}\n{shown.title}\n{shown.thumbnail}".encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**31 - 1
