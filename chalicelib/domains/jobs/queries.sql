-- project --
-- One project of the asking user that is not thrown away, locked against change.
select id, title, prompt_text, niche_preset, target_minutes, transcript_mode, transcript_text, settings
  from projects where id = %(id)s and deleted_at is null for share;

-- add_job --
-- A new job with its stages, not yet queued.
with job as (
  insert into jobs (project_id, user_id, settings, cost_credits_reserved)
  values (%(project_id)s, %(user_id)s, %(settings)s, %(price)s)
  returning id, user_id
), steps as (
  insert into job_steps (job_id, user_id, step_name, step_order)
  select job.id, job.user_id, stage.name, stage.place
    from job, unnest(%(stages)s::text[]) with ordinality as stage (name, place)
)
select id from job;

-- reserve --
-- Hold credits for a job; false when there are not enough.
select reserve_credits(%(user_id)s, %(job_id)s, %(amount)s);

-- available --
-- Credits that are neither spent nor held.
select get_credit_balance(%(user_id)s);

-- queue_job --
-- The job waits for its execution.
with job as (
  update jobs
     set status = 'QUEUED', status_message = 'Waiting to start', heartbeat_at = clock_timestamp(),
         hold_id = (select id from credit_holds where job_id = %(id)s and status = 'open')
   where id = %(id)s
  returning id, user_id, attempt
), event as (
  insert into job_events (job_id, user_id, stage, message, meta)
  select id, user_id, 'QUEUED', %(said)s, jsonb_build_object('attempt', attempt) from job
)
select id, user_id, attempt from job;

-- job --
-- One job with its steps, and how many seconds a minute of the user's earlier videos took by stage.
select j.id, j.project_id, j.status, j.progress, j.status_message, j.cost_credits_reserved,
       j.cost_credits_final, j.failed_step, j.error_code, j.error_message, j.attempt, j.settings,
       j.manifest_json, j.created_at, j.started_at, j.finished_at, s.steps, p.pace
  from jobs j
 cross join lateral (
   select json_agg(json_build_object(
            'step_name', step_name, 'state', state, 'progress_pct', progress_pct,
            'error_message', error_message, 'attempts', attempts, 'duration_ms', duration_ms,
            'cost_usd', cost_usd, 'skipped', skipped, 'item_total', item_total,
            'item_done', item_done, 'started_at', started_at, 'finished_at', finished_at,
            'seconds', extract(epoch from clock_timestamp() - started_at)) order by step_order) as steps
     from job_steps where job_id = j.id) s
 cross join lateral (
   select coalesce(json_object_agg(step_name, seconds), '{}') as pace
     from (select d.step_name,
                  avg(extract(epoch from d.finished_at - d.started_at)
                      / greatest(1, (e.settings ->> 'minutes')::numeric))::float as seconds
             from (select id, settings from jobs
                    where user_id = j.user_id and status = 'READY'
                    order by created_at desc limit 10) e
             join job_steps d on d.job_id = e.id and d.state = 'succeeded' and not d.skipped
            group by d.step_name) past) p
 where j.id = %(id)s;

-- jobs --
-- A page of the user's jobs, newest first.
select id, project_id, status, progress, status_message, cost_credits_reserved, cost_credits_final,
       failed_step, error_code, error_message, attempt, created_at, started_at, finished_at
  from jobs
 where (%(after)s::timestamptz is null or (created_at, id) < (%(after)s, %(after_id)s::uuid))
   and (%(status)s::job_status is null or status = %(status)s)
   and (%(project_id)s::uuid is null or project_id = %(project_id)s)
 order by created_at desc, id desc
 limit %(limit)s;

-- events --
-- A page of what happened in a job, newest first.
select id, seq, level, stage, message, meta, created_at
  from job_events
 where job_id = %(job_id)s and (%(after)s::bigint is null or seq < %(after)s)
 order by seq desc
 limit %(limit)s;

-- assets --
-- The files a job made that are still there.
select id, job_id, type, storage_path, size_bytes, mime_type, sha256, metadata_json, expires_at, created_at
  from assets
 where job_id = %(job_id)s and deleted_at is null
 order by type, storage_path;

-- asset --
-- One file of the user's, with the title of its video.
select a.storage_path, a.mime_type, a.type, j.settings ->> 'title' as title
  from assets a join jobs j on j.id = a.job_id
 where a.id = %(id)s and a.deleted_at is null;

-- exists --
-- Whether the asking user has this job.
select id from jobs where id = %(id)s;

-- is_thrown_away --
-- Whether the job's project was thrown away, and its files with it.
select p.deleted_at is not null from projects p join jobs j on j.project_id = p.id where j.id = %(id)s;

-- job_for_update --
-- A job as the house sees it, locked: nobody else moves it until the transaction is over.
select id, user_id, project_id, status, attempt, progress, failed_step, error_code, error_message,
       wait_token, settings, cost_credits_reserved, cost_credits_final, finished_at
  from jobs where id = %(id)s for no key update;

-- end_job --
-- The job is over: what happened, the credits back, no step under way any more.
with job as (
  update jobs
     set status = %(status)s::job_status, status_message = %(said)s, error_code = %(code)s,
         error_message = %(message)s, wait_token = null, lease_until = null,
         cancel_requested_at = case when %(status)s::job_status = 'CANCELLED' then clock_timestamp() end,
         failed_step = case when %(status)s::job_status = 'FAILED' then coalesce(
           (select step_name from job_steps
             where job_id = %(id)s and state <> 'succeeded'
             order by (state = 'failed') desc, (error_message is not null) desc, step_order limit 1),
           'PACKAGING') end
   where id = %(id)s
  returning id, user_id, project_id, status, failed_step, attempt, error_code, error_message,
            finished_at, progress, settings, cost_credits_reserved, cost_credits_final
), steps as (
  update job_steps s
     set state = 'failed', finished_at = clock_timestamp(),
         error_message = coalesce(s.error_message, %(message)s)
    from job
   where s.job_id = job.id
     and (s.state in ('started', 'failed') or s.step_name = job.failed_step)
), event as (
  insert into job_events (job_id, user_id, level, stage, message, meta)
  select id, user_id, case when status = 'FAILED' then 'error' else 'info' end, status::text,
         %(said)s, jsonb_strip_nulls(jsonb_build_object(
           'code', error_code, 'failed_step', failed_step, 'attempt', attempt))
    from job
)
select * from job;

-- release --
-- Give back what a job holds, when it holds anything.
select release_credits(job_id) from credit_holds where job_id = %(id)s and status = 'open';

-- stands --
-- The first stage of a job that has not succeeded.
select step_name from job_steps
 where job_id = %(id)s and state <> 'succeeded' order by step_order limit 1;

-- forget_stages --
-- Stages of a job that are done again: nothing of them is done. What they took and cost so far stays.
update job_steps
   set state = 'pending', skipped = false, item_done = 0, progress_pct = 0, error_message = null,
       started_at = null, finished_at = null
 where job_id = %(id)s and step_name = any(%(stages)s);

-- retry_job --
-- A failed job begins its next attempt; finished steps stay finished, and its progress goes back to
-- where it begins again. Until its words are timed its voice is whose the project says now: without a
-- recording the skipped speaking is to be done.
with timed as (
  select from job_steps where job_id = %(id)s and step_name = 'ALIGNMENT' and state = 'succeeded'
), scenes as (
  select item_total from job_steps where job_id = %(id)s and step_name = 'IMAGE_GEN'
), job as (
  update jobs j
     set status = 'QUEUED', attempt = j.attempt + 1, progress = least(j.progress, %(begins)s),
         failed_step = null, error_code = null, error_message = null, execution_arn = null, wait_token = null, cancel_requested_at = null,
         settings = case when exists (select from timed) then j.settings
                         else j.settings || jsonb_build_object(
                           'voice_over_upload_id', p.settings -> 'voice_over_upload_id') end
    from projects p
   where j.id = %(id)s and j.status = 'FAILED' and p.id = j.project_id
  returning j.id, j.settings ->> 'voice_over_upload_id' is null as spoken
)
update job_steps s
   set (state, finished_at) = (
         select case when s.skipped and s.item_done >= item_total then s.state else 'pending' end,
                case when s.skipped and s.item_done >= item_total then s.finished_at end
           from scenes),  -- all of it may have been spoken before the recording came
       error_message = null, skipped = false,
       item_total = case when s.step_name = 'VOICE_GEN' and job.spoken
                         then (select item_total from scenes) else s.item_total end
  from job
 where s.job_id = job.id and (s.state <> 'succeeded' or (s.skipped and job.spoken));

-- begin_job --
-- An execution has taken the job up.
update jobs
   set execution_arn = %(execution)s, heartbeat_at = clock_timestamp(),
       lease_until = clock_timestamp() + interval '20 minutes',
       started_at = coalesce(started_at, clock_timestamp())
 where id = %(id)s
returning settings;

-- voice_over --
-- The recording a job waits for, locked: it cannot become ready until this transaction is over.
select id, state, refused_reason from uploads where id = %(id)s for share;

-- await_voice_over --
-- The job waits for its user's recording.
update jobs
   set wait_token = %(token)s, status_message = 'Waiting for your voice-over',
       status = greatest(status, 'VOICE_GEN'), heartbeat_at = clock_timestamp()
 where id = %(id)s;

-- jobs_waiting_for --
-- Jobs that wait for an upload, locked.
select id, user_id, attempt, wait_token
  from jobs
 where wait_token is not null and settings ->> 'voice_over_upload_id' = %(upload_id)s::text
   for no key update;

-- voice_over_there --
-- The recording stands in for the generated voice.
with job as (
  update jobs
     set wait_token = null, status_message = 'Your voice-over has arrived',
         heartbeat_at = clock_timestamp()
   where id = %(id)s
  returning id, user_id
), spoken as (
  update job_steps s
     set state = 'succeeded', skipped = true, item_total = 0, progress_pct = 100,
         started_at = coalesce(s.started_at, clock_timestamp()), finished_at = clock_timestamp()
    from job where s.job_id = job.id and s.step_name = 'VOICE_GEN'
)
insert into job_events (job_id, user_id, stage, message)
select id, user_id, 'VOICE_GEN', 'Your voice-over has arrived' from job;

-- deliver_job --
-- The video is handed over.
with job as (
  update jobs
     set status = 'READY', progress = 100, status_message = 'Ready',
         output_url = %(output_url)s, manifest_json = %(manifest)s, cost_credits_final = %(price)s::int
   where id = %(id)s
  returning id, user_id, project_id, status, failed_step, attempt, error_code, error_message,
            finished_at, progress, settings, cost_credits_reserved, cost_credits_final
), event as (
  insert into job_events (job_id, user_id, stage, message, meta)
  select id, user_id, 'READY', 'The video is ready', jsonb_build_object('credits', %(price)s::int) from job
)
select * from job;

-- settle --
-- Charge a job's hold and give the rest back, when it holds anything.
select settle_credits(job_id, %(price)s) from credit_holds where job_id = %(id)s and status = 'open';
