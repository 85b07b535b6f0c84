-- create --
-- A new channel of the asking user.
insert into channels (name, brand_niche, youtube_channel_id)
values (%(name)s, %(brand_niche)s, %(youtube_channel_id)s)
returning id;

-- get --
-- One channel of the asking user, its albums counted.
select c.id, c.name, c.brand_niche, c.youtube_channel_id, c.is_active, c.created_at, c.updated_at,
       count(v.id) as total_jobs, count(v.id) filter (where v.goal is not null) as active_jobs,
       count(v.id) filter (where v.status = 'completed') as completed_jobs
  from channels c left join video_jobs v on v.channel_id = c.id and v.deleted_at is null
 where c.id = %(id)s and c.user_id = auth.uid()
 group by c.id;

-- page --
-- The user's channels, newest first, their albums counted.
select c.id, c.name, c.brand_niche, c.youtube_channel_id, c.is_active, c.created_at, c.updated_at,
       v.total_jobs, v.active_jobs, v.completed_jobs
  from channels c
 cross join lateral (
   select count(*) as total_jobs, count(*) filter (where goal is not null) as active_jobs,
          count(*) filter (where status = 'completed') as completed_jobs
     from video_jobs where channel_id = c.id and deleted_at is null) v
 where c.user_id = auth.uid()
   and (%(is_active)s::boolean is null or c.is_active = %(is_active)s)
   and (%(after)s::timestamptz is null
        or (c.created_at, c.id) < (%(after)s::timestamptz, %(after_id)s::uuid))
 order by c.created_at desc, c.id desc limit %(limit)s;

-- change --
-- Change what the request names.
update channels as mine
   set (name, brand_niche, youtube_channel_id, is_active) = (
     select changed.name, changed.brand_niche, changed.youtube_channel_id, changed.is_active
       from jsonb_populate_record(mine, %(changes)s) as changed)
 where id = %(id)s and user_id = auth.uid();

-- delete --
-- Remove a channel and with it its albums.
delete from channels where id = %(id)s and user_id = auth.uid();

-- kpi --
-- What a video's gate is judged by: its channel's profile, its length, its last weeks; and what became
-- of its channel in four weeks, or since it began to publish when that is less.
select coalesce(c.channel_type, 'other') as channel_type, coalesce(c.kpi_targets, '{}') as kpi_targets,
       coalesce(r.seconds, v.target_duration_minutes * 60)::float8 as seconds,
       coalesce((select jsonb_agg(jsonb_build_object(
                          'day', a.snapshot_date, 'ctr', a.ctr, 'watched', a.avg_view_duration)
                          order by a.snapshot_date)
                   from video_analytics a
                  where a.video_job_id = v.id and a.ctr is not null and a.avg_view_duration is not null
                    and a.views > 0 and a.snapshot_date > current_date - 60), '[]') as days,
       (select (count(*) filter (where out.at > now() - interval '28 days') * 7
                / greatest(7, least(28, extract(epoch from now() - min(out.at)) / 86400)))::float8
          from publications p join video_jobs w on w.id = p.video_job_id,
               lateral (select greatest(p.finished_at, p.scheduled_at) as at) out
         where w.channel_id = v.channel_id and w.user_id = v.user_id and p.state = 'published'
           and p.privacy <> 'private' and out.at <= now()) as cadence,
       (select (1000 * sum(a.revenue_usd) / nullif(sum(a.views), 0))::float8
          from video_analytics a join video_jobs w on w.id = a.video_job_id
         where w.channel_id = v.channel_id and w.user_id = v.user_id and a.revenue_usd is not null
           and a.snapshot_date > current_date - 28) as rpm
  from video_jobs v
  left join lateral (
    select channel_type, kpi_targets from channel_configs
     where user_id = v.user_id and studio_channel_id = v.channel_id and is_active
     order by created_at limit 1) c on true
  left join lateral (
    select duration_seconds as seconds from render_tasks
     where video_job_id = v.id and status = 'completed' order by completed_at desc limit 1) r on true
 where v.id = %(id)s and v.user_id = auth.uid() and v.deleted_at is null;
