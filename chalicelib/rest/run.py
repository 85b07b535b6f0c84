"""Last stage: one transaction. The only one that asks the database anything."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import dict_row

from chalicelib.actor import Actor
from chalicelib.db import Tx, entered
from chalicelib.rest.catalog import Catalogue
from chalicelib.rest.errors import (
    RestError,
    from_postgres,
    not_singular,
    put_mismatch,
    too_many_affected,
)
from chalicelib.rest.options import Options
from chalicelib.rest.plan.values import Call, Insert, Read
from chalicelib.rest.query import Database, Query, Statement, identifier
from chalicelib.rest.request import Http, Request

DENIED = re.compile(r"permission denied for (?:table|view) (\w+)")
SECRETS = frozenset({"authorization", "apikey", "cookie"})
"""Headers that functions in the database have no business with."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came back: the page as text, and what was counted and said about it."""

    body: str | None
    rows: int
    total: int | None = None
    inserted: int | None = None
    key: tuple[str | None, ...] | None = None
    status: str | None = None
    headers: str | None = None


def run(
    query: Query,
    plan: Database,
    request: Request,
    http: Http,
    actor: Actor,
    catalogue: Catalogue,
    options: Options,
) -> Result:
    """Run the statements as the actor. All of a write commits, or none.

    Raises `RestError` for what Postgres refuses and for what the preferences do.
    """
    read_only = isinstance(plan, Read) or (isinstance(plan, Call) and plan.read_only)
    also = surroundings(plan, request, http, actor, catalogue, options)
    result = None
    try:
        with entered(actor, read_only=read_only, also=also) as tx:
            result = _ask(tx, query, plan)
            if not plan.answer.media.explain:
                _check(result, plan)
            if request.preferences.transaction == "rollback":
                tx.connection.execute("set constraints all immediate")
                raise psycopg.Rollback
    except psycopg.Error as error:
        refused = from_postgres(error, signed_in=actor.role != "anon")
        refused.hint = refused.hint or _closed_columns(refused, plan, actor, catalogue)
        raise refused from error
    assert result is not None
    return result


def _closed_columns(
    refused: RestError, plan: Database, actor: Actor, catalogue: Catalogue
) -> str | None:
    """What to do where Postgres refuses a table of which the role may read some columns."""
    named = DENIED.fullmatch(refused.message) if isinstance(plan, Read) else None
    table = catalogue.tables.get((plan.node.source[0], named[1])) if named else None
    if table is None or not table.allows(actor.role, "select"):
        return None
    return f"Some columns of {table.name} are closed: name open ones, as in select=id,created_at."


def surroundings(
    plan: Database,
    request: Request,
    http: Http,
    actor: Actor,
    catalogue: Catalogue,
    options: Options,
) -> dict[str, str]:
    """What the transaction is told, beside who asks."""
    path = ", ".join(identifier(name) for name in (request.schema, *options.extra_search_path))
    headers = {name: value for name, value in http.headers.items() if name not in SECRETS}
    said = {
        "search_path": path,
        "jit": "off",  # compiling a page's query takes longer than running it
        "request.method": request.method,
        "request.path": http.path,
        "request.headers": json.dumps(headers),
    }
    timeout = catalogue.timeouts.get(actor.role)
    if isinstance(plan, Call):
        timeout = plan.function.timeout or timeout
    if timeout:
        said["statement_timeout"] = timeout
    if request.preferences.timezone:
        said["timezone"] = request.preferences.timezone
    return said


def _ask(tx: Tx, query: Query, plan: Database) -> Result:
    if plan.answer.media.explain:
        lines = [next(iter(row.values())) for row in _execute(tx, query.page)]
        text = lines[0] if plan.answer.media.explain == "json" else "\n".join(lines)
        return Result(text if isinstance(text, str) else json.dumps(text), 0)
    (row,) = _execute(tx, query.page)
    total = row.get("total")
    if query.estimate and (total is None or _past_ceiling(total, plan)):
        (explained,) = _execute(tx, query.estimate)
        estimated = int(explained["QUERY PLAN"][0]["Plan"]["Plan Rows"])
        total = estimated if total is None else max(total, estimated)
    key = row.get("key")
    return Result(
        row["body"],
        row["rows"],
        total,
        row.get("inserted"),
        tuple(key) if key else None,
        row.get("status"),
        row.get("headers"),
    )


def _past_ceiling(total: int, plan: Database) -> bool:
    ceiling = plan.ceiling if isinstance(plan, Read | Call) else None
    return ceiling is not None and total > ceiling


def _execute(tx: Tx, statement: Statement) -> list[Mapping[str, Any]]:
    """The statement as it is: psycopg looks for no placeholders of its own in it."""
    with psycopg.RawCursor(tx.connection, row_factory=dict_row) as cursor:
        return list(cursor.execute(statement.text, statement.values).fetchall())


def _check(result: Result, plan: Database) -> None:
    """Refuse, before it commits, what the request did not want."""
    answer = plan.answer
    if isinstance(plan, Insert) and plan.put and result.rows != 1:
        raise put_mismatch()
    if answer.media.kind == "object" and result.rows != 1:
        raise not_singular(result.rows)
    preferences = answer.preferences
    if (
        not isinstance(plan, Read | Insert)
        and preferences.handling == "strict"
        and preferences.max_affected is not None
        and result.rows > preferences.max_affected
    ):
        raise too_many_affected(result.rows)
