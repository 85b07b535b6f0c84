"""A server with room for large tables, which the product is connected to meanwhile."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
from psycopg.rows import DictRow, dict_row

from chalicelib import db, settings
from infra.local import postgres
from infra.local.migrate import migrate

ROOM = {
    "shared_buffers": "3GB",
    "maintenance_work_mem": "3GB",
    "max_parallel_maintenance_workers": "2",
    "max_wal_size": "16GB",
    "fsync": "off",
    "autovacuum": "off",
}
"""Tables fit in memory, as those one looks at often do; nothing measured here waits for a disk."""


@contextmanager
def large_server() -> Iterator[postgres.Server]:
    """A migrated server of its own; gone afterwards."""
    data = postgres.HOME / f"bench-{uuid4().hex[:8]}"
    before = os.environ["DATABASE_URL"]
    try:
        server = postgres.start(data, ROOM)
        migrate(server.admin_url)
        connect_to(server.url)
        yield server
    finally:
        connect_to(before)
        postgres.discard(data)


def connect_to(url: str) -> None:
    """Let the product find its database there; other threads stay with what they have."""
    db.disconnect()
    os.environ["DATABASE_URL"] = url
    settings.settings.cache_clear()


def filling(
    server: postgres.Server, database: str = postgres.DATABASE
) -> "psycopg.Connection[DictRow]":
    """A connection for which triggers and foreign keys rest: what it fills in is known good."""
    return psycopg.connect(
        server.login("postgres", database),
        autocommit=True,
        row_factory=dict_row,
        options="-c session_replication_role=replica",
    )


@contextmanager
def indexes_afterwards(connection: "psycopg.Connection[DictRow]", table: str) -> Iterator[None]:
    """Let a table be filled first and indexed then, as a restored database is."""
    made = connection.execute(
        "select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as made"
        " from pg_index where indrelid = %s::regclass"
        " and not exists (select from pg_constraint where conindid = indexrelid)",
        (table,),
    ).fetchall()
    for index in made:
        connection.execute(f"drop index {index['name']}".encode())
    yield
    for index in made:
        connection.execute(index["made"].encode())
    connection.execute(f"vacuum analyze {table}".encode())
