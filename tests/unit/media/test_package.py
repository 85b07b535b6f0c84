"""What lies beside the video is exact, and the same again when it is made again."""

import json
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from chalicelib.errors import InvalidInput
from chalicelib.media import package
from chalicelib.media.audio import Loudness
from chalicelib.media.probe import Probe
from chalicelib.media.thumbnail import SIZES, thumbnail
from chalicelib.media.timeline import Format
from tests.unit.media.material import TEXT, picture, timeline

LONG = " ".join([TEXT, TEXT])
VIDEO = Probe(30.5, 305, 160, 90, "ab" * 32, 12_345, "cd" * 32, has_audio=True)


def test_chapters_start_where_scenes_do_and_cover_everything() -> None:
    made = timeline(LONG, LONG, LONG)
    chapters = package.chapters(made)
    assert [chapter.title for chapter in chapters] == ["Part 0", "Part 1", "Part 2"]
    assert chapters[0].start == 0
    assert [c.end for c in chapters] == [c.start for c in chapters[1:]] + [made.seconds]
    assert [c.start for c in chapters] == [s.start / made.fps for s in made.scenes]
    lines = package.chapter_lines(made).splitlines()
    assert lines[0] == "0:00 Part 0"
    assert len(lines) == 3


def test_short_scenes_share_a_chapter_and_few_chapters_are_none() -> None:
    shared = package.chapters(timeline(*["Just a few words here."] * 30))
    assert len(shared) >= 3
    assert all(chapter.end - chapter.start >= 10 for chapter in shared)
    assert package.chapters(timeline("One.", "Two.")) == []


def test_neighbours_under_one_heading_are_one_chapter() -> None:
    made = timeline(LONG, LONG, LONG, LONG)
    told = [
        scene.model_copy(update={"heading": heading})
        for scene, heading in zip(made.scenes, ("One", "Two", "Two", "Three"), strict=True)
    ]
    chapters = package.chapters(made.model_copy(update={"scenes": tuple(told)}))
    assert [chapter.title for chapter in chapters] == ["One", "Two", "Three"]
    assert chapters[1].end == chapters[2].start == made.scenes[3].start / made.fps


def test_the_manifest_says_what_was_made(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hello")
    made = timeline(TEXT)
    facts = package.manifest(made, VIDEO, Loudness(-14.1, -1.5, 3.0), {"a.txt": tmp_path / "a.txt"})
    assert json.loads(package.manifest_json(facts)) == facts
    assert facts["loudness"] == {"integrated": -14.1, "true_peak": -1.5, "range": 3.0}
    assert facts["video"]["frames"] == 305
    assert facts["files"]["a.txt"]["size_bytes"] == 5
    assert facts["files"]["a.txt"]["sha256"].startswith("2cf24dba")
    assert facts["scenes"][0]["narration"] == TEXT


def test_the_edit_names_the_files_beside_it_and_marks_the_others_missing() -> None:
    made = timeline(TEXT, TEXT, TEXT)
    beside = {"images": {"picture-1": "pictures/2.jpg"}, "speech": {0: "speech/00.wav"}}
    text = package.otio(made, **beside)
    assert text == package.otio(made, **beside)
    pictures, voice, bed = json.loads(text)["tracks"]["children"]
    shown = [item for item in pictures["children"] if item["OTIO_SCHEMA"] == "Clip.2"]
    assert [clip["source_range"]["duration"]["value"] for clip in shown] == [
        scene.frames for scene in made.scenes
    ]
    (heard,) = bed["children"]
    assert heard["source_range"]["duration"]["value"] == made.frames
    said = [item for item in voice["children"] if item["OTIO_SCHEMA"] == "Clip.2"]
    named = [
        clip["media_references"]["DEFAULT_MEDIA"].get("target_url")
        for clip in (*shown, *said, heard)
    ]
    assert named == [None, "pictures/2.jpg", None, "speech/00.wav", None, None, None]
    assert text.count('"MissingReference.1"') == 5


def test_the_same_files_make_the_same_zip(tmp_path: Path) -> None:
    files = {"b.mp4": tmp_path / "b.mp4", "a/words.json": tmp_path / "words.json"}
    for path in files.values():
        path.write_bytes(b"content" * 1000)
    package.bundle(files, tmp_path / "one.zip")
    for path in files.values():
        path.touch()
    package.bundle(dict(reversed(files.items())), tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["a/words.json", "b.mp4"]
        assert archive.getinfo("b.mp4").compress_type == zipfile.ZIP_STORED


@pytest.mark.parametrize("format", SIZES)
@pytest.mark.parametrize(
    "title",
    [
        "The deep sea",
        "Money",
        "深海の生き物 \U0001f680",
        "W" * 200,
        "Long and longer " * 20,
        "\U0001f680",
    ],
    ids=range(6),
)
def test_a_thumbnail_has_its_size_and_its_title(tmp_path: Path, format: Format, title: str) -> None:
    source = picture(tmp_path / "x.png", 1)
    thumbnail(title, source, tmp_path / "a.jpg", format=format)
    thumbnail(title, source, tmp_path / "b.jpg", format=format)
    assert (tmp_path / "a.jpg").read_bytes() == (tmp_path / "b.jpg").read_bytes()
    with Image.open(tmp_path / "a.jpg") as image:
        assert image.size == SIZES[format]
        margin = round(0.05 * min(image.size))
        white = image.convert("L").point(lambda level: 255 * (level > 235))
        box = white.getbbox()
    if title != "\U0001f680":
        assert box is not None
        left, _, right, bottom = box
        assert margin <= left
        assert right <= image.size[0] - margin
        assert bottom <= image.size[1] - margin


def test_a_thumbnail_shows_its_picture_as_the_video_does(tmp_path: Path) -> None:
    """Upright, and black where nothing is."""
    upright = Image.new("RGBA", (320, 180), (0, 0, 0, 0))
    upright.paste((200, 60, 60, 255), (0, 0, 160, 180))
    turned = Image.Exif()
    turned[0x0112] = 3  # upside down
    for name, exif in (("a", None), ("b", turned)):
        image = upright.rotate(180) if exif else upright
        image.save(tmp_path / f"{name}.png", exif=exif)
        thumbnail("", tmp_path / f"{name}.png", tmp_path / f"{name}.jpg")
    assert (tmp_path / "a.jpg").read_bytes() == (tmp_path / "b.jpg").read_bytes()
    with Image.open(tmp_path / "a.jpg") as found:
        left, right = (found.resize((2, 1)).getpixel((side, 0)) for side in (0, 1))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[0] > left[1] + 80
    assert max(right) < 40  # the edge between them is softened


def test_a_thumbnail_needs_a_picture(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(b"nothing")
    with pytest.raises(InvalidInput, match="The file is no picture"):
        thumbnail("One.", tmp_path / "x.png", tmp_path / "a.jpg")
