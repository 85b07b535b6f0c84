"""Which relationship an embed means."""

from chalicelib.rest.catalog.values import Catalogue, Name, Relationship
from chalicelib.rest.errors import many_relationships, no_relationship
from chalicelib.rest.request.values import Embed


def relate(catalogue: Catalogue, table: Name, embed: Embed) -> Relationship:
    """The one relationship from a table that an embed names.

    The name is a table's, a foreign key's, or a column's that has a foreign key; a hint tells
    several apart by the foreign key, a column of either side, or the junction. A key of several
    columns is called by its telling one where nothing else has that name.
    Raises PGRST200 when there is none, PGRST201 when there are many.
    """
    schema = table[0]
    near = [r for r in catalogue.relationships.get(table, ()) if r.foreign[0] == schema]
    alone = [r for r in near if _means(r, embed, r.pairs[0] if len(r.pairs) == 1 else None)]
    found = alone or [r for r in near if _means(r, embed, r.telling)]
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


def _means(relationship: Relationship, embed: Embed, pair: tuple[str, str] | None) -> bool:
    """`pair` are the columns, here and there, that stand for the relationship, if any do."""
    name, hint = embed.relation, embed.hint
    here, there = pair or (None, None)
    if relationship.function:
        return name == relationship.function[1]
    by_table = name == relationship.foreign[1]
    itself = relationship.table == relationship.foreign
    if relationship.junction:
        hints = (relationship.junction[1], *relationship.junction_names)
        return by_table and (hint in hints or (hint is None and not itself))
    if itself:
        # One foreign key gives a table two relationships with itself: its own name means the
        # rows that point here, the column's or the key's name the row pointed at.
        if relationship.parent:
            return by_table and hint in (None, there, relationship.name)
        return hint is None and name in (here, relationship.name)
    if hint is None:
        by_key = name == relationship.name or (name == here and not relationship.parent)
        return by_table or (by_key and not relationship.foreign_is_view)
    return by_table and hint in (relationship.name, here, there)
