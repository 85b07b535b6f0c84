"""Experiments over the API: planned, begun, observed, decided once, and nobody else's business."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree

import psycopg
import pytest
from psycopg.rows import DictRow

from chalicelib.domains.experiments import service
from tests.integration.http.conftest import Api
from tests.unit.experiments.simulation import days

AIM = {"assignment": "concurrent", "rate": 0.05, "effect": 0.3, "daily_impressions": 10_000}
VARIANTS = [
    {"variant_key": "a", "is_control": True, "title": "Rain in the old town"},
    {"variant_key": "b", "title": "Rain in the old town, 1 hour"},
]
Admin = psycopg.Connection[DictRow]


def new(**changed: Any) -> dict[str, Any]:
    return {
        "experiment_type": "title",
        "video_id": "v1",
        "aim": AIM,
        "variants": VARIANTS,
        **changed,
    }


@pytest.fixture
def alice(sign_in: Callable[..., Api]) -> Api:
    return sign_in()


def observed(lifts: dict[str, float], assignment: str = "concurrent") -> list[dict[str, Any]]:
    """Two weeks of days that began two weeks and a few days ago."""
    made = days(1, assignment, length=14, lifts=lifts)
    first = min(day.day for arm in made.values() for day in arm)
    shift = began().date() - first
    return [
        {
            "variant_key": key,
            "day": str(day.day + shift),
            "impressions": day.impressions,
            "clicks": day.clicks,
            "views": day.views,
            "watch_seconds": day.watch_seconds,
        }
        for key, arm in made.items()
        for day in arm
    ]


def began() -> datetime:
    return datetime.now(UTC) - timedelta(days=18)


def backdate(admin: Admin, key: str, length: int = 14) -> None:
    """As if it had begun when its days did."""
    admin.execute(
        "update metadata_experiments set start_date = %s, end_date = %s where experiment_key = %s",
        (began(), began() + timedelta(days=length), key),
    )


def test_a_plan_says_how_long_and_whether_at_all(alice: Api) -> None:
    query = "assignment=concurrent&rate=0.05&effect=0.1&daily_impressions=10000"
    found = alice.get(f"/v1/experiments/plan?{query}")
    assert found.status == 200
    assert (found.body["per_arm"], found.body["days"], found.body["feasible"]) == (31_231, 7, True)
    short = alice.get(f"/v1/experiments/plan?{query.replace('10000', '100')}")
    assert short.body["feasible"] is False
    assert short.body["smallest_effect"] > 0.1


def test_from_draft_to_winner(alice: Api, admin: Admin) -> None:
    made = alice.post("/v1/experiments", new())
    assert made.status == 201
    key = made.body["experiment_key"]
    assert made.body["status"] == "draft"
    assert [variant["variant_key"] for variant in made.body["variants"]] == ["a", "b"]
    started = alice.post(f"/v1/experiments/{key}/start")
    assert (started.status, started.body["status"]) == (200, "running")
    backdate(admin, key)
    reported = observed({"a": 0, "b": 0.4})
    noted = alice.post(f"/v1/experiments/{key}/observations", {"days": reported})
    assert noted.body == {"new": 28, "replaced": 0, "unchanged": 0}
    decided = alice.post(f"/v1/experiments/{key}/decide")
    assert decided.status == 200, decided.body
    assert decided.body["verdict"]["outcome"] == "winner"
    assert decided.body["verdict"]["winner"] == "b"
    assert decided.body["settled_days"] == 14
    assert decided.body["experiment"]["status"] == "decided"
    assert alice.get(f"/v1/experiments/{key}/result").body["verdict"] == decided.body["verdict"]
    again = alice.post(f"/v1/experiments/{key}/decide")
    assert (again.status, again.body["code"]) == (409, "IllegalMove")


def test_a_comments_conversion_is_decided_without_views(alice: Api, admin: Admin) -> None:
    variants = [{"variant_key": "a", "is_control": True}, {"variant_key": "b"}]
    kind = {"experiment_type": "pinned_comment_conversion", "metric": "ctr"}
    made = alice.post("/v1/experiments", new(**kind, variants=variants))
    assert (made.status, made.body["experiment_type"]) == (201, "pinned_comment_conversion")
    key = made.body["experiment_key"]
    alice.post(f"/v1/experiments/{key}/start")
    backdate(admin, key)
    reported = [{**day, "views": 0, "watch_seconds": 0} for day in observed({"a": 0, "b": 0.4})]
    noted = alice.post(f"/v1/experiments/{key}/observations", {"days": reported})
    assert noted.body["new"] == 28
    verdict = alice.post(f"/v1/experiments/{key}/decide").body["verdict"]
    assert (verdict["outcome"], verdict["winner"]) == ("winner", "b")


def test_a_test_is_drawn(alice: Api, admin: Admin) -> None:
    key = alice.post("/v1/experiments", new()).body["experiment_key"]
    path = f"/v1/experiments/{key}/plot.svg"
    assert b"No variant has two days" in alice.get(path).body
    alice.post(f"/v1/experiments/{key}/start")
    backdate(admin, key)
    alice.post(f"/v1/experiments/{key}/observations", {"days": observed({"a": 0, "b": 0.4})})
    drawn = alice.get(f"{path}?metric=watch_per_impression")
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert "Seconds watched per impression" in "".join(
        ElementTree.fromstring(drawn.body).itertext()
    )
    assert alice.get(f"{path}?metric=likes").status == 422


def test_days_come_twice_late_and_corrected(alice: Api) -> None:
    key = alice.post("/v1/experiments", new()).body["experiment_key"]
    day = {"variant_key": "a", "day": "2026-01-02", "impressions": 100, "clicks": 5}
    path = f"/v1/experiments/{key}/observations"
    assert alice.post(path, {"days": [day]}).body["new"] == 1
    assert alice.post(path, {"days": [day]}).body["unchanged"] == 1
    shrunk = {**day, "impressions": 90, "clicks": 4}
    late = {**day, "day": "2026-01-01"}
    assert alice.post(path, {"days": [shrunk, late]}).body == {
        "new": 1, "replaced": 1, "unchanged": 0
    }  # fmt: skip
    (control, _) = alice.get(f"/v1/experiments/{key}").body["variants"]
    assert (control["impressions"], control["clicks"]) == (190, 9)


def test_nobody_looks_before_the_end(alice: Api, admin: Admin) -> None:
    key = alice.post("/v1/experiments", new()).body["experiment_key"]
    alice.post(f"/v1/experiments/{key}/start")
    alice.post(f"/v1/experiments/{key}/observations", {"days": observed({"a": 0, "b": 0.9})})
    early = alice.post(f"/v1/experiments/{key}/decide")
    assert (early.status, early.body["code"]) == (409, "IllegalMove")
    assert "final on" in early.body["detail"]
    standing = alice.get(f"/v1/experiments/{key}/result").body
    assert standing["verdict"] is None
    assert standing["days_left"] == 7 + 3
    stopped = alice.post(f"/v1/experiments/{key}/stop")
    assert stopped.body["status"] == "stopped"
    ended = alice.post(f"/v1/experiments/{key}/decide").body
    assert ended["verdict"]["outcome"] == "invalid"
    assert ended["experiment"]["status"] == "inconclusive"


def test_a_draft_is_not_stopped_and_its_key_is_taken(alice: Api) -> None:
    key = alice.post("/v1/experiments", new()).body["experiment_key"]
    refused = alice.post(f"/v1/experiments/{key}/stop")
    assert (refused.status, refused.body["detail"]) == (
        409,
        "The experiment is draft: only a running one is stopped.",
    )
    taken = alice.post("/v1/experiments", new(experiment_key=key))
    assert (taken.status, taken.body["detail"]) == (
        409,
        "You have an experiment of this key already.",
    )


def test_a_test_that_cannot_finish_is_not_begun(alice: Api) -> None:
    hopeless = new(aim={**AIM, "effect": 0.05, "daily_impressions": 300})
    key = alice.post("/v1/experiments", hopeless).body["experiment_key"]
    refused = alice.post(f"/v1/experiments/{key}/start")
    assert refused.status == 422
    assert "could be seen" in refused.body["errors"][0]["message"]
    assert alice.get(f"/v1/experiments/{key}").body["status"] == "draft"


def test_a_draft_is_set_up_anew_and_what_has_begun_is_not(alice: Api, sign_in: Any) -> None:
    first = alice.post("/v1/experiments", new()).body
    alice.post("/v1/experiments", new(experiment_key="later"))
    path = f"/v1/experiments/{first['experiment_key']}"
    variants = [*VARIANTS, {"variant_key": "c", "title": "Rain at night"}]
    wanted = new(video_id="v2", metric="ctr", variants=variants, aim={**AIM, "effect": 0.5})
    changed = alice("PUT", path, wanted)
    assert changed.status == 200, changed.body
    assert changed.body == alice.get(path).body
    assert (changed.body["video_id"], changed.body["metric"]) == ("v2", "ctr")
    assert [variant["variant_key"] for variant in changed.body["variants"]] == ["a", "b", "c"]
    assert changed.body["plan"] != first["plan"]
    assert changed.body["created_at"] == first["created_at"]
    for wrong in (new(experiment_key="other"), new(variants=VARIANTS[:1]), {}):
        assert alice("PUT", path, wrong).status == 422, wrong
    assert sign_in()("PUT", path, new()).status == 404
    assert alice.get(path).body == changed.body
    assert alice.post(f"{path}/start").status == 200
    assert alice("PUT", path, new()).status == 409
    assert alice.get(path).body["video_id"] == "v2"


def test_a_rotation_says_what_is_on_air(alice: Api) -> None:
    made = new(aim={**AIM, "assignment": "rotation"})
    key = alice.post("/v1/experiments", made).body["experiment_key"]
    assert alice.get(f"/v1/experiments/{key}").body["on_air"] is None
    assert alice.post(f"/v1/experiments/{key}/start").body["on_air"] in {"a", "b"}


def test_the_clock_decides_what_is_due(fresh_database: str, alice: Api, admin: Admin) -> None:
    key = alice.post("/v1/experiments", new()).body["experiment_key"]
    alice.post(f"/v1/experiments/{key}/start")
    backdate(admin, key)
    alice.post(f"/v1/experiments/{key}/observations", {"days": observed({"a": 0, "b": 0.4})})
    service.decide_due()
    assert alice.get(f"/v1/experiments/{key}").body["status"] == "decided"
    service.decide_due()


def test_beginning_twice_is_beginning_once(alice: Api) -> None:
    path = f"/v1/experiments/{alice.post('/v1/experiments', new()).body['experiment_key']}"
    began_as = alice.post(f"{path}/start").body
    again = alice.post(f"{path}/start")
    assert (again.status, again.body["start_date"]) == (200, began_as["start_date"])
    assert again.body["end_date"] == began_as["end_date"]


def test_what_begins_again_has_no_verdict_yet(alice: Api) -> None:
    path = f"/v1/experiments/{alice.post('/v1/experiments', new()).body['experiment_key']}"
    for step in ("start", "stop", "decide"):
        assert alice.post(f"{path}/{step}").status == 200
    assert alice.get(f"{path}/result").body["verdict"]["outcome"] == "invalid"
    assert alice.post(f"{path}/start").status == 200
    found = alice.get(f"{path}/result").body
    assert (found["verdict"], found["experiment"]["decided_at"]) == (None, None)


def test_of_many_tests_of_one_video_one_runs(alice: Api, bob: Api) -> None:
    keys = [alice.post("/v1/experiments", new()).body["experiment_key"] for _ in range(4)]
    elsewhere = alice.post("/v1/experiments", new(video_id="v2")).body["experiment_key"]
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda key: alice.post(f"/v1/experiments/{key}/start"), keys))
    assert sorted(answer.status for answer in said) == [200, 409, 409, 409]
    assert alice.post(f"/v1/experiments/{elsewhere}/start").status == 200
    theirs = bob.post("/v1/experiments", new()).body["experiment_key"]
    assert bob.post(f"/v1/experiments/{theirs}/start").status == 200
    (running,) = alice.get("/v1/experiments?status=running&video_id=v1").body["items"]
    assert alice.post(f"/v1/experiments/{running['experiment_key']}/stop").status == 200
    other = next(key for key in keys if key != running["experiment_key"])
    assert alice.post(f"/v1/experiments/{other}/start").status == 200


def test_the_house_says_when_it_runs_and_what_came_of_it(alice: Api) -> None:
    """Over the data API a row is its user's but for these."""
    table = "/rest/v1/metadata_experiments"
    row = {"experiment_key": "mine", "is_control": True, "title_variant": "Rain"}
    assert alice.post(table, row).status == 201
    for said in ({"status": "running"}, {"verdict": {"a": 1}}, {"plan": {"a": 1}}):
        assert alice.post(table, {**row, "experiment_key": "other", **said}).status == 403
        assert alice.patch(f"{table}?experiment_key=eq.mine", said).status == 403
    assert alice.patch(f"{table}?experiment_key=eq.mine", {"notes": "short"}).status in (200, 204)
    assert len(alice.get("/v1/experiments").body["items"]) == 1
    assert alice.post("/v1/experiments/mine/start").status == 422


def test_what_runs_stays_as_it_began_over_the_data_api_too(alice: Api) -> None:
    key = alice.post("/v1/experiments", new()).body["experiment_key"]
    row = f"/rest/v1/metadata_experiments?experiment_key=eq.{key}"
    assert alice.patch(f"{row}&variant_key=eq.b", {"title_variant": "Rain, 2 hours"}).status == 204
    begun = alice.post(f"/v1/experiments/{key}/start").body
    for said in (
        {"end_date": begun["start_date"]},
        {"metric": "ctr"},
        {"assignment": "concurrent"},
        {"title_variant": "Storm"},
        {"video_id": "v2"},
    ):
        refused = alice.patch(row, said)
        assert (refused.status, refused.body["hint"]) == (409, "Stop it first."), said
    assert alice.delete(row).status == 409
    assert alice.get(f"/v1/experiments/{key}").body == begun
    assert alice.patch(row, {"notes": "a note"}).status == 204
    assert alice.post(f"/v1/experiments/{key}/stop").status == 200
    assert alice.delete(row).status == 204


def test_a_day_that_is_taken_back_counts_no_more(alice: Api) -> None:
    key = alice.post("/v1/experiments", new()).body["experiment_key"]
    days = [
        {"variant_key": "a", "day": f"2026-03-0{n}", "impressions": 10 * n, "clicks": n}
        for n in (1, 2)
    ]
    alice.post(f"/v1/experiments/{key}/observations", {"days": days})
    table = f"/rest/v1/experiment_days?experiment_key=eq.{key}"

    def shown() -> list[Any]:
        variants = alice.get(f"/v1/experiments/{key}").body["variants"]
        return [(variant["impressions"], variant["ctr"]) for variant in variants]

    assert shown() == [(30, 0.1), (None, None)]
    assert alice.delete(f"{table}&day=eq.2026-03-02").status == 204
    assert shown() == [(10, 0.1), (None, None)]
    assert alice.patch(f"{table}&day=eq.2026-03-01", {"variant_key": "b"}).status == 204
    assert shown() == [(None, None), (10, 0.1)]


def test_lists_are_newest_first_and_ones_own(alice: Api, sign_in: Callable[..., Api]) -> None:
    keys = [alice.post("/v1/experiments", new()).body["experiment_key"] for _ in range(3)]
    first = alice.get("/v1/experiments?limit=2").body
    rest = alice.get(f"/v1/experiments?limit=2&cursor={first['next']}").body
    assert [e["experiment_key"] for e in first["items"] + rest["items"]] == keys[::-1]
    assert alice.get("/v1/experiments?status=running").body["items"] == []
    stranger = sign_in()
    assert stranger.get("/v1/experiments").body["items"] == []
    for method, path in (
        ("get", ""), ("get", "/result"), ("post", "/start"), ("post", "/stop"), ("post", "/decide"),
        ("delete", ""),
    ):  # fmt: skip
        assert getattr(stranger, method)(f"/v1/experiments/{keys[0]}{path}").status == 404
    assert alice.delete(f"/v1/experiments/{keys[0]}").status == 204
    assert alice.get(f"/v1/experiments/{keys[0]}").status == 404


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"variants": VARIANTS[:1]}, "variants"),
        ({"variants": [VARIANTS[0], VARIANTS[0]]}, "variants"),
        ({"variants": [VARIANTS[1], {**VARIANTS[1], "variant_key": "c"}]}, "variants"),
        ({"variants": [*VARIANTS, {"variant_key": "c"}, {"variant_key": "d"}]}, "variants"),
        ({"variants": [VARIANTS[0], {"variant_key": "b'; drop table"}]}, "variants.1.variant_key"),
        ({"aim": {**AIM, "rate": 0}}, "aim.rate"),
        ({"aim": {**AIM, "rate": 1}}, "aim.rate"),
        ({"aim": {**AIM, "effect": 0.001}}, "aim.effect"),
        ({"aim": {**AIM, "rate": 0.8, "effect": 0.3}}, "aim.effect"),
        ({"aim": {**AIM, "daily_impressions": 0}}, "aim.daily_impressions"),
        ({"aim": {**AIM, "assignment": "both"}}, "aim.assignment"),
        ({"metric": "likes"}, "metric"),
        ({"experiment_type": "price"}, "experiment_type"),
        ({"experiment_type": "analytics_snapshot"}, "experiment_type"),
        ({"variants": [VARIANTS[0], {"variant_key": "b"}]}, "variants"),
        (
            {"variants": [VARIANTS[0], {**VARIANTS[0], "variant_key": "b", "is_control": False}]},
            "variants",
        ),
        ({"variants": [VARIANTS[0], {"variant_key": "b", "title": "x" * 101}]}, "variants.1.title"),
        ({"variants": [VARIANTS[0], {"variant_key": "b", "title": "<b>"}]}, "variants.1.title"),
        ({"experiment_type": "thumbnail"}, "variants"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_bad_experiments_are_refused_and_not_stored(
    alice: Api, changed: dict[str, Any], field: str
) -> None:
    refused = alice.post("/v1/experiments", new(**changed))
    assert refused.status == 422
    assert any(error["field"].startswith(field) for error in refused.body["errors"])
    assert alice.get("/v1/experiments").body["items"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"clicks": 11, "impressions": 10},
        {"impressions": -1},
        {"day": "yesterday"},
        {"variant_key": "z"},
        {"surprise": 1},
    ],
)
def test_bad_days_are_refused_and_not_stored(alice: Api, wrong: dict[str, Any]) -> None:
    key = alice.post("/v1/experiments", new()).body["experiment_key"]
    good = {"variant_key": "a", "day": "2026-01-02", "impressions": 100, "clicks": 5}
    path = f"/v1/experiments/{key}/observations"
    other = {**good, "day": "2026-01-03", **wrong}
    assert alice.post(path, {"days": [good, other]}).status == 422
    assert alice.post(path, {"days": [good, good]}).status == 422
    assert alice.get(f"/v1/experiments/{key}").body["variants"][0]["impressions"] is None


def test_the_same_key_makes_one_experiment(alice: Api) -> None:
    once = str(uuid4())
    one = alice.post("/v1/experiments", new(), idempotency_key=once)
    two = alice.post("/v1/experiments", new(), idempotency_key=once)
    assert one.body["experiment_key"] == two.body["experiment_key"]
    assert len(alice.get("/v1/experiments").body["items"]) == 1
    taken = alice.post("/v1/experiments", new(experiment_key=one.body["experiment_key"]))
    assert (taken.status, taken.body["code"]) == (409, "Conflict")
