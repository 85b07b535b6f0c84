-- Drafts: a prompt kept before its writer signs in, found again by a token only the writer has.

create table draft_prompts (
  id            uuid primary key default gen_random_uuid(),
  session_token text not null constraint draft_prompts_token_is_hash
                check (session_token ~ '^[0-9a-f]{64}$'),
  user_id       uuid constraint draft_prompts_of_user references auth.users (id) on delete cascade,
  prompt_text   text not null constraint draft_prompts_prompt_length
                check (length(prompt_text) between 10 and 20000),
  template_id   text,
  options       jsonb not null default '{}' constraint draft_prompts_options_is_object
                check (jsonb_typeof(options) = 'object'),
  claimed_at    timestamptz,
  ip_hash       text,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  expires_at    timestamptz not null default now() + interval '7 days',
  constraint draft_prompts_same_owner unique (id, user_id),
  constraint draft_prompts_claimed_has_time check ((user_id is null) = (claimed_at is null))
);
create index idx_draft_session on draft_prompts (session_token);
create index idx_draft_user on draft_prompts (user_id, created_at desc, id desc);
create index idx_draft_expires on draft_prompts (expires_at);
create unique index draft_prompts_one_open_per_session on draft_prompts (session_token)
  where user_id is null;
create index draft_prompts_by_ip on draft_prompts (ip_hash, created_at) where ip_hash is not null;
select private.describe('draft_prompts', $$
  Prompts kept before their writer signs in.
  session_token: SHA-256 of the writer's token, in hex; the token itself is never stored.
  user_id: Who claimed it; null until then.
  prompt_text: What the video is to be about.
  template_id: The template it was started from.
  options: Choices made before signing in: {minutes, niche, format, ...}.
  claimed_at: When it was claimed.
  ip_hash: Hash of the writer's address, for the hourly limit.
  expires_at: When an unclaimed draft is forgotten.
$$);
select private.enrol('draft_prompts', kind => 'STDU', by_owner => null, retention => '7 days');

-- An unclaimed draft is nobody's row yet: the house may tend it for whoever brings the token.
create policy draft_prompts_unclaimed on draft_prompts to service_role using (user_id is null);

create function private.draft_token(p_session_token text) returns text
language sql immutable set search_path = '' as $$
  select encode(sha256(convert_to(p_session_token, 'UTF8')), 'hex')
$$;
comment on function private.draft_token(text) is 'What is stored of a draft''s token.';
select private.allow('private.draft_token(text)', 'service_role');

create function save_draft_prompt(
  p_session_token text, p_prompt_text text, p_template_id text = null, p_options jsonb = '{}',
  p_ip_hash text = null
) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_draft_id uuid;
begin
  if length(coalesce(p_session_token, '')) < 16 then
    raise exception 'the session token is too short' using errcode = '22023';
  end if;
  perform pg_advisory_xact_lock(hashtextextended(p_ip_hash, 0));   -- null address: no lock, no limit
  if (select count(*) from public.draft_prompts
       where ip_hash = p_ip_hash and created_at > now() - interval '1 hour'
         and session_token <> private.draft_token(p_session_token)) >= 10 then
    raise exception 'too many drafts from this address; try again in an hour' using errcode = 'PT429';
  end if;
  insert into public.draft_prompts as draft
    (session_token, prompt_text, template_id, options, ip_hash)
  values (private.draft_token(p_session_token), p_prompt_text, p_template_id, p_options, p_ip_hash)
  on conflict (session_token) where user_id is null do update
    set prompt_text = excluded.prompt_text, template_id = excluded.template_id,
        options = excluded.options, expires_at = excluded.expires_at
  returning id into v_draft_id;
  return v_draft_id;
end $$;
comment on function save_draft_prompt(text, text, text, jsonb, text) is
  'Keep the one open draft of a session, the latest wins. PT429 after ten an hour from one address.';

create function claim_draft_prompt(p_session_token text, p_user_id uuid) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_draft_id uuid;
begin
  if p_user_id is distinct from coalesce(auth.uid(), p_user_id) then
    raise exception 'a draft is claimed for oneself' using errcode = '42501';
  end if;
  update public.draft_prompts set user_id = p_user_id, claimed_at = clock_timestamp()
   where session_token = private.draft_token(p_session_token)
     and user_id is null and expires_at > clock_timestamp()
  returning id into v_draft_id;
  return v_draft_id;
end $$;
comment on function claim_draft_prompt(text, uuid) is
  'Make the open draft of a session the user''s own; null when there is none.';

select private.allow('save_draft_prompt(text, text, text, jsonb, text)', 'anon, authenticated, service_role');
select private.allow('claim_draft_prompt(text, uuid)', 'authenticated, service_role');

-- Both need rows that are nobody's yet, so they run as the house, whoever calls.
grant create on schema public to service_role;
alter function save_draft_prompt(text, text, text, jsonb, text) owner to service_role;
alter function claim_draft_prompt(text, uuid) owner to service_role;
revoke create on schema public from service_role;
