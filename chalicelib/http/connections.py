"""Accounts at platforms: connected by OAuth, listed, given up."""

from uuid import UUID

from chalice.app import Blueprint

from chalicelib.actor import Actor
from chalicelib.domains.connections import service
from chalicelib.domains.connections.models import Connect, Connecting, Connection, Consent, Platform
from chalicelib.errors import Conflict, Unavailable
from chalicelib.http.endpoint import endpoint
from chalicelib.pages import Page, PageQuery

routes = Blueprint(__name__)


@routes.route("/v1/oauth/{platform}", methods=["POST"])
@endpoint(raises=[Conflict])
def connect(actor: Actor, platform: Platform, body: Connect) -> Connecting:
    """Begin to connect a channel with its account: where the user gives consent."""
    return service.start(actor, platform, body)


@routes.route("/v1/oauth/{platform}/callback", methods=["POST"])
@endpoint(raises=[Conflict, Unavailable])
def connected(actor: Actor, platform: Platform, body: Consent) -> Connection:
    """Hand in what the platform sent the user back with. The user must be the one who began."""
    return service.finish(actor, platform, body)


@routes.route("/v1/connections", methods=["GET"])
@endpoint()
def list_connections(actor: Actor, query: PageQuery) -> Page[Connection]:
    """My accounts, newest first, and which channels publish with them."""
    return service.list_page(actor, query)


@routes.route("/v1/connections/{connection_id}", methods=["DELETE"])
@endpoint(status=204)
def disconnect(actor: Actor, connection_id: UUID) -> None:
    """Give the tokens of an account back and forget it."""
    service.disconnect(actor, connection_id)
