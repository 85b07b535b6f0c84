"""The data dictionary in `docs/dictionary`: every table by domain, as the catalogue says it is."""

from pathlib import Path

from infra.dictionary import catalogue, diagram, page
from infra.dictionary.catalogue import Unplaced

__all__ = ["FOLDER", "README", "ROOT", "Unplaced", "files"]

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "dictionary"
README = ROOT / "README.md"


def files(url: str) -> dict[Path, str]:
    """Every file of the dictionary of a database, and the README with its list of tables.

    Raises `Unplaced` when a migration's tables have no chapter.
    """
    domains = catalogue.read(url)
    found = {FOLDER / "README.md": page.index(domains)}
    for domain in domains:
        found[FOLDER / f"{domain.name}.md"] = page.chapter(domain, domains)
        if domain.drawn:
            found[FOLDER / f"{domain.name}.svg"] = diagram.draw(domain)
    found[README] = page.with_list(README.read_text(), domains)
    return found
