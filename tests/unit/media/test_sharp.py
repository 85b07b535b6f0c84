"""Colour at half the size: what is shown comes closer to the picture than by averaging."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageOps

from chalicelib.media import ffmpeg
from chalicelib.media.frames import yuv
from chalicelib.media.overlay import BT709
from chalicelib.media.sharp import ENLARGED, HALVED, sharp_yuv
from tests.unit.media.material import lights, picture

Planes = tuple[npt.NDArray[np.uint8], ...]
FLAGS = "bicubic+accurate_rnd+full_chroma_int"
SIZES = ((16, 16), (64, 66), (130, 34), (320, 180))


def shown(planes: Planes, folder: Path) -> npt.NDArray[np.float32]:
    """What ffmpeg makes of a frame in RGB."""
    height, width = planes[0].shape
    (folder / "x.yuv").write_bytes(b"".join(plane.tobytes() for plane in planes))
    raw = ffmpeg.decode(
        [
            *("-f", "rawvideo", "-pix_fmt", "yuv420p", "-video_size", f"{width}x{height}"),
            *("-i", folder / "x.yuv", "-vf", f"{BT709},scale=flags={FLAGS}"),
            *("-pix_fmt", "rgb24", "-f", "rawvideo", "pipe:1"),
        ],
        piece=1 << 20,
    )
    return np.frombuffer(b"".join(raw), np.uint8).reshape(height, width, 3).astype(np.float32)


def psnr(one: npt.NDArray[np.float32], image: Image.Image) -> float:
    return float(10 * np.log10(255**2 / np.mean((one - np.asarray(image, np.float32)) ** 2)))


def test_saturated_edges_are_shown_closer(tmp_path: Path) -> None:
    image = lights((320, 180))
    sharp, plain = (psnr(shown(made(image), tmp_path), image) for made in (sharp_yuv, yuv))
    assert sharp >= plain + 1


def test_soft_pictures_are_shown_as_well(tmp_path: Path) -> None:
    image = Image.open(picture(tmp_path / "x.png", 4))
    sharp, plain = (psnr(shown(made(image), tmp_path), image) for made in (sharp_yuv, yuv))
    assert sharp >= max(40.0, plain)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_colour_lies_in_the_middle_of_its_pixels(size: tuple[int, int]) -> None:
    """So a mirrored picture has mirrored planes."""
    image = lights(size)
    for mirrored, axis in ((ImageOps.mirror(image), 1), (ImageOps.flip(image), 0)):
        for plane, back in zip(sharp_yuv(image), sharp_yuv(mirrored), strict=True):
            assert np.abs(np.flip(plane, axis).astype(int) - back).max() <= 1  # order of sums


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_bands_leave_no_seam(size: tuple[int, int]) -> None:
    """A picture of so many rows is the upper part of a taller one, but for its last rows."""
    tall = lights((size[0], 300))
    part = sharp_yuv(tall.crop((0, 0, *size)))
    for plane, whole in zip(part, sharp_yuv(tall), strict=True):
        assert np.array_equal(plane[:-8], whole[: len(plane) - 8])


@pytest.mark.parametrize("colour", ["black", "white", "#808080", "#ff0000", "#00ff00", "#0000ff"])
def test_one_colour_stays_that_colour(colour: str) -> None:
    image = Image.new("RGB", (32, 32), colour)
    for plane, plain in zip(sharp_yuv(image), yuv(image), strict=True):
        assert np.array_equal(plane, plain)


def test_levels_stay_in_range() -> None:
    random = np.random.default_rng(3)
    image = Image.fromarray(random.choice([0, 255], (64, 64, 3)).astype(np.uint8))
    luma, *colours = sharp_yuv(image)
    assert (luma.min(), luma.max()) == (16, 235)
    assert all((plane.min(), plane.max()) == (16, 240) for plane in colours)


def test_halving_undoes_enlarging() -> None:
    """Colour that a player has enlarged is found again, but for the shares that are left out."""
    own, beside, across, beyond = ENLARGED
    line = np.zeros(18)
    line[8] = 1  # a single sample of colour among others without any
    even = own * line + beside * np.roll(line, 1) + across * np.roll(line, -1)
    odd = own * line + beside * np.roll(line, -1) + across * np.roll(line, 1)
    even, odd = even + beyond * np.roll(line, 2), odd + beyond * np.roll(line, -2)
    wide = np.stack([even, odd], 1).ravel()
    found = sum(
        share * (np.roll(wide, far) + np.roll(wide, -1 - far))[::2]
        for far, share in enumerate(HALVED)
    )
    assert np.abs(found - line).max() <= 0.03
    assert sum(HALVED) == pytest.approx(0.5, abs=1e-5)
    assert sum(ENLARGED) == pytest.approx(1, abs=1e-6)
