-- The background studio: video channels and their albums, twenty tracks over twenty pictures each.

create type video_job_status as enum (
  'planned', 'generating_music', 'generating_image', 'rendering', 'ready_for_export', 'completed',
  'failed', 'cancelled'
);
create type music_provider as enum ('dummy', 'mubert', 'beatoven');
create type visual_provider as enum ('dummy', 'leonardo', 'gemini');
create type render_status as enum ('pending', 'in_progress', 'completed', 'failed');

create table channels (
  id                  uuid primary key default gen_random_uuid(),
  user_id             uuid not null default auth.uid() constraint channels_of_user
                      references auth.users (id) on delete cascade,
  name                varchar(255) not null constraint channels_name_not_blank check (btrim(name) <> ''),
  youtube_channel_id  varchar(100),
  brand_niche         varchar(255) not null constraint channels_niche_not_blank check (btrim(brand_niche) <> ''),
  is_active           boolean not null default true,
  oauth_connection_id uuid,
  created_at          timestamptz not null default now(),
  updated_at          timestamptz not null default now(),
  constraint channels_owned unique (id, user_id),
  constraint channels_youtube_once unique (user_id, youtube_channel_id),
  constraint channels_of_own_oauth foreign key (oauth_connection_id, user_id)
    references oauth_connections (id, user_id) on delete set null (oauth_connection_id)
);
create index idx_channels_is_active on channels (user_id, is_active, created_at desc);
create index idx_channels_created_at on channels (created_at desc);
create index channels_by_oauth on channels (oauth_connection_id) where oauth_connection_id is not null;
select private.describe('channels', $$
  Video channels of the background studio.
  name: Name to show.
  youtube_channel_id: The channel at YouTube; null while there is none.
  brand_niche: What the channel is about.
  is_active: Whether it is used.
  oauth_connection_id: The tokens it publishes with.
$$);
select private.enrol('channels', kind => 'STDU', users_may =>
  'select, delete, insert (id, user_id, name, youtube_channel_id, brand_niche, is_active),
   update (name, youtube_channel_id, brand_niche, is_active)');

alter table channel_configs add column studio_channel_id uuid,
  add constraint channel_configs_of_own_channel foreign key (studio_channel_id, user_id)
    references channels (id, user_id) on delete set null (studio_channel_id);
create index channel_configs_by_channel on channel_configs (studio_channel_id)
  where studio_channel_id is not null;
comment on column channel_configs.studio_channel_id is 'The same channel in the background studio.';
grant insert (studio_channel_id), update (studio_channel_id) on channel_configs to authenticated;

-- Twenty different prompts of a kind, numbered 1 to 20.
create function private.twenty_prompts(p_prompts jsonb) returns boolean
language sql immutable set search_path = '' as $$
  select case when jsonb_typeof(p_prompts) <> 'array' or jsonb_array_length(p_prompts) <> 20 then false
    else (select count(distinct prompt ->> 'order_index') = 20
             and bool_and(prompt ->> 'order_index' ~ '^([1-9]|1[0-9]|20)$')
             and count(distinct btrim(prompt ->> 'prompt')) = 20
             and bool_and(btrim(prompt ->> 'prompt') <> '')
            from jsonb_array_elements(p_prompts) prompt) end
$$;
comment on function private.twenty_prompts(jsonb) is 'Whether these are twenty different prompts, numbered 1 to 20.';
select private.allow('private.twenty_prompts(jsonb)', 'authenticated, service_role');

create table video_jobs (
  id                      uuid primary key default gen_random_uuid(),
  user_id                 uuid not null default auth.uid(),
  channel_id              uuid not null,
  status                  video_job_status not null default 'planned',
  niche_label             varchar(255) not null,
  mood_keywords           text not null,
  target_duration_minutes integer not null constraint video_jobs_target_range
                          check (target_duration_minutes between 60 and 90),
  prompts_json            jsonb constraint video_jobs_prompts_complete check (
                          prompts_json is null
                          or (private.twenty_prompts(prompts_json -> 'music_prompts')
                              and private.twenty_prompts(prompts_json -> 'visual_prompts'))),
  local_video_path        text,
  output_directory        text not null,
  video_title             text,
  video_description       text,
  is_draft                boolean not null default true,
  youtube_video_id        varchar(100),
  youtube_url             text,
  upload_strategy         varchar(50),
  scheduled_time          timestamptz,
  scheduled_publish_date  timestamptz,
  published_at            timestamptz,
  failed_step             video_job_status,
  resume_from             video_job_status,
  error_code              text,
  error_message           text,
  attempt                 integer not null default 1 constraint video_jobs_attempt_positive check (attempt >= 1),
  estimated_cost_usd      numeric(12, 4) constraint video_jobs_estimate_range check (estimated_cost_usd >= 0),
  cost_usd                numeric(12, 4) not null default 0,
  synthetic_content       boolean not null default true,
  cancel_requested_at     timestamptz,
  finished_at             timestamptz,
  deleted_at              timestamptz,
  created_at              timestamptz not null default now(),
  updated_at              timestamptz not null default now(),
  constraint video_jobs_owned unique (id, user_id),
  constraint video_jobs_of_own_channel foreign key (channel_id, user_id)
    references channels (id, user_id) on delete cascade,
  constraint video_jobs_failed_says_where check (status <> 'failed' or failed_step is not null),
  constraint video_jobs_finished_has_time
    check ((status in ('completed', 'failed', 'cancelled')) = (finished_at is not null))
);
create index idx_video_jobs_channel_id on video_jobs (channel_id, created_at desc);
create index idx_video_jobs_status on video_jobs (status, created_at);
create index idx_video_jobs_created_at on video_jobs (created_at desc);
create index idx_video_jobs_prompts on video_jobs using gin (prompts_json);
create index video_jobs_by_status on video_jobs (user_id, status, created_at desc);
select private.describe('video_jobs', $$
  Albums in the making: an hour or more of music over pictures.
  channel_id: The channel it is for.
  status: How far it is.
  niche_label: What the video is about.
  mood_keywords: How it should feel, separated by commas.
  target_duration_minutes: Length asked for, in minutes.
  prompts_json: {music_prompts, visual_prompts}: twenty different ones each.
  local_video_path: Where the video lies.
  output_directory: Where everything of the job lies.
  video_title: Title to publish it under.
  video_description: Description to publish, with chapters.
  is_draft: Not yet to be published.
  youtube_video_id: The video at YouTube.
  youtube_url: Its address there.
  upload_strategy: How it is published.
  scheduled_time: When it is uploaded.
  scheduled_publish_date: When it becomes public.
  published_at: When it became public.
  failed_step: Where it failed.
  resume_from: Where it goes on when tried again.
  error_code: Why, for programs.
  error_message: Why, for people.
  attempt: Counts executions.
  estimated_cost_usd: What it is expected to cost, in dollars.
  cost_usd: What it cost so far, in dollars.
  synthetic_content: Whether it is to be labelled as made by machine.
  cancel_requested_at: When the user asked to stop.
  finished_at: When it ended, one way or the other.
  deleted_at: When the user threw it away.
$$);
select private.enrol('video_jobs', kind => 'STDU', users_may =>
  'select, update (video_title, video_description, scheduled_time, scheduled_publish_date, upload_strategy, is_draft)');
select private.guard_states('video_jobs', 'status',
  '-> planned',
  'planned          -> generating_music, failed, cancelled',
  'generating_music -> generating_image, failed, cancelled',
  'generating_image -> rendering, failed, cancelled',
  'rendering        -> ready_for_export, failed, cancelled',
  'ready_for_export -> completed, failed, cancelled',
  'failed           -> planned, generating_music, generating_image, rendering, ready_for_export');
select private.stamp_states('video_jobs', 'status', 'finished_at', '{completed,failed,cancelled}');

create table audio_tracks (
  id                   uuid primary key default gen_random_uuid(),
  user_id              uuid not null default auth.uid(),
  video_job_id         uuid not null,
  provider             music_provider not null,
  provider_track_id    varchar(255),
  order_index          integer not null constraint audio_tracks_order_range check (order_index between 1 and 20),
  duration_seconds     numeric(6, 2) not null constraint audio_tracks_duration_positive check (duration_seconds > 0),
  local_file_path      text not null,
  license_document_url text,
  license_checked_at   timestamptz,
  prompt_text          text not null,
  is_selected          boolean not null default true,
  is_alternative       boolean not null generated always as (not is_selected) stored,
  display_order        integer not null default 1,
  status               text not null default 'ready' constraint audio_tracks_status_known
                       check (status in ('ready', 'failed')),
  error                text,
  sha256               text constraint audio_tracks_sha256_is_hash check (sha256 ~ '^[0-9a-f]{64}$'),
  cost_usd             numeric(12, 4) not null default 0,
  created_at           timestamptz not null default now(),
  constraint audio_tracks_of_own_job foreign key (video_job_id, user_id)
    references video_jobs (id, user_id) on delete cascade,
  constraint audio_tracks_selected_is_ready check (not is_selected or status = 'ready')
);
create unique index audio_tracks_one_per_slot on audio_tracks (video_job_id, order_index) where is_selected;
create index idx_audio_tracks_order on audio_tracks (video_job_id, order_index, display_order);
select private.describe('audio_tracks', $$
  Takes of an album's tracks; one is selected for each of its twenty places.
  video_job_id: The album.
  provider: Who made it.
  provider_track_id: The track there.
  order_index: Its place, 1 to 20.
  duration_seconds: Its length, in seconds.
  local_file_path: Where it lies.
  license_document_url: Its licence.
  license_checked_at: When the licence was looked at.
  prompt_text: What was asked for.
  is_selected: Whether it is the take to use.
  is_alternative: Whether it is another take.
  display_order: Order among the takes of a place.
  status: ready or failed.
  error: What went wrong.
  sha256: Hash of its bytes, in hex.
  cost_usd: What it cost in dollars.
$$);
select private.enrol('audio_tracks', erase => 'cascade');
select private.guard_states('audio_tracks', 'status', 'ready -> failed', 'failed -> ready');

create table images (
  id                  uuid primary key default gen_random_uuid(),
  user_id             uuid not null default auth.uid() constraint images_of_user
                      references auth.users (id) on delete cascade,
  video_job_id        uuid,
  provider            visual_provider not null,
  provider_image_id   varchar(255),
  order_index         integer constraint images_order_range check (order_index between 1 and 20),
  local_file_path     text not null,
  prompt_text         text not null,
  is_selected         boolean not null default true,
  is_alternative      boolean not null generated always as (not is_selected) stored,
  display_order       integer not null default 1,
  original_resolution varchar(20) constraint images_resolution_shape check (original_resolution ~ '^\d+x\d+$'),
  upscaled            boolean not null default false,
  status              text not null default 'ready' constraint images_status_known
                      check (status in ('ready', 'failed')),
  error               text,
  sha256              text constraint images_sha256_is_hash check (sha256 ~ '^[0-9a-f]{64}$'),
  cost_usd            numeric(12, 4) not null default 0,
  license_checked_at  timestamptz,
  created_at          timestamptz not null default now(),
  constraint images_of_own_job foreign key (video_job_id, user_id)
    references video_jobs (id, user_id) on delete cascade,
  constraint images_of_job_have_place check (video_job_id is null or order_index is not null),
  constraint images_selected_is_ready check (not is_selected or status = 'ready')
);
create unique index images_one_per_slot on images (video_job_id, order_index) where is_selected;
create index idx_images_order on images (video_job_id, order_index, display_order);
select private.describe('images', $$
  Takes of an album's pictures, each paired with the track of its place; or pictures by themselves.
  video_job_id: The album; null for a picture by itself.
  provider: Who made it.
  provider_image_id: The picture there.
  order_index: Its place, 1 to 20.
  local_file_path: Where it lies.
  prompt_text: What was asked for.
  is_selected: Whether it is the take to use.
  is_alternative: Whether it is another take.
  display_order: Order among the takes of a place.
  original_resolution: Size as it came: 1024x576.
  upscaled: Whether it was enlarged.
  status: ready or failed.
  error: What went wrong.
  sha256: Hash of its bytes, in hex.
  cost_usd: What it cost in dollars.
  license_checked_at: When the licence was looked at.
$$);
select private.enrol('images');
select private.guard_states('images', 'status', 'ready -> failed', 'failed -> ready');

create table render_tasks (
  id               uuid primary key default gen_random_uuid(),
  user_id          uuid not null default auth.uid(),
  video_job_id     uuid not null,
  ffmpeg_command   text not null,
  metadata         jsonb not null default '{}' constraint render_tasks_metadata_is_object
                   check (jsonb_typeof(metadata) = 'object'),
  local_video_path text,
  resolution       varchar(20) not null default '1920x1080' constraint render_tasks_resolution_shape
                   check (resolution ~ '^\d+x\d+$'),
  duration_seconds numeric(10, 2),
  status           render_status not null default 'pending',
  progress         integer not null default 0 constraint render_tasks_progress_range
                   check (progress between 0 and 100),
  attempt          integer not null default 1,
  encoder_log_tail text,
  output_sha256    text constraint render_tasks_sha256_is_hash check (output_sha256 ~ '^[0-9a-f]{64}$'),
  error_message    text,
  created_at       timestamptz not null default now(),
  started_at       timestamptz,
  completed_at     timestamptz,
  constraint render_tasks_of_own_job foreign key (video_job_id, user_id)
    references video_jobs (id, user_id) on delete cascade,
  constraint render_tasks_completed_has_time check ((status = 'completed') = (completed_at is not null))
);
create index idx_render_tasks_video_job_id on render_tasks (video_job_id, created_at desc);
create index idx_render_tasks_status on render_tasks (status);
create index idx_render_tasks_created_at on render_tasks (created_at desc);
select private.describe('render_tasks', $$
  Renderings of an album.
  video_job_id: The album.
  ffmpeg_command: What was run, to read; never given to a shell.
  metadata: {argv}: what was run, as a list.
  local_video_path: Where the video lies.
  resolution: Its size.
  duration_seconds: Its length, in seconds.
  status: pending, in_progress, completed or failed.
  progress: Percent done.
  attempt: Which try it is, from 1.
  encoder_log_tail: The end of the encoder's log.
  output_sha256: Hash of the video's bytes, in hex.
  error_message: What went wrong.
  started_at: When it began.
  completed_at: When it was done.
$$);
select private.enrol('render_tasks', erase => 'cascade');
select private.guard_states('render_tasks', 'status',
  'pending     -> in_progress, failed',
  'in_progress -> completed, failed, pending',
  'failed      -> pending');
select private.stamp_states('render_tasks', 'status', 'completed_at', '{completed}');

create table video_analytics (
  id                uuid primary key default gen_random_uuid(),
  user_id           uuid not null default auth.uid(),
  video_job_id      uuid not null,
  youtube_video_id  varchar(100) not null,
  views             integer not null default 0 constraint video_analytics_views_range check (views >= 0),
  watch_time_hours  numeric(10, 2),
  revenue_usd       numeric(10, 2),
  impressions       bigint constraint video_analytics_impressions_range check (impressions >= 0),
  ctr               numeric(7, 6) constraint video_analytics_ctr_range check (ctr between 0 and 1),
  avg_view_duration numeric(10, 2),
  snapshot_date     date not null,
  created_at        timestamptz not null default now(),
  constraint video_analytics_once_a_day unique (video_job_id, snapshot_date),
  constraint video_analytics_of_own_job foreign key (video_job_id, user_id)
    references video_jobs (id, user_id) on delete cascade
);
select private.describe('video_analytics', $$
  How a published album does, day by day.
  video_job_id: The album.
  youtube_video_id: The video at YouTube.
  views: How often it was watched.
  watch_time_hours: How long it was watched, in hours.
  revenue_usd: What it earned, in dollars.
  impressions: How often it was shown.
  ctr: Clicks per impression, 0 to 1.
  avg_view_duration: Seconds watched per view.
  snapshot_date: The day.
$$);
select private.enrol('video_analytics', by_owner => 'snapshot_date desc, id desc', erase => 'cascade');

-- What must be there before a step: twenty pairs to render, licences to export.
create function private.check_album() returns trigger
language plpgsql set search_path = '' as $$
declare
  tracks bigint;
  pictures bigint;
  unlicensed bigint;
begin
  select count(*), count(*) filter (where provider <> 'dummy' and license_document_url is null)
    into tracks, unlicensed
    from public.audio_tracks where video_job_id = new.id and is_selected;
  if new.status in ('rendering', 'ready_for_export') then
    select count(*) into pictures from public.images where video_job_id = new.id and is_selected;
    if (tracks, pictures) <> (20, 20) then
      raise exception 'an album needs 20 tracks and 20 pictures; it has % and %', tracks, pictures
        using errcode = '55000';
    end if;
  end if;
  if new.status = 'ready_for_export' and unlicensed > 0 then
    raise exception '% tracks have no licence', unlicensed using errcode = '55000';
  end if;
  return new;
end $$;
comment on function private.check_album() is
  'Trigger: rendering needs twenty pairs, export a licence for every track that was bought.';
create trigger video_jobs_complete before update of status on video_jobs for each row
  when (old.status is distinct from new.status and new.status in ('rendering', 'ready_for_export'))
  execute function private.check_album();

create function claim_video_job(p_from video_job_status, p_to video_job_status) returns setof video_jobs
language sql set search_path = '' as $$
  update public.video_jobs set status = p_to
   where id = (select id from public.video_jobs
                where status = p_from and cancel_requested_at is null and deleted_at is null
                order by created_at limit 1 for update skip locked)
  returning *
$$;
comment on function claim_video_job(video_job_status, video_job_status) is
  'Take the oldest album at a step and move it on; no two callers get the same.';
select private.allow('claim_video_job(video_job_status, video_job_status)', 'service_role');
