"""The description, fuzzed in process: 5,000 requests of a fixed seed against what is served.

None may fail in the server, be answered as the description does not say, or pass without the
token it says is needed.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS, load_all_checks

from infra.local.postgres import Server
from tests.integration.rest import harness
from tests.integration.rest.harness import ANN, signed_in, token
from tests.wsgi import asked

CASES = 5_000
KEPT = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "ignored_auth",
)
OF_BODY = ("content_type_conformance", "response_schema_conformance")
"""An insert answers its rows when asked to, which OpenAPI has no words for, and else nothing."""
OUTSIDE = ("/rpc/sleep", "/rpc/redirect")  # takes its time; chooses a status of its own
load_all_checks()


@pytest.fixture(scope="module")
def described(postgres_server: Server) -> Iterator[Any]:
    """The library's description, over a library of its own."""
    with harness.database(postgres_server) as name, harness.connected(postgres_server, name):
        document = signed_in(ANN).get("").json
        document["servers"] = [{"url": "/"}]
        document["paths"] = {p: o for p, o in document["paths"].items() if p not in OUTSIDE}
        schema = schemathesis.openapi.from_dict(document)
        schema.app = wsgi
        yield schema


def wsgi(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The Lambda handler, as a WSGI application."""
    method, url, headers, body = asked(environ)
    answer = harness.invoke(harness.event(method, url, headers, body or None))
    start_response(f"{answer.status} X", list(answer.headers.items()))
    return [answer.text.encode()]


def test_whatever_comes_is_answered_as_described(described: Any) -> None:
    checks = [CHECKS.get_one(name) for name in KEPT]
    of_body = [CHECKS.get_one(name) for name in OF_BODY]
    statuses: dict[int, int] = {}

    @settings(
        max_examples=CASES,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(described.as_strategy())
    def fuzz(case: Any) -> None:
        headers = {"Authorization": f"Bearer {token(ANN)}"}
        answer = case.call(headers=headers)
        bodiless = not answer.content and case.operation.method == "post"
        asked = [check for check in checks if not (bodiless and check in of_body)]
        case.validate_response(answer, checks=asked, headers=headers)
        statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1

    fuzz()
    done = sum(count for status, count in statuses.items() if status < 300)
    assert sum(statuses.values()) >= CASES
    assert done > CASES / 10, statuses  # the fuzz gets past the parser
