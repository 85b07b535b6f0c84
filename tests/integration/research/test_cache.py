"""A topic is researched once in seven days: found, refreshed, waited for, or served stale."""

import datetime
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.domains.research import service as research
from chalicelib.domains.research.models import AskResearch, Cached, ResearchQuery, StatsQuery
from chalicelib.errors import (
    Forbidden,
    NotFound,
    ProviderGarbage,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
)
from chalicelib.providers.text.interface import Research
from tests import factories

pytestmark = pytest.mark.usefixtures("database")

Admin = psycopg.Connection[dict[str, Any]]
CENT = Decimal("0.01")
PATIENCE = 300.0
"""Seconds after which a test gives up on what hangs; a busy machine is slow."""


class Library:
    """A provider that counts how often it is asked."""

    def __init__(self, *errors: Exception | None) -> None:
        self.asked = 0
        self.errors = list(errors)

    def __call__(self) -> Research:
        self.asked += 1
        if self.errors and (error := self.errors.pop(0)) is not None:
            raise error
        return Research(content=f"note {self.asked}", tokens=7)


@pytest.fixture
def user_id() -> UUID:
    return factories.user()


def look(user_id: UUID, library: Callable[[], Research], **also: Any) -> Cached:
    also.setdefault("price", lambda words: CENT * words)
    topic = also.pop("topic", "The deep sea")
    return research.lookup(user_id, topic, also.pop("niche", "science"), library, **also)


def aged(admin: Admin, user_id: UUID, **age: float) -> None:
    """Let the user's entries have been researched some time ago."""
    admin.execute("set session_replication_role = replica")  # no trigger: updated_at is ours
    admin.execute(
        "update research_cache set updated_at = now() - %s where user_id = %s",
        (datetime.timedelta(**age), user_id),
    )
    admin.execute("reset session_replication_role")


def test_a_fresh_entry_is_found_in_any_spelling(user_id: UUID) -> None:
    library = Library()
    first = look(user_id, library)
    assert (first.outcome, first.content, first.tokens) == ("miss", "note 1", 7)
    assert (first.cost_usd, first.saved_usd) == (CENT * 2, 0)
    for topic in ("the deep sea", "  THE — deep, sea!! ", "The deep-sea"):
        again = look(user_id, library, topic=topic)
        assert (again.outcome, again.id, again.saved_usd) == ("hit", first.id, CENT * 2)
    assert library.asked == 1


def test_an_entry_stays_fresh_for_seven_days(user_id: UUID, admin: Admin) -> None:
    library = Library()
    look(user_id, library)
    aged(admin, user_id, days=6, hours=23, minutes=59)
    assert look(user_id, library).outcome == "hit"
    aged(admin, user_id, days=7)
    refreshed = look(user_id, library)
    assert (refreshed.outcome, refreshed.content) == ("miss", "note 2")
    assert look(user_id, library).outcome == "hit"


def test_being_found_does_not_keep_an_entry_fresh(user_id: UUID, admin: Admin) -> None:
    library = Library()
    look(user_id, library)
    aged(admin, user_id, days=6)
    look(user_id, library)
    aged_since = admin.execute(
        "select now() - updated_at > interval '5 days' as old, hit_count from research_cache"
        " where user_id = %s",
        (user_id,),
    ).fetchone()
    assert aged_since == {"old": True, "hit_count": 1}


def test_the_clock_is_the_callers(user_id: UUID) -> None:
    library = Library()
    look(user_id, library)
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=8)
    assert look(user_id, library, clock=lambda: later).outcome == "miss"
    assert library.asked == 2


def test_force_goes_past_a_fresh_entry_and_renews_it(user_id: UUID) -> None:
    library = Library()
    look(user_id, library)
    forced = look(user_id, library, force=True)
    assert (forced.outcome, forced.content) == ("bypass", "note 2")
    assert look(user_id, library).content == "note 2"


@pytest.mark.parametrize(
    "other", [{"topic": "The shallow sea"}, {"niche": "history"}, {"provider": "vendor"}]
)
def test_another_topic_niche_or_provider_is_another_entry(user_id: UUID, other: Any) -> None:
    library = Library()
    look(user_id, library)
    assert look(user_id, library, **other).outcome == "miss"


def test_another_user_has_another_cache(user_id: UUID) -> None:
    library = Library()
    look(user_id, library)
    assert look(factories.user(), library).outcome == "miss"


@pytest.mark.parametrize("error", [ProviderUnavailable(), ProviderThrottled()])
def test_an_older_entry_is_served_stale_only_when_asked_for(
    user_id: UUID, admin: Admin, error: Exception
) -> None:
    look(user_id, Library())
    aged(admin, user_id, days=30)
    down = Library(error, error)
    with pytest.raises(type(error)):
        look(user_id, down)
    stale = look(user_id, down, stale_ok=True)
    assert (stale.outcome, stale.content) == ("stale", "note 1")
    assert look(user_id, Library()).outcome == "miss"  # no lease was left behind


def test_a_refusal_is_never_covered_by_an_older_entry(user_id: UUID, admin: Admin) -> None:
    look(user_id, Library())
    aged(admin, user_id, days=30)
    with pytest.raises(ProviderRejected):
        look(user_id, Library(ProviderRejected()), stale_ok=True)


def test_without_an_entry_a_provider_that_is_down_is_an_error(user_id: UUID) -> None:
    with pytest.raises(ProviderUnavailable):
        look(user_id, Library(ProviderUnavailable()), stale_ok=True)
    assert look(user_id, Library()).outcome == "miss"


@pytest.mark.parametrize(
    "garbage",
    [
        Research("", 1),
        Research(" \n\t ", 1),
        Research("a\0b", 1),
        Research("x" * 100_001, 1),
        Research("fine", -1),
    ],
    ids=["empty", "blank", "null", "huge", "tokens"],
)
def test_garbage_is_not_kept(user_id: UUID, garbage: Research) -> None:
    library = Library()
    look(user_id, library)
    with pytest.raises(ProviderGarbage):
        look(user_id, lambda: garbage, force=True)
    assert look(user_id, library).content == "note 1"


def test_sixteen_callers_at_once_research_once(user_id: UUID) -> None:
    library, never = Library(), threading.Event()
    together = threading.Barrier(16)

    def slowly() -> Research:
        never.wait(0.3)
        return library()

    def short_nap(seconds: float) -> None:
        never.wait(0.05)

    def work(_: int) -> Cached:
        together.wait()
        try:
            return look(user_id, slowly, sleep=short_nap)
        finally:
            db.disconnect()

    with ThreadPoolExecutor(16) as workers:
        found = list(workers.map(work, range(16)))
    assert library.asked == 1
    assert {one.content for one in found} == {"note 1"}
    outcomes = [one.outcome for one in found]
    assert outcomes.count("miss") == 1
    assert set(outcomes) <= {"miss", "coalesced", "hit"}


def test_forced_callers_share_the_research_that_is_under_way(user_id: UUID) -> None:
    look(user_id, Library())
    inner: list[Cached] = []
    waited: list[float] = []

    def other_caller() -> Research:
        """While this research runs, another caller forces one too, and waits for it."""
        started, done = threading.Event(), threading.Event()

        def second() -> None:
            def sleep(seconds: float) -> None:
                waited.append(seconds)
                started.set()
                done.wait(PATIENCE)

            inner.append(look(user_id, Library(), force=True, sleep=sleep))
            db.disconnect()

        thread = threading.Thread(target=second)
        thread.start()
        assert started.wait(PATIENCE)
        threads.append((thread, done))
        return Research("shared", 1)

    threads: list[tuple[threading.Thread, threading.Event]] = []
    assert look(user_id, other_caller, force=True).outcome == "bypass"
    for thread, done in threads:
        done.set()
        thread.join()
    assert [(one.outcome, one.content) for one in inner] == [("coalesced", "shared")]
    assert waited == [research.POLL_SECONDS]


def lease_of_another(admin: Admin, user_id: UUID, seconds: float) -> None:
    admin.execute(
        "update research_cache set lease_owner = 'another',"
        " lease_until = clock_timestamp() + make_interval(secs => %s) where user_id = %s",
        (seconds, user_id),
    )


def test_who_waits_too_long_is_told_so_or_gets_the_older_entry(user_id: UUID, admin: Admin) -> None:
    library = Library()
    look(user_id, library)
    aged(admin, user_id, days=8)
    lease_of_another(admin, user_id, 60)
    naps: list[float] = []
    with pytest.raises(ProviderUnavailable):
        look(user_id, library, patience=1, sleep=naps.append)
    assert sum(naps) == 1
    stale = look(user_id, library, patience=1, stale_ok=True, sleep=naps.append)
    assert (stale.outcome, library.asked) == ("stale", 1)


def test_a_lease_of_a_dead_worker_is_taken_over(user_id: UUID, admin: Admin) -> None:
    library = Library()
    look(user_id, library)
    aged(admin, user_id, days=8)
    lease_of_another(admin, user_id, -1)
    assert look(user_id, library).outcome == "miss"


def test_a_worker_that_lost_its_lease_does_not_overwrite(user_id: UUID, admin: Admin) -> None:
    newer: list[Cached] = []

    def overtaken() -> Research:
        lease_of_another(admin, user_id, -1)
        newer.append(look(user_id, lambda: Research("newer", 1)))
        return Research("older", 1)

    assert look(user_id, overtaken).content == "older"
    assert newer[0].outcome == "miss"
    assert look(user_id, Library()).content == "newer"


def test_lookups_are_counted_with_what_they_saved(user_id: UUID, admin: Admin) -> None:
    me = Actor.user(user_id)
    empty = research.stats(me, StatsQuery())
    assert (empty.entries, empty.hit_rate) == (0, None)
    library = Library()
    look(user_id, library)
    look(user_id, library)
    look(user_id, library)
    look(user_id, library, force=True)
    aged(admin, user_id, days=8)
    look(user_id, Library(ProviderUnavailable()), stale_ok=True)
    found = research.stats(me, StatsQuery())
    assert (found.hit, found.miss, found.bypass, found.stale, found.coalesced) == (2, 1, 1, 1, 0)
    assert found.hit_rate == pytest.approx(0.6)
    assert found.cost_saved_usd == CENT * 2 * 3
    assert (found.entries, found.fresh) == (1, 0)
    assert research.stats(Actor.user(factories.user()), StatsQuery()).hit == 0


def test_entries_are_listed_by_topic_and_can_be_forgotten(user_id: UUID) -> None:
    me, library = Actor.user(user_id), Library()
    look(user_id, library)
    look(user_id, library, niche="history")
    look(user_id, library, topic="The moon")
    assert len(research.entries(me, ResearchQuery()).items) == 3
    found = research.entries(me, ResearchQuery(topic="THE DEEP SEA")).items
    assert len(found) == 2
    assert all(entry.fresh for entry in found)
    bob = Actor.user(factories.user())
    assert research.entries(bob, ResearchQuery()).items == []
    for stranger, entry_id in ((bob, found[0].id), (me, uuid4())):
        with pytest.raises(NotFound):
            research.forget(stranger, entry_id)
    research.forget(me, found[0].id)
    assert len(research.entries(me, ResearchQuery(topic="the deep sea")).items) == 1


def test_users_read_their_cache_and_never_write_it(user_id: UUID) -> None:
    with pytest.raises(Forbidden), db.transaction(Actor.user(user_id)) as tx:
        tx.run("insert into research_cache (user_id, topic, topic_key) values (auth.uid(),'a','a')")


def test_a_user_may_ask_by_the_api(user_id: UUID) -> None:
    me = Actor.user(user_id)
    asked = AskResearch(topic="Bioluminescence", niche="science")
    first, second = (research.ask(me, asked, None) for _ in range(2))
    assert (first.outcome, second.outcome) == ("miss", "hit")
    assert first.content == second.content
