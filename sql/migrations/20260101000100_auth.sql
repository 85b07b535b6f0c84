-- Who is signed in: `auth.uid()`, `auth.role()`, `auth.jwt()` and a mirror of the issuer's users.
-- Supabase brings all of it; what a host has is left alone.

do $$
begin
  if not exists (select from pg_catalog.pg_namespace where nspname = 'auth') then
    create schema auth;
    comment on schema auth is 'Who is signed in, and a mirror of the issuer''s users.';
    grant usage on schema auth to anon, authenticated, service_role, bookkeeper;
  end if;

  if to_regprocedure('auth.jwt()') is null then
    create function auth.jwt() returns jsonb language sql stable parallel safe
      return nullif(current_setting('request.jwt.claims', true), '')::jsonb;
    create function auth.uid() returns uuid language sql stable parallel safe
      return (nullif(current_setting('request.jwt.claims', true), '')::json ->> 'sub')::uuid;
    create function auth.role() returns text language sql stable parallel safe
      return nullif(current_setting('request.jwt.claims', true), '')::json ->> 'role';
    comment on function auth.jwt() is 'The claims of the request''s token; null outside a request.';
    comment on function auth.uid() is 'The signed-in user; null when nobody is.';
    comment on function auth.role() is 'The role the request''s token asks for.';
    grant execute on function auth.jwt(), auth.uid(), auth.role()
      to anon, authenticated, service_role, bookkeeper;
  end if;

  if to_regclass('auth.users') is null then
    create table auth.users (
      id                 uuid primary key default gen_random_uuid(),
      email              text,
      raw_user_meta_data jsonb not null default '{}'
        constraint users_meta_is_object check (jsonb_typeof(raw_user_meta_data) = 'object'),
      created_at         timestamptz not null default now(),
      updated_at         timestamptz not null default now()
    );
    comment on table auth.users is 'Mirror of the issuer''s users: one row for each who ever came.';
    comment on column auth.users.id is 'The issuer''s `sub`.';
    comment on column auth.users.email is 'Address the issuer vouches for.';
    comment on column auth.users.raw_user_meta_data is 'What the issuer tells: {name, ...}.';
    comment on column auth.users.created_at is 'When the user was first seen here.';
    comment on column auth.users.updated_at is 'When the mirror last changed.';
    alter table auth.users enable row level security, force row level security;
    create policy users_service on auth.users to service_role
      using ((select auth.uid()) is null or id = (select auth.uid()))
      with check ((select auth.uid()) is null or id = (select auth.uid()));
    grant select, insert, update, delete on auth.users to service_role;

    create function private.mirror_user(p_user uuid, p_email text, p_name text) returns void
    language sql set search_path = '' as $body$
      insert into auth.users as mirror (id, email, raw_user_meta_data)
      values (p_user, p_email, jsonb_strip_nulls(jsonb_build_object('name', p_name)))
      on conflict (id) do update
        set email = coalesce(excluded.email, mirror.email), updated_at = now()
        where mirror.email is distinct from coalesce(excluded.email, mirror.email);
    $body$;
  else
    create function private.mirror_user(p_user uuid, p_email text, p_name text) returns void
    language sql set search_path = '' as 'select';
  end if;
  comment on function private.mirror_user(uuid, text, text) is
    'Note a user of the issuer where the mirror is ours; nothing where the host keeps its own.';
  grant execute on function private.mirror_user(uuid, text, text) to service_role;
end $$;
