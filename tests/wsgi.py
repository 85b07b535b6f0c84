"""Requests as a WSGI server hands them over, which is how Schemathesis asks in process."""

from typing import Any, NamedTuple


class Asked(NamedTuple):
    """One request."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes


def asked(environ: dict[str, Any]) -> Asked:
    """What a WSGI environment asks for."""
    headers = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    if environ.get("CONTENT_TYPE"):
        headers["content-type"] = environ["CONTENT_TYPE"]
    url = f"{environ['REQUEST_URI'].partition('?')[0]}?{environ['QUERY_STRING']}"
    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    return Asked(environ["REQUEST_METHOD"], url, headers, body)
