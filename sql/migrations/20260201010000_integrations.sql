-- Integrations: events that webhooks tell of, connections to other services, tokens of platforms.

create table webhook_events (
  id         uuid primary key default gen_random_uuid(),
  user_id    uuid not null default auth.uid() constraint webhook_events_of_user
             references auth.users (id) on delete cascade,
  event_type text not null constraint webhook_events_type_shape
             check (event_type ~ '^[a-z_]+(\.[a-z_]+)+$'),
  payload    jsonb not null constraint webhook_events_payload_small
             check (jsonb_typeof(payload) = 'object' and length(payload::text) < 20000),
  subject_id uuid,
  dedupe_key text not null,
  created_at timestamptz not null default clock_timestamp(),
  constraint webhook_events_once unique (user_id, dedupe_key)
);
create index webhook_events_by_subject on webhook_events (user_id, subject_id) where subject_id is not null;
select private.describe('webhook_events', $$
  What happened that webhooks may tell of.
  event_type: What happened: job.completed, ...
  payload: What is posted: {type, timestamp, data}.
  subject_id: What it happened to.
  dedupe_key: The same key is one event.
$$);
select private.enrol('webhook_events', kind => 'LOG', retention => '30 days');

-- Deliveries are replayed by what they told: their events are never older than they are.
create index webhook_deliveries_by_age on webhook_deliveries (created_at);

create function emit_event(
  p_user_id uuid, p_type text, p_data jsonb, p_key text, p_subject_id uuid = null
) returns uuid
language plpgsql set search_path = '' as $$
declare
  event public.webhook_events;
begin
  insert into public.webhook_events (user_id, event_type, subject_id, dedupe_key, payload)
  values (p_user_id, p_type, p_subject_id, p_key, jsonb_build_object(
    'type', p_type,
    'timestamp', to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'data', p_data))
  on conflict (user_id, dedupe_key) do nothing returning * into event;
  if event.id is null then
    return (select id from public.webhook_events where user_id = p_user_id and dedupe_key = p_key);
  end if;
  with told as (
    insert into public.webhook_deliveries
      (user_id, webhook_id, event_id, event_type, payload, next_attempt_at)
    select p_user_id, id, event.id, p_type, event.payload, clock_timestamp()
      from public.webhooks
     where user_id = p_user_id and is_active and (events = '{}' or p_type = any (events))
    returning id
  )
  insert into private.outbox (user_id, topic, payload, dedupe_key)
  select p_user_id, 'webhook', jsonb_build_object('delivery_id', id), 'webhook:' || id from told;
  return event.id;
end $$;
comment on function emit_event(uuid, text, jsonb, text, uuid) is
  'Note an event and promise it to every webhook that wants it, in the caller''s transaction; once for a key.';
select private.allow('emit_event(uuid, text, jsonb, text, uuid)', 'service_role');

create table oauth_connections (
  id                      uuid primary key default gen_random_uuid(),
  user_id                 uuid not null default auth.uid() constraint oauth_connections_of_user
                          references auth.users (id) on delete cascade,
  platform_name           text not null constraint oauth_connections_platform_shape
                          check (platform_name ~ '^[a-z0-9_]{1,50}$'),
  platform_user_id        text,
  platform_username       text,
  access_token_encrypted  text not null,
  refresh_token_encrypted text,
  key_version             integer not null default 1,
  token_expires_at        timestamptz,
  connection_status       text not null default 'connected' constraint oauth_connections_status_known
                          check (connection_status in ('connected', 'expired', 'revoked', 'error')),
  connection_metadata     jsonb not null default '{}' constraint oauth_connections_metadata_is_object
                          check (jsonb_typeof(connection_metadata) = 'object'),
  scopes                  text[] not null default '{}',
  refresh_model           text not null default 'rotating' constraint oauth_connections_refresh_model_known
                          check (refresh_model in ('rotating', 'extension', 'static')),
  last_refresh_at         timestamptz,
  last_refresh_error      text,
  refresh_attempts        integer not null default 0,
  refresh_after           timestamptz,
  refresh_exhausted_at    timestamptz,
  created_at              timestamptz not null default now(),
  updated_at              timestamptz not null default now(),
  constraint oauth_connections_owned unique (id, user_id),
  constraint oauth_connections_one_per_platform unique (user_id, platform_name)
);
create index oauth_connections_due on oauth_connections (refresh_after)
  where connection_status in ('connected', 'expired') and refresh_exhausted_at is null;
select private.describe('oauth_connections', $$
  Tokens a user gave us for a platform; kept here and nowhere else.
  platform_name: The platform.
  platform_user_id: Who the user is there.
  platform_username: What the user is called there.
  access_token_encrypted: The token; encrypted, never shown.
  refresh_token_encrypted: What renews it; encrypted, never shown.
  key_version: Key it is encrypted with.
  token_expires_at: When the token ends; null never.
  connection_status: connected, expired until it is refreshed, revoked until the user reconnects, or error.
  connection_metadata: What the platform told of the account.
  scopes: What the token allows.
  refresh_model: rotating gives a new pair each time, extension prolongs a token still valid, static never ends.
  last_refresh_at: When it was last refreshed.
  last_refresh_error: Why that failed.
  refresh_attempts: Failures in a row.
  refresh_after: When it is next to be refreshed; null for a static one.
  refresh_exhausted_at: When trying was given up.
$$);
select private.enrol('oauth_connections', kind => 'STDU', export => 'redacted', users_may =>
  'select (id, user_id, platform_name, platform_user_id, platform_username, token_expires_at,
           connection_status, connection_metadata, scopes, refresh_model, last_refresh_at,
           last_refresh_error, refresh_exhausted_at, created_at, updated_at)');
select private.guard_states('oauth_connections', 'connection_status',
  'connected -> expired, revoked, error',
  'expired   -> connected, revoked, error',
  'error     -> connected, expired, revoked',
  'revoked   -> connected');

create table oauth_states (
  id                      uuid primary key default gen_random_uuid(),
  user_id                 uuid not null default auth.uid() constraint oauth_states_of_user
                          references auth.users (id) on delete cascade,
  state_token             text not null constraint oauth_states_token_once unique
                          constraint oauth_states_token_is_hash check (state_token ~ '^[0-9a-f]{64}$'),
  platform_name           text not null,
  redirect_uri            text not null,
  code_verifier_encrypted text,
  return_to               text constraint oauth_states_return_is_path check (return_to ~ '^/([^/]|$)'),
  expires_at              timestamptz not null default now() + interval '10 minutes',
  consumed_at             timestamptz,
  created_at              timestamptz not null default now()
);
create index oauth_states_by_expiry on oauth_states (expires_at);
select private.describe('oauth_states', $$
  Sign-ins at a platform that are under way; each good for one answer.
  state_token: SHA-256 of the state sent along, in hex.
  platform_name: The platform.
  redirect_uri: Where the platform sends the user back to.
  code_verifier_encrypted: PKCE secret of this attempt; encrypted, never shown.
  return_to: Path of ours to go on to.
  expires_at: When the answer comes too late.
  consumed_at: When the answer came; it counts once.
$$);
select private.enrol('oauth_states', users_may => null, export => 'none');

create function cleanup_expired_oauth_states() returns integer
language sql set search_path = '' as $$
  with gone as (
    delete from public.oauth_states
     where id in (select id from public.oauth_states
                   where expires_at < clock_timestamp() order by expires_at limit 10000)
    returning 1)
  select count(*)::int from gone
$$;
comment on function cleanup_expired_oauth_states() is
  'Sweep: forget sign-ins that were not answered in time. Answers how many.';
select private.allow('cleanup_expired_oauth_states()', 'service_role');

create table integration_connections (
  id                   uuid primary key default gen_random_uuid(),
  user_id              uuid not null default auth.uid() constraint integration_connections_of_user
                       references auth.users (id) on delete cascade,
  service_name         text not null constraint integration_connections_service_shape
                       check (service_name ~ '^[a-z0-9_]{1,50}$'),
  connection_status    text not null default 'disconnected' constraint integration_connections_status_known
                       check (connection_status in ('connected', 'disconnected', 'error', 'pending')),
  sync_status          text not null default 'idle' constraint integration_connections_sync_known
                       check (sync_status in ('idle', 'syncing', 'error', 'success')),
  configuration        jsonb not null default '{}' constraint integration_connections_configuration_is_object
                       check (jsonb_typeof(configuration) = 'object'),
  error_message        text,
  oauth_connection_id  uuid,
  secret_id            uuid,
  sync_cursor          jsonb,
  last_sync_at         timestamptz,
  next_sync_at         timestamptz,
  consecutive_failures integer not null default 0,
  created_at           timestamptz not null default now(),
  updated_at           timestamptz not null default now(),
  constraint integration_connections_one_per_service unique (user_id, service_name),
  constraint integration_connections_of_own_oauth foreign key (oauth_connection_id, user_id)
    references oauth_connections (id, user_id) on delete set null (oauth_connection_id),
  constraint integration_connections_of_own_secret foreign key (secret_id, user_id)
    references user_secrets (id, user_id) on delete set null (secret_id)
);
create index integration_connections_due on integration_connections (next_sync_at)
  where connection_status = 'connected' and sync_status <> 'syncing';
create index integration_connections_by_oauth on integration_connections (oauth_connection_id)
  where oauth_connection_id is not null;
create index integration_connections_by_secret on integration_connections (secret_id)
  where secret_id is not null;
select private.describe('integration_connections', $$
  Other services a user has connected.
  service_name: The service.
  connection_status: pending until it first answers, then connected, disconnected or error.
  sync_status: idle, syncing, and how the last sync ended: success or error.
  configuration: What the user set, by service; no secrets.
  error_message: What went wrong last, for people.
  oauth_connection_id: The tokens it uses, when it signs in that way.
  secret_id: The key it uses, when it signs in that way.
  sync_cursor: Where the last sync stopped.
  last_sync_at: When it last began to sync.
  next_sync_at: When it is due.
  consecutive_failures: Failures in a row.
$$);
select private.enrol('integration_connections', kind => 'STDU', users_may =>
  'select, insert (id, user_id, service_name, configuration), update (configuration)');
select private.guard_states('integration_connections', 'connection_status',
  '-> disconnected, pending',
  'disconnected -> pending, connected',
  'pending      -> connected, disconnected, error',
  'connected    -> disconnected, error, pending',
  'error        -> connected, disconnected, pending');
select private.guard_states('integration_connections', 'sync_status',
  '-> idle',
  'idle    -> syncing',
  'syncing -> success, error, idle',
  'success -> syncing, idle',
  'error   -> syncing, idle');

create table social_platform_connections (
  id                  uuid primary key default gen_random_uuid(),
  user_id             uuid not null default auth.uid(),
  oauth_connection_id uuid not null,
  platform_name       text not null,
  display_name        text not null,
  avatar_url          text,
  account_type        text not null default 'personal' constraint social_platform_connections_type_known
                      check (account_type in ('personal', 'creator', 'business', 'page')),
  posting_times       jsonb not null default '[]' constraint social_platform_connections_times_is_array
                      check (jsonb_typeof(posting_times) = 'array'),
  can_publish         boolean not null default false,
  connection_status   text not null default 'connected' constraint social_platform_connections_status_known
                      check (connection_status in ('connected', 'expired', 'revoked', 'error')),
  last_published_at   timestamptz,
  created_at          timestamptz not null default now(),
  updated_at          timestamptz not null default now(),
  constraint social_platform_connections_owned unique (id, user_id),
  constraint social_platform_connections_one_per_oauth unique (oauth_connection_id),
  constraint social_platform_connections_of_own_oauth foreign key (oauth_connection_id, user_id)
    references oauth_connections (id, user_id) on delete cascade
);
select private.describe('social_platform_connections', $$
  How a connected social account is shown; its tokens lie with oauth_connections.
  oauth_connection_id: The tokens.
  platform_name: The platform.
  display_name: Name to show.
  avatar_url: Picture to show.
  account_type: personal, creator, business or page.
  posting_times: When the user likes to post: [{weekday, time}].
  can_publish: Whether the token allows posting.
  connection_status: Follows the tokens' status.
  last_published_at: When something was last posted.
$$);
select private.enrol('social_platform_connections', kind => 'STDU', users_may =>
  'select, update (display_name, posting_times)', erase => 'cascade');

create function private.mirror_connection() returns trigger
language plpgsql set search_path = '' as $$
begin
  if tg_table_name = 'oauth_connections' then
    update public.social_platform_connections
       set connection_status = new.connection_status where oauth_connection_id = new.id;
  else
    new.connection_status := coalesce(
      (select connection_status from public.oauth_connections where id = new.oauth_connection_id),
      new.connection_status);
  end if;
  return new;
end $$;
comment on function private.mirror_connection() is 'Trigger: an account shows the status of its tokens.';
create trigger oauth_connections_mirrored after update of connection_status on oauth_connections
  for each row when (old.connection_status is distinct from new.connection_status)
  execute function private.mirror_connection();
create trigger social_platform_connections_mirrors before insert or update of connection_status
  on social_platform_connections for each row execute function private.mirror_connection();
