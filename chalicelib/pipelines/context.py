"""What a step may use: its order, earlier results, paid calls, files, and a list of effects."""

import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Generic
from uuid import UUID

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.db import Tx
from chalicelib.errors import Cancelled, DatabaseUnavailable, StaleAttempt
from chalicelib.pipelines import artifacts, paid
from chalicelib.pipelines.artifacts import Artifact
from chalicelib.pipelines.flow import Flow, Terms
from chalicelib.pipelines.paid import Made, Paid

HEARTBEAT_SECONDS = 10.0

Effect = Callable[[Tx], list[UUID] | None]
"""What a step does to the database; answers the outbox rows to announce after the commit."""


@dataclass
class StepContext(Generic[Terms]):
    """One run of one step. Effects, assets and totals are stored with its result.

    `tokens` and `cost_usd` are of the calls this run made itself, for its log.
    """

    flow: Flow[Terms]
    actor: Actor
    job_id: UUID
    attempt: int
    item: str
    order: Terms
    results: Mapping[str, Mapping[str, Mapping[str, Any]]]
    stage: str | None = None
    clock: Callable[[], float] = time.monotonic
    effects: list[Effect] = field(default_factory=list)
    assets: list[dict[str, Any]] = field(default_factory=list)
    totals: dict[str, int] = field(default_factory=dict)
    tokens: int = 0
    cost_usd: Decimal = Decimal(0)
    paid_calls: int = 0
    found_calls: int = 0
    last_beat: float = 0.0

    @property
    def user_id(self) -> UUID:
        assert self.actor.user_id is not None
        return self.actor.user_id

    @property
    def folder(self) -> str:
        """Where the job's files lie in the bucket."""
        return f"{self.user_id}/{self.flow.folder}/{self.job_id}"

    def result(self, step: str, item: str = "") -> Mapping[str, Any]:
        """What an earlier step answered."""
        return self.results[step][item]

    def items(self, step: str) -> list[Mapping[str, Any]]:
        """What the iterations of an earlier map answered, in order."""
        found = self.results[step]
        return [found[item] for item in sorted(found, key=int)]

    def once(
        self, kind: str, provider: str, *inputs: Any, price: Decimal, make: Callable[[], Made]
    ) -> Paid:
        """A paid call, made at most once for these inputs; see `paid.once`."""
        answer = paid.once(
            self.actor,
            kind,
            provider,
            inputs,
            make,
            price=price,
            run_id=self.job_id,
            stage=self.stage,
        )
        if answer.found:
            self.found_calls += 1
        else:
            self.paid_calls += 1
            self.cost_usd += answer.cost_usd
            self.tokens += answer.tokens
        return answer

    def publish(
        self, source: Path | bytes, name: str, content_type: str, *, work: bool = False
    ) -> Artifact:
        """Store one of the job's files under `name` in its folder."""
        return artifacts.publish(source, f"{self.folder}/{name}", content_type, work=work)

    def publish_json(self, value: Any, name: str) -> Artifact:
        return self.publish(json.dumps(value).encode(), name, "application/json")

    def load_json(self, key: str) -> Any:
        return json.loads(artifacts.load(key))

    def effect(self, do: Effect) -> None:
        """Have `do` run in the transaction that stores the step's result."""
        self.effects.append(do)

    def asset(self, type_: str, stored: Artifact, content_type: str, **metadata: Any) -> None:
        """Offer a published file to the user as one of the job's assets."""
        self.assets.append(
            {
                "type": type_,
                "storage_path": stored.key,
                "size_bytes": stored.size,
                "sha256": stored.sha256,
                "mime_type": content_type,
                "metadata_json": metadata,
            }
        )

    def plan(self, **totals: int) -> None:
        """Say how many items a later stage has; a stage without any is skipped."""
        self.totals.update(totals)

    def beat(self, fraction: float = 0.0) -> None:
        """Say that the step is alive, from time to time; not being heard is no reason to stop.

        Raises `Cancelled` or `StaleAttempt` when the job need not go on.
        """
        if self.clock() - self.last_beat < HEARTBEAT_SECONDS:
            return
        try:
            with db.transaction(self.actor) as tx:
                row = tx.one(self.flow.sql("beat"), job_id=self.job_id, attempt=self.attempt)
        except DatabaseUnavailable:  # the work may outlast it, and its end is fenced all the same
            return
        finally:
            self.last_beat = self.clock()
        if row["cancelled"]:
            raise Cancelled
        if not row["ours"]:
            raise StaleAttempt

    @contextmanager
    def workspace(self) -> Iterator[Path]:
        """An empty folder on this machine, gone when the step ends."""
        folder = Path(tempfile.mkdtemp(prefix="step-"))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def metrics(self, *, latency_ms: int, retry_count: int) -> dict[str, Any]:
        """The five figures of a `pipeline_runs` row."""
        return {
            "latency_ms": latency_ms,
            "tokens": self.tokens,
            "cost_usd": float(self.cost_usd),
            "cache_hit": self.found_calls > 0 and self.paid_calls == 0,
            "retry_count": retry_count,
        }
