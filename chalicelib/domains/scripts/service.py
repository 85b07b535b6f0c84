"""Scripts: kept, read, and followed from session to session."""

from uuid import UUID

from chalicelib import db, pages
from chalicelib.actor import Actor
from chalicelib.domains.idempotency.service import once
from chalicelib.domains.scripts.models import Changes, NewScript, Script, ScriptsQuery

sql = db.queries(__file__)


def create(actor: Actor, script: NewScript, key: str | None) -> Script:
    """Keep a script. Raises `InvalidInput` when it rewrites what is not the user's."""
    with once(actor, key, Script, "create_script", script) as (tx, first):
        if not first:
            return first.answer
        words = len(script.content.split())
        row = tx.one(sql["create"], word_count=words, **script.model_dump(mode="json"))
        return first.keep(Script.model_validate(row))


def get(actor: Actor, script_id: UUID) -> Script:
    """One script. Raises `NotFound`."""
    with db.transaction(actor, read_only=True) as tx:
        return Script.model_validate(tx.one(sql["get"], id=script_id))


def changes(actor: Actor, query: ScriptsQuery) -> Changes:
    """What changed after a place, oldest first. Raises `BadRequest` for a place of another list.

    A transaction writes the time at which it began and shows it when it commits, so a change may
    surface behind younger ones. The place therefore moves over settled changes alone: those of
    the last 15 seconds, longer than a transaction lasts, are answered again.
    """
    scope = f"scripts of {actor.user_id}"
    place = pages.unsigned(query.since, scope, "since") if query.since else [None, None]
    with db.transaction(actor, read_only=True) as tx:
        rows = tx.all(sql["changes"], after=place[0], after_id=place[1], limit=query.limit + 1)
    page, more = rows[: query.limit], len(rows) > query.limit
    settled = [row for row in page if row["settled"]]
    if settled:
        place = [settled[-1]["updated_at"], settled[-1]["id"]]
    return Changes(
        items=[Script.model_validate(row) for row in page],
        since=pages.signed(place, scope) if place[0] is not None else None,
        more=more and bool(settled),
    )
