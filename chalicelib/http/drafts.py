"""Prompts written before signing in, kept for the session that wrote them."""

from http.cookies import CookieError, SimpleCookie

from chalice.app import Blueprint, Request
from pydantic import TypeAdapter, ValidationError

from chalicelib.actor import Actor
from chalicelib.domains.drafts import service as drafts
from chalicelib.domains.drafts.models import (
    ClaimDraft,
    Draft,
    SavedDraft,
    SaveDraft,
    SessionToken,
)
from chalicelib.errors import NotFound, TooManyRequests
from chalicelib.http.endpoint import Reply, endpoint

COOKIE = "draft_session"
ATTRIBUTES = "Path=/; HttpOnly; Secure; SameSite=Lax"
WEEK = 7 * 24 * 3600

routes = Blueprint(__name__)


@routes.route("/v1/drafts", methods=["POST"])
@endpoint(status=201, access="anyone", raises=[TooManyRequests])
def save_draft(body: SaveDraft, request: Request) -> Reply[SavedDraft]:
    """Keep a prompt for this session. Its second draft replaces the first.

    The session token is told once, in the answer and as a cookie.
    """
    token = body.session_token or _cookie(request)
    saved = drafts.save(body, token, request.context["identity"]["sourceIp"])
    if saved.session_token is None:
        return Reply(saved)
    cookie = f"{COOKIE}={saved.session_token}; Max-Age={WEEK}; {ATTRIBUTES}"
    return Reply(saved, {"Set-Cookie": cookie})


@routes.route("/v1/drafts/claim", methods=["POST"])
@endpoint(raises=[NotFound])
def claim_draft(actor: Actor, body: ClaimDraft, request: Request) -> Reply[Draft]:
    """Make the session's draft mine, by its token or cookie."""
    draft = drafts.claim(actor, body.session_token or _cookie(request))
    return Reply(draft, {"Set-Cookie": f"{COOKIE}=; Max-Age=0; {ATTRIBUTES}"})


def _cookie(request: Request) -> str | None:
    """The session token of the cookie; one that cannot be ours counts as none."""
    try:
        found = SimpleCookie(request.headers.get("cookie", "")).get(COOKIE)
        return TOKEN.validate_python(found.value) if found else None
    except (CookieError, ValidationError):
        return None


TOKEN: TypeAdapter[str] = TypeAdapter(SessionToken)
