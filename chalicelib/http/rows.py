"""One request of the data API, from Chalice's request to Chalice's response."""

import json
from functools import lru_cache
from http import HTTPStatus
from typing import cast

from chalice.app import Response

from chalicelib import rest
from chalicelib.actor import Actor
from chalicelib.domains.accounts import service as accounts
from chalicelib.errors import PayloadTooLarge, ShowrunnerError, Unauthenticated
from chalicelib.http import parse
from chalicelib.http.edge import PROBLEM, current, problem
from chalicelib.http.tokens import verifier
from chalicelib.observability import logger
from chalicelib.rest.errors import RestError
from chalicelib.rest.request.values import Resource
from chalicelib.settings import settings

OURS = "public"
"""The schema where the house's own tables stand; users there have a record."""
LARGEST_BODY = 6 * 1024 * 1024  # bytes: what Lambda takes


@lru_cache
def options() -> rest.Options:
    """The settings of the data API, as it takes them."""
    chosen = settings()
    return rest.Options(
        chosen.rest_schemas,
        chosen.rest_extra_search_path,
        chosen.rest_max_rows,
        chosen.rest_aggregates,
        chosen.rest_plans,
        chosen.rest_rollback,
    )


def answer(resource: Resource, name: str) -> Response:
    """Answer the current request; errors in PostgREST's words."""
    try:
        found = rest.answer(_http(resource, name), _actor(), options())
    except RestError as error:
        return _refused(error)
    except Unauthenticated as error:
        code = "PGRST303" if "expired" in error.message else "PGRST301"
        headers = {"WWW-Authenticate": "Bearer", **error.headers}
        return _refused(RestError(401, code, error.message, headers=headers))
    except ShowrunnerError as error:
        return problem(error)
    except Exception:
        logger.exception("request failed")
        return problem(ShowrunnerError(hint="Tell us the request_id if it happens again."))
    return Response(found.body, cast("dict[str, str | list[str]]", found.headers), found.status)


def _http(resource: Resource, name: str) -> rest.Http:
    request = current.get()
    sent = request.query_params
    body = cast(bytes, request.raw_body) or b""
    if len(body) > LARGEST_BODY:
        raise PayloadTooLarge
    return rest.Http(
        request.method,
        resource,
        name,
        tuple((key, value) for key in sent for value in sent.getlist(key)) if sent else (),
        dict(request.headers),
        body,
        str(request.context.get("path") or request.path),
    )


def _actor() -> Actor:
    """Who asks. A user of the house has a record before they read or write it."""
    token = parse.token(current.get())
    actor = verifier().actor(token) if token is not None else Actor.anonymous()
    if actor.role == "authenticated" and OURS in options().schemas:
        accounts.ensure(actor)
    return actor


def _refused(error: RestError) -> Response:
    """PostgREST's error, which is at the same time a problem of RFC 9457."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(error.status).phrase
        if error.status in HTTPStatus._value2member_map_
        else "Error",
        "status": error.status,
        "detail": error.message,
        **error.body(),
    }
    if error.status >= 500:
        logger.warning("data API refused", extra={"code": error.code, "reason": error.message})
    headers: dict[str, str | list[str]] = {**error.headers, "Content-Type": PROBLEM}
    return Response(json.dumps(body), headers, error.status)
