"""What goes into the box beside an album: thumbnail, chapters, licences, manifest, zip."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.domains.albums.work import Pair
from chalicelib.media import album_package as package
from chalicelib.media import contact_sheet, plots
from chalicelib.media.album import Album, chapter_lines, chapters
from chalicelib.media.fingerprint import fingerprint
from chalicelib.media.package import bundle, manifest_json
from chalicelib.media.probe import probe
from chalicelib.media.thumbnail import thumbnail
from chalicelib.pipelines import artifacts, proofs

if TYPE_CHECKING:
    from chalicelib.media.tracks import MasterFacts
    from chalicelib.pipelines.album import Context

KINDS = {
    "thumbnail": ("thumbnail.jpg", "image/jpeg"),
    "contact-sheet": ("contact-sheet.png", "image/png"),
    "loudness": ("loudness.svg", "image/svg+xml"),
    "description": ("description.txt", "text/plain; charset=utf-8"),
    "chapters": ("chapters.txt", "text/plain; charset=utf-8"),
    "tracklist": ("tracklist.txt", "text/plain; charset=utf-8"),
    "licences": ("licences.txt", "text/plain; charset=utf-8"),
    "provenance": ("provenance.json", "application/json"),
    "timeline": ("timeline.otio", "application/json"),
    "manifest": ("manifest.json", "application/json"),
}
"""The files made here: what each is called, and its media type."""
VIDEO = "album.mp4"


def pack_album(
    ctx: "Context",
    album: Album,
    pairs: Sequence[Pair],
    description: str,
    master: "MasterFacts",
) -> dict[str, Any]:
    """Make and publish every file, and a zip of them with video, pictures and proofs."""
    edition = ctx.item.partition(".")[0]
    joined = ctx.result("JoinAlbum", edition)["video"]
    with ctx.workspace() as folder:
        video = artifacts.fetch(joined["key"], folder)
        pictures = _pictures(pairs, folder)
        shown = proofs.collect(pairs, folder)
        made = _made(album, pairs, pictures, description, master, folder)
        manifest = package.manifest(
            album,
            probe(video),
            master,
            {**made, VIDEO: video, **shown},
            assets=_assets(pairs),
            checks=ctx.result("CheckAlbum", edition)["figures"],
        )
        manifest["fingerprints"] = [fingerprint(picture) for picture in pictures.values()]
        made["manifest.json"] = folder / "manifest.json"
        made["manifest.json"].write_text(manifest_json(manifest), encoding="utf-8")
        files = {"video": joined}
        for kind, (name, content_type) in KINDS.items():
            files[kind] = _published(ctx, made[name], content_type)
        box = folder / "album.zip"
        bundle({VIDEO: video, **made, **pictures, **shown}, box)
        files["zip"] = _published(ctx, box, "application/zip")
    return files


def _pictures(pairs: Sequence[Pair], folder: Path) -> dict[str, Path]:
    """The pictures under the names that the editor's file calls them by."""
    found = {}
    for pair in pairs:
        place = folder / f"picture{pair.order_index}"
        place.mkdir()
        name = f"pictures/{pair.order_index:02}{Path(pair.image.key).suffix}"
        found[name] = artifacts.fetch(pair.image.key, place)
    return found


def _made(
    album: Album,
    pairs: Sequence[Pair],
    pictures: Mapping[str, Path],
    description: str,
    master: "MasterFacts",
    folder: Path,
) -> dict[str, Path]:
    images = list(pictures.values())
    thumbnail(album.title, images[0], folder / "thumbnail.jpg")
    contact_sheet.draw(album, images, folder / "contact-sheet.png")
    assets = _assets(pairs)
    texts = {
        "loudness.svg": plots.loudness(
            master.momentary,
            title=album.title,
            integrated=master.loudness.integrated,
            chapters=chapters(album),
        ),
        "description.txt": description,
        "chapters.txt": chapter_lines(album),
        "tracklist.txt": package.track_list(album),
        "licences.txt": package.licences(album, assets),
        "provenance.json": json.dumps(package.provenance(assets), ensure_ascii=False, indent=1),
        "timeline.otio": package.otio(album, images=dict(enumerate(pictures, start=1))),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return {name: folder / name for name in ("thumbnail.jpg", "contact-sheet.png", *texts)}


def _assets(pairs: Sequence[Pair]) -> list[package.Asset]:
    """Where every track and picture comes from, and on what terms it may be used."""
    return [
        package.Asset(
            order_index=pair.order_index,
            kind=kind,
            provider=source.provider,
            terms=source.rights or source.terms or "",
            prompt=source.prompt,
            sha256=source.sha256,
            reference=source.reference or "",
            licence=source.licence or "",
            proof=proofs.name(pair, kind, source),
            cost_usd=str(source.cost_usd),
        )
        for pair, kind, source in proofs.halves(pairs)
    ]


def _published(ctx: "Context", path: Path, content_type: str) -> dict[str, Any]:
    """A file as the album's user may fetch it."""
    stored = ctx.publish(path, f"{ctx.item}/{path.name}", content_type)
    return {
        "key": stored.key,
        "content_type": content_type,
        "size_bytes": stored.size,
        "sha256": stored.sha256,
    }
