"""What goes into the box beside the video: captions, thumbnail, chapters, manifest, zip."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chalicelib import providers
from chalicelib.domains.jobs.models import Order
from chalicelib.media import captions, package
from chalicelib.media.audio import Loudness
from chalicelib.media.probe import probe
from chalicelib.media.thumbnail import thumbnail
from chalicelib.media.timeline import Timeline
from chalicelib.pipelines import artifacts
from chalicelib.pipelines.context import StepContext

KINDS = {
    "captions.srt": ("captions", "application/x-subrip"),
    "captions.vtt": ("captions", "text/vtt"),
    "words.json": ("captions", "application/json"),
    "thumbnail.jpg": ("thumbnail", "image/jpeg"),
    "chapters.txt": ("chapters", "text/plain; charset=utf-8"),
    "timeline.otio": ("timeline", "application/json"),
    "licences.txt": ("licences", "text/plain; charset=utf-8"),
    "manifest.json": ("manifest", "application/json"),
}
"""The files made here: what kind of asset each is, and its media type."""


def pack_files(ctx: StepContext[Order], timeline: Timeline) -> dict[str, Any]:
    """Make and publish every file, and a zip of them with the parts an editor needs."""
    speech = ctx.load_json(ctx.result("ALIGNMENT")["speech"])
    loudness = Loudness(**ctx.result("MixAudio")["loudness"])
    with ctx.workspace() as folder:
        video = artifacts.fetch(ctx.result("JoinChunks")["video"], folder)
        parts = _parts(timeline, speech, folder)
        made = _made(timeline, parts, folder)
        manifest = package.manifest(
            timeline, probe(video), loudness, {**made, video.name: video}, made_by=_made_by()
        )
        made["manifest.json"] = folder / "manifest.json"
        made["manifest.json"].write_text(package.manifest_json(manifest), encoding="utf-8")
        for name, path in made.items():
            kind, content_type = KINDS[name]
            ctx.asset(kind, ctx.publish(path, name, content_type), content_type)
        box = folder / "video.zip"
        package.bundle({video.name: video, **made, **parts}, box)
        ctx.asset("zip", ctx.publish(box, box.name, "application/zip"), "application/zip")
    return {"manifest": f"{ctx.folder}/manifest.json"}


def _parts(timeline: Timeline, speech: list[dict[str, Any]], folder: Path) -> dict[str, Path]:
    """Pictures and speech under the names that the editor's file calls them by."""
    keys = {}
    for number, (scene, spoken) in enumerate(zip(timeline.scenes, speech, strict=True)):
        keys[_picture(number, scene.image)] = scene.image
        keys[_speech(number)] = spoken["audio"]
    parts = {}
    for number, (name, key) in enumerate(keys.items()):
        (folder / f"part{number}").mkdir()
        parts[name] = artifacts.fetch(key, folder / f"part{number}")
    return parts


def _made(timeline: Timeline, parts: Mapping[str, Path], folder: Path) -> dict[str, Path]:
    first = parts[_picture(0, timeline.scenes[0].image)]
    thumbnail(timeline.title, first, folder / "thumbnail.jpg", format=timeline.format)
    pictures = {s.image: _picture(n, s.image) for n, s in enumerate(timeline.scenes)}
    texts = {
        "captions.srt": captions.srt(timeline),
        "captions.vtt": captions.vtt(timeline),
        "words.json": captions.words_json(timeline),
        "chapters.txt": package.chapter_lines(timeline),
        "timeline.otio": package.otio(
            timeline,
            images=pictures,
            speech={number: _speech(number) for number in range(len(timeline.scenes))},
        ),
        "licences.txt": _licences(),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return {name: folder / name for name in ("thumbnail.jpg", *texts)}


def _picture(number: int, key: str) -> str:
    return f"pictures/{number:02}{Path(key).suffix}"


def _speech(number: int) -> str:
    return f"speech/{number:02}.wav"


def _made_by() -> dict[str, str]:
    return {
        "text": providers.text().name,
        "voice": providers.voice().name,
        "pictures": providers.image().name,
        "music": providers.music().name,
    }


def _licences() -> str:
    said = [
        f"{what.capitalize()}: made by the provider `{who}`." for what, who in _made_by().items()
    ]
    return "\n".join([*said, "Nothing in this video was taken from another work.", ""])
