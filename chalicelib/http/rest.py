"""The data API at `/rest/v1`: PostgREST's protocol, spoken by unmodified supabase-js."""

from typing import TYPE_CHECKING
from urllib.parse import unquote

from chalice.app import Blueprint, Response

if TYPE_CHECKING:
    from chalicelib.rest.request.values import Resource

routes = Blueprint(__name__)

READS = ["GET", "HEAD"]
WRITES = ["POST", "PUT", "PATCH", "DELETE"]


@routes.route("/rest/v1", methods=READS)
def root() -> Response:
    """The schema as OpenAPI."""
    return _answer("root", "")


@routes.route("/rest/v1/{table}", methods=[*READS, *WRITES], content_types=["*/*"])
def table(table: str) -> Response:
    """Read and write the rows of a table or view."""
    return _answer("table", unquote(table))


@routes.route("/rest/v1/rpc/{function}", methods=[*READS, *WRITES], content_types=["*/*"])
def function(function: str) -> Response:
    """Call a function."""
    return _answer("function", unquote(function))


def _answer(resource: "Resource", name: str) -> Response:
    """Its stages are loaded by the first request: other functions start without them."""
    from chalicelib.http.rows import answer

    return answer(resource, name)
