-- catalogue --
-- Everything the data API knows of the exposed schemas, as one JSON document.
with recursive
exposed as (
  select oid, nspname from pg_catalog.pg_namespace where nspname = any(%(schemas)s)
),
searched as (
  select oid, nspname from pg_catalog.pg_namespace where nspname = any(%(schemas)s || %(extra)s)
),
bases (oid, base) as (
  select oid, typbasetype from pg_catalog.pg_type where typtype = 'd'
  union all
  select b.oid, t.typbasetype
  from bases b join pg_catalog.pg_type t on t.oid = b.base and t.typtype = 'd'
),
base_types as (
  select b.oid, b.base
  from bases b join pg_catalog.pg_type t on t.oid = b.base and t.typtype <> 'd'
),
labels as (
  select enumtypid as oid, json_agg(enumlabel order by enumsortorder) as names
  from pg_catalog.pg_enum group by enumtypid
),
relations as (
  select c.oid, n.nspname, c.relname, c.relkind, c.relacl, c.relowner,
    case
      when c.relkind in ('r', 'p') then 28
      when c.relkind in ('v', 'f') then pg_catalog.pg_relation_is_updatable(c.oid, true)
      else 0
    end as events
  from pg_catalog.pg_class c
  join exposed n on n.oid = c.relnamespace
  where c.relkind in ('r', 'v', 'm', 'f', 'p', 'c') and not c.relispartition
),
columns as (
  select a.attrelid as oid, json_agg(json_build_array(
      a.attnum,
      a.attname,
      pg_catalog.format_type(a.atttypid, a.atttypmod),
      pg_catalog.format_type(coalesce(b.base, a.atttypid), -1),
      b.base is not null,
      a.attnotnull or (t.typtype = 'd' and t.typnotnull),
      case
        when a.attidentity <> '' then 'nextval'
        when a.attgenerated <> '' then null
        else coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid), t.typdefault)
      end,
      a.attgenerated,
      a.attidentity,
      l.names,
      case when a.atttypmod > 4 and bt.typname in ('varchar', 'bpchar') then a.atttypmod - 4 end,
      k.description
    ) order by a.attnum) as list
  from relations r
  join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
  join pg_catalog.pg_type t on t.oid = a.atttypid
  left join base_types b on b.oid = a.atttypid
  join pg_catalog.pg_type bt on bt.oid = coalesce(b.base, a.atttypid)
  left join labels l on l.oid = bt.oid
  left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  left join pg_catalog.pg_description k
    on k.objoid = a.attrelid and k.objsubid = a.attnum
    and k.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
  group by a.attrelid
),
granted as (
  select oid, json_object_agg(grantee, privileges) as list
  from (
    select g.oid, coalesce(pg_catalog.pg_get_userbyid(nullif(g.grantee, 0)), '') as grantee,
      json_agg(distinct lower(g.privilege_type)) as privileges
    from (
      select r.oid, x.grantee, x.privilege_type
      from relations r,
        pg_catalog.aclexplode(coalesce(r.relacl, pg_catalog.acldefault('r', r.relowner))) x
      union all
      select r.oid, x.grantee, x.privilege_type
      from relations r
      join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attacl is not null,
        pg_catalog.aclexplode(a.attacl) x
    ) g
    group by g.oid, g.grantee
  ) by_role
  group by oid
),
keys as (
  select conrelid, contype, json_agg(conkey order by conname) as list
  from pg_catalog.pg_constraint
  where contype in ('p', 'u') and connamespace <> 'pg_catalog'::pg_catalog.regnamespace
  group by conrelid, contype
),
foreign_keys as (
  select json_agg(json_build_array(conname, conrelid::bigint, confrelid::bigint, conkey, confkey)
    order by conname, conrelid) as list
  from pg_catalog.pg_constraint
  where contype = 'f' and conparentid = 0
),
origins as (
  select json_agg(json_build_array(view, resno, origin_table, origin_column)) as list
  from (
    select distinct on (w.ev_class, m.found[1]::int)
      w.ev_class::bigint as view, m.found[1]::int as resno,
      m.found[3]::bigint as origin_table, m.found[4]::int as origin_column
    from pg_catalog.pg_rewrite w
    join pg_catalog.pg_class c on c.oid = w.ev_class and c.relkind in ('v', 'm')
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      and n.nspname <> all (array['pg_catalog', 'information_schema']),
    regexp_matches(
      w.ev_action::text,
      ':resno (\d+) :resname ((?:\\.|\S)+) :ressortgroupref \d+ :resorigtbl (\d+) :resorigcol (\d+)',
      'g'
    ) with ordinality m (found, place)
    join pg_catalog.pg_attribute a
      on a.attname = replace(m.found[2], '\', '') and a.attnum = m.found[1]::int
    where w.rulename = '_RETURN' and a.attrelid = w.ev_class
    order by w.ev_class, m.found[1]::int, m.place desc
  ) last_match
  where origin_table <> 0
),
functions as (
  select json_agg(json_build_array(
      n.nspname,
      p.proname,
      k.description,
      p.proargnames,
      (select json_agg(pg_catalog.format_type(x.type, -1) order by x.place)
       from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality x (type, place)),
      p.proargmodes,
      p.pronargs,
      p.pronargdefaults,
      p.provolatile,
      p.proretset,
      pg_catalog.format_type(p.prorettype, -1),
      coalesce(bt.typrelid, t.typrelid)::bigint,
      p.prorows,
      case when p.pronargs = 1 then first.typrelid::bigint end,
      (select split_part(s, '=', 2) from unnest(p.proconfig) s where s like 'statement_timeout=%%'),
      (select json_object_agg(grantee, true) from (
         select distinct coalesce(pg_catalog.pg_get_userbyid(nullif(x.grantee, 0)), '') as grantee
         from pg_catalog.aclexplode(
           coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) x) g)
    ) order by n.nspname, p.proname, p.oid) as list
  from pg_catalog.pg_proc p
  join searched n on n.oid = p.pronamespace
  join pg_catalog.pg_type t on t.oid = p.prorettype
  left join base_types b on b.oid = t.oid
  left join pg_catalog.pg_type bt on bt.oid = b.base
  left join pg_catalog.pg_type first on first.oid = p.proargtypes[0]
  left join pg_catalog.pg_description k
    on k.objoid = p.oid and k.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass
  where p.prokind = 'f'
    and t.typname not in ('trigger', 'event_trigger', 'internal', 'language_handler',
      'fdw_handler', 'index_am_handler', 'table_am_handler', 'tsm_handler')
    and not exists (select from pg_catalog.pg_depend d
      where d.objid = p.oid and d.deptype = 'e'
      and d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass)
),
timeouts as (
  select json_object_agg(r.rolname, split_part(s.value, '=', 2)) as list
  from (
    select distinct on (setrole) setrole, setconfig
    from pg_catalog.pg_db_role_setting
    where setrole <> 0 and (setdatabase = 0 or setdatabase
      = (select oid from pg_catalog.pg_database where datname = current_database()))
    order by setrole, setdatabase desc
  ) x
  join pg_catalog.pg_roles r on r.oid = x.setrole, unnest(x.setconfig) s (value)
  where s.value like 'statement_timeout=%%'
)
select json_build_object(
  'tables', (
    select json_agg(json_build_array(
        r.oid::bigint, r.nspname, r.relname, r.relkind, r.events, k.description,
        coalesce(c.list, '[]'), p.list, u.list, g.list))
    from relations r
    left join columns c on c.oid = r.oid
    left join keys p on p.conrelid = r.oid and p.contype = 'p'
    left join keys u on u.conrelid = r.oid and u.contype = 'u'
    left join granted g on g.oid = r.oid
    left join pg_catalog.pg_description k on k.objoid = r.oid and k.objsubid = 0
      and k.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
  ),
  'keys', (select json_agg(json_build_array(conrelid::bigint, contype, list)) from keys),
  'foreign_keys', (select list from foreign_keys),
  'origins', (select list from origins),
  'functions', (select list from functions),
  'timeouts', (select list from timeouts),
  'schemas', (
    select json_object_agg(n.nspname, pg_catalog.obj_description(n.oid, 'pg_namespace'))
    from exposed n)
) as catalogue;

-- changes --
-- A number that moves whenever a table, column, key, function, grant or comment changes.
select sum(pg_catalog.pg_stat_get_tuples_inserted(oid) + pg_catalog.pg_stat_get_tuples_updated(oid)
  + pg_catalog.pg_stat_get_tuples_deleted(oid)) as changes
from unnest(array['pg_class', 'pg_attribute', 'pg_proc', 'pg_constraint', 'pg_description',
  'pg_enum', 'pg_db_role_setting']::pg_catalog.regclass[]) oid;
