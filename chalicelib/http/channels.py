"""Channels: what albums are made for."""

from uuid import UUID

from chalice.app import Blueprint

from chalicelib.actor import Actor
from chalicelib.domains.channels import service as channels
from chalicelib.domains.channels.models import (
    Channel,
    ChannelPatch,
    ChannelsQuery,
    Gate,
    NewChannel,
)
from chalicelib.domains.idempotency.service import IdempotencyKey
from chalicelib.errors import Conflict, IllegalMove
from chalicelib.http.endpoint import endpoint
from chalicelib.pages import Page

routes = Blueprint(__name__)


@routes.route("/v1/channels", methods=["POST"])
@endpoint(status=201, raises=[Conflict])
def create_channel(actor: Actor, body: NewChannel, key: IdempotencyKey | None) -> Channel:
    """Make a channel."""
    return channels.create(actor, body, key)


@routes.route("/v1/channels", methods=["GET"])
@endpoint()
def list_channels(actor: Actor, query: ChannelsQuery) -> Page[Channel]:
    """My channels with their albums counted, newest first."""
    return channels.list_page(actor, query)


@routes.route("/v1/channels/{channel_id}", methods=["GET"])
@endpoint()
def get_channel(actor: Actor, channel_id: UUID) -> Channel:
    """One channel."""
    return channels.get(actor, channel_id)


@routes.route("/v1/channels/{channel_id}", methods=["PATCH"])
@endpoint(raises=[Conflict, IllegalMove])
def change_channel(actor: Actor, channel_id: UUID, body: ChannelPatch) -> Channel:
    """Change a channel, or switch it on or off. A connected one stays the channel it is there."""
    return channels.change(actor, channel_id, body)


@routes.route("/v1/channels/{channel_id}", methods=["DELETE"])
@endpoint(status=204, raises=[IllegalMove])
def delete_channel(actor: Actor, channel_id: UUID) -> None:
    """Remove a channel and its albums. Not while one of them is made or published."""
    channels.delete(actor, channel_id)


@routes.route("/v1/video-jobs/{job_id}/kpi-gate", methods=["GET"])
@endpoint()
def kpi_gate(actor: Actor, job_id: UUID) -> Gate:
    """What a published album's figures say: publish more like it, hold, rework."""
    return channels.gate(actor, job_id)
