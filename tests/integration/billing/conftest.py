"""A deployment that takes payments."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from tests import factories
from tests.aws import set_environment
from tests.integration.billing.stripe_says import SECRET


@pytest.fixture(autouse=True)
def takes_payments(database: str) -> Iterator[None]:
    set_environment({"STRIPE_WEBHOOK_SECRET": SECRET})
    yield
    set_environment({"STRIPE_WEBHOOK_SECRET": None})


@pytest.fixture
def user_id() -> UUID:
    """A user without credits."""
    return factories.user(credits=0)
