"""Words become twenty tracks and twenty pictures: what `album.asl.json` does up to its review.

What is wanted for which place, and what has been made for it, is in the album's rows; a step is
named after what it makes, so that the same is never made twice. See `album_video` for the rest.
"""

import hashlib
import json
import mimetypes
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from chalicelib import __version__, db, providers
from chalicelib.db import Tx
from chalicelib.domains.albums import making, work
from chalicelib.domains.albums.models import SLOTS, Kind
from chalicelib.domains.albums.rules import LONG_BY, SHORT_BY
from chalicelib.domains.outbox import service as outbox
from chalicelib.errors import IllegalMove, InvalidInput, ProviderGarbage
from chalicelib.media.album import reachable
from chalicelib.models import Model
from chalicelib.pipelines import artifacts, runs
from chalicelib.pipelines.context import StepContext
from chalicelib.pipelines.failures import explain
from chalicelib.pipelines.flow import Flow
from chalicelib.pipelines.paid import Made
from chalicelib.pipelines.pictures import drawn
from chalicelib.pipelines.runs import Call, Result
from chalicelib.settings import settings

MOST_ROUNDS = 12
"""How often one execution may come back from its review: its history is bounded."""
MOST_AT_ONCE = SLOTS
"""Places filled in one go; what the user brought beyond that is for the next one."""
SECONDS_OFF = 1.0
"""How much a track's length may differ from what was asked for."""


class Unordered(Model):
    """Steps of an album read what they need from its rows: the user may change it meanwhile."""


Context = StepContext[Unordered]
FLOW = Flow(
    name="album",
    folder="albums",
    prefix="album",
    terms=Unordered,
    stages=tuple(work.STAGES),
    machine=lambda: settings().album_arn,
    held=making.held,
    give_up=making.give_up,
)
act, step = partial(runs.act, FLOW), partial(runs.step, FLOW)


@act("BeginAlbum")
def begin(call: Call) -> Result:
    """Take the album up; answers the name of what is to be planned, empty when nothing is."""
    turn = call.state.get("begun", {}).get("round", 0) + 1
    if turn > MOST_ROUNDS:
        raise IllegalMove(f"It came back from review {MOST_ROUNDS} times: try again to go on.")
    with db.transaction(call.worker) as tx:
        making.begin(tx, call.job_id, call.attempt, call.execution)
        planning = making.unplanned(tx, call.job_id, call.attempt)
    return {"plan": named(planning) if planning else "", "round": turn}


@step("PLANNED", stage="planned")
def plan(ctx: Context) -> Result:
    """Have the prompts that are missing written, paid once for the same order.

    Raises ProviderThrottled, ProviderUnavailable (retried), ProviderRejected, ProviderGarbage.
    """
    planning = None
    if ctx.item:
        with db.transaction(ctx.actor) as tx:
            planning = making.unplanned(tx, ctx.job_id, ctx.attempt)
    if planning is None:
        return {}
    text, asked = providers.text(), planning.model_dump()

    def write() -> Made:
        planned = text.plan_album(
            planning.niche,
            planning.mood,
            style=planning.style,
            minutes=planning.minutes,
            seed=planning.seed,
        )
        try:
            work.Plan.model_validate(planned)
        except ValidationError as error:
            raise ProviderGarbage("The plan is not twenty different pairs.") from error
        length = reachable([track.seconds for track in planned.music])
        if not -SHORT_BY <= length - planning.minutes * 60 <= LONG_BY:
            raise ProviderGarbage(
                "The planned tracks do not make an album of the length asked for."
            )
        data = json.dumps(asdict(planned)).encode()
        return Made(data, ".json", "application/json", {}, text.plan_price(), planned.tokens)

    paid = ctx.once("album_plan", text.name, asked, price=text.plan_price(), make=write)
    planned = work.Plan.model_validate(ctx.load_json(paid.key))
    ctx.effect(lambda tx: making.planned(tx, ctx.job_id, ctx.attempt, planned))
    return {"plan": paid.key}


@act("MissingTracks")
def missing_tracks(call: Call) -> Result:
    """Which tracks are to be made; `go` is "stop" when nothing but a plan was asked for."""
    with db.transaction(call.worker) as tx:
        go = making.plan_done(tx, call.job_id, call.attempt)
        items = _missing(tx, call, "audio") if go == "make" else []
    return {"go": go, "items": items}


@act("MissingPictures")
def missing_pictures(call: Call) -> Result:
    """Which pictures are to be made."""
    with db.transaction(call.worker) as tx:
        return {"items": _missing(tx, call, "image")}


def _missing(tx: Tx, call: Call, kind: Kind) -> list[str]:
    stage = "generating_music" if kind == "audio" else "generating_image"
    making.moved(tx, call.job_id, call.attempt, stage)
    missing = making.missing_slots(tx, call.job_id, kind)
    return [slot.item for slot in missing[:MOST_AT_ONCE]]


@step("ComposeTrack", stage="generating_music", after=("PLANNED",))
def compose_track(ctx: Context) -> Result | None:
    """Fill a place with a track: composed, or the user's own, listened to.

    Raises ProviderThrottled, ProviderUnavailable (retried), ProviderRejected, ProviderGarbage,
    and InvalidInput when the user's own is no track and nothing stands in for it.
    """
    slot, _ = _wanted(ctx, "audio")
    if slot is None:
        return None
    return _kept(ctx, slot, _brought(ctx, slot, _heard) if slot.upload else _composed(ctx, slot))


@step("DrawVisual", stage="generating_image", after=("PLANNED",))
def draw_visual(ctx: Context) -> Result | None:
    """Fill a place with a picture: drawn, or the user's own, looked at. Raises as a track does."""
    slot, album = _wanted(ctx, "image")
    if slot is None:
        return None
    if slot.upload:
        look = partial(_seen, width=album.width, height=album.height)
        return _kept(ctx, slot, _brought(ctx, slot, look))
    width, height = album.drawn_size
    paid = drawn(ctx, slot.prompt, width=width, height=height, seed=slot.seed)
    image = providers.image()
    made = work.Made(
        provider=image.name,
        key=paid.key,
        cost_usd=paid.cost_usd,
        resolution=f"{width}x{height}",
        terms=image.terms,
        **paid.facts,
    )
    return _kept(ctx, slot, made)


def _wanted(ctx: Context, kind: Kind) -> tuple[work.Making | None, work.Held]:
    """What is to be made, or None when it is wanted no longer; and the album."""
    with db.transaction(ctx.actor) as tx:
        album = making.held(tx, ctx.job_id, ctx.attempt)
        return making.slot(tx, ctx.job_id, kind, ctx.item), album


def _kept(ctx: Context, slot: work.Making, made: work.Made | None) -> Result:
    if made is None:
        return {}

    def keep(tx: Tx) -> None:
        making.add_take(tx, ctx.job_id, ctx.attempt, slot, made)

    ctx.effect(keep)
    return {"take": made.key}


def _composed(ctx: Context, slot: work.Making) -> work.Made:
    """A track composed by its prompt, paid once for the same words, length and seed."""
    from chalicelib.media import audio

    composer, seconds = providers.music(), slot.seconds
    assert seconds is not None

    def compose() -> Made:
        music = composer.track(slot.prompt, seconds=seconds, seed=slot.seed)
        if abs(len(music.pcm) / audio.RATE - seconds) > SECONDS_OFF:
            raise ProviderGarbage("The music is not as long as was asked for.")
        with ctx.workspace() as folder:
            audio.write_flac(folder / "track.flac", music.pcm)
            data = (folder / "track.flac").read_bytes()
        facts = {
            "frames": len(music.pcm),
            "sha256": hashlib.sha256(data).hexdigest(),
            "size_bytes": len(data),
            "reference": music.reference,
            "licence": music.licence,
            "version": __version__,
        }
        return Made(data, ".flac", "audio/flac", facts, price, units=seconds, unit="second")

    asked, price = (slot.prompt, seconds, slot.seed), composer.track_price(seconds)
    paid = ctx.once("track", composer.name, *asked, price=price, make=compose)
    return work.Made(
        provider=composer.name,
        key=paid.key,
        cost_usd=paid.cost_usd,
        terms=composer.terms,
        **paid.facts,
    )


def _brought(
    ctx: Context, slot: work.Making, look: Callable[[Path], Mapping[str, Any]]
) -> work.Made | None:
    """The user's own file, looked into and kept where nobody can put another in its place.

    None when it was refused and the album goes on without it; raises InvalidInput when it cannot.
    """
    file = slot.upload
    assert file is not None
    with ctx.workspace() as folder:
        given = artifacts.fetch(file.key, folder)
        try:
            with given.open("rb") as opened:
                if hashlib.file_digest(opened, "sha256").hexdigest() != file.sha256:
                    raise InvalidInput("The file was replaced after it was checked.")
            facts = look(given)
        except InvalidInput as error:
            why = _why(error)
            with db.transaction(ctx.actor) as tx:
                goes_on, rows = making.refuse_upload(tx, ctx.job_id, ctx.attempt, slot, why)
            outbox.announce(rows)
            if goes_on:
                return None
            raise InvalidInput(making.refusal(slot.kind, slot.order_index, why)) from error
        suffix = mimetypes.guess_extension(file.content_type) or ""
        stored = ctx.publish(given, f"takes/{slot.item}{suffix}", file.content_type)
    return work.Made(
        provider="upload", key=stored.key, sha256=stored.sha256, size_bytes=stored.size, **facts
    )


def _why(error: InvalidInput) -> str:
    """What is wrong, without the name of a field: what was sent is a file."""
    for told in error.members.get("errors", []):
        return str(told["message"])
    return error.message


def _heard(path: Path) -> dict[str, Any]:
    from chalicelib.media.audio import RATE
    from chalicelib.media.tracks import check_track

    return {"frames": round(check_track(path).seconds * RATE)}


def _seen(path: Path, *, width: int, height: int) -> dict[str, Any]:
    from chalicelib.media.picture import check_picture

    found = check_picture(path, width, height)
    return {"resolution": f"{found.width}x{found.height}", "upscaled": found.upscaled}


@act("Review")
def review(call: Call) -> Result:
    """Leave the task's token where the user's answer finds it, or answer it at once."""
    assert call.task_token is not None
    with db.transaction(call.worker) as tx:
        rows = making.wait(tx, call.job_id, call.attempt, call.task_token)
    outbox.announce(rows)
    return {}


@act("ReleaseAlbum")
def release(call: Call) -> Result:
    """End an album that cannot go on, in plain words; what was made for it stays."""
    code, message = explain(call.error or {})
    with db.transaction(call.worker) as tx:
        status, rows = making.give_up(tx, call.job_id, call.attempt, code, message)
    outbox.announce(rows)
    return {"status": status}


def named(value: BaseModel) -> str:
    """A short name that stands for a value."""
    return hashlib.sha256(value.model_dump_json().encode()).hexdigest()[:16]
