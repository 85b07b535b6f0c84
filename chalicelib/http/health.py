"""Is the API up, and can it reach what it needs?"""

from typing import Literal

from chalice.app import Blueprint

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.errors import DatabaseUnavailable
from chalicelib.http.endpoint import endpoint
from chalicelib.models import Model

routes = Blueprint(__name__)


class Health(Model):
    """All is well; anything else is a problem."""

    status: Literal["ok"] = "ok"
    database: Literal["ok"] = "ok"


@routes.route("/v1/health", methods=["GET"])
@endpoint(access="public", raises=[DatabaseUnavailable])
def get_health() -> Health:
    """Say `ok` once the database has answered."""
    with db.transaction(Actor.anonymous(), read_only=True) as tx:
        tx.value("select 1")
    return Health()
