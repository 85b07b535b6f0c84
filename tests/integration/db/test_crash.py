"""A backend is killed in the middle of bookings; whatever was committed balances."""

import contextlib
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg
import pytest

from chalicelib import db, errors
from chalicelib.actor import Actor
from chalicelib.settings import settings
from infra.local import postgres
from infra.local.migrate import migrate
from tests import factories

SEED = 20260101
KILLS = 3
BOOKINGS_BEFORE_A_KILL = 50  # of 300
PATIENCE = 300.0
"""Seconds after which a test gives up on what hangs; a busy machine is slow."""


@pytest.fixture
def crashing_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[postgres.Server]:
    """A durable server of this test's own: killing one backend restarts all of them."""
    data = postgres.HOME / f"crash-{uuid4().hex[:8]}"
    server = postgres.start(data)
    migrate(server.admin_url)
    db.disconnect()
    monkeypatch.setenv("DATABASE_URL", server.url)
    settings.cache_clear()
    yield server
    db.disconnect()
    monkeypatch.undo()
    settings.cache_clear()
    postgres.discard(data)


def test_a_backend_killed_mid_transaction_loses_and_strands_nothing(
    crashing_server: postgres.Server,
) -> None:
    chance = random.Random(SEED)
    users = [factories.user(credits=200) for _ in range(3)]
    jobs = {
        user: [factories.job(user, project, status="READY") for _ in range(100)]
        for user in users
        for project in [factories.project(user)]
    }
    done = threading.Event()
    interrupted, booked = list[UUID](), list[UUID]()

    def book(user: UUID, mine: list[UUID]) -> None:
        for job in mine:
            while not done.is_set():
                try:
                    with db.transaction(Actor.worker(user)) as tx:
                        tx.run("select reserve_credits(%(u)s, %(j)s, 1)", u=user, j=job)
                    with db.transaction(Actor.worker(user)) as tx:
                        tx.run("select settle_credits(%(j)s, 1)", j=job)
                    break
                except errors.DatabaseUnavailable:
                    interrupted.append(job)
                    time.sleep(0.02)
                except errors.IllegalMove:
                    break  # it was settled, and only the answer was lost
            booked.append(job)
        db.disconnect()

    threads = [
        threading.Thread(target=book, args=(user, jobs[user][part::2]))
        for user in users
        for part in range(2)
    ]
    for thread in threads:
        thread.start()
    try:
        for kill in range(1, KILLS + 1):
            until = time.monotonic() + PATIENCE
            while len(booked) < kill * BOOKINGS_BEFORE_A_KILL:
                assert time.monotonic() < until
                time.sleep(0.001)
            _kill_a_busy_backend(crashing_server, chance)
            assert _balanced_when_back()
        for thread in threads:
            thread.join(PATIENCE)
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert interrupted, f"no transaction was hit: seed {SEED}"
    assert factories.balanced()
    for user in users:
        with db.transaction(Actor.user(user)) as tx:
            assert tx.value("select held from credit_accounts") == 0
            assert tx.value("select get_credit_balance(%(u)s)", u=user) == 100
            assert tx.value("select count(*) from credit_ledger where type = 'usage'") == 100


def _kill_a_busy_backend(server: postgres.Server, chance: random.Random) -> None:
    """Kill one, and wait until the server has noticed: it then ends every connection."""
    with psycopg.connect(server.superuser_url, autocommit=True) as watcher:
        busy, until = list[tuple[int]](), time.monotonic() + PATIENCE
        while not busy:
            assert time.monotonic() < until, "nobody is at work"
            busy = watcher.execute(
                "select pid from pg_stat_activity where usename = 'authenticator'"
                " and state <> 'idle'"
            ).fetchall()
        os.kill(chance.choice(busy)[0], signal.SIGKILL)
        with contextlib.suppress(psycopg.OperationalError):
            while True:
                watcher.execute("select pg_sleep(0.01)")


def _balanced_when_back() -> bool:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            return factories.balanced()
        except errors.DatabaseUnavailable:
            time.sleep(0.02)
    raise AssertionError("the server did not come back")
