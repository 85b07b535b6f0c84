-- lock --
-- Whether this transaction is the only one that answers the key right now.
select pg_try_advisory_xact_lock(hashtextextended(auth.uid()::text || ' ' || %(key)s, 0)) as mine;

-- find --
-- What was answered under the key within its lifetime, or that it is being answered.
select request_hash, state, body from private.idempotency
where user_id = auth.uid() and key = %(key)s and expires_at > clock_timestamp();

-- take --
-- The request is being answered, for some seconds at most.
insert into private.idempotency (user_id, key, request_hash, state, expires_at)
values (auth.uid(), %(key)s, %(request_hash)s, 'running',
        clock_timestamp() + make_interval(secs => %(lease)s))
on conflict (user_id, key) do update
set request_hash = excluded.request_hash, state = excluded.state, body = null,
    created_at = clock_timestamp(), expires_at = excluded.expires_at;

-- give_back --
-- Nothing came of the request: its key is free.
delete from private.idempotency
where user_id = auth.uid() and key = %(key)s and request_hash = %(request_hash)s and state = 'running';

-- keep --
-- Remember the answer for a day, in the transaction of its effect.
insert into private.idempotency (user_id, key, request_hash, state, body, expires_at)
values (auth.uid(), %(key)s, %(request_hash)s, 'done', %(body)s, clock_timestamp() + interval '24 hours')
on conflict (user_id, key) do update
set request_hash = excluded.request_hash, state = excluded.state, body = excluded.body,
    created_at = clock_timestamp(), expires_at = excluded.expires_at;
