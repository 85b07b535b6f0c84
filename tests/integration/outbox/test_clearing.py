"""Files that nothing wants any more go, after the commit and once; all others stay."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.types.json import Jsonb

from chalicelib import db, errors
from chalicelib.actor import Actor
from chalicelib.clients import client
from chalicelib.domains.albums import orders as albums
from chalicelib.domains.channels import service as channels
from chalicelib.domains.channels.models import NewChannel
from chalicelib.domains.files import clearing
from chalicelib.domains.jobs import service as jobs
from chalicelib.domains.outbox import service as outbox
from chalicelib.domains.projects import service as projects
from chalicelib.domains.uploads import service as uploads
from chalicelib.domains.uploads.models import NewUpload
from chalicelib.errors import IllegalMove, PaidCallInFlight
from chalicelib.events.uploads import arrive
from chalicelib.pipelines import paid
from chalicelib.pipelines.paid import Made
from tests import albums as story
from tests import factories
from tests.aws import REGION, pretended_aws

BUCKET = "media-of-the-tests"


@pytest.fixture(autouse=True)
def bucket(fresh_database: str) -> Iterator[None]:
    """An empty bucket, and a database with nobody else's rows: sweeps see every user."""
    with pretended_aws(MEDIA_BUCKET=BUCKET):
        place = {"LocationConstraint": REGION}
        client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
        yield


@pytest.fixture
def alice(bucket: None) -> UUID:
    return factories.user()


def put(*keys: str) -> None:
    for key in keys:
        client("s3").put_object(Bucket=BUCKET, Key=key, Body=b"x")


def left() -> set[str]:
    """Every key in the bucket."""
    return {f["Key"] for f in client("s3").list_objects_v2(Bucket=BUCKET).get("Contents", [])}


def promised() -> list[Any]:
    """What is promised to be cleared and is not, oldest first."""
    with db.transaction(Actor.service()) as tx:
        return tx.all(
            "select id, payload ->> 'place' as place, attempts, last_error,"
            " next_attempt_at > clock_timestamp() as later from private.outbox"
            " where topic = 'clear_files' and delivered_at is null order by created_at, place"
        )


def work() -> None:
    """Deliver every promise, whenever it is due."""
    for row in promised():
        with db.transaction(Actor.service()) as tx:
            tx.run(
                "update private.outbox set next_attempt_at = clock_timestamp(), lease_until = null"
                " where id = %(id)s",
                id=row["id"],
            )
        outbox.deliver(row["id"])


def album(user: UUID) -> UUID:
    """An album with prompts, of a new channel."""
    channel = channels.create(Actor.user(user), NewChannel(name="C", brand_niche="N"), None)
    with db.transaction(Actor.worker(user)) as tx:
        made: UUID = tx.value(
            "insert into video_jobs (channel_id, niche_label, mood_keywords, prompts_json,"
            " target_duration_minutes, output_directory) values (%(c)s, 'n', 'm', %(p)s, 60, 'o')"
            " returning id",
            c=channel.id,
            p=Jsonb(story.prompts()),
        )
    return made


def announced(user: UUID, data: bytes = b"x", **place: Any) -> str:
    """A file that was announced; answers its key."""
    kind = {"purpose": "voice_over", "content_type": "audio/wav"}
    if "video_job_id" in place:
        kind = {"purpose": "album_picture", "content_type": "image/png"}
    about = {"file_name": "f", "size_bytes": len(data), **kind, **place}
    made = uploads.create(Actor.user(user), NewUpload.model_validate(about), None)
    return f"{user}/uploads/{made.id}"


def move(key: str, state: str) -> None:
    with db.transaction(Actor.service()) as tx:
        tx.run("update uploads set state = %(s)s where key = %(k)s", s=state, k=key)


def test_a_refused_file_goes_although_its_worker_dies_after_the_commit(
    alice: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, other = announced(alice), announced(alice)
    put(key, other)

    def dies(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("chalicelib.events.uploads._take_away", dies)
        with pytest.raises(KeyboardInterrupt):
            arrive(key)  # it is no sound
    assert left() == {key, other}
    assert [row["place"] for row in promised()] == [key]
    work()
    assert left() == {other}
    assert promised() == []


def test_a_file_found_unfit_for_its_place_goes_and_the_good_ones_stay(alice: UUID) -> None:
    made = album(alice)
    about = {"video_job_id": made, "rights": "mine"}
    unfit, good = (announced(alice, **about, order_index=n) for n in (1, 2))
    put(unfit, good)
    for key in (unfit, good):
        move(key, "ready")
    assert promised() == []
    move(unfit, "refused")
    work()
    assert left() == {good}


def test_what_is_rolled_back_loses_nothing(alice: UUID) -> None:
    made, key = album(alice), announced(alice)
    mine = f"{alice}/albums/{made}/album.mp4"
    put(key, mine)

    class Regret(Exception):
        pass

    def regretted() -> None:
        with db.transaction(Actor.worker(alice)) as tx:
            tx.run("update uploads set state = 'refused' where key = %(k)s", k=key)
            tx.run("update video_jobs set deleted_at = now() where id = %(id)s", id=made)
            raise Regret

    with pytest.raises(Regret):
        regretted()
    assert promised() == []
    work()
    assert left() == {key, mine}


def test_a_thrown_away_album_takes_its_files_along_once_no_worker_can_write(alice: UUID) -> None:
    gone, kept = album(alice), album(alice)
    own = announced(alice, video_job_id=gone, order_index=1, rights="mine")
    files = {f"{alice}/albums/{gone}/{name}" for name in ("e/album.mp4", "takes/01.png")}
    others = {f"{alice}/albums/{kept}/e/album.mp4", f"{alice}/albums/{gone}x/e/album.mp4"}
    put(own, *files, *others)
    albums.delete(Actor.user(alice), gone)
    assert all(row["later"] for row in promised())
    assert [outbox.deliver(row["id"]) for row in promised()] == [False, False]
    assert left() == {own, *files, *others}
    work()
    assert left() == others


def test_a_channel_deleted_by_hand_takes_its_albums_files_along(alice: UUID) -> None:
    gone = album(alice)
    own = announced(alice, video_job_id=gone, order_index=1, rights="mine")
    put(own, f"{alice}/albums/{gone}/album.mp4")
    with db.transaction(Actor.user(alice)) as tx:
        assert tx.run("delete from channels") == 1
    work()
    assert left() == set()


def test_a_thrown_away_project_takes_its_videos_along(alice: UUID) -> None:
    project, other = factories.project(alice), factories.project(alice)
    job = factories.job(alice, project, status="FAILED")
    ready = factories.job(alice, other, status="READY")
    put(f"{alice}/jobs/{job}/video.mp4", f"{alice}/jobs/{ready}/video.mp4")
    with db.transaction(Actor.worker(alice)) as tx:
        for made in (job, ready):
            tx.run(
                "insert into assets (job_id, type, storage_path) values (%(j)s, 'video', %(p)s)",
                j=made,
                p=f"{alice}/jobs/{made}/video.mp4",
            )
    projects.delete(Actor.user(alice), project)
    assert jobs.assets(Actor.user(alice), job) == []
    with pytest.raises(IllegalMove, match="thrown away"):
        jobs.retry(Actor.user(alice), job)
    work()
    assert left() == {f"{alice}/jobs/{ready}/video.mp4"}
    assert len(jobs.assets(Actor.user(alice), ready)) == 1


def test_files_that_stay_are_tried_again(alice: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    made = album(alice)
    files = {f"{alice}/albums/{made}/{n}" for n in range(3)}
    put(*files)
    albums.delete(Actor.user(alice), made)
    real = clearing._delete

    def cut_off(place: str) -> None:
        client("s3").delete_object(Bucket=BUCKET, Key=f"{place}0")
        raise OSError("2 files stayed")

    with monkeypatch.context() as patched:
        patched.setattr(clearing, "_delete", cut_off)
        work()
    (row,) = promised()
    assert (row["attempts"], row["last_error"]) == (1, "OSError: 2 files stayed")
    assert len(left()) == 2
    assert clearing._delete is real
    work()
    assert left() == set()
    assert promised() == []


# ── what was paid for ────────────────────────────────────────────────────────────────────────


def bought(user: UUID, what: str) -> str:
    """Something paid for; answers its folder."""

    def make() -> Made:
        return Made(b"picture", ".png", "image/png")

    made = paid.once(
        Actor.worker(user), "image", "painter", (what,), make, price=Decimal(0), run_id=uuid4()
    )  # fmt: skip
    return made.key.rpartition("/")[0] + "/"


def age(days: int = 31) -> None:
    with db.transaction(Actor.service()) as tx:
        tx.run(
            "update private.paid_calls set done_at = done_at - make_interval(days => %(days)s)",
            days=days,
        )


def keep(user: UUID, made: UUID, folder: str) -> None:
    """An album's take uses it."""
    with db.transaction(Actor.worker(user)) as tx:
        tx.run(
            "insert into images (video_job_id, provider, order_index, local_file_path, prompt_text)"
            " values (%(job)s, 'dummy', 1, %(key)s, 'p')",
            job=made,
            key=f"{folder}file.png",
        )


def test_what_was_paid_for_goes_when_it_is_old_and_nothing_uses_it(alice: UUID) -> None:
    living, gone = album(alice), album(alice)
    used, orphan, unused = (bought(alice, what) for what in "abc")
    keep(alice, living, used)
    keep(alice, gone, orphan)
    albums.delete(Actor.user(alice), gone)
    clearing.sweep()
    work()
    assert all(any(key.startswith(f) for key in left()) for f in (used, orphan, unused))
    age()
    fresh = bought(alice, "d")
    clearing.sweep()
    clearing.sweep()  # the same day: nothing is promised twice
    assert {row["place"] for row in promised()} == {orphan, unused}
    with pytest.raises(PaidCallInFlight):
        bought(alice, "c")  # on its way out: neither found nor made anew
    work()
    assert {key.rpartition("/")[0] + "/" for key in left()} == {used, fresh}
    assert bought(alice, "c") == unused  # paid for anew
    work()
    assert any(key.startswith(unused) for key in left())


def test_a_worker_that_dies_between_files_and_row_is_made_up_for(
    alice: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = bought(alice, "a")
    age()
    clearing.sweep()

    def lost(place: str) -> None:
        raise errors.DatabaseUnavailable

    with monkeypatch.context() as patched:
        delete = clearing._delete
        patched.setattr(clearing, "_delete", lambda place: (delete(place), lost(place)))
        work()
    assert left() == set()
    with pytest.raises(PaidCallInFlight):
        bought(alice, "a")
    work()
    assert bought(alice, "a") == folder


def test_a_promise_that_was_given_up_is_made_anew_another_day(alice: UUID) -> None:
    bought(alice, "a")
    age()
    clearing.sweep()
    with db.transaction(Actor.service()) as tx:
        tx.run("delete from private.outbox where topic = 'clear_files'")
    clearing.sweep()
    work()
    assert left() == set()


def test_nothing_is_taken_from_who_is_at_work_or_can_go_on(alice: UUID) -> None:
    folder = bought(alice, "a")
    age()
    failed = factories.job(alice, status="FAILED")
    with db.transaction(Actor.worker(alice)) as tx:
        tx.run(
            "insert into private.step_results (job_id, user_id, step, attempt, state, result,"
            " done_at) values (%(job)s, %(user)s, 'SpeakScene', 1, 'done', %(result)s, now())",
            job=failed,
            user=alice,
            result=Jsonb({"audio": f"{folder}file.wav"}),
        )
    clearing.sweep()
    assert promised() == []
    projects.delete(Actor.user(alice), _project(failed))
    busy = album(alice)
    with db.transaction(Actor.worker(alice)) as tx:
        tx.run("update video_jobs set goal = 'video' where id = %(id)s", id=busy)
    clearing.sweep()
    assert folder not in {row["place"] for row in promised()}
    with db.transaction(Actor.worker(alice)) as tx:
        tx.run("update video_jobs set goal = null where id = %(id)s", id=busy)
    clearing.sweep()
    work()
    assert left() == set()


def _project(job: UUID) -> UUID:
    with db.transaction(Actor.service()) as tx:
        found: UUID = tx.value("select project_id from jobs where id = %(id)s", id=job)
    return found
