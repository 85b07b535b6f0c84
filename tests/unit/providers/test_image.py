"""What every painter promises: a picture of the size and words that were asked for."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image as Pillow

from chalicelib import providers
from chalicelib.errors import InvalidInput
from chalicelib.providers.image.canvas import Canvas
from chalicelib.providers.image.interface import Image, Picture
from chalicelib.providers.image.light import LIGHTS, choose
from chalicelib.providers.image.plan import SCENES, Scene, plan

PROMPTS = ("the deep sea", "inflation", "", "🚀", "森", "a\x00b", "word " * 2000)
SIZES = ((320, 180), (180, 320), (240, 240), (16, 16), (64, 1000), (4000, 20), (101, 67))


@pytest.fixture(params=sorted(providers.REGISTRY["image"]))
def image(request: pytest.FixtureRequest) -> Image:
    made: Image = providers.make("image", request.param)
    return made


def pixels(picture: Picture) -> np.ndarray:
    file = Pillow.open(BytesIO(picture.data))
    assert Pillow.MIME[str(file.format)] == picture.mime
    assert file.size == (picture.width, picture.height)
    return np.asarray(file.convert("RGB"), float)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_picture_has_exactly_the_size_that_was_asked_for(
    image: Image, size: tuple[int, int]
) -> None:
    picture = image.draw("mountains at dawn", width=size[0], height=size[1], seed=1)
    assert (picture.width, picture.height) == size
    pixels(picture)


@pytest.mark.parametrize("prompt", PROMPTS, ids=repr)
def test_any_words_give_a_picture(image: Image, prompt: str) -> None:
    picture = image.draw(prompt, width=160, height=90, seed=1)
    assert pixels(picture).std() > 8


def test_the_same_words_and_seed_give_the_same_bytes(image: Image) -> None:
    def drawn(prompt: str, seed: int) -> bytes:
        return image.draw(prompt, width=160, height=90, seed=seed).data

    assert drawn("a forest", 1) == drawn("a forest", 1)
    assert len({drawn("a forest", 1), drawn("a forest", 2), drawn("an ocean", 1)}) == 3


@pytest.mark.parametrize("size", [(0, 90), (90, 0), (-5, 90), (5000, 90), (90, 10**9)])
def test_sizes_out_of_reason_are_refused(image: Image, size: tuple[int, int]) -> None:
    with pytest.raises(InvalidInput, match="width"):
        image.draw("sea", width=size[0], height=size[1], seed=1)


class TestTheLocalPainter:
    """Promises of the generated artwork alone."""

    @pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.paint.__name__)
    def test_every_scene_can_be_painted_in_every_light(self, scene: Scene) -> None:
        for number, time in enumerate(sorted({light.time for light in LIGHTS})):
            size = (160, 90) if number % 2 else (90, 160)
            rng = np.random.default_rng(5)
            canvas = Canvas(*size, rng)
            scene.paint(canvas, choose(time, rng))
            assert np.all(np.isfinite(canvas.rgb)), time
            rgb = np.asarray(canvas.finish(), float)
            assert rgb.std() > 8, time
            assert 8 < rgb.mean() < 248, time

    @pytest.mark.parametrize(
        ("prompt", "painter"),
        [
            ("snowy mountains", "mountains"),
            ("an ocean voyage", "ocean"),
            ("coral reef", "underwater"),
            ("city skyline", "city"),
            ("galaxies and nebulae", "space"),
            ("ancient temples", "ruins"),
            ("stock markets", "chart"),
            ("chemistry laboratory", "laboratory"),
            ("dna", "helix"),
            ("🏜", "desert"),
            ("森", "forest"),
        ],
    )
    def test_words_choose_the_scene(self, prompt: str, painter: str) -> None:
        chosen = plan(prompt, np.random.default_rng(1))
        assert chosen.scene.paint.__name__ == painter

    def test_words_choose_the_light(self) -> None:
        for words, time in (("sunrise over hills", "dawn"), ("a stormy sea", "storm")):
            assert plan(words, np.random.default_rng(1)).light.time == time

    def test_prompts_that_say_nothing_get_different_scenes(self) -> None:
        painted = {
            plan("zzz", np.random.default_rng(seed)).scene.paint.__name__ for seed in range(40)
        }
        assert len(painted) > 10
