"""The grammar: what is printed is read back, and nothing else gets through."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.rest.errors import RestError
from chalicelib.rest.request import grammar, parse_query
from chalicelib.rest.request.values import Column, Embed, Field, Filter, Logic, Operation, Step
from tests.unit.rest import printer
from tests.unit.rest.strategies import CONDITIONS, NAMES, ORDERS, SELECTIONS

MANY = settings(max_examples=200)


@MANY
@given(SELECTIONS)
def test_select_is_read_as_printed(selection) -> None:
    assert grammar.parse_select(printer.select(selection)) == selection


@MANY
@given(st.lists(NAMES, max_size=2), CONDITIONS)
def test_conditions_are_read_as_printed(path, condition) -> None:
    key, text = printer.parameter(path, condition)
    read = grammar.parse_logic if isinstance(condition, Logic) else grammar.parse_filter
    assert read(key, text) == (tuple(path), condition)


@MANY
@given(ORDERS)
def test_order_is_read_as_printed(order) -> None:
    assert grammar.parse_order("order", printer.order(order)) == ((), order)


@MANY
@given(
    st.sampled_from(("select", "order", "or", "not.and", "a.limit", "columns", "x", "a.b->c")),
    st.text(alphabet='abeqnotin.,()!:*"\\->{}0 \u00e9', max_size=40),
)
@example("select", "(" * 500)
@example("or", "(and" * 500)
@example("x", "in.(" + "," * 500)
def test_any_text_is_read_or_refused(key: str, text: str) -> None:
    found = refusal(key, text)
    assert found is None or (found.status, found.code, bool(found.details)) == (
        400,
        "PGRST100",
        True,
    )


def refusal(key: str, text: str) -> RestError | None:
    try:
        parse_query(((key, text),))
    except RestError as found:
        return found
    return None


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("*", (Column(Field("*")),)),
        ("", ()),
        (" a , b ", (Column(Field("a")), Column(Field("b")))),
        ("a-b", (Column(Field("a-b")),)),
        ("a->b->>0", (Column(Field("a", (Step("b"), Step("0", True, True)))),)),
        ("a->>-1::int", (Column(Field("a", (Step("-1", True, True),)), cast="int"),)),
        ("a->b-c", (Column(Field("a", (Step("b-c"),))),)),
        ("x:a::text", (Column(Field("a"), "x", "text"),)),
        ("count()", (Column(Field("*"), None, None, "count"),)),
        ("n:a.sum()::int", (Column(Field("a"), "n", None, "sum", "int"),)),
        ("count", (Column(Field("count")),)),
        ("...p!fk!inner(a)", (Embed("p", (Column(Field("a")),), None, "fk", "inner", True),)),
        ("x:p!left()", (Embed("p", (), "x", None, "left"),)),
        ('"a,b"', (Column(Field("a,b")),)),
    ],
)
def test_select(text: str, read: object) -> None:
    assert grammar.parse_select(text) == read


@pytest.mark.parametrize(
    ("text", "operation"),
    [
        ("eq.", Operation("eq", ("",))),
        ("eq.a.b,(c)", Operation("eq", ("a.b,(c)",))),
        ("in.()", Operation("in", ())),
        ('in.("")', Operation("in", ("",))),
        ('in.(a,"b,c",d"e)', Operation("in", ("a", "b,c", 'd"e'))),
        ("is.NULL", Operation("is", ("null",))),
        ("like(any).{a*,b}", Operation("like", ("{a*,b}",), "any")),
        ("fts(german).der", Operation("fts", ("der",), language="german")),
    ],
)
def test_operations(text: str, operation: Operation) -> None:
    assert grammar.parse_filter("x", text) == ((), Filter(Field("x"), operation))


@pytest.mark.parametrize(
    ("text", "value"),
    [("(x.eq.{1,2},y.eq.3)", "{1,2}"), ('(x.eq."a,)b",y.eq.3)', "a,)b"), ("(x.eq.,y.eq.3)", "")],
)
def test_values_inside_logic_end_at_a_comma(text: str, value: str) -> None:
    _, logic = grammar.parse_logic("or", text)
    assert logic.terms[0] == Filter(Field("x"), Operation("eq", (value,)))


def test_a_refusal_says_where() -> None:
    with pytest.raises(RestError) as refused:
        grammar.parse_select("a,b)")
    assert "column 4" in refused.value.message
    assert refused.value.details == "unexpected ')' expecting end of input"
