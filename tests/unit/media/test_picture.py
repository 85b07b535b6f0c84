"""Any sound picture is made fit for a frame; what is none is refused by name."""

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from chalicelib.errors import InvalidInput
from chalicelib.media.picture import check_picture, load
from tests.unit.media.material import picture


@pytest.fixture
def good(tmp_path: Path) -> Image.Image:
    with Image.open(picture(tmp_path / "good.png", 1, (640, 400))) as opened:
        return opened.copy()


@pytest.mark.parametrize("mode", ["RGB", "CMYK", "P", "L", "RGBA", "LA", "I;16", "1"])
def test_every_kind_of_colour_becomes_rgb(tmp_path: Path, good: Image.Image, mode: str) -> None:
    path = tmp_path / ("x.tif" if mode in {"CMYK", "I;16"} else "x.png")
    if mode == "I;16":
        good.convert("L").convert("I").point(lambda level: level * 257).convert("I;16").save(path)
    else:
        good.convert(mode).save(path)
    found = check_picture(path)
    assert (found.width, found.height, found.upscaled) == (640, 400, True)
    image = load(path, (320, 180))
    assert (image.mode, image.size) == ("RGB", (320, 180))
    if mode not in {"1", "P"}:
        want = load(tmp_path / "good.png", (320, 180)).convert("L").resize((4, 2))
        for x, y in ((0, 0), (3, 1)):
            got = image.convert("L").resize((4, 2)).getpixel((x, y))
            assert abs(float(str(got)) - float(str(want.getpixel((x, y))))) < 12


def test_a_picture_is_turned_upright(tmp_path: Path, good: Image.Image) -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    good.save(tmp_path / "x.jpg", exif=turned)
    found = check_picture(tmp_path / "x.jpg", 400, 640)
    assert (found.width, found.height, found.upscaled) == (400, 640, False)


def swapped(profile: bytes) -> bytes:
    """A profile by which red is green and green is red."""
    return profile.replace(b"rXYZ", b"tmp!").replace(b"gXYZ", b"rXYZ").replace(b"tmp!", b"gXYZ")


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp"])
@pytest.mark.parametrize(
    ("kind", "seen"),
    [("sRGB", "red"), ("swapped", "green"), ("of greys", "red"), ("none", "red"), ("cut", "red")],
)
def test_colours_are_what_the_pictures_profile_says(
    tmp_path: Path, suffix: str, kind: str, seen: str
) -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = {
        "swapped": swapped(srgb),
        "of greys": srgb.replace(b"RGB ", b"GRAY", 1),
        "none": b"this is no profile",
        "cut": srgb[:200],
    }.get(kind, srgb)
    path = tmp_path / f"x.{suffix}"
    Image.new("RGB", (640, 400), (250, 4, 4)).save(path, icc_profile=profile)
    assert check_picture(path).mode == "RGB"
    red, green, blue = load(path, (320, 180)).resize((1, 1)).getpixel((0, 0))
    high, low = (red, green) if seen == "red" else (green, red)
    assert high > 240
    assert max(low, blue) < 16


MEASURED = """
import resource, sys
from pathlib import Path
import numpy
from PIL import Image, ImageOps, PngImagePlugin
from chalicelib.media import picture

def most():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

before = most()
picture.check_picture(Path(sys.argv[1]))
checked = most()
picture.load(Path(sys.argv[1]), (480, 270))
print(checked - before, most() - before)
"""


def test_a_large_picture_is_held_but_twice(tmp_path: Path) -> None:
    """Eighty megapixels of it, four bytes each, so take less than a gigabyte."""
    turned = Image.Exif()
    turned[0x0112] = 6
    image = Image.new("RGBA", (5000, 4000), (200, 30, 30, 128))
    image.save(tmp_path / "x.png", exif=turned, compress_level=1)
    ran = subprocess.run(
        [sys.executable, "-c", MEASURED, tmp_path / "x.png"],
        capture_output=True,
        text=True,
        check=True,
    )
    checked, loaded = (int(held) / (5000 * 4000 * 4) for held in ran.stdout.split())
    assert checked < 1.3
    assert loaded < 2.6


def test_a_picture_of_the_right_size_is_left_alone(tmp_path: Path, good: Image.Image) -> None:
    assert load(tmp_path / "good.png", good.size).tobytes() == good.tobytes()


def spoilt(kind: str, good: Image.Image) -> bytes:
    """The bytes of a picture that is wrong in one way."""
    made = io.BytesIO()
    match kind:
        case "text":
            return b"this is no picture"
        case "empty":
            return b""
        case "truncated":
            good.save(made, "PNG")
            return made.getvalue()[: len(made.getvalue()) // 2]
        case "truncated jpeg":
            good.save(made, "JPEG")
            return made.getvalue()[: len(made.getvalue()) // 2]
        case "small":
            good.resize((100, 100)).save(made, "PNG")
        case "narrow":
            good.resize((2000, 300)).save(made, "PNG")
        case "gif" | "webp" | "png":
            frames = [good.rotate(angle) for angle in (5, 10)]
            good.save(made, kind.upper(), save_all=True, append_images=frames, duration=100)
        case "huge":
            Image.new("1", (10_000, 9_000)).save(made, "PNG")
    return made.getvalue()


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("text", "unreadable"),
        ("empty", "unreadable"),
        ("truncated", "unreadable"),
        ("truncated jpeg", "unreadable"),
        ("small", "too_small"),
        ("narrow", "too_small"),
        ("gif", "animated"),
        ("webp", "animated"),
        ("png", "animated"),
        ("huge", "too_large"),
    ],
)
def test_what_cannot_be_shown_is_refused(
    tmp_path: Path, good: Image.Image, kind: str, rule: str
) -> None:
    (tmp_path / "x").write_bytes(spoilt(kind, good))
    looks: list[Callable[[Path], object]] = [check_picture, lambda path: load(path, (320, 180))]
    if rule == "too_small":  # for what is brought; what was made here is shown at any size
        assert load(tmp_path / "x", (320, 180)).size == (320, 180)
        looks.pop()
    for look in looks:
        with pytest.raises(InvalidInput) as refused:
            look(tmp_path / "x")
        (told,) = refused.value.members["errors"]
        assert (told["field"], told["rule"]) == ("picture", rule)
