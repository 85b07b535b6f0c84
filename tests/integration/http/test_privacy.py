"""Privacy as its user meets it: consents, copies, erasures asked for, confirmed, taken back."""

import json
import re
from uuid import uuid4

import boto3
import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.domains.privacy import collecting, erasing, erasures
from chalicelib.settings import settings

DELETION = "/v1/privacy/deletion"
EXPORTS = "/v1/privacy/exports"


def letters(api, notice):
    """What the letters of one kind to a user say."""
    with db.transaction(Actor.worker(api.user_id)) as tx:
        rows = tx.all(
            "select payload from private.outbox where topic = 'email' and user_id = %(user)s"
            " order by created_at",
            user=api.user_id,
        )
    return [row["payload"]["data"] for row in rows if row["payload"]["notice"] == notice]


def events(api):
    items = api.get("/v1/privacy/audit?limit=100").body["items"]
    return [item["event_type"] for item in reversed(items)]


def made(api):
    """A copy of a user's data, ready."""
    export = api.post(EXPORTS).body
    assert collecting.collect(api.user_id, export["id"])
    return api.get(f"{EXPORTS}/{export['id']}").body


def test_nothing_is_agreed_to_unless_it_was_said(alice):
    before = alice.get("/v1/privacy/settings").body
    assert not any(before[name] for name in before if name.endswith("_consent"))
    said = {"analytics_consent": True, "data_retention_days": 90, "policy_version": "2026-05"}
    after = alice("PUT", "/v1/privacy/settings", said)
    assert after.status == 200
    assert {name: after.body[name] for name in said} == said
    assert after.body["consented_at"] is not None
    assert alice("PUT", "/v1/privacy/settings", {}).body["analytics_consent"] is False
    assert events(alice) == ["consent_changed", "consent_changed"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"data_retention_days": 29}, "data_retention_days"),
        ({"policy_version": "alice@users.example"}, "policy_version"),
        ({"analytics_consent": "yes"}, "analytics_consent"),
        ({"everything": True}, "everything"),
    ],
)
def test_what_cannot_be_agreed_to_is_named(alice, said, field):
    answer = alice("PUT", "/v1/privacy/settings", said)
    assert answer.status == 422
    assert answer.body["errors"][0]["field"] == field
    assert events(alice) == []


def test_the_map_of_data_is_the_registry(alice, admin):
    tables = {table["table"]: table for table in alice.get("/v1/privacy/data-map").body["tables"]}
    registered = {
        row["name"]
        for row in admin.execute(
            "select case schema_name when 'public' then '' else schema_name || '.' end"
            " || table_name as name from private.registry where owner_column is not null"
        )
    }
    assert set(tables) == registered | {"private.stripe_events"}
    columns = {column["name"]: column for column in tables["user_secrets"]["columns"]}
    assert not columns["encrypted_value"]["exported"]
    ledger = {column["name"]: column for column in tables["credit_ledger"]["columns"]}
    assert ledger["user_id"]["after_erasure"] == "pseudonym"
    assert ledger["stripe_payment_id"]["why"]


def test_a_copy_is_made_once_at_a_time_and_three_times_a_day(alice):
    first = alice.post(EXPORTS, idempotency_key="k")
    assert first.status == 202
    assert alice.post(EXPORTS, idempotency_key="k").body == first.body
    assert alice.post(EXPORTS).status == 409
    assert collecting.collect(alice.user_id, first.body["id"])
    made(alice)
    made(alice)
    limited = alice.post(EXPORTS)
    assert limited.status == 429
    assert 80_000 < int(limited.headers["retry-after"]) <= 86_400
    assert [item["status"] for item in alice.get(EXPORTS).body["items"]] == ["completed"] * 3


def test_a_copy_is_fetched_by_a_link_of_its_own_each_time(alice, bob):
    export = alice.post(EXPORTS).body
    early = alice.get(f"{EXPORTS}/{export['id']}/download")
    assert (early.status, early.body["state"]) == (409, "pending")
    assert collecting.collect(alice.user_id, export["id"])
    link = alice.get(f"{EXPORTS}/{export['id']}/download")
    assert link.status == 200
    assert f"/{alice.user_id}/exports/{export['id']}/" in link.body["url"]
    shown = alice.get(f"{EXPORTS}/{export['id']}").body
    assert shown["download_count"] == 1
    assert shown["row_counts"]["profiles"] == 1
    assert "asset_path" not in shown
    for path in (f"{EXPORTS}/{export['id']}", f"{EXPORTS}/{export['id']}/download"):
        assert bob.get(path).status == 404
    assert letters(alice, "export.completed")[0]["request_id"] == shown["request_id"]


def test_a_copy_is_gone_after_its_week(alice, admin):
    export = made(alice)
    admin.execute(
        "update data_export_requests set expires_at = now() - interval '1 s' where id = %s",
        (export["id"],),
    )
    answer = alice.get(f"{EXPORTS}/{export['id']}/download")
    assert (answer.status, answer.body["state"]) == (409, "expired")
    collecting.expire()
    collecting.expire()
    assert alice.get(f"{EXPORTS}/{export['id']}").body["status"] == "expired"
    left = boto3.client("s3").list_objects_v2(
        Bucket=settings().media_bucket, Prefix=f"{alice.user_id}/"
    )
    assert left["KeyCount"] == 0
    assert events(alice)[-1] == "export_expired"


def test_ones_own_files_are_linked_and_no_others(alice, bob):
    s3, key = boto3.client("s3"), f"{alice.user_id}/uploads/a b+c"
    s3.put_object(Bucket=settings().media_bucket, Key=key, Body=b"x")
    asked = "/v1/privacy/files?key=" + key.replace(" ", "%20").replace("+", "%2B")
    assert alice.get(asked).status == 200
    assert bob.get(asked).status == 404
    for wrong in ("", "nothing", f"{alice.user_id}/uploads/none", f"{alice.user_id}"):
        assert alice.get(f"/v1/privacy/files?key={wrong}").status == 404


def test_an_erasure_waits_for_the_letter_and_then_for_thirty_days(alice):
    asked = alice.post(DELETION, {}, idempotency_key="k")
    assert (asked.status, asked.body["status"]) == (202, "pending")
    assert alice.post(DELETION, {}, idempotency_key="k").body == asked.body
    token = letters(alice, "deletion.requested")[0]["token"]
    assert token not in str(asked.body)
    confirmed = alice.post(f"{DELETION}/confirm", {"token": token})
    assert (confirmed.status, confirmed.body["status"]) == (200, "scheduled")
    assert confirmed.body["last_export_at"] is None
    assert alice.get("/v1/privacy/settings").body["right_to_be_deleted_requested"] is True
    assert re.fullmatch(r"\d\d \w+ 20\d\d", letters(alice, "deletion.scheduled")[0]["day"])
    assert alice.post(f"{DELETION}/confirm", {"token": token}).status == 409
    assert not erasing.erase(asked.body["id"])  # its day has not come
    for _ in range(2):
        back = alice.post(f"{DELETION}/cancel")
        assert (back.status, back.body["status"]) == (200, "cancelled")
    assert alice.get("/v1/privacy/settings").body["right_to_be_deleted_requested"] is False
    assert alice.get("/v1/me").status == 200
    assert [name for name in events(alice) if name != "consent_changed"] == [
        "deletion_requested", "deletion_confirmed", "deletion_cancelled",
    ]  # fmt: skip


def test_only_the_code_of_ones_own_letter_confirms(alice, bob):
    for api in (alice, bob):
        api.post(DELETION, {})
    (theirs,) = (letter["token"] for letter in letters(bob, "deletion.requested"))
    for token in (theirs, "x", "' or 1 = 1 --", "\u0000", "a" * 200, "é" * 64):
        assert alice.post(f"{DELETION}/confirm", {"token": token}).status == 422
    for body in ({}, {"token": None}, {"token": ""}, {"token": "a" * 201}, {"code": "x"}):
        assert alice.post(f"{DELETION}/confirm", body).status == 422
    assert alice.get(DELETION).body["status"] == "pending"


def test_a_letter_is_good_for_a_day(alice, admin):
    deletion = alice.post(DELETION, {}).body
    (letter,) = letters(alice, "deletion.requested")
    admin.execute(
        "update data_deletion_requests set requested_at = now() - interval '25 hours'"
        " where id = %s",
        (deletion["id"],),
    )
    answer = alice.post(f"{DELETION}/confirm", {"token": letter["token"]})
    assert answer.status == 409
    erasures.lapse()
    assert alice.get(DELETION).body["error_code"] == "NotConfirmed"
    assert alice.post(DELETION, {}).status == 202


def test_what_is_in_the_way_of_an_erasure_is_named(alice, sign_in, admin):
    assert alice.get(DELETION).status == 404
    assert alice.post(f"{DELETION}/cancel").status == 404
    assert alice.post(f"{DELETION}/confirm", {"token": "x"}).status == 404
    assert alice.post(DELETION, {"mode": "later"}).status == 422
    alice.post(DELETION, {})
    assert alice.post(DELETION, {}).body["missing"] == ["deletion"]

    payer = sign_in()
    with db.transaction(Actor.worker(payer.user_id)) as tx:
        tx.run(
            "select renew_subscription(%(u)s, 10, 0, 'stripe:sub:sub_1:1', now() + interval '9 d')",
            u=payer.user_id,
        )
    refused = payer.post(DELETION, {})
    assert (refused.status, refused.body["missing"]) == (409, ["subscription"])
    assert payer.post(DELETION, {"scope": "data_only"}).status == 202
    payer.post(f"{DELETION}/cancel")
    admin.execute(
        "update profiles set stripe_customer_id = %s where id = %s", ("cus_9", payer.user_id)
    )
    admin.execute(
        "insert into private.stripe_events (event_id, type, created, outcome) values"
        " (%s, 'customer.subscription.deleted', now(), %s)",
        (str(uuid4()), json.dumps({"did": "noted", "customer": "cus_9"})),
    )
    assert payer.post(DELETION, {}).status == 202


def test_without_an_address_there_is_a_grace_and_no_letter(alice, admin):
    admin.execute("update auth.users set email = null where id = %s", (alice.user_id,))
    refused = alice.post(DELETION, {"mode": "immediate"})
    assert (refused.status, refused.body["missing"]) == (409, ["email"])
    deletion = alice.post(DELETION, {}).body
    assert (deletion["status"], deletion["confirmation_required"]) == ("scheduled", False)


def test_an_erased_user_comes_back_by_no_old_session(alice, sign_in, admin):
    deletion = alice.post(DELETION, {"mode": "immediate"}).body
    (letter,) = letters(alice, "deletion.requested")
    assert alice.post(f"{DELETION}/confirm", {"token": letter["token"]}).status == 200
    admin.execute(
        "update private.outbox set delivered_at = now() where user_id = %s", (alice.user_id,)
    )
    assert erasing.erase(deletion["id"])
    assert not erasing.erase(deletion["id"])
    from chalicelib.domains.accounts import service as accounts

    accounts._ensured.cache_clear()
    assert alice.get("/v1/me").status == 403
    admin.execute("delete from private.forgotten")
    assert alice.get("/v1/me").status == 200  # days later, whoever signs in again is new
