"""SQLSTATE and constraint names → the error tree, in one place."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors as pg

from chalicelib.errors import (
    Conflict,
    DatabaseUnavailable,
    Forbidden,
    IllegalMove,
    InvalidInput,
    JobAlreadyRunning,
    NotFound,
    ShowrunnerError,
)

CONSTRAINTS: dict[str, tuple[type[ShowrunnerError], str]] = {
    "jobs_one_active_per_user": (JobAlreadyRunning, "Another job of yours is still running."),
}
"""A constraint's name → what to say when it is broken."""


@contextmanager
def translated() -> Iterator[None]:
    """Turn psycopg's errors into ours. The SQL itself never leaves this process."""
    try:
        yield
    except psycopg.Error as error:
        raise translate(error) from error


def translate(error: psycopg.Error) -> ShowrunnerError:
    """The error of our tree that says what Postgres said."""
    constraint = error.diag.constraint_name
    if constraint in CONSTRAINTS:
        kind, sentence = CONSTRAINTS[constraint]
        return kind(sentence, constraint=constraint)
    message = error.diag.message_primary
    match error:
        case pg.UniqueViolation():
            return Conflict("This exists already.", constraint=constraint)
        case pg.ForeignKeyViolation():
            return Conflict("What this points at does not exist.", constraint=constraint)
        case pg.CheckViolation() | pg.NotNullViolation():
            field = error.diag.column_name
            return InvalidInput(message, constraint=constraint, field=field)
        case pg.RestrictViolation() | pg.ObjectNotInPrerequisiteState():
            return IllegalMove(message)
        case pg.InsufficientPrivilege():
            return Forbidden()
        case pg.NoDataFound():
            return NotFound(message)
        case pg.DataError():
            return InvalidInput(message)
        case pg.SerializationFailure() | pg.DeadlockDetected() | pg.QueryCanceled():
            return DatabaseUnavailable("The database is busy; try again.")
        case psycopg.OperationalError() | psycopg.InterfaceError():
            return DatabaseUnavailable()
    return ShowrunnerError("The database refused this.", sqlstate=error.sqlstate)
