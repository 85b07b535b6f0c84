"""The headers that shape an answer: `Prefer`, `Accept`, `Range` and the profiles."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal, cast

from chalicelib.rest.errors import bad_range, not_acceptable, unknown_schema
from chalicelib.rest.request.values import Media, Preferences, Range, Resource

CHOICES = {
    "resolution": ("merge-duplicates", "ignore-duplicates"),
    "return": ("representation", "minimal", "headers-only"),
    "count": ("exact", "planned", "estimated"),
    "tx": ("commit", "rollback"),
    "missing": ("default", "null"),
    "handling": ("strict", "lenient"),
}
FIELDS = {"return": "representation", "tx": "transaction"}


@lru_cache(maxsize=256)
def parse_prefer(text: str) -> Preferences:
    """`return=minimal, count=exact` → preferences. The first of two contrary ones counts."""
    found: dict[str, Any] = {}
    unknown = []
    for said in (part.strip() for part in text.split(",")):
        name, _, value = said.partition("=")
        if value in CHOICES.get(name, ()):
            found.setdefault(FIELDS.get(name, name), value)
        elif name == "max-affected" and re.fullmatch(r"\d{1,18}", value, re.ASCII):
            found.setdefault("max_affected", int(value))
        elif name == "timezone" and _is_timezone(value):
            found.setdefault("timezone", value)
        elif said:
            unknown.append(said)
    return Preferences(**found, unknown=tuple(unknown))


def _is_timezone(name: str) -> bool:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


MEDIA = re.compile(r"\s*([\w*.+-]+/[\w*.+-]+)\s*((?:;[^;]*)*)")
PARAMETER = re.compile(r';\s*([\w-]+)\s*=\s*("[^"]*"|[^;"\s]*)\s*')
EXPLAIN_OPTIONS = ("analyze", "verbose", "settings", "buffers", "wal")


@lru_cache(maxsize=256)
def parse_accept(text: str, resource: Resource, plans: bool) -> Media:
    """The first acceptable media type, by weight, then by order. Raises PGRST107.

    `plans` says whether a query's plan may be asked for.
    """
    offers = []
    for place, part in enumerate(re.split(r',(?=(?:[^"]*"[^"]*")*[^"]*$)', text)):
        match = MEDIA.fullmatch(part)
        if match:
            parameters = {
                name.lower(): value.strip('"') for name, value in PARAMETER.findall(match[2])
            }
            offers.append((-_weight(parameters.get("q", "1")), place, match[1], parameters))
    for _, _, kind, parameters in sorted(offers, key=lambda offer: offer[:2]):
        media = _media(kind.lower(), parameters, resource, plans=plans)
        if media:
            return media
    raise not_acceptable(part.strip() for part in text.split(","))


def _weight(text: str) -> float:
    return float(text) if re.fullmatch(r"[01](\.\d{0,3})?", text, re.ASCII) else 1.0


def _media(
    kind: str, parameters: Mapping[str, str], resource: Resource, *, plans: bool
) -> Media | None:
    if resource == "root":
        known = ("application/openapi+json", "application/json", "application/*", "*/*")
        return Media("openapi") if kind in known else None
    stripped = parameters.get("nulls") == "stripped"
    match kind:
        case "application/json" | "application/*" | "*/*":
            return Media("array")
        case "application/vnd.pgrst.array+json" | "application/vnd.pgrst.array":
            return Media("array", stripped)
        case "application/vnd.pgrst.object+json" | "application/vnd.pgrst.object":
            return Media("object", stripped)
        case "text/csv" | "text/*":
            return Media("csv")
    match = re.fullmatch(r"application/vnd\.pgrst\.plan(?:\+(json|text))?", kind)
    if not match or not plans:
        return None
    of = MEDIA.fullmatch(parameters.get("for", "application/json"))
    if not of:
        return None
    inner = {name.lower(): value for name, value in PARAMETER.findall(of[2])}
    answer = _media(of[1].lower(), inner, resource, plans=False)
    asked = parameters.get("options", "").split("|")
    options = tuple(option for option in EXPLAIN_OPTIONS if option in asked)
    explain = cast(Literal["json", "text"], match[1] or "text")
    return answer and Media(answer.kind, answer.nulls_stripped, explain, options)


INVERTED = (
    "The lower boundary must be lower than or equal to the upper boundary in the Range header."
)


def parse_range(headers: Mapping[str, str]) -> Range:
    """`Range: 0-24` → a range; anything that is no range of rows is ignored. Raises PGRST103."""
    match = re.fullmatch(r"(?:items=)?(\d{1,18})?-(\d{1,18})?", headers.get("range", ""), re.ASCII)
    if not match or match[1] is None:
        return Range()
    first = int(match[1])
    if match[2] is None:
        return Range(first)
    if int(match[2]) < first:
        raise bad_range(INVERTED)
    return Range(first, int(match[2]) - first + 1)


def choose_schema(
    headers: Mapping[str, str], exposed: Sequence[str], *, reads: bool
) -> tuple[str, bool]:
    """The schema asked for, and whether the answer must name it. Raises PGRST106."""
    said = headers.get("accept-profile" if reads else "content-profile")
    if said is None:
        return exposed[0], len(exposed) > 1
    if said not in exposed:
        raise unknown_schema(said, exposed)
    return said, True
