"""The demo: a prompt goes through the API, and the finished video comes down to a folder."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx

from infra.local import issuer
from infra.local.screen import Line, Screen, clock, size
from infra.local.stack import Stack

PROMPT = "Why octopuses have three hearts, and what the deep sea taught them"
NICHES = ("motivation", "explainer", "facts", "history", "finance", "science")
FORMATS = ("16:9", "9:16", "1:1")
EMAIL = "demo@showrunner.example"
FILES = {"video": "video.mp4", "thumbnail": "thumbnail.jpg", "zip": "everything.zip"}
Json = dict[str, Any]
PATIENT = 3
"""Times that something is asked for before the stack counts as gone: one at work may be slow."""


class DemoError(Exception):
    """The demo cannot go on; the message says why and what to do."""


def user(folder: Path, *, another: bool = False) -> UUID:
    """The demo user of this folder; `another` makes a new one, with new welcome credits."""
    path = folder / "user.json"
    if path.exists() and not another:
        with suppress(ValueError, KeyError):  # a broken file is written anew
            return UUID(json.loads(path.read_text())["id"])
    made = uuid4()
    path.write_text(json.dumps({"id": str(made)}))
    return made


def project(*, prompt: str, minutes: int, niche: str, format: str, transcript: Path | None) -> Json:
    """The project to order, as the API takes it. Raises `DemoError` for an unreadable file."""
    wanted: Json = {
        "title": prompt if len(prompt) <= 60 else prompt[:57].rsplit(" ", 1)[0] + " …",
        "prompt_text": prompt,
        "niche_preset": niche,
        "target_minutes": minutes,
        "settings": {"format": format},
    }
    if transcript is None:
        return wanted
    try:
        text = transcript.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise DemoError(f"TRANSCRIPT={transcript} cannot be read as text: {error}.") from error
    return {**wanted, "transcript_mode": "manual", "transcript_text": text}


def run(stack: Stack, project: Json, out: Path = Path("out")) -> Path:
    """Order one video, show how it gets on, download it; return the folder it lies in."""
    with Api(stack, user(stack.folder)) as api:
        enough = api.get("/v1/credits/balance")["available"] >= project["target_minutes"]
    with Api(stack, user(stack.folder, another=not enough)) as api:
        return _make(api, stack, project, out)


def _make(api: "Api", stack: Stack, project: Json, out: Path) -> Path:
    began = time.monotonic()
    made = api.post("/v1/projects", project)
    job = api.post(f"/v1/projects/{made['id']}/jobs", {})
    print(f"\n{made['title']}: {made['target_minutes']} min\n", flush=True)
    job = _watch(api, job["id"])
    if job["status"] != "READY":
        raise DemoError(
            f"The job ended {job['status']} at {job['failed_step']}: {job['error_message']} "
            f"{stack.folder}/logs/functions.log has the details."
        )
    folder = _download(api, job["id"], out / job["id"])
    left = api.get("/v1/credits/balance")["available"]
    print(f"\nReady in {clock(time.monotonic() - began)}.")
    for file in sorted(folder.iterdir()):
        print(f"  {file}  {size(file.stat().st_size)}")
    print(f"Credits: {job['cost_credits_final']} spent, {left} left.")
    return folder


class Api:
    """The HTTP API as one signed-in user."""

    def __init__(self, stack: Stack, who: UUID) -> None:
        token = issuer.token(stack.secret("jwt"), who, email=EMAIL)
        self.logs = stack.folder / "logs"
        self.http = httpx.Client(
            base_url=stack.api_url, headers={"Authorization": f"Bearer {token}"}, timeout=120
        )

    def __enter__(self) -> "Api":
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def get(self, path: str, **query: str) -> Any:
        return self._answer(lambda: self.http.get(path, params=query))

    def post(self, path: str, body: Json) -> Any:
        """Sent again it is done once: each call has a key of its own."""
        headers = {"Idempotency-Key": str(uuid4())}
        return self._answer(lambda: self.http.post(path, json=body, headers=headers))

    def download(self, url: str, path: Path) -> None:
        """Fetch a file, whole or not at all."""
        part = path.with_name(f"{path.name}.part")
        try:
            with httpx.stream("GET", url, timeout=120) as answer, part.open("wb") as file:
                answer.raise_for_status()
                for piece in answer.iter_bytes():
                    file.write(piece)
            part.replace(path)
        except httpx.HTTPError as error:
            part.unlink(missing_ok=True)
            raise DemoError(
                f"{path.name} cannot be downloaded ({error}): "
                f"{self.logs}/aws.log says why; then run this again."
            ) from error

    def _answer(self, ask: Callable[[], httpx.Response]) -> Any:
        response = self._asked(ask)
        if response.is_success:
            return response.json()
        try:
            said = response.json().get("detail") or response.text
        except ValueError:
            said = response.text
        raise DemoError(f"The API answered {response.status_code}: {said}")

    def _asked(self, ask: Callable[[], httpx.Response]) -> httpx.Response:
        for _ in range(PATIENT - 1):
            with suppress(httpx.TransportError):
                return ask()
            time.sleep(1)
        try:
            return ask()
        except httpx.TransportError as error:
            raise DemoError(
                f"The stack does not answer ({error}): "
                f"{self.logs}/aws.log says why; `make stop`, then run this again."
            ) from error


def _watch(api: Api, job_id: str) -> Json:
    """Show a line per stage until the job has ended."""
    screen = Screen()
    while True:
        job = api.get(f"/v1/jobs/{job_id}")
        screen.show([_line(step) for step in job["steps"]], job["progress"], job["seconds_left"])
        if job["status"] in ("READY", "FAILED", "CANCELLED"):
            return job
        time.sleep(0.5)


def _line(step: Json) -> Line:
    return Line(
        step["step_name"],
        step["state"],
        step["progress_pct"],
        step["item_done"],
        step["item_total"] or 1,
        step["duration_ms"] / 1000 if step["state"] == "succeeded" else None,
    )


def _download(api: Api, job_id: str, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for asset in api.get(f"/v1/jobs/{job_id}/assets"):
        if asset["type"] not in FILES and asset["type"] != "captions":
            continue
        name = FILES.get(asset["type"], Path(asset["storage_path"]).name)
        link = api.get(f"/v1/assets/{asset['id']}/download")["url"]
        api.download(link, folder / name)
    return folder
