-- Roles and schemas: who may log in, whose rights a transaction takes on, and where things live.
-- Runs as an ordinary owner with CREATEROLE; a host that has some of these roles keeps its own.

do $$
declare
  wanted record;
begin
  for wanted in
    select * from (values
      ('anon',          'nologin noinherit'),
      ('authenticated', 'nologin noinherit'),
      ('service_role',  'nologin noinherit'),
      ('bookkeeper',    'nologin noinherit'),
      ('authenticator', 'login noinherit')
    ) as roles (name, attributes)
  loop
    if not exists (select from pg_catalog.pg_roles where rolname = wanted.name) then
      execute format('create role %I %s', wanted.name, wanted.attributes);
    end if;
  end loop;
end $$;

grant anon, authenticated, service_role to authenticator;

-- The owner may hand functions over to these two (`set`), but never gains their rights by itself
-- (`inherit false`): row level security stays forced on it.
do $$
declare
  role_name text;
begin
  foreach role_name in array array['service_role', 'bookkeeper'] loop
    if current_setting('server_version_num')::int >= 160000 then
      execute format('grant %I to current_user with inherit false, set true', role_name);
    elsif not pg_has_role(current_user, role_name, 'member') then
      execute format('grant %I to current_user', role_name);
    end if;
  end loop;
end $$;

create schema if not exists private;
create schema if not exists extensions;
revoke create on schema public from public;
grant usage on schema public to anon, authenticated, service_role, bookkeeper;
grant usage on schema extensions to anon, authenticated, service_role, bookkeeper;
grant usage on schema private to service_role, bookkeeper;
comment on schema private is 'The house''s own books: reached by service_role alone.';
comment on schema extensions is 'Extensions, kept out of public.';

-- Nothing is granted by itself: every grant is written down, most of them by private.enrol.
alter default privileges revoke execute on functions from public;

create table private.schema_version (
  version    text primary key,
  name       text not null,
  sha256     text not null,
  applied_at timestamptz not null default clock_timestamp()
);
