"""Albums over the API: ordered, planned, started, reviewed, cancelled, tried again, exported.

The state machine is not there: what the outbox holds for it is looked at, and `tests.albums`
plays its part.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from uuid import UUID

import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.domains.albums import making, orders, rendering
from chalicelib.domains.jobs.watch import until_changed
from chalicelib.errors import Cancelled, IllegalMove, StaleAttempt
from tests import albums as story
from tests.albums import Maker

ALBUM = {
    "niche_label": "Royal court ambience",
    "mood_keywords": "elegant, classical, serene",
    "target_duration_minutes": 60,
}


def order(api, **changes):
    channel = api.post("/v1/channels", {"name": "Halls", "brand_niche": "Ambience"}).body["id"]
    made = api.post("/v1/video-jobs", {**ALBUM, "channel_id": channel, **changes})
    assert made.status == 201, made.body
    return made.body


def do(api, album, action, status=202, **headers):
    answer = api.post(f"/v1/video-jobs/{album['id']}/{action}", **headers)
    assert answer.status == status, answer.body
    return answer.body


def look(api, album):
    return api.get(f"/v1/video-jobs/{album['id']}").body


def sent(admin, api, topic="start_execution"):
    """What the outbox holds for the user, oldest first."""
    rows = admin.execute(
        "select payload from private.outbox where user_id = %s and topic = %s order by created_at",
        [api.user_id, topic],
    )
    return [row["payload"] for row in rows]


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
    maker.call(making.planned, proposed, Decimal("0.02"))
    assert maker.call(making.plan_done) == "stop"
    after = look(alice, album)["prompts"]
    assert after["visual_prompts"][2]["prompt"] == "A moonlit garden"
    assert after["music_prompts"] == before["music_prompts"]
    assert [p for p in after["visual_prompts"] if p not in before["visual_prompts"]] == [
        after["visual_prompts"][2]
    ]


def test_an_album_is_made_from_words_to_files(alice, admin):
    album = do(alice, order(alice), "start")
    assert (album["goal"], album["status"], album["allowed"]) == ("video", "planned", ["cancel"])
    maker = Maker(alice.user_id, album)
    assert maker.plan() == "make"
    assert [one.order_index for one in maker.missing("audio")] == list(range(1, 21))
    maker.make("audio", most=7)
    seen = look(alice, album)
    assert (seen["status"], seen["tracks_ready"]) == ("generating_music", 7)
    assert seen["status_message"] == "Making the music (7 of 20)"
    assert 5 < seen["progress"] < 35
    assert seen["seconds_left"] > 0
    assert maker.make("audio") == 13
    assert maker.make("image") == 20
    rows = maker.wait("t1")
    assert len(rows) == 1
    assert sent(admin, alice, "task_result") == [{"token": "t1", "output": {"go": "render"}}]
    progress = look(alice, album)["progress"]
    maker.render()
    ready = look(alice, album)
    assert (ready["status"], ready["goal"], ready["progress"]) == ("ready_for_export", None, 100)
    assert 0 < progress < 100
    assert Decimal(ready["cost_usd"]) == Decimal("0.42")
    assert (ready["video_description"], ready["files"]) == (
        "Twenty waltzes.", ["contact-sheet", "video"],
    )  # fmt: skip
    assert (ready["allowed"], ready["seconds_left"]) == (["render"], None)
    assert [letter["notice"] for letter in sent(admin, alice, "email")] == ["album.completed"]
    task = admin.execute(
        "select * from render_tasks where video_job_id = %s", [album["id"]]
    ).fetchone()
    assert (task["status"], task["progress"], task["output_sha256"]) == (
        "completed",
        100,
        story.HASH,
    )
    assert task["metadata"] == {"argv": [["ffmpeg", "-i", "a b.wav"]]}
    assert task["ffmpeg_command"] == "ffmpeg -i 'a b.wav'"


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


def test_a_review_stops_before_the_rendering_and_goes_on_when_told(alice, admin):
    album = do(alice, order(alice, review=True), "start")
    maker = Maker(alice.user_id, album)
    maker.plan()
    assert alice.post(f"/v1/video-jobs/{album['id']}/render").status == 409
    maker.make("audio")
    maker.make("image")
    maker.wait("t1")
    assert sent(admin, alice, "task_result") == []
    seen = look(alice, album)
    assert (seen["in_review"], seen["allowed"]) == (True, ["render", "cancel"])
    assert seen["status_message"] == "Waiting for your review"
    (letter,) = sent(admin, alice, "email")
    assert letter["notice"] == "album.review"
    assert letter["data"]["url"].endswith(f"/v1/video-jobs/{album['id']}")
    do(alice, album, "slots/4/audio/regenerate")
    assert sent(admin, alice, "task_result") == [{"token": "t1", "output": {"go": "make"}}]
    assert look(alice, album)["in_review"] is False
    maker.call(making.moved, "generating_music")
    assert look(alice, album)["status"] == "generating_music"
    assert maker.make("audio") == 1
    assert maker.make("image") == 0
    maker.wait("t2")
    assert look(alice, album)["in_review"] is True
    do(alice, album, "render")
    assert sent(admin, alice, "task_result")[1] == {"token": "t2", "output": {"go": "render"}}
    maker.render()
    assert look(alice, album)["status"] == "ready_for_export"


def test_a_failed_album_goes_on_where_it_failed_and_makes_only_what_is_missing(alice, admin):
    album = do(alice, order(alice), "start")
    maker = Maker(alice.user_id, album)
    maker.plan()
    maker.make("audio")
    maker.make("image", most=12)
    hook = {"name": "N", "url": "https://example.com/hook", "events": ["album.failed"]}
    alice.post("/v1/webhooks", hook)
    maker.call(making.give_up, "ProviderRejected", "The provider refuses this content.")
    told = admin.execute(
        "select payload from webhook_deliveries where user_id = %s", [alice.user_id]
    ).fetchone()["payload"]
    assert (told["type"], told["data"]["error_code"]) == ("album.failed", "ProviderRejected")
    failed = look(alice, album)
    assert (failed["status"], failed["failed_step"], failed["goal"]) == (
        "failed", "generating_image", None,
    )  # fmt: skip
    assert (failed["error_code"], failed["allowed"]) == ("ProviderRejected", ["retry"])
    assert maker.call(making.give_up, "Again", "Again") == ("failed", [])
    again = do(alice, album, "retry")
    assert (again["status"], again["attempt"], again["error_code"]) == ("generating_image", 2, None)
    assert sent(admin, alice)[1]["name"] == f"album-{album['id']}-2"
    with pytest.raises(StaleAttempt):
        maker.held()
    resumed = Maker(alice.user_id, again)
    assert resumed.plan() == "make"
    assert resumed.make("audio") == 0
    assert look(alice, album)["status"] == "generating_image"
    assert [one.order_index for one in resumed.missing("image")] == list(range(13, 21))
    resumed.make("image")
    resumed.wait()
    resumed.render()
    ready = look(alice, album)
    assert (ready["status"], ready["failed_step"]) == ("ready_for_export", None)


def test_a_plan_that_failed_is_a_plan_when_it_is_tried_again(alice):
    album = do(alice, order(alice), "plan")
    Maker(alice.user_id, album).call(making.give_up, "ProviderUnavailable", "No answer.")
    again = do(alice, album, "retry")
    assert (again["status"], again["goal"]) == ("planned", "plan")
    assert Maker(alice.user_id, again).plan() == "stop"


def test_a_cancelled_album_stops_its_workers_and_can_go_on_later(alice, admin):
    album = do(alice, order(alice, review=True), "start")
    maker = Maker(alice.user_id, album)
    maker.plan()
    maker.make("audio")
    maker.make("image")
    maker.wait("t1")
    cancelled = do(alice, album, "cancel", 200)
    assert (cancelled["status"], cancelled["failed_step"]) == ("cancelled", "generating_image")
    assert sent(admin, alice, "task_result")[0]["error"] == "Cancelled"
    assert do(alice, album, "cancel", 200) == cancelled
    with pytest.raises(Cancelled):
        maker.call(making.moved, "rendering")
    again = do(alice, album, "retry")
    resumed = Maker(alice.user_id, again)
    resumed.plan()
    assert (resumed.make("audio"), resumed.make("image")) == (0, 0)
    resumed.wait("t2")
    assert look(alice, album)["in_review"] is True  # the review was never ended
    do(alice, album, "render")


def test_a_ready_album_is_made_anew_with_what_changed(alice, admin):
    album = do(alice, order(alice), "start")
    Maker(alice.user_id, album).all_of_it()
    slot = do(alice, album, "slots/2/image/regenerate")
    assert (slot["image"]["state"], slot["audio"]["state"]) == ("waiting", "ready")
    again = do(alice, album, "render")
    assert (again["status"], again["attempt"], again["files"]) == (
        "generating_image", 2, ["contact-sheet", "video"],
    )  # fmt: skip
    maker = Maker(alice.user_id, again)
    maker.plan()
    assert (maker.make("audio"), maker.make("image")) == (0, 1)
    maker.wait("t2")
    maker.render()
    ready = look(alice, album)
    assert (ready["status"], Decimal(ready["cost_usd"])) == ("ready_for_export", Decimal("0.43"))
    places = alice.get(f"/v1/video-jobs/{album['id']}/slots").body
    assert [len(place["image"]["takes"]) for place in places[:3]] == [1, 2, 1]


def test_new_prompts_that_cannot_be_had_leave_a_ready_album_ready(alice):
    album = do(alice, order(alice), "start")
    Maker(alice.user_id, album).all_of_it()
    again = do(alice, album, "prompts/audio/1/regenerate")
    assert (again["status"], again["goal"], again["progress"]) == ("ready_for_export", "plan", 100)
    maker = Maker(alice.user_id, again)
    assert maker.call(making.give_up, "ProviderUnavailable", "No answer.")[0] == "ready_for_export"
    after = look(alice, album)
    assert (after["status"], after["goal"], after["error_code"]) == (
        "ready_for_export", None, "ProviderUnavailable",
    )  # fmt: skip
    again = do(alice, album, "prompts/audio/1/regenerate")
    assert do(alice, album, "cancel", 200)["status"] == "ready_for_export"


@pytest.mark.parametrize(
    ("state", "refused", "allowed"),
    [
        ("planned", ("render", "retry"), ["plan", "start", "cancel"]),
        ("working", ("plan", "start", "render", "retry"), ["cancel"]),
        ("ready", ("plan", "start", "retry", "cancel"), ["render"]),
        ("failed", ("plan", "start", "render", "cancel"), ["retry"]),
    ],
)
def test_what_is_not_possible_says_what_is(alice, admin, state, refused, allowed):
    album = order(alice)
    if state != "planned":
        album = do(alice, album, "start")
        maker = Maker(alice.user_id, album)
        if state == "ready":
            maker.all_of_it()
        if state == "failed":
            maker.call(making.give_up, "X", "It broke.")
    before, outbox = look(alice, album), sent(admin, alice)
    for action in refused:
        answer = alice.post(f"/v1/video-jobs/{album['id']}/{action}")
        assert (answer.status, answer.body["code"]) == (409, "IllegalMove"), action
        assert answer.body["allowed"] == allowed
        assert answer.body["hint"] == f"Allowed next: {', '.join(allowed)}."
    assert (look(alice, album), sent(admin, alice)) == (before, outbox)


def test_while_it_is_made_only_its_words_change(alice):
    album = do(alice, order(alice), "start")
    path = f"/v1/video-jobs/{album['id']}"
    for change in ({"style": "ink"}, {"review": True}, {"video_title": "T", "living": "rain"}):
        refused = alice.patch(path, change)
        assert (refused.status, refused.body["allowed"]) == (409, ["cancel"])
    assert alice.patch(f"{path}/prompts", story.prompts()).status == 409
    assert alice.delete(path).status == 409
    assert alice.patch(path, {"video_title": "One hour at court"}).status == 200
    Maker(alice.user_id, album).plan()
    assert look(alice, album)["video_title"] == "One hour at court"


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


def test_the_same_request_is_one_order_and_one_execution(alice, admin):
    channel = alice.post("/v1/channels", {"name": "N", "brand_niche": "B"}).body["id"]
    body = {**ALBUM, "channel_id": channel}
    first = alice.post("/v1/video-jobs", body, idempotency_key="a1").body
    assert alice.post("/v1/video-jobs", body, idempotency_key="a1").body == first
    for action in ("plan", "start", "retry"):
        done = do(alice, first, action, idempotency_key=f"k-{action}")
        assert do(alice, first, action, idempotency_key=f"k-{action}") == done
        maker = Maker(alice.user_id, done)
        if action == "plan":
            maker.plan()
        if action == "start":
            maker.call(making.give_up, "X", "It broke.")
    assert [one["input"]["attempt"] for one in sent(admin, alice)] == [1, 2, 3]


def test_of_many_starts_at_once_one_begins(alice, admin):
    album = order(alice)
    actor = Actor.user(alice.user_id)

    def start(_):
        try:
            return orders.start(actor, UUID(album["id"]), None).attempt
        except IllegalMove:
            return None
        finally:
            db.disconnect()

    with ThreadPoolExecutor(8) as threads:
        assert sorted(map(str, threads.map(start, range(8)))) == ["1", *["None"] * 7]
    assert len(sent(admin, alice)) == 1


def test_whoever_waits_hears_when_it_moves(alice):
    album = do(alice, order(alice), "start")
    maker = Maker(alice.user_id, album)
    naps = []

    def sleep(seconds):
        naps.append(seconds)
        if len(naps) == 3:
            maker.plan()

    def state(seen):
        return None if orders.at_rest(seen) else (seen.status, seen.progress)

    seen = until_changed(
        lambda: orders.get(Actor.user(alice.user_id), maker.id), state, 25,
        clock=lambda: sum(naps), sleep=sleep,
    )  # fmt: skip
    assert (len(naps), seen.progress) == (3, 5)
    resting = order(alice)
    assert alice.get(f"/v1/video-jobs/{resting['id']}?wait=25").body == resting


def test_a_takes_licence_is_there_before_the_export(alice, admin):
    album = do(alice, order(alice), "start")
    maker = Maker(alice.user_id, album)
    maker.plan()
    maker.make("audio", provider="mubert", reference="m-1", terms="Royalty free")
    maker.make("image", provider="leonardo", licence="https://leonardo.example/terms")
    maker.wait()
    with pytest.raises(IllegalMove, match="20 tracks and pictures have no licence"):
        maker.render()
    assert look(alice, album)["status"] == "rendering"
    admin.execute("update audio_tracks set license_document_url = 'https://mubert.example/l'")
    maker.render()
    (place, *_) = alice.get(f"/v1/video-jobs/{album['id']}/slots").body
    (take,) = place["audio"]["takes"]
    assert (take["provider"], take["terms"]) == ("mubert", "Royalty free")


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
    Maker(alice.user_id, do(alice, album, "start")).all_of_it()
    refused = alice.patch(path, {"synthetic_content": False})
    assert (refused.status, refused.body["errors"][0]["rule"]) == (422, "disclosure")


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


def test_a_worker_that_comes_late_changes_nothing(alice):
    album = do(alice, order(alice), "start")
    maker = Maker(alice.user_id, album)
    maker.plan()
    (one, *_) = maker.missing("audio")
    maker.make("audio")
    maker.make("image")
    maker.wait()
    maker.render()
    ready = look(alice, album)
    for late in (
        lambda: maker.call(making.add_take, one, maker.made(one)),
        lambda: maker.call(making.moved, "rendering"),
        lambda: maker.call(rendering.render_progress, 70),
        lambda: maker.call(making.wait, "late"),
        lambda: maker.call(making.beat),
    ):
        with pytest.raises(StaleAttempt):
            late()
    assert maker.call(making.give_up, "X", "Y") == ("ready_for_export", [])
    assert look(alice, album) == ready
