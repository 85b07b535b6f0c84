"""Channels: made, read, changed, switched off, removed, with their albums counted."""

import pytest

from tests.albums import Maker

NEW = {"name": "Quiet Halls", "brand_niche": "Medieval fantasy ambience"}
ALBUM = {"niche_label": "Royal court", "mood_keywords": "elegant, serene"}


def test_a_channel_is_made_read_changed_and_removed(alice):
    made = alice.post("/v1/channels", NEW)
    assert made.status == 201
    assert made.body["is_active"] is True
    assert (made.body["total_jobs"], made.body["completed_jobs"]) == (0, 0)
    path = f"/v1/channels/{made.body['id']}"
    assert alice.get(path).body == made.body
    changed = alice.patch(path, {"name": " Quieter Halls ", "youtube_channel_id": "UCabc-_1"})
    assert (changed.body["name"], changed.body["youtube_channel_id"]) == (
        "Quieter Halls",
        "UCabc-_1",
    )
    assert changed.body["brand_niche"] == NEW["brand_niche"]
    assert alice.patch(path, {"youtube_channel_id": None}).body["youtube_channel_id"] is None
    assert alice.delete(path).status == 204
    assert alice.get(path).status == 404


def test_channels_are_listed_newest_first_page_by_page(alice, bob):
    ids = [alice.post("/v1/channels", {**NEW, "name": f"C{n}"}).body["id"] for n in range(3)]
    alice.patch(f"/v1/channels/{ids[0]}", {"is_active": False})
    first = alice.get("/v1/channels?limit=2")
    assert [c["id"] for c in first.body["items"]] == [ids[2], ids[1]]
    rest = alice.get(f"/v1/channels?limit=2&cursor={first.body['next']}").body
    assert ([c["id"] for c in rest["items"]], rest["next"]) == ([ids[0]], None)
    off = alice.get("/v1/channels?is_active=false").body["items"]
    assert [c["id"] for c in off] == [ids[0]]
    assert bob.get("/v1/channels").body["items"] == []


def test_albums_are_counted_without_those_thrown_away(alice):
    channel = alice.post("/v1/channels", NEW).body["id"]
    albums = [alice.post("/v1/video-jobs", {**ALBUM, "channel_id": channel}).body for _ in range(3)]
    alice.post(f"/v1/video-jobs/{albums[0]['id']}/start")
    alice.delete(f"/v1/video-jobs/{albums[1]['id']}")
    seen = alice.get(f"/v1/channels/{channel}").body
    assert (seen["total_jobs"], seen["active_jobs"], seen["completed_jobs"]) == (2, 1, 0)
    assert alice.get("/v1/channels").body["items"] == [seen]


def test_the_same_request_makes_one_channel(alice):
    first = alice.post("/v1/channels", NEW, idempotency_key="c1")
    assert alice.post("/v1/channels", NEW, idempotency_key="c1").body == first.body
    assert len(alice.get("/v1/channels").body["items"]) == 1


def test_a_youtube_channel_is_one_channel_of_each_user(alice, bob):
    at_youtube = {**NEW, "youtube_channel_id": "UC1"}
    assert alice.post("/v1/channels", at_youtube).status == 201
    assert bob.post("/v1/channels", at_youtube).status == 201
    refused = alice.post("/v1/channels", at_youtube)
    assert (refused.status, refused.body["code"]) == (409, "Conflict")
    other = alice.post("/v1/channels", NEW).body["id"]
    assert alice.patch(f"/v1/channels/{other}", {"youtube_channel_id": "UC1"}).status == 409


def test_a_channel_stays_while_an_album_of_it_is_made(alice):
    channel = alice.post("/v1/channels", NEW).body["id"]
    album = alice.post("/v1/video-jobs", {**ALBUM, "channel_id": channel}).body
    started = alice.post(f"/v1/video-jobs/{album['id']}/start").body
    refused = alice.delete(f"/v1/channels/{channel}")
    assert (refused.status, refused.body["hint"]) == (409, "Cancel it first.")
    Maker(alice.user_id, started).all_of_it()
    assert alice.delete(f"/v1/channels/{channel}").status == 204
    assert alice.get(f"/v1/video-jobs/{album['id']}").status == 404


def test_a_channel_that_is_switched_off_starts_nothing(alice):
    channel = alice.post("/v1/channels", NEW).body["id"]
    album = alice.post("/v1/video-jobs", {**ALBUM, "channel_id": channel}).body["id"]
    alice.patch(f"/v1/channels/{channel}", {"is_active": False})
    for action in ("plan", "start"):
        refused = alice.post(f"/v1/video-jobs/{album}/{action}")
        assert (refused.status, refused.body["hint"]) == (409, "Switch it on first.")
    alice.patch(f"/v1/channels/{channel}", {"is_active": True})
    assert alice.post(f"/v1/video-jobs/{album}/start").status == 202


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 256}, "name"),
        ({"brand_niche": ""}, "brand_niche"),
        ({"brand_niche": None}, "brand_niche"),
        ({"youtube_channel_id": "a b"}, "youtube_channel_id"),
        ({"youtube_channel_id": "x" * 101}, "youtube_channel_id"),
        ({"is_active": False}, "is_active"),
    ],
)
def test_bad_input_names_its_field(alice, change, field):
    refused = alice.post("/v1/channels", {**NEW, **change})
    assert refused.status == 422
    assert refused.body["errors"][0]["field"] == field
    assert alice.get("/v1/channels").body["items"] == []


def test_a_channel_is_its_owners(alice, bob):
    path = f"/v1/channels/{alice.post('/v1/channels', NEW).body['id']}"
    assert bob.get(path).status == 404
    assert bob.patch(path, {"name": "Mine"}).status == 404
    assert bob.delete(path).status == 404
    assert alice.get(path).body["name"] == NEW["name"]


def test_a_videos_figures_say_what_to_do(alice, bob, admin):
    channel = alice.post("/v1/channels", NEW).body["id"]
    album = alice.post("/v1/video-jobs", {**ALBUM, "channel_id": channel}).body["id"]
    path = f"/v1/video-jobs/{album}/kpi-gate"
    assert alice.get(path).body["reasons"] == ["The channel has no targets: set kpi_targets."]
    admin.execute(
        "insert into channel_configs"
        " (user_id, channel_id, studio_channel_id, channel_type, kpi_targets)"
        " values (%s, 'court', %s, 'ambience', '{\"ctr\": 0.05, \"avd\": 900}')",
        (alice.user_id, channel),
    )
    assert alice.get(path).body["reasons"] == ["There are no figures yet."]
    admin.execute(
        "insert into video_analytics (user_id, video_job_id, youtube_video_id, ctr,"
        " avg_view_duration, snapshot_date, views)"
        " select %s, %s, 'v', 0.06, case when n > 0 then 1000 else 0 end, current_date - n, n"
        "   from generate_series(0, 3) n",  # of today nobody's view is told yet
        (alice.user_id, album),
    )
    found = alice.get(path).body
    assert (found["decision"], found["promote"], found["days"]) == ("publish", True, 3)
    assert found["channel"] == []
    assert bob.get(path).status == 404
    assert alice.delete(f"/v1/video-jobs/{album}").status == 204
    assert alice.get(path).status == 404


def test_a_channel_is_held_to_its_cadence_and_to_what_it_earns(alice, admin):
    channel = alice.post("/v1/channels", NEW).body["id"]
    targets = {"cadence": 0.5, "rpm": 4}
    given = {"channel_id": "court", "studio_channel_id": channel, "kpi_targets": targets}
    assert alice.post("/rest/v1/channel_configs", given).status == 201
    albums = [alice.post("/v1/video-jobs", {**ALBUM, "channel_id": channel}).body for _ in range(4)]
    gate = f"/v1/video-jobs/{albums[0]['id']}/kpi-gate"

    def held() -> list[tuple[str, float | None, str]]:
        told = alice.get(gate).body["channel"]
        return [(one["name"], one["value"], one["verdict"]) for one in told]

    assert held() == [("cadence", 0, "below"), ("rpm", None, "unknown")]
    for album, privacy, ago in zip(
        albums, ("public", "unlisted", "private", "public"), (40, 5, 5, 10), strict=True
    ):
        admin.execute(
            "insert into publications (user_id, video_job_id, platform, privacy, title,"
            " description, synthetic_content, video_key, size_bytes, platform_video_id)"
            " values (%s, %s, 'local', %s, 't', '', true, 'k', 1, 'v')",
            (alice.user_id, album["id"], privacy),
        )
        for state in ("uploading", "finishing", "published"):
            admin.execute(
                "update publications set state = %s where video_job_id = %s", (state, album["id"])
            )
        admin.execute(
            "update publications set finished_at = now() - make_interval(days => %s)"
            " where video_job_id = %s",
            (ago, album["id"]),
        )
    admin.execute(
        "insert into video_analytics (user_id, video_job_id, youtube_video_id, views, revenue_usd,"
        " snapshot_date) select %s, %s, 'v', 500, case when n > 1 then 1 end, current_date - n"
        "   from generate_series(1, 3) n",
        (alice.user_id, albums[1]["id"]),
    )
    assert held() == [("cadence", 0.5, "meets"), ("rpm", 2, "below")]


@pytest.mark.parametrize(
    "wrong",
    [
        {"crt": 0.05}, {"ctr": 5}, {"ctr": "0.05"}, {"avd": -1}, {"avd": 90_000},
        {"rpm": {"publish": 1}}, {"cadence": 1_001}, {"ctr": {"hold": 0.05}},
        {"ctr": {"publish": 0.04, "hold": 0.05}},
        {"ctr": {"publish": 0.05, "least": 0.04}}, {"avd": {"publish": 900, "hold": 0.3}},
        {"ctr": [0.05]}, {"ctr": True},
    ],
)  # fmt: skip
def test_targets_that_nobody_can_judge_by_are_refused(alice, wrong):
    profile = {"channel_id": "court", "kpi_targets": {"rpm": 2, **wrong}}
    refused = alice.post("/rest/v1/channel_configs", profile)
    assert (refused.status, refused.body["code"]) == (400, "23514")
    assert refused.body["message"].startswith(f"kpi_targets: {next(iter(wrong))} cannot be")
    fine = {"ctr": 0.05, "avd": {"publish": 900, "hold": 800}, "rpm": None, "cadence": 2}
    assert alice.post("/rest/v1/channel_configs", {**profile, "kpi_targets": fine}).status == 201
    path = "/rest/v1/channel_configs?channel_id=eq.court"
    assert alice.patch(path, {"kpi_targets": wrong}).status == 400
