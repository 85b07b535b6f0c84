"""The making of videos: order, look, cancel, try again, fetch the files."""

from uuid import UUID

from chalice.app import Blueprint

from chalicelib.actor import Actor
from chalicelib.domains.files.links import Download
from chalicelib.domains.idempotency.service import IdempotencyKey
from chalicelib.domains.jobs import service as jobs
from chalicelib.domains.jobs.models import (
    Asset,
    Job,
    JobEvent,
    JobsQuery,
    JobSummary,
    StartJob,
)
from chalicelib.domains.jobs.watch import WatchQuery, watch
from chalicelib.errors import CreditsExhausted, IllegalMove, JobAlreadyRunning
from chalicelib.http.endpoint import endpoint
from chalicelib.pages import Page, PageQuery

routes = Blueprint(__name__)


@routes.route("/v1/projects/{project_id}/jobs", methods=["POST"])
@endpoint(status=202, raises=[CreditsExhausted, JobAlreadyRunning])
def start_job(actor: Actor, project_id: UUID, body: StartJob, key: IdempotencyKey | None) -> Job:
    """Hold the credits and start the project's video."""
    return jobs.start(actor, project_id, body, key)


@routes.route("/v1/jobs", methods=["GET"])
@endpoint()
def list_jobs(actor: Actor, query: JobsQuery) -> Page[JobSummary]:
    """My jobs, newest first."""
    return jobs.list_page(actor, query)


@routes.route("/v1/jobs/{job_id}", methods=["GET"])
@endpoint()
def get_job(actor: Actor, job_id: UUID, query: WatchQuery) -> Job:
    """One job with its steps, progress and time left; with `wait`, as soon as it moves."""
    return watch(actor, job_id, query.wait)


@routes.route("/v1/jobs/{job_id}/cancel", methods=["POST"])
@endpoint(raises=[IllegalMove])
def cancel_job(actor: Actor, job_id: UUID) -> Job:
    """Stop a job and give its credits back."""
    return jobs.cancel(actor, job_id)


@routes.route("/v1/jobs/{job_id}/retry", methods=["POST"])
@endpoint(status=202, raises=[CreditsExhausted, IllegalMove, JobAlreadyRunning])
def retry_job(actor: Actor, job_id: UUID, key: IdempotencyKey | None) -> Job:
    """Try a failed job again from the step that failed."""
    return jobs.retry(actor, job_id, key)


@routes.route("/v1/jobs/{job_id}/events", methods=["GET"])
@endpoint()
def list_job_events(actor: Actor, job_id: UUID, query: PageQuery) -> Page[JobEvent]:
    """What happened in a job, newest first."""
    return jobs.events(actor, job_id, query)


@routes.route("/v1/jobs/{job_id}/assets", methods=["GET"])
@endpoint()
def list_job_assets(actor: Actor, job_id: UUID) -> list[Asset]:
    """The files a job made."""
    return jobs.assets(actor, job_id)


@routes.route("/v1/assets/{asset_id}/download", methods=["GET"])
@endpoint()
def download_asset(actor: Actor, asset_id: UUID) -> Download:
    """A signed link to a file, good for some minutes."""
    return jobs.download(actor, asset_id)
