"""The second stage: names meet the catalogue; a plan is a value, made without a database."""

import pytest

from chalicelib.rest.errors import RestError
from chalicelib.rest.plan import Plan, plan
from chalicelib.rest.plan.values import Call, Delete, Describe, Insert, Nested, Read, Update
from chalicelib.rest.query import build
from chalicelib.rest.request import Http, parse
from chalicelib.rest.request.values import Range
from tests.unit.rest import shop

CATALOGUE = shop.catalogue()


def planned(
    method: str,
    name: str,
    *params: tuple[str, str],
    body: bytes = b"{}",
    resource: str = "table",
    **headers: str,
) -> Plan:
    http = Http(method, resource, name, params, headers, body if method[0] == "P" else b"")
    return plan(parse(http, shop.OPTIONS), CATALOGUE, shop.OPTIONS)


def refused(*args, **kwargs) -> str:
    with pytest.raises(RestError) as found:
        planned(*args, **kwargs)
    return found.value.code


def test_a_plan_is_a_value() -> None:
    one, two = (planned("GET", "books", ("select", "*,genres(name)")) for _ in "ab")
    assert one == two
    assert build(one) == build(two)


def test_the_tree_follows_the_select() -> None:
    found = planned("GET", "books", ("select", "id,author:people!books_author(name)"))
    assert isinstance(found, Read)
    (nested,) = [o.node for o in found.node.outputs if isinstance(o, Nested)]
    assert nested.label == "author"
    assert nested.source == ("shop", "people")
    assert nested.relationship.kind == "many-to-one"
    assert found.node.range == nested.range == Range(0, 100)


def test_a_filter_finds_its_embed_by_path() -> None:
    found = planned("GET", "books", ("select", "g:genres(name)"), ("g.name", "eq.x"))
    assert len(found.node.nested[0].where) == 1
    assert found.node.where == ()
    assert refused("GET", "books", ("genres.name", "eq.x")) == "PGRST108"


@pytest.mark.parametrize(
    ("select", "code"),
    [
        ("people(name)", "PGRST201"),
        ("people!nothing(name)", "PGRST200"),
        ("nothing(name)", "PGRST200"),
        ("nothing", "42703"),
        ("genres(nothing)", "42703"),
    ],
)
def test_names_that_are_not_there(select: str, code: str) -> None:
    assert refused("GET", "books", ("select", select)) == code
    assert refused("GET", "nothing") == "PGRST205"
    assert refused("GET", "books", ("order", "genres(name)")) == "PGRST108"


def test_writes_name_their_rows() -> None:
    assert refused("PATCH", "books") == "21000"
    assert refused("DELETE", "books") == "21000"
    assert refused("DELETE", "books", ("genres.id", "eq.1")) == "21000"
    assert isinstance(planned("DELETE", "books", ("id", "eq.1")), Delete)
    assert isinstance(planned("PATCH", "books", ("id", "eq.1"), body=b'{"title":"x"}'), Update)


def test_a_write_returns_no_more_than_is_read_of_it() -> None:
    asked = {"prefer": "return=representation"}
    body = b'{"title":"x"}'
    found = planned("POST", "books", ("select", "title,genres(name)"), body=body, **asked)
    assert isinstance(found, Insert)
    assert set(found.returning) == {"id", "title"}
    assert planned("POST", "books", body=body).returning == ()
    assert planned("POST", "books", body=body, **asked).returning is None
    found = planned("POST", "people", ("select", "shout"), body=b'{"name":"x"}', **asked)
    assert found.returning is None  # a computed column takes the whole row


def test_conflicts_are_of_the_key_unless_named() -> None:
    merge = {"prefer": "resolution=merge-duplicates"}
    body = b'{"book_id":1,"genre_id":1}'
    assert planned("POST", "book_genres", body=body, **merge).conflict == ("book_id", "genre_id")
    found = planned("POST", "book_genres", ("on_conflict", "weight"), body=body, **merge)
    assert found.conflict == ("weight",)
    assert refused("POST", "books", ("on_conflict", "x"), body=body, **merge) == "PGRST204"


def test_calls_choose_by_their_arguments() -> None:
    found = planned("GET", "add", ("a", "1"), resource="function")
    assert isinstance(found, Call)
    assert (found.read_only, [g.parameter.name for g in found.given]) == (True, ["a"])
    assert planned("POST", "write", body=b'{"line":"x"}', resource="function").read_only is False
    assert planned("POST", "echo", body=b'{"any":1}', resource="function").raw is True
    assert refused("GET", "add", resource="function") == "PGRST202"
    assert refused("GET", "add", ("a", "1"), ("c", "1"), resource="function") == "PGRST202"


def test_a_functions_rows_are_read_like_a_tables() -> None:
    params = (("author", "1"), ("select", "title,genres(name)"), ("id", "gt.1"))
    found = planned("GET", "books_of", *params, resource="function")
    assert found.answer.columns == ("title", "genres")
    assert len(found.node.where) == 1


def test_the_root_describes() -> None:
    assert planned("GET", "", resource="root") == Describe("shop", head=False)


def test_switches() -> None:
    http = Http("GET", "table", "books", (("select", "count()"),))
    off = shop.Options(("shop",))
    with pytest.raises(RestError) as found:
        plan(parse(http, off), CATALOGUE, off)
    assert found.value.code == "PGRST123"
