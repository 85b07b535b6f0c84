"""Albums to test with: the part of the state machine is played by calling what it calls."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.db import Tx
from chalicelib.domains.albums import making, rendering
from chalicelib.domains.albums.models import Kind
from chalicelib.domains.albums.work import File, Held, Made
from chalicelib.domains.albums.work import Making as Ordered
from chalicelib.pipelines import paid

HASH = "a" * 64
TRACK = (
    "insert into audio_tracks (video_job_id, provider, order_index, duration_seconds,"
    " local_file_path, prompt_text, is_selected) values (%(job)s, 'dummy', %(place)s, 181.9,"
    " %(key)s, 'p', %(selected)s) returning id"
)


def plan(seconds: float = 181.9) -> dict[str, Any]:
    """What a text provider would propose: twenty tracks of that length, twenty pictures."""
    return {
        "title": "An Evening at <Court>",
        "description": "An evening of waltzes.",
        "music": [
            {"title": f"Waltz {n}", "prompt": f"A slow waltz, number {n}", "seconds": seconds}
            for n in range(1, 21)
        ],
        "visuals": [{"prompt": f"A hall with {n} candles"} for n in range(1, 21)],
    }


def prompts(minutes: float = 3.05) -> dict[str, Any]:
    """A body of forty prompts."""
    return {
        "music_prompts": [
            {
                "order_index": n,
                "prompt": f"Harp {n}",
                "title": f"Harp {n}",
                "duration_minutes": minutes,
            }
            for n in range(1, 21)
        ],
        "visual_prompts": [{"order_index": n, "prompt": f"A garden {n}"} for n in range(1, 21)],
    }


class Maker:
    """An execution of the state machine at work on one album of one user."""

    def __init__(self, user_id: UUID, album: Mapping[str, Any]) -> None:
        self.worker = Actor.worker(user_id)
        self.user_id, self.id, self.attempt = user_id, UUID(album["id"]), album["attempt"]

    def call(self, do: Any, *args: Any, **kwargs: Any) -> Any:
        """One of the functions of `making` and `rendering`, in a transaction."""
        with db.transaction(self.worker) as tx:
            return do(tx, self.id, self.attempt, *args, **kwargs)

    def missing(self, kind: Kind) -> list[Ordered]:
        with db.transaction(self.worker) as tx:
            return making.missing_slots(tx, self.id, kind)

    def plan(self, seconds: float = 181.9) -> str:
        """The first state: whatever is to be planned is."""
        self.call(making.begin, "execution")
        if self.call(making.unplanned) is not None:
            self.pay("album_plan", Decimal("0.02"))
            self.call(making.planned, plan(seconds))
        answer: str = self.call(making.plan_done)
        return answer

    def make(self, kind: Kind, *, most: int = 20, provider: str = "local", **made: Any) -> int:
        """Every track or picture that is missing, at most so many; answers how many were."""
        self.call(making.moved, "generating_music" if kind == "audio" else "generating_image")
        wanted = self.missing(kind)[:most]
        for one in wanted:
            take = self.made(one, provider=provider, **made)
            self.pay(kind, take.cost_usd)
            self.call(making.add_take, one, take)
        return len(wanted)

    def pay(self, kind: str, usd: Decimal) -> None:
        """A call to a provider as `paid.once` writes it down."""
        call = {"key": uuid4().hex, "run_id": self.id, "cost_usd": usd, "tokens": 0}
        asked = {"user_id": self.user_id, "provider": "local", "kind": kind, "lease": 60}
        more = {"estimate": usd, "stage": None, "artifact_key": "key", "result": Jsonb({})}
        call |= {"units": None, "unit": None}
        with db.transaction(self.worker) as tx:
            for statement in ("start_paid_call", "reserve_paid_call", "finish_paid_call"):
                tx.run(paid.sql[statement], **call, **asked, **more)

    def made(self, one: Ordered, **changes: Any) -> Made:
        facts: dict[str, Any] = {
            "provider": "local",
            "key": f"{self.user_id}/albums/{self.id}/{one.kind}/{one.item}",
            "sha256": HASH,
            "size_bytes": 1_000,
            "cost_usd": Decimal("0.01"),
            "frames": round((one.seconds or 200) * 48_000) if one.kind == "audio" else None,
            "resolution": "1920x1080" if one.kind == "image" else None,
        }
        return Made(**(facts | changes))

    def wait(self, token: str = "token") -> list[UUID]:
        rows: list[UUID] = self.call(making.wait, token)
        return rows

    def render(self) -> None:
        """From twenty pairs to the files."""
        self.call(making.moved, "rendering")
        self.call(rendering.begin_render)
        self.call(rendering.render_progress, 50)
        video = f"{self.user_id}/albums/{self.id}/video.mp4"
        self.call(
            rendering.end_render,
            key=video,
            seconds=3600.0,
            sha256=HASH,
            argv=[["ffmpeg", "-i", "a b.wav"]],
            log_tail="frame=108000",
        )
        self.call(
            rendering.deliver,
            files={
                "video": File(key=video, content_type="video/mp4", size_bytes=9, sha256=HASH),
                "contact-sheet": File(
                    key=f"{self.user_id}/albums/{self.id}/contact-sheet.jpg",
                    content_type="image/jpeg",
                    size_bytes=9,
                    sha256=HASH,
                ),
            },
            seconds=3600.0,
            manifest={"tracks": 20},
            description="Twenty waltzes.",
        )

    def all_of_it(self) -> None:
        """From its start to its files."""
        self.plan()
        self.make("audio")
        self.make("image")
        self.wait()
        self.render()

    def held(self) -> Held:
        album: Held = self.call(making.held)
        return album


def take(user_id: UUID, album_id: Any, place: int = 1, *, selected: bool = True) -> UUID:
    """A take of a track, from nowhere."""
    with db.transaction(Actor.worker(user_id)) as tx:
        return _take(tx, user_id, album_id, place, selected)


def _take(tx: Tx, user_id: UUID, album_id: Any, place: int, selected: bool) -> UUID:
    made: UUID = tx.value(
        TRACK, job=album_id, place=place, key=f"{user_id}/albums/{uuid4()}.wav", selected=selected
    )
    return made
