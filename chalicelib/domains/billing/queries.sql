-- one_at_a_time --
-- Stripe's events take turns, so that none misses what another is about to write.
select pg_advisory_xact_lock(hashtextextended('stripe', 0));

-- note_event --
-- An event, the first time it comes.
insert into private.stripe_events (event_id, type, created) values (%(id)s, %(type)s, %(created)s)
on conflict do nothing;

-- note_outcome --
-- What was done about an event.
update private.stripe_events set outcome = %(outcome)s where event_id = %(id)s;

-- outcome_of --
-- What was done about an event that came before.
select outcome from private.stripe_events where event_id = %(id)s;

-- waiting_for --
-- Events that waited for this payment, customer or dispute, in the order they happened.
select event_id, type, outcome -> 'object' as object from private.stripe_events
 where outcome ->> 'waits_for' = %(name)s
 order by created, event_id;

-- user --
-- Whether this user is one of ours.
select id from profiles where id = %(id)s;

-- user_of_customer --
-- Whose purchases a customer of Stripe pays.
select id from profiles where stripe_customer_id = %(customer)s
union all
(select (outcome ->> 'user_id')::uuid from private.stripe_events
  where outcome ->> 'customer' = %(customer)s and outcome ? 'user_id' and outcome ? 'customer'
  order by created desc limit 1)
limit 1;

-- link_customer --
-- A user's first customer at Stripe.
update profiles set stripe_customer_id = %(customer)s
 where id = %(user_id)s and stripe_customer_id is null
   and not exists (select from profiles where stripe_customer_id = %(customer)s);

-- add_purchase --
-- The credits of a payment, once.
select add_credits(%(user_id)s, 'purchase', %(credits)s, 'stripe:' || %(payment)s,
                   p_stripe => %(payment)s);

-- invoice_of --
-- The invoice that a payment paid, as far as Stripe has told.
select outcome ->> 'invoice' from private.stripe_events
 where outcome ->> 'payment' = %(payment)s and outcome ? 'invoice' limit 1;

-- purchase --
-- What a payment or an invoice bought, what of it a period lost by itself, and how much was taken back
-- and not given again, in all and for refunds.
select bought.stripe_payment_id as payment, bought.user_id, said.credits,
       said.credits - bought.amount + gone.lost as lost,
       gone.revoked + owed.revoked as revoked, gone.refunded + owed.refunded as refunded,
       case bought.type when 'subscription' then split_part(bought.idempotency_key, ':', 4)::bigint
         end as ends
  from credit_ledger bought
 cross join lateral (
   select coalesce((select (outcome ->> 'bought')::int from private.stripe_events
                     where outcome ->> 'invoice' = bought.stripe_payment_id and outcome ? 'bought'
                     limit 1), bought.amount) as credits) said
 cross join lateral (
   select coalesce(-sum(entry.amount) filter (where entry.reverses_id is null
                                                and bought.type = 'subscription'), 0)::int as lost,
          coalesce(-sum(entry.amount + coalesce(back.amount, 0))
                     filter (where entry.reverses_id = bought.id), 0)::int as revoked,
          coalesce(-sum(entry.amount)
                     filter (where entry.reverses_id = bought.id
                               and starts_with(entry.idempotency_key, 'stripe:refund:')), 0)::int
            as refunded
     from credit_ledger entry
     left join credit_ledger back on back.user_id = entry.user_id and back.reverses_id = entry.id
    where entry.user_id = bought.user_id and entry.type = 'expire'
      and (entry.reverses_id = bought.id or entry.lot_id = bought.lot_id)) gone
 cross join lateral (
   select coalesce(sum(amount), 0)::int as revoked,
          coalesce(sum(amount) filter (where starts_with(idempotency_key, 'stripe:refund:')), 0)::int
            as refunded
     from credit_debts
    where user_id = bought.user_id and stripe_payment_id = bought.stripe_payment_id) owed
 where bought.type in ('purchase', 'subscription') and bought.stripe_payment_id = %(payment)s;

-- revoke --
-- Take back what a payment bought, once per key.
select revoke_purchase(%(payment)s, %(credits)s, %(key)s);

-- entry --
-- The amount booked under a key.
select amount from credit_ledger where user_id = %(user_id)s and idempotency_key = %(key)s;

-- reinstate --
-- Give back what a dispute had taken, once; a subscription's until its period is over.
select reinstate_purchase(%(payment)s, %(revoked)s, %(key)s, to_timestamp(%(expires)s));

-- newest_period --
-- The newest period of a subscription, and what of older ones is still unused.
select split_part(entry.idempotency_key, ':', 4)::bigint as ends,
       (select coalesce(sum(remaining), 0)::int from credit_lots lot
         where lot.user_id = entry.user_id and lot.kind = 'subscription'
           and lot.id <> entry.lot_id) as rolled_over
  from credit_ledger entry
 where entry.user_id = %(user_id)s and entry.type = 'subscription'
   and starts_with(entry.idempotency_key, %(periods)s)
 order by 1 desc
 limit 1;

-- renew --
-- Begin a subscription period, once: unused credits go along up to the cap.
select renew_subscription(%(user_id)s, %(credits)s, %(rollover)s, %(key)s,
                          to_timestamp(%(expires)s), %(invoice)s);

-- add_late_period --
-- Credits of a period whose invoice came after the next one's.
select add_credits(%(user_id)s, 'subscription', %(credits)s, %(key)s,
                   p_expires => to_timestamp(%(expires)s), p_stripe => %(invoice)s);
