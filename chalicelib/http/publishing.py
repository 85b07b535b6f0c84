"""Publishing an album: asked for, followed, called off; and what came of it."""

from uuid import UUID

from chalice.app import Blueprint

from chalicelib.actor import Actor
from chalicelib.domains.idempotency.service import IdempotencyKey
from chalicelib.domains.publishing import figures, orders
from chalicelib.domains.publishing.models import Figures, FiguresQuery, Publication, Publish
from chalicelib.errors import Conflict, IllegalMove
from chalicelib.http.endpoint import endpoint

routes = Blueprint(__name__)

ALBUM = "/v1/video-jobs/{album_id}"


@routes.route(f"{ALBUM}/publish", methods=["POST"])
@endpoint(status=202, raises=[Conflict, IllegalMove])
def publish(actor: Actor, album_id: UUID, body: Publish, key: IdempotencyKey | None) -> Publication:
    """Publish an album that is ready; one whose publication failed goes on from where it stood.

    Its content is checked first: pictures and prompts that repeat, and titles that break a rule.
    """
    return orders.publish(actor, album_id, body, key)


@routes.route(f"{ALBUM}/publication", methods=["GET"])
@endpoint()
def get_publication(actor: Actor, album_id: UUID) -> Publication:
    """How the publication of an album stands."""
    return orders.get(actor, album_id)


@routes.route(f"{ALBUM}/publication/cancel", methods=["POST"])
@endpoint(raises=[IllegalMove])
def cancel_publication(actor: Actor, album_id: UUID) -> Publication:
    """Call a publication off before its upload begins, or after it failed."""
    return orders.cancel(actor, album_id)


@routes.route(f"{ALBUM}/figures", methods=["GET"])
@endpoint()
def get_figures(actor: Actor, album_id: UUID, query: FiguresQuery) -> Figures:
    """Views, impressions, clicks and watch time of a published album, in all and day by day."""
    return figures.show(actor, album_id, query)
