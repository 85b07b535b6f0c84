-- find --
-- What is known about a topic, of any age.
select id, topic, content, provider, tokens, cost_usd, updated_at
  from research_cache
 where kind = 'research' and user_id = %(user_id)s and topic_key = %(topic_key)s
   and params_hash = %(params_hash)s and contract_version = %(contract_version)s
   and content is not null;

-- lease --
-- The right to research a topic; no row while another caller has it.
insert into research_cache
  (user_id, topic, topic_key, params_hash, contract_version, kind, lease_owner, lease_until)
values (%(user_id)s, %(topic)s, %(topic_key)s, %(params_hash)s, %(contract_version)s, 'research',
        %(lease_owner)s, clock_timestamp() + make_interval(secs => %(lease)s))
on conflict (user_id, topic_key, params_hash, contract_version) where kind = 'research'
do update set lease_owner = excluded.lease_owner, lease_until = excluded.lease_until
 where research_cache.lease_until is null or research_cache.lease_until <= clock_timestamp()
returning id;

-- store --
-- The result of a research, unless the lease has passed to another caller.
update research_cache
   set topic = %(topic)s, content = %(content)s, provider = %(provider)s, tokens = %(tokens)s,
       cost_usd = %(cost_usd)s, lease_owner = null, lease_until = null
 where id = %(id)s and lease_owner = %(lease_owner)s
returning id, topic, content, provider, tokens, cost_usd, updated_at;

-- let_go --
-- The end of a lease that brought nothing.
update research_cache set lease_owner = null, lease_until = null
 where id = %(id)s and lease_owner = %(lease_owner)s;

-- hit --
-- Another use of an entry.
update research_cache set hit_count = hit_count + 1, last_hit_at = clock_timestamp()
 where id = %(id)s;

-- count --
-- One more lookup of this outcome today, for a channel.
insert into research_days (user_id, day, channel_id, outcome, lookups, saved_usd)
values (%(user_id)s, %(day)s, %(channel_id)s, %(outcome)s, 1, %(saved_usd)s)
on conflict (user_id, day, outcome, channel_id) do update
   set lookups = research_days.lookups + 1,
       saved_usd = research_days.saved_usd + excluded.saved_usd;

-- saved --
-- What a lookup did not have to pay, written beside what was paid.
select record_cost(%(user_id)s, %(provider)s, 0, 'saved:' || gen_random_uuid(), %(channel_id)s,
                   %(run_id)s::uuid::text, 'research', p_cached => true, p_saved_usd => %(saved_usd)s);

-- channel --
-- A channel of the asking user.
select id from channels where id = %(id)s and user_id = auth.uid();

-- entries --
-- What is known about a topic, under any parameters; every topic when it is null.
select id, topic, content, coalesce(provider, '') as provider, coalesce(tokens, 0) as tokens,
       coalesce(cost_usd, 0) as cost_usd, expires_at > clock_timestamp() as fresh,
       hit_count, last_hit_at, created_at, updated_at, expires_at
  from research_cache
 where kind = 'research' and content is not null
   and (%(topic_key)s::text is null or topic_key = %(topic_key)s)
   and (%(after)s::timestamptz is null or (created_at, id) < (%(after)s, %(after_id)s::uuid))
 order by created_at desc, id desc
 limit %(limit)s;

-- forget --
-- One entry away, unless it is being researched.
delete from research_cache
 where id = %(id)s and kind = 'research'
   and (lease_until is null or lease_until <= clock_timestamp());

-- stats --
-- The asking user's entries and lookups, for all channels or one, in one row.
select (select count(*) from research_cache
         where kind = 'research' and content is not null) as entries,
       (select count(*) from research_cache
         where kind = 'research' and content is not null
           and expires_at > clock_timestamp()) as fresh,
       coalesce(sum(lookups) filter (where outcome = 'hit'), 0)::int as hit,
       coalesce(sum(lookups) filter (where outcome = 'miss'), 0)::int as miss,
       coalesce(sum(lookups) filter (where outcome = 'stale'), 0)::int as stale,
       coalesce(sum(lookups) filter (where outcome = 'coalesced'), 0)::int as coalesced,
       coalesce(sum(lookups) filter (where outcome = 'bypass'), 0)::int as bypass,
       (sum(lookups) filter (where outcome in ('hit', 'coalesced', 'stale'))
         / nullif(sum(lookups), 0))::float as hit_rate,
       coalesce(sum(saved_usd), 0) as cost_saved_usd
  from research_days
 where user_id = auth.uid() and (%(channel_id)s::text is null or channel_id = %(channel_id)s);

-- rates --
-- Lookups by day, the latest first, or by channel, the one that asks most first.
select case %(group)s when 'day' then day::text else channel_id end as group, sum(lookups)::int as lookups,
       (coalesce(sum(lookups) filter (where outcome in ('hit', 'coalesced', 'stale')), 0)
         / sum(lookups))::float as hit_rate,
       sum(saved_usd) as cost_saved_usd
  from research_days
 where user_id = auth.uid() and (%(channel_id)s::text is null or channel_id = %(channel_id)s)
 group by 1
 order by case when %(group)s = 'day' then max(day) end desc, 2 desc, 1
 limit 366;
