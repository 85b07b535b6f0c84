"""What lies beside an album is exact, can be read by other programs, and is held to the video."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from chalicelib.errors import InvalidInput
from chalicelib.media import album_package, audio, contact_sheet, ffmpeg, loop, plots, tracks
from chalicelib.media.album import RATE, Album, chapters
from chalicelib.media.album_check import check_album
from chalicelib.media.album_package import Asset
from chalicelib.media.join import join_album
from chalicelib.media.package import manifest_json
from chalicelib.media.probe import probe
from tests.unit.media.albums import album, pieces, track
from tests.unit.media.material import picture


@pytest.fixture(scope="module")
def finished(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Album, Path, list[Path], tracks.MasterFacts]:
    folder = tmp_path_factory.mktemp("album")
    made = album(14.0, 13.5, 15.25)
    images, done = pieces(made, folder)
    sounds = [track(folder, number, one.seconds) for number, one in enumerate(made.tracks)]
    mastered = tracks.master(sounds, folder / "sound.m4a", crossfade=made.crossfade)
    join_album(made, done, folder / "sound.m4a", folder / "album.mp4")
    return made, folder / "album.mp4", images, mastered


def asset(number: int, kind: str = "audio") -> Asset:
    return Asset(
        order_index=number,
        kind="audio" if kind == "audio" else "image",
        provider="mubert",
        terms="Commercial use allowed.",
        prompt="slow rain",
        sha256="ab" * 32,
        reference="m-1",
        licence="https://example.com/licence",
    )


def test_a_good_album_passes_its_check(
    finished: tuple[Album, Path, list[Path], tracks.MasterFacts],
) -> None:
    made, video, _, sound = finished
    report = check_album(video, made, sound)
    assert report.problems == ()
    assert report.figures["chapters_off_by"] <= 0.001
    assert report.figures["frames"] == made.frames


@pytest.mark.parametrize("fault", ["late chapters", "length", "size", "loud", "few chapters"])
def test_a_bad_album_is_told_what_is_wrong(
    finished: tuple[Album, Path, list[Path], tracks.MasterFacts], fault: str
) -> None:
    made, video, _, sound = finished
    first, *others = sound.tracks
    said = {
        "late chapters": r"Chapter 2 is 0\.5. s off its track",
        "length": "The length is wrong",
        "size": "The picture is 320x180",
        "loud": r"The loudness is -9\.0 LUFS",
        "few chapters": "3 chapters for 2 tracks",
    }[fault]
    match fault:
        case "late chapters":
            first = replace(first, samples=first.samples + RATE // 2)
            sound = replace(sound, tracks=(first, *others))
        case "length":
            made = album(14.0, 13.5, 16.25)
        case "size":
            made = made.model_copy(update={"width": 640})
        case "loud":
            sound = replace(sound, loudness=replace(sound.loudness, integrated=-9.0))
        case "few chapters":
            sound = replace(sound, tracks=sound.tracks[1:])
    report = check_album(video, made, sound)
    assert any(re.search(said, problem) for problem in report.problems)


def test_titles_that_read_like_a_log_confuse_no_check(
    finished: tuple[Album, Path, list[Path], tracks.MasterFacts], tmp_path: Path
) -> None:
    made, video, _, sound = finished
    title = "Output #0, Chapter #0:7: start 5.000000"
    odd = made.model_copy(
        update={
            "title": title,
            "tracks": tuple(one.model_copy(update={"title": title}) for one in made.tracks),
        }
    )
    done = [video.with_name(f"still-{index}.mp4") for index in range(len(made.tracks))]
    join_album(odd, done, video.with_name("sound.m4a"), tmp_path / "album.mp4")
    assert check_album(tmp_path / "album.mp4", odd, sound).problems == ()


def test_black_and_silence_are_found(tmp_path: Path) -> None:
    made = album(14.0, 14.0)
    _, done = pieces(made, tmp_path)
    Image.new("RGB", (640, 360)).save(tmp_path / "black.png")
    loop.render(made, 1, tmp_path / "black.png", done[1])
    sounds = [track(tmp_path, 0, 14.0), track(tmp_path, 1, 14.0, level=0.0)]
    sound = tracks.master(sounds, tmp_path / "sound.m4a", crossfade=1.0)
    join_album(made, done, tmp_path / "sound.m4a", tmp_path / "album.mp4")
    problems = check_album(tmp_path / "album.mp4", made, sound).problems
    assert any(problem.startswith("The picture is black at 20") for problem in problems)
    assert any(problem.startswith("Silence at 20") for problem in problems)


@pytest.mark.parametrize("at", [13.1, 13.5, 13.9, 20.8])
def test_clipping_is_found_in_the_whole_of_a_join_and_in_a_middle(
    finished: tuple[Album, Path, list[Path], tracks.MasterFacts], tmp_path: Path, at: float
) -> None:
    """The second track comes from 13 to 14 s, and has its middle at 19.75 s."""
    made, video, _, sound = finished
    raw = ffmpeg.decode(["-i", video, "-f", "f32le", "-ac", "2", "pipe:1"], piece=1 << 20)
    pcm = np.frombuffer(b"".join(raw), np.float32).reshape(-1, 2).copy()
    pcm[round(at * RATE) : round(at * RATE) + 40, 1] = 1
    audio.write_wav(tmp_path / "clipped.wav", pcm)
    clipped = tmp_path / "clipped.mp4"
    both = ["-i", video, "-i", tmp_path / "clipped.wav", "-map", "0:v", "-map", "1:a"]
    ffmpeg.run([*both, "-c:v", "copy", "-c:a", "alac", clipped])
    (problem,) = check_album(clipped, made, sound).problems
    told = re.fullmatch(r"The sound clips at (\d+\.\d+) s\.", problem)
    assert told is not None
    assert float(told[1]) == pytest.approx(at, abs=0.05)


def test_the_track_list_names_times_and_lengths() -> None:
    lines = album_package.track_list(album(*[225.0] * 20, crossfade=2.0)).splitlines()
    assert lines[0] == "01     0:00   3:45  Piece 1"
    assert lines[19] == "20  1:10:38   3:45  Piece 20"


def test_every_asset_has_its_record() -> None:
    made = album(30.0, 30.0)
    assets = [asset(2), asset(1, "image"), asset(1)]
    records = album_package.provenance(assets)
    assert [(r["order_index"], r["kind"]) for r in records] == [
        (1, "audio"),
        (1, "image"),
        (2, "audio"),
    ]
    assert all(len(record["prompt_sha256"]) == 64 for record in records)
    text = album_package.licences(made, assets)
    assert text.count("terms     Commercial use allowed.") == 3
    assert "Track 01: Piece 1" in text
    assert "licence   https://example.com/licence" in text


def test_the_manifest_says_what_was_made(
    finished: tuple[Album, Path, list[Path], tracks.MasterFacts], tmp_path: Path
) -> None:
    made, video, _, sound = finished
    facts = album_package.manifest(
        made, probe(video), sound, {"album.mp4": video}, assets=[asset(1)]
    )
    assert json.loads(manifest_json(facts)) == json.loads(json.dumps(facts))
    assert [one["start"] for one in facts["tracks"]] == [round(s, 3) for s in made.starts]
    assert facts["tracks"][1]["loudness"]["after"] == pytest.approx(-14, abs=0.5)
    assert facts["video"]["frames"] == made.frames
    assert facts["files"]["album.mp4"]["size_bytes"] == video.stat().st_size


def test_the_edit_names_the_pictures_beside_it_and_marks_the_rest_missing() -> None:
    made = album(14.0, 13.5, 15.25)
    text = album_package.otio(made, images={2: "pictures/02.png"})
    assert text == album_package.otio(made, images={2: "pictures/02.png"})
    pictures, music = json.loads(text)["tracks"]["children"]
    frames = [clip["source_range"]["duration"]["value"] for clip in pictures["children"]]
    assert sum(frames) == made.frames
    kinds = [item["OTIO_SCHEMA"] for item in music["children"]]
    assert kinds == ["Clip.2", *["Transition.1", "Clip.2"] * 2]
    assert re.findall(r'"target_url": "(.*)"', text) == ["pictures/02.png"]
    assert text.count('"MissingReference.1"') == 5


@pytest.mark.parametrize("name", ["sheet.png", "sheet.jpg"])
def test_the_contact_sheet_shows_all_visuals(tmp_path: Path, name: str) -> None:
    made = album(*[225.0] * 20, crossfade=2.0)
    images = [picture(tmp_path / f"{k}.png", k, (640, 360)) for k in range(20)]
    contact_sheet.draw(made, images, tmp_path / name)
    first = (tmp_path / name).read_bytes()
    contact_sheet.draw(made, images, tmp_path / name)
    assert (tmp_path / name).read_bytes() == first
    with Image.open(tmp_path / name) as sheet, Image.open(images[7]) as seventh:
        cell = contact_sheet.CELL
        left = contact_sheet.EDGE + 2 * (cell + contact_sheet.GAP)
        top = contact_sheet.HEAD + 216 + contact_sheet.CAPTION
        part = sheet.convert("RGB").crop((left, top, left + cell, top + 216)).resize((4, 3))
        want = seventh.resize((4, 3))
        off = [
            abs(a - b) for a, b in zip(part.tobytes(), want.convert("RGB").tobytes(), strict=True)
        ]
        assert max(off) < 14
    with pytest.raises(InvalidInput, match="one picture"):
        contact_sheet.draw(made, images[:3], tmp_path / name)


DAYS = [(date(2026, 3, 1) + timedelta(day), 1.5 * (day % 3)) for day in range(12)]
PLOTS: dict[str, Callable[[str], str]] = {
    "loudness": lambda title: plots.loudness(
        [-14 + k % 5 for k in range(4000)],
        title=title,
        integrated=-14.1,
        chapters=chapters(album(*[225.0] * 20, crossfade=2.0)),
    ),
    "silence": lambda title: plots.loudness([-120.0] * 30, title=title),
    "variants": lambda title: plots.variants(
        [
            plots.Variant("A", 0.05, 0.045, 0.055, "n 100"),
            plots.Variant("B" * 99, 0.06, 0.05, 0.07),
        ],
        title=title,
        measure="Click-through rate",
        percent=True,
    ),
    "nothing yet": lambda title: plots.variants(
        [plots.Variant("A", 0.0, 0.0, 0.0)], title=title, measure="Watch time in minutes"
    ),
    "spend": lambda title: plots.spend(
        DAYS, title=title, cap=40, forecast=44.5, until=date(2026, 3, 31)
    ),
    "no spend": lambda title: plots.spend([(date(2026, 3, 1), 0.0)], title=title, cap=0),
}


@pytest.mark.parametrize("name", PLOTS)
@pytest.mark.parametrize("title", ["March", "<b>&\"'\x00" * 40], ids=["plain", "hostile"])
def test_plots_are_svg_that_stays_in_its_frame(name: str, title: str) -> None:
    text = PLOTS[name](title)
    root = ElementTree.fromstring(text)
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    assert len(text) < 40_000
    named = [element.text for element in root.iter() if element.tag.endswith("text")]
    assert len(named) >= 5
    for element in root.iter():
        for key, most in (
            ("x", width),
            ("x1", width),
            ("cx", width),
            ("y", height),
            ("y1", height),
        ):
            assert 0 <= float(element.attrib.get(key, 0)) <= most
        for place in element.attrib.get("points", "").split():
            x, y = map(float, place.split(","))
            assert 0 <= x <= width
            assert 0 <= y <= height


def test_a_forecast_of_nothing_stands_above_the_days() -> None:
    drawn = plots.spend(
        [(date(2026, 3, 1), 0.0)], title="", cap=None, forecast=0.0, until=date(2026, 3, 31)
    )
    places = {
        element.text: float(element.attrib["y"])
        for element in ElementTree.fromstring(drawn).iter()
        if element.text and "y" in element.attrib
    }
    assert places["forecast 0.00"] < places["01 Mar"] - 20


def test_nothing_to_plot_is_told() -> None:
    for plot in (
        lambda: plots.loudness([], title=""),
        lambda: plots.variants([], title="", measure=""),
        lambda: plots.spend([], title="", cap=1),
    ):
        with pytest.raises(InvalidInput, match="nothing to plot"):
            plot()
