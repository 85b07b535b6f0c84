"""Which relationship an embed means."""

from chalicelib.rest.catalog.values import Catalogue, Name, Relationship
from chalicelib.rest.errors import many_relationships, no_relationship
from chalicelib.rest.request.values import Embed


def relate(catalogue: Catalogue, table: Name, embed: Embed) -> Relationship:
    """The one relationship from a table that an embed names.

    The name is a table's, a foreign key's, or a column's that has a foreign key; a hint tells
    several apart by the foreign key, a column of either side, or the junction.
    Raises PGRST200 when there is none, PGRST201 when there are many.
    """
    schema = table[0]
    found = [
        relationship
        for relationship in catalogue.relationships.get(table, ())
        if relationship.foreign[0] == schema and _means(relationship, embed)
    ]
    if not found:
        raise no_relationship(table[1], embed.relation, schema, embed.hint)
    if len(found) > 1:
        raise many_relationships(
            table[1],
            embed.relation,
            [relationship.describe() for relationship in found],
            [f"{relationship.foreign[1]}!{relationship.name}" for relationship in found],
        )
    return found[0]


def _means(relationship: Relationship, embed: Embed) -> bool:
    name, hint = embed.relation, embed.hint
    if relationship.function:
        return name == relationship.function[1] and hint in (None, relationship.name)
    here = relationship.pairs[0][0] if len(relationship.pairs) == 1 else None
    there = relationship.pairs[0][1] if len(relationship.pairs) == 1 else None
    by_table = name == relationship.foreign[1]
    through = relationship.junction
    if relationship.table == relationship.foreign:
        # One foreign key gives a table two relationships with itself: its own name means the
        # rows that point here, the column's name the row pointed at.
        if through:
            return by_table and hint in (through[1], *relationship.junction_names)
        if hint is None:
            return by_table if relationship.parent else name == here
        return by_table and relationship.parent and hint in (there, relationship.name)
    if hint is None:
        by_key = name == relationship.name and through is None
        by_column = name == here and through is None and not relationship.parent
        return by_table or ((by_key or by_column) and not relationship.foreign_is_view)
    if through:
        return by_table and hint in (through[1], *relationship.junction_names)
    return by_table and hint in (relationship.name, here, there)
