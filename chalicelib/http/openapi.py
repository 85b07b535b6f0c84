"""The API described as OpenAPI 3.1, from the declarations that serve it."""

import inspect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, get_args

from chalice.app import Blueprint, Request, RouteEntry
from pydantic import BaseModel, Field, TypeAdapter

from chalicelib.errors import (
    BadRequest,
    DatabaseUnavailable,
    Forbidden,
    IdempotencyInProgress,
    IdempotencyMismatch,
    InvalidInput,
    NotFound,
    PayloadTooLarge,
    ShowrunnerError,
    Unauthenticated,
    UnsupportedMediaType,
)
from chalicelib.http.edge import PROBLEM
from chalicelib.http.endpoint import KEY, Endpoint, endpoint
from chalicelib.models import Model, Svg
from chalicelib.pages import Page, PageQuery

if TYPE_CHECKING:
    from chalicelib.rest import Catalogue

Json = dict[str, Any]

SCHEMES: Json = {
    "session": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The user's token, as the login service gave it.",
    },
    "apikey": {
        "type": "apiKey",
        "in": "header",
        "name": "apikey",
        "description": "A token in the header that supabase-js uses; Authorization goes first.",
    },
}
SECURITY: dict[str, list[Json]] = {
    "public": [],
    "anyone": [{}, {"session": []}, {"apikey": []}],
    "user": [{"session": []}, {"apikey": []}],
}
REF = "#/components/schemas/{model}"

routes = Blueprint(__name__)


class FieldError(Model):
    """What is wrong with one field."""

    field: str = Field(examples=["target_minutes"])
    rule: str = Field(description="For programs.", examples=["less_than_equal"])
    message: str = Field(examples=["Input should be less than or equal to 10"])


class Problem(Model):
    """Every error: an RFC 9457 problem with the members of a Supabase error."""

    type: str
    title: str
    status: int
    detail: str
    code: str = Field(description="Stable, for programs.", examples=["InvalidInput"])
    message: str = Field(description="For people.")
    details: Any = None
    hint: str | None = None
    errors: list[FieldError] = Field(default_factory=list, description="Of bad input, by field.")
    request_id: str = Field(description="What our logs call the request.")


@routes.route("/v1/openapi.json", methods=["GET"])
@endpoint(access="public")
def get_openapi(request: Request) -> dict[str, Any]:
    """This description."""
    from chalicelib.http.rows import options
    from chalicelib.rest import catalog

    served_at = str(request.context.get("path") or request.path)
    server = served_at.removesuffix(request.path) or "/"
    return _described(server, catalog.current(options()))


@lru_cache(maxsize=4)
def _described(server: str, catalogue: "Catalogue") -> Json:
    """The declared routes, and the tables and functions a signed-in user may use."""
    from chalicelib.http.rows import options
    from chalicelib.rest import parts

    found = describe(routes.current_app.routes, server)
    data = parts(catalogue, options().schemas[0], "authenticated", "/rest/v1")
    found["paths"] |= data["paths"]
    found["components"]["schemas"] |= data["components"]["schemas"]
    found["components"]["responses"] = data["components"]["responses"]
    return found


def describe(table: Mapping[str, Mapping[str, RouteEntry]], server: str) -> Json:
    """Describe the routes that are declared with `@endpoint`. `server` is where `/v1` lies."""
    found = [
        (path, method, entry.view_function.endpoint)
        for path, entries in sorted(table.items())
        for method, entry in sorted(entries.items())
        if hasattr(entry.view_function, "endpoint")
    ]
    schemas, components = _schemas([declared for _, _, declared in found])
    paths: dict[str, Json] = {}
    for path, method, declared in found:
        paths.setdefault(path, {})[method.lower()] = _operation(declared, schemas, components)
    for _, _, declared in found:  # their fields have become parameters
        if "query" in declared.parameters:
            components.pop(_name(schemas[declared.handler.__name__, "query"]), None)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Showrunner",
            "version": "1",
            "summary": "From a prompt to a finished video.",
            "description": INTRODUCTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": server}],
        "tags": _tags(declared for _, _, declared in found),
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": SCHEMES,
            "examples": {
                error.__name__: {"value": _example(error())}
                for _, _, declared in found
                for error in _errors(declared)
            },
        },
    }


def _schemas(all_declared: Sequence[Endpoint]) -> tuple[dict[Any, Json], dict[str, Json]]:
    """The schemas of all bodies, queries, path parameters and answers, and what they refer to."""
    inputs: list[tuple[Any, Any, TypeAdapter[Any]]] = [
        ("Problem", "serialization", TypeAdapter(Problem)),
        ("key", "validation", KEY),
    ]
    for declared in all_declared:
        name = declared.handler.__name__
        for place in ("body", "query"):
            if place in declared.parameters:
                model = TypeAdapter(declared.parameters[place])
                inputs.append(((name, place), "validation", model))
        inputs += [((name, at), "validation", kind) for at, kind in declared.path.items()]
        if declared.answer is not None:
            inputs.append(((name, "answer"), "serialization", declared.adapter))
    made, rest = TypeAdapter.json_schemas(inputs, ref_template=REF)
    schemas = {key: schema for (key, _), schema in made.items()}
    components: dict[str, Json] = rest.get("$defs", {})
    seen: set[str] = set()
    for declared in all_declared:
        if "body" in declared.parameters:
            _close(schemas[declared.handler.__name__, "body"], components, seen)
    return schemas, components


def _close(schema: Any, components: Mapping[str, Json], seen: set[str]) -> None:
    """Say of a body, and of all that is in it, that unknown fields are refused."""
    if isinstance(schema, list):
        for part in schema:
            _close(part, components, seen)
    elif isinstance(schema, dict):
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
        if (name := _name(schema)) and name not in seen:
            seen.add(name)
            _close(components[name], components, seen)
        for part in schema.values():
            _close(part, components, seen)


def _tags(all_declared: Iterable[Endpoint]) -> list[Json]:
    """A tag per module of routes, told by the module's first line."""
    modules = {_tag(declared): inspect.getmodule(declared.handler) for declared in all_declared}
    return [
        {"name": name, "description": (module.__doc__ or "").strip().split("\n")[0]}
        for name, module in sorted(modules.items())
        if module
    ]


def _tag(declared: Endpoint) -> str:
    return declared.handler.__module__.rsplit(".", 1)[1]


def _operation(
    declared: Endpoint, schemas: Mapping[Any, Json], components: Mapping[str, Json]
) -> Json:
    name = declared.handler.__name__
    summary, _, description = inspect.cleandoc(declared.handler.__doc__ or "").partition("\n")
    operation: Json = {
        "operationId": name,
        "tags": [_tag(declared)],
        "summary": summary.replace("`", ""),
        "security": SECURITY[declared.access],
        "parameters": list(_parameters(declared, schemas, components)),
        "responses": _responses(declared, schemas),
    }
    if description.strip():
        operation["description"] = description.strip()
    if "body" in declared.parameters:
        required = any(f.is_required() for f in declared.parameters["body"].model_fields.values())
        content = {"application/json": {"schema": schemas[name, "body"]}}
        operation["requestBody"] = {"required": required, "content": content}
    return operation


def _parameters(
    declared: Endpoint, schemas: Mapping[Any, Json], components: Mapping[str, Json]
) -> Iterator[Json]:
    name = declared.handler.__name__
    for at in declared.path:
        yield {"name": at, "in": "path", "required": True, "schema": schemas[name, at]}
    if "query" in declared.parameters:
        schema = schemas[name, "query"]
        schema = components.get(_name(schema), schema)
        for at, kind in schema["properties"].items():
            described = {"description": kind["description"]} if "description" in kind else {}
            required = at in schema.get("required", [])
            sent = {"schema": _not_null(kind), "required": required}
            yield {"name": at, "in": "query", **described, **sent}
    if "key" in declared.parameters:
        yield {
            "name": "Idempotency-Key",
            "in": "header",
            "description": "What you call this request: sent again within 24 hours with the same"
            " content, it gets the same answer and does nothing more.",
            "schema": schemas["key"],
        }
    if "if_match" in declared.parameters:
        yield {
            "name": "If-Match",
            "in": "header",
            "description": "The ETag you read; the change is refused when it is an older one.",
            "schema": {"type": "string", "pattern": r'^(\*|(W/)?"[0-9]{1,9}")$'},
        }


def _name(schema: Json) -> str:
    """The component a schema refers to; empty when it stands for itself."""
    return str(schema.get("$ref", "")).rsplit("/", 1)[-1]


def _not_null(schema: Json) -> Json:
    """A query string has no null: a parameter that may be null is one that may be left out."""
    kept = {k: v for k, v in schema.items() if k not in ("title", "description", "default")}
    if schema.get("default") is not None:
        kept["default"] = schema["default"]
    kinds = [kind for kind in kept.pop("anyOf", []) if kind != {"type": "null"}]
    return {**kinds[0], **kept} if len(kinds) == 1 else {**kept, "anyOf": kinds} if kinds else kept


def _responses(declared: Endpoint, schemas: Mapping[Any, Json]) -> Json:
    found: dict[str, Json] = {str(declared.status): _success(declared, schemas)}
    by_status: dict[int, list[type[ShowrunnerError]]] = {}
    for error in _errors(declared):
        known = by_status.setdefault(error.STATUS_CODE, [])
        if error not in known:
            known.append(error)
    for status, errors in sorted(by_status.items()):
        problems = [error() for error in errors]
        found[str(status)] = {
            "description": " ".join(f"`{e.code}`: {e.message}" for e in problems),
            "content": {
                PROBLEM: {
                    "schema": schemas["Problem"],
                    "examples": {
                        e.code: {"$ref": f"#/components/examples/{e.code}"} for e in problems
                    },
                }
            },
        }
    return found


def _success(declared: Endpoint, schemas: Mapping[Any, Json]) -> Json:
    success: Json = {"description": HTTPStatus(declared.status).phrase}
    if declared.answer is None:
        return success
    schema = schemas[declared.handler.__name__, "answer"]
    kind = "image/svg+xml" if declared.answer is Svg else "application/json"
    success["content"] = {kind: {"schema": schema}}
    headers = {}
    fields = getattr(declared.answer, "model_fields", {})
    if "version" in fields:
        headers["ETag"] = {"schema": {"type": "string"}, "description": "The version, quoted."}
    if _is_page(declared.answer):
        headers["Link"] = {
            "schema": {"type": "string"},
            "description": 'The next page, as `<...>; rel="next"`.',
        }
    if headers:
        success["headers"] = headers
    return success


def _is_page(answer: Any) -> bool:
    return any(isinstance(k, type) and issubclass(k, Page) for k in (answer, *get_args(answer)))


def _errors(declared: Endpoint) -> Iterator[type[ShowrunnerError]]:
    """What an endpoint may be answered with, by what it declares."""
    yield from declared.raises
    yield from (InvalidInput, ShowrunnerError, DatabaseUnavailable)
    if declared.access != "public":
        yield Unauthenticated
    if declared.access == "user":
        yield Forbidden
    if declared.path:
        yield NotFound
    if "body" in declared.parameters:
        yield from (BadRequest, PayloadTooLarge, UnsupportedMediaType)
    if issubclass(declared.parameters.get("query", BaseModel), PageQuery):
        yield BadRequest
    if "key" in declared.parameters:
        yield from (IdempotencyInProgress, IdempotencyMismatch)


def _example(error: ShowrunnerError) -> Json:
    shown = error.problem() | {"request_id": "5f0c2f3e-6f5b-4f0e-9c3a-0b8d3a1f7a11"}
    if isinstance(error, InvalidInput):
        shown["errors"] = [
            {
                "field": "target_minutes",
                "rule": "less_than_equal",
                "message": "Input should be less than or equal to 10",
            }
        ]
    return shown


INTRODUCTION = """\
Send a token as `Authorization: Bearer` (or as `apikey`). Everything is JSON in UTF-8, at most
1 MiB; unknown fields are refused. Lists answer `items` and `next`; send `next` back as `cursor`,
with the same filters. Give every POST an `Idempotency-Key` of your own and it can be repeated
safely. Errors are `application/problem+json` with `code`, `message`, `details` and `hint`; bad
input is named field by field in `errors`. Times are ISO 8601, credits are whole numbers.
"""
