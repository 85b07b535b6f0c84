"""The first stage: an HTTP request is read, or refused, without a database."""

import pytest

from chalicelib.rest.errors import RestError
from chalicelib.rest.options import Options
from chalicelib.rest.request import Http, parse
from chalicelib.rest.request.headers import parse_accept, parse_prefer
from chalicelib.rest.request.values import Body, Media, Preferences, Range

OPTIONS = Options(("a", "b"), plans=True, rollback=True)


def read(method: str = "GET", *params: tuple[str, str], body: bytes = b"", **headers: str):
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    return parse(Http(method, "table", "t", params, said, body), OPTIONS)


def refused(*args, **kwargs) -> tuple[int, str]:
    with pytest.raises(RestError) as found:
        read(*args, **kwargs)
    return found.value.status, found.value.code


def test_a_request_is_a_value() -> None:
    one, two = read("GET", ("select", "id")), read("GET", ("select", "id"))
    assert one == two
    assert hash(one) == hash(two)


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("", Preferences()),
        ("return=minimal, count=exact", Preferences(representation="minimal", count="exact")),
        ("count=exact, count=planned", Preferences(count="exact")),
        ("max-affected=5,timezone=UTC", Preferences(max_affected=5, timezone="UTC")),
        ("tx=rollback, x=y, max-affected=a", Preferences(
            transaction="rollback", unknown=("x=y", "max-affected=a"))),
        ("timezone=../../etc/passwd", Preferences(unknown=("timezone=../../etc/passwd",))),
    ],
)  # fmt: skip
def test_preferences(text: str, read_as: Preferences) -> None:
    assert parse_prefer(text) == read_as


@pytest.mark.parametrize(
    ("text", "media"),
    [
        ("*/*", Media("array")),
        ("text/html, application/json;q=0.5", Media("array")),
        ("text/csv;q=0.2, application/json;q=0.1", Media("csv")),
        ("application/json;q=0.1, text/csv;q=0.2", Media("csv")),
        ("application/vnd.pgrst.object+json;nulls=stripped", Media("object", True)),
        ("application/vnd.pgrst.object", Media("object")),
        (
            'application/vnd.pgrst.plan+json; for="text/csv"; options=analyze|buffers|rm',
            Media("csv", False, "json", ("analyze", "buffers")),
        ),
        (
            'application/vnd.pgrst.plan+text; '
            'for="application/vnd.pgrst.object+json;nulls=stripped", text/csv',
            Media("object", True, "text"),
        ),
    ],
)  # fmt: skip
def test_media(text: str, media: Media) -> None:
    assert parse_accept(text, "table", True) == media


def test_media_that_cannot_be_made() -> None:
    assert refused(accept="image/png") == (406, "PGRST107")
    with pytest.raises(RestError):
        parse_accept("application/vnd.pgrst.plan", "table", False)


@pytest.mark.parametrize(
    ("params", "header", "window"),
    [
        ((), "", Range()),
        ((("limit", "5"), ("offset", "10")), "", Range(10, 5)),
        ((("offset", "-3"),), "", Range()),
        ((), "0-9", Range(0, 10)),
        ((), "items=5-", Range(5)),
        ((), "bytes=0-1", Range()),
        ((("limit", "3"),), "2-9", Range(2, 1)),
        ((("limit", "0"),), "2-9", Range(0, 0)),
    ],
)
def test_ranges(params, header: str, window: Range) -> None:
    assert read("GET", *params, range=header).range == window


def test_impossible_ranges() -> None:
    assert refused(range="5-1") == (416, "PGRST103")
    assert refused("GET", ("limit", "-1")) == (416, "PGRST103")
    assert refused("GET", ("limit", "2"), range="5-9") == (416, "PGRST103")
    assert refused("GET", ("limit", "x")) == (400, "PGRST100")
    assert refused("PUT", ("limit", "1"), body=b"{}") == (400, "PGRST114")


def test_schemas_by_profile() -> None:
    assert (read().schema, read().profiled) == ("a", True)
    assert read(accept_profile="b", content_profile="c").schema == "b"
    assert read("POST", body=b"{}", content_profile="b").schema == "b"
    assert refused(accept_profile="c") == (406, "PGRST106")


def test_bodies() -> None:
    assert read("POST", body=b'{"a": 1}').body == Body('{"a": 1}', ("a",))
    many = read("POST", body=b'[{"a": 1}, {"a": 2}]').body
    assert (many.keys, many.single) == (("a",), False)
    unread = read("POST", ("columns", "a"), body=b"[whatever").body
    assert (unread.keys, unread.single) == (None, False)
    csv = read("POST", body=b"a,b\n1,NULL\n", content_type="text/csv; charset=utf-8").body
    assert csv.text == '[{"a": "1", "b": null}]'
    form = read("POST", body=b"a=1&b=x+y", content_type="application/x-www-form-urlencoded").body
    assert form.text == '{"a": "1", "b": "x y"}'
    assert refused("POST", body=b"a,b\n1", content_type="text/csv") == (400, "PGRST102")
    assert refused("POST", body=b"[" * 100_000) == (400, "PGRST102")
    assert refused("POST", body=b"\xff") == (400, "PGRST102")


def test_strictness_names_what_it_does_not_know() -> None:
    assert refused(prefer="handling=strict, x=y") == (400, "PGRST122")
    assert read(prefer="handling=lenient, x=y").preferences.unknown == ("x=y",)


def test_methods() -> None:
    assert refused("TRACE") == (405, "PGRST117")
    with pytest.raises(RestError) as found:
        parse(Http("DELETE", "function", "f"), OPTIONS)
    assert found.value.code == "PGRST101"
