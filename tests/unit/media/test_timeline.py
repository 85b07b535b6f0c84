"""A timeline holds all that is needed, and can be cut anywhere."""

from itertools import pairwise

import pytest

from chalicelib.errors import InvalidInput
from chalicelib.media import motion
from chalicelib.media.timeline import Timeline, build, chunks
from tests.unit.media.material import scene, timeline


def test_a_timeline_survives_json() -> None:
    made = timeline()
    assert Timeline.model_validate_json(made.model_dump_json()) == made


def test_the_same_seed_makes_the_same_film_and_another_one_another() -> None:
    texts = ["A few words are enough."] * 8
    assert timeline(*texts, seed=5) == timeline(*texts, seed=5)
    assert timeline(*texts, seed=5) != timeline(*texts, seed=6)


@pytest.mark.parametrize(
    ("format", "size"), [("16:9", (1920, 1080)), ("9:16", (1080, 1920)), ("1:1", (1080, 1080))]
)
def test_formats_have_their_sizes(format: str, size: tuple[int, int]) -> None:
    made = build("Sizes", [scene(0)], format=format, short_side=1080)  # type: ignore[arg-type]
    assert (made.width, made.height, made.fps) == (*size, 30)


def test_scenes_follow_each_other_and_words_stay_inside_their_scene() -> None:
    made = timeline("One two three.", "Four five six.", "Seven.")
    for one, other in pairwise(made.scenes):
        assert one.end == other.start
        assert one.move != other.move
    for placed in made.scenes:
        for word in placed.words:
            assert placed.start <= word.start * made.fps <= word.end * made.fps <= placed.end
    times = [time for word in made.words for time in (word.start, word.end)]
    assert times == sorted(times)


@pytest.mark.parametrize("count", [1, 2, 9, 40])
@pytest.mark.parametrize("seconds", [0.5, 6, 60])
def test_chunks_cover_every_frame_once(count: int, seconds: float) -> None:
    made = timeline(*["A few words are enough here."] * 7)
    cut = chunks(made, at_most=count, seconds=seconds)
    assert 1 <= len(cut) <= count
    covered = [f for chunk in cut for f in range(chunk.start, chunk.start + chunk.frames)]
    assert covered == list(range(made.frames))
    assert [chunk.index for chunk in cut] == list(range(len(cut)))


def test_ten_minutes_make_forty_chunks_of_about_the_same_length() -> None:
    made = timeline(*[" ".join(["word"] * 40)] * 75, fps=30)
    lengths = [chunk.frames for chunk in chunks(made)]
    assert len(lengths) == 40
    assert max(lengths) < 2 * min(lengths)


def test_a_film_needs_a_scene() -> None:
    with pytest.raises(InvalidInput, match="at least one scene"):
        build("Nothing", [])


def test_a_scene_without_words_is_still_seen() -> None:
    made = build("Quiet", [scene(0), scene(1).model_copy(update={"seconds": 0.0, "words": ()})])
    assert made.scenes[1].frames >= made.fps


def test_the_camera_stays_on_the_picture_and_never_jumps() -> None:
    made = timeline(*["Some words that last a while, and some more."] * 6, fps=30)
    width, height = made.picture_size
    for placed in made.scenes:
        views = [motion.window(made, placed, f) for f in range(*motion.span(made, placed))]
        for view in views:
            assert view.x >= -1e-9
            assert view.y >= -1e-9
            assert view.x + view.width <= width + 1e-9
            assert view.y + view.height <= height + 1e-9
            assert view.width / view.height == pytest.approx(made.width / made.height)
        lefts = [b.x - a.x for a, b in pairwise(views)]
        changes = [abs(b - a) for a, b in pairwise(lefts)]
        assert max(changes, default=0) < 0.02 * max(abs(left) for left in [*lefts, 1])
