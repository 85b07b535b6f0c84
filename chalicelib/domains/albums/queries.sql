-- channel --
-- A channel of the asking user, held: it stays while an album of it begins.
select id, is_active from channels where id = %(id)s for share;

-- add_album --
-- A new album, still to be planned. Its files lie in a folder of its own.
with new as (select gen_random_uuid() as id)
insert into video_jobs (id, channel_id, niche_label, mood_keywords, target_duration_minutes, style,
                        living, overlays, resolution, review, seed, output_directory)
select id, %(channel_id)s, %(niche_label)s, %(mood_keywords)s, %(target_duration_minutes)s, %(style)s,
       %(living)s, %(overlays)s, %(resolution)s, %(review)s,
       coalesce(%(seed)s::int, hashtext(id::text) & 2147483647), auth.uid() || '/albums/' || id
  from new
returning id;

-- album --
-- One album as its user sees it, and how many seconds a minute of the earlier ones took by stage.
select v.id, v.channel_id, v.status, v.goal, v.progress, v.status_message, v.niche_label,
       v.mood_keywords, v.target_duration_minutes, v.video_title, v.failed_step, v.error_code,
       v.error_message, v.attempt, v.cost_usd, v.estimated_cost_usd, v.created_at, v.updated_at,
       v.finished_at, v.style, v.living, v.overlays, v.resolution, v.review, v.seed, v.synthetic_content,
       v.video_description, v.prompts_json, v.youtube_url, v.files, v.manifest_json, v.started_at,
       v.wait_token is not null as waiting,
       exists (select from publications where video_job_id = v.id
                and state in ('queued', 'uploading', 'finishing')) as publishing, r.percent as rendered, t.track_seconds, p.pace
  from video_jobs v
 cross join lateral (
   select coalesce(jsonb_object_agg(order_index, duration_seconds), '{}') as track_seconds
     from audio_tracks where video_job_id = v.id and is_selected) t
  left join lateral (
   select progress as percent from render_tasks
    where video_job_id = v.id and attempt = v.attempt limit 1) r on true
 cross join lateral (
   select coalesce(jsonb_object_agg(stage, pace), '{}') as pace
     from (select s.key as stage, avg(s.value::numeric / e.target_duration_minutes)::float as pace
             from (select stage_seconds, target_duration_minutes from video_jobs
                    where user_id = v.user_id and status in ('ready_for_export', 'completed')
                    order by created_at desc limit 10) e
            cross join lateral jsonb_each_text(e.stage_seconds) s
            group by s.key) past) p
 where v.id = %(id)s and v.user_id = auth.uid() and v.deleted_at is null;

-- albums --
-- A page of the user's albums, newest first.
select id, channel_id, status, goal, progress, status_message, niche_label, mood_keywords,
       target_duration_minutes, video_title, failed_step, error_code, error_message, attempt,
       cost_usd, estimated_cost_usd, created_at, updated_at, finished_at
  from video_jobs
 where user_id = auth.uid() and deleted_at is null
   and (%(after)s::timestamptz is null or (created_at, id) < (%(after)s, %(after_id)s::uuid))
   and (%(status)s::video_job_status is null or status = %(status)s)
   and (%(channel_id)s::uuid is null or channel_id = %(channel_id)s)
 order by created_at desc, id desc
 limit %(limit)s;

-- album_for_update --
-- An album as its makers see it, locked: nobody else moves it until the transaction is over.
select v.id, v.user_id, v.channel_id, c.name as channel_name, c.is_active as channel_active, v.status,
       v.goal, v.attempt, v.niche_label, v.mood_keywords, v.target_duration_minutes, v.style, v.living,
       v.overlays, v.seed, v.review, v.reviewed_at, v.resolution, v.prompts_json, v.video_title,
       v.video_description, v.synthetic_content, v.wait_token, v.failed_step, v.resume_from, v.cost_usd,
       exists (select from publications where video_job_id = v.id
                and state in ('queued', 'uploading', 'finishing')) as publishing
  from video_jobs v join channels c on c.id = v.channel_id
 where v.id = %(id)s and v.user_id = auth.uid() and v.deleted_at is null
   for no key update of v;

-- standing --
-- Which places have a take, and the user's own files that have not become one.
select (select coalesce(array_agg(order_index), '{}') from audio_tracks
         where video_job_id = %(id)s and is_selected) as audio,
       (select coalesce(array_agg(order_index), '{}') from images
         where video_job_id = %(id)s and is_selected) as image,
       (select coalesce(jsonb_agg(jsonb_build_object(
                 'id', u.id, 'kind', case u.purpose when 'album_track' then 'audio' else 'image' end,
                 'order_index', u.order_index, 'state', u.state, 'key', u.key, 'sha256', u.sha256,
                 'content_type', coalesce(u.sniffed_type, u.declared_type), 'rights', u.rights)
                 order by u.created_at, u.id), '[]')
          from uploads u
         where u.video_job_id = %(id)s and u.state in ('pending', 'ready')
           and not exists (select from audio_tracks t where t.upload_id = u.id)
           and not exists (select from images i where i.upload_id = u.id)) as files;

-- begun --
-- Places that a worker of an attempt has begun to fill and has not filled, and what went wrong last.
select r.item, failed.error
  from private.step_results r
  left join lateral (
    select case status when 'skipped' then 'The spending cap is reached.' else error_summary end as error
      from pipeline_runs
     where run_id = r.job_id::text and stage = r.step || '/' || r.item and status <> 'success'
     order by created_at desc limit 1) failed on true
 where r.job_id = %(id)s and r.attempt = %(attempt)s and r.state = 'claimed'
   and r.step in ('ComposeTrack', 'DrawVisual');

-- takes --
-- Every take of an album.
select id, 'audio' as kind, order_index, provider::text, prompt_text as prompt, title, is_selected,
       duration_seconds as seconds, null as original_resolution, false as upscaled,
       license_document_url, terms, rights, proof_upload_id, sha256, upload_id, cost_usd, created_at,
       display_order
  from audio_tracks where video_job_id = %(id)s and status = 'ready'
union all
select id, 'image', order_index, provider::text, prompt_text, null, is_selected, null,
       original_resolution, upscaled, license_document_url, terms, rights, proof_upload_id, sha256,
       upload_id, cost_usd, created_at, display_order
  from images where video_job_id = %(id)s and status = 'ready'
 order by order_index, display_order;

-- take_file --
-- Where a take of the user's lies, track or picture.
select t.local_file_path as key, 'audio' as kind, t.order_index
  from audio_tracks t join video_jobs v on v.id = t.video_job_id and v.deleted_at is null
 where t.id = %(id)s and t.user_id = auth.uid()
union all
select i.local_file_path, 'image', i.order_index
  from images i join video_jobs v on v.id = i.video_job_id and v.deleted_at is null
 where i.id = %(id)s and i.user_id = auth.uid();

-- change --
-- Change what the request names; of the overlays, too.
update video_jobs as mine
   set (niche_label, mood_keywords, target_duration_minutes, style, living, overlays, resolution,
        review, seed, video_title, video_description, synthetic_content) = (
     select changed.niche_label, changed.mood_keywords, changed.target_duration_minutes,
            changed.style, changed.living, mine.overlays || changed.overlays, changed.resolution, changed.review,
            changed.seed, changed.video_title, changed.video_description, changed.synthetic_content
       from jsonb_populate_record(mine, %(changes)s) as changed)
 where id = %(id)s;

-- machine_takes --
-- Selected takes that were not the user's own.
select (select count(*) from audio_tracks
         where video_job_id = %(id)s and is_selected and provider::text <> 'upload')
     + (select count(*) from images
         where video_job_id = %(id)s and is_selected and provider::text <> 'upload');

-- delete --
-- Throw an album away; a trigger promises that its files go.
update video_jobs set deleted_at = clock_timestamp() where id = %(id)s;

-- write_prompts --
-- The prompts of an album, and what its places wait for.
update video_jobs set prompts_json = %(prompts)s where id = %(id)s;

-- queue --
-- The album's next attempt waits for its execution.
update video_jobs
   set attempt = attempt + 1, goal = %(goal)s, status = %(status)s::video_job_status,
       progress = %(progress)s,
       status_message = 'Waiting to start', failed_step = null, resume_from = null, error_code = null,
       error_message = null, cancel_requested_at = null, wait_token = null, execution_arn = null,
       started_at = null, stage_started_at = null, heartbeat_at = clock_timestamp(), lease_until = null
 where id = %(id)s
returning attempt;

-- begin --
-- An execution has taken the album up.
update video_jobs
   set execution_arn = %(execution)s, started_at = coalesce(started_at, clock_timestamp()),
       stage_started_at = coalesce(stage_started_at, clock_timestamp()),
       status_message = %(said)s, heartbeat_at = clock_timestamp(),
       lease_until = clock_timestamp() + interval '20 minutes'
 where id = %(id)s;

-- beat --
-- A sign of life.
update video_jobs
   set heartbeat_at = clock_timestamp(), lease_until = clock_timestamp() + interval '20 minutes'
 where id = %(id)s;

-- keep_plan --
-- The plan is there; a title of the user's own stays.
update video_jobs
   set prompts_json = %(prompts)s, video_title = coalesce(video_title, %(title)s),
       progress = greatest(progress, %(progress)s), heartbeat_at = clock_timestamp()
 where id = %(id)s;

-- rest --
-- Nobody works on the album any more: what was asked for is there.
update video_jobs
   set goal = null, wait_token = null, lease_until = null, status_message = %(said)s,
       stage_started_at = null
 where id = %(id)s;

-- move --
-- The album comes to a stage; the seconds of the one before are kept.
update video_jobs
   set status = %(status)s::video_job_status, status_message = %(said)s,
       progress = greatest(progress, %(progress)s),
       stage_seconds = case when stage_started_at is null then stage_seconds
         else stage_seconds || jsonb_build_object(
           status, round(extract(epoch from clock_timestamp() - stage_started_at), 1)) end,
       stage_started_at = clock_timestamp(), heartbeat_at = clock_timestamp(),
       lease_until = clock_timestamp() + interval '20 minutes'
 where id = %(id)s;

-- add_track --
-- A take of a track, once for each making; no row when it is there already.
insert into audio_tracks (user_id, video_job_id, provider, provider_track_id, order_index,
                          duration_seconds, frames, local_file_path, license_document_url,
                          license_checked_at, prompt_text, title, is_selected, display_order, sha256,
                          size_bytes, cost_usd, terms, rights, making, upload_id, maker_version)
values (auth.uid(), %(id)s, %(provider)s::music_provider, nullif(%(reference)s, ''), %(order_index)s,
        round(%(frames)s / 48000.0, 2), %(frames)s, %(key)s, nullif(%(licence)s, ''),
        case when %(licence)s <> '' then clock_timestamp() end, %(prompt)s, %(title)s, false,
        (select coalesce(max(display_order), 0) + 1 from audio_tracks
          where video_job_id = %(id)s and order_index = %(order_index)s),
        %(sha256)s, %(size_bytes)s, %(cost_usd)s, nullif(%(terms)s, ''), %(rights)s, %(making)s,
        %(upload_id)s, %(version)s)
on conflict (video_job_id, making) do nothing
returning id;

-- add_picture --
-- A take of a picture, once for each making; no row when it is there already.
insert into images (user_id, video_job_id, provider, provider_image_id, order_index, local_file_path,
                    license_document_url, license_checked_at, prompt_text, is_selected, display_order,
                    original_resolution, upscaled, sha256, size_bytes, cost_usd, terms, rights, making,
                    upload_id, maker_version)
values (auth.uid(), %(id)s, %(provider)s::visual_provider, nullif(%(reference)s, ''), %(order_index)s,
        %(key)s, nullif(%(licence)s, ''),
        case when %(licence)s <> '' then clock_timestamp() end, %(prompt)s, false,
        (select coalesce(max(display_order), 0) + 1 from images
          where video_job_id = %(id)s and order_index = %(order_index)s),
        %(resolution)s, %(upscaled)s, %(sha256)s, %(size_bytes)s, %(cost_usd)s, nullif(%(terms)s, ''),
        %(rights)s, %(making)s, %(upload_id)s, %(version)s)
on conflict (video_job_id, making) do nothing
returning id;

-- album_of_take --
-- The album a take of the user's is in.
select t.video_job_id from audio_tracks t where t.id = %(id)s and t.user_id = auth.uid()
union all
select i.video_job_id from images i where i.id = %(id)s and i.user_id = auth.uid();

-- licence_document --
-- A licence document of the user's that has come and was found good.
select id from uploads
 where id = %(id)s and user_id = auth.uid() and purpose = 'licence' and state = 'ready'
   for share;

-- prove_track --
-- The document that shows by what right a track is used.
update audio_tracks
   set proof_upload_id = %(upload_id)s,
       license_checked_at = case when %(upload_id)s::uuid is not null then clock_timestamp() end
 where id = %(id)s;

-- prove_picture --
-- The document that shows by what right a picture is used.
update images
   set proof_upload_id = %(upload_id)s,
       license_checked_at = case when %(upload_id)s::uuid is not null then clock_timestamp() end
 where id = %(id)s;

-- take_of --
-- The take a making has come to.
select id from audio_tracks where video_job_id = %(id)s and making = %(making)s and %(kind)s = 'audio'
union all
select id from images where video_job_id = %(id)s and making = %(making)s and %(kind)s = 'image';

-- choose_track --
-- One take of a place is the one to use, and no other.
update audio_tracks set is_selected = (id = %(take)s)
 where video_job_id = %(id)s and order_index = %(order_index)s and status = 'ready'
   and is_selected <> (id = %(take)s);

-- choose_picture --
-- One take of a place is the one to use, and no other.
update images set is_selected = (id = %(take)s)
 where video_job_id = %(id)s and order_index = %(order_index)s and status = 'ready'
   and is_selected <> (id = %(take)s);

-- take_added --
-- A take has come: how far the album is, and that the user has not agreed to it yet.
update video_jobs
   set prompts_json = %(prompts)s, reviewed_at = null,
       progress = greatest(progress, %(progress)s), status_message = %(said)s,
       heartbeat_at = clock_timestamp(), lease_until = clock_timestamp() + interval '20 minutes'
 where id = %(id)s;

-- keep_estimate --
-- What the album will have cost in the end, unless that is known and nothing more is made.
update video_jobs set estimated_cost_usd = %(expected_usd)s
 where id = %(id)s and (%(more)s or estimated_cost_usd is null);

-- lock_album_of --
-- The album an upload is for, locked.
select v.id from uploads u join video_jobs v on v.id = u.video_job_id
 where u.id = %(id)s for no key update of v;

-- own_place --
-- The album and the place an upload is for; no row when it is for none, or none that is left.
select u.video_job_id, u.order_index,
       case u.purpose when 'album_track' then 'audio' else 'image' end as kind
  from uploads u
  join video_jobs v on v.id = u.video_job_id and v.deleted_at is null and v.prompts_json is not null
 where u.id = %(id)s;

-- refuse_upload --
-- A file that seemed good turned out unfit when it was opened.
update uploads set state = 'refused', refused_reason = %(why)s
 where id = %(id)s and state = 'ready';

-- tell --
-- Say what is going on.
update video_jobs set status_message = %(said)s where id = %(id)s;

-- await --
-- The album waits for its user.
update video_jobs
   set wait_token = %(token)s, status_message = %(said)s, heartbeat_at = clock_timestamp(),
       stage_started_at = null, lease_until = null
 where id = %(id)s;

-- go_on --
-- The album waits no longer.
update video_jobs
   set wait_token = null, status_message = %(said)s, heartbeat_at = clock_timestamp(),
       stage_started_at = clock_timestamp()
 where id = %(id)s;

-- reviewed --
-- The user agrees to what there is.
update video_jobs set reviewed_at = clock_timestamp() where id = %(id)s;

-- rearrange_tracks --
-- Tracks with all their takes go to new places: %(places)s maps a place to its new one.
update audio_tracks set order_index = (%(places)s::jsonb ->> order_index::text)::int
 where video_job_id = %(id)s;

-- rearrange_pictures --
-- Pictures with all their takes go to new places.
update images set order_index = (%(places)s::jsonb ->> order_index::text)::int
 where video_job_id = %(id)s;

-- rearrange_uploads --
-- Files on their way go where the track or picture they are for goes.
update uploads
   set order_index = ((case purpose when 'album_track' then %(tracks)s::jsonb
                                    else %(pictures)s::jsonb end) ->> order_index::text)::int
 where video_job_id = %(id)s;

-- pairs --
-- The selected pairs in their order, with where each half comes from.
select t.order_index, t.title, t.duration_seconds, t.frames,
       jsonb_build_object(
         'id', t.id, 'key', t.local_file_path, 'sha256', t.sha256, 'provider', t.provider,
         'reference', t.provider_track_id, 'licence', t.license_document_url, 'terms', t.terms,
         'rights', t.rights, 'prompt', t.prompt_text, 'cost_usd', t.cost_usd,
         'version', t.maker_version, 'making', t.making, 'made_at', t.created_at,
         'proof', (select jsonb_build_object('key', u.key, 'sha256', u.sha256,
                                             'content_type', u.sniffed_type)
                     from uploads u where u.id = t.proof_upload_id and u.state = 'ready')) as audio,
       jsonb_build_object(
         'id', i.id, 'key', i.local_file_path, 'sha256', i.sha256, 'provider', i.provider,
         'reference', i.provider_image_id, 'licence', i.license_document_url, 'terms', i.terms,
         'rights', i.rights, 'prompt', i.prompt_text, 'cost_usd', i.cost_usd,
         'original_resolution', i.original_resolution, 'upscaled', i.upscaled,
         'version', i.maker_version, 'making', i.making, 'made_at', i.created_at,
         'proof', (select jsonb_build_object('key', u.key, 'sha256', u.sha256,
                                             'content_type', u.sniffed_type)
                     from uploads u where u.id = i.proof_upload_id and u.state = 'ready')) as image
  from audio_tracks t
  join images i on i.video_job_id = t.video_job_id and i.order_index = t.order_index and i.is_selected
 where t.video_job_id = %(id)s and t.is_selected
 order by t.order_index;

-- begin_render --
-- The rendering of an attempt, begun once.
with known as (
  select id from render_tasks where video_job_id = %(id)s and attempt = %(attempt)s
), begun as (
  insert into render_tasks (user_id, video_job_id, attempt, ffmpeg_command, resolution, status,
                            started_at)
  select auth.uid(), %(id)s, %(attempt)s, '', %(resolution)s, 'in_progress', clock_timestamp()
   where not exists (select from known)
  returning id
)
select id from known union all select id from begun;

-- render_progress --
-- How far the rendering of an attempt is; never back.
with task as (
  update render_tasks set progress = greatest(progress, %(percent)s)
   where video_job_id = %(id)s and attempt = %(attempt)s and status = 'in_progress'
)
update video_jobs
   set progress = greatest(progress, %(progress)s), heartbeat_at = clock_timestamp(),
       lease_until = clock_timestamp() + interval '20 minutes'
 where id = %(id)s;

-- end_render --
-- The rendering of an attempt is done.
update render_tasks
   set status = 'completed', progress = 100, local_video_path = %(key)s,
       duration_seconds = round(%(seconds)s::numeric, 2), output_sha256 = %(sha256)s,
       encoder_log_tail = %(log_tail)s, ffmpeg_command = %(shown)s, metadata = %(metadata)s
 where video_job_id = %(id)s and attempt = %(attempt)s and status = 'in_progress';

-- deliver --
-- The album is ready; a description of the user's own stays.
update video_jobs
   set status = 'ready_for_export', progress = 100, status_message = 'Ready', goal = null,
       local_video_path = %(video)s, files = files || %(files)s,
       manifest_json = %(manifest)s::jsonb || jsonb_build_object('cost', jsonb_build_object(
         'estimated_usd', estimated_cost_usd::text, 'actual_usd', cost_usd::text)),
       video_description = case
         when video_description is null or video_description = manifest_json ->> 'description'
         then %(description)s else video_description end,
       stage_seconds = case when stage_started_at is null then stage_seconds
         else stage_seconds || jsonb_build_object(
           status, round(extract(epoch from clock_timestamp() - stage_started_at), 1)) end,
       stage_started_at = null, wait_token = null, lease_until = null,
       heartbeat_at = clock_timestamp()
 where id = %(id)s;

-- end_album --
-- The album is over, failed or cancelled: what happened, and nobody works on it any more.
with album as (
  update video_jobs
     set status = %(status)s::video_job_status, failed_step = status,
         resume_from = case goal when 'video' then 'generating_music' else 'planned' end::video_job_status,
         status_message = %(said)s, error_code = %(code)s, error_message = %(message)s, goal = null,
         wait_token = null, lease_until = null, stage_started_at = null,
         cancel_requested_at = case when %(status)s = 'cancelled' then clock_timestamp() end
   where id = %(id)s
  returning id
)
update render_tasks t set status = 'failed', error_message = %(message)s
  from album
 where t.video_job_id = album.id and t.status in ('pending', 'in_progress');

-- plan_failed --
-- New prompts could not be had: the album is as it was.
update video_jobs
   set goal = null, lease_until = null, stage_started_at = null, prompts_json = %(prompts)s,
       status_message = %(said)s, error_code = %(code)s, error_message = %(message)s
 where id = %(id)s;

-- describe --
-- The description to publish.
update video_jobs set video_description = %(description)s where id = %(id)s;

-- titled --
-- What the titles cost, and one of them unless the album has its own.
update video_jobs
   set cost_usd = cost_usd + %(cost_usd)s, video_title = coalesce(video_title, %(title)s)
 where id = %(id)s;

-- export --
-- What there is to publish an album with.
select id, video_title, video_description, synthetic_content, resolution, files, manifest_json,
       niche_label, status
  from video_jobs where id = %(id)s and user_id = auth.uid() and deleted_at is null;

-- paused --
-- Albums that a budget stopped and that have room again, since it was raised or a new period began.
-- By lot, when there are many: those that cannot go on keep none of the others from their turn. The
-- budgets of providers count that make albums.
select v.id, v.user_id
  from video_jobs v join channels c on c.id = v.channel_id and c.is_active
 cross join lateral (
   select bool_or(b.on_hard_cap = 'pause'
                  and (b.updated_at > v.finished_at
                       or (b.period <> 'run' and date_trunc(b.period, clock_timestamp(), 'UTC') > v.finished_at)))
            as moved,
          bool_or(b.kill_switch or (b.period <> 'run' and b.reserved_usd + case
                    when b.period_start >= date_trunc(b.period, clock_timestamp(), 'UTC') then b.spent_usd
                    else 0 end >= b.hard_cap_usd)) as full
     from channel_budgets b
    where b.user_id = v.user_id
      and (b.scope = 'user' or (b.scope = 'provider' and b.scope_id = any (%(providers)s))
           or (b.scope = 'channel' and b.scope_id = v.channel_id::text))) budgets
 where v.status = 'failed' and v.error_code = 'BudgetExceeded' and v.deleted_at is null
   and v.finished_at > clock_timestamp() - interval '32 days' and budgets.moved and not budgets.full
 order by random() limit 100;
