"""Albums: an hour or more of music over pictures, planned, made, reviewed, exported."""

from uuid import UUID

from chalice.app import Blueprint

from chalicelib.actor import Actor
from chalicelib.domains.albums import estimate, orders, publication, slots
from chalicelib.domains.albums.models import (
    Album,
    AlbumPatch,
    AlbumsQuery,
    AlbumSummary,
    Arrangement,
    ChosenTake,
    Described,
    Estimate,
    Export,
    Kind,
    Licence,
    NewAlbum,
    Place,
    PromptsPatch,
    Slot,
    SuggestTitles,
    Titles,
)
from chalicelib.domains.albums.watch import watch
from chalicelib.domains.files.links import Download
from chalicelib.domains.idempotency.service import IdempotencyKey
from chalicelib.domains.jobs.watch import WatchQuery
from chalicelib.errors import BudgetExceeded, Conflict, IllegalMove, Unavailable
from chalicelib.http.endpoint import Reply, endpoint
from chalicelib.pages import Page

routes = Blueprint(__name__)

ALBUM = "/v1/video-jobs/{album_id}"


@routes.route("/v1/video-jobs", methods=["POST"])
@endpoint(status=201)
def create_album(actor: Actor, body: NewAlbum, key: IdempotencyKey | None) -> Album:
    """Order an album for a channel. Nothing is made yet."""
    return orders.create(actor, body, key)


@routes.route("/v1/video-jobs", methods=["GET"])
@endpoint()
def list_albums(actor: Actor, query: AlbumsQuery) -> Page[AlbumSummary]:
    """My albums, newest first."""
    return orders.list_page(actor, query)


@routes.route(ALBUM, methods=["GET"])
@endpoint()
def get_album(actor: Actor, album_id: UUID, query: WatchQuery) -> Album:
    """One album with its prompts, progress and time left; with `wait`, as soon as it moves."""
    return watch(actor, album_id, query.wait)


@routes.route(ALBUM, methods=["PATCH"])
@endpoint(raises=[IllegalMove])
def change_album(actor: Actor, album_id: UUID, body: AlbumPatch) -> Album:
    """Change an album; while it is being made, its title, description and label alone."""
    return orders.change(actor, album_id, body)


@routes.route(ALBUM, methods=["DELETE"])
@endpoint(status=204, raises=[Conflict])
def delete_album(actor: Actor, album_id: UUID) -> None:
    """Throw an album away. Not while it is being made."""
    orders.delete(actor, album_id)


@routes.route(f"{ALBUM}/plan", methods=["POST"])
@endpoint(status=202, raises=[Conflict, IllegalMove])
def plan_album(actor: Actor, album_id: UUID, key: IdempotencyKey | None) -> Album:
    """Have a title and all prompts proposed, to look at before anything is made."""
    return orders.plan(actor, album_id, key)


@routes.route(f"{ALBUM}/estimate", methods=["GET"])
@endpoint()
def estimate_album(actor: Actor, album_id: UUID) -> Estimate:
    """What is still to be paid for an album, place by place; nothing is spent by asking."""
    return estimate.estimate(actor, album_id)


@routes.route(f"{ALBUM}/prompts", methods=["PATCH"])
@endpoint(raises=[IllegalMove])
def change_prompts(actor: Actor, album_id: UUID, body: PromptsPatch) -> Album:
    """Replace the twenty prompts of the tracks, of the pictures, or both."""
    return slots.change_prompts(actor, album_id, body)


@routes.route(f"{ALBUM}/prompts/{{kind}}/{{place}}/regenerate", methods=["POST"])
@endpoint(status=202, raises=[Conflict, IllegalMove])
def renew_prompt(
    actor: Actor, album_id: UUID, kind: Kind, place: Place, key: IdempotencyKey | None
) -> Album:
    """Have the prompt of one place proposed anew."""
    return slots.renew_prompt(actor, album_id, kind, place, key)


@routes.route(f"{ALBUM}/start", methods=["POST"])
@endpoint(status=202, raises=[Conflict, IllegalMove])
def start_album(actor: Actor, album_id: UUID, key: IdempotencyKey | None) -> Album:
    """Have the album made; what is not planned yet is planned first."""
    return orders.start(actor, album_id, key)


@routes.route(f"{ALBUM}/render", methods=["POST"])
@endpoint(status=202, raises=[Conflict, IllegalMove])
def render_album(actor: Actor, album_id: UUID, key: IdempotencyKey | None) -> Album:
    """End the review; or make a ready album anew with what changed since."""
    return orders.render(actor, album_id, key)


@routes.route(f"{ALBUM}/cancel", methods=["POST"])
@endpoint(raises=[IllegalMove])
def cancel_album(actor: Actor, album_id: UUID) -> Album:
    """Stop the making of an album. What was made stays."""
    return orders.cancel(actor, album_id)


@routes.route(f"{ALBUM}/retry", methods=["POST"])
@endpoint(status=202, raises=[Conflict, IllegalMove])
def retry_album(actor: Actor, album_id: UUID, key: IdempotencyKey | None) -> Album:
    """Go on with an album that failed or was cancelled; only what is missing is made."""
    return orders.retry(actor, album_id, key)


@routes.route(f"{ALBUM}/slots", methods=["GET"])
@endpoint()
def list_slots(actor: Actor, album_id: UUID) -> list[Slot]:
    """The twenty places of an album with all their takes."""
    return slots.list_all(actor, album_id)


@routes.route(f"{ALBUM}/slots/{{place}}/{{kind}}/regenerate", methods=["POST"])
@endpoint(status=202, raises=[IllegalMove])
def regenerate_take(
    actor: Actor, album_id: UUID, place: Place, kind: Kind, key: IdempotencyKey | None
) -> Slot:
    """Ask for another take of a place: at once in a review, else with the next making."""
    return slots.regenerate(actor, album_id, kind, place, key)


@routes.route(f"{ALBUM}/slots/{{place}}/{{kind}}/select", methods=["POST"])
@endpoint(raises=[IllegalMove])
def select_take(actor: Actor, album_id: UUID, place: Place, kind: Kind, body: ChosenTake) -> Slot:
    """Let a place use one of its takes."""
    return slots.select(actor, album_id, kind, place, body.take_id)


@routes.route(f"{ALBUM}/arrangement", methods=["PATCH"])
@endpoint(raises=[IllegalMove])
def arrange_album(actor: Actor, album_id: UUID, body: Arrangement) -> list[Slot]:
    """Put the pairs into another order, or pair tracks and pictures anew."""
    return slots.arrange(actor, album_id, body)


@routes.route("/v1/takes/{take_id}/download", methods=["GET"])
@endpoint()
def download_take(actor: Actor, take_id: UUID) -> Download:
    """A signed link to a track or picture, good for some minutes."""
    return slots.take_link(actor, take_id)


@routes.route("/v1/takes/{take_id}/licence", methods=["PUT"])
@endpoint(raises=[IllegalMove])
def prove_take(actor: Actor, take_id: UUID, body: Licence) -> Slot:
    """Keep the document that shows by what right a take is used: it goes into the export."""
    return slots.prove(actor, take_id, body.upload_id)


@routes.route(f"{ALBUM}/generate-title", methods=["POST"])
@endpoint(raises=[BudgetExceeded, Unavailable])
def suggest_titles(
    actor: Actor, album_id: UUID, body: SuggestTitles, key: IdempotencyKey | None
) -> Titles:
    """Titles to choose from; the first becomes the album's when it has none."""
    return publication.suggest_titles(actor, album_id, body.count, body.seed, key)


@routes.route(f"{ALBUM}/description", methods=["POST"])
@endpoint(raises=[IllegalMove])
def describe_album(actor: Actor, album_id: UUID) -> Described:
    """Write the description anew, with a chapter for every track."""
    return publication.describe(actor, album_id)


@routes.route(f"{ALBUM}/export", methods=["GET"])
@endpoint(raises=[IllegalMove])
def export_album(actor: Actor, album_id: UUID) -> Export:
    """All there is to publish an album with, with signed links."""
    return publication.export(actor, album_id)


@routes.route(f"{ALBUM}/contact-sheet", methods=["GET"])
@endpoint(status=302)
def get_contact_sheet(actor: Actor, album_id: UUID) -> Reply[Download]:
    """The twenty pictures with their times, on one sheet: leads to a signed link."""
    return _led_to(publication.file_link(actor, album_id, "contact-sheet"))


@routes.route(f"{ALBUM}/loudness.svg", methods=["GET"])
@endpoint(status=302)
def get_loudness(actor: Actor, album_id: UUID) -> Reply[Download]:
    """How loud the album is over time, drawn: leads to a signed link."""
    return _led_to(publication.file_link(actor, album_id, "loudness"))


def _led_to(link: Download) -> Reply[Download]:
    return Reply(link, {"Location": link.url})
