-- Publishing: albums on their way to a platform, several accounts of one platform, and what a
-- rotation showed on which day.

-- A studio has many channels, and each gives its own consent.
alter table oauth_connections
  drop constraint oauth_connections_one_per_platform,
  add constraint oauth_connections_account_once
    unique nulls not distinct (user_id, platform_name, platform_user_id);
comment on column oauth_connections.platform_user_id is 'Who the user is there; several accounts are several rows.';

alter table oauth_states
  add column channel_id uuid,
  add constraint oauth_states_of_own_channel foreign key (channel_id, user_id)
    references channels (id, user_id) on delete cascade;
create index oauth_states_by_channel on oauth_states (channel_id) where channel_id is not null;
comment on column oauth_states.channel_id is 'The channel that is to be connected.';

create table publications (
  id                  uuid primary key default gen_random_uuid(),
  user_id             uuid not null default auth.uid(),
  video_job_id        uuid not null constraint publications_one_per_album unique,
  oauth_connection_id uuid,
  platform            text not null constraint publications_platform_shape
                      check (platform ~ '^[a-z0-9_]{1,50}$'),
  state               text not null default 'queued' constraint publications_state_known
                      check (state in ('queued', 'uploading', 'finishing', 'published', 'failed', 'cancelled')),
  attempt             integer not null default 1 constraint publications_attempt_positive check (attempt >= 1),
  privacy             text not null constraint publications_privacy_known
                      check (privacy in ('public', 'unlisted', 'private')),
  scheduled_at        timestamptz,
  title               varchar(100) not null constraint publications_title_not_blank check (btrim(title) <> ''),
  description         text not null,
  synthetic_content   boolean not null,
  made_for_kids       boolean not null default false,
  video_key           text not null,
  size_bytes          bigint not null constraint publications_size_positive check (size_bytes > 0),
  thumbnail_key       text,
  thumbnail_type      text,
  sent_bytes          bigint not null default 0,
  session_encrypted   text,
  platform_video_id   varchar(100),
  platform_url        text,
  waits_until         timestamptz,
  error_code          text,
  error_message       text,
  note                text,
  finished_at         timestamptz,
  created_at          timestamptz not null default now(),
  updated_at          timestamptz not null default now(),
  constraint publications_of_own_album foreign key (video_job_id, user_id)
    references video_jobs (id, user_id) on delete cascade,
  constraint publications_of_own_account foreign key (oauth_connection_id, user_id)
    references oauth_connections (id, user_id) on delete set null (oauth_connection_id),
  constraint publications_sent_range check (sent_bytes between 0 and size_bytes),
  constraint publications_scheduled_becomes_public check (scheduled_at is null or privacy = 'public'),
  constraint publications_published_has_video check (state <> 'published' or platform_video_id is not null),
  constraint publications_finished_has_time
    check ((state in ('published', 'failed', 'cancelled')) = (finished_at is not null))
);
create index publications_by_account on publications (oauth_connection_id) where oauth_connection_id is not null;
create index publications_out on publications (user_id, platform_video_id) where state = 'published';
select private.describe('publications', $$
  Albums on their way to a platform, and those that have come there.
  video_job_id: The album; it is published once.
  oauth_connection_id: The account.
  platform: The platform.
  state: queued, uploading, finishing while the thumbnail is set, then published, failed or cancelled.
  attempt: Counts the times it was asked for; work of an older one stops.
  privacy: public, unlisted or private.
  scheduled_at: When it becomes public by itself; private until then.
  title: Title there.
  description: Description there.
  synthetic_content: Whether it is labelled as made by machine.
  made_for_kids: Whether it is labelled as made for children.
  video_key: Where the video lies.
  size_bytes: Its size.
  thumbnail_key: Where the thumbnail lies; null when there is none.
  thumbnail_type: Its media type.
  sent_bytes: How much of it has arrived.
  session_encrypted: The platform's address of this upload; encrypted, never shown.
  platform_video_id: The video there.
  platform_url: Where people watch it.
  waits_until: When it goes on, after the platform refused more for today.
  error_code: What went wrong last, for programs.
  error_message: The same, for people.
  note: What is not as it should be although it is published.
  finished_at: When it was published, failed or cancelled.
$$);
select private.enrol('publications', kind => 'STDU', export => 'redacted', users_may =>
  'select (id, user_id, video_job_id, oauth_connection_id, platform, state, attempt, privacy,
           scheduled_at, title, description, synthetic_content, made_for_kids, video_key, size_bytes,
           thumbnail_key, thumbnail_type, sent_bytes, platform_video_id, platform_url, waits_until,
           error_code, error_message, note, finished_at, created_at, updated_at)');
select private.guard_states('publications', 'state',
  '-> queued',
  'queued    -> uploading, cancelled, failed',
  'uploading -> finishing, failed',
  'finishing -> published, failed',
  'failed    -> queued, cancelled',
  'cancelled -> queued');
select private.stamp_states('publications', 'state', 'finished_at', '{published,failed,cancelled}');

-- What is being published stands still.
create function private.check_unpublished() returns trigger
language plpgsql set search_path = '' as $$
begin
  if exists (select from public.publications
              where video_job_id = new.id and state in ('queued', 'uploading', 'finishing')) then
    raise exception 'the album is being published' using errcode = '55000';
  end if;
  return new;
end $$;
comment on function private.check_unpublished() is
  'Trigger: an album is neither made anew nor thrown away while it is being published.';
create trigger video_jobs_stand_still before update of goal, deleted_at on video_jobs for each row
  when (new.goal is distinct from old.goal and new.goal is not null
        or new.deleted_at is distinct from old.deleted_at)
  execute function private.check_unpublished();

create table experiment_airings (
  id             uuid primary key default gen_random_uuid(),
  user_id        uuid not null default auth.uid(),
  experiment_key text not null,
  variant_key    text not null,
  day            date not null,
  aired_at       timestamptz not null default now(),
  created_at     timestamptz not null default now(),
  constraint experiment_airings_once unique (user_id, experiment_key, day),
  constraint experiment_airings_of_own_variant foreign key (user_id, experiment_key, variant_key)
    references metadata_experiments (user_id, experiment_key, variant_key) on update cascade on delete cascade
);
create index experiment_airings_by_variant on experiment_airings (user_id, experiment_key, variant_key);
select private.describe('experiment_airings', $$
  What a rotation showed: the title or thumbnail that was set for a day.
  experiment_key: The experiment.
  variant_key: The variant that was shown.
  day: The day, as the platform counts days.
  aired_at: When it was set there; a day that began with another variant does not count.
$$);
select private.enrol('experiment_airings', by_owner => 'day desc, id desc', erase => 'cascade');

insert into private.event_kinds values
  ('album.published', null, 'never'), ('album.unpublished', null, 'never');
