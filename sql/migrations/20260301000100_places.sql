-- Places: what is said takes its place before it is written, and is counted when it is. What meets a
-- row that is there already (`on conflict do nothing`) counted without being written.

create function private.count_message() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.chat_sessions
     set message_count = message_count + 1, last_message_at = clock_timestamp(),
         title = case when title = 'New chat'
                      then left(regexp_replace(btrim(new.user_message), '\s+', ' ', 'g'), 50)
                      else title end
   where id = new.session_id and user_id = new.user_id;
  return null;
end $$;
comment on function private.count_message() is
  'Trigger: a written message moves its session''s counters and, at first, gives it a title.';
create trigger chat_messages_b_count after insert on chat_messages
  for each row execute function private.count_message();

create function private.count_utterance() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.conversations set message_count = message_count + 1
   where id = new.conversation_id and user_id = new.user_id;
  return null;
end $$;
comment on function private.count_utterance() is 'Trigger: a written utterance is counted.';
create trigger conversation_messages_b_count after insert on conversation_messages
  for each row execute function private.count_utterance();

grant create on schema private to service_role;
alter function private.count_message() owner to service_role;
alter function private.count_utterance() owner to service_role;
set local role service_role;

create or replace function private.place_message() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform from public.chat_sessions
    where id = new.session_id and user_id = new.user_id for no key update;
  select 1 + coalesce(max(seq), 0) into new.seq
    from public.chat_messages where session_id = new.session_id and user_id = new.user_id;
  return new;
end $$;
comment on function private.place_message() is
  'Trigger: the next place in the session, whose lock puts those who speak at once in order.';

create or replace function private.place_utterance() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform from public.conversations
    where id = new.conversation_id and user_id = new.user_id for no key update;
  select 1 + coalesce(max(seq), 0) into new.seq
    from public.conversation_messages
   where conversation_id = new.conversation_id and user_id = new.user_id;
  return new;
end $$;
comment on function private.place_utterance() is
  'Trigger: the next place in the conversation, whose lock puts those who speak at once in order.';

reset role;
revoke create on schema private from service_role;
