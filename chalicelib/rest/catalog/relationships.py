"""Foreign keys, views and functions → how tables relate, seen from either end."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from chalicelib.rest.catalog.values import Function, Name, Relationship, Table

Place = tuple[int, int]
"""A column, as Postgres numbers them: (table's oid, column's number)."""


@dataclass(frozen=True, slots=True)
class ForeignKey:
    name: str
    table: int
    foreign: int
    columns: tuple[int, ...]
    foreign_columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Numbers:
    """The exposed relations by Postgres's numbers."""

    names: Mapping[int, Name]
    columns: Mapping[Place, str]


def view_columns(origins: Iterable[Sequence[int]]) -> dict[Place, list[Place]]:
    """For each column of a table, the columns of views that show it, through views of views."""
    shown: dict[Place, Place] = {(view, to): (table, of) for view, to, table, of in origins}
    found: dict[Place, list[Place]] = defaultdict(list)
    for place in shown:
        base = shown[place]
        seen = {place}
        while base in shown and base not in seen:
            found[base].append(place)
            seen.add(base)
            base = shown[base]
        found[base].append(place)
    return found


def standing_for(
    table: int, columns: Sequence[int], shown: Mapping[Place, list[Place]], numbers: Numbers
) -> list[tuple[Name, tuple[str, ...], bool]]:
    """Each exposed relation that has these columns of a table: itself, and views showing all."""
    found = []
    if table in numbers.names:
        own = tuple(numbers.columns[table, column] for column in columns)
        found.append((numbers.names[table], own, False))
    by_view: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for column in columns:
        for view, place in shown.get((table, column), ()):
            by_view[view][column].append(place)
    for view, places in by_view.items():
        if view in numbers.names and len(places) == len(set(columns)):
            for chosen in product(*(places[column] for column in columns)):
                names = tuple(numbers.columns[view, place] for place in chosen)
                found.append((numbers.names[view], names, True))
    return found


def derive(
    keys: Iterable[ForeignKey],
    uniques: Mapping[int, list[tuple[int, ...]]],
    primary: Mapping[int, tuple[int, ...]],
    shown: Mapping[Place, list[Place]],
    numbers: Numbers,
) -> list[Relationship]:
    """Every relationship that foreign keys make, in both directions, and through junctions."""
    found: list[Relationship] = []
    by_junction: dict[int, list[tuple[ForeignKey, Relationship]]] = defaultdict(list)
    for key in keys:
        one = any(set(unique) == set(key.columns) for unique in uniques.get(key.table, ()))
        heres = standing_for(key.table, key.columns, shown, numbers)
        theres = standing_for(key.foreign, key.foreign_columns, shown, numbers)
        for (here, mine, here_view), (there, theirs, there_view) in product(heres, theres):
            pairs = tuple(zip(mine, theirs, strict=True))
            back = tuple((b, a) for a, b in pairs)
            forward = Relationship(
                here,
                there,
                "one-to-one" if one else "many-to-one",
                key.name,
                pairs,
                foreign_is_view=there_view,
            )
            found.append(forward)
            found.append(
                Relationship(
                    there,
                    here,
                    "one-to-one" if one else "one-to-many",
                    key.name,
                    back,
                    foreign_is_view=here_view,
                    parent=True,
                )
            )
            if not one and not here_view:
                by_junction[key.table].append((key, forward))
    for table, sides in by_junction.items():
        found += _through(sides, set(primary.get(table, ())))
    return found


def _through(
    sides: list[tuple[ForeignKey, Relationship]], primary: set[int]
) -> Iterable[Relationship]:
    """The many-to-many relationships of a table whose key holds two foreign keys."""
    for (key, near), (other, far) in product(sides, sides):
        if key.name != other.name and primary >= {*key.columns, *other.columns}:
            yield Relationship(
                near.foreign,
                far.foreign,
                "many-to-many",
                near.table[1],
                tuple((b, a) for a, b in near.pairs),
                junction=near.table,
                junction_pairs=far.pairs,
                junction_names=(key.name, other.name),
                foreign_is_view=far.foreign_is_view,
            )


def computed(functions: Iterable[tuple[Function, Name]]) -> Iterable[Relationship]:
    """Functions from a row to rows of another table; each is named by its function."""
    for function, table in functions:
        if function.table is not None:
            yield Relationship(
                table,
                function.table,
                "computed",
                function.name,
                function=function.id,
                single=not function.returns_set,
            )


def by_table(
    relationships: Iterable[Relationship], tables: Mapping[Name, Table]
) -> dict[Name, tuple[Relationship, ...]]:
    """Relationships by the table they start at; a computed one overrides its namesakes."""
    found: dict[Name, list[Relationship]] = defaultdict(list)
    for relationship in relationships:
        if relationship.table in tables and relationship.foreign in tables:
            found[relationship.table].append(relationship)
    for name, list_ in found.items():
        overridden = {r.function[1] for r in list_ if r.function}
        found[name] = [r for r in list_ if r.function or r.foreign[1] not in overridden]
    return {name: tuple(list_) for name, list_ in found.items()}
