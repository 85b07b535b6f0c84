"""No text of a user reaches SQL as anything but a name or a bound value.

Each request is built twice, once with harmless texts and once with hostile ones in their places.
Postgres's own parser must see the same statement both times, but for the names that were given:
so whatever a text holds, it changes nothing else.
"""

import json
from collections.abc import Mapping
from typing import Any

import pglast
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chalicelib.rest.plan import plan
from chalicelib.rest.query import Statement, build, identifier
from chalicelib.rest.request import Http, parse
from chalicelib.rest.request.values import (
    Column,
    Condition,
    Embed,
    Field,
    Filter,
    Logic,
    Operation,
    Order,
    Path,
    Selection,
    Step,
)
from tests.unit.rest import printer, shop

CATALOGUE = shop.catalogue()
PEOPLE = ("id", "name", "mentor_id", "tags", "shout")
BOOKS = ("id", "title", "author_id", "editor_id", "details", "words")
HOSTILE = st.one_of(
    st.sampled_from(
        (
            "'; drop table shop.books; --",
            '"; drop table shop.books; --',
            "x') or ('1'='1",
            "$1",
            "%s%(x)s",
            "\\",
            "\\'",
            '"',
            "'",
            "--",
            "/*",
            "*/",
            "$$",
            "E'\\x27'",
            "ü'\u2019",
            "select",
            "a.b",
            "(",
            ")",
            "{",
            "0x",
            "\n;\n",
            "::int",
            "pg_sleep(9)",
        )
    ),
    st.text(
        st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"),
        min_size=1,
        max_size=12,
    ),
)
"""Texts made to get out of where they stand. Short enough that Postgres cuts no name."""
TOKENS = tuple(f"token{n}" for n in range(12))
ALL: tuple[Path, Condition] = ((), Filter(Field("id"), Operation("is", ("not_null",))))
"""The filter that a write of all rows must say."""
TOKEN = st.sampled_from(TOKENS)


def fields(names: tuple[str, ...]) -> st.SearchStrategy[Field]:
    steps = st.lists(st.builds(Step, TOKEN, st.just(False), st.booleans()), max_size=2)
    return st.builds(Field, st.sampled_from(names), steps.map(tuple))


def columns(names: tuple[str, ...]) -> st.SearchStrategy[Column]:
    casts = st.sampled_from((None, "int", "text[]", "no such type"))
    return st.builds(Column, fields(names), st.none() | TOKEN, casts)


OPERATION = st.one_of(
    st.builds(Operation, st.sampled_from(("eq", "like", "cs", "isdistinct")), st.tuples(TOKEN)),
    st.builds(Operation, st.just("in"), st.lists(TOKEN, max_size=3).map(tuple)),
    st.builds(Operation, st.just("wfts"), st.tuples(TOKEN), st.none(), st.just("english")),
)


def conditions(names: tuple[str, ...]) -> st.SearchStrategy[Condition]:
    filters = st.builds(Filter, fields(names), OPERATION, st.booleans())
    terms = st.lists(filters, min_size=1, max_size=3).map(tuple)
    return filters | st.builds(Logic, st.sampled_from(("and", "or")), terms, st.booleans())


AUTHOR = st.builds(
    Embed,
    st.just("people"),
    st.lists(columns(PEOPLE), max_size=2).map(tuple),
    st.none() | TOKEN,
    st.just("books_author"),
    st.sampled_from((None, "inner")),
)
SPREAD = st.builds(
    Embed,
    st.just("people"),
    st.lists(columns(PEOPLE), min_size=1, max_size=2).map(tuple),
    st.none(),
    st.just("books_editor"),
    st.none(),
    st.just(True),
)
GENRES = st.builds(Embed, st.just("genres"), st.just((Column(Field("name")),)), st.none() | TOKEN)
SELECT = st.lists(columns(BOOKS) | AUTHOR | SPREAD | GENRES, min_size=1, max_size=4).map(tuple)
WHERE = st.lists(st.tuples(st.just(()), conditions(BOOKS)), max_size=3)
ORDER = st.lists(st.builds(Order, fields(BOOKS)), max_size=2).map(tuple)


class Texts:
    """What stands in the tokens' places."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts

    def field(self, asked: Field) -> Field:
        steps = (Step(self.texts[s.key], s.index, s.as_text) for s in asked.path)
        return Field(asked.name, tuple(steps))

    def select(self, items: Selection) -> Selection:
        return tuple(self._item(item) for item in items)

    def _item(self, item: Column | Embed) -> Column | Embed:
        alias = self.texts[item.alias] if item.alias else None
        if isinstance(item, Column):
            return Column(self.field(item.field), alias, item.cast)
        inside = self.select(item.select)
        return Embed(item.relation, inside, alias, item.hint, item.join, item.spread)

    def condition(self, asked: Condition) -> Condition:
        if isinstance(asked, Logic):
            terms = tuple(self.condition(term) for term in asked.terms)
            return Logic(asked.operator, terms, asked.negated)
        said = asked.operation
        values = tuple(self.texts.get(value, value) for value in said.values)
        operation = Operation(said.name, values, said.quantifier, said.language)
        return Filter(self.field(asked.field), operation, asked.negated)

    def order(self, terms: tuple[Order, ...]) -> tuple[Order, ...]:
        return tuple(Order(self.field(term.field)) for term in terms)


def statement(
    texts: Mapping[str, str],
    select: Selection,
    where: list[tuple[Path, Condition]],
    order: tuple[Order, ...],
    method: str,
) -> Statement:
    said = Texts(texts)
    params = [("select", printer.select(said.select(select)))]
    params += [printer.parameter(path, said.condition(c)) for path, c in where]
    if order:
        params.append(("order", printer.order(said.order(order))))
    body = json.dumps({"title": texts["token0"]}).encode() if method == "PATCH" else b""
    headers = {"prefer": "return=representation, count=exact"}
    http = Http(method, "table", "books", tuple(params), headers, body)
    return build(plan(parse(http, shop.OPTIONS), CATALOGUE, shop.OPTIONS)).page


def seen(sql: Statement, names: Mapping[str, str]) -> Any:
    """The statement as Postgres's parser sees it, without positions, names given as `names`."""

    def cleaned(node: Any) -> Any:
        if isinstance(node, dict):
            return {k: cleaned(v) for k, v in node.items() if k not in ("location", "stmt_len")}
        if isinstance(node, list):
            return [cleaned(each) for each in node]
        return names.get(node, node) if isinstance(node, str) else node

    tree = json.loads(pglast.parser.parse_sql_json(sql.text))
    assert len(tree["stmts"]) == 1
    return cleaned(tree["stmts"][0])


def words(node: Any) -> set[str]:
    """Every text in a tree."""
    if isinstance(node, dict | list):
        return set().union(*map(words, node.values() if isinstance(node, dict) else node))
    return {node} if isinstance(node, str) else set()


@settings(max_examples=250)
@given(
    st.lists(HOSTILE, min_size=len(TOKENS), max_size=len(TOKENS), unique=True),
    SELECT,
    WHERE,
    ORDER,
    st.sampled_from(("GET", "HEAD", "PATCH", "DELETE")),
)
def test_texts_change_nothing_but_names(hostile, select, where, order, method) -> None:
    if method in ("PATCH", "DELETE"):
        where = [*where, ALL]
    texts = dict(zip(TOKENS, hostile, strict=True))
    benign = statement({token: token for token in TOKENS}, select, where, order, method)
    expected = seen(benign, {})
    assume(not words(expected) & set(hostile))  # an operator of our own tells nothing
    evil = statement(texts, select, where, order, method)
    assert seen(evil, {text: token for token, text in texts.items()}) == expected
    assert len(evil.values) == len(benign.values)


@given(st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=20))
@settings(max_examples=300)
def test_an_identifier_is_one_name(text: str) -> None:
    if not text:
        return
    tree = json.loads(pglast.parser.parse_sql_json(f"select {identifier(text)} from t"))
    target = tree["stmts"][0]["stmt"]["SelectStmt"]["targetList"][0]["ResTarget"]["val"]
    (name,) = target["ColumnRef"]["fields"]
    assert name["String"]["sval"].encode() == text.encode()[:63]


@pytest.mark.parametrize(
    ("method", "resource", "name", "params", "body"),
    [
        ("POST", "table", "books", (("select", "*"),), b'[{"title": "a\'b", "author_id": 1}]'),
        ("POST", "table", "books", (("columns", "title"),), b"not json at all'; drop table x"),
        ("PUT", "table", "books", (("id", "eq.1"),), b'{"id": 1, "title": "x"}'),
        ("POST", "function", "add", (), b'{"a": 1}'),
        ("GET", "function", "add", (("a", "1'); drop table x; --"),), b""),
        ("GET", "function", "total", (("numbers", '1"}'), ("numbers", "2")), b""),
        ("POST", "function", "echo", (), b'{"x": "\'"}'),
        ("GET", "function", "books_of", (("author", "1"), ("title", "eq.'")), b""),
    ],
)
def test_bodies_and_arguments_are_bound(method, resource, name, params, body) -> None:
    headers = {"prefer": "return=representation, resolution=merge-duplicates, missing=default"}
    http = Http(method, resource, name, params, headers, body)
    page = build(plan(parse(http, shop.OPTIONS), CATALOGUE, shop.OPTIONS)).page
    assert len(pglast.parse_sql(page.text)) == 1
    assert "'" not in page.text.replace("'[]'", "").replace("'null'", "").replace(
        "'response.status'", ""
    ).replace("'response.headers'", "").replace("'{}'", "")
    assert "drop" not in page.text
