"""The context cache: topics researched once in seven days."""

from uuid import UUID

from chalice.app import Blueprint

from chalicelib.actor import Actor
from chalicelib.domains.idempotency.service import IdempotencyKey
from chalicelib.domains.research import service as research
from chalicelib.domains.research.models import (
    AskResearch,
    Cached,
    Entry,
    ResearchQuery,
    Stats,
    StatsQuery,
)
from chalicelib.errors import BudgetExceeded, Unavailable
from chalicelib.http.endpoint import endpoint
from chalicelib.pages import Page

routes = Blueprint(__name__)


@routes.route("/v1/research", methods=["GET"])
@endpoint()
def list_research(actor: Actor, query: ResearchQuery) -> Page[Entry]:
    """What is known about a topic, or about all of them, newest first."""
    return research.entries(actor, query)


@routes.route("/v1/research", methods=["POST"])
@endpoint(raises=[BudgetExceeded, Unavailable])
def ask_research(actor: Actor, body: AskResearch, key: IdempotencyKey | None) -> Cached:
    """Look a topic up: from the cache when it is fresh, else researched now."""
    return research.ask(actor, body, key)


@routes.route("/v1/research/stats", methods=["GET"])
@endpoint()
def research_stats(actor: Actor, query: StatsQuery) -> Stats:
    """How well the cache serves: hits, misses, what it saved, by day or channel."""
    return research.stats(actor, query)


@routes.route("/v1/research/{entry_id}", methods=["DELETE"])
@endpoint(status=204)
def forget_research(actor: Actor, entry_id: UUID) -> None:
    """Drop an entry, so that its topic is researched anew."""
    research.forget(actor, entry_id)
