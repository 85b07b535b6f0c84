-- Credit operations. Each locks the account row first, expires due lots, then acts, in the caller's
-- transaction. Time is `clock_timestamp()` read under the lock: `now()` may be older than rows that
-- became visible while waiting for it.

-- The account, locked, with its due lots expired. `next_expiry` spares looking for them.
create function private.credit_lock(p_user uuid) returns credit_accounts
language plpgsql set search_path = '' as $$
declare
  account public.credit_accounts;
  lot record;
begin
  select * into account from public.credit_accounts where user_id = p_user for no key update;
  if not found then
    insert into public.credit_accounts (user_id) values (p_user) on conflict do nothing;
    select * into account from public.credit_accounts where user_id = p_user for no key update;
  end if;
  if account.next_expiry <= clock_timestamp() then
    for lot in
      select id, remaining from public.credit_lots
       where user_id = p_user and not spent and expires_at <= clock_timestamp()
       order by expires_at, created_at, id
    loop
      account := private.credit_expire(account, lot.id, lot.remaining);
    end loop;
    update public.credit_accounts
       set next_expiry = (select min(expires_at) from public.credit_lots
                           where user_id = p_user and not spent)
     where user_id = p_user returning * into account;
  end if;
  return account;
end $$;
comment on function private.credit_lock(uuid) is 'The account, locked, with its due lots expired.';

-- Note when a lot of the account is due.
create function private.credit_expect(p_user uuid, p_expires timestamptz) returns void
language sql set search_path = '' as $$
  update public.credit_accounts set next_expiry = p_expires
   where user_id = p_user and (next_expiry is null or next_expiry > p_expires)
$$;
comment on function private.credit_expect(uuid, timestamptz) is 'Note when a lot of the account is due.';

-- Write one entry and move the account with it.
create function private.credit_post(
  p_account credit_accounts, p_type text, p_amount int, p_held int = 0, p_job uuid = null,
  p_hold uuid = null, p_lot uuid = null, p_reverses uuid = null, p_key text = null,
  p_stripe text = null, p_note text = null, p_reason text = null, p_meta jsonb = null,
  out account credit_accounts, out entry uuid
)
language plpgsql set search_path = '' as $$
begin
  account := p_account;
  account.available := account.available + p_amount;
  account.held := account.held + p_held;
  account.entry_no := account.entry_no + 1;
  insert into public.credit_ledger
    (user_id, type, amount, balance_after, held_after, entry_no, job_id, hold_id, lot_id,
     reverses_id, idempotency_key, stripe_payment_id, note, reason, meta)
  values
    (account.user_id, p_type, p_amount, account.available, account.held, account.entry_no, p_job,
     p_hold, p_lot, p_reverses, p_key, p_stripe, p_note, p_reason, p_meta)
  returning id into entry;
  update public.credit_accounts
     set available = account.available, held = account.held, entry_no = account.entry_no
   where user_id = account.user_id;
end $$;
comment on function private.credit_post(
  credit_accounts, text, int, int, uuid, uuid, uuid, uuid, text, text, text, text, jsonb) is
  'Write one entry and move the account with it.';

-- Take credits out of a lot because they are lost.
create function private.credit_expire(
  p_account credit_accounts, p_lot uuid, p_amount int, p_reverses uuid = null, p_key text = null,
  p_stripe text = null, p_note text = null, p_reason text = null
) returns credit_accounts
language plpgsql set search_path = '' as $$
begin
  update public.credit_lots set remaining = remaining - p_amount
   where user_id = p_account.user_id and id = p_lot;
  return (private.credit_post(
    p_account, 'expire', -p_amount, p_lot => p_lot, p_reverses => p_reverses, p_key => p_key,
    p_stripe => p_stripe, p_note => p_note, p_reason => p_reason)).account;
end $$;
comment on function private.credit_expire(credit_accounts, uuid, int, uuid, text, text, text, text) is
  'Take credits out of a lot because they are lost.';

-- Open a lot and write its entry.
create function private.credit_open_lot(
  p_account credit_accounts, p_type text, p_amount int, p_priority int, p_expires timestamptz,
  p_key text, p_stripe text = null, p_job uuid = null, p_hold uuid = null, p_reverses uuid = null,
  p_note text = null
) returns uuid
language plpgsql set search_path = '' as $$
declare
  lot_id uuid;
begin
  insert into public.credit_lots (user_id, kind, amount, remaining, priority, expires_at)
  values (p_account.user_id, p_type, p_amount, p_amount, p_priority, p_expires)
  returning id into lot_id;
  perform private.credit_expect(p_account.user_id, p_expires);
  return (private.credit_post(
    p_account, p_type, p_amount, p_job => p_job, p_hold => p_hold, p_lot => lot_id,
    p_reverses => p_reverses, p_key => p_key, p_stripe => p_stripe, p_note => p_note)).entry;
end $$;
comment on function private.credit_open_lot(
  credit_accounts, text, int, int, timestamptz, text, text, uuid, uuid, uuid, text) is
  'Open a lot and write its entry.';

-- One may only book for oneself; the house, asking for nobody, for anyone.
create function private.credit_check_actor(p_user uuid) returns void
language plpgsql stable set search_path = '' as $$
begin
  if auth.uid() <> p_user then
    raise exception 'these credits belong to someone else' using errcode = '42501';
  end if;
end $$;
comment on function private.credit_check_actor(uuid) is 'Refuse to book for someone else.';

create function get_credit_balance(p_user_id uuid) returns integer
language sql stable set search_path = '' as $$
  select coalesce((select available from public.credit_accounts where user_id = p_user_id), 0)
$$;
comment on function get_credit_balance(uuid) is
  'Credits that can be spent: the sum of the ledger, kept in the account.';

create function add_credits(
  p_user uuid, p_type text, p_amount int, p_key text, p_expires timestamptz = null,
  p_priority int = 50, p_stripe text = null
) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  account public.credit_accounts;
  earlier public.credit_ledger;
begin
  perform private.credit_check_actor(p_user);
  account := private.credit_lock(p_user);
  select * into earlier from public.credit_ledger where user_id = p_user and idempotency_key = p_key;
  if found then
    if (earlier.type, earlier.amount, earlier.stripe_payment_id)
       is distinct from (p_type, p_amount, p_stripe) then
      raise exception 'this key was used for something else' using errcode = '22023';
    end if;
    return earlier.id;
  end if;
  return private.credit_open_lot(account, p_type, p_amount, p_priority, p_expires, p_key, p_stripe,
    p_note => case p_key when 'welcome' then 'Welcome bonus: 1 free video trial' end);
end $$;
comment on function add_credits(uuid, text, int, text, timestamptz, int, text) is
  'Add a lot of purchase, grant or subscription credits, once per key. Answers the entry.';

-- Reserve and settle are what every job does, so they spare statements: the common case of one lot
-- is one update, and the reservation's entry has the hold's id.
create function reserve_credits(p_user_id uuid, p_job_id uuid, p_amount int) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  account public.credit_accounts;
  hold public.credit_holds;
  lot record;
  need int := p_amount;
begin
  if p_amount is null or p_amount <= 0 then
    raise exception 'the amount must be positive' using errcode = '22023';
  end if;
  if auth.uid() <> p_user_id then
    perform private.credit_check_actor(p_user_id);
  end if;
  select * into account from public.credit_accounts where user_id = p_user_id for no key update;
  if not found or account.next_expiry <= clock_timestamp() then
    account := private.credit_lock(p_user_id);
  end if;

  if account.available >= p_amount then
    insert into public.credit_holds (user_id, job_id, amount) values (p_user_id, p_job_id, p_amount)
    on conflict (job_id) where status in ('open', 'settled') do nothing
    returning id into hold.id;
  end if;
  if hold.id is null then
    select * into hold from public.credit_holds
     where job_id = p_job_id and status in ('open', 'settled');
    if not found then
      return false;
    elsif hold.status = 'open' and hold.user_id = p_user_id and hold.amount = p_amount then
      return true;
    end if;
    raise exception 'the job already has a hold, % of %', hold.status, hold.amount
      using errcode = '55000';
  end if;

  for lot in
    select id, remaining from public.credit_lots
     where user_id = p_user_id and not spent
     order by priority, expires_at nulls last, kind = 'purchase', created_at, id
  loop
    update public.credit_lots set remaining = remaining - least(need, lot.remaining)
     where user_id = p_user_id and id = lot.id;
    insert into public.credit_allocations (user_id, hold_id, lot_id, amount)
    values (p_user_id, hold.id, lot.id, least(need, lot.remaining));
    need := need - least(need, lot.remaining);
    exit when need = 0;
  end loop;
  if need > 0 then
    raise exception 'lots and balance disagree' using errcode = 'XX000';
  end if;
  insert into public.credit_ledger
    (id, user_id, type, amount, balance_after, held_after, entry_no, job_id, hold_id, note)
  values
    (hold.id, p_user_id, 'reserve', -p_amount, account.available - p_amount,
     account.held + p_amount, account.entry_no + 1, p_job_id, hold.id, 'Reserved for job');
  update public.credit_accounts
     set available = available - p_amount, held = held + p_amount, entry_no = entry_no + 1
   where user_id = p_user_id;
  return true;
end $$;
comment on function reserve_credits(uuid, uuid, int) is
  'Hold credits for a job: false when there are too few, true again when repeated.';

-- End a job's hold: charge what was used, give the rest back to the lots it came from.
create function private.credit_resolve(p_job uuid, p_status text, p_final int) returns int
language plpgsql set search_path = '' as $$
declare
  account public.credit_accounts;
  hold public.credit_holds;
  drawn record;
  used int;
  rest int;
  overrun boolean;
  due timestamptz;
begin
  select * into hold from public.credit_holds where job_id = p_job and status in ('open', 'settled');
  if not found then
    select h.* into hold
      from public.credit_ledger l join public.credit_holds h on h.user_id = l.user_id and h.id = l.hold_id
     where l.job_id = p_job and l.type = 'reserve'
     order by h.created_at desc limit 1;
  end if;
  if not found then
    raise exception 'the job has no hold' using errcode = 'P0002';
  end if;
  if auth.uid() <> hold.user_id then
    perform private.credit_check_actor(hold.user_id);
  end if;
  used := least(p_final, hold.amount);
  overrun := p_final > hold.amount;

  select * into account from public.credit_accounts where user_id = hold.user_id for no key update;
  if account.next_expiry <= clock_timestamp() then
    account := private.credit_lock(hold.user_id);
  end if;
  update public.credit_holds
     set status = p_status, resolved_at = clock_timestamp(),
         settled_amount = case when p_status = 'settled' then used end
   where user_id = hold.user_id and id = hold.id and status = 'open';
  if not found then                                -- resolved before, or while waiting for the lock
    select * into hold from public.credit_holds where user_id = hold.user_id and id = hold.id;
    if coalesce(hold.settled_amount, 0) = used and (hold.status = 'settled') = (p_status = 'settled') then
      return used;
    end if;
    raise exception 'the hold is already %', hold.status using errcode = '55000';
  end if;

  insert into public.credit_ledger
    (user_id, type, amount, balance_after, held_after, entry_no, job_id, hold_id, reverses_id,
     note, reason, meta)
  select hold.user_id, entry.type, entry.amount, account.available + hold.amount - entry.spent,
         account.held - hold.amount, account.entry_no + entry.nth, p_job, hold.id, entry.reverses,
         entry.note, entry.reason, entry.meta
    from (values
      (1, 'reserve', hold.amount, 0, hold.id, 'Reservation ended', p_status, null::jsonb),
      (2, 'usage', -used, used, null::uuid,
       case when overrun
         then format('Used %s, charged %s: a job costs at most what was held', p_final, used)
         else 'Used by job' end,
       case when overrun then 'overrun' end,
       case when overrun then jsonb_build_object('final', p_final) end)
    ) as entry (nth, type, amount, spent, reverses, note, reason, meta)
   where entry.amount <> 0;
  update public.credit_accounts
     set available = available + hold.amount - used, held = held - hold.amount,
         entry_no = entry_no + case when used > 0 then 2 else 1 end
   where user_id = hold.user_id;

  if used = hold.amount then
    update public.credit_allocations set consumed = amount
     where user_id = hold.user_id and hold_id = hold.id;
    return used;
  end if;
  rest := used;
  for drawn in
    select a.lot_id, a.amount
      from public.credit_allocations a
      join public.credit_lots l on l.user_id = a.user_id and l.id = a.lot_id
     where a.user_id = hold.user_id and a.hold_id = hold.id
     order by l.priority, l.expires_at nulls last, l.kind = 'purchase', l.created_at, l.id
  loop
    update public.credit_allocations set consumed = least(rest, amount)
     where user_id = hold.user_id and hold_id = hold.id and lot_id = drawn.lot_id;
    update public.credit_lots set remaining = remaining + drawn.amount - least(rest, drawn.amount)
     where user_id = hold.user_id and id = drawn.lot_id
    returning least(due, expires_at) into due;
    rest := rest - least(rest, drawn.amount);
  end loop;
  if due < coalesce(account.next_expiry, 'infinity') then   -- it went back to a lot thought spent
    perform private.credit_expect(hold.user_id, due);
    perform private.credit_lock(hold.user_id);
  end if;
  return used;
end $$;
comment on function private.credit_resolve(uuid, text, int) is
  'End a job''s hold: charge what was used, give the rest back to the lots it came from.';

create function settle_credits(p_job_id uuid, p_final int) returns int
language plpgsql security definer set search_path = '' as $$
begin
  if p_final is null or p_final < 0 then
    raise exception 'the amount must not be negative' using errcode = '22023';
  end if;
  return private.credit_resolve(p_job_id, 'settled', p_final);
end $$;
comment on function settle_credits(uuid, int) is
  'Charge a finished job, at most what was held. Answers what was charged; repeats answer the same.';

create function release_credits(p_job_id uuid) returns int
language plpgsql security definer set search_path = '' as $$
begin
  return private.credit_resolve(p_job_id, 'voided', 0);
end $$;
comment on function release_credits(uuid) is 'Give back what a job held; repeats change nothing.';

create function refund_credits(p_job uuid, p_amount int, p_key text, p_note text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  account public.credit_accounts;
  used public.credit_ledger;
  earlier public.credit_ledger;
  original timestamptz;
begin
  select * into used from public.credit_ledger where job_id = p_job and type = 'usage';
  if not found then
    raise exception 'the job was charged nothing' using errcode = 'P0002';
  end if;
  perform private.credit_check_actor(used.user_id);
  account := private.credit_lock(used.user_id);
  select * into earlier from public.credit_ledger
   where user_id = used.user_id and idempotency_key = p_key;
  if found then
    if (earlier.amount, earlier.reverses_id) is distinct from (p_amount, used.id) then
      raise exception 'this key was used for something else' using errcode = '22023';
    end if;
    return earlier.id;
  end if;
  if p_amount + coalesce((select sum(amount) from public.credit_ledger
                           where job_id = p_job and type = 'refund'), 0) > -used.amount then
    raise exception 'more than the job was charged' using errcode = '22003';
  end if;
  select max(coalesce(l.expires_at, 'infinity')) into original
    from public.credit_allocations a
    join public.credit_lots l on l.user_id = a.user_id and l.id = a.lot_id
   where a.user_id = used.user_id and a.hold_id = used.hold_id and a.consumed > 0;
  return private.credit_open_lot(
    account, 'refund', p_amount, 0,
    nullif(greatest(original, clock_timestamp() + interval '30 days'), 'infinity'),
    p_key, p_job => p_job, p_hold => used.hold_id, p_reverses => used.id, p_note => p_note);
end $$;
comment on function refund_credits(uuid, int, text, text) is
  'Give back part of what a job was charged, once per key. Answers the entry. The credits last as '
  'long as those that were used, and at least thirty days.';

create function revoke_purchase(p_stripe_payment text, p_credits int, p_key text) returns int
language plpgsql security definer set search_path = '' as $$
declare
  account public.credit_accounts;
  bought public.credit_ledger;
  lot public.credit_lots;
  taken int;
  owed int;
  before int;
begin
  if p_credits is null or p_credits <= 0 then
    raise exception 'the amount must be positive' using errcode = '22023';
  end if;
  select * into bought from public.credit_ledger
   where type = 'purchase' and stripe_payment_id = p_stripe_payment;
  if not found then
    raise exception 'no purchase was paid with this' using errcode = 'P0002';
  end if;
  perform private.credit_check_actor(bought.user_id);
  account := private.credit_lock(bought.user_id);

  taken := -(select amount from public.credit_ledger
              where user_id = bought.user_id and idempotency_key = p_key);
  owed := (select amount from public.credit_debts
            where user_id = bought.user_id and idempotency_key = p_key);
  if taken is not null or owed is not null then
    if coalesce(taken, 0) + coalesce(owed, 0) <> p_credits then
      raise exception 'this key was used for something else' using errcode = '22023';
    end if;
    return coalesce(taken, 0);
  end if;

  before := coalesce((select -sum(amount) from public.credit_ledger
                       where user_id = bought.user_id and entry_no > bought.entry_no
                         and reverses_id = bought.id), 0)
          + coalesce((select sum(amount) from public.credit_debts
                       where user_id = bought.user_id and stripe_payment_id = p_stripe_payment), 0);
  if before + p_credits > bought.amount then
    raise exception 'more than the payment bought' using errcode = '22003';
  end if;
  select * into lot from public.credit_lots where user_id = bought.user_id and id = bought.lot_id;
  taken := least(lot.remaining, p_credits);
  owed := p_credits - taken;
  if taken > 0 then
    perform private.credit_expire(account, lot.id, taken, bought.id, p_key,
      p_note => 'The payment was refunded', p_reason => 'purchase_refunded');
  end if;
  if before + p_credits = bought.amount then       -- what an open hold gives back is lost as well
    update public.credit_lots set expires_at = clock_timestamp()
     where user_id = lot.user_id and id = lot.id;
    perform private.credit_expect(lot.user_id, clock_timestamp());
  end if;
  if owed > 0 then
    insert into public.credit_debts (user_id, stripe_payment_id, amount, note, idempotency_key)
    values (bought.user_id, p_stripe_payment, owed,
            format('%s of %s refunded credits were already used', owed, p_credits), p_key);
    update public.credit_accounts
       set flagged_at = coalesce(flagged_at, clock_timestamp()),
           flagged_reason = coalesce(flagged_reason, 'purchase_refunded')
     where user_id = bought.user_id;
  end if;
  return taken;
end $$;
comment on function revoke_purchase(text, int, text) is
  'Take back what a refunded or disputed payment bought, once per key. Answers how many could be '
  'taken; the rest becomes a debt note and flags the account.';

create function renew_subscription(
  p_user uuid, p_credits int, p_rollover_cap int, p_key text, p_period_end timestamptz
) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  account public.credit_accounts;
  earlier public.credit_ledger;
  lot record;
  keep int := greatest(p_rollover_cap, 0);
begin
  perform private.credit_check_actor(p_user);
  account := private.credit_lock(p_user);
  select * into earlier from public.credit_ledger where user_id = p_user and idempotency_key = p_key;
  if found then
    if (earlier.type, earlier.amount) is distinct from ('subscription', p_credits) then
      raise exception 'this key was used for something else' using errcode = '22023';
    end if;
    return earlier.id;
  end if;
  for lot in
    select id, remaining from public.credit_lots
     where user_id = p_user and kind = 'subscription' and not spent
     order by expires_at desc nulls first, created_at desc, id
  loop
    if lot.remaining > keep then
      account := private.credit_expire(account, lot.id, lot.remaining - keep,
        p_note => 'Beyond the plan''s rollover', p_reason => 'rollover');
    end if;
    if keep > 0 then
      update public.credit_lots set expires_at = p_period_end
       where user_id = p_user and id = lot.id and expires_at < p_period_end;
    end if;
    keep := greatest(keep - lot.remaining, 0);
  end loop;
  return private.credit_open_lot(account, 'subscription', p_credits, 50, p_period_end, p_key);
end $$;
comment on function renew_subscription(uuid, int, int, text, timestamptz) is
  'Begin a subscription period, once per key: what is left of the old ones rolls over up to the cap, '
  'the new credits last until p_period_end. Give that end some days'' grace: what is due is lost at '
  'once, and invoices may be late.';

create function expire_credits(p_limit int = 1000) returns int
language plpgsql security definer set search_path = '' as $$
declare
  due record;
  expired int := 0;
  before int;
begin
  for due in
    select a.user_id, a.available from public.credit_accounts a
     where a.next_expiry <= clock_timestamp()
       and (auth.uid() is null or a.user_id = auth.uid())
     order by a.user_id limit p_limit
       for no key update skip locked             -- a busy account expires its own lots
  loop
    before := due.available;
    expired := expired + before - (private.credit_lock(due.user_id)).available;
  end loop;
  return expired;
end $$;
comment on function expire_credits(int) is
  'Sweep: expire due lots of accounts nobody is using. Answers how many credits were lost.';

create function time_out_holds(p_limit int = 1000) returns int
language plpgsql security definer set search_path = '' as $$
declare
  account record;
  due record;
  ended int := 0;
begin
  for account in
    select a.user_id from public.credit_accounts a
     where exists (select from public.credit_holds h where h.user_id = a.user_id
                      and h.resolved_at is null and h.expires_at <= clock_timestamp())
       and (auth.uid() is null or a.user_id = auth.uid())
     order by a.user_id limit p_limit
       for no key update skip locked             -- a busy account's turn comes at the next sweep
  loop
    for due in
      select h.job_id from public.credit_holds h
       where h.user_id = account.user_id and h.resolved_at is null and h.expires_at <= clock_timestamp()
         and not exists (
           select from public.jobs j
            where j.id = h.job_id and j.status not in ('READY', 'FAILED', 'CANCELLED')
              and (j.lease_until > clock_timestamp() or j.wait_token is not null))
    loop
      perform private.credit_resolve(due.job_id, 'timed_out', 0);
      ended := ended + 1;
    end loop;
  end loop;
  return ended;
end $$;
comment on function time_out_holds(int) is
  'Sweep: give back holds past their time whose job is not running. Answers how many.';

-- A job that lives keeps its hold.
create function private.credit_extend_hold() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.credit_holds set expires_at = clock_timestamp() + interval '24 hours'
   where job_id = new.id and status = 'open'
     and expires_at < clock_timestamp() + interval '12 hours';
  return null;
end $$;
comment on function private.credit_extend_hold() is 'Trigger: a job that lives keeps its hold.';
create trigger jobs_heartbeat_keeps_hold after update of heartbeat_at on jobs
  for each row when (new.heartbeat_at is distinct from old.heartbeat_at)
  execute function private.credit_extend_hold();

grant select on jobs to bookkeeper;
create policy jobs_bookkeeper on jobs for select to bookkeeper using (true);

select private.allow('get_credit_balance(uuid)', 'authenticated, service_role');
select private.allow('add_credits(uuid, text, int, text, timestamptz, int, text)', 'service_role');
select private.allow('reserve_credits(uuid, uuid, int)', 'service_role');
select private.allow('settle_credits(uuid, int)', 'service_role');
select private.allow('release_credits(uuid)', 'service_role');
select private.allow('refund_credits(uuid, int, text, text)', 'service_role');
select private.allow('revoke_purchase(text, int, text)', 'service_role');
select private.allow('renew_subscription(uuid, int, int, text, timestamptz)', 'service_role');
select private.allow('expire_credits(int)', 'service_role');
select private.allow('time_out_holds(int)', 'service_role');

-- The books are the bookkeeper's: its functions run as it, whoever calls.
grant create on schema public, private to bookkeeper;
do $$
declare
  operation regprocedure;
begin
  for operation in
    select oid::regprocedure from pg_catalog.pg_proc
     where (pronamespace = 'private'::regnamespace and proname like 'credit\_%')
        or (pronamespace = 'public'::regnamespace and proname in
            ('add_credits', 'reserve_credits', 'settle_credits', 'release_credits',
             'refund_credits', 'revoke_purchase', 'renew_subscription', 'expire_credits',
             'time_out_holds'))
  loop
    execute format('alter function %s owner to bookkeeper', operation);
  end loop;
end $$;
revoke create on schema public, private from bookkeeper;

alter table jobs add constraint jobs_holds_own_credits foreign key (user_id, hold_id)
  references credit_holds (user_id, id) on delete restrict;
