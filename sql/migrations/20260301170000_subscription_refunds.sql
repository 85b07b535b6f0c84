-- What a subscription's payment bought is taken back when the payment is, and what a won dispute gave
-- back is taken by a later refund.

-- A period's entry names the invoice it was paid with; Stripe's events say which payment paid it.
create unique index credit_ledger_invoice_once on credit_ledger (stripe_payment_id)
  where type = 'subscription' and stripe_payment_id is not null;
create index stripe_events_by_payment on private.stripe_events ((outcome ->> 'payment'))
  where outcome ? 'invoice';
create index stripe_events_by_invoice on private.stripe_events ((outcome ->> 'invoice'))
  where outcome ? 'bought';

grant create on schema public to bookkeeper;
set local role bookkeeper;

create or replace function revoke_purchase(p_stripe_payment text, p_credits int, p_key text) returns int
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
   where type in ('purchase', 'subscription') and stripe_payment_id = p_stripe_payment;
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
          - coalesce((select sum(back.amount)
                        from public.credit_ledger gone
                        join public.credit_ledger back
                          on back.user_id = gone.user_id and back.reverses_id = gone.id
                       where gone.user_id = bought.user_id and gone.entry_no > bought.entry_no
                         and gone.reverses_id = bought.id), 0)
          + coalesce((select sum(amount) from public.credit_debts
                       where user_id = bought.user_id and stripe_payment_id = p_stripe_payment), 0);
  if bought.type = 'subscription' then             -- what a period lost by itself is not owed as well
    before := before - coalesce((select sum(amount) from public.credit_ledger
                                  where user_id = bought.user_id and entry_no > bought.entry_no
                                    and lot_id = bought.lot_id and type = 'expire'
                                    and reverses_id is null), 0);
  end if;
  if before + p_credits > bought.amount then
    raise exception 'more than the payment bought' using errcode = '22003';
  end if;
  select l.* into lot
    from public.credit_lots l
   where l.user_id = bought.user_id
     and l.id = coalesce(
       (select back.lot_id                         -- given back when a dispute was won
          from public.credit_ledger gone
          join public.credit_ledger back
            on back.user_id = gone.user_id and back.reverses_id = gone.id
         where gone.user_id = bought.user_id and gone.entry_no > bought.entry_no
           and gone.reverses_id = bought.id
         order by back.entry_no desc limit 1),
       bought.lot_id);
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
  'Take back what a refunded or disputed payment, or a subscription''s invoice, bought, once per key. '
  'Answers how many could be taken; the rest becomes a debt note and flags the account.';

drop function renew_subscription(uuid, int, int, text, timestamptz);

reset role;

create function renew_subscription(
  p_user uuid, p_credits int, p_rollover_cap int, p_key text, p_period_end timestamptz,
  p_invoice text = null
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
  return private.credit_open_lot(account, 'subscription', p_credits, 50, p_period_end, p_key,
                                 p_stripe => p_invoice);
end $$;
comment on function renew_subscription(uuid, int, int, text, timestamptz, text) is
  'Begin a subscription period, once per key: what is left of the old ones rolls over up to the cap, '
  'the new credits last until p_period_end. Give that end some days'' grace: what is due is lost at '
  'once, and invoices may be late.';

create function reinstate_purchase(
  p_stripe_payment text, p_revoked text, p_key text, p_expires timestamptz = null
) returns int
language plpgsql security definer set search_path = '' as $$
declare
  account public.credit_accounts;
  gone public.credit_ledger;
begin
  select taken.* into gone
    from public.credit_ledger bought
    join public.credit_ledger taken
      on taken.user_id = bought.user_id and taken.reverses_id = bought.id
   where bought.type in ('purchase', 'subscription') and bought.stripe_payment_id = p_stripe_payment
     and taken.idempotency_key = p_revoked;
  if not found then
    raise exception 'nothing of this payment was taken back under this key' using errcode = 'P0002';
  end if;
  perform private.credit_check_actor(gone.user_id);
  account := private.credit_lock(gone.user_id);
  if not exists (select from public.credit_ledger
                  where user_id = gone.user_id and idempotency_key = p_key) then
    perform private.credit_open_lot(account, 'grant', -gone.amount, 50, p_expires, p_key,
                                    p_reverses => gone.id, p_note => 'The payment stands again');
  end if;
  return -gone.amount;
end $$;
comment on function reinstate_purchase(text, text, text, timestamptz) is
  'Give back what was taken under a key of revoke_purchase, once per key. Answers how many. A later '
  'refund of the payment takes it again.';

select private.allow('renew_subscription(uuid, int, int, text, timestamptz, text)', 'service_role');
select private.allow('reinstate_purchase(text, text, text, timestamptz)', 'service_role');
alter function renew_subscription(uuid, int, int, text, timestamptz, text) owner to bookkeeper;
alter function reinstate_purchase(text, text, text, timestamptz) owner to bookkeeper;
revoke create on schema public from bookkeeper;
