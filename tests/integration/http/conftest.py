"""The API in process: Chalice's test client, real Postgres as the runtime role, moto's S3."""

import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import boto3
import jwt
import pytest
from chalice.test import Client, HTTPResponse
from moto import mock_aws

from chalicelib import providers
from chalicelib.http.tokens import verifier
from chalicelib.settings import settings
from tests import factories
from tests.aws import set_environment
from tests.youtube import YouTubeTwin

SECRET = "a-secret-of-the-tests-with-32-characters-or-more"
ENVIRONMENT = {
    "JWT_SECRET": SECRET,
    "JWT_ISSUER": "https://issuer.example/auth/v1",
    "STRIPE_WEBHOOK_SECRET": "whsec_of_the_tests",
    "MEDIA_BUCKET": "showrunner-tests",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "eu-central-1",
}


def token(user_id: UUID | None = None, *, secret: str = SECRET, **claims: Any) -> str:
    """A session token as the issuer signs it, unless `claims` say otherwise; None leaves out."""
    now = int(time.time())
    said = {
        "iss": ENVIRONMENT["JWT_ISSUER"],
        "aud": "authenticated",
        "role": "authenticated",
        "sub": str(user_id),
        "iat": now,
        "exp": now + 3600,
        **claims,
    }
    return jwt.encode({k: v for k, v in said.items() if v is not None}, secret, "HS256")


@dataclass
class Answer:
    """What came back."""

    status: int
    body: Any
    headers: dict[str, Any]


@dataclass
class Api:
    """The API as one caller sees it."""

    client: Client
    user_id: UUID | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def __call__(
        self, method: str, path: str, body: Any = None, raw: bytes | None = None, **headers: str
    ) -> Answer:
        """One request. Keyword arguments are headers: `if_match` is If-Match."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        if data:
            sent.setdefault("content-type", "application/json")
        answer: HTTPResponse = self.client.http.request(
            method, path, headers={**self.headers, **sent}, body=data
        )
        kind = {k.lower(): v for k, v in answer.headers.items()}.get("content-type", "")
        parsed = json.loads(answer.body) if answer.body and "json" in kind else answer.body
        return Answer(answer.status_code, parsed, {k.lower(): v for k, v in answer.headers.items()})

    def get(self, path: str, **headers: str) -> Answer:
        return self("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self("POST", path, {} if body is None else body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Answer:
        return self("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Answer:
        return self("DELETE", path, **headers)


@pytest.fixture(scope="module")
def environment() -> Iterator[None]:
    """The settings of these tests, and a pretended AWS for as long as they run."""
    before = {name: os.environ.get(name) for name in ENVIRONMENT}
    set_environment(ENVIRONMENT)
    verifier.cache_clear()
    with mock_aws():
        boto3.client("s3").create_bucket(
            Bucket=ENVIRONMENT["MEDIA_BUCKET"],
            CreateBucketConfiguration={"LocationConstraint": "eu-central-1"},
        )
        kms = boto3.client("kms")
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName=settings().secrets_key_id, TargetKeyId=key)
        yield
    set_environment(before)
    verifier.cache_clear()


@pytest.fixture(scope="module")
def client(environment: None, database: str) -> Client:
    from app import app

    return Client(app)


@pytest.fixture
def anyone(client: Client) -> Api:
    """Somebody without a token."""
    return Api(client)


@pytest.fixture
def sign_in(client: Client) -> Callable[..., Api]:
    """Sign a user in; a new one with ten credits unless told whom."""

    def signed_in(user_id: UUID | None = None, **claims: Any) -> Api:
        user_id = user_id or factories.user()
        return Api(client, user_id, {"authorization": f"Bearer {token(user_id, **claims)}"})

    return signed_in


@pytest.fixture
def alice(sign_in: Callable[..., Api]) -> Api:
    return sign_in()


@pytest.fixture
def bob(sign_in: Callable[..., Api]) -> Api:
    return sign_in()


@pytest.fixture
def twin(environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[YouTubeTwin]:
    """YouTube's twin, where videos are published meanwhile."""
    with YouTubeTwin() as twin:
        youtube = twin.provider()
        monkeypatch.setattr(providers, "publisher", lambda: youtube)
        yield twin


@pytest.fixture
def new_hour(admin: Any) -> None:
    """All requests of the tests come from one address; its hour of drafts begins anew."""
    admin.execute("update draft_prompts set ip_hash = null")
