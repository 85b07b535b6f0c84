"""Erasure as the user meets it: ask, confirm by the letter's code, think better of it.

A request must be confirmed within a day by a code that is mailed; where the issuer tells of no
address the session is all the proof there is, and then only the mode with a grace is offered.
The work itself is `erasing`'s.
"""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.db import Tx, queries
from chalicelib.domains.idempotency.service import once
from chalicelib.domains.notices import service as notices
from chalicelib.domains.outbox import service as outbox
from chalicelib.domains.privacy.models import Confirmation, Deletion, NewDeletion
from chalicelib.domains.privacy.service import note
from chalicelib.errors import Conflict, IllegalMove, InvalidInput
from chalicelib.sweeps import each

OPEN = ("pending", "confirmed", "scheduled", "processing")

sql = queries(__file__)


def request(actor: Actor, new: NewDeletion, key: str | None) -> Deletion:
    """Ask to be forgotten; a code to confirm it with is mailed.

    Raises `Conflict` naming what is in the way: another request, a subscription that would be
    paid on, or no address to confirm an immediate erasure by.
    """
    with once(actor, key, Deletion, "request_deletion", new) as (tx, first):
        if not first:
            return first.answer
        tx.one(sql["lock_user"], user_id=actor.user_id)
        address = tx.value(sql["address"], user_id=actor.user_id)
        _check_nothing_is_in_the_way(tx, new, address)
        token = secrets.token_urlsafe(32)
        made = tx.one(
            sql["new_deletion"],
            **new.model_dump(),
            by_mail=bool(address),
            token_hash=_hashed(token) if address else None,
        )
        note(tx, "deletion_requested", made["request_id"], **new.model_dump())
        messages = []
        if address:
            told = {"request_id": made["request_id"], "scope": _words(new.scope), "token": token}
            messages = [_mail(tx, "deletion.requested", told)]
        else:
            _confirm(tx, made["id"], made["request_id"])
        deletion = first.keep(_shown(tx))
    outbox.announce(messages)
    return deletion


def current(actor: Actor) -> Deletion:
    """The user's last request. Raises `NotFound` when there never was one."""
    with db.transaction(actor.working(), read_only=True) as tx:
        return _shown(tx)


def confirm(actor: Actor, confirmation: Confirmation, key: str | None) -> Deletion:
    """Confirm the request with the code that was mailed.

    Raises `InvalidInput` for another code, `Conflict` when the day to confirm is over, and
    `IllegalMove` when the request does not wait for it.
    """
    with once(actor, key, Deletion, "confirm_deletion", confirmation) as (tx, first):
        if not first:
            return first.answer
        row = tx.one(sql["deletion_for_update"])
        if row["status"] != "pending":
            raise IllegalMove(f"The request is {row['status']}.", state=row["status"])
        if not secrets.compare_digest(row["confirmation_token_hash"], _hashed(confirmation.token)):
            raise InvalidInput.of("token", "confirmation", "This is not the code of the letter.")
        if row["lapsed"]:
            raise Conflict("The day to confirm this request is over.", hint="Cancel it, ask anew.")
        messages = _confirm(tx, row["id"], row["request_id"])
        deletion = first.keep(_shown(tx))
    if deletion.mode == "immediate":
        with db.transaction(Actor.service()) as tx:
            messages = [*messages, promise(tx, deletion.id, "confirmed")]
    outbox.announce(messages)
    return deletion


def cancel(actor: Actor) -> Deletion:
    """Take the request back; cancelling twice is cancelling once.

    Raises `NotFound` when there is none, `IllegalMove` once the erasure has begun.
    """
    with db.transaction(actor.working()) as tx:
        row = tx.one(sql["deletion_for_update"])
        messages: list[UUID] = []
        if row["status"] != "cancelled":
            if tx.maybe(sql["cancel_deletion"], id=row["id"], code=None) is None:
                raise IllegalMove(f"The request is {row['status']}.", state=row["status"])
            tx.run(sql["mark_leaving"], user_id=actor.user_id, leaving=False)
            note(tx, "deletion_cancelled", row["request_id"])
            messages = [_mail(tx, "deletion.cancelled", {"request_id": row["request_id"]})]
        deletion = _shown(tx)
    outbox.announce(messages)
    return deletion


def lapse() -> None:
    """Cancel requests whose letter was not answered within a day. Run by the daily schedule."""
    with db.transaction(Actor.service(), read_only=True) as tx:
        forgotten = tx.all(sql["deletions_unconfirmed"])
    each("unconfirmed erasures", forgotten, _lapse)


def _lapse(row: Mapping[str, Any]) -> None:
    with db.transaction(Actor.worker(row["user_id"])) as tx:
        found = tx.maybe(sql["cancel_deletion"], id=row["id"], code="NotConfirmed")
        if found is not None:
            note(tx, "deletion_lapsed", found["request_id"])


def promise(tx: Tx, deletion_id: UUID, occasion: str) -> UUID:
    """A round of work on an erasure. The message is the house's own: it outlives the user."""
    return outbox.put(
        tx,
        "privacy_erasure",
        {"deletion_id": str(deletion_id)},
        user_id=None,
        dedupe_key=f"erasure:{deletion_id}:{occasion}",
    )


def _check_nothing_is_in_the_way(tx: Tx, new: NewDeletion, address: str | None) -> None:
    last = tx.maybe(sql["deletion_for_update"])
    if last is not None and last["status"] in OPEN:
        raise Conflict(
            f"Your request {last['request_id']} is {last['status']}.",
            hint="Cancel it first." if last["status"] != "processing" else None,
            missing=["deletion"],
            state=last["status"],
        )
    paid_until = tx.value(sql["running_subscription"], user_id=tx.actor.user_id)
    if new.scope == "account" and paid_until is not None:
        raise Conflict(
            "Your subscription runs on and would be paid on.",
            hint="End it first, then ask again.",
            missing=["subscription"],
            paid_until=paid_until.isoformat(),
        )
    if new.mode == "immediate" and not address:
        raise Conflict(
            "There is no address of yours to confirm this by.",
            hint="Ask for it with a grace, or give your account an address.",
            missing=["email"],
        )


def _confirm(tx: Tx, deletion_id: UUID, request_id: str) -> list[UUID]:
    mode = tx.value(sql["confirm_deletion"], id=deletion_id)
    tx.run(sql["mark_leaving"], user_id=tx.actor.user_id, leaving=True)
    note(tx, "deletion_confirmed", request_id, mode=mode)
    told: dict[str, Any] = {"request_id": request_id}
    if mode == "immediate":
        return [_mail(tx, "deletion.begun", told)]
    day: datetime = tx.value(sql["schedule_deletion"], id=deletion_id)
    told["day"] = f"{day.astimezone(UTC):%d %B %Y}"
    return [_mail(tx, "deletion.scheduled", told)]


def _mail(tx: Tx, letter: str, told: dict[str, Any]) -> UUID:
    assert tx.actor.user_id is not None
    key = f"email:{letter}:{told['request_id']}"
    return notices.mail(tx, tx.actor.user_id, letter, told, key=key)


def _words(scope: str) -> str:
    return "your account and all its data" if scope == "account" else "all your data"


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _shown(tx: Tx) -> Deletion:
    return Deletion.model_validate(tx.one(sql["deletion"]))
