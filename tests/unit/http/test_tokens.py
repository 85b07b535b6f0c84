"""Tokens: only what a key of ours signed, and only with the claims it must have, passes."""

import base64
import hashlib
import hmac
import json
from uuid import UUID, uuid4

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from chalicelib.errors import Unauthenticated, Unavailable
from chalicelib.http.tokens import KeySet, Verifier

NOW = 1_800_000_000
SECRET = "a-secret-of-the-tests-with-32-characters-or-more"
ISSUER = "https://issuer.example/auth/v1"
USER = uuid4()
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())
STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC_PEM = RSA.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)
JWKS = {
    "keys": [
        {**RSAAlgorithm.to_jwk(RSA.public_key(), as_dict=True), "kid": "rsa", "alg": "RS256"},
        {**ECAlgorithm.to_jwk(EC.public_key(), as_dict=True), "kid": "ec"},
        {"kty": "oct", "k": "c2VjcmV0", "kid": "oct", "alg": "HS256"},
        {"kty": "from the future", "kid": "new"},
    ]
}
CLAIMS = {
    "iss": ISSUER,
    "aud": "authenticated",
    "role": "authenticated",
    "sub": str(USER),
    "iat": NOW - 10,
    "exp": NOW + 3600,
}
API_KEY = {"iss": "supabase", "role": "anon", "iat": NOW - 10, "exp": NOW + 10 * 365 * 86400}


def b64(data):
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(claims, secret=SECRET, **header):
    """An HS256 token around any payload, however little sense it makes."""
    said = f"{b64({'alg': 'HS256', 'typ': 'JWT', **header})}.{b64(claims)}"
    signature = hmac.digest(secret.encode(), said.encode(), hashlib.sha256)
    return f"{said}.{b64(signature)}"


def having(**changed):
    return {k: v for k, v in {**CLAIMS, **changed}.items() if v is not ...}


@pytest.fixture
def verify():
    keys = KeySet("https://issuer.example/jwks", lambda url: JWKS, lambda: NOW)
    return Verifier(
        secret=SECRET, jwks=keys, issuer=ISSUER, audience="authenticated", clock=lambda: NOW
    ).actor


PASSING = {
    "HS256 by the secret": signed(CLAIMS),
    "with a kid of another kind of key": signed(CLAIMS, kid="oct"),
    "RS256 by its kid": jwt.encode(CLAIMS, RSA, "RS256", {"kid": "rsa"}),
    "ES256 by its kid, its alg told by its curve": jwt.encode(CLAIMS, EC, "ES256", {"kid": "ec"}),
    "one of several audiences": signed(having(aud=["other", "authenticated"])),
    "expired within the leeway": signed(having(exp=NOW - 29)),
    "issued by a clock that is ahead": signed(having(iat=NOW + 29, nbf=NOW + 29)),
}


@pytest.mark.parametrize("token", PASSING.values(), ids=PASSING)
def test_a_session_passes(verify, token):
    actor = verify(token)
    assert (actor.role, actor.user_id) == ("authenticated", USER)


def test_api_keys_pass_without_a_user(verify):
    assert verify(signed(API_KEY)).role == "anon"
    service = verify(signed({**API_KEY, "role": "service_role"}))
    assert (service.role, service.user_id) == ("service_role", None)
    short = {**CLAIMS, "role": "anon"}
    del short["sub"]
    assert verify(jwt.encode(short, RSA, "RS256", {"kid": "rsa"})).role == "anon"


FORGED = {
    "nothing": "",
    "no token": "hello",
    "two parts": "a.b",
    "four parts": signed(CLAIMS) + ".x",
    "another secret": signed(CLAIMS, "another-secret-of-32-characters-or-more"),
    "an empty secret": signed(CLAIMS, ""),
    "no signature": signed(CLAIMS).rsplit(".", 1)[0] + ".",
    "a signature cut short": signed(CLAIMS)[:-4],
    "alg none": f"{b64({'alg': 'none'})}.{b64(CLAIMS)}.",
    "alg None": f"{b64({'alg': 'None'})}.{b64(CLAIMS)}.",
    "alg nOnE with a signature": signed(CLAIMS, alg="nOnE"),
    "alg none with a kid": f"{b64({'alg': 'none', 'kid': 'rsa'})}.{b64(CLAIMS)}.",
    "alg missing": signed(CLAIMS, alg=None),
    "alg HS512 but signed HS256": signed(CLAIMS, alg="HS512"),
    "HS512 with the right secret": jwt.encode(CLAIMS, SECRET * 2, "HS512"),
    "the public key as HS256 secret": signed(CLAIMS, PUBLIC_PEM.decode(), kid="rsa"),
    "the public key as secret, no kid": signed(CLAIMS, PUBLIC_PEM.decode()),
    "the secret under a public key's kid": signed(CLAIMS, kid="rsa"),
    "a stranger's RSA under our kid": jwt.encode(CLAIMS, STRANGER, "RS256", {"kid": "rsa"}),
    "our RSA under our EC's kid": jwt.encode(CLAIMS, RSA, "RS256", {"kid": "ec"}),
    "our RSA by another algorithm": jwt.encode(CLAIMS, RSA, "RS512", {"kid": "rsa"}),
    "our RSA without a kid": jwt.encode(CLAIMS, RSA, "RS256"),
    "a stranger's RSA with its own key": jwt.encode(
        CLAIMS,
        STRANGER,
        "RS256",
        {"kid": "mine", "jwk": RSAAlgorithm.to_jwk(STRANGER.public_key(), as_dict=True)},
    ),
    "a key elsewhere": jwt.encode(
        CLAIMS, STRANGER, "RS256", {"kid": "x", "jku": "https://evil.example"}
    ),
    "the symmetric key of the JWKS": signed(CLAIMS, "secret", kid="oct"),
    "a kid that is a path": signed(CLAIMS, "", kid="../../dev/null"),
    "a kid that is a number": f"{b64({'alg': 'HS256', 'kid': 7})}.{b64(CLAIMS)}.{b64(b'x' * 32)}",
    "a critical header": signed(CLAIMS, crit=["exp"]),
    "unencoded payload": signed(CLAIMS, b64=False, crit=["b64"]),
    "sub missing": signed(having(sub=...)),
    "sub empty": signed(having(sub="")),
    "sub null": signed(having(sub=None)),
    "sub a number": signed(having(sub=7)),
    "sub no UUID": signed(having(sub="alice")),
    "sub with a quote": signed(having(sub="' or true --")),
    "sub a UUID in braces": signed(having(sub=f"{{{USER}}}")),
    "sub a UUID as URN": signed(having(sub=f"urn:uuid:{USER}")),
    "sub a UUID without hyphens": signed(having(sub=USER.hex)),
    "sub a UUID and a space": signed(having(sub=f"{USER} ")),
    "role missing": signed(having(role=...)),
    "role unknown": signed(having(role="postgres")),
    "role a list": signed(having(role=["authenticated"])),
    "service_role with a user": signed(having(role="service_role")),
    "anon with a user": signed(having(role="anon")),
    "exp missing": signed(having(exp=...)),
    "exp null": signed(having(exp=None)),
    "exp a float": signed(having(exp=NOW + 3600.5)),
    "exp a text": signed(having(exp=str(NOW + 3600))),
    "exp true": signed(having(exp=True)),
    "exp of 400 digits": signed(having(exp=10**400)),
    "exp beyond what Python parses": signed(
        json.dumps(CLAIMS).replace(str(NOW + 3600), "9" * 5000).encode()
    ),
    "exp infinite": signed(json.dumps(CLAIMS).replace(str(NOW + 3600), "Infinity").encode()),
    "exp not a number": signed(json.dumps(CLAIMS).replace(str(NOW + 3600), "NaN").encode()),
    "exp more than a day ahead": signed(having(exp=NOW + 86400 + 31)),
    "expired": signed(having(exp=NOW - 31)),
    "expired long ago": signed(having(exp=1)),
    "exp negative": signed(having(exp=-NOW)),
    "nbf in the future": signed(having(nbf=NOW + 31)),
    "iat in the future": signed(having(iat=NOW + 31)),
    "iat a text": signed(having(iat="now")),
    "aud missing": signed(having(aud=...)),
    "aud wrong": signed(having(aud="anon")),
    "aud empty": signed(having(aud=[])),
    "aud a beginning of ours": signed(having(aud="auth")),
    "aud an object": signed(having(aud={"authenticated": 1})),
    "iss missing": signed(having(iss=...)),
    "iss wrong": signed(having(iss="https://evil.example")),
    "iss of an API key": signed(having(iss="supabase")),
    "an API key expired": signed({**API_KEY, "exp": NOW - 31}),
    "an API key for others": signed({**API_KEY, "aud": "elsewhere"}),
    "an API key of another issuer": signed({**API_KEY, "iss": "https://evil.example"}),
    "a long-lived API key by a public key": jwt.encode(API_KEY, RSA, "RS256", {"kid": "rsa"}),
    "a payload that is a list": signed([CLAIMS]),
    "a payload that is no JSON": signed(b"not json"),
    "a payload that is no UTF-8": signed(b"\xff\xfe"),
    "a header that is no JSON": f"{b64(b'{')}.{b64(CLAIMS)}.{b64(b'x')}",
    "a header nested deeply": f"{b64(b'[' * 5000)}.{b64(CLAIMS)}.{b64(b'x')}",
    "a payload nested deeply": signed(b'{"a":' * 1500),
    "a token of 9,000 characters": signed(having(note="x" * 6000)),
    "not ASCII": "é" * 40,
}


@pytest.mark.parametrize("token", FORGED.values(), ids=FORGED)
def test_a_forged_token_is_refused(verify, token):
    with pytest.raises(Unauthenticated) as refused:
        verify(token)
    assert refused.value.STATUS_CODE == 401
    assert SECRET not in str(refused.value.problem())


def test_there_are_enough_forgeries():
    assert len(FORGED) >= 30


def test_without_a_jwks_only_the_secret_counts():
    verifier = Verifier(
        secret=SECRET, jwks=None, issuer=None, audience="authenticated", clock=lambda: NOW
    )
    assert verifier.actor(signed(CLAIMS, kid="rsa")).user_id == USER
    with pytest.raises(Unauthenticated):
        verifier.actor(jwt.encode(CLAIMS, RSA, "RS256", {"kid": "rsa"}))


def test_without_a_secret_only_the_jwks_counts():
    keys = KeySet("https://issuer.example/jwks", lambda url: JWKS, lambda: NOW)
    verifier = Verifier(
        secret=None, jwks=keys, issuer=None, audience="authenticated", clock=lambda: NOW
    )
    assert verifier.actor(jwt.encode(CLAIMS, EC, "ES256", {"kid": "ec"})).user_id == USER
    for token in (signed(CLAIMS), signed(CLAIMS, ""), signed(CLAIMS, "None")):
        with pytest.raises(Unauthenticated):
            verifier.actor(token)


class Issuer:
    """A JWKS address that counts who asks, on a clock of its own."""

    def __init__(self):
        self.now, self.asked, self.jwks, self.down = 0.0, 0, JWKS, False
        self.keys = KeySet("https://issuer.example/jwks", self.fetch, lambda: self.now)

    def fetch(self, url):
        self.asked += 1
        if self.down:
            raise ConnectionError("no route")
        return self.jwks


def test_unknown_kids_ask_the_issuer_once_a_minute():
    issuer = Issuer()
    for n in range(100):
        assert issuer.keys.find(f"unknown-{n}") is None
    assert issuer.asked == 1
    issuer.now = 61
    for n in range(100):
        issuer.keys.find(f"unknown-{n}")
    assert issuer.asked == 2


def test_a_rotated_key_is_found_within_a_minute():
    issuer = Issuer()
    issuer.jwks = {"keys": [JWKS["keys"][0]]}
    assert issuer.keys.find("ec") is None
    issuer.jwks = JWKS
    issuer.now = 60
    assert issuer.keys.find("ec") is not None


def test_known_keys_are_looked_up_again_after_ten_minutes_so_that_revoked_ones_go():
    issuer = Issuer()
    assert issuer.keys.find("rsa") is not None
    issuer.now = 599
    assert issuer.keys.find("rsa") is not None
    assert issuer.asked == 1
    issuer.now, issuer.jwks = 600, {"keys": [JWKS["keys"][1]]}
    assert issuer.keys.find("rsa") is None


def test_an_issuer_that_is_down_does_not_take_known_keys_away():
    issuer = Issuer()
    assert issuer.keys.find("rsa") is not None
    issuer.now, issuer.down = 700, True
    for _ in range(10):
        assert issuer.keys.find("rsa") is not None
    assert issuer.asked == 2


def test_without_any_key_the_answer_is_503_not_401():
    issuer = Issuer()
    issuer.down = True
    for _ in range(10):
        with pytest.raises(Unavailable):
            issuer.keys.find("rsa")
    assert issuer.asked == 1
    issuer.now, issuer.down = 5, False
    assert issuer.keys.find("rsa") is not None


def test_the_canonical_sub_may_be_in_capitals(verify):
    assert verify(signed(having(sub=str(USER).upper()))).user_id == UUID(str(USER))
