"""What every painter promises: a picture of the size and words that were asked for."""

import itertools
from io import BytesIO

import numpy as np
import pytest
from PIL import Image as Pillow

from chalicelib import providers
from chalicelib.errors import InvalidInput
from chalicelib.media.timeline import Format, SceneInput, build
from chalicelib.providers.image.canvas import Canvas, sampled
from chalicelib.providers.image.interface import LARGEST, Image, Picture, drawable
from chalicelib.providers.image.light import LIGHTS, choose
from chalicelib.providers.image.plan import SCENES, Scene, plan
from chalicelib.providers.image.scenes.built import panes
from chalicelib.providers.image.style import STYLES, treat

PROMPTS = ("the deep sea", "inflation", "", "🚀", "森", "a\x00b", "word " * 2000)
SIZES = ((320, 180), (180, 320), (240, 240), (16, 16), (64, 1000), (4000, 20), (101, 67))


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


def seen(picture: Picture) -> np.ndarray:
    """What is where: 8 x 8 mean colours, and whether it gets lighter to the right, 16 x 16."""
    small = Pillow.fromarray(pixels(picture).astype(np.uint8))
    colours = np.asarray(small.resize((8, 8), Pillow.Resampling.BOX), float) / 255
    light = np.asarray(small.convert("L").resize((17, 16), Pillow.Resampling.BOX), float)
    rising = np.diff(light, axis=1).ravel() > 0
    return np.concatenate([colours.ravel() / np.sqrt(192), rising / 16])


@pytest.mark.parametrize(
    "niche", ["Medieval tavern", "Lo-fi study beats", "Deep space", "Royal court"]
)
def test_an_album_has_twenty_pictures_that_differ(image: Image, niche: str) -> None:
    plan = providers.make("text", "local").plan_album(niche, "", style="", minutes=60, seed=3)
    drawn = [seen(image.draw(v.prompt, width=240, height=135, seed=5)) for v in plan.visuals]
    apart = [np.linalg.norm(a - b) for a, b in itertools.combinations(drawn, 2)]
    assert min(apart) > 0.3
    assert np.median(apart) > 0.6


def test_a_style_makes_a_series(image: Image) -> None:
    """Pictures of one style are nearer to each other in colour than to those of another."""
    subjects = ("mountains at noon", "a city at dusk", "a forest", "the sea in a storm")

    def palette(words: str) -> np.ndarray:
        rgb = pixels(image.draw(words, width=320, height=180, seed=7)).reshape(-1, 3)
        return np.concatenate(
            [rgb.mean(0), rgb.std(0), np.percentile(rgb, (5, 95), axis=0).ravel()]
        )

    styles = {name: [palette(f"{subject}, {name} style") for subject in subjects]
              for name in ("ink", "neon")}  # fmt: skip
    within = [np.linalg.norm(a - b) for shown in styles.values()
              for a, b in itertools.combinations(shown, 2)]  # fmt: skip
    between = [np.linalg.norm(a - b) for a in styles["ink"] for b in styles["neon"]]
    assert np.mean(within) < 0.75 * np.mean(between)


def test_terms_and_price_are_known_before_the_call(image: Image) -> None:
    assert image.terms.endswith(".")
    assert image.price(1920, 1080) >= 0


@pytest.mark.parametrize("size", [(0, 90), (90, 0), (-5, 90), (5000, 90), (90, 10**9)])
def test_sizes_out_of_reason_are_refused(image: Image, size: tuple[int, int]) -> None:
    with pytest.raises(InvalidInput, match="width"):
        image.draw("sea", width=size[0], height=size[1], seed=1)


@pytest.mark.parametrize("format", ["16:9", "9:16", "1:1"])
@pytest.mark.parametrize("short_side", [90, 1080, 1440, 2160])
def test_every_size_of_video_has_one_that_is_drawn(format: Format, short_side: int) -> None:
    """Of 4K, with room for the camera to move, a little less than is shown."""
    blank = SceneInput(heading="", narration="", image="", seconds=0)
    frame = build("", [blank], format=format, short_side=short_side)
    width, height = drawable(*frame.picture_size)
    assert max(width, height) == min(LARGEST, max(frame.picture_size))
    assert width / height == pytest.approx(frame.width / frame.height, rel=0.03)
    assert width >= frame.width
    assert height >= frame.height


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

    @pytest.mark.parametrize(
        ("prompt", "painter"),
        [
            ("a timbered tavern hall with a roaring hearth", "tavern"),
            ("a study desk by a window in the rain", "study"),
            ("a rainy street with neon signs", "street"),
            ("a grand ballroom with chandeliers, golden accents, warm lighting", "ballroom"),
            ("a gothic cathedral by candlelight", "cathedral"),
            ("a cabin in the snow", "cottage"),
            ("a castle on a hill", "castle"),
            ("a pagoda among maple trees", "garden"),
            ("a rose garden with a fountain", "park"),
            ("a beach with palms", "beach"),
            ("a castle beyond the royal gardens, rose petals, Royal court", "castle"),
            ("a train window passing the night city, reflections on wet glass", "study"),
            ("a quiet street with a vending machine, soft lamp glow", "street"),
        ],
    )
    def test_words_choose_the_scene_of_an_album(self, prompt: str, painter: str) -> None:
        drawn = f"16:9 background of {prompt}, oil painting style"
        chosen = plan(drawn, np.random.default_rng(1))
        assert (chosen.scene.paint.__name__, chosen.style) == (painter, "oil")

    @pytest.mark.parametrize(
        ("prompt", "style"),
        [
            ("a neon street, lo-fi anime style", "lofi"),
            ("a neon street in watercolour", "watercolour"),
            ("Lo-Fi Study Beats, oil painting style", "oil"),
            ("8-bit castle", "pixel"),
            ("the price of oil and ink", ""),
            ("how pixels and woods are cut", ""),
        ],
    )
    def test_words_choose_the_style(self, prompt: str, style: str) -> None:
        assert plan(prompt, np.random.default_rng(1)).style == style

    @pytest.mark.parametrize("size", [(16, 16), (320, 180), (64, 1000), (1000, 20)], ids=str)
    @pytest.mark.parametrize("style", STYLES)
    def test_every_style_treats_any_size(self, style: str, size: tuple[int, int]) -> None:
        rng = np.random.default_rng(2)
        rgb = rng.random((size[1], size[0], 3), np.float32)
        treated = treat(rgb, style, rng)
        assert treated.shape == rgb.shape
        assert np.all(np.isfinite(treated))
        assert 0.02 < treated.mean() < 0.98

    def test_a_smooth_picture_stays_smooth(self) -> None:
        """No grain that a video encoder would have to carry or throw away."""
        canvas = Canvas(320, 180, np.random.default_rng(1))
        canvas.rgb[:] = 0.4
        assert np.asarray(canvas.finish(vignette=0), float).std() < 0.7

    def test_windows_are_equally_wide_wherever_they_begin(self) -> None:
        """Pixels at their edges are covered in part, as those of all other shapes are."""
        window, covered = panes(100, 7.7, 0.62)
        widths = np.bincount(window, covered)[:12]
        assert np.allclose(widths, 7.7 * 0.62, atol=1e-4)
        assert covered.min() == 0
        assert covered.max() == pytest.approx(1)

    def test_places_between_pixels_mix_them(self) -> None:
        rgb = np.random.default_rng(1).random((4, 6, 3), np.float32)
        places = np.array([[1, 1.5, 9]], np.float32), np.array([[2, 2.5, 9]], np.float32)
        on, amid, beyond = sampled(rgb, *places)[0]
        assert np.allclose(on, rgb[1, 2])
        assert np.allclose(amid, rgb[1:3, 2:4].mean((0, 1)))
        assert np.allclose(beyond, rgb[3, 5])

    def test_words_choose_the_light(self) -> None:
        for words, time in (
            ("sunrise over hills", "dawn"),
            ("a stormy sea", "storm"),
            ("a garden at the end of the day, golden accents, blue moonlight", "night"),
            ("a hall, golden accents, Royal court at dusk", "dusk"),
            ("a hall, golden accents", "sunset"),
        ):
            assert plan(words, np.random.default_rng(1)).light.time == time

    def test_a_subject_and_a_picture_of_it_take_turns(self) -> None:
        painted = {
            plan("mountains: an open book in a library", np.random.default_rng(seed))
            .scene.paint.__name__
            for seed in range(20)
        }  # fmt: skip
        assert painted == {"mountains", "library"}

    def test_prompts_that_say_nothing_get_different_scenes(self) -> None:
        painted = {
            plan("zzz", np.random.default_rng(seed)).scene.paint.__name__ for seed in range(40)
        }
        assert len(painted) > 10
