-- Albums in the making: what is ordered, who works on it, how far it is, and takes of the user's own.

alter table video_jobs
  add column style            varchar(200) not null default '',
  add column living           text not null default 'drift' constraint video_jobs_living_known
                              check (living in ('still', 'drift', 'rain', 'embers', 'glow')),
  add column overlays         jsonb not null default '{"title_card": true, "track_names": true, "waveform": false}'
                              constraint video_jobs_overlays_is_object check (jsonb_typeof(overlays) = 'object'),
  add column seed             integer not null default 0 constraint video_jobs_seed_range check (seed >= 0),
  add column review           boolean not null default false,
  add column resolution       varchar(20) not null default '1920x1080' constraint video_jobs_resolution_shape
                              check (resolution ~ '^\d+x\d+$'),
  add column goal             text constraint video_jobs_goal_known check (goal in ('plan', 'video')),
  add column progress         integer not null default 0 constraint video_jobs_progress_range
                              check (progress between 0 and 100),
  add column status_message   text,
  add column manifest_json    jsonb,
  add column files            jsonb not null default '{}' constraint video_jobs_files_is_object
                              check (jsonb_typeof(files) = 'object'),
  add column stage_seconds    jsonb not null default '{}' constraint video_jobs_stage_seconds_is_object
                              check (jsonb_typeof(stage_seconds) = 'object'),
  add column started_at       timestamptz,
  add column stage_started_at timestamptz,
  add column wait_token       text,
  add column execution_arn    text,
  add column heartbeat_at     timestamptz,
  add column lease_until      timestamptz,
  alter column attempt set default 0,
  drop constraint video_jobs_attempt_positive,
  add constraint video_jobs_attempt_range check (attempt >= 0),
  add constraint video_jobs_ended_is_idle
    check (goal is null or status not in ('completed', 'failed', 'cancelled')),
  add constraint video_jobs_waits_while_working check (wait_token is null or goal is not null);
create index video_jobs_working on video_jobs (heartbeat_at) where goal is not null;
comment on column video_jobs.style is 'How the pictures are to look.';
comment on column video_jobs.living is 'How the pictures move: still, drift, rain, embers or glow.';
comment on column video_jobs.overlays is 'What is written over them: {title_card, track_names, waveform}.';
comment on column video_jobs.seed is 'The same seed makes the same album of the same prompts.';
comment on column video_jobs.review is 'Whether the user listens and looks before the rendering.';
comment on column video_jobs.resolution is 'Size of the video.';
comment on column video_jobs.goal is 'What an execution is at: plan or video; null while nobody works on it.';
comment on column video_jobs.progress is 'Percent done; never goes back within an attempt.';
comment on column video_jobs.status_message is 'What is going on, for people.';
comment on column video_jobs.manifest_json is 'What was made, with hashes and lengths.';
comment on column video_jobs.files is 'What there is to fetch: {name: {key, content_type, size_bytes, sha256}}.';
comment on column video_jobs.stage_seconds is 'Seconds each finished stage took: {status: seconds}.';
comment on column video_jobs.started_at is 'When the present attempt was taken up.';
comment on column video_jobs.stage_started_at is 'When the present stage began.';
comment on column video_jobs.wait_token is 'Task token of the state that waits for the user.';
comment on column video_jobs.execution_arn is 'The state machine''s execution.';
comment on column video_jobs.heartbeat_at is 'Last sign of life.';
comment on column video_jobs.lease_until is 'Until when the worker is believed alive.';
comment on column video_jobs.attempt is 'Counts executions; a step of an older one is refused.';
comment on column video_jobs.prompts_json is
  '{music_prompts, visual_prompts}: twenty different ones each, {order_index, prompt}, with title and duration_minutes of a track; take, again, anew and upload_id say what a place waits for.';

-- Users see an album, and not how the house holds on to it.
revoke select on video_jobs from authenticated;
grant select (
  id, user_id, channel_id, status, niche_label, mood_keywords, target_duration_minutes, prompts_json,
  local_video_path, output_directory, video_title, video_description, is_draft, youtube_video_id,
  youtube_url, upload_strategy, scheduled_time, scheduled_publish_date, published_at, failed_step,
  resume_from, error_code, error_message, attempt, estimated_cost_usd, cost_usd, synthetic_content,
  cancel_requested_at, finished_at, deleted_at, created_at, updated_at, style, living, overlays, seed,
  review, resolution, goal, progress, status_message, manifest_json, files, stage_seconds, started_at,
  stage_started_at) on video_jobs to authenticated;
update private.registry
   set users_may =
  'select (id, user_id, channel_id, status, niche_label, mood_keywords, target_duration_minutes,
           prompts_json, local_video_path, output_directory, video_title, video_description, is_draft,
           youtube_video_id, youtube_url, upload_strategy, scheduled_time, scheduled_publish_date,
           published_at, failed_step, resume_from, error_code, error_message, attempt,
           estimated_cost_usd, cost_usd, synthetic_content, cancel_requested_at, finished_at,
           deleted_at, created_at, updated_at, style, living, overlays, seed, review, resolution, goal,
           progress, status_message, manifest_json, files, stage_seconds, started_at, stage_started_at),
   update (video_title, video_description, scheduled_time, scheduled_publish_date, upload_strategy, is_draft)'
 where table_name = 'video_jobs';

-- A review goes back for a place that was emptied, a ready album is made anew, and one that was
-- cancelled goes on where it stopped.
insert into private.allowed_moves (table_name, column_name, from_state, to_state) values
  ('video_jobs', 'status', 'generating_image', 'generating_music'),
  ('video_jobs', 'status', 'ready_for_export', 'generating_music'),
  ('video_jobs', 'status', 'ready_for_export', 'generating_image'),
  ('video_jobs', 'status', 'ready_for_export', 'rendering'),
  ('video_jobs', 'status', 'cancelled', 'planned'),
  ('video_jobs', 'status', 'cancelled', 'generating_music'),
  ('video_jobs', 'status', 'cancelled', 'generating_image'),
  ('video_jobs', 'status', 'cancelled', 'rendering');

-- Takes: where they come from and what the user may say about them.
alter table audio_tracks
  add column title      varchar(200),
  add column making     text,
  add column upload_id  uuid,
  add column frames     bigint constraint audio_tracks_frames_positive check (frames > 0),
  add column size_bytes bigint constraint audio_tracks_size_range check (size_bytes >= 0),
  add column terms      text,
  add column rights     text constraint audio_tracks_rights_not_blank check (btrim(rights) <> ''),
  add constraint audio_tracks_made_once unique (video_job_id, making),
  add constraint audio_tracks_of_own_upload foreign key (upload_id, user_id)
    references uploads (id, user_id) on delete set null (upload_id);
create unique index audio_tracks_by_upload on audio_tracks (upload_id) where upload_id is not null;
comment on column audio_tracks.title is 'What the track is called in chapters.';
comment on column audio_tracks.making is 'Which making of a prompt it is; the same one is kept once.';
comment on column audio_tracks.upload_id is 'The file it came from, when it is the user''s own.';
comment on column audio_tracks.frames is 'Its length to the sample, at 48 kHz.';
comment on column audio_tracks.size_bytes is 'Its size, in bytes.';
comment on column audio_tracks.terms is 'On what terms the maker gives it.';
comment on column audio_tracks.rights is 'What the user says of the right to use it.';

alter table images
  add column making               text,
  add column upload_id            uuid,
  add column size_bytes           bigint constraint images_size_range check (size_bytes >= 0),
  add column license_document_url text,
  add column terms                text,
  add column rights               text constraint images_rights_not_blank check (btrim(rights) <> ''),
  add constraint images_made_once unique (video_job_id, making),
  add constraint images_of_own_upload foreign key (upload_id, user_id)
    references uploads (id, user_id) on delete set null (upload_id);
create unique index images_by_upload on images (upload_id) where upload_id is not null;
comment on column images.making is 'Which making of a prompt it is; the same one is kept once.';
comment on column images.upload_id is 'The file it came from, when it is the user''s own.';
comment on column images.size_bytes is 'Its size, in bytes.';
comment on column images.license_document_url is 'Its licence.';
comment on column images.terms is 'On what terms the maker gives it.';
comment on column images.rights is 'What the user says of the right to use it.';

-- One selected take to a place, judged at the end of a statement: places swap in one.
drop index audio_tracks_one_per_slot;
alter table audio_tracks add constraint audio_tracks_one_per_slot
  exclude (video_job_id with =, order_index with =) where (is_selected) deferrable;
drop index images_one_per_slot;
alter table images add constraint images_one_per_slot
  exclude (video_job_id with =, order_index with =) where (is_selected) deferrable;

-- Files for a place of an album. What was found good at a glance may be refused when it is opened.
alter table uploads
  add column video_job_id uuid,
  add column order_index  integer constraint uploads_order_range check (order_index between 1 and 20),
  add column rights       text constraint uploads_rights_not_blank check (btrim(rights) <> ''),
  drop constraint uploads_purpose_known,
  add constraint uploads_purpose_known check (purpose in
    ('voice_over', 'knowledge', 'image', 'music', 'album_track', 'album_picture')),
  add constraint uploads_of_own_album foreign key (video_job_id, user_id)
    references video_jobs (id, user_id) on delete cascade,
  add constraint uploads_album_has_place check (
    (purpose in ('album_track', 'album_picture'))
    = (video_job_id is not null and order_index is not null and rights is not null));
create index uploads_by_album on uploads (video_job_id) where video_job_id is not null;
comment on column uploads.video_job_id is 'The album it is for.';
comment on column uploads.order_index is 'Its place there, 1 to 20.';
comment on column uploads.rights is 'What the user says of the right to use it.';
insert into private.allowed_moves (table_name, column_name, from_state, to_state)
values ('uploads', 'state', 'ready', 'refused');

create or replace function private.check_album() returns trigger
language plpgsql set search_path = '' as $$
declare
  tracks bigint;
  pictures bigint;
  unlicensed bigint;
  made bigint;
begin
  select count(*) filter (where kind = 'audio'), count(*) filter (where kind = 'image'),
         count(*) filter (where provider not in ('dummy', 'upload') and licence is null
                                or provider = 'upload' and rights is null),
         count(*) filter (where provider <> 'upload')
    into tracks, pictures, unlicensed, made
    from (select 'audio' as kind, provider::text, license_document_url as licence, rights
            from public.audio_tracks where video_job_id = new.id and is_selected
          union all
          select 'image', provider::text, license_document_url, rights
            from public.images where video_job_id = new.id and is_selected) take;
  if (tracks, pictures) <> (20, 20) then
    raise exception 'an album needs 20 tracks and 20 pictures; it has % and %', tracks, pictures
      using errcode = '55000';
  end if;
  if new.status = 'ready_for_export' and unlicensed > 0 then
    raise exception '% tracks and pictures have no licence', unlicensed using errcode = '55000';
  end if;
  if new.status = 'ready_for_export' and made > 0 and not new.synthetic_content then
    raise exception '% tracks and pictures are made by machine, which is to be disclosed', made
      using errcode = '55000';
  end if;
  return new;
end $$;
comment on function private.check_album() is
  'Trigger: rendering needs twenty pairs, export the right to use every one of them and a disclosure.';
