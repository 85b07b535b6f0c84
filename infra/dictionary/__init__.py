"""The data dictionary in `docs/dictionary`: every table by domain, as the catalogue says it is."""

from pathlib import Path

from infra.dictionary import catalogue, data_map, diagram, page
from infra.dictionary.catalogue import Unplaced

__all__ = ["FOLDER", "PRIVACY", "README", "ROOT", "Unplaced", "files"]

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "dictionary"
README = ROOT / "README.md"
PRIVACY = ROOT / "docs" / "privacy.md"


def files(url: str) -> dict[Path, str]:
    """Every file of the dictionary of a database, and the pages with lists of its tables.

    Raises `Unplaced` when a migration's tables have no chapter.
    """
    domains = catalogue.read(url)
    found = {FOLDER / "README.md": page.index(domains)}
    for domain in domains:
        found[FOLDER / f"{domain.name}.md"] = page.chapter(domain, domains)
        if domain.drawn:
            found[FOLDER / f"{domain.name}.svg"] = diagram.draw(domain)
    found[README] = page.with_list(README.read_text(), domains)
    found[PRIVACY] = data_map.with_lists(PRIVACY.read_text(), url)
    return found
