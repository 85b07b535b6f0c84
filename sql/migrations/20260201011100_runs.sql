-- Runs: the state of each pipeline run, the days of an experiment, and budgets that stop runs.

create table pipeline (
  id            uuid primary key default gen_random_uuid(),
  user_id       uuid not null default auth.uid() constraint pipeline_of_user
                references auth.users (id) on delete cascade,
  run_id        text not null,
  channel_id    text,
  title         text,
  status        text not null default 'pending' constraint pipeline_status_known
                check (status in ('pending', 'running', 'paused', 'succeeded', 'failed', 'cancelled')),
  current_stage text,
  stages_done   integer not null default 0,
  retries       integer not null default 0,
  tokens        bigint not null default 0,
  latency_ms    bigint not null default 0,
  cost_usd      numeric(12, 4) not null default 0,
  spent_usd     numeric(12, 4) not null default 0 constraint pipeline_spent_range check (spent_usd >= 0),
  reserved_usd  numeric(12, 4) not null default 0 constraint pipeline_reserved_range check (reserved_usd >= 0),
  error_code    text,
  error_summary text,
  started_at    timestamptz,
  finished_at   timestamptz,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  constraint pipeline_one_per_run unique (user_id, run_id),
  constraint pipeline_finished_has_time
    check ((status in ('succeeded', 'failed', 'cancelled')) = (finished_at is not null))
);
create index pipeline_by_channel on pipeline (user_id, channel_id, created_at desc) where channel_id is not null;
create index pipeline_open on pipeline (status, updated_at) where status in ('pending', 'running', 'paused');
select private.describe('pipeline', $$
  Where each run stands; pipeline_runs is its log.
  run_id: The run.
  channel_id: The video channel it is for.
  title: What it makes.
  status: pending, running, paused by a budget, then succeeded, failed or cancelled.
  current_stage: The stage it is at.
  stages_done: Stages that went well.
  retries: Stages begun again.
  tokens: Tokens used.
  latency_ms: Working time, in ms.
  cost_usd: What its stages cost, in dollars.
  spent_usd: What was charged to its budget, in dollars.
  reserved_usd: What is kept free for calls under way, in dollars.
  error_code: What stopped it, for programs.
  error_summary: What stopped it, in a line.
  started_at: When its first stage began.
  finished_at: When it ended.
$$);
select private.enrol('pipeline', kind => 'STDU');
select private.guard_states('pipeline', 'status',
  'pending -> running, paused, failed, cancelled',
  'running -> paused, succeeded, failed, cancelled',
  'paused  -> running, failed, cancelled',
  'failed  -> running');
select private.stamp_states('pipeline', 'status', 'finished_at', '{succeeded,failed,cancelled}');
select private.stamp_states('pipeline', 'status', 'started_at', '{running,succeeded}', true);

create function pipeline_refresh(p_user_id uuid, p_run_id text) returns void
language sql set search_path = '' as $$
  with log as (
    select stage, status, attempts, created_at, error_code, error_summary, metrics, channel_id
      from public.pipeline_runs where user_id = p_user_id and run_id = p_run_id
  ), totals as (
    select count(*) filter (where status in ('success', 'skipped'))::int as done,
           count(*) filter (where status = 'retry')::int as retries,
           coalesce(sum((metrics ->> 'tokens')::numeric), 0)::bigint as tokens,
           coalesce(sum((metrics ->> 'latency_ms')::numeric), 0)::bigint as latency,
           coalesce(sum((metrics ->> 'cost_usd')::numeric), 0) as cost,
           max(channel_id) as channel_id
      from log
  ), latest as (
    select stage, case when status = 'failure' then error_code end as error_code,
           case when status = 'failure' then error_summary end as error_summary
      from log order by created_at desc, attempts desc limit 1
  )
  insert into public.pipeline as p
    (user_id, run_id, channel_id, current_stage, stages_done, retries, tokens, latency_ms, cost_usd,
     error_code, error_summary)
  select p_user_id, p_run_id, totals.channel_id, latest.stage, totals.done, totals.retries, totals.tokens,
         totals.latency, totals.cost, latest.error_code, latest.error_summary
    from totals, latest
  on conflict (user_id, run_id) do update
    set channel_id = coalesce(p.channel_id, excluded.channel_id), current_stage = excluded.current_stage,
        stages_done = excluded.stages_done, retries = excluded.retries, tokens = excluded.tokens,
        latency_ms = excluded.latency_ms, cost_usd = excluded.cost_usd,
        error_code = excluded.error_code, error_summary = excluded.error_summary
$$;
comment on function pipeline_refresh(uuid, text) is 'Compute a run''s stage and totals anew from its log.';
select private.allow('pipeline_refresh(uuid, text)', 'service_role');

create table experiment_days (
  id             uuid primary key default gen_random_uuid(),
  user_id        uuid not null default auth.uid(),
  experiment_key text not null,
  variant_key    text not null,
  day            date not null,
  impressions    bigint not null default 0 constraint experiment_days_impressions_range check (impressions >= 0),
  clicks         bigint not null default 0 constraint experiment_days_clicks_range
                 check (clicks between 0 and impressions),
  views          bigint not null default 0 constraint experiment_days_views_range check (views >= 0),
  watch_seconds  numeric not null default 0 constraint experiment_days_watch_range check (watch_seconds >= 0),
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  constraint experiment_days_once unique (user_id, experiment_key, variant_key, day),
  constraint experiment_days_of_own_variant foreign key (user_id, experiment_key, variant_key)
    references metadata_experiments (user_id, experiment_key, variant_key) on update cascade on delete cascade
);
select private.describe('experiment_days', $$
  What a variant came to, day by day: what a fair verdict needs.
  experiment_key: The experiment.
  variant_key: The variant.
  day: The day, as the platform counts days.
  impressions: How often it was shown.
  clicks: How often it was clicked.
  views: How often it was watched.
  watch_seconds: How long it was watched, in all.
$$);
select private.enrol('experiment_days', kind => 'STDU', by_owner => 'day desc, id desc', erase => 'cascade',
  users_may => 'select, insert, update, delete');

create function private.sum_experiment_days() returns trigger
language plpgsql set search_path = '' as $$
begin
  update public.metadata_experiments e
     set impressions = sums.impressions, clicks = sums.clicks, views = sums.views,
         watch_seconds = sums.watch_seconds
    from (select d.user_id, d.experiment_key, d.variant_key, sum(d.impressions) as impressions,
                 sum(d.clicks) as clicks, sum(d.views) as views, sum(d.watch_seconds) as watch_seconds
            from public.experiment_days d
           where (d.user_id, d.experiment_key, d.variant_key) in
                 (select c.user_id, c.experiment_key, c.variant_key from changed c)
           group by d.user_id, d.experiment_key, d.variant_key) sums
   where (e.user_id, e.experiment_key, e.variant_key) = (sums.user_id, sums.experiment_key, sums.variant_key);
  return null;
end $$;
comment on function private.sum_experiment_days() is 'Trigger: a variant''s counts are the sum of its days.';
create trigger experiment_days_summed after insert on experiment_days
  referencing new table as changed for each statement execute function private.sum_experiment_days();
create trigger experiment_days_resummed after update on experiment_days
  referencing new table as changed for each statement execute function private.sum_experiment_days();

create table channel_budgets (
  id           uuid primary key default gen_random_uuid(),
  user_id      uuid not null default auth.uid() constraint channel_budgets_of_user
               references auth.users (id) on delete cascade,
  scope        text not null constraint channel_budgets_scope_known
               check (scope in ('user', 'channel', 'provider')),
  scope_id     text not null default '',
  period       text not null constraint channel_budgets_period_known check (period in ('day', 'month', 'run')),
  hard_cap_usd numeric(12, 4) not null constraint channel_budgets_cap_range check (hard_cap_usd >= 0),
  soft_pct     integer not null default 80 constraint channel_budgets_soft_range check (soft_pct between 1 and 100),
  spent_usd    numeric(12, 4) not null default 0 constraint channel_budgets_spent_range check (spent_usd >= 0),
  reserved_usd numeric(12, 4) not null default 0 constraint channel_budgets_reserved_range check (reserved_usd >= 0),
  period_start timestamptz not null default '-infinity',
  on_hard_cap  text not null default 'block' constraint channel_budgets_action_known
               check (on_hard_cap in ('block', 'pause')),
  kill_switch  boolean not null default false,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  constraint channel_budgets_once unique (user_id, scope, scope_id, period),
  constraint channel_budgets_scope_named check ((scope = 'user') = (scope_id = ''))
);
select private.describe('channel_budgets', $$
  What may be spent with providers, in dollars.
  scope: user for all of it, channel for one video channel, provider for one provider.
  scope_id: That channel or provider; empty for the user.
  period: day, month or run.
  hard_cap_usd: What may be spent in that time.
  soft_pct: Percent of it at which the user is warned, once.
  spent_usd: What was spent in the time that runs; a run's own is in pipeline.
  reserved_usd: What is kept free for calls under way.
  period_start: When the time that runs began, in UTC; moved by the first call after it ended.
  on_hard_cap: block refuses the call, pause also stops the run until there is money again.
  kill_switch: Refuses every call.
$$);
select private.enrol('channel_budgets', kind => 'STDU', touched_by =>
  'hard_cap_usd, soft_pct, on_hard_cap, kill_switch', users_may =>
  'select, delete, insert (id, user_id, scope, scope_id, period, hard_cap_usd, soft_pct, on_hard_cap, kill_switch),
   update (hard_cap_usd, soft_pct, on_hard_cap, kill_switch)');

create table budget_reservations (
  id           uuid primary key default gen_random_uuid(),
  user_id      uuid not null default auth.uid() constraint budget_reservations_of_user
               references auth.users (id) on delete cascade,
  key          text not null,
  budget_ids   uuid[] not null default '{}',
  channel_id   text,
  provider     text,
  run_id       text,
  on_run       boolean not null default false,
  estimate_usd numeric(12, 4) not null constraint budget_reservations_estimate_range check (estimate_usd >= 0),
  actual_usd   numeric(12, 4) constraint budget_reservations_actual_range check (actual_usd >= 0),
  status       text not null default 'open' constraint budget_reservations_status_known
               check (status in ('open', 'settled', 'released', 'expired')),
  expires_at   timestamptz not null default clock_timestamp() + interval '1 hour',
  closed_at    timestamptz,
  created_at   timestamptz not null default clock_timestamp(),
  updated_at   timestamptz not null default now(),
  constraint budget_reservations_once unique (user_id, key),
  constraint budget_reservations_settled_has_actual check ((status = 'settled') = (actual_usd is not null)),
  constraint budget_reservations_closed_has_time check ((status <> 'open') = (closed_at is not null))
);
create index budget_reservations_due on budget_reservations (expires_at) where status = 'open';
create index budget_reservations_by_run on budget_reservations (user_id, run_id) where run_id is not null;
select private.describe('budget_reservations', $$
  Money kept free for a call that is about to be paid.
  key: The call; the same key is kept free once.
  budget_ids: Budgets it counts against.
  channel_id: The video channel.
  provider: Who is paid.
  run_id: The run.
  on_run: Whether it counts against the run's own budget too.
  estimate_usd: What is kept free, in dollars.
  actual_usd: What it cost, in dollars.
  status: open, then settled, released, or expired when nobody came back.
  expires_at: When it is given back.
  closed_at: When it was settled or given back.
$$);
select private.enrol('budget_reservations', kind => 'STDU');
select private.guard_states('budget_reservations', 'status',
  '-> open',
  'open    -> settled, released, expired',
  'expired -> settled');
select private.stamp_states('budget_reservations', 'status', 'closed_at', '{settled,released,expired}');

-- Tell the user once a period that a budget runs out, or has.
create function private.warn_budgets(p_budgets uuid[], p_wanted numeric) returns void
language sql set search_path = '' as $$
  select public.emit_event(b.user_id, event.type,
           jsonb_build_object('budget_id', b.id, 'scope', b.scope, 'scope_id', b.scope_id, 'period', b.period,
                              'hard_cap_usd', b.hard_cap_usd, 'spent_usd', b.spent_usd),
           format('%s:%s:%s', event.type, b.id, extract(epoch from b.period_start)), b.id)
    from public.channel_budgets b,
         lateral (select case
           when b.spent_usd + b.reserved_usd + p_wanted > b.hard_cap_usd then 'budget.exceeded'
           when b.spent_usd + b.reserved_usd >= b.hard_cap_usd * b.soft_pct / 100 then 'budget.warning'
         end as type) event
   where b.id = any (p_budgets) and event.type is not null
   order by b.id
$$;
comment on function private.warn_budgets(uuid[], numeric) is
  'Tell the user of budgets that run out; once for each period.';
select private.allow('private.warn_budgets(uuid[], numeric)', 'service_role');

-- All budgets of a call are locked in one order, so that callers wait for each other instead of
-- deadlocking, and moved by one conditional update, so that either all have room or none is touched.
create function reserve_budget(
  p_user_id uuid, p_estimate numeric, p_key text, p_channel_id text = null, p_provider text = null,
  p_run_id text = null
) returns uuid
language plpgsql set search_path = '' as $$
declare
  budgets uuid[];
  run_cap numeric;
  run_stopped boolean;
  moved int;
  held public.budget_reservations;
begin
  if p_estimate is null or p_estimate < 0 then
    raise exception 'an estimate is needed before anything is paid' using errcode = '22023';
  end if;
  insert into public.budget_reservations (user_id, key, channel_id, provider, run_id, estimate_usd)
  values (p_user_id, p_key, p_channel_id, p_provider, p_run_id, p_estimate)
  on conflict (user_id, key) do nothing returning * into held;
  if held.id is null then
    select * into held from public.budget_reservations where user_id = p_user_id and key = p_key;
    if held.estimate_usd <> p_estimate or held.status in ('released', 'expired') then
      raise exception 'this key was used for something else' using errcode = '22023';
    end if;
    return held.id;
  end if;

  select coalesce(array_agg(id) filter (where period <> 'run'), '{}'),
         min(hard_cap_usd) filter (where period = 'run'),
         coalesce(bool_or(kill_switch) filter (where period = 'run'), false)
    into budgets, run_cap, run_stopped
    from (select id, period, hard_cap_usd, kill_switch from public.channel_budgets
           where user_id = p_user_id
             and (scope = 'user' or (scope = 'channel' and scope_id = p_channel_id)
                  or (scope = 'provider' and scope_id = p_provider))
             and (period <> 'run' or p_run_id is not null)
           order by id for no key update) applicable;
  update public.channel_budgets
     set spent_usd = 0, period_start = date_trunc(period, clock_timestamp(), 'UTC')
   where id = any (budgets) and period_start < date_trunc(period, clock_timestamp(), 'UTC');
  update public.channel_budgets set reserved_usd = reserved_usd + p_estimate
   where id = any (budgets) and not exists (
     select from public.channel_budgets b
      where b.id = any (budgets)
        and (b.kill_switch or b.spent_usd + b.reserved_usd + p_estimate > b.hard_cap_usd));
  get diagnostics moved = row_count;

  if moved = cardinality(budgets) and run_cap is not null then
    insert into public.pipeline (user_id, run_id, channel_id) values (p_user_id, p_run_id, p_channel_id)
    on conflict (user_id, run_id) do nothing;
    update public.pipeline set reserved_usd = reserved_usd + p_estimate
     where user_id = p_user_id and run_id = p_run_id and not run_stopped
       and spent_usd + reserved_usd + p_estimate <= run_cap;
    if not found then
      update public.channel_budgets set reserved_usd = reserved_usd - p_estimate where id = any (budgets);
      moved := -1;
    end if;
  end if;
  if moved < cardinality(budgets) then
    delete from public.budget_reservations where id = held.id;
    perform private.warn_budgets(budgets, p_estimate);
    return null;
  end if;
  update public.budget_reservations set budget_ids = budgets, on_run = run_cap is not null where id = held.id;
  perform private.warn_budgets(budgets, 0);
  return held.id;
end $$;
comment on function reserve_budget(uuid, numeric, text, text, text, text) is
  'Keep money free in every budget a call counts against, once for a key. Null when one of them has no room.';
select private.allow('reserve_budget(uuid, numeric, text, text, text, text)', 'service_role');

create function private.close_reservation(p_held budget_reservations, p_status text, p_actual numeric) returns void
language plpgsql set search_path = '' as $$
declare
  given_back constant numeric := case when p_held.status = 'open' then p_held.estimate_usd else 0 end;
begin
  perform from public.channel_budgets where id = any (p_held.budget_ids) order by id for no key update;
  update public.channel_budgets
     set reserved_usd = greatest(reserved_usd - given_back, 0), spent_usd = spent_usd + coalesce(p_actual, 0)
   where id = any (p_held.budget_ids);
  if p_held.on_run then
    update public.pipeline
       set reserved_usd = greatest(reserved_usd - given_back, 0), spent_usd = spent_usd + coalesce(p_actual, 0)
     where user_id = p_held.user_id and run_id = p_held.run_id;
  end if;
  update public.budget_reservations set status = p_status, actual_usd = p_actual where id = p_held.id;
end $$;
comment on function private.close_reservation(budget_reservations, text, numeric) is
  'Give back what was kept free and count what was spent.';
select private.allow('private.close_reservation(budget_reservations, text, numeric)', 'service_role');

create function record_cost(
  p_user_id uuid, p_provider text, p_cost_usd numeric, p_key text, p_channel_id text = null,
  p_run_id text = null, p_operation text = null, p_model_name text = null, p_tokens int = null,
  p_units numeric = null, p_unit text = null, p_ref_type text = null, p_ref_id uuid = null,
  p_is_estimate boolean = false
) returns boolean
language sql set search_path = '' as $$
  with written as (
    insert into public.channel_costs
      (user_id, channel_id, run_id, provider, cost_usd, tokens, model_name, operation, units, unit,
       is_estimate, ref_type, ref_id, dedupe_key)
    values (p_user_id, coalesce(p_channel_id, 'none'), p_run_id, p_provider, p_cost_usd, p_tokens,
            p_model_name, p_operation, p_units, p_unit, p_is_estimate, p_ref_type, p_ref_id, p_key)
    on conflict (user_id, dedupe_key) do nothing returning 1)
  select exists (select from written)
$$;
comment on function record_cost(uuid, text, numeric, text, text, text, text, text, int, numeric, text, text, uuid, boolean) is
  'Write down what a provider was paid; once for a key. Whether it was written now.';
select private.allow('record_cost(uuid, text, numeric, text, text, text, text, text, int, numeric, text, text, uuid, boolean)', 'service_role');

create function settle_budget(
  p_reservation_id uuid, p_actual numeric, p_operation text = null, p_model_name text = null,
  p_tokens int = null, p_units numeric = null, p_unit text = null, p_ref_type text = null,
  p_ref_id uuid = null
) returns numeric
language plpgsql set search_path = '' as $$
declare
  held public.budget_reservations;
begin
  select * into held from public.budget_reservations where id = p_reservation_id for no key update;
  if held.id is null then
    raise exception 'there is no such reservation' using errcode = 'P0002';
  elsif held.status = 'settled' and held.actual_usd = p_actual then
    return held.actual_usd;
  elsif held.status not in ('open', 'expired') then
    raise exception 'this reservation was % before', held.status using errcode = '55000';
  end if;
  perform private.close_reservation(held, 'settled', p_actual);
  perform public.record_cost(
    held.user_id, coalesce(held.provider, 'unknown'), p_actual, 'budget:' || held.id, held.channel_id,
    held.run_id, p_operation, p_model_name, p_tokens, p_units, p_unit, p_ref_type, p_ref_id);
  perform private.warn_budgets(held.budget_ids, 0);
  return p_actual;
end $$;
comment on function settle_budget(uuid, numeric, text, text, int, numeric, text, text, uuid) is
  'Count what a call cost and write it down in channel_costs; once. Answers what it cost.';
select private.allow('settle_budget(uuid, numeric, text, text, int, numeric, text, text, uuid)', 'service_role');

create function release_budget(p_reservation_id uuid) returns boolean
language plpgsql set search_path = '' as $$
declare
  held public.budget_reservations;
begin
  select * into held from public.budget_reservations
   where id = p_reservation_id and status = 'open' for no key update;
  if held.id is null then
    return false;
  end if;
  perform private.close_reservation(held, 'released', null);
  return true;
end $$;
comment on function release_budget(uuid) is
  'Give back what was kept free for a call that was not made; false when there was nothing to give back.';
select private.allow('release_budget(uuid)', 'service_role');

create function expire_budget_reservations(p_limit int = 1000) returns integer
language plpgsql set search_path = '' as $$
declare
  v_user uuid;
  held public.budget_reservations;
  expired int := 0;
begin
  for v_user in
    select distinct user_id from (
      select user_id from public.budget_reservations
       where status = 'open' and expires_at < clock_timestamp() order by expires_at limit p_limit) due
  loop
    perform from public.channel_budgets where user_id = v_user order by id for no key update;
    for held in
      select * from public.budget_reservations
       where user_id = v_user and status = 'open' and expires_at < clock_timestamp()
       order by expires_at for no key update skip locked
    loop
      perform private.close_reservation(held, 'expired', null);
      expired := expired + 1;
    end loop;
  end loop;
  return expired;
end $$;
comment on function expire_budget_reservations(int) is
  'Sweep: give back what lost workers kept free. Answers how many.';
select private.allow('expire_budget_reservations(int)', 'service_role');
