"""What a database says of itself: tables, columns, references, states, functions, by domain."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from chalicelib.db import queries
from infra.local.migrate import migrations

DOMAINS = Path(__file__).with_name("domains.toml")
MADE = re.compile(
    r"^create (?:or replace )?(?:unlogged )?(table|view|function) (?:public\.)?([\w.]+)",
    re.MULTILINE,
)
ABOUT = re.compile(r"\A((?:-- .*\n)+)")

sql = queries(__file__)


class Unplaced(RuntimeError):
    """A migration's tables belong to no chapter; the message says where to name it."""


@dataclass(frozen=True)
class Column:
    """One column, as SQL writes its type and default."""

    name: str
    type: str
    nullable: bool
    default: str | None
    generated: bool
    about: str
    is_key: bool
    refers_to: str | None
    """The table that a foreign key of this column names."""


@dataclass(frozen=True)
class Table:
    """One table or view. `name` carries its schema when that is not `public`."""

    name: str
    about: str
    is_view: bool
    by_month: bool
    columns: tuple[Column, ...]
    moves: Mapping[str, Mapping[str, tuple[str, ...]]]
    """Of each status column: from a state to which others; from '' a row begins."""
    enrolment: Mapping[str, Any] | None


@dataclass(frozen=True)
class Function:
    """One function that somebody may call."""

    name: str
    arguments: str
    result: str
    about: str


@dataclass(frozen=True)
class Domain:
    """One chapter."""

    name: str
    title: str
    about: str
    tables: tuple[Table, ...]
    functions: tuple[Function, ...]
    enums: Mapping[str, tuple[str, ...]]

    @property
    def drawn(self) -> tuple[Table, ...]:
        """The tables its diagram shows."""
        return tuple(table for table in self.tables if not table.is_view)


def read(url: str) -> list[Domain]:
    """Every domain of the database at `url`. Raises `Unplaced`."""
    with psycopg.connect(url, row_factory=dict_row) as connection:
        rows = {name: connection.execute(statement).fetchall() for name, statement in sql.items()}
    tables = _tables(rows)
    functions = [Function(**row) for row in rows["functions"]]
    enums = {row["name"]: tuple(row["values"]) for row in rows["enums"]}
    places = _places()
    domains = []
    for said in tomllib.loads(DOMAINS.read_text())["domain"]:
        own = [table for table in tables if places.get(table.name) == said["name"]]
        types = {column.type for table in own for column in table.columns}
        domains.append(
            Domain(
                said["name"],
                said["title"],
                _about(said["migrations"][0]),
                tuple(own),
                tuple(f for f in functions if places.get(f.name) == said["name"]),
                {name: values for name, values in enums.items() if name in types},
            )
        )
    return domains


def _tables(rows: Mapping[str, list[dict[str, Any]]]) -> list[Table]:
    refers: dict[tuple[str, str, str], str] = {}
    for row in rows["references"]:
        target = _name(row["to_schema"], row["to_table"])
        refers.setdefault((row["schema"], row["table"], row["columns"][0]), target)
    columns: dict[tuple[str, str], list[Column]] = defaultdict(list)
    for row in rows["columns"]:
        place = row.pop("schema"), row.pop("table")
        row["about"] = row["about"] or ""
        columns[place].append(Column(**row, refers_to=refers.get((*place, row["name"]))))
    moves: dict[str, dict[str, dict[str, tuple[str, ...]]]] = defaultdict(dict)
    for row in rows["moves"]:
        table = moves[row["table_name"]].setdefault(row["column_name"], {})
        table[row["from_state"]] = (*table.get(row["from_state"], ()), row["to_state"])
    return [
        Table(
            _name(row["schema"], row["name"]),
            row["about"] or "",
            row["is_view"],
            row["by_month"],
            tuple(columns[row["schema"], row["name"]]),
            moves.get(row["name"], {}),
            row if row["kind"] else None,
        )
        for row in rows["tables"]
    ]


def _name(schema: str, table: str) -> str:
    return table if schema == "public" else f"{schema}.{table}"


def _places() -> dict[str, str]:
    """The domain of each table, view and function, by the first migration that makes it."""
    chapters = {
        slug: said["name"]
        for said in tomllib.loads(DOMAINS.read_text())["domain"]
        for slug in said["migrations"]
    }
    places: dict[str, str] = {}
    for migration in migrations():
        slug = migration.path.stem.split("_", 1)[1]
        for kind, name in MADE.findall(migration.body.decode()):
            if name in places:
                continue
            if slug in chapters:
                places[name] = chapters[slug]
            elif kind != "function":
                raise Unplaced(
                    f"{migration.path.name} makes {name}: name {slug!r} in {DOMAINS.name}."
                )
    return places


def _about(slug: str) -> str:
    """The first words of a migration say what its tables are for."""
    (found,) = (m for m in migrations() if m.path.stem.split("_", 1)[1] == slug)
    said = ABOUT.match(found.body.decode())
    text = " ".join(_uncommented(said[1].splitlines())) if said else ""
    sentence = text.split(": ", 1)[-1]
    return sentence[:1].upper() + sentence[1:]


def _uncommented(lines: Iterable[str]) -> Iterable[str]:
    return (line.removeprefix("-- ") for line in lines)
