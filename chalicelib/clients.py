"""Cached AWS clients, made on first use. `AWS_ENDPOINT_URL` points all of them at a local stack."""

from functools import lru_cache
from typing import Any


@lru_cache
def client(name: str) -> Any:
    """The boto3 client of one service, with bounded waiting."""
    import boto3
    from botocore.config import Config

    return boto3.client(
        name,
        config=Config(
            connect_timeout=3,
            read_timeout=30,
            retries={
                "mode": "standard",
                "total_max_attempts": 1 if name == "sesv2" else 3,  # a letter is not repeated
            },
            signature_version="s3v4" if name == "s3" else None,
            s3={"addressing_style": "path"} if name == "s3" else None,
        ),
    )
