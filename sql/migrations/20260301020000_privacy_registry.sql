-- The registry says why: what a data export leaves out, what outlives an erasure, and what becomes of
-- each column that does. Export, erasure and the page about them (docs/privacy.md) read it here.

alter table private.registry
  add column unexported text,
  add column kept text,
  drop constraint registry_erase_known,
  add constraint registry_erase_known
    check (erase in ('delete', 'cascade', 'account', 'anonymise', 'keep_legal'));
comment on column private.registry.erase is
  'What an erasure does to it: delete; cascade, with its parent; account, only when the account goes too;'
  ' anonymise, and keep_legal, which is anonymised in the last step of all.';
comment on column private.registry.unexported is 'Why a data export holds nothing of it; null when it does.';
comment on column private.registry.kept is 'Why it outlives an erasure; null when it does not.';

-- Whoever enrols a table says there what becomes of it; the two reasons are new.
drop function private.enrol(regclass, name, text, text, text, text, text, interval, text, text);

-- Make a table safe.
--   owner        column that holds whose row it is; null for the house's own tables
--   kind         STD rows; STDU rows with updated_at; LOG rows that are never changed
--   users_may    what `authenticated` may do to its own rows, as in GRANT: 'select, update (title)'
--   service_may  the same for `service_role`; by kind when left out
--   touched_by   columns whose update moves updated_at; any when left out
--   by_owner     order of the owner's list, behind the owner; null when another index serves it
--   export       full; redacted, without the columns the user may not read; none, and then `unexported` says why
--   erase        delete, cascade, account; anonymise and keep_legal need private.keep
create function private.enrol(
  p_table regclass, owner name = 'user_id', kind text = 'STD', users_may text = 'select',
  service_may text = null, touched_by text = null, by_owner text = 'created_at desc, id desc',
  retention interval = null, export text = 'full', erase text = 'delete', unexported text = null
) returns void
language plpgsql set search_path = '' as $$
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
comment on function private.enrol(regclass, name, text, text, text, text, text, interval, text, text, text) is
  'Row level security, grants, owner index, trigger and registry row of a table, in one call.';

-- The eraser: what the house may do, and besides to delete any row of a user and to take out of what is
-- kept who it was. Nobody logs in as it; its functions act on users whose erasure is under way alone.
do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'eraser') then
    create role eraser nologin inherit;
  end if;
  if current_setting('server_version_num')::int >= 160000 then
    grant eraser to current_user with inherit false, set true;
  elsif not pg_has_role(current_user, 'eraser', 'member') then
    grant eraser to current_user;
  end if;
end $$;
grant service_role to eraser;

do $$
declare
  owned regclass;
begin
  for owned in select format('%I.%I', schema_name, table_name)::regclass from private.registry
                where owner_column is not null
  loop
    execute format('grant select, update, delete on %s to eraser', owned);
  end loop;
end $$;
grant update (outcome) on private.stripe_events to eraser;

-- What outlives an erasure, column by column.
create table private.kept_columns (
  schema_name name not null,
  table_name  name not null,
  column_name name not null,
  becomes     text not null constraint kept_columns_becomes_known
              check (becomes in ('pseudonym', 'nothing', 'itself')),
  why         text,
  primary key (schema_name, table_name, column_name),
  constraint kept_columns_itself_has_reason check (becomes <> 'itself' or why is not null),
  constraint kept_columns_of_table foreign key (schema_name, table_name)
    references private.registry (schema_name, table_name) on delete cascade
);
select private.describe('private.kept_columns', $$
  What becomes of each column of a table that outlives an erasure.
  schema_name: Schema of the table.
  table_name: Name of the table.
  column_name: Name of the column.
  becomes: pseudonym, the number that stands for the user; nothing, it is emptied; itself.
  why: Why it stays itself.
$$);
select private.enrol('private.kept_columns', owner => null, users_may => null, service_may => 'select',
  export => 'none', erase => 'keep_legal', unexported => 'The house''s own rules.');
create policy kept_columns_written on private.kept_columns to current_user using (true) with check (true);

-- Keep a table beyond an erasure: the reason in law, and for its columns `name: nothing` or
-- `name: why it stays itself`. Its owner becomes a pseudonym. Numbers, times and flags need no line.
create function private.keep(p_table regclass, p_why text, p_columns text) returns void
language plpgsql set search_path = '' as $$
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
comment on function private.keep(regclass, text, text) is
  'Say why a table outlives an erasure, and what becomes of its columns then.';

select private.keep('credit_accounts', 'Books: tax and trade law want them kept for years.', $$
  flagged_reason: nothing
$$);
select private.keep('credit_lots', 'Books: tax and trade law want them kept for years.', $$
  kind: one of four words of the house
$$);
select private.keep('credit_holds', 'Books: tax and trade law want them kept for years.', $$
  status: one of four words of the house
$$);
select private.keep('credit_allocations', 'Books: tax and trade law want them kept for years.', '');
select private.keep('credit_ledger', 'Books: tax and trade law want them kept for years.', $$
  type: one of a few words of the house
  note: nothing
  stripe_payment_id: the proof of a payment; what Stripe knows of the payer is kept at Stripe
  idempotency_key: the house's own name of the entry; a payment that is refunded later is found by it
  reason: one of a few words of the house
  meta: figures that go with the reason
$$);
select private.keep('credit_debts', 'Books: tax and trade law want them kept for years.', $$
  stripe_payment_id: the proof of a payment; what Stripe knows of the payer is kept at Stripe
  note: nothing
  idempotency_key: the house's own name of the entry
$$);
select private.keep('channel_costs', 'What the house paid to providers: its own books.', $$
  channel_id: nothing
  run_id: nothing
  provider: names a vendor
  model_name: names a vendor's product
  operation: names a kind of call
  unit: one of four words of the house
  ref_type: nothing
  ref_id: nothing
  dedupe_key: nothing
$$);
select private.keep('secret_audit_logs', 'Proof that secrets were handled with care, for two years.', $$
  secret_id: nothing
  service_name: nothing
  operation: one of four words of the house
  actor: one of three words of the house
  purpose: nothing
  error_message: nothing
  ip_address: nothing
  user_agent: nothing
$$);
update private.registry set erase = 'keep_legal' where table_name = 'privacy_audit_log';
select private.keep('privacy_audit_log', 'Proof of consents, exports and erasures (GDPR, article 5 (2)).', $$
  event_type: one of a few words of the house
  details: consents as yes or no, and counts; it is part of the chain of hashes
  request_id: the number of a request
  ip_address: nothing
  user_agent: nothing
  prev_hash: a hash of such entries
  row_hash: a hash of such entries
$$);
select private.keep('data_deletion_requests', 'Proof that an erasure was asked for and done (GDPR, article 5 (2)).', $$
  request_id: the number of the request
  status: one of a few words of the house
  scope: one of three words of the house
  domain: one of a few words of the house
  mode: one of two words of the house
  confirmation_token_hash: nothing
  plan: nothing
  report: counts
  error_code: a word of the house
$$);
select private.keep('private.stripe_events', 'Proof of payments; each event is acted on once.', $$
  event_id: Stripe's own
  type: Stripe's own
  outcome: keeps what was done, the payment and the credits; the user becomes a pseudonym, the customer nothing
$$);
update private.registry set kept = 'The house''s own; there are no users in it.'
 where owner_column is null and kept is null;

-- A user may write the name of a policy, and the log of consents never forgets it: numbers alone.
alter table user_privacy_settings add constraint user_privacy_settings_policy_version_is_number
  check (policy_version ~ '^v?[0-9]{1,8}([.-][0-9]{1,8}){0,3}$');

-- Decisions put right. Who is never to be written to again stays so while the account lives.
update private.registry set erase = 'account'
 where table_name in ('profiles', 'user_preferences', 'user_privacy_settings', 'email_suppressions');

update private.registry set unexported = reason
  from (values
    ('outbox', 'Messages on their way; what they tell of stands in its own table.'),
    ('idempotency', 'Answers kept for a day in case a request is repeated; what they show stands in its own table.'),
    ('step_results', 'The working memory of jobs; what came of them stands in jobs, job_steps and assets.'),
    ('paid_calls', 'Receipts by which nothing is paid twice; what was made is in the list of files.'),
    ('stale_scores', 'A note to score leads anew.'),
    ('oauth_states', 'One-time codes of sign-ins under way; they live for minutes.'),
    ('embedding_cache', 'Numbers computed from texts that stand in their own tables.'),
    ('blobs', 'The house''s list of files; the files themselves are listed.'),
    ('stripe_events', 'Receipts of payments; what they did stands in credit_ledger.')) as why (table_name, reason)
 where registry.table_name = why.table_name;
update private.registry set unexported = 'The house''s own; there are no users in it.'
 where owner_column is null and unexported is null;

update private.registry r set export = 'redacted'
 where export = 'full' and exists (
   select from pg_catalog.pg_attribute a
    where a.attrelid = format('%I.%I', r.schema_name, r.table_name)::regclass
      and a.attnum > 0 and not a.attisdropped
      and not has_column_privilege('authenticated', a.attrelid, a.attnum, 'select'));
update private.registry r set export = 'full'
 where export = 'redacted' and not exists (
   select from pg_catalog.pg_attribute a
    where a.attrelid = format('%I.%I', r.schema_name, r.table_name)::regclass
      and a.attnum > 0 and not a.attisdropped
      and not has_column_privilege('authenticated', a.attrelid, a.attnum, 'select'));
comment on column private.registry.export is
  'What a data export holds of it: full; redacted, without the columns its user may not read; none.';
