"""Links to files in the media bucket that need no token, for some minutes."""

import re
from datetime import UTC, datetime, timedelta

from chalicelib.clients import client
from chalicelib.domains.jobs.models import Download
from chalicelib.settings import settings

LINK_MINUTES = 15


def signed(
    key: str, content_type: str | None, *, title: str | None, shown: bool = False
) -> Download:
    """A link to the file under `key`, saved under the name of its `title`, or `shown` in place.

    Without a `content_type` it comes as the one it was stored with.
    """
    slug = re.sub(r"[^A-Za-z0-9]+", "-", title or "").strip("-").lower() or "video"
    place = "inline" if shown else "attachment"
    params = {
        "Bucket": settings().media_bucket,
        "Key": key,
        "ResponseContentDisposition": f'{place}; filename="{slug}-{key.rsplit("/", 1)[1]}"',
    }
    if content_type is not None:
        params["ResponseContentType"] = content_type
    url = client("s3").generate_presigned_url(
        "get_object", Params=params, ExpiresIn=LINK_MINUTES * 60
    )
    return Download(url=url, expires_at=datetime.now(UTC) + timedelta(minutes=LINK_MINUTES))
