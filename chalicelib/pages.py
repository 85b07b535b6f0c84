"""Keyset pages: lists are read by position, never by offset.

A cursor says after which row a list goes on. It is signed and bound to its list, filters and
owner, so it can neither be made up nor be carried to another list or another user.
"""

import base64
import binascii
import hashlib
import hmac
import json
from typing import Any, Generic, LiteralString, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_jsonable_python

from chalicelib.db import Tx
from chalicelib.errors import BadRequest
from chalicelib.models import Model
from chalicelib.settings import settings

SIGNATURE_BYTES = 16

Item = TypeVar("Item", bound=BaseModel)


class PageQuery(Model):
    """Which page of a list is asked for. A list's filters are further fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(20, ge=1, le=100, description="How many items at most.")
    cursor: str | None = Field(
        None, max_length=500, description="`next` of the page before; none for the first page."
    )


class Page(Model, Generic[Item]):
    """Some items of a list, newest first, and where it goes on."""

    items: list[Item]
    next: str | None = Field(description="Cursor of the next page; null on the last one.")


def read(
    tx: Tx,
    sql: LiteralString,
    query: PageQuery,
    item: type[Item],
    *,
    by: tuple[str, str] = ("created_at", "id"),
    **filters: Any,
) -> Page[Item]:
    """One page of a list.

    `sql` answers rows sorted by the columns `by`, after the position `%(after)s`,
    `%(after_id)s` (both null on the first page), at most `%(limit)s` of them, and takes
    `filters` as parameters. Raises `BadRequest` for a cursor that is not of this list.
    """
    scope = _scope(tx, sql, filters)
    after, after_id = unsigned(query.cursor, scope) if query.cursor else (None, None)
    rows = tx.all(sql, after=after, after_id=after_id, limit=query.limit + 1, **filters)
    page, more = rows[: query.limit], len(rows) > query.limit
    return Page[item](  # type: ignore[valid-type]  # the answer knows what it is a page of
        items=[item.model_validate(row) for row in page],
        next=signed([page[-1][column] for column in by], scope) if more else None,
    )


def signed(position: list[Any], scope: str) -> str:
    """The cursor of a position in the list `scope`."""
    said = json.dumps(to_jsonable_python(position), separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_signature(said, scope) + said).decode().rstrip("=")


def unsigned(cursor: str, scope: str, field: str = "cursor") -> list[Any]:
    """The position a cursor stands for. Raises `BadRequest` when it is not of this list."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise _refused(field) from error
    signature, said = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _signature(said, scope)):
        raise _refused(field)
    position: list[Any] = json.loads(said)
    return position


def _scope(tx: Tx, sql: str, filters: dict[str, Any]) -> str:
    owner = str(tx.actor.user_id)
    return json.dumps([owner, sql, to_jsonable_python(filters)], sort_keys=True)


def _signature(said: bytes, scope: str) -> bytes:
    key = settings().cursor_secret.get_secret_value().encode()
    return hmac.digest(key, scope.encode() + b"\0" + said, hashlib.sha256)[:SIGNATURE_BYTES]


def _refused(field: str) -> BadRequest:
    message = "This cursor does not belong to this list."
    return BadRequest(
        message,
        hint="Start again without a cursor, with the same filters on every page.",
        errors=[{"field": field, "rule": "cursor", "message": message}],
    )
