"""One cached connection per container; a transaction starts by saying who asks."""

import atexit
import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, LiteralString, cast

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus
from psycopg.rows import DictRow, dict_row

from chalicelib.actor import Actor
from chalicelib.db.errors import translated
from chalicelib.errors import NotFound
from chalicelib.settings import settings

CONNECT_SECONDS = 5
"""Longest wait for a server that does not answer, unless its address says `connect_timeout`."""
IDLE, UNKNOWN = TransactionStatus.IDLE, TransactionStatus.UNKNOWN
BEGIN = sql.SQL("begin; select set_config(key, value, true) from json_each_text(")
"""Begins every transaction with role, claims and limits: two statements, one round trip. Only
statements without parameters can share one, so libpq quotes the value."""


class _Kept:
    """A connection that closes with the thread that made it."""

    def __init__(self, connection: "psycopg.Connection[DictRow]") -> None:
        self.connection = connection
        self.process = os.getpid()
        self.entered = False

    @property
    def usable(self) -> bool:
        """Neither broken nor inherited over a fork: a child would speak into its parent's.

        Nor left inside a transaction that nobody is in any more, as a cancelled commit does.
        """
        if self.process != os.getpid():
            return False
        status = self.connection.pgconn.transaction_status
        return status == IDLE or (self.entered and status != UNKNOWN)

    def __del__(self) -> None:
        if self.process == os.getpid():
            self.connection.close()


_cached = threading.local()
_inherited: list[_Kept] = []
"""Connections of the parent, kept so that this process never closes them."""


class Tx:
    """A transaction of one actor. Every method runs one statement with named parameters."""

    def __init__(self, connection: "psycopg.Connection[DictRow]", actor: Actor) -> None:
        self.connection = connection
        self.actor = actor

    def all(self, sql: LiteralString, **params: Any) -> list[DictRow]:
        """Every row."""
        return self.connection.execute(sql, params).fetchall()

    def maybe(self, sql: LiteralString, **params: Any) -> DictRow | None:
        """The first row, or None."""
        return self.connection.execute(sql, params).fetchone()

    def one(self, sql: LiteralString, **params: Any) -> DictRow:
        """The first row. Raises `NotFound` when there is none."""
        row = self.maybe(sql, **params)
        if row is None:
            raise NotFound
        return row

    def value(self, sql: LiteralString, **params: Any) -> Any:
        """The first column of the first row, or None."""
        row = self.maybe(sql, **params)
        return None if row is None else next(iter(row.values()))

    def run(self, sql: LiteralString, **params: Any) -> int:
        """How many rows the statement touched."""
        return self.connection.execute(sql, params).rowcount


def _connect() -> "psycopg.Connection[DictRow]":
    address = settings().database_url.get_secret_value()
    return psycopg.connect(
        address,
        autocommit=True,
        row_factory=cast(Any, dict_row),
        connect_timeout=int(conninfo_to_dict(address).get("connect_timeout") or CONNECT_SECONDS),
        prepare_threshold=None,  # a transaction pooler may stand in between
        application_name=f"showrunner-{settings().stage}",
    )


def connection() -> "psycopg.Connection[DictRow]":
    """This container's connection (one per thread), made anew when the last one broke."""
    return _kept().connection


def _kept() -> _Kept:
    kept: _Kept | None = getattr(_cached, "kept", None)
    if kept is None or not kept.usable:
        if kept is not None and kept.process != os.getpid():
            _inherited.append(kept)
        elif kept is not None:
            kept.connection.close()
        kept = _cached.kept = _Kept(_connect())
    return kept


def disconnect() -> None:
    """Close this thread's connection; the next transaction makes a new one."""
    if hasattr(_cached, "kept"):
        del _cached.kept


atexit.register(disconnect)


@contextmanager
def entered(
    actor: Actor, *, read_only: bool = False, also: Mapping[str, str] | None = None
) -> Iterator[Tx]:
    """`transaction`, with psycopg's own errors and further settings for its length.

    For the data API, which answers a database's error in the database's words.
    """
    first = {
        **({"transaction_read_only": "on"} if read_only else {}),
        "statement_timeout": str(settings().statement_timeout_ms),
        **(also or {}),
        "role": actor.role,
        "request.jwt.claims": json.dumps(actor.claims),
    }
    was_alive = _is_alive()
    try:
        kept = _begin(first)
    except psycopg.OperationalError:
        if _is_alive() or not was_alive:
            raise
        kept = _begin(first)  # it died while idle: nothing was done, so begin anew
    try:
        yield Tx(kept.connection, actor)
        kept.connection.commit()
    except BaseException as error:
        if isinstance(error, psycopg.Error) and error.diag.message_primary:
            error.args = (error.diag.message_primary,)  # the rest shows rows, and may be logged
        with suppress(psycopg.Error):  # a connection that broke has nothing to roll back
            kept.connection.rollback()
        if not isinstance(error, psycopg.Rollback):
            raise
    finally:
        kept.entered = False


def _is_alive() -> bool:
    kept: _Kept | None = getattr(_cached, "kept", None)
    return kept is not None and kept.usable


def _begin(first: Mapping[str, str]) -> _Kept:
    kept = _kept()
    if kept.entered:  # what it says about the actor would outlive it in the transaction around it
        raise RuntimeError("A transaction cannot begin inside another one.")
    said = sql.Literal(json.dumps(first))
    try:
        kept.connection.execute(BEGIN + said + sql.SQL(")"))
    except psycopg.Error:
        with suppress(psycopg.Error):
            kept.connection.rollback()
        raise
    kept.entered = True
    return kept


@contextmanager
def transaction(actor: Actor, *, read_only: bool = False) -> Iterator[Tx]:
    """Run a block as `actor`: all of it commits, or none.

    Raises the errors of `chalicelib.errors`: constraints become `Conflict` or `InvalidInput`,
    a lost connection becomes `DatabaseUnavailable`.
    """
    with translated(), entered(actor, read_only=read_only) as tx:
        yield tx
