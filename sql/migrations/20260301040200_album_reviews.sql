-- Reviews: what the user agreed to is rendered without being asked about again.

alter table video_jobs add column reviewed_at timestamptz;
comment on column video_jobs.reviewed_at is
  'When the user agreed to the tracks and pictures there are; null when others have come since.';
grant select (reviewed_at) on video_jobs to authenticated;
update private.registry
   set users_may = replace(users_may, 'stage_started_at),', 'stage_started_at, reviewed_at),')
 where table_name = 'video_jobs';
