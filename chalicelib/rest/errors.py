"""What the data API refuses, in PostgREST's words: `code, message, details, hint` and a status.

PGRST0xx  the database's absence      PGRST1xx  the request itself
PGRST2xx  the request's names         PGRST3xx  the token
Any other code is Postgres's own SQLSTATE.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import psycopg


class RestError(Exception):
    """A refusal. Its class attributes are defaults; each factory below names one PostgREST code."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        details: Any = None,
        hint: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.hint = hint
        self.headers = dict(headers or {})

    def body(self) -> dict[str, Any]:
        """The error as PostgREST's clients read it."""
        return {
            "code": self.code,
            "message": self.message,
            "details": self.details,
            "hint": self.hint,
        }


def no_catalogue() -> RestError:
    return RestError(
        503, "PGRST002", "Could not query the database for the schema cache. Retrying."
    )


def bad_query(what: str, details: str) -> RestError:
    return RestError(400, "PGRST100", f"failed to parse {what}", details)


def bad_rpc_method(method: str) -> RestError:
    return RestError(405, "PGRST101", f"Cannot use the {method} method on RPC")


def bad_body(message: str, status: int = 400) -> RestError:
    return RestError(status, "PGRST102", message)


def bad_range(details: str) -> RestError:
    return RestError(416, "PGRST103", "Requested range not satisfiable", details)


def bad_put_filters() -> RestError:
    return RestError(
        405,
        "PGRST105",
        "Filters must include all and only primary key columns with 'eq' operators",
    )


def unknown_schema(schema: str, exposed: Iterable[str]) -> RestError:
    return RestError(
        406,
        "PGRST106",
        f"Invalid schema: {schema}",
        hint=f"Only the following schemas are exposed: {', '.join(exposed)}",
    )


def not_acceptable(accepts: Iterable[str]) -> RestError:
    return RestError(
        406, "PGRST107", f"None of these media types are available: {', '.join(accepts)}"
    )


def not_embedded(name: str) -> RestError:
    return RestError(
        400,
        "PGRST108",
        f"'{name}' is not an embedded resource in this request",
        hint=f"Verify that '{name}' is included in the 'select' query parameter.",
    )


def put_with_limit() -> RestError:
    return RestError(400, "PGRST114", "limit/offset querystring parameters are not allowed for PUT")


def put_mismatch() -> RestError:
    return RestError(400, "PGRST115", "Payload values do not match URL in primary key column(s)")


def not_singular(rows: int) -> RestError:
    return RestError(
        406,
        "PGRST116",
        "Cannot coerce the result to a single JSON object",
        f"The result contains {rows} rows",
    )


def bad_method(method: str) -> RestError:
    return RestError(405, "PGRST117", f"Unsupported HTTP method: {method}")


def related_order(origin: str, target: str) -> RestError:
    return RestError(
        400,
        "PGRST118",
        f"A related order on '{target}' is not possible",
        f"'{origin}' and '{target}' do not form a many-to-one or one-to-one relationship",
    )


def bad_embed_filter(target: str) -> RestError:
    return RestError(
        400,
        "PGRST120",
        f"Bad operator on the '{target}' embedded resource",
        "Only is null or not is null filters are allowed on embedded resources",
    )


def bad_preferences(names: Iterable[str]) -> RestError:
    return RestError(
        400,
        "PGRST122",
        "Invalid preferences given with handling=strict",
        f"Invalid preferences: {', '.join(names)}",
    )


def aggregates_off() -> RestError:
    return RestError(400, "PGRST123", "Use of aggregate functions is not allowed")


def too_many_affected(rows: int) -> RestError:
    return RestError(
        400,
        "PGRST124",
        "Query result exceeds max-affected preference constraint",
        f"The query affects {rows} rows",
    )


def not_implemented(details: str) -> RestError:
    return RestError(400, "PGRST127", "Feature not implemented", details)


def max_affected_on_single() -> RestError:
    return RestError(
        400,
        "PGRST128",
        "Function must return SETOF or TABLE when max-affected preference is used with"
        " handling=strict",
    )


def no_relationship(parent: str, child: str, schema: str, hint: str | None) -> RestError:
    using = f" using the hint '{hint}'" if hint else ""
    return RestError(
        400,
        "PGRST200",
        f"Could not find a relationship between '{parent}' and '{child}' in the schema cache",
        f"Searched for a foreign key relationship between '{parent}' and '{child}'{using} in the"
        f" schema '{schema}', but no matches were found.",
    )


def many_relationships(
    parent: str, child: str, found: list[dict[str, str]], hints: Iterable[str]
) -> RestError:
    choices = ", ".join(f"'{hint}'" for hint in hints)
    return RestError(
        300,
        "PGRST201",
        f"Could not embed because more than one relationship was found for '{parent}' and"
        f" '{child}'",
        found,
        f"Try changing '{child}' to one of the following: {choices}. Find the desired"
        " relationship in the 'details' key.",
    )


def no_function(schema: str, name: str, keys: Iterable[str], known: Iterable[str]) -> RestError:
    given = ", ".join(sorted(keys))
    shape = f"({given})" if given else " without parameters"
    many = "parameters" if "," in given else "parameter"
    searched = f" with {many} {given}" if given else " without parameters"
    near = closest(name, known)
    return RestError(
        404,
        "PGRST202",
        f"Could not find the function {schema}.{name}{shape} in the schema cache",
        f"Searched for the function {schema}.{name}{searched}, but no matches were found in the"
        " schema cache.",
        f"Perhaps you meant to call the function {schema}.{near}" if near else None,
    )


def many_functions(signatures: Iterable[str]) -> RestError:
    return RestError(
        300,
        "PGRST203",
        f"Could not choose the best candidate function between: {', '.join(signatures)}",
        hint="Try renaming the parameters or the function itself in the database so function"
        " overloading can be resolved",
    )


def no_column(table: str, column: str) -> RestError:
    return RestError(
        400,
        "PGRST204",
        f"Could not find the '{column}' column of '{table}' in the schema cache",
    )


def no_table(schema: str, table: str, known: Iterable[str]) -> RestError:
    near = closest(table, known)
    return RestError(
        404,
        "PGRST205",
        f"Could not find the table '{schema}.{table}' in the schema cache",
        hint=f"Perhaps you meant the table '{schema}.{near}'" if near else None,
    )


def undefined_column(table: str, column: str) -> RestError:
    """Postgres's own answer, given without asking it."""
    return RestError(400, "42703", f"column {table}.{column} does not exist")


def no_where(verb: str) -> RestError:
    """As the safeupdate extension says it."""
    return RestError(
        400,
        "21000",
        f"{verb} requires a WHERE clause",
        hint="Add a filter that names the rows; one that matches all of them says so on purpose.",
    )


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like the given one, if any is like it."""
    import difflib

    found = difflib.get_close_matches(name, list(known), n=1)
    return found[0] if found else None


STATUSES: dict[str, int] = {
    "23503": 409,
    "23505": 409,
    "25006": 405,
    "42883": 404,
    "42P01": 404,
    "42P17": 500,
    "53400": 500,
    "55000": 409,
    "57P01": 503,
    "P0001": 400,
    "P0002": 404,
}
"""SQLSTATE → status; when it is not here, its class decides."""

CLASSES: dict[str, int] = {
    "08": 503, "09": 500, "0L": 403, "0P": 403, "25": 500, "28": 403, "2D": 500, "38": 500,
    "39": 500, "3B": 500, "40": 500, "53": 503, "54": 500, "55": 500, "57": 500, "58": 500,
    "F0": 500, "HV": 500, "P0": 500, "XX": 500,
}  # fmt: skip


def from_postgres(error: psycopg.Error, *, signed_in: bool) -> RestError:
    """What Postgres refused, with PostgREST's status for it.

    `raise sqlstate 'PGRST'` sets the whole answer; `raise sqlstate 'PT402'` sets the status.
    """
    state = error.sqlstate
    if state is None:
        if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
            return RestError(503, "PGRST000", "Database connection error.")
        return RestError(400, "22P02", "A value cannot be sent to the database.")
    diag = error.diag
    message = diag.message_primary or "The database refused this."
    if state == "PGRST":
        return raised_by_function(message, diag.message_detail)
    headers: dict[str, str] = {}
    status = STATUSES.get(state, CLASSES.get(state[:2], 400))
    if state == "42501":
        status = 403 if signed_in else 401
        if not signed_in:
            headers["WWW-Authenticate"] = "Bearer"
    elif state == "21000" and not message.endswith("requires a WHERE clause"):
        status = 500
    elif match := re.fullmatch(r"PT([1-5]\d\d)", state):
        status = int(match[1])
    return RestError(status, state, message, diag.message_detail, diag.message_hint, headers)


def raised_by_function(message: str, details: str | None) -> RestError:
    """The answer a function chose itself: its message and detail are JSON."""
    try:
        said = json.loads(message)
        shape = json.loads(details or "")
        return RestError(
            int(shape["status"]),
            said["code"],
            said["message"],
            said.get("details"),
            said.get("hint"),
            {str(name): str(value) for name, value in shape.get("headers", {}).items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return RestError(
            500, "PGRST121", "Could not parse JSON in the \"RAISE SQLSTATE 'PGRST'\" error"
        )
