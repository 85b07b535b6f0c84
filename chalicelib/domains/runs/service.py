"""Look at a run, and see how well stages do.

The log is written by every step of every state machine (`pipelines/runs`); nothing here changes it.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from uuid import UUID

from psycopg.rows import DictRow

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.domains.albums import orders as albums
from chalicelib.domains.runs.models import (
    Breach,
    Rates,
    Run,
    Slo,
    SloQuery,
    StageRates,
    StageRun,
    Targets,
)
from chalicelib.pages import PageQuery, read

sql = db.queries(__file__)


def get(actor: Actor, run_id: UUID, query: PageQuery) -> Run:
    """A run with its totals and a page of its timeline. Raises `NotFound`."""
    with db.transaction(actor.working(), read_only=True) as tx:
        row = tx.one(sql["run"], run_id=run_id)
        if row["status"] in ("failed", "cancelled"):
            row = {**row, "stage": albums.stands(tx, run_id, row["stage"])}
        timeline = read(tx, sql["timeline"], query, StageRun, run_id=run_id)
    return Run.model_validate({**row, "timeline": timeline})


def slo(actor: Actor, query: SloQuery, now: datetime | None = None) -> Slo:
    """How the user's stages did in the last days, against what is promised and the time before."""
    span = {"now": now or datetime.now(UTC), "days": query.days}
    with db.transaction(actor, read_only=True) as tx:
        rows = tx.all(sql["rates"], **span)
        failed = tx.value(sql["failed_publications"], **span)
    stages = list(_stages(rows, Targets()))
    return Slo(
        days=query.days,
        targets=Targets(),
        stages=stages,
        failed_publications=failed,
        alert=failed > 0 or any(one.alert for one in stages),
    )


def _stages(rows: list[DictRow], targets: Targets) -> Iterator[StageRates]:
    """Stages with tries in the last days."""
    for stage, times in groupby(rows, key=lambda row: row["stage"]):
        found = {row["recent"]: Rates.model_validate(row) for row in times}
        now, before = found.get(True), found.get(False)
        if now is None:
            continue
        breached = breaches(now, targets)
        again = set(breaches(before, targets)) if before else set()
        yield StageRates(
            stage=stage, now=now, before=before, breached=breached, alert=bool(again & {*breached})
        )


def breaches(rates: Rates, targets: Targets) -> list[Breach]:
    """What is not kept of what is promised."""
    kept: dict[Breach, bool] = {
        "latency": (rates.p95_latency_ms or 0) <= targets.p95_latency_ms,
        "failures": rates.failure_rate < targets.failure_rate,
        "retries": rates.retry_rate < targets.retry_rate,
        "throttled": rates.throttled_rate < targets.throttled_rate,
    }
    return [name for name, is_kept in kept.items() if not is_kept]
