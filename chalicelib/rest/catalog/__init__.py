"""What the database has: read in one query, kept per container, read anew when it changes."""

import time
from collections.abc import Mapping
from typing import Any

import psycopg

from chalicelib.actor import Actor
from chalicelib.db import entered, queries
from chalicelib.rest.catalog.relationships import (
    ForeignKey,
    Numbers,
    by_table,
    computed,
    derive,
    view_columns,
)
from chalicelib.rest.catalog.values import (
    Catalogue,
    Function,
    Name,
    Parameter,
    Relationship,
    Table,
    TableColumn,
)
from chalicelib.rest.errors import no_catalogue
from chalicelib.rest.options import Options

__all__ = [
    "Catalogue",
    "Function",
    "Name",
    "Parameter",
    "Relationship",
    "Table",
    "TableColumn",
    "current",
    "forget",
    "load",
    "read",
]

sql = queries(__file__)

CHECK_EVERY = 2.0
"""Seconds after which a kept catalogue is compared with the database again."""

INSERT, UPDATE, DELETE = 8, 4, 16
"""The bits of `pg_relation_is_updatable`."""

PLANNING = {
    "search_path": "",  # so that every name Postgres spells out is whole
    "jit": "off",
    "from_collapse_limit": "1",  # the joins are written in the order they are done
    "join_collapse_limit": "1",
}

_kept: dict[Options, tuple[Catalogue, int, float]] = {}


def current(options: Options, *, at_once: bool = False) -> Catalogue:
    """The catalogue, at most `CHECK_EVERY` seconds behind the database, or not at all.

    When the database does not answer, the catalogue at hand stays good. Raises PGRST002 when
    there is none.
    """
    kept = _kept.get(options)
    now = time.monotonic()
    if kept and not at_once and now - kept[2] < CHECK_EVERY:
        return kept[0]
    try:
        changes = _changes()
        catalogue = kept[0] if kept and kept[1] == changes else load(options)
    except psycopg.Error as error:
        if kept:
            return kept[0]
        raise no_catalogue() from error
    _kept[options] = (catalogue, changes, now)
    return catalogue


def _changes() -> int:
    with entered(Actor.anonymous(), read_only=True) as tx:
        return int(tx.value(sql["changes"]) or 0)


def forget() -> None:
    """Have the next request read the catalogue anew."""
    _kept.clear()


def load(options: Options) -> Catalogue:
    """Read the catalogue from the database: one query."""
    with entered(Actor.anonymous(), read_only=True, also=PLANNING) as tx:
        found = tx.value(
            sql["catalogue"],
            schemas=list(options.schemas),
            extra=list(options.extra_search_path),
        )
    return read(found)


def read(found: Mapping[str, Any]) -> Catalogue:
    """The query's document → a catalogue. Pure."""
    raw_tables = found["tables"] or []
    names: dict[int, Name] = {row[0]: (row[1], row[2]) for row in raw_tables}
    columns = {(row[0], column[0]): column[1] for row in raw_tables for column in row[6]}
    numbers = Numbers(names, columns)
    primary, uniques = _keys(found["keys"] or [])
    shown = view_columns(found["origins"] or [])
    functions = [_function(row, names) for row in found["functions"] or []]
    of_rows = [(function, names[row]) for function, row in functions if row in names]
    tables = _tables(raw_tables, primary, uniques, shown, numbers, of_rows)
    keys = [
        ForeignKey(name, table, foreign, tuple(here), tuple(there))
        for name, table, foreign, here, there in found["foreign_keys"] or []
    ]
    relationships = derive(keys, uniques, primary, shown, numbers)
    related = by_table([*relationships, *computed(of_rows)], tables)
    called: dict[Name, list[Function]] = {}
    for function, _ in functions:
        called.setdefault(function.id, []).append(function)
    return Catalogue(
        tables,
        related,
        {name: tuple(overloads) for name, overloads in called.items()},
        found["timeouts"] or {},
        found["schemas"] or {},
    )


def _keys(
    rows: list[Any],
) -> tuple[dict[int, tuple[int, ...]], dict[int, list[tuple[int, ...]]]]:
    """Primary keys, and all unique column lists (the primary key's among them), by table."""
    primary: dict[int, tuple[int, ...]] = {}
    uniques: dict[int, list[tuple[int, ...]]] = {}
    for table, kind, lists in rows:
        uniques.setdefault(table, []).extend(tuple(columns) for columns in lists)
        if kind == "p":
            primary[table] = tuple(lists[0])
    return primary, uniques


def _tables(
    rows: list[Any],
    primary: Mapping[int, tuple[int, ...]],
    uniques: Mapping[int, list[tuple[int, ...]]],
    shown: Mapping[tuple[int, int], list[tuple[int, int]]],
    numbers: Numbers,
    of_rows: list[tuple[Function, Name]],
) -> dict[Name, Table]:
    view_keys: dict[int, tuple[str, ...]] = {}
    for table, key in primary.items():
        for view in {view for column in key for view, _ in shown.get((table, column), ())}:
            places = [
                next((n for v, n in shown.get((table, column), ()) if v == view), None)
                for column in key
            ]
            if view in numbers.names and None not in places and view not in view_keys:
                view_keys[view] = tuple(numbers.columns[view, n] for n in places if n)
    by_row: dict[Name, dict[str, Function]] = {}
    for function, table_name in of_rows:
        if not function.returns_set and function.table is None:
            by_row.setdefault(table_name, {})[function.name] = function
    tables = {}
    for oid, schema, name, kind, events, comment, columns, _, _, grants in rows:
        own = {number: column for number, column, *_ in columns}
        names = tuple(own[n] for n in primary.get(oid, ())) or view_keys.get(oid, ())
        tables[schema, name] = Table(
            schema,
            name,
            kind,
            {column[1]: _column(column) for column in columns},
            names,
            tuple(tuple(own[n] for n in unique) for unique in uniques.get(oid, ())),
            bool(events & INSERT),
            bool(events & UPDATE),
            bool(events & DELETE),
            comment,
            {role: frozenset(list_) for role, list_ in (grants or {}).items()},
            by_row.get((schema, name), {}),
        )
    return tables


def _column(row: list[Any]) -> TableColumn:
    (
        _, name, type_, base, domain, not_null, default, generated, identity, labels, length,
        comment,
    ) = row  # fmt: skip
    return TableColumn(
        name,
        type_,
        base,
        domain,
        not_null,
        default,
        generated != "",
        identity,
        tuple(labels or ()),
        length,
        comment,
    )


def _function(row: list[Any], names: Mapping[int, Name]) -> tuple[Function, int]:
    """A function, and the oid of the relation whose row is its only argument (or 0)."""
    (
        schema, name, comment, arg_names, types, modes, count, defaults, volatility,
        returns_set, returns, relation, rows, first, timeout, callers,
    ) = row  # fmt: skip
    types = types or []
    arg_names = arg_names or [""] * len(types)
    modes = modes or ["i"] * len(types)
    every = list(zip(arg_names, types, modes, strict=True))
    inward = [(n, t, m) for n, t, m in every if m in "ibv"]
    parameters = tuple(
        Parameter(n, t, required=place < count - defaults and m != "v", variadic=m == "v")
        for place, (n, t, m) in enumerate(inward)
    )
    outward = tuple((n, t) for n, t, m in every if m in "obt")
    composite = bool(relation) or bool(outward)
    function = Function(
        schema,
        name,
        parameters,
        volatility,
        returns,
        returns_set and not (rows == 1 and first in names and relation in names),
        composite,
        names.get(relation) if relation else None,
        outward,
        comment,
        timeout,
        frozenset(callers or {}),
    )
    return function, first or 0
