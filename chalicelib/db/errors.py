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
    TooManyRequests,
)

CONSTRAINTS: dict[str, tuple[type[ShowrunnerError], str]] = {
    "jobs_one_active_per_user": (JobAlreadyRunning, "Another job of yours is still running."),
}
"""A constraint's name → what to say when it is broken."""

FIELDS: dict[str, tuple[str, str]] = {
    "projects_manual_has_transcript": (
        "transcript_text",
        "Is needed when transcript_mode is manual.",
    ),
    "projects_from_own_draft": ("draft_id", "There is no such draft of yours."),
    "scripts_of_own_parent": ("parent_id", "There is no such script of yours."),
    "uploads_of_own_project": ("project_id", "There is no such project of yours."),
}
"""A constraint's name → the field of the request it is about, and its rule in words."""


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
    if constraint in FIELDS:
        field, sentence = FIELDS[constraint]
        return InvalidInput.of(field, constraint, sentence)
    message = error.diag.message_primary or "The database refused this."
    if error.sqlstate == "PT429":
        return TooManyRequests(message, headers={"Retry-After": "3600"})
    match error:
        case pg.UniqueViolation():
            return Conflict("This exists already.", constraint=constraint)
        case pg.ForeignKeyViolation():
            return Conflict("What this points at does not exist.", constraint=constraint)
        case pg.CheckViolation() | pg.NotNullViolation():
            rule = constraint or "not_null"
            return InvalidInput.of(error.diag.column_name or rule, rule, message)
        case pg.RestrictViolation() | pg.ObjectNotInPrerequisiteState():
            return IllegalMove(message, hint=error.diag.message_hint)
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
