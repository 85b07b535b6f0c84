"""The documents' own SQL, word for word; where it is wrong, what goes wrong and what mends it."""

from typing import Any, LiteralString
from uuid import UUID

import psycopg
import pytest

from chalicelib import db
from chalicelib.actor import Actor
from infra.local.postgres import Server
from tests import factories
from tests.integration.db import rows

pytestmark = pytest.mark.usefixtures("database")

# ---- the marketing platform's "Querying Examples"

RECENT_CAMPAIGNS = """
SELECT * FROM campaigns
WHERE created_by = auth.uid()
ORDER BY created_at DESC
LIMIT 10;
"""
SEARCH_KNOWLEDGE = """
SELECT * FROM search_knowledge_chunks(
  p_user_id := auth.uid(),
  p_query_embedding := embedding_vector,
  p_limit := 10,
  p_similarity_threshold := 0.7
);
"""
DASHBOARD_STATS = "SELECT * FROM get_autopilot_dashboard_stats(auth.uid());"
DEFAULT_MODEL = "SELECT * FROM get_default_model('openai', 'flagship');"
AUTOPILOT_ACTIVITY = """
SELECT * FROM autopilot_activity_log
WHERE user_id = auth.uid()
ORDER BY created_at DESC
LIMIT 20;
"""

# ---- the channel studio's "Sample Queries"

CHANNELS_WITH_JOB_COUNTS = """
SELECT
    c.id,
    c.name,
    c.brand_niche,
    COUNT(vj.id) as total_jobs,
    COUNT(CASE WHEN vj.status = 'completed' THEN 1 END) as completed_jobs
FROM channels c
LEFT JOIN video_jobs vj ON c.id = vj.channel_id
WHERE c.is_active = TRUE
GROUP BY c.id, c.name, c.brand_niche
ORDER BY c.created_at DESC;
"""
JOB_WITH_ASSETS = """
SELECT
    vj.*,
    json_agg(DISTINCT jsonb_build_object(
        'id', at.id,
        'order_index', at.order_index,
        'duration_seconds', at.duration_seconds,
        'local_file_path', at.local_file_path
    ) ORDER BY at.order_index) as audio_tracks,
    json_agg(DISTINCT jsonb_build_object(
        'id', i.id,
        'order_index', i.order_index,
        'local_file_path', i.local_file_path
    ) ORDER BY i.order_index) as images
FROM video_jobs vj
LEFT JOIN audio_tracks at ON vj.id = at.video_job_id
LEFT JOIN images i ON vj.id = i.video_job_id
WHERE vj.id = '<job_id>'
GROUP BY vj.id;
"""
JOB_WITH_ASSETS_MENDED = """
SELECT vj.*, audio.audio_tracks, pictures.images
FROM video_jobs vj,
LATERAL (SELECT json_agg(jsonb_build_object(
            'id', at.id,
            'order_index', at.order_index,
            'duration_seconds', at.duration_seconds,
            'local_file_path', at.local_file_path
         ) ORDER BY at.order_index) as audio_tracks
         FROM audio_tracks at WHERE at.video_job_id = vj.id) audio,
LATERAL (SELECT json_agg(jsonb_build_object(
            'id', i.id,
            'order_index', i.order_index,
            'local_file_path', i.local_file_path
         ) ORDER BY i.order_index) as images
         FROM images i WHERE i.video_job_id = vj.id) pictures
WHERE vj.id = '<job_id>';
"""
JOIN_OF_ASSETS = """
SELECT count(*)
FROM video_jobs vj
LEFT JOIN audio_tracks at ON vj.id = at.video_job_id
LEFT JOIN images i ON vj.id = i.video_job_id
WHERE vj.id = '<job_id>';
"""
NEXT_JOB = """
SELECT * FROM video_jobs
WHERE status = 'planned'
ORDER BY created_at ASC
LIMIT 1;
"""

# ---- the prompt-to-video system's dashboard and functions

DASHBOARD = """
SELECT p.*, j.status, j.progress
FROM projects p
LEFT JOIN LATERAL (
  SELECT status, progress
  FROM jobs
  WHERE project_id = p.id
  ORDER BY created_at DESC
  LIMIT 1
) j ON true
WHERE p.user_id = $1
ORDER BY p.created_at DESC
LIMIT 20;
"""
LEDGER = """
CREATE TABLE credit_ledger (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id UUID NOT NULL,
  type TEXT NOT NULL,
  amount INTEGER NOT NULL,
  note TEXT,
  job_id UUID
);
CREATE OR REPLACE FUNCTION get_credit_balance(p_user_id UUID)
RETURNS INTEGER AS $$
  SELECT COALESCE(SUM(amount), 0)::INTEGER
  FROM credit_ledger
  WHERE user_id = p_user_id;
$$ LANGUAGE sql STABLE;
CREATE OR REPLACE FUNCTION reserve_credits(
  p_user_id UUID,
  p_job_id UUID,
  p_amount INTEGER
) RETURNS BOOLEAN AS $$
DECLARE
  v_balance INTEGER;
BEGIN
  SELECT get_credit_balance(p_user_id) INTO v_balance;

  IF v_balance < p_amount THEN
    RETURN FALSE;
  END IF;

  INSERT INTO credit_ledger (user_id, type, amount, job_id, note)
  VALUES (p_user_id, 'reserve', -p_amount, p_job_id, 'Reserved for job');

  RETURN TRUE;
END;
$$ LANGUAGE plpgsql;
"""
DRAFTS = """
CREATE TABLE draft_prompts (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  session_token TEXT NOT NULL,
  user_id UUID,
  updated_at TIMESTAMPTZ DEFAULT NOW(),
  expires_at TIMESTAMPTZ DEFAULT NOW() + INTERVAL '7 days'
);
CREATE OR REPLACE FUNCTION claim_draft_prompt(
  p_session_token TEXT,
  p_user_id UUID
) RETURNS UUID AS $$
DECLARE
  v_draft_id UUID;
BEGIN
  UPDATE draft_prompts
  SET user_id = p_user_id, updated_at = NOW()
  WHERE session_token = p_session_token
    AND user_id IS NULL
    AND expires_at > NOW()
  RETURNING id INTO v_draft_id;

  RETURN v_draft_id;
END;
$$ LANGUAGE plpgsql;
"""
RESEARCH_CACHE = """
CREATE TABLE research_cache (
  id uuid primary key default gen_random_uuid(),
  topic text not null,
  content text,
  created_at timestamptz default now()
);
"""
"""The channel pipeline's first table, as its columns are listed."""


def asked(user_id: UUID, statement: LiteralString, **params: Any) -> list[dict[str, Any]]:
    """What a signed-in user is answered."""
    with db.transaction(Actor.user(user_id), read_only=True) as tx:
        return tx.all(statement, **params)


def worked(user_id: UUID, statement: LiteralString) -> list[dict[str, Any]]:
    """What the pipeline is answered, which alone may see every column of a job."""
    with db.transaction(Actor.worker(user_id), read_only=True) as tx:
        return tx.all(statement)


def album(user_id: UUID) -> UUID:
    """A planned album."""
    channel = rows.insert(Actor.user(user_id), "channels", name="Halls", brand_niche="Ambience")
    return rows.insert(
        Actor.worker(user_id), "video_jobs", channel_id=channel, niche_label="Royal court",
        mood_keywords="elegant", target_duration_minutes=75, output_directory="albums",
    )  # fmt: skip


def filled_album(user_id: UUID) -> UUID:
    """An album with three tracks and three pictures."""
    album_id = album(user_id)
    for slot in range(1, 4):
        of = {"video_job_id": album_id, "provider": "dummy", "order_index": slot}
        said = {"local_file_path": f"{slot}", "prompt_text": "waltz"}
        house = Actor.worker(user_id)
        rows.insert(house, "audio_tracks", **of, **said, duration_seconds=240)
        rows.insert(house, "images", **of, **said)
    return album_id


def of_job(statement: LiteralString, job_id: UUID) -> LiteralString:
    """The statement with its placeholder filled in."""
    return statement.replace("<job_id>", str(job_id))  # type: ignore[return-value]


def test_recent_campaigns() -> None:
    alice = factories.user()
    made = [rows.insert(Actor.user(alice), "campaigns", name=n, type="email") for n in "abc"]
    assert [row["id"] for row in asked(alice, RECENT_CAMPAIGNS)] == made[::-1]
    assert asked(factories.user(), RECENT_CAMPAIGNS) == []


def test_the_knowledge_search_finds_what_is_near() -> None:
    alice = factories.user()
    house = Actor.worker(alice)
    bucket = rows.insert(Actor.user(alice), "knowledge_buckets", name="b", bucket_type="general")
    document = rows.insert(
        house, "knowledge_documents", bucket_id=bucket, title="The sea", content="deep"
    )
    rows.update(house, "knowledge_documents", document, status="ready", stage="done")
    vector = "[" + ",".join(["1"] + ["0"] * 1535) + "]"
    rows.insert(
        house, "knowledge_chunks", bucket_id=bucket, document_id=document, chunk_index=0,
        content="deep", embedding=vector,
    )  # fmt: skip
    query = SEARCH_KNOWLEDGE.replace("embedding_vector", "%(embedding)s::extensions.vector")
    [found] = asked(alice, query, embedding=vector)  # type: ignore[arg-type]
    assert (found["document_title"], found["similarity_score"]) == ("The sea", pytest.approx(1))


def test_the_autopilots_dashboard_and_log() -> None:
    alice = factories.user()
    [stats] = asked(alice, DASHBOARD_STATS)
    assert stats["get_autopilot_dashboard_stats"]["total_leads"] == 0
    log = rows.insert(
        Actor.worker(alice), "autopilot_activity_log", activity_type="campaign_created",
        activity_description="Made a campaign",
    )  # fmt: skip
    assert [row["id"] for row in asked(alice, AUTOPILOT_ACTIVITY)] == [log]


def test_the_default_model(fresh_database: str) -> None:
    named = {"provider": "openai", "model_name": "gpt-5", "model_type": "flagship"}
    rows.insert(Actor.service(), "ai_model_configs", **named, is_default=True)
    [found] = asked(factories.user(), DEFAULT_MODEL)
    assert found["model_name"] == "gpt-5"


def test_channels_with_their_job_counts() -> None:
    alice = factories.user()
    album(alice)
    [channel] = asked(alice, CHANNELS_WITH_JOB_COUNTS)
    assert (channel["total_jobs"], channel["completed_jobs"]) == (1, 0)


def test_a_job_with_all_its_assets_is_refused_as_written_and_multiplies_them() -> None:
    alice = factories.user()
    job = filled_album(alice)
    with (
        pytest.raises(psycopg.errors.InvalidColumnReference, match="DISTINCT"),
        db.entered(Actor.worker(alice)) as tx,
    ):
        tx.all(of_job(JOB_WITH_ASSETS, job))
    assert worked(alice, of_job(JOIN_OF_ASSETS, job)) == [{"count": 9}]
    [found] = worked(alice, of_job(JOB_WITH_ASSETS_MENDED, job))
    assert found["id"] == job
    for kind in ("audio_tracks", "images"):
        assert [asset["order_index"] for asset in found[kind]] == [1, 2, 3]


def test_the_job_that_is_next() -> None:
    alice = factories.user()
    first, _ = album(alice), album(alice)
    assert [row["id"] for row in worked(alice, NEXT_JOB)] == [first]


def test_the_dashboard_of_projects() -> None:
    alice = factories.user()
    project = factories.project(alice)
    factories.job(alice, project, status="RENDERING")
    with db.transaction(Actor.user(alice), read_only=True) as tx:
        cursor = psycopg.RawCursor(tx.connection)
        [row] = cursor.execute(DASHBOARD, (alice,)).fetchall()
    assert (row["id"], row["status"], row["progress"]) == (project, "RENDERING", 0)


def test_the_documents_boot_log_breaks_its_own_table(admin: psycopg.Connection[Any]) -> None:
    with admin.transaction(force_rollback=True):
        admin.execute("create schema document; set local search_path = document")
        admin.execute(RESEARCH_CACHE)
        with pytest.raises(psycopg.errors.NotNullViolation, match="topic"):
            admin.execute("insert into research_cache (content) values ('System Boot')")
    with db.transaction(Actor.service()) as tx:
        boot = "insert into research_cache (content) values ('System Boot') returning topic"
        assert tx.value(boot) == "system"


def test_the_documents_reservation_spends_credits_twice(
    database: str, postgres_server: Server
) -> None:
    url = postgres_server.login("postgres", database)
    document = "-c search_path=document"
    with (
        psycopg.connect(url, autocommit=True, options=document) as one,
        psycopg.connect(url, autocommit=True, options=document) as two,
    ):
        one.execute("create schema document")
        one.execute(LEDGER)
        alice = factories.user()
        one.execute(
            "insert into credit_ledger (user_id, type, amount) values (%s, 'grant', 10)", (alice,)
        )
        reserve = "select reserve_credits(%s, gen_random_uuid(), 10)"
        with one.transaction(), two.transaction():
            told = [each.execute(reserve, (alice,)).fetchone() for each in (one, two)]
        balance = one.execute("select get_credit_balance(%s)", (alice,)).fetchone()
        one.execute("drop schema document cascade")
    assert (told, balance) == ([(True,), (True,)], (-10,))


def test_ten_credits_are_reserved_once() -> None:
    alice = factories.user(credits=10)
    reserve = "select reserve_credits(%(user)s, %(job)s, 10)"
    first, second = (factories.job(alice, status="READY") for _ in range(2))
    with db.transaction(Actor.worker(alice)) as tx:
        told = [tx.value(reserve, user=alice, job=job) for job in (first, second)]
        balance = tx.value("select get_credit_balance(%(user)s)", user=alice)
    assert (told, balance) == ([True, False], 0)


def test_the_documents_claim_fails_on_a_session_with_two_drafts(
    admin: psycopg.Connection[Any],
) -> None:
    with admin.transaction(force_rollback=True):
        admin.execute("create schema document; set local search_path = document")
        admin.execute(DRAFTS)
        admin.execute("insert into draft_prompts (session_token) values ('s'), ('s')")
        with pytest.raises(psycopg.errors.TooManyRows):
            admin.execute("select claim_draft_prompt('s', gen_random_uuid())")
