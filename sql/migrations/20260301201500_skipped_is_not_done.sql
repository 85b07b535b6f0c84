-- A stage that a budget skipped is not done; one that was found in a cache is.

create or replace function pipeline_refresh(p_user_id uuid, p_run_id text) returns void
language sql set search_path = '' as $$
  with log as (
    select stage, status, attempts, created_at, error_code, error_summary, metrics, channel_id
      from public.pipeline_runs where user_id = p_user_id and run_id = p_run_id
  ), totals as (
    select count(*) filter (where status = 'success' or status = 'skipped' and error_code is null)::int as done,
           count(*) filter (where status = 'retry')::int as retries,
           coalesce(sum((metrics ->> 'tokens')::numeric), 0)::bigint as tokens,
           coalesce(sum((metrics ->> 'latency_ms')::numeric), 0)::bigint as latency,
           coalesce(sum((metrics ->> 'cost_usd')::numeric), 0) as cost,
           max(channel_id) as channel_id
      from log
  ), latest as (
    select stage, case when status in ('failure', 'skipped') then error_code end as error_code,
           case when status in ('failure', 'skipped') then error_summary end as error_summary
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
