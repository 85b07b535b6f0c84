"""Videos as their users configured them."""

from uuid import UUID

from chalice.app import Blueprint

from chalicelib.actor import Actor
from chalicelib.domains.credits.models import Estimate
from chalicelib.domains.idempotency.service import IdempotencyKey
from chalicelib.domains.projects import service as projects
from chalicelib.domains.projects.models import (
    NewProject,
    Project,
    ProjectPatch,
    ProjectsQuery,
)
from chalicelib.errors import Conflict, PreconditionFailed
from chalicelib.http.endpoint import endpoint
from chalicelib.pages import Page

routes = Blueprint(__name__)


@routes.route("/v1/projects", methods=["POST"])
@endpoint(status=201)
def create_project(actor: Actor, body: NewProject, key: IdempotencyKey | None) -> Project:
    """Configure a video."""
    return projects.create(actor, body, key)


@routes.route("/v1/projects", methods=["GET"])
@endpoint()
def list_projects(actor: Actor, query: ProjectsQuery) -> Page[Project]:
    """My projects, newest first."""
    return projects.list_page(actor, query)


@routes.route("/v1/projects/{project_id}", methods=["GET"])
@endpoint()
def get_project(actor: Actor, project_id: UUID) -> Project:
    """One project."""
    return projects.get(actor, project_id)


@routes.route("/v1/projects/{project_id}", methods=["PATCH"])
@endpoint(raises=[PreconditionFailed])
def change_project(
    actor: Actor, project_id: UUID, body: ProjectPatch, if_match: int | None
) -> Project:
    """Change a project, if it still is at the version named by If-Match or in the body."""
    return projects.change(actor, project_id, body, if_match)


@routes.route("/v1/projects/{project_id}", methods=["DELETE"])
@endpoint(status=204, raises=[Conflict])
def delete_project(actor: Actor, project_id: UUID) -> None:
    """Throw a project away. Not while a job of it runs."""
    projects.delete(actor, project_id)


@routes.route("/v1/projects/{project_id}/estimate", methods=["GET"])
@endpoint()
def estimate_project(actor: Actor, project_id: UUID) -> Estimate:
    """What the project's video would cost now."""
    return projects.estimate(actor, project_id)
