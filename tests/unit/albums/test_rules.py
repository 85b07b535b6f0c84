"""Albums by numbers: lengths that can be made, the time left, and what two floors must agree on."""

from typing import get_args

import pytest

from chalicelib.domains.albums import models, pace
from chalicelib.domains.albums.places import CROSSFADES
from chalicelib.domains.albums.rules import check_length, planned_seconds
from chalicelib.domains.albums.work import Wish, Wishes
from chalicelib.errors import InvalidInput
from chalicelib.media import album


def wishes(minutes: float | None) -> Wishes:
    tracks = [Wish(order_index=n, prompt=f"p{n}", duration_minutes=minutes) for n in range(1, 21)]
    return Wishes(music_prompts=tracks, visual_prompts=[])


def test_the_rules_and_the_renderer_mean_the_same_album() -> None:
    assert models.SLOTS == album.SLOTS
    assert get_args(models.Living) == album.LIVING
    assert models.Overlays().model_dump() == album.Overlays().model_dump()
    assert planned_seconds(wishes(4), {}) == album.reachable([240.0] * 20) == 79 * 60 + 22
    assert album.reachable([240.0] * 20) == 20 * 240 - CROSSFADES


def test_tracks_there_are_count_as_they_are() -> None:
    assert planned_seconds(wishes(3), {"7": 100.0}) == 19 * 180 + 100 - 38
    assert planned_seconds(wishes(None), {}) is None
    assert planned_seconds(wishes(None), {str(n): 200.0 for n in range(1, 21)}) == 3962
    assert planned_seconds(None, {}) is None


@pytest.mark.parametrize(
    ("minutes", "asked", "instead"),
    [
        (4, 79, None),
        (4, 75, None),
        (4, 80, "Ask for 75 to 79 minutes, or make the tracks 4:02 long on average."),
        (4, 74, "Ask for 75 to 79 minutes, or make the tracks 3:44 long on average."),
        (1, 60, "Make the tracks 3:02 long on average."),
        (15, 90, "Make the tracks 4:32 long on average."),
    ],
)
def test_a_length_that_cannot_be_made_says_which_can(
    minutes: float, asked: int, instead: str | None
) -> None:
    if instead is None:
        check_length(wishes(minutes), asked)
        return
    with pytest.raises(InvalidInput) as caught:
        check_length(wishes(minutes), asked)
    assert caught.value.message.endswith(instead)


def test_the_time_left_shrinks_with_every_place_and_percent() -> None:
    def left(status: str, tracks: int, pictures: int, rendered: int) -> int:
        return pace.seconds_left(
            status,
            60,
            tracks=tracks,
            pictures=pictures,
            rendered=rendered,
            pace={"generating_music": 2, "generating_image": 1, "rendering": 3},
        )

    assert left("planned", 0, 0, 0) == 360
    assert left("generating_music", 10, 0, 0) == 300
    assert left("generating_image", 20, 20, 0) == 180
    assert left("rendering", 20, 20, 50) == 90
    assert left("generating_music", 19, 20, 100) == 186  # a rendering of before does not count
