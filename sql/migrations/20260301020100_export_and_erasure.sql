-- Export and erasure: pages of a user's rows to carry out and to delete, by the registry; what is kept
-- loses who it was, in one last step that leaves no trace or does not happen.

alter table data_export_requests add column progress jsonb not null default '{}'
  constraint data_export_requests_progress_is_object check (jsonb_typeof(progress) = 'object');
comment on column data_export_requests.progress is
  'How far it is: {slice, table, after, part}; what an interrupted worker goes on from. Never shown.';

-- By which columns a table is read page by page: an index of the owner, so that no page sorts them all.
create function private.page_key(p_table regclass) returns table (columns name[], descending boolean)
language sql stable set search_path = '' as $$
  with kept as (
    select a.attnum as owner
      from private.registry r
      join pg_catalog.pg_class c on c.relname = r.table_name and c.relnamespace::regnamespace::text = r.schema_name
      join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = r.owner_column
     where c.oid = p_table
  ), indexes as (
    select i.indexrelid, array_agg(a.attname order by part.place) as parts,
           bool_and(part.option & 1 = 1) as descending,
           max(case when a.attname = 'created_at' then 2
                    when a.atttypid = any ('{timestamptz,date}'::regtype[]) then 1 else 0 end) as steady
      from pg_catalog.pg_index i
      join pg_catalog.pg_class c on c.oid = i.indexrelid
      join pg_catalog.pg_am m on m.oid = c.relam and m.amname = 'btree'
      join kept on i.indkey[0] = kept.owner
     cross join unnest(i.indkey::int2[], i.indoption::int2[]) with ordinality as part (number, option, place)
      join pg_catalog.pg_attribute a on a.attrelid = p_table and a.attnum = part.number
     where i.indrelid = p_table and i.indpred is null and i.indexprs is null
       and part.place between 2 and i.indnkeyatts
     group by i.indexrelid
    having bool_and(a.attnotnull) and count(distinct part.option & 1) = 1
  ), identity as (
    select array_agg(a.attname order by part.place) filter (where part.number <> kept.owner) as parts,
           array_agg(a.attname order by part.place) as whole
      from pg_catalog.pg_index i cross join kept
     cross join unnest(i.indkey::int2[]) with ordinality as part (number, place)
      join pg_catalog.pg_attribute a on a.attrelid = p_table and a.attnum = part.number
     where i.indrelid = p_table and i.indisprimary
  ), best as (                                     -- a time of making does not change between two pages
    select indexes.parts, descending from indexes, identity
     order by indexes.parts @> identity.parts desc, steady desc, indexrelid limit 1
  )
  select case when best.parts is null then coalesce(identity.parts, identity.whole)
              else best.parts || array(
                select part from unnest(identity.parts) with ordinality p (part, place)
                 where part <> all (best.parts) order by place) end,
         coalesce(best.descending, false)
    from identity left join best on true
$$;
comment on function private.page_key(regclass) is
  'Columns that put the rows of one owner in order, and whether they are read backwards.';

-- Read as the user, so that a page can hold nothing its user may not see.
create function private.export_page(p_table regclass, p_after jsonb, p_limit int, p_bytes int)
returns table (line text, key jsonb)
language plpgsql set search_path = '' as $$
declare
  by_key record;
  shown text;
  places text;
  sorted text;
  beyond text;
begin
  select k.columns, case when k.descending then 'desc' else 'asc' end as direction,
         case when k.descending then '<' else '>' end as beyond
    into by_key from private.page_key(p_table) k;
  select string_agg(format('t.%I', attname), ', ' order by attnum) into shown
    from pg_catalog.pg_attribute
   where attrelid = p_table and attnum > 0 and not attisdropped
     and has_column_privilege('authenticated', attrelid, attnum, 'select');
  select string_agg(format('t.%I', part), ', ' order by place),
         string_agg(format('t.%I %s', part, by_key.direction), ', ' order by place),
         string_agg(format('($1 ->> %s)::%s', place - 1, format_type(atttypid, null)), ', ' order by place)
    into places, sorted, beyond
    from unnest(by_key.columns) with ordinality p (part, place)
    join pg_catalog.pg_attribute on attrelid = p_table and attname = part;
  perform set_config('role', 'authenticated', true);
  return query execute format(
    'select line, key from (
       select line, key, n, sum(length(line)) over (order by n) - length(line) as before from (
         select (select row_to_json(r)::text from (select %s) r) as line, jsonb_build_array(%s) as key,
                row_number() over (order by %s) as n
           from %s t where $1 is null or (%s) %s (%s)
          order by %3$s limit $2) page) sized
      where before < $3 order by n',
    shown, places, sorted, p_table, places, by_key.beyond, beyond)
    using p_after, p_limit, p_bytes;
  perform set_config('role', 'service_role', true);
end $$;
comment on function private.export_page(regclass, jsonb, int, int) is
  'The next rows of the user in a table, each as JSON with the key to go on after; at most so many, and so many bytes.';
select private.allow('private.page_key(regclass)', 'service_role');
select private.allow('private.export_page(regclass, jsonb, int, int)', 'service_role');

-- What is never changed may go, and what is kept may lose its name, by the eraser's hand alone.
create or replace function private.append_only() returns trigger
language plpgsql set search_path = '' as $$
declare
  made timestamptz;
begin
  if current_user = 'eraser' then
    return coalesce(new, old);
  end if;
  if tg_op = 'DELETE' and pg_trigger_depth() > 1 then
    return old;                                    -- the parent goes, by its foreign key's cascade
  end if;
  if tg_op = 'DELETE' and tg_nargs = 2 then
    made := to_jsonb(old) ->> 'created_at';
    if made < clock_timestamp() - least(tg_argv[0]::interval, (
      select make_interval(days => data_retention_days) from public.user_privacy_settings
       where user_id = (to_jsonb(old) ->> tg_argv[1])::uuid)) then
      return old;
    end if;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = '23001';
end $$;
comment on function private.append_only() is
  'Trigger: rows are never changed, and only go with their parent, when their time is over, or with their user.';

create or replace function private.keep_reference() returns trigger
language plpgsql set search_path = '' as $$
begin
  if current_user = 'eraser' then
    return coalesce(new, old);
  elsif tg_op = 'DELETE' and pg_trigger_depth() > 1 then
    return old;                                    -- the conversation goes
  elsif tg_op = 'UPDATE' and new.chunk_id is null
     and to_jsonb(new) - 'chunk_id' = to_jsonb(old) - 'chunk_id' then
    return new;                                    -- the passage goes
  end if;
  raise exception '% is append-only', tg_table_name using errcode = '23001';
end $$;

create or replace function private.guard_ledger() returns trigger
language plpgsql set search_path = '' as $$
begin
  if tg_op = 'UPDATE' and current_user = 'eraser' then
    return new;
  end if;
  if tg_op = 'UPDATE' and old.job_id is not null and new.job_id is null
     and to_jsonb(new) - 'job_id' = to_jsonb(old) - 'job_id' then
    return new;
  end if;
  raise exception 'credit_ledger is append-only' using errcode = '23001';
end $$;
comment on function private.guard_ledger() is
  'Trigger: entries stay; only their job may vanish, and who it was when the user is erased.';

-- The books move to a pseudonym whole: within that one transaction their references may wait.
alter table credit_lots alter constraint credit_lots_of_account deferrable;
alter table credit_holds alter constraint credit_holds_of_account deferrable;
alter table credit_debts alter constraint credit_debts_of_account deferrable;
alter table credit_allocations alter constraint credit_allocations_of_own_hold deferrable;
alter table credit_allocations alter constraint credit_allocations_of_own_lot deferrable;
alter table credit_ledger alter constraint credit_ledger_of_own_hold deferrable;
alter table credit_ledger alter constraint credit_ledger_of_own_lot deferrable;

-- A session may outlive its user by a day: it must not make the user anew.
create table private.forgotten (
  id_hash      text primary key,
  forgotten_at timestamptz not null default clock_timestamp()
);
create index forgotten_by_age on private.forgotten (forgotten_at);
select private.describe('private.forgotten', $$
  Users erased within the last two days, so that a token that outlived one makes nobody anew.
  id_hash: SHA-256 of the user's id.
  forgotten_at: When the user was erased.
$$);
select private.enrol('private.forgotten', owner => null, users_may => null, retention => '2 days',
  export => 'none', unexported => 'Hashes of users who are gone.');
update private.registry set kept = 'A hash, for two days: longer than a session lives.'
 where table_name = 'forgotten';

create function private.id_hash(p_user uuid) returns text
language sql immutable set search_path = '' as $$
  select encode(sha256(convert_to(p_user::text, 'UTF8')), 'hex')
$$;
comment on function private.id_hash(uuid) is 'What is noted of a user who was erased.';
select private.allow('private.id_hash(uuid)', 'service_role');

create or replace function ensure_profile(
  p_user uuid, p_email text = null, p_name text = null, p_welcome int = null
) returns void
language plpgsql set search_path = '' as $$
begin
  if exists (select from private.forgotten where id_hash = private.id_hash(p_user)) then
    raise exception 'this account was erased' using errcode = '42501';
  end if;
  if p_welcome is not null then
    perform set_config('showrunner.welcome_credits', p_welcome::text, true);
  end if;
  perform private.mirror_user(p_user, p_email, p_name);
  perform private.set_up_user(p_user, p_name);
end $$;

create or replace function private.set_up_user(p_user uuid, p_name text) returns void
language plpgsql set search_path = '' as $$
begin
  if exists (select from auth.users where id = p_user and raw_user_meta_data ? 'erased') then
    return;                                        -- a number that stands for somebody who is gone
  end if;
  insert into public.profiles (id, display_name) values (p_user, left(p_name, 200))
  on conflict (id) do nothing;
  if private.welcome_credits() > 0 and not exists (
    select from public.credit_ledger where user_id = p_user and idempotency_key = 'welcome') then
    perform public.add_credits(p_user, 'grant', private.welcome_credits(), 'welcome');
  end if;
end $$;

-- The issuer's table, where the house must not write by itself: three things, in one place.
create function private.end_of_user(p_what text, p_user uuid) returns void
language plpgsql set search_path = '' as $$
begin
  case p_what
    when 'hold' then                               -- nothing new can point at the user from here on
      perform from auth.users where id = p_user for update;
    when 'bury' then                               -- what is kept points at a number that is nobody
      insert into auth.users (id, raw_user_meta_data) values (p_user, '{"erased": true}')
      on conflict (id) do nothing;
    when 'drop' then
      delete from auth.users where id = p_user;
  end case;
end $$;
comment on function private.end_of_user(text, uuid) is
  'hold a user''s row against new references, bury a number that stands for one, drop a user.';
select private.allow('private.end_of_user(text, uuid)', 'service_role');
do $$
begin
  if not exists (select from pg_catalog.pg_policies
                  where schemaname = 'auth' and tablename = 'users' and policyname = 'users_service') then
    alter function private.end_of_user(text, uuid) security definer;  -- the host's own table
  end if;
end $$;

-- Whose erasure is under way. Every step begins here, so none can touch anybody else.
create function private.erasing(p_request uuid) returns data_deletion_requests
language plpgsql set search_path = '' as $$
declare
  request public.data_deletion_requests;
begin
  select * into request from public.data_deletion_requests where id = p_request;
  if request.status is distinct from 'processing' then
    raise exception 'no erasure is under way' using errcode = '55000';
  end if;
  return request;
end $$;
comment on function private.erasing(uuid) is 'The request of an erasure that is under way, or an error.';
select private.allow('private.erasing(uuid)', 'service_role');

create function private.report_erasure(p_request uuid, p_what text, p_table text, p_rows bigint) returns void
language sql set search_path = '' as $$
  update public.data_deletion_requests
     set report = jsonb_set(
           jsonb_build_object(p_what, '{}'::jsonb) || report, array[p_what, p_table],
           to_jsonb(coalesce((report -> p_what ->> p_table)::bigint, 0) + p_rows))
   where id = p_request and p_rows > 0
$$;
comment on function private.report_erasure(uuid, text, text, bigint) is 'Count what was erased or kept.';
select private.allow('private.report_erasure(uuid, text, text, bigint)', 'service_role');

create function private.erase_page(p_request uuid, p_table regclass, p_limit int) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  request constant public.data_deletion_requests := private.erasing(p_request);
  kept private.registry;
  identity text;
  gone bigint;
begin
  select r.* into strict kept
    from private.registry r join pg_catalog.pg_class c on c.relname = r.table_name
   where c.oid = p_table and c.relnamespace::regnamespace::text = r.schema_name
     and r.owner_column is not null and r.erase in ('delete', 'cascade');
  select string_agg(format('%I', attname), ', ') into identity
    from pg_catalog.pg_index join pg_catalog.pg_attribute on attrelid = indrelid and attnum = any (indkey)
   where indrelid = p_table and indisprimary;
  execute format('delete from %1$s where (%2$s) in (select %2$s from %1$s where %3$I = $1 limit $2)',
                 p_table, identity, kept.owner_column) using request.user_id, p_limit;
  get diagnostics gone = row_count;
  perform private.report_erasure(p_request, 'erased', kept.table_name, gone);
  return gone;
end $$;
comment on function private.erase_page(uuid, regclass, int) is
  'Delete rows of the user whose erasure is under way, at most so many. Answers how many.';

create function private.anonymise_page(p_request uuid, p_table regclass, p_limit int = null) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  request constant public.data_deletion_requests := private.erasing(p_request);
  kept private.registry;
  changes text;
  identity text;
  moved bigint;
begin
  if request.scope <> 'account' then
    raise exception 'the account stays' using errcode = '55000';
  end if;
  select r.* into strict kept
    from private.registry r join pg_catalog.pg_class c on c.relname = r.table_name
   where c.oid = p_table and c.relnamespace::regnamespace::text = r.schema_name
     and r.owner_column is not null and r.erase in ('anonymise', 'keep_legal');
  select string_agg(format('%I = %s', k.column_name, case
           when k.becomes = 'pseudonym' then '$2'
           when not a.attnotnull then 'null'
           when a.atttypid = 'jsonb'::regtype then '''{}'''
           else '''erased''' end), ', ') into strict changes
    from private.kept_columns k join pg_catalog.pg_attribute a on a.attrelid = p_table and a.attname = k.column_name
   where (k.schema_name, k.table_name) = (kept.schema_name, kept.table_name) and k.becomes <> 'itself';
  select string_agg(format('%I', attname), ', ') into identity
    from pg_catalog.pg_index join pg_catalog.pg_attribute on attrelid = indrelid and attnum = any (indkey)
   where indrelid = p_table and indisprimary;
  execute format('update %1$s set %4$s where (%2$s) in (select %2$s from %1$s where %3$I = $1 limit $3)',
                 p_table, identity, kept.owner_column, changes)
    using request.user_id, (request.plan ->> 'pseudonym')::uuid, p_limit;
  get diagnostics moved = row_count;
  perform private.report_erasure(p_request, 'kept', kept.table_name, moved);
  return moved;
end $$;
comment on function private.anonymise_page(uuid, regclass, int) is
  'Let rows that are kept stand under the pseudonym, at most so many, without what told who it was.';

-- Where rows of a user still are, but for what is kept.
create function private.traces(p_user uuid, p_scope text) returns text[]
language plpgsql stable set search_path = '' as $$
declare
  kept private.registry;
  here boolean;
  found text[] := '{}';
begin
  for kept in
    select * from private.registry
     where owner_column is not null
       and (erase in ('delete', 'cascade') or (p_scope = 'account' and table_name <> 'data_deletion_requests'))
     order by schema_name, table_name
  loop
    execute format('select exists (select from %I.%I where %I = $1)',
                   kept.schema_name, kept.table_name, kept.owner_column) into here using p_user;
    if here then
      found := found || format('%I.%I', kept.schema_name, kept.table_name);
    end if;
  end loop;
  return found;
end $$;
comment on function private.traces(uuid, text) is 'Tables that still hold rows of a user and should not.';
select private.allow('private.traces(uuid, text)', 'service_role');

-- The last step: what is left goes with the user's own row, what is kept moves to the pseudonym.
create function private.finish_erasure(p_request uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  request public.data_deletion_requests := private.erasing(p_request);
  v_email constant text := (select email from auth.users where id = request.user_id);
  v_customer constant text := (select stripe_customer_id from public.profiles where id = request.user_id);
  v_pseudonym constant uuid := request.plan ->> 'pseudonym';
  v_left text[];
  kept regclass;
begin
  if request.scope = 'account' then
    perform private.end_of_user('hold', request.user_id);
    delete from public.support_tickets where user_id is null and email = lower(v_email);
    set constraints public.credit_lots_of_account, public.credit_holds_of_account,
      public.credit_debts_of_account, public.credit_allocations_of_own_hold,
      public.credit_allocations_of_own_lot, public.credit_ledger_of_own_hold,
      public.credit_ledger_of_own_lot deferred;
    for kept in
      select format('%I.%I', schema_name, table_name)::regclass from private.registry
       where owner_column is not null and erase in ('anonymise', 'keep_legal')
         and table_name <> 'data_deletion_requests' order by table_name
    loop
      perform private.anonymise_page(p_request, kept);
    end loop;
    set constraints all immediate;
    update private.stripe_events
       set outcome = jsonb_build_object('did', outcome -> 'did', 'user_id', v_pseudonym)
                     || jsonb_strip_nulls(jsonb_build_object(
                          'payment', outcome -> 'payment', 'credits', outcome -> 'credits'))
     where outcome ->> 'user_id' = request.user_id::text
        or outcome ->> 'customer' = v_customer or outcome -> 'object' ->> 'customer' = v_customer;
    perform private.end_of_user('drop', request.user_id);
    insert into private.forgotten (id_hash) values (private.id_hash(request.user_id)) on conflict do nothing;
  end if;
  v_left := private.traces(request.user_id, request.scope);
  if v_left <> '{}' then
    raise exception 'rows are left in %', array_to_string(v_left, ', ') using errcode = '55000';
  end if;
  if request.scope = 'account' then
    perform private.anonymise_page(p_request, 'public.data_deletion_requests');
  end if;
  update public.data_deletion_requests set status = 'completed', plan = '{}', confirmation_token_hash = null
   where id = p_request returning * into request;
  insert into public.privacy_audit_log (user_id, event_type, request_id, details)
  values (request.user_id, 'deletion_completed', request.request_id,
          request.report || jsonb_build_object('scope', request.scope));
  return request.report;
end $$;
comment on function private.finish_erasure(uuid) is
  'The last step of an erasure: all of it, without a trace left, or nothing. Answers the report.';

select private.allow('private.erase_page(uuid, regclass, int)', 'service_role');
select private.allow('private.anonymise_page(uuid, regclass, int)', 'service_role');
select private.allow('private.finish_erasure(uuid)', 'service_role');
grant create on schema private to eraser;
alter function private.erase_page(uuid, regclass, int) owner to eraser;
alter function private.anonymise_page(uuid, regclass, int) owner to eraser;
alter function private.finish_erasure(uuid) owner to eraser;
revoke create on schema private from eraser;
