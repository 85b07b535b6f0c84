-- New users: a profile and the welcome credits, given once, whoever notices the user first.

create function private.welcome_credits() returns integer
language sql stable set search_path = '' as $$
  select coalesce(nullif(current_setting('showrunner.welcome_credits', true), ''), '10')::int
$$;
comment on function private.welcome_credits() is
  'Credits a new user is given: 10, unless the setting showrunner.welcome_credits says otherwise.';
select private.allow('private.welcome_credits()', 'service_role');

create function private.set_up_user(p_user uuid, p_name text) returns void
language plpgsql set search_path = '' as $$
begin
  insert into public.profiles (id, display_name) values (p_user, left(p_name, 200))
  on conflict (id) do nothing;
  if private.welcome_credits() > 0 and not exists (
    select from public.credit_ledger where user_id = p_user and idempotency_key = 'welcome') then
    perform public.add_credits(p_user, 'grant', private.welcome_credits(), 'welcome');
  end if;
end $$;
comment on function private.set_up_user(uuid, text) is 'Give a user a profile and the welcome credits, once.';
select private.allow('private.set_up_user(uuid, text)', 'service_role');

create function ensure_profile(
  p_user uuid, p_email text = null, p_name text = null, p_welcome int = null
) returns void
language plpgsql set search_path = '' as $$
begin
  if p_welcome is not null then
    perform set_config('showrunner.welcome_credits', p_welcome::text, true);
  end if;
  perform private.mirror_user(p_user, p_email, p_name);
  perform private.set_up_user(p_user, p_name);
end $$;
comment on function ensure_profile(uuid, text, text, int) is
  'Make sure a signed-in user has a mirror row, a profile and the welcome credits; repeats change nothing.';
select private.allow('ensure_profile(uuid, text, text, int)', 'service_role');

create function handle_new_user() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.set_up_user(new.id, new.raw_user_meta_data ->> 'name');
  return new;
exception when others then
  raise warning 'user % is set up at the first request instead: %', new.id, sqlerrm;
  return new;
end $$;
comment on function handle_new_user() is
  'Trigger: set up a new user. Never in the way of a sign-up: ensure_profile repairs what failed.';
select private.allow('handle_new_user()', 'service_role');
create trigger on_auth_user_created after insert on auth.users
  for each row execute function handle_new_user();

grant create on schema public to service_role;
alter function handle_new_user() owner to service_role;
revoke create on schema public from service_role;
