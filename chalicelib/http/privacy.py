"""What a user may ask of the house about their data: consents, a copy of it, its erasure."""

from uuid import UUID

from chalice.app import Blueprint

from chalicelib.actor import Actor
from chalicelib.domains.files.links import Download
from chalicelib.domains.idempotency.service import IdempotencyKey
from chalicelib.domains.privacy import erasures, exports
from chalicelib.domains.privacy import service as privacy
from chalicelib.domains.privacy.models import (
    AuditEntry,
    AuditQuery,
    Confirmation,
    Consents,
    DataExport,
    DataMap,
    Deletion,
    FileQuery,
    NewDeletion,
    NewExport,
    PrivacySettings,
)
from chalicelib.errors import Conflict, IllegalMove, NotFound, TooManyRequests
from chalicelib.http.endpoint import endpoint
from chalicelib.pages import Page, PageQuery

routes = Blueprint(__name__)


@routes.route("/v1/privacy/settings", methods=["GET"])
@endpoint()
def get_privacy_settings(actor: Actor) -> PrivacySettings:
    """What I agreed to."""
    return privacy.settings(actor)


@routes.route("/v1/privacy/settings", methods=["PUT"])
@endpoint()
def put_privacy_settings(actor: Actor, body: Consents) -> PrivacySettings:
    """Say what I agree to, all of it: what is left out is not agreed to.

    Every change is noted with what it was before.
    """
    return privacy.agree(actor, body)


@routes.route("/v1/privacy/data-map", methods=["GET"])
@endpoint()
def get_data_map(actor: Actor) -> DataMap:
    """What is held of me, table by table: what an export holds, what outlives an erasure, why."""
    return privacy.data_map(actor)


@routes.route("/v1/privacy/audit", methods=["GET"])
@endpoint()
def list_privacy_audit(actor: Actor, query: AuditQuery) -> Page[AuditEntry]:
    """What was done about my data, newest first; each entry carries the hash of the one before."""
    return privacy.audit(actor, query)


@routes.route("/v1/privacy/exports", methods=["POST"])
@endpoint(status=202, raises=[Conflict, TooManyRequests])
def request_export(actor: Actor, body: NewExport, key: IdempotencyKey | None) -> DataExport:
    """Ask for a copy of all my data: one zip with a file per table, a list of files, an index.

    One at a time, three a day. A letter and the event `export.completed` tell when it is ready.
    """
    return exports.request(actor, body, key)


@routes.route("/v1/privacy/exports", methods=["GET"])
@endpoint()
def list_exports(actor: Actor, query: PageQuery) -> Page[DataExport]:
    """My exports, newest first."""
    return exports.list_page(actor, query)


@routes.route("/v1/privacy/exports/{export_id}", methods=["GET"])
@endpoint()
def get_export(actor: Actor, export_id: UUID) -> DataExport:
    """One export: how far it is."""
    return exports.get(actor, export_id)


@routes.route("/v1/privacy/exports/{export_id}/download", methods=["GET"])
@endpoint(raises=[Conflict])
def download_export(actor: Actor, export_id: UUID) -> Download:
    """A link to the file, good for 15 minutes. The file itself is kept for seven days."""
    return exports.download(actor, export_id)


@routes.route("/v1/privacy/files", methods=["GET"])
@endpoint(raises=[NotFound])
def get_own_file(actor: Actor, query: FileQuery) -> Download:
    """A link to one file of mine, by its key, good for 15 minutes."""
    return exports.file(actor, query.key)


@routes.route("/v1/privacy/deletion", methods=["POST"])
@endpoint(status=202, raises=[Conflict])
def request_deletion(actor: Actor, body: NewDeletion, key: IdempotencyKey | None) -> Deletion:
    """Ask for my data to be erased; a code to confirm it with is mailed, good for a day.

    `missing` of a 409 names what is in the way: another request (`deletion`), a subscription that
    would be paid on (`subscription`), or an address to confirm by (`email`).
    """
    return erasures.request(actor, body, key)


@routes.route("/v1/privacy/deletion", methods=["GET"])
@endpoint(raises=[NotFound])
def get_deletion(actor: Actor) -> Deletion:
    """My last request to be forgotten: how far it is, and until when it can be cancelled."""
    return erasures.current(actor)


@routes.route("/v1/privacy/deletion/confirm", methods=["POST"])
@endpoint(raises=[NotFound, Conflict, IllegalMove])
def confirm_deletion(actor: Actor, body: Confirmation, key: IdempotencyKey | None) -> Deletion:
    """Confirm the request with the code of the letter: it is done in thirty days, or at once."""
    return erasures.confirm(actor, body, key)


@routes.route("/v1/privacy/deletion/cancel", methods=["POST"])
@endpoint(raises=[NotFound, IllegalMove])
def cancel_deletion(actor: Actor) -> Deletion:
    """Take the request back, at any time before the erasure begins."""
    return erasures.cancel(actor)
