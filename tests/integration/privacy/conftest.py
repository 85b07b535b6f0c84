"""Two users in every table of a database, and a pretended AWS: a bucket, a mail service."""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import uuid4

import psycopg
import pytest
from psycopg.rows import dict_row

from chalicelib.clients import client
from chalicelib.settings import settings
from infra.local import postgres
from tests.aws import REGION, pretended_aws
from tests.conftest import TEMPLATE, copied_database
from tests.integration.privacy.story import Marked, fill


class Filled(NamedTuple):
    """A database that tests copy, and who is in it."""

    name: str
    alice: Marked
    bob: Marked


@pytest.fixture(scope="session")
def filled(postgres_server: postgres.Server) -> Iterator[Filled]:
    name = f"filled_{uuid4().hex}"
    with psycopg.connect(postgres_server.superuser_url, autocommit=True) as superuser:
        superuser.execute(f"create database {name} template {TEMPLATE} owner {postgres.OWNER}")
        url = postgres_server.login("postgres", name)
        with psycopg.connect(url, autocommit=True, row_factory=dict_row) as admin:
            users = [fill(admin, user) for user in ("alice", "bob")]
        yield Filled(name, *users)
        superuser.execute(f"drop database {name} with (force)")


@pytest.fixture
def fresh_database(
    database: str, filled: Filled, postgres_server: postgres.Server
) -> Iterator[str]:
    """A copy of that database for one test, with the product in it."""
    with copied_database(postgres_server, filled.name) as name:
        yield name


@pytest.fixture
def aws() -> Iterator[None]:
    with pretended_aws(MEDIA_BUCKET="showrunner-privacy", API_URL="https://api.showrunner.example"):
        client("s3").create_bucket(
            Bucket=settings().media_bucket,
            CreateBucketConfiguration={"LocationConstraint": REGION},
        )
        client("sesv2").create_email_identity(EmailIdentity="studio@showrunner.example")
        yield


@pytest.fixture
def alice(aws: None, filled: Filled) -> Marked:
    return filled.alice


@pytest.fixture
def bob(aws: None, filled: Filled) -> Marked:
    return filled.bob
