"""Is the API up, and can it reach what it needs?"""

from chalice.app import Blueprint

from chalicelib import db
from chalicelib.actor import Actor

routes = Blueprint(__name__)


@routes.route("/v1/health", methods=["GET"])
def health() -> dict[str, str]:
    """Say `ok` once the database has answered. 503 `DatabaseUnavailable`."""
    with db.transaction(Actor.anonymous(), read_only=True) as tx:
        tx.value("select 1")
    return {"status": "ok", "database": "ok"}
