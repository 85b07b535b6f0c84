"""What a publisher promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

Privacy = Literal["public", "unlisted", "private"]

CHUNK = 8 * 1024 * 1024
"""Bytes of a video sent at once: a multiple of 256 KiB, but for the last piece of a file."""


@dataclass(frozen=True)
class Tokens:
    """What lets us act for an account. `refresh` is None where the one we have stays good."""

    access: str
    refresh: str | None
    expires_at: datetime | None
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Account:
    """A channel that was connected."""

    id: str
    name: str
    tokens: Tokens


@dataclass(frozen=True)
class Video:
    """A video to publish. `key` is our own name of it; one key never becomes two videos.

    With `publish_at` it stays private until then, and `privacy` is "public".
    """

    key: str
    title: str
    description: str
    privacy: Privacy
    synthetic: bool
    publish_at: datetime | None = None
    made_for_kids: bool = False


@dataclass(frozen=True)
class Sent:
    """How much of an upload has arrived; `video_id` once all of it has."""

    size: int
    video_id: str | None = None


@dataclass(frozen=True)
class Day:
    """What a video came to on one Pacific day; what is not known yet is None."""

    video_id: str
    day: date
    views: int
    watch_seconds: float
    average_seconds: float
    impressions: int | None = None
    ctr: float | None = None


class Publisher(Protocol):
    """Where videos are published and measured, one account at a time.

    `access` is an account's token. Raises ProviderThrottled, ProviderUnavailable,
    ProviderRejected, ProviderGarbage; QuotaExhausted and UploadLimitReached, which say until when;
    ReconnectNeeded when the account's consent is gone.
    """

    name: str
    immediate: bool
    """Whether accounts are connected without asking anybody."""

    def address(self, video_id: str) -> str:
        """Where people watch a video."""

    def consent(self, *, state: str, challenge: str) -> str:
        """Where a user gives consent; comes back with `state` and a code (PKCE, S256)."""

    def connect(self, code: str, *, verifier: str) -> Account:
        """The account whose owner gave consent. Raises ReconnectNeeded for a code that is stale."""

    def refresh(self, refresh: str) -> Tokens:
        """A new access token. Raises ReconnectNeeded when consent was withdrawn."""

    def revoke(self, token: str) -> None:
        """Give a token back. One that is gone already is gone."""

    def begin(self, access: str, video: Video, size: int) -> str:
        """Announce a video of `size` bytes. Answers the session in which it is sent."""

    def sent(self, access: str, session: str, size: int) -> Sent:
        """How much has arrived. Raises UploadLost when the session is forgotten."""

    def send(self, access: str, session: str, piece: bytes, *, start: int, size: int) -> Sent:
        """Send bytes from `start` on: `CHUNK` of them, or all the rest. Raises UploadLost."""

    def find(self, access: str, key: str) -> str | None:
        """The video that was published under our key, should its session be forgotten."""

    def thumbnail(self, access: str, video_id: str, picture: bytes, content_type: str) -> None:
        """Show this picture for a video: JPEG or PNG of at most 2 MB."""

    def retitle(self, access: str, video_id: str, title: str) -> None:
        """Change a video's title and nothing else."""

    def days(self, access: str, videos: Sequence[str], since: date, until: date) -> list[Day]:
        """What is known of these days by now. They come late, and may change afterwards.

        A video whose figures cannot be read is left out, unless none can: ProviderGarbage.
        """

    def split(
        self, access: str, video_id: str, variants: Mapping[str, str], since: date, until: date
    ) -> dict[str, list[Day]]:
        """The days of a test that shows variants side by side; `variants` says what each shows.

        Empty where the platform tells nobody.
        """
