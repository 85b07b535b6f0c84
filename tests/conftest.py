"""Fixtures of the whole suite: a real Postgres, entered as the product enters it.

One server serves every pytest-xdist worker, and every run that is under way at the same time; the
last one stops it. Each worker has a database of its own, copied from one migrated template.
Tests do not clean up: they make new users (`tests.factories`) and see those users' rows alone.
"""

import fcntl
import hashlib
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import IO
from uuid import uuid4

import psycopg
import pytest
from chalice.test import BaseClient
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from psycopg.rows import DictRow, dict_row

from chalicelib import db, settings
from infra.local import postgres
from infra.local.migrate import migrate, migrations

HOME = postgres.HOME / "tests"
TEMPLATE = "template_showrunner"
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "autovacuum": "off",
}
"""Rows of a test need not survive a power cut."""

hypothesis_settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("repeatable")
"""Examples are the same in every run, and none is timed: a busy machine is slow."""

_users = pytest.StashKey[IO[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Take part in using the test server; workers leave that to the run that started them."""
    os.environ.setdefault("DATABASE_URL", "postgresql:///no-database-in-unit-tests")
    os.environ.setdefault("CURSOR_SECRET", "a-cursor-secret-of-the-tests-with-32-characters")
    os.environ.setdefault("STATEMENT_TIMEOUT_MS", "60000")  # a busy machine is slow
    if not hasattr(config, "workerinput"):
        HOME.mkdir(parents=True, exist_ok=True)
        config.stash[_users] = (HOME / "users.lock").open("w")
        fcntl.flock(config.stash[_users], fcntl.LOCK_SH)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse tests that share an id: pytest-xdist runs one, and says nothing of the rest."""
    shared = [test for test, times in Counter(item.nodeid for item in items).items() if times > 1]
    if shared:
        raise pytest.UsageError(f"several tests are called {shared[0]}")


def pytest_unconfigure(config: pytest.Config) -> None:
    """The last run to use the test server stops it."""
    users = config.stash.get(_users, None)
    if users is None:
        return
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    else:
        for data in HOME.glob("postgres-*"):
            if data.is_dir():
                postgres.stop(data)
    finally:
        users.close()


@pytest.fixture(scope="session", autouse=True)
def one_environment() -> Iterator[None]:
    """Chalice's client puts another `os.environ` in place for each request. Two at once put them
    back crosswise, and what tests start from then on does not see what is set."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseClient, "_patched_env_vars", lambda self, values: nullcontext())
        yield


@pytest.fixture(scope="session")
def postgres_server() -> postgres.Server:
    """The test server, up, with the migrated template in it."""
    mark = hashlib.sha256("".join(m.sha256 for m in migrations()).encode()).hexdigest()[:12]
    data = HOME / f"postgres-{mark}"
    with (HOME / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for old in HOME.glob("postgres-*"):
            if old.is_dir() and old != data and not postgres.is_up(old):
                shutil.rmtree(old)
        server = postgres.start(data, FAST)
        with psycopg.connect(server.superuser_url, autocommit=True) as superuser:
            known = superuser.execute(
                "select from pg_database where datname = %s and datistemplate", (TEMPLATE,)
            )
            if known.fetchone() is None:
                superuser.execute(f"drop database if exists {TEMPLATE}")
                superuser.execute(f"create database {TEMPLATE} owner {postgres.OWNER}")
                postgres.add_extensions(server, TEMPLATE)
                migrate(server.login(postgres.OWNER, TEMPLATE))
                superuser.execute(f"alter database {TEMPLATE} with is_template true")
    return server


@contextmanager
def copied_database(server: postgres.Server, template: str = TEMPLATE) -> Iterator[str]:
    """A new database, copied from a template, that the product is connected to meanwhile."""
    name = f"test_{uuid4().hex}"
    before = os.environ["DATABASE_URL"]
    with psycopg.connect(server.superuser_url, autocommit=True) as superuser:
        superuser.execute(f"create database {name} template {template} owner {postgres.OWNER}")
        _connect_to(server.login("authenticator", name))
        try:
            yield name
        finally:
            _connect_to(before)
            superuser.execute(f"drop database {name} with (force)")


def _connect_to(url: str) -> None:
    db.disconnect()
    os.environ["DATABASE_URL"] = url
    settings.settings.cache_clear()


@pytest.fixture(scope="session")
def database(postgres_server: postgres.Server) -> Iterator[str]:
    """This worker's database: `DATABASE_URL` is its runtime login. Answers its name."""
    with copied_database(postgres_server) as name:
        yield name


@pytest.fixture
def fresh_database(database: str, postgres_server: postgres.Server) -> Iterator[str]:
    """A database with nobody else's rows, for tests of sweeps."""
    with copied_database(postgres_server) as name:
        yield name


@pytest.fixture
def admin(postgres_server: postgres.Server, database: str) -> Iterator[psycopg.Connection[DictRow]]:
    """A connection that row level security does not bind, to look at what the product cannot see.

    It looks at the database the product is connected to, `fresh_database` included when the test
    asked for that one first.
    """
    current = os.environ["DATABASE_URL"]
    with psycopg.connect(
        current.replace("//authenticator@", "//postgres@"), autocommit=True, row_factory=dict_row
    ) as connection:
        yield connection
