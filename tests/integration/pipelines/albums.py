"""Albums in the studio of the tests: twenty tracks of some seconds over small pictures."""

import time
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.clients import client
from chalicelib.domains.albums import orders
from chalicelib.domains.albums.models import Album, NewAlbum
from chalicelib.domains.albums.places import locked
from chalicelib.domains.channels import service as channels
from chalicelib.domains.channels.models import NewChannel
from chalicelib.settings import settings
from tests.integration.pipelines.studio import Studio

SECONDS = 13.0
"""Length of a track: ten of them are a chapter. The API, gone past here, takes none so short."""
DEADLINE = 1800.0
"""Seconds after which a test gives up on what hangs; a busy machine is slow."""
PRICE = Decimal("0.01")
"""Of every call to a provider."""


def prompts(seconds: float = SECONDS) -> dict[str, Any]:
    """Twenty prompts each."""
    return {
        "music_prompts": [
            {
                "order_index": n,
                "prompt": f"A slow waltz, number {n}",
                "title": f"Waltz {n}",
                "duration_minutes": round(seconds / 60, 6),
            }
            for n in range(1, 21)
        ],
        "visual_prompts": [
            {"order_index": n, "prompt": f"A hall with {n} candles"} for n in range(1, 21)
        ],
    }


class Albums:
    """Albums in a running studio."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        studio.env = {"MUSIC_PROVIDER": "instant", "PRICE": str(PRICE)}

    def new(self, user: UUID, *, planned: bool = True, **order: Any) -> Album:
        """An album of a new channel, with its prompts unless it is still to be planned."""
        actor = Actor.user(user)
        channel = channels.create(actor, NewChannel(name="Court", brand_niche="Waltzes"), None)
        given = {"niche_label": "Court", "mood_keywords": "slow", "living": "still", "seed": 7}
        album = orders.create(actor, NewAlbum(channel_id=channel.id, **{**given, **order}), None)
        if planned:
            with db.transaction(Actor.worker(user)) as tx:
                tx.run(
                    "update video_jobs set prompts_json = %(prompts)s, video_title = 'At court'"
                    " where id = %(id)s",
                    id=album.id,
                    prompts=Jsonb(prompts()),
                )
        return album

    def start(self, user: UUID, **order: Any) -> Album:
        """A new album, queued, however short its tracks are."""
        album = self.new(user, **order)
        with db.transaction(Actor.worker(user)) as tx:
            job = locked(tx, album.id)
            orders.queue(tx, job, "video", job.status)
        return album

    def run(self, album: Album, user: UUID) -> Album:
        """Let the album run to its end, or as far as it goes by itself."""
        until = time.monotonic() + DEADLINE
        while True:
            self.studio.deliver()
            seen = self.look(album, user)
            if self.status(seen) not in (None, "RUNNING") or seen.in_review:
                self.studio.still()
                return self.look(album, user)
            assert time.monotonic() < until, f"still running: {seen}"
            time.sleep(0.05)

    def look(self, album: Album, user: UUID) -> Album:
        return orders.get(Actor.user(user), album.id)

    def status(self, album: Album) -> str | None:
        """How the execution of the album's attempt stands; None before there is one."""
        machine = settings().album_arn.replace(":stateMachine:", ":execution:")
        states = client("stepfunctions")
        try:
            found = states.describe_execution(
                executionArn=f"{machine}:album-{album.id}-{album.attempt}"
            )
        except states.exceptions.ExecutionDoesNotExist:
            return None
        answer: str = found["status"]
        return answer

    def files(self, album: Album, user: UUID) -> dict[str, dict[str, Any]]:
        """What there is to fetch, by name."""
        with db.transaction(Actor.worker(user), read_only=True) as tx:
            found: dict[str, dict[str, Any]] = tx.value(
                "select files from video_jobs where id = %(id)s", id=album.id
            )
        return found

    def read(self, album: Album, user: UUID, name: str) -> bytes:
        """One of the album's files."""
        key = self.files(album, user)[name]["key"]
        data: bytes = client("s3").get_object(Bucket=self.studio.bucket, Key=key)["Body"].read()
        return data

    def video(self, album: Album, user: UUID) -> str:
        """The hash of the album's video."""
        found: str = self.files(album, user)["video"]["sha256"]
        return found

    def costs(self, album: Album, user: UUID) -> tuple[Decimal, Decimal, Decimal]:
        """What the album cost: as it says, as the user's books say, as its takes say."""
        with db.transaction(Actor.worker(user), read_only=True) as tx:
            row = tx.one(
                "select (select sum(cost_usd) from channel_costs where run_id = %(id)s) as books,"
                " (select sum(cost_usd) from (select cost_usd from audio_tracks"
                " where video_job_id = %(id)s::uuid union all select cost_usd from images"
                " where video_job_id = %(id)s::uuid) takes) as takes",
                id=str(album.id),
            )
        return self.look(album, user).cost_usd, row["books"], row["takes"]

    def takes(self, album: Album, user: UUID) -> list[tuple[str, int, str]]:
        """Every take: what it is, its place, who made it."""
        with db.transaction(Actor.worker(user), read_only=True) as tx:
            rows = tx.all(
                "select 'audio' as kind, order_index, provider::text from audio_tracks"
                " where video_job_id = %(id)s union all"
                " select 'image', order_index, provider::text from images"
                " where video_job_id = %(id)s order by 1, 2, 3",
                id=album.id,
            )
        return [(row["kind"], row["order_index"], row["provider"]) for row in rows]
