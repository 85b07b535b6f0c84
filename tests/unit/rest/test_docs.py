"""`docs/data-api.md` speaks of every operator, setting and code, and of none that are not there."""

import re
from pathlib import Path

from chalicelib.rest.request import grammar
from chalicelib.settings import Settings

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "data-api.md").read_text()


def test_operators() -> None:
    known = {*grammar.COMPARISONS, *grammar.SINGLES, *grammar.SEARCHES, "is", "in"}
    (listed,) = re.findall(r"Operators: (.*?);", PAGE, re.DOTALL)
    assert set(re.findall(r"`(\w+)`", listed)) == known


def test_settings() -> None:
    known = {name.upper() for name in Settings.model_fields if name.startswith("rest_")}
    assert set(re.findall(r"^\| `(REST_\w+)`", PAGE, re.MULTILINE)) == known


def test_codes() -> None:
    sources = [*(ROOT / "chalicelib/rest").rglob("*.py"), ROOT / "chalicelib/http/rows.py"]
    raised = set(re.findall(r'"(PGRST\d{3})"', "".join(path.read_text() for path in sources)))
    assert set(re.findall(r"`(PGRST\d{3})`", PAGE)) == raised
