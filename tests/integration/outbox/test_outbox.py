"""What is promised in a transaction is delivered after it, once, or tried again on schedule."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.clients import client
from chalicelib.domains.outbox import service as outbox
from chalicelib.domains.outbox import topics
from chalicelib.domains.outbox.models import Message, Topic, Undeliverable, Undelivered
from chalicelib.errors import DatabaseUnavailable, Forbidden
from chalicelib.events import queues
from chalicelib.observability import logger
from tests import factories
from tests.aws import set_environment

pytestmark = pytest.mark.usefixtures("database")

Admin = psycopg.Connection[dict[str, Any]]
DEPLOYING = Path(__file__).resolve().parents[3] / "docs" / "deploying.md"


@pytest.fixture
def topic(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Say how messages of the topic `test` are delivered."""

    def set_topic(deliver: Callable[[Message], None], **also: Any) -> None:
        also.setdefault("waits", (5, 300, 1_800))
        monkeypatch.setitem(topics.TOPICS, "test", Topic(deliver, **also))

    return set_topic


def promised(name: str = "test", key: str | None = None, **payload: Any) -> UUID:
    """A committed row of a new user."""
    user_id = factories.user()
    with db.transaction(Actor.worker(user_id)) as tx:
        return outbox.put(tx, name, payload, user_id=user_id, dedupe_key=key or str(uuid4()))


def row(admin: Admin, row_id: UUID) -> dict[str, Any]:
    found = admin.execute("select * from private.outbox where id = %s", (row_id,)).fetchone()
    assert found is not None
    return found


def now_due(admin: Admin, row_id: UUID) -> None:
    """Let the time until the next attempt pass, and any lease with it."""
    admin.execute(
        "update private.outbox set next_attempt_at = least(next_attempt_at, clock_timestamp()),"
        " lease_until = least(lease_until, clock_timestamp()) where id = %s",
        (row_id,),
    )


def put_off(admin: Admin, row_id: UUID) -> None:
    """Keep the next attempt in the future, however slow the machine is."""
    admin.execute("update private.outbox set next_attempt_at = 'infinity' where id = %s", (row_id,))


def received(queue_url: str) -> list[str]:
    """Everything in the queue, also what is held back."""
    bodies = []
    while (
        messages := client("sqs")
        .receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10)
        .get("Messages")
    ):
        bodies += [message["Body"] for message in messages]
    return bodies


def test_a_message_is_promised_with_its_transaction_or_not_at_all(admin: Admin) -> None:
    user_id, key = factories.user(), str(uuid4())

    def promise_and_fail() -> None:
        with db.transaction(Actor.worker(user_id)) as tx:
            outbox.put(tx, "test", {}, user_id=user_id, dedupe_key=key)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        promise_and_fail()
    found = admin.execute("select from private.outbox where dedupe_key = %s", (key,)).fetchone()
    assert found is None


def test_the_same_key_is_the_same_message() -> None:
    user_id, key = factories.user(), str(uuid4())
    rows = set()
    for _ in range(3):
        with db.transaction(Actor.worker(user_id)) as tx:
            rows.add(outbox.put(tx, "test", {}, user_id=user_id, dedupe_key=key))
    assert len(rows) == 1


def test_a_user_cannot_put_messages() -> None:
    user_id = factories.user()
    with pytest.raises(Forbidden), db.transaction(Actor.user(user_id)) as tx:
        outbox.put(tx, "test", {}, user_id=user_id, dedupe_key=str(uuid4()))


def test_announcing_rings_for_each_row(queue_url: str) -> None:
    ids = [uuid4() for _ in range(23)]
    outbox.announce(ids)
    assert sorted(received(queue_url)) == sorted(map(str, ids))


def test_what_sqs_cannot_hold_back_is_left_to_the_sweep(queue_url: str) -> None:
    outbox.announce([uuid4()], delay=901)
    assert received(queue_url) == []


def test_a_queue_that_cannot_be_reached_is_harmless_and_logged(
    queue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", said)
    set_environment({"QUEUE_URL": queue_url + "-gone"})
    outbox.announce([uuid4()])
    assert "outbox rows not announced" in said.getvalue()
    assert "NonExistentQueue" in said.getvalue()


def test_what_was_never_announced_is_found_by_the_sweep(
    fresh_database: str, queue_url: str, admin: Admin, topic: Callable[..., None]
) -> None:
    """The process died between commit and announcement, 25 times."""
    delivered = []
    topic(lambda message: delivered.append(message.id))
    waiting = {promised() for _ in range(25)}
    later, done, dead, held = (promised() for _ in range(4))
    admin.execute("update private.outbox set next_attempt_at = 'infinity' where id = %s", (later,))
    admin.execute("update private.outbox set delivered_at = now() where id = %s", (done,))
    admin.execute("update private.outbox set dead_at = now() where id = %s", (dead,))
    admin.execute(
        "update private.outbox set lease_until = now() + interval '1 hour' where id = %s",
        (held,),
    )
    assert outbox.sweep() == 25
    queues.handle([SimpleNamespace(body=body) for body in received(queue_url)])
    assert set(delivered) == waiting
    assert len(delivered) == 25
    assert outbox.sweep() == 0


def test_a_message_announced_often_is_delivered_once(topic: Callable[..., None]) -> None:
    delivered = []
    topic(lambda message: delivered.append(message.id))
    row_id = promised()
    queues.handle([SimpleNamespace(body=str(row_id))] * 5)
    assert delivered == [row_id]


def test_of_sixteen_workers_one_delivers(topic: Callable[..., None]) -> None:
    delivered = []
    topic(lambda message: delivered.append(message.id))
    row_id = promised()
    together = threading.Barrier(16)

    def work(_: int) -> bool:
        together.wait()
        try:
            return outbox.deliver(row_id)
        finally:
            db.disconnect()

    with ThreadPoolExecutor(16) as workers:
        assert sum(workers.map(work, range(16))) == 1
    assert delivered == [row_id]


def test_failures_follow_the_schedule_and_end(admin: Admin, topic: Callable[..., None]) -> None:
    noted: list[float | None] = []

    def refuse(message: Message) -> None:
        raise ConnectionError("nobody there")

    topic(refuse, failed=lambda tx, message, delay: noted.append(delay))
    row_id = promised()
    for attempt, wait in enumerate((5, 300, 1_800), start=1):
        assert not outbox.deliver(row_id, chance=lambda: 0)
        found = row(admin, row_id)
        assert found["attempts"] == attempt
        assert noted[-1] == wait
        assert found["last_error"] == "ConnectionError: nobody there"
        put_off(admin, row_id)
        assert not outbox.deliver(row_id)  # not due
        now_due(admin, row_id)
    assert not outbox.deliver(row_id)
    assert row(admin, row_id)["dead_at"] is not None
    assert noted == [5, 300, 1_800, None]
    now_due(admin, row_id)
    assert not outbox.deliver(row_id)
    assert row(admin, row_id)["attempts"] == 4


@pytest.mark.parametrize(
    ("error", "chance", "delay"),
    [
        (Undelivered("busy"), 0, 300),
        (Undelivered("busy"), 0.5, 315),  # jitter only stretches a wait
        (Undelivered("slow down", retry_after=1_000), 0, 1_000),
        (Undelivered("slow down", retry_after=10), 0, 300),  # never sooner than the schedule
    ],
)
def test_a_wait_is_the_schedules_or_what_the_other_side_asks(
    admin: Admin, topic: Callable[..., None], error: Exception, chance: float, delay: float
) -> None:
    noted: list[float | None] = []

    def refuse(message: Message) -> None:
        raise error

    topic(refuse, waits=(300,), failed=lambda tx, message, delay: noted.append(delay))
    row_id = promised()
    assert not outbox.deliver(row_id, chance=lambda: chance)
    assert noted == [pytest.approx(delay)]
    due = admin.execute(
        "select next_attempt_at > clock_timestamp() as later from private.outbox where id = %s",
        (row_id,),
    ).fetchone()
    assert due == {"later": True}


def test_what_is_undeliverable_is_dead_at_once(admin: Admin, topic: Callable[..., None]) -> None:
    def refuse(message: Message) -> None:
        raise Undeliverable("never")

    topic(refuse)
    row_id = promised()
    assert not outbox.deliver(row_id)
    found = row(admin, row_id)
    assert (found["dead_at"] is not None, found["last_error"]) == (True, "never")


def test_an_operator_can_have_a_dead_message_sent_again(
    admin: Admin, topic: Callable[..., None]
) -> None:
    said = DEPLOYING.read_text()
    again = said[said.index("update private.outbox") : said.index("where id = '…'")]
    faults: list[Exception] = [ConnectionError("nobody there")]

    def once_down(message: Message) -> None:
        if faults:
            raise faults.pop()

    topic(once_down, waits=())
    row_id = promised()
    assert not outbox.deliver(row_id)
    assert row(admin, row_id)["dead_at"] is not None
    admin.execute(f"{again} where id = %s", (row_id,))
    assert outbox.deliver(row_id)


@pytest.mark.parametrize(
    ("error", "ours", "counted"),
    [
        (ConnectionError("nobody there"), True, True),
        (Undelivered("busy"), True, True),
        (Undeliverable("never"), True, False),
        (ConnectionError("nobody there"), False, False),
    ],
)
def test_what_is_given_up_raises_an_alarm_unless_it_is_the_users_own_matter(
    topic: Callable[..., None], capsys: Any, error: Exception, ours: bool, counted: bool
) -> None:
    def refuse(message: Message) -> None:
        raise error

    topic(refuse, waits=(), ours=ours)
    assert not outbox.deliver(promised())
    assert ('"DeadMessages":[1.0]' in capsys.readouterr().out.replace(" ", "")) is counted


def test_a_topic_of_a_newer_release_is_kept(admin: Admin) -> None:
    row_id = promised("not-yet-known")
    assert not outbox.deliver(row_id)
    assert row(admin, row_id)["dead_at"] is None


def test_a_killed_attempt_is_taken_up_after_its_lease_and_says_so(
    admin: Admin, topic: Callable[..., None]
) -> None:
    class Killed(BaseException):
        """As SIGKILL: nothing after it runs."""

    seen = []

    def die_first(message: Message) -> None:
        seen.append((message.attempts, message.unconfirmed))
        if message.attempts == 1:
            raise Killed

    topic(die_first)
    row_id = promised()
    with pytest.raises(Killed):
        outbox.deliver(row_id)
    assert not outbox.deliver(row_id)  # its lease still holds
    now_due(admin, row_id)
    assert outbox.deliver(row_id)
    assert seen == [(1, False), (2, True)]


def test_an_attempt_that_was_overtaken_changes_nothing(
    admin: Admin, topic: Callable[..., None]
) -> None:
    """The first attempt outlives its lease; the second one delivers; then the first one fails."""
    noted = []

    def overtaken(message: Message) -> None:
        if message.attempts == 1:
            now_due(admin, message.id)
            assert outbox.deliver(message.id)
            raise ConnectionError("too late")

    topic(overtaken, failed=lambda *_: noted.append(1))
    row_id = promised()
    assert not outbox.deliver(row_id)
    found = row(admin, row_id)
    assert found["delivered_at"] is not None
    assert (found["attempts"], found["last_error"], noted) == (2, None, [])


def test_a_record_that_names_no_row_is_dropped(topic: Callable[..., None]) -> None:
    delivered = []
    topic(lambda message: delivered.append(message.id))
    row_id = promised()
    bodies = ["", "nonsense", '{"id": 1}', str(uuid4()), str(row_id)]
    queues.handle([SimpleNamespace(body=body) for body in bodies])
    assert delivered == [row_id]


def test_a_database_that_is_away_gives_the_batch_back(topic: Callable[..., None]) -> None:
    topic(lambda message: None)
    row_id = promised()
    url = os.environ["DATABASE_URL"]
    db.disconnect()
    set_environment({"DATABASE_URL": "postgresql://authenticator@/nowhere?host=/nonexistent"})
    try:
        with pytest.raises(DatabaseUnavailable):
            queues.handle([SimpleNamespace(body=str(row_id))])
    finally:
        set_environment({"DATABASE_URL": url})
    assert outbox.deliver(row_id)
