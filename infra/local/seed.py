"""Load the demo studio, `sql/seed.sql`, for one user; whoever has one is left alone."""

import json
from pathlib import Path
from uuid import UUID

import psycopg

SEED = Path(__file__).resolve().parents[2] / "sql" / "seed.sql"
ENTER = (
    "select set_config('role', 'service_role', true), set_config('request.jwt.claims', %s, true)"
)
LOADED = (
    "select exists (select from public.credit_ledger where idempotency_key = 'demo-studio'"
    " and user_id = auth.uid())"
)

REMEDIES: dict[type[psycopg.Error], str] = {
    psycopg.errors.UndefinedTable: "; `make migrate` brings a database up to date",
    psycopg.errors.InsufficientPrivilege: "; only the role that owns the schema may do this",
    psycopg.errors.ForeignKeyViolation: "; sign the user up first",
}


class SeedError(RuntimeError):
    """The studio cannot be loaded; the message says why and what to do."""


def load(url: str, user: UUID, *, email: str | None = None) -> bool:
    """Load the studio of a user, as the owner of the schema: all of it, or nothing.

    Answers whether it was loaded now. Raises `SeedError`.
    """
    claims = {"sub": str(user), "role": "service_role", "email": email}
    try:
        with psycopg.connect(url) as connection:
            connection.execute(ENTER, (json.dumps(claims),))
            if connection.execute(LOADED).fetchone() == (True,):
                return False
            connection.execute(SEED.read_bytes())
            return True
    except psycopg.Error as error:
        said = (error.diag.message_primary or str(error)).strip()
        remedy = next((text for kind, text in REMEDIES.items() if isinstance(error, kind)), "")
        raise SeedError(f"The demo studio was not loaded: {said}{remedy}.") from error
