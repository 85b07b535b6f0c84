-- Albums at work stay: neither they nor their channel go while somebody makes them.

create function private.keep_album_at_work() returns trigger
language plpgsql set search_path = '' as $$
begin
  raise exception 'an album that is being made cannot be deleted'
    using errcode = '55000', hint = 'Cancel it first.';
end $$;
comment on function private.keep_album_at_work() is 'Trigger: an album that is being made stays.';
create trigger video_jobs_at_work before delete on video_jobs for each row
  when (old.goal is not null) execute function private.keep_album_at_work();
