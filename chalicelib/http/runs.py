"""Runs: the timeline of a job or an album, another try, and how well stages do."""

from uuid import UUID

from chalice.app import Blueprint

from chalicelib.actor import Actor
from chalicelib.domains.idempotency.service import IdempotencyKey
from chalicelib.domains.runs import service as runs
from chalicelib.domains.runs.models import RetryQuery, Run, Slo, SloQuery
from chalicelib.errors import (
    Conflict,
    CreditsExhausted,
    IllegalMove,
    InvalidInput,
    JobAlreadyRunning,
)
from chalicelib.http.endpoint import endpoint
from chalicelib.pages import PageQuery

routes = Blueprint(__name__)


@routes.route("/v1/runs/slo", methods=["GET"])
@endpoint()
def runs_slo(actor: Actor, query: SloQuery) -> Slo:
    """How well stages do: latency, failures, retries and 429s, against what is promised."""
    return runs.slo(actor, query)


@routes.route("/v1/runs/{run_id}", methods=["GET"])
@endpoint()
def get_run(actor: Actor, run_id: UUID, query: PageQuery) -> Run:
    """A run by the id of its job or album: totals, and its stages' tries, newest first."""
    return runs.get(actor, run_id, query)


@routes.route("/v1/runs/{run_id}/retry", methods=["POST"])
@endpoint(
    status=202, raises=[Conflict, CreditsExhausted, IllegalMove, InvalidInput, JobAlreadyRunning]
)
def retry_run(actor: Actor, run_id: UUID, query: RetryQuery, key: IdempotencyKey | None) -> Run:
    """Go on with a run that failed, or an album that was cancelled, where it stopped or earlier."""
    from chalicelib.pipelines import redo  # few requests need them

    return redo.retry(actor, run_id, query, key)
