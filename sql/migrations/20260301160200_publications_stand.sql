-- Publications stand: an album on its way to a platform does not go with its channel either.

create or replace function private.check_unpublished() returns trigger
language plpgsql set search_path = '' as $$
declare
  album public.video_jobs := coalesce(new, old);
begin
  if exists (select from public.publications
              where video_job_id = album.id and state in ('queued', 'uploading', 'finishing')) then
    raise exception 'the album is being published' using errcode = '55000';
  end if;
  return album;
end $$;
create trigger video_jobs_stay before delete on video_jobs for each row
  execute function private.check_unpublished();
