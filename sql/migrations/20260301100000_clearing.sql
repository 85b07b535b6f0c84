-- Clearing: files whose row is gone, or was refused, are promised to be deleted in the transaction
-- in which that happens, whoever causes it. A row that goes takes its own with it; what rolls back
-- promises nothing.

create function private.promise_clearing(p_user_id uuid, p_place text, p_after interval = '0') returns void
language sql set search_path = '' as $$
  insert into private.outbox (user_id, topic, payload, dedupe_key, next_attempt_at)
  values ((select id from auth.users where id = p_user_id), 'clear_files',
          jsonb_build_object('place', p_place), 'clear:' || p_place, clock_timestamp() + p_after)
  on conflict (dedupe_key) do nothing
$$;
comment on function private.promise_clearing(uuid, text, interval) is
  'Promise that a file, or with a slash at its end a folder, is deleted if nothing wants it then; once for a place.';
select private.allow('private.promise_clearing(uuid, text, interval)', 'service_role');

create function private.clear_upload() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.promise_clearing(old.user_id, old.key);
  return null;
end $$;
comment on function private.clear_upload() is 'Trigger: the file of an upload that is refused or gone goes.';
create trigger uploads_clear_refused after update of state on uploads for each row
  when (new.state in ('refused', 'expired') and old.state <> new.state)
  execute function private.clear_upload();
create trigger uploads_clear_gone after delete on uploads for each row
  execute function private.clear_upload();

-- A worker may still write for a while: nothing outlives its lease of 20 minutes.
create function private.clear_album() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.promise_clearing(old.user_id, format('%s/albums/%s/', old.user_id, old.id), '20 minutes');
  perform private.promise_clearing(old.user_id, key, '20 minutes')
     from public.uploads where video_job_id = old.id;
  return null;
end $$;
comment on function private.clear_album() is
  'Trigger: the files of an album that is thrown away go, with those that were sent for it.';
create trigger video_jobs_clear_deleted after update of deleted_at on video_jobs for each row
  when (new.deleted_at is not null and old.deleted_at is null)
  execute function private.clear_album();
create trigger video_jobs_clear_gone after delete on video_jobs for each row
  execute function private.clear_album();

create function private.clear_job() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.promise_clearing(old.user_id, format('%s/jobs/%s/', old.user_id, old.id), '20 minutes');
  return null;
end $$;
comment on function private.clear_job() is 'Trigger: the files of a job that is gone go.';
create trigger jobs_clear_gone after delete on jobs for each row execute function private.clear_job();

create function private.clear_project() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.assets a set deleted_at = clock_timestamp()
    from public.jobs j
   where j.project_id = old.id and a.job_id = j.id and a.deleted_at is null;
  perform private.promise_clearing(old.user_id, format('%s/jobs/%s/', old.user_id, id), '20 minutes')
     from public.jobs where project_id = old.id;
  perform private.promise_clearing(old.user_id, key, '20 minutes')
     from public.uploads where project_id = old.id;
  return null;
end $$;
comment on function private.clear_project() is
  'Trigger: the files of a project that is thrown away go, with those that were sent for it.';
create trigger projects_clear_deleted after update of deleted_at on projects for each row
  when (new.deleted_at is not null and old.deleted_at is null)
  execute function private.clear_project();

-- What was paid for is found again by its inputs, so its row goes before its files: while they are
-- being deleted nobody finds it, and nobody makes it anew in their place.
alter table private.paid_calls
  drop constraint paid_calls_state_known,
  add constraint paid_calls_state_known check (state in ('started', 'done', 'clearing'));
comment on column private.paid_calls.state is
  'started before the call, done when its result is stored, clearing while its files are deleted.';
create index paid_calls_by_age on private.paid_calls (done_at) where state <> 'started';

grant create on schema private to service_role;
alter function private.clear_upload() owner to service_role;
alter function private.clear_album() owner to service_role;
alter function private.clear_job() owner to service_role;
alter function private.clear_project() owner to service_role;
revoke create on schema private from service_role;
