-- Support: tickets of users and of people without an account, and what was said in them.

create table support_tickets (
  id                    uuid primary key default gen_random_uuid(),
  user_id               uuid default auth.uid() constraint support_tickets_of_user
                        references auth.users (id) on delete cascade,
  ticket_number         bigint not null generated always as identity (start with 1001)
                        constraint support_tickets_number_once unique,
  email                 text not null constraint support_tickets_email_shape
                        check (email ~ '^[^@\s]+@[^@\s]+$' and length(email) <= 320 and email = lower(email)),
  name                  text not null constraint support_tickets_name_length
                        check (btrim(name) <> '' and length(name) <= 200),
  subject               text not null constraint support_tickets_subject_length
                        check (btrim(subject) <> '' and length(subject) <= 300),
  message               text not null constraint support_tickets_message_length
                        check (btrim(message) <> '' and length(message) <= 20000),
  status                text not null default 'open' constraint support_tickets_status_known
                        check (status in ('open', 'in_progress', 'resolved', 'closed')),
  priority              text not null default 'normal' constraint support_tickets_priority_known
                        check (priority in ('low', 'normal', 'high', 'urgent')),
  category              text,
  source                text not null default 'web',
  context               jsonb not null default '{}' constraint support_tickets_context_is_object
                        check (jsonb_typeof(context) = 'object'),
  admin_notes           text,
  assigned_to           text,
  access_token_hash     text constraint support_tickets_token_is_hash check (access_token_hash ~ '^[0-9a-f]{64}$'),
  follows_id            uuid,
  first_response_at     timestamptz,
  first_response_due_at timestamptz,
  resolution_due_at     timestamptz,
  waiting_since         timestamptz default clock_timestamp(),
  snoozed_until         timestamptz,
  reopened_count        integer not null default 0,
  satisfaction          smallint constraint support_tickets_satisfaction_range check (satisfaction between 1 and 5),
  resolved_at           timestamptz,
  closed_at             timestamptz,
  created_at            timestamptz not null default now(),
  updated_at            timestamptz not null default now(),
  constraint support_tickets_owned unique (id, user_id),
  constraint support_tickets_follows foreign key (follows_id)
    references support_tickets (id) on delete set null,
  constraint support_tickets_resolved_has_time
    check ((status in ('resolved', 'closed')) = (resolved_at is not null)),
  constraint support_tickets_closed_has_time check ((status = 'closed') = (closed_at is not null))
);
create index support_tickets_by_status on support_tickets (status, priority, created_at);
create index support_tickets_by_email on support_tickets (email, created_at desc);
create index support_tickets_by_token on support_tickets (access_token_hash) where access_token_hash is not null;
create index support_tickets_response_due on support_tickets (first_response_due_at)
  where first_response_at is null and status = 'open';
create index support_tickets_resolution_due on support_tickets (resolution_due_at)
  where status in ('open', 'in_progress');
create index support_tickets_to_close on support_tickets (resolved_at) where status = 'resolved';
create index support_tickets_by_followed on support_tickets (follows_id) where follows_id is not null;
select private.describe('support_tickets', $$
  What people asked for help with.
  user_id: Whose row it is; null for people without an account.
  ticket_number: What people call it by.
  email: Where to answer, in lower case.
  name: Who asked.
  subject: What it is about.
  message: What was asked.
  status: open, in_progress, resolved, closed.
  priority: low, normal, high or urgent.
  category: Kind of question.
  source: Where it came in: web, email, ...
  context: {page, job_id, error_code, ...}: what the asker was at.
  admin_notes: What agents noted; never shown.
  assigned_to: The agent.
  access_token_hash: SHA-256 of the token that lets people without an account read it; never shown.
  follows_id: The closed ticket it follows.
  first_response_at: When an agent first answered.
  first_response_due_at: When one should.
  resolution_due_at: When it should be resolved.
  waiting_since: Since when the asker waits for an answer; null when it is the asker's turn.
  snoozed_until: Until when it is put aside.
  reopened_count: How often it was opened again.
  satisfaction: How content the asker was, 1 to 5.
  resolved_at: When it was resolved.
  closed_at: When it was closed, for good.
$$);
select private.enrol('support_tickets', kind => 'STDU', users_may =>
  'select (id, user_id, ticket_number, email, name, subject, message, status, priority, category, source,
           context, follows_id, first_response_at, first_response_due_at, resolution_due_at,
           waiting_since, reopened_count, satisfaction, resolved_at, closed_at, created_at, updated_at),
   update (satisfaction)');
select private.guard_states('support_tickets', 'status',
  '-> open',
  'open        -> in_progress, resolved',
  'in_progress -> open, resolved',
  'resolved    -> open, closed');
select private.stamp_states('support_tickets', 'status', 'resolved_at', '{resolved,closed}');
select private.stamp_states('support_tickets', 'status', 'closed_at', '{closed}');

create table support_ticket_messages (
  id          uuid primary key default gen_random_uuid(),
  ticket_id   uuid not null constraint support_ticket_messages_of_ticket
              references support_tickets (id) on delete cascade,
  user_id     uuid default auth.uid(),
  author      text not null constraint support_ticket_messages_author_known
              check (author in ('requester', 'agent', 'system')),
  body        text not null constraint support_ticket_messages_body_length
              check (btrim(body) <> '' and length(body) <= 20000),
  is_private  boolean not null default false,
  attachments uuid[] not null default '{}',
  created_at  timestamptz not null default clock_timestamp(),
  constraint support_ticket_messages_same_owner foreign key (ticket_id, user_id)
    references support_tickets (id, user_id) on delete cascade,
  constraint support_ticket_messages_private_is_ours check (not is_private or author <> 'requester')
);
create index support_ticket_messages_by_ticket on support_ticket_messages (ticket_id, created_at);
select private.describe('support_ticket_messages', $$
  What was said in a ticket.
  ticket_id: The ticket.
  user_id: Whose ticket it is; null for people without an account.
  author: requester, agent or system.
  body: What was said.
  is_private: For agents alone; the asker never sees it.
  attachments: Uploads that came along.
$$);
select private.enrol('support_ticket_messages', kind => 'LOG', erase => 'cascade');
create policy support_ticket_messages_private on support_ticket_messages as restrictive
  for select to authenticated using (not is_private);

-- What is said moves the ticket: an answer stops the wait, a reply to a resolved ticket opens it again.
create function private.ticket_message_said() returns trigger
language plpgsql set search_path = '' as $$
begin
  select user_id into new.user_id from public.support_tickets where id = new.ticket_id;
  if new.is_private or new.author = 'system' then
    return new;
  elsif new.author = 'agent' then
    update public.support_tickets
       set first_response_at = coalesce(first_response_at, new.created_at), waiting_since = null,
           status = case when status = 'open' then 'in_progress' else status end
     where id = new.ticket_id;
  else
    if exists (select from public.support_tickets where id = new.ticket_id and status = 'closed') then
      raise exception 'this ticket is closed; open a new one that follows it' using errcode = '55000';
    end if;
    update public.support_tickets
       set waiting_since = coalesce(waiting_since, new.created_at),
           reopened_count = reopened_count + (status = 'resolved')::int,
           status = case when status = 'resolved' then 'open' else status end
     where id = new.ticket_id;
  end if;
  return new;
end $$;
comment on function private.ticket_message_said() is
  'Trigger: an answer stops the clock, a reply starts it and opens a resolved ticket again.';
create trigger support_ticket_messages_said before insert on support_ticket_messages
  for each row execute function private.ticket_message_said();

create function close_resolved_tickets(p_after interval = '168 hours') returns integer
language sql set search_path = '' as $$
  with closed as (
    update public.support_tickets set status = 'closed'
     where id in (select id from public.support_tickets
                   where status = 'resolved' and resolved_at < clock_timestamp() - p_after
                   order by resolved_at limit 1000)
    returning 1)
  select count(*)::int from closed
$$;
comment on function close_resolved_tickets(interval) is
  'Sweep: close what stayed resolved, seven days unless told otherwise. Answers how many.';
select private.allow('close_resolved_tickets(interval)', 'service_role');
