"""Whatever breaks while figures are read or variants set: nothing is counted twice, nothing lost.

Workers are killed by SIGKILL at every point; YouTube is its twin.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import psycopg
import pytest
from psycopg.rows import DictRow

from chalicelib import db, pacific, providers
from chalicelib.actor import Actor
from chalicelib.domains.experiments import rotation
from chalicelib.domains.experiments import service as experiments
from chalicelib.domains.outbox import service as outbox
from chalicelib.domains.publishing import figures, rotating
from chalicelib.errors import IllegalMove
from chalicelib.providers.publisher.youtube import YouTube
from tests.integration.http.conftest import Api
from tests.integration.http.test_figures import experiment_on, message, observed, published, stored
from tests.killing import killed
from tests.publishing import connect, pending, work
from tests.youtube import YouTubeTwin, refusal

Admin = psycopg.Connection[DictRow]

DAY = timedelta(days=1)
ANALYTICS, REPORTS, VIDEOS = "/v2/reports", "/v1/jobs", "/youtube/v3/videos"
BY_ITSELF = [(401, "authError"), (429, "rateLimitExceeded"), (403, "quotaExceeded"),
             (500, "backendError"), (503, "backendError")]  # fmt: skip


class Rotating:
    """A rotation that began some days ago on a published album, and the time now."""

    def __init__(self, api: Api, twin: YouTubeTwin, admin: Admin, began: timedelta = 4 * DAY):
        self.api, self.twin, self.admin = api, twin, admin
        self.album = published(api, twin)
        self.video = self.album["platform_video_id"]
        self.key = experiment_on(api, self.album, title="An evening of waltzes")
        now = datetime.now(UTC)
        self.start = pacific.day_of(now - began)
        experiments.start(Actor.user(api.user_id), self.key, now - began)

    def due(self, day: Any) -> str:
        said = rotation.on_air(self.key, ["a", "b"], self.start, day)
        assert said is not None
        return said

    def morning(self, day: Any) -> datetime:
        return pacific.begin(day) + timedelta(minutes=40)

    def set(self, day: Any) -> None:
        """What the clock has set on the morning of a day."""
        rotating.deliver(message(self.api, "rotate", experiment_key=self.key), self.morning(day))
        self.admin.execute(
            "update experiment_airings set aired_at = %s where user_id = %s and day = %s",
            (self.morning(day), self.api.user_id, day),
        )

    def shown(self) -> str:
        """The variant whose title YouTube shows."""
        title = self.twin.videos[self.video]["said"]["snippet"]["title"]
        return "b" if title == "An evening of waltzes" else "a"

    def aired(self) -> dict[Any, str]:
        with db.transaction(Actor.user(self.api.user_id)) as tx:
            rows = tx.all("select * from experiment_airings where aired_at is not null")
        return {row["day"]: row["variant_key"] for row in rows}

    def change(self) -> Any:
        """A day on which another variant is due than the day before, and on the next again."""
        for n in range(1, 300):
            before, day, after = (self.due(self.start + (n + k) * DAY) for k in (-1, 0, 1))
            if before != day != after:
                return self.start + n * DAY
        raise AssertionError("it never changes")


def free(admin: Admin, api: Api) -> None:
    """The lease of a worker that died is over."""
    admin.execute(
        "update private.outbox set lease_until = now() where user_id = %s and delivered_at is null",
        (api.user_id,),
    )


def watched(twin: YouTubeTwin, video: str, days: int = 3) -> None:
    """Some days that YouTube tells of."""
    today = pacific.day_of(datetime.now(UTC))
    for n in range(1, days + 1):
        day = today - n * DAY
        twin.watched[video, day.isoformat()] = (100 + n, 2_000.0, 1_200)
        twin.report(day, f"{today}T10:00:00Z", f"{video},{2000 + n},0.05")


# ── figures ──────────────────────────────────────────────────────────────────────────────────


def test_a_reader_killed_at_any_point_is_followed_by_one_that_reads_the_same(
    alice: Api, admin: Admin, twin: YouTubeTwin
) -> None:
    test = Rotating(alice, twin, admin)
    for n in range(5):
        test.set(test.start + n * DAY)
    watched(twin, test.video)
    youtube = providers.publisher()
    assert isinstance(youtube, YouTube)
    for point in count():
        admin.execute("delete from private.outbox where user_id = %s", (alice.user_id,))
        admin.execute("delete from video_analytics where user_id = %s", (alice.user_id,))
        admin.execute("delete from experiment_days where user_id = %s", (alice.user_id,))
        figures.sweep()
        (row,) = pending(alice, "figures")
        died = killed(point, lambda row=row: outbox.deliver(row["id"]), youtube)  # type: ignore[misc]
        free(admin, alice)
        work(alice, "figures")
        assert [day["impressions"] for day in stored(alice)] == [2003, 2002, 2001], point
        assert {day for _, day in observed(alice)} == {test.start + n * DAY for n in (1, 2, 3)}
        if not died:
            break
    assert point > 15


def test_figures_that_come_to_many_workers_at_once_are_counted_once(
    alice: Api, admin: Admin, twin: YouTubeTwin
) -> None:
    test = Rotating(alice, twin, admin)
    for n in range(5):
        test.set(test.start + n * DAY)
    watched(twin, test.video)
    said = message(alice, "figures", connection_id=connection(alice), videos=[test.video])

    def read(_: int) -> None:
        try:
            figures.deliver(said)
        finally:
            db.disconnect()

    with ThreadPoolExecutor(8) as workers:
        list(workers.map(read, range(8)))
    assert [day["impressions"] for day in stored(alice)] == [2003, 2002, 2001]
    assert sum(row["impressions"] for row in observed(alice).values()) == 2003 + 2002 + 2001
    variants = alice.get(f"/v1/experiments/{test.key}").body["variants"]
    assert sum(variant["impressions"] or 0 for variant in variants) == 2003 + 2002 + 2001


def connection(api: Api) -> str:
    said: str = api.get("/v1/connections").body["items"][0]["id"]
    return said


def test_figures_that_cannot_be_had_now_are_asked_for_again(alice: Api, twin: YouTubeTwin) -> None:
    video = published(alice, twin)["platform_video_id"]
    watched(twin, video)
    for n, (path, (status, reason)) in enumerate(
        (path, refused) for path in (ANALYTICS, REPORTS) for refused in BY_ITSELF
    ):
        figures.sweep(datetime.now(UTC) + n * DAY)
        twin.refusing_at[path] = refusal(status, reason)
        work(alice, "figures", most=1)
        (waiting,) = pending(alice, "figures")
        assert waiting["dead_at"] is None, (path, status, reason)
        assert waiting["last_error"]
        work(alice, "figures")
        assert [day["views"] for day in stored(alice)] == [103, 102, 101], (path, status, reason)


GARBAGE = [("many", 1.0, 1), (-5, 1.0, 1), (5, -1.0, 1), (5, float("nan"), 1), (2**31, 1.0, 1),
           (None, None, None), (5, float("inf"), 1)]  # fmt: skip


def test_figures_that_are_none_are_not_kept_and_the_next_days_are(
    alice: Api, twin: YouTubeTwin
) -> None:
    video = published(alice, twin)["platform_video_id"]
    watched(twin, video)
    now = datetime.now(UTC)
    good = (pacific.day_of(now) - DAY).isoformat()
    figure = twin.watched[video, good]
    for n, garbage in enumerate(GARBAGE):
        twin.watched[video, good] = garbage
        figures.sweep(now + n * DAY)
        work(alice, "figures")
        (dead, *_) = reversed(pending(alice, "figures"))
        assert dead["dead_at"] is not None, garbage
        assert dead["last_error"].startswith("ProviderGarbage: "), garbage
        assert stored(alice) == []
    twin.watched[video, good] = figure
    twin.report(pacific.day_of(now) - DAY, "2026-12-31T10:00:00Z", f"{video},-3,0.05")
    figures.sweep(now + 8 * DAY)
    work(alice, "figures")
    assert stored(alice) == []
    twin.reports.pop()
    figures.sweep(now + 9 * DAY)
    work(alice, "figures")
    assert [day["views"] for day in stored(alice)] == [103, 102, 101]


def test_figures_of_days_without_consent_come_once_it_is_given_anew(
    alice: Api, twin: YouTubeTwin
) -> None:
    album = published(alice, twin)
    watched(twin, album["platform_video_id"])
    now = datetime.now(UTC)
    figures.sweep(now)
    twin.consented = False
    work(alice, "figures")
    assert alice.get("/v1/connections").body["items"][0]["connection_status"] == "revoked"
    figures.sweep(now + DAY)
    assert [row for row in pending(alice, "figures") if row["dead_at"] is None] == []
    twin.consented = True
    connect(alice, alice.get(album["path"]).body["channel_id"], twin)
    figures.sweep(now + 2 * DAY)
    work(alice, "figures")
    assert [day["views"] for day in stored(alice)] == [103, 102, 101]


# ── rotations ────────────────────────────────────────────────────────────────────────────────


def test_a_setter_killed_at_any_point_leaves_no_day_to_the_wrong_variant(
    alice: Api, admin: Admin, twin: YouTubeTwin
) -> None:
    """And nobody comes after it on the same day: the next day is put right all the same."""
    test = Rotating(alice, twin, admin)
    youtube, day = providers.publisher(), test.change()
    assert isinstance(youtube, YouTube)
    said = message(alice, "rotate", experiment_key=test.key)
    for point in count():
        admin.execute("delete from experiment_airings where user_id = %s", (alice.user_id,))
        test.set(day - DAY)
        assert test.shown() == test.due(day - DAY)
        died = killed(point, lambda: rotating.deliver(said, test.morning(day)), youtube)
        for known, variant in test.aired().items():
            assert variant == test.due(known), point
        assert (day in test.aired()) <= (test.shown() == test.due(day)), point
        test.set(day + DAY)
        assert test.shown() == test.due(day + DAY), point
        assert test.aired()[day + DAY] == test.due(day + DAY)
        if not died:
            break
    assert test.aired()[day] == test.due(day)
    assert point > 12


@pytest.mark.parametrize(("status", "reason"), BY_ITSELF)
def test_a_variant_that_cannot_be_set_now_is_set_later(
    alice: Api, admin: Admin, twin: YouTubeTwin, status: int, reason: str
) -> None:
    test = Rotating(alice, twin, admin, began=timedelta(0))
    twin.refusing_at[VIDEOS] = refusal(status, reason)
    twin.videos[test.video]["said"]["snippet"]["title"] = "Neither"
    rotating.sweep()
    work(alice, "rotate", most=1)
    (waiting,) = pending(alice, "rotate")
    assert (waiting["dead_at"], test.aired()) == (None, {})
    work(alice, "rotate")
    assert list(test.aired().values()) == [test.due(test.start)]
    assert twin.videos[test.video]["said"]["snippet"]["title"] != "Neither"
    rotating.sweep()
    assert pending(alice, "rotate") == []


def test_a_rotation_without_consent_rests_until_it_is_given_anew(
    alice: Api, admin: Admin, twin: YouTubeTwin
) -> None:
    test = Rotating(alice, twin, admin, began=timedelta(0))
    twin.consented = False
    rotating.sweep()
    work(alice, "rotate")
    tomorrow = datetime.now(UTC) + DAY
    rotating.sweep(tomorrow)
    assert [row for row in pending(alice, "rotate") if row["dead_at"] is None] == []
    assert test.aired() == {}
    twin.consented = True
    connect(alice, alice.get(test.album["path"]).body["channel_id"], twin)
    rotating.sweep(tomorrow)
    work(alice, "rotate")
    assert len(test.aired()) == 1


def test_the_last_word_of_a_rotation_is_set_whoever_died_before(
    alice: Api, admin: Admin, twin: YouTubeTwin
) -> None:
    """The last day's variant was set and not noted; what is to stay is the one noted before."""
    test = Rotating(alice, twin, admin)
    day = next(
        test.start + n * DAY
        for n in range(1, 30)
        if (test.due(test.start + (n - 1) * DAY), test.due(test.start + n * DAY)) == ("a", "b")
    )
    test.set(day - DAY)
    youtube = providers.publisher()
    assert isinstance(youtube, YouTube)
    said = message(alice, "rotate", experiment_key=test.key)
    for point in count():
        assert killed(point, lambda: rotating.deliver(said, test.morning(day)), youtube)
        if test.shown() == "b":
            break
    assert day not in test.aired()
    assert alice.post(f"/v1/experiments/{test.key}/stop").status == 200
    rotating.sweep(test.morning(day + DAY))
    work(alice, "rotate")
    assert test.shown() == "a"
    assert pending(alice, "rotate") == []


# ── verdicts ─────────────────────────────────────────────────────────────────────────────────


def test_of_many_who_decide_at_once_one_does(alice: Api, admin: Admin, twin: YouTubeTwin) -> None:
    test = Rotating(alice, twin, admin)
    with db.transaction(Actor.user(alice.user_id)) as tx:
        over = tx.value("select max(end_date) from metadata_experiments") + 5 * DAY

    def decide(_: int) -> Any:
        try:
            found = experiments.decide(Actor.user(alice.user_id), test.key, over)
        except IllegalMove:
            return None
        finally:
            db.disconnect()
        assert found.verdict is not None
        return found.verdict.outcome

    with ThreadPoolExecutor(8) as workers:
        said = list(workers.map(decide, range(8)))
    assert sorted(map(str, said)) == ["None"] * 7 + ["invalid"]


def test_what_comes_after_the_verdict_changes_no_word_of_it(
    alice: Api, admin: Admin, twin: YouTubeTwin
) -> None:
    test = Rotating(alice, twin, admin)
    for n in range(5):
        test.set(test.start + n * DAY)
    watched(twin, test.video)
    figures.sweep()
    work(alice, "figures")
    actor = Actor.user(alice.user_id)
    with db.transaction(actor) as tx:
        over = tx.value("select max(end_date) from metadata_experiments") + 5 * DAY
    verdict = experiments.decide(actor, test.key, over).verdict
    before = json.dumps(observed(alice), default=str, skipkeys=True)
    for key in twin.watched:
        twin.watched[key] = (1, 1.0, 1)  # shrunk
    figures.sweep(datetime.now(UTC) + DAY)
    work(alice, "figures")
    assert {day["views"] for day in stored(alice)} == {1}
    assert json.dumps(observed(alice), default=str, skipkeys=True) == before
    assert experiments.result(actor, test.key, over).verdict == verdict
