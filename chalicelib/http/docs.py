"""A page to read about the API and to try it. Nothing on it comes from elsewhere."""

from pathlib import Path

from chalice.app import Blueprint, Response

from chalicelib.errors import NotFound
from chalicelib.http.edge import problem

PLACE = Path(__file__).with_name("swagger_ui")
FILES = {
    "start.js": "text/javascript",
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)

routes = Blueprint(__name__)


@routes.route("/docs", methods=["GET"])
def page() -> Response:
    """The page; its description is `/v1/openapi.json`."""
    return _file("index.html", "text/html", **{"Content-Security-Policy": POLICY})


@routes.route("/docs/{name}", methods=["GET"])
def file(name: str) -> Response:
    """A file of the page."""
    return _file(name, FILES[name]) if name in FILES else problem(NotFound())


def _file(name: str, kind: str, **headers: str) -> Response:
    text = (PLACE / name).read_text(encoding="utf-8")
    return Response(
        text,
        {
            "Content-Type": f"{kind}; charset=utf-8",
            "Cache-Control": "public, max-age=3600",
            "X-Content-Type-Options": "nosniff",
            **headers,
        },
    )
