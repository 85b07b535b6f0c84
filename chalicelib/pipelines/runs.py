"""A step is done once: claim, do, then effect, result, log and progress in one transaction.

Two things may run a step at the same time: a retry, and the worker it was retried for, which may
still be alive. Both may work; the first to finish stores its result, the other one is given it.
A worker of an earlier attempt, or of a job that has ended, stores nothing (`StaleAttempt`).
"""

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import wraps
from typing import Any, Generic
from uuid import UUID

from psycopg.types.json import Jsonb
from pydantic import BaseModel, ConfigDict

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.db import Tx, queries
from chalicelib.domains.outbox import service as outbox
from chalicelib.errors import (
    BudgetExceeded,
    Cancelled,
    DatabaseUnavailable,
    PaidCallInFlight,
    ProviderThrottled,
    ProviderUnavailable,
    ShowrunnerError,
    StaleAttempt,
)
from chalicelib.media import ffmpeg
from chalicelib.observability import logger
from chalicelib.pipelines.context import StepContext
from chalicelib.pipelines.flow import Flow, Place, Terms

sql = queries(__file__)

RETRIED = (ProviderThrottled, ProviderUnavailable, DatabaseUnavailable, PaidCallInFlight)
"""Errors the state machines retry by name; after any other the job ends."""

SPARE = 20.0
"""Seconds before a function's own time is over in which a step can still say what went wrong."""

Result = Mapping[str, Any]


class Call(BaseModel):
    """What a state asks for. `item` tells the iterations of a map apart; `state` is all it said."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    job_id: UUID
    user_id: UUID
    attempt: int
    item: str = ""
    execution: str | None = None
    task_token: str | None = None
    error: dict[str, str] | None = None
    state: Mapping[str, Any] = {}

    @classmethod
    def of(cls, event: Mapping[str, Any]) -> "Call":
        given = event["input"]
        return cls(
            **{**given, "item": str(given.get("item", ""))},
            execution=event.get("execution", {}).get("id"),
            task_token=event.get("task_token"),
            state=given,
        )

    @property
    def worker(self) -> Actor:
        return Actor.worker(self.user_id)


STEPS: dict[str, Callable[[Call], Result]] = {}
"""A state's name → what it does."""


def run_step(event: Mapping[str, Any], context: Any = None) -> Result:
    """Do what a state machine's task asks for; answers ids and small numbers only.

    `event` is `{step, input: {job_id, user_id, attempt, item?, error?}, execution: {id},
    task_token?}`. `context` is Lambda's: whatever ffmpeg does is over before the function's time
    is. Raises the errors of `chalicelib.errors`, which the state machine knows by name.
    """
    with _in_time(context):
        return STEPS[event["step"]](Call.of(event))


def _in_time(context: Any) -> AbstractContextManager[None]:
    if context is None:
        return nullcontext()
    return ffmpeg.within(context.get_remaining_time_in_millis() / 1000 - SPARE)


def act(
    flow: Flow[Any], name: str
) -> Callable[[Callable[[Call], Result]], Callable[[Call], Result]]:
    """Register a state that is one transaction, harmless to repeat."""

    def register(do: Callable[[Call], Result]) -> Callable[[Call], Result]:
        _add(flow, name, do, Place())
        return do

    return register


def step(
    flow: Flow[Terms],
    name: str,
    *,
    stage: str | None = None,
    needs: tuple[str, ...] = (),
    after: tuple[str, ...] = (),
) -> Callable[[Callable[[StepContext[Terms]], Result | None]], Callable[[Call], Result]]:
    """Register a state whose work is done once per job and item.

    `stage` is the stage of the job it counts for, `needs` the steps whose results it reads, `after`
    those whose work it finds elsewhere: in rows or files. A step that found nothing to do answers
    None: it is not noted as done, for it may be asked again when there is something.
    """

    def register(do: Callable[[StepContext[Terms]], Result | None]) -> Callable[[Call], Result]:
        @wraps(do)
        def once(call: Call) -> Result:
            return _once(Step(flow, name, stage, needs, do), call)

        _add(flow, name, once, Place(stage, needs + after))
        return once

    return register


def _add(flow: Flow[Any], name: str, do: Callable[[Call], Result], place: Place) -> None:
    if name in STEPS:
        raise ValueError(f"two state machines have a state called {name}")
    STEPS[name] = do
    flow.steps[name] = place


@dataclass(frozen=True)
class Step(Generic[Terms]):
    """A registered step."""

    flow: Flow[Terms]
    name: str
    stage: str | None
    needs: tuple[str, ...]
    do: Callable[[StepContext[Terms]], Result | None]


@dataclass(frozen=True)
class Claim(Generic[Terms]):
    """What a worker is told when it takes a step up; `result` is set when it is done already."""

    run: int
    order: Terms
    results: Mapping[str, Mapping[str, Result]]
    result: Result | None = None


def _once(step: Step[Terms], call: Call, clock: Callable[[], float] = time.monotonic) -> Result:
    claim = _claim(step, call)
    if claim.result is not None:
        return claim.result
    began = clock()
    ctx = StepContext(
        flow=step.flow,
        actor=call.worker,
        job_id=call.job_id,
        attempt=call.attempt,
        item=call.item,
        order=claim.order,
        results=claim.results,
        stage=step.stage,
        clock=clock,
    )
    try:
        result = step.do(ctx)
        if result is None:
            return {}
        return _finish(step, call, claim, ctx, result, latency_ms(began, clock))
    except (StaleAttempt, Cancelled):
        raise
    except Exception as error:
        _log_failure(step, call, claim, ctx, error, latency_ms(began, clock))
        raise


def latency_ms(began: float, clock: Callable[[], float]) -> int:
    return round((clock() - began) * 1000)


def _claim(step: Step[Terms], call: Call) -> Claim[Terms]:
    with db.transaction(call.worker) as tx:
        row = tx.one(
            step.flow.sql("claim"),
            job_id=call.job_id,
            attempt=call.attempt,
            step=step.name,
            item=call.item,
            stage=step.stage,
            needs=list(step.needs),
            **step.flow.words,
        )
        done = row["done"]
        if done is None and row["run"] is None:
            done = _stored(tx, step, call)  # finished while this statement waited for the job
    if done is None and row["run"] is None:
        raise Cancelled if row["cancelled"] else StaleAttempt
    order = step.flow.terms.model_validate(row["terms"])
    return Claim(row["run"] or 0, order, row["results"], done)


def _stored(tx: Tx, step: Step[Any], call: Call) -> Result | None:
    result: Result | None = tx.value(
        sql["stored_result"], job_id=call.job_id, step=step.name, item=call.item
    )
    return result


def _finish(
    step: Step[Terms],
    call: Call,
    claim: Claim[Terms],
    ctx: StepContext[Terms],
    result: Result,
    took: int,
) -> Result:
    rows: list[UUID] = []
    with db.transaction(call.worker) as tx:
        step.flow.held(tx, call.job_id, call.attempt)
        finished = tx.maybe(
            step.flow.sql("finish"),
            job_id=call.job_id,
            user_id=call.user_id,
            step=step.name,
            item=call.item,
            stage=step.stage,
            run=claim.run,
            result=Jsonb(result),
            totals=Jsonb(ctx.totals),
            metrics=Jsonb(ctx.metrics(latency_ms=took, retry_count=claim.run - 1)),
            took=took,
            **step.flow.words,
        )
        if finished is None:  # another worker was first: its result is the result
            stored = _stored(tx, step, call)
            assert stored is not None
            return stored
        if ctx.assets:
            tx.run(sql["add_assets"], job_id=call.job_id, assets=Jsonb(ctx.assets))
        for effect in ctx.effects:
            rows += effect(tx) or []
    outbox.announce(rows)
    return result


def _log_failure(
    step: Step[Terms],
    call: Call,
    claim: Claim[Terms],
    ctx: StepContext[Terms],
    error: Exception,
    took: int,
) -> None:
    """Write down what went wrong; never hides the error itself."""
    code = type(error).__name__
    said = error.message if isinstance(error, ShowrunnerError) else "The step broke down."
    blocked, final = isinstance(error, BudgetExceeded), not isinstance(error, RETRIED)
    try:
        with db.transaction(call.worker) as tx:
            tx.run(
                step.flow.sql("failure"),
                job_id=call.job_id,
                user_id=call.user_id,
                attempt=call.attempt,
                step=step.name,
                item=call.item,
                stage=step.stage,
                run=claim.run,
                final=final,
                status="skipped" if blocked else "failure" if final else "retry",
                code=code,
                said=said,
                summary="budget_exceeded" if blocked else said,
                metrics=Jsonb(ctx.metrics(latency_ms=took, retry_count=claim.run - 1)),
                took=took,
            )
    except Exception:
        logger.warning("a step's failure was not logged", exc_info=True)
