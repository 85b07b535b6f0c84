"""The data API: PostgREST's protocol over any schemas, derived from the catalogue.

A request goes through four stages, each a value of the last:
`request` (what is asked) → `plan` (of what) → `query` (in SQL) → `run` (one transaction).
Only `run` touches the database; each of the others may refuse.
"""

from chalicelib.actor import Actor
from chalicelib.rest import catalog
from chalicelib.rest.catalog import Catalogue
from chalicelib.rest.errors import RestError
from chalicelib.rest.openapi import describe, parts
from chalicelib.rest.options import Options
from chalicelib.rest.plan import Plan, plan
from chalicelib.rest.plan.values import Describe
from chalicelib.rest.query import build
from chalicelib.rest.request import Http, Request, parse
from chalicelib.rest.response import Response, respond
from chalicelib.rest.run import run

__all__ = [
    "Actor",
    "Catalogue",
    "Http",
    "Options",
    "Response",
    "RestError",
    "answer",
    "catalog",
    "parts",
]


def answer(http: Http, actor: Actor, options: Options) -> Response:
    """Answer one request as the actor. Raises `RestError`."""
    request = parse(http, options)
    catalogue, planned = _plan(request, options)
    if isinstance(planned, Describe):
        return describe(catalogue, planned, actor, http.path or "/")
    query = build(planned)
    result = run(query, planned, request, http, actor, catalogue, options)
    return respond(result, planned, request, http)


def _plan(request: Request, options: Options) -> tuple[Catalogue, Plan]:
    """Plan against the catalogue at hand; what is not in it may be newer than it."""
    known = catalog.current(options)
    try:
        return known, plan(request, known, options)
    except RestError:
        newer = catalog.current(options, at_once=True)
        if newer is known:
            raise
        return newer, plan(request, newer, options)
