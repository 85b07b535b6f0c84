"""Drafts: a visitor's prompt, claimed by whoever holds its token."""

import hashlib
from http.cookies import SimpleCookie

import pytest

PROMPT = {"prompt_text": "Why octopuses have three hearts", "options": {"minutes": 2}}


pytestmark = pytest.mark.usefixtures("new_hour")


def test_a_visitors_draft_is_claimed_once_by_its_token(anyone, alice, bob):
    saved = anyone.post("/v1/drafts", PROMPT)
    assert saved.status == 201
    claimed = alice.post("/v1/drafts/claim", {"session_token": saved.body["session_token"]})
    assert claimed.status == 200
    assert claimed.body["id"] == saved.body["id"]
    assert claimed.body["options"] == {"minutes": 2}
    again = bob.post("/v1/drafts/claim", {"session_token": saved.body["session_token"]})
    assert again.status == 404


def test_the_token_is_told_once_and_kept_as_a_hash(anyone, admin):
    saved = anyone.post("/v1/drafts", PROMPT)
    token = saved.body["session_token"]
    cookie = SimpleCookie(saved.headers["set-cookie"])["draft_session"]
    assert cookie.value == token
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Lax")
    kept = admin.execute("select * from draft_prompts where id = %s", [saved.body["id"]]).fetchone()
    assert kept["session_token"] == hashlib.sha256(token.encode()).hexdigest()
    assert token not in str(kept)
    assert "127.0.0.1" not in str(kept)


def test_the_latest_draft_of_a_session_wins(anyone, alice):
    first = anyone.post("/v1/drafts", PROMPT)
    cookie = f"draft_session={first.body['session_token']}"
    second = anyone.post("/v1/drafts", {"prompt_text": "Why squids have ten arms"}, cookie=cookie)
    assert second.body["id"] == first.body["id"]
    assert second.body["session_token"] is None
    assert "set-cookie" not in second.headers
    claimed = alice.post("/v1/drafts/claim", cookie=cookie)
    assert claimed.body["prompt_text"] == "Why squids have ten arms"
    assert "Max-Age=0" in claimed.headers["set-cookie"]


def test_an_address_has_ten_drafts_an_hour(anyone):
    for _ in range(10):
        assert anyone.post("/v1/drafts", PROMPT).status == 201
    refused = anyone.post("/v1/drafts", PROMPT)
    assert refused.status == 429
    assert refused.body["code"] == "TooManyRequests"
    assert refused.headers["retry-after"] == "3600"


def test_a_cookie_that_is_not_ours_counts_as_none(anyone, alice):
    for cookie in ("draft_session=short", "draft_session", "=;;", "a\x01b=c", ""):
        assert anyone.post("/v1/drafts", PROMPT, cookie=cookie).body["session_token"]
        assert alice.post("/v1/drafts/claim", cookie=cookie).status == 404
