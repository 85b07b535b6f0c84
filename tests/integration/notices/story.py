"""What happens in the tests of notices: jobs end, users choose, letters and webhooks arrive."""

import json
import threading
from dataclasses import dataclass, field
from email.message import Message as Headers
from typing import Any
from uuid import UUID, uuid4

import psycopg
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends
from standardwebhooks import Webhook

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.domains.notices import service as notices
from chalicelib.domains.outbox import service as outbox
from tests import factories
from tests.aws import REGION

Admin = psycopg.Connection[dict[str, Any]]


@dataclass(frozen=True)
class Heard:
    """One request as it came in."""

    path: str
    headers: Headers
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def id(self) -> str:
        return str(self.headers["webhook-id"])

    def verified_by(self, secret: str) -> Any:
        """The payload, if the official library finds the signature right."""
        return Webhook(secret).verify(self.body, dict(self.headers.items()))


@dataclass
class Receiver:
    """An endpoint that answers as it is told: a status, or status and headers, or a hang."""

    port: int
    heard: list[Heard] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    hangs: threading.Event | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/in"

    def will_answer(self, *statuses: int, **headers: str) -> None:
        self.answers += [(status, headers) for status in statuses]


@dataclass
class Post:
    """The outbox of one user, delivered by hand.

    `delays` are the seconds each failure was put off by, in order; None after the last attempt.
    """

    admin: Admin
    delays: list[float | None] = field(default_factory=list)

    def rows(self, actor: Actor) -> list[dict[str, Any]]:
        """Rows not yet at rest."""
        return self.admin.execute(
            "select * from private.outbox"
            " where user_id = %s and delivered_at is null and dead_at is null order by created_at",
            (actor.user_id,),
        ).fetchall()

    def deliver(self, actor: Actor, *, rounds: int = 1) -> None:
        """One attempt at everything that waits, whatever the time; more `rounds`, more attempts."""
        for _ in range(rounds):
            for row in self.rows(actor):
                self.admin.execute(
                    "update private.outbox set next_attempt_at = clock_timestamp() where id = %s",
                    (row["id"],),
                )
                outbox.deliver(row["id"], chance=lambda: 0)


def letters() -> list[Any]:
    """Every e-mail sent so far."""
    return list(ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages)


def ended_job(actor: Actor, status: str = "READY", **columns: Any) -> dict[str, Any]:
    """The row of a job that has ended."""
    assert actor.user_id is not None
    failed = status == "FAILED"
    return {
        "id": uuid4(),
        "user_id": actor.user_id,
        "project_id": factories.project(actor.user_id, title="The <deep> sea"),
        "status": status,
        "attempt": 1,
        "failed_step": "RENDERING" if failed else None,
        "error_code": "RenderFailed" if failed else None,
        "error_message": "ffmpeg stopped" if failed else None,
        "finished_at": None,
        "cost_credits_final": 1 if status == "READY" else None,
        **columns,
    }


def end(actor: Actor, job: dict[str, Any]) -> list[UUID]:
    """End a job: its notices are promised."""
    assert actor.user_id is not None
    with db.transaction(Actor.worker(actor.user_id)) as tx:
        return notices.job_ended(tx, job)


def prefer(actor: Actor, **wanted: Any) -> None:
    """Set notification preferences as a user may: any object."""
    with db.transaction(actor) as tx:
        tx.run(
            "update profiles set notification_prefs = %(wanted)s::jsonb where id = auth.uid()",
            wanted=json.dumps(wanted),
        )
