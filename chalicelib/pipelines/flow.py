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
from chalicelib.domains.runs.again import Again
from chalicelib.errors import InvalidInput

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
class Place:
    """Where a step stands in its flow: the stage it counts for, and the steps it builds on."""

    stage: str | None = None
    builds_on: tuple[str, ...] = ()


@dataclass(frozen=True)
class Flow(Generic[Terms]):
    """One kind of job. Its statements are `{name}_claim`, `…_finish`, `…_failure`, `…_beat`,
    `…_silent` and `…_seen`.

    `folder` holds its files, below its user's; an execution is called `{prefix}-{id}-{attempt}`;
    `stages` are in order; `machine` answers the state machine's ARN; `words` are what its
    statements say besides.
    """

    name: str
    folder: str
    prefix: str
    terms: type[Terms]
    stages: tuple[str, ...]
    machine: Callable[[], str]
    held: Held
    give_up: GiveUp
    words: Mapping[str, Any] = field(default_factory=dict)
    steps: dict[str, Place] = field(default_factory=dict)
    """The states it has a step for; filled as they register."""

    def sql(self, what: str) -> LiteralString:
        """The kind's own statement for `what`."""
        return sql[f"{self.name}_{what}"]

    def execution(self, job_id: UUID, attempt: int) -> str:
        """The ARN of the execution that makes this attempt of a job."""
        machine = self.machine().replace(":stateMachine:", ":execution:", 1)
        return f"{machine}:{self.prefix}-{job_id}-{attempt}"

    def again(self, stage: str) -> Again:
        """A stage from which a run is done again: its steps, and all that build on them.

        Raises `InvalidInput` naming the stages there are.
        """
        if stage not in self.stages:
            raise InvalidInput.of("from", "stage", f"Is one of {', '.join(self.stages)}.")
        found = {name for name, place in self.steps.items() if place.stage == stage}
        while more := {
            name
            for name, place in self.steps.items()
            if name not in found and found.intersection(place.builds_on)
        }:
            found |= more
        stages = {self.steps[name].stage for name in found}
        return Again(
            stage=stage,
            order=self.stages,
            stages=tuple(one for one in self.stages if one in stages),
            steps=tuple(sorted(found)),
        )
