-- Enrolment: one call makes a table safe and writes down what it holds.
-- Export, erasure, retention and the row level security tests read the registry.

create table private.registry (
  schema_name  name not null,
  table_name   name not null,
  owner_column name,
  kind         text not null constraint registry_kind_known check (kind in ('STD', 'STDU', 'LOG')),
  users_may    text,
  service_may  text not null,
  retention    interval,
  export       text not null constraint registry_export_known
               check (export in ('full', 'redacted', 'none')),
  erase        text not null constraint registry_erase_known
               check (erase in ('delete', 'anonymise', 'keep_legal', 'cascade')),
  primary key (schema_name, table_name)
);
comment on table private.registry is 'Every enrolled table: whose rows, who may do what, how long.';
grant select on private.registry to service_role;

-- Describe a table and each of its columns from one text: the first line is the table's, the others
-- read `column: what it is`. A column left out, or one that does not exist, is an error.
create function private.describe(p_table regclass, p_text text) returns void
language plpgsql set search_path = '' as $$
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
comment on function private.describe(regclass, text) is 'Comments on a table and all its columns.';

create function update_updated_at() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.updated_at := now();
  return new;
end $$;
comment on function update_updated_at() is 'Trigger: a changed row knows when.';

create function private.append_only() returns trigger
language plpgsql set search_path = '' as $$
begin
  if tg_op = 'DELETE' and pg_trigger_depth() > 1 then
    return old;                                    -- the parent goes, by its foreign key's cascade
  end if;
  raise exception '% is append-only', tg_table_name using errcode = '23001';
end $$;
comment on function private.append_only() is 'Trigger: rows are never changed, and only go with their parent.';

-- Make a table safe.
--   owner        column that holds whose row it is; null for the house's own tables
--   kind         STD rows; STDU rows with updated_at; LOG rows that are never changed
--   users_may    what `authenticated` may do to its own rows, as in GRANT: 'select, update (title)'
--   service_may  the same for `service_role`; by kind when left out
--   touched_by   columns whose update moves updated_at; any when left out
--   by_owner     order of the owner's list, behind the owner; null when another index serves it
create function private.enrol(
  p_table regclass, owner name = 'user_id', kind text = 'STD', users_may text = 'select',
  service_may text = null, touched_by text = null, by_owner text = 'created_at desc, id desc',
  retention interval = null, export text = 'full', erase text = 'delete'
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
comment on function private.enrol(regclass, name, text, text, text, text, text, interval, text, text) is
  'Row level security, grants, owner index, trigger and registry row of a table, in one call.';

-- Who may call a function: nobody but those named.
create function private.allow(p_function regprocedure, p_roles text) returns void
language plpgsql set search_path = '' as $$
begin
  execute format('revoke all on function %s from public, anon, authenticated, service_role', p_function);
  execute format('grant execute on function %s to %s', p_function, p_roles);
end $$;
comment on function private.allow(regprocedure, text) is 'Let exactly these roles call a function.';

select private.describe('private.schema_version', $$
  The migrations this database has seen.
  version: Timestamp that the file's name begins with.
  name: The file's name.
  sha256: Hash of the file as it was applied.
  applied_at: When.
$$);
select private.describe('private.registry', $$
  Every enrolled table: whose rows they are, who may do what, how long they stay.
  schema_name: Schema of the table.
  table_name: Name of the table.
  owner_column: Column that holds whose row it is; null for the house's own.
  kind: STD rows, STDU rows that know when they changed, LOG rows that never change.
  users_may: What a signed-in user may do to own rows, as in GRANT.
  service_may: What the house may do, as in GRANT.
  retention: How long rows stay; null for ever.
  export: What a data export holds of it.
  erase: What an erasure does to it.
$$);
