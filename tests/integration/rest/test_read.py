"""Reading: select, filters, order, pages, counts, embeds, aggregates, media types."""

import pytest
from psycopg import Connection

from tests.integration.rest.harness import Rest

OBJECT = "application/vnd.pgrst.object+json"


def names(rows: list[dict[str, object]], column: str = "id") -> list[object]:
    return [row[column] for row in rows]


class TestSelect:
    def test_columns_aliases_and_casts(self, visitor: Rest) -> None:
        (row,) = visitor.rows("/books?select=id,called:title,year::text&id=eq.1")
        assert row == {"id": 1, "called": "Notes on Engines", "year": "1843"}

    def test_json_paths_are_called_by_their_last_key(self, visitor: Rest) -> None:
        (row,) = visitor.rows(
            "/books?select=details->pages,details->size->>w,first:details->tags->>0&id=eq.1"
        )
        assert row == {"pages": 60, "w": "10", "first": "math"}

    def test_paths_lead_into_arrays_and_composites_too(self, visitor: Rest) -> None:
        (row,) = visitor.rows("/people?select=address->>city,tags->1&id=eq.1")
        assert row == {"city": "London", "tags": "poetry"}

    def test_computed_columns(self, visitor: Rest) -> None:
        assert visitor.rows("/people?select=shout&shout=eq.ADA") == [{"shout": "ADA"}]
        assert names(visitor.rows("/people?order=shout.desc&id=lt.4")) == [3, 2, 1]

    def test_nothing_may_be_selected(self, visitor: Rest) -> None:
        assert visitor.rows("/genres?select=&limit=2") == [{}, {}]

    def test_every_kind_of_column_comes_back(self, visitor: Rest) -> None:
        (row,) = visitor.rows("/kinds")
        assert row["big"] == 9007199254740993
        assert row["home"] == {"street": "1 Road", "city": "Town"}
        assert row["names"] == ["a,b", "c"]
        assert row["period"] == "[1,5)"
        assert row["embedding"] == "[1,2,3]"
        assert row['odd "name'] == "odd"
        assert row["percent%s"] == "pct"

    def test_odd_names_can_be_asked_for(self, visitor: Rest) -> None:
        url = '/kinds?select="odd \\"name","percent%25s"&"percent%25s"=eq.pct'
        assert visitor.rows(url) == [{'odd "name': "odd", "percent%s": "pct"}]

    def test_unknown_columns_are_refused_as_postgres_would(self, visitor: Rest) -> None:
        answer = visitor.get("/books?select=nope")
        assert answer.refusal == (400, "42703")
        assert answer.json["message"] == "column books.nope does not exist"

    @pytest.mark.parametrize("select", ["id,,title", "id)", "people(id", "a!b!c!d(id)", "id::"])
    def test_what_is_no_select_is_refused(self, visitor: Rest, select: str) -> None:
        assert visitor.get(f"/books?select={select}").refusal == (400, "PGRST100")


class TestFilters:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("id=eq.1", [1]),
            ("id=neq.1&id=lt.4", [2, 3]),
            ("id=gt.3", [4, 5]),
            ("id=gte.4&id=lte.4", [4]),
            ("title=like.*Reeds", [2, 5]),
            ("title=ilike.*reeds", [2, 5]),
            ("title=match.^On", [3]),
            ("title=imatch.^on", [3]),
            ("mood=is.null", [5]),
            ("mood=not.is.null&id=gt.3", [4]),
            ("mood=is.not_null&id=gt.3", [4]),
            ("mood=isdistinct.calm", [2, 3, 4, 5]),
            ("id=in.(1,3)", [1, 3]),
            ("id=in.()", []),
            ('title=in.("New Engines, Old Books",x)', [4]),
            ("id=not.in.(1,2,3)", [4, 5]),
            ('details=cs.{"pages":60}', [1]),
            ("loaned=ov.[2024-01-15,2024-03-02)", [2, 3]),
            ("loaned=sl.[2024-02-15,2024-03-01)", [2]),
            ("loaned=sr.[2024-01-01,2024-02-02)", [3]),
            ("loaned=nxr.[2024-01-01,2024-02-01)", [2]),
            ("loaned=nxl.[2024-03-01,2024-05-01)", [3]),
            ("loaned=adj.[2024-02-01,2024-03-01)", [2, 3]),
            ("loaned=cd.[2024-01-01,2024-02-15)", [2]),
            ("words=fts.engine", [1, 4]),
            ("words=fts(english).engine%26old", [4]),
            ("words=plfts.old engines", [4]),
            ("words=phfts(english).old books", [4]),
            ("words=wfts.engines -old", [1]),
            ("title=wfts(english).reed", [2, 5]),
            ("title=like(any).{*Reeds,On*}", [2, 3, 5]),
            ("title=ilike(all).{*e*,*eeds}", [2, 5]),
            ("id=gt(all).{1,3}", [4, 5]),
            ("id=eq(any).{1,5}", [1, 5]),
            ("details->pages=eq.60", [1]),
            ("details->size->>w=eq.10", [1]),
            ("or=(id.eq.1,id.eq.2)", [1, 2]),
            ("and=(id.gt.1,or(mood.eq.tense,mood.is.null))", [2, 5]),
            ("not.or=(id.eq.1,id.eq.2)", [3, 4, 5]),
            ("or=(id.in.(1,2),not.and(id.lt.5,id.gt.0))", [1, 2, 5]),
            ('or=(title.eq."New Engines, Old Books",title.like.On*)', [3, 4]),
            ("or=(loaned.ov.[2024-01-01,2024-01-02),id.eq.1)", None),
            ("id=eq.1&id=eq.2", []),
        ],
    )
    def test_operators(self, visitor: Rest, query: str, found: list[int] | None) -> None:
        answer = visitor.get(f"/books?select=id&order=id&{query}")
        if found is None:  # a comma outside quotes ends the value, here too
            assert answer.refusal[0] == 400
        else:
            assert names(answer.json) == found, answer.text

    def test_arrays(self, visitor: Rest) -> None:
        assert names(visitor.rows("/people?tags=cs.{math}&order=id")) == [1, 2]
        assert names(visitor.rows("/people?tags=ov.{poetry,physics}&order=id")) == [1, 3]
        assert names(visitor.rows("/people?tags=cd.{math}&order=id")) == [2, 4]

    @pytest.mark.parametrize(
        "query", ["id=1", "id=xx.1", "id=in.1,2", "id=is.maybe", "id=eq(some).1", "or=id.eq.1"]
    )
    def test_what_is_no_filter_is_refused(self, visitor: Rest, query: str) -> None:
        assert visitor.get(f"/books?{query}").refusal == (400, "PGRST100")

    def test_a_value_of_another_type_is_refused_by_postgres(self, visitor: Rest) -> None:
        assert visitor.get("/books?id=eq.one").refusal == (400, "22P02")


class TestOrderAndPages:
    def test_order_with_nulls(self, visitor: Rest) -> None:
        assert names(visitor.rows("/books?select=id&order=price.desc.nullslast,id")) == [
            4, 1, 5, 2, 3,
        ]  # fmt: skip
        assert names(visitor.rows("/books?select=id&order=price.nullsfirst&limit=1")) == [3]

    def test_by_a_json_path_and_by_a_related_column(self, visitor: Rest) -> None:
        url = "/books?select=id,people!books_author(name)&order=people(name).desc,id"
        assert names(visitor.rows(url)) == [3, 2, 5, 1, 4]
        url = "/books?select=id&order=details->>pages.desc.nullslast,id"
        assert names(visitor.rows(url)) == [1, 2, 3, 4, 5]

    def test_a_related_order_needs_one_row(self, visitor: Rest) -> None:
        url = "/people?select=id,books!books_author(id)&order=books(id)"
        assert visitor.get(url).refusal == (400, "PGRST118")
        assert visitor.get("/books?order=people(id)").refusal == (400, "PGRST108")

    def test_pages_by_query_and_by_header_mean_the_same(self, visitor: Rest) -> None:
        by_query = visitor.get("/books?select=id&order=id&limit=2&offset=1")
        by_header = visitor.get("/books?select=id&order=id", range="1-2")
        assert names(by_query.json) == names(by_header.json) == [2, 3]
        assert by_query.headers["content-range"] == by_header.headers["content-range"] == "1-2/*"

    @pytest.mark.parametrize(
        ("url", "said", "status"),
        [
            ("/books?select=id", "0-4/5", 200),
            ("/books?select=id&limit=2", "0-1/5", 206),
            ("/books?select=id&limit=2&offset=4", "4-4/5", 206),
            ("/books?select=id&limit=0", "*/5", 206),
            ("/books?select=id&offset=5", "*/5", 206),
            ("/books?select=id&id=gt.99", "*/0", 200),
        ],
    )
    def test_exact_counts(self, visitor: Rest, url: str, said: str, status: int) -> None:
        for method in ("GET", "HEAD"):
            answer = visitor(method, url, prefer="count=exact")
            assert (answer.headers["content-range"], answer.status) == (said, status)
            assert answer.headers["preference-applied"] == "count=exact"

    def test_planned_and_estimated_counts(self, visitor: Rest, owner: Connection) -> None:
        owner.execute("analyze library.books")
        for said in ("planned", "estimated"):
            answer = visitor.get("/books?select=id&limit=1", prefer=f"count={said}")
            assert answer.headers["content-range"] == "0-0/5"

    def test_a_page_after_the_end_is_refused(self, visitor: Rest) -> None:
        answer = visitor.get("/books?offset=50", prefer="count=exact")
        assert answer.refusal == (416, "PGRST103")
        assert answer.headers["content-range"] == "*/5"
        assert visitor.get("/books", range="3-1").refusal == (416, "PGRST103")
        assert visitor.get("/books?limit=-1").refusal == (416, "PGRST103")


class TestEmbeds:
    def test_many_to_one_one_to_many_one_to_one(self, visitor: Rest) -> None:
        (book,) = visitor.rows("/books?select=title,author:people!books_author(name)&id=eq.1")
        assert book["author"] == {"name": "Ada"}
        (ada,) = visitor.rows("/people?select=books!books_author(id)&id=eq.1&books.order=id")
        assert ada["books"] == [{"id": 1}, {"id": 4}]
        rows = visitor.rows("/people?select=passports(number)&order=id&limit=2")
        assert rows == [{"passports": {"number": "UK-1"}}, {"passports": None}]

    def test_many_to_many_through_a_junction(self, visitor: Rest) -> None:
        (book,) = visitor.rows("/books?select=genres(name),book_genres(weight)&id=eq.4")
        assert sorted(names(book["genres"], "name")) == ["essay", "science"]
        assert len(book["book_genres"]) == 2
        (genre,) = visitor.rows("/genres?select=books(id)&name=eq.unread")
        assert genre["books"] == []

    def test_a_composite_key(self, visitor: Rest) -> None:
        (shelf,) = visitor.rows("/shelves?select=label,copies(book_id)&label=eq.back")
        assert shelf == {"label": "back", "copies": [{"book_id": 1}]}

    def test_a_table_related_to_itself(self, visitor: Rest) -> None:
        url = "/people?select=mentor:mentor_id(name),pupils:people(name)&id=eq.2"
        assert visitor.rows(url) == [{"mentor": None, "pupils": [{"name": "Marie"}]}]
        (marie,) = visitor.rows("/people?select=mentor_id(name)&id=eq.3")
        assert marie == {"mentor_id": {"name": "Blaise"}}

    def test_a_table_related_to_itself_by_several_columns(self, visitor: Rest) -> None:
        url = "/chapters?book_id=eq.1&number=lt.3&order=number&parts.order=number"
        parts = [{"title": "Cogs"}, {"title": "Cards"}]
        for one, many in (("part", ""), ("part", "!part"), ("chapters_part", "!chapters_part")):
            select = f"title,whole:{one}(title),parts:chapters{many}(title)"
            assert visitor.rows(f"{url}&select={select}") == [
                {"title": "Wheels", "whole": None, "parts": parts},
                {"title": "Cogs", "whole": {"title": "Wheels"}, "parts": []},
            ]
        url = "/chapters?select=title,whole:part!inner(title)&whole.title=eq.Reeds"
        assert visitor.rows(url) == [{"title": "Roots", "whole": {"title": "Reeds"}}]

    def test_a_cycle(self, visitor: Rest) -> None:
        url = (
            "/clubs?select=name,leader:members!clubs_leader(name,club:clubs!members_club(name)),"
            "members!members_club(name)&id=eq.1"
        )
        assert visitor.rows(url) == [
            {
                "name": "Readers",
                "leader": {"name": "Ann", "club": {"name": "Readers"}},
                "members": [{"name": "Ann"}, {"name": "Bob"}],
            }
        ]

    def test_views_relate_as_the_tables_they_show(self, visitor: Rest) -> None:
        (author,) = visitor.rows("/authors?select=name,recent_books(title)&id=eq.1")
        assert author["recent_books"] == [{"title": "New Engines, Old Books"}]
        (row,) = visitor.rows("/genre_counts?select=books(id)&name=eq.essay&books.order=id")
        assert row == {"books": [{"id": 2}, {"id": 4}]}

    def test_computed_relationships(self, visitor: Rest) -> None:
        (row,) = visitor.rows("/people?select=first_book(title),namesakes(id)&id=eq.1")
        assert row == {"first_book": {"title": "Notes on Engines"}, "namesakes": []}

    def test_hints_tell_several_apart(self, visitor: Rest) -> None:
        for hint in ("books_editor", "editor_id"):
            (book,) = visitor.rows(f"/books?select=people!{hint}(name)&id=eq.2")
            assert book == {"people": {"name": "Ada"}}
        for name in ("books_editor", "editor_id"):
            (book,) = visitor.rows(f"/books?select=editor:{name}(name)&id=eq.2")
            assert book == {"editor": {"name": "Ada"}}

    def test_several_are_refused_with_what_to_say_instead(self, visitor: Rest) -> None:
        answer = visitor.get("/books?select=people(name)")
        assert answer.refusal == (300, "PGRST201")
        assert {d["cardinality"] for d in answer.json["details"]} == {"many-to-one"}
        assert "people!books_author" in answer.json["hint"]
        assert visitor.get("/books?select=clubs(name)").refusal == (400, "PGRST200")

    def test_inner_joins_keep_the_rows_that_have_one(self, visitor: Rest) -> None:
        url = "/people?select=id,books!books_author!inner(id)&books.year=gt.2000&order=id"
        answer = visitor.get(url, prefer="count=exact")
        assert names(answer.json) == [1, 2]
        assert answer.headers["content-range"] == "0-1/2"
        left = url.replace("!inner", "!left")
        assert names(visitor.rows(left)) == [1, 2, 3, 4]

    def test_filters_order_and_pages_of_embedded_rows(self, visitor: Rest) -> None:
        url = (
            "/people?select=id,books!books_author(id)&id=lt.3&order=id"
            "&books.order=year.desc&books.limit=1&books.offset=1"
        )
        assert visitor.rows(url) == [
            {"id": 1, "books": [{"id": 1}]},
            {"id": 2, "books": [{"id": 2}]},
        ]
        url = "/people?select=id,b:books!books_author(id)&id=eq.1&b.or=(id.eq.4,id.eq.9)"
        assert visitor.rows(url) == [{"id": 1, "b": [{"id": 4}]}]

    def test_nested_embeds_are_filtered_by_their_path(self, visitor: Rest) -> None:
        url = (
            "/countries?select=code,people(id,books!books_author(id))"
            "&people.books.id=eq.4&people.id=eq.1&code=eq.UK"
        )
        assert visitor.rows(url) == [{"code": "UK", "people": [{"id": 1, "books": [{"id": 4}]}]}]

    def test_absent_rows_can_be_asked_for(self, visitor: Rest) -> None:
        url = "/people?select=id,passports()&passports=is.null&order=id"
        answer = visitor.get(url, prefer="count=exact")
        assert answer.json == [{"id": 2}, {"id": 4}]
        assert answer.headers["content-range"] == "0-1/2"
        either = "or=(passports.not.is.null,pupils.not.is.null)"
        url = f"/people?select=id,passports(),pupils:people()&{either}"
        answer = visitor.get(f"{url}&order=id", prefer="count=exact")
        assert names(answer.json) == [1, 2, 3]
        assert answer.headers["content-range"] == "0-2/3"
        assert visitor.get("/people?select=passports(number)&passports=eq.1").refusal == (
            400,
            "PGRST120",
        )

    def test_spread_rows_are_members_of_their_parent(self, visitor: Rest) -> None:
        url = "/books?select=id,...people!books_author(author:name,...countries(land:name))&id=eq.1"
        assert visitor.rows(url) == [{"id": 1, "author": "Ada", "land": "United Kingdom"}]
        url = "/people?select=id,...books!books_author(titles:title,year)&id=in.(1,4)&order=id"
        assert visitor.rows(f"{url}&books.order=year") == [
            {
                "id": 1,
                "titles": ["Notes on Engines", "New Engines, Old Books"],
                "year": [1843, 2001],
            },
            {"id": 4, "titles": [], "year": []},
        ]

    def test_a_filter_on_what_is_not_embedded_is_refused(self, visitor: Rest) -> None:
        assert visitor.get("/books?people.id=eq.1").refusal == (400, "PGRST108")

    def test_an_endless_nest_is_refused(self, visitor: Rest) -> None:
        deep = "people!people_mentor(" * 60 + "id" + ")" * 60
        assert visitor.get(f"/people?select={deep}").refusal == (400, "PGRST100")


class TestAggregates:
    def test_groups(self, visitor: Rest) -> None:
        rows = visitor.rows("/books?select=author_id,price.sum(),n:count(),year.max()::text")
        by_author = {row["author_id"]: row for row in rows}
        assert by_author[1] == {"author_id": 1, "sum": 32.5, "n": 2, "max": "2001"}

    def test_of_everything_and_of_json(self, visitor: Rest) -> None:
        assert visitor.rows("/books?select=count()") == [{"count": 5}]
        rows = visitor.rows("/books?select=details->pages,id.count()&details->pages=eq.60")
        assert rows == [{"pages": 60, "count": 1}]

    def test_inside_embeds_and_spreads(self, visitor: Rest) -> None:
        (row,) = visitor.rows("/countries?select=people(count())&code=eq.UK")
        assert row == {"people": [{"count": 1}]}
        rows = visitor.rows("/books?select=...people!books_author(name),price.max()")
        assert {"name": "Ada", "max": 20} in rows
        rows = visitor.rows("/books?select=mood,...people!books_author(id.max())&mood=eq.calm")
        assert rows == [{"mood": "calm", "max": 1}]
        url = "/people?select=id,...books!books_author(price.sum())"
        assert visitor.get(url).refusal == (400, "PGRST127")


class TestMedia:
    def test_one_object(self, visitor: Rest) -> None:
        answer = visitor.get("/books?select=id&id=eq.1", accept=OBJECT)
        assert answer.json == {"id": 1}
        assert answer.headers["content-type"].startswith(OBJECT)
        for url, rows in (("/books", 5), ("/books?id=eq.99", 0)):
            answer = visitor.get(url, accept=OBJECT)
            assert answer.refusal == (406, "PGRST116")
            assert answer.json["details"] == f"The result contains {rows} rows"

    def test_csv(self, visitor: Rest) -> None:
        url = "/people?select=id,name,tags,address&id=in.(1,4)&order=id"
        assert visitor.get(url, accept="text/csv").text == (
            'id,name,tags,address\n1,Ada,"{math,poetry}","(""1 Square"",London)"\n4,Zoë,{},'
        )

    def test_nulls_stripped(self, visitor: Rest) -> None:
        url = "/people?select=id,born&id=eq.4"
        stripped = "application/vnd.pgrst.array+json;nulls=stripped"
        assert visitor.get(url, accept=stripped).json == [{"id": 4}]
        assert visitor.get(url, accept=f"{OBJECT};nulls=stripped").json == {"id": 4}

    def test_plans(self, visitor: Rest) -> None:
        answer = visitor.get("/books", accept="application/vnd.pgrst.plan+json; options=analyze")
        assert "Actual Total Time" in answer.json[0]["Plan"]
        assert visitor.get("/books", accept="application/vnd.pgrst.plan").text.startswith("Aggreg")

    def test_what_cannot_be_made_is_refused(self, visitor: Rest) -> None:
        assert visitor.get("/books", accept="image/png").refusal == (406, "PGRST107")
        answer = visitor.get("/genres?select=id&limit=1", accept="image/png, */*;q=0.1")
        assert answer.json == [{"id": 1}]

    def test_a_repeated_poll_costs_304(self, visitor: Rest) -> None:
        first = visitor.get("/books?select=id")
        again = visitor.get("/books?select=id", if_none_match=first.headers["etag"])
        assert (again.status, again.text) == (304, "")
        other = visitor.get("/books?select=title", if_none_match=first.headers["etag"])
        assert other.status == 200


class TestSchemas:
    def test_another_schema_by_profile(self, visitor: Rest) -> None:
        answer = visitor.get("/visitors", accept_profile="annex")
        assert (answer.status, answer.headers["content-profile"]) == (200, "annex")
        assert visitor.get("/visitors").refusal == (404, "PGRST205")
        assert visitor.get("/secrets", accept_profile="vault").refusal == (406, "PGRST106")

    def test_a_name_that_is_nearly_right_gets_a_hint(self, visitor: Rest) -> None:
        answer = visitor.get("/boks")
        assert answer.refusal == (404, "PGRST205")
        assert answer.json["hint"] == "Perhaps you meant the table 'library.books'"

    def test_a_new_table_is_there_at_once(self, ann: Rest, owner: Connection) -> None:
        assert ann.get("/arrivals").status == 404
        owner.execute("create table library.arrivals (id int primary key)")
        owner.execute("grant select, insert on library.arrivals to authenticated")
        owner.execute("select pg_stat_force_next_flush()")
        assert ann.rows("/arrivals") == []
        owner.execute("alter table library.arrivals add column late boolean default true")
        owner.execute("select pg_stat_force_next_flush()")
        assert ann.post("/arrivals", {"id": 1, "late": False}).status == 201
        owner.execute("drop table library.arrivals")
