"""What the schema must never come to: each lint finds nothing, but the fault planted for it."""

from collections.abc import Iterable
from typing import Any, LiteralString, NamedTuple

import psycopg
import pytest

from infra.local.migrate import MIGRATIONS

OURS = "('public', 'private', 'auth')"
BOOKKEEPING = "('private.registry'::regclass, 'private.schema_version'::regclass)"
"""Tables that only the owner writes, while it migrates."""

OWNERLESS_ROWS = {
    "draft_prompts": "a visitor's prompt, found by its token's hash until somebody claims it",
    "research_cache": "what the house looked up for itself",
    "outbox": "what the house sends on its own account",
    "agent_learning_data": "patterns the house learned from nobody in particular",
    "support_tickets": "people without an account ask too, and read by a token",
    "support_ticket_messages": "what was said in their tickets",
    "user_analytics_events": "pages seen before signing in",
}
"""Tables some of whose rows are nobody's. A null owner equals no user, so none sees such rows, nor
does the house while it works for a user; but a draft it claims for one."""

UNOWNED_REFERENCES = {
    "credit_ledger_reverses": "the bookkeeper alone writes it, within the account it has locked",
}
"""References without the owner. Rows without one need such beside the reference with it."""

UNINDEXED_REFERENCES = {
    "credit_ledger_reverses": "entries are never deleted, so nobody looks for what points at them",
}

DEFINERS = {
    # the bookkeeper's: every user's books, so each asks whose they are
    "add_credits": "refuses another's account",
    "reserve_credits": "refuses another's account, and another's job",
    "settle_credits": "refuses another's hold",
    "release_credits": "refuses another's hold",
    "refund_credits": "refuses another's charge",
    "revoke_purchase": "refuses another's payment",
    "reinstate_purchase": "refuses another's payment",
    "renew_subscription": "refuses another's account",
    "expire_credits": "the asking user's account; all of them in a sweep",
    "time_out_holds": "the asking user's holds; all of them in a sweep",
    "credit_extend_hold": "the changed job's own hold",
    "record_cost": "refuses another's costs",
    # the eraser's: rows that are otherwise never changed, of the request's own user
    "erase_page": "the user of a request that the caller sees and that is under way",
    "anonymise_page": "the user of a request that the caller sees and that is under way",
    "finish_erasure": "the user of a request that the caller sees and that is under way",
    # the house's: row level security holds them to whoever asks, grants of the user's do not
    "handle_new_user": "a user signs up before anything is theirs to write",
    "claim_draft_prompt": "an open draft is nobody's yet: its token opens it, for oneself alone",
    "audit_secret_change": "the log of secrets is no user's to write",
    "check_launch": "asks a function users may not call about the row itself",
    "check_conditions": "asks a function users may not call about the row itself",
    "refresh_changed_campaigns": "a campaign's metrics are no user's to write",
    "rules_changed": "what is to be scored again is no user's to write",
    "score_changed_leads": "scores are no user's to write",
    "score_active_leads": "scores are no user's to write",
    "score_given_points": "scores are no user's to write",
    "clear_upload": "the outbox is no user's to write; the row's own file",
    "clear_album": "the outbox is no user's to write; the row's own files",
    "clear_job": "the outbox is no user's to write; the row's own files",
    "clear_project": "the outbox is no user's to write; the row's own files",
    "lead_changed": "the inbox's copy, events and the log are no user's to write",
    "lead_scoring_preview": "compiles conditions as users may not, over own leads alone",
    "check_assets": "tells an own file from one that is not, in one sentence",
    "conclude_entry": "what became of an entry is no user's to write",
    "tidy_contact": "asks the suppressions of the contact's owner",
    "suppress_contact": "suppressions are no user's to write",
    "count_sent": "counters are no user's to write",
    "count_event": "counters are no user's to write",
    "count_message": "counters are no user's to write",
    "count_utterance": "counters are no user's to write",
    "count_added": "counters are no user's to write",
    "count_removed": "counters are no user's to write",
    "place_message": "locks the session, which users may not",
    "place_utterance": "locks the conversation, which users may not",
    "finish_exchange": "what is remembered is no user's to write",
    "learn": "what was learned is no user's to write; patterns of the row's owner alone",
    "note_consent": "the privacy log is no user's to write",
    "merge_leads": "refuses another's leads; what leads did moves, which no user may change",
    "unmerge_lead": "refuses another's merge; the same goes back",
}
"""Functions that run with their owner's rights, and why each may."""

OWNERS_OWN = {
    "guard_state": "reads the moves there are",
    "check_timezone": "reads the time zones Postgres knows",
    "tend_months": "makes months, and drops those whose time is over by the clock itself",
}
"""Functions with the rights of the schema's owner, whom row level security binds too."""

HOUSE_POLICIES = {
    "draft_prompts_unclaimed": "an open draft is tended for whoever brings its token",
    "jobs_bookkeeper": "whether a hold's job still runs, and whose it is",
}
"""Policies of the house's roles beside those of enrolment, and the bookkeeper's on its books."""

BOOKS = (
    "('credit_accounts', 'credit_lots', 'credit_holds', 'credit_allocations', 'credit_ledger',"
    " 'credit_debts', 'channel_costs')"
)
"""Tables that the bookkeeper alone writes."""

RUNTIME = "('anon', 'authenticated', 'service_role', 'bookkeeper', 'eraser', 'authenticator')"
"""Every role but the owner of the schema."""


def listed(names: Iterable[str]) -> str:
    return "(" + ", ".join(f"'{name}'" for name in names) + ")"


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
    "users see and write what they own": Lint(
        f"select policyname from pg_policies p join ({OWNED}) t"
        "  on t.oid = to_regclass(format('%I.%I', schemaname, tablename)),"
        " lateral (select format('(%I = ( SELECT auth.uid() AS uid))', owner_column) as mine) x"
        " where permissive = 'PERMISSIVE' and 'authenticated' = any (roles)"
        "  and (cmd <> 'ALL' or qual is distinct from mine or with_check is distinct from mine)",
        "create policy leak on scripts for select to authenticated using (true)",
    ),
    "the house sees whom it works for": Lint(
        f"select policyname from pg_policies p join ({OWNED}) t"
        "  on t.oid = to_regclass(format('%I.%I', schemaname, tablename)), lateral (select format("
        "  '((( SELECT auth.uid() AS uid) IS NULL) OR (%I = ( SELECT auth.uid() AS uid)))',"
        "  owner_column) as served) x"
        " where permissive = 'PERMISSIVE' and not 'authenticated' = any (roles)"
        f"  and policyname not in {listed(HOUSE_POLICIES)}"
        f"  and not (roles = '{{bookkeeper}}' and table_name in {BOOKS})"
        "  and (roles <> '{service_role}' or qual is distinct from served"
        "   or with_check is distinct from served)",
        "create policy leak on scripts to bookkeeper using (true)",
    ),
    "what is the house's own no user writes": Lint(
        "select table_name from private.registry, lateral (select"
        "  to_regclass(format('%I.%I', schema_name, table_name)) as oid) t"
        " where owner_column is null and (has_any_column_privilege('authenticated', oid,"
        "  'insert, update') or has_table_privilege('authenticated', oid, 'delete, truncate'))",
        "grant update (pricing) on ai_model_configs to authenticated",
    ),
    "an index begins with the owner": Lint(
        f"select table_name from ({OWNED}) t where not exists (select from pg_index"
        "  where indrelid = t.oid and indkey[0] = owner_number and indpred is null)",
        "drop index scripts_by_owner; drop index scripts_by_change",
    ),
    "rows have an owner": Lint(
        f"select table_name from ({OWNED}) t"
        f" where not attnotnull and table_name not in {listed(OWNERLESS_ROWS)}",
        "alter table scripts alter user_id drop not null",
    ),
    "references stay with one owner": Lint(
        f"select conname from pg_constraint c join ({OWNED}) child on child.oid = c.conrelid"
        f" join ({OWNED}) parent on parent.oid = c.confrelid"
        " where c.contype = 'f' and not (child.owner_number = any (c.conkey)"
        "  and parent.owner_number = any (c.confkey))"
        f" and conname not in {listed(UNOWNED_REFERENCES)}"
        "  and (child.attnotnull or not exists (select from pg_constraint s"
        "   where s.contype = 'f' and s.conrelid = c.conrelid and s.confrelid = c.confrelid"
        "    and s.conkey @> c.conkey and child.owner_number = any (s.conkey)))",
        "alter table uploads add constraint leak foreign key (project_id) references projects (id)",
    ),
    "references are served by an index": Lint(
        f"select conname from pg_constraint c join ({TABLES}) t on t.oid = c.conrelid"
        f" where contype = 'f' and conname not in {listed(UNINDEXED_REFERENCES)}"
        " and not exists (select from pg_index i"
        "  where i.indrelid = c.conrelid and i.indkey[0] = any (c.conkey))",
        "drop index scripts_by_parent, scripts_by_owner, scripts_by_change;"
        " alter table scripts drop constraint scripts_owned cascade",
    ),
    "unique values tell nothing of another's rows": Lint(
        f"select i.indexrelid::regclass from pg_index i join ({OWNED}) t on t.oid = i.indrelid"
        " where (indisunique or indisexclusion) and not owner_number = any (i.indkey)"
        "  and not exists (select from pg_attribute a where a.attrelid = t.oid"
        # an id is 122 random bits: who asks for one was told it
        "   and a.attname = 'id' and i.indkey::text = a.attnum::text)"
        "  and not exists (select from unnest(i.indkey::int2[]) at"  # one that no user may choose
        "   where not has_column_privilege('authenticated', i.indrelid, at, 'insert')"
        "   and not has_column_privilege('authenticated', i.indrelid, at, 'update'))",
        "create unique index oracle on scripts (title) where false",
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
        f" where nspname in {OURS} and prosecdef and proname not in {listed(OWNERS_OWN)}"
        f"  and (proname not in {listed(DEFINERS)}"
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
    "nobody signed in sees nothing": Lint(
        "select relname from pg_class c join pg_namespace n on n.oid = relnamespace"
        f" where nspname in {OURS} and relkind in ('r', 'p', 'v', 'm')"
        "  and (has_table_privilege('anon', c.oid, 'select, insert, update, delete, truncate')"
        "   or has_any_column_privilege('anon', c.oid, 'select, insert, update'))"
        " union all select policyname from pg_policies where 'anon' = any (roles)",
        "grant select on work_items to anon",
    ),
    "nobody signed in calls nothing": Lint(
        "select oid::regprocedure from pg_proc where has_function_privilege('anon', oid, 'execute')"
        "  and pronamespace in ('public'::regnamespace, 'private'::regnamespace)",
        "grant execute on function get_default_model(text, text) to anon",
    ),
    "users do not reach the house's own rooms": Lint(
        "select nspname || ' ' || rolname from pg_namespace, pg_roles"
        " where nspname in ('private', 'months') and rolname in ('anon', 'authenticated')"
        "  and has_schema_privilege(rolname, nspname, 'usage')",
        "grant usage on schema private to authenticated",
    ),
    "new objects are not granted by themselves": Lint(
        "select defaclobjtype::text from pg_default_acl, aclexplode(defaclacl)"
        " where grantee in (0, 'anon'::regrole, 'authenticated'::regrole)",
        "alter default privileges in schema public grant select on tables to authenticated",
    ),
    "roles are weak": Lint(
        f"select rolname from pg_roles where rolname in {RUNTIME} and (rolsuper or rolbypassrls"
        "  or rolcreaterole or rolcreatedb or rolreplication"
        "  or (rolinherit and rolname <> 'eraser')"
        "  or (rolcanlogin and rolname <> 'authenticator'))",
        "alter role authenticator createdb",
    ),
    "roles take on no others than these": Lint(
        "select member::regrole || ' may be ' || roleid::regrole from pg_auth_members"
        f" where member::regrole::text in {RUNTIME}"
        "  and (member::regrole::text, roleid::regrole::text) not in ("
        "   ('authenticator', 'anon'), ('authenticator', 'authenticated'),"
        "   ('authenticator', 'service_role'), ('eraser', 'service_role'))",
        "grant bookkeeper to authenticator",
    ),
    "months are safe by themselves": Lint(
        "select oid::regclass from pg_class where relnamespace = 'months'::regnamespace"
        " and relkind = 'r' and not (relrowsecurity and relforcerowsecurity)",
        "create table months.leak partition of campaign_performance_metrics"
        " for values from ('2001-01-01') to ('2001-02-01')",
    ),
    "months are reached through their table alone": Lint(
        "select relname from pg_class, aclexplode(relacl) where relowner <> grantee"
        "  and relnamespace = 'months'::regnamespace"
        f" union all select rolname from pg_roles where rolname in {RUNTIME}"
        "  and has_schema_privilege(oid, 'months', 'usage')",
        "grant usage on schema months to service_role",
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


def test_a_host_whose_roles_pass_row_level_security_is_refused(
    admin: psycopg.Connection[dict[str, Any]],
) -> None:
    (check,) = MIGRATIONS.glob("*_held_roles.sql")
    admin.execute(check.read_bytes())
    with admin.transaction(force_rollback=True):
        admin.execute("alter role service_role bypassrls")
        with pytest.raises(psycopg.errors.RaiseException, match="service_role"):
            admin.execute(check.read_bytes())


def test_every_exception_is_needed(admin: psycopg.Connection[dict[str, Any]]) -> None:
    """An exception outlives its reason otherwise, and covers the next one of its name."""
    definers = {
        row["proname"]
        for row in admin.execute(
            "select proname from pg_proc where prosecdef"
            " and pronamespace in ('public'::regnamespace, 'private'::regnamespace)"
        )
    }
    assert definers == {*DEFINERS, *OWNERS_OWN}
    nobodys = f"select table_name from ({OWNED}) t where not attnotnull"
    assert {row["table_name"] for row in admin.execute(nobodys.encode())} == set(OWNERLESS_ROWS)
    for named, query in (
        ({*UNOWNED_REFERENCES, *UNINDEXED_REFERENCES}, "select conname as name from pg_constraint"),
        (HOUSE_POLICIES, "select policyname as name from pg_policies"),
    ):
        assert set(named) <= {row["name"] for row in admin.execute(query.encode())}


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
