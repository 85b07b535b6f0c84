"""What is written: an insert, an update or a delete, and the read of what it wrote."""

from chalicelib.rest.catalog.values import Catalogue, Table, TableColumn
from chalicelib.rest.errors import bad_method, bad_put_filters, no_column, no_where
from chalicelib.rest.options import Options
from chalicelib.rest.plan.read import member_names, needed_columns, plan_tree, plan_where
from chalicelib.rest.plan.values import Answer, Delete, Insert, Node, Returning, Update, Where
from chalicelib.rest.request.values import Body, Filter, Query, Range, Request


def plan_write(
    catalogue: Catalogue, options: Options, table: Table, request: Request
) -> Insert | Update | Delete:
    """Raises 21000 for an update or delete that names no rows, PGRST204 for unknown columns."""
    representation = request.preferences.representation
    shown = representation == "representation"
    read = request.query if shown else Query(select=())
    node = plan_tree(catalogue, options, table, read, root_range=Range(), reads=False)
    answer = Answer(request.media, request.preferences, columns=member_names(node))
    returning: Returning = ()
    if shown:
        returning = needed_columns(node, table.key)
    elif representation == "headers-only":
        returning = table.key
    if request.method in ("POST", "PUT"):
        return _insert(table, request, node, answer, returning)
    where = _where(table, request.query)
    if not where:
        raise no_where("UPDATE" if request.method == "PATCH" else "DELETE")
    if request.method == "DELETE":
        return Delete(table.id, where, node, answer, returning)
    body = request.body or Body()
    return Update(
        table.id,
        _columns(table, request),
        body.text,
        body.single,
        where,
        node,
        answer,
        returning,
        defaults=request.preferences.missing == "default",
        idle=next(
            (c.name for c in table.columns.values() if c.writable), next(iter(table.columns))
        ),
    )


def _where(table: Table, query: Query) -> tuple[Where, ...]:
    """The conditions that choose the rows to write."""
    return tuple(plan_where(table, found, {}) for path, found in query.conditions if not path)


def _columns(table: Table, request: Request) -> tuple[TableColumn, ...]:
    """The columns to write: those the query names, else those the body has."""
    body = request.body or Body()
    names = body.keys if body.keys is not None else request.query.columns or ()
    for name in names:
        if name not in table.columns:
            raise no_column(table.name, name)
    return tuple(table.columns[name] for name in names)


def _insert(
    table: Table, request: Request, node: Node, answer: Answer, returning: Returning
) -> Insert:
    query, preferences = request.query, request.preferences
    body = request.body or Body()
    columns = _columns(table, request)
    conflict: tuple[str, ...] | None = None
    put: tuple[Where, ...] = ()
    if request.method == "PUT":
        put = _put_filters(table, query)
        conflict = table.key
    elif preferences.resolution:
        conflict = query.on_conflict if query.on_conflict is not None else table.key
        for name in conflict:
            if name not in table.columns:
                raise no_column(table.name, name)
    return Insert(
        table.id,
        columns,
        body.text,
        body.single,
        node,
        answer,
        returning,
        table.key,
        defaults=preferences.missing == "default",
        conflict=conflict or None,
        merge=bool(put) or preferences.resolution == "merge-duplicates",
        put=put,
        plain=table.kind == "r",
    )


def _put_filters(table: Table, query: Query) -> tuple[Where, ...]:
    """A PUT names one row by its whole key, with `eq`, and by nothing else."""
    if not table.key:
        raise bad_method("PUT")
    found = [condition for path, condition in query.conditions if not path]
    named = sorted(
        condition.field.name
        for condition in found
        if isinstance(condition, Filter)
        and not condition.negated
        and not condition.field.path
        and condition.operation.name == "eq"
        and condition.operation.quantifier is None
    )
    if len(named) != len(found) or named != sorted(table.key):
        raise bad_put_filters()
    return _where(table, query)
