-- wanted --
-- Whether something still wants what lies at a place: an upload, the folder of an album, of a job,
-- or of something paid for. Of folders and files that are none of these nothing is known.
select case split_part(%(place)s, '/', 2)
  when 'uploads' then exists (
    select from uploads u
      left join video_jobs v on v.id = u.video_job_id
      left join projects p on p.id = u.project_id
     where u.key = %(place)s and u.state in ('pending', 'ready')
       and v.deleted_at is null and p.deleted_at is null)
  when 'albums' then exists (
    select from video_jobs
     where id::text = split_part(%(place)s, '/', 3) and deleted_at is null)
  when 'jobs' then exists (
    select from jobs j join projects p on p.id = j.project_id
     where j.id::text = split_part(%(place)s, '/', 3) and p.deleted_at is null)
  when 'paid' then not exists (
    select from private.paid_calls
     where key = split_part(%(place)s, '/', 3) and state = 'clearing')
  else true end;

-- cleared --
-- The files of something paid for are gone: it may be made and paid for anew.
delete from private.paid_calls
 where key = split_part(%(place)s, '/', 3) and split_part(%(place)s, '/', 2) = 'paid'
   and state = 'clearing';

-- clear_paid --
-- Take back what was paid for long ago and nothing uses, so many at a time; answers how many.
-- An album's take uses it, and so does a job that can be tried again from where it failed; of a user
-- who has something under way nothing is touched. What was being cleared and stayed is promised anew.
with unused as (
  select p.key, p.user_id from private.paid_calls p
   where p.state = 'clearing'
         and not exists (select from private.outbox o where o.dedupe_key = format(
               'clear:%%s/paid/%%s/:%%s', p.user_id, p.key, (clock_timestamp() at time zone 'UTC')::date))
      or p.state = 'done' and p.done_at < clock_timestamp() - %(age)s::interval
         and not exists (
           select from audio_tracks t join video_jobs v on v.id = t.video_job_id and v.deleted_at is null
            where t.user_id = p.user_id and t.local_file_path = p.artifact_key)
         and not exists (
           select from images i join video_jobs v on v.id = i.video_job_id and v.deleted_at is null
            where i.user_id = p.user_id and i.local_file_path = p.artifact_key)
         and not exists (select from video_jobs v where v.user_id = p.user_id and v.goal is not null)
         and not exists (
           select from jobs j
            where j.user_id = p.user_id and j.status not in ('READY', 'FAILED', 'CANCELLED'))
         and not exists (
           select from jobs j
             join projects o on o.id = j.project_id and o.deleted_at is null
             join private.step_results r on r.job_id = j.id
            where j.user_id = p.user_id and j.status = 'FAILED'
              and strpos(r.result::text, '/paid/' || p.key || '/') > 0)
   order by p.done_at limit %(limit)s
     for update of p skip locked
), taken as (
  update private.paid_calls p set state = 'clearing' from unused
   where p.key = unused.key
  returning p.user_id, format('%%s/paid/%%s/', p.user_id, p.key) as place
), told as (
  insert into private.outbox (user_id, topic, payload, dedupe_key)
  select user_id, 'clear_files', jsonb_build_object('place', place),
         format('clear:%%s:%%s', place, (clock_timestamp() at time zone 'UTC')::date)
    from taken
  on conflict (dedupe_key) do nothing
)
select count(*) from taken;
