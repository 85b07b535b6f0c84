"""The dictionary's words: a page per domain, an index, and the README's list, as Markdown."""

import re
from collections.abc import Iterator, Mapping, Sequence

from infra.dictionary.catalogue import Column, Domain, Table

NOTE = "<!-- Written by `make schema` from the catalogue; change a migration, not this file. -->"
LIST = re.compile(r"(<!-- tables: written by `make schema` -->\n).*?(<!-- end of tables -->)", re.S)
KINDS = {
    "STD": "rows may change",
    "STDU": "rows may change and know when they did",
    "LOG": "rows are only added",
}
ERASE = {
    "delete": "deleted with the user",
    "cascade": "deleted with its parent",
    "account": "deleted with the account",
    "anonymise": "kept without the user",
    "keep_legal": "kept by law or as the house's own",
}
EXPORT = {"full": "exported whole", "redacted": "exported without secrets", "none": "not exported"}


def index(domains: Sequence[Domain]) -> str:
    """The dictionary's first page."""
    tables = sum(len(domain.drawn) for domain in domains)
    lines = [
        NOTE,
        "# Data dictionary",
        "",
        f"{tables} tables in {len(domains)} domains, as the catalogue of a migrated database "
        "describes them.",
        "",
        *_listed(domains, ""),
    ]
    return "\n".join(lines) + "\n"


def with_list(readme: str, domains: Sequence[Domain]) -> str:
    """The README with its list of tables brought up to date. Raises ValueError without a place."""
    if LIST.search(readme) is None:
        raise ValueError("README.md has no place for the list of tables")
    rows = "\n".join(_listed(domains, "docs/dictionary/"))
    return LIST.sub(lambda found: f"{found[1]}{rows}\n{found[2]}", readme)


def chapter(domain: Domain, domains: Sequence[Domain]) -> str:
    """A domain's page."""
    homes = {table.name: other.name for other in domains for table in other.tables}
    lines = [NOTE, f"# {domain.title}", "", domain.about, ""]
    if domain.drawn:
        lines += [f"![{domain.title}]({domain.name}.svg)", ""]
    for table in domain.tables:
        lines += _table(table, domain, homes)
    if domain.functions:
        lines += ["## Functions", ""]
        lines += [
            f"- `{f.name}({f.arguments})` → `{f.result}`: {f.about}" for f in domain.functions
        ]
        lines.append("")
    return "\n".join(lines)


def _listed(domains: Sequence[Domain], folder: str) -> Iterator[str]:
    yield "| domain | tables |"
    yield "|---|---|"
    for domain in domains:
        names = ", ".join(f"`{table.name}`" for table in domain.drawn)
        yield f"| [{domain.title}]({folder}{domain.name}.md) | {names} |"


def _table(table: Table, domain: Domain, homes: Mapping[str, str]) -> Iterator[str]:
    yield f"## {table.name}"
    yield ""
    yield table.about
    yield ""
    yield from _promises(table)
    yield "| column | type | | what it is |"
    yield "|---|---|---|---|"
    for column in table.columns:
        yield (
            f"| `{column.name}` | `{column.type}` | {_notes(column, domain, homes)} "
            f"| {_cell(column.about)} |"
        )
    yield ""
    for name, moves in table.moves.items():
        yield f"`{name}` moves:"
        yield ""
        for state, following in moves.items():
            yield f"- {f'`{state}`' if state else 'a new row'} → {_codes(following)}"
        yield ""
    used = {column.type for column in table.columns}
    for name, values in domain.enums.items():
        if name in used:
            yield f"`{name}`: {_codes(values)}"
            yield ""


def _promises(table: Table) -> Iterator[str]:
    """What enrolment says of a table."""
    if table.is_view:
        yield "A view: it shows what the asking user may see of the tables below it."
        yield ""
    said = table.enrolment
    if said is None:
        return
    owner = f"owned by `{said['owner_column']}`" if said["owner_column"] else "the house's own"
    facts = [owner, KINDS[said["kind"]]]
    if table.by_month:
        facts.append("a partition for each month")
    if said["retention"]:
        facts.append(f"kept for {said['retention']}")
    facts += [EXPORT[said["export"]], ERASE[said["erase"]]]
    yield f"{'; '.join(facts)[:1].upper()}{'; '.join(facts)[1:]}."
    for title, why in {"Not exported": said["unexported"], "Kept": said["kept"]}.items():
        if why:
            yield ""
            yield f"{title}: {_cell(why)}"
    if said["users_may"]:
        yield ""
        yield f"Users may: {_cell(' '.join(said['users_may'].split()))}."
    yield ""


def _notes(column: Column, domain: Domain, homes: Mapping[str, str]) -> str:
    notes = []
    if column.is_key:
        notes.append("key")
    if column.refers_to:
        home = homes.get(column.refers_to)
        link = f"{'' if home == domain.name else f'{home}.md'}#{column.refers_to.replace('.', '')}"
        notes.append(f"→ [{column.refers_to}]({link})" if home else f"→ {column.refers_to}")
    if column.generated:
        notes.append("generated")
    elif column.default is not None:
        notes.append(f"default `{_cell(column.default)}`")
    if column.nullable:
        notes.append("may be null")
    return ", ".join(notes)


def _codes(values: Sequence[str]) -> str:
    return ", ".join(f"`{value}`" for value in values)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
