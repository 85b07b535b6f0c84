"""Preferences and secrets: what may be seen, what is written down of every use."""

from typing import Any
from uuid import UUID

import psycopg
import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.errors import Conflict, Forbidden, IllegalMove, InvalidInput
from tests import factories
from tests.integration.db import rows

pytestmark = pytest.mark.usefixtures("database")


def secret(user_id: UUID, service: str = "openai", **columns: Any) -> UUID:
    given = {
        "user_id": user_id,
        "service_name": service,
        "encrypted_value": "c2VhbGVk",
        "initialization_vector": str(user_id) + service,
        "display_hint": "wxyz",
        **columns,
    }
    return rows.insert(Actor.worker(user_id), "user_secrets", **given)


def audit(user_id: UUID) -> list[tuple[str, str, bool]]:
    with db.transaction(Actor.user(user_id)) as tx:
        found = tx.all(
            "select operation, actor, success from secret_audit_logs order by created_at"
        )
    return [(row["operation"], row["actor"], row["success"]) for row in found]


@pytest.mark.parametrize("column", ["encrypted_value", "initialization_vector"])
def test_a_user_never_sees_a_ciphertext(column: str) -> None:
    alice = factories.user()
    secret_id = secret(alice)
    assert rows.row(Actor.user(alice), "user_secrets", secret_id, "display_hint") == {
        "display_hint": "wxyz"
    }
    with pytest.raises(Forbidden):
        rows.row(Actor.user(alice), "user_secrets", secret_id, column)
    with pytest.raises(Forbidden):
        rows.row(Actor.user(alice), "user_secrets", secret_id)
    with pytest.raises(Forbidden):
        rows.update(Actor.user(alice), "user_secrets", secret_id, **{column: "bWluZQ=="})


def test_every_change_is_written_down_and_outlives_the_secret() -> None:
    alice = factories.user()
    secret_id = secret(alice)
    rows.update(Actor.user(alice), "user_secrets", secret_id, is_active=False)
    rows.update(Actor.worker(alice), "user_secrets", secret_id, encrypted_value="bmV3")
    rows.delete(Actor.user(alice), "user_secrets", secret_id)
    assert audit(alice) == [
        ("create", "worker", True),
        ("update", "user", True),
        ("update", "worker", True),
        ("delete", "user", True),
    ]


def test_a_change_that_fails_writes_nothing_down() -> None:
    alice = factories.user()
    secret(alice)
    with pytest.raises(Conflict):
        secret(alice, initialization_vector="another")
    assert audit(alice) == [("create", "worker", True)]


def test_a_read_is_written_down_with_its_purpose_even_from_a_strange_address() -> None:
    alice = factories.user()
    secret_id = secret(alice)
    with db.transaction(Actor.worker(alice)) as tx:
        log_id = tx.value(
            "select audit_secret(%(user)s, 'openai', 'read', p_purpose => 'research',"
            " p_ip_address => 'unknown')",
            user=alice,
        )
    line = rows.row(Actor.user(alice), "secret_audit_logs", log_id)
    assert (line["operation"], line["purpose"], line["ip_address"]) == ("read", "research", None)
    assert line["secret_id"] == secret_id
    assert rows.row(Actor.user(alice), "user_secrets", secret_id, "last_used_at")["last_used_at"]


def test_a_failed_read_does_not_count_as_use() -> None:
    alice = factories.user()
    secret_id = secret(alice)
    with db.transaction(Actor.worker(alice)) as tx:
        tx.run("select audit_secret(%(user)s, 'openai', 'read', false)", user=alice)
    seen = rows.row(Actor.user(alice), "user_secrets", secret_id, "last_used_at")
    assert seen == {"last_used_at": None}
    assert audit(alice)[-1] == ("read", "worker", False)


def test_the_log_can_be_neither_changed_nor_written_by_users() -> None:
    alice = factories.user()
    secret(alice)
    with db.transaction(Actor.user(alice)) as tx:
        log_id = tx.value("select id from secret_audit_logs")
    for actor in (Actor.user(alice), Actor.worker(alice), Actor.service()):
        with pytest.raises(Forbidden):
            rows.update(actor, "secret_audit_logs", log_id, success=False)
        with pytest.raises((Forbidden, IllegalMove)):
            rows.delete(actor, "secret_audit_logs", log_id)
    with pytest.raises(Forbidden):
        rows.insert(
            Actor.user(alice), "secret_audit_logs",
            service_name="openai", operation="read", actor="user", success=True,
        )  # fmt: skip


def test_not_even_the_superuser_changes_the_log(admin: Any) -> None:
    alice = factories.user()
    secret(alice)
    with pytest.raises(psycopg.errors.RestrictViolation):
        admin.execute("update secret_audit_logs set success = false where user_id = %s", (alice,))


def test_one_nonce_serves_one_value() -> None:
    alice, bob = factories.user(), factories.user()
    secret(alice, initialization_vector="bm9uY2U=" + str(alice))
    with pytest.raises(Conflict):
        secret(bob, initialization_vector="bm9uY2U=" + str(alice))


@pytest.mark.parametrize("service", ["", "Open AI", "x" * 65])
def test_a_service_has_a_plain_name(service: str) -> None:
    with pytest.raises(InvalidInput):
        secret(factories.user(), service)


def test_secrets_of_others_are_not_there() -> None:
    alice, mallory = factories.user(), factories.user()
    secret_id = secret(alice)
    for stranger in (Actor.user(mallory), Actor.worker(mallory)):
        assert rows.delete(stranger, "user_secrets", secret_id) == 0
    with db.transaction(Actor.user(mallory)) as tx:
        assert tx.all("select id from user_secrets") == []
        assert tx.all("select id from secret_audit_logs") == []


def test_preferences_are_one_row_that_counts_its_changes() -> None:
    alice = factories.user()
    me = Actor.user(alice)
    row_id = rows.insert(me, "user_preferences", timezone="Europe/Lisbon")
    with pytest.raises(Conflict):
        rows.insert(me, "user_preferences", timezone="UTC")
    rows.update(me, "user_preferences", row_id, interface_mode="advanced")
    seen = rows.row(me, "user_preferences", row_id)
    assert (seen["interface_mode"], seen["version"], seen["locale"]) == ("advanced", 2, "en")
    with pytest.raises(Forbidden):
        rows.update(me, "user_preferences", row_id, version=1)


@pytest.mark.parametrize(
    "wrong", [{"timezone": "Mars/Olympus"}, {"interface_mode": "expert"}, {"locale": "english!"}]
)
def test_preferences_hold_what_there_is(wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        rows.insert(Actor.user(factories.user()), "user_preferences", **wrong)


def test_a_user_who_used_secrets_is_not_simply_deleted(admin: Any) -> None:
    alice = factories.user()
    secret(alice)
    with pytest.raises(psycopg.errors.RestrictViolation):
        admin.execute("delete from auth.users where id = %s", (alice,))
