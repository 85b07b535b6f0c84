"""Imports point one way, and only the edge knows the web framework."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FLOORS = [
    {"settings", "errors", "models", "pacific"},
    {"actor", "clients", "observability", "sealed", "outbound", "sweeps"},
    {"db", "providers"},
    {"pages"},
    {"domains", "media", "rest"},
    {"pipelines"},
    {"http", "events"},
]
"""From the ground up: a module imports from its own floor and from those below."""
KNOW_CHALICE = {"errors", "http"}


def modules() -> list[tuple[str, Path]]:
    """Every module with the part of `chalicelib` it belongs to."""
    library = ROOT / "chalicelib"
    paths = [path for path in sorted(library.rglob("*.py")) if path != library / "__init__.py"]
    return [(path.relative_to(library).with_suffix("").parts[0], path) for path in paths]


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def floor(part: str) -> int:
    return next(number for number, parts in enumerate(FLOORS) if part in parts)


def test_every_part_has_a_floor() -> None:
    assert {part for part, _ in modules()} == set().union(*FLOORS)


@pytest.mark.parametrize(("part", "path"), modules(), ids=lambda x: Path(x).stem)
def test_imports_point_down(part: str, path: Path) -> None:
    for name in imports(path):
        root, _, below = name.partition(".")
        other = below.partition(".")[0]
        if root == "app":
            pytest.fail(f"{path} imports the application")
        if root == "chalicelib" and other in set().union(*FLOORS):
            assert floor(other) <= floor(part), f"{path.relative_to(ROOT)} imports {name}"


def test_only_the_edge_imports_chalice() -> None:
    knowing = {
        part
        for part, path in modules()
        if any(name.partition(".")[0] == "chalice" for name in imports(path))
    }
    assert knowing <= KNOW_CHALICE
