"""The making of albums over the API: started, reviewed, cancelled, tried again, made anew.

The state machine is not there: what the outbox holds for it is looked at, and `tests.albums`
plays its part.
"""

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
from tests.integration.http.albums import ALBUM, do, look, order, sent


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
    assert (ready["allowed"], ready["seconds_left"]) == (["render", "publish"], None)
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
        ("ready", ("plan", "start", "retry", "cancel"), ["render", "publish"]),
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
