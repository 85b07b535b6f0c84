"""Postgres: `transaction(actor)` is the only way to a cursor, `queries()` the only way to SQL."""

from chalicelib.db.connection import Tx, disconnect, entered, transaction
from chalicelib.db.queries import queries

__all__ = ["Tx", "disconnect", "entered", "queries", "transaction"]
