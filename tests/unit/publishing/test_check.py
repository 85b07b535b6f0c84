"""What looks inauthentic is named, and what is merely alike passes."""

import random
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from chalicelib import pacific
from chalicelib.domains.publishing import check
from chalicelib.media.fingerprint import fingerprint


def rules(problems: list[check.Problem]) -> list[str]:
    return [problem.rule for problem in problems]


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Waltzes by Candlelight", []),
        ("ASMR", []),
        ("雨の音 雨の音 雨の音", []),
        ("3 HOURS OF RAIN AND THUNDER", ["capitals"]),
        ("", ["missing"]),
        ("Rain <3", ["brackets"]),
        ("x" * 101, ["length"]),
        ("Rain on Tin, part 2!", ["repeated"]),
    ],
)
def test_titles(title: str, found: list[str]) -> None:
    assert rules(check.title(title, ["Rain on tin: part 1", "雪"])) == found


def test_descriptions_are_counted_in_bytes() -> None:
    assert rules(check.description("a" * 5_000)) == []
    assert rules(check.description("é" * 2_501)) == ["length"]
    assert rules(check.description("a > b")) == ["brackets"]


def test_prompts_that_differ_by_numbers_are_one() -> None:
    assert check.prompts("music_prompts", [f"Waltz {n}" for n in range(20)])
    assert not check.prompts("music_prompts", [f"Waltz {name}" for name in "abcdefghijklmnopqrst"])
    assert not check.prompts("music_prompts", [])


def picture(path: Path, seed: int, size: tuple[int, int] = (320, 180), quality: int = 90) -> Path:
    """A few blocks of grey, drawn by a seed."""
    chance, image = random.Random(seed), Image.new("RGB", (320, 180))
    draw = ImageDraw.Draw(image)
    for _ in range(40):
        x, y, grey = chance.randrange(320), chance.randrange(180), chance.randrange(256)
        draw.rectangle((x, y, x + chance.randrange(90), y + chance.randrange(60)), (grey,) * 3)
    image.resize(size).save(path, quality=quality)
    return path


def test_a_picture_is_known_again_whatever_its_size_and_compression(tmp_path: Path) -> None:
    first = fingerprint(picture(tmp_path / "a.png", 1))
    again = fingerprint(picture(tmp_path / "b.jpg", 1, (1280, 720), 60))
    assert (int(first, 16) ^ int(again, 16)).bit_count() <= check.ALIKE
    others = [fingerprint(picture(tmp_path / f"{n}.png", n)) for n in range(2, 21)]
    assert check.pictures([first, *others]) == []
    assert rules(check.pictures([first, again] * 10)) == ["variety"]
    assert rules(check.pictures([])) == ["unknown"]


def test_pacific_days_know_summer_time() -> None:
    assert pacific.day_of(datetime(2026, 3, 8, 7, 59, tzinfo=UTC)) == date(2026, 3, 7)
    assert pacific.begin(date(2026, 3, 8)).astimezone(UTC).hour == 8
    assert pacific.begin(date(2026, 3, 9)).astimezone(UTC).hour == 7
    before = datetime(2026, 3, 8, 7, 59, tzinfo=UTC)
    assert pacific.next_midnight(before) == datetime(2026, 3, 8, 8, tzinfo=UTC)
    assert pacific.next_midnight(before.replace(hour=9)) == datetime(2026, 3, 9, 7, tzinfo=UTC)
