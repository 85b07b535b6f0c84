"""What may be asked, for Hypothesis: any names, any values, every operator."""

from hypothesis import strategies as st

from chalicelib.rest.request import grammar
from chalicelib.rest.request.values import (
    Column,
    Embed,
    Field,
    Filter,
    Logic,
    Operation,
    Order,
    Step,
)

TEXTS = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=12)
"""Any text that Postgres can hold."""
NAMES = st.one_of(st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True), TEXTS.filter(bool))
STEPS = st.one_of(
    st.builds(Step, TEXTS, st.just(False), st.booleans()),
    st.builds(Step, st.integers(-99, 99).map(str), st.just(True), st.booleans()),
)
FIELDS = st.builds(Field, NAMES.filter(lambda n: n != "*"), st.lists(STEPS, max_size=2).map(tuple))
CASTS = st.none() | st.sampled_from(("int4", "text", "double precision", "text[]"))
AGGREGATES = st.sampled_from(("sum", "avg", "count", "max", "min"))
COLUMNS = st.one_of(
    st.just(Column(Field("*"))),
    st.builds(Column, FIELDS, st.none() | NAMES, CASTS),
    st.builds(Column, FIELDS, st.none() | NAMES, CASTS, AGGREGATES, CASTS),
    st.builds(Column, st.just(Field("*")), st.none() | NAMES, st.none(), st.just("count"), CASTS),
)
HINTS = st.none() | NAMES.filter(lambda n: n not in ("inner", "left"))
JOINS = st.sampled_from((None, "inner", "left"))


def embeds(items: st.SearchStrategy[Column | Embed]) -> st.SearchStrategy[Embed]:
    inside = st.lists(items, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Embed, NAMES, inside, st.none() | NAMES, HINTS, JOINS),
        st.builds(Embed, NAMES, inside, st.none(), HINTS, JOINS, st.just(True)),
    )


SELECTIONS = st.lists(st.recursive(COLUMNS, embeds, max_leaves=8), max_size=4).map(tuple)

OPERATIONS = st.one_of(
    st.builds(
        Operation,
        st.sampled_from(sorted(grammar.COMPARISONS)),
        st.tuples(TEXTS),
        st.sampled_from((None, "any", "all")),
    ),
    st.builds(Operation, st.sampled_from(sorted(grammar.SINGLES)), st.tuples(TEXTS)),
    st.builds(
        Operation,
        st.sampled_from(sorted(grammar.SEARCHES)),
        st.tuples(TEXTS),
        st.none(),
        st.none() | st.sampled_from(("english", "simple")),
    ),
    st.builds(Operation, st.just("is"), st.tuples(st.sampled_from(sorted(grammar.IS_VALUES)))),
    st.builds(Operation, st.just("in"), st.lists(TEXTS, max_size=4).map(tuple)),
)
FILTERS = st.builds(Filter, FIELDS, OPERATIONS, st.booleans())
CONDITIONS = st.recursive(
    FILTERS,
    lambda terms: st.builds(
        Logic,
        st.sampled_from(("and", "or")),
        st.lists(terms, min_size=1, max_size=3).map(tuple),
        st.booleans(),
    ),
    max_leaves=6,
)
ORDERS = st.lists(
    st.one_of(
        st.builds(
            Order,
            FIELDS,
            st.none(),
            st.sampled_from((None, "asc", "desc")),
            st.sampled_from((None, "nullsfirst", "nullslast")),
        ),
        st.builds(Order, FIELDS, NAMES, st.sampled_from((None, "asc", "desc"))),
    ),
    min_size=1,
    max_size=3,
).map(tuple)
