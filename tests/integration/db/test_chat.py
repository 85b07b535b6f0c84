"""Chat and memory: titles, places, counters, and the one way from the one into the other."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.errors import Conflict, Forbidden, IllegalMove, InvalidInput
from tests import factories
from tests.integration.db import rows

pytestmark = pytest.mark.usefixtures("database")


def session(user_id: UUID, **columns: Any) -> UUID:
    return rows.insert(Actor.user(user_id), "chat_sessions", user_id=user_id, **columns)


def say(user_id: UUID, session_id: UUID, text: str = "Hello", **columns: Any) -> UUID:
    return rows.insert(
        Actor.user(user_id), "chat_messages", session_id=session_id, user_message=text, **columns
    )


def answer(user_id: UUID, message: UUID, text: str = "Good day") -> None:
    house = Actor.worker(user_id)
    rows.update(house, "chat_messages", message, status="streaming")
    rows.update(
        house, "chat_messages", message, status="complete", ai_response={"text": text},
        prompt_tokens=5, completion_tokens=7, cost_usd=Decimal("0.01"), model_name="small",
    )  # fmt: skip


def remembered(user_id: UUID) -> list[dict[str, Any]]:
    with db.transaction(Actor.user(user_id)) as tx:
        return tx.all("select role, content, seq from conversation_messages order by seq")


def test_the_first_message_names_the_session_and_no_later_one_does() -> None:
    alice = factories.user()
    session_id = session(alice)
    say(alice, session_id, "What   lives\nwhere no light reaches, and how does it find its food?")
    say(alice, session_id, "And how long?")
    title = rows.row(Actor.user(alice), "chat_sessions", session_id)["title"]
    assert title == "What lives where no light reaches, and how does it"


def test_a_title_the_user_chose_stays() -> None:
    alice = factories.user()
    session_id = session(alice, title="The deep sea")
    say(alice, session_id)
    assert rows.row(Actor.user(alice), "chat_sessions", session_id)["title"] == "The deep sea"


def test_messages_said_at_once_have_places_without_gaps() -> None:
    alice = factories.user()
    session_id = session(alice)
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda _: say(alice, session_id), range(12)))
    with db.transaction(Actor.user(alice)) as tx:
        places = [row["seq"] for row in tx.all("select seq from chat_messages order by seq")]
    assert places == list(range(1, 13))
    assert rows.row(Actor.user(alice), "chat_sessions", session_id)["message_count"] == 12


def test_what_a_client_repeats_is_said_once() -> None:
    alice = factories.user()
    session_id = session(alice)
    say(alice, session_id, client_message_id="m1")
    with pytest.raises(Conflict):
        say(alice, session_id, client_message_id="m1")
    with db.transaction(Actor.user(alice)) as tx:
        tx.run(
            "insert into chat_messages (session_id, client_message_id, user_message)"
            " values (%(session)s, 'm1', 'Again') on conflict do nothing",
            session=session_id,
        )
    assert rows.row(Actor.user(alice), "chat_sessions", session_id)["message_count"] == 1


def test_a_finished_exchange_is_remembered_and_paid_for() -> None:
    alice = factories.user()
    session_id = session(alice)
    for text in ("Hello", "And now?"):
        answer(alice, say(alice, session_id, text))
    assert remembered(alice) == [
        {"role": "user", "content": "Hello", "seq": 1},
        {"role": "assistant", "content": "Good day", "seq": 2},
        {"role": "user", "content": "And now?", "seq": 3},
        {"role": "assistant", "content": "Good day", "seq": 4},
    ]
    seen = rows.row(Actor.user(alice), "chat_sessions", session_id)
    assert (seen["total_tokens"], seen["total_cost_usd"]) == (24, Decimal("0.02"))


def test_an_answer_is_complete_only_with_an_answer() -> None:
    alice = factories.user()
    message = say(alice, session(alice))
    with pytest.raises(InvalidInput):
        rows.update(Actor.worker(alice), "chat_messages", message, status="complete")
    rows.update(Actor.user(alice), "chat_messages", message, status="cancelled")
    with pytest.raises(IllegalMove) as caught:
        rows.update(Actor.worker(alice), "chat_messages", message, status="complete")
    assert caught.value.hint == "Allowed next: pending."
    assert remembered(alice) == []


@pytest.mark.parametrize("column", ["ai_response", "cost_usd", "seq"])
def test_users_do_not_write_answers(column: str) -> None:
    alice = factories.user()
    message = say(alice, session(alice))
    with pytest.raises(Forbidden):
        rows.update(Actor.user(alice), "chat_messages", message, **{column: None})


def test_nobody_speaks_in_a_strangers_session() -> None:
    alice, mallory = factories.user(), factories.user()
    session_id = session(alice)
    with pytest.raises(Conflict):
        say(mallory, session_id)
    with pytest.raises(Conflict):
        rows.insert(Actor.user(mallory), "conversations", chat_session_id=session_id)
    assert rows.row(Actor.user(alice), "chat_sessions", session_id)["message_count"] == 0


def test_memory_outlives_the_session_until_it_is_deleted() -> None:
    alice = factories.user()
    me = Actor.user(alice)
    session_id = session(alice)
    answer(alice, say(alice, session_id))
    rows.delete(me, "chat_sessions", session_id)
    with db.transaction(me) as tx:
        conversation = tx.one("select id, chat_session_id from conversations")
    assert conversation["chat_session_id"] is None
    note = rows.insert(me, "research_notes", content="Remember", conversation_id=conversation["id"])
    rows.delete(me, "conversations", conversation["id"])
    assert remembered(alice) == []
    assert rows.row(me, "research_notes", note)["conversation_id"] is None


def test_what_was_said_is_found_by_meaning_among_ones_own() -> None:
    alice, bob = factories.user(), factories.user()
    for user_id in (alice, bob):
        answer(user_id, say(user_id, session(user_id)))
        with db.transaction(Actor.worker(user_id)) as tx:
            tx.run(
                "update conversation_messages set embedding_model = 'm', embedded_at = now(),"
                " embedding = (case role when 'user' then '[1,' else '[0,' end"
                " || repeat('0.1,', 1534) || '1]')::extensions.vector"
            )
    query = "[1," + "0.1," * 1534 + "1]"
    search = (
        "select role, similarity_score from search_conversations("
        "%(query)s::extensions.vector, %(model)s, 10, 0.99)"
    )
    with db.transaction(Actor.user(alice)) as tx:
        assert [row["role"] for row in tx.all(search, query=query, model="m")] == ["user"]
        assert tx.all(search, query=query, model="another") == []


def test_an_embedding_says_whose_it_is() -> None:
    alice = factories.user()
    answer(alice, say(alice, session(alice)))
    with pytest.raises(InvalidInput), db.transaction(Actor.worker(alice)) as tx:
        tx.run("update conversation_messages set embedding_model = 'm'")


def test_a_reference_is_kept_for_good_and_goes_with_its_conversation(
    admin: psycopg.Connection[Any],
) -> None:
    alice = factories.user()
    answer(alice, say(alice, session(alice)))
    with db.transaction(Actor.user(alice)) as tx:
        message = tx.one(
            "select id, conversation_id from conversation_messages where role = 'assistant'"
        )
    reference = rows.insert(
        Actor.worker(alice), "conversation_knowledge_refs", user_id=alice, quote="So it is",
        conversation_id=message["conversation_id"], message_id=message["id"],
    )  # fmt: skip
    with pytest.raises(psycopg.errors.RestrictViolation):
        admin.execute(
            "update conversation_knowledge_refs set quote = 'x' where id = %s", (reference,)
        )
    rows.delete(Actor.user(alice), "conversations", message["conversation_id"])
    with db.transaction(Actor.user(alice)) as tx:
        assert tx.all("select id from conversation_knowledge_refs") == []
