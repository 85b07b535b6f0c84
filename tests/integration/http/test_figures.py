"""What published albums come to: read daily, late, twice, corrected; and experiments on them."""

import json
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import boto3
import pytest

from chalicelib import db, pacific, providers
from chalicelib.actor import Actor
from chalicelib.domains.experiments import rotation
from chalicelib.domains.experiments import service as experiments
from chalicelib.domains.outbox.models import Message, Undeliverable
from chalicelib.domains.publishing import figures, rotating
from chalicelib.providers.publisher import audience
from chalicelib.providers.publisher.local import LATE, LocalPublisher
from tests.publishing import BUCKET, channel, connect, pending, ready, work

NOON = datetime(2026, 3, 2, 20, tzinfo=UTC)  # noon in Los Angeles
DAY = timedelta(days=1)
AIM = {"assignment": "rotation", "rate": 0.05, "effect": 1.0, "daily_impressions": 100_000}


@pytest.fixture
def at(environment: None, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The time, for the local publisher and for the tests."""
    at = SimpleNamespace(now=NOON)
    local = LocalPublisher(lambda: at.now)
    monkeypatch.setattr(providers, "publisher", lambda: local)
    return at


def published(api, twin=None, **order) -> dict[str, Any]:
    where = channel(api)
    connect(api, where, twin)
    path = ready(api, where)
    assert api.post(f"{path}/publish", {"privacy": "public", **order}).status == 202
    work(api)
    found = api.get(f"{path}/publication").body
    assert found["state"] == "published"
    return {**found, "path": path}


def message(api, topic, **payload) -> Message:
    return Message(
        id=uuid4(), user_id=api.user_id, topic=topic, payload=payload, attempts=1,
        unconfirmed=False, created_at=NOON,
    )  # fmt: skip


def read(api, at) -> None:
    """The daily import, at a time."""
    figures.sweep(at.now)
    for row in pending(api, "figures"):
        figures.deliver(message(api, "figures", **row["payload"]), at.now)
        with db.transaction(Actor.service()) as tx:
            tx.run("delete from private.outbox where id = %(id)s", id=row["id"])


def rotate(api, at) -> int:
    """The hourly rotation, at a time; answers how often something was to be set."""
    rotating.sweep(at.now)
    due = pending(api, "rotate")
    for row in due:
        rotating.deliver(message(api, "rotate", **row["payload"]), at.now)
        with db.transaction(Actor.service()) as tx:
            tx.run("update private.outbox set delivered_at = now() where id = %(id)s", id=row["id"])
            tx.run(
                "update experiment_airings set aired_at = %(now)s where day = %(day)s"
                " and user_id = %(user)s and aired_at > now() - interval '1 minute'",
                now=at.now,
                day=pacific.day_of(at.now),
                user=api.user_id,
            )
    return len(due)


def experiment_on(api, album, kind="title", **variant) -> str:
    """An experiment with a published album: as it is against a variant. Answers its key."""
    aim = {**AIM, "assignment": variant.pop("assignment", AIM["assignment"])}
    made = api.post(
        "/v1/experiments",
        {
            "video_id": album["platform_video_id"],
            "experiment_type": kind,
            "aim": aim,
            "variants": [
                {"variant_key": "a", "is_control": True},
                {"variant_key": "b", **variant},
            ],
        },
    )
    assert made.status == 201, made.body
    key: str = made.body["experiment_key"]
    return key


def stored(api) -> list[Any]:
    with db.transaction(Actor.user(api.user_id)) as tx:
        return tx.all("select * from video_analytics order by snapshot_date")


def observed(api) -> dict[tuple[str, date], Any]:
    with db.transaction(Actor.user(api.user_id)) as tx:
        rows = tx.all("select * from experiment_days order by day")
    return {(row["variant_key"], row["day"]): row for row in rows}


def test_figures_are_kept_by_day_late_twice_and_when_they_shrink(alice, at, monkeypatch):
    monkeypatch.setattr(audience, "CORRECTED", 1)  # every day, whatever is drawn
    published(alice)
    read(alice, at)
    assert stored(alice) == []
    seen: dict[date, list[int]] = {}
    for _ in range(25):
        at.now += DAY
        read(alice, at)
        before = stored(alice)
        read(alice, at)
        assert stored(alice) == before
        for row in before:
            seen.setdefault(row["snapshot_date"], []).append(row["impressions"])
    assert [row["snapshot_date"] for row in stored(alice)] == [
        pacific.day_of(NOON) + n * DAY for n in range(24)
    ]
    shrunk = [day for day, said in seen.items() if said[-1] < said[0]]
    assert len(shrunk) == 24 - (audience.FINAL_AFTER - LATE)
    latest = stored(alice)[-1]
    assert latest["ctr"] > 0
    assert float(latest["watch_time_hours"]) == pytest.approx(
        latest["views"] * float(latest["avg_view_duration"]) / 3600, abs=0.02
    )


def test_figures_are_shown_in_all_and_day_by_day(alice, bob, at):
    album = published(alice)
    path = f"{album['path']}/figures"
    nothing = alice.get(path).body
    assert (nothing["views"], nothing["ctr"], nothing["days"]) == (0, None, [])
    at.now += 12 * DAY
    read(alice, at)
    rows = stored(alice)
    found = alice.get(path).body
    assert [day["snapshot_date"] for day in found["days"]] == [
        str(row["snapshot_date"]) for row in rows
    ]
    assert found["views"] == sum(row["views"] for row in rows)
    assert float(found["watch_time_hours"]) == pytest.approx(
        sum(float(row["watch_time_hours"]) for row in rows)
    )
    told = [row for row in rows if row["ctr"] is not None]
    clicks = sum(float(row["ctr"]) * row["impressions"] for row in told)
    assert float(found["ctr"]) == pytest.approx(
        clicks / sum(row["impressions"] for row in told), abs=1e-6
    )
    assert float(found["avg_view_duration"]) * found["views"] / 3600 == pytest.approx(
        float(found["watch_time_hours"]), rel=0.01
    )
    day = str(rows[3]["snapshot_date"])
    (one,) = alice.get(f"{path}?since={day}&until={day}").body["days"]
    assert (one["snapshot_date"], one["views"]) == (day, rows[3]["views"])
    assert bob.get(path).status == 404


def test_the_daily_schedule_asks_once_a_day_for_each_account(alice, bob, at):
    published(alice)
    published(bob)
    for _ in range(3):
        figures.sweep(at.now)
    assert [len(pending(api, "figures")) for api in (alice, bob)] == [1, 1]
    figures.sweep(at.now + DAY)
    assert len(pending(alice, "figures")) == 2
    assert work(alice, "figures") == 2


def test_youtubes_impressions_come_later_and_are_not_forgotten(alice, twin):
    video = published(alice, twin)["platform_video_id"]
    today = pacific.day_of(datetime.now(UTC))
    day = today - 3 * DAY
    twin.watched[video, day.isoformat()] = (100, 2_000.0, 1_200)
    now = SimpleNamespace(now=datetime.now(UTC))
    read(alice, now)
    (first,) = stored(alice)
    assert (first["views"], first["impressions"], first["ctr"]) == (100, None, None)
    twin.report(day, "2026-03-12T10:00:00Z", f"{video},2000,0.05")
    read(alice, now)
    (second,) = stored(alice)
    assert (second["impressions"], float(second["ctr"])) == (2000, 0.05)
    twin.reports.clear()
    twin.watched[video, day.isoformat()] = (90, 1_800.0, 1_200)
    read(alice, now)
    (third,) = stored(alice)
    assert (third["views"], third["impressions"]) == (90, 2000)
    assert float(third["watch_time_hours"]) == 30


def test_a_rotation_shows_every_variant_and_counts_whole_days_alone(alice, at):
    album = published(alice)
    key = experiment_on(alice, album, title="An evening of waltzes")
    begun = experiments.start(Actor.user(alice.user_id), key, at.now)
    assert begun.end_date is not None
    days = (begun.end_date - NOON).days
    start = pacific.day_of(NOON)
    while at.now < begun.end_date + 5 * DAY:
        rotate(alice, at)
        assert rotate(alice, at) == 0  # once a day
        if at.now < begun.end_date:
            said = rotation.on_air(key, ["a", "b"], start, pacific.day_of(at.now))
            title = "An evening of waltzes" if said == "b" else album["title"]
            assert shown(alice, album) == title
        at.now = pacific.begin(pacific.day_of(at.now) + DAY) + timedelta(minutes=40)
        read(alice, at)
    noted = observed(alice)
    assert {day for _, day in noted} == {start + n * DAY for n in range(1, days)}
    for variant, day in noted:
        assert rotation.on_air(key, ["a", "b"], start, day) == variant
    by_day = {row["snapshot_date"]: row for row in stored(alice)}
    for (_, day), row in noted.items():
        assert row["impressions"] == by_day[day]["impressions"]
        assert row["views"] == by_day[day]["views"]
    decided = experiments.decide(Actor.user(alice.user_id), key, at.now)
    assert decided.verdict is not None
    rotate(alice, at)
    winner = decided.verdict.winner
    assert shown(alice, album) == ("An evening of waltzes" if winner == "b" else album["title"])
    assert rotate(alice, at) == 0


def test_a_rotation_is_thrown_away_once_its_video_has_back_what_it_had(alice, at, admin):
    at.now = datetime.now(UTC)
    album = published(alice)
    made = {
        "video_id": album["platform_video_id"],
        "experiment_type": "title",
        "aim": AIM,
        "variants": [
            {"variant_key": "a", "is_control": True},
            {"variant_key": "b", "title": "An evening of waltzes"},
        ],
    }
    start, key = pacific.day_of(at.now), ""
    while not key:  # one that begins with the other title
        drawn = str(uuid4())
        if rotation.on_air(drawn, ["a", "b"], start, start) == "b":
            key = drawn
    assert alice.post("/v1/experiments", {**made, "experiment_key": key}).status == 201
    path = f"/v1/experiments/{key}"
    assert alice.post(f"{path}/start").status == 200
    rotate(alice, at)
    assert shown(alice, album) == "An evening of waltzes"
    running = alice.delete(path)
    assert (running.status, running.body["hint"]) == (409, "Stop it first.")
    assert alice.post(f"{path}/stop").status == 200
    assert alice.delete(path).status == 409
    rotate(alice, at)
    assert shown(alice, album) == album["title"]
    admin.execute("update experiment_airings set aired_at = null where experiment_key = %s", [key])
    assert alice.delete(path).status == 409
    rotating.deliver(message(alice, "rotate", experiment_key=key), at.now)
    assert alice.delete(path).status == 204
    assert alice.get(path).status == 404


def test_a_day_that_began_with_another_variant_is_left_out(alice, at):
    album = published(alice)
    key = experiment_on(alice, album, title="Another")
    experiments.start(Actor.user(alice.user_id), key, at.now)
    start = pacific.day_of(NOON)
    for n in range(1, 4):
        hours = 9 if n == 2 else 1  # the second day's change came late
        at.now = pacific.begin(start + n * DAY) + timedelta(hours=hours)
        rotate(alice, at)
    at.now += 4 * DAY
    read(alice, at)
    assert {day for _, day in observed(alice)} == {start + DAY, start + 3 * DAY}


def test_variants_side_by_side_are_read_for_each(alice, at):
    album = published(alice)
    key = experiment_on(
        alice, album, "thumbnail", thumbnail="A window at dusk", assignment="concurrent"
    )
    begun = experiments.start(Actor.user(alice.user_id), key, at.now)
    assert rotate(alice, at) == 0
    at.now = begun.end_date + 5 * DAY
    read(alice, at)
    noted = observed(alice)
    assert {variant for variant, _ in noted} == {"a", "b"}
    result = experiments.decide(Actor.user(alice.user_id), key, at.now)
    assert result.verdict is not None
    assert result.verdict.outcome != "invalid", result.verdict.reason


def test_thumbnails_rotate_by_upload_and_a_label_is_refused(alice, at):
    album = published(alice)
    picture = uuid4()
    path = f"{alice.user_id}/uploads/{picture}"
    boto3.client("s3").put_object(Bucket=BUCKET, Key=path, Body=b"\x89PNG another")
    with db.transaction(Actor.worker(alice.user_id)) as tx:
        tx.run(
            "insert into uploads (id, purpose, key, file_name, declared_type, max_bytes, state,"
            " size_bytes, sniffed_type) values (%(id)s, 'image', %(key)s, 'b.png', 'image/png',"
            " 100, 'pending', 12, 'image/png')",
            id=picture,
            key=path,
        )
        tx.run("update uploads set state = 'ready' where id = %(id)s", id=picture)
    for thumbnail in (str(picture), "a label"):
        at.now = NOON
        key = experiment_on(alice, album, "thumbnail", thumbnail=thumbnail)
        experiments.start(Actor.user(alice.user_id), key, at.now)
        start, moments = pacific.day_of(NOON), []
        for n in range(2):
            moment = pacific.begin(start + n * DAY) + timedelta(hours=13)
            if rotation.on_air(key, ["a", "b"], start, pacific.day_of(moment)) == "b":
                moments.append(moment)
        (at.now,) = moments
        deliver = message(alice, "rotate", experiment_key=key)
        if thumbnail == "a label":
            with pytest.raises(Undeliverable, match="is no upload"):
                rotating.deliver(deliver, at.now)
            continue
        rotating.deliver(deliver, at.now)
        kept = boto3.client("s3").get_object(
            Bucket=BUCKET, Key=f"{alice.user_id}/published/{album['platform_video_id']}/thumbnail"
        )
        assert kept["Body"].read() == b"\x89PNG another"
        assert alice.post(f"/v1/experiments/{key}/stop").status == 200


def shown(api, album) -> str:
    """The title at the platform."""
    body = boto3.client("s3").get_object(
        Bucket=BUCKET, Key=f"{api.user_id}/published/{album['platform_video_id']}/video.json"
    )["Body"]
    said: str = json.loads(body.read())["title"]
    return said


def test_what_is_not_ours_is_not_read(alice, bob, at):
    album = published(alice)
    at.now += 5 * DAY
    access = f"local.{bob.user_id}.UCbob"
    figures.keep(bob.user_id, access, [album["platform_video_id"]], at.now)
    assert stored(bob) == []
