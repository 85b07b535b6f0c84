"""Two users in every table, and a pretended AWS with a bucket and a mail service."""

from collections.abc import Iterator

import pytest

from chalicelib.clients import client
from chalicelib.settings import settings
from tests.aws import REGION, pretended_aws
from tests.integration.privacy.story import Admin, Marked, fill


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
def alice(aws: None, fresh_database: str, admin: Admin) -> Marked:
    return fill(admin, "alice")


@pytest.fixture
def bob(aws: None, fresh_database: str, admin: Admin) -> Marked:
    return fill(admin, "bob")
