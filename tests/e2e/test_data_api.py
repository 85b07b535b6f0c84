"""The studio's tables over the packaged application: supabase-js (`studio.mjs`) and postgrest."""

import time
from uuid import uuid4

import jwt
import pytest
from postgrest import CountMethod, SyncPostgrestClient
from postgrest.exceptions import APIError

from infra.local.issuer import ISSUER, token
from tests.clients import node
from tests.e2e.conftest import Studio

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("stack")]


def test_a_front_end_keeps_its_rows(studio: Studio) -> None:
    secret = studio.stack.secret("jwt")
    users = [token(secret, uuid4(), email=f"user{n}@example.org") for n in range(2)]
    claims = {"role": "anon", "iss": ISSUER, "exp": int(time.time()) + 3600}
    said = {
        "API_URL": studio.stack.api_url,
        "ANON_KEY": jwt.encode(claims, secret, algorithm="HS256"),
        "USER_TOKEN": users[0],
        "OTHER_TOKEN": users[1],
    }
    assert node.passed("studio.mjs", **said) == 5


def test_a_back_end_keeps_its_rows(studio: Studio) -> None:
    secret = studio.stack.secret("jwt")
    ann, ben = (
        SyncPostgrestClient(
            f"{studio.stack.api_url}/rest/v1",
            headers={"Authorization": f"Bearer {token(secret, user, email=f'{user}@example.org')}"},
        )
        for user in (uuid4(), uuid4())
    )
    with ann, ben:
        project = {"title": "The sea", "prompt_text": "Why is it dark?", "niche_preset": "science"}
        (made,) = ann.table("projects").insert(project).execute().data
        mine = ann.table("projects").select("title,jobs(id)", count=CountMethod.exact)
        read = mine.eq("id", made["id"]).execute()
        assert (read.data, read.count) == ([{"title": "The sea", "jobs": []}], 1)
        change = {"title": "Deeper"}
        (changed,) = ann.table("projects").update(change).eq("id", made["id"]).execute().data
        assert (changed["title"], changed["version"]) == ("Deeper", made["version"] + 1)
        assert ben.table("projects").select("*").eq("id", made["id"]).execute().data == []
        assert ben.table("projects").delete().eq("id", made["id"]).execute().data == []
        assert ann.rpc("get_credit_balance", {"p_user_id": made["user_id"]}).execute().data == 10
        with pytest.raises(APIError, match="42501"):
            ann.table("credit_ledger").insert({"amount": 1000}).execute()
        (gone,) = ann.table("projects").delete().eq("id", made["id"]).execute().data
        assert gone["id"] == made["id"]
