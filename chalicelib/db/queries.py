"""Named SQL: blocks of a `queries.sql` file beside the code that runs them.

A block is a header `-- name --`, one line `-- description`, and one statement with
psycopg's named placeholders, `%(project_id)s`.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import LiteralString, cast

BLOCK = re.compile(r"^-- (?P<name>[a-z0-9_]+) --\n-- (?P<description>.+)\n", re.MULTILINE)


@lru_cache
def queries(module_file: str) -> dict[str, LiteralString]:
    """The statements of the `queries.sql` beside a module: `sql = queries(__file__)`.

    Typed as literals because they are files of this repository: no user text is in them.
    """
    text = Path(module_file).with_name("queries.sql").read_text()
    parts = BLOCK.split(text)[1:]
    names, statements = parts[0::3], parts[2::3]
    if len(set(names)) != len(names):
        raise ValueError(f"a query is named twice beside {module_file}")
    return {
        name: cast(LiteralString, sql.strip()) for name, sql in zip(names, statements, strict=True)
    }
