"""Titles and thumbnails that change by the day: set at the platform when its day begins.

A rotation that is over gets what won, or what was there before. What is to be set is noted before
it is: of a worker that dies meanwhile nobody knows what it set, so it is set again.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from chalicelib import db, pacific, providers
from chalicelib.actor import Actor
from chalicelib.clients import client
from chalicelib.db import queries
from chalicelib.domains.connections import service as connections
from chalicelib.domains.experiments import rotation
from chalicelib.domains.outbox import service as outbox
from chalicelib.domains.outbox.models import Message, Undeliverable
from chalicelib.domains.publishing.platform import judged
from chalicelib.settings import settings

Row = Mapping[str, Any]

sql = queries(__file__)


def sweep(now: datetime | None = None) -> None:
    """Have the day's variant of every rotation set, once a Pacific day. Run every hour."""
    now = now or datetime.now(UTC)
    today = pacific.day_of(now)
    with db.transaction(Actor.service()) as tx:
        rows = [
            outbox.put(
                tx,
                "rotate",
                {"experiment_key": row["experiment_key"]},
                user_id=row["user_id"],
                dedupe_key=f"rotate:{row['user_id']}:{row['experiment_key']}:{today}:{row['status']}",
            )
            for row in tx.all(sql["to_rotate"], now=now, day=today)
        ]
    outbox.announce(rows)


def deliver(message: Message, now: datetime | None = None) -> None:
    """Set what an experiment is to show now, and note it.

    Raises `Undelivered` and `Undeliverable` as `judged` does.
    """
    assert message.user_id is not None
    actor, key = Actor.worker(message.user_id), message.payload["experiment_key"]
    today = pacific.day_of(now or datetime.now(UTC))
    with db.transaction(actor, read_only=True) as tx:
        row = tx.maybe(sql["rotation"], experiment_key=key)
    if row is None:
        return
    variant = _due(key, row, today)
    with judged(message.user_id, row["oauth_connection_id"]):
        access = connections.access(message.user_id, row["oauth_connection_id"])
        if variant != row["shown"]:
            with db.transaction(actor) as tx:
                tx.run(sql["airing"], experiment_key=key, variant=variant, day=today)
            _set(actor, access, row, variant)
    with db.transaction(actor) as tx:
        tx.run(sql["aired"], experiment_key=key, variant=variant, day=today)


def _due(key: str, row: Row, today: date) -> str:
    """The variant to show on a day; after the end the winner, or else the control."""
    if row["status"] != "running":
        final: str = row["winner"] or row["control"]
        return final
    start = pacific.day_of(row["start_date"])
    shown = rotation.on_air(key, sorted(row["variants"]), start, today)
    return shown or str(row["control"])


def _set(actor: Actor, access: str, row: Row, variant: str) -> None:
    """Show a variant: where it leaves something open, what the video was published with."""
    publisher, looks = providers.publisher(), row["variants"]
    if any(one["title"] for one in looks.values()):
        title = looks[variant]["title"] or row["title"]
        publisher.retitle(access, row["platform_video_id"], title)
    if any(one["thumbnail"] for one in looks.values()):
        picture, kind = _picture(actor, row, looks[variant]["thumbnail"])
        publisher.thumbnail(access, row["platform_video_id"], picture, kind)


def _picture(actor: Actor, row: Row, said: str | None) -> tuple[bytes, str]:
    """A thumbnail by its upload's id. Raises `Undeliverable` for what is none."""
    key, kind = row["thumbnail_key"], row["thumbnail_type"]
    if said is not None:
        with db.transaction(actor, read_only=True) as tx:
            found = tx.maybe(sql["picture_named"], id=said)
        if found is None:
            raise Undeliverable(f"The thumbnail {said!r} is no upload of the user's.")
        key, kind = found["key"], found["content_type"]
    if key is None:
        raise Undeliverable("The video was published without a thumbnail.")
    body = client("s3").get_object(Bucket=settings().media_bucket, Key=key)["Body"].read()
    return body, kind
