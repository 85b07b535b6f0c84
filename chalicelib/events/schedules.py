"""The clock: what is done every minute, hour and day.

EventBridge may tick twice or not at all: a slot is claimed once in `private.cron_runs`, and a tick
also takes the slots that were missed. All work here looks at how things stand, so that one run
makes up for any number of missed ones.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.db import queries
from chalicelib.domains.albums import orders as albums
from chalicelib.domains.experiments import service as experiments
from chalicelib.domains.files import clearing
from chalicelib.domains.outbox import service as outbox
from chalicelib.domains.privacy import collecting, erasing, erasures
from chalicelib.domains.publishing import figures as video_figures
from chalicelib.domains.publishing import rotating
from chalicelib.events import uploads
from chalicelib.observability import logger, metrics
from chalicelib.pipelines import watchdog
from chalicelib.sweeps import each

sql = queries(__file__)

Work = Callable[[], object]

BATCH = 5_000
BATCHES = 100  # what is left over goes tomorrow
PAGES = 20  # of 1,000 leads


def minute(event: Any) -> None:
    """What was missed is sent again, what is due begins; jobs whose execution died are ended."""
    sweeps = [outbox.sweep, uploads.sweep, watchdog.sweep, albums.resume_paused]
    _tick("minute", event, timedelta(minutes=1), [*sweeps, _run("start_campaigns"), rescore])


def hourly(event: Any) -> None:
    """What is due expires; figures are added up."""
    due = ("time_out_holds", "expire_credits", "expire_reservations", "clear_oauth_states")
    figures = ("roll_samples", "measure_campaigns")
    _tick(
        "hourly",
        event,
        timedelta(hours=1),
        [*(_run(name) for name in (*due, *figures)), rotating.sweep],
    )


def daily(event: Any) -> None:
    """The books are checked, old things are cleared away, what fades with time is looked at."""
    old = ("clear_drafts", "clear_idempotency", "clear_outbox", "clear_cron_runs", "close_tickets")
    aged = ("clear_forgotten", "tend_months", "fade_points", "judge_predictions")
    privacy = [erasures.lapse, erasing.sweep, collecting.expire]
    work = [check_credits, *(_run(name) for name in (*old, *aged)), retire, *privacy]
    work += [video_figures.sweep, experiments.decide_due, clearing.sweep]
    _tick("daily", event, timedelta(days=1), work)


def rescore() -> None:
    """Score the leads whose rules changed, a page to a transaction; the rest the next minute."""
    for _ in range(PAGES):
        with db.transaction(Actor.service()) as tx:
            if not tx.value(sql["rescore_leads"]):
                return


def retire() -> None:
    """Delete what was kept long enough, a batch of each table at a time."""
    for _ in range(BATCHES):
        with db.transaction(Actor.service()) as tx:
            fullest = tx.value(sql["retire_rows"], limit=BATCH)
        if fullest < BATCH:
            return


def check_credits() -> None:
    """Count accounts whose books are not in order: an alarm watches this metric."""
    with db.transaction(Actor.service(), read_only=True) as tx:
        wrong = [str(row["user_id"]) for row in tx.all(sql["unbalanced"])]
    if wrong:
        logger.error("credit accounts out of balance", extra={"users": wrong})
    metrics().add_metric("UnbalancedAccounts", MetricUnit.Count, len(wrong))
    metrics().flush_metrics()


def _tick(name: str, event: Any, every: timedelta, work: list[Work]) -> None:
    """Do the work of a slot, once for it and all missed ones.

    One piece of work that fails keeps none of the others from being done; the slot then stays
    open and the error is raised in the end.
    """
    slot = _slot(event, every)
    with db.transaction(Actor.service()) as tx:
        slots = [
            row["slot"] for row in tx.all(sql["claim_slots"], name=name, slot=slot, every=every)
        ]
    if not slots:
        return
    each(name, work, lambda do: do())
    with db.transaction(Actor.service()) as tx:
        tx.run(sql["finish_slots"], name=name, slots=slots)


def _slot(event: Any, every: timedelta) -> datetime:
    """The time the tick was due: the event's own, cut to a whole slot."""
    said = (event.to_dict() if hasattr(event, "to_dict") else event or {}).get("time")
    due = datetime.fromisoformat(said) if said else datetime.now(UTC)
    epoch = datetime(2000, 1, 1, tzinfo=UTC)
    return epoch + (due - epoch) // every * every


def _run(name: str) -> Work:
    def run() -> None:
        with db.transaction(Actor.service()) as tx:
            tx.run(sql[name])

    return run
