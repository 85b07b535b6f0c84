-- pending_upload --
-- An upload by its key.
select id, user_id, purpose, declared_type, max_bytes, state from uploads where key = %(key)s;

-- settle_upload --
-- A pending upload comes to rest; no row when it has already.
update uploads
   set state = %(state)s, size_bytes = %(size_bytes)s, sniffed_type = %(sniffed_type)s,
       sha256 = %(sha256)s, seconds = %(seconds)s, refused_reason = %(refused_reason)s
 where id = %(id)s and state = 'pending'
returning id;

-- uploads_to_look_for --
-- Pending uploads old enough that their event may have been lost; `over` when their time is up.
select id, user_id, key, expires_at < clock_timestamp() - interval '5 minutes' as over
  from uploads
 where state = 'pending' and created_at < clock_timestamp() - interval '2 minutes'
 order by created_at
 limit 200;

-- claim_slots --
-- Take the slots of a schedule up to now that nobody has done: missed ones too, at most a day of them.
insert into private.cron_runs as r (name, slot)
select %(name)s, slot
  from generate_series(
         greatest(
           coalesce((select max(slot) + %(every)s from private.cron_runs where name = %(name)s),
                    %(slot)s::timestamptz),
           %(slot)s::timestamptz - interval '1 day'),
         %(slot)s::timestamptz, %(every)s::interval) slot
union
select name, slot from private.cron_runs
 where name = %(name)s and done_at is null and slot <= %(slot)s
   and claimed_at < clock_timestamp() - interval '10 minutes'
on conflict (name, slot) do update set claimed_at = clock_timestamp()
 where r.done_at is null and r.claimed_at < clock_timestamp() - interval '10 minutes'
returning slot;

-- finish_slots --
-- These slots of a schedule are done.
update private.cron_runs set done_at = clock_timestamp()
 where name = %(name)s and slot = any(%(slots)s);

-- expire_credits --
-- Lots past their time expire.
select expire_credits();

-- time_out_holds --
-- Holds past their time whose job is not running are given back.
select time_out_holds();

-- expire_reservations --
-- Money that lost workers kept free in budgets is given back.
select expire_budget_reservations();

-- clear_oauth_states --
-- Sign-ins at platforms that were not answered in time.
select cleanup_expired_oauth_states();

-- close_tickets --
-- Support tickets that stayed resolved for a week.
select close_resolved_tickets();

-- tend_months --
-- The months to come of growing tables are made, those kept long enough are dropped.
select * from private.tend_months();

-- retire_rows --
-- Rows kept long enough go, so many of each table; answers how many of the fullest.
select max(gone) from retire_rows(%(limit)s);

-- clear_drafts --
-- Drafts nobody claimed in time.
delete from draft_prompts where user_id is null and expires_at < clock_timestamp();

-- clear_idempotency --
-- Answers whose key may be used anew.
delete from private.idempotency where expires_at < clock_timestamp();

-- clear_outbox --
-- Messages delivered, or given up, a month ago.
delete from private.outbox
 where coalesce(delivered_at, dead_at) < clock_timestamp() - interval '30 days';

-- clear_cron_runs --
-- Slots of more than a month ago.
delete from private.cron_runs where slot < clock_timestamp() - interval '30 days';

-- clear_forgotten --
-- Users erased so long ago that no session of theirs lives.
delete from private.forgotten where forgotten_at < clock_timestamp() - interval '2 days';

-- unbalanced --
-- Accounts whose books are not in order.
select user_id from credit_check where not ok;

-- start_campaigns --
-- Start the campaigns whose time has come and complete those whose time is over.
select * from campaigns_tend();

-- rescore_leads --
-- Score one page of the leads whose rules changed; 0 when none is left.
select leads_rescore_due();

-- fade_points --
-- Ask for the leads to be scored anew whose points fade with time.
select leads_decay();

-- roll_samples --
-- Add samples of campaigns up into days.
select campaign_samples_roll();

-- measure_campaigns --
-- Take a snapshot of how every active campaign does.
select campaign_monitor_measure();

-- judge_predictions --
-- Judge every prediction that is due by what came.
select campaign_predictions_score();
