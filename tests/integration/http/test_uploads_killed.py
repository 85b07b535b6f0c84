"""Whoever takes a user's file in may be killed at any point: whoever is told next goes on."""

from itertools import count

import boto3
import psycopg
import pytest
from psycopg.rows import DictRow

from chalicelib.events import uploads
from tests.integration.http.albums import look, sent
from tests.integration.http.conftest import Api
from tests.integration.http.test_album_places import GIF, PICTURE, PNG, announce, made, places
from tests.killing import killed

BUCKET = "showrunner-tests"


@pytest.mark.parametrize("data", [PNG, GIF], ids=["good", "refused"])
def test_a_file_is_taken_in_once_whoever_dies_of_it(
    alice: Api, admin: psycopg.Connection[DictRow], data: bytes
) -> None:
    """By an album in review, which is told once that it has a place to fill, or of nothing."""
    is_good, s3 = data is PNG, boto3.client("s3")
    album, maker = made(alice, review=True)
    for point in count():
        upload = announce(alice, album, **PICTURE)
        key = upload["post"]["fields"]["key"]
        s3.put_object(Bucket=BUCKET, Key=key, Body=data)
        died = killed(point, lambda key=key: uploads.arrive(key))  # type: ignore[misc]
        for _ in range(2):
            uploads.arrive(key)
        seen = alice.get(f"/v1/uploads/{upload['id']}").body
        assert seen["state"] == ("ready" if is_good else "refused"), point
        assert ("Contents" in s3.list_objects_v2(Bucket=BUCKET, Prefix=key)) is is_good, point
        answers = [said["output"]["go"] for said in sent(admin, alice, "task_result")]
        assert answers == ["make"] * (point + 1 if is_good else 0), point
        assert look(alice, album)["in_review"] is not is_good
        if is_good:
            assert maker.make("image") == 1
            maker.wait(f"t{point + 1}")
        if not died:
            break
    assert point > 3
    used = [take["upload_id"] for take in places(alice, album)[2]["image"]["takes"]]
    assert len(used) == len(set(used)) == (point + 2 if is_good else 1)
