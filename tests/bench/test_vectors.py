"""Search by meaning among a hundred tenants' chunks, against comparing every vector; and by words
among one large tenant's, against reading every text.

Tenants differ in size as towns do: the first has a fifth of everything, the last a hundredth of
that. They write about the same topics, so that what is near is among everyone's chunks, not
only among one's own. `VECTOR_CHUNKS` makes a run shorter.
"""

import os
import statistics
import struct
import time
from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import numpy as np
import psycopg
import pytest
from numpy.typing import NDArray

from chalicelib import db
from chalicelib.actor import Actor
from infra.local import postgres
from tests.bench.large import filling, indexes_afterwards, large_server

CHUNKS = int(os.environ.get("VECTOR_CHUNKS", "100000"))
TENANTS = 100
DIMENSIONS = 1536
TOPICS, TOPICS_OF_A_TENANT, CHUNKS_OF_A_DOCUMENT = 200, 8, 20
DOCUMENT_SPREAD, CHUNK_SPREAD, QUESTION_SPREAD = 0.7, 0.5, 0.5
"""How far documents lie from their topic, chunks from their document and questions from a chunk;
topics lie 1 from the middle."""
QUESTIONS = 10
"""Of each tenant that is asked for."""
SEED = 20260301
ASKED = (0, 1, 2, 4, 7, 11, 19, 39, 59, 79, 99)
"""Tenants that are asked for, by size; the first is the largest."""
RECALL, QUICKER = 0.95, 20
READ, VOCABULARY, WORDS_OF_A_CHUNK = CHUNKS // 5, 20_000, 180
"""Chunks of the tenant that searches by words, and the words they are made of, by Zipf's law."""
RANKS = {"in every chunk": 0, "in some": 100, "in few": 4_500}
"""Words that are asked for, by their place in the vocabulary."""
QUICKER_THAN_READING = 20

SEARCH = (
    "select chunk_id from search_knowledge_chunks(%(user)s, %(near)s::extensions.vector,"
    " p_limit := 10, p_similarity_threshold := -1)"
)
EXACT = (
    "with compared as materialized (select id, created_by,"
    "   embedding operator(extensions.<=>) %(near)s::extensions.vector as distance"
    "   from knowledge_chunks)"
    " select id as chunk_id from compared where created_by = %(user)s order by distance limit 10"
)
"""Every vector compared, as where nothing else helps."""

BY_WORDS = "select chunk_id from search_knowledge(%(user)s, %(word)s, p_mode := 'keyword')"
READING = (
    "select id as chunk_id from knowledge_chunks where created_by = %(user)s"
    " and to_tsvector('pg_catalog.simple', content) @@ to_tsquery('pg_catalog.simple', %(word)s)"
)
"""Every text read, past row level security, without ranking what is found."""

Vectors = NDArray[np.float32]


class Shelf(NamedTuple):
    """A tenant: how much it has, and what it asks."""

    user: UUID
    chunks: int
    questions: list[str]


def unit(vectors: Vectors) -> Vectors:
    found: Vectors = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return found


def near(chance: np.random.Generator, centres: Vectors, spread: float) -> Vectors:
    """A vector `spread` away from each centre."""
    steps = chance.standard_normal(centres.shape, dtype=np.float32)
    return unit(centres + np.float32(spread) * unit(steps))


def sizes() -> list[int]:
    """Chunks of each tenant, the largest first, by Zipf's law."""
    weights = 1 / np.arange(1, TENANTS + 1)
    return [max(CHUNKS_OF_A_DOCUMENT, round(CHUNKS * w / weights.sum())) for w in weights]


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    with large_server() as server:
        yield server


@pytest.fixture(scope="module")
def shelves(server: postgres.Server) -> list[Shelf]:
    """Every tenant's chunks."""
    chance = np.random.default_rng(SEED)
    topics = unit(chance.standard_normal((TOPICS, DIMENSIONS), dtype=np.float32))
    began = time.perf_counter()
    with filling(server) as connection:
        with indexes_afterwards(connection, "knowledge_chunks"):
            filled = [shelf(connection, chance, topics, chunks) for chunks in sizes()]
        index = connection.execute(
            "select pg_size_pretty(pg_relation_size('idx_knowledge_chunks_embedding')) as size"
        ).fetchone()
    assert index is not None
    took = time.perf_counter() - began
    print(f"\n{sum(s.chunks for s in filled):,} chunks after {took:.0f} s, index {index['size']}")
    return filled


def shelf(
    connection: psycopg.Connection[Any], chance: np.random.Generator, topics: Vectors, chunks: int
) -> Shelf:
    """A new tenant with so many chunks."""
    user, bucket = uuid4(), uuid4()
    documents = -(-chunks // CHUNKS_OF_A_DOCUMENT)
    names = [uuid4() for _ in range(documents)]
    own = chance.choice(TOPICS, TOPICS_OF_A_TENANT, replace=False)
    about = near(chance, topics[chance.choice(own, documents)], DOCUMENT_SPREAD)
    place = np.arange(chunks) // CHUNKS_OF_A_DOCUMENT
    vectors = near(chance, about[place], CHUNK_SPREAD)
    furnish(connection, user, bucket, names, chunks)
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "copy knowledge_chunks (created_by, bucket_id, document_id, chunk_index, content,"
            " embedding) from stdin (format binary)"
        ) as into,
    ):
        into.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
        for number, vector in enumerate(vectors.astype(">f4")):
            fields = (
                user.bytes,
                bucket.bytes,
                names[place[number]].bytes,
                struct.pack(">i", number % CHUNKS_OF_A_DOCUMENT),
                b"Chunk %d" % number,
                struct.pack(">hh", DIMENSIONS, 0) + vector.tobytes(),
            )
            row = (struct.pack(">i", len(field)) + field for field in fields)
            into.write(struct.pack(">h", len(fields)) + b"".join(row))
        into.write(struct.pack(">h", -1))
    asked = near(chance, vectors[chance.integers(chunks, size=QUESTIONS)], QUESTION_SPREAD)
    return Shelf(user, chunks, ["[" + ",".join(map(str, one)) + "]" for one in asked])


def furnish(
    connection: psycopg.Connection[Any], user: UUID, bucket: UUID, names: list[UUID], chunks: int
) -> None:
    """A new tenant with a bucket of documents, which are to have so many chunks."""
    connection.execute("insert into auth.users (id) values (%s)", (user,))
    connection.execute(
        "insert into knowledge_buckets (id, created_by, name, bucket_type, document_count,"
        " chunk_count) values (%s, %s, 'Everything', 'general', %s, %s)",
        (bucket, user, len(names), chunks),
    )
    connection.execute(
        "insert into knowledge_documents (id, created_by, bucket_id, title, content, status, stage,"
        " processed_at) select id, %s, %s, 'Title', id::text, 'ready', 'done', now()"
        " from unnest(%s::uuid[]) id",
        (user, bucket, names),
    )


def asked(shelf: Shelf, question: str, statement: Any) -> tuple[set[UUID], float]:
    """What a tenant finds, and how long it looked, in seconds."""
    with db.transaction(Actor.user(shelf.user), read_only=True) as tx:
        began = time.perf_counter()
        rows = tx.all(statement, user=shelf.user, near=question)
        took = time.perf_counter() - began
    return {row["chunk_id"] for row in rows}, took


def compared(
    connection: psycopg.Connection[Any], shelf: Shelf, question: str
) -> tuple[set[UUID], float]:
    """What comparing every vector finds, past row level security, and how long it takes."""
    began = time.perf_counter()
    rows = connection.execute(EXACT, {"user": shelf.user, "near": question}).fetchall()
    return {row["chunk_id"] for row in rows}, time.perf_counter() - began


def test_large_and_small_tenants_find_what_comparing_all_finds_and_sooner(
    server: postgres.Server, shelves: list[Shelf]
) -> None:
    print(f"{'chunks':>8} {'recall':>7} {'search':>9} {'exact':>9} {'ratio':>6}")
    found: dict[int, tuple[float, float]] = {}
    with filling(server) as connection:
        connection.execute("set max_parallel_workers_per_gather = 0")
        for size in ASKED:
            mine = shelves[size]
            recalls, searches, scans = [], [], []
            asked(mine, mine.questions[0], SEARCH)  # the first one plans
            for question in mine.questions:
                expected, scan = compared(connection, mine, question)
                seen, search = asked(mine, question, SEARCH)
                recalls.append(len(seen & expected) / len(expected))
                searches.append(search)
                scans.append(scan)
            recall = statistics.mean(recalls)
            ratio = statistics.median(scans) / statistics.median(searches)
            found[size] = (recall, ratio)
            print(
                f"{mine.chunks:>8} {recall:>7.3f} {statistics.median(searches) * 1e3:>6.2f} ms"
                f" {statistics.median(scans) * 1e3:>6.0f} ms {ratio:>5.0f}x"
            )
    assert min(recall for recall, _ in found.values()) >= RECALL
    assert min(ratio for _, ratio in found.values()) >= QUICKER


@pytest.fixture(scope="module")
def reader(server: postgres.Server) -> UUID:
    """A tenant whose chunks are texts of a length as chunks have."""
    chance = np.random.default_rng(SEED)
    weights = 1 / np.arange(1, VOCABULARY + 1)
    words = np.array([word(rank) for rank in range(VOCABULARY)])
    user, bucket = uuid4(), uuid4()
    names = [uuid4() for _ in range(-(-READ // CHUNKS_OF_A_DOCUMENT))]
    with filling(server) as connection:
        furnish(connection, user, bucket, names, READ)
        with (
            connection.cursor() as cursor,
            cursor.copy(
                "copy knowledge_chunks (created_by, bucket_id, document_id, chunk_index, content)"
                " from stdin"
            ) as into,
        ):
            for number in range(READ):
                drawn = chance.choice(VOCABULARY, WORDS_OF_A_CHUNK, p=weights / weights.sum())
                document, place = divmod(number, CHUNKS_OF_A_DOCUMENT)
                into.write_row((user, bucket, names[document], place, " ".join(words[drawn])))
        connection.execute("vacuum analyze knowledge_chunks")
    return user


def word(rank: int) -> str:
    """A word of some letters, another one for each rank."""
    return "".join("aeioubdfgklmnprst"[rank // 17**place % 17] for place in range(4)) + "en"


def test_words_are_found_sooner_than_by_reading(server: postgres.Server, reader: UUID) -> None:
    ratios = []
    with filling(server) as connection:
        connection.execute("set max_parallel_workers_per_gather = 0")
        for often, rank in RANKS.items():
            given = {"user": reader, "word": word(rank)}
            began = time.perf_counter()
            expected = {row["chunk_id"] for row in connection.execute(READING, given).fetchall()}
            reading = time.perf_counter() - began
            searches = []
            for _ in range(QUESTIONS):
                with db.transaction(Actor.user(reader), read_only=True) as tx:
                    began = time.perf_counter()
                    found = tx.all(BY_WORDS, **given)
                    searches.append(time.perf_counter() - began)
                assert {row["chunk_id"] for row in found} <= expected
                assert len(found) == min(10, len(expected))
            ratios.append(reading / statistics.median(searches))
            print(
                f"{often:>15}: {len(expected):>6} of {READ} chunks,"
                f" {statistics.median(searches) * 1e3:>6.1f} ms, reading {reading:.2f} s,"
                f" {ratios[-1]:>4.0f}x"
            )
    assert min(ratios) >= QUICKER_THAN_READING
