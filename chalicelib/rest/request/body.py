"""The body of a write or a call: JSON, CSV or a form → JSON text for Postgres to read."""

import csv
import io
import json
from typing import Any
from urllib.parse import parse_qsl

from chalicelib.rest.errors import bad_body
from chalicelib.rest.request.values import Body, Resource

FORM = "application/x-www-form-urlencoded"


def parse_body(
    data: bytes, content_type: str, resource: Resource, columns: tuple[str, ...] | None
) -> Body:
    """Raises PGRST102 for what cannot be read.

    JSON is checked to be JSON with the same keys in every object, unless the query names the
    columns: then the text goes to Postgres unread, which is what makes large inserts fast.
    """
    text = _text(data)
    calls = resource == "function"
    if content_type in ("application/json", ""):
        if calls and not text.strip():
            return Body("{}")
        if columns is not None:
            return Body(text, None, single=text.lstrip()[:1] != "[")
        return _json_body(text, calls=calls)
    if content_type == "text/csv":
        return _csv_body(text)
    if content_type == FORM:
        pairs = parse_qsl(text, keep_blank_values=True)
        keys = tuple(dict.fromkeys(name for name, _ in pairs))
        return Body(json.dumps(dict(pairs)), keys, pairs=tuple(pairs) if calls else None)
    if calls and content_type in ("text/plain", "text/xml", "application/octet-stream"):
        return Body(text, (), raw=True)
    raise bad_body(f"Content-Type not acceptable: {content_type}", 415)


def _text(data: bytes) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise bad_body("The body is not UTF-8") from None
    if "\0" in text:
        raise bad_body("The body holds a NUL character")
    return text


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _json_body(text: str, *, calls: bool) -> Body:
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise bad_body("Empty or invalid json") from None
    if isinstance(value, dict):
        return Body(text, tuple(value))
    if isinstance(value, list) and all(isinstance(row, dict) for row in value):
        keys = value[0].keys() if value else {}
        if any(row.keys() != keys for row in value):
            raise bad_body("All object keys must match")
        return Body(text, tuple(keys), single=False)
    if calls:
        return Body(text, (), single=not isinstance(value, list))
    raise bad_body("Empty or invalid json")


def _csv_body(text: str) -> Body:
    """Rows of a CSV with a header line; `NULL` without quotes or with them is null."""
    try:
        header, *lines = csv.reader(io.StringIO(text), strict=True)
    except (csv.Error, ValueError):
        raise bad_body("Empty or invalid csv") from None
    lines = [line for line in lines if line]
    if any(len(line) != len(header) for line in lines):
        raise bad_body("All lines must have same number of fields")
    rows = [
        {name: None if value == "NULL" else value for name, value in zip(header, line, strict=True)}
        for line in lines
    ]
    return Body(json.dumps(rows), tuple(dict.fromkeys(header)), single=False)
