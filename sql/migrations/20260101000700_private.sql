-- The house's own books: outbox, idempotency, clock slots, step results, paid calls, Stripe events.

create table private.outbox (
  id              uuid primary key default gen_random_uuid(),
  user_id         uuid default auth.uid() references auth.users (id) on delete cascade,
  topic           text not null,
  payload         jsonb not null,
  dedupe_key      text not null constraint outbox_once unique,
  attempts        integer not null default 0,
  next_attempt_at timestamptz not null default clock_timestamp(),
  lease_until     timestamptz,
  delivered_at    timestamptz,
  dead_at         timestamptz,
  last_error      text,
  created_at      timestamptz not null default clock_timestamp()
);
create index outbox_due on private.outbox (next_attempt_at)
  where delivered_at is null and dead_at is null;
select private.describe('private.outbox', $$
  What is to be done outside, written in the transaction that decided it.
  topic: What to do: start_execution, webhook, email, task_result.
  payload: What is needed to do it.
  dedupe_key: The same key is written once.
  attempts: How often it was tried.
  next_attempt_at: When it is due.
  lease_until: Until when someone is at it.
  delivered_at: When it was done.
  dead_at: When it was given up.
  last_error: Why the last try failed.
$$);
select private.enrol('private.outbox', users_may => null, retention => '30 days', export => 'none');

create table private.idempotency (
  user_id      uuid not null default auth.uid() references auth.users (id) on delete cascade,
  key          text not null constraint idempotency_key_length check (length(key) between 1 and 255),
  request_hash text not null,
  state        text not null default 'running' constraint idempotency_state_known
               check (state in ('running', 'done')),
  status       integer,
  body         jsonb,
  created_at   timestamptz not null default clock_timestamp(),
  expires_at   timestamptz not null default clock_timestamp() + interval '24 hours',
  primary key (user_id, key)
);
create index idempotency_by_expiry on private.idempotency (expires_at);
select private.describe('private.idempotency', $$
  Answers kept so that a repeated request gets the same one.
  key: The client's Idempotency-Key.
  request_hash: Hash of the request the key was used with.
  state: running until the answer is known, then done.
  status: HTTP status of the answer.
  body: The answer.
  expires_at: When the key may be used anew.
$$);
select private.enrol('private.idempotency', users_may => null, by_owner => null,
  retention => '24 hours', export => 'none');

create table private.step_results (
  job_id      uuid not null,
  user_id     uuid not null default auth.uid(),
  step        text not null,
  item        text not null default '',
  attempt     integer not null default 1,
  state       text not null default 'claimed' constraint step_results_state_known
              check (state in ('claimed', 'done')),
  result      jsonb,
  lease_until timestamptz,
  claimed_at  timestamptz not null default clock_timestamp(),
  done_at     timestamptz,
  primary key (job_id, step, item),
  constraint step_results_of_own_job foreign key (job_id, user_id)
    references public.jobs (id, user_id) on delete cascade,
  constraint step_results_done_has_time check ((state = 'done') = (done_at is not null))
);
create index step_results_by_owner on private.step_results (user_id);
select private.describe('private.step_results', $$
  What each step, or each item of one, came to: done once, found ever after.
  job_id: The job.
  step: The state's name.
  item: Which item of a map; empty when it is none.
  attempt: The job's attempt that claimed it.
  state: claimed until the result is known, then done.
  result: What the step answered.
  lease_until: Until when the claim holds.
  claimed_at: When it was claimed.
  done_at: When it was done.
$$);
select private.enrol('private.step_results', users_may => null, by_owner => null,
  export => 'none', erase => 'cascade');

create table private.paid_calls (
  key          text primary key,
  user_id      uuid not null default auth.uid() references auth.users (id) on delete cascade,
  provider     text not null,
  kind         text not null,
  state        text not null default 'started' constraint paid_calls_state_known
               check (state in ('started', 'done')),
  attempt      integer not null default 1,
  artifact_key text,
  result       jsonb,
  cost_usd     numeric(12, 4) not null default 0,
  created_at   timestamptz not null default clock_timestamp(),
  done_at      timestamptz
);
select private.describe('private.paid_calls', $$
  Calls that cost money, each made once.
  key: SHA-256 of provider, inputs and user.
  provider: Who was called.
  kind: Capability: text, voice, image, music.
  state: started before the call, done when its result is stored.
  attempt: How often it was begun.
  artifact_key: Where the artifact lies.
  result: What was answered.
  cost_usd: What it cost in dollars.
  done_at: When its result was stored.
$$);
select private.enrol('private.paid_calls', users_may => null, by_owner => 'created_at desc, key',
  export => 'none');

create table private.cron_runs (
  name       text not null,
  slot       timestamptz not null,
  claimed_at timestamptz not null default clock_timestamp(),
  done_at    timestamptz,
  primary key (name, slot)
);
select private.describe('private.cron_runs', $$
  Slots of the clock, each claimed once.
  name: The schedule.
  slot: The time it was due.
  claimed_at: When someone took it.
  done_at: When it was done.
$$);
select private.enrol('private.cron_runs', owner => null, users_may => null,
  retention => '30 days', export => 'none');

create table private.stripe_events (
  event_id    text primary key,
  type        text not null,
  created     timestamptz not null,
  received_at timestamptz not null default clock_timestamp(),
  outcome     jsonb
);
select private.describe('private.stripe_events', $$
  Events Stripe sent, each acted on once.
  event_id: Stripe's id.
  type: What happened.
  created: When it happened at Stripe.
  received_at: When it came in.
  outcome: What was done about it.
$$);
select private.enrol('private.stripe_events', owner => null, users_may => null,
  export => 'none', erase => 'keep_legal');
