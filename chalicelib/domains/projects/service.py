"""Projects: made, read, changed with a version, thrown away, priced."""

from uuid import UUID

from psycopg.types.json import Jsonb

from chalicelib import db, pages
from chalicelib.actor import Actor
from chalicelib.db import Tx
from chalicelib.domains.credits import service as credits
from chalicelib.domains.credits.models import Estimate
from chalicelib.domains.idempotency.service import once
from chalicelib.domains.jobs import pricing
from chalicelib.domains.projects.models import (
    NewProject,
    Project,
    ProjectPatch,
    ProjectSettings,
    ProjectsQuery,
)
from chalicelib.errors import Conflict, InvalidInput, NotFound, PreconditionFailed

sql = db.queries(__file__)


def create(actor: Actor, project: NewProject, key: str | None) -> Project:
    """Make a project. Raises `InvalidInput` when it points at what is not the user's."""
    with once(actor, key, Project, "create_project", project) as (tx, first):
        if not first:
            return first.answer
        _check_voice_over(tx, project.settings)
        columns = project.model_dump(mode="json")
        columns["settings"] = Jsonb(columns["settings"])
        return first.keep(Project.model_validate(tx.one(sql["create"], **columns)))


def get(actor: Actor, project_id: UUID) -> Project:
    """One project. Raises `NotFound`."""
    with db.transaction(actor, read_only=True) as tx:
        return Project.model_validate(tx.one(sql["get"], id=project_id))


def list_page(actor: Actor, query: ProjectsQuery) -> pages.Page[Project]:
    """The user's projects, newest first."""
    with db.transaction(actor, read_only=True) as tx:
        return pages.read(tx, sql["page"], query, Project, niche_preset=query.niche_preset)


def change(actor: Actor, project_id: UUID, patch: ProjectPatch, version: int | None) -> Project:
    """Change what the patch names. Raises `PreconditionFailed` when the version is an older one."""
    changes = patch.model_dump(mode="json", exclude_unset=True, exclude={"version"})
    with db.transaction(actor) as tx:
        _check_voice_over(tx, patch.settings)
        row = tx.maybe(
            sql["change"],
            id=project_id,
            changes=Jsonb(changes),
            version=patch.version if version is None else version,
        )
        if row is None:
            now = Project.model_validate(tx.one(sql["get"], id=project_id))
            raise PreconditionFailed(
                hint="Read it again and repeat the change.", details={"version": now.version}
            )
        return Project.model_validate(row)


def delete(actor: Actor, project_id: UUID) -> None:
    """Throw a project away. Raises `NotFound`, and `Conflict` while a job of it runs."""
    with db.transaction(actor) as tx:
        if tx.run(sql["delete"], id=project_id) == 0:
            raise NotFound
        if tx.value(sql["running"], id=project_id):  # asked last: no job begins from here on
            raise Conflict("A job of this project is running.", hint="Cancel the job first.")


def estimate(actor: Actor, project_id: UUID) -> Estimate:
    """What the project's video would cost now. Holds nothing."""
    with db.transaction(actor, read_only=True) as tx:
        project = Project.model_validate(tx.one(sql["get"], id=project_id))
    transcript = project.transcript_text if project.transcript_mode == "manual" else None
    return credits.estimate(actor, pricing.minutes_of(transcript, project.target_minutes))


def _check_voice_over(tx: Tx, settings: ProjectSettings) -> None:
    upload = settings.voice_over_upload_id
    if upload is not None and not tx.value(sql["has_voice_over"], id=upload):
        raise InvalidInput.of(
            "settings.voice_over_upload_id", "exists", "There is no such recording of yours."
        )
