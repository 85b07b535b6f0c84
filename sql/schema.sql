-- What the migrations make. Written by `make schema`; change a migration, not this file.

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE SCHEMA auth;

COMMENT ON SCHEMA auth IS 'Who is signed in, and a mirror of the issuer''s users.';

CREATE SCHEMA extensions;

COMMENT ON SCHEMA extensions IS 'Extensions, kept out of public.';

CREATE SCHEMA private;

COMMENT ON SCHEMA private IS 'The house''s own books: reached by service_role alone.';

CREATE TYPE public.job_status AS ENUM (
    'PENDING',
    'QUEUED',
    'SCRIPTING',
    'VOICE_GEN',
    'ALIGNMENT',
    'VISUAL_PLAN',
    'IMAGE_GEN',
    'TIMELINE',
    'RENDERING',
    'PACKAGING',
    'READY',
    'FAILED',
    'CANCELLED'
);

CREATE TYPE public.step_status AS ENUM (
    'pending',
    'started',
    'succeeded',
    'failed'
);

CREATE FUNCTION auth.jwt() RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (NULLIF(current_setting('request.jwt.claims'::text, true), ''::text))::jsonb;

COMMENT ON FUNCTION auth.jwt() IS 'The claims of the request''s token; null outside a request.';

CREATE FUNCTION auth.role() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN ((NULLIF(current_setting('request.jwt.claims'::text, true), ''::text))::json ->> 'role'::text);

COMMENT ON FUNCTION auth.role() IS 'The role the request''s token asks for.';

CREATE FUNCTION auth.uid() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (((NULLIF(current_setting('request.jwt.claims'::text, true), ''::text))::json ->> 'sub'::text))::uuid;

COMMENT ON FUNCTION auth.uid() IS 'The signed-in user; null when nobody is.';

CREATE FUNCTION private.allow(p_function regprocedure, p_roles text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  execute format('revoke all on function %s from public, anon, authenticated, service_role', p_function);
  execute format('grant execute on function %s to %s', p_function, p_roles);
end $$;

COMMENT ON FUNCTION private.allow(p_function regprocedure, p_roles text) IS 'Let exactly these roles call a function.';

CREATE FUNCTION private.append_only() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  if tg_op = 'DELETE' and pg_trigger_depth() > 1 then
    return old;                                    -- the parent goes, by its foreign key's cascade
  end if;
  raise exception '% is append-only', tg_table_name using errcode = '23001';
end $$;

COMMENT ON FUNCTION private.append_only() IS 'Trigger: rows are never changed, and only go with their parent.';

CREATE FUNCTION private.complete_metrics() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  new.metrics := '{"latency_ms": 0, "tokens": 0, "cost_usd": 0, "cache_hit": false, "retry_count": 0}'::jsonb
    || case when jsonb_typeof(new.metrics) = 'object' then new.metrics else '{}' end;
  return new;
end $$;

COMMENT ON FUNCTION private.complete_metrics() IS 'Trigger: a metric left out counts as nothing.';

CREATE FUNCTION private.count_version() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  new.version := old.version + 1;
  return new;
end $$;

COMMENT ON FUNCTION private.count_version() IS 'Trigger: every change counts.';

CREATE FUNCTION private.credit_check_actor(p_user uuid) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
begin
  if auth.uid() <> p_user then
    raise exception 'these credits belong to someone else' using errcode = '42501';
  end if;
end $$;

COMMENT ON FUNCTION private.credit_check_actor(p_user uuid) IS 'Refuse to book for someone else.';

CREATE FUNCTION private.credit_expect(p_user uuid, p_expires timestamp with time zone) RETURNS void
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  update public.credit_accounts set next_expiry = p_expires
   where user_id = p_user and (next_expiry is null or next_expiry > p_expires)
$$;

COMMENT ON FUNCTION private.credit_expect(p_user uuid, p_expires timestamp with time zone) IS 'Note when a lot of the account is due.';
SET default_tablespace = '';
SET default_table_access_method = heap;

CREATE TABLE public.credit_accounts (
    user_id uuid NOT NULL,
    available integer DEFAULT 0 NOT NULL,
    held integer DEFAULT 0 NOT NULL,
    entry_no bigint DEFAULT 0 NOT NULL,
    next_expiry timestamp with time zone,
    overdraft_allowed boolean DEFAULT false NOT NULL,
    flagged_at timestamp with time zone,
    flagged_reason text,
    CONSTRAINT credit_accounts_never_overdrawn CHECK (((available >= 0) AND (held >= 0) AND (NOT overdraft_allowed)))
)
WITH (fillfactor='50');
ALTER TABLE ONLY public.credit_accounts FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.credit_accounts IS 'What a user has: a cache of the ledger whose row lock puts all credit operations in order.';

COMMENT ON COLUMN public.credit_accounts.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.credit_accounts.available IS 'Credits that can be spent.';

COMMENT ON COLUMN public.credit_accounts.held IS 'Credits in open holds.';

COMMENT ON COLUMN public.credit_accounts.entry_no IS 'Number of the last ledger entry.';

COMMENT ON COLUMN public.credit_accounts.next_expiry IS 'No lot is due before this; null when none ever is.';

COMMENT ON COLUMN public.credit_accounts.overdraft_allowed IS 'Whether it may go below zero; never, so far.';

COMMENT ON COLUMN public.credit_accounts.flagged_at IS 'When the account came to owe credits that a refunded payment had bought.';

COMMENT ON COLUMN public.credit_accounts.flagged_reason IS 'Why it was flagged.';

CREATE FUNCTION private.credit_expire(p_account public.credit_accounts, p_lot uuid, p_amount integer, p_reverses uuid DEFAULT NULL::uuid, p_key text DEFAULT NULL::text, p_stripe text DEFAULT NULL::text, p_note text DEFAULT NULL::text, p_reason text DEFAULT NULL::text) RETURNS public.credit_accounts
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  update public.credit_lots set remaining = remaining - p_amount
   where user_id = p_account.user_id and id = p_lot;
  return (private.credit_post(
    p_account, 'expire', -p_amount, p_lot => p_lot, p_reverses => p_reverses, p_key => p_key,
    p_stripe => p_stripe, p_note => p_note, p_reason => p_reason)).account;
end $$;

COMMENT ON FUNCTION private.credit_expire(p_account public.credit_accounts, p_lot uuid, p_amount integer, p_reverses uuid, p_key text, p_stripe text, p_note text, p_reason text) IS 'Take credits out of a lot because they are lost.';

CREATE FUNCTION private.credit_extend_hold() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  update public.credit_holds set expires_at = clock_timestamp() + interval '24 hours'
   where job_id = new.id and status = 'open'
     and expires_at < clock_timestamp() + interval '12 hours';
  return null;
end $$;

COMMENT ON FUNCTION private.credit_extend_hold() IS 'Trigger: a job that lives keeps its hold.';

CREATE FUNCTION private.credit_lock(p_user uuid) RETURNS public.credit_accounts
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  account public.credit_accounts;
  lot record;
begin
  select * into account from public.credit_accounts where user_id = p_user for no key update;
  if not found then
    insert into public.credit_accounts (user_id) values (p_user) on conflict do nothing;
    select * into account from public.credit_accounts where user_id = p_user for no key update;
  end if;
  if account.next_expiry <= clock_timestamp() then
    for lot in
      select id, remaining from public.credit_lots
       where user_id = p_user and not spent and expires_at <= clock_timestamp()
       order by expires_at, created_at, id
    loop
      account := private.credit_expire(account, lot.id, lot.remaining);
    end loop;
    update public.credit_accounts
       set next_expiry = (select min(expires_at) from public.credit_lots
                           where user_id = p_user and not spent)
     where user_id = p_user returning * into account;
  end if;
  return account;
end $$;

COMMENT ON FUNCTION private.credit_lock(p_user uuid) IS 'The account, locked, with its due lots expired.';

CREATE FUNCTION private.credit_open_lot(p_account public.credit_accounts, p_type text, p_amount integer, p_priority integer, p_expires timestamp with time zone, p_key text, p_stripe text DEFAULT NULL::text, p_job uuid DEFAULT NULL::uuid, p_hold uuid DEFAULT NULL::uuid, p_reverses uuid DEFAULT NULL::uuid, p_note text DEFAULT NULL::text) RETURNS uuid
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  lot_id uuid;
begin
  insert into public.credit_lots (user_id, kind, amount, remaining, priority, expires_at)
  values (p_account.user_id, p_type, p_amount, p_amount, p_priority, p_expires)
  returning id into lot_id;
  perform private.credit_expect(p_account.user_id, p_expires);
  return (private.credit_post(
    p_account, p_type, p_amount, p_job => p_job, p_hold => p_hold, p_lot => lot_id,
    p_reverses => p_reverses, p_key => p_key, p_stripe => p_stripe, p_note => p_note)).entry;
end $$;

COMMENT ON FUNCTION private.credit_open_lot(p_account public.credit_accounts, p_type text, p_amount integer, p_priority integer, p_expires timestamp with time zone, p_key text, p_stripe text, p_job uuid, p_hold uuid, p_reverses uuid, p_note text) IS 'Open a lot and write its entry.';

CREATE FUNCTION private.credit_post(p_account public.credit_accounts, p_type text, p_amount integer, p_held integer DEFAULT 0, p_job uuid DEFAULT NULL::uuid, p_hold uuid DEFAULT NULL::uuid, p_lot uuid DEFAULT NULL::uuid, p_reverses uuid DEFAULT NULL::uuid, p_key text DEFAULT NULL::text, p_stripe text DEFAULT NULL::text, p_note text DEFAULT NULL::text, p_reason text DEFAULT NULL::text, p_meta jsonb DEFAULT NULL::jsonb, OUT account public.credit_accounts, OUT entry uuid) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  account := p_account;
  account.available := account.available + p_amount;
  account.held := account.held + p_held;
  account.entry_no := account.entry_no + 1;
  insert into public.credit_ledger
    (user_id, type, amount, balance_after, held_after, entry_no, job_id, hold_id, lot_id,
     reverses_id, idempotency_key, stripe_payment_id, note, reason, meta)
  values
    (account.user_id, p_type, p_amount, account.available, account.held, account.entry_no, p_job,
     p_hold, p_lot, p_reverses, p_key, p_stripe, p_note, p_reason, p_meta)
  returning id into entry;
  update public.credit_accounts
     set available = account.available, held = account.held, entry_no = account.entry_no
   where user_id = account.user_id;
end $$;

COMMENT ON FUNCTION private.credit_post(p_account public.credit_accounts, p_type text, p_amount integer, p_held integer, p_job uuid, p_hold uuid, p_lot uuid, p_reverses uuid, p_key text, p_stripe text, p_note text, p_reason text, p_meta jsonb, OUT account public.credit_accounts, OUT entry uuid) IS 'Write one entry and move the account with it.';

CREATE FUNCTION private.credit_resolve(p_job uuid, p_status text, p_final integer) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  account public.credit_accounts;
  hold public.credit_holds;
  drawn record;
  used int;
  rest int;
  overrun boolean;
  due timestamptz;
begin
  select * into hold from public.credit_holds where job_id = p_job and status in ('open', 'settled');
  if not found then
    select h.* into hold
      from public.credit_ledger l join public.credit_holds h on h.user_id = l.user_id and h.id = l.hold_id
     where l.job_id = p_job and l.type = 'reserve'
     order by h.created_at desc limit 1;
  end if;
  if not found then
    raise exception 'the job has no hold' using errcode = 'P0002';
  end if;
  if auth.uid() <> hold.user_id then
    perform private.credit_check_actor(hold.user_id);
  end if;
  used := least(p_final, hold.amount);
  overrun := p_final > hold.amount;
  select * into account from public.credit_accounts where user_id = hold.user_id for no key update;
  if account.next_expiry <= clock_timestamp() then
    account := private.credit_lock(hold.user_id);
  end if;
  update public.credit_holds
     set status = p_status, resolved_at = clock_timestamp(),
         settled_amount = case when p_status = 'settled' then used end
   where user_id = hold.user_id and id = hold.id and status = 'open';
  if not found then                                -- resolved before, or while waiting for the lock
    select * into hold from public.credit_holds where user_id = hold.user_id and id = hold.id;
    if coalesce(hold.settled_amount, 0) = used and (hold.status = 'settled') = (p_status = 'settled') then
      return used;
    end if;
    raise exception 'the hold is already %', hold.status using errcode = '55000';
  end if;
  insert into public.credit_ledger
    (user_id, type, amount, balance_after, held_after, entry_no, job_id, hold_id, reverses_id,
     note, reason, meta)
  select hold.user_id, entry.type, entry.amount, account.available + hold.amount - entry.spent,
         account.held - hold.amount, account.entry_no + entry.nth, p_job, hold.id, entry.reverses,
         entry.note, entry.reason, entry.meta
    from (values
      (1, 'reserve', hold.amount, 0, hold.id, 'Reservation ended', p_status, null::jsonb),
      (2, 'usage', -used, used, null::uuid,
       case when overrun
         then format('Used %s, charged %s: a job costs at most what was held', p_final, used)
         else 'Used by job' end,
       case when overrun then 'overrun' end,
       case when overrun then jsonb_build_object('final', p_final) end)
    ) as entry (nth, type, amount, spent, reverses, note, reason, meta)
   where entry.amount <> 0;
  update public.credit_accounts
     set available = available + hold.amount - used, held = held - hold.amount,
         entry_no = entry_no + case when used > 0 then 2 else 1 end
   where user_id = hold.user_id;
  if used = hold.amount then
    update public.credit_allocations set consumed = amount
     where user_id = hold.user_id and hold_id = hold.id;
    return used;
  end if;
  rest := used;
  for drawn in
    select a.lot_id, a.amount
      from public.credit_allocations a
      join public.credit_lots l on l.user_id = a.user_id and l.id = a.lot_id
     where a.user_id = hold.user_id and a.hold_id = hold.id
     order by l.priority, l.expires_at nulls last, l.kind = 'purchase', l.created_at, l.id
  loop
    update public.credit_allocations set consumed = least(rest, amount)
     where user_id = hold.user_id and hold_id = hold.id and lot_id = drawn.lot_id;
    update public.credit_lots set remaining = remaining + drawn.amount - least(rest, drawn.amount)
     where user_id = hold.user_id and id = drawn.lot_id
    returning least(due, expires_at) into due;
    rest := rest - least(rest, drawn.amount);
  end loop;
  if due < coalesce(account.next_expiry, 'infinity') then   -- it went back to a lot thought spent
    perform private.credit_expect(hold.user_id, due);
    perform private.credit_lock(hold.user_id);
  end if;
  return used;
end $$;

COMMENT ON FUNCTION private.credit_resolve(p_job uuid, p_status text, p_final integer) IS 'End a job''s hold: charge what was used, give the rest back to the lots it came from.';

CREATE FUNCTION private.derive_rates() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  new.ctr := coalesce(new.clicks::numeric / nullif(new.impressions, 0), new.ctr);
  new.avd := coalesce(new.watch_seconds / nullif(new.views, 0), new.avd);
  return new;
end $$;

COMMENT ON FUNCTION private.derive_rates() IS 'Trigger: rates follow from counts, where there are any.';

CREATE FUNCTION private.describe(p_table regclass, p_text text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  lines text[] := regexp_split_to_array(btrim(p_text, E' \n'), E'\\s*\n\\s*');
  known jsonb := jsonb_build_object(
    'id', 'Identity.',
    'user_id', 'Whose row it is.',
    'created_at', 'When it was made.',
    'updated_at', 'When it last changed.');
  line text;
  column_name name;
begin
  foreach line in array lines[2:] loop
    known := known || jsonb_build_object(split_part(line, ': ', 1), substr(line, strpos(line, ': ') + 2));
  end loop;
  execute format('comment on table %s is %L', p_table, lines[1]);
  for column_name in
    select attname from pg_catalog.pg_attribute
     where attrelid = p_table and attnum > 0 and not attisdropped
  loop
    if not known ? column_name then
      raise exception 'column % of % is not described', column_name, p_table;
    end if;
    execute format('comment on column %s.%I is %L', p_table, column_name, known ->> column_name);
    known := known - column_name::text;
  end loop;
  known := known - array['id', 'user_id', 'created_at', 'updated_at'];
  if known <> '{}' then
    raise exception '% has no column %', p_table, (select min(key) from jsonb_object_keys(known) key);
  end if;
end $$;

COMMENT ON FUNCTION private.describe(p_table regclass, p_text text) IS 'Comments on a table and all its columns.';

CREATE FUNCTION private.draft_token(p_session_token text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select encode(sha256(convert_to(p_session_token, 'UTF8')), 'hex')
$$;

COMMENT ON FUNCTION private.draft_token(p_session_token text) IS 'What is stored of a draft''s token.';

CREATE FUNCTION private.enrol(p_table regclass, owner name DEFAULT 'user_id'::name, kind text DEFAULT 'STD'::text, users_may text DEFAULT 'select'::text, service_may text DEFAULT NULL::text, touched_by text DEFAULT NULL::text, by_owner text DEFAULT 'created_at desc, id desc'::text, retention interval DEFAULT NULL::interval, export text DEFAULT 'full'::text, erase text DEFAULT 'delete'::text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  place name;
  title name;
  mine text;
  served text := 'true';
begin
  select nspname, relname into strict place, title
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where c.oid = p_table;
  service_may := coalesce(
    service_may, case when kind = 'LOG' then 'select, insert' else 'select, insert, update, delete' end);
  execute format('alter table %s enable row level security, force row level security', p_table);
  execute format('revoke all on %s from public, anon, authenticated, service_role', p_table);
  execute format('grant %s on %s to service_role', service_may, p_table);
  if owner is not null then
    mine := format('%I = (select auth.uid())', owner);
    served := format('(select auth.uid()) is null or %s', mine);
    if users_may is not null then
      execute format('grant %s on %s to authenticated', users_may, p_table);
      execute format('create policy %I on %s to authenticated using (%s) with check (%s)',
                     title || '_owner', p_table, mine, mine);
    end if;
    if by_owner is not null then
      execute format('create index %I on %s (%I, %s)', title || '_by_owner', p_table, owner, by_owner);
    end if;
  end if;
  execute format('create policy %I on %s to service_role using (%s) with check (%s)',
                 title || '_service', p_table, served, served);
  if kind = 'STDU' then
    execute format('create trigger %I before update %s on %s for each row execute function public.update_updated_at()',
                   'tr_' || title || '_updated', 'of ' || touched_by, p_table);
  elsif kind = 'LOG' then
    execute format('create trigger %I before update or delete on %s for each row execute function private.append_only()',
                   title || '_append_only', p_table);
  end if;
  insert into private.registry
  values (place, title, owner, kind, users_may, service_may, retention, export, erase);
end $$;

COMMENT ON FUNCTION private.enrol(p_table regclass, owner name, kind text, users_may text, service_may text, touched_by text, by_owner text, retention interval, export text, erase text) IS 'Row level security, grants, owner index, trigger and registry row of a table, in one call.';

CREATE FUNCTION private.file_research() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  new.topic_key := coalesce(new.topic_key, private.topic_key(new.topic));
  if new.topic = 'system' then
    new.kind := 'system';
  end if;
  return new;
end $$;

COMMENT ON FUNCTION private.file_research() IS 'Trigger: every topic is filed under one spelling.';

CREATE FUNCTION private.guard_job() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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

COMMENT ON FUNCTION private.guard_job() IS 'Trigger: legal moves only, progress never back, the times that go with a status.';

CREATE FUNCTION private.guard_ledger() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  if tg_op = 'UPDATE' and old.job_id is not null and new.job_id is null
     and to_jsonb(new) - 'job_id' = to_jsonb(old) - 'job_id' then
    return new;
  end if;
  raise exception 'credit_ledger is append-only' using errcode = '23001';
end $$;

COMMENT ON FUNCTION private.guard_ledger() IS 'Trigger: entries stay; only their job may vanish.';

CREATE FUNCTION private.mirror_user(p_user uuid, p_email text, p_name text) RETURNS void
    LANGUAGE sql
    SET search_path TO ''
    AS $$
      insert into auth.users as mirror (id, email, raw_user_meta_data)
      values (p_user, p_email, jsonb_strip_nulls(jsonb_build_object('name', p_name)))
      on conflict (id) do update
        set email = coalesce(excluded.email, mirror.email), updated_at = now()
        where mirror.email is distinct from coalesce(excluded.email, mirror.email);
    $$;

COMMENT ON FUNCTION private.mirror_user(p_user uuid, p_email text, p_name text) IS 'Note a user of the issuer where the mirror is ours; nothing where the host keeps its own.';

CREATE FUNCTION private.set_up_user(p_user uuid, p_name text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  insert into public.profiles (id, display_name) values (p_user, left(p_name, 200))
  on conflict (id) do nothing;
  if private.welcome_credits() > 0 and not exists (
    select from public.credit_ledger where user_id = p_user and idempotency_key = 'welcome') then
    perform public.add_credits(p_user, 'grant', private.welcome_credits(), 'welcome');
  end if;
end $$;

COMMENT ON FUNCTION private.set_up_user(p_user uuid, p_name text) IS 'Give a user a profile and the welcome credits, once.';

CREATE FUNCTION private.topic_key(p_topic text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select btrim(regexp_replace(lower(normalize(p_topic, NFKC)), '[[:space:][:punct:]]+', ' ', 'g'))
$$;

COMMENT ON FUNCTION private.topic_key(p_topic text) IS 'One spelling of a topic: case, spaces and punctuation aside.';

CREATE FUNCTION private.welcome_credits() RETURNS integer
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select coalesce(nullif(current_setting('showrunner.welcome_credits', true), ''), '10')::int
$$;

COMMENT ON FUNCTION private.welcome_credits() IS 'Credits a new user is given: 10, unless the setting showrunner.welcome_credits says otherwise.';

CREATE FUNCTION public.add_credits(p_user uuid, p_type text, p_amount integer, p_key text, p_expires timestamp with time zone DEFAULT NULL::timestamp with time zone, p_priority integer DEFAULT 50, p_stripe text DEFAULT NULL::text) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  account public.credit_accounts;
  earlier public.credit_ledger;
begin
  perform private.credit_check_actor(p_user);
  account := private.credit_lock(p_user);
  select * into earlier from public.credit_ledger where user_id = p_user and idempotency_key = p_key;
  if found then
    if (earlier.type, earlier.amount, earlier.stripe_payment_id)
       is distinct from (p_type, p_amount, p_stripe) then
      raise exception 'this key was used for something else' using errcode = '22023';
    end if;
    return earlier.id;
  end if;
  return private.credit_open_lot(account, p_type, p_amount, p_priority, p_expires, p_key, p_stripe,
    p_note => case p_key when 'welcome' then 'Welcome bonus: 1 free video trial' end);
end $$;

COMMENT ON FUNCTION public.add_credits(p_user uuid, p_type text, p_amount integer, p_key text, p_expires timestamp with time zone, p_priority integer, p_stripe text) IS 'Add a lot of purchase, grant or subscription credits, once per key. Answers the entry.';

CREATE FUNCTION public.claim_draft_prompt(p_session_token text, p_user_id uuid) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_draft_id uuid;
begin
  if p_user_id is distinct from coalesce(auth.uid(), p_user_id) then
    raise exception 'a draft is claimed for oneself' using errcode = '42501';
  end if;
  update public.draft_prompts set user_id = p_user_id, claimed_at = clock_timestamp()
   where session_token = private.draft_token(p_session_token)
     and user_id is null and expires_at > clock_timestamp()
  returning id into v_draft_id;
  return v_draft_id;
end $$;

COMMENT ON FUNCTION public.claim_draft_prompt(p_session_token text, p_user_id uuid) IS 'Make the open draft of a session the user''s own; null when there is none.';

CREATE FUNCTION public.ensure_profile(p_user uuid, p_email text DEFAULT NULL::text, p_name text DEFAULT NULL::text, p_welcome integer DEFAULT NULL::integer) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  if p_welcome is not null then
    perform set_config('showrunner.welcome_credits', p_welcome::text, true);
  end if;
  perform private.mirror_user(p_user, p_email, p_name);
  perform private.set_up_user(p_user, p_name);
end $$;

COMMENT ON FUNCTION public.ensure_profile(p_user uuid, p_email text, p_name text, p_welcome integer) IS 'Make sure a signed-in user has a mirror row, a profile and the welcome credits; repeats change nothing.';

CREATE FUNCTION public.expire_credits(p_limit integer DEFAULT 1000) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  due record;
  expired int := 0;
  before int;
begin
  for due in
    select a.user_id, a.available from public.credit_accounts a
     where a.next_expiry <= clock_timestamp()
       and (auth.uid() is null or a.user_id = auth.uid())
     order by a.user_id limit p_limit
       for no key update skip locked             -- a busy account expires its own lots
  loop
    before := due.available;
    expired := expired + before - (private.credit_lock(due.user_id)).available;
  end loop;
  return expired;
end $$;

COMMENT ON FUNCTION public.expire_credits(p_limit integer) IS 'Sweep: expire due lots of accounts nobody is using. Answers how many credits were lost.';

CREATE FUNCTION public.get_credit_balance(p_user_id uuid) RETURNS integer
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select coalesce((select available from public.credit_accounts where user_id = p_user_id), 0)
$$;

COMMENT ON FUNCTION public.get_credit_balance(p_user_id uuid) IS 'Credits that can be spent: the sum of the ledger, kept in the account.';

CREATE FUNCTION public.handle_new_user() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  perform private.set_up_user(new.id, new.raw_user_meta_data ->> 'name');
  return new;
exception when others then
  raise warning 'user % is set up at the first request instead: %', new.id, sqlerrm;
  return new;
end $$;

COMMENT ON FUNCTION public.handle_new_user() IS 'Trigger: set up a new user. Never in the way of a sign-up: ensure_profile repairs what failed.';

CREATE FUNCTION public.refund_credits(p_job uuid, p_amount integer, p_key text, p_note text) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  account public.credit_accounts;
  used public.credit_ledger;
  earlier public.credit_ledger;
  original timestamptz;
begin
  select * into used from public.credit_ledger where job_id = p_job and type = 'usage';
  if not found then
    raise exception 'the job was charged nothing' using errcode = 'P0002';
  end if;
  perform private.credit_check_actor(used.user_id);
  account := private.credit_lock(used.user_id);
  select * into earlier from public.credit_ledger
   where user_id = used.user_id and idempotency_key = p_key;
  if found then
    if (earlier.amount, earlier.reverses_id) is distinct from (p_amount, used.id) then
      raise exception 'this key was used for something else' using errcode = '22023';
    end if;
    return earlier.id;
  end if;
  if p_amount + coalesce((select sum(amount) from public.credit_ledger
                           where job_id = p_job and type = 'refund'), 0) > -used.amount then
    raise exception 'more than the job was charged' using errcode = '22003';
  end if;
  select max(coalesce(l.expires_at, 'infinity')) into original
    from public.credit_allocations a
    join public.credit_lots l on l.user_id = a.user_id and l.id = a.lot_id
   where a.user_id = used.user_id and a.hold_id = used.hold_id and a.consumed > 0;
  return private.credit_open_lot(
    account, 'refund', p_amount, 0,
    nullif(greatest(original, clock_timestamp() + interval '30 days'), 'infinity'),
    p_key, p_job => p_job, p_hold => used.hold_id, p_reverses => used.id, p_note => p_note);
end $$;

COMMENT ON FUNCTION public.refund_credits(p_job uuid, p_amount integer, p_key text, p_note text) IS 'Give back part of what a job was charged, once per key. Answers the entry. The credits last as long as those that were used, and at least thirty days.';

CREATE FUNCTION public.release_credits(p_job_id uuid) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  return private.credit_resolve(p_job_id, 'voided', 0);
end $$;

COMMENT ON FUNCTION public.release_credits(p_job_id uuid) IS 'Give back what a job held; repeats change nothing.';

CREATE FUNCTION public.renew_subscription(p_user uuid, p_credits integer, p_rollover_cap integer, p_key text, p_period_end timestamp with time zone) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  account public.credit_accounts;
  earlier public.credit_ledger;
  lot record;
  keep int := greatest(p_rollover_cap, 0);
begin
  perform private.credit_check_actor(p_user);
  account := private.credit_lock(p_user);
  select * into earlier from public.credit_ledger where user_id = p_user and idempotency_key = p_key;
  if found then
    if (earlier.type, earlier.amount) is distinct from ('subscription', p_credits) then
      raise exception 'this key was used for something else' using errcode = '22023';
    end if;
    return earlier.id;
  end if;
  for lot in
    select id, remaining from public.credit_lots
     where user_id = p_user and kind = 'subscription' and not spent
     order by expires_at desc nulls first, created_at desc, id
  loop
    if lot.remaining > keep then
      account := private.credit_expire(account, lot.id, lot.remaining - keep,
        p_note => 'Beyond the plan''s rollover', p_reason => 'rollover');
    end if;
    if keep > 0 then
      update public.credit_lots set expires_at = p_period_end
       where user_id = p_user and id = lot.id and expires_at < p_period_end;
    end if;
    keep := greatest(keep - lot.remaining, 0);
  end loop;
  return private.credit_open_lot(account, 'subscription', p_credits, 50, p_period_end, p_key);
end $$;

COMMENT ON FUNCTION public.renew_subscription(p_user uuid, p_credits integer, p_rollover_cap integer, p_key text, p_period_end timestamp with time zone) IS 'Begin a subscription period, once per key: what is left of the old ones rolls over up to the cap, the new credits last until p_period_end. Give that end some days'' grace: what is due is lost at once, and invoices may be late.';

CREATE FUNCTION public.reserve_credits(p_user_id uuid, p_job_id uuid, p_amount integer) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  account public.credit_accounts;
  hold public.credit_holds;
  lot record;
  need int := p_amount;
begin
  if p_amount is null or p_amount <= 0 then
    raise exception 'the amount must be positive' using errcode = '22023';
  end if;
  if auth.uid() <> p_user_id then
    perform private.credit_check_actor(p_user_id);
  end if;
  select * into account from public.credit_accounts where user_id = p_user_id for no key update;
  if not found or account.next_expiry <= clock_timestamp() then
    account := private.credit_lock(p_user_id);
  end if;
  if account.available >= p_amount then
    insert into public.credit_holds (user_id, job_id, amount) values (p_user_id, p_job_id, p_amount)
    on conflict (job_id) where status in ('open', 'settled') do nothing
    returning id into hold.id;
  end if;
  if hold.id is null then
    select * into hold from public.credit_holds
     where job_id = p_job_id and status in ('open', 'settled');
    if not found then
      return false;
    elsif hold.status = 'open' and hold.user_id = p_user_id and hold.amount = p_amount then
      return true;
    end if;
    raise exception 'the job already has a hold, % of %', hold.status, hold.amount
      using errcode = '55000';
  end if;
  for lot in
    select id, remaining from public.credit_lots
     where user_id = p_user_id and not spent
     order by priority, expires_at nulls last, kind = 'purchase', created_at, id
  loop
    update public.credit_lots set remaining = remaining - least(need, lot.remaining)
     where user_id = p_user_id and id = lot.id;
    insert into public.credit_allocations (user_id, hold_id, lot_id, amount)
    values (p_user_id, hold.id, lot.id, least(need, lot.remaining));
    need := need - least(need, lot.remaining);
    exit when need = 0;
  end loop;
  if need > 0 then
    raise exception 'lots and balance disagree' using errcode = 'XX000';
  end if;
  insert into public.credit_ledger
    (id, user_id, type, amount, balance_after, held_after, entry_no, job_id, hold_id, note)
  values
    (hold.id, p_user_id, 'reserve', -p_amount, account.available - p_amount,
     account.held + p_amount, account.entry_no + 1, p_job_id, hold.id, 'Reserved for job');
  update public.credit_accounts
     set available = available - p_amount, held = held + p_amount, entry_no = entry_no + 1
   where user_id = p_user_id;
  return true;
end $$;

COMMENT ON FUNCTION public.reserve_credits(p_user_id uuid, p_job_id uuid, p_amount integer) IS 'Hold credits for a job: false when there are too few, true again when repeated.';

CREATE FUNCTION public.revoke_purchase(p_stripe_payment text, p_credits integer, p_key text) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  account public.credit_accounts;
  bought public.credit_ledger;
  lot public.credit_lots;
  taken int;
  owed int;
  before int;
begin
  if p_credits is null or p_credits <= 0 then
    raise exception 'the amount must be positive' using errcode = '22023';
  end if;
  select * into bought from public.credit_ledger
   where type = 'purchase' and stripe_payment_id = p_stripe_payment;
  if not found then
    raise exception 'no purchase was paid with this' using errcode = 'P0002';
  end if;
  perform private.credit_check_actor(bought.user_id);
  account := private.credit_lock(bought.user_id);
  taken := -(select amount from public.credit_ledger
              where user_id = bought.user_id and idempotency_key = p_key);
  owed := (select amount from public.credit_debts
            where user_id = bought.user_id and idempotency_key = p_key);
  if taken is not null or owed is not null then
    if coalesce(taken, 0) + coalesce(owed, 0) <> p_credits then
      raise exception 'this key was used for something else' using errcode = '22023';
    end if;
    return coalesce(taken, 0);
  end if;
  before := coalesce((select -sum(amount) from public.credit_ledger
                       where user_id = bought.user_id and entry_no > bought.entry_no
                         and reverses_id = bought.id), 0)
          + coalesce((select sum(amount) from public.credit_debts
                       where user_id = bought.user_id and stripe_payment_id = p_stripe_payment), 0);
  if before + p_credits > bought.amount then
    raise exception 'more than the payment bought' using errcode = '22003';
  end if;
  select * into lot from public.credit_lots where user_id = bought.user_id and id = bought.lot_id;
  taken := least(lot.remaining, p_credits);
  owed := p_credits - taken;
  if taken > 0 then
    perform private.credit_expire(account, lot.id, taken, bought.id, p_key,
      p_note => 'The payment was refunded', p_reason => 'purchase_refunded');
  end if;
  if before + p_credits = bought.amount then       -- what an open hold gives back is lost as well
    update public.credit_lots set expires_at = clock_timestamp()
     where user_id = lot.user_id and id = lot.id;
    perform private.credit_expect(lot.user_id, clock_timestamp());
  end if;
  if owed > 0 then
    insert into public.credit_debts (user_id, stripe_payment_id, amount, note, idempotency_key)
    values (bought.user_id, p_stripe_payment, owed,
            format('%s of %s refunded credits were already used', owed, p_credits), p_key);
    update public.credit_accounts
       set flagged_at = coalesce(flagged_at, clock_timestamp()),
           flagged_reason = coalesce(flagged_reason, 'purchase_refunded')
     where user_id = bought.user_id;
  end if;
  return taken;
end $$;

COMMENT ON FUNCTION public.revoke_purchase(p_stripe_payment text, p_credits integer, p_key text) IS 'Take back what a refunded or disputed payment bought, once per key. Answers how many could be taken; the rest becomes a debt note and flags the account.';

CREATE FUNCTION public.save_draft_prompt(p_session_token text, p_prompt_text text, p_template_id text DEFAULT NULL::text, p_options jsonb DEFAULT '{}'::jsonb, p_ip_hash text DEFAULT NULL::text) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_draft_id uuid;
begin
  if length(coalesce(p_session_token, '')) < 16 then
    raise exception 'the session token is too short' using errcode = '22023';
  end if;
  perform pg_advisory_xact_lock(hashtextextended(p_ip_hash, 0));   -- null address: no lock, no limit
  if (select count(*) from public.draft_prompts
       where ip_hash = p_ip_hash and created_at > now() - interval '1 hour'
         and session_token <> private.draft_token(p_session_token)) >= 10 then
    raise exception 'too many drafts from this address; try again in an hour' using errcode = 'PT429';
  end if;
  insert into public.draft_prompts as draft
    (session_token, prompt_text, template_id, options, ip_hash)
  values (private.draft_token(p_session_token), p_prompt_text, p_template_id, p_options, p_ip_hash)
  on conflict (session_token) where user_id is null do update
    set prompt_text = excluded.prompt_text, template_id = excluded.template_id,
        options = excluded.options, expires_at = excluded.expires_at
  returning id into v_draft_id;
  return v_draft_id;
end $$;

COMMENT ON FUNCTION public.save_draft_prompt(p_session_token text, p_prompt_text text, p_template_id text, p_options jsonb, p_ip_hash text) IS 'Keep the one open draft of a session, the latest wins. PT429 after ten an hour from one address.';

CREATE FUNCTION public.settle_credits(p_job_id uuid, p_final integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  if p_final is null or p_final < 0 then
    raise exception 'the amount must not be negative' using errcode = '22023';
  end if;
  return private.credit_resolve(p_job_id, 'settled', p_final);
end $$;

COMMENT ON FUNCTION public.settle_credits(p_job_id uuid, p_final integer) IS 'Charge a finished job, at most what was held. Answers what was charged; repeats answer the same.';

CREATE FUNCTION public.time_out_holds(p_limit integer DEFAULT 1000) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  account record;
  due record;
  ended int := 0;
begin
  for account in
    select a.user_id from public.credit_accounts a
     where exists (select from public.credit_holds h where h.user_id = a.user_id
                      and h.resolved_at is null and h.expires_at <= clock_timestamp())
       and (auth.uid() is null or a.user_id = auth.uid())
     order by a.user_id limit p_limit
       for no key update skip locked             -- a busy account's turn comes at the next sweep
  loop
    for due in
      select h.job_id from public.credit_holds h
       where h.user_id = account.user_id and h.resolved_at is null and h.expires_at <= clock_timestamp()
         and not exists (
           select from public.jobs j
            where j.id = h.job_id and j.status not in ('READY', 'FAILED', 'CANCELLED')
              and (j.lease_until > clock_timestamp() or j.wait_token is not null))
    loop
      perform private.credit_resolve(due.job_id, 'timed_out', 0);
      ended := ended + 1;
    end loop;
  end loop;
  return ended;
end $$;

COMMENT ON FUNCTION public.time_out_holds(p_limit integer) IS 'Sweep: give back holds past their time whose job is not running. Answers how many.';

CREATE FUNCTION public.update_updated_at() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  new.updated_at := now();
  return new;
end $$;

COMMENT ON FUNCTION public.update_updated_at() IS 'Trigger: a changed row knows when.';

CREATE TABLE auth.users (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    email text,
    raw_user_meta_data jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT users_meta_is_object CHECK ((jsonb_typeof(raw_user_meta_data) = 'object'::text))
);
ALTER TABLE ONLY auth.users FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE auth.users IS 'Mirror of the issuer''s users: one row for each who ever came.';

COMMENT ON COLUMN auth.users.id IS 'The issuer''s `sub`.';

COMMENT ON COLUMN auth.users.email IS 'Address the issuer vouches for.';

COMMENT ON COLUMN auth.users.raw_user_meta_data IS 'What the issuer tells: {name, ...}.';

COMMENT ON COLUMN auth.users.created_at IS 'When the user was first seen here.';

COMMENT ON COLUMN auth.users.updated_at IS 'When the mirror last changed.';

CREATE TABLE private.cron_runs (
    name text NOT NULL,
    slot timestamp with time zone NOT NULL,
    claimed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    done_at timestamp with time zone
);
ALTER TABLE ONLY private.cron_runs FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE private.cron_runs IS 'Slots of the clock, each claimed once.';

COMMENT ON COLUMN private.cron_runs.name IS 'The schedule.';

COMMENT ON COLUMN private.cron_runs.slot IS 'The time it was due.';

COMMENT ON COLUMN private.cron_runs.claimed_at IS 'When someone took it.';

COMMENT ON COLUMN private.cron_runs.done_at IS 'When it was done.';

CREATE TABLE private.idempotency (
    user_id uuid DEFAULT auth.uid() NOT NULL,
    key text NOT NULL,
    request_hash text NOT NULL,
    state text DEFAULT 'running'::text NOT NULL,
    status integer,
    body jsonb,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    expires_at timestamp with time zone DEFAULT (clock_timestamp() + '24:00:00'::interval) NOT NULL,
    CONSTRAINT idempotency_key_length CHECK (((length(key) >= 1) AND (length(key) <= 255))),
    CONSTRAINT idempotency_state_known CHECK ((state = ANY (ARRAY['running'::text, 'done'::text])))
);
ALTER TABLE ONLY private.idempotency FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE private.idempotency IS 'Answers kept so that a repeated request gets the same one.';

COMMENT ON COLUMN private.idempotency.user_id IS 'Whose row it is.';

COMMENT ON COLUMN private.idempotency.key IS 'The client''s Idempotency-Key.';

COMMENT ON COLUMN private.idempotency.request_hash IS 'Hash of the request the key was used with.';

COMMENT ON COLUMN private.idempotency.state IS 'running until the answer is known, then done.';

COMMENT ON COLUMN private.idempotency.status IS 'HTTP status of the answer.';

COMMENT ON COLUMN private.idempotency.body IS 'The answer.';

COMMENT ON COLUMN private.idempotency.created_at IS 'When it was made.';

COMMENT ON COLUMN private.idempotency.expires_at IS 'When the key may be used anew.';

CREATE TABLE private.outbox (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid(),
    topic text NOT NULL,
    payload jsonb NOT NULL,
    dedupe_key text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    next_attempt_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    lease_until timestamp with time zone,
    delivered_at timestamp with time zone,
    dead_at timestamp with time zone,
    last_error text,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
ALTER TABLE ONLY private.outbox FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE private.outbox IS 'What is to be done outside, written in the transaction that decided it.';

COMMENT ON COLUMN private.outbox.id IS 'Identity.';

COMMENT ON COLUMN private.outbox.user_id IS 'Whose row it is.';

COMMENT ON COLUMN private.outbox.topic IS 'What to do: start_execution, webhook, email, task_result.';

COMMENT ON COLUMN private.outbox.payload IS 'What is needed to do it.';

COMMENT ON COLUMN private.outbox.dedupe_key IS 'The same key is written once.';

COMMENT ON COLUMN private.outbox.attempts IS 'How often it was tried.';

COMMENT ON COLUMN private.outbox.next_attempt_at IS 'When it is due.';

COMMENT ON COLUMN private.outbox.lease_until IS 'Until when someone is at it.';

COMMENT ON COLUMN private.outbox.delivered_at IS 'When it was done.';

COMMENT ON COLUMN private.outbox.dead_at IS 'When it was given up.';

COMMENT ON COLUMN private.outbox.last_error IS 'Why the last try failed.';

COMMENT ON COLUMN private.outbox.created_at IS 'When it was made.';

CREATE TABLE private.paid_calls (
    key text NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    provider text NOT NULL,
    kind text NOT NULL,
    state text DEFAULT 'started'::text NOT NULL,
    attempt integer DEFAULT 1 NOT NULL,
    artifact_key text,
    result jsonb,
    cost_usd numeric(12,4) DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    done_at timestamp with time zone,
    CONSTRAINT paid_calls_state_known CHECK ((state = ANY (ARRAY['started'::text, 'done'::text])))
);
ALTER TABLE ONLY private.paid_calls FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE private.paid_calls IS 'Calls that cost money, each made once.';

COMMENT ON COLUMN private.paid_calls.key IS 'SHA-256 of provider, inputs and user.';

COMMENT ON COLUMN private.paid_calls.user_id IS 'Whose row it is.';

COMMENT ON COLUMN private.paid_calls.provider IS 'Who was called.';

COMMENT ON COLUMN private.paid_calls.kind IS 'Capability: text, voice, image, music.';

COMMENT ON COLUMN private.paid_calls.state IS 'started before the call, done when its result is stored.';

COMMENT ON COLUMN private.paid_calls.attempt IS 'How often it was begun.';

COMMENT ON COLUMN private.paid_calls.artifact_key IS 'Where the artifact lies.';

COMMENT ON COLUMN private.paid_calls.result IS 'What was answered.';

COMMENT ON COLUMN private.paid_calls.cost_usd IS 'What it cost in dollars.';

COMMENT ON COLUMN private.paid_calls.created_at IS 'When it was made.';

COMMENT ON COLUMN private.paid_calls.done_at IS 'When its result was stored.';

CREATE TABLE private.registry (
    schema_name name NOT NULL,
    table_name name NOT NULL,
    owner_column name,
    kind text NOT NULL,
    users_may text,
    service_may text NOT NULL,
    retention interval,
    export text NOT NULL,
    erase text NOT NULL,
    CONSTRAINT registry_erase_known CHECK ((erase = ANY (ARRAY['delete'::text, 'anonymise'::text, 'keep_legal'::text, 'cascade'::text]))),
    CONSTRAINT registry_export_known CHECK ((export = ANY (ARRAY['full'::text, 'redacted'::text, 'none'::text]))),
    CONSTRAINT registry_kind_known CHECK ((kind = ANY (ARRAY['STD'::text, 'STDU'::text, 'LOG'::text])))
);

COMMENT ON TABLE private.registry IS 'Every enrolled table: whose rows they are, who may do what, how long they stay.';

COMMENT ON COLUMN private.registry.schema_name IS 'Schema of the table.';

COMMENT ON COLUMN private.registry.table_name IS 'Name of the table.';

COMMENT ON COLUMN private.registry.owner_column IS 'Column that holds whose row it is; null for the house''s own.';

COMMENT ON COLUMN private.registry.kind IS 'STD rows, STDU rows that know when they changed, LOG rows that never change.';

COMMENT ON COLUMN private.registry.users_may IS 'What a signed-in user may do to own rows, as in GRANT.';

COMMENT ON COLUMN private.registry.service_may IS 'What the house may do, as in GRANT.';

COMMENT ON COLUMN private.registry.retention IS 'How long rows stay; null for ever.';

COMMENT ON COLUMN private.registry.export IS 'What a data export holds of it.';

COMMENT ON COLUMN private.registry.erase IS 'What an erasure does to it.';

CREATE TABLE private.schema_version (
    version text NOT NULL,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

COMMENT ON TABLE private.schema_version IS 'The migrations this database has seen.';

COMMENT ON COLUMN private.schema_version.version IS 'Timestamp that the file''s name begins with.';

COMMENT ON COLUMN private.schema_version.name IS 'The file''s name.';

COMMENT ON COLUMN private.schema_version.sha256 IS 'Hash of the file as it was applied.';

COMMENT ON COLUMN private.schema_version.applied_at IS 'When.';

CREATE TABLE private.step_results (
    job_id uuid NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    step text NOT NULL,
    item text DEFAULT ''::text NOT NULL,
    attempt integer DEFAULT 1 NOT NULL,
    state text DEFAULT 'claimed'::text NOT NULL,
    result jsonb,
    lease_until timestamp with time zone,
    claimed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    done_at timestamp with time zone,
    runs integer DEFAULT 1 NOT NULL,
    CONSTRAINT step_results_done_has_time CHECK (((state = 'done'::text) = (done_at IS NOT NULL))),
    CONSTRAINT step_results_runs_positive CHECK ((runs >= 1)),
    CONSTRAINT step_results_state_known CHECK ((state = ANY (ARRAY['claimed'::text, 'done'::text])))
);
ALTER TABLE ONLY private.step_results FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE private.step_results IS 'What each step, or each item of one, came to: done once, found ever after.';

COMMENT ON COLUMN private.step_results.job_id IS 'The job.';

COMMENT ON COLUMN private.step_results.user_id IS 'Whose row it is.';

COMMENT ON COLUMN private.step_results.step IS 'The state''s name.';

COMMENT ON COLUMN private.step_results.item IS 'Which item of a map; empty when it is none.';

COMMENT ON COLUMN private.step_results.attempt IS 'The job''s attempt that claimed it.';

COMMENT ON COLUMN private.step_results.state IS 'claimed until the result is known, then done.';

COMMENT ON COLUMN private.step_results.result IS 'What the step answered.';

COMMENT ON COLUMN private.step_results.lease_until IS 'Until when the claim holds.';

COMMENT ON COLUMN private.step_results.claimed_at IS 'When it was claimed.';

COMMENT ON COLUMN private.step_results.done_at IS 'When it was done.';

COMMENT ON COLUMN private.step_results.runs IS 'How often the step was begun.';

CREATE TABLE private.stripe_events (
    event_id text NOT NULL,
    type text NOT NULL,
    created timestamp with time zone NOT NULL,
    received_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    outcome jsonb
);
ALTER TABLE ONLY private.stripe_events FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE private.stripe_events IS 'Events Stripe sent, each acted on once.';

COMMENT ON COLUMN private.stripe_events.event_id IS 'Stripe''s id.';

COMMENT ON COLUMN private.stripe_events.type IS 'What happened.';

COMMENT ON COLUMN private.stripe_events.created IS 'When it happened at Stripe.';

COMMENT ON COLUMN private.stripe_events.received_at IS 'When it came in.';

COMMENT ON COLUMN private.stripe_events.outcome IS 'What was done about it.';

CREATE TABLE public.assets (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    job_id uuid NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    type text NOT NULL,
    url text,
    storage_path text NOT NULL,
    size_bytes bigint,
    mime_type text,
    sha256 text,
    metadata_json jsonb DEFAULT '{}'::jsonb NOT NULL,
    expires_at timestamp with time zone DEFAULT (now() + '90 days'::interval),
    deleted_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT assets_metadata_is_object CHECK ((jsonb_typeof(metadata_json) = 'object'::text)),
    CONSTRAINT assets_sha256_is_hash CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT assets_size_not_negative CHECK ((size_bytes >= 0)),
    CONSTRAINT assets_type_known CHECK ((type = ANY (ARRAY['video'::text, 'audio'::text, 'image'::text, 'captions'::text, 'manifest'::text, 'zip'::text, 'thumbnail'::text, 'timeline'::text, 'chapters'::text, 'licences'::text])))
);
ALTER TABLE ONLY public.assets FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.assets IS 'What a job made.';

COMMENT ON COLUMN public.assets.id IS 'Identity.';

COMMENT ON COLUMN public.assets.job_id IS 'The job.';

COMMENT ON COLUMN public.assets.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.assets.type IS 'What kind of thing.';

COMMENT ON COLUMN public.assets.url IS 'Canonical address; the signed one is made when asked for.';

COMMENT ON COLUMN public.assets.storage_path IS 'Key in the media bucket.';

COMMENT ON COLUMN public.assets.size_bytes IS 'Size, in bytes.';

COMMENT ON COLUMN public.assets.mime_type IS 'Media type.';

COMMENT ON COLUMN public.assets.sha256 IS 'Hash of its bytes, in hex.';

COMMENT ON COLUMN public.assets.metadata_json IS 'Length, size, language, ... by type.';

COMMENT ON COLUMN public.assets.expires_at IS 'When it is deleted; null keeps it.';

COMMENT ON COLUMN public.assets.deleted_at IS 'When its object was deleted.';

COMMENT ON COLUMN public.assets.created_at IS 'When it was made.';

CREATE TABLE public.channel_configs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    channel_id text NOT NULL,
    name text,
    tone_profile text,
    format_profile text,
    kpi_targets jsonb DEFAULT '{}'::jsonb NOT NULL,
    channel_type text DEFAULT 'other'::text NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT channel_configs_kpis_is_object CHECK ((jsonb_typeof(kpi_targets) = 'object'::text)),
    CONSTRAINT channel_configs_type_known CHECK ((channel_type = ANY (ARRAY['finance'::text, 'education'::text, 'news'::text, 'ambience'::text, 'other'::text])))
);
ALTER TABLE ONLY public.channel_configs FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.channel_configs IS 'Profiles of video channels.';

COMMENT ON COLUMN public.channel_configs.id IS 'Identity.';

COMMENT ON COLUMN public.channel_configs.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.channel_configs.channel_id IS 'The video channel.';

COMMENT ON COLUMN public.channel_configs.name IS 'Name to show.';

COMMENT ON COLUMN public.channel_configs.tone_profile IS 'How it speaks.';

COMMENT ON COLUMN public.channel_configs.format_profile IS 'How its videos look.';

COMMENT ON COLUMN public.channel_configs.kpi_targets IS '{ctr, avd, rpm, cadence}.';

COMMENT ON COLUMN public.channel_configs.channel_type IS 'Kind of channel; decides the default targets.';

COMMENT ON COLUMN public.channel_configs.is_active IS 'Whether it is used.';

COMMENT ON COLUMN public.channel_configs.version IS 'Counts changes.';

COMMENT ON COLUMN public.channel_configs.created_at IS 'When it was made.';

COMMENT ON COLUMN public.channel_configs.updated_at IS 'When it last changed.';

CREATE TABLE public.channel_costs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    channel_id text NOT NULL,
    run_id text,
    provider text NOT NULL,
    cost_usd numeric(12,6) DEFAULT 0 NOT NULL,
    tokens integer,
    model_name text,
    operation text,
    units numeric,
    unit text,
    is_estimate boolean DEFAULT true NOT NULL,
    ref_type text,
    ref_id uuid,
    dedupe_key text,
    cached boolean DEFAULT false NOT NULL,
    saved_usd numeric(12,6) DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT channel_costs_not_negative CHECK ((cost_usd >= (0)::numeric)),
    CONSTRAINT channel_costs_unit_known CHECK ((unit = ANY (ARRAY['token'::text, 'second'::text, 'image'::text, 'request'::text])))
);
ALTER TABLE ONLY public.channel_costs FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.channel_costs IS 'What providers were paid, in dollars.';

COMMENT ON COLUMN public.channel_costs.id IS 'Identity.';

COMMENT ON COLUMN public.channel_costs.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.channel_costs.channel_id IS 'The video channel.';

COMMENT ON COLUMN public.channel_costs.run_id IS 'The run.';

COMMENT ON COLUMN public.channel_costs.provider IS 'Who was paid.';

COMMENT ON COLUMN public.channel_costs.cost_usd IS 'How much.';

COMMENT ON COLUMN public.channel_costs.tokens IS 'Tokens used, when it was counted in tokens.';

COMMENT ON COLUMN public.channel_costs.model_name IS 'Which model.';

COMMENT ON COLUMN public.channel_costs.operation IS 'What was asked.';

COMMENT ON COLUMN public.channel_costs.units IS 'How much was used.';

COMMENT ON COLUMN public.channel_costs.unit IS 'Counted in what.';

COMMENT ON COLUMN public.channel_costs.is_estimate IS 'Not yet on a bill.';

COMMENT ON COLUMN public.channel_costs.ref_type IS 'What kind of thing it was for.';

COMMENT ON COLUMN public.channel_costs.ref_id IS 'Which one.';

COMMENT ON COLUMN public.channel_costs.dedupe_key IS 'The same key is written once.';

COMMENT ON COLUMN public.channel_costs.cached IS 'Nothing was paid: it was found in the cache.';

COMMENT ON COLUMN public.channel_costs.saved_usd IS 'What it would have cost.';

COMMENT ON COLUMN public.channel_costs.created_at IS 'When it was made.';

CREATE TABLE public.credit_allocations (
    user_id uuid NOT NULL,
    hold_id uuid NOT NULL,
    lot_id uuid NOT NULL,
    amount integer NOT NULL,
    consumed integer DEFAULT 0 NOT NULL,
    CONSTRAINT credit_allocations_ranges CHECK (((amount > 0) AND (consumed >= 0) AND (consumed <= amount)))
);
ALTER TABLE ONLY public.credit_allocations FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.credit_allocations IS 'Which lots a hold drew from.';

COMMENT ON COLUMN public.credit_allocations.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.credit_allocations.hold_id IS 'The hold.';

COMMENT ON COLUMN public.credit_allocations.lot_id IS 'The lot.';

COMMENT ON COLUMN public.credit_allocations.amount IS 'How many it drew.';

COMMENT ON COLUMN public.credit_allocations.consumed IS 'How many of them were charged.';

CREATE TABLE public.credit_holds (
    id uuid DEFAULT uuidv7() NOT NULL,
    user_id uuid NOT NULL,
    job_id uuid NOT NULL,
    amount integer NOT NULL,
    status text DEFAULT 'open'::text NOT NULL,
    settled_amount integer,
    expires_at timestamp with time zone DEFAULT (clock_timestamp() + '24:00:00'::interval) NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    resolved_at timestamp with time zone,
    CONSTRAINT credit_holds_amount_positive CHECK ((amount > 0)),
    CONSTRAINT credit_holds_state CHECK (
CASE
    WHEN (status = 'open'::text) THEN ((resolved_at IS NULL) AND (settled_amount IS NULL))
    WHEN (status = 'settled'::text) THEN ((resolved_at IS NOT NULL) AND ((settled_amount >= 0) AND (settled_amount <= amount)))
    WHEN (status = ANY ('{voided,timed_out}'::text[])) THEN ((resolved_at IS NOT NULL) AND (settled_amount IS NULL))
    ELSE false
END)
);
ALTER TABLE ONLY public.credit_holds FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.credit_holds IS 'Credits set aside for a job: resolved at most once.';

COMMENT ON COLUMN public.credit_holds.id IS 'Identity.';

COMMENT ON COLUMN public.credit_holds.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.credit_holds.job_id IS 'The job; kept when the job is deleted.';

COMMENT ON COLUMN public.credit_holds.amount IS 'How many.';

COMMENT ON COLUMN public.credit_holds.status IS 'open, then settled, voided or timed_out.';

COMMENT ON COLUMN public.credit_holds.settled_amount IS 'How many were charged.';

COMMENT ON COLUMN public.credit_holds.expires_at IS 'When it times out unless its job is running; moved on by the job''s heartbeat.';

COMMENT ON COLUMN public.credit_holds.created_at IS 'When it was made.';

COMMENT ON COLUMN public.credit_holds.resolved_at IS 'When it was settled, voided or timed out.';

CREATE TABLE public.credit_ledger (
    id uuid DEFAULT uuidv7() NOT NULL,
    user_id uuid NOT NULL,
    type text NOT NULL,
    amount integer NOT NULL,
    balance_after integer NOT NULL,
    note text,
    job_id uuid,
    stripe_payment_id text,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    entry_no bigint NOT NULL,
    held_after integer NOT NULL,
    hold_id uuid,
    lot_id uuid,
    reverses_id uuid,
    idempotency_key text,
    reason text,
    meta jsonb,
    CONSTRAINT credit_ledger_never_overdrawn CHECK (((balance_after >= 0) AND (held_after >= 0))),
    CONSTRAINT credit_ledger_type_and_sign CHECK (
CASE
    WHEN (type = 'reserve'::text) THEN ((amount <> 0) AND (hold_id IS NOT NULL))
    WHEN (type = 'usage'::text) THEN ((amount < 0) AND (hold_id IS NOT NULL))
    WHEN (type = 'expire'::text) THEN ((amount < 0) AND (lot_id IS NOT NULL))
    WHEN (type = ANY ('{purchase,grant,subscription,refund}'::text[])) THEN ((amount > 0) AND (lot_id IS NOT NULL))
    ELSE false
END)
);
ALTER TABLE ONLY public.credit_ledger FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.credit_ledger IS 'Every change of every account, in order; never changed.';

COMMENT ON COLUMN public.credit_ledger.id IS 'Identity.';

COMMENT ON COLUMN public.credit_ledger.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.credit_ledger.type IS 'What happened.';

COMMENT ON COLUMN public.credit_ledger.amount IS 'Credits gained or lost.';

COMMENT ON COLUMN public.credit_ledger.balance_after IS 'Available credits after it.';

COMMENT ON COLUMN public.credit_ledger.note IS 'What happened, for people.';

COMMENT ON COLUMN public.credit_ledger.job_id IS 'The job; null once it is deleted.';

COMMENT ON COLUMN public.credit_ledger.stripe_payment_id IS 'The payment.';

COMMENT ON COLUMN public.credit_ledger.created_at IS 'When it was made.';

COMMENT ON COLUMN public.credit_ledger.entry_no IS 'Counts the account''s entries from 1, without gaps.';

COMMENT ON COLUMN public.credit_ledger.held_after IS 'Held credits after it.';

COMMENT ON COLUMN public.credit_ledger.hold_id IS 'The hold it belongs to.';

COMMENT ON COLUMN public.credit_ledger.lot_id IS 'The lot it fills or empties.';

COMMENT ON COLUMN public.credit_ledger.reverses_id IS 'The entry it takes back.';

COMMENT ON COLUMN public.credit_ledger.idempotency_key IS 'The same key is written once.';

COMMENT ON COLUMN public.credit_ledger.reason IS 'Why, for programs: timed_out, overrun, purchase_refunded, rollover.';

COMMENT ON COLUMN public.credit_ledger.meta IS 'Figures that go with the reason.';

CREATE TABLE public.credit_lots (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid NOT NULL,
    kind text NOT NULL,
    amount integer NOT NULL,
    remaining integer NOT NULL,
    priority smallint DEFAULT 50 NOT NULL,
    expires_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    spent boolean GENERATED ALWAYS AS ((remaining = 0)) STORED NOT NULL,
    CONSTRAINT credit_lots_kind_known CHECK ((kind = ANY ('{purchase,grant,subscription,refund}'::text[]))),
    CONSTRAINT credit_lots_ranges CHECK (((amount > 0) AND (remaining >= 0) AND (remaining <= amount) AND ((priority >= 0) AND (priority <= 100))))
)
WITH (fillfactor='70');
ALTER TABLE ONLY public.credit_lots FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.credit_lots IS 'Credits that came in together and are used up together.';

COMMENT ON COLUMN public.credit_lots.id IS 'Identity.';

COMMENT ON COLUMN public.credit_lots.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.credit_lots.kind IS 'How they came in.';

COMMENT ON COLUMN public.credit_lots.amount IS 'How many came in.';

COMMENT ON COLUMN public.credit_lots.remaining IS 'How many are left, without those in open holds.';

COMMENT ON COLUMN public.credit_lots.priority IS 'Smaller is spent first.';

COMMENT ON COLUMN public.credit_lots.expires_at IS 'When what is left is lost; null never.';

COMMENT ON COLUMN public.credit_lots.created_at IS 'When it was made.';

COMMENT ON COLUMN public.credit_lots.spent IS 'Nothing is left.';

CREATE VIEW public.credit_check WITH (security_invoker='true') AS
 SELECT user_id,
    sum_ok,
    lots_ok,
    held_ok,
    reserve_ok,
    running_ok,
    refunds_ok,
    (sum_ok AND lots_ok AND held_ok AND reserve_ok AND running_ok AND refunds_ok) AS ok
   FROM ( SELECT a.user_id,
            (a.available = COALESCE(( SELECT sum(l.amount) AS sum
                   FROM public.credit_ledger l
                  WHERE (l.user_id = a.user_id)), (0)::bigint)) AS sum_ok,
            (a.available = COALESCE(( SELECT sum(l.remaining) AS sum
                   FROM public.credit_lots l
                  WHERE (l.user_id = a.user_id)), (0)::bigint)) AS lots_ok,
            (a.held = COALESCE(( SELECT sum(h.amount) AS sum
                   FROM public.credit_holds h
                  WHERE ((h.user_id = a.user_id) AND (h.status = 'open'::text))), (0)::bigint)) AS held_ok,
            (a.held = (- COALESCE(( SELECT sum(l.amount) AS sum
                   FROM public.credit_ledger l
                  WHERE ((l.user_id = a.user_id) AND (l.type = 'reserve'::text))), (0)::bigint))) AS reserve_ok,
            ((NOT (EXISTS ( SELECT
                   FROM ( SELECT l.balance_after,
                            l.entry_no,
                            sum(l.amount) OVER in_order AS running,
                            row_number() OVER in_order AS counted
                           FROM public.credit_ledger l
                          WHERE (l.user_id = a.user_id)
                          WINDOW in_order AS (ORDER BY l.entry_no)) entry
                  WHERE ((entry.balance_after <> entry.running) OR (entry.entry_no <> entry.counted))))) AND (a.entry_no = ( SELECT count(*) AS count
                   FROM public.credit_ledger l
                  WHERE (l.user_id = a.user_id)))) AS running_ok,
            (NOT (EXISTS ( SELECT
                   FROM (public.credit_ledger back
                     JOIN public.credit_ledger used ON ((used.id = back.reverses_id)))
                  WHERE ((back.user_id = a.user_id) AND (back.type = 'refund'::text))
                  GROUP BY used.id, used.type, used.amount
                 HAVING ((used.type <> 'usage'::text) OR (sum(back.amount) > (- used.amount)))))) AS refunds_ok
           FROM public.credit_accounts a) checks;

COMMENT ON VIEW public.credit_check IS 'Invariants of every account; all of them true, always.';

COMMENT ON COLUMN public.credit_check.user_id IS 'The account.';

COMMENT ON COLUMN public.credit_check.sum_ok IS 'Available equals the sum of the ledger.';

COMMENT ON COLUMN public.credit_check.lots_ok IS 'Available equals what is left in the lots.';

COMMENT ON COLUMN public.credit_check.held_ok IS 'Held equals the open holds.';

COMMENT ON COLUMN public.credit_check.reserve_ok IS 'Held equals the reservations not taken back.';

COMMENT ON COLUMN public.credit_check.running_ok IS 'Entries have no gaps and each says the right balance.';

COMMENT ON COLUMN public.credit_check.refunds_ok IS 'No usage was refunded beyond its amount.';

COMMENT ON COLUMN public.credit_check.ok IS 'All of them.';

CREATE TABLE public.credit_debts (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid NOT NULL,
    stripe_payment_id text NOT NULL,
    amount integer NOT NULL,
    note text NOT NULL,
    idempotency_key text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT credit_debts_amount_positive CHECK ((amount > 0))
);
ALTER TABLE ONLY public.credit_debts FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.credit_debts IS 'Credits that a refunded payment had bought and that were already spent.';

COMMENT ON COLUMN public.credit_debts.id IS 'Identity.';

COMMENT ON COLUMN public.credit_debts.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.credit_debts.stripe_payment_id IS 'The payment that went back.';

COMMENT ON COLUMN public.credit_debts.amount IS 'How many could not be taken back.';

COMMENT ON COLUMN public.credit_debts.note IS 'What happened, for people.';

COMMENT ON COLUMN public.credit_debts.idempotency_key IS 'The same key is written once.';

COMMENT ON COLUMN public.credit_debts.created_at IS 'When it was made.';

CREATE TABLE public.draft_prompts (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    session_token text NOT NULL,
    user_id uuid,
    prompt_text text NOT NULL,
    template_id text,
    options jsonb DEFAULT '{}'::jsonb NOT NULL,
    claimed_at timestamp with time zone,
    ip_hash text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone DEFAULT (now() + '7 days'::interval) NOT NULL,
    CONSTRAINT draft_prompts_claimed_has_time CHECK (((user_id IS NULL) = (claimed_at IS NULL))),
    CONSTRAINT draft_prompts_options_is_object CHECK ((jsonb_typeof(options) = 'object'::text)),
    CONSTRAINT draft_prompts_prompt_length CHECK (((length(prompt_text) >= 10) AND (length(prompt_text) <= 20000))),
    CONSTRAINT draft_prompts_token_is_hash CHECK ((session_token ~ '^[0-9a-f]{64}$'::text))
);
ALTER TABLE ONLY public.draft_prompts FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.draft_prompts IS 'Prompts kept before their writer signs in.';

COMMENT ON COLUMN public.draft_prompts.id IS 'Identity.';

COMMENT ON COLUMN public.draft_prompts.session_token IS 'SHA-256 of the writer''s token, in hex; the token itself is never stored.';

COMMENT ON COLUMN public.draft_prompts.user_id IS 'Who claimed it; null until then.';

COMMENT ON COLUMN public.draft_prompts.prompt_text IS 'What the video is to be about.';

COMMENT ON COLUMN public.draft_prompts.template_id IS 'The template it was started from.';

COMMENT ON COLUMN public.draft_prompts.options IS 'Choices made before signing in: {minutes, niche, format, ...}.';

COMMENT ON COLUMN public.draft_prompts.claimed_at IS 'When it was claimed.';

COMMENT ON COLUMN public.draft_prompts.ip_hash IS 'Hash of the writer''s address, for the hourly limit.';

COMMENT ON COLUMN public.draft_prompts.created_at IS 'When it was made.';

COMMENT ON COLUMN public.draft_prompts.updated_at IS 'When it last changed.';

COMMENT ON COLUMN public.draft_prompts.expires_at IS 'When an unclaimed draft is forgotten.';

CREATE TABLE public.job_events (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    seq bigint NOT NULL,
    job_id uuid NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    level text DEFAULT 'info'::text NOT NULL,
    stage text,
    message text NOT NULL,
    meta jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT job_events_level_known CHECK ((level = ANY (ARRAY['debug'::text, 'info'::text, 'warning'::text, 'error'::text]))),
    CONSTRAINT job_events_meta_is_object CHECK ((jsonb_typeof(meta) = 'object'::text))
);
ALTER TABLE ONLY public.job_events FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.job_events IS 'What happened in a job, in order.';

COMMENT ON COLUMN public.job_events.id IS 'Identity.';

COMMENT ON COLUMN public.job_events.seq IS 'Order; grows with every event.';

COMMENT ON COLUMN public.job_events.job_id IS 'The job.';

COMMENT ON COLUMN public.job_events.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.job_events.level IS 'debug, info, warning or error.';

COMMENT ON COLUMN public.job_events.stage IS 'The state it happened in.';

COMMENT ON COLUMN public.job_events.message IS 'What happened, for people.';

COMMENT ON COLUMN public.job_events.meta IS 'The same, for programs.';

COMMENT ON COLUMN public.job_events.created_at IS 'When it was made.';

ALTER TABLE public.job_events ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.job_events_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.job_steps (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    job_id uuid NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    step_name text NOT NULL,
    step_order integer NOT NULL,
    state public.step_status DEFAULT 'pending'::public.step_status NOT NULL,
    progress_pct integer DEFAULT 0 NOT NULL,
    status_message text,
    error_message text,
    logs_url text,
    artifacts_json jsonb DEFAULT '{}'::jsonb NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    duration_ms bigint DEFAULT 0 NOT NULL,
    cost_usd numeric(12,4) DEFAULT 0 NOT NULL,
    skipped boolean DEFAULT false NOT NULL,
    item_total integer,
    item_done integer DEFAULT 0 NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT job_steps_artifacts_is_object CHECK ((jsonb_typeof(artifacts_json) = 'object'::text)),
    CONSTRAINT job_steps_progress_range CHECK (((progress_pct >= 0) AND (progress_pct <= 100)))
);
ALTER TABLE ONLY public.job_steps FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.job_steps IS 'How far each step of a job is.';

COMMENT ON COLUMN public.job_steps.id IS 'Identity.';

COMMENT ON COLUMN public.job_steps.job_id IS 'The job.';

COMMENT ON COLUMN public.job_steps.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.job_steps.step_name IS 'Name of the state.';

COMMENT ON COLUMN public.job_steps.step_order IS 'Place in the job, from 1.';

COMMENT ON COLUMN public.job_steps.state IS 'pending, started, succeeded or failed.';

COMMENT ON COLUMN public.job_steps.progress_pct IS 'Percent of this step.';

COMMENT ON COLUMN public.job_steps.status_message IS 'What is going on, for people.';

COMMENT ON COLUMN public.job_steps.error_message IS 'What went wrong last.';

COMMENT ON COLUMN public.job_steps.logs_url IS 'Where its log is.';

COMMENT ON COLUMN public.job_steps.artifacts_json IS 'What it made: {name: key}.';

COMMENT ON COLUMN public.job_steps.attempts IS 'How often it was begun.';

COMMENT ON COLUMN public.job_steps.duration_ms IS 'Working time of all attempts, in ms.';

COMMENT ON COLUMN public.job_steps.cost_usd IS 'What it cost in dollars.';

COMMENT ON COLUMN public.job_steps.skipped IS 'Nothing had to be done.';

COMMENT ON COLUMN public.job_steps.item_total IS 'Items of a map, when it is one.';

COMMENT ON COLUMN public.job_steps.item_done IS 'Items finished.';

COMMENT ON COLUMN public.job_steps.started_at IS 'When it was first begun.';

COMMENT ON COLUMN public.job_steps.finished_at IS 'When it ended.';

COMMENT ON COLUMN public.job_steps.created_at IS 'When it was made.';

CREATE TABLE public.jobs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    project_id uuid NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    status public.job_status DEFAULT 'PENDING'::public.job_status NOT NULL,
    progress integer DEFAULT 0 NOT NULL,
    status_message text,
    cost_credits_reserved integer DEFAULT 0 NOT NULL,
    cost_credits_final integer,
    failed_step text,
    error_code text,
    error_message text,
    output_url text,
    manifest_json jsonb,
    attempt integer DEFAULT 1 NOT NULL,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    priority smallint DEFAULT 50 NOT NULL,
    hold_id uuid,
    execution_arn text,
    wait_token text,
    worker_id text,
    checkpoint jsonb,
    heartbeat_at timestamp with time zone,
    lease_until timestamp with time zone,
    next_attempt_at timestamp with time zone,
    cancel_requested_at timestamp with time zone,
    dlq_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT jobs_attempt_positive CHECK ((attempt >= 1)),
    CONSTRAINT jobs_final_not_negative CHECK ((cost_credits_final >= 0)),
    CONSTRAINT jobs_finished_has_time CHECK (((status = ANY (ARRAY['READY'::public.job_status, 'FAILED'::public.job_status, 'CANCELLED'::public.job_status])) = (finished_at IS NOT NULL))),
    CONSTRAINT jobs_priority_range CHECK (((priority >= 0) AND (priority <= 100))),
    CONSTRAINT jobs_progress_range CHECK (((progress >= 0) AND (progress <= 100))),
    CONSTRAINT jobs_reserved_not_negative CHECK ((cost_credits_reserved >= 0)),
    CONSTRAINT jobs_settings_is_object CHECK ((jsonb_typeof(settings) = 'object'::text))
);
ALTER TABLE ONLY public.jobs FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.jobs IS 'The making of a project''s video.';

COMMENT ON COLUMN public.jobs.id IS 'Identity.';

COMMENT ON COLUMN public.jobs.project_id IS 'What is being made.';

COMMENT ON COLUMN public.jobs.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.jobs.status IS 'The earliest unfinished stage.';

COMMENT ON COLUMN public.jobs.progress IS 'Percent done; never goes back, except when a failed job is tried again.';

COMMENT ON COLUMN public.jobs.status_message IS 'What is going on, for people.';

COMMENT ON COLUMN public.jobs.cost_credits_reserved IS 'Credits held for it.';

COMMENT ON COLUMN public.jobs.cost_credits_final IS 'Credits it cost in the end.';

COMMENT ON COLUMN public.jobs.failed_step IS 'The state that failed.';

COMMENT ON COLUMN public.jobs.error_code IS 'Why, for programs.';

COMMENT ON COLUMN public.jobs.error_message IS 'Why, for people.';

COMMENT ON COLUMN public.jobs.output_url IS 'Canonical address of the video.';

COMMENT ON COLUMN public.jobs.manifest_json IS 'What was made, with hashes and lengths.';

COMMENT ON COLUMN public.jobs.attempt IS 'Counts executions; a step of an older one is refused.';

COMMENT ON COLUMN public.jobs.settings IS 'The order as it stood when the job began: {minutes, niche, format, seed, prompt, ...}.';

COMMENT ON COLUMN public.jobs.priority IS 'Smaller goes first.';

COMMENT ON COLUMN public.jobs.hold_id IS 'The hold on the user''s credits.';

COMMENT ON COLUMN public.jobs.execution_arn IS 'The state machine''s execution.';

COMMENT ON COLUMN public.jobs.wait_token IS 'Task token of the state that waits for the user''s voice-over.';

COMMENT ON COLUMN public.jobs.worker_id IS 'Who works on it.';

COMMENT ON COLUMN public.jobs.checkpoint IS 'What a resumed attempt needs to know.';

COMMENT ON COLUMN public.jobs.heartbeat_at IS 'Last sign of life.';

COMMENT ON COLUMN public.jobs.lease_until IS 'Until when the worker is believed alive.';

COMMENT ON COLUMN public.jobs.next_attempt_at IS 'When a queued job is due.';

COMMENT ON COLUMN public.jobs.cancel_requested_at IS 'When the user asked to stop.';

COMMENT ON COLUMN public.jobs.dlq_at IS 'When it was given up after too many attempts.';

COMMENT ON COLUMN public.jobs.created_at IS 'When it was made.';

COMMENT ON COLUMN public.jobs.started_at IS 'When the first step began.';

COMMENT ON COLUMN public.jobs.finished_at IS 'When it ended, one way or the other.';

COMMENT ON COLUMN public.jobs.updated_at IS 'When it last changed.';

CREATE TABLE public.metadata_experiments (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    video_id text,
    experiment_type text DEFAULT 'other'::text NOT NULL,
    title_variant text,
    thumbnail_variant text,
    start_date timestamp with time zone,
    end_date timestamp with time zone,
    ctr numeric,
    avd numeric,
    notes text,
    experiment_key text DEFAULT gen_random_uuid() NOT NULL,
    variant_key text DEFAULT 'a'::text NOT NULL,
    is_control boolean DEFAULT false NOT NULL,
    status text DEFAULT 'draft'::text NOT NULL,
    assignment text DEFAULT 'rotation'::text NOT NULL,
    impressions bigint,
    clicks bigint,
    views bigint,
    watch_seconds numeric,
    verdict jsonb,
    decided_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT metadata_experiments_assignment_known CHECK ((assignment = ANY (ARRAY['concurrent'::text, 'rotation'::text]))),
    CONSTRAINT metadata_experiments_clicks_range CHECK (((clicks >= 0) AND (clicks <= impressions))),
    CONSTRAINT metadata_experiments_dates_in_order CHECK ((end_date >= start_date)),
    CONSTRAINT metadata_experiments_impressions_range CHECK ((impressions >= 0)),
    CONSTRAINT metadata_experiments_status_known CHECK ((status = ANY (ARRAY['draft'::text, 'running'::text, 'stopped'::text, 'decided'::text, 'inconclusive'::text]))),
    CONSTRAINT metadata_experiments_type_known CHECK ((experiment_type = ANY (ARRAY['title'::text, 'thumbnail'::text, 'other'::text, 'pinned_comment_conversion'::text, 'analytics_snapshot'::text]))),
    CONSTRAINT metadata_experiments_views_range CHECK ((views >= 0)),
    CONSTRAINT metadata_experiments_watch_range CHECK ((watch_seconds >= (0)::numeric))
);
ALTER TABLE ONLY public.metadata_experiments FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.metadata_experiments IS 'Tests of titles and thumbnails; one row is one variant.';

COMMENT ON COLUMN public.metadata_experiments.id IS 'Identity.';

COMMENT ON COLUMN public.metadata_experiments.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.metadata_experiments.video_id IS 'The video.';

COMMENT ON COLUMN public.metadata_experiments.experiment_type IS 'What is tested.';

COMMENT ON COLUMN public.metadata_experiments.title_variant IS 'The title, or its label.';

COMMENT ON COLUMN public.metadata_experiments.thumbnail_variant IS 'The thumbnail, or its label.';

COMMENT ON COLUMN public.metadata_experiments.start_date IS 'When it began.';

COMMENT ON COLUMN public.metadata_experiments.end_date IS 'When it ended.';

COMMENT ON COLUMN public.metadata_experiments.ctr IS 'Clicks per impression.';

COMMENT ON COLUMN public.metadata_experiments.avd IS 'Seconds watched per view.';

COMMENT ON COLUMN public.metadata_experiments.notes IS 'What was learned.';

COMMENT ON COLUMN public.metadata_experiments.experiment_key IS 'The experiment its variants share.';

COMMENT ON COLUMN public.metadata_experiments.variant_key IS 'Which variant.';

COMMENT ON COLUMN public.metadata_experiments.is_control IS 'Whether the others are measured against it.';

COMMENT ON COLUMN public.metadata_experiments.status IS 'draft, running, stopped, decided or inconclusive.';

COMMENT ON COLUMN public.metadata_experiments.assignment IS 'concurrent splits the traffic, rotation changes by day.';

COMMENT ON COLUMN public.metadata_experiments.impressions IS 'How often it was shown.';

COMMENT ON COLUMN public.metadata_experiments.clicks IS 'How often it was clicked.';

COMMENT ON COLUMN public.metadata_experiments.views IS 'How often it was watched.';

COMMENT ON COLUMN public.metadata_experiments.watch_seconds IS 'How long it was watched, in all.';

COMMENT ON COLUMN public.metadata_experiments.verdict IS '{outcome, lift, interval, p, n, method, warnings}.';

COMMENT ON COLUMN public.metadata_experiments.decided_at IS 'When the verdict was given.';

COMMENT ON COLUMN public.metadata_experiments.created_at IS 'When it was made.';

COMMENT ON COLUMN public.metadata_experiments.updated_at IS 'When it last changed.';

CREATE TABLE public.pipeline_runs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    run_id text NOT NULL,
    stage text NOT NULL,
    status text NOT NULL,
    attempts integer DEFAULT 1 NOT NULL,
    input_refs jsonb DEFAULT '{}'::jsonb NOT NULL,
    output_refs jsonb DEFAULT '{}'::jsonb NOT NULL,
    error_summary text,
    error_code text,
    metrics jsonb DEFAULT '{}'::jsonb NOT NULL,
    channel_id text,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT pipeline_runs_metrics_complete CHECK ((metrics ?& ARRAY['latency_ms'::text, 'tokens'::text, 'cost_usd'::text, 'cache_hit'::text, 'retry_count'::text])),
    CONSTRAINT pipeline_runs_status_known CHECK ((status = ANY (ARRAY['success'::text, 'failure'::text, 'retry'::text, 'skipped'::text])))
);
ALTER TABLE ONLY public.pipeline_runs FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.pipeline_runs IS 'What every stage of every run came to.';

COMMENT ON COLUMN public.pipeline_runs.id IS 'Identity.';

COMMENT ON COLUMN public.pipeline_runs.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.pipeline_runs.run_id IS 'The run: job:{uuid} for a job.';

COMMENT ON COLUMN public.pipeline_runs.stage IS 'The stage.';

COMMENT ON COLUMN public.pipeline_runs.status IS 'success, failure, retry or skipped.';

COMMENT ON COLUMN public.pipeline_runs.attempts IS 'Which try it was, from 1.';

COMMENT ON COLUMN public.pipeline_runs.input_refs IS 'What it worked on: {name: id or key}.';

COMMENT ON COLUMN public.pipeline_runs.output_refs IS 'What it made: {name: id or key}.';

COMMENT ON COLUMN public.pipeline_runs.error_summary IS 'What went wrong, in a line.';

COMMENT ON COLUMN public.pipeline_runs.error_code IS 'The same, for programs.';

COMMENT ON COLUMN public.pipeline_runs.metrics IS '{latency_ms, tokens, cost_usd, cache_hit, retry_count, ...}.';

COMMENT ON COLUMN public.pipeline_runs.channel_id IS 'The video channel it was for.';

COMMENT ON COLUMN public.pipeline_runs.started_at IS 'When it began.';

COMMENT ON COLUMN public.pipeline_runs.finished_at IS 'When it ended.';

COMMENT ON COLUMN public.pipeline_runs.created_at IS 'When it was made.';

CREATE TABLE public.profiles (
    id uuid NOT NULL,
    display_name text,
    avatar_url text,
    notification_prefs jsonb DEFAULT '{"job_failed": true, "job_complete": true}'::jsonb NOT NULL,
    stripe_customer_id text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT profiles_avatar_url_short CHECK ((length(avatar_url) <= 2000)),
    CONSTRAINT profiles_display_name_short CHECK ((length(display_name) <= 200)),
    CONSTRAINT profiles_notification_prefs_is_object CHECK ((jsonb_typeof(notification_prefs) = 'object'::text))
);
ALTER TABLE ONLY public.profiles FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.profiles IS 'What the product knows of a user beyond the issuer''s record.';

COMMENT ON COLUMN public.profiles.id IS 'The user.';

COMMENT ON COLUMN public.profiles.display_name IS 'Name to show.';

COMMENT ON COLUMN public.profiles.avatar_url IS 'Picture to show.';

COMMENT ON COLUMN public.profiles.notification_prefs IS '{job_complete, job_failed}: which notices are wanted.';

COMMENT ON COLUMN public.profiles.stripe_customer_id IS 'The user at Stripe.';

COMMENT ON COLUMN public.profiles.created_at IS 'When it was made.';

COMMENT ON COLUMN public.profiles.updated_at IS 'When it last changed.';

CREATE TABLE public.projects (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    title text NOT NULL,
    prompt_text text NOT NULL,
    niche_preset text NOT NULL,
    target_minutes integer DEFAULT 1 NOT NULL,
    voice_profile_id uuid,
    transcript_mode text DEFAULT 'auto'::text NOT NULL,
    transcript_text text,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    draft_id uuid,
    version integer DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT projects_manual_has_transcript CHECK (((transcript_mode = 'auto'::text) OR (btrim(COALESCE(transcript_text, ''::text)) <> ''::text))),
    CONSTRAINT projects_minutes_range CHECK (((target_minutes >= 1) AND (target_minutes <= 10))),
    CONSTRAINT projects_niche_known CHECK ((niche_preset = ANY (ARRAY['motivation'::text, 'explainer'::text, 'facts'::text, 'history'::text, 'finance'::text, 'science'::text]))),
    CONSTRAINT projects_prompt_length CHECK (((btrim(prompt_text) <> ''::text) AND (length(prompt_text) <= 20000))),
    CONSTRAINT projects_settings_is_object CHECK ((jsonb_typeof(settings) = 'object'::text)),
    CONSTRAINT projects_title_length CHECK (((btrim(title) <> ''::text) AND (length(title) <= 200))),
    CONSTRAINT projects_transcript_length CHECK ((length(transcript_text) <= 100000)),
    CONSTRAINT projects_transcript_mode_known CHECK ((transcript_mode = ANY (ARRAY['auto'::text, 'manual'::text])))
);
ALTER TABLE ONLY public.projects FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.projects IS 'A video as its user configured it.';

COMMENT ON COLUMN public.projects.id IS 'Identity.';

COMMENT ON COLUMN public.projects.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.projects.title IS 'Name of the project and of its video.';

COMMENT ON COLUMN public.projects.prompt_text IS 'What the video is about.';

COMMENT ON COLUMN public.projects.niche_preset IS 'Kind of story.';

COMMENT ON COLUMN public.projects.target_minutes IS 'Length asked for, in minutes.';

COMMENT ON COLUMN public.projects.voice_profile_id IS 'A voice of the user''s own.';

COMMENT ON COLUMN public.projects.transcript_mode IS 'auto writes the script, manual takes transcript_text word for word.';

COMMENT ON COLUMN public.projects.transcript_text IS 'The user''s own script.';

COMMENT ON COLUMN public.projects.settings IS '{format, voice, music_mood, captions, seed, voice_over_upload_id}.';

COMMENT ON COLUMN public.projects.draft_id IS 'The draft it grew from.';

COMMENT ON COLUMN public.projects.version IS 'Counts changes; a writer that saw an older one is refused.';

COMMENT ON COLUMN public.projects.deleted_at IS 'When the user threw it away.';

COMMENT ON COLUMN public.projects.created_at IS 'When it was made.';

COMMENT ON COLUMN public.projects.updated_at IS 'When it last changed.';

CREATE TABLE public.research_cache (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid(),
    topic text DEFAULT 'system'::text NOT NULL,
    content text,
    kind text DEFAULT 'research'::text NOT NULL,
    topic_key text NOT NULL,
    params_hash text DEFAULT ''::text NOT NULL,
    contract_version integer DEFAULT 1 NOT NULL,
    deep_analysis jsonb,
    raw_transcript text,
    provider text,
    tokens integer,
    cost_usd numeric(12,4) DEFAULT 0 NOT NULL,
    hit_count bigint DEFAULT 0 NOT NULL,
    last_hit_at timestamp with time zone,
    lease_owner text,
    lease_until timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone GENERATED ALWAYS AS (
CASE
    WHEN (kind = 'research'::text) THEN (((updated_at AT TIME ZONE 'UTC'::text) + '7 days'::interval) AT TIME ZONE 'UTC'::text)
    ELSE NULL::timestamp with time zone
END) STORED,
    CONSTRAINT research_cache_has_owner CHECK (((user_id IS NOT NULL) OR (kind = 'system'::text))),
    CONSTRAINT research_cache_kind_known CHECK ((kind = ANY (ARRAY['research'::text, 'system'::text])))
);
ALTER TABLE ONLY public.research_cache FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.research_cache IS 'Research kept for seven days, so that no topic is paid for twice; and system events.';

COMMENT ON COLUMN public.research_cache.id IS 'Identity.';

COMMENT ON COLUMN public.research_cache.user_id IS 'Whose it is; null for events of the house itself.';

COMMENT ON COLUMN public.research_cache.topic IS 'What was researched; system for events such as boot logs.';

COMMENT ON COLUMN public.research_cache.content IS 'The summary, or the event''s text. Null while the first research is under way.';

COMMENT ON COLUMN public.research_cache.kind IS 'research, or system for what never counts as cache.';

COMMENT ON COLUMN public.research_cache.topic_key IS 'One spelling of the topic.';

COMMENT ON COLUMN public.research_cache.params_hash IS 'Hash of what else the research depends on.';

COMMENT ON COLUMN public.research_cache.contract_version IS 'Version of the content''s shape.';

COMMENT ON COLUMN public.research_cache.deep_analysis IS 'The long form.';

COMMENT ON COLUMN public.research_cache.raw_transcript IS 'The source, word for word.';

COMMENT ON COLUMN public.research_cache.provider IS 'Who researched.';

COMMENT ON COLUMN public.research_cache.tokens IS 'What it took.';

COMMENT ON COLUMN public.research_cache.cost_usd IS 'What it cost in dollars.';

COMMENT ON COLUMN public.research_cache.hit_count IS 'How often it was found here.';

COMMENT ON COLUMN public.research_cache.last_hit_at IS 'When it was last found.';

COMMENT ON COLUMN public.research_cache.lease_owner IS 'Who is researching it now.';

COMMENT ON COLUMN public.research_cache.lease_until IS 'Until when they are believed to.';

COMMENT ON COLUMN public.research_cache.created_at IS 'When it was made.';

COMMENT ON COLUMN public.research_cache.updated_at IS 'When it was last researched; being found does not count.';

COMMENT ON COLUMN public.research_cache.expires_at IS 'When it is too old: seven days after it was researched.';

CREATE TABLE public.research_days (
    user_id uuid DEFAULT auth.uid() NOT NULL,
    day date NOT NULL,
    outcome text NOT NULL,
    lookups bigint DEFAULT 0 NOT NULL,
    saved_usd numeric(12,4) DEFAULT 0 NOT NULL,
    CONSTRAINT research_days_lookups_not_negative CHECK ((lookups >= 0)),
    CONSTRAINT research_days_outcome_known CHECK ((outcome = ANY (ARRAY['hit'::text, 'miss'::text, 'stale'::text, 'coalesced'::text, 'bypass'::text])))
);
ALTER TABLE ONLY public.research_days FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.research_days IS 'How often a user''s research cache was asked on a day, by what it answered.';

COMMENT ON COLUMN public.research_days.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.research_days.day IS 'The day, in UTC.';

COMMENT ON COLUMN public.research_days.outcome IS 'hit, miss, stale, coalesced or bypass.';

COMMENT ON COLUMN public.research_days.lookups IS 'How often.';

COMMENT ON COLUMN public.research_days.saved_usd IS 'What was not paid again, in dollars.';

CREATE TABLE public.scripts (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    content text NOT NULL,
    title text,
    topic_key text,
    run_id text,
    channel_id text,
    version integer DEFAULT 1 NOT NULL,
    parent_id uuid,
    content_hash text,
    word_count integer,
    status text DEFAULT 'draft'::text NOT NULL,
    session_id text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT scripts_status_known CHECK ((status = ANY (ARRAY['draft'::text, 'approved'::text, 'rejected'::text])))
);
ALTER TABLE ONLY public.scripts FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.scripts IS 'Scripts written, kept so that every session sees the same.';

COMMENT ON COLUMN public.scripts.id IS 'Identity.';

COMMENT ON COLUMN public.scripts.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.scripts.content IS 'The script''s text.';

COMMENT ON COLUMN public.scripts.title IS 'Its title.';

COMMENT ON COLUMN public.scripts.topic_key IS 'One spelling of its topic.';

COMMENT ON COLUMN public.scripts.run_id IS 'The run that wrote it.';

COMMENT ON COLUMN public.scripts.channel_id IS 'The video channel it is for.';

COMMENT ON COLUMN public.scripts.version IS 'Counts rewritings.';

COMMENT ON COLUMN public.scripts.parent_id IS 'The script it rewrites.';

COMMENT ON COLUMN public.scripts.content_hash IS 'Hash of its text.';

COMMENT ON COLUMN public.scripts.word_count IS 'Words in its text.';

COMMENT ON COLUMN public.scripts.status IS 'draft, approved or rejected.';

COMMENT ON COLUMN public.scripts.session_id IS 'The session that wrote it.';

COMMENT ON COLUMN public.scripts.created_at IS 'When it was made.';

COMMENT ON COLUMN public.scripts.updated_at IS 'When it last changed.';

CREATE TABLE public.uploads (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    project_id uuid,
    purpose text NOT NULL,
    key text NOT NULL,
    file_name text NOT NULL,
    declared_type text NOT NULL,
    max_bytes bigint NOT NULL,
    state text DEFAULT 'pending'::text NOT NULL,
    size_bytes bigint,
    sniffed_type text,
    sha256 text,
    seconds numeric(10,3),
    refused_reason text,
    expires_at timestamp with time zone DEFAULT (now() + '00:15:00'::interval) NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT uploads_file_name_length CHECK (((length(file_name) >= 1) AND (length(file_name) <= 255))),
    CONSTRAINT uploads_key_in_own_folder CHECK (starts_with(key, ((user_id)::text || '/'::text))),
    CONSTRAINT uploads_max_bytes_positive CHECK ((max_bytes > 0)),
    CONSTRAINT uploads_purpose_known CHECK ((purpose = ANY (ARRAY['voice_over'::text, 'knowledge'::text, 'image'::text, 'music'::text]))),
    CONSTRAINT uploads_seconds_not_negative CHECK ((seconds >= (0)::numeric)),
    CONSTRAINT uploads_sha256_is_hash CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT uploads_size_not_negative CHECK ((size_bytes >= 0)),
    CONSTRAINT uploads_state_known CHECK ((state = ANY (ARRAY['pending'::text, 'ready'::text, 'refused'::text, 'expired'::text])))
);
ALTER TABLE ONLY public.uploads FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.uploads IS 'Files a user sends.';

COMMENT ON COLUMN public.uploads.id IS 'Identity.';

COMMENT ON COLUMN public.uploads.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.uploads.project_id IS 'The project it is for.';

COMMENT ON COLUMN public.uploads.purpose IS 'What it is for.';

COMMENT ON COLUMN public.uploads.key IS 'Where it lies in the media bucket.';

COMMENT ON COLUMN public.uploads.file_name IS 'What the user calls it.';

COMMENT ON COLUMN public.uploads.declared_type IS 'Media type the user announced.';

COMMENT ON COLUMN public.uploads.max_bytes IS 'Largest size accepted, in bytes.';

COMMENT ON COLUMN public.uploads.state IS 'pending until it has come and was looked at; then ready, refused or expired.';

COMMENT ON COLUMN public.uploads.size_bytes IS 'Its size, in bytes.';

COMMENT ON COLUMN public.uploads.sniffed_type IS 'Media type its first bytes show.';

COMMENT ON COLUMN public.uploads.sha256 IS 'Hash of its bytes, in hex.';

COMMENT ON COLUMN public.uploads.seconds IS 'Length, when it is sound.';

COMMENT ON COLUMN public.uploads.refused_reason IS 'What was wrong with it.';

COMMENT ON COLUMN public.uploads.expires_at IS 'When a file that has not come is given up.';

COMMENT ON COLUMN public.uploads.created_at IS 'When it was made.';

COMMENT ON COLUMN public.uploads.updated_at IS 'When it last changed.';

CREATE TABLE public.webhook_deliveries (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    webhook_id uuid NOT NULL,
    event_id uuid NOT NULL,
    event_type text NOT NULL,
    payload jsonb NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    attempt integer DEFAULT 0 NOT NULL,
    next_attempt_at timestamp with time zone,
    lease_until timestamp with time zone,
    response_code integer,
    response_excerpt text,
    duration_ms integer,
    trigger text DEFAULT 'event'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT webhook_deliveries_excerpt_short CHECK ((length(response_excerpt) <= 1024)),
    CONSTRAINT webhook_deliveries_payload_small CHECK ((length((payload)::text) < 20000)),
    CONSTRAINT webhook_deliveries_status_known CHECK ((status = ANY (ARRAY['pending'::text, 'delivering'::text, 'succeeded'::text, 'failed'::text, 'exhausted'::text, 'cancelled'::text]))),
    CONSTRAINT webhook_deliveries_trigger_known CHECK ((trigger = ANY (ARRAY['event'::text, 'retry'::text, 'replay'::text, 'test'::text])))
);
ALTER TABLE ONLY public.webhook_deliveries FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.webhook_deliveries IS 'Every telling of an event to a webhook.';

COMMENT ON COLUMN public.webhook_deliveries.id IS 'Identity.';

COMMENT ON COLUMN public.webhook_deliveries.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.webhook_deliveries.webhook_id IS 'The webhook.';

COMMENT ON COLUMN public.webhook_deliveries.event_id IS 'The event; sent as webhook-id, the same on every try.';

COMMENT ON COLUMN public.webhook_deliveries.event_type IS 'What happened.';

COMMENT ON COLUMN public.webhook_deliveries.payload IS 'What is posted: {type, timestamp, data}.';

COMMENT ON COLUMN public.webhook_deliveries.status IS 'pending, delivering, then succeeded, or failed until it is exhausted or cancelled.';

COMMENT ON COLUMN public.webhook_deliveries.attempt IS 'How often it was tried.';

COMMENT ON COLUMN public.webhook_deliveries.next_attempt_at IS 'When it is due.';

COMMENT ON COLUMN public.webhook_deliveries.lease_until IS 'Until when someone is at it.';

COMMENT ON COLUMN public.webhook_deliveries.response_code IS 'HTTP status of the last answer.';

COMMENT ON COLUMN public.webhook_deliveries.response_excerpt IS 'Beginning of the last answer.';

COMMENT ON COLUMN public.webhook_deliveries.duration_ms IS 'How long the last try took, in ms.';

COMMENT ON COLUMN public.webhook_deliveries.trigger IS 'Why it was sent: event, retry, replay or test.';

COMMENT ON COLUMN public.webhook_deliveries.created_at IS 'When it was made.';

COMMENT ON COLUMN public.webhook_deliveries.updated_at IS 'When it last changed.';

CREATE TABLE public.webhooks (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    name text NOT NULL,
    url text NOT NULL,
    description text,
    events text[] DEFAULT '{}'::text[] NOT NULL,
    headers jsonb,
    is_active boolean DEFAULT true NOT NULL,
    secret_token text NOT NULL,
    previous_secret text,
    previous_secret_until timestamp with time zone,
    last_triggered_at timestamp with time zone,
    last_response_code integer,
    retry_count integer DEFAULT 0 NOT NULL,
    first_failure_at timestamp with time zone,
    disabled_at timestamp with time zone,
    disabled_reason text,
    rate_limit_per_s integer,
    api_version text DEFAULT '1'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT webhooks_name_length CHECK (((btrim(name) <> ''::text) AND (length(name) <= 200))),
    CONSTRAINT webhooks_rate_limit_positive CHECK ((rate_limit_per_s > 0)),
    CONSTRAINT webhooks_url_https CHECK (((url ~ '^(https://|http://(localhost|127\.0\.0\.1)[:/])'::text) AND (length(url) <= 2000)))
);
ALTER TABLE ONLY public.webhooks FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.webhooks IS 'Addresses a user wants to be told at.';

COMMENT ON COLUMN public.webhooks.id IS 'Identity.';

COMMENT ON COLUMN public.webhooks.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.webhooks.name IS 'What the user calls it.';

COMMENT ON COLUMN public.webhooks.url IS 'Where to post; without TLS to this machine alone, where a local stack runs.';

COMMENT ON COLUMN public.webhooks.description IS 'What it is for.';

COMMENT ON COLUMN public.webhooks.events IS 'Event types wanted; empty for all.';

COMMENT ON COLUMN public.webhooks.headers IS 'Headers to send along; encrypted.';

COMMENT ON COLUMN public.webhooks.is_active IS 'Whether it is used.';

COMMENT ON COLUMN public.webhooks.secret_token IS 'Secret that signs; encrypted.';

COMMENT ON COLUMN public.webhooks.previous_secret IS 'Secret being rotated out; it signs too until then.';

COMMENT ON COLUMN public.webhooks.previous_secret_until IS 'Until when.';

COMMENT ON COLUMN public.webhooks.last_triggered_at IS 'When it was last posted to.';

COMMENT ON COLUMN public.webhooks.last_response_code IS 'HTTP status it last answered.';

COMMENT ON COLUMN public.webhooks.retry_count IS 'Failures in a row.';

COMMENT ON COLUMN public.webhooks.first_failure_at IS 'When the present run of failures began.';

COMMENT ON COLUMN public.webhooks.disabled_at IS 'When it was switched off for failing.';

COMMENT ON COLUMN public.webhooks.disabled_reason IS 'Why it was switched off.';

COMMENT ON COLUMN public.webhooks.rate_limit_per_s IS 'Posts a second at most.';

COMMENT ON COLUMN public.webhooks.api_version IS 'Shape of the payloads.';

COMMENT ON COLUMN public.webhooks.created_at IS 'When it was made.';

COMMENT ON COLUMN public.webhooks.updated_at IS 'When it last changed.';

ALTER TABLE ONLY auth.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

ALTER TABLE ONLY private.cron_runs
    ADD CONSTRAINT cron_runs_pkey PRIMARY KEY (name, slot);

ALTER TABLE ONLY private.idempotency
    ADD CONSTRAINT idempotency_pkey PRIMARY KEY (user_id, key);

ALTER TABLE ONLY private.outbox
    ADD CONSTRAINT outbox_once UNIQUE (dedupe_key);

ALTER TABLE ONLY private.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);

ALTER TABLE ONLY private.paid_calls
    ADD CONSTRAINT paid_calls_pkey PRIMARY KEY (key);

ALTER TABLE ONLY private.registry
    ADD CONSTRAINT registry_pkey PRIMARY KEY (schema_name, table_name);

ALTER TABLE ONLY private.schema_version
    ADD CONSTRAINT schema_version_pkey PRIMARY KEY (version);

ALTER TABLE ONLY private.step_results
    ADD CONSTRAINT step_results_pkey PRIMARY KEY (job_id, step, item);

ALTER TABLE ONLY private.stripe_events
    ADD CONSTRAINT stripe_events_pkey PRIMARY KEY (event_id);

ALTER TABLE ONLY public.assets
    ADD CONSTRAINT assets_once_per_job UNIQUE (job_id, type, storage_path);

ALTER TABLE ONLY public.assets
    ADD CONSTRAINT assets_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.channel_configs
    ADD CONSTRAINT channel_configs_channel_once UNIQUE (user_id, channel_id);

ALTER TABLE ONLY public.channel_configs
    ADD CONSTRAINT channel_configs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.channel_costs
    ADD CONSTRAINT channel_costs_once UNIQUE (user_id, dedupe_key);

ALTER TABLE ONLY public.channel_costs
    ADD CONSTRAINT channel_costs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.credit_accounts
    ADD CONSTRAINT credit_accounts_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY public.credit_allocations
    ADD CONSTRAINT credit_allocations_pkey PRIMARY KEY (user_id, hold_id, lot_id);

ALTER TABLE ONLY public.credit_debts
    ADD CONSTRAINT credit_debts_once UNIQUE (user_id, idempotency_key);

ALTER TABLE ONLY public.credit_debts
    ADD CONSTRAINT credit_debts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.credit_holds
    ADD CONSTRAINT credit_holds_pkey PRIMARY KEY (user_id, id);

ALTER TABLE ONLY public.credit_ledger
    ADD CONSTRAINT credit_ledger_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.credit_lots
    ADD CONSTRAINT credit_lots_pkey PRIMARY KEY (user_id, id);

ALTER TABLE ONLY public.draft_prompts
    ADD CONSTRAINT draft_prompts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.draft_prompts
    ADD CONSTRAINT draft_prompts_same_owner UNIQUE (id, user_id);

ALTER TABLE ONLY public.credit_ledger
    ADD CONSTRAINT idx_credit_user UNIQUE (user_id, entry_no);

ALTER TABLE ONLY public.job_events
    ADD CONSTRAINT job_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.job_steps
    ADD CONSTRAINT job_steps_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.metadata_experiments
    ADD CONSTRAINT metadata_experiments_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.metadata_experiments
    ADD CONSTRAINT metadata_experiments_variant_once UNIQUE (user_id, experiment_key, variant_key);

ALTER TABLE ONLY public.pipeline_runs
    ADD CONSTRAINT pipeline_runs_once UNIQUE (user_id, run_id, stage, attempts);

ALTER TABLE ONLY public.pipeline_runs
    ADD CONSTRAINT pipeline_runs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.profiles
    ADD CONSTRAINT profiles_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.projects
    ADD CONSTRAINT projects_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.projects
    ADD CONSTRAINT projects_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.research_cache
    ADD CONSTRAINT research_cache_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.research_days
    ADD CONSTRAINT research_days_pkey PRIMARY KEY (user_id, day, outcome);

ALTER TABLE ONLY public.scripts
    ADD CONSTRAINT scripts_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.scripts
    ADD CONSTRAINT scripts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT uploads_key_once UNIQUE (key);

ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT uploads_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT uploads_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.webhooks
    ADD CONSTRAINT webhooks_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.webhooks
    ADD CONSTRAINT webhooks_pkey PRIMARY KEY (id);

CREATE INDEX idempotency_by_expiry ON private.idempotency USING btree (expires_at);

CREATE INDEX outbox_by_owner ON private.outbox USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX outbox_due ON private.outbox USING btree (next_attempt_at) WHERE ((delivered_at IS NULL) AND (dead_at IS NULL));

CREATE INDEX paid_calls_by_owner ON private.paid_calls USING btree (user_id, created_at DESC, key);

CREATE INDEX step_results_by_owner ON private.step_results USING btree (user_id);

CREATE INDEX stripe_events_by_customer ON private.stripe_events USING btree (((outcome ->> 'customer'::text))) WHERE ((outcome ? 'user_id'::text) AND (outcome ? 'customer'::text));

CREATE INDEX stripe_events_waiting ON private.stripe_events USING btree (((outcome ->> 'waits_for'::text))) WHERE (outcome ? 'waits_for'::text);

CREATE INDEX assets_by_expiry ON public.assets USING btree (expires_at) WHERE (deleted_at IS NULL);

CREATE INDEX assets_by_owner ON public.assets USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX channel_configs_by_owner ON public.channel_configs USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX channel_costs_by_channel ON public.channel_costs USING btree (channel_id, created_at);

CREATE INDEX channel_costs_by_owner ON public.channel_costs USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX channel_costs_by_run ON public.channel_costs USING btree (run_id);

CREATE INDEX credit_accounts_expiring ON public.credit_accounts USING btree (next_expiry) WHERE (next_expiry IS NOT NULL);

CREATE INDEX credit_debts_by_owner ON public.credit_debts USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX credit_holds_due ON public.credit_holds USING btree (expires_at) WHERE (resolved_at IS NULL);

CREATE UNIQUE INDEX credit_holds_live ON public.credit_holds USING btree (job_id) WHERE (status = ANY (ARRAY['open'::text, 'settled'::text]));

CREATE UNIQUE INDEX credit_ledger_once ON public.credit_ledger USING btree (user_id, idempotency_key) WHERE (idempotency_key IS NOT NULL);

CREATE UNIQUE INDEX credit_ledger_payment_once ON public.credit_ledger USING btree (stripe_payment_id) WHERE ((type = 'purchase'::text) AND (stripe_payment_id IS NOT NULL));

CREATE INDEX credit_lots_draw_order ON public.credit_lots USING btree (user_id, priority, expires_at) WHERE (NOT spent);

CREATE INDEX draft_prompts_by_ip ON public.draft_prompts USING btree (ip_hash, created_at) WHERE (ip_hash IS NOT NULL);

CREATE UNIQUE INDEX draft_prompts_one_open_per_session ON public.draft_prompts USING btree (session_token) WHERE (user_id IS NULL);

CREATE INDEX idx_assets_job ON public.assets USING btree (job_id);

CREATE INDEX idx_assets_type ON public.assets USING btree (type);

CREATE INDEX idx_credit_created ON public.credit_ledger USING brin (created_at);

CREATE INDEX idx_credit_job ON public.credit_ledger USING btree (job_id);

CREATE INDEX idx_draft_expires ON public.draft_prompts USING btree (expires_at);

CREATE INDEX idx_draft_session ON public.draft_prompts USING btree (session_token);

CREATE INDEX idx_draft_user ON public.draft_prompts USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX idx_job_steps_job ON public.job_steps USING btree (job_id, step_order);

CREATE UNIQUE INDEX idx_job_steps_unique ON public.job_steps USING btree (job_id, step_name);

CREATE INDEX idx_jobs_created ON public.jobs USING btree (created_at DESC);

CREATE INDEX idx_jobs_project ON public.jobs USING btree (project_id, created_at DESC);

CREATE INDEX idx_jobs_status ON public.jobs USING btree (status);

CREATE INDEX idx_jobs_user ON public.jobs USING btree (user_id, created_at DESC, id DESC);

CREATE UNIQUE INDEX idx_profiles_stripe ON public.profiles USING btree (stripe_customer_id) WHERE (stripe_customer_id IS NOT NULL);

CREATE INDEX idx_projects_created ON public.projects USING btree (created_at DESC);

CREATE INDEX idx_projects_user ON public.projects USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX job_events_by_job ON public.job_events USING btree (job_id, seq);

CREATE INDEX job_events_by_owner ON public.job_events USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX job_steps_by_owner ON public.job_steps USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX jobs_by_lease ON public.jobs USING btree (lease_until) WHERE ((lease_until IS NOT NULL) AND (status <> ALL (ARRAY['READY'::public.job_status, 'FAILED'::public.job_status, 'CANCELLED'::public.job_status])));

CREATE INDEX jobs_due ON public.jobs USING btree (status, next_attempt_at) WHERE (status = 'QUEUED'::public.job_status);

CREATE UNIQUE INDEX jobs_one_active_per_user ON public.jobs USING btree (user_id) WHERE (status <> ALL (ARRAY['READY'::public.job_status, 'FAILED'::public.job_status, 'CANCELLED'::public.job_status]));

CREATE INDEX metadata_experiments_by_owner ON public.metadata_experiments USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX metadata_experiments_by_video ON public.metadata_experiments USING btree (user_id, video_id);

CREATE INDEX pipeline_runs_by_owner ON public.pipeline_runs USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX pipeline_runs_by_run ON public.pipeline_runs USING btree (run_id);

CREATE INDEX pipeline_runs_by_stage ON public.pipeline_runs USING btree (stage, created_at DESC);

CREATE INDEX pipeline_runs_failed ON public.pipeline_runs USING btree (status) WHERE (status = 'failure'::text);

CREATE INDEX projects_by_draft ON public.projects USING btree (draft_id) WHERE (draft_id IS NOT NULL);

CREATE INDEX research_cache_by_expiry ON public.research_cache USING btree (expires_at);

CREATE INDEX research_cache_by_owner ON public.research_cache USING btree (user_id, created_at DESC, id DESC);

CREATE UNIQUE INDEX research_cache_one_per_topic ON public.research_cache USING btree (user_id, topic_key, params_hash, contract_version) WHERE (kind = 'research'::text);

CREATE INDEX scripts_by_change ON public.scripts USING btree (user_id, updated_at, id);

CREATE INDEX scripts_by_owner ON public.scripts USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX scripts_by_parent ON public.scripts USING btree (parent_id) WHERE (parent_id IS NOT NULL);

CREATE INDEX scripts_by_run ON public.scripts USING btree (run_id) WHERE (run_id IS NOT NULL);

CREATE INDEX uploads_by_owner ON public.uploads USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX uploads_by_project ON public.uploads USING btree (project_id) WHERE (project_id IS NOT NULL);

CREATE INDEX uploads_waiting ON public.uploads USING btree (expires_at) WHERE (state = 'pending'::text);

CREATE INDEX webhook_deliveries_by_owner ON public.webhook_deliveries USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX webhook_deliveries_by_webhook ON public.webhook_deliveries USING btree (webhook_id, created_at DESC);

CREATE INDEX webhook_deliveries_due ON public.webhook_deliveries USING btree (next_attempt_at) WHERE (status = ANY (ARRAY['pending'::text, 'delivering'::text]));

CREATE UNIQUE INDEX webhook_deliveries_once ON public.webhook_deliveries USING btree (event_id, webhook_id) WHERE (trigger = 'event'::text);

CREATE INDEX webhooks_by_owner ON public.webhooks USING btree (user_id, created_at DESC, id DESC);

CREATE TRIGGER on_auth_user_created AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.handle_new_user();

CREATE TRIGGER channel_configs_version BEFORE UPDATE ON public.channel_configs FOR EACH ROW EXECUTE FUNCTION private.count_version();

CREATE TRIGGER channel_costs_append_only BEFORE DELETE OR UPDATE ON public.channel_costs FOR EACH ROW EXECUTE FUNCTION private.append_only();

CREATE TRIGGER credit_debts_append_only BEFORE DELETE OR UPDATE ON public.credit_debts FOR EACH ROW EXECUTE FUNCTION private.append_only();

CREATE TRIGGER credit_ledger_append_only BEFORE DELETE OR UPDATE ON public.credit_ledger FOR EACH ROW EXECUTE FUNCTION private.guard_ledger();

CREATE TRIGGER job_events_append_only BEFORE DELETE OR UPDATE ON public.job_events FOR EACH ROW EXECUTE FUNCTION private.append_only();

CREATE TRIGGER jobs_guard BEFORE INSERT OR DELETE OR UPDATE ON public.jobs FOR EACH ROW EXECUTE FUNCTION private.guard_job();

CREATE TRIGGER jobs_heartbeat_keeps_hold AFTER UPDATE OF heartbeat_at ON public.jobs FOR EACH ROW WHEN ((new.heartbeat_at IS DISTINCT FROM old.heartbeat_at)) EXECUTE FUNCTION private.credit_extend_hold();

CREATE TRIGGER metadata_experiments_rates BEFORE INSERT OR UPDATE ON public.metadata_experiments FOR EACH ROW EXECUTE FUNCTION private.derive_rates();

CREATE TRIGGER pipeline_runs_append_only BEFORE DELETE OR UPDATE ON public.pipeline_runs FOR EACH ROW EXECUTE FUNCTION private.append_only();

CREATE TRIGGER pipeline_runs_metrics BEFORE INSERT ON public.pipeline_runs FOR EACH ROW EXECUTE FUNCTION private.complete_metrics();

CREATE TRIGGER projects_version BEFORE UPDATE ON public.projects FOR EACH ROW EXECUTE FUNCTION private.count_version();

CREATE TRIGGER research_cache_filed BEFORE INSERT OR UPDATE OF topic ON public.research_cache FOR EACH ROW EXECUTE FUNCTION private.file_research();

CREATE TRIGGER tr_channel_configs_updated BEFORE UPDATE ON public.channel_configs FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_draft_prompts_updated BEFORE UPDATE ON public.draft_prompts FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_jobs_updated BEFORE UPDATE ON public.jobs FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_metadata_experiments_updated BEFORE UPDATE ON public.metadata_experiments FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_profiles_updated BEFORE UPDATE ON public.profiles FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_projects_updated BEFORE UPDATE ON public.projects FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_research_cache_updated BEFORE UPDATE OF content ON public.research_cache FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_scripts_updated BEFORE UPDATE ON public.scripts FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_uploads_updated BEFORE UPDATE ON public.uploads FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_webhook_deliveries_updated BEFORE UPDATE ON public.webhook_deliveries FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_webhooks_updated BEFORE UPDATE ON public.webhooks FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

ALTER TABLE ONLY private.idempotency
    ADD CONSTRAINT idempotency_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY private.outbox
    ADD CONSTRAINT outbox_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY private.paid_calls
    ADD CONSTRAINT paid_calls_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY private.step_results
    ADD CONSTRAINT step_results_of_own_job FOREIGN KEY (job_id, user_id) REFERENCES public.jobs(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.assets
    ADD CONSTRAINT assets_of_own_job FOREIGN KEY (job_id, user_id) REFERENCES public.jobs(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.channel_configs
    ADD CONSTRAINT channel_configs_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.channel_costs
    ADD CONSTRAINT channel_costs_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.credit_accounts
    ADD CONSTRAINT credit_accounts_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.credit_allocations
    ADD CONSTRAINT credit_allocations_of_own_hold FOREIGN KEY (user_id, hold_id) REFERENCES public.credit_holds(user_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.credit_allocations
    ADD CONSTRAINT credit_allocations_of_own_lot FOREIGN KEY (user_id, lot_id) REFERENCES public.credit_lots(user_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.credit_debts
    ADD CONSTRAINT credit_debts_of_account FOREIGN KEY (user_id) REFERENCES public.credit_accounts(user_id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.credit_holds
    ADD CONSTRAINT credit_holds_of_account FOREIGN KEY (user_id) REFERENCES public.credit_accounts(user_id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.credit_ledger
    ADD CONSTRAINT credit_ledger_of_own_hold FOREIGN KEY (user_id, hold_id) REFERENCES public.credit_holds(user_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.credit_ledger
    ADD CONSTRAINT credit_ledger_of_own_job FOREIGN KEY (job_id, user_id) REFERENCES public.jobs(id, user_id) ON DELETE SET NULL (job_id);

ALTER TABLE ONLY public.credit_ledger
    ADD CONSTRAINT credit_ledger_of_own_lot FOREIGN KEY (user_id, lot_id) REFERENCES public.credit_lots(user_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.credit_ledger
    ADD CONSTRAINT credit_ledger_reverses FOREIGN KEY (reverses_id) REFERENCES public.credit_ledger(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.credit_lots
    ADD CONSTRAINT credit_lots_of_account FOREIGN KEY (user_id) REFERENCES public.credit_accounts(user_id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.draft_prompts
    ADD CONSTRAINT draft_prompts_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.job_events
    ADD CONSTRAINT job_events_of_own_job FOREIGN KEY (job_id, user_id) REFERENCES public.jobs(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.job_steps
    ADD CONSTRAINT job_steps_of_own_job FOREIGN KEY (job_id, user_id) REFERENCES public.jobs(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_holds_own_credits FOREIGN KEY (user_id, hold_id) REFERENCES public.credit_holds(user_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_of_own_project FOREIGN KEY (project_id, user_id) REFERENCES public.projects(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.metadata_experiments
    ADD CONSTRAINT metadata_experiments_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.pipeline_runs
    ADD CONSTRAINT pipeline_runs_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.profiles
    ADD CONSTRAINT profiles_of_user FOREIGN KEY (id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.projects
    ADD CONSTRAINT projects_from_own_draft FOREIGN KEY (draft_id, user_id) REFERENCES public.draft_prompts(id, user_id) ON DELETE SET NULL (draft_id);

ALTER TABLE ONLY public.projects
    ADD CONSTRAINT projects_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.research_cache
    ADD CONSTRAINT research_cache_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.research_days
    ADD CONSTRAINT research_days_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.scripts
    ADD CONSTRAINT scripts_of_own_parent FOREIGN KEY (parent_id, user_id) REFERENCES public.scripts(id, user_id) ON DELETE SET NULL (parent_id);

ALTER TABLE ONLY public.scripts
    ADD CONSTRAINT scripts_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT uploads_of_own_project FOREIGN KEY (project_id, user_id) REFERENCES public.projects(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT uploads_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_of_own_webhook FOREIGN KEY (webhook_id, user_id) REFERENCES public.webhooks(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webhooks
    ADD CONSTRAINT webhooks_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE auth.users ENABLE ROW LEVEL SECURITY;

CREATE POLICY users_service ON auth.users TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (id = ( SELECT auth.uid() AS uid))));

ALTER TABLE private.cron_runs ENABLE ROW LEVEL SECURITY;

CREATE POLICY cron_runs_service ON private.cron_runs TO service_role USING (true) WITH CHECK (true);

ALTER TABLE private.idempotency ENABLE ROW LEVEL SECURITY;

CREATE POLICY idempotency_service ON private.idempotency TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE private.outbox ENABLE ROW LEVEL SECURITY;

CREATE POLICY outbox_service ON private.outbox TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE private.paid_calls ENABLE ROW LEVEL SECURITY;

CREATE POLICY paid_calls_service ON private.paid_calls TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE private.step_results ENABLE ROW LEVEL SECURITY;

CREATE POLICY step_results_service ON private.step_results TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE private.stripe_events ENABLE ROW LEVEL SECURITY;

CREATE POLICY stripe_events_service ON private.stripe_events TO service_role USING (true) WITH CHECK (true);

ALTER TABLE public.assets ENABLE ROW LEVEL SECURITY;

CREATE POLICY assets_owner ON public.assets TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY assets_service ON public.assets TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.channel_configs ENABLE ROW LEVEL SECURITY;

CREATE POLICY channel_configs_owner ON public.channel_configs TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY channel_configs_service ON public.channel_configs TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.channel_costs ENABLE ROW LEVEL SECURITY;

CREATE POLICY channel_costs_owner ON public.channel_costs TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY channel_costs_service ON public.channel_costs TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.credit_accounts ENABLE ROW LEVEL SECURITY;

CREATE POLICY credit_accounts_bookkeeper ON public.credit_accounts TO bookkeeper USING (true) WITH CHECK (true);

CREATE POLICY credit_accounts_owner ON public.credit_accounts TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY credit_accounts_service ON public.credit_accounts TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.credit_allocations ENABLE ROW LEVEL SECURITY;

CREATE POLICY credit_allocations_bookkeeper ON public.credit_allocations TO bookkeeper USING (true) WITH CHECK (true);

CREATE POLICY credit_allocations_owner ON public.credit_allocations TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY credit_allocations_service ON public.credit_allocations TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.credit_debts ENABLE ROW LEVEL SECURITY;

CREATE POLICY credit_debts_bookkeeper ON public.credit_debts TO bookkeeper USING (true) WITH CHECK (true);

CREATE POLICY credit_debts_owner ON public.credit_debts TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY credit_debts_service ON public.credit_debts TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.credit_holds ENABLE ROW LEVEL SECURITY;

CREATE POLICY credit_holds_bookkeeper ON public.credit_holds TO bookkeeper USING (true) WITH CHECK (true);

CREATE POLICY credit_holds_owner ON public.credit_holds TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY credit_holds_service ON public.credit_holds TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.credit_ledger ENABLE ROW LEVEL SECURITY;

CREATE POLICY credit_ledger_bookkeeper ON public.credit_ledger TO bookkeeper USING (true) WITH CHECK (true);

CREATE POLICY credit_ledger_owner ON public.credit_ledger TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY credit_ledger_service ON public.credit_ledger TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.credit_lots ENABLE ROW LEVEL SECURITY;

CREATE POLICY credit_lots_bookkeeper ON public.credit_lots TO bookkeeper USING (true) WITH CHECK (true);

CREATE POLICY credit_lots_owner ON public.credit_lots TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY credit_lots_service ON public.credit_lots TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.draft_prompts ENABLE ROW LEVEL SECURITY;

CREATE POLICY draft_prompts_owner ON public.draft_prompts TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY draft_prompts_service ON public.draft_prompts TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

CREATE POLICY draft_prompts_unclaimed ON public.draft_prompts TO service_role USING ((user_id IS NULL));

ALTER TABLE public.job_events ENABLE ROW LEVEL SECURITY;

CREATE POLICY job_events_owner ON public.job_events TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY job_events_service ON public.job_events TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.job_steps ENABLE ROW LEVEL SECURITY;

CREATE POLICY job_steps_owner ON public.job_steps TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY job_steps_service ON public.job_steps TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.jobs ENABLE ROW LEVEL SECURITY;

CREATE POLICY jobs_bookkeeper ON public.jobs FOR SELECT TO bookkeeper USING (true);

CREATE POLICY jobs_owner ON public.jobs TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY jobs_service ON public.jobs TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.metadata_experiments ENABLE ROW LEVEL SECURITY;

CREATE POLICY metadata_experiments_owner ON public.metadata_experiments TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY metadata_experiments_service ON public.metadata_experiments TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.pipeline_runs ENABLE ROW LEVEL SECURITY;

CREATE POLICY pipeline_runs_owner ON public.pipeline_runs TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY pipeline_runs_service ON public.pipeline_runs TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY;

CREATE POLICY profiles_owner ON public.profiles TO authenticated USING ((id = ( SELECT auth.uid() AS uid))) WITH CHECK ((id = ( SELECT auth.uid() AS uid)));

CREATE POLICY profiles_service ON public.profiles TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.projects ENABLE ROW LEVEL SECURITY;

CREATE POLICY projects_owner ON public.projects TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY projects_service ON public.projects TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.research_cache ENABLE ROW LEVEL SECURITY;

CREATE POLICY research_cache_owner ON public.research_cache TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY research_cache_service ON public.research_cache TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.research_days ENABLE ROW LEVEL SECURITY;

CREATE POLICY research_days_owner ON public.research_days TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY research_days_service ON public.research_days TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.scripts ENABLE ROW LEVEL SECURITY;

CREATE POLICY scripts_owner ON public.scripts TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY scripts_service ON public.scripts TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.uploads ENABLE ROW LEVEL SECURITY;

CREATE POLICY uploads_owner ON public.uploads TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY uploads_service ON public.uploads TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.webhook_deliveries ENABLE ROW LEVEL SECURITY;

CREATE POLICY webhook_deliveries_owner ON public.webhook_deliveries TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY webhook_deliveries_service ON public.webhook_deliveries TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.webhooks ENABLE ROW LEVEL SECURITY;

CREATE POLICY webhooks_owner ON public.webhooks TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY webhooks_service ON public.webhooks TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

GRANT USAGE ON SCHEMA auth TO anon;
GRANT USAGE ON SCHEMA auth TO authenticated;
GRANT USAGE ON SCHEMA auth TO service_role;
GRANT USAGE ON SCHEMA auth TO bookkeeper;

GRANT USAGE ON SCHEMA extensions TO anon;
GRANT USAGE ON SCHEMA extensions TO authenticated;
GRANT USAGE ON SCHEMA extensions TO service_role;
GRANT USAGE ON SCHEMA extensions TO bookkeeper;

GRANT USAGE ON SCHEMA private TO service_role;
GRANT USAGE ON SCHEMA private TO bookkeeper;

GRANT USAGE ON SCHEMA public TO anon;
GRANT USAGE ON SCHEMA public TO authenticated;
GRANT USAGE ON SCHEMA public TO service_role;
GRANT USAGE ON SCHEMA public TO bookkeeper;

REVOKE ALL ON FUNCTION auth.jwt() FROM PUBLIC;
GRANT ALL ON FUNCTION auth.jwt() TO anon;
GRANT ALL ON FUNCTION auth.jwt() TO authenticated;
GRANT ALL ON FUNCTION auth.jwt() TO service_role;
GRANT ALL ON FUNCTION auth.jwt() TO bookkeeper;

REVOKE ALL ON FUNCTION auth.role() FROM PUBLIC;
GRANT ALL ON FUNCTION auth.role() TO anon;
GRANT ALL ON FUNCTION auth.role() TO authenticated;
GRANT ALL ON FUNCTION auth.role() TO service_role;
GRANT ALL ON FUNCTION auth.role() TO bookkeeper;

REVOKE ALL ON FUNCTION auth.uid() FROM PUBLIC;
GRANT ALL ON FUNCTION auth.uid() TO anon;
GRANT ALL ON FUNCTION auth.uid() TO authenticated;
GRANT ALL ON FUNCTION auth.uid() TO service_role;
GRANT ALL ON FUNCTION auth.uid() TO bookkeeper;

REVOKE ALL ON FUNCTION private.allow(p_function regprocedure, p_roles text) FROM PUBLIC;

REVOKE ALL ON FUNCTION private.append_only() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.complete_metrics() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.count_version() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.credit_check_actor(p_user uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION private.credit_expect(p_user uuid, p_expires timestamp with time zone) FROM PUBLIC;

GRANT SELECT ON TABLE public.credit_accounts TO service_role;
GRANT SELECT ON TABLE public.credit_accounts TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.credit_accounts TO bookkeeper;

REVOKE ALL ON FUNCTION private.credit_expire(p_account public.credit_accounts, p_lot uuid, p_amount integer, p_reverses uuid, p_key text, p_stripe text, p_note text, p_reason text) FROM PUBLIC;

REVOKE ALL ON FUNCTION private.credit_extend_hold() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.credit_lock(p_user uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION private.credit_open_lot(p_account public.credit_accounts, p_type text, p_amount integer, p_priority integer, p_expires timestamp with time zone, p_key text, p_stripe text, p_job uuid, p_hold uuid, p_reverses uuid, p_note text) FROM PUBLIC;

REVOKE ALL ON FUNCTION private.credit_post(p_account public.credit_accounts, p_type text, p_amount integer, p_held integer, p_job uuid, p_hold uuid, p_lot uuid, p_reverses uuid, p_key text, p_stripe text, p_note text, p_reason text, p_meta jsonb, OUT account public.credit_accounts, OUT entry uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION private.credit_resolve(p_job uuid, p_status text, p_final integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION private.derive_rates() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.describe(p_table regclass, p_text text) FROM PUBLIC;

REVOKE ALL ON FUNCTION private.draft_token(p_session_token text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.draft_token(p_session_token text) TO service_role;

REVOKE ALL ON FUNCTION private.enrol(p_table regclass, owner name, kind text, users_may text, service_may text, touched_by text, by_owner text, retention interval, export text, erase text) FROM PUBLIC;

REVOKE ALL ON FUNCTION private.file_research() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.guard_job() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.guard_ledger() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.mirror_user(p_user uuid, p_email text, p_name text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.mirror_user(p_user uuid, p_email text, p_name text) TO service_role;

REVOKE ALL ON FUNCTION private.set_up_user(p_user uuid, p_name text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.set_up_user(p_user uuid, p_name text) TO service_role;

REVOKE ALL ON FUNCTION private.topic_key(p_topic text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.topic_key(p_topic text) TO service_role;

REVOKE ALL ON FUNCTION private.welcome_credits() FROM PUBLIC;
GRANT ALL ON FUNCTION private.welcome_credits() TO service_role;

REVOKE ALL ON FUNCTION public.add_credits(p_user uuid, p_type text, p_amount integer, p_key text, p_expires timestamp with time zone, p_priority integer, p_stripe text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.add_credits(p_user uuid, p_type text, p_amount integer, p_key text, p_expires timestamp with time zone, p_priority integer, p_stripe text) TO service_role;

REVOKE ALL ON FUNCTION public.claim_draft_prompt(p_session_token text, p_user_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.claim_draft_prompt(p_session_token text, p_user_id uuid) TO authenticated;

REVOKE ALL ON FUNCTION public.ensure_profile(p_user uuid, p_email text, p_name text, p_welcome integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ensure_profile(p_user uuid, p_email text, p_name text, p_welcome integer) TO service_role;

REVOKE ALL ON FUNCTION public.expire_credits(p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.expire_credits(p_limit integer) TO service_role;

REVOKE ALL ON FUNCTION public.get_credit_balance(p_user_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.get_credit_balance(p_user_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.get_credit_balance(p_user_id uuid) TO service_role;

REVOKE ALL ON FUNCTION public.handle_new_user() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.refund_credits(p_job uuid, p_amount integer, p_key text, p_note text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.refund_credits(p_job uuid, p_amount integer, p_key text, p_note text) TO service_role;

REVOKE ALL ON FUNCTION public.release_credits(p_job_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.release_credits(p_job_id uuid) TO service_role;

REVOKE ALL ON FUNCTION public.renew_subscription(p_user uuid, p_credits integer, p_rollover_cap integer, p_key text, p_period_end timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.renew_subscription(p_user uuid, p_credits integer, p_rollover_cap integer, p_key text, p_period_end timestamp with time zone) TO service_role;

REVOKE ALL ON FUNCTION public.reserve_credits(p_user_id uuid, p_job_id uuid, p_amount integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.reserve_credits(p_user_id uuid, p_job_id uuid, p_amount integer) TO service_role;

REVOKE ALL ON FUNCTION public.revoke_purchase(p_stripe_payment text, p_credits integer, p_key text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.revoke_purchase(p_stripe_payment text, p_credits integer, p_key text) TO service_role;

REVOKE ALL ON FUNCTION public.save_draft_prompt(p_session_token text, p_prompt_text text, p_template_id text, p_options jsonb, p_ip_hash text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.save_draft_prompt(p_session_token text, p_prompt_text text, p_template_id text, p_options jsonb, p_ip_hash text) TO anon;
GRANT ALL ON FUNCTION public.save_draft_prompt(p_session_token text, p_prompt_text text, p_template_id text, p_options jsonb, p_ip_hash text) TO authenticated;

REVOKE ALL ON FUNCTION public.settle_credits(p_job_id uuid, p_final integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.settle_credits(p_job_id uuid, p_final integer) TO service_role;

REVOKE ALL ON FUNCTION public.time_out_holds(p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.time_out_holds(p_limit integer) TO service_role;

REVOKE ALL ON FUNCTION public.update_updated_at() FROM PUBLIC;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE auth.users TO service_role;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE private.cron_runs TO service_role;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE private.idempotency TO service_role;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE private.outbox TO service_role;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE private.paid_calls TO service_role;

GRANT SELECT ON TABLE private.registry TO service_role;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE private.step_results TO service_role;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE private.stripe_events TO service_role;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.assets TO service_role;
GRANT SELECT ON TABLE public.assets TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channel_configs TO service_role;
GRANT SELECT,DELETE ON TABLE public.channel_configs TO authenticated;

GRANT INSERT(id) ON TABLE public.channel_configs TO authenticated;

GRANT INSERT(user_id) ON TABLE public.channel_configs TO authenticated;

GRANT INSERT(channel_id),UPDATE(channel_id) ON TABLE public.channel_configs TO authenticated;

GRANT INSERT(name),UPDATE(name) ON TABLE public.channel_configs TO authenticated;

GRANT INSERT(tone_profile),UPDATE(tone_profile) ON TABLE public.channel_configs TO authenticated;

GRANT INSERT(format_profile),UPDATE(format_profile) ON TABLE public.channel_configs TO authenticated;

GRANT INSERT(kpi_targets),UPDATE(kpi_targets) ON TABLE public.channel_configs TO authenticated;

GRANT INSERT(channel_type),UPDATE(channel_type) ON TABLE public.channel_configs TO authenticated;

GRANT INSERT(is_active),UPDATE(is_active) ON TABLE public.channel_configs TO authenticated;

GRANT SELECT,INSERT ON TABLE public.channel_costs TO service_role;
GRANT SELECT ON TABLE public.channel_costs TO authenticated;

GRANT SELECT ON TABLE public.credit_allocations TO service_role;
GRANT SELECT ON TABLE public.credit_allocations TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.credit_allocations TO bookkeeper;

GRANT SELECT ON TABLE public.credit_holds TO service_role;
GRANT SELECT ON TABLE public.credit_holds TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.credit_holds TO bookkeeper;

GRANT SELECT ON TABLE public.credit_ledger TO service_role;
GRANT SELECT ON TABLE public.credit_ledger TO authenticated;
GRANT SELECT,INSERT ON TABLE public.credit_ledger TO bookkeeper;

GRANT SELECT ON TABLE public.credit_lots TO service_role;
GRANT SELECT ON TABLE public.credit_lots TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.credit_lots TO bookkeeper;

GRANT SELECT ON TABLE public.credit_check TO authenticated;
GRANT SELECT ON TABLE public.credit_check TO service_role;

GRANT SELECT ON TABLE public.credit_debts TO service_role;
GRANT SELECT ON TABLE public.credit_debts TO authenticated;
GRANT SELECT,INSERT ON TABLE public.credit_debts TO bookkeeper;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.draft_prompts TO service_role;
GRANT SELECT ON TABLE public.draft_prompts TO authenticated;

GRANT SELECT,INSERT ON TABLE public.job_events TO service_role;
GRANT SELECT ON TABLE public.job_events TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.job_steps TO service_role;
GRANT SELECT ON TABLE public.job_steps TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.jobs TO service_role;
GRANT SELECT ON TABLE public.jobs TO bookkeeper;

GRANT SELECT(id) ON TABLE public.jobs TO authenticated;

GRANT SELECT(project_id) ON TABLE public.jobs TO authenticated;

GRANT SELECT(user_id) ON TABLE public.jobs TO authenticated;

GRANT SELECT(status) ON TABLE public.jobs TO authenticated;

GRANT SELECT(progress) ON TABLE public.jobs TO authenticated;

GRANT SELECT(status_message) ON TABLE public.jobs TO authenticated;

GRANT SELECT(cost_credits_reserved) ON TABLE public.jobs TO authenticated;

GRANT SELECT(cost_credits_final) ON TABLE public.jobs TO authenticated;

GRANT SELECT(failed_step) ON TABLE public.jobs TO authenticated;

GRANT SELECT(error_code) ON TABLE public.jobs TO authenticated;

GRANT SELECT(error_message) ON TABLE public.jobs TO authenticated;

GRANT SELECT(output_url) ON TABLE public.jobs TO authenticated;

GRANT SELECT(manifest_json) ON TABLE public.jobs TO authenticated;

GRANT SELECT(attempt) ON TABLE public.jobs TO authenticated;

GRANT SELECT(settings) ON TABLE public.jobs TO authenticated;

GRANT SELECT(priority) ON TABLE public.jobs TO authenticated;

GRANT SELECT(next_attempt_at) ON TABLE public.jobs TO authenticated;

GRANT SELECT(cancel_requested_at) ON TABLE public.jobs TO authenticated;

GRANT SELECT(created_at) ON TABLE public.jobs TO authenticated;

GRANT SELECT(started_at) ON TABLE public.jobs TO authenticated;

GRANT SELECT(finished_at) ON TABLE public.jobs TO authenticated;

GRANT SELECT(updated_at) ON TABLE public.jobs TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.metadata_experiments TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.metadata_experiments TO authenticated;

GRANT SELECT,INSERT ON TABLE public.pipeline_runs TO service_role;
GRANT SELECT ON TABLE public.pipeline_runs TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.profiles TO service_role;
GRANT SELECT ON TABLE public.profiles TO authenticated;

GRANT UPDATE(display_name) ON TABLE public.profiles TO authenticated;

GRANT UPDATE(avatar_url) ON TABLE public.profiles TO authenticated;

GRANT UPDATE(notification_prefs) ON TABLE public.profiles TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.projects TO service_role;
GRANT SELECT,DELETE ON TABLE public.projects TO authenticated;

GRANT INSERT(id) ON TABLE public.projects TO authenticated;

GRANT INSERT(user_id) ON TABLE public.projects TO authenticated;

GRANT INSERT(title),UPDATE(title) ON TABLE public.projects TO authenticated;

GRANT INSERT(prompt_text),UPDATE(prompt_text) ON TABLE public.projects TO authenticated;

GRANT INSERT(niche_preset),UPDATE(niche_preset) ON TABLE public.projects TO authenticated;

GRANT INSERT(target_minutes),UPDATE(target_minutes) ON TABLE public.projects TO authenticated;

GRANT INSERT(voice_profile_id),UPDATE(voice_profile_id) ON TABLE public.projects TO authenticated;

GRANT INSERT(transcript_mode),UPDATE(transcript_mode) ON TABLE public.projects TO authenticated;

GRANT INSERT(transcript_text),UPDATE(transcript_text) ON TABLE public.projects TO authenticated;

GRANT INSERT(settings),UPDATE(settings) ON TABLE public.projects TO authenticated;

GRANT INSERT(draft_id) ON TABLE public.projects TO authenticated;

GRANT UPDATE(deleted_at) ON TABLE public.projects TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.research_cache TO service_role;
GRANT SELECT ON TABLE public.research_cache TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.research_days TO service_role;
GRANT SELECT ON TABLE public.research_days TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.scripts TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.scripts TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.uploads TO service_role;
GRANT SELECT ON TABLE public.uploads TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.webhook_deliveries TO service_role;
GRANT SELECT ON TABLE public.webhook_deliveries TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.webhooks TO service_role;

GRANT SELECT(id) ON TABLE public.webhooks TO authenticated;

GRANT SELECT(user_id) ON TABLE public.webhooks TO authenticated;

GRANT SELECT(name) ON TABLE public.webhooks TO authenticated;

GRANT SELECT(url) ON TABLE public.webhooks TO authenticated;

GRANT SELECT(description) ON TABLE public.webhooks TO authenticated;

GRANT SELECT(events) ON TABLE public.webhooks TO authenticated;

GRANT SELECT(is_active) ON TABLE public.webhooks TO authenticated;

GRANT SELECT(last_triggered_at) ON TABLE public.webhooks TO authenticated;

GRANT SELECT(last_response_code) ON TABLE public.webhooks TO authenticated;

GRANT SELECT(retry_count) ON TABLE public.webhooks TO authenticated;

GRANT SELECT(first_failure_at) ON TABLE public.webhooks TO authenticated;

GRANT SELECT(disabled_at) ON TABLE public.webhooks TO authenticated;

GRANT SELECT(disabled_reason) ON TABLE public.webhooks TO authenticated;

GRANT SELECT(rate_limit_per_s) ON TABLE public.webhooks TO authenticated;

GRANT SELECT(api_version) ON TABLE public.webhooks TO authenticated;

GRANT SELECT(created_at) ON TABLE public.webhooks TO authenticated;

GRANT SELECT(updated_at) ON TABLE public.webhooks TO authenticated;

ALTER DEFAULT PRIVILEGES FOR ROLE showrunner REVOKE ALL ON FUNCTIONS FROM PUBLIC;
