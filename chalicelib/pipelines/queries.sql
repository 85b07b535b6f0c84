-- prompt_video_claim --
-- Take a step up unless it is done; answers what it needs and how the job stands.
with job as (
  select id, user_id, status, settings,
         attempt = %(attempt)s and status not in ('READY', 'FAILED', 'CANCELLED') as open
    from jobs where id = %(job_id)s for no key update
), claimed as (
  insert into private.step_results as r (job_id, user_id, step, item, attempt)
  select id, user_id, %(step)s, %(item)s, %(attempt)s from job where open
  on conflict (job_id, step, item) do update
     set attempt = excluded.attempt, runs = r.runs + 1, claimed_at = clock_timestamp()
   where r.state = 'claimed'
  returning r.job_id, r.runs
), begun as (
  update job_steps s
     set state = 'started', attempts = s.attempts + 1,
         started_at = coalesce(s.started_at, clock_timestamp()), finished_at = null
    from claimed
   where s.job_id = claimed.job_id and s.step_name = %(stage)s and s.state in ('pending', 'failed')
), moved as (
  update jobs j
     set status = greatest(j.status, current.step_name::job_status),
         status_message = case when current.step_name::job_status > j.status and j.wait_token is null
                               then %(says)s::jsonb ->> current.step_name else j.status_message end,
         progress = greatest(j.progress, (%(bands)s::int[])[current.step_order]),
         heartbeat_at = clock_timestamp(), lease_until = clock_timestamp() + interval '20 minutes'
    from claimed
    left join lateral (
      select step_name, step_order from job_steps s
       where s.job_id = claimed.job_id and s.state <> 'succeeded'
       order by step_order limit 1) current on true
   where j.id = claimed.job_id
)
select job.status = 'CANCELLED' as cancelled, job.settings as terms,
       (select runs from claimed) as run,
       (select result from private.step_results
         where job_id = %(job_id)s and step = %(step)s and item = %(item)s and state = 'done') as done,
       (select coalesce(jsonb_object_agg(step, items), '{}')
          from (select step, jsonb_object_agg(item, result) as items from private.step_results
                 where job_id = %(job_id)s and step = any(%(needs)s) and state = 'done'
                 group by step) found) as results
  from job;

-- stored_result --
-- What a finished step answered.
select result from private.step_results
 where job_id = %(job_id)s and step = %(step)s and item = %(item)s and state = 'done';

-- prompt_video_finish --
-- The step is done: result, log, stage, status and progress; no row when it was done already.
with done as (
  update private.step_results
     set state = 'done', result = %(result)s, done_at = clock_timestamp()
   where job_id = %(job_id)s and step = %(step)s and item = %(item)s and state = 'claimed'
  returning job_id, user_id
), logged as (
  insert into pipeline_runs (user_id, run_id, stage, status, attempts, input_refs, output_refs,
                             metrics, started_at, finished_at)
  select user_id, job_id, concat_ws('/', %(step)s::text, nullif(%(item)s, '')), 'success', %(run)s,
         jsonb_build_object('job_id', job_id, 'item', %(item)s), %(result)s, %(metrics)s,
         clock_timestamp() - make_interval(secs => %(took)s / 1000.0), clock_timestamp()
    from done
), counted as (
  update job_steps s
     set item_done = s.item_done + 1,
         progress_pct = least(100, 100 * (s.item_done + 1) / coalesce(s.item_total, 1)),
         state = case when s.item_done + 1 >= coalesce(s.item_total, 1) then 'succeeded'::step_status
                      else s.state end,
         finished_at = case when s.item_done + 1 >= coalesce(s.item_total, 1) then clock_timestamp() end,
         duration_ms = s.duration_ms + %(took)s,
         error_message = null
    from done
   where s.job_id = done.job_id and s.step_name = %(stage)s
  returning s.job_id, s.user_id, s.step_name, s.step_order, s.state, s.item_done, s.item_total
), planned as (
  update job_steps s
     set item_total = t.value::int, skipped = t.value::int = 0,
         state = case when s.item_done >= t.value::int then 'succeeded'::step_status else s.state end,
         finished_at = case when s.item_done >= t.value::int
                            then coalesce(s.finished_at, clock_timestamp()) end
    from done, jsonb_each_text(%(totals)s) t
   where s.job_id = done.job_id and s.step_name = t.key
  returning s.step_name, s.step_order, s.state, s.item_done, s.item_total
), stages as (
  select step_name, step_order, state, item_done, item_total from counted
  union all
  select step_name, step_order, state, item_done, item_total from planned
  union all
  select step_name, step_order, state, item_done, item_total from job_steps s
   where s.job_id = %(job_id)s and s.step_name is distinct from %(stage)s
     and not %(totals)s::jsonb ? s.step_name
), current as (
  select * from stages where state <> 'succeeded' order by step_order limit 1
), told as (
  insert into job_events (job_id, user_id, stage, message)
  select job_id, user_id, step_name, %(says)s::jsonb ->> step_name || ': done'
    from counted where state = 'succeeded'
)
update jobs j
   set heartbeat_at = clock_timestamp(), lease_until = clock_timestamp() + interval '20 minutes',
       status = greatest(j.status, current.step_name::job_status),
       status_message = case when j.wait_token is not null then j.status_message else coalesce(
         (%(says)s::jsonb ->> current.step_name)
         || case when current.item_total > 1
                 then format(' (%%s of %%s)', current.item_done, current.item_total) else '' end,
         'Handing over') end,
       progress = greatest(j.progress, coalesce(
         (%(bands)s::int[])[current.step_order]
         + ((%(bands)s::int[])[current.step_order + 1] - (%(bands)s::int[])[current.step_order])
           * current.item_done / greatest(1, coalesce(current.item_total, 1)), 99))
  from done left join current on true
 where j.id = done.job_id
returning j.status, j.progress;

-- prompt_video_failure --
-- A run of a step failed, or was skipped by a budget: the stage log, and on the stage what went wrong last.
with job as (
  select id, user_id from jobs
   where id = %(job_id)s and attempt = %(attempt)s and status not in ('READY', 'FAILED', 'CANCELLED')
     for no key update
), logged as (
  insert into pipeline_runs (user_id, run_id, stage, status, attempts, input_refs, error_code,
                             error_summary, metrics, started_at, finished_at)
  select user_id, id, concat_ws('/', %(step)s::text, nullif(%(item)s, '')),
         %(status)s, %(run)s,
         jsonb_build_object('job_id', id, 'item', %(item)s), %(code)s, %(summary)s, %(metrics)s,
         clock_timestamp() - make_interval(secs => %(took)s / 1000.0), clock_timestamp()
    from job
  on conflict do nothing
), told as (
  insert into job_events (job_id, user_id, level, stage, message, meta)
  select id, user_id, 'warning', %(stage)s, %(said)s,
         jsonb_build_object('step', %(step)s::text, 'item', %(item)s, 'code', %(code)s, 'run', %(run)s)
    from job
)
update job_steps s
   set error_message = %(said)s, duration_ms = s.duration_ms + %(took)s,
       state = case when %(final)s then 'failed'::step_status else s.state end
  from job
 where s.job_id = job.id and s.step_name = %(stage)s;

-- prompt_video_beat --
-- A sign of life; answers whether the job still wants the work.
with beaten as (
  update jobs set heartbeat_at = clock_timestamp(), lease_until = clock_timestamp() + interval '20 minutes'
   where id = %(job_id)s and attempt = %(attempt)s and status not in ('READY', 'FAILED', 'CANCELLED')
  returning id
)
select status = 'CANCELLED' as cancelled,
       exists (select from beaten) as ours
  from jobs where id = %(job_id)s;

-- add_assets --
-- Files for the user, or the newer versions of them.
insert into assets (job_id, user_id, type, storage_path, size_bytes, sha256, mime_type, metadata_json)
select j.id, j.user_id, a.type, a.storage_path, a.size_bytes, a.sha256, a.mime_type, a.metadata_json
  from jobs j, jsonb_to_recordset(%(assets)s) as a (
       type text, storage_path text, size_bytes bigint, sha256 text, mime_type text, metadata_json jsonb)
 where j.id = %(job_id)s
on conflict (job_id, type, storage_path) do update
   set size_bytes = excluded.size_bytes, sha256 = excluded.sha256, mime_type = excluded.mime_type,
       metadata_json = excluded.metadata_json, deleted_at = null;

-- add_script --
-- The script of a job, for the user's list of scripts; once, though it may be written again.
insert into scripts (user_id, content, title, topic_key, run_id, content_hash, word_count)
select %(user_id)s, %(content)s, %(title)s, private.topic_key(%(topic)s), %(run_id)s,
       %(content_hash)s, %(word_count)s
 where not exists (select from scripts where user_id = %(user_id)s and run_id = %(run_id)s
                      and content_hash = %(content_hash)s);

-- recording --
-- An upload that was found good.
select key, sha256 from uploads where id = %(id)s and state = 'ready';

-- start_paid_call --
-- Find a paid call or start it; `mine` when the asking worker is to make it now, `ours` when its job
-- is the one that pays. What is found and another job has paid for is noted as saved.
with started as (
  insert into private.paid_calls as p (key, user_id, provider, kind)
  values (%(key)s, %(user_id)s, %(provider)s, %(kind)s)
  on conflict (key) do update
     set attempt = p.attempt + 1, created_at = clock_timestamp()
   where p.state = 'started'
     and p.created_at < clock_timestamp() - make_interval(secs => %(lease)s)
  returning key, state, attempt, artifact_key, result, cost_usd, run_id
), spared as materialized (
  select record_cost(p.user_id, p.provider, 0, format('found:%%s:%%s', p.key, %(run_id)s),
                     (select channel_id::text from video_jobs where id = %(run_id)s), %(run_id)s::text,
                     p.kind, p_ref_type => 'run', p_ref_id => %(run_id)s, p_cached => true,
                     p_saved_usd => p.cost_usd)
    from private.paid_calls p
   where p.key = %(key)s and p.state = 'done' and p.cost_usd > 0
     and p.run_id is distinct from %(run_id)s
)
select true as mine, run_id = %(run_id)s as ours, state, attempt, artifact_key, result, cost_usd
  from started
union all
select false, run_id = %(run_id)s, state, attempt, artifact_key, result, cost_usd
  from private.paid_calls
 where key = %(key)s and not exists (select from started)
   and (select count(*) from spared) >= 0
limit 1;

-- hold_paid_call --
-- A call that this attempt is still to make, locked before its reservation, as who finishes it locks
-- them; no row when somebody has.
select from private.paid_calls
 where key = %(key)s and state = 'started' and attempt = %(attempt)s for no key update;

-- reserve_paid_call --
-- Keep money free for a call that is about to be made, and let this job pay for it; no row when a
-- budget has no room. What a worker that died kept free is given back first.
with before as (
  select case when reservation_id is not null then release_budget(reservation_id) end
    from private.paid_calls where key = %(key)s
), held as materialized (
  select reserve_budget(%(user_id)s, %(estimate)s::numeric, %(key)s || ':' || gen_random_uuid(),
                        (select channel_id::text from video_jobs where id = %(run_id)s), %(provider)s,
                        %(run_id)s::text) as id
    from (select count(*) from before) given_back
)
update private.paid_calls p
   set reservation_id = held.id, run_id = %(run_id)s, stage = %(stage)s
  from held where p.key = %(key)s and held.id is not null
returning p.reservation_id;

-- finish_paid_call --
-- A paid call's artifact is stored and its cost written down, for its user and on the album or the
-- stage that pays; the first to say so is believed.
with done as (
  update private.paid_calls
     set state = 'done', artifact_key = %(artifact_key)s, result = %(result)s,
         cost_usd = %(cost_usd)s, done_at = clock_timestamp()
   where key = %(key)s and state = 'started'
  returning reservation_id, kind, run_id, stage
), album as (
  update video_jobs v set cost_usd = v.cost_usd + %(cost_usd)s
    from done where v.id = done.run_id
), job as (
  update job_steps s set cost_usd = s.cost_usd + %(cost_usd)s
    from done where s.job_id = done.run_id and s.step_name = done.stage
)
select settle_budget(reservation_id, %(cost_usd)s::numeric, kind, p_tokens => %(tokens)s::int,
                     p_units => round(%(units)s::numeric, 3), p_unit => %(unit)s, p_ref_type => 'run', p_ref_id => run_id)
  from done where reservation_id is not null;

-- forget_paid_call --
-- A call that came to nothing: its money is given back, and whoever asks next may call at once.
with gone as (
  delete from private.paid_calls
   where key = %(key)s and state = 'started' and attempt = %(attempt)s
  returning reservation_id
)
select release_budget(reservation_id) from gone where reservation_id is not null;

-- prompt_video_silent --
-- Jobs under way without a sign of life for minutes; `start_pending` while the outbox is at it.
select j.id, j.user_id, j.attempt,
       exists (select from private.outbox o
                where o.dedupe_key = format('job-%%s-%%s', j.id, j.attempt)
                  and o.delivered_at is null and o.dead_at is null) as start_pending
  from jobs j
 where j.status not in ('READY', 'FAILED', 'CANCELLED')
   and coalesce(j.heartbeat_at, j.created_at) < clock_timestamp() - interval '3 minutes'
 order by j.heartbeat_at nulls first
 limit 200;

-- prompt_video_seen --
-- Step Functions says that the job is alive: it is asked about again in some minutes.
update jobs set heartbeat_at = clock_timestamp()
 where id = %(job_id)s and attempt = %(attempt)s and status not in ('READY', 'FAILED', 'CANCELLED');

-- album_claim --
-- Take a step of an album up unless it is done; answers what it needs and how the album stands.
with job as (
  select id, user_id, status, attempt = %(attempt)s and goal is not null as open
    from video_jobs where id = %(job_id)s for no key update
), claimed as (
  insert into private.step_results as r (flow, job_id, user_id, step, item, attempt)
  select 'album', id, user_id, %(step)s, %(item)s, %(attempt)s from job where open
  on conflict (job_id, step, item) do update
     set attempt = excluded.attempt, runs = r.runs + 1, claimed_at = clock_timestamp()
   where r.state = 'claimed'
  returning r.job_id, r.runs
), beaten as (
  update video_jobs j
     set heartbeat_at = clock_timestamp(), lease_until = clock_timestamp() + interval '20 minutes'
    from claimed
   where j.id = claimed.job_id
)
select job.status = 'cancelled' as cancelled, '{}'::jsonb as terms,
       (select runs from claimed) as run,
       (select result from private.step_results
         where job_id = %(job_id)s and step = %(step)s and item = %(item)s and state = 'done') as done,
       (select coalesce(jsonb_object_agg(step, items), '{}')
          from (select step, jsonb_object_agg(item, result) as items from private.step_results
                 where job_id = %(job_id)s and step = any(%(needs)s) and state = 'done'
                 group by step) found) as results
  from job;

-- album_finish --
-- The step is done: result, log, a sign of life; no row when it was done already.
with done as (
  update private.step_results
     set state = 'done', result = %(result)s, done_at = clock_timestamp()
   where job_id = %(job_id)s and step = %(step)s and item = %(item)s and state = 'claimed'
  returning job_id, user_id
), logged as (
  insert into pipeline_runs (user_id, run_id, channel_id, stage, status, attempts, input_refs,
                             output_refs, metrics, started_at, finished_at)
  select user_id, job_id, (select channel_id from video_jobs where id = job_id),
         concat_ws('/', %(step)s::text, nullif(%(item)s, '')), 'success', %(run)s,
         jsonb_build_object('job_id', job_id, 'item', %(item)s), %(result)s, %(metrics)s,
         clock_timestamp() - make_interval(secs => %(took)s / 1000.0), clock_timestamp()
    from done
)
update video_jobs j
   set heartbeat_at = clock_timestamp(), lease_until = clock_timestamp() + interval '20 minutes'
  from done
 where j.id = done.job_id
returning j.status, j.progress;

-- album_failure --
-- A run of a step failed, or was skipped by a budget: the stage log.
insert into pipeline_runs (user_id, run_id, channel_id, stage, status, attempts, input_refs,
                           error_code, error_summary, metrics, started_at, finished_at)
select user_id, id, channel_id, concat_ws('/', %(step)s::text, nullif(%(item)s, '')),
       %(status)s, %(run)s,
       jsonb_build_object('job_id', id, 'item', %(item)s), %(code)s, %(summary)s, %(metrics)s,
       clock_timestamp() - make_interval(secs => %(took)s / 1000.0), clock_timestamp()
  from video_jobs
 where id = %(job_id)s and attempt = %(attempt)s and goal is not null
on conflict do nothing;

-- album_beat --
-- A sign of life; answers whether the album still wants the work.
with beaten as (
  update video_jobs
     set heartbeat_at = clock_timestamp(), lease_until = clock_timestamp() + interval '20 minutes'
   where id = %(job_id)s and attempt = %(attempt)s and goal is not null
  returning id
)
select status = 'cancelled' as cancelled, exists (select from beaten) as ours
  from video_jobs where id = %(job_id)s;

-- album_silent --
-- Albums under way without a sign of life for minutes; `start_pending` while the outbox is at it.
select j.id, j.user_id, j.attempt,
       exists (select from private.outbox o
                where o.dedupe_key = format('album-%%s-%%s', j.id, j.attempt)
                  and o.delivered_at is null and o.dead_at is null) as start_pending
  from video_jobs j
 where j.goal is not null
   and coalesce(j.heartbeat_at, j.created_at) < clock_timestamp() - interval '3 minutes'
 order by j.heartbeat_at nulls first
 limit 200;

-- album_seen --
-- Step Functions says that the album is alive: it is asked about again in some minutes.
update video_jobs set heartbeat_at = clock_timestamp()
 where id = %(job_id)s and attempt = %(attempt)s and goal is not null;

-- album_rendered --
-- How many steps of an edition are done.
select count(*)::int from private.step_results
 where job_id = %(job_id)s and split_part(item, '.', 1) = %(edition)s and state = 'done';
