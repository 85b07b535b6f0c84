"""The signed-in user."""

from chalice.app import Blueprint

from chalicelib.actor import Actor
from chalicelib.domains.accounts import service as accounts
from chalicelib.domains.accounts.models import Me, MePatch
from chalicelib.http.endpoint import endpoint

routes = Blueprint(__name__)


@routes.route("/v1/me", methods=["GET"])
@endpoint()
def get_me(actor: Actor) -> Me:
    """Who I am, and which notices I want."""
    return accounts.me(actor)


@routes.route("/v1/me", methods=["PATCH"])
@endpoint()
def change_me(actor: Actor, body: MePatch) -> Me:
    """Change my profile or preferences."""
    return accounts.change(actor, body)
