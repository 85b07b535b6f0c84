"""The edge of every request: who is being answered, and one shape for every error."""

import json
from collections.abc import Callable
from contextvars import ContextVar

from chalice.app import CORSConfig, Request, Response

from chalicelib.errors import (
    MethodNotAllowed,
    NotFound,
    ShowrunnerError,
    UnsupportedMediaType,
)

PROBLEM = "application/problem+json"
CORS = CORSConfig(
    allow_origin="*",
    allow_headers=[
        "Accept-Profile",
        "apikey",
        "Content-Profile",
        "Idempotency-Key",
        "If-Match",
        "If-None-Match",
        "Prefer",
        "Range",
        "Range-Unit",
        "X-Client-Info",
        "X-Retry-Count",
        "X-Supabase-Api-Version",
    ],
    expose_headers=[
        "Content-Profile",
        "Content-Range",
        "ETag",
        "Link",
        "Location",
        "Preference-Applied",
        "Retry-After",
        "X-Request-Id",
    ],
    max_age=7200,
)
"""Tokens travel in headers, never in cookies alone, so any origin may ask."""

BORN_IN_CHALICE: dict[int, type[ShowrunnerError]] = {
    404: NotFound,
    405: MethodNotAllowed,
    415: UnsupportedMediaType,
}

current: ContextVar[Request] = ContextVar("current")
"""The request being answered."""


def edge(request: Request, get_response: Callable[[Request], Response]) -> Response:
    """Middleware around every request: whatever answers, the client reads one shape."""
    current.set(request)
    response = get_response(request)
    if response.status_code >= 400 and response.headers.get("Content-Type") != PROBLEM:
        allow = str(response.headers.get("Allow", ""))
        error = BORN_IN_CHALICE.get(response.status_code, ShowrunnerError)
        response = problem(error(headers={"Allow": allow} if allow else None))
    for name, value in CORS.get_access_control_headers().items():
        response.headers.setdefault(name, value)
    response.headers["X-Request-Id"] = request_id(request)
    return response


def problem(error: ShowrunnerError) -> Response:
    """An error as `application/problem+json`."""
    request = current.get()
    members = error.problem() | {"request_id": request_id(request)}
    headers: dict[str, str | list[str]] = {
        "Cache-Control": "no-store",
        **error.headers,
        "Content-Type": PROBLEM,
    }
    return Response(json.dumps(members), headers, error.STATUS_CODE)


def request_id(request: Request) -> str:
    """What the logs call this request."""
    return str(getattr(request.lambda_context, "aws_request_id", ""))
