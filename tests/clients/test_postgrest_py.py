"""`postgrest` from PyPI, unmodified: the client of supabase-py."""

from collections.abc import Iterator

import pytest
from postgrest import CountMethod, ReturnMethod, SyncPostgrestClient
from postgrest.exceptions import APIError

from tests.integration.rest.harness import ANN, token

UNDO = "tx=rollback"


@pytest.fixture
def ann(address: str) -> Iterator[SyncPostgrestClient]:
    headers = {"apikey": token(role="anon"), "Authorization": f"Bearer {token(ANN)}"}
    with SyncPostgrestClient(f"{address}/rest/v1", schema="library", headers=headers) as client:
        yield client


def undone(query):
    """The query, told to leave nothing behind."""
    request = getattr(query, "request", query)
    request.headers["prefer"] = f"{request.headers.get('prefer', '')},{UNDO}".lstrip(",")
    return query.execute()


@pytest.mark.parametrize(
    ("ask", "found"),
    [
        (lambda q: q.eq("id", 1), [1]),
        (lambda q: q.neq("id", 1), [2, 3, 4, 5]),
        (lambda q: q.gt("id", 4), [5]),
        (lambda q: q.gte("id", 5), [5]),
        (lambda q: q.lt("id", 2), [1]),
        (lambda q: q.lte("id", 1), [1]),
        (lambda q: q.like("title", "%Reeds"), [2, 5]),
        (lambda q: q.ilike("title", "%reeds"), [2, 5]),
        (lambda q: q.like_any_of("title", "%Reeds,On%"), [2, 3, 5]),
        (lambda q: q.ilike_all_of("title", "%OLD%,%books"), [4]),
        (lambda q: q.is_("mood", "null"), [5]),
        (lambda q: q.not_.is_("mood", "null").gt("id", 3), [4]),
        (lambda q: q.in_("title", ["New Engines, Old Books", "x"]), [4]),
        (lambda q: q.contains("details", {"pages": 60}), [1]),
        (lambda q: q.contained_by("loaned", "[2024-01-01,2024-02-15)"), [2]),
        (lambda q: q.ov("loaned", "[2024-01-15,2024-03-02)"), [2, 3]),
        (lambda q: q.range_lt("loaned", ["2024-02-15", "2024-03-01"]), [2]),
        (lambda q: q.fts("words", "engine"), [1, 4]),
        (lambda q: q.plfts("title", "old engines"), [4]),
        (lambda q: q.wfts("words", "engines -old"), [1]),
        (lambda q: q.phfts("words", "old books"), [4]),
        (lambda q: q.or_("id.eq.1,and(id.gt.1,mood.eq.tense)"), [1, 2]),
        (lambda q: q.match({"mood": "joyful", "author_id": 1}), [4]),
        (lambda q: q.order("year", desc=True).limit(1), [5]),
    ],
)
def test_filters(ann: SyncPostgrestClient, ask, found) -> None:
    rows = ask(ann.from_("books").select("id")).execute().data
    assert sorted(row["id"] for row in rows) == found


def test_shapes(ann: SyncPostgrestClient) -> None:
    books = ann.from_("books")
    assert books.select("id").eq("id", 1).single().execute().data == {"id": 1}
    assert books.select("id").eq("id", 99).maybe_single().execute() is None
    assert ann.from_("genres").select("id,name").eq("id", 1).csv().execute().data == (
        "id,name\n1,science"
    )
    assert books.select("id", count=CountMethod.exact).range(0, 1).execute().count == 5
    assert books.select("id", count=CountMethod.exact, head=True).execute().count == 5
    assert "Aggregate" in books.select("id").explain().execute()


def test_embeds(ann: SyncPostgrestClient) -> None:
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
    query = query.order("id", desc=True, foreign_table="books").limit(1, foreign_table="books")
    assert query.execute().data == [{"books": [{"id": 4}]}]


def test_writes(ann: SyncPostgrestClient) -> None:
    people = ann.from_("people")
    rows = [{"name": "Eve", "tags": ["x"]}, {"name": "Fay"}]
    made = undone(people.insert(rows, default_to_null=False, returning=ReturnMethod.representation))
    assert [row["tags"] for row in made.data] == [["x"], []]
    merged = undone(ann.from_("countries").upsert({"code": "FR", "name": "F"}, on_conflict="code"))
    assert merged.data == [{"code": "FR", "name": "F"}]
    changed = undone(people.update({"tags": ["new"]}, count=CountMethod.exact).eq("id", 1))
    assert (changed.data[0]["tags"], changed.count) == (["new"], 1)
    gone = undone(ann.from_("passports").delete().eq("person_id", 1))
    assert gone.data == [{"person_id": 1, "number": "UK-1"}]
    with pytest.raises(APIError) as refused:
        people.delete().execute()
    assert refused.value.code == "21000"


def test_functions(ann: SyncPostgrestClient) -> None:
    assert ann.rpc("add", {"a": 1}).execute().data == 11
    assert ann.rpc("add", {"a": "1", "b": "2"}, get=True).execute().data == 3
    rows = ann.rpc("books_of", {"author": 1}).select("id").order("id").execute().data
    assert rows == [{"id": 1}, {"id": 4}]
    assert ann.rpc("who", {}).execute().data == "authenticated"


def test_errors(ann: SyncPostgrestClient) -> None:
    with pytest.raises(APIError) as refused:
        ann.from_("countries").insert({"code": "UK", "name": "x"}).execute()
    assert refused.value.code == "23505"
    assert refused.value.details == "Key (code)=(UK) already exists."
