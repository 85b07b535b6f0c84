"""What the README promises exists."""

import re
from pathlib import Path

from chalicelib.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()


def test_every_setting_is_listed_and_no_other():
    assert re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE) == [
        name.upper() for name in Settings.model_fields
    ]


def test_every_target_named_is_one_of_the_makefile():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)\b", README)) - {"and"} <= targets


def test_every_linked_file_exists():
    links = re.findall(r"\]\(((?!http)[^)#]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
