"""The boundary itself, on an application of its own."""

import json
from uuid import UUID

import pytest
from chalice import Chalice
from chalice.test import Client
from pydantic import BaseModel, model_validator

from chalicelib.errors import Conflict, InvalidInput, TooManyRequests
from chalicelib.http.edge import CORS, edge
from chalicelib.http.endpoint import Reply, endpoint

app = Chalice(app_name="boundary", configure_logs=False)
app.api.cors = CORS
app.register_middleware(edge, "http")


class Thing(BaseModel):
    id: UUID
    names: list[str] = []
    version: int = 1


class Find(BaseModel):
    names: list[str] = []
    exact: bool = False

    @model_validator(mode="after")
    def _exact_names(self) -> "Find":
        if self.exact and "*" in self.names:
            raise ValueError("exact goes with whole names")
        return self


@app.route("/things/{thing_id}", methods=["GET"])
@endpoint(access="public")
def get_thing(thing_id: UUID, query: Find) -> Thing:
    return Thing(id=thing_id, names=query.names)


@app.route("/things/{thing_id}", methods=["PUT"])
@endpoint(status=201, access="public")
def put_thing(thing_id: UUID, body: Thing, if_match: int | None) -> Reply[Thing]:
    return Reply(body.model_copy(update={"version": (if_match or 0) + 1}), {"Location": "/x"})


@app.route("/things/{thing_id}", methods=["DELETE"])
@endpoint(status=204, access="public")
def delete_thing(thing_id: UUID) -> None:
    return None


@app.route("/errors/{name}", methods=["GET"])
@endpoint(access="public")
def fail(name: str) -> None:
    raise {
        "conflict": Conflict("Taken.", hint="Take another.", details={"by": "b"}, owner="you"),
        "field": InvalidInput.of("a.b", "rule", "Is wrong."),
        "slow": TooManyRequests(headers={"Retry-After": "7"}),
        "bug": RuntimeError("password=hunter2"),
        "assertion": AssertionError("password=hunter2"),
    }[name]


@app.route("/bare", methods=["GET"])
def bare() -> None:
    raise RuntimeError("password=hunter2")


ID = "0b8d3a1f-7a11-4f0e-9c3a-6f5b4f0e9c3a"


@pytest.fixture
def http():
    return Client(app).http


def test_arguments_come_from_path_query_and_body(http):
    assert http.get(f"/things/{ID}?names=a&names=b&exact=true").json_body["names"] == ["a", "b"]
    made = http.put(
        f"/things/{ID.upper()}", body=json.dumps({"id": ID}).encode(), headers={"If-Match": 'W/"7"'}
    )
    assert (made.status_code, made.json_body["version"]) == (201, 8)
    assert (made.headers["Location"], made.headers["ETag"]) == ("/x", '"8"')
    gone = http.delete(f"/things/{ID}")
    assert (gone.status_code, gone.body) == (204, b"")


def test_json_types_are_exact_but_query_text_is_read(http):
    for body in ({"id": 7}, {"id": ID, "version": "1"}, {"id": ID, "version": 1.0}):
        answer = http.put(f"/things/{ID}", body=json.dumps(body).encode())
        assert answer.status_code == 422
    assert http.get(f"/things/{ID}?exact=1").status_code == 200


def test_a_problem_is_rfc_9457_and_supabase_in_one(http):
    answer = http.get("/errors/conflict")
    problem = answer.json_body
    assert answer.status_code == problem["status"] == 409
    assert (problem["code"], problem["message"], problem["detail"]) == (
        "Conflict",
        "Taken.",
        "Taken.",
    )
    assert (problem["hint"], problem["details"], problem["owner"]) == (
        "Take another.",
        {"by": "b"},
        "you",
    )
    assert problem["title"] == "This clashes with what is stored."
    assert problem["request_id"] == answer.headers["X-Request-Id"]
    field = http.get("/errors/field").json_body
    assert field["errors"] == [{"field": "a.b", "rule": "rule", "message": "Is wrong."}]
    assert http.get("/errors/slow").headers["Retry-After"] == "7"


@pytest.mark.parametrize("path", ["/errors/bug", "/errors/assertion", "/bare"])
def test_a_bug_is_logged_and_not_told(http, path, capsys):
    answer = http.get(path)
    assert answer.status_code == 500
    assert answer.json_body["code"] == "ShowrunnerError"
    assert b"hunter2" not in answer.body
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_what_chalice_refuses_has_the_same_shape(http):
    answer = http.put(f"/things/{ID}", headers={"Content-Type": "text/plain"}, body=b"x")
    assert (answer.status_code, answer.json_body["code"]) == (415, "UnsupportedMediaType")
    answer = http.post(f"/things/{ID}")
    assert (answer.status_code, answer.json_body["code"]) == (405, "MethodNotAllowed")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "PUT", "DELETE"}
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_rule_is_told_in_its_own_words(http):
    (error,) = http.get(f"/things/{ID}?names=*&names=a&exact=true").json_body["errors"]
    assert error == {
        "field": "query",
        "rule": "value_error",
        "message": "exact goes with whole names",
    }


def test_many_wrong_fields_are_told_but_not_endlessly(http):
    body = json.dumps({f"f{n}": n for n in range(2_000)}).encode()
    answer = http.put(f"/things/{ID}", body=body)
    assert answer.status_code == 422
    assert len(answer.json_body["errors"]) == 50
    assert "(2000 more)" in answer.json_body["message"]
