-- AI video: short videos planned scene by scene, and the calls that make them.

create table ai_video_projects (
  id                    uuid primary key default gen_random_uuid(),
  user_id               uuid not null default auth.uid() constraint ai_video_projects_of_user
                        references auth.users (id) on delete cascade,
  campaign_id           uuid,
  goal                  text not null constraint ai_video_projects_goal_length
                        check (btrim(goal) <> '' and length(goal) <= 5000),
  platform              text not null constraint ai_video_projects_platform_known
                        check (platform in ('YouTubeShort', 'TikTok', 'Reels', 'Landscape')),
  aspect_ratio          text not null generated always as
                        (case when platform = 'Landscape' then '16:9' else '9:16' end) stored,
  duration_s            integer not null default 8 constraint ai_video_projects_duration_range
                        check (duration_s between 1 and 120),
  brand_kit             jsonb not null default '{}' constraint ai_video_projects_brand_is_object
                        check (jsonb_typeof(brand_kit) = 'object'),
  scene_plan            jsonb not null default '[]' constraint ai_video_projects_plan_shape
                        check (jsonb_typeof(scene_plan) in ('array', 'object')),
  generated_images      text[] not null default '{}',
  final_prompt          text,
  video_url             text,
  veo_operation_id      text,
  status                text not null default 'draft' constraint ai_video_projects_status_known
                        check (status in ('draft', 'planning', 'generating_images', 'generating_video',
                                          'completed', 'failed')),
  error_code            text,
  error_message         text,
  estimated_cost_usd    numeric(10, 4) constraint ai_video_projects_estimate_range check (estimated_cost_usd >= 0),
  cost_usd              numeric(10, 4) not null default 0 constraint ai_video_projects_cost_range check (cost_usd >= 0),
  budget_reservation_id uuid,
  auto_generated        boolean not null default false,
  completed_at          timestamptz,
  created_at            timestamptz not null default now(),
  updated_at            timestamptz not null default now(),
  constraint ai_video_projects_owned unique (id, user_id),
  constraint ai_video_projects_of_own_campaign foreign key (campaign_id, user_id)
    references campaigns (id, created_by) on delete set null (campaign_id),
  constraint ai_video_projects_completed_has_time check ((status = 'completed') = (completed_at is not null))
);
create index ai_video_projects_by_campaign on ai_video_projects (campaign_id) where campaign_id is not null;
create index ai_video_projects_by_status on ai_video_projects (user_id, status);
create index ai_video_projects_by_origin on ai_video_projects (user_id, auto_generated, created_at desc);
select private.describe('ai_video_projects', $$
  Short videos made by video models.
  campaign_id: The campaign it is for.
  goal: What it is to reach.
  platform: Where it will be shown.
  aspect_ratio: Its shape, by platform.
  duration_s: Its length, in seconds.
  brand_kit: {colors, fonts, logo, tone, ...}.
  scene_plan: Its scenes.
  generated_images: Where its pictures lie.
  final_prompt: What the video model was asked.
  video_url: Where the video lies.
  veo_operation_id: The provider's operation.
  status: draft, planning, generating_images, generating_video, completed; or failed.
  error_code: Why it failed, for programs.
  error_message: Why it failed, for people.
  estimated_cost_usd: What it is expected to cost, in dollars.
  cost_usd: What it cost so far, in dollars.
  budget_reservation_id: What is kept free for it in the budgets.
  auto_generated: Whether the autopilot made it.
  completed_at: When it was done.
$$);
select private.enrol('ai_video_projects', kind => 'STDU', users_may =>
  'select, delete, insert (id, user_id, campaign_id, goal, platform, duration_s, brand_kit, scene_plan),
   update (campaign_id, goal, platform, duration_s, brand_kit, scene_plan)');
select private.guard_states('ai_video_projects', 'status',
  '-> draft',
  'draft             -> planning, generating_images, failed',
  'planning          -> draft, generating_images, failed',
  'generating_images -> generating_video, failed',
  'generating_video  -> completed, failed',
  'completed         -> generating_images, generating_video',
  'failed            -> draft, planning, generating_images, generating_video');
select private.stamp_states('ai_video_projects', 'status', 'completed_at', '{completed}');

create table ai_video_jobs (
  id               uuid primary key default gen_random_uuid(),
  user_id          uuid not null default auth.uid(),
  project_id       uuid not null,
  job_type         text not null constraint ai_video_jobs_type_known
                   check (job_type in ('image_generation', 'video_generation')),
  scene_index      integer not null default 0 constraint ai_video_jobs_scene_range check (scene_index >= 0),
  attempt          integer not null default 1 constraint ai_video_jobs_attempt_positive check (attempt >= 1),
  provider         text,
  model_name       text,
  veo_operation_id text,
  status           text not null default 'pending' constraint ai_video_jobs_status_known
                   check (status in ('pending', 'processing', 'completed', 'failed')),
  result_url       text,
  error_code       text,
  error_message    text,
  metadata         jsonb not null default '{}' constraint ai_video_jobs_metadata_is_object
                   check (jsonb_typeof(metadata) = 'object'),
  cost_usd         numeric(10, 4) not null default 0 constraint ai_video_jobs_cost_range check (cost_usd >= 0),
  polls            integer not null default 0,
  next_poll_at     timestamptz,
  completed_at     timestamptz,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  constraint ai_video_jobs_of_own_project foreign key (project_id, user_id)
    references ai_video_projects (id, user_id) on delete cascade,
  constraint ai_video_jobs_completed_has_time check ((status = 'completed') = (completed_at is not null))
);
create unique index ai_video_jobs_once on ai_video_jobs (project_id, job_type, scene_index)
  where status <> 'failed';
create index ai_video_jobs_by_project on ai_video_jobs (project_id, scene_index, created_at);
create index ai_video_jobs_due on ai_video_jobs (next_poll_at) where status = 'processing';
create index ai_video_jobs_by_operation on ai_video_jobs (veo_operation_id) where veo_operation_id is not null;
select private.describe('ai_video_jobs', $$
  Calls that make a project's pictures and videos, one for each scene.
  project_id: The project.
  job_type: image_generation or video_generation.
  scene_index: The scene, from 0.
  attempt: Which try it is, from 1.
  provider: Who is called.
  model_name: Which model.
  veo_operation_id: The provider's operation, kept before it is first asked about.
  status: pending, processing, then completed or failed.
  result_url: Where the result lies with us.
  error_code: Why it failed, for programs.
  error_message: Why it failed, for people.
  metadata: What was asked.
  cost_usd: What it cost in dollars.
  polls: How often it was asked about.
  next_poll_at: When to ask again.
  completed_at: When it was done.
$$);
select private.enrol('ai_video_jobs', kind => 'STDU', erase => 'cascade');
select private.guard_states('ai_video_jobs', 'status',
  '-> pending',
  'pending    -> processing, failed',
  'processing -> completed, failed');
select private.stamp_states('ai_video_jobs', 'status', 'completed_at', '{completed}');

create view ai_video_stats with (security_invoker) as
select user_id,
       count(*) as total_videos,
       count(*) filter (where auto_generated) as autopilot_videos,
       count(*) filter (where not auto_generated) as manual_videos,
       count(*) filter (where status = 'completed') as completed_videos,
       count(*) filter (where status = 'failed') as failed_videos,
       coalesce(sum(cost_usd), 0) as total_cost_usd,
       round(avg(cost_usd) filter (where status = 'completed'), 4) as avg_cost_per_video,
       max(created_at) as last_video_created
  from public.ai_video_projects group by user_id;
comment on view ai_video_stats is 'How many videos each user made, and what they cost.';
revoke all on ai_video_stats from public, anon;
grant select on ai_video_stats to authenticated, service_role;
