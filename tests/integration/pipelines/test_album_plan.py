"""A plan is twenty different pairs of the length asked for, or none; it is paid for once."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from math import nan
from typing import Any
from uuid import UUID

import pytest

from chalicelib import db, providers
from chalicelib.actor import Actor
from chalicelib.domains.albums import orders
from chalicelib.domains.costs import service as costs
from chalicelib.domains.costs.models import BudgetsQuery, SetBudget
from chalicelib.errors import ProviderGarbage
from chalicelib.pipelines import run_step
from chalicelib.providers.text.interface import AlbumPlan
from tests import factories
from tests.integration.pipelines.albums import Albums
from tests.integration.pipelines.studio import Studio
from tests.integration.pipelines.worker import POINTS

pytestmark = pytest.mark.xdist_group("album faults")

PRICE = Decimal("0.02")


@pytest.fixture
def albums(studio: Studio) -> Albums:
    return Albums(studio)


class Planner:
    """A text provider that asks for money and whose plans are spoilt in one way."""

    def __init__(self, inner: Any, spoil: Callable[[AlbumPlan], AlbumPlan]) -> None:
        self.inner, self.spoil = inner, spoil

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def plan_price(self) -> Decimal:
        return PRICE

    def plan_album(self, *asked: Any, **order: Any) -> AlbumPlan:
        return self.spoil(self.inner.plan_album(*asked, **order))


def spent(user: UUID) -> tuple[Decimal, Decimal, list[Decimal]]:
    """What the user's budget says was spent and is held, and the bills."""
    (budget,) = costs.budgets(Actor.user(user), BudgetsQuery()).items
    with db.transaction(Actor.user(user), read_only=True) as tx:
        bills = tx.all("select cost_usd from channel_costs")
    return budget.spent_usd, budget.reserved_usd, [bill["cost_usd"] for bill in bills]


def track(plan: AlbumPlan, place: int, **changed: Any) -> AlbumPlan:
    music = list(plan.music)
    music[place - 1] = replace(music[place - 1], **changed)
    return replace(plan, music=tuple(music))


SPOILT: dict[str, Callable[[AlbumPlan], AlbumPlan]] = {
    "nineteen tracks": lambda plan: replace(plan, music=plan.music[:19]),
    "twenty-one pictures": lambda plan: replace(plan, visuals=(*plan.visuals, plan.visuals[0])),
    "no pictures": lambda plan: replace(plan, visuals=()),
    "a prompt twice": lambda plan: track(plan, 2, prompt=f" {plan.music[0].prompt} "),
    "a blank prompt": lambda plan: track(plan, 2, prompt=" "),
    "too short": lambda plan: track(plan, 2, seconds=plan.music[1].seconds - 60),
    "too long": lambda plan: track(plan, 2, seconds=plan.music[1].seconds + 330),
    "a track of nothing": lambda plan: track(
        track(plan, 2, seconds=1.0), 3, seconds=plan.music[2].seconds + plan.music[1].seconds
    ),
    "no number": lambda plan: track(plan, 2, seconds=nan),
    "words for a number": lambda plan: track(plan, 2, seconds="three minutes"),
    "no words": lambda plan: replace(plan, title=None),
}


@pytest.mark.parametrize("kind", SPOILT)
def test_a_plan_that_is_none_is_not_kept_and_its_money_given_back(
    albums: Albums, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    user, text = factories.user(), providers.text()
    costs.set_budget(Actor.user(user), SetBudget(hard_cap_usd=Decimal(1)))
    album = albums.new(user, planned=False)
    orders.plan(Actor.user(user), album.id, None)
    given = {"job_id": str(album.id), "user_id": str(user), "attempt": 1}
    item = run_step({"step": "BeginAlbum", "input": given})["plan"]
    event = {"step": "PLANNED", "input": {**given, "item": item}}
    monkeypatch.setattr(providers, "text", lambda: Planner(text, SPOILT[kind]))
    with pytest.raises(ProviderGarbage):
        run_step(event)
    assert albums.look(album, user).prompts is None
    assert spent(user) == (0, 0, [])
    monkeypatch.setattr(providers, "text", lambda: Planner(text, lambda plan: plan))
    for _ in range(2):
        run_step(event)
    assert albums.look(album, user).prompts is not None
    assert spent(user) == (PRICE, 0, [PRICE])


def test_an_album_that_is_planned_twice_has_its_plan_and_pays_once(
    albums: Albums, monkeypatch: pytest.MonkeyPatch
) -> None:
    user, text = factories.user(), providers.text()
    costs.set_budget(Actor.user(user), SetBudget(hard_cap_usd=Decimal(1)))
    monkeypatch.setattr(providers, "text", lambda: Planner(text, lambda plan: plan))
    album = albums.new(user, planned=False)
    prompts = []
    for attempt in (1, 2):
        orders.plan(Actor.user(user), album.id, None)
        given = {"job_id": str(album.id), "user_id": str(user), "attempt": attempt}
        item = run_step({"step": "BeginAlbum", "input": given})["plan"]
        run_step({"step": "PLANNED", "input": {**given, "item": item}})
        assert run_step({"step": "MissingTracks", "input": given})["go"] == "stop"
        prompts.append(albums.look(album, user).prompts)
    assert prompts[0] is not None
    assert prompts[0] == prompts[1]
    assert spent(user) == (PRICE, 0, [PRICE])


def test_a_planner_that_fails_for_good_fails_the_plan_and_nothing_else(albums: Albums) -> None:
    user = factories.user()
    album = albums.new(user, planned=False)
    orders.plan(Actor.user(user), album.id, None)
    for outcome, code in (("garbage", "ProviderGarbage"), ("timeout " * 9, "ProviderUnavailable")):
        albums.studio.plan = lambda step, item, run, outcome=outcome: {"provider": outcome}  # type: ignore[misc]
        failed = albums.run(albums.look(album, user), user)
        assert (failed.status, failed.error_code) == ("failed", code)
        assert (failed.failed_step, failed.prompts, failed.goal) == ("planned", None, None)
        orders.retry(Actor.user(user), album.id, None)
    albums.studio.plan = lambda step, item, run: None
    planned = albums.run(albums.look(album, user), user)
    assert (planned.status, planned.goal, planned.attempt) == ("planned", None, 3)
    assert planned.prompts is not None


@pytest.mark.parametrize("points", [POINTS[:3], POINTS[3:]], ids=["before", "after"])
def test_a_planner_killed_at_each_of_these_points_plans_once(
    albums: Albums, points: tuple[str, ...]
) -> None:
    user = factories.user()
    album = albums.new(user, planned=False)
    albums.studio.plan = lambda step, item, run: (
        {"at": points[run], "do": "kill"} if step == "PLANNED" and run < len(points) else None
    )
    orders.plan(Actor.user(user), album.id, None)
    planned = albums.run(albums.look(album, user), user)
    assert (planned.status, planned.goal, planned.error_message) == ("planned", None, None)
    assert albums.studio.deaths == len(points)
    assert len(albums.studio.answers) == 1
    assert planned.prompts is not None
