"""A write → one statement: the write as a `with` query, and the read of what it wrote."""

from collections.abc import Sequence

from chalicelib.rest.catalog.values import Name, TableColumn
from chalicelib.rest.plan.values import Delete, Insert, Returning, Update, Where
from chalicelib.rest.query.fragment import (
    Values,
    conjunction,
    identifier,
    listed,
    qualified,
    where,
)

INSERTED = '"inserted by this statement"'
"""The member that tells a new row from one that was merged into."""


def insert(values: Values, plan: Insert) -> str:
    """`insert … select … on conflict … returning`; the rows are one bound JSON document."""
    names = [column.name for column in plan.columns]
    into = f"insert into {qualified(plan.table)} as target"
    if names:
        rows = f" ({listed(names)}) {_select_rows(values, plan)}"
    elif plan.single:
        rows = " default values"
    else:
        rows = f" select from json_array_elements({values.bind(plan.text, 'json')})"
    return f"{into}{rows}{_on_conflict(plan, names)}{_returning(plan.returning, tells(plan))}"


def tells(plan: Insert) -> bool:
    """Whether the statement can tell new rows from merged ones."""
    return plan.merge and plan.plain and plan.conflict is not None


def _select_rows(values: Values, plan: Insert) -> str:
    source, members = _body(values, plan)
    conditions = [where(values, asked, "body") for asked in plan.put]
    return f"select {', '.join(members)} from {source}{conjunction(conditions)}"


def _body(values: Values, plan: Insert | Update) -> tuple[str, list[str]]:
    """The document as rows called `body`, and the value of each column in them."""
    document = values.bind(plan.text, "json")
    shape = ", ".join(f"{identifier(column.name)} {_read_as(column)}" for column in plan.columns)
    members = [f"body.{identifier(column.name)}" for column in plan.columns]
    if not plan.defaults:
        expand = "json_to_record" if plan.single else "json_to_recordset"
        return f"{expand}({document}) as body({shape})", members
    each = f"json_build_array({document})" if plan.single else document
    source = (
        f"json_array_elements({each}) as given(document),"
        f" lateral json_to_record(given.document) as body({shape})"
    )
    return source, [
        f"case when given.document::jsonb ? {values.bind(column.name, 'text')} then {member}"
        f" else {_default(values, column, plan.table)} end"
        for column, member in zip(plan.columns, members, strict=True)
    ]


def _read_as(column: TableColumn) -> str:
    """The type a member of the document is read as: a domain may refuse the null of a member
    that is missing, before its default is there."""
    return column.base if column.domain else column.type


def _default(values: Values, column: TableColumn, table: Name) -> str:
    """The column's default, in the catalogue's words."""
    if column.identity:
        owner = values.bind(qualified(table), "text")
        return f"nextval(pg_get_serial_sequence({owner}, {values.bind(column.name, 'text')}))"
    return column.default or "null"


def _on_conflict(plan: Insert, names: Sequence[str]) -> str:
    if plan.conflict is None:
        return ""
    clause = f" on conflict ({listed(plan.conflict)}) do "
    if not plan.merge or not names:
        return clause + "nothing"
    sets = ", ".join(f"{identifier(name)} = excluded.{identifier(name)}" for name in names)
    return f"{clause}update set {sets}"


def _returning(names: Returning, tell: bool = False) -> str:
    """Only what is needed: a role may write a table it may not read."""
    found = "target.*" if names is None else listed(names, "target")
    told = f"(target.xmax = 0) as {INSERTED}" if tell else ""
    return f" returning {', '.join(part for part in (found, told) if part) or '1'}"


def update(values: Values, plan: Update) -> str:
    target = qualified(plan.table)
    if not plan.columns:
        column = identifier(plan.idle)
        return (
            f"update {target} as target set {column} = target.{column} where false"
            f"{_returning(plan.returning)}"
        )
    source, members = _body(values, plan)
    if not plan.single:
        names = [column.name for column in plan.columns]
        members_as = ", ".join(
            f"{member} as {identifier(name)}" for member, name in zip(members, names, strict=True)
        )
        source = f"(select {members_as} from {source} limit 1) as body"
        members = [f"body.{identifier(name)}" for name in names]
    sets = ", ".join(
        f"{identifier(column.name)} = {member}"
        for column, member in zip(plan.columns, members, strict=True)
    )
    return (
        f"update {target} as target set {sets} from {source}{_rows(values, plan.where)}"
        f"{_returning(plan.returning)}"
    )


def delete(values: Values, plan: Delete) -> str:
    return (
        f"delete from {qualified(plan.table)} as target{_rows(values, plan.where)}"
        f"{_returning(plan.returning)}"
    )


def _rows(values: Values, asked: Sequence[Where]) -> str:
    return conjunction([where(values, each, "target") for each in asked])
