"""The tenants of the row level security tests."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.rows import dict_row

from infra.local.postgres import Server
from tests.integration.db import matrix_tables
from tests.integration.db.tenants import Tenants, furnished


@pytest.fixture(scope="module")
def tenants(postgres_server: Server, database: str) -> Iterator[Tenants]:
    """Made once for a module, whose tests take back what they do."""
    url = postgres_server.login("postgres", database)
    with psycopg.connect(url, autocommit=True, row_factory=dict_row) as admin:
        made = furnished(admin)
        matrix_tables.age(admin, made.tables.values(), [made.alice, made.bob])
        yield made
