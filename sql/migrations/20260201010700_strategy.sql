-- Strategy: positioning, funnels, gaps and frameworks; each a version of what it grew from.

create table brand_positioning_analyses (
  id                    uuid primary key default gen_random_uuid(),
  user_id               uuid not null default auth.uid() constraint brand_positioning_analyses_of_user
                        references auth.users (id) on delete cascade,
  campaign_id           uuid,
  parent_id             uuid,
  version               integer not null default 1,
  title                 text,
  status                text not null default 'draft' constraint brand_positioning_analyses_status_known
                        check (status in ('draft', 'generating', 'ready', 'failed', 'archived')),
  input_data            jsonb not null default '{}' constraint brand_positioning_analyses_input_is_object
                        check (jsonb_typeof(input_data) = 'object'),
  positioning_statement text not null,
  differentiators       jsonb not null default '[]' constraint brand_positioning_analyses_differentiators_is_array
                        check (jsonb_typeof(differentiators) = 'array'),
  brand_tone            jsonb not null default '{}' constraint brand_positioning_analyses_tone_is_object
                        check (jsonb_typeof(brand_tone) = 'object'),
  three_cs_analysis     jsonb not null default '{}' constraint brand_positioning_analyses_three_cs_shape
                        check (jsonb_typeof(three_cs_analysis) = 'object'
                               and (status <> 'ready' or three_cs_analysis ?& '{company,customer,competition}')),
  recommendations       jsonb not null default '[]' constraint brand_positioning_analyses_recommendations_is_array
                        check (jsonb_typeof(recommendations) = 'array'),
  sources               jsonb not null default '[]' constraint brand_positioning_analyses_sources_is_array
                        check (jsonb_typeof(sources) = 'array'),
  model_name            text,
  cost_usd              numeric(12, 4) not null default 0,
  created_at            timestamptz not null default now(),
  updated_at            timestamptz not null default now(),
  constraint brand_positioning_analyses_owned unique (id, user_id),
  constraint brand_positioning_analyses_of_own_campaign foreign key (campaign_id, user_id)
    references campaigns (id, created_by) on delete set null (campaign_id),
  constraint brand_positioning_analyses_of_own_parent foreign key (parent_id, user_id)
    references brand_positioning_analyses (id, user_id) on delete set null (parent_id)
);
select private.describe('brand_positioning_analyses', $$
  How a brand stands between company, customer and competition.
  campaign_id: The campaign it is for.
  parent_id: The version before.
  version: Counts versions.
  title: What the user calls it.
  status: draft, generating, then ready or failed; archived when it is done with.
  input_data: What was asked.
  positioning_statement: The position, in a sentence.
  differentiators: What sets it apart.
  brand_tone: How it speaks.
  three_cs_analysis: {company, customer, competition}.
  recommendations: What to do.
  sources: Where each claim comes from, or that it is the model's opinion.
  model_name: Model that wrote it.
  cost_usd: What it cost in dollars.
$$);

create table funnel_designs (
  id               uuid primary key default gen_random_uuid(),
  user_id          uuid not null default auth.uid() constraint funnel_designs_of_user
                   references auth.users (id) on delete cascade,
  campaign_id      uuid,
  parent_id        uuid,
  version          integer not null default 1,
  title            text,
  status           text not null default 'draft' constraint funnel_designs_status_known
                   check (status in ('draft', 'generating', 'ready', 'failed', 'archived')),
  input_data       jsonb not null default '{}' constraint funnel_designs_input_is_object
                   check (jsonb_typeof(input_data) = 'object'),
  business_type    text not null,
  funnel_structure jsonb not null default '{}' constraint funnel_designs_structure_shape
                   check (jsonb_typeof(funnel_structure) = 'object' and (status <> 'ready'
                          or funnel_structure ?& '{awareness,engagement,conversion,retention}')),
  applied_at       timestamptz,
  sources          jsonb not null default '[]' constraint funnel_designs_sources_is_array
                   check (jsonb_typeof(sources) = 'array'),
  model_name       text,
  cost_usd         numeric(12, 4) not null default 0,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  constraint funnel_designs_owned unique (id, user_id),
  constraint funnel_designs_of_own_campaign foreign key (campaign_id, user_id)
    references campaigns (id, created_by) on delete set null (campaign_id),
  constraint funnel_designs_of_own_parent foreign key (parent_id, user_id)
    references funnel_designs (id, user_id) on delete set null (parent_id)
);
create index funnel_designs_by_business on funnel_designs (user_id, business_type);
select private.describe('funnel_designs', $$
  Ways from awareness to retention.
  campaign_id: The campaign it is for.
  parent_id: The version before.
  version: Counts versions.
  title: What the user calls it.
  status: draft, generating, then ready or failed; archived when it is done with.
  input_data: What was asked.
  business_type: Kind of business.
  funnel_structure: {awareness, engagement, conversion, retention}: {definition, offers, automation_tasks, kpis} each.
  applied_at: When its tasks and rules were made; they are made once.
  sources: Where each claim comes from, or that it is the model's opinion.
  model_name: Model that wrote it.
  cost_usd: What it cost in dollars.
$$);

create table competitive_gap_analyses (
  id                     uuid primary key default gen_random_uuid(),
  user_id                uuid not null default auth.uid() constraint competitive_gap_analyses_of_user
                         references auth.users (id) on delete cascade,
  campaign_id            uuid,
  parent_id              uuid,
  version                integer not null default 1,
  title                  text,
  status                 text not null default 'draft' constraint competitive_gap_analyses_status_known
                         check (status in ('draft', 'generating', 'ready', 'failed', 'archived')),
  input_data             jsonb not null default '{}' constraint competitive_gap_analyses_input_is_object
                         check (jsonb_typeof(input_data) = 'object'),
  our_brand              text not null,
  competitors            text[] not null,
  gap_analysis           jsonb not null default '{}' constraint competitive_gap_analyses_gaps_shape
                         check (jsonb_typeof(gap_analysis) = 'object' and (status <> 'ready'
                                or gap_analysis ?& '{messaging,channels,audience,content}')),
  ownable_differentiator jsonb,
  sources                jsonb not null default '[]' constraint competitive_gap_analyses_sources_is_array
                         check (jsonb_typeof(sources) = 'array'),
  model_name             text,
  cost_usd               numeric(12, 4) not null default 0,
  created_at             timestamptz not null default now(),
  updated_at             timestamptz not null default now(),
  constraint competitive_gap_analyses_owned unique (id, user_id),
  constraint competitive_gap_analyses_of_own_campaign foreign key (campaign_id, user_id)
    references campaigns (id, created_by) on delete set null (campaign_id),
  constraint competitive_gap_analyses_of_own_parent foreign key (parent_id, user_id)
    references competitive_gap_analyses (id, user_id) on delete set null (parent_id)
);
select private.describe('competitive_gap_analyses', $$
  What competitors leave open.
  campaign_id: The campaign it is for.
  parent_id: The version before.
  version: Counts versions.
  title: What the user calls it.
  status: draft, generating, then ready or failed; archived when it is done with.
  input_data: What was asked.
  our_brand: The user's brand.
  competitors: Who it is compared with.
  gap_analysis: {messaging, channels, audience, content}.
  ownable_differentiator: What nobody else can claim.
  sources: Where each claim comes from, or that it is the model's opinion.
  model_name: Model that wrote it.
  cost_usd: What it cost in dollars.
$$);

create table performance_tracking_frameworks (
  id                 uuid primary key default gen_random_uuid(),
  user_id            uuid not null default auth.uid() constraint performance_tracking_frameworks_of_user
                     references auth.users (id) on delete cascade,
  campaign_id        uuid,
  parent_id          uuid,
  version            integer not null default 1,
  title              text,
  status             text not null default 'draft' constraint performance_tracking_frameworks_status_known
                     check (status in ('draft', 'generating', 'ready', 'failed', 'archived')),
  input_data         jsonb not null default '{}' constraint performance_tracking_frameworks_input_is_object
                     check (jsonb_typeof(input_data) = 'object'),
  campaign_name      text not null,
  channels           text[] not null,
  tracking_framework jsonb not null default '[]' constraint performance_tracking_frameworks_is_array
                     check (jsonb_typeof(tracking_framework) = 'array'),
  is_active          boolean not null default true,
  sources            jsonb not null default '[]' constraint performance_tracking_frameworks_sources_is_array
                     check (jsonb_typeof(sources) = 'array'),
  model_name         text,
  cost_usd           numeric(12, 4) not null default 0,
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now(),
  constraint performance_tracking_frameworks_owned unique (id, user_id),
  constraint performance_tracking_frameworks_of_own_campaign foreign key (campaign_id, user_id)
    references campaigns (id, created_by) on delete set null (campaign_id),
  constraint performance_tracking_frameworks_of_own_parent foreign key (parent_id, user_id)
    references performance_tracking_frameworks (id, user_id) on delete set null (parent_id)
);
create index performance_tracking_frameworks_active
  on performance_tracking_frameworks (user_id, is_active, created_at desc);
select private.describe('performance_tracking_frameworks', $$
  What is measured, and what counts as good.
  campaign_id: The campaign whose figures it reads.
  parent_id: The version before.
  version: Counts versions.
  title: What the user calls it.
  status: draft, generating, then ready or failed; archived when it is done with.
  input_data: What was asked.
  campaign_name: The campaign it is for, by name.
  channels: Marketing channels it covers.
  tracking_framework: [{kpi, unit, direction: up|down, baseline, green, yellow, source_metric, cadence, owner}].
  is_active: Whether it is looked at.
  sources: Where each claim comes from, or that it is the model's opinion.
  model_name: Model that wrote it.
  cost_usd: What it cost in dollars.
$$);

-- What the four have in common.
create function private.next_version() returns trigger
language plpgsql set search_path = '' as $$
begin
  if new.parent_id is not null then
    execute format('select version + 1 from public.%I where id = $1', tg_table_name)
      into new.version using new.parent_id;
  end if;
  new.version := coalesce(new.version, 1);
  return new;
end $$;
comment on function private.next_version() is 'Trigger: a version is one more than the one it grew from.';

do $$
declare
  analysis name;
  said text;
begin
  for analysis, said in values
    ('brand_positioning_analyses'::name, 'positioning_statement, differentiators, brand_tone, three_cs_analysis, recommendations'),
    ('funnel_designs', 'business_type, funnel_structure'),
    ('competitive_gap_analyses', 'our_brand, competitors, gap_analysis, ownable_differentiator'),
    ('performance_tracking_frameworks', 'campaign_name, channels, tracking_framework, is_active')
  loop
    perform private.enrol(analysis::text::regclass, kind => 'STDU', users_may => format(
      'select, delete, insert (id, user_id, campaign_id, parent_id, title, input_data, sources, %1$s),
       update (campaign_id, title, status, sources, %1$s)', said));
    perform private.guard_states(analysis::text::regclass, 'status',
      '-> draft, generating',
      'draft      -> generating, ready, archived',
      'generating -> ready, failed',
      'failed     -> generating, archived',
      'ready      -> archived',
      'archived   -> ready');
    execute format('create trigger %I before insert on %I for each row execute function private.next_version()',
                   analysis || '_version', analysis);
    execute format('create index %I on %I (parent_id) where parent_id is not null', analysis || '_by_parent', analysis);
    execute format('create index %I on %I (campaign_id) where campaign_id is not null', analysis || '_by_campaign', analysis);
  end loop;
end $$;
