"""Row level security through the data API: every table, every caller, every verb.

What a table allows is read from its grants: a new table is tested without a new line here.
"""

from typing import Any

import pytest

from tests.integration.db.matrix_rows import ROWS
from tests.integration.db.matrix_tables import Table
from tests.integration.rest.harness import Answer
from tests.integration.rest.matrix import ALICE, BOB, ROLES, TRY, Row, Studio, total, where

pytestmark = pytest.mark.usefixtures("nothing_left")

PUBLIC = [name for name in ROWS if name.startswith("public.")]
COUNTED = "count=exact"


@pytest.mark.parametrize("name", PUBLIC)
def test_rows_are_read_by_their_owner_and_the_house_alone(studio: Studio, name: str) -> None:
    table = studio.tables[name]
    there = {
        "owner": len(studio.rows(name, ALICE)),
        "other": len(studio.rows(name, BOB)),
        "service": len(studio.rows(name)),
    }
    assert all(there.values())
    for who, role in ROLES.items():
        columns = table.allows(role, "select")
        url = f"/{table.name}?select={','.join(columns) or table.owner}"
        answer = studio.api[who].get(url, prefer=COUNTED)
        assert total(answer) == (there[who] if columns else None), (who, answer.text)
        if columns and who == "other":
            assert not studio.leaked(answer)
            for asked in (f"{table.owner}=eq.{ALICE}", f"not.and=({table.owner}.eq.{BOB})"):
                none = studio.api[who].get(f"{url}&{asked}", prefer=COUNTED)
                assert (none.json, total(none)) == ([], 0)
            head = studio.api[who]("HEAD", url, prefer=COUNTED)
            assert total(head) == there["other"]
            counted = studio.api[who].get(f"/{table.name}?select=count()")
            assert counted.json == [{"count": there["other"]}]


@pytest.mark.parametrize("name", PUBLIC)
def test_who_asks_for_closed_columns_is_told_to_name_open_ones(studio: Studio, name: str) -> None:
    table = studio.tables[name]
    answer = studio.api["owner"].get(f"/{table.name}")
    told = answer.json["hint"] if answer.status == 403 else None
    columns = table.allows("authenticated", "select")
    assert (told is None) == (answer.status == 200 or not columns)
    assert told is None or told.startswith(f"Some columns of {table.name} are closed")


@pytest.mark.parametrize("name", PUBLIC)
def test_rows_are_changed_by_their_owner_and_the_house_alone(studio: Studio, name: str) -> None:
    table, row = studio.tables[name], studio.rows(name, ALICE)[0]
    for who, role in ROLES.items():
        # Those who may change it try and take it back; those who may not would do it for good.
        may = who in ("owner", "service")
        prefer = f"{COUNTED},{TRY}" if may else COUNTED
        columns = table.allows(role, "update")
        body = {_harmless(table, columns): row[_harmless(table, columns)]}
        url = f"/{table.name}?{where(row, table.key)}"
        answers = {
            "update": studio.api[who].patch(url, body, prefer=prefer),
            "delete": studio.api[who].delete(url, prefer=prefer),
        }
        for verb, answer in answers.items():
            granted = bool(table.allows(role, verb))
            assert total(answer) == (int(may) if granted else None), (who, verb, answer.text)
        if who == "other":
            every = f"/{table.name}?{table.owner}=not.is.null"
            for answer in (
                studio.api[who].patch(every, body, prefer=f"{COUNTED},{TRY}"),
                studio.api[who].delete(every, prefer=f"{COUNTED},{TRY}"),
            ):
                if answer.status < 300:
                    assert total(answer) == len(studio.rows(name, BOB)), answer.text


@pytest.mark.parametrize("name", PUBLIC)
def test_rows_are_made_for_oneself_alone(studio: Studio, name: str) -> None:
    table, row = studio.tables[name], studio.spare[name, ALICE]
    assert table.owner is not None
    row = {**row, table.owner: str(ALICE)}
    assert studio.api["visitor"].post(f"/{table.name}", row).refusal == (401, "42501")
    answer = studio.api["other"].post(f"/{table.name}", row)
    assert answer.refusal == (403, "42501"), answer.text
    if set(row) <= set(table.allows("authenticated", "insert")):
        assert "row-level security" in answer.json["message"], answer.text
    answer = studio.api["service"].post(f"/{table.name}", row, prefer=TRY)
    if table.allows("service_role", "insert"):
        taken = answer.status >= 400 and answer.json["code"] in ("23505", "23P01")
        assert answer.status == 201 or taken, answer.text
    else:
        assert answer.refusal == (403, "42501")


@pytest.mark.parametrize("name", PUBLIC)
def test_rows_are_not_given_away(studio: Studio, name: str) -> None:
    table = studio.tables[name]
    for who, from_user, to_user in (("owner", ALICE, BOB), ("other", BOB, ALICE)):
        mine = studio.rows(name, from_user)[0]
        url = f"/{table.name}?{where(mine, table.key)}"
        answer = studio.api[who].patch(url, {table.owner: str(to_user)})
        assert answer.refusal == (403, "42501"), answer.text


@pytest.mark.parametrize("name", PUBLIC)
def test_an_upsert_reaches_no_row_of_another(studio: Studio, name: str) -> None:
    table, theirs = studio.tables[name], studio.rows(name, ALICE)[0]
    may = table.allows("authenticated", "insert")
    for key in table.uniques:
        if not set(key) <= set(may) or None in (theirs[column] for column in key):
            continue
        mine = {c: v for c, v in studio.spare[name, BOB].items() if c in may}
        body = mine | {column: theirs[column] for column in key}
        for resolution in ("merge", "ignore"):
            answer = studio.api["other"].post(
                f"/{table.name}?on_conflict={','.join(key)}&select={','.join(table.key)}",
                body,
                prefer=f"return=representation,resolution={resolution}-duplicates",
            )
            _reached_nothing(studio, answer, body, f"{resolution} on {key}")
            if table.owner in key or resolution == "merge":
                assert answer.refusal == (403, "42501"), answer.text
        if key == table.key:
            answer = studio.api["other"].put(f"/{table.name}?{where(theirs, key)}", body)
            _reached_nothing(studio, answer, body, "put")


def _reached_nothing(studio: Studio, answer: Answer, sent: Row, what: str) -> None:
    """It was refused, or answered that no row was written."""
    written: Any = [] if answer.status >= 400 else answer.json
    assert written == [], f"{what}: {answer.text}"
    assert not studio.leaked(answer, sent), f"{what}: {answer.text}"


def _harmless(table: Table, columns: list[str]) -> str:
    """A column to set to what it is; any when none may be set."""
    keys = {column for unique in table.uniques for column in unique} | {table.owner}
    return next((c for c in columns if c not in keys), next(iter(columns), table.key[0]))
