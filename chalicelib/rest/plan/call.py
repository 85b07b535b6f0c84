"""Which function a call means, with what arguments, and what is read of its result."""

from collections.abc import Collection, Sequence

from chalicelib.rest.catalog.values import Catalogue, Function, Parameter, Table, TableColumn
from chalicelib.rest.errors import many_functions, max_affected_on_single, no_function
from chalicelib.rest.options import Options
from chalicelib.rest.plan.read import member_names, plan_tree
from chalicelib.rest.plan.values import Answer, Call, Given
from chalicelib.rest.request.values import Body, Query, Range, Request

UNNAMED = {
    "application/json": ("json", "jsonb"),
    "text/plain": ("text",),
    "text/xml": ("xml",),
    "application/octet-stream": ("bytea",),
}
"""The types a function's only, unnamed parameter may have to take a body of a content type."""


def plan_call(catalogue: Catalogue, options: Options, request: Request) -> Call:
    """Raises PGRST202 when no function fits the arguments, PGRST203 when several do."""
    pairs = request.query.arguments
    body = request.body
    if body is not None:
        pairs = body.pairs or ()
    keys = {name for name, _ in pairs}
    if body is not None and body.pairs is None:
        keys = set(body.keys or () if body.keys is not None else request.query.columns or ())
    function = choose(catalogue, request, keys)
    preferences = request.preferences
    if (
        preferences.max_affected is not None
        and preferences.handling == "strict"
        and not function.returns_set
    ):
        raise max_affected_on_single()
    table = result_table(catalogue, function)
    query = request.query if function.returns_rows else Query()
    asked = request.range if function.returns_set else Range()
    node = plan_tree(catalogue, options, table, query, root_range=asked)
    answer = Answer(
        request.media, preferences, head=request.method == "HEAD", columns=member_names(node)
    )
    raw = body is not None and _takes_whole_body(function)
    named = tuple(p for p in function.parameters if p.name in keys)
    direct = body is None or body.pairs is not None
    return Call(
        function,
        node,
        answer,
        options.max_rows,
        read_only=request.reads or function.volatility != "v",
        given=_given(named, pairs) if direct else (),
        named=() if direct or raw else named,
        text=body.text if body is not None else "",
        raw=raw,
    )


def choose(catalogue: Catalogue, request: Request, keys: Collection[str]) -> Function:
    """The overload whose parameters the arguments fit; failing that, one that takes the body."""
    overloads = catalogue.functions.get((request.schema, request.name), ())
    body = request.body
    fitting = [f for f in overloads if _fits(f, keys, body)]
    if not fitting and body is not None:
        types = UNNAMED.get(request.content_type or "application/json", ())
        fitting = [f for f in overloads if _takes_whole_body(f) and f.parameters[0].type in types]
    if not fitting:
        known = {name for schema, name in catalogue.functions if schema == request.schema}
        raise no_function(request.schema, request.name, keys, known)
    if len(fitting) > 1:
        raise many_functions(function.signature() for function in fitting)
    return fitting[0]


def _fits(function: Function, keys: Collection[str], body: Body | None) -> bool:
    if body is not None and (body.raw or not body.single):
        return False
    if _takes_whole_body(function) and function.parameters:
        return False
    required = {p.name for p in function.parameters if p.required}
    known = {p.name for p in function.parameters}
    return required <= set(keys) <= known


def _takes_whole_body(function: Function) -> bool:
    return len(function.parameters) == 1 and function.parameters[0].name == ""


def _given(parameters: Sequence[Parameter], pairs: Sequence[tuple[str, str]]) -> tuple[Given, ...]:
    """A repeated argument is a list for a variadic parameter; for others the last one counts."""
    found = []
    for parameter in parameters:
        values = tuple(value for name, value in pairs if name == parameter.name)
        found.append(Given(parameter, values if parameter.variadic else values[-1:]))
    return tuple(found)


def result_table(catalogue: Catalogue, function: Function) -> Table:
    """The table a function's rows are of, or one made of its result's columns."""
    if function.table:
        return catalogue.tables[function.table]
    columns = function.columns or ((function.name, function.returns),)
    return Table(
        function.schema,
        function.name,
        "c",
        {
            name: TableColumn(name, type_, type_, False, False, None, False, "", (), None, None)
            for name, type_ in columns
        },
    )
