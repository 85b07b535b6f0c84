"""Tables of a thousand tenants: what row level security costs, and lists that stay as quick.

There is a database for each size, from ten thousand projects to five million, so that sizes can
be measured turn about. Every fortieth project is one user's, who has a thousandth page to turn
to; the others share the rest. `ROWS_MOST` makes a run shorter.
"""

import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, LiteralString
from uuid import UUID

import psycopg
import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.domains.projects import service as projects
from chalicelib.domains.projects.models import ProjectsQuery
from infra.local import postgres
from tests.bench.large import connect_to, filling, indexes_afterwards, large_server

MOST = int(os.environ.get("ROWS_MOST", "5000000"))
SIZES = [size for size in (10_000, 100_000, 1_000_000, 5_000_000) if size <= MOST]
GUARDED = max(size for size in SIZES if size <= 1_000_000)
"""Rows at which row level security is measured."""
TENANTS = 1_000
TURNS = 400
PAGE, FAR = 20, 1_000
SECURITY, FLAT = 1.15, 1.3
SEED = 20260301
HEAVY = UUID(int=0)
"""Whose every fortieth project is."""

AS_OWNER = Actor(postgres.OWNER)  # type: ignore[arg-type]

PEOPLE = (
    "insert into auth.users (id)"
    " select lpad(to_hex(n), 32, '0')::uuid from generate_series(0, %(tenants)s - 1) n"
)
PROJECTS = """
insert into projects (id, user_id, title, prompt_text, niche_preset, created_at)
select uuidv7(), lpad(to_hex(case when n %% 40 = 0 then 0 else 1 + n %% (%(tenants)s - 1) end),
                      32, '0')::uuid,
       'The deep sea, part ' || n, 'What lives where no light reaches?', 'science',
       timestamptz '2026-01-01 00:00+00' + n * interval '1 second'
  from generate_series(1, %(size)s) n
"""
COLUMNS = "id, title, prompt_text, niche_preset, target_minutes, settings, version, created_at"
STATEMENTS: dict[str, tuple[LiteralString, LiteralString]] = {
    "list": (
        f"select {COLUMNS} from projects order by created_at desc, id desc limit 20",
        f"select {COLUMNS} from projects where user_id = %(me)s"
        " order by created_at desc, id desc limit 20",
    ),
    "count": (
        "select count(*) from projects",
        "select count(*) from projects where user_id = %(me)s",
    ),
    "insert": (
        "insert into projects (title, prompt_text, niche_preset)"
        " values ('Title', 'Prompt', 'science') returning id",
        "insert into projects (user_id, title, prompt_text, niche_preset)"
        " values (%(me)s, 'Title', 'Prompt', 'science') returning id",
    ),
}
"""Each as a user says it, whom policies guard, and as the owner must, whom nothing does."""


class Town:
    """A database of one size; the product is connected to it in a thread of its own."""

    def __init__(self, server: postgres.Server, size: int) -> None:
        self.size = size
        self.database = f"rows_{size}"
        self._thread = ThreadPoolExecutor(1)
        began = time.perf_counter()
        with psycopg.connect(server.superuser_url, autocommit=True) as superuser:
            superuser.execute(
                f"create database {self.database} template {postgres.DATABASE}"
                f" owner {postgres.OWNER}".encode()
            )
        with filling(server, self.database) as connection:
            connection.execute(PEOPLE, {"tenants": TENANTS})
            with indexes_afterwards(connection, "projects"):
                connection.execute(PROJECTS, {"tenants": TENANTS, "size": size})
        connect_to(server.login("authenticator", self.database))
        self.do(self.page, None)  # this thread's connection stays with this database
        print(f"\n{size:>9,} projects after {time.perf_counter() - began:.0f} s", end="")

    def do(self, what: Callable[..., Any], *arguments: Any) -> Any:
        """Do something in this database's thread."""
        return self._thread.submit(what, *arguments).result()

    def page(self, cursor: str | None) -> str | None:
        """Read a page of the heavy user. Answers the cursor of the next."""
        query = ProjectsQuery(limit=PAGE, cursor=cursor)
        page = projects.list_page(Actor.user(HEAVY), query)
        assert len(page.items) == PAGE
        return page.next

    def leave(self) -> None:
        self.do(db.disconnect)
        self._thread.shutdown()


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    with large_server() as server:
        yield server


@pytest.fixture(scope="module")
def towns(server: postgres.Server) -> Iterator[dict[int, Town]]:
    found = {size: Town(server, size) for size in SIZES}
    print()
    yield found
    for town in found.values():
        town.leave()


def seconds(do: Callable[..., Any], *arguments: Any) -> float:
    began = time.perf_counter()
    do(*arguments)
    return time.perf_counter() - began


def test_row_level_security_costs_at_most_a_seventh(
    server: postgres.Server, towns: dict[int, Town]
) -> None:
    """Both take their role in one session, so that neither finds a better place to run."""
    town = towns[GUARDED]
    connect_to(server.login("postgres", town.database))
    ratios = {}
    with db.transaction(AS_OWNER) as tx:
        tx.run("alter table projects no force row level security")
    for what, (guarded, by_hand) in STATEMENTS.items():
        ours, theirs = turn_about(guarded, by_hand)
        ratios[what] = ours / theirs
        print(
            f"{what:>9} of {town.size:,}: {ours * 1e6:.0f} us with policies,"
            f" {theirs * 1e6:.0f} us by hand: {ratios[what]:.2f}x of {SECURITY}x"
        )
    assert max(ratios.values()) <= SECURITY


def turn_about(guarded: LiteralString, by_hand: LiteralString) -> tuple[float, float]:
    """Median seconds of the two statements, each in a transaction that is rolled back."""
    chance = random.Random(SEED)
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(TURNS):
        me = UUID(int=chance.randrange(1, TENANTS))
        turn = [(ours, Actor.user(me), guarded), (theirs, AS_OWNER, by_hand)]
        chance.shuffle(turn)  # the first finds colder pages than the second
        for taken, actor, sql in turn:
            with db.transaction(actor) as tx:
                taken.append(seconds(partial(tx.all, sql, me=me)))
                raise psycopg.Rollback
    return statistics.median(ours), statistics.median(theirs)


def test_the_first_page_stays_as_quick_and_the_thousandth_is(towns: dict[int, Town]) -> None:
    """The quickest tenth is compared: sizes have sessions of their own, and places to run."""
    asked = {f"page 1 of {size:,}": (town, None) for size, town in towns.items()}
    for size, town in towns.items():
        if size // 40 > FAR * PAGE:
            asked[f"page {FAR} of {size:,}"] = (town, town.do(walked, town))
    taken: dict[str, list[float]] = {name: [] for name in asked}
    order = list(asked)
    chance = random.Random(SEED)
    for _ in range(TURNS):
        chance.shuffle(order)  # what comes after another size finds a colder processor
        for name in order:
            town, cursor = asked[name]
            taken[name].append(town.do(seconds, town.page, cursor))
    quick = {name: statistics.quantiles(times, n=10)[0] for name, times in taken.items()}
    for name, tenth in quick.items():
        print(f"{name:>22}: {tenth * 1e3:.2f} ms")
    flat = max(quick.values()) / min(quick.values())
    print(f"slowest to quickest: {flat:.2f}x of {FLAT}x")
    assert flat <= FLAT


def walked(town: Town) -> str | None:
    """The cursor of page 1,000, turned to page by page."""
    cursor = None
    for _ in range(FAR - 1):
        cursor = town.page(cursor)
    return cursor
