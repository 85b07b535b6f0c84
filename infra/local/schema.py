"""Write `sql/schema.sql`, what the migrations make; `--check` says whether it is stale."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from infra.local import postgres
from infra.local.migrate import MIGRATIONS, MigrationError, migrate

SCHEMA = MIGRATIONS.parent / "schema.sql"
HEAD = (
    "-- What the migrations make. Written by `make schema`; change a migration, not this file.\n\n"
)
VERSION_NOISE = re.compile(
    r"^(\\(un)?restrict .*|-- Dumped (from|by) .*|-- PostgreSQL database dump.*|--|)\n",
    re.MULTILINE,
)
OBJECT = re.compile(r"^-- Name: .*\n", re.MULTILINE)


def dumped(url: str) -> str:
    """The schema of a database, the same text for the same schema on any machine."""
    done = subprocess.run(
        [
            str(postgres.binary("pg_dump")), "--schema-only", "--no-owner", "--dbname", url,
            "--exclude-table=months.*",  # which months there are depends on the day
        ],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    lines = VERSION_NOISE.sub("", done.stdout)
    return HEAD + OBJECT.sub("\n", lines).strip() + "\n"


def migrated() -> str:
    """The schema the migrations make in an empty database, on a server of its own."""
    postgres.HOME.mkdir(exist_ok=True)
    data = Path(tempfile.mkdtemp(prefix="schema-", dir=postgres.HOME))
    try:
        server = postgres.start(data, {"fsync": "off"})
        migrate(server.admin_url)
        return dumped(server.login("postgres"))
    finally:
        postgres.discard(data)


def main(arguments: list[str]) -> int:
    """Write the file, or with `--check` compare it."""
    try:
        text = migrated()
    except (MigrationError, postgres.PostgresError) as error:
        print(error, file=sys.stderr)
        return 1
    if "--check" not in arguments:
        SCHEMA.write_text(text)
    elif not SCHEMA.exists() or SCHEMA.read_text() != text:
        print("sql/schema.sql is stale: run `make schema`.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
