-- album --
-- An album that is to be published, held, with its channel's account.
select v.id, v.channel_id, v.status, v.video_title, v.video_description, v.niche_label,
       v.synthetic_content, v.files, v.prompts_json,
       coalesce(v.manifest_json -> 'fingerprints', '[]') as fingerprints,
       o.id as oauth_connection_id, o.connection_status
  from video_jobs v
  join channels c on c.id = v.channel_id
  left join oauth_connections o on o.id = c.oauth_connection_id
 where v.id = %(id)s and v.user_id = auth.uid() and v.deleted_at is null
   for no key update of v;

-- earlier_titles --
-- Titles of the channel's other videos that are out or on their way.
select p.title
  from publications p join video_jobs v on v.id = p.video_job_id
 where v.channel_id = %(channel_id)s and v.id <> %(id)s and p.user_id = auth.uid()
   and p.state not in ('cancelled', 'failed')
union
select video_title from video_jobs
 where channel_id = %(channel_id)s and id <> %(id)s and user_id = auth.uid() and status = 'completed'
   and video_title is not null;

-- picture --
-- An upload of the user's that can be a thumbnail.
select key, sniffed_type as content_type from uploads
 where id = %(id)s and user_id = auth.uid() and state = 'ready'
   and sniffed_type in ('image/jpeg', 'image/png') and size_bytes <= 2097152;

-- picture_named --
-- The same by what a variant says, which may be a label and no id.
select key, sniffed_type as content_type from uploads
 where id::text = %(id)s and user_id = auth.uid() and state = 'ready'
   and sniffed_type in ('image/jpeg', 'image/png') and size_bytes <= 2097152;

-- publication --
-- How an album's publication stands; no row while nobody has asked for it.
select p.*, (100 * p.sent_bytes / p.size_bytes)::int as progress
  from publications p join video_jobs v on v.id = p.video_job_id and v.deleted_at is null
 where p.video_job_id = %(id)s and p.user_id = auth.uid();

-- publication_for_update --
-- The same, locked.
select * from publications where video_job_id = %(id)s and user_id = auth.uid() for update;

-- order --
-- A publication is asked for, for the first time or again; an upload under way goes on.
insert into publications as p (video_job_id, oauth_connection_id, platform, privacy, scheduled_at, title,
                               description, synthetic_content, made_for_kids, video_key, size_bytes,
                               thumbnail_key, thumbnail_type)
values (%(video_job_id)s, %(oauth_connection_id)s, %(platform)s, %(privacy)s, %(scheduled_at)s,
        %(title)s, %(description)s, %(synthetic_content)s, %(made_for_kids)s, %(video_key)s,
        %(size_bytes)s, %(thumbnail_key)s, %(thumbnail_type)s)
on conflict (video_job_id) do update
   set oauth_connection_id = excluded.oauth_connection_id, state = 'queued', attempt = p.attempt + 1,
       privacy = excluded.privacy, scheduled_at = excluded.scheduled_at, title = excluded.title,
       description = excluded.description, synthetic_content = excluded.synthetic_content,
       made_for_kids = excluded.made_for_kids, video_key = excluded.video_key,
       size_bytes = excluded.size_bytes, thumbnail_key = excluded.thumbnail_key,
       thumbnail_type = excluded.thumbnail_type, waits_until = null, error_code = null,
       error_message = null, note = null
returning id, attempt;

-- cancel --
-- Nothing more is done about a publication; what was sent of it is forgotten.
update publications
   set state = 'cancelled', session_encrypted = null, sent_bytes = 0, waits_until = null
 where id = %(id)s;

-- take_up --
-- A publication that is to be worked on, with its lease on nothing: several workers end in one video.
select * from publications
 where id = %(id)s and attempt = %(attempt)s and user_id = auth.uid()
   and state in ('queued', 'uploading', 'finishing');

-- begun --
-- The platform waits for the video.
update publications
   set state = 'uploading', session_encrypted = %(session)s, sent_bytes = 0, waits_until = null,
       error_code = null, error_message = null
 where id = %(id)s and attempt = %(attempt)s and state in ('queued', 'uploading');

-- sent --
-- So much of it has arrived.
update publications
   set state = 'uploading', sent_bytes = %(sent)s, waits_until = null, error_code = null,
       error_message = null
 where id = %(id)s and attempt = %(attempt)s and state in ('queued', 'uploading');

-- uploaded --
-- All of it has: this is the video, whatever becomes of the rest.
update publications
   set state = 'finishing', platform_video_id = %(video)s, platform_url = %(url)s,
       sent_bytes = size_bytes, session_encrypted = null, waits_until = null, error_code = null,
       error_message = null
 where id = %(id)s and attempt = %(attempt)s and state = 'uploading';

-- go_on --
-- A publication whose video is there already goes on with the rest.
update publications set state = 'uploading'
 where id = %(id)s and attempt = %(attempt)s and state = 'queued';

-- published --
-- It is done.
update publications
   set state = 'published', note = %(note)s, waits_until = null, error_code = null, error_message = null
 where id = %(id)s and attempt = %(attempt)s and state = 'finishing';

-- complete --
-- The album is published.
update video_jobs v
   set status = 'completed', youtube_video_id = p.platform_video_id, youtube_url = p.platform_url,
       is_draft = false, video_title = p.title, video_description = p.description,
       scheduled_publish_date = p.scheduled_at, status_message = 'Published',
       published_at = case p.privacy when 'public' then coalesce(p.scheduled_at, clock_timestamp()) end
  from publications p
 where p.id = %(id)s and v.id = p.video_job_id and v.status = 'ready_for_export';

-- trouble --
-- What went wrong, and until when nothing is tried.
update publications
   set error_code = %(code)s, error_message = %(message)s, waits_until = %(until)s
 where id = %(id)s and attempt = %(attempt)s and state in ('queued', 'uploading', 'finishing');

-- give_up --
-- It has failed; asked for again it goes on from where it stood.
update publications
   set state = 'failed', waits_until = null, error_code = coalesce(error_code, 'Unknown'),
       error_message = coalesce(error_message, 'Something went wrong on our side.')
 where id = %(id)s and attempt = %(attempt)s and state in ('queued', 'uploading', 'finishing')
returning *;

-- out --
-- Published videos whose account can still be asked.
select p.user_id, p.oauth_connection_id, p.platform_video_id
  from publications p join oauth_connections o on o.id = p.oauth_connection_id
 where p.state = 'published' and o.connection_status <> 'revoked'
 order by p.oauth_connection_id, p.finished_at, p.id;

-- keep_figures --
-- Days as the platform tells them now. What it does not tell yet stays as it is.
with said as (
  select * from jsonb_to_recordset(%(days)s) as d (
    video_id text, day date, views int, watch_seconds numeric, average_seconds numeric,
    impressions bigint, ctr numeric)
)
insert into video_analytics as a (video_job_id, youtube_video_id, views, watch_time_hours, impressions,
                                  ctr, avg_view_duration, snapshot_date)
select p.video_job_id, said.video_id, said.views, round(said.watch_seconds / 3600, 2), said.impressions,
       round(said.ctr, 6), round(said.average_seconds, 2), said.day
  from said join publications p on p.platform_video_id = said.video_id and p.user_id = auth.uid()
on conflict (video_job_id, snapshot_date) do update
   set views = excluded.views, watch_time_hours = excluded.watch_time_hours,
       impressions = coalesce(excluded.impressions, a.impressions),
       ctr = coalesce(excluded.ctr, a.ctr), avg_view_duration = excluded.avg_view_duration
 where (a.views, a.watch_time_hours, a.impressions, a.ctr, a.avg_view_duration) is distinct from
       (excluded.views, excluded.watch_time_hours, coalesce(excluded.impressions, a.impressions),
        coalesce(excluded.ctr, a.ctr), excluded.avg_view_duration);

-- figures --
-- What an album of the user's came to in some days, in all and day by day.
select coalesce(sum(a.views), 0) as views, sum(a.watch_time_hours) as watch_time_hours,
       sum(a.impressions) as impressions,
       round(sum(a.ctr * a.impressions) / nullif(sum(a.impressions) filter (where a.ctr is not null), 0), 6) as ctr,
       round(sum(a.avg_view_duration * a.views)
             / nullif(sum(a.views) filter (where a.avg_view_duration is not null), 0), 2) as avg_view_duration,
       coalesce(jsonb_agg(to_jsonb(a) order by a.snapshot_date) filter (where a.id is not null), '[]') as days
  from video_jobs v
  left join video_analytics a
    on a.video_job_id = v.id and a.snapshot_date >= coalesce(%(since)s::date, '-infinity')
   and a.snapshot_date <= coalesce(%(until)s::date, 'infinity')
 where v.id = %(id)s and v.user_id = auth.uid() and v.deleted_at is null
 group by v.id;

-- running --
-- Experiments that run on these videos, with what was on air when.
select e.experiment_key, e.video_id, e.assignment, e.start_date, e.end_date, v.variants,
       coalesce((select jsonb_object_agg(a.day, jsonb_build_object('variant_key', a.variant_key, 'at', a.aired_at))
                   from experiment_airings a
                  where a.user_id = e.user_id and a.experiment_key = e.experiment_key
                    and a.aired_at is not null), '{}') as airings
  from metadata_experiments e
 cross join lateral (
   select jsonb_object_agg(v.variant_key, coalesce(v.title_variant, v.thumbnail_variant, v.variant_key)) as variants
     from metadata_experiments v
    where v.user_id = e.user_id and v.experiment_key = e.experiment_key) v
 where e.user_id = auth.uid() and e.is_control and e.status = 'running' and e.video_id = any (%(videos)s);

-- to_rotate --
-- Rotations that have nothing on air for the day yet, and those that are over and show the wrong
-- one, or nobody knows which.
select e.user_id, e.experiment_key, e.status
  from metadata_experiments e
  join publications p on p.user_id = e.user_id and p.platform_video_id = e.video_id and p.state = 'published'
  join oauth_connections o on o.id = p.oauth_connection_id and o.connection_status <> 'revoked'
  left join lateral (
    select day, variant_key, aired_at from experiment_airings a
     where a.user_id = e.user_id and a.experiment_key = e.experiment_key order by day desc limit 1) last on true
 where e.is_control and e.assignment = 'rotation' and e.experiment_type in ('title', 'thumbnail')
   and case e.status when 'running' then e.end_date > %(now)s and last.day is distinct from %(day)s
            when 'draft' then false
            else (last.variant_key <> coalesce(e.verdict ->> 'winner', e.variant_key)
                  or last.aired_at is null)
                 and last.day > %(day)s::date - 7 end;

-- rotation --
-- What an experiment is to show: its variants, what was there before it, and what was shown last.
select e.status, e.start_date, e.variant_key as control, e.verdict ->> 'winner' as winner, v.variants,
       p.oauth_connection_id, p.platform_video_id, p.title, p.thumbnail_key, p.thumbnail_type,
       (select case when a.aired_at is not null then a.variant_key end from experiment_airings a
         where a.user_id = e.user_id and a.experiment_key = e.experiment_key
         order by day desc limit 1) as shown
  from metadata_experiments e
  join publications p on p.user_id = e.user_id and p.platform_video_id = e.video_id and p.state = 'published'
 cross join lateral (
   select jsonb_object_agg(v.variant_key, jsonb_build_object('title', v.title_variant, 'thumbnail', v.thumbnail_variant)) as variants
     from metadata_experiments v
    where v.user_id = e.user_id and v.experiment_key = e.experiment_key) v
 where e.user_id = auth.uid() and e.is_control and e.experiment_key = %(experiment_key)s;

-- airing --
-- This variant is being set.
insert into experiment_airings as a (experiment_key, variant_key, day, aired_at)
values (%(experiment_key)s, %(variant)s, %(day)s, null)
on conflict (user_id, experiment_key, day) do update
   set variant_key = excluded.variant_key, aired_at = null;

-- aired --
-- This variant is shown now; whoever was shown earlier on the day was not shown all of it.
insert into experiment_airings as a (experiment_key, variant_key, day, aired_at)
values (%(experiment_key)s, %(variant)s, %(day)s, clock_timestamp())
on conflict (user_id, experiment_key, day) do update
   set variant_key = excluded.variant_key, aired_at = excluded.aired_at
 where a.variant_key <> excluded.variant_key or a.aired_at is null;
