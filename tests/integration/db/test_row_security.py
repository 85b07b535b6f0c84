"""Who sees and changes whose rows: every enrolled table, every actor, every verb."""

import re
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import psycopg
import pytest

from chalicelib import db, errors
from chalicelib.actor import Actor
from tests import factories
from tests.integration.db.matrix_rows import ROWS


class Table(NamedTuple):
    """An enrolled table with an owner."""

    name: str
    owner: str
    users_may: str
    service_may: str
    kept: str | None
    """How old a row that is never changed must be to go; None where age decides nothing."""

    def grants(self, actor: Actor) -> str:
        """What the actor's role was granted, as the registry says."""
        roles = {"anon": "", "authenticated": self.users_may, "service_role": self.service_may}
        return roles[actor.role]


@pytest.fixture
def tables(admin: psycopg.Connection[dict[str, Any]]) -> list[Table]:
    rows = admin.execute(
        "select schema_name || '.' || table_name as name, owner_column as owner,"
        " coalesce(users_may, '') as users_may, service_may,"
        " case kind when 'LOG' then retention::text end as kept from private.registry"
        " where owner_column is not null order by 1"
    ).fetchall()
    return [Table(**row) for row in rows]


@pytest.fixture
def two_users(admin: psycopg.Connection[dict[str, Any]], tables: list[Table]) -> list[UUID]:
    """Two users with a row of each in every table."""
    users = [uuid4(), uuid4()]
    for user in users:
        admin.execute("alter table auth.users disable trigger on_auth_user_created")
        admin.execute("insert into auth.users (id) values (%s)", (user,))
        admin.execute("alter table auth.users enable trigger on_auth_user_created")
        for name, sql in ROWS.items():
            if name in {table.name for table in tables}:
                admin.execute(sql.encode(), {"user": user})
    make_old(admin, tables, users)
    return users


def make_old(
    admin: psycopg.Connection[dict[str, Any]], tables: list[Table], users: list[UUID]
) -> None:
    """Rows that only go when their time is over have had it, so that who may delete decides."""
    admin.execute("select private.tend_months(now() - keep) from private.monthly")
    with admin.transaction():
        admin.execute("set local session_replication_role = replica")  # past the trigger
        for table in tables:
            if table.kept is not None:
                old = (
                    f"update {table.name} set created_at = now() - %s::interval - interval '1 hour'"
                    f" where {table.owner} = any(%s)"
                )
                admin.execute(old.encode(), (table.kept, users))


def rows_hit(actor: Actor, sql: str, **params: Any) -> int | None:
    """How many rows a statement would touch; None when it is forbidden. Nothing stays."""
    hit = None
    try:
        with db.transaction(actor) as tx:
            hit = tx.run(sql, **params)  # type: ignore[arg-type]
            raise psycopg.Rollback
    except errors.Forbidden:
        return None
    return hit


def test_every_table_has_a_row_to_try(tables: list[Table]) -> None:
    assert {table.name for table in tables} == set(ROWS)


def test_nobody_sees_or_changes_what_is_not_theirs(
    admin: psycopg.Connection[dict[str, Any]], tables: list[Table], two_users: list[UUID]
) -> None:
    alice, bob = two_users
    wrong: list[str] = []
    tried_count = 0
    actors = {
        "anon": (Actor.anonymous(), False),
        "owner": (Actor.user(alice), True),
        "other": (Actor.user(bob), False),
        "house for owner": (Actor.worker(alice), True),
        "house for other": (Actor.worker(bob), False),
        "house for all": (Actor.service(), True),
    }
    for table in tables:
        changeable = _column_to_change(admin, table)
        statements = {
            "select": f"select {table.owner} from {table.name} where {table.owner} = %(alice)s",
            "update": f"update {table.name} set {{column}} = {{column}}"
            f" where {table.owner} = %(alice)s",
            "delete": f"delete from {table.name} where {table.owner} = %(alice)s",
        }
        for who, (actor, may_see) in actors.items():
            for verb, sql in statements.items():
                tried_count += 1
                granted = re.search(rf"\b{verb}\b", table.grants(actor)) is not None
                column = changeable.get(actor.role, table.owner)
                hit = rows_hit(actor, sql.format(column=column), alice=alice)
                expected = granted and may_see
                if (hit is not None) != granted or bool(hit) != expected:
                    wrong.append(f"{who} {verb} {table.name}: {hit} rows, granted {granted}")
            if not may_see and rows_hit(actor, ROWS[table.name], user=alice):
                wrong.append(f"{who} put a row of another into {table.name}")
    assert not wrong, "\n".join(wrong)
    assert tried_count == len(tables) * len(actors) * 3


def test_a_row_cannot_be_given_away(two_users: list[UUID]) -> None:
    alice, bob = two_users
    for actor in (Actor.user(alice), Actor.worker(alice)):
        for table in ("projects", "scripts", "metadata_experiments", "jobs", "uploads"):
            assert rows_hit(actor, f"update {table} set user_id = %(bob)s", bob=bob) is None


def test_a_child_cannot_point_at_anothers_parent(two_users: list[UUID]) -> None:
    alice, bob = two_users
    project = factories.project(alice)
    with pytest.raises(errors.NotFound), db.transaction(Actor.worker(bob)) as tx:
        tx.run("insert into jobs (project_id) values (%(project)s)", project=project)
    with pytest.raises(errors.ShowrunnerError), db.transaction(Actor.worker(bob)) as tx:
        tx.run(
            "insert into uploads (project_id, purpose, key, file_name, declared_type, max_bytes)"
            " values (%(project)s, 'image', %(bob)s || '/x', 'x', 'x', 1)",
            project=project,
            bob=bob,
        )


def test_users_write_only_the_columns_that_are_theirs_to_write() -> None:
    alice = factories.user()
    factories.project(alice)
    for sql in (
        "update projects set version = 7",
        "update profiles set stripe_customer_id = 'cus_1'",
        "insert into jobs (project_id) select id from projects",
        "update jobs set status = 'READY'",
        "select wait_token from jobs",
        "select secret_token from webhooks",
        "insert into research_cache (content) values ('x')",
    ):
        assert rows_hit(Actor.user(alice), sql) is None, sql
    assert rows_hit(Actor.user(alice), "update projects set title = 'New'") == 1
    assert rows_hit(Actor.user(alice), "update profiles set display_name = 'New'") == 1


def _column_to_change(admin: psycopg.Connection[dict[str, Any]], table: Table) -> dict[str, str]:
    """For each role, a column it may update."""
    rows = admin.execute(
        "select grantee, min(column_name) as name from information_schema.column_privileges p"
        " where table_schema || '.' || table_name = %s and privilege_type = 'UPDATE'"
        " and not exists (select from information_schema.columns c"
        "  where (c.table_schema, c.table_name, c.column_name)"
        "      = (p.table_schema, p.table_name, p.column_name) and"
        "   (c.is_generated = 'ALWAYS' or c.is_identity = 'YES')) group by grantee",
        (table.name,),
    ).fetchall()
    return {row["grantee"]: row["name"] for row in rows}
