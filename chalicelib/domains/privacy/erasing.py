"""Carrying an erasure out: stop the work, delete rows and files, let what is kept name nobody.

Which tables there are, and what becomes of each, is the registry's to say; their order is the
foreign keys'. Every page of rows is a transaction of its own that also counts them in the report.
What is left to do is read from the database, never remembered: a worker that dies, or one that
comes twice, finds what is still there and goes on. The end is one transaction that leaves no row
of the user, or does not happen.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from graphlib import TopologicalSorter
from typing import Any, LiteralString
from uuid import UUID

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.db import Tx, queries
from chalicelib.db.errors import translated
from chalicelib.domains.albums import making as albums
from chalicelib.domains.files import clearing
from chalicelib.domains.jobs import service as jobs
from chalicelib.domains.notices import service as notices
from chalicelib.domains.outbox import service as outbox
from chalicelib.domains.outbox.models import Message, Undelivered
from chalicelib.domains.privacy.erasures import promise
from chalicelib.domains.privacy.service import note
from chalicelib.errors import Cancelled, StaleAttempt

SECONDS = 25.0
"""How long a worker deletes before it hands on: its function may run for a minute."""

ROWS = 1_000
"""Rows of a page."""

WAITS = (5, 30, 120, 600, 1_800, 3_600, 7_200)
"""Seconds before each further attempt; after the last one the daily schedule begins anew."""

LAST_STEP_MS = "50000"
"""The books of one user move in one transaction, however long they are."""

ERASED = "Its user's data is being erased."

Clock = Callable[[], float]

sql = queries(__file__)


def deliver(message: Message) -> None:
    """Work on an erasure for a while; nothing when it is over.

    Raises `Undelivered` while letters to the user or workers are still under way.
    """
    erase(UUID(message.payload["deletion_id"]))


def failed(tx: Tx, message: Message, delay: float | None) -> None:
    """An erasure that was tried too often is shown as failed until it is taken up again."""
    if delay is None:
        found = tx.maybe(sql["fail_deletion"], id=UUID(message.payload["deletion_id"]))
        if found is not None:
            note(tx, "deletion_failed", found["request_id"], found["user_id"])


def sweep() -> None:
    """Begin the erasures whose day has come, take up those that stopped. Run daily."""
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    with db.transaction(Actor.service()) as tx:
        messages = [promise(tx, row["id"], today) for row in tx.all(sql["deletions_due"])]
    outbox.announce(messages)


def erase(deletion_id: UUID, *, seconds: float = SECONDS, clock: Clock = time.monotonic) -> bool:
    """Work for about `seconds`; answers whether the erasure is done now."""
    deadline = clock() + seconds
    request = _begin(deletion_id)
    if request is None:
        return False
    _stop_work(request)
    if not _erase_rows(request, lambda: clock() >= deadline):
        with db.transaction(Actor.service()) as tx:
            message = promise(tx, deletion_id, str(request["round"]))
        outbox.announce([message])
        return False
    _erase_files(request)
    _wait_for_workers(request)
    _finish(request)
    return True


def _begin(deletion_id: UUID) -> dict[str, Any] | None:
    """Take the request up, for the first time or again; None when there is nothing to do."""
    with db.transaction(Actor.service()) as tx:
        found = tx.maybe(sql["deletion_of"], id=deletion_id)
        if found is None or not found["due"]:
            return None
        first = found["status"] != "processing"
        if first and tx.value(sql["letters_under_way"], user_id=found["user_id"]):
            raise Undelivered("a letter to the user is still under way", 60)
        request = tx.one(sql["begin_deletion"], id=deletion_id)
        if request["scope"] == "account":
            tx.run(sql["bury"], pseudonym=request["pseudonym"])
        if first:
            note(tx, "deletion_started", request["request_id"], request["user_id"])
    return request


def _stop_work(request: Mapping[str, Any]) -> None:
    """Cancel what is being made, and give back what is held for it."""
    actor = Actor.worker(request["user_id"])
    with db.transaction(actor) as tx:
        tx.run(sql["expect_stragglers"], id=request["id"], user_id=actor.user_id)
        videos, made = tx.all(sql["jobs_under_way"]), tx.all(sql["albums_under_way"])
    messages: list[UUID] = []
    for row in videos:
        with suppress(Cancelled, StaleAttempt), db.transaction(actor) as tx:  # unless it has ended
            job = jobs.held(tx, row["id"], row["attempt"])
            messages += jobs.end(tx, job, "CANCELLED", "Erased", ERASED)
    for row in made:
        with suppress(Cancelled, StaleAttempt), db.transaction(actor) as tx:
            album = albums.held(tx, row["id"], row["attempt"])
            messages += albums.end(tx, album, "cancelled", "Erased", ERASED)
    outbox.announce(messages)
    with db.transaction(actor) as tx:
        tx.run(sql["give_back_holds"], user_id=actor.user_id)


def _erase_rows(request: Mapping[str, Any], is_over: Callable[[], bool]) -> bool:
    """Delete page after page until no table has rows left; answers whether that is so.

    Deleting may make rows, in logs above all: so it begins anew until there are none. Raises
    `RuntimeError` when rows stay that cannot be deleted.
    """
    actor = Actor.worker(request["user_id"])
    with db.transaction(actor, read_only=True) as tx:
        tables, references = tx.all(sql["tables_to_erase"]), tx.all(sql["references"])
    order = children_first([t["place"] for t in tables if t["erase"] != "anonymise"], references)
    while left := _left(actor):
        erased = False
        for place in order:
            while place in left and _page(actor, sql["erase_page"], request, place):
                erased = True
                if is_over():
                    return False
        if not erased:
            raise RuntimeError(f"Rows cannot be erased: {', '.join(sorted(left))}.")
    for table in tables:
        if table["erase"] == "anonymise" and request["scope"] == "account":
            while _page(Actor.service(), sql["anonymise_page"], request, table["place"]):
                if is_over():
                    return False
    return True


def children_first(places: Iterable[str], references: Iterable[Mapping[str, Any]]) -> list[str]:
    """The tables in an order in which nothing is deleted that others still point at."""
    graph: dict[str, set[str]] = {place: set() for place in places}
    for reference in references:
        if reference["child"] in graph and reference["parent"] in graph:
            graph[reference["parent"]].add(reference["child"])
    return list(TopologicalSorter(graph).static_order())


def _left(actor: Actor) -> set[str]:
    with db.transaction(actor, read_only=True) as tx:
        return {row["place"] for row in tx.all(sql["traces"], user_id=actor.user_id)}


def _page(actor: Actor, page: LiteralString, request: Mapping[str, Any], place: str) -> int:
    with db.transaction(actor) as tx:
        rows: int = tx.value(page, id=request["id"], table=place, limit=ROWS)
    return rows


def _erase_files(request: Mapping[str, Any]) -> None:
    """Delete everything in the user's folder. Raises OSError when some of it stays."""
    for files in clearing.emptied(f"{request['user_id']}/"):
        with db.transaction(Actor.worker(request["user_id"])) as tx:
            tx.run(sql["count_files"], id=request["id"], n=files)


def _wait_for_workers(request: Mapping[str, Any]) -> None:
    """Raises `Undelivered` while a step that was under way may still write files."""
    with db.transaction(Actor.service(), read_only=True) as tx:
        seconds = tx.value(sql["seconds_until_quiet"], id=request["id"])
    if seconds > 0:
        raise Undelivered("a step that was stopped may still write files", seconds)


def _finish(request: Mapping[str, Any]) -> None:
    """The last step. Of an account nobody is left to be told."""
    messages = []
    with (
        translated(),
        db.entered(Actor.service(), also={"statement_timeout": LAST_STEP_MS}) as tx,
    ):
        tx.run(sql["finish_erasure"], id=request["id"])
        if request["scope"] == "data_only":
            tx.run(sql["mark_leaving"], user_id=request["user_id"], leaving=False)
            told = {"request_id": request["request_id"]}
            key = f"email:deletion.completed:{request['request_id']}"
            messages = [notices.mail(tx, request["user_id"], "deletion.completed", told, key=key)]
    outbox.announce(messages)
