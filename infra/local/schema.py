"""Write what follows from the migrations: `sql/schema.sql`, the dictionary, the README's tables."""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from infra import dictionary
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


def written() -> dict[Path, str]:
    """Every file that follows from the migrations, as an empty database of its own shows them."""
    postgres.HOME.mkdir(exist_ok=True)
    data = Path(tempfile.mkdtemp(prefix="schema-", dir=postgres.HOME))
    try:
        server = postgres.start(data, {"fsync": "off"})
        migrate(server.admin_url)
        url = server.login("postgres")
        return {SCHEMA: dumped(url), **dictionary.files(url)}
    finally:
        postgres.discard(data)


def main() -> int:
    """Write the files, or with `--check` compare them."""
    parser = argparse.ArgumentParser(prog="python -m infra.local.schema", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; say what is stale")
    options = parser.parse_args()
    try:
        files = written()
    except (MigrationError, dictionary.Unplaced, postgres.PostgresError) as error:
        print(error, file=sys.stderr)
        return 1
    stale = {path for path, text in files.items() if not path.exists() or path.read_text() != text}
    gone = {path for path in dictionary.FOLDER.glob("*") if path not in files}
    if not options.check:
        dictionary.FOLDER.mkdir(exist_ok=True)
        for path in gone:
            path.unlink()
        for path in stale:
            path.write_text(files[path])
    elif stale or gone:
        names = ", ".join(sorted(str(path.relative_to(dictionary.ROOT)) for path in stale | gone))
        print(f"Stale: {names}: run `make schema`.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
