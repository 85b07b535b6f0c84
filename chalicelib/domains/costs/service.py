"""Budgets and costs as their user meets them: set, spent, added up, looked ahead."""

import math
from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from statistics import NormalDist, fmean, stdev
from uuid import UUID

from chalicelib import db, pages, providers
from chalicelib.actor import Actor
from chalicelib.db import Tx
from chalicelib.domains.costs.models import (
    LONGEST_DAYS,
    Budget,
    BudgetsQuery,
    ChannelBudget,
    Costs,
    CostsQuery,
    Forecast,
    NewCost,
    SetBudget,
    Sum,
    Written,
)
from chalicelib.errors import Conflict, InvalidInput, NotFound
from chalicelib.models import Svg
from chalicelib.pages import Page

sql = db.queries(__file__)

CENT = Decimal("0.0001")
LISTED = 20
"""Channels that are named to somebody who names none of them."""
EIGHT_OF_TEN = NormalDist().inv_cdf(0.9)


def set_budget(actor: Actor, budget: SetBudget) -> Budget:
    """Make a budget, or change the one of its scope and period.

    Raises `InvalidInput` for a name that no call is paid for: it would hold for nothing.
    """
    with db.transaction(actor.working()) as tx:
        found = tx.value(
            sql["set_budget"], **{**budget.model_dump(), "scope_id": _named(tx, budget)}
        )
        return _budgets(tx, id=found)[0]


def set_channel_budget(actor: Actor, channel_id: UUID, budget: ChannelBudget) -> Budget:
    """Make or change a budget of a channel. Raises `NotFound`."""
    wanted = SetBudget(scope="channel", scope_id=str(channel_id), **budget.model_dump())
    with db.transaction(actor.working()) as tx:
        tx.one(sql["channel"], id=channel_id)
        found = tx.value(sql["set_budget"], **wanted.model_dump())
        return _budgets(tx, id=found)[0]


def channel_budgets(actor: Actor, channel_id: UUID) -> list[Budget]:
    """A channel's budgets. Raises `NotFound`."""
    with db.transaction(actor, read_only=True) as tx:
        tx.one(sql["channel"], id=channel_id)
        return _budgets(tx, scope="channel", scope_id=str(channel_id))


def budgets(actor: Actor, query: BudgetsQuery) -> Page[Budget]:
    """The user's budgets and what of each is gone, newest first."""
    with db.transaction(actor, read_only=True) as tx:
        return pages.read(
            tx, sql["budgets"], query, Budget, id=None, scope=query.scope, scope_id=query.scope_id
        )


def delete_budget(actor: Actor, budget_id: UUID) -> None:
    """Take a budget away. Raises `NotFound`."""
    with db.transaction(actor) as tx:
        if not tx.run(sql["delete_budget"], id=budget_id):
            raise NotFound


def record(actor: Actor, cost: NewCost) -> Written:
    """Write down what was paid elsewhere; once for its key.

    Raises `Conflict` when the key stands for another payment.
    """
    said = cost.model_dump()
    with db.transaction(actor.working()) as tx:
        written: bool = tx.value(sql["record"], **said)
        if not written and not tx.value(sql["recorded"], **said):
            raise Conflict("This key stands for another payment.", hint="Give each its own key.")
    return Written(written=written)


def costs(actor: Actor, query: CostsQuery, today: date | None = None) -> Costs:
    """Costs of some days by group. Raises `InvalidInput` for more than a year."""
    until = query.until or today or datetime.now(UTC).date()
    since = query.since or until - min(timedelta(days=30), until - date.min)
    if not timedelta(0) <= until - since <= timedelta(days=LONGEST_DAYS):
        raise InvalidInput.of("since", "range", f"Is up to {LONGEST_DAYS} days before until.")
    asked = {"since": since, "until": until, "channel_id": query.channel_id}
    with db.transaction(actor, read_only=True) as tx:
        if query.group == "video":
            sums = tx.all(sql["videos"], **asked)
        else:
            sums = tx.all(sql["sums"], group=query.group, **asked)
        produced = tx.one(sql["produced"], **asked)
        drift = tx.one(sql["drift"], **asked)
    total = sums[0]["total_usd"] if sums else Decimal(0)
    minutes, videos = Decimal(produced["produced_minutes"]), produced["videos"]
    return Costs(
        since=since,
        until=until,
        total_usd=total,
        produced_minutes=minutes.quantize(Decimal("0.01")),
        videos=videos,
        usd_per_video=(total / videos).quantize(CENT) if videos else None,
        usd_per_minute=(total / minutes).quantize(CENT) if minutes else None,
        **drift,
        items=[Sum.model_validate(row) for row in sums],
    )


def forecast(actor: Actor, channel_id: str | None) -> Forecast:
    """Where the month is heading: what was spent, and each day to come like the last fourteen."""
    with db.transaction(actor, read_only=True) as tx:
        row = tx.one(sql["month"], channel_id=channel_id)
    today: date = row["today"]
    days_left = monthrange(today.year, today.month)[1] - today.day
    return _forecast(row["spent_usd"], row["days"], row["cap_usd"], today, days_left)


def spend_plot(actor: Actor, channel_id: str | None) -> Svg:
    """This month's spending day by day, against its budget and with its forecast, drawn."""
    from chalicelib.media import plots

    ahead = forecast(actor, channel_id)
    until = ahead.month.replace(day=monthrange(ahead.month.year, ahead.month.month)[1])
    today = until - timedelta(days=ahead.days_left)
    found = costs(
        actor, CostsQuery(group="day", channel_id=channel_id, since=ahead.month, until=today)
    )
    spent = {date.fromisoformat(day.group): float(day.cost_usd) for day in found.items}
    month = [ahead.month + timedelta(days=n) for n in range(today.day)]
    return Svg(
        plots.spend(
            [(day, spent.get(day, 0.0)) for day in month],
            title=f"Spending in {ahead.month:%B %Y}",
            cap=None if ahead.cap_usd is None else float(ahead.cap_usd),
            forecast=float(ahead.forecast_usd),
            until=until,
        )
    )


def _named(tx: Tx, budget: SetBudget) -> str | None:
    """What calls say for the channel or provider of a budget."""
    match budget.scope:
        case "user":
            return None
        case "provider":
            known = providers.paid()
            if budget.scope_id not in known:
                raise InvalidInput.of("scope_id", "exists", f"Is one of: {', '.join(known)}.")
            return budget.scope_id
        case "channel":
            mine = tx.maybe(sql["channel_named"], name=budget.scope_id)
            if mine is None:
                raise InvalidInput.of("scope_id", "exists", _no_such_channel(tx))
            return str(mine["id"])


def _no_such_channel(tx: Tx) -> str:
    said = [f"{row['id']} ({row['name']})" for row in tx.all(sql["channels"], limit=LISTED)]
    if not said:
        return "There is no such channel of yours, and none at all."
    more = ", …" if len(said) == LISTED else "."
    return f"There is no such channel of yours; yours are: {', '.join(said)}{more}"


def _forecast(
    spent: Decimal, days: Sequence[Decimal], cap: Decimal | None, today: date, days_left: int
) -> Forecast:
    """The range assumes that days vary by themselves, as the last ones did."""
    daily = Decimal(fmean(map(float, days))) if days else Decimal(0)
    spread = stdev(map(float, days)) if len(days) > 1 else 0.0
    reach = Decimal(
        EIGHT_OF_TEN * spread * math.sqrt(days_left * (1 + days_left / max(len(days), 1)))
    )
    heading = spent + daily * days_left
    passes = None
    if cap is not None and spent >= cap:
        passes = today
    elif cap is not None and daily and heading > cap:
        passes = today + timedelta(days=math.ceil((cap - spent) / daily))
    return Forecast(
        month=today.replace(day=1),
        spent_usd=spent,
        daily_usd=daily.quantize(CENT),
        days_left=days_left,
        forecast_usd=heading.quantize(CENT),
        low_usd=max(spent, heading - reach).quantize(CENT),
        high_usd=(heading + reach).quantize(CENT),
        cap_usd=cap,
        passes_on=passes,
    )


def _budgets(tx: Tx, **asked: object) -> list[Budget]:
    wanted = dict.fromkeys(("id", "scope", "scope_id", "after", "after_id", "limit")) | asked
    return [Budget.model_validate(row) for row in tx.all(sql["budgets"], **wanted)]
