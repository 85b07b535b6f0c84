"""Twenty pairs become a video: what `album.asl.json` does from the lay-out to the export.

What is rendered is an edition: the album as it is laid out, named by its hash, so that the same
twenty pairs are rendered once, in whatever attempt.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from chalicelib import db
from chalicelib.db import Tx, queries
from chalicelib.domains.albums import making, publication, rendering, work
from chalicelib.errors import MediaCheckFailed
from chalicelib.media.album import Album, Overlays
from chalicelib.pipelines import artifacts, proofs
from chalicelib.pipelines.album import FLOW, Context, act, named, step
from chalicelib.pipelines.runs import Call, Result
from chalicelib.settings import settings

if TYPE_CHECKING:
    from chalicelib.media.tracks import MasterFacts

STEPS = 24
"""In which an edition is made: twenty segments, sound, joining, looking, packing."""

sql = queries(__file__)


@act("LayOut")
def lay_out(call: Call) -> Result:
    """Put the pairs on one time axis; answers the edition's name and those of its segments."""
    with db.transaction(call.worker) as tx:
        making.moved(tx, call.job_id, call.attempt, "rendering")
        job = making.held(tx, call.job_id, call.attempt)
        pairs = rendering.pairs(tx, call.job_id)
        rendering.begin_render(tx, call.job_id, call.attempt)
    album = rendering.laid_out(
        job,
        pairs,
        fps=settings().render_fps,
        living=job.living,
        overlays=Overlays(**job.overlays.model_dump()),
        seed=job.seed,
    )
    edition = named(album)
    folder = f"{call.user_id}/{FLOW.folder}/{call.job_id}/{edition}"
    told = [pair.model_dump(mode="json") for pair in pairs]
    artifacts.publish(json.dumps(told).encode(), f"{folder}/pairs.json", "application/json")
    artifacts.publish(album.model_dump_json().encode(), f"{folder}/album.json", "application/json")
    segments = [_part(edition, segment.index) for segment in album.segments]
    box = f"{edition}.{proofs.state(pairs)}"
    return {
        "edition": edition,
        "segments": segments,
        "package": box,
        "delivery": f"{box}.{call.attempt}",
    }


@step("MasterTracks", stage="rendering", after=("ComposeTrack",))
def master_tracks(ctx: Context) -> Result:
    """Bring every track to the same loudness, melt them into each other, encode the whole once."""
    from chalicelib.media import tracks

    album = _album(ctx)
    with ctx.workspace() as folder:
        paths = _fetched([track.audio for track in album.tracks], folder)
        out = folder / "sound.m4a"
        facts = tracks.master(paths, out, crossfade=album.crossfade, on_progress=ctx.beat)
        stored = ctx.publish(out, f"{ctx.item}/sound.m4a", "audio/mp4", work=True)
    figures = ctx.publish_json(asdict(facts), f"{ctx.item}/master.json")
    _count(ctx)
    return {"audio": stored.key, "figures": figures.key}


@step("RenderSegment", stage="rendering", after=("ComposeTrack", "DrawVisual"))
def render_segment(ctx: Context) -> Result:
    """Let a picture move until it is back where it began. Raises RenderFailed."""
    from chalicelib.media import loop, tracks

    album, index = _album(ctx), int(ctx.item.rpartition(".")[2])
    track = album.tracks[index]
    with ctx.workspace() as folder:
        (image,) = _fetched([track.image], folder)
        bars = None
        if album.overlays.waveform:
            (sound,) = _fetched([track.audio], folder / "sound")
            bars = tracks.waveform(sound)
        out = folder / "segment.mp4"
        piece = loop.render(album, index, image, out, waveform=bars, on_progress=ctx.beat)
        name = f"{_edition(ctx)}/segments/{index:02}.mp4"
        stored = ctx.publish(out, name, "video/mp4", work=True)
    _count(ctx)
    return {"segment": stored.key, "argv": list(piece.argv)}


@step("JoinAlbum", stage="rendering", needs=("MasterTracks", "RenderSegment"))
def join_album(ctx: Context) -> Result:
    """Join segments and sound by stream copy. Raises EncoderMismatch, RenderFailed."""
    from chalicelib.media.join import join_album as join

    album = _album(ctx)
    with ctx.workspace() as folder:
        pieces = _fetched([piece["segment"] for piece in _segments(ctx, album)], folder)
        sound = artifacts.fetch(ctx.result("MasterTracks", ctx.item)["audio"], folder)
        out = folder / "album.mp4"
        facts = join(album, pieces, sound, out, on_progress=ctx.beat)
        stored = ctx.publish(out, f"{ctx.item}/album.mp4", "video/mp4")
    _count(ctx)
    video = {"key": stored.key, "size_bytes": stored.size, "sha256": stored.sha256}
    return {"video": {**video, "content_type": "video/mp4"}, "seconds": facts.seconds}


@step("CheckAlbum", stage="rendering", needs=("MasterTracks", "JoinAlbum"))
def check_album(ctx: Context) -> Result:
    """Look at the video and listen to it. Raises MediaCheckFailed saying what is wrong."""
    from chalicelib.media.album_check import check_album as check

    album = _album(ctx)
    with ctx.workspace() as folder:
        video = artifacts.fetch(ctx.result("JoinAlbum", ctx.item)["video"]["key"], folder)
        report = check(video, album, _master(ctx))
    if report.problems:
        raise MediaCheckFailed("The album did not pass its checks: " + "; ".join(report.problems))
    _count(ctx)
    return {"figures": report.figures}


@step("PackAlbum", stage="rendering", needs=("MasterTracks", "JoinAlbum", "CheckAlbum"))
def pack(ctx: Context) -> Result:
    """Thumbnail, chapters, licences with their proofs, manifest, editor's file, and a zip."""
    from chalicelib.pipelines.album_packing import pack_album

    with db.transaction(ctx.actor) as tx:
        job = making.held(tx, ctx.job_id, ctx.attempt)
    pairs = [work.Pair.model_validate(pair) for pair in ctx.load_json(_key(ctx, "pairs.json"))]
    files = pack_album(ctx, _album(ctx), pairs, publication.description(job, pairs), _master(ctx))
    _count(ctx)
    return {"files": files}


@step(
    "READY_FOR_EXPORT",
    stage="rendering",
    needs=("MasterTracks", "RenderSegment", "JoinAlbum", "CheckAlbum", "PackAlbum"),
)
def hand_over(ctx: Context) -> Result:
    """Hand the album over, in the transaction that stores this result."""
    edition = _edition(ctx)
    joined = ctx.result("JoinAlbum", edition)
    packed = ctx.result("PackAlbum", ctx.item.rpartition(".")[0])
    files = {name: work.File.model_validate(file) for name, file in packed["files"].items()}
    manifest = ctx.load_json(files["manifest"].key)
    description = artifacts.load(files["description"].key).decode()
    segments = _segments(ctx, _album(ctx))
    master = _master(ctx)
    argv = [list(master.argv), *(segment["argv"] for segment in segments)]

    def deliver(tx: Tx) -> list[UUID]:
        rendering.end_render(
            tx,
            ctx.job_id,
            ctx.attempt,
            key=files["video"].key,
            seconds=joined["seconds"],
            sha256=files["video"].sha256,
            log_tail=master.log,
            argv=argv,
        )
        return rendering.deliver(
            tx,
            ctx.job_id,
            ctx.attempt,
            files=files,
            seconds=joined["seconds"],
            manifest=manifest,
            description=description,
        )

    ctx.effect(deliver)
    return {"video": files["video"].key}


def _part(edition: str, index: int) -> str:
    return f"{edition}.{index:02}"


def _edition(ctx: Context) -> str:
    return ctx.item.partition(".")[0]


def _album(ctx: Context) -> Album:
    return Album.model_validate_json(artifacts.load(_key(ctx, "album.json")))


def _key(ctx: Context, name: str) -> str:
    """Where one of the edition's documents lies."""
    return f"{ctx.folder}/{_edition(ctx)}/{name}"


def _segments(ctx: Context, album: Album) -> list[Mapping[str, Any]]:
    """What was answered for each segment, in order."""
    edition = _edition(ctx)
    return [
        ctx.result("RenderSegment", _part(edition, segment.index)) for segment in album.segments
    ]


def _fetched(keys: Sequence[str], folder: Path) -> list[Path]:
    """Files in a folder each, in order: two may have the same name."""
    paths = []
    for number, key in enumerate(keys):
        place = folder / f"{number:02}"
        place.mkdir(parents=True)
        paths.append(artifacts.fetch(key, place))
    return paths


def _master(ctx: Context) -> "MasterFacts":
    """How the sound was made and measures."""
    from chalicelib.media.audio import Loudness
    from chalicelib.media.tracks import MasterFacts, TrackLevels

    told = ctx.load_json(ctx.result("MasterTracks", _edition(ctx))["figures"])
    return MasterFacts(
        samples=told["samples"],
        loudness=Loudness(**told["loudness"]),
        tracks=tuple(TrackLevels(**track) for track in told["tracks"]),
        momentary=tuple(told["momentary"]),
        argv=tuple(told["argv"]),
        log=told["log"],
    )


def _count(ctx: Context) -> None:
    """Tell how far the rendering is, in the transaction that stores the step's result."""

    def count(tx: Tx) -> None:
        done = tx.value(sql["album_rendered"], job_id=ctx.job_id, edition=_edition(ctx))
        percent = min(100, 100 * done // STEPS)  # it may be packed more than once
        rendering.render_progress(tx, ctx.job_id, ctx.attempt, percent)

    ctx.effect(count)
