-- Held roles: a host that brings roles of these names keeps them, but not one that row level security
-- does not hold: whoever the house works for, it would see everybody's rows.
do $$
declare
  free text;
begin
  select string_agg(rolname, ', ' order by rolname) into free from pg_catalog.pg_roles
   where rolname in ('anon', 'authenticated', 'service_role', 'bookkeeper', 'authenticator')
     and (rolsuper or rolbypassrls);
  if free is not null then
    raise exception 'row level security does not hold: %', free
      using hint = 'Take it from them (alter role … nosuperuser nobypassrls), or use a database where that can be done.';
  end if;
end $$;
