-- Credits: accounts, lots, holds and allocations behind an append-only ledger.
-- Only the functions of the next migration write here, as `bookkeeper`; everyone else may read.
-- Keys begin with the owner, so one index serves identity, ownership and the composite references.
-- The server reads a check anew for every statement, so each says all it can in few words.

create table credit_accounts (
  user_id           uuid primary key constraint credit_accounts_of_user
                    references auth.users (id) on delete restrict,
  available         integer not null default 0,
  held              integer not null default 0,
  entry_no          bigint not null default 0,
  next_expiry       timestamptz,
  overdraft_allowed boolean not null default false,
  flagged_at        timestamptz,
  flagged_reason    text,
  constraint credit_accounts_never_overdrawn
    check (available >= 0 and held >= 0 and not overdraft_allowed)
) with (fillfactor = 50);
create index credit_accounts_expiring on credit_accounts (next_expiry) where next_expiry is not null;
select private.describe('credit_accounts', $$
  What a user has: a cache of the ledger whose row lock puts all credit operations in order.
  available: Credits that can be spent.
  held: Credits in open holds.
  entry_no: Number of the last ledger entry.
  next_expiry: No lot is due before this; null when none ever is.
  overdraft_allowed: Whether it may go below zero; never, so far.
  flagged_at: When the account came to owe credits that a refunded payment had bought.
  flagged_reason: Why it was flagged.
$$);

create table credit_lots (
  id         uuid not null default gen_random_uuid(),
  user_id    uuid not null constraint credit_lots_of_account
             references credit_accounts (user_id) on delete restrict,
  kind       text not null,
  amount     integer not null,
  remaining  integer not null,
  priority   smallint not null default 50,
  expires_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  spent      boolean not null generated always as (remaining = 0) stored,
  primary key (user_id, id),
  constraint credit_lots_kind_known
    check (kind = any ('{purchase,grant,subscription,refund}')),
  constraint credit_lots_ranges
    check (amount > 0 and remaining >= 0 and remaining <= amount and priority between 0 and 100)
) with (fillfactor = 70);
-- `spent`, not `remaining`, is in the predicate: drawing from a lot changes no index.
create index credit_lots_draw_order on credit_lots (user_id, priority, expires_at) where not spent;
select private.describe('credit_lots', $$
  Credits that came in together and are used up together.
  kind: How they came in.
  amount: How many came in.
  remaining: How many are left, without those in open holds.
  priority: Smaller is spent first.
  expires_at: When what is left is lost; null never.
  spent: Nothing is left.
$$);

create table credit_holds (
  id             uuid not null default gen_random_uuid(),
  user_id        uuid not null constraint credit_holds_of_account
                 references credit_accounts (user_id) on delete restrict,
  job_id         uuid not null,
  amount         integer not null,
  status         text not null default 'open',
  settled_amount integer,
  expires_at     timestamptz not null default clock_timestamp() + interval '24 hours',
  created_at     timestamptz not null default clock_timestamp(),
  resolved_at    timestamptz,
  primary key (user_id, id),
  constraint credit_holds_amount_positive check (amount > 0),
  constraint credit_holds_state check (case
    when status = 'open' then resolved_at is null and settled_amount is null
    when status = 'settled' then resolved_at is not null and settled_amount between 0 and amount
    when status = any ('{voided,timed_out}') then resolved_at is not null and settled_amount is null
    else false end)
);
create unique index credit_holds_live on credit_holds (job_id) where status in ('open', 'settled');
-- `resolved_at is null` says open without tempting the planner when a query asks for one open hold.
create index credit_holds_due on credit_holds (expires_at) where resolved_at is null;
select private.describe('credit_holds', $$
  Credits set aside for a job: resolved at most once.
  job_id: The job; kept when the job is deleted.
  amount: How many.
  status: open, then settled, voided or timed_out.
  settled_amount: How many were charged.
  expires_at: When it times out unless its job is running; moved on by the job's heartbeat.
  resolved_at: When it was settled, voided or timed out.
$$);

create table credit_allocations (
  user_id  uuid not null,
  hold_id  uuid not null,
  lot_id   uuid not null,
  amount   integer not null,
  consumed integer not null default 0,
  primary key (user_id, hold_id, lot_id),
  constraint credit_allocations_ranges check (amount > 0 and consumed >= 0 and consumed <= amount),
  constraint credit_allocations_of_own_hold foreign key (user_id, hold_id)
    references credit_holds (user_id, id) on delete restrict,
  constraint credit_allocations_of_own_lot foreign key (user_id, lot_id)
    references credit_lots (user_id, id) on delete restrict
);
select private.describe('credit_allocations', $$
  Which lots a hold drew from.
  hold_id: The hold.
  lot_id: The lot.
  amount: How many it drew.
  consumed: How many of them were charged.
$$);

-- Every entry has a hold or a lot of its own user, and through it the account: deleting is refused.
create table credit_ledger (
  id                uuid primary key default gen_random_uuid(),
  user_id           uuid not null,
  type              text not null,
  amount            integer not null,
  balance_after     integer not null,
  note              text,
  job_id            uuid,
  stripe_payment_id text,
  created_at        timestamptz not null default clock_timestamp(),
  entry_no          bigint not null,
  held_after        integer not null,
  hold_id           uuid,
  lot_id            uuid,
  reverses_id       uuid constraint credit_ledger_reverses references credit_ledger (id) on delete restrict,
  idempotency_key   text,
  reason            text,
  meta              jsonb,
  constraint idx_credit_user unique (user_id, entry_no),
  constraint credit_ledger_of_own_job foreign key (job_id, user_id)
    references jobs (id, user_id) on delete set null (job_id),
  constraint credit_ledger_of_own_hold foreign key (user_id, hold_id)
    references credit_holds (user_id, id) on delete restrict,
  constraint credit_ledger_of_own_lot foreign key (user_id, lot_id)
    references credit_lots (user_id, id) on delete restrict,
  constraint credit_ledger_type_and_sign check (case
    when type = 'reserve' then amount <> 0 and hold_id is not null
    when type = 'usage' then amount < 0 and hold_id is not null
    when type = 'expire' then amount < 0 and lot_id is not null
    when type = any ('{purchase,grant,subscription,refund}') then amount > 0 and lot_id is not null
    else false end),
  constraint credit_ledger_never_overdrawn check (balance_after >= 0 and held_after >= 0)
);
create unique index credit_ledger_once on credit_ledger (user_id, idempotency_key)
  where idempotency_key is not null;
create unique index credit_ledger_payment_once on credit_ledger (stripe_payment_id)
  where type = 'purchase' and stripe_payment_id is not null;
create index idx_credit_job on credit_ledger (job_id);
create index idx_credit_created on credit_ledger using brin (created_at);
select private.describe('credit_ledger', $$
  Every change of every account, in order; never changed.
  type: What happened.
  amount: Credits gained or lost.
  balance_after: Available credits after it.
  note: What happened, for people.
  job_id: The job; null once it is deleted.
  stripe_payment_id: The payment.
  entry_no: Counts the account's entries from 1, without gaps.
  held_after: Held credits after it.
  hold_id: The hold it belongs to.
  lot_id: The lot it fills or empties.
  reverses_id: The entry it takes back.
  idempotency_key: The same key is written once.
  reason: Why, for programs: timed_out, overrun, purchase_refunded, rollover.
  meta: Figures that go with the reason.
$$);

create table credit_debts (
  id                uuid primary key default gen_random_uuid(),
  user_id           uuid not null constraint credit_debts_of_account
                    references credit_accounts (user_id) on delete restrict,
  stripe_payment_id text not null,
  amount            integer not null constraint credit_debts_amount_positive check (amount > 0),
  note              text not null,
  idempotency_key   text not null,
  created_at        timestamptz not null default clock_timestamp(),
  constraint credit_debts_once unique (user_id, idempotency_key)
);
select private.describe('credit_debts', $$
  Credits that a refunded payment had bought and that were already spent.
  stripe_payment_id: The payment that went back.
  amount: How many could not be taken back.
  note: What happened, for people.
  idempotency_key: The same key is written once.
$$);

-- Where the server can make identities that grow with time, their indexes are written at the end.
do $$
begin
  if current_setting('server_version_num')::int >= 180000 then
    alter table credit_holds alter id set default uuidv7();
    alter table credit_ledger alter id set default uuidv7();
  end if;
end $$;

select private.enrol('credit_accounts', service_may => 'select', by_owner => null, erase => 'keep_legal');
select private.enrol('credit_lots', service_may => 'select', by_owner => null, erase => 'keep_legal');
select private.enrol('credit_holds', service_may => 'select', by_owner => null, erase => 'keep_legal');
select private.enrol('credit_allocations', service_may => 'select', by_owner => null, erase => 'keep_legal');
select private.enrol('credit_ledger', service_may => 'select', by_owner => null, erase => 'keep_legal');
select private.enrol('credit_debts', kind => 'LOG', service_may => 'select', erase => 'keep_legal');

-- The bookkeeper's functions say who is asking; its policies need not ask again on every row.
do $$
declare
  book text;
begin
  foreach book in array array['credit_accounts', 'credit_lots', 'credit_holds',
                              'credit_allocations', 'credit_ledger', 'credit_debts'] loop
    execute format('create policy %I on %I to bookkeeper using (true) with check (true)',
                   book || '_bookkeeper', book);
  end loop;
end $$;
grant select, insert, update on credit_accounts, credit_lots, credit_holds, credit_allocations to bookkeeper;
grant select, insert on credit_ledger, credit_debts to bookkeeper;

-- The one change let through is the foreign key's own: a deleted job leaves its entries.
create function private.guard_ledger() returns trigger
language plpgsql set search_path = '' as $$
begin
  if tg_op = 'UPDATE' and old.job_id is not null and new.job_id is null
     and to_jsonb(new) - 'job_id' = to_jsonb(old) - 'job_id' then
    return new;
  end if;
  raise exception 'credit_ledger is append-only' using errcode = '23001';
end $$;
comment on function private.guard_ledger() is 'Trigger: entries stay; only their job may vanish.';
create trigger credit_ledger_append_only before update or delete on credit_ledger
  for each row execute function private.guard_ledger();

create view credit_check with (security_invoker = true) as
select *, sum_ok and lots_ok and held_ok and reserve_ok and running_ok and refunds_ok as ok
from (
  select a.user_id,
    a.available = coalesce((select sum(amount) from credit_ledger l where l.user_id = a.user_id), 0)
      as sum_ok,
    a.available = coalesce((select sum(remaining) from credit_lots l where l.user_id = a.user_id), 0)
      as lots_ok,
    a.held = coalesce((select sum(amount) from credit_holds h
                        where h.user_id = a.user_id and status = 'open'), 0) as held_ok,
    a.held = -coalesce((select sum(amount) from credit_ledger l
                         where l.user_id = a.user_id and type = 'reserve'), 0) as reserve_ok,
    not exists (
      select from (
        select balance_after, entry_no, sum(amount) over in_order as running,
               row_number() over in_order as counted
          from credit_ledger l where l.user_id = a.user_id
        window in_order as (order by entry_no)) entry
       where balance_after <> running or entry_no <> counted)
      and a.entry_no = (select count(*) from credit_ledger l where l.user_id = a.user_id) as running_ok,
    not exists (
      select from credit_ledger back
        join credit_ledger used on used.id = back.reverses_id
       where back.user_id = a.user_id and back.type = 'refund'
       group by used.id, used.type, used.amount
      having used.type <> 'usage' or sum(back.amount) > -used.amount) as refunds_ok
  from credit_accounts a
) checks;
comment on view credit_check is 'Invariants of every account; all of them true, always.';
comment on column credit_check.user_id is 'The account.';
comment on column credit_check.sum_ok is 'Available equals the sum of the ledger.';
comment on column credit_check.lots_ok is 'Available equals what is left in the lots.';
comment on column credit_check.held_ok is 'Held equals the open holds.';
comment on column credit_check.reserve_ok is 'Held equals the reservations not taken back.';
comment on column credit_check.running_ok is 'Entries have no gaps and each says the right balance.';
comment on column credit_check.refunds_ok is 'No usage was refunded beyond its amount.';
comment on column credit_check.ok is 'All of them.';
revoke all on credit_check from public, anon, authenticated, service_role;
grant select on credit_check to authenticated, service_role;
