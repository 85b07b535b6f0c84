-- What later migrations hid from its users, a copy of their data leaves out too: the registry says so.

update private.registry r
   set export = case when exists (
         select from pg_catalog.pg_attribute a
          where a.attrelid = format('%I.%I', r.schema_name, r.table_name)::regclass
            and a.attnum > 0 and not a.attisdropped
            and not has_column_privilege('authenticated', a.attrelid, a.attnum, 'select'))
       then 'redacted' else 'full' end
 where export <> 'none';
