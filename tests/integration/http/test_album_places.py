"""The places of an album: prompts, takes, files of the user's own, and their order."""

import random
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest

from chalicelib import db
from chalicelib.domains.albums import making
from chalicelib.events import uploads
from tests import albums as story
from tests.albums import Maker
from tests.integration.http.albums import do, look, order, sent

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
FLAC = b"fLaC\x00\x00\x00\x22" + bytes(64)
GIF = b"GIF89a" + bytes(64)
OWN = {
    "file_name": "harp.flac",
    "content_type": "audio/flac",
    "size_bytes": len(FLAC),
    "purpose": "album_track",
    "order_index": 3,
    "rights": "Recorded by myself",
}
PICTURE = {
    **OWN,
    "purpose": "album_picture",
    "content_type": "image/png",
    "size_bytes": len(PNG),
    "rights": "Painted by myself",
}


def planned(api, **changes):
    album = do(api, order(api, **changes), "plan")
    Maker(api.user_id, album).plan()
    return look(api, album)


def made(api, **changes):
    """An album all of whose places have a take: in review, or ready when none is asked for."""
    album = do(api, order(api, **changes), "start")
    maker = Maker(api.user_id, album)
    maker.plan()
    maker.make("audio")
    maker.make("image")
    maker.wait("t0")
    if not changes.get("review"):
        maker.render()
    return look(api, album), maker


def places(api, album):
    return api.get(f"/v1/video-jobs/{album['id']}/slots").body


def announce(api, album, **changes):
    answer = api.post("/v1/uploads", {**OWN, "video_job_id": album["id"], **changes})
    assert answer.status == 201, answer.body
    return answer.body


def arrive(upload, data=FLAC):
    """The file comes, and the bucket tells of it."""
    key = upload["post"]["fields"]["key"]
    boto3.client("s3").put_object(Bucket="showrunner-tests", Key=key, Body=data)
    uploads.arrive(key)


def never_comes(admin, upload):
    """Its time is over, and the clock notices."""
    admin.execute(
        "update uploads set expires_at = now() - interval '1 hour',"
        " created_at = now() - interval '2 hours' where id = %s",
        [upload["id"]],
    )
    uploads.sweep()


def takes(half):
    return [(take["provider"], take["is_selected"]) for take in half["takes"]]


def test_places_show_what_is_planned_and_what_is_there(alice):
    album = planned(alice)
    empty = places(alice, album)
    assert [place["order_index"] for place in empty] == list(range(1, 21))
    assert empty[4]["audio"] == {
        "prompt": "A slow waltz, number 5",
        "title": "Waltz 5",
        "duration_minutes": pytest.approx(181.9 / 60),
        "state": "empty",
        "selected": None,
        "upload_id": None,
        "error": None,
        "takes": [],
    }
    maker = Maker(alice.user_id, do(alice, album, "start"))
    maker.plan()
    maker.make("audio", most=5)
    seen = places(alice, album)
    assert [place["audio"]["state"] for place in seen[3:6]] == ["ready", "ready", "waiting"]
    (take,) = seen[4]["audio"]["takes"]
    assert (take["provider"], take["is_selected"], take["seconds"]) == ("dummy", True, "181.90")
    link = alice.get(f"/v1/takes/{take['id']}/download")
    assert link.status == 200
    assert f"/albums/{album['id']}/audio/05-" in link.body["url"]
    assert "response-content-type" not in link.body["url"]  # heard in place, not saved


def test_another_take_stands_beside_the_first_and_either_can_be_used(alice):
    album, _ = made(alice)
    path = f"/v1/video-jobs/{album['id']}/slots/7/audio"
    first = places(alice, album)[6]["audio"]["selected"]
    asked = do(alice, album, "slots/7/audio/regenerate", idempotency_key="again")
    assert (asked["audio"]["state"], asked["audio"]["selected"]) == ("waiting", first)
    assert do(alice, album, "slots/7/audio/regenerate", idempotency_key="again") == asked
    maker = Maker(alice.user_id, do(alice, album, "render"))
    maker.plan()
    (one,) = maker.missing("audio")
    for _ in range(2):  # whoever is killed in between does it again
        maker.call(making.add_take, one, maker.made(one))
    assert (maker.missing("audio"), maker.make("image")) == ([], 0)
    maker.wait("t1")
    maker.render()
    half = places(alice, album)[6]["audio"]
    assert takes(half) == [("dummy", False), ("dummy", True)]
    back = alice.post(f"{path}/select", {"take_id": first})
    assert (back.status, back.body["audio"]["selected"]) == (200, first)
    other = places(alice, album)[7]["audio"]["selected"]
    for wrong in (other, places(alice, album)[6]["image"]["selected"]):
        refused = alice.post(f"{path}/select", {"take_id": wrong})
        assert (refused.status, refused.body["errors"][0]["field"]) == (422, "take_id")


def test_a_take_that_is_no_longer_wanted_is_an_alternative(alice):
    album, maker = made(alice, review=True)
    do(alice, album, "slots/1/image/regenerate")
    (one,) = maker.missing("image")
    maker.wait("t1")  # the flow came by again before it was made
    with db.transaction(maker.worker) as tx:
        tx.run("update video_jobs set wait_token = 't2' where id = %(id)s", id=maker.id)
    first = places(alice, album)[0]["image"]["selected"]
    alice.post(f"/v1/video-jobs/{album['id']}/slots/1/image/select", {"take_id": first})
    assert maker.missing("image") == []
    maker.call(making.add_take, one, maker.made(one))
    half = places(alice, album)[0]["image"]
    assert (half["selected"], len(half["takes"])) == (first, 2)


def test_prompts_of_ones_own_need_no_plan(alice):
    album = order(alice, target_duration_minutes=60)
    path = f"/v1/video-jobs/{album['id']}"
    both = story.prompts(minutes=182 / 60)
    half = alice.patch(f"{path}/prompts", {"music_prompts": both["music_prompts"]})
    assert (half.status, half.body["errors"][0]["field"]) == (422, "visual_prompts")
    assert alice.patch(f"{path}/prompts", both).status == 200
    maker = Maker(alice.user_id, do(alice, album, "start"))
    assert maker.plan() == "make"
    (one, *_) = maker.missing("audio")
    assert (one.prompt, one.title, one.seconds) == ("Harp 1", "Harp 1", 182.0)


def change(place, **what):
    body = story.prompts()
    for name, value in what.items():
        kind, _, field = name.partition("__")
        body[kind][place - 1][field] = value
    return body


@pytest.mark.parametrize(
    ("body", "field", "rule"),
    [
        (change(5, music_prompts__prompt=" Harp 2 "), "music_prompts.4.prompt", "unique"),
        (change(5, music_prompts__prompt="HARP  2"), "music_prompts.4.prompt", "unique"),
        (change(5, visual_prompts__prompt="A garden 4"), "visual_prompts.4.prompt", "unique"),
        (change(5, music_prompts__order_index=4), "music_prompts.4.order_index", "unique"),
        (change(5, music_prompts__order_index=21), "music_prompts.4.order_index", None),
        (change(5, music_prompts__prompt="  "), "music_prompts.4.prompt", None),
        (change(5, music_prompts__prompt="x" * 2001), "music_prompts.4.prompt", None),
        (change(5, music_prompts__title="<b>"), "music_prompts.4.title", None),
        (change(5, music_prompts__duration_minutes=0.4), "music_prompts.4.duration_minutes", None),
        (change(5, music_prompts__duration_minutes=16), "music_prompts.4.duration_minutes", None),
        (change(5, visual_prompts__take=2), "visual_prompts.4.take", None),
        ({"music_prompts": story.prompts()["music_prompts"][:19]}, "music_prompts", "too_short"),
        ({"visual_prompts": []}, "visual_prompts", "too_short"),
        ({"visual_prompts": [{}] * 21}, "visual_prompts", "too_long"),
        ({"prompts": []}, "prompts", None),
    ],
)
def test_a_bad_prompt_is_named(alice, body, field, rule):
    album = planned(alice)
    refused = alice.patch(f"/v1/video-jobs/{album['id']}/prompts", body)
    assert refused.status == 422
    named = [(error["field"], error["rule"]) for error in refused.body["errors"]]
    assert named[0][0] == field, named
    assert rule is None or named[0][1] == rule
    assert look(alice, album)["prompts"] == album["prompts"]


def test_pairs_change_places_with_all_their_takes(alice):
    album, _ = made(alice)
    do(alice, album, "slots/1/audio/regenerate")
    before = places(alice, album)
    shuffled = random.Random(5).sample(range(1, 21), 20)
    pairs = [{"track": n, "picture": 21 - n} for n in shuffled]
    path = f"/v1/video-jobs/{album['id']}"
    after = alice.patch(f"{path}/arrangement", {"pairs": pairs})
    assert after.status == 200
    for place, pair in zip(after.body, pairs, strict=True):
        for kind, was in (("audio", pair["track"]), ("image", pair["picture"])):
            old = before[was - 1][kind]
            new = place[kind]
            assert (new["prompt"], new["selected"], new["state"]) == (
                old["prompt"], old["selected"], old["state"],
            )  # fmt: skip
            assert [take["id"] for take in new["takes"]] == [take["id"] for take in old["takes"]]
    assert places(alice, album) == after.body
    turned = shuffled.index(1) + 1
    maker = Maker(alice.user_id, do(alice, album, "render"))
    assert [one.order_index for one in maker.missing("audio")] == [turned]
    back = [
        {"track": shuffled.index(n) + 1, "picture": shuffled.index(21 - n) + 1}
        for n in range(1, 21)
    ]
    assert alice.patch(f"{path}/arrangement", {"pairs": back}).status == 409  # it is being made


@pytest.mark.parametrize(
    ("pairs", "field"),
    [
        ([{"track": 1, "picture": n} for n in range(1, 21)], "pairs.1.track"),
        ([{"track": n, "picture": max(n, 2)} for n in range(1, 21)], "pairs.1.picture"),
        ([{"track": n, "picture": n} for n in range(1, 20)], "pairs"),
        ([{"track": n, "picture": n} for n in range(1, 22)], "pairs"),
        ([{"track": n, "picture": n} for n in range(20)], "pairs.0.track"),
        ([{"track": n} for n in range(1, 21)], "pairs.0.picture"),
    ],
)
def test_every_track_and_picture_has_one_place(alice, pairs, field):
    album = planned(alice)
    refused = alice.patch(f"/v1/video-jobs/{album['id']}/arrangement", {"pairs": pairs})
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, field)


def test_two_arrangements_at_once_are_one_after_the_other(alice):
    album, _ = made(alice)
    path = f"/v1/video-jobs/{album['id']}/arrangement"
    turned = {"pairs": [{"track": n % 20 + 1, "picture": n % 20 + 1} for n in range(1, 21)]}

    def arrange(_):
        try:
            return alice.patch(path, turned).status
        finally:
            db.disconnect()

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(arrange, range(4))) == [200] * 4
    assert [place["audio"]["title"] for place in places(alice, album)][:2] == ["Waltz 5", "Waltz 6"]


@pytest.mark.parametrize(
    "path",
    [
        "slots/0/audio/regenerate",
        "slots/21/audio/regenerate",
        "slots/x/audio/regenerate",
        "slots/1/video/regenerate",
        "prompts/music/1/regenerate",
        "prompts/image/21/regenerate",
    ],
)
def test_a_place_is_one_to_twenty_and_a_kind_audio_or_image(alice, path):
    album = planned(alice)
    assert alice.post(f"/v1/video-jobs/{album['id']}/{path}").status == 422


def test_a_file_of_ones_own_fills_its_place_and_the_album_goes_on(alice, admin):
    album = planned(alice)
    track = announce(alice, album)
    assert (track["video_job_id"], track["order_index"]) == (album["id"], 3)
    half = places(alice, album)[2]["audio"]
    assert (half["state"], half["upload_id"]) == ("waiting", track["id"])
    maker = Maker(alice.user_id, do(alice, album, "start"))
    maker.plan()
    assert maker.make("audio") == 19  # the place of the file is left alone
    maker.make("image")
    assert maker.wait("t1") == []
    assert look(alice, album)["status_message"] == "Waiting for your files"
    arrive(track)
    assert sent(admin, alice, "task_result") == [{"token": "t1", "output": {"go": "make"}}]
    (one,) = maker.missing("audio")
    assert (one.upload.content_type, one.upload.rights) == ("audio/flac", "Recorded by myself")
    assert one.upload.key == track["post"]["fields"]["key"]
    assert (maker.make("audio", frames=200 * 48_000), maker.make("image")) == (1, 0)
    assert len(maker.wait("t2")) == 1
    maker.render()
    half = places(alice, album)[2]["audio"]
    (take,) = half["takes"]
    assert (half["state"], half["upload_id"], take["upload_id"]) == ("ready", None, track["id"])
    assert (take["provider"], take["rights"], take["seconds"]) == (
        "upload", "Recorded by myself", "200.00",
    )  # fmt: skip


def test_of_two_files_for_a_place_the_later_one_is_used_whichever_comes_first(alice):
    for first_to_come in (0, 1):
        album, maker = made(alice, review=True)
        both = [announce(alice, album, **PICTURE) for _ in range(2)]
        for upload in (both[first_to_come], both[1 - first_to_come]):
            arrive(upload, PNG)
            maker.make("image")
        half = places(alice, album)[2]["image"]
        used = {take["upload_id"]: take["is_selected"] for take in half["takes"]}
        assert used == {None: False, both[0]["id"]: False, both[1]["id"]: True}


def test_a_file_replaces_a_take_of_a_ready_album_with_the_next_rendering(alice):
    album, _ = made(alice)
    arrive(announce(alice, album, **PICTURE), PNG)
    half = places(alice, album)[2]["image"]
    assert (half["state"], takes(half)) == ("waiting", [("dummy", True)])
    again = do(alice, album, "render")
    assert again["status"] == "generating_image"
    maker = Maker(alice.user_id, again)
    maker.plan()
    maker.make("image", resolution="800x600", upscaled=True)
    maker.wait("t1")
    maker.render()
    half = places(alice, album)[2]["image"]
    assert takes(half) == [("dummy", False), ("upload", True)]
    assert (half["takes"][1]["original_resolution"], half["takes"][1]["upscaled"]) == (
        "800x600",
        True,
    )


def test_an_album_of_ones_own_files_alone_needs_no_label(alice):
    album = planned(alice)
    for place in range(1, 21):
        arrive(announce(alice, album, order_index=place))
        arrive(announce(alice, album, **PICTURE | {"order_index": place}), PNG)
    path = f"/v1/video-jobs/{album['id']}"
    assert alice.patch(path, {"synthetic_content": False}).status == 200
    maker = Maker(alice.user_id, do(alice, album, "start"))
    maker.plan()
    assert (maker.make("audio", frames=182 * 48_000), maker.make("image")) == (20, 20)
    maker.wait()
    maker.render()
    said = alice.post(f"{path}/description").body["video_description"]
    assert "machines" not in said


def test_in_an_album_of_ones_own_files_alone_no_machine_makes_anything(alice, admin):
    album = planned(alice)
    for place in range(1, 21):
        announced = announce(alice, album, order_index=place)
        if place != 3:
            arrive(announced)
        arrive(announce(alice, album, **PICTURE | {"order_index": place}), PNG)
    path = f"/v1/video-jobs/{album['id']}"
    assert alice.patch(path, {"synthetic_content": False}).status == 200
    maker = Maker(alice.user_id, do(alice, album, "start"))
    maker.plan()
    assert (maker.make("audio", frames=182 * 48_000), maker.make("image")) == (19, 20)
    assert maker.wait() == []
    machine = story.take(alice.user_id, album["id"], 3, selected=False)
    for action, body in (("regenerate", None), ("select", {"take_id": str(machine)})):
        refused = alice.post(f"{path}/slots/3/audio/{action}", body)
        assert refused.body["errors"][0]["field"] == "synthetic_content"
    (late,) = alice.get("/v1/uploads?state=pending").body["items"]
    never_comes(admin, late)
    found = look(alice, album)
    assert (found["status"], found["error_code"]) == ("failed", "InvalidInput")
    assert "never uploaded" in found["error_message"]


def test_who_changes_their_mind_waits_for_no_file(alice, admin):
    album = planned(alice)
    maker = Maker(alice.user_id, do(alice, album, "start"))
    maker.plan()
    maker.make("audio")
    announce(alice, album, order_index=3)
    announce(alice, album, order_index=4)
    maker.make("image")
    assert maker.wait("t0") == []
    for place, answers in ((3, []), (4, [{"token": "t0", "output": {"go": "render"}}])):
        take = places(alice, album)[place - 1]["audio"]["takes"][0]["id"]
        path = f"/v1/video-jobs/{album['id']}/slots/{place}/audio/select"
        assert alice.post(path, {"take_id": take}).status == 200
        assert sent(admin, alice, "task_result") == answers


def test_a_file_that_is_refused_ends_an_album_that_nobody_reviews(alice, admin):
    album = planned(alice)
    upload = announce(alice, album)
    maker = Maker(alice.user_id, do(alice, album, "start"))
    maker.plan()
    maker.make("audio")
    maker.make("image")
    maker.wait("t1")
    arrive(upload, GIF)
    failed = look(alice, album)
    assert (failed["status"], failed["error_code"]) == ("failed", "InvalidInput")
    assert failed["error_message"] == "Your track for place 3: The file is not a track we can read."
    assert sent(admin, alice, "task_result")[0]["error"] == "InvalidInput"
    seen = alice.get(f"/v1/uploads/{upload['id']}").body
    assert (seen["state"], seen["refused_reason"]) == (
        "refused", "The file is not a track we can read.",
    )  # fmt: skip
    resumed = Maker(alice.user_id, do(alice, album, "retry"))
    resumed.plan()
    assert resumed.make("audio") == 1  # by its prompt, unless another file is announced


def test_a_file_found_unfit_when_it_is_opened_says_so(alice):
    for review in (True, False):
        album = planned(alice, review=review)
        upload = announce(alice, album)
        arrive(upload)
        maker = Maker(alice.user_id, do(alice, album, "start"))
        maker.plan()
        (one,) = [one for one in maker.missing("audio") if one.upload]
        goes_on, rows = maker.call(making.refuse_upload, one, "It is silent.")
        assert (goes_on, len(rows)) == (review, 0 if review else 1)  # a letter that it failed
        seen = alice.get(f"/v1/uploads/{upload['id']}").body
        assert (seen["state"], seen["refused_reason"]) == ("refused", "It is silent.")
        said, now = "Your track for place 3: It is silent.", look(alice, album)
        assert now["status_message"] == ("" if review else "Failed: ") + said
        assert (now["status"], now["error_message"]) == (
            ("planned", None) if review else ("failed", said)
        )
        if not review:
            maker = Maker(alice.user_id, do(alice, album, "retry"))
        (one,) = [one for one in maker.missing("audio") if one.order_index == 3]
        assert one.upload is None


def test_a_file_that_never_comes_leaves_its_place_to_the_prompt(alice, admin):
    album = planned(alice)
    upload = announce(alice, album)
    maker = Maker(alice.user_id, do(alice, album, "start"))
    maker.plan()
    maker.make("audio")
    maker.make("image")
    maker.wait("t1")
    never_comes(admin, upload)
    assert alice.get(f"/v1/uploads/{upload['id']}").body["state"] == "expired"
    assert sent(admin, alice, "task_result") == [{"token": "t1", "output": {"go": "make"}}]
    assert maker.make("audio") == 1


def test_a_review_waits_for_announced_files_before_it_ends(alice):
    album, maker = made(alice, review=True)
    upload = announce(alice, album)
    refused = alice.post(f"/v1/video-jobs/{album['id']}/render")
    assert (refused.status, refused.body["message"]) == (
        409, "Files for these places have not come yet: 3.",
    )  # fmt: skip
    arrive(upload)
    assert maker.make("audio", frames=200 * 48_000) == 1
    maker.wait("t1")
    do(alice, album, "render")


def test_a_file_for_an_album_that_was_thrown_away_is_taken_in_all_the_same(alice):
    album = planned(alice)
    upload = announce(alice, album)
    alice.delete(f"/v1/video-jobs/{album['id']}")
    arrive(upload)
    assert alice.get(f"/v1/uploads/{upload['id']}").body["state"] == "ready"


def test_a_file_moves_with_its_place(alice):
    album, _ = made(alice)
    upload = announce(alice, album)
    pairs = [{"track": n % 20 + 1, "picture": n} for n in range(1, 21)]
    alice.patch(f"/v1/video-jobs/{album['id']}/arrangement", {"pairs": pairs})
    assert places(alice, album)[1]["audio"]["upload_id"] == upload["id"]
    assert alice.get(f"/v1/uploads/{upload['id']}").body["order_index"] == 2
    arrive(upload)
    maker = Maker(alice.user_id, do(alice, album, "render"))
    assert [(one.order_index, one.upload is not None) for one in maker.missing("audio")] == [
        (2, True)
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"video_job_id": None}, "video_job_id"),
        ({"video_job_id": "7"}, "video_job_id"),
        ({"order_index": None}, "order_index"),
        ({"order_index": 0}, "order_index"),
        ({"order_index": 21}, "order_index"),
        ({"rights": None}, "rights"),
        ({"rights": "  "}, "rights"),
        ({"rights": "x" * 1001}, "rights"),
        ({"content_type": "video/mp4"}, "content_type"),
        ({"content_type": "image/png"}, "content_type"),
        ({"purpose": "album_picture"}, "content_type"),
        ({"purpose": "album_picture", "content_type": "image/gif"}, "content_type"),
        ({**PICTURE, "size_bytes": 40_000_001}, "size_bytes"),
        ({"purpose": "music"}, "video_job_id"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_before_anything_is_kept(alice, change, field):
    album = planned(alice)
    refused = alice.post("/v1/uploads", {**OWN, "video_job_id": album["id"], **change})
    assert refused.status == 422
    assert refused.body["errors"][0]["field"] == field
    assert alice.get("/v1/uploads").body["items"] == []
    assert all(place["audio"]["upload_id"] is None for place in places(alice, album))


def test_a_file_is_for_a_planned_album_of_ones_own(alice, bob):
    album = order(alice)
    body = {**OWN, "video_job_id": album["id"]}
    early = alice.post("/v1/uploads", body)
    assert (early.status, early.body["hint"]) == (409, "Plan it first.")
    theirs = bob.post("/v1/uploads", body)
    assert (theirs.status, theirs.body["errors"][0]["field"]) == (422, "video_job_id")
    alice.delete(f"/v1/video-jobs/{album['id']}")
    gone = alice.post("/v1/uploads", body)
    assert (gone.status, gone.body["errors"][0]["field"]) == (422, "video_job_id")


def test_anothers_takes_are_not_there(alice, bob):
    album, _ = made(alice)
    take = places(alice, album)[0]["audio"]["selected"]
    assert bob.get(f"/v1/takes/{take}/download").status == 404
    path = f"/v1/video-jobs/{album['id']}/slots/1/audio"
    assert bob.post(f"{path}/select", {"take_id": take}).status == 404
    own, _ = made(bob)
    refused = bob.post(f"/v1/video-jobs/{own['id']}/slots/1/audio/select", {"take_id": take})
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "take_id")
