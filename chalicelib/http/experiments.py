"""Experiments with titles and thumbnails."""

from chalice.app import Blueprint

from chalicelib.actor import Actor
from chalicelib.domains.experiments import service as experiments
from chalicelib.domains.experiments.models import (
    Experiment,
    ExperimentsQuery,
    Key,
    NewExperiment,
    Noted,
    Observations,
    Planned,
    PlanQuery,
    PlotQuery,
    Result,
    Summary,
)
from chalicelib.domains.idempotency.service import IdempotencyKey
from chalicelib.errors import Conflict, IllegalMove
from chalicelib.http.endpoint import endpoint
from chalicelib.models import Svg
from chalicelib.pages import Page

routes = Blueprint(__name__)


@routes.route("/v1/experiments/plan", methods=["GET"])
@endpoint()
def plan_experiment(actor: Actor, query: PlanQuery) -> Planned:
    """How long a test would take, and whether it can finish."""
    return experiments.plan(query)


@routes.route("/v1/experiments", methods=["POST"])
@endpoint(status=201, raises=[Conflict])
def create_experiment(actor: Actor, body: NewExperiment, key: IdempotencyKey | None) -> Experiment:
    """Set a test up; it begins with `start`."""
    return experiments.create(actor, body, key)


@routes.route("/v1/experiments", methods=["GET"])
@endpoint()
def list_experiments(actor: Actor, query: ExperimentsQuery) -> Page[Summary]:
    """My experiments, newest first."""
    return experiments.list_page(actor, query)


@routes.route("/v1/experiments/{experiment_key}", methods=["GET"])
@endpoint()
def get_experiment(actor: Actor, experiment_key: Key) -> Experiment:
    """One experiment."""
    return experiments.get(actor, experiment_key)


@routes.route("/v1/experiments/{experiment_key}", methods=["PUT"])
@endpoint(raises=[IllegalMove])
def replace_experiment(actor: Actor, experiment_key: Key, body: NewExperiment) -> Experiment:
    """Set a draft up anew, with its variants."""
    return experiments.replace(actor, experiment_key, body)


@routes.route("/v1/experiments/{experiment_key}", methods=["DELETE"])
@endpoint(status=204, raises=[IllegalMove])
def delete_experiment(actor: Actor, experiment_key: Key) -> None:
    """Delete an experiment and its days. Not while it runs, or its video shows what it tried."""
    experiments.delete(actor, experiment_key)


@routes.route("/v1/experiments/{experiment_key}/start", methods=["POST"])
@endpoint(raises=[Conflict, IllegalMove])
def start_experiment(actor: Actor, experiment_key: Key) -> Experiment:
    """Begin a test; one that cannot finish is refused, and a second one on the same video."""
    return experiments.start(actor, experiment_key)


@routes.route("/v1/experiments/{experiment_key}/stop", methods=["POST"])
@endpoint(raises=[IllegalMove])
def stop_experiment(actor: Actor, experiment_key: Key) -> Experiment:
    """End a test before its time; it will have no winner."""
    return experiments.stop(actor, experiment_key)


@routes.route("/v1/experiments/{experiment_key}/observations", methods=["POST"])
@endpoint()
def observe_experiment(actor: Actor, experiment_key: Key, body: Observations) -> Noted:
    """Report figures day by day; a day that is sent again is replaced."""
    return experiments.observe(actor, experiment_key, body)


@routes.route("/v1/experiments/{experiment_key}/result", methods=["GET"])
@endpoint()
def experiment_result(actor: Actor, experiment_key: Key) -> Result:
    """How a test stands; its verdict once its time is over."""
    return experiments.result(actor, experiment_key)


@routes.route("/v1/experiments/{experiment_key}/decide", methods=["POST"])
@endpoint(raises=[IllegalMove])
def decide_experiment(actor: Actor, experiment_key: Key) -> Result:
    """Give the verdict, once the time is over."""
    return experiments.decide(actor, experiment_key)


@routes.route("/v1/experiments/{experiment_key}/plot.svg", methods=["GET"])
@endpoint()
def plot_experiment(actor: Actor, experiment_key: Key, query: PlotQuery) -> Svg:
    """Each variant's figure with its interval, drawn."""
    return experiments.plot(actor, experiment_key, query)
