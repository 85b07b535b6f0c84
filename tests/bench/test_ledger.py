"""The ledger's pace: reserve+settle pairs against bare inserts, and 64 clients at once.

Server, disk and durability are the same for both; turns alternate, so that a busy machine slows
both alike. `LEDGER_SECONDS` and `LEDGER_OPERATIONS` make a run shorter or longer.
"""

import os
import random
import statistics
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.rows import dict_row

from infra.local import postgres
from infra.local.migrate import migrate

SECONDS = int(os.environ.get("LEDGER_SECONDS", "3"))
OPERATIONS = int(os.environ.get("LEDGER_OPERATIONS", "100000"))
TURNS = 5
CLIENTS = 64
RESERVE = "select reserve_credits(md5(%s)::uuid, md5(%s)::uuid, %s)"
USERS = 1_000
CREDITS = OPERATIONS // USERS // 4
"""Of each user of the crowd: fewer than are asked for."""
MOST_PAIRS = 8_000
"""A second, of all clients: that many jobs wait for each second of a turn."""
PACE = 0.35
SEED = 20260101

BARE = """
insert into bare_reserve (user_id, job_id, amount) values (gen_random_uuid(), gen_random_uuid(), 2);
insert into bare_settle (user_id, job_id, amount) values (gen_random_uuid(), gen_random_uuid(), 2);
"""
PAIR = """
\\set n :n + 1
select reserve_credits(md5('{kind} user ' || {user})::uuid,
                       md5('{kind} ' || :client_id || ' ' || :n)::uuid, 2);
select settle_credits(md5('{kind} ' || :client_id || ' ' || :n)::uuid, 2);
"""
STUDIO = """
create table bare_reserve (id uuid primary key default gen_random_uuid(), user_id uuid not null,
  job_id uuid not null, amount int not null, created_at timestamptz not null default now());
create table bare_settle (like bare_reserve including all);
grant insert on bare_reserve, bare_settle to service_role
"""
PEOPLE = (
    "select set_config('showrunner.welcome_credits', %(credits)s, false)",
    "insert into auth.users (id)"
    " select md5(%(kind)s || ' user ' || n)::uuid from generate_series(0, %(users)s - 1) n",
    "insert into projects (id, user_id, title, prompt_text, niche_preset)"
    " select id, id, 'Title', 'Prompt', 'facts' from auth.users on conflict do nothing",
    "insert into jobs (id, project_id, user_id, status)"
    " select md5(%(kind)s || ' ' || c || ' ' || n)::uuid, u, u, 'READY'"
    " from generate_series(0, %(clients)s - 1) c, generate_series(1, %(jobs)s) n,"
    " lateral (select md5(%(kind)s || ' user ' || (c * 37 + n) %% %(users)s)::uuid) owner (u)",
)
"""Users, and for each client jobs that wait to be paid for, of one user after the other."""


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    """A server of its own, with the durability of a default installation."""
    data = postgres.HOME / f"bench-{uuid4().hex[:8]}"
    server = postgres.start(data, {"shared_buffers": "256MB", "max_connections": "120"})
    migrate(server.admin_url)
    with superuser(server) as connection:
        connection.execute(STUDIO.encode())
    yield server
    postgres.discard(data)


@pytest.mark.parametrize("clients", [1, 8])
def test_a_pair_keeps_pace_with_two_bare_inserts(
    server: postgres.Server, tmp_path: Path, clients: int
) -> None:
    accounts = {f"hot {clients}": 1, f"spread {clients}": USERS}
    (tmp_path / "bare").write_text(BARE)
    jobs = MOST_PAIRS // clients * SECONDS
    for kind, users in accounts.items():
        populate(server, kind, users, clients, jobs * (TURNS + 1), credits=10**8)
        user = f"(:client_id * 37 + :n) % {users}"
        (tmp_path / kind).write_text(PAIR.format(kind=kind, user=user))
    pace: dict[str, list[float]] = {script: [] for script in ("bare", *accounts)}
    for turn in range(TURNS + 1):
        for script in pace:
            per_second = pgbench(server, tmp_path / script, clients, first_job=turn * jobs)
            if turn:  # the first turn warms up; what it wrote tells the planner the sizes
                pace[script].append(per_second)
        if not turn:
            with superuser(server) as connection:
                connection.execute("vacuum analyze")
    ratios = {}
    print(f"\n{'clients':>8} {'accounts':>9} {'pairs/s':>8} {'bare/s':>8} {'ratio':>6}")
    for kind, users in accounts.items():
        turns = list(zip(pace[kind], pace["bare"], strict=True))
        ratios[kind] = statistics.median(pair / bare for pair, bare in turns)
        pair, bare = (statistics.median(side) for side in zip(*turns, strict=True))
        print(f"{clients:>8} {users:>9} {pair:>8.0f} {bare:>8.0f} {ratios[kind]:>6.2f}")
    assert wrong_accounts(server) == 0
    if clients == 1:  # more clients of one account wait for each other's commit, by design
        assert min(ratios.values()) >= PACE, ratios


@dataclass
class Tally:
    """What one client was told."""

    held: int = 0
    refused: int = 0
    used: int = 0
    seconds: list[float] = field(default_factory=list)


def test_sixty_four_clients_overspend_nothing_and_lose_nothing(server: postgres.Server) -> None:
    jobs = OPERATIONS // CLIENTS
    populate(server, "crowd", USERS, CLIENTS, jobs, credits=CREDITS)
    with superuser(server) as connection:
        connection.execute("analyze")
        before = books(connection)
    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        tallies = list(pool.map(lambda number: client(server, number), range(CLIENTS)))
    took = time.perf_counter() - began
    with superuser(server) as connection:
        after = books(connection)
    seconds = sorted(second for tally in tallies for second in tally.seconds)
    p50, p99 = (1000 * seconds[int(len(seconds) * part)] for part in (0.5, 0.99))
    held, refused, used = (
        sum(getattr(tally, name) for tally in tallies) for name in ("held", "refused", "used")
    )
    print(
        f"\n{len(seconds)} operations of {CLIENTS} clients on {USERS} accounts, seed {SEED}:"
        f" {len(seconds) / took:.0f}/s, p50 {p50:.1f} ms, p99 {p99:.1f} ms,"
        f" {held} held, {refused} refused"
    )
    assert refused > 0, "nobody ran out of credits: nothing was at stake"
    assert after["holds"] - before["holds"] == held
    assert after["used"] - before["used"] == used
    assert after["overspent"] == after["open"] == 0
    assert wrong_accounts(server) == 0


def client(server: postgres.Server, number: int) -> Tally:
    """One client's share of the operations: reserve; when held, settle some of it or release."""
    chance = random.Random(SEED + number)
    tally = Tally()
    url = server.login("authenticator")
    with psycopg.connect(url, autocommit=True, options="-c role=service_role") as connection:

        def call(sql: str, *arguments: Any) -> Any:
            began = time.perf_counter()
            row = connection.execute(sql.encode(), arguments, prepare=True).fetchone()
            tally.seconds.append(time.perf_counter() - began)
            assert row is not None
            return row[0]

        job = 0
        while len(tally.seconds) < OPERATIONS // CLIENTS:
            job += 1
            user = f"crowd user {(number * 37 + job) % USERS}"
            name = f"crowd {number} {job}"
            amount = chance.randint(1, 5)
            if not call(RESERVE, user, name, amount):
                tally.refused += 1
                continue
            tally.held += 1
            if chance.random() < 0.3:
                call("select release_credits(md5(%s)::uuid)", name)
            else:
                final = chance.randint(0, amount)
                tally.used += call("select settle_credits(md5(%s)::uuid, %s)", name, final)
    return tally


def superuser(server: postgres.Server) -> psycopg.Connection[dict[str, Any]]:
    return psycopg.connect(server.login("postgres"), autocommit=True, row_factory=dict_row)


def populate(
    server: postgres.Server, kind: str, users: int, clients: int, jobs: int, credits: int
) -> None:
    """Users of a kind with credits, and `jobs` jobs for each client."""
    values = {"kind": kind, "users": users, "clients": clients, "jobs": jobs}
    with superuser(server) as connection:
        for statement in PEOPLE:
            connection.execute(statement.encode(), {**values, "credits": str(credits)})


def pgbench(server: postgres.Server, script: Path, clients: int, first_job: int) -> float:
    """Transactions of a script per second."""
    done = subprocess.run(
        [
            str(postgres.binary("pgbench")), "--no-vacuum", "--protocol=prepared",
            f"--client={clients}", f"--jobs={min(clients, 2)}", f"--time={SECONDS}",
            f"--define=n={first_job}", f"--file={script}", server.login("authenticator"),
        ],
        env={**os.environ, "PGOPTIONS": "-c role=service_role"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    figures = dict(line.split(" = ") for line in done.stdout.splitlines() if " = " in line)
    return float(figures["tps"].split()[0])


def books(connection: psycopg.Connection[dict[str, Any]]) -> dict[str, Any]:
    """What the ledger says was held and used, and what it must never say."""
    row = connection.execute(
        "select (select count(*) from credit_holds) as holds,"
        " (select coalesce(-sum(amount), 0) from credit_ledger where type = 'usage') as used,"
        " (select count(*) from credit_accounts where available < 0 or held < 0) as overspent,"
        " (select count(*) from credit_holds where status = 'open') as open"
    ).fetchone()
    assert row is not None
    return row


def wrong_accounts(server: postgres.Server) -> int:
    with superuser(server) as connection:
        return connection.execute("select from credit_check where not ok").rowcount
