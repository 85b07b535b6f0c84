"""What an album will cost is known before a cent is spent, and held against what it did cost."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from chalicelib import providers
from chalicelib.domains.albums.publication import WORDS_OF_A_TITLE
from tests import albums as story
from tests.albums import Maker
from tests.faults import Faulty
from tests.integration.http.albums import do, look, order, sent
from tests.integration.http.conftest import Api

PLAN, TRACK_MINUTE, PICTURE = Decimal("0.02"), Decimal("0.10"), Decimal("0.03")
WORD = Decimal("0.001")


class Priced:
    """A local provider that asks for money."""

    def __init__(self, inner: Any, **prices: Any) -> None:
        self.inner, self.prices = inner, prices

    def __getattr__(self, name: str) -> Any:
        return self.prices[name] if name in self.prices else getattr(self.inner, name)


@pytest.fixture(autouse=True)
def prices(monkeypatch: pytest.MonkeyPatch) -> None:
    text = Priced(providers.text(), plan_price=lambda: PLAN, price=lambda words: WORD * words)
    music = Priced(
        providers.music(),
        track_price=lambda seconds: TRACK_MINUTE * Decimal(str(round(seconds / 60, 2))),
    )
    image = Priced(providers.image(), price=lambda width, height: PICTURE)
    for name, provider in (("text", text), ("music", music), ("image", image)):
        monkeypatch.setattr(providers, name, lambda provider=provider: provider)


def estimate(api: Api, album: dict[str, Any]) -> dict[str, Any]:
    answer = api.get(f"/v1/video-jobs/{album['id']}/estimate")
    assert answer.status == 200, answer.body
    said: dict[str, Any] = answer.body
    return said


def usd(said: dict[str, Any], name: str) -> Decimal:
    return Decimal(said[name])


def test_an_album_that_is_not_planned_is_estimated_by_its_length(alice: Api, admin: Any) -> None:
    album = order(alice)
    said = estimate(alice, album)
    assert (usd(said, "planning_usd"), usd(said, "spent_usd")) == (PLAN, 0)
    assert [(p["kind"], p["order_index"], p["provider"]) for p in said["places"]] == [
        (kind, n, "local") for kind in ("audio", "image") for n in range(1, 21)
    ]
    each = TRACK_MINUTE * Decimal("3.03")  # an hour and its crossfades, by twenty
    assert usd(said, "total_usd") == PLAN + 20 * (each + PICTURE) == usd(said, "expected_usd")
    assert look(alice, album)["estimated_cost_usd"] is None
    assert sent(admin, alice) == []


def test_what_was_expected_is_kept_at_the_start_and_held_against_what_it_cost(
    alice: Api, admin: Any
) -> None:
    album = do(alice, order(alice), "plan")
    maker = Maker(alice.user_id, album)
    maker.plan()
    before = estimate(alice, album)
    tracks = 20 * TRACK_MINUTE * Decimal("3.03")
    assert usd(before, "total_usd") == tracks + 20 * PICTURE
    assert usd(before, "expected_usd") == PLAN + tracks + 20 * PICTURE
    started = do(alice, album, "start")
    assert usd(started, "estimated_cost_usd") == usd(before, "expected_usd")
    maker = Maker(alice.user_id, started)
    maker.all_of_it()
    ready = look(alice, album)
    assert usd(ready, "estimated_cost_usd") == usd(before, "expected_usd")
    assert usd(ready, "cost_usd") == PLAN + 40 * Decimal("0.01")
    assert ready["manifest_json"]["cost"] == {
        "estimated_usd": ready["estimated_cost_usd"],
        "actual_usd": ready["cost_usd"],
    }
    costs = alice.get("/v1/costs").body
    assert usd(costs, "albums_estimated_usd") == usd(before, "expected_usd")
    assert usd(costs, "albums_cost_usd") == usd(ready, "cost_usd")
    assert usd(costs, "drift_pct") == round(
        100 * (usd(ready, "cost_usd") / usd(before, "expected_usd") - 1), 1
    )
    (listed,) = alice.get("/v1/video-jobs").body["items"]
    assert listed["estimated_cost_usd"] == ready["estimated_cost_usd"]
    again = do(alice, album, "render")
    assert again["estimated_cost_usd"] == ready["estimated_cost_usd"]  # nothing more is made


def test_only_what_is_missing_is_estimated_and_a_take_more_is_added(alice: Api) -> None:
    album = do(alice, order(alice, review=True), "start")
    maker = Maker(alice.user_id, album)
    maker.plan()
    maker.make("audio", most=13)
    said = estimate(alice, album)
    assert [(p["kind"], p["order_index"]) for p in said["places"]][:7] == [
        ("audio", n) for n in range(14, 21)
    ]
    assert len(said["places"]) == 27
    maker.make("audio")
    maker.make("image")
    maker.wait()
    assert estimate(alice, album)["places"] == []
    do(alice, album, "slots/4/image/regenerate")
    (more,) = estimate(alice, album)["places"]
    assert (more["kind"], more["order_index"], usd(more, "cost_usd")) == ("image", 4, PICTURE)
    now = look(alice, album)
    assert usd(now, "estimated_cost_usd") == usd(now, "cost_usd") + PICTURE


def test_places_that_wait_for_a_file_cost_nothing(alice: Api) -> None:
    album = order(alice)
    alice.patch(f"/v1/video-jobs/{album['id']}/prompts", story.prompts())
    announced = alice.post(
        "/v1/uploads",
        {
            "purpose": "album_track",
            "file_name": "harp.flac",
            "content_type": "audio/flac",
            "size_bytes": 72,
            "video_job_id": album["id"],
            "order_index": 3,
            "rights": "mine",
        },
    )
    assert announced.status == 201, announced.body
    said = estimate(alice, album)
    assert usd(said, "planning_usd") == 0
    assert ("audio", 3) not in [(p["kind"], p["order_index"]) for p in said["places"]]
    assert len(said["places"]) == 39


def test_titles_are_a_cost_of_their_album_and_those_that_never_came_are_none(
    alice: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    album = order(alice)
    path = f"/v1/video-jobs/{album['id']}/generate-title"
    for seed in (1, 2):
        assert alice.post(path, {"count": 4, "seed": seed}).status == 200
    text = Faulty(providers.text(), "unavailable garbage")
    monkeypatch.setattr(providers, "text", lambda: text)
    assert [alice.post(path, {"count": 4}).status for _ in range(2)] == [503, 503]
    assert usd(look(alice, album), "cost_usd") == 2 * 4 * WORDS_OF_A_TITLE * WORD
    (run,) = alice.get("/v1/costs?group=run").body["items"]
    assert (run["group"], run["cost_usd"], run["calls"]) == (
        album["id"], "0.120000", 2,
    )  # fmt: skip


def test_a_cap_on_a_run_counts_the_titles_of_an_album_and_is_told_once_a_run(
    alice: Api, admin: Any
) -> None:
    def told() -> list[tuple[str, str]]:
        rows = admin.execute(
            "select event_type, payload -> 'data' ->> 'run_id' as run_id from webhook_events"
            " where user_id = %s order by created_at",
            (alice.user_id,),
        )
        return [(row["event_type"], row["run_id"]) for row in rows]

    album = order(alice)
    price = 4 * WORDS_OF_A_TITLE * WORD
    cap = alice("PUT", "/v1/budgets", {"hard_cap_usd": str(price), "period": "run"})
    assert cap.status == 200, cap.body
    path = f"/v1/video-jobs/{album['id']}/generate-title"
    assert alice.post(path, {"count": 4}).status == 200
    for seed in (2, 3):
        refused = alice.post(path, {"count": 4, "seed": seed})
        assert refused.body["code"] == "BudgetExceeded", refused.body
    assert usd(look(alice, album), "cost_usd") == price
    assert told() == [("budget.warning", album["id"]), ("budget.exceeded", album["id"])]
    other = order(alice)
    assert alice.post(f"/v1/video-jobs/{other['id']}/generate-title", {"count": 4}).status == 200
    assert told()[2:] == [("budget.warning", other["id"])]


def test_a_cap_on_a_run_counts_what_the_run_cost_before_it_was_set(alice: Api) -> None:
    album = order(alice)
    price = 4 * WORDS_OF_A_TITLE * WORD
    path = f"/v1/video-jobs/{album['id']}/generate-title"
    cap = {"hard_cap_usd": str(2 * price), "period": "run"}
    assert alice.post(path, {"count": 4}).status == 200
    budget = alice("PUT", "/v1/budgets", cap).body
    assert alice.post(path, {"count": 4, "seed": 2}).status == 200
    assert alice.post(path, {"count": 4, "seed": 3}).body["code"] == "BudgetExceeded"
    assert alice.delete(f"/v1/budgets/{budget['id']}").status == 204
    assert alice.post(path, {"count": 4, "seed": 4}).status == 200
    alice("PUT", "/v1/budgets", {**cap, "hard_cap_usd": str(3 * price)})
    assert alice.post(path, {"count": 4, "seed": 5}).body["code"] == "BudgetExceeded"
    assert usd(look(alice, album), "cost_usd") == 3 * price


def test_an_album_is_estimated_for_its_user_alone(alice: Api, bob: Api, anyone: Api) -> None:
    path = f"/v1/video-jobs/{order(alice)['id']}/estimate"
    assert bob.get(path).status == 404
    assert anyone.get(path).status == 401
    assert alice.get(f"/v1/video-jobs/{uuid4()}/estimate").status == 404
    refused = alice.get("/v1/video-jobs/nonsense/estimate")
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "album_id")
