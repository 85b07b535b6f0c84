"""Uploads: what arrives is checked against its row, however often and in whatever order told."""

import io
import json
import random
import wave
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.clients import client
from chalicelib.domains.uploads import service as service
from chalicelib.domains.uploads.models import NewUpload, PreparedUpload
from chalicelib.events import uploads
from tests import factories
from tests.integration.pipelines.studio import Studio

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(64)
WEBP = b"RIFF\x40\x00\x00\x00WEBPVP8 " + bytes(64)
MP3 = b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(64)
FLAC = b"fLaC\x00\x00\x00\x22" + bytes(64)
OGG = b"OggS\x00\x02" + bytes(64)
M4A = b"\x00\x00\x00\x20ftypM4A \x00\x00\x00\x00" + bytes(64)
EXE = b"MZ\x90\x00" + bytes(128)
ELF = b"\x7fELF\x02\x01\x01" + bytes(64)
ZIP = b"PK\x03\x04\x14\x00" + bytes(64)
GIF = b"GIF89a" + bytes(64)
SHELL = b"#!/bin/sh\nrm -rf /\n"
HTML = b"<html><script>alert(1)</script></html>"
GZIP = b"\x1f\x8b\x08\x00" + bytes(64)
AVI = b"RIFF\x40\x00\x00\x00AVI LIST" + bytes(64)


def wav(seconds: float = 1.0) -> bytes:
    data = io.BytesIO()
    with wave.open(data, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(2 * round(seconds * 8000)))
    return data.getvalue()


def announce(user: UUID, data: bytes, purpose: str, content_type: str, **also: Any) -> UUID:
    upload = NewUpload(
        purpose=purpose,
        file_name="a file",
        content_type=content_type,
        size_bytes=also.get("size", len(data) or 1),
    )
    made: PreparedUpload = service.create(Actor.user(user), upload, None)
    return made.id


def put(studio: Studio, key: str, data: bytes) -> None:
    client("s3").put_object(Bucket=studio.bucket, Key=key, Body=data)


def told(studio: Studio, key: str, kind: str = "Object Created") -> SimpleNamespace:
    """The SQS record of an EventBridge event of S3."""
    detail = {"bucket": {"name": studio.bucket}, "object": {"key": key, "size": 1}}
    return SimpleNamespace(body=json.dumps({"detail-type": kind, "detail": detail}))


def there(studio: Studio, key: str) -> bool:
    return bool(client("s3").list_objects_v2(Bucket=studio.bucket, Prefix=key).get("Contents"))


@pytest.mark.parametrize(
    ("purpose", "content_type", "data"),
    [
        ("voice_over", "audio/wav", wav()),
        ("voice_over", "audio/x-wav", wav()),
        ("voice_over", "audio/mpeg", MP3),
        ("voice_over", "audio/flac", FLAC),
        ("voice_over", "audio/ogg", OGG),
        ("voice_over", "audio/mp4", M4A),
        ("voice_over", "audio/x-m4a", M4A),
        ("music", "audio/wav", wav()),
        ("image", "image/png", PNG),
        ("image", "image/jpeg", JPEG),
        ("image", "image/webp", WEBP),
        ("knowledge", "application/pdf", PDF),
        ("knowledge", "text/plain", "What we know of the sea — much.\n".encode()),
        ("knowledge", "text/markdown", "# Fïsh\n".encode() * 2000),
    ],
)
def test_a_file_that_is_what_was_announced_is_ready(
    studio: Studio, purpose: str, content_type: str, data: bytes
) -> None:
    user = factories.user()
    upload = announce(user, data, purpose, content_type)
    put(studio, f"{user}/uploads/{upload}", data)
    uploads.handle([told(studio, f"{user}/uploads/{upload}")])
    found = service.get(Actor.user(user), upload)
    assert (found.state, found.refused_reason) == ("ready", None)
    assert found.size_bytes == len(data)
    assert found.sha256 is not None
    assert found.seconds == (1 if data == wav() else None)


@pytest.mark.parametrize(
    ("purpose", "content_type"),
    [
        *(("voice_over", kind) for kind in ("audio/wav", "audio/mpeg", "audio/mp4")),
        *(("image", kind) for kind in ("image/png", "image/jpeg")),
        *(("knowledge", kind) for kind in ("application/pdf", "text/plain")),
    ],
)
def test_a_file_that_is_something_else_is_refused_and_taken_away(
    studio: Studio, purpose: str, content_type: str
) -> None:
    fits = {"audio/wav": wav(), "audio/mpeg": MP3, "audio/mp4": M4A, "image/png": PNG}
    fits |= {"image/jpeg": JPEG, "application/pdf": PDF}
    wrong = [b"", b"\x00" * 100, b"\xff" * 100, b"\x1b[2J", EXE, ELF, ZIP, GIF, GZIP, AVI, WEBP]
    wrong += [PNG + b"x", PDF + b"x", wav(2), SHELL + b"\x00", HTML + b"\x00"]
    user = factories.user()
    for data in wrong:
        if data.startswith(fits.get(content_type, b"none")[:4]) or (
            content_type == "audio/wav" and data[8:12] == b"WAVE"
        ):
            continue
        upload = announce(user, data, purpose, content_type)
        put(studio, f"{user}/uploads/{upload}", data)
        uploads.handle([told(studio, f"{user}/uploads/{upload}")])
        found = service.get(Actor.user(user), upload)
        assert found.state == "refused", (data[:8], found)
        assert found.refused_reason
        assert not there(studio, f"{user}/uploads/{upload}")


def test_a_file_larger_than_announced_is_refused(studio: Studio) -> None:
    user = factories.user()
    upload = announce(user, PNG, "image", "image/png", size=10)
    put(studio, f"{user}/uploads/{upload}", PNG)
    uploads.handle([told(studio, f"{user}/uploads/{upload}")])
    assert service.get(Actor.user(user), upload).state == "refused"


SOMEONE, NOTHING = "a0a0a0a0-0000-4000-8000-000000000001", "a0a0a0a0-0000-4000-8000-000000000002"


@pytest.mark.parametrize(
    "key",
    [
        f"{SOMEONE}/uploads/{NOTHING}",
        f"{SOMEONE}/uploads/../{NOTHING}",
        f"{SOMEONE}/uploads/{NOTHING}/more",
        f"x/uploads/{NOTHING}",
        "uploads/a+b%20ü.wav/uploads/",
    ],
)
def test_a_file_nobody_announced_is_taken_away(studio: Studio, key: str) -> None:
    put(studio, key, PNG)
    uploads.handle([told(studio, key)])
    assert not there(studio, key)


def test_the_houses_own_files_are_left_alone(studio: Studio) -> None:
    key = f"{uuid4()}/jobs/{uuid4()}/video.mp4"
    put(studio, key, PNG)
    uploads.handle([told(studio, key), told(studio, key, "Object Deleted")])
    assert there(studio, key)


def test_another_users_row_does_not_take_the_file(studio: Studio) -> None:
    alice, mallory = factories.user(), factories.user()
    upload = announce(alice, PNG, "image", "image/png")
    put(studio, f"{mallory}/uploads/{upload}", PNG)
    uploads.handle([told(studio, f"{mallory}/uploads/{upload}")])
    assert service.get(Actor.user(alice), upload).state == "pending"
    assert not there(studio, f"{mallory}/uploads/{upload}")


def test_events_twice_and_in_any_order_change_nothing(studio: Studio) -> None:
    seed = 20260101
    order = random.Random(seed)
    user = factories.user()
    files = {announce(user, PNG, "image", "image/png"): order.choice([PNG, EXE]) for _ in range(40)}
    keys = [f"{user}/uploads/{upload}" for upload in files]
    events = [told(studio, key) for key in keys * 3]
    order.shuffle(events)
    for number, key in enumerate(keys):
        if number % 2:
            put(studio, key, files[UUID(key.rsplit("/")[-1])])
    uploads.handle(events[: len(events) // 2])  # some tell of files that are not there yet
    for number, key in enumerate(keys):
        if not number % 2:
            put(studio, key, files[UUID(key.rsplit("/")[-1])])
    uploads.handle(events + events)
    for upload, data in files.items():
        state = service.get(Actor.user(user), upload).state
        assert state == ("ready" if data is PNG else "refused"), f"seed {seed}"


def test_a_file_whose_event_was_lost_is_found_by_the_sweep(studio: Studio) -> None:
    user = factories.user()
    sent, never = (announce(user, PNG, "image", "image/png") for _ in range(2))
    put(studio, f"{user}/uploads/{sent}", PNG)
    uploads.sweep()
    assert service.get(Actor.user(user), sent).state == "pending"  # its event may still come
    age(user, "10 minutes")
    uploads.sweep()
    assert service.get(Actor.user(user), sent).state == "ready"
    assert service.get(Actor.user(user), never).state == "pending"
    age(user, "1 hour")
    uploads.sweep()
    assert service.get(Actor.user(user), never).state == "expired"


@pytest.mark.parametrize("rate", [1, 8000])
def test_a_header_that_tells_of_more_sound_than_there_is_is_not_believed(
    studio: Studio, rate: int
) -> None:
    data = bytearray(wav())
    data[24:28] = rate.to_bytes(4, "little")
    data[40:44] = (2**32 - 16).to_bytes(4, "little")  # as programs write that cannot look back
    user = factories.user()
    upload = announce(user, bytes(data), "voice_over", "audio/wav")
    put(studio, f"{user}/uploads/{upload}", bytes(data))
    uploads.handle([told(studio, f"{user}/uploads/{upload}")])
    found = service.get(Actor.user(user), upload)
    assert (found.state, found.seconds) == ("ready", None)


def age(user: UUID, by: str) -> None:
    with db.transaction(Actor.worker(user)) as tx:
        tx.run(
            "update uploads set created_at = created_at - %(by)s::interval,"
            " expires_at = expires_at - %(by)s::interval where user_id = %(user)s",
            by=by,
            user=user,
        )


def test_sniffing_takes_text_that_is_cut_inside_a_character() -> None:
    head = ("ü" * 8192).encode()[: uploads.HEAD_BYTES - 1]
    assert uploads.sniff(head) == "text/plain"
    assert uploads.sniff(b"\xff\xfe" + head) is None
