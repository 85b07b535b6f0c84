"""No table is made without a decision about copies and erasures: each lint finds its fault."""

from typing import NamedTuple

import pytest

from tests.integration.privacy.story import Admin

PLACED = """
  select r.*, format('%I.%I', r.schema_name, r.table_name)::regclass as oid from private.registry r
"""
OF_USERS = """
  with recursive owned as (select * from (placed) p where owner_column is not null),
  going as (
    select f.conrelid as oid from pg_constraint f
     where f.contype = 'f' and f.confrelid = 'auth.users'::regclass and f.confdeltype = 'c'
    union
    select f.conrelid from pg_constraint f join going on going.oid = f.confrelid
     where f.contype = 'f' and f.confdeltype = 'c')
""".replace("placed", PLACED)
"""`going`: what goes with its user by the foreign keys, at any distance."""

SECRET = "(secret|password|ciphertext|encrypted|_hash$|_token$)"
NO_SECRETS = (
    "('content_hash', 'prompt_hash', 'params_hash', 'query_hash', 'dimensions_hash', 'email_hash',"
    " 'prev_hash', 'row_hash', 'secret_id')"
)
"""Hashes of what the user knows anyway, or that prove an order, and the id of a secret."""

NOTES = "('stale_scores')"
"""What the clock's sweep takes away by itself within a minute."""


class Lint(NamedTuple):
    """Rows of `finds` are faults; `planted` commits one."""

    finds: str
    planted: str


NEW = (
    "create table leak (id uuid primary key, user_id uuid not null, note text not null,"
    " key_hash text not null, created_at timestamptz not null default now());"
)

LINTS = {
    "what a copy leaves out has a reason": Lint(
        f"select table_name from ({PLACED}) r where owner_column is not null"
        " and (export = 'none') <> (unexported is not null)",
        f"{NEW} select private.enrol('leak', export => 'none')",
    ),
    "what outlives an erasure has a reason": Lint(
        f"select table_name from ({PLACED}) r where owner_column is not null"
        " and (erase in ('anonymise', 'keep_legal')) <> (kept is not null)",
        f"{NEW} select private.enrol('leak', erase => 'keep_legal')",
    ),
    "every word that is kept was decided about": Lint(
        f"select table_name || '.' || attname from ({PLACED}) r"
        " join pg_attribute a on attrelid = oid and attnum > 0 and not attisdropped"
        " join pg_type t on t.oid = atttypid"
        " where erase in ('anonymise', 'keep_legal') and owner_column is not null"
        "  and (typcategory in ('S', 'U', 'A', 'I') or typname in ('jsonb', 'json'))"
        "  and typname <> 'uuid' and typname <> 'bool'"
        "  and not exists (select from private.kept_columns k where (k.schema_name, k.table_name,"
        "   k.column_name) = (r.schema_name, r.table_name, attname))",
        "alter table channel_costs add column invoice text",
    ),
    "what is kept has another owner then": Lint(
        f"select table_name from ({PLACED}) r"
        " where erase in ('anonymise', 'keep_legal') and owner_column is not null"
        "  and not exists (select from private.kept_columns k where (k.schema_name, k.table_name,"
        "   k.column_name, k.becomes) = (r.schema_name, r.table_name, owner_column, 'pseudonym'))",
        "delete from private.kept_columns where column_name = 'user_id'",
    ),
    "a copy says where columns are left out": Lint(
        f"select table_name from ({PLACED}) r where export <> 'none' and (export = 'redacted')"
        " <> exists (select from pg_attribute where attrelid = oid and attnum > 0 and not"
        "  attisdropped and not has_column_privilege('authenticated', oid, attnum, 'select'))",
        f"{NEW} select private.enrol('leak', users_may => 'select (id, user_id, created_at)')",
    ),
    "no secret is in a copy": Lint(
        f"select table_name || '.' || attname from ({PLACED}) r"
        " join pg_attribute on attrelid = oid and attnum > 0 and not attisdropped"
        f" where export <> 'none' and attname ~ '{SECRET}' and attname not in {NO_SECRETS}"
        "  and has_column_privilege('authenticated', oid, attnum, 'select')",
        f"{NEW} select private.enrol('leak')",
    ),
    "the eraser reaches every row": Lint(
        f"select table_name from ({PLACED}) r where owner_column is not null"
        " and not (has_table_privilege('eraser', oid, 'select')"
        "  and has_table_privilege('eraser', oid, 'update')"
        "  and has_table_privilege('eraser', oid, 'delete'))",
        "revoke delete on campaigns from eraser, service_role",
    ),
    "nothing comes after its user is gone": Lint(
        f"{OF_USERS} select table_name from owned where erase in ('delete', 'cascade', 'account')"
        f" and table_name not in {NOTES}"
        " and not exists (select from going where going.oid = owned.oid)",
        f"{NEW} select private.enrol('leak')",
    ),
    "what goes with the account alone goes with it": Lint(
        f"{OF_USERS} select table_name from owned where erase = 'account' and not exists ("
        "  select from pg_constraint f where f.conrelid = owned.oid and f.contype = 'f'"
        "   and f.confrelid = 'auth.users'::regclass and f.confdeltype = 'c')",
        "alter table user_preferences drop constraint user_preferences_of_user",
    ),
    "no user stands in a table without owners": Lint(
        f"select table_name || '.' || attname from ({PLACED}) r"
        " join pg_attribute on attrelid = oid and attnum > 0 and not attisdropped"
        " where owner_column is null"
        "  and attname ~ '^(user_id|created_by|owner|email|ip_address|ip_hash)$'",
        f"{NEW} select private.enrol('leak', owner => null, export => 'none', unexported => 'x')",
    ),
    "nobody becomes the eraser": Lint(
        "select rolname from pg_roles where rolname = 'eraser' and (rolsuper or rolbypassrls"
        "  or rolcanlogin or rolcreaterole or rolcreatedb or rolreplication)"
        " union all select member::regrole::text from pg_auth_members"
        "  where roleid = 'eraser'::regrole and inherit_option",
        "grant eraser to authenticator with inherit true",
    ),
}


def findings(admin: Admin, lint: Lint) -> list[str]:
    return [str(next(iter(row.values()))) for row in admin.execute(lint.finds.encode())]


@pytest.mark.parametrize("name", LINTS)
def test_the_registry_has_no_fault_and_the_lint_finds_one(
    database: str, admin: Admin, name: str
) -> None:
    assert findings(admin, LINTS[name]) == []
    with admin.transaction(force_rollback=True):
        admin.execute(LINTS[name].planted.encode())
        assert findings(admin, LINTS[name])
