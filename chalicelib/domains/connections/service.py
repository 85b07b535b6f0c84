"""Accounts at platforms: connected, kept signed in, given up.

Tokens are sealed for their row and never leave it but to the platform. A sign-in is bound to the
user who began it: the answer is taken from that user alone, once, within ten minutes.
"""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from chalicelib import db, pages, providers
from chalicelib.actor import Actor
from chalicelib.db import Tx, queries
from chalicelib.domains.connections.models import Connect, Connecting, Connection, Consent, Platform
from chalicelib.errors import (
    InvalidInput,
    NotFound,
    ProviderGarbage,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
    QuotaExhausted,
    ReconnectNeeded,
    StepError,
    Unavailable,
)
from chalicelib.pages import Page, PageQuery
from chalicelib.providers.publisher.interface import Account
from chalicelib.sealed import Unreadable, seal, unseal
from chalicelib.settings import settings

MARGIN = timedelta(minutes=5)
"""A token that ends sooner is renewed before it is used."""
ACCESS, REFRESH, VERIFIER = "oauth access", "oauth refresh", "oauth verifier"

sql = queries(__file__)


def start(actor: Actor, platform: Platform, order: Connect) -> Connecting:
    """Where the user gives consent. Raises `InvalidInput` for a channel of another's."""
    publisher = providers.publisher()
    state_id, state, verifier = uuid4(), secrets.token_urlsafe(32), secrets.token_urlsafe(64)
    sealed = _seal(actor, state_id, VERIFIER, verifier)
    with db.transaction(actor.working()) as tx:
        channel = tx.maybe(sql["channel"], id=order.channel_id)
        if channel is None:
            raise InvalidInput.of("channel_id", "exists", "There is no such channel of yours.")
        if not publisher.immediate:
            tx.run(
                sql["begin"],
                id=state_id,
                state=_hash(state),
                platform=platform,
                redirect_uri=settings().youtube_redirect_uri,
                verifier=sealed,
                channel_id=order.channel_id,
            )
    if publisher.immediate:
        known = channel["youtube_channel_id"] or f"UC{order.channel_id.hex[:22]}"
        account = publisher.connect(f"{actor.user_id}.{known}", verifier=verifier)
        made = _keep(actor, platform, account, order.channel_id)
        return Connecting(authorization_url=None, connection=made)
    address = publisher.consent(state=state, challenge=_challenge(verifier))
    return Connecting(authorization_url=address, connection=None)


def finish(actor: Actor, platform: Platform, said: Consent) -> Connection:
    """Take the user's consent. Raises `InvalidInput` for what is stale, refused or another's."""
    with db.transaction(actor.working()) as tx:
        begun = tx.maybe(sql["consume"], state=_hash(said.state), platform=platform)
    if begun is None:
        raise InvalidInput.of("state", "known", "This sign-in is over: begin it again.")
    if said.code is None:
        raise InvalidInput.of("error", "consent", f"Consent was not given: {said.error}"[:300])
    verifier = unseal(
        begun["code_verifier_encrypted"], owner=_owner(actor), row=begun["id"], purpose=VERIFIER
    )
    try:
        account = providers.publisher().connect(said.code, verifier=verifier)
    except (ReconnectNeeded, ProviderRejected) as error:
        raise InvalidInput.of("code", "consent", error.message) from error
    except (ProviderThrottled, ProviderUnavailable, ProviderGarbage, QuotaExhausted) as error:
        raise Unavailable(error.message, hint="Begin the sign-in again.") from error
    return _keep(actor, platform, account, begun["channel_id"])


def list_page(actor: Actor, query: PageQuery) -> Page[Connection]:
    """The user's accounts, newest first."""
    with db.transaction(actor.working(), read_only=True) as tx:
        return pages.read(tx, sql["connections"], query, Connection, id=None)


def disconnect(actor: Actor, connection_id: UUID) -> None:
    """Give an account's tokens back and forget it. Raises `NotFound`."""
    with db.transaction(actor.working()) as tx:
        row = tx.one(sql["hold"], id=connection_id, until=datetime.now(UTC))
    sealed, purpose = row["refresh_token_encrypted"], REFRESH
    if sealed is None:
        sealed, purpose = row["access_token_encrypted"], ACCESS
    with suppress(StepError, Unreadable):  # what the platform does not take back is forgotten here
        token = unseal(sealed, owner=_owner(actor), row=connection_id, purpose=purpose)
        providers.publisher().revoke(token)
    with db.transaction(actor.working()) as tx:
        if not tx.run(sql["delete"], id=connection_id):
            raise NotFound


def access(user_id: UUID, connection_id: UUID | None, *, anew: bool = False) -> str:
    """A token to act with, renewed when it ends soon; `anew` when the present one was refused.

    Raises ReconnectNeeded when consent is gone, and what the provider raises when it cannot say.
    """
    if connection_id is None:
        raise ReconnectNeeded("The channel is connected to no account.")
    actor = Actor.worker(user_id)
    with db.transaction(actor) as tx:
        row = tx.maybe(sql["hold"], id=connection_id, until=datetime.now(UTC) + MARGIN)
        if row is None or row["connection_status"] == "revoked":
            raise ReconnectNeeded
        try:
            if not anew and (row["fresh"] or row["lasting"]):
                return _open(actor, connection_id, ACCESS, row["access_token_encrypted"])
            refresh = _open(actor, connection_id, REFRESH, row["refresh_token_encrypted"])
            tokens = providers.publisher().refresh(refresh)
        except ReconnectNeeded as error:
            tx.run(sql["refused"], id=connection_id, why=error.message)
            refused = error
        else:
            tx.run(
                sql["renew"],
                id=connection_id,
                access=_seal(actor, connection_id, ACCESS, tokens.access),
                refresh=tokens.refresh and _seal(actor, connection_id, REFRESH, tokens.refresh),
                expires_at=tokens.expires_at,
            )
            return tokens.access
    raise refused


def _keep(actor: Actor, platform: Platform, account: Account, channel_id: UUID) -> Connection:
    """Store an account that was connected, and let the channel publish with it."""
    with db.transaction(actor.working()) as tx:
        channel = tx.one(sql["channel"], id=channel_id)
        if channel["youtube_channel_id"] not in (None, account.id):
            rule = f"It is {channel['youtube_channel_id']} there, and {account.id} gave consent."
            raise InvalidInput.of("channel_id", "same_channel", rule)
        row_id: UUID = tx.value(sql["account"], platform=platform, account=account.id)
        tokens = account.tokens
        tx.run(
            sql["keep"],
            id=row_id,
            name=account.name,
            access=_seal(actor, row_id, ACCESS, tokens.access),
            refresh=tokens.refresh and _seal(actor, row_id, REFRESH, tokens.refresh),
            expires_at=tokens.expires_at,
            scopes=list(tokens.scopes),
        )
        tx.run(sql["show"], id=row_id, platform=platform, name=account.name)
        tx.run(sql["link"], id=channel_id, connection_id=row_id, account=account.id)
        return _shown(tx, row_id)


def _shown(tx: Tx, connection_id: UUID) -> Connection:
    one = {"id": connection_id, "after": None, "after_id": None, "limit": 1}
    return Connection.model_validate(tx.one(sql["connections"], **one))


def _owner(actor: Actor) -> UUID:
    assert actor.user_id is not None
    return actor.user_id


def _seal(actor: Actor, row: UUID, purpose: str, secret: str) -> str:
    return seal(secret, owner=_owner(actor), row=row, purpose=purpose)


def _open(actor: Actor, row: UUID, purpose: str, sealed: str | None) -> str:
    """Raises ReconnectNeeded for what cannot be read, or is not there."""
    if not sealed:
        raise ReconnectNeeded
    try:
        return unseal(sealed, owner=_owner(actor), row=row, purpose=purpose)
    except Unreadable as error:
        raise ReconnectNeeded from error


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()


def _challenge(verifier: str) -> str:
    """PKCE's S256."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
