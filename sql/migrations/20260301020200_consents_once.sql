-- A consent that is said again is one change, not a beginning as well: an upsert calls the insert's
-- trigger first, whatever comes of it.

grant create on schema private to service_role;
set local role service_role;
create or replace function private.note_consent() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  known constant text[] := array['data_processing_consent', 'marketing_consent', 'analytics_consent',
    'third_party_consent', 'data_retention_days', 'right_to_be_deleted_requested', 'policy_version'];
  headers constant jsonb := nullif(current_setting('request.headers', true), '');
  was jsonb := '{}';
  is_now jsonb;
begin
  if tg_op = 'INSERT' and exists (
    select from public.user_privacy_settings where user_id = new.user_id) then
    return new;                                    -- it will be an update, which comes here too
  end if;
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
reset role;
revoke create on schema private from service_role;
