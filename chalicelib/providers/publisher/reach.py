"""How often thumbnails were shown and clicked: YouTube's reach reports, a CSV file for every day.

A channel's owner has them made by a job (made here when there is none); the first come two days
later and reach back thirty. A day may be reported again: the newest report of it counts.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from chalicelib import pacific
from chalicelib.errors import ProviderGarbage
from chalicelib.outbound import Answer

REPORT = "channel_reach_basic_a1"
MOST_PAGES = 20

Ask = Callable[..., Answer]
"""Method, address, body: one call with the account's token."""
Reach = dict[tuple[str, date], tuple[int, float]]
"""Video and day → how often it was shown, and clicks per impression."""
MOST = 2**53
"""Impressions of a video in one report."""


def days(ask: Ask, api: str, since: date, until: date) -> tuple[Reach, set[str]]:
    """The reach of every video of the account on these days, as far as it is known, and the
    videos of which something cannot be read."""
    job = _job(ask, api)
    newest: dict[date, tuple[str, str]] = {}
    for report in _reports(ask, api, job, since):
        day = pacific.day_of(datetime.fromisoformat(report["startTime"]))
        made = (report["createTime"], report["downloadUrl"])
        if since <= day <= until and made > newest.get(day, ("", "")):
            newest[day] = made
    found: Reach = {}
    unread: set[str] = set()
    for _, address in sorted(newest.values()):
        rows, odd = _rows(ask("GET", address).body)
        found, unread = found | rows, unread | odd
    return found, unread


def _job(ask: Ask, api: str) -> str:
    jobs = _said(ask("GET", f"{api}/v1/jobs")).get("jobs") or []
    for job in jobs:
        if job.get("reportTypeId") == REPORT:
            return str(job["id"])
    wanted = json.dumps({"reportTypeId": REPORT, "name": "Showrunner"}).encode()
    return str(_said(ask("POST", f"{api}/v1/jobs", wanted))["id"])


def _reports(ask: Ask, api: str, job: str, since: date) -> list[dict[str, Any]]:
    moment = (pacific.begin(since) - timedelta(days=1)).astimezone(UTC)
    asked = {"startTimeAtOrAfter": moment.strftime("%Y-%m-%dT%H:%M:%SZ")}
    found: list[dict[str, Any]] = []
    for _ in range(MOST_PAGES):
        page = _said(ask("GET", f"{api}/v1/jobs/{job}/reports?{urlencode(asked)}"))
        found += page.get("reports") or []
        if not page.get("nextPageToken"):
            break
        asked["pageToken"] = page["nextPageToken"]
    return found


def _rows(body: bytes) -> tuple[Reach, set[str]]:
    """A report's rows, added up where a video has several; videos with one that is odd."""
    shown: dict[tuple[str, date], list[float]] = {}
    odd: set[str] = set()
    try:
        for row in csv.DictReader(io.StringIO(body.decode("utf-8-sig"))):
            try:
                day = date.fromisoformat(row["date"])
                count, rate = _seen(row)
            except (TypeError, ValueError):
                odd.add(row["video_id"])
                continue
            sums = shown.setdefault((row["video_id"], day), [0, 0.0])
            sums[0] += count
            sums[1] += count * rate
    except (KeyError, ValueError, csv.Error) as error:
        raise ProviderGarbage("YouTube's reach report cannot be read.") from error
    return {key: (int(n), clicks / n if n else 0.0) for key, (n, clicks) in shown.items()}, odd


def _seen(row: Mapping[str, str]) -> tuple[int, float]:
    """Impressions, and clicks per impression. Raises ValueError for what can be none."""
    count = int(row["video_thumbnail_impressions"])
    rate = float(row["video_thumbnail_impressions_ctr"] or 0)
    if not (0 <= rate <= 1 and 0 <= count <= MOST):
        raise ValueError(rate, count)
    return count, rate


def _said(answer: Answer) -> dict[str, Any]:
    try:
        said: dict[str, Any] = json.loads(answer.body)
    except ValueError as error:
        raise ProviderGarbage("YouTube's list of reports cannot be read.") from error
    return said
