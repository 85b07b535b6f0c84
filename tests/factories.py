"""Rows to test with. Each call makes new ones, of a new user unless told whose."""

from typing import Any
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from chalicelib import db
from chalicelib.actor import Actor

PROJECT = (
    "insert into projects (user_id, title, prompt_text, niche_preset, target_minutes, settings,"
    " transcript_mode, transcript_text) values (%(user_id)s, %(title)s, %(prompt_text)s,"
    " %(niche_preset)s, %(target_minutes)s, %(settings)s, %(transcript_mode)s, %(transcript_text)s)"
    " returning id"
)
JOB = (
    "insert into jobs (user_id, project_id, status, attempt, settings)"
    " values (%(user_id)s, %(project_id)s, %(status)s, %(attempt)s, %(settings)s) returning id"
)


def user(*, credits: int = 10, email: str | None = None, name: str | None = "Test User") -> UUID:
    """A signed-in user with a profile and that many credits."""
    user_id = uuid4()
    with db.transaction(Actor.worker(user_id)) as tx:
        tx.run(
            "select ensure_profile(%(id)s, %(email)s, %(name)s, %(credits)s)",
            id=user_id,
            email=email or f"{user_id}@users.example",
            name=name,
            credits=credits,
        )
    return user_id


def project(user_id: UUID, **columns: Any) -> UUID:
    """A project of a user, one minute on a science topic unless `columns` say otherwise."""
    row = {
        "user_id": user_id,
        "title": "The deep sea",
        "prompt_text": "What lives where no light reaches?",
        "niche_preset": "science",
        "target_minutes": 1,
        "transcript_mode": "auto",
        "transcript_text": None,
        **columns,
        "settings": Jsonb(columns.get("settings", {})),
    }
    with db.transaction(Actor.worker(user_id)) as tx:
        return _id(tx.value(PROJECT, **row))


def job(
    user_id: UUID, project_id: UUID | None = None, *, reserve: int | None = None, **columns: Any
) -> UUID:
    """A job of a user, PENDING unless `columns` say otherwise, holding `reserve` credits."""
    project_id = project_id or project(user_id)
    row = {
        "user_id": user_id,
        "project_id": project_id,
        "status": "PENDING",
        "attempt": 1,
        **columns,
        "settings": Jsonb(columns.get("settings", {})),
    }
    with db.transaction(Actor.worker(user_id)) as tx:
        job_id = _id(tx.value(JOB, **row))
        if reserve is not None:
            held = tx.value(
                "select reserve_credits(%(user_id)s, %(job_id)s, %(amount)s)",
                user_id=user_id,
                job_id=job_id,
                amount=reserve,
            )
            assert held, f"{user_id} has fewer than {reserve} credits"
            tx.run(
                "update jobs set cost_credits_reserved = %(amount)s, hold_id ="
                " (select id from credit_holds where job_id = %(id)s and status = 'open')"
                " where id = %(id)s",
                amount=reserve,
                id=job_id,
            )
    return job_id


def credits(user_id: UUID, amount: int, *, kind: str = "grant", **also: Any) -> UUID:
    """More credits for a user. Answers the ledger entry."""
    with db.transaction(Actor.worker(user_id)) as tx:
        return _id(
            tx.value(
                "select add_credits(%(user)s, %(kind)s, %(amount)s, %(key)s, %(expires)s,"
                " %(priority)s, %(stripe)s)",
                user=user_id,
                kind=kind,
                amount=amount,
                key=also.get("key", str(uuid4())),
                expires=also.get("expires"),
                priority=also.get("priority", 50),
                stripe=also.get("stripe"),
            )
        )


def balanced(user_id: UUID | None = None) -> bool:
    """Whether every account's books (or one user's) are in order."""
    actor = Actor.service() if user_id is None else Actor.worker(user_id)
    with db.transaction(actor, read_only=True) as tx:
        return tx.value("select coalesce(bool_and(ok), true) from credit_check") is True


def _id(value: Any) -> UUID:
    assert isinstance(value, UUID)
    return value
