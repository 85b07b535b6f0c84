"""The library behind HTTP, for clients that know nothing of Lambda."""

from collections.abc import Iterator

import pytest

from tests.clients.gateway import gateway
from tests.integration.rest.conftest import library, library_database

__all__ = ["library", "library_database"]


@pytest.fixture(scope="module")
def address(library: str) -> Iterator[str]:
    with gateway() as found:
        yield found
