-- Small prices: what a call cost is kept to the millionth of a dollar wherever it is added up, as
-- `channel_costs` has it. Rounded call by call, a budget would never fill with calls too cheap to count.

drop view work_items;  -- shows a column that changes

alter table private.paid_calls alter cost_usd type numeric(14, 6);
alter table job_steps alter cost_usd type numeric(14, 6);
alter table video_jobs
  alter cost_usd type numeric(14, 6),
  alter estimated_cost_usd type numeric(14, 6);
alter table audio_tracks alter cost_usd type numeric(14, 6);
alter table images alter cost_usd type numeric(14, 6);
alter table research_cache alter cost_usd type numeric(14, 6);
alter table research_days alter saved_usd type numeric(14, 6);
alter table budget_reservations
  alter estimate_usd type numeric(14, 6),
  alter actual_usd type numeric(14, 6);
alter table channel_budgets
  alter spent_usd type numeric(14, 6),
  alter reserved_usd type numeric(14, 6);
alter table pipeline
  alter cost_usd type numeric(14, 6),
  alter spent_usd type numeric(14, 6),
  alter reserved_usd type numeric(14, 6);

create view work_items with (security_invoker) as
select 'job'::text as kind, j.id, j.user_id, p.title, j.status::text as status, j.progress,
       coalesce((select sum(s.cost_usd) from public.job_steps s where s.job_id = j.id), 0) as cost_usd,
       j.created_at, j.updated_at, j.finished_at
  from public.jobs j join public.projects p on p.id = j.project_id
union all
select 'video_job', v.id, v.user_id, coalesce(v.video_title, v.niche_label), v.status::text, v.progress,
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
