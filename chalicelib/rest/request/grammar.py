"""The grammar of `select`, filters, `and`/`or` and `order`: text → values, and back.

A recursive descent over the text. Names are bare (letters, digits, `_`, `$`, blanks inside, `-`)
or in double quotes with backslash escapes.
"""

import re
from functools import lru_cache
from typing import NoReturn, cast

from chalicelib.rest.errors import RestError, bad_query
from chalicelib.rest.request.values import (
    Column,
    Condition,
    Direction,
    Embed,
    Field,
    Filter,
    Join,
    Logic,
    Nulls,
    Operation,
    Order,
    Path,
    Quantifier,
    Selection,
    Step,
)

NAME = re.compile(r"(?:[\w$]|-(?!>))(?:[\w$ ]|-(?!>))*")
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
JSON_KEY = re.compile(r"(?:[^(\-:.,>)\"]|-(?!>))(?:[^(\-:.,>)]|-(?!>))*")
JSON_INDEX = re.compile(r"[+-]?\d{1,9}(?=->|::|[.,)]|$)")
CAST = re.compile(r"[A-Za-z_][\w ]*(?:\[\])?")
AGGREGATE = re.compile(r"\.(sum|avg|count|max|min)\(\)")
LIST_ITEM = re.compile(r"[^,)]*")
ARRAY = re.compile(r"\{[^{}]*\}")
ESCAPED = re.compile(r"\\(.)", re.DOTALL)

COMPARISONS = frozenset({"eq", "gt", "gte", "lt", "lte", "like", "ilike", "match", "imatch"})
"""Operators that `(any)` and `(all)` may follow."""
SINGLES = frozenset({"neq", "cs", "cd", "ov", "sl", "sr", "nxl", "nxr", "adj", "isdistinct"})
SEARCHES = frozenset({"fts", "plfts", "phfts", "wfts"})
IS_VALUES = frozenset({"null", "not_null", "true", "false", "unknown"})
OPERATOR = re.compile(r"(?P<name>[a-z]+)(?:\((?P<argument>[\w $]+)\))?\.")
DEEPEST = 20
"""How far embeds and logic may nest: far beyond any honest request, far below the stack."""


class _Text:
    """A text being read, from left to right."""

    def __init__(self, text: str, what: str) -> None:
        self.text = text
        self.what = what
        self.at = 0
        self.depth = 0

    def fail(self, expected: str) -> NoReturn:
        found = repr(self.text[self.at]) if self.at < len(self.text) else "end of input"
        where = f'"{self.what} ({self.text})" (line 1, column {self.at + 1})'
        raise RestError(400, "PGRST100", where, f"unexpected {found} expecting {expected}")

    def blanks(self) -> None:
        while self.at < len(self.text) and self.text[self.at] in " \t":
            self.at += 1

    def next_is(self, token: str) -> bool:
        return self.text.startswith(token, self.at)

    def take(self, token: str) -> bool:
        if self.text.startswith(token, self.at):
            self.at += len(token)
            return True
        return False

    def expect(self, token: str) -> None:
        if not self.take(token):
            self.fail(f'"{token}"')

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.text, self.at)
        if found:
            self.at = found.end()
        return found

    def at_end(self) -> bool:
        return self.at >= len(self.text)

    def end(self) -> None:
        if not self.at_end():
            self.fail("end of input")

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            self.fail(f"no more than {DEEPEST} levels")


def _quoted(t: _Text) -> str | None:
    found = t.match(QUOTED)
    return ESCAPED.sub(r"\1", found[1]) if found else None


def _name(t: _Text) -> str:
    quoted = _quoted(t)
    if quoted:
        return quoted
    found = t.match(NAME)
    if not found:
        t.fail("field name (* or [a..z0..9_$])")
    return found[0].strip()


def _json_path(t: _Text) -> tuple[Step, ...]:
    steps = []
    while t.next_is("->"):
        as_text = t.take("->>") or not t.take("->")
        index = t.match(JSON_INDEX)
        if index:
            steps.append(Step(str(int(index[0])), index=True, as_text=as_text))
            continue
        key = _quoted(t)
        if key is None:
            found = t.match(JSON_KEY)
            if not found:
                t.fail("any non reserved character different from: .,>()")
            key = found[0].strip()
        steps.append(Step(key, as_text=as_text))
    return tuple(steps)


def _field(t: _Text) -> Field:
    t.blanks()
    found = Field(_name(t), _json_path(t))
    t.blanks()
    return found


def _cast(t: _Text) -> str | None:
    if not t.take("::"):
        return None
    found = t.match(CAST)
    if not found:
        t.fail("a type name")
    return found[0].strip()


def _alias(t: _Text) -> str | None:
    """`alias:` when one stands here; the position is left alone when none does."""
    start = t.at
    if QUOTED.match(t.text, t.at) or NAME.match(t.text, t.at):
        alias = _name(t)
        if t.next_is(":") and not t.next_is("::"):
            t.at += 1
            return alias
    t.at = start
    return None


def _selection(t: _Text) -> Selection:
    items: list[Column | Embed] = []
    t.blanks()
    if t.at_end() or t.next_is(")"):
        return ()
    while True:
        t.blanks()
        items.append(_item(t))
        t.blanks()
        if not t.take(","):
            return tuple(items)


def _item(t: _Text) -> Column | Embed:
    if t.take("..."):
        return _embed(t, _name(t), alias=None, spread=True)
    if t.take("*"):
        return Column(Field("*"))
    alias = _alias(t)
    if t.take("count()"):
        return Column(Field("*"), alias, None, "count", _cast(t))
    name = _name(t)
    if t.next_is("!") or t.next_is("("):
        return _embed(t, name, alias, spread=False)
    path = _json_path(t)
    cast_to = _cast(t)
    aggregate = t.match(AGGREGATE)
    aggregate_cast = _cast(t) if aggregate else None
    return Column(
        Field(name, path), alias, cast_to, aggregate[1] if aggregate else None, aggregate_cast
    )


def _embed(t: _Text, relation: str, alias: str | None, *, spread: bool) -> Embed:
    hint: str | None = None
    join: Join | None = None
    while t.take("!"):
        said = _name(t)
        if said in ("inner", "left") and join is None:
            join = cast(Join, said)
        elif hint is None:
            hint = said
        else:
            t.fail('"("')
    t.expect("(")
    t.deeper()
    inside = _selection(t)
    t.depth -= 1
    t.expect(")")
    return Embed(relation, inside, alias, hint, join, spread)


@lru_cache(maxsize=512)
def parse_select(text: str) -> Selection:
    """`id,author:people!fk(name)` → columns and embeds."""
    t = _Text(text, "failed to parse select parameter")
    found = _selection(t)
    t.end()
    return found


def _operation(t: _Text, *, inside: bool) -> tuple[bool, Operation]:
    negated = t.take("not.")
    start = t.at
    operator = t.match(OPERATOR)
    if not operator:
        t.fail('"not" or operator (eq, gt, ...)')
    name, argument = operator["name"], operator["argument"]
    if name == "in" and not argument:
        return negated, Operation("in", _values(t))
    if name == "is" and not argument:
        said = _operand(t, inside=inside).lower()
        if said not in IS_VALUES:
            t.at = operator.end()
            t.fail("isVal: (null, not_null, true, false, unknown)")
        return negated, Operation("is", (said,))
    if name in COMPARISONS and argument in (None, "any", "all"):
        quantifier = cast("Quantifier | None", argument)
        return negated, Operation(name, (_operand(t, inside=inside),), quantifier)
    if name in SEARCHES:
        return negated, Operation(name, (_operand(t, inside=inside),), language=argument)
    if name in SINGLES and not argument:
        return negated, Operation(name, (_operand(t, inside=inside),))
    t.at = start
    return t.fail("operator (eq, gt, ...)")


def _operand(t: _Text, *, inside: bool) -> str:
    """The rest of the text; inside `and(…)` only as far as the next `,` or `)`."""
    if not inside:
        rest, t.at = t.text[t.at :], len(t.text)
        return rest
    array = t.match(ARRAY)
    return array[0] if array else _list_item(t)


def _values(t: _Text) -> tuple[str, ...]:
    t.blanks()
    t.expect("(")
    values = []
    if not t.next_is(")"):
        values.append(_list_item(t))
        while t.take(","):
            values.append(_list_item(t))
    t.expect(")")
    t.blanks()
    return tuple(values)


def _list_item(t: _Text) -> str:
    """A value as far as the next `,` or `)`; in double quotes it may hold those too."""
    start = t.at
    quoted = _quoted(t)
    if quoted is not None:
        if t.at_end() or t.text[t.at] in ",)":
            return quoted
        t.at = start
    found = t.match(LIST_ITEM)
    return found[0] if found else ""


def _path_and_field(key: str) -> tuple[Path, Field]:
    t = _Text(key, "failed to parse tree path")
    names = [_name(t)]
    while t.take("."):
        names.append(_name(t))
    path = _json_path(t)
    t.end()
    return tuple(names[:-1]), Field(names[-1], path)


@lru_cache(maxsize=2048)
def parse_filter(key: str, text: str) -> tuple[Path, Filter]:
    """`author.name=eq.Ann` → where it applies and what it asks."""
    path, field = _path_and_field(key)
    t = _Text(text, "failed to parse filter")
    negated, operation = _operation(t, inside=False)
    t.end()
    return path, Filter(field, operation, negated)


def is_operation(text: str) -> bool:
    """Whether a function's query parameter is a filter on its result, not an argument."""
    try:
        t = _Text(text, "")
        _operation(t, inside=False)
    except RestError:
        return False
    return t.at_end()


@lru_cache(maxsize=512)
def parse_logic(key: str, text: str) -> tuple[Path, Logic]:
    """`author.not.or=(a.eq.1,b.is.null)` → where it applies and the tree."""
    names = key.split(".")
    operator = names.pop()
    negated = bool(names) and names[-1] == "not"
    if negated:
        names.pop()
    path = _path_and_field(".".join(names) + ".x")[0] if names else ()
    t = _Text(f"{operator}{text}", "failed to parse logic tree")
    found = _logic(t, negated=negated)
    t.end()
    return path, found


def _logic(t: _Text, *, negated: bool) -> Logic:
    if t.take("and"):
        operator = "and"
    elif t.take("or"):
        operator = "or"
    else:
        t.fail("logic operator (and, or)")
    t.blanks()
    t.expect("(")
    t.deeper()
    terms: list[Condition] = []
    while True:
        t.blanks()
        terms.append(_term(t))
        t.blanks()
        if not t.take(","):
            break
    t.expect(")")
    t.depth -= 1
    t.blanks()
    return Logic("and" if operator == "and" else "or", tuple(terms), negated)


LOGIC_START = re.compile(r"(not\.)?(and|or)[ \t]*\(")


def _term(t: _Text) -> Condition:
    start = LOGIC_START.match(t.text, t.at)
    if start:
        return _logic(t, negated=t.take("not."))
    field = _field(t)
    t.expect(".")
    negated, operation = _operation(t, inside=True)
    return Filter(field, operation, negated)


DIRECTION = re.compile(r"\.(asc|desc)(?=[.,]|\s*$)")
NULLS = re.compile(r"\.(nullsfirst|nullslast)(?=,|\s*$)")


@lru_cache(maxsize=512)
def parse_order(key: str, text: str) -> tuple[Path, tuple[Order, ...]]:
    """`author.order=name.desc.nullslast` → where it applies and the terms."""
    path = _path_and_field(key)[0]
    t = _Text(text, "failed to parse order")
    terms = []
    while True:
        t.blanks()
        terms.append(_order_term(t))
        t.blanks()
        if not t.take(","):
            break
    t.end()
    return path, tuple(terms)


def _order_term(t: _Text) -> Order:
    field = _field(t)
    relation = None
    if not field.path and t.take("("):
        relation, field = field.name, _field(t)
        t.expect(")")
    direction = t.match(DIRECTION)
    nulls = t.match(NULLS)
    if t.next_is("."):
        t.at += 1
        t.fail('"asc", "desc", "nullsfirst" or "nullslast"')
    return Order(
        field,
        relation,
        cast("Direction | None", direction[1] if direction else None),
        cast("Nulls | None", nulls[1] if nulls else None),
    )


def parse_names(text: str, what: str) -> tuple[str, ...]:
    """`a,"b c"` → names, each once."""
    t = _Text(text, f"failed to parse {what} parameter")
    names: dict[str, None] = {}
    while True:
        t.blanks()
        names[_name(t)] = None
        t.blanks()
        if not t.take(","):
            break
    t.end()
    return tuple(names)


def parse_count(key: str, text: str) -> tuple[Path, int]:
    """`author.limit=5` → where it applies and the number. Raises PGRST100."""
    path = _path_and_field(key)[0]
    if not re.fullmatch(r"[+-]?\d{1,18}", text, re.ASCII):
        raise bad_query(f"{key} ({text})", "expecting a whole number")
    return path, int(text)
