"""The exposed tables and functions as OpenAPI 3.1."""

from chalicelib.actor import Actor
from chalicelib.rest.catalog import Catalogue
from chalicelib.rest.plan.values import Describe
from chalicelib.rest.request import Http
from chalicelib.rest.response import Response


def describe(catalogue: Catalogue, planned: Describe, actor: Actor, http: Http) -> Response:
    return Response(200, {}, "")
