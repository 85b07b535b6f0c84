-- create --
-- A new project of the asking user.
insert into projects (title, prompt_text, niche_preset, target_minutes, voice_profile_id,
                      transcript_mode, transcript_text, settings, draft_id)
values (%(title)s, %(prompt_text)s, %(niche_preset)s, %(target_minutes)s, %(voice_profile_id)s,
        %(transcript_mode)s, %(transcript_text)s, %(settings)s, %(draft_id)s)
returning id, title, prompt_text, niche_preset, target_minutes, voice_profile_id, transcript_mode,
          transcript_text, settings, draft_id, version, created_at, updated_at;

-- get --
-- One project of the asking user.
select id, title, prompt_text, niche_preset, target_minutes, voice_profile_id, transcript_mode,
       transcript_text, settings, draft_id, version, created_at, updated_at
from projects where id = %(id)s and user_id = auth.uid() and deleted_at is null;

-- page --
-- The user's projects, newest first.
select id, title, prompt_text, niche_preset, target_minutes, voice_profile_id, transcript_mode,
       transcript_text, settings, draft_id, version, created_at, updated_at
from projects
where user_id = auth.uid() and deleted_at is null
  and (%(niche_preset)s::text is null or niche_preset = %(niche_preset)s)
  and (%(after)s::timestamptz is null
       or (created_at, id) < (%(after)s::timestamptz, %(after_id)s::uuid))
order by created_at desc, id desc limit %(limit)s;

-- change --
-- Change what the request names, if the project still is at the version the client read.
update projects as mine
set (title, prompt_text, niche_preset, target_minutes, voice_profile_id, transcript_mode,
     transcript_text, settings) = (
  select changed.title, changed.prompt_text, changed.niche_preset, changed.target_minutes,
         changed.voice_profile_id, changed.transcript_mode, changed.transcript_text,
         mine.settings || changed.settings
  from jsonb_populate_record(mine, %(changes)s) as changed)
where id = %(id)s and user_id = auth.uid() and deleted_at is null
  and (%(version)s::int is null or version = %(version)s)
returning id, title, prompt_text, niche_preset, target_minutes, voice_profile_id, transcript_mode,
          transcript_text, settings, draft_id, version, created_at, updated_at;

-- running --
-- Whether a job of the project has not ended.
select exists (select from jobs where project_id = %(id)s and user_id = auth.uid()
               and status not in ('READY', 'FAILED', 'CANCELLED'));

-- delete --
-- Throw a project away; a trigger takes its jobs' assets back and promises that their files go.
update projects set deleted_at = clock_timestamp()
where id = %(id)s and user_id = auth.uid() and deleted_at is null;

-- has_voice_over --
-- Whether the user has this recording, arrived or still to come.
select exists (select from uploads where id = %(id)s and user_id = auth.uid()
               and purpose = 'voice_over' and state in ('pending', 'ready'));
