"""Copies in slices: whoever dies, is late or comes twice, every row is in the file once."""

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.domains.outbox import service as outbox
from chalicelib.domains.outbox.models import Message
from chalicelib.domains.privacy import collecting
from chalicelib.domains.privacy.exports import promise
from tests.integration.privacy.story import (
    Admin,
    Copy,
    Died,
    Marked,
    counts,
    dying,
    loaded,
    stored,
    the,
)

pytestmark = pytest.mark.usefixtures("fresh_database")

NOTES = 2_500  # more than two pages


@pytest.fixture
def writer(admin: Admin, alice: Marked) -> Marked:
    """Alice, with many notes and some that are long."""
    admin.execute(
        "insert into research_notes (user_id, content, created_at)"
        " select %s, 'note ' || n, now() - n / 3 * interval '1 s' from generate_series(1, %s) n",
        (alice.id, NOTES),
    )
    admin.execute(
        "insert into scripts (user_id, content)"
        " select %s, repeat(n || ' ', 1000000) from generate_series(1, 5) n",
        (alice.id,),
    )
    return alice


TOLD_OF = ("privacy_audit_log", "data_export_requests", "webhook_events")
"""Tables in which it is noted that a copy is ready, once it is."""


def request(admin: Admin, user: Marked) -> dict[str, Any]:
    row = admin.execute(
        "select * from data_export_requests where user_id = %s", (user.id,)
    ).fetchone()
    assert row is not None
    return row


def check(admin: Admin, user: Marked) -> None:
    """The copy is ready and has every row once; nothing else of it is left in the bucket."""
    row = request(admin, user)
    assert row["status"] == "completed"
    copy = Copy.of(loaded(row["asset_path"]))
    had = counts(admin, user.id)
    for name, rows in copy.rows.items():
        if name not in TOLD_OF:
            assert len({str(sorted(r.items())) for r in rows}) == len(rows) == had[name], name
        assert copy.index["tables"][name]["rows"] == len(rows) == row["row_counts"][name]
    assert stored(f"{user.id}/exports/") == {row["asset_path"]}
    told = admin.execute(
        "select count(*) as n from privacy_audit_log"
        " where user_id = %s and event_type = 'export_completed'",
        (user.id,),
    ).fetchone()
    assert told == {"n": 1}


def test_a_worker_hands_on_and_the_next_goes_on(admin: Admin, writer: Marked) -> None:
    export = the(admin, "data_export_requests", writer)
    slices = 1
    while not collecting.collect(writer.id, export, seconds=7, clock=dying(100)):
        slices += 1
    assert slices > 10
    check(admin, writer)
    assert not collecting.collect(writer.id, export)  # delivered once more


@pytest.mark.parametrize("seed", [1, 2])
def test_a_worker_that_dies_repeats_its_slice(admin: Admin, writer: Marked, seed: int) -> None:
    chance, died = random.Random(seed), 0
    export = the(admin, "data_export_requests", writer)
    while request(admin, writer)["status"] != "completed":
        try:
            clock = dying(chance.randrange(5, 45))
            collecting.collect(writer.id, export, seconds=30, clock=clock)
        except Died:
            died += 1
    assert died > 1, f"seed {seed}"
    check(admin, writer)


def test_of_two_workers_at_once_one_is_believed(admin: Admin, writer: Marked) -> None:
    export = the(admin, "data_export_requests", writer)

    def work(seconds: float) -> bool:
        try:
            return collecting.collect(writer.id, export, seconds=seconds)
        finally:
            db.disconnect()

    with ThreadPoolExecutor(3) as workers:
        ready = list(workers.map(work, [25.0, 25.0, 0.0]))
    while request(admin, writer)["status"] != "completed":
        ready.append(collecting.collect(writer.id, export))
    assert sum(ready) == 1
    check(admin, writer)


def test_the_queue_carries_it_from_slice_to_slice(admin: Admin, alice: Marked) -> None:
    export = the(admin, "data_export_requests", alice)
    with db.transaction(Actor.worker(alice.id)) as tx:
        row = promise(tx, export, 0)
    assert outbox.deliver(row)
    assert not outbox.deliver(row)
    check(admin, alice)


def test_a_copy_that_cannot_be_made_is_shown_as_failed(admin: Admin, alice: Marked) -> None:
    export = the(admin, "data_export_requests", alice)
    message = Message(
        id=UUID(int=1), user_id=alice.id, topic="privacy_export",
        payload={"export_id": str(export)}, attempts=9, unconfirmed=False,
        created_at=request(admin, alice)["created_at"],
    )  # fmt: skip
    with db.transaction(Actor.service()) as tx:
        collecting.failed(tx, message, 5.0)
        assert request(admin, alice)["status"] == "pending"
        collecting.failed(tx, message, None)
    row = request(admin, alice)
    assert (row["status"], row["error_code"]) == ("failed", "ExportFailed")
