"""Erasures: whoever dies or comes twice, it is done once and whole; what is kept stays true."""

import json
import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.domains.outbox import service as outbox
from chalicelib.domains.outbox.models import Message, Undelivered
from chalicelib.domains.privacy import erasing
from chalicelib.errors import Forbidden, IllegalMove
from tests import factories
from tests.integration.db.matrix_rows import ROWS
from tests.integration.privacy.story import (
    Admin,
    Died,
    Marked,
    confirmed,
    counts,
    dying,
    erase,
    fingerprint,
    store,
    stored,
    tables,
    where,
)

pytestmark = pytest.mark.usefixtures("fresh_database")


def done(admin: Admin) -> dict[str, Any]:
    """The one request that was carried out."""
    (row,) = admin.execute("select * from data_deletion_requests where status = 'completed'")
    return row


def chain(admin: Admin, owner: UUID) -> list[str]:
    """The events of a log whose hashes hold."""
    assert admin.execute("select verify_privacy_log(%s) as at", (owner,)).fetchone() == {"at": None}
    rows = admin.execute(
        "select event_type from privacy_audit_log where user_id = %s order by seq", (owner,)
    )
    return [row["event_type"] for row in rows]


@pytest.mark.parametrize(("seed", "most"), [(0, 1), (1, 20)], ids=["each page", "any page"])
def test_a_worker_that_dies_at_a_page_leaves_the_rest_to_the_next(
    admin: Admin, alice: Marked, bob: Marked, seed: int, most: int
) -> None:
    chance, died = random.Random(seed), 0
    deletion, had = confirmed(admin, alice), counts(admin, alice.id)
    theirs = fingerprint(admin, bob.id)
    finished = False
    while not finished:
        try:
            finished = erasing.erase(deletion, seconds=10, clock=dying(chance.randint(1, most)))
        except Died:
            died += 1
    assert died > 5, f"seed {seed}"
    assert where(admin, alice.needles) == {}
    assert fingerprint(admin, bob.id) == theirs
    gone = done(admin)["report"]["erased"]
    expected = {t.name for t in tables(admin) if t.erase in ("delete", "cascade")}
    named = {name.removeprefix("private.") for name in expected}
    assert named <= set(gone) | {"stale_scores"}
    for name, rows in gone.items():
        before = had.get(name, had.get(f"private.{name}", 0))
        assert rows >= before, name  # deleting may write notes, which go too


def test_of_two_workers_at_once_one_finishes(admin: Admin, alice: Marked) -> None:
    deletion = confirmed(admin, alice)

    def work(_: int) -> bool:
        try:
            return erasing.erase(deletion)
        except Exception:  # the other one was faster: a lock, or nothing left to finish
            return False
        finally:
            db.disconnect()

    with ThreadPoolExecutor(2) as workers:
        finished = list(workers.map(work, range(2)))
    if not any(finished):
        finished.append(erasing.erase(deletion))
    assert sum(finished) == 1
    assert where(admin, alice.needles) == {}
    assert chain(admin, done(admin)["user_id"]).count("deletion_completed") == 1


def test_the_log_tells_it_under_a_pseudonym_and_its_hashes_hold(
    admin: Admin, alice: Marked
) -> None:
    erase(admin, confirmed(admin, alice))
    request = done(admin)
    events = chain(admin, request["user_id"])
    assert events[-2:] == ["deletion_started", "deletion_completed"]
    last = admin.execute(
        "select details, request_id from privacy_audit_log where user_id = %s"
        " order by seq desc limit 1",
        (request["user_id"],),
    ).fetchone()
    assert last is not None
    assert last["request_id"] == request["request_id"]
    assert last["details"]["erased"]["campaigns"] == 1
    assert request["plan"] == {}


def test_the_books_stay_whole_and_a_late_refund_still_finds_them(
    admin: Admin, alice: Marked
) -> None:
    carol = factories.user(credits=30, email="carol@secret.example")
    factories.credits(carol, 100, kind="purchase", stripe="pi_carol", key="stripe:pi_carol")
    admin.execute("update profiles set stripe_customer_id = 'cus_c' where id = %s", (carol,))
    for number, outcome in enumerate((
        {"did": "credited", "user_id": str(carol), "customer": "cus_c", "payment": "pi_carol"},
        {"did": "waiting", "waits_for": "cus_c", "object": {"customer": "cus_c", "id": "in_1"}},
        {"did": "noted", "customer": "cus_other", "user_id": str(alice.id)},
    )):  # fmt: skip
        admin.execute(
            "insert into private.stripe_events (event_id, type, created, outcome)"
            " values (%s, 'x', now(), %s)",
            (f"evt_{number}", json.dumps(outcome)),
        )
    with db.transaction(Actor.worker(carol)) as tx:
        deletion = tx.value("insert into data_deletion_requests (user_id) values (%(u)s)"
                            " returning id", u=carol)  # fmt: skip
        tx.run("update data_deletion_requests set status = 'confirmed'")
    erase(admin, deletion)
    assert where(admin, [str(carol), "carol@secret.example", "cus_c"]) == {}
    pseudonym = done(admin)["user_id"]
    assert factories.balanced(pseudonym)
    with db.transaction(Actor.service()) as tx:
        assert tx.value("select get_credit_balance(%(u)s)", u=pseudonym) == 130
        tx.run("select revoke_purchase('pi_carol', 40, 'stripe:refund:1')")
        assert tx.value("select get_credit_balance(%(u)s)", u=pseudonym) == 90
    assert factories.balanced(pseudonym)
    assert where(admin, ["cus_other"]) != {}


def test_work_under_way_is_stopped_first_and_its_files_are_waited_for(
    admin: Admin, aws: None
) -> None:
    dave = factories.user(credits=10)
    job = factories.job(dave, reserve=7)
    admin.execute("update jobs set status = 'RENDERING' where id = %s", (job,))
    for table in ("public.channels", "public.video_jobs"):
        admin.execute(ROWS[table].encode(), {"user": dave})
    admin.execute(
        "update video_jobs set status = 'generating_music', goal = 'video', attempt = 1"
        " where user_id = %s",
        (dave,),
    )
    store(f"{dave}/jobs/{job}/chunk")
    with db.transaction(Actor.worker(dave)) as tx:
        deletion = tx.value("insert into data_deletion_requests (user_id) values (%(u)s)"
                            " returning id", u=dave)  # fmt: skip
        tx.run("update data_deletion_requests set status = 'confirmed'")
    with pytest.raises(Undelivered) as caught:
        erasing.erase(deletion)
    assert 900 < caught.value.retry_after <= 960
    assert stored(f"{dave}/") == set()
    store(f"{dave}/jobs/{job}/video")  # by a step that did not know yet
    erase(admin, deletion)
    assert stored(f"{dave}/") == set()
    pseudonym = done(admin)["user_id"]
    assert factories.balanced(pseudonym)
    with db.transaction(Actor.service()) as tx:
        assert tx.value("select get_credit_balance(%(u)s)", u=pseudonym) == 10


def test_data_alone_can_go_and_the_account_stays(admin: Admin, alice: Marked) -> None:
    store(f"{alice.id}/uploads/one")
    before = fingerprint(admin, alice.id)
    erase(admin, confirmed(admin, alice, scope="data_only"))
    after, now = fingerprint(admin, alice.id), counts(admin, alice.id)
    for table in tables(admin):
        if table.erase in ("delete", "cascade"):
            assert now[table.name] == (table.place == "private.outbox"), table  # the last letter
        elif table.name not in (
            "privacy_audit_log", "secret_audit_logs", "user_privacy_settings",
            "data_deletion_requests", "credit_ledger",
        ):  # fmt: skip
            assert after[table.name] == before[table.name], table
    assert stored(f"{alice.id}/") == set()
    request = done(admin)
    assert request["user_id"] == alice.id
    letter = admin.execute("select payload from private.outbox where topic = 'email'").fetchone()
    assert letter is not None
    assert letter["payload"]["notice"] == "deletion.completed"
    assert chain(admin, alice.id)[-2:] != []


def test_tickets_from_before_the_account_go_by_its_address(admin: Admin, alice: Marked) -> None:
    for email in (alice.email, "somebody@else.example"):
        admin.execute(
            "insert into support_tickets (email, name, subject, message)"
            " values (%s, 'Name', 'Subject', 'Message')",
            (email,),
        )
    erase(admin, confirmed(admin, alice))
    left = admin.execute("select email from support_tickets where user_id is null").fetchall()
    assert left == [{"email": "somebody@else.example"}]


def test_it_waits_for_letters_that_are_under_way(admin: Admin, alice: Marked) -> None:
    deletion = confirmed(admin, alice)
    admin.execute(
        "insert into private.outbox (user_id, topic, payload, dedupe_key)"
        " values (%s, 'email', '{}', 'letter')",
        (alice.id,),
    )
    with pytest.raises(Undelivered):
        erasing.erase(deletion)
    admin.execute("update private.outbox set dead_at = now() where dedupe_key = 'letter'")
    assert erasing.erase(deletion)


def test_rows_that_cannot_be_deleted_end_the_attempt(admin: Admin, alice: Marked) -> None:
    deletion = confirmed(admin, alice)
    admin.execute(
        "create function keep() returns trigger language plpgsql as $$ begin return null; end $$;"
        " create trigger keeper before delete on brand_assets for each row execute function keep()"
    )
    with pytest.raises(RuntimeError, match="brand_assets"):
        erasing.erase(deletion)
    admin.execute("drop trigger keeper on brand_assets")
    assert erasing.erase(deletion)
    assert where(admin, alice.needles) == {}


def test_what_failed_is_taken_up_again_the_next_day(admin: Admin, alice: Marked) -> None:
    deletion = confirmed(admin, alice, mode="immediate")
    admin.execute(
        "update data_deletion_requests set status = 'processing' where id = %s", (deletion,)
    )
    message = Message(
        id=uuid4(), user_id=None, topic="privacy_erasure", payload={"deletion_id": str(deletion)},
        attempts=9, unconfirmed=False, created_at=done_at(admin),
    )  # fmt: skip
    with db.transaction(Actor.service()) as tx:
        erasing.failed(tx, message, None)
    erasing.sweep()
    erasing.sweep()
    rows = admin.execute("select id from private.outbox where topic = 'privacy_erasure'").fetchall()
    assert len(rows) == 1
    assert outbox.deliver(rows[0]["id"])
    assert where(admin, alice.needles) == {}
    erasing.sweep()
    assert admin.execute("select from data_deletion_requests where status = 'failed'").rowcount == 0


def done_at(admin: Admin) -> Any:
    row = admin.execute("select clock_timestamp() as now").fetchone()
    assert row is not None
    return row["now"]


def test_a_grace_that_is_over_is_found_by_the_sweep(
    admin: Admin, alice: Marked, bob: Marked
) -> None:
    for user, due in ((alice, "- interval '1 s'"), (bob, "+ interval '1 day'")):
        deletion = confirmed(admin, user)
        admin.execute(
            "update data_deletion_requests set status = 'scheduled', scheduled_for = now() "
            f"{due} where id = %s".encode(),
            (deletion,),
        )
        assert not erasing.erase(uuid4())
    erasing.sweep()
    rows = admin.execute("select id from private.outbox where topic = 'privacy_erasure'").fetchall()
    assert [outbox.deliver(row["id"]) for row in rows] == [True]
    assert where(admin, alice.needles) == {}
    assert counts(admin, bob.id)["profiles"] == 1


def test_nobody_is_erased_whose_erasure_is_not_under_way(
    admin: Admin, alice: Marked, bob: Marked
) -> None:
    theirs = fingerprint(admin, bob.id)
    pending = confirmed(admin, alice)
    pages = ("erase_page(%(id)s, 'campaigns', 10)", "finish_erasure(%(id)s)",
             "anonymise_page(%(id)s, 'channel_costs', 10)")  # fmt: skip
    for page in pages:
        for actor in (Actor.service(), Actor.worker(alice.id)):
            with pytest.raises(IllegalMove), db.transaction(actor) as tx:
                tx.run(f"select private.{page}", id=pending)  # type: ignore[arg-type]
        with pytest.raises(Forbidden), db.transaction(Actor.user(alice.id)) as tx:
            tx.run(f"select private.{page}", id=pending)  # type: ignore[arg-type]
    admin.execute(
        "update data_deletion_requests set status = 'processing' where id = %s", (pending,)
    )
    with db.transaction(Actor.worker(bob.id)) as tx, pytest.raises(psycopg.Error):
        tx.connection.execute("select private.erase_page(%s, 'campaigns', 10)", (pending,))
    assert fingerprint(admin, bob.id) == theirs
