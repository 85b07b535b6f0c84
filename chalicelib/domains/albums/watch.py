"""Waiting for an album: one answer when it moves, instead of many that say nothing did."""

from uuid import UUID

from chalicelib.actor import Actor
from chalicelib.domains.albums import orders
from chalicelib.domains.albums.models import Album
from chalicelib.domains.jobs.watch import until_changed


def watch(actor: Actor, job_id: UUID, wait: float) -> Album:
    """The album, as soon as it moves or rests, at the latest after `wait` seconds.

    Raises `NotFound`.
    """

    def state(album: Album) -> object:
        if orders.at_rest(album):
            return None
        return album.status, album.progress, album.status_message

    return until_changed(lambda: orders.get(actor, job_id), state, wait)
