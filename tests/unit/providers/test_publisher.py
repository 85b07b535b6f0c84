"""One promise, two keepers: the local publisher, and YouTube's against its protocol."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from chalicelib.errors import (
    ProviderGarbage,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
    QuotaExhausted,
    ReconnectNeeded,
    UploadLimitReached,
    UploadLost,
)
from chalicelib.providers.publisher.interface import CHUNK, Publisher, Video
from chalicelib.providers.publisher.local import LocalPublisher
from tests.aws import pretended_aws
from tests.youtube import YouTubeTwin, refusal

NOW = datetime(2026, 3, 20, 18, tzinfo=UTC)
VIDEO = Video("album-1", "Waltzes", "Twenty waltzes.", "public", synthetic=True)
FILM = bytes(range(256)) * 4096 * 20 + b"the end"  # 20 MiB and a bit: three pieces


@pytest.fixture
def twin() -> Iterator[YouTubeTwin]:
    with YouTubeTwin() as twin:
        yield twin


@pytest.fixture(params=["local", "youtube"])
def place(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A publisher with an account; `now` can be set."""
    at = SimpleNamespace(now=NOW)
    with pretended_aws(MEDIA_BUCKET="media"), YouTubeTwin() as twin:
        boto3.client("s3").create_bucket(
            Bucket="media", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
        publisher: Publisher
        if request.param == "local":
            publisher, code = LocalPublisher(lambda: at.now), "a-user.a-channel"
        else:
            publisher, code = twin.provider(lambda: at.now), twin.code
        account = publisher.connect(code, verifier="v")
        at.publisher, at.access, at.account = publisher, account.tokens.access, account
        yield at


def upload(publisher: Publisher, access: str, session: str, film: bytes = FILM) -> str:
    """Send a film from where it stands, as often as it breaks off."""
    for _ in range(20):
        try:
            sent = publisher.sent(access, session, len(film))
            while sent.video_id is None:
                piece = film[sent.size : sent.size + CHUNK]
                sent = publisher.send(access, session, piece, start=sent.size, size=len(film))
            return sent.video_id
        except ProviderUnavailable:
            continue
    raise AssertionError("it never arrived")


def test_a_video_is_sent_in_pieces_and_found_again_by_its_key(place: Any) -> None:
    publisher, access = place.publisher, place.access
    assert publisher.find(access, VIDEO.key) is None
    session = publisher.begin(access, VIDEO, len(FILM))
    assert publisher.sent(access, session, len(FILM)).size == 0
    half = publisher.send(access, session, FILM[:CHUNK], start=0, size=len(FILM))
    assert (half.size, half.video_id) == (CHUNK, None)
    video_id = upload(publisher, access, session)
    assert publisher.sent(access, session, len(FILM)).video_id == video_id
    assert publisher.find(access, VIDEO.key) == video_id
    assert publisher.find(access, "another") is None
    assert video_id in publisher.address(video_id)
    publisher.thumbnail(access, video_id, b"\x89PNG", "image/png")
    publisher.retitle(access, video_id, "More waltzes")


def test_an_account_has_a_name_and_tokens_that_can_be_renewed(place: Any) -> None:
    assert place.account.id
    assert place.account.name
    tokens = place.publisher.refresh(place.account.tokens.refresh)
    assert tokens.access
    place.publisher.revoke(tokens.access)


def test_who_is_not_let_in_is_told_to_connect_again(place: Any) -> None:
    for do in (
        lambda: place.publisher.connect("stale", verifier="v"),
        lambda: place.publisher.refresh("stale"),
        lambda: place.publisher.begin("stale", VIDEO, 10),
    ):
        with pytest.raises(ReconnectNeeded):
            do()


def test_a_forgotten_session_and_a_missing_video_are_told(place: Any) -> None:
    session = place.publisher.begin(place.access, VIDEO, 10)
    with pytest.raises(UploadLost):
        place.publisher.sent(place.access, session + "9", 10)
    with pytest.raises(ProviderRejected):
        place.publisher.retitle(place.access, "nothing", "Title")


def test_days_are_those_asked_for(place: Any) -> None:
    session = place.publisher.begin(place.access, VIDEO, 4)
    video_id = upload(place.publisher, place.access, session, b"film")
    since, until = date(2026, 3, 20), date(2026, 3, 30)
    assert place.publisher.days(place.access, [video_id], since, until) == []


class TestYouTube:
    """What only the real protocol can do."""

    def test_it_says_what_the_video_is(self, twin: YouTubeTwin) -> None:
        out = datetime(2026, 4, 1, 9, tzinfo=UTC)
        youtube = twin.provider()
        scheduled = replace(VIDEO, publish_at=out, synthetic=False)
        for video in (VIDEO, scheduled):
            upload(youtube, twin.access, youtube.begin(twin.access, video, 4), b"film")
        first, second = (video["said"] for video in twin.videos.values())
        assert first["status"] == {
            "privacyStatus": "public",
            "selfDeclaredMadeForKids": False,
            "containsSyntheticMedia": True,
        }
        assert second["status"] == {
            "privacyStatus": "private",
            "selfDeclaredMadeForKids": False,
            "containsSyntheticMedia": False,
            "publishAt": "2026-04-01T09:00:00Z",
        }
        assert first["snippet"]["tags"] == ["showrunner-album-1"]

    def test_an_upload_goes_on_where_it_broke_off(self, twin: YouTubeTwin) -> None:
        youtube = twin.provider()
        session = youtube.begin(twin.access, VIDEO, len(FILM))
        twin.faults += ["drop", "503", "", "drop", "lost answer"]
        video_id = upload(youtube, twin.access, session)
        assert twin.videos[video_id]["data"] == FILM
        assert len(twin.videos) == 1

    def test_a_new_title_keeps_the_rest(self, twin: YouTubeTwin) -> None:
        youtube = twin.provider()
        video_id = upload(youtube, twin.access, youtube.begin(twin.access, VIDEO, 4), b"film")
        youtube.retitle(twin.access, video_id, "Other")
        assert twin.videos[video_id]["said"]["snippet"] == {
            "title": "Other",
            "description": VIDEO.description,
            "categoryId": "10",
            "tags": ["showrunner-album-1"],
        }

    @pytest.mark.parametrize(
        ("answer", "error"),
        [
            (refusal(403, "quotaExceeded"), QuotaExhausted),
            (refusal(403, "dailyLimitExceeded"), QuotaExhausted),
            (refusal(400, "uploadLimitExceeded"), UploadLimitReached),
            (refusal(403, "rateLimitExceeded"), ProviderThrottled),
            ((429, {}), ProviderThrottled),
            (refusal(401, "authError"), ReconnectNeeded),
            (refusal(403, "insufficientPermissions"), ReconnectNeeded),
            ((500, {}), ProviderUnavailable),
            ((503, "<html>"), ProviderUnavailable),
            (refusal(400, "invalidTitle"), ProviderRejected),
            (refusal(403, "forbidden"), ProviderRejected),
            ((200, {}), ProviderGarbage),
        ],
    )
    def test_refusals_are_told_apart(
        self, twin: YouTubeTwin, answer: tuple[int, Any], error: type[Exception]
    ) -> None:
        twin.refusing = answer
        with pytest.raises(error) as caught:
            twin.provider(lambda: NOW).begin(twin.access, VIDEO, 4)
        assert type(caught.value) is error
        if error is QuotaExhausted:
            assert caught.value.until == datetime(2026, 3, 21, 7, tzinfo=UTC)  # midnight there

    def test_a_withdrawn_consent_is_not_a_lost_one(self, twin: YouTubeTwin) -> None:
        youtube = twin.provider()
        twin.consented = False
        with pytest.raises(ReconnectNeeded):
            youtube.refresh(twin.refresh)
        youtube.revoke(twin.access)

    def test_nobody_there_is_tried_again(self) -> None:
        with YouTubeTwin() as twin:
            youtube = twin.provider()
        with pytest.raises(ProviderUnavailable):
            youtube.refresh("refresh-1")

    def test_figures_come_from_two_places_and_the_newest_report_counts(
        self, twin: YouTubeTwin
    ) -> None:
        youtube = twin.provider()
        days = [date(2026, 3, 10) + timedelta(days=n) for n in range(3)]
        assert youtube.days(twin.access, ["v1"], days[0], days[2]) == []
        assert [job["reportTypeId"] for job in twin.jobs] == ["channel_reach_basic_a1"]
        twin.watched["v1", "2026-03-10"] = (100, 2_000.0, 1200)
        twin.watched["v1", "2026-03-12"] = (50, 900.0, 1080)
        twin.report(days[0], "2026-03-12T10:00:00Z", "v1,1000,0.06 other,5,0.1")
        twin.report(days[0], "2026-03-14T10:00:00Z", "v1,900,0.05 v1,100,0.10")
        twin.report(days[1], "2026-03-13T10:00:00Z", "v1,500,0.04")
        first, second, third = youtube.days(twin.access, ["v1"], days[0], days[2])
        assert (first.views, first.watch_seconds, first.average_seconds) == (100, 120_000, 1200)
        assert (first.impressions, first.ctr) == (1000, pytest.approx(0.055))
        assert (second.day, second.views, second.impressions) == (days[1], 0, 500)
        assert (third.views, third.impressions, third.ctr) == (50, None, None)
        assert len(twin.jobs) == 1

    def test_a_video_whose_figures_cannot_be_read_keeps_none_of_the_others_from_theirs(
        self, twin: YouTubeTwin
    ) -> None:
        day, videos = date(2026, 3, 10), ["good", "watched", "shown", "long", "gone"]
        for video in videos:
            twin.watched[video, str(day)] = (100, 2_000.0, 1200)
        twin.watched["watched", str(day)] = (-5, 2_000.0, 1200)
        twin.watched["long", str(day)] = (5, 2_000.0, 10**9)
        twin.gone.add("gone")
        rows = " ".join(f"{video},1000,0.06" for video in videos if video != "shown")
        twin.report(day, "2026-03-12T10:00:00Z", f"{rows} shown,{10**30},0.06 stranger,many,0")
        (only,) = twin.provider().days(twin.access, videos, day, day)
        assert (only.video_id, only.views, only.impressions) == ("good", 100, 1000)
        with pytest.raises(ProviderGarbage, match="None of these"):
            twin.provider().days(twin.access, videos[1:], day, day)

    def test_a_report_of_something_else_is_garbage(self, twin: YouTubeTwin) -> None:
        twin.report(date(2026, 3, 10), "2026-03-12T10:00:00Z", "v1,many,0.06")
        with pytest.raises(ProviderGarbage):
            twin.provider().days(twin.access, ["v1"], date(2026, 3, 10), date(2026, 3, 10))


class TestLocalAudience:
    """What is invented stays plausible."""

    @pytest.fixture
    def out(self) -> Iterator[Any]:
        at = SimpleNamespace(now=NOW)
        with pretended_aws(MEDIA_BUCKET="media"):
            boto3.client("s3").create_bucket(
                Bucket="media", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
            )
            at.publisher = LocalPublisher(lambda: at.now)
            at.access = at.publisher.connect("user.channel", verifier="").tokens.access
            session = at.publisher.begin(at.access, VIDEO, 4)
            at.video = upload(at.publisher, at.access, session, b"film")
            yield at

    def days(self, out: Any, count: int, later: int = 60) -> list[Any]:
        out.now = NOW + timedelta(days=later)
        since = date(2026, 3, 20)
        found = out.publisher.days(
            out.access, [out.video], since, since + timedelta(days=count - 1)
        )
        out.now = NOW
        return list(found)

    def test_it_grows_and_fades_by_week(self, out: Any) -> None:
        shown = [day.impressions for day in self.days(out, 56)]
        weeks = [sum(shown[n : n + 7]) for n in range(0, 56, 7)]
        assert shown[0] < shown[4]
        assert all(b < a for a, b in pairwise(weeks[1:]))
        assert all(0.02 < day.ctr < 0.09 for day in self.days(out, 56))
        assert all(day.watch_seconds > 0 for day in self.days(out, 56))
        assert self.days(out, 56) == self.days(out, 56)

    def test_figures_come_two_days_late_and_some_shrink(self, out: Any) -> None:
        assert len(self.days(out, 30, later=10)) == 9
        final = self.days(out, 40)
        early = [self.days(out, n + 1, later=n + 2)[n] for n in range(40)]
        shrunk = [n for n in range(40) if final[n].impressions < early[n].impressions]
        assert 2 <= len(shrunk) <= 20
        assert all(final[n] == early[n] for n in range(40) if n not in shrunk)

    def test_another_title_is_clicked_differently(self, out: Any) -> None:
        before = self.days(out, 30)
        out.publisher.retitle(out.access, out.video, "Another title")
        out.publisher.thumbnail(out.access, out.video, b"picture", "image/png")
        after = self.days(out, 30)
        assert [d.impressions for d in before] == [d.impressions for d in after]
        assert before[0].ctr != after[0].ctr

    def test_side_by_side_variants_share_the_audience(self, out: Any) -> None:
        whole = self.days(out, 14)
        out.now = NOW + timedelta(days=60)
        arms = out.publisher.split(
            out.access, out.video, {"a": "A", "b": "B"}, date(2026, 3, 20), date(2026, 4, 2)
        )
        a, b = (sum(day.impressions for day in arms[key]) for key in "ab")
        assert a + b == pytest.approx(sum(day.impressions for day in whole), rel=0.02)
        assert abs(a - b) / (a + b) < 0.02

    def test_a_private_video_has_no_audience(self, out: Any) -> None:
        hidden = replace(VIDEO, key="hidden", privacy="private")
        session = out.publisher.begin(out.access, hidden, 4)
        out.video = upload(out.publisher, out.access, session, b"film")
        assert self.days(out, 30) == []
        later = replace(VIDEO, key="later", publish_at=NOW + timedelta(days=5))
        session = out.publisher.begin(out.access, later, 4)
        out.video = upload(out.publisher, out.access, session, b"film")
        assert self.days(out, 30)[0].day == date(2026, 3, 25)
