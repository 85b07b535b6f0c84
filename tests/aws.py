"""A pretended AWS (moto) for tests in one process."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto import mock_aws

from chalicelib.clients import client
from chalicelib.settings import settings

REGION = "eu-central-1"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": REGION,
}


@contextmanager
def pretended_aws(config: Any = None, **environment: str) -> Iterator[None]:
    """An AWS account in memory, with these settings for as long as it lasts."""
    before = {name: os.environ.get(name) for name in (*CREDENTIALS, *environment)}
    set_environment({**CREDENTIALS, **environment})
    try:
        with mock_aws(config=config or {}):
            yield
    finally:
        set_environment(before)


def set_environment(values: dict[str, Any]) -> None:
    """Set environment variables (None removes one) and let the product read them anew."""
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    settings.cache_clear()
    client.cache_clear()
