"""The context cache over HTTP: a channel pays for what it has researched, others save it."""

from decimal import Decimal
from typing import Any

import pytest

from chalicelib import providers
from tests.integration.http.conftest import Api

WORD = Decimal("0.001")
ASKED = {"topic": "Bioluminescence", "niche": "science"}


class Priced:
    """The local writer, asking for money."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def price(self, words: int) -> Decimal:
        return WORD * words


@pytest.fixture(autouse=True)
def priced(monkeypatch: pytest.MonkeyPatch) -> None:
    text = Priced(providers.text())
    monkeypatch.setattr(providers, "text", lambda: text)


def channel(api: Api, name: str) -> str:
    made = api.post("/v1/channels", {"name": name, "brand_niche": "Science"})
    assert made.status == 201, made.body
    said: str = made.body["id"]
    return said


def ask(api: Api, channel_id: str | None = None) -> Any:
    answer = api.post("/v1/research", {**ASKED, "channel_id": channel_id})
    assert answer.status == 200, answer.body
    return answer.body


def test_the_first_channel_pays_and_the_others_save(alice: Api) -> None:
    first, second = channel(alice, "First"), channel(alice, "Second")
    paid = ask(alice, first)
    assert (paid["outcome"], Decimal(paid["saved_usd"])) == ("miss", 0)
    assert [ask(alice, second)["outcome"], ask(alice)["outcome"]] == ["hit", "hit"]
    costs = {sum_["group"]: sum_ for sum_ in alice.get("/v1/costs?group=channel").body["items"]}
    assert {
        name: (Decimal(sum_["cost_usd"]), Decimal(sum_["saved_usd"]), sum_["calls"])
        for name, sum_ in costs.items()
    } == {
        first: (Decimal(paid["cost_usd"]), 0, 1),
        second: (0, Decimal(paid["cost_usd"]), 0),
        "none": (0, Decimal(paid["cost_usd"]), 0),
    }
    assert Decimal(paid["cost_usd"]) > 0


def test_the_hit_rate_is_told_by_channel_and_by_day(alice: Api, bob: Api) -> None:
    first, second = channel(alice, "First"), channel(alice, "Second")
    cost = Decimal(ask(alice, first)["cost_usd"])
    ask(alice, first)
    ask(alice, second)
    ask(bob)
    stats = alice.get("/v1/research/stats?group=channel").body
    assert (stats["hit"], stats["miss"], Decimal(stats["cost_saved_usd"])) == (2, 1, 2 * cost)
    assert [
        (rate["group"], rate["lookups"], rate["hit_rate"], Decimal(rate["cost_saved_usd"]))
        for rate in stats["items"]
    ] == [(first, 2, 0.5, cost), (second, 1, 1, cost)]
    of_one = alice.get(f"/v1/research/stats?channel_id={first}").body
    (day,) = of_one["items"]
    assert (of_one["hit_rate"], day["lookups"], day["hit_rate"]) == (0.5, 2, 0.5)
    assert len(day["group"]) == len("2026-01-01")
    assert bob.get(f"/v1/research/stats?channel_id={first}").body["items"] == []


def test_a_channels_budget_stops_its_research_and_a_hit_needs_none(alice: Api) -> None:
    mine = channel(alice, "Mine")
    put = alice("PUT", f"/v1/channels/{mine}/budgets", {"hard_cap_usd": 0})
    assert put.status == 200, put.body
    refused = alice.post("/v1/research", {**ASKED, "channel_id": mine})
    assert refused.body["code"] == "BudgetExceeded", refused.body
    assert alice.get("/v1/costs").body["items"] == []
    assert ask(alice)["outcome"] == "miss"
    assert ask(alice, mine)["outcome"] == "hit"


def test_anothers_channel_is_refused_and_nothing_counted(alice: Api, bob: Api) -> None:
    refused = bob.post("/v1/research", {**ASKED, "channel_id": channel(alice, "Hers")})
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "channel_id")
    assert bob.get("/v1/research/stats").body["items"] == []
    for query in ("group=week", "channel_id=nonsense", "limit=3"):
        assert bob.get(f"/v1/research/stats?{query}").status == 422, query
