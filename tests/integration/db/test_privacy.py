"""Privacy: consents with proof, a log that shows tampering, requests in order, old rows gone."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.errors import Conflict, Forbidden, IllegalMove, InvalidInput
from tests import factories
from tests.integration.db import rows

pytestmark = pytest.mark.usefixtures("database")

NOTE = "insert into privacy_audit_log (event_type, details) values ('export_requested', %(d)s)"


def note(user_id: UUID, times: int = 1) -> None:
    for number in range(times):
        rows.insert(
            Actor.worker(user_id), "privacy_audit_log", event_type="export_requested",
            details={"n": number}, ip_address="192.0.2.7", user_agent="Browser",
        )  # fmt: skip


def broken_at(user_id: UUID) -> Any:
    with db.transaction(Actor.worker(user_id)) as tx:
        return tx.value("select verify_privacy_log(%(user)s)", user=user_id)


def test_every_change_of_a_consent_is_on_record_with_what_it_was() -> None:
    alice = factories.user()
    settings = rows.insert(Actor.user(alice), "user_privacy_settings", marketing_consent=True)
    rows.update(Actor.user(alice), "user_privacy_settings", settings, marketing_consent=False)
    rows.update(Actor.user(alice), "user_privacy_settings", settings, marketing_consent=False)
    with db.transaction(Actor.user(alice)) as tx:
        log = tx.all("select event_type, details from privacy_audit_log order by seq")
    assert len(log) == 2
    assert log[0]["details"]["before"] == {}
    assert log[1]["details"]["before"]["marketing_consent"] is True
    assert log[1]["details"]["after"]["marketing_consent"] is False
    assert broken_at(alice) is None


def test_writers_at_once_make_one_whole_chain() -> None:
    alice = factories.user()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: note(alice, 3), range(8)))
    with db.transaction(Actor.user(alice)) as tx:
        seqs = [row["seq"] for row in tx.all("select seq from privacy_audit_log order by seq")]
    assert seqs == list(range(1, 25))
    assert broken_at(alice) is None


def test_the_log_is_never_changed_by_anyone_of_the_house() -> None:
    alice = factories.user()
    note(alice)
    for actor in (Actor.user(alice), Actor.worker(alice), Actor.service()):
        for statement in (
            "update privacy_audit_log set details = '{}'", "delete from privacy_audit_log",
        ):  # fmt: skip
            with pytest.raises(Forbidden), db.transaction(actor) as tx:
                tx.connection.execute(statement)
    with pytest.raises(Forbidden), db.transaction(Actor.user(alice)) as tx:
        tx.run(NOTE, d="{}")
    with pytest.raises(IllegalMove), db.transaction(Actor.worker(alice)) as tx:
        tx.run("update privacy_audit_log set user_agent = 'another'")


@pytest.mark.parametrize(
    ("tampering", "seq"),
    [
        ("update privacy_audit_log set details = '{\"n\": 9}' where user_id = %s and seq = 2", 2),
        ("delete from privacy_audit_log where user_id = %s and seq = 2", 3),
        ("update privacy_audit_log set prev_hash = row_hash where user_id = %s and seq = 3", 3),
    ],
)
def test_tampering_behind_the_trigger_shows(
    tampering: Any, seq: int, admin: psycopg.Connection
) -> None:
    alice = factories.user()
    note(alice, 4)
    with admin.transaction():
        admin.execute("set local session_replication_role = replica")
        admin.execute(tampering, (alice,))
    assert broken_at(alice) == seq


def test_a_forgotten_users_chain_still_holds_and_names_nobody() -> None:
    alice, pseudonym = factories.user(), uuid4()
    note(alice, 3)
    with db.transaction(Actor.service()) as tx:
        forget = "select pseudonymise_privacy_log(%(user)s, %(pseudonym)s)"
        assert tx.value(forget, user=alice, pseudonym=pseudonym) == 3
    assert broken_at(pseudonym) is None
    with db.transaction(Actor.service()) as tx:
        left = tx.all(
            "select user_id, ip_address, user_agent from privacy_audit_log where user_id in"
            " (%(user)s, %(pseudonym)s)",
            user=alice, pseudonym=pseudonym,
        )  # fmt: skip
    assert [tuple(row.values()) for row in left] == [(pseudonym, None, None)] * 3


def test_the_log_outlives_its_user(admin: psycopg.Connection) -> None:
    alice = factories.user(credits=0)
    note(alice)
    admin.execute("delete from profiles where id = %s", (alice,))
    admin.execute("delete from auth.users where id = %s", (alice,))
    assert broken_at(alice) is None
    with db.transaction(Actor.service()) as tx:
        left = "select count(*) from privacy_audit_log where user_id = %(user)s"
        assert tx.value(left, user=alice) == 1


def test_one_export_at_a_time_with_a_name_and_a_week_to_fetch_it() -> None:
    alice = factories.user()
    house = Actor.worker(alice)
    export = rows.insert(house, "data_export_requests", format="zip")
    with pytest.raises(Conflict):
        rows.insert(house, "data_export_requests", format="zip")
    with pytest.raises(IllegalMove):
        rows.update(house, "data_export_requests", export, status="completed")
    for status in ("processing", "completed"):
        rows.update(house, "data_export_requests", export, status=status)
    seen = rows.row(
        Actor.user(alice), "data_export_requests", export, "request_id,completed_at,expires_at"
    )
    assert seen["request_id"].startswith("DSR-20")
    assert (seen["expires_at"] - seen["completed_at"]).days in (6, 7)
    rows.insert(house, "data_export_requests", format="zip")
    with pytest.raises(InvalidInput):
        rows.update(house, "data_export_requests", export, download_url="https://x.example/")


def test_an_erasure_is_confirmed_before_it_is_done() -> None:
    alice = factories.user()
    house = Actor.worker(alice)
    request = rows.insert(house, "data_deletion_requests", confirmation_token_hash="a" * 64)
    with pytest.raises(IllegalMove) as caught:
        rows.update(house, "data_deletion_requests", request, status="processing")
    assert caught.value.hint == "Allowed next: cancelled, confirmed, failed."
    for status in ("confirmed", "processing", "completed"):
        rows.update(house, "data_deletion_requests", request, status=status)
    times = "confirmed_at,completed_at,cancelled_at"
    seen = rows.row(Actor.user(alice), "data_deletion_requests", request, times)
    assert [value is None for value in seen.values()] == [False, False, True]
    with pytest.raises(Forbidden):
        rows.row(Actor.user(alice), "data_deletion_requests", request, "confirmation_token_hash")


def age(admin: psycopg.Connection, table: str, user: UUID, days: int) -> None:
    with admin.transaction():
        admin.execute("set local session_replication_role = replica")
        admin.execute(
            f"update {table} set created_at = now() - make_interval(days => {days})"
            f" where user_id = '{user}'"
        )


def test_old_rows_go_in_batches_and_young_ones_stay(
    fresh_database: str, admin: psycopg.Connection
) -> None:
    alice, bob = factories.user(), factories.user()
    for user in (alice, bob):
        for number in range(5):
            rows.insert(
                Actor.worker(user), "webhook_events", event_type="job.completed", payload={},
                dedupe_key=str(number),
            )  # fmt: skip
    age(admin, "webhook_events", alice, 31)
    sweep = "select gone from retire_rows(3) where table_name = 'webhook_events'"
    gone = []
    for _ in range(3):
        with db.transaction(Actor.service()) as tx:
            gone.append(tx.value(sweep))
    assert gone == [3, 2, 0]
    with db.transaction(Actor.user(bob)) as tx:
        assert tx.value("select count(*) from webhook_events") == 5


def test_who_wants_less_kept_has_less_kept(fresh_database: str, admin: psycopg.Connection) -> None:
    alice, bob = factories.user(), factories.user()
    for user, days in ((alice, 30), (bob, 730)):
        rows.insert(Actor.user(user), "user_privacy_settings", data_retention_days=days)
        with db.transaction(Actor.worker(user)) as tx:
            tx.run("select log_autopilot_activity(%(u)s, null, 'dry_run', 'x')", u=user)
        age(admin, "autopilot_activity_log", user, 40)
    with db.transaction(Actor.service()) as tx:
        swept = {row["table_name"]: row["gone"] for row in tx.all("select * from retire_rows()")}
    assert swept["autopilot_activity_log"] == 1
    with db.transaction(Actor.user(bob)) as tx:
        assert tx.value("select count(*) from autopilot_activity_log") == 1


def test_no_hand_deletes_a_row_before_its_time() -> None:
    alice = factories.user()
    with db.transaction(Actor.worker(alice)) as tx:
        tx.run("select log_autopilot_activity(%(u)s, null, 'dry_run', 'x')", u=alice)
    with pytest.raises(IllegalMove), db.transaction(Actor.worker(alice)) as tx:
        tx.run("delete from autopilot_activity_log")
