"""Postgres itself is killed in the middle of steps: jobs go on, nothing is made or paid twice.

The server is this test's own and durable: what was committed is there when it is back.
"""

import signal
import threading
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.errors import DatabaseUnavailable
from chalicelib.settings import settings
from infra.local import postgres
from infra.local.migrate import migrate
from tests import factories
from tests.integration.pipelines.albums import Albums
from tests.integration.pipelines.studio import DEADLINE, Hurried, Plan, Studio, balance, sound

pytestmark = pytest.mark.xdist_group("killed")

Kills = dict[str, tuple[str, signal.Signals]]
"""Step → the point at which its first worker kills the server, and how."""


class Mortal:
    """A server of its own, killed at each of these points and started again by whoever minds it."""

    def __init__(self, studio: Studio, kills: Kills) -> None:
        self.data = postgres.HOME / f"killed-{uuid4().hex[:8]}"
        self.kills, self.deaths = dict(kills), 0
        self.lock, self.up = threading.Lock(), threading.Event()
        self.invoke = studio.invoke
        self.minders: list[threading.Thread] = []
        self.start()
        migrate(postgres.Server(self.data).admin_url)
        studio.plan = self.plan
        studio.invoke = self.invoke_while_up  # type: ignore[method-assign]

    def start(self) -> None:
        """Start the server, as soon as what is left of the one before is gone."""
        until = time.monotonic() + DEADLINE
        while True:
            try:
                postgres.start(self.data)
                break
            except (postgres.PostgresError, psycopg.OperationalError):
                assert time.monotonic() < until, (self.data / "server.log").read_text()[-2000:]
                time.sleep(0.1)
        self.up.set()

    def plan(self, step: str, item: str, run: int) -> Plan:
        with self.lock:
            if step not in self.kills:
                return None
            point, how = self.kills.pop(step)
            self.minders.append(threading.Thread(target=self.mind, daemon=True))
            self.minders[-1].start()
            return {"at": point, "do": "kill_postgres", "data": str(self.data), "signal": how}

    def mind(self) -> None:
        """Wait for the server's death and start it again."""
        while self.answers():
            time.sleep(0.02)
        self.up.clear()
        self.deaths += 1
        self.start()

    def answers(self) -> bool:
        try:
            psycopg.connect(postgres.Server(self.data).url).close()
        except psycopg.OperationalError:
            return False
        return True

    def invoke_while_up(self, event: dict[str, Any]) -> dict[str, Any]:
        self.up.wait(DEADLINE)
        return self.invoke(event)

    def rest(self) -> None:
        """Wait until nobody minds the server any more."""
        for minder in self.minders:
            minder.join(DEADLINE)


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> Kills:
    found: Kills = request.param
    return found


@pytest.fixture
def mortal(
    studio: Studio, hurried: Hurried, kills: Kills, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Mortal]:
    mortal = Mortal(studio, kills)
    db.disconnect()
    with monkeypatch.context() as patched:
        patched.setenv("DATABASE_URL", postgres.Server(mortal.data).url)
        settings.cache_clear()
        hurried.longest = 2.0  # as the machine would wait
        yield mortal
        mortal.rest()
        hurried.longest = Hurried.longest
        del studio.invoke
        db.disconnect()
    settings.cache_clear()
    postgres.discard(mortal.data)


def patiently(do: Any) -> Any:
    """What `do` answers, once the server does."""
    until = time.monotonic() + DEADLINE
    while True:
        try:
            return do()
        except DatabaseUnavailable:
            assert time.monotonic() < until
            time.sleep(0.05)


def over(status: Any, deliver: Any) -> None:
    """Wait until the execution is over."""
    until = time.monotonic() + 3 * DEADLINE
    while patiently(lambda: (deliver(), status())[1]) in (None, "RUNNING"):
        assert time.monotonic() < until
        time.sleep(0.05)


def paid(user: UUID) -> list[str]:
    """How every paid call stands."""
    with db.transaction(Actor.worker(user), read_only=True) as tx:
        rows = tx.all("select state from private.paid_calls where user_id = %(u)s", u=user)
    return [row["state"] for row in rows]


def made_once(job: UUID, user: UUID) -> bool:
    with db.transaction(Actor.worker(user), read_only=True) as tx:
        return not tx.all(
            "select stage from pipeline_runs where run_id = %(id)s and status = 'success'"
            " group by stage having count(*) > 1",
            id=str(job),
        )


@pytest.mark.parametrize(
    "kills",
    [
        {
            "SpeakScene": ("published", signal.SIGKILL),
            "RenderChunk": ("before_commit", signal.SIGQUIT),
            "READY": ("before_commit", signal.SIGKILL),
        }
    ],
    ids=["at three points"],
    indirect=True,
)
def test_a_video_outlives_its_database(studio: Studio, mortal: Mortal) -> None:
    user = factories.user()
    job = studio.order(user)
    studio.deliver()
    over(lambda: studio.status(job), studio.deliver)
    studio.still()
    ready = patiently(lambda: studio.look(job))
    assert (ready.status, ready.error_message) == ("READY", None), studio.errors
    assert (mortal.deaths, mortal.kills) == (3, {})
    assert len(studio.answers) == len(set(studio.answers)) == 3
    assert set(paid(user)) == {"done"}
    assert made_once(job.id, user)
    assert sound(user)
    assert balance(user) == 9


@pytest.mark.parametrize(
    "kills",
    [
        {
            "ComposeTrack": ("before_commit", signal.SIGQUIT),
            "DrawVisual": ("published", signal.SIGKILL),
            "MasterTracks": ("after_claim", signal.SIGQUIT),
            "JoinAlbum": ("before_commit", signal.SIGKILL),
        }
    ],
    ids=["at four points"],
    indirect=True,
)
def test_an_album_outlives_its_database(studio: Studio, mortal: Mortal) -> None:
    user, albums = factories.user(), Albums(studio)
    album = albums.start(user)
    over(lambda: albums.status(albums.look(album, user)), studio.deliver)
    studio.still()
    ready = patiently(lambda: albums.look(album, user))
    assert (ready.status, ready.error_message) == ("ready_for_export", None), studio.errors
    assert (mortal.deaths, mortal.kills) == (4, {})
    assert len(studio.answers) == len(set(studio.answers)) == 40
    assert set(paid(user)) == {"done"}
    assert made_once(album.id, user)
    assert sound(user)
