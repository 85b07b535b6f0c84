"""What the README and the pages beside it promise exists."""

import re
import tomllib
from pathlib import Path

import pytest

from chalicelib.settings import Settings
from infra.local import venv

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


def test_every_setting_is_listed_and_no_other():
    assert re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE) == [
        name.upper() for name in Settings.model_fields
    ]


@every_page
def test_every_target_named_is_one_of_the_makefile(page):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = re.findall(r"(?:`|^ *)make\s+([a-z]+)", page.read_text(), re.MULTILINE)
    assert set(named) <= targets


@every_page
def test_every_linked_file_exists(page):
    links = re.findall(r"\]\(((?!http)[^)#]+)[^)]*\)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_readme_links_to_every_page():
    linked = set(re.findall(r"\]\((docs/[^)/]+\.md)\)", README))
    assert linked == {str(page.relative_to(ROOT)) for page in PAGES if page.parent != ROOT}


def test_the_pythons_named_are_those_that_make_takes():
    (oldest, newest) = venv.OLDEST[1], venv.NEWEST[1]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert f"Python 3.{oldest} to 3.{newest}" in README
    assert project["requires-python"] == f">=3.{oldest},<3.{newest + 1}"
