-- Projects: a video as its user configured it.

create table projects (
  id               uuid primary key default gen_random_uuid(),
  user_id          uuid not null default auth.uid() constraint projects_of_user
                   references auth.users (id) on delete cascade,
  title            text not null constraint projects_title_length
                   check (btrim(title) <> '' and length(title) <= 200),
  prompt_text      text not null constraint projects_prompt_length
                   check (btrim(prompt_text) <> '' and length(prompt_text) <= 20000),
  niche_preset     text not null constraint projects_niche_known check (niche_preset in
                   ('motivation', 'explainer', 'facts', 'history', 'finance', 'science')),
  target_minutes   integer not null default 1 constraint projects_minutes_range
                   check (target_minutes between 1 and 10),
  voice_profile_id uuid,
  transcript_mode  text not null default 'auto' constraint projects_transcript_mode_known
                   check (transcript_mode in ('auto', 'manual')),
  transcript_text  text constraint projects_transcript_length check (length(transcript_text) <= 100000),
  settings         jsonb not null default '{}' constraint projects_settings_is_object
                   check (jsonb_typeof(settings) = 'object'),
  draft_id         uuid,
  version          integer not null default 1,
  deleted_at       timestamptz,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  constraint projects_owned unique (id, user_id),
  constraint projects_from_own_draft foreign key (draft_id, user_id)
    references draft_prompts (id, user_id) on delete set null (draft_id),
  constraint projects_manual_has_transcript
    check (transcript_mode = 'auto' or btrim(coalesce(transcript_text, '')) <> '')
);
create index idx_projects_user on projects (user_id, created_at desc, id desc);
create index idx_projects_created on projects (created_at desc);
create index projects_by_draft on projects (draft_id) where draft_id is not null;
select private.describe('projects', $$
  A video as its user configured it.
  title: Name of the project and of its video.
  prompt_text: What the video is about.
  niche_preset: Kind of story.
  target_minutes: Length asked for, in minutes.
  voice_profile_id: A voice of the user's own.
  transcript_mode: auto writes the script, manual takes transcript_text word for word.
  transcript_text: The user's own script.
  settings: {format, voice, music_mood, captions, seed, voice_over_upload_id}.
  draft_id: The draft it grew from.
  version: Counts changes; a writer that saw an older one is refused.
  deleted_at: When the user threw it away.
$$);
select private.enrol('projects', kind => 'STDU', by_owner => null, users_may =>
  'select, delete,
   insert (id, user_id, title, prompt_text, niche_preset, target_minutes, voice_profile_id,
           transcript_mode, transcript_text, settings, draft_id),
   update (title, prompt_text, niche_preset, target_minutes, voice_profile_id,
           transcript_mode, transcript_text, settings, deleted_at)');

create function private.count_version() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.version := old.version + 1;
  return new;
end $$;
comment on function private.count_version() is 'Trigger: every change counts.';
create trigger projects_version before update on projects
  for each row execute function private.count_version();
