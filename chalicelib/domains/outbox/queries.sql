-- put --
-- A message to send once the transaction commits; the same key again answers the first row.
insert into private.outbox (user_id, topic, payload, dedupe_key)
values (%(user_id)s, %(topic)s, %(payload)s, %(dedupe_key)s)
on conflict (dedupe_key) do update set dedupe_key = excluded.dedupe_key
returning id;

-- claim --
-- A due row for one worker: the lease keeps others away, the attempt number fences this one.
with due as (
  select id, lease_until is not null as unconfirmed from private.outbox
   where id = %(id)s and delivered_at is null and dead_at is null
     and next_attempt_at <= clock_timestamp()
     and (lease_until is null or lease_until <= clock_timestamp())
     for update skip locked
)
update private.outbox as row
   set attempts = row.attempts + 1,
       lease_until = clock_timestamp() + make_interval(secs => %(lease)s)
  from due where due.id = row.id
returning row.id, row.user_id, row.topic, row.payload, row.attempts, row.created_at,
          due.unconfirmed;

-- delivered --
-- The end of a row, unless a later attempt has taken over.
update private.outbox
   set delivered_at = clock_timestamp(), lease_until = null, last_error = null
 where id = %(id)s and attempts = %(attempts)s and delivered_at is null and dead_at is null;

-- again --
-- The next attempt of a row, unless a later attempt has taken over.
update private.outbox
   set next_attempt_at = clock_timestamp() + make_interval(secs => %(delay)s),
       lease_until = null, last_error = %(error)s
 where id = %(id)s and attempts = %(attempts)s and delivered_at is null and dead_at is null;

-- dead --
-- A row that will not be tried again by itself.
update private.outbox
   set dead_at = clock_timestamp(), lease_until = null, last_error = %(error)s
 where id = %(id)s and attempts = %(attempts)s and delivered_at is null and dead_at is null;

-- due --
-- Rows whose time has come and that nobody holds, oldest first.
select id from private.outbox
 where delivered_at is null and dead_at is null and next_attempt_at <= clock_timestamp()
   and (lease_until is null or lease_until <= clock_timestamp())
 order by next_attempt_at
 limit %(limit)s;
