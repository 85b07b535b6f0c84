"""Runs over HTTP: their timeline and totals, another try, and how well stages do."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.types.json import Jsonb

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.domains.jobs import service as jobs
from chalicelib.domains.runs.models import Rates, Targets
from chalicelib.domains.runs.service import breaches
from tests import albums as story
from tests import factories
from tests.integration.http.conftest import Api

NOW = datetime.now(UTC)


def logged(user: UUID, run_id: Any, stage: str, status: str = "success", **also: Any) -> None:
    """A try in the log of a run; `also` says `attempt`, `ago`, `code` and the metrics."""
    metrics = {"latency_ms": 1000, "tokens": 10, "cost_usd": 0.25, "cache_hit": False,
               "retry_count": 0}  # fmt: skip
    ago, code, attempt = (
        also.pop("ago", timedelta()),
        also.pop("code", None),
        also.pop("attempt", 1),
    )
    rows = {
        "run_id": str(run_id), "stage": stage, "status": status, "attempts": attempt,
        "metrics": Jsonb({**metrics, **also}), "error_code": code, "created_at": NOW - ago,
        "started_at": NOW - ago - timedelta(seconds=1), "finished_at": NOW - ago,
    }  # fmt: skip
    with db.transaction(Actor.worker(user)) as tx:
        tx.run(
            "insert into pipeline_runs (run_id, stage, status, attempts, metrics, error_code,"
            " created_at, started_at, finished_at) values (%(run_id)s, %(stage)s, %(status)s,"
            " %(attempts)s, %(metrics)s, %(error_code)s, %(created_at)s, %(started_at)s,"
            " %(finished_at)s)",
            **rows,
        )


def failed_job(alice: Api) -> str:
    """A job that failed while it wrote its script."""
    job: str = alice.post(f"/v1/projects/{factories.project(alice.user_id)}/jobs").body["id"]
    logged(alice.user_id, job, "SCRIPTING", "retry", code="ProviderThrottled",
           ago=timedelta(minutes=2))  # fmt: skip
    logged(alice.user_id, job, "SCRIPTING", "failure", attempt=2, code="ProviderRejected",
           ago=timedelta(minutes=1))  # fmt: skip
    with db.transaction(Actor.worker(alice.user_id)) as tx:
        locked = tx.one(jobs.sql["job_for_update"], id=job)
        jobs.end(tx, locked, "FAILED", "ProviderRejected", "It is refused.")
        tx.run("select record_cost(auth.uid(), 'words', 0.3, 'k', p_run_id => %(run)s)", run=job)
    return job


def test_a_run_tells_its_timeline_and_what_it_came_to(alice: Api, bob: Api) -> None:
    run = failed_job(alice)
    seen = alice.get(f"/v1/runs/{run}").body
    assert (seen["kind"], seen["status"], seen["stage"]) == ("job", "FAILED", "SCRIPTING")
    assert (seen["error_code"], seen["error_message"]) == ("ProviderRejected", "It is refused.")
    assert seen["totals"] == {
        "succeeded": 0, "failed": 1, "retried": 1, "skipped": 0, "latency_ms": 2000, "tokens": 20,
        "cost_usd": "0.300000",
    }  # fmt: skip
    tries = [(one["stage"], one["status"], one["attempt"]) for one in seen["timeline"]["items"]]
    assert tries == [("SCRIPTING", "failure", 2), ("SCRIPTING", "retry", 1)]
    assert seen["started_at"] < seen["finished_at"]
    assert bob.get(f"/v1/runs/{run}").status == 404
    assert bob.post(f"/v1/runs/{run}/retry").status == 404
    assert alice.get(f"/v1/runs/{uuid4()}").status == 404


def test_a_long_timeline_comes_in_pages(alice: Api) -> None:
    run = alice.post(f"/v1/projects/{factories.project(alice.user_id)}/jobs").body["id"]
    for item in range(5):
        logged(alice.user_id, run, f"DrawScene/{item}", ago=timedelta(seconds=item))
    first = alice.get(f"/v1/runs/{run}?limit=3").body["timeline"]
    second = alice.get(f"/v1/runs/{run}?limit=3&cursor={first['next']}").body["timeline"]
    items = [one["item"] for one in first["items"] + second["items"]]
    assert items == ["0", "1", "2", "3", "4"]
    assert second["next"] is None
    assert alice.post(f"/v1/jobs/{run}/cancel").status == 200
    other = failed_job(alice)
    assert alice.get(f"/v1/runs/{other}?cursor={first['next']}").status == 400


def test_a_failed_run_goes_on_where_it_stopped(alice: Api) -> None:
    run = failed_job(alice)
    refused = alice.post(f"/v1/runs/{run}/retry?from=RENDERING")
    assert (refused.status, refused.body["code"]) == (409, "IllegalMove")
    assert refused.body["detail"] == "It goes on from SCRIPTING, which comes before RENDERING."
    assert refused.body["hint"] == "Name SCRIPTING or an earlier stage, or none."
    assert alice.get(f"/v1/runs/{run}").body["status"] == "FAILED"
    again = alice.post(f"/v1/runs/{run}/retry?from=SCRIPTING", idempotency_key="again")
    assert (again.status, again.body["status"], again.body["attempt"]) == (202, "QUEUED", 2)
    repeated = alice.post(f"/v1/runs/{run}/retry?from=SCRIPTING", idempotency_key="again")
    assert (repeated.status, repeated.body["attempt"]) == (202, 2)
    for other in ("?from=VOICE_GEN", ""):
        mismatch = alice.post(f"/v1/runs/{run}/retry{other}", idempotency_key="again")
        assert (mismatch.status, mismatch.body["code"]) == (422, "IdempotencyMismatch")
    assert alice.post(f"/v1/runs/{run}/retry").status == 409
    assert alice.post(f"/v1/runs/{run}/retry?since=x").status == 422


def worked(alice: Api, job: str) -> None:
    """A job that has failed in its rendering, with one of its two chunks done."""
    done = {
        "SCRIPTING": ["SCRIPTING"], "VOICE_GEN": ["SpeakScene"], "ALIGNMENT": ["ALIGNMENT"],
        "VISUAL_PLAN": ["VISUAL_PLAN"], "IMAGE_GEN": ["DrawScene"], "TIMELINE": ["TIMELINE"],
        "RENDERING": ["RenderChunk"],
    }  # fmt: skip
    with db.transaction(Actor.worker(alice.user_id)) as tx:
        for stage, steps in done.items():
            tx.run(
                "update job_steps set item_done = 1, item_total = %(total)s, cost_usd = 0.01,"
                " state = %(state)s, attempts = 1, progress_pct = 50, started_at = now(),"
                " finished_at = now() where job_id = %(job)s and step_name = %(stage)s",
                job=job,
                stage=stage,
                total=2 if stage == "RENDERING" else 1,
                state="started" if stage == "RENDERING" else "succeeded",
            )
            for step in steps:
                tx.run(
                    "insert into private.step_results (job_id, step, state, result, done_at)"
                    " values (%(job)s, %(step)s, 'done', '{}', now())",
                    job=job,
                    step=step,
                )
        tx.run("update jobs set progress = 80, status = 'RENDERING' where id = %(job)s", job=job)
        jobs.end(tx, tx.one(jobs.sql["job_for_update"], id=job), "FAILED", "RenderFailed", "No.")


def test_a_failed_run_goes_back_to_a_stage_it_has_done(alice: Api, bob: Api) -> None:
    job = alice.post(f"/v1/projects/{factories.project(alice.user_id)}/jobs").body["id"]
    worked(alice, job)
    assert alice.get(f"/v1/runs/{job}").body["stage"] == "RENDERING"
    for stage in ("READY", "generating_music", "rendering"):
        unknown = alice.post(f"/v1/runs/{job}/retry?from={stage}")
        assert unknown.status == 422
        [told] = unknown.body["errors"]
        assert (told["field"], told["rule"]) == ("from", "stage")
        assert told["message"].startswith("Is one of SCRIPTING, VOICE_GEN, ALIGNMENT, ")
    assert alice.post(f"/v1/runs/{job}/retry?from=").status == 422
    assert alice.post(f"/v1/runs/{job}/retry?from=PACKAGING").status == 409
    assert bob.post(f"/v1/runs/{job}/retry?from=VOICE_GEN").status == 404
    again = alice.post(f"/v1/runs/{job}/retry?from=VOICE_GEN", idempotency_key="back")
    assert (again.status, again.body["status"], again.body["stage"]) == (202, "QUEUED", "VOICE_GEN")
    with db.transaction(Actor.worker(alice.user_id), read_only=True) as tx:
        stages = tx.all(
            "select step_name, state::text, item_done, item_total, progress_pct, cost_usd,"
            " started_at is null and finished_at is null as anew from job_steps"
            " where job_id = %(job)s order by step_order",
            job=job,
        )
        kept = tx.all(
            "select step from private.step_results where job_id = %(job)s and state = 'done'",
            job=job,
        )
    assert {row["step"] for row in kept} == {"SCRIPTING", "VISUAL_PLAN", "DrawScene"}
    done = {row["step_name"] for row in stages if row["state"] == "succeeded"}
    assert done == {"SCRIPTING", "VISUAL_PLAN", "IMAGE_GEN"}
    for row in stages:
        forgotten = row["step_name"] not in done
        assert (row["state"] == "pending", row["item_done"] == 0, row["anew"]) == (forgotten,) * 3
        assert (row["progress_pct"] == 0) == forgotten
    assert {row["cost_usd"] for row in stages if row["step_name"] != "PACKAGING"} == {
        Decimal("0.01")
    }
    shown = alice.get(f"/v1/jobs/{job}").body
    assert (shown["progress"], shown["attempt"]) == (15, 2)
    told = alice.get(f"/v1/jobs/{job}/events").body["items"][0]
    assert told["message"] == "Trying again from VOICE_GEN"
    assert alice.get("/v1/credits/balance").body["reserved"] == 1
    repeated = alice.post(f"/v1/runs/{job}/retry?from=VOICE_GEN", idempotency_key="back")
    assert (repeated.status, repeated.body["attempt"]) == (202, 2)
    running = alice.post(f"/v1/runs/{job}/retry?from=SCRIPTING")
    assert (running.status, running.body["detail"]) == (
        409,
        "Only a failed job can be tried again.",
    )
    assert alice.post(f"/v1/jobs/{job}/cancel").status == 200
    assert alice.post(f"/v1/runs/{job}/retry?from=SCRIPTING").status == 409


def test_an_album_is_a_run_too(alice: Api) -> None:
    channel = alice.post("/v1/channels", {"name": "Halls", "brand_niche": "Ambience"}).body["id"]
    order = {"channel_id": channel, "niche_label": "Court", "mood_keywords": "slow"}
    album = alice.post("/v1/video-jobs", order).body["id"]
    assert alice("PATCH", f"/v1/video-jobs/{album}/prompts", story.prompts()).status == 200
    assert alice.post(f"/v1/video-jobs/{album}/start").status == 202
    logged(alice.user_id, album, "ComposeTrack/01-a")
    assert alice.post(f"/v1/video-jobs/{album}/cancel").status == 200
    seen = alice.get(f"/v1/runs/{album}").body
    assert (seen["kind"], seen["status"], seen["totals"]["succeeded"]) == ("album", "cancelled", 1)
    unknown = alice.post(f"/v1/runs/{album}/retry?from=RENDERING")
    assert unknown.status == 422
    assert unknown.body["errors"] == [
        {
            "field": "from",
            "rule": "stage",
            "message": "Is one of planned, generating_music, generating_image, rendering.",
        }
    ]
    later = alice.post(f"/v1/runs/{album}/retry?from=rendering")
    assert (later.status, later.body["detail"]) == (
        409,
        "It goes on from generating_music, which comes before rendering.",
    )
    planned = alice.post(f"/v1/runs/{album}/retry?from=planned")
    assert (planned.status, planned.body["detail"]) == (409, "Its prompts are there and stay.")
    assert alice.get(f"/v1/runs/{album}").body["status"] == "cancelled"
    again = alice.post(f"/v1/runs/{album}/retry?from={seen['stage']}")
    assert (again.status, again.body["attempt"]) == (202, seen["attempt"] + 1)


def test_stages_are_held_against_what_is_promised(alice: Api, bob: Api) -> None:
    run = uuid4()
    for n in range(10):
        logged(alice.user_id, run, f"DrawScene/{n}", latency_ms=(n + 1) * 100_000)
        logged(alice.user_id, run, f"SpeakScene/{n}")
        logged(alice.user_id, uuid4(), f"DrawScene/{n}", latency_ms=900_000, ago=timedelta(days=9))
    logged(alice.user_id, run, "SpeakScene/x", "retry", code="ProviderThrottled")
    seen = alice.get("/v1/runs/slo").body
    whole, drawing, speaking = seen["stages"]
    assert [one["stage"] for one in seen["stages"]] == [None, "DrawScene", "SpeakScene"]
    assert (drawing["now"]["tries"], drawing["now"]["p95_latency_ms"]) == (10, 1_000_000)
    assert (drawing["breached"], drawing["alert"]) == (["latency"], True)
    assert (speaking["breached"], speaking["alert"]) == (["retries", "throttled"], False)
    assert speaking["now"]["retry_rate"] == pytest.approx(1 / 11)
    assert whole["now"]["tries"] == 21
    assert (seen["alert"], seen["failed_publications"]) == (True, 0)
    assert alice.get("/v1/runs/slo?days=1").body["stages"][0]["before"] is None
    assert bob.get("/v1/runs/slo").body["stages"] == []
    assert alice.get("/v1/runs/slo?days=0").status == 422


def test_what_meets_its_target_is_no_breach() -> None:
    kept = Rates(tries=100, p95_latency_ms=600_000, failure_rate=0.019, retry_rate=0.049,
                 throttled_rate=0.019)  # fmt: skip
    assert breaches(kept, Targets()) == []
    lost = Rates(tries=100, p95_latency_ms=600_001, failure_rate=0.02, retry_rate=0.05,
                 throttled_rate=0.02)  # fmt: skip
    assert breaches(lost, Targets()) == ["latency", "failures", "retries", "throttled"]
