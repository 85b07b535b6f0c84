"""The clock: a slot is done once, missed ones are made up for, failures are shown and mended."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.events import schedules
from tests import factories
from tests.integration.pipelines.studio import Studio, balance, held, sound

NOON = datetime(2030, 5, 17, 12, 0, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _alone(studio: Studio, fresh_database: str) -> None:
    """Sweeps see every user: each test has a database of its own."""


def tick(work: Any, at: datetime, name: str = "minute") -> None:
    schedules._tick(name, {"time": at.isoformat()}, MINUTE, work)


def slots(name: str = "minute") -> list[datetime]:
    with db.transaction(Actor.service()) as tx:
        rows = tx.all(
            "select slot from private.cron_runs where name = %(name)s and done_at is not null"
            " order by slot",
            name=name,
        )
    return [row["slot"] for row in rows]


def test_fifty_ticks_of_one_slot_are_one_run() -> None:
    ran: list[int] = []

    def go() -> None:
        tick([lambda: ran.append(1)], NOON + timedelta(seconds=len(ran)))
        db.disconnect()

    threads = [threading.Thread(target=go) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ran == [1]
    assert slots() == [NOON.replace(second=0)]


def test_missed_slots_are_made_up_for_by_one_run() -> None:
    ran: list[int] = []
    tick([lambda: ran.append(1)], NOON)
    tick([lambda: ran.append(2)], NOON + 7 * MINUTE)
    assert ran == [1, 2]
    assert slots() == [NOON.replace(second=0) + n * MINUTE for n in range(8)]


def test_a_tick_that_comes_late_or_early_does_no_harm() -> None:
    ran: list[int] = []
    for minutes in (0, 10, -10, 10, 0, 5):
        tick([lambda: ran.append(1)], NOON + minutes * MINUTE)
    assert len(ran) == 2  # at the first, and at the latest for all between
    assert slots() == [NOON.replace(second=0) + n * MINUTE for n in range(11)]


def test_work_that_fails_keeps_no_other_from_being_done_and_is_tried_again() -> None:
    ran: list[str] = []

    def broken() -> None:
        ran.append("broken")
        raise OSError("no network")

    with pytest.raises(ExceptionGroup, match="1 of 2 failed"):
        tick([broken, lambda: ran.append("other")], NOON)
    assert ran == ["broken", "other"]
    assert slots() == []
    with db.transaction(Actor.service()) as tx:
        tx.run("update private.cron_runs set claimed_at = claimed_at - interval '1 hour'")
    tick([lambda: ran.append("mended")], NOON + MINUTE)
    assert ran[2:] == ["mended"]
    assert len(slots()) == 2


def test_every_minute_hour_and_day_runs(studio: Studio) -> None:
    now = {"time": datetime.now(UTC).isoformat()}
    schedules.minute(now)
    schedules.hourly(now)
    schedules.daily(now)
    assert [len(slots(name)) for name in ("minute", "hourly", "daily")] == [1, 1, 1]


def test_holds_past_their_time_are_given_back_unless_the_job_is_running(
    studio: Studio, admin: Any
) -> None:
    lost, busy = factories.user(), factories.user()
    factories.job(lost, reserve=3, status="FAILED")
    running = factories.job(busy, reserve=3, status="RENDERING")
    with db.transaction(Actor.service()) as tx:
        tx.run(
            "update jobs set lease_until = now() + interval '1 minute' where id = %(id)s",
            id=running,
        )
    admin.execute("update credit_holds set expires_at = now() - interval '1 hour'")
    schedules.hourly(None)
    assert sound(lost)
    assert balance(lost) == 10
    assert held(busy) == 3


def test_drafts_nobody_claimed_are_cleared(studio: Studio, admin: Any) -> None:
    admin.execute(
        "insert into draft_prompts (session_token, prompt_text, expires_at) values"
        " (repeat('a', 64), 'an old draft', now() - interval '1 day'),"
        " (repeat('b', 64), 'a new draft', now() + interval '1 day')"
    )
    schedules.daily(None)
    rows = admin.execute("select prompt_text from draft_prompts").fetchall()
    assert [row["prompt_text"] for row in rows] == ["a new draft"]


def test_an_account_out_of_balance_is_counted(
    studio: Studio, admin: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    user = factories.user()
    schedules.check_credits()
    assert '"UnbalancedAccounts":[0.0]' in capsys.readouterr().out.replace(" ", "")
    admin.execute(
        "update credit_accounts set available = available + 1 where user_id = %s", (user,)
    )
    schedules.check_credits()
    assert '"UnbalancedAccounts":[1.0]' in capsys.readouterr().out.replace(" ", "")
