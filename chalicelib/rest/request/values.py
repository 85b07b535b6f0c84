"""What a request asks for, as values. Nothing here knows a table or writes SQL."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Path = tuple[str, ...]
"""Names of embedded resources from the root down; () is the root."""


@dataclass(frozen=True, slots=True)
class Step:
    """One arrow of a json path: `->key`, `->>key`, `->0`."""

    key: str
    index: bool = False
    as_text: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A column, maybe with a json path into it."""

    name: str
    path: tuple[Step, ...] = ()


Quantifier = Literal["any", "all"]
Join = Literal["inner", "left"]
Direction = Literal["asc", "desc"]
Nulls = Literal["nullsfirst", "nullslast"]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator and its operand. `in` has many values, every other operator one."""

    name: str
    values: tuple[str, ...]
    quantifier: Quantifier | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    field: Field
    operation: Operation
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Logic:
    """`and(…)` or `or(…)` of conditions."""

    operator: Literal["and", "or"]
    terms: "tuple[Condition, ...]"
    negated: bool = False


Condition = Filter | Logic


@dataclass(frozen=True, slots=True)
class Column:
    """`alias:field::cast.aggregate()::cast`. The field `*` is every column, or `count()`."""

    field: Field
    alias: str | None = None
    cast: str | None = None
    aggregate: str | None = None
    aggregate_cast: str | None = None


@dataclass(frozen=True, slots=True)
class Embed:
    """`alias:relation!hint!inner(…)` or `...relation(…)`."""

    relation: str
    select: "tuple[Column | Embed, ...]"
    alias: str | None = None
    hint: str | None = None
    join: Join | None = None
    spread: bool = False

    @property
    def name(self) -> str:
        """How the rest of the request speaks of it."""
        return self.alias or self.relation


Selection = tuple[Column | Embed, ...]


@dataclass(frozen=True, slots=True)
class Order:
    field: Field
    relation: str | None = None
    direction: Direction | None = None
    nulls: Nulls | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """Rows from `offset` on, at most `limit` (None: no limit asked for)."""

    offset: int = 0
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """The query string, read."""

    select: Selection = (Column(Field("*")),)
    conditions: tuple[tuple[Path, Condition], ...] = ()
    order: tuple[tuple[Path, tuple[Order, ...]], ...] = ()
    ranges: tuple[tuple[Path, Range], ...] = ()
    columns: tuple[str, ...] | None = None
    on_conflict: tuple[str, ...] | None = None
    arguments: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Preferences:
    """The `Prefer` header."""

    resolution: str | None = None
    representation: str | None = None
    count: str | None = None
    transaction: str | None = None
    missing: str | None = None
    handling: str | None = None
    timezone: str | None = None
    max_affected: int | None = None
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Media:
    """A media type the data API can answer with.

    `kind` is what is made of the rows; `nulls_stripped` leaves null members out; `explain` asks
    for the query's plan instead of its rows.
    """

    kind: Literal["array", "object", "csv", "openapi"]
    nulls_stripped: bool = False
    explain: Literal["json", "text"] | None = None
    options: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        stripped = ";nulls=stripped" if self.nulls_stripped else ""
        if self.kind == "openapi":
            return "application/openapi+json; charset=utf-8"
        if self.kind == "csv":
            answer = "text/csv"
        elif self.kind == "object":
            answer = f"application/vnd.pgrst.object+json{stripped}"
        elif stripped:
            answer = f"application/vnd.pgrst.array+json{stripped}"
        else:
            answer = "application/json"
        if self.explain:
            options = f"; options={'|'.join(self.options)}" if self.options else ""
            answer = f'application/vnd.pgrst.plan+{self.explain}; for="{answer}"{options}'
        return f"{answer}; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Body:
    """What was sent: JSON text for Postgres to read, and the names that occur in it.

    `single` is true of one object, false of an array; `raw` is a text that is not JSON.
    `keys` is None when the text was not read because the query names the columns.
    """

    text: str = ""
    keys: tuple[str, ...] | None = ()
    single: bool = True
    raw: bool = False
    pairs: tuple[tuple[str, str], ...] | None = None


Resource = Literal["root", "table", "function"]
Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(frozen=True, slots=True)
class Http:
    """An HTTP request as it came: query pairs in order, header names in lower case."""

    method: str
    resource: Resource
    name: str = ""
    params: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """A request that makes sense in itself; whether its names exist is for the plan to say."""

    method: Method
    resource: Resource
    name: str
    schema: str
    profiled: bool
    query: Query
    preferences: Preferences
    media: Media
    content_type: str
    body: Body | None
    range: Range

    @property
    def reads(self) -> bool:
        return self.method in ("GET", "HEAD")
