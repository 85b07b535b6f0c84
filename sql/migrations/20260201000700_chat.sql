-- Chat and memory: a chat session is what the user sees, an exchange a row; a conversation is what
-- is remembered of it, an utterance a row with its embedding. Finishing the one writes the other.

create table chat_sessions (
  id              uuid primary key default gen_random_uuid(),
  user_id         uuid not null default auth.uid() constraint chat_sessions_of_user
                  references auth.users (id) on delete cascade,
  title           text not null default 'New chat' constraint chat_sessions_title_length
                  check (btrim(title) <> '' and length(title) <= 200),
  metadata        jsonb not null default '{}' constraint chat_sessions_metadata_is_object
                  check (jsonb_typeof(metadata) = 'object'),
  pinned          boolean not null default false,
  campaign_id     uuid,
  message_count   integer not null default 0 constraint chat_sessions_count_not_negative
                  check (message_count >= 0),
  total_tokens    bigint not null default 0,
  total_cost_usd  numeric(12, 4) not null default 0,
  last_message_at timestamptz,
  archived_at     timestamptz,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  constraint chat_sessions_owned unique (id, user_id),
  constraint chat_sessions_of_own_campaign foreign key (campaign_id, user_id)
    references campaigns (id, created_by) on delete set null (campaign_id)
);
create index chat_sessions_by_message on chat_sessions (user_id, last_message_at desc, id desc);
create index chat_sessions_by_campaign on chat_sessions (campaign_id) where campaign_id is not null;
select private.describe('chat_sessions', $$
  A user's talks with the product.
  title: What it is called: the beginning of its first message until the user says otherwise.
  metadata: Anything else.
  pinned: Kept on top.
  campaign_id: The campaign it is about.
  message_count: How many exchanges it has.
  total_tokens: Tokens of all of them.
  total_cost_usd: What they cost in dollars.
  last_message_at: When the last one began.
  archived_at: When the user put it away.
$$);
select private.enrol('chat_sessions', kind => 'STDU',
  touched_by => 'title, metadata, pinned, campaign_id, archived_at, last_message_at', users_may =>
  'select, delete, insert (id, user_id, title, metadata, pinned, campaign_id),
   update (title, metadata, pinned, campaign_id, archived_at)');

create table chat_messages (
  id                uuid primary key default gen_random_uuid(),
  user_id           uuid not null default auth.uid(),
  session_id        uuid not null,
  seq               integer not null,
  client_message_id text,
  user_message      text not null constraint chat_messages_message_length
                    check (btrim(user_message) <> '' and length(user_message) <= 100000),
  ai_response       jsonb constraint chat_messages_response_is_object
                    check (jsonb_typeof(ai_response) = 'object'),
  status            text not null default 'pending' constraint chat_messages_status_known
                    check (status in ('pending', 'streaming', 'complete', 'failed', 'cancelled')),
  agent_type        text,
  model_name        text,
  prompt_tokens     integer not null default 0,
  completion_tokens integer not null default 0,
  cost_usd          numeric(12, 4) not null default 0 constraint chat_messages_cost_not_negative
                    check (cost_usd >= 0),
  latency_ms        integer,
  finish_reason     text,
  error_code        text,
  feedback          jsonb constraint chat_messages_feedback_is_object
                    check (jsonb_typeof(feedback) = 'object'),
  metadata          jsonb not null default '{}' constraint chat_messages_metadata_is_object
                    check (jsonb_typeof(metadata) = 'object'),
  "timestamp"       timestamptz not null default now(),
  created_at        timestamptz not null default now(),
  constraint chat_messages_owned unique (id, user_id),
  constraint chat_messages_seq_once unique (session_id, user_id, seq),
  constraint chat_messages_client_once unique (user_id, session_id, client_message_id),
  constraint chat_messages_of_own_session foreign key (session_id, user_id)
    references chat_sessions (id, user_id) on delete cascade,
  constraint chat_messages_complete_has_answer check (status <> 'complete' or ai_response is not null)
);
create index chat_messages_running on chat_messages (created_at) where status in ('pending', 'streaming');
select private.describe('chat_messages', $$
  One exchange: what the user said and what came back.
  session_id: The session.
  seq: Place in the session, from 1.
  client_message_id: The client's own name for it; the same is said once.
  user_message: What the user said.
  ai_response: {text, ...}: the answer; null while it is being made.
  status: pending, streaming, complete, failed or cancelled.
  agent_type: Who answers.
  model_name: Which model.
  prompt_tokens: Tokens read.
  completion_tokens: Tokens written.
  cost_usd: What it cost in dollars.
  latency_ms: How long it took, in ms.
  finish_reason: Why the answer ended.
  error_code: Why it failed.
  feedback: {rating, comment} by the user.
  metadata: Anything else.
  timestamp: When it was said.
$$);
select private.enrol('chat_messages', erase => 'cascade', users_may =>
  'select, insert (id, user_id, session_id, client_message_id, user_message, agent_type, metadata),
   update (feedback, status)');
select private.guard_states('chat_messages', 'status',
  '-> pending',
  'pending -> streaming, complete, failed, cancelled',
  'streaming -> complete, failed, cancelled',
  'complete -> pending',
  'failed -> pending',
  'cancelled -> pending');

-- A message takes the next place of its session and moves the session's counters in one update, whose
-- row lock puts those who speak at once in order. The first gives a session its title, unless the
-- user did. One said twice is refused before it counts.
create function private.place_message() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.chat_sessions
     set message_count = message_count + 1, last_message_at = clock_timestamp(),
         title = case when title = 'New chat'
                      then left(regexp_replace(btrim(new.user_message), '\s+', ' ', 'g'), 50)
                      else title end
   where id = new.session_id and user_id = new.user_id;
  select 1 + coalesce(max(seq), 0) into new.seq
    from public.chat_messages where session_id = new.session_id;
  return new;
end $$;
comment on function private.place_message() is
  'Trigger: the next place in the session, its counters and, at first, its title.';
create trigger chat_messages_a_place before insert on chat_messages
  for each row execute function private.place_message();

create table conversations (
  id              uuid primary key default gen_random_uuid(),
  user_id         uuid not null default auth.uid() constraint conversations_of_user
                  references auth.users (id) on delete cascade,
  chat_session_id uuid,
  title           text constraint conversations_title_length check (length(title) <= 200),
  summary         text,
  message_count   integer not null default 0 constraint conversations_count_not_negative
                  check (message_count >= 0),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  constraint conversations_owned unique (id, user_id),
  constraint conversations_once_per_session unique (user_id, chat_session_id),
  constraint conversations_of_own_session foreign key (chat_session_id, user_id)
    references chat_sessions (id, user_id) on delete set null (chat_session_id)
);
select private.describe('conversations', $$
  What is remembered of talks, to be searched by meaning.
  chat_session_id: The session it remembers; null when that is gone, or never was.
  title: What it is called.
  summary: What it came to.
  message_count: How many utterances it has.
$$);
select private.enrol('conversations', kind => 'STDU', users_may =>
  'select, delete, insert (id, user_id, chat_session_id, title), update (title)');

create table conversation_messages (
  id              uuid primary key default gen_random_uuid(),
  user_id         uuid not null default auth.uid(),
  conversation_id uuid not null,
  seq             integer not null,
  parent_id       uuid,
  role            text not null constraint conversation_messages_role_known
                  check (role in ('user', 'assistant')),
  content         text not null,
  model_name      text,
  token_count     integer,
  embedding       extensions.vector(1536),
  embedding_model text,
  embedded_at     timestamptz,
  "timestamp"     timestamptz not null default now(),
  created_at      timestamptz not null default now(),
  constraint conversation_messages_owned unique (id, user_id),
  constraint conversation_messages_seq_once unique (conversation_id, user_id, seq),
  constraint conversation_messages_of_own_conversation foreign key (conversation_id, user_id)
    references conversations (id, user_id) on delete cascade,
  constraint conversation_messages_of_own_parent foreign key (parent_id, user_id)
    references conversation_messages (id, user_id) on delete set null (parent_id),
  constraint conversation_messages_embedded_has_time
    check ((embedding is null) = (embedded_at is null) and (embedding is null) = (embedding_model is null))
);
create index conversation_messages_by_parent on conversation_messages (parent_id) where parent_id is not null;
create index conversation_messages_to_embed on conversation_messages (created_at) where embedding is null;
-- HNSW, not IVFFLAT: lists of an IVFFLAT index made on an empty table fit nothing that comes later.
create index conversation_messages_by_meaning on conversation_messages
  using hnsw (embedding extensions.vector_cosine_ops);
select private.describe('conversation_messages', $$
  One utterance, with what it means.
  conversation_id: The conversation.
  seq: Place in the conversation, from 1.
  parent_id: What it answers.
  role: user or assistant.
  content: What was said.
  model_name: Which model said it.
  token_count: How many tokens it has.
  embedding: What it means; null until it was embedded.
  embedding_model: Which model embedded it; only alike ones are compared.
  embedded_at: When.
  timestamp: When it was said.
$$);
select private.enrol('conversation_messages', erase => 'cascade',
  users_may => 'select, insert (id, user_id, conversation_id, parent_id, role, content)');

create function private.place_utterance() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.conversations set message_count = message_count + 1
   where id = new.conversation_id and user_id = new.user_id;
  select 1 + coalesce(max(seq), 0) into new.seq
    from public.conversation_messages where conversation_id = new.conversation_id;
  return new;
end $$;
comment on function private.place_utterance() is 'Trigger: the next place in the conversation, and its counter.';
create trigger conversation_messages_a_place before insert on conversation_messages
  for each row execute function private.place_utterance();

-- The one way into memory: an exchange that is finished becomes two utterances, and the session's
-- totals grow by what it took. Regenerated, it is remembered anew.
create function private.finish_exchange() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_conversation uuid;
  v_asked uuid;
begin
  update public.chat_sessions
     set total_tokens = total_tokens + new.prompt_tokens + new.completion_tokens,
         total_cost_usd = total_cost_usd + new.cost_usd
   where id = new.session_id;
  insert into public.conversations as c (user_id, chat_session_id, title)
  select new.user_id, id, title from public.chat_sessions where id = new.session_id
  on conflict (user_id, chat_session_id) do update set title = excluded.title
  returning id into v_conversation;
  insert into public.conversation_messages (user_id, conversation_id, role, content, "timestamp")
  values (new.user_id, v_conversation, 'user', new.user_message, new."timestamp") returning id into v_asked;
  insert into public.conversation_messages
    (user_id, conversation_id, parent_id, role, content, model_name, token_count)
  values (new.user_id, v_conversation, v_asked, 'assistant',
          coalesce(new.ai_response ->> 'text', new.ai_response::text), new.model_name, new.completion_tokens);
  return null;
end $$;
comment on function private.finish_exchange() is 'Trigger: what was said is remembered, and what it took is added.';
create trigger chat_messages_finish after update of status on chat_messages
  for each row when (new.status = 'complete' and old.status <> 'complete')
  execute function private.finish_exchange();

create table conversation_knowledge_refs (
  id               uuid primary key default gen_random_uuid(),
  user_id          uuid not null default auth.uid(),
  conversation_id  uuid not null,
  message_id       uuid,
  chunk_id         uuid,
  similarity_score real constraint conversation_knowledge_refs_similarity_range
                   check (similarity_score between -1 and 1),
  quote            text,
  document_title   text,
  created_at       timestamptz not null default now(),
  constraint conversation_knowledge_refs_once unique (message_id, user_id, chunk_id),
  constraint conversation_knowledge_refs_of_own_conversation foreign key (conversation_id, user_id)
    references conversations (id, user_id) on delete cascade,
  constraint conversation_knowledge_refs_of_own_message foreign key (message_id, user_id)
    references conversation_messages (id, user_id) on delete cascade
);
create index conversation_knowledge_refs_by_conversation
  on conversation_knowledge_refs (conversation_id, created_at desc, id desc);
create index conversation_knowledge_refs_by_chunk on conversation_knowledge_refs (chunk_id)
  where chunk_id is not null;
select private.describe('conversation_knowledge_refs', $$
  What an answer is founded on.
  conversation_id: The conversation.
  message_id: The answer.
  chunk_id: The passage; null when it is gone.
  similarity_score: How near it was.
  quote: What it said.
  document_title: Where it stood; stays when the passage goes.
$$);
select private.enrol('conversation_knowledge_refs', erase => 'cascade',
  service_may => 'select, insert');
-- A log in all but one thing: the passage it points at may go.
create function private.keep_reference() returns trigger
language plpgsql set search_path = '' as $$
begin
  if tg_op = 'DELETE' and pg_trigger_depth() > 1 then
    return old;                                    -- the conversation goes
  elsif tg_op = 'UPDATE' and new.chunk_id is null
     and to_jsonb(new) - 'chunk_id' = to_jsonb(old) - 'chunk_id' then
    return new;                                    -- the passage goes
  end if;
  raise exception '% is append-only', tg_table_name using errcode = '23001';
end $$;
comment on function private.keep_reference() is 'Trigger: append-only, but for a passage that goes.';
create trigger conversation_knowledge_refs_append_only before update or delete on conversation_knowledge_refs
  for each row execute function private.keep_reference();

create table research_notes (
  id              uuid primary key default gen_random_uuid(),
  user_id         uuid not null default auth.uid() constraint research_notes_of_user
                  references auth.users (id) on delete cascade,
  conversation_id uuid,
  message_id      uuid,
  title           text constraint research_notes_title_length check (length(title) <= 300),
  content         text not null constraint research_notes_content_length
                  check (btrim(content) <> '' and length(content) <= 100000),
  tags            text[] not null default '{}',
  source_refs     jsonb not null default '[]' constraint research_notes_sources_is_array
                  check (jsonb_typeof(source_refs) = 'array'),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  constraint research_notes_of_own_conversation foreign key (conversation_id, user_id)
    references conversations (id, user_id) on delete set null (conversation_id),
  constraint research_notes_of_own_message foreign key (message_id, user_id)
    references conversation_messages (id, user_id) on delete set null (message_id)
);
create index research_notes_by_conversation on research_notes (conversation_id) where conversation_id is not null;
create index research_notes_by_message on research_notes (message_id) where message_id is not null;
select private.describe('research_notes', $$
  Answers worth keeping.
  conversation_id: Where it was said.
  message_id: The answer it keeps.
  title: What it is called.
  content: The note.
  tags: Labels.
  source_refs: [{title, url, chunk_id}].
$$);
select private.enrol('research_notes', kind => 'STDU', users_may => 'select, insert, update, delete');

create function search_conversations(
  p_query_embedding extensions.vector(1536), p_embedding_model text, p_limit int = 10,
  p_similarity_threshold real = 0.0
) returns table (
  message_id uuid, conversation_id uuid, title text, role text, content text, similarity_score real
)
language sql stable set search_path = '' set hnsw.iterative_scan = 'relaxed_order' as $$
  with nearest as materialized (
    select m.id, m.conversation_id, m.role, m.content,
           m.embedding operator(extensions.<=>) p_query_embedding distance
      from public.conversation_messages m
     where m.embedding_model = p_embedding_model
     order by m.embedding operator(extensions.<=>) p_query_embedding
     limit least(p_limit, 100))
  select n.id, n.conversation_id, c.title, n.role, n.content, (1 - n.distance)::real
    from nearest n join public.conversations c on c.id = n.conversation_id
   where 1 - n.distance >= p_similarity_threshold
   order by n.distance, n.id
$$;
comment on function search_conversations(extensions.vector, text, int, real) is
  'What was said that is nearest in meaning, among one''s own; nearest first, then the threshold.';
select private.allow('search_conversations(extensions.vector, text, int, real)', 'authenticated, service_role');

-- Places, counters and memory are the house's to write, whoever speaks.
grant create on schema private to service_role;
alter function private.place_message() owner to service_role;
alter function private.place_utterance() owner to service_role;
alter function private.finish_exchange() owner to service_role;
revoke create on schema private from service_role;
