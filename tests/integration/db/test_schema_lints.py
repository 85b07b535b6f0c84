"""What the schema must never come to: each lint finds nothing, but the fault planted for it."""

from typing import Any, LiteralString, NamedTuple

import psycopg
import pytest

OURS = "('public', 'private', 'auth')"
BOOKKEEPING = "('private.registry'::regclass, 'private.schema_version'::regclass)"
"""Tables that only the owner writes, while it migrates."""

OWNERLESS_ROWS = (
    "('draft_prompts', 'research_cache', 'outbox', 'agent_learning_data', 'support_tickets',"
    " 'support_ticket_messages', 'user_analytics_events')"
)
"""Tables some of whose rows are nobody's: unclaimed drafts, the house's own events and patterns,
tickets and page views of people without an account."""

DEFINERS = (
    "('handle_new_user', 'save_draft_prompt', 'claim_draft_prompt', 'add_credits',"
    " 'reserve_credits', 'settle_credits', 'release_credits', 'refund_credits', 'revoke_purchase',"
    " 'renew_subscription', 'expire_credits', 'time_out_holds', 'credit_extend_hold',"
    " 'audit_secret_change', 'check_launch', 'refresh_changed_campaigns', 'check_conditions',"
    " 'rules_changed', 'score_changed_leads', 'score_active_leads', 'score_given_points',"
    " 'lead_changed', 'lead_scoring_preview', 'check_assets', 'conclude_entry', 'tidy_contact',"
    " 'suppress_contact', 'count_sent', 'count_event', 'place_message', 'place_utterance',"
    " 'finish_exchange', 'count_added', 'count_removed', 'learn', 'note_consent',"
    " 'count_message', 'count_utterance', 'record_cost', 'erase_page', 'anonymise_page',"
    " 'finish_erasure')"
)
"""Functions that run with their owner's rights: the house's, the bookkeeper's, the eraser's."""

OWNERS_OWN = "('guard_state', 'check_timezone', 'tend_months')"
"""Functions with the rights of the schema's owner: they read moves and zones, or make months."""

UNOWNED_REFERENCES = (
    "('credit_ledger_reverses', 'support_tickets_follows', 'support_ticket_messages_of_ticket')"
)
"""References without the owner: the house alone writes them, and tickets may have no owner."""

UNINDEXED_REFERENCES = "('credit_ledger_reverses')"
"""References without an index: the rows they point at are never deleted."""

TABLES = f"""
  select c.oid, c.oid::regclass as name, c.relrowsecurity, c.relforcerowsecurity,
         n.nspname, c.relname
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p') and n.nspname in {OURS}
"""
OWNED = """
  select to_regclass(format('%I.%I', schema_name, table_name)) as oid, table_name, owner_column,
         attnum as owner_number, attnotnull
    from private.registry join pg_attribute
      on attrelid = to_regclass(format('%I.%I', schema_name, table_name)) and attname = owner_column
"""


class Lint(NamedTuple):
    """Rows of `finds` are faults; `planted` commits one."""

    finds: str
    planted: str


LINTS = {
    "row level security is on": Lint(
        f"select name from ({TABLES}) t where not relrowsecurity and oid not in {BOOKKEEPING}",
        "create table leak (id int)",
    ),
    "row level security is forced": Lint(
        f"select name from ({TABLES}) t where not relforcerowsecurity and oid not in {BOOKKEEPING}",
        "create table leak (id int); alter table leak enable row level security",
    ),
    "every table is enrolled": Lint(
        f"select name from ({TABLES}) t where oid not in {BOOKKEEPING} and nspname <> 'auth'"
        " and not exists (select from private.registry r"
        "  where (r.schema_name, r.table_name) = (t.nspname, t.relname))",
        "create table leak (id int)",
    ),
    "the registry knows no table that is gone": Lint(
        "select table_name from private.registry"
        " where to_regclass(format('%I.%I', schema_name, table_name)) is null",
        "drop table assets",
    ),
    "policies name their roles": Lint(
        "select polname from pg_policy where polroles = '{0}'",
        "create policy leak on scripts using (true)",
    ),
    "policies ask who it is once per statement": Lint(
        "select policyname from pg_policies p,"
        " lateral (select coalesce(qual, '') || coalesce(with_check, '') as text) x"
        f" where schemaname in {OURS} and regexp_count(text, 'auth\\.\\w+\\(')"
        " <> regexp_count(text, 'SELECT auth\\.\\w+\\(')",
        "create policy slow on scripts to authenticated using (user_id = auth.uid())",
    ),
    "an index begins with the owner": Lint(
        f"select table_name from ({OWNED}) t where not exists (select from pg_index"
        "  where indrelid = t.oid and indkey[0] = owner_number and indpred is null)",
        "drop index scripts_by_owner; drop index scripts_by_change",
    ),
    "rows have an owner": Lint(
        f"select table_name from ({OWNED}) t"
        f" where not attnotnull and table_name not in {OWNERLESS_ROWS}",
        "alter table scripts alter user_id drop not null",
    ),
    "references stay with one owner": Lint(
        f"select conname from pg_constraint c join ({OWNED}) child on child.oid = c.conrelid"
        f" join ({OWNED}) parent on parent.oid = c.confrelid"
        " where c.contype = 'f' and not (child.owner_number = any (c.conkey)"
        f"  and parent.owner_number = any (c.confkey)) and conname not in {UNOWNED_REFERENCES}",
        "alter table uploads add constraint leak foreign key (project_id) references projects (id)",
    ),
    "references are served by an index": Lint(
        f"select conname from pg_constraint c join ({TABLES}) t on t.oid = c.conrelid"
        f" where contype = 'f' and conname not in {UNINDEXED_REFERENCES}"
        " and not exists (select from pg_index i"
        "  where i.indrelid = c.conrelid and i.indkey[0] = any (c.conkey))",
        "drop index scripts_by_parent, scripts_by_owner, scripts_by_change;"
        " alter table scripts drop constraint scripts_owned cascade",
    ),
    "unique values tell nothing of another's rows": Lint(
        f"select i.indexrelid::regclass from pg_index i join ({OWNED}) t on t.oid = i.indrelid"
        " where indisunique and not owner_number = any (i.indkey) and indnkeyatts > 0"
        "  and not exists (select from pg_attribute a where a.attrelid = t.oid"
        "   and a.attname = 'id' and i.indkey::text = a.attnum::text)"
        "  and not exists (select from unnest(i.indkey::int2[]) at"  # one that no user may choose
        "   where not has_column_privilege('authenticated', i.indrelid, at, 'insert')"
        "   and not has_column_privilege('authenticated', i.indrelid, at, 'update'))",
        "create unique index oracle on scripts (title)",
    ),
    "views ask with the caller's rights": Lint(
        f"select c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        f" where relkind = 'v' and nspname in {OURS}"
        " and not coalesce('security_invoker=true' = any (reloptions), false)",
        "create view leak as select * from scripts",
    ),
    "no materialised view is granted": Lint(
        f"select c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        f" where relkind = 'm' and nspname in {OURS} and (has_table_privilege('authenticated',"
        " c.oid, 'select') or has_table_privilege('anon', c.oid, 'select'))",
        "create materialized view leak as select * from scripts;"
        " grant select on leak to authenticated",
    ),
    "functions with their owner's rights are known": Lint(
        f"select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
        f" where nspname in {OURS} and prosecdef and proname not in {OWNERS_OWN}"
        f"  and (proname not in {DEFINERS}"
        "  or pg_get_userbyid(proowner) not in ('service_role', 'bookkeeper', 'eraser'))",
        "create function leak() returns bigint language sql security definer set search_path = ''"
        " as 'select count(*) from public.scripts'",
    ),
    "functions fix their search path": Lint(
        "select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
        " where nspname in ('public', 'private')"
        " and not coalesce('search_path=\"\"' = any (proconfig), false)",
        "create function leak() returns int language sql as 'select 1'",
    ),
    "nothing is granted to everyone": Lint(
        f"select relname from pg_class c join pg_namespace n on n.oid = c.relnamespace,"
        f" aclexplode(relacl) where nspname in {OURS} and grantee = 0"
        " union all select proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace,"
        " aclexplode(coalesce(proacl, acldefault('f', proowner)))"
        f" where nspname in ('public', 'private') and grantee = 0"
        " union all select nspname from pg_namespace, aclexplode(nspacl)"
        f" where nspname in {OURS} and grantee = 0 and privilege_type = 'CREATE'",
        "grant select on scripts to public",
    ),
    "nobody signed in is nobody": Lint(
        f"select name from ({TABLES}) t where has_table_privilege('anon', oid,"
        " 'select, insert, update, delete, truncate') or has_any_column_privilege('anon', oid,"
        " 'select, insert, update')",
        "grant select on scripts to anon",
    ),
    "new objects are not granted by themselves": Lint(
        "select defaclobjtype::text from pg_default_acl, aclexplode(defaclacl)"
        " where grantee in (0, 'anon'::regrole, 'authenticated'::regrole)",
        "alter default privileges in schema public grant select on tables to authenticated",
    ),
    "roles are weak": Lint(
        "select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role',"
        " 'bookkeeper', 'authenticator') and (rolsuper or rolbypassrls or rolcreaterole"
        " or rolcreatedb or rolreplication or rolinherit"
        " or (rolcanlogin and rolname <> 'authenticator'))",
        "alter role authenticator createdb",
    ),
    "months are safe by themselves": Lint(
        "select oid::regclass from pg_class where relnamespace = 'months'::regnamespace"
        " and relkind = 'r' and not (relrowsecurity and relforcerowsecurity)",
        "create table months.leak partition of campaign_performance_metrics"
        " for values from ('2001-01-01') to ('2001-02-01')",
    ),
    "months are reached through their table alone": Lint(
        "select relname from pg_class, aclexplode(relacl) where relowner <> grantee"
        " and relnamespace = 'months'::regnamespace"
        " union all select rolname from pg_roles where rolname in ('anon', 'authenticated',"
        " 'service_role', 'authenticator') and has_schema_privilege(oid, 'months', 'usage')",
        "grant usage on schema months to authenticated",
    ),
    "the login owns nothing and inherits nothing": Lint(
        "select relname from pg_class where pg_get_userbyid(relowner) = 'authenticator'"
        " union all select roleid::regrole::text from pg_auth_members"
        " where member = 'authenticator'::regrole and inherit_option",
        "grant create on schema public to authenticator; set local role authenticator;"
        " create table owned (id int); reset role",
    ),
    "tables and columns say what they are": Lint(
        f"select name || '.' || attname from ({TABLES}) t join pg_attribute on attrelid = t.oid"
        " where attnum >= 0 and not attisdropped and col_description(t.oid, attnum) is null"
        f" union all select name::text from ({TABLES}) t where obj_description(oid) is null",
        "alter table scripts add column mystery int",
    ),
    "functions and views say what they do": Lint(
        f"select p.oid::regprocedure::text from pg_proc p join pg_namespace n"
        f" on n.oid = pronamespace where nspname in {OURS}"
        " and obj_description(p.oid, 'pg_proc') is null"
        f" union all select relname from pg_class c join pg_namespace n on n.oid = relnamespace"
        f" where nspname in {OURS} and relkind in ('v', 'm')"
        " and obj_description(c.oid, 'pg_class') is null",
        "create function mystery() returns int language sql set search_path = '' as 'select 1'",
    ),
    "constraints have names that speak": Lint(
        f"select conname from pg_constraint c join ({TABLES}) t on t.oid = c.conrelid"
        " where contype = 'c' and conname ~ '_check[0-9]*$'",
        "alter table scripts add check (version > 0)",
    ),
    "times know their zone": Lint(
        f"select name || '.' || attname from ({TABLES}) t join pg_attribute on attrelid = t.oid"
        " where attnum > 0 and not attisdropped and atttypid = 'timestamp'::regtype",
        "alter table scripts add column read_at timestamp",
    ),
    "rows that know when they changed are told": Lint(
        f"select name || '.' || attname from ({TABLES}) t join pg_attribute on attrelid = t.oid"
        " where attname = 'updated_at' and nspname = 'public'"
        " and not exists (select from pg_trigger"
        "  where tgrelid = t.oid and tgfoid = 'update_updated_at'::regproc)",
        "drop trigger tr_scripts_updated on scripts",
    ),
}


def findings(connection: psycopg.Connection[dict[str, Any]], lint: Lint) -> list[str]:
    return [str(next(iter(row.values()))) for row in connection.execute(lint.finds.encode())]


@pytest.mark.parametrize("name", LINTS)
def test_the_schema_has_no_fault(admin: psycopg.Connection[dict[str, Any]], name: str) -> None:
    assert findings(admin, LINTS[name]) == []


@pytest.mark.parametrize("name", LINTS)
def test_the_lint_finds_its_fault(admin: psycopg.Connection[dict[str, Any]], name: str) -> None:
    with admin.transaction(force_rollback=True):
        admin.execute(LINTS[name].planted.encode())
        assert findings(admin, LINTS[name])


@pytest.mark.parametrize(
    ("table", "order"),
    [
        ("projects", "created_at desc, id desc"),
        ("jobs", "created_at desc, id desc"),
        ("uploads", "created_at desc, id desc"),
        ("scripts", "updated_at, id"),
        ("credit_ledger", "entry_no desc"),
    ],
)
def test_a_users_list_is_one_index_scan_that_asks_once_who_it_is(
    admin: psycopg.Connection[dict[str, Any]], table: LiteralString, order: LiteralString
) -> None:
    with admin.transaction(force_rollback=True):
        admin.execute("set local enable_seqscan = off; set local enable_bitmapscan = off")
        admin.execute("set local role authenticated")
        plan = "\n".join(
            row["QUERY PLAN"]
            for row in admin.execute(
                f"explain (costs off) select id from {table} order by {order} limit 20"
            )
        )
    assert "InitPlan" in plan
    assert "Index" in plan
    assert "Seq Scan" not in plan
    assert "Sort" not in plan, plan
