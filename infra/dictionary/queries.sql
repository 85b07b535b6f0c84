-- tables --
-- Every table and view, what it is, and what enrolment says of it.
select n.nspname as schema, c.relname as name, c.relkind = 'v' as is_view, c.relkind = 'p' as by_month,
       obj_description(c.oid, 'pg_class') as about,
       r.owner_column, r.kind, r.users_may, r.retention::text, r.export, r.erase, r.unexported, r.kept
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  left join private.registry r on r.schema_name = n.nspname and r.table_name = c.relname
 where n.nspname in ('public', 'private') and c.relkind in ('r', 'p', 'v')
 order by n.nspname = 'private', c.relname;

-- columns --
-- Every column of those, in order.
select n.nspname as schema, c.relname as table, a.attname as name,
       format_type(a.atttypid, a.atttypmod) as type, not a.attnotnull as nullable,
       pg_get_expr(d.adbin, d.adrelid) as default, a.attgenerated <> '' as generated,
       col_description(c.oid, a.attnum) as about,
       exists (select from pg_constraint k
                where k.conrelid = c.oid and k.contype = 'p' and a.attnum = any (k.conkey)) as is_key
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
 where n.nspname in ('public', 'private') and c.relkind in ('r', 'p', 'v')
 order by n.nspname, c.relname, a.attnum;

-- references --
-- Every foreign key: from which columns to which table; the owner's own come with the others.
select n.nspname as schema, c.relname as table,
       (select array_agg(a.attname order by k.ord)
          from unnest(f.conkey) with ordinality k (attnum, ord)
          join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum)::text[] as columns,
       tn.nspname as to_schema, t.relname as to_table
  from pg_constraint f
  join pg_class c on c.oid = f.conrelid
  join pg_namespace n on n.oid = c.relnamespace
  join pg_class t on t.oid = f.confrelid
  join pg_namespace tn on tn.oid = t.relnamespace
 where f.contype = 'f' and f.conparentid = 0 and n.nspname in ('public', 'private')
 order by n.nspname, c.relname, f.conname;

-- functions --
-- Every function that somebody may call, but triggers.
select p.proname as name, pg_get_function_identity_arguments(p.oid) as arguments,
       pg_get_function_result(p.oid) as result, obj_description(p.oid, 'pg_proc') as about
  from pg_proc p
 where p.pronamespace = 'public'::regnamespace and p.prorettype <> 'trigger'::regtype
 order by p.proname, 2;

-- moves --
-- The states a row may go from and to.
select * from private.allowed_moves order by 1, 2, 3, 4;

-- enums --
-- The values of every enumerated type.
select t.typname as name, array_agg(e.enumlabel order by e.enumsortorder)::text[] as values
  from pg_type t join pg_enum e on e.enumtypid = t.oid
 where t.typnamespace = 'public'::regnamespace
 group by t.typname order by t.typname;

-- whole_tables --
-- What a user's copy holds whole and an erasure deletes.
select table_name from private.registry
 where owner_column is not null and export = 'full' and erase in ('delete', 'cascade')
 order by table_name;

-- redacted_tables --
-- What a user's copy holds without some columns, and which.
select r.table_name, string_agg(format('`%s`', a.attname), ', ' order by a.attnum)
  from private.registry r
  join pg_attribute a on a.attrelid = format('%I.%I', r.schema_name, r.table_name)::regclass
   and a.attnum > 0 and not a.attisdropped
   and not has_column_privilege('authenticated', a.attrelid, a.attnum, 'select')
 where r.owner_column is not null and r.export = 'redacted'
 group by r.table_name order by r.table_name;

-- unexported_tables --
-- What a user's copy does not hold, and why.
select table_name, unexported from private.registry
 where owner_column is not null and export = 'none'
 order by table_name;

-- account_tables --
-- What goes with the account alone.
select table_name from private.registry where erase = 'account' order by table_name;

-- kept_tables --
-- What outlives an erasure: why, and what becomes of its columns.
select r.table_name, r.kept,
       coalesce(string_agg(format('`%s`', k.column_name), ', ' order by k.column_name)
                filter (where k.becomes = 'nothing'), ''),
       coalesce(string_agg(format('`%s`: %s', k.column_name, k.why), '; ' order by k.column_name)
                filter (where k.becomes = 'itself'), '')
  from private.registry r join private.kept_columns k using (schema_name, table_name)
 group by r.table_name, r.kept order by r.table_name;
