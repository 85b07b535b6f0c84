"""Two users with a row of each in every table, and what an actor's statement comes to."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import sql

from chalicelib import db, errors
from chalicelib.actor import Actor
from tests.integration.db import matrix_tables
from tests.integration.db.matrix_rows import NOBODYS, ROWS
from tests.integration.db.matrix_tables import Admin, Table

Row = dict[str, Any]


@dataclass
class Tenants:
    """Two users with a row of each in every owned table, and what a further row would be."""

    alice: UUID
    bob: UUID
    tables: dict[str, Table]
    spare: dict[tuple[str, UUID], Row]
    admin: Admin

    def stored(self, name: str, user: UUID) -> Row:
        """A row of a user, as JSON."""
        query = f"select to_jsonb(t) as row from {name} t where {self.tables[name].owner} = %s"
        found = self.admin.execute(query.encode(), (user,)).fetchone()
        assert found is not None
        row: Row = found["row"]
        return row


def furnished(admin: Admin) -> Tenants:
    every = matrix_tables.read_tables(admin)
    tables = {name: table for name, table in every.items() if table.owner}
    made = Tenants(uuid4(), uuid4(), tables, {}, admin)
    for user in (made.alice, made.bob):
        matrix_tables.add_user(admin, user)
        for name, statement in ROWS.items():
            made.spare[name, user] = matrix_tables.new_row(admin, tables[name], user)
            admin.execute(statement.encode(), {"user": user})
    for statement in NOBODYS.values():
        admin.execute(statement.encode())
    return made


def attempt(
    actor: Actor, statement: str | sql.Composable, then: sql.Composable | None = None, **params: Any
) -> int | errors.ShowrunnerError:
    """How many rows a statement would touch, or how it is refused; `then` asks what to count
    instead, when it is done. Nothing stays."""
    hit = 0
    try:
        with db.transaction(actor) as tx:
            query = statement.encode() if isinstance(statement, str) else statement
            hit = tx.connection.execute(query, params).rowcount
            tx.connection.execute("set constraints all immediate")
            if then is not None:
                hit = tx.connection.execute(then).rowcount
            raise psycopg.Rollback
    except errors.ShowrunnerError as error:
        return error
    return hit


def forbidden(outcome: int | errors.ShowrunnerError) -> bool:
    return isinstance(outcome, errors.Forbidden)
