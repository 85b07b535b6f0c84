"""Where Stripe tells of payments."""

import time

from chalice.app import Blueprint, Request

from chalicelib.domains.billing import service as billing
from chalicelib.domains.billing.models import Receipt
from chalicelib.errors import BadRequest, Unavailable
from chalicelib.http import parse
from chalicelib.http.endpoint import endpoint

routes = Blueprint(__name__)


@routes.route("/v1/hooks/stripe", methods=["POST"])
@endpoint(access="public", raises=[BadRequest, Unavailable])
def receive_stripe_event(request: Request) -> Receipt:
    """Act on an event that Stripe signed, once."""
    signature = request.headers.get("stripe-signature", "")
    return billing.receive(parse.raw(request), signature, now=time.time())
