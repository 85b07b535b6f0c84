"""What users bring: announced here, sent straight to the bucket."""

from uuid import UUID

from chalice.app import Blueprint

from chalicelib.actor import Actor
from chalicelib.domains.idempotency.service import IdempotencyKey
from chalicelib.domains.uploads import service as uploads
from chalicelib.domains.uploads.models import NewUpload, PreparedUpload, Upload, UploadsQuery
from chalicelib.errors import Conflict
from chalicelib.http.endpoint import endpoint
from chalicelib.pages import Page

routes = Blueprint(__name__)


@routes.route("/v1/uploads", methods=["POST"])
@endpoint(status=201, raises=[Conflict])
def create_upload(actor: Actor, body: NewUpload, key: IdempotencyKey | None) -> PreparedUpload:
    """Announce a file and get a form that takes that file and no other, for 15 minutes."""
    return uploads.create(actor, body, key)


@routes.route("/v1/uploads", methods=["GET"])
@endpoint()
def list_uploads(actor: Actor, query: UploadsQuery) -> Page[Upload]:
    """My uploads, newest first."""
    return uploads.list_page(actor, query)


@routes.route("/v1/uploads/{upload_id}", methods=["GET"])
@endpoint()
def get_upload(actor: Actor, upload_id: UUID) -> Upload:
    """One upload: whether it has arrived and was found good."""
    return uploads.get(actor, upload_id)
