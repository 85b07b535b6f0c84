"""Rows written and read as an actor, by table and column names that a test chooses."""

from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from chalicelib import db
from chalicelib.actor import Actor


def insert(actor: Actor, table: str, /, **columns: Any) -> UUID:
    """A new row. Answers its id."""
    statement = sql.SQL("insert into {} ({}) values ({}) returning id").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join(map(sql.Placeholder, columns)),
    )
    with db.transaction(actor) as tx:
        row = tx.connection.execute(statement, _adapted(columns)).fetchone()
    assert row is not None
    row_id = row["id"]
    assert isinstance(row_id, UUID)
    return row_id


def update(actor: Actor, table: str, row_id: UUID, /, **columns: Any) -> int:
    """Change a row by its id. Answers how many rows were there to change."""
    statement = sql.SQL("update {} set {} where id = %(row_id)s").format(
        sql.Identifier(table),
        sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name))
            for name in columns
        ),
    )
    with db.transaction(actor) as tx:
        return tx.connection.execute(statement, _adapted(columns) | {"row_id": row_id}).rowcount


def delete(actor: Actor, table: str, row_id: UUID) -> int:
    """Delete a row by its id. Answers how many rows were there to delete."""
    statement = sql.SQL("delete from {} where id = %s").format(sql.Identifier(table))
    with db.transaction(actor) as tx:
        return tx.connection.execute(statement, (row_id,)).rowcount


def row(actor: Actor, table: str, row_id: UUID, columns: str = "*") -> dict[str, Any]:
    """What the actor sees of a row; `columns` is a list separated by commas."""
    wanted = sql.SQL("*") if columns == "*" else _names(columns)
    statement = sql.SQL("select {} from {} where id = %s").format(wanted, sql.Identifier(table))
    with db.transaction(actor) as tx:
        found = tx.connection.execute(statement, (row_id,)).fetchone()
    assert found is not None
    return found


def _names(columns: str) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(name.strip()) for name in columns.split(","))


def _adapted(columns: dict[str, Any]) -> dict[str, Any]:
    """Dictionaries go in as jsonb, lists as arrays."""
    return {
        name: Jsonb(value) if isinstance(value, dict) else value for name, value in columns.items()
    }
