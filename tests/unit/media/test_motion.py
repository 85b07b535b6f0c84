"""The camera moves by fractions of a pixel, evenly: measured on the frames themselves."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from chalicelib.media.frames import Frame, Picture, frames
from chalicelib.media.motion import Window
from tests.unit.media.material import picture, pictures, timeline

Plane = npt.NDArray[np.float64]


def shift(one: Plane, other: Plane) -> float:
    """How far the picture went to the left, in pixels, by the phase of its spectrum."""
    taper = np.hanning(one.shape[0])[:, None] * np.hanning(one.shape[1])[None, :]
    a, b = (np.fft.fft2((plane - plane.mean()) * taper) for plane in (one, other))
    cross = a * np.conj(b)
    across = np.fft.fftfreq(one.shape[1])
    low = (np.abs(across) < 0.12) & (across > 0)
    rows = np.abs(np.fft.fftfreq(one.shape[0])) < 0.12
    part = cross[np.ix_(rows, low)]
    slopes = -np.angle(part) / (2 * np.pi * across[low][None, :])
    return float(np.average(slopes, weights=np.abs(part)))


def steps(planes: list[Plane]) -> npt.NDArray[np.float64]:
    return np.array([shift(one, other) for one, other in pairwise(planes)])


def windows(count: int, step: float, zoom: float = 0.05) -> list[Window]:
    """A slow pan of the centre, with a slow zoom or none, as in a scene of some seconds."""
    widths = [288 - zoom * k for k in range(count)]
    return [
        Window(4 + k * step + (288 - width) / 2, 3.3, width, width * 162 / 288)
        for k, width in enumerate(widths)
    ]


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return picture(tmp_path_factory.mktemp("motion") / "still.png", 3, (360, 202))


@pytest.mark.parametrize("zoom", [0.0, 0.05], ids=["pan", "zoom"])
@pytest.mark.parametrize("step", [0.11, 0.37, 0.83])
def test_every_frame_goes_the_same_fraction_of_a_pixel(
    still: Path, step: float, zoom: float
) -> None:
    loaded, frame = Picture(still, (360, 202)), Frame(288, 162)
    planes = []
    for window in windows(24, step, zoom):
        loaded.draw(window, frame)
        planes.append(frame.planes[0].astype(np.float64))
    gone = steps(planes)
    assert np.abs(gone - gone.mean()).max() < 0.06  # what the measure itself is good for
    assert gone.mean() == pytest.approx(step, rel=0.12)  # the taper holds it back a little


def test_whole_pixel_windows_would_be_seen_to_jitter(still: Path) -> None:
    """What `zoompan` does: the same measure finds its steps of a whole pixel."""
    source = Image.open(still).convert("L")
    planes = []
    for window in windows(24, 0.37):
        left, top, width, height = (round(side) for side in window)
        part = source.crop((left, top, left + width, top + height))
        planes.append(np.asarray(part.resize((288, 162), Image.Resampling.BICUBIC), np.float64))
    gone = steps(planes)
    assert np.abs(gone - gone.mean()).max() > 0.3


def test_a_flat_colour_stays_exactly_flat(tmp_path: Path) -> None:
    Image.new("RGB", (360, 202), (200, 40, 90)).save(tmp_path / "flat.png")
    loaded, frame = Picture(tmp_path / "flat.png", (360, 202)), Frame(288, 162)
    loaded.draw(Window(7.31, 2.77, 301.3, 169.4), frame)
    for plane in frame.planes:
        assert plane.min() == plane.max()


@pytest.mark.parametrize(
    "window",
    [
        Window(9.4, 5.2, 310.0, 310.0 * 162 / 288),
        Window(31.7, 20.3, 288.0, 162.0),
        Window(0.0, 0.0, 288.0, 162.0),
        Window(72.0, 40.0, 288.0, 162.0),
        Window(0.0, 0.0, 358.0, 201.375),
    ],
    ids=["scaled", "shifted", "first", "last", "whole"],
)
def test_sampling_agrees_with_plain_arithmetic(still: Path, window: Window) -> None:
    loaded, frame = Picture(still, (360, 202)), Frame(288, 162)
    loaded.draw(window, frame)
    source = (loaded.planes[0].pairs & 255).astype(np.float64)
    source = np.pad(source, ((0, 1), (0, 1)), mode="edge")
    x = window.x + (np.arange(288) + 0.5) * window.width / 288 - 0.5
    y = window.y + (np.arange(162) + 0.5) * window.height / 162 - 0.5
    i, j = np.floor(x).astype(int), np.floor(y).astype(int)
    fx, fy = x - i, (y - j)[:, None]
    rows = source[j] * (1 - fy) + source[j + 1] * fy
    expected = rows[:, i] * (1 - fx) + rows[:, i + 1] * fx
    assert np.abs(frame.planes[0] - expected).max() <= 1.5


@pytest.mark.parametrize("transition", ["crossfade", "wipe_right", "wipe_down", "iris"])
def test_a_transition_goes_from_one_scene_to_the_other(tmp_path: Path, transition: str) -> None:
    made = timeline("One two three.", "Four five six.", captions=False)
    second = made.scenes[1].model_copy(update={"transition": transition})
    made = made.model_copy(update={"scenes": (made.scenes[0], second)})
    colours = {"picture-0": (200, 30, 30), "picture-1": (30, 30, 200)}
    images = {name: tmp_path / f"{name}.png" for name in colours}
    for name, colour in colours.items():
        Image.new("RGB", made.picture_size, colour).save(images[name])
    half = second.transition_frames // 2
    first = second.start - half
    reds = [
        float(frame.planes[2].mean())
        for frame in frames(made, first - 1, second.transition_frames + 2, images)
    ]
    assert reds == sorted(reds, reverse=True)
    assert reds[0] > 180
    assert reds[-1] < 125
    assert len({round(red) for red in reds}) >= second.transition_frames


def test_frames_do_not_depend_on_where_the_render_starts(tmp_path: Path) -> None:
    made = timeline("One two three.", "Four five six.")
    images = pictures(made, tmp_path)
    whole = [bytes(frame.buffer) for frame in frames(made, 0, made.frames, images)]
    for start in (0, made.scenes[1].start - 1, made.frames - 5):
        part = [bytes(frame.buffer) for frame in frames(made, start, 5, images)]
        assert part == whole[start : start + 5]
