"""Which relationship an embed means: by table, foreign key, column, hint, or function."""

from dataclasses import replace

import pytest

from chalicelib.rest.catalog import Catalogue, Relationship
from chalicelib.rest.errors import RestError
from chalicelib.rest.plan.relate import relate
from chalicelib.rest.request.values import Embed
from tests.unit.rest import shop

CATALOGUE = shop.catalogue()


def related(
    table: str, name: str, hint: str | None = None, catalogue: Catalogue = CATALOGUE
) -> Relationship:
    return relate(catalogue, ("shop", table), Embed(name, (), hint=hint))


def refused(table: str, name: str, hint: str | None = None) -> str:
    with pytest.raises(RestError) as found:
        related(table, name, hint)
    return found.value.code


@pytest.mark.parametrize(
    ("table", "name", "hint", "key", "kind"),
    [
        ("books", "people", "books_author", "books_author", "many-to-one"),
        ("books", "people", "editor_id", "books_editor", "many-to-one"),
        ("books", "author_id", None, "books_author", "many-to-one"),
        ("books", "books_editor", None, "books_editor", "many-to-one"),
        ("people", "books", "author_id", "books_author", "one-to-many"),
        ("people", "books_editor", None, "books_editor", "one-to-many"),
        ("books", "genres", None, "book_genres", "many-to-many"),
        ("books", "genres", "bg_genre", "book_genres", "many-to-many"),
    ],
)
def test_of_another_table(table: str, name: str, hint: str | None, key: str, kind: str) -> None:
    found = related(table, name, hint)
    assert (found.name, found.kind) == (key, kind)


@pytest.mark.parametrize(
    ("table", "name", "hint", "kind"),
    [
        ("people", "mentor_id", None, "many-to-one"),
        ("people", "people_mentor", None, "many-to-one"),
        ("people", "people", None, "one-to-many"),
        ("people", "people", "mentor_id", "one-to-many"),
        ("people", "people", "people_mentor", "one-to-many"),
        ("chapters", "part", None, "many-to-one"),
        ("chapters", "chapters_part", None, "many-to-one"),
        ("chapters", "chapters", None, "one-to-many"),
        ("chapters", "chapters", "part", "one-to-many"),
        ("chapters", "chapters", "chapters_part", "one-to-many"),
    ],
)
def test_of_its_own_table(table: str, name: str, hint: str | None, kind: str) -> None:
    found = related(table, name, hint)
    assert (found.table, found.foreign, found.kind) == (("shop", table), ("shop", table), kind)


def test_every_column_of_a_key_is_compared() -> None:
    assert related("chapters", "part").pairs == (("book_id", "book_id"), ("part", "number"))
    children = related("chapters", "chapters", "part")
    assert children.pairs == (("book_id", "book_id"), ("number", "part"))


@pytest.mark.parametrize(
    ("table", "name", "hint"),
    [
        ("chapters", "number", None),
        ("chapters", "chapters", "number"),
        ("chapters", "chapters", "book_id"),
        ("people", "people", "id"),
        ("people", "mentor_id", "people_mentor"),
        ("books", "people", "nothing"),
    ],
)
def test_what_names_none(table: str, name: str, hint: str | None) -> None:
    assert refused(table, name, hint) == "PGRST200"


def test_what_names_several() -> None:
    assert refused("books", "people") == "PGRST201"


def test_a_key_of_one_column_has_its_name_first() -> None:
    """Beside `(book_id)` a key `(book_id, part)` to the same table may not make it doubtful."""
    table = ("shop", "chapters")
    (plain,) = [r for r in CATALOGUE.relationships[table] if r.name == "chapters_book"]
    wide = replace(plain, name="wide", pairs=(("book_id", "id"), ("part", "part")))
    for known in ((plain, wide), (wide, plain)):
        catalogue = Catalogue({}, {table: known}, {})
        assert related("chapters", "book_id", catalogue=catalogue) == plain
    alone = Catalogue({}, {table: (wide,)}, {})
    assert related("chapters", "book_id", catalogue=alone) == wide
    assert related("chapters", "books", "book_id", catalogue=alone) == wide


def test_a_function_of_the_row_is_called_by_its_name() -> None:
    function = Relationship(
        ("shop", "people"), ("shop", "books"), "computed", "latest", function=("shop", "latest")
    )
    catalogue = Catalogue({}, {("shop", "people"): (function,)}, {})
    assert related("people", "latest", catalogue=catalogue) == function
    assert related("people", "latest", "any", catalogue=catalogue) == function
