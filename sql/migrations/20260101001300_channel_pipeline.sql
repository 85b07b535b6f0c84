-- The channel pipeline: research cache, scripts, stage log, experiments, channel profiles and costs.

create function private.topic_key(p_topic text) returns text
language sql immutable set search_path = '' as $$
  select btrim(regexp_replace(lower(normalize(p_topic, NFKC)), '[[:space:][:punct:]]+', ' ', 'g'))
$$;
comment on function private.topic_key(text) is 'One spelling of a topic: case, spaces and punctuation aside.';
select private.allow('private.topic_key(text)', 'service_role');

create table research_cache (
  id               uuid primary key default gen_random_uuid(),
  user_id          uuid default auth.uid() constraint research_cache_of_user
                   references auth.users (id) on delete cascade,
  topic            text not null default 'system',
  content          text,
  kind             text not null default 'research' constraint research_cache_kind_known
                   check (kind in ('research', 'system')),
  topic_key        text not null,
  params_hash      text not null default '',
  contract_version integer not null default 1,
  deep_analysis    jsonb,
  raw_transcript   text,
  provider         text,
  tokens           integer,
  cost_usd         numeric(12, 4) not null default 0,
  hit_count        bigint not null default 0,
  last_hit_at      timestamptz,
  lease_owner      text,
  lease_until      timestamptz,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  expires_at       timestamptz generated always as (case when kind = 'research' then
                   (updated_at at time zone 'UTC' + interval '7 days') at time zone 'UTC' end) stored,
  constraint research_cache_has_owner check (user_id is not null or kind = 'system')
);
create unique index research_cache_one_per_topic
  on research_cache (user_id, topic_key, params_hash, contract_version) where kind = 'research';
create index research_cache_by_expiry on research_cache (expires_at);
select private.describe('research_cache', $$
  Research kept for seven days, so that no topic is paid for twice; and system events.
  user_id: Whose it is; null for events of the house itself.
  topic: What was researched; system for events such as boot logs.
  content: The summary, or the event's text. Null while the first research is under way.
  kind: research, or system for what never counts as cache.
  topic_key: One spelling of the topic.
  params_hash: Hash of what else the research depends on.
  contract_version: Version of the content's shape.
  deep_analysis: The long form.
  raw_transcript: The source, word for word.
  provider: Who researched.
  tokens: What it took.
  cost_usd: What it cost in dollars.
  hit_count: How often it was found here.
  last_hit_at: When it was last found.
  lease_owner: Who is researching it now.
  lease_until: Until when they are believed to.
  updated_at: When it was last researched; being found does not count.
  expires_at: When it is too old: seven days after it was researched.
$$);
select private.enrol('research_cache', kind => 'STDU', touched_by => 'content');

create function private.file_research() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.topic_key := coalesce(new.topic_key, private.topic_key(new.topic));
  if new.topic = 'system' then
    new.kind := 'system';
  end if;
  return new;
end $$;
comment on function private.file_research() is 'Trigger: every topic is filed under one spelling.';
create trigger research_cache_filed before insert or update of topic on research_cache
  for each row execute function private.file_research();

create table scripts (
  id           uuid primary key default gen_random_uuid(),
  user_id      uuid not null default auth.uid() constraint scripts_of_user
               references auth.users (id) on delete cascade,
  content      text not null,
  title        text,
  topic_key    text,
  run_id       text,
  channel_id   text,
  version      integer not null default 1,
  parent_id    uuid,
  content_hash text,
  word_count   integer,
  status       text not null default 'draft' constraint scripts_status_known
               check (status in ('draft', 'approved', 'rejected')),
  session_id   text,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  constraint scripts_owned unique (id, user_id),
  constraint scripts_of_own_parent foreign key (parent_id, user_id)
    references scripts (id, user_id) on delete set null (parent_id)
);
create index scripts_by_change on scripts (user_id, updated_at, id);
create index scripts_by_run on scripts (run_id) where run_id is not null;
create index scripts_by_parent on scripts (parent_id) where parent_id is not null;
select private.describe('scripts', $$
  Scripts written, kept so that every session sees the same.
  content: The script's text.
  title: Its title.
  topic_key: One spelling of its topic.
  run_id: The run that wrote it.
  channel_id: The video channel it is for.
  version: Counts rewritings.
  parent_id: The script it rewrites.
  content_hash: Hash of its text.
  word_count: Words in its text.
  status: draft, approved or rejected.
  session_id: The session that wrote it.
$$);
select private.enrol('scripts', kind => 'STDU', users_may => 'select, insert, update, delete');

create table pipeline_runs (
  id            uuid primary key default gen_random_uuid(),
  user_id       uuid not null default auth.uid() constraint pipeline_runs_of_user
                references auth.users (id) on delete cascade,
  run_id        text not null,
  stage         text not null,
  status        text not null constraint pipeline_runs_status_known
                check (status in ('success', 'failure', 'retry', 'skipped')),
  attempts      integer not null default 1,
  input_refs    jsonb not null default '{}',
  output_refs   jsonb not null default '{}',
  error_summary text,
  error_code    text,
  metrics       jsonb not null default '{}',
  channel_id    text,
  started_at    timestamptz,
  finished_at   timestamptz,
  created_at    timestamptz not null default now(),
  constraint pipeline_runs_once unique (user_id, run_id, stage, attempts),
  constraint pipeline_runs_metrics_complete check (
    metrics ?& array['latency_ms', 'tokens', 'cost_usd', 'cache_hit', 'retry_count'])
);
create index pipeline_runs_by_run on pipeline_runs (run_id);
create index pipeline_runs_by_stage on pipeline_runs (stage, created_at desc);
create index pipeline_runs_failed on pipeline_runs (status) where status = 'failure';
select private.describe('pipeline_runs', $$
  What every stage of every run came to.
  run_id: The run: job:{uuid} for a job.
  stage: The stage.
  status: success, failure, retry or skipped.
  attempts: Which try it was, from 1.
  input_refs: What it worked on: {name: id or key}.
  output_refs: What it made: {name: id or key}.
  error_summary: What went wrong, in a line.
  error_code: The same, for programs.
  metrics: {latency_ms, tokens, cost_usd, cache_hit, retry_count, ...}.
  channel_id: The video channel it was for.
  started_at: When it began.
  finished_at: When it ended.
$$);
select private.enrol('pipeline_runs', kind => 'LOG');

create function private.complete_metrics() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.metrics := '{"latency_ms": 0, "tokens": 0, "cost_usd": 0, "cache_hit": false, "retry_count": 0}'::jsonb
    || case when jsonb_typeof(new.metrics) = 'object' then new.metrics else '{}' end;
  return new;
end $$;
comment on function private.complete_metrics() is 'Trigger: a metric left out counts as nothing.';
create trigger pipeline_runs_metrics before insert on pipeline_runs
  for each row execute function private.complete_metrics();

create table metadata_experiments (
  id                uuid primary key default gen_random_uuid(),
  user_id           uuid not null default auth.uid() constraint metadata_experiments_of_user
                    references auth.users (id) on delete cascade,
  video_id          text,
  experiment_type   text not null default 'other' constraint metadata_experiments_type_known
                    check (experiment_type in
                    ('title', 'thumbnail', 'other', 'pinned_comment_conversion', 'analytics_snapshot')),
  title_variant     text,
  thumbnail_variant text,
  start_date        timestamptz,
  end_date          timestamptz,
  ctr               numeric,
  avd               numeric,
  notes             text,
  experiment_key    text not null default gen_random_uuid(),
  variant_key       text not null default 'a',
  is_control        boolean not null default false,
  status            text not null default 'draft' constraint metadata_experiments_status_known
                    check (status in ('draft', 'running', 'stopped', 'decided', 'inconclusive')),
  assignment        text not null default 'rotation' constraint metadata_experiments_assignment_known
                    check (assignment in ('concurrent', 'rotation')),
  impressions       bigint constraint metadata_experiments_impressions_range check (impressions >= 0),
  clicks            bigint constraint metadata_experiments_clicks_range check (clicks between 0 and impressions),
  views             bigint constraint metadata_experiments_views_range check (views >= 0),
  watch_seconds     numeric constraint metadata_experiments_watch_range check (watch_seconds >= 0),
  verdict           jsonb,
  decided_at        timestamptz,
  created_at        timestamptz not null default now(),
  updated_at        timestamptz not null default now(),
  constraint metadata_experiments_variant_once unique (user_id, experiment_key, variant_key),
  constraint metadata_experiments_dates_in_order check (end_date >= start_date)
);
create index metadata_experiments_by_video on metadata_experiments (user_id, video_id);
select private.describe('metadata_experiments', $$
  Tests of titles and thumbnails; one row is one variant.
  video_id: The video.
  experiment_type: What is tested.
  title_variant: The title, or its label.
  thumbnail_variant: The thumbnail, or its label.
  start_date: When it began.
  end_date: When it ended.
  ctr: Clicks per impression.
  avd: Seconds watched per view.
  notes: What was learned.
  experiment_key: The experiment its variants share.
  variant_key: Which variant.
  is_control: Whether the others are measured against it.
  status: draft, running, stopped, decided or inconclusive.
  assignment: concurrent splits the traffic, rotation changes by day.
  impressions: How often it was shown.
  clicks: How often it was clicked.
  views: How often it was watched.
  watch_seconds: How long it was watched, in all.
  verdict: {outcome, lift, interval, p, n, method, warnings}.
  decided_at: When the verdict was given.
$$);
select private.enrol('metadata_experiments', kind => 'STDU', users_may => 'select, insert, update, delete');

create function private.derive_rates() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.ctr := coalesce(new.clicks::numeric / nullif(new.impressions, 0), new.ctr);
  new.avd := coalesce(new.watch_seconds / nullif(new.views, 0), new.avd);
  return new;
end $$;
comment on function private.derive_rates() is 'Trigger: rates follow from counts, where there are any.';
create trigger metadata_experiments_rates before insert or update on metadata_experiments
  for each row execute function private.derive_rates();

create table channel_configs (
  id                uuid primary key default gen_random_uuid(),
  user_id           uuid not null default auth.uid() constraint channel_configs_of_user
                    references auth.users (id) on delete cascade,
  channel_id        text not null,
  name              text,
  tone_profile      text,
  format_profile    text,
  kpi_targets       jsonb not null default '{}' constraint channel_configs_kpis_is_object
                    check (jsonb_typeof(kpi_targets) = 'object'),
  channel_type      text not null default 'other' constraint channel_configs_type_known
                    check (channel_type in ('finance', 'education', 'news', 'ambience', 'other')),
  is_active         boolean not null default true,
  version           integer not null default 1,
  created_at        timestamptz not null default now(),
  updated_at        timestamptz not null default now(),
  constraint channel_configs_channel_once unique (user_id, channel_id)
);
select private.describe('channel_configs', $$
  Profiles of video channels.
  channel_id: The video channel.
  name: Name to show.
  tone_profile: How it speaks.
  format_profile: How its videos look.
  kpi_targets: {ctr, avd, rpm, cadence}.
  channel_type: Kind of channel; decides the default targets.
  is_active: Whether it is used.
  version: Counts changes.
$$);
select private.enrol('channel_configs', kind => 'STDU', users_may =>
  'select, delete,
   insert (id, user_id, channel_id, name, tone_profile, format_profile, kpi_targets, channel_type, is_active),
   update (channel_id, name, tone_profile, format_profile, kpi_targets, channel_type, is_active)');
create trigger channel_configs_version before update on channel_configs
  for each row execute function private.count_version();

create table channel_costs (
  id          uuid primary key default gen_random_uuid(),
  user_id     uuid not null default auth.uid() constraint channel_costs_of_user
              references auth.users (id) on delete cascade,
  channel_id  text not null,
  run_id      text,
  provider    text not null,
  cost_usd    numeric(12, 6) not null default 0 constraint channel_costs_not_negative check (cost_usd >= 0),
  tokens      integer,
  model_name  text,
  operation   text,
  units       numeric,
  unit        text constraint channel_costs_unit_known
              check (unit in ('token', 'second', 'image', 'request')),
  is_estimate boolean not null default true,
  ref_type    text,
  ref_id      uuid,
  dedupe_key  text,
  cached      boolean not null default false,
  saved_usd   numeric(12, 6) not null default 0,
  created_at  timestamptz not null default now(),
  constraint channel_costs_once unique (user_id, dedupe_key)
);
create index channel_costs_by_channel on channel_costs (channel_id, created_at);
create index channel_costs_by_run on channel_costs (run_id);
select private.describe('channel_costs', $$
  What providers were paid, in dollars.
  channel_id: The video channel.
  run_id: The run.
  provider: Who was paid.
  cost_usd: How much.
  tokens: Tokens used, when it was counted in tokens.
  model_name: Which model.
  operation: What was asked.
  units: How much was used.
  unit: Counted in what.
  is_estimate: Not yet on a bill.
  ref_type: What kind of thing it was for.
  ref_id: Which one.
  dedupe_key: The same key is written once.
  cached: Nothing was paid: it was found in the cache.
  saved_usd: What it would have cost.
$$);
select private.enrol('channel_costs', kind => 'LOG', erase => 'anonymise');
