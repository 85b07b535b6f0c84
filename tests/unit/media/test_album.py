"""Where everything of an album starts: to the sample, to the frame, to the second of a chapter."""

import pytest
from pydantic import ValidationError

from chalicelib.media.album import (
    CROSSFADE,
    LONGEST_DESCRIPTION,
    chapter_lines,
    chapters,
    clock,
    description,
    reachable,
)
from tests.unit.media.albums import album


def test_each_crossfade_is_heard_once() -> None:
    assert reachable([240.0] * 20) == 20 * 240 - 19 * CROSSFADE
    assert reachable([30.0]) == 30
    assert reachable([10.00001, 10.00001], 0) == pytest.approx(20, abs=1e-4)


def test_a_track_begins_where_it_gets_as_loud_as_the_one_before() -> None:
    made = album(*[200.0] * 20, crossfade=2.0)
    assert made.starts[0] == 0
    assert made.starts[1] == 200 - 2 + 1
    assert made.starts[19] == 19 * 198 + 1
    assert made.seconds == 20 * 200 - 38


def test_visuals_follow_each_other_without_gap_and_end_with_the_sound() -> None:
    made = album(7.123, 5.501, 6.777, 4.0)
    place = 0
    for segment, start in zip(made.segments, made.starts, strict=True):
        assert segment.start == place
        assert abs(segment.start / made.fps - start) <= 0.5 / made.fps
        place += segment.frames
    assert place == made.frames
    assert abs(made.frames / made.fps - made.seconds) <= 0.5 / made.fps


def test_chapters_begin_at_zero_and_name_every_track() -> None:
    made = album(*[225.0] * 20, crossfade=2.0)
    found = chapters(made)
    assert [c.start for c in found] == list(made.starts)
    assert [c.end for c in found] == [*made.starts[1:], made.seconds]
    lines = chapter_lines(made).splitlines()
    assert lines[0] == "0:00 Piece 1"
    assert lines[1] == "3:44 Piece 2"
    assert lines[19] == f"{clock(made.starts[19])} Piece 20"
    assert lines[19].startswith("1:10:38 ")
    for line, start in zip(lines, made.starts, strict=True):
        seconds = 0
        for part in line.split(" ")[0].split(":"):
            seconds = seconds * 60 + int(part)
        assert abs(seconds - start) <= 0.5  # inside of the crossfade, which lasts two


def test_the_description_holds_every_chapter_whatever_is_said_before() -> None:
    made = album(*[225.0] * 20, crossfade=2.0)
    told = description(made, "Rain <3 \u6df1 " * 2000, after="#rain")
    assert len(told.encode()) <= LONGEST_DESCRIPTION
    assert told.startswith("Rain [3")
    assert "\n\n0:00 Piece 1\n" in told
    assert told.endswith("Piece 20\n\n#rain")
    assert description(made, "").startswith("0:00 Piece 1\n")


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0:00"), (59.4, "0:59"), (59.6, "1:00"), (3599, "59:59"), (3599.5, "1:00:00")],
)
def test_times_are_written_as_players_read_them(seconds: float, told: str) -> None:
    assert clock(seconds) == told


def test_what_is_no_album_is_refused() -> None:
    with pytest.raises(ValidationError, match="shorter than its two crossfades"):
        album(10, 1.9, 10)
    with pytest.raises(ValidationError):
        album()
    made = album(5, 5)
    with pytest.raises(ValidationError, match="counts 1, 2, 3"):
        made.model_validate({**made.model_dump(), "tracks": made.model_dump()["tracks"][::-1]})
