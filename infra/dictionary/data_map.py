"""The lists of `docs/privacy.md`: what of each table is exported, erased and kept."""

import re
from collections.abc import Sequence

import psycopg

from chalicelib.db import queries

LIST = re.compile(
    r"(?P<head><!-- (?P<name>\w+): [^\n]* -->\n(?:\|[^\n]*\n\|[-|]*\n)?).*?(?=<!-- end -->)",
    re.DOTALL,
)
"""A list of the page: its mark and, where it is a table, the title row, which the page words."""

sql = queries(__file__)


def with_lists(page: str, url: str) -> str:
    """The page with its lists as the registry of a database has them."""
    with psycopg.connect(url) as connection:

        def renewed(found: re.Match[str]) -> str:
            rows = connection.execute(sql[f"{found['name']}_tables"]).fetchall()
            return f"{found['head']}{_written(rows)}\n"

        return LIST.sub(renewed, page)


def _written(rows: Sequence[Sequence[str]]) -> str:
    """Names alone as a sentence; several columns as lines of a table."""
    if len(rows[0]) == 1:
        return ", ".join(f"`{name}`" for (name,) in rows) + "."
    return "\n".join(f"| `{row[0]}` | {' | '.join(row[1:])} |" for row in rows)
