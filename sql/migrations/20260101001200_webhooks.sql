-- Webhooks: addresses a user wants to be told at, and every telling (Standard Webhooks).

create table webhooks (
  id                    uuid primary key default gen_random_uuid(),
  user_id               uuid not null default auth.uid() constraint webhooks_of_user
                        references auth.users (id) on delete cascade,
  name                  text not null constraint webhooks_name_length
                        check (btrim(name) <> '' and length(name) <= 200),
  url                   text not null constraint webhooks_url_https
                        check (url ~ '^(https://|http://(localhost|127\.0\.0\.1)[:/])'
                               and length(url) <= 2000),
  description           text,
  events                text[] not null default '{}',
  headers               jsonb,
  is_active             boolean not null default true,
  secret_token          text not null,
  previous_secret       text,
  previous_secret_until timestamptz,
  last_triggered_at     timestamptz,
  last_response_code    integer,
  retry_count           integer not null default 0,
  first_failure_at      timestamptz,
  disabled_at           timestamptz,
  disabled_reason       text,
  rate_limit_per_s      integer constraint webhooks_rate_limit_positive check (rate_limit_per_s > 0),
  api_version           text not null default '1',
  created_at            timestamptz not null default now(),
  updated_at            timestamptz not null default now(),
  constraint webhooks_owned unique (id, user_id)
);
select private.describe('webhooks', $$
  Addresses a user wants to be told at.
  name: What the user calls it.
  url: Where to post; without TLS to this machine alone, where a local stack runs.
  description: What it is for.
  events: Event types wanted; empty for all.
  headers: Headers to send along; encrypted.
  is_active: Whether it is used.
  secret_token: Secret that signs; encrypted.
  previous_secret: Secret being rotated out; it signs too until then.
  previous_secret_until: Until when.
  last_triggered_at: When it was last posted to.
  last_response_code: HTTP status it last answered.
  retry_count: Failures in a row.
  first_failure_at: When the present run of failures began.
  disabled_at: When it was switched off for failing.
  disabled_reason: Why it was switched off.
  rate_limit_per_s: Posts a second at most.
  api_version: Shape of the payloads.
$$);
select private.enrol('webhooks', kind => 'STDU', export => 'redacted', users_may =>
  'select (id, user_id, name, url, description, events, is_active, last_triggered_at,
           last_response_code, retry_count, first_failure_at, disabled_at, disabled_reason,
           rate_limit_per_s, api_version, created_at, updated_at)');

create table webhook_deliveries (
  id               uuid primary key default gen_random_uuid(),
  user_id          uuid not null default auth.uid(),
  webhook_id       uuid not null,
  event_id         uuid not null,
  event_type       text not null,
  payload          jsonb not null constraint webhook_deliveries_payload_small
                   check (length(payload::text) < 20000),
  status           text not null default 'pending' constraint webhook_deliveries_status_known
                   check (status in
                   ('pending', 'delivering', 'succeeded', 'failed', 'exhausted', 'cancelled')),
  attempt          integer not null default 0,
  next_attempt_at  timestamptz,
  lease_until      timestamptz,
  response_code    integer,
  response_excerpt text constraint webhook_deliveries_excerpt_short check (length(response_excerpt) <= 1024),
  duration_ms      integer,
  trigger          text not null default 'event' constraint webhook_deliveries_trigger_known
                   check (trigger in ('event', 'retry', 'replay', 'test')),
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  constraint webhook_deliveries_of_own_webhook foreign key (webhook_id, user_id)
    references webhooks (id, user_id) on delete cascade
);
create unique index webhook_deliveries_once on webhook_deliveries (event_id, webhook_id)
  where trigger = 'event';
create index webhook_deliveries_by_webhook on webhook_deliveries (webhook_id, created_at desc);
create index webhook_deliveries_due on webhook_deliveries (next_attempt_at)
  where status in ('pending', 'delivering');
select private.describe('webhook_deliveries', $$
  Every telling of an event to a webhook.
  webhook_id: The webhook.
  event_id: The event; sent as webhook-id, the same on every try.
  event_type: What happened.
  payload: What is posted: {type, timestamp, data}.
  status: pending, delivering, then succeeded, or failed until it is exhausted or cancelled.
  attempt: How often it was tried.
  next_attempt_at: When it is due.
  lease_until: Until when someone is at it.
  response_code: HTTP status of the last answer.
  response_excerpt: Beginning of the last answer.
  duration_ms: How long the last try took, in ms.
  trigger: Why it was sent: event, retry, replay or test.
$$);
select private.enrol('webhook_deliveries', kind => 'STDU', retention => '30 days', erase => 'cascade');
