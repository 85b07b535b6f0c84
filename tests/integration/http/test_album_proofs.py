"""The licence document of a take: sent by its user, checked, kept beside the take, taken back."""

from typing import Any
from uuid import uuid4

import boto3
import pytest

from chalicelib import db
from chalicelib.domains.albums import rendering
from chalicelib.domains.albums.work import Pair
from chalicelib.errors import IllegalMove
from chalicelib.events import uploads
from tests.albums import Maker
from tests.integration.http.conftest import Api
from tests.integration.http.test_albums import do, look, order

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def document(api: Api, data: bytes = PDF, *, comes: bool = True, **changes: Any) -> str:
    """A licence document of the user's; answers its id."""
    about = {
        "purpose": "licence",
        "file_name": "licence.pdf",
        "content_type": "application/pdf",
        "size_bytes": len(data),
        **changes,
    }
    made = api.post("/v1/uploads", about)
    assert made.status == 201, made.body
    key = made.body["post"]["fields"]["key"]
    if comes:
        boto3.client("s3").put_object(Bucket="showrunner-tests", Key=key, Body=data)
        uploads.arrive(key)
    said: str = made.body["id"]
    return said


def reviewed(api: Api, **made: Any) -> tuple[dict[str, Any], Maker]:
    """An album in review, all of whose places have a take."""
    album = do(api, order(api, review=True), "start")
    maker = Maker(api.user_id, album)
    maker.plan()
    maker.make("audio", **made)
    maker.make("image")
    maker.wait()
    return look(api, album), maker


def takes(api: Api, album: dict[str, Any], kind: str = "audio") -> list[dict[str, Any]]:
    places = api.get(f"/v1/video-jobs/{album['id']}/slots").body
    return [take for place in places for take in place[kind]["takes"]]


def put(api: Api, take: dict[str, Any], body: Any) -> Any:
    return api("PUT", f"/v1/takes/{take['id']}/licence", body)


@pytest.mark.parametrize("kind", ["audio", "image"])
def test_a_document_is_kept_beside_its_take_and_taken_back(alice: Api, kind: str) -> None:
    album, _ = reviewed(alice)
    take, sent = takes(alice, album, kind)[2], document(alice)
    answer = put(alice, take, {"upload_id": sent})
    assert answer.status == 200, answer.body
    assert answer.body["order_index"] == 3
    assert [one["proof_upload_id"] for one in takes(alice, album, kind)] == [
        sent if n == 2 else None for n in range(20)
    ]
    assert put(alice, take, {"upload_id": None}).status == 200
    assert takes(alice, album, kind)[2]["proof_upload_id"] is None


def test_a_vendors_takes_are_exported_with_a_document_and_not_without(alice: Api) -> None:
    album, maker = reviewed(alice, provider="mubert")
    do(alice, album, "render")
    with pytest.raises(IllegalMove, match="20 tracks and pictures have no licence"):
        maker.render()
    do(alice, album, "cancel", 200)
    sent = document(alice)
    for take in takes(alice, album):
        assert put(alice, take, {"upload_id": sent}).status == 200
    again = Maker(alice.user_id, do(alice, album, "retry"))
    again.render()
    assert look(alice, album)["status"] == "ready_for_export"
    pair = pairs(again)[0]
    assert pair.audio.proof is not None
    assert (pair.audio.proof.content_type, pair.image.proof) == ("application/pdf", None)


def pairs(maker: Maker) -> list[Pair]:
    with db.transaction(maker.worker) as tx:
        return rendering.pairs(tx, maker.id)


def test_what_is_no_document_of_ones_own_is_refused_by_its_field(alice: Api, bob: Api) -> None:
    album, _ = reviewed(alice)
    take = takes(alice, album)[0]
    voice = document(alice, purpose="voice_over", content_type="audio/wav", comes=False)
    for wrong in (
        document(bob),
        document(alice, comes=False),
        document(alice, b"MZ\x90\x00 no licence"),
        voice,
        str(uuid4()),
    ):
        refused = put(alice, take, {"upload_id": wrong})
        assert refused.status == 422, refused.body
        assert refused.headers["content-type"] == "application/problem+json"
        (error,) = refused.body["errors"]
        assert (error["field"], error["rule"]) == ("upload_id", "exists")
    for body, field in (({}, "upload_id"), ({"upload_id": "x"}, "upload_id"), ([], "body")):
        refused = put(alice, take, body)
        assert (refused.status, refused.body["errors"][0]["field"]) == (422, field)
    assert put(bob, take, {"upload_id": None}).status == 404
    assert put(alice, {"id": uuid4()}, {"upload_id": None}).status == 404
    assert takes(alice, album)[0]["proof_upload_id"] is None


def test_a_document_of_a_wrong_type_or_size_is_not_announced(alice: Api) -> None:
    about = {"purpose": "licence", "file_name": "l", "size_bytes": 10}
    for changes, field in (
        ({"content_type": "application/zip"}, "content_type"),
        ({"content_type": "application/pdf", "size_bytes": 30_000_000}, "size_bytes"),
        ({"content_type": "application/pdf", "order_index": 3}, "order_index"),
    ):
        refused = alice.post("/v1/uploads", {**about, **changes})
        assert (refused.status, refused.body["errors"][0]["field"]) == (422, field)


def test_nothing_changes_while_the_album_is_being_made(alice: Api) -> None:
    album, maker = reviewed(alice)
    take, sent = takes(alice, album)[0], document(alice)
    do(alice, album, "render")
    assert put(alice, take, {"upload_id": sent}).status == 409
    maker.render()
    assert put(alice, take, {"upload_id": sent}).status == 200
    assert alice.delete(f"/v1/video-jobs/{album['id']}").status == 204
    assert put(alice, take, {"upload_id": sent}).status == 404
