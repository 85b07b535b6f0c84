"""Albums as their user asks for them over the API."""

from typing import Any

import psycopg
from psycopg.rows import DictRow

from tests.integration.http.conftest import Api

Json = dict[str, Any]

ALBUM = {
    "niche_label": "Royal court ambience",
    "mood_keywords": "elegant, classical, serene",
    "target_duration_minutes": 60,
}


def order(api: Api, **changes: Any) -> Json:
    channel = api.post("/v1/channels", {"name": "Halls", "brand_niche": "Ambience"}).body["id"]
    made = api.post("/v1/video-jobs", {**ALBUM, "channel_id": channel, **changes})
    assert made.status == 201, made.body
    return made.body


def do(api: Api, album: Json, action: str, status: int = 202, **headers: Any) -> Any:
    answer = api.post(f"/v1/video-jobs/{album['id']}/{action}", **headers)
    assert answer.status == status, answer.body
    return answer.body


def look(api: Api, album: Json) -> Any:
    return api.get(f"/v1/video-jobs/{album['id']}").body


def sent(
    admin: psycopg.Connection[DictRow], api: Api, topic: str = "start_execution"
) -> list[Json]:
    """What the outbox holds for the user, oldest first."""
    rows = admin.execute(
        "select payload from private.outbox where user_id = %s and topic = %s order by created_at",
        [api.user_id, topic],
    )
    return [row["payload"] for row in rows]
