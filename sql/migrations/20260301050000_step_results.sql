-- Step results: of albums as of prompt videos. A row names its flow, and by that the job it belongs to.

alter table private.step_results
  drop constraint step_results_of_own_job,
  add column flow text not null default 'prompt_video' constraint step_results_flow_known
    check (flow in ('prompt_video', 'album')),
  add column prompt_job_id uuid generated always as (case flow when 'prompt_video' then job_id end) stored,
  add column album_id uuid generated always as (case flow when 'album' then job_id end) stored,
  add constraint step_results_of_own_job foreign key (prompt_job_id, user_id)
    references public.jobs (id, user_id) on delete cascade,
  add constraint step_results_of_own_album foreign key (album_id, user_id)
    references public.video_jobs (id, user_id) on delete cascade;
create index step_results_by_prompt_job on private.step_results (prompt_job_id)
  where prompt_job_id is not null;
create index step_results_by_album on private.step_results (album_id)
  where album_id is not null;
comment on column private.step_results.job_id is 'The job, or the album.';
comment on column private.step_results.flow is 'The state machine whose step it is.';
comment on column private.step_results.prompt_job_id is 'The job, when it is a prompt video''s.';
comment on column private.step_results.album_id is 'The job, when it is an album''s.';
