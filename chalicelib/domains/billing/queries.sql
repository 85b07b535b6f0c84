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

-- purchase --
-- What a payment bought, and how much of it was taken back, in all and for refunds.
select bought.user_id, bought.amount as credits,
       coalesce(sum(back.amount), 0)::int as revoked,
       coalesce(sum(back.amount) filter (where starts_with(back.key, 'stripe:refund:')), 0)::int
         as refunded
  from credit_ledger bought
  left join lateral (
    select -amount as amount, idempotency_key as key from credit_ledger
     where reverses_id = bought.id and type = 'expire'
    union all
    select amount, idempotency_key from credit_debts
     where user_id = bought.user_id and stripe_payment_id = bought.stripe_payment_id
  ) back on true
 where bought.type = 'purchase' and bought.stripe_payment_id = %(payment)s
 group by bought.id;

-- revoke --
-- Take back what a payment bought, once per key.
select revoke_purchase(%(payment)s, %(credits)s, %(key)s);

-- entry --
-- The amount booked under a key.
select amount from credit_ledger where user_id = %(user_id)s and idempotency_key = %(key)s;

-- reinstate --
-- Give back what a dispute had taken, once.
select add_credits(%(user_id)s, 'grant', %(credits)s, %(key)s);

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
                          to_timestamp(%(expires)s));

-- add_late_period --
-- Credits of a period whose invoice came after the next one's.
select add_credits(%(user_id)s, 'subscription', %(credits)s, %(key)s,
                   p_expires => to_timestamp(%(expires)s));
