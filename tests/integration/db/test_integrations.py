"""Integrations: tokens nobody reads, states good for one answer, events told once."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.errors import Conflict, Forbidden, IllegalMove
from tests import factories
from tests.integration.db import rows

pytestmark = pytest.mark.usefixtures("database")


def connection(user_id: UUID, **columns: Any) -> UUID:
    given = {"platform_name": "youtube", "access_token_encrypted": "sealed"}
    return rows.insert(Actor.worker(user_id), "oauth_connections", **(given | columns))


@pytest.mark.parametrize(
    "column", ["access_token_encrypted", "refresh_token_encrypted", "key_version"]
)
def test_no_user_reads_a_token(column: str) -> None:
    alice = factories.user()
    connection_id = connection(alice)
    with pytest.raises(Forbidden):
        rows.row(Actor.user(alice), "oauth_connections", connection_id, column)


def test_states_are_the_houses_alone() -> None:
    alice = factories.user()
    with pytest.raises(Forbidden), db.transaction(Actor.user(alice)) as tx:
        tx.all("select id from oauth_states")


def test_one_connection_per_platform() -> None:
    alice = factories.user()
    connection(alice)
    with pytest.raises(Conflict):
        connection(alice)
    connection(factories.user())


def test_what_is_revoked_must_be_connected_anew() -> None:
    alice = factories.user()
    connection_id = connection(alice)
    rows.update(
        Actor.worker(alice), "oauth_connections", connection_id, connection_status="revoked"
    )
    with pytest.raises(IllegalMove) as caught:
        rows.update(
            Actor.worker(alice), "oauth_connections", connection_id, connection_status="expired"
        )
    assert caught.value.hint == "Allowed next: connected."


def test_an_account_shows_the_status_of_its_tokens_whatever_is_written() -> None:
    alice = factories.user()
    house = Actor.worker(alice)
    connection_id = connection(alice, connection_status="expired")
    account = rows.insert(
        house, "social_platform_connections", oauth_connection_id=connection_id,
        platform_name="youtube", display_name="Deep Sea",
    )  # fmt: skip
    status = "connection_status"
    shown = rows.row(Actor.user(alice), "social_platform_connections", account, status)
    assert shown == {status: "expired"}
    rows.update(house, "oauth_connections", connection_id, connection_status="revoked")
    shown = rows.row(Actor.user(alice), "social_platform_connections", account, status)
    assert shown == {status: "revoked"}
    rows.update(house, "social_platform_connections", account, connection_status="connected")
    shown = rows.row(Actor.user(alice), "social_platform_connections", account, status)
    assert shown == {status: "revoked"}


def test_an_account_cannot_hang_on_another_tenants_tokens() -> None:
    alice, bob = factories.user(), factories.user()
    with pytest.raises(Conflict):
        rows.insert(
            Actor.worker(bob), "social_platform_connections",
            oauth_connection_id=connection(alice), platform_name="youtube", display_name="x",
        )  # fmt: skip


def test_a_state_is_consumed_once_and_forgotten_when_late() -> None:
    alice = factories.user()
    token = sha256(uuid4().bytes).hexdigest()
    state = rows.insert(
        Actor.worker(alice), "oauth_states", state_token=token, platform_name="youtube",
        redirect_uri="https://app.example/oauth/youtube/callback",
    )  # fmt: skip
    consume = (
        "update oauth_states set consumed_at = clock_timestamp()"
        " where state_token = %(token)s and consumed_at is null and expires_at > clock_timestamp()"
    )
    with db.transaction(Actor.worker(alice)) as tx:
        assert [tx.run(consume, token=token), tx.run(consume, token=token)] == [1, 0]
    rows.update(
        Actor.worker(alice), "oauth_states", state,
        expires_at=datetime.now(UTC) - timedelta(seconds=1),
    )  # fmt: skip
    with db.transaction(Actor.worker(alice)) as tx:
        assert tx.value("select cleanup_expired_oauth_states()") == 1
        assert tx.all("select id from oauth_states") == []


def test_users_set_up_a_service_and_the_house_says_how_it_is() -> None:
    alice = factories.user()
    service = rows.insert(
        Actor.user(alice), "integration_connections", service_name="crm", configuration={"a": 1}
    )
    with pytest.raises(Forbidden):
        rows.update(
            Actor.user(alice), "integration_connections", service, connection_status="connected"
        )
    with pytest.raises(IllegalMove):
        rows.update(Actor.worker(alice), "integration_connections", service, sync_status="success")


def test_an_event_is_told_once_to_every_webhook_that_wants_it() -> None:
    alice = factories.user()
    house = Actor.worker(alice)
    wanted = [
        rows.insert(
            house, "webhooks", name="w", url="https://a.example/", secret_token="sealed",
            events=events,
        )
        for events in ([], ["job.completed"], ["job.failed"])
    ]  # fmt: skip
    emit = "select emit_event(%(user)s, 'job.completed', '{\"id\": 1}', %(key)s)"
    key = str(uuid4())
    with db.transaction(house) as tx:
        first = tx.value(emit, user=alice, key=key)
        assert tx.value(emit, user=alice, key=key) == first
        told = tx.all("select webhook_id, payload from webhook_deliveries")
        promised = "select count(*) from private.outbox where topic = 'webhook'"
        assert tx.value(promised) == 2
    assert {row["webhook_id"] for row in told} == set(wanted[:2])
    assert set(told[0]["payload"]) == {"type", "timestamp", "data"}
