"""What is delivered beside an album: track list, licences, provenance, manifest, edit."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from chalicelib.media import edit
from chalicelib.media.album import RATE, Album, chapters, clock
from chalicelib.media.encode import quantizers
from chalicelib.media.probe import Probe, sha256
from chalicelib.media.tracks import MasterFacts


@dataclass(frozen=True)
class Asset:
    """Where a track or a visual came from, and under which terms.

    `reference` is the provider's id of it, `licence` the address of its licence document, and
    `proof` the name of that document's file in the package; each may be empty.
    """

    order_index: int
    kind: Literal["audio", "image"]
    provider: str
    terms: str
    prompt: str
    sha256: str
    reference: str = ""
    licence: str = ""
    proof: str = ""
    cost_usd: str = "0"

    @property
    def prompt_sha256(self) -> str:
        return hashlib.sha256(self.prompt.encode()).hexdigest()


def track_list(album: Album) -> str:
    """Number, start, length and name of every track, one line each."""
    return "".join(
        f"{track.order_index:02}  {clock(start):>7}  {clock(track.seconds):>5}  "
        f"{' '.join(track.title.split())}\n"
        for track, start in zip(album.tracks, album.starts, strict=True)
    )


def provenance(assets: Sequence[Asset]) -> list[dict[str, Any]]:
    """The record of every asset, in the album's order, sound before picture."""
    ordered = sorted(assets, key=lambda asset: (asset.order_index, asset.kind))
    return [{**asdict(asset), "prompt_sha256": asset.prompt_sha256} for asset in ordered]


def licences(album: Album, assets: Sequence[Asset]) -> str:
    """The same record for people: what each track and visual may be used for, and the proof."""
    lines = [album.title, "=" * len(album.title), ""]
    names = {track.order_index: track.title for track in album.tracks}
    for asset in sorted(assets, key=lambda asset: (asset.order_index, asset.kind)):
        what = "Track" if asset.kind == "audio" else "Visual"
        lines.append(f"{what} {asset.order_index:02}: {names.get(asset.order_index, '')}".rstrip())
        lines.append(
            f"  made by   {asset.provider}" + f" ({asset.reference})" * bool(asset.reference)
        )
        lines.append(f"  terms     {asset.terms}")
        lines += [f"  licence   {asset.licence}"] if asset.licence else []
        lines += [f"  proof     {asset.proof}"] if asset.proof else []
        lines.append(f"  prompt    sha256 {asset.prompt_sha256}")
        lines.append(f"  file      sha256 {asset.sha256}")
        lines.append("")
    return "\n".join(lines)


def manifest(
    album: Album,
    video: Probe,
    sound: MasterFacts,
    files: Mapping[str, Path],
    *,
    assets: Sequence[Asset] = (),
    checks: Mapping[str, Any] | None = None,
    made_by: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What was made, of what, and how it measures."""
    return {
        "version": 1,
        "kind": "album",
        "title": album.title,
        "seed": album.seed,
        "living": album.living,
        "overlays": album.overlays.model_dump(),
        "crossfade_seconds": album.crossfade,
        "video": {
            "seconds": round(video.seconds, 3),
            "frames": video.frames,
            "width": video.width,
            "height": video.height,
            "fps": album.fps,
            "codec": "h264",
            "quantizers": list(quantizers(album.living)),
            "colour": "bt709",
        },
        "loudness": asdict(sound.loudness),
        "chapters": [asdict(chapter) for chapter in chapters(album)],
        "tracks": [
            {
                "order_index": track.order_index,
                "title": track.title,
                "start": round(start, 3),
                "seconds": round(track.seconds, 3),
                "samples": track.samples,
                "audio": track.audio,
                "image": track.image,
                "loudness": {"before": level.before, "gain": level.gain, "after": level.after},
            }
            for track, start, level in zip(album.tracks, album.starts, sound.tracks, strict=True)
        ],
        "assets": provenance(assets),
        "files": {
            name: {"sha256": sha256(path), "size_bytes": path.stat().st_size}
            for name, path in sorted(files.items())
        },
        "checks": dict(checks or {}),
        "made_by": dict(made_by or {}),
    }


def otio(album: Album, *, images: Mapping[int, str]) -> str:
    """The edit as OpenTimelineIO JSON: visuals, tracks with their crossfades, chapters.

    `images` name the files that lie beside it, by order_index. The tracks are marked missing:
    an hour of them is too much for the box. Sound is counted in samples, pictures in frames.
    """
    pictures = edit.Track("Pictures", "Video", album.fps)
    music = edit.Track("Music", "Audio", RATE)
    half = album.crossfade / 2 * RATE
    cuts = [*(round(start * RATE) for start in album.starts), round(album.seconds * RATE)]
    for segment, track in zip(album.segments, album.tracks, strict=True):
        pictures.clip(track.title, images.get(track.order_index), segment.frames)
        pictures.mark(track.title, segment.start, segment.frames)
        if segment.index and album.crossfade:
            music.transition("crossfade", half, dissolve=True)
        music.clip(
            track.title,
            None,
            cuts[segment.index + 1] - cuts[segment.index],
            start=int(half) if segment.index else 0,
            whole=track.samples,
        )
    return edit.otio(album.title, [pictures, music])
