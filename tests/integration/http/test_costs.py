"""Budgets and costs over the API: set, spent, added up, looked ahead, and one's own alone."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree

import psycopg
import pytest
from psycopg.rows import DictRow

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.db import Tx
from chalicelib.domains.albums import making, orders
from chalicelib.domains.costs.calls import charged
from chalicelib.domains.costs.service import _forecast
from chalicelib.errors import ProviderUnavailable
from tests.albums import Maker
from tests.integration.http.conftest import Api
from tests.publishing import channel, ready

Admin = psycopg.Connection[DictRow]
RESERVE = "select reserve_budget(%(user)s, %(usd)s::numeric, %(key)s, %(channel)s, 'local', null)"


@pytest.fixture
def alice(sign_in: Callable[..., Api]) -> Api:
    return sign_in()


def put(api: Api, path: str, body: dict[str, Any]) -> Any:
    return api("PUT", path, body)


def budgets(api: Api) -> Any:
    return api.get("/v1/budgets").body["items"]


def reserve(api: Api, usd: str, channel: str | None = None) -> Any:
    assert api.user_id is not None
    with db.transaction(Actor.worker(api.user_id)) as tx:
        return tx.value(RESERVE, user=api.user_id, usd=usd, key=str(uuid4()), channel=channel)


def test_a_budget_is_set_changed_and_taken_away(alice: Api) -> None:
    made = put(alice, "/v1/budgets", {"hard_cap_usd": 20})
    assert made.status == 200
    assert (made.body["scope"], made.body["period"], made.body["left_usd"]) == (
        "user", "month", "20.000000"
    )  # fmt: skip
    again = put(alice, "/v1/budgets", {"hard_cap_usd": 30, "kill_switch": True})
    assert again.body["id"] == made.body["id"]
    assert [b["hard_cap_usd"] for b in budgets(alice)] == ["30.0000"]
    assert alice.delete(f"/v1/budgets/{made.body['id']}").status == 204
    assert budgets(alice) == []
    assert alice.delete(f"/v1/budgets/{made.body['id']}").status == 404


def test_budgets_come_in_pages_newest_first(alice: Api, sign_in: Callable[..., Api]) -> None:
    periods = ["day", "month", "run"]
    for period in periods:
        put(alice, "/v1/budgets", {"hard_cap_usd": 5, "period": period})
    put(alice, "/v1/budgets", {"hard_cap_usd": 5, "scope": "provider", "scope_id": "local"})
    path = "/v1/budgets?limit=2&scope=user"
    first = alice.get(path)
    rest = alice.get(f"{path}&cursor={first.body['next']}").body
    found = [budget["period"] for budget in first.body["items"] + rest["items"]]
    assert (found, rest["next"]) == (periods[::-1], None)
    for stranger in (
        sign_in().get(f"{path}&cursor={first.body['next']}"),
        alice.get(f"/v1/budgets?cursor={first.body['next']}"),
    ):
        assert (stranger.status, stranger.body["errors"][0]["field"]) == (400, "cursor")
    assert alice.get("/v1/budgets?limit=101").status == 422


def test_a_channels_budget_stops_its_calls_alone(alice: Api) -> None:
    channel = alice.post("/v1/channels", {"name": "Rain", "brand_niche": "Ambience"}).body["id"]
    path = f"/v1/channels/{channel}/budgets"
    put(alice, path, {"hard_cap_usd": 1, "period": "day"})
    assert reserve(alice, "0.6", channel) is not None
    assert reserve(alice, "0.6", channel) is None
    assert reserve(alice, "0.6", "another") is not None
    (budget,) = alice.get(path).body
    assert (budget["reserved_usd"], budget["left_usd"]) == ("0.600000", "0.400000")


def test_a_channel_has_its_id_or_the_name_of_its_profile(alice: Api, bob: Api) -> None:
    channel = alice.post("/v1/channels", {"name": "Rain", "brand_niche": "Ambience"}).body["id"]
    joined = {"channel_id": "rain", "studio_channel_id": channel}
    assert alice.post("/rest/v1/channel_configs", joined).status == 201
    for name in (channel, "rain"):
        cap = {"hard_cap_usd": 1, "scope": "channel", "scope_id": name}
        assert put(alice, "/v1/budgets", cap).body["scope_id"] == channel
        refused = put(bob, "/v1/budgets", cap)
        assert (refused.status, refused.body["errors"][0]["field"]) == (422, "scope_id")
    assert len(budgets(alice)) == 1
    assert reserve(alice, "0.6", channel) is not None
    assert reserve(alice, "0.6", channel) is None


def test_a_name_that_no_call_is_paid_for_is_refused_with_those_that_are(alice: Api) -> None:
    channel = alice.post("/v1/channels", {"name": "Rain", "brand_niche": "Ambience"}).body["id"]
    assert alice.post("/rest/v1/channel_configs", {"channel_id": "alone"}).status == 201
    for scope, name, known in (
        ("provider", "locla", "Is one of: local."),
        ("provider", "youtube", "Is one of: local."),
        ("channel", "alone", f"yours are: {channel} (Rain)."),
    ):
        cap = {"hard_cap_usd": 1, "scope": scope, "scope_id": name}
        refused = put(alice, "/v1/budgets", cap)
        assert refused.status == 422
        (error,) = refused.body["errors"]
        assert (error["field"], error["message"].endswith(known)) == ("scope_id", True)
        given = {**cap, "period": "month"}
        assert alice.post("/rest/v1/channel_budgets", given).status == 403
    assert budgets(alice) == []


def test_thirty_two_calls_at_a_cap_never_pass_it(alice: Api) -> None:
    put(alice, "/v1/budgets", {"hard_cap_usd": 1})
    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(lambda _: reserve(alice, "0.1"), range(32)))
    assert sum(answer is not None for answer in answers) == 10
    (budget,) = budgets(alice)
    assert (budget["reserved_usd"], budget["left_usd"]) == ("1.000000", "0.000000")


def test_an_album_that_a_cap_stopped_goes_on_when_there_is_room(alice: Api) -> None:
    channel = alice.post("/v1/channels", {"name": "Rain", "brand_niche": "Ambience"}).body["id"]
    order = {"channel_id": channel, "niche_label": "Rain", "mood_keywords": "calm"}
    path = f"/v1/video-jobs/{alice.post('/v1/video-jobs', order).body['id']}"
    put(alice, f"/v1/channels/{channel}/budgets", {"hard_cap_usd": 1})
    started = alice.post(f"{path}/start").body
    assert reserve(alice, "1", channel) is not None
    assert alice.user_id is not None
    Maker(alice.user_id, started).call(making.give_up, "BudgetExceeded", "The cap is reached.")
    orders.resume_paused()
    assert alice.get(path).body["status"] == "failed"
    put(alice, f"/v1/channels/{channel}/budgets", {"hard_cap_usd": 5, "on_hard_cap": "block"})
    orders.resume_paused()
    assert alice.get(path).body["status"] == "failed"
    put(alice, f"/v1/channels/{channel}/budgets", {"hard_cap_usd": 6, "on_hard_cap": "pause"})
    orders.resume_paused()
    resumed = alice.get(path).body
    assert resumed["status"] != "failed"
    assert resumed["attempt"] == started["attempt"] + 1


def test_paused_albums_keep_none_of_the_others_from_going_on(
    fresh_database: str, alice: Api, admin: Admin
) -> None:
    """Not those of channels that are switched off, and not one that cannot even be read; nor does
    a budget that has nothing to do with albums."""
    off, broken, good = (paused(alice, name) for name in ("off", "broken", "good"))
    alice.patch(f"/v1/channels/{off['channel_id']}", {"is_active": False})
    admin.execute("update video_jobs set overlays = '{\"x\": 1}' where id = %s", [broken["id"]])
    admin.execute(
        "insert into video_jobs (user_id, channel_id, niche_label, mood_keywords,"
        " target_duration_minutes, output_directory)"
        " select user_id, channel_id, 'stays', mood_keywords, 60, output_directory"
        "  from video_jobs, generate_series(1, 100) where id = %s",
        [off["id"]],
    )
    admin.execute(
        "update video_jobs set status = 'failed', failed_step = 'planned',"
        " error_code = 'BudgetExceeded' where niche_label = 'stays'"
    )
    put(alice, "/v1/budgets", {"hard_cap_usd": 9})
    admin.execute(
        "insert into channel_budgets (user_id, scope, scope_id, period, hard_cap_usd, kill_switch)"
        " values (%s, 'provider', 'elsewhere', 'month', 0, true)",
        [alice.user_id],
    )
    with pytest.raises(ExceptionGroup, match="1 of 2 failed"):
        orders.resume_paused()
    path = f"/v1/video-jobs/{good['id']}"
    assert alice.get(path).body["goal"] == "video"


def paused(api: Api, name: str) -> Any:
    """An album that a budget stopped."""
    channel = api.post("/v1/channels", {"name": name, "brand_niche": "Ambience"}).body["id"]
    order = {"channel_id": channel, "niche_label": name, "mood_keywords": "calm"}
    path = f"/v1/video-jobs/{api.post('/v1/video-jobs', order).body['id']}"
    started = api.post(f"{path}/start").body
    assert api.user_id is not None
    Maker(api.user_id, started).call(making.give_up, "BudgetExceeded", "The cap is reached.")
    return api.get(path).body


def test_a_call_that_fails_gives_its_money_back(alice: Api) -> None:
    put(alice, "/v1/budgets", {"hard_cap_usd": 1})
    assert alice.user_id is not None
    user = Actor.user(alice.user_id)

    def down() -> int:
        raise ProviderUnavailable

    for _ in range(2):
        with pytest.raises(ProviderUnavailable):
            charged(user, "titles", "p", Decimal(1), down, Decimal)
    (budget,) = budgets(alice)
    assert (budget["reserved_usd"], budget["spent_usd"]) == ("0.000000", "0.000000")
    assert alice.get("/v1/costs").body["items"] == []


def test_what_comes_of_a_call_is_stored_with_its_cost_or_not_at_all(alice: Api) -> None:
    assert alice.user_id is not None
    user = Actor.user(alice.user_id)

    def break_down(tx: Tx, answer: int) -> None:
        raise ProviderUnavailable

    with pytest.raises(ProviderUnavailable):
        charged(user, "titles", "p", Decimal(1), lambda: 1, Decimal, keep=break_down)
    assert alice.get("/v1/costs").body["items"] == []
    charged(user, "titles", "p", Decimal(1), lambda: 1, Decimal)
    assert [row["cost_usd"] for row in alice.get("/v1/costs").body["items"]] == ["1.000000"]


def test_a_kill_switch_refuses_every_call(alice: Api) -> None:
    put(alice, "/v1/budgets", {"hard_cap_usd": 100, "kill_switch": True})
    assert reserve(alice, "0") is None


def test_costs_are_written_once_and_added_up(alice: Api) -> None:
    for number, provider in enumerate(["painter", "painter", "composer"]):
        said = {"key": f"bill {number}", "provider": provider, "cost_usd": "0.25", "tokens": 10}
        assert alice.post("/v1/costs", said).body == {"written": True}
        assert alice.post("/v1/costs", said).body == {"written": False}
    found = alice.get("/v1/costs").body
    assert [(s["group"], Decimal(s["cost_usd"]), s["calls"]) for s in found["items"]] == [
        ("painter", Decimal("0.5"), 2), ("composer", Decimal("0.25"), 1)
    ]  # fmt: skip
    assert Decimal(found["total_usd"]) == Decimal("0.75")
    assert found["usd_per_minute"] is None
    by_day = alice.get("/v1/costs?group=day").body["items"]
    assert [s["calls"] for s in by_day] == [3]
    assert alice.get("/v1/costs?channel_id=elsewhere").body["items"] == []


def test_a_key_stands_for_one_payment(alice: Api) -> None:
    said = {"key": "bill", "provider": "painter", "cost_usd": "0.25", "units": "1.5"}
    assert alice.post("/v1/costs", said).body == {"written": True}
    assert alice.post("/v1/costs", {**said, "cost_usd": 0.25}).body == {"written": False}
    for other in ({"cost_usd": "0.26"}, {"provider": "composer"}, {"channel_id": "c"}):
        refused = alice.post("/v1/costs", {**said, **other})
        assert (refused.status, refused.body["code"]) == (409, "Conflict")
    assert Decimal(alice.get("/v1/costs").body["total_usd"]) == Decimal("0.25")


def test_the_first_days_there_are_have_no_costs(alice: Api) -> None:
    found = alice.get("/v1/costs?until=0001-01-05")
    assert (found.status, found.body["since"]) == (200, "0001-01-01")


def test_an_album_that_was_made_anew_is_one_video(alice: Api) -> None:
    path = ready(alice, channel(alice))
    maker = Maker(alice.user_id, alice.post(f"{path}/render").body)
    maker.call(making.begin, "execution")
    maker.wait()
    maker.render()
    found = alice.get("/v1/costs").body
    assert (found["videos"], found["produced_minutes"]) == (1, "60.00")


def test_costs_are_told_by_run_and_by_video_and_produced_minute(alice: Api) -> None:
    assert alice.user_id is not None
    channels = [
        alice.post("/v1/channels", {"name": name, "brand_niche": "Ambience"}).body["id"]
        for name in ("Rain", "Snow")
    ]
    albums = []
    for place, usd in ((channels[0], 3), (channels[0], 6), (channels[1], 1)):
        order = {"channel_id": place, "niche_label": "Rain", "mood_keywords": "calm"}
        album = alice.post("/v1/video-jobs", order).body
        said = {"key": album["id"], "provider": "painter", "cost_usd": usd, "run_id": album["id"]}
        assert alice.post("/v1/costs", {**said, "channel_id": place}).body == {"written": True}
        albums.append(album["id"])
    for album in albums[::2]:  # the second is not finished, and its cost is a cost
        Maker(alice.user_id, alice.post(f"/v1/video-jobs/{album}/start").body).all_of_it()
    for query, count in (
        ("", 2),
        (f"&channel_id={channels[0]}", 1),
        (f"&channel_id={channels[1]}", 1),
    ):
        found = alice.get(f"/v1/costs?group=run{query}").body
        total = sum(Decimal(run["cost_usd"]) for run in found["items"])
        assert Decimal(found["total_usd"]) == total
        assert (found["videos"], Decimal(found["produced_minutes"])) == (count, 60 * count)
        assert Decimal(found["usd_per_video"]) == round(total / count, 4)
        assert Decimal(found["usd_per_minute"]) == round(total / count / 60, 4)
        by_run = {run["group"]: Decimal(run["cost_usd"]) for run in found["items"]}
        mine = albums[:2] if channels[0] in query else albums[2:] if query else albums
        assert set(by_run) == set(mine)
        for album, usd in zip(albums, (3, 6, 1), strict=True):
            assert album not in by_run or usd <= by_run[album] < usd + 1


def test_costs_are_told_by_video_with_its_minutes(alice: Api) -> None:
    assert alice.user_id is not None
    place = alice.post("/v1/channels", {"name": "Rain", "brand_niche": "Ambience"}).body["id"]
    order = {"channel_id": place, "niche_label": "Rain", "mood_keywords": "calm"}
    done, begun = (alice.post("/v1/video-jobs", order).body for _ in range(2))
    for key, run, usd in (("a", done["id"], 6), ("b", begun["id"], 9), ("c", "bill", 1)):
        said = {"key": key, "provider": "painter", "cost_usd": usd, "run_id": run}
        alice.post("/v1/costs", {**said, "channel_id": place})
    alice.post("/v1/costs", {"key": "d", "provider": "painter", "cost_usd": 1})
    Maker(alice.user_id, alice.post(f"/v1/video-jobs/{done['id']}/start").body).all_of_it()
    found = alice.get("/v1/costs?group=video").body
    by_video = {video["group"]: video for video in found["items"]}
    assert set(by_video) == {done["id"], begun["id"], "none"}
    whole = by_video[done["id"]]
    usd = Decimal(whole["cost_usd"])
    assert (whole["produced_minutes"], 6 <= usd < 7) == ("60.00", True)
    assert Decimal(whole["usd_per_minute"]) == round(usd / 60, 4)
    assert whole["title"]
    assert (by_video[begun["id"]]["produced_minutes"], by_video["none"]["title"]) == (None, None)
    assert Decimal(by_video["none"]["cost_usd"]) == 2
    assert Decimal(found["total_usd"]) == sum(Decimal(v["cost_usd"]) for v in found["items"])
    elsewhere = alice.get(f"/v1/costs?group=video&channel_id={place}").body["items"]
    assert {v["group"]: Decimal(v["cost_usd"]) for v in elsewhere}["none"] == 1


def test_the_total_counts_groups_that_are_not_listed_too(alice: Api) -> None:
    assert alice.user_id is not None
    with db.transaction(Actor.worker(alice.user_id)) as tx:
        tx.run(
            "select record_cost(auth.uid(), 'painter', 0.01, 'bill ' || n, null, 'run ' || n)"
            " from generate_series(1, 1010) n"
        )
    found = alice.get("/v1/costs?group=run").body
    assert len(found["items"]) == 1_000
    assert Decimal(found["total_usd"]) == Decimal("10.10")


def test_a_month_is_looked_ahead(alice: Api, admin: Admin) -> None:
    put(alice, "/v1/budgets", {"hard_cap_usd": 50})
    alice.post("/v1/costs", {"key": "a", "provider": "p", "cost_usd": 2})
    found = alice.get("/v1/costs/forecast").body
    assert Decimal(found["spent_usd"]) == 2
    assert Decimal(found["cap_usd"]) == 50
    assert Decimal(found["low_usd"]) <= Decimal(found["forecast_usd"]) <= Decimal(found["high_usd"])


def test_the_last_days_count_with_those_that_cost_nothing(alice: Api, admin: Admin) -> None:
    assert alice.get("/v1/costs/forecast").body["daily_usd"] == "0.0000"

    def paid(usd: int, days_ago: int, channel: str) -> None:
        admin.execute(
            "insert into channel_costs (user_id, channel_id, provider, cost_usd, created_at)"
            " values (%s, %s, 'p', %s, now() - make_interval(days => %s))",
            [alice.user_id, channel, usd, days_ago],
        )

    paid(99, 0, "a")  # today is not over
    paid(6, 1, "a")
    paid(3, 3, "b")
    for asked, mean in (("", "3.0000"), ("?channel_id=a", "6.0000"), ("?channel_id=b", "1.0000")):
        assert alice.get(f"/v1/costs/forecast{asked}").body["daily_usd"] == mean
    paid(1_000, 40, "b")
    assert alice.get("/v1/costs/forecast").body["daily_usd"] == "0.6429"  # 9 of 14 days
    assert alice.get("/v1/costs/forecast?channel_id=b").body["daily_usd"] == "0.2143"


def test_a_month_is_drawn(alice: Api) -> None:
    empty = alice.get("/v1/costs/plot.svg")
    assert (empty.status, empty.headers["content-type"]) == (200, "image/svg+xml")
    put(alice, "/v1/budgets", {"hard_cap_usd": 50})
    alice.post("/v1/costs", {"key": "a", "provider": "p", "cost_usd": 2})
    drawn = "".join(ElementTree.fromstring(alice.get("/v1/costs/plot.svg").body).itertext())
    assert "cap 50" in drawn
    assert "Spending in" in drawn


def test_the_forecast_goes_on_as_the_last_days_did() -> None:
    days = [Decimal(2), Decimal(4)] * 7
    found = _forecast(Decimal(30), days, Decimal(45), date(2026, 4, 10), 20)
    assert found.forecast_usd == 90
    assert found.passes_on == date(2026, 4, 15)
    assert found.low_usd < 90 < found.high_usd
    flat = _forecast(Decimal(30), [Decimal(3)] * 14, None, date(2026, 4, 10), 20)
    assert (flat.low_usd, flat.high_usd, flat.passes_on) == (90, 90, None)
    nothing = _forecast(Decimal(0), [], Decimal(5), date(2026, 4, 30), 0)
    assert (nothing.forecast_usd, nothing.passes_on) == (0, None)


def test_others_see_and_change_nothing(alice: Api, sign_in: Callable[..., Api]) -> None:
    budget = put(alice, "/v1/budgets", {"hard_cap_usd": 20}).body
    alice.post("/v1/costs", {"key": "a", "provider": "p", "cost_usd": 2})
    stranger = sign_in()
    assert budgets(stranger) == []
    assert stranger.get("/v1/costs").body["items"] == []
    assert stranger.get("/v1/costs/forecast").body["cap_usd"] is None
    assert stranger.delete(f"/v1/budgets/{budget['id']}").status == 404
    assert len(budgets(alice)) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "hard_cap_usd"),
        ({"hard_cap_usd": -1}, "hard_cap_usd"),
        ({"hard_cap_usd": "much"}, "hard_cap_usd"),
        ({"hard_cap_usd": 1, "soft_pct": 0}, "soft_pct"),
        ({"hard_cap_usd": 1, "scope": "planet"}, "scope"),
        ({"hard_cap_usd": 1, "scope": "channel"}, ""),
        ({"hard_cap_usd": 1, "scope_id": "x"}, ""),
        ({"hard_cap_usd": 1, "scope": "channel", "scope_id": "x"}, "scope_id"),
        ({"hard_cap_usd": 1, "scope": "channel", "scope_id": str(uuid4())}, "scope_id"),
        ({"hard_cap_usd": 1, "period": "year"}, "period"),
        ({"hard_cap_usd": 1, "spent_usd": 0}, "spent_usd"),
    ],
)
def test_bad_budgets_are_refused(alice: Api, body: dict[str, Any], field: str) -> None:
    refused = put(alice, "/v1/budgets", body)
    assert refused.status == 422
    assert any(error["field"].startswith(field) for error in refused.body["errors"])
    assert budgets(alice) == []


@pytest.mark.parametrize(
    "query", ["group=planet", "since=2020-01-01", "since=2026-02-01&until=2026-01-01", "x=1"]
)
def test_bad_questions_are_refused(alice: Api, query: str) -> None:
    assert alice.get(f"/v1/costs?{query}").status == 422
