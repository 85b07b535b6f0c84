"""A kind of job: the state machine that makes it, the rows it lives in, and who ends it.

Every kind is claimed, fenced, finished and watched by the same code (`runs`, `context`,
`watchdog`); what differs is here, and in the statements that begin with the kind's name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, LiteralString, Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel

from chalicelib.db import Tx, queries

sql = queries(__file__)

Terms = TypeVar("Terms", bound=BaseModel)
"""What a job's steps are told of its order."""


class Held(Protocol):
    """Locks a job that is under way in this attempt; raises `Cancelled` or `StaleAttempt`."""

    def __call__(self, tx: Tx, job_id: UUID, attempt: int) -> object: ...


class GiveUp(Protocol):
    """Ends a job as failed unless it has ended; answers its status and outbox rows to announce."""

    def __call__(
        self, tx: Tx, job_id: UUID, attempt: int, code: str, message: str
    ) -> tuple[str, list[UUID]]: ...


@dataclass(frozen=True)
class Flow(Generic[Terms]):
    """One kind of job. Its statements are `{name}_claim`, `…_finish`, `…_failure`, `…_beat`,
    `…_silent` and `…_seen`.

    `folder` holds its files, below its user's; an execution is called `{prefix}-{id}-{attempt}`;
    `machine` answers the state machine's ARN; `words` are what its statements say besides.
    """

    name: str
    folder: str
    prefix: str
    terms: type[Terms]
    machine: Callable[[], str]
    held: Held
    give_up: GiveUp
    words: Mapping[str, Any] = field(default_factory=dict)
    steps: set[str] = field(default_factory=set)
    """The states it has a step for; filled as they register."""

    def sql(self, what: str) -> LiteralString:
        """The kind's own statement for `what`."""
        return sql[f"{self.name}_{what}"]

    def execution(self, job_id: UUID, attempt: int) -> str:
        """The ARN of the execution that makes this attempt of a job."""
        machine = self.machine().replace(":stateMachine:", ":execution:", 1)
        return f"{machine}:{self.prefix}-{job_id}-{attempt}"
