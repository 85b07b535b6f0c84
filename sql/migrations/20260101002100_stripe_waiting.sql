-- Stripe sends events in any order: one that needs a payment or customer not yet known waits for it.

create index stripe_events_waiting on private.stripe_events ((outcome ->> 'waits_for'))
  where outcome ? 'waits_for';
create index stripe_events_by_customer on private.stripe_events ((outcome ->> 'customer'))
  where outcome ? 'user_id' and outcome ? 'customer';
