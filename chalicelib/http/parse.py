"""From the bytes of a request to values of the declared types, or an error naming each field."""

import binascii
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar, cast
from urllib.parse import unquote

from chalice.app import Request
from pydantic import BaseModel, TypeAdapter, ValidationError

from chalicelib.db.text import UNSTORABLE
from chalicelib.errors import BadRequest, InvalidInput, PayloadTooLarge, Unauthenticated

LARGEST_BODY = 1024 * 1024  # bytes; larger things go to S3

T = TypeVar("T")


def token(request: Request) -> str | None:
    """The token of `Authorization: Bearer`, else of `apikey`, as supabase-js sends them."""
    authorization: str | None = request.headers.get("authorization")
    if authorization is None:
        api_key: str | None = request.headers.get("apikey")
        return api_key
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "bearer" or not value.strip():
        raise Unauthenticated("The Authorization header must be `Bearer` and a token.")
    return value.strip()


def path(name: str, raw: str, adapter: TypeAdapter[T]) -> T:
    """One parameter of the path."""
    text = unquote(raw)
    _check_storable([(name, text)])
    return _valid(name, lambda: adapter.validate_python(text))


def header(request: Request, name: str, adapter: TypeAdapter[T]) -> T | None:
    """One header, or None when it is not sent."""
    text = request.headers.get(name.lower())
    return None if text is None else _valid(name, lambda: adapter.validate_python(text))


def version(request: Request) -> int | None:
    """The version `If-Match` names; None when it is not sent or is `*`."""
    text = request.headers.get("if-match", "*").strip()
    if text == "*":
        return None
    if not (found := re.fullmatch(r'(?:W/)?"(\d{1,9})"', text, re.ASCII)):
        raise InvalidInput.of("If-Match", "etag", 'Must be `"<version>"`, as ETag gave it.')
    return int(found[1])


def query(request: Request, model: type[BaseModel]) -> BaseModel:
    """The query string. A parameter given once is one value, given more often it is a list."""
    sent = request.query_params
    values = {name: sent.getlist(name) for name in sent} if sent else {}
    _check_storable((name, text) for name, texts in values.items() for text in (name, *texts))
    given = {name: texts[0] if len(texts) == 1 else texts for name, texts in values.items()}
    return _valid("query", lambda: model.model_validate(given, extra="forbid"))


def body(request: Request, model: type[BaseModel]) -> BaseModel:
    """The JSON body, of exactly the declared types. No body at all is an empty object."""
    text = utf8(raw(request))
    try:
        _check_storable(_texts(_json(text)))
    except RecursionError as error:  # of the parser, or of the walk: which depends on the Python
        raise BadRequest("The body is not JSON: it is nested too deeply.") from error
    return _valid("body", lambda: model.model_validate_json(text, strict=True, extra="forbid"))


def raw(request: Request) -> bytes:
    """The bytes of the body. Raises `PayloadTooLarge` beyond 1 MiB."""
    try:
        found = cast(bytes, request.raw_body) or b"{}"
    except (binascii.Error, ValueError) as error:
        raise BadRequest("The body is not valid base64.") from error
    if len(found) > LARGEST_BODY:
        raise PayloadTooLarge("The body is larger than 1 MiB.", details={"limit": LARGEST_BODY})
    return found


def utf8(data: bytes) -> str:
    """The text of a body. Raises `BadRequest` naming the first byte that is not UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise BadRequest(
            f"The body is not UTF-8 at byte {error.start}.", details={"position": error.start}
        ) from error


def storable(value: Any) -> Any:
    """The value without characters that Postgres' text cannot hold, for what is not refused."""
    match value:
        case str():
            return UNSTORABLE.sub("", value)
        case dict():
            return {storable(key): storable(inner) for key, inner in value.items()}
        case list():
            return [storable(inner) for inner in value]
    return value


def _json(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        raise BadRequest(
            f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.",
            details={"position": error.pos, "line": error.lineno, "column": error.colno},
        ) from error
    except ValueError as error:  # a number of thousands of digits
        raise BadRequest("The body is not JSON: a number is too long.") from error


def _no_constant(name: str) -> Any:
    raise BadRequest(f"The body is not JSON: {name} is not a JSON number.")


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadRequest("The body is not JSON: an object has the same key twice.")
    return found


def _texts(value: Any, field: str = "") -> Iterator[tuple[str, str]]:
    match value:
        case str():
            yield field, value
        case dict():
            for key, inner in value.items():
                yield field, key
                yield from _texts(inner, f"{field}.{key}".lstrip("."))
        case list():
            for index, inner in enumerate(value):
                yield from _texts(inner, f"{field}.{index}".lstrip("."))


def _check_storable(texts: Iterable[tuple[str, str]]) -> None:
    for field, text in texts:
        if UNSTORABLE.search(text):
            shown = UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", field)[:100]
            raise InvalidInput.of(
                shown or "body", "text", "Must not hold NUL or half a surrogate pair."
            )


def _valid(place: str, validate: Callable[[], T]) -> T:
    try:
        return validate()
    except ValidationError as error:
        raise InvalidInput.of_all(error, place) from error
