"""Words become an album, whatever breaks: it ends or goes on, and nothing is made or paid twice."""

import io
import json
import random
import re
import threading
import wave
import zipfile
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import pytest

from chalicelib import __version__, db
from chalicelib.actor import Actor
from chalicelib.domains.albums import making, orders, slots
from chalicelib.domains.albums.models import Album
from chalicelib.domains.albums.rules import CROSSFADES
from chalicelib.domains.uploads import service as uploading
from chalicelib.domains.uploads.models import NewUpload
from chalicelib.errors import Cancelled, IllegalMove, StaleAttempt
from chalicelib.events import uploads
from chalicelib.media.probe import probe
from chalicelib.pipelines import album as pipeline
from chalicelib.pipelines import watchdog
from chalicelib.pipelines.album import Unordered
from chalicelib.pipelines.context import StepContext
from tests import factories
from tests.integration.pipelines.albums import PRICE, SECONDS, Albums
from tests.integration.pipelines.studio import Plan, Studio
from tests.integration.pipelines.test_uploads import put, told
from tests.integration.pipelines.worker import POINTS

pytestmark = pytest.mark.xdist_group("albums")  # they share an undisturbed one

ANSWERS = 40  # twenty tracks, twenty pictures
COST = ANSWERS * PRICE
STEPS = (
    *("BeginAlbum", "PLANNED", "MissingTracks", "ComposeTrack", "MissingPictures", "DrawVisual"),
    *("Review", "LayOut", "MasterTracks", "RenderSegment", "JoinAlbum", "CheckAlbum"),
    *("PackAlbum", "READY_FOR_EXPORT"),
)
PAID = ("ComposeTrack", "DrawVisual")
MAPS = (*PAID, "RenderSegment")
FAULTS = ("throttled", "unavailable", "timeout")


class Made(NamedTuple):
    """An album nothing happened to."""

    user: UUID
    album: Album
    video: str
    answers: list[str]


@pytest.fixture(scope="module")
def undisturbed(studio_up: Studio) -> Made:
    studio_up.reset()
    albums, user = Albums(studio_up), factories.user()
    album = albums.run(albums.start(user), user)
    assert (album.status, album.error_message) == ("ready_for_export", None), studio_up.errors
    return Made(user, album, albums.video(album, user), studio_up.answers)


@pytest.fixture
def albums(studio: Studio) -> Albums:
    return Albums(studio)


def made_once(album: Album, user: UUID) -> bool:
    """Whether every step of the album has stored its result once."""
    with db.transaction(Actor.worker(user), read_only=True) as tx:
        return not tx.all(
            "select stage from pipeline_runs where run_id = %(id)s and status = 'success'"
            " group by stage having count(*) > 1",
            id=str(album.id),
        )


# ── undisturbed ──────────────────────────────────────────────────────────────────────────────


def test_the_album_is_as_long_as_planned_and_its_figures_are_written_down(
    undisturbed: Made, albums: Albums, tmp_path: Path
) -> None:
    user, album, _, answers = undisturbed
    assert (album.progress, album.goal) == (100, None)
    (tmp_path / "album.mp4").write_bytes(albums.read(album, user, "video"))
    video = probe(tmp_path / "album.mp4")
    assert (video.width, video.height, video.has_audio) == (160, 90, True)
    assert video.seconds == pytest.approx(20 * SECONDS - CROSSFADES, abs=0.1)
    assert len(answers) == len(set(answers)) == ANSWERS
    assert albums.costs(album, user) == (COST, COST, COST)
    with db.transaction(Actor.user(user), read_only=True) as tx:
        task = tx.one("select * from render_tasks where video_job_id = %(id)s", id=album.id)
    assert (task["status"], task["progress"]) == ("completed", 100)
    assert task["output_sha256"] == video.sha256 == undisturbed.video
    assert len(task["metadata"]["argv"]) >= 21
    assert "libx264" in task["ffmpeg_command"]
    assert "aac" in task["encoder_log_tail"]
    assert made_once(album, user)


def test_everything_beside_the_video_is_in_the_box(undisturbed: Made, albums: Albums) -> None:
    user, album, video, _ = undisturbed
    names = {*("video", "thumbnail", "contact-sheet", "loudness", "description", "chapters")}
    assert set(albums.files(album, user)) == names | {
        *("tracklist", "licences", "provenance", "timeline", "manifest", "zip")
    }
    chapters = albums.read(album, user, "chapters").decode().splitlines()
    assert chapters[0] == "0:00 Waltz 1"
    assert chapters[1] == "0:12 Waltz 2"  # 13 s less half the crossfade
    assert len(chapters) == 20
    assert "\n".join(chapters) in albums.read(album, user, "description").decode()
    manifest = json.loads(albums.read(album, user, "manifest"))
    assert manifest["loudness"]["integrated"] == pytest.approx(-14, abs=0.5)
    with zipfile.ZipFile(io.BytesIO(albums.read(album, user, "zip"))) as box:
        assert box.testzip() is None
        kept = box.getinfo("album.mp4")
        assert kept.compress_type == zipfile.ZIP_STORED
        pictures = [name for name in box.namelist() if name.startswith("pictures/")]
        cut = box.read("timeline.otio").decode()
        proofs = {n: json.loads(box.read(n)) for n in box.namelist() if n.startswith("proofs/")}
    assert re.findall(r'"target_url": "(.*)"', cut) == pictures
    assert (len(pictures), cut.count('"MissingReference.1"')) == (20, 20)
    record = json.loads(albums.read(album, user, "provenance"))
    names = [f"proofs/{what}-{n:02}.json" for n in range(1, 21) for what in ("track", "picture")]
    assert [one["proof"] for one in record] == names
    assert set(proofs) == set(names)
    for one in record:
        proof = proofs[one["proof"]]
        for said in ("provider", "terms", "prompt", "prompt_sha256", "sha256"):
            assert proof[said] == one[said]
        assert (proof["version"], type(proof["seed"])) == (__version__, int)
        assert proof["made_at"]
        assert one["proof"] in manifest["files"]
    assert "proof     proofs/track-01.json" in albums.read(album, user, "licences").decode()
    assert manifest["files"]["album.mp4"]["sha256"] == video


def test_a_plan_alone_is_made_and_paid_once(albums: Albums) -> None:
    user = factories.user()
    album = albums.new(user, planned=False)
    orders.plan(Actor.user(user), album.id, None)
    planned = albums.run(albums.look(album, user), user)
    assert (planned.status, planned.goal, planned.error_message) == ("planned", None, None)
    assert planned.prompts is not None
    assert planned.planned_seconds == pytest.approx(3600, abs=30)
    assert [line.split("'")[1] for line in albums.studio.answers] == ["plan_album"]
    assert albums.costs(planned, user) == (PRICE, PRICE, None)


# ── faults ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("seed", "points"),
    [(1, ("before_claim", "after_claim", "after_effect")), (2, ("before_commit", "after_commit"))],
)
def test_whatever_breaks_the_same_album_comes_out_and_nothing_is_paid_twice(
    albums: Albums, undisturbed: Made, seed: int, points: tuple[str, ...]
) -> None:
    """A step that stands alone dies at each of these points, one run after the other; the first
    run of each item of a map meets something drawn by the seed."""
    draw, plans = random.Random(seed), dict[tuple[str, str], Plan]()

    def planned(step: str, item: str, run: int) -> Plan:
        if step not in MAPS:
            return {"at": points[run], "do": "kill"} if run < len(points) else None
        return plans.setdefault((step, item), drawn(draw, step)) if run == 0 else None

    albums.studio.plan = planned
    user = factories.user()
    album = albums.run(albums.start(user), user)
    assert (album.status, album.error_message) == ("ready_for_export", None), f"seed {seed}"
    assert albums.video(album, user) == undisturbed.video, f"seed {seed}"
    assert len(albums.studio.answers) == len(set(albums.studio.answers)) == ANSWERS
    assert len(albums.takes(album, user)) == ANSWERS
    assert albums.costs(album, user) == (COST, COST, COST)
    assert made_once(album, user)
    again = {step for (step, _), runs in albums.studio.runs.items() if runs > 1}
    assert again >= set(STEPS), f"seed {seed}"


def drawn(draw: random.Random, step: str) -> Plan:
    """What a worker of a map meets: death, a lost database, a provider that fails, nothing."""
    points = [point for point in POINTS if point != "published" or step in PAID]
    match draw.choice(("kill", "kill", "lose_database", "provider", "nothing")):
        case "kill":
            return {"at": draw.choice(points), "do": "kill"}
        case "lose_database":
            return {"at": draw.choice(("after_claim", "before_commit")), "do": "lose_database"}
        case "provider" if step in PAID:
            return {"provider": draw.choice(FAULTS)}
    return None


def test_an_album_cancelled_at_every_stage_goes_on_each_time_where_it_stopped(
    albums: Albums, undisturbed: Made
) -> None:
    user, cancelled = factories.user(), set[str]()
    album = albums.start(user)
    lock = threading.Lock()

    def cancel(step: str, item: str) -> None:
        with lock:
            if step not in STEPS or step in cancelled:
                return
            cancelled.add(step)
        orders.cancel(Actor.user(user), album.id)

    albums.studio.watch = cancel
    while (album := albums.run(albums.look(album, user), user)).status == "cancelled":
        assert albums.status(album) == "SUCCEEDED"
        orders.retry(Actor.user(user), album.id, None)
    assert (album.status, album.error_message) == ("ready_for_export", None)
    assert cancelled == set(STEPS)
    assert albums.video(album, user) == undisturbed.video
    assert len(albums.studio.answers) == len(set(albums.studio.answers)) == ANSWERS
    assert albums.costs(album, user) == (COST, COST, COST)
    assert made_once(album, user)


def test_every_step_asked_for_twice_at_once_is_done_once(albums: Albums, undisturbed: Made) -> None:
    user, studio = factories.user(), albums.studio
    with studio.invoking_twice():
        album = albums.run(albums.start(user), user)
    assert (album.status, album.error_message) == ("ready_for_export", None)
    assert albums.video(album, user) == undisturbed.video
    assert len(studio.answers) == ANSWERS
    assert len(albums.takes(album, user)) == ANSWERS
    assert albums.costs(album, user) == (COST, COST, COST)
    assert made_once(album, user)


@pytest.mark.parametrize(
    ("step", "outcome", "code", "stage"),
    [
        ("ComposeTrack", "garbage", "ProviderGarbage", "generating_music"),
        ("DrawVisual", "throttled " * 9, "ProviderThrottled", "generating_image"),
    ],
)
def test_a_place_whose_provider_fails_for_good_is_all_that_is_made_again(
    albums: Albums, undisturbed: Made, step: str, outcome: str, code: str, stage: str
) -> None:
    user = factories.user()
    albums.studio.plan = lambda begun, item, run: (
        {"provider": outcome} if begun == step and item.startswith("20-") else None
    )
    failed = albums.run(albums.start(user), user)
    assert (failed.status, failed.error_code, failed.failed_step) == ("failed", code, stage)
    assert failed.error_message
    albums.studio.plan = lambda begun, item, run: None
    orders.retry(Actor.user(user), failed.id, None)
    again = albums.run(albums.look(failed, user), user)
    assert (again.status, again.attempt, again.error_message) == ("ready_for_export", 2, None)
    assert albums.video(again, user) == undisturbed.video
    answers = albums.studio.answers
    assert len(set(answers)) == ANSWERS
    assert len(answers) - ANSWERS == ("garbage" in outcome)  # it was an answer, and is billed
    assert albums.costs(again, user) == (COST, COST, COST)
    assert made_once(again, user)


def test_a_long_step_notices_that_its_album_has_ended(albums: Albums) -> None:
    user = factories.user()
    album = albums.start(user)
    times = iter(range(0, 1000, 20))
    ctx = StepContext(
        flow=pipeline.FLOW,
        actor=Actor.worker(user),
        job_id=album.id,
        attempt=1,
        item="",
        order=Unordered(),
        results={},
        clock=lambda: float(next(times)),
    )
    ctx.beat(0.1)
    with db.transaction(Actor.worker(user)) as tx:
        making.give_up(tx, album.id, 1, "States.Timeout", "It took too long.")
    with pytest.raises(StaleAttempt):
        ctx.beat(0.2)
    orders.retry(Actor.user(user), album.id, None)
    with pytest.raises(StaleAttempt):
        ctx.beat(0.3)
    orders.cancel(Actor.user(user), album.id)
    with pytest.raises(Cancelled):
        ctx.beat(0.4)


def test_an_execution_that_never_began_is_found_by_the_watchdog(albums: Albums) -> None:
    user = factories.user()
    album = albums.start(user)
    with db.transaction(Actor.service()) as tx:
        tx.run(
            "update video_jobs set heartbeat_at = now() - interval '1 hour' where id = %(id)s",
            id=album.id,
        )
    watchdog.sweep()
    assert albums.look(album, user).goal == "video"  # the outbox is still at it
    with db.transaction(Actor.worker(user)) as tx:
        tx.run(
            "update private.outbox set dead_at = clock_timestamp() where dedupe_key = %(key)s",
            key=f"album-{album.id}-1",
        )
    watchdog.sweep()
    ended = albums.look(album, user)
    assert (ended.status, ended.error_code) == ("failed", "NotStarted")


def test_one_of_16_starts_at_the_same_time_wins(albums: Albums) -> None:
    user = factories.user()
    album, outcomes = albums.new(user, planned=False), list[str]()

    def start() -> None:
        try:
            orders.start(Actor.user(user), album.id, None)
            outcomes.append("started")
        except IllegalMove:
            outcomes.append("refused")
        finally:
            db.disconnect()

    threads = [threading.Thread(target=start) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused"] * 15 + ["started"]


# ── the user's own ───────────────────────────────────────────────────────────────────────────


def test_a_review_listens_makes_anew_takes_in_files_and_renders(
    albums: Albums, undisturbed: Made
) -> None:
    user = undisturbed.user  # whose providers have answered already
    actor = Actor.user(user)
    album = albums.run(albums.start(user, review=True), user)
    assert (album.in_review, album.tracks_ready, album.pictures_ready) == (True, 20, 20)
    assert albums.studio.answers == []

    slots.regenerate(actor, album.id, "image", 5, None)
    album = albums.run(album, user)
    assert album.in_review
    assert ("image", 5, "dummy") in albums.takes(album, user)
    assert len(albums.studio.answers) == 1

    send(albums, user, album, 3, tone(31))
    album = albums.run(album, user)
    assert album.in_review
    assert ("audio", 3, "upload") in albums.takes(album, user)

    silent = send(albums, user, album, 4, np.zeros((31 * 48_000, 2)))
    album = albums.run(album, user)
    assert album.in_review
    refused = uploading.get(actor, silent)
    assert refused.state == "refused"
    assert "Nothing can be heard in this track" in (refused.refused_reason or "")
    assert len([take for take in albums.takes(album, user) if take[:2] == ("audio", 4)]) == 1

    orders.render(actor, album.id, None)
    ready = albums.run(album, user)
    assert (ready.status, ready.error_message) == ("ready_for_export", None)
    chapters = albums.read(ready, user, "chapters").decode().splitlines()
    assert chapters[3] == "0:52 Waltz 4"  # 13, 13 and 31 s, less two crossfades and a half
    (own,) = [
        asset
        for asset in json.loads(albums.read(ready, user, "provenance"))
        if asset["provider"] == "upload"
    ]
    assert (own["order_index"], own["kind"], own["terms"]) == (3, "audio", "mine")
    assert albums.costs(ready, user) == (
        PRICE,
        PRICE,
        PRICE,
    )  # one picture anew, the rest was found
    assert made_once(ready, user)


def test_a_licence_document_that_comes_later_is_packed_and_nothing_is_rendered_again(
    albums: Albums, undisturbed: Made
) -> None:
    user, album = undisturbed.user, undisturbed.album
    data = b"Track 2 may be used in albums."
    announced = uploading.create(
        Actor.user(user),
        NewUpload(
            purpose="licence", file_name="l.txt", content_type="text/plain", size_bytes=len(data)
        ),
        None,
    )
    put(albums.studio, key := f"{user}/uploads/{announced.id}", data)
    uploads.handle([told(albums.studio, key)])
    (take,) = slots.list_all(Actor.user(user), album.id)[1].audio.takes
    slots.prove(Actor.user(user), take.id, announced.id)
    orders.render(Actor.user(user), album.id, None)
    again = albums.run(albums.look(album, user), user)
    assert (again.status, again.error_message) == ("ready_for_export", None)
    assert albums.video(again, user) == undisturbed.video
    with zipfile.ZipFile(io.BytesIO(albums.read(again, user, "zip"))) as box:
        assert box.read("proofs/track-02.txt") == data
        assert "proofs/track-02.json" not in box.namelist()
    record = json.loads(albums.read(again, user, "provenance"))
    assert record[2]["proof"] == "proofs/track-02.txt"
    assert made_once(again, user)


def test_an_unfit_file_without_review_ends_the_album_and_a_retry_makes_the_place(
    albums: Albums, undisturbed: Made
) -> None:
    user = undisturbed.user
    album = albums.new(user)
    send(albums, user, album, 4, np.zeros((31 * 48_000, 2)))
    with db.transaction(Actor.worker(user)) as tx:
        job = making.locked(tx, album.id)
        orders.queue(tx, job, "video", job.status)
    failed = albums.run(albums.look(album, user), user)
    assert (failed.status, failed.error_code) == ("failed", "InvalidInput")
    assert failed.error_message == "Your track for place 4: Nothing can be heard in this track."
    assert failed.failed_step == "generating_music"
    orders.retry(Actor.user(user), album.id, None)
    with db.transaction(Actor.worker(user)) as tx:
        (again,) = [
            one for one in making.missing_slots(tx, album.id, "audio") if one.order_index == 4
        ]
    assert again.upload is None


def tone(seconds: float) -> "np.ndarray[Any, np.dtype[np.float64]]":
    times = np.arange(round(seconds * 48_000)) / 48_000
    return np.repeat(np.sin(2 * np.pi * 220 * times)[:, None] * 0.3, 2, axis=1)


def send(albums: Albums, user: UUID, album: Album, place: int, pcm: Any) -> UUID:
    """Announce a track of the user's own for a place, send it, and tell of it."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(48_000)
        out.writeframes(np.rint(pcm * 32767).astype("<i2").tobytes())
    data = file.getvalue()
    announced = uploading.create(
        Actor.user(user),
        NewUpload(
            purpose="album_track",
            file_name="mine.wav",
            content_type="audio/wav",
            size_bytes=len(data),
            video_job_id=album.id,
            order_index=place,
            rights="mine",
        ),
        None,
    )
    key = f"{user}/uploads/{announced.id}"
    put(albums.studio, key, data)
    uploads.handle([told(albums.studio, key)])
    return announced.id
