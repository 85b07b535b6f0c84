"""The data API in process, as API Gateway calls it, over a database that is nobody's.

`Rest` makes one Lambda event of each request and reads the answer; nothing is left out between.
"""

import base64
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit
from uuid import UUID, uuid4

import jwt
import psycopg

from chalicelib import db
from chalicelib.http import rows
from chalicelib.http.tokens import verifier
from chalicelib.rest import catalog
from chalicelib.settings import settings
from infra.local.postgres import Server

LIBRARY = Path(__file__).with_name("library.sql")
SECRET = "a-secret-of-the-tests-with-32-characters-or-more"
SETTINGS = {
    "JWT_SECRET": SECRET,
    "REST_SCHEMAS": "library,annex",
    "REST_AGGREGATES": "true",
    "REST_PLANS": "true",
    "REST_ROLLBACK": "true",
}
ANN, BEN = UUID(int=0xA), UUID(int=0xB)
"""Two readers of the library."""
PREFIX = "/rest/v1"


class Context:
    """What Lambda tells a function about itself."""

    function_name = "api"
    function_version = "1"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-central-1:1:function:api"
    aws_request_id = "a-request"


def token(
    user: UUID | None = None, role: str = "authenticated", secret: str = SECRET, **claims: Any
) -> str:
    """A token of a user, or an API key of a role without one."""
    now = int(time.time())
    said = {"aud": "authenticated", "role": role, "iat": now, "exp": now + 3600, **claims}
    if user is not None:
        said["sub"] = str(user)
    return jwt.encode(said, secret, "HS256")


@dataclass
class Answer:
    """What came back; header names in lower case."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def refusal(self) -> tuple[int, str]:
        """Status and code of an error; whatever is none, fails."""
        assert self.status >= 300, f"{self.status} {self.text}"
        return self.status, self.json["code"]


def event(
    method: str, url: str, headers: Mapping[str, str], body: bytes | str | None = None
) -> dict[str, Any]:
    """A request as API Gateway hands it to Lambda. `url` begins after `/rest/v1`."""
    parts = urlsplit(url)
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        query.setdefault(name, []).append(value)
    names = [name for name in parts.path.split("/") if name]
    resource, path = PREFIX, None
    if names[:1] == ["rpc"] and len(names) == 2:
        resource, path = f"{PREFIX}/rpc/{{function}}", {"function": names[1]}
    elif names:
        resource, path = f"{PREFIX}/{{table}}", {"table": "/".join(names)}
    encoded = isinstance(body, bytes)
    return {
        "resource": resource,
        "path": PREFIX + parts.path,
        "httpMethod": method,
        "headers": dict(headers),
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": path,
        "stageVariables": None,
        "requestContext": {
            "httpMethod": method,
            "resourcePath": resource,
            "path": PREFIX + parts.path,
            "identity": {"sourceIp": "127.0.0.1"},
        },
        "body": base64.b64encode(body).decode() if isinstance(body, bytes) else body,
        "isBase64Encoded": encoded,
    }


def invoke(made: dict[str, Any]) -> Answer:
    """Call the Lambda handler."""
    from app import app

    found = app(made, Context())
    headers = dict(found.get("headers") or {})
    headers |= {name: values[-1] for name, values in found.get("multiValueHeaders", {}).items()}
    lower = {name.lower(): value for name, value in headers.items()}
    return Answer(found["statusCode"], lower, found["body"])


@dataclass
class Rest:
    """The data API as one caller sees it. Keyword arguments are headers."""

    headers: dict[str, str] = field(default_factory=dict)

    def __call__(self, method: str, url: str, body: Any = None, **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            sent.setdefault("content-type", "application/json")
            body = body if isinstance(body, str | bytes) else json.dumps(body)
        url = quote(url, safe="/?&=%,.*()!:<>\"'{}[]|+-_~$@;")
        return invoke(event(method, url, {**self.headers, **sent}, body))

    def get(self, url: str, **headers: str) -> Answer:
        return self("GET", url, **headers)

    def rows(self, url: str, **headers: str) -> Any:
        """The body of a read that must succeed."""
        answer = self("GET", url, **headers)
        assert answer.status in (200, 206), answer.text
        return answer.json

    def post(self, url: str, body: Any = None, **headers: str) -> Answer:
        return self("POST", url, {} if body is None else body, **headers)

    def patch(self, url: str, body: Any, **headers: str) -> Answer:
        return self("PATCH", url, body, **headers)

    def put(self, url: str, body: Any, **headers: str) -> Answer:
        return self("PUT", url, body, **headers)

    def delete(self, url: str, **headers: str) -> Answer:
        return self("DELETE", url, **headers)

    def call(self, name: str, body: Any = None, **headers: str) -> Answer:
        return self.post(f"/rpc/{name}", body, **headers)


def signed_in(user: UUID = ANN) -> Rest:
    return Rest({"authorization": f"Bearer {token(user)}"})


@contextmanager
def database(server: Server, sql: str = "") -> Iterator[str]:
    """A database with the library in it, owned by nobody the product knows. Answers its name."""
    name = f"library_{uuid4().hex}"
    with psycopg.connect(server.superuser_url, autocommit=True) as superuser:
        superuser.execute(f"create database {name}")
        try:
            with psycopg.connect(server.login("postgres", name), autocommit=True) as owner:
                owner.execute(LIBRARY.read_text() + sql)
            yield name
        finally:
            superuser.execute(f"drop database {name} with (force)")


@contextmanager
def connected(server: Server, name: str, **more: str) -> Iterator[None]:
    """The product pointed at a database, with the settings of these tests."""
    before = dict(os.environ)
    os.environ.update(SETTINGS, DATABASE_URL=server.login("authenticator", name), **more)
    _read_anew()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        _read_anew()


def _read_anew() -> None:
    db.disconnect()
    catalog.forget()
    settings.cache_clear()
    rows.options.cache_clear()
    verifier.cache_clear()
