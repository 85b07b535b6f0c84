-- balance --
-- The account without what has expired but is not yet written off; nulls for a user without one.
select a.held as reserved, a.available - coalesce((
         select sum(remaining) from credit_lots
         where user_id = a.user_id and not spent and expires_at <= clock_timestamp()), 0)::int as available
from credit_accounts a where a.user_id = auth.uid();

-- expiring --
-- What is lost within some days, soonest first.
select sum(remaining)::int as amount, expires_at as at
from credit_lots
where user_id = auth.uid() and not spent
  and expires_at > clock_timestamp() and expires_at <= clock_timestamp() + make_interval(days => %(days)s)
group by expires_at order by expires_at limit 100;

-- lines --
-- The account, newest first, each job's hold folded into the line of its reservation.
select l.id, case when l.type = 'reserve' then 'job' else l.type end as type,
       coalesce(job.amount, l.amount) as amount, l.note, l.job_id, h.status, h.amount as reserved,
       l.entry_no, l.created_at
from credit_ledger l
left join credit_holds h on h.user_id = l.user_id and h.id = l.hold_id and l.type = 'reserve'
left join lateral (
  select sum(folded.amount)::int as amount from credit_ledger folded
  where folded.user_id = l.user_id and folded.hold_id = h.id
    and folded.type in ('reserve', 'usage')) job on h.id is not null
where l.user_id = auth.uid()
  and not (l.hold_id is not null and (l.type = 'usage' or (l.type = 'reserve' and l.amount > 0)))
  and (%(after)s::bigint is null or l.entry_no < %(after)s)
order by l.entry_no desc limit %(limit)s;

-- entries --
-- The ledger as it was written, newest first.
select id, entry_no, type, amount, balance_after, held_after, note, reason, job_id, hold_id, lot_id,
       reverses_id, created_at
from credit_ledger
where user_id = auth.uid() and (%(after)s::bigint is null or entry_no < %(after)s)
order by entry_no desc limit %(limit)s;

-- lots --
-- The user's lots, newest first.
select id, kind, amount, remaining, priority, expires_at, created_at
from credit_lots
where user_id = auth.uid() and (%(spent)s::boolean is null or spent = %(spent)s)
  and (%(after)s::timestamptz is null or (created_at, id) < (%(after)s::timestamptz, %(after_id)s::uuid))
order by created_at desc, id desc limit %(limit)s;
