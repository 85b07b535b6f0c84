"""The background studio: twenty pairs, legal moves, and the samples of its document."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import psycopg
import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.errors import Conflict, Forbidden, IllegalMove, InvalidInput
from tests import factories
from tests.integration.db import rows

pytestmark = pytest.mark.usefixtures("database")

READY = ("generating_music", "generating_image", "rendering", "ready_for_export")


def channel(user_id: UUID, **columns: Any) -> UUID:
    given = {"name": "Quiet Halls", "brand_niche": "Medieval ambience"}
    return rows.insert(Actor.user(user_id), "channels", **(given | columns))


def album(user_id: UUID, **columns: Any) -> UUID:
    given = {
        "niche_label": "Royal court", "mood_keywords": "elegant, serene",
        "target_duration_minutes": 75, "output_directory": f"{user_id}/albums",
    }  # fmt: skip
    if "channel_id" not in columns:
        columns["channel_id"] = channel(user_id)
    return rows.insert(Actor.worker(user_id), "video_jobs", **(given | columns))


def fill(user_id: UUID, album_id: UUID, slots: range = range(1, 21), **track: Any) -> None:
    with db.transaction(Actor.worker(user_id)) as tx:
        for slot in slots:
            tx.run(
                "insert into audio_tracks (video_job_id, provider, order_index, duration_seconds,"
                " local_file_path, prompt_text) values (%(job)s, %(by)s, %(slot)s, 240, 'a', 'p')",
                job=album_id, slot=slot, by=track.get("provider", "dummy"),
            )  # fmt: skip
            tx.run(
                "insert into images (video_job_id, provider, order_index, local_file_path,"
                " prompt_text) values (%(job)s, 'dummy', %(slot)s, 'a', 'p')",
                job=album_id, slot=slot,
            )  # fmt: skip


def move(user_id: UUID, album_id: UUID, *path: str) -> None:
    for status in path:
        rows.update(Actor.worker(user_id), "video_jobs", album_id, status=status)


def prompts(count: int = 20, same: bool = False) -> dict[str, Any]:
    one = [
        {"order_index": n + 1, "prompt": "waltz" if same else f"waltz {n}"} for n in range(count)
    ]
    return {"music_prompts": one, "visual_prompts": one}


def test_an_album_goes_its_way_and_knows_when_it_ended() -> None:
    alice = factories.user()
    album_id = album(alice)
    fill(alice, album_id)
    move(alice, album_id, *READY, "completed")
    seen = rows.row(Actor.user(alice), "video_jobs", album_id, "status,finished_at")
    assert seen["status"] == "completed"
    assert seen["finished_at"] is not None
    with pytest.raises(IllegalMove) as caught:
        move(alice, album_id, "rendering")
    assert caught.value.hint == "Nothing follows; it has ended."


def test_no_album_skips_a_step_and_a_failed_one_says_where() -> None:
    alice = factories.user()
    album_id = album(alice)
    with pytest.raises(IllegalMove):
        move(alice, album_id, "rendering")
    with pytest.raises(InvalidInput):
        move(alice, album_id, "failed")
    rows.update(
        Actor.worker(alice), "video_jobs", album_id, status="failed",
        failed_step="generating_music",
    )  # fmt: skip
    move(alice, album_id, "generating_music")
    assert rows.row(Actor.user(alice), "video_jobs", album_id, "finished_at") == {
        "finished_at": None
    }


def test_rendering_needs_twenty_pairs() -> None:
    alice = factories.user()
    album_id = album(alice)
    fill(alice, album_id, range(1, 20))
    move(alice, album_id, *READY[:2])
    with pytest.raises(IllegalMove, match="it has 19 and 19"):
        move(alice, album_id, "rendering")


def test_what_was_bought_needs_its_licence_before_export() -> None:
    alice = factories.user()
    album_id = album(alice)
    fill(alice, album_id, provider="mubert")
    move(alice, album_id, *READY[:3])
    with pytest.raises(IllegalMove, match="20 tracks and pictures have no licence"):
        move(alice, album_id, "ready_for_export")
    with db.transaction(Actor.worker(alice)) as tx:
        tx.run("update audio_tracks set license_document_url = 'https://mubert.example/licence'")
    move(alice, album_id, "ready_for_export")


def test_ones_own_needs_the_right_to_it_before_export() -> None:
    alice = factories.user()
    album_id = album(alice)
    fill(alice, album_id)
    with db.transaction(Actor.worker(alice)) as tx:
        tx.run("update audio_tracks set provider = 'upload'")
        tx.run("update images set provider = 'upload'")
    move(alice, album_id, *READY[:3])
    with pytest.raises(IllegalMove, match="40 tracks and pictures have no licence"):
        move(alice, album_id, "ready_for_export")
    with db.transaction(Actor.worker(alice)) as tx:
        tx.run("update audio_tracks set rights = 'Recorded by myself'")
        tx.run("update images set rights = 'Painted by myself'")
    move(alice, album_id, "ready_for_export")


def test_what_machines_made_is_not_exported_without_a_label() -> None:
    alice = factories.user()
    album_id = album(alice, synthetic_content=False)
    fill(alice, album_id)
    move(alice, album_id, *READY[:3])
    with pytest.raises(IllegalMove, match="40 tracks and pictures are made by machine"):
        move(alice, album_id, "ready_for_export")
    rows.update(Actor.worker(alice), "video_jobs", album_id, synthetic_content=True)
    move(alice, album_id, "ready_for_export")


def test_places_swap_in_one_statement_and_no_two_takes_end_in_one() -> None:
    alice = factories.user()
    album_id = album(alice)
    fill(alice, album_id)
    turned = (
        "update audio_tracks set order_index = order_index %% 20 + 1 where video_job_id = %(job)s"
    )
    squeezed = (
        "update audio_tracks set order_index = (order_index + 1) / 2 where video_job_id = %(job)s"
    )
    with db.transaction(Actor.worker(alice)) as tx:
        assert tx.run(turned, job=album_id) == 20
    with pytest.raises(Conflict), db.transaction(Actor.worker(alice)) as tx:
        tx.run(squeezed, job=album_id)


@pytest.mark.parametrize("wrong", [prompts(19), prompts(same=True), {"music_prompts": []}])
def test_twenty_different_prompts_of_each_kind(wrong: dict[str, Any]) -> None:
    alice = factories.user()
    album_id = album(alice, prompts_json=prompts())
    with pytest.raises(InvalidInput):
        rows.update(Actor.worker(alice), "video_jobs", album_id, prompts_json=wrong)


def test_a_place_has_one_selected_take_and_any_number_of_others() -> None:
    alice = factories.user()
    album_id = album(alice)
    fill(alice, album_id, range(1, 2))
    with pytest.raises(Conflict):
        fill(alice, album_id, range(1, 2))
    again = {"video_job_id": album_id, "provider": "dummy", "order_index": 1, "prompt_text": "p"}
    for _ in range(2):
        rows.insert(
            Actor.worker(alice), "audio_tracks", **again, duration_seconds=1, local_file_path="b",
            is_selected=False,
        )  # fmt: skip


def test_a_youtube_channel_is_ones_own_twice_over() -> None:
    alice, bob = factories.user(), factories.user()
    channel(alice, youtube_channel_id="UC1")
    channel(bob, youtube_channel_id="UC1")
    with pytest.raises(Conflict):
        channel(alice, youtube_channel_id="UC1")
    with pytest.raises(Conflict):
        album(bob, channel_id=channel(alice))


def test_an_album_at_work_stays_and_its_channel_too() -> None:
    alice = factories.user()
    channel_id = channel(alice)
    album_id = album(alice, channel_id=channel_id)
    rows.update(Actor.worker(alice), "video_jobs", album_id, goal="video")
    for table, row_id in (("channels", channel_id), ("video_jobs", album_id)):
        with pytest.raises(IllegalMove, match="being made"):
            rows.delete(Actor.worker(alice), table, row_id)
    rows.update(Actor.worker(alice), "video_jobs", album_id, goal=None)
    assert rows.delete(Actor.user(alice), "channels", channel_id) == 1


def test_no_two_workers_claim_one_album(fresh_database: str) -> None:
    alice = factories.user()
    waiting = {album(alice) for _ in range(6)}

    def claim(_: int) -> UUID | None:
        with db.transaction(Actor.service()) as tx:
            return tx.value("select id from claim_video_job('planned', 'generating_music')")

    with ThreadPoolExecutor(8) as threads:
        claimed = list(threads.map(claim, range(8)))
    assert sorted(filter(None, claimed)) == sorted(waiting)
    assert claimed.count(None) == 2


def test_users_name_an_album_and_the_house_moves_it() -> None:
    alice = factories.user()
    album_id = album(alice)
    rows.update(Actor.user(alice), "video_jobs", album_id, video_title="One hour at court")
    with pytest.raises(Forbidden):
        rows.update(Actor.user(alice), "video_jobs", album_id, status="cancelled")


@pytest.mark.parametrize(
    "words",
    [
        {"video_title": ""},
        {"video_title": "x" * 101},
        {"video_title": "<b>"},
        {"video_description": "x" * 5_001},
        {"video_description": "a > b"},
    ],
)
def test_an_album_has_words_that_a_platform_takes(words: dict[str, str]) -> None:
    alice = factories.user()
    album_id = album(alice)
    with pytest.raises(InvalidInput) as refused:
        rows.update(Actor.user(alice), "video_jobs", album_id, **words)
    assert refused.value.members["errors"][0]["field"] == next(iter(words))


def test_the_samples_of_the_document() -> None:
    """Channels with their counts as written; an album's assets without multiplying them."""
    alice = factories.user()
    channel_id = channel(alice)
    done, _ = album(alice, channel_id=channel_id), album(alice, channel_id=channel_id)
    fill(alice, done)
    move(alice, done, *READY, "completed")
    with db.transaction(Actor.user(alice)) as tx:
        counted = tx.all(
            "select c.id, c.name, c.brand_niche, count(vj.id) as total_jobs,"
            " count(case when vj.status = 'completed' then 1 end) as completed_jobs"
            " from channels c left join video_jobs vj on c.id = vj.channel_id"
            " where c.is_active = true group by c.id, c.name, c.brand_niche"
            " order by c.created_at desc"
        )
        whole = tx.one(
            "select vj.status, tracks.list as audio_tracks, pictures.list as images"
            " from video_jobs vj,"
            " lateral (select json_agg(json_build_object('order_index', order_index)"
            "   order by order_index) as list from audio_tracks where video_job_id = vj.id) tracks,"
            " lateral (select json_agg(json_build_object('order_index', order_index)"
            "   order by order_index) as list from images where video_job_id = vj.id) pictures"
            " where vj.id = %(id)s",
            id=done,
        )
    assert [(row["total_jobs"], row["completed_jobs"]) for row in counted] == [(2, 1)]
    assert [track["order_index"] for track in whole["audio_tracks"]] == list(range(1, 21))
    assert len(whole["images"]) == 20


def test_the_documents_own_asset_query_is_one_postgres_refuses(admin: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.InvalidColumnReference):
        admin.execute(
            "select json_agg(distinct jsonb_build_object('id', at.id) order by at.order_index)"
            " from video_jobs vj left join audio_tracks at on vj.id = at.video_job_id"
        )
