"""A visitor's prompt, found again by a token only its writer has.

The token is 256 random bits, told once; the database keeps its SHA-256 alone.
"""

import hashlib
import hmac
import ipaddress
import secrets

from psycopg.types.json import Jsonb

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.domains.drafts.models import Draft, SavedDraft, SaveDraft
from chalicelib.errors import NotFound
from chalicelib.settings import settings

sql = db.queries(__file__)


def save(draft: SaveDraft, token: str | None, address: str) -> SavedDraft:
    """Keep a prompt for whoever holds `token`; without one, a new token is made and told.

    Raises `TooManyRequests` after ten new drafts an hour from one address.
    """
    new = None if token else secrets.token_urlsafe(32)
    with db.transaction(Actor.service()) as tx:
        draft_id = tx.value(
            sql["save"],
            token=token or new,
            prompt_text=draft.prompt_text,
            template_id=draft.template_id,
            options=Jsonb(draft.options),
            ip_hash=_hashed(address),
        )
        return SavedDraft(session_token=new, **tx.one(sql["saved"], id=draft_id))


def claim(actor: Actor, token: str | None) -> Draft:
    """Make the session's open draft the user's own. Raises `NotFound` when there is none."""
    with db.transaction(actor.working()) as tx:
        found = tx.value(sql["claim"], token=token, user_id=actor.user_id) if token else None
        if found is None:
            raise NotFound("This session has no open draft.")
        return Draft.model_validate(tx.one(sql["draft"], id=found))


def _hashed(address: str) -> str:
    """Who is counted: an IPv4 address or an IPv6 /64, unreadable without the house's key."""
    ip = ipaddress.ip_address(address)
    whom = str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)
    key = settings().cursor_secret.get_secret_value().encode()
    return hmac.digest(key, b"address\0" + whom.encode(), hashlib.sha256).hex()
