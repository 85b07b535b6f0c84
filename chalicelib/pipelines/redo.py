"""Another try of a run: on from where it stands, or again from an earlier stage of its flow."""

from uuid import UUID

from chalicelib.actor import Actor
from chalicelib.domains.albums import orders as albums
from chalicelib.domains.jobs import service as jobs
from chalicelib.domains.runs import service as runs
from chalicelib.domains.runs.models import RetryQuery, Run
from chalicelib.pages import PageQuery
from chalicelib.pipelines import album, prompt_video


def retry(actor: Actor, run_id: UUID, query: RetryQuery, key: str | None) -> Run:
    """Go on with a run that has ended, where it stopped or at the stage that is named.

    What was made before is kept. Raises `NotFound`, `InvalidInput` for a stage that its kind does
    not have, `IllegalMove` when it has not come that far, and what the job's or the album's own
    retry raises.
    """
    kind, stage = runs.get(actor, run_id, PageQuery()).kind, query.stage
    if kind == "job":
        jobs.retry(actor, run_id, key, None if stage is None else prompt_video.FLOW.again(stage))
    else:
        albums.retry(actor, run_id, key, None if stage is None else album.FLOW.again(stage))
    return runs.get(actor, run_id, PageQuery())
