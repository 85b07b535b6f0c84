"""A job's cost is what was paid for it, from the moment it is paid, whatever dies after that."""

import threading
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.rows import DictRow

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.domains.albums import orders, slots
from chalicelib.domains.albums.models import Album
from chalicelib.domains.costs import service as costs
from chalicelib.domains.costs.models import BudgetsQuery, SetBudget
from chalicelib.errors import BudgetExceeded, PaidCallInFlight
from chalicelib.pipelines import paid, run_step
from chalicelib.pipelines.paid import Made, Paid
from tests import factories
from tests.integration.pipelines.albums import PRICE, Albums
from tests.integration.pipelines.studio import Studio
from tests.integration.pipelines.test_paid import die

Admin = psycopg.Connection[DictRow]


@pytest.fixture
def albums(studio: Studio) -> Albums:
    return Albums(studio)


def ask(user: UUID, what: str, job: UUID, stage: str | None = None, price: Decimal = PRICE) -> Paid:
    def answer() -> Made:
        return Made(b"picture", ".png", "image/png", {}, price)

    return paid.once(
        Actor.worker(user), "image", "painter", (what,), answer,
        price=price, run_id=job, stage=stage,
    )  # fmt: skip


def cost(albums: Albums, album: Album, user: UUID) -> tuple[Decimal, Decimal]:
    """What the album cost, as it says and as the user's books say."""
    says, books, _ = albums.costs(album, user)
    return says, books or Decimal(0)


# ── calls ────────────────────────────────────────────────────────────────────────────────────


def test_equal_calls_of_an_album_are_its_cost_once_and_cost_another_nothing(
    albums: Albums,
) -> None:
    user = factories.user()
    first, second = albums.new(user), albums.new(user)
    told = [ask(user, "a lake", album.id).cost_usd for album in (first, first, second)]
    assert told == [PRICE, PRICE, 0]
    assert cost(albums, first, user) == (PRICE, PRICE)
    assert cost(albums, second, user) == (0, 0)
    ask(user, "a hill", second.id)
    assert cost(albums, second, user) == (PRICE, PRICE)


def test_equal_calls_at_the_same_time_are_the_cost_once(albums: Albums) -> None:
    user = factories.user()
    album = albums.new(user)

    def call() -> None:
        try:
            ask(user, "a lake", album.id)
        except PaidCallInFlight:
            pass
        finally:
            db.disconnect()

    threads = [threading.Thread(target=call) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cost(albums, album, user) == (PRICE, PRICE)


@pytest.mark.parametrize("stored", [False, True], ids=["asked", "stored"])
def test_what_a_dead_worker_left_is_the_cost_of_who_paid(
    albums: Albums, admin: Admin, monkeypatch: pytest.MonkeyPatch, stored: bool
) -> None:
    """Its own album when the answer was stored, or else the one that asks again."""
    user = factories.user()
    first, second = albums.new(user), albums.new(user)

    def pay() -> None:
        ask(user, "a lake", first.id)

    die(user, admin, monkeypatch, pay, stored=stored)
    assert cost(albums, first, user) == (0, 0)
    told = ask(user, "a lake", second.id)
    borne = [cost(albums, album, user) for album in (first, second)]
    assert borne == ([(PRICE, PRICE), (0, 0)] if stored else [(0, 0), (PRICE, PRICE)])
    assert (told.cost_usd, told.found) == ((0, True) if stored else (PRICE, False))


def test_a_jobs_cost_is_that_of_the_stage_it_was_paid_for(studio: Studio) -> None:
    user = factories.user()
    job = studio.order(user)
    for what, stage in (("a", "VISUAL_PLAN"), ("b", "IMAGE_GEN"), ("b", "RENDERING")):
        ask(user, what, job.id, stage)
    borne = {step.step_name: step.cost_usd for step in studio.look(job).steps if step.cost_usd}
    assert borne == {"VISUAL_PLAN": PRICE, "IMAGE_GEN": PRICE}
    with db.transaction(Actor.user(user), read_only=True) as tx:
        listed = tx.value("select cost_usd from work_items where id = %(id)s", id=job.id)
    assert listed == 2 * PRICE


def test_calls_that_cost_next_to_nothing_add_up_and_fill_a_budget(albums: Albums) -> None:
    user, price = factories.user(), Decimal("0.00004")
    album = albums.new(user)
    costs.set_budget(Actor.user(user), SetBudget(hard_cap_usd=Decimal("0.0001")))
    for what in ("a lake", "a hill"):
        assert ask(user, what, album.id, price=price).cost_usd == price
    with pytest.raises(BudgetExceeded):
        ask(user, "a moor", album.id, price=price)
    assert ask(user, "a hill", album.id, price=price).cost_usd == price
    assert cost(albums, album, user) == (2 * price, 2 * price)
    (budget,) = costs.budgets(Actor.user(user), BudgetsQuery()).items
    assert (budget.spent_usd, budget.reserved_usd) == (2 * price, 0)


# ── steps ────────────────────────────────────────────────────────────────────────────────────


def begun(albums: Albums, user: UUID) -> tuple[Album, dict[str, Any], list[str]]:
    """An album that is being made: itself, what its steps are told, its first tracks' names."""
    album = albums.start(user)
    given = {"job_id": str(album.id), "user_id": str(user), "attempt": 1}
    return album, given, missing(given)[:2]


def resumed(album: Album, user: UUID, *, attempt: int) -> list[str]:
    """The album is tried again: the names of the tracks it lacks."""
    orders.retry(Actor.user(user), album.id, None)
    return missing({"job_id": str(album.id), "user_id": str(user), "attempt": attempt})


def missing(given: dict[str, Any]) -> list[str]:
    for step in ("BeginAlbum", "PLANNED"):
        run_step({"step": step, "input": given})
    items: list[str] = run_step({"step": "MissingTracks", "input": given})["items"]
    return items


@pytest.mark.parametrize("point", ["published", "after_effect", "before_commit", "after_commit"])
def test_a_worker_killed_at_this_point_after_its_call(albums: Albums, point: str) -> None:
    user, studio = factories.user(), albums.studio
    album, given, (one, other) = begun(albums, user)
    studio.plan = lambda step, item, run: {"at": point, "do": "kill"} if run == 0 else None

    def compose(item: str) -> None:
        studio.invoke({"step": "ComposeTrack", "input": {**given, "item": item}})

    compose(one)
    assert studio.deaths == 1
    known = Decimal(0) if point == "published" else PRICE
    assert cost(albums, album, user) == (known, known)  # before there is a take
    compose(one)
    assert albums.costs(album, user) == (PRICE, PRICE, PRICE)
    compose(one)
    assert albums.costs(album, user) == (PRICE, PRICE, PRICE)
    for _ in range(2):
        compose(other)
    assert albums.costs(album, user) == (2 * PRICE, 2 * PRICE, 2 * PRICE)
    assert len(studio.answers) == 2


def test_what_was_paid_stays_the_cost_of_an_album_that_is_cancelled_and_tried_again(
    albums: Albums,
) -> None:
    user, studio = factories.user(), albums.studio
    album, given, (one, _) = begun(albums, user)
    studio.plan = lambda step, item, run: {"at": "after_effect", "do": "kill"}
    studio.invoke({"step": "ComposeTrack", "input": {**given, "item": one}})
    orders.cancel(Actor.user(user), album.id)
    assert cost(albums, album, user) == (PRICE, PRICE)
    studio.plan = lambda step, item, run: None
    assert resumed(album, user, attempt=2)[0] == one
    studio.invoke({"step": "ComposeTrack", "input": {**given, "attempt": 2, "item": one}})
    assert albums.costs(album, user) == (PRICE, PRICE, PRICE)

    orders.cancel(Actor.user(user), album.id)
    slots.regenerate(Actor.user(user), album.id, "audio", 1, None)
    again = resumed(album, user, attempt=3)[0]
    assert again != one
    studio.invoke({"step": "ComposeTrack", "input": {**given, "attempt": 3, "item": again}})
    assert albums.costs(album, user) == (2 * PRICE, 2 * PRICE, 2 * PRICE)
