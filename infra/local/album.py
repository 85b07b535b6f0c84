"""The album: words go through the API, and an hour of music over pictures comes down."""

import time
from pathlib import Path

from infra.local import demo
from infra.local.demo import Api, DemoError, Json
from infra.local.screen import Line, Screen, State, clock, size
from infra.local.stack import Stack

NICHE = "Royal court at dusk"
MOOD = "slow, elegant, candlelit"
STYLE = "oil painting"
LIVING = ("still", "drift", "rain", "embers", "glow")
MINUTES = range(60, 91)
CHANNEL = "Quiet Halls"
STAGES = ("planned", "generating_music", "generating_image", "rendering")
ENDED = ("ready_for_export", "completed", "failed", "cancelled")
PLACES = 20
LEFT_BEHIND = {"zip"}
"""What holds the same files again stays in the bucket."""


def order(*, niche: str, mood: str, minutes: int, style: str, living: str) -> Json:
    """The album to order, as the API takes it but for its channel."""
    return {
        "niche_label": niche,
        "mood_keywords": mood,
        "target_duration_minutes": minutes,
        "style": style,
        "living": living,
    }


def run(stack: Stack, order: Json, out: Path = Path("out")) -> Path:
    """Order one album, show how it gets on, download it; return the folder it lies in."""
    began = time.monotonic()
    with Api(stack, demo.user(stack.folder)) as api:
        made = api.post("/v1/video-jobs", {**order, "channel_id": _channel(api, order)})
        api.post(f"/v1/video-jobs/{made['id']}/start", {})
        print(f"\n{order['niche_label']}: {order['target_duration_minutes']} min\n", flush=True)
        job = _watch(api, made["id"])
        if job["status"] not in ("ready_for_export", "completed"):
            raise DemoError(
                f"The album ended {job['status']} at {job['failed_step']}: {job['error_message']} "
                f"{stack.folder}/logs/functions.log has the details."
            )
        export = api.get(f"/v1/video-jobs/{made['id']}/export")
        folder = _download(api, export, out / made["id"])
    print(f"\n{export['video_title']}: {clock(export['seconds'])}, {export['resolution']}")
    for file in sorted(folder.iterdir()):
        print(f"  {file}  {size(file.stat().st_size)}")
    print(f"Made in {clock(time.monotonic() - began)} for {job['cost_usd']} dollars.")
    return folder


def _channel(api: Api, order: Json) -> str:
    """The channel of the demo's albums, made with the first one."""
    known = {channel["name"]: channel["id"] for channel in api.get("/v1/channels")["items"]}
    if CHANNEL in known:
        return str(known[CHANNEL])
    made = api.post("/v1/channels", {"name": CHANNEL, "brand_niche": order["niche_label"]})
    return str(made["id"])


def _watch(api: Api, album_id: str) -> Json:
    """Show a line per stage until the album has ended."""
    screen, began = Screen(), {STAGES[0]: time.monotonic()}
    took: dict[str, float] = {}
    while True:
        job = api.get(f"/v1/video-jobs/{album_id}")
        _time(job["status"], began, took)
        screen.show(_lines(job, took), job["progress"], job["seconds_left"])
        if job["status"] in ENDED:
            return job
        time.sleep(0.5)


def _time(status: str, began: dict[str, float], took: dict[str, float]) -> None:
    """Note when a stage begins, and how long the ones before it took."""
    now = time.monotonic()
    if status in STAGES:
        began.setdefault(status, now)
    for stage, start in began.items():
        if stage != status:
            took.setdefault(stage, now - start)


def _lines(job: Json, took: dict[str, float]) -> list[Line]:
    ready = {"generating_music": job["tracks_ready"], "generating_image": job["pictures_ready"]}
    reached = _reached(job)
    lines = []
    for number, stage in enumerate(STAGES):
        done = ready.get(stage, 0)
        state: State = "succeeded" if number < reached else "pending"
        if number == reached:
            state = "failed" if job["status"] in ("failed", "cancelled") else "started"
        percent = 100 if number < reached else 100 * done // PLACES
        if stage == "rendering" and number == reached:
            percent = _rendered(job["progress"])
        total = PLACES if stage in ready else 1
        seconds = took.get(stage) if number < reached else None
        lines.append(Line(stage, state, percent, done, total, seconds))
    return lines


def _reached(job: Json) -> int:
    """How many stages are done."""
    at = job["failed_step"] if job["status"] in ("failed", "cancelled") else job["status"]
    return STAGES.index(at) if at in STAGES else len(STAGES)


def _rendered(progress: int) -> int:
    """Percent of the rendering, which lies between 60 and 99 of the whole."""
    return max(0, min(100, 100 * (progress - 60) // 39))


def _download(api: Api, export: Json, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for file in export["files"]:
        if file["name"] not in LEFT_BEHIND:
            name = Path(file["url"].partition("?")[0]).name
            api.download(file["url"], folder / name)
    return folder
