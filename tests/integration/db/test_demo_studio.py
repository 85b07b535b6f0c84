"""The demo studio: something in every table, loaded once, its owner's alone."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import boto3
import psycopg
import pytest
from chalice.test import Client
from moto import mock_aws
from psycopg.rows import dict_row

import app
from chalicelib import db, errors
from chalicelib.actor import Actor
from infra.local import postgres, seed
from tests.integration.db import demo_studio
from tests.integration.db.demo_studio import OWNER, Admin
from tests.integration.rest import harness

pytestmark = pytest.mark.xdist_group("demo-studio")

LISTS = {
    "campaigns?select=name,status,campaign_tasks(title)": 8,
    "leads?select=email,lead_score,lead_activities(activity_type)&order=lead_score.desc": 28,
    "content_calendar?status=eq.scheduled": 4,
    "email_campaigns?status=eq.sent&select=name,open_rate": 2,
    "chat_sessions?select=title,chat_messages(user_message)": 6,
    "video_jobs?select=video_title,status,audio_tracks(order_index)": 9,
    "metadata_experiments?select=variant_key,ctr,experiment_days(day)": 7,
    "knowledge_chunks?select=content&limit=20": 20,
    "user_analytics_events?limit=100": 100,
    "work_items": 30,
    "credit_ledger?type=eq.usage&select=amount,balance_after": 9,
    "ai_model_configs?is_default=is.true": 8,
}
"""Lists a screen would show, and how many rows at least."""
BUCKET = "showrunner-demo"
AWS = {
    "MEDIA_BUCKET": BUCKET,
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
}


@pytest.fixture(scope="module")
def name(postgres_server: postgres.Server) -> Iterator[str]:
    with demo_studio.database(postgres_server) as made:
        yield made


@pytest.fixture(scope="module")
def studio(name: str, postgres_server: postgres.Server) -> Iterator[Admin]:
    """The studio from behind, while the product is connected to its database."""
    behind = psycopg.connect(
        postgres_server.login("postgres", name), autocommit=True, row_factory=dict_row
    )
    with harness.connected(postgres_server, name, REST_SCHEMAS="public", **AWS), behind as admin:
        yield admin


@pytest.fixture
def owner_url(name: str, postgres_server: postgres.Server) -> str:
    return postgres_server.login(postgres.OWNER, name)


def owners(admin: Admin) -> dict[str, str]:
    """The owner column of every table that has one."""
    rows = admin.execute(
        "select schema_name || '.' || table_name as name, owner_column from private.registry"
        " where owner_column is not null"
    ).fetchall()
    return {row["name"]: row["owner_column"] for row in rows}


def rows_of(admin: Admin, user: UUID) -> dict[str, int]:
    """How many rows of every table are a user's."""
    each = [
        f"select '{table}' as name, count(*) from {table} where {column} = '{user}'"
        for table, column in owners(admin).items()
    ]
    found = admin.execute(" union all ".join(each).encode()).fetchall()
    return {row["name"]: row["count"] for row in found}


def test_every_table_has_rows(studio: Admin) -> None:
    empty = {table for table, count in demo_studio.counts(studio).items() if not count}
    assert not empty, f"sql/seed.sql has no rows for {sorted(empty)}"


def test_every_row_that_has_an_owner_is_its_users(studio: Admin) -> None:
    everyone = demo_studio.counts(studio)
    assert {table: everyone[table] for table in owners(studio)} == rows_of(studio, OWNER)


def test_loaded_again_it_changes_nothing(studio: Admin, owner_url: str) -> None:
    before = demo_studio.fingerprint(studio)
    assert not seed.load(owner_url, OWNER)
    with psycopg.connect(owner_url) as owner:  # nor does the script by itself
        owner.execute(seed.ENTER, (json.dumps({"sub": str(OWNER)}),))
        owner.execute(seed.SEED.read_bytes())
    assert demo_studio.fingerprint(studio) == before


def test_the_books_are_in_order(studio: Admin) -> None:
    assert [row["ok"] for row in studio.execute("select ok from credit_check")] == [True]
    assert studio.execute("select verify_privacy_log(%s) as broken", (OWNER,)).fetchone() == {
        "broken": None
    }
    with db.transaction(Actor.user(OWNER)) as tx:
        welcome = tx.one("select count(*), sum(amount) from credit_ledger where type = 'grant'")
        balance = tx.value("select get_credit_balance(%(me)s)", me=OWNER)
    assert (welcome["count"], welcome["sum"]) == (1, 10)
    assert balance > 10, "the welcome credits are left to try the product with"


def test_nobody_else_sees_any_of_it(studio: Admin) -> None:
    seen: dict[str, int] = {}
    refused = 0
    for table, column in owners(studio).items():
        try:
            with db.transaction(Actor.user(uuid4())) as tx:
                seen[table] = tx.value(f"select count({column}) from {table}")  # type: ignore[arg-type]
        except errors.Forbidden:
            refused += 1
    assert {table for table, count in seen.items() if count} == set()
    assert len(seen) > 5 * refused


@pytest.mark.parametrize("url", LISTS)
def test_its_lists_are_worth_a_look(studio: Admin, url: str) -> None:
    assert len(harness.signed_in(OWNER).rows(f"/{url}")) >= LISTS[url]
    shared = url.startswith("ai_model")
    assert shared or harness.signed_in(uuid4()).rows(f"/{url}") == []


def test_the_api_can_show_all_of_it(studio: Admin) -> None:
    """Rows that are put in past the API are such as it makes itself: every page opens."""
    client = Client(app.app)
    headers = {"authorization": f"Bearer {harness.token(OWNER)}"}
    pages: dict[str, Any] = {}

    def read(path: str) -> None:
        answer = client.http.get(path, headers=headers)
        assert answer.status_code < 500, f"{path}: {answer.body!r}"
        pages[path] = json.loads(answer.body) if answer.body[:1] == b"{" else {}

    with mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket=BUCKET)
        read("/v1/openapi.json")
        described = pages["/v1/openapi.json"]["paths"]
        for path in sorted(described, key=lambda path: path.count("{")):
            listed, _, rest = path.partition("/{")
            name, _, more = rest.partition("}")
            if "get" in described[path] and not rest:
                read(path)
            elif "get" in described[path] and "{" not in more:
                for item in pages.get(listed, {}).get("items", []):
                    read(f"{listed}/{item.get(name, item.get('id'))}{more}")
    assert len(pages) > 100


def test_a_passage_is_found_among_its_like(studio: Admin) -> None:
    with db.transaction(Actor.user(OWNER)) as tx:
        found = tx.all(
            "select bucket_name, similarity_score from search_knowledge_chunks(%(me)s, (select"
            " embedding from knowledge_chunks order by id limit 1), p_limit => 8)",
            me=OWNER,
        )
    assert len(found) == 8
    assert len({row["bucket_name"] for row in found}) == 1
    assert found[0]["similarity_score"] == pytest.approx(1)


def test_everyone_may_have_one(studio: Admin, owner_url: str) -> None:
    another = uuid4()
    assert seed.load(owner_url, another)
    assert rows_of(studio, another) == rows_of(studio, OWNER)
    assert all(row["ok"] for row in studio.execute("select ok from credit_check"))


def test_what_its_user_changed_stays_so(studio: Admin, owner_url: str) -> None:
    user = uuid4()
    seed.load(owner_url, user)
    with db.transaction(Actor.user(user)) as tx:
        assert tx.run("delete from campaigns where name = 'Night trains'") == 1
        assert tx.run("update leads set company = 'Mine' where company = 'Fogbottom Radio'") > 1
    before = demo_studio.fingerprint(studio)
    assert not seed.load(owner_url, user)
    assert demo_studio.fingerprint(studio) == before


@pytest.mark.parametrize(
    ("role", "said"),
    [("authenticator", "only the role that owns the schema"), ("nobody_known", "does not exist")],
)
def test_whoever_may_not_load_it_is_told_why(
    studio: Admin, name: str, postgres_server: postgres.Server, role: str, said: str
) -> None:
    before: dict[str, Any] = demo_studio.fingerprint(studio)
    with pytest.raises(seed.SeedError, match=said):
        seed.load(postgres_server.login(role, name), uuid4())
    assert demo_studio.fingerprint(studio) == before
