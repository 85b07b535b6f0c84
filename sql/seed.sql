-- One demo studio: Moonpuddle makes long, quiet music videos and short narrated films, and markets
-- both. A believable row in every table, its times counted back from now; every brand is invented,
-- every address an example. Rows only: nothing lies in storage behind their keys.
--
-- Loaded in one transaction by the owner of the schema, who takes on the rights of `service_role`
-- acting for the user who gets the studio: `python -m infra.local seed --help`, or
--   psql "$OWNER_DATABASE_URL" -1 -c 'set role service_role' \
--     -c "select set_config('request.jwt.claims', '{\"sub\": \"<id of the user>\"}', true)" -f sql/seed.sql
-- Row level security, guards and triggers hold as for any worker: rows begin where rows may begin
-- and are moved on by update; what follows by itself (scores, counters, memory, the books of the
-- credits) is left to follow. Owner columns are left out: their default is the acting user.
--
-- An id is made of the user and a label: pg_temp.id('campaign 3'). The mark of a studio is an entry
-- of the ledger, which nobody can delete: whoever has one is left alone.

create or replace function pg_temp.id(label text) returns uuid language sql stable
  return md5(auth.uid() || label)::uuid;
create or replace function pg_temp.ids(label text, first int, last int) returns uuid[] language sql stable
  return array(select pg_temp.id(label || ' ' || n) from generate_series(first, last) n);

do $studio$
declare
  me constant uuid := auth.uid();
  today constant date := (now() at time zone 'UTC')::date;
  monday constant date := date_trunc('week', today)::date;
  stages constant text[] := array['SCRIPTING', 'VOICE_GEN', 'ALIGNMENT', 'VISUAL_PLAN', 'IMAGE_GEN',
                                  'TIMELINE', 'RENDERING', 'PACKAGING'];
  job record;
begin
if me is null then
  raise exception 'say whose studio it is: request.jwt.claims has no sub';
end if;
perform pg_advisory_xact_lock(hashtextextended('demo studio ' || me, 0));
if exists (select from credit_ledger where user_id = me and idempotency_key = 'demo-studio') then
  return;
end if;
perform set_config('timezone', 'UTC', true);

-- ── Who it is ────────────────────────────────────────────────────────────────────────────────────

perform ensure_profile(me, auth.jwt() ->> 'email', 'Studio Owner');
update profiles set avatar_url = 'https://moonpuddle.example/owner.png'
 where id = me and avatar_url is null;

insert into user_preferences (id, interface_mode, timezone, locale, preference_data)
values (pg_temp.id('preferences'), 'advanced', 'Europe/Berlin', 'en-GB',
        '{"editor": {"autoplay": false, "grid": true}, "lists": {"page_size": 25}}')
on conflict (user_id) do nothing;

-- Consent comes first: without it nobody's clicks are noted.
insert into user_privacy_settings (id, data_processing_consent, marketing_consent, analytics_consent,
  policy_version)
values (pg_temp.id('privacy'), true, false, true, '2026-01')
on conflict (user_id) do nothing;

-- The mark, and credits to work with; the welcome credits were given above.
perform add_credits(me, 'subscription', 60, 'demo-studio', now() + interval '30 days');
perform add_credits(me, 'purchase', 4, 'demo-purchase', null, 10, 'pi_demo_' || md5(me || 'purchase'));

-- ── Drafts, projects, jobs ───────────────────────────────────────────────────────────────────────

insert into draft_prompts (id, session_token, user_id, prompt_text, options, claimed_at, ip_hash,
  created_at, expires_at)
select pg_temp.id('draft ' || n), private.draft_token(me || ' session ' || n), me, prompt,
       jsonb_build_object('minutes', n, 'format', '16:9'), now() - n * interval '1 day',
       md5(me || 'address'), now() - n * interval '1 day' - interval '5 minutes',
       now() + (7 - n) * interval '1 day'
  from (values (1, 'How a lighthouse keeper measures fog'),
               (2, 'Seven small facts about moss, told slowly'),
               (3, 'Why old pianos drift out of tune in winter')) draft (n, prompt);

insert into projects (id, title, prompt_text, niche_preset, target_minutes, transcript_mode,
  transcript_text, settings, draft_id, deleted_at, created_at)
select pg_temp.id('project ' || n), title, prompt, niche, minutes,
       case n when 6 then 'manual' else 'auto' end,
       case n when 6 then 'Every coin was once an argument. Someone had to say what it was worth, '
                          'and someone had to agree.' end,
       jsonb_build_object('format', format, 'seed', 1000 + n, 'captions', true),
       case when n <= 2 then pg_temp.id('draft ' || n) end,
       case n when 10 then now() - interval '20 days' end,
       now() - age * interval '1 day'
  from (values
    (1, 'The keeper of the fog', 'How a lighthouse keeper measures fog', 'history', 2, '16:9', 1),
    (2, 'Seven facts about moss', 'Seven small facts about moss, told slowly', 'facts', 1, '9:16', 2),
    (3, 'Three hearts', 'Why octopuses have three hearts', 'science', 3, '16:9', 6),
    (4, 'What compound interest feels like', 'Compound interest explained with a pot of sourdough',
     'finance', 2, '1:1', 11),
    (5, 'Getting up at four', 'Why bakers love the hour nobody sees', 'motivation', 1, '9:16', 17),
    (6, 'The first coins', 'How the first coins settled an argument', 'finance', 1, '16:9', 24),
    (7, 'Why rain smells', 'Where the smell of rain comes from', 'science', 2, '16:9', 33),
    (8, 'How bridges sing', 'Why some bridges hum in the wind', 'explainer', 4, '16:9', 45),
    (9, 'The paper road', 'How paper travelled the Silk Road', 'history', 3, '16:9', 58),
    (10, 'A list of towels', 'Twelve towels, ranked', 'facts', 1, '16:9', 30)
  ) project (n, title, prompt, niche, minutes, format, age);

-- All of them have ended: a job that ran would need an execution behind it.
insert into jobs (id, project_id, status, progress, status_message, cost_credits_reserved,
  cost_credits_final, failed_step, error_code, error_message, output_url, manifest_json, settings,
  created_at, started_at, finished_at)
select pg_temp.id('job ' || n), p.id, status::job_status, progress,
       case status when 'READY' then 'Ready' when 'FAILED' then 'Failed' else 'Cancelled' end,
       p.target_minutes, case status when 'READY' then p.target_minutes end,
       failed_step, error_code, error_message,
       case status when 'READY' then format('s3://media/%s/jobs/%s/video.mp4', me,
                                            pg_temp.id('job ' || n)) end,
       case status when 'READY' then jsonb_build_object('seconds', p.target_minutes * 60 + n, 'scenes',
                                                        p.target_minutes * 6) end,
       jsonb_build_object('title', p.title, 'prompt', p.prompt_text, 'niche', p.niche_preset,
                          'minutes', p.target_minutes, 'seed', 1000 + n, 'format', p.settings ->> 'format'),
       p.created_at + late, p.created_at + late + interval '3 seconds',
       p.created_at + late + interval '3 seconds' + p.target_minutes * interval '41 seconds'
  from (values
    (1, 1, 'READY', 100, null, null, null, interval '4 minutes'),
    (2, 2, 'READY', 100, null, null, null, interval '6 minutes'),
    (3, 3, 'FAILED', 50, 'IMAGE_GEN', 'ProviderUnavailable', 'The picture provider did not answer.',
     interval '2 minutes'),
    (4, 3, 'READY', 100, null, null, null, interval '1 hour'),
    (5, 4, 'READY', 100, null, null, null, interval '3 minutes'),
    (6, 5, 'READY', 100, null, null, null, interval '9 minutes'),
    (7, 6, 'READY', 100, null, null, null, interval '5 minutes'),
    (8, 7, 'CANCELLED', 25, null, null, null, interval '2 minutes'),
    (9, 7, 'READY', 100, null, null, null, interval '12 minutes'),
    (10, 8, 'READY', 100, null, null, null, interval '7 minutes'),
    (11, 9, 'READY', 100, null, null, null, interval '5 minutes'),
    (12, 10, 'FAILED', 5, 'SCRIPTING', 'ProviderRejected', 'The text was refused by the writer.',
     interval '1 minute')
  ) made (n, project, status, progress, failed_step, error_code, error_message, late)
  join projects p on p.id = pg_temp.id('project ' || project);

insert into job_steps (id, job_id, step_name, step_order, state, progress_pct, error_message, attempts,
  duration_ms, cost_usd, item_total, item_done, started_at, finished_at, created_at)
select md5(j.id || stage)::uuid, j.id, stage, place, state::step_status,
       case state when 'succeeded' then 100 else 0 end,
       case state when 'failed' then j.error_message end,
       case state when 'succeeded' then 1 when 'failed' then 4 else 0 end,
       case state when 'pending' then 0 else 3000 + place * 400 end,
       case when state = 'succeeded'
         and stage in ('SCRIPTING', 'VOICE_GEN', 'IMAGE_GEN') then 0.0125 * place else 0 end,
       case when stage in ('VOICE_GEN', 'IMAGE_GEN', 'RENDERING') then 6 end,
       case when stage in ('VOICE_GEN', 'IMAGE_GEN', 'RENDERING') and state = 'succeeded' then 6 else 0 end,
       case when state <> 'pending' then j.started_at + (place - 1) * interval '5 seconds' end,
       case when state <> 'pending' then j.started_at + place * interval '5 seconds' end, j.created_at
  from jobs j
 cross join unnest(stages) with ordinality as step (stage, place)
 cross join lateral (select case
         when j.status = 'READY' or place < array_position(stages, j.failed_step) then 'succeeded'
         when stage = j.failed_step then 'failed'
         when j.status = 'CANCELLED' and place <= 2 then 'succeeded' else 'pending' end as state) so_far
 where j.id = any (pg_temp.ids('job', 1, 12));

insert into job_events (id, job_id, level, stage, message, meta, created_at)
select md5(s.id || 'event')::uuid, s.job_id, case s.state when 'failed' then 'error' else 'info' end,
       s.step_name,
       case s.state when 'failed' then s.error_message
         else initcap(replace(s.step_name, '_', ' ')) || ' is done' end,
       jsonb_build_object('attempt', 1), s.finished_at
  from job_steps s
 where s.state <> 'pending' and s.job_id = any (pg_temp.ids('job', 1, 12))
 order by s.finished_at;

insert into assets (id, job_id, type, storage_path, size_bytes, mime_type, sha256, metadata_json,
  expires_at, created_at)
select md5(j.id || file)::uuid, j.id, type, format('%s/jobs/%s/%s', me, j.id, file),
       bytes * (j.settings ->> 'minutes')::int,
       mime, encode(sha256(convert_to(j.id || file, 'UTF8')), 'hex'),
       case type when 'video' then jsonb_build_object('seconds', (j.settings ->> 'minutes')::int * 60,
                                                      'height', 1080) else '{}' end,
       j.finished_at + interval '90 days', j.finished_at
  from jobs j
 cross join (values ('video', 'video.mp4', 21400000, 'video/mp4'),
                    ('thumbnail', 'thumbnail.jpg', 182000, 'image/jpeg'),
                    ('captions', 'captions.srt', 2100, 'application/x-subrip'),
                    ('captions', 'captions.vtt', 2200, 'text/vtt'),
                    ('manifest', 'manifest.json', 4100, 'application/json'),
                    ('licences', 'licences.json', 900, 'application/json'),
                    ('zip', 'everything.zip', 24100000, 'application/zip')) made (type, file, bytes, mime)
 where j.status = 'READY' and j.id = any (pg_temp.ids('job', 1, 12));

-- ── The house's own books ────────────────────────────────────────────────────────────────────────

insert into private.outbox (id, topic, payload, dedupe_key, attempts, delivered_at, created_at)
select md5(j.id || 'mail')::uuid, 'email', jsonb_build_object('job_id', j.id), 'demo:email:' || j.id, 1,
       j.finished_at + interval '2 seconds', j.finished_at
  from jobs j
 where j.status = 'READY' and j.id = any (pg_temp.ids('job', 1, 12))
   and j.finished_at > now() - interval '20 days';

insert into private.idempotency (key, request_hash, state, status, body)
select 'demo-' || n, md5(me || 'request ' || n), 'done', 201,
       jsonb_build_object('id', pg_temp.id('job ' || n))
  from generate_series(1, 2) n;

insert into private.step_results (job_id, step, item, state, result, claimed_at, done_at)
select s.job_id, s.step_name, '', 'done', jsonb_build_object('seconds', 60), s.started_at, s.finished_at
  from job_steps s where s.job_id = pg_temp.id('job 1') and s.state = 'succeeded';

insert into private.paid_calls (key, provider, kind, state, artifact_key, result, cost_usd, created_at,
  done_at, run_id, stage)
select encode(sha256(convert_to(s.id || 'paid', 'UTF8')), 'hex'), 'local', kind, 'done',
       format('%s/paid/%s', me, md5(s.id || kind)), '{}', s.cost_usd, s.started_at, s.finished_at,
       s.job_id, s.step_name
  from job_steps s
  join (values ('SCRIPTING', 'text'), ('VOICE_GEN', 'voice'), ('IMAGE_GEN', 'image')) call (stage, kind)
    on call.stage = s.step_name and s.state = 'succeeded'
 where s.job_id = any (pg_temp.ids('job', 1, 12));

insert into private.blobs (sha256, path, size_bytes)
select a.sha256, a.storage_path, a.size_bytes from assets a
 where a.type in ('video', 'thumbnail') and a.job_id = pg_temp.id('job 1');

-- ── Credits: every entry is written by the functions that alone may; their time is now ───────────

for job in select j.id, j.status, p.target_minutes as minutes
             from jobs j join projects p on p.id = j.project_id
            where j.id = any (pg_temp.ids('job', 1, 12))
            order by j.created_at
loop
  perform reserve_credits(me, job.id, job.minutes);
  if job.status = 'READY' then
    perform settle_credits(job.id, job.minutes);
  else
    perform release_credits(job.id);
  end if;
end loop;
update jobs j set hold_id = h.id from credit_holds h
 where h.user_id = me and h.job_id = j.id and j.hold_id is null;
perform refund_credits(pg_temp.id('job 10'), 2, 'demo-refund',
                       'The bridge hummed off key: two credits back');
perform revoke_purchase('pi_demo_' || md5(me || 'purchase'), 4, 'demo-chargeback');

-- ── Uploads and webhooks ─────────────────────────────────────────────────────────────────────────

insert into uploads (id, project_id, purpose, key, file_name, declared_type, max_bytes, state, size_bytes,
  sniffed_type, sha256, seconds, refused_reason, created_at, expires_at)
select pg_temp.id('upload ' || n), case purpose when 'voice_over' then pg_temp.id('project 6') end, purpose,
       format('%s/uploads/%s', me, pg_temp.id('upload ' || n)), file_name, declared, 50000000, state,
       bytes, sniffed,
       case when bytes is not null then encode(sha256(convert_to(me || file_name, 'UTF8')), 'hex') end,
       seconds, refused, now() - n * interval '4 days',
       now() - n * interval '4 days' + interval '15 minutes'
  from (values
    (1, 'voice_over', 'coins-take-3.wav', 'audio/wav', 'ready', 5760044, 'audio/x-wav', 60.0, null),
    (2, 'image', 'logo.png', 'image/png', 'ready', 48211, 'image/png', null, null),
    (3, 'knowledge', 'house-style.pdf', 'application/pdf', 'ready', 380110, 'application/pdf', null, null),
    (4, 'music', 'rain-loop.mp3', 'audio/mpeg', 'refused', 9120, 'text/html', null,
     'It is a web page, not sound.'),
    (5, 'image', 'never-sent.png', 'image/png', 'expired', null, null, null, null)
  ) upload (n, purpose, file_name, declared, state, bytes, sniffed, seconds, refused);

-- Neither is used any more: a demo tells nobody.
insert into webhooks (id, name, url, description, events, is_active, secret_token, last_triggered_at,
  last_response_code, retry_count, first_failure_at, disabled_at, disabled_reason, created_at)
values
  (pg_temp.id('webhook 1'), 'Release board', 'https://hooks.moonpuddle.example/releases',
   'Ticks off finished films',
   '{job.completed,job.failed}', false, 'sealed', now() - interval '1 day', 204, 0, null, null, null,
   now() - interval '70 days'),
  (pg_temp.id('webhook 2'), 'Old chat room', 'https://chat.fogbottom.example/in/77', null,
   '{}', false, 'sealed', now() - interval '9 days', 410, 12, now() - interval '12 days',
   now() - interval '9 days',
   'It failed for three days.', now() - interval '90 days');

insert into webhook_events (id, event_type, payload, subject_id, dedupe_key, created_at)
select md5(j.id || 'told')::uuid, type,
       jsonb_build_object('type', type, 'timestamp', j.finished_at, 'data',
                          jsonb_build_object('job_id', j.id, 'status', j.status)),
       j.id, 'demo:' || j.id, j.finished_at
  from jobs j
 cross join lateral (select case j.status when 'READY' then 'job.completed' when 'FAILED' then 'job.failed'
                                          else 'job.cancelled' end as type) event
 where j.finished_at > now() - interval '28 days' and j.id = any (pg_temp.ids('job', 1, 12));

insert into webhook_deliveries (id, webhook_id, event_id, event_type, payload, status, attempt,
  response_code, response_excerpt, duration_ms, created_at)
select md5(e.id || 'delivery ' || hook)::uuid, pg_temp.id('webhook ' || hook), e.id, e.event_type,
       e.payload,
       status, attempt, code, excerpt, 80 + 37 * attempt, e.created_at
  from webhook_events e
  join (values (1, 'succeeded', 1, 204, null), (2, 'exhausted', 12, 410, 'This room was closed.'))
    told (hook, status, attempt, code, excerpt)
    on hook = 1 or e.created_at < now() - interval '9 days'
 where e.dedupe_key like 'demo:%';

-- ── The channel pipeline ─────────────────────────────────────────────────────────────────────────

insert into research_cache (id, topic, content, deep_analysis, provider, tokens, cost_usd, hit_count,
  last_hit_at, created_at, updated_at)
select pg_temp.id('research ' || n), topic, summary,
       jsonb_build_object('angles', jsonb_build_array('origin', 'everyday use', 'what surprises')),
       'Parrotdesk', 1800 + 240 * n, 0.0040 * n, 9 - n, now() - n * interval '3 hours',
       now() - n * interval '1 day', now() - n * interval '1 day'
  from (values
    (1, 'sounds that help people sleep',
     'Steady broadband sound masks what wakes; melody should be slow and unsurprising.'),
    (2, 'fog signals', 'Horns, bells and cannon: how coasts spoke before radio.'),
    (3, 'moss gardens', 'Moss needs shade, patience and rain that falls gently.'),
    (4, 'why bridges hum', 'Wind sheds vortices from cables; at the right speed a deck answers.'),
    (5, 'lo-fi study music audiences', 'Listeners come for company without words and stay for the length.'),
    (6, 'history of paper', 'Rags, bark and water: a craft that walked west with caravans.')
  ) research (n, topic, summary);

insert into research_days (day, outcome, lookups, saved_usd)
select today - n, outcome, greatest(1, round(share * (6 + 4 * sin(n)))::int),
       case when outcome in ('hit', 'coalesced') then round((share * (6 + 4 * sin(n)) * 0.012)::numeric, 4)
         else 0 end
  from generate_series(0, 29) n
 cross join (values ('hit', 1.0), ('miss', 0.4), ('stale', 0.2), ('coalesced', 0.3), ('bypass', 0.1))
   asked (outcome, share)
on conflict do nothing;

insert into scripts (id, title, content, topic_key, run_id, channel_id, version, parent_id, word_count,
  status, session_id, created_at)
select pg_temp.id('script ' || n), title, body, private.topic_key(title),
       pg_temp.id('job ' || n)::text, channel, version,
       case when n = 3 then pg_temp.id('script 2') end, cardinality(regexp_split_to_array(body, '\s+')),
       status,
       'session-' || (n + 1) / 2, now() - (30 - 4 * n) * interval '1 day'
  from (values
    (1, 'The keeper of the fog',
     'Before radar there was a man with a bell and a bucket of patience. He counted posts in the fog.',
     'stories', 1, 'approved'),
    (2, 'Seven facts about moss', 'Moss has no roots. It holds on by being unremarkable.', 'stories', 1,
     'rejected'),
    (3, 'Seven facts about moss',
     'Moss has no roots. It drinks with its whole skin, and it can wait a hundred years for rain.',
     'stories', 2, 'approved'),
    (4, 'Three hearts',
     'Two hearts serve the gills and one serves everything else. When an octopus swims, that one stops.',
     'stories', 1, 'approved'),
    (5, 'How bridges sing', 'A bridge is a string nobody meant to tune. Then the wind finds it.',
     'stories', 1, 'draft'),
    (6, 'Getting up at four', 'At four the street belongs to the people who make breakfast.', 'focus', 1,
     'draft')
  ) script (n, title, body, channel, version, status);

insert into pipeline_runs (id, run_id, stage, status, error_summary, error_code, input_refs, output_refs,
  metrics, channel_id, started_at, finished_at, created_at)
select md5(s.id || 'run')::uuid, s.job_id::text, s.step_name, case s.state when 'failed' then 'failure'
       else 'success' end,
       s.error_message, case s.state when 'failed' then 'ProviderUnavailable' end,
       jsonb_build_object('job', s.job_id),
       case s.state when 'succeeded' then jsonb_build_object('result', s.step_name) else '{}' end,
       jsonb_build_object('latency_ms', s.duration_ms, 'tokens',
                          case s.step_name when 'SCRIPTING' then 1450 else 0 end,
                          'cost_usd', s.cost_usd, 'cache_hit', s.step_name = 'VISUAL_PLAN', 'retry_count',
                          greatest(s.attempts - 1, 0)),
       'stories', s.started_at, s.finished_at, s.finished_at
  from job_steps s
 where s.state <> 'pending' and s.job_id = any (pg_temp.ids('job', 1, 12));

-- One is decided, one runs, one came to nothing; their counts are the sums of experiment_days below.
insert into metadata_experiments (id, video_id, experiment_type, title_variant, thumbnail_variant,
  assignment, metric, plan, start_date, end_date, notes, experiment_key, variant_key, is_control, status,
  verdict, decided_at, created_at)
select pg_temp.id('experiment ' || key || variant), video, type, title, thumbnail, 'concurrent', 'ctr',
       jsonb_build_object('assignment', 'concurrent', 'days', days, 'per_arm', days * 1450,
         'unit', 'impressions', 'feasible', true, 'smallest_effect', 0.09,
         'aim', '{"assignment": "concurrent", "rate": 0.046, "effect": 0.15,
                  "daily_impressions": 2900}'::jsonb),
       now() - age * interval '1 day', now() - (age - days) * interval '1 day', notes, key, variant,
       variant = 'a', status,
       case status when 'decided' then
         '{"outcome": "winner", "winner": "b", "reason": "b is clicked 17 % more often (8 to 26 %).",
           "comparisons": [{"variant_key": "b", "metric": "ctr", "control_value": 0.0463, "value": 0.0541,
                            "lift": 0.17, "low": 0.08, "high": 0.26, "p": 0.0003, "n": 40430,
                            "method": "pooled z, Newcombe''s interval"}], "warnings": []}'::jsonb
       when 'inconclusive' then
         '{"outcome": "none", "winner": null, "reason": "No difference can be told from chance.",
           "comparisons": [], "warnings": []}'::jsonb end,
       case when status in ('decided', 'inconclusive') then now() - (age - days - 3) * interval '1 day' end,
       now() - (age + 1) * interval '1 day'
  from (values
    ('rain-thumbnail', 'a', 'demo-rain-01', 'thumbnail', null, 'window at dusk', 40, 'decided', null),
    ('rain-thumbnail', 'b', 'demo-rain-01', 'thumbnail', null, 'single lamp', 40, 'decided',
     'One light beats a view.'),
    ('focus-title', 'a', 'demo-focus-02', 'title', '80 Minutes of Quiet Focus', null, 9, 'running', null),
    ('focus-title', 'b', 'demo-focus-02', 'title', 'Write Until the Kettle Sings', null, 9, 'running',
     null),
    ('focus-title', 'c', 'demo-focus-02', 'title', 'Deep Work, Soft Piano', null, 9, 'running', null),
    ('sleep-comment', 'a', 'demo-sleep-03', 'pinned_comment_conversion', null, 'newsletter link', 70,
     'inconclusive', null),
    ('sleep-comment', 'b', 'demo-sleep-03', 'pinned_comment_conversion', null, 'album link', 70,
     'inconclusive', 'Too few clicks to say.')
  ) experiment (key, variant, video, type, title, thumbnail, age, status, notes)
 cross join lateral (select case status when 'running' then 28 else 14 end as days) length;

insert into channel_configs (id, channel_id, name, tone_profile, format_profile, kpi_targets, channel_type,
  is_active, created_at)
select pg_temp.id('config ' || channel), channel, name, tone, format, kpis::jsonb, type, active,
       now() - interval '100 days'
  from (values
    ('sleep', 'Moonpuddle Sleep', 'barely there', '75 minutes, living rain',
     '{"ctr": 0.045, "avd": 1900, "cadence": 2}', 'ambience', true),
    ('focus', 'Moonpuddle Focus', 'steady and kind', '80 minutes, drifting stills',
     '{"ctr": 0.05, "avd": 1500, "cadence": 2}', 'ambience', true),
    ('stories', 'Moonpuddle Stories', 'curious, unhurried', '1 to 5 minutes, narrated',
     '{"ctr": 0.06, "avd": 85, "cadence": 3}', 'education', true),
    ('harbour', 'Moonpuddle Harbour', 'salty', '60 minutes, embers', '{}', 'ambience', false)
  ) config (channel, name, tone, format, kpis, type, active);

-- What providers were paid, day by day: as the bookkeeper, for record_cost knows no past.
set local role bookkeeper;
insert into channel_costs (user_id, id, channel_id, run_id, provider, cost_usd, tokens, model_name,
  operation, units, unit, is_estimate, dedupe_key, cached, saved_usd, created_at)
select me, pg_temp.id('cost ' || n || provider), (array['sleep', 'focus', 'stories'])[1 + n % 3],
       'demo-run-' || n / 3, provider,
       case when cached then 0 else price end, case unit when 'token' then 1200 + 90 * n end, model,
       operation, units, unit,
       n < 5, format('demo:%s:%s', provider, n), cached, case when cached then price else 0 end,
       now() - n * interval '1 day' - interval '2 hours'
  from generate_series(0, 59) n
 cross join (values ('Soundwell', 'soundwell-2', 'music', 180::numeric, 'second'),
                    ('Inkmoth', 'inkmoth-wide', 'picture', 1, 'image'),
                    ('Parrotdesk', 'parrot-large', 'text', 1, 'token'))
                      vendor (provider, model, operation, units, unit)
 cross join lateral (select n % 7 = 3 and unit = 'token' as cached,
                            round((case unit when 'second' then 0.09 when 'image' then 0.04
                                   else 0.012 end * (1 + 0.2 * sin(n)))::numeric, 6) as price) paid;
set local role service_role;

-- ── Campaigns: 1 to 3 run, 4 rests, 5 and 6 are over, 7 waits, 8 is being written ───────────────

insert into campaigns (id, name, description, type, channels, total_budget, budget_allocated,
  budget_breakdown, start_date, end_date, primary_objective, target_audience, demographics, kpi_targets,
  content, compliance_checklist, auto_managed, created_at)
select pg_temp.id('campaign ' || n), name, about, type, to_jsonb(channels), budget, budget * 0.8,
       (select jsonb_object_agg(channel, round(budget * 0.8 / cardinality(channels), 2))
        from unnest(channels) channel),
       now() + starts * interval '1 day', now() + ends * interval '1 day', objective, audience,
       '{"age": "20-45", "region": ["DE", "GB", "US"]}',
       jsonb_build_object('clicks', 1500, 'leads', 40, 'revenue', budget * 2),
       jsonb_build_object('headline', name, 'body', about),
       '[{"item": "Licences attached", "done": true}, {"item": "Labelled as made by machine", "done": true}]',
       n in (1, 2), now() + least(starts - 5, -1) * interval '1 day'
  from (values
    (1, 'Rainy season albums', 'Four hours of rain for four kinds of night.', 'brand_awareness',
     array['video', 'newsletter'], 2400, -45, 30, 'Sleep channel to 50,000 listeners',
     'People who sleep badly in cities'),
    (2, 'Focus for writers', 'Albums cut to the length of a writing day.', 'lead_generation',
     array['newsletter', 'search', 'podcast'], 1800, -38, 20, '120 newsletter sign-ups a week',
     'Writers and students'),
    (3, 'Licence our rain', 'Ambient beds for games, apps and waiting rooms.', 'partnership',
     array['mail', 'search'], 3000, -30, 60, 'Ten licensing deals', 'Small game and app studios'),
    (4, 'Story shorts', 'One narrated minute a day.', 'social_media', array['video', 'social'], 900, -60,
     25, 'Find the format that holds', 'Curious commuters'),
    (5, 'Hello, harbour', 'The launch of a fourth channel.', 'product_launch',
     array['video', 'social', 'newsletter'], 1200, -90, -35, 'Launch the Harbour channel',
     'Listeners of the Sleep channel'),
    (6, 'Winter lullabies', 'Last winter''s album and its tea.', 'content', array['newsletter', 'shop'],
     600, -140, -80, 'Sell 300 bundles', 'Newsletter readers'),
    (7, 'Spring cleaning sounds', 'Brooms, kettles, open windows.', 'content',
     array['video', 'newsletter'], 800, 12, 55, 'A quiet hit in spring', 'Everyone with a broom'),
    (8, 'Night trains', 'An album per line, recorded by machine.', 'brand_awareness', array['video'], 1500,
     40, 90, 'Ten albums in ten weeks', 'People who sleep in trains')
  ) campaign (n, name, about, type, channels, budget, starts, ends, objective, audience);
update campaigns set parent_campaign_id = pg_temp.id('campaign 5') where id = pg_temp.id('campaign 1');

update campaigns set status = 'scheduled' where id = any (pg_temp.ids('campaign', 1, 7));
update campaigns set status = 'active', launched_at = start_date
 where id = any (pg_temp.ids('campaign', 1, 6));
update campaigns set status = 'paused', paused_at = now() - interval '6 days'
 where id = pg_temp.id('campaign 4');
update campaigns set status = 'completed', completed_at = end_date
 where id = any (pg_temp.ids('campaign', 5, 6));
update campaigns set status = 'archived', archived_at = now() - interval '40 days'
 where id = pg_temp.id('campaign 6');

insert into campaign_tasks (id, campaign_id, title, description, status, priority, position, source,
  due_date, completed_at, created_at)
select pg_temp.id('task ' || c || title), pg_temp.id('campaign ' || c), title, about,
       state, priority, place, source, now() + (place * 5 - 12 + c) * interval '1 day',
       case state when 'completed' then now() - (c + place) * interval '1 day' end,
       now() - (20 + c) * interval '1 day'
  from generate_series(1, 8) c
 cross join (values (1, 'Write the brief', 'One page, one promise.', 'high', 'user'),
                    (2, 'Make the pictures', 'Twenty, one style.', 'medium', 'copilot'),
                    (3, 'Book the newsletter', null, 'medium', 'user'),
                    (4, 'Move budget to what works', 'As the last weekly report says.', 'urgent',
                     'autopilot'),
                    (5, 'Write down what was learned', null, 'low', 'user'))
                      task (place, title, about, priority, source)
 cross join lateral (select case when c in (5, 6) or place = 1 and c < 7 then 'completed'
                                 when place = 2 and c < 5 then 'in_progress'
                                 when place = 3 and c = 4 then 'cancelled'
                                 else 'pending' end as state) now_is;

-- The days of a campaign end with the campaign; weekends are better.
insert into campaign_metrics (id, campaign_id, metric_type, metric_value, metric_date, channel, source)
select md5(c.id || metric || day)::uuid, c.id, metric,
       round((size * (1 + 0.35 * sin(extract(doy from day) / 3.0) +
                      case when extract(isodow from day) > 5 then 0.4 else 0 end)
              * c.total_budget / 1500)::numeric, decimals), day::date, 'all', 'manual'
  from campaigns c
 cross join lateral generate_series((c.start_date at time zone 'UTC')::date,
                                    least(today, (c.end_date at time zone 'UTC')::date),
                                    interval '1 day') day
 cross join (values ('spend', 16.0, 2), ('impressions', 2600, 0), ('clicks', 74, 0), ('leads', 2.4, 0),
                    ('revenue', 31, 2)) figure (metric, size, decimals)
 where c.launched_at is not null and c.id = any (pg_temp.ids('campaign', 1, 6));

-- What was spent is what the days say, booked once a week.
insert into campaign_spends (id, campaign_id, amount, key, created_at)
select md5(m.campaign_id || 'spend' || week)::uuid, m.campaign_id, sum(m.metric_value),
       format('demo:%s:%s', m.campaign_id, week::date),
       least(week + interval '6 days 18 hours', now())
  from campaign_metrics m cross join lateral date_trunc('week', m.metric_date) week
 where m.metric_type = 'spend' and m.campaign_id = any (pg_temp.ids('campaign', 1, 6))
 group by m.campaign_id, week;
update campaigns c set budget_spent = (select sum(amount) from campaign_spends s where s.campaign_id = c.id)
 where c.id = any (pg_temp.ids('campaign', 1, 6));

-- Samples are filed by month; months gone by are made first, those to come are there.
perform private.tend_months(now() - interval '2 months');
insert into campaign_performance_metrics (id, campaign_id, metric_name, metric_value, recorded_at,
  created_at)
select pg_temp.id('sample ' || c || n), pg_temp.id('campaign ' || c), 'video_views',
       round(140 + 90 * sin(n / 5.0) + 20 * c),
       now() - n * interval '12 hours', now() - n * interval '12 hours'
  from generate_series(1, 3) c cross join generate_series(1, 55) n;
perform campaign_samples_roll(today - 40);
perform campaign_monitor_measure(now() - n * interval '7 days') from generate_series(0, 3) n;

insert into campaign_predictions (id, campaign_id, prediction_type, prediction_data, confidence_score,
  based_on_campaigns, model_name, due_at, created_at)
select pg_temp.id('prediction ' || c || type), pg_temp.id('campaign ' || c), type,
       jsonb_build_object('metric', metric, 'value', foretold, 'low', foretold * 0.8, 'high',
                          foretold * 1.25, 'horizon', '14 days'),
       0.55 + c * 0.05, array[pg_temp.id('campaign 5'), pg_temp.id('campaign 6')], 'parrot-large',
       now() + (due - 14) * interval '1 day', now() - (28 - due) * interval '1 day'
  from generate_series(1, 3) c
 cross join (values ('kpi_forecast', 'clicks', 1600, 0), ('performance_prediction', 'leads', 52, 0),
                    ('budget_optimization', 'revenue', 900, 24)) guess (type, metric, foretold, due);
perform campaign_predictions_score();

insert into generated_content_pieces (id, campaign_id, content_type, title, content, metadata, model_name,
  prompt_hash, cost_usd, created_at)
select pg_temp.id('piece ' || n), pg_temp.id('campaign ' || 1 + n % 3), type, title, body,
       jsonb_build_object('words', length(body) / 6),
       'parrot-large', md5(me || 'prompt ' || n), 0.003 * n, now() - (n * 2) * interval '1 day'
  from (values
    (1, 'post', 'The rain you asked for',
     'It rained for seventy-five minutes and nobody had to go outside.'),
    (2, 'post', 'A desk, a lamp, an album', 'Write until the kettle sings.'),
    (3, 'advert', 'Rain, by the hour', 'Ambient beds for games and apps, licensed in a minute.'),
    (4, 'mail', 'New on Friday: attic rain',
     'This week''s album was recorded by nobody, under a roof that does not exist.'),
    (5, 'post', 'Moss in a minute', 'It holds on by being unremarkable.'),
    (6, 'advert', 'Quiet that fits your app', 'Loops without a seam.'),
    (7, 'article', 'How we make an hour of rain',
     'Twenty tracks, twenty pictures, two seconds of crossfade between each.'),
    (8, 'mail', 'You have not listened lately', 'The window is still open.'),
    (9, 'post', 'Bridges sing', 'A bridge is a string nobody meant to tune.'),
    (10, 'advert', 'BEST SLEEP EVER!!!', 'Sleep or your money back!!!')
  ) piece (n, type, title, body);
update generated_content_pieces set approval_status = 'approved',
       reviewed_at = created_at + interval '1 day'
 where id = any (pg_temp.ids('piece', 3, 9));
update generated_content_pieces set approval_status = 'rejected', review_note = 'We do not shout.'
 where id = pg_temp.id('piece 10');
update generated_content_pieces set approval_status = 'needs_revision',
       review_note = 'Say what it is first.' where id = pg_temp.id('piece 2');
update generated_content_pieces set performance_data = '{"opens": 412, "clicks": 58}'
 where id = pg_temp.id('piece 4');

insert into workflow_executions (id, campaign_id, workflow_id, steps, input_data, output_data, task_id,
  created_at)
select pg_temp.id('workflow ' || n), pg_temp.id('campaign ' || 1 + n % 4), workflow,
       '[{"name": "gather", "status": "completed"}, {"name": "write", "status": "completed"},
         {"name": "review", "status": "completed"}]',
       jsonb_build_object('week', today - n * 7),
       case when n <> 5 then jsonb_build_object('pieces', 3) end, 'demo-execution-' || n,
       now() - n * interval '5 days'
  from (values (1, 'launch'), (2, 'weekly_content'), (3, 'weekly_content'), (4, 'budget_review'),
               (5, 'weekly_content'), (6, 'launch')) run (n, workflow);
update workflow_executions set status = 'running', started_at = created_at + interval '2 seconds',
       current_step = 'review'
 where id = any (pg_temp.ids('workflow', 1, 6));
update workflow_executions set status = 'completed', completed_at = created_at + interval '3 minutes'
 where id in (select pg_temp.id('workflow ' || n) from generate_series(1, 6) n where n <> 5);
update workflow_executions set status = 'failed', completed_at = created_at + interval '1 minute',
       error_code = 'ProviderUnavailable',
       error_message = 'The writer did not answer.' where id = pg_temp.id('workflow 5');

-- ── Leads: rules first, so that every lead comes in scored ───────────────────────────────────────

insert into lead_scoring_rules (id, rule_name, conditions, score_weight, group_name, repeatable,
  max_per_lead, decay_days, priority)
select pg_temp.id('rule ' || n), name, conditions::jsonb, weight, groups, repeatable, most, decay, n
  from (values
    (1, 'Makes games or apps', '{"field": "industry", "op": "in", "value": ["games", "apps"]}', 25, 'fit',
     false, null, null),
    (2, 'Can decide', '{"any": [{"field": "job_title", "op": "contains", "value": "owner"},
                                {"field": "job_title", "op": "contains", "value": "head"}]}',
     20, 'fit', false, null, null),
    (3, 'Opened our mail', '{"activity": "email_opened", "count_gte": 1, "within_days": 60}', 5,
     'interest', true, 4, 60),
    (4, 'Asked for a licence', '{"activity": "form_filled", "count_gte": 1}', 30, 'interest', false, null,
     90),
    (5, 'Free mail address', '{"field": "email", "op": "matches_domain", "value": "mailbox.example"}', -15,
     'fit', false, null, null)
  ) rule (n, name, conditions, weight, groups, repeatable, most, decay);

-- Nobody is named: a lead goes by the role that wrote.
insert into leads (id, first_name, last_name, email, company, job_title, industry, company_size, country,
  annual_revenue, source, source_details, external_id, campaign_id, status, tags, consent, created_at)
select pg_temp.id('lead ' || n), role, 'of ' || company,
       case when n % 9 = 0 then 'lead' || n || '@mailbox.example'
         else lower(replace(role, ' ', '.')) || n || '@' || domain || '.example' end,
       company, case n % 4 when 0 then 'Owner' when 1 then 'Head of sound' else role end, industry,
       (array['1-10', '11-50', '51-200'])[1 + n % 3], (array['DE', 'GB', 'US', 'SE', 'PT'])[1 + n % 5],
       120000 * (1 + n % 7),
       (array['form', 'newsletter', 'referral', 'fair', 'search'])[1 + n % 5],
       jsonb_build_object('page', '/licence', 'visit', n),
       'demo-' || n, pg_temp.id('campaign ' || 1 + n % 3),
       (array['new', 'new', 'contacted', 'contacted', 'qualified', 'opportunity', 'converted',
              'lost'])[1 + n % 8],
       array[industry, case when n % 2 = 0 then 'newsletter' else 'licence' end],
       jsonb_build_object('mail',
                          jsonb_build_object('given_at', now() - n * interval '3 days', 'source', 'form')),
       now() - n * interval '53 hours'
  from generate_series(1, 30) n
 cross join lateral (select (array['Wobblestone Games', 'Glimmerfen Hostels', 'Tumbledown Apps',
                                   'Brindlewick Books', 'Ottermill Yoga',
                                   'Fogbottom Radio', 'Quillmoor Teas', 'Sprocketvale Games',
                                   'Larkhollow Gardens', 'Puddingham Apps'])[1 + n % 10] as company,
                            (array['wobblestone', 'glimmerfen', 'tumbledown', 'brindlewick', 'ottermill',
                                   'fogbottom', 'quillmoor', 'sprocketvale', 'larkhollow',
                                   'puddingham'])[1 + n % 10] as domain,
                            (array['games', 'travel', 'apps', 'books', 'wellness', 'radio', 'food',
                                   'games', 'garden', 'apps'])[1 + n % 10] as industry,
                            (array['Producer', 'Sound Buyer', 'Marketing Desk',
                                   'Front Desk'])[1 + n % 4] as role) who;

insert into lead_activities (id, lead_id, activity_type, activity_data, source, dedupe_key, is_bot,
  occurred_at, created_at)
select pg_temp.id('activity ' || n || kind), pg_temp.id('lead ' || n), kind,
       jsonb_build_object('subject', subject), via,
       format('demo:%s:%s', n, kind), kind = 'page_view' and n % 6 = 0,
       now() - (n % 25) * interval '1 day' - hours, now() - (n % 25) * interval '1 day' - hours
  from generate_series(1, 30) n
  join (values ('email_opened', 'New on Friday: attic rain', 'newsletter', 1, interval '5 hours'),
               ('page_view', 'Licences', 'site', 2, interval '4 hours'),
               ('form_filled', 'A bed for our menu screen', 'site', 3, interval '3 hours'),
               ('call_scheduled', 'Ten minutes on Thursday', 'calendar', 5, interval '2 hours'),
               ('note', 'Wants loops of exactly ninety seconds', 'user', 7, interval '1 hour'))
                 did (kind, subject, via, nth, hours)
    on n % nth = 0;

insert into lead_score_events (id, lead_id, delta, reason, expires_at)
values (pg_temp.id('points 1'), pg_temp.id('lead 12'), 15, 'Met at the fair', now() + interval '60 days'),
       (pg_temp.id('points 2'), pg_temp.id('lead 7'), -10, 'Asked for an invoice in shells', null);

insert into autopilot_lead_inbox (id, lead_id, status, notes, read_at, snoozed_until, received_at)
select pg_temp.id('inbox ' || n), pg_temp.id('lead ' || n),
       (array['new', 'contacted', 'qualified', 'converted'])[1 + n % 4],
       case when n % 5 = 0 then 'Call again after the release.' end,
       case when n % 3 > 0 then now() - n * interval '20 hours' end,
       case when n = 4 then now() + interval '3 days' end, now() - n * interval '53 hours'
  from generate_series(1, 24) n;
update leads set status = 'contacted' where id = pg_temp.id('lead 1') and status = 'new';
update leads set deleted_at = now() - interval '2 days' where id = pg_temp.id('lead 29');
perform merge_leads(pg_temp.id('lead 30'), array[pg_temp.id('lead 20')]);

-- ── Content ──────────────────────────────────────────────────────────────────────────────────────

insert into digital_assets (id, file_name, file_size, asset_type, mime_type, storage_path, folder_id, tags,
  sha256, width, height, duration_ms, created_at)
select pg_temp.id('file ' || n), name, bytes, type, mime, format('%s/library/%s', me, name),
       pg_temp.id('folder ' || type), tags,
       encode(sha256(convert_to(me || name, 'UTF8')), 'hex'), width, height, ms,
       now() - n * interval '6 days'
  from (values
    (1, 'moonpuddle-logo.png', 48211, 'image', 'image/png', array['brand'], 1024, 1024, null),
    (2, 'puddle-night.jpg', 812400, 'image', 'image/jpeg', array['cover', 'rain'], 3840, 2160, null),
    (3, 'attic-window.jpg', 744100, 'image', 'image/jpeg', array['cover', 'rain'], 3840, 2160, null),
    (4, 'desk-lamp.jpg', 690020, 'image', 'image/jpeg', array['cover', 'focus'], 3840, 2160, null),
    (5, 'rain-on-tin.wav', 34560044, 'audio', 'audio/x-wav', array['rain'], null, null, 180000),
    (6, 'kettle.wav', 2880044, 'audio', 'audio/x-wav', array['focus'], null, null, 15000),
    (7, 'trailer.mp4', 18400000, 'video', 'video/mp4', array['trailer'], 1920, 1080, 30000),
    (8, 'house-style.pdf', 380110, 'document', 'application/pdf', array['brand'], null, null, null),
    (9, 'press-kit.zip', 52000000, 'archive', 'application/zip', array['press'], null, null, null),
    (10, 'setup.exe', 1200, 'other', 'application/x-msdownload', array[]::text[], null, null, null),
    (11, 'old-logo.png', 39900, 'image', 'image/png', array['brand'], 512, 512, null)
  ) file (n, name, bytes, type, mime, tags, width, height, ms);
update digital_assets set status = 'ready'
 where id in (select pg_temp.id('file ' || n) from generate_series(1, 11) n where n <> 10);
update digital_assets set status = 'quarantined' where id = pg_temp.id('file 10');
update digital_assets set status = 'deleted', deleted_at = now() - interval '30 days'
 where id = pg_temp.id('file 11');

insert into brand_assets (id, asset_name, asset_type, asset_data, is_primary, digital_asset_id)
values
  (pg_temp.id('brand 1'), 'Moonpuddle', 'logo', '{"clear_space": "half a puddle"}', true,
   pg_temp.id('file 1')),
  (pg_temp.id('brand 2'), 'Night palette', 'color_scheme',
   '{"colors": ["#0e1b2c", "#27425f", "#f3d9a4", "#c8d8e4"]}', true, null),
  (pg_temp.id('brand 3'), 'Inter', 'font', '{"family": "Inter", "weights": [400, 800]}', true, null),
  (pg_temp.id('brand 4'), 'The narrator', 'voice',
   '{"tone": "curious, unhurried", "never": ["exclamation marks", "hacks"]}', true, null),
  (pg_temp.id('brand 5'), 'House style', 'guideline',
   '{"rules": ["Say what it is first.", "One promise a page."]}', true, pg_temp.id('file 8')),
  (pg_temp.id('brand 6'), 'Puddle at night', 'image', '{"use": "banners"}', false, pg_temp.id('file 2'));

-- 1 to 10 are out, 11 failed; 12 to 15 wait, 16 and 17 are approved, 18 is looked at, the rest drafts.
insert into content_calendar (id, title, description, content_type, platform, scheduled_date, timezone,
  recurrence_rule, series_id, content_data, assigned_to, assets, campaign_id, content_piece_id, created_at)
select pg_temp.id('entry ' || n), title || ' #' || n, 'Part of the weekly plan.', kind, places,
       date_trunc('hour', now()) + (n - 11) * interval '3 days', 'Europe/Berlin',
       case when kind = 'post' then 'FREQ=WEEKLY' end,
       case when kind = 'post' then pg_temp.id('series posts') end,
       jsonb_build_object('text', title || ', number ' || n, 'link', 'https://moonpuddle.example/' || n),
       case when n % 2 = 0 then 'Studio Owner' else 'Night Desk' end,
       array[pg_temp.id('file ' || 2 + n % 3)], pg_temp.id('campaign ' || 1 + n % 3),
       case when n <= 9 then pg_temp.id('piece ' || n) end, now() - (40 - n) * interval '1 day'
  from generate_series(1, 24) n
 cross join lateral (select (array['Attic rain', 'A minute of moss', 'Kettle hour',
                                   'Letters from the night desk'])[1 + n % 4] as title,
                            (array['video', 'short', 'post', 'newsletter'])[1 + n % 4] as kind,
                            case n % 4 when 0 then array['youtube'] when 1 then array['youtube', 'shorts']
                              when 2 then array['social'] else array['newsletter'] end as places) what;
update content_calendar set status = 'in_review' where id = any (pg_temp.ids('entry', 12, 18));
update content_calendar set status = 'approved', approved_at = created_at + interval '2 days'
 where id = any (pg_temp.ids('entry', 1, 17));
update content_calendar set status = 'scheduled' where id = any (pg_temp.ids('entry', 1, 15));
update content_calendar set status = 'publishing', attempts = 1
 where id = any (pg_temp.ids('entry', 1, 11));
insert into content_publications (id, calendar_id, platform, created_at)
select md5(c.id || place)::uuid, c.id, place, c.scheduled_date from content_calendar c
 cross join unnest(c.platform) place
 where c.id = any (pg_temp.ids('entry', 1, 11));
update content_publications p set status = 'publishing', attempt = 1
 where p.calendar_id = any (pg_temp.ids('entry', 1, 11));
update content_publications p set status = 'published',
       published_at = c.scheduled_date + interval '40 seconds',
       external_id = 'demo-' || left(p.id::text, 8),
       external_url = 'https://video.example/watch/' || left(p.id::text, 8)
  from content_calendar c where c.id = p.calendar_id and c.id = any (pg_temp.ids('entry', 1, 10));
update content_publications set status = 'failed', error_code = 'ProviderRejected',
       provider_error = 'The link could not be previewed.'
 where calendar_id = pg_temp.id('entry 11');
update content_calendar set published_at = scheduled_date + interval '40 seconds' where status = 'published'
   and id = any (pg_temp.ids('entry', 1, 10));
update content_calendar set status = 'archived' where id = pg_temp.id('entry 1');

insert into content_templates (id, name, template_type, content, variables, tags, is_public)
select pg_temp.id('template ' || n), name, type, body, '{"title": {"default": "this week''s album"}}',
       array['weekly'], n = 1
  from (values (1, 'New album', 'social_media', '{{title}} is out. {{minutes}} minutes, no words.'),
               (2, 'Friday letter', 'email', 'Good evening. {{title}} is ready.'),
               (3, 'Album page', 'landing_page', '<h1>{{title}}</h1>'),
               (4, 'Licence advert', 'ad_creative', '{{title}} for your app, licensed in a minute.'),
               (5, 'Night kit', 'brand_kit', '{{palette}}')) template (n, name, type, body);

insert into proposal_templates (id, name, category, description, content, sections, is_active)
select pg_temp.id('proposal ' || n), name, category, about, 'For {{company}}: ' || about,
       jsonb_build_array(jsonb_build_object('title', 'What you get', 'content', about),
                         jsonb_build_object('title', 'What it costs', 'content', '{{price}}')), n < 3
  from (values (1, 'Ambient bed', 'licence', 'One bed of ten minutes, looped without a seam'),
               (2, 'Season of beds', 'licence', 'Twelve beds over a year'),
               (3, 'Sponsored album', 'sponsoring', 'An album with your name on its sleeve'))
                 proposal (n, name, category, about);

-- ── E-mail: two mailings went out, to whoever could be written to then ───────────────────────────

insert into email_templates (id, name, subject_line, html_content, plain_text, variables)
select pg_temp.id('letter ' || n), name, subject, '<h1>' || subject || '</h1><p>{{body}}</p>',
       subject || E'\n\n{{body}}', '{"body": {"default": ""}}'
  from (values (1, 'Friday letter', 'New on Friday: {{title}}'), (2, 'Welcome', 'You found the puddle'),
               (3, 'Licence offer', 'A bed for {{company}}')) letter (n, name, subject);

insert into email_contacts (id, email, first_name, last_name, name, company, tags, custom_fields,
  subscription_status, lead_id, consent_at, consent_source, consent_ip, created_at)
select pg_temp.id('contact ' || n), 'listener' || n || '@listeners.example', 'Listener', 'No. ' || n,
       'Listener No. ' || n, null,
       array[(array['sleep', 'focus', 'stories'])[1 + n % 3]], jsonb_build_object('albums', n % 5),
       case when n in (31, 32) then 'unconfirmed' else 'subscribed' end,
       case when n <= 10 then pg_temp.id('lead ' || n) end,
       now() - (60 + n) * interval '1 day', 'album page', inet '192.0.2.7',
       now() - (60 + n) * interval '1 day'
  from generate_series(1, 32) n;

insert into email_campaigns (id, campaign_id, template_id, name, subject_line, preheader, from_address,
  reply_to, recipient_segments, scheduled_for, rate_per_minute, created_at)
select pg_temp.id('mailing ' || n), pg_temp.id('campaign ' || campaign), pg_temp.id('letter 1'), name,
       subject, 'It rains in here.',
       'studio@moonpuddle.example', 'owner@moonpuddle.example', segments::jsonb,
       case when age > 0 then now() - age * interval '1 day' end, 120,
       now() - (age + 2) * interval '1 day'
  from (values (1, 1, 'Attic rain', 'New on Friday: attic rain', '{}', 40),
               (2, 2, 'Kettle hour', 'New on Friday: kettle hour', '{"tags": ["focus", "sleep"]}', 12),
               (3, 3, 'Loops for apps', 'Loops without a seam', '{"tags": ["stories"]}', 0),
               (4, 4, 'Called off', 'Shorts every day', '{}', 0)
  ) mailing (n, campaign, name, subject, segments, age);
update email_campaigns set status = 'cancelled' where id = pg_temp.id('mailing 4');

insert into email_links (id, email_campaign_id, url)
select pg_temp.id('link ' || m || page), pg_temp.id('mailing ' || m), 'https://moonpuddle.example/' || page
  from generate_series(1, 2) m cross join unnest(array['album', 'licence', 'leave']) page;

for mailing in 1..2 loop
  update email_campaigns set status = 'scheduled' where id = pg_temp.id('mailing ' || mailing);
  perform email_campaigns_tend();
  perform email_campaign_batch(pg_temp.id('mailing ' || mailing));
  update email_messages set status = 'sending', attempts = 1
   where email_campaign_id = pg_temp.id('mailing ' || mailing) and status = 'queued';
  update email_messages m set status = 'sent', sent_at = c.scheduled_for + interval '1 minute',
         provider_message_id = 'demo-' || m.id
    from email_campaigns c
    where c.id = m.email_campaign_id and c.id = pg_temp.id('mailing ' || mailing) and m.status = 'sending';
  insert into email_events (message_id, contact_id, link_id, event_type, is_machine, provider_id,
    ip_address, user_agent, occurred_at, created_at)
  select m.id, m.contact_id, case kind when 'click' then pg_temp.id('link ' || mailing || 'album')
         when 'unsubscribe' then pg_temp.id('link ' || mailing || 'leave') end,
         kind, kind = 'open' and nth % 7 = 0, format('demo-%s-%s', kind, m.id), ('192.0.2.' || nth)::inet,
         'Reader/1.0', m.sent_at + late, m.sent_at + late
    from (select m.*, row_number() over (order by m.email) as nth from email_messages m
           where m.email_campaign_id = pg_temp.id('mailing ' || mailing) and m.status = 'sent') m
   cross join (values ('delivered', interval '4 seconds'), ('open', interval '3 hours'),
                      ('click', interval '3 hours 1 minute'),
                      ('bounce_hard', interval '9 seconds'), ('complaint', interval '1 day'),
                      ('unsubscribe', interval '1 day')) event (kind, late)
   where case kind when 'delivered' then nth <> 13
                   when 'open' then nth % 3 > 0 and nth <> 13
                   when 'click' then nth % 5 = 1
                   when 'bounce_hard' then nth = 13
                   when 'complaint' then nth = 16 and mailing = 1
                   else nth = 9 end
   order by late, nth;
  update email_campaigns c set status = 'sent', started_at = scheduled_for,
         sent_at = scheduled_for + interval '5 minutes', to_send = total_sent + total_skipped
   where c.id = pg_temp.id('mailing ' || mailing);
end loop;

insert into email_automation_rules (id, rule_name, trigger_type, trigger_conditions, action_type,
  action_config, is_active, delay, quiet_hours)
values
  (pg_temp.id('automation 1'), 'Welcome new listeners', 'contact_added', '{}', 'send_email',
   jsonb_build_object('template_id', pg_temp.id('letter 2')), false, '1 hour',
   '{"from": "22:00", "to": "08:00", "timezone": "Europe/Berlin"}'),
  (pg_temp.id('automation 2'), 'Mark who clicks', 'email_clicked', '{}', 'add_tag', '{"tag": "curious"}',
   false, '0', null),
  (pg_temp.id('automation 3'), 'Task for hot leads', 'lead_score_crossed', '{"score": 75}', 'create_task',
   '{"title": "Call them"}', false, '0', null);
insert into email_automation_runs (id, rule_id, contact_id, due_at, created_at)
select pg_temp.id('run ' || n), pg_temp.id('automation ' || 1 + n % 2), pg_temp.id('contact ' || n),
       now() - n * interval '2 days', now() - n * interval '2 days'
  from generate_series(1, 8) n;
update email_automation_runs set status = 'running', attempts = 1 where id = any (pg_temp.ids('run', 1, 8));
update email_automation_runs set status = 'done', done_at = due_at + interval '1 minute'
 where id = any (pg_temp.ids('run', 2, 8));
update email_automation_runs set status = 'failed', error_code = 'ProviderUnavailable'
 where id = pg_temp.id('run 1');
update email_automation_rules r set last_run_at = now() - interval '2 days',
       run_count = (select count(*) from email_automation_runs where rule_id = r.id)
 where r.id = any (pg_temp.ids('automation', 1, 2));
insert into email_messages (id, rule_id, contact_id, email, status, created_at)
values (pg_temp.id('welcome 1'), pg_temp.id('automation 1'), pg_temp.id('contact 2'),
        'listener2@listeners.example', 'skipped', now() - interval '4 days');

-- ── Chat and memory: a finished exchange is remembered by itself ─────────────────────────────────

insert into chat_sessions (id, metadata, pinned, campaign_id, created_at)
select pg_temp.id('chat ' || n), '{"opened_from": "dashboard"}', n = 1,
       case when n <= 3 then pg_temp.id('campaign ' || n) end, now() - n * interval '4 days'
  from generate_series(1, 6) n;
insert into chat_messages (id, session_id, client_message_id, user_message, ai_response, agent_type,
  model_name, prompt_tokens, completion_tokens, cost_usd, latency_ms, finish_reason, feedback, "timestamp",
  created_at)
select pg_temp.id('exchange ' || chat || '.' || n), pg_temp.id('chat ' || chat),
       format('demo-%s-%s', chat, n), asked, jsonb_build_object('text', answered),
       agent, 'parrot-large', 300 + length(asked), length(answered) / 4, 0.0021, 900 + 40 * n, 'stop',
       case when n = 1 then '{"rating": 5}'::jsonb end,
       now() - chat * interval '4 days' + n * interval '2 minutes',
       now() - chat * interval '4 days' + n * interval '2 minutes'
  from (values
    (1, 1, 'Which of our albums should we promote this week?',
     'Attic rain: it holds listeners longest, 31 minutes on average, and its advert is already approved.',
     'content'),
    (1, 2, 'And what should the post say?',
     'One promise: "It rained for seventy-five minutes and nobody had to go outside."', 'messaging'),
    (1, 3, 'Where do we put it?', 'Newsletter first, on Friday at six; the video channel two hours later.',
     'channel'),
    (2, 1, 'Who listens to the focus albums?',
     'Mostly writers and students between 20 and 35, on weekdays from nine to noon.', 'audience'),
    (2, 2, 'Do they click on adverts?', 'Seldom. They answer to mails with a single link.', 'audience'),
    (3, 1, 'Draft an offer for a small game studio',
     'One bed of ten minutes, looped without a seam, licensed for one title.', 'content'),
    (3, 2, 'Shorter', 'Ten minutes of rain for one game.', 'messaging'),
    (4, 1, 'Why did the shorts campaign stall?',
     'Views held but watch time fell after the second week; the stories ran longer than a minute.',
     'content'),
    (5, 1, 'Name five night trains', 'The names are taken; shall I invent lines instead?', 'content'),
    (6, 1, 'Summarise last month', 'Two albums, six shorts, one new licence, spending under plan.',
     'content')
  ) exchange (chat, n, asked, answered, agent)
 order by chat, n;
update chat_messages set status = 'complete' where id in (
  select id from chat_messages
   where client_message_id like 'demo-%' and session_id = any (pg_temp.ids('chat', 1, 6)));
update chat_sessions s set last_message_at = (select max("timestamp") from chat_messages
                                              where session_id = s.id)
 where s.id = any (pg_temp.ids('chat', 1, 6));
update chat_sessions set archived_at = now() - interval '1 day' where id = pg_temp.id('chat 6');
update conversations set summary = 'What was asked about ' || lower(left(title, 40))
 where chat_session_id = any (pg_temp.ids('chat', 1, 6));
update conversation_messages m
   set "timestamp" = s.created_at + m.seq * interval '1 minute',
       embedding_model = 'local', embedded_at = now(),
       embedding = (select array_agg(sin(i * (1.3 + hashtext(s.id::text) % 7)) + 0.4 * sin(i * (m.seq + 0.17)))
                      from generate_series(1, 1536) i)
  from conversations c join chat_sessions s on s.id = c.chat_session_id
 where c.id = m.conversation_id and s.id = any (pg_temp.ids('chat', 1, 6));
insert into research_notes (id, conversation_id, title, content, tags, source_refs)
select pg_temp.id('note ' || n), c.id, note.title, body, array['weekly'], '[]'
  from (values (1, 1, 'Promote attic rain', 'Holds listeners for 31 minutes; newsletter first.'),
               (2, 2, 'Who focuses', 'Writers and students, weekday mornings.'),
               (3, 4, 'Shorts', 'Under a minute or not at all.')) note (n, chat, title, body)
  join conversations c on c.chat_session_id = pg_temp.id('chat ' || chat);

-- ── Integrations: tokens and keys are made up and open nothing ───────────────────────────────────

insert into user_secrets (id, service_name, encrypted_value, initialization_vector, display_hint, metadata,
  last_test_at, last_test_status, created_at)
select pg_temp.id('secret ' || service), service,
       encode(sha256(convert_to(me || service, 'UTF8')), 'base64'),
       left(encode(sha256(convert_to(me || service || 'nonce', 'UTF8')), 'base64'), 16), hint,
       jsonb_build_object('note', note),
       now() - interval '5 days', outcome, now() - age * interval '1 day'
  from (values ('soundwell', '9k2f', 'music', 'ok', 80), ('inkmoth', 'q7aa', 'pictures', 'ok', 75),
               ('quillcrm', '0x1d', 'old key', 'failed', 120)) secret (service, hint, note, outcome, age);
update user_secrets set is_active = false where id = pg_temp.id('secret quillcrm');
perform audit_secret(me, service, 'read', p_purpose => 'making album tracks')
   from unnest(array['soundwell', 'inkmoth', 'soundwell']) service;
perform audit_secret(me, 'quillcrm', 'read', false, 'worker', 'syncing contacts', 'The key was refused.');

insert into oauth_connections (id, platform_name, platform_user_id, platform_username,
  access_token_encrypted, token_expires_at, connection_status, connection_metadata, scopes, refresh_model,
  last_refresh_at, last_refresh_error, created_at)
select pg_temp.id('oauth ' || platform), platform, 'demo-' || platform, 'moonpuddle', 'sealed', ends,
       status, jsonb_build_object('followers', followers),
       array['read', 'publish'], 'static', now() - interval '2 days', error, now() - interval '95 days'
  from (values ('youtube', null::timestamptz, 'connected', 48211, null),
               ('pebblegram', null, 'connected', 9120, null),
               ('flutterbox', now() - interval '9 days', 'expired', 310, 'invalid_grant'))
                 platform (platform, ends, status, followers, error);
insert into oauth_states (id, state_token, platform_name, redirect_uri, return_to, consumed_at, created_at,
  expires_at)
select pg_temp.id('state ' || n), encode(sha256(convert_to(me || 'state ' || n, 'UTF8')), 'hex'), platform,
       'https://moonpuddle.example/back', '/settings',
       case n when 1 then now() - interval '2 minutes' end, now() - interval '3 minutes',
       now() + interval '7 minutes'
  from (values (1, 'pebblegram'), (2, 'flutterbox')) state (n, platform);
insert into social_platform_connections (id, oauth_connection_id, platform_name, display_name, account_type,
  posting_times, can_publish, last_published_at)
select pg_temp.id('social ' || platform), pg_temp.id('oauth ' || platform), platform,
       'Moonpuddle on ' || platform, type,
       '[{"weekday": 5, "time": "18:00"}, {"weekday": 7, "time": "20:00"}]', true, now() - interval '3 days'
  from (values ('youtube', 'creator'), ('pebblegram', 'business'), ('flutterbox', 'personal'))
    account (platform, type);

insert into integration_connections (id, service_name, configuration, oauth_connection_id, secret_id,
  last_sync_at, created_at)
select pg_temp.id('integration ' || service), service, '{"folder": "Moonpuddle"}',
       pg_temp.id('oauth ' || oauth),
       pg_temp.id('secret ' || secret), now() - interval '1 day', now() - interval '90 days'
  from (values ('youtube', 'youtube', null), ('soundwell', null, 'soundwell'),
               ('inkmoth', null, 'inkmoth'), ('quillcrm', null, 'quillcrm'),
               ('parcel_shop', null, null)) integration (service, oauth, secret);
update integration_connections set connection_status = 'connected', sync_status = 'syncing'
 where id in (select pg_temp.id('integration ' || service)
              from unnest(array['youtube', 'soundwell', 'inkmoth', 'quillcrm']) service);
update integration_connections set sync_status = 'success'
 where id in (select pg_temp.id('integration ' || service)
              from unnest(array['youtube', 'soundwell', 'inkmoth']) service);
update integration_connections set sync_status = 'error', connection_status = 'error',
       consecutive_failures = 4, error_message = 'The key was refused.'
 where id = pg_temp.id('integration quillcrm');

-- ── Knowledge: three buckets, each a cluster of vectors, every chunk a little off its centre ─────

insert into knowledge_buckets (id, name, bucket_type, campaign_id, description, search_config, created_at)
select pg_temp.id('bucket ' || n), name, case n when 3 then 'campaign' else 'general' end,
       case n when 3 then pg_temp.id('campaign 3') end,
       about, '{"threshold": 0.6, "limit": 8}', now() - (80 - n) * interval '1 day'
  from (values (1, 'House style', 'How we speak and look'),
               (2, 'Sleep and sound', 'What is known of both'), (3, 'Licensing', 'What buyers ask'))
                 bucket (n, name, about);

insert into knowledge_documents (id, bucket_id, title, content, summary, file_name, file_type, file_size,
  source_url, metadata, token_count, created_at)
select pg_temp.id('document ' || n), pg_temp.id('bucket ' || bucket), title, repeat(body || ' ', 12), body,
       lower(replace(title, ' ', '-')) || '.md', 'text/markdown',
       length(body) * 12, case when n % 2 = 0 then 'https://moonpuddle.example/docs/' || n end,
       jsonb_build_object('chapters', 4), length(body) * 3, now() - (70 - n * 4) * interval '1 day'
  from (values
    (1, 1, 'Voice and tone', 'We say what it is first, then why it is quiet.'),
    (2, 1, 'Pictures', 'One light source, no people, room for a title.'),
    (3, 2, 'Masking', 'Steady broadband sound hides what would wake us.'),
    (4, 2, 'Tempo and breath', 'Below sixty beats a minute breath follows the music.'),
    (5, 2, 'Why loops tire', 'The ear finds a seam within a minute and then waits for it.'),
    (6, 3, 'Licence terms', 'One title, one territory, one year, renewable.'),
    (7, 3, 'Questions of buyers', 'May we cut it? May we loop it? Who is named?'),
    (8, 3, 'Scan of a contract', 'unreadable')
  ) document (n, bucket, title, body);
insert into knowledge_chunks (id, document_id, bucket_id, chunk_index, content, token_count, embedding,
  metadata, start_char, end_char, heading_path, page, hit_count)
select md5(d.id || 'chunk ' || i)::uuid, d.id, d.bucket_id, i,
       format('%s (%s, part %s)', d.summary, d.title, i + 1), 24,
       (select array_agg(sin(k * (1.7 * bucket + 0.3)) + 0.35 * sin(k * (document * 0.91 + i * 0.13 + 0.11)))
          from generate_series(1, 1536) k)::real[],
       jsonb_build_object('part', i + 1), i * 180, i * 180 + 180, array[d.title], 1 + i / 3,
       (document * 5 + i * 3) % 11
  from generate_series(1, 7) document cross join generate_series(0, 7) i
  join knowledge_documents d on d.id = pg_temp.id('document ' || document)
 cross join lateral (select case when document <= 2 then 1 when document <= 5 then 2
                     else 3 end as bucket) cluster;
update knowledge_documents set status = 'ready', stage = 'done', progress = 100, chunk_count = 8,
       embedding_model = 'text-embedding-ada-002',
       processed_at = created_at + interval '20 seconds' where id = any (pg_temp.ids('document', 1, 7));
update knowledge_documents set status = 'failed', stage = 'parsing', error_code = 'InvalidInput',
       processing_error = 'The file holds pictures of text, and no text.', attempts = 3
 where id = pg_temp.id('document 8');

insert into knowledge_access_logs (id, bucket_id, document_id, chunk_id, search_id, agent_type, query_text,
  query_hash, similarity_score, rank, result_count, used_in_response, latency_ms, created_at)
select pg_temp.id('search ' || n), c.bucket_id, c.document_id, c.id, pg_temp.id('search of ' || n / 2),
       'assistant', asked, md5(asked),
       0.92 - 0.03 * (n % 2), 1 + n % 2, 2, n % 2 = 0, 14 + n % 9, now() - n * interval '21 hours'
  from generate_series(0, 69) n
  join knowledge_chunks c on c.id = md5(pg_temp.id('document ' || 1 + n % 7) || 'chunk ' || n % 8)::uuid
 cross join lateral (select (array['how loud', 'may they loop it', 'what do we never say',
                                   'how long is a bed'])[1 + n % 4] as asked) question;
insert into embedding_cache (model, content_hash, embedding, tokens)
select 'text-embedding-ada-002', c.content_hash, c.embedding, c.token_count from knowledge_chunks c
 where c.document_id = any (pg_temp.ids('document', 1, 2))
on conflict do nothing;
insert into conversation_knowledge_refs (id, conversation_id, message_id, chunk_id, similarity_score, quote,
  document_title)
select pg_temp.id('reference ' || chat), m.conversation_id, m.id, k.id, 0.9, k.content, 'Licence terms'
  from generate_series(1, 4) chat
  join conversations c on c.chat_session_id = pg_temp.id('chat ' || chat)
  join conversation_messages m on m.conversation_id = c.id and m.seq = 2
  join knowledge_chunks k on k.id = md5(pg_temp.id('document 6') || 'chunk ' || chat)::uuid;

-- ── Autopilot ────────────────────────────────────────────────────────────────────────────────────

insert into marketing_autopilot_config (id, business_description, target_audience, monthly_budget, goals,
  ai_strategy, mode, timezone, last_optimized_at, created_at)
values (pg_temp.id('autopilot'),
        'Long, quiet music videos and short narrated films, made by a studio of one.',
        '{"age": "20-45", "interests": ["sleep", "writing"]}',
        900, '[{"metric": "leads", "value": 120}, {"metric": "albums", "value": 8}]',
        '{"channels": [{"name": "newsletter", "budgetPercentage": 45, "rationale": "Answers best"},
                       {"name": "video", "budgetPercentage": 35, "rationale": "Holds longest"},
                       {"name": "search", "budgetPercentage": 15, "rationale": "Brings buyers"}]}',
        'approve', 'Europe/Berlin', now() - interval '9 hours', now() - interval '75 days')
on conflict (user_id) do nothing;

insert into autopilot_weekly_reports (id, autopilot_config_id, week_start_date, week_end_date,
  total_leads_generated, total_spend, roi, top_performing_channel, summary, ai_insights, status,
  generated_at, delivered_at, created_at)
select pg_temp.id('week ' || n), c.id, monday - 7 * n, monday - 7 * n + 6, 6 + n % 5,
       round((180 + 25 * sin(n))::numeric, 2), round((0.8 + 0.2 * cos(n))::numeric, 3),
       (array['newsletter', 'video', 'search'])[1 + n % 3],
       jsonb_build_object('albums', 2, 'shorts', 3 + n % 3),
       '[{"text": "Mails with one link bring three times the answers."}]', 'final', at,
       at + interval '5 minutes', at
  from generate_series(1, 9) n
 cross join lateral (select (monday - 7 * n + 7)::timestamptz + interval '9 hours' as at) report
  join marketing_autopilot_config c on c.user_id = me
on conflict (user_id, week_start_date) do nothing;

insert into autopilot_actions (id, autopilot_config_id, campaign_id, rule, status, entity_type, entity_id,
  before, after, expected_effect, reason, dedupe_key, expires_at, created_at)
select pg_temp.id('action ' || n), c.id, pg_temp.id('campaign ' || campaign), rule, 'proposed', 'campaign',
       pg_temp.id('campaign ' || campaign),
       jsonb_build_object('daily_budget', 20), jsonb_build_object('daily_budget', 20 + n),
       '{"leads": "+8 %"}', jsonb_build_object('clicks', 120 + n, 'spend', 96),
       format('demo:%s:%s', rule, n), now() + (6 - n) * interval '1 day', now() - n * interval '1 day'
  from (values (1, 1, 'raise_budget'), (2, 2, 'raise_budget'), (3, 3, 'shift_to_newsletter'),
               (4, 1, 'pause_weak_advert'), (5, 2, 'shift_to_newsletter'),
               (6, 4, 'pause_weak_advert'), (7, 1, 'raise_budget'), (8, 3, 'raise_budget'))
                 action (n, campaign, rule)
  join marketing_autopilot_config c on c.user_id = me;
update autopilot_actions set status = 'approved' where id = any (pg_temp.ids('action', 3, 6));
update autopilot_actions set status = 'executing' where id = any (pg_temp.ids('action', 4, 6));
update autopilot_actions set status = 'executed', executed_at = created_at + interval '1 hour'
 where id = any (pg_temp.ids('action', 4, 6));
update autopilot_actions set status = 'reverted', reverted_at = created_at + interval '9 hours'
 where id = pg_temp.id('action 6');
update autopilot_actions set status = 'rejected' where id = pg_temp.id('action 7');
update autopilot_actions set status = 'expired' where id = pg_temp.id('action 8');

insert into autopilot_activity_log (id, autopilot_config_id, action_id, activity_type, activity_description,
  entity_type, entity_id, impact_metrics, reason, revert_of, created_at)
select pg_temp.id('deed ' || n), c.id, case when n <= 8 then pg_temp.id('action ' || n) end, kind, said,
       'campaign', pg_temp.id('campaign ' || 1 + n % 4),
       '{"leads": "+8 %"}', jsonb_build_object('clicks', 120 + n),
       case n when 2 then pg_temp.id('deed 6') end, now() - n * interval '17 hours'
  from generate_series(1, 24) n
 cross join lateral (select (array['budget_adjusted', 'lead_synced', 'dry_run', 'skipped_over_cap',
                                   'campaign_created'])[1 + n % 5] as kind,
                            (array['Raised the daily budget by 5 %', 'Brought the inbox up to date',
                                   'Would have paused an advert',
                                   'Left a budget alone: the day''s limit was reached',
                                   'Proposed a campaign for the weekend'])[1 + n % 5] as said) deed
  join marketing_autopilot_config c on c.user_id = me
 order by n desc;

-- ── Short videos by video models ─────────────────────────────────────────────────────────────────

insert into ai_video_projects (id, campaign_id, goal, platform, duration_s, brand_kit, scene_plan,
  final_prompt, estimated_cost_usd, auto_generated, created_at)
select pg_temp.id('clip ' || n), pg_temp.id('campaign ' || 1 + n % 4), goal, platform, 8 + n,
       '{"colors": ["#0e1b2c", "#f3d9a4"], "tone": "unhurried"}',
       jsonb_build_array(jsonb_build_object('scene', 1, 'says', goal),
                         jsonb_build_object('scene', 2, 'says', 'The album, its length, nothing else')),
       goal || ', night, one lamp', 0.64, n % 3 = 0, now() - n * interval '5 days'
  from (values (1, 'A puddle that mirrors a window', 'YouTubeShort'),
               (2, 'A kettle about to sing', 'Reels'), (3, 'Moss drinking rain', 'TikTok'),
               (4, 'A desk at six in the morning', 'Landscape'),
               (5, 'A lighthouse that cannot see', 'YouTubeShort'), (6, 'A bridge in wind', 'Landscape'),
               (7, 'A night train, no destination', 'Reels')) clip (n, goal, platform);
insert into ai_video_jobs (id, project_id, job_type, scene_index, provider, model_name, veo_operation_id,
  metadata, created_at)
select md5(p.id || type || scene)::uuid, p.id, type, scene, 'dummy', 'inkmoth-wide',
       case type when 'video_generation' then 'demo-operation-' || n end,
       jsonb_build_object('prompt', p.goal), p.created_at + interval '1 minute'
  from generate_series(1, 6) n join ai_video_projects p on p.id = pg_temp.id('clip ' || n)
 cross join (values ('image_generation', 0), ('image_generation', 1), ('video_generation', 0))
   call (type, scene)
 where type = 'image_generation' or n <= 4;
update ai_video_jobs j set status = 'processing', polls = 3
 where j.project_id = any (pg_temp.ids('clip', 1, 6));
update ai_video_jobs j set status = 'completed',
       cost_usd = case job_type when 'video_generation' then 0.48 else 0.04 end,
       completed_at = created_at + interval '90 seconds', result_url = format('%s/clips/%s', me, j.id)
 where j.project_id = any (pg_temp.ids('clip', 1, 5));
update ai_video_jobs j set status = 'failed', error_code = 'ProviderRejected',
       error_message = 'The picture was refused.' where j.project_id = pg_temp.id('clip 6');
update ai_video_projects set status = 'planning' where id = any (pg_temp.ids('clip', 1, 6));
update ai_video_projects p set status = 'generating_images',
       generated_images = array[format('%s/clips/%s-1.png', me, p.id),
                                format('%s/clips/%s-2.png', me, p.id)]
 where p.id = any (pg_temp.ids('clip', 1, 6));
update ai_video_projects set status = 'generating_video' where id = any (pg_temp.ids('clip', 1, 4));
update ai_video_projects p set status = 'completed', completed_at = created_at + interval '4 minutes',
       video_url = format('%s/clips/%s.mp4', me, p.id),
       cost_usd = (select sum(cost_usd) from ai_video_jobs where project_id = p.id)
 where p.id = any (pg_temp.ids('clip', 1, 4));
update ai_video_projects set status = 'failed', error_code = 'ProviderRejected',
       error_message = 'The picture was refused.'
 where id = any (pg_temp.ids('clip', 5, 6));

-- ── Models: everyone's, so they are written down only where nobody did ───────────────────────────

if not exists (select from ai_model_configs) then
  insert into ai_model_configs (id, provider, model_name, model_type, is_default, capabilities, pricing,
    max_tokens, context_window, source, last_validated_at)
  select md5('demo model ' || provider || type)::uuid, provider, format('demo-%s-%s', provider, type),
         type, type <> 'legacy', '{"vision": true, "function_calling": true}',
         jsonb_build_object('input_per_mtok', price, 'output_per_mtok', price * 4, 'currency', 'USD'),
         8192, 200000, 'manual', now() - interval '3 days'
    from unnest(array['openai', 'anthropic', 'google', 'mistral']) provider
    cross join (values ('flagship', 3.0), ('fast', 0.4), ('legacy', 1.0)) kind (type, price);
  insert into ai_model_prices (id, provider, model_name, usage_type, unit_price_usd, effective_from)
  select md5('demo price ' || m.model_name || usage)::uuid, m.provider, m.model_name, usage,
         factor * (m.pricing ->> 'input_per_mtok')::numeric / 1000000, now() - interval '60 days'
    from ai_model_configs m
    cross join (values ('input_token', 1), ('output_token', 4)) price (usage, factor);
  insert into ai_model_update_logs (id, run_date, status, models_discovered, models_added,
    providers_checked, changes, errors, execution_time_ms, created_at)
  select md5('demo look ' || n)::uuid, at, case n when 2 then 'partial' else 'success' end, 12,
         case n when 3 then 12 else 0 end, '{openai,anthropic,google,mistral}',
         case n when 3 then '[{"provider": "mistral", "model_name": "demo-mistral-fast",
                               "change": "added"}]'::jsonb else '[]' end,
         case n when 2 then '{"google": "no answer"}'::jsonb else '{}' end, 2100 + n, at
    from generate_series(1, 3) n
    cross join lateral (
      select date_trunc('month', now()) - (n - 1) * interval '1 month' + interval '3 hours' as at) look;
end if;

-- ── Learning ─────────────────────────────────────────────────────────────────────────────────────

insert into agent_learning_data (id, agent_type, pattern_key, pattern_data, usage_count, success_count,
  last_updated)
select pg_temp.id('pattern ' || n), agent, key, jsonb_build_object('says', says), 6 + n, n,
       now() - n * interval '2 days'
  from (values (1, 'content', 'short_first_line', 'Open with the thing itself.'),
               (2, 'content', 'no_exclamation', 'Never shout.'),
               (3, 'messaging', 'one_link', 'One link a mail.'),
               (4, 'messaging', 'evening', 'Write as if it were evening.'),
               (5, 'channel', 'newsletter_first', 'The newsletter goes first.'),
               (6, 'channel', 'friday_six', 'Friday at six.'),
               (7, 'audience', 'writers', 'Writers answer in the morning.'),
               (8, 'audience', 'city_sleepers', 'People in cities want rain.'))
                 pattern (n, agent, key, says);
insert into campaign_copilot_sessions (id, campaign_id, brief_data, generated_campaign, interaction_history,
  model_name, token_count, cost_usd, created_at)
select pg_temp.id('copilot ' || n), pg_temp.id('campaign ' || campaign), jsonb_build_object('goal', goal),
       jsonb_build_object('name', goal, 'channels', array['newsletter']),
       jsonb_build_array(
         jsonb_build_object('role', 'user', 'content', goal, 'at', now() - n * interval '6 days'),
         jsonb_build_object('role', 'assistant', 'content', 'Newsletter first.',
                            'at', now() - n * interval '6 days')),
       'parrot-large', 2400 + n * 100, 0.02 * n, now() - n * interval '6 days'
  from (values (1, 8, 'An album per night train'), (2, 7, 'Sounds of spring cleaning'),
               (3, 3, 'Licence our rain'), (4, null, 'Something with whales')) session (n, campaign, goal);
update campaign_copilot_sessions set status = 'saved' where id = pg_temp.id('copilot 2');
update campaign_copilot_sessions set status = 'completed' where id = pg_temp.id('copilot 3');
insert into ai_interaction_feedback (id, session_id, interaction_type, original_suggestion,
  user_modification, context_data, feedback_score, agent_type, pattern_ids, edit_distance, timestamp,
  created_at)
select pg_temp.id('feedback ' || n), pg_temp.id('copilot ' || 1 + n % 4), kind,
       jsonb_build_object('text', 'Listen now'),
       case kind when 'edit' then jsonb_build_object('text', 'It rains in here') end,
       jsonb_build_object('field', 'headline'), 2 + n % 4,
       (array['content', 'messaging', 'channel', 'audience'])[1 + n % 4],
       array[pg_temp.id('pattern ' || 1 + n % 8)], case kind when 'edit' then 0.4 end, at, at
  from generate_series(1, 16) n
 cross join lateral (select (array['edit', 'approve', 'approve', 'regenerate',
                                   'reject'])[1 + n % 5] as kind,
                                   now() - n * interval '31 hours' as at) said;

-- ── Analytics ────────────────────────────────────────────────────────────────────────────────────

insert into performance_analytics (id, metric_type, metric_category, metric_name, metric_value, metric_data,
  dimensions, granularity, time_period, created_at)
select pg_temp.id('figure ' || n || metric), metric, 'marketing', initcap(metric), value,
       jsonb_build_object('value', value, 'trend', 'up'), '{"channel": "all"}', 'week',
       (monday - 7 * n)::timestamp at time zone 'UTC', (monday - 7 * n + 7)::timestamp at time zone 'UTC'
  from generate_series(1, 26) n
  cross join (values ('clicks', 560), ('leads', 18), ('revenue', 410), ('watch_hours', 2100),
                     ('subscribers', 95)) kind (metric, size)
 cross join lateral (select round((size * (1.6 - n / 40.0 + 0.1 * sin(n)))::numeric, 2) as value) was;

insert into report_schedules (id, title, report_type, frequency, on_day, timezone, targets, format,
  is_active, next_run_at, last_run_at)
values (pg_temp.id('schedule 1'), 'Monday figures', 'weekly_performance', 'weekly', 1, 'Europe/Berlin',
        '[{"kind": "email", "to": "owner@moonpuddle.example"}]', 'pdf', false,
        (monday + 7)::timestamptz + interval '8 hours', monday::timestamptz + interval '8 hours'),
       (pg_temp.id('schedule 2'), 'Month in sleep', 'channel_growth', 'monthly', 2, 'UTC', '[]', 'csv',
        false, date_trunc('month', now()) + interval '1 month 1 day', null);
insert into analytics_reports (id, report_type, title, format, period_start, period_end, report_data,
  metrics, insights, recommendations, executive_summary, schedule_id, created_at)
select pg_temp.id('report ' || n), 'weekly_performance', 'Week of ' || (monday - 7 * n), 'pdf',
       monday - 7 * n, monday - 7 * n + 7, jsonb_build_object('albums', 2),
       jsonb_build_object('clicks', 700 - n * 20, 'leads', 22 - n),
       '["Mails beat posts again."]', '["Move ten percent to the newsletter."]',
       'A quiet week with one good mail.', pg_temp.id('schedule 1'),
       (monday - 7 * n + 7)::timestamptz + interval '8 hours'
  from generate_series(1, 7) n;
update analytics_reports r set status = 'running' where r.id = any (pg_temp.ids('report', 1, 7));
update analytics_reports r set status = 'ready', generated_at = created_at + interval '20 seconds',
       asset_path = format('%s/reports/%s.pdf', me, r.id)
 where r.id in (select pg_temp.id('report ' || n) from generate_series(1, 7) n where n <> 4);
update analytics_reports set status = 'failed', error_code = 'Timeout',
       error_message = 'The figures took too long.' where id = pg_temp.id('report 4');

insert into real_time_metrics (id, entity_type, entity_id, metric_type, current_value, previous_value,
  recorded_at)
select pg_temp.id('now ' || n || metric), 'campaign', pg_temp.id('campaign ' || n), metric, size + n * 7,
       size, now() - n * interval '1 minute'
  from generate_series(1, 4) n
  cross join (values ('views', 1400), ('clicks', 64), ('leads', 3)) gauge (metric, size);

insert into ai_insights (id, insight_type, title, description, insight_data, evidence, recommendations,
  confidence_score, impact_score, level, entity_type, entity_id, dedupe_key, generated_at, expires_at,
  created_at)
select pg_temp.id('insight ' || n), kind, title, title || '. The figures of the last four weeks say so.',
       jsonb_build_object('change', n * 3), '{"weeks": 4}',
       jsonb_build_array(advice), 0.95 - n * 0.05, 1 - n * 0.1, level, 'campaign',
       pg_temp.id('campaign ' || 1 + n % 4), 'demo-' || n, now() - n * interval '1 day',
       now() + (20 - n) * interval '1 day', now() - n * interval '1 day'
  from (values (1, 'trend', 'Listeners stay longer since June', 'Make the next album ten minutes longer.',
                'info'), (2, 'anomaly', 'Clicks fell by half on Tuesday', 'Look at the landing page.',
                          'warning'),
               (3, 'budget', 'Story shorts spend without sign-ups', 'Rest the campaign.', 'critical'),
               (4, 'timing', 'Friday at six beats every other hour', 'Move the mail.', 'info'),
               (5, 'audience', 'Writers answer in the morning', 'Send them theirs at eight.', 'info'),
               (6, 'content', 'One light beats a view', 'Use lamps on covers.', 'info'))
                 insight (n, kind, title, advice, level);
update ai_insights set status = 'seen' where id = any (pg_temp.ids('insight', 3, 6));
update ai_insights set status = 'acted' where id = pg_temp.id('insight 3');
update ai_insights set status = 'dismissed' where id = pg_temp.id('insight 6');

insert into keyword_research (id, query, keywords, country, cost_usd, tags, day, expires_at, created_at)
select pg_temp.id('keyword ' || n), query,
       (select jsonb_agg(jsonb_build_object('keyword', query || ' ' || more, 'volume', 900 * k + n * 70,
                                            'difficulty', 20 + k * 9, 'cpc', 0.2 * k, 'intent', 'listen',
                                            'trend', 'up'))
          from unnest(array['for sleep', 'for studying', '10 hours',
                            'no ads']) with ordinality as tail (more, k)),
       'GB', 0.002, array['weekly'], today - n * 3, now() + (30 - n * 3) * interval '1 day',
       now() - n * interval '3 days'
  from (values (1, 'rain sounds'), (2, 'focus music'), (3, 'attic rain'), (4, 'night train sounds'),
               (5, 'soft piano'), (6, 'ambient loops'), (7, 'moss facts'), (8, 'lighthouse fog'))
                 word (n, query);

insert into user_analytics_events (id, event_type, event_data, session_id, form_key, field, duration_ms,
  client_event_id, client_ts, created_at)
select pg_temp.id('click ' || n), kind,
       jsonb_build_object('page', (array['/albums', '/campaigns', '/leads', '/studio'])[1 + n % 4]),
       'demo-visit-' || n / 6,
       case when kind like 'f%' then 'new-campaign' end,
       case when kind like 'field%' then (array['name', 'channels', 'total_budget'])[1 + n % 3] end,
       200 + (n * 37) % 4000,
       pg_temp.id('client ' || n), now() - n * interval '7 hours', now() - n * interval '7 hours'
  from generate_series(1, 210) n
 cross join lateral (select (array['page_view', 'form_viewed', 'field_focused', 'field_error',
                                   'form_submitted', 'page_view'])[1 + n % 6] as kind) did;

-- ── Strategy: each a first version, and what it grew into ────────────────────────────────────────

insert into brand_positioning_analyses (id, campaign_id, parent_id, title, positioning_statement,
  differentiators, brand_tone, three_cs_analysis, recommendations, sources, model_name, cost_usd,
  created_at)
select pg_temp.id('position ' || n), pg_temp.id('campaign 1'),
       case when n > 1 then pg_temp.id('position ' || n - 1) end, 'Moonpuddle, take ' || n, statement,
       '["No words", "No seam", "One lamp"]', '{"unhurried": 5, "curious": 4}',
       '{"company": "A studio of one", "customer": "Sleeps badly in a city", "competition": "Ten-hour loops"}',
       '["Say how long it is."]', '[{"claim": "Sleeps badly", "source": "opinion of the model"}]',
       'parrot-large', 0.03, now() - (30 - n * 8) * interval '1 day'
  from (values (1, 'Rain for people who cannot sleep.'), (2, 'The quiet hour you can press play on.'),
               (3, 'Weather for indoors.')) position (n, statement)
 order by n;
insert into funnel_designs (id, campaign_id, parent_id, title, business_type, funnel_structure, sources,
  model_name, cost_usd, created_at)
select pg_temp.id('funnel ' || n), pg_temp.id('campaign ' || n),
       case n when 2 then pg_temp.id('funnel 1') end, 'Listener to licence ' || n, 'media',
       (select jsonb_object_agg(stage,
                                jsonb_build_object('definition', says, 'offers', '[]'::jsonb,
                                                   'automation_tasks', jsonb_build_array(task), 'kpis',
                                                   jsonb_build_array(kpi)))
          from (values ('awareness', 'Hears an album', 'Post on Friday', 'views'),
                       ('engagement', 'Stays half an hour', 'Ask for the newsletter', 'watch time'),
                       ('conversion', 'Asks for a licence', 'Send terms', 'licences'),
                       ('retention', 'Asks again', 'Write after a month', 'renewals'))
                         part (stage, says, task, kpi)),
       '[]', 'parrot-large', 0.04, now() - (20 - n * 5) * interval '1 day'
  from generate_series(1, 3) n order by n;
insert into competitive_gap_analyses (id, campaign_id, parent_id, title, our_brand, competitors,
  gap_analysis, ownable_differentiator, sources, model_name, cost_usd, created_at)
select pg_temp.id('gap ' || n), pg_temp.id('campaign 3'), case n when 2 then pg_temp.id('gap 1') end,
       'Who else rains, take ' || n, 'Moonpuddle', array['Drizzlebox', 'Nappertone', 'Humdrum Hours'],
       '{"messaging": "All promise sleep; none says how long", "channels": "Nobody writes letters",
         "audience": "App makers are left alone", "content": "Loops have seams"}',
       '{"claim": "An hour without a seam"}', '[]', 'parrot-large', 0.05,
       now() - (25 - n * 9) * interval '1 day'
  from generate_series(1, 2) n order by n;
insert into performance_tracking_frameworks (id, campaign_id, title, campaign_name, channels,
  tracking_framework, sources, model_name, cost_usd, created_at)
select pg_temp.id('framework ' || n), c.id, 'What counts for ' || c.name, c.name,
       array['newsletter', 'video'],
       '[{"kpi": "Clicks", "unit": "count", "direction": "up", "baseline": 60, "green": 80, "yellow": 65,
          "source_metric": "clicks", "cadence": "day", "owner": "Studio Owner"},
         {"kpi": "Spend", "unit": "USD", "direction": "down", "baseline": 20, "green": 18, "yellow": 24,
         "source_metric": "spend", "cadence": "day", "owner": "Night Desk"}]',
       '[]', 'parrot-large', 0.02, now() - n * interval '9 days'
  from generate_series(1, 3) n join campaigns c on c.id = pg_temp.id('campaign ' || n);
update brand_positioning_analyses set status = 'ready' where id = any (pg_temp.ids('position', 1, 2));
update brand_positioning_analyses set status = 'archived' where id = pg_temp.id('position 1');
update funnel_designs set status = 'ready' where id = any (pg_temp.ids('funnel', 1, 2));
update competitive_gap_analyses set status = 'ready' where id = any (pg_temp.ids('gap', 1, 2));
update performance_tracking_frameworks set status = 'ready' where id = any (pg_temp.ids('framework', 1, 3));

-- ── Support ──────────────────────────────────────────────────────────────────────────────────────

insert into support_tickets (id, email, name, subject, message, priority, category, context, admin_notes,
  assigned_to, first_response_due_at, resolution_due_at, waiting_since, created_at)
select pg_temp.id('ticket ' || n), 'owner@moonpuddle.example', 'Studio Owner', subject, body, priority,
       category, jsonb_build_object('page', '/studio'), 'Knows the product well.',
       case when n > 1 then 'Day Desk' end, at + interval '8 hours', at + interval '3 days', at, at
  from (values (1, 'The bridge hums off key', 'At 2:10 the voice drops half a tone.', 'high', 'video', 1),
               (2, 'Can I bring my own voice?', 'I would like to narrate myself.', 'normal', 'video', 6),
               (3, 'An invoice for May', 'Our bookkeeper asks for it.', 'low', 'billing', 12),
               (4, 'A track fell silent', 'Track 14 is quiet after the first minute.', 'urgent', 'album',
                20),
               (5, 'Two credits too many', 'The second try was charged too.', 'normal', 'billing', 33))
                 ticket (n, subject, body, priority, category, age)
 cross join lateral (select now() - age * interval '1 day' as at) came;
insert into support_ticket_messages (id, ticket_id, author, body, is_private, created_at)
select pg_temp.id('reply ' || n || '.' || place), t.id, author, body, private_note,
       t.created_at + place * interval '2 hours'
  from generate_series(2, 5) n join support_tickets t on t.id = pg_temp.id('ticket ' || n)
 cross join (values (1, 'agent', 'Thank you for writing: we are looking at it.', false),
                    (2, 'agent', 'Seen it before with long pauses.', true),
                    (3, 'requester', 'No hurry, it is a quiet studio.', false),
                    (4, 'agent', 'It is mended. Would you try again?', false))
                      reply (place, author, body, private_note)
 order by n, place;
update support_tickets set status = 'resolved', resolved_at = created_at + interval '1 day'
 where id = any (pg_temp.ids('ticket', 3, 5));
update support_tickets set status = 'closed', closed_at = resolved_at + interval '7 days', satisfaction = 5
 where id = any (pg_temp.ids('ticket', 4, 5));

-- ── Privacy: a copy fetched long ago, and a goodbye thought better of ────────────────────────────

insert into privacy_audit_log (id, event_type, details, request_id, ip_address, user_agent)
select pg_temp.id('noted ' || n), kind, jsonb_build_object('by', 'user'), 'demo-' || n, '192.0.2.7',
       'Browser/1.0'
  from (values (1, 'signed_in'), (2, 'export_requested'), (3, 'export_downloaded'),
               (4, 'deletion_requested'), (5, 'deletion_cancelled')) noted (n, kind) order by n;
insert into data_export_requests (id, format, requested_at, created_at)
values (pg_temp.id('export'), 'zip', now() - interval '50 days', now() - interval '50 days');
update data_export_requests set status = 'processing' where id = pg_temp.id('export');
update data_export_requests set status = 'completed', completed_at = requested_at + interval '2 minutes',
       expires_at = requested_at + interval '7 days', asset_path = format('%s/exports/demo.zip', me),
       sha256 = encode(sha256(convert_to(me || 'export', 'UTF8')), 'hex'), size_bytes = 4190000,
       row_counts = '{"leads": 24, "campaigns": 6}', download_count = 1,
       downloaded_at = requested_at + interval '1 hour'
 where id = pg_temp.id('export');
update data_export_requests set status = 'expired' where id = pg_temp.id('export');
insert into data_deletion_requests (id, requested_at, due_at, plan, created_at)
values (pg_temp.id('goodbye'), now() - interval '45 days', now() - interval '15 days',
        '{"leads": "delete", "credit_ledger": "keep_legal"}', now() - interval '45 days');
update data_deletion_requests set status = 'cancelled', cancelled_at = now() - interval '44 days'
 where id = pg_temp.id('goodbye');

-- ── The background studio: albums 1 to 3 are out, 4 is ready, 5 failed, 6 was called off, others planned

insert into channels (id, name, youtube_channel_id, brand_niche, is_active, oauth_connection_id, created_at)
select pg_temp.id('channel ' || key), 'Moonpuddle ' || initcap(key), 'demo-' || key, niche, active,
       pg_temp.id('oauth youtube'), now() - interval '100 days'
  from (values ('sleep', 'rain and sleep', true), ('focus', 'music to write by', true),
               ('stories', 'small true stories', true), ('harbour', 'harbours at night', false))
                 channel (key, niche, active);
update channel_configs set studio_channel_id = pg_temp.id('channel ' || channel_id)
 where id in (select pg_temp.id('config ' || key)
              from unnest(array['sleep', 'focus', 'stories', 'harbour']) key);

insert into video_jobs (id, channel_id, niche_label, mood_keywords, target_duration_minutes, style, living,
  seed, attempt, prompts_json, output_directory, video_title, video_description, is_draft,
  upload_strategy, estimated_cost_usd, created_at)
select pg_temp.id('album ' || n), pg_temp.id('channel ' || channel), niche, mood, minutes,
       'oil painting', case channel when 'sleep' then 'rain' when 'harbour' then 'embers' else 'drift' end,
       2000 + n, case when n <= 6 then 1 else 0 end,
       case when n < 9 then jsonb_build_object(
         'music_prompts', (select jsonb_agg(jsonb_build_object('order_index', i, 'title', word || ' ' || i,
             'prompt', format('%s, %s, %s', niche, word, mood), 'duration_minutes',
             round((minutes * 60 + 38) / 1200.0, 2)) order by i)
             from unnest(words) with ordinality as named (word, i)),
         'visual_prompts', (select jsonb_agg(jsonb_build_object('order_index', i, 'prompt',
             format('%s, a %s, oil painting, one lamp', niche, lower(word))) order by i)
             from unnest(words) with ordinality as named (word, i))) end,
       format('%s/albums/%s', me, pg_temp.id('album ' || n)), title,
       case when n <= 4 then title || E'\n\n0:00 ' || words[1] || E' 1' end, n > 3,
       case when n <= 4 then 'scheduled' end, 4.20, now() - age * interval '1 day'
  from (values (1, 'sleep', 'Attic rain', 'calm, warm, slow', 75, 'Attic Rain: 75 Minutes Under the Roof',
                48),
               (2, 'focus', 'Kettle hour', 'steady, kind', 80, '80 Minutes of Quiet Focus', 33),
               (3, 'sleep', 'Rain on tin', 'soft, grey, near', 90, 'Rain on Tin: 90 Minutes', 19),
               (4, 'focus', 'Letters', 'bright, unhurried', 60, 'Letters: an Hour to Write By', 5),
               (5, 'sleep', 'Snow on wool', 'muffled, blue', 60, null, 4),
               (6, 'harbour', 'Harbour lights', 'salty, slow', 60, null, 37),
               (7, 'sleep', 'Spring windows', 'fresh, light', 60, null, 2),
               (8, 'focus', 'Night trains', 'low, even', 75, null, 1),
               (9, 'stories', 'Moss', 'green, small', 60, null, 0))
                 album (n, channel, niche, mood, minutes, title, age)
 cross join (select array['Doorway', 'Lantern', 'Staircase', 'Window', 'Gutter', 'Blanket', 'Teacup',
                          'Clock', 'Harbour', 'Bridge', 'Meadow', 'Lighthouse', 'Station', 'Library',
                          'Garden', 'Rooftop', 'Kitchen', 'Ferry', 'Orchard',
                          'Puddle'] as words) vocabulary;
update video_jobs set status = 'generating_music' where id = any (pg_temp.ids('album', 1, 5));
insert into audio_tracks (id, video_job_id, provider, provider_track_id, order_index, duration_seconds,
  frames, size_bytes, title, local_file_path, prompt_text, is_selected, display_order, sha256, cost_usd,
  created_at)
select md5(v.id || 'track ' || i || take)::uuid, v.id, 'dummy', 'demo-' || i, i,
       seconds, seconds * 48000, seconds * 192000 + 44,
       v.prompts_json -> 'music_prompts' -> (i - 1) ->> 'title',
       format('%s/tracks/%s-%s.wav', v.output_directory, i, take),
       v.prompts_json -> 'music_prompts' -> (i - 1) ->> 'prompt', take = 1, take,
       encode(sha256(convert_to(v.id || 'track' || i || take, 'UTF8')), 'hex'), 0.09,
       v.created_at + i * interval '20 seconds'
  from generate_series(1, 5) n join video_jobs v on v.id = pg_temp.id('album ' || n)
 cross join generate_series(1, 20) i cross join generate_series(1, 2) take
 cross join lateral (select round((v.target_duration_minutes * 60 + 38) / 20.0, 2) as seconds) length
 where take = 1 or n = 4 and i in (3, 9, 14);
update video_jobs set status = 'generating_image' where id = any (pg_temp.ids('album', 1, 5));
insert into images (id, video_job_id, provider, provider_image_id, order_index, local_file_path,
  prompt_text, is_selected, display_order, original_resolution, sha256, cost_usd, created_at)
select md5(v.id || 'picture ' || i || take)::uuid, v.id, 'dummy', 'demo-' || i, i,
       format('%s/pictures/%s-%s.png', v.output_directory, i, take),
       v.prompts_json -> 'visual_prompts' -> (i - 1) ->> 'prompt',
       take = 1, take, '1920x1080',
       encode(sha256(convert_to(v.id || 'picture' || i || take, 'UTF8')), 'hex'), 0.04,
       v.created_at + interval '7 minutes' + i * interval '8 seconds'
  from generate_series(1, 5) n join video_jobs v on v.id = pg_temp.id('album ' || n)
 cross join generate_series(1, 20) i cross join generate_series(1, 2) take
 where (take = 1 and (n < 5 or i <= 7)) or (take = 2 and n = 4 and i in (2, 11));
update video_jobs set status = 'rendering' where id = any (pg_temp.ids('album', 1, 4));
insert into render_tasks (id, video_job_id, ffmpeg_command, metadata, local_video_path, duration_seconds,
  output_sha256, created_at, started_at)
select md5(v.id || 'render')::uuid, v.id, 'ffmpeg -f concat -i segments.txt -c copy album.mp4',
       '{"argv": ["ffmpeg", "-f", "concat", "-i", "segments.txt", "-c", "copy", "album.mp4"]}',
       v.output_directory || '/album.mp4', v.target_duration_minutes * 60,
       encode(sha256(convert_to(v.id || 'render', 'UTF8')), 'hex'), v.created_at + interval '12 minutes',
       v.created_at + interval '12 minutes'
  from generate_series(1, 4) n join video_jobs v on v.id = pg_temp.id('album ' || n);
update render_tasks t set status = 'in_progress', progress = 40
 where t.video_job_id = any (pg_temp.ids('album', 1, 4));
update render_tasks t set status = 'completed', progress = 100,
       completed_at = started_at + interval '95 seconds'
 where t.video_job_id = any (pg_temp.ids('album', 1, 4));
update video_jobs set status = 'ready_for_export', local_video_path = output_directory || '/album.mp4',
       progress = 100, status_message = 'Ready', started_at = created_at, cost_usd = 2.60
 where id = any (pg_temp.ids('album', 1, 4));
update video_jobs v set status = 'completed', finished_at = created_at + interval '2 days',
       published_at = created_at + interval '2 days',
       scheduled_publish_date = created_at + interval '2 days',
       youtube_video_id = 'demo-' || left(v.id::text, 8),
       youtube_url = 'https://video.example/watch/demo-' || left(v.id::text, 8)
 where v.id = any (pg_temp.ids('album', 1, 3));
update video_jobs set status = 'failed', failed_step = 'generating_image',
       resume_from = 'generating_image', error_code = 'ProviderUnavailable',
       error_message = 'Picture 8 could not be drawn.', progress = 38, started_at = created_at,
       finished_at = created_at + interval '9 minutes', cost_usd = 2.08 where id = pg_temp.id('album 5');
update video_jobs set status = 'cancelled', cancel_requested_at = created_at + interval '1 minute',
       finished_at = created_at + interval '1 minute' where id = pg_temp.id('album 6');

insert into publications (id, video_job_id, platform, privacy, scheduled_at, title,
  description, synthetic_content, video_key, size_bytes, created_at)
select pg_temp.id('publication ' || n), v.id, 'youtube', 'public',
       v.created_at + interval '2 days', v.video_title, v.video_description, true,
       v.local_video_path, 330000000 + n, v.created_at + interval '1 day'
  from generate_series(1, 3) n join video_jobs v on v.id = pg_temp.id('album ' || n);
update publications set state = 'uploading' where id = any (pg_temp.ids('publication', 1, 3));
update publications p set state = 'finishing', sent_bytes = size_bytes,
       platform_video_id = v.youtube_video_id, platform_url = v.youtube_url
  from video_jobs v where v.id = p.video_job_id and p.id = any (pg_temp.ids('publication', 1, 3));
update publications set state = 'published', finished_at = created_at + interval '10 minutes'
 where id = any (pg_temp.ids('publication', 1, 3));

insert into video_analytics (id, video_job_id, youtube_video_id, views, watch_time_hours, revenue_usd,
  impressions, ctr, avg_view_duration, snapshot_date, created_at)
select md5(v.id || 'day ' || age)::uuid, v.id, v.youtube_video_id, views,
       round((views * 0.42)::numeric, 2), round((views * 0.0021)::numeric, 2), views * 21,
       round((0.047 + 0.004 * sin(age))::numeric, 6), 1512 + 40 * round(sin(age)::numeric, 2),
       today - age, (today - age)::timestamptz
  from generate_series(1, 3) n join video_jobs v on v.id = pg_temp.id('album ' || n)
 cross join generate_series(0, 46) age
 cross join lateral (select round(900 + 500 * sin(age / 6.0) + (46 - age) * 14)::int as views) seen
 where today - age >= (v.published_at at time zone 'UTC')::date;

-- ── Runs, days of experiments, budgets ───────────────────────────────────────────────────────────

perform pipeline_refresh(me, pg_temp.id('job ' || n)::text) from generate_series(1, 12) n;
update pipeline p set status = 'running', title = j.settings ->> 'title', started_at = j.started_at,
       created_at = j.created_at
  from jobs j where p.run_id = j.id::text and j.id = any (pg_temp.ids('job', 1, 12));
update pipeline p set finished_at = j.finished_at,
       status = case j.status when 'READY' then 'succeeded' when 'FAILED' then 'failed' else 'cancelled' end
  from jobs j where p.run_id = j.id::text and j.id = any (pg_temp.ids('job', 1, 12));

insert into experiment_days (id, experiment_key, variant_key, day, impressions, clicks, views,
  watch_seconds)
select md5(e.id || 'day ' || n)::uuid, e.experiment_key, e.variant_key,
       (e.start_date at time zone 'UTC')::date + n, shown, clicked, clicked, clicked * 1490
  from metadata_experiments e
 cross join generate_series(0, 13) n
 cross join lateral (select round(1450 + 220 * sin(n + ascii(e.variant_key)))::int as shown) exposure
 cross join lateral (
   select round(shown * (0.046 + 0.002 * cos(n + ascii(e.variant_key))
                + case when e.variant_key = 'b' and e.experiment_key <> 'sleep-comment' then 0.008
                       else 0 end))::int as clicked) response
 where e.id in (select pg_temp.id('experiment ' || key || variant)
                from unnest(array['rain-thumbnail', 'focus-title', 'sleep-comment']) key
                cross join unnest(array['a', 'b', 'c']) variant)
   and (e.start_date at time zone 'UTC')::date + n <= today;

insert into metadata_experiments (id, video_id, experiment_type, title_variant, assignment, plan,
  start_date, end_date, experiment_key, variant_key, is_control, status, created_at)
select pg_temp.id('experiment attic-title' || variant), v.youtube_video_id, 'title', title, 'rotation',
       '{"assignment": "rotation", "days": 28, "per_arm": 14, "unit": "days", "feasible": true,
         "smallest_effect": 0.1, "aim": {"assignment": "rotation", "rate": 0.046, "effect": 0.15,
         "daily_impressions": 2900}}',
       now() - interval '3 days', now() + interval '25 days', 'attic-title', variant, variant = 'a',
       'running', now() - interval '4 days'
  from (values ('a', 'Attic Rain: 75 Minutes Under the Roof'), ('b', 'Rain on the Attic Window'))
         wording (variant, title)
  join video_jobs v on v.id = pg_temp.id('album 1');
insert into experiment_airings (id, experiment_key, variant_key, day, aired_at)
select pg_temp.id('airing ' || n), 'attic-title', case n % 2 when 1 then 'a' else 'b' end, today - n,
       (today - n) + time '08:20' at time zone 'UTC'
  from generate_series(1, 3) n;

insert into channel_budgets (id, scope, scope_id, period, hard_cap_usd, soft_pct, on_hard_cap)
values (pg_temp.id('budget 1'), 'user', '', 'month', 60, 80, 'pause'),
       (pg_temp.id('budget 2'), 'channel', 'sleep', 'day', 6, 75, 'block'),
       (pg_temp.id('budget 3'), 'provider', 'Soundwell', 'month', 25, 80, 'block')
on conflict (user_id, scope, scope_id, period) do nothing;
perform settle_budget(reserve_budget(me, 0.20, 'demo-budget-' || n, 'sleep', 'Soundwell', 'demo-run-1'),
                      0.18, 'music', 'soundwell-2', p_units => 180, p_unit => 'second')
   from generate_series(1, 6) n;
perform release_budget(reserve_budget(me, 0.20, 'demo-budget-7', 'sleep', 'Soundwell', 'demo-run-1'));
end $studio$;
