"""Who sends a request: a token, verified by a key this deployment chose.

The key says which algorithm is right, never the token's header. Keys are the HS256 secret, the
public keys of the JWKS address, or both: a token whose `kid` the JWKS knows is checked by that
key, any other by the secret.

Two kinds of tokens pass:
- a session: role `authenticated`, a UUID as `sub`, our `aud` and `iss`, at most 24 hours to live;
- an API key, as Supabase mints them: role `anon` or `service_role`, without a `sub`, signed by the
  secret. It may live longer and needs no `aud`; if it has one it must be ours, and its `iss`
  is ours or `supabase`. Signed by a JWKS key instead, it must keep to a session's `exp`, `aud`
  and `iss`.
"""

import json
import time
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, ValidationError

from chalicelib.actor import Actor
from chalicelib.errors import Unauthenticated, Unavailable
from chalicelib.http.parse import storable
from chalicelib.models import Model
from chalicelib.observability import logger
from chalicelib.settings import settings

if TYPE_CHECKING:
    from jwt import PyJWK

LEEWAY = 30  # seconds a clock may be wrong
LONGEST_LIFE = 24 * 3600  # seconds a session may still have to live
LONGEST_TOKEN = 8_192  # characters
JWKS_FRESH = 600  # seconds the keys are used without looking again
JWKS_PAUSE = 60  # seconds between two looks, whatever tokens ask for
JWKS_RETRY = 5  # seconds until the next look after one that failed
ASYMMETRIC = {"RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "ES512", "EdDSA"}

Fetch = Callable[[str], dict[str, Any]]
Clock = Callable[[], float]


class Claims(Model):
    """The claims the house reads, of exactly the types they must have."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True)

    exp: int
    nbf: int | None = None
    iat: int | None = None
    sub: str | None = None
    role: Literal["anon", "authenticated", "service_role"]
    aud: str | list[str] | None = None
    iss: str | None = None


class KeySet:
    """The public keys of a JWKS address, by `kid`; asked for at most once a minute."""

    def __init__(self, url: str, fetch: Fetch, clock: Clock) -> None:
        self.url, self.fetch, self.clock = url, fetch, clock
        self.keys: dict[str, PyJWK] = {}
        self.stale_at = self.look_at = float("-inf")

    def find(self, kid: str) -> "PyJWK | None":
        """The key named `kid`. Raises `Unavailable` when no key was ever had."""
        now = self.clock()
        if now >= self.stale_at or (kid not in self.keys and now >= self.look_at):
            try:
                self.keys = _usable(self.fetch(self.url))
                self.stale_at, self.look_at = now + JWKS_FRESH, now + JWKS_PAUSE
            except Exception:
                logger.warning("JWKS not fetched", exc_info=True)  # the keys we have stay good
                self.stale_at = self.look_at = now + JWKS_RETRY
        if not self.keys:
            raise Unavailable("The keys that sign tokens cannot be had; try again.")
        return self.keys.get(kid)


def _usable(published: dict[str, Any]) -> "dict[str, PyJWK]":
    """The keys of a JWKS that this library knows, by `kid`. A symmetric key is never one."""
    from jwt import PyJWK, PyJWTError

    found = {}
    for jwk in published["keys"]:
        try:
            key = PyJWK.from_dict(jwk)
        except (PyJWTError, TypeError, AttributeError):
            continue
        if key.key_id and key.algorithm_name in ASYMMETRIC:
            found[key.key_id] = key
    return found


class Verifier:
    """Verifies tokens by this deployment's keys."""

    def __init__(
        self,
        *,
        secret: str | None,
        jwks: KeySet | None,
        issuer: str | None,
        audience: str,
        clock: Clock,
    ) -> None:
        self.secret, self.jwks = secret, jwks
        self.issuer, self.audience, self.clock = issuer, audience, clock

    def actor(self, token: str) -> Actor:
        """Whose token this is. Raises `Unauthenticated` saying which rule it breaks."""
        payload, by_secret = self._signed(token)
        try:
            claims = Claims.model_validate(payload)
        except ValidationError as error:
            raise _refused(f"its `{error.errors()[0]['loc'][0]}` is not acceptable") from error
        self._check_times(claims)
        if claims.role == "authenticated":
            self._check_session(claims)
            return Actor(claims.role, _uuid(claims.sub), storable(payload))
        if claims.sub is not None:
            raise _refused("an API key has no `sub`")
        if by_secret:
            self._check_api_key(claims)
        else:
            self._check_session(claims)
        return Actor(claims.role, None, storable(payload))

    def _signed(self, token: str) -> tuple[dict[str, Any], bool]:
        """The payload of a rightly signed token, and whether the secret signed it."""
        import jwt

        if len(token) > LONGEST_TOKEN:
            raise _refused("it is too long")
        try:
            kid = jwt.get_unverified_header(token).get("kid") if self.jwks else None
            public = self.jwks.find(kid) if self.jwks and isinstance(kid, str) else None
            if public is not None:
                payload = _payload(token, public.algorithm_name, public.key)
            elif self.secret is not None:
                payload = _payload_by_secret(token, "HS256", self.secret)
            else:
                raise _refused("no key of ours signed it")
        except (jwt.PyJWTError, ValueError, RecursionError) as error:
            raise _refused("its signature does not hold") from error
        return payload, public is None

    def _check_times(self, claims: Claims) -> None:
        now = self.clock()
        if claims.exp <= now - LEEWAY:
            raise Unauthenticated("This token has expired.", headers=CHALLENGE)
        for name, at in (("nbf", claims.nbf), ("iat", claims.iat)):
            if at is not None and at > now + LEEWAY:
                raise _refused(f"its `{name}` is in the future")

    def _check_session(self, claims: Claims) -> None:
        if claims.exp > self.clock() + LONGEST_LIFE + LEEWAY:
            raise _refused("its `exp` is more than 24 hours ahead")
        if self.audience not in _audiences(claims):
            raise _refused("its `aud` is not ours")
        if self.issuer is not None and claims.iss != self.issuer:
            raise _refused("its `iss` is not ours")

    def _check_api_key(self, claims: Claims) -> None:
        if claims.aud is not None and self.audience not in _audiences(claims):
            raise _refused("its `aud` is not ours")
        if self.issuer is not None and claims.iss not in (self.issuer, "supabase"):
            raise _refused("its `iss` is not ours")


def _payload(token: str, algorithm: str, key: Any) -> dict[str, Any]:
    """What a rightly signed token says. Whether that is good now is for others to look at."""
    import jwt

    said: dict[str, Any] = jwt.decode(token, key, algorithms=[algorithm], options=SIGNATURE_ALONE)
    return said


_payload_by_secret = lru_cache(maxsize=256)(_payload)
"""A token signed by the secret stays so: it is worked out once, not for each request."""


CHALLENGE = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
SIGNATURE_ALONE: Any = {"verify_signature": True} | {
    f"verify_{claim}": False for claim in ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")
}  # the claims are checked here, by stricter rules


@lru_cache
def verifier() -> Verifier:
    """The verifier of this process's settings."""
    chosen = settings()
    return Verifier(
        secret=chosen.jwt_secret.get_secret_value() if chosen.jwt_secret else None,
        jwks=KeySet(chosen.jwt_jwks_url, _fetch, time.time) if chosen.jwt_jwks_url else None,
        issuer=chosen.jwt_issuer,
        audience=chosen.jwt_audience,
        clock=time.time,
    )


def _fetch(url: str) -> dict[str, Any]:
    import httpx

    answer = httpx.get(url, timeout=5, follow_redirects=False).raise_for_status()
    found: dict[str, Any] = json.loads(answer.content)
    return found


def _audiences(claims: Claims) -> list[str]:
    return claims.aud if isinstance(claims.aud, list) else [claims.aud or ""]


def _uuid(sub: str | None) -> UUID:
    """The user. Only the canonical spelling is a user's, so that one user has one `sub`."""
    try:
        found = UUID(sub or "")
    except ValueError as error:
        raise _refused("its `sub` is not a UUID") from error
    if str(found) != (sub or "").lower():
        raise _refused("its `sub` is not a UUID")
    return found


def _refused(why: str) -> Unauthenticated:
    return Unauthenticated(f"This token is not valid: {why}.", headers=CHALLENGE)
