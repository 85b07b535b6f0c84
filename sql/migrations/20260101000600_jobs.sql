-- Jobs: the making of a project's video; its steps, its events and what it made.

create type job_status as enum (
  'PENDING', 'QUEUED', 'SCRIPTING', 'VOICE_GEN', 'ALIGNMENT', 'VISUAL_PLAN', 'IMAGE_GEN',
  'TIMELINE', 'RENDERING', 'PACKAGING', 'READY', 'FAILED', 'CANCELLED'
);
create type step_status as enum ('pending', 'started', 'succeeded', 'failed');

create table jobs (
  id                    uuid primary key default gen_random_uuid(),
  project_id            uuid not null,
  user_id               uuid not null default auth.uid() constraint jobs_of_user
                        references auth.users (id) on delete cascade,
  status                job_status not null default 'PENDING',
  progress              integer not null default 0 constraint jobs_progress_range
                        check (progress between 0 and 100),
  status_message        text,
  cost_credits_reserved integer not null default 0 constraint jobs_reserved_not_negative
                        check (cost_credits_reserved >= 0),
  cost_credits_final    integer constraint jobs_final_not_negative check (cost_credits_final >= 0),
  failed_step           text,
  error_code            text,
  error_message         text,
  output_url            text,
  manifest_json         jsonb,
  attempt               integer not null default 1 constraint jobs_attempt_positive check (attempt >= 1),
  settings              jsonb not null default '{}' constraint jobs_settings_is_object
                        check (jsonb_typeof(settings) = 'object'),
  priority              smallint not null default 50 constraint jobs_priority_range
                        check (priority between 0 and 100),
  hold_id               uuid,
  execution_arn         text,
  wait_token            text,
  worker_id             text,
  checkpoint            jsonb,
  heartbeat_at          timestamptz,
  lease_until           timestamptz,
  next_attempt_at       timestamptz,
  cancel_requested_at   timestamptz,
  dlq_at                timestamptz,
  created_at            timestamptz not null default now(),
  started_at            timestamptz,
  finished_at           timestamptz,
  updated_at            timestamptz not null default now(),
  constraint jobs_owned unique (id, user_id),
  constraint jobs_of_own_project foreign key (project_id, user_id)
    references projects (id, user_id) on delete cascade,
  constraint jobs_finished_has_time
    check ((status in ('READY', 'FAILED', 'CANCELLED')) = (finished_at is not null))
);
create index idx_jobs_user on jobs (user_id, created_at desc, id desc);
create index idx_jobs_project on jobs (project_id, created_at desc);
create index idx_jobs_status on jobs (status);
create index idx_jobs_created on jobs (created_at desc);
create index jobs_due on jobs (status, next_attempt_at) where status = 'QUEUED';
create index jobs_by_lease on jobs (lease_until)
  where lease_until is not null and status not in ('READY', 'FAILED', 'CANCELLED');
create unique index jobs_one_active_per_user on jobs (user_id)
  where status not in ('READY', 'FAILED', 'CANCELLED');
select private.describe('jobs', $$
  The making of a project's video.
  project_id: What is being made.
  status: The earliest unfinished stage.
  progress: Percent done; never goes back, except when a failed job is tried again.
  status_message: What is going on, for people.
  cost_credits_reserved: Credits held for it.
  cost_credits_final: Credits it cost in the end.
  failed_step: The state that failed.
  error_code: Why, for programs.
  error_message: Why, for people.
  output_url: Canonical address of the video.
  manifest_json: What was made, with hashes and lengths.
  attempt: Counts executions; a step of an older one is refused.
  settings: The order as it stood when the job began: {minutes, niche, format, seed, prompt, ...}.
  priority: Smaller goes first.
  hold_id: The hold on the user's credits.
  execution_arn: The state machine's execution.
  wait_token: Task token of the state that waits for the user's voice-over.
  worker_id: Who works on it.
  checkpoint: What a resumed attempt needs to know.
  heartbeat_at: Last sign of life.
  lease_until: Until when the worker is believed alive.
  next_attempt_at: When a queued job is due.
  cancel_requested_at: When the user asked to stop.
  dlq_at: When it was given up after too many attempts.
  started_at: When the first step began.
  finished_at: When it ended, one way or the other.
$$);
select private.enrol('jobs', kind => 'STDU', by_owner => null, users_may =>
  'select (id, project_id, user_id, status, progress, status_message, cost_credits_reserved,
           cost_credits_final, failed_step, error_code, error_message, output_url, manifest_json,
           attempt, settings, priority, next_attempt_at, cancel_requested_at,
           created_at, started_at, finished_at, updated_at)');

-- A job moves forward in the enum's order, ends once, and is tried again only after failing.
create function private.guard_job() returns trigger
language plpgsql set search_path = '' as $$
declare
  ended constant public.job_status[] := array['READY', 'FAILED', 'CANCELLED'];
  again constant boolean := tg_op = 'UPDATE' and old.status = 'FAILED' and new.status = 'QUEUED';
begin
  if tg_op = 'DELETE' then
    if old.status <> all (ended) then
      raise exception 'a running job cannot be deleted; cancel it first' using errcode = '55000';
    end if;
    return old;
  end if;
  if tg_op = 'UPDATE' and new.status <> old.status and not again
     and (old.status = any (ended)
          or (new.status < old.status and new.status not in ('FAILED', 'CANCELLED'))) then
    raise exception 'a job cannot go from % to %', old.status, new.status using errcode = '55000';
  end if;
  if new.status = any (ended) then
    new.finished_at := coalesce(new.finished_at, clock_timestamp());
  else
    new.finished_at := null;
  end if;
  if tg_op = 'UPDATE' and not again then
    new.progress := greatest(old.progress, new.progress);
  end if;
  if new.status > 'QUEUED' and new.status <= 'READY' then
    new.started_at := coalesce(new.started_at, clock_timestamp());
  end if;
  return new;
end $$;
comment on function private.guard_job() is
  'Trigger: legal moves only, progress never back, the times that go with a status.';
create trigger jobs_guard before insert or update or delete on jobs
  for each row execute function private.guard_job();

create table job_steps (
  id             uuid primary key default gen_random_uuid(),
  job_id         uuid not null,
  user_id        uuid not null default auth.uid(),
  step_name      text not null,
  step_order     integer not null,
  state          step_status not null default 'pending',
  progress_pct   integer not null default 0 constraint job_steps_progress_range
                 check (progress_pct between 0 and 100),
  status_message text,
  error_message  text,
  logs_url       text,
  artifacts_json jsonb not null default '{}' constraint job_steps_artifacts_is_object
                 check (jsonb_typeof(artifacts_json) = 'object'),
  attempts       integer not null default 0,
  duration_ms    bigint not null default 0,
  cost_usd       numeric(12, 4) not null default 0,
  skipped        boolean not null default false,
  item_total     integer,
  item_done      integer not null default 0,
  started_at     timestamptz,
  finished_at    timestamptz,
  created_at     timestamptz not null default now(),
  constraint job_steps_of_own_job foreign key (job_id, user_id)
    references jobs (id, user_id) on delete cascade
);
create index idx_job_steps_job on job_steps (job_id, step_order);
create unique index idx_job_steps_unique on job_steps (job_id, step_name);
select private.describe('job_steps', $$
  How far each step of a job is.
  job_id: The job.
  step_name: Name of the state.
  step_order: Place in the job, from 1.
  state: pending, started, succeeded or failed.
  progress_pct: Percent of this step.
  status_message: What is going on, for people.
  error_message: What went wrong last.
  logs_url: Where its log is.
  artifacts_json: What it made: {name: key}.
  attempts: How often it was begun.
  duration_ms: Working time of all attempts, in ms.
  cost_usd: What it cost in dollars.
  skipped: Nothing had to be done.
  item_total: Items of a map, when it is one.
  item_done: Items finished.
  started_at: When it was first begun.
  finished_at: When it ended.
$$);
select private.enrol('job_steps', erase => 'cascade');

create table assets (
  id            uuid primary key default gen_random_uuid(),
  job_id        uuid not null,
  user_id       uuid not null default auth.uid(),
  type          text not null constraint assets_type_known check (type in
                ('video', 'audio', 'image', 'captions', 'manifest', 'zip',
                 'thumbnail', 'timeline', 'chapters', 'licences')),
  url           text,
  storage_path  text not null,
  size_bytes    bigint constraint assets_size_not_negative check (size_bytes >= 0),
  mime_type     text,
  sha256        text constraint assets_sha256_is_hash check (sha256 ~ '^[0-9a-f]{64}$'),
  metadata_json jsonb not null default '{}' constraint assets_metadata_is_object
                check (jsonb_typeof(metadata_json) = 'object'),
  expires_at    timestamptz default now() + interval '90 days',
  deleted_at    timestamptz,
  created_at    timestamptz not null default now(),
  constraint assets_of_own_job foreign key (job_id, user_id)
    references jobs (id, user_id) on delete cascade,
  constraint assets_once_per_job unique (job_id, type, storage_path)
);
create index idx_assets_job on assets (job_id);
create index idx_assets_type on assets (type);
create index assets_by_expiry on assets (expires_at) where deleted_at is null;
select private.describe('assets', $$
  What a job made.
  job_id: The job.
  type: What kind of thing.
  url: Canonical address; the signed one is made when asked for.
  storage_path: Key in the media bucket.
  size_bytes: Size, in bytes.
  mime_type: Media type.
  sha256: Hash of its bytes, in hex.
  metadata_json: Length, size, language, ... by type.
  expires_at: When it is deleted; null keeps it.
  deleted_at: When its object was deleted.
$$);
select private.enrol('assets', erase => 'cascade');

create table job_events (
  id         uuid primary key default gen_random_uuid(),
  seq        bigint generated always as identity,
  job_id     uuid not null,
  user_id    uuid not null default auth.uid(),
  level      text not null default 'info' constraint job_events_level_known
             check (level in ('debug', 'info', 'warning', 'error')),
  stage      text,
  message    text not null,
  meta       jsonb not null default '{}' constraint job_events_meta_is_object
             check (jsonb_typeof(meta) = 'object'),
  created_at timestamptz not null default clock_timestamp(),
  constraint job_events_of_own_job foreign key (job_id, user_id)
    references jobs (id, user_id) on delete cascade
);
create index job_events_by_job on job_events (job_id, seq);
select private.describe('job_events', $$
  What happened in a job, in order.
  seq: Order; grows with every event.
  job_id: The job.
  level: debug, info, warning or error.
  stage: The state it happened in.
  message: What happened, for people.
  meta: The same, for programs.
$$);
select private.enrol('job_events', kind => 'LOG', erase => 'cascade');
