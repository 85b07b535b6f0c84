"""Links to files in the media bucket that need no token, for some minutes."""

import re
from datetime import UTC, datetime, timedelta

from chalicelib.clients import client
from chalicelib.models import Model
from chalicelib.settings import settings

LINK_MINUTES = 15
UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
"""What a header's file name had better not hold."""


class Download(Model):
    """A link that needs no token, for some minutes."""

    url: str
    expires_at: datetime


def signed(
    key: str, content_type: str | None, *, title: str | None, shown: bool = False
) -> Download:
    """A link to the file under `key`, saved under the name of its `title`, or `shown` in place.

    Without a `content_type` the file is sent as what it was stored as.
    """
    slug = re.sub(r"[^A-Za-z0-9]+", "-", title or "").strip("-").lower() or "video"
    name = f"{slug}-{key.rsplit('/', 1)[1]}"
    return link(key, name, content_type, shown=shown)


def link(
    key: str,
    name: str,
    content_type: str | None = None,
    *,
    shown: bool = False,
    until: datetime | None = None,
) -> Download:
    """A link to the file under `key`, saved as `name`, that ends at `until` or sooner.

    Without a `content_type` the file is sent as what it was stored as.
    """
    now = datetime.now(UTC)
    ends = now + timedelta(minutes=LINK_MINUTES)
    if until is not None:
        ends = min(ends, until)
    place = "inline" if shown else "attachment"
    url = client("s3").generate_presigned_url(
        "get_object",
        Params={
            "Bucket": settings().media_bucket,
            "Key": key,
            "ResponseContentDisposition": f'{place}; filename="{UNSAFE.sub("-", name) or "file"}"',
            **({"ResponseContentType": content_type} if content_type else {}),
        },
        ExpiresIn=max(1, int((ends - now).total_seconds())),
    )
    return Download(url=url, expires_at=ends)
