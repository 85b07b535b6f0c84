"""Apply `sql/migrations` in order: each file once, whole, in its own transaction, under a lock.

The server reads each file as it stands, so whatever `psql` or the Supabase CLI takes works here.
The lock is the connection's: a killed migration leaves none behind.
"""

import argparse
import hashlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psycopg

from infra.local import postgres

MIGRATIONS = Path(__file__).resolve().parents[2] / "sql" / "migrations"
LOCK = 7_402_600_120


class MigrationError(RuntimeError):
    """The database cannot be brought up to date; the message says why and what to do."""


@dataclass(frozen=True)
class Migration:
    """One file."""

    path: Path

    @property
    def version(self) -> str:
        return self.path.name.split("_")[0]

    @cached_property
    def body(self) -> bytes:
        return self.path.read_bytes()

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


def migrations(directory: Path = MIGRATIONS) -> list[Migration]:
    """Every migration, oldest first."""
    return [Migration(path) for path in sorted(directory.glob("*.sql"))]


def migrate(url: str, wanted: Sequence[Migration] | None = None) -> list[str]:
    """Bring a database up to date as its owner. Answers the names applied; none when it was.

    Raises `MigrationError`; the files before the failing one stay applied.
    """
    wanted = migrations() if wanted is None else wanted
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(%s)", (LOCK,))
        done = _applied(connection)
        applied = []
        for migration in wanted:
            if migration.version not in done:
                _apply_one(connection, migration)
                applied.append(migration.path.name)
            elif done[migration.version] != migration.sha256:
                raise MigrationError(
                    f"{migration.path.name} was changed after this database took it:"
                    " put the change into a new migration, or remove this database if it is local."
                )
        return applied


def _applied(connection: psycopg.Connection) -> dict[str, str]:
    known = connection.execute("select to_regclass('private.schema_version')").fetchone()
    if known is None or known[0] is None:
        return {}
    return dict(connection.execute("select version, sha256 from private.schema_version").fetchall())


def _apply_one(connection: psycopg.Connection, migration: Migration) -> None:
    try:
        with connection.transaction():
            connection.execute(migration.body)
            connection.execute(
                "insert into private.schema_version (version, name, sha256) values (%s, %s, %s)",
                (migration.version, migration.path.name, migration.sha256),
            )
    except psycopg.Error as error:
        raise MigrationError(f"{migration.path.name}: {error}") from error


def main() -> int:
    """Migrate `OWNER_DATABASE_URL`, or the embedded server when it is not set."""
    argparse.ArgumentParser(
        prog="python -m infra.local.migrate",
        description=__doc__,
        epilog="The database is OWNER_DATABASE_URL, as the role that owns its schema; the local one"
        " when that is not set.",
    ).parse_args()
    try:
        url = os.environ.get("OWNER_DATABASE_URL")
        if not url:
            url = postgres.start().admin_url
        applied = migrate(url)
    except (MigrationError, postgres.PostgresError, psycopg.OperationalError) as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(applied) or "The database is up to date.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
