"""Idempotency-Key: one effect and one answer, however often and however parallel."""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from pydantic import BaseModel

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.domains.idempotency.service import once, taken
from chalicelib.errors import IdempotencyInProgress, ProviderUnavailable
from chalicelib.providers.calls import call_key
from tests import factories

PATIENCE = 300.0
"""Seconds after which a test gives up on what hangs; a busy machine is slow."""
NEW = {"title": "Hearts", "prompt_text": "Three hearts", "niche_preset": "science"}


class Order(BaseModel):
    n: int


def count(alice):
    return len(alice.get("/v1/projects").body["items"])


def test_the_same_request_gets_the_same_answer(alice):
    first = alice.post("/v1/projects", NEW, idempotency_key="k1")
    again = alice.post("/v1/projects", NEW, idempotency_key="k1")
    assert (again.status, again.body) == (first.status, first.body)
    assert again.headers["etag"] == first.headers["etag"]
    assert count(alice) == 1


def test_another_request_under_the_key_is_refused(alice):
    alice.post("/v1/projects", NEW, idempotency_key="k1")
    for path, body in (
        ("/v1/projects", {**NEW, "title": "Other"}),
        ("/v1/scripts", {"content": "Three hearts"}),
    ):
        refused = alice.post(path, body, idempotency_key="k1")
        assert refused.status == 422
        assert refused.body["code"] == "IdempotencyMismatch"
    assert count(alice) == 1


def test_keys_of_different_users_do_not_meet(alice, bob):
    mine = alice.post("/v1/projects", NEW, idempotency_key="k1")
    theirs = bob.post("/v1/projects", {**NEW, "title": "Other"}, idempotency_key="k1")
    assert (mine.status, theirs.status) == (201, 201)


def test_an_error_leaves_the_key_free(alice):
    refused = alice.post("/v1/projects", {**NEW, "draft_id": str(uuid4())}, idempotency_key="k1")
    assert refused.status == 422
    assert alice.post("/v1/projects", NEW, idempotency_key="k1").status == 201


def test_a_key_is_forgotten_after_a_day(alice, admin):
    first = alice.post("/v1/projects", NEW, idempotency_key="k1")
    admin.execute(
        "update private.idempotency set expires_at = now() where user_id = %s", [alice.user_id]
    )
    second = alice.post("/v1/projects", {**NEW, "title": "Other"}, idempotency_key="k1")
    assert second.status == 201
    assert second.body["id"] != first.body["id"]


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 256, "tab\t"])
def test_a_key_is_visible_ascii(alice, key):
    refused = alice.post("/v1/projects", NEW, idempotency_key=key)
    assert refused.status == 422
    assert refused.body["errors"][0]["field"] == "Idempotency-Key"
    assert count(alice) == 0


def test_a_request_under_way_is_not_repeated(database):
    user = factories.user()
    entered, leave = threading.Event(), threading.Event()

    def first():
        with once(Actor.user(user), "k", Order, "op", 1) as (_, mine):
            entered.set()
            assert leave.wait(PATIENCE)
            return mine.keep(Order(n=1))

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(first)
        assert entered.wait(PATIENCE)
        with (
            pytest.raises(IdempotencyInProgress),
            once(Actor.user(user), "k", Order, "op", 1),
        ):
            pass
        leave.set()
        assert running.result(PATIENCE) == Order(n=1)


def test_sixteen_at_once_have_one_effect(alice):
    """Whoever comes while the first is answered hears 409, whoever comes later hears the answer."""
    from chalicelib.domains.projects import service
    from chalicelib.domains.projects.models import NewProject

    actor, project = Actor.user(alice.user_id), NewProject.model_validate(NEW)

    def ask(_):
        try:
            return service.create(actor, project, "k16").id
        except IdempotencyInProgress:
            return None
        finally:
            db.disconnect()

    with ThreadPoolExecutor(16) as pool:
        answers = set(pool.map(ask, range(16))) - {None}
    assert len(answers) == 1
    assert count(alice) == 1


class TestTaken:
    """What takes longer than a transaction should: research, whose answer is paid for."""

    ASKED = {"topic": "Bioluminescence", "niche": "science", "force": True}  # noqa: RUF012

    def test_forced_research_is_done_once_for_its_key(self, alice, bob):
        first = alice.post("/v1/research", self.ASKED, idempotency_key="r1")
        again = alice.post("/v1/research", self.ASKED, idempotency_key="r1")
        assert (first.body["outcome"], again.body) == ("bypass", first.body)
        assert alice.get("/v1/research/stats").body["bypass"] == 1
        other = {**self.ASKED, "topic": "Squids"}
        assert alice.post("/v1/research", other, idempotency_key="r1").status == 422
        assert bob.post("/v1/research", other, idempotency_key="r1").status == 200
        assert alice.post("/v1/projects", NEW, idempotency_key="r1").status == 422
        assert alice.get("/v1/research/stats").body["bypass"] == 1

    def test_it_is_not_repeated_while_it_is_under_way(self, database):
        actor = Actor.user(factories.user())
        with taken(actor, "k", Order, "op", 1) as first:
            for repeat in (taken, once):
                with pytest.raises(IdempotencyInProgress), repeat(actor, "k", Order, "op", 1):
                    pass
            with db.transaction(actor.working()) as tx:
                first.keep_in(tx, Order(n=1))
        for repeat in (taken, once):
            with repeat(actor, "k", Order, "op", 1) as asked:
                found = asked if repeat is taken else asked[1]
                assert not found
                assert found.answer == Order(n=1)

    def test_an_error_gives_the_key_back_and_vendors_know_it_again(self, database):
        actor, known = Actor.user(factories.user()), []

        def fail(key, n):
            with taken(actor, key, Order, "op", n) as first:
                assert first
                known.append(call_key())
                raise ProviderUnavailable

        for key, n in (("k", 1), ("k", 1), ("k", 2), (None, 2)):
            with pytest.raises(ProviderUnavailable):
                fail(key, n)
        assert known[0] == known[1] != known[2]
        assert known[3] is None

    def test_a_key_that_was_taken_too_long_ago_is_free(self, database, admin):
        user = factories.user()
        actor = Actor.user(user)
        with taken(actor, "k", Order, "op", 1):
            late = "update private.idempotency set expires_at = now() where user_id = %s"
            admin.execute(late, [user])
            with taken(actor, "k", Order, "op", 1) as second:
                assert second
