"""What published videos come to: their figures day by day, for the channel and for experiments.

Figures come late, may come twice, and are corrected: a month of days is read every day, and the
last word on a day counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from pydantic_core import to_jsonable_python

from chalicelib import db, pacific, providers
from chalicelib.actor import Actor
from chalicelib.db import queries
from chalicelib.domains.connections import service as connections
from chalicelib.domains.experiments import service as experiments
from chalicelib.domains.experiments.models import Day as Observed
from chalicelib.domains.experiments.models import Observations
from chalicelib.domains.outbox import service as outbox
from chalicelib.domains.outbox.models import Message
from chalicelib.domains.publishing.models import Figures, FiguresQuery
from chalicelib.domains.publishing.platform import judged
from chalicelib.providers.publisher.interface import Day

BACK = timedelta(days=30)
"""How far figures are read back."""
AT_ONCE = 25
"""Videos of one message."""
IN_TIME = timedelta(hours=3)
"""A variant that was set later into a day was not shown on all of it."""

Row = Mapping[str, Any]

sql = queries(__file__)


def show(actor: Actor, job_id: UUID, query: FiguresQuery) -> Figures:
    """What an album came to, as far as the platform has told. Raises `NotFound`."""
    with db.transaction(actor, read_only=True) as tx:
        row = tx.one(sql["figures"], id=job_id, since=query.since, until=query.until)
    return Figures.model_validate(row)


def sweep(now: datetime | None = None) -> None:
    """Ask for every published video's figures, once a Pacific day. Run by the daily schedule."""
    today = pacific.day_of(now or datetime.now(UTC))
    rows: list[UUID] = []
    with db.transaction(Actor.service()) as tx:
        out = tx.all(sql["out"])
        for connection_id, videos in groupby(out, lambda row: row["oauth_connection_id"]):
            listed = list(videos)
            for start in range(0, len(listed), AT_ONCE):
                part = listed[start : start + AT_ONCE]
                rows.append(
                    outbox.put(
                        tx,
                        "figures",
                        {
                            "connection_id": str(connection_id),
                            "videos": [row["platform_video_id"] for row in part],
                        },
                        user_id=part[0]["user_id"],
                        dedupe_key=f"figures:{connection_id}:{today}:{start}",
                    )
                )
    outbox.announce(rows)


def deliver(message: Message, now: datetime | None = None) -> None:
    """Read the last month's figures of some videos of one account.

    Raises `Undelivered` and `Undeliverable` as `judged` does.
    """
    assert message.user_id is not None
    connection_id = UUID(message.payload["connection_id"])
    with judged(message.user_id, connection_id):
        access = connections.access(message.user_id, connection_id)
        keep(message.user_id, access, message.payload["videos"], now or datetime.now(UTC))


def keep(user_id: UUID, access: str, videos: Sequence[str], now: datetime) -> None:
    """Store what the platform tells of these videos now, and observe the experiments on them."""
    actor, until = Actor.worker(user_id), pacific.day_of(now)
    days = providers.publisher().days(access, videos, until - BACK, until)
    with db.transaction(actor) as tx:
        told = to_jsonable_python([asdict(day) for day in days])
        tx.run(sql["keep_figures"], days=Jsonb(told))
        running = tx.all(sql["running"], videos=list(videos))
    for experiment in running:
        if experiment["assignment"] == "rotation":
            mine = [day for day in days if day.video_id == experiment["video_id"]]
            observed = list(_rotated(experiment, mine))
        else:
            observed = _split(experiment, access, until)
        if observed:
            key = experiment["experiment_key"]
            experiments.observe(actor, key, Observations(days=observed))


def _rotated(experiment: Row, days: Iterable[Day]) -> Iterable[Observed]:
    """Each whole day of the test, for the variant that was on air on all of it."""
    first, last = _whole_days(experiment)
    for day in days:
        airing = experiment["airings"].get(day.day.isoformat())
        if airing is None or not first <= day.day <= last:
            continue
        if datetime.fromisoformat(airing["at"]) <= pacific.begin(day.day) + IN_TIME:
            yield from _observed(airing["variant_key"], [day])


def _split(experiment: Row, access: str, until: date) -> list[Observed]:
    """Each whole day of the test, as the platform tells it of every variant."""
    first, last = _whole_days(experiment)
    arms = providers.publisher().split(
        access, experiment["video_id"], experiment["variants"], first, min(last, until)
    )
    return [one for key, days in sorted(arms.items()) for one in _observed(key, days)]


def _whole_days(experiment: Row) -> tuple[date, date]:
    """The first and the last day that lie in a test from midnight to midnight."""
    one = timedelta(days=1)
    return (
        pacific.day_of(experiment["start_date"]) + one,
        pacific.day_of(experiment["end_date"]) - one,
    )


def _observed(variant: str, days: Iterable[Day]) -> Iterable[Observed]:
    """Days as experiments count them; one whose reach is not told yet is left for later."""
    for day in days:
        if day.impressions is not None and day.ctr is not None:
            yield Observed(
                variant_key=variant,
                day=day.day,
                impressions=day.impressions,
                clicks=round(day.impressions * day.ctr),
                views=day.views,
                watch_seconds=day.watch_seconds,
            )
