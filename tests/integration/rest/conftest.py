"""The library and its readers; the studio and its tenants."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.rows import dict_row

from infra.local.postgres import Server
from tests.integration.rest import harness, matrix
from tests.integration.rest.harness import ANN, BEN, Rest, signed_in


@pytest.fixture(scope="session")
def library_database(postgres_server: Server) -> Iterator[str]:
    with harness.database(postgres_server) as name:
        yield name


@pytest.fixture(scope="module")
def library(postgres_server: Server, library_database: str) -> Iterator[str]:
    """The product serves the library, as long as the module's tests run."""
    with harness.connected(postgres_server, library_database):
        yield library_database


@pytest.fixture
def owner(postgres_server: Server, library: str) -> Iterator[psycopg.Connection]:
    """The library's owner, whom nothing is hidden from."""
    with psycopg.connect(postgres_server.login("postgres", library), autocommit=True) as found:
        yield found


@pytest.fixture
def ann(library: str) -> Rest:
    return signed_in(ANN)


@pytest.fixture
def ben(library: str) -> Rest:
    return signed_in(BEN)


@pytest.fixture
def visitor(library: str) -> Rest:
    """Somebody without a token."""
    return Rest()


@pytest.fixture(scope="module")
def studio(postgres_server: Server) -> Iterator[matrix.Studio]:
    """The product serves a studio with two tenants, as long as the module's tests run."""
    with (
        matrix.database(postgres_server) as name,
        harness.connected(postgres_server, name, **matrix.SETTINGS),
        psycopg.connect(
            postgres_server.login("postgres", name), autocommit=True, row_factory=dict_row
        ) as admin,
    ):
        admin.execute("set max_parallel_workers_per_gather = 0")  # they take longer to come
        yield matrix.furnish(admin)


@pytest.fixture
def nothing_left(studio: matrix.Studio) -> Iterator[None]:
    """What the test does leaves every table as it was."""
    before = studio.fingerprint()
    yield
    after = studio.fingerprint()
    assert [name for name in before if after[name] != before[name]] == []
