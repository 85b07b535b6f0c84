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
        _connect_to(server.url)
        yield server
    finally:
        _connect_to(before)
        postgres.discard(data)


def _connect_to(url: str) -> None:
    db.disconnect()
    os.environ["DATABASE_URL"] = url
    settings.settings.cache_clear()


def filling(server: postgres.Server) -> "psycopg.Connection[DictRow]":
    """A connection for which triggers and foreign keys rest: what it fills in is known good."""
    return psycopg.connect(
        server.login("postgres"),
        autocommit=True,
        row_factory=dict_row,
        options="-c session_replication_role=replica",
    )
