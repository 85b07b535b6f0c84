-- Preferences and secrets: how a user likes the product, keys to other services under the house's
-- own key, and a log of every use of them.

create table user_preferences (
  id              uuid primary key default gen_random_uuid(),
  user_id         uuid not null default auth.uid() constraint user_preferences_of_user
                  references auth.users (id) on delete cascade,
  interface_mode  text not null default 'simple' constraint user_preferences_interface_mode_known
                  check (interface_mode in ('simple', 'advanced')),
  preference_data jsonb not null default '{}' constraint user_preferences_data_is_object
                  check (jsonb_typeof(preference_data) = 'object'),
  timezone        text not null default 'UTC',
  locale          text not null default 'en' constraint user_preferences_locale_is_tag
                  check (locale ~ '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
  version         integer not null default 1,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  constraint user_preferences_once unique (user_id)
);
select private.describe('user_preferences', $$
  How a user likes the product; one row each.
  interface_mode: simple or advanced.
  preference_data: {category: {setting: value}}.
  timezone: IANA name of the user's time zone.
  locale: Language tag.
  version: Counts changes; a writer that saw an older one is refused.
$$);
select private.enrol('user_preferences', kind => 'STDU', by_owner => null, users_may =>
  'select, delete, insert (id, user_id, interface_mode, preference_data, timezone, locale),
   update (interface_mode, preference_data, timezone, locale)');
create trigger user_preferences_version before update on user_preferences
  for each row execute function private.count_version();

create function private.known_timezone(p_name text) returns boolean
language sql stable set search_path = '' as $$
  select exists (select from pg_catalog.pg_timezone_names where name = p_name and name !~ '^posix')
$$;
comment on function private.known_timezone(text) is 'Whether a time zone goes by this name.';

-- The list of zones is read from disk, so only a changed name is looked up.
create function private.check_timezone() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if not private.known_timezone(new.timezone) then
    raise exception 'there is no time zone %', new.timezone
      using errcode = '23514', column = 'timezone', constraint = tg_table_name || '_timezone_known';
  end if;
  return new;
end $$;
comment on function private.check_timezone() is 'Trigger: timezone is an IANA name this server knows.';
create trigger user_preferences_timezone before insert or update of timezone on user_preferences
  for each row when (new.timezone <> 'UTC') execute function private.check_timezone();

create table user_secrets (
  id                    uuid primary key default gen_random_uuid(),
  user_id               uuid not null default auth.uid() constraint user_secrets_of_user
                        references auth.users (id) on delete cascade,
  service_name          text not null constraint user_secrets_service_name_shape
                        check (service_name ~ '^[a-z0-9_.:-]{1,64}$'),
  encrypted_value       text not null,
  initialization_vector text not null,
  key_version           smallint not null default 1 constraint user_secrets_key_version_positive
                        check (key_version > 0),
  display_hint          text constraint user_secrets_hint_is_a_tail check (length(display_hint) <= 4),
  is_active             boolean not null default true,
  metadata              jsonb not null default '{}' constraint user_secrets_metadata_is_object
                        check (jsonb_typeof(metadata) = 'object'),
  expires_at            timestamptz,
  last_used_at          timestamptz,
  rotated_at            timestamptz,
  last_test_at          timestamptz,
  last_test_status      text constraint user_secrets_last_test_status_known
                        check (last_test_status in ('ok', 'failed')),
  created_at            timestamptz not null default now(),
  updated_at            timestamptz not null default now(),
  constraint user_secrets_owned unique (id, user_id),
  constraint user_secrets_one_per_service unique (user_id, service_name),
  constraint user_secrets_tested_has_outcome
    check ((last_test_at is null) = (last_test_status is null))
);
-- The same nonce twice under one key would lay both values open.
create unique index user_secrets_nonce_once on user_secrets (key_version, initialization_vector);
create index user_secrets_by_key on user_secrets (key_version, id);
create index user_secrets_by_expiry on user_secrets (expires_at) where expires_at is not null;
select private.describe('user_secrets', $$
  Keys of a user to other services; the values never come back over the API.
  service_name: The service; with user and key version it is bound into the ciphertext.
  encrypted_value: AES-256-GCM ciphertext with its tag, in base64.
  initialization_vector: Nonce of 12 bytes, in base64; new with every write.
  key_version: Which of the house's keys encrypted it.
  display_hint: Last characters of the value, to tell keys apart.
  is_active: Whether it is used.
  metadata: What the user notes of it.
  expires_at: When the service stops taking it.
  last_used_at: When it was last decrypted for a task.
  rotated_at: When it was last encrypted anew.
  last_test_at: When it was last tried at its service.
  last_test_status: What came of it: ok or failed.
$$);
select private.enrol('user_secrets', kind => 'STDU', export => 'redacted',
  touched_by => 'encrypted_value, is_active, metadata, expires_at', users_may =>
  'select (id, user_id, service_name, key_version, display_hint, is_active, metadata, expires_at,
           last_used_at, rotated_at, last_test_at, last_test_status, created_at, updated_at),
   delete, update (is_active, metadata, expires_at)');

create table secret_audit_logs (
  id            uuid primary key default gen_random_uuid(),
  user_id       uuid not null default auth.uid() constraint secret_audit_logs_of_user
                references auth.users (id) on delete restrict,
  secret_id     uuid,
  service_name  text not null,
  operation     text not null constraint secret_audit_logs_operation_known
                check (operation in ('create', 'read', 'update', 'delete')),
  actor         text not null constraint secret_audit_logs_actor_known
                check (actor in ('user', 'worker', 'system')),
  purpose       text,
  success       boolean not null,
  error_message text,
  ip_address    inet,
  user_agent    text constraint secret_audit_logs_user_agent_short check (length(user_agent) <= 1000),
  created_at    timestamptz not null default clock_timestamp()
);
create index secret_audit_logs_by_service on secret_audit_logs (user_id, service_name, created_at desc, id desc);
create index secret_audit_logs_by_operation on secret_audit_logs (user_id, operation, created_at desc, id desc);
select private.describe('secret_audit_logs', $$
  Every making, reading, changing and deleting of a secret; outlives the secret.
  secret_id: The secret, which may be gone.
  service_name: The service it was for.
  operation: create, read, update or delete.
  actor: Who did it: user, worker or system.
  purpose: What it was read for.
  success: Whether it worked.
  error_message: Why not.
  ip_address: Where the request came from; null when unknown.
  user_agent: What the request called itself.
$$);
select private.enrol('secret_audit_logs', kind => 'LOG', retention => '730 days', erase => 'anonymise');

create function private.inet_or_null(p_address text) returns inet
language plpgsql immutable set search_path = '' as $$
begin
  return p_address::inet;
exception when invalid_text_representation then
  return null;
end $$;
comment on function private.inet_or_null(text) is 'An address, or null for what is none.';
select private.allow('private.inet_or_null(text)', 'service_role');

-- No secret is made, changed or deleted without its audit row: triggers write it, in the same
-- transaction. Reading has no trigger, so whoever decrypts calls audit_secret.
create function private.secret_purpose() returns text language sql stable set search_path = '' as $$
  select nullif(current_setting('showrunner.purpose', true), '')
$$;
comment on function private.secret_purpose() is 'What this transaction is for, where it said so.';
select private.allow('private.secret_purpose()', 'service_role');

create function audit_secret(
  p_user_id uuid, p_service_name text, p_operation text, p_success boolean = true,
  p_actor text = 'worker', p_purpose text = null, p_error_message text = null,
  p_ip_address text = null, p_user_agent text = null
) returns uuid
language sql set search_path = '' as $$
  update public.user_secrets set last_used_at = clock_timestamp()
   where p_operation = 'read' and p_success
     and user_id = p_user_id and service_name = p_service_name;
  insert into public.secret_audit_logs
    (user_id, secret_id, service_name, operation, actor, purpose, success, error_message,
     ip_address, user_agent)
  values (p_user_id,
          (select id from public.user_secrets where user_id = p_user_id and service_name = p_service_name),
          p_service_name, p_operation, p_actor, coalesce(p_purpose, private.secret_purpose()), p_success,
          p_error_message, private.inet_or_null(p_ip_address), left(p_user_agent, 1000))
  returning id
$$;
comment on function audit_secret(uuid, text, text, boolean, text, text, text, text, text) is
  'Write down the use of a secret; a successful read also moves its last_used_at.';
select private.allow('audit_secret(uuid, text, text, boolean, text, text, text, text, text)', 'service_role');

create function private.audit_secret_change() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  secret public.user_secrets := coalesce(new, old);
  v_role constant text := auth.role();
begin
  insert into public.secret_audit_logs
    (user_id, secret_id, service_name, operation, actor, purpose, success)
  values (secret.user_id, secret.id, secret.service_name,
          case tg_op when 'INSERT' then 'create' when 'UPDATE' then 'update' else 'delete' end,
          case when v_role = 'authenticated' then 'user'
               when auth.uid() is null then 'system' else 'worker' end,
          private.secret_purpose(), true);
  return null;
end $$;
comment on function private.audit_secret_change() is 'Trigger: no secret changes unseen.';
create trigger user_secrets_audit after insert or delete on user_secrets
  for each row execute function private.audit_secret_change();
create trigger user_secrets_audit_change after update
  of encrypted_value, is_active, expires_at, metadata on user_secrets
  for each row execute function private.audit_secret_change();

-- Users change and read their secrets, but may not write the log: the trigger does it as the house.
grant create on schema private to service_role;
alter function private.audit_secret_change() owner to service_role;
revoke create on schema private from service_role;
