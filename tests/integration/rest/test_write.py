"""Writing: inserts, upserts, PUT, updates, deletes, and what they answer."""

from uuid import uuid4

import pytest
from psycopg import Connection

from tests.integration.rest.harness import BEN, Rest

SHOW = "return=representation"
TRY = "tx=rollback"
OBJECT = "application/vnd.pgrst.object+json"


class TestInsert:
    def test_one_and_many(self, ann: Rest) -> None:
        one = ann.post("/people?select=name", {"name": "Eve"}, prefer=f"{SHOW},{TRY}")
        assert (one.status, one.json) == (201, [{"name": "Eve"}])
        rows = [{"name": "Eve", "country": "FR"}, {"name": "Fay", "country": None}]
        many = ann.post("/people?select=name,countries(name)", rows, prefer=f"{SHOW},{TRY}")
        assert many.json == [
            {"name": "Eve", "countries": {"name": "France"}},
            {"name": "Fay", "countries": None},
        ]

    def test_nothing_is_answered_unless_asked(self, ann: Rest) -> None:
        for prefer in (TRY, f"return=minimal,{TRY}"):
            answer = ann.post("/people", {"name": "Eve"}, prefer=prefer)
            assert (answer.status, answer.text) == (201, "")
        answer = ann.post("/people", {"name": "Eve"}, prefer=f"return=headers-only,{TRY}")
        assert answer.headers["location"].startswith("/people?id=eq.")

    def test_a_rollback_leaves_nothing(self, ann: Rest) -> None:
        ann.post("/people", {"name": "Nobody"}, prefer=TRY)
        assert ann.rows("/people?name=eq.Nobody") == []

    def test_columns_choose_what_is_written(self, ann: Rest) -> None:
        rows = [{"name": "Eve", "id": -1}, {"name": "Fay", "other": 1}]
        url = "/people?columns=name&select=name"
        assert ann.post(url, rows, prefer=f"{SHOW},{TRY}").json == [
            {"name": "Eve"},
            {"name": "Fay"},
        ]

    def test_missing_members_are_null_or_the_default(self, ann: Rest) -> None:
        rows = [{"id": 50, "nick": "a", "serial": 7}, {"id": 51}]
        url = "/kinds?columns=id,nick,serial&select=id,nick,serial"
        answer = ann.post(url, rows, prefer=f"{SHOW},missing=default,{TRY}")
        assert answer.json[0] == {"id": 50, "nick": "a", "serial": 7}
        assert answer.json[1]["nick"] == "nameless"
        assert answer.json[1]["serial"] is not None
        assert ann.post(url, rows, prefer=TRY).refusal == (400, "23502")

    def test_rows_must_have_the_same_members_unless_columns_are_named(self, ann: Rest) -> None:
        rows = [{"name": "Eve"}, {"name": "Fay", "born": None}]
        assert ann.post("/people", rows).refusal == (400, "PGRST102")

    @pytest.mark.parametrize("body", ["", "{", "1", '"a"', "[1]", "[{},1]", "NaN", '{"a":NaN}'])
    def test_what_is_no_row_is_refused(self, ann: Rest, body: str) -> None:
        assert ann.post("/people", body).refusal == (400, "PGRST102")

    def test_no_rows_and_rows_of_defaults(self, ann: Rest) -> None:
        assert ann.post("/diary", [], prefer=SHOW).json == []
        assert len(ann.post("/diary", [{}, {}], prefer=f"{SHOW},{TRY}").json) == 2
        assert len(ann.post("/diary", {}, prefer=f"{SHOW},{TRY}").json) == 1

    def test_every_kind_of_column_goes_in_as_it_came_out(self, ann: Rest) -> None:
        (row,) = ann.rows("/kinds?id=eq.1")
        again = {k: v for k, v in row.items() if k != "twice"} | {"id": 77}
        answer = ann.post("/kinds", again, prefer=f"{SHOW},{TRY}")
        assert answer.json == [row | {"id": 77, "twice": 154}]

    def test_csv_and_forms(self, ann: Rest) -> None:
        prefer = f"{SHOW},{TRY}"
        csv = 'name,born,tags\n"Eve, the first",NULL,{}\nFay,2001-01-01,"{a,b}"\n'
        answer = ann.post(
            "/people?select=name,born,tags", csv, content_type="text/csv", prefer=prefer
        )
        assert answer.json == [
            {"name": "Eve, the first", "born": None, "tags": []},
            {"name": "Fay", "born": "2001-01-01", "tags": ["a", "b"]},
        ]
        form = "application/x-www-form-urlencoded"
        answer = ann.post("/people?select=name", "name=E%20F", content_type=form, prefer=prefer)
        assert answer.json == [{"name": "E F"}]
        assert ann.post("/people", "x", content_type="image/png").refusal == (415, "PGRST102")

    def test_through_a_view(self, ann: Rest) -> None:
        row = {"title": "Viewed", "author_id": 1, "year": 2020}
        answer = ann.post("/recent_books?select=title,people(name)", row, prefer=f"{SHOW},{TRY}")
        assert answer.json == [{"title": "Viewed", "people": {"name": "Ada"}}]

    def test_constraints_speak(self, ann: Rest) -> None:
        assert ann.post("/countries", {"code": "UK", "name": "x"}).refusal == (409, "23505")
        assert ann.post("/books", {"title": "x", "author_id": 999}).refusal == (409, "23503")
        assert ann.post("/books", {"title": "x"}).refusal == (400, "23502")
        assert ann.post("/books", {"nope": 1}).refusal == (400, "PGRST204")
        assert ann.post("/genres", {"id": 1, "name": "x"}).refusal == (400, "428C9")

    def test_row_level_security_holds(self, ann: Rest, ben: Rest, visitor: Rest) -> None:
        text = str(uuid4())
        assert ann.post("/notes", {"text": text}).status == 201
        assert ann.rows(f"/notes?select=text&text=eq.{text}") == [{"text": text}]
        assert ben.rows(f"/notes?text=eq.{text}") == []
        assert ann.post("/notes", {"text": "x", "owner": str(BEN)}).refusal == (403, "42501")
        answer = visitor.get("/notes")
        assert answer.refusal == (401, "42501")
        assert answer.headers["www-authenticate"] == "Bearer"


class TestUpsert:
    def test_merge_tells_new_rows_from_old_ones(self, ann: Rest) -> None:
        prefer = f"{SHOW},resolution=merge-duplicates,{TRY}"
        both = [{"code": "FR", "name": "Francia"}, {"code": "IT", "name": "Italia"}]
        answer = ann.post("/countries", both, prefer=prefer)
        assert (answer.status, answer.json) == (201, both)
        answer = ann.post("/countries", both[:1], prefer=prefer)
        assert (answer.status, answer.json) == (200, both[:1])
        assert "resolution=merge-duplicates" in answer.headers["preference-applied"]

    def test_ignore_leaves_what_is_there(self, ann: Rest) -> None:
        rows = [{"code": "FR", "name": "Francia"}, {"code": "IT", "name": "Italia"}]
        prefer = f"{SHOW},resolution=ignore-duplicates,{TRY}"
        assert ann.post("/countries", rows, prefer=prefer).json == rows[1:]

    def test_on_other_columns_than_the_key(self, ann: Rest) -> None:
        row = {"title": "Modern Reeds", "author_id": 2, "year": 2016}
        url = "/books?on_conflict=author_id,title&select=id,year"
        prefer = f"{SHOW},resolution=merge-duplicates,{TRY}"
        assert ann.post(url, row, prefer=prefer).json == [{"id": 5, "year": 2016}]
        answer = ann.post("/books?on_conflict=year", row, prefer=prefer)
        assert answer.refusal == (400, "42P10")


class TestPut:
    def test_it_makes_or_replaces_the_row_its_address_names(self, ann: Rest) -> None:
        prefer = f"{SHOW},{TRY}"
        answer = ann.put("/countries?code=eq.ES", {"code": "ES", "name": "Spain"}, prefer=prefer)
        assert (answer.status, answer.json) == (201, [{"code": "ES", "name": "Spain"}])
        answer = ann.put("/countries?code=eq.FR", {"code": "FR", "name": "F"}, prefer=prefer)
        assert (answer.status, answer.json) == (200, [{"code": "FR", "name": "F"}])
        assert (
            ann.put("/countries?code=eq.FR", {"code": "FR", "name": "F"}, prefer=TRY).status == 204
        )

    def test_address_and_body_must_agree(self, ann: Rest) -> None:
        body = {"code": "ES", "name": "Spain"}
        assert ann.put("/countries?code=eq.IT", body).refusal == (400, "PGRST115")
        assert ann.put("/countries?name=eq.Spain", body).refusal == (405, "PGRST105")
        assert ann.put("/countries?code=eq.ES&name=eq.x", body).refusal == (405, "PGRST105")
        assert ann.put("/countries?code=gt.ES", body).refusal == (405, "PGRST105")
        assert ann.put("/countries?code=eq.ES&limit=1", body).refusal == (400, "PGRST114")


class TestUpdateAndDelete:
    def test_update_answers_what_it_changed(self, ann: Rest) -> None:
        url = "/people?id=eq.1&select=tags,books!books_author(id)&books.id=eq.4"
        answer = ann.patch(url, {"tags": ["new"]}, prefer=f"{SHOW},count=exact,{TRY}")
        assert (answer.status, answer.headers["content-range"]) == (200, "0-0/1")
        assert answer.json == [{"tags": ["new"], "books": [{"id": 4}]}]
        assert ann.patch("/people?id=eq.1", {"tags": []}, prefer=TRY).status == 204

    def test_an_update_of_nothing_changes_nothing(self, ann: Rest) -> None:
        assert ann.patch("/people?id=eq.999", {"tags": []}, prefer=SHOW).json == []
        assert ann.patch("/people?id=eq.1&select=id,shout", {}, prefer=SHOW).json == []
        assert ann.patch("/genres?id=eq.1", {}).status == 204

    def test_an_update_of_nothing_needs_the_right_to_update(self, visitor: Rest) -> None:
        assert visitor.patch("/genres?id=eq.1", {}).refusal == (401, "42501")

    def test_defaults_and_computed_columns_after_an_update(self, ann: Rest) -> None:
        url = "/people?id=eq.1&columns=tags&select=tags,shout"
        answer = ann.patch(url, {"name": "x"}, prefer=f"{SHOW},missing=default,{TRY}")
        assert answer.json == [{"tags": [], "shout": "ADA"}]

    def test_delete_answers_what_it_deleted(self, ann: Rest) -> None:
        url = "/passports?person_id=in.(1,3)&select=number,people(name)&order=number"
        answer = ann.delete(url, prefer=f"{SHOW},count=exact,{TRY}")
        assert (answer.status, answer.headers["content-range"]) == (200, "*/2")
        assert answer.json == [
            {"number": "PL-3", "people": {"name": "Marie"}},
            {"number": "UK-1", "people": {"name": "Ada"}},
        ]
        assert ann.delete("/passports?person_id=eq.1", prefer=TRY).status == 204

    def test_all_rows_at_once_are_refused(self, ann: Rest, owner: Connection) -> None:
        for answer in (
            ann.patch("/people", {"tags": []}),
            ann.delete("/people"),
            ann.delete("/people?select=id&order=id&limit=1"),
        ):
            assert answer.refusal == (400, "21000")
        assert owner.execute("select count(*) from library.people").fetchone() != (0,)

    def test_more_than_was_wanted_is_undone(self, ann: Rest) -> None:
        prefer = "handling=strict,max-affected=1"
        answer = ann.delete("/passports?person_id=gt.0", prefer=prefer)
        assert answer.refusal == (400, "PGRST124")
        answer = ann.patch("/passports?person_id=gt.0", {"number": "x"}, accept=OBJECT)
        assert answer.refusal == (406, "PGRST116")
        assert len(ann.rows("/passports?number=neq.x")) == 2

    def test_without_a_grant_it_is_refused(self, visitor: Rest) -> None:
        assert visitor.delete("/people?id=eq.1").refusal == (401, "42501")

    def test_a_role_may_write_what_it_may_not_read(self, visitor: Rest, owner: Connection) -> None:
        owner.execute(
            "create table library.letterbox (id int generated always as identity, word text)"
        )
        owner.execute("grant insert on library.letterbox to anon")
        owner.execute("select pg_stat_force_next_flush()")
        assert visitor.post("/letterbox", {"word": "hello"}).status == 201
        assert visitor.post("/letterbox", {"word": "hello"}, prefer=SHOW).refusal == (401, "42501")
        owner.execute("drop table library.letterbox")
