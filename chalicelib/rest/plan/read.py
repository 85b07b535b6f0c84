"""What is read: a tree of nodes, one for the resource and one for each embedded in it."""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count

from chalicelib.rest.catalog.values import Catalogue, Table
from chalicelib.rest.errors import (
    aggregates_off,
    bad_embed_filter,
    not_embedded,
    not_implemented,
    related_order,
    undefined_column,
)
from chalicelib.rest.options import Options
from chalicelib.rest.plan.relate import relate
from chalicelib.rest.plan.values import (
    Absence,
    Every,
    Group,
    Nested,
    Node,
    Output,
    Sort,
    Term,
    Test,
    Where,
)
from chalicelib.rest.request.values import (
    Column,
    Condition,
    Embed,
    Field,
    Filter,
    Order,
    Path,
    Query,
    Range,
    Selection,
)


def term(table: Table, asked: Field) -> Term:
    """The column or computed column a field names. Raises 42703."""
    column = table.columns.get(asked.name)
    if column:
        return Term(asked.name, column.base, asked.path)
    function = table.computed.get(asked.name)
    if function:
        return Term(asked.name, function.returns, asked.path, function.id, table.id)
    raise undefined_column(table.name, asked.name)


@dataclass(frozen=True, slots=True)
class _Shape:
    """The parts of a query by the path they apply to; what is used is struck out."""

    catalogue: Catalogue
    options: Options
    where: dict[Path, list[Condition]]
    order: dict[Path, tuple[Order, ...]]
    ranges: dict[Path, Range]
    unused: set[Path]
    aliases: "count[int]" = field(default_factory=lambda: count(1))


def plan_tree(
    catalogue: Catalogue,
    options: Options,
    table: Table,
    query: Query,
    *,
    root_range: Range,
    reads: bool = True,
) -> Node:
    """The tree a query reads.

    For a write (`reads` false) filters and limits of the root choose the rows written, so only
    those of embedded resources apply here, and the ceiling does not.
    """
    where: dict[Path, list[Condition]] = defaultdict(list)
    for path, condition in query.conditions:
        if path or reads:
            where[path].append(condition)
    ranges = {path: asked for path, asked in query.ranges if path}
    if reads:
        ranges[()] = root_range
    order = dict(query.order)
    unused = ({*where, *order, *ranges}) - {()}
    shape = _Shape(catalogue, options, where, order, ranges, unused)
    alias = "written" if not reads else "page"
    root = _node(shape, table, query.select, (), alias=alias, label=table.name)
    if shape.unused:
        raise not_embedded(min(shape.unused, key=len)[-1])
    return root


def _node(
    shape: _Shape,
    table: Table,
    select: Selection,
    path: Path,
    *,
    alias: str,
    label: str,
    embed: Embed | None = None,
    parent: Table | None = None,
) -> Node:
    shape.unused.discard(path)
    relationship = None
    if embed and parent:
        relationship = relate(shape.catalogue, parent.id, embed)
        table = shape.catalogue.tables[relationship.foreign]
    outputs = tuple(_output(shape, table, item, path) for item in select)
    nested = {o.node.label: o.node for o in outputs if isinstance(o, Nested)}
    tables = {
        name: shape.catalogue.tables[node.relationship.foreign]
        for name, node in nested.items()
        if node.relationship
    }
    spread = embed is not None and embed.spread
    if spread and relationship and not relationship.to_one and _aggregates(outputs):
        raise not_implemented(
            "Aggregates are not implemented for one-to-many or many-to-many spreads."
        )
    return Node(
        source=table.id,
        alias=alias,
        label=label,
        outputs=outputs,
        where=tuple(plan_where(table, c, nested) for c in shape.where.get(path, ())),
        order=tuple(_sort(table, term_, nested, tables) for term_ in shape.order.get(path, ())),
        range=_below(shape.ranges.get(path, Range()), shape.options.max_rows)
        if path or () in shape.ranges
        else Range(),
        relationship=relationship,
        join="inner" if embed and embed.join == "inner" else "left",
        spread=spread,
    )


def _below(asked: Range, ceiling: int | None) -> Range:
    if ceiling is None:
        return asked
    return Range(asked.offset, ceiling if asked.limit is None else min(asked.limit, ceiling))


def _aggregates(outputs: tuple[Output | Every | Nested, ...]) -> bool:
    return any(
        bool(o.aggregate)
        if isinstance(o, Output)
        else isinstance(o, Nested) and o.node.spread and _aggregates(o.node.outputs)
        for o in outputs
    )


def _output(
    shape: _Shape, table: Table, item: Column | Embed, path: Path
) -> Output | Every | Nested:
    if isinstance(item, Embed):
        node = _node(
            shape,
            table,
            item.select,
            (*path, item.name),
            alias=f"embed_{next(shape.aliases)}",
            label=item.name,
            embed=item,
            parent=table,
        )
        return Nested(node, shown=_shows(item))
    if item.aggregate and not shape.options.aggregates:
        raise aggregates_off()
    if item.field.name == "*":
        if item.aggregate:
            return Output(item.alias or "count", None, None, item.aggregate, item.aggregate_cast)
        return Every(tuple(table.columns))
    found = term(table, item.field)
    label = item.alias or item.aggregate or _last_name(item.field)
    return Output(label, found, item.cast, item.aggregate, item.aggregate_cast)


def _shows(embed: Embed) -> bool:
    """Whether an embed has anything to show; one that is empty all the way down only filters."""
    return any(isinstance(item, Column) or _shows(item) for item in embed.select)


def _last_name(asked: Field) -> str:
    """A json path is called by its last key; an index has no name, so the key before it."""
    keys = [step.key for step in asked.path if not step.index]
    return keys[-1] if keys else asked.name


def plan_where(table: Table, condition: Condition, nested: dict[str, Node]) -> Where:
    """A condition with its names found. Raises 42703 and PGRST120."""
    if not isinstance(condition, Filter):
        terms = tuple(plan_where(table, c, nested) for c in condition.terms)
        return Group(condition.operator, terms, condition.negated)
    name, operation = condition.field.name, condition.operation
    embedded = None if condition.field.path else nested.get(name)
    if embedded:
        if operation.name == "is" and operation.values[0] in ("null", "not_null"):
            negated = condition.negated != (operation.values[0] == "not_null")
            return Absence(embedded.alias, negated)
        if name not in table.columns:
            raise bad_embed_filter(name)
    return Test(term(table, condition.field), operation, condition.negated)


def _sort(table: Table, asked: Order, nested: dict[str, Node], tables: dict[str, Table]) -> Sort:
    if asked.relation is None:
        return Sort(term(table, asked.field), None, asked.direction, asked.nulls)
    node = nested.get(asked.relation)
    if node is None:
        raise not_embedded(asked.relation)
    if not node.to_one:
        raise related_order(table.name, asked.relation)
    found = term(tables[asked.relation], asked.field)
    return Sort(found, node.alias, asked.direction, asked.nulls)


def member_names(node: Node) -> tuple[str, ...]:
    """The names of a row's members, in order."""
    names: list[str] = []
    for output in node.outputs:
        if isinstance(output, Output):
            names.append(output.label)
        elif isinstance(output, Every):
            names.extend(output.columns)
        elif output.node.spread:
            names.extend(member_names(output.node))
        elif output.shown:
            names.append(output.node.label)
    return tuple(names)


def needed_columns(node: Node, key: tuple[str, ...]) -> tuple[str, ...] | None:
    """The root's columns that its outputs, order and embeds use; None when that is all."""
    names = dict.fromkeys(key)
    terms = [o.term for o in node.outputs if isinstance(o, Output) and o.term]
    terms += [sort.term for sort in node.order if sort.alias is None]
    terms += [w.term for w in node.where if isinstance(w, Test)]
    if any(isinstance(o, Every) for o in node.outputs) or any(t.function for t in terms):
        return None
    for child in node.nested:
        if child.relationship is None or child.relationship.function:
            return None
        names.update(dict.fromkeys(here for here, _ in child.relationship.pairs))
    names.update(dict.fromkeys(t.name for t in terms))
    return tuple(names)
