"""Functions: arguments, overloads, results, and what a transaction lets them do."""

import json

import pytest
from psycopg import Connection

from tests.integration.rest.harness import ANN, Rest


@pytest.mark.parametrize(
    ("call", "result"),
    [
        ("add?a=1", 11),
        ("add?a=1&b=2", 3),
        ("add?a=1&b=2&b=5", 6),
        ("total?numbers=1&numbers=2", 3),
        ("total", 0),
        ("overloaded", "none"),
        ("overloaded?a=1", "one"),
        ("overloaded?b=1&a=1", "two"),
        ("years", [1670, 1843, 1904, 2001, 2015]),
        ("pair", {"a": 1, "b": "x"}),
        ("mood_of?feeling=calm", "calm"),
        ("count_of?list={1,2,3}", 3),
        ("summary?select=title&year=gt.2000&order=title&limit=1", [{"title": "Modern Reeds"}]),
        ("books_of?author=1&select=genres(name)&id=eq.1", [{"genres": [{"name": "science"}]}]),
        ("one_book?book=1&select=people!books_author(name)", {"people": {"name": "Ada"}}),
        ("books_of?author=1&select=author_id,count()", [{"author_id": 1, "count": 2}]),
    ],
)  # fmt: skip
def test_by_get(visitor: Rest, call: str, result: object) -> None:
    assert visitor.rows(f"/rpc/{call}") == result


@pytest.mark.parametrize(
    ("name", "body", "result"),
    [
        ("add", {"a": 1}, 11),
        ("add", {"a": 1, "b": 1}, 2),
        ("total", {"numbers": [1, 2, 3]}, 6),
        ("overloaded", {}, "none"),
        ("overloaded", {"a": 1, "b": 1}, "two"),
        ("echo", {"any": [1]}, {"any": [1]}),
        ("echo", [1, 2], [1, 2]),
        ("echo", "text", "text"),
        ("count_of", {"list": [1, 2], "options": {"a": 1}}, 2),
        ("is_read_only", {}, "on"),
        ("who", {}, "anon"),
    ],
)  # fmt: skip
def test_by_post(visitor: Rest, name: str, body: object, result: object) -> None:
    answer = visitor.call(name, json.dumps(body))
    assert (answer.status, answer.json) == (200, result)


def test_other_bodies(visitor: Rest) -> None:
    assert visitor.call("say", "plain", content_type="text/plain").json == "plain"
    form = "application/x-www-form-urlencoded"
    assert visitor.call("add", "a=2&b=3", content_type=form).json == 5
    assert visitor.call("total", "numbers=2&numbers=3", content_type=form).json == 5
    assert visitor("POST", "/rpc/overloaded").json == "none"


def test_what_fits_no_function_is_refused_with_a_hint(visitor: Rest) -> None:
    answer = visitor.get("/rpc/ad?a=1")
    assert answer.refusal == (404, "PGRST202")
    assert answer.json["hint"] == "Perhaps you meant to call the function library.add"
    assert visitor.call("add", {"c": 1}).refusal == (404, "PGRST202")
    assert visitor.put("/rpc/add", {}).refusal == (405, "PGRST101")


def test_two_that_fit_are_refused(visitor: Rest, owner: Connection) -> None:
    owner.execute("create function library.twin(a int) returns int language sql as 'select 1'")
    owner.execute("create function library.twin(a text) returns int language sql as 'select 2'")
    owner.execute("select pg_stat_force_next_flush()")
    assert visitor.get("/rpc/twin?a=1").refusal == (300, "PGRST203")
    owner.execute("drop function library.twin(int), library.twin(text)")


def test_volatile_functions_write_by_post_alone(ann: Rest) -> None:
    answer = ann.call("write_line", {"line": "x"}, prefer="tx=rollback")
    assert (answer.status, answer.text) == (204, "")
    assert ann.get("/rpc/write_line?line=x").refusal == (405, "25006")
    answer = ann.call("write_and_tell?select=line", {"line": "y"}, prefer="tx=rollback")
    assert answer.json == [{"line": "y"}]


def test_rows_of_functions_are_counted_and_paged(visitor: Rest) -> None:
    url = "/rpc/books_of?author=1&select=id&order=id&limit=1"
    answer = visitor.get(url, prefer="count=exact")
    assert (answer.status, answer.headers["content-range"]) == (206, "0-0/2")
    head = visitor("HEAD", url, prefer="count=exact")
    assert (head.text, head.headers["content-range"]) == ("", "0-0/2")


def test_media_types_of_results(visitor: Rest) -> None:
    one = "application/vnd.pgrst.object+json"
    assert visitor.get("/rpc/books_of?author=3&select=id", accept=one).json == {"id": 3}
    assert visitor.get("/rpc/books_of?author=1", accept=one).refusal == (406, "PGRST116")
    assert visitor.get("/rpc/years?limit=2", accept="text/csv").text == "years\n1670\n1843"


def test_max_affected_undoes_what_a_function_did(ann: Rest, owner: Connection) -> None:
    strict = "handling=strict,max-affected=0"
    answer = ann.call("write_and_tell", {"line": "too many"}, prefer=strict)
    assert answer.refusal == (400, "PGRST124")
    assert ann.rows("/diary?line=eq.too many") == []
    assert ann.call("add", {"a": 1}, prefer=strict).refusal == (400, "PGRST128")


def test_functions_know_the_request_but_not_its_secrets(ann: Rest) -> None:
    assert ann.rows("/rpc/claims")["sub"] == str(ANN)
    assert ann.get("/rpc/header?name=x-tone", x_tone="warm").json == "warm"
    for secret in ("authorization", "apikey", "cookie"):
        assert ann.get(f"/rpc/header?name={secret}", cookie="c", apikey="k").json is None


def test_functions_may_choose_the_answer(ann: Rest) -> None:
    answer = ann.call("redirect")
    assert (answer.status, answer.headers["x-job"], answer.json) == (202, "7", {"accepted": True})
    answer = ann.call("teapot")
    assert answer.refusal == (418, "418")
    assert answer.headers["x-tea"] == "green"
    answer = ann.call("payment")
    assert (answer.refusal, answer.json["hint"]) == ((402, "PT402"), "top up")
    assert ann.call("refuse").refusal == (400, "P0001")
    assert ann.call("miss").refusal == (404, "P0002")


def test_a_statement_ends_at_the_time_limit_of_its_role(
    ann: Rest, visitor: Rest, owner: Connection
) -> None:
    database = owner.info.dbname
    owner.execute(f"alter role anon in database {database} set statement_timeout = '100ms'")
    owner.execute("select pg_stat_force_next_flush()")
    assert visitor.get("/nowhere").status == 404  # and so the catalogue is read anew
    assert visitor.call("sleep", {"seconds": 2}).refusal == (500, "57014")
    assert ann.call("sleep", {"seconds": 0.2}).status == 204
    owner.execute(f"alter role anon in database {database} reset statement_timeout")
