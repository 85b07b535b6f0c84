"""What providers are paid, and budgets that refuse a call before it is made."""

from uuid import UUID

from chalice.app import Blueprint

from chalicelib.actor import Actor
from chalicelib.domains.costs import service as costs
from chalicelib.domains.costs.models import (
    Budget,
    BudgetsQuery,
    ChannelBudget,
    Costs,
    CostsQuery,
    Forecast,
    ForecastQuery,
    NewCost,
    SetBudget,
    Written,
)
from chalicelib.errors import Conflict
from chalicelib.http.endpoint import endpoint
from chalicelib.models import Svg
from chalicelib.pages import Page

routes = Blueprint(__name__)


@routes.route("/v1/budgets", methods=["GET"])
@endpoint()
def list_budgets(actor: Actor, query: BudgetsQuery) -> Page[Budget]:
    """My budgets, newest first, and what of each is gone."""
    return costs.budgets(actor, query)


@routes.route("/v1/budgets", methods=["PUT"])
@endpoint()
def set_budget(actor: Actor, body: SetBudget) -> Budget:
    """Make a budget, or change the one of its scope and period."""
    return costs.set_budget(actor, body)


@routes.route("/v1/budgets/{budget_id}", methods=["DELETE"])
@endpoint(status=204)
def delete_budget(actor: Actor, budget_id: UUID) -> None:
    """Take a budget away."""
    costs.delete_budget(actor, budget_id)


@routes.route("/v1/channels/{channel_id}/budgets", methods=["GET"])
@endpoint()
def list_channel_budgets(actor: Actor, channel_id: UUID) -> list[Budget]:
    """A channel's budgets."""
    return costs.channel_budgets(actor, channel_id)


@routes.route("/v1/channels/{channel_id}/budgets", methods=["PUT"])
@endpoint()
def set_channel_budget(actor: Actor, channel_id: UUID, body: ChannelBudget) -> Budget:
    """Make a channel's budget, or change the one of its period."""
    return costs.set_channel_budget(actor, channel_id, body)


@routes.route("/v1/costs", methods=["GET"])
@endpoint()
def get_costs(actor: Actor, query: CostsQuery) -> Costs:
    """What was paid, by provider, day, run, video, channel or operation."""
    return costs.costs(actor, query)


@routes.route("/v1/costs", methods=["POST"])
@endpoint(status=201, raises=[Conflict])
def record_cost(actor: Actor, body: NewCost) -> Written:
    """Write down what was paid elsewhere; once for its key."""
    return costs.record(actor, body)


@routes.route("/v1/costs/forecast", methods=["GET"])
@endpoint()
def forecast_costs(actor: Actor, query: ForecastQuery) -> Forecast:
    """Where the month is heading, and when it reaches its budget."""
    return costs.forecast(actor, query.channel_id)


@routes.route("/v1/costs/plot.svg", methods=["GET"])
@endpoint()
def plot_costs(actor: Actor, query: ForecastQuery) -> Svg:
    """This month's spending against its budget, drawn."""
    return costs.spend_plot(actor, query.channel_id)
