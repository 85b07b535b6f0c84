"""What the database has, as values: tables, columns, relationships, functions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Name = tuple[str, str]
"""(schema, name)"""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """`type` is as declared; `base` is the type under its `domain`, without length."""

    name: str
    type: str
    base: str
    domain: bool
    not_null: bool
    default: str | None
    generated: bool
    identity: str
    labels: tuple[str, ...]
    max_length: int | None
    comment: str | None

    @property
    def writable(self) -> bool:
        """Whether a value may be given for it at all."""
        return not self.generated and self.identity != "a"


Privileges = Mapping[str, frozenset[str]]
"""Role → what it may do; the role '' is everyone."""


@dataclass(frozen=True, slots=True)
class Table:
    schema: str
    name: str
    kind: Literal["r", "v", "m", "f", "p", "c"]
    columns: Mapping[str, TableColumn]
    key: tuple[str, ...] = ()
    uniques: tuple[tuple[str, ...], ...] = ()
    insertable: bool = False
    updatable: bool = False
    deletable: bool = False
    comment: str | None = None
    grants: Privileges = field(default_factory=dict)
    computed: "Mapping[str, Function]" = field(default_factory=dict)

    @property
    def id(self) -> Name:
        return self.schema, self.name

    @property
    def is_view(self) -> bool:
        return self.kind in "vm"

    def allows(self, role: str, privilege: str) -> bool:
        """Whether a role was granted a privilege on this table or a column of it."""
        return any(privilege in self.grants.get(who, ()) for who in (role, ""))


Kind = Literal["many-to-one", "one-to-many", "one-to-one", "many-to-many", "computed"]


@dataclass(frozen=True, slots=True)
class Relationship:
    """How rows of `table` find rows of `foreign`.

    `pairs` are (column here, column there). Through a `junction`, they are (column here, column
    of the junction) and `junction_pairs` (column of the junction, column there). A computed one
    calls `function` with the row.
    """

    table: Name
    foreign: Name
    kind: Kind
    name: str
    pairs: tuple[tuple[str, str], ...] = ()
    junction: Name | None = None
    junction_pairs: tuple[tuple[str, str], ...] = ()
    junction_names: tuple[str, str] = ("", "")
    function: Name | None = None
    single: bool = False
    foreign_is_view: bool = False
    parent: bool = False

    @property
    def to_one(self) -> bool:
        return self.single or self.kind in ("many-to-one", "one-to-one")

    @property
    def telling(self) -> tuple[str, str] | None:
        """The one pair whose names differ; the rest repeats what both rows share.

        `(parent_id, user_id)` that references `(id, user_id)` is told by `parent_id`.
        """
        differing = [pair for pair in self.pairs if pair[0] != pair[1]]
        return differing[0] if len(differing) == 1 else None

    def describe(self) -> dict[str, str]:
        """The relationship in the words of an ambiguity's `details`."""

        def listed(name: str, columns: "list[str]") -> str:
            return f"{name}({', '.join(columns)})"

        if self.junction:
            here, there = self.junction_names
            between = (
                f"{self.junction[1]} using {listed(here, [b for _, b in self.pairs])} and"
                f" {listed(there, [a for a, _ in self.junction_pairs])}"
            )
        else:
            between = (
                f"{self.name} using {listed(self.table[1], [a for a, _ in self.pairs])} and"
                f" {listed(self.foreign[1], [b for _, b in self.pairs])}"
            )
        return {
            "cardinality": self.kind,
            "relationship": between,
            "embedding": f"{self.table[1]} with {self.foreign[1]}",
        }


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    type: str
    required: bool
    variadic: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """`returns` is the type's name; `table` the relation whose rows it returns, if any;
    `columns` the names and types of its OUT or TABLE columns."""

    schema: str
    name: str
    parameters: tuple[Parameter, ...]
    volatility: Literal["i", "s", "v"]
    returns: str
    returns_set: bool = False
    composite: bool = False
    table: Name | None = None
    columns: tuple[tuple[str, str], ...] = ()
    comment: str | None = None
    timeout: str | None = None
    callers: frozenset[str] = frozenset()

    @property
    def id(self) -> Name:
        return self.schema, self.name

    @property
    def void(self) -> bool:
        return self.returns == "void"

    @property
    def returns_rows(self) -> bool:
        """Whether the result has columns, rather than being one bare value a row."""
        return self.composite

    def signature(self) -> str:
        listed = ", ".join(f"{p.name} => {p.type}" for p in self.parameters)
        return f"{self.schema}.{self.name}({listed})"


@dataclass(frozen=True)
class Catalogue:
    """A database at one moment. Compared by identity, so that plans may be kept beside it."""

    tables: Mapping[Name, Table]
    relationships: Mapping[Name, tuple[Relationship, ...]]
    functions: Mapping[Name, tuple[Function, ...]]
    timeouts: Mapping[str, str] = field(default_factory=dict)
    comments: Mapping[str, str | None] = field(default_factory=dict)

    __hash__ = object.__hash__
    __eq__ = object.__eq__

    def names(self, schema: str) -> list[str]:
        """The tables of a schema that can be asked for."""
        return [table.name for table in self.tables.values() if table.schema == schema]
