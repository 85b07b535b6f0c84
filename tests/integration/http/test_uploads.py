"""Uploads: a row first, then a form that takes that one file."""

import base64
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import boto3
import pytest
import requests

from tests import factories

NEW = {
    "purpose": "voice_over",
    "file_name": "narration.wav",
    "content_type": "audio/wav",
    "size_bytes": 1_000,
}


def policy(form):
    return json.loads(base64.b64decode(form["fields"]["policy"]))


def test_the_form_is_bound_to_key_size_type_and_time(alice):
    made = alice.post("/v1/uploads", NEW)
    assert made.status == 201
    form = made.body["post"]
    key = f"{alice.user_id}/uploads/{made.body['id']}"
    assert form["fields"]["key"] == key
    assert form["fields"]["Content-Type"] == "audio/wav"
    said = policy(form)
    for condition in (
        {"bucket": "showrunner-tests"},
        {"key": key},
        {"Content-Type": "audio/wav"},
        ["content-length-range", 1_000, 1_000],
    ):
        assert condition in said["conditions"]
    ends = datetime.fromisoformat(said["expiration"])
    assert ends <= datetime.now(UTC) + timedelta(minutes=15)


def test_a_file_can_be_sent_with_the_form(alice):
    made = alice.post("/v1/uploads", NEW).body
    sent = requests.post(
        made["post"]["url"], data=made["post"]["fields"], files={"file": b"x" * 1_000}
    )
    assert sent.status_code == 204
    found = boto3.client("s3").head_object(
        Bucket="showrunner-tests", Key=made["post"]["fields"]["key"]
    )
    assert found["ContentLength"] == 1_000


def test_a_repeated_request_gets_the_same_upload_and_a_form_signed_anew(alice, admin):
    first = alice.post("/v1/uploads", NEW, idempotency_key="u1").body
    again = alice.post("/v1/uploads", NEW, idempotency_key="u1").body
    assert again["id"] == first["id"]
    assert again["post"]["fields"]["key"] == first["post"]["fields"]["key"]
    kept = admin.execute(
        "select body::text from private.idempotency where user_id = %s", [alice.user_id]
    ).fetchone()
    assert "signature" not in kept["body"].lower()


def test_uploads_are_read_and_listed(alice, bob):
    project = factories.project(alice.user_id)
    made = alice.post("/v1/uploads", {**NEW, "project_id": str(project)}).body
    made.pop("post")
    assert alice.get(f"/v1/uploads/{made['id']}").body == made
    assert alice.get("/v1/uploads?purpose=voice_over&state=pending").body["items"] == [made]
    assert alice.get("/v1/uploads?state=ready").body["items"] == []
    assert bob.get(f"/v1/uploads/{made['id']}").status == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"content_type": "text/html"}, "content_type"),
        ({"content_type": "image/png"}, "content_type"),
        ({"size_bytes": 0}, "size_bytes"),
        ({"size_bytes": 200_000_001}, "size_bytes"),
        ({"purpose": "image", "content_type": "image/png", "size_bytes": 20_000_001}, "size_bytes"),
        ({"purpose": "executable"}, "purpose"),
        ({"file_name": "../../etc/passwd"}, "file_name"),
        ({"file_name": "a\nb.wav"}, "file_name"),
        ({"file_name": ""}, "file_name"),
        ({"project_id": str(uuid4())}, "project_id"),
    ],
)
def test_what_cannot_be_taken_is_refused_before_anything_is_written(alice, change, field):
    refused = alice.post("/v1/uploads", {**NEW, **change})
    assert refused.status == 422
    assert refused.body["errors"][0]["field"] == field
    assert alice.get("/v1/uploads").body["items"] == []


def test_a_project_takes_ones_own_recording_alone(alice, bob):
    upload = alice.post("/v1/uploads", NEW).body["id"]
    project = {"title": "T", "prompt_text": "P", "niche_preset": "facts"}
    settings = {"settings": {"voice_over_upload_id": upload}}
    assert alice.post("/v1/projects", {**project, **settings}).status == 201
    refused = bob.post("/v1/projects", {**project, **settings})
    assert refused.status == 422
    assert refused.body["errors"][0]["field"] == "settings.voice_over_upload_id"


def test_a_file_is_for_a_project_of_ones_own_that_is_still_there(alice, bob):
    project = {"title": "T", "prompt_text": "P", "niche_preset": "facts"}
    made = alice.post("/v1/projects", project).body["id"]
    assert alice.post("/v1/uploads", {**NEW, "project_id": made}).status == 201
    assert alice.delete(f"/v1/projects/{made}").status == 204
    for api in (alice, bob):
        refused = api.post("/v1/uploads", {**NEW, "project_id": made})
        assert (refused.status, refused.body["errors"][0]["field"]) == (422, "project_id")
    assert bob.get("/v1/uploads").body["items"] == []
