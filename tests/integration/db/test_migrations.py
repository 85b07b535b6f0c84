"""Migrations: as an owner who is no superuser, once each, the same schema everywhere."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from infra.local import postgres, schema
from infra.local.migrate import Migration, MigrationError, migrate, migrations


@pytest.fixture
def empty(postgres_server: postgres.Server) -> Iterator[str]:
    """The owner's way into a database with nothing in it."""
    name = f"test_empty_{uuid4().hex}"
    with psycopg.connect(postgres_server.superuser_url, autocommit=True) as superuser:
        superuser.execute(f"create database {name} owner {postgres.OWNER}")
        postgres.add_extensions(postgres_server, name)
        yield postgres_server.login(postgres.OWNER, name)
        superuser.execute(f"drop database {name} with (force)")


def test_the_owner_is_an_ordinary_role(admin: psycopg.Connection) -> None:
    owner = admin.execute(
        "select rolsuper, rolbypassrls, rolreplication from pg_roles where rolname = %s",
        (postgres.OWNER,),
    ).fetchone()
    assert owner is not None
    assert not any(owner.values())


def test_the_owner_itself_sees_no_rows(database: str, postgres_server: postgres.Server) -> None:
    with psycopg.connect(postgres_server.login(postgres.OWNER, database)) as owner:
        assert owner.execute("select from projects").fetchall() == []
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute("insert into scripts (user_id, content) values (gen_random_uuid(), '')")


def test_a_second_run_changes_nothing(empty: str) -> None:
    first = migrate(empty)
    assert first == [migration.path.name for migration in migrations()]
    before = schema.dumped(empty)
    assert migrate(empty) == []
    assert schema.dumped(empty) == before


def test_two_at_once_apply_each_file_once(empty: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        applied = list(pool.map(migrate, [empty, empty]))
    assert sorted(map(len, applied)) == [0, len(migrations())]


def test_schema_sql_is_what_the_migrations_make(
    database: str, postgres_server: postgres.Server
) -> None:
    made = schema.dumped(postgres_server.login("postgres", database))
    assert made == schema.SCHEMA.read_text(), "run `make schema`"
    for noise in ("\\restrict", "Dumped", "OWNER TO", "/tmp"):
        assert noise not in made


def test_a_failing_file_leaves_nothing_of_itself(empty: str, tmp_path: Path) -> None:
    good = tmp_path / "20990101000000_good.sql"
    bad = tmp_path / "20990102000000_bad.sql"
    good.write_text("create table good (id int);")
    bad.write_text("create table bad (id int); select 1 / 0;")
    with pytest.raises(MigrationError, match="20990102000000_bad"):
        migrate(empty, [*migrations(), Migration(good), Migration(bad)])
    with psycopg.connect(empty) as owner:
        tables = owner.execute("select to_regclass('good'), to_regclass('bad')").fetchone()
    assert tables == ("good", None)


def test_a_changed_file_is_noticed(empty: str, tmp_path: Path) -> None:
    file = tmp_path / "20990101000000_table.sql"
    file.write_text("create table one (id int);")
    migrate(empty, [*migrations(), Migration(file)])
    file.write_text("create table two (id int);")
    with pytest.raises(MigrationError, match="was changed after"):
        migrate(empty, [*migrations(), Migration(file)])


def test_names_are_timestamps_in_order() -> None:
    versions = [migration.version for migration in migrations()]
    assert len(set(versions)) == len(versions)
    assert all(version.isdigit() and len(version) == 14 for version in versions)
