"""Files of a job in S3: written under a temporary key, checked, then published under their own.

A key names either nothing or a whole file; a worker that dies half-way leaves only a temporary one.
Temporary files and rendered chunks carry the tag `kind=work`, by which the bucket lets them expire.
"""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from chalicelib.clients import client
from chalicelib.settings import settings

WORK = "kind=work"


@dataclass(frozen=True)
class Artifact:
    """A published file."""

    key: str
    size: int
    sha256: str


def publish(source: Path | bytes, key: str, content_type: str, *, work: bool = False) -> Artifact:
    """Store a file under `key`, whole or not at all; `work` files expire by themselves.

    Raises OSError when what arrived is not what was sent.
    """
    s3, bucket = client("s3"), settings().media_bucket
    temporary = f"{key.rsplit('/', 1)[0]}/unfinished/{uuid4()}"
    with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        s3.put_object(
            Bucket=bucket, Key=temporary, Body=file, ContentType=content_type, Tagging=WORK
        )
    arrived = s3.head_object(Bucket=bucket, Key=temporary)["ContentLength"]
    if arrived != size:
        raise OSError(f"{arrived} of {size} bytes arrived")
    s3.copy_object(
        Bucket=bucket,
        Key=key,
        CopySource={"Bucket": bucket, "Key": temporary},
        TaggingDirective="REPLACE",
        Tagging=WORK if work else "",
    )
    s3.delete_object(Bucket=bucket, Key=temporary)
    return Artifact(key, size, sha256)


def load(key: str) -> bytes:
    """A published file's bytes."""
    data: bytes = client("s3").get_object(Bucket=settings().media_bucket, Key=key)["Body"].read()
    return data


def load_if_there(key: str) -> bytes | None:
    """A published file's bytes, or None when nothing is published under the key."""
    try:
        return load(key)
    except client("s3").exceptions.NoSuchKey:
        return None


def fetch(key: str, into: Path) -> Path:
    """A published file on this machine, under its own name in the folder `into`."""
    path = into / key.rsplit("/", 1)[1]
    client("s3").download_file(settings().media_bucket, key, str(path))
    return path
