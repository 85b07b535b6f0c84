"""The data API against what it stands in for, one core, all in process.

Every figure but the catalogue's is a ratio of medians to a baseline measured in the same run, turn
about.
"""

import asyncio
import io
import json
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import psycopg
import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.http.rows import options
from chalicelib.rest import Options, catalog
from chalicelib.rest.plan import plan
from chalicelib.rest.query import Statement, build
from chalicelib.rest.request import Http, parse
from infra.local.postgres import Server
from tests.integration.rest import harness
from tests.integration.rest.harness import ANN, event, invoke, token

MORE = """
insert into library.books (title, author_id, year, price)
  select 'Book ' || n, 1 + n % 4, 1900 + n % 120, n from generate_series(1, 5000) n;
create index on library.books (year desc, id);
create table library.arrivals (id int primary key, name text not null, born date, score numeric,
  tags text[], details jsonb);
grant select, insert, delete on library.arrivals to authenticated;
analyze;
"""
PARAMS = (
    ("select", "id,title,year,price,author:people!books_author(id,name)"),
    ("year", "gte.1950"),
    ("order", "year.desc,id"),
    ("limit", "20"),
)
URL = "/books?" + "&".join(f"{name}={value}" for name, value in PARAMS)


@pytest.fixture(scope="module")
def library(postgres_server: Server) -> Iterator[str]:
    with harness.database(postgres_server, MORE) as name, harness.connected(postgres_server, name):
        yield postgres_server.login("authenticator", name)


def alternated(one: Callable[[], Any], two: Callable[[], Any], times: int) -> tuple[float, float]:
    """The seconds of two things, done turn about."""
    found: tuple[list[float], list[float]] = ([], [])
    for round_ in range(times + 10):
        for taken, do in zip(found, (one, two), strict=True):
            began = time.perf_counter()
            do()
            if round_ >= 10:  # the first ones warm up
                taken.append(time.perf_counter() - began)
    return statistics.median(found[0]), statistics.median(found[1])


def enter(connection: psycopg.Connection[Any], *, read_only: bool) -> None:
    """The least a transaction must be told: whose it is."""
    claims = json.dumps({"role": "authenticated", "sub": str(ANN)})
    connection.execute(
        "select set_config('transaction_read_only', %s, true), set_config('role', %s, true),"
        " set_config('request.jwt.claims', %s, true)",
        ("on" if read_only else "off", "authenticated", claims),
    )


def page_statement() -> Statement:
    asked = parse(Http("GET", "table", "books", PARAMS), options())
    return build(plan(asked, catalog.current(options()), options())).page  # type: ignore[arg-type]


def test_a_page_takes_at_most_twice_the_bare_statement(library: str) -> None:
    statement = page_statement()
    made = event("GET", URL, {"authorization": f"Bearer {token(ANN)}"})
    with psycopg.connect(library, autocommit=True, prepare_threshold=None) as connection:

        def bare() -> None:
            with connection.transaction():
                enter(connection, read_only=True)
                with psycopg.RawCursor(connection) as cursor:
                    cursor.execute(statement.text, statement.values).fetchone()

        assert len(invoke(made).json) == 20
        ours, theirs = alternated(lambda: invoke(made), bare, 400)
    print(f"\npage: {ours * 1e3:.2f} ms, bare {theirs * 1e3:.2f} ms: {ours / theirs:.2f}x of 2x")
    assert ours / theirs <= 2


def test_a_page_takes_at_most_half_of_fastapi_with_sqlalchemy(library: str) -> None:
    made = event("GET", URL, {"authorization": f"Bearer {token(ANN)}"})
    with asyncio.Runner() as runner:
        ask = runner.run(_fastapi(library))
        assert len(json.loads(runner.run(ask()))) == 20
        ours, theirs = alternated(lambda: invoke(made), lambda: runner.run(ask()), 300)
    print(
        f"\npage: {1 / ours:.0f}/s, FastAPI with SQLAlchemy {1 / theirs:.0f}/s:"
        f" {theirs / ours:.2f}x of 2x"
    )
    assert theirs / ours >= 2


async def _fastapi(url: str) -> Callable[[], Any]:
    """The same page as one writes it with FastAPI and SQLAlchemy's ORM; answers how to ask it."""
    import jwt
    from fastapi import Depends, FastAPI, Header
    from pydantic import BaseModel, ConfigDict
    from sqlalchemy import ForeignKey, select, text
    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
    from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, mapped_column, relationship

    class Base(DeclarativeBase):
        __abstract__ = True
        __table_args__ = {"schema": "library"}  # noqa: RUF012

    class Person(Base):
        __tablename__ = "people"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str]

    class Book(Base):
        __tablename__ = "books"
        id: Mapped[int] = mapped_column(primary_key=True)
        title: Mapped[str]
        year: Mapped[int | None]
        price: Mapped[float | None]
        author_id: Mapped[int] = mapped_column(ForeignKey("library.people.id"))
        author: Mapped[Person] = relationship()

    class PersonOut(BaseModel):
        model_config = ConfigDict(from_attributes=True)
        id: int
        name: str

    class BookOut(BaseModel):
        model_config = ConfigDict(from_attributes=True)
        id: int
        title: str
        year: int | None
        price: float | None
        author: PersonOut

    engine = create_async_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    sessions = async_sessionmaker(engine)
    app = FastAPI()

    async def session(authorization: str = Header()) -> Any:
        bearer = authorization.removeprefix("Bearer ")
        claims = jwt.decode(bearer, harness.SECRET, ["HS256"], audience="authenticated")
        async with sessions() as found, found.begin():
            await found.execute(
                text(
                    "select set_config('role', :role, true),"
                    " set_config('request.jwt.claims', :claims, true)"
                ),
                {"role": claims["role"], "claims": json.dumps(claims)},
            )
            yield found

    @app.get("/books", response_model=list[BookOut])
    async def books(
        year_from: int, limit: int, tx: Annotated[AsyncSession, Depends(session)]
    ) -> list[Book]:
        asked = select(Book).options(joinedload(Book.author)).where(Book.year >= year_from)
        asked = asked.order_by(Book.year.desc(), Book.id).limit(limit)
        return list((await tx.scalars(asked)).all())

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "path": "/books",
        "raw_path": b"/books",
        "root_path": "",
        "scheme": "http",
        "query_string": b"year_from=1950&limit=20",
        "headers": [(b"authorization", f"Bearer {token(ANN)}".encode())],
        "server": ("test", 80),
        "client": ("test", 1),
    }

    async def ask() -> bytes:
        parts: list[bytes] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            parts.append(message.get("body", b""))

        await app(dict(scope), receive, send)
        return b"".join(parts)

    return ask


def test_a_thousand_rows_go_in_within_four_copies(library: str) -> None:
    rows = [
        {
            "id": n,
            "name": f"Reader {n}",
            "born": "2001-02-03",
            "score": n / 4,
            "tags": ["a", "b"],
            "details": {"n": n},
        }
        for n in range(1000)
    ]
    columns = ",".join(rows[0])
    headers = {
        "authorization": f"Bearer {token(ANN)}",
        "content-type": "application/json",
        "prefer": "return=minimal",
    }
    made = event("POST", f"/arrivals?columns={columns}", headers, json.dumps(rows))
    lines = io.StringIO()
    for row in rows:
        details = json.dumps(row["details"])
        lines.write(
            f"{row['id']}\t{row['name']}\t{row['born']}\t{row['score']}\t{{a,b}}\t{details}\n"
        )
    ours: list[float] = []
    theirs: list[float] = []
    with psycopg.connect(library, autocommit=True) as connection:
        for _ in range(25):
            for taken in (ours, theirs):
                began = time.perf_counter()
                _insert(made) if taken is ours else _copy(connection, lines)
                taken.append(time.perf_counter() - began)
                with connection.transaction():
                    enter(connection, read_only=False)
                    gone = connection.execute("delete from library.arrivals")
                assert gone.rowcount == 1000
    one, two = statistics.median(ours), statistics.median(theirs)
    print(f"\n1,000 rows: {one * 1e3:.1f} ms, COPY {two * 1e3:.1f} ms: {one / two:.2f}x of 4x")
    assert one / two <= 4


def _insert(made: dict[str, Any]) -> None:
    assert invoke(made).status == 201


def _copy(connection: psycopg.Connection[Any], lines: io.StringIO) -> None:
    with connection.transaction():
        enter(connection, read_only=False)
        with connection.cursor() as cursor, cursor.copy("copy library.arrivals from stdin") as into:
            into.write(lines.getvalue())


def test_the_catalogue_of_a_hundred_tables_loads_within_40_ms(postgres_server: Server) -> None:
    tables = "create schema many;" + "".join(
        f"create table many.t{n} (id uuid primary key, owner uuid not null, name text not null,"
        f" status text default 'new' check (status <> ''), amount numeric, tags text[],"
        f" details jsonb default '{{}}', parent_id uuid {f'references many.t{n - 1}' if n else ''},"
        " created_at timestamptz default now(), updated_at timestamptz default now());"
        f"create index on many.t{n} (owner); comment on table many.t{n} is 'Table {n}.';"
        for n in range(100)
    )
    with (
        harness.database(postgres_server, tables) as name,
        harness.connected(postgres_server, name, REST_SCHEMAS="many"),
    ):
        taken = []
        for _ in range(15):
            db.disconnect()
            with db.transaction(Actor.anonymous(), read_only=True) as tx:
                tx.value("select 1")
            began = time.perf_counter()
            found = catalog.load(Options(("many",)))
            taken.append(time.perf_counter() - began)
    assert len(found.tables) == 100
    typical = statistics.median(taken)
    print(f"\ncatalogue of 100 tables, new connection: {typical * 1e3:.1f} ms of 40")
    assert typical < 0.040
