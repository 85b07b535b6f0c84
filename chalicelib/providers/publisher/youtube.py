"""YouTube: Data API v3 for videos, Analytics API for watching, Reporting API for thumbnails.

Unless Google grants more, a day has 100 uploads and 10,000 units for the rest: a thumbnail or a
changed title takes 50, reading 1. The two APIs for figures have allowances of their own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from chalicelib import pacific
from chalicelib.errors import (
    ProviderGarbage,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
    QuotaExhausted,
    ReconnectNeeded,
    StepError,
    UploadLimitReached,
    UploadLost,
)
from chalicelib.observability import logger
from chalicelib.outbound import Answer, Failed, Outbound, Refused
from chalicelib.providers.publisher import reach
from chalicelib.providers.publisher.interface import Account, Day, Sent, Tokens, Video
from chalicelib.settings import settings

SCOPES = (
    "https://www.googleapis.com/auth/youtube.upload",
    "https://www.googleapis.com/auth/youtube",
    "https://www.googleapis.com/auth/yt-analytics.readonly",
)
CONSENT_PAGE = "https://accounts.google.com/o/oauth2/v2/auth"
MUSIC = "10"
"""YouTube's category."""
AT_MOST = 32 * 1024 * 1024
"""Bytes of an answer: a day's report of a large channel."""
MOST = 2**31 - 1
"""Views or minutes of one day."""
LONGEST = 30 * 24 * 3600
"""Seconds of one view."""
LATELY = 50
"""Videos among which one of ours is looked for."""

QUOTA = {"quotaExceeded", "dailyLimitExceeded", "dailyLimitExceededUnreg"}
THROTTLED = {"rateLimitExceeded", "userRateLimitExceeded", "uploadRateLimitExceeded"}
CONSENT = {"authError", "insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
           "invalid_grant", "youtubeSignupRequired", "accountClosed"}  # fmt: skip

Now = Callable[[], datetime]


class Http(Protocol):
    """`Outbound.request`."""

    def __call__(
        self, method: str, url: str, content: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer: ...


class YouTube:
    """Publishes to YouTube channels."""

    name = "youtube"
    immediate = False

    def __init__(
        self,
        http: Http | None = None,
        now: Now = lambda: datetime.now(UTC),
        *,
        root: str = "",
    ) -> None:
        """`root` stands in for every address of Google's but the page of consent."""
        local = settings().outbound_local
        self.http = http or Outbound(local=local, seconds=30, at_most=AT_MOST).request
        self.now = now
        root = root or settings().youtube_address
        self.oauth = root or "https://oauth2.googleapis.com"
        self.data = root or "https://www.googleapis.com"
        self.analytics = root or "https://youtubeanalytics.googleapis.com"
        self.reporting = root or "https://youtubereporting.googleapis.com"

    def address(self, video_id: str) -> str:
        return f"https://www.youtube.com/watch?v={video_id}"

    def consent(self, *, state: str, challenge: str) -> str:
        asked = {
            "client_id": settings().youtube_client_id,
            "redirect_uri": settings().youtube_redirect_uri,
            "response_type": "code",
            "scope": " ".join(SCOPES),
            "access_type": "offline",
            "prompt": "consent",
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{CONSENT_PAGE}?{urlencode(asked)}"

    def connect(self, code: str, *, verifier: str) -> Account:
        tokens = self._token(
            grant_type="authorization_code",
            code=code,
            code_verifier=verifier,
            redirect_uri=settings().youtube_redirect_uri,
        )
        if tokens.refresh is None:
            raise ReconnectNeeded("YouTube gave no lasting consent.")
        asked = f"{self.data}/youtube/v3/channels?part=id,snippet&mine=true"
        channels = self._json("GET", asked, tokens.access).get("items") or []
        if not channels:
            raise ReconnectNeeded("This Google account has no YouTube channel.")
        return Account(channels[0]["id"], channels[0]["snippet"]["title"], tokens)

    def refresh(self, refresh: str) -> Tokens:
        return self._token(grant_type="refresh_token", refresh_token=refresh)

    def revoke(self, token: str) -> None:
        self._ask("POST", f"{self.oauth}/revoke?{urlencode({'token': token})}", fine=(400,))

    def begin(self, access: str, video: Video, size: int) -> str:
        status: dict[str, Any] = {
            "privacyStatus": "private" if video.publish_at else video.privacy,
            "selfDeclaredMadeForKids": video.made_for_kids,
            "containsSyntheticMedia": video.synthetic,
        }
        if video.publish_at:
            status["publishAt"] = video.publish_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        snippet = {
            "title": video.title,
            "description": video.description,
            "categoryId": MUSIC,
            "tags": [_tag(video.key)],
        }
        answer = self._ask(
            "POST",
            f"{self.data}/upload/youtube/v3/videos?uploadType=resumable&part=snippet,status",
            access,
            json.dumps({"snippet": snippet, "status": status}).encode(),
            {
                "content-type": "application/json; charset=UTF-8",
                "x-upload-content-length": str(size),
                "x-upload-content-type": "video/mp4",
            },
        )
        if "location" not in answer.headers:
            raise ProviderGarbage("YouTube gave no address to upload to.")
        return answer.headers["location"]

    def sent(self, access: str, session: str, size: int) -> Sent:
        return self._put(access, session, b"", f"bytes */{size}", size)

    def send(self, access: str, session: str, piece: bytes, *, start: int, size: int) -> Sent:
        place = f"bytes {start}-{start + len(piece) - 1}/{size}"
        return self._put(access, session, piece, place, size)

    def find(self, access: str, key: str) -> str | None:
        mine = f"{self.data}/youtube/v3/channels?part=contentDetails&mine=true"
        channels = self._json("GET", mine, access).get("items") or []
        if not channels:
            return None
        folder = channels[0]["contentDetails"]["relatedPlaylists"]["uploads"]
        asked = {"part": "contentDetails", "playlistId": folder, "maxResults": LATELY}
        items = f"{self.data}/youtube/v3/playlistItems?{urlencode(asked)}"
        lately = self._json("GET", items, access).get("items") or []
        ids = ",".join(item["contentDetails"]["videoId"] for item in lately)
        if not ids:
            return None
        videos = f"{self.data}/youtube/v3/videos?{urlencode({'part': 'snippet', 'id': ids})}"
        for video in self._json("GET", videos, access).get("items") or []:
            if _tag(key) in video["snippet"].get("tags", []):
                return str(video["id"])
        return None

    def thumbnail(self, access: str, video_id: str, picture: bytes, content_type: str) -> None:
        address = f"{self.data}/upload/youtube/v3/thumbnails/set?videoId={quote(video_id)}"
        self._ask("POST", address, access, picture, {"content-type": content_type})

    def retitle(self, access: str, video_id: str, title: str) -> None:
        """What an update leaves out YouTube forgets: the whole snippet is sent back."""
        videos = f"{self.data}/youtube/v3/videos"
        asked = f"{videos}?{urlencode({'part': 'snippet', 'id': video_id})}"
        found = self._json("GET", asked, access).get("items") or []
        if not found:
            raise ProviderRejected("There is no such video at YouTube any more.")
        said = found[0]["snippet"]
        kept = ("description", "tags", "categoryId", "defaultLanguage", "defaultAudioLanguage")
        snippet = {name: said[name] for name in kept if name in said} | {"title": title}
        body = json.dumps({"id": video_id, "snippet": snippet}).encode()
        self._json("PUT", f"{videos}?part=snippet", access, body)

    def days(self, access: str, videos: Sequence[str], since: date, until: date) -> list[Day]:
        found: dict[tuple[str, date], Day] = {}
        odd: dict[str, str] = {}
        for video in videos:
            try:
                watched = self._watched(access, video, since, until)
            except (ProviderGarbage, ProviderRejected) as error:
                odd[video] = error.message
                continue
            found |= {(video, row[0]): Day(video, *row) for row in watched}
        shown, unread = reach.days(
            lambda *call: self._ask_for(access, *call), self.reporting, since, until
        )
        odd |= dict.fromkeys(unread & set(videos), "Its reach cannot be read.")
        if odd:
            logger.warning("figures left out", extra={"videos": odd})
        if odd and len(odd) == len(videos):
            raise ProviderGarbage(f"None of these figures can be read: {min(odd.values())}")
        for (video, day), (impressions, ctr) in shown.items():
            if video in videos and since <= day <= until:
                known = found.get((video, day)) or Day(video, day, 0, 0.0, 0.0)
                found[video, day] = Day(**{**vars(known), "impressions": impressions, "ctr": ctr})
        return [found[key] for key in sorted(found) if key[0] not in odd]

    def split(
        self, access: str, video_id: str, variants: Mapping[str, str], since: date, until: date
    ) -> dict[str, list[Day]]:
        """YouTube shows what its Test & Compare finds in the Studio, and in no API."""
        return {}

    def _watched(
        self, access: str, video: str, since: date, until: date
    ) -> list[tuple[date, int, float, float]]:
        """Day, views, seconds watched, seconds of a view."""
        asked = {
            "ids": "channel==MINE",
            "startDate": since.isoformat(),
            "endDate": until.isoformat(),
            "metrics": "views,estimatedMinutesWatched,averageViewDuration",
            "dimensions": "day",
            "filters": f"video=={video}",
            "sort": "day",
        }
        said = self._json("GET", f"{self.analytics}/v2/reports?{urlencode(asked)}", access)
        try:
            return [
                (
                    date.fromisoformat(day),
                    int(_count(views)),
                    _count(minutes) * 60,
                    _count(seconds, LONGEST),
                )
                for day, views, minutes, seconds in said.get("rows") or []
            ]
        except (TypeError, ValueError) as error:
            raise ProviderGarbage("YouTube's figures are not what was asked for.") from error

    def _token(self, **asked: str) -> Tokens:
        secret = settings().youtube_client_secret
        form = {
            "client_id": settings().youtube_client_id,
            "client_secret": secret.get_secret_value() if secret else "",
            **asked,
        }
        said = self._json(
            "POST", f"{self.oauth}/token", None, urlencode(form).encode(),
            "application/x-www-form-urlencoded",
        )  # fmt: skip
        if "access_token" not in said:
            raise ProviderGarbage("Google answered without a token.")
        return Tokens(
            access=said["access_token"],
            refresh=said.get("refresh_token"),
            expires_at=self.now() + timedelta(seconds=int(said.get("expires_in", 3600))),
            scopes=tuple(said.get("scope", "").split()),
        )

    def _put(self, access: str, session: str, piece: bytes, place: str, size: int) -> Sent:
        headers = {"content-range": place, "content-type": "video/mp4"}
        answer = self._ask("PUT", session, access, piece, headers, fine=(308, 404, 410))
        if answer.status in (404, 410):
            raise UploadLost
        if answer.status == 308:
            reached = answer.headers.get("range", "")
            return Sent(int(reached.rpartition("-")[2]) + 1 if reached else 0)
        video_id = _parsed(answer).get("id")
        if not video_id:
            raise ProviderGarbage("YouTube took the video and did not say what it is called.")
        return Sent(size, str(video_id))

    def _ask_for(self, access: str, method: str, url: str, body: bytes = b"") -> Answer:
        headers = {"content-type": "application/json"} if body else {}
        return self._ask(method, url, access, body, headers)

    def _json(
        self, method: str, url: str, access: str | None, body: bytes = b"",
        content_type: str = "application/json",
    ) -> dict[str, Any]:  # fmt: skip
        headers = {"content-type": content_type} if body else {}
        return _parsed(self._ask(method, url, access, body, headers))

    def _ask(
        self,
        method: str,
        url: str,
        access: str | None = None,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        fine: tuple[int, ...] = (),
    ) -> Answer:
        """One call; raises what its refusal means, unless its status is `fine`."""
        said = {**(headers or {}), "accept": "*/*", "user-agent": "Showrunner/1"}
        if access is not None:
            said["authorization"] = f"Bearer {access}"
        try:
            answer = self.http(method, url, body, said)
        except Failed as error:
            raise ProviderUnavailable("YouTube did not answer.") from error
        except Refused as error:
            raise ProviderGarbage("YouTube named an address we do not call.") from error
        if answer.status < 300 or answer.status in fine:
            return answer
        raise self._refusal(answer)

    def _refusal(self, answer: Answer) -> StepError:
        """What an error of Google's means for us: reason first, then status."""
        reasons, message = _reasons(answer)
        said = f"YouTube answered {answer.status}: {message or 'nothing more'}"
        if reasons & QUOTA:
            until = pacific.next_midnight(self.now())
            return QuotaExhausted("YouTube's quota of the day is used up.", until=until)
        if "uploadLimitExceeded" in reasons:
            until = self.now() + timedelta(days=1)
            return UploadLimitReached("The channel may upload no more videos today.", until=until)
        if reasons & THROTTLED or answer.status == 429:
            return ProviderThrottled(said)
        if reasons & CONSENT or (answer.status == 401 and "invalid_client" not in reasons):
            return ReconnectNeeded("YouTube does not let us in any more: connect it again.")
        if answer.status >= 500 or answer.status == 408 or "backendError" in reasons:
            return ProviderUnavailable(said)
        return ProviderRejected(said)


def _tag(key: str) -> str:
    """What marks a video as ours, among its tags."""
    return f"showrunner-{key}"


def _parsed(answer: Answer) -> dict[str, Any]:
    try:
        said = json.loads(answer.body)
    except ValueError as error:
        raise ProviderGarbage("YouTube's answer cannot be read.") from error
    if not isinstance(said, dict):
        raise ProviderGarbage("YouTube's answer is not what was asked for.")
    return said


def _count(said: Any, most: int = MOST) -> float:
    """A number of views, minutes or seconds. Raises ValueError for what can be none."""
    number = float(said)
    if not 0 <= number <= most:
        raise ValueError(number)
    return number


def _reasons(answer: Answer) -> tuple[set[str], str]:
    """Why, for programs and for people: in the Data API's words, the newer APIs', or OAuth's."""
    try:
        error = json.loads(answer.body)["error"]
    except (ValueError, KeyError, TypeError):
        return set(), ""
    if isinstance(error, str):
        return {error}, error
    listed = [*(error.get("errors") or []), *(error.get("details") or [])]
    reasons = {one["reason"] for one in listed if isinstance(one, dict) and "reason" in one}
    return reasons, str(error.get("message", ""))[:200]
