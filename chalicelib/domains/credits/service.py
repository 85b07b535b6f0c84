"""Reading one's credits. They are moved by the database's functions alone."""

from datetime import timedelta

from chalicelib import db, pages
from chalicelib.actor import Actor
from chalicelib.domains.credits.models import (
    Balance,
    Estimate,
    Expiring,
    HistoryLine,
    HistoryQuery,
    LedgerEntry,
    Lot,
    LotsQuery,
)
from chalicelib.domains.jobs import pricing

SOON = timedelta(days=30)

sql = db.queries(__file__)


def balance(actor: Actor) -> Balance:
    """What the user has now."""
    with db.transaction(actor, read_only=True) as tx:
        has = tx.maybe(sql["balance"]) or {"available": 0, "reserved": 0}
        soon = tx.all(sql["expiring"], days=SOON.days)
    return Balance(balance=has["available"] + has["reserved"], expiring=_expiring(soon), **has)


def expiring(actor: Actor, days: int) -> list[Expiring]:
    """What is lost within that many days, soonest first."""
    with db.transaction(actor, read_only=True) as tx:
        return _expiring(tx.all(sql["expiring"], days=days))


def history(actor: Actor, query: HistoryQuery) -> pages.Page[HistoryLine] | pages.Page[LedgerEntry]:
    """The account, newest first: one line per job, or every entry of the ledger."""
    by = ("entry_no", "id")
    with db.transaction(actor, read_only=True) as tx:
        if query.raw:
            return pages.read(tx, sql["entries"], query, LedgerEntry, by=by)
        return pages.read(tx, sql["lines"], query, HistoryLine, by=by)


def lots(actor: Actor, query: LotsQuery) -> pages.Page[Lot]:
    """The user's lots, newest first."""
    with db.transaction(actor, read_only=True) as tx:
        return pages.read(tx, sql["lots"], query, Lot, spent=query.spent)


def estimate(actor: Actor, minutes: int) -> Estimate:
    """What a video of that many minutes would cost now. Holds nothing."""
    needed, available = pricing.price(minutes), balance(actor).available
    return Estimate(
        minutes=minutes, credits=needed, available=available, enough=available >= needed
    )


def _expiring(rows: list[dict[str, object]]) -> list[Expiring]:
    return [Expiring.model_validate(row) for row in rows]
