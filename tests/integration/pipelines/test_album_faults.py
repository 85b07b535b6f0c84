"""An album that fails at any step goes on from there; no money is left held, no file harms it."""

import io
import random
import threading
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from PIL import Image

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.domains.albums import orders, slots
from chalicelib.domains.albums.models import Album
from chalicelib.domains.costs import service as costs
from chalicelib.domains.costs.models import BudgetsQuery, SetBudget
from chalicelib.domains.outbox import service as outbox
from chalicelib.domains.uploads import service as uploading
from chalicelib.domains.uploads.models import NewUpload
from chalicelib.events import uploads
from chalicelib.media import audio, ffmpeg
from tests import factories
from tests.integration.pipelines.albums import PRICE, Albums
from tests.integration.pipelines.studio import Plan, Studio
from tests.integration.pipelines.test_album import ANSWERS, MAPS, STEPS, made_once
from tests.integration.pipelines.test_uploads import GIF, put, told

pytestmark = pytest.mark.xdist_group("album faults")

BESIDE = {*MAPS, "MasterTracks"}
"""Steps that may be at work when one beside them fails; what they come to then is not kept."""
ENDING = ("before_claim", "after_claim", "before_commit", "after_commit")
COST = ANSWERS * PRICE
RETRIES = 3  # of a worker that dies, as the state machine says
ENDLESS = "aloop=-1:size=240000"
SMALL = "A picture has at least 320 pixels on each side, not 100x100."
Pcm = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


@pytest.fixture
def albums(studio: Studio) -> Albums:
    return Albums(studio)


def budget(user: UUID, usd: str) -> None:
    costs.set_budget(Actor.user(user), SetBudget(hard_cap_usd=Decimal(usd)))


def books(user: UUID) -> tuple[Decimal, Decimal, Decimal]:
    """What the budget says was spent and is held, and what the bills come to."""
    (found,) = costs.budgets(Actor.user(user), BudgetsQuery()).items
    with db.transaction(Actor.user(user), read_only=True) as tx:
        bills = tx.value("select coalesce(sum(cost_usd), 0) from channel_costs")
    return found.spent_usd, found.reserved_usd, bills


# ── failed anywhere ──────────────────────────────────────────────────────────────────────────


def test_an_album_that_fails_at_any_step_goes_on_from_there(albums: Albums) -> None:
    """Its workers die at one step after the other, for good; so do those that end it, once at
    each point; its start is told twice."""
    studio, user, lock = albums.studio, factories.user(), threading.Lock()
    dying = iter(STEPS)
    doomed, hit, endings = next(dying), "", 0

    def planned(step: str, item: str, run: int) -> Plan:
        nonlocal hit, endings
        with lock:
            if step == "ReleaseAlbum":
                endings += 1
                at = ENDING[endings // 2 % len(ENDING)]
                return {"at": at, "do": "kill"} if endings % 2 else None
            if step != doomed or (hit and item != hit):
                return None
            hit = hit or item
        return {"at": "after_claim", "do": "kill"}

    studio.plan = planned
    budget(user, "10")
    album = albums.look(albums.start(user), user)
    failed_steps = []
    for doomed in STEPS:
        hit = ""
        before = studio.runs["BeginAlbum", ""]
        twice(album)
        album = albums.run(album, user)
        assert (album.status, album.error_code) == ("failed", "Runtime.ExitError"), doomed
        assert album.error_message == "A worker broke down again and again."
        begun = studio.runs["BeginAlbum", ""] - before
        assert begun == (1 + RETRIES if doomed == "BeginAlbum" else 1)  # one execution
        failed_steps.append(album.failed_step)
        orders.retry(Actor.user(user), album.id, None)
        album = albums.look(album, user)
    doomed = ""
    ready = albums.run(album, user)
    assert (ready.status, ready.error_message, ready.failed_step) == (
        "ready_for_export",
        None,
        None,
    )
    assert ready.attempt == len(STEPS) + 1
    stages = ["planned", "generating_music", "generating_image", "rendering"]
    assert list(dict.fromkeys(failed_steps)) == stages
    again = {step for (step, _), times in studio.worked.items() if times > 1}
    assert again <= BESIDE, "what was done before was done again"
    assert len(studio.answers) == len(set(studio.answers)) == ANSWERS
    assert len(albums.takes(ready, user)) == ANSWERS
    assert made_once(ready, user)
    assert books(user) == (COST, 0, COST)
    assert albums.costs(ready, user) == (COST, COST, COST)


def twice(album: Album) -> None:
    """The order to start the album's attempt is delivered, and delivered again."""
    key = f"album-{album.id}-{album.attempt}"
    with db.transaction(Actor.service()) as tx:
        row = tx.value("select id from private.outbox where dedupe_key = %(key)s", key=key)
    assert outbox.deliver(row)
    with db.transaction(Actor.service()) as tx:
        tx.run(
            "update private.outbox set delivered_at = null, next_attempt_at = clock_timestamp()"
            " where id = %(id)s",
            id=row,
        )
    assert outbox.deliver(row)


# ── money ────────────────────────────────────────────────────────────────────────────────────


def test_an_album_that_reaches_its_cap_rests_and_goes_on_by_itself_with_more(
    albums: Albums,
) -> None:
    user = factories.user()
    budget(user, "0.125")  # twelve calls, and half of one
    stopped = albums.run(albums.start(user), user)
    assert (stopped.status, stopped.error_code) == ("failed", "BudgetExceeded")
    assert stopped.failed_step == "generating_music"
    with db.transaction(Actor.user(user), read_only=True) as tx:
        log = tx.all(
            "select distinct status, error_code, error_summary from pipeline_runs"
            " where run_id = %(id)s and status <> 'success'",
            id=str(stopped.id),
        )
    assert [tuple(row.values()) for row in log] == [
        ("skipped", "BudgetExceeded", "budget_exceeded")
    ]
    with db.transaction(Actor.user(user), read_only=True) as tx:
        channels = tx.all(
            "select distinct channel_id from pipeline_runs where run_id = %(id)s",
            id=str(stopped.id),
        )
    assert [row["channel_id"] for row in channels] == [str(stopped.channel_id)]
    said = {place.audio.error for place in slots.list_all(Actor.user(user), stopped.id)}
    assert said == {None, "The spending cap is reached."}
    assert books(user) == (Decimal("0.12"), 0, Decimal("0.12"))
    assert len(albums.studio.answers) == 12
    orders.resume_paused()
    assert albums.look(stopped, user).attempt == 1  # what is left buys nothing
    budget(user, "5")
    orders.resume_paused()
    ready = albums.run(albums.look(stopped, user), user)
    assert (ready.status, ready.attempt) == ("ready_for_export", 2)
    assert len(albums.studio.answers) == len(set(albums.studio.answers)) == ANSWERS
    assert books(user) == (COST, 0, COST)
    assert albums.costs(ready, user) == (COST, COST, COST)
    assert made_once(ready, user)


def test_what_a_dead_worker_of_a_cancelled_album_held_is_given_back(albums: Albums) -> None:
    user = factories.user()
    budget(user, "10")
    albums.studio.env["PAID_CALL_LEASE_SECONDS"] = "30"
    album, cancelled = albums.start(user), threading.Event()

    def cancel(step: str, item: str) -> None:
        if step == "ComposeTrack" and not cancelled.is_set():
            cancelled.set()
            orders.cancel(Actor.user(user), album.id)

    albums.studio.plan = lambda step, item, run: (
        {"at": "published", "do": "kill"} if step == "ComposeTrack" and item < "05" else None
    )
    albums.studio.watch = lambda step, item: (
        cancel(step, item) if albums.studio.deaths >= 2 else None
    )
    ended = albums.run(album, user)
    assert ended.status == "cancelled"
    spent, held, bills = books(user)
    assert (spent, held > 0) == (bills, True)
    with db.transaction(Actor.worker(user)) as tx:
        tx.run("update budget_reservations set expires_at = clock_timestamp()")
    with db.transaction(Actor.service()) as tx:
        tx.run("select expire_budget_reservations()")
    assert books(user) == (spent, 0, bills)


# ── files of the user's own ──────────────────────────────────────────────────────────────────


def sound(kind: str, folder: Path) -> bytes:
    """A track of the user's own, good or bad."""
    times = np.arange(31 * audio.RATE) / audio.RATE
    tone: Pcm = np.repeat(np.sin(2 * np.pi * 220 * times)[:, None] * 0.3, 2, axis=1)
    pcm = {"silent": np.zeros_like(tone), "3 seconds": tone[: 3 * audio.RATE]}.get(kind, tone)
    audio.write_wav(folder / "x.wav", pcm)
    how: dict[str, tuple[str, list[str]]] = {
        "mono": ("x.flac", ["-ac", "1"]),
        "8 kHz": ("y.wav", ["-ac", "1", "-ar", "8000"]),
        "40 minutes": ("x.flac", ["-ac", "1", "-ar", "8000", "-af", ENDLESS, "-t", "2400"]),
        "mp3": ("x.mp3", []),
        "corrupt": ("x.m4a", []),
    }
    if kind not in how:
        return (folder / "x.wav").read_bytes()
    name, arguments = how[kind]
    ffmpeg.run(["-i", folder / "x.wav", *arguments, folder / name])
    data = (folder / name).read_bytes()
    return data[: len(data) // 2] if kind == "corrupt" else data


def picture(kind: str) -> bytes:
    """A picture of the user's own, good or bad."""
    out, drawn = io.BytesIO(), Image.effect_noise((640, 400), 60).convert("RGB")
    match kind:
        case "small":
            drawn.resize((100, 100)).save(out, "PNG")
        case "animated":
            drawn.save(out, "WEBP", save_all=True, append_images=[drawn.rotate(9)], duration=90)
        case "CMYK":
            drawn.convert("CMYK").save(out, "JPEG")
        case "truncated":
            drawn.save(out, "JPEG")
            return out.getvalue()[: len(out.getvalue()) // 2]
        case "gif":
            return GIF
    return out.getvalue()


BROUGHT: list[tuple[str, str, int, str, str | None]] = [
    ("track", "mono", 1, "audio/flac", None),
    ("track", "8 kHz", 2, "audio/wav", None),
    ("track", "silent", 3, "audio/wav", "Nothing can be heard in this track."),
    ("track", "3 seconds", 4, "audio/wav", "A track lasts at least 30 seconds, not 3.0."),
    ("track", "40 minutes", 5, "audio/flac", "A track lasts at most 15 minutes."),
    ("track", "mp3", 6, "audio/flac", "The file is audio/mpeg, not audio/flac as announced."),
    ("track", "corrupt", 7, "audio/mp4", "The file is no sound, or not a whole one."),
    ("picture", "CMYK", 1, "image/jpeg", None),
    ("picture", "small", 2, "image/png", SMALL),
    ("picture", "animated", 3, "image/webp", "A picture stands still; this one moves."),
    ("picture", "truncated", 4, "image/jpeg", "The file is no picture, or not a whole one."),
    ("picture", "gif", 5, "image/png", "The file is not a picture we can read."),
]  # fmt: skip
"""What, how, for which place, announced as what, and what is said against it."""


def test_whatever_a_user_brings_is_taken_or_refused_by_name_and_the_album_goes_on(
    albums: Albums, tmp_path: Path
) -> None:
    """Told of in any order and twice, and two for one place, of which the later is used."""
    user, studio = factories.user(), albums.studio
    actor = Actor.user(user)
    album = albums.run(albums.start(user, review=True), user)
    assert album.in_review
    brought = [
        (announced(albums, user, album, what, kind, place, type_, tmp_path), what, place, why)
        for what, kind, place, type_, why in BROUGHT
    ]
    rivals = [
        announced(albums, user, album, "track", "any", 8, "audio/wav", tmp_path) for _ in range(2)
    ]
    events = [told(studio, f"{user}/uploads/{one}") for one, *_ in brought] * 2
    random.Random(3).shuffle(events)
    uploads.handle([told(studio, f"{user}/uploads/{one}") for one in reversed(rivals)] + events)
    album = albums.run(album, user)
    assert album.in_review, album
    places = slots.list_all(actor, album.id)
    for upload, what, place, why in brought:
        half = places[place - 1].audio if what == "track" else places[place - 1].image
        seen = uploading.get(actor, upload)
        used = [take.upload_id for take in half.takes if take.is_selected]
        assert (seen.state, seen.refused_reason) == ("refused" if why else "ready", why)
        assert used == [None if why else upload], (what, place, why)
        assert len(half.takes) == (1 if why else 2)
    chosen = [take.upload_id for take in places[7].audio.takes if take.is_selected]
    assert chosen == [rivals[1]]
    assert len(studio.answers) == len(set(studio.answers)) == ANSWERS  # nothing more was paid for
    orders.render(actor, album.id, None)
    ready = albums.run(albums.look(album, user), user)
    assert (ready.status, ready.error_message) == ("ready_for_export", None)
    assert made_once(ready, user)


def test_a_place_is_made_by_its_prompt_after_all_when_the_file_brought_for_it_is_unfit(
    albums: Albums, tmp_path: Path
) -> None:
    """The file is announced when the place was about to be made, and turns out silent later."""
    user, studio, brought = factories.user(), albums.studio, []
    album = albums.start(user, review=True)

    def bring(step: str, item: str) -> None:
        if step == "ComposeTrack" and item.startswith("05-") and not brought:
            brought.append(
                announced(albums, user, album, "track", "silent", 5, "audio/wav", tmp_path)
            )

    studio.watch = bring
    waits = albums.run(album, user)
    assert (waits.in_review, waits.tracks_ready) == (True, 19)
    uploads.handle([told(studio, f"{user}/uploads/{brought[0]}")])
    seen = albums.run(waits, user)
    assert (seen.in_review, seen.tracks_ready) == (True, 20)
    assert uploading.get(Actor.user(user), brought[0]).state == "refused"
    assert len(studio.answers) == len(set(studio.answers)) == ANSWERS


def announced(
    albums: Albums, user: UUID, album: Album, what: str, kind: str, place: int, type_: str, at: Path
) -> UUID:
    """Announce a file for a place and send it; nobody is told of it yet. Answers its id."""
    folder = at / f"{what}-{place}"
    folder.mkdir(exist_ok=True)
    data = sound(kind, folder) if what == "track" else picture(kind)
    made = uploading.create(
        Actor.user(user),
        NewUpload.model_validate(
            {
                "purpose": f"album_{what}",
                "file_name": "mine",
                "content_type": type_,
                "size_bytes": len(data),
                "video_job_id": album.id,
                "order_index": place,
                "rights": "mine",
            }
        ),
        None,
    )
    put(albums.studio, f"{user}/uploads/{made.id}", data)
    return made.id
