"""The protocol around reads and writes: tokens, preferences, headers, ceilings, the root."""

import json

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from app import app
from infra.local.postgres import Server
from tests.integration.rest import harness
from tests.integration.rest.harness import ANN, Rest, signed_in, token


def test_tokens_in_either_header(library: str) -> None:
    said = token(ANN)
    for headers in ({"authorization": f"Bearer {said}"}, {"apikey": said}):
        assert Rest(headers).rows("/rpc/who") == "authenticated"
    anonymous = token(role="anon")
    assert (
        Rest({"apikey": anonymous, "authorization": f"Bearer {anonymous}"}).rows("/rpc/who")
        == "anon"
    )
    assert Rest({"apikey": token(role="service_role")}).rows("/rpc/who") == "service_role"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("Bearer nonsense", "PGRST301"),
        ("Basic eDp5", "PGRST301"),
        (f"Bearer {token(ANN)}x", "PGRST301"),
        (f"Bearer {token(ANN, exp=1)}", "PGRST303"),
        (f"Bearer {token(ANN, role='postgres')}", "PGRST301"),
        (f"Bearer {token(ANN, aud='others')}", "PGRST301"),
    ],
)
def test_bad_tokens_are_never_taken_for_visitors(library: str, header: str, code: str) -> None:
    answer = Rest({"authorization": header}).get("/books")
    assert answer.refusal == (401, code)
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_preferences_that_are_not_known(visitor: Rest) -> None:
    assert visitor.get("/books?limit=1", prefer="fast, timezone=Moon").status == 200
    answer = visitor.get("/books?limit=1", prefer="handling=strict, fast, timezone=Moon")
    assert answer.refusal == (400, "PGRST122")
    assert answer.json["details"] == "Invalid preferences: fast, timezone=Moon"


def test_times_in_the_time_zone_one_prefers(visitor: Rest) -> None:
    answer = visitor.get("/books?select=created_at&id=eq.1", prefer="timezone=America/New_York")
    assert answer.json == [{"created_at": "2023-12-31T19:00:00-05:00"}]
    assert answer.headers["preference-applied"] == "timezone=America/New_York"


def test_errors_are_postgrests_and_problems_at_once(visitor: Rest) -> None:
    answer = visitor.get("/boks")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json.keys() >= {"code", "message", "details", "hint", "status", "title", "type"}


def test_any_origin_may_ask_and_read_the_answers_headers(visitor: Rest) -> None:
    headers = visitor.get("/books?limit=1").headers
    assert headers["access-control-allow-origin"] == "*"
    exposed = headers["access-control-expose-headers"]
    assert all(n in exposed for n in ("Content-Range", "ETag", "Location", "Preference-Applied"))
    allowed = headers["access-control-allow-headers"]
    assert all(n in allowed for n in ("Prefer", "Range", "Accept-Profile", "apikey"))


def test_methods_that_are_not_served(visitor: Rest) -> None:
    for path in ("/rest/v1", "/rest/v1/{table}", "/rest/v1/rpc/{function}"):
        assert "OPTIONS" not in app.routes[path]  # API Gateway answers it, from the CORS policy
    assert visitor.post("").status == 405


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/books?id=eq.%00", 400),
        ("/bo%00oks", 404),
        ("/books?select=%00", 400),
        ("/rpc/say?x=%00", 400),
        ("/books?id=eq.\ud800", 400),
        ("/books?limit=99999999999999999999", 400),
        ("/books?offset=999999999999999999", 200),
        ("/books?select=id::nothing", 400),
        ("/books?select=title->x::int4&limit=1", 200),
        ("/books?title=fts(klingon).x", 400),
        ("/books?title=match.(", 400),
        ("/books?id=eq.99999999999", 400),
    ],
)
def test_odd_input_is_refused_not_failed(visitor: Rest, url: str, status: int) -> None:
    made = harness.event("GET", url.replace("\ud800", "x"), visitor.headers)
    if "\ud800" in url:
        made["multiValueQueryStringParameters"] = {"id": ["eq.\ud800"]}
    assert harness.invoke(made).status == status


def test_bodies_that_are_not_text(ann: Rest) -> None:
    for body in (b"\xff\xfe", b'{"name": "\\u0000"}', b'{"name": "\\ud800"}', b'"\x00"'):
        assert ann.post("/people", body).status == 400


def test_an_answer_holds_no_more_rows_than_the_ceiling(
    postgres_server: Server, library: str
) -> None:
    with harness.connected(postgres_server, library, REST_MAX_ROWS="2"):
        visitor = Rest()
        assert len(visitor.rows("/books")) == 2
        assert len(visitor.rows("/books?limit=50")) == 2
        answer = visitor.get("/books?select=id", prefer="count=exact")
        assert (answer.status, answer.headers["content-range"]) == (206, "0-1/5")
        (row,) = visitor.rows("/countries?select=people(id)&code=eq.UK")
        assert len(row["people"]) <= 2
        assert len(visitor.rows("/rpc/years")) == 2


def test_what_is_switched_off_is_refused(postgres_server: Server, library: str) -> None:
    off = {"REST_AGGREGATES": "false", "REST_PLANS": "false", "REST_ROLLBACK": "false"}
    with harness.connected(postgres_server, library, **off):
        ann = signed_in(ANN)
        assert ann.get("/books?select=count()").refusal == (400, "PGRST123")
        plan = "application/vnd.pgrst.plan+json"
        assert ann.get("/books", accept=plan).refusal == (406, "PGRST107")
        answer = ann.post("/diary", {"line": "kept"}, prefer="tx=rollback")
        assert "tx=" not in answer.headers.get("preference-applied", "")
        assert ann.rows("/diary?line=eq.kept&select=line") == [{"line": "kept"}]
        assert ann.delete("/diary?line=eq.kept").status == 204


def test_the_root_describes_what_the_asking_role_may_do(ann: Rest, visitor: Rest) -> None:
    for caller in (ann, visitor):
        answer = caller.get("")
        assert answer.headers["content-type"].startswith("application/openapi+json")
        assert list(OpenAPIV31SpecValidator(answer.json).iter_errors()) == []
    mine, theirs = ann.get("").json["paths"], visitor.get("").json["paths"]
    assert set(mine["/books"]) == {"get", "post", "patch", "delete"}
    assert set(theirs["/books"]) == {"get"}
    assert "/notes" in mine
    assert "/notes" not in theirs
    assert set(mine["/genre_counts"]) == {"get"}
    assert "get" in mine["/rpc/add"]
    assert "get" not in mine["/rpc/write_line"]
    assert "/rpc/shout" not in mine
    assert visitor("HEAD", "").text == ""
    assert "/visitors" in ann.get("", accept_profile="annex").json["paths"]


def test_comments_are_in_the_description(visitor: Rest) -> None:
    schemas = visitor.get("").json["components"]["schemas"]
    assert schemas["countries"]["description"] == "Where people and publishers live."
    assert schemas["countries"]["properties"]["name"]["description"] == "In English."
    assert json.dumps(schemas["books"]["properties"]["mood"]) == json.dumps(
        {"enum": ["calm", "tense", "joyful", None]}
    )
