"""Every operation of the data API, asked by `postgrest` from PyPI, wherever it is served.

A test module makes a class of these and has a fixture `service`. What a test writes it undoes.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from postgrest import CountMethod, ReturnMethod, SyncPostgrestClient
from postgrest.exceptions import APIError

from tests.clients.service import Service
from tests.integration.rest.harness import ANN

Asked = Callable[[Any], Any]
UNDO = "tx=rollback"
FILTERS: dict[str, tuple[Asked, list[int]]] = {
    "eq": (lambda q: q.eq("id", 1), [1]),
    "neq": (lambda q: q.neq("id", 1), [2, 3, 4, 5]),
    "gt": (lambda q: q.gt("id", 4), [5]),
    "gte": (lambda q: q.gte("id", 5), [5]),
    "lt": (lambda q: q.lt("id", 2), [1]),
    "lte": (lambda q: q.lte("id", 1), [1]),
    "like": (lambda q: q.like("title", "%Reeds"), [2, 5]),
    "ilike": (lambda q: q.ilike("title", "%reeds"), [2, 5]),
    "like_all_of": (lambda q: q.like_all_of("title", "%Old%,%Books"), [4]),
    "like_any_of": (lambda q: q.like_any_of("title", "%Reeds,On%"), [2, 3, 5]),
    "ilike_all_of": (lambda q: q.ilike_all_of("title", "%OLD%,%books"), [4]),
    "ilike_any_of": (lambda q: q.ilike_any_of("title", "%reeds,on%"), [2, 3, 5]),
    "filter match": (lambda q: q.filter("title", "match", "^On"), [3]),
    "filter imatch": (lambda q: q.filter("title", "imatch", "^on"), [3]),
    "filter isdistinct": (lambda q: q.filter("mood", "isdistinct", "calm"), [2, 3, 4, 5]),
    "is_": (lambda q: q.is_("mood", "null"), [5]),
    "not_": (lambda q: q.not_.is_("mood", "null").gt("id", 3), [4]),
    "in_": (lambda q: q.in_("title", ["New Engines, Old Books", "x"]), [4]),
    "not_ in_": (lambda q: q.not_.in_("id", [1, 2, 3]), [4, 5]),
    "contains": (lambda q: q.contains("details", {"pages": 60}), [1]),
    "contained_by": (lambda q: q.contained_by("loaned", "[2024-01-01,2024-02-15)"), [2]),
    "ov": (lambda q: q.ov("loaned", "[2024-01-15,2024-03-02)"), [2, 3]),
    "range_lt": (lambda q: q.range_lt("loaned", ["2024-02-15", "2024-03-01"]), [2]),
    "range_gt": (lambda q: q.range_gt("loaned", ["2024-01-01", "2024-02-02"]), [3]),
    "range_gte": (lambda q: q.range_gte("loaned", ["2024-02-29", "2024-05-01"]), [3]),
    "range_lte": (lambda q: q.range_lte("loaned", ["2024-01-01", "2024-02-01"]), [2]),
    "range_adjacent": (lambda q: q.range_adjacent("loaned", ["2024-02-01", "2024-03-01"]), [3]),
    "sl": (lambda q: q.sl("loaned", ("2024-02-15", "2024-03-01")), [2]),
    "sr": (lambda q: q.sr("loaned", ("2024-01-01", "2024-02-02")), [3]),
    "nxl": (lambda q: q.nxl("loaned", ("2024-02-29", "2024-05-01")), [3]),
    "nxr": (lambda q: q.nxr("loaned", ("2024-01-01", "2024-02-01")), [2]),
    "adj": (lambda q: q.adj("loaned", ("2024-02-01", "2024-03-01")), [3]),
    "fts": (lambda q: q.fts("words", "engine"), [1, 4]),
    "plfts": (lambda q: q.plfts("title", "old engines"), [4]),
    "phfts": (lambda q: q.phfts("words", "old books"), [4]),
    "wfts": (lambda q: q.wfts("words", "engines -old"), [1]),
    "text_search": (
        lambda q: q.text_search("words", "old books", {"type": "phrase", "config": "english"}),
        [4],
    ),
    "or_": (lambda q: q.or_("id.eq.1,and(id.gt.1,mood.eq.tense)"), [1, 2]),
    "match": (lambda q: q.match({"mood": "joyful", "author_id": 1}), [4]),
    "json path": (lambda q: q.eq("details->size->>w", "10"), [1]),
    "two of one column": (lambda q: q.gt("id", 1).lt("id", 4), [2, 3]),
    "order, limit": (lambda q: q.order("year", desc=True).limit(1), [5]),
    "nulls first": (lambda q: q.order("price", nullsfirst=True).limit(1), [3]),
    "offset": (lambda q: q.order("id").limit(2).offset(3), [4, 5]),
    "range": (lambda q: q.order("id").range(1, 2), [2, 3]),
}
"""How books are asked for, and which are found."""


def undone(query: Any) -> Any:
    """The query's answer, when it was told to leave nothing behind."""
    headers = query.request.headers
    headers["prefer"] = f"{headers.get('prefer', '')},{UNDO}".lstrip(",")
    return query.execute()


class Operations:
    """The list: reading, embedding, writing, functions."""

    @pytest.fixture(scope="class")
    @classmethod
    def ann(cls, service: Service) -> Iterator[SyncPostgrestClient]:
        """A reader who is signed in."""
        headers = {"apikey": service.token(role="anon")}
        headers["Authorization"] = f"Bearer {service.token(ANN)}"
        url = f"{service.url}/rest/v1"
        with SyncPostgrestClient(url, schema="library", headers=headers) as client:
            yield client

    @pytest.fixture(scope="class")
    @classmethod
    def visitor(cls, service: Service) -> Iterator[SyncPostgrestClient]:
        """A reader who is not."""
        with SyncPostgrestClient(f"{service.url}/rest/v1", schema="library") as client:
            yield client

    @pytest.mark.parametrize("name", FILTERS)
    def test_filters(self, ann: SyncPostgrestClient, name: str) -> None:
        ask, found = FILTERS[name]
        rows = ask(ann.from_("books").select("id")).execute().data
        assert sorted(row["id"] for row in rows) == found

    def test_filters_of_arrays(self, ann: SyncPostgrestClient) -> None:
        def found(ask: Asked) -> list[int]:
            return [row["id"] for row in ask(ann.from_("people").select("id")).execute().data]

        assert found(lambda q: q.cs("tags", ["math"]).order("id")) == [1, 2]
        assert found(lambda q: q.cd("tags", ["math"]).order("id")) == [2, 4]
        assert found(lambda q: q.overlaps("tags", ["poetry", "physics"]).order("id")) == [1, 3]

    def test_columns(self, ann: SyncPostgrestClient) -> None:
        query = ann.from_("people").select("called:name", "born::text", "address->>city", "shout")
        assert query.eq("id", 1).execute().data == [
            {"called": "Ada", "born": "1815-12-10", "city": "London", "shout": "ADA"}
        ]

    def test_every_kind_of_column(self, ann: SyncPostgrestClient) -> None:
        kinds = ann.from_("kinds")
        row = kinds.select("*").eq("id", 1).single().execute().data
        assert row["names"] == ["a,b", "c"]
        assert row["home"] == {"street": "1 Road", "city": "Town"}
        assert (row["embedding"], row["period"]) == ("[1,2,3]", "[1,5)")
        assert (row["moods"], row["blob"]) == (["calm", "tense"], "\\xdeadbeef")
        copy = {name: value for name, value in row.items() if name not in ("id", "twice")}
        assert undone(kinds.insert({**copy, "id": 2})).data == [{**copy, "id": 2, "twice": 4}]

    def test_shapes(self, ann: SyncPostgrestClient) -> None:
        books = ann.from_("books")
        assert books.select("id").eq("id", 1).single().execute().data == {"id": 1}
        with pytest.raises(APIError, match="PGRST116"):
            books.select("id").single().execute()
        assert books.select("id").eq("id", 99).maybe_single().execute() is None
        genres = ann.from_("genres").select("id,name").eq("id", 1).csv()
        assert genres.execute().data == "id,name\n1,science"
        assert "Aggregate" in books.select("id").explain().execute()
        plan = books.select("id").explain(analyze=True, format="json").execute().data
        assert "Actual Total Time" in plan[0]["Plan"]
        unborn = ann.from_("people").select("id,born").eq("id", 4).strip_nulls()
        assert unborn.execute().data == [{"id": 4}]

    def test_counts(self, ann: SyncPostgrestClient) -> None:
        books = ann.from_("books")
        assert books.select("id", count=CountMethod.exact).range(0, 1).execute().count == 5
        for method in CountMethod:
            head = books.select("id", count=method, head=True).execute()
            assert (head.data, type(head.count)) == ([], int)

    def test_aggregates(self, ann: SyncPostgrestClient) -> None:
        query = ann.from_("books").select("author_id,price.sum(),id.count()").eq("author_id", 1)
        assert query.execute().data == [{"author_id": 1, "sum": 32.5, "count": 2}]

    def test_another_schema(self, ann: SyncPostgrestClient, visitor: SyncPostgrestClient) -> None:
        assert visitor.schema("annex").from_("visitors").select("*").execute().data == []
        with pytest.raises(APIError, match="PGRST106"):
            ann.schema("vault").from_("secrets").select("*").execute()

    def test_embeds(self, ann: SyncPostgrestClient) -> None:
        asked = "id,author:people!books_author!inner(name,passports(number)),genres(name)"
        query = ann.from_("books").select(asked).eq("author.name", "Ada").order("id").limit(1)
        assert query.execute().data == [
            {
                "id": 1,
                "author": {"name": "Ada", "passports": {"number": "UK-1"}},
                "genres": [{"name": "science"}],
            }
        ]
        query = ann.from_("people").select("books!books_author(id)").eq("id", 1)
        last = query.order("id", desc=True, foreign_table="books").limit(1, foreign_table="books")
        assert last.execute().data == [{"books": [{"id": 4}]}]
        query = ann.from_("people").select("books!books_author(id)").eq("id", 1)
        chosen = query.or_("id.eq.4,id.eq.9", reference_table="books")
        assert chosen.range(0, 0, foreign_table="books").execute().data == [{"books": [{"id": 4}]}]

    @pytest.mark.parametrize(
        ("table", "select", "key", "found"),
        [
            ("people", "countries(name)", 1, {"countries": {"name": "United Kingdom"}}),
            ("people", "passports(number)", 3, {"passports": {"number": "PL-3"}}),
            ("genres", "books(id)", 2, {"books": [{"id": 2}, {"id": 4}]}),
            (
                "clubs",
                "leader:members!clubs_leader(club:clubs!members_club(name))",
                1,
                {"leader": {"club": {"name": "Readers"}}},
            ),
            ("people", "mentor:mentor_id(name)", 3, {"mentor": {"name": "Blaise"}}),
            ("people", "pupils:people!mentor_id(name)", 2, {"pupils": [{"name": "Marie"}]}),
            ("people", "first_book(title)", 3, {"first_book": {"title": "On Radiation"}}),
            ("authors", "recent_books(id)", 1, {"recent_books": [{"id": 4}]}),
            ("genre_counts", "books(id)", 2, {"books": [{"id": 2}, {"id": 4}]}),
            ("books", "...people!books_author(author:name)", 1, {"author": "Ada"}),
        ],
    )
    def test_every_kind_of_relationship(
        self, ann: SyncPostgrestClient, table: str, select: str, key: int, found: Any
    ) -> None:
        (row,) = ann.from_(table).select(select).eq("id", key).execute().data
        for rows in row.values():
            if isinstance(rows, list):
                rows.sort(key=str)
        assert row == found

    def test_relationships_of_several_columns(self, ann: SyncPostgrestClient) -> None:
        copies = ann.from_("shelves").select("label,copies(book_id)").eq("label", "back")
        assert copies.execute().data == [{"label": "back", "copies": [{"book_id": 1}]}]
        chapters = ann.from_("chapters").select("whole:part(title),parts:chapters!part(title)")
        whole, part = (chapters.eq("book_id", 1).lte("number", 2).order("number")).execute().data
        assert whole == {"whole": None, "parts": [{"title": "Cogs"}, {"title": "Cards"}]}
        assert part == {"whole": {"title": "Wheels"}, "parts": []}

    def test_rows_without_related_ones(self, ann: SyncPostgrestClient) -> None:
        none = ann.from_("people").select("id,passports()").is_("passports", "null").order("id")
        assert [row["id"] for row in none.execute().data] == [2, 4]

    def test_inserts(self, ann: SyncPostgrestClient) -> None:
        people = ann.from_("people")
        rows = [{"name": "Eve", "tags": ["x"]}, {"name": "Fay"}]
        made = undone(people.insert(rows, default_to_null=False))
        assert [row["tags"] for row in made.data] == [["x"], []]
        made = undone(people.insert({"name": "Zoë, “é”"}, count=CountMethod.exact))
        assert (made.data[0]["name"], made.count) == ("Zoë, “é”", 1)
        nothing = undone(people.insert({"name": "Eve"}, returning=ReturnMethod.minimal))
        assert nothing.data == []

    def test_upserts(self, ann: SyncPostgrestClient) -> None:
        countries, row = ann.from_("countries"), {"code": "FR", "name": "F"}
        assert undone(countries.upsert(row, on_conflict="code")).data == [row]
        assert undone(countries.upsert(row, ignore_duplicates=True)).data == []
        assert undone(countries.insert(row, upsert=True)).data == [row]

    def test_updates_and_deletes(self, ann: SyncPostgrestClient) -> None:
        people, passports = ann.from_("people"), ann.from_("passports")
        changed = undone(people.update({"tags": ["new"]}, count=CountMethod.exact).eq("id", 1))
        assert (changed.data[0]["tags"], changed.count) == (["new"], 1)
        quiet = people.update({"tags": []}, returning=ReturnMethod.minimal).eq("id", 1)
        assert undone(quiet).data == []
        gone = undone(passports.delete(count=CountMethod.exact).eq("person_id", 1))
        assert (gone.data, gone.count) == ([{"person_id": 1, "number": "UK-1"}], 1)
        for all_of_them in (people.delete(), people.update({"tags": []})):
            with pytest.raises(APIError, match="21000"):
                all_of_them.execute()
        with pytest.raises(APIError, match="PGRST124"):
            passports.delete().gt("person_id", 0).max_affected(1).execute()

    def test_row_level_security(
        self, ann: SyncPostgrestClient, visitor: SyncPostgrestClient
    ) -> None:
        notes = ann.from_("notes")
        (note,) = notes.insert({"text": "mine"}).execute().data
        read = notes.select("text").eq("id", note["id"]).execute().data
        assert read == [{"text": "mine"}]
        (gone,) = notes.delete().eq("id", note["id"]).execute().data
        assert gone == note
        with pytest.raises(APIError, match="42501"):
            visitor.from_("notes").select("*").execute()

    def test_functions(self, ann: SyncPostgrestClient, visitor: SyncPostgrestClient) -> None:
        assert ann.rpc("add", {"a": 1}).execute().data == 11
        assert ann.rpc("add", {"a": "1", "b": "2"}, get=True).execute().data == 3
        assert ann.rpc("total", {"numbers": [1, 2]}).execute().data == 3
        assert ann.rpc("echo", {"any": [1]}).execute().data == {"any": [1]}
        books = ann.rpc("books_of", {"author": 1})
        assert books.select("id").order("id").execute().data == [{"id": 1}, {"id": 4}]
        counted = ann.rpc("books_of", {"author": 1}, count=CountMethod.exact, head=True)
        assert counted.execute().count == 2
        one = ann.rpc("books_of", {"author": 3}).select("id,genres(name)").single().execute().data
        assert one == {"id": 3, "genres": [{"name": "science"}]}
        table = ann.rpc("books_of", {"author": 3}).select("id", "year").csv().execute().data
        assert table == "id,year\n3,1904"
        assert ann.rpc("years", {}).limit(2).execute().data == [1670, 1843]
        assert undone(ann.rpc("write_line", {"line": "py"})).data == []
        assert ann.rpc("who", {}).execute().data == "authenticated"
        assert visitor.rpc("who", {}).execute().data == "anon"

    def test_errors(self, ann: SyncPostgrestClient) -> None:
        with pytest.raises(APIError) as refused:
            ann.from_("countries").insert({"code": "UK", "name": "x"}).execute()
        assert refused.value.code == "23505"
        assert refused.value.details == "Key (code)=(UK) already exists."
        for query, code in (
            (ann.from_("books").select("nope"), "42703"),
            (ann.from_("nothing").select("*"), "PGRST205"),
            (ann.rpc("nothing", {}), "PGRST202"),
            (ann.rpc("payment", {}), "PT402"),
        ):
            with pytest.raises(APIError, match=code):
                query.execute()
