"""A database and a pretended AWS with the queue of the outbox."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from chalicelib.clients import client
from tests.aws import pretended_aws, set_environment


@pytest.fixture
def queue_url(database: str) -> Iterator[str]:
    """The queue, empty."""
    with pretended_aws():
        url = client("sqs").create_queue(QueueName=f"queue-{uuid4().hex}")["QueueUrl"]
        set_environment({"QUEUE_URL": url})
        yield url
        set_environment({"QUEUE_URL": None})
