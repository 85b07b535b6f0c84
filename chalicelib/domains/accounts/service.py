"""The user's own record: made on first sight, read and changed by its owner."""

from functools import lru_cache
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.domains.accounts.models import Me, MePatch
from chalicelib.domains.notices.models import Preferences
from chalicelib.settings import settings

sql = db.queries(__file__)


def ensure(actor: Actor) -> None:
    """Make sure a signed-in user has a profile and the welcome grant. Cheap when asked again.

    A user may come from an issuer that never told us; the database makes the record once,
    however many requests arrive together.
    """
    assert actor.user_id is not None
    told = actor.token.get("user_metadata")
    told = told if isinstance(told, dict) else {}
    name = told.get("name") or told.get("full_name")
    _ensured(actor.user_id, _short(actor.token.get("email")), _short(name))


def me(actor: Actor) -> Me:
    """The asking user."""
    with db.transaction(actor, read_only=True) as tx:
        return _me(actor, tx.one(sql["me"]))


def change(actor: Actor, patch: MePatch) -> Me:
    """Change what the patch names."""
    changes = patch.model_dump(mode="json", exclude_unset=True)
    with db.transaction(actor) as tx:
        return _me(actor, tx.one(sql["change"], changes=Jsonb(changes)))


@lru_cache(maxsize=10_000)
def _ensured(user_id: UUID, email: str | None, name: str | None) -> None:
    with db.transaction(Actor.worker(user_id)) as tx:
        welcome = settings().welcome_credits
        tx.run(sql["ensure"], user_id=user_id, email=email, name=name, welcome=welcome)


def _me(actor: Actor, row: dict[str, Any]) -> Me:
    prefs = Preferences.of(row["notification_prefs"])
    email = _short(actor.token.get("email"))
    return Me.model_validate({**row, "email": email, "notification_prefs": prefs})


def _short(told: object) -> str | None:
    """What an issuer tells about a user is text of any kind; the house keeps 200 characters."""
    return told[:200] if isinstance(told, str) else None
