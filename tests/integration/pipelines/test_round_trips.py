"""A step costs few round trips to the database: two transactions, and two more per paid call."""

from typing import Any

import psycopg
import pytest

from chalicelib.pipelines import run_step
from tests import factories
from tests.integration.pipelines.albums import Albums
from tests.integration.pipelines.studio import Studio

CLAIM = 2  # who asks; claim
FINISH = 3  # who asks; lock the job; everything else
PAID_CALL = 5  # who asks, start, keep money free; who asks, done
WANTED = 4  # who asks; the album; the album again, what its places have
TAKE = 5  # the album; its places; the take; which one is used; how far it is


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    sent: list[str] = []
    inner = psycopg.Connection.execute

    def execute(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        sent.append(str(query))
        return inner(self, query, *args, **kwargs)

    monkeypatch.setattr(psycopg.Connection, "execute", execute)
    return sent


def test_steps_send_few_statements(studio: Studio, statements: list[str]) -> None:
    user = factories.user()
    job = studio.order(user)
    given = {"job_id": str(job.id), "user_id": str(user), "attempt": 1}

    def sent(step: str, **also: Any) -> int:
        statements.clear()
        run_step({"step": step, "input": {**given, **also}})
        return len(statements)

    assert sent("QUEUED") == 3
    assert sent("SCRIPTING") == CLAIM + FINISH + 1  # the user's script
    assert sent("SCRIPTING") == CLAIM  # done already
    assert sent("SpeakScene", item=0) == CLAIM + PAID_CALL + FINISH
    assert sent("ALIGNMENT") == CLAIM + FINISH
    assert sent("VISUAL_PLAN") == CLAIM + FINISH


def test_steps_of_an_album_send_few_statements(studio: Studio, statements: list[str]) -> None:
    user = factories.user()
    albums = Albums(studio)
    album = albums.start(user)
    given = {"job_id": str(album.id), "user_id": str(user), "attempt": 1}

    def sent(step: str, **also: Any) -> int:
        statements.clear()
        run_step({"step": step, "input": {**given, **also}})
        return len(statements)

    assert sent("BeginAlbum") == 4
    assert sent("PLANNED") == CLAIM + FINISH
    run_step({"step": "MissingTracks", "input": given})
    missing = run_step({"step": "MissingPictures", "input": given})["items"]
    assert sent("DrawVisual", item=missing[0]) == CLAIM + WANTED + PAID_CALL + FINISH + TAKE
    assert sent("DrawVisual", item=missing[0]) == CLAIM  # done already
