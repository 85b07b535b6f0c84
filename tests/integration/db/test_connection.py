"""The way to a cursor: who asks, what breaks, what is begun anew."""

import os
import signal
import threading
import time
from typing import LiteralString

import psycopg
import pytest
from psycopg.rows import DictRow

from chalicelib import db, errors
from chalicelib.actor import Actor
from chalicelib.db.errors import CONSTRAINTS, FIELDS
from chalicelib.settings import settings
from tests import factories

pytestmark = pytest.mark.usefixtures("database")

PATIENCE = 300.0
"""Seconds after which a test gives up on what hangs; a busy machine is slow."""


def backend(actor: Actor) -> int:
    with db.transaction(actor) as tx:
        return tx.value("select pg_backend_pid()")


def test_the_actor_ends_with_the_transaction() -> None:
    alice = factories.user()
    with db.transaction(Actor.user(alice)) as tx:
        assert tx.value("select auth.uid()") == alice
        assert tx.value("select current_user") == "authenticated"
    with db.transaction(Actor.anonymous()) as tx:
        assert tx.value("select auth.uid()") is None
        assert tx.value("select current_user") == "anon"


def test_without_an_actor_nothing_can_be_read() -> None:
    backend(Actor.anonymous())
    with (
        psycopg.connect(settings().database_url.get_secret_value()) as bare,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        bare.execute("select from public.projects")


def test_a_failed_block_leaves_nothing() -> None:
    alice = factories.user()

    def fail_half_way() -> None:
        with db.transaction(Actor.worker(alice)) as tx:
            tx.run("insert into scripts (content) values ('half done')")
            raise LookupError

    with pytest.raises(LookupError):
        fail_half_way()
    with db.transaction(Actor.user(alice)) as tx:
        assert tx.all("select from scripts") == []


def test_a_transaction_does_not_begin_inside_another() -> None:
    """Whom the inner one asks for would be whom the rest of the outer one asks for."""
    alice, ben = Actor.user(factories.user()), Actor.user(factories.user())
    with (
        pytest.raises(RuntimeError, match="inside another"),
        db.transaction(alice),
        db.transaction(ben),
    ):
        pytest.fail("a transaction began inside another")
    assert backend(ben) == backend(alice)


def test_a_read_only_transaction_cannot_write() -> None:
    alice = factories.user()
    with (
        pytest.raises(errors.ShowrunnerError),
        db.transaction(Actor.worker(alice), read_only=True) as tx,
    ):
        tx.run("update profiles set display_name = 'x'")


def test_a_connection_that_died_idle_is_replaced_unnoticed(
    admin: psycopg.Connection,
) -> None:
    first = backend(Actor.anonymous())
    admin.execute("select pg_terminate_backend(%s, 5000)", (first,))
    assert backend(Actor.anonymous()) != first


def test_a_connection_that_dies_in_a_transaction_says_so_and_is_replaced(
    admin: psycopg.Connection,
) -> None:
    alice = factories.user()

    def die_half_way() -> None:
        with db.transaction(Actor.worker(alice)) as tx:
            tx.run("update profiles set display_name = 'half done'")
            pid = tx.connection.info.backend_pid
            admin.execute("select pg_terminate_backend(%s, 5000)", (pid,))
            tx.run("select 1")

    with pytest.raises(errors.DatabaseUnavailable):
        die_half_way()
    with db.transaction(Actor.user(alice)) as tx:
        assert tx.value("select display_name from profiles") == "Test User"


def test_no_server_is_one_error(monkeypatch: pytest.MonkeyPatch) -> None:
    db.disconnect()
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@/none?host=/nowhere")
    settings.cache_clear()
    with pytest.raises(errors.DatabaseUnavailable), db.transaction(Actor.anonymous()):
        pass
    monkeypatch.undo()
    settings.cache_clear()
    assert backend(Actor.anonymous())


def test_each_thread_has_its_own_connection_and_closes_it(admin: psycopg.Connection) -> None:
    pids: list[int] = []
    thread = threading.Thread(target=lambda: pids.append(backend(Actor.anonymous())))
    thread.start()
    thread.join()
    assert pids != [backend(Actor.anonymous())]
    until = time.monotonic() + PATIENCE
    while admin.execute("select from pg_stat_activity where pid = any(%s)", (pids,)).fetchall():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_forked_child_makes_its_own_connection() -> None:
    mine = backend(Actor.anonymous())
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, str(backend(Actor.anonymous())).encode())
        finally:
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(writing)
    theirs = int(os.read(reading, 20))
    os.close(reading)
    assert theirs != mine
    assert backend(Actor.anonymous()) == mine


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("select 1 / 0", errors.InvalidInput),
        ("insert into jobs (project_id) values (gen_random_uuid())", errors.NotFound),
        ("update profiles set notification_prefs = '[]'", errors.InvalidInput),
        ("insert into credit_ledger default values", errors.Forbidden),
        ("select settle_credits(gen_random_uuid(), 1)", errors.NotFound),
    ],
)
def test_what_postgres_refuses_has_a_name_of_ours(
    statement: LiteralString, kind: type[errors.ShowrunnerError]
) -> None:
    alice = factories.user()
    with (
        pytest.raises(errors.ShowrunnerError) as caught,
        db.transaction(Actor.worker(alice)) as tx,
    ):
        tx.run(statement)
    assert type(caught.value) is kind
    assert "select" not in caught.value.message


def test_a_statement_that_takes_too_long_is_the_databases_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STATEMENT_TIMEOUT_MS", "100")
    settings.cache_clear()
    with pytest.raises(errors.DatabaseUnavailable), db.transaction(Actor.anonymous()) as tx:
        tx.run("select pg_sleep(30)")
    monkeypatch.undo()
    settings.cache_clear()


def test_every_constraint_that_has_a_sentence_exists(admin: psycopg.Connection[DictRow]) -> None:
    known = admin.execute(
        "select conname as name from pg_constraint"
        " union select relname from pg_class where relkind = 'i'"
    ).fetchall()
    assert {*CONSTRAINTS, *FIELDS} <= {row["name"] for row in known}


def test_two_jobs_at_once_are_named() -> None:
    alice = factories.user()
    project = factories.project(alice)
    factories.job(alice, project)
    with pytest.raises(errors.JobAlreadyRunning):
        factories.job(alice, project)
