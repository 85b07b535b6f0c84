"""First stage: an HTTP request → a Request value, or a refusal. Knows no table, writes no SQL."""

from dataclasses import replace
from typing import cast

from chalicelib.db.text import UNSTORABLE
from chalicelib.rest.errors import (
    bad_method,
    bad_preferences,
    bad_query,
    bad_range,
    bad_rpc_method,
    put_with_limit,
)
from chalicelib.rest.options import Options
from chalicelib.rest.request import grammar
from chalicelib.rest.request.body import parse_body
from chalicelib.rest.request.headers import (
    INVERTED,
    choose_schema,
    parse_accept,
    parse_prefer,
    parse_range,
)
from chalicelib.rest.request.values import (
    Body,
    Column,
    Condition,
    Field,
    Http,
    Method,
    Order,
    Path,
    Query,
    Range,
    Request,
    Selection,
)

__all__ = ["Http", "Request", "parse"]

METHODS = {
    "root": ("GET", "HEAD"),
    "table": ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"),
    "function": ("GET", "HEAD", "POST"),
}
EVERY_COLUMN: Selection = (Column(Field("*")),)


def parse(http: Http, options: Options) -> Request:
    """Read a request. Raises `RestError` PGRST1xx for what makes no sense in itself."""
    if http.method not in METHODS[http.resource]:
        raise (
            bad_rpc_method(http.method) if http.resource == "function" else bad_method(http.method)
        )
    reads = http.method in ("GET", "HEAD")
    schema, profiled = choose_schema(http.headers, options.schemas, reads=reads)
    preferences = parse_prefer(http.headers.get("prefer", ""))
    if preferences.handling == "strict" and preferences.unknown:
        raise bad_preferences(preferences.unknown)
    if not options.rollback:
        preferences = replace(preferences, transaction=None)
    query = parse_query(http.params, calls=http.resource == "function" and reads)
    content_type = http.headers.get("content-type", "application/json").partition(";")[0]
    content_type = content_type.strip().lower()
    return Request(
        method=cast(Method, http.method),
        resource=http.resource,
        name=http.name,
        schema=schema,
        profiled=profiled,
        query=query,
        preferences=preferences,
        media=parse_accept(http.headers.get("accept") or "*/*", http.resource, options.plans),
        content_type=content_type,
        body=_body(http, content_type, query),
        range=_range(http, query),
    )


def _body(http: Http, content_type: str, query: Query) -> Body | None:
    if http.method not in ("POST", "PUT", "PATCH"):
        return None
    columns = query.columns if http.method != "PUT" else None
    return parse_body(http.body, content_type, http.resource, columns)


def _range(http: Http, query: Query) -> Range:
    """Where the header and the query string both say a range, the rows in both are meant."""
    asked = next((found for path, found in query.ranges if not path), Range())
    if http.method == "PUT" and asked != Range():
        raise put_with_limit()
    if asked.limit is not None and asked.limit < 0:
        raise bad_range("Limit should be greater than or equal to zero.")
    said = parse_range(http.headers) if http.method == "GET" else Range()
    if said == Range() or asked.limit == 0:
        return asked
    offset = max(said.offset, asked.offset)
    ends = [r.offset + r.limit for r in (said, asked) if r.limit is not None]
    if not ends:
        return Range(offset)
    if min(ends) <= offset:
        raise bad_range(INVERTED)
    return Range(offset, min(ends) - offset)


def parse_query(params: tuple[tuple[str, str], ...], *, calls: bool = False) -> Query:
    """Read the query string's pairs; `calls` when plain values are a function's arguments."""
    select = EVERY_COLUMN
    columns = on_conflict = None
    conditions: list[tuple[Path, Condition]] = []
    order: list[tuple[Path, tuple[Order, ...]]] = []
    counts: dict[Path, dict[str, int]] = {}
    arguments = []
    for key, text in params:
        if UNSTORABLE.search(key) or UNSTORABLE.search(text):
            raise bad_query(repr(key), "unexpected NUL or half a surrogate pair")
        last = key.rpartition(".")[2]
        if key == "select":
            select = grammar.parse_select(text)
        elif key == "columns":
            columns = grammar.parse_names(text, "columns")
        elif key == "on_conflict":
            on_conflict = grammar.parse_names(text, "on_conflict")
        elif last in ("and", "or"):
            conditions.append(grammar.parse_logic(key, text))
        elif last == "order":
            order.append(grammar.parse_order(key, text))
        elif last in ("limit", "offset"):
            path, count = grammar.parse_count(key, text)
            counts.setdefault(path, {})[last] = count
        elif calls and not grammar.is_operation(text):
            arguments.append((key, text))
        else:
            conditions.append(grammar.parse_filter(key, text))
    ranges = tuple(
        (path, Range(max(0, said.get("offset", 0)), said.get("limit")))
        for path, said in counts.items()
    )
    return Query(
        select,
        tuple(conditions),
        tuple(order),
        ranges,
        columns,
        on_conflict,
        tuple(arguments),
    )
