-- Privacy: consents, exports, erasures, and a log of them whose rows vouch for each other.

create table privacy_audit_log (
  id         uuid primary key default gen_random_uuid(),
  user_id    uuid not null default auth.uid(),
  seq        bigint not null,
  event_type text not null constraint privacy_audit_log_event_shape check (event_type ~ '^[a-z_]{1,60}$'),
  details    jsonb not null default '{}' constraint privacy_audit_log_details_is_object
             check (jsonb_typeof(details) = 'object'),
  request_id text,
  ip_address inet,
  user_agent text constraint privacy_audit_log_user_agent_short check (length(user_agent) <= 1000),
  timestamp  timestamptz not null default clock_timestamp(),
  prev_hash  text not null,
  row_hash   text not null,
  created_at timestamptz not null default clock_timestamp(),
  constraint privacy_audit_log_in_order unique (user_id, seq)
);
select private.describe('privacy_audit_log', $$
  What was done about a user's data: each row carries the hash of the one before.
  user_id: Whose row it is; a pseudonym after an erasure.
  seq: Its place in the user's chain, from 1.
  event_type: What was done: consent_changed, export_requested, deletion_completed, ...
  details: More of it; nothing that tells who the user is.
  request_id: The request it belongs to.
  ip_address: Where the request came from; empty after an erasure.
  user_agent: What the request called itself; empty after an erasure.
  timestamp: When it was done.
  prev_hash: row_hash of the row before; 64 zeros for the first.
  row_hash: SHA-256 of prev_hash and all that stays after an erasure, in hex.
$$);
select private.enrol('privacy_audit_log', by_owner => 'timestamp desc, id desc', erase => 'anonymise',
  service_may => 'select, insert, update (user_id, ip_address, user_agent)');

-- The hash leaves out who it was, so that a chain can be pseudonymised and still be checked.
create function private.privacy_hash(p_row privacy_audit_log) returns text
language sql stable set search_path = '' as $$
  select encode(sha256(convert_to(jsonb_build_array(
    p_row.prev_hash, p_row.seq, p_row.event_type, p_row.details, p_row.request_id,
    extract(epoch from p_row.timestamp))::text, 'UTF8')), 'hex')
$$;
comment on function private.privacy_hash(privacy_audit_log) is 'What a row of the chain must hash to.';
select private.allow('private.privacy_hash(privacy_audit_log)', 'service_role');

create function private.chain_privacy_log() returns trigger
language plpgsql set search_path = '' as $$
declare
  before public.privacy_audit_log;
begin
  if tg_op = 'DELETE' then
    raise exception 'privacy_audit_log is append-only' using errcode = '23001';
  elsif tg_op = 'UPDATE' then
    if row(new.id, new.seq, new.event_type, new.details, new.request_id, new.timestamp, new.prev_hash,
           new.row_hash, new.created_at)
       is distinct from row(old.id, old.seq, old.event_type, old.details, old.request_id, old.timestamp,
           old.prev_hash, old.row_hash, old.created_at)
       or new.ip_address is not null or new.user_agent is not null then
      raise exception 'privacy_audit_log is append-only' using errcode = '23001';
    end if;
    return new;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('privacy_audit_log ' || new.user_id, 0));
  select * into before from public.privacy_audit_log where user_id = new.user_id order by seq desc limit 1;
  new.seq := coalesce(before.seq, 0) + 1;
  new.prev_hash := coalesce(before.row_hash, repeat('0', 64));
  new.timestamp := clock_timestamp();
  new.created_at := new.timestamp;
  new.row_hash := private.privacy_hash(new);
  return new;
end $$;
comment on function private.chain_privacy_log() is
  'Trigger: a row is chained to the one before and never changed, but for who it was.';
create trigger privacy_audit_log_chained before insert or update or delete on privacy_audit_log
  for each row execute function private.chain_privacy_log();

create function verify_privacy_log(p_user_id uuid) returns bigint
language sql stable set search_path = '' as $$
  select min(seq) from (
    select l.seq,
           l.row_hash = private.privacy_hash(l)
           and l.prev_hash = coalesce(lag(l.row_hash) over chain, repeat('0', 64))
           and l.seq = row_number() over chain as sound
      from public.privacy_audit_log l where l.user_id = p_user_id
    window chain as (order by l.seq)) link
   where not sound
$$;
comment on function verify_privacy_log(uuid) is
  'Where a user''s chain is broken: the first seq that does not hold; null when it is whole.';
select private.allow('verify_privacy_log(uuid)', 'service_role');

create function pseudonymise_privacy_log(p_user_id uuid, p_pseudonym uuid) returns integer
language sql set search_path = '' as $$
  with changed as (
    update public.privacy_audit_log set user_id = p_pseudonym, ip_address = null, user_agent = null
     where user_id = p_user_id returning 1)
  select count(*)::int from changed
$$;
comment on function pseudonymise_privacy_log(uuid, uuid) is
  'Take out of a user''s chain who it was; the chain still holds. Answers how many rows.';
select private.allow('pseudonymise_privacy_log(uuid, uuid)', 'service_role');

create table user_privacy_settings (
  id                            uuid primary key default gen_random_uuid(),
  user_id                       uuid not null default auth.uid() constraint user_privacy_settings_of_user
                                references auth.users (id) on delete cascade
                                constraint user_privacy_settings_one_per_user unique,
  data_processing_consent       boolean not null default false,
  marketing_consent             boolean not null default false,
  analytics_consent             boolean not null default false,
  third_party_consent           boolean not null default false,
  data_retention_days           integer not null default 730 constraint user_privacy_settings_retention_range
                                check (data_retention_days between 30 and 3650),
  right_to_be_deleted_requested boolean not null default false,
  policy_version                text,
  consented_at                  timestamptz,
  created_at                    timestamptz not null default now(),
  updated_at                    timestamptz not null default now()
);
create index user_privacy_settings_by_retention on user_privacy_settings (data_retention_days)
  where data_retention_days < 730;
select private.describe('user_privacy_settings', $$
  What a user agreed to.
  data_processing_consent: Agreed to the processing of their data.
  marketing_consent: Agreed to be written to.
  analytics_consent: Agreed to their use of the product being noted.
  third_party_consent: Agreed to data being handed on.
  data_retention_days: Days that what grows with use is kept at most.
  right_to_be_deleted_requested: An erasure was asked for.
  policy_version: Policy they agreed to.
  consented_at: When they last said what they agree to.
$$);
select private.enrol('user_privacy_settings', kind => 'STDU', by_owner => null, users_may =>
  'select,
   insert (user_id, data_processing_consent, marketing_consent, analytics_consent, third_party_consent, data_retention_days, policy_version),
   update (data_processing_consent, marketing_consent, analytics_consent, third_party_consent, data_retention_days, policy_version)');

-- A consent counts only with proof: every change is on record, with what it was before.
create function private.note_consent() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  known constant text[] := array['data_processing_consent', 'marketing_consent', 'analytics_consent',
    'third_party_consent', 'data_retention_days', 'right_to_be_deleted_requested', 'policy_version'];
  headers constant jsonb := nullif(current_setting('request.headers', true), '');
  was jsonb := '{}';
  is_now jsonb;
begin
  select jsonb_object_agg(key, value) into is_now from jsonb_each(to_jsonb(new)) where key = any (known);
  if tg_op = 'UPDATE' then
    select jsonb_object_agg(key, value) into was from jsonb_each(to_jsonb(old)) where key = any (known);
  end if;
  if was <> is_now then
    insert into public.privacy_audit_log (user_id, event_type, details, ip_address, user_agent)
    values (new.user_id, 'consent_changed', jsonb_build_object('before', was, 'after', is_now),
            private.inet_or_null(split_part(headers ->> 'x-forwarded-for', ',', 1)),
            left(headers ->> 'user-agent', 1000));
    new.consented_at := clock_timestamp();
  end if;
  return new;
end $$;
comment on function private.note_consent() is 'Trigger: every change of a consent is on record.';
select private.allow('private.note_consent()', 'service_role');
create trigger user_privacy_settings_noted before insert or update on user_privacy_settings
  for each row execute function private.note_consent();
grant create on schema private to service_role;
alter function private.note_consent() owner to service_role;
revoke create on schema private from service_role;

-- Only who agreed to it is watched; people nobody knows are counted without a name.
create function private.check_analytics_consent() returns trigger
language plpgsql set search_path = '' as $$
begin
  if new.user_id is null or exists (
    select from public.user_privacy_settings where user_id = new.user_id and analytics_consent) then
    return new;
  end if;
  return null;
end $$;
comment on function private.check_analytics_consent() is 'Trigger: what a user did is noted with their consent alone.';
create trigger user_analytics_events_consented before insert on user_analytics_events
  for each row execute function private.check_analytics_consent();

create sequence private.request_numbers;
grant usage on sequence private.request_numbers to service_role;
create function private.next_request_id() returns text
language sql volatile set search_path = '' as $$
  select 'DSR-' || to_char(clock_timestamp() at time zone 'UTC', 'YYYY-') ||
         case when n < 1000000 then lpad(n::text, 6, '0') else n::text end
    from nextval('private.request_numbers') n
$$;
comment on function private.next_request_id() is 'The name of a request about one''s data: DSR-2026-000001.';
select private.allow('private.next_request_id()', 'service_role');

create table data_export_requests (
  id             uuid primary key default gen_random_uuid(),
  user_id        uuid not null default auth.uid() constraint data_export_requests_of_user
                 references auth.users (id) on delete cascade,
  request_id     text not null default private.next_request_id()
                 constraint data_export_requests_request_once unique,
  status         text not null default 'pending' constraint data_export_requests_status_known
                 check (status in ('pending', 'processing', 'completed', 'failed', 'expired')),
  format         text not null default 'zip' constraint data_export_requests_format_known
                 check (format in ('json', 'zip')),
  download_url   text,
  asset_path     text,
  sha256         text constraint data_export_requests_sha256_is_hash check (sha256 ~ '^[0-9a-f]{64}$'),
  size_bytes     bigint constraint data_export_requests_size_range check (size_bytes >= 0),
  row_counts     jsonb not null default '{}' constraint data_export_requests_counts_is_object
                 check (jsonb_typeof(row_counts) = 'object'),
  error_code     text,
  download_count integer not null default 0,
  downloaded_at  timestamptz,
  requested_at   timestamptz not null default clock_timestamp(),
  completed_at   timestamptz,
  expires_at     timestamptz,
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  constraint data_export_requests_link_not_kept check (download_url is null),
  constraint data_export_requests_completed_has_file check (
    status not in ('completed', 'expired') or (completed_at is not null and expires_at is not null))
);
create unique index data_export_requests_one_open on data_export_requests (user_id)
  where status in ('pending', 'processing');
create index data_export_requests_by_expiry on data_export_requests (expires_at) where status = 'completed';
select private.describe('data_export_requests', $$
  Requests for a copy of one's data.
  request_id: What people call it by.
  status: pending, processing, completed until it is expired; or failed.
  format: json or zip.
  download_url: Always empty: a link is made for each click and lives for minutes.
  asset_path: Where the file lies.
  sha256: Hash of its bytes, in hex.
  size_bytes: Its size, in bytes.
  row_counts: Rows in it, by table.
  error_code: Why it failed, for programs.
  download_count: How often it was fetched.
  downloaded_at: When it was last fetched.
  requested_at: When it was asked for.
  completed_at: When it was ready.
  expires_at: When the file is deleted: seven days after it was ready.
$$);
select private.enrol('data_export_requests', kind => 'STDU', users_may =>
  'select (id, user_id, request_id, status, format, download_url, sha256, size_bytes, row_counts, error_code,
           download_count, downloaded_at, requested_at, completed_at, expires_at, created_at, updated_at)');
select private.guard_states('data_export_requests', 'status',
  '-> pending',
  'pending    -> processing, failed',
  'processing -> completed, failed, pending',
  'completed  -> expired',
  'failed     -> pending');
select private.stamp_states('data_export_requests', 'status', 'completed_at', '{completed}', true);

create function private.export_expires() returns trigger
language plpgsql set search_path = '' as $$
begin
  if new.status = 'completed' then
    new.expires_at := coalesce(new.expires_at, clock_timestamp() + interval '7 days');
  end if;
  return new;
end $$;
comment on function private.export_expires() is 'Trigger: a file of one''s data lies ready for seven days.';
create trigger data_export_requests_expire before insert or update of status on data_export_requests
  for each row execute function private.export_expires();

create table data_deletion_requests (
  id                      uuid primary key default gen_random_uuid(),
  user_id                 uuid not null default auth.uid(),
  request_id              text not null default private.next_request_id()
                          constraint data_deletion_requests_request_once unique,
  status                  text not null default 'pending' constraint data_deletion_requests_status_known
                          check (status in ('pending', 'confirmed', 'scheduled', 'processing', 'completed',
                                            'failed', 'cancelled')),
  scope                   text not null default 'account' constraint data_deletion_requests_scope_known
                          check (scope in ('account', 'data_only', 'domain')),
  domain                  text,
  mode                    text not null default 'grace' constraint data_deletion_requests_mode_known
                          check (mode in ('grace', 'immediate')),
  confirmation_required   boolean not null default true,
  confirmation_token_hash text constraint data_deletion_requests_token_is_hash
                          check (confirmation_token_hash ~ '^[0-9a-f]{64}$'),
  plan                    jsonb not null default '{}' constraint data_deletion_requests_plan_is_object
                          check (jsonb_typeof(plan) = 'object'),
  report                  jsonb not null default '{}' constraint data_deletion_requests_report_is_object
                          check (jsonb_typeof(report) = 'object'),
  error_code              text,
  requested_at            timestamptz not null default clock_timestamp(),
  due_at                  timestamptz not null default clock_timestamp() + interval '1 month',
  confirmed_at            timestamptz,
  scheduled_for           timestamptz,
  cancelled_at            timestamptz,
  completed_at            timestamptz,
  created_at              timestamptz not null default now(),
  updated_at              timestamptz not null default now(),
  constraint data_deletion_requests_domain_by_scope check ((scope = 'domain') = (domain is not null)),
  constraint data_deletion_requests_confirmed_first check (
    not confirmation_required or confirmed_at is not null
    or status in ('pending', 'cancelled', 'failed')),
  constraint data_deletion_requests_scheduled_has_time check (status <> 'scheduled' or scheduled_for is not null),
  constraint data_deletion_requests_completed_has_time check ((status = 'completed') = (completed_at is not null)),
  constraint data_deletion_requests_cancelled_has_time check ((status = 'cancelled') = (cancelled_at is not null))
);
create unique index data_deletion_requests_one_open on data_deletion_requests (user_id)
  where status in ('pending', 'confirmed', 'scheduled', 'processing');
create index data_deletion_requests_due on data_deletion_requests (scheduled_for) where status = 'scheduled';
select private.describe('data_deletion_requests', $$
  Requests to be forgotten. They outlive the user: that it was done must be provable.
  request_id: What people call it by.
  status: pending, confirmed, scheduled, processing, completed; or failed or cancelled.
  scope: account for everything, data_only keeps the account, domain takes one domain.
  domain: That domain.
  mode: grace waits thirty days, immediate does not.
  confirmation_required: Whether a mailed token has to come back first.
  confirmation_token_hash: SHA-256 of that token; never shown.
  plan: What will be done, by table.
  report: What was done: rows by table.
  error_code: Why it failed, for programs.
  requested_at: When it was asked for.
  due_at: When it must be done by law.
  confirmed_at: When it was confirmed.
  scheduled_for: When it will be done.
  cancelled_at: When the user thought better of it.
  completed_at: When it was done.
$$);
select private.enrol('data_deletion_requests', kind => 'STDU', erase => 'keep_legal', users_may =>
  'select (id, user_id, request_id, status, scope, domain, mode, confirmation_required, plan, report, error_code,
           requested_at, due_at, confirmed_at, scheduled_for, cancelled_at, completed_at, created_at, updated_at)');
select private.guard_states('data_deletion_requests', 'status',
  '-> pending',
  'pending    -> confirmed, cancelled, failed',
  'confirmed  -> scheduled, processing, cancelled',
  'scheduled  -> processing, cancelled',
  'processing -> completed, failed',
  'failed     -> processing, cancelled');
select private.stamp_states('data_deletion_requests', 'status', 'confirmed_at', '{confirmed}', true);
select private.stamp_states('data_deletion_requests', 'status', 'cancelled_at', '{cancelled}');
select private.stamp_states('data_deletion_requests', 'status', 'completed_at', '{completed}');
