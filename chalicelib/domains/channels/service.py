"""Channels: made, read, changed, switched on and off, removed."""

from dataclasses import asdict
from datetime import date
from uuid import UUID

from psycopg.types.json import Jsonb

from chalicelib import db, pages
from chalicelib.actor import Actor
from chalicelib.domains.channels import kpi
from chalicelib.domains.channels.models import (
    Channel,
    ChannelPatch,
    ChannelsQuery,
    Gate,
    NewChannel,
)
from chalicelib.domains.idempotency.service import once
from chalicelib.errors import NotFound

sql = db.queries(__file__)


def create(actor: Actor, channel: NewChannel, key: str | None) -> Channel:
    """Make a channel. Raises `Conflict` when the user has this YouTube channel already."""
    with once(actor, key, Channel, "create_channel", channel) as (tx, first):
        if not first:
            return first.answer
        channel_id = tx.value(sql["create"], **channel.model_dump())
        return first.keep(Channel.model_validate(tx.one(sql["get"], id=channel_id)))


def get(actor: Actor, channel_id: UUID) -> Channel:
    """One channel. Raises `NotFound`."""
    with db.transaction(actor, read_only=True) as tx:
        return Channel.model_validate(tx.one(sql["get"], id=channel_id))


def list_page(actor: Actor, query: ChannelsQuery) -> pages.Page[Channel]:
    """The user's channels, newest first."""
    with db.transaction(actor, read_only=True) as tx:
        return pages.read(tx, sql["page"], query, Channel, is_active=query.is_active)


def change(actor: Actor, channel_id: UUID, patch: ChannelPatch) -> Channel:
    """Change what the patch names.

    Raises `NotFound`, what `create` does, and `IllegalMove` where a channel that is connected to
    an account was to be another one.
    """
    changes = patch.model_dump(exclude_unset=True)
    with db.transaction(actor) as tx:
        tx.run(sql["change"], id=channel_id, changes=Jsonb(changes))
        return Channel.model_validate(tx.one(sql["get"], id=channel_id))


def delete(actor: Actor, channel_id: UUID) -> None:
    """Remove a channel with its albums.

    Raises `NotFound`, and `IllegalMove` while one of them is made or published.
    """
    with db.transaction(actor) as tx:
        if tx.run(sql["delete"], id=channel_id) == 0:
            raise NotFound


def gate(actor: Actor, job_id: UUID) -> Gate:
    """What a video's figures say: publish more like it, hold, rework. Raises `NotFound`."""
    with db.transaction(actor, read_only=True) as tx:
        row = tx.one(sql["kpi"], id=job_id)
    seconds = row["seconds"]
    days = [
        kpi.Snapshot(date.fromisoformat(day["day"]), day["ctr"], day["watched"] / seconds)
        for day in row["days"]
    ]
    found = kpi.gate(kpi.targets(row["channel_type"], row["kpi_targets"], seconds), days)
    held_to = [
        {**asdict(measure), "verdict": measure.verdict}
        for measure in kpi.measures(row["kpi_targets"], cadence=row["cadence"], rpm=row["rpm"])
    ]
    return Gate.model_validate({**asdict(found), "days": len(days), "channel": held_to})
