"""Third stage: a Plan → the statements to run. Pure; the only place where SQL is built.

A page is one statement: Postgres makes the JSON, counts the rows and, when asked, the total.
"""

from dataclasses import dataclass

from chalicelib.rest.plan.values import Answer, Call, Delete, Insert, Node, Read, Update
from chalicelib.rest.query.call import call
from chalicelib.rest.query.fragment import Statement, Values, identifier
from chalicelib.rest.query.read import csv_row, select_matching, select_rows
from chalicelib.rest.query.write import INSERTED, delete, insert, tells, update
from chalicelib.rest.request.values import Range

__all__ = ["Database", "Query", "Statement", "build", "identifier"]

Database = Read | Insert | Update | Delete | Call
"""The plans that ask the database."""

SAID = (
    "current_setting('response.status', true) as status,"
    " current_setting('response.headers', true) as headers"
)
"""What functions and triggers said of the answer."""


@dataclass(frozen=True, slots=True)
class Query:
    """`page` answers (body, rows, total, inserted, key, status, headers); `estimate` explains
    the rows a planned or estimated count is taken from."""

    page: Statement
    estimate: Statement | None = None


def build(plan: Database) -> Query:
    """The statements of a plan."""
    match plan:
        case Read():
            return _read(plan)
        case Call():
            return _call(plan)
        case _:
            return _write(plan)


def _read(plan: Read) -> Query:
    values = Values()
    rows = select_rows(values, plan.node)
    total = _total(values, plan.answer, plan.node, plan.ceiling)
    text = f"select {_body(plan.answer)} as body, count(*) as rows{total} from ({rows}) as answer"
    return Query(_explained(values, plan.answer, text), _estimate(plan.answer, plan.node))


def _call(plan: Call) -> Query:
    values = Values()
    called = call(values, plan)
    rows = select_rows(values, plan.node, "called")
    total = _total(values, plan.answer, plan.node, plan.ceiling, "called")
    text = (
        f"with called as ({called}) select {_result(plan)} as body, count(*) as rows{total},"
        f" {SAID} from ({rows}) as answer"
    )
    return Query(_explained(values, plan.answer, text))


def _write(plan: Insert | Update | Delete) -> Query:
    values = Values()
    inserted = key = ""
    match plan:
        case Insert():
            written = insert(values, plan)
            if tells(plan):
                inserted = f", (select count(*) from written where {INSERTED}) as inserted"
            if plan.answer.preferences.representation == "headers-only" and plan.key:
                cells = ", ".join(f"written.{identifier(name)}::text" for name in plan.key)
                key = f", (select json_build_array({cells}) from written limit 1) as key"
        case Update():
            written = update(values, plan)
        case Delete():
            written = delete(values, plan)
    rows = select_rows(values, plan.node, "written")
    text = (
        f"with written as ({written}) select {_body(plan.answer)} as body, count(*) as rows"
        f"{inserted}{key}, {SAID} from ({rows}) as answer"
    )
    return Query(_explained(values, plan.answer, text))


def _body(answer: Answer) -> str:
    """The page, as the media type wants it."""
    if answer.head or (not answer.columns and answer.media.kind == "csv"):
        return "null"
    rows = _aggregated(answer)
    if answer.media.kind == "object":
        return f"({rows}->0)::text"
    return f"{rows}::text" if answer.media.kind == "csv" else f"coalesce({rows}, '[]')::text"


def _result(plan: Call) -> str:
    """A function's result: rows as a page has them, one row or one value without brackets."""
    function, kind = plan.function, plan.answer.media.kind
    if plan.answer.head or function.void:
        return "null"
    bare = "answer" if function.returns_rows else f"answer.{identifier(function.name)}"
    rows = _aggregated(plan.answer, bare)
    if kind == "csv":
        return f"{rows}::text"
    if kind == "object" or not function.returns_set:
        return f"coalesce({rows}->0, 'null')::text"
    return f"coalesce({rows}, '[]')::text"


def _aggregated(answer: Answer, row: str = "answer") -> str:
    """All rows as one JSON array; null when there is none."""
    if answer.media.kind == "csv":
        return f"json_agg({csv_row(answer.columns)})"
    rows = f"json_agg({row})"
    return f"json_strip_nulls({rows})" if answer.media.nulls_stripped else rows


def _total(
    values: Values, answer: Answer, node: Node, ceiling: int | None, source: str | None = None
) -> str:
    """The number of rows without the window. A page that is not full says it by itself."""
    count = answer.preferences.count
    if count not in ("exact", "estimated"):
        return ""
    matching = select_matching(values, node, source)
    if count == "estimated" and ceiling is not None:
        matching += f" limit {values.bind(ceiling + 1, 'bigint')}"
    counted = f"(select count(*) from ({matching}) as matching)"
    if node.range == Range() or answer.head:
        return f", {counted} as total"
    offset = values.bind(node.range.offset, "bigint")
    limit = values.bind(node.range.limit if node.range.limit is not None else -1, "bigint")
    return (
        f", case when count(*) between 1 and {limit} - 1 then {offset} + count(*)"
        f" else {counted} end as total"
    )


def _estimate(answer: Answer, node: Node) -> Statement | None:
    if answer.preferences.count not in ("planned", "estimated"):
        return None
    values = Values()
    return values.statement(f"explain (format json) {select_matching(values, node)}")


def _explained(values: Values, answer: Answer, text: str) -> Statement:
    media = answer.media
    if media.explain:
        options = ", ".join([f"format {media.explain}", *media.options])
        return values.statement(f"explain ({options}) {text}")
    return values.statement(text)
