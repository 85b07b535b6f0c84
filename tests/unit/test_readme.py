"""What the README promises exists."""

import re
import tomllib
from pathlib import Path

from chalicelib.settings import Settings
from infra.local import venv

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


def test_the_pythons_named_are_those_that_make_takes():
    (oldest, newest) = venv.OLDEST[1], venv.NEWEST[1]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert f"Python 3.{oldest} to 3.{newest}" in README
    assert project["requires-python"] == f">=3.{oldest},<3.{newest + 1}"
