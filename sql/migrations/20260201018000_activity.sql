-- Activity: one list of everything that is being made, and one of everything that was noted.

create table private.blobs (
  sha256     text not null constraint blobs_sha256_is_hash check (sha256 ~ '^[0-9a-f]{64}$'),
  user_id    uuid not null default auth.uid() references auth.users (id) on delete cascade,
  path       text not null,
  size_bytes bigint not null constraint blobs_size_range check (size_bytes >= 0),
  refs       integer not null default 1 constraint blobs_refs_range check (refs >= 0),
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default now(),
  primary key (user_id, sha256)
);
create index blobs_unused on private.blobs (updated_at) where refs = 0;
select private.describe('private.blobs', $$
  What lies in storage, by its bytes: the same bytes of one user lie there once.
  sha256: Hash of the bytes, in hex.
  path: Where they lie.
  size_bytes: How many they are.
  refs: Rows that point at them; none lets them go.
$$);
select private.enrol('private.blobs', kind => 'STDU', users_may => null, by_owner => null, export => 'none');

create view work_items with (security_invoker) as
select 'job'::text as kind, j.id, j.user_id, p.title, j.status::text as status, j.progress,
       coalesce((select sum(s.cost_usd) from public.job_steps s where s.job_id = j.id), 0) as cost_usd,
       j.created_at, j.updated_at, j.finished_at
  from public.jobs j join public.projects p on p.id = j.project_id
union all
select 'video_job', v.id, v.user_id, coalesce(v.video_title, v.niche_label), v.status::text,
       case v.status when 'planned' then 0 when 'generating_music' then 20 when 'generating_image' then 45
                     when 'rendering' then 70 when 'ready_for_export' then 95 when 'completed' then 100
                     else 0 end,
       v.cost_usd, v.created_at, v.updated_at, v.finished_at
  from public.video_jobs v where v.deleted_at is null
union all
select 'ai_video', a.id, a.user_id, left(a.goal, 200), a.status,
       case a.status when 'draft' then 0 when 'planning' then 10 when 'generating_images' then 30
                     when 'generating_video' then 60 when 'completed' then 100 else 0 end,
       a.cost_usd, a.created_at, a.updated_at, a.completed_at
  from public.ai_video_projects a
union all
select 'workflow', w.id, w.created_by, w.workflow_id, w.status,
       case w.status when 'completed' then 100 when 'running' then 50 else 0 end,
       null, w.created_at, w.updated_at, w.completed_at
  from public.workflow_executions w
union all
select 'document', d.id, d.created_by, d.title, d.status, d.progress,
       null, d.created_at, d.updated_at, d.processed_at
  from public.knowledge_documents d
union all
select 'report', r.id, r.user_id, coalesce(r.title, r.report_type), r.status,
       case r.status when 'ready' then 100 when 'running' then 50 else 0 end,
       null, r.created_at, r.updated_at, r.generated_at
  from public.analytics_reports r;
comment on view work_items is 'Everything that is being made for a user, in one list.';
revoke all on work_items from public, anon;
grant select on work_items to authenticated, service_role;

create view audit_trail with (security_invoker) as
select 'privacy'::text as source, id, user_id, event_type as event, details, created_at from public.privacy_audit_log
union all
select 'secret', id, user_id, operation, jsonb_build_object('service_name', service_name, 'actor', actor,
       'purpose', purpose, 'success', success), created_at from public.secret_audit_logs
union all
select 'autopilot', id, user_id, activity_type, jsonb_build_object('description', activity_description,
       'entity_type', entity_type, 'entity_id', entity_id), created_at from public.autopilot_activity_log
union all
select 'knowledge', id, user_id, 'searched', jsonb_build_object('search_id', search_id,
       'document_id', document_id, 'rank', rank), created_at from public.knowledge_access_logs
union all
select 'job', id, user_id, coalesce(stage, level), jsonb_build_object('job_id', job_id, 'message', message),
       created_at from public.job_events;
comment on view audit_trail is 'Everything that was noted about a user''s things, in one list.';
revoke all on audit_trail from public, anon;
grant select on audit_trail to authenticated, service_role;
