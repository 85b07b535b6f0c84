"""The demo studio as tests see it: a database that holds it, and what is in each of its tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg

from infra.local import postgres, seed
from tests.conftest import TEMPLATE

OWNER = UUID(int=0xDE40)
EMAIL = "demo@showrunner.example"
Admin = psycopg.Connection[Any]

ROWS_OF_USERS = """
  select schema_name || '.' || table_name as name from private.registry
   where owner_column is not null or schema_name = 'public' order by 1
"""
"""Tables a studio fills: users' own, and those that all share. The others are the house's own."""


@contextmanager
def database(server: postgres.Server) -> Iterator[str]:
    """A database with the studio of `OWNER` and nothing else in it. Answers its name."""
    name = f"studio_{uuid4().hex}"
    with psycopg.connect(server.superuser_url, autocommit=True) as superuser:
        superuser.execute(f"create database {name} template {TEMPLATE} owner {postgres.OWNER}")
        try:
            assert seed.load(server.login(postgres.OWNER, name), OWNER, email=EMAIL)
            yield name
        finally:
            superuser.execute(f"drop database {name} with (force)")


def counts(admin: Admin) -> dict[str, int]:
    """How many rows every table of users has."""
    return {name: found[0] for name, found in _each(admin, "count(*)").items()}


def fingerprint(admin: Admin) -> dict[str, tuple[Any, ...]]:
    """Count and hash of every table's rows."""
    return _each(admin, "count(*), sum(hashtextextended(t::text, 0))")


def _each(admin: Admin, figures: str) -> dict[str, tuple[Any, ...]]:
    with psycopg.Cursor(admin, row_factory=psycopg.rows.tuple_row) as cursor:
        names = [name for (name,) in cursor.execute(ROWS_OF_USERS).fetchall()]
        each = [f"select '{name}', {figures} from {name} t" for name in (*names, "auth.users")]
        rows = cursor.execute(" union all ".join(each).encode()).fetchall()
    return {name: tuple(rest) for name, *rest in rows}
