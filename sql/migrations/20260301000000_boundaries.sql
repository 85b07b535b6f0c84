-- Boundaries: what a review of every function and reference that stands outside row level security
-- asked to be closer. Nothing leaked through the API; these hold even when the house itself errs.

-- Only the house keeps a visitor's draft: it alone knows the address that is counted.
set local role service_role;
revoke execute on function save_draft_prompt(text, text, text, jsonb, text) from anon, authenticated;
alter function save_draft_prompt(text, text, text, jsonb, text) security invoker;
reset role;

-- Consent is asked of oneself. An event written for another goes on to row level security, which
-- refuses it aloud instead of letting it vanish.
create or replace function private.check_analytics_consent() returns trigger
language plpgsql set search_path = '' as $$
begin
  if new.user_id is null or new.user_id <> auth.uid() or exists (
    select from public.user_privacy_settings where user_id = new.user_id and analytics_consent) then
    return new;
  end if;
  return null;
end $$;

-- A month is dropped when the clock says so, whatever time it is told.
create or replace function private.tend_months(p_now timestamptz = clock_timestamp(), p_ahead int = 3)
returns table (made text[], retired text[])
language plpgsql security definer set search_path = '' set timezone = 'UTC' as $$
declare
  kept private.monthly;
  month timestamp;
  part name;
  existing name;
begin
  made := '{}';
  retired := '{}';
  perform pg_advisory_xact_lock(hashtextextended('private.tend_months', 0));
  for kept in select * from private.monthly order by table_name loop
    for month in
      select generate_series(date_trunc('month', p_now) - interval '1 month',
                             date_trunc('month', p_now) + p_ahead * interval '1 month', '1 month')
    loop
      part := kept.table_name || to_char(month, '_YYYY_MM');
      if to_regclass(format('months.%I', part)) is null then
        execute format('create table months.%I partition of public.%I for values from (%L) to (%L)',
                       part, kept.table_name, month at time zone 'UTC',
                       (month + interval '1 month') at time zone 'UTC');
        execute format('alter table months.%I enable row level security, force row level security', part);
        made := made || part::text;
      end if;
    end loop;
    for existing in
      select c.relname from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
       where i.inhparent = format('public.%I', kept.table_name)::regclass
         and to_timestamp(right(c.relname, 7), 'YYYY_MM') + interval '1 month' + kept.keep
             < least(p_now, clock_timestamp())
       order by c.relname
    loop
      execute format('drop table months.%I', existing);
      retired := retired || existing::text;
    end loop;
  end loop;
  return next;
end $$;

-- A ticket with an owner follows one of the same owner; the reference without the owner is left for
-- tickets that have none.
alter table support_tickets add constraint support_tickets_follows_own
  foreign key (follows_id, user_id) references support_tickets (id, user_id) on delete set null (follows_id);

grant create on schema public, private to bookkeeper;
set local role bookkeeper;

-- A job is paid by its owner, and what is held for another's job is nobody else's business.
create or replace function reserve_credits(p_user_id uuid, p_job_id uuid, p_amount int) returns boolean
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
    insert into public.credit_holds (user_id, job_id, amount)
    select p_user_id, p_job_id, p_amount
     where not exists (select from public.jobs where id = p_job_id and user_id <> p_user_id)
    on conflict (job_id) where status in ('open', 'settled') do nothing
    returning id into hold.id;
  end if;
  if hold.id is null then
    select * into hold from public.credit_holds
     where job_id = p_job_id and status in ('open', 'settled');
    if not found and account.available < p_amount then
      return false;
    elsif hold.user_id is distinct from p_user_id then
      raise exception 'the job belongs to someone else' using errcode = '42501';
    elsif hold.status = 'open' and hold.amount = p_amount then
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

create or replace function private.credit_extend_hold() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.credit_holds set expires_at = clock_timestamp() + interval '24 hours'
   where user_id = new.user_id and job_id = new.id and status = 'open'
     and expires_at < clock_timestamp() + interval '12 hours';
  return null;
end $$;

reset role;
revoke create on schema public, private from bookkeeper;
