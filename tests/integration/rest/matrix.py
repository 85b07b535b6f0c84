"""Two tenants with a row in every table, and the data API as each of its callers sees it.

Rows are put in through the API by whoever may: the owner where users may insert, else the house.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import psycopg
from psycopg.types.json import Jsonb

from infra.local import postgres
from tests.conftest import TEMPLATE
from tests.integration.db import matrix_tables
from tests.integration.db.matrix_rows import NOBODYS, ROWS
from tests.integration.db.matrix_tables import Admin, Reference, Table
from tests.integration.rest.harness import Answer, Rest, signed_in, token

Row = dict[str, Any]

ALICE, BOB = uuid4(), uuid4()
"""The owner, and the other tenant."""
ROLES = {
    "visitor": "anon",
    "owner": "authenticated",
    "other": "authenticated",
    "service": "service_role",
}
SETTINGS = {
    "REST_SCHEMAS": "public",
    "REST_EXTRA_SEARCH_PATH": "extensions",
    "WELCOME_CREDITS": "0",
}
UUIDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TRY = "tx=rollback"


@contextmanager
def database(server: postgres.Server) -> Iterator[str]:
    """A database of its own, copied from the migrated template. Answers its name."""
    name = f"matrix_{uuid4().hex}"
    with psycopg.connect(server.superuser_url, autocommit=True) as superuser:
        superuser.execute(f"create database {name} template {TEMPLATE} owner {postgres.OWNER}")
        try:
            yield name
        finally:
            superuser.execute(f"drop database {name} with (force)")


def callers() -> dict[str, Rest]:
    """The data API as everyone of `ROLES` sees it."""
    return {
        "visitor": Rest(),
        "owner": signed_in(ALICE),
        "other": signed_in(BOB),
        "service": Rest({"authorization": f"Bearer {token(role='service_role', aud=None)}"}),
    }


@dataclass
class Studio:
    """The database of the matrix, seen from behind and through the API."""

    admin: Admin
    tables: dict[str, Table]
    references: list[Reference]
    spare: dict[tuple[str, UUID], Row] = field(default_factory=dict)
    """A further row for each tenant, made beside the one that is stored."""
    traces: frozenset[str] = frozenset()
    """Identities that stand in the owner's rows alone: seen by the other tenant, they leaked."""
    api: dict[str, Rest] = field(default_factory=callers)

    def rows(self, name: str, user: UUID | None = None) -> list[Row]:
        """What is stored in a table, of one user or in all."""
        table = self.tables[name]
        whose = f" where {table.owner} = '{user}'" if user is not None else ""
        found = self.admin.execute(f"select to_jsonb(t) as row from {name} t{whose}".encode())
        return [row["row"] for row in found]

    def fingerprint(self) -> dict[str, tuple[int, int]]:
        """Count and hash of every table's rows."""
        each = [
            f"select '{name}' as name, count(*), sum(hashtextextended(t::text, 0)) from {name} t"
            for name in (*self.tables, "auth.users", "private.registry")
        ]
        found = self.admin.execute(" union all ".join(each).encode(), prepare=True)
        return {row["name"]: (row["count"], row["sum"]) for row in found}

    def leaked(self, answer: Answer, known: Mapping[str, Any] | None = None) -> set[str]:
        """Identities of the owner in an answer, but those the caller sent."""
        seen = set(UUIDS.findall(answer.text)) | set(UUIDS.findall(str(answer.headers)))
        return seen & self.traces - {str(value) for value in (known or {}).values()}


def furnish(admin: Admin) -> Studio:
    """Put a row of both tenants into every table, and one of nobody where there may be such."""
    studio = Studio(admin, matrix_tables.read_tables(admin), matrix_tables.read_references(admin))
    for user in (ALICE, BOB):
        matrix_tables.add_user(admin, user)
        for name in ROWS:
            studio.spare[name, user] = matrix_tables.new_row(admin, studio.tables[name], user)
            _put(studio, studio.tables[name], user)
    for statement in NOBODYS.values():
        admin.execute(statement.encode())
    matrix_tables.age(admin, studio.tables.values(), [ALICE, BOB])
    texts = {user: " ".join(str(studio.rows(name, user)) for name in ROWS) for user in (ALICE, BOB)}
    studio.traces = frozenset(UUIDS.findall(texts[ALICE])) - frozenset(UUIDS.findall(texts[BOB]))
    return studio


def _put(studio: Studio, table: Table, user: UUID) -> None:
    """Insert a row as its owner, as the house, or from behind: as the first of them who may."""
    row = matrix_tables.new_row(studio.admin, table, user)
    by_owner = table.allows("authenticated", "insert")
    if table.schema != "public" or not (by_owner or table.allows("service_role", "insert")):
        studio.admin.execute(matrix_tables.insertion(table, row), {"row": Jsonb(row)})
        return
    who = {ALICE: "owner", BOB: "other"}[user] if by_owner else "service"
    body = {column: row[column] for column in row if not by_owner or column in by_owner}
    answer = studio.api[who].post(f"/{table.name}", body)
    assert answer.status == 201, f"{who} into {table.full}: {answer.text}"


def where(row: Mapping[str, Any], columns: list[str]) -> str:
    """The filter that names a row by some of its columns."""
    return "&".join(f"{column}=eq.{quote(str(row[column]), safe='')}" for column in columns)


def total(answer: Answer) -> int | None:
    """How many rows there were by `Prefer: count=exact`; None when it was refused."""
    if answer.status in (401, 403):
        assert answer.json["code"] == "42501", answer.text
        return None
    assert answer.status < 300, answer.text
    return int(answer.headers["content-range"].split("/")[1])
