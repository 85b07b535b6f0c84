-- Analytics: what was measured, what is reported of it, and what it means.

create table performance_analytics (
  id              uuid primary key default gen_random_uuid(),
  created_by      uuid not null default auth.uid() constraint performance_analytics_of_user
                  references auth.users (id) on delete cascade,
  metric_type     text not null,
  metric_category text,
  metric_name     text,
  metric_value    numeric,
  metric_data     jsonb not null constraint performance_analytics_data_is_object
                  check (jsonb_typeof(metric_data) = 'object'),
  dimensions      jsonb not null default '{}' constraint performance_analytics_dimensions_is_object
                  check (jsonb_typeof(dimensions) = 'object'),
  dimensions_hash text not null generated always as (md5(dimensions::text)) stored,
  granularity     text not null default 'day' constraint performance_analytics_granularity_known
                  check (granularity in ('hour', 'day', 'week', 'month')),
  time_period     timestamptz not null,
  metadata        jsonb not null default '{}' constraint performance_analytics_metadata_is_object
                  check (jsonb_typeof(metadata) = 'object'),
  created_at      timestamptz not null default clock_timestamp(),
  constraint performance_analytics_once
    unique (created_by, metric_type, granularity, time_period, dimensions_hash)
);
create index performance_analytics_by_time on performance_analytics (created_by, metric_type, time_period desc);
select private.describe('performance_analytics', $$
  What a user's marketing came to, rolled up by hour, day, week or month.
  created_by: Whose row it is.
  metric_type: What was measured.
  metric_category: Group it belongs to.
  metric_name: Name to show.
  metric_value: The figure, when it is one.
  metric_data: The figures.
  dimensions: What they are of: {channel, campaign_id, ...}.
  dimensions_hash: Hash of that.
  granularity: hour, day, week or month.
  time_period: Beginning of the time it covers.
  metadata: How it was computed.
$$);
select private.enrol('performance_analytics', owner => 'created_by', kind => 'LOG', retention => '25 months');

create table report_schedules (
  id                   uuid primary key default gen_random_uuid(),
  user_id              uuid not null default auth.uid() constraint report_schedules_of_user
                       references auth.users (id) on delete cascade,
  title                text not null constraint report_schedules_title_length
                       check (btrim(title) <> '' and length(title) <= 200),
  report_type          text not null,
  frequency            text not null default 'weekly' constraint report_schedules_frequency_known
                       check (frequency in ('daily', 'weekly', 'monthly')),
  at_time              time not null default '09:00',
  on_day               smallint constraint report_schedules_day_range check (on_day between 1 and 31),
  timezone             text not null default 'UTC',
  targets              jsonb not null default '[]' constraint report_schedules_targets_is_array
                       check (jsonb_typeof(targets) = 'array'),
  format               text not null default 'pdf' constraint report_schedules_format_known
                       check (format in ('json', 'csv', 'pdf')),
  unsubscribe_hash     text constraint report_schedules_hash_shape check (unsubscribe_hash ~ '^[0-9a-f]{64}$'),
  is_active            boolean not null default true,
  next_run_at          timestamptz,
  last_run_at          timestamptz,
  consecutive_failures integer not null default 0,
  created_at           timestamptz not null default now(),
  updated_at           timestamptz not null default now(),
  constraint report_schedules_owned unique (id, user_id)
);
create index report_schedules_due on report_schedules (next_run_at) where is_active;
select private.describe('report_schedules', $$
  Reports that are made again and again.
  title: What the user calls it.
  report_type: Which report.
  frequency: daily, weekly or monthly.
  at_time: Time of day, in its time zone.
  on_day: Weekday from 1 for Monday, or day of the month.
  timezone: IANA time zone.
  targets: Who gets it: [{kind: email|webhook, to}].
  format: json, csv or pdf.
  unsubscribe_hash: SHA-256 of the token in the mail that ends it; never shown.
  is_active: Whether it runs.
  next_run_at: When it is due.
  last_run_at: When it last ran.
  consecutive_failures: Failures in a row.
$$);
select private.enrol('report_schedules', kind => 'STDU', users_may =>
  'select (id, user_id, title, report_type, frequency, at_time, on_day, timezone, targets, format, is_active,
           next_run_at, last_run_at, consecutive_failures, created_at, updated_at), delete,
   insert (id, user_id, title, report_type, frequency, at_time, on_day, timezone, targets, format, is_active),
   update (title, report_type, frequency, at_time, on_day, timezone, targets, format, is_active)',
  export => 'redacted');

create table analytics_reports (
  id                uuid primary key default gen_random_uuid(),
  user_id           uuid not null default auth.uid() constraint analytics_reports_of_user
                    references auth.users (id) on delete cascade,
  report_type       text not null,
  title             text,
  status            text not null default 'queued' constraint analytics_reports_status_known
                    check (status in ('queued', 'running', 'ready', 'failed')),
  format            text not null default 'json' constraint analytics_reports_format_known
                    check (format in ('json', 'csv', 'pdf')),
  period_start      timestamptz,
  period_end        timestamptz,
  report_data       jsonb not null default '{}' constraint analytics_reports_data_is_object
                    check (jsonb_typeof(report_data) = 'object'),
  metrics           jsonb,
  insights          jsonb,
  recommendations   jsonb,
  executive_summary text,
  asset_path        text,
  schedule_id       uuid,
  error_code        text,
  error_message     text,
  generated_at      timestamptz,
  expires_at        timestamptz not null default now() + interval '90 days',
  created_at        timestamptz not null default now(),
  updated_at        timestamptz not null default now(),
  constraint analytics_reports_of_own_schedule foreign key (schedule_id, user_id)
    references report_schedules (id, user_id) on delete set null (schedule_id),
  constraint analytics_reports_period_in_order check (period_end > period_start),
  constraint analytics_reports_ready_has_time check ((status = 'ready') = (generated_at is not null))
);
create index analytics_reports_by_type on analytics_reports (user_id, report_type, created_at desc);
create index analytics_reports_by_schedule on analytics_reports (schedule_id) where schedule_id is not null;
create index analytics_reports_by_expiry on analytics_reports (expires_at);
select private.describe('analytics_reports', $$
  Reports made for a user.
  report_type: Which report.
  title: Its title.
  status: queued, running, then ready or failed.
  format: json, csv or pdf.
  period_start: Beginning of the time it covers.
  period_end: End of that time.
  report_data: What it says, by type.
  metrics: Its figures.
  insights: What they mean.
  recommendations: What to do about it.
  executive_summary: The same in a paragraph.
  asset_path: Where its file lies.
  schedule_id: The schedule that asked for it.
  error_code: Why it failed, for programs.
  error_message: Why it failed, for people.
  generated_at: When it was ready.
  expires_at: When it is deleted.
$$);
select private.enrol('analytics_reports', kind => 'STDU', users_may => 'select, delete');
select private.guard_states('analytics_reports', 'status',
  'queued  -> running, failed',
  'running -> ready, failed, queued',
  'failed  -> queued');
select private.stamp_states('analytics_reports', 'status', 'generated_at', '{ready}');

create table real_time_metrics (
  id                uuid primary key default gen_random_uuid(),
  user_id           uuid not null default auth.uid() constraint real_time_metrics_of_user
                    references auth.users (id) on delete cascade,
  entity_type       text not null,
  entity_id         uuid not null,
  metric_type       text not null,
  current_value     numeric not null,
  previous_value    numeric not null default 0,
  change_percentage numeric generated always as
                    (round((current_value - previous_value) / nullif(abs(previous_value), 0) * 100, 4)) stored,
  recorded_at       timestamptz not null default clock_timestamp(),
  created_at        timestamptz not null default now(),
  updated_at        timestamptz not null default now(),
  constraint real_time_metrics_one_value unique (user_id, entity_type, entity_id, metric_type)
);
select private.describe('real_time_metrics', $$
  The present value of each metric; its history is in performance_analytics.
  entity_type: What kind of thing it is of.
  entity_id: Which one.
  metric_type: What is measured.
  current_value: The value.
  previous_value: The value before.
  change_percentage: How much it changed, in percent of the value before; null when that was 0.
  recorded_at: When it was measured.
$$);
select private.enrol('real_time_metrics', kind => 'STDU', by_owner => 'recorded_at desc, id desc');

create function record_metric(
  p_user_id uuid, p_entity_type text, p_entity_id uuid, p_metric_type text, p_value numeric
) returns real_time_metrics
language sql set search_path = '' as $$
  insert into public.real_time_metrics as m (user_id, entity_type, entity_id, metric_type, current_value)
  values (p_user_id, p_entity_type, p_entity_id, p_metric_type, p_value)
  on conflict (user_id, entity_type, entity_id, metric_type) do update
    set previous_value = m.current_value, current_value = excluded.current_value,
        recorded_at = clock_timestamp()
  returning *
$$;
comment on function record_metric(uuid, text, uuid, text, numeric) is
  'Set a metric''s value; what it was becomes the value before, in one statement.';
select private.allow('record_metric(uuid, text, uuid, text, numeric)', 'service_role');

create table ai_insights (
  id               uuid primary key default gen_random_uuid(),
  user_id          uuid not null default auth.uid() constraint ai_insights_of_user
                   references auth.users (id) on delete cascade,
  insight_type     text not null,
  title            text,
  description      text,
  insight_data     jsonb not null constraint ai_insights_data_is_object
                   check (jsonb_typeof(insight_data) = 'object'),
  evidence         jsonb not null default '{}' constraint ai_insights_evidence_is_object
                   check (jsonb_typeof(evidence) = 'object'),
  recommendations  jsonb not null default '[]' constraint ai_insights_recommendations_is_array
                   check (jsonb_typeof(recommendations) = 'array'),
  confidence_score real constraint ai_insights_confidence_range check (confidence_score between 0 and 1),
  impact_score     real constraint ai_insights_impact_range check (impact_score between 0 and 1),
  level            text not null default 'info' constraint ai_insights_level_known
                   check (level in ('info', 'warning', 'critical')),
  status           text not null default 'new' constraint ai_insights_status_known
                   check (status in ('new', 'seen', 'acted', 'dismissed', 'expired')),
  entity_type      text,
  entity_id        uuid,
  dedupe_key       text not null default gen_random_uuid(),
  generated_at     timestamptz not null default clock_timestamp(),
  expires_at       timestamptz,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  constraint ai_insights_once unique (user_id, dedupe_key)
);
create index ai_insights_open on ai_insights (user_id, created_at desc, id desc) where status in ('new', 'seen');
create index ai_insights_by_entity on ai_insights (user_id, entity_type, entity_id) where entity_id is not null;
create index ai_insights_by_expiry on ai_insights (expires_at) where status in ('new', 'seen');
select private.describe('ai_insights', $$
  What stands out in a user's figures, with the figures it rests on.
  insight_type: The rule or model that noticed.
  title: What it is, in a line.
  description: What it is, in words.
  insight_data: The same, for programs.
  evidence: Figures it rests on.
  recommendations: What to do about it.
  confidence_score: How sure it is, 0 to 1.
  impact_score: How much it matters, 0 to 1.
  level: info, warning or critical.
  status: new, seen, then acted, dismissed or expired.
  entity_type: What kind of thing it is about.
  entity_id: Which one.
  dedupe_key: The same key is noticed once.
  generated_at: When it was noticed.
  expires_at: When it no longer matters.
$$);
select private.enrol('ai_insights', kind => 'STDU', users_may => 'select, update (status)');
select private.guard_states('ai_insights', 'status',
  '-> new',
  'new       -> seen, acted, dismissed, expired',
  'seen      -> acted, dismissed, expired',
  'dismissed -> seen');

create table keyword_research (
  id         uuid primary key default gen_random_uuid(),
  created_by uuid not null default auth.uid() constraint keyword_research_of_user
             references auth.users (id) on delete cascade,
  query      text not null constraint keyword_research_query_length
             check (btrim(query) <> '' and length(query) <= 200),
  keywords   jsonb not null default '[]' constraint keyword_research_keywords_is_array
             check (jsonb_typeof(keywords) = 'array'),
  country    text not null default 'US' constraint keyword_research_country_shape check (country ~ '^[A-Z]{2}$'),
  language   text not null default 'en' constraint keyword_research_language_shape
             check (language ~ '^[a-z]{2}(-[A-Z]{2})?$'),
  device     text not null default 'desktop' constraint keyword_research_device_known
             check (device in ('desktop', 'mobile')),
  source     text not null default 'local',
  cost_usd   numeric(12, 4) not null default 0,
  tags       text[] not null default '{}',
  day        date not null default (clock_timestamp() at time zone 'UTC')::date,
  expires_at timestamptz not null default now() + interval '30 days',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint keyword_research_once_a_day unique (created_by, query, country, language, device, day)
);
create index keyword_research_by_tag on keyword_research using gin (tags);
select private.describe('keyword_research', $$
  Keywords looked up, once a day for a query.
  created_by: Whose row it is.
  query: What was looked up.
  keywords: What was found: [{keyword, volume, difficulty, cpc, intent, trend, position, url}].
  country: Where, by ISO code.
  language: In which language.
  device: desktop or mobile.
  source: Who was asked.
  cost_usd: What it cost in dollars.
  tags: What the user files it under.
  day: The day, in UTC.
  expires_at: When it is too old to be used again.
$$);
select private.enrol('keyword_research', owner => 'created_by', kind => 'STDU',
  users_may => 'select, delete, update (tags)');

-- The identity of an event is the client's, its time too: sent twice, it is filed in the same month.
create table user_analytics_events (
  id              uuid not null default gen_random_uuid(),
  user_id         uuid default auth.uid() constraint user_analytics_events_of_user
                  references auth.users (id) on delete cascade,
  event_type      text not null constraint user_analytics_events_type_length
                  check (length(event_type) between 1 and 100),
  event_data      jsonb not null default '{}' constraint user_analytics_events_data_small
                  check (jsonb_typeof(event_data) = 'object' and length(event_data::text) < 10000),
  session_id      text,
  form_key        text,
  field           text,
  duration_ms     integer constraint user_analytics_events_duration_range check (duration_ms >= 0),
  client_event_id uuid not null default gen_random_uuid(),
  client_ts       timestamptz not null default clock_timestamp(),
  created_at      timestamptz not null default clock_timestamp(),
  primary key (id, client_ts),
  constraint user_analytics_events_once unique nulls not distinct (user_id, client_event_id, client_ts)
) partition by range (client_ts);
create index user_analytics_events_by_form on user_analytics_events (user_id, form_key, client_ts)
  where form_key is not null;
select private.describe('user_analytics_events', $$
  What users did in the product, where forms are hard above all; a month to a partition.
  user_id: Whose row it is; null when nobody was signed in.
  event_type: What happened: form_viewed, field_focused, field_error, form_submitted, ...
  event_data: More of it, without what was typed.
  session_id: The visit.
  form_key: The form.
  field: The field of the form.
  duration_ms: How long it took, in ms.
  client_event_id: The client's identity of it: sent twice, it counts once.
  client_ts: When it happened, by the client's clock; decides its partition.
$$);
select private.enrol('user_analytics_events', kind => 'LOG', retention => '13 months');
select private.keep_monthly('user_analytics_events', '13 months');
