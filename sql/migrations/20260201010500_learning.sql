-- Learning: campaigns designed with an assistant, what users made of its words, what it learned.

create table campaign_copilot_sessions (
  id                  uuid primary key default gen_random_uuid(),
  user_id             uuid not null default auth.uid() constraint campaign_copilot_sessions_of_user
                      references auth.users (id) on delete cascade,
  campaign_id         uuid,
  brief_data          jsonb not null constraint campaign_copilot_sessions_brief_is_object
                      check (jsonb_typeof(brief_data) = 'object'),
  generated_campaign  jsonb,
  interaction_history jsonb not null default '[]' constraint campaign_copilot_sessions_history_is_array
                      check (jsonb_typeof(interaction_history) = 'array'),
  status              text not null default 'active' constraint campaign_copilot_sessions_status_known
                      check (status in ('active', 'completed', 'saved')),
  model_name          text,
  token_count         integer not null default 0,
  cost_usd            numeric(12, 4) not null default 0,
  version             integer not null default 1,
  created_at          timestamptz not null default now(),
  updated_at          timestamptz not null default now(),
  constraint campaign_copilot_sessions_owned unique (id, user_id),
  constraint campaign_copilot_sessions_of_own_campaign foreign key (campaign_id, user_id)
    references campaigns (id, created_by) on delete set null (campaign_id)
);
create index campaign_copilot_sessions_by_status on campaign_copilot_sessions (user_id, status, created_at desc);
create index campaign_copilot_sessions_by_campaign on campaign_copilot_sessions (campaign_id)
  where campaign_id is not null;
select private.describe('campaign_copilot_sessions', $$
  Campaigns designed with an assistant.
  campaign_id: The campaign made of it; made once.
  brief_data: What the user wants.
  generated_campaign: What the assistant made of it.
  interaction_history: What was said: [{role, content, at}].
  status: active, saved to go on later, or completed.
  model_name: The assistant's model.
  token_count: Tokens used.
  cost_usd: What it cost in dollars.
  version: Counts changes.
$$);
select private.enrol('campaign_copilot_sessions', kind => 'STDU', users_may =>
  'select, delete, insert (id, user_id, brief_data), update (brief_data, status)');
select private.guard_states('campaign_copilot_sessions', 'status',
  '-> active',
  'active -> saved, completed',
  'saved  -> active, completed');
create trigger campaign_copilot_sessions_version before update on campaign_copilot_sessions
  for each row execute function private.count_version();

create table ai_interaction_feedback (
  id                  uuid primary key default gen_random_uuid(),
  user_id             uuid not null default auth.uid() constraint ai_interaction_feedback_of_user
                      references auth.users (id) on delete cascade,
  session_id          uuid,
  interaction_type    text not null constraint ai_interaction_feedback_type_known
                      check (interaction_type in ('edit', 'approve', 'regenerate', 'reject')),
  original_suggestion jsonb not null,
  user_modification   jsonb,
  context_data        jsonb not null constraint ai_interaction_feedback_context_is_object
                      check (jsonb_typeof(context_data) = 'object'),
  feedback_score      integer constraint ai_interaction_feedback_score_range check (feedback_score between 1 and 5),
  agent_type          text constraint ai_interaction_feedback_agent_known
                      check (agent_type in ('audience', 'channel', 'messaging', 'content')),
  entity_type         text,
  entity_id           uuid,
  pattern_ids         uuid[] not null default '{}',
  edit_distance       real constraint ai_interaction_feedback_distance_range check (edit_distance between 0 and 1),
  timestamp           timestamptz not null default clock_timestamp(),
  created_at          timestamptz not null default clock_timestamp()
);
create index ai_interaction_feedback_by_session on ai_interaction_feedback (session_id, created_at)
  where session_id is not null;
create index ai_interaction_feedback_by_type on ai_interaction_feedback (user_id, interaction_type, created_at desc);
select private.describe('ai_interaction_feedback', $$
  What users made of the assistant's suggestions.
  session_id: The session it was made in; noted even when it is gone.
  interaction_type: edit, approve, regenerate or reject.
  original_suggestion: What was suggested.
  user_modification: What the user made of it.
  context_data: What it was about.
  feedback_score: How good it was, 1 to 5.
  agent_type: Who suggested it: audience, channel, messaging or content.
  entity_type: What kind of thing it is for.
  entity_id: Which one.
  pattern_ids: Patterns it rested on; each learns from this.
  edit_distance: How much was changed, 0 to 1.
  timestamp: When it was said.
$$);
select private.enrol('ai_interaction_feedback', kind => 'LOG', retention => '730 days', users_may =>
  'select, insert (id, user_id, session_id, interaction_type, original_suggestion, user_modification,
                   context_data, feedback_score, agent_type, entity_type, entity_id, pattern_ids, edit_distance)');

create table agent_learning_data (
  id               uuid primary key default gen_random_uuid(),
  user_id          uuid default auth.uid() constraint agent_learning_data_of_user
                   references auth.users (id) on delete cascade,
  agent_type       text not null constraint agent_learning_data_agent_known
                   check (agent_type in ('audience', 'channel', 'messaging', 'content')),
  pattern_key      text not null,
  pattern_data     jsonb not null constraint agent_learning_data_pattern_is_object
                   check (jsonb_typeof(pattern_data) = 'object'),
  usage_count      integer not null default 0 constraint agent_learning_data_usage_range check (usage_count >= 0),
  success_count    integer not null default 0 constraint agent_learning_data_success_range
                   check (success_count between 0 and usage_count),
  success_rate     real not null generated always as ((success_count + 1.0) / (usage_count + 2)) stored,
  confidence_score real not null generated always as (1 - 1 / sqrt(usage_count + 4.0)) stored,
  last_updated     timestamptz not null default clock_timestamp(),
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  constraint agent_learning_data_once unique nulls not distinct (user_id, agent_type, pattern_key),
  constraint agent_learning_data_range check (success_rate between 0 and 1 and confidence_score between 0 and 1)
);
create index agent_learning_data_best on agent_learning_data (user_id, agent_type, success_rate desc);
select private.describe('agent_learning_data', $$
  What worked: learned for each user first. What all share holds no text of anyone.
  user_id: Whose row it is; null for what all share.
  agent_type: audience, channel, messaging or content.
  pattern_key: The pattern.
  pattern_data: What it says.
  usage_count: How often it was tried.
  success_count: How often it was liked.
  success_rate: (liked + 1) / (tried + 2): a half before anything is known.
  confidence_score: How sure that is: a half at first, towards 1 the more often it was tried.
  last_updated: When it last learned.
$$);
select private.enrol('agent_learning_data', kind => 'STDU', by_owner => 'agent_type, last_updated desc');

-- Each word of a user teaches the patterns it was about, once: the row is the dedupe.
create function private.learn() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.agent_learning_data
     set usage_count = usage_count + 1,
         success_count = success_count + (
           new.interaction_type = 'approve' or (new.interaction_type = 'edit' and new.feedback_score >= 4))::int,
         last_updated = clock_timestamp()
   where id = any (new.pattern_ids) and user_id = new.user_id;
  return null;
end $$;
comment on function private.learn() is 'Trigger: a user''s patterns learn from what the user says.';
select private.allow('private.learn()', 'service_role');
create trigger ai_interaction_feedback_learned after insert on ai_interaction_feedback
  for each row when (new.pattern_ids <> '{}') execute function private.learn();
grant create on schema private to service_role;
alter function private.learn() owner to service_role;
revoke create on schema private from service_role;
