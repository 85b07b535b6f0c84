"""Credits: what one has, and where it went."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib import db
from chalicelib.actor import Actor
from tests import factories


def settle(user, job, final):
    with db.transaction(Actor.worker(user)) as tx:
        tx.run("select settle_credits(%(job)s, %(final)s)", job=job, final=final)


def test_the_balance_counts_what_is_held(alice):
    factories.job(alice.user_id, reserve=4)
    assert alice.get("/v1/credits/balance").body == {
        "balance": 10,
        "reserved": 4,
        "available": 6,
        "expiring": [],
    }


def test_what_expires_soon_is_told_and_what_has_expired_does_not_count(alice, admin):
    soon = datetime.now(UTC) + timedelta(days=3)
    factories.credits(alice.user_id, 5, expires=soon)
    factories.credits(alice.user_id, 7, expires=soon + timedelta(days=60))
    factories.credits(alice.user_id, 9, expires=soon)
    found = alice.get("/v1/credits/balance").body
    assert found["available"] == 31
    assert [lot["amount"] for lot in found["expiring"]] == [14]
    assert [lot["amount"] for lot in alice.get("/v1/credits/expiring?days=90").body] == [14, 7]
    admin.execute(
        "update credit_lots set expires_at = now() - interval '1 minute'"
        " where user_id = %s and amount in (5, 9)",
        [alice.user_id],
    )
    assert alice.get("/v1/credits/balance").body["available"] == 17


def test_the_history_has_one_line_per_job(alice):
    job = factories.job(alice.user_id, reserve=4)
    running = alice.get("/v1/credits/history").body["items"]
    assert [(line["type"], line["amount"], line["status"]) for line in running] == [
        ("job", -4, "open"),
        ("grant", 10, None),
    ]
    settle(alice.user_id, job, 3)
    settled = alice.get("/v1/credits/history").body["items"]
    assert [(line["type"], line["amount"], line["status"]) for line in settled] == [
        ("job", -3, "settled"),
        ("grant", 10, None),
    ]
    assert settled[0]["job_id"] == str(job)
    assert settled[0]["reserved"] == 4


def test_the_raw_history_is_the_ledger(alice):
    settle(alice.user_id, factories.job(alice.user_id, reserve=4), 3)
    entries = alice.get("/v1/credits/history?raw=true").body["items"]
    assert [(e["entry_no"], e["type"], e["amount"], e["balance_after"]) for e in entries] == [
        (4, "usage", -3, 7),
        (3, "reserve", 4, 10),
        (2, "reserve", -4, 6),
        (1, "grant", 10, 10),
    ]


@pytest.mark.parametrize("raw", ["false", "true"])
def test_the_history_is_read_page_by_page(alice, raw):
    for n in range(1, 6):
        factories.credits(alice.user_id, n)
    path, found = f"/v1/credits/history?limit=2&raw={raw}", []
    while path:
        page = alice.get(path).body
        found += [line["amount"] for line in page["items"]]
        path = page["next"] and f"/v1/credits/history?limit=2&raw={raw}&cursor={page['next']}"
    assert found == [5, 4, 3, 2, 1, 10]


def test_lots_are_listed(alice):
    factories.credits(alice.user_id, 5)
    lots = alice.get("/v1/credits/lots").body["items"]
    assert [(lot["kind"], lot["amount"], lot["remaining"]) for lot in lots] == [
        ("grant", 5, 5),
        ("grant", 10, 10),
    ]
    factories.job(alice.user_id, reserve=10)
    spent = alice.get("/v1/credits/lots?spent=true").body["items"]
    assert [lot["amount"] for lot in spent] == [10]


def test_an_estimate_says_whether_it_is_enough(alice):
    factories.job(alice.user_id, reserve=8)
    assert alice.post("/v1/credits/estimate", {"minutes": 3}).body == {
        "minutes": 3,
        "credits": 3,
        "available": 2,
        "enough": False,
    }
