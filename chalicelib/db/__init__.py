"""Postgres: `transaction(actor)` is the only way to a cursor, `queries()` the only way to SQL."""

from chalicelib.db.connection import Tx, entered, transaction
from chalicelib.db.queries import queries

__all__ = ["Tx", "entered", "queries", "transaction"]
