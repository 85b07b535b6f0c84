"""What to ask of the database, as values: every name here exists, nothing here is SQL."""

from dataclasses import dataclass, field
from typing import Literal

from chalicelib.rest.catalog.values import Function, Name, Parameter, Relationship, TableColumn
from chalicelib.rest.request.values import (
    Direction,
    Join,
    Media,
    Nulls,
    Operation,
    Preferences,
    Range,
    Step,
)


@dataclass(frozen=True, slots=True)
class Term:
    """A column of a relation, or a function of its row, maybe with a json path into it.

    `base` is the column's type without its domain; `row` is the relation a computed column
    takes.
    """

    name: str
    base: str
    path: tuple[Step, ...] = ()
    function: Name | None = None
    row: Name | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """One member of a row. A `term` of None counts rows."""

    label: str
    term: Term | None
    cast: str | None = None
    aggregate: str | None = None
    aggregate_cast: str | None = None


@dataclass(frozen=True, slots=True)
class Nested:
    """The rows of a related resource, as one member; `shown` is false of an empty embed."""

    node: "Node"
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Every:
    """Every column of the relation."""

    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Test:
    term: Term
    operation: Operation
    negated: bool


@dataclass(frozen=True, slots=True)
class Absence:
    """Whether an embedded resource found no rows (or, negated, any)."""

    alias: str
    negated: bool


@dataclass(frozen=True, slots=True)
class Group:
    operator: Literal["and", "or"]
    terms: "tuple[Where, ...]"
    negated: bool


Where = Test | Absence | Group


@dataclass(frozen=True, slots=True)
class Sort:
    """By a term of the node itself, or of the embedded to-one resource `alias`."""

    term: Term
    alias: str | None
    direction: Direction | None
    nulls: Nulls | None


@dataclass(frozen=True, slots=True)
class Node:
    """One level of what is read. `alias` is its name in the statement, unique in it."""

    source: Name
    alias: str
    label: str
    outputs: tuple[Output | Every | Nested, ...]
    where: tuple[Where, ...] = ()
    order: tuple[Sort, ...] = ()
    range: Range = field(default_factory=Range)
    relationship: Relationship | None = None
    join: Join = "left"
    spread: bool = False

    @property
    def nested(self) -> "tuple[Node, ...]":
        return tuple(o.node for o in self.outputs if isinstance(o, Nested))

    @property
    def to_one(self) -> bool:
        return self.relationship is not None and self.relationship.to_one


@dataclass(frozen=True, slots=True)
class Answer:
    """How the rows are answered, whatever they come from.

    `columns` are the names of the answer's members where they are known, for CSV.
    """

    media: Media
    preferences: Preferences
    head: bool = False
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    node: Node
    answer: Answer
    ceiling: int | None


Returning = tuple[str, ...] | None
"""The columns a write hands to the read that follows; None is all of them."""


@dataclass(frozen=True, slots=True)
class Insert:
    """`put` holds the tests a PUT's row must pass; `plain` is a table of its own (not a view)."""

    table: Name
    columns: tuple[TableColumn, ...]
    text: str
    single: bool
    node: Node
    answer: Answer
    returning: Returning
    key: tuple[str, ...]
    defaults: bool = False
    conflict: tuple[str, ...] | None = None
    merge: bool = False
    put: tuple[Where, ...] = ()
    plain: bool = True


@dataclass(frozen=True, slots=True)
class Update:
    """Without `columns` nothing is changed; `idle` is one that would need the same right."""

    table: Name
    columns: tuple[TableColumn, ...]
    text: str
    single: bool
    where: tuple[Where, ...]
    node: Node
    answer: Answer
    returning: Returning
    defaults: bool = False
    idle: str = ""


@dataclass(frozen=True, slots=True)
class Delete:
    table: Name
    where: tuple[Where, ...]
    node: Node
    answer: Answer
    returning: Returning


@dataclass(frozen=True, slots=True)
class Given:
    """An argument of a call by query string or form; a variadic one has many values."""

    parameter: Parameter
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments: `given` one by one, or `named` out of the JSON `text`, or
    the `text` itself as the only, unnamed one (`raw`)."""

    function: Function
    node: Node
    answer: Answer
    ceiling: int | None
    read_only: bool
    given: tuple[Given, ...] = ()
    named: tuple[Parameter, ...] = ()
    text: str = ""
    raw: bool = False


@dataclass(frozen=True, slots=True)
class Describe:
    """The schema as OpenAPI."""

    schema: str
    head: bool


Plan = Read | Insert | Update | Delete | Call | Describe
