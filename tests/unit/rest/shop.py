"""A catalogue of five tables and some functions, without a database."""

from typing import Any

from chalicelib.rest.catalog import Catalogue, read
from chalicelib.rest.options import Options

OPTIONS = Options(("shop",), (), 100, aggregates=True, plans=True, rollback=True)

TABLES: dict[str, dict[str, str]] = {
    "people": {"id": "integer", "name": "text", "mentor_id": "integer", "tags": "text[]"},
    "books": {
        "id": "integer",
        "title": "text",
        "author_id": "integer",
        "editor_id": "integer",
        "details": "jsonb",
        "words": "tsvector",
    },
    "genres": {"id": "integer", "name": "text"},
    "book_genres": {"book_id": "integer", "genre_id": "integer", "weight": "integer"},
    "chapters": {"book_id": "integer", "number": "integer", "part": "integer"},
}
OIDS = {name: number for number, name in enumerate(TABLES, start=100)}
KEYS = {"people": [1], "books": [1], "genres": [1], "book_genres": [1, 2], "chapters": [1, 2]}
FOREIGN = [
    ("books_author", "books", "people", [3], [1]),
    ("books_editor", "books", "people", [4], [1]),
    ("people_mentor", "people", "people", [3], [1]),
    ("bg_book", "book_genres", "books", [1], [1]),
    ("bg_genre", "book_genres", "genres", [2], [1]),
    ("chapters_book", "chapters", "books", [1], [1]),
    ("chapters_part", "chapters", "chapters", [1, 3], [1, 2]),
]
GRANTS = {"authenticated": ["select", "insert", "update", "delete"], "anon": ["select"]}


def _columns(table: str) -> list[list[Any]]:
    return [
        [n, name, type_, type_, False, name == "id", None, "", "", None, None, None]
        for n, (name, type_) in enumerate(TABLES[table].items(), start=1)
    ]


def _function(
    name: str, names: list[str], types: list[str], returns: str, **more: Any
) -> list[Any]:
    said: dict[str, Any] = {
        "modes": None,
        "defaults": 0,
        "volatility": "s",
        "set": False,
        "relation": 0,
        "first": None,
        **more,
    }
    inward = [m for m in said["modes"] or ["i"] * len(names) if m in "ibv"]
    return [
        "shop", name, None, names, types, said["modes"], len(inward), said["defaults"],
        said["volatility"], said["set"], returns, said["relation"], 0, said["first"], None,
        {"": True},
    ]  # fmt: skip


FUNCTIONS = [
    _function("add", ["a", "b"], ["integer", "integer"], "integer", defaults=1),
    _function("total", ["numbers"], ["integer[]"], "integer", modes=["v"]),
    _function("echo", [""], ["json"], "json"),
    _function("books_of", ["author"], ["integer"], "shop.books", set=True, relation=OIDS["books"]),
    _function("write", ["line"], ["text"], "void", volatility="v"),
    _function("shout", [""], ["shop.people"], "text", first=OIDS["people"]),
]


def catalogue() -> Catalogue:
    """Read from a document such as the database's."""
    return read(
        {
            "tables": [
                [oid, "shop", name, "r", 28, None, _columns(name), None, None, GRANTS]
                for name, oid in OIDS.items()
            ],
            "keys": [[OIDS[name], "p", [key]] for name, key in KEYS.items()],
            "foreign_keys": [
                [name, OIDS[table], OIDS[foreign], here, there]
                for name, table, foreign, here, there in FOREIGN
            ],
            "origins": None,
            "functions": FUNCTIONS,
            "timeouts": {"anon": "3s"},
            "schemas": {"shop": "A shop."},
        }
    )
