"""Every row of a user is in their copy, and after an erasure no trace of them is left."""

import pytest

from tests.integration.privacy.story import (
    Admin,
    Marked,
    confirmed,
    copy_of,
    counts,
    erase,
    fingerprint,
    store,
    stored,
    tables,
    where,
)

pytestmark = pytest.mark.usefixtures("fresh_database")


def test_the_copy_holds_every_row_and_every_field_the_user_may_see(
    admin: Admin, alice: Marked, bob: Marked
) -> None:
    store(f"{alice.id}/uploads/one", b"a recording")
    store(f"{bob.id}/uploads/one")
    before = counts(admin, alice.id)
    copy = copy_of(admin, alice)
    exported = {table.name for table in tables(admin) if table.export != "none"}
    assert set(copy.rows) == exported
    assert {name: len(rows) for name, rows in copy.rows.items()} == {
        name: before[name] for name in exported
    }
    for field, mark in alice.fields.items():
        table, column = field.rsplit(".", 1)
        seen = table in exported and column in copy.index["tables"][table]["columns"]
        assert (mark in copy.text) == seen, field
    assert copy.index["tables"]["user_secrets"]["left_out"]["encrypted_value"]
    assert copy.index["tables_left_out"]["private.outbox"]["why"]
    assert [file["key"] for file in copy.files] == [f"{alice.id}/uploads/one"]
    assert bob.mark not in copy.text
    assert str(bob.id) not in copy.text


def test_after_an_erasure_nothing_tells_who_it_was(
    admin: Admin, alice: Marked, bob: Marked
) -> None:
    for user in (alice, bob):
        store(f"{user.id}/uploads/one")
        store(f"{user.id}/paid/two")
    had, theirs = counts(admin, alice.id), fingerprint(admin, bob.id)
    assert len(where(admin, alice.needles)) > len(had)
    erase(admin, confirmed(admin, alice))
    assert where(admin, alice.needles) == {}
    assert fingerprint(admin, bob.id) == theirs
    assert stored(f"{alice.id}/") == set()
    assert stored(f"{bob.id}/") == {f"{bob.id}/uploads/one", f"{bob.id}/paid/two"}
    request = admin.execute(
        "select * from data_deletion_requests where status = 'completed'"
    ).fetchone()
    assert request is not None
    kept = {table.name for table in tables(admin) if table.erase in ("anonymise", "keep_legal")}
    now = counts(admin, request["user_id"])
    assert {name for name, n in now.items() if n} == kept
    assert all(now[name] >= had[name] for name in kept)
