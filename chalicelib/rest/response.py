"""A Result → status, headers and body. Pure."""

import csv
import hashlib
import io
import json
from dataclasses import dataclass, field
from urllib.parse import quote

from chalicelib.rest.errors import RestError, bad_range
from chalicelib.rest.plan.values import Call, Delete, Insert, Read, Update
from chalicelib.rest.query import Database
from chalicelib.rest.request import Http, Request
from chalicelib.rest.request.values import Range
from chalicelib.rest.run import Result

VARY = "Accept, Accept-Profile, Authorization, Prefer, Range, apikey"


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


def respond(result: Result, plan: Database, request: Request, http: Http) -> Response:
    """Raises PGRST103 for a page that begins after the last row."""
    headers = {"Content-Type": plan.answer.media.content_type}
    if request.profiled:
        headers["Content-Profile"] = request.schema
    if plan.answer.media.explain:
        return Response(200, headers, result.body or "")
    if applied := applied_preferences(plan):
        headers["Preference-Applied"] = applied
    if isinstance(plan, Read):
        return _read(result, plan, http, headers)
    if isinstance(plan, Call):
        found = _call(result, plan, headers)
    else:
        found = _write(result, plan, request, headers)
    return _as_said(found, result)


def _read(result: Result, plan: Read, http: Http, headers: dict[str, str]) -> Response:
    window = plan.node.range
    headers["Content-Range"] = content_range(window.offset, result.rows, result.total)
    status = _range_status(window, result)
    if plan.answer.head:
        return Response(status, headers)
    body = _body(result, plan)
    mark = f"{status}\n{headers['Content-Type']}\n{headers['Content-Range']}\n{body}"
    etag = f'W/"{hashlib.blake2b(mark.encode(), digest_size=16).hexdigest()}"'
    headers |= {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": VARY}
    known = [known.strip() for known in http.headers.get("if-none-match", "").split(",")]
    if etag in known or etag.removeprefix("W/") in known:
        return Response(304, headers)
    return Response(status, headers, body)


def content_range(first: int, rows: int, total: int | None) -> str:
    """`0-24/573`; `*` for no rows and for an unknown total."""
    shown = f"{first}-{first + rows - 1}" if rows > 0 else "*"
    return f"{shown}/{'*' if total is None else total}"


def _range_status(window: Range, result: Result) -> int:
    if result.total is None:
        return 200
    if window.offset > result.total and result.rows == 0:
        raise _beyond(window.offset, result.total)
    return 206 if result.rows < result.total else 200


def _beyond(offset: int, total: int) -> RestError:
    error = bad_range(f"An offset of {offset} was requested, but there are only {total} rows.")
    error.headers["Content-Range"] = f"*/{total}"
    return error


def _call(result: Result, plan: Call, headers: dict[str, str]) -> Response:
    if plan.function.void:
        headers.pop("Content-Type")
        return Response(204, headers)
    window = plan.node.range
    headers["Content-Range"] = content_range(window.offset, result.rows, result.total)
    status = _range_status(window, result)
    return Response(status, headers, "" if plan.answer.head else _body(result, plan))


def _write(
    result: Result,
    plan: Insert | Update | Delete,
    request: Request,
    headers: dict[str, str],
) -> Response:
    preferences = plan.answer.preferences
    total = result.rows if preferences.count == "exact" else None
    match plan:
        case Insert() if plan.put:
            status, empty = (201 if result.inserted != 0 else 200), 204
        case Insert():
            headers["Content-Range"] = content_range(0, 0, total)
            if result.key:
                headers["Location"] = _location(request, plan, result.key)
            merged = preferences.resolution == "merge-duplicates" and result.inserted == 0
            status = empty = 200 if merged else 201
        case Update():
            headers["Content-Range"] = content_range(0, result.rows, total)
            status, empty = 200, 204
        case Delete():
            headers["Content-Range"] = content_range(0, 0, total)
            status, empty = 200, 204
    if preferences.representation == "representation":
        return Response(status, headers, _body(result, plan))
    headers.pop("Content-Type")
    return Response(empty, headers)


def _location(request: Request, plan: Insert, key: tuple[str | None, ...]) -> str:
    named = zip(plan.key, key, strict=True)
    pairs = [
        f"{quote(name)}={'is.null' if value is None else 'eq.' + quote(value, safe='')}"
        for name, value in named
    ]
    return f"/{quote(request.name)}?{'&'.join(pairs)}"


def _body(result: Result, plan: Database) -> str:
    if plan.answer.media.kind != "csv":
        return result.body or ""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(plan.answer.columns)
    writer.writerows(json.loads(result.body or "[]"))
    return text.getvalue().removesuffix("\n")


def applied_preferences(plan: Database) -> str:
    """The preferences that took effect, in PostgREST's order."""
    said = plan.answer.preferences
    shown = []
    if isinstance(plan, Insert) and not plan.put and said.resolution and plan.conflict:
        shown.append(f"resolution={said.resolution}")
    if isinstance(plan, Insert | Update) and said.missing:
        shown.append(f"missing={said.missing}")
    if not isinstance(plan, Read | Call) and said.representation:
        shown.append(f"return={said.representation}")
    if said.count:
        shown.append(f"count={said.count}")
    if said.transaction:
        shown.append(f"tx={said.transaction}")
    if said.handling:
        shown.append(f"handling={said.handling}")
    if said.timezone:
        shown.append(f"timezone={said.timezone}")
    if (
        not isinstance(plan, Read | Insert)
        and said.max_affected is not None
        and said.handling == "strict"
    ):
        shown.append(f"max-affected={said.max_affected}")
    return ", ".join(shown)


def _as_said(response: Response, result: Result) -> Response:
    """What functions and triggers set as `response.status` and `response.headers`."""
    if not result.status and not result.headers:
        return response
    try:
        status = int(result.status) if result.status else response.status
        if not 100 <= status <= 599:
            raise ValueError(status)
    except ValueError:
        raise RestError(
            500, "PGRST112", "response.status guc must be a valid status code"
        ) from None
    try:
        given = json.loads(result.headers) if result.headers else []
        pairs = [pair for each in given for pair in each.items()]
        if not all(isinstance(text, str) for pair in pairs for text in pair):
            raise ValueError(result.headers)
    except (ValueError, AttributeError, TypeError):
        raise RestError(
            500,
            "PGRST111",
            "response.headers guc must be a JSON array composed of objects with a single key and"
            " a string value",
        ) from None
    names = {name.lower() for name, _ in pairs}
    kept = {name: value for name, value in response.headers.items() if name.lower() not in names}
    return Response(status, kept | dict(pairs), response.body)
