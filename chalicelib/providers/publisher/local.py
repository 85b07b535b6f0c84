"""A publisher without a network: keeps what it is given in the user's folder, invents an audience.

A video lies under `{user}/published/{video}/` with its thumbnail and `video.json`: what was said
of it, and which title and thumbnail it had when.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chalicelib import pacific
from chalicelib.clients import client
from chalicelib.errors import ProviderRejected, ReconnectNeeded, UploadLost
from chalicelib.providers.publisher.audience import Shown, figures
from chalicelib.providers.publisher.interface import CHUNK, Account, Day, Sent, Tokens, Video
from chalicelib.settings import settings

LATE = 2
"""Days until figures are told."""
LARGEST_THUMBNAIL = 2 * 1024 * 1024

Now = Callable[[], datetime]


class LocalPublisher:
    """Publishes into the media bucket. An account's token is `local.{user}.{channel}`."""

    name = "local"
    immediate = True

    def __init__(self, now: Now = lambda: datetime.now(UTC)) -> None:
        self.now = now

    def address(self, video_id: str) -> str:
        return f"https://video.example/watch/{video_id}"

    def consent(self, *, state: str, challenge: str) -> str:
        return f"https://video.example/consent?state={state}"

    def connect(self, code: str, *, verifier: str) -> Account:
        """`code` is `{user}.{channel}`."""
        user, _, channel = code.partition(".")
        if not (user and channel):
            raise ReconnectNeeded
        tokens = Tokens(f"local.{code}", f"local.{code}", None, ("upload", "figures"))
        return Account(channel, "A channel of this machine", tokens)

    def refresh(self, refresh: str) -> Tokens:
        _folder(refresh)
        return Tokens(refresh, refresh, None)

    def revoke(self, token: str) -> None:
        _folder(token)

    def begin(self, access: str, video: Video, size: int) -> str:
        folder = f"{_folder(access)}/{_named(access, video.key)}"
        said = {
            "title": video.title,
            "description": video.description,
            "privacy": "private" if video.publish_at else video.privacy,
            "publish_at": video.publish_at and video.publish_at.isoformat(),
            "contains_synthetic_media": video.synthetic,
            "made_for_kids": video.made_for_kids,
            "size": size,
        }
        _write(f"{folder}/order.json", said)
        begun = client("s3").create_multipart_upload(
            Bucket=settings().media_bucket, Key=f"{folder}/video.mp4", ContentType="video/mp4"
        )
        return f"{folder} {begun['UploadId']}"

    def sent(self, access: str, session: str, size: int) -> Sent:
        folder, upload = session.split(" ")
        if _read(f"{folder}/video.json"):
            return Sent(size, folder.rpartition("/")[2])
        return Sent(sum(part["Size"] for part in _parts(folder, upload)))

    def send(self, access: str, session: str, piece: bytes, *, start: int, size: int) -> Sent:
        folder, upload = session.split(" ")
        if done := self.sent(access, session, size).video_id:
            return Sent(size, done)
        place = {
            "Bucket": settings().media_bucket,
            "Key": f"{folder}/video.mp4",
            "UploadId": upload,
        }
        client("s3").upload_part(**place, PartNumber=start // CHUNK + 1, Body=piece)
        parts = _parts(folder, upload)
        arrived = sum(part["Size"] for part in parts)
        if arrived < size:
            return Sent(arrived)
        listed = [{"PartNumber": part["PartNumber"], "ETag": part["ETag"]} for part in parts]
        client("s3").complete_multipart_upload(**place, MultipartUpload={"Parts": listed})
        said = _read(f"{folder}/order.json") or {}
        first = {"from": self.now().isoformat(), "title": said["title"], "thumbnail": ""}
        _write(f"{folder}/video.json", {**said, "uploaded_at": first["from"], "shown": [first]})
        return Sent(size, folder.rpartition("/")[2])

    def find(self, access: str, key: str) -> str | None:
        video_id = _named(access, key)
        return video_id if _read(f"{_folder(access)}/{video_id}/video.json") else None

    def thumbnail(self, access: str, video_id: str, picture: bytes, content_type: str) -> None:
        if len(picture) > LARGEST_THUMBNAIL:
            raise ProviderRejected("A thumbnail has at most 2 MB.")
        folder = f"{_folder(access)}/{video_id}"
        said = _known(folder)
        client("s3").put_object(
            Bucket=settings().media_bucket,
            Key=f"{folder}/thumbnail",
            Body=picture,
            ContentType=content_type,
        )
        self._show(folder, said, thumbnail=hashlib.sha256(picture).hexdigest())

    def retitle(self, access: str, video_id: str, title: str) -> None:
        folder = f"{_folder(access)}/{video_id}"
        self._show(folder, {**_known(folder), "title": title}, title=title)

    def days(self, access: str, videos: Sequence[str], since: date, until: date) -> list[Day]:
        found = []
        for video_id in videos:
            said = _read(f"{_folder(access)}/{video_id}/video.json")
            for day in self._told(said, since, until):
                assert said is not None
                shown = _shown(said["shown"], day)
                found.append(figures(video_id, shown, self._age(said, day), day, self._today))
        return found

    def split(
        self, access: str, video_id: str, variants: Mapping[str, str], since: date, until: date
    ) -> dict[str, list[Day]]:
        said = _read(f"{_folder(access)}/{video_id}/video.json")
        days = self._told(said, since, until)
        return {
            key: [
                figures(
                    video_id,
                    Shown(looks, ""),
                    self._age(said, day),
                    day,
                    self._today,
                    share=1 / len(variants),
                    arm=key,
                )
                for day in days
                if said
            ]
            for key, looks in variants.items()
        }

    @property
    def _today(self) -> date:
        return pacific.day_of(self.now())

    def _told(self, said: Mapping[str, Any] | None, since: date, until: date) -> list[date]:
        """The days on which a video was out, as far as they are told by now."""
        if said is None or (said["privacy"] == "private" and not said["publish_at"]):
            return []
        first = max(since, _out(said))
        last = min(until, self._today - timedelta(days=LATE))
        return [first + timedelta(days=n) for n in range((last - first).days + 1)]

    def _age(self, said: Mapping[str, Any] | None, day: date) -> int:
        return (day - _out(said)).days if said else 0

    def _show(self, folder: str, said: dict[str, Any], **change: str) -> None:
        latest = {**said["shown"][-1], "from": self.now().isoformat(), **change}
        _write(f"{folder}/video.json", {**said, "shown": [*said["shown"], latest]})


def _out(said: Mapping[str, Any]) -> date:
    """The first day on which a video could be seen."""
    return pacific.day_of(datetime.fromisoformat(said["publish_at"] or said["uploaded_at"]))


def _shown(changes: Sequence[Mapping[str, str]], day: date) -> Shown:
    """What a video looked like at noon of a day."""
    noon = pacific.begin(day) + timedelta(hours=12)
    past = [one for one in changes if datetime.fromisoformat(one["from"]) <= noon] or changes[:1]
    return Shown(past[-1]["title"], past[-1]["thumbnail"])


def _folder(token: str) -> str:
    """Where an account's videos lie. Raises ReconnectNeeded for a token that is none."""
    kind, _, rest = token.partition(".")
    user = rest.partition(".")[0]
    if kind != "local" or not user:
        raise ReconnectNeeded
    return f"{user}/published"


def _named(access: str, key: str) -> str:
    """A video's id: the same key of the same account is the same video."""
    return f"local-{hashlib.sha256(f'{access} {key}'.encode()).hexdigest()[:16]}"


def _parts(folder: str, upload: str) -> list[dict[str, Any]]:
    """What has arrived of an upload, in order. Raises UploadLost when there is none."""
    s3 = client("s3")
    try:
        pages = s3.get_paginator("list_parts").paginate(
            Bucket=settings().media_bucket, Key=f"{folder}/video.mp4", UploadId=upload
        )
        return [part for page in pages for part in page.get("Parts", [])]
    except s3.exceptions.ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchUpload":
            raise UploadLost from error
        raise


def _known(folder: str) -> dict[str, Any]:
    found = _read(f"{folder}/video.json")
    if found is None:
        raise ProviderRejected("There is no such video.")
    return found


def _read(key: str) -> dict[str, Any] | None:
    s3 = client("s3")
    try:
        body = s3.get_object(Bucket=settings().media_bucket, Key=key)["Body"].read()
    except s3.exceptions.NoSuchKey:
        return None
    said: dict[str, Any] = json.loads(body)
    return said


def _write(key: str, said: Mapping[str, Any]) -> None:
    client("s3").put_object(
        Bucket=settings().media_bucket,
        Key=key,
        Body=json.dumps(said, indent=2).encode(),
        ContentType="application/json",
    )
