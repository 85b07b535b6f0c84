"""Deleting files that nothing wants any more: after the commit, once asked, and harmless to repeat.

The rows say what is wanted. A row that goes, or is refused, promises its files to be cleared in its
own transaction (`private.promise_clearing`), so that what rolls back keeps them; before anything is
deleted the rows are asked once more. A worker that dies on the way leaves the message, which is
delivered again.
"""

from collections.abc import Iterator
from datetime import timedelta

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.clients import client
from chalicelib.db import queries
from chalicelib.domains.outbox.models import Message
from chalicelib.settings import settings

WAITS = (60, 600, 3_600, 21_600, 86_400)
"""Seconds before each further attempt."""
KEPT = timedelta(days=30)
"""How long an answer that was paid for is kept though nothing uses it: for who asks again."""
AT_ONCE = 500
BATCHES = 20  # what is left over goes tomorrow

sql = queries(__file__)


def deliver(message: Message) -> None:
    """Clear the place a message names unless something wants it. Raises OSError if files stay."""
    place = message.payload["place"]
    with db.transaction(Actor.service(), read_only=True) as tx:
        if tx.value(sql["wanted"], place=place):
            return
    _delete(place)
    with db.transaction(Actor.service()) as tx:
        tx.run(sql["cleared"], place=place)


def sweep() -> None:
    """Promise to clear what was paid for long ago and nothing uses. Run daily."""
    for _ in range(BATCHES):
        with db.transaction(Actor.service()) as tx:
            if tx.value(sql["clear_paid"], age=KEPT, limit=AT_ONCE) < AT_ONCE:
                return


def emptied(folder: str) -> Iterator[int]:
    """Delete all that lies below a folder; answers page by page how many files went.

    Raises OSError when some of them stay.
    """
    s3, bucket = client("s3"), settings().media_bucket
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=folder):
        found = [{"Key": file["Key"]} for file in page.get("Contents", [])]
        if not found:
            continue
        answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": found, "Quiet": True})
        if stayed := answer.get("Errors"):
            raise OSError(f"{len(stayed)} files stayed: {stayed[0].get('Code')}")
        yield len(found)


def _delete(place: str) -> None:
    """Delete one file, or with a slash at its end all that lies below."""
    if place.endswith("/"):
        sum(emptied(place))  # all pages of it
    else:
        client("s3").delete_object(Bucket=settings().media_bucket, Key=place)
