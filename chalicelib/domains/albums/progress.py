"""How far each place of an album is: what waits, what is being made, what failed and why."""

from typing import NamedTuple
from uuid import UUID

from chalicelib.db import Tx, queries
from chalicelib.domains.albums.models import SLOTS, Kind, PlaceProgress, PlaceState
from chalicelib.domains.albums.places import KINDS, to_make
from chalicelib.domains.albums.work import Ordered, Standing

PLACES = range(1, SLOTS + 1)

sql = queries(__file__)


class Half(NamedTuple):
    """How a place's track or picture stands; `error` says why it could not be made."""

    state: PlaceState
    error: str | None = None


Halves = dict[tuple[Kind, int], Half]


def halves(tx: Tx, job_id: UUID, job: Ordered, now: Standing) -> Halves:
    """How the track and the picture of every place stand."""
    found = {(kind, place): _at_rest(job, now, kind, place) for kind in KINDS for place in PLACES}
    if job.goal != "video" and job.status != "failed":
        return found
    begun = {
        row["item"]: row["error"] for row in tx.all(sql["begun"], id=job_id, attempt=job.attempt)
    }
    for kind in KINDS:
        for making in to_make(job, now, kind):
            if making.item not in begun:
                continue
            error = begun[making.item]
            if job.goal is not None:
                found[kind, making.order_index] = Half("running")
            elif error is not None:
                found[kind, making.order_index] = Half("failed", error)
    return found


def shown(found: Halves) -> list[PlaceProgress]:
    """The same for the album's user, place by place."""
    return [
        PlaceProgress(
            order_index=place, audio=found["audio", place].state, image=found["image", place].state
        )
        for place in PLACES
    ]


def _at_rest(job: Ordered, now: Standing, kind: Kind, place: int) -> Half:
    """How a place stands that nobody is at."""
    filled = place in now.of(kind)
    if job.prompts_json is not None:
        wish = job.prompts_json.at(kind, place)
        if wish.again or wish.upload_id in {file.id for file in now.files}:
            return Half("waiting")
    if filled:
        return Half("ready")
    return Half("waiting" if job.goal == "video" else "empty")
