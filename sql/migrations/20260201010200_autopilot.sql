-- Autopilot: what a user lets it do, what it proposes, what it did, and what came of it.

create table marketing_autopilot_config (
  id                       uuid primary key default gen_random_uuid(),
  user_id                  uuid not null default auth.uid() constraint marketing_autopilot_config_of_user
                           references auth.users (id) on delete cascade
                           constraint marketing_autopilot_config_one_per_user unique,
  business_description     text not null,
  target_audience          jsonb not null default '{}' constraint marketing_autopilot_config_audience_is_object
                           check (jsonb_typeof(target_audience) = 'object'),
  monthly_budget           numeric(12, 2) not null constraint marketing_autopilot_config_budget_range
                           check (monthly_budget >= 0),
  goals                    jsonb not null default '[]' constraint marketing_autopilot_config_goals_shape
                           check (jsonb_typeof(goals) in ('array', 'object')),
  ai_strategy              jsonb not null default '{}' constraint marketing_autopilot_config_strategy_is_object
                           check (jsonb_typeof(ai_strategy) = 'object'),
  is_active                boolean not null default true,
  mode                     text not null default 'approve' constraint marketing_autopilot_config_mode_known
                           check (mode in ('off', 'dry_run', 'approve', 'execute')),
  max_daily_change_pct     numeric not null default 20 constraint marketing_autopilot_config_change_range
                           check (max_daily_change_pct between 0 and 100),
  max_actions_per_day      integer not null default 10 constraint marketing_autopilot_config_actions_range
                           check (max_actions_per_day >= 0),
  max_auto_videos_per_week integer not null default 5 constraint marketing_autopilot_config_videos_range
                           check (max_auto_videos_per_week >= 0),
  paused_until             timestamptz,
  kill_switch              boolean not null default false,
  timezone                 text not null default 'UTC',
  last_optimized_at        timestamptz,
  created_at               timestamptz not null default now(),
  updated_at               timestamptz not null default now(),
  constraint marketing_autopilot_config_owned unique (id, user_id)
);
create index idx_autopilot_config_active on marketing_autopilot_config (user_id, is_active);
select private.describe('marketing_autopilot_config', $$
  What a user lets the autopilot do.
  business_description: What the user sells.
  target_audience: To whom.
  monthly_budget: What it may spend in a month, in dollars.
  goals: What is to be reached.
  ai_strategy: {channels: [{name, budgetPercentage, rationale}]}; the shares sum to 100 at most.
  is_active: Whether it runs.
  mode: off, dry_run says what it would do, approve asks first, execute acts.
  max_daily_change_pct: Most a budget may change in a day, in percent.
  max_actions_per_day: Most it may do in a day.
  max_auto_videos_per_week: Most videos it may make in a week.
  paused_until: Until when it rests.
  kill_switch: Stops everything at once, whatever the rest says.
  timezone: IANA time zone of its days.
  last_optimized_at: When it last looked.
$$);
select private.enrol('marketing_autopilot_config', kind => 'STDU', by_owner => null, users_may =>
  'select, delete,
   insert (id, user_id, business_description, target_audience, monthly_budget, goals, is_active, mode,
           max_daily_change_pct, max_actions_per_day, max_auto_videos_per_week, paused_until, kill_switch, timezone),
   update (business_description, target_audience, monthly_budget, goals, is_active, mode,
           max_daily_change_pct, max_actions_per_day, max_auto_videos_per_week, paused_until, kill_switch, timezone)');

create function private.check_shares() returns trigger
language plpgsql set search_path = '' as $$
declare
  shares numeric;
begin
  select coalesce(sum((channel ->> 'budgetPercentage')::numeric), 0) into shares
    from jsonb_array_elements(coalesce(new.ai_strategy -> 'channels', '[]')) channel;
  if shares > 100 then
    raise exception 'the channels share % percent of the budget', shares using errcode = '23514',
      constraint = 'marketing_autopilot_config_shares_within_budget', column = 'ai_strategy';
  end if;
  return new;
end $$;
comment on function private.check_shares() is 'Trigger: channels share one budget, not more.';
create trigger marketing_autopilot_config_shares before insert or update of ai_strategy
  on marketing_autopilot_config for each row execute function private.check_shares();

create table autopilot_weekly_reports (
  id                     uuid primary key default gen_random_uuid(),
  user_id                uuid not null default auth.uid() constraint autopilot_weekly_reports_of_user
                         references auth.users (id) on delete cascade,
  autopilot_config_id    uuid,
  week_start_date        date not null constraint autopilot_weekly_reports_starts_monday
                         check (extract(isodow from week_start_date) = 1),
  week_end_date          date not null,
  total_leads_generated  integer not null default 0,
  total_spend            numeric(12, 2) not null default 0,
  roi                    numeric,
  top_performing_channel text,
  summary                jsonb not null default '{}' constraint autopilot_weekly_reports_summary_is_object
                         check (jsonb_typeof(summary) = 'object'),
  ai_insights            jsonb not null default '[]' constraint autopilot_weekly_reports_insights_shape
                         check (jsonb_typeof(ai_insights) in ('array', 'object')),
  previous               jsonb,
  status                 text not null default 'draft' constraint autopilot_weekly_reports_status_known
                         check (status in ('draft', 'final')),
  generated_at           timestamptz not null default clock_timestamp(),
  delivered_at           timestamptz,
  created_at             timestamptz not null default now(),
  updated_at             timestamptz not null default now(),
  constraint autopilot_weekly_reports_one_a_week unique (user_id, week_start_date),
  constraint autopilot_weekly_reports_is_a_week check (week_end_date = week_start_date + 6),
  constraint autopilot_weekly_reports_roi_needs_spend check (total_spend <> 0 or roi is null),
  constraint autopilot_weekly_reports_of_own_config foreign key (autopilot_config_id, user_id)
    references marketing_autopilot_config (id, user_id) on delete set null (autopilot_config_id)
);
create index autopilot_weekly_reports_by_config on autopilot_weekly_reports (autopilot_config_id)
  where autopilot_config_id is not null;
select private.describe('autopilot_weekly_reports', $$
  What a week came to, Monday to Sunday.
  autopilot_config_id: The autopilot.
  week_start_date: The Monday.
  week_end_date: The Sunday.
  total_leads_generated: Leads that came in.
  total_spend: What was spent, in dollars.
  roi: Return for each dollar spent; null when none was.
  top_performing_channel: The best marketing channel.
  summary: Its figures.
  ai_insights: What they mean.
  previous: The week before, for comparison.
  status: draft, then final.
  generated_at: When it was computed.
  delivered_at: When the user was told.
$$);
select private.enrol('autopilot_weekly_reports', kind => 'STDU', by_owner => 'week_start_date desc, id desc');
select private.guard_states('autopilot_weekly_reports', 'status', 'draft -> final');

create table autopilot_actions (
  id                  uuid primary key default gen_random_uuid(),
  user_id             uuid not null default auth.uid() constraint autopilot_actions_of_user
                      references auth.users (id) on delete cascade,
  autopilot_config_id uuid,
  campaign_id         uuid,
  rule                text not null,
  status              text not null default 'proposed' constraint autopilot_actions_status_known
                      check (status in ('proposed', 'approved', 'rejected', 'executing', 'executed',
                                        'reverted', 'failed', 'expired')),
  entity_type         text,
  entity_id           uuid,
  before              jsonb not null default '{}',
  after               jsonb not null default '{}',
  expected_effect     jsonb not null default '{}',
  reason              jsonb not null default '{}' constraint autopilot_actions_reason_is_object
                      check (jsonb_typeof(reason) = 'object'),
  dedupe_key          text not null,
  error_code          text,
  expires_at          timestamptz not null default now() + interval '7 days',
  executed_at         timestamptz,
  reverted_at         timestamptz,
  created_at          timestamptz not null default now(),
  updated_at          timestamptz not null default now(),
  constraint autopilot_actions_owned unique (id, user_id),
  constraint autopilot_actions_once unique (user_id, dedupe_key),
  constraint autopilot_actions_of_own_config foreign key (autopilot_config_id, user_id)
    references marketing_autopilot_config (id, user_id) on delete set null (autopilot_config_id),
  constraint autopilot_actions_of_own_campaign foreign key (campaign_id, user_id)
    references campaigns (id, created_by) on delete set null (campaign_id),
  constraint autopilot_actions_executed_has_time
    check ((status in ('executed', 'reverted')) = (executed_at is not null)),
  constraint autopilot_actions_reverted_has_time check ((status = 'reverted') = (reverted_at is not null))
);
create index autopilot_actions_open on autopilot_actions (user_id, created_at desc, id desc)
  where status in ('proposed', 'approved');
create index autopilot_actions_by_expiry on autopilot_actions (expires_at) where status = 'proposed';
create index autopilot_actions_by_campaign on autopilot_actions (campaign_id) where campaign_id is not null;
create index autopilot_actions_by_config on autopilot_actions (autopilot_config_id)
  where autopilot_config_id is not null;
select private.describe('autopilot_actions', $$
  Changes the autopilot proposes.
  autopilot_config_id: The autopilot.
  campaign_id: The campaign it is about.
  rule: The rule that asked for it.
  status: proposed, approved or rejected, executing, executed, reverted; failed or expired.
  entity_type: What kind of thing it changes.
  entity_id: Which one.
  before: How it is.
  after: How it would be.
  expected_effect: What is hoped for.
  reason: Figures it rests on.
  dedupe_key: rule:entity:date; the same is proposed once.
  error_code: Why it failed, for programs.
  expires_at: When the proposal is too old.
  executed_at: When it was done.
  reverted_at: When it was undone.
$$);
select private.enrol('autopilot_actions', kind => 'STDU');
select private.guard_states('autopilot_actions', 'status',
  '-> proposed, approved',
  'proposed  -> approved, rejected, expired',
  'approved  -> executing, rejected, expired',
  'executing -> executed, failed',
  'failed    -> executing',
  'executed  -> reverted');
select private.stamp_states('autopilot_actions', 'status', 'executed_at', '{executed,reverted}');
select private.stamp_states('autopilot_actions', 'status', 'reverted_at', '{reverted}');

create table autopilot_activity_log (
  id                   uuid primary key default gen_random_uuid(),
  user_id              uuid not null default auth.uid() constraint autopilot_activity_log_of_user
                       references auth.users (id) on delete cascade,
  autopilot_config_id  uuid,
  action_id            uuid,
  activity_type        text not null constraint autopilot_activity_log_type_shape
                       check (activity_type ~ '^[a-z_]{1,60}$'),
  activity_description text not null,
  entity_type          text,
  entity_id            uuid,
  metadata             jsonb not null default '{}' constraint autopilot_activity_log_metadata_is_object
                       check (jsonb_typeof(metadata) = 'object'),
  impact_metrics       jsonb not null default '{}' constraint autopilot_activity_log_impact_is_object
                       check (jsonb_typeof(impact_metrics) = 'object'),
  reason               jsonb not null default '{}' constraint autopilot_activity_log_reason_is_object
                       check (jsonb_typeof(reason) = 'object'),
  revert_of            uuid constraint autopilot_activity_log_reverts_once unique,
  created_at           timestamptz not null default clock_timestamp(),
  constraint autopilot_activity_log_owned unique (id, user_id),
  constraint autopilot_activity_log_reverts_own foreign key (revert_of, user_id)
    references autopilot_activity_log (id, user_id) on delete cascade
);
create index autopilot_activity_log_by_entity on autopilot_activity_log (user_id, entity_type, entity_id)
  where entity_id is not null;
select private.describe('autopilot_activity_log', $$
  What the autopilot did, and why. An undoing is a row of its own that names what it undid.
  autopilot_config_id: The autopilot; noted even when it is gone.
  action_id: The proposal it came from; noted even when it is gone.
  activity_type: campaign_created, budget_adjusted, video_created, lead_synced, skipped_over_cap, dry_run, ...
  activity_description: What it did, in words.
  entity_type: What kind of thing it did it to.
  entity_id: Which one.
  metadata: More of it.
  impact_metrics: What it was meant to change.
  reason: Figures and rule it rests on.
  revert_of: What it undid; once.
$$);
select private.enrol('autopilot_activity_log', kind => 'LOG', retention => '730 days');

create function log_autopilot_activity(
  p_user_id uuid, p_config_id uuid, p_activity_type text, p_description text,
  p_entity_type text = null, p_entity_id uuid = null, p_metadata jsonb = '{}'
) returns uuid
language sql set search_path = '' as $$
  insert into public.autopilot_activity_log
    (user_id, autopilot_config_id, activity_type, activity_description, entity_type, entity_id, metadata)
  values (p_user_id, p_config_id, p_activity_type, p_description, p_entity_type, p_entity_id,
          coalesce(p_metadata, '{}'))
  returning id
$$;
comment on function log_autopilot_activity(uuid, uuid, text, text, text, uuid, jsonb) is
  'Write down what the autopilot did.';
select private.allow('log_autopilot_activity(uuid, uuid, text, text, text, uuid, jsonb)', 'service_role');

-- Live: the leads and the money of the week that runs, not a report that is yet to be written.
create function get_autopilot_dashboard_stats(p_user_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  monday constant date := date_trunc('week', clock_timestamp() at time zone 'UTC')::date;
  answer jsonb;
begin
  if p_user_id is distinct from auth.uid() and current_user <> 'service_role' then
    raise exception 'these figures belong to someone else' using errcode = '42501';
  end if;
  select jsonb_build_object(
           'week_start', monday,
           'total_leads', leads.total,
           'this_week_leads', leads.new,
           'this_week_spend', coalesce(figures.spend, 0),
           'this_week_roi', round((figures.revenue - figures.spend) / nullif(figures.spend, 0), 4))
    into answer
    from (select count(*) as total,
                 count(*) filter (where created_at >= monday at time zone 'UTC') as new
            from public.leads
           where created_by = p_user_id and deleted_at is null and merged_into_id is null) leads,
         (select sum(metric_value) filter (where metric_type = 'spend') as spend,
                 coalesce(sum(metric_value) filter (where metric_type = 'revenue'), 0) as revenue
            from public.campaign_metrics
           where created_by = p_user_id and metric_date >= monday
             and metric_type in ('spend', 'revenue')) figures;
  return answer;
end $$;
comment on function get_autopilot_dashboard_stats(uuid) is
  'The running week: {this_week_leads, this_week_spend, this_week_roi, total_leads, week_start}; roi is null before any spend.';
select private.allow('get_autopilot_dashboard_stats(uuid)', 'authenticated, service_role');

-- The two that the clock calls, and hands may: one message for each autopilot, and one only.
create function trigger_autopilot_orchestration(p_day date = null) returns integer
language sql set search_path = '' as $$
  with told as (
    insert into private.outbox (user_id, topic, payload, dedupe_key)
    select user_id, 'autopilot_daily', jsonb_build_object('config_id', id, 'day', day),
           format('daily:%s:%s', user_id, day)
      from public.marketing_autopilot_config,
           coalesce(p_day, (clock_timestamp() at time zone 'UTC')::date) as day
     where is_active and not kill_switch and mode <> 'off'
       and (paused_until is null or paused_until <= clock_timestamp())
    on conflict (dedupe_key) do nothing returning 1)
  select count(*)::int from told
$$;
comment on function trigger_autopilot_orchestration(date) is
  'Promise every active autopilot its run of a day, today unless told otherwise; once a day. Answers how many.';
select private.allow('trigger_autopilot_orchestration(date)', 'service_role');

create function trigger_weekly_report_generation(p_week date = null) returns integer
language sql set search_path = '' as $$
  with told as (
    insert into private.outbox (user_id, topic, payload, dedupe_key)
    select user_id, 'autopilot_report', jsonb_build_object('config_id', id, 'week_start_date', week),
           format('weekly:%s:%s', user_id, week)
      from public.marketing_autopilot_config,
           coalesce(date_trunc('week', p_week)::date,
                    date_trunc('week', clock_timestamp() at time zone 'UTC')::date - 7) as week
     where is_active
    on conflict (dedupe_key) do nothing returning 1)
  select count(*)::int from told
$$;
comment on function trigger_weekly_report_generation(date) is
  'Promise every active autopilot the report of a week, the last whole one unless told otherwise; once. Answers how many.';
select private.allow('trigger_weekly_report_generation(date)', 'service_role');

-- What the clock does, in pg_cron's words.
create table private.schedules (
  jobid    bigint generated always as identity primary key,
  jobname  text not null constraint schedules_name_once unique,
  schedule text not null,
  command  text not null,
  unit     text not null constraint schedules_unit_known
           check (unit in ('minute', 'hour', 'day', 'week', 'month')),
  past     interval not null default '0',
  active   boolean not null default true
);
select private.describe('private.schedules', $$
  What the clock does, and when.
  jobid: Its number.
  jobname: Name its slots are claimed under in private.cron_runs.
  schedule: When, as cron writes it, in UTC.
  command: What.
  unit: How often.
  past: How long after the beginning of the minute, hour, day, week or month.
  active: Whether anything runs it.
$$);
select private.enrol('private.schedules', owner => null, users_may => null, service_may => 'select',
  export => 'none', erase => 'keep_legal');
create policy schedules_written on private.schedules to current_user using (true) with check (true);
insert into private.schedules (jobname, schedule, command, unit, past, active) values
  ('minute', '* * * * *', 'send again what was missed', 'minute', '0', true),
  ('hourly', '0 * * * *', 'expire what is due', 'hour', '0', true),
  ('daily', '0 2 * * *', 'check the books, clear away what is old', 'day', '2 hours', true),
  ('autopilot_daily', '0 2 * * *', 'select trigger_autopilot_orchestration()', 'day', '2 hours', false),
  ('autopilot_weekly', '0 9 * * 1', 'select trigger_weekly_report_generation()', 'week', '9 hours', false),
  ('model_discovery', '0 3 1 * *', 'ask the providers for their models', 'month', '3 hours', false);

create view autopilot_cron_monitor with (security_invoker) as
select s.jobid, s.schedule, s.command, 'localhost'::text as nodename,
       current_setting('port')::int as nodeport, current_database()::text as database,
       'service_role'::text as username, s.active, s.jobname,
       run.claimed_at as last_run_at,
       case when run.done_at is not null then 'succeeded' when run.claimed_at is not null then 'running' end
         as last_status,
       (extract(epoch from run.done_at - run.claimed_at) * 1000)::bigint as last_duration_ms,
       case when this.slot > moment.utc then this.slot
            else date_trunc(s.unit, moment.utc) + ('1 ' || s.unit)::interval + s.past
       end at time zone 'UTC' as next_run_at
  from private.schedules s
 cross join (select clock_timestamp() at time zone 'UTC' as utc) moment
 cross join lateral (select date_trunc(s.unit, moment.utc) + s.past as slot) this
  left join lateral (select r.claimed_at, r.done_at from private.cron_runs r
                      where r.name = s.jobname order by r.slot desc limit 1) run on true;
comment on view autopilot_cron_monitor is 'What the clock does, when it last did and when it will next.';
revoke all on autopilot_cron_monitor from public, anon, authenticated;
grant select on autopilot_cron_monitor to service_role;
