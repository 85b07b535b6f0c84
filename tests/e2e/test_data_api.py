"""The data API over the packaged application: everything the clients can ask, and the studio's own
tables as a front end and a back end keep them."""

from uuid import uuid4

import pytest
from postgrest import CountMethod, SyncPostgrestClient
from postgrest.exceptions import APIError

from tests.clients.operations import Operations
from tests.clients.service import Service
from tests.integration.rest.harness import ANN, BEN

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("stack")]


class TestPostgrest(Operations):
    """The whole list."""


def test_every_operation_of_supabase_js(service: Service) -> None:
    assert service.passed("supabase.mjs", ANN, BEN) > 50


def test_a_front_end_keeps_its_rows(service: Service) -> None:
    assert service.passed("studio.mjs", uuid4(), uuid4()) == 5


def test_a_back_end_keeps_its_rows(service: Service) -> None:
    ann, ben = (
        SyncPostgrestClient(
            f"{service.url}/rest/v1", headers={"Authorization": f"Bearer {service.token(user)}"}
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
