-- State guards: which moves a status column may make, kept as rows, enforced by one trigger; and the
-- times that go with a status, so that the two cannot disagree.

create extension if not exists vector with schema extensions;

create table private.allowed_moves (
  table_name  name not null,
  column_name name not null,
  from_state  text not null,
  to_state    text not null,
  primary key (table_name, column_name, from_state, to_state)
);
select private.describe('private.allowed_moves', $$
  Every move a status may make.
  table_name: The table.
  column_name: Its status column.
  from_state: Where the move begins; empty for a new row.
  to_state: Where it ends.
$$);
select private.enrol('private.allowed_moves', owner => null, users_may => null,
  service_may => 'select', export => 'none', erase => 'keep_legal');

-- The owner of the migrations is bound by row level security too: it may write the moves down.
create policy allowed_moves_written on private.allowed_moves to current_user
  using (true) with check (true);

create function private.guard_state() returns trigger
language plpgsql security definer set search_path = '' as $$
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
end $$;
comment on function private.guard_state() is
  'Trigger: only moves of private.allowed_moves; the hint says which there are.';
select private.allow('private.guard_state()', 'service_role');

-- Each move reads 'draft -> scheduled, active'; one that begins with the arrow names the states a
-- new row may have, and without it a new row may have any.
create function private.guard_states(p_table regclass, p_column name, variadic p_moves text[])
returns void
language plpgsql set search_path = '' as $$
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
end $$;
comment on function private.guard_states(regclass, name, text[]) is
  'Write down the moves of a status column and let nothing else happen to it.';

create function private.stamp_state() returns trigger
language plpgsql set search_path = '' as $$
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
end $$;
comment on function private.stamp_state() is 'Trigger: a time is set with its status, and goes with it.';

-- The time of a status: set when the status comes, cleared when it goes unless it is kept.
create function private.stamp_states(
  p_table regclass, p_column name, p_time name, p_states text[], p_kept boolean = false
) returns void
language plpgsql set search_path = '' as $$
begin
  execute format(
    'create trigger %I before insert or update of %I, %I on %s for each row '
    'execute function private.stamp_state(%2$L, %3$L, %5$L, %6$L)',
    (select relname from pg_catalog.pg_class where oid = p_table) || '_' || p_time || '_stamp',
    p_column, p_time, p_table, p_states, p_kept);
end $$;
comment on function private.stamp_states(regclass, name, name, text[], boolean) is
  'Let a time follow a status.';

create or replace function update_updated_at_column() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.updated_at := now();
  return new;
end $$;
comment on function update_updated_at_column() is 'Trigger: update_updated_at, by its other name.';

-- Months: tables that only grow, kept a month to a partition, out of everyone's direct reach.
create schema if not exists months;
comment on schema months is 'A month of a growing table each; reached through the table alone.';

create table private.monthly (
  table_name name primary key,
  keep       interval not null
);
select private.describe('private.monthly', $$
  Tables that are kept a month to a partition.
  table_name: The table, in public; its rows are filed by created_at.
  keep: How long a month stays after it has ended.
$$);
select private.enrol('private.monthly', owner => null, users_may => null,
  service_may => 'select', export => 'none', erase => 'keep_legal');
create policy monthly_written on private.monthly to current_user using (true) with check (true);

create function private.tend_months(p_now timestamptz = clock_timestamp(), p_ahead int = 3)
returns table (made text[], retired text[])
language plpgsql security definer set search_path = '' set timezone = 'UTC' as $$
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
         and to_timestamp(right(c.relname, 7), 'YYYY_MM') + interval '1 month' + kept.keep < p_now
       order by c.relname
    loop
      execute format('drop table months.%I', existing);
      retired := retired || existing::text;
    end loop;
  end loop;
  return next;
end $$;
comment on function private.tend_months(timestamptz, int) is
  'Make the months to come of every monthly table and drop those kept long enough; repeats do nothing.';
select private.allow('private.tend_months(timestamptz, int)', 'service_role');

create function private.keep_monthly(p_table regclass, p_keep interval) returns void
language sql set search_path = '' as $$
  insert into private.monthly select relname, p_keep from pg_catalog.pg_class where oid = p_table;
  select private.tend_months();
$$;
comment on function private.keep_monthly(regclass, interval) is
  'File a table partitioned by created_at by month, and drop its months after a time.';
