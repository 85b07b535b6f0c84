"""Fuzzing: whatever the description allows or forbids, there is no server error, and answers are
as described. Schemathesis draws the cases from the description, with a fixed seed."""

from typing import Any
from uuid import UUID

import pytest
import schemathesis
from chalice.test import Client
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import CHECKS, load_all_checks

from app import app
from chalicelib.http.openapi import describe
from tests import factories
from tests.integration.http.conftest import token
from tests.wsgi import asked

load_all_checks()
FALSE_ALARMS = {
    "positive_data_acceptance": "a body may be well formed and point at what is not there",
    "ensure_resource_availability": "ids are drawn, not made",
    "use_after_free": "ids are drawn, not made",
}
HTTP = Client(app).http


def wsgi(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The API in process, as a WSGI application."""
    method, url, headers, body = asked(environ)
    if method == "OPTIONS":  # API Gateway answers these by itself
        start_response("204 X", [])
        return [b""]
    answer = HTTP.request(method, url, headers=headers, body=body)
    flat = [(k, v) for k, v in answer.headers.items() if isinstance(v, str)]
    start_response(f"{answer.status_code} X", flat)
    return [answer.body]


schema = schemathesis.openapi.from_dict(describe(app.routes, "/"))
schema.app = wsgi


@pytest.fixture(scope="module")
def user(client: Client) -> UUID:
    return factories.user(credits=10_000)


@schema.parametrize()
@settings(
    max_examples=10,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    database=None,
)
def test_whatever_comes_is_answered_as_described(user, case):
    case.call_and_validate(
        headers={"Authorization": f"Bearer {token(user)}"},
        excluded_checks=[CHECKS.get_one(name) for name in FALSE_ALARMS],
    )
