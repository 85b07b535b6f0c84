"""Nothing is paid twice: a call to a provider is found by its inputs.

The row in `private.paid_calls` is written before the call (started), the artifact and what came
with it are published before the row says done. A worker that dies in between leaves either both
files, which the next one finds, or a started row, which it waits out. When a worker dies between
the provider's answer and its storage the provider is asked again, under the same idempotency key.

Before a call its price is kept free in every budget it counts against; what a worker that died has
paid for already is taken without asking for room again. What a call cost is written to
`channel_costs`, and added to the album or the stage it was made for, by the statement that says it
is done: a job's cost is right whatever becomes of the worker, the step, or the job. What another
job has paid for is written down as saved, once for each that finds it, by the statement that does.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from pydantic_core import to_jsonable_python

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.db import Tx, queries
from chalicelib.domains.costs.models import Unit
from chalicelib.errors import BudgetExceeded, PaidCallInFlight
from chalicelib.pipelines import artifacts
from chalicelib.providers import calls
from chalicelib.settings import settings

FREE = Decimal(0)

sql = queries(__file__)


@dataclass(frozen=True)
class Made:
    """What a provider answered: a file, facts about it (small, JSON) and its price in USD.

    `units` says how much was used, in tokens unless `unit` says otherwise.
    """

    data: bytes
    suffix: str
    content_type: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    cost_usd: Decimal = FREE
    tokens: int = 0
    units: float | None = None
    unit: Unit = "token"

    @property
    def used(self) -> dict[str, Any]:
        """How much, counted in what; tokens where nothing else is said."""
        units = self.units if self.units is not None else self.tokens or None
        return {"units": units, "unit": None if units is None else self.unit}


@dataclass(frozen=True)
class Paid:
    """A paid call's outcome: `found` when nothing had to be paid for it now.

    `cost_usd` is what it cost the job that asks, now or before; nothing when another one paid.
    """

    key: str
    facts: Mapping[str, Any]
    cost_usd: Decimal = FREE
    tokens: int = 0
    found: bool = True
    used: Mapping[str, Any] = field(default_factory=lambda: {"units": None, "unit": None})


def once(
    actor: Actor,
    kind: str,
    provider: str,
    inputs: tuple[Any, ...],
    make: Callable[[], Made],
    *,
    price: Decimal,
    run_id: UUID,
    stage: str | None = None,
) -> Paid:
    """What `provider` answers to these inputs for this user, asked at most once.

    `price` is what it is expected to cost in USD, `run_id` the job it is for, `stage` the stage of
    that job. Raises `BudgetExceeded` when a budget has no room for it, `PaidCallInFlight` while
    another worker waits for the same answer, and what `make` does.
    """
    key = _key(actor, kind, provider, inputs)
    asked: dict[str, Any] = {
        "key": key,
        "user_id": actor.user_id,
        "provider": provider,
        "run_id": run_id,
    }
    wanted = {**asked, "estimate": price, "stage": stage}
    lease = settings().paid_call_lease_seconds
    with db.transaction(actor) as tx:
        row = tx.maybe(sql["start_paid_call"], **asked, kind=kind, lease=lease)
        first = row is not None and row["mine"] and row["attempt"] == 1
        has_room = not first or _reserve(tx, wanted, attempt=1)
    if not has_room:
        raise BudgetExceeded
    if row is None or row["state"] == "clearing":  # started this moment, or on its way out
        raise PaidCallInFlight
    if row["state"] == "done":
        return Paid(row["artifact_key"], row["result"], row["cost_usd"] if row["ours"] else FREE)
    folder = f"{actor.user_id}/paid/{key}"
    paid = None if first else _left(folder)
    if paid is None and not row["mine"]:
        raise PaidCallInFlight
    if paid is None and not first:
        with db.transaction(actor) as tx:
            if tx.maybe(sql["hold_paid_call"], key=key, attempt=row["attempt"]) is None:
                raise PaidCallInFlight  # whoever was believed dead has finished meanwhile
            has_room = _reserve(tx, wanted, attempt=row["attempt"])
        if not has_room:
            raise BudgetExceeded
    paid = paid or _ask(actor, key, row["attempt"], folder, make)
    with db.transaction(actor) as tx:
        tx.run(
            sql["finish_paid_call"],
            key=key,
            artifact_key=paid.key,
            result=Jsonb(paid.facts),
            cost_usd=paid.cost_usd,
            tokens=paid.tokens,
            **paid.used,
        )
    return paid if row["ours"] or not paid.found else replace(paid, cost_usd=FREE)


def _reserve(tx: Tx, wanted: Mapping[str, Any], *, attempt: int) -> bool:
    """Keep the price free. A call without room is forgotten; commit it, for its user is told."""
    if tx.maybe(sql["reserve_paid_call"], **wanted):
        return True
    tx.run(sql["forget_paid_call"], key=wanted["key"], attempt=attempt)
    return False


def _left(folder: str) -> Paid | None:
    """What a worker that died has paid for: that needs no room any more."""
    left = artifacts.load_if_there(f"{folder}/facts.json")
    if left is None:
        return None
    said = json.loads(left)
    paid = Paid(said["key"], said["facts"], Decimal(said["cost_usd"]), said["tokens"])
    return replace(paid, used=said["used"]) if "used" in said else paid


def _ask(actor: Actor, key: str, attempt: int, folder: str, make: Callable[[], Made]) -> Paid:
    try:
        with calls.keyed(key):
            made = make()
    except Exception:
        with db.transaction(actor) as tx:  # nothing came of it: the next worker need not wait
            tx.run(sql["forget_paid_call"], key=key, attempt=attempt)
        raise
    artifact = artifacts.publish(made.data, f"{folder}/file{made.suffix}", made.content_type)
    left = {
        "key": artifact.key,
        "facts": dict(made.facts),
        "cost_usd": str(made.cost_usd),
        "tokens": made.tokens,
        "used": made.used,
    }
    artifacts.publish(json.dumps(left).encode(), f"{folder}/facts.json", "application/json")
    return Paid(artifact.key, made.facts, made.cost_usd, made.tokens, found=False, used=made.used)


def _key(actor: Actor, kind: str, provider: str, inputs: tuple[Any, ...]) -> str:
    said = json.dumps(to_jsonable_python([str(actor.user_id), kind, provider, inputs]))
    return hashlib.sha256(said.encode()).hexdigest()
