"""Webhooks, research and Stripe's hook over the API: shapes, statuses, strangers, bad input."""

import hashlib
import hmac
import json
import time
from uuid import uuid4

import pytest

from chalicelib.settings import settings
from tests.integration.http.conftest import ENVIRONMENT

HOOK = {"name": "Publishing", "url": "https://example.com/hooks"}
SECRET = ENVIRONMENT["STRIPE_WEBHOOK_SECRET"]


def test_a_webhook_is_made_read_changed_and_deleted(alice):
    made = alice.post("/v1/webhooks", {**HOOK, "events": ["job.failed"]})
    assert made.status == 201
    assert made.body["secret"].startswith("whsec_")
    path = f"/v1/webhooks/{made.body['id']}"
    read = alice.get(path)
    assert read.status == 200
    assert "secret" not in json.dumps(read.body)
    assert read.body.items() <= made.body.items()
    changed = alice.patch(path, {"is_active": False, "events": []})
    assert (changed.body["is_active"], changed.body["events"]) == (False, [])
    assert [hook["id"] for hook in alice.get("/v1/webhooks").body["items"]] == [made.body["id"]]
    rotated = alice.post(f"{path}/rotate-secret", {"overlap_hours": 1})
    assert rotated.status == 200
    assert rotated.body["secret"] != made.body["secret"]
    assert alice.delete(path).status == 204
    assert alice.get(path).status == 404


def test_a_webhook_is_tested_and_its_deliveries_read(alice):
    hook = alice.post("/v1/webhooks", HOOK).body["id"]
    sent = alice.post(f"/v1/webhooks/{hook}/test")
    assert (sent.status, sent.body["status"]) == (202, "pending")
    (listed,) = alice.get(f"/v1/webhooks/{hook}/deliveries").body["items"]
    assert listed["id"] == sent.body["id"]
    assert listed["payload"]["type"] == "webhook.test"
    assert alice.post(f"/v1/deliveries/{sent.body['id']}/replay").status == 409


def test_the_events_are_listed(alice):
    assert set(alice.get("/v1/webhooks/event-types").body) == {
        "job.completed",
        "job.failed",
        "job.cancelled",
        "album.completed",
        "album.failed",
        "album.cancelled",
        "album.review",
        "album.published",
        "album.unpublished",
        "export.completed",
        "budget.warning",
        "budget.exceeded",
        "budget.stopped",
        "lead.warm",
        "lead.hot",
        "webhook.disabled",
    }


def test_a_key_makes_one_webhook(alice):
    first = alice.post("/v1/webhooks", HOOK, idempotency_key="k")
    again = alice.post("/v1/webhooks", HOOK, idempotency_key="k")
    assert again.body["id"] == first.body["id"]
    other = alice.post("/v1/webhooks", {**HOOK, "name": "Other"}, idempotency_key="k")
    assert (other.status, other.body["code"]) == (422, "IdempotencyMismatch")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": "http://example.com/"}, "url"),
        ({"url": "https://127.0.0.1/"}, "url"),
        ({"url": "https://169.254.169.254/latest/meta-data/"}, "url"),
        ({"url": "https://[::ffff:10.0.0.1]/"}, "url"),
        ({"url": "https://a:b@example.com/"}, "url"),
        ({"url": "x" * 2_001}, "url"),
        ({"url": None}, "url"),
        ({"name": "   "}, "name"),
        ({"name": "n" * 201}, "name"),
        ({"events": ["job.exploded"]}, "events.0"),
        ({"events": "job.failed"}, "events"),
        ({"secret": "whsec_mine"}, "secret"),
        ({"is_active": True}, "is_active"),
    ],
    ids=str,
)
def test_a_bad_webhook_is_refused_by_field(alice, change, field):
    refused = alice.post("/v1/webhooks", {**HOOK, **change})
    assert refused.status == 422
    assert field in [error["field"] for error in refused.body["errors"]]
    assert alice.get("/v1/webhooks").body["items"] == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("POST", "/rotate-secret"),
        ("POST", "/test"),
        ("GET", "/deliveries"),
    ],
)
def test_a_webhook_is_its_users_alone(alice, bob, anyone, method, path):
    hook = alice.post("/v1/webhooks", HOOK).body["id"]
    body = {} if method in ("POST", "PATCH") else None
    for address in (hook, uuid4()):
        assert bob(method, f"/v1/webhooks/{address}{path}", body).status == 404
    assert anyone(method, f"/v1/webhooks/{hook}{path}", body).status == 401
    assert alice.get(f"/v1/webhooks/{hook}").status == 200


def test_research_is_asked_found_listed_counted_and_forgotten(alice, bob, anyone):
    asked = {"topic": "Bioluminescence", "niche": "science"}
    first, second = alice.post("/v1/research", asked), alice.post("/v1/research", asked)
    assert (first.body["outcome"], second.body["outcome"]) == ("miss", "hit")
    (entry,) = alice.get("/v1/research?topic=BIOLUMINESCENCE").body["items"]
    assert (entry["id"], entry["fresh"]) == (first.body["id"], True)
    stats = alice.get("/v1/research/stats").body
    assert (stats["hit"], stats["miss"], stats["hit_rate"]) == (1, 1, 0.5)
    assert bob.get("/v1/research").body["items"] == []
    assert bob.delete(f"/v1/research/{entry['id']}").status == 404
    assert anyone.get("/v1/research").status == 401
    assert alice.delete(f"/v1/research/{entry['id']}").status == 204
    assert alice.post("/v1/research", asked).body["outcome"] == "miss"


@pytest.mark.parametrize(
    "body", [{}, {"topic": ""}, {"topic": " "}, {"topic": "x" * 501}, {"topic": 1},
             {"topic": "t", "niche": "cooking"}, {"topic": "t", "force": "yes"},
             {"topic": "t", "user_id": "a0a0a0a0-0000-4000-8000-000000000001"}], ids=str,
)  # fmt: skip
def test_bad_research_is_refused(alice, body):
    assert alice.post("/v1/research", body).status == 422
    assert alice.get("/v1/research/stats").body["miss"] == 0


def paid(user_id, at=None):
    """A purchase of ten credits as Stripe posts it, and its signature."""
    session = {
        "id": f"cs_{uuid4()}",
        "mode": "payment",
        "payment_status": "paid",
        "amount_total": 900,
        "currency": "usd",
        "payment_intent": f"pi_{uuid4()}",
        "client_reference_id": str(user_id),
    }
    event = {
        "id": f"evt_{uuid4()}",
        "type": "checkout.session.completed",
        "created": int(time.time()),
        "data": {"object": session},
    }
    body = json.dumps(event, ensure_ascii=False, indent=2).encode()
    at = int(time.time()) if at is None else at
    mac = hmac.new(SECRET.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return body, f"t={at},v1={mac}"


def test_stripe_needs_no_token_and_pays_once(alice, anyone):
    body, signature = paid(alice.user_id)
    for _ in range(3):
        heard = anyone("POST", "/v1/hooks/stripe", raw=body, stripe_signature=signature)
        assert (heard.status, heard.body["did"]) == (200, "credited")
    assert alice.get("/v1/credits/balance").body["available"] == 20


def test_what_stripe_did_not_sign_is_refused(alice, anyone):
    body, signature = paid(alice.user_id)
    old_body, old = paid(alice.user_id, at=int(time.time()) - 301)
    future_body, future = paid(alice.user_id, at=int(time.time()) + 1_000)
    for said, header in (
        (body.replace(b"900", b"9900"), signature),
        (body, ""),
        (old_body, old),
        (future_body, future),
    ):
        refused = anyone("POST", "/v1/hooks/stripe", raw=said, stripe_signature=header)
        assert (refused.status, refused.body["code"]) == (400, "BadRequest")
    assert alice.get("/v1/credits/balance").body["available"] == 10


def test_without_a_secret_no_payments_are_taken(alice, anyone, monkeypatch):
    body, signature = paid(alice.user_id)
    with monkeypatch.context() as patched:
        patched.delenv("STRIPE_WEBHOOK_SECRET")
        settings.cache_clear()
        refused = anyone("POST", "/v1/hooks/stripe", raw=body, stripe_signature=signature)
    settings.cache_clear()
    assert (refused.status, refused.body["code"]) == (503, "Unavailable")
