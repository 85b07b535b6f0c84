"""An album under way says of every track and picture how far it is, and why one failed."""

from collections import Counter
from typing import Any

import pytest

from chalicelib import errors
from chalicelib.domains.albums import making
from chalicelib.pipelines import runs
from chalicelib.pipelines.album import FLOW
from tests.albums import Maker
from tests.integration.http.conftest import Api
from tests.integration.http.test_albums import do, look, order

WHY = "This content is refused."


def under_way(api: Api, **changes: Any) -> tuple[dict[str, Any], Maker]:
    """An album that is planned and whose tracks are begun with."""
    album = do(api, order(api, **changes), "start")
    maker = Maker(api.user_id, album)
    maker.plan()
    maker.call(making.moved, "generating_music")
    return album, maker


def worker(maker: Maker, step: str, item: str, error: Exception | None = None) -> None:
    """A worker takes a step up and dies, or fails of the error."""
    call = runs.Call(job_id=maker.id, user_id=maker.user_id, attempt=maker.attempt, item=item)

    def work(ctx: Any) -> runs.Result:
        raise error or Died

    with pytest.raises(type(error) if error else Died):
        runs._once(runs.Step(FLOW, step, None, (), work), call)


class Died(BaseException):
    """The worker is gone without a word."""


def states(api: Api, album: dict[str, Any], kind: str) -> list[str]:
    """How the places stand, as the album says and as its places do."""
    seen = [place[kind] for place in look(api, album)["places"]]
    places = api.get(f"/v1/video-jobs/{album['id']}/slots").body
    assert [place["order_index"] for place in places] == list(range(1, 21))
    assert seen == [place[kind]["state"] for place in places]
    return seen


def test_places_wait_then_run_then_are_there(alice: Api) -> None:
    album = order(alice)
    assert Counter(states(alice, album, "audio")) == {"empty": 20}
    album, maker = under_way(alice)
    assert Counter(states(alice, album, "audio")) == {"waiting": 20}
    items = [one.item for one in maker.missing("audio")]
    worker(maker, "ComposeTrack", items[2])
    worker(maker, "ComposeTrack", items[4], errors.ProviderThrottled("slow down"))
    assert states(alice, album, "audio")[:6] == [
        *("waiting", "waiting", "running", "waiting", "running", "waiting")
    ]  # one that is tried again runs
    maker.make("audio", most=5)
    assert states(alice, album, "audio")[:6] == [*["ready"] * 5, "waiting"]
    assert Counter(states(alice, album, "image")) == {"waiting": 20}
    maker.make("audio")
    maker.make("image")
    maker.wait()
    seen = look(alice, album)
    assert (seen["tracks_ready"], seen["pictures_ready"]) == (20, 20)
    assert {state for place in seen["places"] for state in (place["audio"], place["image"])} == {
        "ready"
    }
    assert seen["seconds_left"] > 0
    maker.render()
    assert Counter(states(alice, album, "image")) == {"ready": 20}


def test_the_place_that_failed_says_why_until_it_is_tried_again(alice: Api) -> None:
    album, maker = under_way(alice)
    items = [one.item for one in maker.missing("audio")]
    worker(maker, "ComposeTrack", items[0])
    worker(maker, "ComposeTrack", items[6], errors.ProviderRejected(WHY))
    maker.call(making.give_up, "ProviderRejected", WHY)
    assert Counter(states(alice, album, "audio")) == {"failed": 1, "empty": 19}
    place = alice.get(f"/v1/video-jobs/{album['id']}/slots").body[6]
    assert (place["audio"]["state"], place["audio"]["error"]) == ("failed", WHY)
    assert place["image"]["error"] is None
    again = do(alice, album, "retry")
    assert Counter(states(alice, album, "audio")) == {"waiting": 20}
    maker = Maker(alice.user_id, again)
    maker.make("audio")
    assert Counter(states(alice, album, "audio")) == {"ready": 20}


def test_a_take_more_is_shown_while_the_old_one_is_used(alice: Api) -> None:
    album, maker = under_way(alice, review=True)
    maker.make("audio")
    maker.make("image")
    maker.wait()
    do(alice, album, "slots/4/image/regenerate")
    assert states(alice, album, "image")[2:5] == ["ready", "waiting", "ready"]
    (making_,) = maker.missing("image")
    worker(maker, "DrawVisual", making_.item)
    assert states(alice, album, "image")[2:5] == ["ready", "running", "ready"]


def test_the_list_of_all_work_tells_the_same_progress(alice: Api) -> None:
    album, maker = under_way(alice)
    maker.make("audio", most=13)
    progress = look(alice, album)["progress"]
    (row,) = alice.get("/rest/v1/work_items?select=kind,id,progress").body
    assert row == {"kind": "video_job", "id": album["id"], "progress": progress}
    assert 5 < progress < 35
