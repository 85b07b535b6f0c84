-- run --
-- A job or an album, and what its log and its costs add up to.
with found as (
  select j.id, 'job' as kind, j.status::text, j.attempt, j.error_code, j.error_message,
         (select s.step_name from job_steps s where s.job_id = j.id and s.state <> 'succeeded'
           order by s.step_order limit 1) as stage
    from jobs j where j.id = %(run_id)s and j.user_id = auth.uid()
  union all
  select v.id, 'album', v.status::text, v.attempt, v.error_code, v.error_message,
         nullif(coalesce(v.resume_from, v.status)::text, 'completed')
    from video_jobs v
   where v.id = %(run_id)s and v.user_id = auth.uid() and v.deleted_at is null
), log as (
  select count(*) filter (where r.status = 'success') as succeeded,
         count(*) filter (where r.status = 'failure') as failed,
         count(*) filter (where r.status = 'retry') as retried,
         count(*) filter (where r.status = 'skipped') as skipped,
         coalesce(sum((r.metrics ->> 'latency_ms')::numeric), 0)::bigint as latency_ms,
         coalesce(sum((r.metrics ->> 'tokens')::numeric), 0)::bigint as tokens,
         min(r.started_at) as started_at, max(r.finished_at) as finished_at
    from pipeline_runs r where r.run_id = %(run_id)s::uuid::text and r.user_id = auth.uid()
), paid as (
  select coalesce(sum(c.cost_usd), 0) as cost_usd
    from channel_costs c where c.run_id = %(run_id)s::uuid::text and c.user_id = auth.uid()
)
select found.id as run_id, found.kind, found.status, found.stage, found.attempt, found.error_code,
       found.error_message, log.started_at,
       case when found.status in ('READY', 'FAILED', 'CANCELLED', 'ready_for_export', 'completed', 'failed',
                                  'cancelled') then log.finished_at end as finished_at,
       jsonb_build_object('succeeded', log.succeeded, 'failed', log.failed, 'retried', log.retried,
                          'skipped', log.skipped, 'latency_ms', log.latency_ms, 'tokens', log.tokens,
                          'cost_usd', paid.cost_usd::text) as totals
  from found, log, paid;

-- timeline --
-- The tries of a run's stages, newest first.
select id, split_part(stage, '/', 1) as stage,
       substr(stage, length(split_part(stage, '/', 1)) + 2) as item, status, attempts as attempt,
       started_at, finished_at, (metrics ->> 'latency_ms')::numeric::int as latency_ms,
       (metrics ->> 'tokens')::numeric::int as tokens, (metrics ->> 'cost_usd')::numeric as cost_usd,
       (metrics ->> 'cache_hit')::boolean as cache_hit, error_code, error_summary, created_at
  from pipeline_runs
 where run_id = %(run_id)s::uuid::text and user_id = auth.uid()
   and (%(after)s::timestamptz is null or (created_at, id) < (%(after)s::timestamptz, %(after_id)s::uuid))
 order by created_at desc, id desc
 limit %(limit)s;

-- rates --
-- How each stage's tries went, and all together: in the last days, and in as many before.
select split_part(stage, '/', 1) as stage, created_at >= %(now)s - make_interval(days => %(days)s) as recent,
       count(*) as tries,
       percentile_disc(0.95) within group (order by (metrics ->> 'latency_ms')::numeric)
         filter (where status = 'success')::int as p95_latency_ms,
       avg((status = 'failure')::int)::float as failure_rate, avg((status = 'retry')::int)::float as retry_rate,
       avg((error_code is not distinct from 'ProviderThrottled')::int)::float as throttled_rate
  from pipeline_runs
 where user_id = auth.uid() and created_at >= %(now)s - 2 * make_interval(days => %(days)s)
 group by grouping sets ((1, 2), (2))
 order by 1 nulls first;

-- failed_publications --
-- Publications that failed in the last days.
select count(*) from publications
 where user_id = auth.uid() and state = 'failed' and updated_at >= %(now)s - make_interval(days => %(days)s);

-- forget --
-- What these steps came to counts no longer. It stays written until they come to something else: what
-- was paid for is named in it.
update private.step_results set state = 'claimed', done_at = null
 where job_id = %(run_id)s and step = any(%(steps)s) and state = 'done';
