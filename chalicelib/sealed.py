"""Secrets at rest: each under its own fresh key, readable only as what it was sealed as.

A sealed secret is `v1.<wrapped key>.<nonce>.<ciphertext>`, base64. The data key encrypts once
(AES-256-GCM) and is wrapped by the KMS key of `settings().secrets_key_id`; owner, id and
purpose are both the KMS encryption context and the cipher's associated data, so a secret moved
to another row cannot be opened there.
"""

import json
import os
from base64 import b64decode, b64encode
from uuid import UUID

from chalicelib.clients import client
from chalicelib.settings import settings

VERSION = "v1"


class Unreadable(Exception):
    """This secret was not sealed as what it is read as."""


def seal(secret: str, *, owner: UUID, row: UUID, purpose: str) -> str:
    """A secret, encrypted for one row and purpose."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    context = _context(owner, row, purpose)
    key = client("kms").generate_data_key(
        KeyId=settings().secrets_key_id, KeySpec="AES_256", EncryptionContext=context
    )
    nonce = os.urandom(12)
    ciphertext = AESGCM(key["Plaintext"]).encrypt(nonce, secret.encode(), _associated(context))
    parts = (key["CiphertextBlob"], nonce, ciphertext)
    return ".".join((VERSION, *(b64encode(part).decode() for part in parts)))


def unseal(sealed: str, *, owner: UUID, row: UUID, purpose: str) -> str:
    """The secret again. Raises `Unreadable` for another row or purpose, or when it was altered."""
    from botocore.exceptions import ClientError
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    context = _context(owner, row, purpose)
    try:
        version, *parts = sealed.split(".")
        wrapped, nonce, ciphertext = (b64decode(part, validate=True) for part in parts)
        if version != VERSION:
            raise Unreadable
        key = client("kms").decrypt(CiphertextBlob=wrapped, EncryptionContext=context)
        return AESGCM(key["Plaintext"]).decrypt(nonce, ciphertext, _associated(context)).decode()
    except (ValueError, InvalidTag) as error:
        raise Unreadable from error
    except ClientError as error:
        if error.response["Error"]["Code"] == "InvalidCiphertextException":
            raise Unreadable from error
        raise


def _context(owner: UUID, row: UUID, purpose: str) -> dict[str, str]:
    return {"owner": str(owner), "purpose": purpose, "row": str(row), "v": VERSION}


def _associated(context: dict[str, str]) -> bytes:
    return json.dumps(context, sort_keys=True, separators=(",", ":")).encode()
