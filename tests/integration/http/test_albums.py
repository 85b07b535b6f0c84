"""Albums over the API: ordered, planned, changed, listed, described, exported, one's own alone."""

import re
from decimal import Decimal

import pytest

from chalicelib import providers
from chalicelib.domains.albums import making
from chalicelib.providers.text.interface import Titles
from chalicelib.providers.text.local import LocalText
from tests import albums as story
from tests.albums import Maker
from tests.integration.http.albums import ALBUM, do, look, order, sent


def test_an_order_is_kept_as_it_was_given(alice):
    made = order(alice, style="oil painting", living="embers", review=True, seed=7,
                 resolution="2560x1440", overlays={"waveform": True})  # fmt: skip
    assert (made["status"], made["goal"], made["attempt"], made["progress"]) == (
        "planned",
        None,
        0,
        0,
    )
    assert (made["style"], made["living"], made["seed"]) == ("oil painting", "embers", 7)
    assert made["overlays"] == {"title_card": True, "track_names": True, "waveform": True}
    assert (made["resolution"], made["review"]) == ("2560x1440", True)
    assert (made["prompts"], made["planned_seconds"], made["seconds_left"]) == (None, None, None)
    assert made["allowed"] == ["plan", "start", "cancel"]
    assert look(alice, made) == made
    usual = order(alice)
    assert (usual["resolution"], usual["living"], usual["review"]) == ("1920x1080", "drift", False)


def test_a_plan_is_made_looked_at_and_changed_before_anything_is_made(alice, admin):
    album = do(alice, order(alice), "plan")
    assert (album["goal"], album["attempt"], album["status_message"]) == (
        "plan",
        1,
        "Waiting to start",
    )
    name = f"album-{album['id']}-1"
    given = {"job_id": album["id"], "user_id": str(alice.user_id), "attempt": 1}
    assert sent(admin, alice) == [
        {"pipeline": "album", "name": name, "input": {**given, "pipeline": "album"}}
    ]
    assert Maker(alice.user_id, album).plan() == "stop"
    planned = look(alice, album)
    assert (planned["status"], planned["goal"]) == ("planned", None)
    assert planned["video_title"] == "An Evening at Court"
    assert planned["prompts"]["music_prompts"][6]["prompt"] == "A slow waltz, number 7"
    assert planned["prompts"]["music_prompts"][6]["duration_minutes"] == pytest.approx(181.9 / 60)
    assert len(planned["prompts"]["visual_prompts"]) == 20
    assert planned["planned_seconds"] == 3600
    assert Decimal(planned["cost_usd"]) == Decimal("0.02")
    path = f"/v1/video-jobs/{album['id']}/prompts"
    same = alice.patch(path, planned["prompts"])
    assert (same.status, same.body["prompts"]) == (200, planned["prompts"])
    changed = alice.patch(path, {"music_prompts": story.prompts()["music_prompts"]}).body
    assert changed["prompts"]["music_prompts"][0]["title"] == "Harp 1"
    assert changed["prompts"]["visual_prompts"] == planned["prompts"]["visual_prompts"]


def test_one_prompt_is_planned_anew_and_never_as_one_there_is(alice):
    album = do(alice, order(alice), "plan")
    Maker(alice.user_id, album).plan()
    before = look(alice, album)["prompts"]
    again = do(alice, album, "prompts/image/3/regenerate")
    assert (again["goal"], again["attempt"]) == ("plan", 2)
    maker = Maker(alice.user_id, again)
    proposed = story.plan()
    proposed["visuals"][4]["prompt"] = "A moonlit garden"
    assert maker.call(making.unplanned).seed != before
    maker.call(making.planned, proposed)
    assert maker.call(making.plan_done) == "stop"
    after = look(alice, album)["prompts"]
    assert after["visual_prompts"][2]["prompt"] == "A moonlit garden"
    assert after["music_prompts"] == before["music_prompts"]
    assert [p for p in after["visual_prompts"] if p not in before["visual_prompts"]] == [
        after["visual_prompts"][2]
    ]


def test_a_track_that_is_planned_anew_gets_a_title_no_other_track_has(alice):
    album = do(alice, order(alice), "plan")
    Maker(alice.user_id, album).plan()
    maker = Maker(alice.user_id, do(alice, album, "prompts/audio/3/regenerate"))
    proposed = story.plan()
    proposed["music"][2] = {**proposed["music"][2], "prompt": "A polka", "title": "Waltz 7"}
    proposed["music"][8]["title"] = "The Mirror"
    maker.call(making.planned, proposed)
    track = look(alice, album)["prompts"]["music_prompts"][2]
    assert (track["prompt"], track["title"]) == ("A polka", "The Mirror")


def test_what_is_asked_for_must_be_reachable_before_a_cent_is_spent(alice, admin):
    album = order(alice, target_duration_minutes=85)
    path = f"/v1/video-jobs/{album['id']}"
    alice.patch(f"{path}/prompts", story.prompts(minutes=4))
    refused = alice.post(f"{path}/start")
    assert refused.status == 422
    (error,) = refused.body["errors"]
    assert (error["field"], error["rule"]) == ("target_duration_minutes", "reachable")
    assert error["message"] == (
        "The planned tracks make 79:22 with their crossfades, and 85:00 is asked for."
        " Ask for 75 to 79 minutes, or make the tracks 4:17 long on average."
    )
    assert sent(admin, alice) == []
    assert look(alice, album)["attempt"] == 0
    alice.patch(path, {"target_duration_minutes": 79})
    assert alice.post(f"{path}/start").status == 202
    short = order(alice)
    alice.patch(f"/v1/video-jobs/{short['id']}/prompts", story.prompts(minutes=1))
    refused = alice.post(f"/v1/video-jobs/{short['id']}/start")
    assert "Make the tracks 3:02 long" in refused.body["errors"][0]["message"]


def test_an_album_is_listed_by_state_and_channel_and_thrown_away(alice, bob):
    first, second = order(alice), order(alice)
    do(alice, second, "start")
    page = alice.get("/v1/video-jobs").body["items"]
    assert [item["id"] for item in page] == [second["id"], first["id"]]
    channel = f"/v1/video-jobs?status=planned&channel_id={first['channel_id']}"
    assert [item["id"] for item in alice.get(channel).body["items"]] == [first["id"]]
    assert alice.get("/v1/video-jobs?status=rendering").body["items"] == []
    one = alice.get("/v1/video-jobs?limit=1").body
    rest = alice.get(f"/v1/video-jobs?limit=1&cursor={one['next']}").body
    assert [item["id"] for item in rest["items"]] == [first["id"]]
    assert bob.get(f"/v1/video-jobs?limit=1&cursor={one['next']}").status == 400
    assert alice.delete(f"/v1/video-jobs/{first['id']}").status == 204
    for path in ("", "/slots", "/export"):
        assert alice.get(f"/v1/video-jobs/{first['id']}{path}").status == 404
    assert [item["id"] for item in alice.get("/v1/video-jobs").body["items"]] == [second["id"]]


def test_what_machines_made_is_labelled(alice):
    album = order(alice)
    path = f"/v1/video-jobs/{album['id']}"
    assert album["synthetic_content"] is True
    assert alice.patch(path, {"synthetic_content": False}).status == 200
    for action in ("start", "plan"):
        refused = alice.post(f"{path}/{action}")
        if action == "plan":
            assert refused.status == 202
        else:
            assert refused.body["errors"][0]["field"] == "synthetic_content"
    Maker(alice.user_id, look(alice, album)).plan()
    alice.patch(path, {"synthetic_content": True})
    maker = Maker(alice.user_id, do(alice, album, "start"))
    for done in (maker.plan, lambda: maker.make("audio", most=1)):
        assert alice.patch(path, {"synthetic_content": False}).status == 422
        done()
    maker.all_of_it()
    refused = alice.patch(path, {"synthetic_content": False})
    assert (refused.status, refused.body["errors"][0]["rule"]) == (422, "disclosure")


def test_what_an_overlay_leaves_out_stays(alice):
    album = order(alice, overlays={"track_names": False})
    path = f"/v1/video-jobs/{album['id']}"
    changed = alice.patch(path, {"overlays": {"waveform": True}}).body["overlays"]
    assert changed == {"title_card": True, "track_names": False, "waveform": True}


@pytest.mark.parametrize("state", ["cancelled", "in review", "ready"])
def test_prompts_keep_to_the_length_after_the_start_too(alice, state):
    album = do(alice, order(alice, review=state == "in review"), "start")
    maker = Maker(alice.user_id, album)
    if state == "ready":
        maker.all_of_it()
    else:
        maker.plan()
        maker.make("audio")
        maker.make("image")
        maker.wait()
    if state == "cancelled":
        do(alice, album, "cancel", 200)
    path = f"/v1/video-jobs/{album['id']}/prompts"
    before = look(alice, album)["prompts"]
    refused = alice.patch(path, story.prompts(minutes=15))
    assert refused.body["errors"][0]["field"] == "target_duration_minutes"
    assert look(alice, album)["prompts"] == before
    assert alice.patch(path, story.prompts()).status == 200


def test_an_album_that_was_cancelled_before_its_start_is_not_made_by_a_retry(alice):
    album = do(alice, order(alice), "plan")
    Maker(alice.user_id, album).plan()
    path = f"/v1/video-jobs/{album['id']}"
    assert alice.patch(f"{path}/prompts", story.prompts(minutes=2)).status == 200
    do(alice, album, "cancel", 200)
    again = do(alice, album, "retry")
    assert (again["goal"], again["estimated_cost_usd"]) == ("plan", None)
    assert Maker(alice.user_id, again).plan() == "stop"
    back = look(alice, album)
    assert (back["status"], back["goal"], back["allowed"]) == (
        "planned",
        None,
        ["plan", "start", "cancel"],
    )
    refused = alice.post(f"{path}/start")
    assert refused.body["errors"][0]["field"] == "target_duration_minutes"


def test_the_description_has_chapters_that_account_for_the_crossfades(alice):
    album = do(alice, order(alice), "start")
    path = f"/v1/video-jobs/{album['id']}"
    maker = Maker(alice.user_id, album)
    maker.plan()
    assert alice.post(f"{path}/description").status == 409
    maker.make("audio")
    maker.make("image")
    said = alice.post(f"{path}/description").body
    lines = re.findall(r"^(\d[\d:]*) (.+)$", said["video_description"], re.MULTILINE)
    assert len(lines) == 20
    assert lines[:2] == [("0:00", "Waltz 1"), ("3:01", "Waltz 2")]
    assert lines[-1] == ("56:59", "Waltz 20")  # 19 tracks less 18.5 crossfades
    assert said["video_description"].startswith("An evening of waltzes.\n\n0:00 ")
    assert "machines" in said["video_description"]
    assert look(alice, album)["video_description"] == said["video_description"]


def test_titles_are_suggested_and_the_first_is_taken_when_there_is_none(alice):
    album = order(alice)
    path = f"/v1/video-jobs/{album['id']}"
    found = alice.post(f"{path}/generate-title", {"count": 3})
    assert (found.status, len(found.body["candidates"])) == (200, 3)
    assert look(alice, album)["video_title"] == found.body["candidates"][0]
    others = alice.post(f"{path}/generate-title", {"count": 3, "seed": 99}).body["candidates"]
    assert others != found.body["candidates"]
    assert look(alice, album)["video_title"] == found.body["candidates"][0]


def test_titles_are_paid_once_for_their_key(alice):
    path = f"/v1/video-jobs/{order(alice)['id']}"
    asked = {"count": 3, "seed": 7}
    first = alice.post(f"{path}/generate-title", asked, idempotency_key="t1")
    again = alice.post(f"{path}/generate-title", asked, idempotency_key="t1")
    assert (first.status, again.body) == (200, first.body)
    (paid,) = alice.get("/v1/costs?group=operation").body["items"]
    assert (paid["group"], paid["calls"]) == ("titles", 1)
    other = alice.post(f"{path}/generate-title", {"count": 4}, idempotency_key="t1")
    assert (other.status, other.body["code"]) == (422, "IdempotencyMismatch")


def test_a_writer_without_a_title_is_told_and_not_paid(alice, monkeypatch):
    class Speechless(LocalText):
        def titles(self, *about, **wanted):
            return Titles((" ", "<>"), 1)

    monkeypatch.setattr(providers, "text", Speechless)
    album = order(alice)
    path = f"/v1/video-jobs/{album['id']}/generate-title"
    refused = alice.post(path, {"count": 3}, idempotency_key="t1")
    assert (refused.status, refused.headers["retry-after"]) == (503, "5")
    assert look(alice, album)["video_title"] is None
    assert alice.get("/v1/costs").body["items"] == []
    monkeypatch.undo()
    assert alice.post(path, {"count": 3}, idempotency_key="t1").status == 200


def test_the_export_links_to_every_file(alice, bob):
    album = do(alice, order(alice), "start")
    path = f"/v1/video-jobs/{album['id']}"
    assert alice.get(f"{path}/export").status == 409
    assert alice.get(f"{path}/contact-sheet").status == 404
    Maker(alice.user_id, album).all_of_it()
    found = alice.get(f"{path}/export").body
    assert [file["name"] for file in found["files"]] == ["contact-sheet", "video"]
    assert f"/{alice.user_id}/albums/{album['id']}/video.mp4" in found["files"][1]["url"]
    assert (found["seconds"], found["synthetic_content"]) == (3600.0, True)
    sheet = alice.get(f"{path}/contact-sheet")
    assert (sheet.status, sheet.headers["location"]) == (302, sheet.body["url"])
    assert "contact-sheet.jpg" in sheet.headers["location"]
    assert alice.get(f"{path}/loudness.svg").status == 404
    for where in ("", "/export", "/slots", "/contact-sheet"):
        assert bob.get(path + where).status == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"channel_id": None}, "channel_id"),
        ({"niche_label": "  "}, "niche_label"),
        ({"niche_label": "x" * 256}, "niche_label"),
        ({"mood_keywords": ""}, "mood_keywords"),
        ({"target_duration_minutes": 59}, "target_duration_minutes"),
        ({"target_duration_minutes": 91}, "target_duration_minutes"),
        ({"target_duration_minutes": 60.5}, "target_duration_minutes"),
        ({"living": "snow"}, "living"),
        ({"style": "x" * 201}, "style"),
        ({"resolution": "1280x720"}, "resolution"),
        ({"seed": -1}, "seed"),
        ({"overlays": {"watermark": True}}, "overlays.watermark"),
        ({"review": "yes"}, "review"),
        ({"status": "completed"}, "status"),
    ],
)
def test_a_bad_order_names_its_field_and_nothing_is_kept(alice, change, field):
    channel = alice.post("/v1/channels", {"name": "N", "brand_niche": "B"}).body["id"]
    refused = alice.post("/v1/video-jobs", {**ALBUM, "channel_id": channel, **change})
    assert refused.status == 422
    assert refused.body["errors"][0]["field"] == field
    assert alice.get("/v1/video-jobs").body["items"] == []


def test_an_album_is_for_ones_own_channel(alice, bob):
    theirs = bob.post("/v1/channels", {"name": "N", "brand_niche": "B"}).body["id"]
    refused = alice.post("/v1/video-jobs", {**ALBUM, "channel_id": theirs})
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "channel_id")


def test_nobody_moves_anothers_album(alice, bob):
    album = do(alice, order(alice), "plan")
    Maker(alice.user_id, album).plan()
    path = f"/v1/video-jobs/{album['id']}"
    before = look(alice, album)
    for action in ("plan", "start", "render", "cancel", "retry", "description", "generate-title",
                   "slots/1/audio/regenerate", "prompts/image/1/regenerate"):  # fmt: skip
        assert bob.post(f"{path}/{action}").status == 404, action
    assert bob.patch(path, {"style": "ink"}).status == 404
    assert bob.delete(path).status == 404
    assert bob.patch(f"{path}/prompts", story.prompts()).status == 404
    assert look(alice, album) == before
