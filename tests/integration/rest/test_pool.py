"""Nobody ever sees another's rows, whatever happens to the connections they share.

Threads ask as many users in turn, over one connection each, as a warm container does. Between
the reads statements fail, run into their time limit, and forget their token; meanwhile the
database cancels statements and cuts connections at random.
"""

import json
import random
import threading
import time
from collections import Counter
from uuid import UUID

import psycopg
from psycopg import Connection

from chalicelib import db, rest
from chalicelib.actor import Actor
from chalicelib.http.rows import options
from chalicelib.rest import Http, RestError
from infra.local.postgres import Server

SEED = 20260101
THREADS = 6
READS = 20_000
USERS = [UUID(int=0x1000 + n) for n in range(40)]
NOTES = 3  # of each user
ALLOWED = {"57014", "57P01", "PGRST000", "PGRST002"}
"""What a cancelled statement or a cut connection may be answered with."""


class Fuzz:
    """One thread's requests, chosen by its own dice, and what they showed."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.seen: Counter[str] = Counter()
        self.wrong: list[object] = []

    def run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            user = self.dice.choice(USERS)
            roll = self.dice.random()
            if roll < 0.94:
                self.read(user)
            elif roll < 0.96:
                self.expect(Http("GET", "table", "notes"), Actor.anonymous(), {"42501"})
            elif roll < 0.98:
                self.expect(Http("GET", "table", "notes", (("id", "eq.x"),)), _ask(user), {"22P02"})
            elif roll < 0.99:
                body = json.dumps({"text": "x", "owner": str(self.dice.choice(USERS))}).encode()
                headers = {"prefer": "tx=rollback"}
                made = Http("POST", "table", "notes", (), headers, body)
                self.expect(made, _ask(user), {"42501"}, or_none=True)
            else:
                slow = Http("GET", "function", "sleep", (("seconds", "5"),))
                self.expect(slow, Actor.anonymous(), {"57014"})
        db.disconnect()

    def read(self, user: UUID) -> None:
        try:
            asked = Http("GET", "table", "notes", (("select", "owner"),))
            found = rest.answer(asked, _ask(user), options())
        except RestError as error:
            self.note(error, set())
            return
        owners = [row["owner"] for row in json.loads(found.body)]
        self.seen["reads"] += 1
        self.seen["rows"] += len(owners)
        if owners != [str(user)] * NOTES:
            self.wrong.append((user, owners))

    def expect(self, asked: Http, actor: Actor, codes: set[str], *, or_none: bool = False) -> None:
        try:
            found = rest.answer(asked, actor, options())
        except RestError as error:
            self.note(error, codes)
        else:
            if not or_none:
                self.wrong.append((asked, found))

    def note(self, error: RestError, expected: set[str]) -> None:
        self.seen[error.code] += 1
        if error.code not in expected | ALLOWED:
            self.wrong.append((error.code, error.message))


def _ask(user: UUID) -> Actor:
    return Actor.user(user)


def trouble(url: str, stop: threading.Event) -> None:
    """Cancel statements and cut connections of the product, at random."""
    dice = random.Random(SEED)
    with psycopg.connect(url, autocommit=True) as superuser:
        while not stop.wait(0.02):
            verb = "pg_terminate_backend" if dice.random() < 0.2 else "pg_cancel_backend"
            superuser.execute(
                f"select {verb}(pid) from pg_stat_activity where usename = 'authenticator'"
                " and datname = current_database() and xact_start is not null"
                " order by random() limit 1"
            )


def test_nobody_sees_anothers_rows(
    postgres_server: Server, library: str, owner: Connection
) -> None:
    owner.execute(
        "insert into library.notes (owner, text) select o, 'note ' || n"
        " from unnest(%s::uuid[]) o, generate_series(1, %s) n",
        (USERS, NOTES),
    )
    owner.execute(f"alter role anon in database {library} set statement_timeout = '30ms'")
    owner.execute("select pg_stat_force_next_flush()")
    rest.catalog.forget()
    fuzzes = [Fuzz(SEED + n) for n in range(THREADS)]
    stop = threading.Event()
    threads = [threading.Thread(target=fuzz.run, args=(stop,)) for fuzz in fuzzes]
    threads.append(
        threading.Thread(target=trouble, args=(postgres_server.login("postgres", library), stop))
    )
    for thread in threads:
        thread.start()
    while sum(f.seen["reads"] for f in fuzzes) < READS and not any(f.wrong for f in fuzzes):
        time.sleep(0.05)
    stop.set()
    for thread in threads:
        thread.join()
    owner.execute(f"alter role anon in database {library} reset statement_timeout")
    owner.execute("delete from library.notes where text like 'note %'")
    seen = sum((fuzz.seen for fuzz in fuzzes), Counter())
    assert [wrong for fuzz in fuzzes for wrong in fuzz.wrong] == []
    assert seen["reads"] >= READS
    assert seen["rows"] == seen["reads"] * NOTES
    assert seen["42501"] > 0 < seen["22P02"]  # forgotten tokens, errors inside transactions
    assert seen["57014"] > 0 < seen["PGRST000"] + seen["57P01"]  # limits and cancels, cuts
