-- set_budget --
-- A budget, made or changed.
insert into channel_budgets (user_id, scope, scope_id, period, hard_cap_usd, soft_pct, on_hard_cap, kill_switch)
values (auth.uid(), %(scope)s, coalesce(%(scope_id)s, ''), %(period)s, %(hard_cap_usd)s, %(soft_pct)s,
        %(on_hard_cap)s, %(kill_switch)s)
on conflict (user_id, scope, scope_id, period) do update
   set hard_cap_usd = excluded.hard_cap_usd, soft_pct = excluded.soft_pct,
       on_hard_cap = excluded.on_hard_cap, kill_switch = excluded.kill_switch
returning id;

-- budgets --
-- The user's budgets, newest first; of a period that is over nothing is spent.
select b.id, b.scope, nullif(b.scope_id, '') as scope_id, b.period, b.hard_cap_usd, b.soft_pct,
       b.on_hard_cap, b.kill_switch, now.spent_usd, b.reserved_usd,
       greatest(b.hard_cap_usd - now.spent_usd - b.reserved_usd, 0) as left_usd,
       nullif(b.period_start, '-infinity') as period_start, b.created_at, b.updated_at
  from channel_budgets b
 cross join lateral (
   select case when b.period <> 'run' and b.period_start >= date_trunc(b.period, clock_timestamp(), 'UTC')
               then b.spent_usd else 0 end as spent_usd) now
 where b.user_id = auth.uid()
   and (%(id)s::uuid is null or b.id = %(id)s)
   and (%(scope)s::text is null or b.scope = %(scope)s)
   and (%(scope_id)s::text is null or b.scope_id = %(scope_id)s)
   and (%(after)s::timestamptz is null
        or (b.created_at, b.id) < (%(after)s::timestamptz, %(after_id)s::uuid))
 order by b.created_at desc, b.id desc limit %(limit)s;

-- delete_budget --
-- A budget that no longer holds.
delete from channel_budgets where id = %(id)s and user_id = auth.uid();

-- record --
-- A cost that was paid elsewhere; once for its key.
select record_cost(auth.uid(), %(provider)s, %(cost_usd)s, 'said:' || %(key)s, %(channel_id)s, %(run_id)s,
                   %(operation)s, %(model_name)s, %(tokens)s, %(units)s, %(unit)s,
                   p_is_estimate => %(is_estimate)s);

-- recorded --
-- Whether a key stands for this payment.
select exists (
  select from channel_costs
   where user_id = auth.uid() and dedupe_key = 'said:' || %(key)s
     and (provider, cost_usd, channel_id, run_id, operation, model_name, tokens, units, unit, is_estimate)
         is not distinct from
         (%(provider)s, %(cost_usd)s, coalesce(%(channel_id)s, 'none'), %(run_id)s, %(operation)s,
          %(model_name)s, %(tokens)s, %(units)s, %(unit)s, %(is_estimate)s));

-- sums --
-- Costs of some days by group, the dearest first, days in order; each row with the sum of all groups.
select case %(group)s when 'provider' then c.provider
                      when 'run' then coalesce(c.run_id, 'none')
                      when 'channel' then c.channel_id
                      when 'operation' then coalesce(c.operation, 'none')
                      else to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD') end as group,
       sum(c.cost_usd) as cost_usd, sum(c.saved_usd) as saved_usd,
       count(*) filter (where not c.cached) as calls,
       coalesce(sum(c.tokens), 0) as tokens,
       coalesce(sum(c.cost_usd) filter (where c.is_estimate), 0) as estimated_usd,
       sum(sum(c.cost_usd)) over () as total_usd
  from channel_costs c
 where c.user_id = auth.uid()
   and c.created_at >= %(since)s::date::timestamp at time zone 'UTC'
   and c.created_at < (%(until)s::date + 1)::timestamp at time zone 'UTC'
   and (%(channel_id)s::text is null or c.channel_id = %(channel_id)s)
 group by 1
 order by case when %(group)s = 'day' then 0 else -sum(c.cost_usd) end, 1
 limit 1000;

-- videos --
-- Costs of some days by the video or album they were for, the dearest first, with its minutes when it is
-- finished; what was for none is one group.
with paid as (
  select c.run_id, sum(c.cost_usd) as cost_usd, sum(c.saved_usd) as saved_usd,
         count(*) filter (where not c.cached) as calls, coalesce(sum(c.tokens), 0) as tokens,
         coalesce(sum(c.cost_usd) filter (where c.is_estimate), 0) as estimated_usd
    from channel_costs c
   where c.user_id = auth.uid()
     and c.created_at >= %(since)s::date::timestamp at time zone 'UTC'
     and c.created_at < (%(until)s::date + 1)::timestamp at time zone 'UTC'
     and (%(channel_id)s::text is null or c.channel_id = %(channel_id)s)
   group by c.run_id
), video as (
  select v.id::text as run_id, coalesce(v.video_title, v.niche_label) as title,
         (select r.duration_seconds from render_tasks r
           where r.video_job_id = v.id and r.status = 'completed'
           order by r.completed_at desc limit 1) as seconds
    from video_jobs v
   where v.user_id = auth.uid() and v.id::text in (select run_id from paid)
  union all
  select j.id::text, p.title,
         (select (a.metadata_json ->> 'seconds')::numeric from assets a
           where a.job_id = j.id and a.type = 'video' and j.status = 'READY' limit 1)
    from jobs j join projects p on p.id = j.project_id
   where j.user_id = auth.uid() and j.id::text in (select run_id from paid)
)
select coalesce(v.run_id, 'none') as group, v.title, sum(paid.cost_usd) as cost_usd,
       sum(paid.saved_usd) as saved_usd, sum(paid.calls) as calls, sum(paid.tokens) as tokens,
       sum(paid.estimated_usd) as estimated_usd, sum(sum(paid.cost_usd)) over () as total_usd,
       round(v.seconds / 60, 2) as produced_minutes,
       round(sum(paid.cost_usd) * 60 / nullif(v.seconds, 0), 4) as usd_per_minute
  from paid left join video v on v.run_id = paid.run_id
 group by v.run_id, v.title, v.seconds
 order by sum(paid.cost_usd) desc, 1
 limit 1000;

-- produced --
-- Videos and albums finished in some days, and their minutes; one that was made anew counts once.
select count(*) as videos, coalesce(sum(done.seconds), 0) / 60 as produced_minutes
  from ((select distinct on (r.video_job_id) r.duration_seconds as seconds
           from render_tasks r join video_jobs v on v.id = r.video_job_id
          where r.user_id = auth.uid() and r.status = 'completed'
            and r.completed_at >= %(since)s::date::timestamp at time zone 'UTC'
            and r.completed_at < (%(until)s::date + 1)::timestamp at time zone 'UTC'
            and (%(channel_id)s::text is null or v.channel_id::text = %(channel_id)s)
          order by r.video_job_id, r.completed_at desc)
         union all
        select (a.metadata_json ->> 'seconds')::numeric
          from assets a join jobs j on j.id = a.job_id
         where a.user_id = auth.uid() and a.type = 'video' and j.status = 'READY'
           and %(channel_id)s::text is null
           and j.finished_at >= %(since)s::date::timestamp at time zone 'UTC'
           and j.finished_at < (%(until)s::date + 1)::timestamp at time zone 'UTC') done;

-- drift --
-- What albums finished in some days were expected to cost, and what they did; each counts once.
select coalesce(sum(estimated_cost_usd), 0) as albums_estimated_usd,
       coalesce(sum(cost_usd), 0) as albums_cost_usd,
       round(100 * (sum(cost_usd) / nullif(sum(estimated_cost_usd), 0) - 1), 1) as drift_pct
  from video_jobs v
 where v.user_id = auth.uid() and v.estimated_cost_usd is not null
   and (%(channel_id)s::text is null or v.channel_id::text = %(channel_id)s)
   and exists (select from render_tasks r
                where r.video_job_id = v.id and r.status = 'completed'
                  and r.completed_at >= %(since)s::date::timestamp at time zone 'UTC'
                  and r.completed_at < (%(until)s::date + 1)::timestamp at time zone 'UTC');

-- month --
-- What this month came to, and what each of the last days did, days without costs included. The
-- transaction's own time can be asked of an index: no more is read than these days.
with mine as not materialized (
  select created_at, cost_usd from channel_costs
   where user_id = auth.uid() and (%(channel_id)s::text is null or channel_id = %(channel_id)s)
), today as (
  select (now() at time zone 'UTC')::date as day,
         ((select min(created_at) from mine) at time zone 'UTC')::date as first
), paid as (
  select (created_at at time zone 'UTC')::date as day, sum(cost_usd) as cost_usd
    from mine where created_at >= date_trunc('day', now(), 'UTC') - interval '336 hours'
   group by 1
)
select (select coalesce(sum(cost_usd), 0) from mine
         where created_at >= date_trunc('month', now(), 'UTC')) as spent_usd,
       (select coalesce(array_agg(coalesce(paid.cost_usd, 0) order by last.day), '{}')
          from (select today.day - n as day from generate_series(1, 14) n
                 where today.day - n >= today.first) last
          left join paid on paid.day = last.day) as days,
       (select min(b.hard_cap_usd) from channel_budgets b
         where b.user_id = auth.uid() and b.period = 'month'
           and (b.scope = 'user' or (b.scope = 'channel' and b.scope_id = %(channel_id)s))) as cap_usd,
       today.day as today
  from today;

-- reserve --
-- Keep money free for a call; null when a budget has no room.
select reserve_budget(%(user_id)s, %(estimate)s::numeric, %(key)s, %(channel_id)s, %(provider)s,
                      %(run_id)s::uuid::text);

-- settle --
-- Count what a call cost and write it down.
select settle_budget(%(id)s, %(cost_usd)s::numeric, %(operation)s, p_tokens => %(tokens)s::int,
                     p_units => %(tokens)s::int,
                     p_unit => case when %(tokens)s::int is not null then 'token' end);

-- release --
-- Give back what was kept free for a call that came to nothing.
select release_budget(%(id)s);

-- channel --
-- A channel of the asking user.
select id from channels where id = %(id)s and user_id = auth.uid();

-- channel_named --
-- A channel of the asking user by its id, or by the name of the profile that was joined to it: what is
-- paid for a channel is paid for its id.
select id from channels where id::text = %(name)s and user_id = auth.uid()
union all
select studio_channel_id from channel_configs
 where channel_id = %(name)s and user_id = auth.uid() and studio_channel_id is not null
limit 1;

-- channels --
-- The user's channels, newest first.
select id, name from channels where user_id = auth.uid()
 order by created_at desc, id desc limit %(limit)s;
