"""What the making of an album will cost, by the providers' prices, before a cent is spent."""

from decimal import Decimal
from uuid import UUID

from chalicelib import db, providers
from chalicelib.actor import Actor
from chalicelib.db import Tx, queries
from chalicelib.domains.albums.models import SLOTS, Estimate, Kind, PlacePrice
from chalicelib.domains.albums.places import KINDS, locked, owners, standing, to_make, usual_seconds
from chalicelib.domains.albums.work import Held

sql = queries(__file__)


def estimate(actor: Actor, job_id: UUID) -> Estimate:
    """What is still to be paid for an album, place by place. Raises `NotFound`."""
    with db.transaction(actor.working()) as tx:
        return reckon(tx, locked(tx, job_id))


def keep(tx: Tx, job: Held) -> None:
    """Write down what a locked album will have cost in the end, to be held against what it did.

    Making it anew from what is there leaves the estimate that was made before.
    """
    found = reckon(tx, job)
    tx.run(
        sql["keep_estimate"],
        id=job.id,
        expected_usd=found.expected_usd,
        more=found.total_usd > 0,
    )


def reckon(tx: Tx, job: Held) -> Estimate:
    """The providers' prices for everything a locked album lacks.

    Places that wait for a file of the user's cost nothing. What the user has paid for already, in
    whatever album, is found again and costs nothing either: so it may come to less.
    """
    planning = _planning(job)
    items = _places(tx, job) if job.prompts_json else _unplanned(job)
    total = planning + sum((item.cost_usd for item in items), Decimal(0))
    return Estimate(
        spent_usd=job.cost_usd,
        planning_usd=planning,
        places=items,
        total_usd=total,
        expected_usd=job.cost_usd + total,
    )


def _planning(job: Held) -> Decimal:
    """One plan, when any prompt is still to be written."""
    missing = job.prompts_json is None or any(wish.anew for _, wish in owners(job.prompts_json))
    return providers.text().plan_price() if missing else Decimal(0)


def _places(tx: Tx, job: Held) -> list[PlacePrice]:
    now = standing(tx, job.id)
    return [
        _priced(job, kind, making.order_index, making.seconds)
        for kind in KINDS
        for making in to_make(job, now, kind)
        if making.upload is None
    ]


def _unplanned(job: Held) -> list[PlacePrice]:
    """All places, each track as long as it is on average."""
    seconds = usual_seconds(job)
    return [
        _priced(job, kind, place, seconds if kind == "audio" else None)
        for kind in KINDS
        for place in range(1, SLOTS + 1)
    ]


def _priced(job: Held, kind: Kind, place: int, seconds: float | None) -> PlacePrice:
    if seconds is not None:
        composer = providers.music()
        maker, price = composer.name, composer.track_price(seconds)
    else:
        painter = providers.image()
        maker, price = painter.name, painter.price(*job.drawn_size)
    return PlacePrice(kind=kind, order_index=place, provider=maker, cost_usd=price)
