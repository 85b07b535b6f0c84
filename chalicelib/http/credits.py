"""What I may spend, and where it went."""

from chalice.app import Blueprint

from chalicelib.actor import Actor
from chalicelib.domains.credits import service as credits
from chalicelib.domains.credits.models import (
    Balance,
    Estimate,
    EstimateOrder,
    Expiring,
    ExpiringQuery,
    HistoryLine,
    HistoryQuery,
    LedgerEntry,
    Lot,
    LotsQuery,
)
from chalicelib.http.endpoint import endpoint
from chalicelib.pages import Page

routes = Blueprint(__name__)


@routes.route("/v1/credits/balance", methods=["GET"])
@endpoint()
def get_balance(actor: Actor) -> Balance:
    """What I have now."""
    return credits.balance(actor)


@routes.route("/v1/credits/expiring", methods=["GET"])
@endpoint()
def list_expiring(actor: Actor, query: ExpiringQuery) -> list[Expiring]:
    """What is lost within some days, soonest first."""
    return credits.expiring(actor, query.days)


@routes.route("/v1/credits/history", methods=["GET"])
@endpoint()
def list_history(actor: Actor, query: HistoryQuery) -> Page[HistoryLine] | Page[LedgerEntry]:
    """My account, newest first: one line per job, or with `raw` every entry of the ledger."""
    return credits.history(actor, query)


@routes.route("/v1/credits/lots", methods=["GET"])
@endpoint()
def list_lots(actor: Actor, query: LotsQuery) -> Page[Lot]:
    """My lots (credits that came in together), newest first."""
    return credits.lots(actor, query)


@routes.route("/v1/credits/estimate", methods=["POST"])
@endpoint()
def estimate_credits(actor: Actor, body: EstimateOrder) -> Estimate:
    """What a video of some minutes would cost now."""
    return credits.estimate(actor, body.minutes)
