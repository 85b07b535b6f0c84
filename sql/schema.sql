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

CREATE SCHEMA months;

COMMENT ON SCHEMA months IS 'A month of a growing table each; reached through the table alone.';

CREATE SCHEMA private;

COMMENT ON SCHEMA private IS 'The house''s own books: reached by service_role alone.';

CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA extensions;

COMMENT ON EXTENSION vector IS 'vector data type and ivfflat and hnsw access methods';

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

CREATE TYPE public.music_provider AS ENUM (
    'dummy',
    'mubert',
    'beatoven',
    'upload'
);

CREATE TYPE public.render_status AS ENUM (
    'pending',
    'in_progress',
    'completed',
    'failed'
);

CREATE TYPE public.step_status AS ENUM (
    'pending',
    'started',
    'succeeded',
    'failed'
);

CREATE TYPE public.video_job_status AS ENUM (
    'planned',
    'generating_music',
    'generating_image',
    'rendering',
    'ready_for_export',
    'completed',
    'failed',
    'cancelled'
);

CREATE TYPE public.visual_provider AS ENUM (
    'dummy',
    'leonardo',
    'gemini',
    'upload'
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
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    AS $$
    begin
      return (nullif(current_setting('request.jwt.claims', true), '')::json ->> 'sub')::uuid;
    end $$;

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

CREATE FUNCTION private.anonymise_page(p_request uuid, p_table regclass, p_limit integer DEFAULT NULL::integer) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $_$
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
end $_$;

COMMENT ON FUNCTION private.anonymise_page(p_request uuid, p_table regclass, p_limit integer) IS 'Let rows that are kept stand under the pseudonym, at most so many, without what told who it was.';

CREATE FUNCTION private.append_only() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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

COMMENT ON FUNCTION private.append_only() IS 'Trigger: rows are never changed, and only go with their parent, when their time is over, or with their user.';

CREATE FUNCTION private.audit_secret_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
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

COMMENT ON FUNCTION private.audit_secret_change() IS 'Trigger: no secret changes unseen.';

CREATE FUNCTION private.begin_budget() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  begun constant timestamptz := date_trunc(new.period, clock_timestamp(), 'UTC');
  calls uuid[];
begin
  select coalesce(array_agg(id), '{}') into calls
    from (select r.id from public.budget_reservations r
           where r.user_id = new.user_id and r.status = 'open'
             and case new.scope when 'channel' then r.channel_id = new.scope_id
                                when 'provider' then r.provider = new.scope_id else true end
           order by r.id for no key update) open;
  update public.budget_reservations set budget_ids = budget_ids || new.id where id = any (calls);
  update public.channel_budgets
     set period_start = begun,
         reserved_usd = coalesce((
           select sum(r.estimate_usd) from public.budget_reservations r where r.id = any (calls)), 0),
         spent_usd = coalesce((
           select sum(r.actual_usd) from public.budget_reservations r
            where r.user_id = new.user_id and r.status = 'settled' and r.closed_at >= begun
              and r.created_at >= begun - interval '1 day'  -- by the index: no call takes so long
              and case new.scope when 'channel' then r.channel_id = new.scope_id
                                 when 'provider' then r.provider = new.scope_id else true end), 0)
   where id = new.id;
  return null;
end $$;

COMMENT ON FUNCTION private.begin_budget() IS 'Trigger: a new budget counts what was spent in its period before it was set, and calls under way.';

CREATE FUNCTION private.chain_privacy_log() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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

COMMENT ON FUNCTION private.chain_privacy_log() IS 'Trigger: a row is chained to the one before and never changed, but for who it was.';

CREATE FUNCTION private.check_album() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  tracks bigint;
  pictures bigint;
  unlicensed bigint;
  made bigint;
begin
  select count(*) filter (where kind = 'audio'), count(*) filter (where kind = 'image'),
         count(*) filter (where provider not in ('dummy', 'upload') and licence is null and proof is null
                                or provider = 'upload' and rights is null),
         count(*) filter (where provider <> 'upload')
    into tracks, pictures, unlicensed, made
    from (select 'audio' as kind, provider::text, license_document_url as licence, rights,
                 proof_upload_id as proof
            from public.audio_tracks where video_job_id = new.id and is_selected
          union all
          select 'image', provider::text, license_document_url, rights, proof_upload_id
            from public.images where video_job_id = new.id and is_selected) take;
  if (tracks, pictures) <> (20, 20) then
    raise exception 'an album needs 20 tracks and 20 pictures; it has % and %', tracks, pictures
      using errcode = '55000';
  end if;
  if new.status = 'ready_for_export' and unlicensed > 0 then
    raise exception '% tracks and pictures have no licence', unlicensed using errcode = '55000';
  end if;
  if new.status = 'ready_for_export' and made > 0 and not new.synthetic_content then
    raise exception '% tracks and pictures are made by machine, which is to be disclosed', made
      using errcode = '55000';
  end if;
  return new;
end $$;

COMMENT ON FUNCTION private.check_album() IS 'Trigger: rendering needs twenty pairs, export the right to use every one of them and a disclosure.';

CREATE FUNCTION private.check_analytics_consent() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  if new.user_id is null or new.user_id <> auth.uid() or exists (
    select from public.user_privacy_settings where user_id = new.user_id and analytics_consent) then
    return new;
  end if;
  return null;
end $$;

COMMENT ON FUNCTION private.check_analytics_consent() IS 'Trigger: what a user did is noted with their consent alone.';

CREATE FUNCTION private.check_assets() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  if exists (select from unnest(new.assets) asset where not exists (
      select from public.digital_assets a where a.id = asset and a.uploaded_by = new.created_by)) then
    raise exception 'there is no such file of yours'
      using errcode = '23503', constraint = 'content_calendar_own_assets';
  end if;
  return new;
end $$;

COMMENT ON FUNCTION private.check_assets() IS 'Trigger: only one''s own files go with one''s content.';

CREATE FUNCTION private.check_conditions() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  if length(new.conditions::text) > 8000 then
    raise exception 'the conditions are too long' using errcode = '22023';
  end if;
  perform private.points_of_rule(new);
  return new;
end $$;

COMMENT ON FUNCTION private.check_conditions() IS 'Trigger: only conditions that can be answered are kept.';

CREATE FUNCTION private.check_kpi_targets() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  wrong text;
begin
  if jsonb_typeof(new.kpi_targets) <> 'object' then
    return new;  -- the table's own constraint says so
  end if;
  select name into wrong
    from jsonb_each(new.kpi_targets) target (name, said),
         lateral (select case name when 'ctr' then '1' when 'avd' then '86400' when 'rpm' then '10000'
                                   when 'cadence' then '1000' end::jsonb as most,
                         case when jsonb_typeof(said) = 'object' and name in ('ctr', 'avd') then said
                              else jsonb_build_object('publish', said) end as bounds) rule
   where most is null or not bounds ? 'publish'
      or bounds -> 'hold' > bounds -> 'publish'
      or (bounds -> 'publish' > '1' and bounds -> 'hold' between '0.000001' and '1')
      or exists (select from jsonb_each(bounds) bound (kind, value)
                  where kind not in ('publish', 'hold')
                     or jsonb_typeof(value) not in ('number', 'null')
                     or (jsonb_typeof(value) = 'number' and not value between '0' and most))
   order by name limit 1;
  if found then
    raise exception 'kpi_targets: % cannot be judged by; there are ctr (0 to 1), avd (0 to 1, or seconds up to 86400), rpm (USD, '
      'up to 10000) and cadence (videos a week, up to 1000); ctr and avd are a number or {publish, hold}, hold '
      'the lower, both alike', quote_ident(left(wrong, 50))
      using errcode = '23514', column = 'kpi_targets', constraint = 'channel_configs_kpis_known';
  end if;
  return new;
end $$;

COMMENT ON FUNCTION private.check_kpi_targets() IS 'Trigger: targets are known, and within what they can be.';

CREATE FUNCTION private.check_launch() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_gaps constant text[] := private.launch_gaps(new);
begin
  if v_gaps <> '{}' then
    raise exception 'a campaign cannot be launched without: %', array_to_string(v_gaps, ', ')
      using errcode = '23514', constraint = 'campaigns_ready_to_launch',
            detail = array_to_json(v_gaps)::text;
  end if;
  return new;
end $$;

COMMENT ON FUNCTION private.check_launch() IS 'Trigger: a campaign is launched whole; all gaps are told at once.';

CREATE FUNCTION private.check_shares() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  shares numeric;
begin
  select coalesce(sum((channel ->> 'budgetPercentage')::numeric), 0) into shares
    from jsonb_array_elements(coalesce(new.ai_strategy -> 'channels', '[]')) channel;
  if shares > 100 then
    raise exception 'the channels share % percent of the budget', shares using errcode = '23514',
      constraint = 'marketing_autopilot_config_shares_within_budget', column = 'ai_strategy';
  end if;
  return new;
end $$;

COMMENT ON FUNCTION private.check_shares() IS 'Trigger: channels share one budget, not more.';

CREATE FUNCTION private.check_timezone() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  if not private.known_timezone(new.timezone) then
    raise exception 'there is no time zone %', new.timezone
      using errcode = '23514', column = 'timezone', constraint = tg_table_name || '_timezone_known';
  end if;
  return new;
end $$;

COMMENT ON FUNCTION private.check_timezone() IS 'Trigger: timezone is an IANA name this server knows.';

CREATE FUNCTION private.check_unpublished() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  album public.video_jobs := coalesce(new, old);
begin
  if exists (select from public.publications
              where video_job_id = album.id and state in ('queued', 'uploading', 'finishing')) then
    raise exception 'the album is being published' using errcode = '55000';
  end if;
  return album;
end $$;

COMMENT ON FUNCTION private.check_unpublished() IS 'Trigger: an album is neither made anew nor thrown away while it is being published.';

CREATE FUNCTION private.clear_album() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  perform private.promise_clearing(old.user_id, format('%s/albums/%s/', old.user_id, old.id), '20 minutes');
  perform private.promise_clearing(old.user_id, key, '20 minutes')
     from public.uploads where video_job_id = old.id;
  return null;
end $$;

COMMENT ON FUNCTION private.clear_album() IS 'Trigger: the files of an album that is thrown away go, with those that were sent for it.';

CREATE FUNCTION private.clear_job() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  perform private.promise_clearing(old.user_id, format('%s/jobs/%s/', old.user_id, old.id), '20 minutes');
  return null;
end $$;

COMMENT ON FUNCTION private.clear_job() IS 'Trigger: the files of a job that is gone go.';

CREATE FUNCTION private.clear_project() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  update public.assets a set deleted_at = clock_timestamp()
    from public.jobs j
   where j.project_id = old.id and a.job_id = j.id and a.deleted_at is null;
  perform private.promise_clearing(old.user_id, format('%s/jobs/%s/', old.user_id, id), '20 minutes')
     from public.jobs where project_id = old.id;
  perform private.promise_clearing(old.user_id, key, '20 minutes')
     from public.uploads where project_id = old.id;
  return null;
end $$;

COMMENT ON FUNCTION private.clear_project() IS 'Trigger: the files of a project that is thrown away go, with those that were sent for it.';

CREATE FUNCTION private.clear_upload() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  perform private.promise_clearing(old.user_id, old.key);
  return null;
end $$;

COMMENT ON FUNCTION private.clear_upload() IS 'Trigger: the file of an upload that is refused or gone goes.';
SET default_tablespace = '';
SET default_table_access_method = heap;

CREATE TABLE public.budget_reservations (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    key text NOT NULL,
    budget_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    channel_id text,
    provider text,
    run_id text,
    on_run boolean DEFAULT false NOT NULL,
    estimate_usd numeric(14,6) NOT NULL,
    actual_usd numeric(14,6),
    status text DEFAULT 'open'::text NOT NULL,
    expires_at timestamp with time zone DEFAULT (clock_timestamp() + '01:00:00'::interval) NOT NULL,
    closed_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT budget_reservations_actual_range CHECK ((actual_usd >= (0)::numeric)),
    CONSTRAINT budget_reservations_closed_has_time CHECK (((status <> 'open'::text) = (closed_at IS NOT NULL))),
    CONSTRAINT budget_reservations_estimate_range CHECK ((estimate_usd >= (0)::numeric)),
    CONSTRAINT budget_reservations_settled_has_actual CHECK (((status = 'settled'::text) = (actual_usd IS NOT NULL))),
    CONSTRAINT budget_reservations_status_known CHECK ((status = ANY (ARRAY['open'::text, 'settled'::text, 'released'::text, 'expired'::text])))
);
ALTER TABLE ONLY public.budget_reservations FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.budget_reservations IS 'Money kept free for a call that is about to be paid.';

COMMENT ON COLUMN public.budget_reservations.id IS 'Identity.';

COMMENT ON COLUMN public.budget_reservations.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.budget_reservations.key IS 'The call; the same key is kept free once.';

COMMENT ON COLUMN public.budget_reservations.budget_ids IS 'Budgets it counts against.';

COMMENT ON COLUMN public.budget_reservations.channel_id IS 'The video channel.';

COMMENT ON COLUMN public.budget_reservations.provider IS 'Who is paid.';

COMMENT ON COLUMN public.budget_reservations.run_id IS 'The run.';

COMMENT ON COLUMN public.budget_reservations.on_run IS 'Whether it counts against the run''s own budget too.';

COMMENT ON COLUMN public.budget_reservations.estimate_usd IS 'What is kept free, in dollars.';

COMMENT ON COLUMN public.budget_reservations.actual_usd IS 'What it cost, in dollars.';

COMMENT ON COLUMN public.budget_reservations.status IS 'open, then settled, released, or expired when nobody came back.';

COMMENT ON COLUMN public.budget_reservations.expires_at IS 'When it is given back.';

COMMENT ON COLUMN public.budget_reservations.closed_at IS 'When it was settled or given back.';

COMMENT ON COLUMN public.budget_reservations.created_at IS 'When it was made.';

COMMENT ON COLUMN public.budget_reservations.updated_at IS 'When it last changed.';

CREATE FUNCTION private.close_reservation(p_held public.budget_reservations, p_status text, p_actual numeric) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  given_back constant numeric := case when p_held.status = 'open' then p_held.estimate_usd else 0 end;
begin
  perform from public.channel_budgets where id = any (p_held.budget_ids) order by id for no key update;
  perform private.roll_budgets(p_held.budget_ids);
  update public.channel_budgets
     set reserved_usd = greatest(reserved_usd - given_back, 0), spent_usd = spent_usd + coalesce(p_actual, 0)
   where id = any (p_held.budget_ids);
  if p_held.on_run then
    update public.pipeline
       set reserved_usd = greatest(reserved_usd - given_back, 0), spent_usd = spent_usd + coalesce(p_actual, 0)
     where user_id = p_held.user_id and run_id = p_held.run_id;
  end if;
  update public.budget_reservations set status = p_status, actual_usd = p_actual where id = p_held.id;
end $$;

COMMENT ON FUNCTION private.close_reservation(p_held public.budget_reservations, p_status text, p_actual numeric) IS 'Give back what was kept free and count what was spent.';

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

CREATE FUNCTION private.conclude_entry() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  perform from public.content_calendar where id = new.calendar_id for no key update;
  update public.content_calendar c
     set status = came.status, external_post_id = came.external_id, external_url = came.external_url,
         error_code = came.error_code, error_message = came.provider_error
    from (select case when bool_or(status = 'failed') then 'failed'
                      when bool_or(status = 'unconfirmed') then 'unconfirmed' else 'published' end status,
                 min(external_id) filter (where status = 'published') external_id,
                 min(external_url) filter (where status = 'published') external_url,
                 min(error_code) error_code, min(provider_error) provider_error
            from public.content_publications where calendar_id = new.calendar_id
          having bool_and(status not in ('pending', 'publishing', 'polling'))) came
   where c.id = new.calendar_id and c.status in ('publishing', 'unconfirmed') and c.status <> came.status;
  return null;
end $$;

COMMENT ON FUNCTION private.conclude_entry() IS 'Trigger: an entry is published when all its platforms are.';

CREATE FUNCTION private.copy_into_inbox() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  select nullif(concat_ws(' ', first_name, last_name), ''), company, email, phone, source, lead_score
    into new.full_name, new.company_name, new.email, new.phone, new.source, new.score
    from public.leads where id = new.lead_id and created_by = new.user_id;
  new.score := coalesce(new.score, 0);
  return new;
end $$;

COMMENT ON FUNCTION private.copy_into_inbox() IS 'Trigger: a new line of the inbox says what its lead says.';

CREATE FUNCTION private.count_added() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $_$
begin
  execute format('update public.knowledge_buckets b set %1$I = b.%1$I + moved.n
    from (select bucket_id, count(*) as n from moved group by bucket_id) moved
    where b.id = moved.bucket_id', tg_argv[0]);
  return null;
end $_$;

COMMENT ON FUNCTION private.count_added() IS 'Trigger: a bucket counts what comes into it.';

CREATE FUNCTION private.count_event() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  message public.email_messages;
  v_first boolean;
begin
  select * into strict message from public.email_messages where id = new.message_id for no key update;
  v_first := case new.event_type
    when 'open' then message.first_opened_at is null and not new.is_machine
    when 'click' then message.first_clicked_at is null and not new.is_machine
    when 'delivered' then message.status in ('sent', 'deferred')
    else true end;
  update public.email_messages
     set open_count = open_count + (new.event_type = 'open' and not new.is_machine)::int,
         machine_open_count = machine_open_count + (new.event_type = 'open' and new.is_machine)::int,
         click_count = click_count + (new.event_type = 'click' and not new.is_machine)::int,
         first_opened_at = case when new.event_type = 'open' and v_first then new.occurred_at
                                else first_opened_at end,
         first_clicked_at = case when new.event_type = 'click' and v_first then new.occurred_at
                                 else first_clicked_at end,
         status = case when new.event_type = 'delivered' and status = 'sent' then 'delivered'
                       when new.event_type = 'bounce_hard' and status in ('sent', 'delivered') then 'bounced'
                       when new.event_type = 'complaint' and status in ('sent', 'delivered') then 'complained'
                       else status end
   where id = new.message_id;
  update public.email_links set click_count = click_count + 1
   where id = new.link_id and new.event_type = 'click' and not new.is_machine;
  update public.email_campaigns
     set total_delivered = total_delivered + (new.event_type = 'delivered')::int,
         total_opened = total_opened + (new.event_type = 'open')::int,
         total_clicked = total_clicked + (new.event_type = 'click')::int,
         total_unsubscribed = total_unsubscribed + (new.event_type = 'unsubscribe')::int
   where id = message.email_campaign_id and v_first
     and new.event_type in ('delivered', 'open', 'click', 'unsubscribe');
  update public.email_contacts
     set bounce_count = bounce_count + (new.event_type like 'bounce%')::int,
         last_activity = case when new.event_type in ('open', 'click') and not new.is_machine
                              then greatest(last_activity, new.occurred_at) else last_activity end,
         subscription_status = case
           when new.event_type = 'complaint' and subscription_status <> 'bounced' then 'complained'
           when new.event_type = 'bounce_hard' and subscription_status in ('unconfirmed', 'subscribed')
             then 'bounced'
           when new.event_type = 'unsubscribe' and subscription_status in ('unconfirmed', 'subscribed', 'bounced')
             then 'unsubscribed'
           else subscription_status end
   where id = message.contact_id;
  return null;
end $$;

COMMENT ON FUNCTION private.count_event() IS 'Trigger: counts by increment; hard bounces, complaints and unsubscribing end a subscription.';

CREATE FUNCTION private.count_message() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  update public.chat_sessions
     set message_count = message_count + 1, last_message_at = clock_timestamp(),
         title = case when title = 'New chat'
                      then left(regexp_replace(btrim(new.user_message), '\s+', ' ', 'g'), 50)
                      else title end
   where id = new.session_id and user_id = new.user_id;
  return null;
end $$;

COMMENT ON FUNCTION private.count_message() IS 'Trigger: a written message moves its session''s counters and, at first, gives it a title.';

CREATE FUNCTION private.count_of_activity(p_leaf jsonb, p_decay_days integer) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $_$
declare
  v_days constant int := least(private.number(p_leaf ->> 'within_days'), p_decay_days);
begin
  if p_leaf - array['activity', 'count_gte', 'within_days'] <> '{}'
     or jsonb_typeof(p_leaf -> 'activity') <> 'string'
     or jsonb_typeof(coalesce(p_leaf -> 'count_gte', '1')) <> 'number'
     or (p_leaf ->> 'count_gte')::numeric not between 1 and 10000
     or jsonb_typeof(coalesce(p_leaf -> 'within_days', '1')) <> 'number'
     or (p_leaf ->> 'within_days')::numeric not between 1 and 3650 then
    raise exception 'not an activity condition: %', p_leaf using errcode = '22023';
  end if;
  return format(
    '(select count(*) from public.lead_activities a where a.lead_id = l.id and a.activity_type = %L'
    ' and not a.is_bot and a.occurred_at <= $2 and a.occurred_at > coalesce($2 - %L::interval, ''-infinity''))',
    p_leaf ->> 'activity', v_days || ' days');
end $_$;

COMMENT ON FUNCTION private.count_of_activity(p_leaf jsonb, p_decay_days integer) IS 'SQL that counts what lead l did, as an activity condition says.';

CREATE FUNCTION private.count_removed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $_$
begin
  execute format('update public.knowledge_buckets b set %1$I = b.%1$I - moved.n
    from (select bucket_id, count(*) as n from moved group by bucket_id) moved
    where b.id = moved.bucket_id', tg_argv[0]);
  return null;
end $_$;

COMMENT ON FUNCTION private.count_removed() IS 'Trigger: a bucket counts what goes out of it.';

CREATE FUNCTION private.count_sent() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  update public.email_campaigns set total_sent = total_sent + 1 where id = new.email_campaign_id;
  return null;
end $$;

COMMENT ON FUNCTION private.count_sent() IS 'Trigger: a mailing counts the mails that left.';

CREATE FUNCTION private.count_utterance() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  update public.conversations set message_count = message_count + 1
   where id = new.conversation_id and user_id = new.user_id;
  return null;
end $$;

COMMENT ON FUNCTION private.count_utterance() IS 'Trigger: a written utterance is counted.';

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
   where user_id = new.user_id and job_id = new.id and status = 'open'
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

CREATE FUNCTION private.email_hash(p_email text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select encode(sha256(convert_to(lower(btrim(p_email)), 'UTF8')), 'hex')
$$;

COMMENT ON FUNCTION private.email_hash(p_email text) IS 'What is kept of an address that is not kept.';

CREATE FUNCTION private.end_of_user(p_what text, p_user uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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

COMMENT ON FUNCTION private.end_of_user(p_what text, p_user uuid) IS 'hold a user''s row against new references, bury a number that stands for one, drop a user.';

CREATE FUNCTION private.enrol(p_table regclass, owner name DEFAULT 'user_id'::name, kind text DEFAULT 'STD'::text, users_may text DEFAULT 'select'::text, service_may text DEFAULT NULL::text, touched_by text DEFAULT NULL::text, by_owner text DEFAULT 'created_at desc, id desc'::text, retention interval DEFAULT NULL::interval, export text DEFAULT 'full'::text, erase text DEFAULT 'delete'::text, unexported text DEFAULT NULL::text) RETURNS void
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
    execute format('grant select, update, delete on %s to eraser', p_table);
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
  values (place, title, owner, kind, users_may, service_may, retention, export, erase, unexported);
end $$;

COMMENT ON FUNCTION private.enrol(p_table regclass, owner name, kind text, users_may text, service_may text, touched_by text, by_owner text, retention interval, export text, erase text, unexported text) IS 'Row level security, grants, owner index, trigger and registry row of a table, in one call.';

CREATE FUNCTION private.erase_page(p_request uuid, p_table regclass, p_limit integer) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $_$
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
end $_$;

COMMENT ON FUNCTION private.erase_page(p_request uuid, p_table regclass, p_limit integer) IS 'Delete rows of the user whose erasure is under way, at most so many. Answers how many.';

CREATE FUNCTION private.next_request_id() RETURNS text
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  select 'DSR-' || to_char(clock_timestamp() at time zone 'UTC', 'YYYY-') ||
         case when n < 1000000 then lpad(n::text, 6, '0') else n::text end
    from nextval('private.request_numbers') n
$$;

COMMENT ON FUNCTION private.next_request_id() IS 'The name of a request about one''s data: DSR-2026-000001.';

CREATE TABLE public.data_deletion_requests (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    request_id text DEFAULT private.next_request_id() NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    scope text DEFAULT 'account'::text NOT NULL,
    domain text,
    mode text DEFAULT 'grace'::text NOT NULL,
    confirmation_required boolean DEFAULT true NOT NULL,
    confirmation_token_hash text,
    plan jsonb DEFAULT '{}'::jsonb NOT NULL,
    report jsonb DEFAULT '{}'::jsonb NOT NULL,
    error_code text,
    requested_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    due_at timestamp with time zone DEFAULT (clock_timestamp() + '1 mon'::interval) NOT NULL,
    confirmed_at timestamp with time zone,
    scheduled_for timestamp with time zone,
    cancelled_at timestamp with time zone,
    completed_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT data_deletion_requests_cancelled_has_time CHECK (((status = 'cancelled'::text) = (cancelled_at IS NOT NULL))),
    CONSTRAINT data_deletion_requests_completed_has_time CHECK (((status = 'completed'::text) = (completed_at IS NOT NULL))),
    CONSTRAINT data_deletion_requests_confirmed_first CHECK (((NOT confirmation_required) OR (confirmed_at IS NOT NULL) OR (status = ANY (ARRAY['pending'::text, 'cancelled'::text, 'failed'::text])))),
    CONSTRAINT data_deletion_requests_domain_by_scope CHECK (((scope = 'domain'::text) = (domain IS NOT NULL))),
    CONSTRAINT data_deletion_requests_mode_known CHECK ((mode = ANY (ARRAY['grace'::text, 'immediate'::text]))),
    CONSTRAINT data_deletion_requests_plan_is_object CHECK ((jsonb_typeof(plan) = 'object'::text)),
    CONSTRAINT data_deletion_requests_report_is_object CHECK ((jsonb_typeof(report) = 'object'::text)),
    CONSTRAINT data_deletion_requests_scheduled_has_time CHECK (((status <> 'scheduled'::text) OR (scheduled_for IS NOT NULL))),
    CONSTRAINT data_deletion_requests_scope_known CHECK ((scope = ANY (ARRAY['account'::text, 'data_only'::text, 'domain'::text]))),
    CONSTRAINT data_deletion_requests_status_known CHECK ((status = ANY (ARRAY['pending'::text, 'confirmed'::text, 'scheduled'::text, 'processing'::text, 'completed'::text, 'failed'::text, 'cancelled'::text]))),
    CONSTRAINT data_deletion_requests_token_is_hash CHECK ((confirmation_token_hash ~ '^[0-9a-f]{64}$'::text))
);
ALTER TABLE ONLY public.data_deletion_requests FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.data_deletion_requests IS 'Requests to be forgotten. They outlive the user: that it was done must be provable.';

COMMENT ON COLUMN public.data_deletion_requests.id IS 'Identity.';

COMMENT ON COLUMN public.data_deletion_requests.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.data_deletion_requests.request_id IS 'What people call it by.';

COMMENT ON COLUMN public.data_deletion_requests.status IS 'pending, confirmed, scheduled, processing, completed; or failed or cancelled.';

COMMENT ON COLUMN public.data_deletion_requests.scope IS 'account for everything, data_only keeps the account, domain takes one domain.';

COMMENT ON COLUMN public.data_deletion_requests.domain IS 'That domain.';

COMMENT ON COLUMN public.data_deletion_requests.mode IS 'grace waits thirty days, immediate does not.';

COMMENT ON COLUMN public.data_deletion_requests.confirmation_required IS 'Whether a mailed token has to come back first.';

COMMENT ON COLUMN public.data_deletion_requests.confirmation_token_hash IS 'SHA-256 of that token; never shown.';

COMMENT ON COLUMN public.data_deletion_requests.plan IS 'What will be done, by table.';

COMMENT ON COLUMN public.data_deletion_requests.report IS 'What was done: rows by table.';

COMMENT ON COLUMN public.data_deletion_requests.error_code IS 'Why it failed, for programs.';

COMMENT ON COLUMN public.data_deletion_requests.requested_at IS 'When it was asked for.';

COMMENT ON COLUMN public.data_deletion_requests.due_at IS 'When it must be done by law.';

COMMENT ON COLUMN public.data_deletion_requests.confirmed_at IS 'When it was confirmed.';

COMMENT ON COLUMN public.data_deletion_requests.scheduled_for IS 'When it will be done.';

COMMENT ON COLUMN public.data_deletion_requests.cancelled_at IS 'When the user thought better of it.';

COMMENT ON COLUMN public.data_deletion_requests.completed_at IS 'When it was done.';

COMMENT ON COLUMN public.data_deletion_requests.created_at IS 'When it was made.';

COMMENT ON COLUMN public.data_deletion_requests.updated_at IS 'When it last changed.';

CREATE FUNCTION private.erasing(p_request uuid) RETURNS public.data_deletion_requests
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  request public.data_deletion_requests;
begin
  select * into request from public.data_deletion_requests where id = p_request;
  if request.status is distinct from 'processing' then
    raise exception 'no erasure is under way' using errcode = '55000';
  end if;
  return request;
end $$;

COMMENT ON FUNCTION private.erasing(p_request uuid) IS 'The request of an erasure that is under way, or an error.';

CREATE FUNCTION private.export_expires() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  if new.status = 'completed' then
    new.expires_at := coalesce(new.expires_at, clock_timestamp() + interval '7 days');
  end if;
  return new;
end $$;

COMMENT ON FUNCTION private.export_expires() IS 'Trigger: a file of one''s data lies ready for seven days.';

CREATE FUNCTION private.export_page(p_table regclass, p_after jsonb, p_limit integer, p_bytes integer) RETURNS TABLE(line text, key jsonb)
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $_$
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
end $_$;

COMMENT ON FUNCTION private.export_page(p_table regclass, p_after jsonb, p_limit integer, p_bytes integer) IS 'The next rows of the user in a table, each as JSON with the key to go on after; at most so many, and so many bytes.';

CREATE FUNCTION private.field_condition(p_leaf jsonb) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $_$
declare
  v_field constant text := p_leaf ->> 'field';
  v_op constant text := p_leaf ->> 'op';
  v_value constant jsonb := p_leaf -> 'value';
  v_text constant text := lower(p_leaf ->> 'value');
  v_path constant text[] := string_to_array(v_field, '.');
  v_is text;
  v_known constant text[] := array[
    'first_name', 'last_name', 'email', 'company', 'job_title', 'phone', 'industry', 'company_size',
    'country', 'annual_revenue', 'source', 'status', 'tags'];
begin
  if v_field = any (v_known) then
    v_is := format('l.%I', v_field);
  elsif v_path[1] in ('enriched_data', 'source_details', 'consent') and cardinality(v_path) between 2 and 6 then
    v_is := format('(l.%I #>> %L)', v_path[1], v_path[2:]);
  else
    raise exception 'leads have no field %', v_field using errcode = '22023';
  end if;
  if p_leaf - array['field', 'op', 'value'] <> '{}'
     or (v_op = 'exists' and jsonb_typeof(coalesce(v_value, 'true')) <> 'boolean')
     or (v_op = 'in' and jsonb_typeof(v_value) is distinct from 'array')
     or (v_op in ('gt', 'gte', 'lt', 'lte') and jsonb_typeof(v_value) is distinct from 'number')
     or (v_op in ('eq', 'ne') and coalesce(jsonb_typeof(v_value), '') not in ('string', 'number', 'boolean'))
     or (v_op in ('contains', 'matches_domain') and jsonb_typeof(v_value) is distinct from 'string') then
    raise exception 'not a condition on a field: %', p_leaf using errcode = '22023';
  end if;
  if v_op = 'exists' then
    return format('((%s is not null%s) = %L)', v_is,
                  case v_field when 'tags' then ' and l.tags <> ''{}''' else '' end,
                  coalesce(v_value, 'true')::text);
  elsif v_field = 'tags' and v_op in ('eq', 'ne', 'in', 'contains') then
    return format('(%s exists (select from unnest(l.tags) tag where lower(tag) = any (%L)))',
                  case v_op when 'ne' then 'not' else '' end,
                  case v_op when 'in' then array(select lower(jsonb_array_elements_text(v_value)))
                            else array[v_text] end);
  end if;
  return format('coalesce(%s, %L)', case v_op
    when 'eq' then format('lower(%s::text) = %L', v_is, v_text)
    when 'ne' then format('lower(%s::text) <> %L', v_is, v_text)
    when 'in' then format('lower(%s::text) = any (%L)', v_is,
                          array(select lower(jsonb_array_elements_text(v_value))))
    when 'contains' then format('position(%L in lower(%s::text)) > 0', v_text, v_is)
    when 'gt' then format('private.number(%s::text) > %L::numeric', v_is, v_text)
    when 'gte' then format('private.number(%s::text) >= %L::numeric', v_is, v_text)
    when 'lt' then format('private.number(%s::text) < %L::numeric', v_is, v_text)
    when 'lte' then format('private.number(%s::text) <= %L::numeric', v_is, v_text)
    when 'matches_domain' then
      format('split_part(lower(%s::text), ''@'', 2) = %2$L or lower(%1$s::text) like %3$L', v_is,
             ltrim(v_text, '@'), '%.' || replace(replace(replace(ltrim(v_text, '@'), '\', '\\'), '%', '\%'), '_', '\_'))
    end, v_op = 'ne');
end $_$;

COMMENT ON FUNCTION private.field_condition(p_leaf jsonb) IS 'SQL that says whether a field of lead l is as a condition says.';

CREATE FUNCTION private.file_activity() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  become uuid;
begin
  loop
    select merged_into_id into become
      from public.leads where id = new.lead_id and created_by = new.created_by;
    exit when become is null;
    new.lead_id := become;
  end loop;
  return new;
end $$;

COMMENT ON FUNCTION private.file_activity() IS 'Trigger: what a merged lead does is done by the one it was merged into.';

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

CREATE FUNCTION private.fill_default() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  update public.ai_model_configs set is_default = true
   where id = (select id from public.ai_model_configs
                where provider = new.provider and model_type = new.model_type and is_active
                order by model_name = new.replacement_model desc nulls last,
                         deprecated_at is null desc, discovered_at desc, model_name limit 1)
     and not exists (select from public.ai_model_configs
                      where provider = new.provider and model_type = new.model_type and is_default);
  return null;
end $$;

COMMENT ON FUNCTION private.fill_default() IS 'Trigger: the replacement of a default takes its place.';

CREATE FUNCTION private.finish_erasure(p_request uuid) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
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

COMMENT ON FUNCTION private.finish_erasure(p_request uuid) IS 'The last step of an erasure: all of it, without a trace left, or nothing. Answers the report.';

CREATE FUNCTION private.finish_exchange() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_conversation uuid;
  v_asked uuid;
begin
  update public.chat_sessions
     set total_tokens = total_tokens + new.prompt_tokens + new.completion_tokens,
         total_cost_usd = total_cost_usd + new.cost_usd
   where id = new.session_id;
  insert into public.conversations as c (user_id, chat_session_id, title)
  select new.user_id, id, title from public.chat_sessions where id = new.session_id
  on conflict (user_id, chat_session_id) do update set title = excluded.title
  returning id into v_conversation;
  insert into public.conversation_messages (user_id, conversation_id, role, content, "timestamp")
  values (new.user_id, v_conversation, 'user', new.user_message, new."timestamp") returning id into v_asked;
  insert into public.conversation_messages
    (user_id, conversation_id, parent_id, role, content, model_name, token_count)
  values (new.user_id, v_conversation, v_asked, 'assistant',
          coalesce(new.ai_response ->> 'text', new.ai_response::text), new.model_name, new.completion_tokens);
  return null;
end $$;

COMMENT ON FUNCTION private.finish_exchange() IS 'Trigger: what was said is remembered, and what it took is added.';

CREATE FUNCTION private.follow_merge() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  if exists (
    select from public.lead_merges
     where created_by = new.created_by and undone_at is null
       and ((merged_id = old.lead_id and lead_id = new.lead_id)
            or (lead_id = old.lead_id and merged_id = new.lead_id))) then
    return new;
  end if;
  raise exception '% stay with their lead', tg_table_name using errcode = '42501';
end $$;

COMMENT ON FUNCTION private.follow_merge() IS 'Trigger: rows change their lead only when it is merged or taken apart.';

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
  if tg_op = 'UPDATE' and current_user = 'eraser' then
    return new;
  end if;
  if tg_op = 'UPDATE' and old.job_id is not null and new.job_id is null
     and to_jsonb(new) - 'job_id' = to_jsonb(old) - 'job_id' then
    return new;
  end if;
  raise exception 'credit_ledger is append-only' using errcode = '23001';
end $$;

COMMENT ON FUNCTION private.guard_ledger() IS 'Trigger: entries stay; only their job may vanish, and who it was when the user is erased.';

CREATE FUNCTION private.guard_state() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $_$
declare
  v_from text := '';
  v_to text;
  v_next text;
begin
  execute format('select ($1).%I::text', tg_argv[0]) into v_to using new;
  if tg_op = 'UPDATE' then
    execute format('select ($1).%I::text', tg_argv[0]) into v_from using old;
  end if;
  if v_from = v_to or exists (
    select from private.allowed_moves
     where table_name = tg_table_name and column_name = tg_argv[0]
       and from_state = v_from and to_state = v_to) then
    return new;
  end if;
  select string_agg(to_state, ', ' order by to_state) into v_next
    from private.allowed_moves
   where table_name = tg_table_name and column_name = tg_argv[0] and from_state = v_from;
  if tg_op = 'INSERT' then
    raise exception '% cannot begin as %', tg_table_name, v_to
      using errcode = '55000', hint = format('It begins as: %s.', v_next);
  end if;
  raise exception '% cannot go from % to %', tg_table_name, v_from, v_to
    using errcode = '55000',
          hint = coalesce('Allowed next: ' || v_next || '.', 'Nothing follows; it has ended.');
end $_$;

COMMENT ON FUNCTION private.guard_state() IS 'Trigger: only moves of private.allowed_moves; the hint says which there are.';

CREATE FUNCTION private.guard_states(p_table regclass, p_column name, VARIADIC p_moves text[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $_$
declare
  title constant name := (select relname from pg_catalog.pg_class where oid = p_table);
  move text;
begin
  foreach move in array p_moves loop
    insert into private.allowed_moves
    select title, p_column, btrim(split_part(move, '->', 1)), btrim(next)
      from regexp_split_to_table(split_part(move, '->', 2), ',') next;
  end loop;
  execute format(
    'create trigger %I before update of %I on %s for each row '
    'when (old.%2$I is distinct from new.%2$I) execute function private.guard_state(%2$L)',
    title || '_' || p_column || '_moves', p_column, p_table);
  if exists (select from private.allowed_moves
              where table_name = title and column_name = p_column and from_state = '') then
    execute format(
      'create trigger %I before insert on %s for each row execute function private.guard_state(%L)',
      title || '_' || p_column || '_begins', p_table, p_column);
  end if;
end $_$;

COMMENT ON FUNCTION private.guard_states(p_table regclass, p_column name, VARIADIC p_moves text[]) IS 'Write down the moves of a status column and let nothing else happen to it.';

CREATE FUNCTION private.hash_content() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  new.content_hash := encode(sha256(convert_to(new.content_data::text, 'UTF8')), 'hex');
  return new;
end $$;

COMMENT ON FUNCTION private.hash_content() IS 'Trigger: the same content has the same hash.';

CREATE FUNCTION private.id_hash(p_user uuid) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select encode(sha256(convert_to(p_user::text, 'UTF8')), 'hex')
$$;

COMMENT ON FUNCTION private.id_hash(p_user uuid) IS 'What is noted of a user who was erased.';

CREATE FUNCTION private.inet_or_null(p_address text) RETURNS inet
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  return p_address::inet;
exception when invalid_text_representation then
  return null;
end $$;

COMMENT ON FUNCTION private.inet_or_null(p_address text) IS 'An address, or null for what is none.';

CREATE FUNCTION private.keep(p_table regclass, p_why text, p_columns text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  place name;
  title name;
begin
  select r.schema_name, r.table_name into strict place, title
    from private.registry r join pg_catalog.pg_class c on c.relname = r.table_name
   where c.oid = p_table and c.relnamespace::regnamespace::text = r.schema_name
     and r.erase in ('anonymise', 'keep_legal');
  update private.registry set kept = p_why where (schema_name, table_name) = (place, title);
  delete from private.kept_columns where (schema_name, table_name) = (place, title);
  insert into private.kept_columns
  select place, title, owner_column, 'pseudonym', null
    from private.registry
   where (schema_name, table_name) = (place, title) and owner_column is not null
  union all
  select place, title, split_part(line, ': ', 1),
         case substr(line, strpos(line, ': ') + 2) when 'nothing' then 'nothing' else 'itself' end,
         nullif(substr(line, strpos(line, ': ') + 2), 'nothing')
    from regexp_split_to_table(btrim(p_columns, E' \n'), E'\\s*\n\\s*') line
   where line <> '';
  if exists (select from private.kept_columns k where (k.schema_name, k.table_name) = (place, title)
                and not exists (select from pg_catalog.pg_attribute a where a.attrelid = p_table
                                   and a.attname = k.column_name and not a.attisdropped)) then
    raise exception '% has not all of these columns', p_table;
  end if;
end $$;

COMMENT ON FUNCTION private.keep(p_table regclass, p_why text, p_columns text) IS 'Say why a table outlives an erasure, and what becomes of its columns then.';

CREATE FUNCTION private.keep_album_at_work() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  raise exception 'an album that is being made cannot be deleted'
    using errcode = '55000', hint = 'Cancel it first.';
end $$;

COMMENT ON FUNCTION private.keep_album_at_work() IS 'Trigger: an album that is being made stays.';

CREATE FUNCTION private.keep_connected_channel() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  raise exception 'the channel is connected to %, and is no other', old.youtube_channel_id
    using errcode = '55000', hint = 'Give the connection back first.';
end $$;

COMMENT ON FUNCTION private.keep_connected_channel() IS 'Trigger: a channel that is connected to an account stays the one it is there.';

CREATE FUNCTION private.keep_monthly(p_table regclass, p_keep interval) RETURNS void
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  insert into private.monthly select relname, p_keep from pg_catalog.pg_class where oid = p_table;
  select private.tend_months();
$$;

COMMENT ON FUNCTION private.keep_monthly(p_table regclass, p_keep interval) IS 'File a table partitioned by created_at by month, and drop its months after a time.';

CREATE FUNCTION private.keep_reference() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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

COMMENT ON FUNCTION private.keep_reference() IS 'Trigger: append-only, but for a passage that goes.';

CREATE FUNCTION private.keep_running_experiment() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  raise exception 'a running experiment stays as it began' using errcode = '55000', hint = 'Stop it first.';
end $$;

COMMENT ON FUNCTION private.keep_running_experiment() IS 'Trigger: over the data API nobody changes what a running experiment tries, or throws it away.';

CREATE FUNCTION private.keep_used_asset() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_uses constant text := (
    select string_agg(format('%s %s', kind, title), ', ') from public.digital_asset_uses(old.id));
begin
  if v_uses is not null then
    raise exception 'the file is in use' using errcode = '55000', hint = 'Used by: ' || v_uses || '.';
  end if;
  return new;
end $$;

COMMENT ON FUNCTION private.keep_used_asset() IS 'Trigger: a file in use is not thrown away.';

CREATE FUNCTION private.known_timezone(p_name text) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select exists (select from pg_catalog.pg_timezone_names where name = p_name and name !~ '^posix')
$$;

COMMENT ON FUNCTION private.known_timezone(p_name text) IS 'Whether a time zone goes by this name.';

CREATE TABLE public.campaigns (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_by uuid DEFAULT auth.uid() NOT NULL,
    name text NOT NULL,
    description text,
    type text NOT NULL,
    channel text,
    channels jsonb DEFAULT '[]'::jsonb NOT NULL,
    status text DEFAULT 'draft'::text NOT NULL,
    currency character(3) DEFAULT 'USD'::bpchar NOT NULL,
    total_budget numeric(12,2) DEFAULT 0 NOT NULL,
    budget_allocated numeric(12,2) DEFAULT 0 NOT NULL,
    budget_spent numeric(12,2) DEFAULT 0 NOT NULL,
    budget_breakdown jsonb DEFAULT '{}'::jsonb NOT NULL,
    start_date timestamp with time zone,
    end_date timestamp with time zone,
    primary_objective text,
    target_audience text,
    demographics jsonb DEFAULT '{}'::jsonb NOT NULL,
    kpi_targets jsonb DEFAULT '{}'::jsonb NOT NULL,
    content jsonb DEFAULT '{}'::jsonb NOT NULL,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    metrics jsonb DEFAULT '{}'::jsonb NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    compliance_checklist jsonb DEFAULT '[]'::jsonb NOT NULL,
    auto_managed boolean DEFAULT false NOT NULL,
    parent_campaign_id uuid,
    version integer DEFAULT 1 NOT NULL,
    launched_at timestamp with time zone,
    paused_at timestamp with time zone,
    completed_at timestamp with time zone,
    archived_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT campaigns_active_was_launched CHECK (((status <> ALL (ARRAY['active'::text, 'paused'::text])) OR (launched_at IS NOT NULL))),
    CONSTRAINT campaigns_allocated_not_negative CHECK ((budget_allocated >= (0)::numeric)),
    CONSTRAINT campaigns_archived_has_time CHECK (((status = 'archived'::text) = (archived_at IS NOT NULL))),
    CONSTRAINT campaigns_breakdown_is_object CHECK ((jsonb_typeof(budget_breakdown) = 'object'::text)),
    CONSTRAINT campaigns_channels_is_array CHECK ((jsonb_typeof(channels) = 'array'::text)),
    CONSTRAINT campaigns_completed_has_time CHECK (
CASE
    WHEN (status = 'completed'::text) THEN (completed_at IS NOT NULL)
    WHEN (status <> 'archived'::text) THEN (completed_at IS NULL)
    ELSE true
END),
    CONSTRAINT campaigns_compliance_is_array CHECK ((jsonb_typeof(compliance_checklist) = 'array'::text)),
    CONSTRAINT campaigns_content_is_object CHECK ((jsonb_typeof(content) = 'object'::text)),
    CONSTRAINT campaigns_currency_is_code CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT campaigns_dates_in_order CHECK ((end_date >= start_date)),
    CONSTRAINT campaigns_demographics_is_object CHECK ((jsonb_typeof(demographics) = 'object'::text)),
    CONSTRAINT campaigns_kpi_targets_is_object CHECK ((jsonb_typeof(kpi_targets) = 'object'::text)),
    CONSTRAINT campaigns_metadata_is_object CHECK ((jsonb_typeof(metadata) = 'object'::text)),
    CONSTRAINT campaigns_metrics_is_object CHECK ((jsonb_typeof(metrics) = 'object'::text)),
    CONSTRAINT campaigns_name_length CHECK (((btrim(name) <> ''::text) AND (length(name) <= 200))),
    CONSTRAINT campaigns_paused_has_time CHECK (((status = 'paused'::text) = (paused_at IS NOT NULL))),
    CONSTRAINT campaigns_settings_is_object CHECK ((jsonb_typeof(settings) = 'object'::text)),
    CONSTRAINT campaigns_spent_not_negative CHECK ((budget_spent >= (0)::numeric)),
    CONSTRAINT campaigns_status_known CHECK ((status = ANY (ARRAY['draft'::text, 'scheduled'::text, 'active'::text, 'paused'::text, 'completed'::text, 'cancelled'::text, 'archived'::text]))),
    CONSTRAINT campaigns_total_budget_not_negative CHECK ((total_budget >= (0)::numeric)),
    CONSTRAINT campaigns_type_known CHECK ((type = ANY (ARRAY['lead_generation'::text, 'brand_awareness'::text, 'product_launch'::text, 'email'::text, 'social_media'::text, 'content'::text, 'paid_ads'::text, 'partnership'::text, 'custom'::text]))),
    CONSTRAINT campaigns_within_budget CHECK ((budget_spent <= total_budget))
);
ALTER TABLE ONLY public.campaigns FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.campaigns IS 'What is marketed: the hub of its tasks, figures and content.';

COMMENT ON COLUMN public.campaigns.id IS 'Identity.';

COMMENT ON COLUMN public.campaigns.created_by IS 'Whose campaign it is.';

COMMENT ON COLUMN public.campaigns.name IS 'What its owner calls it.';

COMMENT ON COLUMN public.campaigns.description IS 'What it is about.';

COMMENT ON COLUMN public.campaigns.type IS 'Kind of campaign.';

COMMENT ON COLUMN public.campaigns.channel IS 'The marketing channel, when there is one.';

COMMENT ON COLUMN public.campaigns.channels IS 'Marketing channels, when there are several: [name].';

COMMENT ON COLUMN public.campaigns.status IS 'draft, scheduled, active, paused, completed, cancelled or archived.';

COMMENT ON COLUMN public.campaigns.currency IS 'Currency of the budget.';

COMMENT ON COLUMN public.campaigns.total_budget IS 'What it may cost in all; no spending passes it.';

COMMENT ON COLUMN public.campaigns.budget_allocated IS 'What is set aside for channels.';

COMMENT ON COLUMN public.campaigns.budget_spent IS 'What it has cost; changed by campaign_spend alone.';

COMMENT ON COLUMN public.campaigns.budget_breakdown IS '{channel: amount}.';

COMMENT ON COLUMN public.campaigns.start_date IS 'When it is to begin.';

COMMENT ON COLUMN public.campaigns.end_date IS 'When it is to end.';

COMMENT ON COLUMN public.campaigns.primary_objective IS 'What it is to achieve.';

COMMENT ON COLUMN public.campaigns.target_audience IS 'Whom it addresses.';

COMMENT ON COLUMN public.campaigns.demographics IS '{age, gender, region, ...} of the audience.';

COMMENT ON COLUMN public.campaigns.kpi_targets IS '{metric: value wanted}.';

COMMENT ON COLUMN public.campaigns.content IS 'What it says, by channel.';

COMMENT ON COLUMN public.campaigns.settings IS 'How it runs.';

COMMENT ON COLUMN public.campaigns.metrics IS '{metric: {total, latest, days}} of its daily figures.';

COMMENT ON COLUMN public.campaigns.metadata IS 'Anything else.';

COMMENT ON COLUMN public.campaigns.compliance_checklist IS '[{item, done}].';

COMMENT ON COLUMN public.campaigns.auto_managed IS 'Run by the autopilot.';

COMMENT ON COLUMN public.campaigns.parent_campaign_id IS 'The campaign it is part of, or was copied from.';

COMMENT ON COLUMN public.campaigns.version IS 'Counts changes; a writer that saw an older one is refused.';

COMMENT ON COLUMN public.campaigns.launched_at IS 'When it was first active.';

COMMENT ON COLUMN public.campaigns.paused_at IS 'Since when it has been paused.';

COMMENT ON COLUMN public.campaigns.completed_at IS 'When it was completed.';

COMMENT ON COLUMN public.campaigns.archived_at IS 'When it was archived.';

COMMENT ON COLUMN public.campaigns.created_at IS 'When it was made.';

COMMENT ON COLUMN public.campaigns.updated_at IS 'When it last changed.';

CREATE FUNCTION private.launch_gaps(p_campaign public.campaigns) RETURNS text[]
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select array_remove(array[
    case when btrim(p_campaign.name) = '' then 'name' end,
    case when p_campaign.channel is null and p_campaign.channels = '[]' then 'channels' end,
    case when p_campaign.status = 'scheduled' and p_campaign.start_date is null then 'start_date' end,
    case when p_campaign.end_date < p_campaign.start_date then 'end_date' end,
    case when p_campaign.budget_allocated > p_campaign.total_budget then 'budget_allocated' end
  ], null)
$$;

COMMENT ON FUNCTION private.launch_gaps(p_campaign public.campaigns) IS 'Everything a campaign lacks to be launched.';

CREATE FUNCTION private.lead_changed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  update public.autopilot_lead_inbox i
     set full_name = nullif(concat_ws(' ', l.first_name, l.last_name), ''), company_name = l.company,
         email = l.email, phone = l.phone, source = l.source, score = l.lead_score
    from after_change l
   where i.lead_id = l.id
     and (i.full_name, i.company_name, i.email, i.phone, i.source, i.score) is distinct from
         (nullif(concat_ws(' ', l.first_name, l.last_name), ''), l.company, l.email, l.phone, l.source,
          l.lead_score);
  perform public.emit_event(
      l.created_by, case when l.lead_score >= 75 then 'lead.hot' else 'lead.warm' end,
      jsonb_build_object('lead_id', l.id, 'score', l.lead_score),
      format('lead:%s:%s', l.id, l.score_updated_at), l.id)
     from after_change l join before_change was using (id)
    where (was.lead_score < 75 and l.lead_score >= 75)
       or (was.lead_score < 50 and l.lead_score between 50 and 74);
  if exists (select from after_change l join before_change was using (id) where l.status <> was.status) then
    insert into public.lead_activities (created_by, lead_id, activity_type, activity_data, source)
    select l.created_by, l.id, 'status_changed',
           jsonb_build_object('from', was.status, 'to', l.status), 'system'
      from after_change l join before_change was using (id) where l.status <> was.status;
  end if;
  return null;
end $$;

COMMENT ON FUNCTION private.lead_changed() IS 'Trigger: the inbox keeps in step, status changes are activities, crossings are told.';

CREATE FUNCTION private.lead_condition(p_condition jsonb, p_decay_days integer DEFAULT NULL::integer, p_depth integer DEFAULT 1) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
declare
  v_key constant text := case when p_condition ? 'all' then 'all' when p_condition ? 'any' then 'any' end;
begin
  if jsonb_typeof(p_condition) is distinct from 'object' or p_depth > 8 then
    raise exception 'a condition is an object, at most 8 deep' using errcode = '22023';
  elsif v_key is not null then
    if p_condition - v_key <> '{}' or jsonb_typeof(p_condition -> v_key) <> 'array'
       or jsonb_array_length(p_condition -> v_key) not between 1 and 50 then
      raise exception '% takes a list of 1 to 50 conditions', v_key using errcode = '22023';
    end if;
    return (
      select '(' || string_agg(private.lead_condition(part, p_decay_days, p_depth + 1),
                               case v_key when 'all' then ' and ' else ' or ' end) || ')'
        from jsonb_array_elements(p_condition -> v_key) part);
  elsif p_condition ? 'not' then
    if p_condition - 'not' <> '{}' then
      raise exception 'not stands alone' using errcode = '22023';
    end if;
    return format('(not %s)', private.lead_condition(p_condition -> 'not', p_decay_days, p_depth + 1));
  elsif p_condition ? 'activity' then
    return format('(%s >= %L::int)', private.count_of_activity(p_condition, p_decay_days),
                  coalesce(p_condition ->> 'count_gte', '1'));
  elsif coalesce(p_condition ->> 'op', '') <> all (array[
      'eq', 'ne', 'in', 'contains', 'gt', 'gte', 'lt', 'lte', 'exists', 'matches_domain']) then
    raise exception 'not a condition: %', p_condition using errcode = '22023';
  end if;
  return private.field_condition(p_condition);
end $$;

COMMENT ON FUNCTION private.lead_condition(p_condition jsonb, p_decay_days integer, p_depth integer) IS 'SQL that says whether lead l meets a condition.';

CREATE FUNCTION private.learn() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  update public.agent_learning_data
     set usage_count = usage_count + 1,
         success_count = success_count + (
           new.interaction_type = 'approve' or (new.interaction_type = 'edit' and new.feedback_score >= 4))::int,
         last_updated = clock_timestamp()
   where id = any (new.pattern_ids) and user_id = new.user_id;
  return null;
end $$;

COMMENT ON FUNCTION private.learn() IS 'Trigger: a user''s patterns learn from what the user says.';

CREATE FUNCTION private.let_go(p_table regclass) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  kept private.registry;
begin
  select r.* into strict kept
    from private.registry r join pg_catalog.pg_class c on c.relname = r.table_name
   where c.oid = p_table and c.relnamespace::regnamespace::text = r.schema_name
     and r.kind = 'LOG' and r.retention is not null;
  execute format('drop trigger %I on %s', kept.table_name || '_append_only', p_table);
  execute format(
    'create trigger %I before update or delete on %s for each row execute function private.append_only(%L, %L)',
    kept.table_name || '_append_only', p_table, kept.retention, kept.owner_column);
  execute format('grant delete on %s to service_role', p_table);
  update private.registry r set service_may = r.service_may || ', delete'
   where (r.schema_name, r.table_name) = (kept.schema_name, kept.table_name);
  if not exists (select from private.monthly m where m.table_name = kept.table_name) then
    execute format('create index %I on %s (created_at)', kept.table_name || '_by_age', p_table);
  end if;
end $$;

COMMENT ON FUNCTION private.let_go(p_table regclass) IS 'Let rows of an append-only table be deleted when their time is over, and no sooner.';

CREATE TABLE public.lead_merges (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_by uuid DEFAULT auth.uid() NOT NULL,
    lead_id uuid NOT NULL,
    merged_id uuid NOT NULL,
    before jsonb DEFAULT '{}'::jsonb NOT NULL,
    after jsonb DEFAULT '{}'::jsonb NOT NULL,
    activity_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    score_event_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    contact_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    inbox jsonb DEFAULT '{}'::jsonb NOT NULL,
    undone_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT lead_merges_after_is_object CHECK ((jsonb_typeof(after) = 'object'::text)),
    CONSTRAINT lead_merges_before_is_object CHECK ((jsonb_typeof(before) = 'object'::text)),
    CONSTRAINT lead_merges_inbox_is_object CHECK ((jsonb_typeof(inbox) = 'object'::text))
);
ALTER TABLE ONLY public.lead_merges FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.lead_merges IS 'Leads that were merged into another, and what that changed.';

COMMENT ON COLUMN public.lead_merges.id IS 'Identity.';

COMMENT ON COLUMN public.lead_merges.created_by IS 'Whose leads they are.';

COMMENT ON COLUMN public.lead_merges.lead_id IS 'The lead that stays.';

COMMENT ON COLUMN public.lead_merges.merged_id IS 'The lead that turned out to be it.';

COMMENT ON COLUMN public.lead_merges.before IS 'Fields of the lead that stays, as they were before the merge gave them a value.';

COMMENT ON COLUMN public.lead_merges.after IS 'The same fields, as the merge left them.';

COMMENT ON COLUMN public.lead_merges.activity_ids IS 'What the merged lead did, now filed with the one that stays.';

COMMENT ON COLUMN public.lead_merges.score_event_ids IS 'Its points, likewise.';

COMMENT ON COLUMN public.lead_merges.contact_ids IS 'Its e-mail contacts, likewise.';

COMMENT ON COLUMN public.lead_merges.inbox IS '{moved: id} or {removed: line, kept: id, notes_before, notes_after}: what became of its line.';

COMMENT ON COLUMN public.lead_merges.undone_at IS 'When the two were taken apart again.';

COMMENT ON COLUMN public.lead_merges.created_at IS 'When it was made.';

CREATE TABLE public.leads (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_by uuid DEFAULT auth.uid() NOT NULL,
    first_name text,
    last_name text,
    email text,
    company text,
    job_title text,
    phone text,
    industry text,
    company_size text,
    country text,
    annual_revenue numeric,
    source text NOT NULL,
    source_details jsonb DEFAULT '{}'::jsonb NOT NULL,
    external_id text,
    campaign_id uuid,
    status text DEFAULT 'new'::text NOT NULL,
    lead_score integer DEFAULT 0 NOT NULL,
    score_breakdown jsonb DEFAULT '[]'::jsonb NOT NULL,
    score_updated_at timestamp with time zone,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    enriched_data jsonb DEFAULT '{}'::jsonb NOT NULL,
    consent jsonb DEFAULT '{}'::jsonb NOT NULL,
    last_activity_at timestamp with time zone,
    merged_into_id uuid,
    deleted_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT leads_breakdown_is_array CHECK ((jsonb_typeof(score_breakdown) = 'array'::text)),
    CONSTRAINT leads_consent_is_object CHECK ((jsonb_typeof(consent) = 'object'::text)),
    CONSTRAINT leads_email_shape CHECK (((email ~ '^[^@\s]+@[^@\s]+$'::text) AND (email = lower(email)) AND (length(email) <= 320))),
    CONSTRAINT leads_enriched_data_is_object CHECK ((jsonb_typeof(enriched_data) = 'object'::text)),
    CONSTRAINT leads_merged_is_gone CHECK (((merged_into_id IS NULL) OR (deleted_at IS NOT NULL))),
    CONSTRAINT leads_not_merged_into_itself CHECK ((merged_into_id <> id)),
    CONSTRAINT leads_score_range CHECK (((lead_score >= 0) AND (lead_score <= 100))),
    CONSTRAINT leads_source_details_is_object CHECK ((jsonb_typeof(source_details) = 'object'::text)),
    CONSTRAINT leads_source_length CHECK (((btrim(source) <> ''::text) AND (length(source) <= 100))),
    CONSTRAINT leads_status_known CHECK ((status = ANY (ARRAY['new'::text, 'contacted'::text, 'qualified'::text, 'opportunity'::text, 'converted'::text, 'lost'::text])))
);
ALTER TABLE ONLY public.leads FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.leads IS 'People who may buy.';

COMMENT ON COLUMN public.leads.id IS 'Identity.';

COMMENT ON COLUMN public.leads.created_by IS 'Whose lead it is.';

COMMENT ON COLUMN public.leads.first_name IS 'Given name.';

COMMENT ON COLUMN public.leads.last_name IS 'Family name.';

COMMENT ON COLUMN public.leads.email IS 'Address, kept in lower case.';

COMMENT ON COLUMN public.leads.company IS 'Where they work.';

COMMENT ON COLUMN public.leads.job_title IS 'What they do there.';

COMMENT ON COLUMN public.leads.phone IS 'Number to call.';

COMMENT ON COLUMN public.leads.industry IS 'What the company does.';

COMMENT ON COLUMN public.leads.company_size IS 'How large it is.';

COMMENT ON COLUMN public.leads.country IS 'Where it is.';

COMMENT ON COLUMN public.leads.annual_revenue IS 'What it turns over in a year.';

COMMENT ON COLUMN public.leads.source IS 'Where the lead came from.';

COMMENT ON COLUMN public.leads.source_details IS '{form, page, referrer, ...}.';

COMMENT ON COLUMN public.leads.external_id IS 'Name of the lead at its source.';

COMMENT ON COLUMN public.leads.campaign_id IS 'The campaign that brought it.';

COMMENT ON COLUMN public.leads.status IS 'new, contacted, qualified, opportunity, converted or lost.';

COMMENT ON COLUMN public.leads.lead_score IS 'How promising, from 0 to 100; follows from lead_score_events.';

COMMENT ON COLUMN public.leads.score_breakdown IS '[{rule, points}]: what the score is made of.';

COMMENT ON COLUMN public.leads.score_updated_at IS 'When the score was last computed; null when it must be computed anew.';

COMMENT ON COLUMN public.leads.tags IS 'Labels.';

COMMENT ON COLUMN public.leads.enriched_data IS 'What was found out elsewhere.';

COMMENT ON COLUMN public.leads.consent IS '{purpose: {given_at, source}}.';

COMMENT ON COLUMN public.leads.last_activity_at IS 'When they last did something.';

COMMENT ON COLUMN public.leads.merged_into_id IS 'The lead this one turned out to be.';

COMMENT ON COLUMN public.leads.deleted_at IS 'When its owner threw it away.';

COMMENT ON COLUMN public.leads.created_at IS 'When it was made.';

COMMENT ON COLUMN public.leads.updated_at IS 'When it last changed.';

CREATE FUNCTION private.merge_lead(p_into public.leads, p_from public.leads, p_fields jsonb) RETURNS public.lead_merges
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  says constant jsonb := to_jsonb(p_into);
  said constant jsonb := to_jsonb(p_from);
  line public.autopilot_lead_inbox;
  kept public.autopilot_lead_inbox;
  said_of_both text;
  merge public.lead_merges;
begin
  select coalesce(jsonb_object_agg(field, value), '{}') into merge.after from (
    select field, said -> field as value
      from unnest(array['first_name', 'last_name', 'email', 'company', 'job_title', 'phone', 'industry',
                        'company_size', 'country', 'annual_revenue', 'campaign_id']) field
     where said ->> field is not null
       and (says ->> field is null or p_fields ->> field = p_from.id::text)
    union all
    select 'tags', to_jsonb(p_into.tags || array(
      select tag from unnest(p_from.tags) with ordinality other (tag, place)
       where tag <> all (p_into.tags) order by place))
    union all
    select 'enriched_data', p_from.enriched_data || p_into.enriched_data
    union all
    select 'consent', p_from.consent || p_into.consent
    union all
    select 'last_activity_at', to_jsonb(greatest(p_into.last_activity_at, p_from.last_activity_at))
  ) given where value is distinct from says -> field;
  insert into public.lead_merges (created_by, lead_id, merged_id, before, after, activity_ids, score_event_ids,
                                  contact_ids)
  values (p_into.created_by, p_into.id, p_from.id,
          (select coalesce(jsonb_object_agg(field, says -> field), '{}') from jsonb_object_keys(merge.after) field),
          merge.after,
          array(select id from public.lead_activities where lead_id = p_from.id),
          array(select id from public.lead_score_events where lead_id = p_from.id),
          array(select id from public.email_contacts where lead_id = p_from.id))
  returning * into merge;
  update public.lead_activities set lead_id = p_into.id where id = any (merge.activity_ids);
  update public.lead_score_events set lead_id = p_into.id where id = any (merge.score_event_ids);
  update public.email_contacts set lead_id = p_into.id where id = any (merge.contact_ids);
  select * into line from public.autopilot_lead_inbox where lead_id = p_from.id;
  select * into kept from public.autopilot_lead_inbox where lead_id = p_into.id;
  if line.id is not null and kept.id is null then
    update public.autopilot_lead_inbox set lead_id = p_into.id where id = line.id;
    merge.inbox := jsonb_build_object('moved', line.id);
  elsif line.id is not null then
    delete from public.autopilot_lead_inbox where id = line.id;
    said_of_both := nullif(concat_ws(E'\n', kept.notes, line.notes), '');
    update public.autopilot_lead_inbox set notes = said_of_both where id = kept.id;
    merge.inbox := jsonb_build_object(
      'removed', to_jsonb(line), 'kept', kept.id, 'notes_before', kept.notes, 'notes_after', said_of_both);
  end if;
  update public.lead_merges set inbox = merge.inbox where id = merge.id returning * into merge;
  update public.leads set deleted_at = clock_timestamp(), merged_into_id = p_into.id where id = p_from.id;
  perform private.set_lead(p_into.id, merge.after);
  insert into public.lead_activities (created_by, lead_id, activity_type, activity_data, source, is_bot)
  values (p_into.created_by, p_into.id, 'merged',
          jsonb_build_object('merge_id', merge.id, 'lead_id', p_from.id), 'system', true);
  return merge;
end $$;

COMMENT ON FUNCTION private.merge_lead(p_into public.leads, p_from public.leads, p_fields jsonb) IS 'Merge one lead into another, in the transaction of whoever holds both.';

CREATE FUNCTION private.mirror_connection() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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

COMMENT ON FUNCTION private.mirror_connection() IS 'Trigger: an account shows the status of its tokens.';

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

CREATE FUNCTION private.next_version() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $_$
begin
  if new.parent_id is not null then
    execute format('select version + 1 from public.%I where id = $1', tg_table_name)
      into new.version using new.parent_id;
  end if;
  new.version := coalesce(new.version, 1);
  return new;
end $_$;

COMMENT ON FUNCTION private.next_version() IS 'Trigger: a version is one more than the one it grew from.';

CREATE FUNCTION private.note_consent() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
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

COMMENT ON FUNCTION private.note_consent() IS 'Trigger: every change of a consent is on record.';

CREATE FUNCTION private.number(p_text text) RETURNS numeric
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $_$
  select case when p_text ~ '^\s*-?\d{1,30}(\.\d{1,30})?\s*$' then p_text::numeric end
$_$;

COMMENT ON FUNCTION private.number(p_text text) IS 'A number, or null for what is none.';

CREATE FUNCTION private.page_key(p_table regclass) RETURNS TABLE(columns name[], descending boolean)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
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

COMMENT ON FUNCTION private.page_key(p_table regclass) IS 'Columns that put the rows of one owner in order, and whether they are read backwards.';

CREATE FUNCTION private.place_message() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  perform from public.chat_sessions
    where id = new.session_id and user_id = new.user_id for no key update;
  select 1 + coalesce(max(seq), 0) into new.seq
    from public.chat_messages where session_id = new.session_id and user_id = new.user_id;
  return new;
end $$;

COMMENT ON FUNCTION private.place_message() IS 'Trigger: the next place in the session, whose lock puts those who speak at once in order.';

CREATE FUNCTION private.place_utterance() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  perform from public.conversations
    where id = new.conversation_id and user_id = new.user_id for no key update;
  select 1 + coalesce(max(seq), 0) into new.seq
    from public.conversation_messages
   where conversation_id = new.conversation_id and user_id = new.user_id;
  return new;
end $$;

COMMENT ON FUNCTION private.place_utterance() IS 'Trigger: the next place in the conversation, whose lock puts those who speak at once in order.';

CREATE TABLE public.lead_scoring_rules (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_by uuid DEFAULT auth.uid() NOT NULL,
    rule_name text NOT NULL,
    conditions jsonb NOT NULL,
    score_weight integer NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    group_name text DEFAULT 'general'::text NOT NULL,
    repeatable boolean DEFAULT false NOT NULL,
    max_per_lead integer,
    decay_days integer,
    priority integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT lead_scoring_rules_decay_range CHECK (((decay_days >= 1) AND (decay_days <= 3650))),
    CONSTRAINT lead_scoring_rules_max_positive CHECK ((max_per_lead > 0)),
    CONSTRAINT lead_scoring_rules_name_length CHECK (((btrim(rule_name) <> ''::text) AND (length(rule_name) <= 200))),
    CONSTRAINT lead_scoring_rules_weight_range CHECK (((score_weight >= '-100'::integer) AND (score_weight <= 100)))
);
ALTER TABLE ONLY public.lead_scoring_rules FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.lead_scoring_rules IS 'What makes a lead promising.';

COMMENT ON COLUMN public.lead_scoring_rules.id IS 'Identity.';

COMMENT ON COLUMN public.lead_scoring_rules.created_by IS 'Whose rule it is.';

COMMENT ON COLUMN public.lead_scoring_rules.rule_name IS 'What it is called.';

COMMENT ON COLUMN public.lead_scoring_rules.conditions IS 'When it applies: {all|any: [...]}, {not: ...}, {field, op, value} or {activity, count_gte, within_days}.';

COMMENT ON COLUMN public.lead_scoring_rules.score_weight IS 'Points it gives, or takes.';

COMMENT ON COLUMN public.lead_scoring_rules.is_active IS 'Whether it is used.';

COMMENT ON COLUMN public.lead_scoring_rules.group_name IS 'Rules shown together.';

COMMENT ON COLUMN public.lead_scoring_rules.repeatable IS 'Gives its points once for every count_gte activities.';

COMMENT ON COLUMN public.lead_scoring_rules.max_per_lead IS 'How often at most.';

COMMENT ON COLUMN public.lead_scoring_rules.decay_days IS 'Activities older than this no longer count.';

COMMENT ON COLUMN public.lead_scoring_rules.priority IS 'Order to show them in.';

COMMENT ON COLUMN public.lead_scoring_rules.created_at IS 'When it was made.';

COMMENT ON COLUMN public.lead_scoring_rules.updated_at IS 'When it last changed.';

CREATE FUNCTION private.points_of_rule(p_rule public.lead_scoring_rules) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $_$
  select format('case when %s then %s else 0 end',
    private.lead_condition(p_rule.conditions, p_rule.decay_days),
    coalesce((
      select format('%L::int * least(%L::int, greatest(1, %s / %L::int))', p_rule.score_weight,
                    coalesce(p_rule.max_per_lead, 2147483647),
                    private.count_of_activity(leaf, p_rule.decay_days), coalesce(leaf ->> 'count_gte', '1'))
        from jsonb_path_query(p_rule.conditions, 'strict $.** ? (exists (@.activity))') leaf
       where p_rule.repeatable limit 1), format('%L::int', p_rule.score_weight)))
$_$;

COMMENT ON FUNCTION private.points_of_rule(p_rule public.lead_scoring_rules) IS 'SQL that says how many points a rule gives lead l.';

CREATE TABLE public.privacy_audit_log (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    seq bigint NOT NULL,
    event_type text NOT NULL,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    request_id text,
    ip_address inet,
    user_agent text,
    "timestamp" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    prev_hash text NOT NULL,
    row_hash text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT privacy_audit_log_details_is_object CHECK ((jsonb_typeof(details) = 'object'::text)),
    CONSTRAINT privacy_audit_log_event_shape CHECK ((event_type ~ '^[a-z_]{1,60}$'::text)),
    CONSTRAINT privacy_audit_log_user_agent_short CHECK ((length(user_agent) <= 1000))
);
ALTER TABLE ONLY public.privacy_audit_log FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.privacy_audit_log IS 'What was done about a user''s data: each row carries the hash of the one before.';

COMMENT ON COLUMN public.privacy_audit_log.id IS 'Identity.';

COMMENT ON COLUMN public.privacy_audit_log.user_id IS 'Whose row it is; a pseudonym after an erasure.';

COMMENT ON COLUMN public.privacy_audit_log.seq IS 'Its place in the user''s chain, from 1.';

COMMENT ON COLUMN public.privacy_audit_log.event_type IS 'What was done: consent_changed, export_requested, deletion_completed, ...';

COMMENT ON COLUMN public.privacy_audit_log.details IS 'More of it; nothing that tells who the user is.';

COMMENT ON COLUMN public.privacy_audit_log.request_id IS 'The request it belongs to.';

COMMENT ON COLUMN public.privacy_audit_log.ip_address IS 'Where the request came from; empty after an erasure.';

COMMENT ON COLUMN public.privacy_audit_log.user_agent IS 'What the request called itself; empty after an erasure.';

COMMENT ON COLUMN public.privacy_audit_log."timestamp" IS 'When it was done.';

COMMENT ON COLUMN public.privacy_audit_log.prev_hash IS 'row_hash of the row before; 64 zeros for the first.';

COMMENT ON COLUMN public.privacy_audit_log.row_hash IS 'SHA-256 of prev_hash and all that stays after an erasure, in hex.';

COMMENT ON COLUMN public.privacy_audit_log.created_at IS 'When it was made.';

CREATE FUNCTION private.privacy_hash(p_row public.privacy_audit_log) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select encode(sha256(convert_to(jsonb_build_array(
    p_row.prev_hash, p_row.seq, p_row.event_type, p_row.details, p_row.request_id,
    extract(epoch from p_row.timestamp))::text, 'UTF8')), 'hex')
$$;

COMMENT ON FUNCTION private.privacy_hash(p_row public.privacy_audit_log) IS 'What a row of the chain must hash to.';

CREATE FUNCTION private.promise_clearing(p_user_id uuid, p_place text, p_after interval DEFAULT '00:00:00'::interval) RETURNS void
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  insert into private.outbox (user_id, topic, payload, dedupe_key, next_attempt_at)
  values ((select id from auth.users where id = p_user_id), 'clear_files',
          jsonb_build_object('place', p_place), 'clear:' || p_place, clock_timestamp() + p_after)
  on conflict (dedupe_key) do nothing
$$;

COMMENT ON FUNCTION private.promise_clearing(p_user_id uuid, p_place text, p_after interval) IS 'Promise that a file, or with a slash at its end a folder, is deleted if nothing wants it then; once for a place.';

CREATE FUNCTION private.refresh_changed_campaigns() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  perform public.campaign_metrics_refresh(
    variadic array(select campaign_id from changed group by campaign_id order by campaign_id));
  return null;
end $$;

COMMENT ON FUNCTION private.refresh_changed_campaigns() IS 'Trigger: a campaign''s metrics follow its days.';

CREATE FUNCTION private.report_erasure(p_request uuid, p_what text, p_table text, p_rows bigint) RETURNS void
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  update public.data_deletion_requests
     set report = jsonb_set(
           jsonb_build_object(p_what, '{}'::jsonb) || report, array[p_what, p_table],
           to_jsonb(coalesce((report -> p_what ->> p_table)::bigint, 0) + p_rows))
   where id = p_request and p_rows > 0
$$;

COMMENT ON FUNCTION private.report_erasure(p_request uuid, p_what text, p_table text, p_rows bigint) IS 'Count what was erased or kept.';

CREATE FUNCTION private.retire_default() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  if old.is_default and not new.is_active then
    new.is_default := false;
  end if;
  return new;
end $$;

COMMENT ON FUNCTION private.retire_default() IS 'Trigger: what is not offered is nobody''s default.';

CREATE FUNCTION private.roll_budgets(p_budgets uuid[]) RETURNS void
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  update public.channel_budgets
     set spent_usd = 0, period_start = date_trunc(period, clock_timestamp(), 'UTC')
   where id = any (p_budgets) and period_start < date_trunc(period, clock_timestamp(), 'UTC')
$$;

COMMENT ON FUNCTION private.roll_budgets(p_budgets uuid[]) IS 'Begin the period that runs, of budgets whose last one is over; their rows are locked.';

CREATE FUNCTION private.rules_changed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  insert into private.stale_scores as stale (user_id)
  select created_by from changed group by created_by
  on conflict (user_id) do update set after_id = null, requested_at = clock_timestamp();
  return null;
end $$;

COMMENT ON FUNCTION private.rules_changed() IS 'Trigger: changed rules make all scores of their owner stale.';

CREATE FUNCTION private.score_active_leads() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  perform public.leads_rescore(created_by, array_agg(distinct lead_id)) from added group by created_by;
  update public.leads l set last_activity_at = greatest(l.last_activity_at, a.latest)
    from (select lead_id, max(occurred_at) latest from added where not is_bot group by lead_id) a
   where l.id = a.lead_id;
  return null;
end $$;

COMMENT ON FUNCTION private.score_active_leads() IS 'Trigger: what a lead does is scored at once.';

CREATE FUNCTION private.score_changed_leads() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  perform public.leads_rescore(created_by, array_agg(id))
     from public.leads where score_updated_at is null group by created_by;
  return null;
end $$;

COMMENT ON FUNCTION private.score_changed_leads() IS 'Trigger: a new or changed lead is scored at once.';

CREATE FUNCTION private.score_given_points() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  perform public.leads_rescore(created_by, array_agg(distinct lead_id))
     from added where rule_id is null group by created_by;
  return null;
end $$;

COMMENT ON FUNCTION private.score_given_points() IS 'Trigger: points given by hand count at once.';

CREATE FUNCTION private.secret_purpose() RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select nullif(current_setting('showrunner.purpose', true), '')
$$;

COMMENT ON FUNCTION private.secret_purpose() IS 'What this transaction is for, where it said so.';

CREATE FUNCTION private.set_lead(p_lead_id uuid, p_fields jsonb) RETURNS void
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  update public.leads l
     set (first_name, last_name, email, company, job_title, phone, industry, company_size, country,
          annual_revenue, campaign_id, tags, enriched_data, consent, last_activity_at) = (
       select f.first_name, f.last_name, f.email, f.company, f.job_title, f.phone, f.industry, f.company_size,
              f.country, f.annual_revenue, f.campaign_id, f.tags, f.enriched_data, f.consent, f.last_activity_at
         from jsonb_populate_record(l, p_fields) f)
   where id = p_lead_id
$$;

COMMENT ON FUNCTION private.set_lead(p_lead_id uuid, p_fields jsonb) IS 'Give fields of a lead other values.';

CREATE FUNCTION private.set_up_user(p_user uuid, p_name text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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

COMMENT ON FUNCTION private.set_up_user(p_user uuid, p_name text) IS 'Give a user a profile and the welcome credits, once.';

CREATE FUNCTION private.stamp_state() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $_$
declare
  v_state text;
  v_time timestamptz;
begin
  execute format('select ($1).%I::text, ($1).%I', tg_argv[0], tg_argv[1]) into v_state, v_time using new;
  if v_state = any (tg_argv[2]::text[]) then
    v_time := coalesce(v_time, clock_timestamp());
  elsif not tg_argv[3]::boolean then
    v_time := null;
  end if;
  return jsonb_populate_record(new, jsonb_build_object(tg_argv[1], v_time));
end $_$;

COMMENT ON FUNCTION private.stamp_state() IS 'Trigger: a time is set with its status, and goes with it.';

CREATE FUNCTION private.stamp_states(p_table regclass, p_column name, p_time name, p_states text[], p_kept boolean DEFAULT false) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $_$
begin
  execute format(
    'create trigger %I before insert or update of %I, %I on %s for each row '
    'execute function private.stamp_state(%2$L, %3$L, %5$L, %6$L)',
    (select relname from pg_catalog.pg_class where oid = p_table) || '_' || p_time || '_stamp',
    p_column, p_time, p_table, p_states, p_kept);
end $_$;

COMMENT ON FUNCTION private.stamp_states(p_table regclass, p_column name, p_time name, p_states text[], p_kept boolean) IS 'Let a time follow a status.';

CREATE FUNCTION private.sum_experiment_days() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  update public.metadata_experiments e
     set impressions = sums.impressions, clicks = sums.clicks, views = sums.views,
         watch_seconds = sums.watch_seconds,
         ctr = case when sums.days > 0 then e.ctr end, avd = case when sums.days > 0 then e.avd end
    from (select distinct c.user_id, c.experiment_key, c.variant_key from changed c) moved
   cross join lateral (
     select count(*) as days, sum(d.impressions) as impressions, sum(d.clicks) as clicks,
            sum(d.views) as views, sum(d.watch_seconds) as watch_seconds
       from public.experiment_days d
      where (d.user_id, d.experiment_key, d.variant_key)
            = (moved.user_id, moved.experiment_key, moved.variant_key)) sums
   where (e.user_id, e.experiment_key, e.variant_key) = (moved.user_id, moved.experiment_key, moved.variant_key);
  return null;
end $$;

COMMENT ON FUNCTION private.sum_experiment_days() IS 'Trigger: a variant''s counts are the sum of its days.';

CREATE FUNCTION private.suppress_contact() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  if new.subscription_status in ('unsubscribed', 'bounced', 'complained') then
    insert into public.email_suppressions as known (user_id, email_hash, reason)
    values (new.user_id, private.email_hash(new.email), new.subscription_status)
    on conflict (user_id, email_hash) do update set reason = excluded.reason
      where known.reason <> 'complained';
  else
    delete from public.email_suppressions
     where user_id = new.user_id and email_hash = private.email_hash(new.email);
  end if;
  return null;
end $$;

COMMENT ON FUNCTION private.suppress_contact() IS 'Trigger: suppression follows a contact''s status.';

CREATE FUNCTION private.tell_stopped(p_budgets uuid[], p_run_id text) RETURNS void
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  select public.emit_event(b.user_id, 'budget.stopped',
           jsonb_build_object('budget_id', b.id, 'scope', b.scope, 'scope_id', b.scope_id, 'period', b.period,
                              'run_id', p_run_id),
           format('budget.stopped:%s:%s', b.id,
                  case b.period when 'run' then p_run_id else extract(epoch from b.period_start)::text end),
           b.id)
    from public.channel_budgets b
   where b.id = any (p_budgets) and b.kill_switch
   order by b.id
$$;

COMMENT ON FUNCTION private.tell_stopped(p_budgets uuid[], p_run_id text) IS 'Tell the user of kill switches that refused a call; once for each period or run.';

CREATE FUNCTION private.tend_months(p_now timestamp with time zone DEFAULT clock_timestamp(), p_ahead integer DEFAULT 3) RETURNS TABLE(made text[], retired text[])
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    SET "TimeZone" TO 'UTC'
    AS $$
declare
  kept private.monthly;
  month timestamp;
  part name;
  existing name;
begin
  made := '{}';
  retired := '{}';
  perform pg_advisory_xact_lock(hashtextextended('private.tend_months', 0));
  for kept in select * from private.monthly order by table_name loop
    for month in
      select generate_series(date_trunc('month', p_now) - interval '1 month',
                             date_trunc('month', p_now) + p_ahead * interval '1 month', '1 month')
    loop
      part := kept.table_name || to_char(month, '_YYYY_MM');
      if to_regclass(format('months.%I', part)) is null then
        execute format('create table months.%I partition of public.%I for values from (%L) to (%L)',
                       part, kept.table_name, month at time zone 'UTC',
                       (month + interval '1 month') at time zone 'UTC');
        execute format('alter table months.%I enable row level security, force row level security', part);
        made := made || part::text;
      end if;
    end loop;
    for existing in
      select c.relname from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
       where i.inhparent = format('public.%I', kept.table_name)::regclass
         and to_timestamp(right(c.relname, 7), 'YYYY_MM') + interval '1 month' + kept.keep
             < least(p_now, clock_timestamp())
       order by c.relname
    loop
      execute format('drop table months.%I', existing);
      retired := retired || existing::text;
    end loop;
  end loop;
  return next;
end $$;

COMMENT ON FUNCTION private.tend_months(p_now timestamp with time zone, p_ahead integer) IS 'Make the months to come of every monthly table and drop those kept long enough; repeats do nothing.';

CREATE FUNCTION private.text_hash(p_text text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO ''
    AS $$
  select encode(sha256(convert_to(p_text, 'UTF8')), 'hex')
$$;

COMMENT ON FUNCTION private.text_hash(p_text text) IS 'SHA-256 of a text, in hex.';

CREATE FUNCTION private.ticket_message_said() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  select user_id into new.user_id from public.support_tickets where id = new.ticket_id;
  if new.is_private or new.author = 'system' then
    return new;
  elsif new.author = 'agent' then
    update public.support_tickets
       set first_response_at = coalesce(first_response_at, new.created_at), waiting_since = null,
           status = case when status = 'open' then 'in_progress' else status end
     where id = new.ticket_id;
  else
    if exists (select from public.support_tickets where id = new.ticket_id and status = 'closed') then
      raise exception 'this ticket is closed; open a new one that follows it' using errcode = '55000';
    end if;
    update public.support_tickets
       set waiting_since = coalesce(waiting_since, new.created_at),
           reopened_count = reopened_count + (status = 'resolved')::int,
           status = case when status = 'resolved' then 'open' else status end
     where id = new.ticket_id;
  end if;
  return new;
end $$;

COMMENT ON FUNCTION private.ticket_message_said() IS 'Trigger: an answer stops the clock, a reply starts it and opens a resolved ticket again.';

CREATE FUNCTION private.tidy_contact() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  new.email := lower(btrim(new.email));
  if tg_op = 'INSERT' and new.subscription_status = 'subscribed' and exists (
    select from public.email_suppressions
     where user_id = new.user_id and email_hash = private.email_hash(new.email)) then
    new.subscription_status := 'unsubscribed';     -- importing a list again wakes nobody up
  end if;
  return new;
end $$;

COMMENT ON FUNCTION private.tidy_contact() IS 'Trigger: one spelling of addresses; a suppressed one comes in unsubscribed.';

CREATE FUNCTION private.tidy_lead() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  new.email := nullif(lower(btrim(new.email)), '');
  if new.status = 'customer' then                  -- what some sources call it
    new.status := 'converted';
  end if;
  if tg_op = 'UPDATE' and new.score_updated_at is not distinct from old.score_updated_at
     and to_jsonb(new) - array['lead_score', 'score_breakdown', 'last_activity_at', 'updated_at']
         <> to_jsonb(old) - array['lead_score', 'score_breakdown', 'last_activity_at', 'updated_at'] then
    new.score_updated_at := null;
  end if;
  return new;
end $$;

COMMENT ON FUNCTION private.tidy_lead() IS 'Trigger: one spelling of addresses and statuses; a changed lead must be scored anew.';

CREATE FUNCTION private.topic_key(p_topic text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select btrim(regexp_replace(lower(normalize(p_topic, NFKC)), '[[:space:][:punct:]]+', ' ', 'g'))
$$;

COMMENT ON FUNCTION private.topic_key(p_topic text) IS 'One spelling of a topic: case, spaces and punctuation aside.';

CREATE FUNCTION private.traces(p_user uuid, p_scope text) RETURNS text[]
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $_$
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
end $_$;

COMMENT ON FUNCTION private.traces(p_user uuid, p_scope text) IS 'Tables that still hold rows of a user and should not.';

CREATE FUNCTION private.twenty_prompts(p_prompts jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $_$
  select case when jsonb_typeof(p_prompts) <> 'array' or jsonb_array_length(p_prompts) <> 20 then false
    else (select count(distinct prompt ->> 'order_index') = 20
             and bool_and(prompt ->> 'order_index' ~ '^([1-9]|1[0-9]|20)$')
             and count(distinct btrim(prompt ->> 'prompt')) = 20
             and bool_and(btrim(prompt ->> 'prompt') <> '')
            from jsonb_array_elements(p_prompts) prompt) end
$_$;

COMMENT ON FUNCTION private.twenty_prompts(p_prompts jsonb) IS 'Whether these are twenty different prompts, numbered 1 to 20.';

CREATE FUNCTION private.warn_budgets(p_budgets uuid[], p_wanted numeric) RETURNS void
    LANGUAGE sql
    SET search_path TO ''
    AS $$
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

COMMENT ON FUNCTION private.warn_budgets(p_budgets uuid[], p_wanted numeric) IS 'Tell the user of budgets that run out; once for each period.';

CREATE FUNCTION private.warn_run_budgets(p_budgets uuid[], p_run_id text, p_wanted numeric) RETURNS void
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  select public.emit_event(b.user_id, event.type,
           jsonb_build_object('budget_id', b.id, 'scope', b.scope, 'scope_id', b.scope_id, 'period', b.period,
                              'hard_cap_usd', trim_scale(round(b.hard_cap_usd, 2)),
                              'spent_usd', trim_scale(round(run.spent_usd, 2)), 'run_id', p_run_id),
           format('%s:%s:%s', event.type, b.id, p_run_id), b.id)
    from public.channel_budgets b
    join public.pipeline run on run.user_id = b.user_id and run.run_id = p_run_id,
         lateral (select case
           when run.spent_usd + run.reserved_usd + p_wanted > b.hard_cap_usd then 'budget.exceeded'
           when run.spent_usd + run.reserved_usd >= b.hard_cap_usd * b.soft_pct / 100 then 'budget.warning'
         end as type) event
   where b.id = any (p_budgets) and event.type is not null
   order by b.id
$$;

COMMENT ON FUNCTION private.warn_run_budgets(p_budgets uuid[], p_run_id text, p_wanted numeric) IS 'Tell the user of budgets that run out for a run; once for each run.';

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

CREATE FUNCTION public.audit_secret(p_user_id uuid, p_service_name text, p_operation text, p_success boolean DEFAULT true, p_actor text DEFAULT 'worker'::text, p_purpose text DEFAULT NULL::text, p_error_message text DEFAULT NULL::text, p_ip_address text DEFAULT NULL::text, p_user_agent text DEFAULT NULL::text) RETURNS uuid
    LANGUAGE sql
    SET search_path TO ''
    AS $$
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

COMMENT ON FUNCTION public.audit_secret(p_user_id uuid, p_service_name text, p_operation text, p_success boolean, p_actor text, p_purpose text, p_error_message text, p_ip_address text, p_user_agent text) IS 'Write down the use of a secret; a successful read also moves its last_used_at.';

CREATE FUNCTION public.campaign_metrics_refresh(VARIADIC p_campaign_ids uuid[]) RETURNS void
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  update public.campaigns set metrics = coalesce((
    select jsonb_object_agg(metric_type, figures) from (
      select metric_type, jsonb_build_object(
               'total', sum(metric_value), 'days', count(distinct metric_date),
               'latest', (array_agg(metric_value order by metric_date desc, channel = 'all' desc))[1]) figures
        from public.campaign_metrics where campaign_id = campaigns.id group by metric_type) types), '{}')
   where id = any (p_campaign_ids)
$$;

COMMENT ON FUNCTION public.campaign_metrics_refresh(VARIADIC p_campaign_ids uuid[]) IS 'Compute the metrics of campaigns anew from their days.';

CREATE FUNCTION public.campaign_monitor_measure(p_now timestamp with time zone DEFAULT clock_timestamp()) RETURNS bigint
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  with days as (
    select c.id, c.created_by, c.kpi_targets, m.channel, m.metric_type, sum(m.metric_value) amount
      from public.campaigns c join public.campaign_metrics m on m.campaign_id = c.id
     where c.status = 'active' and m.metric_date > (p_now at time zone 'UTC')::date - 30
     group by 1, 2, 3, 4, 5
  ), measured as (
    insert into public.campaign_performance_monitor
      (created_by, campaign_id, channel, metrics, benchmark_metrics, performance_score, measured_at)
    select created_by, id, channel, jsonb_object_agg(metric_type, amount), kpi_targets,
           100 * avg(greatest(0, least(1, amount / nullif((kpi_targets ->> metric_type)::numeric, 0))))
             filter (where jsonb_typeof(kpi_targets -> metric_type) = 'number'),
           p_now
      from days group by id, created_by, channel, kpi_targets
    returning 1)
  select count(*) from measured
$$;

COMMENT ON FUNCTION public.campaign_monitor_measure(p_now timestamp with time zone) IS 'Take a snapshot of every active campaign''s channels over 30 days. Answers how many.';

CREATE FUNCTION public.campaign_predictions_score(p_now timestamp with time zone DEFAULT clock_timestamp()) RETURNS bigint
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  with due as (
    select p.id, (p.prediction_data ->> 'value')::numeric foretold,
           (p.prediction_data ->> 'low')::numeric low, (p.prediction_data ->> 'high')::numeric high,
           coalesce(sum(m.metric_value), 0) came
      from public.campaign_predictions p
      left join public.campaign_metrics m
        on m.campaign_id = p.campaign_id and m.metric_type = p.prediction_data ->> 'metric'
       and m.metric_date >= (p.created_at at time zone 'UTC')::date
       and m.metric_date < (p.due_at at time zone 'UTC')::date
     where p.scored_at is null and p.due_at <= p_now
       and jsonb_typeof(p.prediction_data -> 'value') = 'number' and p.prediction_data ? 'metric'
     group by p.id
  ), scored as (
    update public.campaign_predictions p
       set scored_at = p_now,
           actual_outcome = jsonb_build_object('value', came, 'within', came between low and high),
           accuracy_score = greatest(0, 1 - coalesce(
             abs(came - foretold) / nullif(greatest(abs(came), abs(foretold)), 0), 0))
      from due where due.id = p.id
    returning 1)
  select count(*) from scored
$$;

COMMENT ON FUNCTION public.campaign_predictions_score(p_now timestamp with time zone) IS 'Judge every prediction that is due by the days it was about. Answers how many.';

CREATE FUNCTION public.campaign_samples_roll(p_since date DEFAULT (((now() AT TIME ZONE 'UTC'::text))::date - 1)) RETURNS bigint
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  with rolled as (
    insert into public.campaign_metrics as day
      (created_by, campaign_id, metric_type, metric_value, metric_date, source)
    select created_by, campaign_id, metric_name, sum(metric_value),
           (recorded_at at time zone 'UTC')::date, 'samples'
      from public.campaign_performance_metrics
     where recorded_at >= p_since::timestamp at time zone 'UTC'
     group by 1, 2, 3, 5
    on conflict (created_by, campaign_id, metric_date, metric_type, channel, source) do update
      set metric_value = excluded.metric_value
      where day.metric_value <> excluded.metric_value
    returning 1)
  select count(*) from rolled
$$;

COMMENT ON FUNCTION public.campaign_samples_roll(p_since date) IS 'Add samples up into days, from a day on; repeats change nothing. Answers how many days changed.';

CREATE FUNCTION public.campaign_spend(p_campaign_id uuid, p_amount numeric, p_key text) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_owner uuid;
  earlier public.campaign_spends;
begin
  select created_by into v_owner from public.campaigns where id = p_campaign_id;
  if not found then
    raise exception 'there is no such campaign' using errcode = 'P0002';
  end if;
  -- The key goes first: a second caller waits here for the first, and then finds it.
  insert into public.campaign_spends (created_by, campaign_id, amount, key)
  values (v_owner, p_campaign_id, p_amount, p_key) on conflict (created_by, key) do nothing;
  if not found then
    select * into strict earlier from public.campaign_spends
     where created_by = v_owner and key = p_key;
    if (earlier.campaign_id, earlier.amount) is distinct from (p_campaign_id, round(p_amount, 2)) then
      raise exception 'this key was spent otherwise' using errcode = '23505';
    end if;
    return true;
  end if;
  update public.campaigns set budget_spent = budget_spent + p_amount
   where id = p_campaign_id and budget_spent + p_amount between 0 and total_budget;
  if not found then
    raise exception using errcode = 'PT402';
  end if;
  return true;
exception when sqlstate 'PT402' then
  return false;
end $$;

COMMENT ON FUNCTION public.campaign_spend(p_campaign_id uuid, p_amount numeric, p_key text) IS 'Spend from a campaign''s budget, once per key; false when the rest would not cover it.';

CREATE FUNCTION public.campaign_transition(p_campaign_id uuid, p_to text, p_expected_version integer DEFAULT NULL::integer) RETURNS public.campaigns
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  campaign public.campaigns;
begin
  update public.campaigns set status = p_to
   where id = p_campaign_id and version = coalesce(p_expected_version, version)
  returning * into campaign;
  if not found then
    if exists (select from public.campaigns where id = p_campaign_id) then
      raise exception 'the campaign was changed since it was read' using errcode = 'PT412';
    end if;
    raise exception 'there is no such campaign' using errcode = 'P0002';
  end if;
  return campaign;
end $$;

COMMENT ON FUNCTION public.campaign_transition(p_campaign_id uuid, p_to text, p_expected_version integer) IS 'Move a campaign to a status, unless it was changed since the caller read that version.';

CREATE FUNCTION public.campaigns_tend(p_now timestamp with time zone DEFAULT clock_timestamp()) RETURNS TABLE(started bigint, completed bigint)
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  with begun as (
    update public.campaigns c set status = 'active'
     where status = 'scheduled' and start_date <= p_now and private.launch_gaps(c) = '{}'
    returning 1
  ), ended as (
    update public.campaigns set status = 'completed'
     where status = 'active' and end_date <= p_now
    returning 1)
  select (select count(*) from begun), (select count(*) from ended)
$$;

COMMENT ON FUNCTION public.campaigns_tend(p_now timestamp with time zone) IS 'Start the campaigns whose time has come and complete those whose time is over; each moves once.';

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

CREATE TABLE public.video_jobs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    channel_id uuid NOT NULL,
    status public.video_job_status DEFAULT 'planned'::public.video_job_status NOT NULL,
    niche_label character varying(255) NOT NULL,
    mood_keywords text NOT NULL,
    target_duration_minutes integer NOT NULL,
    prompts_json jsonb,
    local_video_path text,
    output_directory text NOT NULL,
    video_title text,
    video_description text,
    is_draft boolean DEFAULT true NOT NULL,
    youtube_video_id character varying(100),
    youtube_url text,
    upload_strategy character varying(50),
    scheduled_time timestamp with time zone,
    scheduled_publish_date timestamp with time zone,
    published_at timestamp with time zone,
    failed_step public.video_job_status,
    resume_from public.video_job_status,
    error_code text,
    error_message text,
    attempt integer DEFAULT 0 NOT NULL,
    estimated_cost_usd numeric(14,6),
    cost_usd numeric(14,6) DEFAULT 0 NOT NULL,
    synthetic_content boolean DEFAULT true NOT NULL,
    cancel_requested_at timestamp with time zone,
    finished_at timestamp with time zone,
    deleted_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    style character varying(200) DEFAULT ''::character varying NOT NULL,
    living text DEFAULT 'drift'::text NOT NULL,
    overlays jsonb DEFAULT '{"waveform": false, "title_card": true, "track_names": true}'::jsonb NOT NULL,
    seed integer DEFAULT 0 NOT NULL,
    review boolean DEFAULT false NOT NULL,
    resolution character varying(20) DEFAULT '1920x1080'::character varying NOT NULL,
    goal text,
    progress integer DEFAULT 0 NOT NULL,
    status_message text,
    manifest_json jsonb,
    files jsonb DEFAULT '{}'::jsonb NOT NULL,
    stage_seconds jsonb DEFAULT '{}'::jsonb NOT NULL,
    started_at timestamp with time zone,
    stage_started_at timestamp with time zone,
    wait_token text,
    execution_arn text,
    heartbeat_at timestamp with time zone,
    lease_until timestamp with time zone,
    reviewed_at timestamp with time zone,
    CONSTRAINT video_jobs_attempt_range CHECK ((attempt >= 0)),
    CONSTRAINT video_jobs_description_fits CHECK (((length(video_description) <= 5000) AND (video_description !~ '[<>]'::text))),
    CONSTRAINT video_jobs_ended_is_idle CHECK (((goal IS NULL) OR (status <> ALL (ARRAY['completed'::public.video_job_status, 'failed'::public.video_job_status, 'cancelled'::public.video_job_status])))),
    CONSTRAINT video_jobs_estimate_range CHECK ((estimated_cost_usd >= (0)::numeric)),
    CONSTRAINT video_jobs_failed_says_where CHECK (((status <> 'failed'::public.video_job_status) OR (failed_step IS NOT NULL))),
    CONSTRAINT video_jobs_files_is_object CHECK ((jsonb_typeof(files) = 'object'::text)),
    CONSTRAINT video_jobs_finished_has_time CHECK (((status = ANY (ARRAY['completed'::public.video_job_status, 'failed'::public.video_job_status, 'cancelled'::public.video_job_status])) = (finished_at IS NOT NULL))),
    CONSTRAINT video_jobs_goal_known CHECK ((goal = ANY (ARRAY['plan'::text, 'video'::text]))),
    CONSTRAINT video_jobs_living_known CHECK ((living = ANY (ARRAY['still'::text, 'drift'::text, 'rain'::text, 'embers'::text, 'glow'::text]))),
    CONSTRAINT video_jobs_overlays_is_object CHECK ((jsonb_typeof(overlays) = 'object'::text)),
    CONSTRAINT video_jobs_progress_range CHECK (((progress >= 0) AND (progress <= 100))),
    CONSTRAINT video_jobs_prompts_complete CHECK (((prompts_json IS NULL) OR (private.twenty_prompts((prompts_json -> 'music_prompts'::text)) AND private.twenty_prompts((prompts_json -> 'visual_prompts'::text))))),
    CONSTRAINT video_jobs_resolution_shape CHECK (((resolution)::text ~ '^\d+x\d+$'::text)),
    CONSTRAINT video_jobs_seed_range CHECK ((seed >= 0)),
    CONSTRAINT video_jobs_stage_seconds_is_object CHECK ((jsonb_typeof(stage_seconds) = 'object'::text)),
    CONSTRAINT video_jobs_target_range CHECK (((target_duration_minutes >= 60) AND (target_duration_minutes <= 90))),
    CONSTRAINT video_jobs_title_fits CHECK ((((length(video_title) >= 1) AND (length(video_title) <= 100)) AND (video_title !~ '[<>]'::text))),
    CONSTRAINT video_jobs_waits_while_working CHECK (((wait_token IS NULL) OR (goal IS NOT NULL)))
);
ALTER TABLE ONLY public.video_jobs FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.video_jobs IS 'Albums in the making: an hour or more of music over pictures.';

COMMENT ON COLUMN public.video_jobs.id IS 'Identity.';

COMMENT ON COLUMN public.video_jobs.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.video_jobs.channel_id IS 'The channel it is for.';

COMMENT ON COLUMN public.video_jobs.status IS 'How far it is.';

COMMENT ON COLUMN public.video_jobs.niche_label IS 'What the video is about.';

COMMENT ON COLUMN public.video_jobs.mood_keywords IS 'How it should feel, separated by commas.';

COMMENT ON COLUMN public.video_jobs.target_duration_minutes IS 'Length asked for, in minutes.';

COMMENT ON COLUMN public.video_jobs.prompts_json IS '{music_prompts, visual_prompts}: twenty different ones each, {order_index, prompt}, with title and duration_minutes of a track; take, again, anew and upload_id say what a place waits for.';

COMMENT ON COLUMN public.video_jobs.local_video_path IS 'Where the video lies.';

COMMENT ON COLUMN public.video_jobs.output_directory IS 'Where everything of the job lies.';

COMMENT ON COLUMN public.video_jobs.video_title IS 'Title to publish it under.';

COMMENT ON COLUMN public.video_jobs.video_description IS 'Description to publish, with chapters.';

COMMENT ON COLUMN public.video_jobs.is_draft IS 'Not yet to be published.';

COMMENT ON COLUMN public.video_jobs.youtube_video_id IS 'The video at YouTube.';

COMMENT ON COLUMN public.video_jobs.youtube_url IS 'Its address there.';

COMMENT ON COLUMN public.video_jobs.upload_strategy IS 'How it is published.';

COMMENT ON COLUMN public.video_jobs.scheduled_time IS 'When it is uploaded.';

COMMENT ON COLUMN public.video_jobs.scheduled_publish_date IS 'When it becomes public.';

COMMENT ON COLUMN public.video_jobs.published_at IS 'When it became public.';

COMMENT ON COLUMN public.video_jobs.failed_step IS 'Where it failed.';

COMMENT ON COLUMN public.video_jobs.resume_from IS 'Where it goes on when tried again.';

COMMENT ON COLUMN public.video_jobs.error_code IS 'Why, for programs.';

COMMENT ON COLUMN public.video_jobs.error_message IS 'Why, for people.';

COMMENT ON COLUMN public.video_jobs.attempt IS 'Counts executions; a step of an older one is refused.';

COMMENT ON COLUMN public.video_jobs.estimated_cost_usd IS 'What it is expected to cost, in dollars.';

COMMENT ON COLUMN public.video_jobs.cost_usd IS 'What it cost so far, in dollars.';

COMMENT ON COLUMN public.video_jobs.synthetic_content IS 'Whether it is to be labelled as made by machine.';

COMMENT ON COLUMN public.video_jobs.cancel_requested_at IS 'When the user asked to stop.';

COMMENT ON COLUMN public.video_jobs.finished_at IS 'When it ended, one way or the other.';

COMMENT ON COLUMN public.video_jobs.deleted_at IS 'When the user threw it away.';

COMMENT ON COLUMN public.video_jobs.created_at IS 'When it was made.';

COMMENT ON COLUMN public.video_jobs.updated_at IS 'When it last changed.';

COMMENT ON COLUMN public.video_jobs.style IS 'How the pictures are to look.';

COMMENT ON COLUMN public.video_jobs.living IS 'How the pictures move: still, drift, rain, embers or glow.';

COMMENT ON COLUMN public.video_jobs.overlays IS 'What is written over them: {title_card, track_names, waveform}.';

COMMENT ON COLUMN public.video_jobs.seed IS 'The same seed makes the same album of the same prompts.';

COMMENT ON COLUMN public.video_jobs.review IS 'Whether the user listens and looks before the rendering.';

COMMENT ON COLUMN public.video_jobs.resolution IS 'Size of the video.';

COMMENT ON COLUMN public.video_jobs.goal IS 'What an execution is at: plan or video; null while nobody works on it.';

COMMENT ON COLUMN public.video_jobs.progress IS 'Percent done; never goes back within an attempt.';

COMMENT ON COLUMN public.video_jobs.status_message IS 'What is going on, for people.';

COMMENT ON COLUMN public.video_jobs.manifest_json IS 'What was made, with hashes and lengths.';

COMMENT ON COLUMN public.video_jobs.files IS 'What there is to fetch: {name: {key, content_type, size_bytes, sha256}}.';

COMMENT ON COLUMN public.video_jobs.stage_seconds IS 'Seconds each finished stage took: {status: seconds}.';

COMMENT ON COLUMN public.video_jobs.started_at IS 'When the present attempt was taken up.';

COMMENT ON COLUMN public.video_jobs.stage_started_at IS 'When the present stage began.';

COMMENT ON COLUMN public.video_jobs.wait_token IS 'Task token of the state that waits for the user; never shown.';

COMMENT ON COLUMN public.video_jobs.execution_arn IS 'The state machine''s execution.';

COMMENT ON COLUMN public.video_jobs.heartbeat_at IS 'Last sign of life.';

COMMENT ON COLUMN public.video_jobs.lease_until IS 'Until when the worker is believed alive.';

COMMENT ON COLUMN public.video_jobs.reviewed_at IS 'When the user agreed to the tracks and pictures there are; null when others have come since.';

CREATE FUNCTION public.claim_video_job(p_from public.video_job_status, p_to public.video_job_status) RETURNS SETOF public.video_jobs
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  update public.video_jobs set status = p_to
   where id = (select id from public.video_jobs
                where status = p_from and cancel_requested_at is null and deleted_at is null
                order by created_at limit 1 for update skip locked)
  returning *
$$;

COMMENT ON FUNCTION public.claim_video_job(p_from public.video_job_status, p_to public.video_job_status) IS 'Take the oldest album at a step and move it on; no two callers get the same.';

CREATE FUNCTION public.cleanup_expired_oauth_states() RETURNS integer
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  with gone as (
    delete from public.oauth_states
     where id in (select id from public.oauth_states
                   where expires_at < clock_timestamp() order by expires_at limit 10000)
    returning 1)
  select count(*)::int from gone
$$;

COMMENT ON FUNCTION public.cleanup_expired_oauth_states() IS 'Sweep: forget sign-ins that were not answered in time. Answers how many.';

CREATE FUNCTION public.close_resolved_tickets(p_after interval DEFAULT '168:00:00'::interval) RETURNS integer
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  with closed as (
    update public.support_tickets set status = 'closed'
     where id in (select id from public.support_tickets
                   where status = 'resolved' and resolved_at < clock_timestamp() - p_after
                   order by resolved_at limit 1000)
    returning 1)
  select count(*)::int from closed
$$;

COMMENT ON FUNCTION public.close_resolved_tickets(p_after interval) IS 'Sweep: close what stayed resolved, seven days unless told otherwise. Answers how many.';

CREATE TABLE public.content_calendar (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_by uuid DEFAULT auth.uid() NOT NULL,
    title text NOT NULL,
    description text,
    content_type text NOT NULL,
    platform text[] DEFAULT '{}'::text[] NOT NULL,
    scheduled_date timestamp with time zone NOT NULL,
    timezone text DEFAULT 'UTC'::text NOT NULL,
    recurrence_rule text,
    recurrence_until timestamp with time zone,
    series_id uuid,
    status text DEFAULT 'draft'::text NOT NULL,
    content_data jsonb DEFAULT '{}'::jsonb NOT NULL,
    content_hash text,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    assigned_to text,
    assets uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    campaign_id uuid,
    content_piece_id uuid,
    approved_at timestamp with time zone,
    published_at timestamp with time zone,
    external_post_id text,
    external_url text,
    error_code text,
    error_message text,
    attempts integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT content_calendar_approved_has_time CHECK (((status <> ALL (ARRAY['approved'::text, 'scheduled'::text, 'publishing'::text])) OR (approved_at IS NOT NULL))),
    CONSTRAINT content_calendar_attempts_not_negative CHECK ((attempts >= 0)),
    CONSTRAINT content_calendar_data_is_object CHECK ((jsonb_typeof(content_data) = 'object'::text)),
    CONSTRAINT content_calendar_metadata_is_object CHECK ((jsonb_typeof(metadata) = 'object'::text)),
    CONSTRAINT content_calendar_published_has_time CHECK (
CASE
    WHEN (status = 'published'::text) THEN (published_at IS NOT NULL)
    WHEN (status <> 'archived'::text) THEN (published_at IS NULL)
    ELSE true
END),
    CONSTRAINT content_calendar_status_known CHECK ((status = ANY (ARRAY['draft'::text, 'in_review'::text, 'approved'::text, 'scheduled'::text, 'publishing'::text, 'published'::text, 'unconfirmed'::text, 'failed'::text, 'archived'::text]))),
    CONSTRAINT content_calendar_title_length CHECK (((btrim(title) <> ''::text) AND (length(title) <= 300)))
);
ALTER TABLE ONLY public.content_calendar FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.content_calendar IS 'What is to be published, and when.';

COMMENT ON COLUMN public.content_calendar.id IS 'Identity.';

COMMENT ON COLUMN public.content_calendar.created_by IS 'Whose it is.';

COMMENT ON COLUMN public.content_calendar.title IS 'What it is called.';

COMMENT ON COLUMN public.content_calendar.description IS 'What it is about.';

COMMENT ON COLUMN public.content_calendar.content_type IS 'What it is: post, video, article, ...';

COMMENT ON COLUMN public.content_calendar.platform IS 'Where it goes, each once in content_publications.';

COMMENT ON COLUMN public.content_calendar.scheduled_date IS 'When it is due.';

COMMENT ON COLUMN public.content_calendar.timezone IS 'IANA name of the zone it recurs in, so that summer time moves nothing.';

COMMENT ON COLUMN public.content_calendar.recurrence_rule IS 'How it recurs, as an RRULE.';

COMMENT ON COLUMN public.content_calendar.recurrence_until IS 'Until when.';

COMMENT ON COLUMN public.content_calendar.series_id IS 'What its recurrences share.';

COMMENT ON COLUMN public.content_calendar.status IS 'draft, in_review, approved, scheduled, publishing; then published, unconfirmed or failed; archived.';

COMMENT ON COLUMN public.content_calendar.content_data IS 'What is published: {text, link, ...}, by platform where they differ.';

COMMENT ON COLUMN public.content_calendar.content_hash IS 'Hash of it, to find duplicates.';

COMMENT ON COLUMN public.content_calendar.metadata IS 'Anything else.';

COMMENT ON COLUMN public.content_calendar.assigned_to IS 'Who sees to it.';

COMMENT ON COLUMN public.content_calendar.assets IS 'Files that go with it.';

COMMENT ON COLUMN public.content_calendar.campaign_id IS 'The campaign it is for.';

COMMENT ON COLUMN public.content_calendar.content_piece_id IS 'The piece it publishes.';

COMMENT ON COLUMN public.content_calendar.approved_at IS 'When it was approved.';

COMMENT ON COLUMN public.content_calendar.published_at IS 'When it was published.';

COMMENT ON COLUMN public.content_calendar.external_post_id IS 'What the platform calls it, when there is one platform.';

COMMENT ON COLUMN public.content_calendar.external_url IS 'Where it is.';

COMMENT ON COLUMN public.content_calendar.error_code IS 'Why it failed, for programs.';

COMMENT ON COLUMN public.content_calendar.error_message IS 'Why it failed, for people.';

COMMENT ON COLUMN public.content_calendar.attempts IS 'How often it was tried.';

COMMENT ON COLUMN public.content_calendar.created_at IS 'When it was made.';

COMMENT ON COLUMN public.content_calendar.updated_at IS 'When it last changed.';

CREATE FUNCTION public.content_claim_due(p_limit integer DEFAULT 20, p_now timestamp with time zone DEFAULT clock_timestamp()) RETURNS SETOF public.content_calendar
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  with due as (
    select id from public.content_calendar
     where status = 'scheduled' and scheduled_date <= p_now
     order by scheduled_date limit p_limit for update skip locked
  ), claimed as (
    update public.content_calendar c set status = 'publishing', attempts = attempts + 1
      from due where c.id = due.id returning c.*
  ), planned as (
    insert into public.content_publications (created_by, calendar_id, platform, next_attempt_at)
    select created_by, id, place, p_now from claimed, unnest(claimed.platform) place
    on conflict (calendar_id, platform) do update set status = 'pending', next_attempt_at = p_now
      where content_publications.status = 'failed')
  select * from claimed
$$;

COMMENT ON FUNCTION public.content_claim_due(p_limit integer, p_now timestamp with time zone) IS 'Take entries that are due, each by one caller alone, and plan one publication per platform.';

CREATE FUNCTION public.digital_asset_uses(p_asset_id uuid) RETURNS TABLE(kind text, id uuid, title text)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select 'brand_asset', id, asset_name from public.brand_assets where digital_asset_id = p_asset_id
  union all
  select 'content_calendar', c.id, c.title
    from public.digital_assets a join public.content_calendar c on c.created_by = a.uploaded_by
   where a.id = p_asset_id and p_asset_id = any (c.assets) and c.status <> 'archived'
$$;

COMMENT ON FUNCTION public.digital_asset_uses(p_asset_id uuid) IS 'Where a file is used.';

CREATE FUNCTION public.duplicate_leads(p_limit integer DEFAULT 100) RETURNS TABLE(reason text, value text, lead_ids uuid[])
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  with live as (
    select * from public.leads where created_by = auth.uid() and deleted_at is null
  ), keyed as (
    select 'phone' as reason, right(regexp_replace(phone, '\D', '', 'g'), 9) as value, live.*
      from live where length(regexp_replace(phone, '\D', '', 'g')) >= 7
    union all
    select 'email', regexp_replace(email, '\+[^@]*@', '@'), live.* from live where email is not null
    union all
    select 'name and company', lower(concat(btrim(first_name), ' ', btrim(last_name), ', ', btrim(company))), live.*
      from live where btrim(first_name) <> '' and btrim(last_name) <> '' and btrim(company) <> ''
  )
  select k.reason, k.value,
         array_agg(k.id order by array_position(array['lost', 'new', 'contacted', 'qualified', 'opportunity',
                                                      'converted'], k.status) desc,
                                 k.lead_score desc, k.created_at, k.id)
    from keyed k
   group by k.reason, k.value having count(*) > 1
   order by count(*) desc, k.reason, k.value
   limit least(greatest(p_limit, 1), 1000)
$$;

COMMENT ON FUNCTION public.duplicate_leads(p_limit integer) IS 'One''s leads that look like one: same phone (last nine digits), same address (without +tag), or same name and company; the one to keep comes first.';

CREATE FUNCTION public.email_campaign_batch(p_campaign_id uuid, p_limit integer DEFAULT 500) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  mailing public.email_campaigns;
  v_page public.email_contacts[];
begin
  select * into mailing from public.email_campaigns where id = p_campaign_id for update;
  if not found or mailing.status <> 'sending' then
    return 0;
  end if;
  v_page := array(
    select c from public.email_contacts c
     where c.user_id = mailing.created_by
       and (mailing.last_contact_id is null or c.id > mailing.last_contact_id)
       and (mailing.max_contact_id is null or c.id <= mailing.max_contact_id)
       and (mailing.recipient_list = '[]' or mailing.recipient_list ? c.id::text)
       and (not mailing.recipient_segments ? 'tags' or c.tags && array(
             select jsonb_array_elements_text(mailing.recipient_segments -> 'tags')))
     order by c.id limit p_limit);
  if cardinality(v_page) = 0 then
    return 0;
  end if;
  insert into public.email_messages (user_id, email_campaign_id, contact_id, email, status, error_code)
  select c.user_id, p_campaign_id, c.id, c.email,
         case when c.subscribed and s.id is null then 'queued' else 'skipped' end,
         case when not c.subscribed then c.subscription_status else s.reason end
    from unnest(v_page) c
    left join public.email_suppressions s
      on s.user_id = c.user_id and s.email_hash = private.email_hash(c.email)
  on conflict (email_campaign_id, contact_id) do nothing;
  update public.email_campaigns
     set last_contact_id = v_page[cardinality(v_page)].id,
         total_skipped = total_skipped + (
           select count(*) from public.email_messages
            where email_campaign_id = p_campaign_id and status = 'skipped'
              and contact_id = any (array(select id from unnest(v_page))))
   where id = p_campaign_id;
  return cardinality(v_page);
end $$;

COMMENT ON FUNCTION public.email_campaign_batch(p_campaign_id uuid, p_limit integer) IS 'Queue a mailing''s next recipients behind its checkpoint. Answers how many; 0 when none is left.';

CREATE FUNCTION public.email_campaigns_tend(p_now timestamp with time zone DEFAULT clock_timestamp()) RETURNS SETOF uuid
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  update public.email_campaigns m
     set status = 'sending',
         max_contact_id = (select id from public.email_contacts
                            where user_id = m.created_by order by id desc limit 1),
         html_content = coalesce(m.html_content, t.html_content),
         plain_text = coalesce(m.plain_text, t.plain_text),
         subject_line = coalesce(m.subject_line, t.subject_line)
    from public.email_campaigns due left join public.email_templates t on t.id = due.template_id
   where m.id = due.id and due.status = 'scheduled' and due.scheduled_for <= p_now
     and m.status = 'scheduled'
  returning m.id
$$;

COMMENT ON FUNCTION public.email_campaigns_tend(p_now timestamp with time zone) IS 'Begin sending the mailings that are due, with their text as it stands now. Answers which.';

CREATE FUNCTION public.emit_event(p_user_id uuid, p_type text, p_data jsonb, p_key text, p_subject_id uuid DEFAULT NULL::uuid, p_happened_at timestamp with time zone DEFAULT clock_timestamp()) RETURNS uuid
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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

COMMENT ON FUNCTION public.emit_event(p_user_id uuid, p_type text, p_data jsonb, p_key text, p_subject_id uuid, p_happened_at timestamp with time zone) IS 'Note an event and promise it, in the caller''s transaction, to the webhooks and the mailbox of a user who wants it; once for a key.';

CREATE FUNCTION public.ensure_profile(p_user uuid, p_email text DEFAULT NULL::text, p_name text DEFAULT NULL::text, p_welcome integer DEFAULT NULL::integer) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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

COMMENT ON FUNCTION public.ensure_profile(p_user uuid, p_email text, p_name text, p_welcome integer) IS 'Make sure a signed-in user has a mirror row, a profile and the welcome credits; repeats change nothing.';

CREATE FUNCTION public.expire_budget_reservations(p_limit integer DEFAULT 1000) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_user uuid;
  held public.budget_reservations;
  expired int := 0;
begin
  for v_user in
    select distinct user_id from (
      select user_id from public.budget_reservations
       where status = 'open' and expires_at < clock_timestamp() order by expires_at limit p_limit) due
  loop
    perform from public.channel_budgets where user_id = v_user order by id for no key update;
    for held in
      select * from public.budget_reservations
       where user_id = v_user and status = 'open' and expires_at < clock_timestamp()
       order by expires_at for no key update skip locked
    loop
      perform private.close_reservation(held, 'expired', null);
      expired := expired + 1;
    end loop;
  end loop;
  return expired;
end $$;

COMMENT ON FUNCTION public.expire_budget_reservations(p_limit integer) IS 'Sweep: give back what lost workers kept free. Answers how many.';

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

CREATE FUNCTION public.get_autopilot_dashboard_stats(p_user_id uuid) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  monday constant date := date_trunc('week', clock_timestamp() at time zone 'UTC')::date;
  answer jsonb;
begin
  if p_user_id is distinct from auth.uid() and current_user <> 'service_role' then
    raise exception 'these figures belong to someone else' using errcode = '42501';
  end if;
  select jsonb_build_object(
           'week_start', monday,
           'total_leads', leads.total,
           'this_week_leads', leads.new,
           'this_week_spend', coalesce(figures.spend, 0),
           'this_week_roi', round((figures.revenue - figures.spend) / nullif(figures.spend, 0), 4))
    into answer
    from (select count(*) as total,
                 count(*) filter (where created_at >= monday at time zone 'UTC') as new
            from public.leads
           where created_by = p_user_id and deleted_at is null and merged_into_id is null) leads,
         (select sum(metric_value) filter (where metric_type = 'spend') as spend,
                 coalesce(sum(metric_value) filter (where metric_type = 'revenue'), 0) as revenue
            from public.campaign_metrics
           where created_by = p_user_id and metric_date >= monday
             and metric_type in ('spend', 'revenue')) figures;
  return answer;
end $$;

COMMENT ON FUNCTION public.get_autopilot_dashboard_stats(p_user_id uuid) IS 'The running week: {this_week_leads, this_week_spend, this_week_roi, total_leads, week_start}; roi is null before any spend.';

CREATE FUNCTION public.get_credit_balance(p_user_id uuid) RETURNS integer
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select coalesce((select available from public.credit_accounts where user_id = p_user_id), 0)
$$;

COMMENT ON FUNCTION public.get_credit_balance(p_user_id uuid) IS 'Credits that can be spent: the sum of the ledger, kept in the account.';

CREATE FUNCTION public.get_default_model(p_provider text, p_type text DEFAULT 'flagship'::text) RETURNS TABLE(model_name text, capabilities jsonb, pricing jsonb, context_window integer, model_type text, fallback boolean)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select m.model_name, m.capabilities, m.pricing, m.context_window, m.model_type,
         not (m.model_type = p_type and m.is_default)
    from public.ai_model_configs m
   where m.provider = p_provider and m.is_active and (m.retires_at is null or m.retires_at > clock_timestamp())
   order by m.model_type = p_type desc, m.model_type = 'flagship' desc, m.model_type = 'fast' desc,
            m.is_default desc, m.deprecated_at is null desc, m.discovered_at desc, m.model_name
   limit 1
$$;

COMMENT ON FUNCTION public.get_default_model(p_provider text, p_type text) IS 'The model to take when nobody chose; `fallback` says that there is no default of that type.';

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

CREATE FUNCTION public.lead_scoring_preview(p_conditions jsonb, p_score_weight integer, p_decay_days integer DEFAULT NULL::integer, p_limit integer DEFAULT 100) RETURNS TABLE(lead_id uuid, lead_score integer, new_score integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $_$
begin
  if auth.uid() is null then
    raise exception 'a preview is of one''s own leads' using errcode = '42501';
  end if;
  return query execute format(
    'select l.id, l.lead_score, greatest(0, least(100, $4 + (
       select coalesce(sum((part ->> ''points'')::int), 0)
         from jsonb_array_elements(l.score_breakdown) part)))::int
       from public.leads l
      where l.created_by = $1 and l.deleted_at is null and %s
      order by l.lead_score desc, l.id desc limit $3',
    private.lead_condition(p_conditions, p_decay_days))
    using auth.uid(), clock_timestamp(), p_limit, p_score_weight;
end $_$;

COMMENT ON FUNCTION public.lead_scoring_preview(p_conditions jsonb, p_score_weight integer, p_decay_days integer, p_limit integer) IS 'Which of one''s leads a rule would apply to, and what their scores would be.';

CREATE FUNCTION public.leads_decay() RETURNS bigint
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  with aging as (
    select created_by from public.lead_scoring_rules
     where is_active and (decay_days is not null or conditions::text like '%within_days%')
    union
    select created_by from public.lead_score_events where expires_at <= clock_timestamp()
  ), marked as (
    insert into private.stale_scores (user_id) select created_by from aging
    on conflict (user_id) do nothing returning 1)
  select count(*) from marked
$$;

COMMENT ON FUNCTION public.leads_decay() IS 'Ask for the leads to be scored anew whose points fade with time. Answers how many owners.';

CREATE FUNCTION public.leads_rescore(p_owner uuid, p_lead_ids uuid[] DEFAULT NULL::uuid[], p_now timestamp with time zone DEFAULT NULL::timestamp with time zone) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path TO ''
    SET enable_nestloop TO 'off'
    AS $_$
declare
  v_rules text;
  v_changed bigint;
begin
  -- Two who rescore one lead take turns, and the second sees what the first gave. The lock lets
  -- foreign keys be: whoever noted an activity holds one on the lead already.
  perform from public.leads
   where created_by = p_owner and (p_lead_ids is null or id = any (p_lead_ids)) order by id for no key update;
  p_now := coalesce(p_now, clock_timestamp());     -- read after the wait: what was seen is not to come
  select coalesce(string_agg(format('(%L::uuid, %L, %s)', id, rule_name, private.points_of_rule(rule)), ', '),
                  '(null::uuid, '''', 0)')
    into v_rules
    from public.lead_scoring_rules rule where created_by = p_owner and is_active;
  execute format($query$
    with due as materialized (
      select l.id lead_id, r.rule_id, r.rule_name, r.points::int points
        from public.leads l cross join lateral (values %s) r (rule_id, rule_name, points)
       where l.created_by = $1 and ($3 is null or l.id = any ($3)) and l.deleted_at is null
         and r.points <> 0
    ), given as (
      select lead_id, rule_id, sum(delta)::int points from public.lead_score_events
       where created_by = $1 and ($3 is null or lead_id = any ($3)) and rule_id is not null
       group by lead_id, rule_id
    ), noted as (
      insert into public.lead_score_events (created_by, lead_id, rule_id, delta, reason)
      select $1, lead_id, rule_id, coalesce(due.points, 0) - coalesce(given.points, 0),
             coalesce(due.rule_name, 'No longer applies')
        from due full join given using (lead_id, rule_id)
       where coalesce(due.points, 0) <> coalesce(given.points, 0)
    ), parts as (
      select lead_id, rule_name, points from due
      union all
      select lead_id, 'By hand', sum(delta)::int from public.lead_score_events
       where created_by = $1 and ($3 is null or lead_id = any ($3)) and rule_id is null
         and (expires_at is null or expires_at > $2)
       group by lead_id
    ), scored as (
      select l.id lead_id, greatest(0, least(100, coalesce(sum(points), 0))) score,
             coalesce(jsonb_agg(jsonb_build_object('rule', rule_name, 'points', points)
                                order by abs(points) desc, rule_name)
                        filter (where points is not null), '[]') breakdown
        from public.leads l left join parts on parts.lead_id = l.id
       where l.created_by = $1 and ($3 is null or l.id = any ($3))
       group by l.id
    ), moved as (
      update public.leads l
         set lead_score = s.score, score_breakdown = s.breakdown, score_updated_at = $2
        from scored s
       where l.id = s.lead_id and l.created_by = $1 and ($3 is null or l.id = any ($3))
         and (l.score_updated_at is null
              or (l.lead_score, l.score_breakdown) is distinct from (s.score, s.breakdown))
      returning 1)
    select count(*) from moved
  $query$, v_rules) into v_changed using p_owner, p_now, p_lead_ids;
  return v_changed;
end $_$;

COMMENT ON FUNCTION public.leads_rescore(p_owner uuid, p_lead_ids uuid[], p_now timestamp with time zone) IS 'Score leads of one owner by the present rules, all of them at once. Answers how many changed.';

CREATE FUNCTION public.leads_rescore_due(p_limit integer DEFAULT 1000, p_now timestamp with time zone DEFAULT NULL::timestamp with time zone) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  stale private.stale_scores;
  v_page uuid[];
begin
  select * into stale from private.stale_scores order by requested_at limit 1 for update skip locked;
  if not found then
    return 0;
  end if;
  v_page := array(
    select id from public.leads
     where created_by = stale.user_id and (stale.after_id is null or id > stale.after_id)
     order by id limit p_limit);
  perform public.leads_rescore(stale.user_id, v_page, p_now);
  if cardinality(v_page) < p_limit then
    delete from private.stale_scores where user_id = stale.user_id;
  else
    update private.stale_scores set after_id = v_page[p_limit] where user_id = stale.user_id;
  end if;
  return cardinality(v_page);
end $$;

COMMENT ON FUNCTION public.leads_rescore_due(p_limit integer, p_now timestamp with time zone) IS 'Score one page of the leads whose rules changed. Answers how many were looked at; 0 when none is left.';

CREATE FUNCTION public.log_autopilot_activity(p_user_id uuid, p_config_id uuid, p_activity_type text, p_description text, p_entity_type text DEFAULT NULL::text, p_entity_id uuid DEFAULT NULL::uuid, p_metadata jsonb DEFAULT '{}'::jsonb) RETURNS uuid
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  insert into public.autopilot_activity_log
    (user_id, autopilot_config_id, activity_type, activity_description, entity_type, entity_id, metadata)
  values (p_user_id, p_config_id, p_activity_type, p_description, p_entity_type, p_entity_id,
          coalesce(p_metadata, '{}'))
  returning id
$$;

COMMENT ON FUNCTION public.log_autopilot_activity(p_user_id uuid, p_config_id uuid, p_activity_type text, p_description text, p_entity_type text, p_entity_id uuid, p_metadata jsonb) IS 'Write down what the autopilot did.';

CREATE FUNCTION public.merge_leads(p_into uuid, p_leads uuid[], p_fields jsonb DEFAULT '{}'::jsonb) RETURNS SETOF public.lead_merges
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    SET "TimeZone" TO 'UTC'
    AS $$
declare
  ranks constant text[] := array['lost', 'new', 'contacted', 'qualified', 'opportunity', 'converted'];
  choosable constant text[] := array['first_name', 'last_name', 'email', 'company', 'job_title', 'phone',
                                     'industry', 'company_size', 'country', 'annual_revenue', 'campaign_id'];
  named constant uuid[] := array(select distinct unnest(p_leads || p_into) order by 1);
  wrong text;
  stays public.leads;
  goes public.leads;
begin
  if auth.uid() is null then
    raise exception 'leads are merged by whose they are' using errcode = '42501';
  elsif p_into is null or array_position(p_leads, null) is not null
        or coalesce(cardinality(p_leads), 0) not between 1 and 50 then
    raise exception 'p_leads: name 1 to 50 leads to merge into p_into' using errcode = '22023';
  elsif p_into = any (p_leads) then
    raise exception 'p_leads: a lead cannot be merged into itself' using errcode = '22023';
  end if;
  select field into wrong from jsonb_each_text(p_fields) chosen (field, lead)
   where field <> all (choosable) or lead is null or lead <> all (p_leads::text[]);
  if found then
    raise exception 'p_fields: % does not name a field of a lead and one of p_leads', wrong
      using errcode = '22023', hint = 'Fields: ' || array_to_string(choosable, ', ') || '.';
  end if;
  perform from public.leads where id = any (named) and created_by = auth.uid() order by id for no key update;
  select string_agg(wanted::text, ', ') into wrong from unnest(named) wanted
   where not exists (select from public.leads where id = wanted and created_by = auth.uid());
  if wrong is not null then
    raise exception 'there is no such lead of yours: %', wrong using errcode = 'PT404';
  end if;
  select * into goes from public.leads where id = any (named) and deleted_at is not null order by id limit 1;
  if found then
    raise exception 'lead % is %', goes.id,
      case when goes.merged_into_id is null then 'thrown away' else 'merged into another' end
      using errcode = '55000', hint = coalesce('It is part of ' || goes.merged_into_id || ' now.',
                                               'Take it back first: set deleted_at to null.');
  end if;
  select * into stays from public.leads where id = p_into;
  select * into goes from public.leads
   where id = any (p_leads) and array_position(ranks, status) > array_position(ranks, stays.status)
   order by array_position(ranks, status) desc, id limit 1;
  if found then
    raise exception 'lead % is % and would be merged into one that is %', goes.id, goes.status, stays.status
      using errcode = '55000', hint = 'Merge into ' || goes.id || ' instead.';
  end if;
  for goes in select * from public.leads where id = any (p_leads) order by array_position(p_leads, id) loop
    select * into stays from public.leads where id = p_into;
    return next private.merge_lead(stays, goes, p_fields);
  end loop;
end $$;

COMMENT ON FUNCTION public.merge_leads(p_into uuid, p_leads uuid[], p_fields jsonb) IS 'Merge leads into one that stays: it keeps its own values, {field: lead} says where another lead''s count instead. Each merge can be undone.';

CREATE FUNCTION public.pipeline_refresh(p_user_id uuid, p_run_id text) RETURNS void
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  with log as (
    select stage, status, attempts, created_at, error_code, error_summary, metrics, channel_id
      from public.pipeline_runs where user_id = p_user_id and run_id = p_run_id
  ), totals as (
    select count(*) filter (where status = 'success' or status = 'skipped' and error_code is null)::int as done,
           count(*) filter (where status = 'retry')::int as retries,
           coalesce(sum((metrics ->> 'tokens')::numeric), 0)::bigint as tokens,
           coalesce(sum((metrics ->> 'latency_ms')::numeric), 0)::bigint as latency,
           coalesce(sum((metrics ->> 'cost_usd')::numeric), 0) as cost,
           max(channel_id) as channel_id
      from log
  ), latest as (
    select stage, case when status in ('failure', 'skipped') then error_code end as error_code,
           case when status in ('failure', 'skipped') then error_summary end as error_summary
      from log order by created_at desc, attempts desc limit 1
  )
  insert into public.pipeline as p
    (user_id, run_id, channel_id, current_stage, stages_done, retries, tokens, latency_ms, cost_usd,
     error_code, error_summary)
  select p_user_id, p_run_id, totals.channel_id, latest.stage, totals.done, totals.retries, totals.tokens,
         totals.latency, totals.cost, latest.error_code, latest.error_summary
    from totals, latest
  on conflict (user_id, run_id) do update
    set channel_id = coalesce(p.channel_id, excluded.channel_id), current_stage = excluded.current_stage,
        stages_done = excluded.stages_done, retries = excluded.retries, tokens = excluded.tokens,
        latency_ms = excluded.latency_ms, cost_usd = excluded.cost_usd,
        error_code = excluded.error_code, error_summary = excluded.error_summary
$$;

COMMENT ON FUNCTION public.pipeline_refresh(p_user_id uuid, p_run_id text) IS 'Compute a run''s stage and totals anew from its log.';

CREATE FUNCTION public.pseudonymise_privacy_log(p_user_id uuid, p_pseudonym uuid) RETURNS integer
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  with changed as (
    update public.privacy_audit_log set user_id = p_pseudonym, ip_address = null, user_agent = null
     where user_id = p_user_id returning 1)
  select count(*)::int from changed
$$;

COMMENT ON FUNCTION public.pseudonymise_privacy_log(p_user_id uuid, p_pseudonym uuid) IS 'Take out of a user''s chain who it was; the chain still holds. Answers how many rows.';

CREATE FUNCTION public.record_cost(p_user_id uuid, p_provider text, p_cost_usd numeric, p_key text, p_channel_id text DEFAULT NULL::text, p_run_id text DEFAULT NULL::text, p_operation text DEFAULT NULL::text, p_model_name text DEFAULT NULL::text, p_tokens integer DEFAULT NULL::integer, p_units numeric DEFAULT NULL::numeric, p_unit text DEFAULT NULL::text, p_ref_type text DEFAULT NULL::text, p_ref_id uuid DEFAULT NULL::uuid, p_is_estimate boolean DEFAULT false, p_cached boolean DEFAULT false, p_saved_usd numeric DEFAULT 0) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  if auth.uid() <> p_user_id then
    raise exception 'these costs are someone else''s' using errcode = '42501';
  elsif p_key is null then
    raise exception 'a cost needs a key, so that it is written once' using errcode = '22023';
  end if;
  insert into public.channel_costs
    (user_id, channel_id, run_id, provider, cost_usd, tokens, model_name, operation, units, unit,
     is_estimate, ref_type, ref_id, dedupe_key, cached, saved_usd)
  values (p_user_id, coalesce(p_channel_id, 'none'), p_run_id, p_provider, p_cost_usd, p_tokens,
          p_model_name, p_operation, p_units, p_unit, p_is_estimate, p_ref_type, p_ref_id, p_key,
          p_cached, p_saved_usd)
  on conflict (user_id, dedupe_key) do nothing;
  return found;
end $$;

COMMENT ON FUNCTION public.record_cost(p_user_id uuid, p_provider text, p_cost_usd numeric, p_key text, p_channel_id text, p_run_id text, p_operation text, p_model_name text, p_tokens integer, p_units numeric, p_unit text, p_ref_type text, p_ref_id uuid, p_is_estimate boolean, p_cached boolean, p_saved_usd numeric) IS 'Write down what a provider was paid, or what the cache saved; once for a key. Whether it was written now.';

CREATE TABLE public.real_time_metrics (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    entity_type text NOT NULL,
    entity_id uuid NOT NULL,
    metric_type text NOT NULL,
    current_value numeric NOT NULL,
    previous_value numeric DEFAULT 0 NOT NULL,
    change_percentage numeric GENERATED ALWAYS AS (round((((current_value - previous_value) / NULLIF(abs(previous_value), (0)::numeric)) * (100)::numeric), 4)) STORED,
    recorded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY public.real_time_metrics FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.real_time_metrics IS 'The present value of each metric; its history is in performance_analytics.';

COMMENT ON COLUMN public.real_time_metrics.id IS 'Identity.';

COMMENT ON COLUMN public.real_time_metrics.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.real_time_metrics.entity_type IS 'What kind of thing it is of.';

COMMENT ON COLUMN public.real_time_metrics.entity_id IS 'Which one.';

COMMENT ON COLUMN public.real_time_metrics.metric_type IS 'What is measured.';

COMMENT ON COLUMN public.real_time_metrics.current_value IS 'The value.';

COMMENT ON COLUMN public.real_time_metrics.previous_value IS 'The value before.';

COMMENT ON COLUMN public.real_time_metrics.change_percentage IS 'How much it changed, in percent of the value before; null when that was 0.';

COMMENT ON COLUMN public.real_time_metrics.recorded_at IS 'When it was measured.';

COMMENT ON COLUMN public.real_time_metrics.created_at IS 'When it was made.';

COMMENT ON COLUMN public.real_time_metrics.updated_at IS 'When it last changed.';

CREATE FUNCTION public.record_metric(p_user_id uuid, p_entity_type text, p_entity_id uuid, p_metric_type text, p_value numeric) RETURNS public.real_time_metrics
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  insert into public.real_time_metrics as m (user_id, entity_type, entity_id, metric_type, current_value)
  values (p_user_id, p_entity_type, p_entity_id, p_metric_type, p_value)
  on conflict (user_id, entity_type, entity_id, metric_type) do update
    set previous_value = m.current_value, current_value = excluded.current_value,
        recorded_at = clock_timestamp()
  returning *
$$;

COMMENT ON FUNCTION public.record_metric(p_user_id uuid, p_entity_type text, p_entity_id uuid, p_metric_type text, p_value numeric) IS 'Set a metric''s value; what it was becomes the value before, in one statement.';

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

CREATE FUNCTION public.reinstate_purchase(p_stripe_payment text, p_revoked text, p_key text, p_expires timestamp with time zone DEFAULT NULL::timestamp with time zone) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  account public.credit_accounts;
  gone public.credit_ledger;
begin
  select taken.* into gone
    from public.credit_ledger bought
    join public.credit_ledger taken
      on taken.user_id = bought.user_id and taken.reverses_id = bought.id
   where bought.type in ('purchase', 'subscription') and bought.stripe_payment_id = p_stripe_payment
     and taken.idempotency_key = p_revoked;
  if not found then
    raise exception 'nothing of this payment was taken back under this key' using errcode = 'P0002';
  end if;
  perform private.credit_check_actor(gone.user_id);
  account := private.credit_lock(gone.user_id);
  if not exists (select from public.credit_ledger
                  where user_id = gone.user_id and idempotency_key = p_key) then
    perform private.credit_open_lot(account, 'grant', -gone.amount, 50, p_expires, p_key,
                                    p_reverses => gone.id, p_note => 'The payment stands again');
  end if;
  return -gone.amount;
end $$;

COMMENT ON FUNCTION public.reinstate_purchase(p_stripe_payment text, p_revoked text, p_key text, p_expires timestamp with time zone) IS 'Give back what was taken under a key of revoke_purchase, once per key. Answers how many. A later refund of the payment takes it again.';

CREATE FUNCTION public.release_budget(p_reservation_id uuid) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  held public.budget_reservations;
begin
  select * into held from public.budget_reservations
   where id = p_reservation_id and status = 'open' for no key update;
  if held.id is null then
    return false;
  end if;
  perform private.close_reservation(held, 'released', null);
  return true;
end $$;

COMMENT ON FUNCTION public.release_budget(p_reservation_id uuid) IS 'Give back what was kept free for a call that was not made; false when there was nothing to give back.';

CREATE FUNCTION public.release_credits(p_job_id uuid) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  return private.credit_resolve(p_job_id, 'voided', 0);
end $$;

COMMENT ON FUNCTION public.release_credits(p_job_id uuid) IS 'Give back what a job held; repeats change nothing.';

CREATE FUNCTION public.renew_subscription(p_user uuid, p_credits integer, p_rollover_cap integer, p_key text, p_period_end timestamp with time zone, p_invoice text DEFAULT NULL::text) RETURNS uuid
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
  return private.credit_open_lot(account, 'subscription', p_credits, 50, p_period_end, p_key,
                                 p_stripe => p_invoice);
end $$;

COMMENT ON FUNCTION public.renew_subscription(p_user uuid, p_credits integer, p_rollover_cap integer, p_key text, p_period_end timestamp with time zone, p_invoice text) IS 'Begin a subscription period, once per key: what is left of the old ones rolls over up to the cap, the new credits last until p_period_end. Give that end some days'' grace: what is due is lost at once, and invoices may be late.';

CREATE FUNCTION public.reserve_budget(p_user_id uuid, p_estimate numeric, p_key text, p_channel_id text DEFAULT NULL::text, p_provider text DEFAULT NULL::text, p_run_id text DEFAULT NULL::text) RETURNS uuid
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  budgets uuid[];
  run_budgets uuid[];
  run_cap numeric;
  run_stopped boolean;
  moved int;
  held public.budget_reservations;
begin
  if p_estimate is null or p_estimate < 0 then
    raise exception 'an estimate is needed before anything is paid' using errcode = '22023';
  end if;
  insert into public.budget_reservations (user_id, key, channel_id, provider, run_id, estimate_usd)
  values (p_user_id, p_key, p_channel_id, p_provider, p_run_id, p_estimate)
  on conflict (user_id, key) do nothing returning * into held;
  if held.id is null then
    select * into held from public.budget_reservations where user_id = p_user_id and key = p_key;
    if held.estimate_usd <> p_estimate or held.status in ('released', 'expired') then
      raise exception 'this key was used for something else' using errcode = '22023';
    end if;
    return held.id;
  end if;
  select coalesce(array_agg(id) filter (where period <> 'run'), '{}'),
         coalesce(array_agg(id) filter (where period = 'run'), '{}'),
         min(hard_cap_usd) filter (where period = 'run'),
         coalesce(bool_or(kill_switch) filter (where period = 'run'), false)
    into budgets, run_budgets, run_cap, run_stopped
    from (select id, period, hard_cap_usd, kill_switch from public.channel_budgets
           where user_id = p_user_id
             and (scope = 'user' or (scope = 'channel' and scope_id = p_channel_id)
                  or (scope = 'provider' and scope_id = p_provider))
             and (period <> 'run' or p_run_id is not null)
           order by id for no key update) applicable;
  perform private.roll_budgets(budgets);
  update public.channel_budgets set reserved_usd = reserved_usd + p_estimate
   where id = any (budgets) and not exists (
     select from public.channel_budgets b
      where b.id = any (budgets)
        and (b.kill_switch or b.spent_usd + b.reserved_usd + p_estimate > b.hard_cap_usd));
  get diagnostics moved = row_count;
  if moved = cardinality(budgets) and run_cap is not null then
    insert into public.pipeline (user_id, run_id, channel_id) values (p_user_id, p_run_id, p_channel_id)
    on conflict (user_id, run_id) do nothing;
    perform from public.pipeline where user_id = p_user_id and run_id = p_run_id for no key update;
    update public.pipeline
       set (spent_usd, reserved_usd) = (
             select coalesce(sum(r.actual_usd), 0),
                    coalesce(sum(r.estimate_usd) filter (where r.status = 'open'), 0)
               from public.budget_reservations r
              where r.user_id = p_user_id and r.run_id = p_run_id and r.id <> held.id)
     where user_id = p_user_id and run_id = p_run_id;
    update public.pipeline set reserved_usd = reserved_usd + p_estimate
     where user_id = p_user_id and run_id = p_run_id and not run_stopped
       and spent_usd + reserved_usd + p_estimate <= run_cap;
    if not found then
      perform private.warn_run_budgets(run_budgets, p_run_id, p_estimate);
      update public.channel_budgets set reserved_usd = reserved_usd - p_estimate where id = any (budgets);
      moved := -1;
    end if;
  end if;
  if moved < cardinality(budgets) then
    delete from public.budget_reservations where id = held.id;
    perform private.warn_budgets(budgets, p_estimate);
    perform private.tell_stopped(budgets || run_budgets, p_run_id);
    return null;
  end if;
  update public.budget_reservations set budget_ids = budgets, on_run = run_cap is not null where id = held.id;
  perform private.warn_budgets(budgets, 0);
  perform private.warn_run_budgets(run_budgets, p_run_id, 0);
  return held.id;
end $$;

COMMENT ON FUNCTION public.reserve_budget(p_user_id uuid, p_estimate numeric, p_key text, p_channel_id text, p_provider text, p_run_id text) IS 'Keep money free in every budget a call counts against, once for a key. Null when one of them has no room.';

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
    insert into public.credit_holds (user_id, job_id, amount)
    select p_user_id, p_job_id, p_amount
     where not exists (select from public.jobs where id = p_job_id and user_id <> p_user_id)
    on conflict (job_id) where status in ('open', 'settled') do nothing
    returning id into hold.id;
  end if;
  if hold.id is null then
    select * into hold from public.credit_holds
     where job_id = p_job_id and status in ('open', 'settled');
    if not found and account.available < p_amount then
      return false;
    elsif hold.user_id is distinct from p_user_id then
      raise exception 'the job belongs to someone else' using errcode = '42501';
    elsif hold.status = 'open' and hold.amount = p_amount then
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

CREATE FUNCTION public.retire_rows(p_limit integer DEFAULT 5000) RETURNS TABLE(table_name name, gone bigint)
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $_$
#variable_conflict use_column
declare
  kept private.registry;
  batch bigint;
begin
  for kept in
    select * from private.registry where schema_name = 'public' and retention is not null order by table_name
  loop
    gone := 0;
    if to_regclass(format('public.%I', kept.table_name || '_by_age')) is not null then
      execute format(
        'delete from public.%1$I where ctid = any (array(
           select ctid from public.%1$I where created_at < clock_timestamp() - $1 order by created_at limit $2))',
        kept.table_name) using kept.retention, p_limit;
      get diagnostics gone = row_count;
    end if;
    if kept.kind = 'LOG' then
      execute format(
        'delete from public.%1$I where (tableoid, ctid) in (
           select old.tableoid, old.ctid
             from public.user_privacy_settings s, lateral (
               select r.tableoid, r.ctid from public.%1$I r
                where r.%2$I = s.user_id
                  and r.created_at < clock_timestamp() - make_interval(days => s.data_retention_days)
                order by r.created_at limit $2) old
            where make_interval(days => s.data_retention_days) < $1
            limit $2)',
        kept.table_name, kept.owner_column) using kept.retention, p_limit;
      get diagnostics batch = row_count;
      gone := gone + batch;
    end if;
    table_name := kept.table_name;
    return next;
  end loop;
end $_$;

COMMENT ON FUNCTION public.retire_rows(p_limit integer) IS 'Sweep: delete what was kept long enough, at most so many of each table. Answers how many of each.';

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
   where type in ('purchase', 'subscription') and stripe_payment_id = p_stripe_payment;
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
          - coalesce((select sum(back.amount)
                        from public.credit_ledger gone
                        join public.credit_ledger back
                          on back.user_id = gone.user_id and back.reverses_id = gone.id
                       where gone.user_id = bought.user_id and gone.entry_no > bought.entry_no
                         and gone.reverses_id = bought.id), 0)
          + coalesce((select sum(amount) from public.credit_debts
                       where user_id = bought.user_id and stripe_payment_id = p_stripe_payment), 0);
  if bought.type = 'subscription' then             -- what a period lost by itself is not owed as well
    before := before - coalesce((select sum(amount) from public.credit_ledger
                                  where user_id = bought.user_id and entry_no > bought.entry_no
                                    and lot_id = bought.lot_id and type = 'expire'
                                    and reverses_id is null), 0);
  end if;
  if before + p_credits > bought.amount then
    raise exception 'more than the payment bought' using errcode = '22003';
  end if;
  select l.* into lot
    from public.credit_lots l
   where l.user_id = bought.user_id
     and l.id = coalesce(
       (select back.lot_id                         -- given back when a dispute was won
          from public.credit_ledger gone
          join public.credit_ledger back
            on back.user_id = gone.user_id and back.reverses_id = gone.id
         where gone.user_id = bought.user_id and gone.entry_no > bought.entry_no
           and gone.reverses_id = bought.id
         order by back.entry_no desc limit 1),
       bought.lot_id);
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

COMMENT ON FUNCTION public.revoke_purchase(p_stripe_payment text, p_credits integer, p_key text) IS 'Take back what a refunded or disputed payment, or a subscription''s invoice, bought, once per key. Answers how many could be taken; the rest becomes a debt note and flags the account.';

CREATE FUNCTION public.save_draft_prompt(p_session_token text, p_prompt_text text, p_template_id text DEFAULT NULL::text, p_options jsonb DEFAULT '{}'::jsonb, p_ip_hash text DEFAULT NULL::text) RETURNS uuid
    LANGUAGE plpgsql
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

CREATE FUNCTION public.search_conversations(p_query_embedding extensions.vector, p_embedding_model text, p_limit integer DEFAULT 10, p_similarity_threshold real DEFAULT 0.0) RETURNS TABLE(message_id uuid, conversation_id uuid, title text, role text, content text, similarity_score real)
    LANGUAGE sql STABLE
    SET search_path TO ''
    SET "hnsw.iterative_scan" TO 'relaxed_order'
    SET "hnsw.ef_search" TO '100'
    AS $$
  with nearest as materialized (
    select m.id, m.conversation_id, m.role, m.content,
           m.embedding operator(extensions.<=>) p_query_embedding distance
      from public.conversation_messages m
     where m.embedding_model = p_embedding_model
     order by m.embedding operator(extensions.<=>) p_query_embedding
     limit least(p_limit, 100))
  select n.id, n.conversation_id, c.title, n.role, n.content, (1 - n.distance)::real
    from nearest n join public.conversations c on c.id = n.conversation_id
   where 1 - n.distance >= p_similarity_threshold
   order by n.distance, n.id
$$;

COMMENT ON FUNCTION public.search_conversations(p_query_embedding extensions.vector, p_embedding_model text, p_limit integer, p_similarity_threshold real) IS 'What was said that is nearest in meaning, among one''s own; nearest first, then the threshold.';

CREATE FUNCTION public.search_knowledge(p_user_id uuid, p_query_text text DEFAULT NULL::text, p_query_embedding extensions.vector DEFAULT NULL::extensions.vector, p_mode text DEFAULT 'hybrid'::text, p_bucket_type text DEFAULT NULL::text, p_campaign_id uuid DEFAULT NULL::uuid, p_limit integer DEFAULT 10, p_threshold double precision DEFAULT 0) RETURNS TABLE(chunk_id uuid, bucket_id uuid, document_id uuid, bucket_name text, document_title text, document_summary text, chunk_content text, chunk_index integer, score double precision, similarity_score double precision, word_score double precision, metadata jsonb)
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
#variable_conflict use_column
declare
  k constant int := 60;
  words constant tsquery := websearch_to_tsquery('pg_catalog.simple', coalesce(p_query_text, ''));
  candidates int;
begin
  if p_user_id is distinct from auth.uid() and current_user <> 'service_role' then
    raise exception 'these documents belong to someone else' using errcode = '42501';
  elsif p_mode is null or p_mode not in ('semantic', 'keyword', 'hybrid') then
    raise exception 'p_mode is semantic, keyword or hybrid' using errcode = '22023';
  elsif p_mode <> 'keyword' and p_query_embedding is null then
    raise exception 'p_query_embedding is needed to search by meaning' using errcode = '22023';
  elsif p_mode <> 'semantic' and btrim(coalesce(p_query_text, '')) = '' then
    raise exception 'p_query_text is needed to search by words' using errcode = '22023';
  end if;
  p_limit := least(greatest(p_limit, 1), 200);
  candidates := least(greatest(p_limit * 4, 50), 200);
  return query
  with by_meaning as materialized (
    select s.chunk_id as id, s.similarity_score as similarity,
           row_number() over (order by s.similarity_score desc, s.chunk_id) as place
      from public.search_knowledge_chunks(p_user_id, p_query_embedding, p_bucket_type, p_campaign_id,
                                          candidates, -1) s
     where p_mode <> 'keyword'
  ), by_words as materialized (
    select w.id, w.rank, row_number() over (order by w.rank desc, w.id) as place
      from (select c.id, ts_rank_cd(c.tsv, words, 32)::double precision as rank
              from public.knowledge_chunks c
              join public.knowledge_documents d on d.id = c.document_id
              join public.knowledge_buckets b on b.id = c.bucket_id
             where p_mode <> 'semantic' and c.created_by = p_user_id and c.enabled and c.tsv @@ words
               and d.status = 'ready' and d.enabled and c.document_version = d.version
               and (p_bucket_type is null or b.bucket_type = p_bucket_type)
               and (p_campaign_id is null or b.campaign_id = p_campaign_id)
             order by rank desc, c.id limit candidates) w
  ), merged as (
    select id, m.similarity, w.rank,
           case p_mode
             when 'semantic' then m.similarity
             when 'keyword' then w.rank
             else (coalesce(1.0 / (k + m.place), 0) + coalesce(1.0 / (k + w.place), 0)) * (k + 1) / 2
           end::double precision as score
      from by_meaning m full join by_words w using (id)
  )
  select c.id, c.bucket_id, c.document_id, b.name, d.title, d.summary, c.content, c.chunk_index,
         f.score, f.similarity, f.rank, c.metadata
    from (select * from merged where merged.score >= p_threshold
           order by merged.score desc, merged.id limit p_limit) f
    join public.knowledge_chunks c on c.id = f.id
    join public.knowledge_documents d on d.id = c.document_id
    join public.knowledge_buckets b on b.id = c.bucket_id
   order by f.score desc, c.id;
end $$;

COMMENT ON FUNCTION public.search_knowledge(p_user_id uuid, p_query_text text, p_query_embedding extensions.vector, p_mode text, p_bucket_type text, p_campaign_id uuid, p_limit integer, p_threshold double precision) IS 'The caller''s chunks by meaning (semantic), by words (keyword) or both merged by reciprocal rank (hybrid), best first.';

CREATE FUNCTION public.search_knowledge_chunks(p_user_id uuid, p_query_embedding extensions.vector, p_bucket_type text DEFAULT NULL::text, p_campaign_id uuid DEFAULT NULL::uuid, p_limit integer DEFAULT 10, p_similarity_threshold double precision DEFAULT 0.7) RETURNS TABLE(chunk_id uuid, bucket_id uuid, document_id uuid, bucket_name text, document_title text, document_summary text, chunk_content text, chunk_index integer, similarity_score double precision, metadata jsonb)
    LANGUAGE plpgsql
    SET search_path TO ''
    SET enable_sort TO 'off'
    AS $$
#variable_conflict use_column
declare
  mine constant double precision := (select coalesce(sum(b.chunk_count), 0)
                                       from public.knowledge_buckets b where b.created_by = p_user_id);
  everyones constant double precision := (select c.reltuples from pg_catalog.pg_class c
                                           where c.oid = 'public.knowledge_chunks'::regclass);
begin
  if p_user_id is distinct from auth.uid() and current_user <> 'service_role' then
    raise exception 'these documents belong to someone else' using errcode = '42501';
  end if;
  p_limit := least(greatest(p_limit, 1), 200);
  if mine <= 1000 or mine * mine <= everyones * p_limit then
    return query
    with searched as materialized (
      select c.id, c.embedding operator(extensions.<=>) p_query_embedding as distance
        from public.knowledge_chunks c
        join public.knowledge_documents d on d.id = c.document_id
        join public.knowledge_buckets b on b.id = c.bucket_id
       where c.created_by = p_user_id and c.enabled and c.embedding is not null
         and d.status = 'ready' and d.enabled and c.document_version = d.version
         and (p_bucket_type is null or b.bucket_type = p_bucket_type)
         and (p_campaign_id is null or b.campaign_id = p_campaign_id)
    ), nearest as materialized (
      select * from searched order by distance limit p_limit
    )
    select c.id, c.bucket_id, c.document_id, b.name, d.title, d.summary, c.content, c.chunk_index,
           1 - n.distance, c.metadata
      from nearest n
      join public.knowledge_chunks c on c.id = n.id
      join public.knowledge_documents d on d.id = c.document_id
      join public.knowledge_buckets b on b.id = c.bucket_id
     where 1 - n.distance >= p_similarity_threshold
     order by n.distance, c.id;
    return;
  end if;
  perform set_config('hnsw.iterative_scan', 'relaxed_order', true),
          set_config('hnsw.max_scan_tuples', '200000', true),
          set_config('hnsw.scan_mem_multiplier', '16', true),
          set_config('hnsw.ef_search', greatest(100, p_limit * 4)::text, true);
  return query
  with nearest as materialized (
    select c.id, c.embedding operator(extensions.<=>) p_query_embedding as distance
      from public.knowledge_chunks c
     where c.created_by = p_user_id and c.enabled
       and exists (select from public.knowledge_documents d
                    where d.id = c.document_id and d.status = 'ready' and d.enabled
                      and d.version = c.document_version)
       and ((p_bucket_type is null and p_campaign_id is null)
            or exists (select from public.knowledge_buckets b
                        where b.id = c.bucket_id
                          and (p_bucket_type is null or b.bucket_type = p_bucket_type)
                          and (p_campaign_id is null or b.campaign_id = p_campaign_id)))
     order by c.embedding operator(extensions.<=>) p_query_embedding limit p_limit
  )
  select c.id, c.bucket_id, c.document_id, b.name, d.title, d.summary, c.content, c.chunk_index,
         1 - n.distance, c.metadata
    from nearest n
    join public.knowledge_chunks c on c.id = n.id
    join public.knowledge_documents d on d.id = c.document_id
    join public.knowledge_buckets b on b.id = c.bucket_id
   where 1 - n.distance >= p_similarity_threshold
   order by n.distance, c.id;
end $$;

COMMENT ON FUNCTION public.search_knowledge_chunks(p_user_id uuid, p_query_embedding extensions.vector, p_bucket_type text, p_campaign_id uuid, p_limit integer, p_similarity_threshold double precision) IS 'The caller''s chunks nearest to a vector, at least as similar as the threshold. The house may ask for anyone.';

CREATE FUNCTION public.settle_budget(p_reservation_id uuid, p_actual numeric, p_operation text DEFAULT NULL::text, p_model_name text DEFAULT NULL::text, p_tokens integer DEFAULT NULL::integer, p_units numeric DEFAULT NULL::numeric, p_unit text DEFAULT NULL::text, p_ref_type text DEFAULT NULL::text, p_ref_id uuid DEFAULT NULL::uuid) RETURNS numeric
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  held public.budget_reservations;
begin
  select * into held from public.budget_reservations where id = p_reservation_id for no key update;
  if held.id is null then
    raise exception 'there is no such reservation' using errcode = 'P0002';
  elsif held.status = 'settled' and held.actual_usd = p_actual then
    return held.actual_usd;
  elsif held.status not in ('open', 'expired') then
    raise exception 'this reservation was % before', held.status using errcode = '55000';
  end if;
  perform private.close_reservation(held, 'settled', p_actual);
  perform public.record_cost(
    held.user_id, coalesce(held.provider, 'unknown'), p_actual, 'budget:' || held.id, held.channel_id,
    held.run_id, p_operation, p_model_name, p_tokens, p_units, p_unit, p_ref_type, p_ref_id);
  perform private.warn_budgets(held.budget_ids, 0);
  return p_actual;
end $$;

COMMENT ON FUNCTION public.settle_budget(p_reservation_id uuid, p_actual numeric, p_operation text, p_model_name text, p_tokens integer, p_units numeric, p_unit text, p_ref_type text, p_ref_id uuid) IS 'Count what a call cost and write it down in channel_costs; once. Answers what it cost.';

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

CREATE FUNCTION public.trigger_autopilot_orchestration(p_day date DEFAULT NULL::date) RETURNS integer
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  with told as (
    insert into private.outbox (user_id, topic, payload, dedupe_key)
    select user_id, 'autopilot_daily', jsonb_build_object('config_id', id, 'day', day),
           format('daily:%s:%s', user_id, day)
      from public.marketing_autopilot_config,
           coalesce(p_day, (clock_timestamp() at time zone 'UTC')::date) as day
     where is_active and not kill_switch and mode <> 'off'
       and (paused_until is null or paused_until <= clock_timestamp())
    on conflict (dedupe_key) do nothing returning 1)
  select count(*)::int from told
$$;

COMMENT ON FUNCTION public.trigger_autopilot_orchestration(p_day date) IS 'Promise every active autopilot its run of a day, today unless told otherwise; once a day. Answers how many.';

CREATE FUNCTION public.trigger_weekly_report_generation(p_week date DEFAULT NULL::date) RETURNS integer
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  with told as (
    insert into private.outbox (user_id, topic, payload, dedupe_key)
    select user_id, 'autopilot_report', jsonb_build_object('config_id', id, 'week_start_date', week),
           format('weekly:%s:%s', user_id, week)
      from public.marketing_autopilot_config,
           coalesce(date_trunc('week', p_week)::date,
                    date_trunc('week', clock_timestamp() at time zone 'UTC')::date - 7) as week
     where is_active
    on conflict (dedupe_key) do nothing returning 1)
  select count(*)::int from told
$$;

COMMENT ON FUNCTION public.trigger_weekly_report_generation(p_week date) IS 'Promise every active autopilot the report of a week, the last whole one unless told otherwise; once. Answers how many.';

CREATE FUNCTION public.unmerge_lead(p_merge_id uuid) RETURNS public.lead_merges
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    SET "TimeZone" TO 'UTC'
    AS $$
declare
  merge public.lead_merges;
  stays public.leads;
begin
  select * into merge from public.lead_merges
   where id = p_merge_id and created_by = auth.uid() for update;
  if not found then
    raise exception 'there is no such merge of yours' using errcode = 'PT404';
  elsif merge.undone_at is not null then
    raise exception 'this merge was undone before' using errcode = '55000';
  end if;
  perform from public.leads where id in (merge.lead_id, merge.merged_id) order by id for no key update;
  select * into stays from public.leads where id = merge.lead_id;
  if stays.merged_into_id is not null then
    raise exception 'lead % was merged into another since', stays.id
      using errcode = '55000', hint = 'Undo that merge first.';
  end if;
  update public.lead_activities set lead_id = merge.merged_id
   where id = any (merge.activity_ids) and lead_id = merge.lead_id;
  update public.lead_score_events set lead_id = merge.merged_id
   where id = any (merge.score_event_ids) and lead_id = merge.lead_id;
  update public.email_contacts set lead_id = merge.merged_id
   where id = any (merge.contact_ids) and lead_id = merge.lead_id;
  update public.autopilot_lead_inbox set lead_id = merge.merged_id
   where id = (merge.inbox ->> 'moved')::uuid and lead_id = merge.lead_id;
  insert into public.autopilot_lead_inbox
    (id, user_id, lead_id, status, notes, read_at, snoozed_until, received_at, created_at)
  select id, user_id, lead_id, status, notes, read_at, snoozed_until, received_at, created_at
    from jsonb_populate_record(null::public.autopilot_lead_inbox, merge.inbox -> 'removed')
   where merge.inbox ? 'removed';
  update public.autopilot_lead_inbox set notes = merge.inbox ->> 'notes_before'
   where id = (merge.inbox ->> 'kept')::uuid and notes is not distinct from merge.inbox ->> 'notes_after';
  perform private.set_lead(stays.id, (
    select coalesce(jsonb_object_agg(field, merge.before -> field), '{}')
      from jsonb_object_keys(merge.after) field where to_jsonb(stays) -> field = merge.after -> field));
  update public.leads set merged_into_id = null, deleted_at = null where id = merge.merged_id;
  update public.lead_merges set undone_at = clock_timestamp() where id = merge.id returning * into merge;
  insert into public.lead_activities (created_by, lead_id, activity_type, activity_data, source, is_bot)
  select merge.created_by, lead, 'merge_undone', jsonb_build_object('merge_id', merge.id), 'system', true
    from unnest(array[merge.lead_id, merge.merged_id]) lead;
  return merge;
end $$;

COMMENT ON FUNCTION public.unmerge_lead(p_merge_id uuid) IS 'Take two merged leads apart: what moved goes back, what the merge filled in is taken out, what was changed since stays.';

CREATE FUNCTION public.update_updated_at() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  new.updated_at := now();
  return new;
end $$;

COMMENT ON FUNCTION public.update_updated_at() IS 'Trigger: a changed row knows when.';

CREATE FUNCTION public.update_updated_at_column() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  new.updated_at := now();
  return new;
end $$;

COMMENT ON FUNCTION public.update_updated_at_column() IS 'Trigger: update_updated_at, by its other name.';

CREATE FUNCTION public.verify_privacy_log(p_user_id uuid) RETURNS bigint
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select min(seq) from (
    select l.seq,
           l.row_hash = private.privacy_hash(l)
           and l.prev_hash = coalesce(lag(l.row_hash) over chain, repeat('0', 64))
           and l.seq = row_number() over chain as sound
      from public.privacy_audit_log l where l.user_id = p_user_id
    window chain as (order by l.seq)) link
   where not sound
$$;

COMMENT ON FUNCTION public.verify_privacy_log(p_user_id uuid) IS 'Where a user''s chain is broken: the first seq that does not hold; null when it is whole.';

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

CREATE TABLE public.campaign_performance_metrics (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_by uuid DEFAULT auth.uid() NOT NULL,
    campaign_id uuid NOT NULL,
    metric_name text NOT NULL,
    metric_value numeric NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
)
PARTITION BY RANGE (created_at);
ALTER TABLE ONLY public.campaign_performance_metrics FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.campaign_performance_metrics IS 'Samples of a campaign''s figures as they come in, added up into campaign_metrics.';

COMMENT ON COLUMN public.campaign_performance_metrics.id IS 'Identity.';

COMMENT ON COLUMN public.campaign_performance_metrics.created_by IS 'Whose campaign it is.';

COMMENT ON COLUMN public.campaign_performance_metrics.campaign_id IS 'The campaign.';

COMMENT ON COLUMN public.campaign_performance_metrics.metric_name IS 'What was measured.';

COMMENT ON COLUMN public.campaign_performance_metrics.metric_value IS 'How much since the sample before.';

COMMENT ON COLUMN public.campaign_performance_metrics.recorded_at IS 'When it was measured.';

COMMENT ON COLUMN public.campaign_performance_metrics.created_at IS 'When it was made.';

CREATE TABLE public.knowledge_access_logs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    bucket_id uuid,
    document_id uuid,
    chunk_id uuid,
    search_id uuid DEFAULT gen_random_uuid() NOT NULL,
    agent_type text,
    query_text text,
    query_hash text,
    similarity_score real,
    rank integer,
    result_count integer,
    used_in_response boolean DEFAULT false NOT NULL,
    latency_ms integer,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
)
PARTITION BY RANGE (created_at);
ALTER TABLE ONLY public.knowledge_access_logs FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.knowledge_access_logs IS 'What was looked for in the knowledge base and what was found; a month to a partition.';

COMMENT ON COLUMN public.knowledge_access_logs.id IS 'Identity.';

COMMENT ON COLUMN public.knowledge_access_logs.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.knowledge_access_logs.bucket_id IS 'The bucket it was found in.';

COMMENT ON COLUMN public.knowledge_access_logs.document_id IS 'The document it was found in.';

COMMENT ON COLUMN public.knowledge_access_logs.chunk_id IS 'What was found; null when nothing was. What is deleted later stays noted.';

COMMENT ON COLUMN public.knowledge_access_logs.search_id IS 'The search its findings share.';

COMMENT ON COLUMN public.knowledge_access_logs.agent_type IS 'Who looked.';

COMMENT ON COLUMN public.knowledge_access_logs.query_text IS 'What was looked for.';

COMMENT ON COLUMN public.knowledge_access_logs.query_hash IS 'SHA-256 of it, to count the same question.';

COMMENT ON COLUMN public.knowledge_access_logs.similarity_score IS 'How near it was, 0 to 1.';

COMMENT ON COLUMN public.knowledge_access_logs.rank IS 'Its place among the findings, from 1.';

COMMENT ON COLUMN public.knowledge_access_logs.result_count IS 'How many were found in that search.';

COMMENT ON COLUMN public.knowledge_access_logs.used_in_response IS 'Whether the answer used it.';

COMMENT ON COLUMN public.knowledge_access_logs.latency_ms IS 'How long the search took, in ms.';

COMMENT ON COLUMN public.knowledge_access_logs.created_at IS 'When it was made.';

CREATE TABLE public.user_analytics_events (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid(),
    event_type text NOT NULL,
    event_data jsonb DEFAULT '{}'::jsonb NOT NULL,
    session_id text,
    form_key text,
    field text,
    duration_ms integer,
    client_event_id uuid DEFAULT gen_random_uuid() NOT NULL,
    client_ts timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT user_analytics_events_data_small CHECK (((jsonb_typeof(event_data) = 'object'::text) AND (length((event_data)::text) < 10000))),
    CONSTRAINT user_analytics_events_duration_range CHECK ((duration_ms >= 0)),
    CONSTRAINT user_analytics_events_type_length CHECK (((length(event_type) >= 1) AND (length(event_type) <= 100)))
)
PARTITION BY RANGE (client_ts);
ALTER TABLE ONLY public.user_analytics_events FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.user_analytics_events IS 'What users did in the product, where forms are hard above all; a month to a partition.';

COMMENT ON COLUMN public.user_analytics_events.id IS 'Identity.';

COMMENT ON COLUMN public.user_analytics_events.user_id IS 'Whose row it is; null when nobody was signed in.';

COMMENT ON COLUMN public.user_analytics_events.event_type IS 'What happened: form_viewed, field_focused, field_error, form_submitted, ...';

COMMENT ON COLUMN public.user_analytics_events.event_data IS 'More of it, without what was typed.';

COMMENT ON COLUMN public.user_analytics_events.session_id IS 'The visit.';

COMMENT ON COLUMN public.user_analytics_events.form_key IS 'The form.';

COMMENT ON COLUMN public.user_analytics_events.field IS 'The field of the form.';

COMMENT ON COLUMN public.user_analytics_events.duration_ms IS 'How long it took, in ms.';

COMMENT ON COLUMN public.user_analytics_events.client_event_id IS 'The client''s identity of it: sent twice, it counts once.';

COMMENT ON COLUMN public.user_analytics_events.client_ts IS 'When it happened, by the client''s clock; decides its partition.';

COMMENT ON COLUMN public.user_analytics_events.created_at IS 'When it was made.';

CREATE TABLE private.allowed_moves (
    table_name name NOT NULL,
    column_name name NOT NULL,
    from_state text NOT NULL,
    to_state text NOT NULL
);
ALTER TABLE ONLY private.allowed_moves FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE private.allowed_moves IS 'Every move a status may make.';

COMMENT ON COLUMN private.allowed_moves.table_name IS 'The table.';

COMMENT ON COLUMN private.allowed_moves.column_name IS 'Its status column.';

COMMENT ON COLUMN private.allowed_moves.from_state IS 'Where the move begins; empty for a new row.';

COMMENT ON COLUMN private.allowed_moves.to_state IS 'Where it ends.';

CREATE TABLE private.blobs (
    sha256 text NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    path text NOT NULL,
    size_bytes bigint NOT NULL,
    refs integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT blobs_refs_range CHECK ((refs >= 0)),
    CONSTRAINT blobs_sha256_is_hash CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT blobs_size_range CHECK ((size_bytes >= 0))
);
ALTER TABLE ONLY private.blobs FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE private.blobs IS 'What lies in storage, by its bytes: the same bytes of one user lie there once.';

COMMENT ON COLUMN private.blobs.sha256 IS 'Hash of the bytes, in hex.';

COMMENT ON COLUMN private.blobs.user_id IS 'Whose row it is.';

COMMENT ON COLUMN private.blobs.path IS 'Where they lie.';

COMMENT ON COLUMN private.blobs.size_bytes IS 'How many they are.';

COMMENT ON COLUMN private.blobs.refs IS 'Rows that point at them; none lets them go.';

COMMENT ON COLUMN private.blobs.created_at IS 'When it was made.';

COMMENT ON COLUMN private.blobs.updated_at IS 'When it last changed.';

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

CREATE TABLE private.event_kinds (
    event_type text NOT NULL,
    preference text,
    letter text DEFAULT 'never'::text NOT NULL,
    CONSTRAINT event_kinds_letter_known CHECK ((letter = ANY (ARRAY['never'::text, 'wanted'::text, 'always'::text])))
);
ALTER TABLE ONLY private.event_kinds FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE private.event_kinds IS 'What may happen, and who decides whether the user is told of it.';

COMMENT ON COLUMN private.event_kinds.event_type IS 'What happened: job.completed, ...';

COMMENT ON COLUMN private.event_kinds.preference IS 'The notification preference that must not be false; null when there is none.';

COMMENT ON COLUMN private.event_kinds.letter IS 'never; wanted, when the preference and `email` are not false; always, when the user asked for it.';

CREATE TABLE private.forgotten (
    id_hash text NOT NULL,
    forgotten_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
ALTER TABLE ONLY private.forgotten FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE private.forgotten IS 'Users erased within the last two days, so that a token that outlived one makes nobody anew.';

COMMENT ON COLUMN private.forgotten.id_hash IS 'SHA-256 of the user''s id.';

COMMENT ON COLUMN private.forgotten.forgotten_at IS 'When the user was erased.';

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

CREATE TABLE private.kept_columns (
    schema_name name NOT NULL,
    table_name name NOT NULL,
    column_name name NOT NULL,
    becomes text NOT NULL,
    why text,
    CONSTRAINT kept_columns_becomes_known CHECK ((becomes = ANY (ARRAY['pseudonym'::text, 'nothing'::text, 'itself'::text]))),
    CONSTRAINT kept_columns_itself_has_reason CHECK (((becomes <> 'itself'::text) OR (why IS NOT NULL)))
);
ALTER TABLE ONLY private.kept_columns FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE private.kept_columns IS 'What becomes of each column of a table that outlives an erasure.';

COMMENT ON COLUMN private.kept_columns.schema_name IS 'Schema of the table.';

COMMENT ON COLUMN private.kept_columns.table_name IS 'Name of the table.';

COMMENT ON COLUMN private.kept_columns.column_name IS 'Name of the column.';

COMMENT ON COLUMN private.kept_columns.becomes IS 'pseudonym, the number that stands for the user; nothing, it is emptied; itself.';

COMMENT ON COLUMN private.kept_columns.why IS 'Why it stays itself.';

CREATE TABLE private.monthly (
    table_name name NOT NULL,
    keep interval NOT NULL
);
ALTER TABLE ONLY private.monthly FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE private.monthly IS 'Tables that are kept a month to a partition.';

COMMENT ON COLUMN private.monthly.table_name IS 'The table, in public; its rows are filed by created_at.';

COMMENT ON COLUMN private.monthly.keep IS 'How long a month stays after it has ended.';

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
    cost_usd numeric(14,6) DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    done_at timestamp with time zone,
    reservation_id uuid,
    run_id uuid,
    stage text,
    CONSTRAINT paid_calls_state_known CHECK ((state = ANY (ARRAY['started'::text, 'done'::text, 'clearing'::text])))
);
ALTER TABLE ONLY private.paid_calls FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE private.paid_calls IS 'Calls that cost money, each made once.';

COMMENT ON COLUMN private.paid_calls.key IS 'SHA-256 of provider, inputs and user.';

COMMENT ON COLUMN private.paid_calls.user_id IS 'Whose row it is.';

COMMENT ON COLUMN private.paid_calls.provider IS 'Who was called.';

COMMENT ON COLUMN private.paid_calls.kind IS 'Capability: text, voice, image, music.';

COMMENT ON COLUMN private.paid_calls.state IS 'started before the call, done when its result is stored, clearing while its files are deleted.';

COMMENT ON COLUMN private.paid_calls.attempt IS 'How often it was begun.';

COMMENT ON COLUMN private.paid_calls.artifact_key IS 'Where the artifact lies.';

COMMENT ON COLUMN private.paid_calls.result IS 'What was answered.';

COMMENT ON COLUMN private.paid_calls.cost_usd IS 'What it cost in dollars.';

COMMENT ON COLUMN private.paid_calls.created_at IS 'When it was made.';

COMMENT ON COLUMN private.paid_calls.done_at IS 'When its result was stored.';

COMMENT ON COLUMN private.paid_calls.reservation_id IS 'The money kept free for it; settled with it.';

COMMENT ON COLUMN private.paid_calls.run_id IS 'The job or album that pays for it; others find it for nothing.';

COMMENT ON COLUMN private.paid_calls.stage IS 'The stage of that job which bears the cost; null of an album.';

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
    unexported text,
    kept text,
    CONSTRAINT registry_erase_known CHECK ((erase = ANY (ARRAY['delete'::text, 'cascade'::text, 'account'::text, 'anonymise'::text, 'keep_legal'::text]))),
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

COMMENT ON COLUMN private.registry.export IS 'What a data export holds of it: full; redacted, without the columns its user may not read; none.';

COMMENT ON COLUMN private.registry.erase IS 'What an erasure does to it: delete; cascade, with its parent; account, only when the account goes too; anonymise, and keep_legal, which is anonymised in the last step of all.';

COMMENT ON COLUMN private.registry.unexported IS 'Why a data export holds nothing of it; null when it does.';

COMMENT ON COLUMN private.registry.kept IS 'Why it outlives an erasure; null when it does not.';

CREATE SEQUENCE private.request_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE private.schedules (
    jobid bigint NOT NULL,
    jobname text NOT NULL,
    schedule text NOT NULL,
    command text NOT NULL,
    unit text NOT NULL,
    past interval DEFAULT '00:00:00'::interval NOT NULL,
    active boolean DEFAULT true NOT NULL,
    CONSTRAINT schedules_unit_known CHECK ((unit = ANY (ARRAY['minute'::text, 'hour'::text, 'day'::text, 'week'::text, 'month'::text])))
);
ALTER TABLE ONLY private.schedules FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE private.schedules IS 'What the clock does, and when.';

COMMENT ON COLUMN private.schedules.jobid IS 'Its number.';

COMMENT ON COLUMN private.schedules.jobname IS 'Name its slots are claimed under in private.cron_runs.';

COMMENT ON COLUMN private.schedules.schedule IS 'When, as cron writes it, in UTC.';

COMMENT ON COLUMN private.schedules.command IS 'What.';

COMMENT ON COLUMN private.schedules.unit IS 'How often.';

COMMENT ON COLUMN private.schedules.past IS 'How long after the beginning of the minute, hour, day, week or month.';

COMMENT ON COLUMN private.schedules.active IS 'Whether anything runs it.';

ALTER TABLE private.schedules ALTER COLUMN jobid ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME private.schedules_jobid_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

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

CREATE TABLE private.stale_scores (
    user_id uuid NOT NULL,
    after_id uuid,
    requested_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
ALTER TABLE ONLY private.stale_scores FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE private.stale_scores IS 'Owners whose rules changed, so that all their leads are to be scored anew.';

COMMENT ON COLUMN private.stale_scores.user_id IS 'The owner.';

COMMENT ON COLUMN private.stale_scores.after_id IS 'The last lead done; null at the beginning.';

COMMENT ON COLUMN private.stale_scores.requested_at IS 'When the rules last changed.';

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
    flow text DEFAULT 'prompt_video'::text NOT NULL,
    prompt_job_id uuid GENERATED ALWAYS AS (
CASE flow
    WHEN 'prompt_video'::text THEN job_id
    ELSE NULL::uuid
END) STORED,
    album_id uuid GENERATED ALWAYS AS (
CASE flow
    WHEN 'album'::text THEN job_id
    ELSE NULL::uuid
END) STORED,
    CONSTRAINT step_results_done_has_time CHECK (((state = 'done'::text) = (done_at IS NOT NULL))),
    CONSTRAINT step_results_flow_known CHECK ((flow = ANY (ARRAY['prompt_video'::text, 'album'::text]))),
    CONSTRAINT step_results_runs_positive CHECK ((runs >= 1)),
    CONSTRAINT step_results_state_known CHECK ((state = ANY (ARRAY['claimed'::text, 'done'::text])))
);
ALTER TABLE ONLY private.step_results FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE private.step_results IS 'What each step, or each item of one, came to: done once, found ever after.';

COMMENT ON COLUMN private.step_results.job_id IS 'The job, or the album.';

COMMENT ON COLUMN private.step_results.user_id IS 'Whose row it is.';

COMMENT ON COLUMN private.step_results.step IS 'The state''s name.';

COMMENT ON COLUMN private.step_results.item IS 'Which item of a map; empty when it is none.';

COMMENT ON COLUMN private.step_results.attempt IS 'The job''s attempt that claimed it.';

COMMENT ON COLUMN private.step_results.state IS 'claimed until the result is known, and again when it is forgotten, then done.';

COMMENT ON COLUMN private.step_results.result IS 'What the step answered; one that is done anew has its last answer until there is another.';

COMMENT ON COLUMN private.step_results.lease_until IS 'Until when the claim holds.';

COMMENT ON COLUMN private.step_results.claimed_at IS 'When it was claimed.';

COMMENT ON COLUMN private.step_results.done_at IS 'When it was done.';

COMMENT ON COLUMN private.step_results.runs IS 'How often the step was begun.';

COMMENT ON COLUMN private.step_results.flow IS 'The state machine whose step it is.';

COMMENT ON COLUMN private.step_results.prompt_job_id IS 'The job, when it is a prompt video''s.';

COMMENT ON COLUMN private.step_results.album_id IS 'The job, when it is an album''s.';

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

CREATE TABLE public.agent_learning_data (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid(),
    agent_type text NOT NULL,
    pattern_key text NOT NULL,
    pattern_data jsonb NOT NULL,
    usage_count integer DEFAULT 0 NOT NULL,
    success_count integer DEFAULT 0 NOT NULL,
    success_rate real GENERATED ALWAYS AS ((((success_count)::numeric + 1.0) / ((usage_count + 2))::numeric)) STORED NOT NULL,
    confidence_score real GENERATED ALWAYS AS (((1)::numeric - ((1)::numeric / sqrt(((usage_count)::numeric + 4.0))))) STORED NOT NULL,
    last_updated timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT agent_learning_data_agent_known CHECK ((agent_type = ANY (ARRAY['audience'::text, 'channel'::text, 'messaging'::text, 'content'::text]))),
    CONSTRAINT agent_learning_data_pattern_is_object CHECK ((jsonb_typeof(pattern_data) = 'object'::text)),
    CONSTRAINT agent_learning_data_range CHECK ((((success_rate >= (0)::double precision) AND (success_rate <= (1)::double precision)) AND ((confidence_score >= (0)::double precision) AND (confidence_score <= (1)::double precision)))),
    CONSTRAINT agent_learning_data_success_range CHECK (((success_count >= 0) AND (success_count <= usage_count))),
    CONSTRAINT agent_learning_data_usage_range CHECK ((usage_count >= 0))
);
ALTER TABLE ONLY public.agent_learning_data FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.agent_learning_data IS 'What worked: learned for each user first. What all share holds no text of anyone.';

COMMENT ON COLUMN public.agent_learning_data.id IS 'Identity.';

COMMENT ON COLUMN public.agent_learning_data.user_id IS 'Whose row it is; null for what all share.';

COMMENT ON COLUMN public.agent_learning_data.agent_type IS 'audience, channel, messaging or content.';

COMMENT ON COLUMN public.agent_learning_data.pattern_key IS 'The pattern.';

COMMENT ON COLUMN public.agent_learning_data.pattern_data IS 'What it says.';

COMMENT ON COLUMN public.agent_learning_data.usage_count IS 'How often it was tried.';

COMMENT ON COLUMN public.agent_learning_data.success_count IS 'How often it was liked.';

COMMENT ON COLUMN public.agent_learning_data.success_rate IS '(liked + 1) / (tried + 2): a half before anything is known.';

COMMENT ON COLUMN public.agent_learning_data.confidence_score IS 'How sure that is: a half at first, towards 1 the more often it was tried.';

COMMENT ON COLUMN public.agent_learning_data.last_updated IS 'When it last learned.';

COMMENT ON COLUMN public.agent_learning_data.created_at IS 'When it was made.';

COMMENT ON COLUMN public.agent_learning_data.updated_at IS 'When it last changed.';

CREATE TABLE public.ai_insights (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    insight_type text NOT NULL,
    title text,
    description text,
    insight_data jsonb NOT NULL,
    evidence jsonb DEFAULT '{}'::jsonb NOT NULL,
    recommendations jsonb DEFAULT '[]'::jsonb NOT NULL,
    confidence_score real,
    impact_score real,
    level text DEFAULT 'info'::text NOT NULL,
    status text DEFAULT 'new'::text NOT NULL,
    entity_type text,
    entity_id uuid,
    dedupe_key text DEFAULT gen_random_uuid() NOT NULL,
    generated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    expires_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ai_insights_confidence_range CHECK (((confidence_score >= (0)::double precision) AND (confidence_score <= (1)::double precision))),
    CONSTRAINT ai_insights_data_is_object CHECK ((jsonb_typeof(insight_data) = 'object'::text)),
    CONSTRAINT ai_insights_evidence_is_object CHECK ((jsonb_typeof(evidence) = 'object'::text)),
    CONSTRAINT ai_insights_impact_range CHECK (((impact_score >= (0)::double precision) AND (impact_score <= (1)::double precision))),
    CONSTRAINT ai_insights_level_known CHECK ((level = ANY (ARRAY['info'::text, 'warning'::text, 'critical'::text]))),
    CONSTRAINT ai_insights_recommendations_is_array CHECK ((jsonb_typeof(recommendations) = 'array'::text)),
    CONSTRAINT ai_insights_status_known CHECK ((status = ANY (ARRAY['new'::text, 'seen'::text, 'acted'::text, 'dismissed'::text, 'expired'::text])))
);
ALTER TABLE ONLY public.ai_insights FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.ai_insights IS 'What stands out in a user''s figures, with the figures it rests on.';

COMMENT ON COLUMN public.ai_insights.id IS 'Identity.';

COMMENT ON COLUMN public.ai_insights.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.ai_insights.insight_type IS 'The rule or model that noticed.';

COMMENT ON COLUMN public.ai_insights.title IS 'What it is, in a line.';

COMMENT ON COLUMN public.ai_insights.description IS 'What it is, in words.';

COMMENT ON COLUMN public.ai_insights.insight_data IS 'The same, for programs.';

COMMENT ON COLUMN public.ai_insights.evidence IS 'Figures it rests on.';

COMMENT ON COLUMN public.ai_insights.recommendations IS 'What to do about it.';

COMMENT ON COLUMN public.ai_insights.confidence_score IS 'How sure it is, 0 to 1.';

COMMENT ON COLUMN public.ai_insights.impact_score IS 'How much it matters, 0 to 1.';

COMMENT ON COLUMN public.ai_insights.level IS 'info, warning or critical.';

COMMENT ON COLUMN public.ai_insights.status IS 'new, seen, then acted, dismissed or expired.';

COMMENT ON COLUMN public.ai_insights.entity_type IS 'What kind of thing it is about.';

COMMENT ON COLUMN public.ai_insights.entity_id IS 'Which one.';

COMMENT ON COLUMN public.ai_insights.dedupe_key IS 'The same key is noticed once.';

COMMENT ON COLUMN public.ai_insights.generated_at IS 'When it was noticed.';

COMMENT ON COLUMN public.ai_insights.expires_at IS 'When it no longer matters.';

COMMENT ON COLUMN public.ai_insights.created_at IS 'When it was made.';

COMMENT ON COLUMN public.ai_insights.updated_at IS 'When it last changed.';

CREATE TABLE public.ai_interaction_feedback (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    session_id uuid,
    interaction_type text NOT NULL,
    original_suggestion jsonb NOT NULL,
    user_modification jsonb,
    context_data jsonb NOT NULL,
    feedback_score integer,
    agent_type text,
    entity_type text,
    entity_id uuid,
    pattern_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    edit_distance real,
    "timestamp" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT ai_interaction_feedback_agent_known CHECK ((agent_type = ANY (ARRAY['audience'::text, 'channel'::text, 'messaging'::text, 'content'::text]))),
    CONSTRAINT ai_interaction_feedback_context_is_object CHECK ((jsonb_typeof(context_data) = 'object'::text)),
    CONSTRAINT ai_interaction_feedback_distance_range CHECK (((edit_distance >= (0)::double precision) AND (edit_distance <= (1)::double precision))),
    CONSTRAINT ai_interaction_feedback_score_range CHECK (((feedback_score >= 1) AND (feedback_score <= 5))),
    CONSTRAINT ai_interaction_feedback_type_known CHECK ((interaction_type = ANY (ARRAY['edit'::text, 'approve'::text, 'regenerate'::text, 'reject'::text])))
);
ALTER TABLE ONLY public.ai_interaction_feedback FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.ai_interaction_feedback IS 'What users made of the assistant''s suggestions.';

COMMENT ON COLUMN public.ai_interaction_feedback.id IS 'Identity.';

COMMENT ON COLUMN public.ai_interaction_feedback.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.ai_interaction_feedback.session_id IS 'The session it was made in; noted even when it is gone.';

COMMENT ON COLUMN public.ai_interaction_feedback.interaction_type IS 'edit, approve, regenerate or reject.';

COMMENT ON COLUMN public.ai_interaction_feedback.original_suggestion IS 'What was suggested.';

COMMENT ON COLUMN public.ai_interaction_feedback.user_modification IS 'What the user made of it.';

COMMENT ON COLUMN public.ai_interaction_feedback.context_data IS 'What it was about.';

COMMENT ON COLUMN public.ai_interaction_feedback.feedback_score IS 'How good it was, 1 to 5.';

COMMENT ON COLUMN public.ai_interaction_feedback.agent_type IS 'Who suggested it: audience, channel, messaging or content.';

COMMENT ON COLUMN public.ai_interaction_feedback.entity_type IS 'What kind of thing it is for.';

COMMENT ON COLUMN public.ai_interaction_feedback.entity_id IS 'Which one.';

COMMENT ON COLUMN public.ai_interaction_feedback.pattern_ids IS 'Patterns it rested on; each learns from this.';

COMMENT ON COLUMN public.ai_interaction_feedback.edit_distance IS 'How much was changed, 0 to 1.';

COMMENT ON COLUMN public.ai_interaction_feedback."timestamp" IS 'When it was said.';

COMMENT ON COLUMN public.ai_interaction_feedback.created_at IS 'When it was made.';

CREATE TABLE public.ai_model_configs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    provider text NOT NULL,
    model_name text NOT NULL,
    model_type text NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    is_default boolean DEFAULT false NOT NULL,
    default_locked boolean DEFAULT false NOT NULL,
    capabilities jsonb DEFAULT '{}'::jsonb NOT NULL,
    pricing jsonb DEFAULT '{}'::jsonb NOT NULL,
    max_tokens integer,
    context_window integer,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    source text DEFAULT 'api'::text NOT NULL,
    missed_runs integer DEFAULT 0 NOT NULL,
    discovered_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    last_validated_at timestamp with time zone,
    deprecated_at timestamp with time zone,
    retires_at timestamp with time zone,
    replacement_model text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ai_model_configs_capabilities_is_object CHECK ((jsonb_typeof(capabilities) = 'object'::text)),
    CONSTRAINT ai_model_configs_default_is_active CHECK ((is_active OR (NOT is_default))),
    CONSTRAINT ai_model_configs_metadata_is_object CHECK ((jsonb_typeof(metadata) = 'object'::text)),
    CONSTRAINT ai_model_configs_pricing_is_object CHECK ((jsonb_typeof(pricing) = 'object'::text)),
    CONSTRAINT ai_model_configs_provider_known CHECK ((provider = ANY (ARRAY['openai'::text, 'anthropic'::text, 'google'::text, 'mistral'::text]))),
    CONSTRAINT ai_model_configs_source_known CHECK ((source = ANY (ARRAY['api'::text, 'manual'::text]))),
    CONSTRAINT ai_model_configs_type_known CHECK ((model_type = ANY (ARRAY['flagship'::text, 'fast'::text, 'legacy'::text])))
);
ALTER TABLE ONLY public.ai_model_configs FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.ai_model_configs IS 'Models that providers offer.';

COMMENT ON COLUMN public.ai_model_configs.id IS 'Identity.';

COMMENT ON COLUMN public.ai_model_configs.provider IS 'openai, anthropic, google or mistral.';

COMMENT ON COLUMN public.ai_model_configs.model_name IS 'The provider''s name for it.';

COMMENT ON COLUMN public.ai_model_configs.model_type IS 'flagship, fast or legacy.';

COMMENT ON COLUMN public.ai_model_configs.is_active IS 'Whether it is offered.';

COMMENT ON COLUMN public.ai_model_configs.is_default IS 'Whether it is taken when nobody chose: one for a provider and type.';

COMMENT ON COLUMN public.ai_model_configs.default_locked IS 'Whether a new model may not become the default in its place.';

COMMENT ON COLUMN public.ai_model_configs.capabilities IS '{vision, function_calling, reasoning, ...}.';

COMMENT ON COLUMN public.ai_model_configs.pricing IS '{input_per_mtok, output_per_mtok, cached_per_mtok, currency, effective_from}; empty when unknown, never 0.';

COMMENT ON COLUMN public.ai_model_configs.max_tokens IS 'Tokens it answers at most.';

COMMENT ON COLUMN public.ai_model_configs.context_window IS 'Tokens it reads at most.';

COMMENT ON COLUMN public.ai_model_configs.metadata IS 'What else the provider tells.';

COMMENT ON COLUMN public.ai_model_configs.source IS 'api when a provider told of it, manual when someone wrote it down.';

COMMENT ON COLUMN public.ai_model_configs.missed_runs IS 'How many looks in a row did not find it; two take it off the list.';

COMMENT ON COLUMN public.ai_model_configs.discovered_at IS 'When it was first seen.';

COMMENT ON COLUMN public.ai_model_configs.last_validated_at IS 'When it was last seen.';

COMMENT ON COLUMN public.ai_model_configs.deprecated_at IS 'When its provider said it will go.';

COMMENT ON COLUMN public.ai_model_configs.retires_at IS 'When it goes.';

COMMENT ON COLUMN public.ai_model_configs.replacement_model IS 'What takes its place for those who chose it.';

COMMENT ON COLUMN public.ai_model_configs.created_at IS 'When it was made.';

COMMENT ON COLUMN public.ai_model_configs.updated_at IS 'When it last changed.';

CREATE TABLE public.ai_model_prices (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    provider text NOT NULL,
    model_name text NOT NULL,
    usage_type text NOT NULL,
    unit_price_usd numeric(14,8) NOT NULL,
    effective_from timestamp with time zone DEFAULT now() NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT ai_model_prices_not_negative CHECK ((unit_price_usd >= (0)::numeric)),
    CONSTRAINT ai_model_prices_usage_known CHECK ((usage_type = ANY (ARRAY['input_token'::text, 'output_token'::text, 'cached_token'::text, 'image'::text, 'second'::text, 'request'::text])))
);
ALTER TABLE ONLY public.ai_model_prices FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.ai_model_prices IS 'What models cost, and from when. What is not here is unknown, not free.';

COMMENT ON COLUMN public.ai_model_prices.id IS 'Identity.';

COMMENT ON COLUMN public.ai_model_prices.provider IS 'Who is paid.';

COMMENT ON COLUMN public.ai_model_prices.model_name IS 'For which model.';

COMMENT ON COLUMN public.ai_model_prices.usage_type IS 'input_token, output_token, cached_token, image, second or request.';

COMMENT ON COLUMN public.ai_model_prices.unit_price_usd IS 'Price of one, in dollars.';

COMMENT ON COLUMN public.ai_model_prices.effective_from IS 'Since when.';

COMMENT ON COLUMN public.ai_model_prices.created_at IS 'When it was made.';

CREATE TABLE public.ai_model_update_logs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    run_date timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    status text NOT NULL,
    trigger text DEFAULT 'cron'::text NOT NULL,
    models_discovered integer DEFAULT 0 NOT NULL,
    models_added integer DEFAULT 0 NOT NULL,
    models_deprecated integer DEFAULT 0 NOT NULL,
    providers_checked text[] DEFAULT '{}'::text[] NOT NULL,
    changes jsonb DEFAULT '[]'::jsonb NOT NULL,
    errors jsonb DEFAULT '{}'::jsonb NOT NULL,
    execution_time_ms integer,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT ai_model_update_logs_changes_is_array CHECK ((jsonb_typeof(changes) = 'array'::text)),
    CONSTRAINT ai_model_update_logs_status_known CHECK ((status = ANY (ARRAY['success'::text, 'partial'::text, 'failed'::text]))),
    CONSTRAINT ai_model_update_logs_trigger_known CHECK ((trigger = ANY (ARRAY['cron'::text, 'manual'::text])))
);
ALTER TABLE ONLY public.ai_model_update_logs FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.ai_model_update_logs IS 'What each look at the providers found.';

COMMENT ON COLUMN public.ai_model_update_logs.id IS 'Identity.';

COMMENT ON COLUMN public.ai_model_update_logs.run_date IS 'When.';

COMMENT ON COLUMN public.ai_model_update_logs.status IS 'success, partial when a provider did not answer, or failed.';

COMMENT ON COLUMN public.ai_model_update_logs.trigger IS 'cron or manual.';

COMMENT ON COLUMN public.ai_model_update_logs.models_discovered IS 'Models seen.';

COMMENT ON COLUMN public.ai_model_update_logs.models_added IS 'Models new.';

COMMENT ON COLUMN public.ai_model_update_logs.models_deprecated IS 'Models taken off the list.';

COMMENT ON COLUMN public.ai_model_update_logs.providers_checked IS 'Who was asked.';

COMMENT ON COLUMN public.ai_model_update_logs.changes IS 'What changed: [{provider, model_name, change}].';

COMMENT ON COLUMN public.ai_model_update_logs.errors IS 'What went wrong, by provider.';

COMMENT ON COLUMN public.ai_model_update_logs.execution_time_ms IS 'How long it took, in ms.';

COMMENT ON COLUMN public.ai_model_update_logs.created_at IS 'When it was made.';

CREATE TABLE public.ai_video_jobs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    project_id uuid NOT NULL,
    job_type text NOT NULL,
    scene_index integer DEFAULT 0 NOT NULL,
    attempt integer DEFAULT 1 NOT NULL,
    provider text,
    model_name text,
    veo_operation_id text,
    status text DEFAULT 'pending'::text NOT NULL,
    result_url text,
    error_code text,
    error_message text,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    cost_usd numeric(10,4) DEFAULT 0 NOT NULL,
    polls integer DEFAULT 0 NOT NULL,
    next_poll_at timestamp with time zone,
    completed_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ai_video_jobs_attempt_positive CHECK ((attempt >= 1)),
    CONSTRAINT ai_video_jobs_completed_has_time CHECK (((status = 'completed'::text) = (completed_at IS NOT NULL))),
    CONSTRAINT ai_video_jobs_cost_range CHECK ((cost_usd >= (0)::numeric)),
    CONSTRAINT ai_video_jobs_metadata_is_object CHECK ((jsonb_typeof(metadata) = 'object'::text)),
    CONSTRAINT ai_video_jobs_scene_range CHECK ((scene_index >= 0)),
    CONSTRAINT ai_video_jobs_status_known CHECK ((status = ANY (ARRAY['pending'::text, 'processing'::text, 'completed'::text, 'failed'::text]))),
    CONSTRAINT ai_video_jobs_type_known CHECK ((job_type = ANY (ARRAY['image_generation'::text, 'video_generation'::text])))
);
ALTER TABLE ONLY public.ai_video_jobs FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.ai_video_jobs IS 'Calls that make a project''s pictures and videos, one for each scene.';

COMMENT ON COLUMN public.ai_video_jobs.id IS 'Identity.';

COMMENT ON COLUMN public.ai_video_jobs.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.ai_video_jobs.project_id IS 'The project.';

COMMENT ON COLUMN public.ai_video_jobs.job_type IS 'image_generation or video_generation.';

COMMENT ON COLUMN public.ai_video_jobs.scene_index IS 'The scene, from 0.';

COMMENT ON COLUMN public.ai_video_jobs.attempt IS 'Which try it is, from 1.';

COMMENT ON COLUMN public.ai_video_jobs.provider IS 'Who is called.';

COMMENT ON COLUMN public.ai_video_jobs.model_name IS 'Which model.';

COMMENT ON COLUMN public.ai_video_jobs.veo_operation_id IS 'The provider''s operation, kept before it is first asked about.';

COMMENT ON COLUMN public.ai_video_jobs.status IS 'pending, processing, then completed or failed.';

COMMENT ON COLUMN public.ai_video_jobs.result_url IS 'Where the result lies with us.';

COMMENT ON COLUMN public.ai_video_jobs.error_code IS 'Why it failed, for programs.';

COMMENT ON COLUMN public.ai_video_jobs.error_message IS 'Why it failed, for people.';

COMMENT ON COLUMN public.ai_video_jobs.metadata IS 'What was asked.';

COMMENT ON COLUMN public.ai_video_jobs.cost_usd IS 'What it cost in dollars.';

COMMENT ON COLUMN public.ai_video_jobs.polls IS 'How often it was asked about.';

COMMENT ON COLUMN public.ai_video_jobs.next_poll_at IS 'When to ask again.';

COMMENT ON COLUMN public.ai_video_jobs.completed_at IS 'When it was done.';

COMMENT ON COLUMN public.ai_video_jobs.created_at IS 'When it was made.';

COMMENT ON COLUMN public.ai_video_jobs.updated_at IS 'When it last changed.';

CREATE TABLE public.ai_video_projects (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    campaign_id uuid,
    goal text NOT NULL,
    platform text NOT NULL,
    aspect_ratio text GENERATED ALWAYS AS (
CASE
    WHEN (platform = 'Landscape'::text) THEN '16:9'::text
    ELSE '9:16'::text
END) STORED NOT NULL,
    duration_s integer DEFAULT 8 NOT NULL,
    brand_kit jsonb DEFAULT '{}'::jsonb NOT NULL,
    scene_plan jsonb DEFAULT '[]'::jsonb NOT NULL,
    generated_images text[] DEFAULT '{}'::text[] NOT NULL,
    final_prompt text,
    video_url text,
    veo_operation_id text,
    status text DEFAULT 'draft'::text NOT NULL,
    error_code text,
    error_message text,
    estimated_cost_usd numeric(10,4),
    cost_usd numeric(10,4) DEFAULT 0 NOT NULL,
    budget_reservation_id uuid,
    auto_generated boolean DEFAULT false NOT NULL,
    completed_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ai_video_projects_brand_is_object CHECK ((jsonb_typeof(brand_kit) = 'object'::text)),
    CONSTRAINT ai_video_projects_completed_has_time CHECK (((status = 'completed'::text) = (completed_at IS NOT NULL))),
    CONSTRAINT ai_video_projects_cost_range CHECK ((cost_usd >= (0)::numeric)),
    CONSTRAINT ai_video_projects_duration_range CHECK (((duration_s >= 1) AND (duration_s <= 120))),
    CONSTRAINT ai_video_projects_estimate_range CHECK ((estimated_cost_usd >= (0)::numeric)),
    CONSTRAINT ai_video_projects_goal_length CHECK (((btrim(goal) <> ''::text) AND (length(goal) <= 5000))),
    CONSTRAINT ai_video_projects_plan_shape CHECK ((jsonb_typeof(scene_plan) = ANY (ARRAY['array'::text, 'object'::text]))),
    CONSTRAINT ai_video_projects_platform_known CHECK ((platform = ANY (ARRAY['YouTubeShort'::text, 'TikTok'::text, 'Reels'::text, 'Landscape'::text]))),
    CONSTRAINT ai_video_projects_status_known CHECK ((status = ANY (ARRAY['draft'::text, 'planning'::text, 'generating_images'::text, 'generating_video'::text, 'completed'::text, 'failed'::text])))
);
ALTER TABLE ONLY public.ai_video_projects FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.ai_video_projects IS 'Short videos made by video models.';

COMMENT ON COLUMN public.ai_video_projects.id IS 'Identity.';

COMMENT ON COLUMN public.ai_video_projects.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.ai_video_projects.campaign_id IS 'The campaign it is for.';

COMMENT ON COLUMN public.ai_video_projects.goal IS 'What it is to reach.';

COMMENT ON COLUMN public.ai_video_projects.platform IS 'Where it will be shown.';

COMMENT ON COLUMN public.ai_video_projects.aspect_ratio IS 'Its shape, by platform.';

COMMENT ON COLUMN public.ai_video_projects.duration_s IS 'Its length, in seconds.';

COMMENT ON COLUMN public.ai_video_projects.brand_kit IS '{colors, fonts, logo, tone, ...}.';

COMMENT ON COLUMN public.ai_video_projects.scene_plan IS 'Its scenes.';

COMMENT ON COLUMN public.ai_video_projects.generated_images IS 'Where its pictures lie.';

COMMENT ON COLUMN public.ai_video_projects.final_prompt IS 'What the video model was asked.';

COMMENT ON COLUMN public.ai_video_projects.video_url IS 'Where the video lies.';

COMMENT ON COLUMN public.ai_video_projects.veo_operation_id IS 'The provider''s operation.';

COMMENT ON COLUMN public.ai_video_projects.status IS 'draft, planning, generating_images, generating_video, completed; or failed.';

COMMENT ON COLUMN public.ai_video_projects.error_code IS 'Why it failed, for programs.';

COMMENT ON COLUMN public.ai_video_projects.error_message IS 'Why it failed, for people.';

COMMENT ON COLUMN public.ai_video_projects.estimated_cost_usd IS 'What it is expected to cost, in dollars.';

COMMENT ON COLUMN public.ai_video_projects.cost_usd IS 'What it cost so far, in dollars.';

COMMENT ON COLUMN public.ai_video_projects.budget_reservation_id IS 'What is kept free for it in the budgets.';

COMMENT ON COLUMN public.ai_video_projects.auto_generated IS 'Whether the autopilot made it.';

COMMENT ON COLUMN public.ai_video_projects.completed_at IS 'When it was done.';

COMMENT ON COLUMN public.ai_video_projects.created_at IS 'When it was made.';

COMMENT ON COLUMN public.ai_video_projects.updated_at IS 'When it last changed.';

CREATE VIEW public.ai_video_stats WITH (security_invoker='true') AS
 SELECT user_id,
    count(*) AS total_videos,
    count(*) FILTER (WHERE auto_generated) AS autopilot_videos,
    count(*) FILTER (WHERE (NOT auto_generated)) AS manual_videos,
    count(*) FILTER (WHERE (status = 'completed'::text)) AS completed_videos,
    count(*) FILTER (WHERE (status = 'failed'::text)) AS failed_videos,
    COALESCE(sum(cost_usd), (0)::numeric) AS total_cost_usd,
    round(avg(cost_usd) FILTER (WHERE (status = 'completed'::text)), 4) AS avg_cost_per_video,
    max(created_at) AS last_video_created
   FROM public.ai_video_projects
  GROUP BY user_id;

COMMENT ON VIEW public.ai_video_stats IS 'How many videos each user made, and what they cost.';

CREATE TABLE public.analytics_reports (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    report_type text NOT NULL,
    title text,
    status text DEFAULT 'queued'::text NOT NULL,
    format text DEFAULT 'json'::text NOT NULL,
    period_start timestamp with time zone,
    period_end timestamp with time zone,
    report_data jsonb DEFAULT '{}'::jsonb NOT NULL,
    metrics jsonb,
    insights jsonb,
    recommendations jsonb,
    executive_summary text,
    asset_path text,
    schedule_id uuid,
    error_code text,
    error_message text,
    generated_at timestamp with time zone,
    expires_at timestamp with time zone DEFAULT (now() + '90 days'::interval) NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT analytics_reports_data_is_object CHECK ((jsonb_typeof(report_data) = 'object'::text)),
    CONSTRAINT analytics_reports_format_known CHECK ((format = ANY (ARRAY['json'::text, 'csv'::text, 'pdf'::text]))),
    CONSTRAINT analytics_reports_period_in_order CHECK ((period_end > period_start)),
    CONSTRAINT analytics_reports_ready_has_time CHECK (((status = 'ready'::text) = (generated_at IS NOT NULL))),
    CONSTRAINT analytics_reports_status_known CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'ready'::text, 'failed'::text])))
);
ALTER TABLE ONLY public.analytics_reports FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.analytics_reports IS 'Reports made for a user.';

COMMENT ON COLUMN public.analytics_reports.id IS 'Identity.';

COMMENT ON COLUMN public.analytics_reports.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.analytics_reports.report_type IS 'Which report.';

COMMENT ON COLUMN public.analytics_reports.title IS 'Its title.';

COMMENT ON COLUMN public.analytics_reports.status IS 'queued, running, then ready or failed.';

COMMENT ON COLUMN public.analytics_reports.format IS 'json, csv or pdf.';

COMMENT ON COLUMN public.analytics_reports.period_start IS 'Beginning of the time it covers.';

COMMENT ON COLUMN public.analytics_reports.period_end IS 'End of that time.';

COMMENT ON COLUMN public.analytics_reports.report_data IS 'What it says, by type.';

COMMENT ON COLUMN public.analytics_reports.metrics IS 'Its figures.';

COMMENT ON COLUMN public.analytics_reports.insights IS 'What they mean.';

COMMENT ON COLUMN public.analytics_reports.recommendations IS 'What to do about it.';

COMMENT ON COLUMN public.analytics_reports.executive_summary IS 'The same in a paragraph.';

COMMENT ON COLUMN public.analytics_reports.asset_path IS 'Where its file lies.';

COMMENT ON COLUMN public.analytics_reports.schedule_id IS 'The schedule that asked for it.';

COMMENT ON COLUMN public.analytics_reports.error_code IS 'Why it failed, for programs.';

COMMENT ON COLUMN public.analytics_reports.error_message IS 'Why it failed, for people.';

COMMENT ON COLUMN public.analytics_reports.generated_at IS 'When it was ready.';

COMMENT ON COLUMN public.analytics_reports.expires_at IS 'When it is deleted.';

COMMENT ON COLUMN public.analytics_reports.created_at IS 'When it was made.';

COMMENT ON COLUMN public.analytics_reports.updated_at IS 'When it last changed.';

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

CREATE TABLE public.audio_tracks (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    video_job_id uuid NOT NULL,
    provider public.music_provider NOT NULL,
    provider_track_id character varying(255),
    order_index integer NOT NULL,
    duration_seconds numeric(6,2) NOT NULL,
    local_file_path text NOT NULL,
    license_document_url text,
    license_checked_at timestamp with time zone,
    prompt_text text NOT NULL,
    is_selected boolean DEFAULT true NOT NULL,
    is_alternative boolean GENERATED ALWAYS AS ((NOT is_selected)) STORED NOT NULL,
    display_order integer DEFAULT 1 NOT NULL,
    status text DEFAULT 'ready'::text NOT NULL,
    error text,
    sha256 text,
    cost_usd numeric(14,6) DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    title character varying(200),
    making text,
    upload_id uuid,
    frames bigint,
    size_bytes bigint,
    terms text,
    rights text,
    maker_version character varying(100),
    proof_upload_id uuid,
    CONSTRAINT audio_tracks_duration_positive CHECK ((duration_seconds > (0)::numeric)),
    CONSTRAINT audio_tracks_frames_positive CHECK ((frames > 0)),
    CONSTRAINT audio_tracks_order_range CHECK (((order_index >= 1) AND (order_index <= 20))),
    CONSTRAINT audio_tracks_rights_not_blank CHECK ((btrim(rights) <> ''::text)),
    CONSTRAINT audio_tracks_selected_is_ready CHECK (((NOT is_selected) OR (status = 'ready'::text))),
    CONSTRAINT audio_tracks_sha256_is_hash CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT audio_tracks_size_range CHECK ((size_bytes >= 0)),
    CONSTRAINT audio_tracks_status_known CHECK ((status = ANY (ARRAY['ready'::text, 'failed'::text])))
);
ALTER TABLE ONLY public.audio_tracks FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.audio_tracks IS 'Takes of an album''s tracks; one is selected for each of its twenty places.';

COMMENT ON COLUMN public.audio_tracks.id IS 'Identity.';

COMMENT ON COLUMN public.audio_tracks.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.audio_tracks.video_job_id IS 'The album.';

COMMENT ON COLUMN public.audio_tracks.provider IS 'Who made it.';

COMMENT ON COLUMN public.audio_tracks.provider_track_id IS 'The track there.';

COMMENT ON COLUMN public.audio_tracks.order_index IS 'Its place, 1 to 20.';

COMMENT ON COLUMN public.audio_tracks.duration_seconds IS 'Its length, in seconds.';

COMMENT ON COLUMN public.audio_tracks.local_file_path IS 'Where it lies.';

COMMENT ON COLUMN public.audio_tracks.license_document_url IS 'Its licence.';

COMMENT ON COLUMN public.audio_tracks.license_checked_at IS 'When the licence was looked at.';

COMMENT ON COLUMN public.audio_tracks.prompt_text IS 'What was asked for.';

COMMENT ON COLUMN public.audio_tracks.is_selected IS 'Whether it is the take to use.';

COMMENT ON COLUMN public.audio_tracks.is_alternative IS 'Whether it is another take.';

COMMENT ON COLUMN public.audio_tracks.display_order IS 'Order among the takes of a place.';

COMMENT ON COLUMN public.audio_tracks.status IS 'ready or failed.';

COMMENT ON COLUMN public.audio_tracks.error IS 'What went wrong.';

COMMENT ON COLUMN public.audio_tracks.sha256 IS 'Hash of its bytes, in hex.';

COMMENT ON COLUMN public.audio_tracks.cost_usd IS 'What it cost in dollars.';

COMMENT ON COLUMN public.audio_tracks.created_at IS 'When it was made.';

COMMENT ON COLUMN public.audio_tracks.title IS 'What the track is called in chapters.';

COMMENT ON COLUMN public.audio_tracks.making IS 'Which making of a prompt it is; the same one is kept once.';

COMMENT ON COLUMN public.audio_tracks.upload_id IS 'The file it came from, when it is the user''s own.';

COMMENT ON COLUMN public.audio_tracks.frames IS 'Its length to the sample, at 48 kHz.';

COMMENT ON COLUMN public.audio_tracks.size_bytes IS 'Its size, in bytes.';

COMMENT ON COLUMN public.audio_tracks.terms IS 'On what terms the maker gives it.';

COMMENT ON COLUMN public.audio_tracks.rights IS 'What the user says of the right to use it.';

COMMENT ON COLUMN public.audio_tracks.maker_version IS 'Which version of the maker made it.';

COMMENT ON COLUMN public.audio_tracks.proof_upload_id IS 'The licence document its user sent for it.';

CREATE TABLE public.autopilot_activity_log (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    autopilot_config_id uuid,
    action_id uuid,
    activity_type text NOT NULL,
    activity_description text NOT NULL,
    entity_type text,
    entity_id uuid,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    impact_metrics jsonb DEFAULT '{}'::jsonb NOT NULL,
    reason jsonb DEFAULT '{}'::jsonb NOT NULL,
    revert_of uuid,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT autopilot_activity_log_impact_is_object CHECK ((jsonb_typeof(impact_metrics) = 'object'::text)),
    CONSTRAINT autopilot_activity_log_metadata_is_object CHECK ((jsonb_typeof(metadata) = 'object'::text)),
    CONSTRAINT autopilot_activity_log_reason_is_object CHECK ((jsonb_typeof(reason) = 'object'::text)),
    CONSTRAINT autopilot_activity_log_type_shape CHECK ((activity_type ~ '^[a-z_]{1,60}$'::text))
);
ALTER TABLE ONLY public.autopilot_activity_log FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.autopilot_activity_log IS 'What the autopilot did, and why. An undoing is a row of its own that names what it undid.';

COMMENT ON COLUMN public.autopilot_activity_log.id IS 'Identity.';

COMMENT ON COLUMN public.autopilot_activity_log.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.autopilot_activity_log.autopilot_config_id IS 'The autopilot; noted even when it is gone.';

COMMENT ON COLUMN public.autopilot_activity_log.action_id IS 'The proposal it came from; noted even when it is gone.';

COMMENT ON COLUMN public.autopilot_activity_log.activity_type IS 'campaign_created, budget_adjusted, video_created, lead_synced, skipped_over_cap, dry_run, ...';

COMMENT ON COLUMN public.autopilot_activity_log.activity_description IS 'What it did, in words.';

COMMENT ON COLUMN public.autopilot_activity_log.entity_type IS 'What kind of thing it did it to.';

COMMENT ON COLUMN public.autopilot_activity_log.entity_id IS 'Which one.';

COMMENT ON COLUMN public.autopilot_activity_log.metadata IS 'More of it.';

COMMENT ON COLUMN public.autopilot_activity_log.impact_metrics IS 'What it was meant to change.';

COMMENT ON COLUMN public.autopilot_activity_log.reason IS 'Figures and rule it rests on.';

COMMENT ON COLUMN public.autopilot_activity_log.revert_of IS 'What it undid; once.';

COMMENT ON COLUMN public.autopilot_activity_log.created_at IS 'When it was made.';

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

CREATE TABLE public.secret_audit_logs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    secret_id uuid,
    service_name text NOT NULL,
    operation text NOT NULL,
    actor text NOT NULL,
    purpose text,
    success boolean NOT NULL,
    error_message text,
    ip_address inet,
    user_agent text,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT secret_audit_logs_actor_known CHECK ((actor = ANY (ARRAY['user'::text, 'worker'::text, 'system'::text]))),
    CONSTRAINT secret_audit_logs_operation_known CHECK ((operation = ANY (ARRAY['create'::text, 'read'::text, 'update'::text, 'delete'::text]))),
    CONSTRAINT secret_audit_logs_user_agent_short CHECK ((length(user_agent) <= 1000))
);
ALTER TABLE ONLY public.secret_audit_logs FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.secret_audit_logs IS 'Every making, reading, changing and deleting of a secret; outlives the secret.';

COMMENT ON COLUMN public.secret_audit_logs.id IS 'Identity.';

COMMENT ON COLUMN public.secret_audit_logs.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.secret_audit_logs.secret_id IS 'The secret, which may be gone.';

COMMENT ON COLUMN public.secret_audit_logs.service_name IS 'The service it was for.';

COMMENT ON COLUMN public.secret_audit_logs.operation IS 'create, read, update or delete.';

COMMENT ON COLUMN public.secret_audit_logs.actor IS 'Who did it: user, worker or system.';

COMMENT ON COLUMN public.secret_audit_logs.purpose IS 'What it was read for.';

COMMENT ON COLUMN public.secret_audit_logs.success IS 'Whether it worked.';

COMMENT ON COLUMN public.secret_audit_logs.error_message IS 'Why not.';

COMMENT ON COLUMN public.secret_audit_logs.ip_address IS 'Where the request came from; null when unknown.';

COMMENT ON COLUMN public.secret_audit_logs.user_agent IS 'What the request called itself.';

COMMENT ON COLUMN public.secret_audit_logs.created_at IS 'When it was made.';

CREATE VIEW public.audit_trail WITH (security_invoker='true') AS
 SELECT 'privacy'::text AS source,
    privacy_audit_log.id,
    privacy_audit_log.user_id,
    privacy_audit_log.event_type AS event,
    privacy_audit_log.details,
    privacy_audit_log.created_at
   FROM public.privacy_audit_log
UNION ALL
 SELECT 'secret'::text AS source,
    secret_audit_logs.id,
    secret_audit_logs.user_id,
    secret_audit_logs.operation AS event,
    jsonb_build_object('service_name', secret_audit_logs.service_name, 'actor', secret_audit_logs.actor, 'purpose', secret_audit_logs.purpose, 'success', secret_audit_logs.success) AS details,
    secret_audit_logs.created_at
   FROM public.secret_audit_logs
UNION ALL
 SELECT 'autopilot'::text AS source,
    autopilot_activity_log.id,
    autopilot_activity_log.user_id,
    autopilot_activity_log.activity_type AS event,
    jsonb_build_object('description', autopilot_activity_log.activity_description, 'entity_type', autopilot_activity_log.entity_type, 'entity_id', autopilot_activity_log.entity_id) AS details,
    autopilot_activity_log.created_at
   FROM public.autopilot_activity_log
UNION ALL
 SELECT 'knowledge'::text AS source,
    knowledge_access_logs.id,
    knowledge_access_logs.user_id,
    'searched'::text AS event,
    jsonb_build_object('search_id', knowledge_access_logs.search_id, 'document_id', knowledge_access_logs.document_id, 'rank', knowledge_access_logs.rank) AS details,
    knowledge_access_logs.created_at
   FROM public.knowledge_access_logs
UNION ALL
 SELECT 'job'::text AS source,
    job_events.id,
    job_events.user_id,
    COALESCE(job_events.stage, job_events.level) AS event,
    jsonb_build_object('job_id', job_events.job_id, 'message', job_events.message) AS details,
    job_events.created_at
   FROM public.job_events;

COMMENT ON VIEW public.audit_trail IS 'Everything that was noted about a user''s things, in one list.';

CREATE TABLE public.autopilot_actions (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    autopilot_config_id uuid,
    campaign_id uuid,
    rule text NOT NULL,
    status text DEFAULT 'proposed'::text NOT NULL,
    entity_type text,
    entity_id uuid,
    before jsonb DEFAULT '{}'::jsonb NOT NULL,
    after jsonb DEFAULT '{}'::jsonb NOT NULL,
    expected_effect jsonb DEFAULT '{}'::jsonb NOT NULL,
    reason jsonb DEFAULT '{}'::jsonb NOT NULL,
    dedupe_key text NOT NULL,
    error_code text,
    expires_at timestamp with time zone DEFAULT (now() + '7 days'::interval) NOT NULL,
    executed_at timestamp with time zone,
    reverted_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT autopilot_actions_executed_has_time CHECK (((status = ANY (ARRAY['executed'::text, 'reverted'::text])) = (executed_at IS NOT NULL))),
    CONSTRAINT autopilot_actions_reason_is_object CHECK ((jsonb_typeof(reason) = 'object'::text)),
    CONSTRAINT autopilot_actions_reverted_has_time CHECK (((status = 'reverted'::text) = (reverted_at IS NOT NULL))),
    CONSTRAINT autopilot_actions_status_known CHECK ((status = ANY (ARRAY['proposed'::text, 'approved'::text, 'rejected'::text, 'executing'::text, 'executed'::text, 'reverted'::text, 'failed'::text, 'expired'::text])))
);
ALTER TABLE ONLY public.autopilot_actions FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.autopilot_actions IS 'Changes the autopilot proposes.';

COMMENT ON COLUMN public.autopilot_actions.id IS 'Identity.';

COMMENT ON COLUMN public.autopilot_actions.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.autopilot_actions.autopilot_config_id IS 'The autopilot.';

COMMENT ON COLUMN public.autopilot_actions.campaign_id IS 'The campaign it is about.';

COMMENT ON COLUMN public.autopilot_actions.rule IS 'The rule that asked for it.';

COMMENT ON COLUMN public.autopilot_actions.status IS 'proposed, approved or rejected, executing, executed, reverted; failed or expired.';

COMMENT ON COLUMN public.autopilot_actions.entity_type IS 'What kind of thing it changes.';

COMMENT ON COLUMN public.autopilot_actions.entity_id IS 'Which one.';

COMMENT ON COLUMN public.autopilot_actions.before IS 'How it is.';

COMMENT ON COLUMN public.autopilot_actions.after IS 'How it would be.';

COMMENT ON COLUMN public.autopilot_actions.expected_effect IS 'What is hoped for.';

COMMENT ON COLUMN public.autopilot_actions.reason IS 'Figures it rests on.';

COMMENT ON COLUMN public.autopilot_actions.dedupe_key IS 'rule:entity:date; the same is proposed once.';

COMMENT ON COLUMN public.autopilot_actions.error_code IS 'Why it failed, for programs.';

COMMENT ON COLUMN public.autopilot_actions.expires_at IS 'When the proposal is too old.';

COMMENT ON COLUMN public.autopilot_actions.executed_at IS 'When it was done.';

COMMENT ON COLUMN public.autopilot_actions.reverted_at IS 'When it was undone.';

COMMENT ON COLUMN public.autopilot_actions.created_at IS 'When it was made.';

COMMENT ON COLUMN public.autopilot_actions.updated_at IS 'When it last changed.';

CREATE VIEW public.autopilot_cron_monitor WITH (security_invoker='true') AS
 SELECT s.jobid,
    s.schedule,
    s.command,
    'localhost'::text AS nodename,
    (current_setting('port'::text))::integer AS nodeport,
    (current_database())::text AS database,
    'service_role'::text AS username,
    s.active,
    s.jobname,
    run.claimed_at AS last_run_at,
        CASE
            WHEN (run.done_at IS NOT NULL) THEN 'succeeded'::text
            WHEN (run.claimed_at IS NOT NULL) THEN 'running'::text
            ELSE NULL::text
        END AS last_status,
    ((EXTRACT(epoch FROM (run.done_at - run.claimed_at)) * (1000)::numeric))::bigint AS last_duration_ms,
    (
        CASE
            WHEN (this.slot > moment.utc) THEN this.slot
            ELSE ((date_trunc(s.unit, moment.utc) + (('1 '::text || s.unit))::interval) + s.past)
        END AT TIME ZONE 'UTC'::text) AS next_run_at
   FROM (((private.schedules s
     CROSS JOIN ( SELECT (clock_timestamp() AT TIME ZONE 'UTC'::text) AS utc) moment)
     CROSS JOIN LATERAL ( SELECT (date_trunc(s.unit, moment.utc) + s.past) AS slot) this)
     LEFT JOIN LATERAL ( SELECT r.claimed_at,
            r.done_at
           FROM private.cron_runs r
          WHERE (r.name = s.jobname)
          ORDER BY r.slot DESC
         LIMIT 1) run ON (true));

COMMENT ON VIEW public.autopilot_cron_monitor IS 'What the clock does, when it last did and when it will next.';

CREATE TABLE public.autopilot_lead_inbox (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    lead_id uuid NOT NULL,
    full_name text,
    company_name text,
    email text,
    phone text,
    source text,
    score integer DEFAULT 0 NOT NULL,
    temperature text GENERATED ALWAYS AS (
CASE
    WHEN (score >= 75) THEN 'hot'::text
    WHEN (score >= 50) THEN 'warm'::text
    ELSE 'cold'::text
END) STORED NOT NULL,
    status text DEFAULT 'new'::text NOT NULL,
    notes text,
    read_at timestamp with time zone,
    snoozed_until timestamp with time zone,
    received_at timestamp with time zone DEFAULT now() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT autopilot_lead_inbox_status_known CHECK ((status = ANY (ARRAY['new'::text, 'contacted'::text, 'qualified'::text, 'converted'::text]))),
    CONSTRAINT autopilot_lead_inbox_temperature_known CHECK ((temperature = ANY (ARRAY['hot'::text, 'warm'::text, 'cold'::text])))
);
ALTER TABLE ONLY public.autopilot_lead_inbox FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.autopilot_lead_inbox IS 'Leads at a glance: a copy of what leads say, beside what the user makes of them.';

COMMENT ON COLUMN public.autopilot_lead_inbox.id IS 'Identity.';

COMMENT ON COLUMN public.autopilot_lead_inbox.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.autopilot_lead_inbox.lead_id IS 'The lead.';

COMMENT ON COLUMN public.autopilot_lead_inbox.full_name IS 'Its name; copied.';

COMMENT ON COLUMN public.autopilot_lead_inbox.company_name IS 'Where they work; copied.';

COMMENT ON COLUMN public.autopilot_lead_inbox.email IS 'Address; copied.';

COMMENT ON COLUMN public.autopilot_lead_inbox.phone IS 'Number; copied.';

COMMENT ON COLUMN public.autopilot_lead_inbox.source IS 'Where the lead came from; copied.';

COMMENT ON COLUMN public.autopilot_lead_inbox.score IS 'Its score; copied.';

COMMENT ON COLUMN public.autopilot_lead_inbox.temperature IS 'hot from 75, warm from 50, else cold.';

COMMENT ON COLUMN public.autopilot_lead_inbox.status IS 'What the user says: new, contacted, qualified or converted.';

COMMENT ON COLUMN public.autopilot_lead_inbox.notes IS 'What the user notes.';

COMMENT ON COLUMN public.autopilot_lead_inbox.read_at IS 'When the user read it.';

COMMENT ON COLUMN public.autopilot_lead_inbox.snoozed_until IS 'Until when it is out of sight.';

COMMENT ON COLUMN public.autopilot_lead_inbox.received_at IS 'When it came in.';

COMMENT ON COLUMN public.autopilot_lead_inbox.created_at IS 'When it was made.';

COMMENT ON COLUMN public.autopilot_lead_inbox.updated_at IS 'When it last changed.';

CREATE TABLE public.autopilot_weekly_reports (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    autopilot_config_id uuid,
    week_start_date date NOT NULL,
    week_end_date date NOT NULL,
    total_leads_generated integer DEFAULT 0 NOT NULL,
    total_spend numeric(12,2) DEFAULT 0 NOT NULL,
    roi numeric,
    top_performing_channel text,
    summary jsonb DEFAULT '{}'::jsonb NOT NULL,
    ai_insights jsonb DEFAULT '[]'::jsonb NOT NULL,
    previous jsonb,
    status text DEFAULT 'draft'::text NOT NULL,
    generated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    delivered_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT autopilot_weekly_reports_insights_shape CHECK ((jsonb_typeof(ai_insights) = ANY (ARRAY['array'::text, 'object'::text]))),
    CONSTRAINT autopilot_weekly_reports_is_a_week CHECK ((week_end_date = (week_start_date + 6))),
    CONSTRAINT autopilot_weekly_reports_roi_needs_spend CHECK (((total_spend <> (0)::numeric) OR (roi IS NULL))),
    CONSTRAINT autopilot_weekly_reports_starts_monday CHECK ((EXTRACT(isodow FROM week_start_date) = (1)::numeric)),
    CONSTRAINT autopilot_weekly_reports_status_known CHECK ((status = ANY (ARRAY['draft'::text, 'final'::text]))),
    CONSTRAINT autopilot_weekly_reports_summary_is_object CHECK ((jsonb_typeof(summary) = 'object'::text))
);
ALTER TABLE ONLY public.autopilot_weekly_reports FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.autopilot_weekly_reports IS 'What a week came to, Monday to Sunday.';

COMMENT ON COLUMN public.autopilot_weekly_reports.id IS 'Identity.';

COMMENT ON COLUMN public.autopilot_weekly_reports.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.autopilot_weekly_reports.autopilot_config_id IS 'The autopilot.';

COMMENT ON COLUMN public.autopilot_weekly_reports.week_start_date IS 'The Monday.';

COMMENT ON COLUMN public.autopilot_weekly_reports.week_end_date IS 'The Sunday.';

COMMENT ON COLUMN public.autopilot_weekly_reports.total_leads_generated IS 'Leads that came in.';

COMMENT ON COLUMN public.autopilot_weekly_reports.total_spend IS 'What was spent, in dollars.';

COMMENT ON COLUMN public.autopilot_weekly_reports.roi IS 'Return for each dollar spent; null when none was.';

COMMENT ON COLUMN public.autopilot_weekly_reports.top_performing_channel IS 'The best marketing channel.';

COMMENT ON COLUMN public.autopilot_weekly_reports.summary IS 'Its figures.';

COMMENT ON COLUMN public.autopilot_weekly_reports.ai_insights IS 'What they mean.';

COMMENT ON COLUMN public.autopilot_weekly_reports.previous IS 'The week before, for comparison.';

COMMENT ON COLUMN public.autopilot_weekly_reports.status IS 'draft, then final.';

COMMENT ON COLUMN public.autopilot_weekly_reports.generated_at IS 'When it was computed.';

COMMENT ON COLUMN public.autopilot_weekly_reports.delivered_at IS 'When the user was told.';

COMMENT ON COLUMN public.autopilot_weekly_reports.created_at IS 'When it was made.';

COMMENT ON COLUMN public.autopilot_weekly_reports.updated_at IS 'When it last changed.';

CREATE TABLE public.brand_assets (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_by uuid DEFAULT auth.uid() NOT NULL,
    asset_name text NOT NULL,
    asset_type text NOT NULL,
    asset_data jsonb NOT NULL,
    is_primary boolean DEFAULT false NOT NULL,
    digital_asset_id uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT brand_assets_data_is_object CHECK ((jsonb_typeof(asset_data) = 'object'::text)),
    CONSTRAINT brand_assets_name_length CHECK (((btrim(asset_name) <> ''::text) AND (length(asset_name) <= 200))),
    CONSTRAINT brand_assets_type_known CHECK ((asset_type = ANY (ARRAY['logo'::text, 'font'::text, 'color_scheme'::text, 'image'::text, 'voice'::text, 'guideline'::text])))
);
ALTER TABLE ONLY public.brand_assets FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.brand_assets IS 'What makes a brand: logo, fonts, colours, voice.';

COMMENT ON COLUMN public.brand_assets.id IS 'Identity.';

COMMENT ON COLUMN public.brand_assets.created_by IS 'Whose brand it is.';

COMMENT ON COLUMN public.brand_assets.asset_name IS 'What it is called.';

COMMENT ON COLUMN public.brand_assets.asset_type IS 'logo, font, color_scheme, image, voice or guideline.';

COMMENT ON COLUMN public.brand_assets.asset_data IS 'The thing itself: {colors}, {family}, {tone}, ... by type.';

COMMENT ON COLUMN public.brand_assets.is_primary IS 'The one used unless another is named; one per type.';

COMMENT ON COLUMN public.brand_assets.digital_asset_id IS 'The file behind it.';

COMMENT ON COLUMN public.brand_assets.created_at IS 'When it was made.';

COMMENT ON COLUMN public.brand_assets.updated_at IS 'When it last changed.';

CREATE TABLE public.brand_positioning_analyses (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    campaign_id uuid,
    parent_id uuid,
    version integer DEFAULT 1 NOT NULL,
    title text,
    status text DEFAULT 'draft'::text NOT NULL,
    input_data jsonb DEFAULT '{}'::jsonb NOT NULL,
    positioning_statement text NOT NULL,
    differentiators jsonb DEFAULT '[]'::jsonb NOT NULL,
    brand_tone jsonb DEFAULT '{}'::jsonb NOT NULL,
    three_cs_analysis jsonb DEFAULT '{}'::jsonb NOT NULL,
    recommendations jsonb DEFAULT '[]'::jsonb NOT NULL,
    sources jsonb DEFAULT '[]'::jsonb NOT NULL,
    model_name text,
    cost_usd numeric(12,4) DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT brand_positioning_analyses_differentiators_is_array CHECK ((jsonb_typeof(differentiators) = 'array'::text)),
    CONSTRAINT brand_positioning_analyses_input_is_object CHECK ((jsonb_typeof(input_data) = 'object'::text)),
    CONSTRAINT brand_positioning_analyses_recommendations_is_array CHECK ((jsonb_typeof(recommendations) = 'array'::text)),
    CONSTRAINT brand_positioning_analyses_sources_is_array CHECK ((jsonb_typeof(sources) = 'array'::text)),
    CONSTRAINT brand_positioning_analyses_status_known CHECK ((status = ANY (ARRAY['draft'::text, 'generating'::text, 'ready'::text, 'failed'::text, 'archived'::text]))),
    CONSTRAINT brand_positioning_analyses_three_cs_shape CHECK (((jsonb_typeof(three_cs_analysis) = 'object'::text) AND ((status <> 'ready'::text) OR (three_cs_analysis ?& '{company,customer,competition}'::text[])))),
    CONSTRAINT brand_positioning_analyses_tone_is_object CHECK ((jsonb_typeof(brand_tone) = 'object'::text))
);
ALTER TABLE ONLY public.brand_positioning_analyses FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.brand_positioning_analyses IS 'How a brand stands between company, customer and competition.';

COMMENT ON COLUMN public.brand_positioning_analyses.id IS 'Identity.';

COMMENT ON COLUMN public.brand_positioning_analyses.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.brand_positioning_analyses.campaign_id IS 'The campaign it is for.';

COMMENT ON COLUMN public.brand_positioning_analyses.parent_id IS 'The version before.';

COMMENT ON COLUMN public.brand_positioning_analyses.version IS 'Counts versions.';

COMMENT ON COLUMN public.brand_positioning_analyses.title IS 'What the user calls it.';

COMMENT ON COLUMN public.brand_positioning_analyses.status IS 'draft, generating, then ready or failed; archived when it is done with.';

COMMENT ON COLUMN public.brand_positioning_analyses.input_data IS 'What was asked.';

COMMENT ON COLUMN public.brand_positioning_analyses.positioning_statement IS 'The position, in a sentence.';

COMMENT ON COLUMN public.brand_positioning_analyses.differentiators IS 'What sets it apart.';

COMMENT ON COLUMN public.brand_positioning_analyses.brand_tone IS 'How it speaks.';

COMMENT ON COLUMN public.brand_positioning_analyses.three_cs_analysis IS '{company, customer, competition}.';

COMMENT ON COLUMN public.brand_positioning_analyses.recommendations IS 'What to do.';

COMMENT ON COLUMN public.brand_positioning_analyses.sources IS 'Where each claim comes from, or that it is the model''s opinion.';

COMMENT ON COLUMN public.brand_positioning_analyses.model_name IS 'Model that wrote it.';

COMMENT ON COLUMN public.brand_positioning_analyses.cost_usd IS 'What it cost in dollars.';

COMMENT ON COLUMN public.brand_positioning_analyses.created_at IS 'When it was made.';

COMMENT ON COLUMN public.brand_positioning_analyses.updated_at IS 'When it last changed.';

CREATE TABLE public.campaign_copilot_sessions (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    campaign_id uuid,
    brief_data jsonb NOT NULL,
    generated_campaign jsonb,
    interaction_history jsonb DEFAULT '[]'::jsonb NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    model_name text,
    token_count integer DEFAULT 0 NOT NULL,
    cost_usd numeric(12,4) DEFAULT 0 NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT campaign_copilot_sessions_brief_is_object CHECK ((jsonb_typeof(brief_data) = 'object'::text)),
    CONSTRAINT campaign_copilot_sessions_history_is_array CHECK ((jsonb_typeof(interaction_history) = 'array'::text)),
    CONSTRAINT campaign_copilot_sessions_status_known CHECK ((status = ANY (ARRAY['active'::text, 'completed'::text, 'saved'::text])))
);
ALTER TABLE ONLY public.campaign_copilot_sessions FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.campaign_copilot_sessions IS 'Campaigns designed with an assistant.';

COMMENT ON COLUMN public.campaign_copilot_sessions.id IS 'Identity.';

COMMENT ON COLUMN public.campaign_copilot_sessions.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.campaign_copilot_sessions.campaign_id IS 'The campaign made of it; made once.';

COMMENT ON COLUMN public.campaign_copilot_sessions.brief_data IS 'What the user wants.';

COMMENT ON COLUMN public.campaign_copilot_sessions.generated_campaign IS 'What the assistant made of it.';

COMMENT ON COLUMN public.campaign_copilot_sessions.interaction_history IS 'What was said: [{role, content, at}].';

COMMENT ON COLUMN public.campaign_copilot_sessions.status IS 'active, saved to go on later, or completed.';

COMMENT ON COLUMN public.campaign_copilot_sessions.model_name IS 'The assistant''s model.';

COMMENT ON COLUMN public.campaign_copilot_sessions.token_count IS 'Tokens used.';

COMMENT ON COLUMN public.campaign_copilot_sessions.cost_usd IS 'What it cost in dollars.';

COMMENT ON COLUMN public.campaign_copilot_sessions.version IS 'Counts changes.';

COMMENT ON COLUMN public.campaign_copilot_sessions.created_at IS 'When it was made.';

COMMENT ON COLUMN public.campaign_copilot_sessions.updated_at IS 'When it last changed.';

CREATE TABLE public.campaign_metrics (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_by uuid DEFAULT auth.uid() NOT NULL,
    campaign_id uuid NOT NULL,
    metric_type text NOT NULL,
    metric_value numeric NOT NULL,
    metric_date date NOT NULL,
    channel text DEFAULT 'all'::text NOT NULL,
    source text DEFAULT 'manual'::text NOT NULL,
    additional_data jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT campaign_metrics_data_is_object CHECK ((jsonb_typeof(additional_data) = 'object'::text))
);
ALTER TABLE ONLY public.campaign_metrics FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.campaign_metrics IS 'A campaign''s figures by day: the history; what is imported again replaces, it does not add.';

COMMENT ON COLUMN public.campaign_metrics.id IS 'Identity.';

COMMENT ON COLUMN public.campaign_metrics.created_by IS 'Whose campaign it is.';

COMMENT ON COLUMN public.campaign_metrics.campaign_id IS 'The campaign.';

COMMENT ON COLUMN public.campaign_metrics.metric_type IS 'What was measured.';

COMMENT ON COLUMN public.campaign_metrics.metric_value IS 'How much, that day.';

COMMENT ON COLUMN public.campaign_metrics.metric_date IS 'The day, in UTC.';

COMMENT ON COLUMN public.campaign_metrics.channel IS 'Marketing channel; all for the whole.';

COMMENT ON COLUMN public.campaign_metrics.source IS 'Where the figure comes from: manual, samples or the name of an import.';

COMMENT ON COLUMN public.campaign_metrics.additional_data IS 'More about it.';

COMMENT ON COLUMN public.campaign_metrics.created_at IS 'When it was made.';

CREATE TABLE public.campaign_performance_monitor (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_by uuid DEFAULT auth.uid() NOT NULL,
    campaign_id uuid NOT NULL,
    channel text NOT NULL,
    metrics jsonb NOT NULL,
    benchmark_metrics jsonb DEFAULT '{}'::jsonb NOT NULL,
    performance_score real,
    optimization_suggestions jsonb DEFAULT '[]'::jsonb NOT NULL,
    auto_actions_taken jsonb DEFAULT '[]'::jsonb NOT NULL,
    measured_at timestamp with time zone DEFAULT now() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT campaign_performance_monitor_actions_is_array CHECK ((jsonb_typeof(auto_actions_taken) = 'array'::text)),
    CONSTRAINT campaign_performance_monitor_benchmark_is_object CHECK ((jsonb_typeof(benchmark_metrics) = 'object'::text)),
    CONSTRAINT campaign_performance_monitor_metrics_is_object CHECK ((jsonb_typeof(metrics) = 'object'::text)),
    CONSTRAINT campaign_performance_monitor_score_range CHECK (((performance_score >= (0)::double precision) AND (performance_score <= (100)::double precision))),
    CONSTRAINT campaign_performance_monitor_suggestions_is_array CHECK ((jsonb_typeof(optimization_suggestions) = 'array'::text))
);
ALTER TABLE ONLY public.campaign_performance_monitor FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.campaign_performance_monitor IS 'Snapshots of how each channel of a campaign does against its targets.';

COMMENT ON COLUMN public.campaign_performance_monitor.id IS 'Identity.';

COMMENT ON COLUMN public.campaign_performance_monitor.created_by IS 'Whose campaign it is.';

COMMENT ON COLUMN public.campaign_performance_monitor.campaign_id IS 'The campaign.';

COMMENT ON COLUMN public.campaign_performance_monitor.channel IS 'Marketing channel; all for the whole.';

COMMENT ON COLUMN public.campaign_performance_monitor.metrics IS '{metric: value} as they stood.';

COMMENT ON COLUMN public.campaign_performance_monitor.benchmark_metrics IS '{metric: value} they are held against.';

COMMENT ON COLUMN public.campaign_performance_monitor.performance_score IS 'How much of the targets was reached, from 0 to 100; null without targets.';

COMMENT ON COLUMN public.campaign_performance_monitor.optimization_suggestions IS '[{kind, reason, change}].';

COMMENT ON COLUMN public.campaign_performance_monitor.auto_actions_taken IS '[{kind, reason, before, after}] of the autopilot.';

COMMENT ON COLUMN public.campaign_performance_monitor.measured_at IS 'When it was taken.';

COMMENT ON COLUMN public.campaign_performance_monitor.created_at IS 'When it was made.';

CREATE TABLE public.campaign_predictions (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_by uuid DEFAULT auth.uid() NOT NULL,
    campaign_id uuid NOT NULL,
    prediction_type text NOT NULL,
    prediction_data jsonb NOT NULL,
    confidence_score real NOT NULL,
    based_on_campaigns uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    model_name text,
    due_at timestamp with time zone,
    actual_outcome jsonb,
    accuracy_score real,
    scored_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT campaign_predictions_accuracy_range CHECK (((accuracy_score >= (0)::double precision) AND (accuracy_score <= (1)::double precision))),
    CONSTRAINT campaign_predictions_confidence_range CHECK (((confidence_score >= (0)::double precision) AND (confidence_score <= (1)::double precision))),
    CONSTRAINT campaign_predictions_data_is_object CHECK ((jsonb_typeof(prediction_data) = 'object'::text)),
    CONSTRAINT campaign_predictions_outcome_is_object CHECK ((jsonb_typeof(actual_outcome) = 'object'::text)),
    CONSTRAINT campaign_predictions_scored_has_outcome CHECK (((scored_at IS NULL) = (actual_outcome IS NULL))),
    CONSTRAINT campaign_predictions_type_known CHECK ((prediction_type = ANY (ARRAY['kpi_forecast'::text, 'budget_optimization'::text, 'performance_prediction'::text])))
);
ALTER TABLE ONLY public.campaign_predictions FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.campaign_predictions IS 'What was foretold of a campaign, and what came of it.';

COMMENT ON COLUMN public.campaign_predictions.id IS 'Identity.';

COMMENT ON COLUMN public.campaign_predictions.created_by IS 'Whose campaign it is.';

COMMENT ON COLUMN public.campaign_predictions.campaign_id IS 'The campaign.';

COMMENT ON COLUMN public.campaign_predictions.prediction_type IS 'kpi_forecast, budget_optimization or performance_prediction.';

COMMENT ON COLUMN public.campaign_predictions.prediction_data IS '{metric, value, low, high, horizon}.';

COMMENT ON COLUMN public.campaign_predictions.confidence_score IS 'How sure, from 0 to 1.';

COMMENT ON COLUMN public.campaign_predictions.based_on_campaigns IS 'Campaigns it was learned from.';

COMMENT ON COLUMN public.campaign_predictions.model_name IS 'Which model foretold it.';

COMMENT ON COLUMN public.campaign_predictions.due_at IS 'When it can be judged.';

COMMENT ON COLUMN public.campaign_predictions.actual_outcome IS '{value, within}: what came, and whether between low and high.';

COMMENT ON COLUMN public.campaign_predictions.accuracy_score IS 'How near it was, from 0 to 1.';

COMMENT ON COLUMN public.campaign_predictions.scored_at IS 'When it was judged.';

COMMENT ON COLUMN public.campaign_predictions.created_at IS 'When it was made.';

CREATE TABLE public.campaign_spends (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_by uuid DEFAULT auth.uid() NOT NULL,
    campaign_id uuid NOT NULL,
    amount numeric(12,2) NOT NULL,
    key text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT campaign_spends_amount_counts CHECK ((amount <> (0)::numeric))
);
ALTER TABLE ONLY public.campaign_spends FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.campaign_spends IS 'What was spent from a campaign''s budget; adds up to budget_spent.';

COMMENT ON COLUMN public.campaign_spends.id IS 'Identity.';

COMMENT ON COLUMN public.campaign_spends.created_by IS 'Whose campaign it is.';

COMMENT ON COLUMN public.campaign_spends.campaign_id IS 'The campaign.';

COMMENT ON COLUMN public.campaign_spends.amount IS 'How much; negative gives back.';

COMMENT ON COLUMN public.campaign_spends.key IS 'The same key is spent once.';

COMMENT ON COLUMN public.campaign_spends.created_at IS 'When it was made.';

CREATE TABLE public.campaign_tasks (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_by uuid DEFAULT auth.uid() NOT NULL,
    campaign_id uuid NOT NULL,
    title text NOT NULL,
    description text,
    status text DEFAULT 'pending'::text NOT NULL,
    priority text DEFAULT 'medium'::text NOT NULL,
    "position" integer DEFAULT 0 NOT NULL,
    source text DEFAULT 'user'::text NOT NULL,
    due_date timestamp with time zone,
    completed_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT campaign_tasks_completed_has_time CHECK (((status = 'completed'::text) = (completed_at IS NOT NULL))),
    CONSTRAINT campaign_tasks_priority_known CHECK ((priority = ANY (ARRAY['low'::text, 'medium'::text, 'high'::text, 'urgent'::text]))),
    CONSTRAINT campaign_tasks_source_known CHECK ((source = ANY (ARRAY['user'::text, 'autopilot'::text, 'copilot'::text]))),
    CONSTRAINT campaign_tasks_status_known CHECK ((status = ANY (ARRAY['pending'::text, 'in_progress'::text, 'completed'::text, 'cancelled'::text]))),
    CONSTRAINT campaign_tasks_title_length CHECK (((btrim(title) <> ''::text) AND (length(title) <= 300)))
);
ALTER TABLE ONLY public.campaign_tasks FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.campaign_tasks IS 'What is to be done for a campaign.';

COMMENT ON COLUMN public.campaign_tasks.id IS 'Identity.';

COMMENT ON COLUMN public.campaign_tasks.created_by IS 'Whose campaign it is.';

COMMENT ON COLUMN public.campaign_tasks.campaign_id IS 'The campaign.';

COMMENT ON COLUMN public.campaign_tasks.title IS 'What is to be done.';

COMMENT ON COLUMN public.campaign_tasks.description IS 'More about it.';

COMMENT ON COLUMN public.campaign_tasks.status IS 'pending, in_progress, completed or cancelled.';

COMMENT ON COLUMN public.campaign_tasks.priority IS 'low, medium, high or urgent.';

COMMENT ON COLUMN public.campaign_tasks."position" IS 'Place in its column.';

COMMENT ON COLUMN public.campaign_tasks.source IS 'Who thought of it: user, autopilot or copilot.';

COMMENT ON COLUMN public.campaign_tasks.due_date IS 'When it should be done.';

COMMENT ON COLUMN public.campaign_tasks.completed_at IS 'When it was done.';

COMMENT ON COLUMN public.campaign_tasks.created_at IS 'When it was made.';

COMMENT ON COLUMN public.campaign_tasks.updated_at IS 'When it last changed.';

CREATE TABLE public.channel_budgets (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    scope text NOT NULL,
    scope_id text DEFAULT ''::text NOT NULL,
    period text NOT NULL,
    hard_cap_usd numeric(12,4) NOT NULL,
    soft_pct integer DEFAULT 80 NOT NULL,
    spent_usd numeric(14,6) DEFAULT 0 NOT NULL,
    reserved_usd numeric(14,6) DEFAULT 0 NOT NULL,
    period_start timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    on_hard_cap text DEFAULT 'block'::text NOT NULL,
    kill_switch boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT channel_budgets_action_known CHECK ((on_hard_cap = ANY (ARRAY['block'::text, 'pause'::text]))),
    CONSTRAINT channel_budgets_cap_range CHECK ((hard_cap_usd >= (0)::numeric)),
    CONSTRAINT channel_budgets_period_known CHECK ((period = ANY (ARRAY['day'::text, 'month'::text, 'run'::text]))),
    CONSTRAINT channel_budgets_reserved_range CHECK ((reserved_usd >= (0)::numeric)),
    CONSTRAINT channel_budgets_scope_known CHECK ((scope = ANY (ARRAY['user'::text, 'channel'::text, 'provider'::text]))),
    CONSTRAINT channel_budgets_scope_named CHECK (((scope = 'user'::text) = (scope_id = ''::text))),
    CONSTRAINT channel_budgets_soft_range CHECK (((soft_pct >= 1) AND (soft_pct <= 100))),
    CONSTRAINT channel_budgets_spent_range CHECK ((spent_usd >= (0)::numeric))
);
ALTER TABLE ONLY public.channel_budgets FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.channel_budgets IS 'What may be spent with providers, in dollars.';

COMMENT ON COLUMN public.channel_budgets.id IS 'Identity.';

COMMENT ON COLUMN public.channel_budgets.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.channel_budgets.scope IS 'user for all of it, channel for one video channel, provider for one provider.';

COMMENT ON COLUMN public.channel_budgets.scope_id IS 'That channel or provider; empty for the user.';

COMMENT ON COLUMN public.channel_budgets.period IS 'day, month or run.';

COMMENT ON COLUMN public.channel_budgets.hard_cap_usd IS 'What may be spent in that time.';

COMMENT ON COLUMN public.channel_budgets.soft_pct IS 'Percent of it at which the user is warned, once.';

COMMENT ON COLUMN public.channel_budgets.spent_usd IS 'What was spent in the time that runs; a run''s own is in pipeline.';

COMMENT ON COLUMN public.channel_budgets.reserved_usd IS 'What is kept free for calls under way.';

COMMENT ON COLUMN public.channel_budgets.period_start IS 'When the time that runs began, in UTC; moved by the first call after it ended.';

COMMENT ON COLUMN public.channel_budgets.on_hard_cap IS 'block refuses the call, pause also stops the run until there is money again.';

COMMENT ON COLUMN public.channel_budgets.kill_switch IS 'Refuses every call.';

COMMENT ON COLUMN public.channel_budgets.created_at IS 'When it was made.';

COMMENT ON COLUMN public.channel_budgets.updated_at IS 'When it last changed.';

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
    studio_channel_id uuid,
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

COMMENT ON COLUMN public.channel_configs.studio_channel_id IS 'The same channel in the background studio.';

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

CREATE TABLE public.channels (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    name character varying(255) NOT NULL,
    youtube_channel_id character varying(100),
    brand_niche character varying(255) NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    oauth_connection_id uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT channels_name_not_blank CHECK ((btrim((name)::text) <> ''::text)),
    CONSTRAINT channels_niche_not_blank CHECK ((btrim((brand_niche)::text) <> ''::text))
);
ALTER TABLE ONLY public.channels FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.channels IS 'Video channels of the background studio.';

COMMENT ON COLUMN public.channels.id IS 'Identity.';

COMMENT ON COLUMN public.channels.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.channels.name IS 'Name to show.';

COMMENT ON COLUMN public.channels.youtube_channel_id IS 'The channel at YouTube; null while there is none.';

COMMENT ON COLUMN public.channels.brand_niche IS 'What the channel is about.';

COMMENT ON COLUMN public.channels.is_active IS 'Whether it is used.';

COMMENT ON COLUMN public.channels.oauth_connection_id IS 'The tokens it publishes with.';

COMMENT ON COLUMN public.channels.created_at IS 'When it was made.';

COMMENT ON COLUMN public.channels.updated_at IS 'When it last changed.';

CREATE TABLE public.chat_messages (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    session_id uuid NOT NULL,
    seq integer NOT NULL,
    client_message_id text,
    user_message text NOT NULL,
    ai_response jsonb,
    status text DEFAULT 'pending'::text NOT NULL,
    agent_type text,
    model_name text,
    prompt_tokens integer DEFAULT 0 NOT NULL,
    completion_tokens integer DEFAULT 0 NOT NULL,
    cost_usd numeric(12,4) DEFAULT 0 NOT NULL,
    latency_ms integer,
    finish_reason text,
    error_code text,
    feedback jsonb,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    "timestamp" timestamp with time zone DEFAULT now() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT chat_messages_complete_has_answer CHECK (((status <> 'complete'::text) OR (ai_response IS NOT NULL))),
    CONSTRAINT chat_messages_cost_not_negative CHECK ((cost_usd >= (0)::numeric)),
    CONSTRAINT chat_messages_feedback_is_object CHECK ((jsonb_typeof(feedback) = 'object'::text)),
    CONSTRAINT chat_messages_message_length CHECK (((btrim(user_message) <> ''::text) AND (length(user_message) <= 100000))),
    CONSTRAINT chat_messages_metadata_is_object CHECK ((jsonb_typeof(metadata) = 'object'::text)),
    CONSTRAINT chat_messages_response_is_object CHECK ((jsonb_typeof(ai_response) = 'object'::text)),
    CONSTRAINT chat_messages_status_known CHECK ((status = ANY (ARRAY['pending'::text, 'streaming'::text, 'complete'::text, 'failed'::text, 'cancelled'::text])))
);
ALTER TABLE ONLY public.chat_messages FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.chat_messages IS 'One exchange: what the user said and what came back.';

COMMENT ON COLUMN public.chat_messages.id IS 'Identity.';

COMMENT ON COLUMN public.chat_messages.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.chat_messages.session_id IS 'The session.';

COMMENT ON COLUMN public.chat_messages.seq IS 'Place in the session, from 1.';

COMMENT ON COLUMN public.chat_messages.client_message_id IS 'The client''s own name for it; the same is said once.';

COMMENT ON COLUMN public.chat_messages.user_message IS 'What the user said.';

COMMENT ON COLUMN public.chat_messages.ai_response IS '{text, ...}: the answer; null while it is being made.';

COMMENT ON COLUMN public.chat_messages.status IS 'pending, streaming, complete, failed or cancelled.';

COMMENT ON COLUMN public.chat_messages.agent_type IS 'Who answers.';

COMMENT ON COLUMN public.chat_messages.model_name IS 'Which model.';

COMMENT ON COLUMN public.chat_messages.prompt_tokens IS 'Tokens read.';

COMMENT ON COLUMN public.chat_messages.completion_tokens IS 'Tokens written.';

COMMENT ON COLUMN public.chat_messages.cost_usd IS 'What it cost in dollars.';

COMMENT ON COLUMN public.chat_messages.latency_ms IS 'How long it took, in ms.';

COMMENT ON COLUMN public.chat_messages.finish_reason IS 'Why the answer ended.';

COMMENT ON COLUMN public.chat_messages.error_code IS 'Why it failed.';

COMMENT ON COLUMN public.chat_messages.feedback IS '{rating, comment} by the user.';

COMMENT ON COLUMN public.chat_messages.metadata IS 'Anything else.';

COMMENT ON COLUMN public.chat_messages."timestamp" IS 'When it was said.';

COMMENT ON COLUMN public.chat_messages.created_at IS 'When it was made.';

CREATE TABLE public.chat_sessions (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    title text DEFAULT 'New chat'::text NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    pinned boolean DEFAULT false NOT NULL,
    campaign_id uuid,
    message_count integer DEFAULT 0 NOT NULL,
    total_tokens bigint DEFAULT 0 NOT NULL,
    total_cost_usd numeric(12,4) DEFAULT 0 NOT NULL,
    last_message_at timestamp with time zone,
    archived_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT chat_sessions_count_not_negative CHECK ((message_count >= 0)),
    CONSTRAINT chat_sessions_metadata_is_object CHECK ((jsonb_typeof(metadata) = 'object'::text)),
    CONSTRAINT chat_sessions_title_length CHECK (((btrim(title) <> ''::text) AND (length(title) <= 200)))
);
ALTER TABLE ONLY public.chat_sessions FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.chat_sessions IS 'A user''s talks with the product.';

COMMENT ON COLUMN public.chat_sessions.id IS 'Identity.';

COMMENT ON COLUMN public.chat_sessions.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.chat_sessions.title IS 'What it is called: the beginning of its first message until the user says otherwise.';

COMMENT ON COLUMN public.chat_sessions.metadata IS 'Anything else.';

COMMENT ON COLUMN public.chat_sessions.pinned IS 'Kept on top.';

COMMENT ON COLUMN public.chat_sessions.campaign_id IS 'The campaign it is about.';

COMMENT ON COLUMN public.chat_sessions.message_count IS 'How many exchanges it has.';

COMMENT ON COLUMN public.chat_sessions.total_tokens IS 'Tokens of all of them.';

COMMENT ON COLUMN public.chat_sessions.total_cost_usd IS 'What they cost in dollars.';

COMMENT ON COLUMN public.chat_sessions.last_message_at IS 'When the last one began.';

COMMENT ON COLUMN public.chat_sessions.archived_at IS 'When the user put it away.';

COMMENT ON COLUMN public.chat_sessions.created_at IS 'When it was made.';

COMMENT ON COLUMN public.chat_sessions.updated_at IS 'When it last changed.';

CREATE TABLE public.competitive_gap_analyses (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    campaign_id uuid,
    parent_id uuid,
    version integer DEFAULT 1 NOT NULL,
    title text,
    status text DEFAULT 'draft'::text NOT NULL,
    input_data jsonb DEFAULT '{}'::jsonb NOT NULL,
    our_brand text NOT NULL,
    competitors text[] NOT NULL,
    gap_analysis jsonb DEFAULT '{}'::jsonb NOT NULL,
    ownable_differentiator jsonb,
    sources jsonb DEFAULT '[]'::jsonb NOT NULL,
    model_name text,
    cost_usd numeric(12,4) DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT competitive_gap_analyses_gaps_shape CHECK (((jsonb_typeof(gap_analysis) = 'object'::text) AND ((status <> 'ready'::text) OR (gap_analysis ?& '{messaging,channels,audience,content}'::text[])))),
    CONSTRAINT competitive_gap_analyses_input_is_object CHECK ((jsonb_typeof(input_data) = 'object'::text)),
    CONSTRAINT competitive_gap_analyses_sources_is_array CHECK ((jsonb_typeof(sources) = 'array'::text)),
    CONSTRAINT competitive_gap_analyses_status_known CHECK ((status = ANY (ARRAY['draft'::text, 'generating'::text, 'ready'::text, 'failed'::text, 'archived'::text])))
);
ALTER TABLE ONLY public.competitive_gap_analyses FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.competitive_gap_analyses IS 'What competitors leave open.';

COMMENT ON COLUMN public.competitive_gap_analyses.id IS 'Identity.';

COMMENT ON COLUMN public.competitive_gap_analyses.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.competitive_gap_analyses.campaign_id IS 'The campaign it is for.';

COMMENT ON COLUMN public.competitive_gap_analyses.parent_id IS 'The version before.';

COMMENT ON COLUMN public.competitive_gap_analyses.version IS 'Counts versions.';

COMMENT ON COLUMN public.competitive_gap_analyses.title IS 'What the user calls it.';

COMMENT ON COLUMN public.competitive_gap_analyses.status IS 'draft, generating, then ready or failed; archived when it is done with.';

COMMENT ON COLUMN public.competitive_gap_analyses.input_data IS 'What was asked.';

COMMENT ON COLUMN public.competitive_gap_analyses.our_brand IS 'The user''s brand.';

COMMENT ON COLUMN public.competitive_gap_analyses.competitors IS 'Who it is compared with.';

COMMENT ON COLUMN public.competitive_gap_analyses.gap_analysis IS '{messaging, channels, audience, content}.';

COMMENT ON COLUMN public.competitive_gap_analyses.ownable_differentiator IS 'What nobody else can claim.';

COMMENT ON COLUMN public.competitive_gap_analyses.sources IS 'Where each claim comes from, or that it is the model''s opinion.';

COMMENT ON COLUMN public.competitive_gap_analyses.model_name IS 'Model that wrote it.';

COMMENT ON COLUMN public.competitive_gap_analyses.cost_usd IS 'What it cost in dollars.';

COMMENT ON COLUMN public.competitive_gap_analyses.created_at IS 'When it was made.';

COMMENT ON COLUMN public.competitive_gap_analyses.updated_at IS 'When it last changed.';

CREATE TABLE public.content_publications (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_by uuid DEFAULT auth.uid() NOT NULL,
    calendar_id uuid NOT NULL,
    platform text NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    attempt integer DEFAULT 0 NOT NULL,
    next_attempt_at timestamp with time zone,
    lease_until timestamp with time zone,
    operation_id text,
    external_id text,
    external_url text,
    error_code text,
    provider_error text,
    published_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT content_publications_attempt_not_negative CHECK ((attempt >= 0)),
    CONSTRAINT content_publications_published_has_time CHECK (((status = 'published'::text) = (published_at IS NOT NULL))),
    CONSTRAINT content_publications_status_known CHECK ((status = ANY (ARRAY['pending'::text, 'publishing'::text, 'polling'::text, 'published'::text, 'unconfirmed'::text, 'failed'::text, 'cancelled'::text])))
);
ALTER TABLE ONLY public.content_publications FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.content_publications IS 'One entry of the calendar on one platform: what became of it there.';

COMMENT ON COLUMN public.content_publications.id IS 'Identity.';

COMMENT ON COLUMN public.content_publications.created_by IS 'Whose it is.';

COMMENT ON COLUMN public.content_publications.calendar_id IS 'The entry of the calendar.';

COMMENT ON COLUMN public.content_publications.platform IS 'The platform.';

COMMENT ON COLUMN public.content_publications.status IS 'pending, publishing, polling; then published, unconfirmed, failed or cancelled.';

COMMENT ON COLUMN public.content_publications.attempt IS 'How often it was tried; publishing itself once.';

COMMENT ON COLUMN public.content_publications.next_attempt_at IS 'When it is due.';

COMMENT ON COLUMN public.content_publications.lease_until IS 'Until when someone is at it.';

COMMENT ON COLUMN public.content_publications.operation_id IS 'What the platform calls the upload under way.';

COMMENT ON COLUMN public.content_publications.external_id IS 'What the platform calls the post.';

COMMENT ON COLUMN public.content_publications.external_url IS 'Where it is.';

COMMENT ON COLUMN public.content_publications.error_code IS 'Why it failed, for programs.';

COMMENT ON COLUMN public.content_publications.provider_error IS 'What the platform said.';

COMMENT ON COLUMN public.content_publications.published_at IS 'When it was published.';

COMMENT ON COLUMN public.content_publications.created_at IS 'When it was made.';

COMMENT ON COLUMN public.content_publications.updated_at IS 'When it last changed.';

CREATE TABLE public.content_templates (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_by uuid DEFAULT auth.uid() NOT NULL,
    name text NOT NULL,
    template_type text NOT NULL,
    content text NOT NULL,
    variables jsonb DEFAULT '{}'::jsonb NOT NULL,
    is_public boolean DEFAULT false NOT NULL,
    preview_image text,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT content_templates_name_length CHECK (((btrim(name) <> ''::text) AND (length(name) <= 200))),
    CONSTRAINT content_templates_type_known CHECK ((template_type = ANY (ARRAY['social_media'::text, 'email'::text, 'landing_page'::text, 'ad_creative'::text, 'brand_kit'::text]))),
    CONSTRAINT content_templates_variables_is_object CHECK ((jsonb_typeof(variables) = 'object'::text))
);
ALTER TABLE ONLY public.content_templates FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.content_templates IS 'Texts to begin from, with {{variables}}.';

COMMENT ON COLUMN public.content_templates.id IS 'Identity.';

COMMENT ON COLUMN public.content_templates.created_by IS 'Whose template it is.';

COMMENT ON COLUMN public.content_templates.name IS 'What it is called.';

COMMENT ON COLUMN public.content_templates.template_type IS 'social_media, email, landing_page, ad_creative or brand_kit.';

COMMENT ON COLUMN public.content_templates.content IS 'The text.';

COMMENT ON COLUMN public.content_templates.variables IS '{name: {default, description}}.';

COMMENT ON COLUMN public.content_templates.is_public IS 'Meant to be shared; only its owner reads it so far.';

COMMENT ON COLUMN public.content_templates.preview_image IS 'Picture to show.';

COMMENT ON COLUMN public.content_templates.tags IS 'Labels.';

COMMENT ON COLUMN public.content_templates.version IS 'Counts changes.';

COMMENT ON COLUMN public.content_templates.created_at IS 'When it was made.';

COMMENT ON COLUMN public.content_templates.updated_at IS 'When it last changed.';

CREATE TABLE public.conversation_knowledge_refs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    conversation_id uuid NOT NULL,
    message_id uuid,
    chunk_id uuid,
    similarity_score real,
    quote text,
    document_title text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT conversation_knowledge_refs_similarity_range CHECK (((similarity_score >= ('-1'::integer)::double precision) AND (similarity_score <= (1)::double precision)))
);
ALTER TABLE ONLY public.conversation_knowledge_refs FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.conversation_knowledge_refs IS 'What an answer is founded on.';

COMMENT ON COLUMN public.conversation_knowledge_refs.id IS 'Identity.';

COMMENT ON COLUMN public.conversation_knowledge_refs.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.conversation_knowledge_refs.conversation_id IS 'The conversation.';

COMMENT ON COLUMN public.conversation_knowledge_refs.message_id IS 'The answer.';

COMMENT ON COLUMN public.conversation_knowledge_refs.chunk_id IS 'The passage; null when it is gone.';

COMMENT ON COLUMN public.conversation_knowledge_refs.similarity_score IS 'How near it was.';

COMMENT ON COLUMN public.conversation_knowledge_refs.quote IS 'What it said.';

COMMENT ON COLUMN public.conversation_knowledge_refs.document_title IS 'Where it stood; stays when the passage goes.';

COMMENT ON COLUMN public.conversation_knowledge_refs.created_at IS 'When it was made.';

CREATE TABLE public.conversation_messages (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    conversation_id uuid NOT NULL,
    seq integer NOT NULL,
    parent_id uuid,
    role text NOT NULL,
    content text NOT NULL,
    model_name text,
    token_count integer,
    embedding extensions.vector(1536),
    embedding_model text,
    embedded_at timestamp with time zone,
    "timestamp" timestamp with time zone DEFAULT now() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT conversation_messages_embedded_has_time CHECK ((((embedding IS NULL) = (embedded_at IS NULL)) AND ((embedding IS NULL) = (embedding_model IS NULL)))),
    CONSTRAINT conversation_messages_role_known CHECK ((role = ANY (ARRAY['user'::text, 'assistant'::text])))
);
ALTER TABLE ONLY public.conversation_messages FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.conversation_messages IS 'One utterance, with what it means.';

COMMENT ON COLUMN public.conversation_messages.id IS 'Identity.';

COMMENT ON COLUMN public.conversation_messages.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.conversation_messages.conversation_id IS 'The conversation.';

COMMENT ON COLUMN public.conversation_messages.seq IS 'Place in the conversation, from 1.';

COMMENT ON COLUMN public.conversation_messages.parent_id IS 'What it answers.';

COMMENT ON COLUMN public.conversation_messages.role IS 'user or assistant.';

COMMENT ON COLUMN public.conversation_messages.content IS 'What was said.';

COMMENT ON COLUMN public.conversation_messages.model_name IS 'Which model said it.';

COMMENT ON COLUMN public.conversation_messages.token_count IS 'How many tokens it has.';

COMMENT ON COLUMN public.conversation_messages.embedding IS 'What it means; null until it was embedded.';

COMMENT ON COLUMN public.conversation_messages.embedding_model IS 'Which model embedded it; only alike ones are compared.';

COMMENT ON COLUMN public.conversation_messages.embedded_at IS 'When.';

COMMENT ON COLUMN public.conversation_messages."timestamp" IS 'When it was said.';

COMMENT ON COLUMN public.conversation_messages.created_at IS 'When it was made.';

CREATE TABLE public.conversations (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    chat_session_id uuid,
    title text,
    summary text,
    message_count integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT conversations_count_not_negative CHECK ((message_count >= 0)),
    CONSTRAINT conversations_title_length CHECK ((length(title) <= 200))
);
ALTER TABLE ONLY public.conversations FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.conversations IS 'What is remembered of talks, to be searched by meaning.';

COMMENT ON COLUMN public.conversations.id IS 'Identity.';

COMMENT ON COLUMN public.conversations.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.conversations.chat_session_id IS 'The session it remembers; null when that is gone, or never was.';

COMMENT ON COLUMN public.conversations.title IS 'What it is called.';

COMMENT ON COLUMN public.conversations.summary IS 'What it came to.';

COMMENT ON COLUMN public.conversations.message_count IS 'How many utterances it has.';

COMMENT ON COLUMN public.conversations.created_at IS 'When it was made.';

COMMENT ON COLUMN public.conversations.updated_at IS 'When it last changed.';

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

CREATE TABLE public.data_export_requests (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    request_id text DEFAULT private.next_request_id() NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    format text DEFAULT 'zip'::text NOT NULL,
    download_url text,
    asset_path text,
    sha256 text,
    size_bytes bigint,
    row_counts jsonb DEFAULT '{}'::jsonb NOT NULL,
    error_code text,
    download_count integer DEFAULT 0 NOT NULL,
    downloaded_at timestamp with time zone,
    requested_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    completed_at timestamp with time zone,
    expires_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    progress jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT data_export_requests_completed_has_file CHECK (((status <> ALL (ARRAY['completed'::text, 'expired'::text])) OR ((completed_at IS NOT NULL) AND (expires_at IS NOT NULL)))),
    CONSTRAINT data_export_requests_counts_is_object CHECK ((jsonb_typeof(row_counts) = 'object'::text)),
    CONSTRAINT data_export_requests_format_known CHECK ((format = ANY (ARRAY['json'::text, 'zip'::text]))),
    CONSTRAINT data_export_requests_link_not_kept CHECK ((download_url IS NULL)),
    CONSTRAINT data_export_requests_progress_is_object CHECK ((jsonb_typeof(progress) = 'object'::text)),
    CONSTRAINT data_export_requests_sha256_is_hash CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT data_export_requests_size_range CHECK ((size_bytes >= 0)),
    CONSTRAINT data_export_requests_status_known CHECK ((status = ANY (ARRAY['pending'::text, 'processing'::text, 'completed'::text, 'failed'::text, 'expired'::text])))
);
ALTER TABLE ONLY public.data_export_requests FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.data_export_requests IS 'Requests for a copy of one''s data.';

COMMENT ON COLUMN public.data_export_requests.id IS 'Identity.';

COMMENT ON COLUMN public.data_export_requests.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.data_export_requests.request_id IS 'What people call it by.';

COMMENT ON COLUMN public.data_export_requests.status IS 'pending, processing, completed until it is expired; or failed.';

COMMENT ON COLUMN public.data_export_requests.format IS 'json or zip.';

COMMENT ON COLUMN public.data_export_requests.download_url IS 'Always empty: a link is made for each click and lives for minutes.';

COMMENT ON COLUMN public.data_export_requests.asset_path IS 'Where the file lies.';

COMMENT ON COLUMN public.data_export_requests.sha256 IS 'Hash of its bytes, in hex.';

COMMENT ON COLUMN public.data_export_requests.size_bytes IS 'Its size, in bytes.';

COMMENT ON COLUMN public.data_export_requests.row_counts IS 'Rows in it, by table.';

COMMENT ON COLUMN public.data_export_requests.error_code IS 'Why it failed, for programs.';

COMMENT ON COLUMN public.data_export_requests.download_count IS 'How often it was fetched.';

COMMENT ON COLUMN public.data_export_requests.downloaded_at IS 'When it was last fetched.';

COMMENT ON COLUMN public.data_export_requests.requested_at IS 'When it was asked for.';

COMMENT ON COLUMN public.data_export_requests.completed_at IS 'When it was ready.';

COMMENT ON COLUMN public.data_export_requests.expires_at IS 'When the file is deleted: seven days after it was ready.';

COMMENT ON COLUMN public.data_export_requests.created_at IS 'When it was made.';

COMMENT ON COLUMN public.data_export_requests.updated_at IS 'When it last changed.';

COMMENT ON COLUMN public.data_export_requests.progress IS 'How far it is: {slice, table, after, part}; what an interrupted worker goes on from. Never shown.';

CREATE TABLE public.digital_assets (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    uploaded_by uuid DEFAULT auth.uid() NOT NULL,
    file_name text NOT NULL,
    file_size bigint,
    asset_type text NOT NULL,
    mime_type text,
    storage_path text NOT NULL,
    access_url text,
    thumbnail_path text,
    folder_id uuid,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    sha256 text,
    width integer,
    height integer,
    duration_ms bigint,
    status text DEFAULT 'pending'::text NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    deleted_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT digital_assets_deleted_has_time CHECK (((status = 'deleted'::text) = (deleted_at IS NOT NULL))),
    CONSTRAINT digital_assets_duration_not_negative CHECK ((duration_ms >= 0)),
    CONSTRAINT digital_assets_file_name_length CHECK (((btrim(file_name) <> ''::text) AND (length(file_name) <= 255))),
    CONSTRAINT digital_assets_height_positive CHECK ((height > 0)),
    CONSTRAINT digital_assets_metadata_is_object CHECK ((jsonb_typeof(metadata) = 'object'::text)),
    CONSTRAINT digital_assets_ready_is_known CHECK (((status <> 'ready'::text) OR ((sha256 IS NOT NULL) AND (file_size IS NOT NULL)))),
    CONSTRAINT digital_assets_sha256_is_hash CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT digital_assets_size_not_negative CHECK ((file_size >= 0)),
    CONSTRAINT digital_assets_status_known CHECK ((status = ANY (ARRAY['pending'::text, 'ready'::text, 'quarantined'::text, 'deleted'::text]))),
    CONSTRAINT digital_assets_type_known CHECK ((asset_type = ANY (ARRAY['image'::text, 'video'::text, 'document'::text, 'audio'::text, 'archive'::text, 'other'::text]))),
    CONSTRAINT digital_assets_width_positive CHECK ((width > 0))
);
ALTER TABLE ONLY public.digital_assets FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.digital_assets IS 'Files a user brought.';

COMMENT ON COLUMN public.digital_assets.id IS 'Identity.';

COMMENT ON COLUMN public.digital_assets.uploaded_by IS 'Whose file it is.';

COMMENT ON COLUMN public.digital_assets.file_name IS 'What it is called.';

COMMENT ON COLUMN public.digital_assets.file_size IS 'Size, in bytes.';

COMMENT ON COLUMN public.digital_assets.asset_type IS 'image, video, document, audio, archive or other.';

COMMENT ON COLUMN public.digital_assets.mime_type IS 'Media type, as its bytes say.';

COMMENT ON COLUMN public.digital_assets.storage_path IS 'Key in the media bucket.';

COMMENT ON COLUMN public.digital_assets.access_url IS 'Canonical address; the signed one is made when asked for.';

COMMENT ON COLUMN public.digital_assets.thumbnail_path IS 'Key of a small picture of it.';

COMMENT ON COLUMN public.digital_assets.folder_id IS 'Folder it is shown in.';

COMMENT ON COLUMN public.digital_assets.tags IS 'Labels.';

COMMENT ON COLUMN public.digital_assets.sha256 IS 'Hash of its bytes, in hex.';

COMMENT ON COLUMN public.digital_assets.width IS 'In pixels.';

COMMENT ON COLUMN public.digital_assets.height IS 'In pixels.';

COMMENT ON COLUMN public.digital_assets.duration_ms IS 'Length, in ms.';

COMMENT ON COLUMN public.digital_assets.status IS 'pending until it is checked, then ready or quarantined; deleted in the end.';

COMMENT ON COLUMN public.digital_assets.metadata IS 'Anything else.';

COMMENT ON COLUMN public.digital_assets.deleted_at IS 'When it was thrown away.';

COMMENT ON COLUMN public.digital_assets.created_at IS 'When it was made.';

COMMENT ON COLUMN public.digital_assets.updated_at IS 'When it last changed.';

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

COMMENT ON COLUMN public.draft_prompts.session_token IS 'SHA-256 of the writer''s token, in hex; the token itself is never stored, its hash never shown.';

COMMENT ON COLUMN public.draft_prompts.user_id IS 'Who claimed it; null until then.';

COMMENT ON COLUMN public.draft_prompts.prompt_text IS 'What the video is to be about.';

COMMENT ON COLUMN public.draft_prompts.template_id IS 'The template it was started from.';

COMMENT ON COLUMN public.draft_prompts.options IS 'Choices made before signing in: {minutes, niche, format, ...}.';

COMMENT ON COLUMN public.draft_prompts.claimed_at IS 'When it was claimed.';

COMMENT ON COLUMN public.draft_prompts.ip_hash IS 'Hash of the writer''s address, for the hourly limit; never shown.';

COMMENT ON COLUMN public.draft_prompts.created_at IS 'When it was made.';

COMMENT ON COLUMN public.draft_prompts.updated_at IS 'When it last changed.';

COMMENT ON COLUMN public.draft_prompts.expires_at IS 'When an unclaimed draft is forgotten.';

CREATE TABLE public.email_automation_rules (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_by uuid DEFAULT auth.uid() NOT NULL,
    rule_name text NOT NULL,
    trigger_type text NOT NULL,
    trigger_conditions jsonb DEFAULT '{}'::jsonb NOT NULL,
    action_type text NOT NULL,
    action_config jsonb DEFAULT '{}'::jsonb NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    delay interval DEFAULT '00:00:00'::interval NOT NULL,
    once_per_contact boolean DEFAULT true NOT NULL,
    quiet_hours jsonb,
    last_run_at timestamp with time zone,
    run_count integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT email_automation_rules_action_is_object CHECK ((jsonb_typeof(action_config) = 'object'::text)),
    CONSTRAINT email_automation_rules_action_known CHECK ((action_type = ANY (ARRAY['send_email'::text, 'add_tag'::text, 'remove_tag'::text, 'update_field'::text, 'create_task'::text, 'call_webhook'::text, 'enter_sequence'::text]))),
    CONSTRAINT email_automation_rules_conditions_is_object CHECK ((jsonb_typeof(trigger_conditions) = 'object'::text)),
    CONSTRAINT email_automation_rules_delay_not_negative CHECK ((delay >= '00:00:00'::interval)),
    CONSTRAINT email_automation_rules_name_length CHECK (((btrim(rule_name) <> ''::text) AND (length(rule_name) <= 200))),
    CONSTRAINT email_automation_rules_quiet_is_object CHECK ((jsonb_typeof(quiet_hours) = 'object'::text)),
    CONSTRAINT email_automation_rules_trigger_known CHECK ((trigger_type = ANY (ARRAY['contact_added'::text, 'tag_added'::text, 'lead_status_changed'::text, 'lead_score_crossed'::text, 'email_opened'::text, 'email_clicked'::text, 'date_field'::text, 'webhook'::text])))
);
ALTER TABLE ONLY public.email_automation_rules FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.email_automation_rules IS 'What is done by itself when something happens.';

COMMENT ON COLUMN public.email_automation_rules.id IS 'Identity.';

COMMENT ON COLUMN public.email_automation_rules.created_by IS 'Whose rule it is.';

COMMENT ON COLUMN public.email_automation_rules.rule_name IS 'What it is called.';

COMMENT ON COLUMN public.email_automation_rules.trigger_type IS 'What sets it off.';

COMMENT ON COLUMN public.email_automation_rules.trigger_conditions IS 'What must hold besides.';

COMMENT ON COLUMN public.email_automation_rules.action_type IS 'What is done.';

COMMENT ON COLUMN public.email_automation_rules.action_config IS 'How it is done: {template_id}, {tag}, ... by action.';

COMMENT ON COLUMN public.email_automation_rules.is_active IS 'Whether it is used.';

COMMENT ON COLUMN public.email_automation_rules.delay IS 'How long it waits.';

COMMENT ON COLUMN public.email_automation_rules.once_per_contact IS 'Whether it happens to a contact only once.';

COMMENT ON COLUMN public.email_automation_rules.quiet_hours IS '{from, to, timezone}: when it waits.';

COMMENT ON COLUMN public.email_automation_rules.last_run_at IS 'When it last ran.';

COMMENT ON COLUMN public.email_automation_rules.run_count IS 'How often it ran.';

COMMENT ON COLUMN public.email_automation_rules.created_at IS 'When it was made.';

COMMENT ON COLUMN public.email_automation_rules.updated_at IS 'When it last changed.';

CREATE TABLE public.email_automation_runs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    rule_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    occurrence text DEFAULT 'once'::text NOT NULL,
    status text DEFAULT 'waiting'::text NOT NULL,
    due_at timestamp with time zone DEFAULT now() NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    error_code text,
    done_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT email_automation_runs_done_has_time CHECK (((status = ANY (ARRAY['done'::text, 'skipped'::text])) = (done_at IS NOT NULL))),
    CONSTRAINT email_automation_runs_status_known CHECK ((status = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text, 'failed'::text, 'skipped'::text])))
);
ALTER TABLE ONLY public.email_automation_runs FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.email_automation_runs IS 'One rule happening to one contact, once for each occurrence.';

COMMENT ON COLUMN public.email_automation_runs.id IS 'Identity.';

COMMENT ON COLUMN public.email_automation_runs.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.email_automation_runs.rule_id IS 'The rule.';

COMMENT ON COLUMN public.email_automation_runs.contact_id IS 'The contact.';

COMMENT ON COLUMN public.email_automation_runs.occurrence IS 'What set it off; once for rules that happen only once.';

COMMENT ON COLUMN public.email_automation_runs.status IS 'waiting, running, done, failed or skipped.';

COMMENT ON COLUMN public.email_automation_runs.due_at IS 'When it is due.';

COMMENT ON COLUMN public.email_automation_runs.attempts IS 'How often it was tried.';

COMMENT ON COLUMN public.email_automation_runs.error_code IS 'Why it failed.';

COMMENT ON COLUMN public.email_automation_runs.done_at IS 'When it was done or skipped.';

COMMENT ON COLUMN public.email_automation_runs.created_at IS 'When it was made.';

COMMENT ON COLUMN public.email_automation_runs.updated_at IS 'When it last changed.';

CREATE TABLE public.email_campaigns (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_by uuid DEFAULT auth.uid() NOT NULL,
    campaign_id uuid,
    template_id uuid,
    name text NOT NULL,
    subject_line text,
    preheader text,
    from_address text,
    reply_to text,
    html_content text,
    plain_text text,
    recipient_list jsonb DEFAULT '[]'::jsonb NOT NULL,
    recipient_segments jsonb DEFAULT '{}'::jsonb NOT NULL,
    ab_test jsonb,
    status text DEFAULT 'draft'::text NOT NULL,
    scheduled_for timestamp with time zone,
    started_at timestamp with time zone,
    sent_at timestamp with time zone,
    to_send integer DEFAULT 0 NOT NULL,
    last_contact_id uuid,
    max_contact_id uuid,
    rate_per_minute integer,
    error_count integer DEFAULT 0 NOT NULL,
    total_sent integer DEFAULT 0 NOT NULL,
    total_delivered integer DEFAULT 0 NOT NULL,
    total_opened integer DEFAULT 0 NOT NULL,
    total_clicked integer DEFAULT 0 NOT NULL,
    total_unsubscribed integer DEFAULT 0 NOT NULL,
    total_skipped integer DEFAULT 0 NOT NULL,
    open_rate numeric GENERATED ALWAYS AS (round(((total_opened)::numeric / (NULLIF(total_delivered, 0))::numeric), 4)) STORED,
    click_rate numeric GENERATED ALWAYS AS (round(((total_clicked)::numeric / (NULLIF(total_delivered, 0))::numeric), 4)) STORED,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT email_campaigns_ab_test_is_object CHECK ((jsonb_typeof(ab_test) = 'object'::text)),
    CONSTRAINT email_campaigns_counts_not_negative CHECK ((LEAST(to_send, error_count, total_sent, total_delivered, total_opened, total_clicked, total_unsubscribed, total_skipped) >= 0)),
    CONSTRAINT email_campaigns_metadata_is_object CHECK ((jsonb_typeof(metadata) = 'object'::text)),
    CONSTRAINT email_campaigns_name_length CHECK (((btrim(name) <> ''::text) AND (length(name) <= 200))),
    CONSTRAINT email_campaigns_rate_positive CHECK ((rate_per_minute > 0)),
    CONSTRAINT email_campaigns_recipients_is_array CHECK ((jsonb_typeof(recipient_list) = 'array'::text)),
    CONSTRAINT email_campaigns_scheduled_has_time CHECK (((status <> 'scheduled'::text) OR (scheduled_for IS NOT NULL))),
    CONSTRAINT email_campaigns_segments_is_object CHECK ((jsonb_typeof(recipient_segments) = 'object'::text)),
    CONSTRAINT email_campaigns_sent_has_time CHECK (((status = 'sent'::text) = (sent_at IS NOT NULL))),
    CONSTRAINT email_campaigns_status_known CHECK ((status = ANY (ARRAY['draft'::text, 'scheduled'::text, 'sending'::text, 'paused'::text, 'sent'::text, 'cancelled'::text, 'failed'::text])))
);
ALTER TABLE ONLY public.email_campaigns FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.email_campaigns IS 'Mails to many.';

COMMENT ON COLUMN public.email_campaigns.id IS 'Identity.';

COMMENT ON COLUMN public.email_campaigns.created_by IS 'Whose it is.';

COMMENT ON COLUMN public.email_campaigns.campaign_id IS 'The campaign it belongs to.';

COMMENT ON COLUMN public.email_campaigns.template_id IS 'The template it is made from.';

COMMENT ON COLUMN public.email_campaigns.name IS 'What it is called.';

COMMENT ON COLUMN public.email_campaigns.subject_line IS 'The subject.';

COMMENT ON COLUMN public.email_campaigns.preheader IS 'What mailboxes show beside the subject.';

COMMENT ON COLUMN public.email_campaigns.from_address IS 'Who it comes from.';

COMMENT ON COLUMN public.email_campaigns.reply_to IS 'Where answers go.';

COMMENT ON COLUMN public.email_campaigns.html_content IS 'The mail, as it stood when sending began.';

COMMENT ON COLUMN public.email_campaigns.plain_text IS 'The mail without markup, likewise.';

COMMENT ON COLUMN public.email_campaigns.recipient_list IS '[contact id].';

COMMENT ON COLUMN public.email_campaigns.recipient_segments IS '{tags, exclude_tags, ...}.';

COMMENT ON COLUMN public.email_campaigns.ab_test IS '{variants, share, metric}.';

COMMENT ON COLUMN public.email_campaigns.status IS 'draft, scheduled, sending, paused, sent, cancelled or failed.';

COMMENT ON COLUMN public.email_campaigns.scheduled_for IS 'When it is due.';

COMMENT ON COLUMN public.email_campaigns.started_at IS 'When sending began.';

COMMENT ON COLUMN public.email_campaigns.sent_at IS 'When the last mail was sent.';

COMMENT ON COLUMN public.email_campaigns.to_send IS 'How many recipients there are.';

COMMENT ON COLUMN public.email_campaigns.last_contact_id IS 'The last contact a batch reached; sending goes on behind it.';

COMMENT ON COLUMN public.email_campaigns.max_contact_id IS 'The last contact there was when sending began.';

COMMENT ON COLUMN public.email_campaigns.rate_per_minute IS 'Mails a minute at most.';

COMMENT ON COLUMN public.email_campaigns.error_count IS 'Errors so far; too many pause it.';

COMMENT ON COLUMN public.email_campaigns.total_sent IS 'Mails sent.';

COMMENT ON COLUMN public.email_campaigns.total_delivered IS 'Mails that arrived.';

COMMENT ON COLUMN public.email_campaigns.total_opened IS 'Recipients who opened it; machines do not count.';

COMMENT ON COLUMN public.email_campaigns.total_clicked IS 'Recipients who clicked in it.';

COMMENT ON COLUMN public.email_campaigns.total_unsubscribed IS 'Recipients who had enough.';

COMMENT ON COLUMN public.email_campaigns.total_skipped IS 'Recipients who may not be written to.';

COMMENT ON COLUMN public.email_campaigns.open_rate IS 'Opened per delivered; null before any arrived.';

COMMENT ON COLUMN public.email_campaigns.click_rate IS 'Clicked per delivered, likewise.';

COMMENT ON COLUMN public.email_campaigns.metadata IS 'Anything else.';

COMMENT ON COLUMN public.email_campaigns.created_at IS 'When it was made.';

COMMENT ON COLUMN public.email_campaigns.updated_at IS 'When it last changed.';

CREATE TABLE public.email_contacts (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    email text NOT NULL,
    first_name text,
    last_name text,
    name text,
    company text,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    custom_fields jsonb DEFAULT '{}'::jsonb NOT NULL,
    subscription_status text DEFAULT 'subscribed'::text NOT NULL,
    subscribed boolean GENERATED ALWAYS AS ((subscription_status = 'subscribed'::text)) STORED NOT NULL,
    lead_id uuid,
    consent_at timestamp with time zone,
    consent_source text,
    consent_ip inet,
    unsubscribed_at timestamp with time zone,
    bounce_count integer DEFAULT 0 NOT NULL,
    last_activity timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT email_contacts_bounces_not_negative CHECK ((bounce_count >= 0)),
    CONSTRAINT email_contacts_email_shape CHECK (((email ~ '^[^@\s]+@[^@\s]+$'::text) AND (email = lower(email)) AND (length(email) <= 320))),
    CONSTRAINT email_contacts_fields_is_object CHECK ((jsonb_typeof(custom_fields) = 'object'::text)),
    CONSTRAINT email_contacts_status_known CHECK ((subscription_status = ANY (ARRAY['unconfirmed'::text, 'subscribed'::text, 'unsubscribed'::text, 'bounced'::text, 'complained'::text]))),
    CONSTRAINT email_contacts_unsubscribed_has_time CHECK (((subscription_status = 'unsubscribed'::text) = (unsubscribed_at IS NOT NULL)))
);
ALTER TABLE ONLY public.email_contacts FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.email_contacts IS 'People a user may write to.';

COMMENT ON COLUMN public.email_contacts.id IS 'Identity.';

COMMENT ON COLUMN public.email_contacts.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.email_contacts.email IS 'Address, kept in lower case.';

COMMENT ON COLUMN public.email_contacts.first_name IS 'Given name.';

COMMENT ON COLUMN public.email_contacts.last_name IS 'Family name.';

COMMENT ON COLUMN public.email_contacts.name IS 'Name as they write it.';

COMMENT ON COLUMN public.email_contacts.company IS 'Where they work.';

COMMENT ON COLUMN public.email_contacts.tags IS 'Labels.';

COMMENT ON COLUMN public.email_contacts.custom_fields IS '{name: value}.';

COMMENT ON COLUMN public.email_contacts.subscription_status IS 'unconfirmed, subscribed, unsubscribed, bounced or complained.';

COMMENT ON COLUMN public.email_contacts.subscribed IS 'Whether they may be written to; follows from the status.';

COMMENT ON COLUMN public.email_contacts.lead_id IS 'The lead they are.';

COMMENT ON COLUMN public.email_contacts.consent_at IS 'When they agreed.';

COMMENT ON COLUMN public.email_contacts.consent_source IS 'Where they agreed.';

COMMENT ON COLUMN public.email_contacts.consent_ip IS 'Address they agreed from.';

COMMENT ON COLUMN public.email_contacts.unsubscribed_at IS 'When they had enough.';

COMMENT ON COLUMN public.email_contacts.bounce_count IS 'Mails that came back.';

COMMENT ON COLUMN public.email_contacts.last_activity IS 'When they last opened or clicked.';

COMMENT ON COLUMN public.email_contacts.created_at IS 'When it was made.';

COMMENT ON COLUMN public.email_contacts.updated_at IS 'When it last changed.';

CREATE TABLE public.email_events (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    message_id uuid NOT NULL,
    contact_id uuid,
    link_id uuid,
    event_type text NOT NULL,
    is_machine boolean DEFAULT false NOT NULL,
    provider_id text,
    ip_address inet,
    user_agent text,
    occurred_at timestamp with time zone DEFAULT now() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT email_events_type_known CHECK ((event_type = ANY (ARRAY['delivered'::text, 'open'::text, 'click'::text, 'bounce_soft'::text, 'bounce_hard'::text, 'complaint'::text, 'unsubscribe'::text]))),
    CONSTRAINT email_events_user_agent_short CHECK ((length(user_agent) <= 1000))
);
ALTER TABLE ONLY public.email_events FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.email_events IS 'What became of mails.';

COMMENT ON COLUMN public.email_events.id IS 'Identity.';

COMMENT ON COLUMN public.email_events.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.email_events.message_id IS 'The mail.';

COMMENT ON COLUMN public.email_events.contact_id IS 'Whom it went to, who may be gone by now.';

COMMENT ON COLUMN public.email_events.link_id IS 'The link followed.';

COMMENT ON COLUMN public.email_events.event_type IS 'delivered, open, click, bounce_soft, bounce_hard, complaint or unsubscribe.';

COMMENT ON COLUMN public.email_events.is_machine IS 'Done by a prefetcher or a scanner, not by a person.';

COMMENT ON COLUMN public.email_events.provider_id IS 'What the provider calls it; the same is noted once.';

COMMENT ON COLUMN public.email_events.ip_address IS 'Where from; null when unknown.';

COMMENT ON COLUMN public.email_events.user_agent IS 'What it called itself.';

COMMENT ON COLUMN public.email_events.occurred_at IS 'When it happened.';

COMMENT ON COLUMN public.email_events.created_at IS 'When it was made.';

CREATE TABLE public.email_links (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    email_campaign_id uuid NOT NULL,
    url text NOT NULL,
    click_count bigint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT email_links_url_is_web CHECK (((url ~ '^https?://'::text) AND (length(url) <= 4000)))
);
ALTER TABLE ONLY public.email_links FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.email_links IS 'Links of a mailing, counted when followed.';

COMMENT ON COLUMN public.email_links.id IS 'Identity.';

COMMENT ON COLUMN public.email_links.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.email_links.email_campaign_id IS 'The mailing.';

COMMENT ON COLUMN public.email_links.url IS 'Where it leads.';

COMMENT ON COLUMN public.email_links.click_count IS 'How often it was followed.';

COMMENT ON COLUMN public.email_links.created_at IS 'When it was made.';

CREATE TABLE public.email_messages (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    email_campaign_id uuid,
    rule_id uuid,
    contact_id uuid,
    email text NOT NULL,
    status text DEFAULT 'queued'::text NOT NULL,
    provider_message_id text,
    token_hash text,
    attempts integer DEFAULT 0 NOT NULL,
    sent_at timestamp with time zone,
    first_opened_at timestamp with time zone,
    open_count integer DEFAULT 0 NOT NULL,
    machine_open_count integer DEFAULT 0 NOT NULL,
    first_clicked_at timestamp with time zone,
    click_count integer DEFAULT 0 NOT NULL,
    error_code text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT email_messages_sent_has_time CHECK (((status <> ALL (ARRAY['sent'::text, 'delivered'::text, 'bounced'::text, 'complained'::text])) OR (sent_at IS NOT NULL))),
    CONSTRAINT email_messages_status_known CHECK ((status = ANY (ARRAY['queued'::text, 'sending'::text, 'sent'::text, 'delivered'::text, 'deferred'::text, 'bounced'::text, 'complained'::text, 'failed'::text, 'skipped'::text]))),
    CONSTRAINT email_messages_token_is_hash CHECK ((token_hash ~ '^[0-9a-f]{64}$'::text))
);
ALTER TABLE ONLY public.email_messages FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.email_messages IS 'One mail to one recipient.';

COMMENT ON COLUMN public.email_messages.id IS 'Identity.';

COMMENT ON COLUMN public.email_messages.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.email_messages.email_campaign_id IS 'The mailing it is part of.';

COMMENT ON COLUMN public.email_messages.rule_id IS 'The rule that sent it.';

COMMENT ON COLUMN public.email_messages.contact_id IS 'Whom it went to; null when they are erased.';

COMMENT ON COLUMN public.email_messages.email IS 'Where it went.';

COMMENT ON COLUMN public.email_messages.status IS 'queued, sending, sent, delivered, deferred, bounced, complained, failed or skipped.';

COMMENT ON COLUMN public.email_messages.provider_message_id IS 'What the provider calls it.';

COMMENT ON COLUMN public.email_messages.token_hash IS 'Hash of the token in its links.';

COMMENT ON COLUMN public.email_messages.attempts IS 'How often it was tried.';

COMMENT ON COLUMN public.email_messages.sent_at IS 'When it was sent.';

COMMENT ON COLUMN public.email_messages.first_opened_at IS 'When a person first opened it.';

COMMENT ON COLUMN public.email_messages.open_count IS 'How often people opened it.';

COMMENT ON COLUMN public.email_messages.machine_open_count IS 'How often machines did.';

COMMENT ON COLUMN public.email_messages.first_clicked_at IS 'When it was first clicked in.';

COMMENT ON COLUMN public.email_messages.click_count IS 'How often it was clicked in.';

COMMENT ON COLUMN public.email_messages.error_code IS 'Why it failed.';

COMMENT ON COLUMN public.email_messages.created_at IS 'When it was made.';

COMMENT ON COLUMN public.email_messages.updated_at IS 'When it last changed.';

CREATE TABLE public.email_suppressions (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    email_hash text NOT NULL,
    reason text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT email_suppressions_hash_is_hash CHECK ((email_hash ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT email_suppressions_reason_known CHECK ((reason = ANY (ARRAY['unsubscribed'::text, 'bounced'::text, 'complained'::text, 'erased'::text, 'manual'::text])))
);
ALTER TABLE ONLY public.email_suppressions FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.email_suppressions IS 'Addresses that are never written to again; kept as hashes when the person is erased.';

COMMENT ON COLUMN public.email_suppressions.id IS 'Identity.';

COMMENT ON COLUMN public.email_suppressions.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.email_suppressions.email_hash IS 'SHA-256 of the address in lower case, in hex.';

COMMENT ON COLUMN public.email_suppressions.reason IS 'unsubscribed, bounced, complained, erased or manual.';

COMMENT ON COLUMN public.email_suppressions.created_at IS 'When it was made.';

CREATE TABLE public.email_templates (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_by uuid DEFAULT auth.uid() NOT NULL,
    name text NOT NULL,
    subject_line text NOT NULL,
    html_content text NOT NULL,
    plain_text text,
    variables jsonb DEFAULT '{}'::jsonb NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT email_templates_metadata_is_object CHECK ((jsonb_typeof(metadata) = 'object'::text)),
    CONSTRAINT email_templates_name_length CHECK (((btrim(name) <> ''::text) AND (length(name) <= 200))),
    CONSTRAINT email_templates_subject_length CHECK (((btrim(subject_line) <> ''::text) AND (length(subject_line) <= 500))),
    CONSTRAINT email_templates_variables_is_object CHECK ((jsonb_typeof(variables) = 'object'::text))
);
ALTER TABLE ONLY public.email_templates FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.email_templates IS 'Mails to begin from, with {{variables}}.';

COMMENT ON COLUMN public.email_templates.id IS 'Identity.';

COMMENT ON COLUMN public.email_templates.created_by IS 'Whose template it is.';

COMMENT ON COLUMN public.email_templates.name IS 'What it is called.';

COMMENT ON COLUMN public.email_templates.subject_line IS 'The subject.';

COMMENT ON COLUMN public.email_templates.html_content IS 'The mail.';

COMMENT ON COLUMN public.email_templates.plain_text IS 'The mail without markup.';

COMMENT ON COLUMN public.email_templates.variables IS '{name: {default, description}}.';

COMMENT ON COLUMN public.email_templates.metadata IS 'Anything else.';

COMMENT ON COLUMN public.email_templates.version IS 'Counts changes.';

COMMENT ON COLUMN public.email_templates.created_at IS 'When it was made.';

COMMENT ON COLUMN public.email_templates.updated_at IS 'When it last changed.';

CREATE TABLE public.embedding_cache (
    user_id uuid DEFAULT auth.uid() NOT NULL,
    model text NOT NULL,
    content_hash text NOT NULL,
    embedding extensions.vector(1536) NOT NULL,
    tokens integer,
    last_used_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT embedding_cache_hash_shape CHECK ((content_hash ~ '^[0-9a-f]{64}$'::text))
);
ALTER TABLE ONLY public.embedding_cache FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.embedding_cache IS 'Vectors paid for once. Each user''s own: whether a text was seen before tells no one else.';

COMMENT ON COLUMN public.embedding_cache.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.embedding_cache.model IS 'Model that made it.';

COMMENT ON COLUMN public.embedding_cache.content_hash IS 'SHA-256 of the text.';

COMMENT ON COLUMN public.embedding_cache.embedding IS 'The vector.';

COMMENT ON COLUMN public.embedding_cache.tokens IS 'What it took.';

COMMENT ON COLUMN public.embedding_cache.last_used_at IS 'When it last saved a call.';

COMMENT ON COLUMN public.embedding_cache.created_at IS 'When it was made.';

CREATE TABLE public.experiment_airings (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    experiment_key text NOT NULL,
    variant_key text NOT NULL,
    day date NOT NULL,
    aired_at timestamp with time zone DEFAULT now(),
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY public.experiment_airings FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.experiment_airings IS 'What a rotation showed: the title or thumbnail that was set for a day.';

COMMENT ON COLUMN public.experiment_airings.id IS 'Identity.';

COMMENT ON COLUMN public.experiment_airings.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.experiment_airings.experiment_key IS 'The experiment.';

COMMENT ON COLUMN public.experiment_airings.variant_key IS 'The variant that was shown.';

COMMENT ON COLUMN public.experiment_airings.day IS 'The day, as the platform counts days.';

COMMENT ON COLUMN public.experiment_airings.aired_at IS 'When it was set there, null until it is; a day that began with another variant does not count.';

COMMENT ON COLUMN public.experiment_airings.created_at IS 'When it was made.';

CREATE TABLE public.experiment_days (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    experiment_key text NOT NULL,
    variant_key text NOT NULL,
    day date NOT NULL,
    impressions bigint DEFAULT 0 NOT NULL,
    clicks bigint DEFAULT 0 NOT NULL,
    views bigint DEFAULT 0 NOT NULL,
    watch_seconds numeric DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT experiment_days_clicks_range CHECK (((clicks >= 0) AND (clicks <= impressions))),
    CONSTRAINT experiment_days_impressions_range CHECK ((impressions >= 0)),
    CONSTRAINT experiment_days_views_range CHECK ((views >= 0)),
    CONSTRAINT experiment_days_watch_range CHECK ((watch_seconds >= (0)::numeric))
);
ALTER TABLE ONLY public.experiment_days FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.experiment_days IS 'What a variant came to, day by day: what a fair verdict needs.';

COMMENT ON COLUMN public.experiment_days.id IS 'Identity.';

COMMENT ON COLUMN public.experiment_days.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.experiment_days.experiment_key IS 'The experiment.';

COMMENT ON COLUMN public.experiment_days.variant_key IS 'The variant.';

COMMENT ON COLUMN public.experiment_days.day IS 'The day, as the platform counts days.';

COMMENT ON COLUMN public.experiment_days.impressions IS 'How often it was shown.';

COMMENT ON COLUMN public.experiment_days.clicks IS 'How often it was clicked.';

COMMENT ON COLUMN public.experiment_days.views IS 'How often it was watched.';

COMMENT ON COLUMN public.experiment_days.watch_seconds IS 'How long it was watched, in all.';

COMMENT ON COLUMN public.experiment_days.created_at IS 'When it was made.';

COMMENT ON COLUMN public.experiment_days.updated_at IS 'When it last changed.';

CREATE TABLE public.funnel_designs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    campaign_id uuid,
    parent_id uuid,
    version integer DEFAULT 1 NOT NULL,
    title text,
    status text DEFAULT 'draft'::text NOT NULL,
    input_data jsonb DEFAULT '{}'::jsonb NOT NULL,
    business_type text NOT NULL,
    funnel_structure jsonb DEFAULT '{}'::jsonb NOT NULL,
    applied_at timestamp with time zone,
    sources jsonb DEFAULT '[]'::jsonb NOT NULL,
    model_name text,
    cost_usd numeric(12,4) DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT funnel_designs_input_is_object CHECK ((jsonb_typeof(input_data) = 'object'::text)),
    CONSTRAINT funnel_designs_sources_is_array CHECK ((jsonb_typeof(sources) = 'array'::text)),
    CONSTRAINT funnel_designs_status_known CHECK ((status = ANY (ARRAY['draft'::text, 'generating'::text, 'ready'::text, 'failed'::text, 'archived'::text]))),
    CONSTRAINT funnel_designs_structure_shape CHECK (((jsonb_typeof(funnel_structure) = 'object'::text) AND ((status <> 'ready'::text) OR (funnel_structure ?& '{awareness,engagement,conversion,retention}'::text[]))))
);
ALTER TABLE ONLY public.funnel_designs FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.funnel_designs IS 'Ways from awareness to retention.';

COMMENT ON COLUMN public.funnel_designs.id IS 'Identity.';

COMMENT ON COLUMN public.funnel_designs.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.funnel_designs.campaign_id IS 'The campaign it is for.';

COMMENT ON COLUMN public.funnel_designs.parent_id IS 'The version before.';

COMMENT ON COLUMN public.funnel_designs.version IS 'Counts versions.';

COMMENT ON COLUMN public.funnel_designs.title IS 'What the user calls it.';

COMMENT ON COLUMN public.funnel_designs.status IS 'draft, generating, then ready or failed; archived when it is done with.';

COMMENT ON COLUMN public.funnel_designs.input_data IS 'What was asked.';

COMMENT ON COLUMN public.funnel_designs.business_type IS 'Kind of business.';

COMMENT ON COLUMN public.funnel_designs.funnel_structure IS '{awareness, engagement, conversion, retention}: {definition, offers, automation_tasks, kpis} each.';

COMMENT ON COLUMN public.funnel_designs.applied_at IS 'When its tasks and rules were made; they are made once.';

COMMENT ON COLUMN public.funnel_designs.sources IS 'Where each claim comes from, or that it is the model''s opinion.';

COMMENT ON COLUMN public.funnel_designs.model_name IS 'Model that wrote it.';

COMMENT ON COLUMN public.funnel_designs.cost_usd IS 'What it cost in dollars.';

COMMENT ON COLUMN public.funnel_designs.created_at IS 'When it was made.';

COMMENT ON COLUMN public.funnel_designs.updated_at IS 'When it last changed.';

CREATE TABLE public.generated_content_pieces (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_by uuid DEFAULT auth.uid() NOT NULL,
    campaign_id uuid,
    content_type text NOT NULL,
    title text NOT NULL,
    content text NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    approval_status text DEFAULT 'pending'::text NOT NULL,
    reviewed_at timestamp with time zone,
    review_note text,
    performance_data jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_by_agent text DEFAULT 'ai_content_generator'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    parent_id uuid,
    model_name text,
    prompt_hash text,
    cost_usd numeric(12,4) DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT generated_content_pieces_approval_status_known CHECK ((approval_status = ANY (ARRAY['pending'::text, 'approved'::text, 'rejected'::text, 'needs_revision'::text]))),
    CONSTRAINT generated_content_pieces_cost_not_negative CHECK ((cost_usd >= (0)::numeric)),
    CONSTRAINT generated_content_pieces_metadata_is_object CHECK ((jsonb_typeof(metadata) = 'object'::text)),
    CONSTRAINT generated_content_pieces_performance_is_object CHECK ((jsonb_typeof(performance_data) = 'object'::text)),
    CONSTRAINT generated_content_pieces_reviewed_has_time CHECK (((approval_status = 'pending'::text) = (reviewed_at IS NULL))),
    CONSTRAINT generated_content_pieces_title_length CHECK (((btrim(title) <> ''::text) AND (length(title) <= 300)))
);
ALTER TABLE ONLY public.generated_content_pieces FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.generated_content_pieces IS 'Campaign copy that was generated, and what its owner made of it.';

COMMENT ON COLUMN public.generated_content_pieces.id IS 'Identity.';

COMMENT ON COLUMN public.generated_content_pieces.created_by IS 'Whose it is.';

COMMENT ON COLUMN public.generated_content_pieces.campaign_id IS 'The campaign it was written for.';

COMMENT ON COLUMN public.generated_content_pieces.content_type IS 'What it is: post, advert, mail, ...';

COMMENT ON COLUMN public.generated_content_pieces.title IS 'Its title.';

COMMENT ON COLUMN public.generated_content_pieces.content IS 'The text.';

COMMENT ON COLUMN public.generated_content_pieces.metadata IS 'Anything else.';

COMMENT ON COLUMN public.generated_content_pieces.approval_status IS 'pending, approved, rejected or needs_revision.';

COMMENT ON COLUMN public.generated_content_pieces.reviewed_at IS 'When it was approved, rejected or sent back.';

COMMENT ON COLUMN public.generated_content_pieces.review_note IS 'Why.';

COMMENT ON COLUMN public.generated_content_pieces.performance_data IS '{metric: value} once it was used.';

COMMENT ON COLUMN public.generated_content_pieces.created_by_agent IS 'What wrote it.';

COMMENT ON COLUMN public.generated_content_pieces.version IS 'Counts rewritings.';

COMMENT ON COLUMN public.generated_content_pieces.parent_id IS 'The piece it rewrites.';

COMMENT ON COLUMN public.generated_content_pieces.model_name IS 'Which model.';

COMMENT ON COLUMN public.generated_content_pieces.prompt_hash IS 'Hash of what the model was asked.';

COMMENT ON COLUMN public.generated_content_pieces.cost_usd IS 'What it cost in dollars.';

COMMENT ON COLUMN public.generated_content_pieces.created_at IS 'When it was made.';

COMMENT ON COLUMN public.generated_content_pieces.updated_at IS 'When it last changed.';

CREATE TABLE public.images (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    video_job_id uuid,
    provider public.visual_provider NOT NULL,
    provider_image_id character varying(255),
    order_index integer,
    local_file_path text NOT NULL,
    prompt_text text NOT NULL,
    is_selected boolean DEFAULT true NOT NULL,
    is_alternative boolean GENERATED ALWAYS AS ((NOT is_selected)) STORED NOT NULL,
    display_order integer DEFAULT 1 NOT NULL,
    original_resolution character varying(20),
    upscaled boolean DEFAULT false NOT NULL,
    status text DEFAULT 'ready'::text NOT NULL,
    error text,
    sha256 text,
    cost_usd numeric(14,6) DEFAULT 0 NOT NULL,
    license_checked_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    making text,
    upload_id uuid,
    size_bytes bigint,
    license_document_url text,
    terms text,
    rights text,
    maker_version character varying(100),
    proof_upload_id uuid,
    CONSTRAINT images_of_job_have_place CHECK (((video_job_id IS NULL) OR (order_index IS NOT NULL))),
    CONSTRAINT images_order_range CHECK (((order_index >= 1) AND (order_index <= 20))),
    CONSTRAINT images_resolution_shape CHECK (((original_resolution)::text ~ '^\d+x\d+$'::text)),
    CONSTRAINT images_rights_not_blank CHECK ((btrim(rights) <> ''::text)),
    CONSTRAINT images_selected_is_ready CHECK (((NOT is_selected) OR (status = 'ready'::text))),
    CONSTRAINT images_sha256_is_hash CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT images_size_range CHECK ((size_bytes >= 0)),
    CONSTRAINT images_status_known CHECK ((status = ANY (ARRAY['ready'::text, 'failed'::text])))
);
ALTER TABLE ONLY public.images FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.images IS 'Takes of an album''s pictures, each paired with the track of its place; or pictures by themselves.';

COMMENT ON COLUMN public.images.id IS 'Identity.';

COMMENT ON COLUMN public.images.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.images.video_job_id IS 'The album; null for a picture by itself.';

COMMENT ON COLUMN public.images.provider IS 'Who made it.';

COMMENT ON COLUMN public.images.provider_image_id IS 'The picture there.';

COMMENT ON COLUMN public.images.order_index IS 'Its place, 1 to 20.';

COMMENT ON COLUMN public.images.local_file_path IS 'Where it lies.';

COMMENT ON COLUMN public.images.prompt_text IS 'What was asked for.';

COMMENT ON COLUMN public.images.is_selected IS 'Whether it is the take to use.';

COMMENT ON COLUMN public.images.is_alternative IS 'Whether it is another take.';

COMMENT ON COLUMN public.images.display_order IS 'Order among the takes of a place.';

COMMENT ON COLUMN public.images.original_resolution IS 'Size as it came: 1024x576.';

COMMENT ON COLUMN public.images.upscaled IS 'Whether it was enlarged.';

COMMENT ON COLUMN public.images.status IS 'ready or failed.';

COMMENT ON COLUMN public.images.error IS 'What went wrong.';

COMMENT ON COLUMN public.images.sha256 IS 'Hash of its bytes, in hex.';

COMMENT ON COLUMN public.images.cost_usd IS 'What it cost in dollars.';

COMMENT ON COLUMN public.images.license_checked_at IS 'When the licence was looked at.';

COMMENT ON COLUMN public.images.created_at IS 'When it was made.';

COMMENT ON COLUMN public.images.making IS 'Which making of a prompt it is; the same one is kept once.';

COMMENT ON COLUMN public.images.upload_id IS 'The file it came from, when it is the user''s own.';

COMMENT ON COLUMN public.images.size_bytes IS 'Its size, in bytes.';

COMMENT ON COLUMN public.images.license_document_url IS 'Its licence.';

COMMENT ON COLUMN public.images.terms IS 'On what terms the maker gives it.';

COMMENT ON COLUMN public.images.rights IS 'What the user says of the right to use it.';

COMMENT ON COLUMN public.images.maker_version IS 'Which version of the maker made it.';

COMMENT ON COLUMN public.images.proof_upload_id IS 'The licence document its user sent for it.';

CREATE TABLE public.integration_connections (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    service_name text NOT NULL,
    connection_status text DEFAULT 'disconnected'::text NOT NULL,
    sync_status text DEFAULT 'idle'::text NOT NULL,
    configuration jsonb DEFAULT '{}'::jsonb NOT NULL,
    error_message text,
    oauth_connection_id uuid,
    secret_id uuid,
    sync_cursor jsonb,
    last_sync_at timestamp with time zone,
    next_sync_at timestamp with time zone,
    consecutive_failures integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT integration_connections_configuration_is_object CHECK ((jsonb_typeof(configuration) = 'object'::text)),
    CONSTRAINT integration_connections_service_shape CHECK ((service_name ~ '^[a-z0-9_]{1,50}$'::text)),
    CONSTRAINT integration_connections_status_known CHECK ((connection_status = ANY (ARRAY['connected'::text, 'disconnected'::text, 'error'::text, 'pending'::text]))),
    CONSTRAINT integration_connections_sync_known CHECK ((sync_status = ANY (ARRAY['idle'::text, 'syncing'::text, 'error'::text, 'success'::text])))
);
ALTER TABLE ONLY public.integration_connections FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.integration_connections IS 'Other services a user has connected.';

COMMENT ON COLUMN public.integration_connections.id IS 'Identity.';

COMMENT ON COLUMN public.integration_connections.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.integration_connections.service_name IS 'The service.';

COMMENT ON COLUMN public.integration_connections.connection_status IS 'pending until it first answers, then connected, disconnected or error.';

COMMENT ON COLUMN public.integration_connections.sync_status IS 'idle, syncing, and how the last sync ended: success or error.';

COMMENT ON COLUMN public.integration_connections.configuration IS 'What the user set, by service; no secrets.';

COMMENT ON COLUMN public.integration_connections.error_message IS 'What went wrong last, for people.';

COMMENT ON COLUMN public.integration_connections.oauth_connection_id IS 'The tokens it uses, when it signs in that way.';

COMMENT ON COLUMN public.integration_connections.secret_id IS 'The key it uses, when it signs in that way.';

COMMENT ON COLUMN public.integration_connections.sync_cursor IS 'Where the last sync stopped.';

COMMENT ON COLUMN public.integration_connections.last_sync_at IS 'When it last began to sync.';

COMMENT ON COLUMN public.integration_connections.next_sync_at IS 'When it is due.';

COMMENT ON COLUMN public.integration_connections.consecutive_failures IS 'Failures in a row.';

COMMENT ON COLUMN public.integration_connections.created_at IS 'When it was made.';

COMMENT ON COLUMN public.integration_connections.updated_at IS 'When it last changed.';

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
    cost_usd numeric(14,6) DEFAULT 0 NOT NULL,
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

CREATE TABLE public.keyword_research (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_by uuid DEFAULT auth.uid() NOT NULL,
    query text NOT NULL,
    keywords jsonb DEFAULT '[]'::jsonb NOT NULL,
    country text DEFAULT 'US'::text NOT NULL,
    language text DEFAULT 'en'::text NOT NULL,
    device text DEFAULT 'desktop'::text NOT NULL,
    source text DEFAULT 'local'::text NOT NULL,
    cost_usd numeric(12,4) DEFAULT 0 NOT NULL,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    day date DEFAULT ((clock_timestamp() AT TIME ZONE 'UTC'::text))::date NOT NULL,
    expires_at timestamp with time zone DEFAULT (now() + '30 days'::interval) NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT keyword_research_country_shape CHECK ((country ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT keyword_research_device_known CHECK ((device = ANY (ARRAY['desktop'::text, 'mobile'::text]))),
    CONSTRAINT keyword_research_keywords_is_array CHECK ((jsonb_typeof(keywords) = 'array'::text)),
    CONSTRAINT keyword_research_language_shape CHECK ((language ~ '^[a-z]{2}(-[A-Z]{2})?$'::text)),
    CONSTRAINT keyword_research_query_length CHECK (((btrim(query) <> ''::text) AND (length(query) <= 200)))
);
ALTER TABLE ONLY public.keyword_research FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.keyword_research IS 'Keywords looked up, once a day for a query.';

COMMENT ON COLUMN public.keyword_research.id IS 'Identity.';

COMMENT ON COLUMN public.keyword_research.created_by IS 'Whose row it is.';

COMMENT ON COLUMN public.keyword_research.query IS 'What was looked up.';

COMMENT ON COLUMN public.keyword_research.keywords IS 'What was found: [{keyword, volume, difficulty, cpc, intent, trend, position, url}].';

COMMENT ON COLUMN public.keyword_research.country IS 'Where, by ISO code.';

COMMENT ON COLUMN public.keyword_research.language IS 'In which language.';

COMMENT ON COLUMN public.keyword_research.device IS 'desktop or mobile.';

COMMENT ON COLUMN public.keyword_research.source IS 'Who was asked.';

COMMENT ON COLUMN public.keyword_research.cost_usd IS 'What it cost in dollars.';

COMMENT ON COLUMN public.keyword_research.tags IS 'What the user files it under.';

COMMENT ON COLUMN public.keyword_research.day IS 'The day, in UTC.';

COMMENT ON COLUMN public.keyword_research.expires_at IS 'When it is too old to be used again.';

COMMENT ON COLUMN public.keyword_research.created_at IS 'When it was made.';

COMMENT ON COLUMN public.keyword_research.updated_at IS 'When it last changed.';

CREATE TABLE public.knowledge_buckets (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_by uuid DEFAULT auth.uid() NOT NULL,
    name text NOT NULL,
    bucket_type text NOT NULL,
    campaign_id uuid,
    description text,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    embedding_model text DEFAULT 'text-embedding-ada-002'::text NOT NULL,
    embedding_dim integer DEFAULT 1536 NOT NULL,
    chunk_size integer DEFAULT 1000 NOT NULL,
    chunk_overlap integer DEFAULT 200 NOT NULL,
    document_count integer DEFAULT 0 NOT NULL,
    chunk_count integer DEFAULT 0 NOT NULL,
    search_config jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT knowledge_buckets_campaign_by_type CHECK (((bucket_type = 'campaign'::text) = (campaign_id IS NOT NULL))),
    CONSTRAINT knowledge_buckets_chunk_size_range CHECK (((chunk_size >= 100) AND (chunk_size <= 8000))),
    CONSTRAINT knowledge_buckets_dim_fixed CHECK ((embedding_dim = 1536)),
    CONSTRAINT knowledge_buckets_metadata_is_object CHECK ((jsonb_typeof(metadata) = 'object'::text)),
    CONSTRAINT knowledge_buckets_name_length CHECK (((btrim(name) <> ''::text) AND (length(name) <= 200))),
    CONSTRAINT knowledge_buckets_overlap_smaller CHECK (((chunk_overlap >= 0) AND (chunk_overlap <= (chunk_size / 2)))),
    CONSTRAINT knowledge_buckets_search_is_object CHECK ((jsonb_typeof(search_config) = 'object'::text)),
    CONSTRAINT knowledge_buckets_type_known CHECK ((bucket_type = ANY (ARRAY['campaign'::text, 'general'::text])))
);
ALTER TABLE ONLY public.knowledge_buckets FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.knowledge_buckets IS 'Groups of documents that are searched together.';

COMMENT ON COLUMN public.knowledge_buckets.id IS 'Identity.';

COMMENT ON COLUMN public.knowledge_buckets.created_by IS 'Whose row it is.';

COMMENT ON COLUMN public.knowledge_buckets.name IS 'What the user calls it.';

COMMENT ON COLUMN public.knowledge_buckets.bucket_type IS 'general, or campaign for one campaign''s own.';

COMMENT ON COLUMN public.knowledge_buckets.campaign_id IS 'That campaign.';

COMMENT ON COLUMN public.knowledge_buckets.description IS 'What it is for.';

COMMENT ON COLUMN public.knowledge_buckets.metadata IS 'What the user noted of it.';

COMMENT ON COLUMN public.knowledge_buckets.embedding_model IS 'Model whose vectors it holds; one bucket, one model.';

COMMENT ON COLUMN public.knowledge_buckets.embedding_dim IS 'Length of those vectors.';

COMMENT ON COLUMN public.knowledge_buckets.chunk_size IS 'Characters of a chunk.';

COMMENT ON COLUMN public.knowledge_buckets.chunk_overlap IS 'Characters that neighbours share.';

COMMENT ON COLUMN public.knowledge_buckets.document_count IS 'How many documents it holds.';

COMMENT ON COLUMN public.knowledge_buckets.chunk_count IS 'How many chunks it holds.';

COMMENT ON COLUMN public.knowledge_buckets.search_config IS '{threshold, mode, limit}: how it is searched.';

COMMENT ON COLUMN public.knowledge_buckets.created_at IS 'When it was made.';

COMMENT ON COLUMN public.knowledge_buckets.updated_at IS 'When it last changed.';

CREATE TABLE public.knowledge_chunks (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_by uuid DEFAULT auth.uid() NOT NULL,
    document_id uuid NOT NULL,
    bucket_id uuid NOT NULL,
    document_version integer DEFAULT 1 NOT NULL,
    chunk_index integer NOT NULL,
    content text NOT NULL,
    content_hash text GENERATED ALWAYS AS (private.text_hash(content)) STORED NOT NULL,
    token_count integer,
    embedding extensions.vector(1536),
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    start_char integer,
    end_char integer,
    heading_path text[] DEFAULT '{}'::text[] NOT NULL,
    page integer,
    enabled boolean DEFAULT true NOT NULL,
    hit_count bigint DEFAULT 0 NOT NULL,
    tsv tsvector GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, content)) STORED NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT knowledge_chunks_index_range CHECK ((chunk_index >= 0)),
    CONSTRAINT knowledge_chunks_metadata_is_object CHECK ((jsonb_typeof(metadata) = 'object'::text)),
    CONSTRAINT knowledge_chunks_span_in_order CHECK ((end_char >= start_char))
);
ALTER TABLE ONLY public.knowledge_chunks ALTER COLUMN tsv SET STORAGE MAIN;
ALTER TABLE ONLY public.knowledge_chunks FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.knowledge_chunks IS 'Pieces of documents, each with the vector of what it means.';

COMMENT ON COLUMN public.knowledge_chunks.id IS 'Identity.';

COMMENT ON COLUMN public.knowledge_chunks.created_by IS 'Whose row it is.';

COMMENT ON COLUMN public.knowledge_chunks.document_id IS 'The document.';

COMMENT ON COLUMN public.knowledge_chunks.bucket_id IS 'The document''s bucket.';

COMMENT ON COLUMN public.knowledge_chunks.document_version IS 'Version of the document it belongs to; search sees the present one alone.';

COMMENT ON COLUMN public.knowledge_chunks.chunk_index IS 'Its place in the document, from 0.';

COMMENT ON COLUMN public.knowledge_chunks.content IS 'Its text.';

COMMENT ON COLUMN public.knowledge_chunks.content_hash IS 'SHA-256 of its text: what is unchanged keeps its vector.';

COMMENT ON COLUMN public.knowledge_chunks.token_count IS 'Tokens in its text.';

COMMENT ON COLUMN public.knowledge_chunks.embedding IS 'What it means, by the bucket''s model.';

COMMENT ON COLUMN public.knowledge_chunks.metadata IS 'What else is known of it.';

COMMENT ON COLUMN public.knowledge_chunks.start_char IS 'Where it begins in the document''s text, in characters.';

COMMENT ON COLUMN public.knowledge_chunks.end_char IS 'Where it ends.';

COMMENT ON COLUMN public.knowledge_chunks.heading_path IS 'Headings it stands under.';

COMMENT ON COLUMN public.knowledge_chunks.page IS 'Page it stands on.';

COMMENT ON COLUMN public.knowledge_chunks.enabled IS 'Whether search finds it.';

COMMENT ON COLUMN public.knowledge_chunks.hit_count IS 'How often it was found.';

COMMENT ON COLUMN public.knowledge_chunks.tsv IS 'Its words.';

COMMENT ON COLUMN public.knowledge_chunks.created_at IS 'When it was made.';

CREATE TABLE public.knowledge_documents (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_by uuid DEFAULT auth.uid() NOT NULL,
    bucket_id uuid NOT NULL,
    title text NOT NULL,
    content text NOT NULL,
    summary text,
    file_name text,
    file_type text,
    file_size bigint,
    upload_path text,
    source_url text,
    status text DEFAULT 'processing'::text NOT NULL,
    stage text DEFAULT 'queued'::text NOT NULL,
    progress smallint DEFAULT 0 NOT NULL,
    processing_error text,
    error_code text,
    attempts integer DEFAULT 0 NOT NULL,
    heartbeat_at timestamp with time zone,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    content_hash text GENERATED ALWAYS AS (private.text_hash(content)) STORED NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    token_count integer,
    chunk_count integer DEFAULT 0 NOT NULL,
    embedding_model text,
    processed_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT knowledge_documents_metadata_is_object CHECK ((jsonb_typeof(metadata) = 'object'::text)),
    CONSTRAINT knowledge_documents_progress_range CHECK (((progress >= 0) AND (progress <= 100))),
    CONSTRAINT knowledge_documents_ready_is_done CHECK (((status <> 'ready'::text) OR ((stage = 'done'::text) AND (processed_at IS NOT NULL)))),
    CONSTRAINT knowledge_documents_size_range CHECK ((file_size >= 0)),
    CONSTRAINT knowledge_documents_stage_known CHECK ((stage = ANY (ARRAY['queued'::text, 'parsing'::text, 'chunking'::text, 'embedding'::text, 'indexing'::text, 'done'::text]))),
    CONSTRAINT knowledge_documents_status_known CHECK ((status = ANY (ARRAY['processing'::text, 'ready'::text, 'failed'::text]))),
    CONSTRAINT knowledge_documents_title_length CHECK (((btrim(title) <> ''::text) AND (length(title) <= 500)))
);
ALTER TABLE ONLY public.knowledge_documents FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.knowledge_documents IS 'Documents, and how far each is on its way into search.';

COMMENT ON COLUMN public.knowledge_documents.id IS 'Identity.';

COMMENT ON COLUMN public.knowledge_documents.created_by IS 'Whose row it is.';

COMMENT ON COLUMN public.knowledge_documents.bucket_id IS 'The bucket.';

COMMENT ON COLUMN public.knowledge_documents.title IS 'Its title.';

COMMENT ON COLUMN public.knowledge_documents.content IS 'Its text.';

COMMENT ON COLUMN public.knowledge_documents.summary IS 'What it says, in short.';

COMMENT ON COLUMN public.knowledge_documents.file_name IS 'Name of the file it came from.';

COMMENT ON COLUMN public.knowledge_documents.file_type IS 'Media type of that file.';

COMMENT ON COLUMN public.knowledge_documents.file_size IS 'Size of that file, in bytes.';

COMMENT ON COLUMN public.knowledge_documents.upload_path IS 'Where that file lies.';

COMMENT ON COLUMN public.knowledge_documents.source_url IS 'The page it came from.';

COMMENT ON COLUMN public.knowledge_documents.status IS 'processing until its chunks can be found, then ready; or failed.';

COMMENT ON COLUMN public.knowledge_documents.stage IS 'queued, parsing, chunking, embedding, indexing, done.';

COMMENT ON COLUMN public.knowledge_documents.progress IS 'Percent done.';

COMMENT ON COLUMN public.knowledge_documents.processing_error IS 'What went wrong, for people.';

COMMENT ON COLUMN public.knowledge_documents.error_code IS 'The same, for programs.';

COMMENT ON COLUMN public.knowledge_documents.attempts IS 'How often it was tried.';

COMMENT ON COLUMN public.knowledge_documents.heartbeat_at IS 'Last sign of life of the work on it.';

COMMENT ON COLUMN public.knowledge_documents.metadata IS 'What the file told of itself.';

COMMENT ON COLUMN public.knowledge_documents.content_hash IS 'SHA-256 of its text: a bucket holds a text once.';

COMMENT ON COLUMN public.knowledge_documents.version IS 'The chunks that count; a re-processing swaps all of them in one transaction.';

COMMENT ON COLUMN public.knowledge_documents.enabled IS 'Whether search finds it.';

COMMENT ON COLUMN public.knowledge_documents.token_count IS 'Tokens in its text.';

COMMENT ON COLUMN public.knowledge_documents.chunk_count IS 'Chunks of its present version.';

COMMENT ON COLUMN public.knowledge_documents.embedding_model IS 'Model that embedded it.';

COMMENT ON COLUMN public.knowledge_documents.processed_at IS 'When it was last ready.';

COMMENT ON COLUMN public.knowledge_documents.created_at IS 'When it was made.';

COMMENT ON COLUMN public.knowledge_documents.updated_at IS 'When it last changed.';

CREATE TABLE public.lead_activities (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_by uuid DEFAULT auth.uid() NOT NULL,
    lead_id uuid NOT NULL,
    activity_type text NOT NULL,
    activity_data jsonb DEFAULT '{}'::jsonb NOT NULL,
    source text,
    dedupe_key text,
    is_bot boolean DEFAULT false NOT NULL,
    occurred_at timestamp with time zone DEFAULT now() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT lead_activities_data_is_object CHECK ((jsonb_typeof(activity_data) = 'object'::text)),
    CONSTRAINT lead_activities_type_shape CHECK ((activity_type ~ '^[a-z][a-z0-9_]{0,49}$'::text))
);
ALTER TABLE ONLY public.lead_activities FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.lead_activities IS 'What a lead did, and what was done about it.';

COMMENT ON COLUMN public.lead_activities.id IS 'Identity.';

COMMENT ON COLUMN public.lead_activities.created_by IS 'Whose lead it is.';

COMMENT ON COLUMN public.lead_activities.lead_id IS 'The lead.';

COMMENT ON COLUMN public.lead_activities.activity_type IS 'email_opened, email_clicked, form_filled, call_scheduled, page_view, note, ...';

COMMENT ON COLUMN public.lead_activities.activity_data IS 'More about it.';

COMMENT ON COLUMN public.lead_activities.source IS 'Where it was noticed.';

COMMENT ON COLUMN public.lead_activities.dedupe_key IS 'The same key is noted once.';

COMMENT ON COLUMN public.lead_activities.is_bot IS 'Done by a machine; does not count.';

COMMENT ON COLUMN public.lead_activities.occurred_at IS 'When it happened.';

COMMENT ON COLUMN public.lead_activities.created_at IS 'When it was made.';

CREATE TABLE public.lead_score_events (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_by uuid DEFAULT auth.uid() NOT NULL,
    lead_id uuid NOT NULL,
    rule_id uuid,
    activity_id uuid,
    delta integer NOT NULL,
    reason text NOT NULL,
    expires_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT lead_score_events_delta_counts CHECK ((delta <> 0))
);
ALTER TABLE ONLY public.lead_score_events FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.lead_score_events IS 'Points given and taken: what counts adds up to a lead''s score.';

COMMENT ON COLUMN public.lead_score_events.id IS 'Identity.';

COMMENT ON COLUMN public.lead_score_events.created_by IS 'Whose lead it is.';

COMMENT ON COLUMN public.lead_score_events.lead_id IS 'The lead.';

COMMENT ON COLUMN public.lead_score_events.rule_id IS 'The rule, which may be gone by now; null when a person gave them.';

COMMENT ON COLUMN public.lead_score_events.activity_id IS 'The activity they were given for.';

COMMENT ON COLUMN public.lead_score_events.delta IS 'How many; negative takes.';

COMMENT ON COLUMN public.lead_score_events.reason IS 'Why.';

COMMENT ON COLUMN public.lead_score_events.expires_at IS 'When points given by a person stop counting; those of rules end by the rule.';

COMMENT ON COLUMN public.lead_score_events.created_at IS 'When it was made.';

CREATE TABLE public.marketing_autopilot_config (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    business_description text NOT NULL,
    target_audience jsonb DEFAULT '{}'::jsonb NOT NULL,
    monthly_budget numeric(12,2) NOT NULL,
    goals jsonb DEFAULT '[]'::jsonb NOT NULL,
    ai_strategy jsonb DEFAULT '{}'::jsonb NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    mode text DEFAULT 'approve'::text NOT NULL,
    max_daily_change_pct numeric DEFAULT 20 NOT NULL,
    max_actions_per_day integer DEFAULT 10 NOT NULL,
    max_auto_videos_per_week integer DEFAULT 5 NOT NULL,
    paused_until timestamp with time zone,
    kill_switch boolean DEFAULT false NOT NULL,
    timezone text DEFAULT 'UTC'::text NOT NULL,
    last_optimized_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT marketing_autopilot_config_actions_range CHECK ((max_actions_per_day >= 0)),
    CONSTRAINT marketing_autopilot_config_audience_is_object CHECK ((jsonb_typeof(target_audience) = 'object'::text)),
    CONSTRAINT marketing_autopilot_config_budget_range CHECK ((monthly_budget >= (0)::numeric)),
    CONSTRAINT marketing_autopilot_config_change_range CHECK (((max_daily_change_pct >= (0)::numeric) AND (max_daily_change_pct <= (100)::numeric))),
    CONSTRAINT marketing_autopilot_config_goals_shape CHECK ((jsonb_typeof(goals) = ANY (ARRAY['array'::text, 'object'::text]))),
    CONSTRAINT marketing_autopilot_config_mode_known CHECK ((mode = ANY (ARRAY['off'::text, 'dry_run'::text, 'approve'::text, 'execute'::text]))),
    CONSTRAINT marketing_autopilot_config_strategy_is_object CHECK ((jsonb_typeof(ai_strategy) = 'object'::text)),
    CONSTRAINT marketing_autopilot_config_videos_range CHECK ((max_auto_videos_per_week >= 0))
);
ALTER TABLE ONLY public.marketing_autopilot_config FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.marketing_autopilot_config IS 'What a user lets the autopilot do.';

COMMENT ON COLUMN public.marketing_autopilot_config.id IS 'Identity.';

COMMENT ON COLUMN public.marketing_autopilot_config.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.marketing_autopilot_config.business_description IS 'What the user sells.';

COMMENT ON COLUMN public.marketing_autopilot_config.target_audience IS 'To whom.';

COMMENT ON COLUMN public.marketing_autopilot_config.monthly_budget IS 'What it may spend in a month, in dollars.';

COMMENT ON COLUMN public.marketing_autopilot_config.goals IS 'What is to be reached.';

COMMENT ON COLUMN public.marketing_autopilot_config.ai_strategy IS '{channels: [{name, budgetPercentage, rationale}]}; the shares sum to 100 at most.';

COMMENT ON COLUMN public.marketing_autopilot_config.is_active IS 'Whether it runs.';

COMMENT ON COLUMN public.marketing_autopilot_config.mode IS 'off, dry_run says what it would do, approve asks first, execute acts.';

COMMENT ON COLUMN public.marketing_autopilot_config.max_daily_change_pct IS 'Most a budget may change in a day, in percent.';

COMMENT ON COLUMN public.marketing_autopilot_config.max_actions_per_day IS 'Most it may do in a day.';

COMMENT ON COLUMN public.marketing_autopilot_config.max_auto_videos_per_week IS 'Most videos it may make in a week.';

COMMENT ON COLUMN public.marketing_autopilot_config.paused_until IS 'Until when it rests.';

COMMENT ON COLUMN public.marketing_autopilot_config.kill_switch IS 'Stops everything at once, whatever the rest says.';

COMMENT ON COLUMN public.marketing_autopilot_config.timezone IS 'IANA time zone of its days.';

COMMENT ON COLUMN public.marketing_autopilot_config.last_optimized_at IS 'When it last looked.';

COMMENT ON COLUMN public.marketing_autopilot_config.created_at IS 'When it was made.';

COMMENT ON COLUMN public.marketing_autopilot_config.updated_at IS 'When it last changed.';

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
    metric text DEFAULT 'watch_per_impression'::text NOT NULL,
    plan jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT metadata_experiments_assignment_known CHECK ((assignment = ANY (ARRAY['concurrent'::text, 'rotation'::text]))),
    CONSTRAINT metadata_experiments_clicks_range CHECK (((clicks >= 0) AND (clicks <= impressions))),
    CONSTRAINT metadata_experiments_dates_in_order CHECK ((end_date >= start_date)),
    CONSTRAINT metadata_experiments_impressions_range CHECK ((impressions >= 0)),
    CONSTRAINT metadata_experiments_metric_known CHECK ((metric = ANY (ARRAY['watch_per_impression'::text, 'ctr'::text]))),
    CONSTRAINT metadata_experiments_plan_is_object CHECK ((jsonb_typeof(plan) = 'object'::text)),
    CONSTRAINT metadata_experiments_running_has_dates CHECK (((status <> 'running'::text) OR ((start_date IS NOT NULL) AND (end_date IS NOT NULL)))),
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

COMMENT ON COLUMN public.metadata_experiments.metric IS 'What decides.';

COMMENT ON COLUMN public.metadata_experiments.plan IS '{aim, days, per_arm, unit, feasible, smallest_effect}: what it is to find out and how long that takes.';

CREATE TABLE public.oauth_connections (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    platform_name text NOT NULL,
    platform_user_id text,
    platform_username text,
    access_token_encrypted text NOT NULL,
    refresh_token_encrypted text,
    key_version integer DEFAULT 1 NOT NULL,
    token_expires_at timestamp with time zone,
    connection_status text DEFAULT 'connected'::text NOT NULL,
    connection_metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    scopes text[] DEFAULT '{}'::text[] NOT NULL,
    refresh_model text DEFAULT 'rotating'::text NOT NULL,
    last_refresh_at timestamp with time zone,
    last_refresh_error text,
    refresh_attempts integer DEFAULT 0 NOT NULL,
    refresh_after timestamp with time zone,
    refresh_exhausted_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT oauth_connections_metadata_is_object CHECK ((jsonb_typeof(connection_metadata) = 'object'::text)),
    CONSTRAINT oauth_connections_platform_shape CHECK ((platform_name ~ '^[a-z0-9_]{1,50}$'::text)),
    CONSTRAINT oauth_connections_refresh_model_known CHECK ((refresh_model = ANY (ARRAY['rotating'::text, 'extension'::text, 'static'::text]))),
    CONSTRAINT oauth_connections_status_known CHECK ((connection_status = ANY (ARRAY['connected'::text, 'expired'::text, 'revoked'::text, 'error'::text])))
);
ALTER TABLE ONLY public.oauth_connections FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.oauth_connections IS 'Tokens a user gave us for a platform; kept here and nowhere else.';

COMMENT ON COLUMN public.oauth_connections.id IS 'Identity.';

COMMENT ON COLUMN public.oauth_connections.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.oauth_connections.platform_name IS 'The platform.';

COMMENT ON COLUMN public.oauth_connections.platform_user_id IS 'Who the user is there; several accounts are several rows.';

COMMENT ON COLUMN public.oauth_connections.platform_username IS 'What the user is called there.';

COMMENT ON COLUMN public.oauth_connections.access_token_encrypted IS 'The token; encrypted, never shown.';

COMMENT ON COLUMN public.oauth_connections.refresh_token_encrypted IS 'What renews it; encrypted, never shown.';

COMMENT ON COLUMN public.oauth_connections.key_version IS 'Key it is encrypted with.';

COMMENT ON COLUMN public.oauth_connections.token_expires_at IS 'When the token ends; null never.';

COMMENT ON COLUMN public.oauth_connections.connection_status IS 'connected, expired until it is refreshed, revoked until the user reconnects, or error.';

COMMENT ON COLUMN public.oauth_connections.connection_metadata IS 'What the platform told of the account.';

COMMENT ON COLUMN public.oauth_connections.scopes IS 'What the token allows.';

COMMENT ON COLUMN public.oauth_connections.refresh_model IS 'rotating gives a new pair each time, extension prolongs a token still valid, static never ends.';

COMMENT ON COLUMN public.oauth_connections.last_refresh_at IS 'When it was last refreshed.';

COMMENT ON COLUMN public.oauth_connections.last_refresh_error IS 'Why that failed.';

COMMENT ON COLUMN public.oauth_connections.refresh_attempts IS 'Failures in a row.';

COMMENT ON COLUMN public.oauth_connections.refresh_after IS 'When it is next to be refreshed; null for a static one.';

COMMENT ON COLUMN public.oauth_connections.refresh_exhausted_at IS 'When trying was given up.';

COMMENT ON COLUMN public.oauth_connections.created_at IS 'When it was made.';

COMMENT ON COLUMN public.oauth_connections.updated_at IS 'When it last changed.';

CREATE TABLE public.oauth_states (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    state_token text NOT NULL,
    platform_name text NOT NULL,
    redirect_uri text NOT NULL,
    code_verifier_encrypted text,
    return_to text,
    expires_at timestamp with time zone DEFAULT (now() + '00:10:00'::interval) NOT NULL,
    consumed_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    channel_id uuid,
    CONSTRAINT oauth_states_return_is_path CHECK ((return_to ~ '^/([^/]|$)'::text)),
    CONSTRAINT oauth_states_token_is_hash CHECK ((state_token ~ '^[0-9a-f]{64}$'::text))
);
ALTER TABLE ONLY public.oauth_states FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.oauth_states IS 'Sign-ins at a platform that are under way; each good for one answer.';

COMMENT ON COLUMN public.oauth_states.id IS 'Identity.';

COMMENT ON COLUMN public.oauth_states.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.oauth_states.state_token IS 'SHA-256 of the state sent along, in hex.';

COMMENT ON COLUMN public.oauth_states.platform_name IS 'The platform.';

COMMENT ON COLUMN public.oauth_states.redirect_uri IS 'Where the platform sends the user back to.';

COMMENT ON COLUMN public.oauth_states.code_verifier_encrypted IS 'PKCE secret of this attempt; encrypted, never shown.';

COMMENT ON COLUMN public.oauth_states.return_to IS 'Path of ours to go on to.';

COMMENT ON COLUMN public.oauth_states.expires_at IS 'When the answer comes too late.';

COMMENT ON COLUMN public.oauth_states.consumed_at IS 'When the answer came; it counts once.';

COMMENT ON COLUMN public.oauth_states.created_at IS 'When it was made.';

COMMENT ON COLUMN public.oauth_states.channel_id IS 'The channel that is to be connected.';

CREATE TABLE public.performance_analytics (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_by uuid DEFAULT auth.uid() NOT NULL,
    metric_type text NOT NULL,
    metric_category text,
    metric_name text,
    metric_value numeric,
    metric_data jsonb NOT NULL,
    dimensions jsonb DEFAULT '{}'::jsonb NOT NULL,
    dimensions_hash text GENERATED ALWAYS AS (md5((dimensions)::text)) STORED NOT NULL,
    granularity text DEFAULT 'day'::text NOT NULL,
    time_period timestamp with time zone NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT performance_analytics_data_is_object CHECK ((jsonb_typeof(metric_data) = 'object'::text)),
    CONSTRAINT performance_analytics_dimensions_is_object CHECK ((jsonb_typeof(dimensions) = 'object'::text)),
    CONSTRAINT performance_analytics_granularity_known CHECK ((granularity = ANY (ARRAY['hour'::text, 'day'::text, 'week'::text, 'month'::text]))),
    CONSTRAINT performance_analytics_metadata_is_object CHECK ((jsonb_typeof(metadata) = 'object'::text))
);
ALTER TABLE ONLY public.performance_analytics FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.performance_analytics IS 'What a user''s marketing came to, rolled up by hour, day, week or month.';

COMMENT ON COLUMN public.performance_analytics.id IS 'Identity.';

COMMENT ON COLUMN public.performance_analytics.created_by IS 'Whose row it is.';

COMMENT ON COLUMN public.performance_analytics.metric_type IS 'What was measured.';

COMMENT ON COLUMN public.performance_analytics.metric_category IS 'Group it belongs to.';

COMMENT ON COLUMN public.performance_analytics.metric_name IS 'Name to show.';

COMMENT ON COLUMN public.performance_analytics.metric_value IS 'The figure, when it is one.';

COMMENT ON COLUMN public.performance_analytics.metric_data IS 'The figures.';

COMMENT ON COLUMN public.performance_analytics.dimensions IS 'What they are of: {channel, campaign_id, ...}.';

COMMENT ON COLUMN public.performance_analytics.dimensions_hash IS 'Hash of that.';

COMMENT ON COLUMN public.performance_analytics.granularity IS 'hour, day, week or month.';

COMMENT ON COLUMN public.performance_analytics.time_period IS 'Beginning of the time it covers.';

COMMENT ON COLUMN public.performance_analytics.metadata IS 'How it was computed.';

COMMENT ON COLUMN public.performance_analytics.created_at IS 'When it was made.';

CREATE TABLE public.performance_tracking_frameworks (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    campaign_id uuid,
    parent_id uuid,
    version integer DEFAULT 1 NOT NULL,
    title text,
    status text DEFAULT 'draft'::text NOT NULL,
    input_data jsonb DEFAULT '{}'::jsonb NOT NULL,
    campaign_name text NOT NULL,
    channels text[] NOT NULL,
    tracking_framework jsonb DEFAULT '[]'::jsonb NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    sources jsonb DEFAULT '[]'::jsonb NOT NULL,
    model_name text,
    cost_usd numeric(12,4) DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT performance_tracking_frameworks_input_is_object CHECK ((jsonb_typeof(input_data) = 'object'::text)),
    CONSTRAINT performance_tracking_frameworks_is_array CHECK ((jsonb_typeof(tracking_framework) = 'array'::text)),
    CONSTRAINT performance_tracking_frameworks_sources_is_array CHECK ((jsonb_typeof(sources) = 'array'::text)),
    CONSTRAINT performance_tracking_frameworks_status_known CHECK ((status = ANY (ARRAY['draft'::text, 'generating'::text, 'ready'::text, 'failed'::text, 'archived'::text])))
);
ALTER TABLE ONLY public.performance_tracking_frameworks FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.performance_tracking_frameworks IS 'What is measured, and what counts as good.';

COMMENT ON COLUMN public.performance_tracking_frameworks.id IS 'Identity.';

COMMENT ON COLUMN public.performance_tracking_frameworks.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.performance_tracking_frameworks.campaign_id IS 'The campaign whose figures it reads.';

COMMENT ON COLUMN public.performance_tracking_frameworks.parent_id IS 'The version before.';

COMMENT ON COLUMN public.performance_tracking_frameworks.version IS 'Counts versions.';

COMMENT ON COLUMN public.performance_tracking_frameworks.title IS 'What the user calls it.';

COMMENT ON COLUMN public.performance_tracking_frameworks.status IS 'draft, generating, then ready or failed; archived when it is done with.';

COMMENT ON COLUMN public.performance_tracking_frameworks.input_data IS 'What was asked.';

COMMENT ON COLUMN public.performance_tracking_frameworks.campaign_name IS 'The campaign it is for, by name.';

COMMENT ON COLUMN public.performance_tracking_frameworks.channels IS 'Marketing channels it covers.';

COMMENT ON COLUMN public.performance_tracking_frameworks.tracking_framework IS '[{kpi, unit, direction: up|down, baseline, green, yellow, source_metric, cadence, owner}].';

COMMENT ON COLUMN public.performance_tracking_frameworks.is_active IS 'Whether it is looked at.';

COMMENT ON COLUMN public.performance_tracking_frameworks.sources IS 'Where each claim comes from, or that it is the model''s opinion.';

COMMENT ON COLUMN public.performance_tracking_frameworks.model_name IS 'Model that wrote it.';

COMMENT ON COLUMN public.performance_tracking_frameworks.cost_usd IS 'What it cost in dollars.';

COMMENT ON COLUMN public.performance_tracking_frameworks.created_at IS 'When it was made.';

COMMENT ON COLUMN public.performance_tracking_frameworks.updated_at IS 'When it last changed.';

CREATE TABLE public.pipeline (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    run_id text NOT NULL,
    channel_id text,
    title text,
    status text DEFAULT 'pending'::text NOT NULL,
    current_stage text,
    stages_done integer DEFAULT 0 NOT NULL,
    retries integer DEFAULT 0 NOT NULL,
    tokens bigint DEFAULT 0 NOT NULL,
    latency_ms bigint DEFAULT 0 NOT NULL,
    cost_usd numeric(14,6) DEFAULT 0 NOT NULL,
    spent_usd numeric(14,6) DEFAULT 0 NOT NULL,
    reserved_usd numeric(14,6) DEFAULT 0 NOT NULL,
    error_code text,
    error_summary text,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT pipeline_finished_has_time CHECK (((status = ANY (ARRAY['succeeded'::text, 'failed'::text, 'cancelled'::text])) = (finished_at IS NOT NULL))),
    CONSTRAINT pipeline_reserved_range CHECK ((reserved_usd >= (0)::numeric)),
    CONSTRAINT pipeline_spent_range CHECK ((spent_usd >= (0)::numeric)),
    CONSTRAINT pipeline_status_known CHECK ((status = ANY (ARRAY['pending'::text, 'running'::text, 'paused'::text, 'succeeded'::text, 'failed'::text, 'cancelled'::text])))
);
ALTER TABLE ONLY public.pipeline FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.pipeline IS 'Where each run stands; pipeline_runs is its log.';

COMMENT ON COLUMN public.pipeline.id IS 'Identity.';

COMMENT ON COLUMN public.pipeline.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.pipeline.run_id IS 'The run.';

COMMENT ON COLUMN public.pipeline.channel_id IS 'The video channel it is for.';

COMMENT ON COLUMN public.pipeline.title IS 'What it makes.';

COMMENT ON COLUMN public.pipeline.status IS 'pending, running, paused by a budget, then succeeded, failed or cancelled.';

COMMENT ON COLUMN public.pipeline.current_stage IS 'The stage it is at.';

COMMENT ON COLUMN public.pipeline.stages_done IS 'Stages that went well.';

COMMENT ON COLUMN public.pipeline.retries IS 'Stages begun again.';

COMMENT ON COLUMN public.pipeline.tokens IS 'Tokens used.';

COMMENT ON COLUMN public.pipeline.latency_ms IS 'Working time, in ms.';

COMMENT ON COLUMN public.pipeline.cost_usd IS 'What its stages cost, in dollars.';

COMMENT ON COLUMN public.pipeline.spent_usd IS 'What was charged to its budget, in dollars.';

COMMENT ON COLUMN public.pipeline.reserved_usd IS 'What is kept free for calls under way, in dollars.';

COMMENT ON COLUMN public.pipeline.error_code IS 'What stopped it, for programs.';

COMMENT ON COLUMN public.pipeline.error_summary IS 'What stopped it, in a line.';

COMMENT ON COLUMN public.pipeline.started_at IS 'When its first stage began.';

COMMENT ON COLUMN public.pipeline.finished_at IS 'When it ended.';

COMMENT ON COLUMN public.pipeline.created_at IS 'When it was made.';

COMMENT ON COLUMN public.pipeline.updated_at IS 'When it last changed.';

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

COMMENT ON COLUMN public.pipeline_runs.run_id IS 'The run: the id of its job or album.';

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

CREATE TABLE public.proposal_templates (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    name text NOT NULL,
    category text,
    description text,
    content text,
    sections jsonb DEFAULT '[]'::jsonb NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT proposal_templates_name_length CHECK (((btrim(name) <> ''::text) AND (length(name) <= 200))),
    CONSTRAINT proposal_templates_sections_is_array CHECK ((jsonb_typeof(sections) = 'array'::text))
);
ALTER TABLE ONLY public.proposal_templates FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.proposal_templates IS 'Offers to begin from.';

COMMENT ON COLUMN public.proposal_templates.id IS 'Identity.';

COMMENT ON COLUMN public.proposal_templates.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.proposal_templates.name IS 'What it is called.';

COMMENT ON COLUMN public.proposal_templates.category IS 'Kind of offer.';

COMMENT ON COLUMN public.proposal_templates.description IS 'When to use it.';

COMMENT ON COLUMN public.proposal_templates.content IS 'The text, with {{variables}}.';

COMMENT ON COLUMN public.proposal_templates.sections IS '[{title, content}].';

COMMENT ON COLUMN public.proposal_templates.is_active IS 'Whether it is offered.';

COMMENT ON COLUMN public.proposal_templates.created_at IS 'When it was made.';

COMMENT ON COLUMN public.proposal_templates.updated_at IS 'When it last changed.';

CREATE TABLE public.publications (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    video_job_id uuid NOT NULL,
    oauth_connection_id uuid,
    platform text NOT NULL,
    state text DEFAULT 'queued'::text NOT NULL,
    attempt integer DEFAULT 1 NOT NULL,
    privacy text NOT NULL,
    scheduled_at timestamp with time zone,
    title character varying(100) NOT NULL,
    description text NOT NULL,
    synthetic_content boolean NOT NULL,
    made_for_kids boolean DEFAULT false NOT NULL,
    video_key text NOT NULL,
    size_bytes bigint NOT NULL,
    thumbnail_key text,
    thumbnail_type text,
    sent_bytes bigint DEFAULT 0 NOT NULL,
    session_encrypted text,
    platform_video_id character varying(100),
    platform_url text,
    waits_until timestamp with time zone,
    error_code text,
    error_message text,
    note text,
    finished_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT publications_attempt_positive CHECK ((attempt >= 1)),
    CONSTRAINT publications_finished_has_time CHECK (((state = ANY (ARRAY['published'::text, 'failed'::text, 'cancelled'::text])) = (finished_at IS NOT NULL))),
    CONSTRAINT publications_platform_shape CHECK ((platform ~ '^[a-z0-9_]{1,50}$'::text)),
    CONSTRAINT publications_privacy_known CHECK ((privacy = ANY (ARRAY['public'::text, 'unlisted'::text, 'private'::text]))),
    CONSTRAINT publications_published_has_video CHECK (((state <> 'published'::text) OR (platform_video_id IS NOT NULL))),
    CONSTRAINT publications_scheduled_becomes_public CHECK (((scheduled_at IS NULL) OR (privacy = 'public'::text))),
    CONSTRAINT publications_sent_range CHECK (((sent_bytes >= 0) AND (sent_bytes <= size_bytes))),
    CONSTRAINT publications_size_positive CHECK ((size_bytes > 0)),
    CONSTRAINT publications_state_known CHECK ((state = ANY (ARRAY['queued'::text, 'uploading'::text, 'finishing'::text, 'published'::text, 'failed'::text, 'cancelled'::text]))),
    CONSTRAINT publications_title_not_blank CHECK ((btrim((title)::text) <> ''::text))
);
ALTER TABLE ONLY public.publications FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.publications IS 'Albums on their way to a platform, and those that have come there.';

COMMENT ON COLUMN public.publications.id IS 'Identity.';

COMMENT ON COLUMN public.publications.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.publications.video_job_id IS 'The album; it is published once.';

COMMENT ON COLUMN public.publications.oauth_connection_id IS 'The account.';

COMMENT ON COLUMN public.publications.platform IS 'The platform.';

COMMENT ON COLUMN public.publications.state IS 'queued, uploading, finishing while the thumbnail is set, then published, failed or cancelled.';

COMMENT ON COLUMN public.publications.attempt IS 'Counts the times it was asked for; work of an older one stops.';

COMMENT ON COLUMN public.publications.privacy IS 'public, unlisted or private.';

COMMENT ON COLUMN public.publications.scheduled_at IS 'When it becomes public by itself; private until then.';

COMMENT ON COLUMN public.publications.title IS 'Title there.';

COMMENT ON COLUMN public.publications.description IS 'Description there.';

COMMENT ON COLUMN public.publications.synthetic_content IS 'Whether it is labelled as made by machine.';

COMMENT ON COLUMN public.publications.made_for_kids IS 'Whether it is labelled as made for children.';

COMMENT ON COLUMN public.publications.video_key IS 'Where the video lies.';

COMMENT ON COLUMN public.publications.size_bytes IS 'Its size.';

COMMENT ON COLUMN public.publications.thumbnail_key IS 'Where the thumbnail lies; null when there is none.';

COMMENT ON COLUMN public.publications.thumbnail_type IS 'Its media type.';

COMMENT ON COLUMN public.publications.sent_bytes IS 'How much of it has arrived.';

COMMENT ON COLUMN public.publications.session_encrypted IS 'The platform''s address of this upload; encrypted, never shown.';

COMMENT ON COLUMN public.publications.platform_video_id IS 'The video there.';

COMMENT ON COLUMN public.publications.platform_url IS 'Where people watch it.';

COMMENT ON COLUMN public.publications.waits_until IS 'When it goes on, after the platform refused more for today.';

COMMENT ON COLUMN public.publications.error_code IS 'What went wrong last, for programs.';

COMMENT ON COLUMN public.publications.error_message IS 'The same, for people.';

COMMENT ON COLUMN public.publications.note IS 'What is not as it should be although it is published.';

COMMENT ON COLUMN public.publications.finished_at IS 'When it was published, failed or cancelled.';

COMMENT ON COLUMN public.publications.created_at IS 'When it was made.';

COMMENT ON COLUMN public.publications.updated_at IS 'When it last changed.';

CREATE TABLE public.render_tasks (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    video_job_id uuid NOT NULL,
    ffmpeg_command text NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    local_video_path text,
    resolution character varying(20) DEFAULT '1920x1080'::character varying NOT NULL,
    duration_seconds numeric(10,2),
    status public.render_status DEFAULT 'pending'::public.render_status NOT NULL,
    progress integer DEFAULT 0 NOT NULL,
    attempt integer DEFAULT 1 NOT NULL,
    encoder_log_tail text,
    output_sha256 text,
    error_message text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    started_at timestamp with time zone,
    completed_at timestamp with time zone,
    CONSTRAINT render_tasks_completed_has_time CHECK (((status = 'completed'::public.render_status) = (completed_at IS NOT NULL))),
    CONSTRAINT render_tasks_metadata_is_object CHECK ((jsonb_typeof(metadata) = 'object'::text)),
    CONSTRAINT render_tasks_progress_range CHECK (((progress >= 0) AND (progress <= 100))),
    CONSTRAINT render_tasks_resolution_shape CHECK (((resolution)::text ~ '^\d+x\d+$'::text)),
    CONSTRAINT render_tasks_sha256_is_hash CHECK ((output_sha256 ~ '^[0-9a-f]{64}$'::text))
);
ALTER TABLE ONLY public.render_tasks FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.render_tasks IS 'Renderings of an album.';

COMMENT ON COLUMN public.render_tasks.id IS 'Identity.';

COMMENT ON COLUMN public.render_tasks.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.render_tasks.video_job_id IS 'The album.';

COMMENT ON COLUMN public.render_tasks.ffmpeg_command IS 'What was run, to read; never given to a shell.';

COMMENT ON COLUMN public.render_tasks.metadata IS '{argv}: what was run, as a list.';

COMMENT ON COLUMN public.render_tasks.local_video_path IS 'Where the video lies.';

COMMENT ON COLUMN public.render_tasks.resolution IS 'Its size.';

COMMENT ON COLUMN public.render_tasks.duration_seconds IS 'Its length, in seconds.';

COMMENT ON COLUMN public.render_tasks.status IS 'pending, in_progress, completed or failed.';

COMMENT ON COLUMN public.render_tasks.progress IS 'Percent done.';

COMMENT ON COLUMN public.render_tasks.attempt IS 'Which try it is, from 1.';

COMMENT ON COLUMN public.render_tasks.encoder_log_tail IS 'The end of the encoder''s log.';

COMMENT ON COLUMN public.render_tasks.output_sha256 IS 'Hash of the video''s bytes, in hex.';

COMMENT ON COLUMN public.render_tasks.error_message IS 'What went wrong.';

COMMENT ON COLUMN public.render_tasks.created_at IS 'When it was made.';

COMMENT ON COLUMN public.render_tasks.started_at IS 'When it began.';

COMMENT ON COLUMN public.render_tasks.completed_at IS 'When it was done.';

CREATE TABLE public.report_schedules (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    title text NOT NULL,
    report_type text NOT NULL,
    frequency text DEFAULT 'weekly'::text NOT NULL,
    at_time time without time zone DEFAULT '09:00:00'::time without time zone NOT NULL,
    on_day smallint,
    timezone text DEFAULT 'UTC'::text NOT NULL,
    targets jsonb DEFAULT '[]'::jsonb NOT NULL,
    format text DEFAULT 'pdf'::text NOT NULL,
    unsubscribe_hash text,
    is_active boolean DEFAULT true NOT NULL,
    next_run_at timestamp with time zone,
    last_run_at timestamp with time zone,
    consecutive_failures integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT report_schedules_day_range CHECK (((on_day >= 1) AND (on_day <= 31))),
    CONSTRAINT report_schedules_format_known CHECK ((format = ANY (ARRAY['json'::text, 'csv'::text, 'pdf'::text]))),
    CONSTRAINT report_schedules_frequency_known CHECK ((frequency = ANY (ARRAY['daily'::text, 'weekly'::text, 'monthly'::text]))),
    CONSTRAINT report_schedules_hash_shape CHECK ((unsubscribe_hash ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT report_schedules_targets_is_array CHECK ((jsonb_typeof(targets) = 'array'::text)),
    CONSTRAINT report_schedules_title_length CHECK (((btrim(title) <> ''::text) AND (length(title) <= 200)))
);
ALTER TABLE ONLY public.report_schedules FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.report_schedules IS 'Reports that are made again and again.';

COMMENT ON COLUMN public.report_schedules.id IS 'Identity.';

COMMENT ON COLUMN public.report_schedules.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.report_schedules.title IS 'What the user calls it.';

COMMENT ON COLUMN public.report_schedules.report_type IS 'Which report.';

COMMENT ON COLUMN public.report_schedules.frequency IS 'daily, weekly or monthly.';

COMMENT ON COLUMN public.report_schedules.at_time IS 'Time of day, in its time zone.';

COMMENT ON COLUMN public.report_schedules.on_day IS 'Weekday from 1 for Monday, or day of the month.';

COMMENT ON COLUMN public.report_schedules.timezone IS 'IANA time zone.';

COMMENT ON COLUMN public.report_schedules.targets IS 'Who gets it: [{kind: email|webhook, to}].';

COMMENT ON COLUMN public.report_schedules.format IS 'json, csv or pdf.';

COMMENT ON COLUMN public.report_schedules.unsubscribe_hash IS 'SHA-256 of the token in the mail that ends it; never shown.';

COMMENT ON COLUMN public.report_schedules.is_active IS 'Whether it runs.';

COMMENT ON COLUMN public.report_schedules.next_run_at IS 'When it is due.';

COMMENT ON COLUMN public.report_schedules.last_run_at IS 'When it last ran.';

COMMENT ON COLUMN public.report_schedules.consecutive_failures IS 'Failures in a row.';

COMMENT ON COLUMN public.report_schedules.created_at IS 'When it was made.';

COMMENT ON COLUMN public.report_schedules.updated_at IS 'When it last changed.';

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
    cost_usd numeric(14,6) DEFAULT 0 NOT NULL,
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
    saved_usd numeric(14,6) DEFAULT 0 NOT NULL,
    channel_id text DEFAULT 'none'::text NOT NULL,
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

COMMENT ON COLUMN public.research_days.channel_id IS 'The channel that it was for; none without one.';

CREATE TABLE public.research_notes (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    conversation_id uuid,
    message_id uuid,
    title text,
    content text NOT NULL,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    source_refs jsonb DEFAULT '[]'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT research_notes_content_length CHECK (((btrim(content) <> ''::text) AND (length(content) <= 100000))),
    CONSTRAINT research_notes_sources_is_array CHECK ((jsonb_typeof(source_refs) = 'array'::text)),
    CONSTRAINT research_notes_title_length CHECK ((length(title) <= 300))
);
ALTER TABLE ONLY public.research_notes FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.research_notes IS 'Answers worth keeping.';

COMMENT ON COLUMN public.research_notes.id IS 'Identity.';

COMMENT ON COLUMN public.research_notes.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.research_notes.conversation_id IS 'Where it was said.';

COMMENT ON COLUMN public.research_notes.message_id IS 'The answer it keeps.';

COMMENT ON COLUMN public.research_notes.title IS 'What it is called.';

COMMENT ON COLUMN public.research_notes.content IS 'The note.';

COMMENT ON COLUMN public.research_notes.tags IS 'Labels.';

COMMENT ON COLUMN public.research_notes.source_refs IS '[{title, url, chunk_id}].';

COMMENT ON COLUMN public.research_notes.created_at IS 'When it was made.';

COMMENT ON COLUMN public.research_notes.updated_at IS 'When it last changed.';

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

CREATE TABLE public.social_platform_connections (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    oauth_connection_id uuid NOT NULL,
    platform_name text NOT NULL,
    display_name text NOT NULL,
    avatar_url text,
    account_type text DEFAULT 'personal'::text NOT NULL,
    posting_times jsonb DEFAULT '[]'::jsonb NOT NULL,
    can_publish boolean DEFAULT false NOT NULL,
    connection_status text DEFAULT 'connected'::text NOT NULL,
    last_published_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT social_platform_connections_status_known CHECK ((connection_status = ANY (ARRAY['connected'::text, 'expired'::text, 'revoked'::text, 'error'::text]))),
    CONSTRAINT social_platform_connections_times_is_array CHECK ((jsonb_typeof(posting_times) = 'array'::text)),
    CONSTRAINT social_platform_connections_type_known CHECK ((account_type = ANY (ARRAY['personal'::text, 'creator'::text, 'business'::text, 'page'::text])))
);
ALTER TABLE ONLY public.social_platform_connections FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.social_platform_connections IS 'How a connected social account is shown; its tokens lie with oauth_connections.';

COMMENT ON COLUMN public.social_platform_connections.id IS 'Identity.';

COMMENT ON COLUMN public.social_platform_connections.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.social_platform_connections.oauth_connection_id IS 'The tokens.';

COMMENT ON COLUMN public.social_platform_connections.platform_name IS 'The platform.';

COMMENT ON COLUMN public.social_platform_connections.display_name IS 'Name to show.';

COMMENT ON COLUMN public.social_platform_connections.avatar_url IS 'Picture to show.';

COMMENT ON COLUMN public.social_platform_connections.account_type IS 'personal, creator, business or page.';

COMMENT ON COLUMN public.social_platform_connections.posting_times IS 'When the user likes to post: [{weekday, time}].';

COMMENT ON COLUMN public.social_platform_connections.can_publish IS 'Whether the token allows posting.';

COMMENT ON COLUMN public.social_platform_connections.connection_status IS 'Follows the tokens'' status.';

COMMENT ON COLUMN public.social_platform_connections.last_published_at IS 'When something was last posted.';

COMMENT ON COLUMN public.social_platform_connections.created_at IS 'When it was made.';

COMMENT ON COLUMN public.social_platform_connections.updated_at IS 'When it last changed.';

CREATE TABLE public.support_ticket_messages (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    ticket_id uuid NOT NULL,
    user_id uuid DEFAULT auth.uid(),
    author text NOT NULL,
    body text NOT NULL,
    is_private boolean DEFAULT false NOT NULL,
    attachments uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT support_ticket_messages_author_known CHECK ((author = ANY (ARRAY['requester'::text, 'agent'::text, 'system'::text]))),
    CONSTRAINT support_ticket_messages_body_length CHECK (((btrim(body) <> ''::text) AND (length(body) <= 20000))),
    CONSTRAINT support_ticket_messages_private_is_ours CHECK (((NOT is_private) OR (author <> 'requester'::text)))
);
ALTER TABLE ONLY public.support_ticket_messages FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.support_ticket_messages IS 'What was said in a ticket.';

COMMENT ON COLUMN public.support_ticket_messages.id IS 'Identity.';

COMMENT ON COLUMN public.support_ticket_messages.ticket_id IS 'The ticket.';

COMMENT ON COLUMN public.support_ticket_messages.user_id IS 'Whose ticket it is; null for people without an account.';

COMMENT ON COLUMN public.support_ticket_messages.author IS 'requester, agent or system.';

COMMENT ON COLUMN public.support_ticket_messages.body IS 'What was said.';

COMMENT ON COLUMN public.support_ticket_messages.is_private IS 'For agents alone; the asker never sees it.';

COMMENT ON COLUMN public.support_ticket_messages.attachments IS 'Uploads that came along.';

COMMENT ON COLUMN public.support_ticket_messages.created_at IS 'When it was made.';

CREATE TABLE public.support_tickets (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid(),
    ticket_number bigint NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    subject text NOT NULL,
    message text NOT NULL,
    status text DEFAULT 'open'::text NOT NULL,
    priority text DEFAULT 'normal'::text NOT NULL,
    category text,
    source text DEFAULT 'web'::text NOT NULL,
    context jsonb DEFAULT '{}'::jsonb NOT NULL,
    admin_notes text,
    assigned_to text,
    access_token_hash text,
    follows_id uuid,
    first_response_at timestamp with time zone,
    first_response_due_at timestamp with time zone,
    resolution_due_at timestamp with time zone,
    waiting_since timestamp with time zone DEFAULT clock_timestamp(),
    snoozed_until timestamp with time zone,
    reopened_count integer DEFAULT 0 NOT NULL,
    satisfaction smallint,
    resolved_at timestamp with time zone,
    closed_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT support_tickets_closed_has_time CHECK (((status = 'closed'::text) = (closed_at IS NOT NULL))),
    CONSTRAINT support_tickets_context_is_object CHECK ((jsonb_typeof(context) = 'object'::text)),
    CONSTRAINT support_tickets_email_shape CHECK (((email ~ '^[^@\s]+@[^@\s]+$'::text) AND (length(email) <= 320) AND (email = lower(email)))),
    CONSTRAINT support_tickets_message_length CHECK (((btrim(message) <> ''::text) AND (length(message) <= 20000))),
    CONSTRAINT support_tickets_name_length CHECK (((btrim(name) <> ''::text) AND (length(name) <= 200))),
    CONSTRAINT support_tickets_priority_known CHECK ((priority = ANY (ARRAY['low'::text, 'normal'::text, 'high'::text, 'urgent'::text]))),
    CONSTRAINT support_tickets_resolved_has_time CHECK (((status = ANY (ARRAY['resolved'::text, 'closed'::text])) = (resolved_at IS NOT NULL))),
    CONSTRAINT support_tickets_satisfaction_range CHECK (((satisfaction >= 1) AND (satisfaction <= 5))),
    CONSTRAINT support_tickets_status_known CHECK ((status = ANY (ARRAY['open'::text, 'in_progress'::text, 'resolved'::text, 'closed'::text]))),
    CONSTRAINT support_tickets_subject_length CHECK (((btrim(subject) <> ''::text) AND (length(subject) <= 300))),
    CONSTRAINT support_tickets_token_is_hash CHECK ((access_token_hash ~ '^[0-9a-f]{64}$'::text))
);
ALTER TABLE ONLY public.support_tickets FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.support_tickets IS 'What people asked for help with.';

COMMENT ON COLUMN public.support_tickets.id IS 'Identity.';

COMMENT ON COLUMN public.support_tickets.user_id IS 'Whose row it is; null for people without an account.';

COMMENT ON COLUMN public.support_tickets.ticket_number IS 'What people call it by.';

COMMENT ON COLUMN public.support_tickets.email IS 'Where to answer, in lower case.';

COMMENT ON COLUMN public.support_tickets.name IS 'Who asked.';

COMMENT ON COLUMN public.support_tickets.subject IS 'What it is about.';

COMMENT ON COLUMN public.support_tickets.message IS 'What was asked.';

COMMENT ON COLUMN public.support_tickets.status IS 'open, in_progress, resolved, closed.';

COMMENT ON COLUMN public.support_tickets.priority IS 'low, normal, high or urgent.';

COMMENT ON COLUMN public.support_tickets.category IS 'Kind of question.';

COMMENT ON COLUMN public.support_tickets.source IS 'Where it came in: web, email, ...';

COMMENT ON COLUMN public.support_tickets.context IS '{page, job_id, error_code, ...}: what the asker was at.';

COMMENT ON COLUMN public.support_tickets.admin_notes IS 'What agents noted; never shown.';

COMMENT ON COLUMN public.support_tickets.assigned_to IS 'The agent.';

COMMENT ON COLUMN public.support_tickets.access_token_hash IS 'SHA-256 of the token that lets people without an account read it; never shown.';

COMMENT ON COLUMN public.support_tickets.follows_id IS 'The closed ticket it follows.';

COMMENT ON COLUMN public.support_tickets.first_response_at IS 'When an agent first answered.';

COMMENT ON COLUMN public.support_tickets.first_response_due_at IS 'When one should.';

COMMENT ON COLUMN public.support_tickets.resolution_due_at IS 'When it should be resolved.';

COMMENT ON COLUMN public.support_tickets.waiting_since IS 'Since when the asker waits for an answer; null when it is the asker''s turn.';

COMMENT ON COLUMN public.support_tickets.snoozed_until IS 'Until when it is put aside.';

COMMENT ON COLUMN public.support_tickets.reopened_count IS 'How often it was opened again.';

COMMENT ON COLUMN public.support_tickets.satisfaction IS 'How content the asker was, 1 to 5.';

COMMENT ON COLUMN public.support_tickets.resolved_at IS 'When it was resolved.';

COMMENT ON COLUMN public.support_tickets.closed_at IS 'When it was closed, for good.';

COMMENT ON COLUMN public.support_tickets.created_at IS 'When it was made.';

COMMENT ON COLUMN public.support_tickets.updated_at IS 'When it last changed.';

ALTER TABLE public.support_tickets ALTER COLUMN ticket_number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.support_tickets_ticket_number_seq
    START WITH 1001
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

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
    video_job_id uuid,
    order_index integer,
    rights text,
    CONSTRAINT uploads_album_has_place CHECK (((purpose = ANY (ARRAY['album_track'::text, 'album_picture'::text])) = ((video_job_id IS NOT NULL) AND (order_index IS NOT NULL) AND (rights IS NOT NULL)))),
    CONSTRAINT uploads_file_name_length CHECK (((length(file_name) >= 1) AND (length(file_name) <= 255))),
    CONSTRAINT uploads_key_in_own_folder CHECK (starts_with(key, ((user_id)::text || '/'::text))),
    CONSTRAINT uploads_max_bytes_positive CHECK ((max_bytes > 0)),
    CONSTRAINT uploads_order_range CHECK (((order_index >= 1) AND (order_index <= 20))),
    CONSTRAINT uploads_purpose_known CHECK ((purpose = ANY (ARRAY['voice_over'::text, 'knowledge'::text, 'image'::text, 'music'::text, 'album_track'::text, 'album_picture'::text, 'licence'::text]))),
    CONSTRAINT uploads_rights_not_blank CHECK ((btrim(rights) <> ''::text)),
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

COMMENT ON COLUMN public.uploads.video_job_id IS 'The album it is for.';

COMMENT ON COLUMN public.uploads.order_index IS 'Its place there, 1 to 20.';

COMMENT ON COLUMN public.uploads.rights IS 'What the user says of the right to use it.';

CREATE TABLE public.user_preferences (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    interface_mode text DEFAULT 'simple'::text NOT NULL,
    preference_data jsonb DEFAULT '{}'::jsonb NOT NULL,
    timezone text DEFAULT 'UTC'::text NOT NULL,
    locale text DEFAULT 'en'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT user_preferences_data_is_object CHECK ((jsonb_typeof(preference_data) = 'object'::text)),
    CONSTRAINT user_preferences_interface_mode_known CHECK ((interface_mode = ANY (ARRAY['simple'::text, 'advanced'::text]))),
    CONSTRAINT user_preferences_locale_is_tag CHECK ((locale ~ '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$'::text))
);
ALTER TABLE ONLY public.user_preferences FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.user_preferences IS 'How a user likes the product; one row each.';

COMMENT ON COLUMN public.user_preferences.id IS 'Identity.';

COMMENT ON COLUMN public.user_preferences.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.user_preferences.interface_mode IS 'simple or advanced.';

COMMENT ON COLUMN public.user_preferences.preference_data IS '{category: {setting: value}}.';

COMMENT ON COLUMN public.user_preferences.timezone IS 'IANA name of the user''s time zone.';

COMMENT ON COLUMN public.user_preferences.locale IS 'Language tag.';

COMMENT ON COLUMN public.user_preferences.version IS 'Counts changes; a writer that saw an older one is refused.';

COMMENT ON COLUMN public.user_preferences.created_at IS 'When it was made.';

COMMENT ON COLUMN public.user_preferences.updated_at IS 'When it last changed.';

CREATE TABLE public.user_privacy_settings (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    data_processing_consent boolean DEFAULT false NOT NULL,
    marketing_consent boolean DEFAULT false NOT NULL,
    analytics_consent boolean DEFAULT false NOT NULL,
    third_party_consent boolean DEFAULT false NOT NULL,
    data_retention_days integer DEFAULT 730 NOT NULL,
    right_to_be_deleted_requested boolean DEFAULT false NOT NULL,
    policy_version text,
    consented_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT user_privacy_settings_policy_version_is_number CHECK ((policy_version ~ '^v?[0-9]{1,8}([.-][0-9]{1,8}){0,3}$'::text)),
    CONSTRAINT user_privacy_settings_retention_range CHECK (((data_retention_days >= 30) AND (data_retention_days <= 3650)))
);
ALTER TABLE ONLY public.user_privacy_settings FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.user_privacy_settings IS 'What a user agreed to.';

COMMENT ON COLUMN public.user_privacy_settings.id IS 'Identity.';

COMMENT ON COLUMN public.user_privacy_settings.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.user_privacy_settings.data_processing_consent IS 'Agreed to the processing of their data.';

COMMENT ON COLUMN public.user_privacy_settings.marketing_consent IS 'Agreed to be written to.';

COMMENT ON COLUMN public.user_privacy_settings.analytics_consent IS 'Agreed to their use of the product being noted.';

COMMENT ON COLUMN public.user_privacy_settings.third_party_consent IS 'Agreed to data being handed on.';

COMMENT ON COLUMN public.user_privacy_settings.data_retention_days IS 'Days that what grows with use is kept at most.';

COMMENT ON COLUMN public.user_privacy_settings.right_to_be_deleted_requested IS 'An erasure was asked for.';

COMMENT ON COLUMN public.user_privacy_settings.policy_version IS 'Policy they agreed to.';

COMMENT ON COLUMN public.user_privacy_settings.consented_at IS 'When they last said what they agree to.';

COMMENT ON COLUMN public.user_privacy_settings.created_at IS 'When it was made.';

COMMENT ON COLUMN public.user_privacy_settings.updated_at IS 'When it last changed.';

CREATE TABLE public.user_secrets (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    service_name text NOT NULL,
    encrypted_value text NOT NULL,
    initialization_vector text NOT NULL,
    key_version smallint DEFAULT 1 NOT NULL,
    display_hint text,
    is_active boolean DEFAULT true NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    expires_at timestamp with time zone,
    last_used_at timestamp with time zone,
    rotated_at timestamp with time zone,
    last_test_at timestamp with time zone,
    last_test_status text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT user_secrets_hint_is_a_tail CHECK ((length(display_hint) <= 4)),
    CONSTRAINT user_secrets_key_version_positive CHECK ((key_version > 0)),
    CONSTRAINT user_secrets_last_test_status_known CHECK ((last_test_status = ANY (ARRAY['ok'::text, 'failed'::text]))),
    CONSTRAINT user_secrets_metadata_is_object CHECK ((jsonb_typeof(metadata) = 'object'::text)),
    CONSTRAINT user_secrets_service_name_shape CHECK ((service_name ~ '^[a-z0-9_.:-]{1,64}$'::text)),
    CONSTRAINT user_secrets_tested_has_outcome CHECK (((last_test_at IS NULL) = (last_test_status IS NULL)))
);
ALTER TABLE ONLY public.user_secrets FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.user_secrets IS 'Keys of a user to other services; the values never come back over the API.';

COMMENT ON COLUMN public.user_secrets.id IS 'Identity.';

COMMENT ON COLUMN public.user_secrets.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.user_secrets.service_name IS 'The service; with user and key version it is bound into the ciphertext.';

COMMENT ON COLUMN public.user_secrets.encrypted_value IS 'AES-256-GCM ciphertext with its tag, in base64.';

COMMENT ON COLUMN public.user_secrets.initialization_vector IS 'Nonce of 12 bytes, in base64; new with every write.';

COMMENT ON COLUMN public.user_secrets.key_version IS 'Which of the house''s keys encrypted it.';

COMMENT ON COLUMN public.user_secrets.display_hint IS 'Last characters of the value, to tell keys apart.';

COMMENT ON COLUMN public.user_secrets.is_active IS 'Whether it is used.';

COMMENT ON COLUMN public.user_secrets.metadata IS 'What the user notes of it.';

COMMENT ON COLUMN public.user_secrets.expires_at IS 'When the service stops taking it.';

COMMENT ON COLUMN public.user_secrets.last_used_at IS 'When it was last decrypted for a task.';

COMMENT ON COLUMN public.user_secrets.rotated_at IS 'When it was last encrypted anew.';

COMMENT ON COLUMN public.user_secrets.last_test_at IS 'When it was last tried at its service.';

COMMENT ON COLUMN public.user_secrets.last_test_status IS 'What came of it: ok or failed.';

COMMENT ON COLUMN public.user_secrets.created_at IS 'When it was made.';

COMMENT ON COLUMN public.user_secrets.updated_at IS 'When it last changed.';

CREATE TABLE public.video_analytics (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    video_job_id uuid NOT NULL,
    youtube_video_id character varying(100) NOT NULL,
    views integer DEFAULT 0 NOT NULL,
    watch_time_hours numeric(10,2),
    revenue_usd numeric(10,2),
    impressions bigint,
    ctr numeric(7,6),
    avg_view_duration numeric(10,2),
    snapshot_date date NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT video_analytics_ctr_range CHECK (((ctr >= (0)::numeric) AND (ctr <= (1)::numeric))),
    CONSTRAINT video_analytics_impressions_range CHECK ((impressions >= 0)),
    CONSTRAINT video_analytics_views_range CHECK ((views >= 0))
);
ALTER TABLE ONLY public.video_analytics FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.video_analytics IS 'How a published album does, day by day.';

COMMENT ON COLUMN public.video_analytics.id IS 'Identity.';

COMMENT ON COLUMN public.video_analytics.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.video_analytics.video_job_id IS 'The album.';

COMMENT ON COLUMN public.video_analytics.youtube_video_id IS 'The video at YouTube.';

COMMENT ON COLUMN public.video_analytics.views IS 'How often it was watched.';

COMMENT ON COLUMN public.video_analytics.watch_time_hours IS 'How long it was watched, in hours.';

COMMENT ON COLUMN public.video_analytics.revenue_usd IS 'What it earned, in dollars.';

COMMENT ON COLUMN public.video_analytics.impressions IS 'How often it was shown.';

COMMENT ON COLUMN public.video_analytics.ctr IS 'Clicks per impression, 0 to 1.';

COMMENT ON COLUMN public.video_analytics.avg_view_duration IS 'Seconds watched per view.';

COMMENT ON COLUMN public.video_analytics.snapshot_date IS 'The day.';

COMMENT ON COLUMN public.video_analytics.created_at IS 'When it was made.';

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

CREATE TABLE public.webhook_events (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    event_type text NOT NULL,
    payload jsonb NOT NULL,
    subject_id uuid,
    dedupe_key text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT webhook_events_payload_small CHECK (((jsonb_typeof(payload) = 'object'::text) AND (length((payload)::text) < 20000))),
    CONSTRAINT webhook_events_type_shape CHECK ((event_type ~ '^[a-z_]+(\.[a-z_]+)+$'::text))
);
ALTER TABLE ONLY public.webhook_events FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.webhook_events IS 'What happened that webhooks may tell of.';

COMMENT ON COLUMN public.webhook_events.id IS 'Identity.';

COMMENT ON COLUMN public.webhook_events.user_id IS 'Whose row it is.';

COMMENT ON COLUMN public.webhook_events.event_type IS 'What happened: job.completed, ...';

COMMENT ON COLUMN public.webhook_events.payload IS 'What is posted: {type, timestamp, data}.';

COMMENT ON COLUMN public.webhook_events.subject_id IS 'What it happened to.';

COMMENT ON COLUMN public.webhook_events.dedupe_key IS 'The same key is one event.';

COMMENT ON COLUMN public.webhook_events.created_at IS 'When it was made.';

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

CREATE TABLE public.workflow_executions (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_by uuid DEFAULT auth.uid() NOT NULL,
    campaign_id uuid,
    workflow_id text NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    current_step text,
    steps jsonb DEFAULT '[]'::jsonb NOT NULL,
    input_data jsonb DEFAULT '{}'::jsonb NOT NULL,
    output_data jsonb,
    error_code text,
    error_message text,
    task_id text,
    started_at timestamp with time zone,
    completed_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT workflow_executions_ended_has_time CHECK (((status = ANY (ARRAY['completed'::text, 'failed'::text, 'cancelled'::text])) = (completed_at IS NOT NULL))),
    CONSTRAINT workflow_executions_input_is_object CHECK ((jsonb_typeof(input_data) = 'object'::text)),
    CONSTRAINT workflow_executions_output_is_object CHECK ((jsonb_typeof(output_data) = 'object'::text)),
    CONSTRAINT workflow_executions_running_was_started CHECK (((status <> ALL (ARRAY['running'::text, 'completed'::text])) OR (started_at IS NOT NULL))),
    CONSTRAINT workflow_executions_status_known CHECK ((status = ANY (ARRAY['pending'::text, 'running'::text, 'completed'::text, 'failed'::text, 'cancelled'::text]))),
    CONSTRAINT workflow_executions_steps_is_array CHECK ((jsonb_typeof(steps) = 'array'::text))
);
ALTER TABLE ONLY public.workflow_executions FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE public.workflow_executions IS 'Runs of a campaign''s workflows.';

COMMENT ON COLUMN public.workflow_executions.id IS 'Identity.';

COMMENT ON COLUMN public.workflow_executions.created_by IS 'Whose it is.';

COMMENT ON COLUMN public.workflow_executions.campaign_id IS 'The campaign it works on.';

COMMENT ON COLUMN public.workflow_executions.workflow_id IS 'Which workflow.';

COMMENT ON COLUMN public.workflow_executions.status IS 'pending, running, completed, failed or cancelled.';

COMMENT ON COLUMN public.workflow_executions.current_step IS 'The step it is in.';

COMMENT ON COLUMN public.workflow_executions.steps IS '[{name, status, started_at, finished_at}].';

COMMENT ON COLUMN public.workflow_executions.input_data IS 'What it was given.';

COMMENT ON COLUMN public.workflow_executions.output_data IS 'What it made.';

COMMENT ON COLUMN public.workflow_executions.error_code IS 'Why it failed, for programs.';

COMMENT ON COLUMN public.workflow_executions.error_message IS 'Why it failed, for people.';

COMMENT ON COLUMN public.workflow_executions.task_id IS 'The execution behind it.';

COMMENT ON COLUMN public.workflow_executions.started_at IS 'When it first ran.';

COMMENT ON COLUMN public.workflow_executions.completed_at IS 'When it ended, one way or the other.';

COMMENT ON COLUMN public.workflow_executions.created_at IS 'When it was made.';

COMMENT ON COLUMN public.workflow_executions.updated_at IS 'When it last changed.';

CREATE VIEW public.work_items WITH (security_invoker='true') AS
 SELECT 'job'::text AS kind,
    j.id,
    j.user_id,
    p.title,
    (j.status)::text AS status,
    j.progress,
    COALESCE(( SELECT sum(s.cost_usd) AS sum
           FROM public.job_steps s
          WHERE (s.job_id = j.id)), (0)::numeric) AS cost_usd,
    j.created_at,
    j.updated_at,
    j.finished_at
   FROM (public.jobs j
     JOIN public.projects p ON ((p.id = j.project_id)))
UNION ALL
 SELECT 'video_job'::text AS kind,
    v.id,
    v.user_id,
    COALESCE(v.video_title, (v.niche_label)::text) AS title,
    (v.status)::text AS status,
    v.progress,
    v.cost_usd,
    v.created_at,
    v.updated_at,
    v.finished_at
   FROM public.video_jobs v
  WHERE (v.deleted_at IS NULL)
UNION ALL
 SELECT 'ai_video'::text AS kind,
    a.id,
    a.user_id,
    "left"(a.goal, 200) AS title,
    a.status,
        CASE a.status
            WHEN 'draft'::text THEN 0
            WHEN 'planning'::text THEN 10
            WHEN 'generating_images'::text THEN 30
            WHEN 'generating_video'::text THEN 60
            WHEN 'completed'::text THEN 100
            ELSE 0
        END AS progress,
    a.cost_usd,
    a.created_at,
    a.updated_at,
    a.completed_at AS finished_at
   FROM public.ai_video_projects a
UNION ALL
 SELECT 'workflow'::text AS kind,
    w.id,
    w.created_by AS user_id,
    w.workflow_id AS title,
    w.status,
        CASE w.status
            WHEN 'completed'::text THEN 100
            WHEN 'running'::text THEN 50
            ELSE 0
        END AS progress,
    NULL::numeric AS cost_usd,
    w.created_at,
    w.updated_at,
    w.completed_at AS finished_at
   FROM public.workflow_executions w
UNION ALL
 SELECT 'document'::text AS kind,
    d.id,
    d.created_by AS user_id,
    d.title,
    d.status,
    d.progress,
    NULL::numeric AS cost_usd,
    d.created_at,
    d.updated_at,
    d.processed_at AS finished_at
   FROM public.knowledge_documents d
UNION ALL
 SELECT 'report'::text AS kind,
    r.id,
    r.user_id,
    COALESCE(r.title, r.report_type) AS title,
    r.status,
        CASE r.status
            WHEN 'ready'::text THEN 100
            WHEN 'running'::text THEN 50
            ELSE 0
        END AS progress,
    NULL::numeric AS cost_usd,
    r.created_at,
    r.updated_at,
    r.generated_at AS finished_at
   FROM public.analytics_reports r;

COMMENT ON VIEW public.work_items IS 'Everything that is being made for a user, in one list.';

ALTER TABLE ONLY auth.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

ALTER TABLE ONLY private.allowed_moves
    ADD CONSTRAINT allowed_moves_pkey PRIMARY KEY (table_name, column_name, from_state, to_state);

ALTER TABLE ONLY private.blobs
    ADD CONSTRAINT blobs_pkey PRIMARY KEY (user_id, sha256);

ALTER TABLE ONLY private.cron_runs
    ADD CONSTRAINT cron_runs_pkey PRIMARY KEY (name, slot);

ALTER TABLE ONLY private.event_kinds
    ADD CONSTRAINT event_kinds_pkey PRIMARY KEY (event_type);

ALTER TABLE ONLY private.forgotten
    ADD CONSTRAINT forgotten_pkey PRIMARY KEY (id_hash);

ALTER TABLE ONLY private.idempotency
    ADD CONSTRAINT idempotency_pkey PRIMARY KEY (user_id, key);

ALTER TABLE ONLY private.kept_columns
    ADD CONSTRAINT kept_columns_pkey PRIMARY KEY (schema_name, table_name, column_name);

ALTER TABLE ONLY private.monthly
    ADD CONSTRAINT monthly_pkey PRIMARY KEY (table_name);

ALTER TABLE ONLY private.outbox
    ADD CONSTRAINT outbox_once UNIQUE (dedupe_key);

ALTER TABLE ONLY private.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);

ALTER TABLE ONLY private.paid_calls
    ADD CONSTRAINT paid_calls_pkey PRIMARY KEY (key);

ALTER TABLE ONLY private.registry
    ADD CONSTRAINT registry_pkey PRIMARY KEY (schema_name, table_name);

ALTER TABLE ONLY private.schedules
    ADD CONSTRAINT schedules_name_once UNIQUE (jobname);

ALTER TABLE ONLY private.schedules
    ADD CONSTRAINT schedules_pkey PRIMARY KEY (jobid);

ALTER TABLE ONLY private.schema_version
    ADD CONSTRAINT schema_version_pkey PRIMARY KEY (version);

ALTER TABLE ONLY private.stale_scores
    ADD CONSTRAINT stale_scores_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY private.step_results
    ADD CONSTRAINT step_results_pkey PRIMARY KEY (job_id, step, item);

ALTER TABLE ONLY private.stripe_events
    ADD CONSTRAINT stripe_events_pkey PRIMARY KEY (event_id);

ALTER TABLE ONLY public.agent_learning_data
    ADD CONSTRAINT agent_learning_data_once UNIQUE NULLS NOT DISTINCT (user_id, agent_type, pattern_key);

ALTER TABLE ONLY public.agent_learning_data
    ADD CONSTRAINT agent_learning_data_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ai_insights
    ADD CONSTRAINT ai_insights_once UNIQUE (user_id, dedupe_key);

ALTER TABLE ONLY public.ai_insights
    ADD CONSTRAINT ai_insights_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ai_interaction_feedback
    ADD CONSTRAINT ai_interaction_feedback_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ai_model_configs
    ADD CONSTRAINT ai_model_configs_once UNIQUE (provider, model_name);

ALTER TABLE ONLY public.ai_model_configs
    ADD CONSTRAINT ai_model_configs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ai_model_prices
    ADD CONSTRAINT ai_model_prices_once UNIQUE (provider, model_name, usage_type, effective_from);

ALTER TABLE ONLY public.ai_model_prices
    ADD CONSTRAINT ai_model_prices_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ai_model_update_logs
    ADD CONSTRAINT ai_model_update_logs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ai_video_jobs
    ADD CONSTRAINT ai_video_jobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ai_video_projects
    ADD CONSTRAINT ai_video_projects_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.ai_video_projects
    ADD CONSTRAINT ai_video_projects_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.analytics_reports
    ADD CONSTRAINT analytics_reports_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.assets
    ADD CONSTRAINT assets_once_per_job UNIQUE (job_id, type, storage_path);

ALTER TABLE ONLY public.assets
    ADD CONSTRAINT assets_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.audio_tracks
    ADD CONSTRAINT audio_tracks_made_once UNIQUE (video_job_id, making);

ALTER TABLE ONLY public.audio_tracks
    ADD CONSTRAINT audio_tracks_one_per_slot EXCLUDE USING btree (video_job_id WITH =, order_index WITH =) WHERE (is_selected) DEFERRABLE;

ALTER TABLE ONLY public.audio_tracks
    ADD CONSTRAINT audio_tracks_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.autopilot_actions
    ADD CONSTRAINT autopilot_actions_once UNIQUE (user_id, dedupe_key);

ALTER TABLE ONLY public.autopilot_actions
    ADD CONSTRAINT autopilot_actions_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.autopilot_actions
    ADD CONSTRAINT autopilot_actions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.autopilot_activity_log
    ADD CONSTRAINT autopilot_activity_log_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.autopilot_activity_log
    ADD CONSTRAINT autopilot_activity_log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.autopilot_activity_log
    ADD CONSTRAINT autopilot_activity_log_reverts_once UNIQUE (revert_of);

ALTER TABLE ONLY public.autopilot_lead_inbox
    ADD CONSTRAINT autopilot_lead_inbox_once UNIQUE (user_id, lead_id);

ALTER TABLE ONLY public.autopilot_lead_inbox
    ADD CONSTRAINT autopilot_lead_inbox_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.autopilot_weekly_reports
    ADD CONSTRAINT autopilot_weekly_reports_one_a_week UNIQUE (user_id, week_start_date);

ALTER TABLE ONLY public.autopilot_weekly_reports
    ADD CONSTRAINT autopilot_weekly_reports_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.brand_assets
    ADD CONSTRAINT brand_assets_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.brand_positioning_analyses
    ADD CONSTRAINT brand_positioning_analyses_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.brand_positioning_analyses
    ADD CONSTRAINT brand_positioning_analyses_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.budget_reservations
    ADD CONSTRAINT budget_reservations_once UNIQUE (user_id, key);

ALTER TABLE ONLY public.budget_reservations
    ADD CONSTRAINT budget_reservations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.campaign_copilot_sessions
    ADD CONSTRAINT campaign_copilot_sessions_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.campaign_copilot_sessions
    ADD CONSTRAINT campaign_copilot_sessions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.campaign_metrics
    ADD CONSTRAINT campaign_metrics_once UNIQUE (created_by, campaign_id, metric_date, metric_type, channel, source);

ALTER TABLE ONLY public.campaign_metrics
    ADD CONSTRAINT campaign_metrics_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.campaign_performance_metrics
    ADD CONSTRAINT campaign_performance_metrics_pkey PRIMARY KEY (id, created_at);

ALTER TABLE ONLY public.campaign_performance_monitor
    ADD CONSTRAINT campaign_performance_monitor_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.campaign_predictions
    ADD CONSTRAINT campaign_predictions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.campaign_spends
    ADD CONSTRAINT campaign_spends_once UNIQUE (created_by, key);

ALTER TABLE ONLY public.campaign_spends
    ADD CONSTRAINT campaign_spends_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.campaign_tasks
    ADD CONSTRAINT campaign_tasks_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.campaigns
    ADD CONSTRAINT campaigns_name_once UNIQUE (created_by, name);

ALTER TABLE ONLY public.campaigns
    ADD CONSTRAINT campaigns_owned UNIQUE (id, created_by);

ALTER TABLE ONLY public.campaigns
    ADD CONSTRAINT campaigns_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.channel_budgets
    ADD CONSTRAINT channel_budgets_once UNIQUE (user_id, scope, scope_id, period);

ALTER TABLE ONLY public.channel_budgets
    ADD CONSTRAINT channel_budgets_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.channel_configs
    ADD CONSTRAINT channel_configs_channel_once UNIQUE (user_id, channel_id);

ALTER TABLE ONLY public.channel_configs
    ADD CONSTRAINT channel_configs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.channel_costs
    ADD CONSTRAINT channel_costs_once UNIQUE (user_id, dedupe_key);

ALTER TABLE ONLY public.channel_costs
    ADD CONSTRAINT channel_costs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.channels
    ADD CONSTRAINT channels_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.channels
    ADD CONSTRAINT channels_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.channels
    ADD CONSTRAINT channels_youtube_once UNIQUE (user_id, youtube_channel_id);

ALTER TABLE ONLY public.chat_messages
    ADD CONSTRAINT chat_messages_client_once UNIQUE (user_id, session_id, client_message_id);

ALTER TABLE ONLY public.chat_messages
    ADD CONSTRAINT chat_messages_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.chat_messages
    ADD CONSTRAINT chat_messages_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.chat_messages
    ADD CONSTRAINT chat_messages_seq_once UNIQUE (session_id, user_id, seq);

ALTER TABLE ONLY public.chat_sessions
    ADD CONSTRAINT chat_sessions_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.chat_sessions
    ADD CONSTRAINT chat_sessions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.competitive_gap_analyses
    ADD CONSTRAINT competitive_gap_analyses_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.competitive_gap_analyses
    ADD CONSTRAINT competitive_gap_analyses_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_calendar
    ADD CONSTRAINT content_calendar_owned UNIQUE (id, created_by);

ALTER TABLE ONLY public.content_calendar
    ADD CONSTRAINT content_calendar_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_publications
    ADD CONSTRAINT content_publications_once UNIQUE (calendar_id, platform);

ALTER TABLE ONLY public.content_publications
    ADD CONSTRAINT content_publications_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_templates
    ADD CONSTRAINT content_templates_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.conversation_knowledge_refs
    ADD CONSTRAINT conversation_knowledge_refs_once UNIQUE (message_id, user_id, chunk_id);

ALTER TABLE ONLY public.conversation_knowledge_refs
    ADD CONSTRAINT conversation_knowledge_refs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.conversation_messages
    ADD CONSTRAINT conversation_messages_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.conversation_messages
    ADD CONSTRAINT conversation_messages_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.conversation_messages
    ADD CONSTRAINT conversation_messages_seq_once UNIQUE (conversation_id, user_id, seq);

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_once_per_session UNIQUE (user_id, chat_session_id);

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_pkey PRIMARY KEY (id);

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

ALTER TABLE ONLY public.data_deletion_requests
    ADD CONSTRAINT data_deletion_requests_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.data_deletion_requests
    ADD CONSTRAINT data_deletion_requests_request_once UNIQUE (request_id);

ALTER TABLE ONLY public.data_export_requests
    ADD CONSTRAINT data_export_requests_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.data_export_requests
    ADD CONSTRAINT data_export_requests_request_once UNIQUE (request_id);

ALTER TABLE ONLY public.digital_assets
    ADD CONSTRAINT digital_assets_owned UNIQUE (id, uploaded_by);

ALTER TABLE ONLY public.digital_assets
    ADD CONSTRAINT digital_assets_path_once UNIQUE (uploaded_by, storage_path);

ALTER TABLE ONLY public.digital_assets
    ADD CONSTRAINT digital_assets_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.draft_prompts
    ADD CONSTRAINT draft_prompts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.draft_prompts
    ADD CONSTRAINT draft_prompts_same_owner UNIQUE (id, user_id);

ALTER TABLE ONLY public.email_automation_rules
    ADD CONSTRAINT email_automation_rules_owned UNIQUE (id, created_by);

ALTER TABLE ONLY public.email_automation_rules
    ADD CONSTRAINT email_automation_rules_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.email_automation_runs
    ADD CONSTRAINT email_automation_runs_once UNIQUE (rule_id, contact_id, occurrence);

ALTER TABLE ONLY public.email_automation_runs
    ADD CONSTRAINT email_automation_runs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.email_campaigns
    ADD CONSTRAINT email_campaigns_owned UNIQUE (id, created_by);

ALTER TABLE ONLY public.email_campaigns
    ADD CONSTRAINT email_campaigns_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.email_contacts
    ADD CONSTRAINT email_contacts_email_once UNIQUE (user_id, email);

ALTER TABLE ONLY public.email_contacts
    ADD CONSTRAINT email_contacts_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.email_contacts
    ADD CONSTRAINT email_contacts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.email_events
    ADD CONSTRAINT email_events_once UNIQUE (user_id, provider_id);

ALTER TABLE ONLY public.email_events
    ADD CONSTRAINT email_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.email_links
    ADD CONSTRAINT email_links_once UNIQUE (email_campaign_id, url);

ALTER TABLE ONLY public.email_links
    ADD CONSTRAINT email_links_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.email_links
    ADD CONSTRAINT email_links_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.email_messages
    ADD CONSTRAINT email_messages_once UNIQUE (email_campaign_id, contact_id);

ALTER TABLE ONLY public.email_messages
    ADD CONSTRAINT email_messages_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.email_messages
    ADD CONSTRAINT email_messages_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.email_messages
    ADD CONSTRAINT email_messages_provider_id_once UNIQUE (provider_message_id);

ALTER TABLE ONLY public.email_messages
    ADD CONSTRAINT email_messages_token_once UNIQUE (token_hash);

ALTER TABLE ONLY public.email_suppressions
    ADD CONSTRAINT email_suppressions_once UNIQUE (user_id, email_hash);

ALTER TABLE ONLY public.email_suppressions
    ADD CONSTRAINT email_suppressions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.email_templates
    ADD CONSTRAINT email_templates_name_once UNIQUE (created_by, name);

ALTER TABLE ONLY public.email_templates
    ADD CONSTRAINT email_templates_owned UNIQUE (id, created_by);

ALTER TABLE ONLY public.email_templates
    ADD CONSTRAINT email_templates_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.embedding_cache
    ADD CONSTRAINT embedding_cache_pkey PRIMARY KEY (user_id, model, content_hash);

ALTER TABLE ONLY public.experiment_airings
    ADD CONSTRAINT experiment_airings_once UNIQUE (user_id, experiment_key, day);

ALTER TABLE ONLY public.experiment_airings
    ADD CONSTRAINT experiment_airings_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.experiment_days
    ADD CONSTRAINT experiment_days_once UNIQUE (user_id, experiment_key, variant_key, day);

ALTER TABLE ONLY public.experiment_days
    ADD CONSTRAINT experiment_days_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.funnel_designs
    ADD CONSTRAINT funnel_designs_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.funnel_designs
    ADD CONSTRAINT funnel_designs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.generated_content_pieces
    ADD CONSTRAINT generated_content_pieces_owned UNIQUE (id, created_by);

ALTER TABLE ONLY public.generated_content_pieces
    ADD CONSTRAINT generated_content_pieces_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.credit_ledger
    ADD CONSTRAINT idx_credit_user UNIQUE (user_id, entry_no);

ALTER TABLE ONLY public.images
    ADD CONSTRAINT images_made_once UNIQUE (video_job_id, making);

ALTER TABLE ONLY public.images
    ADD CONSTRAINT images_one_per_slot EXCLUDE USING btree (video_job_id WITH =, order_index WITH =) WHERE (is_selected) DEFERRABLE;

ALTER TABLE ONLY public.images
    ADD CONSTRAINT images_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.integration_connections
    ADD CONSTRAINT integration_connections_one_per_service UNIQUE (user_id, service_name);

ALTER TABLE ONLY public.integration_connections
    ADD CONSTRAINT integration_connections_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.job_events
    ADD CONSTRAINT job_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.job_steps
    ADD CONSTRAINT job_steps_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.keyword_research
    ADD CONSTRAINT keyword_research_once_a_day UNIQUE (created_by, query, country, language, device, day);

ALTER TABLE ONLY public.keyword_research
    ADD CONSTRAINT keyword_research_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.knowledge_access_logs
    ADD CONSTRAINT knowledge_access_logs_pkey PRIMARY KEY (id, created_at);

ALTER TABLE ONLY public.knowledge_buckets
    ADD CONSTRAINT knowledge_buckets_name_once UNIQUE (created_by, name);

ALTER TABLE ONLY public.knowledge_buckets
    ADD CONSTRAINT knowledge_buckets_owned UNIQUE (id, created_by);

ALTER TABLE ONLY public.knowledge_buckets
    ADD CONSTRAINT knowledge_buckets_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.knowledge_chunks
    ADD CONSTRAINT knowledge_chunks_owned UNIQUE (id, created_by);

ALTER TABLE ONLY public.knowledge_chunks
    ADD CONSTRAINT knowledge_chunks_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.knowledge_chunks
    ADD CONSTRAINT knowledge_chunks_place_once UNIQUE (document_id, chunk_index);

ALTER TABLE ONLY public.knowledge_documents
    ADD CONSTRAINT knowledge_documents_content_once UNIQUE (bucket_id, content_hash);

ALTER TABLE ONLY public.knowledge_documents
    ADD CONSTRAINT knowledge_documents_owned UNIQUE (id, created_by);

ALTER TABLE ONLY public.knowledge_documents
    ADD CONSTRAINT knowledge_documents_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.lead_activities
    ADD CONSTRAINT lead_activities_once UNIQUE (created_by, dedupe_key);

ALTER TABLE ONLY public.lead_activities
    ADD CONSTRAINT lead_activities_owned UNIQUE (id, created_by);

ALTER TABLE ONLY public.lead_activities
    ADD CONSTRAINT lead_activities_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.lead_merges
    ADD CONSTRAINT lead_merges_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.lead_score_events
    ADD CONSTRAINT lead_score_events_once UNIQUE (lead_id, created_by, rule_id, activity_id);

ALTER TABLE ONLY public.lead_score_events
    ADD CONSTRAINT lead_score_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.lead_scoring_rules
    ADD CONSTRAINT lead_scoring_rules_name_once UNIQUE (created_by, rule_name);

ALTER TABLE ONLY public.lead_scoring_rules
    ADD CONSTRAINT lead_scoring_rules_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_external_once UNIQUE (created_by, source, external_id);

ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_owned UNIQUE (id, created_by);

ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.marketing_autopilot_config
    ADD CONSTRAINT marketing_autopilot_config_one_per_user UNIQUE (user_id);

ALTER TABLE ONLY public.marketing_autopilot_config
    ADD CONSTRAINT marketing_autopilot_config_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.marketing_autopilot_config
    ADD CONSTRAINT marketing_autopilot_config_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.metadata_experiments
    ADD CONSTRAINT metadata_experiments_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.metadata_experiments
    ADD CONSTRAINT metadata_experiments_variant_once UNIQUE (user_id, experiment_key, variant_key);

ALTER TABLE ONLY public.oauth_connections
    ADD CONSTRAINT oauth_connections_account_once UNIQUE NULLS NOT DISTINCT (user_id, platform_name, platform_user_id);

ALTER TABLE ONLY public.oauth_connections
    ADD CONSTRAINT oauth_connections_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.oauth_connections
    ADD CONSTRAINT oauth_connections_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.oauth_states
    ADD CONSTRAINT oauth_states_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.oauth_states
    ADD CONSTRAINT oauth_states_token_once UNIQUE (state_token);

ALTER TABLE ONLY public.performance_analytics
    ADD CONSTRAINT performance_analytics_once UNIQUE (created_by, metric_type, granularity, time_period, dimensions_hash);

ALTER TABLE ONLY public.performance_analytics
    ADD CONSTRAINT performance_analytics_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.performance_tracking_frameworks
    ADD CONSTRAINT performance_tracking_frameworks_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.performance_tracking_frameworks
    ADD CONSTRAINT performance_tracking_frameworks_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.pipeline
    ADD CONSTRAINT pipeline_one_per_run UNIQUE (user_id, run_id);

ALTER TABLE ONLY public.pipeline
    ADD CONSTRAINT pipeline_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.pipeline_runs
    ADD CONSTRAINT pipeline_runs_once UNIQUE (user_id, run_id, stage, attempts);

ALTER TABLE ONLY public.pipeline_runs
    ADD CONSTRAINT pipeline_runs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.privacy_audit_log
    ADD CONSTRAINT privacy_audit_log_in_order UNIQUE (user_id, seq);

ALTER TABLE ONLY public.privacy_audit_log
    ADD CONSTRAINT privacy_audit_log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.profiles
    ADD CONSTRAINT profiles_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.projects
    ADD CONSTRAINT projects_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.projects
    ADD CONSTRAINT projects_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.proposal_templates
    ADD CONSTRAINT proposal_templates_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.publications
    ADD CONSTRAINT publications_one_per_album UNIQUE (video_job_id);

ALTER TABLE ONLY public.publications
    ADD CONSTRAINT publications_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.real_time_metrics
    ADD CONSTRAINT real_time_metrics_one_value UNIQUE (user_id, entity_type, entity_id, metric_type);

ALTER TABLE ONLY public.real_time_metrics
    ADD CONSTRAINT real_time_metrics_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.render_tasks
    ADD CONSTRAINT render_tasks_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.report_schedules
    ADD CONSTRAINT report_schedules_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.report_schedules
    ADD CONSTRAINT report_schedules_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.research_cache
    ADD CONSTRAINT research_cache_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.research_days
    ADD CONSTRAINT research_days_pkey PRIMARY KEY (user_id, day, outcome, channel_id);

ALTER TABLE ONLY public.research_notes
    ADD CONSTRAINT research_notes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.scripts
    ADD CONSTRAINT scripts_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.scripts
    ADD CONSTRAINT scripts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.secret_audit_logs
    ADD CONSTRAINT secret_audit_logs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.social_platform_connections
    ADD CONSTRAINT social_platform_connections_one_per_oauth UNIQUE (oauth_connection_id);

ALTER TABLE ONLY public.social_platform_connections
    ADD CONSTRAINT social_platform_connections_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.social_platform_connections
    ADD CONSTRAINT social_platform_connections_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.support_ticket_messages
    ADD CONSTRAINT support_ticket_messages_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.support_tickets
    ADD CONSTRAINT support_tickets_number_once UNIQUE (ticket_number);

ALTER TABLE ONLY public.support_tickets
    ADD CONSTRAINT support_tickets_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.support_tickets
    ADD CONSTRAINT support_tickets_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT uploads_key_once UNIQUE (key);

ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT uploads_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT uploads_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.user_analytics_events
    ADD CONSTRAINT user_analytics_events_once UNIQUE NULLS NOT DISTINCT (user_id, client_event_id, client_ts);

ALTER TABLE ONLY public.user_analytics_events
    ADD CONSTRAINT user_analytics_events_pkey PRIMARY KEY (id, client_ts);

ALTER TABLE ONLY public.user_preferences
    ADD CONSTRAINT user_preferences_once UNIQUE (user_id);

ALTER TABLE ONLY public.user_preferences
    ADD CONSTRAINT user_preferences_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.user_privacy_settings
    ADD CONSTRAINT user_privacy_settings_one_per_user UNIQUE (user_id);

ALTER TABLE ONLY public.user_privacy_settings
    ADD CONSTRAINT user_privacy_settings_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.user_secrets
    ADD CONSTRAINT user_secrets_one_per_service UNIQUE (user_id, service_name);

ALTER TABLE ONLY public.user_secrets
    ADD CONSTRAINT user_secrets_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.user_secrets
    ADD CONSTRAINT user_secrets_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.video_analytics
    ADD CONSTRAINT video_analytics_once_a_day UNIQUE (video_job_id, snapshot_date);

ALTER TABLE ONLY public.video_analytics
    ADD CONSTRAINT video_analytics_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.video_jobs
    ADD CONSTRAINT video_jobs_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.video_jobs
    ADD CONSTRAINT video_jobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.webhook_events
    ADD CONSTRAINT webhook_events_once UNIQUE (user_id, dedupe_key);

ALTER TABLE ONLY public.webhook_events
    ADD CONSTRAINT webhook_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.webhooks
    ADD CONSTRAINT webhooks_owned UNIQUE (id, user_id);

ALTER TABLE ONLY public.webhooks
    ADD CONSTRAINT webhooks_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.workflow_executions
    ADD CONSTRAINT workflow_executions_pkey PRIMARY KEY (id);

CREATE INDEX blobs_unused ON private.blobs USING btree (updated_at) WHERE (refs = 0);

CREATE INDEX forgotten_by_age ON private.forgotten USING btree (forgotten_at);

CREATE INDEX idempotency_by_expiry ON private.idempotency USING btree (expires_at);

CREATE INDEX outbox_by_owner ON private.outbox USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX outbox_due ON private.outbox USING btree (next_attempt_at) WHERE ((delivered_at IS NULL) AND (dead_at IS NULL));

CREATE INDEX paid_calls_by_age ON private.paid_calls USING btree (done_at) WHERE (state <> 'started'::text);

CREATE INDEX paid_calls_by_owner ON private.paid_calls USING btree (user_id, created_at DESC, key);

CREATE INDEX step_results_by_album ON private.step_results USING btree (album_id) WHERE (album_id IS NOT NULL);

CREATE INDEX step_results_by_owner ON private.step_results USING btree (user_id);

CREATE INDEX step_results_by_prompt_job ON private.step_results USING btree (prompt_job_id) WHERE (prompt_job_id IS NOT NULL);

CREATE INDEX stripe_events_by_customer ON private.stripe_events USING btree (((outcome ->> 'customer'::text))) WHERE ((outcome ? 'user_id'::text) AND (outcome ? 'customer'::text));

CREATE INDEX stripe_events_by_invoice ON private.stripe_events USING btree (((outcome ->> 'invoice'::text))) WHERE (outcome ? 'bought'::text);

CREATE INDEX stripe_events_by_payment ON private.stripe_events USING btree (((outcome ->> 'payment'::text))) WHERE (outcome ? 'invoice'::text);

CREATE INDEX stripe_events_waiting ON private.stripe_events USING btree (((outcome ->> 'waits_for'::text))) WHERE (outcome ? 'waits_for'::text);

CREATE INDEX agent_learning_data_best ON public.agent_learning_data USING btree (user_id, agent_type, success_rate DESC);

CREATE INDEX agent_learning_data_by_owner ON public.agent_learning_data USING btree (user_id, agent_type, last_updated DESC);

CREATE INDEX ai_insights_by_entity ON public.ai_insights USING btree (user_id, entity_type, entity_id) WHERE (entity_id IS NOT NULL);

CREATE INDEX ai_insights_by_expiry ON public.ai_insights USING btree (expires_at) WHERE (status = ANY (ARRAY['new'::text, 'seen'::text]));

CREATE INDEX ai_insights_by_owner ON public.ai_insights USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX ai_insights_open ON public.ai_insights USING btree (user_id, created_at DESC, id DESC) WHERE (status = ANY (ARRAY['new'::text, 'seen'::text]));

CREATE INDEX ai_interaction_feedback_by_age ON public.ai_interaction_feedback USING btree (created_at);

CREATE INDEX ai_interaction_feedback_by_owner ON public.ai_interaction_feedback USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX ai_interaction_feedback_by_session ON public.ai_interaction_feedback USING btree (session_id, created_at) WHERE (session_id IS NOT NULL);

CREATE INDEX ai_interaction_feedback_by_type ON public.ai_interaction_feedback USING btree (user_id, interaction_type, created_at DESC);

CREATE INDEX ai_model_configs_active ON public.ai_model_configs USING btree (provider, model_type, model_name) WHERE is_active;

CREATE UNIQUE INDEX ai_model_configs_one_default ON public.ai_model_configs USING btree (provider, model_type) WHERE is_default;

CREATE INDEX ai_model_update_logs_by_date ON public.ai_model_update_logs USING btree (run_date DESC);

CREATE INDEX ai_video_jobs_by_operation ON public.ai_video_jobs USING btree (veo_operation_id) WHERE (veo_operation_id IS NOT NULL);

CREATE INDEX ai_video_jobs_by_owner ON public.ai_video_jobs USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX ai_video_jobs_by_project ON public.ai_video_jobs USING btree (project_id, scene_index, created_at);

CREATE INDEX ai_video_jobs_due ON public.ai_video_jobs USING btree (next_poll_at) WHERE (status = 'processing'::text);

CREATE UNIQUE INDEX ai_video_jobs_once ON public.ai_video_jobs USING btree (project_id, job_type, scene_index) WHERE (status <> 'failed'::text);

CREATE INDEX ai_video_projects_by_campaign ON public.ai_video_projects USING btree (campaign_id) WHERE (campaign_id IS NOT NULL);

CREATE INDEX ai_video_projects_by_origin ON public.ai_video_projects USING btree (user_id, auto_generated, created_at DESC);

CREATE INDEX ai_video_projects_by_owner ON public.ai_video_projects USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX ai_video_projects_by_status ON public.ai_video_projects USING btree (user_id, status);

CREATE INDEX analytics_reports_by_expiry ON public.analytics_reports USING btree (expires_at);

CREATE INDEX analytics_reports_by_owner ON public.analytics_reports USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX analytics_reports_by_schedule ON public.analytics_reports USING btree (schedule_id) WHERE (schedule_id IS NOT NULL);

CREATE INDEX analytics_reports_by_type ON public.analytics_reports USING btree (user_id, report_type, created_at DESC);

CREATE INDEX assets_by_expiry ON public.assets USING btree (expires_at) WHERE (deleted_at IS NULL);

CREATE INDEX assets_by_owner ON public.assets USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX audio_tracks_by_owner ON public.audio_tracks USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX audio_tracks_by_proof ON public.audio_tracks USING btree (proof_upload_id) WHERE (proof_upload_id IS NOT NULL);

CREATE UNIQUE INDEX audio_tracks_by_upload ON public.audio_tracks USING btree (upload_id) WHERE (upload_id IS NOT NULL);

CREATE INDEX autopilot_actions_by_campaign ON public.autopilot_actions USING btree (campaign_id) WHERE (campaign_id IS NOT NULL);

CREATE INDEX autopilot_actions_by_config ON public.autopilot_actions USING btree (autopilot_config_id) WHERE (autopilot_config_id IS NOT NULL);

CREATE INDEX autopilot_actions_by_expiry ON public.autopilot_actions USING btree (expires_at) WHERE (status = 'proposed'::text);

CREATE INDEX autopilot_actions_by_owner ON public.autopilot_actions USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX autopilot_actions_open ON public.autopilot_actions USING btree (user_id, created_at DESC, id DESC) WHERE (status = ANY (ARRAY['proposed'::text, 'approved'::text]));

CREATE INDEX autopilot_activity_log_by_age ON public.autopilot_activity_log USING btree (created_at);

CREATE INDEX autopilot_activity_log_by_entity ON public.autopilot_activity_log USING btree (user_id, entity_type, entity_id) WHERE (entity_id IS NOT NULL);

CREATE INDEX autopilot_activity_log_by_owner ON public.autopilot_activity_log USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX autopilot_lead_inbox_by_lead ON public.autopilot_lead_inbox USING btree (lead_id);

CREATE INDEX autopilot_lead_inbox_by_owner ON public.autopilot_lead_inbox USING btree (user_id, received_at DESC, id DESC);

CREATE INDEX autopilot_lead_inbox_by_score ON public.autopilot_lead_inbox USING btree (user_id, score DESC, id DESC);

CREATE INDEX autopilot_lead_inbox_by_status ON public.autopilot_lead_inbox USING btree (user_id, status, received_at DESC, id DESC);

CREATE INDEX autopilot_weekly_reports_by_config ON public.autopilot_weekly_reports USING btree (autopilot_config_id) WHERE (autopilot_config_id IS NOT NULL);

CREATE INDEX autopilot_weekly_reports_by_owner ON public.autopilot_weekly_reports USING btree (user_id, week_start_date DESC, id DESC);

CREATE INDEX brand_assets_by_file ON public.brand_assets USING btree (digital_asset_id) WHERE (digital_asset_id IS NOT NULL);

CREATE INDEX brand_assets_by_owner ON public.brand_assets USING btree (created_by, created_at DESC, id DESC);

CREATE UNIQUE INDEX brand_assets_one_primary ON public.brand_assets USING btree (created_by, asset_type) WHERE is_primary;

CREATE INDEX brand_positioning_analyses_by_campaign ON public.brand_positioning_analyses USING btree (campaign_id) WHERE (campaign_id IS NOT NULL);

CREATE INDEX brand_positioning_analyses_by_owner ON public.brand_positioning_analyses USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX brand_positioning_analyses_by_parent ON public.brand_positioning_analyses USING btree (parent_id) WHERE (parent_id IS NOT NULL);

CREATE INDEX budget_reservations_by_owner ON public.budget_reservations USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX budget_reservations_by_run ON public.budget_reservations USING btree (user_id, run_id) WHERE (run_id IS NOT NULL);

CREATE INDEX budget_reservations_due ON public.budget_reservations USING btree (expires_at) WHERE (status = 'open'::text);

CREATE INDEX campaign_copilot_sessions_by_campaign ON public.campaign_copilot_sessions USING btree (campaign_id) WHERE (campaign_id IS NOT NULL);

CREATE INDEX campaign_copilot_sessions_by_owner ON public.campaign_copilot_sessions USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX campaign_copilot_sessions_by_status ON public.campaign_copilot_sessions USING btree (user_id, status, created_at DESC);

CREATE INDEX campaign_metrics_by_date ON public.campaign_metrics USING btree (created_by, metric_date DESC, id DESC);

CREATE INDEX campaign_metrics_by_owner ON public.campaign_metrics USING btree (created_by, created_at DESC, id DESC);

CREATE INDEX campaign_metrics_by_type ON public.campaign_metrics USING btree (campaign_id, metric_type, metric_date DESC);

CREATE INDEX campaign_performance_metrics_by_campaign ON ONLY public.campaign_performance_metrics USING btree (campaign_id, metric_name, recorded_at DESC);

CREATE INDEX campaign_performance_metrics_by_owner ON ONLY public.campaign_performance_metrics USING btree (created_by, created_at DESC, id DESC);

CREATE INDEX campaign_performance_metrics_by_time ON ONLY public.campaign_performance_metrics USING btree (recorded_at);

CREATE INDEX campaign_performance_monitor_by_age ON public.campaign_performance_monitor USING btree (created_at);

CREATE INDEX campaign_performance_monitor_by_campaign ON public.campaign_performance_monitor USING btree (campaign_id, measured_at DESC, id DESC);

CREATE INDEX campaign_performance_monitor_by_owner ON public.campaign_performance_monitor USING btree (created_by, created_at DESC, id DESC);

CREATE INDEX campaign_predictions_by_campaign ON public.campaign_predictions USING btree (campaign_id, created_at DESC, id DESC);

CREATE INDEX campaign_predictions_by_owner ON public.campaign_predictions USING btree (created_by, created_at DESC, id DESC);

CREATE INDEX campaign_predictions_due ON public.campaign_predictions USING btree (due_at) WHERE (scored_at IS NULL);

CREATE INDEX campaign_spends_by_campaign ON public.campaign_spends USING btree (campaign_id, created_at DESC, id DESC);

CREATE INDEX campaign_spends_by_owner ON public.campaign_spends USING btree (created_by, created_at DESC, id DESC);

CREATE INDEX campaign_tasks_by_campaign ON public.campaign_tasks USING btree (campaign_id, status, "position", id);

CREATE INDEX campaign_tasks_by_owner ON public.campaign_tasks USING btree (created_by, created_at DESC, id DESC);

CREATE INDEX campaigns_auto_managed ON public.campaigns USING btree (created_by) WHERE (auto_managed AND (status = 'active'::text));

CREATE INDEX campaigns_by_parent ON public.campaigns USING btree (parent_campaign_id) WHERE (parent_campaign_id IS NOT NULL);

CREATE INDEX campaigns_by_type ON public.campaigns USING btree (created_by, type, created_at DESC, id DESC);

CREATE INDEX campaigns_to_end ON public.campaigns USING btree (end_date) WHERE (status = 'active'::text);

CREATE INDEX campaigns_to_start ON public.campaigns USING btree (start_date) WHERE (status = 'scheduled'::text);

CREATE INDEX channel_budgets_by_owner ON public.channel_budgets USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX channel_configs_by_channel ON public.channel_configs USING btree (studio_channel_id) WHERE (studio_channel_id IS NOT NULL);

CREATE INDEX channel_configs_by_owner ON public.channel_configs USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX channel_costs_by_channel ON public.channel_costs USING btree (channel_id, created_at);

CREATE INDEX channel_costs_by_owner ON public.channel_costs USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX channel_costs_by_run ON public.channel_costs USING btree (run_id);

CREATE INDEX channels_by_oauth ON public.channels USING btree (oauth_connection_id) WHERE (oauth_connection_id IS NOT NULL);

CREATE INDEX channels_by_owner ON public.channels USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX chat_messages_by_owner ON public.chat_messages USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX chat_messages_running ON public.chat_messages USING btree (created_at) WHERE (status = ANY (ARRAY['pending'::text, 'streaming'::text]));

CREATE INDEX chat_sessions_by_campaign ON public.chat_sessions USING btree (campaign_id) WHERE (campaign_id IS NOT NULL);

CREATE INDEX chat_sessions_by_message ON public.chat_sessions USING btree (user_id, last_message_at DESC, id DESC);

CREATE INDEX chat_sessions_by_owner ON public.chat_sessions USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX competitive_gap_analyses_by_campaign ON public.competitive_gap_analyses USING btree (campaign_id) WHERE (campaign_id IS NOT NULL);

CREATE INDEX competitive_gap_analyses_by_owner ON public.competitive_gap_analyses USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX competitive_gap_analyses_by_parent ON public.competitive_gap_analyses USING btree (parent_id) WHERE (parent_id IS NOT NULL);

CREATE INDEX content_calendar_by_campaign ON public.content_calendar USING btree (campaign_id) WHERE (campaign_id IS NOT NULL);

CREATE INDEX content_calendar_by_date ON public.content_calendar USING btree (created_by, scheduled_date, id);

CREATE INDEX content_calendar_by_hash ON public.content_calendar USING btree (created_by, content_hash) WHERE (content_hash IS NOT NULL);

CREATE INDEX content_calendar_by_owner ON public.content_calendar USING btree (created_by, created_at DESC, id DESC);

CREATE INDEX content_calendar_by_piece ON public.content_calendar USING btree (content_piece_id) WHERE (content_piece_id IS NOT NULL);

CREATE INDEX content_calendar_by_series ON public.content_calendar USING btree (series_id) WHERE (series_id IS NOT NULL);

CREATE INDEX content_calendar_by_status ON public.content_calendar USING btree (created_by, status, scheduled_date, id);

CREATE INDEX content_calendar_due ON public.content_calendar USING btree (scheduled_date) WHERE (status = 'scheduled'::text);

CREATE INDEX content_calendar_stuck ON public.content_calendar USING btree (updated_at) WHERE (status = 'publishing'::text);

CREATE INDEX content_publications_by_owner ON public.content_publications USING btree (created_by, created_at DESC, id DESC);

CREATE INDEX content_publications_due ON public.content_publications USING btree (next_attempt_at) WHERE (status = ANY (ARRAY['pending'::text, 'publishing'::text, 'polling'::text]));

CREATE INDEX content_templates_by_owner ON public.content_templates USING btree (created_by, created_at DESC, id DESC);

CREATE INDEX content_templates_by_type ON public.content_templates USING btree (created_by, template_type, created_at DESC, id DESC);

CREATE INDEX conversation_knowledge_refs_by_chunk ON public.conversation_knowledge_refs USING btree (chunk_id) WHERE (chunk_id IS NOT NULL);

CREATE INDEX conversation_knowledge_refs_by_conversation ON public.conversation_knowledge_refs USING btree (conversation_id, created_at DESC, id DESC);

CREATE INDEX conversation_knowledge_refs_by_owner ON public.conversation_knowledge_refs USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX conversation_messages_by_meaning ON public.conversation_messages USING hnsw (embedding extensions.vector_cosine_ops) WITH (ef_construction='200');

CREATE INDEX conversation_messages_by_owner ON public.conversation_messages USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX conversation_messages_by_parent ON public.conversation_messages USING btree (parent_id) WHERE (parent_id IS NOT NULL);

CREATE INDEX conversation_messages_to_embed ON public.conversation_messages USING btree (created_at) WHERE (embedding IS NULL);

CREATE INDEX conversations_by_owner ON public.conversations USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX credit_accounts_expiring ON public.credit_accounts USING btree (next_expiry) WHERE (next_expiry IS NOT NULL);

CREATE INDEX credit_debts_by_owner ON public.credit_debts USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX credit_holds_due ON public.credit_holds USING btree (expires_at) WHERE (resolved_at IS NULL);

CREATE UNIQUE INDEX credit_holds_live ON public.credit_holds USING btree (job_id) WHERE (status = ANY (ARRAY['open'::text, 'settled'::text]));

CREATE UNIQUE INDEX credit_ledger_invoice_once ON public.credit_ledger USING btree (stripe_payment_id) WHERE ((type = 'subscription'::text) AND (stripe_payment_id IS NOT NULL));

CREATE UNIQUE INDEX credit_ledger_once ON public.credit_ledger USING btree (user_id, idempotency_key) WHERE (idempotency_key IS NOT NULL);

CREATE UNIQUE INDEX credit_ledger_payment_once ON public.credit_ledger USING btree (stripe_payment_id) WHERE ((type = 'purchase'::text) AND (stripe_payment_id IS NOT NULL));

CREATE INDEX credit_lots_draw_order ON public.credit_lots USING btree (user_id, priority, expires_at) WHERE (NOT spent);

CREATE INDEX data_deletion_requests_by_owner ON public.data_deletion_requests USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX data_deletion_requests_due ON public.data_deletion_requests USING btree (scheduled_for) WHERE (status = 'scheduled'::text);

CREATE UNIQUE INDEX data_deletion_requests_one_open ON public.data_deletion_requests USING btree (user_id) WHERE (status = ANY (ARRAY['pending'::text, 'confirmed'::text, 'scheduled'::text, 'processing'::text]));

CREATE INDEX data_export_requests_by_expiry ON public.data_export_requests USING btree (expires_at) WHERE (status = 'completed'::text);

CREATE INDEX data_export_requests_by_owner ON public.data_export_requests USING btree (user_id, created_at DESC, id DESC);

CREATE UNIQUE INDEX data_export_requests_one_open ON public.data_export_requests USING btree (user_id) WHERE (status = ANY (ARRAY['pending'::text, 'processing'::text]));

CREATE INDEX digital_assets_by_folder ON public.digital_assets USING btree (uploaded_by, folder_id, created_at DESC, id DESC);

CREATE INDEX digital_assets_by_owner ON public.digital_assets USING btree (uploaded_by, created_at DESC, id DESC);

CREATE INDEX digital_assets_by_type ON public.digital_assets USING btree (uploaded_by, asset_type, created_at DESC, id DESC);

CREATE UNIQUE INDEX digital_assets_bytes_once ON public.digital_assets USING btree (uploaded_by, sha256) WHERE (status <> 'deleted'::text);

CREATE INDEX digital_assets_orphans ON public.digital_assets USING btree (created_at) WHERE (status = 'pending'::text);

CREATE INDEX draft_prompts_by_ip ON public.draft_prompts USING btree (ip_hash, created_at) WHERE (ip_hash IS NOT NULL);

CREATE UNIQUE INDEX draft_prompts_one_open_per_session ON public.draft_prompts USING btree (session_token) WHERE (user_id IS NULL);

CREATE INDEX email_automation_rules_by_owner ON public.email_automation_rules USING btree (created_by, created_at DESC, id DESC);

CREATE INDEX email_automation_rules_by_trigger ON public.email_automation_rules USING btree (created_by, trigger_type) WHERE is_active;

CREATE INDEX email_automation_runs_by_contact ON public.email_automation_runs USING btree (contact_id);

CREATE INDEX email_automation_runs_by_owner ON public.email_automation_runs USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX email_automation_runs_due ON public.email_automation_runs USING btree (due_at) WHERE (status = 'waiting'::text);

CREATE INDEX email_campaigns_by_campaign ON public.email_campaigns USING btree (campaign_id) WHERE (campaign_id IS NOT NULL);

CREATE INDEX email_campaigns_by_owner ON public.email_campaigns USING btree (created_by, created_at DESC, id DESC);

CREATE INDEX email_campaigns_by_status ON public.email_campaigns USING btree (created_by, status, created_at DESC, id DESC);

CREATE INDEX email_campaigns_by_template ON public.email_campaigns USING btree (template_id) WHERE (template_id IS NOT NULL);

CREATE INDEX email_campaigns_due ON public.email_campaigns USING btree (scheduled_for) WHERE (status = 'scheduled'::text);

CREATE INDEX email_campaigns_sending ON public.email_campaigns USING btree (updated_at) WHERE (status = 'sending'::text);

CREATE INDEX email_contacts_by_lead ON public.email_contacts USING btree (lead_id) WHERE (lead_id IS NOT NULL);

CREATE INDEX email_contacts_by_owner ON public.email_contacts USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX email_contacts_by_status ON public.email_contacts USING btree (user_id, subscription_status, created_at DESC, id DESC);

CREATE INDEX email_contacts_to_send ON public.email_contacts USING btree (user_id, id) WHERE subscribed;

CREATE INDEX email_events_by_age ON public.email_events USING btree (created_at);

CREATE INDEX email_events_by_contact ON public.email_events USING btree (contact_id, occurred_at DESC) WHERE (contact_id IS NOT NULL);

CREATE INDEX email_events_by_link ON public.email_events USING btree (link_id) WHERE (link_id IS NOT NULL);

CREATE INDEX email_events_by_message ON public.email_events USING btree (message_id, occurred_at);

CREATE INDEX email_events_by_owner ON public.email_events USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX email_links_by_owner ON public.email_links USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX email_messages_by_campaign ON public.email_messages USING btree (email_campaign_id, status, id) WHERE (email_campaign_id IS NOT NULL);

CREATE INDEX email_messages_by_contact ON public.email_messages USING btree (contact_id, created_at DESC, id DESC) WHERE (contact_id IS NOT NULL);

CREATE INDEX email_messages_by_owner ON public.email_messages USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX email_messages_by_rule ON public.email_messages USING btree (rule_id) WHERE (rule_id IS NOT NULL);

CREATE INDEX email_messages_waiting ON public.email_messages USING btree (created_at) WHERE (status = ANY (ARRAY['queued'::text, 'deferred'::text]));

CREATE INDEX email_suppressions_by_owner ON public.email_suppressions USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX email_templates_by_owner ON public.email_templates USING btree (created_by, created_at DESC, id DESC);

CREATE INDEX embedding_cache_by_age ON public.embedding_cache USING btree (last_used_at);

CREATE INDEX experiment_airings_by_owner ON public.experiment_airings USING btree (user_id, day DESC, id DESC);

CREATE INDEX experiment_airings_by_variant ON public.experiment_airings USING btree (user_id, experiment_key, variant_key);

CREATE INDEX experiment_days_by_owner ON public.experiment_days USING btree (user_id, day DESC, id DESC);

CREATE INDEX funnel_designs_by_business ON public.funnel_designs USING btree (user_id, business_type);

CREATE INDEX funnel_designs_by_campaign ON public.funnel_designs USING btree (campaign_id) WHERE (campaign_id IS NOT NULL);

CREATE INDEX funnel_designs_by_owner ON public.funnel_designs USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX funnel_designs_by_parent ON public.funnel_designs USING btree (parent_id) WHERE (parent_id IS NOT NULL);

CREATE INDEX generated_content_pieces_by_approval ON public.generated_content_pieces USING btree (created_by, approval_status, created_at DESC, id DESC);

CREATE INDEX generated_content_pieces_by_campaign ON public.generated_content_pieces USING btree (campaign_id, created_at DESC, id DESC) WHERE (campaign_id IS NOT NULL);

CREATE INDEX generated_content_pieces_by_owner ON public.generated_content_pieces USING btree (created_by, created_at DESC, id DESC);

CREATE INDEX generated_content_pieces_by_parent ON public.generated_content_pieces USING btree (parent_id) WHERE (parent_id IS NOT NULL);

CREATE INDEX idx_assets_job ON public.assets USING btree (job_id);

CREATE INDEX idx_assets_type ON public.assets USING btree (type);

CREATE INDEX idx_audio_tracks_order ON public.audio_tracks USING btree (video_job_id, order_index, display_order);

CREATE INDEX idx_autopilot_config_active ON public.marketing_autopilot_config USING btree (user_id, is_active);

CREATE INDEX idx_campaign_tasks_user_due ON public.campaign_tasks USING btree (created_by, due_date) WHERE (status <> 'completed'::text);

CREATE INDEX idx_campaigns_created_at ON public.campaigns USING btree (created_at DESC);

CREATE INDEX idx_campaigns_created_by ON public.campaigns USING btree (created_by, created_at DESC, id DESC);

CREATE INDEX idx_campaigns_status ON public.campaigns USING btree (created_by, status, created_at DESC, id DESC);

CREATE INDEX idx_channels_created_at ON public.channels USING btree (created_at DESC);

CREATE INDEX idx_channels_is_active ON public.channels USING btree (user_id, is_active, created_at DESC);

CREATE INDEX idx_credit_created ON public.credit_ledger USING brin (created_at);

CREATE INDEX idx_credit_job ON public.credit_ledger USING btree (job_id);

CREATE INDEX idx_draft_expires ON public.draft_prompts USING btree (expires_at);

CREATE INDEX idx_draft_session ON public.draft_prompts USING btree (session_token);

CREATE INDEX idx_draft_user ON public.draft_prompts USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX idx_images_order ON public.images USING btree (video_job_id, order_index, display_order);

CREATE INDEX idx_job_steps_job ON public.job_steps USING btree (job_id, step_order);

CREATE UNIQUE INDEX idx_job_steps_unique ON public.job_steps USING btree (job_id, step_name);

CREATE INDEX idx_jobs_created ON public.jobs USING btree (created_at DESC);

CREATE INDEX idx_jobs_project ON public.jobs USING btree (project_id, created_at DESC);

CREATE INDEX idx_jobs_status ON public.jobs USING btree (status);

CREATE INDEX idx_jobs_user ON public.jobs USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX idx_knowledge_chunks_embedding ON public.knowledge_chunks USING hnsw (embedding extensions.vector_cosine_ops) WITH (ef_construction='200');

CREATE UNIQUE INDEX idx_profiles_stripe ON public.profiles USING btree (stripe_customer_id) WHERE (stripe_customer_id IS NOT NULL);

CREATE INDEX idx_projects_created ON public.projects USING btree (created_at DESC);

CREATE INDEX idx_projects_user ON public.projects USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX idx_render_tasks_created_at ON public.render_tasks USING btree (created_at DESC);

CREATE INDEX idx_render_tasks_status ON public.render_tasks USING btree (status);

CREATE INDEX idx_render_tasks_video_job_id ON public.render_tasks USING btree (video_job_id, created_at DESC);

CREATE INDEX idx_video_jobs_channel_id ON public.video_jobs USING btree (channel_id, created_at DESC);

CREATE INDEX idx_video_jobs_created_at ON public.video_jobs USING btree (created_at DESC);

CREATE INDEX idx_video_jobs_prompts ON public.video_jobs USING gin (prompts_json);

CREATE INDEX idx_video_jobs_status ON public.video_jobs USING btree (status, created_at);

CREATE INDEX images_by_owner ON public.images USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX images_by_proof ON public.images USING btree (proof_upload_id) WHERE (proof_upload_id IS NOT NULL);

CREATE UNIQUE INDEX images_by_upload ON public.images USING btree (upload_id) WHERE (upload_id IS NOT NULL);

CREATE INDEX integration_connections_by_oauth ON public.integration_connections USING btree (oauth_connection_id) WHERE (oauth_connection_id IS NOT NULL);

CREATE INDEX integration_connections_by_owner ON public.integration_connections USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX integration_connections_by_secret ON public.integration_connections USING btree (secret_id) WHERE (secret_id IS NOT NULL);

CREATE INDEX integration_connections_due ON public.integration_connections USING btree (next_sync_at) WHERE ((connection_status = 'connected'::text) AND (sync_status <> 'syncing'::text));

CREATE INDEX job_events_by_job ON public.job_events USING btree (job_id, seq);

CREATE INDEX job_events_by_owner ON public.job_events USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX job_steps_by_owner ON public.job_steps USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX jobs_by_lease ON public.jobs USING btree (lease_until) WHERE ((lease_until IS NOT NULL) AND (status <> ALL (ARRAY['READY'::public.job_status, 'FAILED'::public.job_status, 'CANCELLED'::public.job_status])));

CREATE INDEX jobs_due ON public.jobs USING btree (status, next_attempt_at) WHERE (status = 'QUEUED'::public.job_status);

CREATE UNIQUE INDEX jobs_one_active_per_user ON public.jobs USING btree (user_id) WHERE (status <> ALL (ARRAY['READY'::public.job_status, 'FAILED'::public.job_status, 'CANCELLED'::public.job_status]));

CREATE INDEX keyword_research_by_owner ON public.keyword_research USING btree (created_by, created_at DESC, id DESC);

CREATE INDEX keyword_research_by_tag ON public.keyword_research USING gin (tags);

CREATE INDEX knowledge_access_logs_by_bucket ON ONLY public.knowledge_access_logs USING btree (bucket_id, created_at DESC) WHERE (bucket_id IS NOT NULL);

CREATE INDEX knowledge_access_logs_by_owner ON ONLY public.knowledge_access_logs USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX knowledge_access_logs_empty ON ONLY public.knowledge_access_logs USING btree (user_id, created_at DESC) WHERE (result_count = 0);

CREATE INDEX knowledge_buckets_by_campaign ON public.knowledge_buckets USING btree (campaign_id) WHERE (campaign_id IS NOT NULL);

CREATE INDEX knowledge_buckets_by_owner ON public.knowledge_buckets USING btree (created_by, created_at DESC, id DESC);

CREATE INDEX knowledge_chunks_by_bucket ON public.knowledge_chunks USING btree (bucket_id);

CREATE INDEX knowledge_chunks_by_hash ON public.knowledge_chunks USING btree (created_by, content_hash);

CREATE INDEX knowledge_chunks_by_hits ON public.knowledge_chunks USING btree (created_by, hit_count DESC, id DESC) WHERE (hit_count > 0);

CREATE INDEX knowledge_chunks_by_owner ON public.knowledge_chunks USING btree (created_by, created_at DESC, id DESC);

CREATE INDEX knowledge_chunks_by_words ON public.knowledge_chunks USING gin (tsv);

CREATE INDEX knowledge_documents_by_bucket ON public.knowledge_documents USING btree (bucket_id, created_at DESC, id DESC);

CREATE INDEX knowledge_documents_by_owner ON public.knowledge_documents USING btree (created_by, created_at DESC, id DESC);

CREATE INDEX knowledge_documents_by_status ON public.knowledge_documents USING btree (created_by, status, created_at DESC);

CREATE INDEX knowledge_documents_stuck ON public.knowledge_documents USING btree (heartbeat_at) WHERE (status = 'processing'::text);

CREATE INDEX lead_activities_by_lead ON public.lead_activities USING btree (lead_id, occurred_at DESC, id DESC);

CREATE INDEX lead_activities_by_owner ON public.lead_activities USING btree (created_by, created_at DESC, id DESC);

CREATE INDEX lead_activities_by_type ON public.lead_activities USING btree (lead_id, activity_type, occurred_at) WHERE (NOT is_bot);

CREATE INDEX lead_merges_by_lead ON public.lead_merges USING btree (lead_id, created_at DESC);

CREATE INDEX lead_merges_by_merged ON public.lead_merges USING btree (merged_id);

CREATE INDEX lead_merges_by_owner ON public.lead_merges USING btree (created_by, created_at DESC, id DESC);

CREATE UNIQUE INDEX lead_merges_open_once ON public.lead_merges USING btree (merged_id, created_by) WHERE (undone_at IS NULL);

CREATE INDEX lead_score_events_by_lead ON public.lead_score_events USING btree (lead_id, rule_id);

CREATE INDEX lead_score_events_by_owner ON public.lead_score_events USING btree (created_by, created_at DESC, id DESC);

CREATE UNIQUE INDEX lead_score_events_given_once ON public.lead_score_events USING btree (created_by, activity_id) WHERE ((rule_id IS NULL) AND (activity_id IS NOT NULL));

CREATE INDEX lead_scoring_rules_by_owner ON public.lead_scoring_rules USING btree (created_by, created_at DESC, id DESC);

CREATE INDEX leads_by_campaign ON public.leads USING btree (campaign_id) WHERE (campaign_id IS NOT NULL);

CREATE INDEX leads_by_company ON public.leads USING btree (created_by, company);

CREATE INDEX leads_by_merge ON public.leads USING btree (merged_into_id) WHERE (merged_into_id IS NOT NULL);

CREATE INDEX leads_by_owner ON public.leads USING btree (created_by, created_at DESC, id DESC);

CREATE INDEX leads_by_score ON public.leads USING btree (created_by, lead_score DESC, id DESC);

CREATE INDEX leads_by_source ON public.leads USING btree (created_by, source, created_at DESC, id DESC);

CREATE INDEX leads_by_status ON public.leads USING btree (created_by, status, created_at DESC, id DESC);

CREATE UNIQUE INDEX leads_email_once ON public.leads USING btree (created_by, email) WHERE ((email IS NOT NULL) AND (deleted_at IS NULL));

CREATE INDEX leads_to_score ON public.leads USING btree (created_by) WHERE (score_updated_at IS NULL);

CREATE INDEX metadata_experiments_by_owner ON public.metadata_experiments USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX metadata_experiments_by_video ON public.metadata_experiments USING btree (user_id, video_id);

CREATE INDEX metadata_experiments_list ON public.metadata_experiments USING btree (user_id, created_at DESC, id DESC) WHERE is_control;

CREATE UNIQUE INDEX metadata_experiments_one_control ON public.metadata_experiments USING btree (user_id, experiment_key) WHERE is_control;

CREATE UNIQUE INDEX metadata_experiments_one_on_air ON public.metadata_experiments USING btree (user_id, video_id) WHERE (is_control AND (status = 'running'::text));

CREATE INDEX metadata_experiments_running ON public.metadata_experiments USING btree (end_date) WHERE (is_control AND (status = 'running'::text));

CREATE INDEX oauth_connections_by_owner ON public.oauth_connections USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX oauth_connections_due ON public.oauth_connections USING btree (refresh_after) WHERE ((connection_status = ANY (ARRAY['connected'::text, 'expired'::text])) AND (refresh_exhausted_at IS NULL));

CREATE INDEX oauth_states_by_channel ON public.oauth_states USING btree (channel_id) WHERE (channel_id IS NOT NULL);

CREATE INDEX oauth_states_by_expiry ON public.oauth_states USING btree (expires_at);

CREATE INDEX oauth_states_by_owner ON public.oauth_states USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX performance_analytics_by_age ON public.performance_analytics USING btree (created_at);

CREATE INDEX performance_analytics_by_owner ON public.performance_analytics USING btree (created_by, created_at DESC, id DESC);

CREATE INDEX performance_analytics_by_time ON public.performance_analytics USING btree (created_by, metric_type, time_period DESC);

CREATE INDEX performance_tracking_frameworks_active ON public.performance_tracking_frameworks USING btree (user_id, is_active, created_at DESC);

CREATE INDEX performance_tracking_frameworks_by_campaign ON public.performance_tracking_frameworks USING btree (campaign_id) WHERE (campaign_id IS NOT NULL);

CREATE INDEX performance_tracking_frameworks_by_owner ON public.performance_tracking_frameworks USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX performance_tracking_frameworks_by_parent ON public.performance_tracking_frameworks USING btree (parent_id) WHERE (parent_id IS NOT NULL);

CREATE INDEX pipeline_by_channel ON public.pipeline USING btree (user_id, channel_id, created_at DESC) WHERE (channel_id IS NOT NULL);

CREATE INDEX pipeline_by_owner ON public.pipeline USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX pipeline_open ON public.pipeline USING btree (status, updated_at) WHERE (status = ANY (ARRAY['pending'::text, 'running'::text, 'paused'::text]));

CREATE INDEX pipeline_runs_by_owner ON public.pipeline_runs USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX pipeline_runs_by_run ON public.pipeline_runs USING btree (run_id);

CREATE INDEX pipeline_runs_by_stage ON public.pipeline_runs USING btree (stage, created_at DESC);

CREATE INDEX pipeline_runs_failed ON public.pipeline_runs USING btree (status) WHERE (status = 'failure'::text);

CREATE INDEX privacy_audit_log_by_owner ON public.privacy_audit_log USING btree (user_id, "timestamp" DESC, id DESC);

CREATE INDEX projects_by_draft ON public.projects USING btree (draft_id) WHERE (draft_id IS NOT NULL);

CREATE INDEX proposal_templates_by_category ON public.proposal_templates USING btree (user_id, category, created_at DESC, id DESC);

CREATE INDEX proposal_templates_by_owner ON public.proposal_templates USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX publications_by_account ON public.publications USING btree (oauth_connection_id) WHERE (oauth_connection_id IS NOT NULL);

CREATE INDEX publications_by_owner ON public.publications USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX publications_out ON public.publications USING btree (user_id, platform_video_id) WHERE (state = 'published'::text);

CREATE INDEX real_time_metrics_by_owner ON public.real_time_metrics USING btree (user_id, recorded_at DESC, id DESC);

CREATE INDEX render_tasks_by_owner ON public.render_tasks USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX report_schedules_by_owner ON public.report_schedules USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX report_schedules_due ON public.report_schedules USING btree (next_run_at) WHERE is_active;

CREATE INDEX research_cache_by_expiry ON public.research_cache USING btree (expires_at);

CREATE INDEX research_cache_by_owner ON public.research_cache USING btree (user_id, created_at DESC, id DESC);

CREATE UNIQUE INDEX research_cache_one_per_topic ON public.research_cache USING btree (user_id, topic_key, params_hash, contract_version) WHERE (kind = 'research'::text);

CREATE INDEX research_notes_by_conversation ON public.research_notes USING btree (conversation_id) WHERE (conversation_id IS NOT NULL);

CREATE INDEX research_notes_by_message ON public.research_notes USING btree (message_id) WHERE (message_id IS NOT NULL);

CREATE INDEX research_notes_by_owner ON public.research_notes USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX scripts_by_change ON public.scripts USING btree (user_id, updated_at, id);

CREATE INDEX scripts_by_owner ON public.scripts USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX scripts_by_parent ON public.scripts USING btree (parent_id) WHERE (parent_id IS NOT NULL);

CREATE INDEX scripts_by_run ON public.scripts USING btree (run_id) WHERE (run_id IS NOT NULL);

CREATE INDEX secret_audit_logs_by_age ON public.secret_audit_logs USING btree (created_at);

CREATE INDEX secret_audit_logs_by_operation ON public.secret_audit_logs USING btree (user_id, operation, created_at DESC, id DESC);

CREATE INDEX secret_audit_logs_by_owner ON public.secret_audit_logs USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX secret_audit_logs_by_service ON public.secret_audit_logs USING btree (user_id, service_name, created_at DESC, id DESC);

CREATE INDEX social_platform_connections_by_owner ON public.social_platform_connections USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX support_ticket_messages_by_owner ON public.support_ticket_messages USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX support_ticket_messages_by_ticket ON public.support_ticket_messages USING btree (ticket_id, created_at);

CREATE INDEX support_tickets_by_email ON public.support_tickets USING btree (email, created_at DESC);

CREATE INDEX support_tickets_by_followed ON public.support_tickets USING btree (follows_id) WHERE (follows_id IS NOT NULL);

CREATE INDEX support_tickets_by_owner ON public.support_tickets USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX support_tickets_by_status ON public.support_tickets USING btree (status, priority, created_at);

CREATE INDEX support_tickets_by_token ON public.support_tickets USING btree (access_token_hash) WHERE (access_token_hash IS NOT NULL);

CREATE INDEX support_tickets_resolution_due ON public.support_tickets USING btree (resolution_due_at) WHERE (status = ANY (ARRAY['open'::text, 'in_progress'::text]));

CREATE INDEX support_tickets_response_due ON public.support_tickets USING btree (first_response_due_at) WHERE ((first_response_at IS NULL) AND (status = 'open'::text));

CREATE INDEX support_tickets_to_close ON public.support_tickets USING btree (resolved_at) WHERE (status = 'resolved'::text);

CREATE INDEX uploads_by_album ON public.uploads USING btree (video_job_id) WHERE (video_job_id IS NOT NULL);

CREATE INDEX uploads_by_owner ON public.uploads USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX uploads_by_project ON public.uploads USING btree (project_id) WHERE (project_id IS NOT NULL);

CREATE INDEX uploads_waiting ON public.uploads USING btree (expires_at) WHERE (state = 'pending'::text);

CREATE INDEX user_analytics_events_by_form ON ONLY public.user_analytics_events USING btree (user_id, form_key, client_ts) WHERE (form_key IS NOT NULL);

CREATE INDEX user_analytics_events_by_owner ON ONLY public.user_analytics_events USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX user_privacy_settings_by_retention ON public.user_privacy_settings USING btree (data_retention_days) WHERE (data_retention_days < 730);

CREATE INDEX user_secrets_by_expiry ON public.user_secrets USING btree (expires_at) WHERE (expires_at IS NOT NULL);

CREATE INDEX user_secrets_by_key ON public.user_secrets USING btree (key_version, id);

CREATE INDEX user_secrets_by_owner ON public.user_secrets USING btree (user_id, created_at DESC, id DESC);

CREATE UNIQUE INDEX user_secrets_nonce_once ON public.user_secrets USING btree (key_version, initialization_vector);

CREATE INDEX video_analytics_by_owner ON public.video_analytics USING btree (user_id, snapshot_date DESC, id DESC);

CREATE INDEX video_jobs_by_owner ON public.video_jobs USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX video_jobs_by_status ON public.video_jobs USING btree (user_id, status, created_at DESC);

CREATE INDEX video_jobs_paused ON public.video_jobs USING btree (finished_at) WHERE ((status = 'failed'::public.video_job_status) AND (error_code = 'BudgetExceeded'::text) AND (deleted_at IS NULL));

CREATE INDEX video_jobs_working ON public.video_jobs USING btree (heartbeat_at) WHERE (goal IS NOT NULL);

CREATE INDEX webhook_deliveries_by_age ON public.webhook_deliveries USING btree (created_at);

CREATE INDEX webhook_deliveries_by_owner ON public.webhook_deliveries USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX webhook_deliveries_by_webhook ON public.webhook_deliveries USING btree (webhook_id, created_at DESC);

CREATE INDEX webhook_deliveries_due ON public.webhook_deliveries USING btree (next_attempt_at) WHERE (status = ANY (ARRAY['pending'::text, 'delivering'::text]));

CREATE UNIQUE INDEX webhook_deliveries_once ON public.webhook_deliveries USING btree (event_id, webhook_id) WHERE (trigger = 'event'::text);

CREATE INDEX webhook_events_by_age ON public.webhook_events USING btree (created_at);

CREATE INDEX webhook_events_by_owner ON public.webhook_events USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX webhook_events_by_subject ON public.webhook_events USING btree (user_id, subject_id) WHERE (subject_id IS NOT NULL);

CREATE INDEX webhooks_by_owner ON public.webhooks USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX workflow_executions_by_campaign ON public.workflow_executions USING btree (campaign_id, created_at DESC) WHERE (campaign_id IS NOT NULL);

CREATE INDEX workflow_executions_by_owner ON public.workflow_executions USING btree (created_by, created_at DESC, id DESC);

CREATE INDEX workflow_executions_by_workflow ON public.workflow_executions USING btree (created_by, workflow_id, created_at DESC, id DESC);

CREATE INDEX workflow_executions_open ON public.workflow_executions USING btree (status, updated_at) WHERE (status = ANY (ARRAY['pending'::text, 'running'::text]));

CREATE TRIGGER on_auth_user_created AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.handle_new_user();

CREATE TRIGGER tr_blobs_updated BEFORE UPDATE ON private.blobs FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER ai_insights_status_begins BEFORE INSERT ON public.ai_insights FOR EACH ROW EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER ai_insights_status_moves BEFORE UPDATE OF status ON public.ai_insights FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER ai_interaction_feedback_append_only BEFORE DELETE OR UPDATE ON public.ai_interaction_feedback FOR EACH ROW EXECUTE FUNCTION private.append_only('730 days', 'user_id');

CREATE TRIGGER ai_interaction_feedback_learned AFTER INSERT ON public.ai_interaction_feedback FOR EACH ROW WHEN ((new.pattern_ids <> '{}'::uuid[])) EXECUTE FUNCTION private.learn();

CREATE TRIGGER ai_model_configs_fill AFTER UPDATE OF is_active ON public.ai_model_configs FOR EACH ROW WHEN ((old.is_default AND (NOT new.is_active))) EXECUTE FUNCTION private.fill_default();

CREATE TRIGGER ai_model_configs_retire BEFORE UPDATE OF is_active ON public.ai_model_configs FOR EACH ROW EXECUTE FUNCTION private.retire_default();

CREATE TRIGGER ai_model_prices_append_only BEFORE DELETE OR UPDATE ON public.ai_model_prices FOR EACH ROW EXECUTE FUNCTION private.append_only();

CREATE TRIGGER ai_model_update_logs_append_only BEFORE DELETE OR UPDATE ON public.ai_model_update_logs FOR EACH ROW EXECUTE FUNCTION private.append_only();

CREATE TRIGGER ai_video_jobs_completed_at_stamp BEFORE INSERT OR UPDATE OF status, completed_at ON public.ai_video_jobs FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'completed_at', '{completed}', 'f');

CREATE TRIGGER ai_video_jobs_status_begins BEFORE INSERT ON public.ai_video_jobs FOR EACH ROW EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER ai_video_jobs_status_moves BEFORE UPDATE OF status ON public.ai_video_jobs FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER ai_video_projects_completed_at_stamp BEFORE INSERT OR UPDATE OF status, completed_at ON public.ai_video_projects FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'completed_at', '{completed}', 'f');

CREATE TRIGGER ai_video_projects_status_begins BEFORE INSERT ON public.ai_video_projects FOR EACH ROW EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER ai_video_projects_status_moves BEFORE UPDATE OF status ON public.ai_video_projects FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER analytics_reports_generated_at_stamp BEFORE INSERT OR UPDATE OF status, generated_at ON public.analytics_reports FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'generated_at', '{ready}', 'f');

CREATE TRIGGER analytics_reports_status_moves BEFORE UPDATE OF status ON public.analytics_reports FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER audio_tracks_status_moves BEFORE UPDATE OF status ON public.audio_tracks FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER autopilot_actions_executed_at_stamp BEFORE INSERT OR UPDATE OF status, executed_at ON public.autopilot_actions FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'executed_at', '{executed,reverted}', 'f');

CREATE TRIGGER autopilot_actions_reverted_at_stamp BEFORE INSERT OR UPDATE OF status, reverted_at ON public.autopilot_actions FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'reverted_at', '{reverted}', 'f');

CREATE TRIGGER autopilot_actions_status_begins BEFORE INSERT ON public.autopilot_actions FOR EACH ROW EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER autopilot_actions_status_moves BEFORE UPDATE OF status ON public.autopilot_actions FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER autopilot_activity_log_append_only BEFORE DELETE OR UPDATE ON public.autopilot_activity_log FOR EACH ROW EXECUTE FUNCTION private.append_only('730 days', 'user_id');

CREATE TRIGGER autopilot_lead_inbox_copied BEFORE INSERT ON public.autopilot_lead_inbox FOR EACH ROW EXECUTE FUNCTION private.copy_into_inbox();

CREATE TRIGGER autopilot_lead_inbox_status_moves BEFORE UPDATE OF status ON public.autopilot_lead_inbox FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER autopilot_weekly_reports_status_moves BEFORE UPDATE OF status ON public.autopilot_weekly_reports FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER brand_positioning_analyses_status_begins BEFORE INSERT ON public.brand_positioning_analyses FOR EACH ROW EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER brand_positioning_analyses_status_moves BEFORE UPDATE OF status ON public.brand_positioning_analyses FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER brand_positioning_analyses_version BEFORE INSERT ON public.brand_positioning_analyses FOR EACH ROW EXECUTE FUNCTION private.next_version();

CREATE TRIGGER budget_reservations_closed_at_stamp BEFORE INSERT OR UPDATE OF status, closed_at ON public.budget_reservations FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'closed_at', '{settled,released,expired}', 'f');

CREATE TRIGGER budget_reservations_status_begins BEFORE INSERT ON public.budget_reservations FOR EACH ROW EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER budget_reservations_status_moves BEFORE UPDATE OF status ON public.budget_reservations FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER campaign_copilot_sessions_status_begins BEFORE INSERT ON public.campaign_copilot_sessions FOR EACH ROW EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER campaign_copilot_sessions_status_moves BEFORE UPDATE OF status ON public.campaign_copilot_sessions FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER campaign_copilot_sessions_version BEFORE UPDATE ON public.campaign_copilot_sessions FOR EACH ROW EXECUTE FUNCTION private.count_version();

CREATE TRIGGER campaign_metrics_added AFTER INSERT ON public.campaign_metrics REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION private.refresh_changed_campaigns();

CREATE TRIGGER campaign_metrics_changed AFTER UPDATE ON public.campaign_metrics REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION private.refresh_changed_campaigns();

CREATE TRIGGER campaign_metrics_removed AFTER DELETE ON public.campaign_metrics REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION private.refresh_changed_campaigns();

CREATE TRIGGER campaign_performance_metrics_append_only BEFORE DELETE OR UPDATE ON public.campaign_performance_metrics FOR EACH ROW EXECUTE FUNCTION private.append_only('90 days', 'created_by');

CREATE TRIGGER campaign_performance_monitor_append_only BEFORE DELETE OR UPDATE ON public.campaign_performance_monitor FOR EACH ROW EXECUTE FUNCTION private.append_only('365 days', 'created_by');

CREATE TRIGGER campaign_spends_append_only BEFORE DELETE OR UPDATE ON public.campaign_spends FOR EACH ROW EXECUTE FUNCTION private.append_only();

CREATE TRIGGER campaign_tasks_completed_at_stamp BEFORE INSERT OR UPDATE OF status, completed_at ON public.campaign_tasks FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'completed_at', '{completed}', 'f');

CREATE TRIGGER campaign_tasks_status_moves BEFORE UPDATE OF status ON public.campaign_tasks FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER campaigns_archived_at_stamp BEFORE INSERT OR UPDATE OF status, archived_at ON public.campaigns FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'archived_at', '{archived}', 'f');

CREATE TRIGGER campaigns_completed_at_stamp BEFORE INSERT OR UPDATE OF status, completed_at ON public.campaigns FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'completed_at', '{completed}', 't');

CREATE TRIGGER campaigns_launched_at_stamp BEFORE INSERT OR UPDATE OF status, launched_at ON public.campaigns FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'launched_at', '{active}', 't');

CREATE TRIGGER campaigns_paused_at_stamp BEFORE INSERT OR UPDATE OF status, paused_at ON public.campaigns FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'paused_at', '{paused}', 'f');

CREATE TRIGGER campaigns_ready BEFORE UPDATE OF status ON public.campaigns FOR EACH ROW WHEN (((old.status <> new.status) AND (new.status = ANY (ARRAY['scheduled'::text, 'active'::text])))) EXECUTE FUNCTION private.check_launch();

CREATE TRIGGER campaigns_status_begins BEFORE INSERT ON public.campaigns FOR EACH ROW EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER campaigns_status_moves BEFORE UPDATE OF status ON public.campaigns FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER campaigns_version BEFORE UPDATE OF name, description, type, channel, channels, status, currency, total_budget, budget_allocated, budget_breakdown, start_date, end_date, primary_objective, target_audience, demographics, kpi_targets, content, settings, metadata, compliance_checklist, auto_managed, parent_campaign_id ON public.campaigns FOR EACH ROW EXECUTE FUNCTION private.count_version();

CREATE TRIGGER channel_budgets_begin AFTER INSERT ON public.channel_budgets FOR EACH ROW WHEN (((new.period <> 'run'::text) AND (new.period_start = '-infinity'::timestamp with time zone))) EXECUTE FUNCTION private.begin_budget();

CREATE TRIGGER channel_configs_kpis_known BEFORE INSERT OR UPDATE OF kpi_targets ON public.channel_configs FOR EACH ROW EXECUTE FUNCTION private.check_kpi_targets();

CREATE TRIGGER channel_configs_version BEFORE UPDATE ON public.channel_configs FOR EACH ROW EXECUTE FUNCTION private.count_version();

CREATE TRIGGER channel_costs_append_only BEFORE DELETE OR UPDATE ON public.channel_costs FOR EACH ROW EXECUTE FUNCTION private.append_only();

CREATE TRIGGER channels_stay_connected BEFORE UPDATE OF youtube_channel_id ON public.channels FOR EACH ROW WHEN (((old.oauth_connection_id IS NOT NULL) AND (new.oauth_connection_id = old.oauth_connection_id) AND ((new.youtube_channel_id)::text IS DISTINCT FROM (old.youtube_channel_id)::text))) EXECUTE FUNCTION private.keep_connected_channel();

CREATE TRIGGER chat_messages_a_place BEFORE INSERT ON public.chat_messages FOR EACH ROW EXECUTE FUNCTION private.place_message();

CREATE TRIGGER chat_messages_b_count AFTER INSERT ON public.chat_messages FOR EACH ROW EXECUTE FUNCTION private.count_message();

CREATE TRIGGER chat_messages_finish AFTER UPDATE OF status ON public.chat_messages FOR EACH ROW WHEN (((new.status = 'complete'::text) AND (old.status <> 'complete'::text))) EXECUTE FUNCTION private.finish_exchange();

CREATE TRIGGER chat_messages_status_begins BEFORE INSERT ON public.chat_messages FOR EACH ROW EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER chat_messages_status_moves BEFORE UPDATE OF status ON public.chat_messages FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER competitive_gap_analyses_status_begins BEFORE INSERT ON public.competitive_gap_analyses FOR EACH ROW EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER competitive_gap_analyses_status_moves BEFORE UPDATE OF status ON public.competitive_gap_analyses FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER competitive_gap_analyses_version BEFORE INSERT ON public.competitive_gap_analyses FOR EACH ROW EXECUTE FUNCTION private.next_version();

CREATE TRIGGER content_calendar_approved_at_stamp BEFORE INSERT OR UPDATE OF status, approved_at ON public.content_calendar FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'approved_at', '{approved,scheduled,publishing}', 't');

CREATE TRIGGER content_calendar_assets BEFORE INSERT OR UPDATE OF assets ON public.content_calendar FOR EACH ROW WHEN ((new.assets <> '{}'::uuid[])) EXECUTE FUNCTION private.check_assets();

CREATE TRIGGER content_calendar_hash BEFORE INSERT OR UPDATE OF content_data ON public.content_calendar FOR EACH ROW WHEN ((new.content_data <> '{}'::jsonb)) EXECUTE FUNCTION private.hash_content();

CREATE TRIGGER content_calendar_published_at_stamp BEFORE INSERT OR UPDATE OF status, published_at ON public.content_calendar FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'published_at', '{published}', 't');

CREATE TRIGGER content_calendar_status_begins BEFORE INSERT ON public.content_calendar FOR EACH ROW EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER content_calendar_status_moves BEFORE UPDATE OF status ON public.content_calendar FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER content_calendar_timezone BEFORE INSERT OR UPDATE OF timezone ON public.content_calendar FOR EACH ROW WHEN ((new.timezone <> 'UTC'::text)) EXECUTE FUNCTION private.check_timezone();

CREATE TRIGGER content_publications_conclude AFTER UPDATE OF status ON public.content_publications FOR EACH ROW WHEN ((new.status = ANY (ARRAY['published'::text, 'unconfirmed'::text, 'failed'::text, 'cancelled'::text]))) EXECUTE FUNCTION private.conclude_entry();

CREATE TRIGGER content_publications_published_at_stamp BEFORE INSERT OR UPDATE OF status, published_at ON public.content_publications FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'published_at', '{published}', 'f');

CREATE TRIGGER content_publications_status_begins BEFORE INSERT ON public.content_publications FOR EACH ROW EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER content_publications_status_moves BEFORE UPDATE OF status ON public.content_publications FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER content_templates_version BEFORE UPDATE ON public.content_templates FOR EACH ROW EXECUTE FUNCTION private.count_version();

CREATE TRIGGER conversation_knowledge_refs_append_only BEFORE DELETE OR UPDATE ON public.conversation_knowledge_refs FOR EACH ROW EXECUTE FUNCTION private.keep_reference();

CREATE TRIGGER conversation_messages_a_place BEFORE INSERT ON public.conversation_messages FOR EACH ROW EXECUTE FUNCTION private.place_utterance();

CREATE TRIGGER conversation_messages_b_count AFTER INSERT ON public.conversation_messages FOR EACH ROW EXECUTE FUNCTION private.count_utterance();

CREATE TRIGGER credit_debts_append_only BEFORE DELETE OR UPDATE ON public.credit_debts FOR EACH ROW EXECUTE FUNCTION private.append_only();

CREATE TRIGGER credit_ledger_append_only BEFORE DELETE OR UPDATE ON public.credit_ledger FOR EACH ROW EXECUTE FUNCTION private.guard_ledger();

CREATE TRIGGER data_deletion_requests_cancelled_at_stamp BEFORE INSERT OR UPDATE OF status, cancelled_at ON public.data_deletion_requests FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'cancelled_at', '{cancelled}', 'f');

CREATE TRIGGER data_deletion_requests_completed_at_stamp BEFORE INSERT OR UPDATE OF status, completed_at ON public.data_deletion_requests FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'completed_at', '{completed}', 'f');

CREATE TRIGGER data_deletion_requests_confirmed_at_stamp BEFORE INSERT OR UPDATE OF status, confirmed_at ON public.data_deletion_requests FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'confirmed_at', '{confirmed}', 't');

CREATE TRIGGER data_deletion_requests_status_begins BEFORE INSERT ON public.data_deletion_requests FOR EACH ROW EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER data_deletion_requests_status_moves BEFORE UPDATE OF status ON public.data_deletion_requests FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER data_export_requests_completed_at_stamp BEFORE INSERT OR UPDATE OF status, completed_at ON public.data_export_requests FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'completed_at', '{completed}', 't');

CREATE TRIGGER data_export_requests_expire BEFORE INSERT OR UPDATE OF status ON public.data_export_requests FOR EACH ROW EXECUTE FUNCTION private.export_expires();

CREATE TRIGGER data_export_requests_status_begins BEFORE INSERT ON public.data_export_requests FOR EACH ROW EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER data_export_requests_status_moves BEFORE UPDATE OF status ON public.data_export_requests FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER digital_assets_deleted_at_stamp BEFORE INSERT OR UPDATE OF status, deleted_at ON public.digital_assets FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'deleted_at', '{deleted}', 'f');

CREATE TRIGGER digital_assets_in_use BEFORE UPDATE OF status ON public.digital_assets FOR EACH ROW WHEN (((new.status = 'deleted'::text) AND (old.status <> 'deleted'::text))) EXECUTE FUNCTION private.keep_used_asset();

CREATE TRIGGER digital_assets_status_moves BEFORE UPDATE OF status ON public.digital_assets FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER email_automation_runs_done_at_stamp BEFORE INSERT OR UPDATE OF status, done_at ON public.email_automation_runs FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'done_at', '{done,skipped}', 'f');

CREATE TRIGGER email_automation_runs_status_begins BEFORE INSERT ON public.email_automation_runs FOR EACH ROW EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER email_automation_runs_status_moves BEFORE UPDATE OF status ON public.email_automation_runs FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER email_campaigns_sent_at_stamp BEFORE INSERT OR UPDATE OF status, sent_at ON public.email_campaigns FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'sent_at', '{sent}', 'f');

CREATE TRIGGER email_campaigns_started_at_stamp BEFORE INSERT OR UPDATE OF status, started_at ON public.email_campaigns FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'started_at', '{sending}', 't');

CREATE TRIGGER email_campaigns_status_begins BEFORE INSERT ON public.email_campaigns FOR EACH ROW EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER email_campaigns_status_moves BEFORE UPDATE OF status ON public.email_campaigns FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER email_contacts_a_tidy BEFORE INSERT OR UPDATE OF email ON public.email_contacts FOR EACH ROW EXECUTE FUNCTION private.tidy_contact();

CREATE TRIGGER email_contacts_subscription_status_begins BEFORE INSERT ON public.email_contacts FOR EACH ROW EXECUTE FUNCTION private.guard_state('subscription_status');

CREATE TRIGGER email_contacts_subscription_status_moves BEFORE UPDATE OF subscription_status ON public.email_contacts FOR EACH ROW WHEN ((old.subscription_status IS DISTINCT FROM new.subscription_status)) EXECUTE FUNCTION private.guard_state('subscription_status');

CREATE TRIGGER email_contacts_suppress AFTER INSERT OR UPDATE OF subscription_status ON public.email_contacts FOR EACH ROW EXECUTE FUNCTION private.suppress_contact();

CREATE TRIGGER email_contacts_unsubscribed_at_stamp BEFORE INSERT OR UPDATE OF subscription_status, unsubscribed_at ON public.email_contacts FOR EACH ROW EXECUTE FUNCTION private.stamp_state('subscription_status', 'unsubscribed_at', '{unsubscribed}', 'f');

CREATE TRIGGER email_events_append_only BEFORE DELETE OR UPDATE ON public.email_events FOR EACH ROW EXECUTE FUNCTION private.append_only('730 days', 'user_id');

CREATE TRIGGER email_events_counted AFTER INSERT ON public.email_events FOR EACH ROW EXECUTE FUNCTION private.count_event();

CREATE TRIGGER email_messages_sent AFTER UPDATE OF status ON public.email_messages FOR EACH ROW WHEN (((old.sent_at IS NULL) AND (new.sent_at IS NOT NULL))) EXECUTE FUNCTION private.count_sent();

CREATE TRIGGER email_messages_sent_at_stamp BEFORE INSERT OR UPDATE OF status, sent_at ON public.email_messages FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'sent_at', '{sent,delivered,bounced,complained}', 't');

CREATE TRIGGER email_messages_status_begins BEFORE INSERT ON public.email_messages FOR EACH ROW EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER email_messages_status_moves BEFORE UPDATE OF status ON public.email_messages FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER email_templates_version BEFORE UPDATE ON public.email_templates FOR EACH ROW EXECUTE FUNCTION private.count_version();

CREATE TRIGGER experiment_days_left AFTER UPDATE ON public.experiment_days REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION private.sum_experiment_days();

CREATE TRIGGER experiment_days_resummed AFTER UPDATE ON public.experiment_days REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION private.sum_experiment_days();

CREATE TRIGGER experiment_days_summed AFTER INSERT ON public.experiment_days REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION private.sum_experiment_days();

CREATE TRIGGER experiment_days_unsummed AFTER DELETE ON public.experiment_days REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION private.sum_experiment_days();

CREATE TRIGGER funnel_designs_status_begins BEFORE INSERT ON public.funnel_designs FOR EACH ROW EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER funnel_designs_status_moves BEFORE UPDATE OF status ON public.funnel_designs FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER funnel_designs_version BEFORE INSERT ON public.funnel_designs FOR EACH ROW EXECUTE FUNCTION private.next_version();

CREATE TRIGGER generated_content_pieces_approval_status_begins BEFORE INSERT ON public.generated_content_pieces FOR EACH ROW EXECUTE FUNCTION private.guard_state('approval_status');

CREATE TRIGGER generated_content_pieces_approval_status_moves BEFORE UPDATE OF approval_status ON public.generated_content_pieces FOR EACH ROW WHEN ((old.approval_status IS DISTINCT FROM new.approval_status)) EXECUTE FUNCTION private.guard_state('approval_status');

CREATE TRIGGER generated_content_pieces_reviewed_at_stamp BEFORE INSERT OR UPDATE OF approval_status, reviewed_at ON public.generated_content_pieces FOR EACH ROW EXECUTE FUNCTION private.stamp_state('approval_status', 'reviewed_at', '{approved,rejected,needs_revision}', 'f');

CREATE TRIGGER images_status_moves BEFORE UPDATE OF status ON public.images FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER integration_connections_connection_status_begins BEFORE INSERT ON public.integration_connections FOR EACH ROW EXECUTE FUNCTION private.guard_state('connection_status');

CREATE TRIGGER integration_connections_connection_status_moves BEFORE UPDATE OF connection_status ON public.integration_connections FOR EACH ROW WHEN ((old.connection_status IS DISTINCT FROM new.connection_status)) EXECUTE FUNCTION private.guard_state('connection_status');

CREATE TRIGGER integration_connections_sync_status_begins BEFORE INSERT ON public.integration_connections FOR EACH ROW EXECUTE FUNCTION private.guard_state('sync_status');

CREATE TRIGGER integration_connections_sync_status_moves BEFORE UPDATE OF sync_status ON public.integration_connections FOR EACH ROW WHEN ((old.sync_status IS DISTINCT FROM new.sync_status)) EXECUTE FUNCTION private.guard_state('sync_status');

CREATE TRIGGER job_events_append_only BEFORE DELETE OR UPDATE ON public.job_events FOR EACH ROW EXECUTE FUNCTION private.append_only();

CREATE TRIGGER jobs_clear_gone AFTER DELETE ON public.jobs FOR EACH ROW EXECUTE FUNCTION private.clear_job();

CREATE TRIGGER jobs_guard BEFORE INSERT OR DELETE OR UPDATE ON public.jobs FOR EACH ROW EXECUTE FUNCTION private.guard_job();

CREATE TRIGGER jobs_heartbeat_keeps_hold AFTER UPDATE OF heartbeat_at ON public.jobs FOR EACH ROW WHEN ((new.heartbeat_at IS DISTINCT FROM old.heartbeat_at)) EXECUTE FUNCTION private.credit_extend_hold();

CREATE TRIGGER knowledge_access_logs_append_only BEFORE DELETE OR UPDATE ON public.knowledge_access_logs FOR EACH ROW EXECUTE FUNCTION private.append_only('90 days', 'user_id');

CREATE TRIGGER knowledge_chunks_added AFTER INSERT ON public.knowledge_chunks REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION private.count_added('chunk_count');

CREATE TRIGGER knowledge_chunks_removed AFTER DELETE ON public.knowledge_chunks REFERENCING OLD TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION private.count_removed('chunk_count');

CREATE TRIGGER knowledge_documents_added AFTER INSERT ON public.knowledge_documents REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION private.count_added('document_count');

CREATE TRIGGER knowledge_documents_processed_at_stamp BEFORE INSERT OR UPDATE OF status, processed_at ON public.knowledge_documents FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'processed_at', '{ready}', 't');

CREATE TRIGGER knowledge_documents_removed AFTER DELETE ON public.knowledge_documents REFERENCING OLD TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION private.count_removed('document_count');

CREATE TRIGGER knowledge_documents_status_begins BEFORE INSERT ON public.knowledge_documents FOR EACH ROW EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER knowledge_documents_status_moves BEFORE UPDATE OF status ON public.knowledge_documents FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER lead_activities_append_only BEFORE DELETE ON public.lead_activities FOR EACH ROW EXECUTE FUNCTION private.append_only();

CREATE TRIGGER lead_activities_filed BEFORE INSERT ON public.lead_activities FOR EACH ROW EXECUTE FUNCTION private.file_activity();

CREATE TRIGGER lead_activities_follow BEFORE UPDATE ON public.lead_activities FOR EACH ROW WHEN ((new.lead_id <> old.lead_id)) EXECUTE FUNCTION private.follow_merge();

CREATE TRIGGER lead_activities_scored AFTER INSERT ON public.lead_activities REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION private.score_active_leads();

CREATE TRIGGER lead_activities_unchanged BEFORE UPDATE ON public.lead_activities FOR EACH ROW WHEN (((to_jsonb(new.*) - 'lead_id'::text) <> (to_jsonb(old.*) - 'lead_id'::text))) EXECUTE FUNCTION private.append_only();

CREATE TRIGGER lead_score_events_append_only BEFORE DELETE ON public.lead_score_events FOR EACH ROW EXECUTE FUNCTION private.append_only();

CREATE TRIGGER lead_score_events_follow BEFORE UPDATE ON public.lead_score_events FOR EACH ROW WHEN ((new.lead_id <> old.lead_id)) EXECUTE FUNCTION private.follow_merge();

CREATE TRIGGER lead_score_events_scored AFTER INSERT ON public.lead_score_events REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION private.score_given_points();

CREATE TRIGGER lead_score_events_unchanged BEFORE UPDATE ON public.lead_score_events FOR EACH ROW WHEN (((to_jsonb(new.*) - 'lead_id'::text) <> (to_jsonb(old.*) - 'lead_id'::text))) EXECUTE FUNCTION private.append_only();

CREATE TRIGGER lead_scoring_rules_added AFTER INSERT ON public.lead_scoring_rules REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION private.rules_changed();

CREATE TRIGGER lead_scoring_rules_changed AFTER UPDATE ON public.lead_scoring_rules REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION private.rules_changed();

CREATE TRIGGER lead_scoring_rules_conditions BEFORE INSERT OR UPDATE OF conditions ON public.lead_scoring_rules FOR EACH ROW EXECUTE FUNCTION private.check_conditions();

CREATE TRIGGER lead_scoring_rules_removed AFTER DELETE ON public.lead_scoring_rules REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION private.rules_changed();

CREATE TRIGGER leads_a_tidy BEFORE INSERT OR UPDATE ON public.leads FOR EACH ROW EXECUTE FUNCTION private.tidy_lead();

CREATE TRIGGER leads_scored AFTER INSERT OR UPDATE OF first_name, last_name, email, company, job_title, phone, industry, company_size, country, annual_revenue, source, source_details, status, tags, enriched_data, consent, deleted_at ON public.leads FOR EACH STATEMENT EXECUTE FUNCTION private.score_changed_leads();

CREATE TRIGGER leads_status_moves BEFORE UPDATE OF status ON public.leads FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER leads_z_changed AFTER UPDATE ON public.leads REFERENCING OLD TABLE AS before_change NEW TABLE AS after_change FOR EACH STATEMENT EXECUTE FUNCTION private.lead_changed();

CREATE TRIGGER marketing_autopilot_config_shares BEFORE INSERT OR UPDATE OF ai_strategy ON public.marketing_autopilot_config FOR EACH ROW EXECUTE FUNCTION private.check_shares();

CREATE TRIGGER metadata_experiments_decided_at_stamp BEFORE INSERT OR UPDATE OF status, decided_at ON public.metadata_experiments FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'decided_at', '{decided,inconclusive}', 'f');

CREATE TRIGGER metadata_experiments_kept BEFORE DELETE ON public.metadata_experiments FOR EACH ROW WHEN (((old.status = 'running'::text) AND (CURRENT_USER = 'authenticated'::name))) EXECUTE FUNCTION private.keep_running_experiment();

CREATE TRIGGER metadata_experiments_rates BEFORE INSERT OR UPDATE ON public.metadata_experiments FOR EACH ROW EXECUTE FUNCTION private.derive_rates();

CREATE TRIGGER metadata_experiments_stand BEFORE UPDATE OF video_id, experiment_type, title_variant, thumbnail_variant, start_date, end_date, experiment_key, variant_key, is_control, assignment, metric ON public.metadata_experiments FOR EACH ROW WHEN (((old.status = 'running'::text) AND (CURRENT_USER = 'authenticated'::name))) EXECUTE FUNCTION private.keep_running_experiment();

CREATE TRIGGER metadata_experiments_status_moves BEFORE UPDATE OF status ON public.metadata_experiments FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER oauth_connections_connection_status_moves BEFORE UPDATE OF connection_status ON public.oauth_connections FOR EACH ROW WHEN ((old.connection_status IS DISTINCT FROM new.connection_status)) EXECUTE FUNCTION private.guard_state('connection_status');

CREATE TRIGGER oauth_connections_mirrored AFTER UPDATE OF connection_status ON public.oauth_connections FOR EACH ROW WHEN ((old.connection_status IS DISTINCT FROM new.connection_status)) EXECUTE FUNCTION private.mirror_connection();

CREATE TRIGGER performance_analytics_append_only BEFORE DELETE OR UPDATE ON public.performance_analytics FOR EACH ROW EXECUTE FUNCTION private.append_only('2 years 1 mon', 'created_by');

CREATE TRIGGER performance_tracking_frameworks_status_begins BEFORE INSERT ON public.performance_tracking_frameworks FOR EACH ROW EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER performance_tracking_frameworks_status_moves BEFORE UPDATE OF status ON public.performance_tracking_frameworks FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER performance_tracking_frameworks_version BEFORE INSERT ON public.performance_tracking_frameworks FOR EACH ROW EXECUTE FUNCTION private.next_version();

CREATE TRIGGER pipeline_finished_at_stamp BEFORE INSERT OR UPDATE OF status, finished_at ON public.pipeline FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'finished_at', '{succeeded,failed,cancelled}', 'f');

CREATE TRIGGER pipeline_runs_append_only BEFORE DELETE OR UPDATE ON public.pipeline_runs FOR EACH ROW EXECUTE FUNCTION private.append_only();

CREATE TRIGGER pipeline_runs_metrics BEFORE INSERT ON public.pipeline_runs FOR EACH ROW EXECUTE FUNCTION private.complete_metrics();

CREATE TRIGGER pipeline_started_at_stamp BEFORE INSERT OR UPDATE OF status, started_at ON public.pipeline FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'started_at', '{running,succeeded}', 't');

CREATE TRIGGER pipeline_status_moves BEFORE UPDATE OF status ON public.pipeline FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER privacy_audit_log_chained BEFORE INSERT OR DELETE OR UPDATE ON public.privacy_audit_log FOR EACH ROW EXECUTE FUNCTION private.chain_privacy_log();

CREATE TRIGGER projects_clear_deleted AFTER UPDATE OF deleted_at ON public.projects FOR EACH ROW WHEN (((new.deleted_at IS NOT NULL) AND (old.deleted_at IS NULL))) EXECUTE FUNCTION private.clear_project();

CREATE TRIGGER projects_version BEFORE UPDATE ON public.projects FOR EACH ROW EXECUTE FUNCTION private.count_version();

CREATE TRIGGER publications_finished_at_stamp BEFORE INSERT OR UPDATE OF state, finished_at ON public.publications FOR EACH ROW EXECUTE FUNCTION private.stamp_state('state', 'finished_at', '{published,failed,cancelled}', 'f');

CREATE TRIGGER publications_state_begins BEFORE INSERT ON public.publications FOR EACH ROW EXECUTE FUNCTION private.guard_state('state');

CREATE TRIGGER publications_state_moves BEFORE UPDATE OF state ON public.publications FOR EACH ROW WHEN ((old.state IS DISTINCT FROM new.state)) EXECUTE FUNCTION private.guard_state('state');

CREATE TRIGGER render_tasks_completed_at_stamp BEFORE INSERT OR UPDATE OF status, completed_at ON public.render_tasks FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'completed_at', '{completed}', 'f');

CREATE TRIGGER render_tasks_status_moves BEFORE UPDATE OF status ON public.render_tasks FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER research_cache_filed BEFORE INSERT OR UPDATE OF topic ON public.research_cache FOR EACH ROW EXECUTE FUNCTION private.file_research();

CREATE TRIGGER scripts_status_moves BEFORE UPDATE OF status ON public.scripts FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER secret_audit_logs_append_only BEFORE DELETE OR UPDATE ON public.secret_audit_logs FOR EACH ROW EXECUTE FUNCTION private.append_only('730 days', 'user_id');

CREATE TRIGGER social_platform_connections_mirrors BEFORE INSERT OR UPDATE OF connection_status ON public.social_platform_connections FOR EACH ROW EXECUTE FUNCTION private.mirror_connection();

CREATE TRIGGER support_ticket_messages_append_only BEFORE DELETE OR UPDATE ON public.support_ticket_messages FOR EACH ROW EXECUTE FUNCTION private.append_only();

CREATE TRIGGER support_ticket_messages_said BEFORE INSERT ON public.support_ticket_messages FOR EACH ROW EXECUTE FUNCTION private.ticket_message_said();

CREATE TRIGGER support_tickets_closed_at_stamp BEFORE INSERT OR UPDATE OF status, closed_at ON public.support_tickets FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'closed_at', '{closed}', 'f');

CREATE TRIGGER support_tickets_resolved_at_stamp BEFORE INSERT OR UPDATE OF status, resolved_at ON public.support_tickets FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'resolved_at', '{resolved,closed}', 'f');

CREATE TRIGGER support_tickets_status_begins BEFORE INSERT ON public.support_tickets FOR EACH ROW EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER support_tickets_status_moves BEFORE UPDATE OF status ON public.support_tickets FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER tr_agent_learning_data_updated BEFORE UPDATE ON public.agent_learning_data FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_ai_insights_updated BEFORE UPDATE ON public.ai_insights FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_ai_model_configs_updated BEFORE UPDATE ON public.ai_model_configs FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_ai_video_jobs_updated BEFORE UPDATE ON public.ai_video_jobs FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_ai_video_projects_updated BEFORE UPDATE ON public.ai_video_projects FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_analytics_reports_updated BEFORE UPDATE ON public.analytics_reports FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_autopilot_actions_updated BEFORE UPDATE ON public.autopilot_actions FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_autopilot_lead_inbox_updated BEFORE UPDATE OF status, notes, read_at, snoozed_until, score, full_name, company_name, email, phone, source ON public.autopilot_lead_inbox FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_autopilot_weekly_reports_updated BEFORE UPDATE ON public.autopilot_weekly_reports FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_brand_assets_updated BEFORE UPDATE ON public.brand_assets FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_brand_positioning_analyses_updated BEFORE UPDATE ON public.brand_positioning_analyses FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_budget_reservations_updated BEFORE UPDATE ON public.budget_reservations FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_campaign_copilot_sessions_updated BEFORE UPDATE ON public.campaign_copilot_sessions FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_campaign_tasks_updated BEFORE UPDATE ON public.campaign_tasks FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_campaigns_updated BEFORE UPDATE OF name, description, type, channel, channels, status, currency, total_budget, budget_allocated, budget_breakdown, start_date, end_date, primary_objective, target_audience, demographics, kpi_targets, content, settings, metadata, compliance_checklist, auto_managed, parent_campaign_id ON public.campaigns FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_channel_budgets_updated BEFORE UPDATE OF hard_cap_usd, soft_pct, on_hard_cap, kill_switch ON public.channel_budgets FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_channel_configs_updated BEFORE UPDATE ON public.channel_configs FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_channels_updated BEFORE UPDATE ON public.channels FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_chat_sessions_updated BEFORE UPDATE OF title, metadata, pinned, campaign_id, archived_at, last_message_at ON public.chat_sessions FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_competitive_gap_analyses_updated BEFORE UPDATE ON public.competitive_gap_analyses FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_content_calendar_updated BEFORE UPDATE ON public.content_calendar FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_content_publications_updated BEFORE UPDATE ON public.content_publications FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_content_templates_updated BEFORE UPDATE ON public.content_templates FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_conversations_updated BEFORE UPDATE ON public.conversations FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_data_deletion_requests_updated BEFORE UPDATE ON public.data_deletion_requests FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_data_export_requests_updated BEFORE UPDATE ON public.data_export_requests FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_digital_assets_updated BEFORE UPDATE ON public.digital_assets FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_draft_prompts_updated BEFORE UPDATE ON public.draft_prompts FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_email_automation_rules_updated BEFORE UPDATE OF rule_name, trigger_type, trigger_conditions, action_type, action_config, is_active, delay, once_per_contact, quiet_hours ON public.email_automation_rules FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_email_automation_runs_updated BEFORE UPDATE ON public.email_automation_runs FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_email_campaigns_updated BEFORE UPDATE ON public.email_campaigns FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_email_contacts_updated BEFORE UPDATE ON public.email_contacts FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_email_messages_updated BEFORE UPDATE ON public.email_messages FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_email_templates_updated BEFORE UPDATE ON public.email_templates FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_experiment_days_updated BEFORE UPDATE ON public.experiment_days FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_funnel_designs_updated BEFORE UPDATE ON public.funnel_designs FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_generated_content_pieces_updated BEFORE UPDATE ON public.generated_content_pieces FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_integration_connections_updated BEFORE UPDATE ON public.integration_connections FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_jobs_updated BEFORE UPDATE ON public.jobs FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_keyword_research_updated BEFORE UPDATE ON public.keyword_research FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_knowledge_buckets_updated BEFORE UPDATE OF name, description, metadata, chunk_size, chunk_overlap, search_config ON public.knowledge_buckets FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_knowledge_documents_updated BEFORE UPDATE ON public.knowledge_documents FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_lead_scoring_rules_updated BEFORE UPDATE ON public.lead_scoring_rules FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_leads_updated BEFORE UPDATE OF first_name, last_name, email, company, job_title, phone, industry, company_size, country, annual_revenue, source, source_details, campaign_id, status, tags, enriched_data, consent, merged_into_id, deleted_at ON public.leads FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_marketing_autopilot_config_updated BEFORE UPDATE ON public.marketing_autopilot_config FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_metadata_experiments_updated BEFORE UPDATE ON public.metadata_experiments FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_oauth_connections_updated BEFORE UPDATE ON public.oauth_connections FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_performance_tracking_frameworks_updated BEFORE UPDATE ON public.performance_tracking_frameworks FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_pipeline_updated BEFORE UPDATE ON public.pipeline FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_profiles_updated BEFORE UPDATE ON public.profiles FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_projects_updated BEFORE UPDATE ON public.projects FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_proposal_templates_updated BEFORE UPDATE ON public.proposal_templates FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_publications_updated BEFORE UPDATE ON public.publications FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_real_time_metrics_updated BEFORE UPDATE ON public.real_time_metrics FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_report_schedules_updated BEFORE UPDATE ON public.report_schedules FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_research_cache_updated BEFORE UPDATE OF content ON public.research_cache FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_research_notes_updated BEFORE UPDATE ON public.research_notes FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_scripts_updated BEFORE UPDATE ON public.scripts FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_social_platform_connections_updated BEFORE UPDATE ON public.social_platform_connections FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_support_tickets_updated BEFORE UPDATE ON public.support_tickets FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_uploads_updated BEFORE UPDATE ON public.uploads FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_user_preferences_updated BEFORE UPDATE ON public.user_preferences FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_user_privacy_settings_updated BEFORE UPDATE ON public.user_privacy_settings FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_user_secrets_updated BEFORE UPDATE OF encrypted_value, is_active, metadata, expires_at ON public.user_secrets FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_video_jobs_updated BEFORE UPDATE ON public.video_jobs FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_webhook_deliveries_updated BEFORE UPDATE ON public.webhook_deliveries FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_webhooks_updated BEFORE UPDATE ON public.webhooks FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER tr_workflow_executions_updated BEFORE UPDATE ON public.workflow_executions FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();

CREATE TRIGGER uploads_clear_gone AFTER DELETE ON public.uploads FOR EACH ROW EXECUTE FUNCTION private.clear_upload();

CREATE TRIGGER uploads_clear_refused AFTER UPDATE OF state ON public.uploads FOR EACH ROW WHEN (((new.state = ANY (ARRAY['refused'::text, 'expired'::text])) AND (old.state <> new.state))) EXECUTE FUNCTION private.clear_upload();

CREATE TRIGGER uploads_state_moves BEFORE UPDATE OF state ON public.uploads FOR EACH ROW WHEN ((old.state IS DISTINCT FROM new.state)) EXECUTE FUNCTION private.guard_state('state');

CREATE TRIGGER user_analytics_events_append_only BEFORE DELETE OR UPDATE ON public.user_analytics_events FOR EACH ROW EXECUTE FUNCTION private.append_only('1 year 1 mon', 'user_id');

CREATE TRIGGER user_analytics_events_consented BEFORE INSERT ON public.user_analytics_events FOR EACH ROW EXECUTE FUNCTION private.check_analytics_consent();

CREATE TRIGGER user_preferences_timezone BEFORE INSERT OR UPDATE OF timezone ON public.user_preferences FOR EACH ROW WHEN ((new.timezone <> 'UTC'::text)) EXECUTE FUNCTION private.check_timezone();

CREATE TRIGGER user_preferences_version BEFORE UPDATE ON public.user_preferences FOR EACH ROW EXECUTE FUNCTION private.count_version();

CREATE TRIGGER user_privacy_settings_noted BEFORE INSERT OR UPDATE ON public.user_privacy_settings FOR EACH ROW EXECUTE FUNCTION private.note_consent();

CREATE TRIGGER user_secrets_audit AFTER INSERT OR DELETE ON public.user_secrets FOR EACH ROW EXECUTE FUNCTION private.audit_secret_change();

CREATE TRIGGER user_secrets_audit_change AFTER UPDATE OF encrypted_value, is_active, expires_at, metadata ON public.user_secrets FOR EACH ROW EXECUTE FUNCTION private.audit_secret_change();

CREATE TRIGGER video_jobs_at_work BEFORE DELETE ON public.video_jobs FOR EACH ROW WHEN ((old.goal IS NOT NULL)) EXECUTE FUNCTION private.keep_album_at_work();

CREATE TRIGGER video_jobs_clear_deleted AFTER UPDATE OF deleted_at ON public.video_jobs FOR EACH ROW WHEN (((new.deleted_at IS NOT NULL) AND (old.deleted_at IS NULL))) EXECUTE FUNCTION private.clear_album();

CREATE TRIGGER video_jobs_clear_gone AFTER DELETE ON public.video_jobs FOR EACH ROW EXECUTE FUNCTION private.clear_album();

CREATE TRIGGER video_jobs_complete BEFORE UPDATE OF status ON public.video_jobs FOR EACH ROW WHEN (((old.status IS DISTINCT FROM new.status) AND (new.status = ANY (ARRAY['rendering'::public.video_job_status, 'ready_for_export'::public.video_job_status])))) EXECUTE FUNCTION private.check_album();

CREATE TRIGGER video_jobs_finished_at_stamp BEFORE INSERT OR UPDATE OF status, finished_at ON public.video_jobs FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'finished_at', '{completed,failed,cancelled}', 'f');

CREATE TRIGGER video_jobs_stand_still BEFORE UPDATE OF goal, deleted_at ON public.video_jobs FOR EACH ROW WHEN ((((new.goal IS DISTINCT FROM old.goal) AND (new.goal IS NOT NULL)) OR (new.deleted_at IS DISTINCT FROM old.deleted_at))) EXECUTE FUNCTION private.check_unpublished();

CREATE TRIGGER video_jobs_status_begins BEFORE INSERT ON public.video_jobs FOR EACH ROW EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER video_jobs_status_moves BEFORE UPDATE OF status ON public.video_jobs FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER video_jobs_stay BEFORE DELETE ON public.video_jobs FOR EACH ROW EXECUTE FUNCTION private.check_unpublished();

CREATE TRIGGER webhook_deliveries_status_moves BEFORE UPDATE OF status ON public.webhook_deliveries FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER webhook_events_append_only BEFORE DELETE OR UPDATE ON public.webhook_events FOR EACH ROW EXECUTE FUNCTION private.append_only('30 days', 'user_id');

CREATE TRIGGER workflow_executions_completed_at_stamp BEFORE INSERT OR UPDATE OF status, completed_at ON public.workflow_executions FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'completed_at', '{completed,failed,cancelled}', 'f');

CREATE TRIGGER workflow_executions_started_at_stamp BEFORE INSERT OR UPDATE OF status, started_at ON public.workflow_executions FOR EACH ROW EXECUTE FUNCTION private.stamp_state('status', 'started_at', '{running}', 't');

CREATE TRIGGER workflow_executions_status_begins BEFORE INSERT ON public.workflow_executions FOR EACH ROW EXECUTE FUNCTION private.guard_state('status');

CREATE TRIGGER workflow_executions_status_moves BEFORE UPDATE OF status ON public.workflow_executions FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION private.guard_state('status');

ALTER TABLE ONLY private.blobs
    ADD CONSTRAINT blobs_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY private.idempotency
    ADD CONSTRAINT idempotency_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY private.kept_columns
    ADD CONSTRAINT kept_columns_of_table FOREIGN KEY (schema_name, table_name) REFERENCES private.registry(schema_name, table_name) ON DELETE CASCADE;

ALTER TABLE ONLY private.outbox
    ADD CONSTRAINT outbox_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY private.paid_calls
    ADD CONSTRAINT paid_calls_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY private.step_results
    ADD CONSTRAINT step_results_of_own_album FOREIGN KEY (album_id, user_id) REFERENCES public.video_jobs(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY private.step_results
    ADD CONSTRAINT step_results_of_own_job FOREIGN KEY (prompt_job_id, user_id) REFERENCES public.jobs(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.agent_learning_data
    ADD CONSTRAINT agent_learning_data_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.ai_insights
    ADD CONSTRAINT ai_insights_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.ai_interaction_feedback
    ADD CONSTRAINT ai_interaction_feedback_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.ai_model_prices
    ADD CONSTRAINT ai_model_prices_of_model FOREIGN KEY (provider, model_name) REFERENCES public.ai_model_configs(provider, model_name) ON DELETE CASCADE;

ALTER TABLE ONLY public.ai_video_jobs
    ADD CONSTRAINT ai_video_jobs_of_own_project FOREIGN KEY (project_id, user_id) REFERENCES public.ai_video_projects(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.ai_video_projects
    ADD CONSTRAINT ai_video_projects_of_own_campaign FOREIGN KEY (campaign_id, user_id) REFERENCES public.campaigns(id, created_by) ON DELETE SET NULL (campaign_id);

ALTER TABLE ONLY public.ai_video_projects
    ADD CONSTRAINT ai_video_projects_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.analytics_reports
    ADD CONSTRAINT analytics_reports_of_own_schedule FOREIGN KEY (schedule_id, user_id) REFERENCES public.report_schedules(id, user_id) ON DELETE SET NULL (schedule_id);

ALTER TABLE ONLY public.analytics_reports
    ADD CONSTRAINT analytics_reports_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.assets
    ADD CONSTRAINT assets_of_own_job FOREIGN KEY (job_id, user_id) REFERENCES public.jobs(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.audio_tracks
    ADD CONSTRAINT audio_tracks_of_own_job FOREIGN KEY (video_job_id, user_id) REFERENCES public.video_jobs(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.audio_tracks
    ADD CONSTRAINT audio_tracks_of_own_proof FOREIGN KEY (proof_upload_id, user_id) REFERENCES public.uploads(id, user_id) ON DELETE SET NULL (proof_upload_id);

ALTER TABLE ONLY public.audio_tracks
    ADD CONSTRAINT audio_tracks_of_own_upload FOREIGN KEY (upload_id, user_id) REFERENCES public.uploads(id, user_id) ON DELETE SET NULL (upload_id);

ALTER TABLE ONLY public.autopilot_actions
    ADD CONSTRAINT autopilot_actions_of_own_campaign FOREIGN KEY (campaign_id, user_id) REFERENCES public.campaigns(id, created_by) ON DELETE SET NULL (campaign_id);

ALTER TABLE ONLY public.autopilot_actions
    ADD CONSTRAINT autopilot_actions_of_own_config FOREIGN KEY (autopilot_config_id, user_id) REFERENCES public.marketing_autopilot_config(id, user_id) ON DELETE SET NULL (autopilot_config_id);

ALTER TABLE ONLY public.autopilot_actions
    ADD CONSTRAINT autopilot_actions_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.autopilot_activity_log
    ADD CONSTRAINT autopilot_activity_log_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.autopilot_activity_log
    ADD CONSTRAINT autopilot_activity_log_reverts_own FOREIGN KEY (revert_of, user_id) REFERENCES public.autopilot_activity_log(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.autopilot_lead_inbox
    ADD CONSTRAINT autopilot_lead_inbox_of_own_lead FOREIGN KEY (lead_id, user_id) REFERENCES public.leads(id, created_by) ON DELETE CASCADE;

ALTER TABLE ONLY public.autopilot_weekly_reports
    ADD CONSTRAINT autopilot_weekly_reports_of_own_config FOREIGN KEY (autopilot_config_id, user_id) REFERENCES public.marketing_autopilot_config(id, user_id) ON DELETE SET NULL (autopilot_config_id);

ALTER TABLE ONLY public.autopilot_weekly_reports
    ADD CONSTRAINT autopilot_weekly_reports_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.brand_assets
    ADD CONSTRAINT brand_assets_of_own_file FOREIGN KEY (digital_asset_id, created_by) REFERENCES public.digital_assets(id, uploaded_by) ON DELETE RESTRICT;

ALTER TABLE ONLY public.brand_assets
    ADD CONSTRAINT brand_assets_of_user FOREIGN KEY (created_by) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.brand_positioning_analyses
    ADD CONSTRAINT brand_positioning_analyses_of_own_campaign FOREIGN KEY (campaign_id, user_id) REFERENCES public.campaigns(id, created_by) ON DELETE SET NULL (campaign_id);

ALTER TABLE ONLY public.brand_positioning_analyses
    ADD CONSTRAINT brand_positioning_analyses_of_own_parent FOREIGN KEY (parent_id, user_id) REFERENCES public.brand_positioning_analyses(id, user_id) ON DELETE SET NULL (parent_id);

ALTER TABLE ONLY public.brand_positioning_analyses
    ADD CONSTRAINT brand_positioning_analyses_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.budget_reservations
    ADD CONSTRAINT budget_reservations_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.campaign_copilot_sessions
    ADD CONSTRAINT campaign_copilot_sessions_of_own_campaign FOREIGN KEY (campaign_id, user_id) REFERENCES public.campaigns(id, created_by) ON DELETE SET NULL (campaign_id);

ALTER TABLE ONLY public.campaign_copilot_sessions
    ADD CONSTRAINT campaign_copilot_sessions_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.campaign_metrics
    ADD CONSTRAINT campaign_metrics_of_own_campaign FOREIGN KEY (campaign_id, created_by) REFERENCES public.campaigns(id, created_by) ON DELETE CASCADE;

ALTER TABLE public.campaign_performance_metrics
    ADD CONSTRAINT campaign_performance_metrics_of_own_campaign FOREIGN KEY (campaign_id, created_by) REFERENCES public.campaigns(id, created_by) ON DELETE CASCADE;

ALTER TABLE ONLY public.campaign_performance_monitor
    ADD CONSTRAINT campaign_performance_monitor_of_own_campaign FOREIGN KEY (campaign_id, created_by) REFERENCES public.campaigns(id, created_by) ON DELETE CASCADE;

ALTER TABLE ONLY public.campaign_predictions
    ADD CONSTRAINT campaign_predictions_of_own_campaign FOREIGN KEY (campaign_id, created_by) REFERENCES public.campaigns(id, created_by) ON DELETE CASCADE;

ALTER TABLE ONLY public.campaign_spends
    ADD CONSTRAINT campaign_spends_of_own_campaign FOREIGN KEY (campaign_id, created_by) REFERENCES public.campaigns(id, created_by) ON DELETE CASCADE;

ALTER TABLE ONLY public.campaign_tasks
    ADD CONSTRAINT campaign_tasks_of_own_campaign FOREIGN KEY (campaign_id, created_by) REFERENCES public.campaigns(id, created_by) ON DELETE CASCADE;

ALTER TABLE ONLY public.campaigns
    ADD CONSTRAINT campaigns_of_own_parent FOREIGN KEY (parent_campaign_id, created_by) REFERENCES public.campaigns(id, created_by) ON DELETE SET NULL (parent_campaign_id);

ALTER TABLE ONLY public.campaigns
    ADD CONSTRAINT campaigns_of_user FOREIGN KEY (created_by) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.channel_budgets
    ADD CONSTRAINT channel_budgets_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.channel_configs
    ADD CONSTRAINT channel_configs_of_own_channel FOREIGN KEY (studio_channel_id, user_id) REFERENCES public.channels(id, user_id) ON DELETE SET NULL (studio_channel_id);

ALTER TABLE ONLY public.channel_configs
    ADD CONSTRAINT channel_configs_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.channel_costs
    ADD CONSTRAINT channel_costs_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.channels
    ADD CONSTRAINT channels_of_own_oauth FOREIGN KEY (oauth_connection_id, user_id) REFERENCES public.oauth_connections(id, user_id) ON DELETE SET NULL (oauth_connection_id);

ALTER TABLE ONLY public.channels
    ADD CONSTRAINT channels_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.chat_messages
    ADD CONSTRAINT chat_messages_of_own_session FOREIGN KEY (session_id, user_id) REFERENCES public.chat_sessions(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.chat_sessions
    ADD CONSTRAINT chat_sessions_of_own_campaign FOREIGN KEY (campaign_id, user_id) REFERENCES public.campaigns(id, created_by) ON DELETE SET NULL (campaign_id);

ALTER TABLE ONLY public.chat_sessions
    ADD CONSTRAINT chat_sessions_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.competitive_gap_analyses
    ADD CONSTRAINT competitive_gap_analyses_of_own_campaign FOREIGN KEY (campaign_id, user_id) REFERENCES public.campaigns(id, created_by) ON DELETE SET NULL (campaign_id);

ALTER TABLE ONLY public.competitive_gap_analyses
    ADD CONSTRAINT competitive_gap_analyses_of_own_parent FOREIGN KEY (parent_id, user_id) REFERENCES public.competitive_gap_analyses(id, user_id) ON DELETE SET NULL (parent_id);

ALTER TABLE ONLY public.competitive_gap_analyses
    ADD CONSTRAINT competitive_gap_analyses_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.content_calendar
    ADD CONSTRAINT content_calendar_of_own_campaign FOREIGN KEY (campaign_id, created_by) REFERENCES public.campaigns(id, created_by) ON DELETE SET NULL (campaign_id);

ALTER TABLE ONLY public.content_calendar
    ADD CONSTRAINT content_calendar_of_own_piece FOREIGN KEY (content_piece_id, created_by) REFERENCES public.generated_content_pieces(id, created_by) ON DELETE SET NULL (content_piece_id);

ALTER TABLE ONLY public.content_calendar
    ADD CONSTRAINT content_calendar_of_user FOREIGN KEY (created_by) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.content_publications
    ADD CONSTRAINT content_publications_of_own_entry FOREIGN KEY (calendar_id, created_by) REFERENCES public.content_calendar(id, created_by) ON DELETE CASCADE;

ALTER TABLE ONLY public.content_templates
    ADD CONSTRAINT content_templates_of_user FOREIGN KEY (created_by) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.conversation_knowledge_refs
    ADD CONSTRAINT conversation_knowledge_refs_of_own_chunk FOREIGN KEY (chunk_id, user_id) REFERENCES public.knowledge_chunks(id, created_by) ON DELETE SET NULL (chunk_id);

ALTER TABLE ONLY public.conversation_knowledge_refs
    ADD CONSTRAINT conversation_knowledge_refs_of_own_conversation FOREIGN KEY (conversation_id, user_id) REFERENCES public.conversations(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.conversation_knowledge_refs
    ADD CONSTRAINT conversation_knowledge_refs_of_own_message FOREIGN KEY (message_id, user_id) REFERENCES public.conversation_messages(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.conversation_messages
    ADD CONSTRAINT conversation_messages_of_own_conversation FOREIGN KEY (conversation_id, user_id) REFERENCES public.conversations(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.conversation_messages
    ADD CONSTRAINT conversation_messages_of_own_parent FOREIGN KEY (parent_id, user_id) REFERENCES public.conversation_messages(id, user_id) ON DELETE SET NULL (parent_id);

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_of_own_session FOREIGN KEY (chat_session_id, user_id) REFERENCES public.chat_sessions(id, user_id) ON DELETE SET NULL (chat_session_id);

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.credit_accounts
    ADD CONSTRAINT credit_accounts_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.credit_allocations
    ADD CONSTRAINT credit_allocations_of_own_hold FOREIGN KEY (user_id, hold_id) REFERENCES public.credit_holds(user_id, id) ON DELETE RESTRICT DEFERRABLE;

ALTER TABLE ONLY public.credit_allocations
    ADD CONSTRAINT credit_allocations_of_own_lot FOREIGN KEY (user_id, lot_id) REFERENCES public.credit_lots(user_id, id) ON DELETE RESTRICT DEFERRABLE;

ALTER TABLE ONLY public.credit_debts
    ADD CONSTRAINT credit_debts_of_account FOREIGN KEY (user_id) REFERENCES public.credit_accounts(user_id) ON DELETE RESTRICT DEFERRABLE;

ALTER TABLE ONLY public.credit_holds
    ADD CONSTRAINT credit_holds_of_account FOREIGN KEY (user_id) REFERENCES public.credit_accounts(user_id) ON DELETE RESTRICT DEFERRABLE;

ALTER TABLE ONLY public.credit_ledger
    ADD CONSTRAINT credit_ledger_of_own_hold FOREIGN KEY (user_id, hold_id) REFERENCES public.credit_holds(user_id, id) ON DELETE RESTRICT DEFERRABLE;

ALTER TABLE ONLY public.credit_ledger
    ADD CONSTRAINT credit_ledger_of_own_job FOREIGN KEY (job_id, user_id) REFERENCES public.jobs(id, user_id) ON DELETE SET NULL (job_id);

ALTER TABLE ONLY public.credit_ledger
    ADD CONSTRAINT credit_ledger_of_own_lot FOREIGN KEY (user_id, lot_id) REFERENCES public.credit_lots(user_id, id) ON DELETE RESTRICT DEFERRABLE;

ALTER TABLE ONLY public.credit_ledger
    ADD CONSTRAINT credit_ledger_reverses FOREIGN KEY (reverses_id) REFERENCES public.credit_ledger(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.credit_lots
    ADD CONSTRAINT credit_lots_of_account FOREIGN KEY (user_id) REFERENCES public.credit_accounts(user_id) ON DELETE RESTRICT DEFERRABLE;

ALTER TABLE ONLY public.data_export_requests
    ADD CONSTRAINT data_export_requests_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.digital_assets
    ADD CONSTRAINT digital_assets_of_user FOREIGN KEY (uploaded_by) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.draft_prompts
    ADD CONSTRAINT draft_prompts_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.email_automation_rules
    ADD CONSTRAINT email_automation_rules_of_user FOREIGN KEY (created_by) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.email_automation_runs
    ADD CONSTRAINT email_automation_runs_of_own_contact FOREIGN KEY (contact_id, user_id) REFERENCES public.email_contacts(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.email_automation_runs
    ADD CONSTRAINT email_automation_runs_of_own_rule FOREIGN KEY (rule_id, user_id) REFERENCES public.email_automation_rules(id, created_by) ON DELETE CASCADE;

ALTER TABLE ONLY public.email_campaigns
    ADD CONSTRAINT email_campaigns_of_own_campaign FOREIGN KEY (campaign_id, created_by) REFERENCES public.campaigns(id, created_by) ON DELETE SET NULL (campaign_id);

ALTER TABLE ONLY public.email_campaigns
    ADD CONSTRAINT email_campaigns_of_own_template FOREIGN KEY (template_id, created_by) REFERENCES public.email_templates(id, created_by) ON DELETE RESTRICT;

ALTER TABLE ONLY public.email_campaigns
    ADD CONSTRAINT email_campaigns_of_user FOREIGN KEY (created_by) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.email_contacts
    ADD CONSTRAINT email_contacts_of_own_lead FOREIGN KEY (lead_id, user_id) REFERENCES public.leads(id, created_by) ON DELETE SET NULL (lead_id);

ALTER TABLE ONLY public.email_contacts
    ADD CONSTRAINT email_contacts_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.email_events
    ADD CONSTRAINT email_events_of_own_link FOREIGN KEY (link_id, user_id) REFERENCES public.email_links(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.email_events
    ADD CONSTRAINT email_events_of_own_message FOREIGN KEY (message_id, user_id) REFERENCES public.email_messages(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.email_links
    ADD CONSTRAINT email_links_of_own_campaign FOREIGN KEY (email_campaign_id, user_id) REFERENCES public.email_campaigns(id, created_by) ON DELETE CASCADE;

ALTER TABLE ONLY public.email_messages
    ADD CONSTRAINT email_messages_of_own_campaign FOREIGN KEY (email_campaign_id, user_id) REFERENCES public.email_campaigns(id, created_by) ON DELETE CASCADE;

ALTER TABLE ONLY public.email_messages
    ADD CONSTRAINT email_messages_of_own_contact FOREIGN KEY (contact_id, user_id) REFERENCES public.email_contacts(id, user_id) ON DELETE SET NULL (contact_id);

ALTER TABLE ONLY public.email_messages
    ADD CONSTRAINT email_messages_of_own_rule FOREIGN KEY (rule_id, user_id) REFERENCES public.email_automation_rules(id, created_by) ON DELETE SET NULL (rule_id);

ALTER TABLE ONLY public.email_messages
    ADD CONSTRAINT email_messages_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.email_suppressions
    ADD CONSTRAINT email_suppressions_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.email_templates
    ADD CONSTRAINT email_templates_of_user FOREIGN KEY (created_by) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.embedding_cache
    ADD CONSTRAINT embedding_cache_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.experiment_airings
    ADD CONSTRAINT experiment_airings_of_own_variant FOREIGN KEY (user_id, experiment_key, variant_key) REFERENCES public.metadata_experiments(user_id, experiment_key, variant_key) ON UPDATE CASCADE ON DELETE CASCADE;

ALTER TABLE ONLY public.experiment_days
    ADD CONSTRAINT experiment_days_of_own_variant FOREIGN KEY (user_id, experiment_key, variant_key) REFERENCES public.metadata_experiments(user_id, experiment_key, variant_key) ON UPDATE CASCADE ON DELETE CASCADE;

ALTER TABLE ONLY public.funnel_designs
    ADD CONSTRAINT funnel_designs_of_own_campaign FOREIGN KEY (campaign_id, user_id) REFERENCES public.campaigns(id, created_by) ON DELETE SET NULL (campaign_id);

ALTER TABLE ONLY public.funnel_designs
    ADD CONSTRAINT funnel_designs_of_own_parent FOREIGN KEY (parent_id, user_id) REFERENCES public.funnel_designs(id, user_id) ON DELETE SET NULL (parent_id);

ALTER TABLE ONLY public.funnel_designs
    ADD CONSTRAINT funnel_designs_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.generated_content_pieces
    ADD CONSTRAINT generated_content_pieces_of_own_campaign FOREIGN KEY (campaign_id, created_by) REFERENCES public.campaigns(id, created_by) ON DELETE CASCADE;

ALTER TABLE ONLY public.generated_content_pieces
    ADD CONSTRAINT generated_content_pieces_of_own_parent FOREIGN KEY (parent_id, created_by) REFERENCES public.generated_content_pieces(id, created_by) ON DELETE SET NULL (parent_id);

ALTER TABLE ONLY public.generated_content_pieces
    ADD CONSTRAINT generated_content_pieces_of_user FOREIGN KEY (created_by) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.images
    ADD CONSTRAINT images_of_own_job FOREIGN KEY (video_job_id, user_id) REFERENCES public.video_jobs(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.images
    ADD CONSTRAINT images_of_own_proof FOREIGN KEY (proof_upload_id, user_id) REFERENCES public.uploads(id, user_id) ON DELETE SET NULL (proof_upload_id);

ALTER TABLE ONLY public.images
    ADD CONSTRAINT images_of_own_upload FOREIGN KEY (upload_id, user_id) REFERENCES public.uploads(id, user_id) ON DELETE SET NULL (upload_id);

ALTER TABLE ONLY public.images
    ADD CONSTRAINT images_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.integration_connections
    ADD CONSTRAINT integration_connections_of_own_oauth FOREIGN KEY (oauth_connection_id, user_id) REFERENCES public.oauth_connections(id, user_id) ON DELETE SET NULL (oauth_connection_id);

ALTER TABLE ONLY public.integration_connections
    ADD CONSTRAINT integration_connections_of_own_secret FOREIGN KEY (secret_id, user_id) REFERENCES public.user_secrets(id, user_id) ON DELETE SET NULL (secret_id);

ALTER TABLE ONLY public.integration_connections
    ADD CONSTRAINT integration_connections_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

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

ALTER TABLE ONLY public.keyword_research
    ADD CONSTRAINT keyword_research_of_user FOREIGN KEY (created_by) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE public.knowledge_access_logs
    ADD CONSTRAINT knowledge_access_logs_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.knowledge_buckets
    ADD CONSTRAINT knowledge_buckets_of_own_campaign FOREIGN KEY (campaign_id, created_by) REFERENCES public.campaigns(id, created_by) ON DELETE CASCADE;

ALTER TABLE ONLY public.knowledge_buckets
    ADD CONSTRAINT knowledge_buckets_of_user FOREIGN KEY (created_by) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.knowledge_chunks
    ADD CONSTRAINT knowledge_chunks_of_own_bucket FOREIGN KEY (bucket_id, created_by) REFERENCES public.knowledge_buckets(id, created_by) ON DELETE CASCADE;

ALTER TABLE ONLY public.knowledge_chunks
    ADD CONSTRAINT knowledge_chunks_of_own_document FOREIGN KEY (document_id, created_by) REFERENCES public.knowledge_documents(id, created_by) ON DELETE CASCADE;

ALTER TABLE ONLY public.knowledge_documents
    ADD CONSTRAINT knowledge_documents_of_own_bucket FOREIGN KEY (bucket_id, created_by) REFERENCES public.knowledge_buckets(id, created_by) ON DELETE CASCADE;

ALTER TABLE ONLY public.lead_activities
    ADD CONSTRAINT lead_activities_of_own_lead FOREIGN KEY (lead_id, created_by) REFERENCES public.leads(id, created_by) ON DELETE CASCADE;

ALTER TABLE ONLY public.lead_merges
    ADD CONSTRAINT lead_merges_of_own_lead FOREIGN KEY (lead_id, created_by) REFERENCES public.leads(id, created_by) ON DELETE CASCADE;

ALTER TABLE ONLY public.lead_merges
    ADD CONSTRAINT lead_merges_of_own_merged FOREIGN KEY (merged_id, created_by) REFERENCES public.leads(id, created_by) ON DELETE CASCADE;

ALTER TABLE ONLY public.lead_score_events
    ADD CONSTRAINT lead_score_events_of_own_activity FOREIGN KEY (activity_id, created_by) REFERENCES public.lead_activities(id, created_by) ON DELETE CASCADE;

ALTER TABLE ONLY public.lead_score_events
    ADD CONSTRAINT lead_score_events_of_own_lead FOREIGN KEY (lead_id, created_by) REFERENCES public.leads(id, created_by) ON DELETE CASCADE;

ALTER TABLE ONLY public.lead_scoring_rules
    ADD CONSTRAINT lead_scoring_rules_of_user FOREIGN KEY (created_by) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_merged_into_own FOREIGN KEY (merged_into_id, created_by) REFERENCES public.leads(id, created_by) ON DELETE SET NULL (merged_into_id);

ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_of_own_campaign FOREIGN KEY (campaign_id, created_by) REFERENCES public.campaigns(id, created_by) ON DELETE SET NULL (campaign_id);

ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_of_user FOREIGN KEY (created_by) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.marketing_autopilot_config
    ADD CONSTRAINT marketing_autopilot_config_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.metadata_experiments
    ADD CONSTRAINT metadata_experiments_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.oauth_connections
    ADD CONSTRAINT oauth_connections_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.oauth_states
    ADD CONSTRAINT oauth_states_of_own_channel FOREIGN KEY (channel_id, user_id) REFERENCES public.channels(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.oauth_states
    ADD CONSTRAINT oauth_states_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.performance_analytics
    ADD CONSTRAINT performance_analytics_of_user FOREIGN KEY (created_by) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.performance_tracking_frameworks
    ADD CONSTRAINT performance_tracking_frameworks_of_own_campaign FOREIGN KEY (campaign_id, user_id) REFERENCES public.campaigns(id, created_by) ON DELETE SET NULL (campaign_id);

ALTER TABLE ONLY public.performance_tracking_frameworks
    ADD CONSTRAINT performance_tracking_frameworks_of_own_parent FOREIGN KEY (parent_id, user_id) REFERENCES public.performance_tracking_frameworks(id, user_id) ON DELETE SET NULL (parent_id);

ALTER TABLE ONLY public.performance_tracking_frameworks
    ADD CONSTRAINT performance_tracking_frameworks_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.pipeline
    ADD CONSTRAINT pipeline_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.pipeline_runs
    ADD CONSTRAINT pipeline_runs_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.profiles
    ADD CONSTRAINT profiles_of_user FOREIGN KEY (id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.projects
    ADD CONSTRAINT projects_from_own_draft FOREIGN KEY (draft_id, user_id) REFERENCES public.draft_prompts(id, user_id) ON DELETE SET NULL (draft_id);

ALTER TABLE ONLY public.projects
    ADD CONSTRAINT projects_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.proposal_templates
    ADD CONSTRAINT proposal_templates_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.publications
    ADD CONSTRAINT publications_of_own_account FOREIGN KEY (oauth_connection_id, user_id) REFERENCES public.oauth_connections(id, user_id) ON DELETE SET NULL (oauth_connection_id);

ALTER TABLE ONLY public.publications
    ADD CONSTRAINT publications_of_own_album FOREIGN KEY (video_job_id, user_id) REFERENCES public.video_jobs(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.real_time_metrics
    ADD CONSTRAINT real_time_metrics_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.render_tasks
    ADD CONSTRAINT render_tasks_of_own_job FOREIGN KEY (video_job_id, user_id) REFERENCES public.video_jobs(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.report_schedules
    ADD CONSTRAINT report_schedules_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.research_cache
    ADD CONSTRAINT research_cache_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.research_days
    ADD CONSTRAINT research_days_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.research_notes
    ADD CONSTRAINT research_notes_of_own_conversation FOREIGN KEY (conversation_id, user_id) REFERENCES public.conversations(id, user_id) ON DELETE SET NULL (conversation_id);

ALTER TABLE ONLY public.research_notes
    ADD CONSTRAINT research_notes_of_own_message FOREIGN KEY (message_id, user_id) REFERENCES public.conversation_messages(id, user_id) ON DELETE SET NULL (message_id);

ALTER TABLE ONLY public.research_notes
    ADD CONSTRAINT research_notes_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.scripts
    ADD CONSTRAINT scripts_of_own_parent FOREIGN KEY (parent_id, user_id) REFERENCES public.scripts(id, user_id) ON DELETE SET NULL (parent_id);

ALTER TABLE ONLY public.scripts
    ADD CONSTRAINT scripts_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.secret_audit_logs
    ADD CONSTRAINT secret_audit_logs_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.social_platform_connections
    ADD CONSTRAINT social_platform_connections_of_own_oauth FOREIGN KEY (oauth_connection_id, user_id) REFERENCES public.oauth_connections(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.support_ticket_messages
    ADD CONSTRAINT support_ticket_messages_of_ticket FOREIGN KEY (ticket_id) REFERENCES public.support_tickets(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.support_ticket_messages
    ADD CONSTRAINT support_ticket_messages_same_owner FOREIGN KEY (ticket_id, user_id) REFERENCES public.support_tickets(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.support_tickets
    ADD CONSTRAINT support_tickets_follows FOREIGN KEY (follows_id) REFERENCES public.support_tickets(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.support_tickets
    ADD CONSTRAINT support_tickets_follows_own FOREIGN KEY (follows_id, user_id) REFERENCES public.support_tickets(id, user_id) ON DELETE SET NULL (follows_id);

ALTER TABLE ONLY public.support_tickets
    ADD CONSTRAINT support_tickets_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT uploads_of_own_album FOREIGN KEY (video_job_id, user_id) REFERENCES public.video_jobs(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT uploads_of_own_project FOREIGN KEY (project_id, user_id) REFERENCES public.projects(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT uploads_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE public.user_analytics_events
    ADD CONSTRAINT user_analytics_events_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_preferences
    ADD CONSTRAINT user_preferences_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_privacy_settings
    ADD CONSTRAINT user_privacy_settings_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_secrets
    ADD CONSTRAINT user_secrets_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.video_analytics
    ADD CONSTRAINT video_analytics_of_own_job FOREIGN KEY (video_job_id, user_id) REFERENCES public.video_jobs(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.video_jobs
    ADD CONSTRAINT video_jobs_of_own_channel FOREIGN KEY (channel_id, user_id) REFERENCES public.channels(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_of_own_webhook FOREIGN KEY (webhook_id, user_id) REFERENCES public.webhooks(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webhook_events
    ADD CONSTRAINT webhook_events_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webhooks
    ADD CONSTRAINT webhooks_of_user FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.workflow_executions
    ADD CONSTRAINT workflow_executions_of_own_campaign FOREIGN KEY (campaign_id, created_by) REFERENCES public.campaigns(id, created_by) ON DELETE SET NULL (campaign_id);

ALTER TABLE ONLY public.workflow_executions
    ADD CONSTRAINT workflow_executions_of_user FOREIGN KEY (created_by) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE auth.users ENABLE ROW LEVEL SECURITY;

CREATE POLICY users_service ON auth.users TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (id = ( SELECT auth.uid() AS uid))));

ALTER TABLE private.allowed_moves ENABLE ROW LEVEL SECURITY;

CREATE POLICY allowed_moves_service ON private.allowed_moves TO service_role USING (true) WITH CHECK (true);

CREATE POLICY allowed_moves_written ON private.allowed_moves TO showrunner USING (true) WITH CHECK (true);

ALTER TABLE private.blobs ENABLE ROW LEVEL SECURITY;

CREATE POLICY blobs_service ON private.blobs TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE private.cron_runs ENABLE ROW LEVEL SECURITY;

CREATE POLICY cron_runs_service ON private.cron_runs TO service_role USING (true) WITH CHECK (true);

ALTER TABLE private.event_kinds ENABLE ROW LEVEL SECURITY;

CREATE POLICY event_kinds_service ON private.event_kinds TO service_role USING (true) WITH CHECK (true);

CREATE POLICY event_kinds_written ON private.event_kinds TO showrunner USING (true) WITH CHECK (true);

ALTER TABLE private.forgotten ENABLE ROW LEVEL SECURITY;

CREATE POLICY forgotten_service ON private.forgotten TO service_role USING (true) WITH CHECK (true);

ALTER TABLE private.idempotency ENABLE ROW LEVEL SECURITY;

CREATE POLICY idempotency_service ON private.idempotency TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE private.kept_columns ENABLE ROW LEVEL SECURITY;

CREATE POLICY kept_columns_service ON private.kept_columns TO service_role USING (true) WITH CHECK (true);

CREATE POLICY kept_columns_written ON private.kept_columns TO showrunner USING (true) WITH CHECK (true);

ALTER TABLE private.monthly ENABLE ROW LEVEL SECURITY;

CREATE POLICY monthly_service ON private.monthly TO service_role USING (true) WITH CHECK (true);

CREATE POLICY monthly_written ON private.monthly TO showrunner USING (true) WITH CHECK (true);

ALTER TABLE private.outbox ENABLE ROW LEVEL SECURITY;

CREATE POLICY outbox_service ON private.outbox TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE private.paid_calls ENABLE ROW LEVEL SECURITY;

CREATE POLICY paid_calls_service ON private.paid_calls TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE private.schedules ENABLE ROW LEVEL SECURITY;

CREATE POLICY schedules_service ON private.schedules TO service_role USING (true) WITH CHECK (true);

CREATE POLICY schedules_written ON private.schedules TO showrunner USING (true) WITH CHECK (true);

ALTER TABLE private.stale_scores ENABLE ROW LEVEL SECURITY;

CREATE POLICY stale_scores_service ON private.stale_scores TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE private.step_results ENABLE ROW LEVEL SECURITY;

CREATE POLICY step_results_service ON private.step_results TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE private.stripe_events ENABLE ROW LEVEL SECURITY;

CREATE POLICY stripe_events_service ON private.stripe_events TO service_role USING (true) WITH CHECK (true);

ALTER TABLE public.agent_learning_data ENABLE ROW LEVEL SECURITY;

CREATE POLICY agent_learning_data_owner ON public.agent_learning_data TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY agent_learning_data_service ON public.agent_learning_data TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.ai_insights ENABLE ROW LEVEL SECURITY;

CREATE POLICY ai_insights_owner ON public.ai_insights TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY ai_insights_service ON public.ai_insights TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.ai_interaction_feedback ENABLE ROW LEVEL SECURITY;

CREATE POLICY ai_interaction_feedback_owner ON public.ai_interaction_feedback TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY ai_interaction_feedback_service ON public.ai_interaction_feedback TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.ai_model_configs ENABLE ROW LEVEL SECURITY;

CREATE POLICY ai_model_configs_service ON public.ai_model_configs TO service_role USING (true) WITH CHECK (true);

CREATE POLICY ai_model_configs_shared ON public.ai_model_configs FOR SELECT TO authenticated USING (true);

ALTER TABLE public.ai_model_prices ENABLE ROW LEVEL SECURITY;

CREATE POLICY ai_model_prices_service ON public.ai_model_prices TO service_role USING (true) WITH CHECK (true);

CREATE POLICY ai_model_prices_shared ON public.ai_model_prices FOR SELECT TO authenticated USING (true);

ALTER TABLE public.ai_model_update_logs ENABLE ROW LEVEL SECURITY;

CREATE POLICY ai_model_update_logs_service ON public.ai_model_update_logs TO service_role USING (true) WITH CHECK (true);

CREATE POLICY ai_model_update_logs_shared ON public.ai_model_update_logs FOR SELECT TO authenticated USING (true);

ALTER TABLE public.ai_video_jobs ENABLE ROW LEVEL SECURITY;

CREATE POLICY ai_video_jobs_owner ON public.ai_video_jobs TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY ai_video_jobs_service ON public.ai_video_jobs TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.ai_video_projects ENABLE ROW LEVEL SECURITY;

CREATE POLICY ai_video_projects_owner ON public.ai_video_projects TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY ai_video_projects_service ON public.ai_video_projects TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.analytics_reports ENABLE ROW LEVEL SECURITY;

CREATE POLICY analytics_reports_owner ON public.analytics_reports TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY analytics_reports_service ON public.analytics_reports TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.assets ENABLE ROW LEVEL SECURITY;

CREATE POLICY assets_owner ON public.assets TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY assets_service ON public.assets TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.audio_tracks ENABLE ROW LEVEL SECURITY;

CREATE POLICY audio_tracks_owner ON public.audio_tracks TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY audio_tracks_service ON public.audio_tracks TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.autopilot_actions ENABLE ROW LEVEL SECURITY;

CREATE POLICY autopilot_actions_owner ON public.autopilot_actions TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY autopilot_actions_service ON public.autopilot_actions TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.autopilot_activity_log ENABLE ROW LEVEL SECURITY;

CREATE POLICY autopilot_activity_log_owner ON public.autopilot_activity_log TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY autopilot_activity_log_service ON public.autopilot_activity_log TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.autopilot_lead_inbox ENABLE ROW LEVEL SECURITY;

CREATE POLICY autopilot_lead_inbox_owner ON public.autopilot_lead_inbox TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY autopilot_lead_inbox_service ON public.autopilot_lead_inbox TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.autopilot_weekly_reports ENABLE ROW LEVEL SECURITY;

CREATE POLICY autopilot_weekly_reports_owner ON public.autopilot_weekly_reports TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY autopilot_weekly_reports_service ON public.autopilot_weekly_reports TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.brand_assets ENABLE ROW LEVEL SECURITY;

CREATE POLICY brand_assets_owner ON public.brand_assets TO authenticated USING ((created_by = ( SELECT auth.uid() AS uid))) WITH CHECK ((created_by = ( SELECT auth.uid() AS uid)));

CREATE POLICY brand_assets_service ON public.brand_assets TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.brand_positioning_analyses ENABLE ROW LEVEL SECURITY;

CREATE POLICY brand_positioning_analyses_owner ON public.brand_positioning_analyses TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY brand_positioning_analyses_service ON public.brand_positioning_analyses TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.budget_reservations ENABLE ROW LEVEL SECURITY;

CREATE POLICY budget_reservations_owner ON public.budget_reservations TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY budget_reservations_service ON public.budget_reservations TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.campaign_copilot_sessions ENABLE ROW LEVEL SECURITY;

CREATE POLICY campaign_copilot_sessions_owner ON public.campaign_copilot_sessions TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY campaign_copilot_sessions_service ON public.campaign_copilot_sessions TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.campaign_metrics ENABLE ROW LEVEL SECURITY;

CREATE POLICY campaign_metrics_owner ON public.campaign_metrics TO authenticated USING ((created_by = ( SELECT auth.uid() AS uid))) WITH CHECK ((created_by = ( SELECT auth.uid() AS uid)));

CREATE POLICY campaign_metrics_service ON public.campaign_metrics TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.campaign_performance_metrics ENABLE ROW LEVEL SECURITY;

CREATE POLICY campaign_performance_metrics_owner ON public.campaign_performance_metrics TO authenticated USING ((created_by = ( SELECT auth.uid() AS uid))) WITH CHECK ((created_by = ( SELECT auth.uid() AS uid)));

CREATE POLICY campaign_performance_metrics_service ON public.campaign_performance_metrics TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.campaign_performance_monitor ENABLE ROW LEVEL SECURITY;

CREATE POLICY campaign_performance_monitor_owner ON public.campaign_performance_monitor TO authenticated USING ((created_by = ( SELECT auth.uid() AS uid))) WITH CHECK ((created_by = ( SELECT auth.uid() AS uid)));

CREATE POLICY campaign_performance_monitor_service ON public.campaign_performance_monitor TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.campaign_predictions ENABLE ROW LEVEL SECURITY;

CREATE POLICY campaign_predictions_owner ON public.campaign_predictions TO authenticated USING ((created_by = ( SELECT auth.uid() AS uid))) WITH CHECK ((created_by = ( SELECT auth.uid() AS uid)));

CREATE POLICY campaign_predictions_service ON public.campaign_predictions TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.campaign_spends ENABLE ROW LEVEL SECURITY;

CREATE POLICY campaign_spends_owner ON public.campaign_spends TO authenticated USING ((created_by = ( SELECT auth.uid() AS uid))) WITH CHECK ((created_by = ( SELECT auth.uid() AS uid)));

CREATE POLICY campaign_spends_service ON public.campaign_spends TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.campaign_tasks ENABLE ROW LEVEL SECURITY;

CREATE POLICY campaign_tasks_owner ON public.campaign_tasks TO authenticated USING ((created_by = ( SELECT auth.uid() AS uid))) WITH CHECK ((created_by = ( SELECT auth.uid() AS uid)));

CREATE POLICY campaign_tasks_service ON public.campaign_tasks TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.campaigns ENABLE ROW LEVEL SECURITY;

CREATE POLICY campaigns_owner ON public.campaigns TO authenticated USING ((created_by = ( SELECT auth.uid() AS uid))) WITH CHECK ((created_by = ( SELECT auth.uid() AS uid)));

CREATE POLICY campaigns_service ON public.campaigns TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.channel_budgets ENABLE ROW LEVEL SECURITY;

CREATE POLICY channel_budgets_owner ON public.channel_budgets TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY channel_budgets_service ON public.channel_budgets TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.channel_configs ENABLE ROW LEVEL SECURITY;

CREATE POLICY channel_configs_owner ON public.channel_configs TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY channel_configs_service ON public.channel_configs TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.channel_costs ENABLE ROW LEVEL SECURITY;

CREATE POLICY channel_costs_bookkeeper ON public.channel_costs TO bookkeeper USING (true) WITH CHECK (true);

CREATE POLICY channel_costs_owner ON public.channel_costs TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY channel_costs_service ON public.channel_costs TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.channels ENABLE ROW LEVEL SECURITY;

CREATE POLICY channels_owner ON public.channels TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY channels_service ON public.channels TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.chat_messages ENABLE ROW LEVEL SECURITY;

CREATE POLICY chat_messages_owner ON public.chat_messages TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY chat_messages_service ON public.chat_messages TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.chat_sessions ENABLE ROW LEVEL SECURITY;

CREATE POLICY chat_sessions_owner ON public.chat_sessions TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY chat_sessions_service ON public.chat_sessions TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.competitive_gap_analyses ENABLE ROW LEVEL SECURITY;

CREATE POLICY competitive_gap_analyses_owner ON public.competitive_gap_analyses TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY competitive_gap_analyses_service ON public.competitive_gap_analyses TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.content_calendar ENABLE ROW LEVEL SECURITY;

CREATE POLICY content_calendar_owner ON public.content_calendar TO authenticated USING ((created_by = ( SELECT auth.uid() AS uid))) WITH CHECK ((created_by = ( SELECT auth.uid() AS uid)));

CREATE POLICY content_calendar_service ON public.content_calendar TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.content_publications ENABLE ROW LEVEL SECURITY;

CREATE POLICY content_publications_owner ON public.content_publications TO authenticated USING ((created_by = ( SELECT auth.uid() AS uid))) WITH CHECK ((created_by = ( SELECT auth.uid() AS uid)));

CREATE POLICY content_publications_service ON public.content_publications TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.content_templates ENABLE ROW LEVEL SECURITY;

CREATE POLICY content_templates_owner ON public.content_templates TO authenticated USING ((created_by = ( SELECT auth.uid() AS uid))) WITH CHECK ((created_by = ( SELECT auth.uid() AS uid)));

CREATE POLICY content_templates_service ON public.content_templates TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.conversation_knowledge_refs ENABLE ROW LEVEL SECURITY;

CREATE POLICY conversation_knowledge_refs_owner ON public.conversation_knowledge_refs TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY conversation_knowledge_refs_service ON public.conversation_knowledge_refs TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.conversation_messages ENABLE ROW LEVEL SECURITY;

CREATE POLICY conversation_messages_owner ON public.conversation_messages TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY conversation_messages_service ON public.conversation_messages TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.conversations ENABLE ROW LEVEL SECURITY;

CREATE POLICY conversations_owner ON public.conversations TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY conversations_service ON public.conversations TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

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

ALTER TABLE public.data_deletion_requests ENABLE ROW LEVEL SECURITY;

CREATE POLICY data_deletion_requests_owner ON public.data_deletion_requests TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY data_deletion_requests_service ON public.data_deletion_requests TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.data_export_requests ENABLE ROW LEVEL SECURITY;

CREATE POLICY data_export_requests_owner ON public.data_export_requests TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY data_export_requests_service ON public.data_export_requests TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.digital_assets ENABLE ROW LEVEL SECURITY;

CREATE POLICY digital_assets_owner ON public.digital_assets TO authenticated USING ((uploaded_by = ( SELECT auth.uid() AS uid))) WITH CHECK ((uploaded_by = ( SELECT auth.uid() AS uid)));

CREATE POLICY digital_assets_service ON public.digital_assets TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (uploaded_by = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (uploaded_by = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.draft_prompts ENABLE ROW LEVEL SECURITY;

CREATE POLICY draft_prompts_owner ON public.draft_prompts TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY draft_prompts_service ON public.draft_prompts TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

CREATE POLICY draft_prompts_unclaimed ON public.draft_prompts TO service_role USING ((user_id IS NULL));

ALTER TABLE public.email_automation_rules ENABLE ROW LEVEL SECURITY;

CREATE POLICY email_automation_rules_owner ON public.email_automation_rules TO authenticated USING ((created_by = ( SELECT auth.uid() AS uid))) WITH CHECK ((created_by = ( SELECT auth.uid() AS uid)));

CREATE POLICY email_automation_rules_service ON public.email_automation_rules TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.email_automation_runs ENABLE ROW LEVEL SECURITY;

CREATE POLICY email_automation_runs_owner ON public.email_automation_runs TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY email_automation_runs_service ON public.email_automation_runs TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.email_campaigns ENABLE ROW LEVEL SECURITY;

CREATE POLICY email_campaigns_owner ON public.email_campaigns TO authenticated USING ((created_by = ( SELECT auth.uid() AS uid))) WITH CHECK ((created_by = ( SELECT auth.uid() AS uid)));

CREATE POLICY email_campaigns_service ON public.email_campaigns TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.email_contacts ENABLE ROW LEVEL SECURITY;

CREATE POLICY email_contacts_owner ON public.email_contacts TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY email_contacts_service ON public.email_contacts TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.email_events ENABLE ROW LEVEL SECURITY;

CREATE POLICY email_events_owner ON public.email_events TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY email_events_service ON public.email_events TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.email_links ENABLE ROW LEVEL SECURITY;

CREATE POLICY email_links_owner ON public.email_links TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY email_links_service ON public.email_links TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.email_messages ENABLE ROW LEVEL SECURITY;

CREATE POLICY email_messages_owner ON public.email_messages TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY email_messages_service ON public.email_messages TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.email_suppressions ENABLE ROW LEVEL SECURITY;

CREATE POLICY email_suppressions_owner ON public.email_suppressions TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY email_suppressions_service ON public.email_suppressions TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.email_templates ENABLE ROW LEVEL SECURITY;

CREATE POLICY email_templates_owner ON public.email_templates TO authenticated USING ((created_by = ( SELECT auth.uid() AS uid))) WITH CHECK ((created_by = ( SELECT auth.uid() AS uid)));

CREATE POLICY email_templates_service ON public.email_templates TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.embedding_cache ENABLE ROW LEVEL SECURITY;

CREATE POLICY embedding_cache_service ON public.embedding_cache TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.experiment_airings ENABLE ROW LEVEL SECURITY;

CREATE POLICY experiment_airings_owner ON public.experiment_airings TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY experiment_airings_service ON public.experiment_airings TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.experiment_days ENABLE ROW LEVEL SECURITY;

CREATE POLICY experiment_days_owner ON public.experiment_days TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY experiment_days_service ON public.experiment_days TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.funnel_designs ENABLE ROW LEVEL SECURITY;

CREATE POLICY funnel_designs_owner ON public.funnel_designs TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY funnel_designs_service ON public.funnel_designs TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.generated_content_pieces ENABLE ROW LEVEL SECURITY;

CREATE POLICY generated_content_pieces_owner ON public.generated_content_pieces TO authenticated USING ((created_by = ( SELECT auth.uid() AS uid))) WITH CHECK ((created_by = ( SELECT auth.uid() AS uid)));

CREATE POLICY generated_content_pieces_service ON public.generated_content_pieces TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.images ENABLE ROW LEVEL SECURITY;

CREATE POLICY images_owner ON public.images TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY images_service ON public.images TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.integration_connections ENABLE ROW LEVEL SECURITY;

CREATE POLICY integration_connections_owner ON public.integration_connections TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY integration_connections_service ON public.integration_connections TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

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

ALTER TABLE public.keyword_research ENABLE ROW LEVEL SECURITY;

CREATE POLICY keyword_research_owner ON public.keyword_research TO authenticated USING ((created_by = ( SELECT auth.uid() AS uid))) WITH CHECK ((created_by = ( SELECT auth.uid() AS uid)));

CREATE POLICY keyword_research_service ON public.keyword_research TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.knowledge_access_logs ENABLE ROW LEVEL SECURITY;

CREATE POLICY knowledge_access_logs_owner ON public.knowledge_access_logs TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY knowledge_access_logs_service ON public.knowledge_access_logs TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.knowledge_buckets ENABLE ROW LEVEL SECURITY;

CREATE POLICY knowledge_buckets_owner ON public.knowledge_buckets TO authenticated USING ((created_by = ( SELECT auth.uid() AS uid))) WITH CHECK ((created_by = ( SELECT auth.uid() AS uid)));

CREATE POLICY knowledge_buckets_service ON public.knowledge_buckets TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.knowledge_chunks ENABLE ROW LEVEL SECURITY;

CREATE POLICY knowledge_chunks_owner ON public.knowledge_chunks TO authenticated USING ((created_by = ( SELECT auth.uid() AS uid))) WITH CHECK ((created_by = ( SELECT auth.uid() AS uid)));

CREATE POLICY knowledge_chunks_service ON public.knowledge_chunks TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.knowledge_documents ENABLE ROW LEVEL SECURITY;

CREATE POLICY knowledge_documents_owner ON public.knowledge_documents TO authenticated USING ((created_by = ( SELECT auth.uid() AS uid))) WITH CHECK ((created_by = ( SELECT auth.uid() AS uid)));

CREATE POLICY knowledge_documents_service ON public.knowledge_documents TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.lead_activities ENABLE ROW LEVEL SECURITY;

CREATE POLICY lead_activities_owner ON public.lead_activities TO authenticated USING ((created_by = ( SELECT auth.uid() AS uid))) WITH CHECK ((created_by = ( SELECT auth.uid() AS uid)));

CREATE POLICY lead_activities_service ON public.lead_activities TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.lead_merges ENABLE ROW LEVEL SECURITY;

CREATE POLICY lead_merges_owner ON public.lead_merges TO authenticated USING ((created_by = ( SELECT auth.uid() AS uid))) WITH CHECK ((created_by = ( SELECT auth.uid() AS uid)));

CREATE POLICY lead_merges_service ON public.lead_merges TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.lead_score_events ENABLE ROW LEVEL SECURITY;

CREATE POLICY lead_score_events_owner ON public.lead_score_events TO authenticated USING ((created_by = ( SELECT auth.uid() AS uid))) WITH CHECK ((created_by = ( SELECT auth.uid() AS uid)));

CREATE POLICY lead_score_events_service ON public.lead_score_events TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.lead_scoring_rules ENABLE ROW LEVEL SECURITY;

CREATE POLICY lead_scoring_rules_owner ON public.lead_scoring_rules TO authenticated USING ((created_by = ( SELECT auth.uid() AS uid))) WITH CHECK ((created_by = ( SELECT auth.uid() AS uid)));

CREATE POLICY lead_scoring_rules_service ON public.lead_scoring_rules TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.leads ENABLE ROW LEVEL SECURITY;

CREATE POLICY leads_owner ON public.leads TO authenticated USING ((created_by = ( SELECT auth.uid() AS uid))) WITH CHECK ((created_by = ( SELECT auth.uid() AS uid)));

CREATE POLICY leads_service ON public.leads TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.marketing_autopilot_config ENABLE ROW LEVEL SECURITY;

CREATE POLICY marketing_autopilot_config_owner ON public.marketing_autopilot_config TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY marketing_autopilot_config_service ON public.marketing_autopilot_config TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.metadata_experiments ENABLE ROW LEVEL SECURITY;

CREATE POLICY metadata_experiments_owner ON public.metadata_experiments TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY metadata_experiments_service ON public.metadata_experiments TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.oauth_connections ENABLE ROW LEVEL SECURITY;

CREATE POLICY oauth_connections_owner ON public.oauth_connections TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY oauth_connections_service ON public.oauth_connections TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.oauth_states ENABLE ROW LEVEL SECURITY;

CREATE POLICY oauth_states_service ON public.oauth_states TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.performance_analytics ENABLE ROW LEVEL SECURITY;

CREATE POLICY performance_analytics_owner ON public.performance_analytics TO authenticated USING ((created_by = ( SELECT auth.uid() AS uid))) WITH CHECK ((created_by = ( SELECT auth.uid() AS uid)));

CREATE POLICY performance_analytics_service ON public.performance_analytics TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.performance_tracking_frameworks ENABLE ROW LEVEL SECURITY;

CREATE POLICY performance_tracking_frameworks_owner ON public.performance_tracking_frameworks TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY performance_tracking_frameworks_service ON public.performance_tracking_frameworks TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.pipeline ENABLE ROW LEVEL SECURITY;

CREATE POLICY pipeline_owner ON public.pipeline TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

ALTER TABLE public.pipeline_runs ENABLE ROW LEVEL SECURITY;

CREATE POLICY pipeline_runs_owner ON public.pipeline_runs TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY pipeline_runs_service ON public.pipeline_runs TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

CREATE POLICY pipeline_service ON public.pipeline TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.privacy_audit_log ENABLE ROW LEVEL SECURITY;

CREATE POLICY privacy_audit_log_owner ON public.privacy_audit_log TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY privacy_audit_log_service ON public.privacy_audit_log TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY;

CREATE POLICY profiles_owner ON public.profiles TO authenticated USING ((id = ( SELECT auth.uid() AS uid))) WITH CHECK ((id = ( SELECT auth.uid() AS uid)));

CREATE POLICY profiles_service ON public.profiles TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.projects ENABLE ROW LEVEL SECURITY;

CREATE POLICY projects_owner ON public.projects TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY projects_service ON public.projects TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.proposal_templates ENABLE ROW LEVEL SECURITY;

CREATE POLICY proposal_templates_owner ON public.proposal_templates TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY proposal_templates_service ON public.proposal_templates TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.publications ENABLE ROW LEVEL SECURITY;

CREATE POLICY publications_owner ON public.publications TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY publications_service ON public.publications TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.real_time_metrics ENABLE ROW LEVEL SECURITY;

CREATE POLICY real_time_metrics_owner ON public.real_time_metrics TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY real_time_metrics_service ON public.real_time_metrics TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.render_tasks ENABLE ROW LEVEL SECURITY;

CREATE POLICY render_tasks_owner ON public.render_tasks TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY render_tasks_service ON public.render_tasks TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.report_schedules ENABLE ROW LEVEL SECURITY;

CREATE POLICY report_schedules_owner ON public.report_schedules TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY report_schedules_service ON public.report_schedules TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.research_cache ENABLE ROW LEVEL SECURITY;

CREATE POLICY research_cache_owner ON public.research_cache TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY research_cache_service ON public.research_cache TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.research_days ENABLE ROW LEVEL SECURITY;

CREATE POLICY research_days_owner ON public.research_days TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY research_days_service ON public.research_days TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.research_notes ENABLE ROW LEVEL SECURITY;

CREATE POLICY research_notes_owner ON public.research_notes TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY research_notes_service ON public.research_notes TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.scripts ENABLE ROW LEVEL SECURITY;

CREATE POLICY scripts_owner ON public.scripts TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY scripts_service ON public.scripts TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.secret_audit_logs ENABLE ROW LEVEL SECURITY;

CREATE POLICY secret_audit_logs_owner ON public.secret_audit_logs TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY secret_audit_logs_service ON public.secret_audit_logs TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.social_platform_connections ENABLE ROW LEVEL SECURITY;

CREATE POLICY social_platform_connections_owner ON public.social_platform_connections TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY social_platform_connections_service ON public.social_platform_connections TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.support_ticket_messages ENABLE ROW LEVEL SECURITY;

CREATE POLICY support_ticket_messages_owner ON public.support_ticket_messages TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY support_ticket_messages_private ON public.support_ticket_messages AS RESTRICTIVE FOR SELECT TO authenticated USING ((NOT is_private));

CREATE POLICY support_ticket_messages_service ON public.support_ticket_messages TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.support_tickets ENABLE ROW LEVEL SECURITY;

CREATE POLICY support_tickets_owner ON public.support_tickets TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY support_tickets_service ON public.support_tickets TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.uploads ENABLE ROW LEVEL SECURITY;

CREATE POLICY uploads_owner ON public.uploads TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY uploads_service ON public.uploads TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.user_analytics_events ENABLE ROW LEVEL SECURITY;

CREATE POLICY user_analytics_events_owner ON public.user_analytics_events TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY user_analytics_events_service ON public.user_analytics_events TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.user_preferences ENABLE ROW LEVEL SECURITY;

CREATE POLICY user_preferences_owner ON public.user_preferences TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY user_preferences_service ON public.user_preferences TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.user_privacy_settings ENABLE ROW LEVEL SECURITY;

CREATE POLICY user_privacy_settings_owner ON public.user_privacy_settings TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY user_privacy_settings_service ON public.user_privacy_settings TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.user_secrets ENABLE ROW LEVEL SECURITY;

CREATE POLICY user_secrets_owner ON public.user_secrets TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY user_secrets_service ON public.user_secrets TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.video_analytics ENABLE ROW LEVEL SECURITY;

CREATE POLICY video_analytics_owner ON public.video_analytics TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY video_analytics_service ON public.video_analytics TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.video_jobs ENABLE ROW LEVEL SECURITY;

CREATE POLICY video_jobs_owner ON public.video_jobs TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY video_jobs_service ON public.video_jobs TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.webhook_deliveries ENABLE ROW LEVEL SECURITY;

CREATE POLICY webhook_deliveries_owner ON public.webhook_deliveries TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY webhook_deliveries_service ON public.webhook_deliveries TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.webhook_events ENABLE ROW LEVEL SECURITY;

CREATE POLICY webhook_events_owner ON public.webhook_events TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY webhook_events_service ON public.webhook_events TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.webhooks ENABLE ROW LEVEL SECURITY;

CREATE POLICY webhooks_owner ON public.webhooks TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY webhooks_service ON public.webhooks TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (user_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE public.workflow_executions ENABLE ROW LEVEL SECURITY;

CREATE POLICY workflow_executions_owner ON public.workflow_executions TO authenticated USING ((created_by = ( SELECT auth.uid() AS uid))) WITH CHECK ((created_by = ( SELECT auth.uid() AS uid)));

CREATE POLICY workflow_executions_service ON public.workflow_executions TO service_role USING (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid)))) WITH CHECK (((( SELECT auth.uid() AS uid) IS NULL) OR (created_by = ( SELECT auth.uid() AS uid))));

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

REVOKE ALL ON FUNCTION private.anonymise_page(p_request uuid, p_table regclass, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION private.anonymise_page(p_request uuid, p_table regclass, p_limit integer) TO service_role;

REVOKE ALL ON FUNCTION private.append_only() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.audit_secret_change() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.begin_budget() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.chain_privacy_log() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.check_album() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.check_analytics_consent() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.check_assets() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.check_conditions() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.check_kpi_targets() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.check_launch() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.check_shares() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.check_timezone() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.check_unpublished() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.clear_album() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.clear_job() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.clear_project() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.clear_upload() FROM PUBLIC;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.budget_reservations TO service_role;
GRANT SELECT ON TABLE public.budget_reservations TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.budget_reservations TO eraser;

REVOKE ALL ON FUNCTION private.close_reservation(p_held public.budget_reservations, p_status text, p_actual numeric) FROM PUBLIC;
GRANT ALL ON FUNCTION private.close_reservation(p_held public.budget_reservations, p_status text, p_actual numeric) TO service_role;

REVOKE ALL ON FUNCTION private.complete_metrics() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.conclude_entry() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.copy_into_inbox() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.count_added() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.count_event() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.count_message() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.count_of_activity(p_leaf jsonb, p_decay_days integer) FROM PUBLIC;
GRANT ALL ON FUNCTION private.count_of_activity(p_leaf jsonb, p_decay_days integer) TO service_role;

REVOKE ALL ON FUNCTION private.count_removed() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.count_sent() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.count_utterance() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.count_version() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.credit_check_actor(p_user uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION private.credit_expect(p_user uuid, p_expires timestamp with time zone) FROM PUBLIC;

GRANT SELECT ON TABLE public.credit_accounts TO service_role;
GRANT SELECT ON TABLE public.credit_accounts TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.credit_accounts TO bookkeeper;
GRANT SELECT,DELETE,UPDATE ON TABLE public.credit_accounts TO eraser;

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

REVOKE ALL ON FUNCTION private.email_hash(p_email text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.email_hash(p_email text) TO service_role;

REVOKE ALL ON FUNCTION private.end_of_user(p_what text, p_user uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.end_of_user(p_what text, p_user uuid) TO service_role;

REVOKE ALL ON FUNCTION private.enrol(p_table regclass, owner name, kind text, users_may text, service_may text, touched_by text, by_owner text, retention interval, export text, erase text, unexported text) FROM PUBLIC;

REVOKE ALL ON FUNCTION private.erase_page(p_request uuid, p_table regclass, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION private.erase_page(p_request uuid, p_table regclass, p_limit integer) TO service_role;

REVOKE ALL ON FUNCTION private.next_request_id() FROM PUBLIC;
GRANT ALL ON FUNCTION private.next_request_id() TO service_role;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.data_deletion_requests TO service_role;
GRANT SELECT,DELETE,UPDATE ON TABLE public.data_deletion_requests TO eraser;

GRANT SELECT(id) ON TABLE public.data_deletion_requests TO authenticated;

GRANT SELECT(user_id) ON TABLE public.data_deletion_requests TO authenticated;

GRANT SELECT(request_id) ON TABLE public.data_deletion_requests TO authenticated;

GRANT SELECT(status) ON TABLE public.data_deletion_requests TO authenticated;

GRANT SELECT(scope) ON TABLE public.data_deletion_requests TO authenticated;

GRANT SELECT(domain) ON TABLE public.data_deletion_requests TO authenticated;

GRANT SELECT(mode) ON TABLE public.data_deletion_requests TO authenticated;

GRANT SELECT(confirmation_required) ON TABLE public.data_deletion_requests TO authenticated;

GRANT SELECT(plan) ON TABLE public.data_deletion_requests TO authenticated;

GRANT SELECT(report) ON TABLE public.data_deletion_requests TO authenticated;

GRANT SELECT(error_code) ON TABLE public.data_deletion_requests TO authenticated;

GRANT SELECT(requested_at) ON TABLE public.data_deletion_requests TO authenticated;

GRANT SELECT(due_at) ON TABLE public.data_deletion_requests TO authenticated;

GRANT SELECT(confirmed_at) ON TABLE public.data_deletion_requests TO authenticated;

GRANT SELECT(scheduled_for) ON TABLE public.data_deletion_requests TO authenticated;

GRANT SELECT(cancelled_at) ON TABLE public.data_deletion_requests TO authenticated;

GRANT SELECT(completed_at) ON TABLE public.data_deletion_requests TO authenticated;

GRANT SELECT(created_at) ON TABLE public.data_deletion_requests TO authenticated;

GRANT SELECT(updated_at) ON TABLE public.data_deletion_requests TO authenticated;

REVOKE ALL ON FUNCTION private.erasing(p_request uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.erasing(p_request uuid) TO service_role;

REVOKE ALL ON FUNCTION private.export_expires() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.export_page(p_table regclass, p_after jsonb, p_limit integer, p_bytes integer) FROM PUBLIC;
GRANT ALL ON FUNCTION private.export_page(p_table regclass, p_after jsonb, p_limit integer, p_bytes integer) TO service_role;

REVOKE ALL ON FUNCTION private.field_condition(p_leaf jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION private.field_condition(p_leaf jsonb) TO service_role;

REVOKE ALL ON FUNCTION private.file_activity() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.file_research() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.fill_default() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.finish_erasure(p_request uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.finish_erasure(p_request uuid) TO service_role;

REVOKE ALL ON FUNCTION private.finish_exchange() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.follow_merge() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.guard_job() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.guard_ledger() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.guard_state() FROM PUBLIC;
GRANT ALL ON FUNCTION private.guard_state() TO service_role;

REVOKE ALL ON FUNCTION private.guard_states(p_table regclass, p_column name, VARIADIC p_moves text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION private.hash_content() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.id_hash(p_user uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.id_hash(p_user uuid) TO service_role;

REVOKE ALL ON FUNCTION private.inet_or_null(p_address text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.inet_or_null(p_address text) TO service_role;

REVOKE ALL ON FUNCTION private.keep(p_table regclass, p_why text, p_columns text) FROM PUBLIC;

REVOKE ALL ON FUNCTION private.keep_album_at_work() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.keep_connected_channel() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.keep_monthly(p_table regclass, p_keep interval) FROM PUBLIC;

REVOKE ALL ON FUNCTION private.keep_reference() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.keep_running_experiment() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.keep_used_asset() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.known_timezone(p_name text) FROM PUBLIC;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.campaigns TO service_role;
GRANT SELECT,DELETE ON TABLE public.campaigns TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.campaigns TO eraser;

GRANT INSERT(id) ON TABLE public.campaigns TO authenticated;

GRANT INSERT(created_by) ON TABLE public.campaigns TO authenticated;

GRANT INSERT(name),UPDATE(name) ON TABLE public.campaigns TO authenticated;

GRANT INSERT(description),UPDATE(description) ON TABLE public.campaigns TO authenticated;

GRANT INSERT(type),UPDATE(type) ON TABLE public.campaigns TO authenticated;

GRANT INSERT(channel),UPDATE(channel) ON TABLE public.campaigns TO authenticated;

GRANT INSERT(channels),UPDATE(channels) ON TABLE public.campaigns TO authenticated;

GRANT UPDATE(status) ON TABLE public.campaigns TO authenticated;

GRANT INSERT(currency),UPDATE(currency) ON TABLE public.campaigns TO authenticated;

GRANT INSERT(total_budget),UPDATE(total_budget) ON TABLE public.campaigns TO authenticated;

GRANT INSERT(budget_allocated),UPDATE(budget_allocated) ON TABLE public.campaigns TO authenticated;

GRANT INSERT(budget_breakdown),UPDATE(budget_breakdown) ON TABLE public.campaigns TO authenticated;

GRANT INSERT(start_date),UPDATE(start_date) ON TABLE public.campaigns TO authenticated;

GRANT INSERT(end_date),UPDATE(end_date) ON TABLE public.campaigns TO authenticated;

GRANT INSERT(primary_objective),UPDATE(primary_objective) ON TABLE public.campaigns TO authenticated;

GRANT INSERT(target_audience),UPDATE(target_audience) ON TABLE public.campaigns TO authenticated;

GRANT INSERT(demographics),UPDATE(demographics) ON TABLE public.campaigns TO authenticated;

GRANT INSERT(kpi_targets),UPDATE(kpi_targets) ON TABLE public.campaigns TO authenticated;

GRANT INSERT(content),UPDATE(content) ON TABLE public.campaigns TO authenticated;

GRANT INSERT(settings),UPDATE(settings) ON TABLE public.campaigns TO authenticated;

GRANT INSERT(metadata),UPDATE(metadata) ON TABLE public.campaigns TO authenticated;

GRANT INSERT(compliance_checklist),UPDATE(compliance_checklist) ON TABLE public.campaigns TO authenticated;

GRANT INSERT(auto_managed),UPDATE(auto_managed) ON TABLE public.campaigns TO authenticated;

GRANT INSERT(parent_campaign_id),UPDATE(parent_campaign_id) ON TABLE public.campaigns TO authenticated;

REVOKE ALL ON FUNCTION private.launch_gaps(p_campaign public.campaigns) FROM PUBLIC;
GRANT ALL ON FUNCTION private.launch_gaps(p_campaign public.campaigns) TO service_role;

REVOKE ALL ON FUNCTION private.lead_changed() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.lead_condition(p_condition jsonb, p_decay_days integer, p_depth integer) FROM PUBLIC;
GRANT ALL ON FUNCTION private.lead_condition(p_condition jsonb, p_decay_days integer, p_depth integer) TO service_role;

REVOKE ALL ON FUNCTION private.learn() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.let_go(p_table regclass) FROM PUBLIC;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.lead_merges TO service_role;
GRANT SELECT,DELETE,UPDATE ON TABLE public.lead_merges TO eraser;
GRANT SELECT ON TABLE public.lead_merges TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.leads TO service_role;
GRANT SELECT,DELETE ON TABLE public.leads TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.leads TO eraser;

GRANT INSERT(id) ON TABLE public.leads TO authenticated;

GRANT INSERT(created_by) ON TABLE public.leads TO authenticated;

GRANT INSERT(first_name),UPDATE(first_name) ON TABLE public.leads TO authenticated;

GRANT INSERT(last_name),UPDATE(last_name) ON TABLE public.leads TO authenticated;

GRANT INSERT(email),UPDATE(email) ON TABLE public.leads TO authenticated;

GRANT INSERT(company),UPDATE(company) ON TABLE public.leads TO authenticated;

GRANT INSERT(job_title),UPDATE(job_title) ON TABLE public.leads TO authenticated;

GRANT INSERT(phone),UPDATE(phone) ON TABLE public.leads TO authenticated;

GRANT INSERT(industry),UPDATE(industry) ON TABLE public.leads TO authenticated;

GRANT INSERT(company_size),UPDATE(company_size) ON TABLE public.leads TO authenticated;

GRANT INSERT(country),UPDATE(country) ON TABLE public.leads TO authenticated;

GRANT INSERT(annual_revenue),UPDATE(annual_revenue) ON TABLE public.leads TO authenticated;

GRANT INSERT(source),UPDATE(source) ON TABLE public.leads TO authenticated;

GRANT INSERT(source_details),UPDATE(source_details) ON TABLE public.leads TO authenticated;

GRANT INSERT(external_id),UPDATE(external_id) ON TABLE public.leads TO authenticated;

GRANT INSERT(campaign_id),UPDATE(campaign_id) ON TABLE public.leads TO authenticated;

GRANT INSERT(status),UPDATE(status) ON TABLE public.leads TO authenticated;

GRANT INSERT(tags),UPDATE(tags) ON TABLE public.leads TO authenticated;

GRANT INSERT(consent),UPDATE(consent) ON TABLE public.leads TO authenticated;

GRANT UPDATE(deleted_at) ON TABLE public.leads TO authenticated;

REVOKE ALL ON FUNCTION private.merge_lead(p_into public.leads, p_from public.leads, p_fields jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION private.merge_lead(p_into public.leads, p_from public.leads, p_fields jsonb) TO service_role;

REVOKE ALL ON FUNCTION private.mirror_connection() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.mirror_user(p_user uuid, p_email text, p_name text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.mirror_user(p_user uuid, p_email text, p_name text) TO service_role;

REVOKE ALL ON FUNCTION private.next_version() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.note_consent() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.number(p_text text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.number(p_text text) TO service_role;

REVOKE ALL ON FUNCTION private.page_key(p_table regclass) FROM PUBLIC;
GRANT ALL ON FUNCTION private.page_key(p_table regclass) TO service_role;

REVOKE ALL ON FUNCTION private.place_message() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.place_utterance() FROM PUBLIC;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.lead_scoring_rules TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.lead_scoring_rules TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.lead_scoring_rules TO eraser;

REVOKE ALL ON FUNCTION private.points_of_rule(p_rule public.lead_scoring_rules) FROM PUBLIC;
GRANT ALL ON FUNCTION private.points_of_rule(p_rule public.lead_scoring_rules) TO service_role;

GRANT SELECT,INSERT ON TABLE public.privacy_audit_log TO service_role;
GRANT SELECT ON TABLE public.privacy_audit_log TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.privacy_audit_log TO eraser;

GRANT UPDATE(user_id) ON TABLE public.privacy_audit_log TO service_role;

GRANT UPDATE(ip_address) ON TABLE public.privacy_audit_log TO service_role;

GRANT UPDATE(user_agent) ON TABLE public.privacy_audit_log TO service_role;

REVOKE ALL ON FUNCTION private.privacy_hash(p_row public.privacy_audit_log) FROM PUBLIC;
GRANT ALL ON FUNCTION private.privacy_hash(p_row public.privacy_audit_log) TO service_role;

REVOKE ALL ON FUNCTION private.promise_clearing(p_user_id uuid, p_place text, p_after interval) FROM PUBLIC;
GRANT ALL ON FUNCTION private.promise_clearing(p_user_id uuid, p_place text, p_after interval) TO service_role;

REVOKE ALL ON FUNCTION private.refresh_changed_campaigns() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.report_erasure(p_request uuid, p_what text, p_table text, p_rows bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION private.report_erasure(p_request uuid, p_what text, p_table text, p_rows bigint) TO service_role;

REVOKE ALL ON FUNCTION private.retire_default() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.roll_budgets(p_budgets uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION private.roll_budgets(p_budgets uuid[]) TO service_role;

REVOKE ALL ON FUNCTION private.rules_changed() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.score_active_leads() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.score_changed_leads() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.score_given_points() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.secret_purpose() FROM PUBLIC;
GRANT ALL ON FUNCTION private.secret_purpose() TO service_role;

REVOKE ALL ON FUNCTION private.set_lead(p_lead_id uuid, p_fields jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION private.set_lead(p_lead_id uuid, p_fields jsonb) TO service_role;

REVOKE ALL ON FUNCTION private.set_up_user(p_user uuid, p_name text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.set_up_user(p_user uuid, p_name text) TO service_role;

REVOKE ALL ON FUNCTION private.stamp_state() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.stamp_states(p_table regclass, p_column name, p_time name, p_states text[], p_kept boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION private.sum_experiment_days() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.suppress_contact() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.tell_stopped(p_budgets uuid[], p_run_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.tell_stopped(p_budgets uuid[], p_run_id text) TO service_role;

REVOKE ALL ON FUNCTION private.tend_months(p_now timestamp with time zone, p_ahead integer) FROM PUBLIC;
GRANT ALL ON FUNCTION private.tend_months(p_now timestamp with time zone, p_ahead integer) TO service_role;

REVOKE ALL ON FUNCTION private.text_hash(p_text text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.text_hash(p_text text) TO authenticated;
GRANT ALL ON FUNCTION private.text_hash(p_text text) TO service_role;

REVOKE ALL ON FUNCTION private.ticket_message_said() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.tidy_contact() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.tidy_lead() FROM PUBLIC;

REVOKE ALL ON FUNCTION private.topic_key(p_topic text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.topic_key(p_topic text) TO service_role;

REVOKE ALL ON FUNCTION private.traces(p_user uuid, p_scope text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.traces(p_user uuid, p_scope text) TO service_role;

REVOKE ALL ON FUNCTION private.twenty_prompts(p_prompts jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION private.twenty_prompts(p_prompts jsonb) TO authenticated;
GRANT ALL ON FUNCTION private.twenty_prompts(p_prompts jsonb) TO service_role;

REVOKE ALL ON FUNCTION private.warn_budgets(p_budgets uuid[], p_wanted numeric) FROM PUBLIC;
GRANT ALL ON FUNCTION private.warn_budgets(p_budgets uuid[], p_wanted numeric) TO service_role;

REVOKE ALL ON FUNCTION private.warn_run_budgets(p_budgets uuid[], p_run_id text, p_wanted numeric) FROM PUBLIC;
GRANT ALL ON FUNCTION private.warn_run_budgets(p_budgets uuid[], p_run_id text, p_wanted numeric) TO service_role;

REVOKE ALL ON FUNCTION private.welcome_credits() FROM PUBLIC;
GRANT ALL ON FUNCTION private.welcome_credits() TO service_role;

REVOKE ALL ON FUNCTION public.add_credits(p_user uuid, p_type text, p_amount integer, p_key text, p_expires timestamp with time zone, p_priority integer, p_stripe text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.add_credits(p_user uuid, p_type text, p_amount integer, p_key text, p_expires timestamp with time zone, p_priority integer, p_stripe text) TO service_role;

REVOKE ALL ON FUNCTION public.audit_secret(p_user_id uuid, p_service_name text, p_operation text, p_success boolean, p_actor text, p_purpose text, p_error_message text, p_ip_address text, p_user_agent text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.audit_secret(p_user_id uuid, p_service_name text, p_operation text, p_success boolean, p_actor text, p_purpose text, p_error_message text, p_ip_address text, p_user_agent text) TO service_role;

REVOKE ALL ON FUNCTION public.campaign_metrics_refresh(VARIADIC p_campaign_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.campaign_metrics_refresh(VARIADIC p_campaign_ids uuid[]) TO service_role;

REVOKE ALL ON FUNCTION public.campaign_monitor_measure(p_now timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.campaign_monitor_measure(p_now timestamp with time zone) TO service_role;

REVOKE ALL ON FUNCTION public.campaign_predictions_score(p_now timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.campaign_predictions_score(p_now timestamp with time zone) TO service_role;

REVOKE ALL ON FUNCTION public.campaign_samples_roll(p_since date) FROM PUBLIC;
GRANT ALL ON FUNCTION public.campaign_samples_roll(p_since date) TO service_role;

REVOKE ALL ON FUNCTION public.campaign_spend(p_campaign_id uuid, p_amount numeric, p_key text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.campaign_spend(p_campaign_id uuid, p_amount numeric, p_key text) TO service_role;

REVOKE ALL ON FUNCTION public.campaign_transition(p_campaign_id uuid, p_to text, p_expected_version integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.campaign_transition(p_campaign_id uuid, p_to text, p_expected_version integer) TO authenticated;
GRANT ALL ON FUNCTION public.campaign_transition(p_campaign_id uuid, p_to text, p_expected_version integer) TO service_role;

REVOKE ALL ON FUNCTION public.campaigns_tend(p_now timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.campaigns_tend(p_now timestamp with time zone) TO service_role;

REVOKE ALL ON FUNCTION public.claim_draft_prompt(p_session_token text, p_user_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.claim_draft_prompt(p_session_token text, p_user_id uuid) TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.video_jobs TO service_role;
GRANT SELECT,DELETE,UPDATE ON TABLE public.video_jobs TO eraser;

GRANT SELECT(id) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(user_id) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(channel_id) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(status) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(niche_label) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(mood_keywords) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(target_duration_minutes) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(prompts_json) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(local_video_path) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(output_directory) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(video_title),UPDATE(video_title) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(video_description),UPDATE(video_description) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(is_draft),UPDATE(is_draft) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(youtube_video_id) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(youtube_url) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(upload_strategy),UPDATE(upload_strategy) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(scheduled_time),UPDATE(scheduled_time) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(scheduled_publish_date),UPDATE(scheduled_publish_date) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(published_at) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(failed_step) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(resume_from) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(error_code) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(error_message) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(attempt) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(estimated_cost_usd) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(cost_usd) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(synthetic_content) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(cancel_requested_at) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(finished_at) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(deleted_at) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(created_at) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(updated_at) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(style) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(living) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(overlays) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(seed) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(review) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(resolution) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(goal) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(progress) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(status_message) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(manifest_json) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(files) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(stage_seconds) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(started_at) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(stage_started_at) ON TABLE public.video_jobs TO authenticated;

GRANT SELECT(reviewed_at) ON TABLE public.video_jobs TO authenticated;

REVOKE ALL ON FUNCTION public.claim_video_job(p_from public.video_job_status, p_to public.video_job_status) FROM PUBLIC;
GRANT ALL ON FUNCTION public.claim_video_job(p_from public.video_job_status, p_to public.video_job_status) TO service_role;

REVOKE ALL ON FUNCTION public.cleanup_expired_oauth_states() FROM PUBLIC;
GRANT ALL ON FUNCTION public.cleanup_expired_oauth_states() TO service_role;

REVOKE ALL ON FUNCTION public.close_resolved_tickets(p_after interval) FROM PUBLIC;
GRANT ALL ON FUNCTION public.close_resolved_tickets(p_after interval) TO service_role;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_calendar TO service_role;
GRANT SELECT,DELETE ON TABLE public.content_calendar TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.content_calendar TO eraser;

GRANT INSERT(id) ON TABLE public.content_calendar TO authenticated;

GRANT INSERT(created_by) ON TABLE public.content_calendar TO authenticated;

GRANT INSERT(title),UPDATE(title) ON TABLE public.content_calendar TO authenticated;

GRANT INSERT(description),UPDATE(description) ON TABLE public.content_calendar TO authenticated;

GRANT INSERT(content_type),UPDATE(content_type) ON TABLE public.content_calendar TO authenticated;

GRANT INSERT(platform),UPDATE(platform) ON TABLE public.content_calendar TO authenticated;

GRANT INSERT(scheduled_date),UPDATE(scheduled_date) ON TABLE public.content_calendar TO authenticated;

GRANT INSERT(timezone),UPDATE(timezone) ON TABLE public.content_calendar TO authenticated;

GRANT INSERT(recurrence_rule),UPDATE(recurrence_rule) ON TABLE public.content_calendar TO authenticated;

GRANT INSERT(recurrence_until),UPDATE(recurrence_until) ON TABLE public.content_calendar TO authenticated;

GRANT INSERT(series_id),UPDATE(series_id) ON TABLE public.content_calendar TO authenticated;

GRANT UPDATE(status) ON TABLE public.content_calendar TO authenticated;

GRANT INSERT(content_data),UPDATE(content_data) ON TABLE public.content_calendar TO authenticated;

GRANT INSERT(metadata),UPDATE(metadata) ON TABLE public.content_calendar TO authenticated;

GRANT INSERT(assigned_to),UPDATE(assigned_to) ON TABLE public.content_calendar TO authenticated;

GRANT INSERT(assets),UPDATE(assets) ON TABLE public.content_calendar TO authenticated;

GRANT INSERT(campaign_id),UPDATE(campaign_id) ON TABLE public.content_calendar TO authenticated;

GRANT INSERT(content_piece_id),UPDATE(content_piece_id) ON TABLE public.content_calendar TO authenticated;

REVOKE ALL ON FUNCTION public.content_claim_due(p_limit integer, p_now timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.content_claim_due(p_limit integer, p_now timestamp with time zone) TO service_role;

REVOKE ALL ON FUNCTION public.digital_asset_uses(p_asset_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.digital_asset_uses(p_asset_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.digital_asset_uses(p_asset_id uuid) TO service_role;

REVOKE ALL ON FUNCTION public.duplicate_leads(p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.duplicate_leads(p_limit integer) TO authenticated;
GRANT ALL ON FUNCTION public.duplicate_leads(p_limit integer) TO service_role;

REVOKE ALL ON FUNCTION public.email_campaign_batch(p_campaign_id uuid, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.email_campaign_batch(p_campaign_id uuid, p_limit integer) TO service_role;

REVOKE ALL ON FUNCTION public.email_campaigns_tend(p_now timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.email_campaigns_tend(p_now timestamp with time zone) TO service_role;

REVOKE ALL ON FUNCTION public.emit_event(p_user_id uuid, p_type text, p_data jsonb, p_key text, p_subject_id uuid, p_happened_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.emit_event(p_user_id uuid, p_type text, p_data jsonb, p_key text, p_subject_id uuid, p_happened_at timestamp with time zone) TO service_role;

REVOKE ALL ON FUNCTION public.ensure_profile(p_user uuid, p_email text, p_name text, p_welcome integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ensure_profile(p_user uuid, p_email text, p_name text, p_welcome integer) TO service_role;

REVOKE ALL ON FUNCTION public.expire_budget_reservations(p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.expire_budget_reservations(p_limit integer) TO service_role;

REVOKE ALL ON FUNCTION public.expire_credits(p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.expire_credits(p_limit integer) TO service_role;

REVOKE ALL ON FUNCTION public.get_autopilot_dashboard_stats(p_user_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.get_autopilot_dashboard_stats(p_user_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.get_autopilot_dashboard_stats(p_user_id uuid) TO service_role;

REVOKE ALL ON FUNCTION public.get_credit_balance(p_user_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.get_credit_balance(p_user_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.get_credit_balance(p_user_id uuid) TO service_role;

REVOKE ALL ON FUNCTION public.get_default_model(p_provider text, p_type text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.get_default_model(p_provider text, p_type text) TO authenticated;
GRANT ALL ON FUNCTION public.get_default_model(p_provider text, p_type text) TO service_role;

REVOKE ALL ON FUNCTION public.handle_new_user() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.lead_scoring_preview(p_conditions jsonb, p_score_weight integer, p_decay_days integer, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.lead_scoring_preview(p_conditions jsonb, p_score_weight integer, p_decay_days integer, p_limit integer) TO authenticated;

REVOKE ALL ON FUNCTION public.leads_decay() FROM PUBLIC;
GRANT ALL ON FUNCTION public.leads_decay() TO service_role;

REVOKE ALL ON FUNCTION public.leads_rescore(p_owner uuid, p_lead_ids uuid[], p_now timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.leads_rescore(p_owner uuid, p_lead_ids uuid[], p_now timestamp with time zone) TO service_role;

REVOKE ALL ON FUNCTION public.leads_rescore_due(p_limit integer, p_now timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.leads_rescore_due(p_limit integer, p_now timestamp with time zone) TO service_role;

REVOKE ALL ON FUNCTION public.log_autopilot_activity(p_user_id uuid, p_config_id uuid, p_activity_type text, p_description text, p_entity_type text, p_entity_id uuid, p_metadata jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.log_autopilot_activity(p_user_id uuid, p_config_id uuid, p_activity_type text, p_description text, p_entity_type text, p_entity_id uuid, p_metadata jsonb) TO service_role;

REVOKE ALL ON FUNCTION public.merge_leads(p_into uuid, p_leads uuid[], p_fields jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.merge_leads(p_into uuid, p_leads uuid[], p_fields jsonb) TO authenticated;

REVOKE ALL ON FUNCTION public.pipeline_refresh(p_user_id uuid, p_run_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.pipeline_refresh(p_user_id uuid, p_run_id text) TO service_role;

REVOKE ALL ON FUNCTION public.pseudonymise_privacy_log(p_user_id uuid, p_pseudonym uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.pseudonymise_privacy_log(p_user_id uuid, p_pseudonym uuid) TO service_role;

REVOKE ALL ON FUNCTION public.record_cost(p_user_id uuid, p_provider text, p_cost_usd numeric, p_key text, p_channel_id text, p_run_id text, p_operation text, p_model_name text, p_tokens integer, p_units numeric, p_unit text, p_ref_type text, p_ref_id uuid, p_is_estimate boolean, p_cached boolean, p_saved_usd numeric) FROM PUBLIC;
GRANT ALL ON FUNCTION public.record_cost(p_user_id uuid, p_provider text, p_cost_usd numeric, p_key text, p_channel_id text, p_run_id text, p_operation text, p_model_name text, p_tokens integer, p_units numeric, p_unit text, p_ref_type text, p_ref_id uuid, p_is_estimate boolean, p_cached boolean, p_saved_usd numeric) TO service_role;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.real_time_metrics TO service_role;
GRANT SELECT ON TABLE public.real_time_metrics TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.real_time_metrics TO eraser;

REVOKE ALL ON FUNCTION public.record_metric(p_user_id uuid, p_entity_type text, p_entity_id uuid, p_metric_type text, p_value numeric) FROM PUBLIC;
GRANT ALL ON FUNCTION public.record_metric(p_user_id uuid, p_entity_type text, p_entity_id uuid, p_metric_type text, p_value numeric) TO service_role;

REVOKE ALL ON FUNCTION public.refund_credits(p_job uuid, p_amount integer, p_key text, p_note text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.refund_credits(p_job uuid, p_amount integer, p_key text, p_note text) TO service_role;

REVOKE ALL ON FUNCTION public.reinstate_purchase(p_stripe_payment text, p_revoked text, p_key text, p_expires timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.reinstate_purchase(p_stripe_payment text, p_revoked text, p_key text, p_expires timestamp with time zone) TO service_role;

REVOKE ALL ON FUNCTION public.release_budget(p_reservation_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.release_budget(p_reservation_id uuid) TO service_role;

REVOKE ALL ON FUNCTION public.release_credits(p_job_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.release_credits(p_job_id uuid) TO service_role;

REVOKE ALL ON FUNCTION public.renew_subscription(p_user uuid, p_credits integer, p_rollover_cap integer, p_key text, p_period_end timestamp with time zone, p_invoice text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.renew_subscription(p_user uuid, p_credits integer, p_rollover_cap integer, p_key text, p_period_end timestamp with time zone, p_invoice text) TO service_role;

REVOKE ALL ON FUNCTION public.reserve_budget(p_user_id uuid, p_estimate numeric, p_key text, p_channel_id text, p_provider text, p_run_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.reserve_budget(p_user_id uuid, p_estimate numeric, p_key text, p_channel_id text, p_provider text, p_run_id text) TO service_role;

REVOKE ALL ON FUNCTION public.reserve_credits(p_user_id uuid, p_job_id uuid, p_amount integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.reserve_credits(p_user_id uuid, p_job_id uuid, p_amount integer) TO service_role;

REVOKE ALL ON FUNCTION public.retire_rows(p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.retire_rows(p_limit integer) TO service_role;

REVOKE ALL ON FUNCTION public.revoke_purchase(p_stripe_payment text, p_credits integer, p_key text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.revoke_purchase(p_stripe_payment text, p_credits integer, p_key text) TO service_role;

REVOKE ALL ON FUNCTION public.save_draft_prompt(p_session_token text, p_prompt_text text, p_template_id text, p_options jsonb, p_ip_hash text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.search_conversations(p_query_embedding extensions.vector, p_embedding_model text, p_limit integer, p_similarity_threshold real) FROM PUBLIC;
GRANT ALL ON FUNCTION public.search_conversations(p_query_embedding extensions.vector, p_embedding_model text, p_limit integer, p_similarity_threshold real) TO authenticated;
GRANT ALL ON FUNCTION public.search_conversations(p_query_embedding extensions.vector, p_embedding_model text, p_limit integer, p_similarity_threshold real) TO service_role;

REVOKE ALL ON FUNCTION public.search_knowledge(p_user_id uuid, p_query_text text, p_query_embedding extensions.vector, p_mode text, p_bucket_type text, p_campaign_id uuid, p_limit integer, p_threshold double precision) FROM PUBLIC;
GRANT ALL ON FUNCTION public.search_knowledge(p_user_id uuid, p_query_text text, p_query_embedding extensions.vector, p_mode text, p_bucket_type text, p_campaign_id uuid, p_limit integer, p_threshold double precision) TO authenticated;
GRANT ALL ON FUNCTION public.search_knowledge(p_user_id uuid, p_query_text text, p_query_embedding extensions.vector, p_mode text, p_bucket_type text, p_campaign_id uuid, p_limit integer, p_threshold double precision) TO service_role;

REVOKE ALL ON FUNCTION public.search_knowledge_chunks(p_user_id uuid, p_query_embedding extensions.vector, p_bucket_type text, p_campaign_id uuid, p_limit integer, p_similarity_threshold double precision) FROM PUBLIC;
GRANT ALL ON FUNCTION public.search_knowledge_chunks(p_user_id uuid, p_query_embedding extensions.vector, p_bucket_type text, p_campaign_id uuid, p_limit integer, p_similarity_threshold double precision) TO authenticated;
GRANT ALL ON FUNCTION public.search_knowledge_chunks(p_user_id uuid, p_query_embedding extensions.vector, p_bucket_type text, p_campaign_id uuid, p_limit integer, p_similarity_threshold double precision) TO service_role;

REVOKE ALL ON FUNCTION public.settle_budget(p_reservation_id uuid, p_actual numeric, p_operation text, p_model_name text, p_tokens integer, p_units numeric, p_unit text, p_ref_type text, p_ref_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.settle_budget(p_reservation_id uuid, p_actual numeric, p_operation text, p_model_name text, p_tokens integer, p_units numeric, p_unit text, p_ref_type text, p_ref_id uuid) TO service_role;

REVOKE ALL ON FUNCTION public.settle_credits(p_job_id uuid, p_final integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.settle_credits(p_job_id uuid, p_final integer) TO service_role;

REVOKE ALL ON FUNCTION public.time_out_holds(p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.time_out_holds(p_limit integer) TO service_role;

REVOKE ALL ON FUNCTION public.trigger_autopilot_orchestration(p_day date) FROM PUBLIC;
GRANT ALL ON FUNCTION public.trigger_autopilot_orchestration(p_day date) TO service_role;

REVOKE ALL ON FUNCTION public.trigger_weekly_report_generation(p_week date) FROM PUBLIC;
GRANT ALL ON FUNCTION public.trigger_weekly_report_generation(p_week date) TO service_role;

REVOKE ALL ON FUNCTION public.unmerge_lead(p_merge_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.unmerge_lead(p_merge_id uuid) TO authenticated;

REVOKE ALL ON FUNCTION public.update_updated_at() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.update_updated_at_column() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.verify_privacy_log(p_user_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.verify_privacy_log(p_user_id uuid) TO service_role;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE auth.users TO service_role;

GRANT SELECT,INSERT,DELETE ON TABLE public.campaign_performance_metrics TO service_role;
GRANT SELECT ON TABLE public.campaign_performance_metrics TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.campaign_performance_metrics TO eraser;

GRANT SELECT,INSERT,DELETE ON TABLE public.knowledge_access_logs TO service_role;
GRANT SELECT ON TABLE public.knowledge_access_logs TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.knowledge_access_logs TO eraser;

GRANT SELECT,INSERT,DELETE ON TABLE public.user_analytics_events TO service_role;
GRANT SELECT ON TABLE public.user_analytics_events TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.user_analytics_events TO eraser;

GRANT SELECT ON TABLE private.allowed_moves TO service_role;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE private.blobs TO service_role;
GRANT SELECT,DELETE,UPDATE ON TABLE private.blobs TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE private.cron_runs TO service_role;

GRANT SELECT ON TABLE private.event_kinds TO service_role;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE private.forgotten TO service_role;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE private.idempotency TO service_role;
GRANT SELECT,DELETE,UPDATE ON TABLE private.idempotency TO eraser;

GRANT SELECT ON TABLE private.kept_columns TO service_role;

GRANT SELECT ON TABLE private.monthly TO service_role;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE private.outbox TO service_role;
GRANT SELECT,DELETE,UPDATE ON TABLE private.outbox TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE private.paid_calls TO service_role;
GRANT SELECT,DELETE,UPDATE ON TABLE private.paid_calls TO eraser;

GRANT SELECT ON TABLE private.registry TO service_role;

GRANT USAGE ON SEQUENCE private.request_numbers TO service_role;

GRANT SELECT ON TABLE private.schedules TO service_role;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE private.stale_scores TO service_role;
GRANT SELECT,DELETE,UPDATE ON TABLE private.stale_scores TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE private.step_results TO service_role;
GRANT SELECT,DELETE,UPDATE ON TABLE private.step_results TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE private.stripe_events TO service_role;

GRANT UPDATE(outcome) ON TABLE private.stripe_events TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.agent_learning_data TO service_role;
GRANT SELECT ON TABLE public.agent_learning_data TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.agent_learning_data TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_insights TO service_role;
GRANT SELECT ON TABLE public.ai_insights TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.ai_insights TO eraser;

GRANT UPDATE(status) ON TABLE public.ai_insights TO authenticated;

GRANT SELECT,INSERT,DELETE ON TABLE public.ai_interaction_feedback TO service_role;
GRANT SELECT ON TABLE public.ai_interaction_feedback TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.ai_interaction_feedback TO eraser;

GRANT INSERT(id) ON TABLE public.ai_interaction_feedback TO authenticated;

GRANT INSERT(user_id) ON TABLE public.ai_interaction_feedback TO authenticated;

GRANT INSERT(session_id) ON TABLE public.ai_interaction_feedback TO authenticated;

GRANT INSERT(interaction_type) ON TABLE public.ai_interaction_feedback TO authenticated;

GRANT INSERT(original_suggestion) ON TABLE public.ai_interaction_feedback TO authenticated;

GRANT INSERT(user_modification) ON TABLE public.ai_interaction_feedback TO authenticated;

GRANT INSERT(context_data) ON TABLE public.ai_interaction_feedback TO authenticated;

GRANT INSERT(feedback_score) ON TABLE public.ai_interaction_feedback TO authenticated;

GRANT INSERT(agent_type) ON TABLE public.ai_interaction_feedback TO authenticated;

GRANT INSERT(entity_type) ON TABLE public.ai_interaction_feedback TO authenticated;

GRANT INSERT(entity_id) ON TABLE public.ai_interaction_feedback TO authenticated;

GRANT INSERT(pattern_ids) ON TABLE public.ai_interaction_feedback TO authenticated;

GRANT INSERT(edit_distance) ON TABLE public.ai_interaction_feedback TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_model_configs TO service_role;
GRANT SELECT ON TABLE public.ai_model_configs TO authenticated;

GRANT SELECT,INSERT ON TABLE public.ai_model_prices TO service_role;
GRANT SELECT ON TABLE public.ai_model_prices TO authenticated;

GRANT SELECT,INSERT ON TABLE public.ai_model_update_logs TO service_role;
GRANT SELECT ON TABLE public.ai_model_update_logs TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_video_jobs TO service_role;
GRANT SELECT ON TABLE public.ai_video_jobs TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.ai_video_jobs TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_video_projects TO service_role;
GRANT SELECT,DELETE ON TABLE public.ai_video_projects TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.ai_video_projects TO eraser;

GRANT INSERT(id) ON TABLE public.ai_video_projects TO authenticated;

GRANT INSERT(user_id) ON TABLE public.ai_video_projects TO authenticated;

GRANT INSERT(campaign_id),UPDATE(campaign_id) ON TABLE public.ai_video_projects TO authenticated;

GRANT INSERT(goal),UPDATE(goal) ON TABLE public.ai_video_projects TO authenticated;

GRANT INSERT(platform),UPDATE(platform) ON TABLE public.ai_video_projects TO authenticated;

GRANT INSERT(duration_s),UPDATE(duration_s) ON TABLE public.ai_video_projects TO authenticated;

GRANT INSERT(brand_kit),UPDATE(brand_kit) ON TABLE public.ai_video_projects TO authenticated;

GRANT INSERT(scene_plan),UPDATE(scene_plan) ON TABLE public.ai_video_projects TO authenticated;

GRANT SELECT ON TABLE public.ai_video_stats TO authenticated;
GRANT SELECT ON TABLE public.ai_video_stats TO service_role;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.analytics_reports TO service_role;
GRANT SELECT,DELETE ON TABLE public.analytics_reports TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.analytics_reports TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.assets TO service_role;
GRANT SELECT ON TABLE public.assets TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.assets TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.audio_tracks TO service_role;
GRANT SELECT ON TABLE public.audio_tracks TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.audio_tracks TO eraser;

GRANT SELECT,INSERT,DELETE ON TABLE public.autopilot_activity_log TO service_role;
GRANT SELECT ON TABLE public.autopilot_activity_log TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.autopilot_activity_log TO eraser;

GRANT SELECT,INSERT ON TABLE public.job_events TO service_role;
GRANT SELECT ON TABLE public.job_events TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.job_events TO eraser;

GRANT SELECT,INSERT,DELETE ON TABLE public.secret_audit_logs TO service_role;
GRANT SELECT ON TABLE public.secret_audit_logs TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.secret_audit_logs TO eraser;

GRANT SELECT ON TABLE public.audit_trail TO authenticated;
GRANT SELECT ON TABLE public.audit_trail TO service_role;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.autopilot_actions TO service_role;
GRANT SELECT ON TABLE public.autopilot_actions TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.autopilot_actions TO eraser;

GRANT SELECT ON TABLE public.autopilot_cron_monitor TO service_role;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.autopilot_lead_inbox TO service_role;
GRANT SELECT,DELETE ON TABLE public.autopilot_lead_inbox TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.autopilot_lead_inbox TO eraser;

GRANT INSERT(id) ON TABLE public.autopilot_lead_inbox TO authenticated;

GRANT INSERT(user_id) ON TABLE public.autopilot_lead_inbox TO authenticated;

GRANT INSERT(lead_id) ON TABLE public.autopilot_lead_inbox TO authenticated;

GRANT INSERT(status),UPDATE(status) ON TABLE public.autopilot_lead_inbox TO authenticated;

GRANT INSERT(notes),UPDATE(notes) ON TABLE public.autopilot_lead_inbox TO authenticated;

GRANT INSERT(read_at),UPDATE(read_at) ON TABLE public.autopilot_lead_inbox TO authenticated;

GRANT INSERT(snoozed_until),UPDATE(snoozed_until) ON TABLE public.autopilot_lead_inbox TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.autopilot_weekly_reports TO service_role;
GRANT SELECT ON TABLE public.autopilot_weekly_reports TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.autopilot_weekly_reports TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.brand_assets TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.brand_assets TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.brand_assets TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.brand_positioning_analyses TO service_role;
GRANT SELECT,DELETE ON TABLE public.brand_positioning_analyses TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.brand_positioning_analyses TO eraser;

GRANT INSERT(id) ON TABLE public.brand_positioning_analyses TO authenticated;

GRANT INSERT(user_id) ON TABLE public.brand_positioning_analyses TO authenticated;

GRANT INSERT(campaign_id),UPDATE(campaign_id) ON TABLE public.brand_positioning_analyses TO authenticated;

GRANT INSERT(parent_id) ON TABLE public.brand_positioning_analyses TO authenticated;

GRANT INSERT(title),UPDATE(title) ON TABLE public.brand_positioning_analyses TO authenticated;

GRANT UPDATE(status) ON TABLE public.brand_positioning_analyses TO authenticated;

GRANT INSERT(input_data) ON TABLE public.brand_positioning_analyses TO authenticated;

GRANT INSERT(positioning_statement),UPDATE(positioning_statement) ON TABLE public.brand_positioning_analyses TO authenticated;

GRANT INSERT(differentiators),UPDATE(differentiators) ON TABLE public.brand_positioning_analyses TO authenticated;

GRANT INSERT(brand_tone),UPDATE(brand_tone) ON TABLE public.brand_positioning_analyses TO authenticated;

GRANT INSERT(three_cs_analysis),UPDATE(three_cs_analysis) ON TABLE public.brand_positioning_analyses TO authenticated;

GRANT INSERT(recommendations),UPDATE(recommendations) ON TABLE public.brand_positioning_analyses TO authenticated;

GRANT INSERT(sources),UPDATE(sources) ON TABLE public.brand_positioning_analyses TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.campaign_copilot_sessions TO service_role;
GRANT SELECT,DELETE ON TABLE public.campaign_copilot_sessions TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.campaign_copilot_sessions TO eraser;

GRANT INSERT(id) ON TABLE public.campaign_copilot_sessions TO authenticated;

GRANT INSERT(user_id) ON TABLE public.campaign_copilot_sessions TO authenticated;

GRANT INSERT(brief_data),UPDATE(brief_data) ON TABLE public.campaign_copilot_sessions TO authenticated;

GRANT UPDATE(status) ON TABLE public.campaign_copilot_sessions TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.campaign_metrics TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.campaign_metrics TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.campaign_metrics TO eraser;

GRANT SELECT,INSERT,DELETE ON TABLE public.campaign_performance_monitor TO service_role;
GRANT SELECT ON TABLE public.campaign_performance_monitor TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.campaign_performance_monitor TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.campaign_predictions TO service_role;
GRANT SELECT ON TABLE public.campaign_predictions TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.campaign_predictions TO eraser;

GRANT SELECT,INSERT ON TABLE public.campaign_spends TO service_role;
GRANT SELECT ON TABLE public.campaign_spends TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.campaign_spends TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.campaign_tasks TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.campaign_tasks TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.campaign_tasks TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channel_budgets TO service_role;
GRANT SELECT,DELETE ON TABLE public.channel_budgets TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.channel_budgets TO eraser;

GRANT UPDATE(hard_cap_usd) ON TABLE public.channel_budgets TO authenticated;

GRANT UPDATE(soft_pct) ON TABLE public.channel_budgets TO authenticated;

GRANT UPDATE(on_hard_cap) ON TABLE public.channel_budgets TO authenticated;

GRANT UPDATE(kill_switch) ON TABLE public.channel_budgets TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channel_configs TO service_role;
GRANT SELECT,DELETE ON TABLE public.channel_configs TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.channel_configs TO eraser;

GRANT INSERT(id) ON TABLE public.channel_configs TO authenticated;

GRANT INSERT(user_id) ON TABLE public.channel_configs TO authenticated;

GRANT INSERT(channel_id),UPDATE(channel_id) ON TABLE public.channel_configs TO authenticated;

GRANT INSERT(name),UPDATE(name) ON TABLE public.channel_configs TO authenticated;

GRANT INSERT(tone_profile),UPDATE(tone_profile) ON TABLE public.channel_configs TO authenticated;

GRANT INSERT(format_profile),UPDATE(format_profile) ON TABLE public.channel_configs TO authenticated;

GRANT INSERT(kpi_targets),UPDATE(kpi_targets) ON TABLE public.channel_configs TO authenticated;

GRANT INSERT(channel_type),UPDATE(channel_type) ON TABLE public.channel_configs TO authenticated;

GRANT INSERT(is_active),UPDATE(is_active) ON TABLE public.channel_configs TO authenticated;

GRANT INSERT(studio_channel_id),UPDATE(studio_channel_id) ON TABLE public.channel_configs TO authenticated;

GRANT SELECT ON TABLE public.channel_costs TO service_role;
GRANT SELECT ON TABLE public.channel_costs TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.channel_costs TO eraser;
GRANT SELECT,INSERT ON TABLE public.channel_costs TO bookkeeper;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channels TO service_role;
GRANT SELECT,DELETE ON TABLE public.channels TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.channels TO eraser;

GRANT INSERT(id) ON TABLE public.channels TO authenticated;

GRANT INSERT(user_id) ON TABLE public.channels TO authenticated;

GRANT INSERT(name),UPDATE(name) ON TABLE public.channels TO authenticated;

GRANT INSERT(youtube_channel_id),UPDATE(youtube_channel_id) ON TABLE public.channels TO authenticated;

GRANT INSERT(brand_niche),UPDATE(brand_niche) ON TABLE public.channels TO authenticated;

GRANT INSERT(is_active),UPDATE(is_active) ON TABLE public.channels TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.chat_messages TO service_role;
GRANT SELECT ON TABLE public.chat_messages TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.chat_messages TO eraser;

GRANT INSERT(id) ON TABLE public.chat_messages TO authenticated;

GRANT INSERT(user_id) ON TABLE public.chat_messages TO authenticated;

GRANT INSERT(session_id) ON TABLE public.chat_messages TO authenticated;

GRANT INSERT(client_message_id) ON TABLE public.chat_messages TO authenticated;

GRANT INSERT(user_message) ON TABLE public.chat_messages TO authenticated;

GRANT UPDATE(status) ON TABLE public.chat_messages TO authenticated;

GRANT INSERT(agent_type) ON TABLE public.chat_messages TO authenticated;

GRANT UPDATE(feedback) ON TABLE public.chat_messages TO authenticated;

GRANT INSERT(metadata) ON TABLE public.chat_messages TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.chat_sessions TO service_role;
GRANT SELECT,DELETE ON TABLE public.chat_sessions TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.chat_sessions TO eraser;

GRANT INSERT(id) ON TABLE public.chat_sessions TO authenticated;

GRANT INSERT(user_id) ON TABLE public.chat_sessions TO authenticated;

GRANT INSERT(title),UPDATE(title) ON TABLE public.chat_sessions TO authenticated;

GRANT INSERT(metadata),UPDATE(metadata) ON TABLE public.chat_sessions TO authenticated;

GRANT INSERT(pinned),UPDATE(pinned) ON TABLE public.chat_sessions TO authenticated;

GRANT INSERT(campaign_id),UPDATE(campaign_id) ON TABLE public.chat_sessions TO authenticated;

GRANT UPDATE(archived_at) ON TABLE public.chat_sessions TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.competitive_gap_analyses TO service_role;
GRANT SELECT,DELETE ON TABLE public.competitive_gap_analyses TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.competitive_gap_analyses TO eraser;

GRANT INSERT(id) ON TABLE public.competitive_gap_analyses TO authenticated;

GRANT INSERT(user_id) ON TABLE public.competitive_gap_analyses TO authenticated;

GRANT INSERT(campaign_id),UPDATE(campaign_id) ON TABLE public.competitive_gap_analyses TO authenticated;

GRANT INSERT(parent_id) ON TABLE public.competitive_gap_analyses TO authenticated;

GRANT INSERT(title),UPDATE(title) ON TABLE public.competitive_gap_analyses TO authenticated;

GRANT UPDATE(status) ON TABLE public.competitive_gap_analyses TO authenticated;

GRANT INSERT(input_data) ON TABLE public.competitive_gap_analyses TO authenticated;

GRANT INSERT(our_brand),UPDATE(our_brand) ON TABLE public.competitive_gap_analyses TO authenticated;

GRANT INSERT(competitors),UPDATE(competitors) ON TABLE public.competitive_gap_analyses TO authenticated;

GRANT INSERT(gap_analysis),UPDATE(gap_analysis) ON TABLE public.competitive_gap_analyses TO authenticated;

GRANT INSERT(ownable_differentiator),UPDATE(ownable_differentiator) ON TABLE public.competitive_gap_analyses TO authenticated;

GRANT INSERT(sources),UPDATE(sources) ON TABLE public.competitive_gap_analyses TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_publications TO service_role;
GRANT SELECT ON TABLE public.content_publications TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.content_publications TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_templates TO service_role;
GRANT SELECT,DELETE ON TABLE public.content_templates TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.content_templates TO eraser;

GRANT INSERT(id) ON TABLE public.content_templates TO authenticated;

GRANT INSERT(created_by) ON TABLE public.content_templates TO authenticated;

GRANT INSERT(name),UPDATE(name) ON TABLE public.content_templates TO authenticated;

GRANT INSERT(template_type),UPDATE(template_type) ON TABLE public.content_templates TO authenticated;

GRANT INSERT(content),UPDATE(content) ON TABLE public.content_templates TO authenticated;

GRANT INSERT(variables),UPDATE(variables) ON TABLE public.content_templates TO authenticated;

GRANT INSERT(is_public),UPDATE(is_public) ON TABLE public.content_templates TO authenticated;

GRANT INSERT(preview_image),UPDATE(preview_image) ON TABLE public.content_templates TO authenticated;

GRANT INSERT(tags),UPDATE(tags) ON TABLE public.content_templates TO authenticated;

GRANT SELECT,INSERT ON TABLE public.conversation_knowledge_refs TO service_role;
GRANT SELECT ON TABLE public.conversation_knowledge_refs TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.conversation_knowledge_refs TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.conversation_messages TO service_role;
GRANT SELECT ON TABLE public.conversation_messages TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.conversation_messages TO eraser;

GRANT INSERT(id) ON TABLE public.conversation_messages TO authenticated;

GRANT INSERT(user_id) ON TABLE public.conversation_messages TO authenticated;

GRANT INSERT(conversation_id) ON TABLE public.conversation_messages TO authenticated;

GRANT INSERT(parent_id) ON TABLE public.conversation_messages TO authenticated;

GRANT INSERT(role) ON TABLE public.conversation_messages TO authenticated;

GRANT INSERT(content) ON TABLE public.conversation_messages TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.conversations TO service_role;
GRANT SELECT,DELETE ON TABLE public.conversations TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.conversations TO eraser;

GRANT INSERT(id) ON TABLE public.conversations TO authenticated;

GRANT INSERT(user_id) ON TABLE public.conversations TO authenticated;

GRANT INSERT(chat_session_id) ON TABLE public.conversations TO authenticated;

GRANT INSERT(title),UPDATE(title) ON TABLE public.conversations TO authenticated;

GRANT SELECT ON TABLE public.credit_allocations TO service_role;
GRANT SELECT ON TABLE public.credit_allocations TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.credit_allocations TO bookkeeper;
GRANT SELECT,DELETE,UPDATE ON TABLE public.credit_allocations TO eraser;

GRANT SELECT ON TABLE public.credit_holds TO service_role;
GRANT SELECT ON TABLE public.credit_holds TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.credit_holds TO bookkeeper;
GRANT SELECT,DELETE,UPDATE ON TABLE public.credit_holds TO eraser;

GRANT SELECT ON TABLE public.credit_ledger TO service_role;
GRANT SELECT ON TABLE public.credit_ledger TO authenticated;
GRANT SELECT,INSERT ON TABLE public.credit_ledger TO bookkeeper;
GRANT SELECT,DELETE,UPDATE ON TABLE public.credit_ledger TO eraser;

GRANT SELECT ON TABLE public.credit_lots TO service_role;
GRANT SELECT ON TABLE public.credit_lots TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.credit_lots TO bookkeeper;
GRANT SELECT,DELETE,UPDATE ON TABLE public.credit_lots TO eraser;

GRANT SELECT ON TABLE public.credit_check TO authenticated;
GRANT SELECT ON TABLE public.credit_check TO service_role;

GRANT SELECT ON TABLE public.credit_debts TO service_role;
GRANT SELECT ON TABLE public.credit_debts TO authenticated;
GRANT SELECT,INSERT ON TABLE public.credit_debts TO bookkeeper;
GRANT SELECT,DELETE,UPDATE ON TABLE public.credit_debts TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.data_export_requests TO service_role;
GRANT SELECT,DELETE,UPDATE ON TABLE public.data_export_requests TO eraser;

GRANT SELECT(id) ON TABLE public.data_export_requests TO authenticated;

GRANT SELECT(user_id) ON TABLE public.data_export_requests TO authenticated;

GRANT SELECT(request_id) ON TABLE public.data_export_requests TO authenticated;

GRANT SELECT(status) ON TABLE public.data_export_requests TO authenticated;

GRANT SELECT(format) ON TABLE public.data_export_requests TO authenticated;

GRANT SELECT(download_url) ON TABLE public.data_export_requests TO authenticated;

GRANT SELECT(sha256) ON TABLE public.data_export_requests TO authenticated;

GRANT SELECT(size_bytes) ON TABLE public.data_export_requests TO authenticated;

GRANT SELECT(row_counts) ON TABLE public.data_export_requests TO authenticated;

GRANT SELECT(error_code) ON TABLE public.data_export_requests TO authenticated;

GRANT SELECT(download_count) ON TABLE public.data_export_requests TO authenticated;

GRANT SELECT(downloaded_at) ON TABLE public.data_export_requests TO authenticated;

GRANT SELECT(requested_at) ON TABLE public.data_export_requests TO authenticated;

GRANT SELECT(completed_at) ON TABLE public.data_export_requests TO authenticated;

GRANT SELECT(expires_at) ON TABLE public.data_export_requests TO authenticated;

GRANT SELECT(created_at) ON TABLE public.data_export_requests TO authenticated;

GRANT SELECT(updated_at) ON TABLE public.data_export_requests TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.digital_assets TO service_role;
GRANT SELECT ON TABLE public.digital_assets TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.digital_assets TO eraser;

GRANT UPDATE(file_name) ON TABLE public.digital_assets TO authenticated;

GRANT UPDATE(folder_id) ON TABLE public.digital_assets TO authenticated;

GRANT UPDATE(tags) ON TABLE public.digital_assets TO authenticated;

GRANT UPDATE(status) ON TABLE public.digital_assets TO authenticated;

GRANT UPDATE(metadata) ON TABLE public.digital_assets TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.draft_prompts TO service_role;
GRANT SELECT,DELETE,UPDATE ON TABLE public.draft_prompts TO eraser;

GRANT SELECT(id) ON TABLE public.draft_prompts TO authenticated;

GRANT SELECT(user_id) ON TABLE public.draft_prompts TO authenticated;

GRANT SELECT(prompt_text) ON TABLE public.draft_prompts TO authenticated;

GRANT SELECT(template_id) ON TABLE public.draft_prompts TO authenticated;

GRANT SELECT(options) ON TABLE public.draft_prompts TO authenticated;

GRANT SELECT(claimed_at) ON TABLE public.draft_prompts TO authenticated;

GRANT SELECT(created_at) ON TABLE public.draft_prompts TO authenticated;

GRANT SELECT(updated_at) ON TABLE public.draft_prompts TO authenticated;

GRANT SELECT(expires_at) ON TABLE public.draft_prompts TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.email_automation_rules TO service_role;
GRANT SELECT,DELETE ON TABLE public.email_automation_rules TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.email_automation_rules TO eraser;

GRANT INSERT(id) ON TABLE public.email_automation_rules TO authenticated;

GRANT INSERT(created_by) ON TABLE public.email_automation_rules TO authenticated;

GRANT INSERT(rule_name),UPDATE(rule_name) ON TABLE public.email_automation_rules TO authenticated;

GRANT INSERT(trigger_type),UPDATE(trigger_type) ON TABLE public.email_automation_rules TO authenticated;

GRANT INSERT(trigger_conditions),UPDATE(trigger_conditions) ON TABLE public.email_automation_rules TO authenticated;

GRANT INSERT(action_type),UPDATE(action_type) ON TABLE public.email_automation_rules TO authenticated;

GRANT INSERT(action_config),UPDATE(action_config) ON TABLE public.email_automation_rules TO authenticated;

GRANT INSERT(is_active),UPDATE(is_active) ON TABLE public.email_automation_rules TO authenticated;

GRANT INSERT(delay),UPDATE(delay) ON TABLE public.email_automation_rules TO authenticated;

GRANT INSERT(once_per_contact),UPDATE(once_per_contact) ON TABLE public.email_automation_rules TO authenticated;

GRANT INSERT(quiet_hours),UPDATE(quiet_hours) ON TABLE public.email_automation_rules TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.email_automation_runs TO service_role;
GRANT SELECT ON TABLE public.email_automation_runs TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.email_automation_runs TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.email_campaigns TO service_role;
GRANT SELECT,DELETE ON TABLE public.email_campaigns TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.email_campaigns TO eraser;

GRANT INSERT(id) ON TABLE public.email_campaigns TO authenticated;

GRANT INSERT(created_by) ON TABLE public.email_campaigns TO authenticated;

GRANT INSERT(campaign_id),UPDATE(campaign_id) ON TABLE public.email_campaigns TO authenticated;

GRANT INSERT(template_id),UPDATE(template_id) ON TABLE public.email_campaigns TO authenticated;

GRANT INSERT(name),UPDATE(name) ON TABLE public.email_campaigns TO authenticated;

GRANT INSERT(subject_line),UPDATE(subject_line) ON TABLE public.email_campaigns TO authenticated;

GRANT INSERT(preheader),UPDATE(preheader) ON TABLE public.email_campaigns TO authenticated;

GRANT INSERT(from_address),UPDATE(from_address) ON TABLE public.email_campaigns TO authenticated;

GRANT INSERT(reply_to),UPDATE(reply_to) ON TABLE public.email_campaigns TO authenticated;

GRANT INSERT(html_content),UPDATE(html_content) ON TABLE public.email_campaigns TO authenticated;

GRANT INSERT(plain_text),UPDATE(plain_text) ON TABLE public.email_campaigns TO authenticated;

GRANT INSERT(recipient_list),UPDATE(recipient_list) ON TABLE public.email_campaigns TO authenticated;

GRANT INSERT(recipient_segments),UPDATE(recipient_segments) ON TABLE public.email_campaigns TO authenticated;

GRANT INSERT(ab_test),UPDATE(ab_test) ON TABLE public.email_campaigns TO authenticated;

GRANT UPDATE(status) ON TABLE public.email_campaigns TO authenticated;

GRANT INSERT(scheduled_for),UPDATE(scheduled_for) ON TABLE public.email_campaigns TO authenticated;

GRANT INSERT(rate_per_minute),UPDATE(rate_per_minute) ON TABLE public.email_campaigns TO authenticated;

GRANT INSERT(metadata),UPDATE(metadata) ON TABLE public.email_campaigns TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.email_contacts TO service_role;
GRANT SELECT,DELETE ON TABLE public.email_contacts TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.email_contacts TO eraser;

GRANT INSERT(id) ON TABLE public.email_contacts TO authenticated;

GRANT INSERT(user_id) ON TABLE public.email_contacts TO authenticated;

GRANT INSERT(email),UPDATE(email) ON TABLE public.email_contacts TO authenticated;

GRANT INSERT(first_name),UPDATE(first_name) ON TABLE public.email_contacts TO authenticated;

GRANT INSERT(last_name),UPDATE(last_name) ON TABLE public.email_contacts TO authenticated;

GRANT INSERT(name),UPDATE(name) ON TABLE public.email_contacts TO authenticated;

GRANT INSERT(company),UPDATE(company) ON TABLE public.email_contacts TO authenticated;

GRANT INSERT(tags),UPDATE(tags) ON TABLE public.email_contacts TO authenticated;

GRANT INSERT(custom_fields),UPDATE(custom_fields) ON TABLE public.email_contacts TO authenticated;

GRANT INSERT(subscription_status),UPDATE(subscription_status) ON TABLE public.email_contacts TO authenticated;

GRANT INSERT(lead_id),UPDATE(lead_id) ON TABLE public.email_contacts TO authenticated;

GRANT INSERT(consent_at),UPDATE(consent_at) ON TABLE public.email_contacts TO authenticated;

GRANT INSERT(consent_source),UPDATE(consent_source) ON TABLE public.email_contacts TO authenticated;

GRANT SELECT,INSERT,DELETE ON TABLE public.email_events TO service_role;
GRANT SELECT ON TABLE public.email_events TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.email_events TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.email_links TO service_role;
GRANT SELECT ON TABLE public.email_links TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.email_links TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.email_messages TO service_role;
GRANT SELECT,DELETE,UPDATE ON TABLE public.email_messages TO eraser;

GRANT SELECT(id) ON TABLE public.email_messages TO authenticated;

GRANT SELECT(user_id) ON TABLE public.email_messages TO authenticated;

GRANT SELECT(email_campaign_id) ON TABLE public.email_messages TO authenticated;

GRANT SELECT(rule_id) ON TABLE public.email_messages TO authenticated;

GRANT SELECT(contact_id) ON TABLE public.email_messages TO authenticated;

GRANT SELECT(email) ON TABLE public.email_messages TO authenticated;

GRANT SELECT(status) ON TABLE public.email_messages TO authenticated;

GRANT SELECT(attempts) ON TABLE public.email_messages TO authenticated;

GRANT SELECT(sent_at) ON TABLE public.email_messages TO authenticated;

GRANT SELECT(first_opened_at) ON TABLE public.email_messages TO authenticated;

GRANT SELECT(open_count) ON TABLE public.email_messages TO authenticated;

GRANT SELECT(machine_open_count) ON TABLE public.email_messages TO authenticated;

GRANT SELECT(first_clicked_at) ON TABLE public.email_messages TO authenticated;

GRANT SELECT(click_count) ON TABLE public.email_messages TO authenticated;

GRANT SELECT(error_code) ON TABLE public.email_messages TO authenticated;

GRANT SELECT(created_at) ON TABLE public.email_messages TO authenticated;

GRANT SELECT(updated_at) ON TABLE public.email_messages TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.email_suppressions TO service_role;
GRANT SELECT,DELETE ON TABLE public.email_suppressions TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.email_suppressions TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.email_templates TO service_role;
GRANT SELECT,DELETE ON TABLE public.email_templates TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.email_templates TO eraser;

GRANT INSERT(id) ON TABLE public.email_templates TO authenticated;

GRANT INSERT(created_by) ON TABLE public.email_templates TO authenticated;

GRANT INSERT(name),UPDATE(name) ON TABLE public.email_templates TO authenticated;

GRANT INSERT(subject_line),UPDATE(subject_line) ON TABLE public.email_templates TO authenticated;

GRANT INSERT(html_content),UPDATE(html_content) ON TABLE public.email_templates TO authenticated;

GRANT INSERT(plain_text),UPDATE(plain_text) ON TABLE public.email_templates TO authenticated;

GRANT INSERT(variables),UPDATE(variables) ON TABLE public.email_templates TO authenticated;

GRANT INSERT(metadata),UPDATE(metadata) ON TABLE public.email_templates TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.embedding_cache TO service_role;
GRANT SELECT,DELETE,UPDATE ON TABLE public.embedding_cache TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.experiment_airings TO service_role;
GRANT SELECT,DELETE,UPDATE ON TABLE public.experiment_airings TO eraser;
GRANT SELECT ON TABLE public.experiment_airings TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.experiment_days TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.experiment_days TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.experiment_days TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.funnel_designs TO service_role;
GRANT SELECT,DELETE ON TABLE public.funnel_designs TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.funnel_designs TO eraser;

GRANT INSERT(id) ON TABLE public.funnel_designs TO authenticated;

GRANT INSERT(user_id) ON TABLE public.funnel_designs TO authenticated;

GRANT INSERT(campaign_id),UPDATE(campaign_id) ON TABLE public.funnel_designs TO authenticated;

GRANT INSERT(parent_id) ON TABLE public.funnel_designs TO authenticated;

GRANT INSERT(title),UPDATE(title) ON TABLE public.funnel_designs TO authenticated;

GRANT UPDATE(status) ON TABLE public.funnel_designs TO authenticated;

GRANT INSERT(input_data) ON TABLE public.funnel_designs TO authenticated;

GRANT INSERT(business_type),UPDATE(business_type) ON TABLE public.funnel_designs TO authenticated;

GRANT INSERT(funnel_structure),UPDATE(funnel_structure) ON TABLE public.funnel_designs TO authenticated;

GRANT INSERT(sources),UPDATE(sources) ON TABLE public.funnel_designs TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.generated_content_pieces TO service_role;
GRANT SELECT,DELETE ON TABLE public.generated_content_pieces TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.generated_content_pieces TO eraser;

GRANT INSERT(id) ON TABLE public.generated_content_pieces TO authenticated;

GRANT INSERT(created_by) ON TABLE public.generated_content_pieces TO authenticated;

GRANT INSERT(campaign_id),UPDATE(campaign_id) ON TABLE public.generated_content_pieces TO authenticated;

GRANT INSERT(content_type) ON TABLE public.generated_content_pieces TO authenticated;

GRANT INSERT(title),UPDATE(title) ON TABLE public.generated_content_pieces TO authenticated;

GRANT INSERT(content),UPDATE(content) ON TABLE public.generated_content_pieces TO authenticated;

GRANT INSERT(metadata),UPDATE(metadata) ON TABLE public.generated_content_pieces TO authenticated;

GRANT UPDATE(approval_status) ON TABLE public.generated_content_pieces TO authenticated;

GRANT UPDATE(review_note) ON TABLE public.generated_content_pieces TO authenticated;

GRANT INSERT(parent_id) ON TABLE public.generated_content_pieces TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.images TO service_role;
GRANT SELECT ON TABLE public.images TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.images TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.integration_connections TO service_role;
GRANT SELECT ON TABLE public.integration_connections TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.integration_connections TO eraser;

GRANT INSERT(id) ON TABLE public.integration_connections TO authenticated;

GRANT INSERT(user_id) ON TABLE public.integration_connections TO authenticated;

GRANT INSERT(service_name) ON TABLE public.integration_connections TO authenticated;

GRANT INSERT(configuration),UPDATE(configuration) ON TABLE public.integration_connections TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.job_steps TO service_role;
GRANT SELECT ON TABLE public.job_steps TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.job_steps TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.jobs TO service_role;
GRANT SELECT ON TABLE public.jobs TO bookkeeper;
GRANT SELECT,DELETE,UPDATE ON TABLE public.jobs TO eraser;

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

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.keyword_research TO service_role;
GRANT SELECT,DELETE ON TABLE public.keyword_research TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.keyword_research TO eraser;

GRANT UPDATE(tags) ON TABLE public.keyword_research TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.knowledge_buckets TO service_role;
GRANT SELECT,DELETE ON TABLE public.knowledge_buckets TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.knowledge_buckets TO eraser;

GRANT INSERT(id) ON TABLE public.knowledge_buckets TO authenticated;

GRANT INSERT(created_by) ON TABLE public.knowledge_buckets TO authenticated;

GRANT INSERT(name),UPDATE(name) ON TABLE public.knowledge_buckets TO authenticated;

GRANT INSERT(bucket_type) ON TABLE public.knowledge_buckets TO authenticated;

GRANT INSERT(campaign_id) ON TABLE public.knowledge_buckets TO authenticated;

GRANT INSERT(description),UPDATE(description) ON TABLE public.knowledge_buckets TO authenticated;

GRANT INSERT(metadata),UPDATE(metadata) ON TABLE public.knowledge_buckets TO authenticated;

GRANT INSERT(chunk_size),UPDATE(chunk_size) ON TABLE public.knowledge_buckets TO authenticated;

GRANT INSERT(chunk_overlap),UPDATE(chunk_overlap) ON TABLE public.knowledge_buckets TO authenticated;

GRANT INSERT(search_config),UPDATE(search_config) ON TABLE public.knowledge_buckets TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.knowledge_chunks TO service_role;
GRANT SELECT,DELETE,UPDATE ON TABLE public.knowledge_chunks TO eraser;

GRANT SELECT(id) ON TABLE public.knowledge_chunks TO authenticated;

GRANT SELECT(created_by) ON TABLE public.knowledge_chunks TO authenticated;

GRANT SELECT(document_id) ON TABLE public.knowledge_chunks TO authenticated;

GRANT SELECT(bucket_id) ON TABLE public.knowledge_chunks TO authenticated;

GRANT SELECT(document_version) ON TABLE public.knowledge_chunks TO authenticated;

GRANT SELECT(chunk_index) ON TABLE public.knowledge_chunks TO authenticated;

GRANT SELECT(content) ON TABLE public.knowledge_chunks TO authenticated;

GRANT SELECT(content_hash) ON TABLE public.knowledge_chunks TO authenticated;

GRANT SELECT(token_count) ON TABLE public.knowledge_chunks TO authenticated;

GRANT SELECT(embedding) ON TABLE public.knowledge_chunks TO authenticated;

GRANT SELECT(metadata) ON TABLE public.knowledge_chunks TO authenticated;

GRANT SELECT(start_char) ON TABLE public.knowledge_chunks TO authenticated;

GRANT SELECT(end_char) ON TABLE public.knowledge_chunks TO authenticated;

GRANT SELECT(heading_path) ON TABLE public.knowledge_chunks TO authenticated;

GRANT SELECT(page) ON TABLE public.knowledge_chunks TO authenticated;

GRANT SELECT(enabled),UPDATE(enabled) ON TABLE public.knowledge_chunks TO authenticated;

GRANT SELECT(hit_count) ON TABLE public.knowledge_chunks TO authenticated;

GRANT SELECT(tsv) ON TABLE public.knowledge_chunks TO authenticated;

GRANT SELECT(created_at) ON TABLE public.knowledge_chunks TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.knowledge_documents TO service_role;
GRANT SELECT,DELETE ON TABLE public.knowledge_documents TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.knowledge_documents TO eraser;

GRANT UPDATE(title) ON TABLE public.knowledge_documents TO authenticated;

GRANT UPDATE(summary) ON TABLE public.knowledge_documents TO authenticated;

GRANT UPDATE(enabled) ON TABLE public.knowledge_documents TO authenticated;

GRANT SELECT,INSERT ON TABLE public.lead_activities TO service_role;
GRANT SELECT ON TABLE public.lead_activities TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.lead_activities TO eraser;

GRANT INSERT(id) ON TABLE public.lead_activities TO authenticated;

GRANT INSERT(lead_id) ON TABLE public.lead_activities TO authenticated;
GRANT UPDATE(lead_id) ON TABLE public.lead_activities TO service_role;

GRANT INSERT(activity_type) ON TABLE public.lead_activities TO authenticated;

GRANT INSERT(activity_data) ON TABLE public.lead_activities TO authenticated;

GRANT INSERT(source) ON TABLE public.lead_activities TO authenticated;

GRANT INSERT(dedupe_key) ON TABLE public.lead_activities TO authenticated;

GRANT INSERT(occurred_at) ON TABLE public.lead_activities TO authenticated;

GRANT SELECT,INSERT ON TABLE public.lead_score_events TO service_role;
GRANT SELECT ON TABLE public.lead_score_events TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.lead_score_events TO eraser;

GRANT INSERT(id) ON TABLE public.lead_score_events TO authenticated;

GRANT INSERT(lead_id) ON TABLE public.lead_score_events TO authenticated;
GRANT UPDATE(lead_id) ON TABLE public.lead_score_events TO service_role;

GRANT INSERT(activity_id) ON TABLE public.lead_score_events TO authenticated;

GRANT INSERT(delta) ON TABLE public.lead_score_events TO authenticated;

GRANT INSERT(reason) ON TABLE public.lead_score_events TO authenticated;

GRANT INSERT(expires_at) ON TABLE public.lead_score_events TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.marketing_autopilot_config TO service_role;
GRANT SELECT,DELETE ON TABLE public.marketing_autopilot_config TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.marketing_autopilot_config TO eraser;

GRANT INSERT(id) ON TABLE public.marketing_autopilot_config TO authenticated;

GRANT INSERT(user_id) ON TABLE public.marketing_autopilot_config TO authenticated;

GRANT INSERT(business_description),UPDATE(business_description) ON TABLE public.marketing_autopilot_config TO authenticated;

GRANT INSERT(target_audience),UPDATE(target_audience) ON TABLE public.marketing_autopilot_config TO authenticated;

GRANT INSERT(monthly_budget),UPDATE(monthly_budget) ON TABLE public.marketing_autopilot_config TO authenticated;

GRANT INSERT(goals),UPDATE(goals) ON TABLE public.marketing_autopilot_config TO authenticated;

GRANT INSERT(is_active),UPDATE(is_active) ON TABLE public.marketing_autopilot_config TO authenticated;

GRANT INSERT(mode),UPDATE(mode) ON TABLE public.marketing_autopilot_config TO authenticated;

GRANT INSERT(max_daily_change_pct),UPDATE(max_daily_change_pct) ON TABLE public.marketing_autopilot_config TO authenticated;

GRANT INSERT(max_actions_per_day),UPDATE(max_actions_per_day) ON TABLE public.marketing_autopilot_config TO authenticated;

GRANT INSERT(max_auto_videos_per_week),UPDATE(max_auto_videos_per_week) ON TABLE public.marketing_autopilot_config TO authenticated;

GRANT INSERT(paused_until),UPDATE(paused_until) ON TABLE public.marketing_autopilot_config TO authenticated;

GRANT INSERT(kill_switch),UPDATE(kill_switch) ON TABLE public.marketing_autopilot_config TO authenticated;

GRANT INSERT(timezone),UPDATE(timezone) ON TABLE public.marketing_autopilot_config TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.metadata_experiments TO service_role;
GRANT SELECT,DELETE ON TABLE public.metadata_experiments TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.metadata_experiments TO eraser;

GRANT INSERT(id) ON TABLE public.metadata_experiments TO authenticated;

GRANT INSERT(user_id) ON TABLE public.metadata_experiments TO authenticated;

GRANT INSERT(video_id),UPDATE(video_id) ON TABLE public.metadata_experiments TO authenticated;

GRANT INSERT(experiment_type),UPDATE(experiment_type) ON TABLE public.metadata_experiments TO authenticated;

GRANT INSERT(title_variant),UPDATE(title_variant) ON TABLE public.metadata_experiments TO authenticated;

GRANT INSERT(thumbnail_variant),UPDATE(thumbnail_variant) ON TABLE public.metadata_experiments TO authenticated;

GRANT INSERT(start_date),UPDATE(start_date) ON TABLE public.metadata_experiments TO authenticated;

GRANT INSERT(end_date),UPDATE(end_date) ON TABLE public.metadata_experiments TO authenticated;

GRANT INSERT(ctr),UPDATE(ctr) ON TABLE public.metadata_experiments TO authenticated;

GRANT INSERT(avd),UPDATE(avd) ON TABLE public.metadata_experiments TO authenticated;

GRANT INSERT(notes),UPDATE(notes) ON TABLE public.metadata_experiments TO authenticated;

GRANT INSERT(experiment_key),UPDATE(experiment_key) ON TABLE public.metadata_experiments TO authenticated;

GRANT INSERT(variant_key),UPDATE(variant_key) ON TABLE public.metadata_experiments TO authenticated;

GRANT INSERT(is_control),UPDATE(is_control) ON TABLE public.metadata_experiments TO authenticated;

GRANT INSERT(assignment),UPDATE(assignment) ON TABLE public.metadata_experiments TO authenticated;

GRANT INSERT(impressions),UPDATE(impressions) ON TABLE public.metadata_experiments TO authenticated;

GRANT INSERT(clicks),UPDATE(clicks) ON TABLE public.metadata_experiments TO authenticated;

GRANT INSERT(views),UPDATE(views) ON TABLE public.metadata_experiments TO authenticated;

GRANT INSERT(watch_seconds),UPDATE(watch_seconds) ON TABLE public.metadata_experiments TO authenticated;

GRANT INSERT(metric),UPDATE(metric) ON TABLE public.metadata_experiments TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.oauth_connections TO service_role;
GRANT SELECT,DELETE,UPDATE ON TABLE public.oauth_connections TO eraser;

GRANT SELECT(id) ON TABLE public.oauth_connections TO authenticated;

GRANT SELECT(user_id) ON TABLE public.oauth_connections TO authenticated;

GRANT SELECT(platform_name) ON TABLE public.oauth_connections TO authenticated;

GRANT SELECT(platform_user_id) ON TABLE public.oauth_connections TO authenticated;

GRANT SELECT(platform_username) ON TABLE public.oauth_connections TO authenticated;

GRANT SELECT(token_expires_at) ON TABLE public.oauth_connections TO authenticated;

GRANT SELECT(connection_status) ON TABLE public.oauth_connections TO authenticated;

GRANT SELECT(connection_metadata) ON TABLE public.oauth_connections TO authenticated;

GRANT SELECT(scopes) ON TABLE public.oauth_connections TO authenticated;

GRANT SELECT(refresh_model) ON TABLE public.oauth_connections TO authenticated;

GRANT SELECT(last_refresh_at) ON TABLE public.oauth_connections TO authenticated;

GRANT SELECT(last_refresh_error) ON TABLE public.oauth_connections TO authenticated;

GRANT SELECT(refresh_exhausted_at) ON TABLE public.oauth_connections TO authenticated;

GRANT SELECT(created_at) ON TABLE public.oauth_connections TO authenticated;

GRANT SELECT(updated_at) ON TABLE public.oauth_connections TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.oauth_states TO service_role;
GRANT SELECT,DELETE,UPDATE ON TABLE public.oauth_states TO eraser;

GRANT SELECT,INSERT,DELETE ON TABLE public.performance_analytics TO service_role;
GRANT SELECT ON TABLE public.performance_analytics TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.performance_analytics TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.performance_tracking_frameworks TO service_role;
GRANT SELECT,DELETE ON TABLE public.performance_tracking_frameworks TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.performance_tracking_frameworks TO eraser;

GRANT INSERT(id) ON TABLE public.performance_tracking_frameworks TO authenticated;

GRANT INSERT(user_id) ON TABLE public.performance_tracking_frameworks TO authenticated;

GRANT INSERT(campaign_id),UPDATE(campaign_id) ON TABLE public.performance_tracking_frameworks TO authenticated;

GRANT INSERT(parent_id) ON TABLE public.performance_tracking_frameworks TO authenticated;

GRANT INSERT(title),UPDATE(title) ON TABLE public.performance_tracking_frameworks TO authenticated;

GRANT UPDATE(status) ON TABLE public.performance_tracking_frameworks TO authenticated;

GRANT INSERT(input_data) ON TABLE public.performance_tracking_frameworks TO authenticated;

GRANT INSERT(campaign_name),UPDATE(campaign_name) ON TABLE public.performance_tracking_frameworks TO authenticated;

GRANT INSERT(channels),UPDATE(channels) ON TABLE public.performance_tracking_frameworks TO authenticated;

GRANT INSERT(tracking_framework),UPDATE(tracking_framework) ON TABLE public.performance_tracking_frameworks TO authenticated;

GRANT INSERT(is_active),UPDATE(is_active) ON TABLE public.performance_tracking_frameworks TO authenticated;

GRANT INSERT(sources),UPDATE(sources) ON TABLE public.performance_tracking_frameworks TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pipeline TO service_role;
GRANT SELECT ON TABLE public.pipeline TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.pipeline TO eraser;

GRANT SELECT,INSERT ON TABLE public.pipeline_runs TO service_role;
GRANT SELECT ON TABLE public.pipeline_runs TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.pipeline_runs TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.profiles TO service_role;
GRANT SELECT ON TABLE public.profiles TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.profiles TO eraser;

GRANT UPDATE(display_name) ON TABLE public.profiles TO authenticated;

GRANT UPDATE(avatar_url) ON TABLE public.profiles TO authenticated;

GRANT UPDATE(notification_prefs) ON TABLE public.profiles TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.projects TO service_role;
GRANT SELECT,DELETE ON TABLE public.projects TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.projects TO eraser;

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

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.proposal_templates TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.proposal_templates TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.proposal_templates TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.publications TO service_role;
GRANT SELECT,DELETE,UPDATE ON TABLE public.publications TO eraser;

GRANT SELECT(id) ON TABLE public.publications TO authenticated;

GRANT SELECT(user_id) ON TABLE public.publications TO authenticated;

GRANT SELECT(video_job_id) ON TABLE public.publications TO authenticated;

GRANT SELECT(oauth_connection_id) ON TABLE public.publications TO authenticated;

GRANT SELECT(platform) ON TABLE public.publications TO authenticated;

GRANT SELECT(state) ON TABLE public.publications TO authenticated;

GRANT SELECT(attempt) ON TABLE public.publications TO authenticated;

GRANT SELECT(privacy) ON TABLE public.publications TO authenticated;

GRANT SELECT(scheduled_at) ON TABLE public.publications TO authenticated;

GRANT SELECT(title) ON TABLE public.publications TO authenticated;

GRANT SELECT(description) ON TABLE public.publications TO authenticated;

GRANT SELECT(synthetic_content) ON TABLE public.publications TO authenticated;

GRANT SELECT(made_for_kids) ON TABLE public.publications TO authenticated;

GRANT SELECT(video_key) ON TABLE public.publications TO authenticated;

GRANT SELECT(size_bytes) ON TABLE public.publications TO authenticated;

GRANT SELECT(thumbnail_key) ON TABLE public.publications TO authenticated;

GRANT SELECT(thumbnail_type) ON TABLE public.publications TO authenticated;

GRANT SELECT(sent_bytes) ON TABLE public.publications TO authenticated;

GRANT SELECT(platform_video_id) ON TABLE public.publications TO authenticated;

GRANT SELECT(platform_url) ON TABLE public.publications TO authenticated;

GRANT SELECT(waits_until) ON TABLE public.publications TO authenticated;

GRANT SELECT(error_code) ON TABLE public.publications TO authenticated;

GRANT SELECT(error_message) ON TABLE public.publications TO authenticated;

GRANT SELECT(note) ON TABLE public.publications TO authenticated;

GRANT SELECT(finished_at) ON TABLE public.publications TO authenticated;

GRANT SELECT(created_at) ON TABLE public.publications TO authenticated;

GRANT SELECT(updated_at) ON TABLE public.publications TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.render_tasks TO service_role;
GRANT SELECT ON TABLE public.render_tasks TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.render_tasks TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.report_schedules TO service_role;
GRANT DELETE ON TABLE public.report_schedules TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.report_schedules TO eraser;

GRANT SELECT(id),INSERT(id) ON TABLE public.report_schedules TO authenticated;

GRANT SELECT(user_id),INSERT(user_id) ON TABLE public.report_schedules TO authenticated;

GRANT SELECT(title),INSERT(title),UPDATE(title) ON TABLE public.report_schedules TO authenticated;

GRANT SELECT(report_type),INSERT(report_type),UPDATE(report_type) ON TABLE public.report_schedules TO authenticated;

GRANT SELECT(frequency),INSERT(frequency),UPDATE(frequency) ON TABLE public.report_schedules TO authenticated;

GRANT SELECT(at_time),INSERT(at_time),UPDATE(at_time) ON TABLE public.report_schedules TO authenticated;

GRANT SELECT(on_day),INSERT(on_day),UPDATE(on_day) ON TABLE public.report_schedules TO authenticated;

GRANT SELECT(timezone),INSERT(timezone),UPDATE(timezone) ON TABLE public.report_schedules TO authenticated;

GRANT SELECT(targets),INSERT(targets),UPDATE(targets) ON TABLE public.report_schedules TO authenticated;

GRANT SELECT(format),INSERT(format),UPDATE(format) ON TABLE public.report_schedules TO authenticated;

GRANT SELECT(is_active),INSERT(is_active),UPDATE(is_active) ON TABLE public.report_schedules TO authenticated;

GRANT SELECT(next_run_at) ON TABLE public.report_schedules TO authenticated;

GRANT SELECT(last_run_at) ON TABLE public.report_schedules TO authenticated;

GRANT SELECT(consecutive_failures) ON TABLE public.report_schedules TO authenticated;

GRANT SELECT(created_at) ON TABLE public.report_schedules TO authenticated;

GRANT SELECT(updated_at) ON TABLE public.report_schedules TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.research_cache TO service_role;
GRANT SELECT ON TABLE public.research_cache TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.research_cache TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.research_days TO service_role;
GRANT SELECT ON TABLE public.research_days TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.research_days TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.research_notes TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.research_notes TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.research_notes TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.scripts TO service_role;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.scripts TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.scripts TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.social_platform_connections TO service_role;
GRANT SELECT ON TABLE public.social_platform_connections TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.social_platform_connections TO eraser;

GRANT UPDATE(display_name) ON TABLE public.social_platform_connections TO authenticated;

GRANT UPDATE(posting_times) ON TABLE public.social_platform_connections TO authenticated;

GRANT SELECT,INSERT ON TABLE public.support_ticket_messages TO service_role;
GRANT SELECT ON TABLE public.support_ticket_messages TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.support_ticket_messages TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.support_tickets TO service_role;
GRANT SELECT,DELETE,UPDATE ON TABLE public.support_tickets TO eraser;

GRANT SELECT(id) ON TABLE public.support_tickets TO authenticated;

GRANT SELECT(user_id) ON TABLE public.support_tickets TO authenticated;

GRANT SELECT(ticket_number) ON TABLE public.support_tickets TO authenticated;

GRANT SELECT(email) ON TABLE public.support_tickets TO authenticated;

GRANT SELECT(name) ON TABLE public.support_tickets TO authenticated;

GRANT SELECT(subject) ON TABLE public.support_tickets TO authenticated;

GRANT SELECT(message) ON TABLE public.support_tickets TO authenticated;

GRANT SELECT(status) ON TABLE public.support_tickets TO authenticated;

GRANT SELECT(priority) ON TABLE public.support_tickets TO authenticated;

GRANT SELECT(category) ON TABLE public.support_tickets TO authenticated;

GRANT SELECT(source) ON TABLE public.support_tickets TO authenticated;

GRANT SELECT(context) ON TABLE public.support_tickets TO authenticated;

GRANT SELECT(follows_id) ON TABLE public.support_tickets TO authenticated;

GRANT SELECT(first_response_at) ON TABLE public.support_tickets TO authenticated;

GRANT SELECT(first_response_due_at) ON TABLE public.support_tickets TO authenticated;

GRANT SELECT(resolution_due_at) ON TABLE public.support_tickets TO authenticated;

GRANT SELECT(waiting_since) ON TABLE public.support_tickets TO authenticated;

GRANT SELECT(reopened_count) ON TABLE public.support_tickets TO authenticated;

GRANT SELECT(satisfaction),UPDATE(satisfaction) ON TABLE public.support_tickets TO authenticated;

GRANT SELECT(resolved_at) ON TABLE public.support_tickets TO authenticated;

GRANT SELECT(closed_at) ON TABLE public.support_tickets TO authenticated;

GRANT SELECT(created_at) ON TABLE public.support_tickets TO authenticated;

GRANT SELECT(updated_at) ON TABLE public.support_tickets TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.uploads TO service_role;
GRANT SELECT ON TABLE public.uploads TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.uploads TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.user_preferences TO service_role;
GRANT SELECT,DELETE ON TABLE public.user_preferences TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.user_preferences TO eraser;

GRANT INSERT(id) ON TABLE public.user_preferences TO authenticated;

GRANT INSERT(user_id) ON TABLE public.user_preferences TO authenticated;

GRANT INSERT(interface_mode),UPDATE(interface_mode) ON TABLE public.user_preferences TO authenticated;

GRANT INSERT(preference_data),UPDATE(preference_data) ON TABLE public.user_preferences TO authenticated;

GRANT INSERT(timezone),UPDATE(timezone) ON TABLE public.user_preferences TO authenticated;

GRANT INSERT(locale),UPDATE(locale) ON TABLE public.user_preferences TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.user_privacy_settings TO service_role;
GRANT SELECT ON TABLE public.user_privacy_settings TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.user_privacy_settings TO eraser;

GRANT INSERT(user_id) ON TABLE public.user_privacy_settings TO authenticated;

GRANT INSERT(data_processing_consent),UPDATE(data_processing_consent) ON TABLE public.user_privacy_settings TO authenticated;

GRANT INSERT(marketing_consent),UPDATE(marketing_consent) ON TABLE public.user_privacy_settings TO authenticated;

GRANT INSERT(analytics_consent),UPDATE(analytics_consent) ON TABLE public.user_privacy_settings TO authenticated;

GRANT INSERT(third_party_consent),UPDATE(third_party_consent) ON TABLE public.user_privacy_settings TO authenticated;

GRANT INSERT(data_retention_days),UPDATE(data_retention_days) ON TABLE public.user_privacy_settings TO authenticated;

GRANT INSERT(policy_version),UPDATE(policy_version) ON TABLE public.user_privacy_settings TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.user_secrets TO service_role;
GRANT DELETE ON TABLE public.user_secrets TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.user_secrets TO eraser;

GRANT SELECT(id) ON TABLE public.user_secrets TO authenticated;

GRANT SELECT(user_id) ON TABLE public.user_secrets TO authenticated;

GRANT SELECT(service_name) ON TABLE public.user_secrets TO authenticated;

GRANT SELECT(key_version) ON TABLE public.user_secrets TO authenticated;

GRANT SELECT(display_hint) ON TABLE public.user_secrets TO authenticated;

GRANT SELECT(is_active),UPDATE(is_active) ON TABLE public.user_secrets TO authenticated;

GRANT SELECT(metadata),UPDATE(metadata) ON TABLE public.user_secrets TO authenticated;

GRANT SELECT(expires_at),UPDATE(expires_at) ON TABLE public.user_secrets TO authenticated;

GRANT SELECT(last_used_at) ON TABLE public.user_secrets TO authenticated;

GRANT SELECT(rotated_at) ON TABLE public.user_secrets TO authenticated;

GRANT SELECT(last_test_at) ON TABLE public.user_secrets TO authenticated;

GRANT SELECT(last_test_status) ON TABLE public.user_secrets TO authenticated;

GRANT SELECT(created_at) ON TABLE public.user_secrets TO authenticated;

GRANT SELECT(updated_at) ON TABLE public.user_secrets TO authenticated;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.video_analytics TO service_role;
GRANT SELECT ON TABLE public.video_analytics TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.video_analytics TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.webhook_deliveries TO service_role;
GRANT SELECT ON TABLE public.webhook_deliveries TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.webhook_deliveries TO eraser;

GRANT SELECT,INSERT,DELETE ON TABLE public.webhook_events TO service_role;
GRANT SELECT ON TABLE public.webhook_events TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.webhook_events TO eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.webhooks TO service_role;
GRANT SELECT,DELETE,UPDATE ON TABLE public.webhooks TO eraser;

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

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.workflow_executions TO service_role;
GRANT SELECT ON TABLE public.workflow_executions TO authenticated;
GRANT SELECT,DELETE,UPDATE ON TABLE public.workflow_executions TO eraser;

GRANT SELECT ON TABLE public.work_items TO authenticated;
GRANT SELECT ON TABLE public.work_items TO service_role;

ALTER DEFAULT PRIVILEGES FOR ROLE showrunner REVOKE ALL ON FUNCTIONS FROM PUBLIC;
