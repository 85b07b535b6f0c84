"""Consents, the log of what was done about a user's data, and the map of what the house holds."""

from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.db import Tx, queries
from chalicelib.domains.privacy.models import (
    AuditEntry,
    AuditQuery,
    Consents,
    DataMap,
    PrivacySettings,
)
from chalicelib.pages import Page, read

sql = queries(__file__)


def settings(actor: Actor) -> PrivacySettings:
    """What the user agreed to; who never said anything agreed to nothing."""
    with db.transaction(actor, read_only=True) as tx:
        return PrivacySettings.model_validate(tx.maybe(sql["settings"]) or {})


def agree(actor: Actor, consents: Consents) -> PrivacySettings:
    """What the user agrees to from now on: all of it, nothing stays as it was by itself."""
    with db.transaction(actor) as tx:
        return PrivacySettings.model_validate(tx.one(sql["agree"], **consents.model_dump()))


def audit(actor: Actor, query: AuditQuery) -> Page[AuditEntry]:
    """What was done about the user's data, newest first."""
    with db.transaction(actor, read_only=True) as tx:
        return read(tx, sql["audit"], query, AuditEntry, by=("timestamp", "id"))


def data_map(actor: Actor) -> DataMap:
    """Every table with rows of users, as the registry knows it."""
    with db.transaction(actor.working(), read_only=True) as tx:
        return DataMap.model_validate({"tables": tx.all(sql["data_map"])})


def note(tx: Tx, event: str, request_id: str, user_id: UUID | None = None, **details: Any) -> None:
    """Write down in the user's log what was done; `details` tell nothing of who it is.

    The transaction must be the house's own (`service_role`).
    """
    tx.run(
        sql["note"],
        user_id=user_id or tx.actor.user_id,
        event=event,
        request_id=request_id,
        details=Jsonb(details),
    )
