-- Campaigns: what is marketed, its tasks and budget, and how it goes.
-- Figures run one way: samples become days, days become the campaign's metrics and its snapshots.

create table campaigns (
  id                   uuid primary key default gen_random_uuid(),
  created_by           uuid not null default auth.uid() constraint campaigns_of_user
                       references auth.users (id) on delete cascade,
  name                 text not null constraint campaigns_name_length
                       check (btrim(name) <> '' and length(name) <= 200),
  description          text,
  type                 text not null constraint campaigns_type_known check (type in
                       ('lead_generation', 'brand_awareness', 'product_launch', 'email', 'social_media',
                        'content', 'paid_ads', 'partnership', 'custom')),
  channel              text,
  channels             jsonb not null default '[]' constraint campaigns_channels_is_array
                       check (jsonb_typeof(channels) = 'array'),
  status               text not null default 'draft' constraint campaigns_status_known check (status in
                       ('draft', 'scheduled', 'active', 'paused', 'completed', 'cancelled', 'archived')),
  currency             char(3) not null default 'USD' constraint campaigns_currency_is_code
                       check (currency ~ '^[A-Z]{3}$'),
  total_budget         numeric(12, 2) not null default 0 constraint campaigns_total_budget_not_negative
                       check (total_budget >= 0),
  budget_allocated     numeric(12, 2) not null default 0 constraint campaigns_allocated_not_negative
                       check (budget_allocated >= 0),
  budget_spent         numeric(12, 2) not null default 0 constraint campaigns_spent_not_negative
                       check (budget_spent >= 0),
  budget_breakdown     jsonb not null default '{}' constraint campaigns_breakdown_is_object
                       check (jsonb_typeof(budget_breakdown) = 'object'),
  start_date           timestamptz,
  end_date             timestamptz,
  primary_objective    text,
  target_audience      text,
  demographics         jsonb not null default '{}' constraint campaigns_demographics_is_object
                       check (jsonb_typeof(demographics) = 'object'),
  kpi_targets          jsonb not null default '{}' constraint campaigns_kpi_targets_is_object
                       check (jsonb_typeof(kpi_targets) = 'object'),
  content              jsonb not null default '{}' constraint campaigns_content_is_object
                       check (jsonb_typeof(content) = 'object'),
  settings             jsonb not null default '{}' constraint campaigns_settings_is_object
                       check (jsonb_typeof(settings) = 'object'),
  metrics              jsonb not null default '{}' constraint campaigns_metrics_is_object
                       check (jsonb_typeof(metrics) = 'object'),
  metadata             jsonb not null default '{}' constraint campaigns_metadata_is_object
                       check (jsonb_typeof(metadata) = 'object'),
  compliance_checklist jsonb not null default '[]' constraint campaigns_compliance_is_array
                       check (jsonb_typeof(compliance_checklist) = 'array'),
  auto_managed         boolean not null default false,
  parent_campaign_id   uuid,
  version              integer not null default 1,
  launched_at          timestamptz,
  paused_at            timestamptz,
  completed_at         timestamptz,
  archived_at          timestamptz,
  created_at           timestamptz not null default now(),
  updated_at           timestamptz not null default now(),
  constraint campaigns_owned unique (id, created_by),
  constraint campaigns_name_once unique (created_by, name),
  constraint campaigns_of_own_parent foreign key (parent_campaign_id, created_by)
    references campaigns (id, created_by) on delete set null (parent_campaign_id),
  constraint campaigns_dates_in_order check (end_date >= start_date),
  constraint campaigns_within_budget check (budget_spent <= total_budget),
  constraint campaigns_paused_has_time check ((status = 'paused') = (paused_at is not null)),
  constraint campaigns_archived_has_time check ((status = 'archived') = (archived_at is not null)),
  constraint campaigns_active_was_launched
    check (status not in ('active', 'paused') or launched_at is not null),
  constraint campaigns_completed_has_time
    check (case when status = 'completed' then completed_at is not null
                when status <> 'archived' then completed_at is null else true end)
);
create index idx_campaigns_created_by on campaigns (created_by, created_at desc, id desc);
create index idx_campaigns_status on campaigns (created_by, status, created_at desc, id desc);
create index idx_campaigns_created_at on campaigns (created_at desc);
create index campaigns_by_type on campaigns (created_by, type, created_at desc, id desc);
create index campaigns_to_start on campaigns (start_date) where status = 'scheduled';
create index campaigns_to_end on campaigns (end_date) where status = 'active';
create index campaigns_auto_managed on campaigns (created_by) where auto_managed and status = 'active';
create index campaigns_by_parent on campaigns (parent_campaign_id) where parent_campaign_id is not null;
select private.describe('campaigns', $$
  What is marketed: the hub of its tasks, figures and content.
  created_by: Whose campaign it is.
  name: What its owner calls it.
  description: What it is about.
  type: Kind of campaign.
  channel: The marketing channel, when there is one.
  channels: Marketing channels, when there are several: [name].
  status: draft, scheduled, active, paused, completed, cancelled or archived.
  currency: Currency of the budget.
  total_budget: What it may cost in all; no spending passes it.
  budget_allocated: What is set aside for channels.
  budget_spent: What it has cost; changed by campaign_spend alone.
  budget_breakdown: {channel: amount}.
  start_date: When it is to begin.
  end_date: When it is to end.
  primary_objective: What it is to achieve.
  target_audience: Whom it addresses.
  demographics: {age, gender, region, ...} of the audience.
  kpi_targets: {metric: value wanted}.
  content: What it says, by channel.
  settings: How it runs.
  metrics: {metric: {total, latest, days}} of its daily figures.
  metadata: Anything else.
  compliance_checklist: [{item, done}].
  auto_managed: Run by the autopilot.
  parent_campaign_id: The campaign it is part of, or was copied from.
  version: Counts changes; a writer that saw an older one is refused.
  launched_at: When it was first active.
  paused_at: Since when it has been paused.
  completed_at: When it was completed.
  archived_at: When it was archived.
$$);
select private.enrol('campaigns', owner => 'created_by', kind => 'STDU', by_owner => null, touched_by =>
  'name, description, type, channel, channels, status, currency, total_budget, budget_allocated,
   budget_breakdown, start_date, end_date, primary_objective, target_audience, demographics,
   kpi_targets, content, settings, metadata, compliance_checklist, auto_managed, parent_campaign_id',
  users_may =>
  'select, delete,
   insert (id, created_by, name, description, type, channel, channels, currency, total_budget,
           budget_allocated, budget_breakdown, start_date, end_date, primary_objective,
           target_audience, demographics, kpi_targets, content, settings, metadata,
           compliance_checklist, auto_managed, parent_campaign_id),
   update (name, description, type, channel, channels, status, currency, total_budget,
           budget_allocated, budget_breakdown, start_date, end_date, primary_objective,
           target_audience, demographics, kpi_targets, content, settings, metadata,
           compliance_checklist, auto_managed, parent_campaign_id)');
-- Spending and figures come and go without being an edit: they do not count.
create trigger campaigns_version before update
  of name, description, type, channel, channels, status, currency, total_budget, budget_allocated,
     budget_breakdown, start_date, end_date, primary_objective, target_audience, demographics,
     kpi_targets, content, settings, metadata, compliance_checklist, auto_managed, parent_campaign_id
  on campaigns for each row execute function private.count_version();
select private.guard_states('campaigns', 'status',
  '-> draft',
  'draft -> scheduled, active, archived',
  'scheduled -> active, draft, cancelled',
  'active -> paused, completed, cancelled',
  'paused -> active, completed, cancelled',
  'completed -> archived',
  'cancelled -> archived');
select private.stamp_states('campaigns', 'status', 'launched_at', '{active}', p_kept => true);
select private.stamp_states('campaigns', 'status', 'paused_at', '{paused}');
select private.stamp_states('campaigns', 'status', 'completed_at', '{completed}', p_kept => true);
select private.stamp_states('campaigns', 'status', 'archived_at', '{archived}');

create function private.launch_gaps(p_campaign public.campaigns) returns text[]
language sql stable set search_path = '' as $$
  select array_remove(array[
    case when btrim(p_campaign.name) = '' then 'name' end,
    case when p_campaign.channel is null and p_campaign.channels = '[]' then 'channels' end,
    case when p_campaign.status = 'scheduled' and p_campaign.start_date is null then 'start_date' end,
    case when p_campaign.end_date < p_campaign.start_date then 'end_date' end,
    case when p_campaign.budget_allocated > p_campaign.total_budget then 'budget_allocated' end
  ], null)
$$;
comment on function private.launch_gaps(public.campaigns) is 'Everything a campaign lacks to be launched.';
select private.allow('private.launch_gaps(public.campaigns)', 'service_role');

create function private.check_launch() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_gaps constant text[] := private.launch_gaps(new);
begin
  if v_gaps <> '{}' then
    raise exception 'a campaign cannot be launched without: %', array_to_string(v_gaps, ', ')
      using errcode = '23514', constraint = 'campaigns_ready_to_launch',
            detail = array_to_json(v_gaps)::text;
  end if;
  return new;
end $$;
comment on function private.check_launch() is 'Trigger: a campaign is launched whole; all gaps are told at once.';
create trigger campaigns_ready before update of status on campaigns
  for each row when (old.status <> new.status and new.status in ('scheduled', 'active'))
  execute function private.check_launch();

create function campaign_transition(p_campaign_id uuid, p_to text, p_expected_version int = null)
returns campaigns
language plpgsql set search_path = '' as $$
declare
  campaign public.campaigns;
begin
  update public.campaigns set status = p_to
   where id = p_campaign_id and version = coalesce(p_expected_version, version)
  returning * into campaign;
  if not found then
    if exists (select from public.campaigns where id = p_campaign_id) then
      raise exception 'the campaign was changed since it was read' using errcode = 'PT412';
    end if;
    raise exception 'there is no such campaign' using errcode = 'P0002';
  end if;
  return campaign;
end $$;
comment on function campaign_transition(uuid, text, int) is
  'Move a campaign to a status, unless it was changed since the caller read that version.';
select private.allow('campaign_transition(uuid, text, int)', 'authenticated, service_role');

create table campaign_spends (
  id          uuid primary key default gen_random_uuid(),
  created_by  uuid not null default auth.uid(),
  campaign_id uuid not null,
  amount      numeric(12, 2) not null constraint campaign_spends_amount_counts check (amount <> 0),
  key         text not null,
  created_at  timestamptz not null default clock_timestamp(),
  constraint campaign_spends_once unique (created_by, key),
  constraint campaign_spends_of_own_campaign foreign key (campaign_id, created_by)
    references campaigns (id, created_by) on delete cascade
);
create index campaign_spends_by_campaign on campaign_spends (campaign_id, created_at desc, id desc);
select private.describe('campaign_spends', $$
  What was spent from a campaign's budget; adds up to budget_spent.
  created_by: Whose campaign it is.
  campaign_id: The campaign.
  amount: How much; negative gives back.
  key: The same key is spent once.
$$);
select private.enrol('campaign_spends', owner => 'created_by', kind => 'LOG', erase => 'cascade');

create function campaign_spend(p_campaign_id uuid, p_amount numeric, p_key text) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_owner uuid;
  earlier public.campaign_spends;
begin
  select created_by into v_owner from public.campaigns where id = p_campaign_id;
  if not found then
    raise exception 'there is no such campaign' using errcode = 'P0002';
  end if;
  -- The key goes first: a second caller waits here for the first, and then finds it.
  insert into public.campaign_spends (created_by, campaign_id, amount, key)
  values (v_owner, p_campaign_id, p_amount, p_key) on conflict (created_by, key) do nothing;
  if not found then
    select * into strict earlier from public.campaign_spends
     where created_by = v_owner and key = p_key;
    if (earlier.campaign_id, earlier.amount) is distinct from (p_campaign_id, round(p_amount, 2)) then
      raise exception 'this key was spent otherwise' using errcode = '23505';
    end if;
    return true;
  end if;
  update public.campaigns set budget_spent = budget_spent + p_amount
   where id = p_campaign_id and budget_spent + p_amount between 0 and total_budget;
  if not found then
    raise exception using errcode = 'PT402';
  end if;
  return true;
exception when sqlstate 'PT402' then
  return false;
end $$;
comment on function campaign_spend(uuid, numeric, text) is
  'Spend from a campaign''s budget, once per key; false when the rest would not cover it.';
select private.allow('campaign_spend(uuid, numeric, text)', 'service_role');

create table campaign_tasks (
  id           uuid primary key default gen_random_uuid(),
  created_by   uuid not null default auth.uid(),
  campaign_id  uuid not null,
  title        text not null constraint campaign_tasks_title_length
               check (btrim(title) <> '' and length(title) <= 300),
  description  text,
  status       text not null default 'pending' constraint campaign_tasks_status_known
               check (status in ('pending', 'in_progress', 'completed', 'cancelled')),
  priority     text not null default 'medium' constraint campaign_tasks_priority_known
               check (priority in ('low', 'medium', 'high', 'urgent')),
  position     integer not null default 0,
  source       text not null default 'user' constraint campaign_tasks_source_known
               check (source in ('user', 'autopilot', 'copilot')),
  due_date     timestamptz,
  completed_at timestamptz,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  constraint campaign_tasks_of_own_campaign foreign key (campaign_id, created_by)
    references campaigns (id, created_by) on delete cascade,
  constraint campaign_tasks_completed_has_time check ((status = 'completed') = (completed_at is not null))
);
create index campaign_tasks_by_campaign on campaign_tasks (campaign_id, status, position, id);
create index idx_campaign_tasks_user_due on campaign_tasks (created_by, due_date) where status <> 'completed';
select private.describe('campaign_tasks', $$
  What is to be done for a campaign.
  created_by: Whose campaign it is.
  campaign_id: The campaign.
  title: What is to be done.
  description: More about it.
  status: pending, in_progress, completed or cancelled.
  priority: low, medium, high or urgent.
  position: Place in its column.
  source: Who thought of it: user, autopilot or copilot.
  due_date: When it should be done.
  completed_at: When it was done.
$$);
select private.enrol('campaign_tasks', owner => 'created_by', kind => 'STDU', erase => 'cascade',
  users_may => 'select, insert, update, delete');
select private.guard_states('campaign_tasks', 'status',
  'pending -> in_progress, completed, cancelled',
  'in_progress -> pending, completed, cancelled',
  'completed -> pending, in_progress',
  'cancelled -> pending');
select private.stamp_states('campaign_tasks', 'status', 'completed_at', '{completed}');

create table campaign_metrics (
  id              uuid primary key default gen_random_uuid(),
  created_by      uuid not null default auth.uid(),
  campaign_id     uuid not null,
  metric_type     text not null,
  metric_value    numeric not null,
  metric_date     date not null,
  channel         text not null default 'all',
  source          text not null default 'manual',
  additional_data jsonb not null default '{}' constraint campaign_metrics_data_is_object
                  check (jsonb_typeof(additional_data) = 'object'),
  created_at      timestamptz not null default now(),
  constraint campaign_metrics_once unique (created_by, campaign_id, metric_date, metric_type, channel, source),
  constraint campaign_metrics_of_own_campaign foreign key (campaign_id, created_by)
    references campaigns (id, created_by) on delete cascade
);
create index campaign_metrics_by_date on campaign_metrics (created_by, metric_date desc, id desc);
create index campaign_metrics_by_type on campaign_metrics (campaign_id, metric_type, metric_date desc);
select private.describe('campaign_metrics', $$
  A campaign's figures by day: the history; what is imported again replaces, it does not add.
  created_by: Whose campaign it is.
  campaign_id: The campaign.
  metric_type: What was measured.
  metric_value: How much, that day.
  metric_date: The day, in UTC.
  channel: Marketing channel; all for the whole.
  source: Where the figure comes from: manual, samples or the name of an import.
  additional_data: More about it.
$$);
select private.enrol('campaign_metrics', owner => 'created_by', erase => 'cascade',
  users_may => 'select, insert, update, delete');

create function campaign_metrics_refresh(variadic p_campaign_ids uuid[]) returns void
language sql set search_path = '' as $$
  update public.campaigns set metrics = coalesce((
    select jsonb_object_agg(metric_type, figures) from (
      select metric_type, jsonb_build_object(
               'total', sum(metric_value), 'days', count(distinct metric_date),
               'latest', (array_agg(metric_value order by metric_date desc, channel = 'all' desc))[1]) figures
        from public.campaign_metrics where campaign_id = campaigns.id group by metric_type) types), '{}')
   where id = any (p_campaign_ids)
$$;
comment on function campaign_metrics_refresh(uuid[]) is 'Compute the metrics of campaigns anew from their days.';
select private.allow('campaign_metrics_refresh(uuid[])', 'service_role');

create function private.refresh_changed_campaigns() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform public.campaign_metrics_refresh(
    variadic array(select campaign_id from changed group by campaign_id order by campaign_id));
  return null;
end $$;
comment on function private.refresh_changed_campaigns() is 'Trigger: a campaign''s metrics follow its days.';
create trigger campaign_metrics_added after insert on campaign_metrics
  referencing new table as changed for each statement execute function private.refresh_changed_campaigns();
create trigger campaign_metrics_changed after update on campaign_metrics
  referencing new table as changed for each statement execute function private.refresh_changed_campaigns();
create trigger campaign_metrics_removed after delete on campaign_metrics
  referencing old table as changed for each statement execute function private.refresh_changed_campaigns();

-- Samples come without end and nothing points at them, so they are kept a month to a partition.
create table campaign_performance_metrics (
  id           uuid not null default gen_random_uuid(),
  created_by   uuid not null default auth.uid(),
  campaign_id  uuid not null,
  metric_name  text not null,
  metric_value numeric not null,
  recorded_at  timestamptz not null default now(),
  created_at   timestamptz not null default now(),
  primary key (id, created_at),
  constraint campaign_performance_metrics_of_own_campaign foreign key (campaign_id, created_by)
    references campaigns (id, created_by) on delete cascade
) partition by range (created_at);
create index campaign_performance_metrics_by_campaign
  on campaign_performance_metrics (campaign_id, metric_name, recorded_at desc);
create index campaign_performance_metrics_by_time on campaign_performance_metrics (recorded_at);
select private.describe('campaign_performance_metrics', $$
  Samples of a campaign's figures as they come in, added up into campaign_metrics.
  created_by: Whose campaign it is.
  campaign_id: The campaign.
  metric_name: What was measured.
  metric_value: How much since the sample before.
  recorded_at: When it was measured.
$$);
select private.enrol('campaign_performance_metrics', owner => 'created_by', kind => 'LOG',
  retention => '90 days', erase => 'cascade');
select private.keep_monthly('campaign_performance_metrics', '90 days');

create function campaign_samples_roll(p_since date = (now() at time zone 'UTC')::date - 1) returns bigint
language sql set search_path = '' as $$
  with rolled as (
    insert into public.campaign_metrics as day
      (created_by, campaign_id, metric_type, metric_value, metric_date, source)
    select created_by, campaign_id, metric_name, sum(metric_value),
           (recorded_at at time zone 'UTC')::date, 'samples'
      from public.campaign_performance_metrics
     where recorded_at >= p_since::timestamp at time zone 'UTC'
     group by 1, 2, 3, 5
    on conflict (created_by, campaign_id, metric_date, metric_type, channel, source) do update
      set metric_value = excluded.metric_value
      where day.metric_value <> excluded.metric_value
    returning 1)
  select count(*) from rolled
$$;
comment on function campaign_samples_roll(date) is
  'Add samples up into days, from a day on; repeats change nothing. Answers how many days changed.';
select private.allow('campaign_samples_roll(date)', 'service_role');

create table campaign_performance_monitor (
  id                       uuid primary key default gen_random_uuid(),
  created_by               uuid not null default auth.uid(),
  campaign_id              uuid not null,
  channel                  text not null,
  metrics                  jsonb not null constraint campaign_performance_monitor_metrics_is_object
                           check (jsonb_typeof(metrics) = 'object'),
  benchmark_metrics        jsonb not null default '{}'
                           constraint campaign_performance_monitor_benchmark_is_object
                           check (jsonb_typeof(benchmark_metrics) = 'object'),
  performance_score        real constraint campaign_performance_monitor_score_range
                           check (performance_score between 0 and 100),
  optimization_suggestions jsonb not null default '[]'
                           constraint campaign_performance_monitor_suggestions_is_array
                           check (jsonb_typeof(optimization_suggestions) = 'array'),
  auto_actions_taken       jsonb not null default '[]'
                           constraint campaign_performance_monitor_actions_is_array
                           check (jsonb_typeof(auto_actions_taken) = 'array'),
  measured_at              timestamptz not null default now(),
  created_at               timestamptz not null default now(),
  constraint campaign_performance_monitor_of_own_campaign foreign key (campaign_id, created_by)
    references campaigns (id, created_by) on delete cascade
);
create index campaign_performance_monitor_by_campaign
  on campaign_performance_monitor (campaign_id, measured_at desc, id desc);
select private.describe('campaign_performance_monitor', $$
  Snapshots of how each channel of a campaign does against its targets.
  created_by: Whose campaign it is.
  campaign_id: The campaign.
  channel: Marketing channel; all for the whole.
  metrics: {metric: value} as they stood.
  benchmark_metrics: {metric: value} they are held against.
  performance_score: How much of the targets was reached, from 0 to 100; null without targets.
  optimization_suggestions: [{kind, reason, change}].
  auto_actions_taken: [{kind, reason, before, after}] of the autopilot.
  measured_at: When it was taken.
$$);
select private.enrol('campaign_performance_monitor', owner => 'created_by', kind => 'LOG',
  retention => '365 days', erase => 'cascade');

create function campaign_monitor_measure(p_now timestamptz = clock_timestamp()) returns bigint
language sql set search_path = '' as $$
  with days as (
    select c.id, c.created_by, c.kpi_targets, m.channel, m.metric_type, sum(m.metric_value) amount
      from public.campaigns c join public.campaign_metrics m on m.campaign_id = c.id
     where c.status = 'active' and m.metric_date > (p_now at time zone 'UTC')::date - 30
     group by 1, 2, 3, 4, 5
  ), measured as (
    insert into public.campaign_performance_monitor
      (created_by, campaign_id, channel, metrics, benchmark_metrics, performance_score, measured_at)
    select created_by, id, channel, jsonb_object_agg(metric_type, amount), kpi_targets,
           100 * avg(greatest(0, least(1, amount / nullif((kpi_targets ->> metric_type)::numeric, 0))))
             filter (where jsonb_typeof(kpi_targets -> metric_type) = 'number'),
           p_now
      from days group by id, created_by, channel, kpi_targets
    returning 1)
  select count(*) from measured
$$;
comment on function campaign_monitor_measure(timestamptz) is
  'Take a snapshot of every active campaign''s channels over 30 days. Answers how many.';
select private.allow('campaign_monitor_measure(timestamptz)', 'service_role');

create table campaign_predictions (
  id                 uuid primary key default gen_random_uuid(),
  created_by         uuid not null default auth.uid(),
  campaign_id        uuid not null,
  prediction_type    text not null constraint campaign_predictions_type_known check (prediction_type in
                     ('kpi_forecast', 'budget_optimization', 'performance_prediction')),
  prediction_data    jsonb not null constraint campaign_predictions_data_is_object
                     check (jsonb_typeof(prediction_data) = 'object'),
  confidence_score   real not null constraint campaign_predictions_confidence_range
                     check (confidence_score between 0 and 1),
  based_on_campaigns uuid[] not null default '{}',
  model_name         text,
  due_at             timestamptz,
  actual_outcome     jsonb constraint campaign_predictions_outcome_is_object
                     check (jsonb_typeof(actual_outcome) = 'object'),
  accuracy_score     real constraint campaign_predictions_accuracy_range
                     check (accuracy_score between 0 and 1),
  scored_at          timestamptz,
  created_at         timestamptz not null default now(),
  constraint campaign_predictions_of_own_campaign foreign key (campaign_id, created_by)
    references campaigns (id, created_by) on delete cascade,
  constraint campaign_predictions_scored_has_outcome
    check ((scored_at is null) = (actual_outcome is null))
);
create index campaign_predictions_by_campaign on campaign_predictions (campaign_id, created_at desc, id desc);
create index campaign_predictions_due on campaign_predictions (due_at) where scored_at is null;
select private.describe('campaign_predictions', $$
  What was foretold of a campaign, and what came of it.
  created_by: Whose campaign it is.
  campaign_id: The campaign.
  prediction_type: kpi_forecast, budget_optimization or performance_prediction.
  prediction_data: {metric, value, low, high, horizon}.
  confidence_score: How sure, from 0 to 1.
  based_on_campaigns: Campaigns it was learned from.
  model_name: Which model foretold it.
  due_at: When it can be judged.
  actual_outcome: {value, within}: what came, and whether between low and high.
  accuracy_score: How near it was, from 0 to 1.
  scored_at: When it was judged.
$$);
select private.enrol('campaign_predictions', owner => 'created_by', erase => 'cascade');

create function campaign_predictions_score(p_now timestamptz = clock_timestamp()) returns bigint
language sql set search_path = '' as $$
  with due as (
    select p.id, (p.prediction_data ->> 'value')::numeric foretold,
           (p.prediction_data ->> 'low')::numeric low, (p.prediction_data ->> 'high')::numeric high,
           coalesce(sum(m.metric_value), 0) came
      from public.campaign_predictions p
      left join public.campaign_metrics m
        on m.campaign_id = p.campaign_id and m.metric_type = p.prediction_data ->> 'metric'
       and m.metric_date >= (p.created_at at time zone 'UTC')::date
       and m.metric_date < (p.due_at at time zone 'UTC')::date
     where p.scored_at is null and p.due_at <= p_now
       and jsonb_typeof(p.prediction_data -> 'value') = 'number' and p.prediction_data ? 'metric'
     group by p.id
  ), scored as (
    update public.campaign_predictions p
       set scored_at = p_now,
           actual_outcome = jsonb_build_object('value', came, 'within', came between low and high),
           accuracy_score = greatest(0, 1 - coalesce(
             abs(came - foretold) / nullif(greatest(abs(came), abs(foretold)), 0), 0))
      from due where due.id = p.id
    returning 1)
  select count(*) from scored
$$;
comment on function campaign_predictions_score(timestamptz) is
  'Judge every prediction that is due by the days it was about. Answers how many.';
select private.allow('campaign_predictions_score(timestamptz)', 'service_role');

create table generated_content_pieces (
  id               uuid primary key default gen_random_uuid(),
  created_by       uuid not null default auth.uid() constraint generated_content_pieces_of_user
                   references auth.users (id) on delete cascade,
  campaign_id      uuid,
  content_type     text not null,
  title            text not null constraint generated_content_pieces_title_length
                   check (btrim(title) <> '' and length(title) <= 300),
  content          text not null,
  metadata         jsonb not null default '{}' constraint generated_content_pieces_metadata_is_object
                   check (jsonb_typeof(metadata) = 'object'),
  approval_status  text not null default 'pending' constraint generated_content_pieces_approval_status_known
                   check (approval_status in ('pending', 'approved', 'rejected', 'needs_revision')),
  reviewed_at      timestamptz,
  review_note      text,
  performance_data jsonb not null default '{}' constraint generated_content_pieces_performance_is_object
                   check (jsonb_typeof(performance_data) = 'object'),
  created_by_agent text not null default 'ai_content_generator',
  version          integer not null default 1,
  parent_id        uuid,
  model_name       text,
  prompt_hash      text,
  cost_usd         numeric(12, 4) not null default 0 constraint generated_content_pieces_cost_not_negative
                   check (cost_usd >= 0),
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  constraint generated_content_pieces_owned unique (id, created_by),
  constraint generated_content_pieces_of_own_campaign foreign key (campaign_id, created_by)
    references campaigns (id, created_by) on delete cascade,
  constraint generated_content_pieces_of_own_parent foreign key (parent_id, created_by)
    references generated_content_pieces (id, created_by) on delete set null (parent_id),
  constraint generated_content_pieces_reviewed_has_time
    check ((approval_status = 'pending') = (reviewed_at is null))
);
create index generated_content_pieces_by_campaign
  on generated_content_pieces (campaign_id, created_at desc, id desc) where campaign_id is not null;
create index generated_content_pieces_by_approval
  on generated_content_pieces (created_by, approval_status, created_at desc, id desc);
create index generated_content_pieces_by_parent on generated_content_pieces (parent_id)
  where parent_id is not null;
select private.describe('generated_content_pieces', $$
  Campaign copy that was generated, and what its owner made of it.
  created_by: Whose it is.
  campaign_id: The campaign it was written for.
  content_type: What it is: post, advert, mail, ...
  title: Its title.
  content: The text.
  metadata: Anything else.
  approval_status: pending, approved, rejected or needs_revision.
  reviewed_at: When it was approved, rejected or sent back.
  review_note: Why.
  performance_data: {metric: value} once it was used.
  created_by_agent: What wrote it.
  version: Counts rewritings.
  parent_id: The piece it rewrites.
  model_name: Which model.
  prompt_hash: Hash of what the model was asked.
  cost_usd: What it cost in dollars.
$$);
select private.enrol('generated_content_pieces', owner => 'created_by', kind => 'STDU', users_may =>
  'select, delete, update (title, content, metadata, approval_status, review_note, campaign_id),
   insert (id, created_by, campaign_id, content_type, title, content, metadata, parent_id)');
select private.guard_states('generated_content_pieces', 'approval_status',
  '-> pending',
  'pending -> approved, rejected, needs_revision',
  'needs_revision -> pending',
  'approved -> needs_revision, rejected',
  'rejected -> pending');
select private.stamp_states('generated_content_pieces', 'approval_status', 'reviewed_at',
  '{approved,rejected,needs_revision}');

create table workflow_executions (
  id            uuid primary key default gen_random_uuid(),
  created_by    uuid not null default auth.uid() constraint workflow_executions_of_user
                references auth.users (id) on delete cascade,
  campaign_id   uuid,
  workflow_id   text not null,
  status        text not null default 'pending' constraint workflow_executions_status_known
                check (status in ('pending', 'running', 'completed', 'failed', 'cancelled')),
  current_step  text,
  steps         jsonb not null default '[]' constraint workflow_executions_steps_is_array
                check (jsonb_typeof(steps) = 'array'),
  input_data    jsonb not null default '{}' constraint workflow_executions_input_is_object
                check (jsonb_typeof(input_data) = 'object'),
  output_data   jsonb constraint workflow_executions_output_is_object
                check (jsonb_typeof(output_data) = 'object'),
  error_code    text,
  error_message text,
  task_id       text,
  started_at    timestamptz,
  completed_at  timestamptz,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  constraint workflow_executions_of_own_campaign foreign key (campaign_id, created_by)
    references campaigns (id, created_by) on delete set null (campaign_id),
  constraint workflow_executions_ended_has_time
    check ((status in ('completed', 'failed', 'cancelled')) = (completed_at is not null)),
  constraint workflow_executions_running_was_started
    check (status not in ('running', 'completed') or started_at is not null)
);
create index workflow_executions_by_workflow
  on workflow_executions (created_by, workflow_id, created_at desc, id desc);
create index workflow_executions_by_campaign on workflow_executions (campaign_id, created_at desc)
  where campaign_id is not null;
create index workflow_executions_open on workflow_executions (status, updated_at)
  where status in ('pending', 'running');
select private.describe('workflow_executions', $$
  Runs of a campaign's workflows.
  created_by: Whose it is.
  campaign_id: The campaign it works on.
  workflow_id: Which workflow.
  status: pending, running, completed, failed or cancelled.
  current_step: The step it is in.
  steps: [{name, status, started_at, finished_at}].
  input_data: What it was given.
  output_data: What it made.
  error_code: Why it failed, for programs.
  error_message: Why it failed, for people.
  task_id: The execution behind it.
  started_at: When it first ran.
  completed_at: When it ended, one way or the other.
$$);
select private.enrol('workflow_executions', owner => 'created_by', kind => 'STDU');
select private.guard_states('workflow_executions', 'status',
  '-> pending',
  'pending -> running, failed, cancelled',
  'running -> completed, failed, cancelled',
  'failed -> pending');
select private.stamp_states('workflow_executions', 'status', 'started_at', '{running}', p_kept => true);
select private.stamp_states('workflow_executions', 'status', 'completed_at', '{completed,failed,cancelled}');

create function campaigns_tend(p_now timestamptz = clock_timestamp())
returns table (started bigint, completed bigint)
language sql set search_path = '' as $$
  with begun as (
    update public.campaigns c set status = 'active'
     where status = 'scheduled' and start_date <= p_now and private.launch_gaps(c) = '{}'
    returning 1
  ), ended as (
    update public.campaigns set status = 'completed'
     where status = 'active' and end_date <= p_now
    returning 1)
  select (select count(*) from begun), (select count(*) from ended)
$$;
comment on function campaigns_tend(timestamptz) is
  'Start the campaigns whose time has come and complete those whose time is over; each moves once.';
select private.allow('campaigns_tend(timestamptz)', 'service_role');

-- Triggers that write what users may not run as the house, whoever caused them.
grant create on schema private to service_role;
alter function private.check_launch() owner to service_role;
alter function private.refresh_changed_campaigns() owner to service_role;
revoke create on schema private from service_role;
