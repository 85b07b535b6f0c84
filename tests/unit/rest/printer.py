"""Queries as text: the way back from values that `chalicelib.rest.request.grammar` reads."""

import re
from collections.abc import Iterable

from chalicelib.rest.request.values import (
    Column,
    Condition,
    Embed,
    Field,
    Filter,
    Logic,
    Operation,
    Order,
    Selection,
)

BARE = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def name(text: str) -> str:
    return text if BARE.fullmatch(text) else quoted(text)


def field(asked: Field) -> str:
    steps = "".join(
        ("->>" if step.as_text else "->") + (step.key if step.index else quoted(step.key))
        for step in asked.path
    )
    return name(asked.name) + steps


def select(items: Selection) -> str:
    return ",".join(_embed(i) if isinstance(i, Embed) else _column(i) for i in items)


def _column(asked: Column) -> str:
    alias = f"{name(asked.alias)}:" if asked.alias else ""
    cast = f"::{asked.cast}" if asked.cast else ""
    after = f"::{asked.aggregate_cast}" if asked.aggregate_cast else ""
    if asked.field.name == "*":
        return f"{alias}count(){after}" if asked.aggregate else "*"
    aggregate = f".{asked.aggregate}(){after}" if asked.aggregate else ""
    return f"{alias}{field(asked.field)}{cast}{aggregate}"


def _embed(asked: Embed) -> str:
    alias = "..." if asked.spread else f"{name(asked.alias)}:" if asked.alias else ""
    hint = f"!{name(asked.hint)}" if asked.hint else ""
    join = f"!{asked.join}" if asked.join else ""
    relation = quoted(asked.relation) if asked.relation == "count" else name(asked.relation)
    return f"{alias}{relation}{hint}{join}({select(asked.select)})"


def operation(asked: Operation, *, inside: bool = False) -> str:
    argument = asked.quantifier or asked.language
    head = asked.name + (f"({argument})" if argument else "")
    if asked.name == "in":
        return f"{head}.({','.join(quoted(value) for value in asked.values)})"
    (value,) = asked.values
    return f"{head}.{value if not inside or asked.name == 'is' else quoted(value)}"


def condition(asked: Condition) -> str:
    """A condition inside `and(…)`."""
    if isinstance(asked, Logic):
        return f"{'not.' if asked.negated else ''}{asked.operator}({_terms(asked)})"
    negated = "not." if asked.negated else ""
    return f"{field(asked.field)}.{negated}{operation(asked.operation, inside=True)}"


def _terms(asked: Logic) -> str:
    return ",".join(condition(term) for term in asked.terms)


def parameter(path: Iterable[str], asked: Condition) -> tuple[str, str]:
    """A condition as key and value of the query string."""
    before = "".join(f"{name(each)}." for each in path)
    if isinstance(asked, Filter):
        negated = "not." if asked.negated else ""
        return before + field(asked.field), negated + operation(asked.operation)
    negated = "not." if asked.negated else ""
    return f"{before}{negated}{asked.operator}", f"({_terms(asked)})"


def order(terms: Iterable[Order]) -> str:
    return ",".join(_order(term) for term in terms)


def _order(asked: Order) -> str:
    found = field(asked.field)
    if asked.relation:
        found = f"{name(asked.relation)}({found})"
    return found + "".join(f".{said}" for said in (asked.direction, asked.nulls) if said)
