"""The data dictionary says everything the catalogue does, and its diagrams can be drawn."""

import re
from pathlib import Path
from xml.etree import ElementTree

import psycopg
import pytest
from psycopg.rows import DictRow

from infra import dictionary
from infra.dictionary import catalogue
from infra.local.migrate import migrations
from infra.local.postgres import Server

Files = dict[Path, str]


@pytest.fixture(scope="module")
def url(postgres_server: Server, database: str) -> str:
    return postgres_server.login("postgres", database)


@pytest.fixture(scope="module")
def files(url: str) -> Files:
    return dictionary.files(url)


def test_every_enrolled_table_has_its_place(
    files: Files, admin: psycopg.Connection[DictRow]
) -> None:
    rows = admin.execute("select schema_name, table_name from private.registry").fetchall()
    enrolled = {
        name if schema == "public" else f"{schema}.{name}"
        for schema, name in (row.values() for row in rows)
    }
    described = set(re.findall(r"^## ([\w.]+)$", "".join(files.values()), re.MULTILINE))
    assert enrolled <= described
    listed = files[dictionary.README]
    assert all(f"`{name}`" in listed for name in enrolled)


def test_every_column_says_what_it_is(files: Files, admin: psycopg.Connection[DictRow]) -> None:
    pages = "".join(text for path, text in files.items() if path.parent == dictionary.FOLDER)
    row = admin.execute(
        "select count(*) as columns from information_schema.columns c"
        " join private.registry r on (r.schema_name, r.table_name) = (c.table_schema, c.table_name)"
    ).fetchone()
    assert row is not None
    assert (
        len(re.findall(r"^\| `\w+` \| `.+` \| .*\| .+ \|$", pages, re.MULTILINE)) >= row["columns"]
    )


def test_links_lead_somewhere(files: Files) -> None:
    links = drawings = 0
    for path, text in files.items():
        if path.parent != dictionary.FOLDER or path.suffix != ".md":
            continue
        for page, anchor in re.findall(r"\]\(([\w.]*)#(\w+)\)", text):
            target = files[path.parent / page] if page else text
            headings = re.findall(r"^## ([\w.]+)$", target, re.MULTILINE)
            assert anchor in {heading.replace(".", "") for heading in headings}, (path, anchor)
            links += 1
        for drawing in re.findall(r"!\[.*?\]\(([\w.]+)\)", text):
            assert path.parent / drawing in files
            drawings += 1
    assert links > 100
    assert drawings == sum(path.suffix == ".svg" for path in files)


def test_diagrams_are_drawn_within_their_bounds(files: Files) -> None:
    drawings = {path: text for path, text in files.items() if path.suffix == ".svg"}
    assert len(drawings) > 15
    for path, text in drawings.items():
        root = ElementTree.fromstring(text)
        _, _, width, height = map(float, root.attrib["viewBox"].split())
        boxes = [node for node in root if node.attrib.get("class") == "box"]
        assert boxes, path
        for box in boxes:
            x, y, w, h = (float(box.attrib[name]) for name in ("x", "y", "width", "height"))
            assert x + w <= width, path
            assert y + h <= height, path


def test_a_table_without_a_chapter_is_refused(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stray = tmp_path / "20990101000000_strays.sql"
    stray.write_text("-- Strays.\n\ncreate table strays (id int);\n")
    (found,) = migrations(tmp_path)
    monkeypatch.setattr(catalogue, "migrations", lambda: [*migrations(), found])
    with pytest.raises(dictionary.Unplaced, match="makes strays"):
        dictionary.files(url)
