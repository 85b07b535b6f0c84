"""YouTube as its documents describe it, on this machine: uploads that break off, quotas, figures.

    with YouTubeTwin() as twin:
        twin.faults += ["drop", "503"]        # how the next pieces of an upload end
        youtube = twin.provider()

Every request is in `twin.asked` as (method, path).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from chalicelib import pacific
from chalicelib.outbound import Outbound
from chalicelib.providers.publisher.youtube import YouTube

QUARTER = 256 * 1024
PLACE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+)")


def refusal(code: int, reason: str) -> tuple[int, dict[str, Any]]:
    """An error in the Data API's words."""
    listed = [{"reason": reason, "domain": "youtube"}]
    return code, {"error": {"code": code, "message": f"It says {reason}.", "errors": listed}}


class YouTubeTwin:
    """One channel at YouTube and its owner's consent."""

    def __init__(self) -> None:
        self.videos: dict[str, dict[str, Any]] = {}
        self.sessions: dict[str, dict[str, Any]] = {}
        self.faults: list[str] = []
        """How the next pieces of uploads end: drop, 503, "403 forbidden", or "" for well."""
        self.refusing_at: dict[str, tuple[int, dict[str, Any]]] = {}
        """How the next request to a path is refused."""
        self.refusing: tuple[int, dict[str, Any]] | None = None
        self.refused_thumbnail = False
        self.access, self.refresh, self.code = "access-1", "refresh-1", "code-1"
        self.consented = True
        self.jobs: list[dict[str, Any]] = []
        self.reports: list[dict[str, Any]] = []
        self.csv: dict[str, str] = {}
        self.watched: dict[tuple[str, str], tuple[int, float, float]] = {}
        self.gone: set[str] = set()
        self.asked: list[tuple[str, str]] = []
        self.forms: list[dict[str, list[str]]] = []

    def __enter__(self) -> Self:
        twin = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                twin.answer(self)

            do_GET = do_POST = do_PUT = handle_any

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()
        self.root = f"http://127.0.0.1:{self.server.server_address[1]}"
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def provider(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> YouTube:
        return YouTube(Outbound(local=True, at_most=2**25).request, now, root=self.root)

    def report(self, day: date, made: str, rows: str) -> None:
        """A day's reach, made at some time: `video,impressions,ctr` lines."""
        address = f"{self.root}/media/{len(self.reports)}"
        begins = pacific.begin(day).astimezone(UTC)
        self.reports.append(
            {
                "id": str(len(self.reports)),
                "startTime": f"{begins:%Y-%m-%dT%H:%M:%S}Z",
                "endTime": f"{begins + timedelta(days=1):%Y-%m-%dT%H:%M:%S}Z",
                "createTime": made,
                "downloadUrl": address,
            }
        )
        head = (
            "date,channel_id,video_id,video_thumbnail_impressions,video_thumbnail_impressions_ctr"
        )
        lines = [f"{day:%Y%m%d},UCtwin,{row}" for row in rows.split()]
        self.csv[urlsplit(address).path] = "\n".join([head, *lines, ""])

    def answer(self, http: BaseHTTPRequestHandler) -> None:
        path, query = urlsplit(http.path).path, parse_qs(urlsplit(http.path).query)
        size = int(http.headers.get("content-length", 0))
        self.asked.append((http.command, path))
        if path.startswith("/session/"):
            self._piece(http, path, size)
            return
        body = http.rfile.read(size)
        self._say(http, *self._said(http, path, query, body))

    def _said(
        self, http: Any, path: str, query: dict[str, list[str]], body: bytes
    ) -> tuple[int, Any]:
        if path == "/token":
            return self._token(parse_qs(body.decode()))
        if path == "/revoke":
            self.consented = False
            return 200, {}
        if path in self.refusing_at:
            return self.refusing_at.pop(path)
        if self.refusing is not None:
            return self.refusing
        if not self.consented or http.headers["authorization"] != f"Bearer {self.access}":
            return refusal(401, "authError")
        match http.command, path:
            case "POST", "/upload/youtube/v3/videos":
                name = f"/session/{len(self.sessions)}"
                size = int(http.headers["x-upload-content-length"])
                said = {"said": json.loads(body), "size": size, "data": bytearray(), "id": None}
                self.sessions[name] = said
                return 200, {"location": self.root + name}
            case "POST", "/upload/youtube/v3/thumbnails/set" if self.refused_thumbnail:
                return refusal(403, "forbidden")
            case "POST", "/upload/youtube/v3/thumbnails/set":
                self.videos[query["videoId"][0]]["thumbnail"] = body
                return 200, {}
            case "GET", "/youtube/v3/channels":
                playlists = {"relatedPlaylists": {"uploads": "UUtwin"}}
                channel = {"id": "UCtwin", "snippet": {"title": "Twin"}}
                return 200, {"items": [{**channel, "contentDetails": playlists}]}
            case "GET", "/youtube/v3/playlistItems":
                return 200, {"items": [{"contentDetails": {"videoId": v}} for v in self.videos]}
            case "GET", "/youtube/v3/videos":
                asked = query["id"][0].split(",")
                found = [v for v in asked if v in self.videos]
                return 200, {"items": [{"id": v, **self.videos[v]["said"]} for v in found]}
            case "PUT", "/youtube/v3/videos":
                said = json.loads(body)
                self.videos[said["id"]]["said"]["snippet"] = said["snippet"]
                return 200, said
            case "GET", "/v2/reports":
                video = query["filters"][0].removeprefix("video==")
                if video in self.gone:
                    return refusal(400, "badRequest")
                first, last = query["startDate"][0], query["endDate"][0]
                rows = [
                    [day, *figures]
                    for (of, day), figures in sorted(self.watched.items())
                    if of == video and first <= day <= last
                ]
                return 200, {"rows": rows} if rows else {}
            case "GET", "/v1/jobs":
                return 200, {"jobs": self.jobs} if self.jobs else {}
            case "POST", "/v1/jobs":
                self.jobs.append({"id": "job-1", **json.loads(body)})
                return 200, self.jobs[-1]
            case "GET", "/v1/jobs/job-1/reports":
                half = len(self.reports) // 2  # two pages
                if "pageToken" in query:
                    return 200, {"reports": self.reports[half:]}
                return 200, {"reports": self.reports[:half], "nextPageToken": "2"}
            case "GET", _ if path in self.csv:
                return 200, self.csv[path]
        return refusal(404, "notFound")

    def _token(self, form: dict[str, list[str]]) -> tuple[int, Any]:
        self.forms.append(form)
        given = form.get("code", form.get("refresh_token", [""]))[0]
        if not self.consented or given not in (self.code, self.refresh):
            return 400, {"error": "invalid_grant", "error_description": "Bad Request"}
        said = {"access_token": self.access, "expires_in": 3599, "scope": "a b"}
        return 200, said | ({"refresh_token": self.refresh} if "code" in form else {})

    def _piece(self, http: BaseHTTPRequestHandler, path: str, size: int) -> None:
        """One PUT of an upload: what arrived, in whole quarters of a MiB, is kept."""
        session = self.sessions.get(path)
        found = PLACE.fullmatch(http.headers["content-range"])
        assert found is not None
        if session is None:
            http.rfile.read(size)
            self._say(http, *refusal(404, "notFound"))
            return
        fault = self.faults.pop(0) if self.faults and size else ""
        if fault == "drop":
            self._keep(session, http.rfile.read(size // 2 // QUARTER * QUARTER), found)
            http.close_connection = True
            http.connection.close()
            return
        data = http.rfile.read(size)
        if fault == "503":
            self._say(http, 503, {})
            return
        if fault == "quota":
            self._say(http, *refusal(403, "quotaExceeded"))
            return
        if " " in fault and fault[:3].isdigit():
            self._say(http, *refusal(int(fault[:3]), fault[4:]))
            return
        assert not size or int(found[2]) + 1 == session["size"] or size % QUARTER == 0
        self._keep(session, data, found)
        if fault == "lost answer":
            http.close_connection = True
            http.connection.close()
            return
        if len(session["data"]) == session["size"]:
            self._say(http, 201, {"id": session["id"]})
        else:
            reached = len(session["data"])
            self._say(http, 308, {"range": f"bytes=0-{reached - 1}"} if reached else {})

    def _keep(self, session: dict[str, Any], data: bytes, place: re.Match[str]) -> None:
        if data and int(place[1]) == len(session["data"]):
            session["data"] += data
        if len(session["data"]) == session["size"] and session["id"] is None:
            session["id"] = f"video-{len(self.videos)}"
            self.videos[session["id"]] = {"said": session["said"], "data": bytes(session["data"])}

    def _say(self, http: BaseHTTPRequestHandler, status: int, said: Any) -> None:
        headers = {}
        if isinstance(said, dict):
            headers = {name: said.pop(name) for name in ("location", "range") if name in said}
        body = said.encode() if isinstance(said, str) else json.dumps(said).encode()
        http.send_response(status)
        for name, value in headers.items():
            http.send_header(name, value)
        http.send_header("content-length", str(len(body)))
        http.end_headers()
        http.wfile.write(body)
