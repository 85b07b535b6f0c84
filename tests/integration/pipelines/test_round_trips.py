"""A step costs few round trips to the database: two transactions, and two more per paid call."""

from collections.abc import Callable
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


Sent = Callable[..., int]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """How many statements a step sends, given its input."""
    statements: list[str] = []
    inner = psycopg.Connection.execute

    def execute(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        statements.append(str(query))
        return inner(self, query, *args, **kwargs)

    def count(step: str, **given: Any) -> int:
        statements.clear()
        run_step({"step": step, "input": given})
        return len(statements)

    monkeypatch.setattr(psycopg.Connection, "execute", execute)
    return count


def test_steps_send_few_statements(studio: Studio, sent: Sent) -> None:
    user = factories.user()
    job = studio.order(user)
    given = {"job_id": str(job.id), "user_id": str(user), "attempt": 1}

    assert sent("QUEUED", **given) == 3
    assert sent("SCRIPTING", **given) == CLAIM + FINISH + 1  # the user's script
    assert sent("SCRIPTING", **given) == CLAIM  # done already
    assert sent("SpeakScene", **given, item=0) == CLAIM + PAID_CALL + FINISH
    assert sent("ALIGNMENT", **given) == CLAIM + FINISH
    assert sent("VISUAL_PLAN", **given) == CLAIM + FINISH


def test_steps_of_an_album_send_few_statements(studio: Studio, sent: Sent) -> None:
    user = factories.user()
    albums = Albums(studio)
    album = albums.start(user)
    given = {"job_id": str(album.id), "user_id": str(user), "attempt": 1}

    assert sent("BeginAlbum", **given) == 4
    assert sent("PLANNED", **given) == CLAIM + FINISH
    run_step({"step": "MissingTracks", "input": given})
    missing = run_step({"step": "MissingPictures", "input": given})["items"]
    assert (
        sent("DrawVisual", **given, item=missing[0]) == CLAIM + WANTED + PAID_CALL + FINISH + TAKE
    )
    assert sent("DrawVisual", **given, item=missing[0]) == CLAIM  # done already
