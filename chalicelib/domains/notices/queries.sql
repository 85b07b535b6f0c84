-- emit --
-- Note an event and promise it to whoever wants it; the same key again answers the first one.
select emit_event(%(user_id)s, %(event)s, %(data)s, %(key)s, %(about)s,
                  coalesce(%(happened)s, clock_timestamp()));

-- promised --
-- What was promised of an event and is still to be tried.
select id from private.outbox
 where attempts = 0 and delivered_at is null and dedupe_key in (
       select 'email:' || %(event_id)s::uuid
       union all
       select 'webhook:' || id from webhook_deliveries
        where event_id = %(event_id)s and trigger = 'event');

-- title --
-- What a project is called.
select coalesce((select title from projects where id = %(project_id)s), 'Untitled');

-- address --
-- Where a user gets mail.
select email from auth.users where id = %(user_id)s;

-- one_at_a_time --
-- Webhooks of one user are made in turn, so that they can be counted.
select pg_advisory_xact_lock(hashtextextended('webhooks ' || auth.uid(), 0));

-- create --
-- A new webhook, unless the user has as many as there may be.
insert into webhooks (id, user_id, name, url, description, events, secret_token)
select %(id)s, auth.uid(), %(name)s, %(url)s, %(description)s, %(events)s, %(secret_token)s
 where (select count(*) from webhooks where user_id = auth.uid()) < %(at_most)s
returning id, name, url, description, events, is_active, last_triggered_at, last_response_code,
          retry_count, first_failure_at, disabled_at, disabled_reason, created_at, updated_at;

-- get --
-- One webhook of the asking user.
select id, name, url, description, events, is_active, last_triggered_at, last_response_code,
       retry_count, first_failure_at, disabled_at, disabled_reason, created_at, updated_at
  from webhooks where id = %(id)s and user_id = auth.uid();

-- page --
-- The user's webhooks, newest first.
select id, name, url, description, events, is_active, last_triggered_at, last_response_code,
       retry_count, first_failure_at, disabled_at, disabled_reason, created_at, updated_at
  from webhooks
 where user_id = auth.uid()
   and (%(after)s::timestamptz is null
        or (created_at, id) < (%(after)s::timestamptz, %(after_id)s::uuid))
 order by created_at desc, id desc limit %(limit)s;

-- change --
-- Change what the request names; switching on forgets earlier failures.
update webhooks as mine
   set (name, url, description, events, is_active, retry_count, first_failure_at, disabled_at,
        disabled_reason) = (
     select changed.name, changed.url, changed.description, changed.events, changed.is_active,
            case when not on_again then mine.retry_count else 0 end,
            case when not on_again then mine.first_failure_at end,
            case when not on_again then mine.disabled_at end,
            case when not on_again then mine.disabled_reason end
       from jsonb_populate_record(mine, %(changes)s) as changed,
            coalesce((%(changes)s::jsonb ->> 'is_active')::boolean, false) as on_again)
 where id = %(id)s and user_id = auth.uid()
returning id, name, url, description, events, is_active, last_triggered_at, last_response_code,
          retry_count, first_failure_at, disabled_at, disabled_reason, created_at, updated_at;

-- delete --
-- A webhook and its deliveries away.
delete from webhooks where id = %(id)s and user_id = auth.uid();

-- rotate --
-- A new secret; the present one signs beside it for a while.
update webhooks
   set previous_secret = case when %(overlap_hours)s > 0 then secret_token end,
       previous_secret_until = clock_timestamp() + make_interval(hours => %(overlap_hours)s),
       secret_token = %(secret_token)s
 where id = %(id)s and user_id = auth.uid()
returning id, name, url, description, events, is_active, last_triggered_at, last_response_code,
          retry_count, first_failure_at, disabled_at, disabled_reason, created_at, updated_at;

-- test --
-- A delivery that says nothing happened.
insert into webhook_deliveries
  (user_id, webhook_id, event_id, event_type, payload, trigger, next_attempt_at)
select user_id, id, %(event_id)s, 'webhook.test', %(payload)s, 'test', clock_timestamp()
  from webhooks where id = %(id)s and user_id = auth.uid()
returning id, webhook_id, event_id, event_type, payload, status, attempt, next_attempt_at,
          response_code, response_excerpt, duration_ms, trigger, created_at, updated_at;

-- replay --
-- The same event once more, as it was.
insert into webhook_deliveries
  (user_id, webhook_id, event_id, event_type, payload, trigger, next_attempt_at)
select user_id, webhook_id, event_id, event_type, payload, 'replay', clock_timestamp()
  from webhook_deliveries where id = %(id)s and user_id = auth.uid()
returning id, webhook_id, event_id, event_type, payload, status, attempt, next_attempt_at,
          response_code, response_excerpt, duration_ms, trigger, created_at, updated_at;

-- delivery_for_replay --
-- Whether a delivery has come to rest, and its webhook is on.
select d.status, w.is_active from webhook_deliveries d join webhooks w on w.id = d.webhook_id
 where d.id = %(id)s and d.user_id = auth.uid();

-- deliveries --
-- What was sent to a webhook, newest first.
select id, webhook_id, event_id, event_type, payload, status, attempt, next_attempt_at,
       response_code, response_excerpt, duration_ms, trigger, created_at, updated_at
  from webhook_deliveries
 where webhook_id = %(webhook_id)s and user_id = auth.uid()
   and (%(after)s::timestamptz is null
        or (created_at, id) < (%(after)s::timestamptz, %(after_id)s::uuid))
 order by created_at desc, id desc limit %(limit)s;

-- begin_delivery --
-- A delivery on its way, with what is needed to send it; no row when it is not to be sent.
update webhook_deliveries d
   set status = 'delivering', attempt = d.attempt + 1, next_attempt_at = null
  from webhooks w
 where d.id = %(id)s and w.id = d.webhook_id and d.status in ('pending', 'delivering')
   and (w.is_active or d.trigger = 'test')
returning d.webhook_id, d.event_id, d.payload, d.trigger, w.url, w.secret_token,
          case when w.previous_secret_until > clock_timestamp() then w.previous_secret end
            as previous_secret;

-- call_off --
-- A delivery whose webhook was switched off meanwhile.
update webhook_deliveries set status = 'cancelled', next_attempt_at = null
 where id = %(id)s and status in ('pending', 'delivering');

-- answered --
-- What came back from one attempt.
update webhook_deliveries
   set status = %(status)s, response_code = %(code)s, response_excerpt = %(excerpt)s,
       duration_ms = %(took)s
 where id = %(id)s;

-- next_attempt --
-- When a delivery is tried again; never, once it is exhausted.
update webhook_deliveries
   set status = case when %(delay)s::float is null then 'exhausted' else 'pending' end,
       next_attempt_at = clock_timestamp() + make_interval(secs => %(delay)s)
 where id = %(id)s and status in ('pending', 'delivering');

-- endpoint_well --
-- The webhook took a delivery: its run of failures is over.
update webhooks
   set last_triggered_at = clock_timestamp(), last_response_code = %(code)s, retry_count = 0,
       first_failure_at = null
 where id = %(webhook_id)s;

-- endpoint_ill --
-- The webhook did not take a delivery; answers whether it has not taken any for five days.
update webhooks
   set last_triggered_at = clock_timestamp(), last_response_code = %(code)s,
       retry_count = retry_count + 1,
       first_failure_at = coalesce(first_failure_at, clock_timestamp())
 where id = %(webhook_id)s
returning first_failure_at < clock_timestamp() - interval '5 days';

-- switch_off --
-- A webhook that is not told any more until its user switches it on again.
update webhooks
   set is_active = false, disabled_at = clock_timestamp(), disabled_reason = %(reason)s
 where id = %(webhook_id)s and is_active
returning name, url;
