-- create --
-- The variants of a new experiment.
insert into metadata_experiments (experiment_key, variant_key, is_control, experiment_type, title_variant,
                                  thumbnail_variant, notes, video_id, assignment, metric, plan, created_at)
select %(experiment_key)s, v.variant_key, v.is_control, %(experiment_type)s, v.title, v.thumbnail, v.notes,
       %(video_id)s, %(assignment)s, %(metric)s, %(plan)s, coalesce(%(created_at)s::timestamptz, now())
  from jsonb_to_recordset(%(variants)s) as v (
       variant_key text, is_control boolean, title text, thumbnail text, notes text);

-- experiments --
-- A page of the asking user's experiments, newest first; with a key, that one.
select e.id, e.experiment_key, e.video_id, e.experiment_type, e.assignment, e.metric, e.status, e.plan,
       e.start_date, e.end_date, e.decided_at, e.verdict, e.created_at, v.variants
  from metadata_experiments e
  cross join lateral (
    select jsonb_agg(jsonb_build_object(
             'variant_key', v.variant_key, 'is_control', v.is_control, 'title', v.title_variant,
             'thumbnail', v.thumbnail_variant, 'impressions', v.impressions, 'clicks', v.clicks,
             'views', v.views, 'watch_seconds', v.watch_seconds, 'ctr', v.ctr, 'avd', v.avd)
             order by v.is_control desc, v.variant_key) as variants
      from metadata_experiments v
     where v.user_id = e.user_id and v.experiment_key = e.experiment_key) v
 where e.user_id = auth.uid() and e.is_control
   and (%(experiment_key)s::text is null or e.experiment_key = %(experiment_key)s)
   and (%(status)s::text is null or e.status = %(status)s)
   and (%(video_id)s::text is null or e.video_id = %(video_id)s)
   and (%(after)s::timestamptz is null or (e.created_at, e.id) < (%(after)s::timestamptz, %(after_id)s::uuid))
 order by e.created_at desc, e.id desc limit %(limit)s;

-- lock --
-- The variants of an experiment, locked in one order.
select variant_key, is_control, status, assignment, metric, plan, start_date, end_date, created_at
  from metadata_experiments
 where user_id = auth.uid() and experiment_key = %(experiment_key)s
 order by variant_key for no key update;

-- move --
-- All variants of an experiment go to a status together. One that runs again has no verdict yet.
update metadata_experiments
   set status = %(status)s, start_date = coalesce(%(start_date)s, start_date),
       end_date = coalesce(%(end_date)s, end_date),
       verdict = case when %(status)s <> 'running' then coalesce(%(verdict)s::jsonb, verdict) end
 where user_id = auth.uid() and experiment_key = %(experiment_key)s;

-- still_shown --
-- Whether a video shows what an experiment tried last, or nobody knows, and will be set back.
select exists (
  select from metadata_experiments e
    join publications p on p.user_id = e.user_id and p.platform_video_id = e.video_id and p.state = 'published'
    join oauth_connections o on o.id = p.oauth_connection_id and o.connection_status <> 'revoked'
   cross join lateral (
     select day, variant_key, aired_at from experiment_airings a
      where a.user_id = e.user_id and a.experiment_key = e.experiment_key order by day desc limit 1) last
   where e.user_id = auth.uid() and e.experiment_key = %(experiment_key)s and e.is_control
     and (last.variant_key <> coalesce(e.verdict ->> 'winner', e.variant_key) or last.aired_at is null)
     and last.day > current_date - 6);

-- delete --
-- An experiment goes with its days.
delete from metadata_experiments where user_id = auth.uid() and experiment_key = %(experiment_key)s;

-- days --
-- What each variant came to since the experiment began, day by day.
select d.variant_key, d.day, d.impressions, d.clicks, d.views, d.watch_seconds
  from experiment_days d
 where d.user_id = auth.uid() and d.experiment_key = %(experiment_key)s
   and d.day >= (%(since)s::timestamptz at time zone 'UTC')::date
 order by d.variant_key, d.day;

-- unknown_variants --
-- Variants that observations name and the experiment does not have.
select distinct d.variant_key
  from jsonb_to_recordset(%(days)s) as d (variant_key text)
 where not exists (select from metadata_experiments e
                    where e.user_id = auth.uid() and e.experiment_key = %(experiment_key)s
                      and e.variant_key = d.variant_key);

-- observe --
-- Days as they are reported now; the last word on a day counts.
with said as (
  select * from jsonb_to_recordset(%(days)s) as d (
    variant_key text, day date, impressions bigint, clicks bigint, views bigint, watch_seconds numeric)
), written as (
  insert into experiment_days as d (user_id, experiment_key, variant_key, day, impressions, clicks, views, watch_seconds)
  select auth.uid(), %(experiment_key)s, variant_key, day, impressions, clicks, views, watch_seconds from said
  on conflict (user_id, experiment_key, variant_key, day) do update
     set impressions = excluded.impressions, clicks = excluded.clicks, views = excluded.views,
         watch_seconds = excluded.watch_seconds
   where (d.impressions, d.clicks, d.views, d.watch_seconds)
         is distinct from (excluded.impressions, excluded.clicks, excluded.views, excluded.watch_seconds)
  returning d.xmax = 0 as is_new
)
select count(*) filter (where is_new) as new, count(*) filter (where not is_new) as replaced,
       (select count(*) from said) - count(*) as unchanged
  from written;

-- due --
-- Running experiments whose figures are final.
select user_id, experiment_key
  from metadata_experiments
 where is_control and status = 'running' and end_date < %(before)s
 order by end_date limit 500;
