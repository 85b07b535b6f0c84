-- Events: one way to tell a user of something. An event is noted once, and in the same transaction
-- promised to every webhook that wants it and, where there is a letter for it, to the user's mailbox.

create table private.event_kinds (
  event_type text primary key,
  preference text,
  letter     text not null default 'never' constraint event_kinds_letter_known
             check (letter in ('never', 'wanted', 'always'))
);
select private.describe('private.event_kinds', $$
  What may happen, and who decides whether the user is told of it.
  event_type: What happened: job.completed, ...
  preference: The notification preference that must not be false; null when there is none.
  letter: never; wanted, when the preference and `email` are not false; always, when the user asked for it.
$$);
select private.enrol('private.event_kinds', owner => null, users_may => null, service_may => 'select',
  export => 'none', erase => 'keep_legal');
create policy event_kinds_written on private.event_kinds to current_user using (true) with check (true);
insert into private.event_kinds values
  ('job.completed',    'job_complete', 'wanted'),
  ('job.failed',       'job_failed',   'wanted'),
  ('job.cancelled',    'job_failed',   'never'),    -- who cancels a job knows
  ('album.completed',  'job_complete', 'wanted'),
  ('album.review',     'job_complete', 'wanted'),
  ('album.failed',     'job_failed',   'wanted'),
  ('album.cancelled',  'job_failed',   'never'),
  ('export.completed', null,           'always'),
  ('budget.warning',   'budget',       'wanted'),
  ('budget.exceeded',  'budget',       'wanted'),
  ('lead.warm',        null,           'never'),
  ('lead.hot',         null,           'never'),
  ('webhook.disabled', null,           'wanted');

drop function emit_event(uuid, text, jsonb, text, uuid);

create function emit_event(
  p_user_id uuid, p_type text, p_data jsonb, p_key text, p_subject_id uuid = null,
  p_happened_at timestamptz = clock_timestamp()
) returns uuid
language plpgsql set search_path = '' as $$
declare
  kind private.event_kinds;
  wants jsonb;
  wanted boolean;
  event public.webhook_events;
begin
  insert into public.webhook_events (user_id, event_type, subject_id, dedupe_key, payload)
  values (p_user_id, p_type, p_subject_id, p_key, jsonb_build_object(
    'type', p_type,
    'timestamp', to_char(p_happened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'data', p_data))
  on conflict (user_id, dedupe_key) do nothing returning * into event;
  if event.id is null then
    return (select id from public.webhook_events where user_id = p_user_id and dedupe_key = p_key);
  end if;
  select * into kind from private.event_kinds where event_type = p_type;
  select notification_prefs into wants from public.profiles where id = p_user_id;
  wanted := wants -> kind.preference is distinct from 'false';  -- what is not plainly false is a yes
  if wanted and wants -> 'webhook' is distinct from 'false' then
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
  end if;
  if kind.letter = 'always'
     or kind.letter = 'wanted' and wanted and wants -> 'email' is distinct from 'false' then
    insert into private.outbox (user_id, topic, payload, dedupe_key)
    values (p_user_id, 'email', jsonb_build_object('notice', p_type, 'data', p_data), 'email:' || event.id);
  end if;
  return event.id;
end $$;
comment on function emit_event(uuid, text, jsonb, text, uuid, timestamptz) is
  'Note an event and promise it, in the caller''s transaction, to the webhooks and the mailbox of a user who wants it; once for a key.';
select private.allow('emit_event(uuid, text, jsonb, text, uuid, timestamptz)', 'service_role');

-- Amounts as people write them.
create or replace function private.warn_budgets(p_budgets uuid[], p_wanted numeric) returns void
language sql set search_path = '' as $$
  select public.emit_event(b.user_id, event.type,
           jsonb_build_object('budget_id', b.id, 'scope', b.scope, 'scope_id', b.scope_id, 'period', b.period,
                              'hard_cap_usd', trim_scale(round(b.hard_cap_usd, 2)),
                              'spent_usd', trim_scale(round(b.spent_usd, 2))),
           format('%s:%s:%s', event.type, b.id, extract(epoch from b.period_start)), b.id)
    from public.channel_budgets b,
         lateral (select case
           when b.spent_usd + b.reserved_usd + p_wanted > b.hard_cap_usd then 'budget.exceeded'
           when b.spent_usd + b.reserved_usd >= b.hard_cap_usd * b.soft_pct / 100 then 'budget.warning'
         end as type) event
   where b.id = any (p_budgets) and event.type is not null
   order by b.id
$$;
