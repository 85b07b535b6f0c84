"""What a deployment may choose about the data API, as one value."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """`schemas` are exposed, the first by default; the rest are switches and ceilings.

    `extra_search_path` is where unqualified names inside Postgres are also looked for;
    `max_rows` is the most rows one answer holds (None: no ceiling).
    """

    schemas: tuple[str, ...] = ("public",)
    extra_search_path: tuple[str, ...] = ()
    max_rows: int | None = 1000
    aggregates: bool = False
    plans: bool = False
    rollback: bool = False
