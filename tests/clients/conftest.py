"""The library behind HTTP, for clients that know nothing of Lambda."""

from collections.abc import Iterator

import pytest

from tests.clients.gateway import gateway
from tests.clients.service import Service
from tests.integration.rest.conftest import library, library_database
from tests.integration.rest.harness import SECRET

__all__ = ["library", "library_database"]


@pytest.fixture(scope="module")
def service(library: str) -> Iterator[Service]:
    with gateway() as address:
        yield Service(address, SECRET)
