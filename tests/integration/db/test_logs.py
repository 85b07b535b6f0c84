"""What is logged of a statement holds none of the values it was about."""

import shutil
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import yaml

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.errors import InvalidInput
from infra.local import postgres
from infra.package import ROOT

SECRET = "hearts_of_an_octopus"


def settings_of_aurora() -> dict[str, str]:
    """What our Aurora is told, as far as any Postgres knows it; every statement counts as slow."""

    class Loader(yaml.SafeLoader):
        """Reads CloudFormation's tags as nothing."""

    Loader.add_multi_constructor("!", lambda *_: None)
    template = yaml.load((ROOT / "infra/aws/database.yaml").read_text(), Loader)
    said = template["Resources"]["Settings"]["Properties"]["Parameters"]
    ours = {name: value for name, value in said.items() if not name.startswith("rds.")}
    return {**ours, "log_min_duration_statement": "0", "fsync": "off"}


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    folder = Path(tempfile.mkdtemp(prefix="showrunner-logs-"))
    try:
        yield postgres.start(folder / "postgres", settings_of_aurora())
    finally:
        postgres.discard(folder / "postgres")
        shutil.rmtree(folder)


def logged(server: postgres.Server, *, since: int = 0) -> str:
    return (server.data / "server.log").read_text()[since:]


def test_slow_and_failing_statements_are_logged_without_values(server: postgres.Server) -> None:
    bound = (SECRET, "other")
    with psycopg.connect(server.superuser_url, autocommit=True) as connection:
        connection.execute("create table told (id text unique, word text check (word <> 'bad'))")
        connection.execute("insert into told values (%s, %s)", bound)
        with pytest.raises(psycopg.errors.UniqueViolation, match=SECRET):
            connection.execute("insert into told values (%s, %s)", bound)
        with pytest.raises(psycopg.errors.CheckViolation, match=SECRET):
            connection.execute("insert into told values (%s, %s)", (f"{SECRET}!", "bad"))
        said = logged(server)
        assert "insert into told values ($1, $2)" in said
        assert "duplicate key value" in said
        assert "violates check constraint" in said
        assert SECRET not in said

        connection.execute("set log_parameter_max_length = -1")  # as Postgres does by itself
        connection.execute("set log_error_verbosity = 'default'")
        connection.execute("select %s::text", bound[:1])
        assert SECRET in logged(server, since=len(said))


def test_an_error_that_is_logged_here_shows_no_value(database: str) -> None:
    def read() -> None:
        with db.transaction(Actor.anonymous()) as tx:
            tx.value("select %(said)s::json", said=f'{{"word": {SECRET}')

    with pytest.raises(InvalidInput, match="invalid input syntax for type json") as caught:
        read()
    told = "".join(traceback.format_exception(caught.value))
    cause = caught.value.__cause__
    assert isinstance(cause, psycopg.errors.InvalidTextRepresentation)
    assert SECRET in f"{cause.diag.context}"
    assert SECRET not in told
