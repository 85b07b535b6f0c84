-- Retention: what grows with use goes when its time is over. Rows that are never changed may be
-- deleted then, and then alone: the rule is the trigger's, not the sweep's.

create or replace function private.append_only() returns trigger
language plpgsql set search_path = '' as $$
declare
  made timestamptz;
begin
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
  'Trigger: rows are never changed, and only go with their parent or when their time is over.';

-- Let the old rows of an append-only table go, by the retention it was enrolled with.
create function private.let_go(p_table regclass) returns void
language plpgsql set search_path = '' as $$
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
comment on function private.let_go(regclass) is
  'Let rows of an append-only table be deleted when their time is over, and no sooner.';

select private.let_go(format('%I.%I', schema_name, table_name)::regclass) from private.registry
 where kind = 'LOG' and retention is not null order by table_name;

-- Tables with an index `_by_age` are swept along it; months are dropped whole by tend_months. Users
-- who want less kept have their rows swept along their own list.
create function retire_rows(p_limit int = 5000) returns table (table_name name, gone bigint)
language plpgsql set search_path = '' as $$
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
end $$;
comment on function retire_rows(int) is
  'Sweep: delete what was kept long enough, at most so many of each table. Answers how many of each.';
select private.allow('retire_rows(int)', 'service_role');
