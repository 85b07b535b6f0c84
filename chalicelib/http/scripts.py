"""Scripts, kept in step over all sessions."""

from uuid import UUID

from chalice.app import Blueprint

from chalicelib.actor import Actor
from chalicelib.domains.idempotency.service import IdempotencyKey
from chalicelib.domains.scripts import service as scripts
from chalicelib.domains.scripts.models import Changes, NewScript, Script, ScriptsQuery
from chalicelib.errors import BadRequest
from chalicelib.http.endpoint import endpoint

routes = Blueprint(__name__)


@routes.route("/v1/scripts", methods=["POST"])
@endpoint(status=201)
def create_script(actor: Actor, body: NewScript, key: IdempotencyKey | None) -> Script:
    """Keep a script."""
    return scripts.create(actor, body, key)


@routes.route("/v1/scripts", methods=["GET"])
@endpoint(raises=[BadRequest])
def list_script_changes(actor: Actor, query: ScriptsQuery) -> Changes:
    """Scripts that changed since I last looked, oldest change first."""
    return scripts.changes(actor, query)


@routes.route("/v1/scripts/{script_id}", methods=["GET"])
@endpoint()
def get_script(actor: Actor, script_id: UUID) -> Script:
    """One script."""
    return scripts.get(actor, script_id)
