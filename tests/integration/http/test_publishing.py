"""Albums published over the API: connected, checked, sent in turns, broken off, called off.

The queue is not there: what the outbox holds is delivered by hand, to the local publisher or to
YouTube's twin.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import boto3
import pytest

from chalicelib import db, pacific, providers
from chalicelib.actor import Actor
from chalicelib.domains.outbox import topics
from chalicelib.domains.outbox.models import Topic
from chalicelib.domains.publishing import platform, sending
from chalicelib.errors import ReconnectNeeded
from chalicelib.providers.publisher.interface import CHUNK
from chalicelib.providers.publisher.local import LocalPublisher
from tests.publishing import BUCKET, FILM, channel, connect, pending, ready, work
from tests.youtube import refusal

BAD_ORDERS: list[tuple[dict[str, Any], str]] = [
    ({"privacy": "secret"}, "privacy"),
    ({"scheduled_at": "2031-01-01"}, "scheduled_at"),
    ({"privacy": "public", "scheduled_at": "2020-01-01T00:00:00Z"}, "scheduled_at"),
    ({"privacy": "public", "scheduled_at": "2999-01-01T00:00:00Z"}, "scheduled_at"),
    ({"privacy": "private", "scheduled_at": "2027-01-01T00:00:00Z"}, "scheduled_at"),
    ({"title": 7}, "title"),
    ({"title": " "}, "title"),
    ({"title": "x" * 101}, "title"),
    ({"title": "A <b> title"}, "title"),
    ({"title": "VERY LOUD WALTZES"}, "title"),
    ({"description": "<b>"}, "description"),
    ({"description": "ü" * 2_501}, "description"),
    ({"thumbnail": str(UUID(int=1))}, "thumbnail"),
    ({"surprise": 1}, "surprise"),
]


@pytest.fixture(autouse=True)
def publisher(environment: None, monkeypatch: pytest.MonkeyPatch) -> LocalPublisher:
    local = LocalPublisher()
    monkeypatch.setattr(providers, "publisher", lambda: local)
    return local


def publish(api, path, status=202, **order):
    said = api.post(f"{path}/publish", order)
    assert said.status == status, said.body
    return said.body


def accounts(api):
    return api.get("/v1/connections").body["items"]


def problems(api, path, **order):
    said = api.post(f"{path}/publish", order)
    assert said.status == 422, said.body
    return {(one["field"], one["rule"]) for one in said.body["errors"]}


class TestConnecting:
    def test_the_local_publisher_connects_at_once(self, alice):
        where = channel(alice)
        made = connect(alice, where)
        assert (made["connection_status"], made["channels"]) == ("connected", [where])
        assert "token" not in json.dumps(made).replace("token_expires_at", "")
        assert connect(alice, where)["id"] == made["id"]
        again = connect(alice, where)
        assert accounts(alice) == [again]
        assert alice.get(f"/v1/channels/{where}").body["youtube_channel_id"]

    def test_a_connected_channel_is_no_other(self, alice):
        where = channel(alice)
        made = connect(alice, where)
        path = f"/v1/channels/{where}"
        named = alice.get(path).body["youtube_channel_id"]
        for other in (None, "UCother"):
            refused = alice.patch(path, {"youtube_channel_id": other, "name": "Other"})
            assert (refused.status, refused.body["code"]) == (409, "IllegalMove")
        assert alice.patch(path, {"youtube_channel_id": named, "name": "New"}).status == 200
        assert connect(alice, where)["id"] == made["id"]
        assert alice.delete(f"/v1/connections/{made['id']}").status == 204
        assert alice.patch(path, {"youtube_channel_id": None}).status == 200

    def test_youtube_is_asked_with_a_secret_of_this_sign_in(self, alice, bob, twin, admin):
        where = channel(alice)
        said = alice.post("/v1/oauth/youtube", {"channel_id": where}).body
        asked = parse_qs(urlsplit(said["authorization_url"]).query)
        assert asked["code_challenge_method"] == ["S256"]
        state = asked["state"][0]
        answer = {"state": state, "code": twin.code}
        assert bob.post("/v1/oauth/youtube/callback", answer).status == 422
        made = alice.post("/v1/oauth/youtube/callback", answer)
        assert (made.status, made.body["platform_username"]) == (200, "Twin")
        assert alice.post("/v1/oauth/youtube/callback", answer).status == 422  # once
        assert len(twin.forms[0]["code_verifier"][0]) >= 43
        kept = json.dumps(
            admin.execute("select * from oauth_states").fetchall()
            + admin.execute("select * from oauth_connections").fetchall(),
            default=str,
        )
        for secret in (state, twin.access, twin.refresh, twin.forms[0]["code_verifier"][0]):
            assert secret not in kept

    def test_accounts_come_in_pages_newest_first(self, alice, bob):
        made = [connect(alice, channel(alice))["id"] for _ in range(3)]
        first = alice.get("/v1/connections?limit=2").body
        rest = alice.get(f"/v1/connections?limit=2&cursor={first['next']}").body
        assert [one["id"] for one in first["items"] + rest["items"]] == made[::-1]
        assert rest["next"] is None
        assert bob.get(f"/v1/connections?cursor={first['next']}").status == 400

    def test_two_channels_have_two_accounts(self, alice, twin):
        first = connect(alice, channel(alice), twin)
        other = alice.post("/v1/channels", {"name": "O", "brand_niche": "N"}).body["id"]
        said = alice.post("/v1/oauth/youtube", {"channel_id": other}).body
        state = parse_qs(urlsplit(said["authorization_url"]).query)["state"][0]
        again = alice.post("/v1/oauth/youtube/callback", {"state": state, "code": twin.code})
        assert again.status == 409  # the same YouTube channel cannot be two of ours
        assert [one["id"] for one in accounts(alice)] == [first["id"]]

    @pytest.mark.parametrize(
        "body", [{}, {"state": "x"}, {"state": "x", "code": "y", "error": "z"}, {"state": ""}]
    )
    def test_an_answer_that_is_none_is_refused(self, alice, body):
        assert alice.post("/v1/oauth/youtube/callback", body).status == 422

    def test_a_refusal_and_a_stale_code_are_told(self, alice, twin):
        where = channel(alice)
        for answer, field in (({"error": "access_denied"}, "error"), ({"code": "old"}, "code")):
            said = alice.post("/v1/oauth/youtube", {"channel_id": where}).body
            state = parse_qs(urlsplit(said["authorization_url"]).query)["state"][0]
            told = alice.post("/v1/oauth/youtube/callback", {"state": state, **answer})
            assert told.status == 422
            assert told.body["errors"][0]["field"] == field
        assert accounts(alice) == []

    def test_an_account_is_another_tenants_to_nobody(self, alice, bob):
        where = channel(alice)
        assert bob.post("/v1/oauth/youtube", {"channel_id": where}).status == 422
        made = connect(alice, where)
        assert bob.delete(f"/v1/connections/{made['id']}").status == 404
        assert accounts(bob) == []
        assert alice.post("/v1/oauth/elsewhere", {"channel_id": where}).status == 422

    def test_an_account_given_up_is_given_back(self, alice, twin):
        where = channel(alice)
        made = connect(alice, where, twin)
        assert alice.delete(f"/v1/connections/{made['id']}").status == 204
        assert not twin.consented
        assert accounts(alice) == []
        assert alice.delete(f"/v1/connections/{made['id']}").status == 404
        path = ready(alice, where)
        assert publish(alice, path, 409)["hint"] == "Connect it: POST /v1/oauth/youtube."


class TestPublishing:
    def test_an_album_is_sent_in_turns_and_completed(self, alice, publisher, monkeypatch):
        where = channel(alice)
        connect(alice, where)
        path = ready(alice, where)
        body = {"privacy": "unlisted", "title": "Twenty waltzes"}
        asked = alice.post(f"{path}/publish", body, idempotency_key="once")
        assert (asked.status, asked.body["state"], asked.body["progress"]) == (202, "queued", 0)
        again = alice.post(f"{path}/publish", body, idempotency_key="once")
        assert again.body == asked.body
        assert publish(alice, path, 409, **body)["code"] == "IllegalMove"
        assert alice.post(f"{path}/render").status == 409
        assert alice.delete(path).status == 409
        short = Topic(
            lambda message: sending.deliver(message, seconds=1, clock=iter(range(100)).__next__),
            platform.WAITS,
        )
        monkeypatch.setitem(topics.TOPICS, "publish", short)
        assert work(alice, most=1) == 1
        half = alice.get(f"{path}/publication").body
        assert (half["state"], 0 < half["progress"] < 100) == ("uploading", True)
        assert work(alice) > 1
        done = alice.get(f"{path}/publication").body
        assert (done["state"], done["progress"], done["note"]) == ("published", 100, None)
        album = alice.get(path).body
        assert (album["status"], album["youtube_url"]) == ("completed", done["platform_url"])
        folder = f"{alice.user_id}/published/{done['platform_video_id']}"
        s3 = boto3.client("s3")
        kept = s3.get_object(Bucket=BUCKET, Key=f"{folder}/video.mp4")["Body"].read()
        assert kept == FILM
        said = json.loads(s3.get_object(Bucket=BUCKET, Key=f"{folder}/video.json")["Body"].read())
        assert (said["title"], said["privacy"]) == ("Twenty waltzes", "unlisted")
        assert said["contains_synthetic_media"] is True
        assert publish(alice, path, 409)["hint"] == "It is published."

    def test_youtube_gets_one_video_whatever_breaks_off(self, alice, twin):
        where = channel(alice)
        connect(alice, where, twin)
        path = ready(alice, where)
        out = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)
        publish(alice, path, privacy="public", scheduled_at=out.isoformat())
        twin.faults += ["drop", "503", "", "lost answer", "drop", "lost answer"]
        work(alice)
        (video,) = twin.videos.values()
        assert video["data"] == FILM
        assert video["said"]["status"] == {
            "privacyStatus": "private",
            "publishAt": f"{out:%Y-%m-%dT%H:%M:%SZ}",
            "selfDeclaredMadeForKids": False,
            "containsSyntheticMedia": True,
        }
        assert video["thumbnail"] == b"\xff\xd8\xff picture"
        album = alice.get(path).body
        assert (album["status"], album["youtube_url"]) == (
            "completed",
            "https://www.youtube.com/watch?v=video-0",
        )

    def test_a_forgotten_session_is_replaced_only_when_nothing_came_of_it(self, alice, twin):
        where = channel(alice)
        connect(alice, where, twin)
        path = ready(alice, where)
        publish(alice, path)
        twin.faults += ["", "503"]
        work(alice, most=1)
        twin.sessions.clear()
        work(alice)
        assert len(twin.videos) == 1
        second = ready(alice, where, title="Another evening")
        publish(alice, second)
        twin.faults += ["", "", "lost answer"]
        work(alice, most=1)
        twin.sessions.clear()  # the video is there, and nobody told us
        work(alice)
        assert len(twin.videos) == 2
        done = alice.get(f"{second}/publication").body
        assert (done["state"], done["platform_video_id"]) == ("published", "video-1")

    def test_a_spent_quota_waits_for_the_next_pacific_day(self, alice, twin):
        where = channel(alice)
        connect(alice, where, twin)
        path = ready(alice, where)
        publish(alice, path)
        twin.faults += ["quota"]
        before = pacific.next_midnight(datetime.now(UTC))
        work(alice, most=1)
        waiting = alice.get(f"{path}/publication").body
        until = datetime.fromisoformat(waiting["waits_until"])
        assert waiting["error_code"] == "QuotaExhausted"
        assert until in (before, pacific.next_midnight(datetime.now(UTC)))
        (row,) = pending(alice)
        assert row["wait"] >= until - datetime.now(UTC) - timedelta(seconds=5)
        work(alice)
        done = alice.get(f"{path}/publication").body
        assert (done["state"], done["error_code"], done["waits_until"]) == ("published", None, None)

    def test_withdrawn_consent_fails_until_it_is_given_anew(self, alice, twin):
        where = channel(alice)
        made = connect(alice, where, twin)
        path = ready(alice, where)
        publish(alice, path)
        twin.faults += ["503"]
        work(alice, most=1)
        twin.consented = False
        work(alice)
        lost = alice.get(f"{path}/publication").body
        assert (lost["state"], lost["error_code"]) == ("failed", "ReconnectNeeded")
        assert accounts(alice)[0]["connection_status"] == "revoked"
        assert publish(alice, path, 409)["code"] == "Conflict"
        twin.consented = True
        assert connect(alice, where, twin)["id"] == made["id"]
        said = publish(alice, path, 409, title="Another title")
        assert said["detail"] == "Its upload has begun with another title."
        publish(alice, path)
        work(alice)
        assert alice.get(f"{path}/publication").body["state"] == "published"
        assert len(twin.videos) == 1

    def test_an_album_stands_still_while_it_is_published(self, alice):
        where = channel(alice)
        connect(alice, where)
        path = ready(alice, where)
        assert alice.get(path).body["allowed"] == ["render", "publish"]
        publish(alice, path)
        assert alice.get(path).body["allowed"] == []
        place = alice.get(f"{path}/slots").body[2]
        turned = [{"track": n, "picture": n} for n in range(20, 0, -1)]
        for said in (
            alice.patch(f"{path}/arrangement", {"pairs": turned}),
            alice.patch(path, {"style": "ink"}),
            alice.post(f"{path}/render"),
            alice.post(f"{path}/slots/3/audio/regenerate"),
            alice.post(
                f"{path}/slots/3/audio/select", {"take_id": place["audio"]["takes"][0]["id"]}
            ),
        ):
            assert (said.status, said.body["code"]) == (409, "IllegalMove")
            assert "is being published" in said.body["detail"]
        assert alice.get(f"{path}/slots").body[2] == place
        assert alice.post(f"{path}/publication/cancel").status == 200
        assert alice.patch(f"{path}/arrangement", {"pairs": turned}).status == 200

    def test_a_channel_stays_while_an_album_of_it_is_published(self, alice):
        where = channel(alice)
        connect(alice, where)
        path = ready(alice, where)
        publish(alice, path)
        refused = alice.delete(f"/v1/channels/{where}")
        assert (refused.status, refused.body["detail"]) == (409, "the album is being published")
        assert alice.delete(f"/rest/v1/channels?id=eq.{where}").status >= 400
        work(alice)
        assert alice.get(f"{path}/publication").body["state"] == "published"
        assert alice.delete(f"/v1/channels/{where}").status == 204
        assert alice.get(path).status == 404

    def test_a_token_refused_before_its_time_is_renewed(self, alice, twin):
        where = channel(alice)
        connect(alice, where, twin)
        path = ready(alice, where)
        publish(alice, path)
        twin.access = "access-2"
        work(alice)
        assert alice.get(f"{path}/publication").body["state"] == "published"

    def test_refused_content_fails_and_a_refused_thumbnail_does_not(self, alice, twin):
        where = channel(alice)
        connect(alice, where, twin)
        path = ready(alice, where)
        publish(alice, path)
        twin.refusing = refusal(400, "invalidDescription")
        work(alice)
        failed = alice.get(f"{path}/publication").body
        assert (failed["state"], failed["error_code"]) == ("failed", "ProviderRejected")
        assert alice.get(path).body["status"] == "ready_for_export"
        twin.refusing = None
        boto3.client("s3").put_object(
            Bucket=BUCKET, Key=f"{alice.user_id}/albums/{path[-36:]}/thumbnail.jpg", Body=b"x"
        )
        publish(alice, path, description="Better.")
        twin.refused_thumbnail = True
        work(alice)
        done = alice.get(f"{path}/publication").body
        assert (done["state"], done["note"][:27]) == ("published", "The thumbnail was not taken")

    def test_an_album_without_a_video_is_refused(self, alice):
        """As those of the demo studio, which have no files behind them."""
        where = channel(alice)
        connect(alice, where)
        path = ready(alice, where)
        with db.transaction(Actor.worker(alice.user_id)) as tx:
            tx.run("update video_jobs set files = '{}' where id = %(id)s", id=path[-36:])
        refused = alice.post(f"{path}/publish", {})
        assert (refused.status, refused.body["detail"]) == (409, "The album has no video.")

    def test_it_is_called_off_before_it_begins_and_not_after(self, alice):
        where = channel(alice)
        connect(alice, where)
        path = ready(alice, where)
        assert alice.get(f"{path}/publication").status == 404
        none = alice.post(f"{path}/publication/cancel")
        assert (none.status, none.body["detail"][:6]) == (404, "Nobody")
        publish(alice, path)
        for _ in range(2):
            assert alice.post(f"{path}/publication/cancel").body["state"] == "cancelled"
        work(alice)
        assert alice.get(path).body["status"] == "ready_for_export"
        publish(alice, path)
        work(alice)
        assert alice.get(path).body["status"] == "completed"
        assert alice.post(f"{path}/publication/cancel").status == 409

    def test_it_is_nobody_elses(self, alice, bob, anyone):
        where = channel(alice)
        connect(alice, where)
        path = ready(alice, where)
        publish(alice, path)
        assert bob.get(f"{path}/publication").status == 404
        assert bob.post(f"{path}/publish").status == 404
        assert bob.post(f"{path}/publication/cancel").status == 404
        assert anyone.post(f"{path}/publish").status == 401
        assert alice.post(f"/v1/video-jobs/{uuid4()}/publish").status == 404


class TestContent:
    @pytest.fixture
    def path(self, alice):
        where = channel(alice)
        connect(alice, where)
        return ready(alice, where)

    def test_a_bad_order_is_refused_by_its_field(self, alice, path):
        for order, field in BAD_ORDERS:
            assert {one for one, _ in problems(alice, path, **order)} == {field}
        assert alice.get(f"{path}/publication").status == 404
        assert pending(alice) == []

    def test_what_repeats_is_named(self, alice):
        where = channel(alice)
        connect(alice, where)
        first = ready(alice, where)
        publish(alice, first)
        same = ready(alice, where, title="Waltzes, by Candlelight (2)", fingerprints=["0f"] * 20)
        prompts = [{"order_index": n, "prompt": f"A garden {n}"} for n in range(1, 21)]
        with db.transaction(Actor.worker(alice.user_id)) as tx:
            tx.run(
                "update video_jobs set prompts_json = jsonb_set(prompts_json,"
                " '{visual_prompts}', %(prompts)s::jsonb) where id = %(id)s",
                id=same[-36:],
                prompts=json.dumps(prompts),
            )
        assert problems(alice, same) == {
            ("title", "repeated"),
            ("pictures", "variety"),
            ("visual_prompts", "repeated"),
        }
        unknown = ready(alice, where, title="Snow", fingerprints=[])
        assert problems(alice, unknown) == {("pictures", "unknown")}


def test_tokens_are_renewed_once_for_all_who_wait(alice, twin):
    from concurrent.futures import ThreadPoolExecutor

    from chalicelib.domains.connections import service as connections

    made = connect(alice, channel(alice), twin)
    with db.transaction(Actor.worker(alice.user_id)) as tx:
        tx.run(
            "update oauth_connections set token_expires_at = now() where id = %(id)s", id=made["id"]
        )
    twin.access = "access-2"
    before = len(twin.forms)
    with ThreadPoolExecutor(4) as pool:
        found = list(
            pool.map(lambda _: connections.access(alice.user_id, UUID(made["id"])), range(4))
        )
    assert found == ["access-2"] * 4
    assert len(twin.forms) == before + 1
    with pytest.raises(ReconnectNeeded):
        connections.access(alice.user_id, None)


def test_pieces_are_whole_quarters():
    assert CHUNK % (256 * 1024) == 0
