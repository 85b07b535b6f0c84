"""The exposed tables and functions as OpenAPI 3.1: what a role may do, and with what."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from chalicelib.actor import Actor
from chalicelib.rest.catalog import Catalogue, Function, Table, TableColumn
from chalicelib.rest.plan.values import Describe
from chalicelib.rest.response import Response

Json = dict[str, Any]

ERROR = "application/problem+json"
TOKEN: list[Json] = [{"session": []}, {"apikey": []}]
ANYONE: list[Json] = [{}, *TOKEN]
FILTER = r"^(not\.)?[a-z]+(\([A-Za-z_0-9]+\))?\."
COMPARED = r"^(not\.)?(eq|neq|gt|gte|lt|lte|isdistinct)\."
VALUES = {"integer": r"-?[0-9]{1,4}$", "number": r"-?[0-9]{1,4}$", "boolean": "(true|false)$"}
PLAIN = re.compile(r"[a-z_][a-z0-9_]*")

WHOLE = {"smallint": (-(2**15), 2**15 - 1), "integer": (-(2**31), 2**31 - 1)}
NOT_FINITE = ["NaN", "Infinity", "-Infinity"]
TYPES: dict[str, Json] = {
    "bigint": {"type": "integer", "format": "int64", "minimum": -(2**63), "maximum": 2**63 - 1},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "timestamp with time zone": {"type": "string", "format": "date-time"},
    "uuid": {"type": "string", "format": "uuid"},
    "bytea": {"type": "string", "pattern": r"^\\x([0-9a-f]{2})*$"},
    "json": {},
    "jsonb": {},
    "numeric": {"anyOf": [{"type": "number"}, {"enum": NOT_FINITE}]},
    "real": {"anyOf": [{"type": "number"}, {"enum": NOT_FINITE}]},
    "double precision": {"anyOf": [{"type": "number"}, {"enum": NOT_FINITE}]},
    **{
        name: {"type": "integer", "format": "int32", "minimum": low, "maximum": high}
        for name, (low, high) in WHOLE.items()
    },
}
TEXTS = ("text", "character varying", "character", "bpchar", '"char"', "name", "citext")


def describe(catalogue: Catalogue, planned: Describe, actor: Actor, server: str) -> Response:
    """Answer the root: what the asking role may do in a schema."""
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": catalogue.comments.get(planned.schema) or planned.schema,
            "version": "1",
            "description": "Tables and functions of the schema, over PostgREST's protocol.",
        },
        "servers": [{"url": server}],
        **parts(catalogue, planned.schema, actor.role),
    }
    document["components"]["securitySchemes"] = {
        "session": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
        "apikey": {"type": "apiKey", "in": "header", "name": "apikey"},
    }
    headers = {"Content-Type": "application/openapi+json; charset=utf-8"}
    return Response(200, headers, "" if planned.head else json.dumps(document))


def parts(catalogue: Catalogue, schema: str, role: str, prefix: str = "") -> Json:
    """The `paths` and `components` of a schema's tables and functions that a role may use."""
    tables = [
        table
        for table in catalogue.tables.values()
        if table.schema == schema and table.kind != "c" and _verbs(table, role)
    ]
    functions = {
        name: [f for f in overloads if {role, ""} & f.callers]
        for (where, name), overloads in catalogue.functions.items()
        if where == schema
    }
    schemas: Json = {"DataError": _error_schema()}
    for table in tables:
        schemas |= _table_schemas(table)
    paths = {f"{prefix}/{table.name}": _table_path(table, role) for table in tables}
    for name, overloads in functions.items():
        callable_ = [f for f in overloads if _describable(f, catalogue)]
        if callable_:
            paths[f"{prefix}/rpc/{name}"] = _function_path(name, callable_, schemas)
    content = {ERROR: {"schema": _ref("DataError")}}
    refused = {"description": "It was refused, or failed.", "content": content}
    return {
        "paths": paths,
        "components": {"schemas": schemas, "responses": {"DataError": refused}},
    }


def _verbs(table: Table, role: str) -> list[str]:
    """What a role may do with a table, as methods."""
    possible = {
        "get": True,
        "post": table.insertable,
        "patch": table.updatable,
        "delete": table.deletable,
    }
    privileges = {"get": "select", "post": "insert", "patch": "update", "delete": "delete"}
    return [verb for verb, can in possible.items() if can and table.allows(role, privileges[verb])]


def column_schema(column: TableColumn) -> Json:
    """The JSON a column's values are read and written as."""
    found = dict(_type_schema(column.base))
    if column.labels:
        found = {"enum": list(column.labels)}
    if column.max_length and found.get("type") == "string":
        found["maxLength"] = column.max_length
    if not column.not_null:
        found = _or_null(found)
    if column.comment:
        found["description"] = column.comment
    return found


def _type_schema(name: str) -> Json:
    if name.endswith("[]"):
        return {"type": "array", "items": _or_null(_type_schema(name[:-2]))}
    if name in TYPES:
        return TYPES[name]
    if name in TEXTS:
        return {"type": "string", "pattern": "^[^\\u0000]*$"}
    return {}


def _or_null(schema: Json) -> Json:
    if "enum" in schema:
        return {**schema, "enum": list(dict.fromkeys([*schema["enum"], None]))}
    if isinstance(schema.get("type"), str):
        return {**schema, "type": [schema["type"], "null"]}
    if "anyOf" in schema:
        return {**schema, "anyOf": [*schema["anyOf"], {"type": "null"}]}
    return schema


def _table_schemas(table: Table) -> Json:
    """A row as it is read, as it is inserted, and as it is changed."""
    every = {name: column_schema(column) for name, column in table.columns.items()}
    written = {name: every[name] for name, column in table.columns.items() if column.writable}
    required = [
        name
        for name in written
        if table.columns[name].not_null and table.columns[name].default is None
    ]
    row: Json = {"type": "object", "properties": every}
    if table.comment:
        row["description"] = table.comment
    closed: Json = {"type": "object", "properties": written, "additionalProperties": False}
    return {
        table.name: row,
        f"{table.name}.insert": {**closed, "required": required} if required else closed,
        f"{table.name}.update": closed,
    }


def _table_path(table: Table, role: str) -> Json:
    verbs = _verbs(table, role)
    ref = _ref(table.name)
    rows = {"type": "array", "items": ref}
    filters = list(_filters(table))
    shaping = [
        _parameter("select", _names(table), "Columns and related resources to answer."),
        _parameter(
            "order", _names(table, r"(\.asc|\.desc)?"), "As `column.desc.nullslast`, comma between."
        ),
    ]
    window = [
        _parameter("limit", {"type": "integer", "minimum": 0, "maximum": 2**31 - 1}),
        _parameter("offset", {"type": "integer", "minimum": 0, "maximum": 2**31 - 1}),
    ]
    insert = _ref(f"{table.name}.insert")
    update = _ref(f"{table.name}.update")
    operations: Json = {
        "get": {
            "summary": f"Read {table.name}.",
            "parameters": [*shaping, *window, *filters, _prefer("count=exact", "count=planned")],
            "responses": _responses(
                {"200": rows, "206": rows, "304": None}, headers={"Content-Range", "ETag"}
            ),
        },
        "post": {
            "summary": f"Insert into {table.name}.",
            "parameters": [
                _parameter("select", _names(table)),
                _parameter("columns", _names(table), "The columns to write."),
                _parameter("on_conflict", _names(table), "The columns that tell rows apart."),
                _prefer(
                    "return=representation",
                    "return=headers-only",
                    "resolution=merge-duplicates",
                    "missing=default",
                ),
            ],
            "requestBody": _json_body({"oneOf": [insert, {"type": "array", "items": insert}]}),
            "responses": _responses({"200": rows, "201": rows}),
        },
        "patch": {
            "summary": f"Change rows of {table.name}: those the filters name.",
            "parameters": [*shaping, *filters, _prefer("return=representation")],
            "requestBody": _json_body(update),
            "responses": _responses({"200": rows, "204": None}),
        },
        "delete": {
            "summary": f"Delete rows of {table.name}: those the filters name.",
            "parameters": [*shaping, *filters, _prefer("return=representation")],
            "responses": _responses({"200": rows, "204": None}),
        },
    }
    return {
        verb: {
            "operationId": f"{verb} {table.name}",
            "tags": [table.name],
            "security": ANYONE if verb in _verbs(table, "anon") else TOKEN,
            **operations[verb],
        }
        for verb in verbs
    }


def _filters(table: Table) -> Iterator[Json]:
    for name, column in table.columns.items():
        said = f"As `eq.…`. {column.comment or ''}".strip()
        yield _parameter(name, _filter(column_schema(column)), said)


def _filter(column: Json) -> Json:
    """Any filter; first of all one that compares with a value of the column's type."""
    kinds = column.get("type", [])
    kind = kinds[0] if isinstance(kinds, list) and kinds else kinds
    any_ = {"type": "string", "pattern": FILTER}
    if not isinstance(kind, str) or kind not in VALUES:
        return any_
    return {"anyOf": [{"type": "string", "pattern": COMPARED + VALUES[kind]}, any_]}


def _names(table: Table, after: str = "") -> Json:
    """Any text; first of all names of columns, with commas between."""
    plain = [name for name in table.columns if PLAIN.fullmatch(name)]
    if not plain:
        return {"type": "string"}
    one = f"({'|'.join(plain)}){after}"
    listed = {"type": "string", "pattern": f"^{one}(,{one})*$", "examples": [",".join(plain[:3])]}
    return {"anyOf": [listed, {"type": "string"}]}


def _parameter(name: str, schema: Json, description: str = "") -> Json:
    said = {"description": description} if description else {}
    return {"name": name, "in": "query", "schema": schema, **said}


def _prefer(*known: str) -> Json:
    return {
        "name": "Prefer",
        "in": "header",
        "schema": {"anyOf": [{"enum": list(known)}, {"type": "string"}]},
    }


def _json_body(schema: Json) -> Json:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name.replace('~', '~0').replace('/', '~1')}"}


HEADERS: Json = {
    "Content-Range": {
        "description": "The rows of the page, and of how many.",
        "schema": {"type": "string", "pattern": r"^(\d+-\d+|\*)/(\d+|\*)$"},
    },
    "ETag": {
        "description": "Send it as If-None-Match: the same page then costs a 304.",
        "schema": {"type": "string"},
    },
}


def _responses(answers: dict[str, Json | None], headers: set[str] | None = None) -> Json:
    shown = {name: HEADERS[name] for name in sorted(headers or ())}
    found: Json = {}
    for status, schema in answers.items():
        found[status] = {"description": "As asked."}
        if schema is not None:
            found[status]["content"] = {"application/json": {"schema": schema}}
        if shown:
            found[status]["headers"] = shown
    for status in ("401", "403", "default"):
        found[status] = {"$ref": "#/components/responses/DataError"}
    return found


def _error_schema() -> Json:
    return {
        "type": "object",
        "description": "PostgREST's error, which is also a problem of RFC 9457.",
        "properties": {
            "code": {"type": "string", "description": "`PGRST…` or Postgres's SQLSTATE."},
            "message": {"type": "string"},
            "details": {},
            "hint": {"type": ["string", "null"]},
            "status": {"type": "integer"},
        },
        "required": ["code", "message", "details", "hint"],
    }


def _describable(function: Function, catalogue: Catalogue) -> bool:
    """Whether a client can give its arguments: functions of a table's row are columns of it."""
    rows = {f"{schema}.{name}" for schema, name in catalogue.tables}
    return not any(parameter.type in rows for parameter in function.parameters)


def _function_path(name: str, overloads: Sequence[Function], schemas: Json) -> Json:
    anyone = any({"anon", ""} & function.callers for function in overloads)
    results = [_result_schema(function, schemas) for function in overloads]
    answers: dict[str, Json | None] = {}
    given = [found for found in results if found is not None]
    if given:
        answers = {"200": given[0] if len(given) == 1 else {"anyOf": given}}
        answers["206"] = answers["200"]
    if any(function.void for function in overloads):
        answers["204"] = None
    common: Json = {
        "tags": ["functions"],
        "summary": f"{(overloads[0].comment or f'Call {name}').strip().rstrip('.')}.",
        "security": ANYONE if anyone else TOKEN,
    }
    path: Json = {"post": {"operationId": f"call {name}", **common}}
    bodies = [_arguments(function) for function in overloads]
    body = bodies[0] if len(bodies) == 1 else {"anyOf": bodies}
    path["post"] |= {"requestBody": _json_body(body), "responses": _responses(answers)}
    readable = [f for f in overloads if f.volatility != "v" and all(p.name for p in f.parameters)]
    if len(readable) == len(overloads) == 1:
        path["get"] = {
            "operationId": f"read {name}",
            **common,
            "parameters": [
                {
                    **_parameter(p.name, {"type": "string"}, f"`{p.type}`"),
                    "required": p.required,
                }
                for p in readable[0].parameters
            ],
            "responses": _responses(answers),
        }
    return path


def _arguments(function: Function) -> Json:
    if any(not parameter.name for parameter in function.parameters):
        return {}
    required = [p.name for p in function.parameters if p.required]
    schema: Json = {
        "type": "object",
        "properties": {p.name: _or_null(_type_schema(p.type)) for p in function.parameters},
        "additionalProperties": False,
    }
    return {**schema, "required": required} if required else schema


def _result_schema(function: Function, schemas: Json) -> Json | None:
    if function.void:
        return None
    if function.table and function.table[1] in schemas:
        one = _ref(function.table[1])
        if not function.returns_set:  # no row found is a row of nulls
            columns = schemas[function.table[1]]["properties"]
            nullable = {name: _or_null(schema) for name, schema in columns.items()}
            one = {"type": "object", "properties": nullable}
    elif function.returns_rows:
        columns = {name: _or_null(_type_schema(type_)) for name, type_ in function.columns}
        one = {"type": "object", "properties": columns}
    else:
        one = _or_null(_type_schema(function.returns))
    return {"type": "array", "items": one} if function.returns_set else one
