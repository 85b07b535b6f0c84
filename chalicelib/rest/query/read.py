"""A tree of nodes → one `select`: each embed is a lateral join that makes its own JSON."""

from collections.abc import Sequence

from chalicelib.rest.plan.values import Absence, Every, Group, Nested, Node, Output, Sort, Where
from chalicelib.rest.query.fragment import (
    Values,
    cast,
    column,
    conjunction,
    found_rows,
    identifier,
    order_by,
    qualified,
    where,
)


def select_rows(values: Values, node: Node, source: str | None = None) -> str:
    """The rows of the tree's root, each member named; `source` is a `with` query to read from."""
    outputs, groups = _outputs(values, node)
    group = f" group by {', '.join(groups)}" if groups else ""
    conditions = [where(values, asked, node.alias) for asked in node.where]
    return (
        f"select {', '.join(outputs)} from {source or qualified(node.source)}"
        f" as {identifier(node.alias)}{_joins(values, node)}{conjunction(conditions)}"
        f"{group}{order_by(values, node.order, node.alias)}{_window(values, node)}"
    )


def _window(values: Values, node: Node) -> str:
    limit = node.range.limit
    text = f" limit {values.bind(limit, 'bigint')}" if limit is not None else ""
    return text + (
        f" offset {values.bind(node.range.offset, 'bigint')}" if node.range.offset else ""
    )


def _outputs(values: Values, node: Node) -> tuple[list[str], list[str]]:
    """The members of a row, and what to group by when some of them are aggregates."""
    members: list[tuple[str, str, bool]] = []
    for output in node.outputs:
        members += _member(values, node, output)
    texts = [
        f"{expression} as {identifier(label)}" if label else expression
        for expression, label, _ in members
    ]
    if not any(aggregated for _, _, aggregated in members):
        return texts, []
    return texts, [expression for expression, _, aggregated in members if not aggregated]


def _member(
    values: Values, node: Node, output: Output | Every | Nested
) -> list[tuple[str, str, bool]]:
    """(expression, label, whether it is an aggregate) of each member an output makes."""
    if isinstance(output, Every):
        if node.alias == "written" or aggregates(node):
            alias = identifier(node.alias)
            return [(f"{alias}.{identifier(name)}", name, False) for name in output.columns]
        return [(f"{identifier(node.alias)}.*", "", False)]
    if isinstance(output, Output):
        expression = _expression(values, output, node.alias)
        if output.aggregate:
            return [(_aggregate(output, expression), output.label, True)]
        return [(expression, output.label, False)]
    child = output.node
    joined = identifier(found_rows(child.alias))
    if child.spread:
        return [
            _spread_member(child, spread, label, f"{joined}.{identifier(name)}")
            for name, label, spread in spread_members(child)
        ]
    if not output.shown:
        return []
    body = f"{joined}.body" if child.to_one else f"coalesce({joined}.body, '[]')"
    return [(f"{body}::jsonb" if aggregates(node) else body, child.label, False)]


def _expression(values: Values, output: Output, alias: str) -> str:
    return cast(column(values, output.term, alias), output.cast) if output.term else "*"


def _aggregate(output: Output, expression: str) -> str:
    return cast(f"{output.aggregate}({expression})", output.aggregate_cast)


def aggregates(node: Node) -> bool:
    """Whether a row of the node stands for many: it or a to-one spread in it aggregates."""
    return any(
        bool(o.aggregate)
        if isinstance(o, Output)
        else isinstance(o, Nested) and o.node.spread and o.node.to_one and aggregates(o.node)
        for o in node.outputs
    )


def spread_members(node: Node) -> list[tuple[str, str, Output | None]]:
    """(column of the join, label, output) of every member a spread node hands to its parent."""
    found: list[tuple[str, Output | None]] = []
    for output in node.outputs:
        if isinstance(output, Output):
            found.append((output.label, output))
        elif isinstance(output, Every):
            found += [(name, None) for name in output.columns]
        elif output.node.spread:
            found += [(label, inner) for _, label, inner in spread_members(output.node)]
        elif output.shown:
            found.append((output.node.label, None))
    return [(f"member_{n}", label, output) for n, (label, output) in enumerate(found)]


def _spread_member(
    child: Node, output: Output | None, label: str, expression: str
) -> tuple[str, str, bool]:
    """An aggregate inside a to-one spread is made here, over the rows of its parent."""
    if not child.to_one:
        return f"coalesce({expression}, '[]')", label, False
    if output and output.aggregate:
        return _aggregate(output, expression), label, True
    return expression, label, False


def _joins(values: Values, node: Node) -> str:
    return "".join(
        _join(
            values,
            node,
            child,
            [(n, sort) for n, sort in enumerate(node.order) if sort.alias == child.alias],
        )
        for child in node.nested
    )


def _join(values: Values, parent: Node, node: Node, sorts: Sequence[tuple[int, Sort]]) -> str:
    """The lateral join that finds an embed's rows: `found` is true of some, null of none."""
    if node.spread:
        inside = _spread_rows(values, parent, node)
    elif node.to_one and not aggregates(node):
        outputs = ", ".join(_outputs(values, node)[0])
        shown = "".join(
            f", {column(values, sort.term, node.alias)} as sort_{n}" for n, sort in sorts
        )
        inside = (
            f"select true as found, row_to_json(member) as body{shown}"
            f"{_from(parent, node)}{_joins(values, node)}"
            f" cross join lateral (select {outputs}) as member"
            f"{_conditions(values, parent, node)}{_window_of_one(values, node)}"
        )
    else:
        body = "(json_agg(member)->0)" if node.to_one else "json_agg(member)"
        rows = _related_rows(values, parent, node, _outputs(values, node))
        inside = f"select bool_and(true) as found, {body} as body from ({rows}) as member"
    name = identifier(found_rows(node.alias))
    if node.join == "inner":
        return f" join lateral ({inside}) as {name} on {name}.found"
    return f" left join lateral ({inside}) as {name} on true"


def _window_of_one(values: Values, node: Node) -> str:
    """A to-one embed finds one row at most, unless a function may find more."""
    if node.relationship and node.relationship.function:
        return " limit 1"
    return " limit 0" if node.range.limit == 0 else ""


def _spread_rows(values: Values, parent: Node, node: Node) -> str:
    members = []
    for output in node.outputs:
        if isinstance(output, Output):
            members.append(_expression(values, output, node.alias) if output.term else "1")
        elif isinstance(output, Every):
            alias = identifier(node.alias)
            members += [f"{alias}.{identifier(name)}" for name in output.columns]
        elif output.node.spread:
            joined = identifier(found_rows(output.node.alias))
            members += [f"{joined}.{name}" for name, _, _ in spread_members(output.node)]
        elif output.shown:
            members += [expression for expression, _, _ in _member(values, node, output)]
    names = [f"member_{n}" for n in range(len(members))]
    outputs = [f"{m} as {name}" for m, name in zip(members, names, strict=True)]
    if node.to_one:
        return (
            f"select {', '.join(['true as found', *outputs])}{_from(parent, node)}"
            f"{_joins(values, node)}{_conditions(values, parent, node)}"
            f"{_window_of_one(values, node)}"
        )
    rows = _related_rows(values, parent, node, (outputs, []))
    arrays = [f"json_agg(spread.{name}) as {name}" for name in names]
    return f"select {', '.join(['bool_and(true) as found', *arrays])} from ({rows}) as spread"


def _related_rows(
    values: Values, parent: Node, node: Node, members: tuple[list[str], list[str]]
) -> str:
    outputs, groups = members
    group = f" group by {', '.join(groups)}" if groups else ""
    return (
        f"select {', '.join(outputs)}{_from(parent, node)}{_joins(values, node)}"
        f"{_conditions(values, parent, node)}{group}"
        f"{order_by(values, node.order, node.alias)}{_window(values, node)}"
    )


def _from(parent: Node, node: Node) -> str:
    """The related relation, with its junction; a computed relationship is a call."""
    relationship = node.relationship
    assert relationship is not None
    alias = identifier(node.alias)
    if relationship.function:
        row = f"{identifier(parent.alias)}::{qualified(relationship.table)}"
        return f" from {qualified(relationship.function)}({row}) as {alias}"
    source = f" from {qualified(node.source)} as {alias}"
    if not relationship.junction:
        return source
    through = identifier(f"{node.alias}_through")
    on = " and ".join(
        f"{through}.{identifier(here)} = {alias}.{identifier(there)}"
        for here, there in relationship.junction_pairs
    )
    return f"{source} join {qualified(relationship.junction)} as {through} on {on}"


def _conditions(values: Values, parent: Node, node: Node) -> str:
    conditions = _links(parent, node)
    conditions += [where(values, asked, node.alias) for asked in node.where]
    return conjunction(conditions)


def _links(parent: Node, node: Node) -> list[str]:
    """How a related row is tied to its parent's."""
    relationship = node.relationship
    assert relationship is not None
    side = identifier(f"{node.alias}_through" if relationship.junction else node.alias)
    return [
        f"{side}.{identifier(there)} = {identifier(parent.alias)}.{identifier(here)}"
        for here, there in relationship.pairs
    ]


def select_matching(values: Values, node: Node, source: str | None = None) -> str:
    """The rows a node matches, whatever its window: for counting, without a column."""
    from_ = f"{source or qualified(node.source)} as {identifier(node.alias)}"
    return f"select from {from_}{conjunction(_matching(values, node))}"


def _matching(values: Values, node: Node) -> list[str]:
    conditions = [_matches(values, asked, node) for asked in node.where]
    return conditions + [_exists(values, node, n) for n in node.nested if n.join == "inner"]


def _matches(values: Values, asked: Where, node: Node) -> str:
    if isinstance(asked, Absence):
        child = next(n for n in node.nested if n.alias == asked.alias)
        return f"{'' if asked.negated else 'not '}{_exists(values, node, child)}"
    if isinstance(asked, Group):
        inside = f" {asked.operator} ".join(_matches(values, t, node) for t in asked.terms)
        return f"{'not ' if asked.negated else ''}({inside})"
    return where(values, asked, node.alias)


def _exists(values: Values, parent: Node, node: Node) -> str:
    conditions = conjunction([*_links(parent, node), *_matching(values, node)])
    return f"exists (select{_from(parent, node)}{conditions})"


def csv_row(columns: Sequence[str]) -> str:
    """A row's members as Postgres writes them, in order."""
    cells = ", ".join(f"answer.{identifier(name)}::text" for name in columns)
    return f"json_build_array({cells})"
