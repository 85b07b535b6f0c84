"""The smallest pieces of SQL: names, bound values, terms, tests, order.

`identifier` is the only place where a name enters a statement, `Values` the only place where a
value does. Types and defaults come from Postgres itself, through the catalogue.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, assert_never

from chalicelib.rest.catalog.values import Name
from chalicelib.rest.plan.values import Absence, Group, Sort, Term, Test, Where
from chalicelib.rest.request.values import Operation


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with places `$1`, `$2` … and the values bound to them."""

    text: str
    values: tuple[Any, ...]


class Values:
    """The values of one statement, bound as they occur; an equal one of one type is bound once.

    Once, because `group by data->$1` and `select data->$1` are one expression to Postgres.
    A value without a type gets it from where it stands, so it is bound anew each time.
    """

    def __init__(self) -> None:
        self._values: list[str | int] = []
        self._places: dict[tuple[str | int, str], int] = {}

    def bind(self, value: str | int, type_: str = "") -> str:
        """The place of a value, as a value of a type."""
        if not type_:
            self._values.append(value)
            return f"${len(self._values)}"
        place = self._places.get((value, type_))
        if place is None:
            self._values.append(value)
            place = self._places[value, type_] = len(self._values)
        return f"${place}::{type_}"

    def statement(self, text: str) -> Statement:
        return Statement(text, tuple(self._values))


def identifier(name: str) -> str:
    """A name, quoted: whatever is in it, it is one name."""
    return '"' + name.replace('"', '""') + '"'


def qualified(name: Name) -> str:
    return f"{identifier(name[0])}.{identifier(name[1])}"


def listed(names: Iterable[str], of: str = "") -> str:
    """`"a", "b"`, or `of."a", of."b"`."""
    before = f"{of}." if of else ""
    return ", ".join(before + identifier(name) for name in names)


SPELLED = {
    name: name
    for name in (
        "bigint",
        "bit varying",
        "boolean",
        "character varying",
        "decimal",
        "double precision",
        "float",
        "int",
        "integer",
        "interval",
        "numeric",
        "real",
        "smallint",
        "time with time zone",
        "time without time zone",
        "timestamp with time zone",
        "timestamp without time zone",
    )
}
"""Types whose names are words of SQL, which must not be quoted."""


def type_name(asked: str) -> str:
    """A type to cast to: one of SQL's own words, or else a quoted name Postgres looks up."""
    name, array = (asked[:-2].strip(), "[]") if asked.endswith("[]") else (asked, "")
    spelled = SPELLED.get(re.sub(r"\s+", " ", name).lower())
    return (spelled or identifier(name)) + array


def cast(expression: str, asked: str | None) -> str:
    return f"cast({expression} as {type_name(asked)})" if asked else expression


def column(values: Values, term: Term, alias: str) -> str:
    """The value of a term in a row called `alias`."""
    if term.function and term.row:
        found = f"{qualified(term.function)}({identifier(alias)}::{qualified(term.row)})"
    else:
        found = f"{identifier(alias)}.{identifier(term.name)}"
    if not term.path:
        return found
    if term.base not in ("json", "jsonb"):
        found = f"to_jsonb({found})"
    for step in term.path:
        arrow = "->>" if step.as_text else "->"
        key = (
            values.bind(int(step.key)) + "::int" if step.index else values.bind(step.key) + "::text"
        )
        found += f"{arrow}{key}"
    return f"({found})"


OPERATORS = {
    "eq": "=",
    "neq": "<>",
    "gt": ">",
    "gte": ">=",
    "lt": "<",
    "lte": "<=",
    "like": "like",
    "ilike": "ilike",
    "match": "~",
    "imatch": "~*",
    "cs": "@>",
    "cd": "<@",
    "ov": "&&",
    "sl": "<<",
    "sr": ">>",
    "nxl": "&>",
    "nxr": "&<",
    "adj": "-|-",
    "isdistinct": "is distinct from",
}
SEARCHES = {
    "fts": "to_tsquery",
    "plfts": "plainto_tsquery",
    "phfts": "phraseto_tsquery",
    "wfts": "websearch_to_tsquery",
}
IS = {
    "null": "null",
    "not_null": "not null",
    "true": "true",
    "false": "false",
    "unknown": "unknown",
}


def array_literal(items: Sequence[str]) -> str:
    """Postgres's text of an array, so that it finds the items' type itself."""
    escaped = (item.replace("\\", "\\\\").replace('"', '\\"') for item in items)
    return "{" + ",".join(f'"{item}"' for item in escaped) + "}"


def test(values: Values, asked: Test, alias: str) -> str:
    found = _operation(values, asked.term, column(values, asked.term, alias), asked.operation)
    return f"not ({found})" if asked.negated else found


def _operation(values: Values, term: Term, found: str, operation: Operation) -> str:
    name = operation.name
    if name == "is":
        return f"{found} is {IS[operation.values[0]]}"
    if name == "in":
        return f"{found} = any({values.bind(array_literal(operation.values))})"
    value = operation.values[0]
    if name in SEARCHES:
        language = values.bind(operation.language, "regconfig") + ", " if operation.language else ""
        if term.base != "tsvector" or term.path:
            found = f"to_tsvector({language}{found})"
        return f"{found} @@ {SEARCHES[name]}({language}{values.bind(value)})"
    if name in ("like", "ilike"):
        value = value.replace("*", "%")
    if operation.quantifier:
        return f"{found} {OPERATORS[name]} {operation.quantifier}({values.bind(value)})"
    return f"{found} {OPERATORS[name]} {values.bind(value)}"


def where(values: Values, asked: Where, alias: str) -> str:
    """A condition on rows called `alias`; an absence asks the join of its embed."""
    match asked:
        case Test():
            return test(values, asked, alias)
        case Absence():
            negation = "not " if asked.negated else ""
            return f"{identifier(found_rows(asked.alias))}.found is {negation}null"
        case Group():
            inside = f" {asked.operator} ".join(where(values, t, alias) for t in asked.terms)
            return f"{'not ' if asked.negated else ''}({inside})"
        case _:
            assert_never(asked)


def found_rows(alias: str) -> str:
    """What the join of an embed is called, as its rows are called `alias`."""
    return f"{alias}_found"


def conjunction(conditions: Sequence[str]) -> str:
    return f" where {' and '.join(conditions)}" if conditions else ""


NULLS = {"nullsfirst": " nulls first", "nullslast": " nulls last", None: ""}


def order_by(values: Values, sorts: Sequence[Sort], alias: str) -> str:
    """`order by`; a term of an embed is a column that its join shows (see `read.py`)."""
    if not sorts:
        return ""
    terms = []
    for place, sort in enumerate(sorts):
        if sort.alias:
            found = f"{identifier(found_rows(sort.alias))}.sort_{place}"
        else:
            found = column(values, sort.term, alias)
        direction = f" {sort.direction}" if sort.direction else ""
        terms.append(f"{found}{direction}{NULLS[sort.nulls]}")
    return f" order by {', '.join(terms)}"
