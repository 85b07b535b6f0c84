-- Paid calls: each keeps money free in every budget it counts against before it is made.

alter table private.paid_calls add column reservation_id uuid;
comment on column private.paid_calls.reservation_id is 'The money kept free for it; settled with it.';
