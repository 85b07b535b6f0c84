"""Knowledge: what may be found, by whom, how near, and what is counted of it."""

import random
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.errors import Conflict, Forbidden, IllegalMove, InvalidInput
from tests import factories
from tests.integration.db import rows

pytestmark = pytest.mark.usefixtures("database")

SEARCH = (
    "select * from search_knowledge_chunks(p_user_id := %(user)s, p_query_embedding :="
    " %(vector)s::extensions.vector, p_limit := 10, p_similarity_threshold := %(threshold)s)"
)


def bucket(user_id: UUID, **columns: Any) -> UUID:
    given = {"name": f"Facts {uuid4()}", "bucket_type": "general"}
    return rows.insert(Actor.user(user_id), "knowledge_buckets", **(given | columns))


def document(user_id: UUID, bucket_id: UUID, *, ready: bool = True, **columns: Any) -> UUID:
    given = {"bucket_id": bucket_id, "title": "The sea", "content": f"text {uuid4()}"}
    house = Actor.worker(user_id)
    document_id = rows.insert(house, "knowledge_documents", **(given | columns))
    if ready:
        rows.update(house, "knowledge_documents", document_id, status="ready", stage="done")
    return document_id


def vector(*leading: float) -> str:
    return "[" + ",".join(map(str, [*leading, *[0.0] * (1536 - len(leading))])) + "]"


def chunk(
    user_id: UUID, bucket_id: UUID, document_id: UUID, index: int, embedding: str, **columns: Any
) -> UUID:
    return rows.insert(
        Actor.worker(user_id), "knowledge_chunks", bucket_id=bucket_id, document_id=document_id,
        chunk_index=index, content=f"chunk {index}", embedding=embedding, **columns,
    )  # fmt: skip


def found(actor: Actor, user_id: UUID, near: str, threshold: float = 0.7) -> list[dict[str, Any]]:
    with db.transaction(actor) as tx:
        return tx.all(SEARCH, user=user_id, vector=near, threshold=threshold)


def shelf(user_id: UUID, embeddings: Sequence[str]) -> tuple[UUID, UUID]:
    bucket_id = bucket(user_id)
    document_id = document(user_id, bucket_id)
    for index, embedding in enumerate(embeddings):
        chunk(user_id, bucket_id, document_id, index, embedding)
    return bucket_id, document_id


def test_the_nearest_come_first_and_none_below_the_threshold() -> None:
    alice = factories.user()
    shelf(alice, [vector(1), vector(1, 0.5), vector(0, 1)])
    seen = found(Actor.user(alice), alice, vector(1), 0.5)
    assert [row["chunk_index"] for row in seen] == [0, 1]
    assert seen[0]["similarity_score"] == pytest.approx(1)
    assert seen[1]["similarity_score"] == pytest.approx(0.8944, abs=1e-3)
    assert set(seen[0]) == {
        "chunk_id", "bucket_id", "document_id", "bucket_name", "document_title",
        "document_summary", "chunk_content", "chunk_index", "similarity_score", "metadata",
    }  # fmt: skip


def test_one_searches_only_what_is_ones_own() -> None:
    alice, bob = factories.user(), factories.user()
    shelf(alice, [vector(1)])
    with pytest.raises(Forbidden):
        found(Actor.user(bob), alice, vector(1))
    assert found(Actor.user(bob), bob, vector(1)) == []
    assert len(found(Actor.service(), alice, vector(1))) == 1
    assert found(Actor.worker(bob), alice, vector(1)) == []


@pytest.mark.parametrize("hidden", ["document", "chunk", "version", "processing"])
def test_what_is_off_old_or_unready_is_not_found(hidden: str) -> None:
    alice = factories.user()
    house = Actor.worker(alice)
    _, document_id = shelf(alice, [vector(1)])
    with db.transaction(house) as tx:
        chunk_id = tx.value("select id from knowledge_chunks")
    match hidden:
        case "document":
            rows.update(Actor.user(alice), "knowledge_documents", document_id, enabled=False)
        case "chunk":
            rows.update(Actor.user(alice), "knowledge_chunks", chunk_id, enabled=False)
        case "version":
            rows.update(house, "knowledge_documents", document_id, version=2)
        case _:
            rows.update(house, "knowledge_documents", document_id, status="processing")
    assert found(Actor.user(alice), alice, vector(1)) == []


def test_a_large_tenants_index_finds_what_comparing_all_finds(admin: psycopg.Connection) -> None:
    alice, bob = factories.user(), factories.user()
    chance = random.Random(7)
    points = [vector(*[chance.gauss(0, 1) for _ in range(8)]) for _ in range(300)]
    shelf(bob, points[:150])
    bucket_id, _ = shelf(alice, points[150:])
    near = vector(*[chance.gauss(0, 1) for _ in range(8)])
    exact = [row["chunk_id"] for row in found(Actor.user(alice), alice, near, -1)]
    admin.execute("update knowledge_buckets set chunk_count = 1000000 where id = %s", (bucket_id,))
    seen = found(Actor.user(alice), alice, near, -1)
    assert len(set(exact) & {row["chunk_id"] for row in seen}) >= 9
    scores = [row["similarity_score"] for row in seen]
    assert scores == sorted(scores, reverse=True)


def test_buckets_count_what_is_in_them() -> None:
    alice = factories.user()
    bucket_id, document_id = shelf(alice, [vector(1), vector(0, 1)])
    document(alice, bucket_id)
    counts = "document_count,chunk_count"
    seen = rows.row(Actor.user(alice), "knowledge_buckets", bucket_id, counts)
    assert seen == {"document_count": 2, "chunk_count": 2}
    rows.delete(Actor.user(alice), "knowledge_documents", document_id)
    seen = rows.row(Actor.user(alice), "knowledge_buckets", bucket_id, counts)
    assert seen == {"document_count": 1, "chunk_count": 0}
    with pytest.raises(Forbidden):
        rows.update(Actor.user(alice), "knowledge_buckets", bucket_id, chunk_count=9)


def test_a_bucket_holds_a_text_once_and_a_campaigns_bucket_its_campaign() -> None:
    alice = factories.user()
    bucket_id = bucket(alice)
    document(alice, bucket_id, content="same")
    with pytest.raises(Conflict):
        document(alice, bucket_id, content="same")
    with pytest.raises(InvalidInput):
        bucket(alice, bucket_type="campaign")


def test_a_document_is_ready_only_when_it_is_done() -> None:
    alice = factories.user()
    house = Actor.worker(alice)
    document_id = document(alice, bucket(alice), ready=False)
    with pytest.raises(InvalidInput):
        rows.update(house, "knowledge_documents", document_id, status="ready")
    rows.update(house, "knowledge_documents", document_id, status="failed")
    with pytest.raises(IllegalMove) as caught:
        rows.update(house, "knowledge_documents", document_id, status="ready", stage="done")
    assert caught.value.hint == "Allowed next: processing."


def test_a_chunk_cannot_lie_in_another_tenants_document() -> None:
    alice, bob = factories.user(), factories.user()
    _, document_id = shelf(alice, [])
    with pytest.raises(Conflict):
        chunk(bob, bucket(bob), document_id, 0, vector(1))


def test_searches_are_logged_by_the_month_and_never_changed(admin: psycopg.Connection) -> None:
    alice = factories.user()
    house = Actor.worker(alice)
    log = rows.insert(house, "knowledge_access_logs", query_text="sea", result_count=0)
    with pytest.raises(Forbidden):
        rows.update(house, "knowledge_access_logs", log, query_text="x")
    with pytest.raises(IllegalMove):
        rows.delete(house, "knowledge_access_logs", log)
    part = admin.execute(
        "select tableoid::regclass::text as part from knowledge_access_logs where id = %s", (log,)
    ).fetchone()
    assert part is not None
    for actor in (Actor.user(alice), house, Actor.service()):
        with pytest.raises(Forbidden), db.transaction(actor) as tx:
            tx.connection.execute(f"select id from {part['part']}")


def test_cached_vectors_are_the_houses_and_each_users_own() -> None:
    alice, bob = factories.user(), factories.user()
    cache = (
        "insert into embedding_cache (model, content_hash, embedding)"
        " values ('local', %(hash)s, %(vector)s::extensions.vector)"
    )
    for user in (alice, bob):
        with db.transaction(Actor.worker(user)) as tx:
            assert tx.run(cache, hash="a" * 64, vector=vector(1)) == 1
    with pytest.raises(Forbidden), db.transaction(Actor.user(alice)) as tx:
        tx.all("select tokens from embedding_cache")


def library(user_id: UUID) -> dict[str, UUID]:
    """Three chunks: one near in words, one near in meaning, one in both."""
    bucket_id = bucket(user_id)
    document_id = document(user_id, bucket_id)
    texts = {
        "words": ("Whales sing in the deep sea", vector(0, 1)),
        "meaning": ("Great mammals of the ocean call", vector(1, 0.1)),
        "both": ("A song of whales, for whales", vector(1, 0.2)),
    }
    return {
        name: rows.insert(
            Actor.worker(user_id), "knowledge_chunks", bucket_id=bucket_id,
            document_id=document_id, chunk_index=index, content=content, embedding=embedding,
        )
        for index, (name, (content, embedding)) in enumerate(texts.items())
    }  # fmt: skip


def looked_up(actor: Actor, user_id: UUID, **asked: Any) -> list[dict[str, Any]]:
    given = {"text": None, "near": None, "mode": "hybrid", "limit": 10, "threshold": 0} | asked
    with db.transaction(actor) as tx:
        return tx.all(
            "select * from search_knowledge(%(user)s, p_query_text := %(text)s,"
            " p_query_embedding := %(near)s::extensions.vector, p_mode := %(mode)s,"
            " p_limit := %(limit)s, p_threshold := %(threshold)s)",
            user=user_id, **given,
        )  # fmt: skip


def test_what_is_near_in_meaning_and_in_words_comes_before_what_is_near_in_one() -> None:
    alice = factories.user()
    chunks = library(alice)
    me = Actor.user(alice)
    by = {
        mode: looked_up(me, alice, text="whales", near=vector(1), mode=mode)
        for mode in ("hybrid", "semantic", "keyword")
    }
    first = {mode: found[0]["chunk_id"] for mode, found in by.items()}
    assert first["semantic"] == chunks["meaning"]
    assert {row["chunk_id"] for row in by["keyword"]} == {chunks["words"], chunks["both"]}
    assert first["hybrid"] == chunks["both"]
    assert {row["chunk_id"] for row in by["hybrid"]} == set(chunks.values())
    for found in by.values():
        scores = [row["score"] for row in found]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1 for score in scores)
    [only] = looked_up(me, alice, text="whales", near=vector(1), threshold=0.98)
    assert only["chunk_id"] == chunks["both"], "the threshold is of the score that is shown"


def test_first_in_both_is_one_and_the_searchers_own_syntax_counts() -> None:
    alice = factories.user()
    chunks = library(alice)
    me = Actor.user(alice)
    [best, *_] = looked_up(me, alice, text='"song of whales"', near=vector(1, 0.2))
    assert (best["chunk_id"], best["score"]) == (chunks["both"], pytest.approx(1))
    found = looked_up(me, alice, text="whales -song", mode="keyword")
    assert [row["chunk_id"] for row in found] == [chunks["words"]]
    assert looked_up(me, alice, text="' & | ! ;", mode="keyword") == []


@pytest.mark.parametrize(
    "asked",
    [
        {"mode": "magic", "text": "x"},
        {"mode": "hybrid", "text": "x"},
        {"mode": "semantic", "text": "x"},
        {"mode": "keyword", "text": "  "},
        {"mode": "hybrid", "near": vector(1)},
    ],
)
def test_a_search_that_cannot_be_answered_is_refused(asked: dict[str, Any]) -> None:
    alice = factories.user()
    with pytest.raises(InvalidInput):
        looked_up(Actor.user(alice), alice, **asked)


def test_words_too_are_searched_only_in_what_is_ones_own_and_may_be_found() -> None:
    alice, bob = factories.user(), factories.user()
    chunks = library(alice)
    with pytest.raises(Forbidden):
        looked_up(Actor.user(bob), alice, text="whales", mode="keyword")
    assert looked_up(Actor.user(bob), bob, text="whales", mode="keyword") == []
    assert looked_up(Actor.worker(bob), alice, text="whales", mode="keyword") == []
    rows.update(Actor.user(alice), "knowledge_chunks", chunks["words"], enabled=False)
    [found] = looked_up(Actor.user(alice), alice, text="whales", mode="keyword")
    assert found["chunk_id"] == chunks["both"]
