"""Lint of the schema: each rule holds for all of it, and notices a fault that is planted."""

from typing import Any

import psycopg
import pytest

pytestmark = pytest.mark.usefixtures("database")

HOUSE = "('public', 'private', 'months')"
TABLES = f"""
  select c.*, format('%I.%I', n.nspname, c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p') and n.nspname in {HOUSE}
     and c.relname not in ('registry', 'schema_version')
"""
OWNED = """
  select c.oid, c.relname, r.owner_column, a.attnum as owner
    from private.registry r
    join pg_class c on c.relname = r.table_name
     and c.relnamespace::regnamespace::text = r.schema_name
    join pg_attribute a on a.attrelid = c.oid and a.attname = r.owner_column
"""

LINTS: dict[str, tuple[str, str]] = {
    "row level security is on and forced": (
        f"select name from ({TABLES}) t where not (relrowsecurity and relforcerowsecurity)",
        "alter table scripts no force row level security",
    ),
    "every table is enrolled": (
        f"""select name from ({TABLES}) t where not relispartition and not exists
              (select from private.registry r where r.table_name = t.relname)""",
        "create table planted (id uuid)",
    ),
    "every column has a comment": (
        f"""select name || '.' || attname as name from ({TABLES}) t
              join pg_attribute a on a.attrelid = t.oid and attnum > 0 and not attisdropped
             where not relispartition and col_description(t.oid, attnum) is null""",
        "alter table scripts add column planted int",
    ),
    "every table, view and function has a comment": (
        f"""select name from ({TABLES}) t where not relispartition
              and obj_description(oid, 'pg_class') is null
            union all select relname from pg_class where relkind = 'v'
              and relnamespace::regnamespace::text in {HOUSE}
              and obj_description(oid, 'pg_class') is null
            union all select oid::regprocedure::text from pg_proc
             where pronamespace::regnamespace::text in {HOUSE}
              and obj_description(oid, 'pg_proc') is null""",
        "create view planted with (security_invoker) as select 1 as one",
    ),
    "policies name their roles": (
        "select polname as name from pg_policy where 0 = any (polroles)",
        "create policy planted on scripts using (true)",
    ),
    "policies ask who it is once a statement": (
        """select polname as name from pg_policy, lateral (select concat(
                  pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))) as t (said)
            where replace(said, 'SELECT auth.uid()', '') like '%auth.uid()%'""",
        "create policy planted on scripts to authenticated using (user_id = auth.uid())",
    ),
    "the owner's rows are found along an index": (
        f"""select relname as name from ({OWNED}) o where not exists
              (select from pg_index i where i.indrelid = o.oid and i.indkey[0] = o.owner
                  and i.indpred is null)""",
        "drop index if exists projects_by_owner; drop index idx_projects_user",
    ),
    "rows of tenants point at rows of the same tenant": (
        f"""select k.conname as name from pg_constraint k
              join ({OWNED}) child on child.oid = k.conrelid
              join ({OWNED}) parent on parent.oid = k.confrelid
             where k.contype = 'f' and k.conparentid = 0
               and not (child.owner = any (k.conkey) and parent.owner = any (k.confkey))
               and not exists (select from pg_constraint whole
                     where whole.conrelid = k.conrelid and whole.confrelid = k.confrelid
                       and whole.contype = 'f' and whole.conkey @> (k.conkey || child.owner))
               and k.conname not in ('credit_ledger_reverses', 'support_tickets_follows')""",
        "alter table scripts add constraint planted foreign key (parent_id) references projects",
    ),
    "foreign keys are followed along an index": (
        """select conname as name from pg_constraint k
            where contype = 'f' and conparentid = 0
              and connamespace::regnamespace::text in ('public', 'private')
              and conname <> 'credit_ledger_reverses'
              and not exists (select from pg_index i
                    where i.indrelid = k.conrelid and i.indkey[0] = any (k.conkey))""",
        "drop index scripts_by_parent; drop index scripts_by_change; drop index scripts_by_owner;"
        "alter table scripts drop constraint scripts_owned cascade;"
        "alter table scripts add constraint planted foreign key (parent_id) references scripts",
    ),
    "views see with the eyes of who looks": (
        f"""select relname as name from pg_class where relkind = 'v'
              and relnamespace::regnamespace::text in {HOUSE}
              and not coalesce(reloptions, '{{}}')
                      && '{{security_invoker=true,security_invoker=on}}'""",
        "create view planted as select * from scripts",
    ),
    "functions look nowhere they were not told to": (
        f"""select oid::regprocedure::text as name from pg_proc
             where pronamespace::regnamespace::text in {HOUSE}
               and not coalesce(proconfig, '{{}}') && '{{"search_path=\\"\\""}}'""",
        "create function planted() returns int language sql as 'select 1'",
    ),
    "what runs with other rights runs with the rights of the house, not of the owner": (
        f"""select oid::regprocedure::text as name from pg_proc
             where prosecdef and pronamespace::regnamespace::text in {HOUSE}
               and proowner::regrole::text not in ('service_role', 'bookkeeper')
               and oid::regprocedure::text not in (
                 'private.guard_state()', 'private.check_timezone()',
                 'private.tend_months(timestamp with time zone,integer)')""",
        "create function planted() returns int language sql security definer set search_path = ''"
        " as 'select 1'",
    ),
    "nothing is granted to everyone": (
        f"""select oid::regprocedure::text as name from pg_proc
             where pronamespace::regnamespace::text in {HOUSE}
               and (proacl is null or exists (select from aclexplode(proacl) where grantee = 0))
            union all select oid::regclass::text from pg_class, aclexplode(relacl)
             where relnamespace::regnamespace::text in {HOUSE} and grantee = 0""",
        "grant select on scripts to public",
    ),
    "nothing is granted by itself": (
        """select defaclrole::regrole::text as name from pg_default_acl, aclexplode(defaclacl)
            where grantee <> defaclrole""",
        "alter default privileges grant select on tables to authenticated",
    ),
    "months are reached through their table alone": (
        """select relname as name from pg_class, aclexplode(relacl) where relispartition
              and relnamespace = 'months'::regnamespace and grantee <> relowner
            union all select rolname from pg_roles
             where rolname in ('anon', 'authenticated', 'service_role', 'authenticator')
               and has_schema_privilege(oid, 'months', 'usage')""",
        "grant usage on schema months to authenticated",
    ),
    "nobody who comes in by the network is above the rules": (
        """select rolname as name from pg_roles
            where rolname in
                  ('anon', 'authenticated', 'service_role', 'authenticator', 'bookkeeper')
              and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolinherit
                   or rolreplication)""",
        "alter role authenticated createdb",
    ),
    "no unique index tells a user of another tenant's rows": (
        f"""select i.indexrelid::regclass::text as name from pg_index i
              join ({OWNED}) o on o.oid = i.indrelid
             where i.indisunique and not i.indisprimary and not (o.owner = any (i.indkey::int2[]))
               and o.relname in (select relname from pg_class
                     where relnamespace = 'public'::regnamespace)
               and not exists (select from unnest(i.indkey::int2[]) at
                     where not has_column_privilege('authenticated', i.indrelid, at, 'insert')
                       and not has_column_privilege('authenticated', i.indrelid, at, 'update'))""",
        "create unique index planted on scripts (title)",
    ),
}


def faults(admin: psycopg.Connection[Any], lint: str) -> list[str]:
    statement: Any = LINTS[lint][0]
    return sorted(row["name"] for row in admin.execute(statement))


@pytest.mark.parametrize("lint", LINTS)
def test_it_holds(lint: str, admin: psycopg.Connection[Any]) -> None:
    assert faults(admin, lint) == []


@pytest.mark.parametrize("lint", LINTS)
def test_a_planted_fault_is_noticed(lint: str, admin: psycopg.Connection[Any]) -> None:
    fault: Any = LINTS[lint][1]
    with admin.transaction(force_rollback=True):
        admin.execute(fault)
        assert faults(admin, lint) != []


def test_every_table_of_the_documents_is_here(admin: psycopg.Connection[Any]) -> None:
    """Eighty-two tables, and the one that was to come."""
    here = {
        row["relname"]
        for row in admin.execute(
            "select relname from pg_class where relnamespace = 'public'::regnamespace"
            " and relkind in ('r', 'p')"
        )
    }
    assert set(TABLES_OF_THE_DOCUMENTS.split()) - here == set()
    assert len(set(TABLES_OF_THE_DOCUMENTS.split())) == 83


TABLES_OF_THE_DOCUMENTS = """
user_preferences user_secrets secret_audit_logs user_privacy_settings data_export_requests
data_deletion_requests campaigns campaign_tasks generated_content_pieces workflow_executions
campaign_metrics campaign_performance_metrics campaign_performance_monitor campaign_predictions
leads lead_activities lead_scoring_rules autopilot_lead_inbox content_calendar brand_assets
content_templates digital_assets proposal_templates email_campaigns email_templates
email_automation_rules email_contacts chat_sessions conversations chat_messages
conversation_messages conversation_knowledge_refs research_notes webhooks integration_connections
oauth_connections oauth_states social_platform_connections knowledge_buckets knowledge_documents
knowledge_chunks knowledge_access_logs marketing_autopilot_config autopilot_weekly_reports
autopilot_activity_log campaign_copilot_sessions ai_interaction_feedback ai_video_projects
ai_video_jobs agent_learning_data ai_model_configs ai_model_update_logs performance_analytics
keyword_research analytics_reports real_time_metrics ai_insights user_analytics_events
brand_positioning_analyses funnel_designs competitive_gap_analyses
performance_tracking_frameworks support_tickets privacy_audit_log research_cache scripts
pipeline_runs metadata_experiments channel_configs channel_costs channels video_jobs audio_tracks
images render_tasks video_analytics profiles draft_prompts projects jobs job_steps assets
credit_ledger
"""
