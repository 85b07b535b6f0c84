"""Albums to publish: a channel with its account, an album that is ready, and the queue by hand."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.domains.outbox import service as outbox
from tests.albums import Maker

BUCKET = "showrunner-tests"
WORDS = [
    "harbour",
    "lantern",
    "orchard",
    "staircase",
    "violin",
    "meadow",
    "teacup",
    "window",
    "bridge",
    "library",
    "lighthouse",
    "station",
    "blanket",
    "garden",
    "clock",
    "doorway",
    "river",
    "attic",
    "candle",
    "snow",
]
PROMPTS = {
    "music_prompts": [
        {"order_index": n, "prompt": f"A waltz for a {word}", "title": word,
         "duration_minutes": 3.05}
        for n, word in enumerate(WORDS, 1)
    ],
    "visual_prompts": [
        {"order_index": n, "prompt": f"An old {word}"} for n, word in enumerate(WORDS, 1)
    ],
}  # fmt: skip
FILM = bytes(range(256)) * 4096 * 18  # 18 MiB: three pieces
DISTINCT = [f"{n * 0x0F1E2D3C4B5A6978 % 2**64:016x}" for n in range(1, 21)]


def channel(api) -> str:
    return api.post("/v1/channels", {"name": "Halls", "brand_niche": "Ambience"}).body["id"]


def connect(api, channel_id, twin=None):
    """Connect a channel, by hand where a user would click."""
    said = api.post("/v1/oauth/youtube", {"channel_id": channel_id})
    assert said.status == 200, said.body
    if twin is None:
        return said.body["connection"]
    state = parse_qs(urlsplit(said.body["authorization_url"]).query)["state"][0]
    made = api.post("/v1/oauth/youtube/callback", {"state": state, "code": twin.code})
    assert made.status == 200, made.body
    return made.body


def ready(api, channel_id, *, title="Waltzes by candlelight", fingerprints=DISTINCT):
    """An album that is ready for export, with a film and a thumbnail in the bucket."""
    order = {"niche_label": "Waltzes", "mood_keywords": "calm", "target_duration_minutes": 60}
    album = api.post("/v1/video-jobs", {**order, "channel_id": channel_id}).body
    path = f"/v1/video-jobs/{album['id']}"
    assert api.patch(f"{path}/prompts", PROMPTS).status == 200
    assert api.post(f"{path}/start").status == 202
    Maker(api.user_id, api.get(path).body).all_of_it()
    assert api.patch(path, {"video_title": title}).status == 200
    folder = f"{api.user_id}/albums/{album['id']}"
    s3 = boto3.client("s3")
    s3.put_object(Bucket=BUCKET, Key=f"{folder}/video.mp4", Body=FILM)
    s3.put_object(Bucket=BUCKET, Key=f"{folder}/thumbnail.jpg", Body=b"\xff\xd8\xff picture")
    files = {"video": file(f"{folder}/video.mp4", "video/mp4", len(FILM)),
             "thumbnail": file(f"{folder}/thumbnail.jpg", "image/jpeg", 11)}  # fmt: skip
    with db.transaction(Actor.worker(api.user_id)) as tx:
        tx.run(
            "update video_jobs set files = files || %(files)s::jsonb,"
            " manifest_json = manifest_json || %(manifest)s::jsonb where id = %(id)s",
            id=album["id"],
            files=json.dumps(files),
            manifest=json.dumps({"fingerprints": fingerprints}),
        )
    return path


def file(key, kind, size):
    return {"key": key, "content_type": kind, "size_bytes": size, "sha256": "a" * 64}


def pending(api, topic="publish") -> list[Any]:
    with db.transaction(Actor.service()) as tx:
        return tx.all(
            "select id, payload, last_error, dead_at, delivered_at,"
            " next_attempt_at - clock_timestamp() as wait from private.outbox"
            " where user_id = %(user)s and topic = %(topic)s and delivered_at is null"
            " order by created_at",
            user=api.user_id,
            topic=topic,
        )


def work(api, topic="publish", *, most=20) -> int:
    """Deliver what is due, whenever it is due, until nothing is left; answers how often."""
    for turn in range(most):
        left = [row for row in pending(api, topic) if row["dead_at"] is None]
        if not left:
            return turn
        with db.transaction(Actor.service()) as tx:
            tx.run(
                "update private.outbox set next_attempt_at = clock_timestamp() where id = %(id)s",
                id=left[0]["id"],
            )
        outbox.deliver(left[0]["id"])
    return most
