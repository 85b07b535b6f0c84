"""Experiments as their user meets them: planned, begun, observed, decided once.

The variants of an experiment are rows that move together: each way in locks all of them.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from psycopg.types.json import Jsonb

from chalicelib import db, pacific, pages
from chalicelib.actor import Actor
from chalicelib.db import Tx
from chalicelib.domains.experiments import planner, rotation, verdict
from chalicelib.domains.experiments.models import (
    Aim,
    Experiment,
    ExperimentsQuery,
    NewExperiment,
    Noted,
    Observations,
    Planned,
    PlanQuery,
    PlotQuery,
    Result,
    Summary,
    Verdict,
)
from chalicelib.domains.idempotency.service import once
from chalicelib.errors import IllegalMove, InvalidInput, NotFound
from chalicelib.models import Svg
from chalicelib.observability import logger
from chalicelib.pages import Page
from chalicelib.sweeps import each

sql = db.queries(__file__)

Row = Mapping[str, Any]


def plan(query: PlanQuery) -> Planned:
    """How long such a test takes; one that cannot finish says what could be seen instead."""
    return _planned(query, query.variants)


def create(actor: Actor, new: NewExperiment, key: str | None) -> Experiment:
    """Set a test up. Raises `Conflict` when its key is taken."""
    planned = _planned(new.aim, len(new.variants))
    with once(actor, key, Experiment, "create_experiment", new) as (tx, first):
        if not first:
            return first.answer
        experiment_key = new.experiment_key or str(uuid4())
        _write(tx, experiment_key, new, planned)
        return first.keep(_shown(_one(tx, experiment_key), _now()))


def replace(actor: Actor, experiment_key: str, new: NewExperiment) -> Experiment:
    """Set a draft up anew, with its variants. Raises `IllegalMove` once it has begun, `NotFound`,
    and `InvalidInput` for another key."""
    if new.experiment_key not in (None, experiment_key):
        raise InvalidInput.of("experiment_key", "same", "An experiment keeps its key.")
    planned = _planned(new.aim, len(new.variants))
    with db.transaction(actor.working()) as tx:
        draft = _locked(tx, experiment_key)
        if draft["status"] != "draft":
            raise IllegalMove(
                f"The experiment is {draft['status']}: only a draft is changed.",
                hint="Make another one.",
            )
        tx.run(sql["delete"], experiment_key=experiment_key)
        _write(tx, experiment_key, new, planned, draft["created_at"])
        return _shown(_one(tx, experiment_key), _now())


def get(actor: Actor, experiment_key: str) -> Experiment:
    """One experiment. Raises `NotFound`."""
    with db.transaction(actor, read_only=True) as tx:
        return _shown(_one(tx, experiment_key), _now())


def list_page(actor: Actor, query: ExperimentsQuery) -> Page[Summary]:
    """A page of the user's experiments, newest first."""
    with db.transaction(actor, read_only=True) as tx:
        return pages.read(
            tx,
            sql["experiments"],
            query,
            Summary,
            experiment_key=None,
            status=query.status,
            video_id=query.video_id,
        )


def delete(actor: Actor, experiment_key: str) -> None:
    """Throw an experiment and its days away.

    Raises `NotFound`, and `IllegalMove` while it runs or its video still shows what was tried:
    nobody would know any more what the video had before.
    """
    with db.transaction(actor.working()) as tx:
        if _locked(tx, experiment_key)["status"] == "running":
            raise IllegalMove("The experiment is running.", hint="Stop it first.")
        if tx.value(sql["still_shown"], experiment_key=experiment_key):
            raise IllegalMove("Its video gets back what it had within the hour: delete it then.")
        tx.run(sql["delete"], experiment_key=experiment_key)


def start(actor: Actor, experiment_key: str, now: datetime | None = None) -> Experiment:
    """Begin a test; beginning twice is beginning once.

    Raises `InvalidInput` for one that cannot finish, `Conflict` while another one runs on the same
    video, `IllegalMove`, `NotFound`.
    """
    now = now or _now()
    with db.transaction(actor.working()) as tx:
        control = _locked(tx, experiment_key)
        if control["status"] == "running":
            return _shown(_one(tx, experiment_key), now)
        planned = Planned.model_validate(control["plan"]) if control["plan"] else None
        if planned is None or not planned.feasible:
            raise InvalidInput.of("aim", "feasible", _cannot_finish(planned, control["assignment"]))
        ends = now + timedelta(days=planned.days)
        _move(tx, experiment_key, "running", start_date=now, end_date=ends)
        return _shown(_one(tx, experiment_key), now)


def stop(actor: Actor, experiment_key: str, now: datetime | None = None) -> Experiment:
    """End a test before its time. Raises `IllegalMove`, `NotFound`."""
    now = now or _now()
    with db.transaction(actor.working()) as tx:
        control = _locked(tx, experiment_key)
        if control["status"] not in ("running", "stopped"):
            raise IllegalMove(
                f"The experiment is {control['status']}: only a running one is stopped."
            )
        ends = min(now, control["end_date"]) if control["end_date"] else None
        _move(tx, experiment_key, "stopped", end_date=ends)
        return _shown(_one(tx, experiment_key), now)


def observe(actor: Actor, experiment_key: str, said: Observations) -> Noted:
    """Note days of an experiment; the last word on a day counts.

    Raises `NotFound`, and `InvalidInput` for variants it does not have or a day said twice.
    """
    days = [day.model_dump(mode="json") for day in said.days]
    if len({(day.variant_key, day.day) for day in said.days}) != len(days):
        raise InvalidInput.of("days", "unique", "Each day of a variant is said once.")
    with db.transaction(actor) as tx:
        _locked(tx, experiment_key)
        values = {"experiment_key": experiment_key, "days": Jsonb(days)}
        unknown = [row["variant_key"] for row in tx.all(sql["unknown_variants"], **values)]
        if unknown:
            raise InvalidInput.of("days", "variant_key", f"There is no variant {unknown[0]!r}.")
        return Noted.model_validate(tx.one(sql["observe"], **values))


def result(actor: Actor, experiment_key: str, now: datetime | None = None) -> Result:
    """How a test stands; its verdict once there is one. Raises `NotFound`."""
    now = now or _now()
    with db.transaction(actor, read_only=True) as tx:
        row = _one(tx, experiment_key)
        arms = _settled(tx, row, now)
    ready = _ready_at(row["end_date"]) if row["status"] == "running" else None
    return Result(
        experiment=_shown(row, now),
        settled_days=len({day.day for days in arms.values() for day in days}),
        days_left=max(0, -(-(ready - now) // timedelta(days=1))) if ready else None,
        verdict=Verdict.model_validate(row["verdict"]) if row["verdict"] else None,
    )


def decide(actor: Actor, experiment_key: str, now: datetime | None = None) -> Result:
    """Give the verdict, once. Raises `IllegalMove` before its time, since who looks every day
    finds winners that are none; `NotFound`."""
    now = now or _now()
    with db.transaction(actor.working()) as tx:
        control = _locked(tx, experiment_key)
        given = _verdict(tx, experiment_key, control, now)
        status = "decided" if given.outcome in ("winner", "preferred") else "inconclusive"
        _move(tx, experiment_key, status, verdict=Jsonb(given.model_dump()))
    return result(actor, experiment_key, now)


def plot(actor: Actor, experiment_key: str, query: PlotQuery, now: datetime | None = None) -> Svg:
    """Each variant's figure with its 95 % interval, drawn. Raises `NotFound`."""
    from chalicelib.media import plots

    with db.transaction(actor, read_only=True) as tx:
        row = _one(tx, experiment_key)
        arms = _settled(tx, row, now or _now())
    found = [
        plots.Variant(key, interval.estimate, interval.low, interval.high)
        for key, days in arms.items()
        if (interval := verdict.standing(days, query.metric)) is not None
    ]
    shown = {"ctr": "Clicks per impression", "avd": "Seconds watched per view"}
    measure = shown.get(query.metric, "Seconds watched per impression")
    title = f"{row['video_id'] or experiment_key}: {row['experiment_type']} test"
    if not found:
        return Svg(plots.blank(title, "No variant has two days of final figures yet."))
    return Svg(plots.variants(found, title=title, measure=measure, percent=query.metric == "ctr"))


def decide_due(now: datetime | None = None) -> None:
    """Decide every test whose figures are final; one that cannot be keeps none of the others."""
    now = now or _now()
    with db.transaction(Actor.service(), read_only=True) as tx:
        due = tx.all(sql["due"], before=now - verdict.SETTLING)

    def decided(row: Row) -> None:
        try:
            decide(Actor.worker(row["user_id"]), row["experiment_key"], now)
        except IllegalMove:
            logger.info("an experiment was decided by somebody else", extra={"row": str(row)})

    each("experiments", due, decided)


def _verdict(tx: Tx, experiment_key: str, control: Row, now: datetime) -> Verdict:
    if control["status"] == "stopped":
        reason = "It was stopped before its time: what it shows may be chance."
        return Verdict(outcome="invalid", winner=None, reason=reason, comparisons=[], warnings=[])
    if control["status"] != "running":
        raise IllegalMove(f"The experiment is {control['status']}: only a running one is decided.")
    ready = _ready_at(control["end_date"])
    if now < ready:
        raise IllegalMove(
            f"Its figures are final on {ready:%Y-%m-%d %H:%M} UTC: a verdict before is chance.",
            hint="Stop it to end it without a winner.",
        )
    row = _one(tx, experiment_key)
    arms = _settled(tx, row, now)
    return verdict.decide(arms, control["variant_key"], row["assignment"], row["metric"])


def _settled(tx: Tx, row: Row, now: datetime) -> dict[str, list[verdict.Day]]:
    """The final days of every variant since the start."""
    arms: dict[str, list[verdict.Day]] = {v["variant_key"]: [] for v in row["variants"]}
    if row["start_date"] is not None:
        key = row["experiment_key"]
        for day in tx.all(sql["days"], experiment_key=key, since=row["start_date"]):
            said = {**day, "watch_seconds": float(day["watch_seconds"])}
            arms[said.pop("variant_key")].append(verdict.Day(**said))
    return verdict.settled(arms, now)


def _one(tx: Tx, experiment_key: str) -> Row:
    return tx.one(
        sql["experiments"],
        experiment_key=experiment_key,
        status=None,
        video_id=None,
        after=None,
        after_id=None,
        limit=1,
    )


def _write(
    tx: Tx,
    experiment_key: str,
    new: NewExperiment,
    planned: Planned,
    created_at: datetime | None = None,
) -> None:
    tx.run(
        sql["create"],
        experiment_key=experiment_key,
        experiment_type=new.experiment_type,
        video_id=new.video_id,
        assignment=new.aim.assignment,
        metric=new.metric,
        plan=Jsonb({"aim": new.aim.model_dump(), **planned.model_dump()}),
        variants=Jsonb([variant.model_dump() for variant in new.variants]),
        created_at=created_at,
    )


def _locked(tx: Tx, experiment_key: str) -> Row:
    """The control's row, with all variants locked. Raises `NotFound`."""
    rows = tx.all(sql["lock"], experiment_key=experiment_key)
    for row in rows:
        if row["is_control"]:
            return row
    raise NotFound


def _move(tx: Tx, experiment_key: str, status: str, **values: Any) -> None:
    given = {"start_date": None, "end_date": None, "verdict": None, **values}
    tx.run(sql["move"], experiment_key=experiment_key, status=status, **given)


def _planned(aim: Aim, variants: int) -> Planned:
    found = planner.plan(
        aim.assignment,
        rate=aim.rate,
        effect=aim.effect,
        daily_impressions=aim.daily_impressions,
        variants=variants,
        day_effect=aim.day_effect,
    )
    return Planned.model_validate(asdict(found))


def _cannot_finish(planned: Planned | None, assignment: str) -> str:
    if planned is None:
        return "It has no plan: create it by the API with an aim."
    longest = planner.LONGEST[assignment]
    sentence = f"It would take {planned.days} days; such a test runs for at most {longest}."
    if planned.smallest_effect is None:
        return sentence
    return f"{sentence} An effect of {planned.smallest_effect:.0%} could be seen in that time."


def _ready_at(end: datetime) -> datetime:
    return end + verdict.SETTLING


def _shown(row: Row, now: datetime) -> Experiment:
    on_air = None
    if row["status"] == "running" and row["assignment"] == "rotation":
        keys = [variant["variant_key"] for variant in row["variants"]]
        on_air = rotation.on_air(
            row["experiment_key"],
            sorted(keys),
            pacific.day_of(row["start_date"]),
            pacific.day_of(now),
        )
    return Experiment.model_validate({**row, "on_air": on_air})


def _now() -> datetime:
    return datetime.now(UTC)
